/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sites and the lines to them in the text of a network, and regional NAT gateways.
 */
#include "tests/support/nets_private.h"

#include <string.h>

/* Prefixes between commas. */
static const struct dm_prefix *prefixes_of(struct dm_nets_parser *parser, const char *text,
                                           size_t *ret_n)
{
    const char *const *texts = dm_nets_parts(parser, text, ret_n);
    struct dm_prefix *prefixes = DM_NEW_ARRAY(parser->arena, *ret_n + 1, struct dm_prefix);

    for (size_t i = 0; prefixes && i < *ret_n; i++) {
        prefixes[i] = dm_nets_prefix_of(parser, texts[i]);
    }
    return prefixes;
}

void dm_nets_read_site(struct dm_nets_parser *parser)
{
    struct dm_site site = { .object = parser->object };

    site.prefixes = prefixes_of(parser, dm_nets_word(parser), &site.n_prefixes);
    dm_builder_add_site(parser->builder, &site);
}

void dm_nets_read_vgw(struct dm_nets_parser *parser)
{
    struct dm_vpn_gateway gateway = { .object = parser->object };
    const char *tables;
    struct dm_vpn_gateway_id id;
    const char *const *names;
    size_t n = 0;

    gateway.vpc = OBJECT(parser, vpc);
    gateway.region = OBJECT(parser, region);
    tables = dm_nets_option(parser, "learn");
    id = dm_builder_add_vpn_gateway(parser->builder, &gateway);
    names = dm_nets_parts(parser, tables, &n);
    for (size_t i = 0; i < n && id.v; i++) {
        struct dm_route_table_id table = { dm_nets_find(parser, DM_KIND_route_table, names[i]) };

        if (table.v) {
            dm_builder_edit_route_table(parser->builder, table)->learns = id;
        }
    }
}

void dm_nets_read_dxgw(struct dm_nets_parser *parser)
{
    struct dm_dx_gateway gateway = { .object = parser->object };

    dm_builder_add_dx_gateway(parser->builder, &gateway);
}

/* A Direct Connect gateway or a virtual private gateway. */
static struct dm_ref end_of(struct dm_nets_parser *parser)
{
    const char *name = dm_nets_word(parser);
    struct dm_ref end = dm_builder_find(parser->builder, DM_KIND_dx_gateway, name);

    if (!end.v) {
        end = DM_REF(vpn_gateway,
                     (struct dm_vpn_gateway_id){ dm_nets_find(parser, DM_KIND_vpn_gateway, name) });
    }
    return end;
}

/* With a connection of its own, at a location of its own. */
void dm_nets_read_vif(struct dm_nets_parser *parser)
{
    struct dm_virtual_interface interface = { .object = parser->object };
    struct dm_dx_location location = { .object = parser->object };
    struct dm_dx_connection connection = { .object = parser->object };

    interface.site = OBJECT(parser, site);
    interface.end = end_of(parser);
    interface.line.prefixes = prefixes_of(parser, dm_nets_word(parser), &interface.line.n_prefixes);
    location.object.name = dm_nets_suffixed(parser, parser->object.name, "place");
    connection.object.name = dm_nets_suffixed(parser, parser->object.name, "port");
    connection.location = dm_builder_add_dx_location(parser->builder, &location);
    interface.connection = dm_builder_add_dx_connection(parser->builder, &connection);
    dm_builder_add_virtual_interface(parser->builder, &interface);
}

void dm_nets_read_allow(struct dm_nets_parser *parser)
{
    struct dm_dx_association association = { .object = parser->object };

    association.gateway = OBJECT(parser, dx_gateway);
    association.end = (struct dm_ref){ DM_KIND_vpn_gateway,
                                       dm_nets_object_word(parser, DM_KIND_vpn_gateway, false) };
    association.allowed = prefixes_of(parser, dm_nets_word(parser), &association.n_allowed);
    dm_builder_add_dx_association(parser->builder, &association);
}

void dm_nets_read_regional_nat(struct dm_nets_parser *parser)
{
    struct dm_nat_gateway nat = { .object = parser->object, .is_regional = true };
    struct dm_nat_address *addresses;
    const char *const *texts;
    size_t n = 0;

    nat.vpc = OBJECT(parser, vpc);
    texts = dm_nets_parts(parser, dm_nets_word(parser), &n);
    addresses = DM_NEW_ARRAY(parser->arena, n + 1, struct dm_nat_address);
    for (size_t i = 0; addresses && i < n; i++) {
        const char *at = strchr(texts[i], '@');
        const char *text =
            at ? dm_arena_strndup(parser->arena, texts[i], (size_t)(at - texts[i])) : texts[i];

        parser->bad |= !text || dm_addr_parse(text, &addresses[i].address) != DM_ADDR_OK;
        addresses[i].zone.v = at ? dm_nets_find(parser, DM_KIND_zone, at + 1) : 0;
    }
    nat.addresses = addresses;
    nat.n_addresses = n;
    dm_builder_add_nat_gateway(parser->builder, &nat);
}
