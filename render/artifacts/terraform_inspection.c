/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Firewalls, and gateway load balancers with the endpoints that lead to them.
 *
 * AWS makes the endpoints of a firewall with it; of a gateway load balancer each is a resource, of
 * the service that stands for the balancer.  Appliances are targets by address: what runs in them
 * is no part of the network, as with all hosts.
 */
#include "render/artifacts/terraform_private.h"

enum { NAME_BYTES = 128, BALANCER_NAME_BYTES = 32, GENEVE_PORT = 6081 };

static void firewall(struct dm_tf *tf, struct dm_firewall_id id)
{
    const struct dm_firewall *object = dm_firewall_get(tf->model, id);
    uint32_t root = dm_tf_root_of_vpc(tf, object->vpc);
    bool has_endpoint = false;
    json_t *body;

    if (object->unknown.v || !object->policy.v) {
        dm_tf_refuse(tf, object->object.origin, "firewall `%s`: its policy is not known",
                     object->object.name);
        return;
    }
    body = dm_tf_object(tf, root, DM_TF_INSPECTION, "aws_networkfirewall_firewall",
                        DM_REF(firewall, id));
    dm_tf_text(tf, body, "name", dm_tf_short(tf, DM_REF(firewall, id), NAME_BYTES));
    dm_tf_refer(tf, root, body, "vpc_id", DM_REF(vpc, object->vpc));
    dm_tf_set(tf, body, "firewall_policy_arn",
              json_string(dm_tf_arn(tf, root, DM_REF(firewall_policy, object->policy))));
    for (uint32_t i = 0; i < tf->model->n_gwlb_endpoints; i++) {
        const struct dm_gwlb_endpoint *endpoint = &tf->model->gwlb_endpoints[i];

        if (endpoint->firewall.v != id.v) {
            continue;
        }
        if (dm_subnet_get(tf->model, endpoint->subnet)->vpc.v != object->vpc.v) {
            dm_tf_refuse(tf, endpoint->object.origin,
                         "endpoint `%s`: its firewall is in another VPC", endpoint->object.name);
        }
        dm_tf_refer(tf, root, dm_tf_block(tf, body, "subnet_mapping"), "subnet_id",
                    DM_REF(subnet, endpoint->subnet));
        has_endpoint = true;
    }
    if (!has_endpoint) {
        dm_tf_refuse(tf, object->object.origin, "firewall `%s` has no endpoint",
                     object->object.name);
    }
}

/* ---- gateway load balancers ---- */

/* The first interface of an appliance: where it gets what it inspects. */
static const struct dm_interface *interface_of(const struct dm_tf *tf, struct dm_host_id id)
{
    const struct dm_host *host = dm_host_get(tf->model, id);

    return host->n_interfaces ? dm_interface_get(tf->model, host->interfaces[0]) : NULL;
}

static const char *address_of(const struct dm_tf *tf, struct dm_host_id id,
                              char buffer[DM_ADDR_TEXT_SIZE])
{
    const struct dm_interface *interface = interface_of(tf, id);

    return interface && interface->n_addresses
               ? dm_addr_text(interface->addresses[0].address, buffer)
               : NULL;
}

static void appliances(struct dm_tf *tf, uint32_t root, struct dm_gateway_balancer_id id)
{
    const struct dm_gateway_balancer *object = dm_gateway_balancer_get(tf->model, id);
    struct dm_ref ref = DM_REF(gateway_balancer, id);
    json_t *body = dm_tf_second(tf, root, DM_TF_BALANCERS, "aws_lb_target_group", ref);

    dm_tf_text(tf, body, "name", dm_tf_short(tf, ref, BALANCER_NAME_BYTES));
    dm_tf_text(tf, body, "protocol", "GENEVE");
    dm_tf_number(tf, body, "port", GENEVE_PORT);
    dm_tf_text(tf, body, "target_type", "ip");
    dm_tf_refer(tf, root, body, "vpc_id", DM_REF(vpc, object->vpc));
    for (size_t i = 0; i < object->n_appliances; i++) {
        char buffer[DM_ADDR_TEXT_SIZE];
        const char *address = address_of(tf, object->appliances[i], buffer);

        if (!address) {
            dm_tf_refuse(tf, object->object.origin, "an appliance of `%s` has no address",
                         object->object.name);
            return;
        }
        body = dm_tf_row(tf, root, DM_TF_BALANCERS, "aws_lb_target_group_attachment", ref, address,
                         object->object.origin);
        dm_tf_refer_second(tf, body, "target_group_arn", "aws_lb_target_group", ref);
        dm_tf_text(tf, body, "target_id", address);
    }
}

/* AWS puts a node where an appliance is; a subnet is named once. */
static void nodes(struct dm_tf *tf, uint32_t root, json_t *body,
                  const struct dm_gateway_balancer *object)
{
    for (size_t i = 0; i < object->n_appliances; i++) {
        const struct dm_interface *interface = interface_of(tf, object->appliances[i]);
        bool is_there = false;

        for (size_t j = 0; interface && j < i; j++) {
            is_there = is_there
                       || interface_of(tf, object->appliances[j])->subnet.v == interface->subnet.v;
        }
        if (interface && !is_there) {
            dm_tf_push(tf, body, "subnets",
                       json_string(dm_tf_id(tf, root, DM_REF(subnet, interface->subnet))));
        }
    }
}

static void gateway_balancer(struct dm_tf *tf, struct dm_gateway_balancer_id id)
{
    const struct dm_gateway_balancer *object = dm_gateway_balancer_get(tf->model, id);
    struct dm_ref ref = DM_REF(gateway_balancer, id);
    uint32_t root = dm_tf_root_of_vpc(tf, object->vpc);
    json_t *body;

    if (object->unknown.v || object->n_appliances == 0) {
        dm_tf_refuse(tf, object->object.origin, "gateway load balancer `%s`: %s",
                     object->object.name,
                     object->unknown.v ? "what is behind it is not known"
                                       : "it has no appliances, so its subnets are not given");
        return;
    }
    body = dm_tf_object(tf, root, DM_TF_BALANCERS, "aws_lb", ref);
    dm_tf_text(tf, body, "name", dm_tf_short(tf, ref, BALANCER_NAME_BYTES));
    dm_tf_text(tf, body, "load_balancer_type", "gateway");
    dm_tf_flag(tf, body, "enable_cross_zone_load_balancing", object->cross_zone);
    nodes(tf, root, body, object);
    appliances(tf, root, id);
    body =
        dm_tf_row(tf, root, DM_TF_BALANCERS, "aws_lb_listener", ref, "all", object->object.origin);
    dm_tf_refer(tf, root, body, "load_balancer_arn", ref);
    body = dm_tf_block(tf, body, "default_action");
    dm_tf_text(tf, body, "type", "forward");
    dm_tf_refer_second(tf, body, "target_group_arn", "aws_lb_target_group", ref);
    body = dm_tf_second(tf, root, DM_TF_INSPECTION, "aws_vpc_endpoint_service", ref);
    dm_tf_flag(tf, body, "acceptance_required", false);
    if (body) {
        dm_tf_push(tf, body, "gateway_load_balancer_arns", json_string(dm_tf_id(tf, root, ref)));
    }
}

static void endpoint(struct dm_tf *tf, struct dm_gwlb_endpoint_id id)
{
    const struct dm_gwlb_endpoint *object = dm_gwlb_endpoint_get(tf->model, id);
    struct dm_vpc_id vpc = dm_subnet_get(tf->model, object->subnet)->vpc;
    uint32_t root = dm_tf_root_of_vpc(tf, vpc);
    json_t *body;

    if (object->firewall.v) {
        return; /* it comes with the firewall */
    }
    if (!object->balancer.v || object->unknown.v) {
        dm_tf_refuse(tf, object->object.origin, "endpoint `%s`: what is behind it is not known",
                     object->object.name);
        return;
    }
    body = dm_tf_object(tf, root, DM_TF_INSPECTION, "aws_vpc_endpoint", DM_REF(gwlb_endpoint, id));
    dm_tf_text(tf, body, "vpc_endpoint_type", "GatewayLoadBalancer");
    dm_tf_refer(tf, root, body, "vpc_id", DM_REF(vpc, vpc));
    if (body) {
        dm_tf_set(tf, body, "service_name",
                  json_string(dm_tf_given(tf, root, DM_REF(gateway_balancer, object->balancer),
                                          "aws_vpc_endpoint_service", "service_name")));
        dm_tf_push(tf, body, "subnet_ids",
                   json_string(dm_tf_id(tf, root, DM_REF(subnet, object->subnet))));
    }
}

void dm_tf_inspection(struct dm_tf *tf)
{
    for (uint32_t i = 1; i <= tf->model->n_firewalls; i++) {
        firewall(tf, (struct dm_firewall_id){ i });
    }
    for (uint32_t i = 1; i <= tf->model->n_gateway_balancers; i++) {
        gateway_balancer(tf, (struct dm_gateway_balancer_id){ i });
    }
    for (uint32_t i = 1; i <= tf->model->n_gwlb_endpoints; i++) {
        endpoint(tf, (struct dm_gwlb_endpoint_id){ i });
    }
}
