/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/workloads.h"

#include <stdlib.h>
#include <string.h>

#include "scenarios/admission.h"
#include "solver/cluster/policy.h"

enum place_kind {
    A_WORKLOAD,
    A_RANGE,
    THE_CONTROLLER,
    ANY_POD,     /* not in the input, whatever its labels */
    FITTING_POD, /* not in the input, with labels that a rule asks for */
    SOME_POD     /* not in the input, with labels that fit */
};

struct place {
    enum place_kind kind;
    uint32_t index; /* of a workload, of a range of its direction; of pods their namespace, or 0 */
    const char *name;
    struct dm_policy_fit fit; /* of FITTING_POD */
};

struct places {
    struct place *items;
    size_t n;
    size_t capacity;
};

/* Addresses outside that no workload tells apart, with what each has to do with them. */
struct range {
    struct dm_addr first;
    struct dm_addr last;
    struct dm_flow_sets *flows; /* by workload */
};

struct ranges {
    struct range *items;
    size_t n;
    size_t capacity;
};

struct finder {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_sets *sets;
    struct dm_policies *policies;
    struct ranges ranges[2];         /* by direction */
    struct dm_flow_sets *controlled; /* by workload: what ingresses send on */
    struct places from;
    struct places to;
    const char **texts; /* of sets of flows, by number */
    size_t n_texts;
    struct {
        struct dm_pair_row *items;
        size_t n;
        size_t capacity;
    } rows;
    size_t n_sessions;
    struct dm_set ports; /* all that NetworkPolicies know */
    bool has_others;     /* policies tell other protocols apart too */
    bool exposure;
    bool failed;
};

static const struct dm_flow_sets nothing = { { 0 }, { 0 } };

static void join(struct finder *finder, struct dm_flow_sets *to, struct dm_flow_sets more)
{
    to->sure = dm_set_or(finder->sets, to->sure, more.sure);
    to->perhaps = dm_set_or(finder->sets, to->perhaps, more.perhaps);
}

/* ---- the outside ---- */

struct cuts {
    struct finder *finder;
    bool is_source;
    bool is_ipv6;
    struct {
        struct dm_addr *items; /* first addresses of ranges */
        size_t n;
        size_t capacity;
    } list;
};

static struct dm_addr lowest(bool is_ipv6)
{
    return (struct dm_addr){ 0, 0, is_ipv6 ? DM_FAMILY_IPV6 : DM_FAMILY_IPV4 };
}

static struct dm_addr highest(bool is_ipv6)
{
    return is_ipv6 ? (struct dm_addr){ UINT64_MAX, UINT64_MAX, DM_FAMILY_IPV6 }
                   : (struct dm_addr){ 0, UINT32_MAX, DM_FAMILY_IPV4 };
}

static struct dm_addr before(struct dm_addr addr)
{
    addr.high -= addr.low == 0;
    addr.low--;
    return addr;
}

static void cut(struct cuts *cuts, struct dm_addr at)
{
    if (!DM_VEC_PUSH(cuts->finder->arena, &cuts->list, at)) {
        cuts->finder->failed = true;
    }
}

static void cut_box(void *context, const struct dm_box *box)
{
    struct cuts *cuts = context;
    struct dm_addr first = cuts->is_source ? box->source_first : box->destination_first;
    struct dm_addr last = cuts->is_source ? box->source_last : box->destination_last;

    if ((first.family == DM_FAMILY_IPV6) != cuts->is_ipv6) {
        return;
    }
    if (!dm_addr_equal(first, lowest(cuts->is_ipv6))) {
        cut(cuts, first);
    }
    if (!dm_addr_equal(last, highest(cuts->is_ipv6))) {
        cut(cuts, dm_addr_add(last, 1));
    }
}

static int compare_addresses(const void *a, const void *b)
{
    const struct dm_addr *left = a;
    const struct dm_addr *right = b;

    return dm_addr_compare(*left, *right);
}

static bool is_same(const struct dm_flow_sets *a, const struct dm_flow_sets *b)
{
    return dm_set_is_equal(a->sure, b->sure) && dm_set_is_equal(a->perhaps, b->perhaps);
}

static struct dm_set flows_within(struct finder *finder, struct dm_set set, struct dm_set range)
{
    return dm_set_forget(finder->sets, dm_set_and(finder->sets, set, range),
                         DM_FIELDS_OF_ADDRESSES);
}

static void add_range(struct finder *finder, struct ranges *ranges, struct dm_addr first,
                      struct dm_addr last, enum dm_field field, const struct dm_flow_sets *outside)
{
    uint32_t n = finder->model->n_workloads;
    struct range *before = ranges->n ? &ranges->items[ranges->n - 1] : NULL;
    struct dm_set addresses = dm_set_addresses(finder->sets, field, first, last);
    struct range range = { first, last, DM_NEW_ARRAY(finder->arena, n + 1, struct dm_flow_sets) };
    bool is_equal = before && before->first.family == first.family;

    DM_ASSERT(ranges->items || ranges->n == 0);
    if (!range.flows) {
        finder->failed = true;
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        range.flows[i].sure = flows_within(finder, outside[i].sure, addresses);
        range.flows[i].perhaps = flows_within(finder, outside[i].perhaps, addresses);
        is_equal = is_equal && is_same(&range.flows[i], &before->flows[i]);
    }
    if (is_equal) {
        before->last = last;
    } else if (!DM_VEC_PUSH(finder->arena, ranges, range)) {
        finder->failed = true;
    }
}

static void find_ranges_of(struct finder *finder, enum dm_policy_direction direction, bool is_ipv6,
                           const struct dm_flow_sets *outside)
{
    bool is_source = direction == DM_POLICY_INGRESS;
    struct cuts cuts = { .finder = finder, .is_source = is_source, .is_ipv6 = is_ipv6 };
    enum dm_field field = is_source ? DM_FIELD_SOURCE : DM_FIELD_DESTINATION;
    struct dm_addr first = lowest(is_ipv6);

    for (uint32_t i = 0; i < finder->model->n_workloads; i++) {
        dm_set_boxes(finder->sets, outside[i].sure, cut_box, &cuts);
        dm_set_boxes(finder->sets, outside[i].perhaps, cut_box, &cuts);
    }
    if (is_ipv6 && cuts.list.n == 0) {
        return;
    }
    if (cuts.list.n > 1) {
        qsort(cuts.list.items, cuts.list.n, sizeof *cuts.list.items, compare_addresses);
    }
    for (size_t i = 0; i < cuts.list.n && !finder->failed; i++) {
        struct dm_addr at = cuts.list.items[i];

        if (dm_addr_compare(first, at) < 0) {
            add_range(finder, &finder->ranges[direction], first, before(at), field, outside);
            first = at;
        }
    }
    add_range(finder, &finder->ranges[direction], first, highest(is_ipv6), field, outside);
}

static void find_ranges(struct finder *finder, enum dm_policy_direction direction)
{
    uint32_t n = finder->model->n_workloads;
    struct dm_flow_sets *outside = DM_NEW_ARRAY(finder->arena, n + 1, struct dm_flow_sets);

    finder->failed = finder->failed || !outside;
    for (uint32_t i = 0; i < n && !finder->failed; i++) {
        uint32_t pod = dm_policies_first_pod(finder->policies, (struct dm_workload_id){ i + 1 });

        outside[i] = nothing;
        for (size_t j = 0; j < finder->model->workloads[i].n_pods; j++) {
            join(finder, &outside[i],
                 dm_policies_outside(finder->policies, pod + (uint32_t)j, direction));
        }
    }
    for (int is_ipv6 = 0; is_ipv6 < 2 && !finder->failed; is_ipv6++) {
        find_ranges_of(finder, direction, is_ipv6 != 0, outside);
    }
}

/* ---- ingresses ---- */

/* The flows of a service's port to a pod, as the pod gets them. */
static struct dm_set target_flows(struct finder *finder, const struct dm_kube_service_port *port,
                                  const struct dm_pod *pod)
{
    struct dm_set set = DM_SET_EMPTY;

    if (!port->target_name) {
        return dm_set_details(finder->sets, port->protocol, port->target, port->target);
    }
    for (size_t i = 0; i < pod->n_ports; i++) {
        if (pod->ports[i].protocol == port->protocol
            && dm_str_equal(pod->ports[i].name, port->target_name)) {
            set = dm_set_or(finder->sets, set,
                            dm_set_details(finder->sets, port->protocol, pod->ports[i].port,
                                           pod->ports[i].port));
        }
    }
    return set;
}

/* The port on which an endpoint that was given by hand has a port of its service. */
static struct dm_set endpoint_flows(struct finder *finder, const struct dm_kube_service_port *port,
                                    const struct dm_kube_endpoint *endpoint)
{
    struct dm_set set = DM_SET_EMPTY;

    for (size_t i = 0; i < endpoint->n_ports; i++) {
        const struct dm_kube_port *own = &endpoint->ports[i];

        if (own->protocol == port->protocol && dm_str_equal(own->name, port->name)) {
            set = dm_set_or(finder->sets, set,
                            dm_set_details(finder->sets, own->protocol, own->port, own->port));
        }
    }
    return endpoint->n_ports ? set
                             : dm_set_details(finder->sets, port->protocol, port->port, port->port);
}

/* What the controller sends to a pod, as far as its policies let it in. */
static void control_pod(struct finder *finder, uint32_t workload, size_t pod, struct dm_set flows)
{
    const struct dm_namespace_id anywhere = { 0 };
    uint32_t first =
        dm_policies_first_pod(finder->policies, (struct dm_workload_id){ workload + 1 });
    struct dm_flow_sets in =
        dm_policies_guest(finder->policies, first + (uint32_t)pod, DM_POLICY_INGRESS, anywhere);

    in.sure = dm_set_and(finder->sets, in.sure, flows);
    in.perhaps = dm_set_and(finder->sets, in.perhaps, flows);
    join(finder, &finder->controlled[workload], in);
}

static void control(struct finder *finder, const struct dm_ingress_backend *backend)
{
    const struct dm_model *model = finder->model;
    const struct dm_kube_service *service = dm_kube_service_get(model, backend->service);
    const struct dm_kube_service_port *port = &service->ports[backend->port];

    for (uint32_t i = 0; service->selector && i < model->n_workloads; i++) {
        const struct dm_workload *workload = &model->workloads[i];

        if (workload->namespace.v != service->namespace.v) {
            continue;
        }
        for (size_t j = 0; j < workload->n_pods; j++) {
            if (dm_selector_matches(service->selector, &workload->pods[j].labels)) {
                control_pod(finder, i, j, target_flows(finder, port, &workload->pods[j]));
            }
        }
    }
    for (size_t i = 0; i < service->n_endpoints; i++) {
        const struct dm_kube_endpoint *endpoint = &service->endpoints[i];

        if (endpoint->workload.v) {
            control_pod(finder, endpoint->workload.v - 1, endpoint->pod,
                        endpoint_flows(finder, port, endpoint));
        }
    }
}

static void find_controlled(struct finder *finder)
{
    const struct dm_model *model = finder->model;

    finder->controlled =
        DM_NEW_ARRAY(finder->arena, (size_t)model->n_workloads + 1, struct dm_flow_sets);
    finder->failed = finder->failed || !finder->controlled;
    for (uint32_t i = 0; i < model->n_workloads && !finder->failed; i++) {
        finder->controlled[i] = nothing;
    }
    for (uint32_t i = 0; i < model->n_ingresses && !finder->failed; i++) {
        for (size_t j = 0; j < model->ingresses[i].n_backends; j++) {
            control(finder, &model->ingresses[i].backends[j]);
        }
    }
}

/* ---- places ---- */

static const char controller_name[] = "{ingress-controller}";

static bool place_is(const struct finder *finder, const struct place *place, const char *word)
{
    switch (place->kind) {
    case A_WORKLOAD:
        return dm_workload_is(finder->model, &finder->model->workloads[place->index], word, true);
    case A_RANGE:
        return strcmp(word, "external") == 0;
    case ANY_POD:
    case FITTING_POD:
    case SOME_POD:
        return strcmp(word, place->name) == 0 || strcmp(word, "unseen") == 0;
    case THE_CONTROLLER:
        break;
    }
    return strcmp(word, "ingress-controller") == 0 || strcmp(word, controller_name) == 0;
}

static int compare_places(const void *a, const void *b)
{
    const struct place *left = a;
    const struct place *right = b;

    return strcmp(left->name, right->name);
}

static void add_place(struct finder *finder, struct places *places, struct place place)
{
    if (!place.name || !DM_VEC_PUSH(finder->arena, places, place)) {
        finder->failed = true;
    }
}

/* Of each namespace, and last of those that are not in the input. */
static void list_strangers(struct finder *finder, struct places *places)
{
    for (uint32_t i = 0; i <= finder->model->n_namespaces; i++) {
        const char *name = i ? finder->model->namespaces[i - 1].object.name : "{any namespace}";

        add_place(finder, places,
                  (struct place){ .kind = ANY_POD,
                                  .index = i,
                                  .name = dm_sprintf(finder->arena, "%s/{any pod}", name) });
        add_place(finder, places,
                  (struct place){ .kind = SOME_POD,
                                  .index = i,
                                  .name = dm_sprintf(finder->arena, "%s/{some pod}", name) });
    }
}

/* ---- pods that are not in the input, by what rules ask for ---- */

static bool says_nothing(const struct dm_selector *selector)
{
    return !selector || selector->kind == DM_SELECTOR_ALL;
}

/* Whether only namespaces of the input have what the selector asks for: it asks for their names. */
static bool names_known_ones(const struct dm_model *model, const struct dm_selector *selector)
{
    size_t n_known = 0;

    for (size_t i = 0; selector->kind == DM_SELECTOR_AND && i < selector->n_parts; i++) {
        if (names_known_ones(model, selector->parts[i])) {
            return true;
        }
    }
    if (selector->kind != DM_SELECTOR_IN
        || strcmp(selector->key, "kubernetes.io/metadata.name") != 0) {
        return false;
    }
    for (size_t i = 0; i < selector->n_values; i++) {
        for (uint32_t j = 0; j < model->n_namespaces; j++) {
            n_known += strcmp(model->namespaces[j].short_name, selector->values[i]) == 0;
        }
    }
    return n_known >= selector->n_values;
}

static void add_fit(struct finder *finder, struct dm_map *known, struct places *places,
                    uint32_t namespace, const struct dm_policy_fit *fit)
{
    struct place place = { .kind = FITTING_POD, .index = namespace, .fit = *fit };
    bool added = false;
    struct dm_str name;

    dm_str_init(&name, finder->arena);
    if (namespace) {
        dm_str_add(&name, finder->model->namespaces[namespace - 1].object.name);
    } else if (says_nothing(fit->namespaces)) {
        dm_str_add(&name, "{any namespace}");
    } else {
        dm_str_add(&name, "{namespaces ");
        dm_selector_text(fit->namespaces, &name);
        dm_str_add(&name, "}");
    }
    dm_str_add(&name, says_nothing(fit->pods) ? "/{any pod" : "/{pods ");
    if (!says_nothing(fit->pods)) {
        dm_selector_text(fit->pods, &name);
    }
    dm_str_add(&name, "}");
    place.name = name.failed ? NULL : name.text;
    if (!place.name || !dm_map_add(known, place.name, &added)) {
        finder->failed = true;
    } else if (added) {
        add_place(finder, places, place);
    }
}

/* Of one side of a rule: pods of each namespace that it may mean, and of those not in the input. */
static void add_fits(struct finder *finder, struct dm_map *known, struct places *places,
                     const struct dm_network_policy *policy, const struct dm_policy_entity *entity)
{
    const struct dm_model *model = finder->model;
    const struct dm_policy_fit fit = { entity->selector, entity->namespace_selector };

    if (entity->outside_only || entity->global_only || entity->account_selector
        || entity->n_accounts || entity->n_nets || entity->n_not_nets) {
        return;
    }
    for (uint32_t i = 0; i < model->n_namespaces && !says_nothing(fit.pods); i++) {
        if (entity->own_namespace
                ? policy->namespace.v == i + 1
                : dm_selector_matches(fit.namespaces, &model->namespaces[i].labels)) {
            add_fit(finder, known, places, i + 1, &fit);
        }
    }
    if (!entity->own_namespace && !(says_nothing(fit.pods) && says_nothing(fit.namespaces))
        && !(fit.namespaces && names_known_ones(model, fit.namespaces))) {
        add_fit(finder, known, places, 0, &fit);
    }
}

static void list_fitting(struct finder *finder, enum dm_policy_direction direction,
                         struct places *places)
{
    struct dm_map known;

    dm_map_init(&known, finder->arena);
    for (uint32_t i = 0; i < finder->model->n_network_policies && !finder->failed; i++) {
        const struct dm_network_policy *policy = &finder->model->network_policies[i];
        bool is_ingress = direction == DM_POLICY_INGRESS;
        const struct dm_policy_rule *rules = is_ingress ? policy->ingress : policy->egress;
        size_t n = is_ingress ? policy->n_ingress : policy->n_egress;

        for (size_t j = 0; j < n; j++) {
            add_fits(finder, &known, places, policy,
                     is_ingress ? &rules[j].source : &rules[j].destination);
        }
    }
}

static void list_places(struct finder *finder, enum dm_policy_direction direction,
                        struct places *places)
{
    const struct ranges *ranges = &finder->ranges[direction];

    for (uint32_t i = 0; i < finder->model->n_workloads; i++) {
        add_place(finder, places,
                  (struct place){ .kind = A_WORKLOAD,
                                  .index = i,
                                  .name = finder->model->workloads[i].object.name });
    }
    for (size_t i = 0; i < ranges->n; i++) {
        char first[DM_ADDR_TEXT_SIZE];
        char last[DM_ADDR_TEXT_SIZE];

        add_place(finder, places,
                  (struct place){ .kind = A_RANGE,
                                  .index = (uint32_t)i,
                                  .name = dm_sprintf(finder->arena, "%s-%s[External]",
                                                     dm_addr_text(ranges->items[i].first, first),
                                                     dm_addr_text(ranges->items[i].last, last)) });
    }
    if (finder->exposure) {
        list_strangers(finder, places);
        list_fitting(finder, direction, places);
    }
    if (direction == DM_POLICY_INGRESS && finder->model->n_ingresses) {
        add_place(finder, places,
                  (struct place){ .kind = THE_CONTROLLER, .name = controller_name });
    }
    if (!finder->failed && places->n > 1) {
        qsort(places->items, places->n, sizeof *places->items, compare_places);
    }
}

/* Leaves the places that one of the words selects; all where there is no word. */
static enum dm_status choose(const struct finder *finder, struct places *places,
                             const char *const *words, size_t n_words, struct dm_err *err)
{
    bool *used = DM_NEW_ARRAY(finder->arena, n_words + 1, bool);
    size_t n = 0;

    if (!used) {
        return DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; n_words && i < places->n; i++) {
        bool is_chosen = false;

        for (size_t j = 0; j < n_words; j++) {
            if (place_is(finder, &places->items[i], words[j])) {
                used[j] = is_chosen = true;
            }
        }
        if (is_chosen) {
            places->items[n++] = places->items[i];
        }
    }
    places->n = n_words ? n : places->n;
    for (size_t j = 0; j < n_words; j++) {
        if (!used[j]) {
            return DM_FAIL(err, DM_USAGE,
                           "`%s` is no workload, no namespace, and neither "
                           "`external`, `ingress-controller` nor `unseen`",
                           words[j]);
        }
    }
    return DM_OK;
}

/* ---- rows ---- */

static bool is_stranger(const struct place *place)
{
    return place->kind == ANY_POD || place->kind == FITTING_POD || place->kind == SOME_POD;
}

static struct dm_cluster_id cluster_of(const struct finder *finder, uint32_t workload)
{
    return dm_namespace_get(finder->model, finder->model->workloads[workload].namespace)->cluster;
}

/* What a workload's own policies have to say of a pod that nobody knows: of any pod what is sure,
 * of one with labels that a rule asks for what is sure then, and of some all that is possible; both
 * where that is more. */
static struct dm_flow_sets unseen(struct finder *finder, const struct place *stranger,
                                  const struct place *known, enum dm_policy_direction direction)
{
    const struct dm_namespace_id namespace = { stranger->index };
    struct dm_flow_sets any = nothing;
    struct dm_flow_sets fitting = nothing;
    struct dm_set result;
    uint32_t first;

    if (known->kind != A_WORKLOAD
        || (namespace.v
            && cluster_of(finder, known->index).v
                   != dm_namespace_get(finder->model, namespace)->cluster.v)) {
        return nothing;
    }
    first = dm_policies_first_pod(finder->policies, (struct dm_workload_id){ known->index + 1 });
    for (size_t i = 0; i < finder->model->workloads[known->index].n_pods; i++) {
        uint32_t pod = first + (uint32_t)i;

        join(finder, &any, dm_policies_stranger(finder->policies, pod, direction, namespace));
        if (stranger->kind == FITTING_POD) {
            join(finder, &fitting,
                 dm_policies_fitting(finder->policies, pod, direction, namespace, &stranger->fit));
        }
    }
    result = stranger->kind == ANY_POD       ? any.sure
             : stranger->kind == FITTING_POD ? fitting.sure
                                             : any.perhaps;
    if (stranger->kind != ANY_POD
        && dm_set_is_empty(dm_set_minus(finder->sets, result, any.sure))) {
        return nothing;
    }
    return (struct dm_flow_sets){ result, result };
}

static struct dm_flow_sets between(struct finder *finder, const struct place *from,
                                   const struct place *to)
{
    struct dm_workload_id sender = { from->index + 1 };
    struct dm_workload_id receiver = { to->index + 1 };
    struct dm_flow_sets result = nothing;
    uint32_t first;
    uint32_t last;

    if (is_stranger(from)) {
        return unseen(finder, from, to, DM_POLICY_INGRESS);
    }
    if (is_stranger(to)) {
        return unseen(finder, to, from, DM_POLICY_EGRESS);
    }
    if (from->kind == THE_CONTROLLER) {
        return to->kind == A_WORKLOAD ? finder->controlled[to->index] : nothing;
    }
    if (from->kind == A_RANGE) {
        return to->kind == A_WORKLOAD
                   ? finder->ranges[DM_POLICY_INGRESS].items[from->index].flows[to->index]
                   : nothing;
    }
    if (to->kind == A_RANGE) {
        return finder->ranges[DM_POLICY_EGRESS].items[to->index].flows[from->index];
    }
    if (sender.v == receiver.v
        || cluster_of(finder, from->index).v != cluster_of(finder, to->index).v) {
        return nothing;
    }
    finder->n_sessions++;
    first = dm_policies_first_pod(finder->policies, sender);
    last = dm_policies_first_pod(finder->policies, receiver);
    for (size_t i = 0; i < finder->model->workloads[sender.v - 1].n_pods; i++) {
        for (size_t j = 0; j < finder->model->workloads[receiver.v - 1].n_pods; j++) {
            join(finder, &result,
                 dm_policies_between(finder->policies, first + (uint32_t)i, last + (uint32_t)j));
        }
    }
    return result;
}

/* All that NetworkPolicies know: every port of three protocols. */
static struct dm_set all_ports(struct finder *finder)
{
    static const uint8_t protocols[] = { DM_PROTO_TCP, DM_PROTO_UDP, DM_PROTO_SCTP };
    struct dm_set ports = DM_SET_EMPTY;

    for (size_t i = 0; i < sizeof protocols; i++) {
        ports =
            dm_set_or(finder->sets, ports, dm_set_details(finder->sets, protocols[i], 1, 65535));
    }
    return ports;
}

static bool has_all(const struct finder *finder, struct dm_set set)
{
    return !finder->has_others && dm_set_is_empty(dm_set_minus(finder->sets, finder->ports, set));
}

/* Whether a rule is for a protocol without ports, or for all but one. */
static bool names_others(const struct dm_policy_rule *rules, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint8_t protocol = rules[i].protocol;

        if (rules[i].not_protocol
            || (protocol && protocol != DM_PROTO_TCP && protocol != DM_PROTO_UDP
                && protocol != DM_PROTO_SCTP)) {
            return true;
        }
    }
    return false;
}

static bool asks_for_others(const struct dm_model *model)
{
    for (uint32_t i = 0; i < model->n_network_policies; i++) {
        const struct dm_network_policy *policy = &model->network_policies[i];

        if (names_others(policy->ingress, policy->n_ingress)
            || names_others(policy->egress, policy->n_egress)) {
            return true;
        }
    }
    return false;
}

/* The text of a set of flows, made once. */
static const char *text_of(struct finder *finder, struct dm_set set)
{
    struct dm_str text;

    if (set.v >= finder->n_texts) {
        size_t n = (size_t)set.v * 2 + 16;
        const char **texts =
            dm_arena_grow(finder->arena, finder->texts, finder->n_texts, n, sizeof *texts);

        if (!texts) {
            finder->failed = true;
            return "";
        }
        finder->texts = texts;
        finder->n_texts = n;
    }
    if (!finder->texts[set.v]) {
        dm_str_init(&text, finder->arena);
        if (has_all(finder, set) || dm_set_is_equal(set, DM_SET_ALL)) {
            dm_set_flows_text(finder->sets, DM_SET_ALL, &text);
        } else {
            dm_set_ports_text(finder->sets, set, &text);
        }
        finder->failed = finder->failed || text.failed;
        finder->texts[set.v] = text.text;
    }
    return finder->texts[set.v];
}

static void add_row(struct finder *finder, const struct place *from, const struct place *to,
                    enum dm_pair_mark mark, struct dm_set set)
{
    if (!finder->has_others) {
        set = dm_set_and(finder->sets, set, finder->ports);
    }
    if (!dm_set_is_empty(set)
        && !DM_VEC_PUSH(finder->arena, &finder->rows,
                        (struct dm_pair_row){ from->name, to->name, mark, text_of(finder, set) })) {
        finder->failed = true;
    }
}

static void find_rows(struct finder *finder)
{
    for (size_t i = 0; i < finder->from.n && !finder->failed; i++) {
        for (size_t j = 0; j < finder->to.n; j++) {
            const struct place *from = &finder->from.items[i];
            const struct place *to = &finder->to.items[j];
            struct dm_flow_sets flows = between(finder, from, to);

            add_row(finder, from, to, DM_PAIR_PLAIN, flows.sure);
            add_row(finder, from, to, DM_PAIR_UNKNOWN,
                    dm_set_minus(finder->sets, flows.perhaps, flows.sure));
        }
    }
}

enum dm_status dm_workloads_find(struct dm_arena *arena, const struct dm_model *model,
                                 const struct dm_pairs_options *options, struct dm_pairs *ret_pairs,
                                 struct dm_err *err)
{
    struct finder finder = {
        .arena = arena, .model = model, .sets = dm_sets_new(arena), .exposure = options->exposure
    };
    enum dm_status status;

    if (model->n_workloads == 0) {
        return DM_FAIL(err, DM_USAGE, "there are no workloads in the input");
    }
    finder.policies = finder.sets ? dm_policies_new(arena, model, finder.sets) : NULL;
    if (!finder.policies) {
        return DM_FAIL_NOMEM(err);
    }
    finder.ports = all_ports(&finder);
    finder.has_others = asks_for_others(model);
    find_ranges(&finder, DM_POLICY_INGRESS);
    find_ranges(&finder, DM_POLICY_EGRESS);
    find_controlled(&finder);
    list_places(&finder, DM_POLICY_INGRESS, &finder.from);
    list_places(&finder, DM_POLICY_EGRESS, &finder.to);
    if (finder.failed) {
        return DM_FAIL_NOMEM(err);
    }
    status = choose(&finder, &finder.from, options->from, options->n_from, err);
    if (status == DM_OK) {
        status = choose(&finder, &finder.to, options->to, options->n_to, err);
    }
    if (status != DM_OK) {
        return status;
    }
    find_rows(&finder);
    if (finder.failed || dm_policies_failed(finder.policies)) {
        return DM_FAIL_NOMEM(err);
    }
    *ret_pairs = (struct dm_pairs){ .rows = finder.rows.items,
                                    .n_rows = finder.rows.n,
                                    .n_places = model->n_workloads,
                                    .n_sessions = finder.n_sessions };
    return DM_OK;
}
