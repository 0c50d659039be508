/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Probes that ask at a port by a name that their container does not give to one: they fail always
 * [K8S-42].
 */
#include "scenarios/rules/pods.h"

static void look_at(struct dm_pod_look *look)
{
    for (size_t i = 0; i < look->pod->n_probes; i++) {
        const struct dm_probe *probe = &look->pod->probes[i];
        struct dm_lint_item item = dm_pod_item(look);
        bool is_faulty = probe->port_name && !probe->port && !probe->is_elsewhere;

        item.origin = probe->origin;
        item.part = dm_probe_purpose_text(probe->purpose);
        if (is_faulty) {
            item.message = dm_sprintf(
                look->arena,
                "the %s probe of `%s` asks at port `%s`, which its container does not have",
                item.part, look->workload->object.name, probe->port_name);
            item.label = "no port of the container has this name";
            item.help = "declare the port under this name, or ask by its number";
        }
        dm_pod_say(look, &item, is_faulty);
    }
}

enum dm_status dm_rule_run_probe_of_no_port(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "K8S-42", NULL };

    return dm_pods_lint(checker, DM_RULE_CLU010, facts, look_at, err);
}
