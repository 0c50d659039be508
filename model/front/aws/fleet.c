/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Gateway load balancers: the fleets of appliances behind endpoints.
 *
 * An endpoint names a service, the service its balancer, the balancer's listener a target group,
 * and that the appliances with their health.  All of it is most often in another account than the
 * endpoint, so any of it may not be in the input: then what is behind the endpoint is unknown.  An
 * appliance that is not healthy gets nothing while another is [GWLB-02]; what becomes of packets
 * where none is healthy at all is not taken for granted.
 */
#include "model/front/aws/aws_private.h"

void dm_aws_collect_endpoint_service(struct dm_aws *aws, const struct dm_aws_file *file,
                                     const struct dm_aws_node *item)
{
    const char *name = dm_aws_text(aws, item, "ServiceName");
    if (name) {
        dm_aws_collect(aws, DM_AWS_ENDPOINT_SERVICE, name, NULL, file, item, NULL);
    } else {
        struct dm_aws_node field = dm_aws_at(item, "ServiceName");
        dm_aws_fault(aws, &field, "`ServiceName` is missing");
    }
}

/* The balancer of the endpoint's service; NULL: it is not in the input, or there are several. */
static const struct dm_aws_thing *balancer_of(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    const char *name = dm_aws_text(aws, dm_aws_with(thing, "ServiceName"), "ServiceName");
    const struct dm_aws_thing *service =
        name ? dm_aws_find(aws, DM_AWS_ENDPOINT_SERVICE, name) : NULL;
    static const char key[] = "GatewayLoadBalancerArns";
    if (!service) {
        return NULL;
    }
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(service, key), key);
    const char *arn = list.tree && list.tree->n == 1 ? dm_tree_text(list.tree->items[0]) : NULL;
    const struct dm_aws_thing *balancer = arn ? dm_aws_find(aws, DM_AWS_BALANCER, arn) : NULL;
    bool is_gateway =
        balancer && dm_str_equal(dm_aws_peek(dm_aws_with(balancer, "Type"), "Type"), "gateway");
    return is_gateway && balancer->life != DM_AWS_GONE ? balancer : NULL;
}

/* The one group that its listener sends to, or NULL. */
static const struct dm_aws_thing *group_of(struct dm_aws *aws, const struct dm_aws_thing *balancer)
{
    const struct dm_aws_thing *listener = balancer->parts;
    if (!listener || listener->next_part) {
        return NULL;
    }
    struct dm_aws_node list =
        dm_aws_list(aws, dm_aws_with(listener, "DefaultActions"), "DefaultActions");
    struct dm_aws_node action;
    size_t at = 0;
    if (!dm_aws_next(aws, &list, &at, &action) || list.tree->n != 1) {
        return NULL;
    }
    const char *arn = dm_aws_text(aws, &action, "TargetGroupArn");
    return arn ? dm_aws_find(aws, DM_AWS_TARGET_GROUP, arn) : NULL;
}

/* The host that a target is: an instance, or that of an interface with its address. */
static const struct dm_aws_thing *host_of(struct dm_aws *aws, const struct dm_aws_thing *group,
                                          const char *id)
{
    const struct dm_aws_index *interfaces = &aws->families[DM_AWS_INTERFACE];
    struct dm_vpc_id vpc = dm_aws_vpc_handle(aws, group);
    struct dm_addr address;
    if (dm_addr_parse(id, &address) != DM_ADDR_OK) {
        return dm_aws_find(aws, DM_AWS_INSTANCE, id);
    }
    for (size_t i = 0; i < interfaces->items.n; i++) {
        const struct dm_aws_thing *thing = interfaces->items.items[i];
        const struct dm_aws_thing *of = thing->part_of;
        if (!thing->handle || !of || of->family != DM_AWS_INSTANCE) {
            continue;
        }
        const struct dm_interface *item =
            dm_builder_edit_interface(aws->builder, (struct dm_interface_id){ thing->handle });
        for (size_t j = 0; j < item->n_addresses; j++) {
            if (dm_addr_equal(item->addresses[j].address, address) && item->subnet.v
                && dm_builder_edit_subnet(aws->builder, item->subnet)->vpc.v == vpc.v) {
                return of;
            }
        }
    }
    return NULL;
}

struct hosts {
    struct dm_host_id *items;
    size_t n;
    size_t capacity;
};

/* What is not known of the appliances, as a clause; NULL where all is. */
static const char *add_appliances(struct dm_aws *aws, const struct dm_aws_thing *group,
                                  struct hosts *hosts)
{
    static const char key[] = "TargetHealthDescriptions";
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(group, key), key);
    struct dm_aws_node item;
    if (!list.tree) {
        return "its targets are not in the input";
    }
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        const char *id = dm_aws_peek(&item, "Target/Id");
        const char *state = dm_aws_peek(&item, "TargetHealth/State");
        const struct dm_aws_thing *host = id ? host_of(aws, group, id) : NULL;
        if (!state) {
            return "the health of a target is not in the input";
        }
        if (!dm_str_equal(state, "healthy") && !dm_str_equal(state, "unavailable")) {
            continue;
        }
        if (!host || !host->handle) {
            return "a target of it is not in the input";
        }
        struct dm_host_id handle = { host->handle };
        DM_AWS_PUSH(aws, hosts, handle);
    }
    return hosts->n || !list.tree->n ? NULL
                                     : "what it does where no appliance is healthy is not known";
}

struct dm_gateway_balancer_id dm_aws_fleet_of(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    const struct dm_aws_thing *balancer = balancer_of(aws, thing);
    const struct dm_aws_thing *group = balancer ? group_of(aws, balancer) : NULL;
    struct dm_gateway_balancer fields = { .vpc = { 0 } };
    struct hosts hosts = { 0 };
    if (!balancer) {
        return (struct dm_gateway_balancer_id){ 0 };
    }
    struct dm_ref found = dm_builder_find(aws->builder, DM_KIND_gateway_balancer, balancer->name);
    if (found.v) {
        return (struct dm_gateway_balancer_id){ found.v };
    }
    const char *why = group ? add_appliances(aws, group, &hosts)
                            : "its listener, or the target group of that, is not in the input";
    fields.object = dm_aws_object(aws, balancer);
    fields.vpc = dm_aws_vpc_handle(aws, balancer);
    fields.appliances = hosts.items;
    fields.n_appliances = hosts.n;
    fields.cross_zone =
        dm_str_equal(dm_aws_attribute(aws, balancer, "load_balancing.cross_zone.enabled"), "true");
    if (why) {
        fields.unknown =
            dm_aws_unknown(aws, &balancer->views->node,
                           dm_sprintf(aws->arena, "appliances of %s", balancer->name), "%s", why);
    }
    return fields.vpc.v ? dm_builder_add_gateway_balancer(aws->builder, &fields)
                        : (struct dm_gateway_balancer_id){ 0 };
}
