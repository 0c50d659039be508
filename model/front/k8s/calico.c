/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Policies of Calico, their tiers and network sets.
 */
#include <string.h>

#include "model/front/k8s/k8s_private.h"

enum { MICRO = 1000000, DEFAULT_TIER_ORDER = 1000000, MAX_DIGITS = 9 };

/* Those that are there without being declared [K8S-63, K8S-64]. */
static const struct {
    const char *name;
    int32_t order;
    bool passes;
} standard_tiers[] = { { "default", DEFAULT_TIER_ORDER, false },
                       { DM_K8S_ADMIN_TIER, 1000, true },
                       { DM_K8S_BASELINE_TIER, 10000000, true } };

enum { N_STANDARD_TIERS = sizeof standard_tiers / sizeof *standard_tiers };

/* "10.5" in millionths; the last of all where there is none. */
static int64_t order_of(struct dm_k8s *k8s, const struct dm_tree *map)
{
    const struct dm_tree *node = dm_k8s_get(map, "order");
    const char *text = node ? dm_tree_text(node) : NULL;
    const char *point = text ? strchr(text, '.') : NULL;
    size_t n_whole = point ? (size_t)(point - text) : text ? strlen(text) : 0;
    uint64_t whole = 0;
    uint64_t micro = 0;
    bool parsed = text && n_whole <= MAX_DIGITS && dm_str_to_u64(text, n_whole, UINT32_MAX, &whole);

    if (!node) {
        return INT64_MAX;
    }
    if (parsed && point) {
        size_t n = strlen(point + 1);

        parsed = n <= 6 && dm_str_to_u64(point + 1, n, MICRO, &micro);
        for (; n < 6; n++) {
            micro *= 10;
        }
    }
    if (!parsed) {
        (void)dm_k8s_fault(k8s, node->span, "`%s` is no order: a number of at most %d digits",
                           text ? text : dm_tree_kind_text(node), MAX_DIGITS);
        return INT64_MAX;
    }
    return (int64_t)(whole * MICRO + micro);
}

/* ---- tiers and sets ---- */

struct dm_policy_tier_id dm_k8s_tier(struct dm_k8s *k8s, const char *name, struct dm_span span)
{
    struct dm_policy_tier tier = { .object = { .name = dm_k8s_in_cluster(k8s, name),
                                               .origin = span },
                                   .cluster = k8s->cluster,
                                   .order_micro = INT64_MAX };
    bool added = false;
    uint64_t *place = dm_map_add(&k8s->tiers, name, &added);

    if (place && added) {
        for (size_t i = 0; i < N_STANDARD_TIERS; i++) {
            if (strcmp(name, standard_tiers[i].name) == 0) {
                tier.order_micro = (int64_t)standard_tiers[i].order * MICRO;
                tier.passes = standard_tiers[i].passes;
            }
        }
        *place = dm_builder_find(k8s->builder, DM_KIND_policy_tier, tier.object.name).v;
        *place = *place ? *place : dm_builder_add_policy_tier(k8s->builder, &tier).v;
    }
    k8s->failed = k8s->failed || !place || *place == 0;
    return (struct dm_policy_tier_id){ place ? (uint32_t)*place : 0 };
}

void dm_k8s_read_tier(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    struct dm_policy_tier_id id = dm_k8s_tier(k8s, object->name, object->origin);
    const char *action = dm_k8s_text(k8s, object->spec, "defaultAction");
    int64_t order = order_of(k8s, object->spec);
    struct dm_unknown_id unknown = { 0 };

    if (object->spec) {
        (void)dm_k8s_keys(k8s, object, object->spec, "order|defaultAction", &unknown);
    }
    if (action && strcmp(action, "Deny") != 0 && strcmp(action, "Pass") != 0) {
        (void)dm_k8s_fault(k8s, dm_k8s_get(object->spec, "defaultAction")->span,
                           "`%s` is no default action of a tier: Deny and Pass are", action);
    }
    if (id.v) {
        struct dm_policy_tier *tier = dm_builder_edit_policy_tier(k8s->builder, id);

        tier->order_micro =
            order != INT64_MAX || strcmp(object->name, "default") != 0 ? order : tier->order_micro;
        tier->passes = action && strcmp(action, "Pass") == 0;
    }
}

static const struct dm_prefix *nets_of(struct dm_k8s *k8s, const struct dm_tree *map,
                                       const char *key, size_t *ret_n)
{
    const struct dm_tree *list = dm_k8s_list(k8s, map, key);
    size_t n = list ? list->n : 0;
    struct dm_prefix *prefixes = DM_NEW_ARRAY(k8s->arena, n + 1, struct dm_prefix);

    *ret_n = 0;
    k8s->failed = k8s->failed || !prefixes;
    for (size_t i = 0; prefixes && i < n; i++) {
        const char *text = dm_tree_text(list->items[i]);
        struct dm_addr address;

        if (text && dm_addr_parse(text, &address) == DM_ADDR_OK) {
            prefixes[(*ret_n)++] = dm_prefix_of(address);
        } else if (dm_k8s_prefix(k8s, list->items[i], &prefixes[*ret_n])) {
            (*ret_n)++;
        }
    }
    return prefixes;
}

void dm_k8s_read_network_set(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    struct dm_network_set set = {
        .object = { .name = dm_k8s_name(k8s, object), .origin = object->origin },
        .cluster = k8s->cluster,
        .labels = dm_k8s_labels(k8s, dm_k8s_map(k8s, object->metadata, "labels")),
    };

    if (object->spec) {
        (void)dm_k8s_keys(k8s, object, object->spec, "nets", &set.unknown);
    }
    if (!object->is_global) {
        set.namespace = dm_k8s_namespace(k8s, object->namespace);
    }
    set.prefixes = nets_of(k8s, object->spec, "nets", &set.n_prefixes);
    k8s->failed = k8s->failed || dm_builder_add_network_set(k8s->builder, &set).v == 0;
}

/* ---- entities ---- */

/* 443, "8000:8100" or "http". */
static bool port_of(struct dm_k8s *k8s, const struct dm_tree *node, struct dm_policy_port *ret_port)
{
    const char *text = dm_tree_text(node);
    const char *colon = text ? strchr(text, ':') : NULL;
    size_t length = colon ? (size_t)(colon - text) : text ? strlen(text) : 0;
    uint64_t first = 0;
    uint64_t last = 0;

    if (!text || !*text) {
        (void)dm_k8s_fault(k8s, node->span, "expected a port, found %s", dm_tree_kind_text(node));
        return false;
    }
    if (!dm_str_to_u64(text, length, 65535, &first)) {
        if (colon || (*text >= '0' && *text <= '9')) {
            (void)dm_k8s_fault(k8s, node->span, "`%s` is no port", text);
            return false;
        }
        *ret_port = (struct dm_policy_port){ text, 0, 0 };
        return true;
    }
    last = first;
    if ((colon && !dm_str_to_u64(colon + 1, strlen(colon + 1), 65535, &last)) || last < first) {
        (void)dm_k8s_fault(k8s, node->span, "`%s` is no range of ports", text);
        return false;
    }
    *ret_port = (struct dm_policy_port){ NULL, (uint16_t)first, (uint16_t)last };
    return true;
}

static const struct dm_policy_port *ports_of(struct dm_k8s *k8s, const struct dm_tree *map,
                                             const char *key, size_t *ret_n)
{
    const struct dm_tree *list = dm_k8s_list(k8s, map, key);
    size_t n = list ? list->n : 0;
    struct dm_policy_port *ports = DM_NEW_ARRAY(k8s->arena, n + 1, struct dm_policy_port);

    *ret_n = 0;
    k8s->failed = k8s->failed || !ports;
    for (size_t i = 0; ports && i < n; i++) {
        if (port_of(k8s, list->items[i], &ports[*ret_n])) {
            (*ret_n)++;
        }
    }
    return ports;
}

static const struct dm_selector *selector_of(struct dm_k8s *k8s, const struct dm_tree *map,
                                             const char *key)
{
    const struct dm_tree *node = dm_k8s_get(map, key);

    return node ? dm_k8s_calico_selector(k8s, node) : NULL;
}

static void read_accounts(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                          const struct dm_tree *map, struct dm_policy_entity *entity,
                          struct dm_unknown_id *slot)
{
    const struct dm_tree *list = dm_k8s_list(k8s, map, "names");
    size_t n = list ? list->n : 0;
    const char **names = DM_NEW_ARRAY(k8s->arena, n + 1, const char *);

    k8s->failed = k8s->failed || !names;
    (void)dm_k8s_keys(k8s, object, map, "names|selector", slot);
    entity->account_selector = selector_of(k8s, map, "selector");
    entity->accounts = names;
    for (size_t i = 0; names && i < n; i++) {
        const char *text = dm_tree_text(list->items[i]);

        if (text) {
            names[entity->n_accounts++] = text;
        }
    }
    entity->pods_only = true;
}

static struct dm_policy_entity read_entity(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                                           const struct dm_tree *map, struct dm_unknown_id *slot)
{
    struct dm_policy_entity entity = { .selector = NULL };
    const struct dm_tree *accounts;

    if (!map
        || !dm_k8s_keys(k8s, object, map,
                        "nets|notNets|selector|notSelector|namespaceSelector|ports|notPorts|"
                        "serviceAccounts",
                        slot)) {
        return entity;
    }
    accounts = dm_k8s_map(k8s, map, "serviceAccounts");
    entity.nets = nets_of(k8s, map, "nets", &entity.n_nets);
    entity.not_nets = nets_of(k8s, map, "notNets", &entity.n_not_nets);
    entity.selector = selector_of(k8s, map, "selector");
    entity.not_selector = selector_of(k8s, map, "notSelector");
    entity.ports = ports_of(k8s, map, "ports", &entity.n_ports);
    entity.not_ports = ports_of(k8s, map, "notPorts", &entity.n_not_ports);
    if (accounts) {
        read_accounts(k8s, object, accounts, &entity, slot);
    }
    if (dm_k8s_get(map, "namespaceSelector")) {
        const struct dm_tree *node = dm_k8s_get(map, "namespaceSelector");
        const char *text = dm_tree_text(node);

        if (text && strcmp(text, "global()") == 0) {
            entity.global_only = true;
        } else {
            entity.namespace_selector = dm_k8s_calico_selector(k8s, node);
        }
    } else {
        entity.own_namespace = !object->is_global && (entity.selector || accounts);
    }
    return entity;
}

/* ---- rules ---- */

static enum dm_policy_action action_of(struct dm_k8s *k8s, const struct dm_tree *map)
{
    static const char *const words[] = { "Allow", "Deny", "Pass", "Log" };
    const char *text = dm_k8s_text(k8s, map, "action");

    for (size_t i = 0; text && i < sizeof words / sizeof *words; i++) {
        if (strcmp(text, words[i]) == 0) {
            return (enum dm_policy_action)i;
        }
    }
    (void)dm_k8s_fault(k8s, text ? dm_k8s_get(map, "action")->span : map->span,
                       "`action` must be Allow, Deny, Pass or Log");
    return DM_POLICY_DENY;
}

/* A name or a number. */
static uint8_t protocol_of(struct dm_k8s *k8s, const struct dm_tree *map, const char *key)
{
    static const struct {
        const char *word;
        uint8_t protocol;
    } protocols[] = { { "TCP", DM_PROTO_TCP },       { "UDP", DM_PROTO_UDP },
                      { "SCTP", DM_PROTO_SCTP },     { "ICMP", DM_PROTO_ICMP },
                      { "ICMPv6", DM_PROTO_ICMPV6 }, { "UDPLite", 136 } };
    const struct dm_tree *node = dm_k8s_get(map, key);
    const char *text = node ? dm_tree_text(node) : NULL;
    uint64_t number = 0;

    if (!node) {
        return 0;
    }
    for (size_t i = 0; text && i < sizeof protocols / sizeof *protocols; i++) {
        if (strcmp(text, protocols[i].word) == 0) {
            return protocols[i].protocol;
        }
    }
    if (!text || !dm_str_to_u64(text, strlen(text), 255, &number) || number == 0) {
        (void)dm_k8s_fault(k8s, node->span, "unknown protocol `%s`",
                           text ? text : dm_tree_kind_text(node));
    }
    return (uint8_t)number;
}

static bool has_ports(uint8_t protocol)
{
    return protocol == DM_PROTO_TCP || protocol == DM_PROTO_UDP || protocol == DM_PROTO_SCTP;
}

static void read_icmp(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                      const struct dm_tree *map, struct dm_policy_rule *rule)
{
    const struct dm_tree *icmp = dm_k8s_map(k8s, map, "icmp");

    rule->icmp_type = -1;
    rule->icmp_code = -1;
    if (!icmp) {
        return;
    }
    (void)dm_k8s_keys(k8s, object, icmp, "type|code", &rule->unknown);
    rule->icmp_type = (int16_t)dm_k8s_number(k8s, icmp, "type", 0, 254, -1);
    rule->icmp_code = (int16_t)dm_k8s_number(k8s, icmp, "code", 0, 255, -1);
    if (rule->protocol != DM_PROTO_ICMP && rule->protocol != DM_PROTO_ICMPV6) {
        (void)dm_k8s_fault(k8s, icmp->span, "`icmp` in a rule of another protocol");
        rule->icmp_type = -1;
        rule->icmp_code = -1;
    }
}

static void read_rule(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                      const struct dm_tree *map, struct dm_k8s_policy_rules *rules)
{
    struct dm_policy_rule rule = { .origin = map->span };

    if (!dm_k8s_keys(k8s, object, map,
                     "action|protocol|notProtocol|icmp|source|destination|metadata",
                     &rule.unknown)) {
        return;
    }
    rule.action = action_of(k8s, map);
    rule.protocol = protocol_of(k8s, map, "protocol");
    rule.not_protocol = protocol_of(k8s, map, "notProtocol");
    read_icmp(k8s, object, map, &rule);
    rule.source = read_entity(k8s, object, dm_k8s_map(k8s, map, "source"), &rule.unknown);
    rule.destination = read_entity(k8s, object, dm_k8s_map(k8s, map, "destination"), &rule.unknown);
    if (rule.source.n_ports || rule.source.n_not_ports) {
        dm_k8s_unknown(k8s, map->span,
                       dm_k8s_text_of(k8s, "source ports of %s %s", object->kind_text,
                                      dm_k8s_name(k8s, object)),
                       "source ports are not modelled", &rule.unknown);
    }
    if ((rule.destination.n_ports || rule.destination.n_not_ports) && !has_ports(rule.protocol)) {
        (void)dm_k8s_fault(k8s, map->span, "ports in a rule of no protocol that has them");
    } else {
        (void)DM_K8S_PUSH(k8s, rules, rule);
    }
}

static struct dm_k8s_policy_rules read_rules(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                                             const char *key)
{
    const struct dm_tree *list = dm_k8s_list(k8s, object->spec, key);
    struct dm_k8s_policy_rules rules = { NULL, 0, 0 };

    for (size_t i = 0; list && i < list->n; i++) {
        read_rule(k8s, object, list->items[i], &rules);
    }
    return rules;
}

static bool has_rules(const struct dm_k8s_object *object, const char *key)
{
    const struct dm_tree *list = dm_k8s_get(object->spec, key);

    return list && list->n > 0;
}

/* Both directions by "types", or those that have rules; ingress where there is no rule [K8S-60]. */
static void read_types(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                       struct dm_network_policy *policy)
{
    const struct dm_tree *types = dm_k8s_list(k8s, object->spec, "types");

    policy->for_egress = has_rules(object, "egress");
    policy->for_ingress = has_rules(object, "ingress") || !policy->for_egress;
    if (types && types->n) {
        policy->for_ingress = policy->for_egress = false;
    }
    dm_k8s_directions(k8s, types, policy);
}

/* Of policies that do not act on pods' traffic as others do. */
static void read_modes(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                       struct dm_network_policy *policy)
{
    static const char *const modes[] = { "doNotTrack", "preDNAT", "applyOnForward" };

    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (dm_k8s_bool(k8s, object->spec, modes[i])) {
            dm_k8s_unknown(k8s, dm_k8s_get(object->spec, modes[i])->span,
                           dm_k8s_text_of(k8s, "%s of %s %s", modes[i], object->kind_text,
                                          dm_k8s_name(k8s, object)),
                           "this mode is not modelled", &policy->unknown);
        }
    }
}

void dm_k8s_read_calico_policy(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const char *tier = dm_k8s_text(k8s, object->spec, "tier");
    struct dm_network_policy policy = {
        .object = { .name =
                        dm_k8s_text_of(k8s, "%s[%s]", dm_k8s_name(k8s, object), object->kind_text),
                    .origin = object->origin },
        .cluster = k8s->cluster,
        .kind = object->kind_text,
        .rank_name = object->name,
        .order_micro = order_of(k8s, object->spec),
    };
    struct dm_k8s_policy_rules ingress;
    struct dm_k8s_policy_rules egress;

    if (!object->spec
        || !dm_k8s_keys(k8s, object, object->spec,
                        "tier|order|selector|namespaceSelector|serviceAccountSelector|types|"
                        "ingress|egress|doNotTrack|preDNAT|applyOnForward|performanceHints",
                        &policy.unknown)) {
        (void)dm_k8s_fault(k8s, object->origin, "%s `%s` has no spec", object->kind_text,
                           object->name);
        return;
    }
    tier = tier ? tier : "default";
    if (strcmp(tier, "default") != 0 && !dm_map_find(&k8s->tiers, tier)) {
        dm_k8s_unknown(k8s, dm_k8s_get(object->spec, "tier")->span,
                       dm_k8s_text_of(k8s, "tier %s", tier), "this tier is not in the input",
                       &policy.unknown);
    }
    policy.tier = dm_k8s_tier(k8s, tier, object->origin);
    if (!object->is_global) {
        policy.namespace = dm_k8s_namespace(k8s, object->namespace);
    }
    policy.selector = selector_of(k8s, object->spec, "selector");
    policy.namespace_selector = selector_of(k8s, object->spec, "namespaceSelector");
    policy.account_selector = selector_of(k8s, object->spec, "serviceAccountSelector");
    read_modes(k8s, object, &policy);
    read_types(k8s, object, &policy);
    ingress = read_rules(k8s, object, "ingress");
    egress = read_rules(k8s, object, "egress");
    policy.ingress = ingress.items;
    policy.n_ingress = ingress.n;
    policy.egress = egress.items;
    policy.n_egress = egress.n;
    k8s->failed = k8s->failed || dm_builder_add_network_policy(k8s->builder, &policy).v == 0;
}
