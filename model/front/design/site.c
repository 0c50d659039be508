/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sites, their links, and Direct Connect.
 *
 * Attachments of transit gateways come with those gateways, since their static routes may lead to
 * them; all else comes after core networks, and finds those attachments by name.
 */
#include <string.h>

#include "model/base/str.h"
#include "model/front/design/lower_private.h"

/* A map with a key for what something leads to: a link's `vpn`, or an association. */
struct leading {
    const struct dm_tree *tree;
    const char *name; /* of what it makes */
    struct dm_span origin;
};

static const struct dm_tree *part(const struct dm_lower *lower, const char *key)
{
    return dm_tree_find(dm_tree_find(lower->root, "direct_connect"), key);
}

static const char *link_name(struct dm_lower *lower, const struct dm_tree_pair *site,
                             const struct dm_tree_pair *link)
{
    return dm_lower_name(lower, "%s.%s", site->key, link->key);
}

/* Of the 'i'th association of a gateway: by what it leads to, as nothing else tells them apart. */
static struct leading association(struct dm_lower *lower, const struct dm_tree_pair *gateway,
                                  size_t i)
{
    static const char *const keys[] = { "vpc", "transit_gateway", "core_network" };
    const struct dm_tree *item = dm_lower_item(dm_tree_find(gateway->value, "associations"), i);
    const char *region = dm_tree_text(dm_tree_find(item, "region"));
    struct leading leading = { .tree = item, .name = gateway->key, .origin = item->span };

    for (size_t j = 0; j < sizeof keys / sizeof keys[0]; j++) {
        const char *text = dm_tree_text(dm_tree_find(item, keys[j]));

        if (text) {
            leading.name = dm_lower_name(lower, "%s.%s%s%s", gateway->key, text, region ? "." : "",
                                         region ? region : "");
        }
    }
    return leading;
}

/* ---- attachments of transit gateways ---- */

static void attach(struct dm_lower *lower, const struct leading *leading,
                   enum dm_attachment_kind kind)
{
    if (dm_tree_find(leading->tree, "transit_gateway")
        && !dm_builder_find(lower->builder, DM_KIND_attachment, leading->name).v) {
        dm_lower_line_attach(lower, leading->tree, leading->name, leading->origin, kind);
    }
}

void dm_lower_line_attachments(struct dm_lower *lower)
{
    size_t n = 0;
    const struct dm_tree_pair *const *gateways =
        dm_lower_sorted(lower, part(lower, "gateways"), &n);
    const struct dm_tree_pair *const *sites;

    for (size_t i = 0; i < n && !lower->oom; i++) {
        const struct dm_tree *list = dm_tree_find(gateways[i]->value, "associations");

        for (size_t j = 0; j < dm_lower_n_items(list); j++) {
            struct leading leading = association(lower, gateways[i], j);

            attach(lower, &leading, DM_ATTACHMENT_DIRECT_CONNECT);
        }
    }
    sites = dm_lower_sorted(lower, dm_tree_find(lower->root, "sites"), &n);
    for (size_t i = 0; i < n && !lower->oom; i++) {
        size_t n_links = 0;
        const struct dm_tree_pair *const *links =
            dm_lower_sorted(lower, dm_tree_find(sites[i]->value, "links"), &n_links);

        for (size_t j = 0; j < n_links; j++) {
            const struct dm_tree *vpn = dm_tree_find(links[j]->value, "vpn");
            struct leading leading = { vpn, link_name(lower, sites[i], links[j]),
                                       links[j]->key_span };

            if (vpn) {
                attach(lower, &leading, DM_ATTACHMENT_VPN);
            }
        }
    }
}

/* ---- what something leads to ---- */

static void unknown_copy(struct dm_lower *lower, const struct dm_tree *node, const char *text)
{
    DM_VEC(const char *) names = { 0 };

    for (size_t i = 0; i < lower->vpc_copies.n; i++) {
        (void)DM_LOWER_PUSH(lower, &names, lower->vpc_copies.items[i].name);
    }
    dm_lower_unknown(lower, node->span, "copy of a VPC", text, names.items, names.n);
}

/* The virtual private gateway of a copy of a VPC; none and a fault where it has none. */
static struct dm_ref end_at_vpc(struct dm_lower *lower, const struct dm_tree *node,
                                struct dm_region_id *ret_region)
{
    const char *text = dm_lower_text(lower, node);
    struct dm_lower_vpc *vpc = text ? dm_lower_vpc_find(lower, text) : NULL;

    if (!vpc) {
        if (text) {
            unknown_copy(lower, node, text);
        }
        return DM_REF_NONE;
    }
    if (!vpc->vpn_gateway.v) {
        dm_lower_help(
            lower, dm_lower_fault(lower, node->span, "`%s` has no virtual private gateway", text),
            "`vpn_gateway: true` gives it one");
        return DM_REF_NONE;
    }
    *ret_region = vpc->copy->region->id;
    return DM_REF(vpn_gateway, vpc->vpn_gateway);
}

static struct dm_ref end_at_core(struct dm_lower *lower, const struct leading *leading,
                                 enum dm_core_attachment_kind kind, struct dm_region_id region)
{
    const struct dm_tree *entries = dm_tree_find(lower->root, "core_networks");
    const struct dm_tree *node = dm_tree_find(leading->tree, "core_network");
    const char *name = dm_lower_text(lower, node);
    const struct dm_tree *segment = dm_tree_find(leading->tree, "segment");
    const char *text = segment ? dm_lower_text(lower, segment) : NULL;
    struct dm_core_attachment object = {
        .object = { .name = leading->name, .origin = leading->origin }, .kind = kind
    };
    const struct dm_region *place;

    if (!name || !region.v) {
        return DM_REF_NONE;
    }
    if (!dm_tree_find(entries, name)) {
        dm_lower_unknown_key(lower, node->span, "core network", name, entries);
        return DM_REF_NONE;
    }
    place = dm_builder_edit_region(lower->builder, region);
    object.network.v = dm_builder_find(lower->builder, DM_KIND_core_network, name).v;
    object.edge.v = dm_builder_find(lower->builder, DM_KIND_core_edge,
                                    dm_lower_name(lower, "%s.%s", name, place->object.name))
                        .v;
    object.segment.v = text ? dm_builder_find(lower->builder, DM_KIND_core_segment,
                                              dm_lower_name(lower, "%s.%s", name, text))
                                  .v
                            : 0;
    if (!object.edge.v) {
        (void)dm_lower_fault(lower, node->span, "core network `%s` has no edge in `%s`", name,
                             place->object.name);
    } else if (!text) {
        (void)dm_lower_fault(lower, node->span, "`segment` is missing");
    } else if (!object.segment.v) {
        dm_lower_unknown_key(lower, segment->span, "segment", text,
                             dm_tree_find(dm_tree_find(entries, name), "segments"));
    } else {
        return DM_REF(core_attachment, DM_LOWER_ADD(lower, core_attachment, &object));
    }
    return DM_REF_NONE;
}

/* Its region, where it names one; else that of the VPC. */
static struct dm_ref end_of(struct dm_lower *lower, const struct leading *leading, bool is_vpn,
                            struct dm_region_id *ret_region)
{
    const struct dm_tree *vpc = dm_tree_find(leading->tree, "vpc");
    const struct dm_tree *node = dm_tree_find(leading->tree, "region");
    const struct dm_lower_region *region = NULL;
    struct dm_ref attachment;

    if (vpc && node) {
        (void)dm_lower_fault(lower, node->span, "the region of a VPC is known: leave `region` out");
        return DM_REF_NONE;
    }
    if (vpc) {
        return end_at_vpc(lower, vpc, ret_region);
    }
    if (!node) {
        (void)dm_lower_fault(lower, leading->origin, "`region` is missing");
        return DM_REF_NONE;
    }
    region = dm_lower_region_need(lower, node);
    *ret_region = region ? region->id : (struct dm_region_id){ 0 };
    if (dm_tree_find(leading->tree, "core_network")) {
        return end_at_core(lower, leading,
                           is_vpn ? DM_CORE_ATTACHMENT_VPN : DM_CORE_ATTACHMENT_DIRECT_CONNECT,
                           *ret_region);
    }
    attachment = dm_builder_find(lower->builder, DM_KIND_attachment, leading->name);
    return attachment.v ? attachment : DM_REF_NONE;
}

/* ---- prefixes and addresses ---- */

struct prefixes {
    struct dm_prefix *items;
    size_t n;
    size_t capacity;
};

static struct prefixes prefixes_of(struct dm_lower *lower, const struct dm_tree *list)
{
    struct prefixes prefixes = { 0 };

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        const struct dm_tree *item = dm_lower_item(list, i);
        const char *text = dm_lower_text(lower, item);
        struct dm_prefix prefix;

        if (text && dm_lower_network(lower, NULL, item->span, text, &prefix)) {
            (void)DM_LOWER_PUSH(lower, &prefixes, prefix);
        }
    }
    return prefixes;
}

/* Those of a site, which do not overlap: each address of it is in one. */
static struct prefixes own_prefixes(struct dm_lower *lower, const struct dm_tree *tree)
{
    struct prefixes prefixes = prefixes_of(lower, tree);
    char text[DM_ADDR_TEXT_SIZE];
    char other[DM_ADDR_TEXT_SIZE];

    for (size_t i = 0; i < prefixes.n; i++) {
        for (size_t j = 0; j < i; j++) {
            if (dm_prefix_overlaps(prefixes.items[i], prefixes.items[j])) {
                (void)dm_lower_fault(lower, tree->span, "%s and %s overlap",
                                     dm_prefix_text(prefixes.items[j], other),
                                     dm_prefix_text(prefixes.items[i], text));
            }
        }
    }
    return prefixes;
}

static bool address_of(struct dm_lower *lower, const struct dm_tree *node, struct dm_addr *ret)
{
    const char *text = dm_lower_text(lower, node);
    enum dm_addr_fault fault;

    if (!text) {
        return false;
    }
    fault = dm_addr_parse(text, ret);
    if (fault != DM_ADDR_OK) {
        (void)dm_lower_fault(lower, node->span, "`%s` %s", text, dm_addr_fault_text(fault));
    }
    return fault == DM_ADDR_OK;
}

static uint32_t number_of(struct dm_lower *lower, const struct dm_tree *map, const char *key,
                          uint32_t max, uint32_t by_default)
{
    const struct dm_tree *node = dm_tree_find(map, key);
    int64_t value = by_default;

    if (node) {
        (void)dm_lower_int(lower, node, 0, max, key, &value);
    }
    return (uint32_t)value;
}

/* ---- Direct Connect ---- */

static void locations(struct dm_lower *lower)
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs = dm_lower_sorted(lower, part(lower, "locations"), &n);

    for (size_t i = 0; i < n; i++) {
        const struct dm_tree *code = dm_tree_find(pairs[i]->value, "code");
        const struct dm_tree *country = dm_tree_find(pairs[i]->value, "country");
        struct dm_dx_location object = {
            .object = { .name = pairs[i]->key,
                        .label = code ? dm_lower_text(lower, code) : NULL,
                        .origin = pairs[i]->key_span },
            .jurisdiction = country ? dm_lower_text(lower, country) : NULL,
        };

        (void)DM_LOWER_ADD(lower, dx_location, &object);
    }
}

static void connections(struct dm_lower *lower)
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, part(lower, "connections"), &n);

    for (size_t i = 0; i < n; i++) {
        const struct dm_tree *map = pairs[i]->value;
        const struct dm_tree *node = dm_lower_need(lower, map, "location", pairs[i]->key_span);
        const struct dm_tree *place = dm_lower_need(lower, map, "region", pairs[i]->key_span);
        const struct dm_tree *bandwidth = dm_tree_find(map, "bandwidth");
        const struct dm_lower_region *region = place ? dm_lower_region_need(lower, place) : NULL;
        const char *name = node ? dm_lower_text(lower, node) : NULL;
        struct dm_dx_connection object = {
            .object = { .name = pairs[i]->key, .origin = pairs[i]->key_span },
            .bandwidth = bandwidth ? dm_lower_text(lower, bandwidth) : "1Gbps",
            .macsec = dm_lower_bool(lower, map, "macsec"),
        };

        if (!name || !region) {
            continue;
        }
        object.region = region->id;
        object.location.v = dm_builder_find(lower->builder, DM_KIND_dx_location, name).v;
        if (!object.location.v) {
            dm_lower_unknown_key(lower, node->span, "location", name, part(lower, "locations"));
        }
        (void)DM_LOWER_ADD(lower, dx_connection, &object);
    }
}

static void gateway_associations(struct dm_lower *lower, const struct dm_tree_pair *gateway,
                                 struct dm_dx_gateway_id id)
{
    const struct dm_tree *list = dm_tree_find(gateway->value, "associations");
    bool to_vpc = false;

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        struct leading leading = association(lower, gateway, i);
        const struct dm_tree *allowed = dm_tree_find(leading.tree, "allowed");
        struct dm_region_id region = { 0 };
        struct dm_dx_association object = {
            .object = { .name = leading.name, .origin = leading.origin }, .gateway = id
        };
        struct prefixes prefixes = prefixes_of(lower, allowed);
        bool is_vpc = dm_tree_find(leading.tree, "vpc") != NULL;

        if (i > 0 && is_vpc != to_vpc) {
            dm_lower_help(lower,
                          dm_lower_fault(lower, leading.origin,
                                         "Direct Connect gateway `%s` leads to VPCs and to other "
                                         "gateways",
                                         gateway->key),
                          "one has either virtual private gateways or transit gateways and core "
                          "networks [DX-04]");
            continue;
        }
        to_vpc = is_vpc;
        if (allowed && dm_tree_find(leading.tree, "core_network")) {
            (void)dm_lower_fault(lower, allowed->span,
                                 "core networks have no allowed prefixes [DX-08]");
            continue;
        }
        if (!allowed && !dm_tree_find(leading.tree, "core_network")) {
            (void)dm_lower_fault(lower, leading.origin, "`allowed` is missing");
            continue;
        }
        object.allowed = prefixes.items;
        object.n_allowed = prefixes.n;
        object.end = end_of(lower, &leading, false, &region);
        if (object.end.v) {
            (void)DM_LOWER_ADD(lower, dx_association, &object);
        }
    }
}

static void gateways(struct dm_lower *lower)
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs = dm_lower_sorted(lower, part(lower, "gateways"), &n);

    for (size_t i = 0; i < n && !lower->oom; i++) {
        struct dm_dx_gateway object = {
            .object = { .name = pairs[i]->key, .origin = pairs[i]->key_span },
            .asn = number_of(lower, pairs[i]->value, "asn", UINT32_MAX, 0),
        };

        gateway_associations(lower, pairs[i], DM_LOWER_ADD(lower, dx_gateway, &object));
    }
}

/* ---- links ---- */

struct link {
    const struct dm_tree_pair *site;
    const struct dm_tree_pair *pair;
    struct dm_site_id id;
    uint32_t asn;
    struct dm_line line;
};

/* One for each region and address: AWS has them by region. */
static struct dm_customer_gateway_id customer(struct dm_lower *lower, const struct link *link,
                                              struct dm_region_id region)
{
    const struct dm_tree *node = dm_tree_find(dm_tree_find(link->pair->value, "vpn"), "address");
    struct dm_customer_gateway object = {
        .object = { .name = link_name(lower, link->site, link->pair),
                    .origin = link->pair->key_span },
        .site = link->id,
        .region = region,
        .asn = link->asn,
    };

    if (node) {
        (void)address_of(lower, node, &object.address);
    }
    return DM_LOWER_ADD(lower, customer_gateway, &object);
}

static void vpn(struct dm_lower *lower, const struct link *link, const struct dm_tree *tree)
{
    const struct dm_tree *routing = dm_tree_find(tree, "routing");
    struct leading leading = { tree, link_name(lower, link->site, link->pair),
                               link->pair->key_span };
    struct dm_vpn_connection object = {
        .object = { .name = leading.name, .origin = leading.origin },
        .line = link->line,
        .is_static = routing && dm_str_equal(dm_lower_text(lower, routing), "static"),
    };

    object.end = end_of(lower, &leading, true, &object.region);
    if (!object.end.v || !object.region.v) {
        return;
    }
    object.customer = customer(lower, link, object.region);
    for (size_t i = 0; i < DM_VPN_TUNNELS; i++) {
        object.tunnels[i].object.name = dm_lower_name(lower, "%s.tunnel-%zu", leading.name, i + 1);
        object.tunnels[i].object.origin = leading.origin;
    }
    (void)DM_LOWER_ADD(lower, vpn_connection, &object);
}

static uint32_t named(struct dm_lower *lower, const struct dm_tree *tree, struct dm_span owner,
                      const char *key, enum dm_kind kind, const char *what, const char *entries)
{
    const struct dm_tree *node = dm_lower_need(lower, tree, key, owner);
    const char *name = node ? dm_lower_text(lower, node) : NULL;
    uint32_t v = name ? dm_builder_find(lower->builder, kind, name).v : 0;

    if (name && !v && !dm_tree_find(part(lower, entries), name)) {
        dm_lower_unknown_key(lower, node->span, what, name, part(lower, entries));
    }
    return v;
}

/* Whether the gateway leads to VPCs, so that its virtual interfaces are private ones [DX-04]. */
static bool leads_to_vpcs(struct dm_lower *lower, struct dm_dx_gateway_id gateway)
{
    const char *name = dm_builder_edit_dx_gateway(lower->builder, gateway)->object.name;
    const struct dm_tree *list =
        dm_tree_find(dm_tree_find(part(lower, "gateways"), name), "associations");

    return dm_lower_n_items(list) && dm_tree_find(dm_lower_item(list, 0), "vpc");
}

static void virtual_interface(struct dm_lower *lower, const struct link *link,
                              const struct dm_tree *tree)
{
    static const char *const words[] = {
        [DM_DX_LOW] = "low", [DM_DX_MEDIUM] = "medium", [DM_DX_HIGH] = "high"
    };
    struct dm_span owner = link->pair->key_span;
    const struct dm_tree *preference = dm_tree_find(tree, "local_preference");
    struct dm_virtual_interface object = {
        .object = { .name = link_name(lower, link->site, link->pair), .origin = owner },
        .site = link->id,
        .line = link->line,
        .asn = link->asn,
        .vlan = (uint16_t)number_of(lower, tree, "vlan", 4094, 0),
        .mtu = (uint16_t)number_of(lower, tree, "mtu", UINT16_MAX, DM_DX_MTU),
        .local_preference = DM_DX_MEDIUM,
    };

    object.connection.v =
        named(lower, tree, owner, "connection", DM_KIND_dx_connection, "connection", "connections");
    object.end.kind = DM_KIND_dx_gateway;
    object.end.v = named(lower, tree, owner, "gateway", DM_KIND_dx_gateway,
                         "Direct Connect gateway", "gateways");
    for (size_t i = 0; preference && i < sizeof words / sizeof words[0]; i++) {
        if (dm_str_equal(dm_lower_text(lower, preference), words[i])) {
            object.local_preference = (enum dm_dx_preference)i;
        }
    }
    if (object.connection.v && object.end.v) {
        object.is_transit = !leads_to_vpcs(lower, (struct dm_dx_gateway_id){ object.end.v });
        (void)DM_LOWER_ADD(lower, virtual_interface, &object);
    }
}

static void links(struct dm_lower *lower, const struct dm_tree_pair *site, struct dm_site_id id,
                  const struct prefixes *own)
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(site->value, "links"), &n);

    for (size_t i = 0; i < n && !lower->oom; i++) {
        const struct dm_tree *tree = pairs[i]->value;
        const struct dm_tree *advertise = dm_tree_find(tree, "advertise");
        const struct dm_tree *by_vpn = dm_tree_find(tree, "vpn");
        const struct dm_tree *by_connect = dm_tree_find(tree, "direct_connect");
        struct prefixes prefixes = advertise ? prefixes_of(lower, advertise) : *own;
        struct link link = { .site = site, .pair = pairs[i], .id = id };

        link.asn = number_of(lower, site->value, "asn", UINT32_MAX - 1, 65000);
        link.line = (struct dm_line){ .prefixes = prefixes.items,
                                      .n_prefixes = prefixes.n,
                                      .prepend = number_of(lower, tree, "prepend", 16, 0),
                                      .preference = number_of(lower, tree, "prefer", 1000, 0) };
        if (by_vpn) {
            vpn(lower, &link, by_vpn);
        } else if (by_connect) {
            virtual_interface(lower, &link, by_connect);
        }
    }
}

/* ---- sites ---- */

static void names(struct dm_lower *lower, const struct dm_tree_pair *site, struct dm_site *object)
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(site->value, "hosts"), &n);
    struct dm_site_name *items = DM_NEW_ARRAY(lower->arena, n + 1, struct dm_site_name);

    lower->oom = lower->oom || !items;
    for (size_t i = 0; items && i < n; i++) {
        struct dm_site_name item = { .name = pairs[i]->key, .origin = pairs[i]->key_span };

        if (address_of(lower, pairs[i]->value, &item.address)) {
            items[object->n_names++] = item;
        }
    }
    object->names = items;
}

/* So that selectors find it. */
static void party(struct dm_lower *lower, const struct dm_tree_pair *site, struct dm_site_id id)
{
    struct dm_lower_copy *copy = DM_NEW(lower->arena, struct dm_lower_copy);

    if (!copy) {
        lower->oom = true;
        return;
    }
    *copy = (struct dm_lower_copy){ .name = site->key, .entry = site, .tree = site->value };
    (void)DM_LOWER_PUSH(lower, &lower->parties,
                        (struct dm_lower_party){ .party = { DM_PARTY_SITE, id.v }, .copy = copy });
}

void dm_lower_site_parties(struct dm_lower *lower)
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(lower->root, "sites"), &n);

    for (size_t i = 0; i < n && !lower->oom; i++) {
        party(
            lower, pairs[i],
            (struct dm_site_id){ dm_builder_find(lower->builder, DM_KIND_site, pairs[i]->key).v });
    }
}

static void site(struct dm_lower *lower, const struct dm_tree_pair *pair)
{
    const struct dm_tree *cidr = dm_lower_need(lower, pair->value, "cidr", pair->key_span);
    const struct dm_tree *country = dm_tree_find(pair->value, "country");
    struct prefixes prefixes = own_prefixes(lower, cidr);
    struct dm_site object = {
        .object = { .name = pair->key, .origin = pair->key_span },
        .jurisdiction = country ? dm_lower_text(lower, country) : NULL,
        .prefixes = prefixes.items,
        .n_prefixes = prefixes.n,
    };
    struct dm_site_id id;

    names(lower, pair, &object);
    id = DM_LOWER_ADD(lower, site, &object);
    if (!lower->oom) {
        links(lower, pair, id, &prefixes);
    }
}

void dm_lower_sites(struct dm_lower *lower)
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(lower->root, "sites"), &n);

    locations(lower);
    connections(lower);
    gateways(lower);
    for (size_t i = 0; i < n && !lower->oom; i++) {
        site(lower, pairs[i]);
    }
}
