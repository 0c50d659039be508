/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Network and application load balancers, their listeners with rules, and target groups.
 *
 * Targets are addresses, registered one by one, as endpoints of services have theirs from the
 * design's pools.  Nodes of internal network load balancers get their addresses too; those of
 * others AWS chooses within the same subnets.  Of balancers and groups that describe calls gave
 * those are refused of which the output says more than the model holds.
 */
#include "model/base/str.h"
#include "render/artifacts/terraform_private.h"

#define TLS_POLICY "ELBSecurityPolicy-TLS13-1-2-2021-06"

enum { NAME_BYTES = 32 };

static const struct dm_interface *node_at(const struct dm_tf *tf, uint32_t *at,
                                          struct dm_balancer_id id)
{
    while (*at < tf->model->n_interfaces) {
        const struct dm_interface *interface = &tf->model->interfaces[(*at)++];

        if (interface->kind == DM_INTERFACE_BALANCER && interface->balancer.v == id.v) {
            return interface;
        }
    }
    return NULL;
}

static bool is_public(const struct dm_tf *tf, struct dm_balancer_id id)
{
    const struct dm_interface *node;
    bool found = false;

    for (uint32_t at = 0; (node = node_at(tf, &at, id)) != NULL;) {
        for (size_t i = 0; i < node->n_addresses; i++) {
            found = found || node->addresses[i].public_address.family != DM_FAMILY_NONE;
        }
    }
    return found;
}

/* A subnet for each node; those of network load balancers may have an address of their own. */
static void nodes(struct dm_tf *tf, uint32_t root, json_t *body, struct dm_balancer_id id)
{
    const struct dm_balancer *object = dm_balancer_get(tf->model, id);
    bool is_internal = !is_public(tf, id);
    const struct dm_interface *node;
    char buffer[DM_ADDR_TEXT_SIZE];

    for (uint32_t at = 0; (node = node_at(tf, &at, id)) != NULL;) {
        json_t *block;

        if (object->is_application) {
            dm_tf_push(tf, body, "subnets",
                       json_string(dm_tf_id(tf, root, DM_REF(subnet, node->subnet))));
            continue;
        }
        block = dm_tf_block(tf, body, "subnet_mapping");
        dm_tf_refer(tf, root, block, "subnet_id", DM_REF(subnet, node->subnet));
        if (is_internal && node->n_addresses) {
            dm_tf_text(tf, block, "private_ipv4_address",
                       dm_addr_text(node->addresses[0].address, buffer));
        }
    }
}

/* Each node has the groups of all. */
static void groups(struct dm_tf *tf, uint32_t root, json_t *body, struct dm_balancer_id id)
{
    uint32_t at = 0;
    const struct dm_interface *node = node_at(tf, &at, id);

    for (size_t i = 0; node && i < node->n_groups; i++) {
        dm_tf_push(tf, body, "security_groups",
                   json_string(dm_tf_id(tf, root, DM_REF(group, node->groups[i]))));
    }
}

/* ---- listeners ---- */

static const char *listener_name(struct dm_tf *tf, const struct dm_listener *listener)
{
    const char *name =
        dm_sprintf(tf->arena, "%s %u", listener->match.protocol == DM_PROTO_UDP ? "udp" : "tcp",
                   (unsigned)listener->match.port_first);

    if (!name) {
        dm_tf_nomem(tf);
    }
    return name ? name : "";
}

/* Why what a listener does cannot be said, or NULL. */
static const char *why_not(const struct dm_listener_action *action)
{
    return action->unknown.v       ? "what it does is not understood"
           : action->answers       ? "what it answers itself is not modelled"
           : action->n_groups == 0 ? "it sends nowhere"
           : action->n_groups > 1  ? "by which weight it sends to several groups is not modelled"
                                   : NULL;
}

static void forward(struct dm_tf *tf, uint32_t root, json_t *body, const char *key,
                    const struct dm_listener_action *action)
{
    json_t *block = dm_tf_block(tf, body, key);

    dm_tf_text(tf, block, "type", "forward");
    if (block) {
        const char *arn = dm_tf_arn(tf, root, DM_REF(target_group, action->groups[0]));

        dm_tf_set(tf, block, "target_group_arn", json_string(arn));
    }
}

/* The 'n'th rule, counted from 1: of what it asks only the client's address is modelled. */
static void rule(struct dm_tf *tf, uint32_t root, struct dm_balancer_id id,
                 const struct dm_listener *listener, size_t n)
{
    const struct dm_listener_rule *row = &listener->rules[n - 1];
    const char *parent = listener_name(tf, listener);
    const char *name = dm_sprintf(tf->arena, "%s rule %zu", parent, n);
    const char *why = row->asks_more        ? "it asks for more than the client's address"
                      : row->n_sources == 0 ? "it asks for nothing"
                                            : why_not(&row->action);
    char buffer[DM_ADDR_TEXT_SIZE];
    json_t *body;

    if (why) {
        dm_tf_refuse(tf, listener->origin, "rule %zu of a listener of `%s`: %s", n,
                     dm_balancer_get(tf->model, id)->object.name, why);
        return;
    }
    body = dm_tf_row(tf, root, DM_TF_BALANCERS, "aws_lb_listener_rule", DM_REF(balancer, id), name,
                     listener->origin);
    dm_tf_refer_row(tf, body, "listener_arn", "aws_lb_listener", DM_REF(balancer, id), parent,
                    "arn");
    dm_tf_number(tf, body, "priority", (int64_t)n);
    forward(tf, root, body, "action", &row->action);
    body = dm_tf_block(tf, dm_tf_block(tf, body, "condition"), "source_ip");
    for (size_t i = 0; i < row->n_sources; i++) {
        dm_tf_push(tf, body, "values", json_string(dm_prefix_text(row->sources[i], buffer)));
    }
}

/* Whether an earlier listener has the same port: AWS has one listener a port. */
static bool is_second(const struct dm_balancer *in, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (in->listeners[i].match.port_first == in->listeners[n].match.port_first) {
            return true;
        }
    }
    return false;
}

static void listener(struct dm_tf *tf, uint32_t root, struct dm_balancer_id id, size_t n)
{
    const struct dm_balancer *in = dm_balancer_get(tf->model, id);
    const struct dm_listener *row = &in->listeners[n];
    const struct dm_match *match = &row->match;
    bool is_tls = row->certificate != NULL;
    const char *why = row->unknown.v     ? "what it takes is not known"
                      : is_second(in, n) ? "AWS has one listener a port"
                      : match->protocol != DM_PROTO_TCP && match->protocol != DM_PROTO_UDP
                          ? "it takes neither TCP nor UDP"
                      : in->is_application && match->protocol != DM_PROTO_TCP
                          ? "an application load balancer takes TCP"
                      : match->port_first != match->port_last ? "it takes more than one port"
                                                              : why_not(&row->action);
    json_t *body;

    if (why) {
        dm_tf_refuse(tf, row->origin, "a listener of load balancer `%s`: %s", in->object.name, why);
        return;
    }
    body = dm_tf_row(tf, root, DM_TF_BALANCERS, "aws_lb_listener", DM_REF(balancer, id),
                     listener_name(tf, row), row->origin);
    dm_tf_refer(tf, root, body, "load_balancer_arn", DM_REF(balancer, id));
    dm_tf_number(tf, body, "port", match->port_first);
    dm_tf_text(tf, body, "protocol",
               in->is_application                ? is_tls ? "HTTPS" : "HTTP"
               : match->protocol == DM_PROTO_UDP ? "UDP"
               : is_tls                          ? "TLS"
                                                 : "TCP");
    if (is_tls) {
        dm_tf_text(tf, body, "certificate_arn", row->certificate);
        dm_tf_text(tf, body, "ssl_policy", TLS_POLICY);
    }
    forward(tf, root, body, "default_action", &row->action);
    for (size_t i = 1; i <= row->n_rules; i++) {
        rule(tf, root, id, row, i);
    }
}

static void balancer(struct dm_tf *tf, struct dm_balancer_id id)
{
    const struct dm_balancer *object = dm_balancer_get(tf->model, id);
    const char *why = object->is_classic  ? "those of the classic kind are not written"
                      : object->beyond    ? object->beyond
                      : object->unknown.v ? "what it listens on is not known"
                                          : NULL;
    struct dm_ref ref = DM_REF(balancer, id);
    uint32_t root = dm_tf_root_of_vpc(tf, object->vpc);
    json_t *body;

    if (why) {
        dm_tf_refuse(tf, object->object.origin, "load balancer `%s`: %s", object->object.name, why);
        return;
    }
    body = dm_tf_object(tf, root, DM_TF_BALANCERS, "aws_lb", ref);
    dm_tf_text(tf, body, "name", dm_tf_short(tf, ref, NAME_BYTES));
    dm_tf_text(tf, body, "load_balancer_type", object->is_application ? "application" : "network");
    dm_tf_flag(tf, body, "internal", !is_public(tf, id));
    if (!object->is_application) {
        dm_tf_flag(tf, body, "enable_cross_zone_load_balancing", object->cross_zone);
    }
    if (body) {
        nodes(tf, root, body, id);
        groups(tf, root, body, id);
    }
    for (size_t i = 0; i < object->n_listeners; i++) {
        listener(tf, root, id, i);
    }
}

/* ---- target groups ---- */

static bool sends_to(const struct dm_listener_action *action, struct dm_target_group_id id)
{
    for (size_t i = 0; i < action->n_groups; i++) {
        if (action->groups[i].v == id.v) {
            return true;
        }
    }
    return false;
}

/* Who sends to a group: AWS has one protocol a group, and one load balancer. */
struct senders {
    const struct dm_balancer *balancer; /* the first; NULL: none */
    const struct dm_listener *listener;
    bool are_many;
    bool are_mixed; /* of two protocols */
};

static bool listener_sends_to(const struct dm_listener *row, struct dm_target_group_id id)
{
    bool sends = sends_to(&row->action, id);

    for (size_t i = 0; i < row->n_rules; i++) {
        sends = sends || sends_to(&row->rules[i].action, id);
    }
    return sends;
}

static struct senders senders_of(const struct dm_tf *tf, struct dm_target_group_id id)
{
    struct senders senders = { 0 };

    for (uint32_t i = 0; i < tf->model->n_balancers; i++) {
        const struct dm_balancer *object = &tf->model->balancers[i];

        for (size_t j = 0; j < object->n_listeners; j++) {
            const struct dm_listener *row = &object->listeners[j];

            if (!listener_sends_to(row, id)) {
                continue;
            }
            if (!senders.balancer) {
                senders.balancer = object;
                senders.listener = row;
            }
            senders.are_many |= senders.balancer != object;
            senders.are_mixed |= senders.listener->match.protocol != row->match.protocol;
        }
    }
    return senders;
}

static bool is_in(const struct dm_vpc *vpc, struct dm_addr address)
{
    for (size_t i = 0; i < vpc->n_cidrs; i++) {
        if (dm_prefix_has(vpc->cidrs[i], address)) {
            return true;
        }
    }
    return false;
}

/* Nodes of a cluster come and go: AWS registers them, see terraform_clusters.c. */
static bool has_nodes(const struct dm_tf *tf, const struct dm_target_group *object)
{
    for (size_t i = 0; i < object->n_targets; i++) {
        if (dm_tf_node_at(tf, object->targets[i].address).v) {
            return true;
        }
    }
    return false;
}

/* Pods have their addresses from the overlay, when they start. */
static bool has_pods(const struct dm_tf *tf, const struct dm_target_group *object)
{
    for (uint32_t i = 0; i < tf->model->n_interfaces; i++) {
        const struct dm_interface *at = &tf->model->interfaces[i];

        for (size_t j = 0; at->kind == DM_INTERFACE_POD && at->n_addresses && j < object->n_targets;
             j++) {
            if (dm_addr_equal(at->addresses[0].address, object->targets[j].address)) {
                return true;
            }
        }
    }
    return false;
}

/* One that is leaving gets no new sessions: it is not registered. */
static void target(struct dm_tf *tf, uint32_t root, struct dm_target_group_id id,
                   const struct dm_target *row)
{
    const struct dm_target_group *in = dm_target_group_get(tf->model, id);
    char buffer[DM_ADDR_TEXT_SIZE];
    const char *name;
    json_t *body;

    if (row->unknown.v) {
        dm_tf_refuse(tf, row->origin, "a target of `%s` is not known", in->object.name);
        return;
    }
    if (row->is_leaving || dm_tf_node_at(tf, row->address).v) {
        return;
    }
    name = dm_sprintf(tf->arena, "%s %u", dm_addr_text(row->address, buffer), (unsigned)row->port);
    body = dm_tf_row(tf, root, DM_TF_BALANCERS, "aws_lb_target_group_attachment",
                     DM_REF(target_group, id), name, row->origin);
    dm_tf_refer_to(tf, body, "target_group_arn", DM_REF(target_group, id), "arn");
    dm_tf_text(tf, body, "target_id", dm_addr_text(row->address, buffer));
    dm_tf_number(tf, body, "port", row->port);
    if (!is_in(dm_vpc_get(tf->model, in->vpc), row->address)) {
        dm_tf_text(tf, body, "availability_zone", "all"); /* [ELB-20] */
    }
}

static void health(struct dm_tf *tf, json_t *body, const struct dm_target_group *object,
                   bool is_application)
{
    json_t *block = dm_tf_block(tf, body, "health_check");
    const char *port = object->health_port
                           ? dm_sprintf(tf->arena, "%u", (unsigned)object->health_port)
                           : "traffic-port";

    if (!port) {
        dm_tf_nomem(tf);
        return;
    }
    dm_tf_flag(tf, block, "enabled", true);
    dm_tf_text(tf, block, "port", port);
    dm_tf_text(tf, block, "protocol", is_application ? "HTTP" : "TCP");
}

static void target_group(struct dm_tf *tf, struct dm_target_group_id id)
{
    static const char *const cross_zone[] = {
        [DM_CROSS_ZONE_AS_BALANCER] = "use_load_balancer_configuration",
        [DM_CROSS_ZONE_ON] = "true",
        [DM_CROSS_ZONE_OFF] = "false",
    };
    const struct dm_target_group *object = dm_target_group_get(tf->model, id);
    struct senders from = senders_of(tf, id);
    const char *why = object->unknown.v    ? "what its targets are is not known"
                      : object->beyond     ? object->beyond
                      : !object->vpc.v     ? "its targets are in no VPC"
                      : !from.balancer     ? "no listener sends to it"
                      : from.are_many      ? "AWS has a target group at one load balancer"
                      : from.are_mixed     ? "listeners of two protocols send to it"
                      : !object->n_targets ? "it has no targets"
                      : has_pods(tf, object)
                          ? "its targets are pods, whose addresses come with them"
                          : NULL;
    uint32_t root;
    json_t *body;

    if (why) {
        dm_tf_refuse(tf, object->object.origin, "target group `%s`: %s", object->object.name, why);
        return;
    }
    root = dm_tf_root_of_vpc(tf, object->vpc);
    body = dm_tf_object(tf, root, DM_TF_BALANCERS, "aws_lb_target_group", DM_REF(target_group, id));
    dm_tf_text(tf, body, "name", dm_tf_short(tf, DM_REF(target_group, id), NAME_BYTES));
    dm_tf_refer(tf, root, body, "vpc_id", DM_REF(vpc, object->vpc));
    dm_tf_text(tf, body, "target_type", has_nodes(tf, object) ? "instance" : "ip");
    dm_tf_number(tf, body, "port", object->targets[0].port);
    dm_tf_text(tf, body, "protocol",
               from.balancer->is_application                   ? "HTTP"
               : from.listener->match.protocol == DM_PROTO_UDP ? "UDP"
                                                               : "TCP");
    if (!from.balancer->is_application) {
        dm_tf_text(tf, body, "preserve_client_ip", object->keeps_client ? "true" : "false");
    }
    dm_tf_text(tf, body, "load_balancing_cross_zone_enabled", cross_zone[object->cross_zone]);
    health(tf, body, object, from.balancer->is_application);
    for (size_t i = 0; i < object->n_targets; i++) {
        target(tf, root, id, &object->targets[i]);
    }
}

void dm_tf_balancers(struct dm_tf *tf)
{
    for (uint32_t i = 1; i <= tf->model->n_balancers; i++) {
        if (!tf->model->balancers[i - 1].made_of.v) {
            balancer(tf, (struct dm_balancer_id){ i });
        }
    }
    for (uint32_t i = 1; i <= tf->model->n_target_groups; i++) {
        if (!tf->model->target_groups[i - 1].is_made) {
            target_group(tf, (struct dm_target_group_id){ i });
        }
    }
}
