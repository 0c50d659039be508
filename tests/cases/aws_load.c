/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Real describe output loads: every object that lives is there, and nothing is unknown but what
 * this program says it does not model.  The numbers were counted in the input by another program.
 */
#include "tests/support/dmtest.h"

#include <stdio.h>
#include <string.h>

#include "model/base/file.h"
#include "model/front/aws/aws.h"

#define CASES "../shared/cases/aws-probes/"

struct lab {
    struct dm_arena *arena;
    const struct dm_model *model;
};

static struct lab load(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, CASES "%s", name);
    if (!dm_file_is_folder(path)) {
        print_message("skipped: %s is not there\n", path);
        skip();
    }
    struct lab lab = { .arena = dm_arena_new(0) };
    struct dm_err err = DM_ERR_INIT;
    struct dm_sources *sources = dm_sources_new(lab.arena, &err);
    struct dm_builder *builder = dm_builder_new(lab.arena, sources, &err);
    struct dm_diags diags;
    dm_diags_init(&diags, lab.arena);
    assert_int_equal(
        dm_aws_load(lab.arena, sources, path, dm_facts_new(lab.arena), builder, &diags, &err),
        DM_OK);
    assert_int_equal(dm_model_build(builder, &diags, &lab.model, &err), DM_OK);
    assert_int_equal(diags.n_errors, 0);
    assert_non_null(lab.model);
    assert_int_equal(dm_model_check(lab.model, &diags, &err), DM_OK);
    assert_int_equal(diags.n_errors, 0);
    return lab;
}

struct counts {
    const char *name;
    uint32_t vpcs, subnets, tables, acls, groups, hosts, interfaces, igws, nats, peerings, tgws,
        attachments, unknowns;
};

static void check(const struct counts *want)
{
    struct lab lab = load(want->name);
    const struct dm_model *model = lab.model;
    struct counts got = { want->name,
                          model->n_vpcs,
                          model->n_subnets,
                          model->n_route_tables,
                          model->n_acls,
                          model->n_groups,
                          model->n_hosts,
                          model->n_interfaces,
                          model->n_internet_gateways,
                          model->n_nat_gateways,
                          model->n_peerings,
                          model->n_transit_gateways,
                          model->n_attachments,
                          model->n_unknowns };
    assert_int_equal(got.vpcs, want->vpcs);
    assert_int_equal(got.subnets, want->subnets);
    assert_int_equal(got.tables, want->tables);
    assert_int_equal(got.acls, want->acls);
    assert_int_equal(got.groups, want->groups);
    assert_int_equal(got.hosts, want->hosts);
    assert_int_equal(got.interfaces, want->interfaces);
    assert_int_equal(got.igws, want->igws);
    assert_int_equal(got.nats, want->nats);
    assert_int_equal(got.peerings, want->peerings);
    assert_int_equal(got.tgws, want->tgws);
    assert_int_equal(got.attachments, want->attachments);
    assert_int_equal(got.unknowns, want->unknowns);
    dm_arena_free(lab.arena);
}

static void every_lab_loads_with_all_that_lives_in_it(void **state)
{
    (void)state;
    static const struct counts labs[] = {
        { "aws_demo", 4, 13, 10, 12, 12, 13, 22, 3, 2, 3, 2, 4, 0 },
        { "aws_instance_multiple_interface", 1, 3, 3, 2, 6, 4, 6, 1, 0, 0, 0, 0, 0 },
        { "aws_multi_account_vpc_peering", 2, 2, 4, 4, 4, 2, 2, 2, 0, 1, 0, 0, 0 },
        { "aws_nlb_targets_ip", 2, 3, 5, 4, 7, 5, 10, 2, 1, 1, 0, 0, 0 },
        { "aws_shared_vpc", 4, 5, 8, 8, 11, 7, 7, 4, 0, 3, 0, 0, 0 },
        { "aws_tgw_multi_az_intra_region", 2, 14, 6, 9, 6, 7, 14, 2, 2, 0, 1, 2, 0 },
        { "aws_vpc_endpoints", 1, 3, 4, 2, 2, 3, 5, 1, 1, 0, 0, 0, 0 },
    };
    for (size_t i = 0; i < sizeof labs / sizeof *labs; i++) {
        check(&labs[i]);
    }
}

/* One zone that two accounts call by two names, and one name of two zones. */
static void zones_are_told_apart_by_their_ids_where_accounts_differ(void **state)
{
    (void)state;
    struct lab lab = load("aws_shared_vpc");
    assert_int_equal(lab.model->n_zones, 2);
    for (uint32_t i = 0; i < lab.model->n_zones; i++) {
        assert_string_equal(lab.model->zones[i].object.name, lab.model->zones[i].zone_id);
    }
    dm_arena_free(lab.arena);
}

/* The owner of a shared subnet is not shown whose instance an interface is; the participant is. */
static void a_host_in_a_shared_subnet_is_found_through_its_own_account(void **state)
{
    (void)state;
    struct lab lab = load("aws_shared_vpc");
    for (uint32_t i = 0; i < lab.model->n_interfaces; i++) {
        assert_int_equal(lab.model->interfaces[i].kind, DM_INTERFACE_HOST);
        assert_int_not_equal(lab.model->interfaces[i].host.v, 0);
    }
    dm_arena_free(lab.arena);
}

static void attachments_have_their_zones_table_and_propagations(void **state)
{
    (void)state;
    struct lab lab = load("aws_tgw_multi_az_intra_region");
    const struct dm_model *model = lab.model;
    size_t n_subnets = 0;
    for (uint32_t i = 0; i < model->n_attachments; i++) {
        const struct dm_attachment *attachment = &model->attachments[i];
        assert_int_equal(attachment->kind, DM_ATTACHMENT_VPC);
        assert_int_equal(attachment->table.v, 1);
        n_subnets += attachment->n_subnets;
    }
    assert_int_equal(n_subnets, 5);
    assert_int_equal(model->n_transit_tables, 1);
    assert_int_equal(model->transit_tables[0].n_propagations, 2);
    assert_int_equal(model->transit_tables[0].unknown.v, 0);
    dm_arena_free(lab.arena);
}

/* The interface of an endpoint, and a route to one, lead to it and it to its service. */
static void endpoints_stand_where_packets_meet_them(void **state)
{
    (void)state;
    struct lab lab = load("aws_vpc_endpoints");
    const struct dm_model *model = lab.model;
    size_t n_interfaces = 0;
    size_t n_routes = 0;
    for (uint32_t i = 0; i < model->n_interfaces; i++) {
        if (model->interfaces[i].kind == DM_INTERFACE_ENDPOINT) {
            const struct dm_vpc_endpoint *endpoint =
                dm_vpc_endpoint_get(model, model->interfaces[i].endpoint);
            assert_string_equal(endpoint->object.name, "vpce-0c84758dae8076c02");
            assert_string_equal(dm_endpoint_service_get(model, endpoint->service)->object.name,
                                "com.amazonaws.us-east-1.ec2");
            n_interfaces++;
        }
    }
    for (uint32_t i = 0; i < model->n_route_tables; i++) {
        for (size_t j = 0; j < model->route_tables[i].n_routes; j++) {
            const struct dm_route *route = &model->route_tables[i].routes[j];
            if (route->target_kind == DM_TARGET_VPC_ENDPOINT) {
                const struct dm_prefix_list *list = dm_prefix_list_get(model, route->list);
                assert_string_equal(model->vpc_endpoints[route->target - 1].object.name,
                                    "vpce-0532038c44e8de847");
                assert_true(list->is_aws);
                assert_int_equal(list->service.v,
                                 model->vpc_endpoints[route->target - 1].service.v);
                n_routes++;
            }
        }
    }
    assert_int_equal(n_interfaces, 1);
    assert_int_equal(n_routes, 1);
    dm_arena_free(lab.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_lab_loads_with_all_that_lives_in_it),
        cmocka_unit_test(zones_are_told_apart_by_their_ids_where_accounts_differ),
        cmocka_unit_test(a_host_in_a_shared_subnet_is_found_through_its_own_account),
        cmocka_unit_test(attachments_have_their_zones_table_and_propagations),
        cmocka_unit_test(endpoints_stand_where_packets_meet_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
