/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Real probes of real deployments: this program says of each what AWS did with it.
 */
#include "tests/support/dmtest.h"

#include <stdio.h>
#include <string.h>

#include "model/base/file.h"
#include "model/front/aws/aws.h"
#include "solver/reach/session.h"

#define CASES "../shared/cases/aws-probes/"

struct lab {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_walker walker;
    struct dm_alive *alive;
};

static bool present(void)
{
    if (!dm_file_exists(CASES "probes.tsv")) {
        print_message("skipped: " CASES "probes.tsv is not there\n");
        return false;
    }
    return true;
}

static void load(struct lab *lab, const char *name)
{
    struct dm_err err = DM_ERR_INIT;
    struct dm_diags diags;
    struct dm_sources *sources;
    struct dm_builder *builder;
    char path[256];

    lab->arena = dm_arena_new(0);
    sources = dm_sources_new(lab->arena, &err);
    builder = dm_builder_new(lab->arena, sources, &err);
    dm_diags_init(&diags, lab->arena);
    snprintf(path, sizeof path, CASES "%s", name);
    assert_int_equal(
        dm_aws_load(lab->arena, sources, path, dm_facts_new(lab->arena), builder, &diags, &err),
        DM_OK);
    assert_int_equal(dm_model_build(builder, &diags, &lab->model, &err), DM_OK);
    assert_non_null(lab->model);
    lab->walker =
        (struct dm_walker){ lab->arena, lab->model, dm_plane_new(lab->arena, lab->model), false };
    lab->alive = dm_alive_new(lab->arena, lab->model);
}

static enum dm_session_end probe(struct lab *lab, const char *source, const char *target,
                                 const char *app, struct dm_session *ret_session)
{
    struct dm_session_query query = { .flow = { 0 } };
    struct dm_endpoint from;
    struct dm_endpoint to;
    struct dm_match match;
    const char *why = "";

    if (!dm_endpoint_find(lab->model, source, &from, &why)
        || !dm_endpoint_find(lab->model, target, &to, &why)) {
        fail_msg("%s or %s: %s", source, target, why);
    }
    assert_true(dm_match_parse(app, &match));
    query.start = dm_endpoint_start(lab->model, &from, &to);
    query.flow = (struct dm_flow){ (uint8_t)match.protocol, match.port_first, match.port_first,
                                   match.protocol == DM_PROTO_ICMP ? 8 : 0, 0 };
    dm_alive_begin(lab->alive, NULL, 0);
    assert_true(dm_session_check(&lab->walker, lab->alive, &query, ret_session));
    return ret_session->end;
}

/* Number of probes of the lab, and of those on which this program and AWS agree. */
static void judge(const char *name, size_t *ret_n, size_t *ret_agree)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct lab lab;
    char *text;
    size_t size;
    char *rest;

    *ret_n = 0;
    *ret_agree = 0;
    load(&lab, name);
    assert_int_equal(dm_file_read(arena, CASES "probes.tsv", 1 << 20, &text, &size, NULL), DM_OK);
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char row[5][64];
        struct dm_session session;
        enum dm_session_end end;

        if (sscanf(line, "%63[^\t]\t%63[^\t]\t%63[^\t]\t%63[^\t]\t%63[^\t\r]", row[0], row[1],
                   row[2], row[3], row[4])
                != 5
            || strcmp(row[0], name) != 0) {
            continue;
        }
        end = probe(&lab, row[1], row[2], row[3], &session);
        (*ret_n)++;
        if ((end == DM_SESSION_PASS && strcmp(row[4], "PASS") == 0)
            || (end == DM_SESSION_FAIL && strcmp(row[4], "FAIL") == 0)) {
            (*ret_agree)++;
        } else {
            print_message("%s: %s, %s here, by %s at %s\n", line, row[4],
                          end == DM_SESSION_PASS   ? "PASS"
                          : end == DM_SESSION_FAIL ? "FAIL"
                                                   : "UNKNOWN",
                          dm_code_name(session.code), dm_model_ref_name(lab.model, session.at));
        }
    }
    dm_arena_free(arena);
    dm_arena_free(lab.arena);
}

static void all_188_probes_over_a_transit_gateway_agree(void **state)
{
    size_t n;
    size_t agree;

    (void)state;
    if (!present()) {
        skip();
    }
    judge("aws_tgw_multi_az_intra_region", &n, &agree);
    assert_int_equal(n, 188);
    assert_int_equal(agree, n);
}

static void all_24_probes_over_peerings_of_two_accounts_agree(void **state)
{
    size_t n;
    size_t agree;

    (void)state;
    if (!present()) {
        skip();
    }
    judge("aws_multi_account_vpc_peering", &n, &agree);
    assert_int_equal(n, 24);
    assert_int_equal(agree, n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_188_probes_over_a_transit_gateway_agree),
        cmocka_unit_test(all_24_probes_over_peerings_of_two_accounts_agree),
    };

    return cmocka_run_group_tests_name("probes", tests, NULL, NULL);
}
