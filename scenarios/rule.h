/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rule - the catalogue of what can be found, from one table (rules.def).
 *
 * Each row is a code, a name that states the bad thing, a severity, the version since
 * which it exists and a line that sums it up; the explanation is
 * data/rules/CODE.md.  Rules that look at the model alone have a function, in scenarios/rules, one
 * file each; the others are raised by requirements.
 */
#ifndef DM_SCENARIOS_RULE_H
#define DM_SCENARIOS_RULE_H

#include "model/base/diag.h"

enum dm_rule_id {
#define DM_RULE(code, name, severity, since, summary) DM_RULE_##code,
#include "scenarios/rules.def"
#undef DM_RULE
    DM_RULE_COUNT
};

struct dm_rule {
    const char *code;
    const char *name;
    enum dm_severity severity;
    const char *since;
    const char *summary;
};

const struct dm_rule *dm_rule_get(enum dm_rule_id id);

/* By code or name; NULL: none.  'dm_rule_nearest' is the one that may have been meant, or NULL. */
const struct dm_rule *dm_rule_find(const char *code_or_name);
const char *dm_rule_nearest(const char *word);

#endif
