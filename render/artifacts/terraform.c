/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/artifacts/terraform.h"

#include "model/base/str.h"
#include "render/artifacts/artifacts_private.h"
#include "render/artifacts/terraform_private.h"

#define TERRAFORM_VERSION ">= 1.5.0"

static const char *const part_names[DM_TF_PART_COUNT] = {
    [DM_TF_CLUSTERS] = "clusters.tf.json",   [DM_TF_BALANCERS] = "balancers.tf.json",
    [DM_TF_FILTERS] = "filters.tf.json",     [DM_TF_INSPECTION] = "inspection.tf.json",
    [DM_TF_NETWORK] = "network.tf.json",     [DM_TF_OUTPUTS] = "outputs.tf.json",
    [DM_TF_PEERINGS] = "peerings.tf.json",   [DM_TF_REMOTE] = "remote.tf.json",
    [DM_TF_ROUTES] = "routes.tf.json",       [DM_TF_SETTINGS] = "settings.tf.json",
    [DM_TF_SITES] = "sites.tf.json",         [DM_TF_TRANSIT] = "transit.tf.json",
    [DM_TF_VARIABLES] = "variables.tf.json",
};

static const struct dm_object *object_at(const struct dm_model *model, enum dm_kind kind,
                                         uint32_t index)
{
    return dm_model_object(model, (struct dm_ref){ kind, index + 1 });
}

static void idents_of(struct dm_tf *tf, enum dm_kind kind, uint32_t n)
{
    const char **names = DM_NEW_ARRAY(tf->arena, n ? n : 1, const char *);

    for (uint32_t i = 0; names && i < n; i++) {
        names[i] = object_at(tf->model, kind, i)->name;
    }
    tf->idents[kind] = names ? dm_tf_idents(tf->arena, names, n) : NULL;
    if (!tf->idents[kind]) {
        dm_tf_nomem(tf);
    }
}

/* Load balancers of all kinds, and their target groups, are of the same types: names are told apart
 * over all three kinds. */
static void idents_of_balancers(struct dm_tf *tf)
{
    const struct dm_model *model = tf->model;
    size_t n = (size_t)model->n_balancers + model->n_target_groups + model->n_gateway_balancers;
    const char **names = DM_NEW_ARRAY(tf->arena, n ? n : 1, const char *);
    const char *const *made = NULL;
    size_t at = 0;

    for (uint32_t i = 0; names && i < model->n_balancers; i++) {
        names[at++] = model->balancers[i].object.name;
    }
    for (uint32_t i = 0; names && i < model->n_target_groups; i++) {
        names[at++] = model->target_groups[i].object.name;
    }
    for (uint32_t i = 0; names && i < model->n_gateway_balancers; i++) {
        names[at++] = dm_sprintf(tf->arena, "gateway.%s", model->gateway_balancers[i].object.name);
    }
    for (size_t i = 0; i < at; i++) {
        if (!names[i]) {
            names = NULL;
            break;
        }
    }
    made = names ? dm_tf_idents(tf->arena, names, n) : NULL;
    if (!made) {
        dm_tf_nomem(tf);
        return;
    }
    tf->idents[DM_KIND_balancer] = made;
    tf->idents[DM_KIND_target_group] = made + model->n_balancers;
    tf->idents[DM_KIND_gateway_balancer] = made + model->n_balancers + model->n_target_groups;
}

static void idents(struct dm_tf *tf)
{
    const struct dm_model *model = tf->model;

    idents_of(tf, DM_KIND_vpc, model->n_vpcs);
    idents_of(tf, DM_KIND_subnet, model->n_subnets);
    idents_of(tf, DM_KIND_route_table, model->n_route_tables);
    idents_of(tf, DM_KIND_acl, model->n_acls);
    idents_of(tf, DM_KIND_group, model->n_groups);
    idents_of(tf, DM_KIND_prefix_list, model->n_prefix_lists);
    idents_of(tf, DM_KIND_internet_gateway, model->n_internet_gateways);
    idents_of(tf, DM_KIND_nat_gateway, model->n_nat_gateways);
    idents_of(tf, DM_KIND_peering, model->n_peerings);
    idents_of(tf, DM_KIND_transit_gateway, model->n_transit_gateways);
    idents_of(tf, DM_KIND_transit_table, model->n_transit_tables);
    idents_of(tf, DM_KIND_attachment, model->n_attachments);
    idents_of(tf, DM_KIND_core_network, model->n_core_networks);
    idents_of(tf, DM_KIND_core_attachment, model->n_core_attachments);
    idents_of(tf, DM_KIND_core_peering, model->n_core_peerings);
    idents_of(tf, DM_KIND_customer_gateway, model->n_customer_gateways);
    idents_of(tf, DM_KIND_vpn_gateway, model->n_vpn_gateways);
    idents_of(tf, DM_KIND_vpn_connection, model->n_vpn_connections);
    idents_of(tf, DM_KIND_dx_connection, model->n_dx_connections);
    idents_of(tf, DM_KIND_dx_gateway, model->n_dx_gateways);
    idents_of(tf, DM_KIND_virtual_interface, model->n_virtual_interfaces);
    idents_of(tf, DM_KIND_dx_association, model->n_dx_associations);
    idents_of(tf, DM_KIND_firewall_rules, model->n_firewall_rule_groups);
    idents_of(tf, DM_KIND_firewall_policy, model->n_firewall_policies);
    idents_of(tf, DM_KIND_firewall, model->n_firewalls);
    idents_of(tf, DM_KIND_interface, model->n_interfaces);
    idents_of(tf, DM_KIND_gwlb_endpoint, model->n_gwlb_endpoints);
    idents_of(tf, DM_KIND_accelerator, model->n_accelerators);
    idents_of(tf, DM_KIND_cluster, model->n_clusters);
    idents_of(tf, DM_KIND_node_group, model->n_node_groups);
    idents_of_balancers(tf);
}

static void settings(struct dm_tf *tf, const struct dm_tf_root *root)
{
    json_t *terraform =
        json_pack("{s:s, s:{s:{s:s, s:s}}, s:{s:{}}}", "required_version", TERRAFORM_VERSION,
                  "required_providers", "aws", "source", "hashicorp/aws", "version",
                  DM_TERRAFORM_PROVIDER_VERSION, "backend", "local");

    dm_tf_set(tf, root->parts[DM_TF_SETTINGS], "terraform", terraform);
    if (root->rank != DM_TF_GLOBAL) {
        const char *region = dm_region_get(tf->model, root->region)->object.name;

        dm_tf_set(tf, root->parts[DM_TF_SETTINGS], "provider",
                  json_pack("{s:{s:s}}", "aws", "region", region));
    }
}

static void dump(struct dm_tf *tf, struct dm_layout *layout)
{
    for (size_t i = 0; tf->status == DM_OK && i < tf->roots.n; i++) {
        const struct dm_tf_root *root = &tf->roots.items[i];

        settings(tf, root);
        for (int part = 0; part < DM_TF_PART_COUNT; part++) {
            const char *path =
                dm_sprintf(tf->arena, "terraform/%s/%s", root->key, part_names[part]);

            if (json_object_size(root->parts[part]) > 0
                && (!path || !dm_artifacts_add_json(tf->arena, layout, path, root->parts[part]))) {
                dm_tf_nomem(tf);
            }
        }
    }
}

static void release(struct dm_tf *tf)
{
    for (size_t i = 0; i < tf->roots.n; i++) {
        for (int part = 0; part < DM_TF_PART_COUNT; part++) {
            json_decref(tf->roots.items[i].parts[part]);
        }
    }
}

enum dm_status dm_terraform_make(struct dm_arena *arena, const struct dm_model *model,
                                 struct dm_layout *layout, struct dm_err *err)
{
    static void (*const writers[])(struct dm_tf * tf) = {
        idents,           dm_tf_network,   dm_tf_interfaces,   dm_tf_routes,  dm_tf_filters,
        dm_tf_transit,    dm_tf_peerings,  dm_tf_core,         dm_tf_sites,   dm_tf_rule_groups,
        dm_tf_inspection, dm_tf_balancers, dm_tf_accelerators, dm_tf_clusters
    };
    struct dm_tf tf = { .arena = arena, .model = model, .err = err };

    tf.base = dm_artifacts_base(arena, model->sources);
    if (!tf.base) {
        return DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; i < sizeof writers / sizeof writers[0] && tf.status == DM_OK; i++) {
        writers[i](&tf);
    }
    dump(&tf, layout);
    release(&tf);
    return tf.status;
}
