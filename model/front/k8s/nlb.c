/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Services that ask for a load balancer, each a network load balancer.
 */
#include <string.h>

#include "model/front/k8s/balancer.h"

static const char known[] =
    "access-log-emit-interval|access-log-enabled|access-log-s3-bucket-name|"
    "access-log-s3-bucket-prefix|additional-resource-tags|alpn-policy|attributes|"
    "backend-protocol|connection-draining-enabled|connection-draining-timeout|"
    "connection-idle-timeout|cross-zone-load-balancing-enabled|"
    "disable-nlb-sg|eip-allocations|enable-icmp-for-path-mtu-discovery|"
    "enable-prefix-for-ipv6-source-nat|enable-tcp-udp-listener|extra-security-groups|"
    "healthcheck-healthy-threshold|healthcheck-interval|healthcheck-path|healthcheck-port|"
    "healthcheck-protocol|healthcheck-success-codes|healthcheck-timeout|"
    "healthcheck-unhealthy-threshold|inbound-sg-rules-on-private-link-traffic|internal|"
    "ip-address-type|ipv6-addresses|listener-attributes.|manage-backend-security-group-rules|"
    "minimum-load-balancer-capacity|multi-cluster-target-group|name|nlb-target-type|"
    "private-ipv4-addresses|proxy-protocol|scheme|security-group-prefix-lists|security-groups|"
    "source-nat-ipv6-prefixes|source-ranges|ssl-cert|ssl-negotiation-policy|ssl-ports|subnets|"
    "target-group-attributes|target-node-labels|type";

static const char alb_known[] =
    "auth-idp-cognito|auth-idp-oidc|auth-on-unauthenticated-request|auth-scope|"
    "auth-session-cookie|auth-session-timeout|auth-type|backend-protocol|"
    "backend-protocol-version|healthcheck-interval-seconds|healthcheck-path|healthcheck-port|"
    "healthcheck-protocol|healthcheck-timeout-seconds|healthy-threshold-count|"
    "multi-cluster-target-group|success-codes|tags|target-group-attributes|target-node-labels|"
    "target-type|unhealthy-threshold-count";

/* Who builds the balancer of a service. */
enum builder { NOBODY, THE_CONTROLLER, SOMEBODY };

/* A class or a type of its own names the controller.  Without, it depends on versions whether the
 * controller takes the service or the cloud provider's older code does [EKS-36]. */
static enum builder builder_of(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                               const struct dm_kube_service *service)
{
    const char *class = dm_k8s_text(k8s, object->spec, "loadBalancerClass");
    const char *type = dm_k8s_annotation_text(k8s, dm_k8s_annotation(object, DM_K8S_NLB, "type"));

    if (service->type != DM_KUBE_LOAD_BALANCER) {
        return NOBODY;
    }
    if (class) {
        bool is_ours = strcmp(class, "service.k8s.aws/nlb") == 0
                       || strcmp(class, "eks.amazonaws.com/nlb") == 0;

        if (!is_ours) {
            dm_k8s_unknown(
                k8s, dm_k8s_get(object->spec, "loadBalancerClass")->span,
                dm_k8s_text_of(k8s, "load balancer of Service %s", dm_k8s_name(k8s, object)),
                "what serves this class is not known", NULL);
        }
        return is_ours ? THE_CONTROLLER : NOBODY;
    }
    return dm_str_equal(type, "external") || dm_str_equal(type, "nlb-ip") ? THE_CONTROLLER
                                                                          : SOMEBODY;
}

/* ---- parts ---- */

/* The older annotation says the other way round what the scheme does.  Where neither is there the
 * controller's is internal, and that of the cloud provider's code faces the internet [EKS-58]. */
static bool is_internet_facing(struct dm_k8s *k8s, const struct dm_k8s_object *object, bool is_sure)
{
    const struct dm_tree *scheme = dm_k8s_annotation(object, DM_K8S_NLB, "scheme");
    const char *internal =
        dm_k8s_annotation_text(k8s, dm_k8s_annotation(object, DM_K8S_NLB, "internal"));

    if (scheme) {
        return dm_k8s_read_scheme(k8s, scheme);
    }
    return internal ? strcmp(internal, "false") == 0 : !is_sure;
}

/* Whether TLS ends at the balancer on this port. */
static bool is_secure(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                      const struct dm_kube_service_port *port)
{
    const struct dm_tree *note = dm_k8s_annotation(object, DM_K8S_NLB, "ssl-ports");
    struct dm_k8s_words words = dm_k8s_annotation_words(k8s, note);
    const char *number = dm_k8s_text_of(k8s, "%u", port->port);

    if (port->protocol != DM_PROTO_TCP || !dm_k8s_annotation(object, DM_K8S_NLB, "ssl-cert")) {
        return false;
    }
    for (size_t i = 0; i < words.n; i++) {
        if (strcmp(words.items[i], "*") == 0 || strcmp(words.items[i], number) == 0
            || dm_str_equal(words.items[i], port->name)) {
            return true;
        }
    }
    return note == NULL;
}

/* Whose address pods see: by the attribute; else of instances and of UDP the client's [EKS-37]. */
static bool keeps_client(struct dm_k8s *k8s, const struct dm_k8s_object *object, bool is_address,
                         uint8_t protocol)
{
    const char *attribute = dm_k8s_annotation_value(
        k8s, dm_k8s_annotation(object, DM_K8S_NLB, "target-group-attributes"),
        "preserve_client_ip.enabled");

    return attribute ? strcmp(attribute, "true") == 0 : !is_address || protocol == DM_PROTO_UDP;
}

/* Where it asks for health: the port of traffic by TCP; of instances of a service of local traffic
 * the port at which a node says whether it has pods of the service [EKS-38]. */
static void read_health(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                        const struct dm_kube_service *service, struct dm_kube_target *target)
{
    const struct dm_tree *port = dm_k8s_annotation(object, DM_K8S_NLB, "healthcheck-port");
    const char *protocol =
        dm_k8s_annotation_text(k8s, dm_k8s_annotation(object, DM_K8S_NLB, "healthcheck-protocol"));
    const char *path =
        dm_k8s_annotation_text(k8s, dm_k8s_annotation(object, DM_K8S_NLB, "healthcheck-path"));
    bool is_local = service->local_traffic && !target->is_address;

    target->asks_node = is_local && !port;
    target->health_port = target->asks_node ? service->health_node_port : 0;
    dm_k8s_read_health_port(k8s, port, service, target);
    target->health_protocol = protocol ? protocol : is_local ? "HTTP" : "TCP";
    if (dm_str_starts(target->health_protocol, "HTTP")
        || dm_str_starts(target->health_protocol, "http")) {
        target->health_path = path ? path : is_local ? "/healthz" : "/";
    }
}

/* ---- listeners ---- */

static const struct dm_kube_rule *rule_of(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                                          struct dm_kube_service_id id, uint32_t port,
                                          bool is_address)
{
    const struct dm_kube_service *service = dm_builder_edit_kube_service(k8s->builder, id);
    struct dm_kube_target *target = DM_NEW(k8s->arena, struct dm_kube_target);
    struct dm_kube_rule *rule = DM_NEW(k8s->arena, struct dm_kube_rule);

    if (!target || !rule) {
        k8s->failed = true;
        return NULL;
    }
    *target = (struct dm_kube_target){
        .service = id,
        .port = port,
        .is_address = is_address,
        .keeps_client = keeps_client(k8s, object, is_address, service->ports[port].protocol),
        .cross_zone = dm_k8s_read_cross_zone(
            k8s, dm_k8s_annotation(object, DM_K8S_NLB, "target-group-attributes")),
        .nodes = dm_k8s_read_target_nodes(
            k8s, dm_k8s_annotation(object, DM_K8S_NLB, "target-node-labels")),
        .origin = object->origin
    };
    read_health(k8s, object, service, target);
    *rule = (struct dm_kube_rule){ .fits_all = true,
                                   .is_default = true,
                                   .targets = target,
                                   .n_targets = 1,
                                   .origin = object->origin };
    return rule;
}

static void add_listeners(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                          struct dm_kube_service_id id, struct dm_kube_balancer *balancer)
{
    const struct dm_kube_service *service = dm_builder_edit_kube_service(k8s->builder, id);
    const struct dm_tree *type = dm_k8s_annotation(object, DM_K8S_NLB, "nlb-target-type");
    bool is_address = type ? dm_k8s_read_target_type(k8s, type)
                           : dm_str_equal(dm_k8s_annotation_text(
                                              k8s, dm_k8s_annotation(object, DM_K8S_NLB, "type")),
                                          "nlb-ip");
    struct dm_kube_listener *listeners =
        DM_NEW_ARRAY(k8s->arena, service->n_ports + 1, struct dm_kube_listener);

    k8s->failed = k8s->failed || !listeners;
    for (uint32_t i = 0; listeners && i < service->n_ports; i++) {
        const struct dm_kube_service_port *port = &service->ports[i];
        const char *protocol = is_secure(k8s, object, port)      ? "TLS"
                               : port->protocol == DM_PROTO_UDP  ? "UDP"
                               : port->protocol == DM_PROTO_SCTP ? NULL
                                                                 : "TCP";

        if (!protocol) {
            (void)dm_k8s_warn(k8s, object->origin,
                              "port %u of service `%s` is of SCTP, which no load balancer has",
                              port->port, service->object.name);
            dm_k8s_unknown(k8s, object->origin,
                           dm_k8s_text_of(k8s, "port %u of the load balancer of Service %s",
                                          port->port, service->object.name),
                           "no load balancer has SCTP", &balancer->unknown);
            continue;
        }
        listeners[balancer->n_listeners++] =
            (struct dm_kube_listener){ protocol, port->port,
                                       rule_of(k8s, object, id, i, is_address), 1 };
    }
    balancer->listeners = listeners;
}

static void read_inbound(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                         struct dm_kube_balancer *balancer)
{
    const struct dm_tree *list = dm_k8s_list(k8s, object->spec, "loadBalancerSourceRanges");
    const struct dm_tree *note = dm_k8s_annotation(object, DM_K8S_NLB, "source-ranges");
    struct dm_k8s_words words = dm_k8s_annotation_words(k8s, note);

    for (size_t i = 0; list && i < list->n; i++) {
        if (dm_tree_text(list->items[i])) {
            (void)DM_K8S_PUSH(k8s, &words, dm_tree_text(list->items[i]));
        }
    }
    dm_k8s_read_inbound(k8s, words,
                        list   ? list->span
                        : note ? note->span
                               : object->origin,
                        balancer);
}

static void build_nlb(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                      struct dm_kube_service_id id, bool is_sure)
{
    const struct dm_tree *attributes = dm_k8s_annotation(object, DM_K8S_NLB, "attributes");
    const char *crosses =
        dm_k8s_annotation_value(k8s, attributes, "load_balancing.cross_zone.enabled");
    const char *old = dm_k8s_annotation_text(
        k8s, dm_k8s_annotation(object, DM_K8S_NLB, "cross-zone-load-balancing-enabled"));
    struct dm_k8s_words subnets =
        dm_k8s_annotation_words(k8s, dm_k8s_annotation(object, DM_K8S_NLB, "subnets"));
    struct dm_k8s_words groups =
        dm_k8s_annotation_words(k8s, dm_k8s_annotation(object, DM_K8S_NLB, "security-groups"));
    struct dm_k8s_words lists = dm_k8s_annotation_words(
        k8s, dm_k8s_annotation(object, DM_K8S_NLB, "security-group-prefix-lists"));
    struct dm_kube_balancer balancer = {
        .object = { .name = dm_k8s_text_of(k8s, "%s[Service]", dm_k8s_name(k8s, object)),
                    .origin = object->origin },
        .cluster = k8s->cluster,
        .kind = DM_KUBE_NLB,
        .is_internet_facing = is_internet_facing(k8s, object, is_sure),
        .crosses_zones = dm_str_equal(crosses ? crosses : old, "true"),
        .subnets = subnets.items,
        .n_subnets = subnets.n,
        .groups = groups.items,
        .n_groups = groups.n,
        .is_dual_stack =
            dm_k8s_read_dual_stack(k8s, dm_k8s_annotation(object, DM_K8S_NLB, "ip-address-type")),
        .manages_rules = dm_k8s_read_manages(
            k8s, dm_k8s_annotation(object, DM_K8S_NLB, "manage-backend-security-group-rules"),
            groups.n),
        .lists = lists.items,
        .n_lists = lists.n,
        .stack = dm_k8s_text_of(k8s, "%s/%s", object->namespace, object->name),
        .dns_name = dm_k8s_read_dns_name(k8s, object),
    };

    if (!is_sure) {
        dm_k8s_unknown(k8s, object->origin,
                       dm_k8s_text_of(k8s, "load balancer of Service %s", dm_k8s_name(k8s, object)),
                       "without a class it depends on versions who builds it, and of which kind",
                       &balancer.unknown);
    }
    dm_k8s_annotation_check(k8s, object, DM_K8S_NLB, known, &balancer.unknown);
    if (dm_k8s_annotation(object, DM_K8S_NLB, "disable-nlb-sg")) {
        dm_k8s_unknown(k8s, object->origin,
                       dm_k8s_text_of(k8s, "groups of the load balancer of Service %s",
                                      dm_k8s_name(k8s, object)),
                       "what lets a balancer without groups in is not followed", &balancer.unknown);
    }
    add_listeners(k8s, object, id, &balancer);
    if (!groups.n) {
        read_inbound(k8s, object, &balancer);
    }
    k8s->failed = k8s->failed || dm_builder_add_kube_balancer(k8s->builder, &balancer).v == 0;
}

void dm_k8s_build_nlb(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const uint64_t *place =
        dm_map_find(&k8s->services, dm_k8s_text_of(k8s, "%s/%s", object->namespace, object->name));
    struct dm_kube_service_id id = { place ? (uint32_t)*place : 0 };
    enum builder builder;

    if (!id.v) {
        return;
    }
    builder = builder_of(k8s, object, dm_builder_edit_kube_service(k8s->builder, id));
    dm_k8s_annotation_check(k8s, object, DM_K8S_ALB, alb_known, NULL);
    if (builder != NOBODY) {
        build_nlb(k8s, object, id, builder == THE_CONTROLLER);
    }
}
