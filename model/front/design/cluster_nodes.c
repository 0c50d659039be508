/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Node groups of clusters, and what they share with pods: labels, taints, processors and memory.
 */
#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "model/front/design/lower_private.h"

/* ---- labels ---- */

static int by_key(const void *a, const void *b)
{
    const struct dm_kube_label *left = a;
    const struct dm_kube_label *right = b;

    return strcmp(left->key, right->key);
}

struct dm_kube_labels dm_lower_kube_labels(struct dm_lower *lower, const struct dm_tree *map,
                                           const char *key, const char *value)
{
    DM_VEC(struct dm_kube_label) list = { 0 };

    for (size_t i = 0; map && map->kind == DM_TREE_MAP && i < map->n; i++) {
        const char *text = dm_lower_text(lower, map->pairs[i].value);

        if (key && strcmp(map->pairs[i].key, key) == 0) {
            (void)dm_lower_fault(lower, map->pairs[i].key_span, "`%s` is given by what it is of",
                                 key);
        } else {
            (void)DM_LOWER_PUSH(lower, &list,
                                (struct dm_kube_label){ map->pairs[i].key, text ? text : "" });
        }
    }
    if (key) {
        (void)DM_LOWER_PUSH(lower, &list, (struct dm_kube_label){ key, value });
    }
    if (list.n > 1) {
        qsort(list.items, list.n, sizeof *list.items, by_key);
    }
    return (struct dm_kube_labels){ list.items, list.n };
}

/* One more of a set that lacks it; the last that is given stays. */
static struct dm_kube_labels with(struct dm_lower *lower, struct dm_kube_labels labels,
                                  const char *key, const char *value)
{
    struct dm_kube_label *items = DM_NEW_ARRAY(lower->arena, labels.n + 1, struct dm_kube_label);
    size_t n = 0;

    if (!items) {
        lower->oom = true;
        return labels;
    }
    for (size_t i = 0; i < labels.n; i++) {
        if (strcmp(labels.items[i].key, key) != 0) {
            items[n++] = labels.items[i];
        }
    }
    items[n++] = (struct dm_kube_label){ key, value };
    qsort(items, n, sizeof *items, by_key);
    return (struct dm_kube_labels){ items, n };
}

const struct dm_selector *dm_lower_selector(struct dm_lower *lower, const char *key,
                                            const char *const *values, size_t n)
{
    struct dm_selector *selector = DM_NEW(lower->arena, struct dm_selector);
    const char **copy = DM_NEW_ARRAY(lower->arena, n + 1, const char *);

    if (!selector || !copy) {
        lower->oom = true;
        return NULL;
    }
    memcpy(copy, values, n * sizeof *copy);
    *selector =
        (struct dm_selector){ .kind = DM_SELECTOR_IN, .key = key, .values = copy, .n_values = n };
    return selector;
}

const struct dm_selector *dm_lower_selector_of(struct dm_lower *lower,
                                               const struct dm_kube_labels *labels)
{
    struct dm_selector *all = DM_NEW(lower->arena, struct dm_selector);
    const struct dm_selector **parts =
        DM_NEW_ARRAY(lower->arena, labels->n + 1, const struct dm_selector *);

    if (!all || !parts) {
        lower->oom = true;
        return NULL;
    }
    for (size_t i = 0; i < labels->n; i++) {
        parts[i] = dm_lower_selector(lower, labels->items[i].key, &labels->items[i].value, 1);
    }
    if (labels->n == 1) {
        return parts[0];
    }
    *all = (struct dm_selector){ .kind = labels->n ? DM_SELECTOR_AND : DM_SELECTOR_ALL,
                                 .parts = parts,
                                 .n_parts = labels->n };
    return all;
}

/* ---- taints ---- */

static bool effect_of(const char *word, enum dm_taint_effect *ret)
{
    static const char *const words[] = {
        [DM_TAINT_NO_SCHEDULE] = "NoSchedule",
        [DM_TAINT_PREFER_NO_SCHEDULE] = "PreferNoSchedule",
        [DM_TAINT_NO_EXECUTE] = "NoExecute",
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i], word) == 0) {
            *ret = (enum dm_taint_effect)i;
            return true;
        }
    }
    return false;
}

static void fail_taint(struct dm_lower *lower, struct dm_span span, const char *text,
                       const char *colon)
{
    static const char *const effects[] = { "NoSchedule", "PreferNoSchedule", "NoExecute" };
    struct dm_diag *diag = dm_lower_fault(lower, span, "`%s` is no taint", text);
    const char *near =
        colon ? dm_str_nearest(colon + 1, effects, sizeof effects / sizeof *effects) : NULL;

    if (near) {
        dm_lower_help(lower, diag, "did you mean `%.*s:%s`?", (int)(colon - text), text, near);
    } else {
        dm_lower_help(lower, diag, "as in `dedicated=data:NoSchedule`");
    }
}

const struct dm_taint *dm_lower_taints(struct dm_lower *lower, const struct dm_tree *list,
                                       size_t *ret_n)
{
    DM_VEC(struct dm_taint) taints = { 0 };

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        const struct dm_tree *item = dm_lower_item(list, i);
        const char *text = dm_lower_text(lower, item);
        const char *colon = text ? strrchr(text, ':') : NULL;
        const char *equals = text ? strchr(text, '=') : NULL;
        struct dm_taint taint = { .value = "" };
        bool has_value = equals && colon && equals < colon;

        if (!text) {
            continue;
        }
        if (!colon || colon == text || equals == text || !effect_of(colon + 1, &taint.effect)) {
            fail_taint(lower, item->span, text, colon);
            continue;
        }
        taint.key = dm_lower_name(lower, "%.*s", (int)((has_value ? equals : colon) - text), text);
        if (has_value) {
            taint.value = dm_lower_name(lower, "%.*s", (int)(colon - equals - 1), equals + 1);
        }
        (void)DM_LOWER_PUSH(lower, &taints, taint);
    }
    *ret_n = taints.n;
    return taints.items;
}

/* ---- processors and memory ---- */

/* What a suffix of a quantity multiplies by, in thousandths. */
static bool suffix_of(const char *suffix, int64_t *ret_milli)
{
    static const struct {
        const char *suffix;
        int64_t milli;
    } suffixes[] = {
        { "m", 1 },
        { "", 1000 },
        { "k", INT64_C(1000000) },
        { "M", INT64_C(1000000000) },
        { "G", INT64_C(1000000000000) },
        { "Ki", INT64_C(1024000) },
        { "Mi", INT64_C(1048576000) },
        { "T", INT64_C(1000000000000000) },
        { "Gi", INT64_C(1073741824000) },
        { "Ti", INT64_C(1099511627776000) },
    };

    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        if (strcmp(suffixes[i].suffix, suffix) == 0) {
            *ret_milli = suffixes[i].milli;
            return true;
        }
    }
    return false;
}

/* Thousandths of a quantity, rounded up; digits, a point and three more at most, a suffix. */
static bool quantity(const char *text, int64_t *ret_milli)
{
    int64_t whole = 0;
    int64_t part = 0;
    int64_t scale = 1000;
    int64_t milli = 0;
    const char *at = text;

    for (; *at >= '0' && *at <= '9' && whole < INT64_MAX / 10000; at++) {
        whole = whole * 10 + (*at - '0');
    }
    if (at == text) {
        return false;
    }
    if (*at == '.') {
        for (at++; *at >= '0' && *at <= '9' && scale > 1; at++) {
            scale /= 10;
            part += (*at - '0') * scale;
        }
    }
    if (!suffix_of(at, &milli) || whole >= INT64_MAX / milli - 1) {
        return false;
    }
    *ret_milli = whole * milli + (part * milli + 999) / 1000;
    return true;
}

/* `512MB`, `16gb` or `1GiB`: octets are not written, and letters are not free. */
static void fail_quantity(struct dm_lower *lower, struct dm_span span, const char *text)
{
    struct dm_diag *diag = dm_lower_fault(lower, span, "`%s` is no quantity", text);
    size_t digits = strspn(text, "0123456789.");
    const char *suffix = text + digits;
    char unit = (char)(*suffix >= 'a' && *suffix <= 'z' ? *suffix - 'a' + 'A' : *suffix);
    bool is_binary = *suffix && (suffix[1] == 'i' || suffix[1] == 'I');
    const char *rest = *suffix ? suffix + 1 + is_binary : suffix;

    if (digits && *suffix && strchr("kKMmGgTt", *suffix)
        && (*rest == '\0' || !strcmp(rest, "B") || !strcmp(rest, "b"))) {
        dm_lower_help(lower, diag, "did you mean `%.*s%ci`, in units of 1024, or `%.*s%c`?",
                      (int)digits, text, unit, (int)digits, text, unit == 'K' ? 'k' : unit);
    } else {
        dm_lower_help(lower, diag, "as in `2`, `500m`, `1.5`, `512Mi` or `16Gi`");
    }
}

static void amount(struct dm_lower *lower, const struct dm_tree *map, const char *key, int64_t unit,
                   int64_t *ret_value)
{
    const struct dm_tree *node = dm_tree_find(map, key);
    const char *text = node ? dm_lower_text(lower, node) : NULL;
    int64_t milli = 0;

    *ret_value = -1;
    if (!text) {
        return;
    }
    if (!quantity(text, &milli)) {
        fail_quantity(lower, node->span, text);
        return;
    }
    *ret_value = (milli + unit - 1) / unit;
}

struct dm_resources dm_lower_resources(struct dm_lower *lower, const struct dm_tree *map)
{
    struct dm_resources resources;

    amount(lower, map, "cpu", 1, &resources.cpu_milli);
    amount(lower, map, "memory", 1000, &resources.memory);
    return resources;
}

/* ---- node groups ---- */

static void count(struct dm_lower *lower, const struct dm_tree *map, const char *key,
                  uint32_t *ret_count)
{
    const struct dm_tree *node = dm_tree_find(map, key);
    int64_t value = 0;

    if (node && dm_lower_int(lower, node, 0, 5000, "a number of nodes", &value)) {
        *ret_count = (uint32_t)value;
    }
}

static void sizes(struct dm_lower *lower, const struct dm_tree_pair *entry,
                  struct dm_node_group *group)
{
    const struct dm_tree *size = dm_lower_need(lower, entry->value, "size", entry->key_span);

    count(lower, size, "min", &group->min_size);
    count(lower, size, "max", &group->max_size);
    group->size = group->min_size;
    count(lower, size, "desired", &group->size);
    if (size && (group->size < group->min_size || group->max_size < group->size)) {
        (void)dm_lower_fault(lower, size->span, "`min`, `desired` and `max` are not in this order");
    }
}

static struct dm_node_group_id group_of(struct dm_lower *lower,
                                        const struct dm_lower_cluster *cluster,
                                        const struct dm_tree_pair *entry,
                                        struct dm_node_group *ret_group)
{
    const struct dm_tree *pods = dm_tree_find(entry->value, "pods");
    int64_t max_pods = 0;

    *ret_group = (struct dm_node_group){
        .object = { .name = dm_lower_name(lower, "%s.%s", cluster->copy->name, entry->key),
                    .origin = entry->key_span },
        .cluster = cluster->id,
        .is_public = dm_lower_bool(lower, entry->value, "public"),
        .allocatable = dm_lower_resources(lower, entry->value),
        .labels = dm_lower_kube_labels(lower, dm_tree_find(entry->value, "labels"),
                                       "eks.amazonaws.com/nodegroup", entry->key),
    };
    ret_group->taints =
        dm_lower_taints(lower, dm_tree_find(entry->value, "taints"), &ret_group->n_taints);
    sizes(lower, entry, ret_group);
    if (pods && dm_lower_int(lower, pods, 1, 1000, "`pods`", &max_pods)) {
        ret_group->max_pods = (uint16_t)max_pods;
    }
    return DM_LOWER_ADD(lower, node_group, ret_group);
}

static void node(struct dm_lower *lower, struct dm_lower_cluster *cluster,
                 const struct dm_tree_pair *entry, const struct dm_node_group *group,
                 struct dm_node_group_id group_id, struct dm_host_id host_id, bool has_twins)
{
    const struct dm_host *host = dm_builder_edit_host(lower->builder, host_id);
    struct dm_interface_id at = host->interfaces[0];
    struct dm_interface *interface = dm_builder_edit_interface(lower->builder, at);
    const struct dm_subnet *subnet = dm_builder_edit_subnet(lower->builder, interface->subnet);
    const struct dm_zone *zone = dm_builder_edit_zone(lower->builder, subnet->zone);
    struct dm_node item = { .object = host->object,
                            .cluster = cluster->id,
                            .group = group_id,
                            .interface = at,
                            .zone = subnet->zone,
                            .has_twins = has_twins,
                            .taints = group->taints,
                            .n_taints = group->n_taints,
                            .allocatable = group->allocatable,
                            .max_pods = group->max_pods };
    struct dm_lower_node own = { .group = entry->key, .host = host_id };
    const struct dm_selector is_said = { .kind = DM_SELECTOR_HAS, .key = "kubernetes.io/os" };

    item.labels = with(lower, group->labels, "topology.kubernetes.io/zone", zone->object.name);
    item.labels =
        with(lower, item.labels, "topology.kubernetes.io/region", cluster->copy->region->name);
    item.labels = dm_selector_matches(&is_said, &item.labels)
                      ? item.labels
                      : with(lower, item.labels, is_said.key, "linux");
    own.name = strlen(host->object.name) > strlen(cluster->copy->name)
                   ? host->object.name + strlen(cluster->copy->name) + 1
                   : host->object.name;
    own.id = DM_LOWER_ADD(lower, node, &item);
    interface->node = own.id;
    interface->source_dest_check = dm_tree_find(entry->value, "source_dest_check")
                                       ? dm_lower_bool(lower, entry->value, "source_dest_check")
                                       : !cluster->sends_as_is;
    (void)DM_LOWER_PUSH(lower, &cluster->nodes, own);
}

void dm_lower_node_group(struct dm_lower *lower, struct dm_lower_cluster *cluster,
                         const struct dm_tree_pair *entry)
{
    struct dm_node_group group;
    struct dm_node_group_id id = group_of(lower, cluster, entry, &group);
    struct dm_lower_seat seat = { 0 };
    struct dm_lower_hosts hosts = { 0 };

    if (!dm_lower_seat_in(lower, cluster->vpc, entry, &seat) || group.max_size == 0) {
        return; /* a group that may have no node has none */
    }
    dm_lower_endpoints(lower, &seat, cluster->vpc, group.object.name, entry->key_span, &hosts);
    for (size_t i = 0; i < hosts.n && !lower->oom; i++) {
        node(lower, cluster, entry, &group, id, hosts.items[i], group.max_size > hosts.n);
    }
}
