/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is known about AWS and its regions: the data, and the reader of it.
 */
#include "model/facts/facts.h"

#include <regex.h>
#include <stdbool.h>
#include <string.h>

#include "model/facts/facts_private.h"
#include "tests/support/dmtest.h"

struct fixture {
    struct dm_arena *arena;
    struct dm_facts *facts;
};

static int set_up(void **state)
{
    static struct fixture fixture;

    fixture.arena = dm_arena_new(0);
    fixture.facts = fixture.arena == NULL ? NULL : dm_facts_new(fixture.arena);
    *state = &fixture;
    return fixture.facts == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    dm_arena_free(fixture->arena);
    return 0;
}

static bool matches(const char *pattern, const char *text)
{
    regex_t regex;

    assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
    bool found = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return found;
}

/* The patterns that AWS's own libraries tell partitions by. */
static const char *partition_pattern(const char *partition)
{
    static const struct {
        const char *partition;
        const char *pattern;
    } table[] = {
        { "aws", "^(us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-[0-9]+$" },
        { "aws-cn", "^cn-[a-z]+-[0-9]+$" },
        { "aws-us-gov", "^us-gov-[a-z]+-[0-9]+$" },
        { "aws-iso", "^us-iso-[a-z]+-[0-9]+$" },
        { "aws-iso-b", "^us-isob-[a-z]+-[0-9]+$" },
        { "aws-iso-e", "^eu-isoe-[a-z]+-[0-9]+$" },
        { "aws-iso-f", "^us-isof-[a-z]+-[0-9]+$" },
        { "aws-eusc", "^eusc-de-[a-z]+-[0-9]+$" },
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (strcmp(table[i].partition, partition) == 0) {
            return table[i].pattern;
        }
    }
    return NULL;
}

static void both_files_are_in_form(void **state)
{
    struct fixture *fixture = *state;
    struct dm_err err = DM_ERR_INIT;

    if (dm_facts_load(fixture->facts, &err) != DM_OK) {
        fail_msg("%s", err.text);
    }
}

static void every_region_has_the_form_of_its_partition_and_stands_once_in_order(void **state)
{
    struct fixture *fixture = *state;
    size_t n = 0;
    const struct dm_region_fact *regions = dm_facts_regions(fixture->facts, &n);

    assert_int_equal(n, 46);
    for (size_t i = 0; i < n; i++) {
        const char *pattern = partition_pattern(regions[i].partition);

        assert_non_null(pattern);
        assert_true(matches(pattern, regions[i].code));
        assert_true(matches("^[A-Z]{2}$", regions[i].jurisdiction));
        assert_true(i == 0 || strcmp(regions[i - 1].code, regions[i].code) < 0);
        assert_ptr_equal(dm_facts_region(fixture->facts, regions[i].code), &regions[i]);
    }
}

/* The prefix of zone ids is the region's code cut short: eu-north-1 eun1, ap-southeast-2 apse2. */
static void the_prefix_of_zone_ids_follows_from_the_code(void **state)
{
    static const struct {
        const char *word;
        const char *letters;
    } parts[] = { { "northeast", "ne" }, { "southeast", "se" }, { "northwest", "nw" },
                  { "southwest", "sw" }, { "central", "c" },    { "north", "n" },
                  { "south", "s" },      { "east", "e" },       { "west", "w" } };
    struct fixture *fixture = *state;
    size_t n = 0;
    const struct dm_region_fact *regions = dm_facts_regions(fixture->facts, &n);
    size_t n_with_zones = 0;

    for (size_t i = 0; i < n; i++) {
        const char *code = regions[i].code;

        if (regions[i].zone_prefix == NULL) {
            assert_int_equal(regions[i].n_zones, 0);
            continue;
        }
        n_with_zones++;
        for (size_t j = 0; j < sizeof parts / sizeof parts[0]; j++) {
            size_t length = strlen(parts[j].word);
            size_t n_letters = strlen(parts[j].letters);

            if (strncmp(code + 3, parts[j].word, length) == 0 && code[3 + length] == '-') {
                assert_memory_equal(regions[i].zone_prefix, code, 2);
                assert_memory_equal(regions[i].zone_prefix + 2, parts[j].letters, n_letters);
                assert_string_equal(regions[i].zone_prefix + 2 + n_letters, code + 4 + length);
            }
        }
        assert_true(regions[i].n_zones >= 3);
    }
    assert_int_equal(n_with_zones, 34);
}

static void the_regions_of_the_reference_design_are_known(void **state)
{
    struct fixture *fixture = *state;
    const struct dm_region_fact *ireland = dm_facts_region(fixture->facts, "eu-west-1");
    const struct dm_region_fact *london = dm_facts_region(fixture->facts, "eu-west-2");
    const struct dm_region_fact *sovereign = dm_facts_region(fixture->facts, "eusc-de-east-1");

    assert_non_null(ireland);
    assert_string_equal(ireland->name, "Ireland");
    assert_string_equal(ireland->partition, "aws");
    assert_string_equal(ireland->jurisdiction, "IE");
    assert_string_equal(ireland->zone_prefix, "euw1");
    assert_int_equal(ireland->n_zones, 3);
    assert_string_equal(ireland->zone_ids[0], "euw1-az1");
    assert_string_equal(ireland->zone_ids[2], "euw1-az3");
    assert_non_null(london);
    assert_string_equal(london->jurisdiction, "GB");
    assert_int_equal(london->n_zones, 4);
    assert_string_equal(dm_facts_region(fixture->facts, "eu-west-3")->jurisdiction, "FR");
    assert_string_equal(dm_facts_region(fixture->facts, "eu-central-1")->jurisdiction, "DE");
    assert_non_null(sovereign);
    assert_string_equal(sovereign->name, "European Sovereign Cloud (Germany, Brandenburg)");
    assert_string_equal(sovereign->partition, "aws-eusc");
    assert_int_equal(sovereign->n_zones, 0);
    assert_null(sovereign->zone_prefix);
    assert_null(sovereign->zone_ids);
}

static void zone_ids_keep_the_numbers_that_aws_gave_them(void **state)
{
    struct fixture *fixture = *state;
    const struct dm_region_fact *canada = dm_facts_region(fixture->facts, "ca-central-1");

    assert_non_null(canada);
    assert_int_equal(canada->n_zones, 3);
    assert_string_equal(canada->zone_ids[1], "cac1-az2");
    assert_string_equal(canada->zone_ids[2], "cac1-az4");
}

static void a_region_or_a_row_that_is_not_there_is_null(void **state)
{
    struct fixture *fixture = *state;

    assert_null(dm_facts_region(fixture->facts, "eu-west-9"));
    assert_null(dm_facts_region(fixture->facts, "eu-west-1a"));
    assert_null(dm_facts_region(fixture->facts, ""));
    assert_null(dm_facts_find(fixture->facts, "TGW-99"));
    assert_null(dm_facts_find(fixture->facts, "TGW-1"));
    assert_null(dm_facts_find(fixture->facts, ""));
}

static void rows_carry_sentence_figure_source_and_confidence(void **state)
{
    struct fixture *fixture = *state;
    const struct dm_fact *peering = dm_facts_find(fixture->facts, "TGW-01");
    const struct dm_fact *datastore = dm_facts_find(fixture->facts, "EC-01");
    const struct dm_fact *group = dm_facts_find(fixture->facts, "VPC-28");
    const struct dm_fact *icmp = dm_facts_find(fixture->facts, "SG-20");

    assert_non_null(peering);
    assert_string_equal(peering->id, "TGW-01");
    assert_non_null(strstr(peering->text, "static route"));
    assert_int_equal(peering->confidence, DM_CONFIDENCE_HIGH);
    assert_non_null(strstr(peering->source, "https://docs.aws.amazon.com/vpc/latest/tgw/"));
    assert_non_null(datastore);
    assert_string_equal(datastore->figure, "3 regions in all (fixed)");
    assert_non_null(group);
    assert_null(group->figure);
    assert_int_equal(group->confidence, DM_CONFIDENCE_MEDIUM);
    assert_non_null(icmp);
    assert_string_equal(icmp->figure, "-1 stands for all; echo request is type 8");
}

static void every_row_is_one_sentence_under_an_id_of_its_family(void **state)
{
    struct fixture *fixture = *state;
    size_t n = 0;
    const struct dm_fact *rows = dm_facts_rows(fixture->facts, &n);

    assert_true(n >= 100);
    for (size_t i = 0; i < n; i++) {
        assert_true(matches("^([A-Z][A-Z0-9]+-[0-9][0-9]|CON-[a-z])$", rows[i].id));
        if (!matches("^[A-Z].*[^.]\\.$", rows[i].text) || matches("[.] [A-Z]", rows[i].text)) {
            fail_msg("%s is not one sentence", rows[i].id);
        }
        assert_ptr_equal(dm_facts_find(fixture->facts, rows[i].id), &rows[i]);
    }
}

/* What is known from recall alone must never look as if it had been read. */
static void what_was_not_read_is_not_of_high_confidence(void **state)
{
    struct fixture *fixture = *state;
    size_t n = 0;
    const struct dm_fact *rows = dm_facts_rows(fixture->facts, &n);

    for (size_t i = 0; i < n; i++) {
        if (matches("recall|secondary note|inferred", rows[i].source)) {
            assert_true(rows[i].confidence < DM_CONFIDENCE_HIGH);
        }
    }
}

/* "follows from A, B" is as sure as the least sure of them. */
static void what_follows_from_rows_is_no_surer_than_they_are(void **state)
{
    static const char follows[] = "follows from ";
    struct fixture *fixture = *state;
    size_t n = 0;
    size_t n_followed = 0;
    const struct dm_fact *rows = dm_facts_rows(fixture->facts, &n);

    for (size_t i = 0; i < n; i++) {
        if (strncmp(rows[i].source, follows, sizeof follows - 1) != 0) {
            continue;
        }
        for (const char *at = rows[i].source + sizeof follows - 1; *at != '\0';) {
            size_t length = strcspn(at, ",");
            char *id = dm_arena_strndup(fixture->arena, at, length);
            const struct dm_fact *base = dm_facts_find(fixture->facts, id);

            if (base == NULL) {
                fail_msg("%s follows from `%s`, which is not there", rows[i].id, id);
                return;
            }
            assert_true(rows[i].confidence <= base->confidence);
            n_followed++;
            at += length;
            at += strspn(at, ", ");
        }
    }
    assert_true(n_followed > 0);
}

struct bad_text {
    const char *text;
    const char *expected; /* stands in the error */
};

static void region_texts_out_of_form_are_refused_with_the_place(void **state)
{
#define REGION "code: eu-west-1, name: Ireland, partition: aws, jurisdiction: IE"
    static const struct bad_text table[] = {
        { "", "f.yaml: is not a mapping" },
        { "regions: [", "f.yaml:" },
        { "rows: []\n", "f.yaml: is not a mapping of the one key `regions`" },
        { "regions: []\n", "f.yaml:1:10: no list below `regions`" },
        { "regions: yes it is\n", "f.yaml:1:10: no list below `regions`" },
        { "regions: [eu-west-1]\n", "f.yaml:1:11: not a mapping in `regions`" },
        { "regions: [{ " REGION " }]\nmore: 1\n", "f.yaml: is not a mapping of the one key" },
        { "regions:\n  - { " REGION ", zone: 3 }\n", ": unknown key `zone`" },
        { "regions:\n  - { code: eu-west-1, name: Ireland, partition: aws }\n",
          "f.yaml:2:5: lacks `jurisdiction`" },
        { "regions:\n  - { code: a, name: '', partition: aws, jurisdiction: IE }\n",
          ": no text in `name`" },
        { "regions:\n  - { code: a, name: [b], partition: aws, jurisdiction: IE }\n",
          ": no text in `name`" },
        { "regions:\n  - { code: a, name: b, partition: aws, jurisdiction: ie }\n",
          ": no code of a country: `ie`" },
        { "regions:\n  - { " REGION ", zones: [1, 2] }\n", "needs both a prefix and a list" },
        { "regions:\n  - { " REGION ", zone_prefix: euw1 }\n", "needs both a prefix" },
        { "regions:\n  - { " REGION ", zone_prefix: euw1, zones: 3 }\n", "needs both a prefix" },
        { "regions:\n  - { " REGION ", zone_prefix: euw1, zones: [1, 1] }\n",
          "not an ascending number of a zone of `eu-west-1`" },
        { "regions:\n  - { " REGION ", zone_prefix: euw1, zones: [0] }\n", "not an ascending" },
        { "regions:\n  - { " REGION ", zone_prefix: euw1, zones: [one] }\n", "not an ascending" },
        { "regions:\n  - { " REGION ", zone_prefix: euw1, zones: [1, 100] }\n",
          "not an ascending" },
        { "regions:\n  - { " REGION " }\n  - { " REGION " }\n",
          "f.yaml:3:5: there already is a `eu-west-1`" },
        { "regions:\n  - { " REGION " }\n"
          "  - { code: eu-central-1, name: b, partition: aws, jurisdiction: DE }\n",
          "f.yaml:3:5: out of order: `eu-central-1`" },
        { "regions:\n  - { " REGION ", code: b }\n", "f.yaml:2:" },
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct dm_fact_regions regions = { .n = 77 };
        struct dm_err err = DM_ERR_INIT;

        assert_int_equal(dm_fact_regions_read(fixture->arena, "f.yaml", table[i].text,
                                              strlen(table[i].text), &regions, &err),
                         DM_INVALID);
        if (strstr(err.text, table[i].expected) == NULL) {
            fail_msg("`%s` gives `%s`, not `%s`", table[i].text, err.text, table[i].expected);
        }
        assert_int_equal(regions.n, 77);
    }
#undef REGION
}

static void row_texts_out_of_form_are_refused_with_the_place(void **state)
{
    static const struct bad_text table[] = {
        { "rows:\n  - { id: A-01, text: b., source: c }\n", "f.yaml:2:5: lacks `confidence`" },
        { "rows:\n  - { id: A-01, text: b., source: c, confidence: sure }\n",
          ": no degree of confidence: `sure`" },
        { "rows:\n  - { id: A-01, text: b., source: c, confidence: high, number: 1 }\n",
          ": unknown key `number`" },
        { "rows:\n  - { id: A-01, text: b., source: c, confidence: high }\n"
          "  - { id: A-01, text: d., source: e, confidence: low }\n",
          "f.yaml:3:5: there already is a `A-01`" },
        { "rows:\n  - id: A-01\n    text: |\n      two\n      lines\n    source: c\n"
          "    confidence: high\n",
          ": several lines in `text`" },
        { "rows:\n  - { id: A-01, text: b., figure: 010, source: c, confidence: high }\n",
          "f.yaml:2:" },
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct dm_fact_rows rows = { .n = 77 };
        struct dm_err err = DM_ERR_INIT;

        assert_int_equal(dm_fact_rows_read(fixture->arena, "f.yaml", table[i].text,
                                           strlen(table[i].text), &rows, &err),
                         DM_INVALID);
        if (strstr(err.text, table[i].expected) == NULL) {
            fail_msg("`%s` gives `%s`, not `%s`", table[i].text, err.text, table[i].expected);
        }
        assert_int_equal(rows.n, 77);
    }
}

/* Each ceiling stops the reader somewhere else; at last one is high enough. */
static void memory_that_runs_out_is_a_status_at_every_point(void **state)
{
    (void)state;
    for (size_t limit = 1024;; limit += limit / 4) {
        struct dm_arena *arena = dm_arena_new(limit);
        struct dm_facts *facts = arena == NULL ? NULL : dm_facts_new(arena);
        enum dm_status status = facts == NULL ? DM_NOMEM : dm_facts_load(facts, NULL);

        dm_arena_free(arena);
        if (status == DM_OK) {
            assert_true(limit > 4096);
            return;
        }
        assert_int_equal(status, DM_NOMEM);
        assert_true(limit < (size_t)64 << 20);
    }
}

static void confidence_has_a_word_for_each_degree(void **state)
{
    (void)state;
    assert_string_equal(dm_confidence_text(DM_CONFIDENCE_UNVERIFIED), "unverified");
    assert_string_equal(dm_confidence_text(DM_CONFIDENCE_LOW), "low");
    assert_string_equal(dm_confidence_text(DM_CONFIDENCE_MEDIUM), "medium");
    assert_string_equal(dm_confidence_text(DM_CONFIDENCE_HIGH), "high");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_files_are_in_form),
        cmocka_unit_test(every_region_has_the_form_of_its_partition_and_stands_once_in_order),
        cmocka_unit_test(the_prefix_of_zone_ids_follows_from_the_code),
        cmocka_unit_test(the_regions_of_the_reference_design_are_known),
        cmocka_unit_test(zone_ids_keep_the_numbers_that_aws_gave_them),
        cmocka_unit_test(a_region_or_a_row_that_is_not_there_is_null),
        cmocka_unit_test(rows_carry_sentence_figure_source_and_confidence),
        cmocka_unit_test(every_row_is_one_sentence_under_an_id_of_its_family),
        cmocka_unit_test(what_was_not_read_is_not_of_high_confidence),
        cmocka_unit_test(what_follows_from_rows_is_no_surer_than_they_are),
        cmocka_unit_test(region_texts_out_of_form_are_refused_with_the_place),
        cmocka_unit_test(row_texts_out_of_form_are_refused_with_the_place),
        cmocka_unit_test(memory_that_runs_out_is_a_status_at_every_point),
        cmocka_unit_test(confidence_has_a_word_for_each_degree),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
