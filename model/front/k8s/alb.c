/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Groups of ingresses, each an application load balancer.
 */
#include <stdlib.h>
#include <string.h>

#include "model/front/k8s/balancer.h"

static const char known[] =
    "actions.|auth-idp-cognito|auth-idp-oidc|auth-on-unauthenticated-request|auth-scope|"
    "auth-session-cookie|auth-session-timeout|auth-type|backend-protocol|"
    "backend-protocol-version|certificate-arn|conditions.|customer-owned-ipv4-pool|"
    "enable-frontend-nlb|frontend-nlb-attributes|frontend-nlb-eip-allocations|"
    "frontend-nlb-healthcheck-healthy-threshold-count|frontend-nlb-healthcheck-interval-seconds|"
    "frontend-nlb-healthcheck-path|frontend-nlb-healthcheck-port|"
    "frontend-nlb-healthcheck-protocol|frontend-nlb-healthcheck-success-codes|"
    "frontend-nlb-healthcheck-timeout-seconds|"
    "frontend-nlb-healthcheck-unhealthy-threshold-count|frontend-nlb-listener-port-mapping|"
    "frontend-nlb-scheme|frontend-nlb-security-groups|frontend-nlb-subnets|group.name|group.order|"
    "healthcheck-interval-seconds|healthcheck-path|healthcheck-port|healthcheck-protocol|"
    "healthcheck-timeout-seconds|healthy-threshold-count|inbound-cidrs|ip-address-type|"
    "ipam-ipv4-pool-id|listen-ports|listener-attributes.|load-balancer-attributes|"
    "load-balancer-name|manage-backend-security-group-rules|minimum-load-balancer-capacity|"
    "multi-cluster-target-group|mutual-authentication|scheme|security-group-prefix-lists|"
    "security-groups|shield-advanced-protection|ssl-policy|ssl-redirect|subnets|success-codes|"
    "tags|target-group-attributes|target-node-labels|target-type|unhealthy-threshold-count|"
    "use-regex-path-match|waf-acl-id|wafv2-acl-arn|wafv2-acl-name|web-acl-id";

bool dm_k8s_is_alb(const char *controller)
{
    return dm_str_equal(controller, "ingress.k8s.aws/alb")
           || dm_str_equal(controller, "eks.amazonaws.com/alb");
}

/* ---- gathering ---- */

static const char *group_name(const struct dm_k8s_object *object,
                              const struct dm_k8s_object *params)
{
    const struct dm_tree *group = params ? dm_k8s_get(params->spec, "group") : NULL;
    const char *name = dm_tree_text(dm_k8s_get(group, "name"));

    return name ? name : dm_tree_text(dm_k8s_annotation(object, DM_K8S_ALB, "group.name"));
}

void dm_k8s_gather(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                   const struct dm_k8s_object *params, const struct dm_k8s_rules *rules)
{
    const char *name = group_name(object, params);
    const struct dm_tree *order = dm_k8s_annotation(object, DM_K8S_ALB, "group.order");
    const char *order_text = dm_k8s_annotation_text(k8s, order);
    bool is_negative = order_text && *order_text == '-';
    const char *full = name ? dm_k8s_text_of(k8s, "%s%s[IngressGroup]", k8s->prefix, name)
                            : dm_k8s_text_of(k8s, "%s[Ingress]", dm_k8s_name(k8s, object));
    uint64_t *place = dm_map_add(&k8s->groups_by_name, full, NULL);
    struct dm_k8s_member member = { .object = object, .params = params, .rules = *rules };
    const struct dm_k8s_group group = {
        full, name ? name : dm_k8s_text_of(k8s, "%s/%s", object->namespace, object->name), NULL, 0,
        0
    };
    uint64_t number = 0;

    if (order_text
        && !dm_str_to_u64(order_text + is_negative, strlen(order_text + is_negative), 1000,
                          &number)) {
        (void)dm_k8s_fault(k8s, order->span, "`%s` is no order: a number from -1000 to 1000",
                           order_text);
    }
    member.order = is_negative ? -(int64_t)number : (int64_t)number;
    k8s->failed = k8s->failed || !place;
    if (!place || (!*place && !DM_K8S_PUSH(k8s, &k8s->groups, group))) {
        return;
    }
    *place = *place ? *place : k8s->groups.n;
    (void)DM_K8S_PUSH(k8s, &k8s->groups.items[*place - 1], member);
}

static int compare_members(const void *a, const void *b)
{
    const struct dm_k8s_member *left = a;
    const struct dm_k8s_member *right = b;
    int order = strcmp(left->object->namespace, right->object->namespace);

    if (left->order != right->order) {
        return left->order < right->order ? -1 : 1;
    }
    return order ? order : strcmp(left->object->name, right->object->name);
}

/* ---- one value for all of a group ---- */

/* The annotation of the group: its members must not differ. */
static const struct dm_tree *of_group(struct dm_k8s *k8s, const struct dm_k8s_group *group,
                                      const char *name, struct dm_unknown_id *slot)
{
    const struct dm_tree *first = NULL;

    for (size_t i = 0; i < group->n; i++) {
        const struct dm_tree *node = dm_k8s_annotation(group->items[i].object, DM_K8S_ALB, name);

        if (first && node && !dm_str_equal(dm_tree_text(first), dm_tree_text(node))) {
            dm_diag_label(k8s->diags,
                          dm_k8s_warn(k8s, node->span,
                                      "ingresses of one group differ in `%s`: the controller "
                                      "builds none of it",
                                      name),
                          first->span, "another says so here");
            dm_k8s_unknown(k8s, node->span, dm_k8s_text_of(k8s, "%s of %s", name, group->name),
                           "ingresses of one group differ", slot);
        }
        first = first ? first : node;
    }
    return first;
}

static const struct dm_tree *of_params(const struct dm_k8s_group *group, const char *key)
{
    for (size_t i = 0; i < group->n; i++) {
        const struct dm_k8s_object *params = group->items[i].params;
        const struct dm_tree *node = params ? dm_k8s_get(params->spec, key) : NULL;

        if (node) {
            return node;
        }
    }
    return NULL;
}

bool dm_k8s_read_scheme(struct dm_k8s *k8s, const struct dm_tree *node)
{
    const char *text = dm_k8s_annotation_text(k8s, node);

    if (text && strcmp(text, "internet-facing") != 0 && strcmp(text, "internal") != 0) {
        (void)dm_k8s_fault(k8s, node->span, "the scheme must be `internal` or `internet-facing`");
    }
    return text && strcmp(text, "internet-facing") == 0;
}

/* Texts of a list of an IngressClassParams. */
static struct dm_k8s_words words_of(struct dm_k8s *k8s, const struct dm_tree *list)
{
    struct dm_k8s_words words = { NULL, 0, 0 };

    for (size_t i = 0; list && list->kind == DM_TREE_LIST && i < list->n; i++) {
        if (dm_tree_text(list->items[i])) {
            (void)DM_K8S_PUSH(k8s, &words, dm_tree_text(list->items[i]));
        }
    }
    return words;
}

void dm_k8s_read_inbound(struct dm_k8s *k8s, struct dm_k8s_words words, struct dm_span span,
                         struct dm_kube_balancer *balancer)
{
    struct dm_prefix *prefixes = DM_NEW_ARRAY(k8s->arena, words.n + 2, struct dm_prefix);

    k8s->failed = k8s->failed || !prefixes;
    for (size_t i = 0; prefixes && i < words.n; i++) {
        struct dm_prefix prefix = { 0 };
        enum dm_addr_fault fault = dm_prefix_parse(words.items[i], &prefix);

        if (fault != DM_ADDR_OK && fault != DM_ADDR_HOST_BITS) {
            (void)dm_k8s_fault(k8s, span, "`%s` %s", words.items[i], dm_addr_fault_text(fault));
        } else {
            prefixes[balancer->n_inbound++] = prefix;
        }
    }
    if (prefixes && !words.n) { /* everybody [EKS-33] */
        prefixes[balancer->n_inbound++] = (struct dm_prefix){ dm_addr_ipv4(0), 0 };
        prefixes[balancer->n_inbound++] = (struct dm_prefix){ { .family = DM_FAMILY_IPV6 }, 0 };
    }
    balancer->inbound = prefixes;
}

bool dm_k8s_read_dual_stack(struct dm_k8s *k8s, const struct dm_tree *node)
{
    const char *text = dm_k8s_annotation_text(k8s, node);

    return text && strcmp(text, "ipv4") != 0;
}

/* Groups of the user's own let nothing more in unless that is asked for [EKS-52]. */
bool dm_k8s_read_manages(struct dm_k8s *k8s, const struct dm_tree *node, size_t n_groups)
{
    const char *text = dm_k8s_annotation_text(k8s, node);

    if (text && strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
        (void)dm_k8s_fault(k8s, node->span, "it must be `true` or `false`");
    }
    return n_groups == 0 || dm_str_equal(text, "true");
}

/* The first host name that the cluster shows in the status of an object. */
const char *dm_k8s_read_dns_name(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const struct dm_tree *status = dm_k8s_map(k8s, object->root, "status");
    const struct dm_tree *list = dm_k8s_get(dm_k8s_get(status, "loadBalancer"), "ingress");

    for (size_t i = 0; list && list->kind == DM_TREE_LIST && i < list->n; i++) {
        const char *name = dm_tree_text(dm_k8s_get(list->items[i], "hostname"));

        if (name && *name) {
            return name;
        }
    }
    return NULL;
}

/* ---- target groups ---- */

/* Of a target group's annotations those of the service win over the ingress's [EKS-34]. */
static const struct dm_tree *of_target(const struct dm_k8s_object *ingress,
                                       const struct dm_k8s_object *service, const char *name)
{
    const struct dm_tree *node = service ? dm_k8s_annotation(service, DM_K8S_ALB, name) : NULL;

    return node ? node : dm_k8s_annotation(ingress, DM_K8S_ALB, name);
}

bool dm_k8s_read_target_type(struct dm_k8s *k8s, const struct dm_tree *node)
{
    const char *text = dm_k8s_annotation_text(k8s, node);

    if (text && strcmp(text, "ip") != 0 && strcmp(text, "instance") != 0) {
        (void)dm_k8s_fault(k8s, node->span, "the target type must be `instance` or `ip`");
    }
    return text && strcmp(text, "ip") == 0;
}

void dm_k8s_read_health_port(struct dm_k8s *k8s, const struct dm_tree *node,
                             const struct dm_kube_service *service, struct dm_kube_target *target)
{
    const char *text = dm_k8s_annotation_text(k8s, node);
    uint64_t number = 0;

    if (!text) {
        return;
    }
    target->health_is_chosen = true;
    if (strcmp(text, "traffic-port") == 0) {
        return;
    }
    if (dm_str_to_u64(text, strlen(text), 65535, &number) && number) {
        target->health_port = (uint16_t)number;
        return;
    }
    for (size_t i = 0; i < service->n_ports; i++) {
        if (dm_str_equal(service->ports[i].name, text)) {
            target->health_port =
                target->is_address ? service->ports[i].target : service->ports[i].node_port;
            return;
        }
    }
    (void)dm_k8s_fault(k8s, node->span,
                       "`%s` is no port of a health check: `traffic-port`, a number, or the name "
                       "of a port of the service",
                       text);
}

enum dm_cross_zone dm_k8s_read_cross_zone(struct dm_k8s *k8s, const struct dm_tree *attributes)
{
    const char *value =
        dm_k8s_annotation_value(k8s, attributes, "load_balancing.cross_zone.enabled");

    return dm_str_equal(value, "true")    ? DM_CROSS_ZONE_ON
           : dm_str_equal(value, "false") ? DM_CROSS_ZONE_OFF
                                          : DM_CROSS_ZONE_AS_BALANCER;
}

/* "KEY=VALUE,...": nodes that have all of these. */
const struct dm_selector *dm_k8s_read_target_nodes(struct dm_k8s *k8s, const struct dm_tree *node)
{
    struct dm_k8s_words words = dm_k8s_annotation_words(k8s, node);
    const struct dm_selector **parts =
        DM_NEW_ARRAY(k8s->arena, words.n + 1, const struct dm_selector *);
    struct dm_selector *all = DM_NEW(k8s->arena, struct dm_selector);

    k8s->failed = k8s->failed || !parts || !all;
    for (size_t i = 0; !k8s->failed && i < words.n; i++) {
        struct dm_selector *part = DM_NEW(k8s->arena, struct dm_selector);
        const char **value = DM_NEW(k8s->arena, const char *);
        size_t length = strcspn(words.items[i], "=");

        if (!part || !value) {
            k8s->failed = true;
            return NULL;
        }
        *value = words.items[i] + length + (words.items[i][length] == '=');
        *part = (struct dm_selector){ .kind = DM_SELECTOR_IN,
                                      .key = dm_arena_strndup(k8s->arena, words.items[i], length),
                                      .values = value,
                                      .n_values = 1 };
        k8s->failed = !part->key;
        parts[i] = part;
    }
    if (k8s->failed || words.n == 0) {
        return NULL;
    }
    *all = (struct dm_selector){ .kind = DM_SELECTOR_AND, .parts = parts, .n_parts = words.n };
    return all;
}

static void fill_target(struct dm_k8s *k8s, const struct dm_k8s_member *member,
                        struct dm_kube_target *target)
{
    const struct dm_kube_service *service =
        dm_builder_edit_kube_service(k8s->builder, target->service);
    const struct dm_k8s_object *notes =
        dm_k8s_find(k8s, "Service", member->object->namespace, service->short_name);
    const struct dm_k8s_object *ingress = member->object;
    const struct dm_tree *type =
        member->params ? dm_k8s_get(member->params->spec, "targetType") : NULL;
    const char *version =
        dm_k8s_annotation_text(k8s, of_target(ingress, notes, "backend-protocol-version"));
    bool is_grpc = dm_str_equal(version, "GRPC");

    type = type ? type : of_target(ingress, notes, "target-type");
    target->is_address = dm_k8s_read_target_type(k8s, type);
    target->health_protocol =
        dm_k8s_annotation_text(k8s, of_target(ingress, notes, "healthcheck-protocol"));
    target->health_protocol = target->health_protocol ? target->health_protocol : "HTTP";
    target->health_path =
        dm_k8s_annotation_text(k8s, of_target(ingress, notes, "healthcheck-path"));
    if (!target->health_path) {
        target->health_path = is_grpc ? "/AWS.ALB/healthcheck" : "/";
    }
    dm_k8s_read_health_port(k8s, of_target(ingress, notes, "healthcheck-port"), service, target);
    target->cross_zone =
        dm_k8s_read_cross_zone(k8s, of_target(ingress, notes, "target-group-attributes"));
    target->nodes = dm_k8s_read_target_nodes(k8s, of_target(ingress, notes, "target-node-labels"));
}

/* ---- listeners ---- */

struct listeners {
    struct dm_kube_listener *items;
    size_t n;
    size_t capacity;
};

static struct dm_kube_listener *listener_of(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                                            struct listeners *listeners, const char *protocol,
                                            uint16_t port)
{
    const struct dm_kube_listener listener = { .protocol = protocol, .port = port };
    size_t i = 0;

    while (i < listeners->n && listeners->items[i].port != port) {
        i++;
    }
    if (i == listeners->n && !DM_K8S_PUSH(k8s, listeners, listener)) {
        return NULL;
    }
    if (strcmp(listeners->items[i].protocol, protocol) != 0) {
        (void)dm_k8s_fault(k8s, object->origin,
                           "port %u is of HTTP and of HTTPS in ingresses of one group", port);
    }
    return &listeners->items[i];
}

static void add_rules(struct dm_k8s *k8s, struct dm_kube_listener *listener,
                      const struct dm_k8s_rules *more, bool redirects)
{
    struct dm_kube_rule *rules =
        DM_NEW_ARRAY(k8s->arena, listener->n_rules + more->n + 1, struct dm_kube_rule);

    if (!rules) {
        k8s->failed = true;
        return;
    }
    for (size_t i = 0; i < listener->n_rules; i++) {
        rules[i] = listener->rules[i];
    }
    for (size_t i = 0; i < more->n; i++) {
        struct dm_kube_rule *rule = &rules[listener->n_rules + i];

        *rule = more->items[i];
        if (redirects) {
            rule->kind = DM_KUBE_REDIRECT;
            rule->targets = NULL;
            rule->n_targets = 0;
        }
    }
    listener->rules = rules;
    listener->n_rules += more->n;
}

/* Port and protocol of an item of "listen-ports": {"HTTPS": 443}. */
static bool read_listener(struct dm_k8s *k8s, const struct dm_tree *item, struct dm_span span,
                          const char **ret_protocol, uint16_t *ret_port)
{
    const struct dm_tree_pair *pair =
        item->kind == DM_TREE_MAP && item->n == 1 ? &item->pairs[0] : NULL;
    int64_t port = 0;

    if (!pair || (strcmp(pair->key, "HTTP") != 0 && strcmp(pair->key, "HTTPS") != 0)
        || !dm_tree_int(pair->value, &port) || port < 1 || port > 65535) {
        (void)dm_k8s_fault(k8s, span, "a listener must be {\"HTTP\": PORT} or {\"HTTPS\": PORT}");
        return false;
    }
    *ret_protocol = pair->key;
    *ret_port = (uint16_t)port;
    return true;
}

/* The listeners of one ingress, with its rules on each [EKS-35]. */
static void add_member(struct dm_k8s *k8s, const struct dm_k8s_member *member, bool redirects,
                       struct listeners *listeners)
{
    const struct dm_tree *note = dm_k8s_annotation(member->object, DM_K8S_ALB, "listen-ports");
    const struct dm_tree *list = note ? dm_k8s_annotation_json(k8s, note) : NULL;
    bool is_secure = dm_k8s_annotation(member->object, DM_K8S_ALB, "certificate-arn")
                     || dm_k8s_get(member->object->spec, "tls")
                     || (member->params && dm_k8s_get(member->params->spec, "certificateArn"));

    if (note && (!list || list->kind != DM_TREE_LIST)) {
        if (list) {
            (void)dm_k8s_fault(k8s, note->span, "`listen-ports` must be a list");
        }
        return;
    }
    for (size_t i = 0; i < (list ? list->n : 1); i++) {
        const char *protocol = is_secure ? "HTTPS" : "HTTP";
        uint16_t port = is_secure ? 443 : 80;
        struct dm_kube_listener *listener;

        if (list && !read_listener(k8s, list->items[i], note->span, &protocol, &port)) {
            continue;
        }
        listener = listener_of(k8s, member->object, listeners, protocol, port);
        if (listener) {
            add_rules(k8s, listener, &member->rules, redirects && strcmp(protocol, "HTTP") == 0);
        }
    }
}

/* ---- balancers ---- */

static void read_network(struct dm_k8s *k8s, const struct dm_k8s_group *group,
                         struct dm_kube_balancer *balancer)
{
    const struct dm_tree *scheme = of_params(group, "scheme");
    const struct dm_tree *ids = dm_k8s_get(of_params(group, "subnets"), "ids");
    const struct dm_tree *cidrs = of_params(group, "inboundCIDRs");
    const struct dm_tree *inbound = of_group(k8s, group, "inbound-cidrs", &balancer->unknown);
    struct dm_k8s_words groups =
        dm_k8s_annotation_words(k8s, of_group(k8s, group, "security-groups", &balancer->unknown));
    struct dm_k8s_words lists = dm_k8s_annotation_words(
        k8s, of_group(k8s, group, "security-group-prefix-lists", &balancer->unknown));
    struct dm_k8s_words subnets =
        ids ? words_of(k8s, ids)
            : dm_k8s_annotation_words(k8s, of_group(k8s, group, "subnets", &balancer->unknown));
    const struct dm_tree *address_type = of_params(group, "ipAddressType");

    scheme = scheme ? scheme : of_group(k8s, group, "scheme", &balancer->unknown);
    address_type =
        address_type ? address_type : of_group(k8s, group, "ip-address-type", &balancer->unknown);
    if (!ids && of_params(group, "subnets")) {
        dm_k8s_unknown(k8s, of_params(group, "subnets")->span,
                       dm_k8s_text_of(k8s, "subnets of %s", group->name),
                       "subnets by tags of their own are not looked for", &balancer->unknown);
    }
    balancer->is_internet_facing = dm_k8s_read_scheme(k8s, scheme);
    balancer->subnets = subnets.items;
    balancer->n_subnets = subnets.n;
    balancer->groups = groups.items;
    balancer->n_groups = groups.n;
    balancer->is_dual_stack = dm_k8s_read_dual_stack(k8s, address_type);
    balancer->manages_rules = dm_k8s_read_manages(
        k8s, of_group(k8s, group, "manage-backend-security-group-rules", &balancer->unknown),
        groups.n);
    balancer->lists = lists.items;
    balancer->n_lists = lists.n;
    if (!groups.n) {
        dm_k8s_read_inbound(k8s,
                            cidrs ? words_of(k8s, cidrs) : dm_k8s_annotation_words(k8s, inbound),
                            cidrs     ? cidrs->span
                            : inbound ? inbound->span
                                      : balancer->object.origin,
                            balancer);
    }
}

static void fill_rules(struct dm_k8s *k8s, const struct dm_k8s_member *member)
{
    for (size_t i = 0; i < member->rules.n; i++) {
        struct dm_kube_rule *rule = &member->rules.items[i];
        struct dm_kube_target *targets =
            DM_NEW_ARRAY(k8s->arena, rule->n_targets + 1, struct dm_kube_target);

        if (!targets) {
            k8s->failed = true;
            return;
        }
        for (size_t j = 0; j < rule->n_targets; j++) {
            targets[j] = rule->targets[j];
            fill_target(k8s, member, &targets[j]);
        }
        rule->targets = targets;
    }
}

static void build_alb(struct dm_k8s *k8s, struct dm_k8s_group *group)
{
    struct dm_kube_balancer balancer = {
        .object = { .name = group->name, .origin = group->items[0].object->origin },
        .cluster = k8s->cluster,
        .kind = DM_KUBE_ALB,
        .crosses_zones = true,
    };
    struct listeners listeners = { NULL, 0, 0 };
    bool redirects = of_group(k8s, group, "ssl-redirect", &balancer.unknown) != NULL;

    qsort(group->items, group->n, sizeof *group->items, compare_members);
    for (size_t i = 0; i < group->n; i++) {
        dm_k8s_annotation_check(k8s, group->items[i].object, DM_K8S_ALB, known, &balancer.unknown);
        if (dm_k8s_annotation(group->items[i].object, DM_K8S_ALB, "enable-frontend-nlb")) {
            dm_k8s_unknown(k8s, group->items[i].object->origin,
                           dm_k8s_text_of(k8s, "front of %s", group->name),
                           "a network load balancer in front of it is not followed",
                           &balancer.unknown);
        }
        fill_rules(k8s, &group->items[i]);
        if (!balancer.unknown.v) {
            balancer.unknown = group->items[i].rules.unknown;
        }
        add_member(k8s, &group->items[i], redirects, &listeners);
    }
    read_network(k8s, group, &balancer);
    balancer.stack = group->stack;
    for (size_t i = 0; i < group->n && !balancer.dns_name; i++) {
        balancer.dns_name = dm_k8s_read_dns_name(k8s, group->items[i].object);
    }
    balancer.listeners = listeners.items;
    balancer.n_listeners = listeners.n;
    k8s->failed = k8s->failed || dm_builder_add_kube_balancer(k8s->builder, &balancer).v == 0;
}

void dm_k8s_build_albs(struct dm_k8s *k8s)
{
    for (size_t i = 0; i < k8s->groups.n && !k8s->failed; i++) {
        build_alb(k8s, &k8s->groups.items[i]);
    }
}
