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
    query.flow = (struct dm_flow){ (uint8_t)match.protocol,
                                   match.port_first,
                                   match.port_first,
                                   match.protocol == DM_PROTO_ICMP ? 8 : 0,
                                   0,
                                   0,
                                   0 };
    dm_alive_begin(lab->alive, NULL, 0);
    assert_true(dm_session_check(&lab->walker, lab->alive, &query, ret_session));
    return ret_session->end;
}

/* Of one lab's probes: how many there are, how many are unknown here, how many wrong. */
struct tally {
    size_t n;
    size_t n_unknown;
    size_t n_wrong;
};

static struct tally judge(const char *name)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct tally tally = { 0, 0, 0 };
    struct lab lab;
    char *text;
    size_t size;
    char *rest;

    load(&lab, name);
    assert_int_equal(dm_file_read(arena, CASES "probes.tsv", 1 << 20, &text, &size, NULL), DM_OK);
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char row[5][64];
        struct dm_session session;
        const char *here;

        if (sscanf(line, "%63[^\t]\t%63[^\t]\t%63[^\t]\t%63[^\t]\t%63[^\t\r]", row[0], row[1],
                   row[2], row[3], row[4])
                != 5
            || strcmp(row[0], name) != 0) {
            continue;
        }
        tally.n++;
        switch (probe(&lab, row[1], row[2], row[3], &session)) {
        case DM_SESSION_PASS:
            here = "PASS";
            break;
        case DM_SESSION_FAIL:
            here = "FAIL";
            break;
        case DM_SESSION_UNKNOWN:
        default:
            tally.n_unknown++;
            continue;
        }
        if (strcmp(here, row[4]) != 0) {
            tally.n_wrong++;
            print_message("%s: AWS says %s, here %s by %s at %s\n", row[0], row[4], here,
                          dm_code_name(session.code), dm_model_ref_name(lab.model, session.at));
        }
    }
    dm_arena_free(arena);
    dm_arena_free(lab.arena);
    return tally;
}

/* What is unknown may only become less. */
static const struct {
    const char *name;
    size_t n;
    size_t n_unknown;
} tallies[] = {
    { "aws_demo", 673, 0 },
    { "aws_instance_multiple_interface", 140, 0 },
    { "aws_multi_account_vpc_peering", 24, 0 },
    { "aws_nlb_targets_ip", 268, 0 },
    { "aws_shared_vpc", 224, 0 },
    { "aws_tgw_multi_az_intra_region", 188, 0 },
    { "aws_vpc_endpoints", 56, 0 },
};

static void every_probe_of_every_lab_is_as_aws_answered_it(void **state)
{
    (void)state;
    if (!present()) {
        skip();
    }
    for (size_t i = 0; i < sizeof tallies / sizeof *tallies; i++) {
        struct tally tally = judge(tallies[i].name);

        if (tally.n != tallies[i].n || tally.n_wrong || tally.n_unknown != tallies[i].n_unknown) {
            fail_msg("%s: of %zu probes %zu are wrong and %zu unknown, not 0 and %zu of %zu",
                     tallies[i].name, tally.n, tally.n_wrong, tally.n_unknown, tallies[i].n_unknown,
                     tallies[i].n);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_probe_of_every_lab_is_as_aws_answered_it),
    };

    return cmocka_run_group_tests_name("probes", tests, NULL, NULL);
}
