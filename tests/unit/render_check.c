/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A result made by hand, as people and programs read it.
 */
#include "render/text.h"

#include <string.h>

#include "model/facts/data.h"
#include "render/concise.h"
#include "render/cuts.h"
#include "render/json.h"
#include "tests/support/dmtest.h"
#include "tests/support/lowered.h"
#include "tests/support/schema_check.h"

static const char design[] =
    "demarc: 1\n"
    "name: shop\n"
    "regions:\n"
    "  eu-west-1: {zones: [a, b], cidr: 10.0.0.0/16}\n"
    "  eu-west-2: {zones: [a], cidr: 10.1.0.0/16}\n"
    "vpcs:\n"
    "  app:\n"
    "    for: {region: all}\n"
    "    cidr: {pool: region, size: 20}\n"
    "    subnets: {private: {size: 24}}\n"
    "groups:\n"
    "  all: {in: app, ingress: [{from: vpc, port: tcp/8443}]}\n"
    "services:\n"
    "  till: {for: {region: all}, in: app.private, port: tcp/8443, groups: [all]}\n"
    "data_classes: {people: {personal: true}}\n"
    "stores:\n"
    "  files: {engine: s3, classes: [people], subjects: [IE], primary: eu-west-1,\n"
    "          replicas: [eu-west-2]}\n"
    "requirements:\n"
    "  R-A: {expose: {allow: []}, survive: {any: [zone], k: 2}}\n"
    "  R-B: {reside: {class: all}}\n"
    "  R-C: {level: warn, expose: {allow: []}}\n";

struct fixture {
    struct lowered lowered;
    const struct dm_model *model;
    struct dm_str out;
    struct dm_result result;
    struct dm_finding findings[3];
    struct dm_verdict_row verdicts[3];
};

static const struct dm_render_options plain = { false, 160, 0 };

static struct dm_element_id element(const struct fixture *f, const char *name)
{
    struct dm_element_id id = dm_model_find_element(f->model, name);

    assert_int_not_equal(id.v, 0);
    return id;
}

static struct dm_span span_of(const struct fixture *f, const char *word)
{
    const char *text = dm_sources_get(f->model->sources, 1)->text;
    const char *at = strstr(text, word);
    uint32_t begin;

    assert_non_null(at);
    begin = (uint32_t)(at - text);
    return (struct dm_span){ 1, begin, begin + (uint32_t)strlen(word) };
}

static struct dm_requirement_id requirement(const struct fixture *f, const char *name)
{
    return (struct dm_requirement_id){ dm_model_find(f->model, DM_KIND_requirement, name).v };
}

static struct dm_addr addr(const char *text)
{
    struct dm_addr value = { 0 };

    assert_int_equal(dm_addr_parse(text, &value), DM_ADDR_OK);
    return value;
}

/* A packet of which the second hop changes the source and the third is stopped twice over. */
static struct dm_path path_of(struct fixture *f)
{
    struct dm_path_hop *hops = DM_NEW_ARRAY(f->lowered.arena, 3, struct dm_path_hop);
    struct dm_ref interface = { DM_KIND_interface, 1 };
    struct dm_ref subnet = { DM_KIND_subnet, 1 };

    hops[0] = (struct dm_path_hop){ .kind = DM_HOP_SEND,
                                    .at = interface,
                                    .name = "interface one",
                                    .jurisdiction = "IE",
                                    .source = addr("10.0.0.4"),
                                    .destination = addr("10.0.1.4") };
    hops[1] = hops[0];
    hops[1].kind = DM_HOP_ACL_OUT;
    hops[1].at = subnet;
    hops[1].decided_by = "acl: rule 100 denies it";
    hops[1].origin = span_of(f, "private");
    hops[1].blocked = DM_CODE_SUBNET_ACL_RESTRICTION;
    hops[2] = hops[0];
    hops[2].kind = DM_HOP_DELIVER;
    hops[2].source = addr("198.51.100.7");
    return (struct dm_path){ .hops = hops, .n_hops = 3 };
}

static struct dm_cut cut_of(struct fixture *f, const char *a, const char *b)
{
    struct dm_element_id *elements = DM_NEW_ARRAY(f->lowered.arena, 2, struct dm_element_id);
    size_t n = 0;

    if (a) {
        elements[n++] = element(f, a);
    }
    if (b) {
        elements[n++] = element(f, b);
    }
    return (struct dm_cut){ elements, n };
}

static void fill_isolation(struct fixture *f, struct dm_finding *finding)
{
    static const char *const subjects[] = { "till.eu-west-1", "till.eu-west-2" };
    static const char *const facts[] = { "TGW-01", "TGW-04" };
    struct dm_cut *cuts = DM_NEW_ARRAY(f->lowered.arena, 3, struct dm_cut);

    cuts[0] = cut_of(f, "region:eu-west-1", NULL);
    cuts[1] = cut_of(f, "zone:eu-west-1a", NULL);
    cuts[2] = cut_of(f, "zone:eu-west-1b", "region:eu-west-2");
    *finding = (struct dm_finding){ .id = "0123456789abcdef",
                                    .rule = DM_RULE_SEC001,
                                    .severity = DM_SEV_ERROR,
                                    .message = "`till` crosses over",
                                    .help = "close it",
                                    .requirement = requirement(f, "R-A"),
                                    .subjects = subjects,
                                    .n_subjects = 2,
                                    .facts = facts,
                                    .n_facts = 2,
                                    .labels = { { span_of(f, "size: 24"), "too wide" },
                                                { span_of(f, "R-A"), "required here" } },
                                    .n_labels = 2,
                                    .cuts = cuts,
                                    .n_cuts = 3,
                                    .n_sets = 1234 };
    finding->witness = (struct dm_witness){ .kind = DM_WITNESS_PATH,
                                            .failed = cuts[0],
                                            .from = "till.eu-west-1",
                                            .to = "till.eu-west-2",
                                            .packet = { addr("10.0.0.4"), addr("10.0.1.4"),
                                                        DM_PROTO_TCP, 0, 8443, 0, 0 },
                                            .request = path_of(f),
                                            .normal = path_of(f) };
}

static void fill_placement(struct fixture *f, struct dm_finding *finding)
{
    static const char *const subjects[] = { "files", "IE" };
    struct dm_cut *cuts = DM_NEW_ARRAY(f->lowered.arena, 1, struct dm_cut);

    cuts[0] = cut_of(f, NULL, NULL);
    *finding = (struct dm_finding){ .id = "fedcba9876543210",
                                    .rule = DM_RULE_SOV001,
                                    .severity = DM_SEV_ERROR,
                                    .message = "data of `files` is stored in GB",
                                    .requirement = requirement(f, "R-B"),
                                    .subjects = subjects,
                                    .n_subjects = 2,
                                    .tier = "POL",
                                    .labels = { { span_of(f, "eu-west-2]"), NULL } },
                                    .n_labels = 1,
                                    .cuts = cuts,
                                    .n_cuts = 1,
                                    .n_sets = 1 };
    finding->witness = (struct dm_witness){ .kind = DM_WITNESS_PLACEMENT,
                                            .store = { 1 },
                                            .copy = 1,
                                            .verb = DM_VERB_STORE,
                                            .data_class = "people",
                                            .subject = "IE",
                                            .place = "GB",
                                            .allowed = "IE, FR",
                                            .policy = "people-ie",
                                            .basis = "bank policy 7.2" };
}

static void fill_verdicts(struct fixture *f)
{
    static const size_t first = 0;
    static const size_t second = 1;
    uint32_t zones = 1U << DM_ELEMENT_ZONE;

    f->verdicts[0] = (struct dm_verdict_row){ .requirement = requirement(f, "R-A"),
                                              .verdict = DM_VERDICT_VIOLATED,
                                              .sentence = "nothing crosses",
                                              .worst = "with region:eu-west-1 down",
                                              .checked = "all sets up to 2 of zone",
                                              .kinds = zones,
                                              .k = 2,
                                              .depth = 2,
                                              .n_elements = 3,
                                              .n_sets = 7,
                                              .n_questions = 1,
                                              .n_evaluations = 5,
                                              .n_leaves = { 3, 0, 0, 2 },
                                              .findings = &first,
                                              .n_findings = 1 };
    f->verdicts[1] = (struct dm_verdict_row){ .requirement = requirement(f, "R-B"),
                                              .verdict = DM_VERDICT_VIOLATED,
                                              .sentence = "data is where it may be",
                                              .checked = "no failures",
                                              .findings = &second,
                                              .n_findings = 1 };
    f->verdicts[2] = (struct dm_verdict_row){ .requirement = requirement(f, "R-C"),
                                              .verdict = DM_VERDICT_UNKNOWN,
                                              .sentence = "nothing crosses",
                                              .reason = "a table is not known",
                                              .checked = "no failures" };
}

static int set_up(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    static const struct dm_assumption assumptions[] = { { "ASSUMPTION_X", "it is so", "VPC-14" } };

    *f = (struct fixture){ .lowered = lowered_new(design, NULL) };
    if (!f->lowered.model) {
        for (size_t i = 0; i < f->lowered.diags.n_items; i++) {
            print_error("%s\n", f->lowered.diags.items[i].message);
        }
        return 1;
    }
    f->model = f->lowered.model;
    dm_str_init(&f->out, f->lowered.arena);
    fill_isolation(f, &f->findings[0]);
    fill_placement(f, &f->findings[1]);
    fill_verdicts(f);
    f->result = (struct dm_result){ .model = f->model,
                                    .facts = dm_facts_new(f->lowered.arena),
                                    .as_of = "2026-11-22",
                                    .verdicts = f->verdicts,
                                    .n_verdicts = 3,
                                    .findings = f->findings,
                                    .n_findings = 2,
                                    .assumptions = assumptions,
                                    .n_assumptions = 1,
                                    .n_elements = 5,
                                    .k = 2,
                                    .n_sets = 4096,
                                    .n_evaluations = 6,
                                    .n_brute_force_sets = UINT64_MAX,
                                    .exhaustive = true };
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    lowered_free(&f->lowered);
    return 0;
}

static const char *text(struct fixture *f, const struct dm_render_options *options)
{
    dm_str_clear(&f->out);
    dm_render_text(&f->result, options, &f->out);
    assert_false(f->out.failed);
    return f->out.text;
}

static const char *json(struct fixture *f)
{
    struct dm_err err = DM_ERR_INIT;

    dm_str_clear(&f->out);
    assert_int_equal(dm_render_json(&f->result, &f->out, &err), DM_OK);
    return f->out.text;
}

static void the_screen_begins_with_what_was_looked_at_and_ends_with_the_answer(void **state)
{
    struct fixture *f = *state;
    const char *screen = text(f, &plain);
    static const char begin[] = "demarc " DM_VERSION "  shop  2 regions  2 VPCs  5 failure elements"
                                "  4,096 sets, exhaustive  as of 2026-11-22\n\n";
    static const char end[] = "\n2 errors, 0 warnings.  0 of 3 requirements hold, 2 violated, "
                              "1 unknown.  SEC001 x1, SOV001 x1\n";

    assert_true(dm_str_starts(screen, begin));
    assert_true(dm_str_ends(screen, end));
}

static void a_finding_shows_place_packet_path_and_failure_sets(void **state)
{
    struct fixture *f = *state;

    assert_non_null(strstr(
        text(f, &plain),
        "error[SEC001]: `till` crosses over\n"
        "  --> t.demarc.yaml:10:25\n"
        "   |\n"
        "10 |     subnets: {private: {size: 24}}\n"
        "   |                         ^^^^^^^^ too wide\n"
        "  ::: t.demarc.yaml:20:3\n"
        "   |\n"
        "20 |   R-A: {expose: {allow: []}, survive: {any: [zone], k: 2}}\n"
        "   |   ~~~ required here\n"
        "   |\n"
        "   = asked:   R-A: nothing crosses\n"
        "   = packet:  till.eu-west-1 to till.eu-west-2: tcp/8443, from 10.0.0.4 to 10.0.1.4\n"
        "   = path:    with region:eu-west-1 down\n"));
    assert_non_null(
        strstr(f->out.text, "SUBNET_ACL_RESTRICTION: the network ACL does not allow it\n"));
    assert_non_null(strstr(f->out.text, " 2 x  network ACL, out: "));
    assert_non_null(strstr(f->out.text, "acl: rule 100 denies it (t.demarc.yaml:10)"));
    assert_non_null(strstr(f->out.text, "source becomes 198.51.100.7"));
    assert_non_null(strstr(f->out.text, "help: close it\n"
                                        "     finding 0123456789abcdef   "
                                        "explain: demarc rule SEC001\n"));
}

static void a_set_inside_a_container_that_is_a_cut_is_folded_and_counted(void **state)
{
    struct fixture *f = *state;

    assert_non_null(strstr(text(f, &plain),
                           "   = cut:     {region:eu-west-1}, and 1 set inside it, the first "
                           "{zone:eu-west-1a}\n"
                           "   = or:      {zone:eu-west-1b, region:eu-west-2}\n"
                           "   = sets:    3 minimal of 1,234 sets judged\n"));
}

static void folding_keeps_every_set_that_is_not_inside_one_container(void **state)
{
    struct fixture *f = *state;
    struct dm_cut cuts[3] = { cut_of(f, "zone:eu-west-1a", "zone:eu-west-1b"),
                              cut_of(f, "region:eu-west-2", NULL),
                              cut_of(f, "zone:eu-west-1a", "zone:eu-west-2a") };
    size_t n = 0;
    const struct dm_fold *folds = dm_cuts_fold(f->lowered.arena, f->model, cuts, 3, &n);

    assert_int_equal(n, 3);
    cuts[1] = cut_of(f, "region:eu-west-1", NULL);
    folds = dm_cuts_fold(f->lowered.arena, f->model, cuts, 3, &n);
    assert_int_equal(n, 2);
    assert_ptr_equal(folds[0].cut, &cuts[1]);
    assert_int_equal(folds[0].n_inside, 1);
    assert_ptr_equal(folds[0].inside, &cuts[0]);
    assert_ptr_equal(folds[1].cut, &cuts[2]);
}

static void only_facts_that_are_in_doubt_are_said_in_full(void **state)
{
    struct fixture *f = *state;
    const char *screen = text(f, &plain);

    assert_non_null(strstr(screen, "   = facts:   TGW-01 (high), TGW-04 (low)\n"
                                   "   = doubt:   TGW-04: "));
    assert_null(strstr(screen, "doubt:   TGW-01"));
}

static void a_placement_shows_copy_policy_and_basis(void **state)
{
    struct fixture *f = *state;

    assert_non_null(
        strstr(text(f, &plain),
               "   = data:    people of IE in store files, store in eu-west-2 (GB), with nothing "
               "failed\n"
               "   = policy:  people-ie (POL) allows IE, FR; basis: bank policy 7.2\n"
               "   = cut:     nothing has to fail\n"));
}

static void every_requirement_has_a_row_and_no_cell_is_blank(void **state)
{
    struct fixture *f = *state;

    assert_non_null(strstr(
        text(f, &plain), "requirement  verdict   level  checked        worst case\n"
                         "R-A          VIOLATED  error  any 2 of zone  with region:eu-west-1 down\n"
                         "R-B          VIOLATED  error  no failures    -\n"
                         "R-C          unknown   warn   no failures    a table is not known\n"));
}

static void assumptions_name_their_fact(void **state)
{
    struct fixture *f = *state;

    assert_non_null(strstr(text(f, &plain), "note: ASSUMPTION_X: it is so [VPC-14]\n"));
}

static void what_is_not_shown_is_counted(void **state)
{
    struct fixture *f = *state;
    struct dm_render_options options = plain;
    const char *screen;

    options.limit_per_rule = 1;
    f->findings[2] = f->findings[1];
    f->result.n_findings = 3;
    screen = text(f, &options);
    assert_non_null(strstr(screen, "... (1 more of SOV001, --all)\n"));
    assert_non_null(strstr(screen, "SOV001 x2"));
    assert_null(strstr(text(f, &plain), "more of"));
}

static void a_sampled_result_says_that_it_is_not_exhaustive(void **state)
{
    struct fixture *f = *state;

    f->result.exhaustive = false;
    f->verdicts[0].verdict = DM_VERDICT_NOT_REFUTED;
    assert_non_null(strstr(text(f, &plain), "sets, NOT exhaustive"));
    assert_non_null(strstr(f->out.text, "R-A          not refuted"));
    assert_non_null(strstr(f->out.text, "1 not refuted"));
}

static void colour_changes_no_word(void **state)
{
    struct fixture *f = *state;
    struct dm_render_options options = plain;
    struct dm_str bare;
    const char *colored;

    dm_str_init(&bare, f->lowered.arena);
    options.color = true;
    colored = text(f, &options);
    assert_non_null(strstr(colored, "\x1b[1;31m"));
    for (size_t i = 0; colored[i] != '\0'; i++) {
        if (colored[i] == '\x1b') {
            i += strcspn(colored + i, "m");
        } else {
            dm_str_addc(&bare, colored[i]);
        }
    }
    assert_string_equal(bare.text, text(f, &plain));
}

static void names_from_the_input_cannot_drive_the_terminal(void **state)
{
    struct fixture *f = *state;

    f->findings[0].message = "a\x1b[2Jb\nc";
    f->findings[0].witness.from = "\x1b]0;x\x07";
    f->verdicts[2].reason = "\x1b[31m";
    assert_null(strchr(text(f, &plain), '\x1b'));
    assert_non_null(strstr(f->out.text, "error[SEC001]: a\\x1b[2Jb\\nc\n"));
    dm_str_clear(&f->out);
    dm_render_concise(&f->result, &f->out);
    assert_null(strchr(f->out.text, '\x1b'));
    assert_non_null(strstr(json(f), "\"message\": \"a\\u001B[2Jb\\nc\""));
}

static void concise_is_one_line_a_finding_and_one_for_what_is_undecided(void **state)
{
    struct fixture *f = *state;

    dm_str_clear(&f->out);
    dm_render_concise(&f->result, &f->out);
    assert_string_equal(
        f->out.text,
        "t.demarc.yaml:10:25: error SEC001 `till` crosses over under {region:eu-west-1} or 2 "
        "others "
        "0123456789abcdef\n"
        "t.demarc.yaml:18:22: error SOV001 data of `files` is stored in GB fedcba9876543210\n"
        "t.demarc.yaml:22:3: unknown R-C a table is not known\n");
}

static void json_has_the_form_of_its_schema(void **state)
{
    struct fixture *f = *state;
    const struct dm_data_file *schema = dm_data_find("schema/result-1.schema.json");
    struct schema_fault fault = { 0 };

    assert_non_null(schema);
    if (!schema_check_text(schema->text, json(f), &fault)) {
        fail_msg("%s: %s", fault.pointer, fault.text);
    }
    f->result.n_findings = 0;
    f->result.n_verdicts = 0;
    f->result.n_assumptions = 0;
    assert_true(schema_check_text(schema->text, json(f), &fault));
}

static void json_leaves_nothing_out_and_folds_nothing(void **state)
{
    struct fixture *f = *state;
    json_error_t error;
    json_t *root = json_loads(json(f), JSON_REJECT_DUPLICATES, &error);
    json_t *finding = json_array_get(json_object_get(root, "findings"), 0);
    json_t *inputs = json_object_get(root, "inputs");

    assert_non_null(root);
    assert_int_equal(json_array_size(json_object_get(finding, "cuts")), 3);
    assert_int_equal(json_array_size(json_object_get(finding, "locations")), 2);
    assert_int_equal(json_array_size(json_object_get(root, "verdicts")), 3);
    assert_int_equal(json_array_size(inputs), dm_sources_count(f->model->sources));
    assert_int_equal(
        strlen(json_string_value(json_object_get(json_array_get(inputs, 0), "sha256"))), 64);
    /* What does not fit is null, never a wrong number. */
    assert_true(
        json_is_null(json_object_get(json_object_get(root, "coverage"), "brute_force_sets")));
    json_decref(root);
}

static void the_same_result_gives_the_same_bytes(void **state)
{
    struct fixture *f = *state;
    const char *first = dm_arena_strdup(f->lowered.arena, json(f));

    assert_string_equal(json(f), first);
    first = dm_arena_strdup(f->lowered.arena, text(f, &plain));
    assert_string_equal(text(f, &plain), first);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_screen_begins_with_what_was_looked_at_and_ends_with_the_answer),
        TEST(a_finding_shows_place_packet_path_and_failure_sets),
        TEST(a_set_inside_a_container_that_is_a_cut_is_folded_and_counted),
        TEST(folding_keeps_every_set_that_is_not_inside_one_container),
        TEST(only_facts_that_are_in_doubt_are_said_in_full),
        TEST(a_placement_shows_copy_policy_and_basis),
        TEST(every_requirement_has_a_row_and_no_cell_is_blank),
        TEST(assumptions_name_their_fact),
        TEST(what_is_not_shown_is_counted),
        TEST(a_sampled_result_says_that_it_is_not_exhaustive),
        TEST(colour_changes_no_word),
        TEST(names_from_the_input_cannot_drive_the_terminal),
        TEST(concise_is_one_line_a_finding_and_one_for_what_is_undecided),
        TEST(json_has_the_form_of_its_schema),
        TEST(json_leaves_nothing_out_and_folds_nothing),
        TEST(the_same_result_gives_the_same_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
