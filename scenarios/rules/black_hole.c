/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Routes of VPC tables whose target is gone, which drop what they take, and black holes of transit
 * gateways' tables that leave nothing of another route [TGW-12]; so of segments of core networks
 * [CWAN-09].  A black hole that takes a part is how networks are kept apart, and is no fault.
 */
#include "model/base/str.h"
#include "scenarios/rules/routes.h"

static enum dm_status lint_table(struct dm_lint *lint, const struct dm_route_table *table,
                                 struct dm_err *err)
{
    struct dm_checker *checker = lint->checker;
    enum dm_status status = DM_OK;

    for (size_t i = 0; status == DM_OK && i < table->n_routes; i++) {
        const struct dm_route *route = &table->routes[i];
        const char *text = dm_lint_route_text(checker->run, checker->model, route);
        struct dm_lint_item item = { .origin = route->origin,
                                     .label = "drops what it takes",
                                     .help = "give it a target that lives, or take it out" };

        item.subject = text ? dm_sprintf(checker->run, "%s %s", table->object.name, text) : NULL;
        if (route->target_kind == DM_TARGET_NONE && text) {
            item.message = dm_sprintf(
                checker->run, "%s of table `%s` is a black hole: there is nothing behind it", text,
                table->object.name);
        }
        status = item.subject ? dm_lint_add(lint, &item, err) : DM_FAIL_NOMEM(err);
    }
    return status;
}

/* ---- segments of core networks ---- */

static bool is_hole(const struct dm_core_route *route)
{
    return !route->n_attachments && !route->unknown.v;
}

/* Whether black holes of the segment take every address of 'range' from a route of that prefix. */
static bool is_taken(const struct dm_core_segment *segment, struct dm_prefix range)
{
    struct dm_prefix half = { range.addr, (uint8_t)(range.length + 1) };
    bool some = false;

    for (size_t i = 0; i < segment->n_routes; i++) {
        const struct dm_core_route *route = &segment->routes[i];

        if (is_hole(route) && dm_prefix_compare(route->prefix, range) == 0) {
            return true;
        }
        some |= is_hole(route) && dm_prefix_covers(range, route->prefix);
    }
    if (!some || !is_taken(segment, half)) {
        return false;
    }
    half.addr = dm_addr_add(dm_prefix_last(half), 1);
    return is_taken(segment, half);
}

/* A VPC of the segment with a range that this black hole takes, alone or with others. */
static const struct dm_vpc *taken_by(const struct dm_model *model, uint32_t segment,
                                     const struct dm_core_route *route, struct dm_prefix *ret_range)
{
    const struct dm_core_segment *item = &model->core_segments[segment - 1];

    for (uint32_t i = 0; i < model->n_core_attachments; i++) {
        const struct dm_core_attachment *attachment = &model->core_attachments[i];
        const struct dm_vpc *vpc = NULL;

        if (attachment->kind == DM_CORE_ATTACHMENT_VPC && attachment->segment.v == segment
            && !item->isolated) {
            vpc = dm_vpc_get(model, attachment->vpc);
        }
        for (size_t j = 0; vpc && j < vpc->n_cidrs; j++) {
            if (dm_prefix_covers(vpc->cidrs[j], route->prefix) && is_taken(item, vpc->cidrs[j])) {
                *ret_range = vpc->cidrs[j];
                return vpc;
            }
        }
    }
    return NULL;
}

static enum dm_status lint_segment(struct dm_lint *lint, uint32_t v, struct dm_err *err)
{
    struct dm_checker *checker = lint->checker;
    const struct dm_core_segment *segment = &checker->model->core_segments[v - 1];
    enum dm_status status = DM_OK;

    for (size_t i = 0; status == DM_OK && i < segment->n_routes; i++) {
        const struct dm_core_route *route = &segment->routes[i];
        struct dm_lint_item item = { .origin = route->origin,
                                     .label = "takes it",
                                     .help = "take it out, or detach the VPC" };
        char prefix[DM_ADDR_TEXT_SIZE];
        char text[DM_ADDR_TEXT_SIZE];
        struct dm_prefix range;
        const struct dm_vpc *vpc =
            is_hole(route) ? taken_by(checker->model, v, route, &range) : NULL;

        (void)dm_prefix_text(route->prefix, prefix);
        item.subject = dm_sprintf(checker->run, "%s %s", segment->object.name, prefix);
        if (vpc) {
            item.message = dm_sprintf(
                checker->run,
                "black hole %s of segment `%s` leaves nothing of %s, which `%s` brings", prefix,
                segment->object.name, dm_prefix_text(range, text), vpc->object.name);
        }
        status = item.subject && (!vpc || item.message) ? dm_lint_add(lint, &item, err)
                                                        : DM_FAIL_NOMEM(err);
    }
    return status;
}

enum dm_status dm_rule_run_black_hole(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "VPC-05", "TGW-10", "TGW-12", "CWAN-09", NULL };
    struct dm_lint lint;
    enum dm_status status = DM_OK;

    dm_lint_init(&lint, checker, DM_RULE_RCH005, facts);
    for (uint32_t i = 0; status == DM_OK && i < checker->model->n_route_tables; i++) {
        status = lint_table(&lint, &checker->model->route_tables[i], err);
    }
    if (status == DM_OK) {
        status = dm_transit_rows_lint(&lint, DM_ROUTE_HIDDEN, err);
    }
    for (uint32_t v = 1; status == DM_OK && v <= checker->model->n_core_segments; v++) {
        status = lint_segment(&lint, v, err);
    }
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
