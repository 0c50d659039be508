/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a policy document says of attachments, worked out when a model is built: the edge of
 * their region and the segment of the first attachment policy that they meet [CWAN-11].
 */
#include "model/core.h"

#include <string.h>

#include "model/base/str.h"
#include "model/model_private.h"

bool dm_core_segment_at(const struct dm_core_segment *segment, struct dm_core_edge_id edge)
{
    for (size_t i = 0; i < segment->n_edges; i++) {
        if (segment->edges[i].v == edge.v) {
            return true;
        }
    }
    return segment->n_edges == 0;
}

const char *dm_core_attachment_kind_text(enum dm_core_attachment_kind kind)
{
    static const char *const texts[] = {
        [DM_CORE_ATTACHMENT_VPC] = "vpc",
        [DM_CORE_ATTACHMENT_TABLE] = "transit-gateway-route-table",
        [DM_CORE_ATTACHMENT_VPN] = "site-to-site-vpn",
        [DM_CORE_ATTACHMENT_DIRECT_CONNECT] = "direct-connect-gateway",
        [DM_CORE_ATTACHMENT_CONNECT] = "connect",
        [DM_CORE_ATTACHMENT_UNKNOWN] = NULL,
    };

    return texts[kind];
}

bool dm_core_attachment_at(const struct dm_core_attachment *attachment, struct dm_core_edge_id edge)
{
    for (size_t i = 0; i < attachment->n_edges; i++) {
        if (attachment->edges[i].v == edge.v) {
            return true;
        }
    }
    return attachment->edge.v == edge.v;
}

bool dm_core_segments_have(const struct dm_core_segments *of, struct dm_core_segment_id self,
                           struct dm_core_segment_id other)
{
    bool listed = false;

    for (size_t i = 0; i < of->n; i++) {
        listed = listed || of->items[i].v == other.v;
    }
    return other.v != self.v && (of->all || (of->except ? !listed : listed));
}

/* Three answers of a condition. */
enum answer { NO, YES, NOT_KNOWN };

static enum answer compare(enum dm_core_operator operator, const char * text, const char *value)
{
    bool result = false;

    if (!value) {
        return NOT_KNOWN;
    }
    switch (operator) {
    case DM_CORE_EQUALS:
        result = strcmp(text, value) == 0;
        break;
    case DM_CORE_NOT_EQUALS:
        result = strcmp(text, value) != 0;
        break;
    case DM_CORE_CONTAINS:
        result = strstr(text, value) != NULL;
        break;
    case DM_CORE_BEGINS_WITH:
        result = dm_str_starts(text, value);
        break;
    }
    return result ? YES : NO;
}

static const char *tag_of(const struct dm_core_attachment *attachment, const char *key)
{
    for (size_t i = 0; i < attachment->n_tags; i++) {
        if (dm_str_equal(attachment->tags[i].key, key)) {
            return attachment->tags[i].value;
        }
    }
    return NULL;
}

static enum answer tag_name(const struct dm_core_attachment *attachment,
                            const struct dm_core_condition *condition)
{
    for (size_t i = 0; i < attachment->n_tags; i++) {
        if (compare(condition->operator, attachment->tags[i].key, condition->value) == YES) {
            return YES;
        }
    }
    return NO;
}

/* NULL: not known, or there are several. */
static const char *region_of(const struct dm_builder *builder,
                             const struct dm_core_attachment *attachment)
{
    struct dm_region_id region = { 0 };

    if (attachment->kind == DM_CORE_ATTACHMENT_VPC) {
        region = builder->vpcs.items[attachment->vpc.v - 1].region;
    } else if (attachment->n_edges <= 1 && attachment->edge.v) {
        region = builder->core_edges.items[attachment->edge.v - 1].region;
    }
    return region.v ? builder->regions.items[region.v - 1].object.name : NULL;
}

static enum answer holds(const struct dm_builder *builder,
                         const struct dm_core_attachment *attachment,
                         const struct dm_core_condition *condition)
{
    const struct dm_vpc *vpc =
        attachment->vpc.v ? &builder->vpcs.items[attachment->vpc.v - 1] : NULL;
    const char *text = NULL;

    switch (condition->kind) {
    case DM_CORE_IF_ANY:
        return YES;
    case DM_CORE_IF_TAG_EXISTS:
        return tag_of(attachment, condition->key) ? YES : NO;
    case DM_CORE_IF_TAG_NAME:
        return tag_name(attachment, condition);
    case DM_CORE_IF_TAG_VALUE:
        text = tag_of(attachment, condition->key);
        return text ? compare(condition->operator, text, condition->value) : NO;
    case DM_CORE_IF_REGION:
        text = region_of(builder, attachment);
        break;
    case DM_CORE_IF_RESOURCE:
        text = vpc ? vpc->object.name : NULL;
        break;
    case DM_CORE_IF_ACCOUNT:
        text = vpc ? vpc->account : NULL;
        break;
    case DM_CORE_IF_TYPE:
        text = dm_core_attachment_kind_text(attachment->kind);
        break;
    case DM_CORE_IF_UNKNOWN:
        break;
    }
    return text ? compare(condition->operator, text, condition->value) : NOT_KNOWN;
}

static enum answer meets(const struct dm_builder *builder,
                         const struct dm_core_attachment *attachment,
                         const struct dm_core_rule *rule)
{
    bool doubt = false;

    for (size_t i = 0; i < rule->n_conditions; i++) {
        enum answer answer = holds(builder, attachment, &rule->conditions[i]);

        doubt = doubt || answer == NOT_KNOWN;
        if (answer == (rule->any ? YES : NO)) {
            return answer;
        }
    }
    if (doubt) {
        return NOT_KNOWN;
    }
    return rule->any ? NO : YES;
}

/* The segment of a network with this name; none where it has no such. */
static struct dm_core_segment_id segment_named(const struct dm_builder *builder,
                                               struct dm_core_network_id network, const char *name)
{
    for (size_t i = 0; i < builder->core_segments.n; i++) {
        const struct dm_core_segment *segment = &builder->core_segments.items[i];

        if (segment->network.v == network.v && dm_str_equal(segment->short_name, name)) {
            return (struct dm_core_segment_id){ (uint32_t)i + 1 };
        }
    }
    return (struct dm_core_segment_id){ 0 };
}

static struct dm_unknown_id doubtful(struct dm_builder *builder,
                                     const struct dm_core_attachment *attachment)
{
    struct dm_unknown unknown = {
        .object = attachment->object,
        .why = "which rule of the attachment policies it meets first is not known",
    };

    unknown.object.name = dm_sprintf(builder->arena, "association of %s", attachment->object.name);
    if (!unknown.object.name) {
        builder->failed = true;
        return (struct dm_unknown_id){ 0 };
    }
    return dm_builder_add_unknown(builder, &unknown);
}

static void associate(struct dm_builder *builder, struct dm_core_attachment *attachment)
{
    const struct dm_core_network *network =
        &builder->core_networks.items[attachment->network.v - 1];

    for (size_t i = 0; i < network->n_rules; i++) {
        const struct dm_core_rule *rule = &network->rules[i];
        enum answer answer = meets(builder, attachment, rule);

        if (answer == NOT_KNOWN) {
            attachment->unknown = doubtful(builder, attachment);
            return;
        }
        if (answer == YES) {
            attachment->unknown = rule->unknown;
            attachment->segment = rule->segment;
            attachment->function = rule->function;
            if (rule->tag) {
                const char *value = tag_of(attachment, rule->tag);

                attachment->segment = value ? segment_named(builder, attachment->network, value)
                                            : (struct dm_core_segment_id){ 0 };
            }
            return;
        }
    }
}

static struct dm_core_edge_id edge_in(const struct dm_builder *builder,
                                      struct dm_core_network_id network, struct dm_region_id region)
{
    for (size_t i = 0; i < builder->core_edges.n; i++) {
        const struct dm_core_edge *edge = &builder->core_edges.items[i];

        if (edge->network.v == network.v && edge->region.v == region.v) {
            return (struct dm_core_edge_id){ (uint32_t)i + 1 };
        }
    }
    return (struct dm_core_edge_id){ 0 };
}

enum dm_status dm_model_settle_core(struct dm_builder *builder, struct dm_err *err)
{
    for (size_t i = 0; i < builder->core_peerings.n; i++) {
        struct dm_core_peering *peering = &builder->core_peerings.items[i];

        if (!peering->edge.v) {
            peering->edge = edge_in(builder, peering->network,
                                    builder->transit_gateways.items[peering->gateway.v - 1].region);
        }
    }
    for (size_t i = 0; i < builder->core_attachments.n && !builder->failed; i++) {
        struct dm_core_attachment *attachment = &builder->core_attachments.items[i];

        if (attachment->kind == DM_CORE_ATTACHMENT_VPC) {
            attachment->edge = edge_in(builder, attachment->network,
                                       builder->vpcs.items[attachment->vpc.v - 1].region);
        } else if (attachment->kind == DM_CORE_ATTACHMENT_TABLE) {
            attachment->edge = builder->core_peerings.items[attachment->peering.v - 1].edge;
        }
        if (!attachment->is_settled && !attachment->segment.v && !attachment->function.v
            && !attachment->unknown.v) {
            associate(builder, attachment);
        }
    }
    return builder->failed ? DM_FAIL_NOMEM(err) : DM_OK;
}
