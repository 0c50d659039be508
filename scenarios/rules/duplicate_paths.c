/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A network that has two ways to another place, a peering of transit gateways and a core network,
 * and uses one: of a prefix that both bring the static route is taken [TGW-09], the other
 * is not seen beside it [TGW-10], and the static one stays when the peering, or what is
 * beyond it, fails.  As long as it stands the table does not even hear the other one: it passes its
 * own on to the core network, which prefers it there as well; so what counts is
 * what it would hear without.  A static route of a shorter prefix is a backup, and none of this.
 *
 * One finding for each statement that makes such static routes.
 */
#include "model/base/str.h"
#include "scenarios/checker.h"
#include "solver/plane/view.h"

/* The first pair of routes that a statement made, and the tables of all. */
struct pair {
    struct dm_view_route by_hand;
    struct dm_view_route heard;
    DM_VEC(const char *) tables;
};

struct pairs {
    DM_VEC(struct pair) items;
};

static bool same_span(struct dm_span a, struct dm_span b)
{
    return a.source == b.source && a.begin_byte == b.begin_byte && a.end_byte == b.end_byte;
}

static bool note(struct dm_checker *checker, struct pairs *pairs,
                 const struct dm_view_route *by_hand, const struct dm_view_route *heard,
                 const char *table)
{
    struct pair *pair = NULL;

    for (size_t i = 0; i < pairs->items.n && by_hand->origin.source; i++) {
        if (same_span(pairs->items.items[i].by_hand.origin, by_hand->origin)) {
            pair = &pairs->items.items[i];
        }
    }
    if (!pair) {
        if (!DM_VEC_PUSH(checker->run, &pairs->items,
                         (struct pair){ .by_hand = *by_hand, .heard = *heard })) {
            return false;
        }
        pair = &pairs->items.items[pairs->items.n - 1];
    }
    return (pair->tables.n && dm_str_equal(pair->tables.items[pair->tables.n - 1], table))
           || DM_VEC_PUSH(checker->run, &pair->tables, table);
}

static bool leads_over_peering(const struct dm_model *model, const struct dm_view_route *route)
{
    return route->taken && route->source == DM_SOURCE_STATIC && route->via.v
           && dm_attachment_get(model, (struct dm_attachment_id){ route->via.v })->kind
                  == DM_ATTACHMENT_PEERING;
}

static bool look(struct dm_checker *checker, struct pairs *pairs, uint32_t table)
{
    const struct dm_model *model = checker->model;
    struct dm_view view;

    if (!dm_view_table(checker->walker.plane, checker->alive, (struct dm_transit_table_id){ table },
                       checker->run, &view)) {
        return false;
    }
    for (size_t i = 0; i < view.n; i++) {
        for (size_t j = i + 1; leads_over_peering(model, &view.routes[i]) && j < view.n; j++) {
            const struct dm_view_route *heard = &view.routes[j];

            if (dm_prefix_compare(heard->prefix, view.routes[i].prefix) != 0) {
                break;
            }
            if (heard->source == DM_SOURCE_CORE && heard->there
                && !note(checker, pairs, &view.routes[i], heard,
                         model->transit_tables[table - 1].object.name)) {
                return false;
            }
        }
    }
    return true;
}

static enum dm_status add_finding(struct dm_checker *checker, const struct pair *pair,
                                  struct dm_err *err)
{
    static const char *const facts[] = { "TGW-09", "TGW-10", "CWAN-04", NULL };
    const struct dm_model *model = checker->model;
    const struct dm_attachment *side =
        dm_attachment_get(model, (struct dm_attachment_id){ pair->heard.via.v });
    const char *network = dm_model_ref_name(
        model, DM_REF(core_network, dm_core_peering_get(model, side->core_peering)->network));
    const char *peering = dm_model_ref_name(model, pair->by_hand.via);
    char prefix[DM_ADDR_TEXT_SIZE];
    struct dm_finding *finding;
    enum dm_status status = dm_finding_add(checker, NULL, DM_RULE_RCH006, pair->tables.items,
                                           pair->tables.n, &finding, err);

    if (status != DM_OK) {
        return status;
    }
    finding->message =
        dm_sprintf(checker->run,
                   "`%s` %s two ways to %s: the static one, over peering `%s`, hides that over "
                   "core network `%s` and does not fail over to it",
                   pair->tables.items[0], pair->tables.n > 1 ? "and others have" : "has",
                   dm_prefix_text(pair->by_hand.prefix, prefix), peering, network);
    finding->help = "leave one of the two transports out, or make the static route a shorter "
                    "prefix: then it is the backup";
    dm_finding_facts(finding, facts);
    dm_finding_label(checker, finding, pair->by_hand.origin,
                     "this static route stays when `%s` fails", peering);
    dm_finding_label(checker, finding, pair->heard.origin,
                     "by this the core network brings the same prefix");
    return finding->message ? DM_OK : DM_FAIL_NOMEM(err);
}

enum dm_status dm_rule_run_duplicate_paths(struct dm_checker *checker, struct dm_err *err)
{
    struct pairs pairs = { .items = { 0 } };
    enum dm_status status = DM_OK;

    dm_alive_begin(checker->alive, NULL, 0);
    for (uint32_t i = 1; i <= checker->model->n_transit_tables; i++) {
        if (!look(checker, &pairs, i)) {
            return DM_FAIL_NOMEM(err);
        }
    }
    for (size_t i = 0; status == DM_OK && i < pairs.items.n; i++) {
        status = add_finding(checker, &pairs.items.items[i], err);
    }
    return status;
}
