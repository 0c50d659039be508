/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two real configurations whose connectivity another program listed: this one lists the same.
 *
 * Their files hold describe shapes under keys of their own and no route tables.  They are turned
 * into describe output, with the tables that the cases' README states: a subnet that gives away
 * public addresses has a default route to the internet gateway, others know their VPC alone.  The
 * expected lists are read into this program's words.
 */
#include "tests/support/dmtest.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/base/file.h"
#include "model/front/aws/aws.h"
#include "render/pairs.h"
#include "scenarios/check.h"

#define CASES "../shared/cases/npguard-aws/"

/* ---- describe output ---- */

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    assert_non_null(text);
    return text;
}

static json_t *gateway_of(const json_t *root, const char *vpc)
{
    const json_t *gateways = json_object_get(root, "internet_gateways");

    for (size_t i = 0; i < json_array_size(gateways); i++) {
        const json_t *gateway = json_array_get(gateways, i);
        const json_t *attached = json_array_get(json_object_get(gateway, "Attachments"), 0);

        if (strcmp(text_of(attached, "VpcId"), vpc) == 0) {
            return json_object_get(gateway, "InternetGatewayId");
        }
    }
    return NULL;
}

static json_t *table_of(const json_t *vpc, const char *kind, json_t *owned_associations)
{
    char id[64];
    json_t *table = NULL;

    snprintf(id, sizeof id, "rtb-%s-%s", kind, text_of(vpc, "VpcId"));
    table = json_pack("{s:s, s:s, s:o, s:[{s:s, s:s, s:s}]}", "RouteTableId", id, "VpcId",
                      text_of(vpc, "VpcId"), "Associations", owned_associations, "Routes",
                      "DestinationCidrBlock", text_of(vpc, "CidrBlock"), "GatewayId", "local",
                      "State", "active");
    assert_non_null(table);
    return table;
}

static json_t *tables_of(const json_t *root)
{
    const json_t *vpcs = json_object_get(root, "vpcs");
    const json_t *subnets = json_object_get(root, "subnets");
    json_t *tables = json_array();

    for (size_t i = 0; i < json_array_size(vpcs); i++) {
        const json_t *vpc = json_array_get(vpcs, i);
        json_t *gateway = gateway_of(root, text_of(vpc, "VpcId"));
        json_t *open = json_array();
        json_t *table;

        json_array_append_new(tables, table_of(vpc, "main", json_pack("[{s:b}]", "Main", 1)));
        for (size_t j = 0; j < json_array_size(subnets); j++) {
            const json_t *subnet = json_array_get(subnets, j);

            if (strcmp(text_of(subnet, "VpcId"), text_of(vpc, "VpcId")) == 0
                && json_is_true(json_object_get(subnet, "MapPublicIpOnLaunch"))) {
                json_array_append_new(open, json_pack("{s:b, s:s}", "Main", 0, "SubnetId",
                                                      text_of(subnet, "SubnetId")));
            }
        }
        if (!gateway || !json_array_size(open)) {
            json_decref(open);
            continue;
        }
        table = table_of(vpc, "public", open);
        json_array_append_new(json_object_get(table, "Routes"),
                              json_pack("{s:s, s:O, s:s}", "DestinationCidrBlock", "0.0.0.0/0",
                                        "GatewayId", gateway, "State", "active"));
        json_array_append_new(tables, table);
    }
    return tables;
}

static void convert(const char *from, const char *to)
{
    static const char *const keys[][2] = { { "vpcs", "Vpcs" },
                                           { "subnets", "Subnets" },
                                           { "network_acls", "NetworkAcls" },
                                           { "security_groups", "SecurityGroups" },
                                           { "internet_gateways", "InternetGateways" } };
    json_t *root = json_load_file(from, JSON_REJECT_DUPLICATES, NULL);
    json_t *out = json_object();

    assert_non_null(root);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        json_object_set(out, keys[i][1], json_object_get(root, keys[i][0]));
    }
    json_object_set_new(out, "RouteTables", tables_of(root));
    json_object_set_new(out, "Reservations",
                        json_pack("[{s:O}]", "Instances", json_object_get(root, "instances")));
    assert_int_equal(json_dump_file(out, to, 0), 0);
    json_decref(out);
    json_decref(root);
}

/* ---- lists ---- */

enum { MAX_LINES = 200, LINE = 256 };

struct lines {
    char text[MAX_LINES][LINE];
    size_t n;
};

/* Puts 'new' in the place of 'old', where it stands. */
static void replace(char line[LINE], const char *old, const char *new)
{
    char *at = strstr(line, old);
    char rest[LINE];

    if (at) {
        snprintf(rest, sizeof rest, "%s", at + strlen(old));
        snprintf(at, LINE - (size_t)(at - line), "%s%s", new, rest);
    }
}

static void add_line(struct lines *lines, const char *text, size_t length)
{
    char *line = lines->text[lines->n];

    assert_true(lines->n < MAX_LINES && length < LINE);
    snprintf(line, LINE, "%.*s", (int)length, text);
    replace(line, "Public Internet (all ranges)", "Internet");
    replace(line, "protocol: ", "");
    replace(line, " dst-ports:", "");
    lines->n += strstr(line, " => ") != NULL;
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void read_lines(const char *text, struct lines *lines)
{
    lines->n = 0;
    while (*text) {
        size_t length = strcspn(text, "\n");

        add_line(lines, text, length);
        text += length + (text[length] == '\n');
    }
    qsort(lines->text, lines->n, LINE, compare_lines);
}

static const struct dm_model *load(struct dm_arena *arena, const char *input)
{
    struct dm_err err = DM_ERR_INIT;
    struct dm_diags diags;
    struct dm_sources *sources = dm_sources_new(arena, &err);
    struct dm_builder *builder = dm_builder_new(arena, sources, &err);
    const struct dm_model *model;

    dm_diags_init(&diags, arena);
    assert_int_equal(dm_aws_load(arena, sources, input, dm_facts_new(arena), builder, &diags, &err),
                     DM_OK);
    assert_int_equal(dm_model_build(builder, &diags, &model, &err), DM_OK);
    assert_non_null(model);
    return model;
}

static void hold(const char *input, const char *expected, enum dm_pairs_by by)
{
    static struct lines theirs;
    static struct lines ours;
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_err err = DM_ERR_INIT;
    struct dm_pairs_options options = { .by = by };
    const struct dm_model *model = load(arena, input);
    struct dm_pairs pairs;
    struct dm_str out;
    char *text;
    size_t size;

    assert_int_equal(model->n_unknowns, 0);
    assert_int_equal(dm_pairs_find(arena, model, &options, &pairs, &err), DM_OK);
    dm_str_init(&out, arena);
    dm_render_pairs(&pairs, &out);
    read_lines(out.text, &ours);
    assert_int_equal(dm_file_read(arena, expected, 1 << 20, &text, &size, &err), DM_OK);
    read_lines(text, &theirs);
    for (size_t i = 0; i < theirs.n && i < ours.n; i++) {
        assert_string_equal(ours.text[i], theirs.text[i]);
    }
    assert_int_equal(ours.n, theirs.n);
    assert_true(ours.n > 0);
    dm_arena_free(arena);
}

static void their_lists_are_ours(void **state)
{
    static const struct {
        const char *input;
        const char *expected;
        enum dm_pairs_by by;
    } cases[] = {
        { "input_aws_sg_1.json", "aws_sg_1_all_vpcs_.txt", DM_PAIRS_BY_ENDPOINT },
        { "input_aws_sg_1.json", "aws_sg_1_all_vpcs_subnetsBased_withPGW.txt", DM_PAIRS_BY_SUBNET },
        { "input_basic_config_with_sg.json", "basic_config_with_sg_all_vpcs_.txt",
          DM_PAIRS_BY_ENDPOINT },
        { "input_basic_config_with_sg.json",
          "basic_config_with_sg_all_vpcs_subnetsBased_withPGW.txt", DM_PAIRS_BY_SUBNET },
    };
    char folder[] = "/tmp/demarc-npguard-XXXXXX";

    (void)state;
    if (!dm_file_exists(CASES "input/input_aws_sg_1.json")) {
        print_message("skipped: " CASES " is not there\n");
        return;
    }
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char from[256];
        char to[256];
        char expected[256];

        snprintf(from, sizeof from, CASES "input/%s", cases[i].input);
        snprintf(expected, sizeof expected, CASES "expected/%s", cases[i].expected);
        snprintf(to, sizeof to, "%s/net.json", folder);
        convert(from, to);
        hold(to, expected, cases[i].by);
    }
    assert_int_equal(dm_file_remove_tree(folder, NULL), DM_OK);
}

/* ---- what the other program warns of ---- */

/* Their words: "In VPC "vpc0", security group "G" rule splits subnet "s" (...)" and, on the next
 * line,
 * "... direction: inbound, ...".  Ours: a finding of SEC008 about group, direction and subnet. */
static size_t find_their_issues(const struct dm_result *result, const char *text)
{
    static const char group_mark[] = "security group \"";
    static const char subnet_mark[] = "splits subnet \"";
    size_t n = 0;

    for (const char *at = strstr(text, group_mark); at; at = strstr(at, group_mark)) {
        const char *group = at + strlen(group_mark);
        const char *subnet = strstr(group, subnet_mark) + strlen(subnet_mark);
        const char *details = strstr(subnet, "direction: ") + strlen("direction: ");
        char expected[3][LINE];
        bool found = false;

        snprintf(expected[0], LINE, "of `%.*s` ", (int)strcspn(group, "\""), group);
        snprintf(expected[1], LINE, "splits subnet `%.*s`", (int)strcspn(subnet, "\""), subnet);
        snprintf(expected[2], LINE, "%s rule ",
                 strncmp(details, "inbound", 7) == 0 ? "ingress" : "egress");
        for (size_t i = 0; i < result->n_findings && !found; i++) {
            const char *message = result->findings[i].message;

            found = result->findings[i].rule == DM_RULE_SEC008 && strstr(message, expected[0])
                    && strstr(message, expected[1])
                    && strncmp(message, expected[2], strlen(expected[2])) == 0;
        }
        if (!found) {
            fail_msg("not found: %s%s%s", expected[2], expected[0], expected[1]);
        }
        n++;
        at = details;
    }
    return n;
}

static const struct dm_result *check(struct dm_arena *arena, const struct dm_model *model,
                                     const char *only)
{
    struct dm_err err = DM_ERR_INIT;
    struct dm_check_options options = { .as_of = "2026-11-22",
                                        .only = &only,
                                        .n_only = only ? 1 : 0 };
    const struct dm_result *result;

    assert_int_equal(dm_check(arena, model, dm_facts_new(arena), &options, &result, &err), DM_OK);
    return result;
}

/* Each of theirs is one of ours and the other way round.  What ours say beside these, unasked:
 * group 77 is in use nowhere, which is so: no interface has it, and only it names itself. */
static void their_warnings_are_ours(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_err err = DM_ERR_INIT;
    char folder[] = "/tmp/demarc-npguard-XXXXXX";
    char file[256];
    const struct dm_result *result;
    const struct dm_model *model;
    char *text;
    size_t size;

    (void)state;
    if (!dm_file_exists(CASES "input/input_aws_sg_1.json")) {
        print_message("skipped: " CASES " is not there\n");
        return;
    }
    assert_non_null(mkdtemp(folder));
    snprintf(file, sizeof file, "%s/net.json", folder);
    convert(CASES "input/input_aws_sg_1.json", file);
    model = load(arena, file);
    assert_int_equal(
        dm_file_read(arena, CASES "expected/aws_sg_1_Lint", 1 << 20, &text, &size, &err), DM_OK);
    result = check(arena, model, "SEC008");
    assert_int_equal(find_their_issues(result, text), 3);
    assert_int_equal(result->n_findings, 3);
    result = check(arena, model, NULL);
    assert_int_equal(result->n_findings, 1);
    assert_string_equal(result->findings[0].message,
                        "no interface is in security group `GroupId:77`");
    dm_arena_free(arena);
    assert_int_equal(dm_file_remove_tree(folder, NULL), DM_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(their_warnings_are_ours),
        cmocka_unit_test(their_lists_are_ours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
