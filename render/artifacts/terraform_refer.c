/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * References: from a resource to one of the same root, or through the state of another root.
 */
#include <string.h>

#include "model/base/str.h"
#include "render/artifacts/terraform_private.h"

/* Of an attachment; 'ref' becomes the object that the resource is named after. */
static const char *type_of_attachment(const struct dm_tf *tf, struct dm_ref *ref)
{
    const struct dm_attachment *object =
        dm_attachment_get(tf->model, (struct dm_attachment_id){ ref->v });

    switch ((int)object->kind) {
    case DM_ATTACHMENT_VPC:
        return "aws_ec2_transit_gateway_vpc_attachment";
    case DM_ATTACHMENT_VPN: /* it comes with its connection */
        *ref = DM_REF(vpn_connection, dm_tf_vpn_at(tf, *ref));
        return "aws_vpn_connection";
    case DM_ATTACHMENT_DIRECT_CONNECT: /* it comes with an association, which does not name it */
        return "data.aws_ec2_transit_gateway_dx_gateway_attachment";
    default:
        break;
    }
    /* Both sides have one id, and not before it is accepted, by the one that comes later. */
    if (object->peer.v > ref->v) {
        ref->v = object->peer.v;
    }
    return "aws_ec2_transit_gateway_peering_attachment_accepter";
}

static const char *type_of_core_attachment(const struct dm_tf *tf, uint32_t v)
{
    switch (dm_core_attachment_get(tf->model, (struct dm_core_attachment_id){ v })->kind) {
    case DM_CORE_ATTACHMENT_VPC:
        return "aws_networkmanager_vpc_attachment";
    case DM_CORE_ATTACHMENT_TABLE:
        return "aws_networkmanager_transit_gateway_route_table_attachment";
    case DM_CORE_ATTACHMENT_VPN:
        return "aws_networkmanager_site_to_site_vpn_attachment";
    case DM_CORE_ATTACHMENT_DIRECT_CONNECT:
        return "aws_networkmanager_dx_gateway_attachment";
    case DM_CORE_ATTACHMENT_CONNECT:
    case DM_CORE_ATTACHMENT_UNKNOWN:
        break;
    }
    return "aws_networkmanager_connect_attachment";
}

/* The type of resource whose id is that of 'ref', and the object that it is named after. */
static const char *type_of(const struct dm_tf *tf, struct dm_ref *ref)
{
    switch ((int)ref->kind) {
    case DM_KIND_vpc:
        return "aws_vpc";
    case DM_KIND_subnet:
        return "aws_subnet";
    case DM_KIND_route_table:
        return "aws_route_table";
    case DM_KIND_acl:
        return "aws_network_acl";
    case DM_KIND_group:
        return "aws_security_group";
    case DM_KIND_internet_gateway:
        return dm_internet_gateway_get(tf->model, (struct dm_internet_gateway_id){ ref->v })
                       ->egress_only
                   ? "aws_egress_only_internet_gateway"
                   : "aws_internet_gateway";
    case DM_KIND_nat_gateway:
        return "aws_nat_gateway";
    case DM_KIND_peering: /* not before it is accepted */
        return "aws_vpc_peering_connection_accepter";
    case DM_KIND_transit_gateway:
        return "aws_ec2_transit_gateway";
    case DM_KIND_transit_table:
        return "aws_ec2_transit_gateway_route_table";
    case DM_KIND_core_network:
        return "aws_networkmanager_core_network";
    case DM_KIND_core_peering:
        return "aws_networkmanager_transit_gateway_peering";
    case DM_KIND_core_attachment:
        return type_of_core_attachment(tf, ref->v);
    case DM_KIND_attachment:
        return type_of_attachment(tf, ref);
    case DM_KIND_customer_gateway:
        ref->v = dm_tf_customer(tf, (struct dm_customer_gateway_id){ ref->v }).v;
        return "aws_customer_gateway";
    case DM_KIND_vpn_gateway:
        return "aws_vpn_gateway";
    case DM_KIND_vpn_connection:
        return "aws_vpn_connection";
    case DM_KIND_dx_connection:
        return "aws_dx_connection";
    case DM_KIND_dx_gateway:
        return "aws_dx_gateway";
    case DM_KIND_dx_association:
        return "aws_dx_gateway_association";
    case DM_KIND_cluster:
        return "aws_eks_cluster";
    case DM_KIND_node_group:
        return "aws_eks_node_group";
    case DM_KIND_interface:
        return "aws_network_interface";
    case DM_KIND_balancer:
    case DM_KIND_gateway_balancer:
        return "aws_lb";
    case DM_KIND_target_group:
        return "aws_lb_target_group";
    case DM_KIND_accelerator:
        return "aws_globalaccelerator_accelerator";
    case DM_KIND_firewall_rules:
        return "aws_networkfirewall_rule_group";
    case DM_KIND_firewall_policy:
        return "aws_networkfirewall_firewall_policy";
    case DM_KIND_firewall:
        return "aws_networkfirewall_firewall";
    case DM_KIND_gwlb_endpoint: /* of a gateway load balancer */
        return "aws_vpc_endpoint";
    default:
        dm_assert_fail(__FILE__, __LINE__, "a kind that is referred to");
    }
}

static struct dm_vpc_id vpc_of(const struct dm_model *model, struct dm_ref ref)
{
    switch ((int)ref.kind) {
    case DM_KIND_vpc:
        return (struct dm_vpc_id){ ref.v };
    case DM_KIND_subnet:
        return dm_subnet_get(model, (struct dm_subnet_id){ ref.v })->vpc;
    case DM_KIND_route_table:
        return dm_route_table_get(model, (struct dm_route_table_id){ ref.v })->vpc;
    case DM_KIND_acl:
        return dm_acl_get(model, (struct dm_acl_id){ ref.v })->vpc;
    case DM_KIND_group:
        return dm_group_get(model, (struct dm_group_id){ ref.v })->vpc;
    case DM_KIND_internet_gateway:
        return dm_internet_gateway_get(model, (struct dm_internet_gateway_id){ ref.v })->vpc;
    case DM_KIND_nat_gateway:
        return dm_model_vpc_of_nat(model, (struct dm_nat_gateway_id){ ref.v });
    case DM_KIND_attachment:
        return dm_attachment_get(model, (struct dm_attachment_id){ ref.v })->vpc;
    case DM_KIND_cluster:
        return dm_cluster_get(model, (struct dm_cluster_id){ ref.v })->vpc;
    case DM_KIND_interface:
        return dm_subnet_get(model,
                             dm_interface_get(model, (struct dm_interface_id){ ref.v })->subnet)
            ->vpc;
    case DM_KIND_balancer:
        return dm_balancer_get(model, (struct dm_balancer_id){ ref.v })->vpc;
    case DM_KIND_target_group:
        return dm_target_group_get(model, (struct dm_target_group_id){ ref.v })->vpc;
    case DM_KIND_gateway_balancer:
        return dm_gateway_balancer_get(model, (struct dm_gateway_balancer_id){ ref.v })->vpc;
    case DM_KIND_firewall:
        return dm_firewall_get(model, (struct dm_firewall_id){ ref.v })->vpc;
    case DM_KIND_gwlb_endpoint:
        return dm_subnet_get(
                   model,
                   dm_gwlb_endpoint_get(model, (struct dm_gwlb_endpoint_id){ ref.v })->subnet)
            ->vpc;
    default:
        return (struct dm_vpc_id){ 0 };
    }
}

/* Rules and policies of firewalls stand with the first firewall that has them. */
static struct dm_ref firewall_of(const struct dm_tf *tf, struct dm_ref ref)
{
    struct dm_firewall_policy_id policy = { ref.v };

    if (ref.kind == DM_KIND_firewall_rules) {
        policy = dm_tf_policy_of(tf, (struct dm_firewall_rules_id){ ref.v });
    }
    return DM_REF(firewall, dm_tf_firewall_of(tf, policy));
}

static uint32_t root_of_object(struct dm_tf *tf, struct dm_ref ref)
{
    struct dm_vpc_id vpc;

    if (ref.kind == DM_KIND_firewall_rules || ref.kind == DM_KIND_firewall_policy) {
        ref = firewall_of(tf, ref);
    }
    if (ref.kind == DM_KIND_node_group) {
        const struct dm_node_group *group =
            dm_node_group_get(tf->model, (struct dm_node_group_id){ ref.v });

        return dm_tf_root_of_nodes(tf, dm_cluster_get(tf->model, group->cluster)->vpc);
    }
    vpc = vpc_of(tf->model, ref);
    if (vpc.v) {
        return dm_tf_root_of_vpc(tf, vpc);
    }
    if (ref.kind == DM_KIND_transit_gateway) {
        return dm_tf_root_of_gateway(tf, (struct dm_transit_gateway_id){ ref.v });
    }
    if (ref.kind == DM_KIND_transit_table) {
        return dm_tf_root_of_gateway(
            tf, dm_transit_table_get(tf->model, (struct dm_transit_table_id){ ref.v })->gateway);
    }
    if (ref.kind == DM_KIND_customer_gateway) {
        return dm_tf_root_shared(
            tf,
            dm_customer_gateway_get(tf->model, (struct dm_customer_gateway_id){ ref.v })->region);
    }
    if (ref.kind == DM_KIND_vpn_connection) {
        ref = dm_vpn_connection_get(tf->model, (struct dm_vpn_connection_id){ ref.v })->end;
    }
    if (ref.kind == DM_KIND_attachment || ref.kind == DM_KIND_vpn_gateway) {
        return dm_tf_root_of_end(tf, ref);
    }
    return dm_tf_root_global(tf);
}

/* The output 'name' of root 'owner', read by root 'root'. */
static const char *remote(struct dm_tf *tf, uint32_t root, uint32_t owner, const char *name)
{
    const struct dm_tf_root *from = &tf->roots.items[root];
    const struct dm_tf_root *to = &tf->roots.items[owner];
    json_t *states = dm_tf_child(tf, dm_tf_child(tf, from->parts[DM_TF_REMOTE], "data"),
                                 "terraform_remote_state");

    if (!json_object_get(states, to->ident)) {
        json_t *state = dm_tf_child(tf, states, to->ident);
        const char *path =
            dm_sprintf(tf->arena, "${path.module}/%s/%s/terraform.tfstate", from->to_top, to->key);

        dm_tf_set(tf, state, "backend", json_string("local"));
        dm_tf_set(tf, dm_tf_child(tf, state, "config"), "path", json_string(path));
    }
    return dm_sprintf(tf->arena, "${data.terraform_remote_state.%s.outputs.%s}", to->ident, name);
}

/* AWS makes the endpoints of a firewall, and tells them by their subnets. */
static const char *endpoint_id(struct dm_tf *tf, struct dm_ref ref)
{
    const struct dm_gwlb_endpoint *object =
        dm_gwlb_endpoint_get(tf->model, (struct dm_gwlb_endpoint_id){ ref.v });

    if (!object->firewall.v) {
        return dm_sprintf(tf->arena, "${%s.%s.id}", type_of(tf, &ref), dm_tf_ident_of(tf, ref));
    }
    return dm_sprintf(tf->arena,
                      "${one([for state in %s.%s.firewall_status[0].sync_states : "
                      "state.attachment[0].endpoint_id if state.attachment[0].subnet_id == "
                      "aws_subnet.%s.id])}",
                      "aws_networkfirewall_firewall",
                      dm_tf_ident_of(tf, DM_REF(firewall, object->firewall)),
                      dm_tf_ident_of(tf, DM_REF(subnet, object->subnet)));
}

const char *dm_tf_id(struct dm_tf *tf, uint32_t root, struct dm_ref ref)
{
    uint32_t owner = root_of_object(tf, ref);
    const char *text = NULL;

    if (tf->status != DM_OK || owner >= tf->roots.n || root >= tf->roots.n) {
        return "";
    }
    if (owner == root && ref.kind == DM_KIND_gwlb_endpoint) {
        text = endpoint_id(tf, ref);
    } else if (owner == root) {
        bool is_attachment = ref.kind == DM_KIND_attachment;
        const char *type = type_of(tf, &ref);

        text = dm_sprintf(tf->arena, "${%s.%s.%s}", type, dm_tf_ident_of(tf, ref),
                          is_attachment && ref.kind == DM_KIND_vpn_connection
                              ? "transit_gateway_attachment_id"
                              : "id");
    } else if (tf->roots.items[owner].rank < tf->roots.items[root].rank) {
        const char *output;

        if (ref.kind == DM_KIND_customer_gateway) {
            (void)type_of(tf, &ref); /* one stands for all that are alike */
        }
        output = dm_tf_output_of(tf, ref);
        text = output ? remote(tf, root, owner, output) : NULL;
    } else {
        dm_tf_refuse(tf, dm_model_object(tf->model, ref)->origin,
                     "%s `%s` is of terraform/%s, which terraform/%s may not depend on",
                     dm_kind_text(ref.kind), dm_model_ref_name(tf->model, ref),
                     tf->roots.items[owner].key, tf->roots.items[root].key);
        return "";
    }
    if (!text) {
        dm_tf_nomem(tf);
    }
    return text ? text : "";
}

const char *dm_tf_given(struct dm_tf *tf, uint32_t root, struct dm_ref ref, const char *type,
                        const char *attribute)
{
    uint32_t owner = root_of_object(tf, ref);
    const char *id = dm_tf_id(tf, root, ref); /* refuses what may not be depended on */
    const char *text =
        dm_sprintf(tf->arena, "${%s.%s.%s}", type, dm_tf_ident_of(tf, ref), attribute);
    const char *plain = dm_tf_output_of(tf, ref);
    const char *output = plain ? dm_sprintf(tf->arena, "%s_%s", attribute, plain) : NULL;

    if (tf->status != DM_OK || owner == root || !text || !output) {
        return tf->status == DM_OK && text ? text : id;
    }
    dm_tf_set(tf,
              dm_tf_child(tf,
                          dm_tf_child(tf, tf->roots.items[owner].parts[DM_TF_OUTPUTS], "output"),
                          output),
              "value", json_string(text));
    text = remote(tf, root, owner, output);
    if (!text) {
        dm_tf_nomem(tf);
    }
    return text ? text : "";
}

const char *dm_tf_arn(struct dm_tf *tf, uint32_t root, struct dm_ref ref)
{
    struct dm_ref named = ref;
    const char *type = type_of(tf, &named);

    return dm_tf_given(tf, root, named, type, "arn");
}

void dm_tf_refer(struct dm_tf *tf, uint32_t root, json_t *body, const char *key, struct dm_ref ref)
{
    if (body) {
        dm_tf_set(tf, body, key, json_string(dm_tf_id(tf, root, ref)));
    }
}

/* A list of ours is made in 'root'; one of AWS's own is looked up there. */
static void list_body(struct dm_tf *tf, uint32_t root, const struct dm_prefix_list *list,
                      struct dm_ref ref)
{
    json_t *entries = json_array();
    json_t *body;

    if (list->is_aws) {
        json_t *data = dm_tf_child(tf, tf->roots.items[root].parts[DM_TF_FILTERS], "data");

        body = dm_tf_child(tf, dm_tf_child(tf, data, "aws_ec2_managed_prefix_list"),
                           dm_tf_ident_of(tf, ref));
        dm_tf_text(tf, body, dm_str_starts(list->object.name, "pl-") ? "id" : "name",
                   list->object.name);
        json_decref(entries);
        return;
    }
    body = dm_tf_second(tf, root, DM_TF_FILTERS, "aws_ec2_managed_prefix_list", ref);
    for (size_t i = 0; i < list->n_prefixes; i++) {
        json_t *entry = json_object();

        dm_tf_prefix(tf, entry, "cidr", list->prefixes[i]);
        if (json_array_append_new(entries, entry) != 0) {
            dm_tf_nomem(tf);
        }
    }
    dm_tf_text(tf, body, "name", list->object.name);
    dm_tf_text(tf, body, "address_family",
               list->n_prefixes && list->prefixes[0].addr.family == DM_FAMILY_IPV6 ? "IPv6"
                                                                                   : "IPv4");
    dm_tf_number(tf, body, "max_entries", list->n_prefixes ? (int64_t)list->n_prefixes : 1);
    dm_tf_set(tf, body, "entry", entries);
}

void dm_tf_refer_list(struct dm_tf *tf, uint32_t root, uint32_t owner, json_t *body,
                      const char *key, struct dm_prefix_list_id id)
{
    const struct dm_prefix_list *list = dm_prefix_list_get(tf->model, id);
    struct dm_ref ref = DM_REF(prefix_list, id);
    const char *value = dm_sprintf(tf->arena, "${%saws_ec2_managed_prefix_list.%s.id}",
                                   list->is_aws ? "data." : "", dm_tf_ident_of(tf, ref));
    const char *output = dm_tf_output_of(tf, ref);
    json_t *outputs;

    if (list->unknown.v && !list->is_aws) {
        dm_tf_refuse(tf, list->object.origin, "what prefix list `%s` holds is not known",
                     list->object.name);
    }
    if (!body || tf->status != DM_OK || owner >= tf->roots.n || !value || !output) {
        return;
    }
    outputs = dm_tf_child(tf, tf->roots.items[owner].parts[DM_TF_OUTPUTS], "output");
    if (!json_object_get(outputs, output)) {
        list_body(tf, owner, list, ref);
        dm_tf_set(tf, dm_tf_child(tf, outputs, output), "value", json_string(value));
    }
    dm_tf_set(tf, body, key, json_string(root == owner ? value : remote(tf, root, owner, output)));
}

void dm_tf_refer_second(struct dm_tf *tf, json_t *body, const char *key, const char *type,
                        struct dm_ref ref)
{
    if (body) {
        dm_tf_set(tf, body, key, json_sprintf("${%s.%s.id}", type, dm_tf_ident_of(tf, ref)));
    }
}

void dm_tf_refer_to(struct dm_tf *tf, json_t *body, const char *key, struct dm_ref ref,
                    const char *attribute)
{
    const char *type = type_of(tf, &ref);

    if (body) {
        dm_tf_set(tf, body, key,
                  json_sprintf("${%s.%s.%s}", type, dm_tf_ident_of(tf, ref), attribute));
    }
}

void dm_tf_refer_row(struct dm_tf *tf, json_t *body, const char *key, const char *type,
                     struct dm_ref parent, const char *rest, const char *attribute)
{
    const char *ident = dm_tf_ident_of_row(tf, parent, rest);

    if (!ident) {
        dm_tf_nomem(tf);
    } else if (body) {
        dm_tf_set(tf, body, key, json_sprintf("${%s.%s.%s}", type, ident, attribute));
    }
}

static void depend_on(struct dm_tf *tf, json_t *body, const char *type, const char *ident)
{
    json_t *list = json_object_get(body, "depends_on");

    if (!body) {
        return;
    }
    if (!list) {
        list = json_array();
        dm_tf_set(tf, body, "depends_on", list);
    }
    if (!ident || json_array_append_new(list, json_sprintf("%s.%s", type, ident)) != 0) {
        dm_tf_nomem(tf);
    }
}

void dm_tf_depend(struct dm_tf *tf, json_t *body, struct dm_ref ref)
{
    const char *type = type_of(tf, &ref);

    depend_on(tf, body, type, dm_tf_ident_of(tf, ref));
}

void dm_tf_depend_row(struct dm_tf *tf, json_t *body, const char *type, struct dm_ref parent,
                      const char *rest)
{
    depend_on(tf, body, type, dm_tf_ident_of_row(tf, parent, rest));
}

void dm_tf_provide(struct dm_tf *tf, uint32_t root, json_t *body, struct dm_region_id region)
{
    dm_tf_provide_named(tf, root, body, dm_region_get(tf->model, region)->object.name);
}

void dm_tf_provide_named(struct dm_tf *tf, uint32_t root, json_t *body, const char *name)
{
    const char *alias = dm_tf_ident(tf->arena, name);
    json_t *settings;
    json_t *list;
    json_t *entry;

    if (!body || tf->roots.items[root].rank != DM_TF_GLOBAL) {
        return;
    }
    if (!alias) {
        dm_tf_nomem(tf);
        return;
    }
    dm_tf_set(tf, body, "provider", json_sprintf("aws.%s", alias));
    settings = dm_tf_child(tf, tf->roots.items[root].parts[DM_TF_SETTINGS], "provider");
    list = json_object_get(settings, "aws");
    if (!list) {
        list = json_array();
        dm_tf_set(tf, settings, "aws", list);
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *there = json_object_get(json_array_get(list, i), "region");

        if (strcmp(json_string_value(there), name) == 0) {
            return;
        }
    }
    entry = json_object();
    dm_tf_set(tf, entry, "alias", json_string(alias));
    dm_tf_set(tf, entry, "region", json_string(name));
    if (json_array_append_new(list, entry) != 0) {
        dm_tf_nomem(tf);
    }
}
