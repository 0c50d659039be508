/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/probing.h"

#include <string.h>

#include "model/base/str.h"
#include "tests/support/dmtest.h"
#include "tests/support/nets.h"

enum { MAX_FAILED = 8 };

void dm_probing_begin(struct dm_probing *probing, const char *net)
{
    probing->arena = dm_arena_new(0);
    probing->model = dm_nets_make(probing->arena, net);
    probing->walker = (struct dm_walker){ .arena = probing->arena,
                                          .model = probing->model,
                                          .plane = dm_plane_new(probing->arena, probing->model) };
    probing->alive = dm_alive_new(probing->arena, probing->model);
    assert_non_null(probing->walker.plane);
    assert_non_null(probing->alive);
}

void dm_probing_end(struct dm_probing *probing)
{
    dm_arena_free(probing->arena);
}

static struct dm_endpoint endpoint(const struct dm_probing *probing, const char *name)
{
    struct dm_endpoint found = { { 0 }, { 0, 0, 0 } };
    const char *why = "";

    if (!dm_endpoint_find(probing->model, name, &found, &why)) {
        fail_msg("%s: %s", name, why);
    }
    return found;
}

static size_t failures(const struct dm_probing *probing, const char *names,
                       struct dm_element_id elements[MAX_FAILED])
{
    size_t n = 0;

    for (const char *at = names; at && *at;) {
        size_t length = strcspn(at, ",");
        const char *name = dm_arena_strndup(probing->arena, at, length);

        assert_true(n < MAX_FAILED);
        elements[n] = dm_model_find_element(probing->model, name);
        if (!elements[n].v) {
            fail_msg("no element `%s`", name);
        }
        n++;
        at += at[length] ? length + 1 : length;
    }
    return n;
}

struct dm_session dm_probing_ask(struct dm_probing *probing, const char *from, const char *to,
                                 const char *port, const char *failed,
                                 struct dm_session_query *ret_query)
{
    struct dm_endpoint source = endpoint(probing, from);
    struct dm_endpoint target = endpoint(probing, to);
    struct dm_element_id elements[MAX_FAILED];
    size_t n = failures(probing, failed, elements);
    struct dm_match match = DM_MATCH_ALL;
    struct dm_session session = { .end = DM_SESSION_UNKNOWN };

    assert_true(dm_match_parse(port, &match) && match.protocol >= 0);
    *ret_query = (struct dm_session_query){
        .start = dm_endpoint_start(probing->model, &source, &target),
        .flow = { .protocol = (uint8_t)match.protocol,
                  .port_first = match.port_first,
                  .port_last = match.port_last,
                  .icmp_type = (uint8_t)(match.icmp_type < 0 ? 8 : match.icmp_type),
                  .icmp_code = (uint8_t)(match.icmp_code < 0 ? 0 : match.icmp_code) },
    };
    dm_alive_begin(probing->alive, elements, n);
    assert_true(dm_session_check(&probing->walker, probing->alive, ret_query, &session));
    assert_false(dm_alive_failed(probing->alive));
    return session;
}

const char *dm_probing_text(const struct dm_probing *probing, const struct dm_session *session)
{
    if (session->end != DM_SESSION_FAIL) {
        return session->end == DM_SESSION_PASS ? "PASS" : "UNKNOWN";
    }
    return dm_sprintf(probing->arena, "%s%s %s", session->on_reply ? "reply " : "",
                      dm_code_name(session->code), dm_model_ref_name(probing->model, session->at));
}

void dm_probe_failed(const char *net, const char *failed, const char *from, const char *to,
                     const char *port, const char *expected)
{
    struct dm_probing probing;
    struct dm_session_query query;
    struct dm_session session;
    const char *text;
    size_t n = strlen(expected);

    dm_probing_begin(&probing, net);
    session = dm_probing_ask(&probing, from, to, port, failed, &query);
    text = dm_probing_text(&probing, &session);
    if (strncmp(text, expected, n) != 0 || (text[n] != '\0' && text[n] != ' ')) {
        fail_msg("%s to %s on %s%s%s: expected `%s`, got `%s`\n%s", from, to, port,
                 failed ? " without " : "", failed ? failed : "", expected, text, net);
    }
    dm_probing_end(&probing);
}

void dm_probe(const char *net, const char *from, const char *to, const char *port,
              const char *expected)
{
    dm_probe_failed(net, NULL, from, to, port, expected);
}
