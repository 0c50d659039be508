/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Workloads that ask services of AWS for something, and whose service account is bound to no role:
 * they have the role of their node, or none [IRSA-01].
 */
#include <string.h>

#include "scenarios/rules/pods.h"

static const struct dm_service_account *account_of(const struct dm_pod_look *look)
{
    for (uint32_t i = 0; i < look->model->n_service_accounts; i++) {
        const struct dm_service_account *account = &look->model->service_accounts[i];

        if (account->namespace.v == look->workload->namespace.v
            && strcmp(account->short_name, look->pod->account) == 0) {
            return account;
        }
    }
    return NULL;
}

static void look_at(struct dm_pod_look *look)
{
    const struct dm_service_account *account = look->workload->uses_aws ? account_of(look) : NULL;
    struct dm_lint_item item = dm_pod_item(look);
    bool is_faulty = look->workload->uses_aws && (!account || !account->role);

    if (is_faulty) {
        item.message =
            dm_sprintf(look->arena,
                       "`%s` uses services of AWS, and its service account `%s` is bound "
                       "to no role",
                       look->workload->object.name, look->pod->account);
        item.label = "asks AWS as its node does, or not at all";
        item.help = "give it an account of its own that is bound to a role";
    }
    dm_pod_say(look, &item, is_faulty);
}

enum dm_status dm_rule_run_account_without_role(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "IRSA-01", NULL };

    return dm_pods_lint(checker, DM_RULE_CLU014, facts, look_at, err);
}
