/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines of clusters.
 */
#include "tests/support/nets_private.h"

#include <string.h>

static uint64_t number_of(struct dm_nets_parser *parser, const char *text, uint64_t most)
{
    uint64_t value = 0;

    parser->bad = !dm_str_to_u64(text, strlen(text), most, &value) || parser->bad;
    return value;
}

/* "app:x,tier:db"; "-" has none. */
static struct dm_kube_labels labels_of(struct dm_nets_parser *parser, const char *text)
{
    size_t n;
    const char *const *parts = dm_nets_parts(parser, text, &n);
    struct dm_kube_label *labels = DM_NEW_ARRAY(parser->arena, n + 1, struct dm_kube_label);

    for (size_t i = 0; i < n && labels; i++) {
        size_t length = strcspn(parts[i], ":");

        parser->bad = parser->bad || !parts[i][length];
        labels[i].key = dm_arena_strndup(parser->arena, parts[i], length);
        labels[i].value = parts[i][length] ? parts[i] + length + 1 : "";
    }
    return (struct dm_kube_labels){ labels, n };
}

/* "app:x" or "all". */
static const struct dm_selector *selector_of(struct dm_nets_parser *parser, const char *text)
{
    struct dm_selector *selector = DM_NEW(parser->arena, struct dm_selector);
    struct dm_kube_labels labels = { NULL, 0 };
    const char **values;

    if (!selector || dm_str_equal(text, "all")) {
        return selector; /* of kind ALL */
    }
    labels = labels_of(parser, text);
    values = DM_NEW_ARRAY(parser->arena, 1, const char *);
    parser->bad = parser->bad || labels.n != 1 || !values;
    if (!parser->bad) {
        values[0] = labels.items[0].value;
        *selector = (struct dm_selector){
            .kind = DM_SELECTOR_IN, .key = labels.items[0].key, .values = values, .n_values = 1
        };
    }
    return selector;
}

void dm_nets_read_cluster(struct dm_nets_parser *parser)
{
    struct dm_cluster cluster = { .object = parser->object, .vxlan_port = 4789 };
    struct dm_policy_tier tier = { .object = parser->object, .order_micro = INT64_MAX };

    cluster.vpc = OBJECT(parser, vpc);
    cluster.service_range = dm_nets_prefix_of(parser, dm_nets_word(parser));
    cluster.wireguard = dm_nets_flag(parser, "wireguard");
    cluster.pod_mtu = dm_nets_mtu(parser);
    tier.cluster = dm_builder_add_cluster(parser->builder, &cluster);
    tier.object.name = dm_nets_suffixed(parser, parser->object.name, "default");
    dm_builder_add_policy_tier(parser->builder, &tier);
}

void dm_nets_read_pool(struct dm_nets_parser *parser)
{
    static const char *const words[] = { [DM_ENCAPSULATION_NONE] = "none",
                                         [DM_ENCAPSULATION_VXLAN] = "vxlan",
                                         [DM_ENCAPSULATION_VXLAN_CROSS_SUBNET] = "cross",
                                         [DM_ENCAPSULATION_IPIP] = "ipip",
                                         [DM_ENCAPSULATION_IPIP_CROSS_SUBNET] = "ipip-cross" };
    struct dm_ip_pool pool = { .object = parser->object, .block_bits = 26 };
    const char *word;
    size_t i = 0;

    pool.cluster = OBJECT(parser, cluster);
    pool.prefix = dm_nets_prefix_of(parser, dm_nets_word(parser));
    word = dm_nets_word(parser);
    while (i < sizeof words / sizeof *words && !dm_str_equal(words[i], word)) {
        i++;
    }
    parser->bad = parser->bad || i == sizeof words / sizeof *words;
    pool.encapsulation = (enum dm_encapsulation)i;
    pool.nat_outgoing = dm_nets_flag(parser, "nat");
    pool.disabled = dm_nets_flag(parser, "disabled");
    dm_builder_add_ip_pool(parser->builder, &pool);
}

/* Gives the host its interface. */
static void push_interface(struct dm_nets_parser *parser, const struct dm_interface *interface)
{
    struct dm_nets_interface_row row = { interface->host.v,
                                         dm_builder_add_interface(parser->builder, interface) };

    if (!DM_VEC_PUSH(parser->arena, &parser->interfaces, row)) {
        parser->bad = true;
    }
}

void dm_nets_read_worker(struct dm_nets_parser *parser)
{
    struct dm_node node = { .object = parser->object };
    struct dm_host host = { .object = parser->object, .running = true };
    struct dm_interface interface = { .object = parser->object,
                                      .kind = DM_INTERFACE_HOST,
                                      .source_dest_check = true };
    struct dm_nets_interface_row *row;
    const char *groups;
    const char *labels;

    node.cluster = OBJECT(parser, cluster);
    interface.subnet = OBJECT(parser, subnet);
    dm_nets_set_addresses(parser, &interface, dm_nets_word(parser));
    groups = dm_nets_option(parser, "groups");
    if (groups) {
        interface.groups = dm_nets_objects_of(parser, DM_KIND_group, groups, &interface.n_groups);
    } else if (interface.subnet.v) {
        struct dm_vpc_id vpc = dm_builder_edit_subnet(parser->builder, interface.subnet)->vpc;
        const char *name = dm_builder_edit_vpc(parser->builder, vpc)->object.name;

        interface.groups = dm_nets_objects_of(
            parser, DM_KIND_group, dm_nets_suffixed(parser, name, "open"), &interface.n_groups);
    }
    interface.source_dest_check = !dm_nets_flag(parser, "nocheck");
    node.has_twins = dm_nets_flag(parser, "twins");
    if (dm_nets_flag(parser, "endpoint")) {
        struct dm_unknown unknown = { .object = parser->object, .why = "a host endpoint" };

        unknown.object.name = dm_nets_suffixed(parser, parser->object.name, "endpoint");
        node.host_endpoint = dm_builder_add_unknown(parser->builder, &unknown);
    }
    interface.mtu = dm_nets_mtu(parser);
    labels = dm_nets_option(parser, "labels");
    node.labels = labels_of(parser, labels ? labels : "-");
    if (parser->bad) {
        return;
    }
    node.zone = dm_builder_edit_subnet(parser->builder, interface.subnet)->zone;
    interface.object.name = dm_nets_suffixed(parser, parser->object.name, "0");
    interface.host = dm_builder_add_host(parser->builder, &host);
    interface.node = dm_builder_add_node(parser->builder, &node);
    push_interface(parser, &interface);
    row = &parser->interfaces.items[parser->interfaces.n - 1];
    dm_builder_edit_node(parser->builder, interface.node)->interface = row->interface;
}

void dm_nets_read_ns(struct dm_nets_parser *parser)
{
    struct dm_namespace namespace = { .object = parser->object, .short_name = parser->object.name };

    namespace.cluster = OBJECT(parser, cluster);
    dm_builder_add_namespace(parser->builder, &namespace);
}

/* "web:8080", TCP. */
static void name_port(struct dm_nets_parser *parser, struct dm_pod *pod, const char *text)
{
    struct dm_kube_port *port = DM_NEW(parser->arena, struct dm_kube_port);
    size_t length = strcspn(text, ":");

    if (!port || !text[length]) {
        parser->bad = true;
        return;
    }
    port->name = dm_arena_strndup(parser->arena, text, length);
    port->protocol = DM_PROTO_TCP;
    port->port = (uint16_t)number_of(parser, text + length + 1, 65535);
    pod->ports = port;
    pod->n_ports = 1;
}

/* "n=192.168.0.4": the pod on that node. */
static void place_pod(struct dm_nets_parser *parser, struct dm_workload_id workload,
                      const char *text)
{
    size_t length = strcspn(text, "=");
    const char *node = dm_arena_strndup(parser->arena, text, length);
    const char *name = dm_sprintf(parser->arena, "%s@%s", parser->object.name, node);
    struct dm_host host = { .object = parser->object, .running = true };
    struct dm_interface interface = { .object = parser->object,
                                      .kind = DM_INTERFACE_POD,
                                      .workload = workload };

    if (!text[length]) {
        parser->bad = true;
        return;
    }
    host.object.name = name;
    interface.object.name = dm_nets_suffixed(parser, name, "0");
    interface.node.v = dm_nets_find(parser, DM_KIND_node, node);
    dm_nets_set_addresses(parser, &interface, text + length + 1);
    interface.host = dm_builder_add_host(parser->builder, &host);
    push_interface(parser, &interface);
}

void dm_nets_read_pods(struct dm_nets_parser *parser)
{
    struct dm_pod *pod = DM_NEW(parser->arena, struct dm_pod);
    struct dm_workload workload = { .object = parser->object,
                                    .short_name = parser->object.name,
                                    .owner_kind = "Deployment",
                                    .pods = pod,
                                    .n_pods = 1 };
    struct dm_workload_id id;
    const char *const *places;
    const char *port;
    size_t n;

    if (!pod) {
        parser->bad = true;
        return;
    }
    workload.namespace = OBJECT(parser, namespace);
    pod->labels = labels_of(parser, dm_nets_word(parser));
    pod->account = "default";
    places = dm_nets_parts(parser, dm_nets_word(parser), &n);
    port = dm_nets_option(parser, "port");
    if (port) {
        name_port(parser, pod, port);
    }
    pod->host_network = dm_nets_flag(parser, "hostnet");
    id = dm_builder_add_workload(parser->builder, &workload);
    for (size_t i = 0; i < n && !parser->bad; i++) {
        place_pod(parser, id, places[i]);
    }
}

/* "80:8080:30080"; the second may be a name, the third may lack. */
static void read_ports(struct dm_nets_parser *parser, const char *text,
                       struct dm_kube_service *service)
{
    struct dm_kube_service_port *port = DM_NEW(parser->arena, struct dm_kube_service_port);
    size_t first = strcspn(text, ":");
    const char *target = text + first + (text[first] == ':');
    size_t second = strcspn(target, ":");
    const char *name = dm_arena_strndup(parser->arena, target, second);

    if (!port || !name || !text[first]) {
        parser->bad = true;
        return;
    }
    port->protocol = dm_nets_flag(parser, "udp") ? DM_PROTO_UDP : DM_PROTO_TCP;
    port->port = (uint16_t)number_of(parser, dm_arena_strndup(parser->arena, text, first), 65535);
    if (name[0] >= '0' && name[0] <= '9') {
        port->target = (uint16_t)number_of(parser, name, 65535);
    } else {
        port->target_name = name;
    }
    if (target[second]) {
        port->node_port = (uint16_t)number_of(parser, target + second + 1, 65535);
        service->type = DM_KUBE_NODE_PORT;
    }
    service->ports = port;
    service->n_ports = 1;
}

void dm_nets_read_kservice(struct dm_nets_parser *parser)
{
    struct dm_kube_service service = { .object = parser->object,
                                       .short_name = parser->object.name };
    struct dm_interface interface = { .object = parser->object, .kind = DM_INTERFACE_KUBE_SERVICE };
    const char *address;

    service.namespace = OBJECT(parser, namespace);
    service.selector = selector_of(parser, dm_nets_word(parser));
    read_ports(parser, dm_nets_word(parser), &service);
    address = dm_nets_option(parser, "ip");
    service.local_traffic = dm_nets_flag(parser, "local");
    service.local_calls = dm_nets_flag(parser, "inner");
    if (address) {
        service.cluster_ip = dm_nets_address_of(parser, address);
    }
    interface.kube_service = dm_builder_add_kube_service(parser->builder, &service);
    if (address) {
        struct dm_interface_id id;

        interface.object.name = dm_nets_suffixed(parser, parser->object.name, "ip");
        dm_nets_set_addresses(parser, &interface, address);
        id = dm_builder_add_interface(parser->builder, &interface);
        dm_builder_edit_kube_service(parser->builder, interface.kube_service)->interface = id;
    }
}

void dm_nets_read_kpolicy(struct dm_nets_parser *parser)
{
    struct dm_network_policy policy = { .object = parser->object,
                                        .kind = "NetworkPolicy",
                                        .rank_name = parser->object.name };
    const char *cluster = dm_nets_word(parser);
    const char *directions;
    const char *order;

    policy.cluster.v = dm_nets_find(parser, DM_KIND_cluster, cluster);
    policy.tier.v =
        dm_nets_find(parser, DM_KIND_policy_tier, dm_nets_suffixed(parser, cluster, "default"));
    policy.namespace = OBJECT_OR_NONE(parser, namespace);
    policy.selector = selector_of(parser, dm_nets_word(parser));
    directions = dm_nets_word(parser);
    policy.for_ingress = strstr(directions, "in") != NULL;
    policy.for_egress = strstr(directions, "out") != NULL;
    order = dm_nets_option(parser, "order");
    policy.order_micro = order ? (int64_t)number_of(parser, order, 1000000) * 1000000 : INT64_MAX;
    dm_builder_add_network_policy(parser->builder, &policy);
}

/* "any", "all", "app:x", "*app:x" of all namespaces, "10.0.0.0/8". */
static struct dm_policy_entity entity_of(struct dm_nets_parser *parser, const char *text,
                                         bool is_global)
{
    struct dm_policy_entity entity = { .own_namespace = false };
    struct dm_prefix *prefix = DM_NEW(parser->arena, struct dm_prefix);

    if (!prefix || dm_str_equal(text, "any")) {
        return entity;
    }
    if (strchr(text, '/')) {
        *prefix = dm_nets_prefix_of(parser, text);
        entity.nets = prefix;
        entity.n_nets = 1;
        return entity;
    }
    entity.pods_only = true;
    entity.own_namespace = text[0] != '*' && !is_global;
    entity.selector = selector_of(parser, text + (text[0] == '*'));
    return entity;
}

void dm_nets_read_krule(struct dm_nets_parser *parser)
{
    struct dm_nets_krule_row row = {
        dm_nets_find(parser, DM_KIND_network_policy, parser->object.name),
        false,
        { .icmp_type = -1, .icmp_code = -1, .origin = parser->object.origin }
    };
    struct dm_policy_port *port = DM_NEW(parser->arena, struct dm_policy_port);
    const char *word = dm_nets_word(parser);
    struct dm_match match;
    bool is_global;

    row.is_ingress = dm_str_equal(word, "in");
    parser->bad = parser->bad || (!row.is_ingress && !dm_str_equal(word, "out")) || !port;
    word = dm_nets_word(parser);
    row.rule.action = dm_str_equal(word, "allow")  ? DM_POLICY_ALLOW
                      : dm_str_equal(word, "pass") ? DM_POLICY_PASS
                                                   : DM_POLICY_DENY;
    match = dm_nets_match_word(parser);
    if (parser->bad) {
        return;
    }
    is_global =
        !dm_builder_edit_network_policy(parser->builder, (struct dm_network_policy_id){ row.owner })
             ->namespace.v;
    if (match.protocol >= 0) {
        row.rule.protocol = (uint8_t)match.protocol;
        if (match.protocol == DM_PROTO_ICMP) {
            row.rule.icmp_type = match.icmp_type;
        } else if (match.port_first > 0 || match.port_last < 65535) {
            *port = (struct dm_policy_port){ NULL, match.port_first, match.port_last };
            row.rule.destination.ports = port;
            row.rule.destination.n_ports = 1;
        }
    }
    word = dm_nets_word(parser);
    if (row.is_ingress) {
        row.rule.source = entity_of(parser, word, is_global);
    } else {
        struct dm_policy_entity entity = entity_of(parser, word, is_global);

        entity.ports = row.rule.destination.ports;
        entity.n_ports = row.rule.destination.n_ports;
        row.rule.destination = entity;
    }
    if (!(row.is_ingress ? DM_VEC_PUSH(parser->arena, &parser->ingress, row)
                         : DM_VEC_PUSH(parser->arena, &parser->egress, row))) {
        parser->bad = true;
    }
}
