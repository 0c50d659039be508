/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is said of small designs whose truth can be told by hand.
 */
#include <string.h>

#include "scenarios/check.h"
#include "tests/support/dmtest.h"
#include "tests/support/lowered.h"

/* Three services with public addresses: 'web' answers everybody on tcp/443 to 500, 'part' speaks
 * with one prefix only, 'quiet' neither listens nor sends. */
static const char design[] =
    "demarc: 1\n"
    "name: t\n"
    "regions:\n"
    "  eu-west-1: {zones: [a, b], cidr: 10.0.0.0/12}\n"
    "vpcs:\n"
    "  app:\n"
    "    for: {region: all}\n"
    "    cidr: {pool: region, size: 16}\n"
    "    internet_gateway: true\n"
    "    subnets:\n"
    "      public: {size: 24, public: true, routes: {internet: internet-gateway}}\n"
    "groups:\n"
    "  web: {in: app, ingress: [{from: any, port: tcp/443-500}]}\n"
    "  part:\n"
    "    in: app\n"
    "    ingress: [{from: 198.51.100.0/24, port: tcp/443}]\n"
    "    egress: [{to: 198.51.100.0/24, port: tcp/443}]\n"
    "  quiet: {in: app, egress: []}\n"
    "services:\n"
    "  web: {for: {region: all}, in: app.public, port: tcp/443, public: true, groups: [web]}\n"
    "  part: {for: {region: all}, in: app.public, port: tcp/443, public: true, groups: [part]}\n"
    "  quiet: {for: {region: all}, in: app.public, port: tcp/443, public: true, groups: [quiet]}\n"
    "requirements:\n";

/* Pods of two services share each node; only the policies of 'second' let it out of the cluster, to
 * the load balancer in front of 'web'. */
static const char clustered[] =
    "demarc: 1\n"
    "name: t\n"
    "regions:\n"
    "  eu-west-1: {zones: [a, b], cidr: 10.0.0.0/12}\n"
    "vpcs:\n"
    "  app:\n"
    "    for: {region: all}\n"
    "    cidr: {pool: region, size: 16}\n"
    "    subnets: {private: {size: 24}}\n"
    "groups:\n"
    "  nodes: {in: app, ingress: [{from: \"group:nodes\", port: all}],"
    " egress: [{to: any, port: all}]}\n"
    "  front: {in: app, ingress: [{from: \"group:nodes\", port: tcp/443}],"
    " egress: [{to: \"group:web\", port: tcp/443}]}\n"
    "  web: {in: app, ingress: [{from: \"group:front\", port: tcp/443}], egress: []}\n"
    "clusters:\n"
    "  core:\n"
    "    for: {region: all}\n"
    "    in: app\n"
    "    control_plane: {in: private, groups: [nodes]}\n"
    "    services: 172.20.0.0/16\n"
    "    pods: {main: {range: 192.168.0.0/16}}\n"
    "    default_deny: true\n"
    "    allow_calls: true\n"
    "    namespaces: {bank: {}}\n"
    "    node_groups:\n"
    "      workers: {in: private, groups: [nodes], size: {min: 2, max: 2}}\n"
    "services:\n"
    "  first: {for: {region: all}, cluster: core, namespace: bank, port: tcp/8001}\n"
    "  second: {for: {region: all}, cluster: core, namespace: bank, port: tcp/8002, calls: [web]}\n"
    "  web: {for: {region: all}, in: app.private, port: tcp/443, groups: [web]}\n"
    "load_balancers:\n"
    "  front:\n"
    "    for: {region: all}\n"
    "    kind: application\n"
    "    scheme: internal\n"
    "    in: app.private\n"
    "    groups: [front]\n"
    "    listeners: {tcp/443: {to: web}}\n"
    "requirements:\n";

/* The verdict of one requirement, as written after its id, at the end of a design. */
static enum dm_verdict verdict_in(const char *text, const char *requirement)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct lowered lowered =
        lowered_new(dm_sprintf(arena, "%s  R-A: %s\n", text, requirement), NULL);
    struct dm_check_options options = { .as_of = "2026-11-22" };
    struct dm_facts *facts = dm_facts_new(arena);
    const struct dm_result *result = NULL;
    struct dm_err err = { 0 };
    enum dm_verdict verdict;

    assert_non_null(lowered.model);
    assert_non_null(facts);
    assert_int_equal(dm_check(arena, lowered.model, facts, &options, &result, &err), DM_OK);
    assert_int_equal(result->n_verdicts, 1);
    verdict = result->verdicts[0].verdict;
    lowered_free(&lowered);
    dm_arena_free(arena);
    return verdict;
}

static enum dm_verdict verdict_of(const char *requirement)
{
    return verdict_in(design, requirement);
}

static void what_a_rule_lets_in_beyond_the_listed_port_is_exposed(void **state)
{
    (void)state;
    assert_int_equal(verdict_of("{expose: {allow: [{to: web, port: tcp/443-500},"
                                " {to: part, port: tcp/443}]}}"),
                     DM_VERDICT_HOLDS);
    /* The rule's first port is listed, its others are not. */
    assert_int_equal(verdict_of("{expose: {allow: [{to: web, port: tcp/443},"
                                " {to: part, port: tcp/443}]}}"),
                     DM_VERDICT_VIOLATED);
    assert_int_equal(verdict_of("{expose: {allow: [{to: web, port: tcp/443-499},"
                                " {to: part, port: tcp/443}]}}"),
                     DM_VERDICT_VIOLATED);
    /* What is listed for one is not listed for another. */
    assert_int_equal(verdict_of("{expose: {allow: [{to: part, port: all}]}}"), DM_VERDICT_VIOLATED);
}

static void the_internet_can_be_a_side_of_an_isolation(void **state)
{
    (void)state;
    assert_int_equal(verdict_of("{isolate: {from: internet, to: web}}"), DM_VERDICT_VIOLATED);
    assert_int_equal(verdict_of("{isolate: {from: internet, to: part}}"), DM_VERDICT_VIOLATED);
    assert_int_equal(verdict_of("{isolate: {from: internet, to: quiet}}"), DM_VERDICT_HOLDS);
    assert_int_equal(verdict_of("{isolate: {from: web, to: internet}}"), DM_VERDICT_VIOLATED);
    assert_int_equal(verdict_of("{isolate: {from: part, to: internet}}"), DM_VERDICT_VIOLATED);
    assert_int_equal(verdict_of("{isolate: {from: quiet, to: internet}}"), DM_VERDICT_HOLDS);
    assert_int_equal(verdict_of("{isolate: {between: [quiet, internet]}}"), DM_VERDICT_HOLDS);
    assert_int_equal(verdict_of("{isolate: {between: [quiet, internet], }, "
                                "survive: {any: [zone, region], k: 2}}"),
                     DM_VERDICT_HOLDS);
    assert_int_equal(verdict_of("{isolate: {from: [internet, part], to: quiet}}"),
                     DM_VERDICT_HOLDS);
    assert_int_equal(verdict_of("{isolate: {from: [internet, part], to: web}}"),
                     DM_VERDICT_VIOLATED);
}

static void the_internet_reaches_what_all_of_it_reaches(void **state)
{
    (void)state;
    assert_int_equal(verdict_of("{reach: {from: internet, to: web}}"), DM_VERDICT_HOLDS);
    assert_int_equal(verdict_of("{reach: {from: internet, to: part}}"), DM_VERDICT_VIOLATED);
    assert_int_equal(verdict_of("{reach: {from: internet, to: quiet}}"), DM_VERDICT_VIOLATED);
    /* One zone may fail; where nothing of it lives the internet reaches nothing. */
    assert_int_equal(verdict_of("{reach: {from: internet, to: web}, survive: {each: zone}}"),
                     DM_VERDICT_HOLDS);
    assert_int_equal(verdict_of("{reach: {from: internet, to: web}, survive: {any: [zone], k: 2}}"),
                     DM_VERDICT_VIOLATED);
}

static void dead_callers_ask_for_nothing(void **state)
{
    (void)state;
    assert_int_equal(verdict_of("{reach: {from: quiet, to: web}}"), DM_VERDICT_VIOLATED);
    assert_int_equal(verdict_of("{reach: {from: web, to: internet, port: tcp/1}, "
                                "survive: {each: region}}"),
                     DM_VERDICT_HOLDS);
}

/* The pods of a node go the same ways, so those of one are walked: the policies of all are asked.
 */
static void a_pod_is_not_isolated_by_policies_of_its_neighbours(void **state)
{
    (void)state;
    assert_int_equal(verdict_in(clustered, "{isolate: {from: first, to: web}}"), DM_VERDICT_HOLDS);
    assert_int_equal(verdict_in(clustered, "{isolate: {from: second, to: web}}"),
                     DM_VERDICT_VIOLATED);
    assert_int_equal(verdict_in(clustered, "{isolate: {from: [first, second], to: web}}"),
                     DM_VERDICT_VIOLATED);
    assert_int_equal(verdict_in(clustered, "{isolate: {from: [second, first], to: web}}"),
                     DM_VERDICT_VIOLATED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_rule_lets_in_beyond_the_listed_port_is_exposed),
        cmocka_unit_test(the_internet_can_be_a_side_of_an_isolation),
        cmocka_unit_test(the_internet_reaches_what_all_of_it_reaches),
        cmocka_unit_test(dead_callers_ask_for_nothing),
        cmocka_unit_test(a_pod_is_not_isolated_by_policies_of_its_neighbours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
