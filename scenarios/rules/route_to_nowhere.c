/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Routes of VPC tables that lead nowhere: whatever destination takes one, it ends at a gateway or a
 * core network that the VPC is not attached to, at a table without a route for it, in a black hole,
 * beside the addresses of the VPC at the other end of a peering, behind a NAT gateway or a firewall
 * whose own table leads nowhere, or at a host that takes only what is for itself [TGW-08, TGW-14,
 * VPC-18, VPC-36]. That some of its destinations end nowhere, or all while another VPC or a site is
 * among them, is how networks are kept apart, and is no fault.
 *
 * Every atom of destinations is followed (follow.h) until one ends somewhere, which mostly is the
 * first.  Complexity: O(routes * atoms * rows) at worst.
 */
#include "model/base/str.h"
#include "scenarios/classes.h"
#include "scenarios/rules/follow.h"

static bool is_judged(const struct dm_route *route)
{
    return !route->list.v && !route->propagated
           && (route->target_kind == DM_TARGET_TRANSIT_GATEWAY
               || route->target_kind == DM_TARGET_CORE_NETWORK
               || route->target_kind == DM_TARGET_PEERING
               || route->target_kind == DM_TARGET_NAT_GATEWAY
               || route->target_kind == DM_TARGET_GWLB_ENDPOINT
               || route->target_kind == DM_TARGET_INTERFACE);
}

/* Of a route to an interface: whether it drops whatever is not for itself. */
static bool checks_addresses(const struct dm_model *model, const struct dm_route *route)
{
    return route->target_kind == DM_TARGET_INTERFACE
           && dm_interface_get(model, (struct dm_interface_id){ route->target })->source_dest_check;
}

/* Whether a network that is to be kept apart may be why nothing comes through: what a host drops,
 * and what a public NAT gateway has no way out for, is nobody's. */
static bool may_be_kept_apart(const struct dm_model *model, const struct dm_route *route)
{
    return !checks_addresses(model, route)
           && (route->target_kind != DM_TARGET_NAT_GATEWAY
               || dm_nat_gateway_get(model, (struct dm_nat_gateway_id){ route->target })
                      ->is_private);
}

/* Whether another VPC, or a site, is in the prefix: then it is kept apart. */
static bool is_anothers(const struct dm_model *model, struct dm_vpc_id own, struct dm_prefix prefix)
{
    for (uint32_t i = 0; i < model->n_vpcs; i++) {
        for (size_t j = 0; j < model->vpcs[i].n_cidrs && i + 1 != own.v; j++) {
            if (dm_prefix_overlaps(model->vpcs[i].cidrs[j], prefix)) {
                return true;
            }
        }
    }
    for (uint32_t i = 0; i < model->n_sites; i++) {
        for (size_t j = 0; j < model->sites[i].n_prefixes; j++) {
            if (dm_prefix_overlaps(model->sites[i].prefixes[j], prefix)) {
                return true;
            }
        }
    }
    return false;
}

/* Whether nothing that takes the route ends anywhere, and something takes it. */
static bool leads_nowhere(const struct dm_model *model, struct dm_follower *follower,
                          const struct dm_atoms *atoms, struct dm_route_table_id table,
                          const struct dm_route *route)
{
    struct dm_addr first = dm_prefix_first(route->prefix);
    struct dm_followed followed;
    bool taken = false;

    /* The atom that has an address begins with the last cut that is not behind it. */
    for (size_t i = dm_atoms_of(atoms, first) - 1;
         i < atoms->n && dm_prefix_has(route->prefix, atoms->cuts[i]); i++) {
        struct dm_route_choice choice = dm_lookup_route(model, table, atoms->cuts[i]);

        if (choice.route != route && !choice.unknown.v && !choice.tie) {
            continue;
        }
        taken = true;
        dm_follow_table(follower, table, atoms->cuts[i], &followed);
        if (followed.somewhere || followed.loops) {
            return false;
        }
    }
    return taken;
}

static enum dm_status lint_table(struct dm_lint *lint, struct dm_follower *follower,
                                 const struct dm_atoms *atoms, uint32_t v, struct dm_err *err)
{
    struct dm_checker *checker = lint->checker;
    struct dm_route_table_id id = { v };
    const struct dm_route_table *table = dm_route_table_get(checker->model, id);
    enum dm_status status = DM_OK;

    for (size_t i = 0; status == DM_OK && i < table->n_routes; i++) {
        const struct dm_route *route = &table->routes[i];
        struct dm_lint_item item = { .origin = route->origin, .label = "leads nowhere" };
        const char *text = dm_lint_route_text(checker->run, checker->model, route);
        const char *to;

        if (!is_judged(route)) {
            continue;
        }
        item.subject = text ? dm_sprintf(checker->run, "%s %s", table->object.name, text) : NULL;
        to = dm_model_ref_name(checker->model, dm_route_target(route));
        if (text && leads_nowhere(checker->model, follower, atoms, id, route)
            && !(may_be_kept_apart(checker->model, route)
                 && is_anothers(checker->model, table->vpc, route->prefix))) {
            bool checks = checks_addresses(checker->model, route);

            item.message = dm_sprintf(
                checker->run,
                checks ? "%s of table `%s` leads nowhere: `%s` drops what is for others, because "
                         "it checks source and destination"
                       : "%s of table `%s` leads nowhere: beyond `%s` nothing has a way to any of "
                         "it",
                text, table->object.name, to);
            item.help = checks ? "switch the check off, if its host forwards; else take the route "
                                 "out"
                               : "make the way beyond, or take the route out";
        }
        status = item.subject ? dm_lint_add(lint, &item, err) : DM_FAIL_NOMEM(err);
    }
    return status;
}

enum dm_status dm_rule_run_route_to_nowhere(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "TGW-08", "TGW-14", "VPC-18", "VPC-36", NULL };
    struct dm_arena_mark mark = dm_arena_save(checker->scratch);
    struct dm_follower *follower = dm_follower_new(checker->scratch, checker);
    enum dm_status status = DM_OK;
    struct dm_atoms atoms;
    struct dm_lint lint;

    if (!follower || !dm_atoms_init(checker->scratch, checker->model, &atoms)) {
        return DM_FAIL_NOMEM(err);
    }
    dm_lint_init(&lint, checker, DM_RULE_RCH009, facts);
    for (uint32_t v = 1; status == DM_OK && v <= checker->model->n_route_tables; v++) {
        status = lint_table(&lint, follower, &atoms, v, err);
    }
    dm_arena_restore(checker->scratch, mark);
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
