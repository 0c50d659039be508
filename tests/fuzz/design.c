/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any tree can be held against the grammar, and each fault stands within the text.
 */
#include "model/front/design/check_private.h"
#include "tests/fuzz/reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading reading = reading_of_bytes(READING_YAML, (const char *)data, size);

    if (reading.tree) {
        struct dm_check check = { .arena = reading.arena,
                                  .diags = &reading.diags,
                                  .is_first_file = true };
        struct dm_spot spot = { .name = "", .span = reading.tree->span };

        dm_check_node(&check, DM_TYPE_design, reading.tree, &spot);
        DM_ASSERT(!check.is_out_of_memory && !check.is_partial);
    }
    for (size_t i = 0; i < reading.diags.n_items; i++) {
        DM_ASSERT(!strchr(reading.diags.items[i].message, '\n'));
        for (unsigned k = 0; k < reading.diags.items[i].n_labels; k++) {
            fuzz_check_span(reading.diags.items[i].labels[k].span, size);
        }
    }
    reading_release(&reading);
    return 0;
}
