/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Network interfaces of hosts that the network leads to: targets of routes, and appliances.
 *
 * What runs is no part of the network; but a route, or a target group, leads to an interface that
 * has to be there with its address and groups, and that forwards where it shall.  It is made here,
 * for whoever starts the instance to attach.  All interfaces of such a host are made.
 */
#include "render/artifacts/terraform_private.h"

bool dm_tf_has_interfaces(const struct dm_tf *tf, struct dm_host_id id)
{
    for (uint32_t i = 0; i < tf->model->n_gateway_balancers; i++) {
        const struct dm_gateway_balancer *balancer = &tf->model->gateway_balancers[i];

        for (size_t j = 0; j < balancer->n_appliances; j++) {
            if (balancer->appliances[j].v == id.v) {
                return true;
            }
        }
    }
    return tf->is_target && tf->is_target[id.v - 1];
}

/* Notes the hosts that routes lead to. */
static void targets(struct dm_tf *tf)
{
    tf->is_target = DM_NEW_ARRAY(tf->arena, tf->model->n_hosts + 1, bool);
    if (!tf->is_target) {
        dm_tf_nomem(tf);
        return;
    }
    for (uint32_t i = 0; i < tf->model->n_route_tables; i++) {
        const struct dm_route_table *table = &tf->model->route_tables[i];

        for (size_t j = 0; j < table->n_routes; j++) {
            struct dm_interface_id id = { table->routes[j].target };
            uint32_t host = table->routes[j].target_kind == DM_TARGET_INTERFACE
                                ? dm_interface_get(tf->model, id)->host.v
                                : 0;

            if (host) {
                tf->is_target[host - 1] = true;
            }
        }
    }
}

/* The first address is the primary one: where there are several their order counts. */
static void addresses(struct dm_tf *tf, uint32_t root, json_t *body, struct dm_interface_id id)
{
    const struct dm_interface *object = dm_interface_get(tf->model, id);
    bool is_list = object->n_addresses > 1;

    for (size_t i = 0; i < object->n_addresses; i++) {
        const struct dm_interface_address *at = &object->addresses[i];
        char buffer[DM_ADDR_TEXT_SIZE];
        const char *text = dm_addr_text(at->address, buffer);

        if (at->address.family != DM_FAMILY_IPV4) {
            dm_tf_refuse(tf, object->object.origin, "interface `%s`: its IPv6 addresses",
                         object->object.name);
            return;
        }
        dm_tf_push(tf, body, is_list ? "private_ip_list" : "private_ips", json_string(text));
        if (at->public_address.family == DM_FAMILY_IPV4) {
            json_t *public = dm_tf_row(tf, root, DM_TF_NETWORK, "aws_eip", DM_REF(interface, id),
                                       text, object->object.origin);

            dm_tf_text(tf, public, "domain", "vpc");
            dm_tf_text(tf, public, "associate_with_private_ip", text);
            dm_tf_refer(tf, root, public, "network_interface", DM_REF(interface, id));
        }
    }
    if (is_list) {
        dm_tf_flag(tf, body, "private_ip_list_enabled", true);
    }
}

static void interface(struct dm_tf *tf, struct dm_interface_id id)
{
    const struct dm_interface *object = dm_interface_get(tf->model, id);
    uint32_t root = dm_tf_root_of_vpc(tf, dm_subnet_get(tf->model, object->subnet)->vpc);
    json_t *body;

    if (object->unknown.v) {
        dm_tf_refuse(tf, object->object.origin, "not all of interface `%s` is known",
                     object->object.name);
        return;
    }
    body = dm_tf_object(tf, root, DM_TF_NETWORK, "aws_network_interface", DM_REF(interface, id));
    dm_tf_refer(tf, root, body, "subnet_id", DM_REF(subnet, object->subnet));
    dm_tf_flag(tf, body, "source_dest_check", object->source_dest_check);
    if (body) {
        addresses(tf, root, body, id);
        for (size_t i = 0; i < object->n_groups; i++) {
            dm_tf_push(tf, body, "security_groups",
                       json_string(dm_tf_id(tf, root, DM_REF(group, object->groups[i]))));
        }
    }
}

void dm_tf_interfaces(struct dm_tf *tf)
{
    targets(tf);
    for (uint32_t i = 1; tf->status == DM_OK && i <= tf->model->n_interfaces; i++) {
        const struct dm_interface *object = &tf->model->interfaces[i - 1];

        if (object->kind == DM_INTERFACE_HOST && object->host.v
            && dm_tf_has_interfaces(tf, object->host)) {
            interface(tf, (struct dm_interface_id){ i });
        }
    }
}
