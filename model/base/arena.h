/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * arena - memory that is given back all at once.
 *
 * Three lifetimes exist here and each has one arena: the model, from loading to
 * the end; a run, one command with its memo across all failure sets; scratch,
 * saved and restored inside one function.  Nothing is freed on its own.
 *
 * Invariants: memory is zeroed and aligned for any type; a ceiling, once set,
 * is never passed; blocks do not overlap, and under AddressSanitizer a few
 * bytes after each are poisoned.  NULL is returned only where memory is out,
 * the ceiling is reached or a size overflows.
 *
 * Complexity: O(1) and the clearing of the bytes handed out.
 */
#ifndef DM_MODEL_BASE_ARENA_H
#define DM_MODEL_BASE_ARENA_H

#include <stddef.h>

struct dm_arena;

struct dm_arena_mark {
    void *block;
    size_t used_bytes;
};

/* 'limit_bytes' is a ceiling for all blocks together; 0: none.  NULL when memory is out. */
struct dm_arena *dm_arena_new(size_t limit_bytes);
void dm_arena_free(struct dm_arena *arena); /* NULL is fine */

void *dm_arena_alloc(struct dm_arena *arena, size_t count, size_t size);

/* Grows the newest allocation in place where it can, else copies.  'old_count' <= 'count'. */
void *dm_arena_grow(struct dm_arena *arena, void *block, size_t old_count, size_t count,
                    size_t size);

/* Copies 'count' items; what is not copied over is not cleared first. */
void *dm_arena_copy(struct dm_arena *arena, const void *items, size_t count, size_t size);
char *dm_arena_strdup(struct dm_arena *arena, const char *text);
char *dm_arena_strndup(struct dm_arena *arena, const char *text, size_t length);

struct dm_arena_mark dm_arena_save(const struct dm_arena *arena);
void dm_arena_restore(struct dm_arena *arena, struct dm_arena_mark mark);

/* Bytes of all blocks now held, and the most that were ever held. */
size_t dm_arena_bytes(const struct dm_arena *arena);
size_t dm_arena_peak_bytes(const struct dm_arena *arena);

#define DM_NEW(arena, type) ((type *)dm_arena_alloc((arena), 1, sizeof(type)))
#define DM_NEW_ARRAY(arena, n, type) ((type *)dm_arena_alloc((arena), (n), sizeof(type)))

#endif
