/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/rules/answers.h"

enum dm_status dm_rule_run_answers_stopped(struct dm_checker *checker, struct dm_err *err)
{
    return dm_answers_lint(checker, DM_RULE_SEC006, true, err);
}
