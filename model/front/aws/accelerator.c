/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Accelerators of Global Accelerator, their listeners and endpoint groups.
 *
 * Each is listed by a call of its own, and its ARN begins with that of what it belongs to.  Where
 * no listener, or no group, of one is in the input, what it does is unknown.  Whether an endpoint
 * sees the client's address has a default where it is not shown, but for network load balancers
 * with groups [GA-04].
 */
#include "model/front/aws/aws_private.h"

#include <stdlib.h>
#include <string.h>

enum { FULL_DIAL = 100 };

/* The ARN before 'mark', or NULL. */
static const char *before(struct dm_aws *aws, const char *arn, const char *mark)
{
    const char *found = strstr(arn, mark);
    return found ? dm_arena_strndup(aws->arena, arn, (size_t)(found - arn)) : NULL;
}

static void collect(struct dm_aws *aws, enum dm_aws_family family, const char *key,
                    const struct dm_aws_file *file, const struct dm_aws_node *item)
{
    size_t n_errors = aws->diags->n_errors;
    const char *arn = dm_aws_text(aws, item, key);
    const char *name = arn ? strstr(arn, ":accelerator/") : NULL;
    if (arn) {
        dm_aws_collect(aws, family, arn, name ? name + 1 : arn, file, item, NULL);
    } else if (aws->diags->n_errors == n_errors) {
        struct dm_aws_node field = dm_aws_at(item, key);
        dm_aws_fault(aws, &field, "`%s` is missing", key);
    }
}

void dm_aws_collect_accelerator(struct dm_aws *aws, const struct dm_aws_file *file,
                                const struct dm_aws_node *item)
{
    collect(aws, DM_AWS_ACCELERATOR, "AcceleratorArn", file, item);
}

void dm_aws_collect_accelerator_listener(struct dm_aws *aws, const struct dm_aws_file *file,
                                         const struct dm_aws_node *item)
{
    collect(aws, DM_AWS_ACCELERATOR_LISTENER, "ListenerArn", file, item);
}

void dm_aws_collect_endpoint_group(struct dm_aws *aws, const struct dm_aws_file *file,
                                   const struct dm_aws_node *item)
{
    collect(aws, DM_AWS_ENDPOINT_GROUP, "EndpointGroupArn", file, item);
}

static void refer_to(struct dm_aws *aws, struct dm_aws_thing *thing, enum dm_aws_family family,
                     const char *mark)
{
    const char *arn = before(aws, thing->id, mark);
    thing->part_of = arn ? dm_aws_find(aws, family, arn) : NULL;
    if (thing->part_of) {
        thing->next_part = thing->part_of->parts;
        thing->part_of->parts = thing;
    }
}

void dm_aws_refer_accelerator_listener(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    refer_to(aws, thing, DM_AWS_ACCELERATOR, "/listener/");
}

void dm_aws_refer_endpoint_group(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    refer_to(aws, thing, DM_AWS_ACCELERATOR_LISTENER, "/endpoint-group/");
}

static struct dm_unknown_id unknown_of(struct dm_aws *aws, const struct dm_aws_thing *thing,
                                       const char *why)
{
    return dm_aws_unknown(
        aws, &thing->views->node,
        dm_sprintf(aws->arena, "%s %s", dm_aws_family_words[thing->family], thing->name), "%s",
        why);
}

/* ---- endpoints ---- */

/* The elastic address with this allocation. */
static const struct dm_aws_thing *address_of(const struct dm_aws *aws, const char *allocation)
{
    const struct dm_aws_index *addresses = &aws->families[DM_AWS_ADDRESS];
    for (size_t i = 0; i < addresses->items.n; i++) {
        const struct dm_aws_thing *thing = addresses->items.items[i];
        if (dm_str_equal(dm_aws_peek(dm_aws_with(thing, "AllocationId"), "AllocationId"),
                         allocation)) {
            return thing;
        }
    }
    return NULL;
}

/* What stands behind an endpoint's id; none where it is not in the input. */
static void find_endpoint(struct dm_aws *aws, const char *id, const struct dm_aws_node *item,
                          struct dm_accelerator_endpoint *endpoint)
{
    const struct dm_aws_thing *instance = dm_aws_find(aws, DM_AWS_INSTANCE, id);
    const struct dm_aws_thing *address = address_of(aws, id);
    if (strstr(id, ":loadbalancer/")) {
        endpoint->balancer.v = dm_aws_resolve(aws, DM_AWS_BALANCER, id, item, &endpoint->unknown);
    } else if (instance && instance->first) {
        endpoint->interface.v = instance->first->handle;
    } else if (address && address->part_of) {
        endpoint->interface.v = address->part_of->handle;
    }
    if (!endpoint->balancer.v && !endpoint->interface.v && !endpoint->unknown.v) {
        endpoint->unknown = dm_aws_unknown(aws, item, dm_sprintf(aws->arena, "endpoint %s", id),
                                           "it is named by an accelerator but not in the input");
    }
}

/* Whether the endpoint sees the client's address where the output does not say so [GA-04]. */
static bool keeps_by_default(struct dm_aws *aws, const char *id, const struct dm_aws_node *item,
                             struct dm_accelerator_endpoint *endpoint)
{
    const struct dm_aws_thing *balancer = dm_aws_find(aws, DM_AWS_BALANCER, id);
    const struct dm_tree *groups =
        balancer ? dm_tree_find(dm_aws_with(balancer, "SecurityGroups")->tree, "SecurityGroups")
                 : NULL;
    if (balancer && strstr(id, ":loadbalancer/net/") && groups && groups->n > 0) {
        endpoint->unknown = dm_aws_unknown(
            aws, item, dm_sprintf(aws->arena, "endpoint %s", id),
            "whether it sees the client's address (`ClientIPPreservationEnabled`) is not shown");
    }
    return strstr(id, ":loadbalancer/app/") || dm_aws_find(aws, DM_AWS_INSTANCE, id);
}

static void read_endpoint(struct dm_aws *aws, const struct dm_aws_node *item,
                          struct dm_accelerator_endpoint *endpoint)
{
    const char *id = dm_aws_text(aws, item, "EndpointId");
    int64_t weight = 128;
    endpoint->origin = dm_aws_span(item, "EndpointId");
    endpoint->pointer = dm_aws_pointer(aws, item);
    endpoint->is_healthy = !dm_str_equal(dm_aws_peek(item, "HealthState"), "UNHEALTHY");
    if (dm_aws_number(aws, item, "Weight", &weight)) {
        weight = weight < 0 ? 0 : weight > 255 ? 255 : weight;
    }
    endpoint->weight = (uint16_t)weight;
    if (!id) {
        endpoint->unknown =
            dm_aws_unknown(aws, item, dm_sprintf(aws->arena, "endpoint at %s", endpoint->pointer),
                           "which it is (`EndpointId`) is not shown");
        return;
    }
    find_endpoint(aws, id, item, endpoint);
    if (dm_aws_at(item, "ClientIPPreservationEnabled").tree) {
        endpoint->keeps_client = dm_aws_flag(aws, item, "ClientIPPreservationEnabled", false);
    } else if (!endpoint->unknown.v) {
        endpoint->keeps_client = keeps_by_default(aws, id, item, endpoint);
    }
}

/* ---- groups and listeners ---- */

/* A traffic dial, a number with a fraction, rounded up; all where there is none. */
static uint8_t dial_of(const char *number)
{
    long whole = number ? strtol(number, NULL, 10) : FULL_DIAL;
    const char *fraction = number ? strchr(number, '.') : NULL;

    if (fraction && strspn(fraction, ".0") < strlen(fraction)) {
        whole++;
    }
    return (uint8_t)(whole < 0 ? 0 : whole > FULL_DIAL ? FULL_DIAL : whole);
}

static struct dm_accelerator_group read_group(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    struct {
        struct dm_accelerator_endpoint *items;
        size_t n;
        size_t capacity;
    } endpoints = { 0 };
    struct {
        struct dm_accelerator_port *items;
        size_t n;
        size_t capacity;
    } ports = { 0 };
    const struct dm_aws_node *node = dm_aws_with(thing, "EndpointGroupRegion");
    const char *region = dm_aws_text(aws, node, "EndpointGroupRegion");
    struct dm_aws_node list =
        dm_aws_list(aws, dm_aws_with(thing, "EndpointDescriptions"), "EndpointDescriptions");
    struct dm_aws_node item;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        struct dm_accelerator_endpoint endpoint = { 0 };
        read_endpoint(aws, &item, &endpoint);
        DM_AWS_PUSH(aws, &endpoints, endpoint);
    }
    list = dm_aws_list(aws, dm_aws_with(thing, "PortOverrides"), "PortOverrides");
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        int64_t from = -1;
        int64_t to = -1;
        if (dm_aws_number(aws, &item, "ListenerPort", &from)
            && dm_aws_number(aws, &item, "EndpointPort", &to) && from >= 0 && from <= 65535
            && to >= 0 && to <= 65535) {
            struct dm_accelerator_port port = { (uint16_t)from, (uint16_t)to };
            DM_AWS_PUSH(aws, &ports, port);
        }
    }
    return (struct dm_accelerator_group){
        .region = region ? dm_aws_region(aws, region, node) : dm_aws_region_of(aws, thing, NULL),
        .dial = dial_of(
            dm_aws_peek(dm_aws_with(thing, "TrafficDialPercentage"), "TrafficDialPercentage")),
        .endpoints = endpoints.items,
        .n_endpoints = endpoints.n,
        .ports = ports.items,
        .n_ports = ports.n,
    };
}

struct listeners {
    struct dm_accelerator_listener *items;
    size_t n;
    size_t capacity;
};

/* One for each range of ports. */
static void add_listener(struct dm_aws *aws, const struct dm_aws_thing *thing,
                         struct listeners *listeners)
{
    struct {
        struct dm_accelerator_group *items;
        size_t n;
        size_t capacity;
    } groups = { 0 };
    const struct dm_aws_node *node = dm_aws_with(thing, "Protocol");
    const char *protocol = dm_aws_text(aws, node, "Protocol");
    struct dm_accelerator_listener listener = { .match = DM_MATCH_ALL,
                                                .origin = dm_aws_span(node, "ListenerArn"),
                                                .pointer = dm_aws_pointer(aws, node) };
    bool is_known = dm_str_equal(protocol, "TCP") || dm_str_equal(protocol, "UDP");
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(thing, "PortRanges"), "PortRanges");
    struct dm_aws_node item;
    size_t n = listeners->n;
    for (const struct dm_aws_thing *part = thing->parts; part; part = part->next_part) {
        struct dm_accelerator_group group = read_group(aws, part);
        DM_AWS_PUSH(aws, &groups, group);
    }
    listener.groups = groups.items;
    listener.n_groups = groups.n;
    if (!thing->parts) {
        listener.unknown = unknown_of(aws, thing, "its endpoint groups are not in the input");
    }
    for (size_t at = 0; is_known && dm_aws_next(aws, &list, &at, &item);) {
        int64_t first = -1;
        int64_t last = -1;
        if (dm_aws_number(aws, &item, "FromPort", &first)
            && dm_aws_number(aws, &item, "ToPort", &last) && first >= 0 && last <= 65535
            && first <= last) {
            listener.match.protocol = dm_str_equal(protocol, "TCP") ? DM_PROTO_TCP : DM_PROTO_UDP;
            listener.match.port_first = (uint16_t)first;
            listener.match.port_last = (uint16_t)last;
            DM_AWS_PUSH(aws, listeners, listener);
        }
    }
    if (listeners->n == n) { /* may take anything */
        listener.match = DM_MATCH_ALL;
        listener.unknown = unknown_of(aws, thing, "its protocol or ports are not understood");
        DM_AWS_PUSH(aws, listeners, listener);
    }
}

/* ---- accelerators ---- */

/* Its static addresses, on an interface of its own. */
static struct dm_interface_id add_interface(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    struct dm_aws_addresses addresses = { 0 };
    struct dm_aws_node sets = dm_aws_list(aws, dm_aws_with(thing, "IpSets"), "IpSets");
    struct dm_aws_node set;
    for (size_t at = 0; dm_aws_next(aws, &sets, &at, &set);) {
        struct dm_aws_node list = dm_aws_list(aws, &set, "IpAddresses");
        for (size_t i = 0; list.tree && i < list.tree->n; i++) {
            struct dm_interface_address address = { 0 };
            struct dm_aws_node item = dm_aws_item(&list, i);
            const char *text = dm_tree_text(item.tree);
            if (!text || dm_addr_parse(text, &address.address) != DM_ADDR_OK) {
                dm_aws_fault(aws, &item, "an address of an accelerator is not understood");
                continue;
            }
            if (address.address.family == DM_FAMILY_IPV4) {
                address.public_address = address.address;
            }
            DM_AWS_PUSH(aws, &addresses, address);
        }
    }
    struct dm_interface interface = { .object = dm_aws_object(aws, thing),
                                      .kind = DM_INTERFACE_ACCELERATOR,
                                      .accelerator = { thing->handle },
                                      .addresses = addresses.items,
                                      .n_addresses = addresses.n };
    struct dm_interface_id id = dm_builder_add_interface(aws->builder, &interface);
    aws->failed = aws->failed || id.v == 0;
    return id;
}

void dm_aws_define_accelerator(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct dm_accelerator fields = { .is_enabled = dm_aws_flag(aws, dm_aws_with(thing, "Enabled"),
                                                               "Enabled", true) };
    struct listeners listeners = { 0 };
    const char *label = dm_aws_words(aws, dm_aws_with(thing, "Name"), "Name");
    for (const struct dm_aws_thing *part = thing->parts; part; part = part->next_part) {
        add_listener(aws, part, &listeners);
    }
    if (!thing->parts) {
        fields.unknown = unknown_of(aws, thing, "its listeners are not in the input");
    }
    fields.listeners = listeners.items;
    fields.n_listeners = listeners.n;
    fields.interface = add_interface(aws, thing);
    struct dm_accelerator *accelerator =
        dm_builder_edit_accelerator(aws->builder, (struct dm_accelerator_id){ thing->handle });
    fields.object = accelerator->object;
    fields.object.label = label;
    *accelerator = fields;
}
