/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/plane/core.h"

#include <stdlib.h>

#include "model/base/str.h"
#include "model/base/vec.h"

/* A row of a segment's table before anything failed; it holds at every edge of the segment. */
struct row {
    struct dm_prefix prefix;
    bool is_static;
    struct dm_core_attachment_id attachment; /* none: a black hole, or only 'inserted' */
    const struct dm_core_insertion *inserted;
    struct dm_unknown_id unknown;
    const char *why; /* set: what the row does is not known */
    struct dm_span origin;
};

struct table {
    DM_VEC(struct row) rows; /* longest first, then by prefix, static first, by handle */
};

struct dm_core_tables {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct table *tables; /* by segment */
    bool failed;
};

/* Two segments, as one of them sees the other. */
struct relation {
    bool joined;
    const struct dm_core_insertion *inserted;
    struct dm_span origin;
    struct dm_unknown_id unknown;
    const char *why;
};

static bool is_in(const struct dm_core_segment_id *items, size_t n, struct dm_core_segment_id id)
{
    for (size_t i = 0; i < n; i++) {
        if (items[i].v == id.v) {
            return true;
        }
    }
    return false;
}

/* Filters come after all else, and say nothing of a segment's own routes [CWAN-07]. */
static bool is_filtered(const struct dm_core_segment *segment, struct dm_core_segment_id from)
{
    return (segment->has_allow && !is_in(segment->allow, segment->n_allow, from))
           || is_in(segment->deny, segment->n_deny, from);
}

static bool either_way(struct dm_core_segment_id subject, const struct dm_core_segments *with,
                       struct dm_core_segment_id self, struct dm_core_segment_id other)
{
    return (subject.v == self.v && dm_core_segments_have(with, self, other))
           || (subject.v == other.v && dm_core_segments_have(with, other, self));
}

static void relate_by_shares(const struct dm_core_network *network, struct dm_core_segment_id self,
                             struct dm_core_segment_id other, struct relation *relation)
{
    for (size_t i = 0; i < network->n_shares; i++) {
        const struct dm_core_share *share = &network->shares[i];

        if (!either_way(share->segment, &share->with, self, other)) {
            continue;
        }
        if (share->unknown.v) {
            relation->unknown = share->unknown;
            relation->why = "part of the action that shares it is not understood";
        }
        relation->joined = true;
        relation->origin = share->origin;
    }
}

static void relate_by_functions(const struct dm_core_network *network,
                                struct dm_core_segment_id self, struct dm_core_segment_id other,
                                struct relation *relation)
{
    for (size_t i = 0; i < network->n_insertions; i++) {
        const struct dm_core_insertion *insertion = &network->insertions[i];

        if (insertion->kind != DM_CORE_SEND_VIA) {
            continue;
        }
        if (self.v == other.v && insertion->segment.v == self.v
            && (insertion->when_sent_to.all || insertion->when_sent_to.except)) {
            relation->joined = true;
            relation->why = "whether traffic inside the segment is sent via the functions as well "
                            "is not known";
        }
        if (either_way(insertion->segment, &insertion->when_sent_to, self, other)) {
            relation->joined = true;
            relation->inserted = insertion;
            relation->origin = insertion->origin;
        }
    }
}

static struct relation relate(const struct dm_model *model, struct dm_core_segment_id self,
                              struct dm_core_segment_id other)
{
    const struct dm_core_segment *segment = dm_core_segment_get(model, self);
    const struct dm_core_network *network = dm_core_network_get(model, segment->network);
    struct relation relation = { .joined = self.v == other.v && !segment->isolated };

    relate_by_shares(network, self, other, &relation);
    relate_by_functions(network, self, other, &relation);
    if (self.v != other.v && is_filtered(segment, other)) {
        relation.joined = false;
    }
    return relation;
}

static bool is_listed(const struct dm_core_label_rule *rule,
                      const struct dm_core_attachment *attachment)
{
    bool at = rule->n_edges == 0;

    for (size_t i = 0; i < rule->n_edges; i++) {
        at = at || rule->edges[i].v == attachment->edge.v;
    }
    return at;
}

/* What one policy does with a prefix that comes in: false where it drops it. */
static bool lets_in(const struct dm_core_routing_policy *policy, struct dm_prefix prefix)
{
    for (size_t i = 0; i < policy->n_rules; i++) {
        const struct dm_core_routing_rule *rule = &policy->rules[i];

        if (rule->within ? dm_prefix_covers(rule->prefix, prefix)
                         : dm_prefix_compare(rule->prefix, prefix) == 0) {
            return !rule->drop;
        }
    }
    return true;
}

/* Whether the attachment's prefix may come into the network; what cannot be told is noted. */
static bool comes_in(const struct dm_core_network *network,
                     const struct dm_core_attachment *attachment, struct row *row)
{
    bool given = false;
    bool dropped = false;

    for (size_t i = 0; attachment->label && i < network->n_label_rules; i++) {
        const struct dm_core_label_rule *rule = &network->label_rules[i];

        if (!dm_str_equal(rule->label, attachment->label) || !is_listed(rule, attachment)) {
            continue;
        }
        if (given) {
            row->why = "which of several rules gives it routing policies is not known";
        }
        given = true;
        if (rule->unknown.v) {
            row->unknown = rule->unknown;
            row->why = "the rule that gives it routing policies is not understood";
        }
        for (size_t j = 0; j < rule->n_policies; j++) {
            const struct dm_core_routing_policy *policy =
                &network->routing_policies[rule->policies[j]];

            if (policy->unknown.v) {
                row->unknown = policy->unknown;
                row->why = "a routing policy acts on it that is not followed";
            } else {
                dropped = dropped || !lets_in(policy, row->prefix);
            }
        }
    }
    return !dropped || row->why;
}

static void push(struct dm_core_tables *tables, struct table *table, struct row row)
{
    if (!DM_VEC_PUSH(tables->arena, &table->rows, row)) {
        tables->failed = true;
    }
}

/* Of an attachment whose routes are not followed: it may have any. */
static void add_other(struct dm_core_tables *tables, struct table *table,
                      const struct dm_core_attachment *attachment, struct row row)
{
    static const uint8_t families[] = { DM_FAMILY_IPV4, DM_FAMILY_IPV6 };

    row.why = "what an attachment learned is not known";
    row.origin = attachment->object.origin;
    for (size_t i = 0; i < 2; i++) {
        row.prefix = (struct dm_prefix){ { 0, 0, families[i] }, 0 };
        push(tables, table, row);
    }
}

static void add_attachment(struct dm_core_tables *tables, struct table *table,
                           struct dm_core_segment_id self, uint32_t at)
{
    const struct dm_core_attachment *attachment = &tables->model->core_attachments[at];
    const struct dm_core_network *network = dm_core_network_get(tables->model, attachment->network);
    const struct dm_vpc *vpc;
    struct row row = { .attachment = { at + 1 } };
    struct relation relation = { .joined = true };

    if (attachment->unknown.v) {
        row.unknown = attachment->unknown;
        row.why = "which segment an attachment is in is not known";
    } else if (attachment->segment.v) {
        relation = relate(tables->model, self, attachment->segment);
        row.inserted = relation.inserted;
        row.origin = relation.origin;
        row.unknown = relation.unknown;
        row.why = relation.why;
    } else {
        return;
    }
    if (attachment->kind != DM_CORE_ATTACHMENT_VPC) {
        add_other(tables, table, attachment, row);
        return;
    }
    if (!row.origin.source) {
        row.origin = attachment->object.origin;
    }
    vpc = dm_vpc_get(tables->model, attachment->vpc);
    for (size_t i = 0; relation.joined && i < vpc->n_cidrs; i++) {
        row.prefix = vpc->cidrs[i];
        if (comes_in(network, attachment, &row)) {
            push(tables, table, row);
        }
    }
}

static void add_static(struct dm_core_tables *tables, struct table *table,
                       const struct dm_core_segment *segment)
{
    for (size_t i = 0; i < segment->n_routes; i++) {
        const struct dm_core_route *route = &segment->routes[i];
        struct row row = { .prefix = route->prefix,
                           .is_static = true,
                           .unknown = route->unknown,
                           .origin = route->origin };

        if (route->unknown.v) {
            row.why = "the target of a static route is not understood";
        } else if (route->n_attachments > 1) {
            row.why = "which attachment of a static route to several is taken is not known";
        } else if (route->n_attachments) {
            row.attachment = route->attachments[0];
        }
        push(tables, table, row);
    }
}

/* What leaves a segment for nowhere else goes to the functions. */
static void add_send_to(struct dm_core_tables *tables, struct table *table,
                        struct dm_core_segment_id self)
{
    const struct dm_core_network *network =
        dm_core_network_get(tables->model, dm_core_segment_get(tables->model, self)->network);
    static const uint8_t families[] = { DM_FAMILY_IPV4, DM_FAMILY_IPV6 };

    for (size_t i = 0; i < network->n_insertions; i++) {
        const struct dm_core_insertion *insertion = &network->insertions[i];

        for (size_t j = 0;
             j < 2 && insertion->kind == DM_CORE_SEND_TO && insertion->segment.v == self.v; j++) {
            push(tables, table,
                 (struct row){ .prefix = { { 0, 0, families[j] }, 0 },
                               .inserted = insertion,
                               .origin = insertion->origin });
        }
    }
}

static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a;
    const struct row *y = b;
    int order;

    if (x->prefix.length != y->prefix.length) {
        return x->prefix.length > y->prefix.length ? -1 : 1;
    }
    order = dm_prefix_compare(x->prefix, y->prefix);
    if (order) {
        return order;
    }
    if (x->is_static != y->is_static) {
        return x->is_static ? -1 : 1;
    }
    return (x->attachment.v > y->attachment.v) - (x->attachment.v < y->attachment.v);
}

static void fill(struct dm_core_tables *tables, uint32_t at)
{
    const struct dm_core_segment *segment = &tables->model->core_segments[at];
    struct table *table = &tables->tables[at];
    struct dm_core_segment_id self = { at + 1 };

    add_static(tables, table, segment);
    for (uint32_t i = 0; i < tables->model->n_core_attachments; i++) {
        if (tables->model->core_attachments[i].network.v == segment->network.v) {
            add_attachment(tables, table, self, i);
        }
    }
    add_send_to(tables, table, self);
    if (table->rows.n > 1) {
        qsort(table->rows.items, table->rows.n, sizeof *table->rows.items, compare_rows);
    }
}

struct dm_core_tables *dm_core_tables_new(struct dm_arena *arena, const struct dm_model *model)
{
    struct dm_core_tables *tables = DM_NEW(arena, struct dm_core_tables);

    if (!tables) {
        return NULL;
    }
    tables->arena = arena;
    tables->model = model;
    tables->tables = DM_NEW_ARRAY(arena, (size_t)model->n_core_segments + 1, struct table);
    for (uint32_t i = 0; tables->tables && i < model->n_core_segments; i++) {
        fill(tables, i);
    }
    return tables->tables && !tables->failed ? tables : NULL;
}

/* One lookup: rows of one prefix, best first. */
struct lookup {
    const struct dm_model *model;
    struct dm_alive *alive;
    struct dm_core_segment_id segment;
    struct dm_core_edge_id edge;
};

/* Whether a propagated row is there: its attachment and the edge of that live. */
static bool is_there(const struct lookup *lookup, const struct row *row)
{
    const struct dm_core_attachment *from;

    if (row->is_static || !row->attachment.v) {
        return true;
    }
    from = dm_core_attachment_get(lookup->model, row->attachment);
    return (from->edge.v == lookup->edge.v
            || dm_alive(lookup->alive, dm_core_edge_get(lookup->model, from->edge)->element))
           && dm_alive(lookup->alive, from->element);
}

static bool is_near(const struct lookup *lookup, const struct row *row)
{
    return row->attachment.v
           && dm_core_attachment_get(lookup->model, row->attachment)->edge.v == lookup->edge.v;
}

/* Both segments must be at both edges for what they share to be known to arrive. */
static bool is_shared_apart(const struct lookup *lookup, const struct row *row)
{
    const struct dm_core_attachment *from =
        row->attachment.v ? dm_core_attachment_get(lookup->model, row->attachment) : NULL;

    return from && !row->is_static && from->segment.v && from->segment.v != lookup->segment.v
           && (!dm_core_segment_at(dm_core_segment_get(lookup->model, from->segment), lookup->edge)
               || !dm_core_segment_at(dm_core_segment_get(lookup->model, lookup->segment),
                                      from->edge));
}

static struct dm_core_choice choose(const struct lookup *lookup, const struct row *row)
{
    struct dm_core_choice choice = { .kind = DM_TRANSIT_TO,
                                     .attachment = row->attachment,
                                     .inserted = row->inserted,
                                     .is_static = row->is_static,
                                     .prefix = row->prefix,
                                     .origin = row->origin,
                                     .unknown = row->unknown,
                                     .why = row->why };

    if (!choice.why && is_shared_apart(lookup, row)) {
        choice.why = "how a share reaches an edge that one of the segments lacks is not known";
    }
    if (choice.why) {
        choice.kind = DM_TRANSIT_UNKNOWN;
    } else if (!row->attachment.v && !row->inserted) {
        choice.kind = DM_TRANSIT_BLACK_HOLE;
    }
    return choice;
}

/* The best of the rows from 'first' to 'end', which have one prefix; false where none is there. */
static bool best_of(const struct lookup *lookup, const struct row *rows, size_t first, size_t end,
                    struct dm_core_choice *ret_choice)
{
    const struct row *best = NULL;
    bool tie = false;

    for (int near = 1; near >= 0 && !best; near--) {
        for (size_t i = first; i < end; i++) {
            if (best && best->is_static && !rows[i].is_static) {
                break;
            }
            if (!rows[i].is_static && is_near(lookup, &rows[i]) != (near == 1)) {
                continue;
            }
            if (!is_there(lookup, &rows[i])) {
                continue;
            }
            tie = best != NULL;
            best = best ? best : &rows[i];
        }
    }
    if (!best) {
        return false;
    }
    *ret_choice = choose(lookup, best);
    if (tie) {
        ret_choice->kind = DM_TRANSIT_UNKNOWN;
        ret_choice->why = "AWS takes any of several routes that are as good";
    }
    return true;
}

struct dm_core_choice dm_lookup_core(const struct dm_plane *plane, struct dm_alive *alive,
                                     struct dm_core_segment_id segment, struct dm_core_edge_id edge,
                                     struct dm_addr destination)
{
    const struct dm_model *model = dm_alive_model(alive);
    const struct table *table = &dm_plane_core(plane)->tables[segment.v - 1];
    const struct dm_core_segment *item = dm_core_segment_get(model, segment);
    const struct dm_core_network *network = dm_core_network_get(model, item->network);
    struct lookup lookup = { model, alive, segment, edge };
    struct dm_core_choice choice = { .kind = DM_TRANSIT_NO_ROUTE };

    if (network->unknown.v || item->unknown.v) {
        return (struct dm_core_choice){ .kind = DM_TRANSIT_UNKNOWN,
                                        .unknown =
                                            item->unknown.v ? item->unknown : network->unknown,
                                        .why = "part of the policy document is not understood" };
    }
    for (size_t i = 0; i < table->rows.n;) {
        size_t end = i + 1;

        while (end < table->rows.n
               && dm_prefix_compare(table->rows.items[i].prefix, table->rows.items[end].prefix)
                      == 0) {
            end++;
        }
        if (dm_prefix_has(table->rows.items[i].prefix, destination)
            && best_of(&lookup, table->rows.items, i, end, &choice)) {
            return choice;
        }
        i = end;
    }
    return choice;
}

bool dm_core_has_function(const struct dm_model *model, const struct dm_core_insertion *insertion)
{
    for (uint32_t i = 0; i < model->n_core_attachments; i++) {
        for (size_t j = 0; j < insertion->n_functions; j++) {
            if (model->core_attachments[i].function.v == insertion->functions[j].v) {
                return true;
            }
        }
    }
    return false;
}
