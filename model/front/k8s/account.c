/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Service accounts, and the roles of AWS that they are bound to.
 */
#include <string.h>

#include "model/front/k8s/balancer.h"
#include "model/front/k8s/upkeep.h"

void dm_k8s_read_account(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const struct dm_tree *role = dm_k8s_annotation(object, "eks.amazonaws.com/", "role-arn");
    const struct dm_tree *token = dm_k8s_get(object->root, "automountServiceAccountToken");
    struct dm_service_account account = {
        .object = { .name = dm_k8s_name(k8s, object), .origin = object->origin },
        .namespace = dm_k8s_namespace(k8s, object->namespace),
        .short_name = object->name,
        .labels = dm_k8s_labels(k8s, dm_k8s_map(k8s, object->metadata, "labels")),
        .role = dm_k8s_annotation_text(k8s, role),
        .role_origin = role ? role->span : object->origin,
        .without_token = token && !dm_k8s_bool(k8s, object->root, "automountServiceAccountToken"),
    };

    k8s->failed = k8s->failed || !dm_builder_add_service_account(k8s->builder, &account).v;
}

void dm_k8s_pod_account(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                        const struct dm_tree *spec, struct dm_pod *pod)
{
    const char *old = dm_k8s_text(k8s, spec, "serviceAccount");
    const struct dm_tree *token = dm_k8s_get(spec, "automountServiceAccountToken");
    const struct dm_k8s_object *account;

    pod->account = dm_k8s_text(k8s, spec, "serviceAccountName");
    pod->account = pod->account && *pod->account ? pod->account : old && *old ? old : "default";
    account = dm_k8s_find(k8s, "ServiceAccount", object->namespace, pod->account);
    if (account) {
        pod->account_is_known = true;
        pod->account_labels = dm_k8s_labels(k8s, dm_k8s_map(k8s, account->metadata, "labels"));
    }
    token = token || !account ? token : dm_k8s_get(account->root, "automountServiceAccountToken");
    pod->without_token = token && dm_str_equal(dm_tree_text(token), "false");
}
