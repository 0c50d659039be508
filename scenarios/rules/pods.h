/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pods - what rules about how workloads are kept up share: each kind of pod of each workload, once,
 * and each autoscaler.
 *
 * A rule is a function that looks at one and hands in what it finds, faulty or not (lint.h). Faults
 * of memory stick in 'status', so that rules need not look at them.
 */
#ifndef DM_SCENARIOS_RULES_PODS_H
#define DM_SCENARIOS_RULES_PODS_H

#include "model/base/str.h"
#include "scenarios/rules/lint.h"

struct dm_pod_look {
    struct dm_lint *lint;
    struct dm_arena *arena;
    const struct dm_model *model;
    const struct dm_workload *workload;     /* NULL: an autoscaler's that is not there */
    const struct dm_pod *pod;               /* of workloads */
    const struct dm_autoscaler *autoscaler; /* of autoscalers */
    struct dm_map parts;                    /* what findings are about, to where that is */
    enum dm_status status;
    struct dm_err *err;
};

typedef void dm_pod_rule(struct dm_pod_look *look);

DM_NODISCARD enum dm_status dm_pods_lint(struct dm_checker *checker, enum dm_rule_id rule,
                                         const char *const *facts, dm_pod_rule *look_at,
                                         struct dm_err *err);
DM_NODISCARD enum dm_status dm_autoscalers_lint(struct dm_checker *checker, enum dm_rule_id rule,
                                                const char *const *facts, dm_pod_rule *look_at,
                                                struct dm_err *err);

/* Hands in an item; 'is_faulty' says that its message was to be set. */
void dm_pod_say(struct dm_pod_look *look, struct dm_lint_item *item, bool is_faulty);

/* An item about the workload, or the autoscaler, as a whole. */
struct dm_lint_item dm_pod_item(const struct dm_pod_look *look);

/* "readiness", for messages. */
const char *dm_probe_purpose_text(enum dm_probe_purpose purpose);

/* Whether the service sends to such pods. */
bool dm_kube_selects(const struct dm_kube_service *service, const struct dm_workload *workload,
                     const struct dm_pod *pod);

/* The port of the pod that a port of a service leads to; 0: no port has the name. */
uint16_t dm_kube_target_port(const struct dm_pod *pod, const struct dm_kube_service_port *port);

#endif
