/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/admission.h"

#include <string.h>

#include "model/base/vec.h"

/* One question, between two pods or a pod and an address. */
struct asking {
    struct dm_admission *admission;
    const struct dm_admission_side *from;
    const struct dm_admission_side *to;
    struct dm_packet packet;
    struct dm_addr shown[2]; /* source and destination, none where they are not known */
    struct dm_policy_account accounts[2]; /* by direction */
    uint32_t pods[2];                     /* sender, receiver */
    struct {
        struct dm_path_hop *items;
        size_t n;
        size_t capacity;
    } hops;
    bool failed;
};

bool dm_admission_applies(const struct dm_model *model)
{
    return model->n_workloads && !model->n_vpcs;
}

/* ---- names ---- */

static bool has_address(const struct dm_workload *workload, struct dm_addr address)
{
    for (size_t i = 0; i < workload->n_pods; i++) {
        if (dm_addr_equal(workload->pods[i].address, address)) {
            return true;
        }
    }
    return false;
}

bool dm_admission_find(const struct dm_model *model, const char *text,
                       struct dm_admission_side *ret_side, const char **ret_why)
{
    struct dm_admission_side side = { { 0 }, { 0 } };
    bool is_address = dm_addr_parse(text, &side.address) == DM_ADDR_OK;

    for (uint32_t i = 0; i < model->n_workloads; i++) {
        const struct dm_workload *workload = &model->workloads[i];

        if (!(is_address ? has_address(workload, side.address)
                         : dm_workload_is(model, workload, text, false))) {
            continue;
        }
        if (side.workload.v) {
            *ret_why = "several workloads have this name; add the namespace or the kind";
            return false;
        }
        side.workload.v = i + 1;
    }
    if (!is_address && !side.workload.v) {
        *ret_why = "no workload has this name, and it is no address";
        return false;
    }
    *ret_side = side;
    return true;
}

bool dm_admission_port(const struct dm_model *model, const struct dm_admission_side *side,
                       struct dm_flow *ret_flow)
{
    const struct dm_workload *workload;
    const struct dm_kube_port *port = NULL;

    if (!side->workload.v) {
        return false;
    }
    workload = dm_workload_get(model, side->workload);
    for (size_t i = 0; i < workload->n_pods; i++) {
        for (size_t j = 0; j < workload->pods[i].n_ports; j++) {
            const struct dm_kube_port *other = &workload->pods[i].ports[j];

            if (port && (port->port != other->port || port->protocol != other->protocol)) {
                return false;
            }
            port = other;
        }
    }
    if (port) {
        *ret_flow = (struct dm_flow){ .protocol = port->protocol,
                                      .port_first = port->port,
                                      .port_last = port->port };
    }
    return port != NULL;
}

/* ---- asking ---- */

enum dm_status dm_admission_init(struct dm_admission *admission, struct dm_arena *arena,
                                 const struct dm_model *model, struct dm_err *err)
{
    struct dm_sets *sets = dm_sets_new(arena);

    *admission = (struct dm_admission){ .arena = arena, .model = model };
    admission->policies = sets ? dm_policies_new(arena, model, sets) : NULL;
    return admission->policies ? DM_OK : DM_FAIL_NOMEM(err);
}

static const struct dm_pod *pod_of(const struct dm_model *model,
                                   const struct dm_admission_side *side, size_t i)
{
    return side->workload.v ? &dm_workload_get(model, side->workload)->pods[i] : NULL;
}

static size_t n_pods_of(const struct dm_model *model, const struct dm_admission_side *side)
{
    return side->workload.v ? dm_workload_get(model, side->workload)->n_pods : 1;
}

/* Pods 'i' and 'j' of both sides: true where the packet passes. */
static bool ask_pair(struct asking *asking, size_t i, size_t j)
{
    struct dm_admission *admission = asking->admission;
    const struct dm_admission_side *sides[2] = { asking->from, asking->to };
    const size_t places[2] = { i, j };
    const struct dm_addr any = { 0, 0, DM_FAMILY_IPV4 };
    bool passes = true;

    for (size_t k = 0; k < 2; k++) {
        const struct dm_pod *pod = pod_of(admission->model, sides[k], places[k]);

        asking->shown[k] = pod ? pod->address : sides[k]->address;
        asking->pods[k] = DM_POLICY_OUTSIDE;
        if (pod) {
            asking->pods[k] = dm_policies_first_pod(admission->policies, sides[k]->workload)
                              + (uint32_t)places[k];
        }
    }
    /* Rules that look at a pod's address were asked about the pod. */
    asking->packet.source = dm_addr_is_none(asking->shown[0]) ? any : asking->shown[0];
    asking->packet.destination = dm_addr_is_none(asking->shown[1]) ? any : asking->shown[1];
    for (size_t k = 0; k < 2; k++) {
        /* The sender's egress, and the receiver's ingress. */
        enum dm_policy_direction direction = k == 0 ? DM_POLICY_EGRESS : DM_POLICY_INGRESS;
        struct dm_policy_account *account = &asking->accounts[direction];

        *account = (struct dm_policy_account){ .verdict = DM_POLICY_PASSES };
        if (asking->pods[k] == DM_POLICY_OUTSIDE) {
            continue;
        }
        asking->failed = asking->failed
                         || !dm_policies_explain(admission->policies, asking->pods[k], direction,
                                                 asking->pods[1 - k], &asking->packet, account);
        passes = passes && account->verdict == DM_POLICY_PASSES;
    }
    return passes;
}

static void ask_pairs(struct asking *asking)
{
    const struct dm_model *model = asking->admission->model;

    for (size_t i = 0; i < n_pods_of(model, asking->from); i++) {
        for (size_t j = 0; j < n_pods_of(model, asking->to); j++) {
            if (asking->failed || ask_pair(asking, i, j)) {
                return;
            }
        }
    }
    (void)ask_pair(asking, 0, 0);
}

/* ---- telling ---- */

static void add_hop(struct asking *asking, struct dm_path_hop hop)
{
    hop.source = asking->shown[0];
    hop.destination = asking->shown[1];
    if (!DM_VEC_PUSH(asking->admission->arena, &asking->hops, hop)) {
        asking->failed = true;
    }
}

static void add_end(struct asking *asking, enum dm_hop_kind kind,
                    const struct dm_admission_side *side)
{
    const struct dm_model *model = asking->admission->model;
    struct dm_path_hop hop = { .kind = kind };
    char buffer[DM_ADDR_TEXT_SIZE];

    if (side->workload.v) {
        const struct dm_workload *workload = dm_workload_get(model, side->workload);

        hop.at = (struct dm_ref){ DM_KIND_workload, side->workload.v };
        hop.name = workload->object.name;
        hop.origin = workload->object.origin;
        if (workload->pods[0].host_network) {
            hop.decided_by = "on its node's network: policies are taken to hold [CAL-21]";
        }
    } else {
        hop.name = dm_sprintf(asking->admission->arena, "%s outside the cluster",
                              dm_addr_text(side->address, buffer));
    }
    asking->failed = asking->failed || !hop.name;
    add_hop(asking, hop);
}

static const char *step_text(struct asking *asking, const struct dm_policy_step *step,
                             bool is_ingress)
{
    static const char *const actions[] = { "allows", "denies", "passes on" };
    const char *text;

    if (step->policy->unknown.v) {
        return "what this policy says is not understood";
    }
    if (!step->rule) {
        return step->is_sure ? "selects the pod, and no rule of it takes this"
                             : "may select the pod; no rule of it takes this";
    }
    text = dm_sprintf(asking->admission->arena, "a rule for %s %s%s it",
                      is_ingress ? "ingress" : "egress", step->is_sure ? "" : "that may match ",
                      actions[step->rule->action]);
    asking->failed = asking->failed || !text;
    return text;
}

/* Whether the packet stops at this step.  Without a deciding rule all policies of the last tier
 * that was asked stop it together. */
static enum dm_code code_of(const struct dm_policy_account *account,
                            const struct dm_policy_step *step)
{
    const struct dm_policy_step *last = &account->steps[account->n_steps - 1];
    bool is_in_last_tier = step->policy->tier.v == last->policy->tier.v;

    if (account->verdict == DM_POLICY_UNSURE) {
        return step->is_sure ? DM_CODE_NONE : DM_CODE_NOT_UNDERSTOOD;
    }
    if (account->verdict == DM_POLICY_PASSES || (step->rule && step->rule->action != DM_POLICY_DENY)
        || (!step->rule && last->rule) || !is_in_last_tier) {
        return DM_CODE_NONE;
    }
    return DM_CODE_NETWORK_POLICY_RESTRICTION;
}

static void add_account(struct asking *asking, enum dm_policy_direction direction,
                        const struct dm_admission_side *side)
{
    const struct dm_policy_account *account = &asking->accounts[direction];
    bool is_ingress = direction == DM_POLICY_INGRESS;
    struct dm_path_hop hop = { .kind = is_ingress ? DM_HOP_POLICY_IN : DM_HOP_POLICY_OUT };

    if (!side->workload.v) {
        return;
    }
    if (account->n_steps == 0) {
        hop.at = (struct dm_ref){ DM_KIND_workload, side->workload.v };
        hop.name = dm_workload_get(asking->admission->model, side->workload)->object.name;
        hop.decided_by =
            is_ingress ? "no policy selects it for ingress" : "no policy selects it for egress";
        hop.blocked = account->verdict == DM_POLICY_UNSURE ? DM_CODE_NOT_UNDERSTOOD : DM_CODE_NONE;
        add_hop(asking, hop);
    }
    for (size_t i = 0; i < account->n_steps; i++) {
        const struct dm_policy_step *step = &account->steps[i];

        hop.at = dm_model_find(asking->admission->model, DM_KIND_network_policy,
                               step->policy->object.name);
        hop.name = step->policy->object.name;
        hop.decided_by = step_text(asking, step, is_ingress);
        hop.origin = step->rule ? step->rule->origin : step->policy->object.origin;
        hop.blocked = code_of(account, step);
        add_hop(asking, hop);
    }
}

static bool is_of_two_clusters(const struct asking *asking)
{
    const struct dm_model *model = asking->admission->model;
    struct dm_cluster_id of[2] = { { 0 }, { 0 } };
    const struct dm_admission_side *sides[2] = { asking->from, asking->to };

    for (size_t i = 0; i < 2; i++) {
        if (sides[i]->workload.v) {
            of[i] = dm_namespace_get(model, dm_workload_get(model, sides[i]->workload)->namespace)
                        ->cluster;
        }
    }
    return of[0].v && of[1].v && of[0].v != of[1].v;
}

static void conclude(struct asking *asking, struct dm_session *session)
{
    session->end = DM_SESSION_PASS;
    for (size_t i = 0; i < 2; i++) {
        const struct dm_policy_account *account =
            &asking->accounts[i == 0 ? DM_POLICY_EGRESS : DM_POLICY_INGRESS];

        if (account->verdict == DM_POLICY_STOPPED) {
            session->end = DM_SESSION_FAIL;
        } else if (account->verdict == DM_POLICY_UNSURE && session->end == DM_SESSION_PASS) {
            session->end = DM_SESSION_UNKNOWN;
            session->unknown = account->unknown;
            session->why = "a policy may let this pass or stop it: not all that it looks at is in "
                           "the input, or understood";
        }
    }
    if (session->end == DM_SESSION_PASS && is_of_two_clusters(asking)) {
        session->end = DM_SESSION_UNKNOWN;
        session->code = DM_CODE_NOT_UNDERSTOOD;
        session->at = DM_REF(workload, asking->to->workload);
        session->why = "they are of two clusters, and what connects these is not in the input";
        return;
    }
    for (size_t i = 0; i < asking->hops.n; i++) {
        const struct dm_path_hop *hop = &asking->hops.items[i];
        enum dm_code code = session->end == DM_SESSION_UNKNOWN ? DM_CODE_NOT_UNDERSTOOD
                                                               : DM_CODE_NETWORK_POLICY_RESTRICTION;

        if (session->end != DM_SESSION_PASS && hop->blocked == code) {
            session->code = code;
            session->at = hop->at;
            session->origin = hop->origin;
            return;
        }
    }
}

static struct dm_path take_path(struct asking *asking, bool is_reply, bool arrives)
{
    struct dm_path path = { asking->hops.items, asking->hops.n, is_reply, arrives };

    asking->hops.items = NULL;
    asking->hops.n = asking->hops.capacity = 0;
    return path;
}

enum dm_status dm_admission_ask(struct dm_admission *admission,
                                const struct dm_admission_side *from,
                                const struct dm_admission_side *to, const struct dm_flow *flow,
                                struct dm_admission_answer *ret_answer, struct dm_err *err)
{
    static const struct dm_walk no_walk = { .end = DM_WALK_DELIVERED };
    struct dm_admission_answer answer = { .session = { .request = &no_walk } };
    struct asking asking = { .admission = admission,
                             .from = from,
                             .to = to,
                             .packet = { .protocol = flow->protocol,
                                         .destination_port = flow->port_first,
                                         .icmp_type = flow->icmp_type,
                                         .icmp_code = flow->icmp_code } };

    DM_ASSERT(from->workload.v || to->workload.v);
    ask_pairs(&asking);
    add_end(&asking, DM_HOP_SEND, from);
    add_account(&asking, DM_POLICY_EGRESS, from);
    add_account(&asking, DM_POLICY_INGRESS, to);
    conclude(&asking, &answer.session);
    if (answer.session.end == DM_SESSION_PASS) {
        add_end(&asking, DM_HOP_DELIVER, to);
    }
    answer.request = take_path(&asking, false, answer.session.end == DM_SESSION_PASS);
    if (answer.session.end == DM_SESSION_PASS) {
        struct dm_addr source = asking.shown[0];

        asking.shown[0] = asking.shown[1];
        asking.shown[1] = source;
        add_end(&asking, DM_HOP_SEND, to);
        add_end(&asking, DM_HOP_DELIVER, from);
        answer.reply = take_path(&asking, true, true);
    }
    if (asking.failed) {
        return DM_FAIL_NOMEM(err);
    }
    *ret_answer = answer;
    return DM_OK;
}
