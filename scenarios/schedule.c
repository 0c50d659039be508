/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * schedule - every pod of a cluster finds a node.
 *
 * One question for each cluster: do its pods fit into the nodes that live (solver/plan/place.h)?
 * The finding names the pods that do not, and what there is too little of.
 */
#include "model/base/str.h"
#include "scenarios/checker.h"
#include "solver/plan/place.h"

struct cluster {
    struct dm_judgement *judgement;
    struct dm_cluster_id id;
    struct dm_placement placement; /* of the last evaluation; in the brief arena */
};

static enum dm_outcome evaluate(const void *context, struct dm_alive *alive)
{
    struct cluster *cluster = *(struct cluster *const *)context;
    struct dm_judgement *judgement = cluster->judgement;
    struct dm_checker *checker = judgement->checker;

    dm_arena_restore(checker->brief, checker->brief_begin);
    if (!dm_place(checker->brief, checker->model, alive, cluster->id,
                  judgement->requirement->grown ? DM_PLACE_GROWN : DM_PLACE_LEFT,
                  judgement->requirement->most_pods ? DM_PLACE_MOST : DM_PLACE_LEAST,
                  &cluster->placement)) {
        judgement->out_of_memory = true;
        return DM_UNDECIDED;
    }
    if (cluster->placement.answer.verdict == DM_PACK_OPEN) {
        judgement->undecided_why =
            judgement->undecided_why ? judgement->undecided_why : cluster->placement.open_why;
        return DM_UNDECIDED;
    }
    if (!cluster->placement.packing.n_items) {
        return DM_NOT_APPLICABLE;
    }
    return cluster->placement.answer.verdict == DM_PACK_FITS ? DM_HOLDS : DM_VIOLATED;
}

/* ---- what is said ---- */

static const struct dm_workload *workload_of(const struct cluster *cluster, size_t item)
{
    return dm_workload_get(cluster->judgement->checker->model,
                           cluster->placement.pods[item].workload);
}

/* "4.5 processors", "3,072 MiB", "12 pods" */
static void add_amount(struct dm_str *out, enum dm_pack_resource resource, int64_t amount)
{
    switch (resource) {
    case DM_PACK_CPU:
        dm_str_addf(out, "%lld.%03lld processors", (long long)amount / 1000,
                    (long long)amount % 1000);
        break;
    case DM_PACK_MEMORY:
        dm_str_addf(out, "%lld MiB", (long long)amount / 1048576);
        break;
    case DM_PACK_PODS:
    case DM_PACK_RESOURCES:
        dm_str_addf(out, "%lld pods", (long long)amount);
        break;
    }
}

/* The workloads that together need more than there is, each once. */
static void add_short(const struct cluster *cluster, struct dm_str *out)
{
    const struct dm_placement *placement = &cluster->placement;
    const char *last = NULL;
    size_t n = 0;

    for (size_t i = 0; i < placement->packing.n_items; i++) {
        const char *name = workload_of(cluster, i)->object.name;

        if (!placement->answer.short_items[i] || dm_str_equal(name, last)) {
            continue;
        }
        last = name;
        if (n++ < 4) {
            dm_str_addf(out, "%s`%s`", n > 1 ? ", " : "", name);
        }
    }
    if (n > 4) {
        dm_str_addf(out, " and %zu more", n - 4);
    }
}

static void add_reason(const struct cluster *cluster, struct dm_str *out)
{
    const struct dm_placement *placement = &cluster->placement;
    const struct dm_pack_answer *answer = &placement->answer;

    if (placement->by_volume) {
        dm_str_add(out, "its volume is in one zone and cannot follow it to another");
        return;
    }
    switch (answer->bound) {
    case DM_PACK_NO_BINS:
        dm_str_add(out, "no node that lives has the labels it asks for and no taint that it does "
                        "not tolerate");
        break;
    case DM_PACK_TOO_BIG:
        add_amount(out, answer->resource, answer->need);
        dm_str_add(out, " are requested, and no node that it may be on has more than ");
        add_amount(out, answer->resource, answer->have > 0 ? answer->have : 0);
        break;
    case DM_PACK_ALONE:
        dm_str_addf(out,
                    "of its %lld pods the nodes that they may be on have room for %lld, whole ones "
                    "and spread as it asks",
                    (long long)answer->need, (long long)answer->have);
        break;
    case DM_PACK_APART:
        dm_str_addf(out,
                    "its %lld pods may not share a node or a zone, of which there are %lld for "
                    "them",
                    (long long)answer->need, (long long)answer->have);
        break;
    case DM_PACK_RESOURCE:
        add_short(cluster, out);
        dm_str_add(out, " request ");
        add_amount(out, answer->resource, answer->need);
        dm_str_add(out, ", and the nodes that they may be on have ");
        add_amount(out, answer->resource, answer->have);
        break;
    }
}

static enum dm_status add_finding(struct cluster *cluster, struct dm_topic *topic,
                                  struct dm_err *err)
{
    static const char *const of_volumes[] = { "EBS-01", "K8S-20", NULL };
    static const char *const of_nodes[] = { "K8S-20", "EKS-22", NULL };
    struct dm_judgement *judgement = cluster->judgement;
    struct dm_checker *checker = judgement->checker;
    const struct dm_cut *cut = &topic->violated.items[0];
    const struct dm_cluster *object = dm_cluster_get(checker->model, cluster->id);
    const char *subjects[] = { object->object.name };
    struct cluster *context = cluster;
    struct dm_finding *finding;
    const struct dm_workload *workload;
    struct dm_str text;
    enum dm_status status =
        dm_finding_add(checker, judgement, DM_RULE_CAP001, subjects, 1, &finding, err);

    if (status != DM_OK) {
        return status;
    }
    dm_alive_begin(checker->alive, cut->elements, cut->n);
    if (evaluate(&context, checker->alive) != DM_VIOLATED) {
        return DM_FAIL_NOMEM(err);
    }
    workload = workload_of(cluster, cluster->placement.answer.item);
    dm_str_init(&text, checker->run);
    dm_str_addf(&text, "pods of `%s` find no node in `%s`%s%s: ", workload->object.name,
                object->object.name, cut->n ? " when this fails: " : "",
                cut->n ? dm_cut_text(checker->run, checker->model, cut) : "");
    add_reason(cluster, &text);
    finding->message = text.text;
    if (!text.text) {
        return DM_FAIL_NOMEM(err);
    }
    dm_finding_facts(finding, cluster->placement.by_volume ? of_volumes : of_nodes);
    dm_finding_label(checker, finding, workload->object.origin, "this is to run");
    dm_finding_label(checker, finding, object->object.origin, "in this cluster");
    dm_finding_label(checker, finding, judgement->requirement->object.origin,
                     "required by this statement");
    finding->cuts = topic->violated.items;
    finding->n_cuts = topic->violated.n;
    finding->n_sets = topic->n_sets;
    return DM_OK;
}

enum dm_status dm_judge_schedule(struct dm_judgement *judgement, struct dm_err *err)
{
    const struct dm_requirement *requirement = judgement->requirement;

    for (size_t i = 0; i < requirement->n_clusters; i++) {
        struct cluster cluster = { .judgement = judgement, .id = requirement->clusters[i] };
        struct cluster *context = &cluster;
        struct dm_question question = { evaluate, &context };
        struct dm_topic topic = { .n_sets = 0 };
        enum dm_status status = dm_checker_ask(judgement, &question, &topic, err);

        dm_topic_settle(&topic);
        if (status == DM_OK && topic.violated.n) {
            status = add_finding(&cluster, &topic, err);
        }
        if (status != DM_OK) {
            return status;
        }
    }
    return DM_OK;
}
