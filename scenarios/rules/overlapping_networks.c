/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Networks that are joined and whose addresses overlap [TGW-21, VPC-18, CWAN-15]: VPCs and sites.
 * A transit gateway drops the route that came later and says nothing.
 *
 * Joined are two VPCs by a peering; a VPC and the sites at its virtual private gateway; those that
 * one table of a transit gateway knows: that are associated with it, that propagate into it, to
 * which its static routes lead, over peerings too; and those whose routes one segment of a core
 * network has, its own unless it isolates them [CWAN-06], those shared with it and those that it is
 * led to through functions [CWAN-10], if its filters let them in [CWAN-07], with the VPCs that ask
 * a transit gateway's table that is attached to it [CWAN-22]. VPCs of one gateway that no table
 * knows together may overlap: that is how test beds are made.
 *
 * What a table knows is sorted by prefix, and each is compared with those that contain it:
 * O(N log N + overlaps) for N networks of a table.
 */
#include <stdlib.h>
#include <string.h>

#include "model/base/map.h"
#include "model/base/str.h"
#include "scenarios/checker.h"

enum { MAX_DEPTH = 4 }; /* peerings that a route is followed over */

/* A prefix of a VPC or a site. */
struct network {
    struct dm_prefix prefix;
    struct dm_ref owner;
    const char *name; /* an order that does not depend on the input's */
    bool only_asks;   /* it has the routes of the others, and they perhaps not its own */
};

struct table {
    struct dm_checker *checker;
    const struct dm_model *model;
    DM_VEC(struct network) networks;
    struct dm_map said; /* pairs of names */
    bool only_asks;     /* of what is being added */
    bool failed;
};

static void add(struct table *table, struct dm_prefix prefix, struct dm_prefix within,
                struct dm_ref owner)
{
    struct network network = { dm_prefix_covers(within, prefix) ? prefix : within, owner,
                               dm_model_ref_name(table->model, owner), table->only_asks };

    if (dm_prefix_overlaps(prefix, within)) {
        table->failed |= !DM_VEC_PUSH(table->checker->scratch, &table->networks, network);
    }
}

static void add_vpc(struct table *table, struct dm_vpc_id id, struct dm_prefix within)
{
    const struct dm_vpc *vpc = id.v ? dm_vpc_get(table->model, id) : NULL;

    for (size_t i = 0; vpc && i < vpc->n_cidrs; i++) {
        add(table, vpc->cidrs[i], within, DM_REF(vpc, id));
    }
}

static void add_site(struct table *table, struct dm_site_id id, struct dm_prefix within)
{
    const struct dm_site *site = id.v ? dm_site_get(table->model, id) : NULL;

    for (size_t i = 0; site && i < site->n_prefixes; i++) {
        add(table, site->prefixes[i], within, DM_REF(site, id));
    }
}

/* Sites whose lines end at an attachment, by themselves or by way of a Direct Connect gateway. */
static void add_sites_at(struct table *table, struct dm_ref end, struct dm_prefix within)
{
    const struct dm_model *model = table->model;

    for (uint32_t i = 0; i < model->n_vpn_connections; i++) {
        const struct dm_vpn_connection *item = &model->vpn_connections[i];

        if (item->end.kind == end.kind && item->end.v == end.v && item->customer.v) {
            add_site(table, dm_customer_gateway_get(model, item->customer)->site, within);
        }
    }
    for (uint32_t i = 0; i < model->n_virtual_interfaces; i++) {
        const struct dm_virtual_interface *item = &model->virtual_interfaces[i];

        if (item->end.kind == end.kind && item->end.v == end.v) {
            add_site(table, item->site, within);
        }
    }
    for (uint32_t i = 0; i < model->n_dx_associations; i++) {
        const struct dm_dx_association *item = &model->dx_associations[i];

        for (uint32_t j = 0; j < model->n_virtual_interfaces; j++) {
            const struct dm_virtual_interface *line = &model->virtual_interfaces[j];

            if (item->end.kind == end.kind && item->end.v == end.v
                && line->end.kind == DM_KIND_dx_gateway && line->end.v == item->gateway.v) {
                add_site(table, line->site, within);
            }
        }
    }
}

static void add_known(struct table *table, struct dm_transit_table_id id, struct dm_prefix within,
                      unsigned depth);

static void add_attachment(struct table *table, struct dm_attachment_id id, struct dm_prefix within,
                           unsigned depth)
{
    const struct dm_attachment *item = dm_attachment_get(table->model, id);

    if (item->kind == DM_ATTACHMENT_VPC) {
        add_vpc(table, item->vpc, within);
    } else if (item->kind == DM_ATTACHMENT_PEERING && item->peer.v && depth < MAX_DEPTH) {
        add_known(table, dm_attachment_get(table->model, item->peer)->table, within, depth + 1);
    } else {
        add_sites_at(table, DM_REF(attachment, id), within);
    }
}

/* What a transit gateway's table leads to, of what lies in 'within'. */
static void add_known(struct table *table, struct dm_transit_table_id id, struct dm_prefix within,
                      unsigned depth)
{
    const struct dm_transit_table *item = id.v ? dm_transit_table_get(table->model, id) : NULL;

    for (size_t i = 0; item && i < item->n_propagations; i++) {
        struct dm_attachment_id from = item->propagations[i].attachment;

        if (dm_attachment_get(table->model, from)->kind != DM_ATTACHMENT_PEERING) {
            add_attachment(table, from, within, depth);
        }
    }
    for (size_t i = 0; item && i < item->n_routes; i++) {
        const struct dm_transit_route *route = &item->routes[i];

        if (route->attachment.v && dm_prefix_overlaps(route->prefix, within)) {
            add_attachment(table, route->attachment,
                           dm_prefix_covers(within, route->prefix) ? route->prefix : within, depth);
        }
    }
}

static const struct dm_prefix everything[] = { { { 0, 0, DM_FAMILY_IPV4 }, 0 },
                                               { { 0, 0, DM_FAMILY_IPV6 }, 0 } };

/* ---- findings ---- */

static int compare(const void *a, const void *b)
{
    const struct network *x = a;
    const struct network *y = b;
    int order = dm_prefix_compare(x->prefix, y->prefix);

    return order ? order : dm_str_compare_natural(x->name, y->name);
}

static enum dm_status add_finding(struct table *table, const struct network *a,
                                  const struct network *b, struct dm_err *err)
{
    static const char *const facts[] = { "TGW-21", "VPC-18", "CWAN-15", NULL };
    struct dm_checker *checker = table->checker;
    const struct dm_object *x = dm_model_object(table->model, a->owner);
    const struct dm_object *y = dm_model_object(table->model, b->owner);
    const char *subjects[] = { x->name, y->name };
    bool swapped = dm_str_compare_natural(x->name, y->name) > 0;
    const char *key = dm_sprintf(checker->run, "%s %s", subjects[swapped], subjects[!swapped]);
    char p[DM_ADDR_TEXT_SIZE];
    char q[DM_ADDR_TEXT_SIZE];
    bool added = false;
    struct dm_finding *finding;
    enum dm_status status;

    if (!key || !dm_map_add(&table->said, key, &added)) {
        return DM_FAIL_NOMEM(err);
    }
    if (!added) {
        return DM_OK; /* they overlap in several places, or are joined in several ways */
    }
    status = dm_finding_add(checker, NULL, DM_RULE_ADR001, subjects, 2, &finding, err);
    if (status != DM_OK) {
        return status;
    }
    finding->message =
        dm_sprintf(checker->run, "`%s` (%s) and `%s` (%s) are joined and overlap", x->name,
                   dm_prefix_text(a->prefix, p), y->name, dm_prefix_text(b->prefix, q));
    finding->help = "give one of them other addresses";
    dm_finding_facts(finding, facts);
    dm_finding_label(checker, finding, y->origin, "%s", q);
    dm_finding_label(checker, finding, x->origin, "%s", p);
    return finding->message ? DM_OK : DM_FAIL_NOMEM(err);
}

/* A site's prefix that is wider than a VPC's is a summary: the VPC's own route is longer.  What two
 * sites have in common is not AWS's. */
static bool clash(const struct network *wide, const struct network *narrow)
{
    bool same = wide->owner.kind == narrow->owner.kind && wide->owner.v == narrow->owner.v;
    bool summary =
        wide->owner.kind == DM_KIND_site
        && (narrow->owner.kind == DM_KIND_site || wide->prefix.length < narrow->prefix.length);

    return !same && !summary && !(wide->only_asks && narrow->only_asks);
}

/* Compares what was added, and empties the table. */
static enum dm_status settle(struct table *table, struct dm_err *err)
{
    struct network *items = table->networks.items;
    size_t n = table->networks.n;
    enum dm_status status = table->failed ? DM_FAIL_NOMEM(err) : DM_OK;

    if (n) {
        qsort(items, n, sizeof *items, compare);
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1;
             status == DM_OK && j < n && dm_prefix_covers(items[i].prefix, items[j].prefix); j++) {
            if (clash(&items[i], &items[j])) {
                status = add_finding(table, &items[i], &items[j], err);
            }
        }
    }
    table->networks.n = 0;
    return status;
}

/* ---- who knows whom ---- */

static enum dm_status compare_transit(struct table *table, struct dm_err *err)
{
    const struct dm_model *model = table->model;
    enum dm_status status = DM_OK;

    for (uint32_t v = 1; status == DM_OK && v <= model->n_transit_tables; v++) {
        for (size_t family = 0; family < sizeof everything / sizeof *everything; family++) {
            for (uint32_t i = 0; i < model->n_attachments; i++) {
                struct dm_attachment_id id = { i + 1 };

                if (model->attachments[i].table.v == v
                    && model->attachments[i].kind == DM_ATTACHMENT_VPC) {
                    add_attachment(table, id, everything[family], 0);
                }
            }
            add_known(table, (struct dm_transit_table_id){ v }, everything[family], 0);
        }
        status = settle(table, err);
    }
    return status;
}

static bool is_listed(const struct dm_core_segment_id *items, size_t n,
                      struct dm_core_segment_id id)
{
    for (size_t i = 0; i < n; i++) {
        if (items[i].v == id.v) {
            return true;
        }
    }
    return false;
}

/* Whether an action of segment 'subject' joins the two, either way round. */
static bool joins(struct dm_core_segment_id subject, const struct dm_core_segments *with,
                  struct dm_core_segment_id a, struct dm_core_segment_id b)
{
    return (subject.v == a.v && dm_core_segments_have(with, a, b))
           || (subject.v == b.v && dm_core_segments_have(with, b, a));
}

/* Whether 'segment' has the routes of the attachments of 'other'. */
static bool has_routes_of(const struct dm_model *model, struct dm_core_segment_id id,
                          struct dm_core_segment_id other)
{
    const struct dm_core_segment *segment = dm_core_segment_get(model, id);
    const struct dm_core_network *network = dm_core_network_get(model, segment->network);
    bool has = id.v == other.v && !segment->isolated;

    for (size_t i = 0; i < network->n_shares; i++) {
        has |= joins(network->shares[i].segment, &network->shares[i].with, id, other);
    }
    for (size_t i = 0; i < network->n_insertions; i++) {
        has |= network->insertions[i].kind == DM_CORE_SEND_VIA
               && joins(network->insertions[i].segment, &network->insertions[i].when_sent_to, id,
                        other);
    }
    return has
           && (id.v == other.v
               || (!is_listed(segment->deny, segment->n_deny, other)
                   && (!segment->has_allow || is_listed(segment->allow, segment->n_allow, other))));
}

/* VPCs that ask a table of a transit gateway which is attached to the segment. */
static void add_asking(struct table *table, struct dm_transit_table_id id)
{
    table->only_asks = true;
    for (uint32_t i = 0; id.v && i < table->model->n_attachments; i++) {
        const struct dm_attachment *item = &table->model->attachments[i];

        for (size_t family = 0; family < sizeof everything / sizeof *everything; family++) {
            if (item->table.v == id.v && item->kind == DM_ATTACHMENT_VPC) {
                add_vpc(table, item->vpc, everything[family]);
            }
        }
    }
    table->only_asks = false;
}

static enum dm_status compare_core(struct table *table, struct dm_err *err)
{
    const struct dm_model *model = table->model;
    enum dm_status status = DM_OK;

    for (uint32_t v = 1; status == DM_OK && v <= model->n_core_segments; v++) {
        struct dm_core_segment_id segment = { v };

        for (uint32_t i = 0; i < model->n_core_attachments; i++) {
            const struct dm_core_attachment *item = &model->core_attachments[i];
            struct dm_core_attachment_id id = { i + 1 };

            if (item->segment.v == v) {
                add_asking(table, item->table);
            }
            if (!item->segment.v || item->network.v != model->core_segments[v - 1].network.v
                || !has_routes_of(model, segment, item->segment)) {
                continue;
            }
            for (size_t family = 0; family < sizeof everything / sizeof *everything; family++) {
                add_vpc(table, item->vpc, everything[family]);
                add_known(table, item->table, everything[family], 0);
                add_sites_at(table, DM_REF(core_attachment, id), everything[family]);
            }
        }
        status = settle(table, err);
    }
    return status;
}

/* Peerings join two VPCs and no others. */
static enum dm_status compare_peered(struct table *table, struct dm_err *err)
{
    enum dm_status status = DM_OK;

    for (uint32_t i = 0; status == DM_OK && i < table->model->n_peerings; i++) {
        const struct dm_peering *peering = &table->model->peerings[i];

        for (size_t family = 0; family < sizeof everything / sizeof *everything; family++) {
            add_vpc(table, peering->requester, everything[family]);
            add_vpc(table, peering->accepter, everything[family]);
        }
        status = settle(table, err);
    }
    return status;
}

/* A virtual private gateway joins its VPC and the sites whose lines end there [VPN-04]. */
static enum dm_status compare_at_gateways(struct table *table, struct dm_err *err)
{
    const struct dm_model *model = table->model;
    enum dm_status status = DM_OK;

    for (uint32_t i = 0; status == DM_OK && i < model->n_vpn_gateways; i++) {
        struct dm_ref end = { DM_KIND_vpn_gateway, i + 1 };

        for (size_t family = 0; family < sizeof everything / sizeof *everything; family++) {
            add_vpc(table, model->vpn_gateways[i].vpc, everything[family]);
            add_sites_at(table, end, everything[family]);
        }
        status = settle(table, err);
    }
    return status;
}

enum dm_status dm_rule_run_overlapping_networks(struct dm_checker *checker, struct dm_err *err)
{
    struct dm_arena_mark mark = dm_arena_save(checker->scratch);
    struct table table = { .checker = checker, .model = checker->model };
    enum dm_status status;

    dm_map_init(&table.said, checker->run);
    status = compare_transit(&table, err);
    if (status == DM_OK) {
        status = compare_core(&table, err);
    }
    if (status == DM_OK) {
        status = compare_peered(&table, err);
    }
    if (status == DM_OK) {
        status = compare_at_gateways(&table, err);
    }
    dm_arena_restore(checker->scratch, mark);
    return status;
}
