/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What looks into packets: firewalls with their policies and rules, gateway load balancers.
 */
#include "render/dump_private.h"

static const char *const actions[] = { [DM_FIREWALL_PASS] = "pass",
                                       [DM_FIREWALL_DROP] = "drop",
                                       [DM_FIREWALL_FORWARD] = "forward",
                                       [DM_FIREWALL_ALERT] = "alert",
                                       [DM_FIREWALL_EITHER] = "pass or drop" };

static void add_prefixes(struct dm_dump *dump, const char *sign, const struct dm_prefix *prefixes,
                         size_t n)
{
    char text[DM_ADDR_TEXT_SIZE];

    for (size_t i = 0; i < n; i++) {
        dm_str_addf(dump->out, " %s%s", sign, dm_prefix_text(prefixes[i], text));
    }
}

static void add_side(struct dm_dump *dump, const char *word, const struct dm_firewall_side *side)
{
    static const char *const homes[] = {
        [DM_HOME_NOT_NAMED] = "", [DM_HOME_NET] = " HOME_NET", [DM_HOME_EXTERNAL] = " EXTERNAL_NET"
    };

    dm_str_addf(dump->out, " %s%s", word,
                side->n_prefixes || side->home != DM_HOME_NOT_NAMED ? homes[side->home] : " any");
    add_prefixes(dump, "", side->prefixes, side->n_prefixes);
    add_prefixes(dump, "!", side->except, side->n_except);
    for (size_t i = 0; i < side->n_ports; i++) {
        dm_str_addf(dump->out, " port %u-%u", (unsigned)side->ports[i].first,
                    (unsigned)side->ports[i].last);
    }
}

static void dump_group(struct dm_dump *dump, const struct dm_firewall_rules *group)
{
    dm_dump_text(dump, "kind", group->is_stateful ? "stateful" : "stateless");
    for (size_t i = 0; i < group->n_rules; i++) {
        const struct dm_firewall_rule *rule = &group->rules[i];

        dm_str_addf(dump->out, "    rule %lu %s", (unsigned long)rule->priority,
                    actions[rule->action]);
        for (size_t j = 0; j < rule->n_protocols; j++) {
            dm_str_addf(dump->out, " protocol %u", (unsigned)rule->protocols[j]);
        }
        add_side(dump, "from", &rule->source);
        add_side(dump, rule->both_ways ? "to and back" : "to", &rule->destination);
        if (rule->unknown.v) {
            dm_str_addf(dump->out, ", %sunknown %s", rule->partial ? "in part, " : "",
                        dm_unknown_get(dump->model, rule->unknown)->object.name);
        }
        dm_dump_origin(dump, rule->origin, rule->pointer);
    }
}

static void dump_uses(struct dm_dump *dump, const char *word, const struct dm_firewall_use *uses,
                      size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dm_str_addf(dump->out, "    %s %lu: %s%s\n", word, (unsigned long)uses[i].priority,
                    dm_firewall_rules_get(dump->model, uses[i].rules)->object.name,
                    uses[i].drops_alert_only ? ", drops only alert" : "");
    }
}

static void dump_policy(struct dm_dump *dump, const struct dm_firewall_policy *policy)
{
    static const char *const defaults[] = {
        [DM_FIREWALL_DEFAULT_PASS] = "pass",
        [DM_FIREWALL_DEFAULT_DROP_ESTABLISHED] = "drop established",
        [DM_FIREWALL_DEFAULT_DROP] = "drop",
    };

    dump_uses(dump, "stateless", policy->stateless, policy->n_stateless);
    dm_dump_text(dump, "stateless default", actions[policy->stateless_default]);
    dump_uses(dump, "stateful", policy->stateful, policy->n_stateful);
    dm_dump_flag(dump, "strict order", policy->is_strict);
    dm_dump_text(dump, "stateful default", defaults[policy->stateful_default]);
    dm_dump_flag(dump, "goes on with connections it did not see begin", policy->continues);
    dm_dump_prefixes(dump, "home", policy->home, policy->n_home);
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, policy->unknown.v);
}

void dm_dump_inspection(struct dm_dump *dump)
{
    const struct dm_model *model = dump->model;

    for (uint32_t i = 0; i < model->n_firewall_rule_groups; i++) {
        dm_dump_head(dump, DM_KIND_firewall_rules, &model->firewall_rule_groups[i].object);
        dump_group(dump, &model->firewall_rule_groups[i]);
    }
    for (uint32_t i = 0; i < model->n_firewall_policies; i++) {
        dm_dump_head(dump, DM_KIND_firewall_policy, &model->firewall_policies[i].object);
        dump_policy(dump, &model->firewall_policies[i]);
    }
    for (uint32_t i = 0; i < model->n_firewalls; i++) {
        const struct dm_firewall *firewall = &model->firewalls[i];

        dm_dump_head(dump, DM_KIND_firewall, &firewall->object);
        dm_dump_ref(dump, "vpc", DM_KIND_vpc, firewall->vpc.v);
        dm_dump_ref(dump, "policy", DM_KIND_firewall_policy, firewall->policy.v);
        dm_dump_ref(dump, "unknown", DM_KIND_unknown, firewall->unknown.v);
    }
    for (uint32_t i = 0; i < model->n_gateway_balancers; i++) {
        const struct dm_gateway_balancer *balancer = &model->gateway_balancers[i];

        dm_dump_head(dump, DM_KIND_gateway_balancer, &balancer->object);
        dm_dump_ref(dump, "vpc", DM_KIND_vpc, balancer->vpc.v);
        dm_dump_refs(dump, "appliances", DM_KIND_host, balancer->appliances,
                     balancer->n_appliances);
        dm_dump_flag(dump, "cross-zone", balancer->cross_zone);
        dm_dump_flag(dump, "transparent", balancer->is_transparent);
        dm_dump_ref(dump, "unknown", DM_KIND_unknown, balancer->unknown.v);
    }
    for (uint32_t i = 0; i < model->n_gwlb_endpoints; i++) {
        const struct dm_gwlb_endpoint *endpoint = &model->gwlb_endpoints[i];

        dm_dump_head(dump, DM_KIND_gwlb_endpoint, &endpoint->object);
        dm_dump_ref(dump, "subnet", DM_KIND_subnet, endpoint->subnet.v);
        dm_dump_ref(dump, "firewall", DM_KIND_firewall, endpoint->firewall.v);
        dm_dump_ref(dump, "balancer", DM_KIND_gateway_balancer, endpoint->balancer.v);
        dm_dump_ref(dump, "unknown", DM_KIND_unknown, endpoint->unknown.v);
    }
}
