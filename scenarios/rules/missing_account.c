/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pods that are to run as a service account which is not in the input: without it they are not made
 * [K8S-50].  Pods that were seen in a cluster have theirs.
 */
#include <string.h>

#include "scenarios/rules/pods.h"

static void look_at(struct dm_pod_look *look)
{
    const struct dm_pod *pod = look->pod;
    struct dm_lint_item item = dm_pod_item(look);
    bool is_faulty =
        !pod->account_is_known && !pod->is_running && strcmp(pod->account, "default") != 0;

    if (is_faulty) {
        item.message =
            dm_sprintf(look->arena, "pods of `%s` run as service account `%s`, which is not here",
                       look->workload->object.name, pod->account);
        item.label = "its pods are not made without the account";
        item.help = "add the account, or name one that is there";
    }
    dm_pod_say(look, &item, is_faulty);
}

enum dm_status dm_rule_run_missing_account(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "K8S-50", NULL };

    return dm_pods_lint(checker, DM_RULE_CLU013, facts, look_at, err);
}
