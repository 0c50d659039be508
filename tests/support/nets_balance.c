/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines of load balancers.
 */
#include "tests/support/nets_private.h"

#include <string.h>

void dm_nets_read_balancer(struct dm_nets_parser *parser)
{
    struct dm_balancer balancer = { .object = parser->object };
    const char *kind;

    balancer.vpc = OBJECT(parser, vpc);
    kind = dm_nets_word(parser);
    balancer.is_application = dm_str_equal(kind, "app");
    parser->bad = parser->bad || (!balancer.is_application && !dm_str_equal(kind, "net"));
    balancer.cross_zone = dm_nets_flag(parser, "cross");
    balancer.dns_name = dm_nets_option(parser, "dns");
    balancer.tags = dm_nets_tags(parser);
    dm_builder_add_balancer(parser->builder, &balancer);
}

void dm_nets_read_node(struct dm_nets_parser *parser)
{
    struct dm_interface interface = { .object = parser->object, .kind = DM_INTERFACE_BALANCER };
    const char *balancer;
    const char *groups;

    interface.subnet = OBJECT(parser, subnet);
    dm_nets_set_addresses(parser, &interface, dm_nets_word(parser));
    balancer = dm_nets_option(parser, "balancer");
    interface.balancer.v = dm_nets_find(parser, DM_KIND_balancer, balancer ? balancer : "");
    groups = dm_nets_option(parser, "groups");
    interface.groups = dm_nets_objects_of(parser, DM_KIND_group, groups, &interface.n_groups);
    dm_builder_add_interface(parser->builder, &interface);
}

void dm_nets_read_targets(struct dm_nets_parser *parser)
{
    struct dm_target_group group = { .object = parser->object };
    const char *checked;
    uint64_t port = 0;

    group.vpc = OBJECT(parser, vpc);
    group.keeps_client = dm_nets_flag(parser, "keep");
    group.cross_zone = dm_nets_flag(parser, "cross")     ? DM_CROSS_ZONE_ON
                       : dm_nets_flag(parser, "nocross") ? DM_CROSS_ZONE_OFF
                                                         : DM_CROSS_ZONE_AS_BALANCER;
    checked = dm_nets_option(parser, "checked");
    group.judges_health = checked != NULL;
    parser->bad =
        (checked && !dm_str_to_u64(checked, strlen(checked), 65535, &port)) || parser->bad;
    group.health_port = (uint16_t)port;
    dm_builder_add_target_group(parser->builder, &group);
}

/* "100/b/128/sick" */
static void read_endpoint(struct dm_nets_parser *parser, const char *text,
                          struct dm_accelerator_group *group)
{
    struct dm_accelerator_endpoint *endpoint =
        DM_NEW(parser->arena, struct dm_accelerator_endpoint);
    const char *name = strchr(text, '/');
    const char *weight = name ? strchr(name + 1, '/') : NULL;
    size_t length = weight ? strcspn(weight + 1, "/") : 0;
    uint64_t dial = 0;
    uint64_t value = 0;
    char *copy;

    if (!endpoint || !weight || !dm_str_to_u64(text, (size_t)(name - text), 100, &dial)
        || !dm_str_to_u64(weight + 1, length, 255, &value)) {
        parser->bad = true;
        return;
    }
    copy = dm_arena_strndup(parser->arena, name + 1, (size_t)(weight - name) - 1);
    endpoint->balancer.v = dm_nets_find(parser, DM_KIND_balancer, copy ? copy : "");
    endpoint->weight = (uint16_t)value;
    endpoint->is_healthy = !dm_str_equal(weight + 1 + length, "/sick");
    endpoint->keeps_client = true;
    group->dial = (uint8_t)dial;
    group->region.v = 1;
    group->endpoints = endpoint;
    group->n_endpoints = 1;
}

void dm_nets_read_accelerator(struct dm_nets_parser *parser)
{
    struct dm_interface interface = { .object = parser->object, .kind = DM_INTERFACE_ACCELERATOR };
    struct dm_accelerator accelerator = { .object = parser->object, .is_enabled = true };
    struct dm_accelerator_listener *listener =
        DM_NEW(parser->arena, struct dm_accelerator_listener);
    struct dm_accelerator_group *groups;
    const char *const *parts;
    size_t n = 0;

    dm_nets_set_addresses(parser, &interface, dm_nets_word(parser));
    if (!listener) {
        parser->bad = true;
        return;
    }
    listener->match = dm_nets_match_word(parser);
    parts = dm_nets_parts(parser, dm_nets_word(parser), &n);
    groups = DM_NEW_ARRAY(parser->arena, n + 1, struct dm_accelerator_group);
    for (size_t i = 0; groups && i < n; i++) {
        read_endpoint(parser, parts[i], &groups[i]);
    }
    listener->groups = groups;
    listener->n_groups = n;
    accelerator.listeners = listener;
    accelerator.n_listeners = 1;
    accelerator.interface = dm_builder_add_interface(parser->builder, &interface);
    interface.accelerator = dm_builder_add_accelerator(parser->builder, &accelerator);
    if (accelerator.interface.v) {
        dm_builder_edit_interface(parser->builder, accelerator.interface)->accelerator =
            interface.accelerator;
    }
}

void dm_nets_read_target(struct dm_nets_parser *parser)
{
    struct dm_nets_target_row row = { dm_nets_find(parser, DM_KIND_target_group,
                                                   parser->object.name),
                                      { .is_healthy = true, .origin = parser->object.origin } };
    const char *port;
    const char *zone;
    uint64_t value = 0;

    row.target.address = dm_nets_address_of(parser, dm_nets_word(parser));
    port = dm_nets_word(parser);
    parser->bad = !dm_str_to_u64(port, strlen(port), 65535, &value) || parser->bad;
    row.target.port = (uint16_t)value;
    zone = dm_nets_option(parser, "zone");
    row.target.zone.v = zone ? dm_nets_find(parser, DM_KIND_zone, zone) : 0;
    row.target.is_healthy = !dm_nets_flag(parser, "sick");
    row.target.is_leaving = dm_nets_flag(parser, "leaving");
    if (!DM_VEC_PUSH(parser->arena, &parser->targets, row)) {
        parser->bad = true;
    }
}

void dm_nets_read_listen(struct dm_nets_parser *parser)
{
    struct dm_nets_listener_row row = { dm_nets_find(parser, DM_KIND_balancer, parser->object.name),
                                        { .origin = parser->object.origin } };

    row.listener.match = dm_nets_match_word(parser);
    row.listener.action.groups = dm_nets_objects_of(
        parser, DM_KIND_target_group, dm_nets_word(parser), &row.listener.action.n_groups);
    row.listener.action.answers = row.listener.action.n_groups == 0;
    if (!DM_VEC_PUSH(parser->arena, &parser->listeners, row)) {
        parser->bad = true;
    }
}
