/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What must be true of core networks: handles first, then that what belongs together is of one
 * network, that a region has one edge of it [CWAN-04], and that an attachment stands at the edge
 * of its VPC's region with one subnet a zone.
 */
#include "model/check_private.h"

static void look_segments(const struct dm_checked *checker, const struct dm_core_segments *segments)
{
    for (size_t i = 0; i < segments->n; i++) {
        DM_CHECK_NEED(checker, core_segment, segments->items[i]);
    }
}

static void look_network(const struct dm_checked *checker, const struct dm_core_network *network)
{
    DM_CHECK_MAY(checker, unknown, network->unknown);
    for (size_t i = 0; i < network->n_shares; i++) {
        DM_CHECK_NEED(checker, core_segment, network->shares[i].segment);
        DM_CHECK_MAY(checker, unknown, network->shares[i].unknown);
        look_segments(checker, &network->shares[i].with);
    }
    for (size_t i = 0; i < network->n_insertions; i++) {
        const struct dm_core_insertion *insertion = &network->insertions[i];

        DM_CHECK_NEED(checker, core_segment, insertion->segment);
        DM_CHECK_MAY(checker, unknown, insertion->unknown);
        look_segments(checker, &insertion->when_sent_to);
        for (size_t j = 0; j < insertion->n_functions; j++) {
            DM_CHECK_NEED(checker, core_function, insertion->functions[j]);
        }
        for (size_t j = 0; j < insertion->n_overrides; j++) {
            DM_CHECK_NEED(checker, core_edge, insertion->overrides[j].use);
            for (size_t k = 0; k < insertion->overrides[j].n_edges; k++) {
                DM_CHECK_NEED(checker, core_edge, insertion->overrides[j].edges[k]);
            }
        }
    }
    for (size_t i = 0; i < network->n_rules; i++) {
        DM_CHECK_MAY(checker, core_segment, network->rules[i].segment);
        DM_CHECK_MAY(checker, core_function, network->rules[i].function);
        DM_CHECK_MAY(checker, unknown, network->rules[i].unknown);
    }
    for (size_t i = 0; i < network->n_routing_policies; i++) {
        DM_CHECK_MAY(checker, unknown, network->routing_policies[i].unknown);
    }
    for (size_t i = 0; i < network->n_edge_policies; i++) {
        const struct dm_core_edge_policy *item = &network->edge_policies[i];

        DM_CHECK_NEED(checker, core_segment, item->segment);
        DM_CHECK_NEED(checker, core_edge, item->edge);
        DM_CHECK_NEED(checker, core_edge, item->peer);
        DM_CHECK_MAY(checker, unknown, item->unknown);
        for (size_t j = 0; j < item->n_policies; j++) {
            DM_ASSERT(item->policies[j] < network->n_routing_policies);
        }
    }
    for (size_t i = 0; i < network->n_label_rules; i++) {
        const struct dm_core_label_rule *rule = &network->label_rules[i];

        DM_CHECK_MAY(checker, unknown, rule->unknown);
        for (size_t j = 0; j < rule->n_edges; j++) {
            DM_CHECK_NEED(checker, core_edge, rule->edges[j]);
        }
        for (size_t j = 0; j < rule->n_policies; j++) {
            DM_ASSERT(rule->policies[j] < network->n_routing_policies);
        }
    }
}

static void look_segment(const struct dm_checked *checker, const struct dm_core_segment *segment)
{
    DM_CHECK_NEED(checker, core_network, segment->network);
    DM_CHECK_MAY(checker, unknown, segment->unknown);
    for (size_t i = 0; i < segment->n_edges; i++) {
        DM_CHECK_NEED(checker, core_edge, segment->edges[i]);
    }
    for (size_t i = 0; i < segment->n_allow; i++) {
        DM_CHECK_NEED(checker, core_segment, segment->allow[i]);
    }
    for (size_t i = 0; i < segment->n_deny; i++) {
        DM_CHECK_NEED(checker, core_segment, segment->deny[i]);
    }
    for (size_t i = 0; i < segment->n_routes; i++) {
        DM_CHECK_MAY(checker, unknown, segment->routes[i].unknown);
        for (size_t j = 0; j < segment->routes[i].n_attachments; j++) {
            DM_CHECK_NEED(checker, core_attachment, segment->routes[i].attachments[j]);
        }
    }
}

static void look_attachment(const struct dm_checked *checker,
                            const struct dm_core_attachment *attachment)
{
    DM_CHECK_NEED(checker, core_network, attachment->network);
    DM_CHECK_MAY(checker, core_edge, attachment->edge);
    DM_CHECK_MAY(checker, core_segment, attachment->segment);
    DM_CHECK_MAY(checker, core_function, attachment->function);
    DM_CHECK_MAY(checker, unknown, attachment->unknown);
    if (attachment->kind == DM_CORE_ATTACHMENT_VPC) {
        DM_CHECK_NEED(checker, vpc, attachment->vpc);
    } else if (attachment->kind != DM_CORE_ATTACHMENT_TABLE) {
        DM_CHECK_NEED(checker, core_edge, attachment->edge);
    }
    if (attachment->kind == DM_CORE_ATTACHMENT_TABLE) {
        DM_CHECK_NEED(checker, core_peering, attachment->peering);
        DM_CHECK_NEED(checker, transit_table, attachment->table);
    }
    DM_CHECK_MAY(checker, core_attachment, attachment->transport);
    if (attachment->kind == DM_CORE_ATTACHMENT_UNKNOWN) {
        DM_CHECK_NEED(checker, unknown, attachment->unknown);
    }
    for (size_t i = 0; i < attachment->n_edges; i++) {
        DM_CHECK_NEED(checker, core_edge, attachment->edges[i]);
    }
    for (size_t i = 0; i < attachment->n_subnets; i++) {
        DM_CHECK_NEED(checker, subnet, attachment->subnets[i]);
    }
}

static void look_peering(const struct dm_checked *checker, const struct dm_core_peering *peering)
{
    DM_CHECK_NEED(checker, core_network, peering->network);
    DM_CHECK_MAY(checker, core_edge, peering->edge);
    DM_CHECK_NEED(checker, transit_gateway, peering->gateway);
    DM_CHECK_NEED(checker, attachment, peering->attachment);
}

#define EACH(i, plural) for (uint32_t i = 0; i < model->n_##plural; i++)

void dm_model_check_core_handles(const struct dm_model *model, struct dm_diags *diags)
{
    EACH(i, core_networks)
    {
        look_network(DM_CHECKED(model, diags, core_network, core_networks, i),
                     &model->core_networks[i]);
    }
    EACH(i, core_edges)
    {
        DM_CHECK_NEED(DM_CHECKED(model, diags, core_edge, core_edges, i), core_network,
                      model->core_edges[i].network);
        DM_CHECK_NEED(DM_CHECKED(model, diags, core_edge, core_edges, i), region,
                      model->core_edges[i].region);
    }
    EACH(i, core_segments)
    {
        look_segment(DM_CHECKED(model, diags, core_segment, core_segments, i),
                     &model->core_segments[i]);
    }
    EACH(i, core_functions)
    {
        DM_CHECK_NEED(DM_CHECKED(model, diags, core_function, core_functions, i), core_network,
                      model->core_functions[i].network);
    }
    EACH(i, core_peerings)
    {
        look_peering(DM_CHECKED(model, diags, core_peering, core_peerings, i),
                     &model->core_peerings[i]);
    }
    EACH(i, core_attachments)
    {
        look_attachment(DM_CHECKED(model, diags, core_attachment, core_attachments, i),
                        &model->core_attachments[i]);
    }
}

static void fault(struct dm_diags *diags, struct dm_span origin, const struct dm_object *object,
                  const char *text)
{
    dm_diags_add(diags, DM_SEV_ERROR, origin, "`%s` %s", object->name, text);
}

static void check_edge(const struct dm_model *model, struct dm_diags *diags, uint32_t at)
{
    const struct dm_core_edge *edge = &model->core_edges[at];

    for (uint32_t i = 0; i < at; i++) {
        if (model->core_edges[i].network.v == edge->network.v
            && model->core_edges[i].region.v == edge->region.v) {
            fault(diags, edge->object.origin, &edge->object,
                  "is a second edge of its core network in one region");
        }
    }
}

static void check_segment(const struct dm_model *model, struct dm_diags *diags,
                          const struct dm_core_segment *segment)
{
    for (size_t i = 0; i < segment->n_edges; i++) {
        if (dm_core_edge_get(model, segment->edges[i])->network.v != segment->network.v) {
            fault(diags, segment->object.origin, &segment->object,
                  "has an edge of another core network");
        }
    }
    for (size_t i = 0; i < segment->n_routes; i++) {
        const struct dm_core_route *route = &segment->routes[i];

        if (!dm_addr_equal(dm_prefix_first(route->prefix), route->prefix.addr)
            || dm_addr_is_none(route->prefix.addr)) {
            fault(diags, route->origin, &segment->object, "has a route without a prefix");
        }
        for (size_t j = 0; j < route->n_attachments; j++) {
            if (dm_core_attachment_get(model, route->attachments[j])->network.v
                != segment->network.v) {
                fault(diags, route->origin, &segment->object,
                      "routes to an attachment of another core network");
            }
        }
    }
}

/* What attaches no VPC has no subnets, and its edges are of its network. */
static void check_other(const struct dm_model *model, struct dm_diags *diags,
                        const struct dm_core_attachment *attachment)
{
    const struct dm_object *object = &attachment->object;

    if (attachment->n_subnets > 0) {
        fault(diags, object->origin, object, "has subnets but is no attachment of a vpc");
    }
    if (dm_core_edge_get(model, attachment->edge)->network.v != attachment->network.v) {
        fault(diags, object->origin, object, "is at an edge of another core network");
    }
    if (attachment->kind == DM_CORE_ATTACHMENT_TABLE) {
        const struct dm_core_peering *peering = dm_core_peering_get(model, attachment->peering);

        if (peering->edge.v != attachment->edge.v) {
            fault(diags, object->origin, object, "goes over a peering with another edge");
        }
        if (dm_transit_table_get(model, attachment->table)->gateway.v != peering->gateway.v) {
            fault(diags, object->origin, object,
                  "attaches a table of another transit gateway than its peering's");
        }
        for (uint32_t i = 0; i < model->n_core_attachments; i++) {
            const struct dm_core_attachment *other = &model->core_attachments[i];

            if (other != attachment && other->kind == DM_CORE_ATTACHMENT_TABLE
                && other->table.v == attachment->table.v
                && other->peering.v == attachment->peering.v && other < attachment) {
                fault(diags, object->origin, object,
                      "attaches a table that is attached over this peering already");
            }
        }
    }
}

/* One edge, in the transit gateway's region, with another AS number [CWAN-16, TGW-03, TGW-24]. */
static void check_core_peering(const struct dm_model *model, struct dm_diags *diags, uint32_t at)
{
    const struct dm_core_peering *peering = &model->core_peerings[at];
    const struct dm_object *object = &peering->object;
    const struct dm_core_edge *edge;
    const struct dm_transit_gateway *gateway = dm_transit_gateway_get(model, peering->gateway);
    const struct dm_attachment *side = dm_attachment_get(model, peering->attachment);

    if (!peering->edge.v) {
        fault(diags, object->origin, object,
              "joins a transit gateway of a region where the core network has no edge [CWAN-16]");
        return;
    }
    edge = dm_core_edge_get(model, peering->edge);
    if (edge->network.v != peering->network.v) {
        fault(diags, object->origin, object, "is with an edge of another core network");
    }
    if (edge->region.v != gateway->region.v) {
        fault(diags, object->origin, object,
              "joins a transit gateway with an edge of another region [CWAN-16]");
    }
    if (gateway->asn && gateway->asn == edge->asn) {
        fault(diags, object->origin, object,
              "joins a transit gateway and an edge of one AS number [TGW-24]");
    }
    if (side->kind != DM_ATTACHMENT_CORE || side->core_peering.v != at + 1
        || side->gateway.v != peering->gateway.v) {
        fault(diags, object->origin, object, "does not agree with its side at the transit gateway");
    }
    for (uint32_t i = 0; i < at; i++) {
        if (model->core_peerings[i].edge.v == peering->edge.v
            && model->core_peerings[i].gateway.v == peering->gateway.v) {
            fault(diags, object->origin, object,
                  "is a second peering of one transit gateway and edge [TGW-03]");
        }
    }
}

static void check_attachment(const struct dm_model *model, struct dm_diags *diags, uint32_t at)
{
    const struct dm_core_attachment *attachment = &model->core_attachments[at];
    const struct dm_object *object = &attachment->object;

    if (!attachment->edge.v && attachment->kind == DM_CORE_ATTACHMENT_VPC) {
        fault(diags, object->origin, object,
              "attaches a vpc of a region where the core network has no edge");
    }
    if (!attachment->edge.v) {
        return; /* of a peering this was said */
    }
    if (attachment->segment.v
        && dm_core_segment_get(model, attachment->segment)->network.v != attachment->network.v) {
        fault(diags, object->origin, object, "is in a segment of another core network");
    } else if (attachment->segment.v
               && !dm_core_segment_at(dm_core_segment_get(model, attachment->segment),
                                      attachment->edge)) {
        fault(diags, object->origin, object, "is in a segment that its edge does not have");
    }
    if (attachment->kind != DM_CORE_ATTACHMENT_VPC) {
        check_other(model, diags, attachment);
        return;
    }
    if (dm_model_core_attachment_of(model, attachment->vpc, attachment->network).v != at + 1) {
        fault(diags, object->origin, object,
              "attaches a vpc that is attached to this core network already");
    }
    dm_model_check_attached_subnets(model, diags, &attachment->object, attachment->vpc,
                                    attachment->subnets, attachment->n_subnets);
}

void dm_model_check_core(const struct dm_model *model, struct dm_diags *diags)
{
    EACH(i, core_edges)
    {
        check_edge(model, diags, i);
    }
    EACH(i, core_segments)
    {
        check_segment(model, diags, &model->core_segments[i]);
    }
    EACH(i, core_peerings)
    {
        check_core_peering(model, diags, i);
    }
    EACH(i, core_attachments)
    {
        check_attachment(model, diags, i);
    }
}
