/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What happens when memory runs out, wherever that is: the k-th request of the
 * program's own code fails, for k = 0, 1, 2, ... until one run needs fewer; and
 * the arena that results go to has a ceiling, ever a little higher.
 */
#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "tests/support/dmtest.h"
#include "tests/support/reading.h"

/* Names that the linker's --wrap wants. */
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);

enum { NEVER = -1 };

/* Longer than a node: where it does not fit, the node did. */
#define LONG_TEXT                                                                                  \
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"               \
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"

static long n_until_failure = NEVER;
static bool fails_for_good; /* all later requests fail too */
static bool was_denied;     /* since it was last set to false */

static bool is_denied(void)
{
    if (n_until_failure < 0) {
        return false;
    }
    if (n_until_failure > 0) {
        n_until_failure--;
        return false;
    }
    if (!fails_for_good) {
        n_until_failure = NEVER;
    }
    was_denied = true;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return is_denied() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return is_denied() ? NULL : __real_calloc(count, size);
}

/* Enough keys, values, aliases, warnings and faults to need many blocks of memory. */
static const char *make_text(struct dm_arena *arena, enum reading_language language, bool faulty)
{
    struct dm_str str;

    dm_str_init(&str, arena);
    dm_str_add(&str, language == READING_JSON ? "{" : "base: &base {k: [a, ü, 010]}\n");
    for (int i = 0; i < 600; i++) {
        if (language == READING_JSON) {
            dm_str_addf(&str, "%s\"key-%d\": [%d, {\"Name\": \"x\\n%d\", \"Empty\": {}}]",
                        i ? ",\n" : "", i, i, i);
        } else {
            dm_str_addf(&str, "key-%d: [%d, {Name: \"x\\n%d\", Empty: {}}, *base]\n", i, i, i);
        }
    }
    if (language == READING_JSON) {
        dm_str_add(&str, faulty ? ",\"key-1\": {\"a/b\": [1, {\"c\": 1, \"c\": 2, ]" : "}");
    } else if (faulty) {
        dm_str_add(&str, "key-1: {a: 1, a: *nothing}\n<<: *base\nlast: [");
    }
    assert_false(str.failed);
    return str.text;
}

static void check_complete(const struct dm_tree *tree)
{
    assert_int_equal(tree->kind == DM_TREE_SCALAR, tree->text != NULL);
    for (size_t i = 0; i < tree->n; i++) {
        check_complete(tree->kind == DM_TREE_MAP ? tree->pairs[i].value : tree->items[i]);
    }
}

static void check_reading(const struct reading *reading, bool faulty)
{
    if (reading->status == DM_OK) {
        assert_int_equal(reading->tree == NULL, faulty);
        assert_int_equal(reading->diags.n_errors != 0, faulty);
        if (reading->tree) {
            check_complete(reading->tree);
        }
    } else {
        assert_int_equal(reading->status, DM_NOMEM);
        assert_null(reading->tree);
    }
}

static void sweep(enum reading_language language, bool faulty, bool for_good)
{
    struct dm_arena *arena = dm_arena_new(0);
    const char *text = make_text(arena, language, faulty);
    size_t n_failed = 0;

    for (long k = 0;; k++) {
        struct reading reading;

        was_denied = false;
        fails_for_good = for_good;
        n_until_failure = k;
        reading = reading_of(language, text);
        n_until_failure = NEVER;
        check_reading(&reading, faulty);
        n_failed += reading.status == DM_NOMEM;
        if (was_denied) {
            assert_int_equal(reading.status, DM_NOMEM);
        }
        reading_release(&reading);
        if (!was_denied) {
            break;
        }
        assert_true(k < 10000);
    }
    assert_true(n_failed >= 5);
    dm_arena_free(arena);
}

static void a_request_that_fails_ends_reading_yaml_with_no_memory(void **state)
{
    (void)state;
    sweep(READING_YAML, false, false);
    sweep(READING_YAML, false, true);
    sweep(READING_YAML, true, false);
    sweep(READING_YAML, true, true);
}

static void a_request_that_fails_ends_reading_json_with_no_memory(void **state)
{
    (void)state;
    sweep(READING_JSON, false, false);
    sweep(READING_JSON, false, true);
    sweep(READING_JSON, true, false);
    sweep(READING_JSON, true, true);
}

/* The text's own arena has no ceiling; that of the tree and the faults has. */
static struct reading read_below(struct reading *source, enum reading_language language,
                                 size_t limit_bytes)
{
    struct reading below = { .sources = source->sources, .status = DM_NOMEM };

    below.arena = dm_arena_new(limit_bytes);
    assert_non_null(below.arena);
    dm_diags_init(&below.diags, below.arena);
    reading_tree(&below, language, 1);
    return below;
}

static void check_ceilings(enum reading_language language, const char *text, bool faulty)
{
    struct reading source = reading_of(language, text);
    size_t n_failed = 0;

    assert_int_equal(source.status, DM_OK);
    for (size_t limit = 16;; limit += 16) {
        struct reading below = read_below(&source, language, limit);
        bool fits = below.status == DM_OK;

        check_reading(&below, faulty);
        reading_release(&below);
        if (fits) {
            break;
        }
        n_failed++;
        assert_true(n_failed < 100000);
    }
    assert_true(n_failed >= 10);
    reading_release(&source);
}

static void a_ceiling_at_any_height_ends_reading_with_no_memory(void **state)
{
    (void)state;
    check_ceilings(READING_YAML, "a: &x {b: [1, two]}\nc: [*x, *x]\n\"d\": |\n  text\n", false);
    check_ceilings(READING_YAML, "a: NO\nb: *x\na: !t 2\n<<: 1\nc: [", true);
    check_ceilings(READING_YAML, LONG_TEXT, false);
    check_ceilings(READING_JSON, "\"" LONG_TEXT "\"", false);
    check_ceilings(READING_JSON, "{\"a\": [1, \"two\", {\"b\": null}], \"c\": {\"d\": true}}",
                   false);
    check_ceilings(READING_JSON, "{\"a\": {\"b/c\": 1, \"b/c\": 2}, \"a\": [tru]}", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_that_fails_ends_reading_yaml_with_no_memory),
        cmocka_unit_test(a_request_that_fails_ends_reading_json_with_no_memory),
        cmocka_unit_test(a_ceiling_at_any_height_ends_reading_with_no_memory),
    };

    return cmocka_run_group_tests_name("oom", tests, NULL, NULL);
}
