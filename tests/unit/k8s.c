/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Manifests: what each kind becomes, how they may stand in files, and each fault with its place.
 */
#include "tests/support/dmtest.h"

#include <stdio.h>
#include <string.h>

#include "model/base/str.h"
#include "model/front/k8s/k8s.h"
#include "solver/cluster/policy.h"

struct loaded {
    struct dm_arena *arena;
    struct dm_sources *sources;
    struct dm_diags diags;
    enum dm_status status;
    const struct dm_model *model; /* NULL: faults */
};

static struct loaded load_as(const char *path, const char *text)
{
    struct loaded loaded = { .arena = dm_arena_new(0) };
    struct dm_err err = DM_ERR_INIT;
    struct dm_builder *builder;
    uint32_t source = 0;

    loaded.sources = dm_sources_new(loaded.arena, &err);
    builder = dm_builder_new(loaded.arena, loaded.sources, &err);
    dm_diags_init(&loaded.diags, loaded.arena);
    assert_int_equal(dm_sources_add(loaded.sources, path, text, strlen(text), &source, &err),
                     DM_OK);
    loaded.status = dm_k8s_load(loaded.arena, loaded.sources, path, builder, &loaded.diags, &err);
    if (loaded.status == DM_OK && loaded.diags.n_errors == 0) {
        assert_int_equal(dm_model_build(builder, &loaded.diags, &loaded.model, &err), DM_OK);
        assert_non_null(loaded.model);
        assert_int_equal(dm_model_check(loaded.model, &loaded.diags, &err), DM_OK);
        assert_int_equal(loaded.diags.n_errors, 0);
    }
    return loaded;
}

static struct loaded load(const char *text)
{
    return load_as("k.yaml", text);
}

/* Loads without fault. */
static struct loaded fine(const char *text)
{
    struct loaded loaded = load(text);

    if (!loaded.model) {
        fail_msg("%s\n%s", loaded.diags.n_items ? loaded.diags.items[0].message : "", text);
    }
    return loaded;
}

/* The first diagnostic is 'message', of that weight, at 'line'. */
static void expect(const char *text, enum dm_severity severity, uint32_t line, const char *message)
{
    struct loaded loaded = load(text);
    const struct dm_diag *diag = loaded.diags.items;

    assert_true(loaded.diags.n_items > 0);
    assert_string_equal(diag->message, message);
    assert_int_equal(diag->severity, severity);
    assert_int_equal(dm_sources_place(loaded.sources, diag->labels[0].span).line, line);
    dm_arena_free(loaded.arena);
}

static void expect_fault(const char *text, uint32_t line, const char *message)
{
    expect(text, DM_SEV_ERROR, line, message);
}

static const struct dm_workload *workload(const struct loaded *loaded, const char *name)
{
    struct dm_ref ref = dm_model_find(loaded->model, DM_KIND_workload, name);

    if (!ref.v) {
        fail_msg("no workload %s", name);
    }
    return &loaded->model->workloads[ref.v - 1];
}

static const char *label(const struct dm_kube_labels *labels, const char *key)
{
    for (size_t i = 0; i < labels->n; i++) {
        if (strcmp(labels->items[i].key, key) == 0) {
            return labels->items[i].value;
        }
    }
    return NULL;
}

static bool has_unknown(const struct loaded *loaded, const char *name)
{
    return dm_model_find(loaded->model, DM_KIND_unknown, name).v != 0;
}

#define POD(name, labels)                                                                          \
    "---\n{apiVersion: v1, kind: Pod, metadata: {name: " name ", labels: " labels                  \
    "}, spec: {containers: [{ports: [{name: web, containerPort: 80}]}]}}\n"
#define POLICY(spec)                                                                               \
    "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: "                \
    "p}\nspec:\n" spec
#define CALICO(spec)                                                                               \
    "---\napiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: "                \
    "c}\nspec:\n" spec
#define SERVICE(spec) "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec:\n" spec

/* ---- kinds ---- */

static void every_controller_is_a_workload(void **state)
{
    static const struct {
        const char *api;
        const char *kind;
    } kinds[] = { { "apps/v1", "Deployment" }, { "apps/v1", "StatefulSet" },
                  { "apps/v1", "DaemonSet" },  { "apps/v1", "ReplicaSet" },
                  { "batch/v1", "Job" },       { "v1", "ReplicationController" } };

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char text[512];
        char name[64];
        struct loaded loaded;

        snprintf(text, sizeof text,
                 "{apiVersion: %s, kind: %s, metadata: {name: w, namespace: shop}, spec: "
                 "{template: {metadata: {labels: {app: w}}, spec: {hostNetwork: true, "
                 "containers: [{ports: [{name: dns, containerPort: 53, protocol: UDP}]}]}}}}",
                 kinds[i].api, kinds[i].kind);
        snprintf(name, sizeof name, "shop/w[%s]", kinds[i].kind);
        loaded = fine(text);
        assert_int_equal(workload(&loaded, name)->n_pods, 1);
        assert_string_equal(label(&workload(&loaded, name)->pods[0].labels, "app"), "w");
        assert_int_equal(workload(&loaded, name)->pods[0].ports[0].port, 53);
        assert_int_equal(workload(&loaded, name)->pods[0].ports[0].protocol, DM_PROTO_UDP);
        assert_true(workload(&loaded, name)->pods[0].host_network);
        assert_int_equal(loaded.diags.n_items, 0);
        dm_arena_free(loaded.arena);
    }
}

static void a_cron_job_has_its_template_deeper(void **state)
{
    struct loaded loaded =
        fine("{apiVersion: batch/v1, kind: CronJob, metadata: {name: w}, spec: {jobTemplate: "
             "{spec: {template: {metadata: {labels: {app: x}}}}}}}");

    (void)state;
    assert_string_equal(label(&workload(&loaded, "default/w[CronJob]")->pods[0].labels, "app"),
                        "x");
    dm_arena_free(loaded.arena);
}

static void pods_are_of_who_owns_them(void **state)
{
    struct loaded loaded = fine(
        "apiVersion: v1\nkind: PodList\nitems:\n"
        "- {metadata: {name: a-1, labels: {v: one}, ownerReferences: [{kind: ReplicaSet, name: a, "
        "controller: true}]}, status: {podIP: 10.0.0.1}}\n"
        "- {metadata: {name: a-2, labels: {v: one}, ownerReferences: [{kind: ReplicaSet, name: a, "
        "controller: true}]}, status: {podIP: 10.0.0.2}}\n"
        "- {metadata: {name: a-3, labels: {v: two}, ownerReferences: [{kind: ReplicaSet, name: a, "
        "controller: true}]}, status: {podIP: 10.0.0.3}}\n"
        "- {metadata: {name: done}, status: {phase: Succeeded}}\n"
        "- {metadata: {name: alone}}\n");
    const struct dm_workload *owned = workload(&loaded, "default/a[ReplicaSet]");

    (void)state;
    assert_int_equal(loaded.model->n_workloads, 2);
    assert_int_equal(owned->n_pods, 2);
    assert_true(dm_addr_is_none(owned->pods[0].address));
    assert_false(dm_addr_is_none(owned->pods[1].address));
    assert_string_equal(workload(&loaded, "default/alone[Pod]")->owner_kind, "Pod");
    dm_arena_free(loaded.arena);
}

/* [CAL-20] */
static void the_cluster_adds_labels_of_its_own(void **state)
{
    struct loaded loaded =
        fine("{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {zone: a, "
             "kubernetes.io/metadata.name: forged}}}\n"
             "---\n{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot, namespace: shop,"
             " labels: {trust: low}}}\n"
             "---\n{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop}, spec: "
             "{serviceAccountName: robot}}\n");
    const struct dm_pod *pod = &workload(&loaded, "shop/p[Pod]")->pods[0];
    const struct dm_kube_labels *of_namespace = &loaded.model->namespaces[0].labels;

    (void)state;
    assert_string_equal(label(of_namespace, "kubernetes.io/metadata.name"), "shop");
    assert_string_equal(label(of_namespace, "projectcalico.org/name"), "shop");
    assert_string_equal(label(of_namespace, "zone"), "a");
    assert_string_equal(label(&pod->labels, "projectcalico.org/namespace"), "shop");
    assert_string_equal(label(&pod->labels, "projectcalico.org/orchestrator"), "k8s");
    assert_string_equal(label(&pod->labels, "projectcalico.org/serviceaccount"), "robot");
    assert_true(pod->account_is_known);
    assert_string_equal(label(&pod->account_labels, "trust"), "low");
    assert_string_equal(label(&pod->account_labels, "projectcalico.org/name"), "robot");
    dm_arena_free(loaded.arena);
}

static void services_and_ingresses_lead_to_ports(void **state)
{
    struct loaded loaded = fine(POD("p", "{app: x}") SERVICE(
        "  type: LoadBalancer\n  externalTrafficPolicy: Local\n  internalTrafficPolicy: Local\n"
        "  selector: {app: x}\n"
        "  ports: [{name: a, port: 443, targetPort: web, "
        "nodePort: 30443}, {name: b, port: 81}]\n") "---\n{apiVersion: networking.k8s.io/v1, kind: "
                                                    "Ingress, metadata: {name: i}, spec: "
                                                    "{ingressClassName: alb, rules: [{http: "
                                                    "{paths: [{path: /, backend: {service: {name: "
                                                    "s, port: {number: 81}}}}]}}]}}\n");
    const struct dm_kube_service *service = &loaded.model->kube_services[0];

    (void)state;
    assert_int_equal(service->type, DM_KUBE_LOAD_BALANCER);
    assert_true(service->local_traffic);
    assert_true(service->local_calls);
    assert_int_equal(service->n_ports, 2);
    assert_string_equal(service->ports[0].target_name, "web");
    assert_int_equal(service->ports[0].node_port, 30443);
    assert_int_equal(service->ports[1].target, 81);
    assert_int_equal(loaded.model->ingresses[0].n_backends, 1);
    assert_int_equal(loaded.model->ingresses[0].backends[0].port, 1);
    assert_string_equal(loaded.model->ingresses[0].class_name, "alb");
    assert_int_equal(loaded.diags.n_items, 0);
    dm_arena_free(loaded.arena);
}

static void policies_of_kubernetes_allow_by_peer_and_protocol(void **state)
{
    struct loaded loaded =
        fine(POLICY("  podSelector: {}\n  policyTypes: [Ingress, Egress]\n"
                    "  ingress:\n  - from: [{podSelector: {matchLabels: {a: b}}}, "
                    "{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]\n"
                    "    ports: [{port: 80, endPort: 90}, {port: dns, protocol: UDP}, "
                    "{protocol: SCTP}]\n"));
    const struct dm_network_policy *policy = &loaded.model->network_policies[0];

    (void)state;
    assert_int_equal(policy->n_ingress, 6);
    assert_true(policy->for_egress);
    assert_int_equal(policy->n_egress, 0);
    assert_int_equal(policy->ingress[0].protocol, DM_PROTO_TCP);
    assert_int_equal(policy->ingress[0].destination.ports[0].last, 90);
    assert_string_equal(policy->ingress[1].destination.ports[0].name, "dns");
    assert_int_equal(policy->ingress[2].protocol, DM_PROTO_SCTP);
    assert_int_equal(policy->ingress[2].destination.n_ports, 0);
    assert_true(policy->ingress[0].source.own_namespace);
    assert_true(policy->ingress[3].source.outside_only);
    assert_int_equal(policy->ingress[3].source.n_not_nets, 1);
    dm_arena_free(loaded.arena);
}

static void policies_of_calico_have_tiers_orders_and_actions(void **state)
{
    struct loaded loaded = fine(
        "{apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: early}, spec: {order: "
        "10.5, defaultAction: Pass}}\n"
        "---\n{apiVersion: projectcalico.org/v3, kind: GlobalNetworkSet, metadata: {name: bad, "
        "labels: {role: bad}}, spec: {nets: [192.0.2.0/24, 198.51.100.7]}}\n"
        "---\n{apiVersion: crd.projectcalico.org/v1, kind: GlobalNetworkPolicy, metadata: {name: "
        "g}, spec: {tier: early, order: 3, selector: \"app in {'a', 'b'} && !has(x)\", types: "
        "[Ingress], ingress: [{action: Deny, protocol: TCP, source: {selector: role == 'bad', "
        "namespaceSelector: global()}, destination: {ports: ['80:90', 443, web]}}, "
        "{action: Pass, protocol: 47}, {action: Allow, protocol: ICMP, icmp: {type: 8}}]}}\n");
    const struct dm_network_policy *policy = &loaded.model->network_policies[0];

    (void)state;
    assert_int_equal(policy->namespace.v, 0);
    assert_int_equal(policy->order_micro, 3000000);
    assert_true(policy->for_ingress);
    assert_false(policy->for_egress);
    assert_int_equal(policy->n_ingress, 3);
    assert_int_equal(policy->ingress[0].action, DM_POLICY_DENY);
    assert_true(policy->ingress[0].source.global_only);
    assert_int_equal(policy->ingress[0].destination.n_ports, 3);
    assert_int_equal(policy->ingress[0].destination.ports[0].last, 90);
    assert_int_equal(policy->ingress[1].protocol, 47);
    assert_int_equal(policy->ingress[2].icmp_type, 8);
    assert_int_equal(dm_policy_tier_get(loaded.model, policy->tier)->order_micro, 10500000);
    assert_true(dm_policy_tier_get(loaded.model, policy->tier)->passes);
    assert_int_equal(loaded.model->network_sets[0].n_prefixes, 2);
    dm_arena_free(loaded.arena);
}

/* Domains are addresses too, of which nothing is known. */
static void a_network_set_that_is_not_all_understood_may_have_any_address(void **state)
{
    struct loaded loaded =
        fine("apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: a}}\n"
             "spec: {containers: [{name: c}]}\n---\n"
             "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\n"
             "metadata: {name: partners, labels: {role: partner}}\n"
             "spec: {nets: [198.51.100.0/24], allowedEgressDomains: [example.com]}\n---\n"
             "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: out}\n"
             "spec: {selector: app == 'a', types: [Egress], egress: [{action: Allow, "
             "destination: {selector: role == 'partner'}}]}\n");
    struct dm_sets *sets = dm_sets_new(loaded.arena);
    struct dm_policies *policies = dm_policies_new(loaded.arena, loaded.model, sets);
    struct dm_flow_sets out = dm_policies_outside(policies, 0, DM_POLICY_EGRESS);
    struct dm_packet packet = { .source = dm_addr_ipv4(0x0a000001),
                                .destination = dm_addr_ipv4(0xc6336407),
                                .protocol = DM_PROTO_TCP,
                                .destination_port = 443 };

    (void)state;
    assert_true(dm_set_has(sets, out.sure, &packet));
    packet.destination = dm_addr_ipv4(0x08080808);
    assert_false(dm_set_has(sets, out.sure, &packet));
    assert_true(dm_set_has(sets, out.perhaps, &packet));
    dm_arena_free(loaded.arena);
}

static void the_selectors_of_calico_are_a_language(void **state)
{
    static const struct {
        const char *text;
        bool matches; /* {app: cart-v2, tier: back} */
    } cases[] = {
        { "", true },
        { "all()", true },
        { "app == 'cart-v2'", true },
        { "app != 'cart-v2'", false },
        { "missing != 'x'", true },
        { "has(app) && !has(other)", true },
        { "app in {'a', 'cart-v2'}", true },
        { "app not in {'a'}", true },
        { "app not in {'cart-v2'}", false },
        { "app starts with 'cart'", true },
        { "app ends with 'v2' && app contains 't-v'", true },
        { "(app == 'x' || tier == \\\"back\\\") && !(tier == 'front')", true },
        { "app == 'x' || app == 'y' && all()", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        struct loaded loaded;

        snprintf(text, sizeof text, "%s" CALICO("  selector: \"%s\"\n"),
                 POD("p", "{app: cart-v2, tier: back}"), cases[i].text);
        loaded = fine(text);
        assert_int_equal(dm_selector_matches(loaded.model->network_policies[0].selector,
                                             &loaded.model->workloads[0].pods[0].labels),
                         cases[i].matches);
        dm_arena_free(loaded.arena);
    }
}

/* ---- files ---- */

static void lists_documents_and_json_are_read(void **state)
{
    struct loaded loaded =
        load_as("k.json", "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": ["
                          "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": "
                          "{\"name\": \"a\"}}, {\"apiVersion\": \"v1\", \"kind\": "
                          "\"NamespaceList\", \"items\": [{\"metadata\": {\"name\": \"n\"}}]}]}");

    (void)state;
    assert_int_equal(loaded.model->n_workloads, 1);
    assert_int_equal(loaded.model->n_namespaces, 2);
    dm_arena_free(loaded.arena);
}

static void what_is_no_manifest_is_passed_over_and_named(void **state)
{
    static const char text[] = POD("p", "{}") "---\nreplicas: 3\n---\n";
    struct loaded loaded = fine(text);

    (void)state;
    assert_true(has_unknown(&loaded, "k.yaml"));
    dm_arena_free(loaded.arena);
    expect(text, DM_SEV_NOTE, 4, "this is no manifest, and passed over");
}

static void unknown_kinds_are_named_and_policies_among_them_leave_nothing_certain(void **state)
{
    static const char text[] =
        POD("p", "{}") "---\n{apiVersion: cilium.io/v2,\nkind: CiliumNetworkPolicy, metadata: "
                       "{name: c}}\n";
    struct loaded loaded = fine(text);

    (void)state;
    assert_true(has_unknown(&loaded, "CiliumNetworkPolicy c"));
    assert_true(loaded.model->clusters[0].unknown.v != 0);
    dm_arena_free(loaded.arena);
    expect(text, DM_SEV_WARNING, 5,
           "objects of kind `CiliumNetworkPolicy` are not understood: no connection is certain");
    loaded = fine(POD("p", "{}") "---\n{apiVersion: x.io/v1, kind: Widget, metadata: {name: w}}\n");
    assert_true(has_unknown(&loaded, "Widget w"));
    assert_int_equal(loaded.model->clusters[0].unknown.v, 0);
    dm_arena_free(loaded.arena);
}

/* ---- faults ---- */

static void keys_that_are_nearly_known_are_faults_and_others_unknown(void **state)
{
    struct loaded loaded =
        fine(POLICY("  podSelector: {}\n  ingress: [{from: [{podSelector: {}}], quota: 3}]\n"));
    const struct dm_network_policy *policy = &loaded.model->network_policies[0];

    (void)state;
    assert_true(policy->ingress[0].unknown.v != 0);
    assert_true(has_unknown(&loaded, "quota of NetworkPolicy default/p"));
    dm_arena_free(loaded.arena);
    expect_fault(POLICY("  podSelectr: {}\n"), 6, "unknown key `podSelectr`");
    expect_fault(POLICY("  podSelector: {matchLabel: {a: b}}\n"), 6, "unknown key `matchLabel`");
    expect_fault(POLICY("  ingress:\n  - frm: []\n"), 7, "unknown key `frm`");
    expect_fault(CALICO("  selectr: all()\n"), 6, "unknown key `selectr`");
}

static void bad_prefixes_and_ports_are_faults(void **state)
{
    (void)state;
    expect_fault(POLICY("  ingress:\n  - from: [{ipBlock: {cidr: 10.0.0.0/33}}]\n"), 7,
                 "`10.0.0.0/33` has a prefix length that is too large");
    expect_fault(POLICY("  ingress:\n  - from: [{ipBlock: {cidr: 10.0.0.0/8, except: [\n"
                        "    192.168.0.0/16]}}]\n"),
                 8, "`192.168.0.0/16` is not a part of `cidr`");
    expect_fault(POLICY("  ingress:\n  - from: [{ipBlock: {except: [10.0.0.0/8]}}]\n"), 7,
                 "`cidr` is missing");
    expect_fault(POLICY("  ingress:\n  - ports: [{port: 90,\n    endPort: 80}]\n"), 8,
                 "`endPort` 80 is below `port` 90");
    expect_fault(POLICY("  ingress:\n  - ports: [{endPort: 80}]\n"), 7, "`endPort` without `port`");
    expect_fault(POLICY("  ingress:\n  - ports: [{port: web, endPort: 80}]\n"), 7,
                 "`endPort` beside the port's name `web`");
    expect_fault(POLICY("  ingress:\n  - ports: [{port: 65536}]\n"), 7,
                 "`port` must be a number from 1 to 65535");
    expect_fault(POLICY("  ingress:\n  - ports: [{port: 1, protocol: TPC}]\n"), 7,
                 "unknown protocol `TPC`");
    expect_fault(POLICY("  ingress:\n  - from: [{}]\n"), 7, "a peer that says nothing");
    expect_fault(POLICY("  policyTypes: [ingress]\n"), 6,
                 "`ingress` is no type of policy: Ingress and Egress are");
    expect_fault(CALICO("  ingress:\n  - {action: Allow, protocol: TCP, destination: {ports: "
                        "['90:80']}}\n"),
                 7, "`90:80` is no range of ports");
    expect_fault(CALICO("  ingress:\n  - {action: Allow, destination: {ports: [80]}}\n"), 7,
                 "ports in a rule of no protocol that has them");
    expect_fault(CALICO("  ingress:\n  - {action: Permit}\n"), 7,
                 "`action` must be Allow, Deny, Pass or Log");
    expect_fault(CALICO("  order: soon\n"), 6, "`soon` is no order: a number of at most 9 digits");
}

static void selectors_that_cannot_match_are_faults(void **state)
{
    static const char message[] = "no label `app` meets all of this selector";

    (void)state;
    expect_fault(POLICY("  podSelector: {matchLabels: {app: a}, matchExpressions: [{key: app, "
                        "operator: NotIn, values: [a]}]}\n"),
                 6, message);
    expect_fault(POLICY("  podSelector: {matchExpressions: [{key: app, operator: In, values: [a, "
                        "b]}, {key: app, operator: In, values: [c]}]}\n"),
                 6, message);
    expect_fault(POLICY("  podSelector: {matchExpressions: [{key: app, operator: Exists}, {key: "
                        "app, operator: DoesNotExist}]}\n"),
                 6, message);
    expect_fault(CALICO("  selector: app == 'a' && app starts with 'b'\n"), 6, message);
    expect_fault(CALICO("  selector: app == 'a' && !has(app)\n"), 6, message);
    expect_fault(POLICY("  podSelector: {matchExpressions: [{key: app, operator: In}]}\n"), 6,
                 "operator `In` takes values");
    expect_fault(POLICY("  podSelector: {matchExpressions: [{key: app, operator: Is}]}\n"), 6,
                 "unknown operator `Is`");
    expect_fault(CALICO("  selector: app ==\n"), 6,
                 "expected a value in quotes at `its end` of a selector");
    /* What can match, if only just. */
    dm_arena_free(fine(POLICY("  podSelector: {matchExpressions: [{key: app, operator: In, values: "
                              "[a, b]}, {key: app, operator: NotIn, values: [a]}, {key: app, "
                              "operator: Exists}, {key: x, operator: DoesNotExist}]}\n"))
                      .arena);
    dm_arena_free(fine(CALICO("  selector: (app == 'a' || app == 'b') && app != 'a'\n")).arena);
    expect_fault("{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {\n"
                 "selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: b}}}}}",
                 2, "the selector does not match the labels of the template");
}

static void ports_of_services_that_lead_nowhere_are_named(void **state)
{
    static const char text[] = POD("p", "{app: x}")
        SERVICE("  selector: {app: x}\n  ports: [{port: 80, targetPort: admin}]\n");
    struct loaded loaded = fine(text);

    (void)state;
    assert_true(has_unknown(&loaded, "port admin of Service default/s"));
    dm_arena_free(loaded.arena);
    expect(text, DM_SEV_WARNING, 9, "no pod of service `default/s` names a port `admin`");
    expect(
        POD("p", "{app: x}") SERVICE(
            "  selector: {app: x}\n  ports: [{port: 80}]\n") "---\n{apiVersion: "
                                                             "networking.k8s.io/v1, kind: Ingress, "
                                                             "metadata: {name: i}, spec: "
                                                             "{defaultBackend: {service: {name: "
                                                             "s,\nport: {number: 81}}}}}\n",
        DM_SEV_WARNING, 12, "service `s` has no port `81`");
    expect_fault(SERVICE("  ports: [{targetPort: 80}]\n"), 6, "`port` is missing");
    expect_fault(SERVICE("  type: Balancer\n"), 6, "unknown type `Balancer` of a service");
}

static void two_of_one_name_are_a_fault_with_both_places(void **state)
{
    struct loaded loaded = load(POD("p", "{}") POD("q", "{}") POD("p", "{}"));

    (void)state;
    assert_int_equal(loaded.diags.n_errors, 1);
    assert_string_equal(loaded.diags.items[0].message, "there are two of Pod `default/p`");
    assert_int_equal(loaded.diags.items[0].n_labels, 2);
    assert_int_equal(dm_sources_place(loaded.sources, loaded.diags.items[0].labels[0].span).line,
                     6);
    assert_int_equal(dm_sources_place(loaded.sources, loaded.diags.items[0].labels[1].span).line,
                     2);
    dm_arena_free(loaded.arena);
    /* Policies of one name of Kubernetes and of Calico are two things. */
    dm_arena_free(fine(POLICY("  podSelector: {}\n") "---\n{apiVersion: projectcalico.org/v3, "
                                                     "kind: NetworkPolicy, metadata: "
                                                     "{name: p}, spec: {}}\n")
                      .arena);
}

static void what_has_no_name_or_template_is_a_fault(void **state)
{
    (void)state;
    expect_fault("{apiVersion: v1, kind: Pod, metadata: {labels: {}}}", 1, "this Pod has no name");
    expect_fault("{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}}", 1,
                 "Deployment `default/d` has no template");
    expect_fault("{apiVersion: v1, kind: Pod, metadata: {name: 3}}", 1,
                 "expected a string, found an integer");
    expect_fault(POLICY("  podSelector: []\n"), 6, "expected a mapping, found a list");
}

static void aliases_that_unfold_without_end_are_refused(void **state)
{
    char text[2048] = "a0: &a0 [xxxxxxxxxxxxxxxx]\n";
    struct loaded loaded;

    (void)state;
    for (unsigned i = 1; i < 12; i++) {
        size_t length = strlen(text);

        snprintf(text + length, sizeof text - length,
                 "a%u: &a%u [*a%u, *a%u, *a%u, *a%u, *a%u, *a%u, *a%u, *a%u]\n", i, i, i - 1, i - 1,
                 i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
    }
    loaded = load(text);
    assert_int_equal(loaded.diags.n_errors, 1);
    assert_non_null(strstr(loaded.diags.items[0].message, "aliases"));
    dm_arena_free(loaded.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_controller_is_a_workload),
        cmocka_unit_test(a_cron_job_has_its_template_deeper),
        cmocka_unit_test(pods_are_of_who_owns_them),
        cmocka_unit_test(the_cluster_adds_labels_of_its_own),
        cmocka_unit_test(services_and_ingresses_lead_to_ports),
        cmocka_unit_test(policies_of_kubernetes_allow_by_peer_and_protocol),
        cmocka_unit_test(policies_of_calico_have_tiers_orders_and_actions),
        cmocka_unit_test(a_network_set_that_is_not_all_understood_may_have_any_address),
        cmocka_unit_test(the_selectors_of_calico_are_a_language),
        cmocka_unit_test(lists_documents_and_json_are_read),
        cmocka_unit_test(what_is_no_manifest_is_passed_over_and_named),
        cmocka_unit_test(unknown_kinds_are_named_and_policies_among_them_leave_nothing_certain),
        cmocka_unit_test(keys_that_are_nearly_known_are_faults_and_others_unknown),
        cmocka_unit_test(bad_prefixes_and_ports_are_faults),
        cmocka_unit_test(selectors_that_cannot_match_are_faults),
        cmocka_unit_test(ports_of_services_that_lead_nowhere_are_named),
        cmocka_unit_test(two_of_one_name_are_a_fault_with_both_places),
        cmocka_unit_test(what_has_no_name_or_template_is_a_fault),
        cmocka_unit_test(aliases_that_unfold_without_end_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
