/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Segments of core networks: their rows.
 */
#include "model/base/str.h"
#include "solver/plane/policy.h"
#include "solver/plane/rib_private.h"

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

/* Whether the attachment's prefix may come into the network; what cannot be told is noted. */
static bool comes_in(const struct dm_core_network *network,
                     const struct dm_core_attachment *attachment, struct dm_rib_row *row)
{
    struct dm_policy_effect effect = { .drops = false };

    dm_policy_apply_labels(network, attachment, true, row->prefix,
                           row->source == DM_SOURCE_VPC || row->as_path_length == 0, &effect);
    if (effect.why) {
        row->unknown = effect.unknown;
        row->why = effect.why;
    }
    row->as_path_length += effect.n_prepended;
    return !effect.drops || row->why;
}

static void doubt_all(struct dm_plane *plane, struct dm_rib_table *table, struct dm_rib_doubt doubt)
{
    static const uint8_t families[] = { DM_FAMILY_IPV4, DM_FAMILY_IPV6 };

    for (size_t i = 0; i < 2; i++) {
        doubt.prefix = (struct dm_prefix){ { 0, 0, families[i] }, 0 };
        dm_rib_doubt(plane, table, doubt);
    }
}

/* What a segment adds to each row of an attachment: how it sees it. */
struct filling {
    struct dm_plane *plane;
    struct dm_rib_table *table;
    const struct dm_core_network *network;
    const struct dm_core_attachment *attachment;
    struct dm_rib_row row;
};

static void add_row(const struct filling *filling, struct dm_rib_row row)
{
    if (comes_in(filling->network, filling->attachment, &row)) {
        dm_rib_push(filling->plane, filling->table, row);
    }
}

static void add_vpc(const struct filling *filling)
{
    const struct dm_vpc *vpc = dm_vpc_get(filling->plane->model, filling->attachment->vpc);
    struct dm_rib_row row = filling->row;

    row.source = DM_SOURCE_VPC;
    for (size_t i = 0; i < vpc->n_cidrs; i++) {
        row.prefix = vpc->cidrs[i];
        if (!filling->attachment->no_ipv6 || row.prefix.addr.family == DM_FAMILY_IPV4) {
            add_row(filling, row);
        }
    }
}

/* What a table of a transit gateway has of its own, and what is not known of it. */
static void add_table(const struct filling *filling)
{
    const struct dm_rib_table *table = &filling->plane->tables[filling->attachment->table.v - 1];
    struct dm_rib_row row = filling->row;

    row.source = DM_SOURCE_CORE;
    for (size_t i = 0; i < table->rows.n; i = dm_rib_end(table, i)) {
        row.prefix = table->rows.items[i].prefix;
        add_row(filling, row);
    }
    for (size_t i = 0; i < table->doubts.n; i++) {
        dm_rib_doubt(filling->plane, filling->table, table->doubts.items[i]);
    }
}

static void add_learned(const struct filling *filling, struct dm_core_attachment_id id)
{
    size_t n = 0;
    const struct dm_learned *learned = dm_learned_by(filling->plane->arena, filling->plane->model,
                                                     DM_REF(core_attachment, id), &n);
    struct dm_rib_row row = filling->row;

    filling->plane->failed = filling->plane->failed || !learned;
    for (size_t i = 0; learned && i < n; i++) {
        if (learned[i].why) {
            dm_rib_doubt(filling->plane, filling->table,
                         (struct dm_rib_doubt){ .prefix = learned[i].prefix,
                                                .element = filling->attachment->element,
                                                .unknown = learned[i].unknown,
                                                .why = learned[i].why });
            continue;
        }
        row.prefix = learned[i].prefix;
        row.source = learned[i].source;
        row.as_path_length = filling->row.as_path_length + learned[i].as_path_length;
        row.med = learned[i].med;
        row.elements = learned[i].elements;
        row.n_elements = learned[i].n_elements;
        row.origin = learned[i].origin;
        add_row(filling, row);
    }
}

/* Whether a table is attached to another core network as well: it passes on what it hears there. */
static bool is_between(const struct dm_model *model, const struct dm_core_attachment *attachment)
{
    for (uint32_t i = 0; i < model->n_core_attachments; i++) {
        const struct dm_core_attachment *other = &model->core_attachments[i];

        if (other->kind == DM_CORE_ATTACHMENT_TABLE && other->table.v == attachment->table.v
            && other->network.v != attachment->network.v) {
            return true;
        }
    }
    return false;
}

static void add_rows(const struct filling *filling, struct dm_core_attachment_id id)
{
    const struct dm_core_attachment *attachment = filling->attachment;
    struct dm_rib_doubt doubt = { .element = attachment->element,
                                  .unknown = attachment->unknown,
                                  .why = "what an attachment has learned is not known" };

    switch (attachment->kind) {
    case DM_CORE_ATTACHMENT_VPC:
        add_vpc(filling);
        break;
    case DM_CORE_ATTACHMENT_TABLE:
        add_table(filling);
        if (is_between(filling->plane->model, attachment)) {
            doubt.why = "what a table passes on from one core network to another is not followed";
            doubt_all(filling->plane, filling->table, doubt);
        }
        break;
    case DM_CORE_ATTACHMENT_VPN:
    case DM_CORE_ATTACHMENT_DIRECT_CONNECT:
    case DM_CORE_ATTACHMENT_CONNECT:
        add_learned(filling, id);
        break;
    case DM_CORE_ATTACHMENT_UNKNOWN:
        doubt_all(filling->plane, filling->table, doubt);
        break;
    }
}

/* Whether in which segment it is, is not known; of one of which only what it is is not known, it
 * is. */
static bool is_anywhere(const struct dm_core_attachment *attachment)
{
    return attachment->unknown.v
           && (attachment->kind != DM_CORE_ATTACHMENT_UNKNOWN || !attachment->segment.v);
}

static void add_attachment(struct dm_plane *plane, struct dm_rib_table *table,
                           struct dm_core_segment_id self, struct dm_core_attachment_id id)
{
    const struct dm_core_attachment *attachment = dm_core_attachment_get(plane->model, id);
    struct filling filling = {
        .plane = plane,
        .table = table,
        .network = dm_core_network_get(plane->model, attachment->network),
        .attachment = attachment,
        .row = { .via = id.v, .origin = attachment->object.origin },
    };
    struct relation relation = { .joined = true };

    if (is_anywhere(attachment)) {
        filling.row.unknown = attachment->unknown;
        filling.row.why = "which segment an attachment is in is not known";
    } else if (attachment->segment.v) {
        relation = relate(plane->model, self, attachment->segment);
        filling.row.inserted = relation.inserted;
        filling.row.unknown = relation.unknown;
        filling.row.why = relation.why;
        if (relation.origin.source) {
            filling.row.origin = relation.origin;
        }
    } else {
        return;
    }
    if (relation.joined) {
        add_rows(&filling, id);
    }
}

static void add_static(struct dm_plane *plane, struct dm_rib_table *table,
                       const struct dm_core_segment *segment)
{
    for (size_t i = 0; i < segment->n_routes; i++) {
        const struct dm_core_route *route = &segment->routes[i];
        struct dm_rib_row row = { .prefix = route->prefix,
                                  .source = DM_SOURCE_STATIC,
                                  .unknown = route->unknown,
                                  .origin = route->origin };

        if (route->unknown.v) {
            row.why = "the target of a static route is not understood";
        } else if (route->n_attachments > 1) {
            row.why = "which attachment of a static route to several is taken is not known";
        } else if (route->n_attachments) {
            row.via = route->attachments[0].v;
        }
        dm_rib_push(plane, table, row);
    }
}

/* What leaves a segment for nowhere else goes to the functions. */
static void add_send_to(struct dm_plane *plane, struct dm_rib_table *table,
                        struct dm_core_segment_id self)
{
    const struct dm_core_network *network =
        dm_core_network_get(plane->model, dm_core_segment_get(plane->model, self)->network);
    static const uint8_t families[] = { DM_FAMILY_IPV4, DM_FAMILY_IPV6 };

    for (size_t i = 0; i < network->n_insertions; i++) {
        const struct dm_core_insertion *insertion = &network->insertions[i];

        for (size_t j = 0;
             j < 2 && insertion->kind == DM_CORE_SEND_TO && insertion->segment.v == self.v; j++) {
            dm_rib_push(plane, table,
                        (struct dm_rib_row){ .prefix = { { 0, 0, families[j] }, 0 },
                                             .source = DM_SOURCE_STATIC,
                                             .inserted = insertion,
                                             .origin = insertion->origin });
        }
    }
}

void dm_rib_fill_segment(struct dm_plane *plane, struct dm_core_segment_id id)
{
    const struct dm_core_segment *segment = dm_core_segment_get(plane->model, id);
    const struct dm_core_network *network = dm_core_network_get(plane->model, segment->network);
    struct dm_rib_table *table = &plane->segments[id.v - 1];

    if (network->unknown.v || segment->unknown.v) {
        doubt_all(plane, table,
                  (struct dm_rib_doubt){ .unknown = segment->unknown.v ? segment->unknown
                                                                       : network->unknown,
                                         .why = "part of the policy document is not understood" });
    }
    add_static(plane, table, segment);
    for (uint32_t i = 0; i < plane->model->n_core_attachments; i++) {
        if (plane->model->core_attachments[i].network.v == segment->network.v) {
            add_attachment(plane, table, id, (struct dm_core_attachment_id){ i + 1 });
        }
    }
    add_send_to(plane, table, id);
    dm_rib_sort(table);
}

/* Whether an action leads traffic of this segment through the group. */
static bool is_led_through(const struct dm_core_network *network, struct dm_core_segment_id segment,
                           struct dm_core_function_id function)
{
    for (size_t i = 0; i < network->n_insertions; i++) {
        const struct dm_core_insertion *insertion = &network->insertions[i];
        bool has = false;

        for (size_t j = 0; j < insertion->n_functions; j++) {
            has = has || insertion->functions[j].v == function.v;
        }
        if (has
            && (insertion->segment.v == segment.v
                || dm_core_segments_have(&insertion->when_sent_to, insertion->segment, segment))) {
            return true;
        }
    }
    return false;
}

/* What comes back from a function goes on to whatever is attached to segments that are led
 * through it. */
void dm_rib_fill_function(struct dm_plane *plane, struct dm_core_function_id id)
{
    const struct dm_core_function *function = dm_core_function_get(plane->model, id);
    struct filling filling = { .plane = plane,
                               .table = &plane->functions[id.v - 1],
                               .network = dm_core_network_get(plane->model, function->network) };

    if (filling.network->unknown.v) {
        doubt_all(plane, filling.table,
                  (struct dm_rib_doubt){ .unknown = filling.network->unknown,
                                         .why = "part of the policy document is not understood" });
    }
    for (uint32_t i = 0; i < plane->model->n_core_attachments; i++) {
        struct dm_core_attachment_id at = { i + 1 };

        filling.attachment = dm_core_attachment_get(plane->model, at);
        filling.row =
            (struct dm_rib_row){ .via = at.v, .origin = filling.attachment->object.origin };
        if (is_anywhere(filling.attachment)) {
            filling.row.unknown = filling.attachment->unknown;
            filling.row.why = "which segment an attachment is in is not known";
        }
        if (filling.attachment->network.v == function->network.v
            && (is_anywhere(filling.attachment)
                || (filling.attachment->segment.v
                    && is_led_through(filling.network, filling.attachment->segment, id)))) {
            add_rows(&filling, at);
        }
    }
    dm_rib_sort(filling.table);
}

void dm_rib_link(const struct dm_plane *plane, struct dm_rib_table *table)
{
    for (size_t i = 0; i < table->rows.n; i++) {
        struct dm_rib_row *row = &table->rows.items[i];

        if (row->source == DM_SOURCE_CORE) {
            struct dm_transit_table_id from =
                dm_core_attachment_get(plane->model, (struct dm_core_attachment_id){ row->via })
                    ->table;

            row->first = dm_rib_find(&plane->tables[from.v - 1], row->prefix);
        }
    }
}

/* ---- look-ups ---- */

static struct dm_core_choice choice_of(const struct dm_rib_route *route)
{
    const struct dm_rib_row *row = route->row;

    return (struct dm_core_choice){ .kind = route->why                  ? DM_TRANSIT_UNKNOWN
                                            : row->via || row->inserted ? DM_TRANSIT_TO
                                                                        : DM_TRANSIT_BLACK_HOLE,
                                    .attachment = { row->via },
                                    .inserted = row->inserted,
                                    .is_static = row->source == DM_SOURCE_STATIC,
                                    .prefix = row->prefix,
                                    .origin = row->origin,
                                    .unknown = route->unknown,
                                    .why = route->why };
}

static size_t look_up(const struct dm_plane *plane, struct dm_alive *alive,
                      const struct dm_rib_table *table, struct dm_core_segment_id segment,
                      struct dm_core_edge_id edge, struct dm_addr destination,
                      struct dm_core_choice *ret_choices)
{
    struct dm_rib_place place = { .rows = table, .segment = segment, .edge = edge };
    struct dm_rib_answer answer;

    dm_rib_look_up(plane, alive, &place, destination, &answer);
    if (answer.kind != DM_TRANSIT_TO) {
        ret_choices[0] = (struct dm_core_choice){ .kind = answer.kind,
                                                  .unknown = answer.unknown,
                                                  .why = answer.why };
        return 1;
    }
    for (size_t i = 0; i < answer.best.n; i++) {
        ret_choices[i] = choice_of(&answer.best.items[i]);
    }
    return answer.best.n;
}

size_t dm_lookup_core(const struct dm_plane *plane, struct dm_alive *alive,
                      struct dm_core_segment_id segment, struct dm_core_edge_id edge,
                      struct dm_addr destination,
                      struct dm_core_choice ret_choices[DM_PLANE_MAX_CHOICES])
{
    return look_up(plane, alive, &plane->segments[segment.v - 1], segment, edge, destination,
                   ret_choices);
}

size_t dm_lookup_function(const struct dm_plane *plane, struct dm_alive *alive,
                          struct dm_core_function_id function, struct dm_core_edge_id edge,
                          struct dm_addr destination,
                          struct dm_core_choice ret_choices[DM_PLANE_MAX_CHOICES])
{
    return look_up(plane, alive, &plane->functions[function.v - 1],
                   (struct dm_core_segment_id){ 0 }, edge, destination, ret_choices);
}

size_t dm_lookup_ingress(const struct dm_plane *plane, struct dm_alive *alive,
                         struct dm_core_attachment_id ingress, struct dm_addr destination,
                         struct dm_core_choice ret_choices[DM_PLANE_MAX_CHOICES])
{
    const struct dm_core_attachment *in = dm_core_attachment_get(plane->model, ingress);

    return in->function.v
               ? dm_lookup_function(plane, alive, in->function, in->edge, destination, ret_choices)
               : dm_lookup_core(plane, alive, in->segment, in->edge, destination, ret_choices);
}
