/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Load balancers, their listeners and target groups.
 *
 * What one has is spread over calls: itself, its attributes, its listeners and, of application load
 * balancers, their rules; each target group, its attributes, its targets with their health.  All
 * are views of one thing.  Where listeners, or targets, are in no view, what the balancer does is
 * unknown; attributes that are not shown have their defaults [ELB-03, ELB-06].
 */
#include "model/front/aws/aws_private.h"

#include <stdlib.h>
#include <string.h>

/* What follows 'mark' in an ARN; NULL where it is not there. */
static const char *after(const char *arn, const char *mark)
{
    const char *found = strstr(arn, mark);
    return found ? found + strlen(mark) : NULL;
}

static const char *item_arn(struct dm_aws *aws, const struct dm_aws_node *item, const char *key)
{
    size_t n_errors = aws->diags->n_errors;
    const char *arn = dm_aws_text(aws, item, key);
    if (!arn && aws->diags->n_errors == n_errors) {
        struct dm_aws_node field = dm_aws_at(item, key);
        dm_aws_fault(aws, &field, "`%s` is missing", key);
    }
    return arn;
}

void dm_aws_collect_listener(struct dm_aws *aws, const struct dm_aws_file *file,
                             const struct dm_aws_node *item)
{
    const char *arn = item_arn(aws, item, "ListenerArn");
    if (arn && strstr(arn, ":globalaccelerator:")) {
        dm_aws_collect_accelerator_listener(aws, file, item);
    } else if (arn) {
        dm_aws_collect(aws, DM_AWS_LISTENER, arn, NULL, file, item, NULL);
    }
}

/* A rule is one more view of its listener, whose ARN its own holds. */
void dm_aws_collect_listener_rule(struct dm_aws *aws, const struct dm_aws_file *file,
                                  const struct dm_aws_node *item)
{
    const char *arn = item_arn(aws, item, "RuleArn");
    const char *rest = arn ? after(arn, ":listener-rule/") : NULL;
    const char *end = rest ? strrchr(rest, '/') : NULL;
    if (!end) {
        return;
    }
    const char *listener =
        dm_sprintf(aws->arena, "%.*s:listener/%.*s", (int)(rest - strlen(":listener-rule/") - arn),
                   arn, (int)(end - rest), rest);
    if (listener) {
        dm_aws_collect(aws, DM_AWS_LISTENER, listener, NULL, file, item, NULL);
    }
}

/* A load balancer, or what other calls say of one. */
void dm_aws_collect_balancer(struct dm_aws *aws, const struct dm_aws_file *file,
                             const struct dm_aws_node *item)
{
    const char *arn = item_arn(aws, item, "LoadBalancerArn");
    const char *name = arn ? after(arn, ":loadbalancer/") : NULL;
    if (!arn) {
        return;
    }
    name = name ? name : arn;
    struct dm_aws_thing *thing = dm_aws_collect(aws, DM_AWS_BALANCER, arn, name, file, item, NULL);
    uint64_t *place = dm_map_add(&aws->balancers, name, NULL);
    if (!thing || !place) {
        aws->failed = true;
        return;
    }
    *place = (uint64_t)(uintptr_t)thing;
    struct dm_aws_node list = dm_aws_list(aws, item, "Listeners");
    struct dm_aws_node listener;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &listener);) {
        dm_aws_collect_listener(aws, file, &listener);
    }
}

void dm_aws_collect_target_group(struct dm_aws *aws, const struct dm_aws_file *file,
                                 const struct dm_aws_node *item)
{
    const char *arn = item_arn(aws, item, "TargetGroupArn");
    const char *name = arn ? after(arn, ":targetgroup/") : NULL;
    if (arn) {
        dm_aws_collect(aws, DM_AWS_TARGET_GROUP, arn, name ? name : arn, file, item, NULL);
    }
}

/* What `elbv2 describe-tags` says of load balancers; tags of listeners and target groups say
 * nothing that a packet meets. */
void dm_aws_collect_tags(struct dm_aws *aws, const struct dm_aws_file *file,
                         const struct dm_aws_node *item)
{
    const char *arn = dm_aws_peek(item, "ResourceArn");
    const char *name = arn ? after(arn, ":loadbalancer/") : NULL;
    if (!arn) {
        arn = dm_aws_peek(item, "LoadBalancerName");
        if (arn) {
            dm_aws_collect_classic(aws, file, item);
        }
    } else if (name) {
        dm_aws_collect(aws, DM_AWS_BALANCER, arn, name, file, item, NULL);
    }
}

struct dm_aws_thing *dm_aws_balancer_of(const struct dm_aws *aws, const char *description)
{
    bool of_balancer = description && dm_str_starts(description, "ELB ");
    const uint64_t *place = of_balancer ? dm_map_find(&aws->balancers, description + 4) : NULL;
    struct dm_aws_thing *thing = place ? (struct dm_aws_thing *)(uintptr_t)*place : NULL;
    return thing && thing->life == DM_AWS_LIVE ? thing : NULL;
}

/* The view that describes the thing itself comes first: an object's place is in that. */
static void show_first(struct dm_aws_thing *thing, const char *key)
{
    for (struct dm_aws_view *view = thing->views; view; view = view->next) {
        if (dm_aws_peek(&view->node, key)) {
            struct dm_aws_view *first = thing->views;
            struct dm_aws_view other = *first;
            *first = (struct dm_aws_view){ view->node, view->file, view->owner, first->next };
            if (view != first) {
                *view = (struct dm_aws_view){ other.node, other.file, other.owner, view->next };
            }
            return;
        }
    }
}

void dm_aws_refer_balancer(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const char *type = dm_aws_text(aws, dm_aws_with(thing, "Type"), "Type");
    show_first(thing, "Type");
    if (!type) {
        dm_aws_leave_unknown(aws, thing, "it is named but not in the input");
    } else if (dm_str_equal(type, "gateway")) {
        dm_aws_leave_unknown(aws, thing, "what is sent to its nodes themselves is not followed");
    } else if (!dm_str_equal(type, "network") && !dm_str_equal(type, "application")) {
        dm_aws_leave_unknown(aws, thing, "a load-balancer of this type is not modelled");
    } else if (!dm_aws_vpc_of(aws, thing)) {
        dm_aws_leave_unknown(aws, thing, "which VPC it is in is not shown");
    }
}

void dm_aws_refer_target_group(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    show_first(thing, "TargetType");
    if (!dm_aws_text(aws, dm_aws_with(thing, "TargetType"), "TargetType")) {
        dm_aws_leave_unknown(aws, thing, "it is named but not in the input");
        return;
    }
    (void)dm_aws_vpc_of(aws, thing);
}

/* Its balancer has it as a part; the groups that it names must be there. */
void dm_aws_refer_listener(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const char *arn = dm_aws_text(aws, dm_aws_with(thing, "LoadBalancerArn"), "LoadBalancerArn");
    struct dm_aws_thing *balancer = arn ? dm_aws_find(aws, DM_AWS_BALANCER, arn) : NULL;
    if (balancer) {
        thing->part_of = balancer;
        thing->next_part = balancer->parts;
        balancer->parts = thing;
    }
}

/* ---- listeners ---- */

struct listeners {
    struct dm_listener *items;
    size_t n;
    size_t capacity;
};

struct group_ids {
    struct dm_target_group_id *items;
    size_t n;
    size_t capacity;
};

static void add_group(struct dm_aws *aws, const char *arn, const struct dm_aws_node *node,
                      struct group_ids *ids, struct dm_listener_action *does)
{
    struct dm_unknown_id unknown;
    struct dm_target_group_id id = { dm_aws_resolve(aws, DM_AWS_TARGET_GROUP, arn, node,
                                                    &unknown) };
    if (id.v) {
        DM_AWS_PUSH(aws, ids, id);
    } else {
        does->unknown = unknown;
    }
}

/* Where an action of type "forward" sends: by weight to several groups, or to one. */
static void read_forward(struct dm_aws *aws, const struct dm_aws_node *action,
                         struct group_ids *ids, struct dm_listener_action *does)
{
    struct dm_aws_node config = dm_aws_map(aws, action, "ForwardConfig");
    struct dm_aws_node list = dm_aws_list(aws, &config, "TargetGroups");
    struct dm_aws_node item;
    const char *arn = dm_aws_text(aws, action, "TargetGroupArn");
    size_t n = 0;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item); n++) {
        int64_t weight = 1;
        const char *one = dm_aws_text(aws, &item, "TargetGroupArn");
        if (one && (!dm_aws_number(aws, &item, "Weight", &weight) || weight > 0)) {
            add_group(aws, one, &item, ids, does);
        }
    }
    if (n == 0 && arn) {
        add_group(aws, arn, action, ids, does);
    }
}

static struct dm_unknown_id unknown_listener(struct dm_aws *aws, const struct dm_aws_node *node,
                                             const struct dm_aws_thing *thing, const char *why)
{
    return dm_aws_unknown(aws, node, dm_sprintf(aws->arena, "listener %s", thing->id), "%s", why);
}

/* Types that answer a request or let the next action do so: who is let in is not known. */
static bool may_stop(const char *type)
{
    return dm_str_equal(type, "authenticate-oidc") || dm_str_equal(type, "authenticate-cognito")
           || dm_str_equal(type, "jwt-validation");
}

static const char *first_certificate(const struct dm_aws_thing *listener);

static void read_actions(struct dm_aws *aws, const struct dm_aws_thing *thing,
                         const struct dm_aws_node *node, const char *key,
                         struct dm_listener_action *does)
{
    struct dm_aws_node list = dm_aws_list(aws, node, key);
    struct dm_aws_node item;
    struct group_ids ids = { 0 };
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        const char *type = dm_aws_text(aws, &item, "Type");
        if (dm_str_equal(type, "forward")) {
            read_forward(aws, &item, &ids, does);
        } else if (dm_str_equal(type, "fixed-response") || dm_str_equal(type, "redirect")
                   || may_stop(type)) {
            does->answers = true;
        } else {
            does->unknown =
                unknown_listener(aws, &item, thing, "actions of this type are not modelled");
        }
    }
    does->groups = ids.items;
    does->n_groups = ids.n;
}

struct rules {
    struct dm_listener_rule *items;
    size_t n;
    size_t capacity;
};

/* What a rule asks: of the client's address, or of what only the request says [ELB-24]. */
static void read_conditions(struct dm_aws *aws, const struct dm_aws_node *node,
                            struct dm_listener_rule *rule)
{
    struct dm_aws_prefixes sources = { 0 };
    struct dm_aws_node list = dm_aws_list(aws, node, "Conditions");
    struct dm_aws_node item;
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        struct dm_aws_node config = dm_aws_map(aws, &item, "SourceIpConfig");
        struct dm_aws_node values = dm_aws_list(aws, config.tree ? &config : &item, "Values");
        if (!dm_str_equal(dm_aws_text(aws, &item, "Field"), "source-ip") || sources.n > 0) {
            rule->asks_more = true; /* two conditions on the address narrow it further */
            continue;
        }
        for (size_t i = 0; values.tree && i < values.tree->n; i++) {
            struct dm_prefix prefix;
            const char *text = dm_tree_text(values.tree->items[i]);
            if (text && dm_prefix_parse(text, &prefix) == DM_ADDR_OK) {
                DM_AWS_PUSH(aws, &sources, prefix);
            } else {
                rule->asks_more = true;
            }
        }
        rule->asks_more |= sources.n == 0;
    }
    rule->sources = sources.items;
    rule->n_sources = sources.n;
}

/* Priorities are whole numbers as text; the default's is "default". */
static int64_t priority_of(const struct dm_aws_view *view)
{
    const char *text = dm_aws_peek(&view->node, "Priority");
    return text ? strtoll(text, NULL, 10) : 0;
}

static void read_rules(struct dm_aws *aws, const struct dm_aws_thing *thing,
                       struct dm_listener *listener)
{
    struct rules rules = { 0 };
    int64_t last = 0;
    for (const struct dm_aws_view *view = thing->views; view; view = view->next) {
        if (dm_aws_peek(&view->node, "RuleArn") && priority_of(view) <= 0
            && !dm_aws_flag(aws, &view->node, "IsDefault", false)) {
            listener->action.unknown =
                unknown_listener(aws, &view->node, thing,
                                 "when one of its rules is tried (`Priority`) is not shown");
        }
    }
    for (;;) {
        const struct dm_aws_view *next = NULL;
        for (const struct dm_aws_view *view = thing->views; view; view = view->next) {
            if (dm_aws_peek(&view->node, "RuleArn")
                && !dm_aws_flag(aws, &view->node, "IsDefault", false) && priority_of(view) > last
                && (!next || priority_of(view) < priority_of(next))) {
                next = view;
            }
        }
        if (!next) {
            break;
        }
        struct dm_listener_rule rule = { 0 };
        last = priority_of(next);
        read_conditions(aws, &next->node, &rule);
        read_actions(aws, thing, &next->node, "Actions", &rule.action);
        DM_AWS_PUSH(aws, &rules, rule);
    }
    listener->rules = rules.items;
    listener->n_rules = rules.n;
}

/* One listener for each protocol that it takes. */
static void add_listener(struct dm_aws *aws, const struct dm_aws_thing *thing,
                         struct listeners *listeners)
{
    static const struct {
        const char *word;
        int16_t protocols[2]; /* 0: none */
    } protocols[] = {
        { "HTTP", { DM_PROTO_TCP, 0 } }, { "HTTPS", { DM_PROTO_TCP, 0 } },
        { "TCP", { DM_PROTO_TCP, 0 } },  { "TLS", { DM_PROTO_TCP, 0 } },
        { "UDP", { DM_PROTO_UDP, 0 } },  { "TCP_UDP", { DM_PROTO_TCP, DM_PROTO_UDP } },
        { "QUIC", { DM_PROTO_UDP, 0 } }, { "TCP_QUIC", { DM_PROTO_TCP, DM_PROTO_UDP } },
    };
    const struct dm_aws_node *node = dm_aws_with(thing, "Protocol");
    const char *word = dm_aws_text(aws, node, "Protocol");
    int64_t port = 0;
    bool has_port =
        dm_aws_number(aws, dm_aws_with(thing, "Port"), "Port", &port) && port >= 0 && port <= 65535;
    struct dm_listener listener = { .match = DM_MATCH_ALL,
                                    .origin = dm_aws_span(node, "Port"),
                                    .pointer = dm_aws_pointer(aws, node) };
    size_t n = listeners->n;
    listener.certificate = first_certificate(thing);
    listener.action.unknown = thing->odd;
    read_actions(aws, thing, dm_aws_with(thing, "DefaultActions"), "DefaultActions",
                 &listener.action);
    read_rules(aws, thing, &listener);
    if (has_port) {
        listener.match.port_first = (uint16_t)port;
        listener.match.port_last = (uint16_t)port;
    }
    for (size_t i = 0; word && has_port && i < sizeof protocols / sizeof *protocols; i++) {
        for (size_t j = 0; j < 2 && dm_str_equal(protocols[i].word, word); j++) {
            listener.match.protocol = protocols[i].protocols[j];
            if (listener.match.protocol) {
                DM_AWS_PUSH(aws, listeners, listener);
            }
        }
    }
    if (listeners->n == n) { /* may take anything */
        listener.match = DM_MATCH_ALL;
        listener.unknown =
            unknown_listener(aws, node, thing, "its protocol or port is not understood");
        DM_AWS_PUSH(aws, listeners, listener);
    }
}

/* ---- what is beyond the model ---- */

static const char *first_certificate(const struct dm_aws_thing *listener)
{
    const struct dm_tree *list =
        dm_tree_find(dm_aws_with(listener, "Certificates")->tree, "Certificates");
    const struct dm_tree *arn =
        list && list->kind == DM_TREE_LIST && list->n && list->items[0]->kind == DM_TREE_MAP
            ? dm_tree_find(list->items[0], "CertificateArn")
            : NULL;
    return arn ? dm_tree_text(arn) : NULL;
}

/* What of a load balancer could not be written again from the model. */
static const char *beyond_of(const struct dm_aws_thing *thing, bool is_application)
{
    const char *family = dm_aws_peek(dm_aws_with(thing, "IpAddressType"), "IpAddressType");
    if (family && !dm_str_equal(family, "ipv4")) {
        return "its nodes have addresses of IPv6";
    }
    for (const struct dm_aws_thing *part = thing->parts; part; part = part->next_part) {
        static const char mutual[] = "MutualAuthentication";
        const char *word = dm_aws_peek(dm_aws_with(part, "Protocol"), "Protocol");
        const char *mode = dm_aws_peek(dm_aws_with(part, mutual), "MutualAuthentication/Mode");
        bool is_tls = dm_str_equal(word, is_application ? "HTTPS" : "TLS");
        if (!is_tls && !dm_str_equal(word, is_application ? "HTTP" : "TCP")
            && (is_application || !dm_str_equal(word, "UDP"))) {
            return "a protocol of a listener is not modelled";
        }
        if (is_tls && !first_certificate(part)) {
            return "the certificate of a listener is not in the input";
        }
        if (mode && !dm_str_equal(mode, "off")) {
            return "a listener asks clients for certificates";
        }
    }
    return NULL;
}

const char *dm_aws_listed(struct dm_aws *aws, const struct dm_aws_thing *thing,
                          const struct dm_aws_listing *listing, const char *key)
{
    for (const struct dm_aws_view *view = thing->views; view; view = view->next) {
        struct dm_aws_node list = dm_aws_list(aws, &view->node, listing->list);
        struct dm_aws_node item;
        for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
            if (dm_str_equal(dm_aws_peek(&item, listing->key), key)) {
                return dm_aws_peek(&item, listing->value);
            }
        }
    }
    return NULL;
}

const char *dm_aws_attribute(struct dm_aws *aws, const struct dm_aws_thing *thing, const char *key)
{
    static const struct dm_aws_listing attributes = { "Attributes", "Key", "Value" };
    return dm_aws_listed(aws, thing, &attributes, key);
}

void dm_aws_define_balancer(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const char *type = dm_aws_text(aws, dm_aws_with(thing, "Type"), "Type");
    struct dm_balancer fields = { .vpc = dm_aws_vpc_handle(aws, thing),
                                  .is_application = dm_str_equal(type, "application") };
    struct listeners listeners = { 0 };
    const char *cross = dm_aws_attribute(aws, thing, "load_balancing.cross_zone.enabled");
    for (const struct dm_aws_thing *part = thing->parts; part; part = part->next_part) {
        add_listener(aws, part, &listeners);
    }
    fields.cross_zone = fields.is_application || dm_str_equal(cross, "true");
    fields.beyond = beyond_of(thing, fields.is_application);
    fields.unknown = thing->odd;
    fields.dns_name = dm_aws_words(aws, dm_aws_with(thing, "DNSName"), "DNSName");
    fields.tags = dm_aws_tags(aws, thing);
    fields.listeners = listeners.items;
    fields.n_listeners = listeners.n;
    if (!thing->parts && !dm_tree_find(dm_aws_with(thing, "Listeners")->tree, "Listeners")) {
        fields.unknown = dm_aws_unknown(aws, &thing->views->node,
                                        dm_sprintf(aws->arena, "load-balancer %s", thing->name),
                                        "its listeners are not in the input");
    }
    struct dm_balancer *balancer =
        dm_builder_edit_balancer(aws->builder, (struct dm_balancer_id){ thing->handle });
    fields.object = balancer->object;
    *balancer = fields;
}

/* ---- targets ---- */

struct targets {
    struct dm_target *items;
    size_t n;
    size_t capacity;
};

/* The zone of the subnet of 'vpc' that has the address, or none. */
static struct dm_zone_id zone_at(struct dm_aws *aws, const struct dm_aws_thing *group,
                                 struct dm_addr address)
{
    const struct dm_aws_index *subnets = &aws->families[DM_AWS_SUBNET];
    struct dm_vpc_id vpc = dm_aws_vpc_handle(aws, group);
    for (size_t i = 0; i < subnets->items.n; i++) {
        struct dm_subnet_id id = { subnets->items.items[i]->handle };
        const struct dm_subnet *subnet = id.v ? dm_builder_edit_subnet(aws->builder, id) : NULL;
        for (size_t j = 0; subnet && subnet->vpc.v == vpc.v && j < subnet->n_cidrs; j++) {
            if (dm_prefix_has(subnet->cidrs[j], address)) {
                return subnet->zone;
            }
        }
    }
    return (struct dm_zone_id){ 0 };
}

/* First address of an interface, and its zone. */
static void set_place(struct dm_aws *aws, const struct dm_aws_thing *interface,
                      struct dm_target *target)
{
    const struct dm_interface *item =
        dm_builder_edit_interface(aws->builder, (struct dm_interface_id){ interface->handle });
    if (item->n_addresses && item->subnet.v) {
        target->address = item->addresses[0].address;
        target->zone = dm_builder_edit_subnet(aws->builder, item->subnet)->zone;
    }
}

/* An application load balancer as a target is each of its nodes. */
static void add_nodes(struct dm_aws *aws, const char *arn, struct dm_target target,
                      struct targets *targets)
{
    const struct dm_aws_thing *balancer = dm_aws_find(aws, DM_AWS_BALANCER, arn);
    const struct dm_aws_index *interfaces = &aws->families[DM_AWS_INTERFACE];
    for (size_t i = 0; balancer && i < interfaces->items.n; i++) {
        const struct dm_aws_thing *interface = interfaces->items.items[i];
        if (interface->part_of == balancer && interface->handle) {
            set_place(aws, interface, &target);
            DM_AWS_PUSH(aws, targets, target);
        }
    }
}

static void set_health(const struct dm_aws_node *item, struct dm_target *target)
{
    const char *state = dm_aws_peek(item, "TargetHealth/State");
    /* "unavailable": health is not checked, and then every target gets traffic. */
    target->is_healthy = dm_str_equal(state, "healthy") || dm_str_equal(state, "unavailable");
    target->is_leaving = dm_str_equal(state, "draining") || dm_str_equal(state, "unused")
                         || dm_str_equal(state, "unhealthy.draining");
}

static void add_target(struct dm_aws *aws, const struct dm_aws_thing *group,
                       const struct dm_aws_node *item, const char *type, struct targets *targets)
{
    struct dm_aws_node node = dm_aws_map(aws, item, "Target");
    const char *id = dm_aws_text(aws, &node, "Id");
    int64_t port = 0;
    struct dm_target target = { .origin = dm_aws_span(&node, "Id"),
                                .pointer = dm_aws_pointer(aws, item) };
    if (!dm_aws_number(aws, &node, "Port", &port) || port < 0 || port > 65535) {
        dm_aws_number(aws, dm_aws_with(group, "Port"), "Port", &port);
    }
    target.port = (uint16_t)port;
    set_health(item, &target);
    if (!dm_aws_peek(item, "TargetHealth/State")) {
        target.is_healthy = true; /* it may be, and then it is chosen */
        target.unknown = dm_aws_unknown(
            aws, item, dm_sprintf(aws->arena, "health of %s in %s", id ? id : "?", group->name),
            "its state is not in the input");
    }
    size_t n = targets->n;
    if (id && dm_str_equal(type, "instance")) {
        const struct dm_aws_thing *instance = dm_aws_find(aws, DM_AWS_INSTANCE, id);
        if (instance && instance->first && instance->first->handle) {
            set_place(aws, instance->first, &target);
        }
    } else if (id && dm_str_equal(type, "ip")) {
        if (dm_addr_parse(id, &target.address) == DM_ADDR_OK) {
            target.zone = zone_at(aws, group, target.address);
        }
    } else if (id && dm_str_equal(type, "alb")) {
        add_nodes(aws, id, target, targets);
    }
    if (targets->n == n) {
        if (dm_addr_is_none(target.address)) {
            target.unknown = dm_aws_unknown(
                aws, item, dm_sprintf(aws->arena, "target %s of %s", id ? id : "?", group->name),
                "where it is, is not in the input or not modelled");
        }
        DM_AWS_PUSH(aws, targets, target);
    }
}

/* By default for instances and balancers, and for whatever takes UDP [ELB-06]. */
static bool keeps_client(struct dm_aws *aws, const struct dm_aws_thing *group, const char *type)
{
    const char *protocol = dm_aws_text(aws, dm_aws_with(group, "Protocol"), "Protocol");
    const char *value = dm_aws_attribute(aws, group, "preserve_client_ip.enabled");
    if (!protocol || dm_str_starts(protocol, "HTTP")) {
        return false;
    }
    if (strstr(protocol, "UDP") || strstr(protocol, "QUIC") || dm_str_equal(type, "alb")) {
        return true;
    }
    return value ? dm_str_equal(value, "true") : dm_str_equal(type, "instance");
}

static bool is_text(const struct dm_aws_thing *thing, const char *key, const char *text)
{
    return dm_str_equal(dm_aws_peek(dm_aws_with(thing, key), key), text);
}

/* What of a target group could not be written again from the model. */
static const char *beyond_group(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    static const char *const set[] = { "stickiness.enabled", "proxy_protocol_v2.enabled" };
    bool is_http = is_text(thing, "Protocol", "HTTP");
    const char *version = dm_aws_peek(dm_aws_with(thing, "ProtocolVersion"), "ProtocolVersion");
    const char *checks = is_http ? "HTTP" : "TCP";
    const char *path = dm_aws_peek(dm_aws_with(thing, "HealthCheckPath"), "HealthCheckPath");
    const char *code = dm_aws_peek(dm_aws_with(thing, "Matcher"), "Matcher/HttpCode");
    if (!is_text(thing, "TargetType", "ip") && !is_text(thing, "TargetType", "instance")) {
        return "its targets are neither addresses nor instances";
    }
    if (!is_http && !is_text(thing, "Protocol", "TCP") && !is_text(thing, "Protocol", "UDP")) {
        return "its protocol is not modelled";
    }
    if (version && is_http && !dm_str_equal(version, "HTTP1")) {
        return "its version of HTTP is not modelled";
    }
    if (!is_text(thing, "HealthCheckProtocol", checks)
        || !dm_aws_flag(aws, dm_aws_with(thing, "HealthCheckEnabled"), "HealthCheckEnabled", true)
        || (is_http
            && ((path && !dm_str_equal(path, "/")) || (code && !dm_str_equal(code, "200"))))) {
        return "what its health checks ask for is not modelled, or not in the input";
    }
    for (size_t i = 0; i < sizeof set / sizeof *set; i++) {
        if (dm_str_equal(dm_aws_attribute(aws, thing, set[i]), "true")) {
            return "one of its attributes, stickiness or the proxy protocol, is not modelled";
        }
    }
    return NULL;
}

/* Of describe output health is what it says, whatever port is checked; it is kept to be written. */
static uint16_t health_port(const struct dm_aws_thing *thing)
{
    const char *text = dm_aws_peek(dm_aws_with(thing, "HealthCheckPort"), "HealthCheckPort");
    uint64_t port = 0;
    return text && dm_str_to_u64(text, strlen(text), 65535, &port) ? (uint16_t)port : 0;
}

void dm_aws_define_target_group(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const char *type = dm_aws_text(aws, dm_aws_with(thing, "TargetType"), "TargetType");
    const char *cross = dm_aws_attribute(aws, thing, "load_balancing.cross_zone.enabled");
    struct dm_target_group fields = { .vpc = dm_aws_vpc_handle(aws, thing),
                                      .keeps_client = keeps_client(aws, thing, type),
                                      .health_port = health_port(thing),
                                      .beyond = beyond_group(aws, thing) };
    const struct dm_aws_node *node = dm_aws_with(thing, "TargetHealthDescriptions");
    struct dm_aws_node list = dm_aws_list(aws, node, "TargetHealthDescriptions");
    struct dm_aws_node item;
    struct targets targets = { 0 };
    for (size_t at = 0; dm_aws_next(aws, &list, &at, &item);) {
        add_target(aws, thing, &item, type, &targets);
    }
    if (!list.tree) {
        fields.unknown = dm_aws_unknown(aws, &thing->views->node,
                                        dm_sprintf(aws->arena, "target-group %s", thing->name),
                                        "its targets are not in the input");
    }
    fields.cross_zone = dm_str_equal(cross, "true")    ? DM_CROSS_ZONE_ON
                        : dm_str_equal(cross, "false") ? DM_CROSS_ZONE_OFF
                                                       : DM_CROSS_ZONE_AS_BALANCER;
    if (!fields.unknown.v) {
        fields.unknown = thing->odd;
    }
    fields.targets = targets.items;
    fields.n_targets = targets.n;
    struct dm_target_group *group =
        dm_builder_edit_target_group(aws->builder, (struct dm_target_group_id){ thing->handle });
    fields.object = group->object;
    *group = fields;
}
