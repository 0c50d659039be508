/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Policy documents in artifacts: read back by the front end of such documents they say what the
 * model said, and one that was read is written as it was.
 */
#include <string.h>

#include <jansson.h>

#include "model/base/str.h"
#include "model/front/cloudwan/cloudwan.h"
#include "model/front/design/design.h"
#include "render/artifacts/terraform.h"
#include "tests/support/dmtest.h"
#include "tests/support/nets.h"

#define DESIGN "tests/artifacts/core-network/core-network.demarc.yaml"
#define GIVEN "tests/golden/cases/core_network/given.demarc.yaml"
#define DOCUMENT "tests/golden/cases/core_network/wan.json"

/* 'design' (NULL: none) with the policy document 'text' as 'path' (NULL: none). */
static const struct dm_model *load(struct dm_arena *arena, const char *design, const char *path,
                                   const char *text)
{
    struct dm_err err = DM_ERR_INIT;
    struct dm_sources *sources = dm_sources_new(arena, &err);
    struct dm_facts *facts = dm_facts_new(arena);
    struct dm_builder *builder = dm_builder_new(arena, sources, &err);
    const struct dm_model *model = NULL;
    uint32_t source = 0;
    struct dm_diags diags;

    dm_diags_init(&diags, arena);
    if (design) {
        assert_int_equal(dm_design_load(arena, sources, design, facts, builder, &diags, &err),
                         DM_OK);
    }
    if (text) {
        assert_int_equal(dm_sources_add(sources, path, text, strlen(text), &source, &err), DM_OK);
    }
    if (path) {
        assert_int_equal(dm_cloudwan_load(arena, sources, path, facts, builder, &diags, &err),
                         DM_OK);
    }
    for (size_t i = 0; i < diags.n_items && diags.n_errors; i++) {
        print_error("%s\n", diags.items[i].message);
    }
    assert_int_equal(diags.n_errors, 0);
    assert_int_equal(dm_model_build(builder, &diags, &model, &err), DM_OK);
    assert_non_null(model);
    return model;
}

/* "resource" of the global root that describes the core network. */
static json_t *global_new(struct dm_arena *arena, const struct dm_model *model)
{
    struct dm_layout layout = { 0 };
    struct dm_err err = DM_ERR_INIT;
    json_t *resources = NULL;

    if (dm_terraform_make(arena, model, &layout, &err) != DM_OK) {
        fail_msg("%s", err.text);
    }
    for (size_t i = 0; i < layout.n; i++) {
        if (dm_str_ends(layout.items[i].path, "global/transit.tf.json")) {
            json_t *root = json_loadb(layout.items[i].text, layout.items[i].size, 0, NULL);

            resources = json_incref(json_object_get(root, "resource"));
            json_decref(root);
        }
    }
    assert_non_null(resources);
    return resources;
}

/* The value 'key' of the only resource of a type. */
static const char *value(const json_t *resources, const char *type, const char *key)
{
    json_t *named = json_object_get(resources, type);

    assert_int_equal(json_object_size(named), 1);
    return json_string_value(json_object_get(json_object_iter_value(json_object_iter(named)), key));
}

static void add_some(struct dm_str *out, const struct dm_model *model, const char *word,
                     const struct dm_core_segment_id *items, size_t n)
{
    dm_str_addf(out, " %s", word);
    for (size_t i = 0; i < n; i++) {
        dm_str_addf(out, " %s", dm_core_segment_get(model, items[i])->short_name);
    }
}

/* What is said of edges, segments and shares.  Attachments that a document names by id are those
 * of another input: that there are some is all that is told. */
static const char *told(struct dm_arena *arena, const struct dm_model *model)
{
    struct dm_str out;
    char buffer[DM_ADDR_TEXT_SIZE];

    dm_str_init(&out, arena);
    dm_str_addf(&out, "%s %d\n", model->core_networks[0].version,
                model->core_networks[0].group_references);
    for (uint32_t i = 0; i < model->n_core_edges; i++) {
        dm_str_addf(&out, "edge %s %lu\n",
                    dm_region_get(model, model->core_edges[i].region)->object.name,
                    (unsigned long)model->core_edges[i].asn);
    }
    for (uint32_t i = 0; i < model->n_core_segments; i++) {
        const struct dm_core_segment *segment = &model->core_segments[i];

        dm_str_addf(&out, "segment %s isolated %d allow %d unknown %d edges", segment->short_name,
                    segment->isolated, segment->has_allow, segment->unknown.v != 0);
        for (size_t j = 0; j < segment->n_edges; j++) {
            dm_str_addf(&out, " %lu", (unsigned long)segment->edges[j].v);
        }
        add_some(&out, model, "allow", segment->allow, segment->n_allow);
        add_some(&out, model, "deny", segment->deny, segment->n_deny);
        for (size_t j = 0; j < segment->n_routes; j++) {
            const struct dm_core_route *route = &segment->routes[j];

            dm_str_addf(&out, "\n  %s %s", dm_prefix_text(route->prefix, buffer),
                        route->n_attachments || route->unknown.v ? "attachments" : "black hole");
        }
        dm_str_add(&out, "\n");
    }
    for (size_t i = 0; i < model->core_networks[0].n_shares; i++) {
        const struct dm_core_share *share = &model->core_networks[0].shares[i];

        dm_str_addf(&out, "share %s %d %d", dm_core_segment_get(model, share->segment)->short_name,
                    share->with.all, share->with.except);
        add_some(&out, model, "with", share->with.items, share->with.n);
        dm_str_add(&out, "\n");
    }
    assert_false(out.failed);
    return out.text;
}

static void a_policy_of_a_design_says_what_the_design_said(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    const struct dm_model *model = load(arena, DESIGN, NULL, NULL);
    json_t *resources = global_new(arena, model);
    const char *whole =
        value(resources, "aws_networkmanager_core_network_policy_attachment", "policy_document");
    const char *base = value(resources, "aws_networkmanager_core_network", "base_policy_document");
    const char *want = told(arena, model);
    const struct dm_model *other = load(arena, NULL, "backbone.json", whole);

    (void)state;
    assert_string_equal(told(arena, other), want);
    assert_non_null(strstr(want, "share tools 1"));
    assert_non_null(strstr(want, "10.9.0.0/16 attachments"));
    assert_non_null(strstr(whole, "${aws_networkmanager_vpc_attachment."));
    assert_null(strstr(base, "${"));
    assert_non_null(strstr(base, "blackhole"));
    json_decref(resources);
    dm_arena_free(arena);
}

/* By the tags that are written each attachment comes to its segment again. */
static void tags_lead_to_the_segments_of_the_design(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    const struct dm_model *model = load(arena, DESIGN, NULL, NULL);
    json_t *resources = global_new(arena, model);
    const struct dm_model *other = load(
        arena, NULL, "backbone.json",
        value(resources, "aws_networkmanager_core_network_policy_attachment", "policy_document"));
    const struct dm_core_rule *rule = other->core_networks[0].rules;

    (void)state;
    assert_int_equal(other->core_networks[0].n_rules, 1);
    assert_int_equal(rule->conditions[0].kind, DM_CORE_IF_TAG_EXISTS);
    assert_string_equal(rule->conditions[0].key, rule->tag);
    for (uint32_t i = 0; i < model->n_core_attachments; i++) {
        const struct dm_core_attachment *attachment = &model->core_attachments[i];
        const char *segment = dm_core_segment_get(model, attachment->segment)->short_name;
        const char *type = attachment->kind == DM_CORE_ATTACHMENT_VPC
                               ? "aws_networkmanager_vpc_attachment"
                               : "aws_networkmanager_transit_gateway_route_table_attachment";
        const char *ident;
        json_t *body;
        bool found = false;

        json_object_foreach(json_object_get(resources, type), ident, body)
        {
            json_t *tags = json_object_get(body, "tags");

            if (dm_str_equal(json_string_value(json_object_get(tags, "Name")),
                             attachment->object.name)) {
                found = true;
                assert_string_equal(json_string_value(json_object_get(tags, rule->tag)), segment);
            }
        }
        assert_true(found);
    }
    json_decref(resources);
    dm_arena_free(arena);
}

/* With all that it said, descriptions too; its rules see the tags of the design and no others. */
static void a_document_that_was_read_is_written_as_it_was(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    const struct dm_model *model = load(arena, GIVEN, DOCUMENT, NULL);
    json_t *resources = global_new(arena, model);
    json_t *read = json_load_file(DOCUMENT, 0, NULL);
    json_t *written = json_loads(
        value(resources, "aws_networkmanager_core_network_policy_attachment", "policy_document"), 0,
        NULL);
    const char *ident;
    json_t *body;

    (void)state;
    assert_non_null(read);
    assert_true(json_equal(read, written));
    json_object_foreach(json_object_get(resources, "aws_networkmanager_vpc_attachment"), ident,
                        body)
    {
        assert_null(json_object_get(json_object_get(body, "tags"), "Name"));
        assert_int_equal(json_object_size(json_object_get(body, "tags")), 1);
    }
    /* Its segments do not say that nothing has to be accepted. */
    assert_int_equal(
        json_object_size(json_object_get(resources, "aws_networkmanager_attachment_accepter")), 2);
    json_decref(written);
    json_decref(read);
    json_decref(resources);
    dm_arena_free(arena);
}

/* Of two attachments, one of which was made without what the other has [CWAN-25]. */
static void an_attachment_is_asked_for_with_no_more_than_it_had(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    const struct dm_model *model = dm_nets_make(
        arena, "region r\nzone ra r\nvpc v r 10.0.0.0/16\n"
               "vpc w r 10.1.0.0/16\nsubnet s v ra 10.0.1.0/24\n"
               "subnet t w ra 10.1.1.0/24\ncore c refs\ncedge c.r c r asn=64600\nsegment c.s c\n"
               "cattach all c v c.s s\ncattach less c w c.s t norefs\n");
    json_t *resources = global_new(arena, model);
    json_t *list = json_object_get(resources, "aws_networkmanager_vpc_attachment");
    const char *ident;
    json_t *body;

    (void)state;
    assert_int_equal(json_object_size(list), 2);
    json_object_foreach(list, ident, body)
    {
        const char *name =
            json_string_value(json_object_get(json_object_get(body, "tags"), "Name"));
        const json_t *options = json_array_get(json_object_get(body, "options"), 0);
        bool has_all = dm_str_equal(name, "all");

        assert_int_equal(
            json_is_true(json_object_get(options, "security_group_referencing_support")), has_all);
    }
    json_decref(resources);
    dm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_policy_of_a_design_says_what_the_design_said),
        cmocka_unit_test(tags_lead_to_the_segments_of_the_design),
        cmocka_unit_test(a_document_that_was_read_is_written_as_it_was),
        cmocka_unit_test(an_attachment_is_asked_for_with_no_more_than_it_had),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
