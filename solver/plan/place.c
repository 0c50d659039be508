/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/plan/place.h"

#include <string.h>

#include "model/base/vec.h"

static const char zone_key[] = "topology.kubernetes.io/zone";
static const char node_key[] = "kubernetes.io/hostname";

struct placer {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_alive *alive;
    struct dm_cluster_id cluster;
    enum dm_place_nodes nodes;
    enum dm_place_pods pods_asked;
    DM_VEC(struct dm_pack_bins) bins;
    DM_VEC(struct dm_node_id) kinds;
    DM_VEC(struct dm_zone_id) zones;
    DM_VEC(struct dm_pack_item) items;
    DM_VEC(struct dm_place_pod) pods;
    const char *open_why;
    struct dm_unknown_id unknown;
    size_t stuck; /* an item whose volume is in a zone that failed, plus one; 0: none */
    bool out_of_memory;
};

/* Notes why FITS cannot be said, the first reason alone. */
static void leave_open(struct placer *placer, const char *why, struct dm_unknown_id unknown)
{
    if (!placer->open_why) {
        placer->open_why = why;
        placer->unknown = unknown;
    }
}

static void leave_open_why(struct placer *placer, const char *why)
{
    leave_open(placer, why, (struct dm_unknown_id){ 0 });
}

/* ---- nodes ---- */

static bool lives(struct placer *placer, const struct dm_node *node)
{
    return !node->zone.v
           || dm_alive(placer->alive, dm_zone_get(placer->model, node->zone)->element);
}

/* The number of a zone in this problem. */
static uint32_t zone_number(struct placer *placer, struct dm_zone_id zone)
{
    for (size_t i = 0; i < placer->zones.n; i++) {
        if (placer->zones.items[i].v == zone.v) {
            return (uint32_t)i;
        }
    }
    placer->out_of_memory |= !DM_VEC_PUSH(placer->arena, &placer->zones, zone);
    return placer->zones.n ? (uint32_t)placer->zones.n - 1 : 0;
}

/* How many of a group's nodes are in the zone of its 'place'-th node: even shares, the larger ones
 * first in zones that are dead, then in order. */
static uint32_t share_of(uint32_t size, uint32_t n_dead, uint32_t n_zones, uint32_t place)
{
    uint32_t more;

    DM_ASSERT(n_zones > 0);
    more = size % n_zones;
    return size / n_zones + (n_dead + place < more);
}

static uint32_t count_of(struct placer *placer, struct dm_node_id id, const struct dm_node *node)
{
    const struct dm_node_group *group;
    const struct dm_node_id *all;
    uint32_t n_alive = 0;
    uint32_t n_dead = 0;
    uint32_t place = 0;
    size_t n;

    if (!lives(placer, node)) {
        return 0;
    }
    if (!node->group.v) {
        return 1;
    }
    group = dm_node_group_get(placer->model, node->group);
    all = dm_model_nodes_of(placer->model, placer->cluster, &n);
    for (size_t i = 0; i < n; i++) {
        const struct dm_node *other = dm_node_get(placer->model, all[i]);

        if (other->group.v != node->group.v) {
            continue;
        }
        place += all[i].v < id.v && lives(placer, other);
        n_alive += lives(placer, other);
        n_dead += !lives(placer, other);
    }
    return placer->nodes == DM_PLACE_GROWN ? share_of(group->max_size, 0, n_alive, place)
                                           : share_of(group->size, n_dead, n_alive + n_dead, place);
}

/* What is not said of a node's size bounds nothing. */
static void set_have(struct placer *placer, const struct dm_node *node, int64_t *have)
{
    const int64_t unbounded = INT32_MAX;

    have[DM_PACK_CPU] = node->allocatable.cpu_milli;
    have[DM_PACK_MEMORY] = node->allocatable.memory;
    have[DM_PACK_PODS] = node->max_pods ? node->max_pods : unbounded;
    if (have[DM_PACK_CPU] < 0 || have[DM_PACK_MEMORY] < 0) {
        leave_open_why(placer, "how much a node has to give is not said");
    }
    have[DM_PACK_CPU] = have[DM_PACK_CPU] < 0 ? unbounded : have[DM_PACK_CPU];
    have[DM_PACK_MEMORY] = have[DM_PACK_MEMORY] < 0 ? unbounded * 4096 : have[DM_PACK_MEMORY];
}

static void add_nodes(struct placer *placer)
{
    size_t n;
    const struct dm_node_id *all = dm_model_nodes_of(placer->model, placer->cluster, &n);

    for (size_t i = 0; i < n && !placer->out_of_memory; i++) {
        const struct dm_node *node = dm_node_get(placer->model, all[i]);
        struct dm_pack_bins bins = { .count = count_of(placer, all[i], node),
                                     .zone = zone_number(placer, node->zone) };

        set_have(placer, node, bins.have);
        placer->out_of_memory |= !DM_VEC_PUSH(placer->arena, &placer->bins, bins)
                                 || !DM_VEC_PUSH(placer->arena, &placer->kinds, all[i]);
    }
}

/* ---- pods ---- */

static const struct dm_pod *pod_of(const struct placer *placer, size_t item)
{
    const struct dm_place_pod *pod = &placer->pods.items[item];

    return &dm_workload_get(placer->model, pod->workload)->pods[pod->pod];
}

/* What is requested, or what an autoscaler makes of it. */
static int64_t largest(struct placer *placer, int64_t request, int64_t grown)
{
    if (grown == DM_RESOURCE_UNBOUNDED) {
        leave_open_why(placer, "an autoscaler sets what some pods request, without a bound");
        grown = 0;
    }
    return grown > request ? grown : request < 0 ? 0 : request;
}

static void set_need(struct placer *placer, const struct dm_schedule *schedule, int64_t *need)
{
    need[DM_PACK_CPU] = largest(placer, schedule->requests.cpu_milli, schedule->grown.cpu_milli);
    need[DM_PACK_MEMORY] = largest(placer, schedule->requests.memory, schedule->grown.memory);
    need[DM_PACK_PODS] = 1;
}

/* A pod on each node that it may be on leaves less there for others; what a node cannot give is
 * asked for as an item that is too big. */
static void take_share(struct placer *placer, const struct dm_schedule *schedule)
{
    int64_t need[DM_PACK_RESOURCES];

    set_need(placer, schedule, need);
    for (size_t b = 0; b < placer->bins.n; b++) {
        if (dm_schedule_allows(schedule, dm_node_get(placer->model, placer->kinds.items[b]))) {
            for (unsigned r = 0; r < DM_PACK_RESOURCES; r++) {
                placer->bins.items[b].have[r] -= need[r];
            }
        }
    }
}

/* Whether the pod may be on a node in a zone that failed. */
static bool may_be_in_dead_zone(struct placer *placer, const struct dm_schedule *schedule)
{
    for (size_t b = 0; b < placer->bins.n; b++) {
        const struct dm_node *node = dm_node_get(placer->model, placer->kinds.items[b]);

        if (dm_schedule_allows(schedule, node) && !lives(placer, node)) {
            return true;
        }
    }
    return false;
}

static void add_item(struct placer *placer, struct dm_workload_id workload, uint32_t pod,
                     const struct dm_schedule *schedule)
{
    bool *allowed = DM_NEW_ARRAY(placer->arena, placer->bins.n + 1, bool);
    bool at_most = placer->pods_asked == DM_PLACE_MOST && schedule->most_replicas;
    int32_t count = at_most ? schedule->most_replicas : schedule->replicas;
    struct dm_pack_item item = { .count = (uint32_t)count, .allowed = allowed };
    struct dm_place_pod place = { workload, pod };

    if (!allowed) {
        placer->out_of_memory = true;
        return;
    }
    for (size_t b = 0; b < placer->bins.n; b++) {
        allowed[b] =
            dm_schedule_allows(schedule, dm_node_get(placer->model, placer->kinds.items[b]));
    }
    set_need(placer, schedule, item.need);
    placer->out_of_memory |= !DM_VEC_PUSH(placer->arena, &placer->items, item)
                             || !DM_VEC_PUSH(placer->arena, &placer->pods, place);
    if (schedule->zonal_volume && schedule->replicas > 0 && !placer->stuck
        && may_be_in_dead_zone(placer, schedule)) {
        placer->stuck = placer->items.n;
    }
}

static void add_pod(struct placer *placer, struct dm_workload_id workload, uint32_t pod)
{
    const struct dm_schedule *schedule =
        dm_workload_get(placer->model, workload)->pods[pod].schedule;

    if (!schedule) {
        leave_open_why(placer, "nothing is said of what some pods need");
        return;
    }
    if (schedule->unknown.v) {
        leave_open(placer, "where some pods may be is not understood", schedule->unknown);
    }
    if (schedule->replicas < 0) {
        take_share(placer, schedule);
    } else {
        add_item(placer, workload, pod, schedule);
    }
}

static void add_pods(struct placer *placer)
{
    const struct dm_model *model = placer->model;

    for (uint32_t v = 1; v <= model->n_workloads && !placer->out_of_memory; v++) {
        struct dm_workload_id id = { v };
        const struct dm_workload *workload = dm_workload_get(model, id);

        if (dm_namespace_get(model, workload->namespace)->cluster.v != placer->cluster.v) {
            continue;
        }
        for (size_t i = 0; i < workload->n_pods; i++) {
            add_pod(placer, id, (uint32_t)i);
        }
    }
}

/* ---- where pods are kept apart or together ---- */

/* Whether a rule of 'from' that selects pods so is about those of 'item'. */
static bool is_about(const struct placer *placer, size_t from, size_t item,
                     const struct dm_selector *selector, const struct dm_selector *namespaces)
{
    const struct dm_model *model = placer->model;
    struct dm_namespace_id own =
        dm_workload_get(model, placer->pods.items[from].workload)->namespace;
    struct dm_namespace_id other =
        dm_workload_get(model, placer->pods.items[item].workload)->namespace;

    return (namespaces ? dm_selector_matches(namespaces, &dm_namespace_get(model, other)->labels)
                       : own.v == other.v)
           && dm_selector_matches(selector, &pod_of(placer, item)->labels);
}

/* Of several kinds of pods the skew is over all of them: that is not followed. */
static void add_spread(struct placer *placer, size_t i, const struct dm_spread *spread)
{
    struct dm_pack_item *item = &placer->items.items[i];

    if (!spread->is_required) {
        return;
    }
    if (strcmp(spread->topology_key, zone_key) != 0) {
        leave_open_why(placer, "pods are to be spread over something else than zones");
        return;
    }
    for (size_t other = 0; other < placer->items.n; other++) {
        if ((other == i) != is_about(placer, i, other, spread->selector, NULL)) {
            leave_open_why(placer, "pods of several workloads are to be spread together");
            return;
        }
    }
    item->spread =
        item->spread && item->spread < spread->max_skew ? item->spread : spread->max_skew;
}

static void add_affinity(struct placer *placer, size_t i, const struct dm_pod_affinity *affinity,
                         struct dm_pack_bond *bonds, size_t *n)
{
    bool by_zone = strcmp(affinity->topology_key, zone_key) == 0;
    size_t begin = *n;

    if (!affinity->is_required) {
        return;
    }
    if (!by_zone && strcmp(affinity->topology_key, node_key) != 0) {
        leave_open_why(placer, "pods are to be apart or together by something else than nodes or "
                               "zones");
        return;
    }
    for (size_t other = 0; other < placer->items.n; other++) {
        if (is_about(placer, i, other, affinity->selector, affinity->namespace_selector)) {
            bonds[(*n)++] = (struct dm_pack_bond){ (uint32_t)other, affinity->is_anti, by_zone };
        }
    }
    if (!affinity->is_anti && *n != begin + 1) {
        /* One of several is enough, and none is never there. */
        *n = begin;
        leave_open_why(placer, "pods are to be together with any of several workloads");
    }
}

/* Whether both kinds of pods are on the network of their node and listen on one port there. */
static bool share_port(const struct dm_pod *a, const struct dm_pod *b)
{
    for (size_t i = 0; a->host_network && b->host_network && i < a->n_ports; i++) {
        for (size_t j = 0; j < b->n_ports; j++) {
            if (a->ports[i].protocol == b->ports[j].protocol
                && a->ports[i].port == b->ports[j].port) {
                return true;
            }
        }
    }
    return false;
}

/* Of those that take one port of a node there is room for one on each [K8S-24]. */
static void keep_ports_apart(const struct placer *placer, size_t i, struct dm_pack_bond *bonds,
                             size_t *n)
{
    for (size_t other = 0; other < placer->items.n; other++) {
        if (share_port(pod_of(placer, i), pod_of(placer, other))) {
            bonds[(*n)++] = (struct dm_pack_bond){ (uint32_t)other, true, false };
        }
    }
}

static void add_bonds(struct placer *placer)
{
    for (size_t i = 0; i < placer->items.n && !placer->out_of_memory; i++) {
        const struct dm_schedule *schedule = pod_of(placer, i)->schedule;
        struct dm_pack_bond *bonds = DM_NEW_ARRAY(
            placer->arena, placer->items.n * (schedule->n_affinities + 1) + 1, struct dm_pack_bond);
        size_t n = 0;

        if (!bonds) {
            placer->out_of_memory = true;
            return;
        }
        for (size_t j = 0; j < schedule->n_spreads; j++) {
            add_spread(placer, i, &schedule->spreads[j]);
        }
        for (size_t j = 0; j < schedule->n_affinities; j++) {
            add_affinity(placer, i, &schedule->affinities[j], bonds, &n);
        }
        keep_ports_apart(placer, i, bonds, &n);
        placer->items.items[i].bonds = bonds;
        placer->items.items[i].n_bonds = n;
    }
}

bool dm_place(struct dm_arena *arena, const struct dm_model *model, struct dm_alive *alive,
              struct dm_cluster_id cluster, enum dm_place_nodes nodes, enum dm_place_pods pods,
              struct dm_placement *ret_placement)
{
    struct placer placer = { .arena = arena,
                             .model = model,
                             .alive = alive,
                             .cluster = cluster,
                             .nodes = nodes,
                             .pods_asked = pods };
    struct dm_placement placement;

    add_nodes(&placer);
    add_pods(&placer);
    add_bonds(&placer);
    placement = (struct dm_placement){ .packing = { placer.bins.items, placer.bins.n,
                                                    placer.items.items, placer.items.n },
                                       .pods = placer.pods.items,
                                       .nodes = placer.kinds.items };
    if (placer.out_of_memory || !dm_pack(arena, &placement.packing, &placement.answer)) {
        return false;
    }
    if (placement.answer.verdict != DM_PACK_SHORT && placer.stuck) {
        placement.answer =
            (struct dm_pack_answer){ .verdict = DM_PACK_SHORT, .item = placer.stuck - 1 };
        placement.by_volume = true;
    } else if (placement.answer.verdict == DM_PACK_FITS && placer.open_why) {
        placement.answer.verdict = DM_PACK_OPEN;
    }
    if (placement.answer.verdict == DM_PACK_OPEN) {
        placement.open_why =
            placer.open_why ? placer.open_why : "no placement was found, and no bound excludes one";
        placement.unknown = placer.unknown;
    }
    *ret_placement = placement;
    return true;
}
