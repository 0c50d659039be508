/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines of load balancers that a cluster asks for.
 */
#include "tests/support/nets_private.h"

#include <string.h>

struct dm_tags dm_nets_tags(struct dm_nets_parser *parser)
{
    const char *text = dm_nets_option(parser, "tags");
    size_t n = 0;
    const char *const *parts = text ? dm_nets_parts(parser, text, &n) : NULL;
    struct dm_tag *tags = DM_NEW_ARRAY(parser->arena, n + 1, struct dm_tag);

    for (size_t i = 0; i < n && tags; i++) {
        size_t length = strcspn(parts[i], ":");

        tags[i].key = dm_arena_strndup(parser->arena, parts[i], length);
        tags[i].value = parts[i] + length + (parts[i][length] == ':');
    }
    return (struct dm_tags){ tags, n };
}

void dm_nets_read_kbalancer(struct dm_nets_parser *parser)
{
    struct dm_kube_balancer balancer = { .object = parser->object };
    struct dm_prefix *inbound = DM_NEW_ARRAY(parser->arena, 2, struct dm_prefix);
    const char *kind;
    const char *text;

    balancer.cluster = OBJECT(parser, cluster);
    kind = dm_nets_word(parser);
    balancer.kind = dm_str_equal(kind, "app") ? DM_KUBE_ALB : DM_KUBE_NLB;
    parser->bad =
        parser->bad || !inbound || (balancer.kind == DM_KUBE_NLB && !dm_str_equal(kind, "net"));
    balancer.is_internet_facing = dm_nets_flag(parser, "facing");
    balancer.crosses_zones = dm_nets_flag(parser, "cross") || balancer.kind == DM_KUBE_ALB;
    text = dm_nets_option(parser, "subnets");
    if (text) {
        balancer.subnets = dm_nets_parts(parser, text, &balancer.n_subnets);
    }
    text = dm_nets_option(parser, "groups");
    if (text) {
        balancer.groups = dm_nets_parts(parser, text, &balancer.n_groups);
    }
    balancer.manages_rules = dm_nets_flag(parser, "managed") || !balancer.n_groups;
    text = dm_nets_option(parser, "inbound");
    balancer.n_inbound = 1;
    balancer.inbound = inbound;
    if (inbound) {
        inbound[0] = dm_nets_prefix_of(parser, text ? text : "0.0.0.0/0");
    }
    balancer.stack = dm_nets_option(parser, "stack");
    balancer.dns_name = dm_nets_option(parser, "dns");
    text = dm_nets_option(parser, "unknown");
    balancer.unknown.v = text ? dm_nets_find(parser, DM_KIND_unknown, text) : 0;
    dm_builder_add_kube_balancer(parser->builder, &balancer);
}

/* The listener at the port, made where it is not there. */
static struct dm_kube_listener *listener_at(struct dm_nets_parser *parser,
                                            struct dm_kube_balancer *balancer, const char *protocol,
                                            uint16_t port)
{
    struct dm_kube_listener *items =
        DM_NEW_ARRAY(parser->arena, balancer->n_listeners + 1, struct dm_kube_listener);
    size_t i = 0;

    for (; items && i < balancer->n_listeners; i++) {
        items[i] = balancer->listeners[i];
        if (items[i].port == port) {
            return (struct dm_kube_listener *)(uintptr_t)&balancer->listeners[i];
        }
    }
    parser->bad = parser->bad || !items;
    if (items) {
        items[i] = (struct dm_kube_listener){ .protocol = protocol, .port = port };
        balancer->listeners = items;
        balancer->n_listeners++;
    }
    return items ? &items[i] : NULL;
}

/* "k", "k:ip". */
static void read_target(struct dm_nets_parser *parser, const char *text,
                        struct dm_kube_target *target)
{
    size_t length = strcspn(text, ":");
    const char *name = dm_arena_strndup(parser->arena, text, length);

    target->service.v = dm_nets_find(parser, DM_KIND_kube_service, name ? name : "");
    target->is_address = strcmp(text + length, ":ip") == 0;
    parser->bad = parser->bad || (text[length] && !target->is_address);
    target->origin = parser->object.origin;
}

void dm_nets_read_klisten(struct dm_nets_parser *parser)
{
    uint32_t id = dm_nets_find(parser, DM_KIND_kube_balancer, parser->object.name);
    struct dm_match match = dm_nets_match_word(parser);
    const char *to = dm_nets_word(parser);
    struct dm_kube_target *target = DM_NEW(parser->arena, struct dm_kube_target);
    struct dm_kube_rule rule = { .fits_all = true, .origin = parser->object.origin };
    struct dm_kube_listener *listener;
    struct dm_kube_rule *rules;
    const char *checked;
    uint64_t port = 0;

    if (!target || parser->bad) {
        parser->bad = true;
        return;
    }
    rule.kind = dm_str_equal(to, "-") ? DM_KUBE_FIXED : DM_KUBE_FORWARD;
    if (rule.kind == DM_KUBE_FORWARD) {
        read_target(parser, to, target);
        rule.targets = target;
        rule.n_targets = 1;
    }
    rule.is_default = !dm_nets_flag(parser, "first");
    rule.fits_all = !dm_nets_flag(parser, "some");
    rule.is_default = rule.is_default && rule.fits_all;
    target->keeps_client = dm_nets_flag(parser, "keep");
    target->asks_node = dm_nets_flag(parser, "asks");
    checked = dm_nets_option(parser, "checked");
    parser->bad = checked && !dm_str_to_u64(checked, strlen(checked), 65535, &port);
    target->health_port = (uint16_t)port;
    listener = listener_at(
        parser, dm_builder_edit_kube_balancer(parser->builder, (struct dm_kube_balancer_id){ id }),
        match.protocol == DM_PROTO_UDP ? "UDP" : "TCP", match.port_first);
    rules =
        listener ? DM_NEW_ARRAY(parser->arena, listener->n_rules + 1, struct dm_kube_rule) : NULL;
    if (!rules) {
        parser->bad = true;
        return;
    }
    for (size_t i = 0; i < listener->n_rules; i++) {
        rules[i] = listener->rules[i];
    }
    rules[listener->n_rules++] = rule;
    listener->rules = rules;
}
