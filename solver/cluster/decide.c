/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cluster/decide.h"

#include <string.h>

enum truth { NO, MAYBE, YES };

static enum truth most(enum truth a, enum truth b)
{
    return a > b ? a : b;
}

static enum truth least(enum truth a, enum truth b)
{
    return a < b ? a : b;
}

static enum truth not(enum truth truth) { return truth == YES ? NO : truth == NO ? YES : MAYBE; }

static enum truth of_block(enum dm_block_meaning means)
{
    return means == DM_BLOCK_PODS ? YES : means == DM_BLOCK_NO_PODS ? NO : MAYBE;
}

static enum truth truth_of(bool is_so)
{
    return is_so ? YES : NO;
}

/* What is asked. */
struct asked {
    const struct dm_model *model;
    const struct dm_policy_party *subject;
    const struct dm_policy_party *peer;
    enum dm_policy_direction direction;
    const struct dm_packet *packet;
};

static const struct dm_pod *pod_of(const struct dm_model *model,
                                   const struct dm_policy_party *party)
{
    return &dm_workload_get(model, party->workload)->pods[party->pod];
}

/* ---- who the parties are ---- */

static bool is_in(struct dm_addr address, const struct dm_prefix *prefixes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (dm_prefix_has(prefixes[i], address)) {
            return true;
        }
    }
    return false;
}

static enum truth account_is(const struct dm_pod *pod, const struct dm_selector *selector)
{
    if (!selector) {
        return YES;
    }
    return pod->account_is_known ? truth_of(dm_selector_matches(selector, &pod->account_labels))
                                 : MAYBE;
}

static bool account_is_among(const struct dm_pod *pod, const char *const *accounts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(accounts[i], pod->account) == 0) {
            return true;
        }
    }
    return n == 0;
}

static enum truth truth_of_pools(enum dm_of_pools of)
{
    return of == DM_OF_POOLS_NONE ? NO : of == DM_OF_POOLS_ALL ? YES : MAYBE;
}

/* Whether a pod whose address is not known is in the prefixes: as its pools tell. */
static enum truth some_pool_in(const struct asked *asked, const struct dm_pod *pod,
                               struct dm_cluster_id cluster, const struct dm_prefix *prefixes,
                               size_t n)
{
    enum dm_of_pools of = DM_OF_POOLS_SOME;

    if (n == 0) {
        return NO;
    }
    if (!pod->host_network) {
        of = dm_model_pools_in(asked->model, cluster, prefixes, n);
    }
    return truth_of_pools(of);
}

/* Whether the entity looks at the network set where 'selector' does. */
static bool means_set(const struct asked *asked, const struct dm_network_policy *policy,
                      const struct dm_policy_entity *entity, const struct dm_selector *selector,
                      const struct dm_network_set *set)
{
    bool is_global = set->namespace.v == 0;

    return set->cluster.v == policy->cluster.v
           && (!entity->own_namespace || set->namespace.v == policy->namespace.v)
           && (!entity->global_only || is_global)
           && (!entity->namespace_selector
               || (!is_global
                   && dm_selector_matches(entity->namespace_selector,
                                          &dm_namespace_get(asked->model, set->namespace)->labels)))
           && dm_selector_matches(selector, &set->labels);
}

/* Whether a network set that the entity looks for, and 'selector' selects, has the address; of a
 * pod whose address is not known its pools tell. */
static enum truth is_in_sets(const struct asked *asked, const struct dm_network_policy *policy,
                             const struct dm_policy_entity *entity,
                             const struct dm_selector *selector, const struct dm_pod *pod,
                             struct dm_addr address)
{
    const struct dm_model *model = asked->model;
    enum truth truth = NO;

    for (uint32_t i = 0; i < model->n_network_sets && truth != YES; i++) {
        const struct dm_network_set *set = &model->network_sets[i];
        enum truth in;

        if (!means_set(asked, policy, entity, selector, set)) {
            continue;
        }
        in = pod && dm_addr_is_none(address)
                 ? truth_of_pools(dm_model_pods_in_set(model, policy->cluster, pod->host_network,
                                                       set->prefixes, set->n_prefixes))
                 : truth_of(is_in(address, set->prefixes, set->n_prefixes));
        truth = most(truth, set->unknown.v ? most(in, MAYBE) : in);
    }
    return truth;
}

/* Whether the entity's selectors mean the pod: by its labels, or by its address, which a network
 * set has [CAL-36]. */
static enum truth is_meant(const struct asked *asked, const struct dm_network_policy *policy,
                           const struct dm_policy_entity *entity,
                           const struct dm_policy_party *party, struct dm_addr address)
{
    const struct dm_pod *pod = pod_of(asked->model, party);
    struct dm_namespace_id id = dm_workload_get(asked->model, party->workload)->namespace;
    const struct dm_kube_labels *namespace = &dm_namespace_get(asked->model, id)->labels;
    enum truth truth =
        truth_of(!entity->global_only && (!entity->own_namespace || id.v == policy->namespace.v)
                 && dm_selector_matches(entity->namespace_selector, namespace)
                 && dm_selector_matches(entity->selector, &pod->labels));
    enum truth out =
        truth_of(entity->not_selector && dm_selector_matches(entity->not_selector, &pod->labels));

    if (!entity->pods_only) {
        truth = most(truth, is_in_sets(asked, policy, entity, entity->selector, pod, address));
    }
    if (!entity->pods_only && entity->not_selector) {
        out = most(out, is_in_sets(asked, policy, entity, entity->not_selector, pod, address));
    }
    return least(truth, not(out));
}

static enum truth pod_is(const struct asked *asked, const struct dm_network_policy *policy,
                         const struct dm_policy_entity *entity, const struct dm_policy_party *party)
{
    const struct dm_pod *pod = pod_of(asked->model, party);
    struct dm_namespace_id id = dm_workload_get(asked->model, party->workload)->namespace;
    struct dm_addr address = dm_addr_is_none(pod->address) ? party->address : pod->address;
    enum truth truth = account_is(pod, entity->account_selector);

    if (!account_is_among(pod, entity->accounts, entity->n_accounts)) {
        return NO;
    }
    if (entity->outside_only) {
        truth = least(truth, of_block(dm_model_block_means(asked->model, policy->cluster)));
    }
    truth = least(truth, is_meant(asked, policy, entity, party, address));
    if (dm_addr_is_none(address)) {
        struct dm_cluster_id cluster = dm_namespace_get(asked->model, id)->cluster;

        if (entity->n_nets) {
            truth = least(truth, some_pool_in(asked, pod, cluster, entity->nets, entity->n_nets));
        }
        return least(truth,
                     not(some_pool_in(asked, pod, cluster, entity->not_nets, entity->n_not_nets)));
    }
    if ((entity->n_nets && !is_in(address, entity->nets, entity->n_nets))
        || is_in(address, entity->not_nets, entity->n_not_nets)) {
        return NO;
    }
    return truth;
}

static enum truth address_is(const struct asked *asked, const struct dm_network_policy *policy,
                             const struct dm_policy_entity *entity, struct dm_addr address)
{
    bool is_selected = entity->own_namespace || entity->global_only || entity->selector
                       || entity->namespace_selector;
    enum truth truth = YES;

    if (entity->pods_only || entity->account_selector || entity->n_accounts
        || ((entity->n_nets || entity->outside_only)
            && !is_in(address, entity->nets, entity->n_nets))
        || is_in(address, entity->not_nets, entity->n_not_nets)) {
        return NO;
    }
    if (is_selected) {
        truth = is_in_sets(asked, policy, entity, entity->selector, NULL, address);
    }
    if (entity->not_selector) {
        truth = least(truth,
                      not(is_in_sets(asked, policy, entity, entity->not_selector, NULL, address)));
    }
    return truth;
}

/* ---- what rules take ---- */

static bool has_port(const struct asked *asked, const struct dm_policy_port *ports, size_t n,
                     const struct dm_policy_party *destination)
{
    uint16_t port = asked->packet->destination_port;

    for (size_t i = 0; i < n; i++) {
        const struct dm_pod *pod =
            destination->workload.v ? pod_of(asked->model, destination) : NULL;

        if (!ports[i].name && port >= ports[i].first && port <= ports[i].last) {
            return true;
        }
        for (size_t j = 0; ports[i].name && pod && j < pod->n_ports; j++) {
            const struct dm_kube_port *named = &pod->ports[j];

            if (named->name && strcmp(named->name, ports[i].name) == 0
                && named->protocol == asked->packet->protocol && named->port == port) {
                return true;
            }
        }
    }
    return false;
}

/* By protocol, type and ports alone. */
static bool takes_flow(const struct asked *asked, const struct dm_policy_rule *rule)
{
    const struct dm_packet *packet = asked->packet;
    const struct dm_policy_party *destination =
        asked->direction == DM_POLICY_INGRESS ? asked->subject : asked->peer;
    const struct dm_policy_entity *to = &rule->destination;

    if ((rule->protocol && rule->protocol != packet->protocol)
        || (rule->not_protocol && rule->not_protocol == packet->protocol)) {
        return false;
    }
    if (rule->icmp_type >= 0
        && (rule->icmp_type != packet->icmp_type
            || (rule->icmp_code >= 0 && rule->icmp_code != packet->icmp_code))) {
        return false;
    }
    return (rule->icmp_type >= 0 || !to->n_ports
            || has_port(asked, to->ports, to->n_ports, destination))
           && !(to->n_not_ports && rule->protocol
                && has_port(asked, to->not_ports, to->n_not_ports, destination));
}

static enum truth takes(const struct asked *asked, const struct dm_network_policy *policy,
                        const struct dm_policy_rule *rule)
{
    bool is_ingress = asked->direction == DM_POLICY_INGRESS;
    const struct dm_policy_entity *theirs = is_ingress ? &rule->source : &rule->destination;
    const struct dm_policy_entity *ours = is_ingress ? &rule->destination : &rule->source;
    enum truth truth;

    if (rule->unknown.v) {
        return MAYBE;
    }
    if (!takes_flow(asked, rule)) {
        return NO;
    }
    truth = pod_is(asked, policy, ours, asked->subject);
    return least(truth, asked->peer->workload.v
                            ? pod_is(asked, policy, theirs, asked->peer)
                            : address_is(asked, policy, theirs, asked->peer->address));
}

/* ---- chains ---- */

/* Of the packet: for sure, and perhaps. */
struct fate {
    bool sure;
    bool perhaps;
};

struct chain {
    struct fate allowed;
    struct fate rest;   /* no rule took it yet, in this tier */
    struct fate passed; /* on to the next tier */
    struct dm_policy_decision decision;
};

static void add(struct fate *to, enum truth taken, struct fate of)
{
    to->sure = to->sure || (taken == YES && of.sure);
    to->perhaps = to->perhaps || (taken != NO && of.perhaps);
}

static void take(struct chain *chain, enum dm_policy_action action, enum truth taken)
{
    if (action == DM_POLICY_ALLOW) {
        add(&chain->allowed, taken, chain->rest);
    } else if (action == DM_POLICY_PASS) {
        add(&chain->passed, taken, chain->rest);
    }
    /* What may be allowed, and is by a later rule, is allowed for sure (policy.c). */
    chain->rest.sure =
        chain->rest.sure && (taken == NO || (taken == MAYBE && action == DM_POLICY_ALLOW));
    chain->rest.perhaps = chain->rest.perhaps && taken != YES;
}

static enum truth selects(const struct asked *asked, const struct dm_network_policy *policy)
{
    const struct dm_pod *pod = pod_of(asked->model, asked->subject);
    struct dm_namespace_id namespace =
        dm_workload_get(asked->model, asked->subject->workload)->namespace;

    if (!(asked->direction == DM_POLICY_INGRESS ? policy->for_ingress : policy->for_egress)
        || !dm_selector_matches(policy->namespace_selector,
                                &dm_namespace_get(asked->model, namespace)->labels)
        || !dm_selector_matches(policy->selector, &pod->labels)) {
        return NO;
    }
    return account_is(pod, policy->account_selector);
}

static void note_unknown(struct chain *chain, struct dm_unknown_id unknown)
{
    if (!chain->decision.unknown.v) {
        chain->decision.unknown = unknown;
    }
}

static void ask_policy(const struct asked *asked, struct dm_network_policy_id id,
                       enum truth selected, struct chain *chain)
{
    const struct dm_network_policy *policy = dm_network_policy_get(asked->model, id);
    bool is_ingress = asked->direction == DM_POLICY_INGRESS;
    const struct dm_policy_rule *rules = is_ingress ? policy->ingress : policy->egress;
    size_t n = is_ingress ? policy->n_ingress : policy->n_egress;

    chain->decision.is_selected = true;
    if (policy->unknown.v) {
        note_unknown(chain, policy->unknown);
        take(chain, DM_POLICY_PASS, MAYBE);
        take(chain, DM_POLICY_ALLOW, MAYBE);
        return;
    }
    if (chain->rest.perhaps) {
        chain->decision.policy = id;
        chain->decision.rule = NULL;
        chain->decision.number = 0;
    }
    for (size_t i = 0; i < n && chain->rest.perhaps; i++) {
        enum truth taken = least(selected, takes(asked, policy, &rules[i]));

        if (rules[i].action == DM_POLICY_LOG || taken == NO) {
            continue;
        }
        if (taken == MAYBE) {
            note_unknown(chain, rules[i].unknown);
        }
        take(chain, rules[i].action, taken);
        if (!chain->rest.perhaps && rules[i].action != DM_POLICY_PASS) {
            chain->decision.rule = &rules[i];
            chain->decision.number = (uint32_t)i + 1;
        }
    }
}

/* The policies of one tier, from 'at' on, after which the packet goes on to the next or does not.
 */
static void ask_tier(const struct asked *asked, const struct dm_network_policy_id *list, size_t n,
                     size_t *at, struct chain *chain)
{
    struct dm_policy_tier_id tier = dm_network_policy_get(asked->model, list[*at])->tier;
    bool passes = dm_policy_tier_get(asked->model, tier)->passes;
    enum truth is_there = NO;

    chain->passed = (struct fate){ false, false };
    for (; *at < n; (*at)++) {
        const struct dm_network_policy *policy = dm_network_policy_get(asked->model, list[*at]);
        enum truth selected;

        if (policy->tier.v != tier.v) {
            break;
        }
        selected = selects(asked, policy);
        if (selected != NO) {
            is_there = selected > is_there ? selected : is_there;
            ask_policy(asked, list[*at], selected, chain);
        }
    }
    if (is_there == NO) {
        return;
    }
    chain->passed.perhaps =
        chain->passed.perhaps || ((passes || is_there == MAYBE) && chain->rest.perhaps);
    chain->passed.sure = chain->passed.sure || (passes && chain->rest.sure);
    chain->rest = chain->passed;
}

struct dm_policy_decision dm_policy_decide(const struct dm_model *model,
                                           const struct dm_policy_party *subject,
                                           enum dm_policy_direction direction,
                                           const struct dm_policy_party *peer,
                                           const struct dm_packet *packet)
{
    struct asked asked = { model, subject, peer, direction, packet };
    struct dm_namespace_id namespace = dm_workload_get(model, subject->workload)->namespace;
    struct dm_cluster_id cluster = dm_namespace_get(model, namespace)->cluster;
    struct dm_unknown_id unknown = dm_cluster_get(model, cluster)->unknown;
    struct chain chain = { .rest = { true, true } };
    size_t n;
    const struct dm_network_policy_id *list = dm_model_policies_for(model, namespace, &n);

    for (size_t i = 0; i < n;) {
        ask_tier(&asked, list, n, &i, &chain);
    }
    chain.allowed.sure = chain.allowed.sure || chain.rest.sure;
    chain.allowed.perhaps = chain.allowed.perhaps || chain.rest.perhaps;
    chain.decision.verdict = chain.allowed.sure      ? DM_POLICY_PASSES
                             : chain.allowed.perhaps ? DM_POLICY_UNSURE
                                                     : DM_POLICY_STOPPED;
    if (unknown.v) {
        chain.decision.verdict = DM_POLICY_UNSURE;
        chain.decision.unknown = unknown;
    }
    return chain.decision;
}
