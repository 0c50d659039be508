/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lines of a network, told from its model: load balancers, accelerators, firewalls, and what
 * else a path is led through.
 */
#include "model/base/str.h"
#include "tests/support/dmtest.h"
#include "tests/support/roots.h"

static const char *shown(const struct dm_object *object)
{
    return object->label ? object->label : object->name;
}

static const char *subnet(const struct dm_model *model, struct dm_subnet_id id)
{
    return shown(&dm_subnet_get(model, id)->object);
}

static const char *vpc(const struct dm_model *model, struct dm_vpc_id id)
{
    return shown(&dm_vpc_get(model, id)->object);
}

static const char *region(const struct dm_model *model, struct dm_vpc_id id)
{
    return dm_region_get(model, dm_vpc_get(model, id)->region)->object.name;
}

static struct roots_lines new_lines(const struct roots_lines *lines)
{
    return (struct roots_lines){ .arena = lines->arena };
}

/* "-" where there is nothing in it. */
static const char *list(struct roots_lines *items)
{
    return items->items.n ? dm_sprintf(items->arena, "[\n%s]", roots_join(items, false)) : "-";
}

static const char *object(struct roots_lines *items)
{
    return dm_sprintf(items->arena, "(\n%s)", roots_join(items, false));
}

/* A list of one object. */
static const char *block(struct roots_lines *items)
{
    const char *text = object(items);

    return dm_sprintf(items->arena, "[\n %s\n]", text);
}

static const char *address(const struct roots_lines *lines, struct dm_addr at)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    return dm_arena_strdup(lines->arena, dm_addr_text(at, buffer));
}

static const char *groups(const struct roots_lines *lines, const struct dm_model *model,
                          const struct dm_interface *of)
{
    struct roots_lines names = new_lines(lines);

    for (size_t i = 0; of && i < of->n_groups; i++) {
        roots_line(&names, " %s", shown(&dm_group_get(model, of->groups[i])->object));
    }
    return list(&names);
}

/* ---- interfaces ---- */

static bool is_led_to(const struct dm_model *model, uint32_t host)
{
    for (uint32_t i = 0; i < model->n_gateway_balancers; i++) {
        for (size_t j = 0; j < model->gateway_balancers[i].n_appliances; j++) {
            if (model->gateway_balancers[i].appliances[j].v == host) {
                return true;
            }
        }
    }
    for (uint32_t i = 0; i < model->n_route_tables; i++) {
        for (size_t j = 0; j < model->route_tables[i].n_routes; j++) {
            const struct dm_route *route = &model->route_tables[i].routes[j];

            if (route->target_kind == DM_TARGET_INTERFACE
                && model->interfaces[route->target - 1].host.v == host) {
                return true;
            }
        }
    }
    return false;
}

static void interface(struct roots_lines *lines, const struct dm_model *model,
                      const struct dm_interface *at)
{
    struct roots_lines addresses = new_lines(lines);
    const char *text;

    for (size_t i = 0; i < at->n_addresses; i++) {
        roots_line(&addresses, " %s", address(lines, at->addresses[i].address));
        if (at->addresses[i].public_address.family != DM_FAMILY_NONE) {
            roots_line(lines, "eip-of %s %s vpc", shown(&at->object),
                       address(lines, at->addresses[i].address));
        }
    }
    text = list(&addresses);
    roots_line(lines, "eni %s %s %d %s %s %s", shown(&at->object), subnet(model, at->subnet),
               at->source_dest_check, at->n_addresses > 1 ? "-" : text,
               at->n_addresses > 1 ? text : "-", groups(lines, model, at));
}

/* ---- load balancers ---- */

static const char *text_of(const struct dm_listener *listener, bool is_application)
{
    if (is_application) {
        return listener->certificate ? "HTTPS" : "HTTP";
    }
    return listener->match.protocol == DM_PROTO_UDP ? "UDP" : listener->certificate ? "TLS" : "TCP";
}

static const char *forward(const struct roots_lines *lines, const struct dm_model *model,
                           const struct dm_listener_action *action)
{
    struct roots_lines keys = new_lines(lines);

    roots_line(&keys, " target_group_arn=%s",
               shown(&dm_target_group_get(model, action->groups[0])->object));
    roots_line(&keys, " type=forward");
    return block(&keys);
}

static void listener(struct roots_lines *lines, const struct dm_model *model,
                     const struct dm_balancer *in, const struct dm_listener *listener)
{
    unsigned port = listener->match.port_first;

    roots_line(lines, "listen %s %u %s %s %s", shown(&in->object), port,
               text_of(listener, in->is_application),
               listener->certificate ? listener->certificate : "0",
               forward(lines, model, &listener->action));
    for (size_t i = 0; i < listener->n_rules; i++) {
        const struct dm_listener_rule *rule = &listener->rules[i];
        struct roots_lines values = new_lines(lines);
        struct roots_lines source = new_lines(lines);
        struct roots_lines condition = new_lines(lines);
        char buffer[DM_ADDR_TEXT_SIZE];

        for (size_t j = 0; j < rule->n_sources; j++) {
            roots_line(&values, " %s", dm_prefix_text(rule->sources[j], buffer));
        }
        roots_line(&source, " values=%s", list(&values));
        roots_line(&condition, " source_ip=%s", block(&source));
        roots_line(lines, "lrule %s:%u %zu %s %s", shown(&in->object), port, i + 1,
                   forward(lines, model, &rule->action), block(&condition));
    }
}

static void balancer(struct roots_lines *lines, const struct dm_model *model, uint32_t v)
{
    const struct dm_balancer *at = &model->balancers[v - 1];
    struct roots_lines mappings = new_lines(lines);
    struct roots_lines subnets = new_lines(lines);
    const struct dm_interface *first = NULL;
    bool is_public = false;

    for (uint32_t i = 0; i < model->n_interfaces; i++) {
        const struct dm_interface *node = &model->interfaces[i];

        if (node->balancer.v == v && node->kind == DM_INTERFACE_BALANCER) {
            is_public = is_public || node->addresses[0].public_address.family != DM_FAMILY_NONE;
        }
    }
    for (uint32_t i = 0; i < model->n_interfaces; i++) {
        const struct dm_interface *node = &model->interfaces[i];
        struct roots_lines keys = new_lines(lines);

        if (node->balancer.v != v || node->kind != DM_INTERFACE_BALANCER) {
            continue;
        }
        first = first ? first : node;
        if (!is_public) {
            roots_line(&keys, " private_ipv4_address=%s",
                       address(lines, node->addresses[0].address));
        }
        roots_line(&keys, " subnet_id=%s", subnet(model, node->subnet));
        roots_line(&mappings, " %s", object(&keys));
        roots_line(&subnets, " %s", subnet(model, node->subnet));
    }
    roots_line(lines, "lb %s %s %s %d %d %s %s %s", shown(&at->object), region(model, at->vpc),
               at->is_application ? "application" : "network", !is_public,
               at->cross_zone && !at->is_application, at->is_application ? "-" : list(&mappings),
               at->is_application ? list(&subnets) : "-", groups(lines, model, first));
    for (size_t i = 0; i < at->n_listeners; i++) {
        listener(lines, model, at, &at->listeners[i]);
    }
}

/* The words of a group come from a listener that sends to it. */
static void target_group(struct roots_lines *lines, const struct dm_model *model, uint32_t v)
{
    const struct dm_target_group *at = &model->target_groups[v - 1];
    const struct dm_vpc *in = dm_vpc_get(model, at->vpc);
    struct roots_lines health = new_lines(lines);
    const char *protocol = NULL;
    bool has_nodes = false; /* all targets are nodes, or none */

    for (uint32_t i = 0; i < model->n_balancers && !protocol; i++) {
        const struct dm_balancer *from = &model->balancers[i];

        for (size_t j = 0; j < from->n_listeners && !protocol; j++) {
            const struct dm_listener *row = &from->listeners[j];
            bool sends = row->action.groups[0].v == v;

            for (size_t k = 0; k < row->n_rules; k++) {
                sends = sends || row->rules[k].action.groups[0].v == v;
            }
            if (sends) {
                protocol = from->is_application                  ? "HTTP"
                           : row->match.protocol == DM_PROTO_UDP ? "UDP"
                                                                 : "TCP";
            }
        }
    }
    for (uint32_t i = 0; i < model->n_nodes; i++) {
        const struct dm_interface *node = dm_interface_get(model, model->nodes[i].interface);

        has_nodes = has_nodes || dm_addr_equal(node->addresses[0].address, at->targets[0].address);
    }
    assert_non_null(protocol);
    roots_line(&health, " enabled=1");
    roots_line(&health, at->health_port ? " port=%u" : " port=traffic-port",
               (unsigned)at->health_port);
    roots_line(&health, " protocol=%s", protocol[0] == 'H' ? "HTTP" : "TCP");
    roots_line(lines, "targets %s %s %s %u %s %s %s %s", shown(&at->object), vpc(model, at->vpc),
               has_nodes ? "instance" : "ip", (unsigned)at->targets[0].port, protocol,
               protocol[0] == 'H' ? "0"
               : at->keeps_client ? "true"
                                  : "false",
               at->cross_zone == DM_CROSS_ZONE_ON    ? "true"
               : at->cross_zone == DM_CROSS_ZONE_OFF ? "false"
                                                     : "use_load_balancer_configuration",
               block(&health));
    for (size_t i = 0; i < at->n_targets; i++) {
        bool is_inside = false;
        bool is_again = false;

        for (size_t j = 0; j < i; j++) {
            is_again =
                is_again
                || (dm_addr_equal(at->targets[j].address, at->targets[i].address)
                    && at->targets[j].port == at->targets[i].port && !at->targets[j].is_leaving);
        }

        for (size_t j = 0; j < in->n_cidrs; j++) {
            is_inside = is_inside || dm_prefix_has(in->cidrs[j], at->targets[i].address);
        }
        if (!at->targets[i].is_leaving && !is_again && !has_nodes) {
            roots_line(lines, "target %s %s %u %s", shown(&at->object),
                       address(lines, at->targets[i].address), (unsigned)at->targets[i].port,
                       is_inside ? "0" : "all");
        }
    }
}

/* ---- accelerators ---- */

static void endpoint_group(struct roots_lines *lines, const struct dm_model *model,
                           const char *listener, const struct dm_accelerator_group *group)
{
    struct roots_lines endpoints = new_lines(lines);
    struct roots_lines ports = new_lines(lines);

    for (size_t i = 0; i < group->n_endpoints; i++) {
        struct roots_lines keys = new_lines(lines);

        roots_line(&keys, " client_ip_preservation_enabled=%d", group->endpoints[i].keeps_client);
        roots_line(&keys, " endpoint_id=%s",
                   shown(&dm_balancer_get(model, group->endpoints[i].balancer)->object));
        roots_line(&keys, " weight=%u", (unsigned)group->endpoints[i].weight);
        roots_line(&endpoints, " %s", object(&keys));
    }
    for (size_t i = 0; i < group->n_ports; i++) {
        struct roots_lines keys = new_lines(lines);

        roots_line(&keys, " endpoint_port=%u", (unsigned)group->ports[i].endpoint);
        roots_line(&keys, " listener_port=%u", (unsigned)group->ports[i].listener);
        roots_line(&ports, " %s", object(&keys));
    }
    roots_line(lines, "agroup %s us-west-2 %s %u %s %s", listener,
               dm_region_get(model, group->region)->object.name, (unsigned)group->dial,
               list(&endpoints), list(&ports));
}

static void accelerator(struct roots_lines *lines, const struct dm_model *model,
                        const struct dm_accelerator *at)
{
    roots_line(lines, "accelerator %s us-west-2 %d IPV4", shown(&at->object), at->is_enabled);
    for (size_t i = 0; i < at->n_listeners; i++) {
        const struct dm_accelerator_listener *row = &at->listeners[i];
        const char *name =
            dm_sprintf(lines->arena, "%s:%u", shown(&at->object), (unsigned)row->match.port_first);
        struct roots_lines ports = new_lines(lines);

        roots_line(&ports, " from_port=%u", (unsigned)row->match.port_first);
        roots_line(&ports, " to_port=%u", (unsigned)row->match.port_last);
        roots_line(lines, "alisten %s us-west-2 %s %s", shown(&at->object),
                   row->match.protocol == DM_PROTO_TCP ? "TCP" : "UDP", block(&ports));
        for (size_t j = 0; j < row->n_groups; j++) {
            endpoint_group(lines, model, name, &row->groups[j]);
        }
    }
}

/* ---- gateway load balancers ---- */

static void gateway_balancer(struct roots_lines *lines, const struct dm_model *model,
                             const struct dm_gateway_balancer *at)
{
    struct roots_lines subnets = new_lines(lines);
    struct roots_lines keys = new_lines(lines);
    struct roots_lines arns = new_lines(lines);
    const char *name = shown(&at->object);
    const char *in = region(model, at->vpc);

    for (size_t i = 0; i < at->n_appliances; i++) {
        const struct dm_interface *first =
            dm_interface_get(model, dm_host_get(model, at->appliances[i])->interfaces[0]);

        roots_line(&subnets, " %s", subnet(model, first->subnet));
        roots_line(lines, "target %s %s 0 0", name, address(lines, first->addresses[0].address));
    }
    (void)roots_join(&subnets, false);
    for (size_t i = 1; i < subnets.items.n;) { /* sorted by now */
        if (dm_str_equal(subnets.items.items[i], subnets.items.items[i - 1])) {
            for (size_t j = i; j + 1 < subnets.items.n; j++) {
                subnets.items.items[j] = subnets.items.items[j + 1];
            }
            subnets.items.n--;
        } else {
            i++;
        }
    }
    roots_line(lines, "lb %s %s gateway 0 %d - %s -", name, in, at->cross_zone, list(&subnets));
    roots_line(lines, "targets %s %s ip 6081 GENEVE 0 0 -", name, vpc(model, at->vpc));
    roots_line(&keys, " target_group_arn=%s", name);
    roots_line(&keys, " type=forward");
    roots_line(lines, "listen %s 0 0 0 %s", name, block(&keys));
    roots_line(&arns, " %s", name);
    roots_line(lines, "gservice %s %s 0 %s", name, in, list(&arns));
}

static void gateway_endpoint(struct roots_lines *lines, const struct dm_model *model,
                             const struct dm_gwlb_endpoint *at)
{
    struct dm_vpc_id in = dm_subnet_get(model, at->subnet)->vpc;
    struct roots_lines subnets = new_lines(lines);

    roots_line(&subnets, " %s", subnet(model, at->subnet));
    roots_line(lines, "gendpoint %s %s %s %s GatewayLoadBalancer %s", shown(&at->object),
               region(model, in), vpc(model, in),
               shown(&dm_gateway_balancer_get(model, at->balancer)->object), list(&subnets));
}

/* ---- firewalls ---- */

static const char *stateful_side(const struct roots_lines *lines,
                                 const struct dm_firewall_side *side)
{
    struct dm_str text;
    char buffer[DM_ADDR_TEXT_SIZE];
    size_t n = side->n_prefixes + side->n_except + (side->home != DM_HOME_NOT_NAMED);
    bool is_list = n > 1 || side->n_except;

    if (n == 0) {
        return "any";
    }
    dm_str_init(&text, lines->arena);
    if (side->home != DM_HOME_NOT_NAMED) {
        dm_str_add(&text, side->home == DM_HOME_NET ? ",$HOME_NET" : ",$EXTERNAL_NET");
    }
    for (size_t i = 0; i < side->n_prefixes; i++) {
        dm_str_addf(&text, ",%s", dm_prefix_text(side->prefixes[i], buffer));
    }
    for (size_t i = 0; i < side->n_except; i++) {
        dm_str_addf(&text, ",!%s", dm_prefix_text(side->except[i], buffer));
    }
    return dm_sprintf(lines->arena, is_list ? "[%s]" : "%s", text.text + 1);
}

static const char *stateful_ports(const struct roots_lines *lines,
                                  const struct dm_firewall_side *side)
{
    struct dm_str text;

    if (side->n_ports == 0) {
        return "any";
    }
    dm_str_init(&text, lines->arena);
    for (size_t i = 0; i < side->n_ports; i++) {
        bool is_one = side->ports[i].first == side->ports[i].last;

        dm_str_addf(&text, is_one ? ",%u" : ",%u:%u", (unsigned)side->ports[i].first,
                    (unsigned)side->ports[i].last);
    }
    return dm_sprintf(lines->arena, side->n_ports > 1 ? "[%s]" : "%s", text.text + 1);
}

static const char *stateful_rules(const struct roots_lines *lines,
                                  const struct dm_firewall_rules *at)
{
    static const char *const actions[] = {
        [DM_FIREWALL_PASS] = "pass", [DM_FIREWALL_DROP] = "drop", [DM_FIREWALL_ALERT] = "alert"
    };
    struct dm_str text;
    unsigned sid = 1;

    dm_str_init(&text, lines->arena);
    for (size_t i = 0; i < at->n_rules; i++) {
        const struct dm_firewall_rule *rule = &at->rules[i];

        for (size_t j = 0; j == 0 || j < rule->n_protocols; j++, sid++) {
            int number = rule->n_protocols ? rule->protocols[j] : -1;
            const char *word = number == 6    ? "tcp"
                               : number == 17 ? "udp"
                               : number == 1  ? "icmp"
                                              : "ip";

            dm_str_addf(&text, "%s %s %s %s %s %s %s (", actions[rule->action], word,
                        stateful_side(lines, &rule->source), stateful_ports(lines, &rule->source),
                        rule->both_ways ? "<>" : "->", stateful_side(lines, &rule->destination),
                        stateful_ports(lines, &rule->destination));
            if (number >= 0 && dm_str_equal(word, "ip")) {
                dm_str_addf(&text, "ip_proto:%d; ", number);
            }
            dm_str_addf(&text, "sid:%u;)\n", sid);
        }
    }
    return text.text;
}

static void stateless_side(struct roots_lines *keys, const char *word,
                           const struct dm_firewall_side *side)
{
    struct roots_lines prefixes = new_lines(keys);
    struct roots_lines ports = new_lines(keys);
    char buffer[DM_ADDR_TEXT_SIZE];

    for (size_t i = 0; i < side->n_prefixes; i++) {
        struct roots_lines one = new_lines(keys);

        roots_line(&one, " address_definition=%s", dm_prefix_text(side->prefixes[i], buffer));
        roots_line(&prefixes, " %s", object(&one));
    }
    for (size_t i = 0; i < side->n_ports; i++) {
        struct roots_lines one = new_lines(keys);

        roots_line(&one, " from_port=%u", (unsigned)side->ports[i].first);
        roots_line(&one, " to_port=%u", (unsigned)side->ports[i].last);
        roots_line(&ports, " %s", object(&one));
    }
    if (prefixes.items.n) {
        roots_line(keys, " %s=%s", word, list(&prefixes));
    }
    if (ports.items.n) {
        roots_line(keys, " %s_port=%s", word, list(&ports));
    }
}

static const char *stateless_action(enum dm_firewall_action action)
{
    static const char *const words[] = { [DM_FIREWALL_PASS] = "aws:pass",
                                         [DM_FIREWALL_DROP] = "aws:drop",
                                         [DM_FIREWALL_FORWARD] = "aws:forward_to_sfe" };

    return words[action];
}

static const char *stateless_rules(const struct roots_lines *lines,
                                   const struct dm_firewall_rules *at)
{
    struct roots_lines rules = new_lines(lines);
    struct roots_lines keys = new_lines(lines);

    for (size_t i = 0; i < at->n_rules; i++) {
        const struct dm_firewall_rule *rule = &at->rules[i];
        struct roots_lines protocols = new_lines(lines);
        struct roots_lines match = new_lines(lines);
        struct roots_lines actions = new_lines(lines);
        struct roots_lines definition = new_lines(lines);
        struct roots_lines one = new_lines(lines);

        for (size_t j = 0; j < rule->n_protocols; j++) {
            roots_line(&protocols, " %u", (unsigned)rule->protocols[j]);
        }
        if (rule->n_protocols) {
            roots_line(&match, " protocols=%s", list(&protocols));
        }
        stateless_side(&match, "source", &rule->source);
        stateless_side(&match, "destination", &rule->destination);
        roots_line(&actions, " %s", stateless_action(rule->action));
        roots_line(&definition, " actions=%s", list(&actions));
        roots_line(&definition, " match_attributes=%s", block(&match));
        roots_line(&one, " priority=%u", (unsigned)rule->priority);
        roots_line(&one, " rule_definition=%s", block(&definition));
        roots_line(&rules, " %s", object(&one));
    }
    roots_line(&keys, " stateless_rule=%s", list(&rules));
    return block(&keys);
}

/* The region of what has it, and the order of the policy that has a group. */
static const struct dm_firewall *user_of(const struct dm_model *model, uint32_t policy)
{
    for (uint32_t i = 0; i < model->n_firewalls; i++) {
        if (model->firewalls[i].policy.v == policy) {
            return &model->firewalls[i];
        }
    }
    return NULL;
}

static bool has_group(const struct dm_firewall_policy *policy, uint32_t v)
{
    bool has = false;

    for (size_t i = 0; i < policy->n_stateless; i++) {
        has = has || policy->stateless[i].rules.v == v;
    }
    for (size_t i = 0; i < policy->n_stateful; i++) {
        has = has || policy->stateful[i].rules.v == v;
    }
    return has;
}

static void rule_group(struct roots_lines *lines, const struct dm_model *model, uint32_t v)
{
    const struct dm_firewall_rules *at = &model->firewall_rule_groups[v - 1];
    struct roots_lines source = new_lines(lines);
    struct roots_lines keys = new_lines(lines);
    uint32_t policy = 1;

    while (!has_group(&model->firewall_policies[policy - 1], v) || !user_of(model, policy)) {
        policy++;
        assert_true(policy <= model->n_firewall_policies);
    }
    if (at->is_stateful) {
        struct roots_lines order = new_lines(lines);

        roots_line(&order, " rule_order=%s",
                   model->firewall_policies[policy - 1].is_strict ? "STRICT_ORDER"
                                                                  : "DEFAULT_ACTION_ORDER");
        roots_line(&keys, " stateful_rule_options=%s", block(&order));
        roots_line(&source, " rules_string=%s", stateful_rules(lines, at));
    } else {
        roots_line(&source, " stateless_rules_and_custom_actions=%s", stateless_rules(lines, at));
    }
    roots_line(&keys, " rules_source=%s", block(&source));
    roots_line(lines, "fgroup %s %s %s %s", shown(&at->object),
               region(model, user_of(model, policy)->vpc),
               at->is_stateful ? "STATEFUL" : "STATELESS", block(&keys));
}

static void uses(struct roots_lines *keys, const struct dm_model *model, bool is_stateful,
                 const struct dm_firewall_policy *policy)
{
    const struct dm_firewall_use *of = is_stateful ? policy->stateful : policy->stateless;
    size_t n = is_stateful ? policy->n_stateful : policy->n_stateless;
    struct roots_lines all = new_lines(keys);

    for (size_t i = 0; i < n; i++) {
        struct roots_lines one = new_lines(keys);
        struct roots_lines more = new_lines(keys);

        if (!is_stateful || policy->is_strict) {
            roots_line(&one, " priority=%u", (unsigned)of[i].priority);
        }
        if (of[i].drops_alert_only) {
            roots_line(&more, " action=DROP_TO_ALERT");
            roots_line(&one, " override=%s", block(&more));
        }
        roots_line(&one, " resource_arn=%s",
                   shown(&dm_firewall_rules_get(model, of[i].rules)->object));
        roots_line(&all, " %s", object(&one));
    }
    if (n) {
        roots_line(keys, " %s_rule_group_reference=%s", is_stateful ? "stateful" : "stateless",
                   list(&all));
    }
}

static void policy(struct roots_lines *lines, const struct dm_model *model, uint32_t v)
{
    const struct dm_firewall_policy *at = &model->firewall_policies[v - 1];
    struct roots_lines keys = new_lines(lines);
    struct roots_lines engine = new_lines(lines);
    struct roots_lines otherwise = new_lines(lines);
    const char *text;

    roots_line(&otherwise, " %s", stateless_action(at->stateless_default));
    text = list(&otherwise);
    roots_line(&keys, " stateless_default_actions=%s", text);
    roots_line(&keys, " stateless_fragment_default_actions=%s", text);
    roots_line(&engine, " rule_order=%s", at->is_strict ? "STRICT_ORDER" : "DEFAULT_ACTION_ORDER");
    roots_line(&engine, " stream_exception_policy=%s", at->continues ? "CONTINUE" : "DROP");
    roots_line(&keys, " stateful_engine_options=%s", block(&engine));
    if (at->is_strict && at->stateful_default != DM_FIREWALL_DEFAULT_PASS) {
        roots_line(&keys, " stateful_default_actions=[\n aws:drop_%s\n]",
                   at->stateful_default == DM_FIREWALL_DEFAULT_DROP ? "strict" : "established");
    }
    uses(&keys, model, false, at);
    uses(&keys, model, true, at);
    if (at->n_home) {
        struct roots_lines prefixes = new_lines(lines);
        struct roots_lines set = new_lines(lines);
        struct roots_lines variable = new_lines(lines);
        struct roots_lines variables = new_lines(lines);
        char buffer[DM_ADDR_TEXT_SIZE];

        for (size_t i = 0; i < at->n_home; i++) {
            roots_line(&prefixes, " %s", dm_prefix_text(at->home[i], buffer));
        }
        roots_line(&set, " definition=%s", list(&prefixes));
        roots_line(&variable, " key=HOME_NET");
        roots_line(&variable, " ip_set=%s", block(&set));
        roots_line(&variables, " rule_variables=%s", block(&variable));
        roots_line(&keys, " policy_variables=%s", block(&variables));
    }
    roots_line(lines, "fpolicy %s %s %s", shown(&at->object), region(model, user_of(model, v)->vpc),
               block(&keys));
}

static void firewall(struct roots_lines *lines, const struct dm_model *model, uint32_t v)
{
    const struct dm_firewall *at = &model->firewalls[v - 1];
    struct roots_lines mappings = new_lines(lines);

    for (uint32_t i = 0; i < model->n_gwlb_endpoints; i++) {
        struct roots_lines one = new_lines(lines);

        if (model->gwlb_endpoints[i].firewall.v == v) {
            roots_line(&one, " subnet_id=%s", subnet(model, model->gwlb_endpoints[i].subnet));
            roots_line(&mappings, " %s", object(&one));
        }
    }
    roots_line(lines, "firewall %s %s %s %s %s", shown(&at->object), region(model, at->vpc),
               vpc(model, at->vpc), shown(&dm_firewall_policy_get(model, at->policy)->object),
               list(&mappings));
}

static void inspection(struct roots_lines *lines, const struct dm_model *model)
{
    for (uint32_t i = 1; i <= model->n_firewall_rule_groups; i++) {
        rule_group(lines, model, i);
    }
    for (uint32_t i = 1; i <= model->n_firewall_policies; i++) {
        policy(lines, model, i);
    }
    for (uint32_t i = 1; i <= model->n_firewalls; i++) {
        firewall(lines, model, i);
    }
    for (uint32_t i = 0; i < model->n_gateway_balancers; i++) {
        gateway_balancer(lines, model, &model->gateway_balancers[i]);
    }
    for (uint32_t i = 0; i < model->n_gwlb_endpoints; i++) {
        if (model->gwlb_endpoints[i].balancer.v) {
            gateway_endpoint(lines, model, &model->gwlb_endpoints[i]);
        }
    }
}

void roots_served_of_model(struct roots_lines *lines, const struct dm_model *model)
{
    for (uint32_t i = 0; i < model->n_interfaces; i++) {
        const struct dm_interface *at = &model->interfaces[i];

        if (at->kind == DM_INTERFACE_HOST && at->host.v && is_led_to(model, at->host.v)) {
            interface(lines, model, at);
        }
    }
    for (uint32_t i = 1; i <= model->n_balancers; i++) {
        balancer(lines, model, i);
    }
    for (uint32_t i = 1; i <= model->n_target_groups; i++) {
        target_group(lines, model, i);
    }
    for (uint32_t i = 0; i < model->n_accelerators; i++) {
        accelerator(lines, model, &model->accelerators[i]);
    }
    inspection(lines, model);
}
