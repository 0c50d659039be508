/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/dump_private.h"

static const char *name_of(struct dm_dump *dump, enum dm_kind kind, uint32_t v)
{
    return dm_model_ref_name(dump->model, (struct dm_ref){ kind, v });
}

static void add_segments(struct dm_dump *dump, const struct dm_core_segments *segments)
{
    if (segments->all || segments->except) {
        dm_str_add(dump->out, " all");
    }
    for (size_t i = 0; i < segments->n; i++) {
        dm_str_addf(dump->out, "%s%s",
                    i > 0              ? ", "
                    : segments->except ? " but "
                                       : " ",
                    name_of(dump, DM_KIND_core_segment, segments->items[i].v));
    }
}

static void add_unknown(struct dm_dump *dump, struct dm_unknown_id unknown)
{
    if (unknown.v) {
        dm_str_addf(dump->out, ", unknown %s", name_of(dump, DM_KIND_unknown, unknown.v));
    }
}

static void dump_insertion(struct dm_dump *dump, const struct dm_core_insertion *insertion)
{
    dm_str_addf(dump->out, "    %s of %s",
                insertion->kind == DM_CORE_SEND_VIA ? "send-via" : "send-to",
                name_of(dump, DM_KIND_core_segment, insertion->segment.v));
    if (insertion->kind == DM_CORE_SEND_VIA) {
        dm_str_addf(dump->out, ", %s, when sent to",
                    insertion->dual_hop ? "dual-hop" : "single-hop");
        add_segments(dump, &insertion->when_sent_to);
    }
    for (size_t i = 0; i < insertion->n_functions; i++) {
        dm_str_addf(dump->out, "%s%s", i ? ", " : ": ",
                    name_of(dump, DM_KIND_core_function, insertion->functions[i].v));
    }
    for (size_t i = 0; i < insertion->n_overrides; i++) {
        const struct dm_core_override *item = &insertion->overrides[i];

        for (size_t j = 0; j < item->n_edges; j++) {
            dm_str_addf(dump->out, "%s%s", j ? ", " : ", between ",
                        name_of(dump, DM_KIND_core_edge, item->edges[j].v));
        }
        dm_str_addf(dump->out, " at %s", name_of(dump, DM_KIND_core_edge, item->use.v));
    }
    add_unknown(dump, insertion->unknown);
    dm_dump_origin(dump, insertion->origin, insertion->pointer);
}

static void add_condition(struct dm_dump *dump, const struct dm_core_condition *condition)
{
    static const char *const kinds[] = {
        [DM_CORE_IF_ANY] = "any",
        [DM_CORE_IF_TAG_EXISTS] = "tag-exists",
        [DM_CORE_IF_TAG_NAME] = "tag-name",
        [DM_CORE_IF_TAG_VALUE] = "tag-value",
        [DM_CORE_IF_REGION] = "region",
        [DM_CORE_IF_RESOURCE] = "resource-id",
        [DM_CORE_IF_ACCOUNT] = "account-id",
        [DM_CORE_IF_TYPE] = "attachment-type",
        [DM_CORE_IF_UNKNOWN] = "unknown",
    };
    static const char *const operators[] = {
        [DM_CORE_EQUALS] = "is",
        [DM_CORE_NOT_EQUALS] = "is not",
        [DM_CORE_CONTAINS] = "contains",
        [DM_CORE_BEGINS_WITH] = "begins with",
    };

    dm_str_add(dump->out, kinds[condition->kind]);
    if (condition->key) {
        dm_str_addf(dump->out, " %s", condition->key);
    }
    if (condition->value) {
        dm_str_addf(dump->out, " %s %s", operators[condition->operator], condition->value);
    }
}

static void dump_rule(struct dm_dump *dump, const struct dm_core_rule *rule)
{
    dm_str_addf(dump->out, "    attachments %lu: ", (unsigned long)rule->number);
    for (size_t i = 0; i < rule->n_conditions; i++) {
        dm_str_add(dump->out, i == 0 ? "" : rule->any ? " or " : " and ");
        add_condition(dump, &rule->conditions[i]);
    }
    if (rule->segment.v) {
        dm_str_addf(dump->out, " -> %s", name_of(dump, DM_KIND_core_segment, rule->segment.v));
    } else if (rule->function.v) {
        dm_str_addf(dump->out, " -> %s", name_of(dump, DM_KIND_core_function, rule->function.v));
    } else if (rule->tag) {
        dm_str_addf(dump->out, " -> segment named by tag %s", rule->tag);
    }
    add_unknown(dump, rule->unknown);
    dm_dump_origin(dump, rule->origin, rule->pointer);
}

static void add_routing_rule(struct dm_dump *dump, const struct dm_core_routing_rule *rule)
{
    char text[DM_ADDR_TEXT_SIZE];

    dm_str_addf(dump->out, ", %lu ", (unsigned long)rule->number);
    if (rule->action == DM_CORE_PREPEND) {
        dm_str_addf(dump->out, "prepend %lu to", (unsigned long)rule->n_prepended);
    } else {
        dm_str_add(dump->out, rule->action == DM_CORE_DROP ? "drop" : "allow");
    }
    if (rule->match == DM_CORE_ASN_IN_PATH) {
        dm_str_addf(dump->out, " path with %lu", (unsigned long)rule->asn);
    } else {
        dm_str_addf(dump->out, " %s%s", rule->match == DM_CORE_PREFIX_WITHIN ? "within " : "",
                    dm_prefix_text(rule->prefix, text));
    }
}

static void dump_edge_policies(struct dm_dump *dump, const struct dm_core_network *network)
{
    for (size_t i = 0; i < network->n_edge_policies; i++) {
        const struct dm_core_edge_policy *item = &network->edge_policies[i];

        dm_str_addf(dump->out, "    routing policies of %s, at %s with %s",
                    name_of(dump, DM_KIND_core_segment, item->segment.v),
                    name_of(dump, DM_KIND_core_edge, item->edge.v),
                    name_of(dump, DM_KIND_core_edge, item->peer.v));
        for (size_t j = 0; j < item->n_policies; j++) {
            dm_str_addf(dump->out, "%s%s", j ? ", " : ": ",
                        network->routing_policies[item->policies[j]].name);
        }
        add_unknown(dump, item->unknown);
        dm_dump_origin(dump, item->origin, item->pointer);
    }
}

static void dump_routing(struct dm_dump *dump, const struct dm_core_network *network)
{
    for (size_t i = 0; i < network->n_routing_policies; i++) {
        const struct dm_core_routing_policy *policy = &network->routing_policies[i];

        dm_str_addf(dump->out, "    routing policy %s, %lu, %s", policy->name,
                    (unsigned long)policy->number, policy->inbound ? "inbound" : "outbound");
        for (size_t j = 0; j < policy->n_rules; j++) {
            add_routing_rule(dump, &policy->rules[j]);
        }
        add_unknown(dump, policy->unknown);
        dm_dump_origin(dump, policy->origin, policy->pointer);
    }
    for (size_t i = 0; i < network->n_label_rules; i++) {
        const struct dm_core_label_rule *rule = &network->label_rules[i];

        dm_str_addf(dump->out, "    routing policies %lu: label %s", (unsigned long)rule->number,
                    rule->label);
        for (size_t j = 0; j < rule->n_edges; j++) {
            dm_str_addf(dump->out, "%s%s", j ? ", " : " at ",
                        name_of(dump, DM_KIND_core_edge, rule->edges[j].v));
        }
        for (size_t j = 0; j < rule->n_policies; j++) {
            dm_str_addf(dump->out, "%s%s", j ? ", " : " -> ",
                        network->routing_policies[rule->policies[j]].name);
        }
        add_unknown(dump, rule->unknown);
        dm_dump_origin(dump, rule->origin, rule->pointer);
    }
}

static void dump_network(struct dm_dump *dump, const struct dm_core_network *network)
{
    dm_dump_text(dump, "version", network->version);
    dm_dump_flag(dump, "group references", network->group_references);
    for (size_t i = 0; i < network->n_shares; i++) {
        const struct dm_core_share *share = &network->shares[i];

        dm_str_addf(dump->out, "    share %s with",
                    name_of(dump, DM_KIND_core_segment, share->segment.v));
        add_segments(dump, &share->with);
        add_unknown(dump, share->unknown);
        dm_dump_origin(dump, share->origin, share->pointer);
    }
    for (size_t i = 0; i < network->n_insertions; i++) {
        dump_insertion(dump, &network->insertions[i]);
    }
    for (size_t i = 0; i < network->n_rules; i++) {
        dump_rule(dump, &network->rules[i]);
    }
    dump_routing(dump, network);
    dump_edge_policies(dump, network);
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, network->unknown.v);
}

static void dump_edge(struct dm_dump *dump, const struct dm_core_edge *edge)
{
    dm_dump_ref(dump, "core network", DM_KIND_core_network, edge->network.v);
    dm_dump_ref(dump, "region", DM_KIND_region, edge->region.v);
    if (edge->asn) {
        dm_str_addf(dump->out, "    asn: %lu\n", (unsigned long)edge->asn);
    }
}

static void dump_segment(struct dm_dump *dump, const struct dm_core_segment *segment)
{
    char text[DM_ADDR_TEXT_SIZE];

    dm_dump_ref(dump, "core network", DM_KIND_core_network, segment->network.v);
    dm_dump_refs(dump, "edges", DM_KIND_core_edge, segment->edges, segment->n_edges);
    dm_dump_flag(dump, "isolated", segment->isolated);
    if (segment->has_allow && segment->n_allow == 0) {
        dm_dump_text(dump, "takes routes of", "no other");
    }
    dm_dump_refs(dump, "takes routes of", DM_KIND_core_segment, segment->allow, segment->n_allow);
    dm_dump_refs(dump, "takes no routes of", DM_KIND_core_segment, segment->deny, segment->n_deny);
    for (size_t i = 0; i < segment->n_routes; i++) {
        const struct dm_core_route *route = &segment->routes[i];

        dm_str_addf(dump->out, "    route %s ->", dm_prefix_text(route->prefix, text));
        if (route->n_attachments == 0 && !route->unknown.v) {
            dm_str_add(dump->out, " black hole");
        }
        for (size_t j = 0; j < route->n_attachments; j++) {
            dm_str_addf(dump->out, "%s%s", j ? ", " : " ",
                        name_of(dump, DM_KIND_core_attachment, route->attachments[j].v));
        }
        if (route->unknown.v) {
            dm_str_addf(dump->out, " unknown %s", name_of(dump, DM_KIND_unknown, route->unknown.v));
        }
        dm_dump_origin(dump, route->origin, route->pointer);
    }
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, segment->unknown.v);
}

static void dump_peering(struct dm_dump *dump, const struct dm_core_peering *peering)
{
    dm_dump_ref(dump, "core network", DM_KIND_core_network, peering->network.v);
    dm_dump_ref(dump, "edge", DM_KIND_core_edge, peering->edge.v);
    dm_dump_ref(dump, "transit gateway", DM_KIND_transit_gateway, peering->gateway.v);
    dm_dump_ref(dump, "attachment", DM_KIND_attachment, peering->attachment.v);
}

static void dump_attachment(struct dm_dump *dump, const struct dm_core_attachment *attachment)
{
    if (attachment->kind != DM_CORE_ATTACHMENT_VPC) {
        dm_dump_text(dump, "kind", dm_core_attachment_kind_text(attachment->kind));
    }
    dm_dump_ref(dump, "core network", DM_KIND_core_network, attachment->network.v);
    dm_dump_ref(dump, "edge", DM_KIND_core_edge, attachment->edge.v);
    dm_dump_ref(dump, "segment", DM_KIND_core_segment, attachment->segment.v);
    dm_dump_ref(dump, "network function group", DM_KIND_core_function, attachment->function.v);
    dm_dump_ref(dump, "peering", DM_KIND_core_peering, attachment->peering.v);
    dm_dump_ref(dump, "table", DM_KIND_transit_table, attachment->table.v);
    if (attachment->n_edges > 1) {
        dm_dump_refs(dump, "edges", DM_KIND_core_edge, attachment->edges, attachment->n_edges);
    }
    dm_dump_ref(dump, "vpc", DM_KIND_vpc, attachment->vpc.v);
    dm_dump_refs(dump, "subnets", DM_KIND_subnet, attachment->subnets, attachment->n_subnets);
    for (size_t i = 0; i < attachment->n_tags; i++) {
        dm_str_addf(dump->out, "    tag: %s = %s\n", attachment->tags[i].key,
                    attachment->tags[i].value);
    }
    dm_dump_ref(dump, "transport", DM_KIND_core_attachment, attachment->transport.v);
    dm_dump_prefixes(dump, "learned", attachment->connect.prefixes, attachment->connect.n_prefixes);
    dm_dump_text(dump, "label of routing policies", attachment->label);
    dm_dump_flag(dump, "appliance mode", attachment->appliance_mode);
    dm_dump_flag(dump, "refers to no group", attachment->refers_no_group);
    dm_dump_flag(dump, "no IPv6", attachment->no_ipv6);
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, attachment->unknown.v);
}

void dm_dump_core(struct dm_dump *dump)
{
    const struct dm_model *model = dump->model;

    for (uint32_t i = 0; i < model->n_core_networks; i++) {
        dm_dump_head(dump, DM_KIND_core_network, &model->core_networks[i].object);
        dump_network(dump, &model->core_networks[i]);
    }
    for (uint32_t i = 0; i < model->n_core_edges; i++) {
        dm_dump_head(dump, DM_KIND_core_edge, &model->core_edges[i].object);
        dump_edge(dump, &model->core_edges[i]);
    }
    for (uint32_t i = 0; i < model->n_core_segments; i++) {
        dm_dump_head(dump, DM_KIND_core_segment, &model->core_segments[i].object);
        dump_segment(dump, &model->core_segments[i]);
    }
    for (uint32_t i = 0; i < model->n_core_functions; i++) {
        dm_dump_head(dump, DM_KIND_core_function, &model->core_functions[i].object);
        dm_dump_ref(dump, "core network", DM_KIND_core_network, model->core_functions[i].network.v);
    }
    for (uint32_t i = 0; i < model->n_core_peerings; i++) {
        dm_dump_head(dump, DM_KIND_core_peering, &model->core_peerings[i].object);
        dump_peering(dump, &model->core_peerings[i]);
    }
    for (uint32_t i = 0; i < model->n_core_attachments; i++) {
        dm_dump_head(dump, DM_KIND_core_attachment, &model->core_attachments[i].object);
        dump_attachment(dump, &model->core_attachments[i]);
    }
}
