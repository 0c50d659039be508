/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Classic load balancers.
 *
 * One has a node, an interface with its name in the description, in each of its subnets.  It ends
 * sessions and opens its own to an instance, as application load balancers do, whatever its
 * listeners' protocols [ELB-25].  So it is a balancer like those, and each listener has a target
 * group of its own, made here: its instances on the listener's instance port, those in service.  It
 * does not fail open [ELB-27].
 *
 * Its name is its own in one region of one account only, so that its id here holds both.  What
 * calls say of it beside describe-load-balancers stands beside its name: its attributes, without
 * which it is not known whether nodes send to other zones [ELB-26], and the health of its
 * instances.
 */
#include "model/front/aws/aws_private.h"

#include <string.h>

/* NULL when memory is out. */
static const char *id_of(struct dm_aws *aws, const struct dm_aws_file *file, const char *name)
{
    const char *id = dm_sprintf(aws->arena, "elb/%s%s%s%s%s", file->account ? file->account : "",
                                file->account ? "/" : "", file->region ? file->region : "",
                                file->region ? "/" : "", name);
    aws->failed = aws->failed || !id;
    return id;
}

/* As an interface's VPC and description name it. */
static const char *node_key(struct dm_aws *aws, const char *vpc, const char *name)
{
    const char *key = dm_sprintf(aws->arena, "%s %s", vpc ? vpc : "?", name);
    aws->failed = aws->failed || !key;
    return key ? key : "";
}

void dm_aws_collect_classic(struct dm_aws *aws, const struct dm_aws_file *file,
                            const struct dm_aws_node *item)
{
    const char *name = dm_aws_text(aws, item, "LoadBalancerName");
    const char *id = name ? id_of(aws, file, name) : NULL;
    struct dm_aws_thing *thing =
        id ? dm_aws_collect(aws, DM_AWS_CLASSIC, id, NULL, file, item, NULL) : NULL;
    const char *vpc = dm_aws_peek(item, "VPCId");
    if (!name) {
        struct dm_aws_node field = dm_aws_at(item, "LoadBalancerName");
        dm_aws_fault(aws, &field, "`LoadBalancerName` is missing");
    }
    if (thing && vpc) {
        uint64_t *place = dm_map_add(&aws->balancers, node_key(aws, vpc, name), NULL);
        aws->failed = aws->failed || !place;
        if (place) {
            *place = (uint64_t)(uintptr_t)thing;
        }
    }
}

struct dm_aws_thing *dm_aws_classic_of(struct dm_aws *aws, const char *vpc, const char *description)
{
    bool of_balancer = description && dm_str_starts(description, "ELB ");
    const uint64_t *place =
        of_balancer ? dm_map_find(&aws->balancers, node_key(aws, vpc, description + strlen("ELB ")))
                    : NULL;
    struct dm_aws_thing *thing = place ? (struct dm_aws_thing *)(uintptr_t)*place : NULL;
    return thing && thing->life == DM_AWS_LIVE ? thing : NULL;
}

void dm_aws_refer_classic(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const struct dm_aws_node *node = dm_aws_with(thing, "VPCId");
    const char *vpc = dm_aws_text(aws, node, "VPCId");
    thing->part_of = vpc ? dm_aws_need(aws, DM_AWS_VPC, vpc, node) : NULL;
    if (!thing->part_of) {
        thing->life = DM_AWS_UNDECIDED;
        thing->unknown =
            dm_aws_unknown(aws, node, dm_sprintf(aws->arena, "load-balancer %s", thing->name),
                           "it, or the VPC that it is in, is not in the input");
    }
}

/* ---- targets ---- */

struct targets {
    struct dm_target *items;
    size_t n;
    size_t capacity;
};

static void set_health(struct dm_aws *aws, const struct dm_aws_thing *thing,
                       const struct dm_aws_node *item, const char *id, struct dm_target *target)
{
    static const struct dm_aws_listing states = { "InstanceStates", "InstanceId", "State" };
    const char *state = dm_aws_listed(aws, thing, &states, id);
    target->is_healthy = !dm_str_equal(state, "OutOfService");
    target->is_leaving = !target->is_healthy; /* it does not fail open */
    if (target->is_healthy && !dm_str_equal(state, "InService")) {
        target->unknown =
            dm_aws_unknown(aws, item, dm_sprintf(aws->arena, "health of %s in %s", id, thing->name),
                           state ? "its state is not known" : "its state is not in the input");
    }
}

/* On the first interface of an instance, where its first address is. */
static void set_place(struct dm_aws *aws, const char *id, struct dm_target *target)
{
    const struct dm_aws_thing *instance = dm_aws_find(aws, DM_AWS_INSTANCE, id);
    const struct dm_aws_thing *first = instance ? instance->first : NULL;
    const struct dm_interface *item =
        first && first->handle
            ? dm_builder_edit_interface(aws->builder, (struct dm_interface_id){ first->handle })
            : NULL;
    if (item && item->n_addresses && item->subnet.v) {
        target->address = item->addresses[0].address;
        target->zone = dm_builder_edit_subnet(aws->builder, item->subnet)->zone;
    }
}

static struct dm_target_group_id add_group(struct dm_aws *aws, const struct dm_aws_thing *thing,
                                           const struct dm_aws_node *listener, int64_t port)
{
    struct targets targets = { 0 };
    const char *name = dm_sprintf(aws->arena, "%s:%lld", thing->name, (long long)port);
    const struct dm_aws_node *node = dm_aws_with(thing, "Instances");
    struct dm_aws_node list = dm_aws_list(aws, node, "Instances");
    struct dm_aws_node item;
    struct dm_ref found =
        name ? dm_builder_find(aws->builder, DM_KIND_target_group, name) : DM_REF_NONE;
    aws->failed = aws->failed || !name;
    if (found.v || !name) {
        return (struct dm_target_group_id){ found.v };
    }
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        const char *id = dm_aws_text(aws, &item, "InstanceId");
        struct dm_target target = { .port = (uint16_t)port,
                                    .origin = dm_aws_span(&item, "InstanceId"),
                                    .pointer = dm_aws_pointer(aws, &item) };
        if (!id) {
            continue;
        }
        set_health(aws, thing, &item, id, &target);
        set_place(aws, id, &target);
        if (dm_addr_is_none(target.address)) {
            target.unknown =
                dm_aws_unknown(aws, &item, dm_sprintf(aws->arena, "target %s of %s", id, name),
                               "where it is, is not in the input");
        }
        DM_AWS_PUSH(aws, &targets, target);
    }
    struct dm_target_group group = {
        .object = { .name = name,
                    .pointer = dm_aws_pointer(aws, listener),
                    .origin = dm_aws_span(listener, "InstancePort") },
        .vpc = { thing->part_of->handle },
        .cross_zone = DM_CROSS_ZONE_AS_BALANCER,
        .targets = targets.items,
        .n_targets = targets.n,
    };
    if (!list.tree) {
        group.unknown = dm_aws_unknown(aws, &list, dm_sprintf(aws->arena, "instances of %s", name),
                                       "they are not in the input");
    }
    return dm_builder_add_target_group(aws->builder, &group);
}

/* ---- the balancer ---- */

struct listeners {
    struct dm_listener *items;
    size_t n;
    size_t capacity;
};

static bool port_of(struct dm_aws *aws, const struct dm_aws_node *item, const char *key,
                    int64_t *ret_port)
{
    return dm_aws_number(aws, item, key, ret_port) && *ret_port > 0 && *ret_port <= 65535;
}

static void add_listener(struct dm_aws *aws, const struct dm_aws_thing *thing,
                         const struct dm_aws_node *item, struct listeners *listeners)
{
    static const char *const protocols[] = { "TCP", "SSL", "HTTP", "HTTPS" };
    struct dm_target_group_id *group = DM_NEW(aws->arena, struct dm_target_group_id);
    const char *protocol = dm_aws_text(aws, item, "Protocol");
    struct dm_listener listener = { .match = DM_MATCH_ALL,
                                    .origin = dm_aws_span(item, "LoadBalancerPort"),
                                    .pointer = dm_aws_pointer(aws, item) };
    bool is_known = false;
    int64_t port = 0;
    int64_t to = 0;
    for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++) {
        is_known = is_known || dm_str_equal(protocol, protocols[i]);
    }
    bool has_port = port_of(aws, item, "LoadBalancerPort", &port);
    if (!is_known || !has_port || !port_of(aws, item, "InstancePort", &to)) {
        listener.unknown = dm_aws_unknown(
            aws, item, dm_sprintf(aws->arena, "listener at %s of %s", listener.pointer, thing->id),
            "its protocol or ports are not understood");
        DM_AWS_PUSH(aws, listeners, listener);
        return;
    }
    listener.match.protocol = DM_PROTO_TCP;
    listener.match.port_first = (uint16_t)port;
    listener.match.port_last = (uint16_t)port;
    if (!group) {
        aws->failed = true;
        return;
    }
    *group = add_group(aws, thing, item, to);
    listener.action.groups = group;
    listener.action.n_groups = group->v != 0;
    DM_AWS_PUSH(aws, listeners, listener);
}

/* Whether nodes send to instances of other zones; what is not shown is unknown where it matters. */
static bool read_cross_zone(struct dm_aws *aws, const struct dm_aws_thing *thing,
                            struct dm_unknown_id *ret_unknown)
{
    static const char key[] = "LoadBalancerAttributes";
    struct dm_aws_node attributes = dm_aws_map(aws, dm_aws_with(thing, key), key);
    struct dm_aws_node cross = dm_aws_map(aws, &attributes, "CrossZoneLoadBalancing");
    struct dm_aws_node zones =
        dm_aws_list(aws, dm_aws_with(thing, "AvailabilityZones"), "AvailabilityZones");
    if (!cross.tree && !(zones.tree && zones.tree->n == 1)) {
        *ret_unknown = dm_aws_unknown(
            aws, &thing->views->node, dm_sprintf(aws->arena, "attributes of %s", thing->name),
            "whether its nodes send to instances of other zones is not in the input");
    }
    return dm_aws_flag(aws, &cross, "Enabled", false);
}

void dm_aws_define_classic(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct dm_balancer fields = { .vpc = { thing->part_of->handle },
                                  .is_application = true,
                                  .is_classic = true };
    struct listeners listeners = { 0 };
    const struct dm_aws_node *node = dm_aws_with(thing, "ListenerDescriptions");
    struct dm_aws_node list = dm_aws_list(aws, node, "ListenerDescriptions");
    struct dm_aws_node item;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        struct dm_aws_node listener = dm_aws_map(aws, &item, "Listener");
        if (listener.tree) {
            add_listener(aws, thing, &listener, &listeners);
        }
    }
    fields.cross_zone = read_cross_zone(aws, thing, &fields.unknown);
    fields.dns_name = dm_aws_words(aws, dm_aws_with(thing, "DNSName"), "DNSName");
    fields.tags = dm_aws_tags(aws, thing);
    fields.listeners = listeners.items;
    fields.n_listeners = listeners.n;
    fields.unknown = thing->odd.v ? thing->odd : fields.unknown;
    if (!list.tree) {
        fields.unknown = dm_aws_unknown(aws, &thing->views->node,
                                        dm_sprintf(aws->arena, "load-balancer %s", thing->name),
                                        "its listeners are not in the input");
    }
    struct dm_balancer *balancer =
        dm_builder_edit_balancer(aws->builder, (struct dm_balancer_id){ thing->handle });
    fields.object = balancer->object;
    *balancer = fields;
}
