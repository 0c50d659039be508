/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Routing policies of core networks: the first rule that matches decides.
 */
#include "solver/plane/policy.h"

#include "tests/support/dmtest.h"

static struct dm_prefix prefix_of(const char *text)
{
    struct dm_prefix prefix;

    assert_int_equal(dm_prefix_parse(text, &prefix), DM_ADDR_OK);
    return prefix;
}

static void rules_are_looked_at_in_order_and_the_first_that_matches_decides(void **state)
{
    const struct dm_core_routing_rule rules[] = {
        { .number = 1, .match = DM_CORE_PREFIX_EQUALS, .prefix = prefix_of("10.1.0.0/16") },
        { .number = 2,
          .match = DM_CORE_ASN_IN_PATH,
          .asn = 65052,
          .action = DM_CORE_PREPEND,
          .n_prepended = 2 },
        { .number = 3,
          .match = DM_CORE_PREFIX_WITHIN,
          .prefix = prefix_of("10.0.0.0/8"),
          .action = DM_CORE_DROP },
    };
    const struct dm_core_routing_policy policy = { .rules = rules, .n_rules = 3 };
    const uint64_t path[] = { 64512, 65052 };
    struct dm_policy_effect effect = { .drops = false };

    (void)state;
    dm_policy_apply(&policy, prefix_of("10.1.0.0/16"), path, 2, true, &effect);
    assert_true(!effect.drops && effect.n_prepended == 0 && !effect.why);
    dm_policy_apply(&policy, prefix_of("11.2.0.0/16"), path, 2, true, &effect);
    assert_true(!effect.drops && effect.n_prepended == 2 && !effect.why);
    dm_policy_apply(&policy, prefix_of("10.2.0.0/16"), path, 1, true, &effect);
    assert_true(effect.drops && effect.n_prepended == 2);
    effect.drops = false;
    dm_policy_apply(&policy, prefix_of("11.0.0.0/16"), NULL, 0, true, &effect);
    assert_true(!effect.drops && !effect.why);
}

static void what_stands_behind_a_rule_that_prepends_is_not_guessed(void **state)
{
    struct dm_core_routing_rule rules[] = {
        { .number = 1,
          .match = DM_CORE_PREFIX_WITHIN,
          .prefix = prefix_of("10.0.0.0/8"),
          .action = DM_CORE_PREPEND,
          .n_prepended = 1 },
        { .number = 2,
          .match = DM_CORE_PREFIX_EQUALS,
          .prefix = prefix_of("10.2.0.0/16"),
          .action = DM_CORE_DROP },
    };
    const struct dm_core_routing_policy policy = { .rules = rules, .n_rules = 2 };
    struct dm_policy_effect effect = { .drops = false };

    (void)state;
    dm_policy_apply(&policy, prefix_of("10.1.0.0/16"), NULL, 0, true, &effect);
    assert_true(!effect.drops && effect.n_prepended == 1 && !effect.why);
    dm_policy_apply(&policy, prefix_of("10.2.0.0/16"), NULL, 0, true, &effect);
    assert_non_null(effect.why);
    rules[1].action = DM_CORE_ALLOW;
    effect = (struct dm_policy_effect){ .drops = false };
    dm_policy_apply(&policy, prefix_of("10.2.0.0/16"), NULL, 0, true, &effect);
    assert_true(!effect.drops && effect.n_prepended == 1 && !effect.why);
}

static void a_number_cannot_be_looked_for_in_a_path_that_is_not_known(void **state)
{
    const struct dm_core_routing_rule rule = { .match = DM_CORE_ASN_IN_PATH, .asn = 65052 };
    const struct dm_core_routing_policy policy = { .rules = &rule, .n_rules = 1 };
    struct dm_policy_effect effect = { .drops = false };

    (void)state;
    dm_policy_apply(&policy, prefix_of("10.1.0.0/16"), NULL, 0, false, &effect);
    assert_non_null(effect.why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_are_looked_at_in_order_and_the_first_that_matches_decides),
        cmocka_unit_test(what_stands_behind_a_rule_that_prepends_is_not_guessed),
        cmocka_unit_test(a_number_cannot_be_looked_for_in_a_path_that_is_not_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
