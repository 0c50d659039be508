/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A range of pods, or of the services of a cluster, that is one of somebody whom the pods are to
 * reach [CAL-05]: of the cluster's own VPC, of its services, of a VPC or site that one of its
 * services calls or that a requirement wants to be reached from there.  What has an address of a
 * pool is taken for a pod, and what has one of a service for that; neither ever leaves.  Other
 * clusters and VPCs may have the same range.
 */
#include "model/base/str.h"
#include "scenarios/rules/clusters.h"

struct ranges {
    const struct dm_model *model;
    struct dm_cluster_id cluster;
    const struct dm_object *of; /* a pool, or the cluster, whose range overlaps; NULL: none yet */
    struct dm_prefix range;
    struct dm_prefix other;
    const char *whose; /* NULL: the cluster's services */
};

static void hold_range(struct ranges *ranges, const struct dm_object *of, struct dm_prefix range,
                       const struct dm_prefix *prefixes, size_t n, const char *whose)
{
    for (size_t i = 0; i < n && !ranges->of; i++) {
        if (dm_prefix_overlaps(range, prefixes[i])) {
            ranges->of = of;
            ranges->range = range;
            ranges->other = prefixes[i];
            ranges->whose = whose;
        }
    }
}

static void hold_against(struct ranges *ranges, const struct dm_prefix *prefixes, size_t n,
                         const char *whose)
{
    const struct dm_cluster *cluster = dm_cluster_get(ranges->model, ranges->cluster);
    size_t n_pools;
    const struct dm_ip_pool_id *pools = dm_model_pools_of(ranges->model, ranges->cluster, &n_pools);

    for (size_t i = 0; i < n_pools; i++) {
        const struct dm_ip_pool *pool = dm_ip_pool_get(ranges->model, pools[i]);

        hold_range(ranges, &pool->object, pool->prefix, prefixes, n, whose);
    }
    if (prefixes != &cluster->service_range && !dm_addr_is_none(cluster->service_range.addr)) {
        hold_range(ranges, &cluster->object, cluster->service_range, prefixes, n, whose);
    }
}

static void hold_vpc(struct ranges *ranges, struct dm_vpc_id id)
{
    if (id.v) {
        const struct dm_vpc *vpc = dm_vpc_get(ranges->model, id);

        hold_against(ranges, vpc->cidrs, vpc->n_cidrs, vpc->object.name);
    }
}

static void hold_store(struct ranges *ranges, const struct dm_store *store)
{
    for (size_t i = 0; i < store->n_copies; i++) {
        for (size_t j = 0; j < store->copies[i].n_hosts; j++) {
            const struct dm_host *host = dm_host_get(ranges->model, store->copies[i].hosts[j]);

            hold_vpc(ranges, dm_model_vpc_of_interface(ranges->model, host->interfaces[0]));
        }
    }
}

static void hold_party(struct ranges *ranges, struct dm_party party)
{
    const struct dm_model *model = ranges->model;

    switch (party.kind) {
    case DM_PARTY_SERVICE:
        hold_vpc(ranges, dm_service_get(model, (struct dm_service_id){ party.v })->vpc);
        break;
    case DM_PARTY_STORE:
        hold_store(ranges, dm_store_get(model, (struct dm_store_id){ party.v }));
        break;
    case DM_PARTY_BALANCER:
        hold_vpc(ranges, dm_balancer_get(model, (struct dm_balancer_id){ party.v })->vpc);
        break;
    case DM_PARTY_SITE: {
        const struct dm_site *site = dm_site_get(model, (struct dm_site_id){ party.v });

        hold_against(ranges, site->prefixes, site->n_prefixes, site->object.name);
        break;
    }
    case DM_PARTY_INTERNET:
    case DM_PARTY_ACCELERATOR:
        break;
    }
}

static void hold_required(struct ranges *ranges)
{
    const struct dm_model *model = ranges->model;

    for (uint32_t i = 0; i < model->n_requirements; i++) {
        for (size_t j = 0; j < model->requirements[i].n_pairs; j++) {
            const struct dm_reach_pair *pair = &model->requirements[i].pairs[j];

            if (pair->from.kind == DM_PARTY_SERVICE
                && dm_service_get(model, (struct dm_service_id){ pair->from.v })->cluster.v
                       == ranges->cluster.v) {
                hold_party(ranges, pair->to);
            }
        }
    }
}

static bool look(struct dm_checker *checker, struct dm_cluster_id id,
                 struct dm_cluster_fault *fault)
{
    const struct dm_model *model = checker->model;
    const struct dm_cluster *cluster = dm_cluster_get(model, id);
    struct ranges ranges = { .model = model, .cluster = id };
    bool is_services;
    char range[DM_ADDR_TEXT_SIZE];
    char other[DM_ADDR_TEXT_SIZE];

    hold_vpc(&ranges, cluster->vpc);
    if (!dm_addr_is_none(cluster->service_range.addr)) {
        hold_against(&ranges, &cluster->service_range, 1, NULL);
    }
    for (uint32_t i = 0; i < model->n_services; i++) {
        for (size_t j = 0; model->services[i].cluster.v == id.v && j < model->services[i].n_calls;
             j++) {
            hold_party(&ranges, model->services[i].calls[j].to);
        }
    }
    hold_required(&ranges);
    if (!ranges.of) {
        return true;
    }
    is_services = ranges.of == &cluster->object;
    fault->span = ranges.of->origin;
    fault->label = is_services ? "the range of its services" : "this range";
    fault->help = "take a range that nobody has whom the pods are to reach";
    fault->message =
        ranges.whose
            ? dm_sprintf(checker->run, "%s of `%s` have addresses of %s, and `%s` has %s",
                         is_services ? "services" : "pods", cluster->object.name,
                         dm_prefix_text(ranges.range, range), ranges.whose,
                         dm_prefix_text(ranges.other, other))
            : dm_sprintf(checker->run, "pods of `%s` have addresses of %s, and its services of %s",
                         cluster->object.name, dm_prefix_text(ranges.range, range),
                         dm_prefix_text(ranges.other, other));
    return fault->message != NULL;
}

enum dm_status dm_rule_run_pod_range_taken(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "CAL-05", NULL };

    return dm_clusters_lint(checker, DM_RULE_CLU002, facts, look, err);
}
