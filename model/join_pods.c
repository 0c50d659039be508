/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pods and Services of manifests, once nodes are hosts of the network.
 *
 * A pod that runs stands where its status says, with the address that it has there.  Where the
 * input shows none of a workload, one stands on each node that the scheduler may choose, as in
 * designs, with an address of the pool that the node uses; what no pool gives has none, and such
 * pods are named: a Service that selects them may send to more than is known.  A Service has the
 * cluster address and the ports of nodes that it says, or else such as the cluster would choose.
 */
#include <string.h>

#include "model/base/str.h"
#include "model/join_private.h"

static const char no_node_object[] =
    "on which node it runs is not known: the Node objects, with spec.providerID, are not all in "
    "the input";
static const char no_pool[] =
    "what gives it an address is not in the input: an IPPool or Installation of Calico, the "
    "DaemonSet aws-node, or the pods as they run";

static const char not_of_node[] =
    "no interface of its node has its address: the network and the pods were not read at one time";

static const char not_of_pool[] = "no IPPool of the input has its address";

static const char open_labels[] =
    "whether it may be on a node is a matter of labels that no Node object of the input shows";

static const char no_address[] =
    "no address is left in the subnet of a node that it may be on, with one pod of each workload "
    "there";

static const char own_groups[] = "pods may have interfaces or groups of their own, by custom "
                                 "networking or a SecurityGroupPolicy, "
                                 "and which ones it gets is not known";

static const char on_stray[] = "it may be on a node that is not joined with the network";

static const char no_nodes[] = "no node of its cluster is in the input";

static const char on_none[] = "none of the nodes in the input is one that it may be on";

/* ---- where they stand ---- */

struct dm_node_id dm_join_seat(const struct dm_builder *builder, struct dm_cluster_id cluster,
                               const struct dm_pod_seat *seat)
{
    if (seat->node.v) {
        return seat->node;
    }
    for (uint32_t i = 0; !dm_addr_is_none(seat->host_address) && i < builder->nodes.n; i++) {
        const struct dm_node *node = &builder->nodes.items[i];

        if (node->cluster.v == cluster.v && node->interface.v
            && dm_addr_equal(builder->interfaces.items[node->interface.v - 1].addresses[0].address,
                             seat->host_address)) {
            return (struct dm_node_id){ i + 1 };
        }
    }
    return (struct dm_node_id){ 0 };
}

static bool has_host(const struct dm_standing *standing, struct dm_node_id node)
{
    return node.v && standing->joining->builder->nodes.items[node.v - 1].interface.v;
}

/* The index of a node among those that have a host; nodes are in order of their handles. */
static size_t index_of(const struct dm_standing *standing, struct dm_node_id node)
{
    size_t i = 0;

    while (i < standing->nodes.n && standing->nodes.items[i].v != node.v) {
        i++;
    }
    return i;
}

static struct dm_workload *workload_at(const struct dm_standing *standing, struct dm_workload_id id)
{
    return &standing->joining->builder->workloads.items[id.v - 1];
}

static void count_left_out(struct dm_standing *standing, const struct dm_object *object,
                           const char *why)
{
    size_t i = 0;

    while (i < standing->n_left_out && standing->left_out[i].why != why) {
        i++;
    }
    if (i == standing->n_left_out) {
        DM_ASSERT(i < sizeof standing->left_out / sizeof *standing->left_out);
        standing->left_out[standing->n_left_out++] = (struct dm_left_out){ why, object, 0 };
    }
    standing->left_out[i].n++;
}

/* One for each reason: there may be thousands. */
static void tell_left_out(const struct dm_standing *standing)
{
    struct dm_diags *diags = standing->joining->diags;

    for (size_t i = 0; i < standing->n_left_out; i++) {
        const struct dm_left_out *item = &standing->left_out[i];
        struct dm_diag *diag = dm_diags_add(diags, DM_SEV_WARNING, item->first->origin,
                                            "pod `%s` is not joined with the network: %s",
                                            item->first->name, item->why);

        if (item->n > 1) {
            dm_diag_help(diags, diag, "nor are %zu more, which `demarc dump model` names",
                         item->n - 1);
        }
    }
}

/* Where some of these pods are is not known: those who send to them must know. */
static void leave_out(struct dm_standing *standing, struct dm_workload_id id, uint32_t index,
                      const struct dm_object *object, const char *why)
{
    struct dm_builder *builder = standing->joining->builder;
    struct dm_workload *workload = workload_at(standing, id);
    struct dm_unknown_id unknown = dm_join_unknown(standing->joining, object, "pod", why);
    struct dm_pod *pods;

    count_left_out(standing, object, why);
    if (workload->pods[index].unplaced.v) {
        return;
    }
    pods = DM_NEW_ARRAY(builder->arena, workload->n_pods, struct dm_pod);
    if (!pods) {
        builder->failed = true;
        return;
    }
    memcpy(pods, workload->pods, workload->n_pods * sizeof *pods);
    pods[index].unplaced = unknown;
    workload->pods = pods;
}

/* A pod of the workload on that node; the address none: it is to get one. */
static void stand(struct dm_standing *standing, const struct dm_object *object,
                  struct dm_workload_id workload, uint32_t pod, struct dm_node_id node,
                  struct dm_addr address)
{
    struct dm_builder *builder = standing->joining->builder;
    struct dm_interface_id *interfaces = DM_NEW(builder->arena, struct dm_interface_id);
    struct dm_host host = {
        .object = *object, .interfaces = interfaces, .n_interfaces = 1, .running = true
    };
    struct dm_interface interface = {
        .object = { .name = dm_sprintf(builder->arena, "%s.pod", object->name),
                    .origin = object->origin },
        .kind = DM_INTERFACE_POD,
        .node = node,
        .workload = workload,
        .pod = pod,
    };

    if (!interfaces || !interface.object.name) {
        builder->failed = true;
        return;
    }
    if (standing->is_of_vpc && dm_addr_is_none(address)) {
        address = dm_join_next_in_vpc(standing, node, &interface.carrier);
        if (dm_addr_is_none(address)) {
            leave_out(standing, workload, pod, &workload_at(standing, workload)->object,
                      no_address);
            return;
        }
    } else if (standing->is_of_vpc) {
        interface.carrier = dm_join_carrier(standing, address);
    }
    interface.host = dm_builder_add_host(builder, &host);
    *interfaces = dm_builder_add_interface(builder, &interface);
    if (dm_addr_is_none(address)) {
        builder->failed |=
            !DM_VEC_PUSH(builder->arena, &standing->waiting,
                         (struct dm_unaddressed){ *interfaces, index_of(standing, node) });
    } else {
        builder->failed |= !dm_give_address(builder->arena, builder, *interfaces, address);
    }
}

/* "shop/web.ip-10-0-1-4", or with its kind where another is called so. */
static const char *name_on(const struct dm_standing *standing, const struct dm_workload *workload,
                           uint32_t index, const struct dm_node *node)
{
    struct dm_builder *builder = standing->joining->builder;
    const char *bracket = strrchr(workload->object.name, '[');
    int length = bracket ? (int)(bracket - workload->object.name) : 0;
    const char *at = node->short_name ? node->short_name : node->object.name;
    const char *name =
        index == 0 ? dm_sprintf(builder->arena, "%.*s.%s", length, workload->object.name, at)
                   : dm_sprintf(builder->arena, "%.*s-%u.%s", length, workload->object.name,
                                index + 1, at);

    if (name && dm_builder_find(builder, DM_KIND_host, name).v) {
        name = dm_sprintf(builder->arena, "%s-%u.%s", workload->object.name, index + 1, at);
    }
    builder->failed |= !name;
    return name;
}

/* What keeps it from being known on which nodes such a pod may be; NULL: nothing does. */
static const char *why_not_known(const struct dm_standing *standing,
                                 const struct dm_schedule *schedule)
{
    const struct dm_builder *builder = standing->joining->builder;
    /* One on each node that it is for may be for none of these. */
    const char *why = schedule && schedule->replicas < 0 ? NULL : on_none;
    bool is_on_stray = false;

    if (!standing->nodes.n) {
        return no_nodes;
    }

    for (size_t i = 0; i < builder->nodes.n; i++) {
        const struct dm_node *node = &builder->nodes.items[i];
        bool is_allowed = node->cluster.v == standing->id.v && dm_schedule_allows(schedule, node);

        if (node->cluster.v == standing->id.v && dm_schedule_is_open(schedule, node)) {
            return open_labels;
        }
        is_on_stray = is_on_stray || (is_allowed && !node->interface.v);
        why = is_allowed ? NULL : why;
    }
    return is_on_stray ? on_stray : why;
}

static void stand_anywhere(struct dm_standing *standing, struct dm_workload_id id, uint32_t index)
{
    struct dm_builder *builder = standing->joining->builder;

    if (!standing->gives_addresses) {
        leave_out(standing, id, index, &workload_at(standing, id)->object,
                  standing->is_of_vpc ? own_groups : no_pool);
        return;
    }
    for (size_t i = 0; i < standing->nodes.n && !builder->failed; i++) {
        const struct dm_workload *workload = workload_at(standing, id);
        const struct dm_node *node = &builder->nodes.items[standing->nodes.items[i].v - 1];
        struct dm_object object = { .origin = workload->object.origin };

        if (dm_schedule_allows(workload->pods[index].schedule, node)) {
            object.name = name_on(standing, workload, index, node);
            if (object.name) {
                stand(standing, &object, id, index, standing->nodes.items[i],
                      (struct dm_addr){ 0 });
            }
        }
    }
}

bool dm_join_has_pool(const struct dm_standing *standing, struct dm_addr address)
{
    const struct dm_builder *builder = standing->joining->builder;

    for (size_t i = 0; i < builder->ip_pools.n; i++) {
        if (builder->ip_pools.items[i].cluster.v == standing->id.v
            && dm_prefix_has(builder->ip_pools.items[i].prefix, address)) {
            return true;
        }
    }
    return false;
}

static void stand_at(struct dm_standing *standing, struct dm_workload_id id, uint32_t index,
                     const struct dm_pod_seat *seat)
{
    struct dm_node_id node = dm_join_seat(standing->joining->builder, standing->id, seat);
    struct dm_interface_id carrier = { 0 };

    if (standing->is_of_vpc && !dm_addr_is_none(seat->address)) {
        carrier = dm_join_carrier(standing, seat->address);
    }
    if (!node.v && carrier.v) {
        node = standing->joining->builder->interfaces.items[carrier.v - 1].node;
    }
    if (!has_host(standing, node)) {
        leave_out(standing, id, index, &seat->object, no_node_object);
    } else if (dm_addr_is_none(seat->address) && !standing->gives_addresses) {
        leave_out(standing, id, index, &seat->object, standing->is_of_vpc ? own_groups : no_pool);
    } else if (standing->is_of_vpc && !dm_addr_is_none(seat->address)
               && (!carrier.v
                   || standing->joining->builder->interfaces.items[carrier.v - 1].node.v
                          != node.v)) {
        leave_out(standing, id, index, &seat->object, not_of_node);
    } else if (standing->has_pools && !dm_addr_is_none(seat->address)
               && !dm_join_has_pool(standing, seat->address)) {
        leave_out(standing, id, index, &seat->object, not_of_pool);
    } else {
        stand(standing, &seat->object, id, index, node, seat->address);
    }
}

/* ---- which addresses ---- */

/* The pool that a node takes addresses from: the first that is for it. */
static const struct dm_ip_pool *pool_of(const struct dm_standing *standing,
                                        const struct dm_node *node)
{
    const struct dm_builder *builder = standing->joining->builder;

    for (size_t i = 0; i < builder->ip_pools.n; i++) {
        const struct dm_ip_pool *pool = &builder->ip_pools.items[i];

        if (pool->cluster.v == standing->id.v && !pool->disabled
            && pool->prefix.addr.family == DM_FAMILY_IPV4
            && dm_selector_matches(pool->nodes, &node->labels)) {
            return pool;
        }
    }
    return NULL;
}

/* Those that wait on nodes of that pool. */
static void address_from(struct dm_standing *standing, const struct dm_ip_pool *pool)
{
    struct dm_builder *builder = standing->joining->builder;
    DM_VEC(struct dm_unaddressed) pods = { 0 };
    enum dm_addressed said;

    for (size_t i = 0; i < standing->waiting.n; i++) {
        size_t node = standing->waiting.items[i].node;

        if (pool_of(standing, &builder->nodes.items[standing->nodes.items[node].v - 1]) == pool) {
            builder->failed |= !DM_VEC_PUSH(builder->arena, &pods, standing->waiting.items[i]);
        }
    }
    if (builder->failed || !pods.n) {
        return;
    }
    said = dm_address_pods(builder->arena, builder, pool->prefix, pool->block_bits,
                           standing->nodes.n, pods.items, pods.n, &standing->taken);
    builder->failed |= said == DM_ADDRESSING_FAILED;
    if (said == DM_POOL_IS_FULL) {
        dm_diags_add(standing->joining->diags, DM_SEV_ERROR, pool->object.origin,
                     "pool `%s` has no block left for all nodes", pool->object.name);
    }
}

static void address_pods(struct dm_standing *standing)
{
    const struct dm_builder *builder = standing->joining->builder;

    for (size_t i = 0; i < builder->ip_pools.n && standing->waiting.n; i++) {
        if (builder->ip_pools.items[i].cluster.v == standing->id.v) {
            address_from(standing, &builder->ip_pools.items[i]);
        }
    }
}

static bool has_pools(const struct dm_standing *standing)
{
    const struct dm_builder *builder = standing->joining->builder;

    for (size_t i = 0; i < standing->nodes.n; i++) {
        if (!pool_of(standing, &builder->nodes.items[standing->nodes.items[i].v - 1])) {
            return false;
        }
    }
    return true;
}

static void take(struct dm_standing *standing, struct dm_addr address)
{
    char text[DM_ADDR_TEXT_SIZE];

    if (!dm_addr_is_none(address)) {
        standing->joining->builder->failed |=
            !dm_map_add(&standing->taken, dm_addr_text(address, text), NULL);
    }
}

static bool is_of_cluster(const struct dm_standing *standing, struct dm_namespace_id namespace)
{
    return standing->joining->builder->namespaces.items[namespace.v - 1].cluster.v
           == standing->id.v;
}

/* What pods and Services have already. */
static void take_addresses(struct dm_standing *standing)
{
    const struct dm_builder *builder = standing->joining->builder;

    for (size_t i = 0; i < builder->workloads.n; i++) {
        const struct dm_workload *workload = &builder->workloads.items[i];

        for (size_t j = 0; is_of_cluster(standing, workload->namespace) && j < workload->n_pods;
             j++) {
            for (size_t s = 0; s < workload->pods[j].n_seats; s++) {
                take(standing, workload->pods[j].seats[s].address);
            }
        }
    }
    for (size_t i = 0; i < builder->interfaces.n; i++) {
        const struct dm_interface *item = &builder->interfaces.items[i];

        if (item->kind == DM_INTERFACE_POD && item->n_addresses
            && builder->nodes.items[item->node.v - 1].cluster.v == standing->id.v) {
            take(standing, item->addresses[0].address);
        }
    }
    for (size_t i = 0; i < builder->kube_services.n; i++) {
        if (is_of_cluster(standing, builder->kube_services.items[i].namespace)) {
            take(standing, builder->kube_services.items[i].cluster_ip);
        }
    }
}

/* ---- pods of a cluster ---- */

/* As what is switched off, or a ReplicaSet that another one replaced. */
static bool asks_for_none(const struct dm_schedule *schedule)
{
    return schedule && schedule->replicas == 0 && schedule->most_replicas == 0;
}

static void stand_workload(struct dm_standing *standing, struct dm_workload_id id)
{
    for (uint32_t i = 0; i < workload_at(standing, id)->n_pods; i++) {
        const struct dm_pod *pod = &workload_at(standing, id)->pods[i];
        const struct dm_pod_seat *seats = pod->seats;
        size_t n = pod->n_seats;

        bool is_on_node = pod->host_network; /* asked for at its node's address */

        if (!n && asks_for_none(pod->schedule)) {
            continue;
        }

        for (size_t j = 0; j < n; j++) {
            if (!is_on_node) {
                stand_at(standing, id, i, &seats[j]);
            } else if (!has_host(standing, dm_join_seat(standing->joining->builder, standing->id,
                                                        &seats[j]))) {
                leave_out(standing, id, i, &seats[j].object, no_node_object);
            }
        }
        if (!n && why_not_known(standing, pod->schedule)) {
            leave_out(standing, id, i, &workload_at(standing, id)->object,
                      why_not_known(standing, pod->schedule));
        }
        if (!n && !is_on_node && standing->nodes.n) {
            stand_anywhere(standing, id, i);
        }
    }
}

static void list_nodes(struct dm_standing *standing)
{
    struct dm_builder *builder = standing->joining->builder;

    for (uint32_t i = 0; i < builder->nodes.n; i++) {
        if (builder->nodes.items[i].cluster.v == standing->id.v
            && builder->nodes.items[i].interface.v) {
            builder->failed |=
                !DM_VEC_PUSH(builder->arena, &standing->nodes, (struct dm_node_id){ i + 1 });
        }
    }
}

/* Which addresses pods have, or get. */
static void settle_addresses(struct dm_standing *standing)
{
    struct dm_builder *builder = standing->joining->builder;
    struct dm_cluster *cluster = &builder->clusters.items[standing->id.v - 1];

    take_addresses(standing);
    dm_join_index_vpc(standing);
    if (cluster->cni == DM_CNI_NOT_KNOWN) {
        cluster->cni = dm_join_is_of_vpc(standing) ? DM_CNI_VPC
                       : has_pools(standing)       ? DM_CNI_CALICO
                                                   : DM_CNI_NOT_KNOWN;
    }
    standing->is_of_vpc = cluster->cni == DM_CNI_VPC;
    standing->gives_addresses = (standing->is_of_vpc && !cluster->has_own_groups)
                                || (cluster->cni == DM_CNI_CALICO && has_pools(standing));
    standing->has_pools = cluster->cni == DM_CNI_CALICO && has_pools(standing);
    if (standing->is_of_vpc) {
        dm_join_take_interfaces(standing);
    }
}

static void stand_pods(struct dm_standing *standing)
{
    struct dm_builder *builder = standing->joining->builder;

    list_nodes(standing);
    if (standing->nodes.n && !builder->failed) {
        settle_addresses(standing);
    }
    for (uint32_t i = 1; i <= builder->workloads.n && !builder->failed; i++) {
        const struct dm_workload *workload = &builder->workloads.items[i - 1];

        if (workload->is_loose && is_of_cluster(standing, workload->namespace)) {
            stand_workload(standing, (struct dm_workload_id){ i });
        }
    }
    tell_left_out(standing);
    if (!standing->is_of_vpc) {
        address_pods(standing);
    }
}

enum dm_status dm_join_pods(struct dm_joining *joining, struct dm_err *err)
{
    struct dm_builder *builder = joining->builder;

    for (uint32_t i = 1; i <= builder->clusters.n && !builder->failed; i++) {
        struct dm_standing standing = { .joining = joining, .id = { i } };

        if (builder->clusters.items[i - 1].vpc.v) {
            dm_map_init(&standing.taken, builder->arena);
            stand_pods(&standing);
            dm_join_services(&standing);
        }
    }
    return builder->failed ? DM_FAIL_NOMEM(err) : DM_OK;
}
