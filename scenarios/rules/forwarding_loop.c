/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Destinations that tables send round in a circle [TGW-04]: transit gateways that are each other's
 * way to what neither has, a VPC whose gateway sends back what it sent there, NAT gateways behind
 * each other. Every atom of destinations is followed (follow.h) from every table that can be in a
 * circle at all: from transit gateways' tables from which their own routes, whatever the
 * destination, lead back, and from those of NAT gateways' subnets.
 *
 * One finding for each circle, with all destinations that go round in it.
 *
 * Complexity: O(tables * rows) to find which can be in a circle; O(atoms * rows) for each of these.
 */
#include <string.h>

#include "model/base/map.h"
#include "model/base/str.h"
#include "scenarios/classes.h"
#include "scenarios/rules/follow.h"

enum { LONG_TEXT = 120, MAX_DEPTH = 4 /* NAT gateways behind each other */ };

struct circle {
    const char *name; /* of its tables, beginning with the first by name */
    struct dm_position positions[DM_DIAG_MAX_LABELS];
    size_t n;
    struct dm_set destinations;
};

struct circles {
    struct dm_checker *checker;
    const struct dm_model *model;
    struct dm_sets *sets;
    struct dm_map known;
    DM_VEC(struct circle) items;
};

/* ---- tables that can be in a circle ---- */

/* Tables of gateways that a VPC's table leads to, itself or by NAT gateways behind each other. */
static void mark_from(const struct dm_model *model, struct dm_vpc_id vpc,
                      struct dm_route_table_id id, unsigned depth, bool *next)
{
    const struct dm_route_table *table = dm_route_table_get(model, id);

    for (size_t i = 0; i < table->n_routes; i++) {
        const struct dm_route *route = &table->routes[i];
        struct dm_nat_gateway_id nat = { route->target };
        struct dm_attachment_id out = { 0 };

        if (route->target_kind == DM_TARGET_NAT_GATEWAY && depth < MAX_DEPTH
            && dm_nat_gateway_get(model, nat)->subnet.v) {
            mark_from(model, vpc,
                      dm_subnet_get(model, dm_nat_gateway_get(model, nat)->subnet)->table,
                      depth + 1, next);
        } else if (route->target_kind == DM_TARGET_TRANSIT_GATEWAY) {
            out =
                dm_model_attachment_of(model, vpc, (struct dm_transit_gateway_id){ route->target });
        }
        next[out.v ? dm_attachment_get(model, out)->table.v : 0] = true;
    }
}

/* Tables that an attachment leads to, over a peering or through a VPC. */
static void mark_next(const struct dm_model *model, struct dm_attachment_id id, bool *next)
{
    const struct dm_attachment *item = dm_attachment_get(model, id);

    if (item->kind == DM_ATTACHMENT_PEERING && item->peer.v) {
        next[dm_attachment_get(model, item->peer)->table.v] = true;
    }
    for (size_t i = 0; item->kind == DM_ATTACHMENT_VPC && i < item->n_subnets; i++) {
        mark_from(model, item->vpc, dm_subnet_get(model, item->subnets[i])->table, 0, next);
    }
}

/* Whether routes lead from the table back to it, whatever they are for. */
static bool may_loop(const struct dm_model *model, uint32_t from, bool *reached, bool *done)
{
    bool more = true;

    for (uint32_t v = 0; v <= model->n_transit_tables; v++) {
        reached[v] = false;
        done[v] = false;
    }
    for (uint32_t at = from; more;) {
        const struct dm_transit_table *table = &model->transit_tables[at - 1];

        done[at] = true;
        for (size_t i = 0; i < table->n_routes; i++) {
            if (table->routes[i].attachment.v) {
                mark_next(model, table->routes[i].attachment, reached);
            }
        }
        for (size_t i = 0; i < table->n_propagations; i++) {
            mark_next(model, table->propagations[i].attachment, reached);
        }
        more = false;
        for (uint32_t v = 1; v <= model->n_transit_tables && !more; v++) {
            if (reached[v] && !done[v]) {
                at = v;
                more = true;
            }
        }
    }
    return reached[from];
}

/* ---- circles ---- */

/* Its name begins with the table whose name comes first, so that each circle has one. */
static const char *name_of(struct circles *circles, struct dm_followed *followed)
{
    struct dm_str text;
    size_t first = 0;

    for (size_t i = 1; i < followed->n_loop; i++) {
        if (dm_str_compare_natural(dm_model_ref_name(circles->model, followed->loop[i].at),
                                   dm_model_ref_name(circles->model, followed->loop[first].at))
            < 0) {
            first = i;
        }
    }
    dm_str_init(&text, circles->checker->run);
    for (size_t i = 0; i < followed->n_loop; i++) {
        const struct dm_position *at = &followed->loop[(first + i) % followed->n_loop];

        dm_str_addf(&text, "%s`%s`", i ? ", " : "", dm_model_ref_name(circles->model, at->at));
    }
    return text.failed ? NULL : text.text;
}

static enum dm_status note(struct circles *circles, struct dm_followed *followed,
                           struct dm_addr first, struct dm_addr last, struct dm_err *err)
{
    const char *name = name_of(circles, followed);
    bool added = false;
    uint64_t *index = name ? dm_map_add(&circles->known, name, &added) : NULL;
    struct circle circle = { .name = name };
    struct circle *item;

    if (!index) {
        return DM_FAIL_NOMEM(err);
    }
    if (added) {
        *index = circles->items.n;
        for (size_t i = 0; i < followed->n_loop && i < DM_DIAG_MAX_LABELS; i++) {
            circle.positions[circle.n++] = followed->loop[i];
        }
        circle.destinations = DM_SET_EMPTY;
        if (!DM_VEC_PUSH(circles->checker->run, &circles->items, circle)) {
            return DM_FAIL_NOMEM(err);
        }
    }
    item = &circles->items.items[*index];
    item->destinations =
        dm_set_or(circles->sets, item->destinations,
                  dm_set_addresses(circles->sets, DM_FIELD_DESTINATION, first, last));
    return DM_OK;
}

/* The last address of the atom that begins with cut 'i'. */
static struct dm_addr end_of(const struct dm_atoms *atoms, size_t i)
{
    struct dm_prefix family = { { 0, 0, atoms->cuts[i].family }, 0 };
    struct dm_addr end = dm_prefix_last(family);

    if (i + 1 < atoms->n && atoms->cuts[i + 1].family == atoms->cuts[i].family) {
        end = dm_addr_before(atoms->cuts[i + 1]);
    }
    return end;
}

static enum dm_status follow_all(struct circles *circles, struct dm_follower *follower,
                                 const struct dm_atoms *atoms, struct dm_ref from,
                                 struct dm_err *err)
{
    enum dm_status status = DM_OK;

    for (size_t i = 0; status == DM_OK && i < atoms->n; i++) {
        struct dm_followed followed;

        if (from.kind == DM_KIND_transit_table) {
            dm_follow_transit(follower, (struct dm_transit_table_id){ from.v }, atoms->cuts[i],
                              &followed);
        } else {
            dm_follow_table(follower, (struct dm_route_table_id){ from.v }, atoms->cuts[i],
                            &followed);
        }
        if (followed.loops) {
            status = note(circles, &followed, atoms->cuts[i], end_of(atoms, i), err);
        }
    }
    return status;
}

static enum dm_status add_finding(struct circles *circles, const struct circle *circle,
                                  struct dm_err *err)
{
    static const char *const facts[] = { "TGW-04", "TGW-28", NULL };
    struct dm_checker *checker = circles->checker;
    const char *subjects[] = { circle->name };
    const char *others = "";
    struct dm_finding *finding;
    struct dm_str where;
    enum dm_status status =
        dm_finding_add(checker, NULL, DM_RULE_RCH007, subjects, 1, &finding, err);

    if (status != DM_OK) {
        return status;
    }
    dm_str_init(&where, checker->run);
    dm_set_addresses_text(circles->sets, circle->destinations, DM_FIELD_DESTINATION, &where);
    if (where.length > LONG_TEXT) { /* the first of many */
        where.text[strcspn(where.text, ",")] = '\0';
        others = " and others";
    }
    finding->message =
        dm_sprintf(checker->run, "packets to %s%s go round in a circle: table%s %s", where.text,
                   others, strchr(circle->name, ',') ? "s" : "", circle->name);
    finding->help = "let one of them drop what it does not have, with a black hole";
    dm_finding_facts(finding, facts);
    for (size_t i = 0; i < circle->n; i++) {
        dm_finding_label(checker, finding, circle->positions[i].origin, "by `%s`",
                         dm_model_ref_name(circles->model, circle->positions[i].at));
    }
    return finding->message && !where.failed ? DM_OK : DM_FAIL_NOMEM(err);
}

static enum dm_status find_all(struct circles *circles, struct dm_arena *scratch,
                               struct dm_err *err)
{
    const struct dm_model *model = circles->model;
    struct dm_follower *follower = dm_follower_new(scratch, circles->checker);
    bool *reached = DM_NEW_ARRAY(scratch, (size_t)model->n_transit_tables + 1, bool);
    bool *done = DM_NEW_ARRAY(scratch, (size_t)model->n_transit_tables + 1, bool);
    enum dm_status status = DM_OK;
    struct dm_atoms atoms;

    if (!follower || !reached || !done || !dm_atoms_init(scratch, model, &atoms)) {
        return DM_FAIL_NOMEM(err);
    }
    for (uint32_t v = 1; status == DM_OK && v <= model->n_transit_tables; v++) {
        if (may_loop(model, v, reached, done)) {
            status = follow_all(circles, follower, &atoms,
                                (struct dm_ref){ DM_KIND_transit_table, v }, err);
        }
    }
    for (uint32_t i = 0; status == DM_OK && i < model->n_nat_gateways; i++) {
        struct dm_subnet_id subnet = model->nat_gateways[i].subnet;
        const struct dm_route_table *table =
            subnet.v ? dm_route_table_get(model, dm_subnet_get(model, subnet)->table) : NULL;
        bool onward = false;

        for (size_t j = 0; table && j < table->n_routes; j++) {
            onward |= table->routes[j].target_kind == DM_TARGET_NAT_GATEWAY;
        }
        if (onward) {
            status = follow_all(circles, follower, &atoms,
                                DM_REF(route_table, dm_subnet_get(model, subnet)->table), err);
        }
    }
    return status;
}

enum dm_status dm_rule_run_forwarding_loop(struct dm_checker *checker, struct dm_err *err)
{
    struct circles circles = { .checker = checker, .model = checker->model };
    struct dm_lint_scratch scratch;
    enum dm_status status = dm_lint_scratch_begin(&scratch, checker, err);

    circles.sets = scratch.sets;
    dm_map_init(&circles.known, checker->run);
    if (status == DM_OK) {
        status = find_all(&circles, checker->scratch, err);
    }
    for (size_t i = 0; status == DM_OK && i < circles.items.n; i++) {
        status = add_finding(&circles, &circles.items.items[i], err);
    }
    return dm_lint_scratch_end(&scratch, status, err);
}
