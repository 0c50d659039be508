/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ingresses, their rules and classes.
 */
#include <string.h>

#include "model/front/k8s/balancer.h"

static const char old_class[] = "kubernetes.io/ingress.class";

/* ---- backends ---- */

/* The index of the port that a number or a name means; 'n_ports' where none is meant: controllers
 * speak TCP alone.  No name is of digits alone. */
static uint32_t find_port(const struct dm_kube_service *service, const struct dm_tree *port)
{
    const char *text = dm_tree_text(port) ? dm_tree_text(port) : "";
    uint64_t number = 0;
    bool is_number = dm_str_to_u64(text, strlen(text), UINT16_MAX, &number);
    uint32_t i = 0;

    for (; i < service->n_ports; i++) {
        const struct dm_kube_service_port *item = &service->ports[i];

        if (item->protocol == DM_PROTO_TCP
            && (is_number ? item->port == number : dm_str_equal(item->name, text))) {
            break;
        }
    }
    return i;
}

bool dm_k8s_backend(struct dm_k8s *k8s, const struct dm_k8s_object *object, const char *service,
                    const struct dm_tree *port, struct dm_span span, struct dm_unknown_id *slot,
                    struct dm_kube_target *ret_target)
{
    struct dm_span port_span = port->span.source == span.source ? port->span : span;
    const char *port_text = dm_tree_text(port) ? dm_tree_text(port) : "";
    struct dm_kube_target target = { .origin = span };
    const struct dm_kube_service *found;
    const uint64_t *place;

    place = dm_map_find(&k8s->services, dm_k8s_text_of(k8s, "%s/%s", object->namespace, service));
    if (!place || !*place) {
        (void)dm_k8s_warn(k8s, span, "no service `%s` in namespace `%s`", service,
                          object->namespace);
        dm_k8s_unknown(
            k8s, span,
            dm_k8s_text_of(k8s, "service %s of Ingress %s", service, dm_k8s_name(k8s, object)),
            "this service is not in the input", slot);
        return false;
    }
    target.service.v = (uint32_t)*place;
    found = dm_builder_edit_kube_service(k8s->builder, target.service);
    target.port = find_port(found, port);
    if (target.port == found->n_ports) {
        (void)dm_k8s_warn(k8s, port_span, "service `%s` has no port `%s`", service, port_text);
        dm_k8s_unknown(k8s, port_span,
                       dm_k8s_text_of(k8s, "port %s of service %s of Ingress %s", port_text,
                                      service, dm_k8s_name(k8s, object)),
                       "the service has no such port", slot);
        return false;
    }
    *ret_target = target;
    return true;
}

/* A service and its port: by "service: {name, port: {number, name}}", or, in the older form, by
 * "serviceName" and "servicePort"; of the port "use-annotation" the name is that of an action. */
static void read_backend(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                         const struct dm_tree *map, struct dm_unknown_id *slot,
                         struct dm_kube_rule *rule)
{
    const struct dm_tree *service = dm_k8s_map(k8s, map, "service");
    const struct dm_tree *port_map = dm_k8s_map(k8s, service, "port");
    const char *name =
        service ? dm_k8s_text(k8s, service, "name") : dm_k8s_text(k8s, map, "serviceName");
    const struct dm_tree *port =
        service ? dm_k8s_get(port_map, "number") : dm_k8s_get(map, "servicePort");
    struct dm_kube_target *target;

    port = port ? port : dm_k8s_get(port_map, "name");
    if (!name || !port) {
        dm_k8s_unknown(k8s, map->span,
                       dm_k8s_text_of(k8s, "backend of Ingress %s", dm_k8s_name(k8s, object)),
                       "a backend that is no port of a service", slot);
        return;
    }
    rule->has_conditions =
        dm_k8s_annotation(object, DM_K8S_ALB, dm_k8s_text_of(k8s, "conditions.%s", name)) != NULL;
    rule->fits_all = rule->fits_all && !rule->has_conditions;
    if (dm_str_equal(dm_tree_text(port), "use-annotation")) {
        dm_k8s_read_action(k8s, object, name, map->span, slot, rule);
        return;
    }
    target = DM_NEW(k8s->arena, struct dm_kube_target);
    k8s->failed = k8s->failed || !target;
    if (target && dm_k8s_backend(k8s, object, name, port, map->span, slot, target)) {
        rule->targets = target;
        rule->n_targets = 1;
    }
}

/* ---- rules ---- */

/* A prefix "/" begins every path; left to the controller it is that path alone, which has "/" as a
 * pattern [EKS-56]. */
static bool fits_all(const struct dm_kube_rule *rule, const char *type)
{
    if (rule->host || rule->is_exact) {
        return false;
    }
    return !rule->path || strcmp(rule->path, "/*") == 0
           || (strcmp(rule->path, "/") == 0 && type && strcmp(type, "Prefix") == 0);
}

static void read_path(struct dm_k8s *k8s, const struct dm_k8s_object *object, const char *host,
                      const struct dm_tree *map, struct dm_k8s_rules *rules)
{
    const struct dm_tree *backend;
    const char *type;
    struct dm_kube_rule rule = { .host = host, .origin = map->span };

    if (!dm_k8s_keys(k8s, object, map, "path|pathType|backend", NULL)) {
        return;
    }
    type = dm_k8s_text(k8s, map, "pathType");
    rule.path = dm_k8s_text(k8s, map, "path");
    rule.is_exact = type && strcmp(type, "Exact") == 0;
    rule.fits_all = fits_all(&rule, type);
    if (type && !rule.is_exact && strcmp(type, "Prefix") != 0
        && strcmp(type, "ImplementationSpecific") != 0) {
        (void)dm_k8s_fault(k8s, dm_k8s_get(map, "pathType")->span,
                           "`pathType` must be Exact, Prefix or ImplementationSpecific");
    }
    backend = dm_k8s_map(k8s, map, "backend");
    if (!backend) {
        (void)dm_k8s_fault(k8s, map->span, "`backend` is missing");
        return;
    }
    read_backend(k8s, object, backend, &rules->unknown, &rule);
    (void)DM_K8S_PUSH(k8s, rules, rule);
}

static struct dm_k8s_rules read_rules(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const struct dm_tree *list = dm_k8s_list(k8s, object->spec, "rules");
    const struct dm_tree *standard = dm_k8s_map(k8s, object->spec, "defaultBackend");
    struct dm_k8s_rules rules = { NULL, 0, 0, { 0 } };

    for (size_t i = 0; list && i < list->n; i++) {
        const struct dm_tree *paths;

        if (!dm_k8s_keys(k8s, object, list->items[i], "host|http", NULL)) {
            continue;
        }
        paths = dm_k8s_list(k8s, dm_k8s_map(k8s, list->items[i], "http"), "paths");
        for (size_t j = 0; paths && j < paths->n; j++) {
            read_path(k8s, object, dm_k8s_text(k8s, list->items[i], "host"), paths->items[j],
                      &rules);
        }
    }
    standard = standard ? standard : dm_k8s_map(k8s, object->spec, "backend");
    if (standard) {
        struct dm_kube_rule rule = { .fits_all = true,
                                     .is_default = true,
                                     .origin = standard->span };

        read_backend(k8s, object, standard, &rules.unknown, &rule);
        (void)DM_K8S_PUSH(k8s, &rules, rule);
    }
    return rules;
}

/* ---- classes ---- */

static bool is_default(const struct dm_k8s_object *class)
{
    const struct dm_tree *notes = dm_k8s_get(class->metadata, "annotations");

    return dm_str_equal(
        dm_tree_text(dm_k8s_get(notes, "ingressclass.kubernetes.io/is-default-class")), "true");
}

void dm_k8s_read_ingress_class(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const struct dm_tree *params = dm_k8s_map(k8s, object->spec, "parameters");

    if (object->spec) {
        (void)dm_k8s_keys(k8s, object, object->spec, "controller|parameters", NULL);
    }
    if (!dm_k8s_get(object->spec, "controller")) {
        (void)dm_k8s_fault(k8s, object->origin, "`controller` is missing");
    }
    if (params) {
        (void)dm_k8s_keys(k8s, object, params, "apiGroup|kind|name|namespace|scope", NULL);
    }
    if (!is_default(object)) {
        return;
    }
    if (k8s->default_class) {
        dm_diag_label(k8s->diags,
                      dm_k8s_warn(k8s, object->origin,
                                  "a second default class of ingresses: those without class are "
                                  "refused"),
                      k8s->default_class->origin, "the first is here");
    } else {
        k8s->default_class = object;
    }
}

/* The class: of the older annotation, of the spec, or the default. */
static const char *class_of(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const struct dm_tree *notes = dm_k8s_get(object->metadata, "annotations");
    const char *name = dm_tree_text(dm_k8s_get(notes, old_class));

    name = name ? name : dm_k8s_text(k8s, object->spec, "ingressClassName");
    return name || !k8s->default_class ? name : k8s->default_class->name;
}

/* What serves the class.  The controller's own chart makes a class "alb", which is rarely among
 * manifests, and the older annotation never needed one [EKS-31]. */
static const char *controller_of(struct dm_k8s *k8s, const char *class_name,
                                 const struct dm_k8s_object **ret_params)
{
    const struct dm_k8s_object *class =
        class_name ? dm_k8s_find(k8s, "IngressClass", "", class_name) : NULL;
    const struct dm_tree *params = class ? dm_k8s_map(k8s, class->spec, "parameters") : NULL;
    const char *kind = params ? dm_k8s_text(k8s, params, "kind") : NULL;
    const char *name = params ? dm_k8s_text(k8s, params, "name") : NULL;

    *ret_params = NULL;
    if (!class) {
        return dm_str_equal(class_name, "alb") ? "ingress.k8s.aws/alb" : NULL;
    }
    if (kind && name && strcmp(kind, "IngressClassParams") == 0) {
        *ret_params = dm_k8s_find(k8s, kind, "", name);
        if (!*ret_params) {
            dm_k8s_unknown(k8s, params->span, dm_k8s_text_of(k8s, "IngressClassParams %s", name),
                           "the parameters of this class are not in the input", NULL);
        }
    }
    return dm_k8s_text(k8s, class->spec, "controller");
}

/* ---- ingresses ---- */

static void set_backends(struct dm_k8s *k8s, const struct dm_k8s_rules *rules,
                         struct dm_ingress *ingress)
{
    struct {
        struct dm_ingress_backend *items;
        size_t n;
        size_t capacity;
    } backends = { NULL, 0, 0 };

    for (size_t i = 0; i < rules->n; i++) {
        const struct dm_kube_rule *rule = &rules->items[i];

        for (size_t j = 0; j < rule->n_targets; j++) {
            const struct dm_kube_target *target = &rule->targets[j];
            struct dm_ingress_backend backend = { .service = target->service,
                                                  .port = target->port,
                                                  .host = rule->host,
                                                  .path = rule->path,
                                                  .is_exact = rule->is_exact,
                                                  .origin = target->origin };

            (void)DM_K8S_PUSH(k8s, &backends, backend);
        }
    }
    ingress->backends = backends.items;
    ingress->n_backends = backends.n;
}

void dm_k8s_read_ingress(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    const struct dm_k8s_object *params = NULL;
    struct dm_k8s_rules rules;
    struct dm_ingress ingress = {
        .object = { .name = dm_k8s_name(k8s, object), .origin = object->origin },
        .namespace = dm_k8s_namespace(k8s, object->namespace),
        .class_name = class_of(k8s, object),
    };

    if (object->spec) {
        (void)dm_k8s_keys(k8s, object, object->spec,
                          "ingressClassName|defaultBackend|backend|rules|tls", NULL);
    }
    ingress.controller = controller_of(k8s, ingress.class_name, &params);
    rules = read_rules(k8s, object);
    set_backends(k8s, &rules, &ingress);
    k8s->failed = k8s->failed || dm_builder_add_ingress(k8s->builder, &ingress).v == 0;
    if (dm_k8s_is_alb(ingress.controller)) {
        dm_k8s_gather(k8s, object, params, &rules);
    }
}
