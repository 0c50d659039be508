/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Transit gateways with one AS number that are peered with one core network: each refuses routes
 * in whose AS path its own number stands [CWAN-23], so it hears nothing of what is at the others,
 * and they nothing of it [TGW-24].  One that is given no number gets the same as all such [TGW-31],
 * which an edge may have as well; AWS then refuses the peering.
 *
 * One finding for each gateway after the first of a number, and for each that has its edge's.
 * O(P^2) for P peerings, of which a core network has a few dozen.
 */
#include "model/base/str.h"
#include "scenarios/checker.h"

enum { STANDARD_ASN = 64512 };

static uint32_t number_of(const struct dm_transit_gateway *gateway)
{
    return gateway->asn ? gateway->asn : STANDARD_ASN;
}

static const char *given_by(const struct dm_transit_gateway *gateway)
{
    return gateway->asn ? "" : ", which AWS gives where none is asked for";
}

/* Of 'peering', whose gateway has the number of 'other': a gateway, or its own edge. */
static enum dm_status add_finding(struct dm_checker *checker, const struct dm_core_peering *peering,
                                  const struct dm_object *other, bool is_edge, struct dm_err *err)
{
    static const char *const facts[] = { "TGW-24", "TGW-31", "CWAN-23", NULL };
    const struct dm_transit_gateway *gateway =
        dm_transit_gateway_get(checker->model, peering->gateway);
    const char *subjects[] = { gateway->object.name };
    struct dm_finding *finding;
    enum dm_status status =
        dm_finding_add(checker, NULL, DM_RULE_RCH010, subjects, 1, &finding, err);

    if (status != DM_OK) {
        return status;
    }
    finding->message =
        dm_sprintf(checker->run, "`%s` and %s`%s` both have AS number %lu%s: %s",
                   gateway->object.name, is_edge ? "the edge " : "", other->name,
                   (unsigned long)number_of(gateway), given_by(gateway),
                   is_edge ? "AWS refuses their peering"
                           : "over the core network neither hears a route of the other");
    finding->help = "give each transit gateway, and each edge, a number of its own";
    dm_finding_facts(finding, facts);
    dm_finding_label(checker, finding, peering->object.origin, "peered with the core network here");
    dm_finding_label(checker, finding, other->origin, "`%s` is here", other->name);
    return finding->message ? DM_OK : DM_FAIL_NOMEM(err);
}

static enum dm_status look(struct dm_checker *checker, uint32_t at, struct dm_err *err)
{
    const struct dm_model *model = checker->model;
    const struct dm_core_peering *peering = &model->core_peerings[at];
    const struct dm_transit_gateway *gateway = dm_transit_gateway_get(model, peering->gateway);
    const struct dm_core_edge *edge = dm_core_edge_get(model, peering->edge);

    if (edge->asn == number_of(gateway)) {
        return add_finding(checker, peering, &edge->object, true, err);
    }
    for (uint32_t i = 0; i < at; i++) {
        const struct dm_core_peering *before = &model->core_peerings[i];
        const struct dm_transit_gateway *other = dm_transit_gateway_get(model, before->gateway);

        if (before->network.v == peering->network.v && before->gateway.v != peering->gateway.v
            && number_of(other) == number_of(gateway)) {
            return add_finding(checker, peering, &other->object, false, err);
        }
    }
    return DM_OK;
}

enum dm_status dm_rule_run_equal_numbers(struct dm_checker *checker, struct dm_err *err)
{
    enum dm_status status = DM_OK;

    for (uint32_t i = 0; status == DM_OK && i < checker->model->n_core_peerings; i++) {
        status = look(checker, i, err);
    }
    return status;
}
