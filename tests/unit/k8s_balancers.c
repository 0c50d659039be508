/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the AWS load balancer controller builds of ingresses and services, and where it is told
 * what it cannot do.  Whole balancers stand in tests/golden/cases/cli_k8s_balancers.
 */
#include "tests/support/manifests.h"

#include <stdio.h>

#define SERVICE(notes, spec)                                                                       \
    "---\n{apiVersion: v1, kind: Service, metadata: {name: s, annotations: {" notes                \
    "}}, spec: {" spec "}}\n"
#define INGRESS(name, notes, spec)                                                                 \
    "---\n{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: " name                \
    ", annotations: {" notes "}}, spec: {" spec "}}\n"
#define NODE_PORT                                                                                  \
    "type: NodePort, ports: [{name: web, port: 80, targetPort: 8080, nodePort: 30080}]"
#define BACKEND "defaultBackend: {service: {name: s, port: {number: 80}}}"
#define ALB "alb.ingress.kubernetes.io/"
#define NLB "service.beta.kubernetes.io/aws-load-balancer-"

static const struct dm_kube_balancer *only(const struct dm_manifests *loaded)
{
    assert_int_equal(loaded->model->n_kube_balancers, 1);
    return &loaded->model->kube_balancers[0];
}

static const struct dm_kube_target *target(const struct dm_manifests *loaded)
{
    const struct dm_kube_balancer *balancer = only(loaded);

    assert_int_equal(balancer->n_listeners, 1);
    assert_int_equal(balancer->listeners[0].n_rules, 1);
    assert_int_equal(balancer->listeners[0].rules[0].n_targets, 1);
    return &balancer->listeners[0].rules[0].targets[0];
}

/* [EKS-31] */
static void the_class_says_whose_an_ingress_is(void **state)
{
    static const char class[] = "---\n{apiVersion: networking.k8s.io/v1, kind: IngressClass, "
                                "metadata: {name: c%s}, spec: {controller: %s}}\n";
    static const struct {
        const char *spec;
        const char *notes;
        const char *is_default;
        const char *controller;
        size_t n;
    } rows[] = {
        { "ingressClassName: alb, ", "", "", "other", 1 },
        { "", "kubernetes.io/ingress.class: alb", "", "other", 1 },
        { "ingressClassName: c, ", "", "", "ingress.k8s.aws/alb", 1 },
        { "ingressClassName: c, ", "", "", "eks.amazonaws.com/alb", 1 },
        { "ingressClassName: c, ", "", "", "k8s.io/ingress-nginx", 0 },
        { "", "", "", "ingress.k8s.aws/alb", 0 },
        { "", "", ", annotations: {ingressclass.kubernetes.io/is-default-class: 'true'}",
          "ingress.k8s.aws/alb", 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[2048];
        struct dm_manifests loaded;
        int length = snprintf(text, sizeof text, class, rows[i].is_default, rows[i].controller);

        snprintf(text + length, sizeof text - (size_t)length,
                 SERVICE("", NODE_PORT) INGRESS("i", "%s", "%s" BACKEND), rows[i].notes,
                 rows[i].spec);
        loaded = dm_manifests_fine(text);
        assert_int_equal(loaded.model->n_kube_balancers, rows[i].n);
        dm_arena_free(loaded.arena);
    }
}

/* [EKS-34] */
static void the_service_wins_over_the_ingress(void **state)
{
    struct dm_manifests loaded = dm_manifests_fine(
        SERVICE(ALB "target-type: ip, " ALB "healthcheck-port: web", NODE_PORT)
            INGRESS("i", ALB "target-type: instance, " ALB "healthcheck-path: /up",
                    "ingressClassName: alb, " BACKEND));

    (void)state;
    assert_true(target(&loaded)->is_address);
    assert_int_equal(target(&loaded)->health_port, 8080);
    assert_string_equal(target(&loaded)->health_path, "/up");
    dm_arena_free(loaded.arena);
    loaded = dm_manifests_fine(SERVICE("", NODE_PORT)
                                   INGRESS("i", "", "ingressClassName: alb, " BACKEND));
    assert_false(target(&loaded)->is_address);
    assert_false(only(&loaded)->is_internet_facing);
    assert_int_equal(only(&loaded)->n_inbound, 2);
    assert_string_equal(only(&loaded)->listeners[0].protocol, "HTTP");
    dm_arena_free(loaded.arena);
}

/* [EKS-36, EKS-37, EKS-38] */
static void services_become_network_load_balancers(void **state)
{
    static const char local[] = "type: LoadBalancer, externalTrafficPolicy: Local, "
                                "healthCheckNodePort: 31000, loadBalancerClass: "
                                "service.k8s.aws/nlb, ports: [{port: 5432}]";
    char text[1024];
    struct dm_manifests loaded;

    (void)state;
    snprintf(text, sizeof text, SERVICE("", "%s"), local);
    loaded = dm_manifests_fine(text);
    assert_true(target(&loaded)->asks_node);
    assert_int_equal(target(&loaded)->health_port, 31000);
    assert_string_equal(target(&loaded)->health_path, "/healthz");
    assert_true(target(&loaded)->keeps_client);
    assert_int_equal(only(&loaded)->unknown.v, 0);
    dm_arena_free(loaded.arena);
    snprintf(text, sizeof text,
             SERVICE(NLB "healthcheck-port: '10256', " NLB
                         "target-group-attributes: 'a=b, preserve_client_ip.enabled=false'",
                     "%s"),
             local);
    loaded = dm_manifests_fine(text);
    assert_false(target(&loaded)->asks_node);
    assert_true(target(&loaded)->health_is_chosen);
    assert_int_equal(target(&loaded)->health_port, 10256);
    assert_false(target(&loaded)->keeps_client);
    dm_arena_free(loaded.arena);
    loaded = dm_manifests_fine(SERVICE("", "type: LoadBalancer, ports: [{port: 1}]"));
    assert_true(only(&loaded)->unknown.v != 0);
    dm_arena_free(loaded.arena);
    loaded = dm_manifests_fine(SERVICE("", "type: LoadBalancer, loadBalancerClass: x.io/y, "
                                           "ports: [{port: 1}]"));
    assert_int_equal(loaded.model->n_kube_balancers, 0);
    assert_true(dm_manifests_has_unknown(&loaded, "load balancer of Service default/s"));
    dm_arena_free(loaded.arena);
}

static void a_group_that_differs_is_unknown(void **state)
{
    static const char text[] = SERVICE("", NODE_PORT) INGRESS(
        "a", ALB "group.name: g, " ALB "scheme: internal", "ingressClassName: alb, " BACKEND)
        INGRESS("b", ALB "group.name: g, " ALB "scheme: internet-facing",
                "ingressClassName: alb, " BACKEND);
    struct dm_manifests loaded = dm_manifests_fine(text);

    (void)state;
    assert_true(only(&loaded)->unknown.v != 0);
    dm_arena_free(loaded.arena);
    dm_manifests_expect(text, DM_SEV_WARNING, 6,
                        "ingresses of one group differ in `scheme`: the controller builds none of "
                        "it");
}

static void words_that_mean_nothing_are_named(void **state)
{
    static const char wrong[] = SERVICE("", NODE_PORT)
        INGRESS("i", ALB "targettype: ip", "ingressClassName: alb, " BACKEND);
    struct dm_manifests loaded = dm_manifests_fine(wrong);

    (void)state;
    assert_true(only(&loaded)->unknown.v != 0);
    dm_arena_free(loaded.arena);
    dm_manifests_expect(wrong, DM_SEV_WARNING, 4,
                        "the load balancer controller has no annotation `" ALB "targettype`");
    dm_manifests_expect(SERVICE("", NODE_PORT) INGRESS("i", ALB "target-type: pods",
                                                       "ingressClassName: alb, " BACKEND),
                        DM_SEV_ERROR, 4, "the target type must be `instance` or `ip`");
    dm_manifests_expect(SERVICE("", NODE_PORT)
                            INGRESS("i", ALB "scheme: public", "ingressClassName: alb, " BACKEND),
                        DM_SEV_ERROR, 4, "the scheme must be `internal` or `internet-facing`");
    dm_manifests_expect(SERVICE("", NODE_PORT) INGRESS("i", ALB "inbound-cidrs: 10.0.0.0/99",
                                                       "ingressClassName: alb, " BACKEND),
                        DM_SEV_ERROR, 4, "`10.0.0.0/99` has a prefix length that is too large");
    dm_manifests_expect(SERVICE("", NODE_PORT) INGRESS("i", ALB "listen-ports: '[{\"TCP\": 80}]'",
                                                       "ingressClassName: alb, " BACKEND),
                        DM_SEV_ERROR, 4,
                        "a listener must be {\"HTTP\": PORT} or {\"HTTPS\": PORT}");
    dm_manifests_expect(SERVICE("", NODE_PORT) INGRESS("i", ALB "healthcheck-port: api",
                                                       "ingressClassName: alb, " BACKEND),
                        DM_SEV_ERROR, 4,
                        "`api` is no port of a health check: `traffic-port`, a number, or the name "
                        "of a port of the service");
    dm_manifests_expect(SERVICE("", NODE_PORT) INGRESS("i", ALB "group.order: '1001'",
                                                       "ingressClassName: alb, " BACKEND),
                        DM_SEV_ERROR, 4, "`1001` is no order: a number from -1000 to 1000");
    dm_manifests_expect(SERVICE("", "type: LoadBalancer, externalTrafficPolicy: Near, ports: "
                                    "[{port: 1}]"),
                        DM_SEV_ERROR, 2, "`externalTrafficPolicy` must be Cluster or Local");
    dm_manifests_expect(SERVICE("", "internalTrafficPolicy: Near, ports: [{port: 80}]"),
                        DM_SEV_ERROR, 2, "`internalTrafficPolicy` must be Cluster or Local");
}

/* [EKS-30] */
static void endpoints_given_by_hand_lead_to_pods_and_elsewhere(void **state)
{
    struct dm_manifests loaded = dm_manifests_fine(
        "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {}, status: {podIP: "
        "10.8.0.9}}\n" SERVICE(
            "", "ports: [{name: a, port: 80}]") "---\n{apiVersion: discovery.k8s.io/v1, kind: "
                                                "EndpointSlice, metadata: {name: x, labels: "
                                                "{kubernetes.io/service-name: s}}, addressType: "
                                                "IPv4, ports: [{name: a, port: 8080}], "
                                                "endpoints: [{addresses: [10.8.0.9]}, {addresses: "
                                                "[10.1.1.1], conditions: {ready: "
                                                "false}}]}\n"
                                                "---\n{apiVersion: discovery.k8s.io/v1, kind: "
                                                "EndpointSlice, metadata: {name: y, labels: "
                                                "{kubernetes.io/service-name: gone}}, addressType: "
                                                "FQDN}\n");
    const struct dm_kube_service *service = &loaded.model->kube_services[0];

    (void)state;
    assert_int_equal(service->n_endpoints, 1);
    assert_int_equal(service->endpoints[0].workload.v, 1);
    assert_int_equal(service->endpoints[0].ports[0].port, 8080);
    assert_true(dm_manifests_has_unknown(&loaded, "service gone of EndpointSlice default/y"));
    dm_arena_free(loaded.arena);
    dm_manifests_expect("{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice,\nmetadata: {name: "
                        "x}, addressType: IPv5}\n",
                        DM_SEV_ERROR, 2, "`addressType` must be IPv4, IPv6 or FQDN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_class_says_whose_an_ingress_is),
        cmocka_unit_test(the_service_wins_over_the_ingress),
        cmocka_unit_test(services_become_network_load_balancers),
        cmocka_unit_test(a_group_that_differs_is_unknown),
        cmocka_unit_test(words_that_mean_nothing_are_named),
        cmocka_unit_test(endpoints_given_by_hand_lead_to_pods_and_elsewhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
