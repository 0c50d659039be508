/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Policy documents of core networks: what they become, and their faults with both places.
 */
#include "tests/support/dmtest.h"

#include <string.h>

#include "model/base/str.h"
#include "model/front/cloudwan/cloudwan.h"
#include "solver/plane/core.h"

struct loaded {
    struct dm_arena *arena;
    struct dm_sources *sources;
    struct dm_diags diags;
    const struct dm_model *model; /* NULL: faults */
};

/* A document in which ' stands for ". */
static struct loaded load(const char *text)
{
    struct loaded loaded = { .arena = dm_arena_new(0) };
    struct dm_err err = DM_ERR_INIT;
    struct dm_builder *builder;
    char *json = dm_arena_strndup(loaded.arena, text, strlen(text));
    uint32_t source = 0;

    for (char *at = json; *at; at++) {
        *at = *at == '\'' ? '"' : *at;
    }
    loaded.sources = dm_sources_new(loaded.arena, &err);
    builder = dm_builder_new(loaded.arena, loaded.sources, &err);
    dm_diags_init(&loaded.diags, loaded.arena);
    assert_int_equal(
        dm_sources_add(loaded.sources, "p/wan.json", json, strlen(json), &source, &err), DM_OK);
    assert_int_equal(dm_cloudwan_load(loaded.arena, loaded.sources, "p/wan.json",
                                      dm_facts_new(loaded.arena), builder, &loaded.diags, &err),
                     DM_OK);
    if (loaded.diags.n_errors == 0) {
        assert_int_equal(dm_model_build(builder, &loaded.diags, &loaded.model, &err), DM_OK);
        assert_non_null(loaded.model);
    }
    return loaded;
}

#define HEAD(version)                                                                              \
    "{'version': '" version "', 'core-network-configuration': {'asn-ranges': ['64512-64520'],\n"   \
    "'edge-locations': [{'location': 'eu-west-1', 'asn': 64512}, {'location': 'eu-west-2'}]},\n"
#define TWO "'segments': [{'name': 'secured'},\n{'name': 'nonSecured'}]"

/* The only fault is 'message', at 'line', and its second place, where it has one, at 'other'. */
static void expect_fault(const char *text, uint32_t line, const char *message, const char *help,
                         uint32_t other)
{
    struct loaded loaded = load(text);
    const struct dm_diag *diag = loaded.diags.items;

    assert_int_equal(loaded.diags.n_errors, 1);
    assert_string_equal(diag->message, message);
    assert_int_equal(dm_sources_place(loaded.sources, diag->labels[0].span).line, line);
    if (help) {
        assert_string_equal(diag->help, help);
    }
    assert_int_equal(diag->n_labels, other ? 2 : 1);
    if (other) {
        assert_int_equal(dm_sources_place(loaded.sources, diag->labels[1].span).line, other);
    }
    dm_arena_free(loaded.arena);
}

static void a_document_becomes_a_network_called_as_its_file(void **state)
{
    struct loaded loaded = load(HEAD("2021.12") TWO "}");
    const struct dm_model *model = loaded.model;

    (void)state;
    assert_int_equal(model->n_core_networks, 1);
    assert_string_equal(model->core_networks[0].object.name, "wan");
    assert_string_equal(model->core_networks[0].version, "2021.12");
    assert_int_equal(model->core_networks[0].unknown.v, 0);
    assert_int_equal(model->n_core_edges, 2);
    assert_string_equal(model->core_edges[0].object.name, "wan.eu-west-1");
    assert_int_equal(model->core_edges[0].asn, 64512);
    assert_int_equal(model->n_regions, 2);
    assert_string_equal(model->regions[0].jurisdiction, "IE");
    assert_int_equal(model->n_core_segments, 2);
    assert_string_equal(model->core_segments[1].short_name, "nonSecured");
    assert_false(model->core_segments[1].isolated);
    assert_int_equal(model->n_unknowns, 0);
    dm_arena_free(loaded.arena);
}

/* As in an example that AWS published [CWAN-11]. */
static void a_segment_spelt_two_ways_is_a_fault_with_both_places(void **state)
{
    (void)state;
    expect_fault(HEAD("2021.12") TWO ",\n'attachment-policies': [{'rule-number': 1,\n"
                                     "'conditions': [{'type': 'any'}],\n"
                                     "'action': {'association-method': 'constant',\n"
                                     "'segment': 'non-secured'}}]}",
                 8, "unknown segment `non-secured`", "did you mean `nonSecured`?", 4);
}

static void references_to_edges_groups_and_policies_are_checked(void **state)
{
    (void)state;
    expect_fault(HEAD("2021.12") "'segments': [{'name': 'a', 'edge-locations': ['eu-west-3']}]}", 3,
                 "unknown edge location `eu-west-3`", "did you mean `eu-west-1`?", 2);
    expect_fault(HEAD("2021.12") TWO ", 'segment-actions': [{'action': 'share', 'segment':\n"
                                     "'secured', 'mode': 'attachment-route', 'share-with':\n"
                                     "['nonsecured']}]}",
                 6, "unknown segment `nonsecured`", "did you mean `nonSecured`?", 4);
    expect_fault(HEAD("2021.12") TWO ", 'segment-actions': [{'action': 'send-to', 'segment':\n"
                                     "'secured', 'via': {'network-function-groups':\n['f']}}]}",
                 6, "unknown network function group `f`", NULL, 0);
    expect_fault(HEAD("2025.11") TWO ", 'attachment-routing-policy-rules': [{'rule-number': 1,\n"
                                     "'conditions': [{'type': 'routing-policy-label',\n"
                                     "'value': 'x'}], 'action':\n"
                                     "{'associate-routing-policies': ['p']}}]}",
                 7, "unknown routing policy `p`", NULL, 0);
}

static void wrong_words_numbers_and_versions_are_faults_at_their_place(void **state)
{
    (void)state;
    expect_fault("{'version':\n'2023.01', 'core-network-configuration': {'asn-ranges': [],\n"
                 "'edge-locations': []}, 'segments': []}",
                 2, "unknown `version` `2023.01`", NULL, 0);
    expect_fault(HEAD("2021.12") TWO ",\n'routing-policies': []}", 5,
                 "`routing-policies` is not in documents of version 2021.12",
                 "version 2025.11 has it [CWAN-01]", 0);
    expect_fault(HEAD("2021.12") TWO ",\n'segment-action': []}", 5, "unknown key `segment-action`",
                 "did you mean `segment-actions`?", 0);
    expect_fault("{'version': '2021.12', 'segments': [], 'core-network-configuration': {\n"
                 "'asn-ranges': ['100-200'],\n'edge-locations': []}}",
                 2, "`100-200` is no range of private AS numbers", NULL, 0);
    expect_fault("{'version': '2021.12', 'segments': [], 'core-network-configuration': {\n"
                 "'asn-ranges': [],\n'edge-locations': [{'location': 'eu-west-11'}]}}",
                 3, "unknown region `eu-west-11`", "did you mean `eu-west-1`?", 0);
    expect_fault(HEAD("2021.12") "'segments': [{'name': 'a'},\n{'name': 'a'}]}", 4,
                 "there are two of segment `a`", NULL, 3);
    expect_fault(HEAD("2021.12") TWO ", 'segment-actions': [{'action': 'create-route',\n"
                                     "'segment': 'secured', 'destination-cidr-blocks':\n"
                                     "['10.300.0.0/16'], 'destinations': ['blackhole']}]}",
                 6, "`10.300.0.0/16` is no prefix: has a part that is too large", NULL, 0);
}

static void what_is_not_understood_is_named_with_its_pointer_where_it_acts(void **state)
{
    struct loaded loaded =
        load(HEAD("2025.11") "'zebra': 1, 'segments': [{'name': 'a', 'quux': 2}, {'name': 'b'}],\n"
                             "'segment-actions': [{'action': 'create-route', 'segment': 'b',\n"
                             "'destination-cidr-blocks': ['0.0.0.0/0'],\n"
                             "'destinations': ['attachment-1']}]}");
    const struct dm_model *model = loaded.model;

    (void)state;
    assert_int_equal(model->n_unknowns, 3);
    assert_string_equal(model->unknowns[0].object.pointer, "/zebra");
    assert_int_equal(model->core_networks[0].unknown.v, 1);
    assert_string_equal(model->unknowns[1].object.pointer, "/segments/0/quux");
    assert_int_equal(model->core_segments[0].unknown.v, 2);
    assert_int_equal(model->core_segments[1].unknown.v, 0);
    assert_string_equal(model->unknowns[2].object.pointer, "/segment-actions/0/destinations/0");
    assert_int_equal(model->core_segments[1].routes[0].unknown.v, 3);
    dm_arena_free(loaded.arena);
}

static void actions_keep_whom_they_are_for(void **state)
{
    struct loaded loaded =
        load(HEAD("2025.11") "'segments': [{'name': 'a', 'isolate-attachments': true,\n"
                             "'deny-filter': ['c']}, {'name': 'b', 'allow-filter': []},\n"
                             "{'name': 'c', 'edge-locations': ['eu-west-2']}],\n"
                             "'network-function-groups': [{'name': 'f'}], 'segment-actions': [\n"
                             "{'action': 'share', 'mode': 'attachment-route', 'segment': 'a',\n"
                             "'share-with': '*'}, {'action': 'share', 'segment': 'b',\n"
                             "'mode': 'attachment-route', 'share-with': {'except': ['c']}},\n"
                             "{'action': 'send-via', 'segment': 'a', 'mode': 'single-hop',\n"
                             "'when-sent-to': {'segments': ['b']},\n"
                             "'via': {'network-function-groups': ['f']}},\n"
                             "{'action': 'create-route', 'segment': 'c',\n"
                             "'destination-cidr-blocks': ['10.0.0.0/8', '::/0'],\n"
                             "'destinations': ['blackhole']}]}");
    const struct dm_model *model = loaded.model;
    const struct dm_core_network *network = &model->core_networks[0];
    const struct dm_core_segment_id a = { 1 };
    const struct dm_core_segment_id b = { 2 };
    const struct dm_core_segment_id c = { 3 };

    (void)state;
    assert_true(model->core_segments[0].isolated);
    assert_int_equal(model->core_segments[0].deny[0].v, c.v);
    assert_true(model->core_segments[1].has_allow);
    assert_int_equal(model->core_segments[1].n_allow, 0);
    assert_false(dm_core_segment_at(&model->core_segments[2], (struct dm_core_edge_id){ 1 }));
    assert_true(dm_core_segment_at(&model->core_segments[2], (struct dm_core_edge_id){ 2 }));
    assert_int_equal(network->n_shares, 2);
    assert_true(dm_core_segments_have(&network->shares[0].with, a, c));
    assert_false(dm_core_segments_have(&network->shares[0].with, a, a));
    assert_true(dm_core_segments_have(&network->shares[1].with, b, a));
    assert_false(dm_core_segments_have(&network->shares[1].with, b, c));
    assert_int_equal(network->n_insertions, 1);
    assert_int_equal(network->insertions[0].functions[0].v, 1);
    assert_false(network->insertions[0].dual_hop);
    assert_int_equal(model->core_segments[2].n_routes, 2);
    assert_int_equal(model->core_segments[2].routes[0].n_attachments, 0);
    assert_int_equal(model->core_segments[2].routes[0].unknown.v, 0);
    dm_arena_free(loaded.arena);
}

static void attachment_policies_are_in_order_of_their_numbers(void **state)
{
    struct loaded loaded =
        load(HEAD("2021.12") TWO ", 'attachment-policies': [{'rule-number': 200, 'conditions':\n"
                                 "[{'type': 'any'}], 'action': {'association-method': 'tag',\n"
                                 "'tag-value-of-key': 'domain'}}, {'rule-number': 100,\n"
                                 "'condition-logic': 'or', 'conditions': [{'type': 'tag-value',\n"
                                 "'operator': 'begins-with', 'key': 'k', 'value': 'v'}],\n"
                                 "'action': {'association-method': 'constant',\n"
                                 "'segment': 'secured'}}]}");
    const struct dm_core_network *network = &loaded.model->core_networks[0];

    (void)state;
    assert_int_equal(network->n_rules, 2);
    assert_int_equal(network->rules[0].number, 100);
    assert_true(network->rules[0].any);
    assert_int_equal(network->rules[0].segment.v, 1);
    assert_int_equal(network->rules[0].conditions[0].operator, DM_CORE_BEGINS_WITH);
    assert_string_equal(network->rules[1].tag, "domain");
    expect_fault(HEAD("2021.12") TWO ", 'attachment-policies': [\n"
                                     "{'rule-number': 1, 'conditions': [{'type': 'any'}], "
                                     "'action': {'association-method': 'constant', 'segment': "
                                     "'secured'}},\n{'rule-number': 70000, 'conditions': "
                                     "[{'type': 'any'}], 'action': {'association-method': "
                                     "'constant', 'segment': 'secured'}}]}",
                 6, "`rule-number` must be a number from 1 to 65535", NULL, 0);
    dm_arena_free(loaded.arena);
}

/* ---- routes between edges ---- */

static void attach(struct dm_builder *builder, const char *region, const char *cidr)
{
    static struct dm_prefix prefixes[4];
    static size_t n;
    struct dm_prefix *prefix = &prefixes[n++ % 4];
    struct dm_vpc vpc = { .object = { .name = region },
                          .region = { dm_builder_find(builder, DM_KIND_region, region).v },
                          .cidrs = prefix,
                          .n_cidrs = 1 };
    struct dm_core_attachment attachment = { .object = { .name = region } };

    assert_int_equal(dm_prefix_parse(cidr, prefix), DM_ADDR_OK);
    attachment.vpc = dm_builder_add_vpc(builder, &vpc);
    attachment.network.v = dm_builder_find(builder, DM_KIND_core_network, "wan").v;
    attachment.segment.v = dm_builder_find(builder, DM_KIND_core_segment, "wan.s").v;
    dm_builder_add_core_attachment(builder, &attachment);
}

/* What an edge in eu-west-1 has for a VPC in eu-west-2, and for one that is there and in us-east-1,
 * where 'action' is done with what eu-west-2 says to eu-west-1, and 'more' is said beside. */
static size_t routes_of(const char *action, const char *more, bool twice,
                        struct dm_core_choice choices[DM_PLANE_MAX_CHOICES])
{
    struct dm_arena *arena = dm_arena_new(0);
    const char *text = dm_sprintf(
        arena,
        "{'version': '2025.11', 'core-network-configuration': {'asn-ranges': ['64512-64520'],"
        "'edge-locations': [{'location': 'eu-west-1'}, {'location': 'eu-west-2'},"
        "{'location': 'us-east-1'}]}, 'segments': [{'name': 's'}], 'routing-policies': ["
        "{'routing-policy-name': 'p', 'routing-policy-direction': 'outbound',"
        "'routing-policy-number': 1, 'routing-policy-rules': [{'rule-number': 1,"
        "'rule-definition': {'match-conditions': [{'type': 'prefix-in-cidr',"
        "'value': '10.0.0.0/8'}], 'action': %s}}]}], 'segment-actions': ["
        "{'action': 'associate-routing-policy', 'segment': 's', 'edge-location-association': "
        "{'routing-policy-names': ['p'], 'edge-location': 'eu-west-2',"
        "'peer-edge-location': 'eu-west-1'}}%s]}",
        action, more);
    struct dm_err err = DM_ERR_INIT;
    struct dm_sources *sources = dm_sources_new(arena, &err);
    struct dm_builder *builder = dm_builder_new(arena, sources, &err);
    struct dm_diags diags;
    const struct dm_model *model = NULL;
    struct dm_alive *alive;
    struct dm_addr to;
    uint32_t source = 0;
    size_t n;
    char *json = dm_arena_strndup(arena, text, strlen(text));

    for (char *at = json; *at; at++) {
        *at = *at == '\'' ? '"' : *at;
    }
    dm_diags_init(&diags, arena);
    assert_int_equal(dm_sources_add(sources, "wan.json", json, strlen(json), &source, &err), DM_OK);
    assert_int_equal(
        dm_cloudwan_load(arena, sources, "wan.json", dm_facts_new(arena), builder, &diags, &err),
        DM_OK);
    assert_int_equal(diags.n_items, 0);
    attach(builder, "eu-west-2", "10.2.0.0/16");
    if (twice) {
        attach(builder, "us-east-1", "10.2.0.0/16");
    }
    assert_int_equal(dm_model_build(builder, &diags, &model, &err), DM_OK);
    alive = dm_alive_new(arena, model);
    dm_alive_begin(alive, NULL, 0);
    assert_int_equal(dm_addr_parse("10.2.0.1", &to), DM_ADDR_OK);
    n = dm_lookup_core(dm_plane_new(arena, model), alive, (struct dm_core_segment_id){ 1 },
                       (struct dm_core_edge_id){ 1 }, to, choices);
    dm_arena_free(arena);
    return n;
}

#define BETWEEN(edge, peer)                                                                        \
    ",{'action': 'associate-routing-policy', 'segment': 's', 'edge-location-association': "        \
    "{'routing-policy-names': ['p'], 'edge-location': '" edge "', 'peer-edge-location': '" peer    \
    "'}}"

static void routing_policies_between_edges_decide_what_an_edge_hears(void **state)
{
    static const char longer[] = "{'type': 'prepend-asn-list', 'value': [64600]}";
    static const char drop[] = "{'type': 'drop'}";
    struct dm_core_choice choices[DM_PLANE_MAX_CHOICES];

    (void)state;
    assert_int_equal(routes_of("{'type': 'allow'}", "", true, choices), 2);
    assert_int_equal(routes_of(longer, "", true, choices), 1);
    assert_int_equal(choices[0].attachment.v, 2);
    assert_int_equal(routes_of(longer, "", false, choices), 1);
    assert_int_equal(choices[0].attachment.v, 1);
    assert_int_equal(routes_of(drop, "", true, choices), 1);
    assert_int_equal(choices[0].kind, DM_TRANSIT_TO);
    assert_int_equal(choices[0].attachment.v, 2);
}

/* CWAN-21 */
static void what_is_dropped_between_two_edges_may_come_over_a_third(void **state)
{
    static const char drop[] = "{'type': 'drop'}";
    struct dm_core_choice choices[DM_PLANE_MAX_CHOICES];

    (void)state;
    (void)routes_of(drop, "", false, choices);
    assert_int_equal(choices[0].kind, DM_TRANSIT_UNKNOWN);
    (void)routes_of(drop, BETWEEN("us-east-1", "eu-west-1"), false, choices);
    assert_int_equal(choices[0].kind, DM_TRANSIT_NO_ROUTE);
    (void)routes_of(drop, BETWEEN("eu-west-2", "us-east-1"), false, choices);
    assert_int_equal(choices[0].kind, DM_TRANSIT_NO_ROUTE);
}

/* CWAN-33, and the spelling of Terraform's own argument. */
static void overrides_name_the_edge_that_is_used_between_others(void **state)
{
#define VIA(list, use)                                                                             \
    HEAD("2021.12")                                                                                \
    TWO ",\n'network-function-groups': [{'name': 'fw', 'require-attachment-acceptance': "          \
        "false}],\n"                                                                               \
        "'segment-actions': [{'action': 'send-via', 'segment': 'secured', 'mode': 'single-hop',\n" \
        "'when-sent-to': {'segments': '*'}, 'via': {'network-function-groups': ['fw'], '" list     \
        "':\n[{'edge-sets': [['eu-west-1', 'eu-west-2']], '" use "': 'eu-west-2'}]}}]}"
    static const char *const texts[] = {
        VIA("with-edge-overrides", "use-edge-location"),
        VIA("with-edge-overrides", "use-edge"),
        VIA("with-edge-override", "use-edge"),
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct loaded loaded = load(texts[i]);
        const struct dm_core_insertion *item;

        assert_non_null(loaded.model);
        assert_int_equal(loaded.model->core_networks[0].n_insertions, 1);
        item = loaded.model->core_networks[0].insertions;
        assert_int_equal(item->unknown.v, 0);
        assert_int_equal(item->n_overrides, 1);
        assert_int_equal(item->overrides[0].n_edges, 2);
        assert_int_equal(item->overrides[0].use.v, 2);
        dm_arena_free(loaded.arena);
    }
    /* Another word is named, and what it might change is unknown. */
    {
        struct loaded loaded = load(VIA("with-edges", "use-edge"));

        assert_non_null(loaded.model);
        assert_int_not_equal(loaded.model->core_networks[0].insertions[0].unknown.v, 0);
        dm_arena_free(loaded.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_becomes_a_network_called_as_its_file),
        cmocka_unit_test(a_segment_spelt_two_ways_is_a_fault_with_both_places),
        cmocka_unit_test(references_to_edges_groups_and_policies_are_checked),
        cmocka_unit_test(wrong_words_numbers_and_versions_are_faults_at_their_place),
        cmocka_unit_test(what_is_not_understood_is_named_with_its_pointer_where_it_acts),
        cmocka_unit_test(actions_keep_whom_they_are_for),
        cmocka_unit_test(attachment_policies_are_in_order_of_their_numbers),
        cmocka_unit_test(routing_policies_between_edges_decide_what_an_edge_hears),
        cmocka_unit_test(what_is_dropped_between_two_edges_may_come_over_a_third),
        cmocka_unit_test(overrides_name_the_edge_that_is_used_between_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
