/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/load/marks_private.h"

enum { STEP = 256 };

static bool begins_character(char c)
{
    return ((unsigned char)c & 0xc0u) != 0x80u;
}

bool dm_marks_init(struct dm_marks *marks, struct dm_arena *arena, const struct dm_source *source,
                   size_t begin)
{
    size_t n_characters = 0;
    uint32_t *bytes;

    *marks = (struct dm_marks){ .source = source, .begin = begin };
    for (size_t i = begin; i < source->size; i++) {
        n_characters += begins_character(source->text[i]);
    }
    if (n_characters == source->size - begin) {
        return true;
    }
    marks->n = n_characters / STEP + 1;
    bytes = DM_NEW_ARRAY(arena, marks->n, uint32_t);
    if (!bytes) {
        return false;
    }
    n_characters = 0;
    for (size_t i = begin; i <= source->size; i++) {
        if (i == source->size || begins_character(source->text[i])) {
            if (n_characters % STEP == 0) {
                bytes[n_characters / STEP] = (uint32_t)i;
            }
            n_characters++;
        }
    }
    marks->bytes = bytes;
    return true;
}

size_t dm_marks_byte(const struct dm_marks *marks, size_t character)
{
    const char *text = marks->source->text;
    size_t size = marks->source->size;
    size_t byte = marks->begin + character;

    if (marks->bytes) {
        if (character / STEP >= marks->n) {
            return size;
        }
        byte = marks->bytes[character / STEP];
        for (size_t left = character % STEP; left && byte < size; left--) {
            do {
                byte++;
            } while (byte < size && !begins_character(text[byte]));
        }
    }
    return byte < size ? byte : size;
}
