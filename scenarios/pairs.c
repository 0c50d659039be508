/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "model/base/limits.h"
#include "model/base/map.h"
#include "scenarios/pairs_private.h"
#include "solver/reach/symbolic.h"

/* What is found between two places, by mark. */
struct outcome {
    struct dm_set flows[DM_PAIR_MARK_COUNT];
};

/* A part of the internet with the same flows. */
struct part {
    struct outcome outcome;
    struct dm_set where;
};

struct parts {
    struct part *items;
    size_t n;
    size_t capacity;
};

struct pairing {
    struct dm_pair_places places;
    struct dm_arena *scratch; /* of walks */
    struct dm_alive *alive;
    struct dm_walker walker;
    struct dm_symbolic *symbolic;
    struct dm_set tcp;
    const bool *selected[2]; /* from and to, by place; the last is the internet */
    struct dm_map known;     /* pairs of classes, to an index in 'outcomes' */
    DM_VEC(struct outcome) outcomes;
    struct dm_map known_outside; /* a class and a direction, to an index in 'parts' */
    DM_VEC(struct parts) parts;
    DM_VEC(struct dm_pair_row) rows;
    size_t n_sessions;
    bool failed;
};

/* ---- asking ---- */

static void add(struct dm_sets *sets, struct dm_set *to, struct dm_set set)
{
    *to = dm_set_or(sets, *to, set);
}

/* Adds what comes of requests from one address to another. */
static void ask(struct pairing *pairing, const struct dm_walk_start *start,
                struct dm_interface_id target, struct outcome *outcome)
{
    struct dm_sets *sets = pairing->places.sets;
    struct dm_arena_mark mark = dm_arena_save(pairing->scratch);
    struct dm_symbolic_session session;
    struct dm_set sure;
    struct dm_set tcp;

    dm_alive_begin(pairing->alive, NULL, 0);
    pairing->n_sessions++;
    if (!dm_symbolic_session(pairing->symbolic, &pairing->walker, pairing->alive, start, target,
                             &session)) {
        pairing->failed = true;
        return;
    }
    dm_arena_restore(pairing->scratch, mark);
    sure = session.delivered.sure;
    tcp = dm_set_and(sets, sure, pairing->tcp);
    add(sets, &outcome->flows[DM_PAIR_PLAIN],
        dm_set_minus(sets, sure, dm_set_minus(sets, tcp, session.answered.sure)));
    add(sets, &outcome->flows[DM_PAIR_UNANSWERED],
        dm_set_minus(sets, tcp, session.answered.perhaps));
    add(sets, &outcome->flows[DM_PAIR_UNKNOWN],
        dm_set_minus(sets, session.delivered.perhaps, sure));
    add(sets, &outcome->flows[DM_PAIR_UNKNOWN],
        dm_set_minus(sets, dm_set_and(sets, tcp, session.answered.perhaps), session.answered.sure));
}

/* What one way gives, no other takes away. */
static void settle(struct dm_sets *sets, struct outcome *outcome)
{
    struct dm_set *flows = outcome->flows;

    flows[DM_PAIR_UNKNOWN] = dm_set_minus(sets, flows[DM_PAIR_UNKNOWN], flows[DM_PAIR_PLAIN]);
    flows[DM_PAIR_UNANSWERED] =
        dm_set_minus(sets, flows[DM_PAIR_UNANSWERED],
                     dm_set_or(sets, flows[DM_PAIR_PLAIN], flows[DM_PAIR_UNKNOWN]));
}

static struct dm_walk_start start_of(const struct dm_seat *from)
{
    return (struct dm_walk_start){ .interface = from->interface,
                                   .source = from->at.address,
                                   .sender = from->interface.v ? NULL : &from->at };
}

static struct outcome ask_pair(struct pairing *pairing, const struct dm_pair_place *from,
                               const struct dm_pair_place *to)
{
    struct outcome outcome = { { { 0 }, { 0 }, { 0 } } };

    for (size_t i = 0; i < from->seats.n; i++) {
        struct dm_walk_start start = start_of(&from->seats.items[i]);

        for (size_t j = 0; j < 2 * to->seats.n; j++) {
            const struct dm_seat *seat = &to->seats.items[j / 2];

            start.destination = j % 2 ? seat->at.public_address : seat->at.address;
            start.receiver = seat->interface.v ? NULL : &seat->at;
            if (start.destination.family == start.source.family
                && (seat->interface.v || j % 2 == 0)) {
                ask(pairing, &start, seat->interface, &outcome);
            }
        }
    }
    settle(pairing->places.sets, &outcome);
    return outcome;
}

static struct outcome find_pair(struct pairing *pairing, const struct dm_pair_place *from,
                                const struct dm_pair_place *to)
{
    const uint32_t key[] = { from->class, to->class, from->vpc.v == to->vpc.v };
    bool added;
    uint64_t *index = dm_map_addn(&pairing->known, key, sizeof key, &added);

    if (!index) {
        pairing->failed = true;
        return (struct outcome){ { { 0 }, { 0 }, { 0 } } };
    }
    if (added) {
        *index = pairing->outcomes.n;
        pairing->failed |=
            !DM_VEC_PUSH(pairing->places.arena, &pairing->outcomes, ask_pair(pairing, from, to));
    }
    return pairing->failed ? (struct outcome){ { { 0 }, { 0 }, { 0 } } }
                           : pairing->outcomes.items[*index];
}

static struct outcome ask_outside(struct pairing *pairing, const struct dm_pair_place *place,
                                  const struct dm_outside *outside, bool outward)
{
    struct outcome outcome = { { { 0 }, { 0 }, { 0 } } };

    for (size_t i = 0; i < place->seats.n; i++) {
        const struct dm_seat *seat = &place->seats.items[i];
        struct dm_walk_start start = start_of(seat);

        start.destination = outside->address;
        if (!outward) {
            start = (struct dm_walk_start){ .source = outside->address,
                                            .destination = seat->at.public_address };
            if (seat->at.address.family == DM_FAMILY_IPV6) {
                start.destination = seat->at.address;
            }
        }
        if (start.source.family == start.destination.family && (outward || seat->interface.v)) {
            struct dm_interface_id target = { outward ? 0 : seat->interface.v };

            ask(pairing, &start, target, &outcome);
        }
    }
    settle(pairing->places.sets, &outcome);
    return outcome;
}

/* ---- rows ---- */

static void add_rows(struct pairing *pairing, const char *from, const char *to,
                     const struct outcome *outcome)
{
    for (unsigned mark = 0; mark < DM_PAIR_MARK_COUNT; mark++) {
        struct dm_str text;
        struct dm_pair_row row = { from, to, (enum dm_pair_mark)mark, NULL };

        if (dm_set_is_empty(outcome->flows[mark])) {
            continue;
        }
        dm_str_init(&text, pairing->places.arena);
        dm_set_flows_text(pairing->places.sets, outcome->flows[mark], &text);
        row.flows = text.text;
        pairing->failed |= text.failed || !DM_VEC_PUSH(pairing->places.arena, &pairing->rows, row);
    }
}

/* The families in which the place has addresses. */
static bool has_family(const struct dm_pair_place *place, uint8_t family)
{
    for (size_t i = 0; i < place->seats.n; i++) {
        if (place->seats.items[i].at.address.family == family) {
            return true;
        }
    }
    return false;
}

/* Adds the flows of a part of the internet to the parts, with others that have the same. */
static void add_part(struct pairing *pairing, struct parts *parts, const struct part *part)
{
    size_t i = 0;

    while (i < parts->n
           && memcmp(&parts->items[i].outcome, &part->outcome, sizeof part->outcome) != 0) {
        i++;
    }
    if (i < parts->n) {
        add(pairing->places.sets, &parts->items[i].where, part->where);
    } else {
        pairing->failed |= !DM_VEC_PUSH(pairing->places.arena, parts, *part);
    }
}

/* Takes from all parts what all of them have: that is said of the internet as a whole. */
static void split_common(struct pairing *pairing, const struct parts *parts, struct parts *to)
{
    struct dm_sets *sets = pairing->places.sets;
    struct part common = { { { DM_SET_ALL, DM_SET_ALL, DM_SET_ALL } }, DM_SET_ALL };

    for (size_t i = 0; i < parts->n; i++) {
        for (unsigned mark = 0; mark < DM_PAIR_MARK_COUNT; mark++) {
            common.outcome.flows[mark] =
                dm_set_and(sets, common.outcome.flows[mark], parts->items[i].outcome.flows[mark]);
        }
    }
    for (size_t i = 0; i < parts->n; i++) {
        struct part rest = parts->items[i];

        for (unsigned mark = 0; mark < DM_PAIR_MARK_COUNT; mark++) {
            rest.outcome.flows[mark] =
                dm_set_minus(sets, rest.outcome.flows[mark], common.outcome.flows[mark]);
        }
        add_part(pairing, to, &rest);
    }
    if (parts->n) {
        add_part(pairing, to, &common);
    }
}

/* What a place, or any of its class, has with the internet, one way. */
static const struct parts *find_parts(struct pairing *pairing, const struct dm_pair_place *place,
                                      bool outward)
{
    const uint32_t key[] = { place->class, outward };
    struct parts parts = { 0 };
    struct parts split = { 0 };
    bool added;
    uint64_t *index = dm_map_addn(&pairing->known_outside, key, sizeof key, &added);

    if (!index) {
        pairing->failed = true;
        return NULL;
    }
    if (!added) {
        return &pairing->parts.items[*index];
    }
    for (size_t i = 0; i < pairing->places.outside.n && !pairing->failed; i++) {
        const struct dm_outside *outside = &pairing->places.outside.items[i];
        struct part part = { .where = outside->where };

        if (has_family(place, outside->address.family)) {
            part.outcome = ask_outside(pairing, place, outside, outward);
            add_part(pairing, &parts, &part);
        }
    }
    split_common(pairing, &parts, &split);
    *index = pairing->parts.n;
    if (pairing->failed || !DM_VEC_PUSH(pairing->places.arena, &pairing->parts, split)) {
        pairing->failed = true;
        return NULL;
    }
    return &pairing->parts.items[*index];
}

static bool is_nothing(const struct outcome *outcome)
{
    for (unsigned mark = 0; mark < DM_PAIR_MARK_COUNT; mark++) {
        if (!dm_set_is_empty(outcome->flows[mark])) {
            return false;
        }
    }
    return true;
}

/* "Internet" for all of it, or prefixes. */
static const char *name_part(struct pairing *pairing, struct dm_set where)
{
    struct dm_str text;

    if (dm_set_is_equal(where, DM_SET_ALL)) {
        return "Internet";
    }
    dm_str_init(&text, pairing->places.arena);
    dm_set_addresses_text(pairing->places.sets, where, DM_FIELD_DESTINATION, &text);
    pairing->failed |= text.failed;
    return text.text;
}

/* Between a place and the internet, one way. */
static void add_outside_rows(struct pairing *pairing, const struct dm_pair_place *place,
                             bool outward)
{
    const struct parts *parts = find_parts(pairing, place, outward);

    for (size_t i = 0; parts && i < parts->n && !pairing->failed; i++) {
        const struct part *part = &parts->items[i];

        if (!is_nothing(&part->outcome)) {
            const char *name = name_part(pairing, part->where);

            add_rows(pairing, outward ? place->name : name, outward ? name : place->name,
                     &part->outcome);
        }
    }
}

static int compare_rows(const void *a, const void *b)
{
    const struct dm_pair_row *x = a;
    const struct dm_pair_row *y = b;
    int order = strcmp(x->from, y->from);

    order = order ? order : strcmp(x->to, y->to);
    return order ? order : (x->mark > y->mark) - (x->mark < y->mark);
}

static void find_rows(struct pairing *pairing)
{
    const struct dm_pair_places *places = &pairing->places;
    size_t n = places->items.n;

    for (size_t i = 0; i < n && !pairing->failed; i++) {
        const struct dm_pair_place *from = &places->items.items[i];

        for (size_t j = 0; j < n && pairing->selected[0][i] && from->sends; j++) {
            if (i != j && pairing->selected[1][j]) {
                struct outcome outcome = find_pair(pairing, from, &places->items.items[j]);

                add_rows(pairing, from->name, places->items.items[j].name, &outcome);
            }
        }
        if (pairing->selected[0][i] && from->sends && pairing->selected[1][n]) {
            add_outside_rows(pairing, from, true);
        }
        if (pairing->selected[1][i] && pairing->selected[0][n]) {
            add_outside_rows(pairing, from, false);
        }
    }
    if (pairing->rows.n && !pairing->failed) {
        qsort(pairing->rows.items, pairing->rows.n, sizeof *pairing->rows.items, compare_rows);
    }
}

/* ---- selection ---- */

static enum dm_status select_places(struct pairing *pairing, const char *const *selectors,
                                    size_t n_selectors, const bool **ret_selected,
                                    struct dm_err *err)
{
    const struct dm_pair_places *places = &pairing->places;
    size_t n = places->items.n;
    bool *selected = DM_NEW_ARRAY(places->arena, n + 1, bool);

    if (!selected) {
        return DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; i <= n; i++) {
        selected[i] = !n_selectors;
    }
    for (size_t i = 0; i < n_selectors; i++) {
        bool any = false;

        for (size_t j = 0; j <= n; j++) {
            if (dm_pair_place_is(places, j < n ? &places->items.items[j] : NULL, selectors[i])) {
                selected[j] = true;
                any = true;
            }
        }
        if (!any) {
            return DM_FAIL(err, DM_USAGE, "nothing has the name `%s`", selectors[i]);
        }
    }
    *ret_selected = selected;
    return DM_OK;
}

static enum dm_status run(struct pairing *pairing, const struct dm_pairs_options *options,
                          struct dm_err *err)
{
    enum dm_status status;

    pairing->places.one_by_one = options->one_by_one;
    dm_pair_places_find(&pairing->places, options->by);
    if (pairing->places.failed) {
        return DM_FAIL_NOMEM(err);
    }
    status = select_places(pairing, options->from, options->n_from, &pairing->selected[0], err);
    if (status == DM_OK) {
        status = select_places(pairing, options->to, options->n_to, &pairing->selected[1], err);
    }
    if (status != DM_OK) {
        return status;
    }
    find_rows(pairing);
    return pairing->failed || dm_symbolic_failed(pairing->symbolic) ? DM_FAIL_NOMEM(err) : DM_OK;
}

enum dm_status dm_pairs_find(struct dm_arena *arena, const struct dm_model *model,
                             const struct dm_pairs_options *options, struct dm_pairs *ret_pairs,
                             struct dm_err *err)
{
    struct pairing pairing = { .places = { .arena = arena, .model = model },
                               .scratch = dm_arena_new(dm_limit_value(DM_LIMIT_RUN_BYTES)),
                               .alive = dm_alive_new(arena, model),
                               .symbolic = dm_symbolic_new(arena, model) };
    struct dm_plane *plane = dm_plane_new(arena, model);
    enum dm_status status;

    if (!pairing.scratch || !pairing.alive || !pairing.symbolic || !plane
        || !dm_arena_alloc(pairing.scratch, 1, 1)) {
        dm_arena_free(pairing.scratch);
        return DM_FAIL_NOMEM(err);
    }
    pairing.walker = (struct dm_walker){ pairing.scratch, model, plane, true };
    pairing.places.sets = dm_symbolic_sets(pairing.symbolic);
    pairing.tcp = dm_set_protocol(pairing.places.sets, DM_PROTO_TCP);
    dm_map_init(&pairing.known, arena);
    dm_map_init(&pairing.known_outside, arena);
    status = run(&pairing, options, err);
    dm_arena_free(pairing.scratch);
    if (status == DM_OK) {
        *ret_pairs = (struct dm_pairs){ .rows = pairing.rows.items,
                                        .n_rows = pairing.rows.n,
                                        .n_places = pairing.places.items.n,
                                        .n_classes = pairing.places.n_classes,
                                        .n_sessions = pairing.n_sessions };
    }
    return status;
}
