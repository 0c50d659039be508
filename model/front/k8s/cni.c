/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The DaemonSet "aws-node", which gives pods addresses of the VPC, and what its variables say of
 * how they are used.
 */
#include <string.h>

#include "model/front/k8s/k8s_private.h"

static const struct dm_tree *value_of(struct dm_k8s *k8s, const struct dm_tree *env,
                                      const char *name)
{
    for (size_t i = 0; env && i < env->n; i++) {
        if (dm_str_equal(dm_k8s_text(k8s, env->items[i], "name"), name)) {
            return dm_k8s_get(env->items[i], "value");
        }
    }
    return NULL;
}

static bool is_true(const struct dm_tree *value)
{
    const char *text = dm_tree_text(value);

    return dm_str_equal(text, "true") || dm_str_equal(text, "True") || dm_str_equal(text, "1");
}

static void read_variables(struct dm_k8s *k8s, const struct dm_tree *env)
{
    static const char *const strange[] = { "AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS",
                                           "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "ENABLE_POD_ENI" };
    struct dm_cluster *cluster = dm_builder_edit_cluster(k8s->builder, k8s->cluster);

    cluster->keeps_pods = is_true(value_of(k8s, env, "AWS_VPC_K8S_CNI_EXTERNALSNAT"));
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
        const struct dm_tree *value = value_of(k8s, env, strange[i]);
        const char *text = dm_tree_text(value);

        if (text && *text && strcmp(text, "false") != 0) {
            cluster->has_own_groups = cluster->has_own_groups || i > 0; /* all but the first */
            dm_k8s_unknown(k8s, value->span,
                           dm_k8s_text_of(k8s, "%s of DaemonSet aws-node", strange[i]),
                           "it changes which addresses and groups packets of pods have, and is not "
                           "modelled",
                           &cluster->unknown);
        }
    }
}

void dm_k8s_read_cni(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const struct dm_tree *spec = dm_k8s_get(dm_k8s_get(object->spec, "template"), "spec");
    const struct dm_tree *containers = dm_k8s_get(spec, "containers");
    struct dm_cluster *cluster = dm_builder_edit_cluster(k8s->builder, k8s->cluster);

    if (strcmp(object->kind_text, "DaemonSet") != 0 || strcmp(object->name, "aws-node") != 0
        || strcmp(object->namespace, "kube-system") != 0) {
        return;
    }
    if (cluster->cni == DM_CNI_NOT_KNOWN) {
        cluster->cni = DM_CNI_VPC;
    }
    for (size_t i = 0; containers && containers->kind == DM_TREE_LIST && i < containers->n; i++) {
        if (dm_str_equal(dm_k8s_text(k8s, containers->items[i], "name"), "aws-node")) {
            read_variables(k8s, dm_k8s_list(k8s, containers->items[i], "env"));
        }
    }
}
