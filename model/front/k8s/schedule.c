/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where pods may run: selectors of nodes, affinity, tolerations, spread.
 */
#include "model/front/k8s/schedule.h"

#include <string.h>

struct parts {
    const struct dm_selector **items;
    size_t n;
    size_t capacity;
};

static void strange(struct dm_k8s *k8s, const struct dm_k8s_object *object, struct dm_span span,
                    const char *what, struct dm_unknown_id *slot)
{
    dm_k8s_unknown(
        k8s, span,
        dm_k8s_text_of(k8s, "%s of %s %s", what, object->kind_text, dm_k8s_name(k8s, object)),
        "where pods may run by it is not modelled", slot);
}

static const struct dm_selector *join(struct dm_k8s *k8s, enum dm_selector_kind kind,
                                      const struct parts *parts)
{
    struct dm_selector *selector;

    if (parts->n < 2) {
        return parts->n ? parts->items[0] : NULL;
    }
    selector = DM_NEW(k8s->arena, struct dm_selector);
    k8s->failed = k8s->failed || !selector;
    if (selector) {
        *selector =
            (struct dm_selector){ .kind = kind, .parts = parts->items, .n_parts = parts->n };
    }
    return selector;
}

static void add_part(struct dm_k8s *k8s, struct parts *parts, const struct dm_selector *part)
{
    if (part) {
        (void)DM_K8S_PUSH(k8s, parts, part);
    }
}

/* ---- nodes ---- */

/* One term: all its expressions.  It has the form of a label selector, but for operators that
 * compare numbers and for fields of nodes. */
static const struct dm_selector *term_of(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                                         const struct dm_tree *term, struct dm_unknown_id *slot)
{
    const struct dm_tree *expressions = dm_k8s_list(k8s, term, "matchExpressions");

    for (size_t i = 0; expressions && i < expressions->n; i++) {
        const char *operator= dm_tree_text(dm_k8s_get(expressions->items[i], "operator"));

        if (dm_str_equal(operator, "Gt") || dm_str_equal(operator, "Lt")) {
            strange(k8s, object, expressions->items[i]->span, operator, slot);
            return NULL;
        }
    }
    if (dm_k8s_get(term, "matchFields")) {
        strange(k8s, object, term->span, "matchFields", slot);
        return NULL;
    }
    return dm_k8s_label_selector(k8s, object, term, slot);
}

const struct dm_selector *dm_k8s_node_terms(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                                            const struct dm_tree *selector,
                                            struct dm_unknown_id *slot)
{
    const struct dm_tree *terms = dm_k8s_list(k8s, selector, "nodeSelectorTerms");
    struct parts parts = { NULL, 0, 0 };

    for (size_t i = 0; terms && i < terms->n; i++) {
        add_part(k8s, &parts, term_of(k8s, object, terms->items[i], slot));
    }
    return join(k8s, DM_SELECTOR_OR, &parts);
}

static const struct dm_selector *nodes_of(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                                          const struct dm_tree *spec, struct dm_unknown_id *slot)
{
    const struct dm_tree *plain = dm_k8s_map(k8s, spec, "nodeSelector");
    const struct dm_tree *affinity =
        dm_k8s_map(k8s, dm_k8s_map(k8s, spec, "affinity"), "nodeAffinity");
    struct parts parts = { NULL, 0, 0 };

    if (plain && plain->n) {
        add_part(k8s, &parts, dm_k8s_equality_selector(k8s, plain));
    }
    add_part(k8s, &parts,
             dm_k8s_node_terms(
                 k8s, object,
                 dm_k8s_map(k8s, affinity, "requiredDuringSchedulingIgnoredDuringExecution"),
                 slot));
    return join(k8s, DM_SELECTOR_AND, &parts);
}

/* ---- taints ---- */

static bool effect_of(struct dm_k8s *k8s, const struct dm_tree *map, enum dm_taint_effect *effect)
{
    static const char *const words[] = { "NoSchedule", "PreferNoSchedule", "NoExecute" };
    const char *text = dm_k8s_text(k8s, map, "effect");

    for (size_t i = 0; text && i < sizeof words / sizeof *words; i++) {
        if (strcmp(text, words[i]) == 0) {
            *effect = (enum dm_taint_effect)i;
            return true;
        }
    }
    if (text && *text) {
        (void)dm_k8s_fault(k8s, dm_k8s_get(map, "effect")->span,
                           "`effect` must be NoSchedule, PreferNoSchedule or NoExecute");
    }
    return false;
}

void dm_k8s_read_taints(struct dm_k8s *k8s, const struct dm_tree *list,
                        const struct dm_taint **ret_taints, size_t *ret_n)
{
    struct {
        struct dm_taint *items;
        size_t n;
        size_t capacity;
    } taints = { NULL, 0, 0 };

    for (size_t i = 0; list && i < list->n; i++) {
        struct dm_taint taint = { .key = dm_k8s_text(k8s, list->items[i], "key"),
                                  .value = dm_k8s_text(k8s, list->items[i], "value") };

        taint.value = taint.value ? taint.value : "";
        if (taint.key && effect_of(k8s, list->items[i], &taint.effect)) {
            (void)DM_K8S_PUSH(k8s, &taints, taint);
        }
    }
    *ret_taints = taints.items;
    *ret_n = taints.n;
}

static void read_tolerations(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                             const struct dm_tree *spec, struct dm_schedule *schedule)
{
    const struct dm_tree *list = dm_k8s_list(k8s, spec, "tolerations");
    struct {
        struct dm_toleration *items;
        size_t n;
        size_t capacity;
    } tolerations = { NULL, 0, 0 };

    for (size_t i = 0; list && i < list->n; i++) {
        const struct dm_tree *map = list->items[i];
        struct dm_toleration one = { .key = NULL };
        const char *operator;

        if (!dm_k8s_keys(k8s, object, map, "key|operator|value|effect|tolerationSeconds",
                         &schedule->unknown)) {
            continue;
        }
        operator= dm_k8s_text(k8s, map, "operator");
        one.key = dm_k8s_text(k8s, map, "key");
        one.key = one.key && *one.key ? one.key : NULL;
        one.value = dm_k8s_text(k8s, map, "value");
        one.any_effect = !effect_of(k8s, map, &one.effect);
        if (!operator|| strcmp(operator, "Equal") == 0) {
            one.value = one.value ? one.value : "";
        } else if (strcmp(operator, "Exists") == 0) {
            one.value = NULL;
        } else {
            strange(k8s, object, dm_k8s_get(map, "operator")->span, operator, & schedule->unknown);
            continue;
        }
        if (!one.key && one.value) {
            (void)dm_k8s_fault(k8s, map->span, "a toleration without key must be of `Exists`");
            continue;
        }
        (void)DM_K8S_PUSH(k8s, &tolerations, one);
    }
    schedule->tolerations = tolerations.items;
    schedule->n_tolerations = tolerations.n;
}

/* ---- other pods ---- */

/* Those in namespaces of a list, or that a selector selects; NULL: in its own alone. */
static const struct dm_selector *namespaces_of(struct dm_k8s *k8s,
                                               const struct dm_k8s_object *object,
                                               const struct dm_tree *term,
                                               struct dm_unknown_id *slot)
{
    const struct dm_tree *list = dm_k8s_list(k8s, term, "namespaces");
    const struct dm_tree *map = dm_k8s_map(k8s, term, "namespaceSelector");
    struct parts parts = { NULL, 0, 0 };

    if (list && list->n) {
        add_part(k8s, &parts, dm_k8s_values_selector(k8s, "kubernetes.io/metadata.name", list));
    }
    if (map) {
        add_part(k8s, &parts, dm_k8s_label_selector(k8s, object, map, slot));
    }
    return join(k8s, DM_SELECTOR_OR, &parts);
}

struct affinities {
    struct dm_pod_affinity *items;
    size_t n;
    size_t capacity;
};

static void read_terms(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                       const struct dm_tree *list, bool is_anti, bool is_required,
                       struct affinities *affinities, struct dm_unknown_id *slot)
{
    for (size_t i = 0; list && i < list->n; i++) {
        const struct dm_tree *term = list->items[i];
        struct dm_pod_affinity one = { .is_anti = is_anti, .is_required = is_required };

        term = is_required ? term : dm_k8s_map(k8s, term, "podAffinityTerm");
        if (!term
            || !dm_k8s_keys(k8s, object, term,
                            "labelSelector|topologyKey|namespaces|namespaceSelector|"
                            "matchLabelKeys|mismatchLabelKeys",
                            slot)) {
            continue;
        }
        one.topology_key = dm_k8s_text(k8s, term, "topologyKey");
        one.selector =
            dm_k8s_label_selector(k8s, object, dm_k8s_map(k8s, term, "labelSelector"), slot);
        one.namespace_selector = namespaces_of(k8s, object, term, slot);
        if (!one.topology_key) {
            (void)dm_k8s_fault(k8s, term->span, "`topologyKey` is missing");
        } else if (is_required
                   && (dm_k8s_get(term, "matchLabelKeys")
                       || dm_k8s_get(term, "mismatchLabelKeys"))) {
            strange(k8s, object, term->span, "matchLabelKeys", slot);
        } else {
            (void)DM_K8S_PUSH(k8s, affinities, one);
        }
    }
}

static void read_affinities(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                            const struct dm_tree *spec, struct dm_schedule *schedule)
{
    static const char *const keys[] = { "podAffinity", "podAntiAffinity" };
    const struct dm_tree *affinity = dm_k8s_map(k8s, spec, "affinity");
    struct affinities affinities = { NULL, 0, 0 };

    if (affinity) {
        (void)dm_k8s_keys(k8s, object, affinity, "nodeAffinity|podAffinity|podAntiAffinity",
                          &schedule->unknown);
    }
    for (size_t i = 0; i < 2; i++) {
        const struct dm_tree *map = dm_k8s_map(k8s, affinity, keys[i]);

        read_terms(k8s, object,
                   dm_k8s_list(k8s, map, "requiredDuringSchedulingIgnoredDuringExecution"), i == 1,
                   true, &affinities, &schedule->unknown);
        read_terms(k8s, object,
                   dm_k8s_list(k8s, map, "preferredDuringSchedulingIgnoredDuringExecution"), i == 1,
                   false, &affinities, &schedule->unknown);
    }
    schedule->affinities = affinities.items;
    schedule->n_affinities = affinities.n;
}

/* ---- spread ---- */

static void read_spread(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                        const struct dm_tree *map, struct dm_spread *spread,
                        struct dm_unknown_id *slot)
{
    const char *when = dm_k8s_text(k8s, map, "whenUnsatisfiable");

    spread->topology_key = dm_k8s_text(k8s, map, "topologyKey");
    spread->max_skew = (uint32_t)dm_k8s_number(k8s, map, "maxSkew", 1, INT32_MAX, 1);
    spread->is_required = !when || strcmp(when, "DoNotSchedule") == 0;
    spread->selector =
        dm_k8s_label_selector(k8s, object, dm_k8s_map(k8s, map, "labelSelector"), slot);
    if (when && !spread->is_required && strcmp(when, "ScheduleAnyway") != 0) {
        (void)dm_k8s_fault(k8s, dm_k8s_get(map, "whenUnsatisfiable")->span,
                           "`whenUnsatisfiable` must be DoNotSchedule or ScheduleAnyway");
    }
    if (!spread->topology_key) {
        (void)dm_k8s_fault(k8s, map->span, "`topologyKey` is missing");
    }
}

static void read_spreads(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                         const struct dm_tree *spec, struct dm_schedule *schedule)
{
    static const char *const unmodelled[] = { "minDomains", "matchLabelKeys", "nodeAffinityPolicy",
                                              "nodeTaintsPolicy" };
    const struct dm_tree *list = dm_k8s_list(k8s, spec, "topologySpreadConstraints");
    struct {
        struct dm_spread *items;
        size_t n;
        size_t capacity;
    } spreads = { NULL, 0, 0 };

    for (size_t i = 0; list && i < list->n; i++) {
        const struct dm_tree *map = list->items[i];
        struct dm_spread spread = { .topology_key = NULL };

        if (!dm_k8s_keys(k8s, object, map,
                         "maxSkew|topologyKey|whenUnsatisfiable|labelSelector|minDomains|"
                         "matchLabelKeys|nodeAffinityPolicy|nodeTaintsPolicy",
                         &schedule->unknown)) {
            continue;
        }
        read_spread(k8s, object, map, &spread, &schedule->unknown);
        for (size_t j = 0; spread.is_required && j < sizeof unmodelled / sizeof *unmodelled; j++) {
            if (dm_k8s_get(map, unmodelled[j])) {
                strange(k8s, object, map->span, unmodelled[j], &schedule->unknown);
            }
        }
        if (spread.topology_key) {
            (void)DM_K8S_PUSH(k8s, &spreads, spread);
        }
    }
    schedule->spreads = spreads.items;
    schedule->n_spreads = spreads.n;
}

/* ---- all of it ---- */

/* How many pods a controller is to have. */
static int32_t replicas_of(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const struct dm_tree *spec = object->spec;
    const char *kind = object->kind_text;

    if (strcmp(kind, "DaemonSet") == 0) {
        return -1;
    }
    if (object->kind == DM_K8S_POD) {
        return 1;
    }
    if (strcmp(kind, "CronJob") == 0) {
        spec = dm_k8s_map(k8s, dm_k8s_map(k8s, spec, "jobTemplate"), "spec");
    }
    return (int32_t)dm_k8s_number(k8s, spec, dm_str_ends(kind, "Job") ? "parallelism" : "replicas",
                                  0, INT32_MAX, 1);
}

struct dm_schedule *dm_k8s_schedule(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                                    const struct dm_tree *spec)
{
    struct dm_schedule *schedule = DM_NEW(k8s->arena, struct dm_schedule);
    const char *scheduler = dm_k8s_text(k8s, spec, "schedulerName");

    if (!schedule) {
        k8s->failed = true;
        return NULL;
    }
    schedule->replicas = replicas_of(k8s, object);
    schedule->requests = dm_k8s_pod_resources(k8s, spec, "requests");
    schedule->limits = dm_k8s_pod_resources(k8s, spec, "limits");
    schedule->nodes = nodes_of(k8s, object, spec, &schedule->unknown);
    read_tolerations(k8s, object, spec, schedule);
    read_affinities(k8s, object, spec, schedule);
    read_spreads(k8s, object, spec, schedule);
    dm_k8s_read_volumes(k8s, object, spec, schedule);
    if (scheduler && strcmp(scheduler, "default-scheduler") != 0) {
        strange(k8s, object, dm_k8s_get(spec, "schedulerName")->span, "schedulerName",
                &schedule->unknown);
    }
    if (object->kind == DM_K8S_WORKLOAD && dm_k8s_get(spec, "nodeName")) {
        strange(k8s, object, dm_k8s_get(spec, "nodeName")->span, "nodeName", &schedule->unknown);
    }
    return schedule;
}
