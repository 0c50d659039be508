/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What must be true of firewalls and gateway load balancers: handles are there, an endpoint has
 * something behind it or says that it is not known, groups stand in the engine that they are for,
 * prefixes and ports are ones, and rules are in the order in which they are looked at.
 */
#include "model/model_private.h"

struct looker {
    const struct dm_model *model;
    struct dm_diags *diags;
    const char *kind;
    const struct dm_object *object;
};

static void look(const struct looker *at, uint32_t v, uint32_t n, bool must, const char *what)
{
    if (v > n || (must && v == 0)) {
        dm_diags_add(at->diags, DM_SEV_ERROR, at->object->origin,
                     v ? "%s `%s` refers to a %s that does not exist" : "%s `%s` has no %s",
                     at->kind, at->object->name, what);
    }
}

static void look_policy(const struct looker *at, const struct dm_firewall_policy *policy)
{
    const struct dm_model *model = at->model;

    look(at, policy->unknown.v, model->n_unknowns, false, "unknown");
    for (size_t i = 0; i < policy->n_stateless; i++) {
        look(at, policy->stateless[i].rules.v, model->n_firewall_rule_groups, true,
             "firewall-rule-group");
    }
    for (size_t i = 0; i < policy->n_stateful; i++) {
        look(at, policy->stateful[i].rules.v, model->n_firewall_rule_groups, true,
             "firewall-rule-group");
    }
}

static void look_endpoint(const struct looker *at, const struct dm_gwlb_endpoint *endpoint)
{
    const struct dm_model *model = at->model;
    bool is_known = endpoint->firewall.v || endpoint->balancer.v;

    look(at, endpoint->subnet.v, model->n_subnets, true, "subnet");
    look(at, endpoint->firewall.v, model->n_firewalls, false, "firewall");
    look(at, endpoint->balancer.v, model->n_gateway_balancers, false, "gateway-load-balancer");
    look(at, endpoint->unknown.v, model->n_unknowns, !is_known, "unknown");
}

static void look_balancer(const struct looker *at, const struct dm_gateway_balancer *balancer)
{
    const struct dm_model *model = at->model;

    look(at, balancer->vpc.v, model->n_vpcs, true, "vpc");
    look(at, balancer->unknown.v, model->n_unknowns, false, "unknown");
    for (size_t i = 0; i < balancer->n_appliances; i++) {
        look(at, balancer->appliances[i].v, model->n_hosts, true, "host");
    }
}

void dm_model_check_inspection_handles(const struct dm_model *model, struct dm_diags *diags)
{
    for (uint32_t i = 0; i < model->n_firewall_rule_groups; i++) {
        const struct dm_firewall_rules *group = &model->firewall_rule_groups[i];
        struct looker at = { model, diags, "firewall-rule-group", &group->object };

        for (size_t j = 0; j < group->n_rules; j++) {
            const struct dm_firewall_rule *rule = &group->rules[j];

            look(&at, rule->unknown.v, model->n_unknowns,
                 rule->partial || rule->action == DM_FIREWALL_EITHER, "unknown");
        }
    }
    for (uint32_t i = 0; i < model->n_firewall_policies; i++) {
        struct looker at = { model, diags, "firewall-policy", &model->firewall_policies[i].object };

        look_policy(&at, &model->firewall_policies[i]);
    }
    for (uint32_t i = 0; i < model->n_firewalls; i++) {
        const struct dm_firewall *firewall = &model->firewalls[i];
        struct looker at = { model, diags, "firewall", &firewall->object };

        look(&at, firewall->vpc.v, model->n_vpcs, true, "vpc");
        look(&at, firewall->policy.v, model->n_firewall_policies, false, "firewall-policy");
        look(&at, firewall->unknown.v, model->n_unknowns, firewall->policy.v == 0, "unknown");
    }
    for (uint32_t i = 0; i < model->n_gateway_balancers; i++) {
        struct looker at = { model, diags, "gateway-load-balancer",
                             &model->gateway_balancers[i].object };

        look_balancer(&at, &model->gateway_balancers[i]);
    }
    for (uint32_t i = 0; i < model->n_gwlb_endpoints; i++) {
        struct looker at = { model, diags, "gateway-load-balancer-endpoint",
                             &model->gwlb_endpoints[i].object };

        look_endpoint(&at, &model->gwlb_endpoints[i]);
    }
}

/* ---- rules ---- */

static bool is_prefix(struct dm_prefix prefix)
{
    unsigned bits = prefix.addr.family == DM_FAMILY_IPV4 ? 32 : 128;

    return (prefix.addr.family == DM_FAMILY_IPV4 || prefix.addr.family == DM_FAMILY_IPV6)
           && prefix.length <= bits && dm_addr_equal(dm_prefix_first(prefix), prefix.addr);
}

static bool is_side(const struct dm_firewall_side *side)
{
    for (size_t i = 0; i < side->n_prefixes; i++) {
        if (!is_prefix(side->prefixes[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < side->n_except; i++) {
        if (!is_prefix(side->except[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < side->n_ports; i++) {
        if (side->ports[i].first > side->ports[i].last) {
            return false;
        }
    }
    return true;
}

static bool fits_engine(const struct dm_firewall_rules *group, const struct dm_firewall_rule *rule)
{
    return rule->action == DM_FIREWALL_FORWARD ? !group->is_stateful
           : rule->action == DM_FIREWALL_ALERT ? group->is_stateful
                                               : true;
}

static void check_group(struct dm_diags *diags, const struct dm_firewall_rules *group)
{
    for (size_t i = 0; i < group->n_rules; i++) {
        const struct dm_firewall_rule *rule = &group->rules[i];

        if (!is_side(&rule->source) || !is_side(&rule->destination)) {
            dm_diags_add(diags, DM_SEV_ERROR, rule->origin,
                         "a rule of firewall-rule-group `%s` has a prefix or ports that are none",
                         group->object.name);
        }
        if (!fits_engine(group, rule)) {
            dm_diags_add(diags, DM_SEV_ERROR, rule->origin,
                         "a rule of firewall-rule-group `%s` does what its engine does not",
                         group->object.name);
        }
        if (!group->is_stateful && i > 0 && rule->priority < group->rules[i - 1].priority) {
            dm_diags_add(diags, DM_SEV_ERROR, rule->origin,
                         "rules of firewall-rule-group `%s` are not in order of priority",
                         group->object.name);
        }
    }
}

static void check_uses(const struct dm_model *model, struct dm_diags *diags,
                       const struct dm_firewall_policy *policy, bool stateful)
{
    const struct dm_firewall_use *uses = stateful ? policy->stateful : policy->stateless;
    size_t n = stateful ? policy->n_stateful : policy->n_stateless;

    for (size_t i = 0; i < n; i++) {
        const struct dm_firewall_rules *group = dm_firewall_rules_get(model, uses[i].rules);

        if (group->is_stateful != stateful) {
            dm_diags_add(diags, DM_SEV_ERROR, policy->object.origin,
                         "firewall-policy `%s` has firewall-rule-group `%s` in the wrong engine",
                         policy->object.name, group->object.name);
        }
        if (i > 0 && uses[i].priority < uses[i - 1].priority) {
            dm_diags_add(diags, DM_SEV_ERROR, policy->object.origin,
                         "groups of firewall-policy `%s` are not in order of priority",
                         policy->object.name);
        }
    }
}

void dm_model_check_inspection(const struct dm_model *model, struct dm_diags *diags)
{
    for (uint32_t i = 0; i < model->n_firewall_rule_groups; i++) {
        check_group(diags, &model->firewall_rule_groups[i]);
    }
    for (uint32_t i = 0; i < model->n_firewall_policies; i++) {
        check_uses(model, diags, &model->firewall_policies[i], false);
        check_uses(model, diags, &model->firewall_policies[i], true);
    }
    for (uint32_t i = 0; i < model->n_gwlb_endpoints; i++) {
        const struct dm_gwlb_endpoint *endpoint = &model->gwlb_endpoints[i];

        if (endpoint->firewall.v && endpoint->balancer.v) {
            dm_diags_add(diags, DM_SEV_ERROR, endpoint->object.origin,
                         "gateway-load-balancer-endpoint `%s` has both a firewall and a balancer",
                         endpoint->object.name);
        }
    }
}
