/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What becomes of the packets of a class: loops, and who reaches what.
 *
 * Both look at the positions of one class, a graph of as many nodes as ways are used.  Loops: what
 * has no successor or no predecessor is taken away until nothing more is, which for
 * most classes leaves nothing; in the rest each cycle is found from its lowest position, by
 * trying all ways on among higher ones.
 */
#include <stdlib.h>
#include <string.h>

#include "model/base/limits.h"
#include "model/base/planted.h"
#include "solver/reach/forwarding_private.h"

/* An edge from one position to another, through a filter. */
struct edge {
    uint32_t from;
    uint32_t to;
    struct dm_set filter;
};

struct graph {
    const struct dm_forwarding_position *positions; /* by element, then way */
    size_t n;
    const size_t *first_of;   /* of each element: its first position; one more at the end */
    const struct edge *edges; /* by 'from' */
    size_t n_edges;
    const size_t *first_edge; /* of each position; one more at the end */
};

static int compare_ways(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static bool find_positions(const struct dm_forwarding *forwarding, struct dm_arena *arena,
                           const uint32_t *ports, struct graph *graph)
{
    size_t *first_of = DM_NEW_ARRAY(arena, forwarding->n_elements + 1, size_t);
    struct dm_forwarding_position *positions;
    size_t n = 0;

    for (size_t e = 0; first_of && e < forwarding->n_elements; e++) {
        size_t n_ways;

        (void)dm_forwarding_ways_of(forwarding, (uint32_t)e, ports[e], &n_ways);
        first_of[e] = n;
        n += n_ways;
    }
    positions = DM_NEW_ARRAY(arena, n, struct dm_forwarding_position);
    if (!first_of || !positions) {
        return false;
    }
    first_of[forwarding->n_elements] = n;
    for (size_t e = 0; e < forwarding->n_elements; e++) {
        size_t n_ways;
        const uint32_t *ways = dm_forwarding_ways_of(forwarding, (uint32_t)e, ports[e], &n_ways);
        uint32_t *sorted = DM_NEW_ARRAY(arena, n_ways, uint32_t);

        if (!sorted) {
            return false;
        }
        if (n_ways) {
            memcpy(sorted, ways, n_ways * sizeof *sorted);
            qsort(sorted, n_ways, sizeof *sorted, compare_ways);
        }
        for (size_t i = 0; i < n_ways; i++) {
            positions[first_of[e] + i] = (struct dm_forwarding_position){ (uint32_t)e, sorted[i] };
        }
    }
    graph->positions = positions;
    graph->n = n;
    graph->first_of = first_of;
    return true;
}

static bool find_graph(const struct dm_forwarding *forwarding, struct dm_arena *arena,
                       const uint32_t *ports, struct graph *graph)
{
    DM_VEC(struct edge) edges = { 0 };
    size_t *first_edge;

    if (!find_positions(forwarding, arena, ports, graph)) {
        return false;
    }
    first_edge = DM_NEW_ARRAY(arena, graph->n + 1, size_t);
    for (size_t p = 0; first_edge && p < graph->n; p++) {
        size_t n_links;
        const struct dm_forwarding_link_to *links = dm_forwarding_links_of(
            forwarding, graph->positions[p].element, graph->positions[p].way, &n_links);

        first_edge[p] = edges.n;
        for (size_t i = 0; i < n_links; i++) {
            for (size_t q = graph->first_of[links[i].to]; q < graph->first_of[links[i].to + 1];
                 q++) {
                struct edge edge = { (uint32_t)p, (uint32_t)q, links[i].filter };

                if ((graph->positions[q].way != links[i].way || DM_PLANTED(WAY_BACK_TAKEN))
                    && !DM_VEC_PUSH(arena, &edges, edge)) {
                    return false;
                }
            }
        }
    }
    if (!first_edge) {
        return false;
    }
    first_edge[graph->n] = edges.n;
    graph->edges = edges.items;
    graph->n_edges = edges.n;
    graph->first_edge = first_edge;
    return true;
}

/* ---- loops ---- */

/* Found loops, by their positions. */
struct found {
    struct dm_arena *arena; /* of what is kept */
    struct dm_map index;
    DM_VEC(struct dm_forwarding_loop) loops;
    DM_VEC(size_t) last_class; /* in which each was seen */
};

struct search {
    const struct graph *graph;
    const bool *in_core;
    struct dm_sets *sets;
    struct found *found;
    size_t class;
    uint32_t start;
    bool *on_way;
    struct dm_forwarding_position *way; /* from 'start' on */
    size_t n_way;
    unsigned long long steps_left;
    bool no_memory;
};

/* Marks what can be part of a cycle, and what lies between two cycles; false: nothing can. */
static bool find_core(const struct graph *graph, size_t *n_out, size_t *n_in, bool *in_core)
{
    bool changed = true;
    size_t n_left = graph->n;

    memset(in_core, true, graph->n * sizeof *in_core);
    memset(n_out, 0, graph->n * sizeof *n_out);
    memset(n_in, 0, graph->n * sizeof *n_in);
    for (size_t i = 0; i < graph->n_edges; i++) {
        n_out[graph->edges[i].from]++;
        n_in[graph->edges[i].to]++;
    }
    while (changed) {
        changed = false;
        for (size_t p = 0; p < graph->n; p++) {
            if (!in_core[p] || (n_out[p] && n_in[p])) {
                continue;
            }
            in_core[p] = false;
            changed = true;
            n_left--;
            for (size_t i = graph->first_edge[p]; i < graph->first_edge[p + 1]; i++) {
                n_in[graph->edges[i].to]--;
            }
            for (size_t i = 0; i < graph->n_edges; i++) {
                n_out[graph->edges[i].from] -= graph->edges[i].to == p ? 1 : 0;
            }
        }
    }
    return n_left != 0;
}

static void keep_loop(struct search *search, struct dm_set headers)
{
    struct found *found = search->found;
    size_t size = search->n_way * sizeof *search->way;
    bool added = false;
    uint64_t *place = dm_map_addn(&found->index, search->way, size, &added);

    if (place && added) {
        struct dm_forwarding_position *positions =
            DM_NEW_ARRAY(found->arena, search->n_way, struct dm_forwarding_position);
        struct dm_forwarding_loop loop = { positions, search->n_way, headers, 1 };

        *place = found->loops.n;
        if (positions && DM_VEC_PUSH(found->arena, &found->loops, loop)
            && DM_VEC_PUSH(found->arena, &found->last_class, search->class)) {
            memcpy(positions, search->way, size);
            return;
        }
    } else if (place) {
        struct dm_forwarding_loop *loop = &found->loops.items[*place];

        loop->headers = dm_set_or(search->sets, loop->headers, headers);
        loop->n_classes += found->last_class.items[*place] != search->class ? 1 : 0;
        found->last_class.items[*place] = search->class;
        return;
    }
    search->no_memory = true;
}

/* Goes on from the last position of the way with what is left of the headers. */
static void extend(struct search *search, uint32_t at, struct dm_set headers)
{
    const struct graph *graph = search->graph;

    search->way[search->n_way++] = graph->positions[at];
    search->on_way[at] = true;
    for (size_t i = graph->first_edge[at]; i < graph->first_edge[at + 1]; i++) {
        const struct edge *edge = &graph->edges[i];
        struct dm_set left;

        if (edge->to < search->start || !search->in_core[edge->to]
            || (search->on_way[edge->to] && edge->to != search->start)) {
            continue;
        }
        left = dm_set_and(search->sets, headers, edge->filter);
        if (dm_set_is_empty(left) || search->no_memory || search->steps_left == 0) {
            continue;
        }
        search->steps_left--;
        if (edge->to == search->start) {
            keep_loop(search, left);
        } else {
            extend(search, edge->to, left);
        }
    }
    search->on_way[at] = false;
    search->n_way--;
}

/* All loops of one class; what it needs on the way goes to 'scratch'. */
static bool find_loops(struct search *search, struct dm_arena *scratch,
                       const struct dm_forwarding_classes *classes)
{
    const struct graph *graph = search->graph;
    size_t *counts = DM_NEW_ARRAY(scratch, 2 * graph->n, size_t);
    bool *in_core = DM_NEW_ARRAY(scratch, graph->n, bool);
    struct dm_set headers;

    if (!counts || !in_core) {
        return false;
    }
    if (!graph->n || !find_core(graph, counts, counts + graph->n, in_core)) {
        return true;
    }
    search->in_core = in_core;
    search->on_way = DM_NEW_ARRAY(scratch, graph->n, bool);
    search->way = DM_NEW_ARRAY(scratch, graph->n, struct dm_forwarding_position);
    if (!search->on_way || !search->way) {
        return false;
    }
    headers = dm_forwarding_headers(search->sets, classes, search->class);
    for (uint32_t p = 0; p < graph->n; p++) {
        search->start = p;
        if (in_core[p]) {
            extend(search, p, headers);
        }
    }
    return !search->no_memory;
}

enum dm_status dm_forwarding_loops(const struct dm_forwarding *forwarding, struct dm_arena *arena,
                                   struct dm_sets *sets,
                                   const struct dm_forwarding_classes *classes,
                                   struct dm_forwarding_loops *ret_loops, struct dm_err *err)
{
    struct found found = { .arena = arena };
    struct dm_arena *scratch = dm_arena_new(dm_limit_value(DM_LIMIT_RUN_BYTES));
    unsigned long long steps_left = dm_limit_value(DM_LIMIT_LOOP_STEPS);
    bool fine = scratch != NULL;

    dm_map_init(&found.index, arena);
    for (size_t c = 0; fine && steps_left && c < classes->n; c++) {
        struct dm_arena_mark mark = dm_arena_save(scratch);
        struct graph graph = { 0 };
        struct search search = {
            .graph = &graph, .sets = sets, .found = &found, .class = c, .steps_left = steps_left
        };

        fine = find_graph(forwarding, scratch, classes->ports + c * classes->n_elements, &graph)
               && find_loops(&search, scratch, classes);
        steps_left = search.steps_left;
        dm_arena_restore(scratch, mark);
    }
    dm_arena_free(scratch);
    if (!fine || dm_sets_failed(sets)) {
        return DM_FAIL_NOMEM(err);
    }
    if (!steps_left) {
        return DM_FAIL(err, DM_LIMIT, "more than %llu %s", dm_limit_value(DM_LIMIT_LOOP_STEPS),
                       dm_limit_text(DM_LIMIT_LOOP_STEPS));
    }
    *ret_loops = (struct dm_forwarding_loops){ found.loops.items, found.loops.n };
    return DM_OK;
}

/* ---- reach ---- */

/* Edges by where they lead: 'order' of edge numbers, 'first' of each position and one more. */
static bool turn_round(struct dm_arena *scratch, const struct graph *graph, size_t **ret_first,
                       size_t **ret_order)
{
    size_t *first = DM_NEW_ARRAY(scratch, graph->n + 2, size_t);
    size_t *order = DM_NEW_ARRAY(scratch, graph->n_edges, size_t);

    if (!first || !order) {
        return false;
    }
    for (size_t i = 0; i < graph->n_edges; i++) {
        first[graph->edges[i].to + 2]++;
    }
    for (size_t p = 2; p < graph->n + 2; p++) {
        first[p] += first[p - 1];
    }
    for (size_t i = 0; i < graph->n_edges; i++) {
        order[first[graph->edges[i].to + 1]++] = i;
    }
    *ret_first = first;
    *ret_order = order;
    return true;
}

struct spread {
    struct dm_sets *sets;
    const struct graph *graph;
    struct dm_set *at; /* of each position: the headers that get to the target from it */
    uint32_t *queue;   /* of positions whose set grew, a ring */
    bool *is_queued;
    size_t begin;
    size_t n;
};

static void grow(struct spread *spread, uint32_t position, struct dm_set more)
{
    struct dm_set sum = dm_set_or(spread->sets, spread->at[position], more);

    if (dm_set_is_equal(sum, spread->at[position])) {
        return;
    }
    spread->at[position] = sum;
    if (!spread->is_queued[position]) {
        spread->is_queued[position] = true;
        spread->queue[(spread->begin + spread->n++) % spread->graph->n] = position;
    }
}

/* Positions from which a link leads to the target's element. */
static void begin_spread(struct spread *spread, const struct dm_forwarding *forwarding,
                         uint32_t element, struct dm_set headers)
{
    for (uint32_t p = 0; p < spread->graph->n; p++) {
        const struct dm_forwarding_position *position = &spread->graph->positions[p];
        size_t n_links;
        const struct dm_forwarding_link_to *links =
            dm_forwarding_links_of(forwarding, position->element, position->way, &n_links);

        for (size_t i = 0; i < n_links; i++) {
            if (links[i].to == element) {
                grow(spread, p, dm_set_and(spread->sets, headers, links[i].filter));
            }
        }
    }
}

/* From position to position, against the edges, until no set grows. */
static bool spread_back(struct spread *spread, struct dm_arena *scratch)
{
    const struct graph *graph = spread->graph;
    size_t *first;
    size_t *order;

    if (!turn_round(scratch, graph, &first, &order)) {
        return false;
    }
    while (spread->n) {
        uint32_t p = spread->queue[spread->begin];

        spread->begin = (spread->begin + 1) % graph->n;
        spread->n--;
        spread->is_queued[p] = false;
        for (size_t i = first[p]; i < first[p + 1]; i++) {
            const struct edge *edge = &graph->edges[order[i]];

            grow(spread, edge->from, dm_set_and(spread->sets, spread->at[p], edge->filter));
        }
    }
    return true;
}

bool dm_forwarding_reach(const struct dm_forwarding *forwarding, struct dm_arena *scratch,
                         struct dm_sets *sets, const struct dm_forwarding_classes *classes,
                         size_t class, uint32_t element, uint32_t port, struct dm_set *ret_from)
{
    const uint32_t *ports = classes->ports + class * classes->n_elements;
    struct graph graph = { 0 };
    struct spread spread = { .sets = sets, .graph = &graph };
    struct dm_set headers;

    for (size_t e = 0; e < forwarding->n_elements; e++) {
        ret_from[e] = DM_SET_EMPTY;
    }
    if (ports[element] != port) {
        return true;
    }
    headers = dm_forwarding_headers(sets, classes, class);
    if (!find_graph(forwarding, scratch, ports, &graph)) {
        return false;
    }
    spread.at = DM_NEW_ARRAY(scratch, graph.n, struct dm_set);
    spread.queue = DM_NEW_ARRAY(scratch, graph.n, uint32_t);
    spread.is_queued = DM_NEW_ARRAY(scratch, graph.n, bool);
    if (!spread.at || !spread.queue || !spread.is_queued) {
        return false;
    }
    begin_spread(&spread, forwarding, element, headers);
    if (!spread_back(&spread, scratch)) {
        return false;
    }
    for (size_t p = 0; p < graph.n; p++) {
        struct dm_set *from = &ret_from[graph.positions[p].element];

        *from = dm_set_or(sets, *from, spread.at[p]);
    }
    ret_from[element] = headers;
    return !dm_sets_failed(sets);
}
