/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Describe output of every family, spoilt at random: values put in each other's place, taken out,
 * made null or of another type.  Whatever comes of it is a model that keeps every invariant, or
 * faults that stand in the text, and no fault is without its pointer.
 */
#include "tests/support/dmtest.h"

#include <string.h>

#include "model/base/file.h"
#include "model/front/aws/aws.h"
#include "tests/support/rng.h"

static const char *const seeds[] = { "tests/support/aws/whole/eu-west-1/all.json",
                                     "tests/support/aws/backbone/eu-west-1/all.json" };
#define PATH "eu-west-1/all.json"

enum { N_CASES = 4000, MAX_VALUES = 4096 };

struct value {
    size_t begin;
    size_t end;
};

/* Scalars that are no keys: what stands after ": " or alone in a line of a list. */
static size_t find_values(const char *text, size_t size, struct value values[MAX_VALUES])
{
    size_t n = 0;

    for (size_t i = 0; i < size && n < MAX_VALUES; i++) {
        size_t end = i;

        if (text[i] == '"') {
            for (end = i + 1; text[end] != '"'; end++) {
            }
            end++;
        } else if (strchr("tfn-0123456789", text[i])) {
            end = i + strcspn(text + i, ",\n ]}");
        }
        if (end > i && text[end] != ':') {
            values[n++] = (struct value){ i, end };
        }
        i = end > i ? end - 1 : i;
    }
    return n;
}

/* 'text' with one value replaced. */
static char *spoil(struct dm_arena *arena, struct dm_rng *rng, const char *text, size_t *size)
{
    static const char *const others[] = { "null",       "7",       "[]",
                                          "{}",         "\"\"",    "true",
                                          "-1",         "[1]",     "\"10.0.0.0/33\"",
                                          "4294967296", "\"gone\"" };
    struct value values[MAX_VALUES];
    size_t n = find_values(text, *size, values);
    struct value at = values[dm_rng_below(rng, n)];
    struct value from = values[dm_rng_below(rng, n)];
    const char *by = text + from.begin;
    size_t length = from.end - from.begin;

    if (dm_rng_chance(rng, 25)) {
        by = others[dm_rng_below(rng, sizeof others / sizeof *others)];
        length = strlen(by);
    }
    size_t spoilt_size = *size - (at.end - at.begin) + length;
    char *spoilt = dm_arena_alloc(arena, spoilt_size + 1, 1);

    assert_non_null(spoilt);
    memcpy(spoilt, text, at.begin);
    memcpy(spoilt + at.begin, by, length);
    memcpy(spoilt + at.begin + length, text + at.end, *size - at.end);
    *size = spoilt_size;
    return spoilt;
}

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fail_msg("DM_SEED=%llu: %s", (unsigned long long)seed, #condition);                    \
        }                                                                                          \
    } while (0)

/* What came of it: 0 a fault of the front end, 1 one of the model, 2 a model. */
static int load(struct dm_arena *arena, uint64_t seed, const char *text, size_t size)
{
    struct dm_sources *sources = dm_sources_new(arena, NULL);
    struct dm_builder *builder = dm_builder_new(arena, sources, NULL);
    const struct dm_model *model = NULL;
    struct dm_diags diags;
    uint32_t source = 0;

    dm_diags_init(&diags, arena);
    CHECK(dm_sources_add(sources, PATH, text, size, &source, NULL) == DM_OK);
    CHECK(dm_aws_load(arena, sources, PATH, dm_facts_new(arena), builder, &diags, NULL) == DM_OK);
    for (size_t i = 0; i < diags.n_items; i++) {
        CHECK(diags.items[i].pointer);
        /* A text put where a document is expected is a source of its own. */
        CHECK(diags.items[i].labels[0].span.source >= source);
        CHECK(diags.items[i].labels[0].span.end_byte <= size);
    }
    if (diags.n_errors > 0) {
        return 0;
    }
    CHECK(dm_model_build(builder, &diags, &model, NULL) == DM_OK);
    CHECK(!model == (diags.n_errors > 0));
    if (!model) {
        return 1;
    }
    CHECK(dm_model_check(model, &diags, NULL) == DM_OK);
    CHECK(diags.n_errors == 0);
    for (uint32_t i = 0; i < model->n_unknowns; i++) {
        CHECK(model->unknowns[i].object.origin.source >= source);
    }
    return 2;
}

static void spoilt_output_ends_in_a_sound_model_or_in_faults(void **state)
{
    enum { N_SEEDS = sizeof seeds / sizeof *seeds };
    size_t counts[3] = { 0, 0, 0 };
    struct dm_arena *whole = dm_arena_new(0);
    char *seed_texts[N_SEEDS];
    size_t seed_sizes[N_SEEDS];

    (void)state;
    for (size_t i = 0; i < N_SEEDS; i++) {
        assert_int_equal(
            dm_file_read(whole, seeds[i], 1 << 20, &seed_texts[i], &seed_sizes[i], NULL), DM_OK);
        assert_int_equal(load(whole, 0, seed_texts[i], seed_sizes[i]), 2);
    }
    for (uint64_t seed = dm_seed_first(1); seed < dm_seed_end(1, N_CASES); seed++) {
        struct dm_arena *arena = dm_arena_new(0);
        struct dm_rng rng = dm_rng_seed(seed);
        const char *text = seed_texts[seed % N_SEEDS];
        size_t size = seed_sizes[seed % N_SEEDS];

        for (size_t i = dm_rng_below(&rng, 3) + 1; i > 0; i--) {
            text = spoil(arena, &rng, text, &size);
        }
        counts[load(arena, seed, text, size)]++;
        dm_arena_free(arena);
    }
    print_message("%zu faults of the input, %zu of the model, %zu models\n", counts[0], counts[1],
                  counts[2]);
    dm_arena_free(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spoilt_output_ends_in_a_sound_model_or_in_faults),
    };

    return cmocka_run_group_tests_name("aws", tests, NULL, NULL);
}
