/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * VPCs that are joined by transit gateways and the peerings of those, or two by a
 * VPC peering, and whose addresses overlap [TGW-21, VPC-18]: a transit gateway
 * drops the route that came later, and says nothing.
 *
 * Networks are joined by union-find; CIDRs are sorted by network and first
 * address, and each is compared with the widest one that began before it: O(C log C).
 */
#include <stdlib.h>

#include "model/base/str.h"
#include "scenarios/checker.h"

struct range {
    struct dm_prefix prefix;
    uint32_t vpc; /* index */
    uint32_t root;
    const char *name; /* of the VPC: an order that does not depend on the input's */
};

static uint32_t find(uint32_t *parents, uint32_t i)
{
    while (parents[i] != i) {
        parents[i] = parents[parents[i]];
        i = parents[i];
    }
    return i;
}

static void join(uint32_t *parents, uint32_t a, uint32_t b)
{
    uint32_t x = find(parents, a);
    uint32_t y = find(parents, b);

    parents[x > y ? x : y] = x > y ? y : x;
}

/* VPCs come first, then transit gateways. */
static void join_all(const struct dm_model *model, uint32_t *parents)
{
    for (uint32_t i = 0; i < model->n_vpcs + model->n_transit_gateways; i++) {
        parents[i] = i;
    }
    for (uint32_t i = 0; i < model->n_attachments; i++) {
        const struct dm_attachment *attachment = &model->attachments[i];
        uint32_t gateway = model->n_vpcs + attachment->gateway.v - 1;

        if (attachment->kind == DM_ATTACHMENT_VPC) {
            join(parents, attachment->vpc.v - 1, gateway);
        } else if (attachment->peer.v) {
            const struct dm_attachment *peer = dm_attachment_get(model, attachment->peer);

            join(parents, model->n_vpcs + peer->gateway.v - 1, gateway);
        }
    }
}

static int compare(const void *a, const void *b)
{
    const struct range *x = a;
    const struct range *y = b;
    int order;

    if (x->root != y->root) {
        return x->root < y->root ? -1 : 1;
    }
    order = dm_prefix_compare(x->prefix, y->prefix);
    return order ? order : dm_str_compare_natural(x->name, y->name);
}

/* Two networks may overlap in several places, and be joined in several ways. */
static bool said_before(const struct dm_checker *checker, const char *x, const char *y)
{
    for (size_t i = 0; i < checker->findings.n; i++) {
        const struct dm_finding *finding = &checker->findings.items[i];

        if (finding->rule == DM_RULE_ADR001
            && (dm_str_equal(finding->subjects[0], x) || dm_str_equal(finding->subjects[1], x))
            && (dm_str_equal(finding->subjects[0], y) || dm_str_equal(finding->subjects[1], y))) {
            return true;
        }
    }
    return false;
}

static enum dm_status add_finding(struct dm_checker *checker, const struct range *a,
                                  const struct range *b, struct dm_err *err)
{
    static const char *const facts[] = { "TGW-21", "VPC-18", NULL };
    const struct dm_vpc *x = &checker->model->vpcs[a->vpc];
    const struct dm_vpc *y = &checker->model->vpcs[b->vpc];
    const char *subjects[] = { x->object.name, y->object.name };
    char p[DM_ADDR_TEXT_SIZE];
    char q[DM_ADDR_TEXT_SIZE];
    struct dm_finding *finding;
    enum dm_status status;

    if (said_before(checker, x->object.name, y->object.name)) {
        return DM_OK;
    }
    status = dm_finding_add(checker, NULL, DM_RULE_ADR001, subjects, 2, &finding, err);
    if (status != DM_OK) {
        return status;
    }
    finding->message =
        dm_sprintf(checker->run, "`%s` (%s) and `%s` (%s) are joined and overlap", x->object.name,
                   dm_prefix_text(a->prefix, p), y->object.name, dm_prefix_text(b->prefix, q));
    finding->help = "give one of them other addresses";
    dm_finding_facts(finding, facts);
    dm_finding_label(checker, finding, y->object.origin, "%s", q);
    dm_finding_label(checker, finding, x->object.origin, "%s", p);
    return finding->message ? DM_OK : DM_FAIL_NOMEM(err);
}

/* Peerings join two VPCs and no others. */
static enum dm_status compare_peered(struct dm_checker *checker, const struct dm_peering *peering,
                                     struct dm_err *err)
{
    const struct dm_vpc *x = dm_vpc_get(checker->model, peering->requester);
    const struct dm_vpc *y = dm_vpc_get(checker->model, peering->accepter);
    enum dm_status status = DM_OK;

    for (size_t i = 0; status == DM_OK && i < x->n_cidrs * y->n_cidrs; i++) {
        struct range a = { x->cidrs[i / y->n_cidrs], peering->requester.v - 1, 0, NULL };
        struct range b = { y->cidrs[i % y->n_cidrs], peering->accepter.v - 1, 0, NULL };

        if (dm_prefix_overlaps(a.prefix, b.prefix)) {
            status = add_finding(checker, &a, &b, err);
        }
    }
    return status;
}

enum dm_status dm_rule_run_overlapping_networks(struct dm_checker *checker, struct dm_err *err)
{
    const struct dm_model *model = checker->model;
    size_t n_parents = (size_t)model->n_vpcs + model->n_transit_gateways;
    uint32_t *parents = DM_NEW_ARRAY(checker->run, n_parents + 1, uint32_t);
    DM_VEC(struct range) ranges = { 0 };
    const struct range *widest = NULL;
    enum dm_status status = DM_OK;

    if (!parents) {
        return DM_FAIL_NOMEM(err);
    }
    join_all(model, parents);
    for (uint32_t i = 0; i < model->n_vpcs; i++) {
        for (size_t j = 0; j < model->vpcs[i].n_cidrs; j++) {
            struct range range = { model->vpcs[i].cidrs[j], i, find(parents, i),
                                   model->vpcs[i].object.name };

            if (!DM_VEC_PUSH(checker->run, &ranges, range)) {
                return DM_FAIL_NOMEM(err);
            }
        }
    }
    if (ranges.n) {
        qsort(ranges.items, ranges.n, sizeof *ranges.items, compare);
    }
    for (size_t i = 0; status == DM_OK && i < ranges.n; i++) {
        const struct range *range = &ranges.items[i];

        if (widest && widest->root == range->root
            && dm_prefix_overlaps(widest->prefix, range->prefix)) {
            if (widest->vpc != range->vpc) {
                status = add_finding(checker, widest, range, err);
            }
        } else {
            widest = range;
        }
    }
    for (uint32_t i = 0; status == DM_OK && i < model->n_peerings; i++) {
        status = compare_peered(checker, &model->peerings[i], err);
    }
    return status;
}
