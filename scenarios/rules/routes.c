/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/rules/routes.h"

#include <stdlib.h>
#include <string.h>

#include "model/base/planted.h"
#include "model/base/str.h"
#include "solver/plane/lookup.h"

/* ---- a VPC's table ---- */

struct addresses {
    struct dm_addr *items;
    size_t n;
    size_t capacity;
};

static int compare_addresses(const void *a, const void *b)
{
    return dm_addr_compare(*(const struct dm_addr *)a, *(const struct dm_addr *)b);
}

static bool add_cuts(struct dm_arena *arena, struct addresses *cuts, struct dm_prefix prefix)
{
    struct dm_addr after = dm_addr_add(dm_prefix_last(prefix), 1);

    return DM_VEC_PUSH(arena, cuts, dm_prefix_first(prefix))
           && (dm_addr_compare(after, dm_prefix_last(prefix)) < 0
               || DM_VEC_PUSH(arena, cuts, after));
}

/* The first address of each range that no route of the table divides. */
static bool find_cuts(struct dm_arena *arena, const struct dm_model *model,
                      const struct dm_route_table *table, struct addresses *cuts)
{
    bool fine = true;
    size_t kept = 0;

    for (size_t i = 0; fine && i < table->n_routes; i++) {
        const struct dm_route *route = &table->routes[i];

        if (!route->list.v) {
            fine = add_cuts(arena, cuts, route->prefix);
        } else {
            const struct dm_prefix_list *list = dm_prefix_list_get(model, route->list);

            for (size_t j = 0; fine && j < list->n_prefixes; j++) {
                fine = add_cuts(arena, cuts, list->prefixes[j]);
            }
        }
    }
    if (fine && cuts->n) {
        qsort(cuts->items, cuts->n, sizeof *cuts->items, compare_addresses);
    }
    for (size_t i = 0; fine && i < cuts->n; i++) {
        if (!kept || !dm_addr_equal(cuts->items[kept - 1], cuts->items[i])) {
            cuts->items[kept++] = cuts->items[i];
        }
    }
    cuts->n = kept;
    return fine;
}

static bool has(const struct dm_model *model, const struct dm_route *route, struct dm_addr address)
{
    const struct dm_prefix_list *list;

    if (!route->list.v) {
        return dm_prefix_has(route->prefix, address);
    }
    list = dm_prefix_list_get(model, route->list);
    for (size_t i = 0; i < list->n_prefixes; i++) {
        if (dm_prefix_has(list->prefixes[i], address)) {
            return true;
        }
    }
    return false;
}

static bool leads_the_same_way(const struct dm_route *a, const struct dm_route *b)
{
    return a->target_kind == b->target_kind && a->target == b->target;
}

static bool is_judged(const struct dm_model *model, const struct dm_route *route)
{
    const struct dm_prefix_list *list =
        route->list.v ? dm_prefix_list_get(model, route->list) : NULL;

    return route->target_kind != DM_TARGET_LOCAL && route->target_kind != DM_TARGET_UNKNOWN
           && !route->propagated && (!list || (!list->is_aws && !list->unknown.v));
}

/* What routes of a table do to one of them, range by range. */
static struct dm_route_verdict judge_route(const struct dm_model *model,
                                           struct dm_route_table_id id,
                                           const struct addresses *cuts, size_t index,
                                           bool *left_out)
{
    static const struct dm_route_verdict needed = { .fault = DM_ROUTE_NEEDED };
    const struct dm_route *route = &dm_route_table_get(model, id)->routes[index];
    struct dm_route_verdict verdict = needed;
    const struct dm_route *same = NULL;
    const struct dm_route *elsewhere = NULL;
    const struct dm_route *last = NULL;
    bool taken = false;

    for (size_t i = 0; i < cuts->n; i++) {
        struct dm_route_choice with;
        struct dm_route_choice without;

        if (!has(model, route, cuts->items[i])) {
            continue;
        }
        with = dm_lookup_route_without(model, id, cuts->items[i], left_out);
        left_out[index] = true;
        without = dm_lookup_route_without(model, id, cuts->items[i], left_out);
        left_out[index] = false;
        if (with.unknown.v || with.tie || without.unknown.v || without.tie || !without.route
            || (with.route == route && !leads_the_same_way(without.route, route))) {
            return needed;
        }
        taken |= with.route == route;
        verdict.n_by += without.route != last;
        last = without.route;
        *(leads_the_same_way(last, route) ? &same : &elsewhere) = last;
    }
    if (last) {
        /* What others take from a route that is also taken goes elsewhere by their own statement;
         * the rest leads the same way without it. */
        verdict.fault = elsewhere && !taken ? DM_ROUTE_SHADOWED : DM_ROUTE_REDUNDANT;
        verdict.by = verdict.fault == DM_ROUTE_SHADOWED ? elsewhere : same;
        left_out[index] = verdict.fault == DM_ROUTE_REDUNDANT;
    }
    return verdict;
}

bool dm_routes_judge(struct dm_arena *arena, const struct dm_model *model,
                     struct dm_route_table_id table, const struct dm_route_verdict **ret_verdicts)
{
    const struct dm_route_table *item = dm_route_table_get(model, table);
    struct dm_route_verdict *verdicts =
        DM_NEW_ARRAY(arena, item->n_routes + 1, struct dm_route_verdict);
    bool *left_out = DM_NEW_ARRAY(arena, item->n_routes + 1, bool);
    struct addresses cuts = { 0 };

    if (!verdicts || !left_out || !find_cuts(arena, model, item, &cuts)) {
        return false;
    }
    /* The longer ones first: of those that stand for each other the shortest remains. */
    for (unsigned length = 129; length-- > 0;) {
        for (size_t i = 0; i < item->n_routes; i++) {
            const struct dm_route *route = &item->routes[i];

            if ((route->list.v ? 0 : route->prefix.length) == length && is_judged(model, route)) {
                verdicts[i] = judge_route(model, table, &cuts, i, left_out);
            }
        }
    }
    *ret_verdicts = verdicts;
    return true;
}

/* ---- a transit gateway's table ---- */

static int compare_rows(const void *a, const void *b)
{
    const struct dm_transit_row *x = a;
    const struct dm_transit_row *y = b;
    int order = dm_prefix_compare(x->prefix, y->prefix);

    if (order) {
        return order;
    }
    if (x->is_static != y->is_static) {
        return x->is_static ? -1 : 1;
    }
    return (x->attachment.v > y->attachment.v) - (x->attachment.v < y->attachment.v);
}

static bool add_rows(struct dm_arena *arena, const struct dm_model *model,
                     const struct dm_transit_table *table, struct dm_transit_row **ret_rows,
                     size_t *ret_n)
{
    DM_VEC(struct dm_transit_row) rows = { 0 };
    bool fine = DM_VEC_RESERVE(arena, &rows, 1);

    for (size_t i = 0; fine && i < table->n_routes; i++) {
        const struct dm_transit_route *route = &table->routes[i];

        fine = DM_VEC_PUSH(arena, &rows,
                           (struct dm_transit_row){ .prefix = route->prefix,
                                                    .attachment = route->attachment,
                                                    .is_static = true,
                                                    .is_unknown = route->unknown.v != 0,
                                                    .origin = route->origin });
    }
    for (size_t i = 0; fine && i < table->n_propagations; i++) {
        const struct dm_propagation *propagation = &table->propagations[i];
        const struct dm_attachment *from = dm_attachment_get(model, propagation->attachment);
        const struct dm_vpc *vpc =
            from->kind == DM_ATTACHMENT_VPC ? dm_vpc_get(model, from->vpc) : NULL;

        for (size_t j = 0; fine && vpc && j < vpc->n_cidrs; j++) {
            fine = DM_VEC_PUSH(arena, &rows,
                               (struct dm_transit_row){ .prefix = vpc->cidrs[j],
                                                        .attachment = propagation->attachment,
                                                        .origin = propagation->origin });
        }
    }
    *ret_rows = rows.items;
    *ret_n = rows.n;
    return fine;
}

static bool is_black_hole(const struct dm_transit_row *row)
{
    return !row->attachment.v && !row->is_unknown;
}

static bool same_target(const struct dm_transit_row *a, const struct dm_transit_row *b)
{
    return a->attachment.v == b->attachment.v && !a->is_unknown && !b->is_unknown;
}

static bool takes_nothing(const struct dm_transit_row *row)
{
    return row->fault == DM_ROUTE_SHADOWED || row->fault == DM_ROUTE_HIDDEN;
}

/* Whether longer prefixes, which stand right after 'row' and are judged, leave nothing of it. */
static void judge_longer(struct dm_transit_row *rows, size_t n, size_t at)
{
    struct dm_transit_row *row = &rows[at];
    struct dm_addr next = dm_prefix_first(row->prefix);
    bool all_black = true;
    bool whole = false;
    size_t same = 0;
    size_t elsewhere = 0;

    for (size_t i = at + 1; i < n && dm_prefix_covers(row->prefix, rows[i].prefix); i++) {
        if (rows[i].prefix.length == row->prefix.length || takes_nothing(&rows[i])) {
            continue;
        }
        if (same_target(&rows[i], row)) {
            same = i;
        } else {
            elsewhere = i;
            all_black &= is_black_hole(&rows[i]);
        }
        if (dm_addr_equal(dm_prefix_first(rows[i].prefix), next)) {
            next = dm_addr_add(dm_prefix_last(rows[i].prefix), 1);
            whole = dm_addr_equal(dm_prefix_last(rows[i].prefix), dm_prefix_last(row->prefix));
        }
        whole |= DM_PLANTED(ROUTES_HALF_COVERED);
    }
    if (whole && elsewhere) {
        row->fault = all_black && !same ? DM_ROUTE_HIDDEN : DM_ROUTE_SHADOWED;
        row->by = elsewhere;
    } else if (whole && row->is_static) {
        row->fault = DM_ROUTE_REDUNDANT;
        row->by = same;
    }
}

/* Of one prefix the static route stands first and takes all; two that are propagated are for
 * ADR001. */
static void judge_equal(struct dm_transit_row *rows, size_t n, size_t at)
{
    struct dm_transit_row *first = &rows[at];
    bool same = true;
    size_t i = at + 1;

    if (!first->is_static) {
        return;
    }
    for (; i < n && dm_prefix_compare(rows[i].prefix, first->prefix) == 0; i++) {
        same &= same_target(&rows[i], first);
        if (takes_nothing(first)) {
            judge_longer(rows, n, i); /* as if it were alone */
        } else if (!same_target(&rows[i], first)) {
            rows[i].fault = is_black_hole(first) ? DM_ROUTE_HIDDEN : DM_ROUTE_SHADOWED;
            rows[i].by = at;
        }
    }
    if (i > at + 1 && same && first->fault == DM_ROUTE_NEEDED) {
        first->fault = DM_ROUTE_REDUNDANT;
        first->by = at + 1;
    }
}

bool dm_transit_rows_judge(struct dm_arena *arena, const struct dm_model *model,
                           const struct dm_transit_table *table, struct dm_transit_row **ret_rows,
                           size_t *ret_n)
{
    struct dm_transit_row *rows;
    size_t *parents;
    size_t n;
    size_t n_parents = 0;

    if (!add_rows(arena, model, table, &rows, &n)) {
        return false;
    }
    parents = DM_NEW_ARRAY(arena, n + 1, size_t);
    if (!parents) {
        return false;
    }
    if (n) {
        qsort(rows, n, sizeof *rows, compare_rows);
    }
    for (size_t i = n; i-- > 0;) {
        if (i == 0 || dm_prefix_compare(rows[i - 1].prefix, rows[i].prefix) != 0) {
            judge_longer(rows, n, i);
            judge_equal(rows, n, i);
        }
    }
    for (size_t i = 0; i < n; i++) {
        struct dm_transit_row *row = &rows[i];

        while (n_parents && !dm_prefix_covers(rows[parents[n_parents - 1]].prefix, row->prefix)) {
            n_parents--;
        }
        if (n_parents && dm_prefix_compare(rows[parents[n_parents - 1]].prefix, row->prefix) == 0) {
            continue; /* judged with the first of its prefix */
        }
        if (row->is_static && row->fault == DM_ROUTE_NEEDED && n_parents
            && same_target(row, &rows[parents[n_parents - 1]])
            && (i + 1 == n || dm_prefix_compare(rows[i + 1].prefix, row->prefix) != 0)) {
            row->fault = DM_ROUTE_REDUNDANT;
            row->by = parents[n_parents - 1];
        }
        if (row->fault == DM_ROUTE_NEEDED) { /* what is not needed counts no more */
            parents[n_parents++] = i;
        }
    }
    *ret_rows = rows;
    *ret_n = n;
    return true;
}

/* ---- findings ---- */

static const char *target_text(const struct dm_model *model, const struct dm_route *route)
{
    struct dm_ref target = dm_route_target(route);

    if (route->target_kind == DM_TARGET_LOCAL) {
        return "local";
    }
    return target.kind == DM_KIND_none ? "nothing" : dm_model_ref_name(model, target);
}

static bool fill_route(struct dm_checker *checker, const struct dm_route_table *table,
                       const struct dm_route *route, const struct dm_route_verdict *verdict,
                       struct dm_lint_item *item)
{
    struct dm_arena *arena = checker->run;
    const struct dm_model *model = checker->model;
    const char *own = dm_lint_route_text(arena, model, route);
    const char *to = target_text(model, route);
    const char *by = dm_lint_route_text(arena, model, verdict->by);
    const char *by_to = target_text(model, verdict->by);
    bool shadowed = verdict->fault == DM_ROUTE_SHADOWED;

    if (!own || !by) {
        return false;
    }
    item->message =
        shadowed
            ? dm_sprintf(arena,
                         "%s to `%s` of table `%s` takes no packet: %s to `%s`%s comes first", own,
                         to, table->object.name, by, by_to, verdict->n_by > 1 ? " with others" : "")
            : dm_sprintf(arena, "%s to `%s` of table `%s` changes nothing: %s%s leads the same way",
                         own, to, table->object.name, by,
                         verdict->n_by > 1 ? ", with others," : "");
    item->label = shadowed ? "takes no packet" : "changes nothing";
    item->help = "take it out";
    item->places[item->n_places++] = (struct dm_lint_place){ verdict->by->origin, by };
    return item->message != NULL;
}

static enum dm_status lint_table(struct dm_lint *lint, uint32_t v, enum dm_route_fault fault,
                                 struct dm_err *err)
{
    struct dm_checker *checker = lint->checker;
    struct dm_route_table_id id = { v };
    const struct dm_route_table *table = dm_route_table_get(checker->model, id);
    struct dm_arena_mark mark = dm_arena_save(checker->scratch);
    const struct dm_route_verdict *verdicts;
    enum dm_status status = DM_OK;

    if (!dm_routes_judge(checker->scratch, checker->model, id, &verdicts)) {
        return DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; status == DM_OK && i < table->n_routes; i++) {
        const struct dm_route *route = &table->routes[i];
        struct dm_lint_item item = { .origin = route->origin };
        const char *text = dm_lint_route_text(checker->run, checker->model, route);

        item.subject = text ? dm_sprintf(checker->run, "%s %s", table->object.name, text) : NULL;
        if (!item.subject
            || (verdicts[i].fault == fault
                && !fill_route(checker, table, route, &verdicts[i], &item))) {
            status = DM_FAIL_NOMEM(err);
        } else if (is_judged(checker->model, route)) {
            status = dm_lint_add(lint, &item, err);
        }
    }
    dm_arena_restore(checker->scratch, mark);
    return status;
}

/* "to `x`", "to nothing" */
static const char *row_text(struct dm_arena *arena, const struct dm_model *model,
                            const struct dm_transit_row *row)
{
    char prefix[DM_ADDR_TEXT_SIZE];

    (void)dm_prefix_text(row->prefix, prefix);
    if (is_black_hole(row)) {
        return dm_sprintf(arena, "black hole %s", prefix);
    }
    if (row->is_unknown) {
        return dm_sprintf(arena, "static route %s to something unknown", prefix);
    }
    return dm_sprintf(arena, "%s route %s to `%s`", row->is_static ? "static" : "propagated",
                      prefix, dm_model_ref_name(model, DM_REF(attachment, row->attachment)));
}

static bool fill_row(struct dm_checker *checker, const struct dm_transit_table *table,
                     const struct dm_transit_row *row, const struct dm_transit_row *by,
                     struct dm_lint_item *item)
{
    const char *own = row_text(checker->run, checker->model, row);
    const char *other = row_text(checker->run, checker->model, by);
    bool redundant = row->fault == DM_ROUTE_REDUNDANT;

    if (!own || !other) {
        return false;
    }
    item->message = dm_sprintf(checker->run,
                               redundant ? "%s of `%s` changes nothing: %s leads the same way"
                                         : "%s of `%s` takes no packet: %s comes first",
                               own, table->object.name, other);
    item->label = redundant ? "changes nothing" : "takes no packet";
    item->help = redundant || row->is_static ? "take it out"
                                             : "take out what comes first, or this propagation";
    item->places[item->n_places++] = (struct dm_lint_place){ by->origin, other };
    return item->message != NULL;
}

static enum dm_status lint_transit_table(struct dm_lint *lint, uint32_t index,
                                         enum dm_route_fault fault, struct dm_err *err)
{
    struct dm_checker *checker = lint->checker;
    const struct dm_transit_table *table = &checker->model->transit_tables[index];
    struct dm_arena_mark mark = dm_arena_save(checker->scratch);
    struct dm_transit_row *rows;
    enum dm_status status = DM_OK;
    size_t n;

    if (!dm_transit_rows_judge(checker->scratch, checker->model, table, &rows, &n)) {
        return DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; status == DM_OK && i < n; i++) {
        struct dm_lint_item item = { .origin = rows[i].origin };
        const char *text = row_text(checker->run, checker->model, &rows[i]);

        item.subject = text ? dm_sprintf(checker->run, "%s %s", table->object.name, text) : NULL;
        if (!item.subject
            || (rows[i].fault == fault
                && !fill_row(checker, table, &rows[i], &rows[rows[i].by], &item))) {
            status = DM_FAIL_NOMEM(err);
        } else {
            status = dm_lint_add(lint, &item, err);
        }
    }
    dm_arena_restore(checker->scratch, mark);
    return status;
}

enum dm_status dm_transit_rows_lint(struct dm_lint *lint, enum dm_route_fault fault,
                                    struct dm_err *err)
{
    enum dm_status status = DM_OK;

    for (uint32_t i = 0; status == DM_OK && i < lint->checker->model->n_transit_tables; i++) {
        status = lint_transit_table(lint, i, fault, err);
    }
    return status;
}

enum dm_status dm_routes_lint(struct dm_checker *checker, enum dm_rule_id rule,
                              enum dm_route_fault fault, struct dm_err *err)
{
    static const char *const facts[] = { "VPC-05", "VPC-25", "TGW-09", "TGW-10", NULL };
    struct dm_lint lint;
    enum dm_status status = DM_OK;

    dm_lint_init(&lint, checker, rule, facts);
    for (uint32_t v = 1; status == DM_OK && v <= checker->model->n_route_tables; v++) {
        status = lint_table(&lint, v, fault, err);
    }
    if (status == DM_OK) {
        status = dm_transit_rows_lint(&lint, fault, err);
    }
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
