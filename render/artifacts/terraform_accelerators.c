/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Accelerators, their listeners and endpoint groups, in the global root.
 *
 * They are of no region; AWS takes orders about them in one alone.  Their static addresses are
 * AWS's choice.
 */
#include "model/base/str.h"
#include "render/artifacts/terraform_private.h"

#define CONTROL_REGION "us-west-2"

enum { NAME_BYTES = 32 };

static void endpoint(struct dm_tf *tf, uint32_t root, json_t *body, const char *of,
                     const struct dm_accelerator_endpoint *row)
{
    json_t *block;

    if (row->unknown.v || !row->balancer.v) {
        dm_tf_refuse(tf, row->origin, "an endpoint of accelerator `%s`: %s", of,
                     row->unknown.v ? "which it is is not known"
                                    : "its target is an interface, and hosts are not generated");
        return;
    }
    block = dm_tf_block(tf, body, "endpoint_configuration");
    if (block) {
        dm_tf_set(tf, block, "endpoint_id",
                  json_string(dm_tf_arn(tf, root, DM_REF(balancer, row->balancer))));
    }
    dm_tf_number(tf, block, "weight", row->weight);
    dm_tf_flag(tf, block, "client_ip_preservation_enabled", row->keeps_client);
}

static void group(struct dm_tf *tf, struct dm_accelerator_id id, const char *listener,
                  const struct dm_accelerator_group *row, struct dm_span origin)
{
    const char *of = dm_accelerator_get(tf->model, id)->object.name;
    const char *region = dm_region_get(tf->model, row->region)->object.name;
    const char *name = dm_sprintf(tf->arena, "%s %s", listener, region);
    uint32_t root = dm_tf_root_global(tf);
    json_t *body;

    if (row->unknown.v) {
        dm_tf_refuse(tf, origin, "a group of accelerator `%s`: its endpoints are not known", of);
        return;
    }
    body = dm_tf_row(tf, root, DM_TF_BALANCERS, "aws_globalaccelerator_endpoint_group",
                     DM_REF(accelerator, id), name, origin);
    dm_tf_provide_named(tf, root, body, CONTROL_REGION);
    dm_tf_refer_row(tf, body, "listener_arn", "aws_globalaccelerator_listener",
                    DM_REF(accelerator, id), listener, "arn");
    dm_tf_text(tf, body, "endpoint_group_region", region);
    dm_tf_number(tf, body, "traffic_dial_percentage", row->dial);
    for (size_t i = 0; i < row->n_endpoints; i++) {
        endpoint(tf, root, body, of, &row->endpoints[i]);
    }
    for (size_t i = 0; i < row->n_ports; i++) {
        json_t *block = dm_tf_block(tf, body, "port_override");

        dm_tf_number(tf, block, "listener_port", row->ports[i].listener);
        dm_tf_number(tf, block, "endpoint_port", row->ports[i].endpoint);
    }
}

static void listener(struct dm_tf *tf, struct dm_accelerator_id id,
                     const struct dm_accelerator_listener *row)
{
    const char *of = dm_accelerator_get(tf->model, id)->object.name;
    char match[DM_ADDR_TEXT_SIZE];
    const char *name = dm_arena_strdup(tf->arena, dm_match_text(&row->match, match));
    uint32_t root = dm_tf_root_global(tf);
    json_t *body;
    json_t *ports;

    if (row->unknown.v
        || (row->match.protocol != DM_PROTO_TCP && row->match.protocol != DM_PROTO_UDP)) {
        dm_tf_refuse(tf, row->origin, "a listener of accelerator `%s`: %s", of,
                     row->unknown.v ? "its groups are not known" : "it takes neither TCP nor UDP");
        return;
    }
    body = dm_tf_row(tf, root, DM_TF_BALANCERS, "aws_globalaccelerator_listener",
                     DM_REF(accelerator, id), name, row->origin);
    dm_tf_provide_named(tf, root, body, CONTROL_REGION);
    dm_tf_refer(tf, root, body, "accelerator_arn", DM_REF(accelerator, id));
    dm_tf_text(tf, body, "protocol", row->match.protocol == DM_PROTO_TCP ? "TCP" : "UDP");
    dm_tf_text(tf, body, "client_affinity", "NONE");
    ports = dm_tf_block(tf, body, "port_range");
    dm_tf_number(tf, ports, "from_port", row->match.port_first);
    dm_tf_number(tf, ports, "to_port", row->match.port_last);
    for (size_t i = 0; name && i < row->n_groups; i++) {
        group(tf, id, name, &row->groups[i], row->origin);
    }
}

static void accelerator(struct dm_tf *tf, struct dm_accelerator_id id)
{
    const struct dm_accelerator *object = dm_accelerator_get(tf->model, id);
    uint32_t root = dm_tf_root_global(tf);
    json_t *body;

    if (object->unknown.v || object->object.pointer) {
        dm_tf_refuse(tf, object->object.origin, "accelerator `%s`: %s", object->object.name,
                     object->unknown.v ? "what it listens on is not known"
                                       : "not all that describe calls say of it is modelled");
        return;
    }
    body = dm_tf_object(tf, root, DM_TF_BALANCERS, "aws_globalaccelerator_accelerator",
                        DM_REF(accelerator, id));
    dm_tf_provide_named(tf, root, body, CONTROL_REGION);
    dm_tf_text(tf, body, "name", dm_tf_short(tf, DM_REF(accelerator, id), NAME_BYTES));
    dm_tf_text(tf, body, "ip_address_type", "IPV4");
    dm_tf_flag(tf, body, "enabled", object->is_enabled);
    for (size_t i = 0; i < object->n_listeners; i++) {
        listener(tf, id, &object->listeners[i]);
    }
}

void dm_tf_accelerators(struct dm_tf *tf)
{
    for (uint32_t i = 1; i <= tf->model->n_accelerators; i++) {
        accelerator(tf, (struct dm_accelerator_id){ i });
    }
}
