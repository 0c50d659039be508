/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/naive.h"

struct naive_packet {
    struct dm_addr source;
    struct dm_addr destination;
    uint8_t protocol;
    uint16_t port; /* TCP and UDP: the destination's */
    uint8_t icmp_type;
    bool is_answer;
};

/* ---- filters ---- */

static bool matches(const struct dm_match *match, const struct naive_packet *packet)
{
    if (match->protocol < 0) {
        return true;
    }
    if (match->protocol != packet->protocol) {
        return false;
    }
    if (packet->protocol == DM_PROTO_ICMP) {
        return (match->icmp_type < 0 || match->icmp_type == packet->icmp_type)
               && match->icmp_code <= 0;
    }
    return packet->port >= match->port_first && packet->port <= match->port_last;
}

/* The entry of the lowest number that matches decides [VPC-14]. */
static bool acl_allows(const struct dm_model *model, struct dm_subnet_id subnet, bool egress,
                       const struct naive_packet *packet)
{
    const struct dm_acl *acl = dm_acl_get(model, dm_subnet_get(model, subnet)->acl);
    const struct dm_acl_entry *best = NULL;

    for (size_t i = 0; i < acl->n_entries; i++) {
        const struct dm_acl_entry *entry = &acl->entries[i];
        struct dm_addr peer = egress ? packet->destination : packet->source;

        if (entry->egress == egress && dm_prefix_has(entry->prefix, peer)
            && matches(&entry->match, packet) && (!best || entry->number < best->number)) {
            best = entry;
        }
    }
    return best && best->allow;
}

static bool groups_allow(const struct dm_model *model, const struct dm_interface *interface,
                         bool egress, const struct naive_packet *packet)
{
    if (packet->is_answer) {
        return true;
    }
    for (size_t i = 0; i < interface->n_groups; i++) {
        const struct dm_group *group = dm_group_get(model, interface->groups[i]);

        for (size_t j = 0; j < group->n_rules; j++) {
            const struct dm_group_rule *rule = &group->rules[j];

            DM_ASSERT(rule->peer_kind == DM_PEER_PREFIX);
            if (rule->egress == egress
                && dm_prefix_has(rule->prefix, egress ? packet->destination : packet->source)
                && matches(&rule->match, packet)) {
                return true;
            }
        }
    }
    return false;
}

/* ---- routes ---- */

static const struct dm_route *route_of(const struct dm_model *model, struct dm_subnet_id subnet,
                                       struct dm_addr destination)
{
    const struct dm_route_table *table =
        dm_route_table_get(model, dm_subnet_get(model, subnet)->table);
    const struct dm_route *best = NULL;

    for (size_t i = 0; i < table->n_routes; i++) {
        const struct dm_route *route = &table->routes[i];

        DM_ASSERT(!route->list.v && !route->propagated);
        if (dm_prefix_has(route->prefix, destination)
            && (!best || route->prefix.length > best->prefix.length)) {
            best = route;
        }
    }
    return best;
}

/* The attachment that the gateway sends to, or 0. */
static struct dm_attachment_id transit_of(const struct dm_model *model,
                                          struct dm_transit_table_id id, struct dm_addr destination)
{
    const struct dm_transit_table *table = dm_transit_table_get(model, id);
    struct dm_attachment_id best = { 0 };
    int length = -1;

    for (size_t i = 0; i < table->n_propagations; i++) {
        struct dm_attachment_id from = table->propagations[i].attachment;
        const struct dm_vpc *vpc = dm_vpc_get(model, dm_attachment_get(model, from)->vpc);

        for (size_t j = 0; j < vpc->n_cidrs; j++) {
            if (dm_prefix_has(vpc->cidrs[j], destination) && vpc->cidrs[j].length > length) {
                length = vpc->cidrs[j].length;
                best = from;
            }
        }
    }
    for (size_t i = 0; i < table->n_routes; i++) {
        if (dm_prefix_has(table->routes[i].prefix, destination)
            && table->routes[i].prefix.length >= length) {
            length = table->routes[i].prefix.length; /* also where it leads nowhere [TGW-10] */
            best = table->routes[i].attachment;
        }
    }
    return best;
}

static struct dm_subnet_id only_subnet(const struct dm_attachment *attachment)
{
    DM_ASSERT(attachment->kind == DM_ATTACHMENT_VPC && attachment->n_subnets == 1);
    return attachment->subnets[0];
}

static struct dm_attachment_id attachment_of(const struct dm_model *model, struct dm_vpc_id vpc,
                                             struct dm_transit_gateway_id gateway)
{
    for (uint32_t i = 0; i < model->n_attachments; i++) {
        if (model->attachments[i].vpc.v == vpc.v && model->attachments[i].gateway.v == gateway.v) {
            return (struct dm_attachment_id){ i + 1 };
        }
    }
    return (struct dm_attachment_id){ 0 };
}

/* ---- the way of one packet ---- */

/* Into the interface that has the destination in this VPC, from subnet 'from' (0: from outside). */
static struct dm_interface_id arrive(const struct dm_model *model, struct dm_vpc_id vpc,
                                     struct dm_subnet_id from, const struct naive_packet *packet)
{
    struct dm_interface_id none = { 0 };

    for (uint32_t i = 0; i < model->n_interfaces; i++) {
        const struct dm_interface *interface = &model->interfaces[i];

        if (dm_subnet_get(model, interface->subnet)->vpc.v != vpc.v
            || !dm_addr_equal(interface->addresses[0].address, packet->destination)) {
            continue;
        }
        if (from.v != interface->subnet.v
            && ((from.v && !acl_allows(model, from, true, packet))
                || !acl_allows(model, interface->subnet, false, packet))) {
            return none;
        }
        return groups_allow(model, interface, false, packet) ? (struct dm_interface_id){ i + 1 }
                                                             : none;
    }
    return none;
}

static struct dm_interface_id over_transit(const struct dm_model *model, struct dm_vpc_id vpc,
                                           struct dm_transit_gateway_id gateway,
                                           const struct naive_packet *packet)
{
    struct dm_interface_id none = { 0 };
    struct dm_attachment_id in = attachment_of(model, vpc, gateway);
    struct dm_attachment_id out;
    const struct dm_attachment *near;
    const struct dm_attachment *far;
    const struct dm_route *route;

    if (!in.v) {
        return none;
    }
    near = dm_attachment_get(model, in);
    if (!acl_allows(model, only_subnet(near), false, packet) || !near->table.v) {
        return none;
    }
    out = transit_of(model, near->table, packet->destination);
    if (!out.v) {
        return none;
    }
    far = dm_attachment_get(model, out);
    route = route_of(model, only_subnet(far), packet->destination);
    return route && route->target_kind == DM_TARGET_LOCAL
               ? arrive(model, far->vpc, only_subnet(far), packet)
               : none;
}

/* Where the packet arrives, or 0. */
static struct dm_interface_id send(const struct dm_model *model, struct dm_interface_id from,
                                   const struct naive_packet *packet)
{
    const struct dm_interface *sender = dm_interface_get(model, from);
    struct dm_vpc_id vpc = dm_subnet_get(model, sender->subnet)->vpc;
    struct dm_interface_id none = { 0 };
    const struct dm_route *route = route_of(model, sender->subnet, packet->destination);

    if (!groups_allow(model, sender, true, packet) || !route) {
        return none;
    }
    if (route->target_kind == DM_TARGET_LOCAL) {
        return arrive(model, vpc, sender->subnet, packet);
    }
    if (!acl_allows(model, sender->subnet, true, packet)) {
        return none;
    }
    if (route->target_kind == DM_TARGET_PEERING) {
        const struct dm_peering *peering =
            dm_peering_get(model, (struct dm_peering_id){ route->target });
        struct dm_vpc_id other =
            peering->requester.v == vpc.v ? peering->accepter : peering->requester;

        return arrive(model, other, (struct dm_subnet_id){ 0 }, packet); /* no further [VPC-18] */
    }
    DM_ASSERT(route->target_kind == DM_TARGET_TRANSIT_GATEWAY);
    return over_transit(model, vpc, (struct dm_transit_gateway_id){ route->target }, packet);
}

struct dm_naive dm_naive_send(const struct dm_model *model, struct dm_interface_id from,
                              struct dm_interface_id to, uint8_t protocol, uint16_t port)
{
    /* Of the answers those to the lowest and the highest port: no rule here tells others apart. */
    static const uint16_t answers[] = { 32768, 60999 };
    struct naive_packet packet = {
        .source = dm_interface_get(model, from)->addresses[0].address,
        .destination = dm_interface_get(model, to)->addresses[0].address,
        .protocol = protocol,
        .port = port,
        .icmp_type = 8,
    };
    struct dm_naive result = { .delivered = send(model, from, &packet).v == to.v };

    result.answered = result.delivered;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct naive_packet answer = { .source = packet.destination,
                                       .destination = packet.source,
                                       .protocol = protocol,
                                       .port = answers[i],
                                       .is_answer = true };

        result.answered = result.answered && send(model, to, &answer).v == from.v;
    }
    return result;
}
