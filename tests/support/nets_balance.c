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
