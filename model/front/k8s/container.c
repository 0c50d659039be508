/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Containers: which ports they declare, how the kubelet asks whether they are well, which variables
 * they are given.
 */
#include "model/secret.h"

#include <string.h>

#include "model/front/k8s/upkeep.h"

/* What is gathered of a pod. */
struct gathered {
    DM_VEC(struct dm_kube_port) ports;
    DM_VEC(struct dm_probe) probes;
    DM_VEC(struct dm_variable) variables;
};

/* One container, and which of the ports are its own. */
struct container {
    const struct dm_tree *tree;
    const char *name; /* NULL: it has none */
    size_t first_port;
};

static const char container_keys[] =
    "args|command|env|envFrom|image|imagePullPolicy|lifecycle|livenessProbe|name|ports|"
    "readinessProbe|resizePolicy|resources|restartPolicy|restartPolicyRules|securityContext|"
    "startupProbe|stdin|stdinOnce|terminationMessagePath|terminationMessagePolicy|tty|"
    "volumeDevices|volumeMounts|workingDir";

/* ---- ports ---- */

static void read_ports(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                       const struct container *container, struct gathered *gathered)
{
    const struct dm_tree *list = dm_k8s_list(k8s, container->tree, "ports");

    for (size_t i = 0; list && i < list->n; i++) {
        const struct dm_tree *map = list->items[i];
        struct dm_kube_port port = { .container = container->name };

        if (!dm_k8s_keys(k8s, object, map, "name|containerPort|protocol|hostPort|hostIP", NULL)) {
            continue;
        }
        port.name = dm_k8s_text(k8s, map, "name");
        port.protocol = dm_k8s_protocol(k8s, map, "protocol", DM_PROTO_TCP);
        port.port = (uint16_t)dm_k8s_number(k8s, map, "containerPort", 1, 65535, 0);
        if (port.port) {
            (void)DM_K8S_PUSH(k8s, &gathered->ports, port);
        }
    }
}

/* ---- probes ---- */

/* The port that a probe asks at: by number, or by the name that its own container gives it. */
static void probe_port(struct dm_k8s *k8s, const struct dm_tree *map,
                       const struct container *container, const struct gathered *gathered,
                       struct dm_probe *probe)
{
    const struct dm_tree *node = dm_k8s_get(map, "port");

    if (!node) {
        (void)dm_k8s_fault(k8s, map->span, "`port` is missing");
        return;
    }
    probe->origin = node->span;
    if (node->kind == DM_TREE_SCALAR && node->scalar == DM_SCALAR_STRING) {
        probe->port_name = node->text;
    } else {
        probe->port = (uint16_t)dm_k8s_number(k8s, map, "port", 1, 65535, 0);
    }
    for (size_t i = container->first_port; i < gathered->ports.n; i++) {
        const struct dm_kube_port *port = &gathered->ports.items[i];
        bool is_it = probe->port_name ? dm_str_equal(port->name, probe->port_name)
                                      : port->port == probe->port;

        if (is_it && port->protocol == DM_PROTO_TCP && !probe->is_declared) {
            probe->is_declared = true;
            probe->port = port->port;
        }
    }
}

static void read_command(struct dm_k8s *k8s, const struct dm_tree *map, struct dm_probe *probe)
{
    const struct dm_tree *list = dm_k8s_list(k8s, map, "command");
    DM_VEC(const char *) words = { NULL, 0, 0 };

    for (size_t i = 0; list && i < list->n; i++) {
        const char *word = dm_tree_text(list->items[i]);

        (void)DM_K8S_PUSH(k8s, &words, word ? word : "");
    }
    probe->command = words.items;
    probe->n_command = words.n;
}

static void read_probe(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                       const struct container *container, const char *key,
                       enum dm_probe_purpose purpose, struct gathered *gathered)
{
    static const char *const ways[] = { "httpGet", "tcpSocket", "grpc", "exec" };
    static const char *const keys[] = { "host|httpHeaders|path|port|scheme", "host|port",
                                        "port|service", "command" };
    const struct dm_tree *map = dm_k8s_map(k8s, container->tree, key);
    struct dm_probe probe = { .purpose = purpose, .container = container->name };
    const struct dm_tree *way = NULL;
    unsigned n = 0;
    const char *host;

    if (!map
        || !dm_k8s_keys(k8s, object, map,
                        "exec|failureThreshold|grpc|httpGet|initialDelaySeconds|periodSeconds|"
                        "successThreshold|tcpSocket|terminationGracePeriodSeconds|timeoutSeconds",
                        NULL)) {
        return;
    }
    for (int i = DM_PROBE_HTTP; i <= DM_PROBE_COMMAND; i++) {
        const struct dm_tree *one = dm_k8s_map(k8s, map, ways[i]);

        if (one && dm_k8s_keys(k8s, object, one, keys[i], NULL)) {
            probe.kind = (enum dm_probe_kind)i;
            way = one;
            n++;
        }
    }
    if (n != 1) {
        (void)dm_k8s_fault(k8s, map->span,
                           "a probe asks in one way: httpGet, tcpSocket, grpc or exec");
        return;
    }
    probe.origin = way->span;
    host = dm_k8s_text(k8s, way, "host");
    probe.is_elsewhere = host && *host;
    probe.is_tls = dm_str_equal(dm_k8s_text(k8s, way, "scheme"), "HTTPS");
    probe.path = dm_k8s_text(k8s, way, "path");
    if (probe.kind == DM_PROBE_COMMAND) {
        read_command(k8s, way, &probe);
    } else {
        probe_port(k8s, way, container, gathered, &probe);
    }
    (void)DM_K8S_PUSH(k8s, &gathered->probes, probe);
}

/* ---- variables ---- */

static void read_source(struct dm_k8s *k8s, const struct dm_tree *from,
                        struct dm_variable *variable)
{
    const struct dm_tree *secret = dm_k8s_map(k8s, from, "secretKeyRef");

    variable->kind = DM_VARIABLE_OTHER;
    if (secret) {
        variable->kind = DM_VARIABLE_SECRET;
        variable->secret = dm_k8s_text(k8s, secret, "name");
        variable->key = dm_k8s_text(k8s, secret, "key");
    }
}

static void read_literal(const struct dm_tree *value, struct dm_variable *variable)
{
    const char *text = dm_tree_text(value);
    size_t length = text ? value->length : 0;

    variable->has_password = text && dm_secret_in_address(text, length);
    variable->kind = text && dm_secret_text_kind(text, length) == DM_SECRET_LITERAL
                         ? DM_VARIABLE_LITERAL
                         : DM_VARIABLE_REFERENCE;
}

static void read_variables(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                           const struct container *container, struct gathered *gathered)
{
    const struct dm_tree *list = dm_k8s_list(k8s, container->tree, "env");

    for (size_t i = 0; list && i < list->n; i++) {
        const struct dm_tree *map = list->items[i];
        struct dm_variable variable = { .container = container->name };
        const struct dm_tree *from;

        if (!dm_k8s_keys(k8s, object, map, "name|value|valueFrom", NULL)) {
            continue;
        }
        variable.name = dm_k8s_text(k8s, map, "name");
        from = dm_k8s_map(k8s, map, "valueFrom");
        if (!variable.name) {
            (void)dm_k8s_fault(k8s, map->span, "`name` is missing");
            continue;
        }
        variable.origin = dm_k8s_get(map, "name")->span;
        if (from) {
            read_source(k8s, from, &variable);
        } else {
            read_literal(dm_k8s_get(map, "value"), &variable);
        }
        (void)DM_K8S_PUSH(k8s, &gathered->variables, variable);
    }
}

/* ---- all of it ---- */

static void read_list(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                      const struct dm_tree *spec, const char *key, struct gathered *gathered)
{
    static const char *const probes[] = { "livenessProbe", "readinessProbe", "startupProbe" };
    const struct dm_tree *list = dm_k8s_list(k8s, spec, key);

    for (size_t i = 0; list && i < list->n; i++) {
        struct container container = { .tree = list->items[i], .first_port = gathered->ports.n };

        if (!dm_k8s_keys(k8s, object, container.tree, container_keys, NULL)) {
            continue;
        }
        container.name = dm_k8s_text(k8s, container.tree, "name");
        read_ports(k8s, object, &container, gathered);
        for (int p = DM_PROBE_LIVENESS; p <= DM_PROBE_STARTUP; p++) {
            read_probe(k8s, object, &container, probes[p], (enum dm_probe_purpose)p, gathered);
        }
        read_variables(k8s, object, &container, gathered);
    }
}

void dm_k8s_read_containers(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                            const struct dm_tree *spec, struct dm_pod *pod)
{
    struct gathered gathered = { { NULL, 0, 0 }, { NULL, 0, 0 }, { NULL, 0, 0 } };

    read_list(k8s, object, spec, "initContainers", &gathered);
    read_list(k8s, object, spec, "containers", &gathered);
    pod->ports = gathered.ports.items;
    pod->n_ports = gathered.ports.n;
    pod->probes = gathered.probes.items;
    pod->n_probes = gathered.probes.n;
    pod->variables = gathered.variables.items;
    pod->n_variables = gathered.variables.n;
}
