/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/rules/entries.h"

enum dm_status dm_rule_run_shadowed_entry(struct dm_checker *checker, struct dm_err *err)
{
    return dm_entries_lint(checker, DM_RULE_SEC003, DM_ENTRY_SHADOWED, err);
}
