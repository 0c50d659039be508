/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Load balancers of Kubernetes in the build: each is one that was in the input, or is made.
 */
#include <string.h>

#include "model/balancer_private.h"
#include "model/base/str.h"

void dm_made_refuse(struct dm_made *made, const char *why)
{
    made->builder->failed |= !why;
    if (!made->refused) {
        made->refused = why;
    }
}

void dm_made_doubt(struct dm_made *made, const char *what, const char *why)
{
    const struct dm_object *of = &made->of.object;
    struct dm_unknown unknown = { .object = { .name = dm_sprintf(made->builder->arena, "%s of %s",
                                                                 what, of->name),
                                              .pointer = of->pointer,
                                              .origin = of->origin },
                                  .why = why };
    struct dm_ref known;

    if (!unknown.object.name || !why) {
        made->builder->failed = true;
        return;
    }
    known = dm_builder_find(made->builder, DM_KIND_unknown, unknown.object.name);
    if (!known.v) {
        known.v = dm_builder_add_unknown(made->builder, &unknown).v;
    }
    if (!made->unknown.v) {
        made->unknown.v = known.v;
    }
}

/* ---- the names of clusters in tags ---- */

static const char cluster_tag[] = "kubernetes.io/cluster/";

static bool names(const struct dm_tags *tags, const char *cluster)
{
    for (size_t i = 0; i < tags->n; i++) {
        const char *key = tags->items[i].key;

        if (dm_str_starts(key, cluster_tag) && strcmp(key + sizeof cluster_tag - 1, cluster) == 0) {
            return true;
        }
    }
    return false;
}

const char *dm_made_cluster_name(const struct dm_made *made)
{
    const struct dm_builder *builder = made->builder;
    const char *name = builder->clusters.items[made->of.cluster.v - 1].object.name;

    for (size_t i = 0; i < builder->subnets.n; i++) {
        if (builder->subnets.items[i].vpc.v == made->vpc.v
            && names(&builder->subnets.items[i].tags, name)) {
            return name;
        }
    }
    for (size_t i = 0; i < builder->groups.n; i++) {
        if (builder->groups.items[i].vpc.v == made->vpc.v
            && names(&builder->groups.items[i].tags, name)) {
            return name;
        }
    }
    return NULL;
}

/* Where the cluster's name is not known any cluster is taken to be it. */
enum dm_of_cluster dm_made_of_cluster(const char *cluster, const struct dm_tags *tags)
{
    enum dm_of_cluster found = DM_OF_NO_CLUSTER;

    for (size_t i = 0; i < tags->n; i++) {
        const char *key = tags->items[i].key;

        if (!dm_str_starts(key, cluster_tag)) {
            continue;
        }
        if (!cluster || strcmp(key + sizeof cluster_tag - 1, cluster) == 0) {
            return DM_OF_THIS_CLUSTER;
        }
        found = DM_OF_OTHERS;
    }
    return found;
}

/* ---- those that are there ---- */

/* Names of DNS, in whatever letters. */
static bool same_name(const char *a, const char *b)
{
    size_t i = 0;

    if (!a || !b) {
        return false;
    }
    for (; a[i] && b[i]; i++) {
        char x = a[i] >= 'A' && a[i] <= 'Z' ? (char)(a[i] - 'A' + 'a') : a[i];
        char y = b[i] >= 'A' && b[i] <= 'Z' ? (char)(b[i] - 'A' + 'a') : b[i];

        if (x != y) {
            return false;
        }
    }
    return a[i] == b[i];
}

static bool has_its_tags(const struct dm_made *made, const struct dm_balancer *balancer)
{
    const char *own = made->builder->clusters.items[made->of.cluster.v - 1].object.name;
    const char *cluster = dm_tags_value(&balancer->tags, "elbv2.k8s.aws/cluster");
    const char *stack =
        dm_tags_value(&balancer->tags, made->of.kind == DM_KUBE_ALB ? "ingress.k8s.aws/stack"
                                                                    : "service.k8s.aws/stack");

    return cluster && stack && made->of.stack && strcmp(stack, made->of.stack) == 0
           && balancer->vpc.v == made->vpc.v
           && (made->builder->clusters.n == 1 || strcmp(cluster, own) == 0);
}

static struct dm_balancer_id find(const struct dm_made *made)
{
    const struct dm_builder *builder = made->builder;

    for (uint32_t v = 1; v <= builder->balancers.n; v++) {
        const struct dm_balancer *balancer = &builder->balancers.items[v - 1];

        if (!balancer->made_of.v
            && (same_name(balancer->dns_name, made->of.dns_name) || has_its_tags(made, balancer))) {
            return (struct dm_balancer_id){ v };
        }
    }
    return (struct dm_balancer_id){ 0 };
}

/* ---- what manifests say otherwise ---- */

static void say(const struct dm_made *made, const struct dm_balancer *balancer, const char *how)
{
    struct dm_diag *diag;

    if (!how) {
        made->builder->failed = true;
        return;
    }
    diag = dm_diags_add(made->all->diags, DM_SEV_WARNING, made->of.object.origin,
                        "`%s` is `%s`, %s", made->of.object.name, balancer->object.name, how);
    dm_diag_label(made->all->diags, diag, balancer->object.origin, "as it is described");
    dm_diag_help(made->all->diags, diag,
                 "what is described counts: the manifests are planned, or not yet applied");
}

static bool is_public(const struct dm_builder *builder, uint32_t balancer)
{
    for (size_t i = 0; i < builder->interfaces.n; i++) {
        const struct dm_interface *item = &builder->interfaces.items[i];

        if (item->balancer.v == balancer && item->n_addresses
            && !dm_addr_is_none(item->addresses[0].public_address)) {
            return true;
        }
    }
    return false;
}

static bool listens(const struct dm_balancer *balancer, const struct dm_kube_listener *wanted)
{
    int16_t protocol = strcmp(wanted->protocol, "UDP") == 0 ? DM_PROTO_UDP : DM_PROTO_TCP;

    for (size_t i = 0; i < balancer->n_listeners; i++) {
        const struct dm_match *match = &balancer->listeners[i].match;

        if (balancer->listeners[i].unknown.v
            || (match->protocol == protocol && match->port_first <= wanted->port
                && match->port_last >= wanted->port)) {
            return true;
        }
    }
    return false;
}

static bool wants(const struct dm_kube_balancer *of, const struct dm_match *match)
{
    for (size_t i = 0; i < of->n_listeners; i++) {
        if (of->listeners[i].port == match->port_first) {
            return true;
        }
    }
    return false;
}

/* Whether a node of the balancer is in the group, by its id or its Name tag. */
static bool is_in(const struct dm_builder *builder, uint32_t balancer, const char *word)
{
    for (size_t i = 0; i < builder->interfaces.n; i++) {
        const struct dm_interface *item = &builder->interfaces.items[i];

        for (size_t j = 0; item->balancer.v == balancer && j < item->n_groups; j++) {
            const struct dm_object *group = &builder->groups.items[item->groups[j].v - 1].object;

            if (strcmp(group->name, word) == 0 || dm_str_equal(group->label, word)) {
                return true;
            }
        }
    }
    return false;
}

static void compare(const struct dm_made *made, struct dm_balancer_id id)
{
    const struct dm_builder *builder = made->builder;
    const struct dm_balancer *balancer = &builder->balancers.items[id.v - 1];
    const struct dm_kube_balancer *of = &made->of;

    if (is_public(builder, id.v) != of->is_internet_facing) {
        say(made, balancer,
            of->is_internet_facing ? "which is internal, and is to face the internet"
                                   : "which faces the internet, and is to be internal");
    }
    if (balancer->is_classic || balancer->is_application != (of->kind == DM_KUBE_ALB)) {
        say(made, balancer, "which is of another kind");
    }
    for (size_t i = 0; i < of->n_groups; i++) {
        if (!is_in(builder, id.v, of->groups[i])) {
            say(made, balancer,
                dm_sprintf(builder->arena, "which is not in security group `%s`", of->groups[i]));
        }
    }
    for (size_t i = 0; i < of->n_listeners && !balancer->unknown.v; i++) {
        if (!listens(balancer, &of->listeners[i])) {
            say(made, balancer,
                dm_sprintf(builder->arena, "which does not listen on %s %u",
                           of->listeners[i].protocol, of->listeners[i].port));
        }
    }
    for (size_t i = 0; i < balancer->n_listeners; i++) {
        const struct dm_listener *listener = &balancer->listeners[i];

        if (!listener->unknown.v && !wants(of, &listener->match)) {
            say(made, balancer,
                dm_sprintf(builder->arena, "which listens on port %u, as no manifest says",
                           listener->match.port_first));
        }
    }
}

/* ---- those that are made ---- */

static struct dm_balancer_id make(struct dm_made *made, struct dm_kube_balancer_id id)
{
    struct dm_balancer balancer = {
        .object = made->of.object,
        .vpc = made->vpc,
        .is_application = made->of.kind == DM_KUBE_ALB,
        .cross_zone = made->of.crosses_zones,
        .made_of = id,
    };
    struct dm_balancer_id result;

    dm_made_choose_subnets(made);
    dm_made_find_groups(made);
    if (made->refused || made->builder->failed) {
        return (struct dm_balancer_id){ 0 };
    }
    dm_made_add_groups(made);
    dm_made_add_listeners(made);
    balancer.listeners = made->listeners;
    balancer.n_listeners = made->n_listeners;
    balancer.unknown = made->unknown;
    result = dm_builder_add_balancer(made->builder, &balancer);
    dm_made_add_nodes(made, result);
    return result;
}

static void settle(struct dm_balancing_all *all, struct dm_kube_balancer_id id)
{
    struct dm_made made = { .all = all,
                            .builder = all->builder,
                            .of = all->builder->kube_balancers.items[id.v - 1] };
    struct dm_kube_balancer *of;

    made.vpc = all->builder->clusters.items[made.of.cluster.v - 1].vpc;
    made.unknown = made.of.unknown;
    made.of.balancer = made.vpc.v ? find(&made) : made.of.balancer;
    made.of.is_found = made.of.balancer.v != 0;
    dm_made_look_at_targets(&made);
    if (made.of.is_found) {
        compare(&made, made.of.balancer);
    } else if (made.vpc.v) {
        made.of.balancer = make(&made, id);
    }
    of = &all->builder->kube_balancers.items[id.v - 1];
    of->balancer = made.of.balancer;
    of->is_found = made.of.is_found;
    of->refused = made.refused;
}

enum dm_status dm_model_settle_balancers(struct dm_builder *builder, struct dm_diags *diags,
                                         struct dm_err *err)
{
    struct dm_balancing_all all = { .builder = builder, .diags = diags };

    for (uint32_t v = 1; v <= builder->kube_balancers.n && !builder->failed; v++) {
        settle(&all, (struct dm_kube_balancer_id){ v });
    }
    dm_balancing_open(&all);
    return builder->failed ? DM_FAIL_NOMEM(err) : DM_OK;
}
