/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Artifacts of whole designs, read back: everything of the model stands in them, once, each
 * reference leads somewhere, each argument is one that the provider takes, and files are in
 * canonical form.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/base/file.h"
#include "model/base/str.h"
#include "model/front/aws/aws.h"
#include "model/front/design/design.h"
#include "render/artifacts/terraform.h"
#include "tests/support/dmtest.h"
#include "tests/support/roots.h"

static const char small[] = "tests/artifacts/two-regions/two-regions.demarc.yaml";
static const char reference[] = "data/designs/fineract-emea/repaired/fineract-emea.demarc.yaml";
static const char hybrid[] = "tests/artifacts/hybrid/hybrid.demarc.yaml";
static const char core[] = "tests/artifacts/core-network/core-network.demarc.yaml";
static const char hub[] = "examples/inspection/hub.demarc.yaml";
static const char wan[] = "examples/inspection/wan.demarc.yaml";
static const char served[] = "tests/artifacts/served/served.demarc.yaml";
static const char clusters[] = "tests/artifacts/clusters/clusters.demarc.yaml";
static const char *const designs[] = { small, core, reference, hybrid, hub, wan, served, clusters };
enum { N_DESIGNS = sizeof designs / sizeof designs[0] };

struct made {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_layout layout;
    struct roots roots;
};

/* 'file' is a design, or a folder of describe output. */
static struct made try_to_make(const char *file, struct dm_err *ret_err)
{
    struct made made = { .arena = dm_arena_new(0) };
    struct dm_err err = DM_ERR_INIT;
    struct dm_sources *sources = dm_sources_new(made.arena, &err);
    struct dm_facts *facts = dm_facts_new(made.arena);
    struct dm_builder *builder = dm_builder_new(made.arena, sources, &err);
    struct dm_diags diags;

    dm_diags_init(&diags, made.arena);
    assert_int_equal(dm_file_is_folder(file)
                         ? dm_aws_load(made.arena, sources, file, facts, builder, &diags, &err)
                         : dm_design_load(made.arena, sources, file, facts, builder, &diags, &err),
                     DM_OK);
    assert_int_equal(dm_model_build(builder, &diags, &made.model, &err), DM_OK);
    for (size_t i = 0; i < diags.n_items && diags.n_errors; i++) {
        print_error("%s\n", diags.items[i].message);
    }
    assert_non_null(made.model);
    if (dm_terraform_make(made.arena, made.model, &made.layout, ret_err) != DM_OK) {
        return made;
    }
    dm_layout_sort(&made.layout);
    made.roots = roots_read(made.arena, &made.layout);
    return made;
}

static struct made make(const char *file)
{
    struct dm_err err = DM_ERR_INIT;
    struct made made = try_to_make(file, &err);

    if (err.text[0]) {
        fail_msg("%s: %s", file, err.text);
    }
    return made;
}

static void release(struct made *made)
{
    roots_release(&made->roots);
    dm_arena_free(made->arena);
}

static void assert_no_faults(const struct made *made)
{
    for (size_t i = 0; i < made->roots.faults.n; i++) {
        print_error("%s\n", made->roots.faults.items[i]);
    }
    assert_int_equal(made->roots.faults.n, 0);
}

static void all_of_the_network_stands_in_the_artifacts_once(void **state)
{
    (void)state;
    for (int i = 0; i < N_DESIGNS; i++) {
        struct made made = make(designs[i]);

        assert_string_equal(roots_text(&made.roots), roots_text_of_model(made.arena, made.model));
        assert_no_faults(&made);
        release(&made);
    }
}

static void so_does_all_of_a_deployed_network(void **state)
{
    static const char lab[] = "../shared/cases/aws-probes/aws_tgw_multi_az_intra_region";
    json_t *schema = roots_schema_new();
    struct made made;

    (void)state;
    if (!dm_file_is_folder(lab)) {
        json_decref(schema);
        print_message("skipped: there is no %s\n", lab);
        skip();
    }
    made = make(lab);
    assert_string_equal(roots_text(&made.roots), roots_text_of_model(made.arena, made.model));
    roots_check(&made.roots);
    if (schema) {
        roots_check_schema(&made.roots, schema);
    }
    assert_no_faults(&made);
    release(&made);
    json_decref(schema);
}

/* Load balancers with their listeners, rules, certificates and groups, and who they send to. */
static void so_do_load_balancers_that_are_deployed(void **state)
{
    struct made made = make("tests/support/aws/served");

    (void)state;
    assert_int_equal(made.model->n_balancers, 2);
    assert_int_equal(made.model->n_target_groups, 4);
    assert_string_equal(roots_text(&made.roots), roots_text_of_model(made.arena, made.model));
    assert_non_null(strstr(roots_text(&made.roots), "certificate/0aa"));
    assert_non_null(strstr(roots_text(&made.roots), "8053")); /* health is checked there */
    roots_check(&made.roots);
    assert_no_faults(&made);
    release(&made);
}

/* Writes the folder of the test above with one word of it replaced, and loads that. */
static void expect_refused(const char *word, const char *other, const char *why)
{
    struct dm_arena *arena = dm_arena_new(0);
    char folder[] = "/tmp/demarc-served-XXXXXX";
    const char *path;
    struct dm_err err = DM_ERR_INIT;
    struct dm_str text;
    struct made made;
    char *old = NULL;
    size_t size = 0;
    const char *at;

    assert_non_null(mkdtemp(folder));
    assert_int_equal(dm_file_read(arena, "tests/support/aws/served/eu-west-1/all.json", 1 << 20,
                                  &old, &size, NULL),
                     DM_OK);
    at = strstr(old, word);
    assert_non_null(at);
    dm_str_init(&text, arena);
    dm_str_addf(&text, "%.*s%s%s", (int)(at - old), old, other, at + strlen(word));
    path = dm_path_join(arena, folder, "all.json");
    assert_int_equal(dm_file_write(path, text.text, text.length, NULL), DM_OK);
    made = try_to_make(folder, &err);
    if (!strstr(err.text, why)) {
        fail_msg("`%s` for `%s`: \"%s\", not \"%s\"", other, word, err.text, why);
    }
    release(&made);
    assert_int_equal(dm_file_remove_tree(folder, NULL), DM_OK);
    dm_arena_free(arena);
}

static void what_is_beyond_the_model_of_a_load_balancer_is_refused(void **state)
{
    static const char checks[] = "what its health checks ask for is not modelled";

    (void)state;
    expect_refused("\"IpAddressType\": \"ipv4\"", "\"IpAddressType\": \"dualstack\"", "IPv6");
    expect_refused("\"Protocol\": \"TLS\"", "\"Protocol\": \"TCP_UDP\"", "protocol of a listener");
    expect_refused("\"Mode\": \"off\"", "\"Mode\": \"verify\"", "asks clients for certificates");
    expect_refused("\"CertificateArn\"", "\"CertificateName\"", "certificate of a listener");
    expect_refused("\"HealthCheckPath\": \"/\"", "\"HealthCheckPath\": \"/up\"", checks);
    expect_refused("\"HttpCode\": \"200\"", "\"HttpCode\": \"200-299\"", checks);
    expect_refused("\"HealthCheckProtocol\": \"TCP\"", "\"HealthCheckProtocol\": \"HTTP\"", checks);
    expect_refused("\"HealthCheckEnabled\": true", "\"HealthCheckEnabled\": false", checks);
    expect_refused("\"ProtocolVersion\": \"HTTP1\"", "\"ProtocolVersion\": \"GRPC\"",
                   "version of HTTP");
    expect_refused("\"TargetType\": \"ip\"", "\"TargetType\": \"alb\"", "neither addresses");
}

static void every_reference_leads_to_something_that_is_made_before(void **state)
{
    (void)state;
    for (int i = 0; i < N_DESIGNS; i++) {
        struct made made = make(designs[i]);

        roots_check(&made.roots);
        assert_no_faults(&made);
        release(&made);
    }
}

static void every_argument_is_one_that_the_provider_takes(void **state)
{
    json_t *schema = roots_schema_new();

    (void)state;
    if (!schema) {
        skip();
    }
    for (int i = 0; i < N_DESIGNS; i++) {
        struct made made = make(designs[i]);

        roots_check_schema(&made.roots, schema);
        assert_no_faults(&made);
        release(&made);
    }
    json_decref(schema);
}

static void files_are_in_canonical_form(void **state)
{
    (void)state;
    for (int i = 0; i < N_DESIGNS; i++) {
        struct made made = make(designs[i]);

        for (size_t j = 0; j < made.layout.n; j++) {
            const struct dm_layout_file *file = &made.layout.items[j];
            json_t *document = json_loadb(file->text, file->size, JSON_REJECT_DUPLICATES, NULL);
            char *text = json_dumps(document, JSON_INDENT(2) | JSON_SORT_KEYS);

            assert_non_null(text);
            assert_int_equal(strlen(text) + 1, file->size);
            assert_memory_equal(text, file->text, strlen(text));
            assert_int_equal(file->text[file->size - 1], '\n');
            free(text);
            json_decref(document);
        }
        release(&made);
    }
}

/* From nothing at all to enough: it ends with the files, or without memory. */
static void too_little_memory_is_an_error(void **state)
{
    enum { STEP_BYTES = 16 * 1024, MOST_BYTES = 8 * 1024 * 1024 };
    struct made made = make(small);
    bool enough = false;
    size_t n_failed = 0;

    (void)state;
    for (uint64_t limit = STEP_BYTES; limit < MOST_BYTES && !enough; limit += STEP_BYTES) {
        struct dm_arena *arena = dm_arena_new(limit);
        struct dm_err err = DM_ERR_INIT;
        struct dm_layout layout = { 0 };
        enum dm_status status =
            arena ? dm_terraform_make(arena, made.model, &layout, &err) : DM_NOMEM;

        enough = status == DM_OK;
        assert_true(enough || status == DM_NOMEM);
        assert_true(!enough || layout.n == made.layout.n);
        n_failed += !enough;
        dm_arena_free(arena);
    }
    assert_true(enough && n_failed > 0);
    release(&made);
}

/* Each fault is seen by the checks that the tests above trust. */
static void faults_in_artifacts_are_seen(void **state)
{
    static const char *const planted[][2] = {
        { "\"endpoint_public_access\": true", "\"endpoint_public_access\": false" },
        { "\"198.51.100.0/24\"", "\"198.51.100.0/25\"" },
        { "\"max_size\": 6", "\"max_size\": 60" },
        { "PREFER_NO_SCHEDULE", "NO_EXECUTE" },
        { "aws_eks_node_group.core_prod_eu_west_1_batch.resources[0]",
          "aws_eks_node_group.core_prod_eu_west_1_workers.resources[0]" },
        { "\"${var.instance_type_core_prod_eu_west_1_batch}\"", "\"${var.instance_type}\"" },
        { "\"bootstrap_self_managed_addons\": false", "\"bootstrap_self_managed_addons\": true" },
        { "outputs.security_group_app_prod_eu_west_1_nodes}",
          "outputs.security_group_app_prod_eu_west_1_front}" },
        { "\"priority\": 20", "\"priority\": 21" },
        { "subnet_id == aws_subnet.app_prod_eu_west_1_firewall_a.id",
          "subnet_id == aws_subnet.app_prod_eu_west_1_firewall_b.id" },
        { "(sid:2;)", "(sid:4;)" },
        { "\"aws:drop_established\"", "\"aws:drop_strict\"" },
        { "\"enable_cross_zone_load_balancing\": true",
          "\"enable_cross_zone_load_balancing\": false" },
        { "\"preserve_client_ip\": \"true\"", "\"preserve_client_ip\": \"false\"" },
        { "\"port\": \"8080\"", "\"port\": \"8081\"" },
        { "\"traffic_dial_percentage\": 30", "\"traffic_dial_percentage\": 100" },
        { "\"aws.us_west_2\"", "\"aws.eu_west_2\"" },
        { "outputs.service_name_gateway_load_balancer_gateway_inspection_eu_west_1_fleet",
          "outputs.gateway_load_balancer_gateway_inspection_eu_west_1_fleet_x" },
        { "aws_lb_target_group.front_prod_eu_west_1_tcp_80.arn",
          "aws_lb_target_group.front_prod_eu_west_1_tcp_443.arn" },
        { "\"source_dest_check\": false", "\"source_dest_check\": true" },
        { "outputs.vpn_gateway_tools_eu_west_1_vgw}",
          "outputs.vpn_gateway_tools_eu_central_1_vgw}" },
        { "${aws_customer_gateway.office_by_hand.id}", "${aws_customer_gateway.office_static.id}" },
        { "${aws_vpn_connection.office_to_transit.transit_gateway_attachment_id}",
          "${aws_vpn_connection.office_to_transit.vpn_gateway_attachment_id}" },
        { "${aws_dx_connection.second.id}", "${aws_dx_connection.first.id}" },
        { "aws_dx_gateway_association.transit_main_eu_central_1__to\"",
          "aws_dx_gateway_association.transit_main_eu_west_1__to\"" },
        { "\"10.1.0.0/16\"\n        ],", "\"10.2.0.0/16\"\n        ]," },
        { "\"destination_cidr_block\": \"10.0.0.0/8\"",
          "\"destination_cidr_block\": \"10.0.0.0/9\"" },
        { "${aws_route_table.app_prod_eu_west_1_private_a.id}",
          "${aws_route_table.app_prod_eu_west_1_public_a.id}" },
        { "${aws_vpc.app_prod_eu_west_1.id}", "${aws_vpc.app_prod_eu_west_9.id}" },
        { "outputs.transit_gateway_main_eu_west_1}", "outputs.transit_gateway_main_eu_west_9}" },
        { "\"aws.eu_west_2\"", "\"aws.eu_west_1\"" },
        { "../../shared/eu-west-1/", "../../prod/eu-west-2/" },
        { "\"map_public_ip_on_launch\"", "\"maps_public_ip_on_launch\"" },
        { "\"rule_number\": 110", "\"rule_number\": \"110\"" },
        { "\"rule_action\"", "\"//\"" },
    };
    enum { N_OF_SITES = 6, N_OF_SERVED = 12, N_OF_CLUSTERS = 8 };
    static const char *const of[] = { clusters, served, hybrid, small };
    json_t *schema = roots_schema_new();
    size_t n = sizeof planted / sizeof planted[0];

    (void)state;
    for (size_t i = 0; i < (schema ? n : n - 3); i++) {
        struct made made = make(of[i < N_OF_CLUSTERS                              ? 0
                                   : i < N_OF_CLUSTERS + N_OF_SERVED              ? 1
                                   : i < N_OF_CLUSTERS + N_OF_SERVED + N_OF_SITES ? 2
                                                                                  : 3]);
        struct roots roots;
        bool changed = false;

        for (size_t j = 0; j < made.layout.n && !changed; j++) {
            struct dm_layout_file *file = &made.layout.items[j];
            const char *at = strstr(file->text, planted[i][0]);

            if (at) {
                file->text = dm_sprintf(made.arena, "%.*s%s%s", (int)(at - file->text), file->text,
                                        planted[i][1], at + strlen(planted[i][0]));
                file->size = strlen(file->text);
                changed = true;
            }
        }
        assert_true(changed);
        roots = roots_read(made.arena, &made.layout);
        roots_check(&roots);
        if (schema) {
            roots_check_schema(&roots, schema);
        }
        if (roots.faults.n == 0
            && strcmp(roots_text(&roots), roots_text_of_model(made.arena, made.model)) == 0) {
            fail_msg("`%s` for `%s` is not seen", planted[i][1], planted[i][0]);
        }
        roots_release(&roots);
        release(&made);
    }
    json_decref(schema);
}

/* What the design of a line may leave out and a router cannot. */
static void a_line_of_which_something_is_missing_is_refused_by_name(void **state)
{
    static const char *const cases[][3] = {
        { ", address: 192.0.2.1}", "}", "customer gateway `office.to-vpc` has no public" },
        { "{code: EqFA5}", "{}", "connection `first`: the code of its location is not given" },
        { "bandwidth: 10Gbps, ", "", "connection `first`: MACsec needs" },
        { ", vlan: 101", "", "virtual interface `hall.transit`: its VLAN" },
    };
    struct dm_arena *arena = dm_arena_new(0);
    char file[] = "/tmp/demarc-terraform-XXXXXX";
    char *text = NULL;
    size_t size = 0;
    int fd = mkstemp(file);

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    assert_int_equal(dm_file_read(arena, hybrid, 1 << 20, &text, &size, NULL), DM_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *at = strstr(text, cases[i][0]);
        struct dm_err err = DM_ERR_INIT;
        struct made made;
        const char *other;

        assert_non_null(at);
        other = dm_sprintf(arena, "%.*s%s%s", (int)(at - text), text, cases[i][1],
                           at + strlen(cases[i][0]));
        assert_int_equal(dm_file_write(file, other, strlen(other), NULL), DM_OK);
        made = try_to_make(file, &err);
        if (!strstr(err.text, cases[i][2])) {
            fail_msg("`%s` is not in `%s`", cases[i][2], err.text);
        }
        release(&made);
    }
    assert_int_equal(unlink(file), 0);
    dm_arena_free(arena);
}

/* Names that AWS wants to be short are so, and none is another's in its region. */
static void names_of_load_balancers_are_short_and_differ(void **state)
{
    static const char *const types[] = { "aws_lb", "aws_lb_target_group" };
    enum { MOST_BYTES = 32 };
    struct made made = make(served);
    struct roots_lines names = { .arena = made.arena };

    (void)state;
    for (size_t i = 0; i < made.roots.items.n; i++) {
        const json_t *all = json_object_get(made.roots.items.items[i].all, "resource");

        for (size_t j = 0; j < 2; j++) {
            json_t *of_type = json_object_get(all, types[j]);
            const char *ident;
            json_t *body;

            json_object_foreach(of_type, ident, body)
            {
                const char *name = json_string_value(json_object_get(body, "name"));

                assert_true(strlen(name) <= MOST_BYTES && name[0] != '-');
                assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-"),
                                 strlen(name));
                roots_line(&names, "%s %s", types[j], name);
            }
        }
    }
    (void)roots_join(&names, false);
    assert_true(names.items.n > 10);
    for (size_t i = 1; i < names.items.n; i++) {
        assert_string_not_equal(names.items.items[i], names.items.items[i - 1]);
    }
    release(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_the_network_stands_in_the_artifacts_once),
        cmocka_unit_test(so_does_all_of_a_deployed_network),
        cmocka_unit_test(so_do_load_balancers_that_are_deployed),
        cmocka_unit_test(what_is_beyond_the_model_of_a_load_balancer_is_refused),
        cmocka_unit_test(every_reference_leads_to_something_that_is_made_before),
        cmocka_unit_test(every_argument_is_one_that_the_provider_takes),
        cmocka_unit_test(files_are_in_canonical_form),
        cmocka_unit_test(too_little_memory_is_an_error),
        cmocka_unit_test(faults_in_artifacts_are_seen),
        cmocka_unit_test(names_of_load_balancers_are_short_and_differ),
        cmocka_unit_test(a_line_of_which_something_is_missing_is_refused_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
