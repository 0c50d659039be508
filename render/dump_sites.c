/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/dump_private.h"

static void dump_asn(struct dm_dump *dump, uint32_t asn)
{
    if (asn) {
        dm_str_addf(dump->out, "    asn: %lu\n", (unsigned long)asn);
    }
}

static void dump_site(struct dm_dump *dump, const struct dm_site *site)
{
    char text[DM_ADDR_TEXT_SIZE];

    dm_dump_text(dump, "jurisdiction", site->jurisdiction);
    dm_dump_prefixes(dump, "addresses", site->prefixes, site->n_prefixes);
    for (size_t i = 0; i < site->n_names; i++) {
        dm_str_addf(dump->out, "    name: %s, %s\n", site->names[i].name,
                    dm_addr_text(site->names[i].address, text));
    }
    dm_dump_refs(dump, "hosts", DM_KIND_host, site->hosts, site->n_hosts);
}

static void dump_customer_gateway(struct dm_dump *dump, const struct dm_customer_gateway *customer)
{
    char text[DM_ADDR_TEXT_SIZE];

    dm_dump_ref(dump, "site", DM_KIND_site, customer->site.v);
    dm_dump_ref(dump, "region", DM_KIND_region, customer->region.v);
    dump_asn(dump, customer->asn);
    if (!dm_addr_is_none(customer->address)) {
        dm_dump_text(dump, "address", dm_addr_text(customer->address, text));
    }
}

static void dump_vpn_gateway(struct dm_dump *dump, const struct dm_vpn_gateway *gateway)
{
    dm_dump_ref(dump, "region", DM_KIND_region, gateway->region.v);
    dm_dump_ref(dump, "vpc", DM_KIND_vpc, gateway->vpc.v);
    dump_asn(dump, gateway->asn);
    dm_dump_ref(dump, "edge table", DM_KIND_route_table, gateway->edge_table.v);
}

static void dump_line(struct dm_dump *dump, const struct dm_line *line)
{
    dm_dump_prefixes(dump, "learns", line->prefixes, line->n_prefixes);
    if (line->prepend) {
        dm_str_addf(dump->out, "    prepends: %lu\n", (unsigned long)line->prepend);
    }
    if (line->preference) {
        dm_str_addf(dump->out, "    preference: %lu\n", (unsigned long)line->preference);
    }
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, line->unknown.v);
}

static void dump_end(struct dm_dump *dump, struct dm_ref end)
{
    dm_dump_ref(dump, dm_kind_text(end.kind), end.kind, end.v);
}

static void dump_vpn_connection(struct dm_dump *dump, const struct dm_vpn_connection *connection)
{
    dm_dump_ref(dump, "region", DM_KIND_region, connection->region.v);
    dm_dump_ref(dump, "customer gateway", DM_KIND_customer_gateway, connection->customer.v);
    dump_end(dump, connection->end);
    dm_dump_flag(dump, "static", connection->is_static);
    dump_line(dump, &connection->line);
    for (size_t i = 0; i < DM_VPN_TUNNELS; i++) {
        dm_str_addf(dump->out, "    tunnel: %s%s\n", connection->tunnels[i].object.name,
                    connection->tunnels[i].is_down ? ", down" : "");
    }
}

static void dump_dx_location(struct dm_dump *dump, const struct dm_dx_location *location)
{
    dm_dump_text(dump, "jurisdiction", location->jurisdiction);
}

static void dump_dx_connection(struct dm_dump *dump, const struct dm_dx_connection *connection)
{
    dm_dump_ref(dump, "location", DM_KIND_dx_location, connection->location.v);
    dm_dump_flag(dump, "encrypted by MACsec", connection->macsec);
}

static void dump_dx_gateway(struct dm_dump *dump, const struct dm_dx_gateway *gateway)
{
    dump_asn(dump, gateway->asn);
}

static void dump_virtual_interface(struct dm_dump *dump,
                                   const struct dm_virtual_interface *interface)
{
    static const char *const preferences[] = {
        [DM_DX_LOW] = "low", [DM_DX_MEDIUM] = "medium", [DM_DX_HIGH] = "high"
    };

    dm_dump_text(dump, "kind", interface->is_transit ? "transit" : "private");
    dm_dump_ref(dump, "site", DM_KIND_site, interface->site.v);
    dm_dump_ref(dump, "connection", DM_KIND_dx_connection, interface->connection.v);
    dump_end(dump, interface->end);
    dm_dump_text(dump, "local preference", preferences[interface->local_preference]);
    dm_dump_flag(dump, "down", interface->is_down);
    dm_dump_bytes(dump, "largest packet", interface->mtu);
    dump_line(dump, &interface->line);
}

static void dump_dx_association(struct dm_dump *dump, const struct dm_dx_association *association)
{
    dm_dump_ref(dump, "gateway", DM_KIND_dx_gateway, association->gateway.v);
    dump_end(dump, association->end);
    dm_dump_prefixes(dump, "allowed", association->allowed, association->n_allowed);
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, association->unknown.v);
}

#define DUMP_ALL(kind, plural)                                                                     \
    for (uint32_t i = 0; i < dump->model->n_##plural; i++) {                                       \
        dm_dump_head(dump, DM_KIND_##kind, &dump->model->plural[i].object);                        \
        dump_##kind(dump, &dump->model->plural[i]);                                                \
    }

void dm_dump_sites(struct dm_dump *dump)
{
    DUMP_ALL(site, sites)
    DUMP_ALL(customer_gateway, customer_gateways)
    DUMP_ALL(vpn_gateway, vpn_gateways)
    DUMP_ALL(vpn_connection, vpn_connections)
    DUMP_ALL(dx_location, dx_locations)
    DUMP_ALL(dx_connection, dx_connections)
    DUMP_ALL(dx_gateway, dx_gateways)
    DUMP_ALL(virtual_interface, virtual_interfaces)
    DUMP_ALL(dx_association, dx_associations)
}
