/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/prefixes.h"

struct visit {
    void (*visit)(void *context, struct dm_prefix prefix);
    void *context;
};

static void each(const struct visit *visit, const struct dm_prefix *prefixes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        visit->visit(visit->context, prefixes[i]);
    }
}

static void networks(const struct dm_model *model, const struct visit *visit)
{
    for (uint32_t i = 0; i < model->n_vpcs; i++) {
        each(visit, model->vpcs[i].cidrs, model->vpcs[i].n_cidrs);
    }
    for (uint32_t i = 0; i < model->n_subnets; i++) {
        each(visit, model->subnets[i].cidrs, model->subnets[i].n_cidrs);
    }
    for (uint32_t i = 0; i < model->n_prefix_lists; i++) {
        each(visit, model->prefix_lists[i].prefixes, model->prefix_lists[i].n_prefixes);
    }
}

static void routes(const struct dm_model *model, const struct visit *visit)
{
    for (uint32_t i = 0; i < model->n_route_tables; i++) {
        for (size_t j = 0; j < model->route_tables[i].n_routes; j++) {
            if (!model->route_tables[i].routes[j].list.v) {
                each(visit, &model->route_tables[i].routes[j].prefix, 1);
            }
        }
    }
    for (uint32_t i = 0; i < model->n_transit_tables; i++) {
        for (size_t j = 0; j < model->transit_tables[i].n_routes; j++) {
            each(visit, &model->transit_tables[i].routes[j].prefix, 1);
        }
    }
    for (uint32_t i = 0; i < model->n_core_segments; i++) {
        for (size_t j = 0; j < model->core_segments[i].n_routes; j++) {
            each(visit, &model->core_segments[i].routes[j].prefix, 1);
        }
    }
}

static void filters(const struct dm_model *model, const struct visit *visit)
{
    for (uint32_t i = 0; i < model->n_acls; i++) {
        for (size_t j = 0; j < model->acls[i].n_entries; j++) {
            each(visit, &model->acls[i].entries[j].prefix, 1);
        }
    }
    for (uint32_t i = 0; i < model->n_balancers; i++) {
        for (size_t j = 0; j < model->balancers[i].n_listeners; j++) {
            const struct dm_listener *listener = &model->balancers[i].listeners[j];

            for (size_t k = 0; k < listener->n_rules; k++) {
                each(visit, listener->rules[k].sources, listener->rules[k].n_sources);
            }
        }
    }
    for (uint32_t i = 0; i < model->n_groups; i++) {
        for (size_t j = 0; j < model->groups[i].n_rules; j++) {
            if (model->groups[i].rules[j].peer_kind == DM_PEER_PREFIX) {
                each(visit, &model->groups[i].rules[j].prefix, 1);
            }
        }
    }
}

static void side(const struct visit *visit, const struct dm_firewall_side *of)
{
    each(visit, of->prefixes, of->n_prefixes);
    each(visit, of->except, of->n_except);
}

static void firewalls(const struct dm_model *model, const struct visit *visit)
{
    for (uint32_t i = 0; i < model->n_firewall_rule_groups; i++) {
        for (size_t j = 0; j < model->firewall_rule_groups[i].n_rules; j++) {
            side(visit, &model->firewall_rule_groups[i].rules[j].source);
            side(visit, &model->firewall_rule_groups[i].rules[j].destination);
        }
    }
    for (uint32_t i = 0; i < model->n_firewall_policies; i++) {
        each(visit, model->firewall_policies[i].home, model->firewall_policies[i].n_home);
    }
}

static void policies(const struct dm_model *model, const struct visit *visit)
{
    for (uint32_t i = 0; i < model->n_core_networks; i++) {
        for (size_t j = 0; j < model->core_networks[i].n_routing_policies; j++) {
            const struct dm_core_routing_policy *policy =
                &model->core_networks[i].routing_policies[j];

            for (size_t k = 0; k < policy->n_rules; k++) {
                each(visit, &policy->rules[k].prefix, 1);
            }
        }
    }
}

static void sites(const struct dm_model *model, const struct visit *visit)
{
    for (uint32_t i = 0; i < model->n_sites; i++) {
        each(visit, model->sites[i].prefixes, model->sites[i].n_prefixes);
        for (size_t j = 0; j < model->sites[i].n_names; j++) {
            visit->visit(visit->context, dm_prefix_of(model->sites[i].names[j].address));
        }
    }
    for (uint32_t i = 0; i < model->n_vpn_connections; i++) {
        each(visit, model->vpn_connections[i].line.prefixes,
             model->vpn_connections[i].line.n_prefixes);
    }
    for (uint32_t i = 0; i < model->n_virtual_interfaces; i++) {
        each(visit, model->virtual_interfaces[i].line.prefixes,
             model->virtual_interfaces[i].line.n_prefixes);
    }
    for (uint32_t i = 0; i < model->n_dx_associations; i++) {
        each(visit, model->dx_associations[i].allowed, model->dx_associations[i].n_allowed);
    }
    for (uint32_t i = 0; i < model->n_attachments; i++) {
        each(visit, model->attachments[i].connect.prefixes,
             model->attachments[i].connect.n_prefixes);
    }
    for (uint32_t i = 0; i < model->n_core_attachments; i++) {
        each(visit, model->core_attachments[i].connect.prefixes,
             model->core_attachments[i].connect.n_prefixes);
    }
}

static void rule(const struct visit *visit, const struct dm_policy_rule *rule)
{
    each(visit, rule->source.nets, rule->source.n_nets);
    each(visit, rule->source.not_nets, rule->source.n_not_nets);
    each(visit, rule->destination.nets, rule->destination.n_nets);
    each(visit, rule->destination.not_nets, rule->destination.n_not_nets);
}

static void clusters(const struct dm_model *model, const struct visit *visit)
{
    for (uint32_t i = 0; i < model->n_clusters; i++) {
        if (model->clusters[i].service_range.addr.family != DM_FAMILY_NONE) {
            each(visit, &model->clusters[i].service_range, 1);
        }
        each(visit, model->clusters[i].public_sources, model->clusters[i].n_public_sources);
    }
    for (uint32_t i = 0; i < model->n_ip_pools; i++) {
        each(visit, &model->ip_pools[i].prefix, 1);
    }
    for (uint32_t i = 0; i < model->n_network_policies; i++) {
        const struct dm_network_policy *policy = &model->network_policies[i];

        for (size_t j = 0; j < policy->n_ingress; j++) {
            rule(visit, &policy->ingress[j]);
        }
        for (size_t j = 0; j < policy->n_egress; j++) {
            rule(visit, &policy->egress[j]);
        }
    }
    for (uint32_t i = 0; i < model->n_network_sets; i++) {
        each(visit, model->network_sets[i].prefixes, model->network_sets[i].n_prefixes);
    }
}

void dm_model_prefixes(const struct dm_model *model,
                       void (*visit)(void *context, struct dm_prefix prefix), void *context)
{
    struct visit all = { visit, context };

    networks(model, &all);
    routes(model, &all);
    filters(model, &all);
    firewalls(model, &all);
    policies(model, &all);
    sites(model, &all);
    clusters(model, &all);
}
