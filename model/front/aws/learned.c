/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Propagated rows of transit gateways' tables, as search-transit-gateway-routes shows them.
 *
 * What propagates into a table is derived (solver/plane), from attachments whose propagation is
 * enabled; so such a row is no route of its own, or each would be there twice.  The rows say two
 * things beside that.
 *
 * They are a check: a row that an attachment of a VPC could not have brought, or whose propagation
 * is not shown, contradicts the rest of the input, and the table is not known then.
 *
 * And they show what attachments learned from outside AWS, which nothing else of the output does: a
 * listing that has any propagated row shows all that won [TGW-32].  A route that lost to another
 * source of the same prefix is not shown, and would come to light when that fails.  So a line is
 * taken to bring what the listings say it brought, and whatever prefix stands in every listing of a
 * table into which it propagates: of those it may have brought all, and of others none.  Without
 * such a listing what it brought is unknown.
 *
 * get-network-routes shows the same of a segment of a core network at an edge [CWAN-32], and is
 * read in the same way.  A segment whose attachments are isolated has no route to them [CWAN-06];
 * so a listing says what an attachment brought only where it has any row of its own.
 *
 * Complexity: O(lines * rows^2), of tables into which lines propagate; a table has few such rows.
 */
#include "model/front/aws/aws_private.h"

/* The list of rows, or an empty node. */
static struct dm_aws_node rows_of(struct dm_aws *aws, const struct dm_aws_thing *listing)
{
    return dm_aws_list(aws, dm_aws_with(listing, "Routes"), "Routes");
}

static bool is_propagated(const struct dm_aws_node *row)
{
    return dm_str_equal(dm_aws_peek(row, "Type"), "propagated")
           && !dm_str_equal(dm_aws_peek(row, "State"), "deleted");
}

/* Whether the listing was asked for propagated rows, and has all. */
static bool is_full(struct dm_aws *aws, const struct dm_aws_thing *listing)
{
    struct dm_aws_node list = rows_of(aws, listing);
    struct dm_aws_node row;
    if (dm_aws_flag(aws, dm_aws_with(listing, "AdditionalRoutesAvailable"),
                    "AdditionalRoutesAvailable", false)) {
        return false;
    }
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &row);) {
        if (is_propagated(&row)) {
            return true;
        }
    }
    return false;
}

/* Whether the row is by the attachment with this id, or by any where that is NULL. */
static bool is_by(struct dm_aws *aws, const struct dm_aws_node *row, const char *id)
{
    struct dm_aws_node list = dm_aws_list(aws, row, "TransitGatewayAttachments");
    struct dm_aws_node item;
    for (size_t at = 0; id && dm_aws_next(aws, &list, &at, &item);) {
        if (dm_str_equal(dm_aws_peek(&item, "TransitGatewayAttachmentId"), id)) {
            return is_propagated(row);
        }
    }
    return !id;
}

/* Whether the attachment propagates into the table of this id. */
static bool propagates(struct dm_aws *aws, const char *table, const char *attachment)
{
    static const char key[] = "TransitGatewayRouteTablePropagations";
    const struct dm_aws_thing *thing = dm_aws_find(aws, DM_AWS_PROPAGATIONS, table);
    struct dm_aws_node item;
    if (!thing) {
        return false;
    }
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(thing, key), key);
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        if (dm_str_equal(dm_aws_peek(&item, "TransitGatewayAttachmentId"), attachment)
            && dm_str_equal(dm_aws_peek(&item, "State"), "enabled")) {
            return true;
        }
    }
    return false;
}

static bool has(const struct dm_aws_prefixes *prefixes, struct dm_prefix prefix)
{
    for (size_t i = 0; i < prefixes->n; i++) {
        if (dm_prefix_compare(prefixes->items[i], prefix) == 0) {
            return true;
        }
    }
    return false;
}

/* Prefixes of the rows of the attachment, or of all rows, each once. */
static void add_rows(struct dm_aws *aws, const struct dm_aws_thing *listing, const char *attachment,
                     struct dm_aws_prefixes *prefixes)
{
    struct dm_aws_node list = rows_of(aws, listing);
    struct dm_aws_node row;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &row);) {
        struct dm_prefix prefix;
        if (is_by(aws, &row, attachment)
            && dm_aws_prefix(aws, &row, "DestinationCidrBlock", &prefix)
            && !has(prefixes, prefix)) {
            DM_AWS_PUSH(aws, prefixes, prefix);
        }
    }
}

bool dm_aws_add_learned(struct dm_aws *aws, const struct dm_aws_thing *attachment,
                        struct dm_aws_prefixes *prefixes)
{
    const char *id = dm_aws_peek(dm_aws_with(attachment, "TransitGatewayAttachmentId"),
                                 "TransitGatewayAttachmentId");
    const struct dm_aws_index *listings = &aws->families[DM_AWS_STATIC_ROUTES];
    struct dm_aws_prefixes common = { 0 };
    bool found = false;
    for (size_t i = 0; id && i < listings->items.n; i++) {
        const struct dm_aws_thing *listing = listings->items.items[i];
        struct dm_aws_prefixes here = { 0 };
        size_t n = 0;
        if (!is_full(aws, listing) || !propagates(aws, listing->id, id)) {
            continue;
        }
        add_rows(aws, listing, id, prefixes);
        add_rows(aws, listing, NULL, &here);
        if (!found) {
            common = here;
        }
        for (size_t j = 0; j < common.n; j++) {
            if (has(&here, common.items[j])) {
                common.items[n++] = common.items[j];
            }
        }
        common.n = n;
        found = true;
    }
    for (size_t i = 0; i < common.n; i++) {
        if (!has(prefixes, common.items[i])) {
            DM_AWS_PUSH(aws, prefixes, common.items[i]);
        }
    }
    return found;
}

/* ---- segments of core networks ---- */

/* Under its network, segment and edge; other tables that the call can list are derived. */
void dm_aws_collect_network_routes(struct dm_aws *aws, const struct dm_aws_file *file,
                                   const struct dm_aws_node *root)
{
    struct dm_aws_node at = dm_aws_map(aws, root, "CoreNetworkSegmentEdge");
    const char *network = at.tree ? dm_aws_text(aws, &at, "CoreNetworkId") : NULL;
    const char *segment = at.tree ? dm_aws_text(aws, &at, "SegmentName") : NULL;
    const char *edge = at.tree ? dm_aws_text(aws, &at, "EdgeLocation") : NULL;
    if (!network || !segment || !edge) {
        return;
    }
    const char *id = dm_sprintf(aws->arena, "%s/%s/%s", network, segment, edge);
    aws->failed = aws->failed || !id;
    if (id) {
        dm_aws_collect(aws, DM_AWS_NETWORK_ROUTES, id, NULL, file, root, NULL);
    }
}

/* The rows of a listing that lead to one attachment. */
struct core_rows {
    struct dm_aws_prefixes *all; /* of any attachment; NULL: not asked for */
    struct dm_aws_prefixes *own;
    const char *id; /* the attachment's */
    bool is_odd;    /* one is not understood */
};

static bool leads_to(struct dm_aws *aws, const struct dm_aws_node *row, const char *id)
{
    struct dm_aws_node list = dm_aws_list(aws, row, "Destinations");
    struct dm_aws_node item;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        if (dm_str_equal(dm_aws_peek(&item, "CoreNetworkAttachmentId"), id)) {
            return true;
        }
    }
    return false;
}

static void add_core_rows(struct dm_aws *aws, const struct dm_aws_thing *listing,
                          struct core_rows *rows)
{
    for (const struct dm_aws_view *view = listing->views; view; view = view->next) {
        struct dm_aws_node list = dm_aws_list(aws, &view->node, "NetworkRoutes");
        struct dm_aws_node row;
        for (size_t at = 0; dm_aws_next(aws, &list, &at, &row);) {
            struct dm_prefix prefix;
            if (!dm_str_equal(dm_aws_peek(&row, "Type"), "PROPAGATED")) {
                continue; /* a static one, which the policy document has */
            }
            if (!dm_aws_peek(&row, "DestinationCidrBlock")
                || !dm_aws_prefix(aws, &row, "DestinationCidrBlock", &prefix)) {
                rows->is_odd = true;
                continue;
            }
            if (leads_to(aws, &row, rows->id) && !has(rows->own, prefix)) {
                DM_AWS_PUSH(aws, rows->own, prefix);
            }
            if (rows->all && !has(rows->all, prefix)) {
                DM_AWS_PUSH(aws, rows->all, prefix);
            }
        }
    }
    rows->is_odd = rows->is_odd || listing->odd.v;
}

/* Adds what the segment at one of the edges has by the attachment, and what that lost there. */
static bool add_at_edge(struct dm_aws *aws, const struct dm_aws_thing *attachment, const char *edge,
                        struct dm_aws_prefixes *prefixes)
{
    const char *network = dm_aws_peek(dm_aws_with(attachment, "CoreNetworkId"), "CoreNetworkId");
    const char *segment = dm_aws_peek(dm_aws_with(attachment, "SegmentName"), "SegmentName");
    const char *id =
        dm_sprintf(aws->arena, "%s/%s/%s", network, segment ? segment : "?", edge ? edge : "?");
    const struct dm_aws_thing *listing = id ? dm_aws_find(aws, DM_AWS_NETWORK_ROUTES, id) : NULL;
    struct dm_aws_prefixes all = { 0 };
    struct dm_aws_prefixes own = { 0 };
    struct core_rows rows = { .all = &all, .own = &own, .id = attachment->id };
    if (!listing) {
        return false;
    }
    add_core_rows(aws, listing, &rows);
    if (!own.n || rows.is_odd) {
        return false;
    }
    for (size_t i = 0; i < all.n; i++) {
        if (!has(prefixes, all.items[i])) {
            DM_AWS_PUSH(aws, prefixes, all.items[i]);
        }
    }
    return true;
}

bool dm_aws_add_core_learned(struct dm_aws *aws, const struct dm_aws_thing *attachment,
                             struct dm_aws_prefixes *prefixes)
{
    const struct dm_aws_index *listings = &aws->families[DM_AWS_NETWORK_ROUTES];
    const struct dm_aws_node *node = dm_aws_with(attachment, "EdgeLocation");
    const char *edge = dm_aws_peek(node, "EdgeLocation");
    bool is_all = true;
    for (size_t i = 0; i < listings->items.n; i++) {
        struct core_rows rows = { .own = prefixes, .id = attachment->id };
        add_core_rows(aws, listings->items.items[i], &rows);
        is_all = is_all && !rows.is_odd;
    }
    if (edge) {
        return add_at_edge(aws, attachment, edge, prefixes) && is_all;
    }
    struct dm_aws_node list =
        dm_aws_list(aws, dm_aws_with(attachment, "EdgeLocations"), "EdgeLocations");
    for (size_t i = 0; list.tree && i < list.tree->n; i++) {
        struct dm_aws_node item = dm_aws_item(&list, i);
        const char *text = dm_tree_text(item.tree);
        is_all = text && add_at_edge(aws, attachment, text, prefixes) && is_all;
    }
    return is_all && list.tree && list.tree->n;
}

/* Whether the attachment is one of a VPC that is shown and has no such range. */
static bool is_of_another_range(struct dm_aws *aws, const struct dm_aws_thing *attachment,
                                struct dm_prefix prefix)
{
    const struct dm_aws_thing *vpc = attachment->first;
    if (!vpc || vpc->family != DM_AWS_VPC || !vpc->handle || !vpc->views) {
        return false;
    }
    const struct dm_vpc *item =
        dm_builder_edit_vpc(aws->builder, (struct dm_vpc_id){ vpc->handle });
    for (size_t i = 0; i < item->n_cidrs; i++) {
        if (dm_prefix_compare(item->cidrs[i], prefix) == 0) {
            return false;
        }
    }
    return true;
}

struct dm_unknown_id dm_aws_check_propagated(struct dm_aws *aws, const struct dm_aws_thing *table,
                                             const struct dm_aws_thing *listing,
                                             const char *gateway)
{
    struct dm_aws_node list = rows_of(aws, listing);
    struct dm_aws_node row;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &row);) {
        struct dm_aws_node attachments = dm_aws_list(aws, &row, "TransitGatewayAttachments");
        struct dm_aws_node item;
        struct dm_prefix prefix;
        if (!is_propagated(&row) || !dm_aws_prefix(aws, &row, "DestinationCidrBlock", &prefix)) {
            continue;
        }
        for (size_t i = 0; dm_aws_next(aws, &attachments, &i, &item);) {
            const char *id = dm_aws_text(aws, &item, "TransitGatewayAttachmentId");
            const char *key = dm_sprintf(aws->arena, "%s/%s", id ? id : "?", gateway);
            const struct dm_aws_thing *attachment =
                key ? dm_aws_find(aws, DM_AWS_ATTACHMENT, key) : NULL;
            bool of_core =
                attachment && attachment->first && attachment->first->family == DM_AWS_CORE_PEERING;
            if (attachment && !of_core
                && (!propagates(aws, table->id, id)
                    || is_of_another_range(aws, attachment, prefix))) {
                return dm_aws_unknown(
                    aws, &row,
                    dm_sprintf(aws->arena, "transit route at %s", dm_aws_pointer(aws, &row)),
                    "no propagation that is in the input brings it");
            }
        }
    }
    return (struct dm_unknown_id){ 0 };
}
