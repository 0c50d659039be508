/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What must be true of peerings and transit gateways: tables, associations,
 * routes and propagations stay at one gateway, an attachment serves a VPC of
 * its region with one subnet a zone [TGW-13], and a VPC has one attachment to
 * a gateway [TGW-07].
 */
#include "model/model_private.h"

static void fault(struct dm_diags *diags, struct dm_span origin, const struct dm_object *object,
                  const char *text)
{
    dm_diags_add(diags, DM_SEV_ERROR, origin, "`%s` %s", object->name, text);
}

static void check_peering(struct dm_diags *diags, const struct dm_peering *peering)
{
    if (peering->requester.v == peering->accepter.v) {
        fault(diags, peering->object.origin, &peering->object, "is a peering of a vpc with itself");
    }
}

static void check_gateway(const struct dm_model *model, struct dm_diags *diags, uint32_t handle)
{
    const struct dm_transit_gateway *gateway = &model->transit_gateways[handle - 1];
    struct dm_transit_table_id defaults[2] = { gateway->default_association,
                                               gateway->default_propagation };

    for (size_t i = 0; i < 2; i++) {
        if (defaults[i].v && dm_transit_table_get(model, defaults[i])->gateway.v != handle) {
            fault(diags, gateway->object.origin, &gateway->object,
                  "has a default table of another transit gateway");
        }
    }
}

static void check_table(const struct dm_model *model, struct dm_diags *diags,
                        const struct dm_transit_table *table)
{
    for (size_t i = 0; i < table->n_routes; i++) {
        const struct dm_transit_route *route = &table->routes[i];

        if (!dm_addr_equal(dm_prefix_first(route->prefix), route->prefix.addr)
            || dm_addr_is_none(route->prefix.addr)) {
            fault(diags, route->origin, &table->object, "has a route without a prefix");
        }
        if (route->attachment.v
            && dm_attachment_get(model, route->attachment)->kind == DM_ATTACHMENT_CORE) {
            fault(diags, route->origin, &table->object,
                  "has a static route to a core network's peering, which AWS refuses [CWAN-16]");
        }
        if (route->attachment.v
            && dm_attachment_get(model, route->attachment)->gateway.v != table->gateway.v) {
            fault(diags, route->origin, &table->object,
                  "routes to an attachment of another transit gateway");
        }
    }
    for (size_t i = 0; i < table->n_propagations; i++) {
        const struct dm_propagation *propagation = &table->propagations[i];

        if (dm_attachment_get(model, propagation->attachment)->gateway.v != table->gateway.v) {
            fault(diags, propagation->origin, &table->object,
                  "is propagated to by an attachment of another transit gateway");
        }
    }
}

void dm_model_check_attached_subnets(const struct dm_model *model, struct dm_diags *diags,
                                     const struct dm_object *object, struct dm_vpc_id vpc,
                                     const struct dm_subnet_id *subnets, size_t n_subnets)
{
    for (size_t i = 0; i < n_subnets; i++) {
        const struct dm_subnet *subnet = dm_subnet_get(model, subnets[i]);

        if (subnet->vpc.v != vpc.v) {
            fault(diags, object->origin, object, "has a subnet of another vpc");
        }
        for (size_t j = 0; j < i; j++) {
            if (dm_subnet_get(model, subnets[j])->zone.v == subnet->zone.v) {
                fault(diags, object->origin, object, "has two subnets in one zone");
            }
        }
    }
}

static void check_attachment(const struct dm_model *model, struct dm_diags *diags, uint32_t handle)
{
    const struct dm_attachment *attachment = &model->attachments[handle - 1];
    const struct dm_transit_gateway *gateway = dm_transit_gateway_get(model, attachment->gateway);

    if (attachment->table.v
        && dm_transit_table_get(model, attachment->table)->gateway.v != attachment->gateway.v) {
        fault(diags, attachment->object.origin, &attachment->object,
              "is associated with a table of another transit gateway");
    }
    if (attachment->kind == DM_ATTACHMENT_VPC) {
        if (dm_vpc_get(model, attachment->vpc)->region.v != gateway->region.v) {
            fault(diags, attachment->object.origin, &attachment->object,
                  "attaches a vpc of another region");
        }
        if (dm_model_attachment_of(model, attachment->vpc, attachment->gateway).v != handle) {
            fault(diags, attachment->object.origin, &attachment->object,
                  "attaches a vpc that is attached to this transit gateway already");
        }
        dm_model_check_attached_subnets(model, diags, &attachment->object, attachment->vpc,
                                        attachment->subnets, attachment->n_subnets);
    } else if (attachment->n_subnets > 0) {
        fault(diags, attachment->object.origin, &attachment->object,
              "has subnets but is no attachment of a vpc");
    }
    if (attachment->peer.v) {
        const struct dm_attachment *peer = dm_attachment_get(model, attachment->peer);

        if (peer->gateway.v == attachment->gateway.v) {
            fault(diags, attachment->object.origin, &attachment->object,
                  "peers a transit gateway with itself");
        }
        if (peer->element.v != attachment->element.v) {
            fault(diags, attachment->object.origin, &attachment->object,
                  "does not share its element with the other side");
        }
    }
}

void dm_model_check_transit(const struct dm_model *model, struct dm_diags *diags)
{
    for (uint32_t i = 0; i < model->n_peerings; i++) {
        check_peering(diags, &model->peerings[i]);
    }
    for (uint32_t i = 0; i < model->n_transit_gateways; i++) {
        check_gateway(model, diags, i + 1);
    }
    for (uint32_t i = 0; i < model->n_transit_tables; i++) {
        check_table(model, diags, &model->transit_tables[i]);
    }
    for (uint32_t i = 0; i < model->n_attachments; i++) {
        check_attachment(model, diags, i + 1);
    }
}
