/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The answers of 'demarc path' and 'demarc probe', from sessions that were judged.
 */
#include "render/path.h"

#include <string.h>

#include "model/facts/data.h"
#include "render/json.h"
#include "render/probe.h"
#include "scenarios/check.h"
#include "tests/support/dmtest.h"
#include "tests/support/nets.h"
#include "tests/support/schema_check.h"

static const char net[] = "region r1\n"
                          "zone r1a r1\n"
                          "vpc v r1 10.0.0.0/16\n"
                          "acl closed v\n"
                          "group none v\n"
                          "subnet s v r1a 10.0.1.0/24\n"
                          "subnet t v r1a 10.0.2.0/24 acl=closed\n"
                          "host h s 10.0.1.10\n"
                          "host k t 10.0.2.10 groups=none\n"
                          "host l s 10.0.1.11\n"
                          "rule closed in 100 deny all 0.0.0.0/0\n";

static const struct dm_render_options plain = { false, 160, 0 };

struct fixture {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_str out;
    struct dm_session_query query;
    struct dm_session session;
    struct dm_path_way way;
    struct dm_path_report report;
};

static int set_up(void **state)
{
    static struct fixture f;

    f = (struct fixture){ .arena = dm_arena_new(0) };
    if (!f.arena) {
        return 1;
    }
    f.model = dm_nets_make(f.arena, net);
    dm_str_init(&f.out, f.arena);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    dm_arena_free(f->arena);
    return 0;
}

/* Judges tcp/443 from 'from' to 'to' with these elements down. */
static void judge(struct fixture *f, const char *from, const char *to, struct dm_cut failed)
{
    struct dm_alive *alive = dm_alive_new(f->arena, f->model);
    struct dm_walker walker = { .arena = f->arena,
                                .model = f->model,
                                .plane = dm_plane_new(f->arena, f->model) };
    struct dm_endpoint a = { 0 };
    struct dm_endpoint b = { 0 };
    const char *why = NULL;

    assert_true(dm_endpoint_find(f->model, from, &a, &why));
    assert_true(dm_endpoint_find(f->model, to, &b, &why));
    f->query = (struct dm_session_query){
        .start = dm_endpoint_start(f->model, &a, &b),
        .flow = { .protocol = DM_PROTO_TCP, .port_first = 443, .port_last = 443 }
    };
    dm_alive_begin(alive, failed.elements, failed.n);
    assert_true(dm_session_check(&walker, alive, &f->query, &f->session));
    f->way =
        (struct dm_path_way){ .from = from, .to = to, .query = &f->query, .session = &f->session };
    assert_int_equal(dm_path_describe(f->arena, f->model, &f->query, &f->session, &f->way.request,
                                      &f->way.reply, NULL),
                     DM_OK);
    f->report = (struct dm_path_report){
        .model = f->model, .failed = failed, .ways = &f->way, .n_ways = 1
    };
}

static const char *text(struct fixture *f)
{
    dm_str_clear(&f->out);
    dm_render_path(&f->report, &plain, &f->out);
    return f->out.text;
}

static void a_way_that_is_free_is_shown_there_and_back(void **state)
{
    struct fixture *f = *state;
    const char *shown;

    judge(f, "10.0.1.10", "10.0.1.11", (struct dm_cut){ NULL, 0 });
    shown = text(f);
    assert_true(dm_str_starts(shown, "10.0.1.10 -> 10.0.1.11  tcp/443  with nothing failed\n"
                                     "\nrequest:\n  #  hop "));
    assert_non_null(strstr(shown, "\nanswer:\n"));
    assert_non_null(strstr(shown, "10.0.1.11 to 10.0.1.10"));
    assert_true(dm_str_ends(shown, "\nreached: the request arrives and its answer comes back\n"));
    assert_null(strstr(shown, " x "));
}

static void every_blocker_is_marked_not_the_first_alone(void **state)
{
    struct fixture *f = *state;
    const char *shown;

    judge(f, "10.0.1.10", "10.0.2.10", (struct dm_cut){ NULL, 0 });
    shown = text(f);
    assert_non_null(strstr(shown, " x  network ACL, in: t "));
    assert_non_null(strstr(shown, "SUBNET_ACL_RESTRICTION: the network ACL does not allow it\n"));
    assert_non_null(strstr(shown, " x  security groups, in: k.0 "));
    assert_non_null(
        strstr(shown, "ENI_SG_RULES_MISMATCH: no rule of the security groups allows it\n"));
    assert_null(strstr(shown, "answer:"));
    assert_non_null(strstr(shown, "\nNOT REACHED: SUBNET_ACL_RESTRICTION on the way there, "));
}

static void what_is_down_is_named(void **state)
{
    struct fixture *f = *state;
    struct dm_element_id zone = dm_model_find_element(f->model, "zone:r1a");

    judge(f, "10.0.1.10", "10.0.1.11", (struct dm_cut){ &zone, 1 });
    assert_non_null(strstr(text(f), "  with zone:r1a down\n"));
    assert_non_null(strstr(f->out.text, "NOT REACHED"));
}

static void every_kind_of_hop_has_a_word_that_the_schemas_know(void **state)
{
    static const char *const files[] = { "schema/path-1.schema.json",
                                         "schema/result-1.schema.json" };

    for (int kind = 0; kind <= DM_HOP_DELIVER; kind++) {
        const char *word = dm_json_hop_kind((enum dm_hop_kind)kind);

        assert_non_null(word);
        for (size_t i = 0; i < 2; i++) {
            struct fixture *f = *state;
            const char *quoted = dm_sprintf(f->arena, "\"%s\"", word);

            assert_non_null(strstr(dm_data_find(files[i])->text, quoted));
        }
    }
}

static void json_has_the_form_of_its_schema(void **state)
{
    static const char *const to[] = { "10.0.1.11", "10.0.2.10" };
    struct fixture *f = *state;
    const struct dm_data_file *schema = dm_data_find("schema/path-1.schema.json");
    struct schema_fault fault = { 0 };

    assert_non_null(schema);
    for (size_t i = 0; i < 2; i++) {
        judge(f, "10.0.1.10", to[i], (struct dm_cut){ NULL, 0 });
        dm_str_clear(&f->out);
        assert_int_equal(dm_render_path_json(&f->report, &f->out, NULL), DM_OK);
        if (!schema_check_text(schema->text, f->out.text, &fault)) {
            fail_msg("%s: %s", fault.pointer, fault.text);
        }
        assert_non_null(
            strstr(f->out.text, i ? "\"verdict\": \"not-reached\"" : "\"verdict\": \"reached\""));
    }
}

static const char *probe(struct fixture *f)
{
    dm_str_clear(&f->out);
    dm_render_probe(f->model, "a", "b", "tcp/443", &f->session, &f->out);
    return f->out.text;
}

static void a_probe_is_six_fields_and_none_is_empty(void **state)
{
    struct fixture *f = *state;

    judge(f, "10.0.1.10", "10.0.1.11", (struct dm_cut){ NULL, 0 });
    assert_string_equal(probe(f), "a\tb\ttcp/443\tPASS\tNONE\t-\n");
    judge(f, "10.0.1.10", "10.0.2.10", (struct dm_cut){ NULL, 0 });
    assert_string_equal(probe(f), "a\tb\ttcp/443\tFAIL\tSUBNET_ACL_RESTRICTION\tclosed\n");
}

static void a_probe_of_what_is_not_understood_is_unknown_and_names_it(void **state)
{
    struct fixture *f = *state;

    f->model = dm_nets_make(f->arena, "region r1\nzone r1a r1\nvpc v r1 10.0.0.0/16\nunknown u\n"
                                      "subnet s v r1a 10.0.1.0/24\nhost h s 10.0.1.10\n"
                                      "route v.main 192.168.0.0/16 unknown:u\n");
    judge(f, "10.0.1.10", "192.168.0.1", (struct dm_cut){ NULL, 0 });
    assert_string_equal(probe(f), "a\tb\ttcp/443\tUNKNOWN\tNOT_UNDERSTOOD\tu\n");
    assert_non_null(strstr(text(f), "\nunknown: "));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_way_that_is_free_is_shown_there_and_back),
        TEST(every_blocker_is_marked_not_the_first_alone),
        TEST(what_is_down_is_named),
        TEST(every_kind_of_hop_has_a_word_that_the_schemas_know),
        TEST(json_has_the_form_of_its_schema),
        TEST(a_probe_is_six_fields_and_none_is_empty),
        TEST(a_probe_of_what_is_not_understood_is_unknown_and_names_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
