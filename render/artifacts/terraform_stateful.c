/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stateful rules of a firewall as lines of Suricata:
 *
 *     pass tcp [10.0.0.0/8,!10.1.0.0/16] any -> $HOME_NET [443,8000:8080] (sid:1;)
 *
 * A rule for several protocols is as many lines.
 */
#include "model/base/str.h"
#include "render/artifacts/terraform_private.h"

static const char *action_of(enum dm_firewall_action action)
{
    return action == DM_FIREWALL_PASS ? "pass" : action == DM_FIREWALL_DROP ? "drop" : "alert";
}

/* Its word; others are of any protocol, with their number as an option. */
static const char *protocol_of(int number)
{
    switch (number) {
    case DM_PROTO_ICMP:
        return "icmp";
    case DM_PROTO_TCP:
        return "tcp";
    case DM_PROTO_UDP:
        return "udp";
    default:
        return "ip";
    }
}

static void item(struct dm_str *out, size_t *n, const char *sign, const char *text)
{
    dm_str_addf(out, "%s%s%s", *n ? "," : "", sign, text);
    ++*n;
}

/* A list of one stands without brackets, unless it is an exception. */
static void close_list(struct dm_str *out, struct dm_str *list, size_t n, bool has_except)
{
    if (n == 0) {
        dm_str_add(out, "any");
    } else if (n == 1 && !has_except) {
        dm_str_add(out, list->text);
    } else {
        dm_str_addf(out, "[%s]", list->text);
    }
    out->failed = out->failed || list->failed;
}

static void addresses(struct dm_tf *tf, struct dm_str *out, const struct dm_firewall_side *side)
{
    char buffer[DM_ADDR_TEXT_SIZE];
    struct dm_str list;
    size_t n = 0;

    dm_str_init(&list, tf->arena);
    if (side->home != DM_HOME_NOT_NAMED) {
        item(&list, &n, "$", side->home == DM_HOME_NET ? "HOME_NET" : "EXTERNAL_NET");
    }
    for (size_t i = 0; i < side->n_prefixes; i++) {
        item(&list, &n, "", dm_prefix_text(side->prefixes[i], buffer));
    }
    for (size_t i = 0; i < side->n_except; i++) {
        item(&list, &n, "!", dm_prefix_text(side->except[i], buffer));
    }
    close_list(out, &list, n, side->n_except > 0);
}

static void ports(struct dm_tf *tf, struct dm_str *out, const struct dm_firewall_side *side)
{
    struct dm_str list;
    size_t n = 0;

    dm_str_init(&list, tf->arena);
    for (size_t i = 0; i < side->n_ports; i++) {
        const struct dm_port_range *range = &side->ports[i];

        dm_str_addf(&list, "%s%u", n++ ? "," : "", (unsigned)range->first);
        if (range->last > range->first) {
            dm_str_addf(&list, ":%u", (unsigned)range->last);
        }
    }
    close_list(out, &list, n, false);
}

/* 'protocol' -1: any. */
static void line(struct dm_tf *tf, struct dm_str *out, const struct dm_firewall_rule *rule,
                 int protocol, unsigned number)
{
    const char *word = protocol_of(protocol);

    dm_str_addf(out, "%s %s ", action_of(rule->action), word);
    addresses(tf, out, &rule->source);
    dm_str_addc(out, ' ');
    ports(tf, out, &rule->source);
    dm_str_addf(out, " %s ", rule->both_ways ? "<>" : "->");
    addresses(tf, out, &rule->destination);
    dm_str_addc(out, ' ');
    ports(tf, out, &rule->destination);
    dm_str_add(out, " (");
    if (protocol >= 0 && word[0] == 'i' && word[1] == 'p') {
        dm_str_addf(out, "ip_proto:%d; ", protocol);
    }
    dm_str_addf(out, "sid:%u;)\n", number);
}

const char *dm_tf_stateful_rules(struct dm_tf *tf, const struct dm_firewall_rules *group)
{
    struct dm_str out;
    unsigned number = 0;

    dm_str_init(&out, tf->arena);
    for (size_t i = 0; i < group->n_rules; i++) {
        const struct dm_firewall_rule *rule = &group->rules[i];

        for (size_t j = 0; j < rule->n_protocols; j++) {
            line(tf, &out, rule, rule->protocols[j], ++number);
        }
        if (rule->n_protocols == 0) {
            line(tf, &out, rule, -1, ++number);
        }
    }
    if (out.failed) {
        dm_tf_nomem(tf);
        return NULL;
    }
    return out.text;
}
