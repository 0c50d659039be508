/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <limits.h>
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
    struct dm_map texts; /* of sets of flows, to the text's index in 'flows' */
    DM_VEC(const char *) flows;
    DM_VEC(struct dm_pair_class) classes;
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

/* "TCP 22,80-443"; each set's is made once. */
static const char *text_of(struct pairing *pairing, struct dm_set flows)
{
    bool added = false;
    uint64_t *index = dm_map_addn(&pairing->texts, &flows.v, sizeof flows.v, &added);
    struct dm_str text;

    if (!index) {
        pairing->failed = true;
        return NULL;
    }
    if (added) {
        *index = pairing->flows.n;
        dm_str_init(&text, pairing->places.arena);
        dm_set_flows_text(pairing->places.sets, flows, &text);
        pairing->failed |=
            text.failed || !DM_VEC_PUSH(pairing->places.arena, &pairing->flows, text.text);
    }
    return pairing->failed ? NULL : pairing->flows.items[*index];
}

static void add_rows(struct pairing *pairing, const char *from, const char *to,
                     const struct outcome *outcome)
{
    for (unsigned mark = 0; mark < DM_PAIR_MARK_COUNT; mark++) {
        struct dm_pair_row row = { from, to, (enum dm_pair_mark)mark, NULL };

        if (!dm_set_is_empty(outcome->flows[mark])) {
            row.flows = text_of(pairing, outcome->flows[mark]);
            pairing->failed |= !DM_VEC_PUSH(pairing->places.arena, &pairing->rows, row);
        }
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

/* What a part has of a family, 'all': "Internet (IPv6)", prefixes, or "Internet (IPv6) but" those
 * that it lacks, whichever is shorter. */
static void name_family(struct pairing *pairing, struct dm_set where, struct dm_set all,
                        const char *name, struct dm_str *text)
{
    struct dm_sets *sets = pairing->places.sets;
    struct dm_set has = dm_set_and(sets, where, all);
    struct dm_set lacks = dm_set_minus(sets, all, where);
    struct dm_str by_lack;
    struct dm_str by_prefix;

    if (dm_set_is_empty(has)) {
        return;
    }
    dm_str_init(&by_lack, pairing->places.arena);
    dm_str_init(&by_prefix, pairing->places.arena);
    dm_str_add(&by_lack, name);
    if (!dm_set_is_empty(lacks)) {
        dm_str_add(&by_lack, " but ");
        dm_set_addresses_text(sets, lacks, DM_FIELD_DESTINATION, &by_lack);
        dm_set_addresses_text(sets, has, DM_FIELD_DESTINATION, &by_prefix);
    }
    dm_str_addf(text, "%s%s", text->length ? "," : "",
                by_prefix.length && by_prefix.length < by_lack.length ? by_prefix.text
                                                                      : by_lack.text);
    pairing->failed |= by_lack.failed || by_prefix.failed;
}

/* "Internet" for all of it, or what of each family. */
static const char *name_part(struct pairing *pairing, struct dm_set where)
{
    struct dm_str text;

    if (dm_set_is_equal(where, DM_SET_ALL)) {
        return "Internet";
    }
    dm_str_init(&text, pairing->places.arena);
    name_family(pairing, where, pairing->places.everywhere[0], "Internet (IPv4)", &text);
    name_family(pairing, where, pairing->places.everywhere[1], "Internet (IPv6)", &text);
    pairing->failed |= text.failed;
    return text.text;
}

/* Between a place, or the class that it stands for, and the internet, one way. */
static void add_outside_rows(struct pairing *pairing, const struct dm_pair_place *place,
                             const char *of, bool outward)
{
    const struct parts *parts = find_parts(pairing, place, outward);

    for (size_t i = 0; parts && i < parts->n && !pairing->failed; i++) {
        const struct part *part = &parts->items[i];

        if (!is_nothing(&part->outcome)) {
            const char *name = name_part(pairing, part->where);

            add_rows(pairing, outward ? of : name, outward ? name : of, &part->outcome);
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

static bool may_send(const struct pairing *pairing, size_t i)
{
    return pairing->selected[0][i] && pairing->places.items.items[i].sends;
}

static void find_rows(struct pairing *pairing)
{
    const struct dm_pair_places *places = &pairing->places;
    size_t n = places->items.n;

    for (size_t i = 0; i < n && !pairing->failed; i++) {
        const struct dm_pair_place *from = &places->items.items[i];

        for (size_t j = 0; j < n && may_send(pairing, i); j++) {
            if (i != j && pairing->selected[1][j]) {
                struct outcome outcome = find_pair(pairing, from, &places->items.items[j]);

                add_rows(pairing, from->name, places->items.items[j].name, &outcome);
            }
        }
        if (may_send(pairing, i) && pairing->selected[1][n]) {
            add_outside_rows(pairing, from, from->name, true);
        }
        if (pairing->selected[1][i] && pairing->selected[0][n]) {
            add_outside_rows(pairing, from, from->name, false);
        }
    }
    if (pairing->rows.n && !pairing->failed) {
        qsort(pairing->rows.items, pairing->rows.n, sizeof *pairing->rows.items, compare_rows);
    }
}

/* ---- by classes ---- */

/* Indices of places, those of one class, or VPC, side by side. */
struct sorted {
    uint32_t *items;
    uint32_t *first; /* by class or VPC; of the next: the end */
};

static bool sort_by(struct pairing *pairing, bool by_vpc, struct sorted *ret_sorted)
{
    const struct dm_pair_places *places = &pairing->places;
    size_t n_keys = (by_vpc ? places->model->n_vpcs : places->n_classes) + 1;
    struct sorted sorted = { DM_NEW_ARRAY(places->arena, places->items.n + 1, uint32_t),
                             DM_NEW_ARRAY(places->arena, n_keys + 1, uint32_t) };

    if (!sorted.items || !sorted.first) {
        return false;
    }
    for (size_t i = 0; i < places->items.n; i++) {
        const struct dm_pair_place *place = &places->items.items[i];

        sorted.first[(by_vpc ? place->vpc.v : place->class) + 1]++;
    }
    for (size_t i = 0; i < n_keys; i++) {
        sorted.first[i + 1] += sorted.first[i];
    }
    for (size_t i = places->items.n; i-- > 0;) {
        const struct dm_pair_place *place = &places->items.items[i];
        uint32_t key = by_vpc ? place->vpc.v : place->class;

        sorted.items[--sorted.first[key + 1]] = (uint32_t)i;
    }
    /* Each key's count was taken down to where it begins: it is where the key before ends. */
    for (size_t i = 0; i < n_keys; i++) {
        sorted.first[i] = sorted.first[i + 1];
    }
    sorted.first[n_keys] = (uint32_t)places->items.n;
    *ret_sorted = sorted;
    return true;
}

static const char *class_name(struct pairing *pairing, uint32_t class, const char *more)
{
    const char *name = dm_sprintf(pairing->places.arena, "class %u%s", class + 1, more);

    pairing->failed |= !name;
    return name;
}

/* Classes that have a place that was asked for. */
static void list_classes(struct pairing *pairing, const struct sorted *by_class)
{
    struct dm_pair_places *places = &pairing->places;

    for (uint32_t class = 0; class < places->n_classes && !pairing->failed; class ++) {
        struct dm_pair_class item = { .name = class_name(pairing, class, "") };
        size_t n = by_class->first[class + 1] - by_class->first[class];
        const char **members = DM_NEW_ARRAY(places->arena, n + 1, const char *);

        pairing->failed |= !members;
        for (size_t i = 0; i < n && members; i++) {
            uint32_t place = by_class->items[by_class->first[class] + i];

            if (pairing->selected[0][place] || pairing->selected[1][place]) {
                members[item.n_members++] = places->items.items[place].name;
            }
        }
        item.members = members;
        if (item.n_members) {
            pairing->failed |= !DM_VEC_PUSH(places->arena, &pairing->classes, item);
        }
    }
}

static void add_class_rows(struct pairing *pairing, size_t i, size_t j)
{
    const struct dm_pair_place *from = &pairing->places.items.items[i];
    const struct dm_pair_place *to = &pairing->places.items.items[j];
    bool same = from->vpc.v && from->vpc.v == to->vpc.v;
    struct outcome outcome = find_pair(pairing, from, to);

    if (!is_nothing(&outcome)) {
        add_rows(pairing, class_name(pairing, from->class, ""),
                 class_name(pairing, to->class, same ? " (same VPC)" : ""), &outcome);
    }
}

/* Within each VPC: each pair of classes that has two places there, once. */
static void find_near_rows(struct pairing *pairing, const struct sorted *by_vpc)
{
    const struct dm_pair_place *items = pairing->places.items.items;

    for (uint32_t vpc = 0; vpc <= pairing->places.model->n_vpcs; vpc++) {
        for (uint32_t i = by_vpc->first[vpc]; i < by_vpc->first[vpc + 1]; i++) {
            uint32_t from = by_vpc->items[i];

            for (uint32_t j = by_vpc->first[vpc];
                 j < by_vpc->first[vpc + 1] && may_send(pairing, from) && !pairing->failed; j++) {
                uint32_t to = by_vpc->items[j];
                const uint32_t key[] = { items[from].class, items[to].class, true };

                if (from != to && pairing->selected[1][to]
                    && !dm_map_findn(&pairing->known, key, sizeof key)) {
                    add_class_rows(pairing, from, to);
                }
            }
        }
    }
}

/* The first place of a class from 'at' on that is asked for in this direction, of another VPC than
 * 'other'; NULL: none. */
static const uint32_t *choose(const struct pairing *pairing, const struct sorted *by_class,
                              uint32_t class, bool sends, const struct dm_pair_place *other)
{
    for (uint32_t i = by_class->first[class]; i < by_class->first[class + 1]; i++) {
        uint32_t place = by_class->items[i];

        if ((sends ? may_send(pairing, place) : pairing->selected[1][place])
            && (!other || pairing->places.items.items[place].vpc.v != other->vpc.v)) {
            return &by_class->items[i];
        }
    }
    return NULL;
}

/* Between VPCs: each pair of classes, if it has two places in different ones. */
static void find_far_rows(struct pairing *pairing, const struct sorted *by_class)
{
    const struct dm_pair_place *items = pairing->places.items.items;
    uint32_t n = pairing->places.n_classes;

    for (uint32_t i = 0; i < n && !pairing->failed; i++) {
        const uint32_t *first = choose(pairing, by_class, i, true, NULL);

        for (uint32_t j = 0; j < n && first && !pairing->failed; j++) {
            const uint32_t *from = first;
            const uint32_t *to = choose(pairing, by_class, j, false, &items[*from]);

            if (!to) {
                to = choose(pairing, by_class, j, false, NULL);
                from = to ? choose(pairing, by_class, i, true, &items[*to]) : NULL;
            }
            if (from && to) {
                add_class_rows(pairing, *from, *to);
            }
        }
    }
}

static unsigned long number_in(const char *name)
{
    return strncmp(name, "class ", 6) == 0 ? strtoul(name + 6, NULL, 10) : ULONG_MAX;
}

/* By the numbers of classes; the internet last. */
static int compare_class_rows(const void *a, const void *b)
{
    const struct dm_pair_row *x = a;
    const struct dm_pair_row *y = b;
    unsigned long i = number_in(x->from);
    unsigned long j = number_in(y->from);

    if (i == j) {
        i = number_in(x->to);
        j = number_in(y->to);
    }
    return i != j ? (i < j ? -1 : 1) : compare_rows(a, b);
}

static void find_class_rows(struct pairing *pairing)
{
    const struct dm_pair_places *places = &pairing->places;
    size_t n = places->items.n;
    struct sorted by_class;
    struct sorted by_vpc;

    if (!sort_by(pairing, false, &by_class) || !sort_by(pairing, true, &by_vpc)) {
        pairing->failed = true;
        return;
    }
    list_classes(pairing, &by_class);
    find_near_rows(pairing, &by_vpc);
    find_far_rows(pairing, &by_class);
    for (uint32_t class = 0; class < places->n_classes && !pairing->failed; class ++) {
        const uint32_t *from = choose(pairing, &by_class, class, true, NULL);
        const uint32_t *to = choose(pairing, &by_class, class, false, NULL);
        const char *name = class_name(pairing, class, "");

        if (from && pairing->selected[1][n]) {
            add_outside_rows(pairing, &places->items.items[*from], name, true);
        }
        if (to && pairing->selected[0][n]) {
            add_outside_rows(pairing, &places->items.items[*to], name, false);
        }
    }
    if (pairing->rows.n && !pairing->failed) {
        qsort(pairing->rows.items, pairing->rows.n, sizeof *pairing->rows.items,
              compare_class_rows);
    }
}

/* ---- selection ---- */

/* How many pairs are asked for. */
static unsigned long long count_pairs(const struct pairing *pairing)
{
    unsigned long long n_from = 0;
    unsigned long long n_to = 0;

    for (size_t i = 0; i < pairing->places.items.n; i++) {
        n_from += may_send(pairing, i);
        n_to += pairing->selected[1][i];
    }
    return n_from * n_to;
}

/* A selector that selects nothing, with the name that may be meant. */
static enum dm_status fail_selector(const struct dm_pair_places *places, const char *selector,
                                    struct dm_err *err)
{
    const struct dm_model *model = places->model;
    DM_VEC(const char *) names = { 0 };
    bool fine = true;
    const char *near;

    for (size_t i = 0; fine && i < places->items.n; i++) {
        fine = DM_VEC_PUSH(places->arena, &names, places->items.items[i].object->name);
    }
    for (uint32_t v = 0; fine && v < model->n_services; v++) {
        fine = DM_VEC_PUSH(places->arena, &names, model->services[v].object.name);
    }
    for (uint32_t v = 0; fine && v < model->n_stores; v++) {
        fine = DM_VEC_PUSH(places->arena, &names, model->stores[v].object.name);
    }
    for (uint32_t v = 0; fine && v < model->n_vpcs; v++) {
        fine = DM_VEC_PUSH(places->arena, &names, model->vpcs[v].object.name);
    }
    if (!fine) {
        return DM_FAIL_NOMEM(err);
    }
    near = dm_str_nearest(selector, names.items, names.n);
    return near ? DM_FAIL(err, DM_USAGE, "nothing has the name `%s`; did you mean `%s`?", selector,
                          near)
                : DM_FAIL(err, DM_USAGE, "nothing has the name `%s`", selector);
}

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
            return fail_selector(places, selectors[i], err);
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
    if (options->by_class) {
        find_class_rows(pairing);
    } else if (count_pairs(pairing) > dm_limit_value(DM_LIMIT_PAIRS)) {
        return DM_FAIL(err, DM_LIMIT,
                       "these are %llu pairs, too many to list: ask for classes of them, with "
                       "`--classes`, or for some, with `--from` and `--to`",
                       count_pairs(pairing));
    } else {
        find_rows(pairing);
    }
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
    dm_map_init(&pairing.texts, arena);
    status = run(&pairing, options, err);
    dm_arena_free(pairing.scratch);
    if (status == DM_OK) {
        *ret_pairs = (struct dm_pairs){ .rows = pairing.rows.items,
                                        .n_rows = pairing.rows.n,
                                        .classes = pairing.classes.items,
                                        .n_listed = pairing.classes.n,
                                        .n_places = pairing.places.items.n,
                                        .n_classes = pairing.places.n_classes,
                                        .n_sessions = pairing.n_sessions };
    }
    return status;
}
