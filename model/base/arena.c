/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/base/err.h"

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif

#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
enum { RED_ZONE_BYTES = alignof(max_align_t), TEXT_ALIGNMENT = alignof(max_align_t) };
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
enum { RED_ZONE_BYTES = 0, TEXT_ALIGNMENT = 1 };
#endif

enum {
    FIRST_BLOCK_BYTES = 16 * 1024,
    LAST_BLOCK_BYTES = 1024 * 1024, /* blocks double from the first size to this one */
    ALIGNMENT = alignof(max_align_t)
};

struct block {
    struct block *previous;
    size_t capacity;
    size_t used;
    max_align_t data[];
};

struct dm_arena {
    struct block *top;
    struct block *spare; /* popped and kept, so that save and restore need not ask the system */
    size_t limit;
    size_t bytes; /* capacities of all blocks, the spare one too */
    size_t peak;
    size_t next_block_bytes;
};

struct dm_arena *dm_arena_new(size_t limit_bytes)
{
    struct dm_arena *arena = calloc(1, sizeof *arena);

    if (arena) {
        arena->limit = limit_bytes;
        arena->next_block_bytes = FIRST_BLOCK_BYTES;
    }
    return arena;
}

static void free_block(struct dm_arena *arena, struct block *block)
{
    arena->bytes -= block->capacity;
    UNPOISON(block->data, block->capacity);
    free(block);
}

static void free_spare(struct dm_arena *arena)
{
    if (arena->spare) {
        free_block(arena, arena->spare);
        arena->spare = NULL;
    }
}

void dm_arena_free(struct dm_arena *arena)
{
    if (!arena) {
        return;
    }
    free_spare(arena);
    while (arena->top) {
        struct block *block = arena->top;

        arena->top = block->previous;
        free_block(arena, block);
    }
    free(arena);
}

/* Capacity of a block that must hold 'need' bytes; 0 where the ceiling forbids it. */
static size_t block_capacity(const struct dm_arena *arena, size_t need)
{
    size_t capacity = need > arena->next_block_bytes ? need : arena->next_block_bytes;

    if (arena->limit) {
        size_t left = arena->limit > arena->bytes ? arena->limit - arena->bytes : 0;

        if (need > left) {
            return 0;
        }
        capacity = capacity > left ? left : capacity;
    }
    return capacity;
}

static struct block *push_block(struct dm_arena *arena, size_t need)
{
    struct block *block = arena->spare;

    if (block && block->capacity >= need) {
        arena->spare = NULL;
    } else {
        size_t capacity;

        free_spare(arena);
        capacity = block_capacity(arena, need);
        if (!capacity || capacity > SIZE_MAX - sizeof *block) {
            return NULL;
        }
        block = malloc(sizeof *block + capacity);
        if (!block) {
            return NULL;
        }
        block->capacity = capacity;
        POISON(block->data, capacity);
        arena->bytes += capacity;
        if (arena->bytes > arena->peak) {
            arena->peak = arena->bytes;
        }
        if (arena->next_block_bytes < LAST_BLOCK_BYTES) {
            arena->next_block_bytes *= 2;
        }
    }
    block->previous = arena->top;
    block->used = 0;
    arena->top = block;
    return block;
}

static size_t round_up(size_t bytes, size_t alignment)
{
    return (bytes + alignment - 1) / alignment * alignment;
}

/* 'bytes' is at most SIZE_MAX / 2. */
static void *take(struct dm_arena *arena, size_t bytes, size_t alignment)
{
    struct block *block = arena->top;
    size_t begin = block ? round_up(block->used, alignment) : 0;
    size_t step = bytes + RED_ZONE_BYTES;
    unsigned char *p;

    if (!block || begin > block->capacity || block->capacity - begin < step) {
        /* Even an allocation of no bytes has a place of its own in a block. */
        block = push_block(arena, step ? step : 1);
        if (!block) {
            return NULL;
        }
        begin = 0;
    }
    p = (unsigned char *)block->data + begin;
    block->used = begin + step;
    UNPOISON(p, bytes);
    return p;
}

static bool product_fits(size_t count, size_t size)
{
    return !size || count <= SIZE_MAX / 2 / size;
}

void *dm_arena_alloc(struct dm_arena *arena, size_t count, size_t size)
{
    void *p;

    if (!product_fits(count, size)) {
        return NULL;
    }
    p = take(arena, count * size, ALIGNMENT);
    if (p) {
        memset(p, 0, count * size);
    }
    return p;
}

/* Whether 'block' ends where the newest allocation of the arena ends; grows it if it may. */
static bool grow_in_place(struct dm_arena *arena, unsigned char *p, size_t old_bytes, size_t bytes)
{
    struct block *top = arena->top;
    unsigned char *data;
    size_t begin;

    if (!top || !old_bytes) {
        return false;
    }
    data = (unsigned char *)top->data;
    if ((uintptr_t)p < (uintptr_t)data || (uintptr_t)p >= (uintptr_t)(data + top->used)) {
        return false;
    }
    begin = (size_t)(p - data);
    if (begin + old_bytes + RED_ZONE_BYTES != top->used
        || top->capacity - begin < bytes + RED_ZONE_BYTES) {
        return false;
    }
    top->used = begin + bytes + RED_ZONE_BYTES;
    UNPOISON(p, bytes);
    memset(p + old_bytes, 0, bytes - old_bytes);
    return true;
}

void *dm_arena_grow(struct dm_arena *arena, void *block, size_t old_count, size_t count,
                    size_t size)
{
    void *p;

    DM_ASSERT(old_count <= count);
    if (!product_fits(count, size)) {
        return NULL;
    }
    if (block && grow_in_place(arena, block, old_count * size, count * size)) {
        return block;
    }
    p = dm_arena_alloc(arena, count, size);
    if (p && block && old_count && size) {
        memcpy(p, block, old_count * size);
    }
    return p;
}

void *dm_arena_copy(struct dm_arena *arena, const void *items, size_t count, size_t size)
{
    void *p = product_fits(count, size) ? take(arena, count * size, ALIGNMENT) : NULL;

    if (p && count * size > 0) {
        memcpy(p, items, count * size);
    }
    return p;
}

char *dm_arena_strndup(struct dm_arena *arena, const char *text, size_t length)
{
    char *copy = length < SIZE_MAX / 2 ? take(arena, length + 1, TEXT_ALIGNMENT) : NULL;

    if (copy) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

char *dm_arena_strdup(struct dm_arena *arena, const char *text)
{
    return dm_arena_strndup(arena, text, strlen(text));
}

struct dm_arena_mark dm_arena_save(const struct dm_arena *arena)
{
    struct dm_arena_mark mark = { .block = arena->top,
                                  .used_bytes = arena->top ? arena->top->used : 0 };

    return mark;
}

static void pop_block(struct dm_arena *arena)
{
    struct block *block = arena->top;

    DM_ASSERT(block);
    arena->top = block->previous;
    POISON(block->data, block->capacity);
    if (block->capacity > LAST_BLOCK_BYTES
        || (arena->spare && arena->spare->capacity >= block->capacity)) {
        free_block(arena, block);
    } else {
        free_spare(arena);
        arena->spare = block;
    }
}

void dm_arena_restore(struct dm_arena *arena, struct dm_arena_mark mark)
{
    while (arena->top != mark.block) {
        pop_block(arena);
    }
    if (arena->top) {
        DM_ASSERT(mark.used_bytes <= arena->top->used);
        POISON((unsigned char *)arena->top->data + mark.used_bytes,
               arena->top->capacity - mark.used_bytes);
        arena->top->used = mark.used_bytes;
    }
}

size_t dm_arena_bytes(const struct dm_arena *arena)
{
    return arena->bytes;
}

size_t dm_arena_peak_bytes(const struct dm_arena *arena)
{
    return arena->peak;
}
