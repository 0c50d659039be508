/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reading - what must hold of any text that a reader of trees is given.
 */
#ifndef DM_TESTS_FUZZ_READING_H
#define DM_TESTS_FUZZ_READING_H

#include "tests/support/reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void fuzz_check_span(struct dm_span span, size_t size)
{
    DM_ASSERT(span.source == 1 && span.begin_byte <= span.end_byte && span.end_byte <= size);
}

static inline void fuzz_check_tree(const struct dm_tree *tree, size_t size)
{
    fuzz_check_span(tree->span, size);
    DM_ASSERT(!tree->text || strlen(tree->text) == tree->length);
    for (size_t i = 0; i < tree->n; i++) {
        if (tree->kind == DM_TREE_MAP) {
            const struct dm_tree_pair *pair = &tree->pairs[i];

            fuzz_check_span(pair->key_span, size);
            DM_ASSERT(strlen(pair->key) == pair->key_length);
            DM_ASSERT(dm_tree_find_pair(tree, pair->key) == pair);
            fuzz_check_tree(pair->value, size);
        } else {
            fuzz_check_tree(tree->items[i], size);
        }
    }
}

static inline int fuzz_read(enum reading_language language, const uint8_t *data, size_t size)
{
    struct reading reading = reading_of_bytes(language, (const char *)data, size);

    DM_ASSERT(reading.status == DM_OK);
    DM_ASSERT(!reading.tree == (reading.diags.n_errors > 0));
    for (size_t i = 0; i < reading.diags.n_items; i++) {
        for (unsigned k = 0; k < reading.diags.items[i].n_labels; k++) {
            fuzz_check_span(reading.diags.items[i].labels[k].span, size);
            DM_ASSERT(reading_place(&reading, i, k).line > 0);
        }
    }
    if (reading.tree && size < 4096) {
        fuzz_check_tree(reading.tree, size);
    }
    reading_release(&reading);
    return 0;
}

#endif
