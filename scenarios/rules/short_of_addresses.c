/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A subnet with fewer addresses than what stands in it may need.
 *
 * A subnet of IPv4 gives away all its addresses but five [VPC-03]. Needed are: those that
 * interfaces have; for an application load balancer as many free ones as it wants to find [ELB-01];
 * for the interfaces of a control plane the same [EKS-01]; and for node groups as many nodes as
 * they may have there at most once one of their zones has failed [EKS-22].
 *
 * One finding for each statement of a subnet, with the subnet that lacks the most.
 */
#include <stdlib.h>

#include "model/base/str.h"
#include "scenarios/checker.h"

enum { RESERVED = 5, FREE_FOR_BALANCER = 8, FREE_FOR_CONTROL_PLANE = 6 };

struct need {
    uint64_t taken; /* by interfaces of all else */
    uint64_t nodes;
    uint64_t balancers; /* application load balancers with a node there */
    bool control_plane;
};

static uint64_t addresses_of(const struct dm_subnet *subnet)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < subnet->n_cidrs; i++) {
        if (subnet->cidrs[i].addr.family == DM_FAMILY_IPV4) {
            sum += (UINT64_C(1) << (32 - subnet->cidrs[i].length)) - RESERVED;
        }
    }
    return sum;
}

/* The most nodes of a group in one zone while all but one of its zones live. */
static uint64_t most_in_zone(const struct dm_model *model, const struct dm_node *node)
{
    const struct dm_node_group *group = dm_node_group_get(model, node->group);
    uint64_t n_zones = 0;

    for (uint32_t i = 0; i < model->n_nodes; i++) {
        n_zones += model->nodes[i].group.v == node->group.v;
    }
    n_zones = n_zones > 1 ? n_zones - 1 : 1;
    return (group->max_size + n_zones - 1) / n_zones;
}

static void count_interface(const struct dm_model *model, const struct dm_interface *interface,
                            struct need *need)
{
    if (interface->node.v && interface->kind == DM_INTERFACE_HOST
        && dm_node_get(model, interface->node)->group.v) {
        need->nodes += most_in_zone(model, dm_node_get(model, interface->node));
        return;
    }
    if (interface->kind == DM_INTERFACE_BALANCER
        && dm_balancer_get(model, interface->balancer)->is_application) {
        need->balancers++;
        return;
    }
    for (size_t i = 0; i < interface->n_addresses; i++) {
        need->taken += interface->addresses[i].address.family == DM_FAMILY_IPV4;
    }
}

static void count_control_planes(const struct dm_model *model, struct need *needs)
{
    for (uint32_t i = 0; i < model->n_clusters; i++) {
        const struct dm_cluster *cluster = &model->clusters[i];

        for (size_t j = 0; j < cluster->n_control_plane; j++) {
            const struct dm_host *host = dm_host_get(model, cluster->control_plane[j]);

            for (size_t k = 0; k < host->n_interfaces; k++) {
                const struct dm_interface *interface = dm_interface_get(model, host->interfaces[k]);

                needs[interface->subnet.v].control_plane = interface->subnet.v != 0;
                needs[interface->subnet.v].taken -= interface->n_addresses;
            }
        }
    }
}

static uint64_t total(const struct need *need)
{
    return need->taken + need->nodes + need->balancers * FREE_FOR_BALANCER
           + (need->control_plane ? FREE_FOR_CONTROL_PLANE : 0);
}

static uint64_t missing(const struct dm_subnet *subnet, const struct need *need)
{
    uint64_t have = addresses_of(subnet);

    return have && total(need) > have ? total(need) - have : 0;
}

static enum dm_status add_finding(struct dm_checker *checker, const struct dm_subnet *subnet,
                                  const struct need *need, struct dm_err *err)
{
    const char *subjects[] = { subnet->object.name };
    const char **facts = DM_NEW_ARRAY(checker->run, 5, const char *);
    struct dm_finding *finding;
    struct dm_str text;
    size_t n = 0;
    enum dm_status status =
        dm_finding_add(checker, NULL, DM_RULE_CAP002, subjects, 1, &finding, err);

    if (status != DM_OK || !facts) {
        return status != DM_OK ? status : DM_FAIL_NOMEM(err);
    }
    facts[n++] = "VPC-03";
    dm_str_init(&text, checker->run);
    dm_str_addf(&text, "subnet `%s` has %llu addresses to give, and %llu may be needed: ",
                subnet->object.name, (unsigned long long)addresses_of(subnet),
                (unsigned long long)total(need));
    dm_str_addf(&text, "%llu taken", (unsigned long long)need->taken);
    if (need->nodes) {
        facts[n++] = "EKS-22";
        dm_str_addf(&text, ", %llu of nodes when a zone has failed",
                    (unsigned long long)need->nodes);
    }
    if (need->balancers) {
        facts[n++] = "ELB-01";
        dm_str_addf(&text, ", %llu for application load balancers",
                    (unsigned long long)need->balancers * FREE_FOR_BALANCER);
    }
    if (need->control_plane) {
        facts[n++] = "EKS-01";
        dm_str_addf(&text, ", %d for the control plane", FREE_FOR_CONTROL_PLANE);
    }
    finding->message = text.text;
    finding->help = "give the subnet a larger range, or the node groups subnets of their own";
    dm_finding_facts(finding, facts);
    dm_finding_label(checker, finding, subnet->object.origin, "this range is too small");
    return text.text ? DM_OK : DM_FAIL_NOMEM(err);
}

static bool same_statement(const struct dm_subnet *a, const struct dm_subnet *b)
{
    return a->object.origin.source && a->object.origin.source == b->object.origin.source
           && a->object.origin.begin_byte == b->object.origin.begin_byte;
}

/* Subnets that lack addresses, those of one statement together, the one that lacks the most first.
 */
struct lacking {
    const struct dm_subnet *subnet;
    const struct need *need;
};

static int compare(const void *a, const void *b)
{
    const struct lacking *x = a;
    const struct lacking *y = b;
    uint64_t of_x = missing(x->subnet, x->need);
    uint64_t of_y = missing(y->subnet, y->need);

    if (x->subnet->object.origin.source != y->subnet->object.origin.source) {
        return x->subnet->object.origin.source < y->subnet->object.origin.source ? -1 : 1;
    }
    if (x->subnet->object.origin.begin_byte != y->subnet->object.origin.begin_byte) {
        return x->subnet->object.origin.begin_byte < y->subnet->object.origin.begin_byte ? -1 : 1;
    }
    if (of_x != of_y) {
        return of_x > of_y ? -1 : 1;
    }
    return dm_str_compare_natural(x->subnet->object.name, y->subnet->object.name);
}

enum dm_status dm_rule_run_short_of_addresses(struct dm_checker *checker, struct dm_err *err)
{
    const struct dm_model *model = checker->model;
    struct need *needs = DM_NEW_ARRAY(checker->scratch, model->n_subnets + 1, struct need);
    struct lacking *found = DM_NEW_ARRAY(checker->scratch, model->n_subnets + 1, struct lacking);
    enum dm_status status = DM_OK;
    size_t n = 0;

    if (!needs || !found) {
        return DM_FAIL_NOMEM(err);
    }
    for (uint32_t i = 0; i < model->n_interfaces; i++) {
        if (model->interfaces[i].subnet.v) {
            count_interface(model, &model->interfaces[i], &needs[model->interfaces[i].subnet.v]);
        }
    }
    count_control_planes(model, needs);
    for (uint32_t v = 1; v <= model->n_subnets; v++) {
        if (missing(&model->subnets[v - 1], &needs[v])) {
            found[n++] = (struct lacking){ &model->subnets[v - 1], &needs[v] };
        }
    }
    qsort(found, n, sizeof *found, compare);
    for (size_t i = 0; i < n && status == DM_OK; i++) {
        if (i == 0 || !same_statement(found[i - 1].subnet, found[i].subnet)) {
            status = add_finding(checker, found[i].subnet, found[i].need, err);
        }
    }
    return status;
}
