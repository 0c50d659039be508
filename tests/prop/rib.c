/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Routes of transit gateways and core networks against routers that talk until nothing changes.
 *
 * The oracle is a table for each transit gateway's table and each segment at each edge, which all
 * tell each neighbour everything they prefer, round after round, AS paths in full, and refuse
 * paths with their own number.  It knows nothing of what the solver's engine leaves out because it
 * could never matter: edges pass on what they heard from edges, tables what they heard from core
 * networks.  Held against it, on random networks and failures: what each table and each segment at
 * each edge does with addresses of all networks.
 */
#include "tests/support/dmtest.h"

#include <stdio.h>
#include <string.h>

#include "model/base/str.h"
#include "solver/plane/core.h"
#include "tests/support/nets.h"

enum { SEEDS = 800, REGIONS = 3, MAX_NODES = 24, MAX_PREFIXES = 24, MAX_ROUTES = 12, MAX_PATH = 8 };

#define LINE(text, ...) dm_str_addf((text), __VA_ARGS__)
#define BELOW(random, n) dm_random_below((random), (n))
#define CHANCE(random, n, of) dm_random_chance((random), (n), (of))

/* ---- networks ---- */

static void draw_region(struct dm_str *text, struct dm_random *random, unsigned r)
{
    LINE(text, "tgw g%u r%u asn=%u\nttable m%u.0 g%u\nttable m%u.1 g%u\n", r, r,
         64512 + BELOW(random, 2), r, r, r, r);
    if (CHANCE(random, 5, 6)) {
        LINE(text, "cpeer p%u c.r%u g%u\nctable t%u.0 p%u m%u.0 c.s%u\n", r, r, r, r, r, r,
             BELOW(random, 2));
        if (CHANCE(random, 1, 2)) {
            LINE(text, "ctable t%u.1 p%u m%u.1 c.s%u\n", r, r, r, BELOW(random, 2));
        }
    }
}

/* Networks of few prefixes, so that many are in several places. */
static void draw_vpc(struct dm_str *text, struct dm_random *random, unsigned v)
{
    unsigned r = BELOW(random, REGIONS);
    bool is_transit = CHANCE(random, 1, 2);

    LINE(text, "vpc v%u r%u 10.%u.0.0/16\nsubnet s%u v%u z%u 10.%u.0.0/24\n", v, r, v % 5, v, v, r,
         v % 5);
    if (is_transit) {
        LINE(text, "attach x%u g%u v%u m%u.0 s%u\n", v, r, v, r, v);
    }
    if (!is_transit || CHANCE(random, 1, 2)) {
        LINE(text, "cattach k%u c v%u c.s%u s%u\n", v, v, BELOW(random, 2), v);
    }
    for (unsigned t = 0; is_transit && t < 2; t++) {
        if (CHANCE(random, 2, 3)) {
            LINE(text, "propagate m%u.%u x%u\n", r, t, v);
        }
        if (CHANCE(random, 1, 6)) {
            LINE(text, "troute m%u.%u 10.%u.0.0/%u %s%u\n", r, t, BELOW(random, 5),
                 CHANCE(random, 2, 3) ? 16 : 17, "x", v);
        }
    }
}

static const char *draw(struct dm_arena *arena, uint64_t seed)
{
    struct dm_random random = { seed };
    struct dm_str text;
    unsigned n_vpcs = 2 + BELOW(&random, 6);

    dm_str_init(&text, arena);
    LINE(&text, "core c\n");
    for (unsigned r = 0; r < REGIONS; r++) {
        LINE(&text, "region r%u\nzone z%u r%u\ncedge c.r%u c r%u asn=%u\n", r, r, r, r, r,
             64520 + r);
    }
    LINE(&text, "segment c.s0 c%s\nsegment c.s1 c%s\n", CHANCE(&random, 1, 6) ? " isolate" : "",
         CHANCE(&random, 1, 6) ? " deny=c.s0" : "");
    for (unsigned r = 0; r < REGIONS; r++) {
        draw_region(&text, &random, r);
    }
    for (unsigned v = 0; v < n_vpcs; v++) {
        draw_vpc(&text, &random, v);
    }
    if (CHANCE(&random, 1, 2)) {
        LINE(&text, "share c c.s0 c.s1\n");
    }
    if (CHANCE(&random, 1, 4)) {
        LINE(&text, "croute c.s%u 10.%u.0.0/16 none\n", BELOW(&random, 2), BELOW(&random, 5));
    }
    assert_false(text.failed);
    return text.text;
}

/* ---- the oracle ---- */

struct route {
    uint32_t via; /* attachment of the kind of the node; 0: a black hole */
    unsigned key[3];
    uint32_t path[MAX_PATH];
    unsigned n_path;
};

struct node {
    struct dm_transit_table_id table; /* or */
    struct dm_core_segment_id segment;
    struct dm_core_edge_id edge;
    uint32_t asn;
    struct route best[MAX_PREFIXES][MAX_ROUTES];
    unsigned n_best[MAX_PREFIXES];
};

struct oracle {
    const struct dm_model *model;
    struct dm_alive *alive;
    struct dm_prefix prefixes[MAX_PREFIXES];
    unsigned n_prefixes;
    struct node nodes[2][MAX_NODES]; /* of this round and the last */
    unsigned n_nodes;
};

static unsigned prefix_index(struct oracle *oracle, struct dm_prefix prefix)
{
    for (unsigned i = 0; i < oracle->n_prefixes; i++) {
        if (dm_prefix_compare(oracle->prefixes[i], prefix) == 0) {
            return i;
        }
    }
    assert_true(oracle->n_prefixes < MAX_PREFIXES);
    oracle->prefixes[oracle->n_prefixes] = prefix;
    return oracle->n_prefixes++;
}

static void take(struct node *node, unsigned p, struct route route)
{
    unsigned *n = &node->n_best[p];
    int order = 0;

    for (unsigned i = 0; i < 3 && *n && !order; i++) {
        order = (route.key[i] > node->best[p][0].key[i]) - (route.key[i] < node->best[p][0].key[i]);
    }
    if (order > 0) {
        return;
    }
    *n = order < 0 ? 0 : *n;
    assert_true(*n < MAX_ROUTES);
    node->best[p][(*n)++] = route;
}

static bool in_path(const struct route *route, uint32_t asn)
{
    for (unsigned i = 0; i < route->n_path; i++) {
        if (route->path[i] == asn) {
            return true;
        }
    }
    return false;
}

/* What 'from' prefers comes to 'to', if nothing in the path is 'to' itself. */
static void tell(const struct node *from, struct node *to, unsigned p, uint32_t via, unsigned class)
{
    for (unsigned i = 0; i < from->n_best[p]; i++) {
        struct route route = from->best[p][i];

        if (in_path(&route, to->asn) || from->asn == to->asn || route.n_path == MAX_PATH) {
            continue;
        }
        route.path[route.n_path++] = from->asn;
        route.via = via ? via : route.via;
        route.key[0] = class;
        route.key[1] = route.n_path;
        route.key[2] = 0;
        take(to, p, route);
    }
}

static bool is_joined(const struct dm_model *model, struct dm_core_segment_id a,
                      struct dm_core_segment_id b)
{
    const struct dm_core_segment *segment = dm_core_segment_get(model, a);

    if (a.v == b.v) {
        return !segment->isolated;
    }
    return model->core_networks[0].n_shares > 0 && segment->n_deny == 0;
}

static void own_of_table(struct oracle *oracle, struct node *node)
{
    const struct dm_model *model = oracle->model;
    const struct dm_transit_table *table = dm_transit_table_get(model, node->table);

    for (size_t i = 0; i < table->n_routes; i++) {
        take(node, prefix_index(oracle, table->routes[i].prefix),
             (struct route){ .via = table->routes[i].attachment.v });
    }
    for (size_t i = 0; i < table->n_propagations; i++) {
        struct dm_attachment_id id = table->propagations[i].attachment;
        const struct dm_attachment *from = dm_attachment_get(model, id);

        if (dm_alive(oracle->alive, from->element)) {
            take(node, prefix_index(oracle, dm_vpc_get(model, from->vpc)->cidrs[0]),
                 (struct route){ .via = id.v, .key = { 1, 0, 0 } });
        }
    }
}

static void own_of_segment(struct oracle *oracle, struct node *node)
{
    const struct dm_model *model = oracle->model;
    const struct dm_core_segment *segment = dm_core_segment_get(model, node->segment);

    for (size_t i = 0; i < segment->n_routes; i++) {
        take(node, prefix_index(oracle, segment->routes[i].prefix), (struct route){ .via = 0 });
    }
    for (uint32_t i = 0; i < model->n_core_attachments; i++) {
        const struct dm_core_attachment *from = &model->core_attachments[i];

        if (from->kind == DM_CORE_ATTACHMENT_VPC && from->edge.v == node->edge.v
            && is_joined(model, node->segment, from->segment)
            && dm_alive(oracle->alive, from->element)) {
            take(node, prefix_index(oracle, dm_vpc_get(model, from->vpc)->cidrs[0]),
                 (struct route){ .via = i + 1, .key = { 1, 0, 0 } });
        }
    }
}

static void hear_tables(struct oracle *oracle, const struct node *last, struct node *node)
{
    const struct dm_model *model = oracle->model;

    for (uint32_t i = 0; i < model->n_core_attachments; i++) {
        const struct dm_core_attachment *a = &model->core_attachments[i];

        if (a->kind != DM_CORE_ATTACHMENT_TABLE || !dm_alive(oracle->alive, a->element)) {
            continue;
        }
        for (unsigned n = 0; n < oracle->n_nodes; n++) {
            const struct node *from = &last[n];

            for (unsigned p = 0; p < oracle->n_prefixes; p++) {
                if (node->segment.v && from->table.v == a->table.v && a->edge.v == node->edge.v
                    && is_joined(model, node->segment, a->segment)) {
                    tell(from, node, p, i + 1, 2);
                }
                if (node->table.v == a->table.v && from->segment.v == a->segment.v
                    && from->edge.v == a->edge.v) {
                    tell(from, node, p, dm_core_peering_get(model, a->peering)->attachment.v, 2);
                }
            }
        }
    }
}

/* Static routes of a segment are each edge's own. */
static void hear_edges(struct oracle *oracle, const struct node *last, struct node *node)
{
    for (unsigned n = 0; n < oracle->n_nodes; n++) {
        for (unsigned p = 0; p < oracle->n_prefixes && node->segment.v; p++) {
            if (last[n].segment.v == node->segment.v && last[n].edge.v != node->edge.v
                && last[n].n_best[p] && last[n].best[p][0].key[0] != 0) {
                tell(&last[n], node, p, 0, 2);
            }
        }
    }
}

static void add_node(struct oracle *oracle, struct node node, struct dm_element_id element)
{
    if (dm_alive(oracle->alive, element)) {
        assert_true(oracle->n_nodes < MAX_NODES);
        oracle->nodes[0][oracle->n_nodes++] = node;
    }
}

static void add_nodes(struct oracle *oracle)
{
    const struct dm_model *model = oracle->model;

    for (uint32_t t = 1; t <= model->n_transit_tables; t++) {
        const struct dm_transit_gateway *gateway =
            dm_transit_gateway_get(model, model->transit_tables[t - 1].gateway);

        add_node(oracle, (struct node){ .table = { t }, .asn = gateway->asn }, gateway->element);
    }
    for (uint32_t s = 1; s <= model->n_core_segments; s++) {
        for (uint32_t e = 1; e <= model->n_core_edges; e++) {
            add_node(oracle,
                     (struct node){
                         .segment = { s }, .edge = { e }, .asn = model->core_edges[e - 1].asn },
                     model->core_edges[e - 1].element);
        }
    }
}

/* Leaves the end in nodes[0]. */
static void settle(struct oracle *oracle)
{
    for (unsigned round = 0; round < 16; round++) {
        memcpy(oracle->nodes[1], oracle->nodes[0], sizeof oracle->nodes[0]);
        for (unsigned n = 0; n < oracle->n_nodes; n++) {
            struct node *node = &oracle->nodes[0][n];

            memset(node->n_best, 0, sizeof node->n_best);
            if (node->table.v) {
                own_of_table(oracle, node);
            } else {
                own_of_segment(oracle, node);
            }
            hear_tables(oracle, oracle->nodes[1], node);
            hear_edges(oracle, oracle->nodes[1], node);
        }
    }
}

/* ---- the comparison ---- */

struct totals {
    size_t same;
    size_t several;
    size_t over_core; /* a table's route over a core network */
    size_t unknown;
};

static bool has_via(const uint32_t *items, size_t n, uint32_t via)
{
    for (size_t i = 0; i < n; i++) {
        if (items[i] == via) {
            return true;
        }
    }
    return false;
}

/* What the solver's engine says; false where it does not know. */
static bool ask(const struct oracle *oracle, const struct dm_plane *plane, const struct node *node,
                struct dm_addr to, uint32_t *items, size_t *ret_n, struct totals *totals)
{
    struct dm_transit_choice transit[DM_PLANE_MAX_CHOICES];
    struct dm_core_choice core[DM_PLANE_MAX_CHOICES];
    size_t n = node->table.v
                   ? dm_lookup_transit(plane, oracle->alive, node->table, to, transit)
                   : dm_lookup_core(plane, oracle->alive, node->segment, node->edge, to, core);

    *ret_n = 0;
    for (size_t i = 0; i < n; i++) {
        enum dm_transit_kind kind = node->table.v ? transit[i].kind : core[i].kind;
        uint32_t via = node->table.v ? transit[i].attachment.v : core[i].attachment.v;

        if (kind == DM_TRANSIT_UNKNOWN) {
            return false;
        }
        totals->over_core += node->table.v && transit[i].source == DM_SOURCE_CORE;
        if (kind != DM_TRANSIT_NO_ROUTE) {
            items[(*ret_n)++] = via;
        }
    }
    return true;
}

static bool agree(const struct oracle *oracle, const struct dm_plane *plane,
                  const struct node *node, struct dm_addr to, struct totals *totals)
{
    uint32_t items[DM_PLANE_MAX_CHOICES];
    size_t n = 0;
    int best = -1;

    for (unsigned p = 0; p < oracle->n_prefixes; p++) {
        if (node->n_best[p] && dm_prefix_has(oracle->prefixes[p], to)
            && (best < 0 || oracle->prefixes[p].length > oracle->prefixes[best].length)) {
            best = (int)p;
        }
    }
    if (!ask(oracle, plane, node, to, items, &n, totals)) {
        totals->unknown++;
        return true;
    }
    totals->same++;
    totals->several += n > 1;
    for (unsigned i = 0; best >= 0 && i < node->n_best[best]; i++) {
        if (!has_via(items, n, node->best[best][i].via)) {
            return false;
        }
    }
    for (size_t i = 0; i < n; i++) {
        bool found = false;

        for (unsigned j = 0; best >= 0 && j < node->n_best[best]; j++) {
            found = found || node->best[best][j].via == items[i];
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

static bool differs(const struct dm_model *model, void *context)
{
    struct totals *totals = context;
    struct dm_arena *arena = dm_arena_new(0);
    struct oracle *oracle = dm_arena_alloc(arena, 1, sizeof *oracle);
    struct dm_plane *plane = dm_plane_new(arena, model);
    struct dm_element_id failed[2];
    bool result = false;

    assert_non_null(oracle);
    assert_non_null(plane);
    for (uint32_t f = 0; f <= model->n_elements && !result; f += f < 2 ? 1 : 3) {
        memset(oracle, 0, sizeof *oracle);
        oracle->model = model;
        oracle->alive = dm_alive_new(arena, model);
        failed[0].v = f;
        failed[1].v = model->n_elements ? f * 7 % model->n_elements + 1 : 0;
        dm_alive_begin(oracle->alive, failed, f == 0 ? 0 : f % 2 && failed[1].v != f ? 2 : 1);
        add_nodes(oracle);
        settle(oracle);
        for (unsigned n = 0; n < oracle->n_nodes; n++) {
            for (unsigned block = 0; block < 6; block++) {
                result = result
                         || !agree(oracle, plane, &oracle->nodes[0][n],
                                   dm_addr_ipv4(10u << 24 | block << 16 | 7), totals);
            }
        }
    }
    dm_arena_free(arena);
    return result;
}

static void tables_and_segments_take_what_routers_would_in_the_end(void **state)
{
    struct totals totals = { 0, 0, 0, 0 };
    uint64_t first = 1;
    uint64_t last = SEEDS;

    (void)state;
    if (dm_nets_replay_seed(&first)) {
        last = first;
    }
    for (uint64_t seed = first; seed <= last; seed++) {
        struct dm_arena *arena = dm_arena_new(0);
        const char *net = draw(arena, seed);

        if (differs(dm_nets_make(arena, net), &totals)) {
            print_message("DM_SEED=%llu:\n%s", (unsigned long long)seed,
                          dm_nets_shrink(arena, net, differs, &totals));
            fail();
        }
        dm_arena_free(arena);
    }
    print_message("%zu look-ups as in the oracle, %zu of several choices, %zu over a core network; "
                  "%zu not decided\n",
                  totals.same, totals.several, totals.over_core, totals.unknown);
    if (first != last) {
        assert_true(totals.same > 10 * totals.unknown);
        assert_true(totals.several > 1000 && totals.over_core > 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_and_segments_take_what_routers_would_in_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
