/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Core networks: their policy documents, edges, and what is attached to them.
 *
 * What a core network does stands in the document that is live; get-core-network-policy shows it,
 * most often as JSON inside of a JSON text, which then is a source of its own.  Which segment an
 * attachment is in AWS has decided and shows, so its attachment policies are not asked again.  What
 * get-core-network shows beside the document must agree with it.
 *
 * Without its live document, or where not all that is attached is shown, a core network is there
 * and what it routes is not known.  What is attached but is of a kind that is not followed, or not
 * in the input, is an attachment of an unknown kind, so that it is met in its segment.
 */
#include <string.h>

#include "model/front/aws/aws_private.h"
#include "model/front/policy/policy.h"

/* What follows the last slash of an ARN. */
const char *dm_aws_last_part(const char *arn)
{
    const char *slash = arn ? strrchr(arn, '/') : NULL;
    return slash ? slash + 1 : arn;
}

/* ---- collecting ---- */

void dm_aws_collect_core_network(struct dm_aws *aws, const struct dm_aws_file *file,
                                 const struct dm_aws_node *item)
{
    const char *id = dm_aws_required(aws, item, "CoreNetworkId");
    if (id) {
        dm_aws_collect(aws, DM_AWS_CORE_NETWORK, id, NULL, file, item, NULL);
    }
}

/* A version that is not live says nothing of what is there. */
void dm_aws_collect_core_policy(struct dm_aws *aws, const struct dm_aws_file *file,
                                const struct dm_aws_node *item)
{
    const char *id = dm_aws_required(aws, item, "CoreNetworkId");
    if (id && dm_str_equal(dm_aws_text(aws, item, "Alias"), "LIVE")) {
        dm_aws_collect(aws, DM_AWS_CORE_POLICY, id, NULL, file, item, NULL);
    }
}

void dm_aws_collect_core_attachment(struct dm_aws *aws, const struct dm_aws_file *file,
                                    const struct dm_aws_node *item)
{
    struct dm_aws_node inner = dm_aws_map(aws, item, "Attachment");
    const struct dm_aws_node *shown = inner.tree ? &inner : item;
    const char *id = dm_aws_required(aws, shown, "AttachmentId");
    if (!id) {
        return;
    }
    dm_aws_collect(aws, DM_AWS_CORE_ATTACHMENT, id, NULL, file, shown, NULL);
    if (inner.tree) {
        dm_aws_collect(aws, DM_AWS_CORE_ATTACHMENT, id, NULL, file, item, NULL);
    }
}

void dm_aws_collect_core_label(struct dm_aws *aws, const struct dm_aws_file *file,
                               const struct dm_aws_node *item)
{
    const char *id = dm_aws_required(aws, item, "AttachmentId");
    if (id) {
        dm_aws_collect(aws, DM_AWS_CORE_LABEL, id, NULL, file, item, NULL);
    }
}

void dm_aws_collect_core_peering(struct dm_aws *aws, const struct dm_aws_file *file,
                                 const struct dm_aws_node *item)
{
    struct dm_aws_node inner = dm_aws_map(aws, item, "Peering");
    const struct dm_aws_node *shown = inner.tree ? &inner : item;
    const char *id = dm_aws_required(aws, shown, "PeeringId");
    if (!id) {
        return;
    }
    dm_aws_collect(aws, DM_AWS_CORE_PEERING, id, NULL, file, shown, NULL);
    if (inner.tree) {
        dm_aws_collect(aws, DM_AWS_CORE_PEERING, id, NULL, file, item, NULL);
    }
}

void dm_aws_show_core(struct dm_aws *aws, const struct dm_aws_file *file, bool are_labels)
{
    struct dm_aws_shown shown = { file->account, are_labels };
    DM_AWS_PUSH(aws, &aws->core_shown, shown);
}

/* Whether the account that has the network was asked for all attachments, or for their labels. */
static bool is_shown(const struct dm_aws *aws, const struct dm_aws_thing *network, bool are_labels)
{
    const char *arn = dm_aws_peek(dm_aws_with(network, "CoreNetworkArn"), "CoreNetworkArn");
    for (size_t i = 0; i < aws->core_shown.n; i++) {
        const struct dm_aws_shown *shown = &aws->core_shown.items[i];
        if (shown->are_labels == are_labels
            && (!shown->account || !arn || strstr(arn, shown->account))) {
            return true;
        }
    }
    return false;
}

/* ---- what they refer to ---- */

/* The network, or a stand-in; what is of one that is gone is gone. */
static void refer_network(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const struct dm_aws_node *node = dm_aws_with(thing, "CoreNetworkId");
    const char *id = dm_aws_required(aws, node, "CoreNetworkId");
    thing->part_of = id ? dm_aws_need(aws, DM_AWS_CORE_NETWORK, id, node) : NULL;
    if (!thing->part_of || thing->part_of->life == DM_AWS_GONE) {
        thing->life = DM_AWS_GONE;
    }
}

static const char *first_text(struct dm_aws *aws, const struct dm_aws_thing *thing, const char *key,
                              const char *other)
{
    const char *text = dm_aws_text(aws, dm_aws_with(thing, key), key);
    return text ? text : dm_aws_text(aws, dm_aws_with(thing, other), other);
}

/* The id at the end of the ARN under one of two keys. */
static const char *arn_id(struct dm_aws *aws, const struct dm_aws_thing *thing, const char *key)
{
    return dm_aws_last_part(first_text(aws, thing, key, "ResourceArn"));
}

static void leave_unknown(struct dm_aws *aws, struct dm_aws_thing *thing, const char *why)
{
    if (!thing->unknown.v) {
        thing->unknown = dm_aws_unknown(
            aws, &thing->views->node,
            dm_sprintf(aws->arena, "%s %s", dm_aws_family_words[thing->family], thing->name), "%s",
            why ? why : "out of memory");
    }
}

void dm_aws_refer_core_attachment(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    static const struct {
        const char *type;
        enum dm_aws_family family;
        const char *key;
    } kinds[] = {
        { "VPC", DM_AWS_VPC, "ResourceArn" },
        { "SITE_TO_SITE_VPN", DM_AWS_VPN_CONNECTION, "VpnConnectionArn" },
        { "TRANSIT_GATEWAY_ROUTE_TABLE", DM_AWS_TRANSIT_TABLE, "TransitGatewayRouteTableArn" },
        { "DIRECT_CONNECT_GATEWAY", DM_AWS_DX_GATEWAY, "DirectConnectGatewayArn" },
    };
    const char *type = dm_aws_required(aws, dm_aws_with(thing, "AttachmentType"), "AttachmentType");
    refer_network(aws, thing);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const char *id =
            dm_str_equal(type, kinds[i].type) ? arn_id(aws, thing, kinds[i].key) : NULL;
        struct dm_aws_thing *found = id ? dm_aws_find(aws, kinds[i].family, id) : NULL;
        if (!dm_str_equal(type, kinds[i].type)) {
            continue;
        }
        thing->first = found && found->life == DM_AWS_LIVE ? found : NULL;
        if (!thing->first) {
            leave_unknown(aws, thing,
                          dm_sprintf(aws->arena,
                                     "what it attaches, %s %s, is not in the input, or "
                                     "not to be used",
                                     dm_aws_family_words[kinds[i].family], id ? id : "?"));
        } else if (found->family == DM_AWS_VPN_CONNECTION) {
            found->part_of = thing;
        } else if (found->family == DM_AWS_VPC) {
            thing->next_part = found->parts;
            found->parts = thing;
        }
        return;
    }
    if (dm_str_equal(type, "CONNECT")) {
        static const char key[] = "TransportAttachmentId";
        const char *id = dm_aws_text(aws, dm_aws_with(thing, key), key);
        thing->first = id ? dm_aws_find(aws, DM_AWS_CORE_ATTACHMENT, id) : NULL;
    } else {
        leave_unknown(
            aws, thing,
            dm_sprintf(aws->arena, "attachments of type %s are not modelled", type ? type : "?"));
    }
}

/* Its side at the transit gateway: shown by EC2, or else made of what is shown here. */
static struct dm_aws_thing *side_of(struct dm_aws *aws, const struct dm_aws_thing *thing,
                                    const char *gateway)
{
    static const char key[] = "TransitGatewayPeeringAttachmentId";
    const char *id = dm_aws_text(aws, dm_aws_with(thing, key), key);
    const char *name = dm_sprintf(aws->arena, "%s/%s", id ? id : thing->id, gateway);
    struct dm_aws_thing *side = name ? dm_aws_find(aws, DM_AWS_ATTACHMENT, name) : NULL;
    aws->failed = aws->failed || !name;
    if (!side && name) {
        side = dm_aws_collect(aws, DM_AWS_ATTACHMENT, name, NULL, thing->views->file,
                              &thing->views->node, gateway);
    }
    return side;
}

void dm_aws_refer_core_peering(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const char *id = arn_id(aws, thing, "TransitGatewayArn");
    refer_network(aws, thing);
    if (thing->life == DM_AWS_GONE) {
        return;
    }
    thing->gateway = id ? dm_aws_find(aws, DM_AWS_TRANSIT_GATEWAY, id) : NULL;
    thing->first = thing->gateway ? side_of(aws, thing, id) : NULL;
    if (!thing->gateway || thing->gateway->life != DM_AWS_LIVE || !thing->first
        || thing->first->life != DM_AWS_LIVE) {
        thing->life = DM_AWS_UNDECIDED;
        leave_unknown(aws, thing,
                      dm_sprintf(aws->arena,
                                 "its transit gateway %s, or its side there, is not in the input, "
                                 "or not to be used",
                                 id ? id : "?"));
        return;
    }
    thing->first->first = thing;
}

/* ---- the network ---- */

static const char *part_name(struct dm_aws *aws, const struct dm_aws_thing *network,
                             const char *name)
{
    const char *text = dm_sprintf(aws->arena, "%s.%s", network->name, name);
    aws->failed = aws->failed || !text;
    return text ? text : "";
}

/* A document inside of a text is a source of its own, called by where it stands. */
static const struct dm_tree *parse(struct dm_aws *aws, const struct dm_aws_node *node,
                                   const struct dm_aws_view *view, const char **ret_text)
{
    const char *text = dm_tree_text(node->tree);
    const char *name = dm_sprintf(aws->arena, "%s#%s", view->file->path, dm_aws_pointer(aws, node));
    struct dm_tree *tree = NULL;
    uint32_t source = 0;
    if (!name
        || dm_sources_add(aws->sources, name, text, node->tree->length, &source, NULL) != DM_OK
        || dm_json_read(aws->arena, aws->sources, source, aws->diags, &tree, NULL) != DM_OK) {
        aws->failed = true;
        return NULL;
    }
    *ret_text = dm_sources_get(aws->sources, source)->text;
    return tree;
}

static void read_policy(struct dm_aws *aws, const struct dm_aws_thing *network,
                        const struct dm_aws_thing *policy)
{
    struct dm_policy_document document = { .name = network->name, .pointer = "" };
    const struct dm_aws_view *view = policy->views;
    while (view->next && !dm_tree_find(view->node.tree, "PolicyDocument")) {
        view = view->next;
    }
    struct dm_aws_node node = dm_aws_at(&view->node, "PolicyDocument");
    if (node.tree && node.tree->kind == DM_TREE_MAP) {
        document.tree = node.tree;
        document.pointer = dm_aws_pointer(aws, &node);
    } else if (node.tree && dm_tree_text(node.tree)) {
        document.tree = parse(aws, &node, view, &document.text);
    } else {
        dm_aws_fault(aws, &node, "`PolicyDocument` is missing, or no document");
    }
    if (document.tree && !aws->failed
        && dm_policy_read(aws->arena, aws->facts, aws->builder, aws->diags, &document, NULL)
               != DM_OK) {
        aws->failed = true;
    }
}

/* The edge of the network at 'location'; made where it is not there yet. */
static struct dm_core_edge_id need_edge(struct dm_aws *aws, const struct dm_aws_thing *network,
                                        const char *location, const struct dm_aws_node *node)
{
    const char *name = part_name(aws, network, location);
    struct dm_ref found = dm_builder_find(aws->builder, DM_KIND_core_edge, name);
    struct dm_core_edge edge = {
        .object = { .name = name,
                    .pointer = dm_aws_pointer(aws, node),
                    .origin = node->tree->span },
        .network = { network->handle },
    };
    if (found.v || aws->failed) {
        return (struct dm_core_edge_id){ found.v };
    }
    edge.region = dm_aws_region(aws, location, node);
    return dm_builder_add_core_edge(aws->builder, &edge);
}

/* Edges as get-core-network shows them, with the numbers that AWS gave them; false where those of
 * the document are others. */
static bool read_edges(struct dm_aws *aws, const struct dm_aws_thing *network, bool has_policy)
{
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(network, "Edges"), "Edges");
    struct dm_aws_node item;
    bool agrees = true;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        const char *location = dm_aws_required(aws, &item, "EdgeLocation");
        int64_t asn = 0;
        if (!location) {
            continue;
        }
        agrees =
            agrees
            && dm_builder_find(aws->builder, DM_KIND_core_edge, part_name(aws, network, location))
                   .v;
        struct dm_core_edge_id id = need_edge(aws, network, location, &item);
        if (!id.v) {
            return true; /* memory is out */
        }
        struct dm_core_edge *edge = dm_builder_edit_core_edge(aws->builder, id);
        if (!dm_aws_number(aws, &item, "Asn", &asn)) {
            continue;
        }
        if (asn < 0 || asn > UINT32_MAX) {
            struct dm_aws_node field = dm_aws_at(&item, "Asn");
            dm_aws_fault(aws, &field, "`Asn` is not a number of 32 bits");
            continue;
        }
        agrees = agrees && (!edge->asn || edge->asn == (uint32_t)asn);
        edge->asn = (uint32_t)asn;
    }
    return agrees || !has_policy;
}

/* False where the document has no segment that get-core-network shows. */
static bool has_segments(struct dm_aws *aws, const struct dm_aws_thing *network)
{
    struct dm_aws_node list = dm_aws_list(aws, dm_aws_with(network, "Segments"), "Segments");
    struct dm_aws_node item;
    bool agrees = true;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        const char *name = dm_aws_text(aws, &item, "Name");
        agrees =
            agrees && name
            && dm_builder_find(aws->builder, DM_KIND_core_segment, part_name(aws, network, name)).v;
    }
    return agrees;
}

/* What makes all that the network routes uncertain; none where it is certain. */
static struct dm_unknown_id doubt_of(struct dm_aws *aws, const struct dm_aws_thing *thing,
                                     bool has_policy, bool agrees)
{
    const struct dm_aws_node *node = thing->views ? &thing->views->node : &thing->mention;
    struct dm_core_network *network =
        dm_builder_edit_core_network(aws->builder, (struct dm_core_network_id){ thing->handle });
    if (!has_policy) {
        return dm_aws_unknown(aws, node, dm_sprintf(aws->arena, "policy of %s", thing->name),
                              "its live policy document is not in the input");
    }
    if (!agrees) {
        return dm_aws_unknown(aws, node, dm_sprintf(aws->arena, "parts of %s", thing->name),
                              "its edges and segments are not those of its policy document");
    }
    if (!is_shown(aws, thing, false)) {
        return dm_aws_unknown(aws, node, dm_sprintf(aws->arena, "attachments to %s", thing->name),
                              "not all of them are in the input");
    }
    if (network->n_label_rules && !is_shown(aws, thing, true)) {
        return dm_aws_unknown(aws, node, dm_sprintf(aws->arena, "labels in %s", thing->name),
                              "which attachments have labels of routing policies is not in the "
                              "input");
    }
    if (!thing->views) {
        return (struct dm_unknown_id){ 0 }; /* all that matters of it is known all the same */
    }
    return thing->unknown.v ? thing->unknown : thing->odd;
}

void dm_aws_define_core_network(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const struct dm_aws_thing *policy = dm_aws_find(aws, DM_AWS_CORE_POLICY, thing->id);
    bool agrees = true;
    if (policy) {
        read_policy(aws, thing, policy);
    }
    if (thing->views && !aws->failed) {
        agrees = read_edges(aws, thing, policy != NULL);
        agrees = agrees && (!policy || has_segments(aws, thing));
    }
    if (aws->failed) {
        return;
    }
    struct dm_unknown_id unknown = doubt_of(aws, thing, policy != NULL, agrees);
    struct dm_core_network *network =
        dm_builder_edit_core_network(aws->builder, (struct dm_core_network_id){ thing->handle });
    network->unknown = unknown.v ? unknown : network->unknown;
    thing->unknown = unknown;
}

/* ---- peerings ---- */

void dm_aws_define_core_peering(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const struct dm_aws_node *node = dm_aws_with(thing, "EdgeLocation");
    const char *location = dm_aws_required(aws, node, "EdgeLocation");
    struct dm_core_edge_id edge = { 0 };
    if (location) {
        struct dm_aws_node field = dm_aws_at(node, "EdgeLocation");
        edge = need_edge(aws, thing->part_of, location, &field);
    }
    struct dm_core_peering *peering =
        dm_builder_edit_core_peering(aws->builder, (struct dm_core_peering_id){ thing->handle });
    peering->network.v = thing->part_of->handle;
    peering->edge = edge;
    peering->gateway.v = thing->gateway->handle;
    peering->attachment.v = thing->first->handle;
}

/* ---- attachments ---- */

/* Its segment or group as AWS shows it; what it names must be there. */
static void set_domain(struct dm_aws *aws, struct dm_aws_thing *thing,
                       struct dm_core_attachment *fields)
{
    const char *segment = dm_aws_text(aws, dm_aws_with(thing, "SegmentName"), "SegmentName");
    const char *function = dm_aws_text(aws, dm_aws_with(thing, "NetworkFunctionGroupName"),
                                       "NetworkFunctionGroupName");
    const struct dm_aws_thing *network = thing->part_of;
    fields->is_settled = true;
    if (segment) {
        fields->segment.v =
            dm_builder_find(aws->builder, DM_KIND_core_segment, part_name(aws, network, segment)).v;
    }
    if (function && !segment) {
        fields->function.v =
            dm_builder_find(aws->builder, DM_KIND_core_function, part_name(aws, network, function))
                .v;
    }
    if ((segment && !fields->segment.v) || (function && !segment && !fields->function.v)) {
        leave_unknown(aws, thing,
                      dm_sprintf(aws->arena, "its %s %s is in no policy document that is shown",
                                 segment ? "segment" : "network function group",
                                 segment ? segment : function));
    }
}

static void set_edges(struct dm_aws *aws, struct dm_aws_thing *thing,
                      struct dm_core_attachment *fields)
{
    DM_VEC(struct dm_core_edge_id) edges = { 0 };
    const struct dm_aws_node *node = dm_aws_with(thing, "EdgeLocation");
    const char *location = dm_aws_text(aws, node, "EdgeLocation");
    if (location) {
        struct dm_aws_node field = dm_aws_at(node, "EdgeLocation");
        fields->edge = need_edge(aws, thing->part_of, location, &field);
        return;
    }
    struct dm_aws_node list =
        dm_aws_list(aws, dm_aws_with(thing, "EdgeLocations"), "EdgeLocations");
    for (size_t i = 0; list.tree && i < list.tree->n; i++) {
        struct dm_aws_node item = dm_aws_item(&list, i);
        const char *text = dm_tree_text(item.tree);
        struct dm_core_edge_id edge = { 0 };
        if (text) {
            edge = need_edge(aws, thing->part_of, text, &item);
            DM_AWS_PUSH(aws, &edges, edge);
        } else {
            dm_aws_fault(aws, &item, "an edge location is no text");
        }
    }
    fields->edges = edges.items;
    fields->n_edges = edges.n;
    fields->edge = edges.n ? edges.items[0] : fields->edge;
    if (!edges.n) {
        struct dm_aws_node field = dm_aws_at(node, "EdgeLocation");
        dm_aws_fault(aws, &field, "`EdgeLocation` is missing");
    }
}

static void set_vpc(struct dm_aws *aws, struct dm_aws_thing *thing,
                    struct dm_core_attachment *fields)
{
    const struct dm_aws_node *node = dm_aws_with(thing, "SubnetArns");
    struct dm_aws_node list = dm_aws_list(aws, node, "SubnetArns");
    struct dm_aws_node options = dm_aws_map(aws, dm_aws_with(thing, "Options"), "Options");
    struct dm_subnet_id *subnets =
        DM_NEW_ARRAY(aws->arena, list.tree ? list.tree->n + 1 : 1, struct dm_subnet_id);
    fields->kind = DM_CORE_ATTACHMENT_VPC;
    fields->vpc.v = thing->first->handle;
    fields->subnets = subnets;
    for (size_t i = 0; subnets && list.tree && i < list.tree->n; i++) {
        struct dm_aws_node item = dm_aws_item(&list, i);
        const char *id = dm_aws_last_part(dm_tree_text(item.tree));
        const struct dm_aws_thing *subnet = id ? dm_aws_find(aws, DM_AWS_SUBNET, id) : NULL;
        if (subnet && subnet->handle) {
            subnets[fields->n_subnets++].v = subnet->handle;
        } else {
            leave_unknown(
                aws, thing,
                dm_sprintf(aws->arena, "its subnet %s is not in the input", id ? id : "?"));
        }
    }
    aws->failed = aws->failed || !subnets;
    if (!list.tree) {
        leave_unknown(aws, thing, "its subnets and options are not in the input");
    }
    fields->appliance_mode = dm_aws_flag(aws, &options, "ApplianceModeSupport", false);
    fields->no_ipv6 = !dm_aws_flag(aws, &options, "Ipv6Support", false);
    fields->refers_no_group = !dm_aws_flag(aws, &options, "SecurityGroupReferencingSupport", true);
}

static void set_table(struct dm_aws *aws, struct dm_aws_thing *thing,
                      struct dm_core_attachment *fields)
{
    const char *id = dm_aws_text(aws, dm_aws_with(thing, "PeeringId"), "PeeringId");
    const struct dm_aws_thing *peering = id ? dm_aws_find(aws, DM_AWS_CORE_PEERING, id) : NULL;
    if (!peering || !peering->handle) {
        leave_unknown(aws, thing,
                      dm_sprintf(aws->arena,
                                 "the peering %s over which it goes is not in the "
                                 "input, or not to be used",
                                 id ? id : "?"));
        return;
    }
    fields->kind = DM_CORE_ATTACHMENT_TABLE;
    fields->peering.v = peering->handle;
    fields->table.v = thing->first->handle;
}

/* What carries it, where that is shown, is no Connect attachment itself [CWAN-31]. */
static void set_connect(struct dm_aws *aws, struct dm_aws_thing *thing,
                        struct dm_core_attachment *fields)
{
    const struct dm_aws_thing *transport = thing->first;
    struct dm_aws_prefixes prefixes = { 0 };
    const char *type =
        transport ? dm_aws_peek(dm_aws_with(transport, "AttachmentType"), "AttachmentType") : NULL;
    fields->kind = DM_CORE_ATTACHMENT_CONNECT;
    fields->connect.is_shown = dm_aws_add_core_learned(aws, thing, &prefixes);
    fields->connect.prefixes = prefixes.items;
    fields->connect.n_prefixes = prefixes.n;
    if (transport && dm_str_equal(type, "VPC")) {
        fields->transport.v = transport->handle;
    }
}

static void set_kind(struct dm_aws *aws, struct dm_aws_thing *thing,
                     struct dm_core_attachment *fields)
{
    const char *type = dm_aws_peek(dm_aws_with(thing, "AttachmentType"), "AttachmentType");
    fields->kind = DM_CORE_ATTACHMENT_UNKNOWN;
    if (dm_str_equal(type, "CONNECT")) {
        set_connect(aws, thing, fields);
    } else if (!thing->first || !thing->first->handle) {
        leave_unknown(aws, thing, "what it attaches is not known");
    } else if (thing->first->family == DM_AWS_VPC) {
        set_vpc(aws, thing, fields);
    } else if (thing->first->family == DM_AWS_VPN_CONNECTION) {
        fields->kind = DM_CORE_ATTACHMENT_VPN;
    } else if (thing->first->family == DM_AWS_DX_GATEWAY) {
        fields->kind = DM_CORE_ATTACHMENT_DIRECT_CONNECT;
    } else {
        set_table(aws, thing, fields);
    }
}

void dm_aws_define_core_attachment(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const struct dm_aws_thing *label = dm_aws_find(aws, DM_AWS_CORE_LABEL, thing->id);
    struct dm_core_attachment_id id = { thing->handle };
    struct dm_core_attachment fields = {
        .object = dm_builder_edit_core_attachment(aws->builder, id)->object,
        .network = { thing->part_of->handle },
    };
    bool is_changing = thing->life == DM_AWS_UNDECIDED;
    set_domain(aws, thing, &fields);
    set_edges(aws, thing, &fields);
    set_kind(aws, thing, &fields);
    fields.unknown = thing->unknown.v ? thing->unknown : thing->odd;
    if (label) {
        fields.label =
            dm_aws_text(aws, dm_aws_with(label, "RoutingPolicyLabel"), "RoutingPolicyLabel");
    }
    if (fields.unknown.v && fields.kind == DM_CORE_ATTACHMENT_VPC) {
        fields.n_subnets = 0; /* whether packets come in is not known: none does by a subnet */
    }
    if (is_changing) {
        fields.segment.v = 0; /* it may be in another, or in none, by now */
        fields.function.v = 0;
    }
    *dm_builder_edit_core_attachment(aws->builder, id) = fields;
}

bool dm_aws_is_core_attached(const struct dm_aws_thing *vpc, const struct dm_aws_thing *network)
{
    const struct dm_aws_thing *item = vpc ? vpc->parts : NULL;
    while (item && (!item->handle || item->part_of != network)) {
        item = item->next_part;
    }
    return item != NULL;
}
