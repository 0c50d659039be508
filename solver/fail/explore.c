/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/fail/explore.h"

#include <stdlib.h>
#include <string.h>

#include "model/base/limits.h"
#include "model/base/planted.h"

enum { MAX_FAILURES = 8 };

/* A set waiting for its evaluation: 'n' elements from 'begin' on in the pool. */
struct waiting {
    size_t begin;
    unsigned n;
};

struct search {
    struct dm_arena *arena;
    struct dm_alive *alive;
    const struct dm_question *question;
    const struct dm_explore_options *options;
    uint64_t max_evaluations;
    DM_VEC(struct dm_element_id) pool;
    DM_VEC(struct waiting) queue;
    DM_VEC(struct dm_cut) cuts[DM_OUTCOME_COUNT]; /* minimal ones, of two outcomes */
    struct dm_exploration result;
};

static bool may_fail(const struct search *search, struct dm_element_id element)
{
    const struct dm_element *item = dm_element_get(dm_alive_model(search->alive), element);

    return search->options->kinds >> item->kind & 1;
}

static bool has(const struct dm_element_id *elements, size_t n, struct dm_element_id element)
{
    for (size_t i = 0; i < n; i++) {
        if (elements[i].v == element.v) {
            return true;
        }
    }
    return false;
}

/* Whether one of the cuts of 'outcome' is contained in the set. */
static bool contains_cut(const struct search *search, enum dm_outcome outcome,
                         const struct dm_element_id *elements, size_t n)
{
    for (size_t i = 0; i < search->cuts[outcome].n; i++) {
        const struct dm_cut *cut = &search->cuts[outcome].items[i];
        size_t common = 0;

        while (common < cut->n && has(elements, n, cut->elements[common])) {
            common++;
        }
        if (common == cut->n) {
            return true;
        }
    }
    return false;
}

static bool add_cut(struct search *search, enum dm_outcome outcome,
                    const struct dm_element_id *elements, size_t n)
{
    struct dm_element_id *copy = DM_NEW_ARRAY(search->arena, n ? n : 1, struct dm_element_id);

    if (!copy) {
        return false;
    }
    memcpy(copy, elements, n * sizeof *copy);
    return DM_VEC_PUSH(search->arena, &search->cuts[outcome], (struct dm_cut){ copy, n });
}

/* Evaluates one set, counts and records what came of it. */
static enum dm_status evaluate(struct search *search, const struct dm_element_id *failed, size_t n,
                               enum dm_outcome *ret_outcome, struct dm_err *err)
{
    struct dm_leaf leaf = { .failed = { failed, n } };
    enum dm_outcome outcome;

    dm_alive_begin(search->alive, failed, n);
    outcome = search->question->evaluate(search->question->context, search->alive);
    if (dm_alive_failed(search->alive)) {
        return DM_FAIL_NOMEM(err);
    }
    search->result.evaluations++;
    search->result.leaves[outcome]++;
    if (search->options->visit) {
        leaf.trace = dm_alive_trace(search->alive, &leaf.n_trace);
        leaf.outcome = outcome;
        search->options->visit(search->options->visit_context, &leaf);
    }
    if ((outcome == DM_VIOLATED || outcome == DM_UNDECIDED)
        && !contains_cut(search, outcome, failed, n)
        && !(search->options->minimal && contains_cut(search, DM_VIOLATED, failed, n))
        && !add_cut(search, outcome, failed, n)) {
        return DM_FAIL_NOMEM(err);
    }
    *ret_outcome = outcome;
    return DM_OK;
}

/* Queues the sets that fail one more of the events read after the last failed one. */
static bool queue_children(struct search *search, struct waiting at)
{
    size_t n_trace;
    const struct dm_read *trace = dm_alive_trace(search->alive, &n_trace);
    size_t first = 0;
    unsigned n_failed = 0;

    for (size_t i = 0; i < n_trace; i++) {
        if (!trace[i].alive) {
            first = i + 1;
            n_failed++;
        }
    }
    /* Each failed event was read when it was chosen, and nothing before it has changed. */
    DM_ASSERT(n_failed == at.n || DM_PLANT != DM_PLANT_NONE);
    first = DM_PLANTED(CUBES_OVERLAP) ? 0 : first;
    for (size_t j = first; j < n_trace; j++) {
        size_t i = DM_PLANTED(SUPERSET_PRUNED_DEEP) ? n_trace - 1 - (j - first) : j;
        struct waiting child = { search->pool.n, at.n + 1 };

        if (!trace[i].alive || !may_fail(search, trace[i].element)) {
            continue;
        }
        if (!DM_VEC_RESERVE(search->arena, &search->pool, search->pool.n + child.n)) {
            return false;
        }
        for (unsigned n = 0; n < at.n; n++) {
            search->pool.items[search->pool.n++] = search->pool.items[at.begin + n];
        }
        search->pool.items[search->pool.n++] = trace[i].element;
        if (!DM_VEC_PUSH(search->arena, &search->queue, child)) {
            return false;
        }
    }
    return true;
}

static int compare_elements(const void *a, const void *b)
{
    const struct dm_element_id *x = a;
    const struct dm_element_id *y = b;

    return (x->v > y->v) - (x->v < y->v);
}

int dm_cut_compare(const void *a, const void *b)
{
    const struct dm_cut *x = a;
    const struct dm_cut *y = b;

    if (x->n != y->n) {
        return x->n < y->n ? -1 : 1;
    }
    for (size_t i = 0; i < x->n; i++) {
        if (x->elements[i].v != y->elements[i].v) {
            return x->elements[i].v < y->elements[i].v ? -1 : 1;
        }
    }
    return 0;
}

/* Sorts the cuts, each by element and all by size, and hands them out. */
static void finish(struct search *search, struct dm_exploration *ret_exploration)
{
    struct dm_exploration *result = &search->result;

    for (unsigned outcome = 0; outcome < DM_OUTCOME_COUNT; outcome++) {
        struct dm_cut *cuts = search->cuts[outcome].items;
        size_t n = search->cuts[outcome].n;

        for (size_t i = 0; i < n; i++) {
            struct dm_element_id elements[MAX_FAILURES];
            struct dm_element_id *sorted;

            memcpy(elements, cuts[i].elements, cuts[i].n * sizeof *elements);
            qsort(elements, cuts[i].n, sizeof *elements, compare_elements);
            sorted = DM_NEW_ARRAY(search->arena, cuts[i].n ? cuts[i].n : 1, struct dm_element_id);
            if (sorted) {
                memcpy(sorted, elements, cuts[i].n * sizeof *elements);
                cuts[i].elements = sorted;
            }
        }
        if (n) {
            qsort(cuts, n, sizeof *cuts, dm_cut_compare);
        }
    }
    result->violated = search->cuts[DM_VIOLATED].items;
    result->n_violated = search->cuts[DM_VIOLATED].n;
    result->undecided = search->cuts[DM_UNDECIDED].items;
    result->n_undecided = search->cuts[DM_UNDECIDED].n;
    *ret_exploration = *result;
}

static enum dm_status start(struct search *search, struct dm_arena *arena, struct dm_alive *alive,
                            const struct dm_question *question,
                            const struct dm_explore_options *options, struct dm_err *err)
{
    *search =
        (struct search){ .arena = arena, .alive = alive, .question = question, .options = options };
    search->max_evaluations =
        options->max_evaluations ? options->max_evaluations : dm_limit_value(DM_LIMIT_EVALUATIONS);
    DM_ASSERT(MAX_FAILURES == dm_limit_value(DM_LIMIT_FAILURES));
    if (options->k > MAX_FAILURES) {
        return DM_FAIL(err, DM_LIMIT, "at most %d elements can fail at once", (int)MAX_FAILURES);
    }
    search->result.exhaustive = true;
    search->result.depth = options->k;
    return DM_OK;
}

enum dm_status dm_explore(struct dm_arena *arena, struct dm_alive *alive,
                          const struct dm_question *question,
                          const struct dm_explore_options *options,
                          struct dm_exploration *ret_exploration, struct dm_err *err)
{
    struct search search;
    enum dm_status status = start(&search, arena, alive, question, options, err);
    size_t head = 0;

    if (status != DM_OK) {
        return status;
    }
    if (!DM_VEC_PUSH(arena, &search.queue, (struct waiting){ 0, 0 })) {
        return DM_FAIL_NOMEM(err);
    }
    while (head < search.queue.n) {
        struct waiting at = DM_PLANTED(SUPERSET_PRUNED_DEEP) ? search.queue.items[--search.queue.n]
                                                             : search.queue.items[head++];
        struct dm_element_id failed[MAX_FAILURES] = { { 0 } };
        enum dm_outcome outcome;

        if (search.result.evaluations >= search.max_evaluations) {
            search.result.exhaustive = false;
            search.result.depth = at.n ? at.n - 1 : 0;
            break;
        }
        for (unsigned i = 0; i < at.n; i++) {
            failed[i] = search.pool.items[at.begin + i];
        }
        if (options->minimal && contains_cut(&search, DM_VIOLATED, failed, at.n)) {
            continue;
        }
        status = evaluate(&search, failed, at.n, &outcome, err);
        if (status != DM_OK) {
            return status;
        }
        if (at.n < options->k && !(options->minimal && outcome == DM_VIOLATED)
            && !queue_children(&search, at)) {
            return DM_FAIL_NOMEM(err);
        }
    }
    finish(&search, ret_exploration);
    return DM_OK;
}

/* Evaluates all sets of exactly 'size' elements, in order of their elements. */
static enum dm_status brute_size(struct search *search, const struct dm_element_id *elements,
                                 size_t n_elements, unsigned size, struct dm_err *err)
{
    size_t index[MAX_FAILURES] = { 0 };
    bool more = size <= n_elements;

    for (unsigned i = 0; i < size; i++) {
        index[i] = i;
    }
    while (more) {
        struct dm_element_id failed[MAX_FAILURES] = { { 0 } };
        enum dm_outcome outcome;
        enum dm_status status;
        unsigned i = size;

        if (search->result.evaluations >= search->max_evaluations) {
            search->result.exhaustive = false;
            search->result.depth = size ? size - 1 : 0;
            return DM_OK;
        }
        for (unsigned j = 0; j < size; j++) {
            failed[j] = elements[index[j]];
        }
        status = evaluate(search, failed, size, &outcome, err);
        if (status != DM_OK) {
            return status;
        }
        while (i > 0 && index[i - 1] == n_elements - size + i - 1) {
            i--;
        }
        more = i > 0;
        if (more) {
            index[i - 1]++;
            for (unsigned j = i; j < size; j++) {
                index[j] = index[j - 1] + 1;
            }
        }
    }
    return DM_OK;
}

enum dm_status dm_explore_brute(struct dm_arena *arena, struct dm_alive *alive,
                                const struct dm_question *question,
                                const struct dm_explore_options *options,
                                struct dm_exploration *ret_exploration, struct dm_err *err)
{
    const struct dm_model *model = dm_alive_model(alive);
    DM_VEC(struct dm_element_id) elements = { 0 };
    struct search search;
    enum dm_status status = start(&search, arena, alive, question, options, err);

    for (uint32_t v = 1; status == DM_OK && v <= model->n_elements; v++) {
        struct dm_element_id element = { v };

        if (may_fail(&search, element) && !DM_VEC_PUSH(arena, &elements, element)) {
            status = DM_FAIL_NOMEM(err);
        }
    }
    for (unsigned size = 0; status == DM_OK && search.result.exhaustive && size <= options->k;
         size++) {
        status = brute_size(&search, elements.items, elements.n, size, err);
    }
    if (status == DM_OK) {
        finish(&search, ret_exploration);
    }
    return status;
}

uint64_t dm_explore_count_sets(uint64_t n, unsigned k)
{
    uint64_t term = 1;
    uint64_t sum = 1;

    for (unsigned i = 1; i <= k && i <= n; i++) {
        if (term > UINT64_MAX / (n - i + 1)) {
            return UINT64_MAX;
        }
        term = term * (n - i + 1) / i;
        if (sum > UINT64_MAX - term) {
            return UINT64_MAX;
        }
        sum += term;
    }
    return sum;
}

uint64_t dm_explore_count_elements(const struct dm_model *model, uint32_t kinds)
{
    uint64_t n = 0;

    for (uint32_t v = 1; v <= model->n_elements; v++) {
        n += kinds >> dm_element_get(model, (struct dm_element_id){ v })->kind & 1;
    }
    return n;
}
