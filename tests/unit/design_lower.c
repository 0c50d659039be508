/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lowering, on tests/designs/bank: what each construct becomes, and what each fault says
 * where.  A fault is made by putting one text in the place of another.
 */
#include "model/front/design/lower.h"

#include <stdlib.h>
#include <string.h>

#include "model/base/file.h"
#include "model/front/design/design.h"
#include "tests/support/dmtest.h"
#include "tests/support/lowered.h"

static const char base_path[] = "tests/designs/bank/bank.demarc.yaml";

struct fixture {
    struct dm_arena *arena;
    char *text;
    struct lowered base;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    size_t size = 0;

    fixture = (struct fixture){ .arena = dm_arena_new(0) };
    assert_non_null(fixture.arena);
    assert_int_equal(dm_file_read(fixture.arena, base_path, 1 << 20, &fixture.text, &size, NULL),
                     DM_OK);
    fixture.base = lowered_new(fixture.text, NULL);
    if (!fixture.base.model) {
        fail_msg("%s: %s", base_path, fixture.base.diags.items[0].message);
    }
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    lowered_free(&fixture->base);
    dm_arena_free(fixture->arena);
    return 0;
}

/* The base with the first 'from' replaced. */
static const char *replaced(struct fixture *fixture, const char *from, const char *to)
{
    const char *at = strstr(fixture->text, from);
    char *text;

    if (!at) {
        fail_msg("the base has no \"%s\"", from);
    }
    text = dm_sprintf(fixture->arena, "%.*s%s%s", (int)(at - fixture->text), fixture->text, to,
                      at + strlen(from));
    assert_non_null(text);
    return text;
}

static uint32_t find(const struct dm_model *model, enum dm_kind kind, const char *name)
{
    struct dm_ref ref = dm_model_find(model, kind, name);

    if (ref.v == 0) {
        fail_msg("no %s %s", dm_kind_text(kind), name);
    }
    return ref.v;
}

#define FIND(model, kind, name)                                                                    \
    dm_##kind##_get((model), (struct dm_##kind##_id){ find((model), DM_KIND_##kind, (name)) })

static void assert_prefix(struct dm_prefix prefix, const char *expected)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    assert_string_equal(dm_prefix_text(prefix, buffer), expected);
}

static void assert_address(struct dm_addr addr, const char *expected)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    assert_string_equal(dm_addr_text(addr, buffer), expected);
}

static const struct dm_route *route_to(const struct dm_model *model, const char *table,
                                       const char *prefix)
{
    const struct dm_route_table *object = FIND(model, route_table, table);
    char buffer[DM_ADDR_TEXT_SIZE];

    for (size_t i = 0; i < object->n_routes; i++) {
        if (strcmp(dm_prefix_text(object->routes[i].prefix, buffer), prefix) == 0) {
            return &object->routes[i];
        }
    }
    fail_msg("%s has no route to %s", table, prefix);
    return NULL;
}

static const char *static_target(const struct dm_model *model, const char *table,
                                 const char *prefix)
{
    const struct dm_transit_table *object = FIND(model, transit_table, table);
    char buffer[DM_ADDR_TEXT_SIZE];

    for (size_t i = 0; i < object->n_routes; i++) {
        if (strcmp(dm_prefix_text(object->routes[i].prefix, buffer), prefix) == 0) {
            struct dm_attachment_id id = object->routes[i].attachment;

            return id.v ? dm_attachment_get(model, id)->object.name : "blackhole";
        }
    }
    return "none";
}

/* ---- what constructs become ---- */

static void regions_have_their_country_and_their_zones(void **state)
{
    struct fixture *fixture = *state;
    const struct dm_model *model = fixture->base.model;
    const struct dm_region *region = FIND(model, region, "eu-west-1");
    const struct dm_zone *zone = FIND(model, zone, "eu-west-1c");

    assert_string_equal(region->jurisdiction, "IE");
    assert_string_equal(region->partition, "aws");
    assert_string_equal(lowered_at(&fixture->base, zone->object.origin), "c");
    assert_int_equal(model->n_regions, 2);
    assert_int_equal(model->n_zones, 5);
    assert_string_equal(model->name, "bank");
}

static void vpcs_are_allocated_by_name_around_what_is_written(void **state)
{
    struct fixture *fixture = *state;
    const struct dm_model *model = fixture->base.model;

    assert_prefix(FIND(model, vpc, "app.dev.eu-west-1")->cidrs[0], "10.0.0.0/16");
    assert_prefix(FIND(model, vpc, "app.prod.eu-west-1")->cidrs[0], "10.1.0.0/16");
    assert_prefix(FIND(model, vpc, "app.stage.eu-west-1")->cidrs[0], "10.2.0.0/16");
    assert_prefix(FIND(model, vpc, "shared.eu-west-1")->cidrs[0], "10.3.0.0/20");
    assert_prefix(FIND(model, vpc, "app.prod.eu-west-2")->cidrs[0], "10.64.0.0/16");
    assert_prefix(FIND(model, vpc, "shared.eu-west-2")->cidrs[0], "10.17.0.0/20");
    assert_int_equal(model->n_vpcs, 7);
    assert_string_equal(FIND(model, vpc, "shared.eu-west-2")->role, "shared");
    assert_int_equal(FIND(model, vpc, "shared.eu-west-2")->environment.v, 0);
}

static void subnets_are_allocated_by_size_then_name_then_zone(void **state)
{
    struct fixture *fixture = *state;
    const struct dm_model *model = fixture->base.model;
    const struct dm_subnet *subnet = FIND(model, subnet, "app.prod.eu-west-1.database.b");

    assert_prefix(FIND(model, subnet, "app.prod.eu-west-1.private.a")->cidrs[0], "10.1.0.0/20");
    assert_prefix(subnet->cidrs[0], "10.1.49.0/24");
    assert_prefix(FIND(model, subnet, "app.prod.eu-west-1.public.a")->cidrs[0], "10.1.51.0/24");
    assert_prefix(FIND(model, subnet, "app.prod.eu-west-1.attach.c")->cidrs[0], "10.1.54.32/28");
    assert_string_equal(dm_zone_get(model, subnet->zone)->object.name, "eu-west-1b");
    assert_string_equal(dm_acl_get(model, subnet->acl)->object.name, "app.prod.eu-west-1.database");
    assert_string_equal(dm_route_table_get(model, subnet->table)->object.name,
                        "app.prod.eu-west-1.database.b");
    assert_true(FIND(model, subnet, "app.prod.eu-west-1.public.a")->maps_public_address);
    assert_false(subnet->maps_public_address);
    assert_string_equal(lowered_at(&fixture->base, subnet->object.origin), "database");
}

static void routes_go_to_the_gateways_of_their_vpc_and_zone(void **state)
{
    struct fixture *fixture = *state;
    const struct dm_model *model = fixture->base.model;
    const struct dm_route *route = route_to(model, "app.prod.eu-west-1.private.b", "0.0.0.0/0");

    assert_int_equal(route->target_kind, DM_TARGET_NAT_GATEWAY);
    assert_int_equal(route->target, find(model, DM_KIND_nat_gateway, "app.prod.eu-west-1.nat.b"));
    assert_string_equal(lowered_at(&fixture->base, route->origin), "internet");
    route = route_to(model, "app.dev.eu-west-1.private.b", "0.0.0.0/0");
    assert_int_equal(route->target, find(model, DM_KIND_nat_gateway, "app.dev.eu-west-1.nat.a"));
    route = route_to(model, "app.stage.eu-west-2.public.a", "0.0.0.0/0");
    assert_int_equal(route->target_kind, DM_TARGET_INTERNET_GATEWAY);
    assert_int_equal(route->target,
                     find(model, DM_KIND_internet_gateway, "app.stage.eu-west-2.igw"));
    route = route_to(model, "app.stage.eu-west-2.database.a", "10.0.0.0/8");
    assert_int_equal(route->target_kind, DM_TARGET_TRANSIT_GATEWAY);
    assert_int_equal(route->target, find(model, DM_KIND_transit_gateway, "main.eu-west-2"));
    assert_string_equal(lowered_at(&fixture->base, route->origin), "\"pool:estate\"");
    assert_int_equal(route_to(model, "app.prod.eu-west-1.main", "10.1.0.0/16")->target_kind,
                     DM_TARGET_LOCAL);
    assert_int_equal(FIND(model, route_table, "app.prod.eu-west-1.main")->n_routes, 1);
}

static void peerings_and_black_holes_are_targets_of_routes(void **state)
{
    struct fixture *fixture = *state;
    struct lowered lowered = lowered_new(
        replaced(fixture, "private: {size: 24, routes: {\"pool:estate\": transit-gateway}}",
                 "private: {size: 24, routes: {\"10.77.0.0/16\": blackhole}}"),
        NULL);

    assert_non_null(lowered.model);
    assert_int_equal(
        route_to(lowered.model, "shared.eu-west-1.private.a", "10.77.0.0/16")->target_kind,
        DM_TARGET_NONE);
    lowered_free(&lowered);
    lowered = lowered_new(
        replaced(fixture, "dev: {nat_gateways: {per: vpc}}",
                 "dev: {subnets: {attach: {routes: {\"10.3.0.0/20\": \"peering:tools\"}}}}"),
        NULL);
    assert_non_null(lowered.model);
    assert_int_equal(
        route_to(lowered.model, "app.dev.eu-west-1.attach.a", "10.3.0.0/20")->target_kind,
        DM_TARGET_PEERING);
    lowered_free(&lowered);
}

static void groups_and_acls_have_a_copy_in_each_vpc(void **state)
{
    struct fixture *fixture = *state;
    const struct dm_model *model = fixture->base.model;
    const struct dm_group *group = FIND(model, group, "app.prod.eu-west-2.app");
    const struct dm_group *edge = FIND(model, group, "app.prod.eu-west-2.edge");
    const struct dm_acl *acl = FIND(model, acl, "app.stage.eu-west-1.database");

    assert_int_equal(group->n_rules, 5);
    assert_prefix(group->rules[0].prefix, "10.64.0.0/16");
    assert_int_equal(group->rules[2].peer_kind, DM_PEER_GROUP);
    assert_int_equal(group->rules[2].peer, find(model, DM_KIND_group, edge->object.name));
    assert_int_equal(group->rules[2].match.port_first, 8443);
    assert_int_equal(group->rules[3].match.protocol, DM_PROTO_ICMP);
    assert_prefix(group->rules[3].prefix, "10.0.0.0/8");
    assert_true(edge->rules[1].egress);
    assert_int_equal(edge->rules[1].match.protocol, -1);
    assert_string_equal(lowered_at(&fixture->base, edge->rules[1].origin), "edge");
    assert_int_equal(acl->n_entries, 3);
    assert_int_equal(acl->entries[0].number, 100);
    assert_true(acl->entries[0].allow && !acl->entries[1].allow && acl->entries[2].egress);
    assert_int_equal(FIND(model, acl, "shared.eu-west-1.default")->n_entries, 2);
}

static void attachments_have_a_table_an_interface_a_zone_and_propagate_as_asked(void **state)
{
    struct fixture *fixture = *state;
    const struct dm_model *model = fixture->base.model;
    const struct dm_attachment *attachment = FIND(model, attachment, "app.prod.eu-west-1.main");
    const struct dm_transit_table *table = FIND(model, transit_table, "main.eu-west-1.dev");

    assert_int_equal(attachment->n_subnets, 3);
    assert_int_equal(attachment->table.v,
                     find(model, DM_KIND_transit_table, "main.eu-west-1.prod"));
    assert_int_equal(FIND(model, interface, "app.prod.eu-west-1.attach.b.tgw")->kind,
                     DM_INTERFACE_TRANSIT);
    assert_int_equal(table->n_propagations, 2);
    assert_string_equal(lowered_at(&fixture->base, table->propagations[0].origin), "\"${env}\"");
    assert_string_equal(lowered_at(&fixture->base, table->propagations[1].origin), "dev");
    assert_int_equal(FIND(model, transit_gateway, "main.eu-west-2")->asn, 64513);
}

static void a_mesh_is_pairs_of_attachments_with_static_routes_both_ways(void **state)
{
    struct fixture *fixture = *state;
    const struct dm_model *model = fixture->base.model;
    const struct dm_attachment *there = FIND(model, attachment, "main.eu-west-1.to.eu-west-2");
    const struct dm_attachment *back = FIND(model, attachment, "main.eu-west-2.to.eu-west-1");
    const struct dm_transit_table *prod = FIND(model, transit_table, "main.eu-west-1.prod");
    const struct dm_propagation *last;

    assert_ptr_equal(dm_attachment_get(model, there->peer), back);
    assert_ptr_equal(dm_attachment_get(model, back->peer), there);
    assert_int_equal(back->table.v, find(model, DM_KIND_transit_table, "main.eu-west-2.mesh"));
    assert_string_equal(static_target(model, "main.eu-west-1.prod", "10.64.0.0/16"),
                        "main.eu-west-1.to.eu-west-2");
    assert_string_equal(static_target(model, "main.eu-west-2.prod", "10.1.0.0/16"),
                        "main.eu-west-2.to.eu-west-1");
    assert_string_equal(static_target(model, "main.eu-west-2.prod", "10.3.0.0/20"),
                        "main.eu-west-2.to.eu-west-1");
    assert_string_equal(static_target(model, "main.eu-west-2.prod", "10.64.0.0/16"), "none");
    assert_string_equal(static_target(model, "main.eu-west-2.prod", "10.255.0.0/16"), "blackhole");
    assert_string_equal(static_target(model, "main.eu-west-2.prod", "10.254.0.0/16"),
                        "shared.eu-west-2.main");
    last = &prod->propagations[prod->n_propagations - 1];
    assert_ptr_equal(dm_attachment_get(model, last->attachment), there);
    assert_string_equal(lowered_at(&fixture->base, last->origin), "prod");
}

static void an_attachment_without_a_table_takes_the_defaults_of_its_gateway(void **state)
{
    struct fixture *fixture = *state;
    const char *text = replaced(fixture, "default_association: none\n    default_propagation: none",
                                "default_association: mesh\n    default_propagation: dev");
    const char *shared = "attach: {to: main, subnets: attach, table: shared, propagate: "
                         "[dev, stage, prod]}";
    const char *at = strstr(text, shared);
    struct lowered lowered;

    assert_non_null(at);
    text = dm_sprintf(fixture->arena, "%.*sattach: {to: main, subnets: attach}%s", (int)(at - text),
                      text, at + strlen(shared));
    lowered = lowered_new(text, NULL);
    assert_non_null(lowered.model);
    assert_int_equal(FIND(lowered.model, attachment, "shared.eu-west-1.main")->table.v,
                     find(lowered.model, DM_KIND_transit_table, "main.eu-west-1.mesh"));
    assert_int_equal(FIND(lowered.model, transit_table, "main.eu-west-1.dev")->n_propagations, 2);
    assert_int_equal(FIND(lowered.model, transit_table, "main.eu-west-1.stage")->n_propagations, 1);
    lowered_free(&lowered);
}

static void endpoints_get_the_first_free_addresses_in_order_of_names(void **state)
{
    struct fixture *fixture = *state;
    const struct dm_model *model = fixture->base.model;
    const struct dm_interface *nat = FIND(model, interface, "app.prod.eu-west-1.nat.a.eni");
    const struct dm_interface *web = FIND(model, interface, "web.prod.eu-west-1.a.eni");

    assert_address(nat->addresses[0].address, "10.1.51.4");
    assert_address(web->addresses[0].address, "10.1.51.5");
    assert_true(dm_addr_is_public(nat->addresses[0].public_address));
    assert_true(dm_addr_is_public(web->addresses[0].public_address));
    assert_false(dm_addr_equal(nat->addresses[0].public_address, web->addresses[0].public_address));
    assert_true(dm_addr_is_none(
        FIND(model, interface, "portfolio.prod.eu-west-1.a.eni")->addresses[0].public_address));
    assert_int_equal(web->groups[0].v, find(model, DM_KIND_group, "app.prod.eu-west-1.edge"));
}

static void services_run_where_their_vpc_is_and_call_their_own_environment(void **state)
{
    struct fixture *fixture = *state;
    const struct dm_model *model = fixture->base.model;
    const struct dm_service *service = FIND(model, service, "portfolio.prod.eu-west-1");

    assert_int_equal(model->n_services, 9);
    assert_int_equal(dm_model_find(model, DM_KIND_service, "portfolio.dev.eu-west-2").v, 0);
    assert_int_equal(service->n_hosts, 3);
    assert_string_equal(dm_host_get(model, service->hosts[2])->object.name,
                        "portfolio.prod.eu-west-1.c");
    assert_int_equal(service->n_calls, 3);
    assert_int_equal(service->calls[0].to.v, find(model, DM_KIND_service, "logging.eu-west-1"));
    assert_int_equal(service->calls[1].to.kind, DM_PARTY_STORE);
    assert_int_equal(service->calls[1].to.v, find(model, DM_KIND_store, "ledger.prod"));
    assert_int_equal(service->calls[2].to.v, find(model, DM_KIND_store, "files.prod.eu-west-1"));
    assert_string_equal(lowered_at(&fixture->base, service->calls[2].origin), "files");
    service = FIND(model, service, "portfolio.stage.eu-west-1");
    assert_int_equal(service->n_calls, 2);
    assert_int_equal(service->calls[1].to.v,
                     find(model, DM_KIND_service, "portfolio.stage.eu-west-2"));
}

static void a_service_has_an_endpoint_in_each_zone_that_it_names(void **state)
{
    struct fixture *fixture = *state;
    struct lowered lowered = lowered_new(replaced(fixture, "zones: all", "zones: [b]"), NULL);
    const struct dm_service *service;

    assert_non_null(lowered.model);
    service = FIND(lowered.model, service, "portfolio.prod.eu-west-2");
    assert_int_equal(service->n_hosts, 1);
    assert_string_equal(dm_host_get(lowered.model, service->hosts[0])->object.name,
                        "portfolio.prod.eu-west-2.b");
    lowered_free(&lowered);
}

static void an_override_may_add_a_subnet_to_some_copies(void **state)
{
    struct fixture *fixture = *state;
    const char *text = replaced(fixture, "dev: {nat_gateways: {per: vpc}}",
                                "prod: {subnets: {extra: {size: 26}}}");
    const char *at = strstr(text, "in: app.public");
    struct lowered lowered;

    text = dm_sprintf(fixture->arena, "%.*sin: app.extra%s", (int)(at - text), text,
                      at + strlen("in: app.public"));
    at = strstr(text, "public: true, calls");
    text =
        dm_sprintf(fixture->arena, "%.*s%s", (int)(at - text), text, at + strlen("public: true, "));
    lowered = lowered_new(text, NULL);
    assert_non_null(lowered.model);
    assert_int_equal(FIND(lowered.model, service, "web.prod.eu-west-1")->n_hosts, 3);
    lowered_free(&lowered);
}

static void a_call_to_what_is_not_in_the_region_goes_to_every_region_it_is_in(void **state)
{
    struct fixture *fixture = *state;
    struct lowered lowered = lowered_new(
        replaced(fixture, "logging: {for: {region: all}", "logging: {for: {region: eu-west-1}"),
        NULL);
    const struct dm_service *service;

    assert_non_null(lowered.model);
    service = FIND(lowered.model, service, "portfolio.prod.eu-west-2");
    assert_int_equal(service->calls[0].to.v,
                     find(lowered.model, DM_KIND_service, "logging.eu-west-1"));
    lowered_free(&lowered);
}

static void stores_have_copies_with_endpoints_and_an_order_of_promotion(void **state)
{
    struct fixture *fixture = *state;
    const struct dm_model *model = fixture->base.model;
    const struct dm_store *store = FIND(model, store, "ledger.prod");
    const struct dm_store *files = FIND(model, store, "files.prod.eu-west-2");

    assert_int_equal(store->engine, DM_ENGINE_AURORA_GLOBAL);
    assert_int_equal(store->n_copies, 2);
    assert_string_equal(dm_region_get(model, store->copies[0].region)->object.name, "eu-west-1");
    assert_string_equal(dm_host_get(model, store->copies[1].hosts[1])->object.name,
                        "ledger.prod@eu-west-2.b");
    assert_int_equal(store->n_failover, 1);
    assert_int_equal(store->failover[0], 1);
    assert_string_equal(store->subjects[0], "DE");
    assert_string_equal(lowered_at(&fixture->base, store->copies[1].origin), "eu-west-2");
    assert_int_equal(files->n_copies, 1);
    assert_int_equal(files->copies[0].n_hosts, 0);
    assert_string_equal(dm_region_get(model, files->copies[0].region)->object.name, "eu-west-2");
}

static void policies_decide_one_verb_each_over_sets_of_countries(void **state)
{
    struct fixture *fixture = *state;
    const struct dm_model *model = fixture->base.model;
    const struct dm_policy *store = FIND(model, policy, "de-personal.customer_pii.DE.store");
    const struct dm_policy *process = FIND(model, policy, "de-personal.customer_pii.DE.process");
    const struct dm_policy *any = FIND(model, policy, "rest.ledger.any.store");

    assert_int_equal(model->n_policies, 3);
    assert_true(store->verbs[DM_VERB_STORE] && !store->verbs[DM_VERB_PROCESS]);
    assert_int_equal(store->n_allowed, 2);
    assert_int_equal(process->n_allowed, 3);
    assert_string_equal(process->allowed[2], "IE");
    assert_string_equal(store->object.label, "de-personal");
    assert_string_equal(store->valid_until, "2027-12-31");
    assert_string_equal(lowered_at(&fixture->base, store->allowed_origin), "[DE, FR]");
    assert_null(any->subject);
    assert_int_equal(any->n_allowed, 4);
}

static void requirements_are_resolved_to_pairs_sides_exposures_and_stores(void **state)
{
    struct fixture *fixture = *state;
    const struct dm_model *model = fixture->base.model;
    const struct dm_requirement *calls = FIND(model, requirement, "R-REACH-1");
    const struct dm_requirement *internet = FIND(model, requirement, "R-REACH-2");
    const struct dm_requirement *iso = FIND(model, requirement, "R-ISO-1");
    const struct dm_requirement *shared = FIND(model, requirement, "R-ISO-2");
    const struct dm_requirement *expose = FIND(model, requirement, "R-EXP-1");
    const struct dm_requirement *reside = FIND(model, requirement, "R-RES-1");

    assert_int_equal(calls->n_pairs, 13);
    assert_int_equal(calls->survive.kinds, 1u << DM_ELEMENT_ZONE | 1u << DM_ELEMENT_NAT_GATEWAY);
    assert_int_equal(calls->survive.k, 1);
    assert_string_equal(calls->from_text, "all");
    assert_null(calls->to_text);
    assert_int_equal(internet->level, DM_LEVEL_WARN);
    assert_int_equal(internet->pairs[0].to.kind, DM_PARTY_INTERNET);
    assert_int_equal(internet->pairs[0].port.port_first, 443);
    assert_int_equal(internet->survive.k, 0);
    assert_int_equal(iso->level, DM_LEVEL_ERROR);
    assert_int_equal(iso->n_isolations, 6);
    assert_string_equal(iso->isolations[0].from_text, "env:dev");
    assert_string_equal(iso->isolations[0].to_text, "env:stage");
    assert_int_equal(iso->isolations[0].n_from, 1);
    assert_int_equal(iso->isolations[0].n_to, 3);
    assert_int_equal(shared->isolations[0].n_from, 1);
    assert_true(shared->survive.each && shared->survive.k == 1);
    assert_int_equal(expose->n_allowed, 2);
    assert_int_equal(reside->n_stores, 4);
    assert_int_equal(reside->n_classes, 2);
}

static void overrides_that_name_more_win_and_mappings_merge(void **state)
{
    struct fixture *fixture = *state;
    struct lowered lowered =
        lowered_new(replaced(fixture, "dev: {nat_gateways: {per: vpc}}",
                             "prod: {cidr: {pool: estate, size: 18}}\n"
                             "      eu-west-1: {subnets: {attach: {size: 27}}}"),
                    NULL);

    assert_non_null(lowered.model);
    assert_prefix(FIND(lowered.model, vpc, "app.prod.eu-west-2")->cidrs[0], "10.64.0.0/16");
    assert_int_equal(FIND(lowered.model, vpc, "app.prod.eu-west-1")->cidrs[0].length, 18);
    assert_int_equal(FIND(lowered.model, subnet, "app.dev.eu-west-1.attach.a")->cidrs[0].length,
                     27);
    assert_int_equal(FIND(lowered.model, subnet, "app.stage.eu-west-2.attach.a")->cidrs[0].length,
                     28);
    assert_int_equal(FIND(lowered.model, subnet, "app.dev.eu-west-1.private.a")->cidrs[0].length,
                     20);
    lowered_free(&lowered);
}

/* ---- the lock, and finding the design ---- */

static void a_lock_keeps_addresses_and_is_written_as_it_is_read(void **state)
{
    struct fixture *fixture = *state;
    struct dm_str lock;
    const char *pinned;
    struct lowered lowered;

    dm_str_init(&lock, fixture->arena);
    dm_design_lock(fixture->base.model, &lock);
    assert_non_null(strstr(lock.text, "\n  app.stage.eu-west-1: 10.2.0.0/16\n"));
    lowered = lowered_new(fixture->text, lock.text);
    assert_int_equal(lowered.diags.n_items, 0);
    assert_string_equal(lowered_text(&lowered), lowered_text(&fixture->base));
    lowered_free(&lowered);

    pinned = "demarc_lock: 1\nvpcs: {app.dev.eu-west-1: 10.9.0.0/16, "
             "app.prod.eu-west-1: 10.0.0.0/16, app.stage.eu-west-1: 10.2.0.0/16, "
             "app.stage.eu-west-2: 10.16.0.0/16, shared.eu-west-1: 10.3.0.0/20, "
             "shared.eu-west-2: 10.17.0.0/20}\n";
    lowered = lowered_new(fixture->text, pinned);
    assert_int_equal(lowered.diags.n_items, 0);
    assert_prefix(FIND(lowered.model, vpc, "app.dev.eu-west-1")->cidrs[0], "10.9.0.0/16");
    assert_prefix(FIND(lowered.model, vpc, "app.prod.eu-west-1")->cidrs[0], "10.0.0.0/16");
    lowered_free(&lowered);
}

static void a_stale_lock_is_a_note_and_what_fits_is_kept(void **state)
{
    struct fixture *fixture = *state;
    struct lowered lowered = lowered_new(
        fixture->text, "demarc_lock: 1\nvpcs: {app.dev.eu-west-1: 10.9.0.0/16, gone: 10.0.0.0/16, "
                       "app.stage.eu-west-1: 10.9.0.0/16, app.prod.eu-west-2: 10.65.0.0/16, "
                       "app.prod.eu-west-1: 10.200.0.0/16, shared.eu-west-1: 10.4.0.0/21}\n");
    const struct dm_diag *diag = lowered.diags.items;

    assert_non_null(lowered.model);
    assert_int_equal(lowered.diags.n_errors, 0);
    assert_int_equal(lowered.diags.n_items, 1);
    assert_int_equal(diag->severity, DM_SEV_NOTE);
    assert_string_equal(diag->message, "the lock of addresses is stale in 7 places: "
                                       "this is outside the pool");
    assert_string_equal(lowered_at(&lowered, diag->labels[0].span), "10.200.0.0/16");
    assert_int_equal(diag->n_labels, DM_DIAG_MAX_LABELS);
    assert_prefix(FIND(lowered.model, vpc, "app.dev.eu-west-1")->cidrs[0], "10.9.0.0/16");
    assert_prefix(FIND(lowered.model, vpc, "app.prod.eu-west-1")->cidrs[0], "10.0.0.0/16");
    assert_prefix(FIND(lowered.model, vpc, "app.stage.eu-west-1")->cidrs[0], "10.1.0.0/16");
    assert_prefix(FIND(lowered.model, vpc, "app.prod.eu-west-2")->cidrs[0], "10.64.0.0/16");
    lowered_free(&lowered);
}

static void a_folder_with_one_design_stands_for_it(void **state)
{
    struct fixture *fixture = *state;
    struct dm_err err = DM_ERR_INIT;
    char folder[] = "/tmp/demarc-locate-XXXXXX";
    const char *file = NULL;
    const char *one;

    assert_non_null(mkdtemp(folder));
    assert_int_equal(dm_design_locate(fixture->arena, folder, &file, &err), DM_USAGE);
    assert_non_null(strstr(err.text, "no design"));
    one = dm_path_join(fixture->arena, folder, "one.demarc.yaml");
    assert_int_equal(dm_file_write(one, "", 0, NULL), DM_OK);
    assert_int_equal(dm_file_write(dm_path_join(fixture->arena, folder, "other.yaml"), "", 0, NULL),
                     DM_OK);
    assert_int_equal(dm_design_locate(fixture->arena, folder, &file, NULL), DM_OK);
    assert_string_equal(file, one);
    assert_int_equal(
        dm_file_write(dm_path_join(fixture->arena, folder, "two.demarc.yaml"), "", 0, NULL), DM_OK);
    err = (struct dm_err)DM_ERR_INIT;
    assert_int_equal(dm_design_locate(fixture->arena, folder, &file, &err), DM_USAGE);
    assert_non_null(strstr(err.text, "one.demarc.yaml, two.demarc.yaml"));
    assert_int_equal(dm_design_locate(fixture->arena, one, &file, NULL), DM_OK);
    assert_string_equal(file, one);
    assert_int_equal(dm_file_remove_tree(folder, NULL), DM_OK);
}

/* ---- faults ---- */

struct fault {
    const char *from;
    const char *to;
    const char *at; /* the text of the place that is named */
    const char *message;
    const char *help; /* NULL: not looked at */
};

static const struct fault faults[] = {
    /* the world */
    { "eu-west-2: {zones", "eu-wset-2: {zones", "eu-wset-2", "unknown region `eu-wset-2`",
      "did you mean `eu-west-2`?" },
    { "name: bank", "name: bank\npartition: aws-cn", "eu-west-1",
      "region `eu-west-1` is of partition `aws`, the design of `aws-cn`", NULL },
    { "name: bank", "name: bank\npartition: aws-ch", "aws-ch", "unknown partition `aws-ch`", NULL },
    { "zones: [a, b, c]", "zones: [a, b, c, d]", "d", "region `eu-west-1` has 3 zones", NULL },
    { "zones: [a, b, c]", "zones: [a, b, a]", "a", "zone `a` is listed twice", NULL },
    { "asn: 64512", "asn: 64000", "64000",
      "`asn` must be 64512 to 65534 or 4200000000 to 4294967294, found 64000", NULL },
    { "[dev, stage, prod]\npools", "[dev, stage, prod, dev]\npools", "dev",
      "environment `dev` is listed twice", NULL },
    { "ALL: [EU, GB]", "ALL: [EU, UK]", "UK", "unknown country code or jurisdiction `UK`", NULL },
    { "ALL: [EU, GB]", "ALL: [EU, GB], A: [B], B: [A]", "B", "jurisdiction `B` holds itself",
      NULL },
    { "ALL: [EU, GB]", "ALL: [EU, GB], DE: [FR]", "DE",
      "jurisdiction `DE` bears the code of a country", NULL },
    { "estate: {cidr: 10.0.0.0/8}", "estate: {cidr: 10.300.0.0/8}", "10.300.0.0/8", NULL, NULL },
    { "estate: {cidr: 10.0.0.0/8}", "estate: {cidr: 10.1.0.0/8}", "10.1.0.0/8", NULL,
      "the network is `10.0.0.0/8`" },
    { "environments: [dev,", "environments: [eu-west-1, dev,", "eu-west-1",
      "`eu-west-1` is an environment too", NULL },
    /* matrices */
    { "{region: eu-west-1, env: dev}", "{region: eu-west-1, env: div}", "div",
      "unknown environment `div`", "did you mean `dev`?" },
    { "{region: eu-west-1, env: dev}", "{region: eu-west-3, env: dev}", "eu-west-3",
      "unknown region `eu-west-3`", NULL },
    { "{region: eu-west-1, env: dev}", "{region: all, env: stage}", "app",
      "`app.stage.eu-west-1` is made twice", NULL },
    { "dev: {nat_gateways: {per: vpc}}",
      "prod: {internet_gateway: true}\n"
      "      eu-west-1: {internet_gateway: false}",
      "internet_gateway",
      "two overrides, equally specific, give `internet_gateway` of `app.prod.eu-west-1`", NULL },
    { "dev: {nat_gateways: {per: vpc}}", "dev.eu-west-2: {internet_gateway: true}", "dev.eu-west-2",
      "`dev.eu-west-2` is none of the copies of `app`", NULL },
    { "dev: {nat_gateways: {per: vpc}}", "prodd: {internet_gateway: true}", "prodd",
      "`prodd` names no environment and region", NULL },
    { "table: shared, ", "table: \"${env}\", ", "\"${env}\"",
      "`shared.eu-west-1` has no environment to put here", NULL },
    { "table: \"${env}\", ", "table: \"${evn}\", ", "\"${evn}\"", "unknown `${evn}`", NULL },
    /* addresses */
    { "cidr: {pool: region, size: 16}", "cidr: {pool: region, size: 8}", "8",
      "a network of size /8", "VPCs and subnets are /16 to /28 [VPC-01]" },
    { "cidr: 10.64.0.0/16", "cidr: 10.64.0.0/12", "10.64.0.0/12", "the CIDR of a VPC has size /12",
      NULL },
    { "cidr: {pool: region, size: 16}", "cidr: 10.8.0.0/16", "10.8.0.0/16",
      "`app.prod.eu-west-1` and others would have the same CIDR", NULL },
    { "cidr: {pool: region, size: 16}", "cidr: {pool: estat, size: 16}", "estat",
      "unknown pool `estat`", "did you mean `estate`?" },
    { "cidr: 10.0.0.0/12", "cidr: 10.0.0.0/15", "16",
      "no room for `app.stage.eu-west-1` (/16) in 10.0.0.0/15: all is taken", NULL },
    { "private: {size: 20, ", "private: {size: 17, ", "17",
      "no room for subnet `app.dev.eu-west-1.private.c` (/17) in 10.0.0.0/16: all is taken", NULL },
    { "size: 20}\n    subnets:\n      private: {size: 24",
      "size: 20}\n    subnets:\n      "
      "private: {size: 16",
      "16",
      "a subnet of size /16 is larger than `shared.eu-west-1`, "
      "10.3.0.0/20",
      NULL },
    /* gateways and routes */
    { "nat_gateways: {in: public,", "nat_gateways: {in: pubilc,", "pubilc",
      "unknown subnet `pubilc`", "did you mean `public`?" },
    { "    internet_gateway: true\n", "", "internet-gateway",
      "`app.dev.eu-west-1` has no internet gateway", NULL },
    { "private: {size: 24, routes: {\"pool:estate\": transit-gateway}}",
      "private: {size: 24, routes: {internet: nat-gateway}}", "nat-gateway",
      "`shared.eu-west-1` has no NAT gateway", NULL },
    { "    attach: {to: main, subnets: attach, table: shared, propagate: [dev, stage, prod]}\n", "",
      "transit-gateway", "`shared.eu-west-1` is attached to no transit gateway", NULL },
    { "\"10.0.0.0/8\": transit-gateway", "\"10.0.0.0/8\": transit-gatewey", "transit-gatewey",
      "unknown target `transit-gatewey`", "did you mean `transit-gateway`?" },
    { "\"10.0.0.0/8\": transit-gateway", "\"10.0.0.0/8\": \"peering:tools\"", "\"peering:tools\"",
      "peering `tools` does not join `app.prod.eu-west-1`", NULL },
    { "\"10.0.0.0/8\": transit-gateway", "\"10.0.0.0/8\": \"peering:tolls\"", "\"peering:tolls\"",
      "unknown peering `tolls`", "did you mean `tools`?" },
    { "\"10.0.0.0/8\": transit-gateway}",
      "\"10.0.0.0/8\": blackhole, \"pool:estate\": "
      "transit-gateway}",
      "\"pool:estate\"", "a second route to 10.0.0.0/8", NULL },
    { "attach: {size: 28}", "attach: {size: 28, routes: {\"10.1.7.0/24\": blackhole}}",
      "\"10.1.7.0/24\"",
      "a route to 10.1.7.0/24 cannot stand in `app.prod.eu-west-1`: it is local there", NULL },
    { "between: [app.dev.eu-west-1,", "between: [app.dev.eu-west-2,", "app.dev.eu-west-2",
      "unknown copy of a VPC `app.dev.eu-west-2`", "did you mean `app.dev.eu-west-1`?" },
    /* transit gateways */
    { "attach: {to: main, subnets: attach, table: shared",
      "attach: {to: mian, subnets: attach, "
      "table: shared",
      "mian", "unknown transit gateway `mian`", "did you mean `main`?" },
    { "main:\n    for: {region: all}", "main:\n    for: {region: eu-west-1}", "main",
      "transit gateway `main` is not in `eu-west-2`", NULL },
    { "table: shared, propagate", "table: sharde, propagate", "sharde",
      "unknown table of the transit gateway `sharde`", "did you mean `shared`?" },
    { "associate: mesh", "associate: mash", "mash", "unknown table of the transit gateway `mash`",
      "did you mean `mesh`?" },
    { "routes: {prod: [\"app.prod\", shared]", "routes: {prod: [\"app.prd\", shared]",
      "\"app.prd\"", "`app.prd` is no VPC with its environment, as `app.prod`", NULL },
    { "\"10.254.0.0/16\": \"vpc:shared\"", "\"10.64.0.0/16\": blackhole", "\"app.prod\"",
      "a second static route to 10.64.0.0/16 in table `prod`", NULL },
    { "\"vpc:shared\"", "\"vpc:app\"", "\"vpc:app\"",
      "`vpc:app` may be `app.dev.eu-west-1` or `app.prod.eu-west-1`", NULL },
    /* filters */
    { "from: \"group:edge\"", "from: \"group:egde\"", "\"group:egde\"", "unknown group `egde`",
      "did you mean `edge`?" },
    { "from: \"group:edge\"", "from: \"group:shared\"", "\"group:shared\"",
      "group `shared` is not in VPC `app`", NULL },
    { "from: \"group:edge\"", "from: \"group:shared.eu-west-1.shard\"",
      "\"group:shared.eu-west-1.shard\"", "unknown group `shard`", "did you mean `shared`?" },
    { "from: \"group:edge\"", "from: \"group:shared.eu-west-9.shared\"",
      "\"group:shared.eu-west-9.shared\"", "there is no group `shared.eu-west-9.shared`",
      "a group of another VPC is `group:ROLE.ENV.REGION.NAME`, or without `ENV` where that VPC has "
      "none" },
    { "edge: {in: app,", "edge: {in: apo,", "apo", "unknown VPC `apo`", "did you mean `app`?" },
    { "{rule: 200, deny: all", "{rule: 100, deny: all", "100", "rule 100 is there already", NULL },
    { "{rule: 200, deny: all", "{rule: 40000, deny: all", "40000",
      "`rule` must be 1 to 32766, found 40000", NULL },
    { "acl: database", "acl: databsae", "databsae", "unknown ACL `databsae`",
      "did you mean `database`?" },
    { "port: [tcp/443, tcp/8443]", "port: [tcp/443, tcp/99999]", "tcp/99999",
      "`tcp/99999` is no protocol and port", NULL },
    /* data */
    { "class: ledger", "class: leger", "leger", "unknown class of data `leger`",
      "did you mean `ledger`?" },
    { "engine: aurora-global", "engine: aurora", "aurora", "unknown engine `aurora`", NULL },
    { "replicas: [eu-west-2]", "replicas: [eu-west-1]", "eu-west-1",
      "the primary of `ledger.prod` is in `eu-west-1` already", NULL },
    { "failover: [eu-west-2]", "failover: [eu-west-1]", "eu-west-1",
      "`ledger.prod` has no replica in `eu-west-1` to fail over to", NULL },
    { "    primary: eu-west-1\n", "", "ledger", "`ledger` does not say where its primary is",
      NULL },
    { "in: app.database", "in: app.datbase", "app.datbase", "unknown subnet `datbase`",
      "did you mean `database`?" },
    { "for: {env: [stage, prod]}", "for: {env: all}", "eu-west-2",
      "`app` of dev is not in `eu-west-2`, where `ledger.dev` is", NULL },
    { "engine: s3", "engine: s3\n    port: tcp/443", "port", "a store of engine `s3` has no `port`",
      NULL },
    /* services */
    { "zones: all", "zones: [a, c]", "c", "region `eu-west-2` has no zone `c`", NULL },
    { "groups: [edge], public", "groups: [shared], public", "shared",
      "group `shared` is not in VPC `app`", NULL },
    { "groups: [edge], public", "public", "web", "`groups` is missing", NULL },
    { "in: app.public", "in: app.private", "app.private",
      "public endpoints need a public subnet, `app.prod.eu-west-1.private.a` is none", NULL },
    { "calls: [portfolio]", "calls: [portfoilo]", "portfoilo",
      "unknown service or store `portfoilo`", "did you mean `portfolio`?" },
    { "calls: [portfolio]", "calls: [portfolio, {to: portfolio, region: same}]", "portfolio",
      "`web.prod.eu-west-1` calls `portfolio.prod.eu-west-1` twice", NULL },
    { "calls: [portfolio]", "calls: [{to: ledger, region: all}]", "all",
      "`ledger` has no copy of its own in each region", NULL },
    { "logging: {for: {region: all}, in: shared.private,",
      "logging: {for: {region: all}, calls: "
      "[web], in: shared.private,",
      "web", "`web` has no copy for `logging.eu-west-1` to call", NULL },
    { "portfolio:\n",
      "files: {for: {region: all}, in: shared.private, port: tcp/1, groups: "
      "[shared]}\n  portfolio:\n",
      "files", "`files` is a service and a store", "write `service:files` or `store:files`" },
    { "services:\n",
      "services:\n  gone: {for: {region: eu-west-2, env: dev}, in: app.private, "
      "port: tcp/1, groups: [app]}\n",
      "app.private", "`gone.dev.eu-west-2` is in no copy of VPC `app`", NULL },
    { "services:\n",
      "services:\n  gone: {for: {region: eu-west-2, env: all}, in: lab.private, "
      "port: tcp/1, groups: [app]}\n",
      "lab.private", "unknown VPC `lab`", NULL },
    { "logging: {for: {region: all}, in: shared.private",
      "logging: {for: {region: all}, in: "
      "shared.private, port: tcp/8080, groups: [shared]}\n  gone: {for: {region: all}, in: "
      "app.private",
      "gone", "`gone` is nowhere: no copy of its VPC is where it would be", NULL },
    /* requirements */
    { "from: portfolio.prod.eu-west-1", "from: portfolio.dev.eu-west-2", "portfolio.dev.eu-west-2",
      "`portfolio.dev.eu-west-2` selects nothing", NULL },
    { "from: portfolio.prod.eu-west-1", "from: \"env:test\"", "\"env:test\"",
      "unknown environment `test`", NULL },
    { "from: portfolio.prod.eu-west-1", "from: portfolio.prod.nowhere", "portfolio.prod.nowhere",
      "`portfolio.prod.nowhere` names no environment and region", NULL },
    { "to: internet, port: tcp/443}", "to: internet}", "reach",
      "`port` is missing: the internet has no own", NULL },
    { "to: \"env:dev\"}", "to: [\"env:dev\", logging]}", "[\"env:dev\", logging]",
      "`logging.eu-west-1` is on both sides and cannot be isolated from itself", NULL },
    { "any: [zone, nat-gateway]", "any: [zone, nat-gatway]", "nat-gatway",
      "unknown kind of element `nat-gatway`", "did you mean `nat-gateway`?" },
    { "k: 1}", "k: 9}", "9", "`k` must be 0 to 8, found 9", NULL },
    { "reside: {class: all}", "reside: {class: ledger, stores: files}", "ledger",
      "no store of those holds data of `ledger`", NULL },
    { "R-EXP-1: {expose", "R-EXP-1: {reach: {calls: all}, expose", "expose",
      "requirement `R-EXP-1` asks two things", NULL },
};

static const struct dm_diag *first_error(const struct lowered *lowered)
{
    for (size_t i = 0; i < lowered->diags.n_items; i++) {
        if (lowered->diags.items[i].severity == DM_SEV_ERROR) {
            return &lowered->diags.items[i];
        }
    }
    return NULL;
}

static bool is_fault(const struct lowered *lowered, const struct dm_diag *diag,
                     const struct fault *fault)
{
    return strcmp(lowered_at(lowered, diag->labels[0].span), fault->at) == 0
           && (!fault->message || strcmp(diag->message, fault->message) == 0)
           && (!fault->help || (diag->help && strcmp(diag->help, fault->help) == 0));
}

static void each_fault_is_named_once_at_the_text_that_is_wrong(void **state)
{
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct lowered lowered = lowered_new(replaced(fixture, faults[i].from, faults[i].to), NULL);
        const struct dm_diag *diag = first_error(&lowered);
        bool found = false;

        if (!diag) {
            fail_msg("no fault for \"%s\"", faults[i].to);
            return;
        }
        for (size_t j = 0; j < lowered.diags.n_items; j++) {
            found = found || is_fault(&lowered, &lowered.diags.items[j], &faults[i]);
        }
        if (!found) {
            fail_msg("for \"%s\" got \"%s\" at \"%s\" (help: %s)", faults[i].to, diag->message,
                     lowered_at(&lowered, diag->labels[0].span), diag->help ? diag->help : "");
        }
        assert_null(lowered.model);
        lowered_free(&lowered);
    }
}

static void several_faults_are_named_in_one_run(void **state)
{
    struct fixture *fixture = *state;
    char *keep = fixture->text;
    struct lowered lowered;

    fixture->text = dm_arena_strdup(fixture->arena, replaced(fixture, "engine: s3", "engine: s4"));
    fixture->text =
        dm_arena_strdup(fixture->arena, replaced(fixture, "acl: database", "acl: nothing"));
    fixture->text =
        dm_arena_strdup(fixture->arena, replaced(fixture, "[portfolio]", "[portfolios]"));
    lowered = lowered_new(fixture->text, NULL);
    fixture->text = keep;
    assert_int_equal(lowered.diags.n_errors, 3);
    lowered_free(&lowered);
}

static void a_subnet_without_room_for_its_endpoints_is_a_fault_at_its_size(void **state)
{
    struct fixture *fixture = *state;
    struct dm_str services;
    struct lowered lowered;

    dm_str_init(&services, fixture->arena);
    dm_str_add(&services, "services:\n");
    for (int i = 0; i < 11; i++) {
        dm_str_addf(&services,
                    "  s%d: {for: {region: eu-west-1}, in: shared.attach, port: tcp/1, groups: "
                    "[shared]}\n",
                    i);
    }
    lowered = lowered_new(replaced(fixture, "services:\n", services.text), NULL);
    assert_int_equal(lowered.diags.n_errors, 1);
    assert_string_equal(lowered.diags.items[0].message,
                        "subnet `shared.eu-west-1.attach.a` (/28) has room for 11 addresses, "
                        "12 are needed");
    assert_string_equal(lowered_at(&lowered, lowered.diags.items[0].labels[0].span), "28");
    lowered_free(&lowered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regions_have_their_country_and_their_zones),
        cmocka_unit_test(vpcs_are_allocated_by_name_around_what_is_written),
        cmocka_unit_test(subnets_are_allocated_by_size_then_name_then_zone),
        cmocka_unit_test(routes_go_to_the_gateways_of_their_vpc_and_zone),
        cmocka_unit_test(peerings_and_black_holes_are_targets_of_routes),
        cmocka_unit_test(groups_and_acls_have_a_copy_in_each_vpc),
        cmocka_unit_test(attachments_have_a_table_an_interface_a_zone_and_propagate_as_asked),
        cmocka_unit_test(a_mesh_is_pairs_of_attachments_with_static_routes_both_ways),
        cmocka_unit_test(an_attachment_without_a_table_takes_the_defaults_of_its_gateway),
        cmocka_unit_test(endpoints_get_the_first_free_addresses_in_order_of_names),
        cmocka_unit_test(services_run_where_their_vpc_is_and_call_their_own_environment),
        cmocka_unit_test(a_service_has_an_endpoint_in_each_zone_that_it_names),
        cmocka_unit_test(an_override_may_add_a_subnet_to_some_copies),
        cmocka_unit_test(a_call_to_what_is_not_in_the_region_goes_to_every_region_it_is_in),
        cmocka_unit_test(stores_have_copies_with_endpoints_and_an_order_of_promotion),
        cmocka_unit_test(policies_decide_one_verb_each_over_sets_of_countries),
        cmocka_unit_test(requirements_are_resolved_to_pairs_sides_exposures_and_stores),
        cmocka_unit_test(overrides_that_name_more_win_and_mappings_merge),
        cmocka_unit_test(a_lock_keeps_addresses_and_is_written_as_it_is_read),
        cmocka_unit_test(a_stale_lock_is_a_note_and_what_fits_is_kept),
        cmocka_unit_test(a_folder_with_one_design_stands_for_it),
        cmocka_unit_test(each_fault_is_named_once_at_the_text_that_is_wrong),
        cmocka_unit_test(several_faults_are_named_in_one_run),
        cmocka_unit_test(a_subnet_without_room_for_its_endpoints_is_a_fault_at_its_size),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
