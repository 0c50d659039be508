/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Core networks in the text of a network.
 */
#include "tests/support/nets_private.h"

#include <string.h>

void dm_nets_read_core(struct dm_nets_parser *parser)
{
    struct dm_core_network network = { .object = parser->object, .version = "2025.11" };
    const char *unknown;

    network.group_references = dm_nets_flag(parser, "refs");
    unknown = dm_nets_option(parser, "unknown");
    network.unknown.v = unknown ? dm_nets_find(parser, DM_KIND_unknown, unknown) : 0;
    dm_builder_add_core_network(parser->builder, &network);
}

uint32_t dm_nets_asn(struct dm_nets_parser *parser)
{
    const char *text = dm_nets_option(parser, "asn");
    uint64_t value = 0;

    parser->bad = parser->bad || (text && !dm_str_to_u64(text, strlen(text), UINT32_MAX, &value));
    return (uint32_t)value;
}

void dm_nets_read_cedge(struct dm_nets_parser *parser)
{
    struct dm_core_edge edge = { .object = parser->object };

    edge.network = OBJECT(parser, core_network);
    edge.region = OBJECT(parser, region);
    edge.asn = dm_nets_asn(parser);
    dm_builder_add_core_edge(parser->builder, &edge);
}

/* What stands after the first dot of a name. */
static const char *short_name(const char *name)
{
    const char *dot = strchr(name, '.');

    return dot ? dot + 1 : name;
}

void dm_nets_read_segment(struct dm_nets_parser *parser)
{
    struct dm_core_segment segment = { .object = parser->object,
                                       .short_name = short_name(parser->object.name) };
    const char *text;

    segment.network = OBJECT(parser, core_network);
    segment.edges = dm_nets_objects_of(parser, DM_KIND_core_edge, dm_nets_option(parser, "edges"),
                                       &segment.n_edges);
    segment.isolated = dm_nets_flag(parser, "isolate");
    text = dm_nets_option(parser, "allow");
    segment.has_allow = text != NULL;
    segment.allow = dm_nets_objects_of(parser, DM_KIND_core_segment,
                                       dm_str_equal(text, "-") ? NULL : text, &segment.n_allow);
    segment.deny = dm_nets_objects_of(parser, DM_KIND_core_segment, dm_nets_option(parser, "deny"),
                                      &segment.n_deny);
    text = dm_nets_option(parser, "unknown");
    segment.unknown.v = text ? dm_nets_find(parser, DM_KIND_unknown, text) : 0;
    dm_builder_add_core_segment(parser->builder, &segment);
}

void dm_nets_read_function(struct dm_nets_parser *parser)
{
    struct dm_core_function function = { .object = parser->object,
                                         .short_name = short_name(parser->object.name) };

    function.network = OBJECT(parser, core_network);
    dm_builder_add_core_function(parser->builder, &function);
}

static void set_tags(struct dm_nets_parser *parser, struct dm_core_attachment *attachment)
{
    const char *text = dm_nets_option(parser, "tags");
    const char *const *parts = text ? dm_nets_parts(parser, text, &attachment->n_tags) : NULL;
    struct dm_core_tag *tags =
        DM_NEW_ARRAY(parser->arena, attachment->n_tags + 1, struct dm_core_tag);

    for (size_t i = 0; i < attachment->n_tags && tags; i++) {
        size_t length = strcspn(parts[i], ":");

        tags[i].key = dm_arena_strndup(parser->arena, parts[i], length);
        tags[i].value = parts[i][length] ? parts[i] + length + 1 : "";
    }
    attachment->tags = tags;
}

/* A segment or a group, whichever has the name; none for "-". */
static void set_domain(struct dm_nets_parser *parser, const char *name,
                       struct dm_core_segment_id *segment, struct dm_core_function_id *function)
{
    struct dm_ref group = dm_builder_find(parser->builder, DM_KIND_core_function, name);

    function->v = group.v;
    segment->v =
        group.v || dm_str_equal(name, "-") ? 0 : dm_nets_find(parser, DM_KIND_core_segment, name);
}

void dm_nets_read_cattach(struct dm_nets_parser *parser)
{
    struct dm_core_attachment attachment = { .object = parser->object };

    attachment.network = OBJECT(parser, core_network);
    attachment.vpc = OBJECT(parser, vpc);
    set_domain(parser, dm_nets_word(parser), &attachment.segment, &attachment.function);
    attachment.subnets =
        dm_nets_objects_of(parser, DM_KIND_subnet, dm_nets_word(parser), &attachment.n_subnets);
    set_tags(parser, &attachment);
    attachment.label = dm_nets_option(parser, "label");
    attachment.appliance_mode = dm_nets_flag(parser, "appliance");
    attachment.refers_no_group = dm_nets_flag(parser, "norefs");
    attachment.no_ipv6 = dm_nets_flag(parser, "noipv6");
    dm_builder_add_core_attachment(parser->builder, &attachment);
}

void dm_nets_read_cpeer(struct dm_nets_parser *parser)
{
    struct dm_core_peering peering = { .object = parser->object };
    struct dm_attachment side = { .object = parser->object, .kind = DM_ATTACHMENT_CORE };
    struct dm_core_peering_id id;

    peering.edge = OBJECT(parser, core_edge);
    peering.gateway = OBJECT(parser, transit_gateway);
    if (parser->bad) {
        return;
    }
    peering.network = dm_builder_edit_core_edge(parser->builder, peering.edge)->network;
    side.object.name = dm_nets_suffixed(parser, parser->object.name, "tgw");
    side.gateway = peering.gateway;
    peering.attachment = dm_builder_add_attachment(parser->builder, &side);
    id = dm_builder_add_core_peering(parser->builder, &peering);
    dm_builder_edit_attachment(parser->builder, peering.attachment)->core_peering = id;
}

void dm_nets_read_ctable(struct dm_nets_parser *parser)
{
    struct dm_core_attachment attachment = { .object = parser->object,
                                             .kind = DM_CORE_ATTACHMENT_TABLE };

    attachment.peering = OBJECT(parser, core_peering);
    attachment.table = OBJECT(parser, transit_table);
    set_domain(parser, dm_nets_word(parser), &attachment.segment, &attachment.function);
    set_tags(parser, &attachment);
    attachment.label = dm_nets_option(parser, "label");
    if (parser->bad) {
        return;
    }
    attachment.network = dm_builder_edit_core_peering(parser->builder, attachment.peering)->network;
    attachment.edge = dm_builder_edit_core_peering(parser->builder, attachment.peering)->edge;
    dm_builder_add_core_attachment(parser->builder, &attachment);
}

static uint32_t owner(struct dm_nets_parser *parser)
{
    return dm_nets_find(parser, DM_KIND_core_network, parser->object.name);
}

static struct dm_core_segments segments_word(struct dm_nets_parser *parser)
{
    struct dm_core_segments segments = { .all = false };
    const char *text = dm_nets_word(parser);

    segments.all = dm_str_equal(text, "*");
    segments.items =
        dm_nets_objects_of(parser, DM_KIND_core_segment, segments.all ? NULL : text, &segments.n);
    return segments;
}

#define PUSH(parser, rows, row)                                                                    \
    if (!DM_VEC_PUSH((parser)->arena, &(parser)->rows, row)) {                                     \
        (parser)->bad = true;                                                                      \
    }

void dm_nets_read_share(struct dm_nets_parser *parser)
{
    struct dm_nets_share_row row = { owner(parser), { .origin = parser->object.origin } };
    const char *unknown;

    row.share.segment = OBJECT(parser, core_segment);
    row.share.with = segments_word(parser);
    unknown = dm_nets_option(parser, "unknown");
    row.share.unknown.v = unknown ? dm_nets_find(parser, DM_KIND_unknown, unknown) : 0;
    PUSH(parser, shares, row)
}

/* "use=c.q:c.r,c.q": between these edges that one's. */
static void set_override(struct dm_nets_parser *parser, struct dm_core_insertion *insertion)
{
    const char *text = dm_nets_option(parser, "use");
    struct dm_core_override *item = DM_NEW(parser->arena, struct dm_core_override);
    const char *colon = text ? strchr(text, ':') : NULL;

    if (!text) {
        return;
    }
    if (!item || !colon) {
        parser->bad = true;
        return;
    }
    item->use.v = dm_nets_find(parser, DM_KIND_core_edge,
                               dm_arena_strndup(parser->arena, text, (size_t)(colon - text)));
    item->edges = dm_nets_objects_of(parser, DM_KIND_core_edge, colon + 1, &item->n_edges);
    insertion->overrides = item;
    insertion->n_overrides = 1;
}

static void read_insertion(struct dm_nets_parser *parser, enum dm_core_insertion_kind kind)
{
    struct dm_nets_insertion_row row = { owner(parser),
                                         { .kind = kind, .origin = parser->object.origin } };

    row.insertion.segment = OBJECT(parser, core_segment);
    if (kind == DM_CORE_SEND_VIA) {
        row.insertion.when_sent_to = segments_word(parser);
    }
    row.insertion.functions = dm_nets_objects_of(parser, DM_KIND_core_function,
                                                 dm_nets_word(parser), &row.insertion.n_functions);
    row.insertion.dual_hop = dm_nets_flag(parser, "dual");
    set_override(parser, &row.insertion);
    PUSH(parser, insertions, row)
}

void dm_nets_read_via(struct dm_nets_parser *parser)
{
    read_insertion(parser, DM_CORE_SEND_VIA);
}

void dm_nets_read_to(struct dm_nets_parser *parser)
{
    read_insertion(parser, DM_CORE_SEND_TO);
}

static struct dm_core_condition condition_word(struct dm_nets_parser *parser)
{
    static const struct {
        const char *start;
        enum dm_core_condition_kind kind;
    } kinds[] = {
        { "region=", DM_CORE_IF_REGION },
        { "account=", DM_CORE_IF_ACCOUNT },
    };
    const char *text = dm_nets_word(parser);
    struct dm_core_condition condition = { .kind = DM_CORE_IF_ANY };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (dm_str_starts(text, kinds[i].start)) {
            condition.kind = kinds[i].kind;
            condition.value = text + strlen(kinds[i].start);
        }
    }
    if (dm_str_starts(text, "tag:")) {
        const char *equals = strchr(text, '=');

        condition.kind = equals ? DM_CORE_IF_TAG_VALUE : DM_CORE_IF_TAG_EXISTS;
        condition.value = equals ? equals + 1 : NULL;
        condition.key = dm_arena_strndup(parser->arena, text + 4, strcspn(text + 4, "="));
    }
    return condition;
}

void dm_nets_read_associate(struct dm_nets_parser *parser)
{
    struct dm_nets_association_row row = { owner(parser), { .origin = parser->object.origin } };
    struct dm_core_condition *condition = DM_NEW(parser->arena, struct dm_core_condition);
    const char *number = dm_nets_word(parser);
    uint64_t value = 0;
    const char *domain;

    parser->bad =
        parser->bad || !condition || !dm_str_to_u64(number, strlen(number), 65535, &value);
    row.rule.number = (uint32_t)value;
    if (condition) {
        *condition = condition_word(parser);
    }
    row.rule.conditions = condition;
    row.rule.n_conditions = 1;
    domain = dm_nets_word(parser);
    if (dm_str_starts(domain, "tag:")) {
        row.rule.tag = domain + 4;
    } else {
        set_domain(parser, domain, &row.rule.segment, &row.rule.function);
    }
    PUSH(parser, associations, row)
}

void dm_nets_read_croute(struct dm_nets_parser *parser)
{
    struct dm_nets_core_route_row row = { dm_nets_find(parser, DM_KIND_core_segment,
                                                       parser->object.name),
                                          { .origin = parser->object.origin } };
    const char *target;

    row.route.prefix = dm_nets_prefix_of(parser, dm_nets_word(parser));
    target = dm_nets_word(parser);
    if (dm_str_starts(target, "unknown:")) {
        row.route.unknown.v = dm_nets_find(parser, DM_KIND_unknown, target + 8);
    } else if (!dm_str_equal(target, "none")) {
        row.route.attachments =
            dm_nets_objects_of(parser, DM_KIND_core_attachment, target, &row.route.n_attachments);
    }
    PUSH(parser, core_routes, row)
}

void dm_nets_read_rpolicy(struct dm_nets_parser *parser)
{
    struct dm_nets_routing_row row = { owner(parser),
                                       { .inbound = true, .origin = parser->object.origin } };
    struct dm_core_routing_rule *rule = DM_NEW(parser->arena, struct dm_core_routing_rule);
    const char *action;

    row.policy.name = dm_nets_word(parser);
    action = dm_nets_word(parser);
    if (dm_str_starts(action, "unknown:")) {
        row.policy.unknown.v = dm_nets_find(parser, DM_KIND_unknown, action + 8);
    }
    if (!rule) {
        parser->bad = true;
        return;
    }
    rule->action = dm_str_equal(action, "drop") ? DM_CORE_DROP : DM_CORE_ALLOW;
    rule->match = dm_str_equal(dm_nets_word(parser), "within") ? DM_CORE_PREFIX_WITHIN
                                                               : DM_CORE_PREFIX_EQUALS;
    rule->prefix = dm_nets_prefix_of(parser, dm_nets_word(parser));
    row.policy.rules = rule;
    row.policy.n_rules = 1;
    PUSH(parser, routing, row)
}

/* After the policy that it names. */
void dm_nets_read_label(struct dm_nets_parser *parser)
{
    struct dm_nets_label_row row = { owner(parser), { .origin = parser->object.origin } };
    uint32_t *policy = DM_NEW(parser->arena, uint32_t);
    const char *name;
    uint32_t n = 0;

    row.rule.label = dm_nets_word(parser);
    name = dm_nets_word(parser);
    for (size_t i = 0; i < parser->routing.n && policy; i++) {
        if (parser->routing.items[i].owner == row.owner) {
            if (dm_str_equal(parser->routing.items[i].policy.name, name)) {
                *policy = n;
                row.rule.n_policies = 1;
            }
            n++;
        }
    }
    parser->bad = parser->bad || row.rule.n_policies == 0;
    row.rule.policies = policy;
    PUSH(parser, labels, row)
}
