/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Service accounts that are bound to what is no ARN of a role: their pods get no credentials
 * [IRSA-01, IAM-01].
 */
#include "scenarios/rules/pods.h"

static enum dm_status look_at(struct dm_lint *lint, const struct dm_service_account *account,
                              struct dm_err *err)
{
    struct dm_lint_item item = { .origin = account->role_origin, .subject = account->object.name };

    if (account->role && !dm_role_is_arn(account->role)) {
        item.message = dm_sprintf(
            lint->checker->run, "service account `%s` is bound to `%s`, which is no ARN of a role",
            account->object.name, account->role);
        item.label = "no role of AWS";
        item.help = "an ARN of a role has the form arn:aws:iam::111122223333:role/NAME";
        if (!item.message) {
            return DM_FAIL_NOMEM(err);
        }
    }
    return account->role ? dm_lint_add(lint, &item, err) : DM_OK;
}

enum dm_status dm_rule_run_malformed_role(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "IRSA-01", "IAM-01", NULL };
    const struct dm_model *model = checker->model;
    enum dm_status status = DM_OK;
    struct dm_lint lint;

    dm_lint_init(&lint, checker, DM_RULE_CLU015, facts);
    for (uint32_t i = 0; i < model->n_service_accounts && status == DM_OK; i++) {
        status = look_at(&lint, &model->service_accounts[i], err);
    }
    return status == DM_OK ? dm_lint_report(&lint, err) : status;
}
