/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What must be true of sites and of the lines to them: handles are where they must be, lines end
 * at what they can end at [DX-04], no two sites have an address in common.
 */
#include "model/model_private.h"

static void fault(struct dm_diags *diags, const struct dm_object *object, const char *what)
{
    dm_diags_add(diags, DM_SEV_ERROR, object->origin, "`%s` %s", object->name, what);
}

static bool is_end(const struct dm_model *model, struct dm_ref end, bool may_be_gateway)
{
    return (end.kind == DM_KIND_vpn_gateway && end.v >= 1 && end.v <= model->n_vpn_gateways)
           || (end.kind == DM_KIND_dx_gateway && may_be_gateway && end.v >= 1
               && end.v <= model->n_dx_gateways)
           || (end.kind == DM_KIND_attachment && !may_be_gateway && end.v >= 1
               && end.v <= model->n_attachments)
           || (end.kind == DM_KIND_core_attachment && !may_be_gateway && end.v >= 1
               && end.v <= model->n_core_attachments);
}

static void look_line(const struct dm_model *model, struct dm_diags *diags,
                      const struct dm_object *object, const struct dm_line *line)
{
    if (line->unknown.v > model->n_unknowns) {
        fault(diags, object, "refers to an unknown that does not exist");
    }
}

static void look_vpn(const struct dm_model *model, struct dm_diags *diags)
{
    for (uint32_t i = 0; i < model->n_customer_gateways; i++) {
        const struct dm_customer_gateway *customer = &model->customer_gateways[i];

        if (customer->site.v > model->n_sites || !customer->region.v
            || customer->region.v > model->n_regions) {
            fault(diags, &customer->object, "has no region, or a site that does not exist");
        }
    }
    for (uint32_t i = 0; i < model->n_vpn_gateways; i++) {
        const struct dm_vpn_gateway *gateway = &model->vpn_gateways[i];

        if (gateway->vpc.v > model->n_vpcs || !gateway->region.v
            || gateway->region.v > model->n_regions) {
            fault(diags, &gateway->object, "has no region, or a vpc that does not exist");
        }
        if (gateway->edge_table.v > model->n_route_tables) {
            fault(diags, &gateway->object, "refers to a route-table that does not exist");
        }
    }
    for (uint32_t i = 0; i < model->n_vpn_connections; i++) {
        const struct dm_vpn_connection *connection = &model->vpn_connections[i];

        if (!connection->region.v || connection->region.v > model->n_regions
            || !connection->customer.v || connection->customer.v > model->n_customer_gateways
            || !is_end(model, connection->end, false)) {
            fault(diags, &connection->object, "does not join a customer gateway to anything");
        }
        look_line(model, diags, &connection->object, &connection->line);
        for (size_t j = 0; j < DM_VPN_TUNNELS; j++) {
            if (!connection->tunnels[j].object.name) {
                fault(diags, &connection->object, "has a tunnel without a name");
            }
        }
    }
}

static void look_direct_connect(const struct dm_model *model, struct dm_diags *diags)
{
    for (uint32_t i = 0; i < model->n_dx_connections; i++) {
        if (model->dx_connections[i].location.v > model->n_dx_locations) {
            fault(diags, &model->dx_connections[i].object, "is at a location that does not exist");
        }
    }
    for (uint32_t i = 0; i < model->n_virtual_interfaces; i++) {
        const struct dm_virtual_interface *interface = &model->virtual_interfaces[i];

        if (interface->site.v > model->n_sites || !interface->connection.v
            || interface->connection.v > model->n_dx_connections
            || !is_end(model, interface->end, true)) {
            fault(diags, &interface->object, "does not join a connection to a gateway");
        }
        look_line(model, diags, &interface->object, &interface->line);
    }
    for (uint32_t i = 0; i < model->n_dx_associations; i++) {
        const struct dm_dx_association *association = &model->dx_associations[i];

        if (!association->gateway.v || association->gateway.v > model->n_dx_gateways
            || !is_end(model, association->end, false)
            || association->unknown.v > model->n_unknowns) {
            fault(diags, &association->object,
                  "does not join a Direct Connect gateway to anything");
        }
    }
}

void dm_model_check_site_handles(const struct dm_model *model, struct dm_diags *diags)
{
    look_vpn(model, diags);
    look_direct_connect(model, diags);
}

static void check_apart(const struct dm_model *model, struct dm_diags *diags, uint32_t i,
                        struct dm_prefix prefix)
{
    char text[DM_ADDR_TEXT_SIZE];

    for (uint32_t j = 0; j < i; j++) {
        for (size_t k = 0; k < model->sites[j].n_prefixes; k++) {
            if (dm_prefix_overlaps(prefix, model->sites[j].prefixes[k])) {
                struct dm_diag *diag = dm_diags_add(
                    diags, DM_SEV_ERROR, model->sites[i].object.origin,
                    "sites `%s` and `%s` both have addresses of %s", model->sites[i].object.name,
                    model->sites[j].object.name, dm_prefix_text(prefix, text));

                dm_diag_label(diags, diag, model->sites[j].object.origin, "the other one");
            }
        }
    }
}

static void check_names(const struct dm_model *model, struct dm_diags *diags, uint32_t i)
{
    const struct dm_site *site = &model->sites[i];
    char text[DM_ADDR_TEXT_SIZE];

    for (size_t j = 0; j < site->n_names; j++) {
        if (dm_model_site_at(model, site->names[j].address).v != i + 1) {
            dm_diags_add(diags, DM_SEV_ERROR, site->names[j].origin,
                         "%s is no address of site `%s`",
                         dm_addr_text(site->names[j].address, text), site->object.name);
        }
    }
}

void dm_model_check_sites(const struct dm_model *model, struct dm_diags *diags)
{
    for (uint32_t i = 0; i < model->n_sites; i++) {
        for (size_t j = 0; j < model->sites[i].n_prefixes; j++) {
            check_apart(model, diags, i, model->sites[i].prefixes[j]);
        }
        check_names(model, diags, i);
    }
    for (uint32_t i = 0; i < model->n_vpn_gateways; i++) {
        const struct dm_vpn_gateway *gateway = &model->vpn_gateways[i];

        for (uint32_t j = 0; gateway->vpc.v && j < i; j++) {
            if (model->vpn_gateways[j].vpc.v == gateway->vpc.v) {
                fault(diags, &gateway->object, "is a second virtual private gateway of its vpc");
            }
        }
        if (gateway->edge_table.v
            && (dm_route_table_get(model, gateway->edge_table)->vpc.v != gateway->vpc.v
                || dm_route_table_get(model, gateway->edge_table)->vpn_edge.v != i + 1)) {
            fault(diags, &gateway->object, "has an edge table that is not one of its vpc");
        }
    }
    for (uint32_t i = 0; i < model->n_route_tables; i++) {
        const struct dm_route_table *table = &model->route_tables[i];

        if (table->learns.v > model->n_vpn_gateways
            || (table->learns.v
                && dm_vpn_gateway_get(model, table->learns)->vpc.v != table->vpc.v)) {
            fault(diags, &table->object, "learns from a virtual private gateway of another vpc");
        }
        if (table->vpn_edge.v > model->n_vpn_gateways
            || (table->vpn_edge.v
                && dm_vpn_gateway_get(model, table->vpn_edge)->edge_table.v != i + 1)) {
            fault(diags, &table->object, "is not the table of its virtual private gateway");
        }
    }
}
