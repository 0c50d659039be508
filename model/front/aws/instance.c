/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Instances, network interfaces and their addresses.
 *
 * An interface that belongs to something which is not modelled, or whose owner is
 * not shown, keeps its addresses, so that a packet to it is known to end there.
 */
#include "model/front/aws/aws_private.h"

#include <string.h>

/* The instance that an interface is attached to, "" where something else is, or NULL. */
static const char *attached_to(const struct dm_aws_thing *thing)
{
    const char *instance = NULL;
    for (const struct dm_aws_view *view = thing->views; view; view = view->next) {
        const char *id = dm_aws_peek(&view->node, "Attachment/InstanceId");
        const char *status = dm_aws_peek(&view->node, "Attachment/Status");
        if (dm_str_equal(status, "detached")) {
            continue;
        }
        if (id || view->owner) {
            return id ? id : view->owner;
        }
        if (dm_aws_peek(&view->node, "Attachment/AttachmentId")) {
            instance = "";
        }
    }
    return instance;
}

static void need_groups(struct dm_aws *aws, const struct dm_aws_thing *thing,
                        struct dm_aws_thing *vpc)
{
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(thing, "Groups"), "Groups");
    struct dm_aws_node item;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        size_t n_errors = aws->diags->n_errors;
        const char *id = dm_aws_text(aws, &item, "GroupId");
        if (!id && aws->diags->n_errors == n_errors) {
            dm_aws_fault(aws, &item, "`GroupId` is missing");
        }
        struct dm_aws_thing *group = id ? dm_aws_need(aws, DM_AWS_GROUP, id, &item) : NULL;
        if (group && !group->views) {
            group->part_of = vpc;
        }
    }
}

static void refer_device(struct dm_aws_thing *thing)
{
    for (const struct dm_aws_view *view = thing->views; view; view = view->next) {
        struct dm_aws_node steps[4];
        struct dm_aws_node index = dm_aws_walk(&view->node, "Attachment/DeviceIndex", steps);
        if (index.tree && dm_tree_int(index.tree, &thing->device)) {
            break;
        }
    }
    struct dm_aws_thing *instance = thing->part_of;
    thing->next_part = instance->parts;
    instance->parts = thing;
    if (!instance->first || thing->device < instance->first->device) {
        instance->first = thing;
    }
}

void dm_aws_refer_address(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const char *id =
        dm_aws_text(aws, dm_aws_with(thing, "NetworkInterfaceId"), "NetworkInterfaceId");
    thing->part_of = id ? dm_aws_find(aws, DM_AWS_INTERFACE, id) : NULL;
    if (thing->part_of) {
        thing->next_part = thing->part_of->parts;
        thing->part_of->parts = thing;
    }
}

/* One that security groups filter, as far as its type says. */
static bool is_plain(const struct dm_aws_thing *thing)
{
    const char *type = dm_aws_peek(dm_aws_with(thing, "InterfaceType"), "InterfaceType");
    return !type || dm_str_equal(type, "interface") || dm_str_equal(type, "efa");
}

void dm_aws_refer_interface(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    if (thing->part_of && thing->part_of->family == DM_AWS_NAT_GATEWAY) {
        return; /* it has said what it is of */
    }
    struct dm_aws_thing *subnet = dm_aws_need_subnet(aws, thing);
    if (!subnet) {
        const struct dm_aws_node *node = dm_aws_with(thing, "SubnetId");
        struct dm_aws_node field = dm_aws_at(node, "SubnetId");
        dm_aws_fault(aws, &field,
                     "network-interface `%s` does not say where it stands: `%s` is missing",
                     thing->id, field.tree ? "VpcId" : "SubnetId");
        thing->life = DM_AWS_GONE;
        return;
    }
    need_groups(aws, thing, dm_aws_vpc_of(aws, subnet));
    if (!thing->part_of) {
        const char *text = dm_aws_peek(dm_aws_with(thing, "Description"), "Description");
        thing->part_of = dm_aws_balancer_of(aws, text);
        if (!thing->part_of) {
            thing->part_of =
                dm_aws_classic_of(aws, dm_aws_peek(dm_aws_with(thing, "VpcId"), "VpcId"), text);
        }
    }
    const struct dm_aws_node *node = dm_aws_with(thing, "Attachment");
    const char *status = dm_aws_peek(node, "Attachment/Status");
    if (dm_aws_association(status) == DM_AWS_UNDECIDED) {
        dm_aws_doubt(aws, thing, node, "its attachment is `%s`", status);
    }
    if (dm_aws_flag(aws, dm_aws_with(thing, "DenyAllIgwTraffic"), "DenyAllIgwTraffic", false)) {
        dm_aws_doubt(aws, thing, dm_aws_with(thing, "DenyAllIgwTraffic"),
                     "it takes nothing from internet gateways, which is not modelled");
    }
    const char *instance = attached_to(thing);
    if (instance && *instance && !thing->part_of) {
        thing->part_of = dm_aws_find(aws, DM_AWS_INSTANCE, instance);
        if (thing->part_of) {
            refer_device(thing);
        }
    }
    bool of_host = !thing->part_of || thing->part_of->family == DM_AWS_INSTANCE;
    if (of_host && is_plain(thing) && !dm_tree_find(dm_aws_with(thing, "Groups")->tree, "Groups")) {
        dm_aws_doubt(aws, thing, &thing->views->node, "its `Groups` are not in the input");
    }
}

/* The address of one item and the public one that stands for it. */
static void add_address(struct dm_aws *aws, const struct dm_aws_node *item, const char *key,
                        const char *public_key, bool primary, struct dm_aws_addresses *addresses)
{
    struct dm_interface_address address = { 0 };
    if (!dm_aws_address(aws, item, key, &address.address)) {
        return;
    }
    struct dm_aws_node association = dm_aws_map(aws, item, "Association");
    if (!dm_aws_address(aws, item, public_key, &address.public_address) && association.tree) {
        dm_aws_address(aws, &association, public_key, &address.public_address);
    }
    DM_AWS_PUSH(aws, addresses, address);
    if (primary && addresses->n > 1) {
        struct dm_interface_address first = addresses->items[0];
        addresses->items[0] = address;
        addresses->items[addresses->n - 1] = first;
    }
}

/* Addresses of prefixes that are delegated to the interface: AWS gives ranges of 16. */
static void add_delegated(struct dm_aws *aws, const struct dm_aws_thing *thing,
                          struct dm_aws_addresses *addresses)
{
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(thing, "Ipv4Prefixes"), "Ipv4Prefixes");
    struct dm_aws_node item;
    struct dm_prefix prefix;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        if (!dm_aws_prefix(aws, &item, "Ipv4Prefix", &prefix)) {
            continue;
        }
        if (prefix.addr.family != DM_FAMILY_IPV4 || prefix.length < 28) {
            dm_aws_fault(aws, &item, "a delegated prefix has at most 16 IPv4 addresses");
            continue;
        }
        for (uint64_t i = 0; i < UINT64_C(1) << (32 - prefix.length); i++) {
            struct dm_interface_address address = { .address = dm_addr_add(prefix.addr, i) };
            DM_AWS_PUSH(aws, addresses, address);
        }
    }
    list = dm_aws_list(aws, dm_aws_with(thing, "Ipv6Prefixes"), "Ipv6Prefixes");
    if (list.tree && list.tree->n > 0) {
        dm_aws_unknown(aws, &list, dm_sprintf(aws->arena, "IPv6 prefixes of %s", thing->id),
                       "IPv6 prefixes that are delegated to an interface are not modelled");
    }
}

void dm_aws_interface_addresses(struct dm_aws *aws, const struct dm_aws_thing *thing,
                                struct dm_aws_addresses *addresses)
{
    const struct dm_aws_node *node = dm_aws_with(thing, "PrivateIpAddresses");
    struct dm_aws_node list = dm_aws_list(aws, node, "PrivateIpAddresses");
    struct dm_aws_node item;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        struct dm_aws_node field = dm_aws_at(&item, "PrivateIpAddress");
        if (!field.tree) {
            dm_aws_fault(aws, &field, "`PrivateIpAddress` is missing");
        }
        add_address(aws, &item, "PrivateIpAddress", "PublicIp",
                    dm_aws_flag(aws, &item, "Primary", false), addresses);
    }
    if (addresses->n == 0) {
        add_address(aws, dm_aws_with(thing, "PrivateIpAddress"), "PrivateIpAddress", "PublicIp",
                    true, addresses);
    }
    for (const struct dm_aws_view *view = thing->views; view && addresses->n == 0;
         view = view->next) {
        add_address(aws, &view->node, "PrivateIp", "PublicIp", true, addresses);
    }
    add_delegated(aws, thing, addresses);
    list = dm_aws_list(aws, dm_aws_with(thing, "Ipv6Addresses"), "Ipv6Addresses");
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        add_address(aws, &item, "Ipv6Address", "PublicIp", false, addresses);
    }
}

/* Elastic addresses that the interface's own views do not show; where they do, both must agree. */
static void add_elastic(struct dm_aws *aws, const struct dm_aws_thing *thing,
                        struct dm_aws_addresses *addresses)
{
    for (const struct dm_aws_thing *elastic = thing->parts; elastic; elastic = elastic->next_part) {
        const struct dm_aws_node *node = &elastic->views->node;
        struct dm_addr private_address;
        struct dm_addr public_address;
        if (!dm_aws_address(aws, node, "PrivateIpAddress", &private_address)
            || !dm_aws_address(aws, node, "PublicIp", &public_address)) {
            continue;
        }
        for (size_t j = 0; j < addresses->n; j++) {
            struct dm_interface_address *item = &addresses->items[j];
            if (!dm_addr_equal(item->address, private_address)) {
                continue;
            }
            if (!dm_addr_is_none(item->public_address)
                && !dm_addr_equal(item->public_address, public_address)) {
                char text[DM_ADDR_TEXT_SIZE];
                struct dm_aws_node field = dm_aws_at(node, "PublicIp");
                struct dm_diag *diag =
                    dm_aws_fault(aws, &field,
                                 "two views of `%s` contradict each other: here its public "
                                 "address is `%s`",
                                 thing->id, elastic->id);
                dm_diag_label(aws->diags, diag, thing->views->node.tree->span, "here it is `%s`",
                              dm_addr_text(item->public_address, text));
            }
            item->public_address = public_address;
        }
    }
}

/* What is attached to an interface that is no instance's, and why that is not understood. */
static struct dm_unknown_id unknown_owner(struct dm_aws *aws, const struct dm_aws_thing *thing,
                                          const char *type)
{
    const struct dm_aws_node *node = &thing->views->node;
    const uint64_t *endpoint = dm_map_find(&aws->endpoints, thing->id);
    if (endpoint) {
        return (struct dm_unknown_id){ (uint32_t)*endpoint };
    }
    const char *text = dm_aws_words(aws, dm_aws_with(thing, "Description"), "Description");
    if (text && dm_str_starts(text, "ELB ")) {
        const char *word = strchr(text + 4, '/') ? "load-balancer" : "classic-load-balancer";
        return dm_aws_unknown(aws, node, dm_sprintf(aws->arena, "%s %s", word, text + 4),
                              "a %s is not modelled", word);
    }
    char *name = dm_sprintf(aws->arena, "network-interface %s", thing->id);
    const char *instance = attached_to(thing);
    if (instance && *instance) {
        return dm_aws_unknown(aws, node, name,
                              "it is attached to instance %s, which is not in "
                              "the input",
                              instance);
    }
    return dm_aws_unknown(aws, node, name, "it is of something that is not modelled (%s%s%s)",
                          type ? type : "interface", text ? ": " : "", text ? text : "");
}

/* It, or what it is of, is not understood in full. */
static bool is_doubtful(const struct dm_aws_thing *thing)
{
    const struct dm_aws_thing *of = thing->part_of;
    return thing->odd.v || (of && (of->odd.v || of->life == DM_AWS_UNDECIDED));
}

/* What the interface is of; unknown where that cannot be told. */
static enum dm_interface_kind interface_kind(struct dm_aws *aws, const struct dm_aws_thing *thing,
                                             struct dm_unknown_id *ret_unknown)
{
    const char *type = dm_aws_text(aws, dm_aws_with(thing, "InterfaceType"), "InterfaceType");
    if (is_doubtful(thing)) {
        const struct dm_aws_thing *of = thing->part_of;
        *ret_unknown = thing->odd.v ? thing->odd : of->odd.v ? of->odd : of->unknown;
        return DM_INTERFACE_UNKNOWN;
    }
    if (thing->part_of && thing->part_of->family == DM_AWS_ENDPOINT) {
        return DM_INTERFACE_ENDPOINT;
    }
    if (thing->part_of
        && (thing->part_of->family == DM_AWS_BALANCER
            || thing->part_of->family == DM_AWS_CLASSIC)) {
        return DM_INTERFACE_BALANCER;
    }
    if (thing->part_of) {
        return thing->part_of->family == DM_AWS_NAT_GATEWAY ? DM_INTERFACE_NAT : DM_INTERFACE_HOST;
    }
    if (dm_str_equal(type, "transit_gateway")
        || dm_str_equal(type, "gateway_load_balancer_endpoint")) {
        return DM_INTERFACE_TRANSIT;
    }
    bool is_plain = !type || dm_str_equal(type, "interface") || dm_str_equal(type, "efa");
    bool is_managed =
        dm_aws_flag(aws, dm_aws_with(thing, "RequesterManaged"), "RequesterManaged", false);
    if (is_plain && !is_managed && !attached_to(thing)) {
        return DM_INTERFACE_HOST;
    }
    *ret_unknown = unknown_owner(aws, thing, type);
    return DM_INTERFACE_UNKNOWN;
}

static uint32_t subnet_handle(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    const char *id = dm_aws_text(aws, dm_aws_with(thing, "SubnetId"), "SubnetId");
    if (!id && thing->part_of) {
        id = dm_aws_text(aws, dm_aws_with(thing->part_of, "SubnetId"), "SubnetId");
    }
    const struct dm_aws_thing *subnet = id ? dm_aws_find(aws, DM_AWS_SUBNET, id) : NULL;
    return subnet ? subnet->handle : 0;
}

void dm_aws_define_interface(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct dm_aws_addresses addresses = { 0 };
    size_t n_errors = aws->diags->n_errors;
    dm_aws_interface_addresses(aws, thing, &addresses);
    add_elastic(aws, thing, &addresses);
    if (addresses.n == 0 && thing->views && aws->diags->n_errors == n_errors) {
        struct dm_aws_node field = dm_aws_at(&thing->views->node, "PrivateIpAddresses");
        dm_aws_fault(aws, &field, "network-interface `%s` has no address", thing->id);
    }
    struct {
        struct dm_group_id *items;
        size_t n;
        size_t capacity;
    } groups = { 0 };
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(thing, "Groups"), "Groups");
    struct dm_aws_node item;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        const char *id = dm_aws_text(aws, &item, "GroupId");
        const struct dm_aws_thing *group = id ? dm_aws_find(aws, DM_AWS_GROUP, id) : NULL;
        if (group && group->handle) {
            DM_AWS_PUSH(aws, &groups, (struct dm_group_id){ group->handle });
        }
    }
    struct dm_unknown_id unknown = { 0 };
    enum dm_interface_kind kind = interface_kind(aws, thing, &unknown);
    uint32_t subnet = subnet_handle(aws, thing);
    bool check = dm_aws_flag(aws, dm_aws_with(thing, "SourceDestCheck"), "SourceDestCheck", true);
    struct dm_interface *interface =
        dm_builder_edit_interface(aws->builder, (struct dm_interface_id){ thing->handle });
    interface->kind = kind;
    interface->subnet.v = subnet;
    if (kind == DM_INTERFACE_HOST && thing->part_of) {
        interface->host.v = thing->part_of->handle;
    }
    if (kind == DM_INTERFACE_ENDPOINT) {
        interface->endpoint.v = thing->part_of->handle;
    }
    if (kind == DM_INTERFACE_BALANCER) {
        interface->balancer.v = thing->part_of->handle;
    }
    interface->addresses = addresses.items;
    interface->n_addresses = addresses.n;
    interface->groups = groups.items;
    interface->n_groups = groups.n;
    interface->unknown = unknown;
    interface->source_dest_check = check;
}

/* By the index of the attachment; where that is not shown, by id. */
static bool is_before(const struct dm_aws_thing *a, const struct dm_aws_thing *b)
{
    return a->device != b->device ? a->device < b->device : strcmp(a->id, b->id) < 0;
}

void dm_aws_define_instance(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct {
        struct dm_aws_thing **items;
        size_t n;
        size_t capacity;
    } found = { 0 };
    for (struct dm_aws_thing *part = thing->parts; part; part = part->next_part) {
        if (!is_doubtful(part)) {
            DM_AWS_PUSH(aws, &found, part);
        }
    }
    struct dm_interface_id *ids = DM_NEW_ARRAY(aws->arena, found.n, struct dm_interface_id);
    if (found.n > 0 && !ids) {
        aws->failed = true;
        return;
    }
    for (size_t i = 0; i < found.n; i++) { /* by insertion: a host has few */
        size_t at = i;
        while (at > 0 && is_before(found.items[at], found.items[at - 1])) {
            struct dm_aws_thing *other = found.items[at];
            found.items[at] = found.items[at - 1];
            found.items[--at] = other;
        }
    }
    for (size_t i = 0; i < found.n; i++) {
        ids[i].v = found.items[i]->handle;
    }
    const char *state = NULL;
    for (const struct dm_aws_view *view = thing->views; view && !state; view = view->next) {
        state = dm_aws_peek(&view->node, "State/Name");
    }
    struct dm_host *host = dm_builder_edit_host(aws->builder, (struct dm_host_id){ thing->handle });
    host->interfaces = ids;
    host->n_interfaces = found.n;
    host->running = dm_str_equal(state, "running");
    dm_aws_note_cluster(aws, thing, host);
}
