/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Autoscalers, and budgets of disruption.
 */
#include <string.h>

#include "model/front/k8s/schedule.h"
#include "model/front/k8s/upkeep.h"

enum { STANDARD_CPU_PERCENT = 80 }; /* where no figure is given [K8S-44] */

/* ---- what is scaled ---- */

/* A change of what is known of its pods; each has the same. */
static void apply(struct dm_k8s *k8s, const struct dm_autoscaler *autoscaler)
{
    struct dm_workload *workload = dm_builder_edit_workload(k8s->builder, autoscaler->target);
    struct dm_pod *pods = DM_NEW_ARRAY(k8s->arena, workload->n_pods, struct dm_pod);

    if (!pods) {
        k8s->failed = true;
        return;
    }
    for (size_t i = 0; i < workload->n_pods; i++) {
        struct dm_schedule *schedule = DM_NEW(k8s->arena, struct dm_schedule);

        pods[i] = workload->pods[i];
        /* Of pods that were seen running it is known how many there are. */
        if (pods[i].schedule && schedule && workload->n_pods == 1) {
            *schedule = *pods[i].schedule;
            dm_autoscaler_apply(autoscaler, schedule);
            pods[i].schedule = schedule;
        }
        k8s->failed = k8s->failed || !schedule;
    }
    workload->pods = pods;
}

/* What is not whole says nothing, and is named. */
static void leave(struct dm_k8s *k8s, const struct dm_k8s_object *object, const char *why)
{
    dm_k8s_unknown(k8s, object->origin,
                   dm_k8s_text_of(k8s, "%s %s", object->kind_text, dm_k8s_name(k8s, object)), why,
                   NULL);
}

/* Names its target; false where nothing can be said of the autoscaler. */
static bool read_target(struct dm_k8s *k8s, const struct dm_k8s_object *object, const char *key,
                        struct dm_autoscaler *autoscaler)
{
    const struct dm_tree *map = dm_k8s_map(k8s, object->spec, key);
    const char *kind = dm_k8s_text(k8s, map, "kind");
    const char *name = dm_k8s_text(k8s, map, "name");
    const char *full;

    if (!kind || !name) {
        leave(k8s, object, "it does not name a kind and a workload of it");
        return false;
    }
    full = dm_k8s_text_of(k8s, "%s/%s[%s]", object->namespace, name, kind);
    autoscaler->target_kind = kind;
    autoscaler->target_name = name;
    autoscaler->target.v = dm_builder_find(k8s->builder, DM_KIND_workload, full).v;
    if (!autoscaler->target.v && dm_k8s_find(k8s, kind, object->namespace, name)) {
        /* It belongs to another, which sets the number itself. */
        leave(k8s, object, "its target is owned by something else");
        return false;
    }
    return true;
}

static struct dm_autoscaler begin(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                                  enum dm_autoscaler_kind kind)
{
    return (struct dm_autoscaler){
        .object = { .name =
                        dm_k8s_text_of(k8s, "%s[%s]", dm_k8s_name(k8s, object), object->kind_text),
                    .origin = object->origin },
        .kind = kind,
        .namespace = dm_k8s_namespace(k8s, object->namespace),
        .short_name = object->name,
        .most_asked = { -1, -1 },
    };
}

static void finish(struct dm_k8s *k8s, const struct dm_autoscaler *autoscaler)
{
    k8s->failed = k8s->failed || !dm_builder_add_autoscaler(k8s->builder, autoscaler).v;
    if (autoscaler->target.v && !k8s->failed) {
        apply(k8s, autoscaler);
    }
}

/* ---- by their number ---- */

/* A figure of the resource that 'map' names, of the form of v2, or that of its betas. */
static void read_resource(struct dm_k8s *k8s, const struct dm_tree *map,
                          struct dm_autoscaler *autoscaler)
{
    const char *name = dm_k8s_text(k8s, map, "name");
    const struct dm_tree *target = dm_k8s_map(k8s, map, "target");
    int64_t percent = target ? dm_k8s_number(k8s, target, "averageUtilization", 1, INT32_MAX, 0)
                             : dm_k8s_number(k8s, map, "targetAverageUtilization", 1, INT32_MAX, 0);

    if (dm_str_equal(name, "cpu")) {
        autoscaler->by_cpu = true;
        autoscaler->cpu_percent = (uint32_t)percent;
    } else if (dm_str_equal(name, "memory")) {
        autoscaler->by_memory = true;
        autoscaler->memory_percent = (uint32_t)percent;
    } else {
        autoscaler->by_other = true;
    }
}

static void read_metrics(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                         struct dm_autoscaler *autoscaler)
{
    const struct dm_tree *list = dm_k8s_list(k8s, object->spec, "metrics");

    for (size_t i = 0; list && i < list->n; i++) {
        const struct dm_tree *resource = dm_k8s_map(k8s, list->items[i], "resource");

        resource = resource ? resource : dm_k8s_map(k8s, list->items[i], "containerResource");
        if (resource) {
            read_resource(k8s, resource, autoscaler);
        } else {
            autoscaler->by_other = true;
        }
    }
    if (dm_k8s_get(object->spec, "targetCPUUtilizationPercentage") || !list || !list->n) {
        autoscaler->by_cpu = true;
        autoscaler->cpu_percent =
            (uint32_t)dm_k8s_number(k8s, object->spec, "targetCPUUtilizationPercentage", 1,
                                    INT32_MAX, STANDARD_CPU_PERCENT);
    }
}

void dm_k8s_read_horizontal(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    struct dm_autoscaler autoscaler = begin(k8s, object, DM_AUTOSCALER_HORIZONTAL);
    int64_t least;
    int64_t most;

    if (object->spec) {
        (void)dm_k8s_keys(k8s, object, object->spec,
                          "scaleTargetRef|minReplicas|maxReplicas|metrics|behavior|"
                          "targetCPUUtilizationPercentage",
                          NULL);
    }
    least = dm_k8s_number(k8s, object->spec, "minReplicas", 0, INT32_MAX, 1);
    most = dm_k8s_number(k8s, object->spec, "maxReplicas", 1, INT32_MAX, 0);
    if (!most) {
        leave(k8s, object, "it does not say how many pods there may be");
        return;
    }
    if (least > most) {
        (void)dm_k8s_fault(k8s, dm_k8s_get(object->spec, "minReplicas")->span,
                           "`minReplicas` is %lld, and `maxReplicas` %lld", (long long)least,
                           (long long)most);
        return;
    }
    autoscaler.least = (uint32_t)least;
    autoscaler.most = (uint32_t)most;
    read_metrics(k8s, object, &autoscaler);
    if (read_target(k8s, object, "scaleTargetRef", &autoscaler)) {
        finish(k8s, &autoscaler);
    }
}

/* ---- by their requests ---- */

static enum dm_resize_mode mode_of(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    static const struct {
        const char *word;
        enum dm_resize_mode mode;
    } rows[] = { { "Off", DM_RESIZE_OFF },
                 { "Initial", DM_RESIZE_INITIAL },
                 { "Recreate", DM_RESIZE_RUNNING },
                 { "InPlaceOrRecreate", DM_RESIZE_RUNNING },
                 { "Auto", DM_RESIZE_RUNNING } };
    const struct dm_tree *policy = dm_k8s_map(k8s, object->spec, "updatePolicy");
    const char *word = dm_k8s_text(k8s, policy, "updateMode");

    for (size_t i = 0; word && i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(word, rows[i].word) == 0) {
            return rows[i].mode;
        }
    }
    if (word) {
        (void)dm_k8s_fault(
            k8s, dm_k8s_get(policy, "updateMode")->span,
            "`updateMode` must be Off, Initial, Recreate, InPlaceOrRecreate or Auto");
    }
    return DM_RESIZE_RUNNING;
}

/* The policy of a container: that of its name, else that of "*". */
static const struct dm_tree *policy_of(struct dm_k8s *k8s, const struct dm_tree *list,
                                       const char *container)
{
    const struct dm_tree *standard = NULL;

    for (size_t i = 0; list && i < list->n; i++) {
        const char *name = dm_k8s_text(k8s, list->items[i], "containerName");

        if (dm_str_equal(name, container)) {
            return list->items[i];
        }
        standard = dm_str_equal(name, "*") ? list->items[i] : standard;
    }
    return standard;
}

static bool controls(struct dm_k8s *k8s, const struct dm_tree *policy, const char *resource)
{
    const struct dm_tree *list = dm_k8s_list(k8s, policy, "controlledResources");

    if (dm_str_equal(dm_k8s_text(k8s, policy, "mode"), "Off")) {
        return false;
    }
    for (size_t i = 0; list && i < list->n; i++) {
        if (dm_str_equal(dm_tree_text(list->items[i]), resource)) {
            return true;
        }
    }
    return !list;
}

/* Of all containers together; one without bound leaves all without. */
static void add_most(int64_t *all, bool controlled, int64_t most, int64_t request, bool *open)
{
    int64_t one = controlled ? most : request < 0 ? 0 : request;

    *open = *open || (controlled && most < 0);
    *all = *open ? -1 : (*all < 0 ? 0 : *all) + (one < INT64_MAX / 4096 ? one : INT64_MAX / 4096);
}

static void read_policies(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                          struct dm_autoscaler *autoscaler)
{
    const struct dm_k8s_object *target =
        dm_k8s_find(k8s, autoscaler->target_kind, object->namespace, autoscaler->target_name);
    const struct dm_tree *policies =
        dm_k8s_list(k8s, dm_k8s_map(k8s, object->spec, "resourcePolicy"), "containerPolicies");
    const struct dm_tree *spec = target ? target->spec : NULL;
    const struct dm_tree *containers;
    bool open_cpu = false;
    bool open_memory = false;

    if (spec && strcmp(target->kind_text, "CronJob") == 0) {
        spec = dm_k8s_map(k8s, dm_k8s_map(k8s, spec, "jobTemplate"), "spec");
    }
    spec = dm_k8s_map(k8s, dm_k8s_map(k8s, spec, "template"), "spec");
    containers = dm_k8s_list(k8s, spec, "containers");
    for (size_t i = 0; containers && i < containers->n; i++) {
        const struct dm_tree *policy =
            policy_of(k8s, policies, dm_tree_text(dm_k8s_get(containers->items[i], "name")));
        struct dm_resources most = dm_k8s_resources(k8s, dm_k8s_map(k8s, policy, "maxAllowed"));
        struct dm_resources own = dm_k8s_resources(
            k8s, dm_k8s_map(k8s, dm_k8s_map(k8s, containers->items[i], "resources"), "requests"));
        bool cpu = controls(k8s, policy, "cpu");
        bool memory = controls(k8s, policy, "memory");

        autoscaler->by_cpu = autoscaler->by_cpu || cpu;
        autoscaler->by_memory = autoscaler->by_memory || memory;
        add_most(&autoscaler->most_asked.cpu_milli, cpu, most.cpu_milli, own.cpu_milli, &open_cpu);
        add_most(&autoscaler->most_asked.memory, memory, most.memory, own.memory, &open_memory);
    }
    if (!containers) {
        autoscaler->by_cpu = true;
        autoscaler->by_memory = true;
    }
}

void dm_k8s_read_vertical(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    struct dm_autoscaler autoscaler = begin(k8s, object, DM_AUTOSCALER_VERTICAL);

    if (object->spec) {
        (void)dm_k8s_keys(k8s, object, object->spec,
                          "targetRef|updatePolicy|resourcePolicy|recommenders", NULL);
    }
    autoscaler.mode = mode_of(k8s, object);
    if (read_target(k8s, object, "targetRef", &autoscaler)) {
        read_policies(k8s, object, &autoscaler);
        finish(k8s, &autoscaler);
    }
}

/* ---- budgets ---- */

/* "2" or "50%". */
static bool read_amount(struct dm_k8s *k8s, const struct dm_tree *node,
                        struct dm_disruption_budget *budget)
{
    const char *text = dm_tree_text(node);
    size_t length = text ? strlen(text) : 0;
    uint64_t amount = 0;

    budget->is_percent = length && text[length - 1] == '%';
    length -= budget->is_percent;
    if (!length || !dm_str_to_u64(text, length, budget->is_percent ? 100 : INT32_MAX, &amount)) {
        (void)dm_k8s_fault(k8s, node->span, "expected a number of pods or a percentage");
        return false;
    }
    budget->amount = (uint32_t)amount;
    return true;
}

void dm_k8s_read_budget(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const struct dm_tree *least = dm_k8s_get(object->spec, "minAvailable");
    const struct dm_tree *gone = dm_k8s_get(object->spec, "maxUnavailable");
    const struct dm_tree *selector = dm_k8s_map(k8s, object->spec, "selector");
    struct dm_disruption_budget budget = {
        .object = { .name = dm_k8s_name(k8s, object), .origin = object->origin },
        .namespace = dm_k8s_namespace(k8s, object->namespace),
        .short_name = object->name,
        .is_unavailable = gone != NULL,
    };

    if (object->spec) {
        (void)dm_k8s_keys(k8s, object, object->spec,
                          "minAvailable|maxUnavailable|selector|unhealthyPodEvictionPolicy", NULL);
    }
    if (least && gone) {
        (void)dm_k8s_fault(k8s, gone->span,
                           "a budget has `minAvailable` or `maxUnavailable`, not both");
        return;
    }
    if (!least && !gone) {
        leave(k8s, object, "it does not say how many pods may be gone");
        return;
    }
    if (!read_amount(k8s, gone ? gone : least, &budget)) {
        return;
    }
    if (selector) {
        budget.selector = dm_k8s_label_selector(k8s, object, selector, NULL);
    }
    k8s->failed = k8s->failed || !dm_builder_add_disruption_budget(k8s->builder, &budget).v;
}
