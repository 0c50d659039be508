/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Security groups of load balancers that are made, and what lets them in at their targets.
 *
 * Of its own a balancer has a group that lets in what it listens on from whom manifests say, unless
 * groups are named.  All balancers of a cluster whose rules the controller manages share one more;
 * the group of each target lets that one in, on the range from the least to the greatest port that
 * any of them sends to or asks for health on [EKS-52].  Where a target's interface has several
 * groups, it is the one with the cluster's tag; where not exactly one has it the controller adds no
 * rule [EKS-53].  Groups of designs have no tags: which one it is is then not known.
 */
#include <string.h>

#include "model/balancer_private.h"
#include "model/base/str.h"

static struct dm_group *group_at(const struct dm_builder *builder, uint32_t v)
{
    return &builder->groups.items[v - 1];
}

/* ---- groups that are named ---- */

void dm_made_find_groups(struct dm_made *made)
{
    struct dm_builder *builder = made->builder;

    for (size_t i = 0; i < made->of.n_groups; i++) {
        const char *word = made->of.groups[i];
        struct dm_group_id id = { 0 };

        for (uint32_t v = 1; v <= builder->groups.n && !id.v; v++) {
            const struct dm_group *group = group_at(builder, v);

            if (group->vpc.v == made->vpc.v && !group->is_made
                && (strcmp(group->object.name, word) == 0
                    || dm_str_equal(group->object.label, word))) {
                id.v = v;
            }
        }
        if (!id.v) {
            dm_made_refuse(made,
                           dm_sprintf(builder->arena, "its VPC has no security group `%s`", word));
        } else {
            builder->failed |= !DM_VEC_PUSH(builder->arena, &made->groups, id);
        }
    }
}

/* ---- groups that are made ---- */

/* Whoever makes a group gets one that lets all out. */
static struct dm_group_rule let_out(uint8_t family, struct dm_span origin)
{
    return (struct dm_group_rule){
        .egress = true,
        .peer_kind = DM_PEER_PREFIX,
        .match = DM_MATCH_ALL,
        .prefix = { { .family = family }, 0 },
        .is_made = true,
        .origin = origin,
    };
}

static struct dm_match match_of(const struct dm_kube_listener *listener)
{
    return (struct dm_match){ strcmp(listener->protocol, "UDP") == 0 ? DM_PROTO_UDP : DM_PROTO_TCP,
                              listener->port, listener->port, -1, -1 };
}

/* What the group of one balancer lets in on a listener. */
static size_t let_in(struct dm_made *made, const struct dm_kube_listener *listener,
                     struct dm_group_rule *rules)
{
    const struct dm_kube_balancer *of = &made->of;
    size_t n = 0;

    for (size_t i = 0; i < of->n_inbound; i++) {
        if (of->inbound[i].addr.family == DM_FAMILY_IPV4 || of->is_dual_stack) {
            rules[n++] = (struct dm_group_rule){ .peer_kind = DM_PEER_PREFIX,
                                                 .match = match_of(listener),
                                                 .prefix = of->inbound[i],
                                                 .is_made = true,
                                                 .origin = of->object.origin };
        }
    }
    for (size_t i = 0; i < of->n_lists; i++) {
        struct dm_ref list = dm_builder_find(made->builder, DM_KIND_prefix_list, of->lists[i]);
        struct dm_group_rule rule = { .peer_kind = DM_PEER_LIST,
                                      .match = match_of(listener),
                                      .peer = list.v,
                                      .is_made = true,
                                      .origin = of->object.origin };

        if (!list.v) {
            dm_made_doubt(made, "prefix lists", "one of them is not in the input");
            rule.peer_kind = DM_PEER_UNKNOWN;
            rule.peer = made->unknown.v;
        }
        rules[n++] = rule;
    }
    return n;
}

static struct dm_group_id add_front(struct dm_made *made)
{
    const struct dm_kube_balancer *of = &made->of;
    struct dm_builder *builder = made->builder;
    struct dm_group_rule *rules = DM_NEW_ARRAY(
        builder->arena, of->n_listeners * (of->n_inbound + of->n_lists) + 3, struct dm_group_rule);
    struct dm_group group = {
        .object = of->object, .vpc = made->vpc, .rules = rules, .is_made = true
    };

    group.object.name = dm_sprintf(builder->arena, "%s.front", of->object.name);
    if (!rules || !group.object.name) {
        builder->failed = true;
        return (struct dm_group_id){ 0 };
    }
    for (size_t i = 0; i < of->n_listeners; i++) {
        group.n_rules += let_in(made, &of->listeners[i], rules + group.n_rules);
    }
    if (made->unknown.v) { /* of a balancer that is not understood neither is whom it lets in */
        rules[group.n_rules++] = (struct dm_group_rule){ .peer_kind = DM_PEER_UNKNOWN,
                                                         .match = DM_MATCH_ALL,
                                                         .peer = made->unknown.v,
                                                         .is_made = true,
                                                         .origin = of->object.origin };
    }
    rules[group.n_rules++] = let_out(DM_FAMILY_IPV4, of->object.origin);
    rules[group.n_rules++] = let_out(DM_FAMILY_IPV6, of->object.origin);
    return dm_builder_add_group(builder, &group);
}

/* The one of the cluster, which the input may show. */
static struct dm_group_id find_shared(const struct dm_made *made)
{
    const struct dm_builder *builder = made->builder;
    const char *name = dm_made_cluster_name(made);

    for (size_t i = 0; i < made->all->shared.n; i++) {
        if (made->all->shared.items[i].cluster.v == made->of.cluster.v) {
            return made->all->shared.items[i].group;
        }
    }
    for (uint32_t v = 1; v <= builder->groups.n; v++) {
        const struct dm_group *group = group_at(builder, v);
        const char *cluster = dm_tags_value(&group->tags, "elbv2.k8s.aws/cluster");

        if (group->vpc.v == made->vpc.v && cluster && (!name || strcmp(cluster, name) == 0)
            && dm_str_equal(dm_tags_value(&group->tags, "elbv2.k8s.aws/resource"), "backend-sg")) {
            return (struct dm_group_id){ v };
        }
    }
    return (struct dm_group_id){ 0 };
}

static struct dm_group_id add_shared(struct dm_made *made)
{
    struct dm_builder *builder = made->builder;
    const struct dm_object *cluster = &builder->clusters.items[made->of.cluster.v - 1].object;
    struct dm_group_id id = find_shared(made);
    struct dm_group_rule *rules = DM_NEW_ARRAY(builder->arena, 2, struct dm_group_rule);
    struct dm_group group = { .object = { .name = dm_sprintf(builder->arena, "%s.balancers",
                                                             cluster->name),
                                          .origin = made->of.object.origin },
                              .vpc = made->vpc,
                              .rules = rules,
                              .n_rules = 2,
                              .is_made = true };

    if (!rules || !group.object.name) {
        builder->failed = true;
        return id;
    }
    rules[0] = let_out(DM_FAMILY_IPV4, group.object.origin);
    rules[1] = let_out(DM_FAMILY_IPV6, group.object.origin);
    if (!id.v) {
        id = dm_builder_add_group(builder, &group);
    }
    builder->failed |= !DM_VEC_PUSH(builder->arena, &made->all->shared,
                                    (struct dm_shared_group){ made->of.cluster, id });
    return id;
}

void dm_made_add_groups(struct dm_made *made)
{
    struct dm_builder *builder = made->builder;

    if (!made->of.n_groups) {
        builder->failed |= !DM_VEC_PUSH(builder->arena, &made->groups, add_front(made));
    }
    if (made->of.manages_rules) {
        made->shared = add_shared(made);
        builder->failed |= !DM_VEC_PUSH(builder->arena, &made->groups, made->shared);
    }
}

/* ---- rules of targets' groups ---- */

static void open_group(struct dm_made *made, const struct dm_opening *opening)
{
    struct dm_balancing_all *all = made->all;

    for (size_t i = 0; i < all->openings.n; i++) {
        struct dm_opening *known = &all->openings.items[i];

        if (known->to.v == opening->to.v && known->from.v == opening->from.v
            && known->unknown.v == opening->unknown.v && known->protocol == opening->protocol) {
            known->first = opening->first < known->first ? opening->first : known->first;
            known->last = opening->last > known->last ? opening->last : known->last;
            return;
        }
    }
    made->builder->failed |= !DM_VEC_PUSH(made->builder->arena, &all->openings, *opening);
}

/* The one of several groups that has the cluster's tag; 0: not exactly one has. */
static struct dm_group_id tagged(const struct dm_made *made, const struct dm_interface *interface)
{
    const char *cluster = dm_made_cluster_name(made);
    struct dm_group_id found = { 0 };

    for (size_t i = 0; i < interface->n_groups; i++) {
        const struct dm_group *group = group_at(made->builder, interface->groups[i].v);

        if (dm_made_of_cluster(cluster, &group->tags) == DM_OF_THIS_CLUSTER) {
            if (found.v) {
                return (struct dm_group_id){ 0 };
            }
            found = interface->groups[i];
        }
    }
    return found;
}

void dm_made_open(struct dm_made *made, struct dm_interface_id id, uint8_t protocol, uint16_t port)
{
    const struct dm_builder *builder = made->builder;
    struct dm_interface interface = builder->interfaces.items[id.v - 1];
    struct dm_opening opening = { .from = made->shared,
                                  .protocol = protocol,
                                  .first = port,
                                  .last = port,
                                  .origin = made->of.object.origin };
    bool is_designed = builder->vpcs.items[made->vpc.v - 1].role != NULL;

    if (!made->shared.v || !port || interface.n_groups == 0) {
        return;
    }
    opening.to = interface.n_groups == 1 ? interface.groups[0] : tagged(made, &interface);
    if (opening.to.v) {
        open_group(made, &opening);
        return;
    }
    if (is_designed) {
        struct dm_unknown_id before = made->unknown;

        made->unknown.v = 0;
        dm_made_doubt(made, "rules for targets",
                      "the nodes have several groups: which one the controller adds its rules to "
                      "is a matter of tags, which a design does not have");
        opening.from.v = 0;
        opening.unknown = made->unknown;
        made->unknown = before;
        for (size_t i = 0; i < interface.n_groups; i++) {
            opening.to = interface.groups[i];
            open_group(made, &opening);
        }
    }
}

void dm_balancing_open(struct dm_balancing_all *all)
{
    struct dm_builder *builder = all->builder;

    for (size_t i = 0; i < all->openings.n && !builder->failed; i++) {
        const struct dm_opening *opening = &all->openings.items[i];
        struct dm_group *group = group_at(builder, opening->to.v);
        struct dm_group_rule *rules =
            DM_NEW_ARRAY(builder->arena, group->n_rules + 1, struct dm_group_rule);

        if (!rules) {
            builder->failed = true;
            return;
        }
        for (size_t j = 0; j < group->n_rules; j++) {
            rules[j] = group->rules[j];
        }
        rules[group->n_rules] = (struct dm_group_rule){
            .peer_kind = opening->from.v ? DM_PEER_GROUP : DM_PEER_UNKNOWN,
            .match = { opening->protocol, opening->first, opening->last, -1, -1 },
            .peer = opening->from.v ? opening->from.v : opening->unknown.v,
            .is_made = true,
            .origin = opening->origin,
        };
        group->rules = rules;
        group->n_rules++;
    }
}
