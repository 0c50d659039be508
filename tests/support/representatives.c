/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/representatives.h"

#include <stdlib.h>

#include "model/base/vec.h"

static bool has_ports(uint8_t protocol)
{
    return protocol == DM_PROTO_TCP || protocol == DM_PROTO_UDP;
}

/* What the filters of a walk name. */
struct named {
    struct dm_arena *arena;
    bool protocols[256];
    bool icmp_types[256];
    bool icmp_codes[256];
    DM_VEC(uint32_t) ports[2]; /* where pieces begin, of TCP and of UDP; any order */
    bool failed;
};

static void note_ports(struct named *named, const struct dm_firewall_side *side)
{
    for (size_t i = 0; i < side->n_ports; i++) {
        for (int udp = 0; udp < 2; udp++) {
            named->failed |= !DM_VEC_PUSH(named->arena, &named->ports[udp], side->ports[i].first);
            named->failed |=
                !DM_VEC_PUSH(named->arena, &named->ports[udp], (uint32_t)side->ports[i].last + 1);
        }
    }
}

/* Rules of firewalls: on the way back they look at the ports of the other side. */
static void note_firewalls(const struct dm_model *model, struct named *named)
{
    for (uint32_t i = 0; i < model->n_firewall_rule_groups; i++) {
        const struct dm_firewall_rules *group = &model->firewall_rule_groups[i];

        for (size_t j = 0; j < group->n_rules; j++) {
            note_ports(named, &group->rules[j].source);
            note_ports(named, &group->rules[j].destination);
            for (size_t k = 0; k < group->rules[j].n_protocols; k++) {
                named->protocols[group->rules[j].protocols[k]] = true;
            }
        }
    }
}

static void note_match(struct named *named, const struct dm_match *match)
{
    if (match->protocol < 0) {
        return;
    }
    named->protocols[match->protocol] = true;
    if (match->protocol == DM_PROTO_TCP || match->protocol == DM_PROTO_UDP) {
        bool udp = match->protocol == DM_PROTO_UDP;

        named->failed |= !DM_VEC_PUSH(named->arena, &named->ports[udp], match->port_first);
        named->failed |=
            !DM_VEC_PUSH(named->arena, &named->ports[udp], (uint32_t)match->port_last + 1);
    }
    if (match->protocol == DM_PROTO_ICMP || match->protocol == DM_PROTO_ICMPV6) {
        if (match->icmp_type >= 0) {
            named->icmp_types[match->icmp_type] = true;
        }
        if (match->icmp_code >= 0) {
            named->icmp_codes[match->icmp_code] = true;
        }
    }
}

/* All rules of the objects at the hop; those of the other direction tell apart more than needed. */
static void note_hop(const struct dm_model *model, const struct dm_hop *hop, struct named *named)
{
    if (hop->kind == DM_HOP_ACL_IN || hop->kind == DM_HOP_ACL_OUT) {
        struct dm_acl_id id = dm_subnet_get(model, (struct dm_subnet_id){ hop->at.v })->acl;
        const struct dm_acl *acl = id.v ? dm_acl_get(model, id) : NULL;

        for (size_t i = 0; acl && i < acl->n_entries; i++) {
            note_match(named, &acl->entries[i].match);
        }
    } else if (hop->kind == DM_HOP_ENDPOINT || hop->kind == DM_HOP_SERVICE) {
        struct dm_endpoint_service_id id = { hop->at.v };
        const struct dm_endpoint_service *service;

        if (hop->kind == DM_HOP_ENDPOINT) {
            id = dm_vpc_endpoint_get(model, (struct dm_vpc_endpoint_id){ hop->at.v })->service;
        }
        service = dm_endpoint_service_get(model, id);
        for (size_t i = 0; i < service->n_answers; i++) {
            note_match(named, &service->answers[i]);
        }
        named->protocols[DM_PROTO_ICMPV6] = true;
        named->icmp_types[8] = true;
        named->icmp_types[128] = true;
    } else if (hop->kind == DM_HOP_GROUPS_IN || hop->kind == DM_HOP_GROUPS_OUT) {
        const struct dm_interface *interface =
            dm_interface_get(model, (struct dm_interface_id){ hop->at.v });

        for (size_t i = 0; i < interface->n_groups; i++) {
            const struct dm_group *group = dm_group_get(model, interface->groups[i]);

            for (size_t j = 0; j < group->n_rules; j++) {
                note_match(named, &group->rules[j].match);
            }
        }
    }
}

struct representatives {
    struct dm_arena *arena;
    DM_VEC(struct dm_flow) flows;
    bool failed;
};

static void add_flow(struct representatives *to, struct dm_flow flow)
{
    to->failed |= !DM_VEC_PUSH(to->arena, &to->flows, flow);
}

static int compare_ports(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static void add_port(struct representatives *to, uint8_t protocol, uint32_t port)
{
    add_flow(to, (struct dm_flow){ .protocol = protocol,
                                   .port_first = (uint16_t)port,
                                   .port_last = (uint16_t)port });
}

/* The first port of each piece; for the piece of port 0, which is nobody's, port 1 if it has it. */
static void add_ports(struct representatives *to, uint8_t protocol, uint32_t *ports, size_t n)
{
    bool piece_of_one = false;

    if (n) {
        qsort(ports, n, sizeof *ports, compare_ports);
    }
    for (size_t i = 0; i < n; i++) {
        piece_of_one |= ports[i] == 1;
    }
    add_port(to, protocol, piece_of_one ? 0 : 1);
    for (size_t i = 0; i < n; i++) {
        if (ports[i] > 0 && ports[i] < 65536 && (i == 0 || ports[i] != ports[i - 1])) {
            add_port(to, protocol, ports[i]);
        }
    }
}

/* The first number that is not named stands for all that are not. */
static unsigned first_unnamed(const bool *named)
{
    unsigned i = 0;

    while (i < 255 && named[i]) {
        i++;
    }
    return i;
}

static void add_icmp(struct representatives *to, uint8_t protocol, const struct named *named)
{
    unsigned other_type = first_unnamed(named->icmp_types);
    unsigned other_code = first_unnamed(named->icmp_codes);

    for (unsigned type = 0; type < 256; type++) {
        if (!named->icmp_types[type] && type != other_type) {
            continue;
        }
        for (unsigned code = 0; code < 256; code++) {
            if (named->icmp_codes[code] || code == other_code) {
                add_flow(to, (struct dm_flow){ .protocol = protocol,
                                               .icmp_type = (uint8_t)type,
                                               .icmp_code = (uint8_t)code });
            }
        }
    }
}

bool dm_representatives(struct dm_arena *arena, const struct dm_model *model,
                        const struct dm_walk *walk, struct dm_flows *ret_flows)
{
    struct representatives to = { .arena = arena };
    struct named *named = DM_NEW(arena, struct named);
    unsigned other;

    if (!named) {
        return false;
    }
    named->arena = arena;
    /* TCP, UDP and ICMP are always told apart: NAT gateways and people do. */
    named->protocols[DM_PROTO_TCP] = true;
    named->protocols[DM_PROTO_UDP] = true;
    named->protocols[DM_PROTO_ICMP] = true;
    note_firewalls(model, named);
    for (size_t i = 0; i < walk->n_hops; i++) {
        note_hop(model, &walk->hops[i], named);
    }
    other = first_unnamed(named->protocols);
    add_ports(&to, DM_PROTO_TCP, named->ports[0].items, named->ports[0].n);
    add_ports(&to, DM_PROTO_UDP, named->ports[1].items, named->ports[1].n);
    for (unsigned protocol = 0; protocol < 256; protocol++) {
        if (protocol == DM_PROTO_ICMP || protocol == DM_PROTO_ICMPV6) {
            if (named->protocols[protocol]) {
                add_icmp(&to, (uint8_t)protocol, named);
            }
        } else if (!has_ports((uint8_t)protocol)
                   && (named->protocols[protocol] || protocol == other)) {
            add_flow(&to, (struct dm_flow){ .protocol = (uint8_t)protocol });
        }
    }
    ret_flows->items = to.flows.items;
    ret_flows->n = to.flows.n;
    return !to.failed && !named->failed;
}
