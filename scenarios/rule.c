/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/rule.h"

#include "model/base/str.h"

static const struct dm_rule rules[] = {
#define DM_RULE(code, name, severity, since, summary)                                              \
    { #code, #name, DM_SEV_##severity, since, summary },
#include "scenarios/rules.def"
#undef DM_RULE
};

const struct dm_rule *dm_rule_get(enum dm_rule_id id)
{
    return &rules[id];
}

const struct dm_rule *dm_rule_find(const char *code_or_name)
{
    for (size_t i = 0; i < DM_RULE_COUNT; i++) {
        if (dm_str_equal(rules[i].code, code_or_name)
            || dm_str_equal(rules[i].name, code_or_name)) {
            return &rules[i];
        }
    }
    return NULL;
}

const char *dm_rule_nearest(const char *word)
{
    const char *words[2 * DM_RULE_COUNT];

    for (size_t i = 0; i < DM_RULE_COUNT; i++) {
        words[2 * i] = rules[i].code;
        words[2 * i + 1] = rules[i].name;
    }
    return dm_str_nearest(word, words, sizeof words / sizeof words[0]);
}
