/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Policies that may select the pods of a namespace, in the order in which they are asked: its own
 * and those of its cluster that are for all, by tier, then by their own order, then by name.
 * O(policies log policies) for each cluster and O(policies) for each namespace, in time and memory.
 */
#include <stdlib.h>
#include <string.h>

#include "model/model_private.h"

/* A policy, and all that orders it. */
struct ranked {
    const struct dm_network_policy *policy;
    const struct dm_policy_tier *tier;
    uint32_t v;
};

static int compare_orders(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *a = left;
    const struct ranked *b = right;
    int order = compare_orders(a->tier->order_micro, b->tier->order_micro);

    order = order ? order : strcmp(a->tier->object.name, b->tier->object.name);
    order = order ? order : compare_orders(a->policy->order_micro, b->policy->order_micro);
    order = order ? order : strcmp(a->policy->rank_name, b->policy->rank_name);
    return order ? order : strcmp(a->policy->object.name, b->policy->object.name);
}

static bool is_for(const struct dm_model *model, const struct dm_network_policy *policy,
                   uint32_t namespace)
{
    return policy->namespace.v ? policy->namespace.v == namespace
                               : policy->cluster.v == model->namespaces[namespace - 1].cluster.v;
}

bool dm_model_index_policies(const struct dm_model *model, struct dm_model_index *index)
{
    struct ranked *all = DM_NEW_ARRAY(model->arena, model->n_network_policies + 1, struct ranked);

    index->policies_for =
        DM_NEW_ARRAY(model->arena, model->n_namespaces + 1, struct dm_policy_list);
    if (!all || !index->policies_for) {
        return false;
    }
    for (uint32_t i = 0; i < model->n_network_policies; i++) {
        const struct dm_network_policy *policy = &model->network_policies[i];

        all[i] = (struct ranked){ policy, dm_policy_tier_get(model, policy->tier), i + 1 };
    }
    if (model->n_network_policies > 1) {
        qsort(all, model->n_network_policies, sizeof all[0], compare_ranked);
    }
    for (uint32_t v = 1; v <= model->n_namespaces; v++) {
        struct dm_policy_list *list = &index->policies_for[v - 1];
        size_t n = 0;

        for (uint32_t i = 0; i < model->n_network_policies; i++) {
            n += is_for(model, all[i].policy, v);
        }
        list->items = DM_NEW_ARRAY(model->arena, n + 1, struct dm_network_policy_id);
        if (!list->items) {
            return false;
        }
        for (uint32_t i = 0; i < model->n_network_policies; i++) {
            if (is_for(model, all[i].policy, v)) {
                list->items[list->n++].v = all[i].v;
            }
        }
    }
    return true;
}

const struct dm_network_policy_id *
dm_model_policies_for(const struct dm_model *model, struct dm_namespace_id namespace, size_t *ret_n)
{
    const struct dm_policy_list *list = &model->index->policies_for[namespace.v - 1];

    *ret_n = list->n;
    return list->items;
}
