/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/fail/alive.h"

#include <string.h>

#include "model/base/planted.h"

/* A node of a decision tree.  Inner: 'value' is NULL.  Leaf: 'element' is 0. */
struct memo_node {
    struct dm_element_id element;
    uint32_t child[2]; /* index plus one in 'nodes', by alive; 0: not met yet */
    const void *value;
};

struct dm_alive {
    struct dm_arena *arena;
    struct dm_arena *memo;
    const struct dm_model *model;
    uint32_t *read_in;   /* by element: evaluation that last read it */
    uint32_t *failed_in; /* by element: evaluation in which it failed */
    uint32_t *framed_in; /* by element: frame that last saw it */
    uint32_t evaluation;
    uint32_t frame;
    DM_VEC(struct dm_read) trace;
    DM_VEC(struct dm_read) log; /* every read, repeated ones too, while frames are open */
    size_t n_open;
    DM_VEC(struct memo_node) nodes;
    struct dm_map tables[DM_MEMO_TABLE_COUNT];
    struct dm_alive_counts counts;
    bool memo_off;
    bool failed;
};

struct dm_alive *dm_alive_new(struct dm_arena *arena, const struct dm_model *model)
{
    struct dm_alive *alive = DM_NEW(arena, struct dm_alive);
    size_t n = (size_t)model->n_elements + 1;

    if (!alive) {
        return NULL;
    }
    alive->arena = arena;
    alive->model = model;
    alive->read_in = DM_NEW_ARRAY(arena, n, uint32_t);
    alive->failed_in = DM_NEW_ARRAY(arena, n, uint32_t);
    alive->framed_in = DM_NEW_ARRAY(arena, n, uint32_t);
    dm_alive_forget(alive, arena);
    if (!alive->read_in || !alive->failed_in || !alive->framed_in) {
        return NULL;
    }
    return alive;
}

const struct dm_model *dm_alive_model(const struct dm_alive *alive)
{
    return alive->model;
}

void dm_alive_begin(struct dm_alive *alive, const struct dm_element_id *failed, size_t n_failed)
{
    size_t n = (size_t)alive->model->n_elements + 1;

    DM_ASSERT(alive->n_open == 0);
    if (alive->evaluation == UINT32_MAX) {
        memset(alive->read_in, 0, n * sizeof *alive->read_in);
        memset(alive->failed_in, 0, n * sizeof *alive->failed_in);
        alive->evaluation = 0;
    }
    alive->evaluation++;
    alive->trace.n = 0;
    alive->log.n = 0;
    alive->failed = false;
    for (size_t i = 0; i < n_failed; i++) {
        DM_ASSERT(failed[i].v >= 1 && failed[i].v < n);
        alive->failed_in[failed[i].v] = alive->evaluation;
    }
}

bool dm_alive_event(struct dm_alive *alive, struct dm_element_id element)
{
    struct dm_read read = { element, alive->failed_in[element.v] != alive->evaluation };

    alive->counts.reads++;
    if (alive->read_in[element.v] != alive->evaluation) {
        alive->read_in[element.v] = alive->evaluation;
        alive->failed |= !DM_VEC_PUSH(alive->arena, &alive->trace, read);
    }
    if (alive->n_open) {
        alive->failed |= !DM_VEC_PUSH(alive->arena, &alive->log, read);
    }
    return read.alive;
}

bool dm_alive(struct dm_alive *alive, struct dm_element_id element)
{
    const struct dm_element *item = dm_element_get(alive->model, element);

    for (size_t i = 0; i < item->n_containers && !DM_PLANTED(CONTAINMENT_LEFT_OUT); i++) {
        if (!dm_alive_event(alive, item->containers[i])) {
            return false;
        }
    }
    return dm_alive_event(alive, element);
}

const struct dm_read *dm_alive_trace(const struct dm_alive *alive, size_t *ret_n)
{
    *ret_n = alive->trace.n;
    return alive->trace.items;
}

bool dm_alive_failed(const struct dm_alive *alive)
{
    return alive->failed;
}

struct dm_alive_counts dm_alive_counts(const struct dm_alive *alive)
{
    struct dm_alive_counts counts = alive->counts;

    counts.memo_nodes = alive->nodes.n;
    return counts;
}

void dm_alive_forget(struct dm_alive *alive, struct dm_arena *memo)
{
    DM_ASSERT(alive->n_open == 0);
    alive->memo = memo;
    alive->nodes.items = NULL;
    alive->nodes.n = 0;
    alive->nodes.capacity = 0;
    for (size_t i = 0; i < DM_MEMO_TABLE_COUNT; i++) {
        dm_map_init(&alive->tables[i], memo);
    }
}

void dm_alive_without_memo(struct dm_alive *alive)
{
    alive->memo_off = true;
}

/* Walks the tree under 'root' as far as it is known.  The result is the leaf's value, or NULL. */
static const void *memo_walk(struct dm_alive *alive, uint64_t root)
{
    uint64_t at = root;

    while (at) {
        const struct memo_node *node = &alive->nodes.items[at - 1];

        if (!node->element.v) {
            return node->value;
        }
        if (DM_PLANTED(MEMO_DROPS_TRACE)) {
            at = node->child[alive->failed_in[node->element.v] != alive->evaluation];
        } else {
            at = node->child[dm_alive_event(alive, node->element)];
        }
    }
    return NULL;
}

const void *dm_memo_begin(struct dm_alive *alive, enum dm_memo_table table, const void *key,
                          size_t key_size, struct dm_memo_mark *ret_mark)
{
    size_t log_begin = alive->log.n;
    const uint64_t *root;
    const void *value;

    *ret_mark = (struct dm_memo_mark){ .key = NULL, .log_begin = log_begin };
    if (alive->memo_off) {
        return NULL;
    }
    alive->n_open++;
    root = dm_map_findn(&alive->tables[table], key, key_size);
    value = root ? memo_walk(alive, *root) : NULL;
    if (value) {
        alive->counts.memo_hits++;
        alive->n_open--;
        alive->log.n = alive->n_open ? alive->log.n : 0;
        return value;
    }
    alive->counts.memo_misses++;
    ret_mark->table = table;
    ret_mark->key = key;
    ret_mark->key_size = key_size;
    return NULL;
}

static uint32_t add_node(struct dm_alive *alive, struct memo_node node)
{
    if (!DM_VEC_PUSH(alive->memo, &alive->nodes, node)) {
        alive->failed = true;
        return 0;
    }
    return (uint32_t)alive->nodes.n;
}

/* Hangs 'value' into the tree at '*root' below what was read since 'log_begin'. */
static void memo_insert(struct dm_alive *alive, uint64_t *root, size_t log_begin, const void *value)
{
    uint32_t at = 0;
    unsigned side = 0;

    alive->frame++;
    if (alive->frame == 0) {
        memset(alive->framed_in, 0,
               ((size_t)alive->model->n_elements + 1) * sizeof *alive->framed_in);
        alive->frame = 1;
    }
    for (size_t i = log_begin; i <= alive->log.n; i++) {
        bool leaf = i == alive->log.n;
        struct dm_read read = leaf ? (struct dm_read){ { 0 }, false } : alive->log.items[i];
        uint32_t next;

        if (!leaf && alive->framed_in[read.element.v] == alive->frame) {
            continue;
        }
        alive->framed_in[read.element.v] = leaf ? alive->framed_in[read.element.v] : alive->frame;
        next = at ? alive->nodes.items[at - 1].child[side] : (uint32_t)*root;
        if (!next) {
            next = add_node(
                alive, (struct memo_node){ .element = read.element, .value = leaf ? value : NULL });
            if (!next) {
                return;
            }
            if (at) {
                alive->nodes.items[at - 1].child[side] = next;
            } else {
                *root = next;
            }
        }
        DM_ASSERT(alive->nodes.items[next - 1].element.v == read.element.v);
        at = next;
        side = read.alive;
    }
}

void dm_memo_end(struct dm_alive *alive, struct dm_memo_mark mark, const void *value)
{
    uint64_t *root;

    if (!mark.key) {
        return;
    }
    if (value && !alive->failed) {
        root = dm_map_addn(&alive->tables[mark.table], mark.key, mark.key_size, NULL);
        if (root) {
            memo_insert(alive, root, mark.log_begin, value);
        } else {
            alive->failed = true;
        }
    }
    DM_ASSERT(alive->n_open > 0);
    alive->n_open--;
    alive->log.n = alive->n_open ? alive->log.n : 0;
}
