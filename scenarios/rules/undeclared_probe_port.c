/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Probes that ask at a port which no container of the pod declares, though some are declared.  Such
 * a port may be open all the same [K8S-40], so it is no error.  Containers of a pod share its
 * network: a port that another of them declares is there.
 */
#include "scenarios/rules/pods.h"

/* How many ports are declared, and whether the probe's is one. */
static bool is_strange(const struct dm_pod *pod, const struct dm_probe *probe)
{
    bool any = false;

    for (size_t i = 0; i < pod->n_ports; i++) {
        if (pod->ports[i].protocol == DM_PROTO_TCP) {
            any = true;
            if (pod->ports[i].port == probe->port) {
                return false;
            }
        }
    }
    return any && probe->port && !probe->is_elsewhere;
}

static void look_at(struct dm_pod_look *look)
{
    for (size_t i = 0; i < look->pod->n_probes; i++) {
        const struct dm_probe *probe = &look->pod->probes[i];
        struct dm_lint_item item = dm_pod_item(look);
        bool is_faulty = is_strange(look->pod, probe);

        item.origin = probe->origin;
        item.part = dm_probe_purpose_text(probe->purpose);
        if (is_faulty) {
            item.message = dm_sprintf(
                look->arena,
                "the %s probe of `%s` asks at port %u, which none of its containers declares",
                item.part, look->workload->object.name, probe->port);
            item.label = "asks here";
            item.help = "correct the port, or declare it";
        }
        dm_pod_say(look, &item, is_faulty);
    }
}

enum dm_status dm_rule_run_undeclared_probe_port(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "K8S-40", "K8S-42", NULL };

    return dm_pods_lint(checker, DM_RULE_CLU011, facts, look_at, err);
}
