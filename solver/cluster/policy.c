/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cluster/policy.h"

#include <stdlib.h>
#include <string.h>

#include "solver/cluster/policy_private.h"

bool dm_policies_failed(const struct dm_policies *policies)
{
    return policies->failed || dm_sets_failed(policies->sets);
}

uint32_t dm_policies_n_pods(const struct dm_policies *policies)
{
    return policies->n_pods;
}

uint32_t dm_policies_first_pod(const struct dm_policies *policies, struct dm_workload_id workload)
{
    return policies->first_pod[workload.v];
}

/* ---- selectors, told once ---- */

static int compare_told(const void *a, const void *b)
{
    const struct told *left = a;
    const struct told *right = b;

    return (left->selector > right->selector) - (left->selector < right->selector);
}

static const bool *find_told(const struct table *table, const struct dm_selector *selector)
{
    const struct told key = { selector, NULL };
    const struct told *found = bsearch(&key, table->items, table->n, sizeof key, compare_told);

    DM_ASSERT(found);
    return found->matches;
}

static void want(struct dm_policies *policies, struct table *table,
                 const struct dm_selector *selector)
{
    struct told told = { selector, NULL };

    if (selector && !DM_VEC_PUSH(policies->arena, table, told)) {
        policies->failed = true;
    }
}

static void want_nets(struct dm_policies *policies, const struct dm_prefix *prefixes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!DM_VEC_PUSH(policies->arena, &policies->nets, prefixes[i])) {
            policies->failed = true;
        }
    }
}

static void want_entity(struct dm_policies *policies, const struct dm_policy_entity *entity)
{
    want_nets(policies, entity->nets, entity->n_nets);
    want_nets(policies, entity->not_nets, entity->n_not_nets);
    want(policies, &policies->on_pods, entity->selector);
    want(policies, &policies->on_pods, entity->not_selector);
    want(policies, &policies->on_namespaces, entity->namespace_selector);
}

static void want_rules(struct dm_policies *policies, const struct dm_policy_rule *rules, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        want_entity(policies, &rules[i].source);
        want_entity(policies, &rules[i].destination);
    }
}

static void tell(struct dm_policies *policies, struct table *table, bool is_on_pods)
{
    const struct dm_model *model = policies->model;
    uint32_t n = is_on_pods ? policies->n_pods : model->n_namespaces;
    size_t n_kept = 0;

    if (policies->failed || table->n == 0) {
        return;
    }
    qsort(table->items, table->n, sizeof *table->items, compare_told);
    for (size_t i = 0; i < table->n && !policies->failed; i++) {
        bool *matches;

        if (n_kept && table->items[n_kept - 1].selector == table->items[i].selector) {
            continue;
        }
        table->items[n_kept] = table->items[i];
        matches = DM_NEW_ARRAY(policies->arena, (size_t)n + 1, bool);
        policies->failed = !matches;
        for (uint32_t j = 0; matches && j < n; j++) {
            matches[j] = dm_selector_matches(table->items[i].selector,
                                             is_on_pods ? &policies->pods[j].pod->labels
                                                        : &model->namespaces[j].labels);
        }
        table->items[n_kept++].matches = matches;
    }
    table->n = n_kept;
}

static void tell_all(struct dm_policies *policies)
{
    const struct dm_model *model = policies->model;

    for (uint32_t i = 0; i < model->n_network_policies; i++) {
        const struct dm_network_policy *policy = &model->network_policies[i];

        want(policies, &policies->on_pods, policy->selector);
        want(policies, &policies->on_namespaces, policy->namespace_selector);
        want_rules(policies, policy->ingress, policy->n_ingress);
        want_rules(policies, policy->egress, policy->n_egress);
    }
    for (uint32_t i = 0; i < model->n_network_sets; i++) {
        want_nets(policies, model->network_sets[i].prefixes, model->network_sets[i].n_prefixes);
    }
    tell(policies, &policies->on_pods, true);
    tell(policies, &policies->on_namespaces, false);
}

/* ---- what parties are ---- */

static enum truth most(enum truth a, enum truth b)
{
    return a > b ? a : b;
}

static enum truth least(enum truth a, enum truth b)
{
    return a < b ? a : b;
}

static struct dm_namespace_id namespace_of(const struct dm_policies *policies,
                                           const struct party *party)
{
    return party->kind == A_POD ? policies->pods[party->pod].workload->namespace : party->namespace;
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

/* How many of the values that 'of' names 'selector' takes. */
static size_t n_taken(const struct dm_selector *selector, const struct dm_selector *of)
{
    size_t n = 0;

    for (size_t i = 0; i < of->n_values; i++) {
        const struct dm_kube_label label = { of->key, of->values[i] };
        const struct dm_kube_labels labels = { &label, 1 };

        n += dm_selector_matches(selector, &labels);
    }
    return n;
}

/* Whether a part of what is known of labels decides one that looks at one label; MAYBE: it does
 * not. Without the label nothing matches, and without some of its values no list of those. */
static enum truth decided_by(const struct dm_selector *known, const struct dm_selector *selector)
{
    const struct dm_selector *denied = known->kind == DM_SELECTOR_NOT ? known->parts[0] : NULL;
    const char *key = denied ? denied->key : known->key;
    size_t n;

    if (!key || strcmp(key, selector->key) != 0) {
        return MAYBE;
    }
    if (denied) {
        return denied->kind == DM_SELECTOR_HAS
                       || (denied->kind == DM_SELECTOR_IN && selector->kind == DM_SELECTOR_IN
                           && n_taken(denied, selector) == selector->n_values)
                   ? NO
                   : MAYBE;
    }
    if (selector->kind == DM_SELECTOR_HAS) {
        return YES;
    }
    if (known->kind != DM_SELECTOR_IN || known->n_values == 0) {
        return MAYBE;
    }
    n = n_taken(selector, known);
    return n == known->n_values ? YES : n == 0 ? NO : MAYBE;
}

static enum truth decided(const struct dm_selector *known, const struct dm_selector *selector)
{
    enum truth truth = MAYBE;

    if (!known || known->kind != DM_SELECTOR_AND) {
        return known ? decided_by(known, selector) : MAYBE;
    }
    for (size_t i = 0; i < known->n_parts && truth == MAYBE; i++) {
        truth = decided_by(known->parts[i], selector);
    }
    return truth;
}

/* Of labels of which no more is known than that they meet 'known'; NULL: nothing. */
static enum truth matches_any(const struct dm_selector *selector, const struct dm_selector *known)
{
    enum truth truth = YES;

    switch (selector->kind) {
    case DM_SELECTOR_ALL:
        return YES;
    case DM_SELECTOR_NOT:
        return not(matches_any(selector->parts[0], known));
    case DM_SELECTOR_AND:
        for (size_t i = 0; i < selector->n_parts; i++) {
            truth = least(truth, matches_any(selector->parts[i], known));
        }
        return truth;
    case DM_SELECTOR_OR:
        for (size_t i = 0; i < selector->n_parts; i++) {
            truth = least(truth, not(matches_any(selector->parts[i], known)));
        }
        return not(truth);
    case DM_SELECTOR_HAS:
    case DM_SELECTOR_IN:
    case DM_SELECTOR_CONTAINS:
    case DM_SELECTOR_STARTS_WITH:
    case DM_SELECTOR_ENDS_WITH:
        break;
    }
    return decided(known, selector);
}

static enum truth labels_match(const struct dm_policies *policies,
                               const struct dm_selector *selector, const struct party *party)
{
    static const struct dm_kube_labels none = { NULL, 0 };

    if (!selector) {
        return YES;
    }
    if (party->kind == A_STRANGER) {
        return matches_any(selector, party->fit ? party->fit->pods : NULL);
    }
    return truth_of(party->kind == A_POD ? find_told(&policies->on_pods, selector)[party->pod]
                                         : dm_selector_matches(selector, &none));
}

static enum truth namespace_matches(const struct dm_policies *policies,
                                    const struct dm_selector *selector, const struct party *party)
{
    /* One that is not in the input has the label of its name, as each has.
     */
    static const struct dm_kube_label name = { "kubernetes.io/metadata.name", "" };
    static const struct dm_kube_labels unnamed = { &name, 1 };
    struct dm_namespace_id namespace = namespace_of(policies, party);

    if (!selector) {
        return YES;
    }
    if (namespace.v) {
        return truth_of(find_told(&policies->on_namespaces, selector)[namespace.v - 1]);
    }
    return party->kind == A_STRANGER
               ? matches_any(selector, party->fit ? party->fit->namespaces : NULL)
               : truth_of(dm_selector_matches(selector, &unnamed));
}

static enum truth account_matches(const struct dm_policies *policies,
                                  const struct dm_selector *selector, const struct party *party)
{
    const struct dm_pod *pod;

    if (!selector) {
        return YES;
    }
    if (party->kind != A_POD) {
        return MAYBE;
    }
    pod = policies->pods[party->pod].pod;
    if (!pod->account_is_known) {
        return MAYBE;
    }
    return dm_selector_matches(selector, &pod->account_labels) ? YES : NO;
}

static enum truth account_is_among(const struct dm_policies *policies,
                                   const struct dm_policy_entity *entity, const struct party *party)
{
    if (entity->n_accounts == 0) {
        return YES;
    }
    if (party->kind != A_POD) {
        return MAYBE;
    }
    for (size_t i = 0; i < entity->n_accounts; i++) {
        if (strcmp(entity->accounts[i], policies->pods[party->pod].pod->account) == 0) {
            return YES;
        }
    }
    return NO;
}

/* Whether a pod's address, which may not be known, is in one of the prefixes. */
static enum truth address_is_in(const struct dm_policies *policies, const struct party *party,
                                const struct dm_prefix *prefixes, size_t n)
{
    struct dm_addr address = { 0 };

    if (party->kind == A_POD) {
        const struct dm_pod *pod = policies->pods[party->pod].pod;
        struct dm_namespace_id namespace = namespace_of(policies, party);

        address = dm_addr_is_none(pod->address) ? party->address : pod->address;
        if (dm_addr_is_none(address) && !pod->host_network) {
            enum dm_of_pools of = dm_model_pools_in(
                policies->model, dm_namespace_get(policies->model, namespace)->cluster, prefixes,
                n);

            return of == DM_OF_POOLS_NONE ? NO : of == DM_OF_POOLS_ALL ? YES : MAYBE;
        }
    }
    if (dm_addr_is_none(address)) {
        return MAYBE;
    }
    for (size_t i = 0; i < n; i++) {
        if (dm_prefix_has(prefixes[i], address)) {
            return YES;
        }
    }
    return NO;
}

/* Whether the entity looks at the network set where 'selector' does. */
static bool means_set(const struct dm_policies *policies, const struct dm_network_policy *policy,
                      const struct dm_policy_entity *entity, const struct dm_selector *selector,
                      const struct dm_network_set *set)
{
    bool is_global = set->namespace.v == 0;

    return set->cluster.v == policy->cluster.v
           && (!entity->own_namespace || set->namespace.v == policy->namespace.v)
           && (!entity->global_only || is_global)
           && (!entity->namespace_selector
               || (!is_global
                   && find_told(&policies->on_namespaces,
                                entity->namespace_selector)[set->namespace.v - 1]))
           && dm_selector_matches(selector, &set->labels);
}

/* Whether a pod's address, which may not be known, or that of a guest or stranger is in the set. */
static enum truth set_has(const struct dm_policies *policies, const struct dm_network_set *set,
                          const struct party *party)
{
    const struct dm_pod *pod = party->kind == A_POD ? policies->pods[party->pod].pod : NULL;
    enum dm_of_pools of;

    if (pod && !(dm_addr_is_none(pod->address) && dm_addr_is_none(party->address))) {
        return set->n_prefixes ? address_is_in(policies, party, set->prefixes, set->n_prefixes)
                               : NO;
    }
    of = dm_model_pods_in_set(policies->model, set->cluster, !pod || pod->host_network,
                              set->prefixes, set->n_prefixes);
    return of == DM_OF_POOLS_NONE ? NO : of == DM_OF_POOLS_ALL ? YES : MAYBE;
}

/* Whether a pod's address is in a network set that 'selector' selects where the entity looks for
 * them: then it is selected whatever its own labels [CAL-36]. */
static enum truth is_in_sets(const struct dm_policies *policies,
                             const struct dm_network_policy *policy,
                             const struct dm_policy_entity *entity,
                             const struct dm_selector *selector, const struct party *party)
{
    const struct dm_model *model = policies->model;
    enum truth truth = NO;

    for (uint32_t i = 0; !entity->pods_only && i < model->n_network_sets && truth != YES; i++) {
        const struct dm_network_set *set = &model->network_sets[i];

        if (means_set(policies, policy, entity, selector, set)) {
            enum truth in = set_has(policies, set, party);

            truth = most(truth, set->unknown.v ? most(in, MAYBE) : in);
        }
    }
    return truth;
}

/* Whether the entity's selectors mean a pod or guest. */
static enum truth is_selected(const struct dm_policies *policies,
                              const struct dm_network_policy *policy,
                              const struct dm_policy_entity *entity, const struct party *party)
{
    struct dm_namespace_id namespace = namespace_of(policies, party);
    bool is_elsewhere = entity->own_namespace && namespace.v != policy->namespace.v;
    enum truth truth = NO;

    if (!is_elsewhere && !entity->global_only) {
        truth = least(namespace_matches(policies, entity->namespace_selector, party),
                      labels_match(policies, entity->selector, party));
    }
    if (truth != YES) {
        truth = most(truth, is_in_sets(policies, policy, entity, entity->selector, party));
    }
    if (entity->not_selector) {
        enum truth out = most(labels_match(policies, entity->not_selector, party),
                              is_in_sets(policies, policy, entity, entity->not_selector, party));

        truth = least(truth, not(out));
    }
    return truth;
}

/* Whether a pod or guest is what the entity says. */
static enum truth is_entity(const struct dm_policies *policies,
                            const struct dm_network_policy *policy,
                            const struct dm_policy_entity *entity, const struct party *party)
{
    enum truth truth = is_selected(policies, policy, entity, party);

    if (entity->outside_only) {
        truth = least(truth, of_block(dm_model_block_means(policies->model, policy->cluster)));
    }
    truth = least(truth, account_matches(policies, entity->account_selector, party));
    truth = least(truth, account_is_among(policies, entity, party));
    if (entity->n_nets) {
        truth = least(truth, address_is_in(policies, party, entity->nets, entity->n_nets));
    }
    if (entity->n_not_nets) {
        enum truth in = address_is_in(policies, party, entity->not_nets, entity->n_not_nets);

        truth = least(truth, not(in));
    }
    return truth;
}

static struct dm_set prefixes_set(const struct dm_policies *policies, enum dm_field field,
                                  const struct dm_prefix *prefixes, size_t n)
{
    struct dm_set set = DM_SET_EMPTY;

    for (size_t i = 0; i < n; i++) {
        set = dm_set_or(policies->sets, set, dm_set_prefix(policies->sets, field, prefixes[i]));
    }
    return set;
}

/* Addresses of the network sets that meet 'selector' where the entity looks for them.  One of which
 * not all is understood may have any. */
static struct dm_flow_sets sets_of(const struct dm_policies *policies,
                                   const struct dm_network_policy *policy,
                                   const struct dm_policy_entity *entity,
                                   const struct dm_selector *selector, enum dm_field field)
{
    const struct dm_model *model = policies->model;
    struct dm_flow_sets sets = { DM_SET_EMPTY, DM_SET_EMPTY };

    for (uint32_t i = 0; i < model->n_network_sets; i++) {
        const struct dm_network_set *item = &model->network_sets[i];
        struct dm_set known;

        if (!means_set(policies, policy, entity, selector, item)) {
            continue;
        }
        known = prefixes_set(policies, field, item->prefixes, item->n_prefixes);
        sets.sure = dm_set_or(policies->sets, sets.sure, known);
        sets.perhaps =
            item->unknown.v ? DM_SET_ALL : dm_set_or(policies->sets, sets.perhaps, known);
    }
    return sets;
}

/* The addresses outside that are what the entity says. */
static struct dm_flow_sets addresses_of(const struct dm_policies *policies,
                                        const struct dm_network_policy *policy,
                                        const struct dm_policy_entity *entity, enum dm_field field)
{
    bool is_selected = entity->own_namespace || entity->global_only || entity->selector
                       || entity->namespace_selector;
    struct dm_sets *sets = policies->sets;
    struct dm_flow_sets result = { DM_SET_ALL, DM_SET_ALL };
    struct dm_set within = DM_SET_ALL;

    if (entity->pods_only || entity->account_selector || entity->n_accounts) {
        return (struct dm_flow_sets){ DM_SET_EMPTY, DM_SET_EMPTY };
    }
    if (is_selected) {
        result = sets_of(policies, policy, entity, entity->selector, field);
    }
    if (entity->n_nets || entity->outside_only) {
        within = prefixes_set(policies, field, entity->nets, entity->n_nets);
    }
    if (entity->n_not_nets) {
        within = dm_set_minus(sets, within,
                              prefixes_set(policies, field, entity->not_nets, entity->n_not_nets));
    }
    if (entity->not_selector) {
        struct dm_flow_sets out = sets_of(policies, policy, entity, entity->not_selector, field);

        result.sure = dm_set_minus(sets, result.sure, out.perhaps);
        result.perhaps = dm_set_minus(sets, result.perhaps, out.sure);
    }
    result.sure = dm_set_and(sets, result.sure, within);
    result.perhaps = dm_set_and(sets, result.perhaps, within);
    return result;
}

/* ---- what rules take ---- */

/* Ports of the destination, of which a guest's and the outside's have no names. */
static struct dm_flow_sets ports_set(const struct dm_policies *policies, uint8_t protocol,
                                     const struct dm_policy_port *ports, size_t n,
                                     const struct party *destination)
{
    struct dm_sets *sets = policies->sets;
    struct dm_flow_sets result = { DM_SET_EMPTY, DM_SET_EMPTY };

    for (size_t i = 0; i < n; i++) {
        const struct dm_pod *pod =
            destination->kind == A_POD ? policies->pods[destination->pod].pod : NULL;

        if (!ports[i].name) {
            struct dm_set set = dm_set_details(sets, protocol, ports[i].first, ports[i].last);

            result.sure = dm_set_or(sets, result.sure, set);
            result.perhaps = dm_set_or(sets, result.perhaps, set);
        } else if (destination->kind == A_GUEST || destination->kind == A_STRANGER) {
            result.perhaps =
                dm_set_or(sets, result.perhaps, dm_set_details(sets, protocol, 1, 65535));
        }
        for (size_t j = 0; ports[i].name && pod && j < pod->n_ports; j++) {
            const struct dm_kube_port *port = &pod->ports[j];

            if (port->name && strcmp(port->name, ports[i].name) == 0
                && port->protocol == protocol) {
                struct dm_set set = dm_set_details(sets, protocol, port->port, port->port);

                result.sure = dm_set_or(sets, result.sure, set);
                result.perhaps = dm_set_or(sets, result.perhaps, set);
            }
        }
    }
    return result;
}

/* By protocol, type and ports alone. */
static struct dm_flow_sets flows_of(const struct dm_policies *policies,
                                    const struct dm_policy_rule *rule,
                                    const struct party *destination)
{
    struct dm_sets *sets = policies->sets;
    const struct dm_policy_entity *to = &rule->destination;
    struct dm_flow_sets result = { DM_SET_ALL, DM_SET_ALL };

    if (rule->icmp_type >= 0) {
        unsigned type = (unsigned)rule->icmp_type << 8;
        unsigned code = rule->icmp_code < 0 ? 0 : (unsigned)rule->icmp_code;

        result.sure = dm_set_details(sets, rule->protocol, (uint16_t)(type | code),
                                     (uint16_t)(type | (rule->icmp_code < 0 ? 255 : code)));
        result.perhaps = result.sure;
    } else if (to->n_ports) {
        result = ports_set(policies, rule->protocol, to->ports, to->n_ports, destination);
    } else if (rule->protocol) {
        result.sure = result.perhaps = dm_set_protocol(sets, rule->protocol);
    }
    if (rule->not_protocol) {
        struct dm_set set = dm_set_protocol(sets, rule->not_protocol);

        result.sure = dm_set_minus(sets, result.sure, set);
        result.perhaps = dm_set_minus(sets, result.perhaps, set);
    }
    if (to->n_not_ports) {
        struct dm_flow_sets out =
            ports_set(policies, rule->protocol, to->not_ports, to->n_not_ports, destination);

        result.sure = dm_set_minus(sets, result.sure, out.perhaps);
        result.perhaps = dm_set_minus(sets, result.perhaps, out.sure);
    }
    return result;
}

struct dm_flow_sets dm_policies_match(const struct dm_policies *policies,
                                      const struct dm_network_policy *policy,
                                      const struct dm_policy_rule *rule,
                                      enum dm_policy_direction direction, uint32_t subject,
                                      const struct party *peer)
{
    bool is_ingress = direction == DM_POLICY_INGRESS;
    const struct party self = { .kind = A_POD, .pod = subject };
    const struct dm_policy_entity *theirs = is_ingress ? &rule->source : &rule->destination;
    const struct dm_policy_entity *ours = is_ingress ? &rule->destination : &rule->source;
    enum truth truth = is_entity(policies, policy, ours, &self);
    struct dm_flow_sets result = { DM_SET_EMPTY, DM_SET_EMPTY };

    if (truth != NO && peer->kind != OUTSIDE) {
        truth = least(truth, is_entity(policies, policy, theirs, peer));
    }
    if (truth == NO) {
        return result;
    }
    result = flows_of(policies, rule, is_ingress ? &self : peer);
    if (peer->kind == OUTSIDE) {
        struct dm_flow_sets addresses = addresses_of(
            policies, policy, theirs, is_ingress ? DM_FIELD_SOURCE : DM_FIELD_DESTINATION);

        result.sure = dm_set_and(policies->sets, result.sure, addresses.sure);
        result.perhaps = dm_set_and(policies->sets, result.perhaps, addresses.perhaps);
    }
    if (truth == MAYBE) {
        result.sure = DM_SET_EMPTY;
    }
    return result;
}

/* ---- chains ---- */

/* Of 'rest' and 'passed', 'sure' has what is there or was allowed, whatever is the case of what is
 * not known: that nothing can have denied.  So what one rule may allow, and a later one does, is
 * allowed for sure. */
struct chain {
    struct dm_flow_sets allowed;
    struct dm_flow_sets rest;   /* what no rule took yet, in this tier */
    struct dm_flow_sets passed; /* on to the next tier */
};

static void add(struct dm_policies *policies, struct dm_flow_sets *to,
                const struct dm_flow_sets *taken, const struct dm_flow_sets *of)
{
    struct dm_sets *sets = policies->sets;

    to->sure = dm_set_or(sets, to->sure, dm_set_and(sets, taken->sure, of->sure));
    to->perhaps = dm_set_or(sets, to->perhaps, dm_set_and(sets, taken->perhaps, of->perhaps));
}

static void take(struct dm_policies *policies, struct chain *chain, enum dm_policy_action action,
                 const struct dm_flow_sets *taken)
{
    struct dm_sets *sets = policies->sets;

    if (action == DM_POLICY_LOG || dm_set_is_empty(taken->perhaps)) {
        return;
    }
    if (action == DM_POLICY_ALLOW) {
        add(policies, &chain->allowed, taken, &chain->rest);
    } else if (action == DM_POLICY_PASS) {
        add(policies, &chain->passed, taken, &chain->rest);
    }
    chain->rest.sure = dm_set_minus(sets, chain->rest.sure,
                                    action == DM_POLICY_ALLOW ? taken->sure : taken->perhaps);
    chain->rest.perhaps = dm_set_minus(sets, chain->rest.perhaps, taken->sure);
}

/* What is not understood may take anything. */
static const struct dm_flow_sets anything = { { 0 }, { 1 } };

static void take_policy(struct dm_policies *policies, struct chain *chain,
                        const struct selected *selected, enum dm_policy_direction direction,
                        uint32_t subject, const struct party *peer)
{
    const struct dm_network_policy *policy = selected->policy;
    bool is_ingress = direction == DM_POLICY_INGRESS;
    const struct dm_policy_rule *rules = is_ingress ? policy->ingress : policy->egress;
    size_t n = is_ingress ? policy->n_ingress : policy->n_egress;

    if (policy->unknown.v) {
        take(policies, chain, DM_POLICY_PASS, &anything);
        take(policies, chain, DM_POLICY_ALLOW, &anything);
        return;
    }
    for (size_t i = 0; i < n && !dm_set_is_empty(chain->rest.perhaps); i++) {
        struct dm_flow_sets taken = anything;

        if (!rules[i].unknown.v) {
            taken = dm_policies_match(policies, policy, &rules[i], direction, subject, peer);
        }
        if (selected->truth == MAYBE) {
            taken.sure = DM_SET_EMPTY;
        }
        take(policies, chain, rules[i].action, &taken);
    }
}

struct dm_unknown_id dm_policies_unknown(const struct dm_policies *policies, uint32_t pod)
{
    const struct dm_workload *workload = policies->pods[pod].workload;
    struct dm_cluster_id cluster = dm_namespace_get(policies->model, workload->namespace)->cluster;

    return dm_cluster_get(policies->model, cluster)->unknown;
}

struct dm_flow_sets dm_policies_evaluate(struct dm_policies *policies, uint32_t subject,
                                         enum dm_policy_direction direction,
                                         const struct party *peer)
{
    const struct side *side = &policies->pods[subject].sides[direction];
    struct dm_sets *sets = policies->sets;
    struct chain chain = { { DM_SET_EMPTY, DM_SET_EMPTY },
                           { DM_SET_ALL, DM_SET_ALL },
                           { DM_SET_EMPTY, DM_SET_EMPTY } };

    /* They may let pass what others stop, and stop the rest. */
    if (dm_policies_unknown(policies, subject).v) {
        return anything;
    }
    for (size_t i = 0; i < side->n;) {
        uint32_t tier = side->items[i].tier;
        const struct dm_policy_tier *item =
            dm_policy_tier_get(policies->model, side->items[i].policy->tier);
        enum truth is_there = NO;

        chain.passed = (struct dm_flow_sets){ DM_SET_EMPTY, DM_SET_EMPTY };
        for (; i < side->n && side->items[i].tier == tier; i++) {
            const struct selected *selected = &side->items[i];

            is_there = is_there == YES || selected->truth == YES ? YES : MAYBE;
            take_policy(policies, &chain, selected, direction, subject, peer);
        }
        if (item->passes || is_there == MAYBE) {
            chain.passed.perhaps = dm_set_or(sets, chain.passed.perhaps, chain.rest.perhaps);
        }
        if (item->passes) {
            chain.passed.sure = dm_set_or(sets, chain.passed.sure, chain.rest.sure);
        }
        chain.rest = chain.passed;
    }
    chain.allowed.sure = dm_set_or(sets, chain.allowed.sure, chain.rest.sure);
    chain.allowed.perhaps = dm_set_or(sets, chain.allowed.perhaps, chain.rest.perhaps);
    return chain.allowed;
}

static struct dm_flow_sets find_between(struct dm_policies *policies, uint32_t from, uint32_t to)
{
    const struct party sender = { .kind = A_POD, .pod = from };
    const struct party receiver = { .kind = A_POD, .pod = to };
    struct dm_flow_sets out = dm_policies_evaluate(policies, from, DM_POLICY_EGRESS, &receiver);
    struct dm_flow_sets in;

    if (dm_set_is_empty(out.perhaps)) {
        return out;
    }
    in = dm_policies_evaluate(policies, to, DM_POLICY_INGRESS, &sender);
    return (struct dm_flow_sets){ dm_set_and(policies->sets, in.sure, out.sure),
                                  dm_set_and(policies->sets, in.perhaps, out.perhaps) };
}

struct dm_flow_sets dm_policies_between(struct dm_policies *policies, uint32_t from, uint32_t to)
{
    struct dm_flow_sets *known = dm_policies_known(policies, from, to);
    struct dm_flow_sets found;

    if (known && known->sure.v != DM_SET_UNFOUND.v) {
        return *known;
    }
    found = find_between(policies, from, to);
    if (known) {
        *known = found;
    }
    return found;
}

struct dm_flow_sets dm_policies_side(struct dm_policies *policies, uint32_t pod,
                                     enum dm_policy_direction direction, uint32_t peer,
                                     struct dm_addr address)
{
    const struct party party = { .kind = A_POD, .pod = peer, .address = address };

    return dm_policies_evaluate(policies, pod, direction, &party);
}

struct dm_flow_sets dm_policies_address(struct dm_policies *policies, uint32_t pod,
                                        enum dm_policy_direction direction, struct dm_addr address)
{
    const struct party outside = { .kind = OUTSIDE };
    enum dm_field field = direction == DM_POLICY_INGRESS ? DM_FIELD_SOURCE : DM_FIELD_DESTINATION;
    struct dm_set at = dm_set_addresses(policies->sets, field, address, address);
    struct dm_flow_sets all = dm_policies_evaluate(policies, pod, direction, &outside);

    all.sure = dm_set_and(policies->sets, all.sure, at);
    all.perhaps = dm_set_and(policies->sets, all.perhaps, at);
    return (
        struct dm_flow_sets){ dm_set_forget(policies->sets, all.sure, DM_FIELDS_OF_ADDRESSES),
                              dm_set_forget(policies->sets, all.perhaps, DM_FIELDS_OF_ADDRESSES) };
}

struct dm_flow_sets dm_policies_outside(struct dm_policies *policies, uint32_t pod,
                                        enum dm_policy_direction direction)
{
    const struct party outside = { .kind = OUTSIDE };

    return dm_policies_evaluate(policies, pod, direction, &outside);
}

struct dm_flow_sets dm_policies_guest(struct dm_policies *policies, uint32_t pod,
                                      enum dm_policy_direction direction,
                                      struct dm_namespace_id namespace)
{
    const struct party guest = { .kind = A_GUEST, .namespace = namespace };

    return dm_policies_evaluate(policies, pod, direction, &guest);
}

struct dm_flow_sets dm_policies_stranger(struct dm_policies *policies, uint32_t pod,
                                         enum dm_policy_direction direction,
                                         struct dm_namespace_id namespace)
{
    const struct party stranger = { .kind = A_STRANGER, .namespace = namespace };

    return dm_policies_evaluate(policies, pod, direction, &stranger);
}

struct dm_flow_sets dm_policies_fitting(struct dm_policies *policies, uint32_t pod,
                                        enum dm_policy_direction direction,
                                        struct dm_namespace_id namespace,
                                        const struct dm_policy_fit *fit)
{
    const struct party stranger = { .kind = A_STRANGER, .namespace = namespace, .fit = fit };

    return dm_policies_evaluate(policies, pod, direction, &stranger);
}

/* ---- which policies select which pods ---- */

static int compare_orders(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_tiers(const void *a, const void *b)
{
    const struct dm_policy_tier *const *left = a;
    const struct dm_policy_tier *const *right = b;
    int order = compare_orders((*left)->order_micro, (*right)->order_micro);

    return order ? order : strcmp((*left)->object.name, (*right)->object.name);
}

static void rank_tiers(struct dm_policies *policies)
{
    const struct dm_model *model = policies->model;
    uint32_t n = model->n_policy_tiers;
    const struct dm_policy_tier **tiers =
        DM_NEW_ARRAY(policies->arena, (size_t)n + 1, const struct dm_policy_tier *);
    uint32_t *ranks = DM_NEW_ARRAY(policies->arena, (size_t)n + 1, uint32_t);

    policies->failed = policies->failed || !tiers || !ranks;
    if (policies->failed) {
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        tiers[i] = &model->policy_tiers[i];
    }
    if (n > 1) {
        qsort(tiers, n, sizeof *tiers, compare_tiers);
    }
    for (uint32_t i = 0; i < n; i++) {
        ranks[tiers[i] - model->policy_tiers + 1] = i;
    }
    policies->tier_rank = ranks;
}

static int compare_selected(const void *a, const void *b)
{
    const struct selected *left = a;
    const struct selected *right = b;
    int order = (left->tier > right->tier) - (left->tier < right->tier);

    order = order ? order : compare_orders(left->policy->order_micro, right->policy->order_micro);
    order = order ? order : strcmp(left->policy->rank_name, right->policy->rank_name);
    return order ? order : strcmp(left->policy->object.name, right->policy->object.name);
}

static enum truth selects(const struct dm_policies *policies,
                          const struct dm_network_policy *policy, uint32_t pod)
{
    const struct party party = { .kind = A_POD, .pod = pod };
    enum truth truth;

    if (policy->namespace.v && policy->namespace.v != namespace_of(policies, &party).v) {
        return NO;
    }
    truth = least(namespace_matches(policies, policy->namespace_selector, &party),
                  labels_match(policies, policy->selector, &party));
    return least(truth, account_matches(policies, policy->account_selector, &party));
}

struct selections {
    struct selected *items;
    size_t n;
    size_t capacity;
};

static void select_policies(struct dm_policies *policies, uint32_t pod,
                            const uint32_t *of_namespace, size_t n_of_namespace)
{
    struct selections lists[2] = { { NULL, 0, 0 }, { NULL, 0, 0 } };

    for (size_t i = 0; i < n_of_namespace; i++) {
        const struct dm_network_policy *policy =
            &policies->model->network_policies[of_namespace[i]];
        struct selected selected = { policy, policies->tier_rank[policy->tier.v],
                                     selects(policies, policy, pod) };
        const bool is_for[2] = { policy->for_ingress, policy->for_egress };

        for (size_t j = 0; j < 2 && selected.truth != NO; j++) {
            if (is_for[j] && !DM_VEC_PUSH(policies->arena, &lists[j], selected)) {
                policies->failed = true;
            }
        }
    }
    for (size_t j = 0; j < 2 && !policies->failed; j++) {
        if (lists[j].n > 1) {
            qsort(lists[j].items, lists[j].n, sizeof *lists[j].items, compare_selected);
        }
        policies->pods[pod].sides[j] = (struct side){ lists[j].items, lists[j].n };
    }
}

/* Policies that may select pods of a namespace: its own, and the global ones of its cluster. */
static size_t policies_of(const struct dm_model *model, struct dm_namespace_id namespace,
                          uint32_t *list)
{
    struct dm_cluster_id cluster = dm_namespace_get(model, namespace)->cluster;
    size_t n = 0;

    for (uint32_t i = 0; i < model->n_network_policies; i++) {
        uint32_t v = model->network_policies[i].namespace.v;

        if (v == namespace.v || (v == 0 && model->network_policies[i].cluster.v == cluster.v)) {
            list[n++] = i;
        }
    }
    return n;
}

static void select_all(struct dm_policies *policies)
{
    const struct dm_model *model = policies->model;
    uint32_t *list = DM_NEW_ARRAY(policies->arena, (size_t)model->n_network_policies + 1, uint32_t);

    policies->failed = policies->failed || !list;
    for (uint32_t v = 1; v <= model->n_namespaces && !policies->failed; v++) {
        size_t n = policies_of(model, (struct dm_namespace_id){ v }, list);

        for (uint32_t i = 0; i < policies->n_pods && !policies->failed; i++) {
            if (policies->pods[i].workload->namespace.v == v) {
                select_policies(policies, i, list, n);
            }
        }
    }
}

static void list_pods(struct dm_policies *policies)
{
    const struct dm_model *model = policies->model;
    size_t n = 0;

    for (uint32_t i = 0; i < model->n_workloads; i++) {
        n += model->workloads[i].n_pods;
    }
    policies->pods = DM_NEW_ARRAY(policies->arena, n + 1, struct pod);
    policies->first_pod = DM_NEW_ARRAY(policies->arena, (size_t)model->n_workloads + 2, uint32_t);
    policies->failed = !policies->pods || !policies->first_pod;
    for (uint32_t i = 0; i < model->n_workloads && !policies->failed; i++) {
        const struct dm_workload *workload = &model->workloads[i];

        policies->first_pod[i + 1] = policies->n_pods;
        for (size_t j = 0; j < workload->n_pods; j++) {
            policies->pods[policies->n_pods++] =
                (struct pod){ .workload = workload, .pod = &workload->pods[j] };
        }
    }
}

struct dm_policies *dm_policies_new(struct dm_arena *arena, const struct dm_model *model,
                                    struct dm_sets *sets)
{
    struct dm_policies *policies = DM_NEW(arena, struct dm_policies);

    if (!policies) {
        return NULL;
    }
    *policies = (struct dm_policies){ .arena = arena, .model = model, .sets = sets };
    list_pods(policies);
    rank_tiers(policies);
    tell_all(policies);
    select_all(policies);
    policies->failed = policies->failed || !dm_policies_find_alike(policies);
    return policies->failed ? NULL : policies;
}
