/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/reach/forwarding.h"

#include <stdlib.h>

#include "solver/reach/forwarding_private.h"

struct dm_forwarding *dm_forwarding_new(struct dm_arena *arena, size_t n_elements)
{
    struct dm_forwarding *forwarding = DM_NEW(arena, struct dm_forwarding);

    if (!forwarding) {
        return NULL;
    }
    forwarding->arena = arena;
    forwarding->n_elements = n_elements;
    forwarding->elements = DM_NEW_ARRAY(arena, n_elements, struct dm_forwarding_element);
    dm_map_init(&forwarding->index, arena);
    return forwarding->elements ? forwarding : NULL;
}

/* ---- rules, ports and links ---- */

/* What makes a rule that one and no other. */
struct rule_key {
    uint64_t words[4];
};

static struct rule_key key_of(const struct dm_forwarding_rule *rule)
{
    return (struct rule_key){ { (uint64_t)rule->element << 32 | rule->port,
                                (uint64_t)rule->priority << 32 | (uint64_t)rule->prefix.length << 8
                                    | rule->prefix.addr.family,
                                rule->prefix.addr.high, rule->prefix.addr.low } };
}

bool dm_forwarding_add(struct dm_forwarding *forwarding, const struct dm_forwarding_rule *rule)
{
    struct dm_forwarding_element *element = &forwarding->elements[rule->element];
    struct dm_forwarding_kept kept = { rule->prefix, rule->priority, rule->port, 1 };
    struct rule_key key = key_of(rule);
    uint64_t *place = dm_map_addn(&forwarding->index, &key, sizeof key, NULL);

    DM_ASSERT(rule->element < forwarding->n_elements);
    if (!place) {
        return false;
    }
    if (*place && element->rules.items[*place - 1].n) {
        element->rules.items[*place - 1].n++;
        return true;
    }
    *place = element->rules.n + 1; /* a new place even where it was before: later rules win */
    return DM_VEC_PUSH(forwarding->arena, &element->rules, kept);
}

bool dm_forwarding_remove(struct dm_forwarding *forwarding, const struct dm_forwarding_rule *rule)
{
    struct dm_forwarding_element *element = &forwarding->elements[rule->element];
    struct rule_key key = key_of(rule);
    const uint64_t *place = dm_map_findn(&forwarding->index, &key, sizeof key);

    if (!place || !*place || !element->rules.items[*place - 1].n) {
        return false;
    }
    element->rules.items[*place - 1].n--;
    return true;
}

bool dm_forwarding_leave(struct dm_forwarding *forwarding, uint32_t element, uint32_t port,
                         uint32_t way)
{
    struct dm_forwarding_element *at = &forwarding->elements[element];

    while (at->ports.n <= port) {
        if (!DM_VEC_PUSH(forwarding->arena, &at->ports, (struct dm_forwarding_ways){ 0 })) {
            return false;
        }
    }
    return DM_VEC_PUSH(forwarding->arena, &at->ports.items[port].list, way);
}

bool dm_forwarding_link(struct dm_forwarding *forwarding, uint32_t element, uint32_t way,
                        uint32_t to, uint32_t to_way, struct dm_set filter)
{
    struct dm_forwarding_element *at = &forwarding->elements[element];
    struct dm_forwarding_link_to link = { to, to_way, filter };

    while (at->links.n <= way) {
        if (!DM_VEC_PUSH(forwarding->arena, &at->links, (struct dm_forwarding_links){ 0 })) {
            return false;
        }
    }
    return DM_VEC_PUSH(forwarding->arena, &at->links.items[way].list, link);
}

const uint32_t *dm_forwarding_ways_of(const struct dm_forwarding *forwarding, uint32_t element,
                                      uint32_t port, size_t *ret_n)
{
    const struct dm_forwarding_element *at = &forwarding->elements[element];

    *ret_n = port < at->ports.n ? at->ports.items[port].list.n : 0;
    return *ret_n ? at->ports.items[port].list.items : NULL;
}

const struct dm_forwarding_link_to *dm_forwarding_links_of(const struct dm_forwarding *forwarding,
                                                           uint32_t element, uint32_t way,
                                                           size_t *ret_n)
{
    const struct dm_forwarding_element *at = &forwarding->elements[element];

    *ret_n = way < at->links.n ? at->links.items[way].list.n : 0;
    return *ret_n ? at->links.items[way].list.items : NULL;
}

/* ---- atoms ---- */

static int compare_addresses(const void *a, const void *b)
{
    return dm_addr_compare(*(const struct dm_addr *)a, *(const struct dm_addr *)b);
}

static bool find_atoms(const struct dm_forwarding *forwarding, struct dm_arena *arena,
                       struct dm_forwarding_classes *classes)
{
    DM_VEC(struct dm_addr) cuts = { 0 };
    size_t kept = 0;
    bool fine = DM_VEC_PUSH(arena, &cuts, dm_addr_ipv4(0));

    for (size_t e = 0; e < forwarding->n_elements; e++) {
        for (size_t i = 0; i < forwarding->elements[e].rules.n; i++) {
            const struct dm_forwarding_kept *rule = &forwarding->elements[e].rules.items[i];
            struct dm_addr last = dm_prefix_last(rule->prefix);
            struct dm_addr after = dm_addr_add(last, 1);

            if (!rule->n) {
                continue;
            }
            fine = fine && DM_VEC_PUSH(arena, &cuts, dm_prefix_first(rule->prefix));
            if (dm_addr_compare(after, last) > 0) {
                fine = fine && DM_VEC_PUSH(arena, &cuts, after);
            }
            if (rule->prefix.addr.family == DM_FAMILY_IPV6) {
                struct dm_addr zero = { .family = DM_FAMILY_IPV6 };

                fine = fine && DM_VEC_PUSH(arena, &cuts, zero);
            }
        }
    }
    if (!fine) {
        return false;
    }
    qsort(cuts.items, cuts.n, sizeof *cuts.items, compare_addresses);
    for (size_t i = 0; i < cuts.n; i++) {
        if (!kept || !dm_addr_equal(cuts.items[kept - 1], cuts.items[i])) {
            cuts.items[kept++] = cuts.items[i];
        }
    }
    classes->atoms = cuts.items;
    classes->n_atoms = kept;
    return true;
}

/* The number of atoms that begin at or before 'address'. */
static size_t atoms_to(const struct dm_forwarding_classes *classes, struct dm_addr address)
{
    size_t low = 0;
    size_t high = classes->n_atoms;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (dm_addr_compare(classes->atoms[middle], address) <= 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

size_t dm_forwarding_class_at(const struct dm_forwarding_classes *classes, struct dm_addr address)
{
    size_t n = atoms_to(classes, address);

    return n && classes->atoms[n - 1].family == address.family ? classes->class_of[n - 1]
                                                               : SIZE_MAX;
}

/* ---- classes ---- */

/* A rule on its way to be painted: the winners first. */
struct brush {
    uint32_t priority;
    uint32_t port;
    size_t order;
    size_t first; /* of its atoms */
    size_t end;
};

static int compare_brushes(const void *a, const void *b)
{
    const struct brush *x = a;
    const struct brush *y = b;

    if (x->priority != y->priority) {
        return x->priority > y->priority ? -1 : 1;
    }
    return x->order > y->order ? -1 : x->order < y->order;
}

/* The next atom from 'atom' on that has no port yet; shortens the way for who asks again. */
static size_t next_bare(size_t *next, size_t atom)
{
    size_t found = atom;

    while (next[found] != found) {
        found = next[found];
    }
    while (next[atom] != found) {
        size_t step = next[atom];

        next[atom] = found;
        atom = step;
    }
    return found;
}

/* Gives 'ports' the port of each atom at one element: every atom is painted once, by the rule that
 * wins there. */
static bool paint(const struct dm_forwarding_element *element, struct dm_arena *scratch,
                  const struct dm_forwarding_classes *classes, uint32_t *ports)
{
    struct brush *brushes = DM_NEW_ARRAY(scratch, element->rules.n, struct brush);
    size_t *next = DM_NEW_ARRAY(scratch, classes->n_atoms + 1, size_t);
    size_t n = 0;

    if (!brushes || !next) {
        return false;
    }
    for (size_t i = 0; i <= classes->n_atoms; i++) {
        next[i] = i;
    }
    for (size_t i = 0; i < classes->n_atoms; i++) {
        ports[i] = DM_FORWARDING_NO_PORT;
    }
    for (size_t i = 0; i < element->rules.n; i++) {
        const struct dm_forwarding_kept *rule = &element->rules.items[i];

        if (rule->n) {
            brushes[n++] = (struct brush){
                .priority = rule->priority,
                .port = rule->port,
                .order = i,
                .first = atoms_to(classes, dm_prefix_first(rule->prefix)) - 1,
                .end = atoms_to(classes, dm_prefix_last(rule->prefix)),
            };
        }
    }
    qsort(brushes, n, sizeof *brushes, compare_brushes);
    for (size_t i = 0; i < n; i++) {
        for (size_t atom = next_bare(next, brushes[i].first); atom < brushes[i].end;
             atom = next_bare(next, atom)) {
            ports[atom] = brushes[i].port;
            next[atom] = atom + 1;
        }
    }
    return true;
}

/* Divides the classes of the atoms by what one more element does with them. */
static bool refine(struct dm_arena *scratch, struct dm_forwarding_classes *classes,
                   uint32_t *class_of, const uint32_t *ports)
{
    struct dm_map seen;
    uint32_t last_class = 0;
    uint32_t last_port = 0;
    uint32_t last = UINT32_MAX;

    dm_map_init(&seen, scratch);
    for (size_t i = 0; i < classes->n_atoms; i++) {
        /* Most atoms are as the one before them: they need no look-up. */
        if (last == UINT32_MAX || class_of[i] != last_class || ports[i] != last_port) {
            uint64_t key = (uint64_t)class_of[i] << 32 | ports[i];
            bool added = false;
            uint64_t *place = dm_map_addn(&seen, &key, sizeof key, &added);

            if (!place) {
                return false;
            }
            if (added) {
                *place = seen.n - 1;
            }
            last_class = class_of[i];
            last_port = ports[i];
            last = (uint32_t)*place;
        }
        class_of[i] = last;
    }
    classes->n = seen.n;
    return true;
}

bool dm_forwarding_classify(const struct dm_forwarding *forwarding, struct dm_arena *arena,
                            struct dm_forwarding_classes *ret_classes)
{
    struct dm_forwarding_classes classes = { .n_elements = forwarding->n_elements, .n = 1 };
    size_t n_elements = forwarding->n_elements;
    uint32_t *class_of;
    uint32_t *painted;
    uint32_t *ports;

    if (!find_atoms(forwarding, arena, &classes)) {
        return false;
    }
    class_of = DM_NEW_ARRAY(arena, classes.n_atoms, uint32_t);
    painted = dm_arena_alloc(arena, n_elements ? n_elements : 1, classes.n_atoms * sizeof *painted);
    if (!class_of || !painted) {
        return false;
    }
    for (size_t e = 0; e < n_elements; e++) {
        struct dm_arena_mark mark = dm_arena_save(arena);
        bool fine = paint(&forwarding->elements[e], arena, &classes, painted + e * classes.n_atoms)
                    && refine(arena, &classes, class_of, painted + e * classes.n_atoms);

        dm_arena_restore(arena, mark);
        if (!fine) {
            return false;
        }
    }
    ports = dm_arena_alloc(arena, n_elements ? n_elements : 1, classes.n * sizeof *ports);
    if (!ports) {
        return false;
    }
    for (size_t i = 0, n = 0; i < classes.n_atoms; i++) {
        if (class_of[i] < n) {
            continue; /* classes are numbered in order of their first atoms */
        }
        for (size_t e = 0; e < n_elements; e++) {
            ports[n * n_elements + e] = painted[e * classes.n_atoms + i];
        }
        n++;
    }
    classes.class_of = class_of;
    classes.ports = ports;
    *ret_classes = classes;
    return true;
}

/* The address before one that is not the first of its family. */
static struct dm_addr before(struct dm_addr address)
{
    address.high -= address.low == 0 ? 1 : 0;
    address.low--;
    return address;
}

/* The last address of an atom. */
static struct dm_addr last_of(const struct dm_forwarding_classes *classes, size_t atom)
{
    uint8_t family = classes->atoms[atom].family;

    if (atom + 1 < classes->n_atoms && classes->atoms[atom + 1].family == family) {
        return before(classes->atoms[atom + 1]);
    }
    return dm_prefix_last((struct dm_prefix){ { 0, 0, family }, 0 });
}

/* The union over atoms 'first' to 'end' that are of the class, in halves, so that no large set is
 * met by each small one. */
static struct dm_set join(struct dm_sets *sets, const struct dm_forwarding_classes *classes,
                          size_t class, size_t first, size_t end)
{
    size_t middle = first + (end - first) / 2;

    if (end - first > 1) {
        return dm_set_or(sets, join(sets, classes, class, first, middle),
                         join(sets, classes, class, middle, end));
    }
    return classes->class_of[first] == class ? dm_set_addresses(
               sets, DM_FIELD_DESTINATION, classes->atoms[first], last_of(classes, first))
                                             : DM_SET_EMPTY;
}

struct dm_set dm_forwarding_headers(struct dm_sets *sets,
                                    const struct dm_forwarding_classes *classes, size_t class)
{
    return join(sets, classes, class, 0, classes->n_atoms);
}
