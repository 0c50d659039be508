/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What manifests say of how pods are kept up: probes, accounts, autoscalers, budgets, variables and
 * secrets.  What is said of a credential never shows it.
 */
#include <string.h>

#include "model/base/str.h"
#include "model/secret.h"
#include "render/dump.h"
#include "tests/support/manifests.h"

#define DEPLOYMENT(name, replicas, spec)                                                           \
    "---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: " name                          \
    "}, spec: {replicas: " replicas ", template: {metadata: {labels: {app: " name                  \
    "}}, spec: {" spec "}}}}\n"
#define HORIZONTAL(spec)                                                                           \
    "---\n{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: h}, spec: " \
    "{scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}, " spec "}}\n"
#define VERTICAL(spec)                                                                             \
    "---\n{apiVersion: autoscaling.k8s.io/v1, kind: VerticalPodAutoscaler, metadata: {name: v}, "  \
    "spec: {targetRef: {kind: Deployment, name: d}" spec "}}\n"
#define BUDGET(spec)                                                                               \
    "---\n{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: b}, spec: {" spec    \
    "}}\n"

static const struct dm_pod *pod(const struct dm_manifests *loaded)
{
    assert_int_equal(loaded->model->n_workloads, 1);
    return &loaded->model->workloads[0].pods[0];
}

/* ---- probes ---- */

static void probes_ask_at_ports_of_their_own_container(void **state)
{
    struct dm_manifests loaded = dm_manifests_fine(
        DEPLOYMENT("d", "1",
                   "containers: [{name: a, ports: [{name: web, containerPort: 80}],"
                   " livenessProbe: {httpGet: {port: web, path: /live}},"
                   " readinessProbe: {tcpSocket: {port: 81}},"
                   " startupProbe: {exec: {command: [cat, /up]}}},"
                   " {name: b, ports: [{containerPort: 81}],"
                   " livenessProbe: {httpGet: {port: web, scheme: HTTPS, host: example.org}},"
                   " readinessProbe: {grpc: {port: 81}}}]"));
    const struct dm_probe *probes = pod(&loaded)->probes;

    (void)state;
    assert_int_equal(pod(&loaded)->n_probes, 5);
    assert_int_equal(probes[0].purpose, DM_PROBE_LIVENESS);
    assert_int_equal(probes[0].port, 80);
    assert_true(probes[0].is_declared);
    assert_string_equal(probes[0].path, "/live");
    assert_int_equal(probes[1].port, 81);
    assert_false(probes[1].is_declared); /* that is the other container's */
    assert_int_equal(probes[2].kind, DM_PROBE_COMMAND);
    assert_int_equal(probes[2].n_command, 2);
    assert_int_equal(probes[3].port, 0); /* and so is this name */
    assert_true(probes[3].is_elsewhere);
    assert_true(probes[3].is_tls);
    assert_int_equal(probes[4].kind, DM_PROBE_GRPC);
    assert_true(probes[4].is_declared);
    dm_arena_free(loaded.arena);
}

static void what_the_cluster_refuses_is_a_fault(void **state)
{
    (void)state;
    dm_manifests_expect(DEPLOYMENT("d", "1",
                                   "containers: [{name: a, livenessProbe: {tcpSocket: {port: 1}, "
                                   "exec: {command: [x]}}}]"),
                        DM_SEV_ERROR, 2,
                        "a probe asks in one way: httpGet, tcpSocket, grpc or exec");
    dm_manifests_expect(DEPLOYMENT("d", "1",
                                   "containers: [{name: a, resources: {requests: {cpu: 2}, limits: "
                                   "{cpu: 1500m}}}]"),
                        DM_SEV_ERROR, 2, "more cpu is requested than the limit allows");
    dm_manifests_expect(HORIZONTAL("minReplicas: 5, maxReplicas: 4"), DM_SEV_ERROR, 2,
                        "`minReplicas` is 5, and `maxReplicas` 4");
    dm_manifests_expect(BUDGET("minAvailable: 1, maxUnavailable: 1"), DM_SEV_ERROR, 2,
                        "a budget has `minAvailable` or `maxUnavailable`, not both");
    dm_manifests_expect(BUDGET("minAvailable: many"), DM_SEV_ERROR, 2,
                        "expected a number of pods or a percentage");
    dm_manifests_expect(VERTICAL(", updatePolicy: {updateMode: Sometimes}"), DM_SEV_ERROR, 2,
                        "`updateMode` must be Off, Initial, Recreate, InPlaceOrRecreate or Auto");
}

/* ---- accounts ---- */

static void accounts_are_bound_to_roles(void **state)
{
    struct dm_manifests loaded = dm_manifests_fine(
        "{apiVersion: v1, kind: ServiceAccount, automountServiceAccountToken: false, metadata: "
        "{name: robot, annotations: {eks.amazonaws.com/role-arn: "
        "'arn:aws:iam::111122223333:role/apps/robot'}}}\n" DEPLOYMENT(
            "d", "1", "serviceAccountName: robot, containers: [{name: a}]"));
    const struct dm_service_account *account = &loaded.model->service_accounts[0];

    (void)state;
    assert_int_equal(loaded.model->n_service_accounts, 1);
    assert_string_equal(account->object.name, "default/robot");
    assert_true(dm_role_is_arn(account->role));
    assert_true(account->without_token);
    assert_true(pod(&loaded)->without_token);
    assert_true(pod(&loaded)->account_is_known);
    dm_arena_free(loaded.arena);
}

static void an_arn_of_a_role_has_partition_account_and_name(void **state)
{
    static const char *const good[] = { "arn:aws:iam::111122223333:role/a",
                                        "arn:aws-cn:iam::111122223333:role/a/b-c_d@e",
                                        "arn:aws-us-gov:iam::111122223333:role/a" };
    static const char *const bad[] = {
        "",
        "a",
        "arn:aws:iam::11112222333:role/a",
        "arn:aws:iam::1111222233334:role/a",
        "arn:aws:iam:eu-west-1:111122223333:role/a",
        "arn:aws:iam::111122223333:user/a",
        "arn:aws:iam::111122223333:role/",
        "arn:aws:iam::111122223333:role/a/",
        "arn:amazon:iam::111122223333:role/a",
        "arn:aws:iam::111122223333:role/a b",
        "arn:aws:sts::111122223333:assumed-role/a/b",
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(dm_role_is_arn(good[i]));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(dm_role_is_arn(bad[i]));
    }
}

/* ---- autoscalers ---- */

static void the_number_of_pods_is_the_autoscalers(void **state)
{
    static const struct {
        const char *replicas;
        int32_t is;
    } rows[] = { { "1", 2 }, { "4", 4 }, { "9", 6 } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dm_arena *arena = dm_arena_new(0);
        struct dm_manifests loaded = dm_manifests_fine(
            dm_sprintf(arena, "%s",
                       i == 0 ? DEPLOYMENT("d", "1", "containers: [{name: a}]")
                               HORIZONTAL("minReplicas: 2, maxReplicas: 6")
                       : i == 1 ? DEPLOYMENT("d", "4", "containers: [{name: a}]")
                               HORIZONTAL("minReplicas: 2, maxReplicas: 6")
                                : DEPLOYMENT("d", "9", "containers: [{name: a}]")
                                    HORIZONTAL("minReplicas: 2, maxReplicas: 6")));

        assert_int_equal(pod(&loaded)->schedule->replicas, rows[i].is);
        assert_int_equal(pod(&loaded)->schedule->most_replicas, 6);
        assert_int_equal(loaded.model->autoscalers[0].target.v, 1);
        /* Without figures it goes by processors [K8S-44]. */
        assert_int_equal(loaded.model->autoscalers[0].cpu_percent, 80);
        dm_arena_free(loaded.arena);
        dm_arena_free(arena);
    }
}

static void figures_are_told_apart(void **state)
{
    struct dm_manifests loaded = dm_manifests_fine(HORIZONTAL(
        "maxReplicas: 6, metrics: [{type: Resource, resource: {name: memory, target: {type: "
        "Utilization, averageUtilization: 70}}}, {type: Resource, resource: {name: cpu, target: "
        "{type: AverageValue, averageValue: 500m}}}, {type: Pods, pods: {}}]"));
    const struct dm_autoscaler *autoscaler = &loaded.model->autoscalers[0];

    (void)state;
    assert_int_equal(autoscaler->target.v, 0);
    assert_int_equal(autoscaler->least, 1);
    assert_int_equal(autoscaler->memory_percent, 70);
    assert_true(autoscaler->by_cpu);
    assert_int_equal(autoscaler->cpu_percent, 0);
    assert_true(autoscaler->by_other);
    dm_arena_free(loaded.arena);
}

/* [K8S-46] */
static void requests_grow_as_far_as_the_policy_lets_them(void **state)
{
    static const char containers[] = DEPLOYMENT(
        "d", "1",
        "containers: [{name: a, resources: {requests: {cpu: 100m, memory: 1Gi}}}, {name: b, "
        "resources: {requests: {cpu: 50m}}}]");
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_manifests loaded = dm_manifests_fine(dm_sprintf(
        arena, "%s%s", containers,
        VERTICAL(", resourcePolicy: {containerPolicies: [{containerName: '*', controlledResources: "
                 "[cpu], maxAllowed: {cpu: 2}}, {containerName: b, mode: 'Off'}]}")));

    (void)state;
    assert_int_equal(pod(&loaded)->schedule->grown.cpu_milli, 2050);
    assert_int_equal(pod(&loaded)->schedule->grown.memory, 0);
    assert_int_equal(loaded.model->autoscalers[0].mode, DM_RESIZE_RUNNING);
    dm_arena_free(loaded.arena);
    loaded = dm_manifests_fine(dm_sprintf(arena, "%s%s", containers, VERTICAL("")));
    assert_true(pod(&loaded)->schedule->grown.cpu_milli == DM_RESOURCE_UNBOUNDED);
    assert_true(pod(&loaded)->schedule->grown.memory == DM_RESOURCE_UNBOUNDED);
    dm_arena_free(loaded.arena);
    loaded = dm_manifests_fine(
        dm_sprintf(arena, "%s%s", containers, VERTICAL(", updatePolicy: {updateMode: 'Off'}")));
    assert_int_equal(pod(&loaded)->schedule->grown.cpu_milli, 0);
    dm_arena_free(loaded.arena);
    dm_arena_free(arena);
}

static void budgets_say_how_many_may_be_gone(void **state)
{
    struct dm_manifests loaded =
        dm_manifests_fine(BUDGET("maxUnavailable: 25%, selector: {matchLabels: {app: d}}"));
    const struct dm_disruption_budget *budget = &loaded.model->disruption_budgets[0];

    (void)state;
    assert_true(budget->is_unavailable);
    assert_true(budget->is_percent);
    assert_int_equal(budget->amount, 25);
    assert_non_null(budget->selector);
    dm_arena_free(loaded.arena);
    loaded = dm_manifests_fine(BUDGET("minAvailable: 2"));
    assert_null(loaded.model->disruption_budgets[0].selector);
    dm_arena_free(loaded.arena);
}

/* ---- credentials ---- */

static void names_say_whether_a_credential_follows(void **state)
{
    static const char *const are[] = { "DB_PASSWORD",
                                       "password",
                                       "POSTGRES_PASSWORD_1",
                                       "jwtSecret",
                                       "clientsecret",
                                       "GITHUB_TOKEN",
                                       "PGPASSWORD",
                                       "API_KEY",
                                       "apiKey",
                                       "AWS_SECRET_ACCESS_KEY",
                                       "spring.datasource.password",
                                       "DB_PWD",
                                       "encryption-key" };
    static const char *const are_not[] = { "DB_PASSWORD_FILE",    "SECRET_NAME", "TOKEN_URL",
                                           "KEYCLOAK_URL",        "MONKEY",      "CACHE_KEY",
                                           "AWS_ACCESS_KEY_ID",   "MAX_TOKENS",  "KEY",
                                           "PASSWORD_MIN_LENGTH", "TOKENIZER",   "SECRETARY",
                                           "PASSWORD_POLICY",     "COMPASS",     "" };

    (void)state;
    for (size_t i = 0; i < sizeof are / sizeof *are; i++) {
        if (!dm_secret_is_name(are[i], strlen(are[i]))) {
            fail_msg("%s", are[i]);
        }
    }
    for (size_t i = 0; i < sizeof are_not / sizeof *are_not; i++) {
        if (dm_secret_is_name(are_not[i], strlen(are_not[i]))) {
            fail_msg("%s", are_not[i]);
        }
    }
}

static void texts_say_whether_they_are_one(void **state)
{
    static const struct {
        const char *text;
        enum dm_secret_text is;
        bool in_address;
    } rows[] = {
        { "hunter2", DM_SECRET_LITERAL, false },
        { " yes ", DM_SECRET_NOTHING, false },
        { "", DM_SECRET_NOTHING, false },
        { "/run/secrets/db", DM_SECRET_REFERENCE, false },
        { "$(DB_PASSWORD)", DM_SECRET_REFERENCE, false },
        { "$oidc.clientSecret", DM_SECRET_REFERENCE, false },
        { "$2a$10$N9qo8uLOickgx2ZMRZoMye", DM_SECRET_LITERAL, false },
        { "arn:aws:secretsmanager:eu-west-1:1:secret:a", DM_SECRET_REFERENCE, false },
        { "postgres://u:hunter2@db:5432/x", DM_SECRET_LITERAL, true },
        { "postgres://u:$(WORD)@db:5432/x", DM_SECRET_LITERAL, false },
        { "https://db:5432/a@b", DM_SECRET_LITERAL, false },
        { "https://u@db/x", DM_SECRET_LITERAL, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t length = strlen(rows[i].text);

        assert_int_equal(dm_secret_text_kind(rows[i].text, length), rows[i].is);
        assert_int_equal(dm_secret_in_address(rows[i].text, length), rows[i].in_address);
    }
}

static const char credentials[] = DEPLOYMENT("d", "1",
                                             "containers: [{name: a, env: [{name: DB_PASSWORD, "
                                             "value: hunter2}, {name: DB_URL, value: "
                                             "'postgres://u:hunter2@db'}, {name: TOKEN, valueFrom: "
                                             "{secretKeyRef: {name: s, key: token}}}, "
                                             "{name: MODE, value: plain}, {name: SECRET_FILE, "
                                             "value: /run/x}]}]") "---\n{apiVersion: v1, kind: "
                                                                  "Secret, metadata: {name: s, "
                                                                  "annotations: "
                                                                  "{kubectl.kubernetes.io/"
                                                                  "last-applied-configuration: "
                                                                  "'hunter2'}}, stringData: {word: "
                                                                  "hunter2}, "
                                                                  "data: {other: aHVudGVyMg==, "
                                                                  "none: ''}}\n"
                                                                  "---\napiVersion: v1\nkind: "
                                                                  "ConfigMap\nmetadata: {name: "
                                                                  "c}\ndata:\n"
                                                                  "  api-key: hunter2\n  color: "
                                                                  "blue\n  app.properties: |\n    "
                                                                  "# password = hunter2 in clear\n"
                                                                  "    db.password = hunter2\n    "
                                                                  "db.user=u\n";

static void credentials_are_named_and_never_shown(void **state)
{
    struct dm_manifests loaded = dm_manifests_fine(credentials);
    const struct dm_pod *with = pod(&loaded);
    const struct dm_sources *sources = loaded.model->sources;
    size_t size = 0;
    struct dm_str out;

    (void)state;
    assert_int_equal(with->n_variables, 5);
    assert_int_equal(with->variables[0].kind, DM_VARIABLE_LITERAL);
    assert_true(with->variables[1].has_password);
    assert_int_equal(with->variables[2].kind, DM_VARIABLE_SECRET);
    assert_string_equal(with->variables[2].secret, "s");
    assert_int_equal(with->variables[4].kind, DM_VARIABLE_REFERENCE);
    assert_int_equal(loaded.model->n_config_objects, 2);
    for (uint32_t i = 0; i < 2; i++) {
        const struct dm_config_object *config = &loaded.model->config_objects[i];

        assert_int_equal(config->n_keys, 2);
        assert_string_equal(config->keys[1],
                            config->is_secret ? "other" : "app.properties: db.password");
    }
    dm_str_init(&out, loaded.arena);
    dm_render_model(loaded.model, &out);
    assert_null(strstr(out.text, "hunter2"));
    assert_null(strstr(out.text, "aHVu"));
    for (uint32_t line = 1; line <= dm_sources_get(sources, 1)->n_lines; line++) {
        const char *text = dm_sources_line(sources, 1, line, &size);

        text = dm_arena_strndup(loaded.arena, text, size);
        assert_null(strstr(text, "hunter2"));
        assert_null(strstr(text, "aHVu"));
    }
    /* What was read stays what was read. */
    assert_non_null(strstr(dm_sources_get(sources, 1)->text, "hunter2"));
    dm_arena_free(loaded.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probes_ask_at_ports_of_their_own_container),
        cmocka_unit_test(what_the_cluster_refuses_is_a_fault),
        cmocka_unit_test(accounts_are_bound_to_roles),
        cmocka_unit_test(an_arn_of_a_role_has_partition_account_and_name),
        cmocka_unit_test(the_number_of_pods_is_the_autoscalers),
        cmocka_unit_test(figures_are_told_apart),
        cmocka_unit_test(requests_grow_as_far_as_the_policy_lets_them),
        cmocka_unit_test(budgets_say_how_many_may_be_gone),
        cmocka_unit_test(names_say_whether_a_credential_follows),
        cmocka_unit_test(texts_say_whether_they_are_one),
        cmocka_unit_test(credentials_are_named_and_never_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
