/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/dataplane.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/base/file.h"
#include "model/base/str.h"
#include "model/base/vec.h"

#define STANFORD "../shared/cases/dataplane/stanford/"
#define ZOO "../shared/cases/dataplane/zoo/"

enum { MAX_WORDS = 64, MAX_BYTES = 1 << 26 };

struct words {
    const char *items[MAX_WORDS];
    size_t n;
};

/* Lines of a file, one after the other; the text is cut in place. */
struct lines {
    char *at;
};

static bool open_lines(struct dm_arena *arena, const char *path, struct lines *lines)
{
    size_t size;

    return dm_file_read(arena, path, MAX_BYTES, &lines->at, &size, NULL) == DM_OK;
}

static bool next_line(struct lines *lines, struct words *words)
{
    words->n = 0;
    while (*lines->at && !words->n) {
        char *at = lines->at;

        while (*at && *at != '\n') {
            while (*at == ' ' || *at == '\r') {
                *at++ = '\0';
            }
            if (*at && *at != '\n' && words->n < MAX_WORDS) {
                words->items[words->n++] = at;
            }
            while (*at && *at != ' ' && *at != '\n' && *at != '\r') {
                at++;
            }
        }
        lines->at = *at ? at + 1 : at;
        *at = '\0';
    }
    return words->n > 0;
}

static uint32_t number(const char *text)
{
    return (uint32_t)strtoul(text, NULL, 10);
}

/* ---- names ---- */

static uint32_t element_of(struct dm_dataplane *plane, const char *name)
{
    bool added = false;
    uint64_t *place = dm_map_add(&plane->elements, name, &added);

    if (place && added) {
        *place = plane->elements.n - 1;
    }
    return place ? (uint32_t)*place : 0;
}

/* Ports and ways of all elements share one row of numbers. */
static uint32_t port_of(struct dm_dataplane *plane, const char *element, const char *port)
{
    char name[128];
    bool added = false;
    uint64_t *place;

    snprintf(name, sizeof name, "%.60s %.60s", element, port);
    place = dm_map_add(&plane->ports, name, &added);
    if (place && added) {
        uint64_t *count;

        snprintf(name, sizeof name, "%.60s", element);
        count = dm_map_add(&plane->ports, name, NULL);
        if (count) {
            uint32_t next = (uint32_t)(*count)++;

            snprintf(name, sizeof name, "%.60s %.60s", element, port);
            place = dm_map_find(&plane->ports, name);
            *place = next;
        }
    }
    return place ? (uint32_t)*place : 0;
}

uint32_t dm_dataplane_element(const struct dm_dataplane *plane, const char *element)
{
    return (uint32_t)*dm_map_find(&plane->elements, element);
}

uint32_t dm_dataplane_port(const struct dm_dataplane *plane, const char *element, const char *port)
{
    char name[128];

    snprintf(name, sizeof name, "%.60s %.60s", element, port);
    return (uint32_t)*dm_map_find(&plane->ports, name);
}

/* ---- rules ---- */

/* Elements must be known by number before there are tables: so files are gone through twice. */
static bool name_elements(struct dm_dataplane *plane, const char *path)
{
    struct lines lines;
    struct words words;

    if (!open_lines(plane->arena, path, &lines)) {
        return false;
    }
    while (next_line(&lines, &words)) {
        if (words.n > 2 && strcmp(words.items[1], "fwd") == 0) {
            (void)element_of(plane, words.items[2]);
        }
    }
    plane->n_elements = plane->elements.n;
    plane->forwarding = dm_forwarding_new(plane->arena, plane->n_elements);
    return plane->forwarding != NULL;
}

static bool change_rule(struct dm_dataplane *plane, const struct words *words)
{
    uint32_t length = number(words->items[4]);
    struct dm_prefix prefix = { dm_addr_ipv4(number(words->items[3])), (uint8_t)length };
    struct dm_forwarding_rule rule = {
        .element = element_of(plane, words->items[2]),
        .prefix = { dm_prefix_first(prefix), (uint8_t)length },
        .priority = number(words->items[6]),
        .port = port_of(plane, words->items[2], words->items[5]),
    };

    return words->items[0][0] == '+' ? dm_forwarding_add(plane->forwarding, &rule)
                                     : dm_forwarding_remove(plane->forwarding, &rule);
}

/* Each port but those that floods or ends is its own way. */
static bool open_ways(struct dm_dataplane *plane, const struct dm_map *vlans)
{
    for (size_t i = 0; i < plane->ports.n; i++) {
        const char *name = plane->ports.entries[i].key;
        const char *space = strchr(name, ' ');
        char element[64];

        if (!space || strcmp(space, " self") == 0 || (vlans && dm_map_find(vlans, name))) {
            continue;
        }
        snprintf(element, sizeof element, "%.*s", (int)(space - name), name);
        if (dm_map_find(&plane->elements, element)
            && !dm_forwarding_leave(plane->forwarding, dm_dataplane_element(plane, element),
                                    (uint32_t)plane->ports.entries[i].value,
                                    (uint32_t)plane->ports.entries[i].value)) {
            return false;
        }
    }
    return true;
}

/* ---- ACLs ---- */

/* Addresses as an address and the bits that do not count; these need not be the last ones. */
static struct dm_set wild(struct dm_sets *sets, enum dm_field field, const char *address,
                          const char *bits)
{
    struct dm_addr base;
    struct dm_addr mask = dm_addr_ipv4(0);
    struct dm_set all = DM_SET_EMPTY;
    uint32_t low;

    if (strcmp(address, "any") == 0) {
        return DM_SET_ALL;
    }
    if (dm_addr_parse(address, &base) != DM_ADDR_OK
        || (strcmp(bits, "null") != 0 && dm_addr_parse(bits, &mask) != DM_ADDR_OK)) {
        return DM_SET_EMPTY;
    }
    /* The last bits that do not count are one range; the others are gone through. */
    low = (uint32_t)(mask.low & ~(mask.low + 1));
    while (low & (low + 1)) {
        low &= low >> 1;
    }
    for (uint32_t rest = (uint32_t)mask.low & ~low, part = 0;;) {
        uint32_t first = ((uint32_t)base.low & ~(uint32_t)mask.low) | part;

        all = dm_set_or(
            sets, all,
            dm_set_addresses(sets, field, dm_addr_ipv4(first), dm_addr_ipv4(first | low)));
        part = (part - rest) & rest; /* the next subset of its bits */
        if (!part) {
            return all;
        }
    }
}

/* "PERMIT FIRST LAST SOURCE BITS SPORT SPORT DESTINATION BITS DPORT DPORT PRIORITY". */
static struct dm_set headers_of(struct dm_sets *sets, const char *const *words)
{
    uint32_t first = number(words[1]);
    uint32_t last = number(words[2]);
    struct dm_set set = dm_set_and(
        sets, dm_set_addresses(sets, DM_FIELD_SOURCE, dm_addr_ipv4(0), dm_addr_ipv4(UINT32_MAX)),
        dm_set_and(sets, wild(sets, DM_FIELD_SOURCE, words[3], words[4]),
                   wild(sets, DM_FIELD_DESTINATION, words[7], words[8])));
    struct dm_set flows = first == 0 && last == 255 ? DM_SET_ALL : DM_SET_EMPTY;

    for (uint32_t protocol = first; dm_set_is_empty(flows) && protocol <= last; protocol++) {
        uint16_t from = (uint16_t)number(words[9]);
        uint16_t to = strcmp(words[10], "null") == 0 ? from : (uint16_t)number(words[10]);

        flows = dm_set_or(sets, flows,
                          strcmp(words[9], "null") == 0
                              ? dm_set_protocol(sets, (uint8_t)protocol)
                              : dm_set_details(sets, (uint8_t)protocol, from, to));
    }
    return dm_set_and(sets, set, flows);
}

static int by_priority(const void *a, const void *b)
{
    const struct dm_dataplane_entry *x = a;
    const struct dm_dataplane_entry *y = b;

    if (x->acl != y->acl) {
        return x->acl < y->acl ? -1 : 1;
    }
    return x->priority > y->priority ? -1 : x->priority < y->priority;
}

struct acls {
    struct dm_map names;
    DM_VEC(struct dm_dataplane_entry) entries;
};

static bool add_entry(struct dm_dataplane *plane, struct acls *acls, const struct words *words)
{
    bool added = false;
    uint64_t *place = dm_map_add(&acls->names, words->items[2], &added);
    struct dm_dataplane_entry entry;

    if (!place || words->n < 17) {
        return false;
    }
    if (added) {
        *place = acls->names.n - 1;
    }
    entry = (struct dm_dataplane_entry){ (uint32_t)*place, number(words->items[16]),
                                         strcmp(words->items[5], "permit") == 0,
                                         headers_of(plane->sets, words->items + 5) };
    return DM_VEC_PUSH(plane->arena, &acls->entries, entry);
}

/* What each ACL lets pass: of the entries that have a header the one of highest priority decides;
 * what none has is denied. */
static bool settle_acls(struct dm_dataplane *plane, struct acls *acls)
{
    struct dm_set *filters = DM_NEW_ARRAY(plane->arena, acls->names.n, struct dm_set);
    struct dm_set *seen = DM_NEW_ARRAY(plane->arena, acls->names.n, struct dm_set);

    if (!filters || !seen) {
        return false;
    }
    if (acls->entries.n) {
        qsort(acls->entries.items, acls->entries.n, sizeof *acls->entries.items, by_priority);
    }
    for (size_t i = 0; i < acls->entries.n; i++) {
        const struct dm_dataplane_entry *entry = &acls->entries.items[i];
        struct dm_set *filter = &filters[entry->acl];

        if (entry->permit) {
            *filter = dm_set_or(plane->sets, *filter,
                                dm_set_minus(plane->sets, entry->headers, seen[entry->acl]));
        }
        seen[entry->acl] = dm_set_or(plane->sets, seen[entry->acl], entry->headers);
    }
    plane->entries = acls->entries.items;
    plane->n_entries = acls->entries.n;
    plane->filters = filters;
    plane->n_filters = acls->names.n;
    return true;
}

/* The ACL of an element "ROUTER_ACL_PORT_in" or its like: the longest name that it begins with. */
static const uint64_t *acl_of(const struct acls *acls, const char *element)
{
    char name[128];

    snprintf(name, sizeof name, "%.120s", element);
    for (char *end = strrchr(name, '_'); end; end = strrchr(name, '_')) {
        const uint64_t *found;

        *end = '\0';
        found = dm_map_find(&acls->names, name);
        if (found) {
            return found;
        }
    }
    return NULL;
}

/* ---- links ---- */

struct wire {
    const char *words[4];
};

struct wires {
    DM_VEC(struct wire) list;
    struct dm_map from; /* "ELEMENT PORT": the place of the first wire that begins there, plus 1 */
};

/* Follows a wire through ACLs to the routers behind them. */
static bool follow(struct dm_dataplane *plane, const struct wires *wires, const struct acls *acls,
                   const struct wire *begin, const struct wire *at, struct dm_set filter)
{
    const uint64_t *acl = acls ? acl_of(acls, at->words[2]) : NULL;

    if (dm_map_find(&plane->elements, at->words[2])) {
        return dm_forwarding_link(plane->forwarding, dm_dataplane_element(plane, begin->words[0]),
                                  port_of(plane, begin->words[0], begin->words[1]),
                                  dm_dataplane_element(plane, at->words[2]),
                                  port_of(plane, at->words[2], at->words[3]), filter);
    }
    if (acl && plane->filters) {
        filter = dm_set_and(plane->sets, filter, plane->filters[*acl]);
    }
    for (size_t i = 0; i < wires->list.n; i++) {
        const struct wire *next = &wires->list.items[i];

        if (strcmp(next->words[0], at->words[2]) == 0 && strcmp(next->words[1], "permit") == 0
            && !follow(plane, wires, acls, begin, next, filter)) {
            return false;
        }
    }
    return true;
}

static bool read_links(struct dm_dataplane *plane, const char *path, const struct acls *acls)
{
    struct wires wires = { .list = { 0 } };
    struct lines lines;
    struct words words;

    if (!open_lines(plane->arena, path, &lines)) {
        return false;
    }
    while (next_line(&lines, &words)) {
        struct wire wire;

        memcpy(wire.words, words.items, sizeof wire.words);
        if (words.n != 4 || !DM_VEC_PUSH(plane->arena, &wires.list, wire)) {
            return false;
        }
    }
    for (size_t i = 0; i < wires.list.n; i++) {
        const struct wire *wire = &wires.list.items[i];

        if (dm_map_find(&plane->elements, wire->words[0])
            && !follow(plane, &wires, acls, wire, wire, DM_SET_ALL)) {
            return false;
        }
    }
    return true;
}

/* ---- networks ---- */

bool dm_dataplane_is_there(void)
{
    return dm_file_is_folder(STANFORD) && dm_file_is_folder(ZOO);
}

static bool begin(struct dm_dataplane *plane, struct dm_arena *arena, const char *rules)
{
    *plane = (struct dm_dataplane){ .arena = arena, .sets = dm_sets_new(arena) };
    dm_map_init(&plane->elements, arena);
    dm_map_init(&plane->ports, arena);
    return plane->sets && name_elements(plane, rules);
}

static bool read_vlans(struct dm_dataplane *plane, struct dm_map *vlans)
{
    struct lines lines;
    struct words words;

    dm_map_init(vlans, plane->arena);
    if (!open_lines(plane->arena, STANFORD "vlan.txt", &lines)) {
        return false;
    }
    while (next_line(&lines, &words)) {
        const char *element = words.items[0];
        char name[128];
        uint32_t port;

        if (words.n < 2 || !dm_map_find(&plane->elements, element)) {
            continue;
        }
        port = port_of(plane, element, words.items[1]);
        snprintf(name, sizeof name, "%.60s %.60s", element, words.items[1]);
        if (!dm_map_add(vlans, name, NULL)) {
            return false;
        }
        for (size_t i = 2; i < words.n; i++) {
            if (!dm_forwarding_leave(plane->forwarding, dm_dataplane_element(plane, element), port,
                                     port_of(plane, element, words.items[i]))) {
                return false;
            }
        }
    }
    return true;
}

bool dm_dataplane_stanford(struct dm_dataplane *plane, struct dm_arena *arena, bool with_acls,
                           bool takes_away)
{
    struct acls acls = { .entries = { 0 } };
    struct dm_map vlans;
    struct lines lines;
    struct words words;

    dm_map_init(&acls.names, arena);
    if (!begin(plane, arena, STANFORD "updates") || !read_vlans(plane, &vlans)
        || !open_lines(arena, STANFORD "updates", &lines)) {
        return false;
    }
    while (next_line(&lines, &words)) {
        bool adds = words.items[0][0] == '+';
        bool is_rule = strcmp(words.items[1], "fwd") == 0;

        if ((adds || takes_away) && is_rule && !change_rule(plane, &words)) {
            return false;
        }
        if (adds && !is_rule && with_acls && !add_entry(plane, &acls, &words)) {
            return false;
        }
        plane->n_updates += adds ? 1 : 0;
    }
    return settle_acls(plane, &acls) && read_links(plane, STANFORD "topo.txt", &acls)
           && open_ways(plane, &vlans);
}

bool dm_dataplane_zoo(struct dm_dataplane *plane, struct dm_arena *arena, const char *name)
{
    struct lines lines;
    struct words words;
    char rules[256];
    char links[256];

    snprintf(rules, sizeof rules, ZOO "%.60s_routing.apk", name);
    snprintf(links, sizeof links, ZOO "%.60s_topo.apk", name);
    if (!begin(plane, arena, rules) || !open_lines(arena, rules, &lines)) {
        return false;
    }
    while (next_line(&lines, &words)) {
        if (!change_rule(plane, &words)) {
            return false;
        }
        plane->n_updates++;
    }
    return read_links(plane, links, NULL) && open_ways(plane, NULL);
}

bool dm_dataplane_zoo_pairs(const struct dm_dataplane *plane, const char *name, size_t *ret_n,
                            size_t *ret_of)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_forwarding_classes classes;
    struct dm_set *from = DM_NEW_ARRAY(arena, plane->n_elements, struct dm_set);
    struct lines lines = { 0 };
    struct words words;
    char path[256];
    bool fine;
    size_t n_hosts = 0;
    size_t n = 0;

    snprintf(path, sizeof path, ZOO "%.60s_hosts.apk", name);
    fine = from && open_lines(arena, path, &lines)
           && dm_forwarding_classify(plane->forwarding, arena, &classes);
    while (fine && next_line(&lines, &words)) {
        struct dm_arena_mark mark = dm_arena_save(arena);
        uint32_t element = dm_dataplane_element(plane, words.items[0]);
        uint32_t port = dm_dataplane_port(plane, words.items[0], words.items[1]);
        /* The address of the host at N12 is 12. */
        size_t class = dm_forwarding_class_at(&classes, dm_addr_ipv4(number(words.items[0] + 1)));

        fine = dm_forwarding_reach(plane->forwarding, arena, plane->sets, &classes, class, element,
                                   port, from);
        n_hosts++;
        for (size_t e = 0; fine && e < plane->n_elements; e++) {
            n += e != element && !dm_set_is_empty(from[e]) ? 1 : 0;
        }
        dm_arena_restore(arena, mark);
    }
    *ret_n = n;
    *ret_of = n_hosts * (n_hosts ? n_hosts - 1 : 0);
    dm_arena_free(arena);
    return fine;
}
