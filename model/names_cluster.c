/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Workloads and Services by the names that people give them.
 */
#include <string.h>

#include "model/model.h"

/* "shop/cart" of a namespace "shop". */
static bool is_path(const char *word, const char *namespace, const char *name)
{
    size_t length = strlen(namespace);

    return strncmp(word, namespace, length) == 0 && word[length] == '/'
           && strcmp(word + length + 1, name) == 0;
}

/* The part of 'word' behind the cluster's name; all of it where it has none. */
static const char *without_cluster(const struct dm_model *model, const char *word,
                                   struct dm_namespace_id namespace, bool *ret_is_its)
{
    const char *cluster =
        dm_cluster_get(model, dm_namespace_get(model, namespace)->cluster)->object.name;
    const char *colon = strchr(word, ':');
    size_t length = strlen(cluster);

    *ret_is_its = !colon || ((size_t)(colon - word) == length && !strncmp(word, cluster, length));
    return colon ? colon + 1 : word;
}

bool dm_workload_is(const struct dm_model *model, const struct dm_workload *workload,
                    const char *text, bool or_namespace)
{
    const char *namespace = dm_namespace_get(model, workload->namespace)->short_name;
    bool is_its;
    const char *word = without_cluster(model, text, workload->namespace, &is_its);

    return strcmp(text, workload->object.name) == 0
           || (is_its
               && (strcmp(word, workload->short_name) == 0
                   || (or_namespace && strcmp(word, namespace) == 0)
                   || is_path(word, namespace, workload->short_name)));
}

enum dm_name_count dm_model_find_workload(const struct dm_model *model, const char *text,
                                          struct dm_workload_id *ret_id)
{
    struct dm_ref exact = dm_model_find(model, DM_KIND_workload, text);
    enum dm_name_count found = DM_NAMED_NONE;

    ret_id->v = exact.v;
    for (uint32_t i = 0; !exact.v && i < model->n_workloads; i++) {
        const struct dm_workload *item = &model->workloads[i];
        bool is_its;
        const char *word = without_cluster(model, text, item->namespace, &is_its);

        if (is_its
            && is_path(word, dm_namespace_get(model, item->namespace)->short_name,
                       item->short_name)) {
            found = found == DM_NAMED_NONE ? DM_NAMED_ONE : DM_NAMED_SEVERAL;
            ret_id->v = i + 1;
        }
    }
    return exact.v ? DM_NAMED_ONE : found;
}

enum dm_name_count dm_model_find_kube_service(const struct dm_model *model, const char *text,
                                              struct dm_kube_service_id *ret_id)
{
    enum dm_name_count found = DM_NAMED_NONE;

    for (uint32_t i = 0; i < model->n_kube_services; i++) {
        const struct dm_kube_service *item = &model->kube_services[i];
        bool is_its;
        const char *word = without_cluster(model, text, item->namespace, &is_its);

        if (is_its
            && is_path(word, dm_namespace_get(model, item->namespace)->short_name,
                       item->short_name)) {
            found = found == DM_NAMED_NONE ? DM_NAMED_ONE : DM_NAMED_SEVERAL;
            ret_id->v = i + 1;
        }
    }
    return found;
}
