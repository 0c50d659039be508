/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Network ACLs and security groups, a resource for each entry and each rule.
 *
 * A rule that refers to a group of another VPC stands in the global root: the two may refer to each
 * other, and need what joins their VPCs.
 */
#include <string.h>

#include "model/base/str.h"
#include "render/artifacts/terraform_private.h"

/* AWS's own last entry of every ACL, which denies what is left, and the size of names. */
enum { LAST_ENTRY = 32767, NAME_BYTES = 255 };

/* The word or number that AWS's provider keeps a protocol as. */
static const char *protocol(struct dm_tf *tf, int number, const char *icmpv6)
{
    const char *text;

    switch (number) {
    case -1:
        return "-1";
    case DM_PROTO_ICMP:
        return "icmp";
    case DM_PROTO_TCP:
        return "tcp";
    case DM_PROTO_UDP:
        return "udp";
    case DM_PROTO_ICMPV6:
        return icmpv6;
    default:
        break;
    }
    text = dm_sprintf(tf->arena, "%d", number);
    if (!text) {
        dm_tf_nomem(tf);
    }
    return text ? text : "";
}

static bool has_ports(const struct dm_match *match)
{
    return match->protocol == DM_PROTO_TCP || match->protocol == DM_PROTO_UDP;
}

static bool is_icmp(const struct dm_match *match)
{
    return match->protocol == DM_PROTO_ICMP || match->protocol == DM_PROTO_ICMPV6;
}

/* ---- ACLs ---- */

static void entry(struct dm_tf *tf, uint32_t root, struct dm_acl_id id,
                  const struct dm_acl_entry *row)
{
    const struct dm_acl *in = dm_acl_get(tf->model, id);
    const char *name =
        dm_sprintf(tf->arena, "%s %u", row->egress ? "egress" : "ingress", (unsigned)row->number);
    bool is_last = row->number == LAST_ENTRY;
    json_t *body;

    if (is_last && !row->allow && row->match.protocol == -1 && row->prefix.length == 0) {
        return;
    }
    if (is_last) {
        dm_tf_refuse(tf, row->origin, "entry %u of `%s`: AWS has its own there", LAST_ENTRY,
                     in->object.name);
        return;
    }
    body = dm_tf_row(tf, root, DM_TF_FILTERS, "aws_network_acl_rule", DM_REF(acl, id), name,
                     row->origin);
    dm_tf_refer(tf, root, body, "network_acl_id", DM_REF(acl, id));
    dm_tf_number(tf, body, "rule_number", row->number);
    dm_tf_flag(tf, body, "egress", row->egress);
    dm_tf_text(tf, body, "rule_action", row->allow ? "allow" : "deny");
    dm_tf_text(tf, body, "protocol", protocol(tf, row->match.protocol, "58"));
    dm_tf_prefix(tf, body,
                 row->prefix.addr.family == DM_FAMILY_IPV6 ? "ipv6_cidr_block" : "cidr_block",
                 row->prefix);
    if (has_ports(&row->match)) {
        dm_tf_number(tf, body, "from_port", row->match.port_first);
        dm_tf_number(tf, body, "to_port", row->match.port_last);
    }
    if (is_icmp(&row->match)) {
        dm_tf_number(tf, body, "icmp_type", row->match.icmp_type);
        dm_tf_number(tf, body, "icmp_code", row->match.icmp_type < 0 ? -1 : row->match.icmp_code);
    }
}

static void acl(struct dm_tf *tf, struct dm_acl_id id)
{
    const struct dm_acl *object = dm_acl_get(tf->model, id);
    uint32_t root = dm_tf_root_of_vpc(tf, object->vpc);
    json_t *body = dm_tf_object(tf, root, DM_TF_FILTERS, "aws_network_acl", DM_REF(acl, id));

    dm_tf_refer(tf, root, body, "vpc_id", DM_REF(vpc, object->vpc));
    for (size_t i = 0; i < object->n_entries; i++) {
        entry(tf, root, id, &object->entries[i]);
    }
}

static void acl_association(struct dm_tf *tf, struct dm_subnet_id id)
{
    const struct dm_subnet *object = dm_subnet_get(tf->model, id);
    uint32_t root = dm_tf_root_of_vpc(tf, object->vpc);
    json_t *body;

    if (!object->acl.v) {
        dm_tf_refuse(tf, object->object.origin, "the network ACL of subnet `%s` is not known",
                     object->object.name);
        return;
    }
    body = dm_tf_row(tf, root, DM_TF_FILTERS, "aws_network_acl_association", DM_REF(subnet, id),
                     "acl", object->object.origin);
    dm_tf_refer(tf, root, body, "subnet_id", DM_REF(subnet, id));
    dm_tf_refer(tf, root, body, "network_acl_id", DM_REF(acl, object->acl));
}

/* ---- groups ---- */

/* AWS keeps "sg-..." for ids and "default" for its own. */
static void group(struct dm_tf *tf, struct dm_group_id id)
{
    const struct dm_group *object = dm_group_get(tf->model, id);
    uint32_t root = dm_tf_root_of_vpc(tf, object->vpc);
    json_t *body = dm_tf_object(tf, root, DM_TF_FILTERS, "aws_security_group", DM_REF(group, id));
    const char *name = dm_tf_plain(tf, object->object.name, NAME_BYTES);

    if (dm_str_starts(name, "sg-") || strcmp(name, "default") == 0) {
        name = dm_sprintf(tf->arena, "group-%s", name);
    }
    if (!name) {
        dm_tf_nomem(tf);
        return;
    }
    dm_tf_text(tf, body, "name", name);
    dm_tf_text(tf, body, "description", name);
    dm_tf_refer(tf, root, body, "vpc_id", DM_REF(vpc, object->vpc));
}

/* What the rule names as its other side, for its name. */
static const char *peer_text(struct dm_tf *tf, const struct dm_group_rule *rule,
                             char buffer[DM_ADDR_TEXT_SIZE])
{
    switch (rule->peer_kind) {
    case DM_PEER_PREFIX:
        return dm_prefix_text(rule->prefix, buffer);
    case DM_PEER_GROUP:
        return dm_group_get(tf->model, (struct dm_group_id){ rule->peer })->object.name;
    case DM_PEER_LIST:
        return dm_prefix_list_get(tf->model, (struct dm_prefix_list_id){ rule->peer })->object.name;
    case DM_PEER_UNKNOWN:
        break;
    }
    return "unknown";
}

static void rule_match(struct dm_tf *tf, json_t *body, const struct dm_match *match)
{
    dm_tf_text(tf, body, "ip_protocol", protocol(tf, match->protocol, "icmpv6"));
    if (has_ports(match)) {
        dm_tf_number(tf, body, "from_port", match->port_first);
        dm_tf_number(tf, body, "to_port", match->port_last);
    }
    if (is_icmp(match)) { /* type and code stand where ports do [SG-20] */
        dm_tf_number(tf, body, "from_port", match->icmp_type);
        dm_tf_number(tf, body, "to_port", match->icmp_type < 0 ? -1 : match->icmp_code);
    }
}

/* The peering of two VPCs, which a rule between them needs; none. */
static struct dm_peering_id peering_between(const struct dm_model *model, struct dm_vpc_id a,
                                            struct dm_vpc_id b)
{
    for (uint32_t i = 1; i <= model->n_peerings; i++) {
        const struct dm_peering *peering = &model->peerings[i - 1];

        if ((peering->requester.v == a.v && peering->accepter.v == b.v)
            || (peering->requester.v == b.v && peering->accepter.v == a.v)) {
            return (struct dm_peering_id){ i };
        }
    }
    return (struct dm_peering_id){ 0 };
}

static void rule_peer(struct dm_tf *tf, uint32_t root, json_t *body, struct dm_vpc_id vpc,
                      const struct dm_group_rule *rule)
{
    struct dm_group_id peer = { rule->peer };
    struct dm_peering_id peering;

    switch (rule->peer_kind) {
    case DM_PEER_PREFIX:
        dm_tf_prefix(tf, body,
                     rule->prefix.addr.family == DM_FAMILY_IPV6 ? "cidr_ipv6" : "cidr_ipv4",
                     rule->prefix);
        break;
    case DM_PEER_GROUP:
        dm_tf_refer(tf, root, body, "referenced_security_group_id", DM_REF(group, peer));
        peering = peering_between(tf->model, vpc, dm_group_get(tf->model, peer)->vpc);
        if (peering.v) {
            dm_tf_depend(tf, body, DM_REF(peering, peering));
        }
        break;
    case DM_PEER_LIST:
        dm_tf_refer_list(tf, root, root, body, "prefix_list_id",
                         (struct dm_prefix_list_id){ rule->peer });
        break;
    case DM_PEER_UNKNOWN:
        break;
    }
}

static void rule(struct dm_tf *tf, struct dm_group_id id, const struct dm_group_rule *row)
{
    const struct dm_group *in = dm_group_get(tf->model, id);
    bool is_far = row->peer_kind == DM_PEER_GROUP
                  && dm_group_get(tf->model, (struct dm_group_id){ row->peer })->vpc.v != in->vpc.v;
    uint32_t root = is_far ? dm_tf_root_global(tf) : dm_tf_root_of_vpc(tf, in->vpc);
    char match[DM_ADDR_TEXT_SIZE];
    char buffer[DM_ADDR_TEXT_SIZE];
    const char *name = dm_sprintf(tf->arena, "%s %s", dm_match_text(&row->match, match),
                                  peer_text(tf, row, buffer));
    json_t *body;

    if (row->peer_kind == DM_PEER_UNKNOWN) {
        dm_tf_refuse(tf, row->origin, "a rule of group `%s`: whom it names is not understood",
                     in->object.name);
        return;
    }
    body = dm_tf_row(tf, root, DM_TF_FILTERS,
                     row->egress ? "aws_vpc_security_group_egress_rule"
                                 : "aws_vpc_security_group_ingress_rule",
                     DM_REF(group, id), name, row->origin);
    dm_tf_provide(tf, root, body, dm_vpc_get(tf->model, in->vpc)->region);
    dm_tf_refer(tf, root, body, "security_group_id", DM_REF(group, id));
    rule_match(tf, body, &row->match);
    if (body) {
        rule_peer(tf, root, body, in->vpc, row);
    }
}

void dm_tf_filters(struct dm_tf *tf)
{
    for (uint32_t i = 1; i <= tf->model->n_acls; i++) {
        acl(tf, (struct dm_acl_id){ i });
    }
    for (uint32_t i = 1; i <= tf->model->n_subnets; i++) {
        acl_association(tf, (struct dm_subnet_id){ i });
    }
    for (uint32_t i = 1; i <= tf->model->n_groups; i++) {
        const struct dm_group *object = &tf->model->groups[i - 1];

        if (object->is_made) {
            continue; /* the controller of a cluster makes it, and rules for it */
        }
        group(tf, (struct dm_group_id){ i });
        for (size_t j = 0; j < object->n_rules; j++) {
            if (object->rules[j].is_made) {
                continue;
            }
            rule(tf, (struct dm_group_id){ i }, &object->rules[j]);
        }
    }
}
