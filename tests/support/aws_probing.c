/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/aws_probing.h"

#include <string.h>

#include "model/base/str.h"
#include "tests/support/dmtest.h"

struct dm_aws_loaded dm_aws_load_text(const char *text)
{
    struct dm_aws_loaded loaded = { .arena = dm_arena_new(0) };
    struct dm_err err = DM_ERR_INIT;
    struct dm_diags diags;
    struct dm_sources *sources = dm_sources_new(loaded.arena, &err);
    struct dm_builder *builder = dm_builder_new(loaded.arena, sources, &err);
    char *json = dm_arena_strdup(loaded.arena, text);
    uint32_t source = 0;

    for (char *c = json; *c; c++) {
        *c = *c == '\'' ? '"' : *c;
    }
    dm_diags_init(&diags, loaded.arena);
    assert_int_equal(dm_sources_add(sources, "eu-west-1/x.json", json, strlen(json), &source, &err),
                     DM_OK);
    assert_int_equal(dm_aws_load(loaded.arena, sources, "eu-west-1/x.json",
                                 dm_facts_new(loaded.arena), builder, &diags, &err),
                     DM_OK);
    assert_int_equal(dm_model_build(builder, &diags, &loaded.model, &err), DM_OK);
    for (size_t i = 0; i < diags.n_items; i++) {
        print_message("%s\n", diags.items[i].message);
    }
    assert_non_null(loaded.model);
    return loaded;
}

static struct dm_endpoint find(const struct dm_model *model, const char *name)
{
    struct dm_endpoint endpoint = { { 0 }, { 0, 0, 0 } };
    const char *why = "";

    if (!dm_endpoint_find(model, name, &endpoint, &why)) {
        fail_msg("%s: %s", name, why);
    }
    return endpoint;
}

static const char *end_of(const struct dm_aws_loaded *loaded, const struct dm_session *session)
{
    if (session->end != DM_SESSION_FAIL) {
        return session->end == DM_SESSION_PASS ? "PASS" : "UNKNOWN";
    }
    return dm_sprintf(loaded->arena, "%s%s %s", session->on_reply ? "reply " : "",
                      dm_code_name(session->code), dm_model_ref_name(loaded->model, session->at));
}

void dm_aws_probe_failed(const char *text, const char *failed, const char *from, const char *to,
                         const char *app, const char *expected)
{
    struct dm_aws_loaded loaded = dm_aws_load_text(text);
    struct dm_endpoint source = find(loaded.model, from);
    struct dm_endpoint target = find(loaded.model, to);
    struct dm_walker walker = { .arena = loaded.arena,
                                .model = loaded.model,
                                .plane = dm_plane_new(loaded.arena, loaded.model) };
    struct dm_alive *alive = dm_alive_new(loaded.arena, loaded.model);
    struct dm_element_id dead = { 0 };
    struct dm_session_query query = { .start = dm_endpoint_start(loaded.model, &source, &target) };
    struct dm_session session;
    struct dm_match match;
    const char *end;

    if (failed) {
        dead = dm_model_find_element(loaded.model, failed);
        assert_int_not_equal(dead.v, 0);
    }
    assert_true(dm_match_parse(app, &match));
    query.flow = (struct dm_flow){ (uint8_t)match.protocol,
                                   match.port_first,
                                   match.port_last,
                                   (uint8_t)(match.protocol == DM_PROTO_ICMP     ? 8
                                             : match.protocol == DM_PROTO_ICMPV6 ? 128
                                                                                 : 0),
                                   0,
                                   0,
                                   0 };
    dm_alive_begin(alive, &dead, failed ? 1 : 0);
    assert_true(dm_session_check(&walker, alive, &query, &session));
    end = end_of(&loaded, &session);
    if (strncmp(end, expected, strlen(expected)) != 0) {
        fail_msg("%s to %s on %s: expected `%s`, got `%s` (%s: %s)", from, to, app, expected, end,
                 dm_model_ref_name(loaded.model, session.at), session.why ? session.why : "");
    }
    dm_arena_free(loaded.arena);
}

void dm_aws_probe(const char *text, const char *from, const char *to, const char *app,
                  const char *expected)
{
    dm_aws_probe_failed(text, NULL, from, to, app, expected);
}
