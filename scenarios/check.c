/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/check.h"

#include <stdlib.h>
#include <string.h>

#include "model/base/limits.h"
#include "model/base/str.h"
#include "scenarios/checker.h"

const char *dm_verdict_text(enum dm_verdict verdict)
{
    static const char *const texts[] = {
        [DM_VERDICT_HOLDS] = "holds",
        [DM_VERDICT_VIOLATED] = "violated",
        [DM_VERDICT_UNKNOWN] = "unknown",
        [DM_VERDICT_NOT_REFUTED] = "not-refuted",
        [DM_VERDICT_NOT_APPLICABLE] = "not-applicable",
        [DM_VERDICT_WAIVED] = "waived",
    };

    return texts[verdict];
}

/* ---- asking ---- */

/* Copies a list of cuts from scratch to the run, at the end of a topic's. */
static bool keep_cuts(struct dm_checker *checker, struct dm_topic *topic, bool violated,
                      const struct dm_cut *cuts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct dm_element_id *elements =
            DM_NEW_ARRAY(checker->run, cuts[i].n ? cuts[i].n : 1, struct dm_element_id);
        struct dm_cut cut = { elements, cuts[i].n };

        if (!elements) {
            return false;
        }
        memcpy(elements, cuts[i].elements, cuts[i].n * sizeof *elements);
        if (!(violated ? DM_VEC_PUSH(checker->run, &topic->violated, cut)
                       : DM_VEC_PUSH(checker->run, &topic->undecided, cut))) {
            return false;
        }
    }
    return true;
}

/* Most of what a question walks no later one asks for: a run with many holds no more of it than
 * this. */
static void bound_memo(struct dm_checker *checker)
{
    if (dm_arena_bytes(checker->memo) > dm_limit_value(DM_LIMIT_MEMO_BYTES)) {
        dm_arena_restore(checker->memo, checker->memo_begin);
        dm_alive_forget(checker->alive, checker->memo);
    }
}

enum dm_status dm_checker_ask(struct dm_judgement *judgement, const struct dm_question *question,
                              struct dm_topic *topic, struct dm_err *err)
{
    struct dm_checker *checker = judgement->checker;
    struct dm_verdict_row *row = &judgement->row;
    struct dm_arena_mark mark = dm_arena_save(checker->scratch);
    struct dm_explore_options options = { .kinds = row->kinds,
                                          .k = row->k,
                                          .minimal = true,
                                          .max_evaluations = checker->options->max_evaluations };
    struct dm_exploration found;
    enum dm_status status;

    bound_memo(checker);
    status =
        checker->options->brute_force
            ? dm_explore_brute(checker->scratch, checker->alive, question, &options, &found, err)
            : dm_explore(checker->scratch, checker->alive, question, &options, &found, err);

    if (status == DM_OK
        && (judgement->out_of_memory
            || !keep_cuts(checker, topic, true, found.violated, found.n_violated)
            || !keep_cuts(checker, topic, false, found.undecided, found.n_undecided))) {
        status = DM_FAIL_NOMEM(err);
    }
    if (status == DM_OK) {
        row->n_questions++;
        row->n_evaluations += found.evaluations;
        for (unsigned i = 0; i < DM_OUTCOME_COUNT; i++) {
            row->n_leaves[i] += found.leaves[i];
        }
        if (!found.exhaustive) {
            judgement->cut_short = true;
            row->depth = found.depth < row->depth ? found.depth : row->depth;
        }
        topic->n_sets += row->n_sets;
    }
    dm_arena_restore(checker->scratch, mark);
    return status;
}

/* ---- one requirement ---- */

static bool wanted(const struct dm_check_options *options, const char *name)
{
    for (size_t i = 0; i < options->n_only; i++) {
        if (dm_str_starts(name, options->only[i])) {
            return true;
        }
    }
    return options->n_only == 0;
}

static const char *checked_text(struct dm_checker *checker, const struct dm_verdict_row *row)
{
    struct dm_str text;

    if (!row->k || !row->kinds) {
        return "no failures";
    }
    dm_str_init(&text, checker->run);
    if (row->k == 1) {
        dm_str_add(&text, "any one of ");
    } else {
        dm_str_addf(&text, "all sets up to %u of ", row->k);
    }
    for (unsigned i = 0, n = 0; i < DM_ELEMENT_KIND_COUNT; i++) {
        if (row->kinds >> i & 1) {
            dm_str_addf(&text, "%s%s", n++ ? ", " : "",
                        dm_element_kind_text((enum dm_element_kind)i));
        }
    }
    return text.text;
}

static enum dm_status judge_kind(struct dm_judgement *judgement, struct dm_err *err)
{
    switch (judgement->requirement->kind) {
    case DM_REQUIRE_REACH:
        return dm_judge_reach(judgement, err);
    case DM_REQUIRE_ISOLATE:
        return dm_judge_isolate(judgement, err);
    case DM_REQUIRE_EXPOSE:
        return dm_judge_expose(judgement, err);
    case DM_REQUIRE_SCHEDULE:
        return dm_judge_schedule(judgement, err);
    case DM_REQUIRE_RESIDE:
        break;
    }
    return dm_judge_reside(judgement, err);
}

/* The smallest failure set over the requirement's findings, in words. */
static const char *worst_text(struct dm_judgement *judgement)
{
    struct dm_checker *checker = judgement->checker;
    const struct dm_cut *smallest = NULL;

    for (size_t i = 0; i < judgement->findings.n; i++) {
        const struct dm_finding *finding = &checker->findings.items[judgement->findings.items[i]];

        if (finding->rule != DM_RULE_SOV003 && finding->n_cuts
            && (!smallest || finding->cuts[0].n < smallest->n)) {
            smallest = &finding->cuts[0];
        }
    }
    if (!smallest) {
        return NULL;
    }
    return smallest->n ? dm_sprintf(checker->run, "when this fails: %s",
                                    dm_cut_text(checker->run, checker->model, smallest))
                       : "with nothing failed";
}

static void settle_verdict(struct dm_judgement *judgement)
{
    struct dm_verdict_row *row = &judgement->row;

    if (row->n_leaves[DM_VIOLATED]) {
        row->verdict = DM_VERDICT_VIOLATED;
        row->worst = worst_text(judgement);
    } else if (row->n_leaves[DM_UNDECIDED]) {
        row->verdict = DM_VERDICT_UNKNOWN;
        row->reason = judgement->undecided_why ? judgement->undecided_why
                                               : "something in its way is not understood";
    } else if (judgement->cut_short) {
        row->verdict = DM_VERDICT_NOT_REFUTED;
        row->reason = dm_sprintf(
            judgement->checker->run,
            "the limit of evaluations was reached: all sets up to %u were seen", row->depth);
    } else if (!row->n_leaves[DM_HOLDS]) {
        row->verdict = DM_VERDICT_NOT_APPLICABLE;
        row->reason =
            row->n_questions ? "nothing that it speaks of lives" : "nothing falls under it";
    } else {
        row->verdict = DM_VERDICT_HOLDS;
    }
}

static enum dm_status judge(struct dm_checker *checker, struct dm_requirement_id id,
                            struct dm_verdict_row *ret_row, struct dm_err *err)
{
    const struct dm_requirement *requirement = dm_requirement_get(checker->model, id);
    struct dm_survive survive = requirement->survive;
    struct dm_judgement judgement = { .checker = checker, .requirement = requirement, .id = id };
    struct dm_verdict_row *row = &judgement.row;
    enum dm_status status;

    if (checker->options->has_k && !survive.each && survive.kinds) {
        survive.k = checker->options->k;
    }
    row->requirement = id;
    row->kinds = survive.kinds;
    row->k = survive.kinds ? survive.k : 0;
    row->depth = row->k;
    row->n_elements = dm_explore_count_elements(checker->model, row->kinds);
    row->n_sets = dm_explore_count_sets(row->n_elements, row->k);
    row->sentence = dm_requirement_sentence(checker->run, checker->model, requirement, &survive);
    row->checked = checked_text(checker, row);
    status = judge_kind(&judgement, err);
    if (status != DM_OK) {
        dm_err_context(err, "%s", requirement->object.name);
        return status;
    }
    settle_verdict(&judgement);
    row->findings = judgement.findings.items;
    row->n_findings = judgement.findings.n;
    *ret_row = *row;
    return DM_OK;
}

/* ---- the whole ---- */

/* Rules that look at the model alone. */
static const struct {
    enum dm_rule_id rule;
    enum dm_status (*run)(struct dm_checker *checker, struct dm_err *err);
    bool when_asked;
} model_rules[] = {
#define DM_MODEL_RULE_ROW(code, name) { DM_RULE_##code, dm_rule_run_##name, false },
    DM_MODEL_RULES(DM_MODEL_RULE_ROW)
#undef DM_MODEL_RULE_ROW
#define DM_ASKED_RULE_ROW(code, name) { DM_RULE_##code, dm_rule_run_##name, true },
        DM_ASKED_RULES(DM_ASKED_RULE_ROW)
#undef DM_ASKED_RULE_ROW
};

static bool named(const struct dm_check_options *options, const char *code)
{
    for (size_t i = 0; i < options->n_only; i++) {
        if (dm_str_equal(code, options->only[i])) {
            return true;
        }
    }
    return false;
}

/* An order of findings by severity, code and subjects, as a permutation. */
struct ordered {
    const struct dm_finding *finding;
    size_t index;
};

static int compare_findings(const void *a, const void *b)
{
    const struct dm_finding *x = ((const struct ordered *)a)->finding;
    const struct dm_finding *y = ((const struct ordered *)b)->finding;
    int order;

    if (x->severity != y->severity) {
        return x->severity > y->severity ? -1 : 1;
    }
    if (x->rule != y->rule) {
        return x->rule < y->rule ? -1 : 1;
    }
    for (size_t i = 0; i < x->n_subjects && i < y->n_subjects; i++) {
        order = dm_str_compare_natural(x->subjects[i], y->subjects[i]);
        if (order) {
            return order;
        }
    }
    return strcmp(x->id, y->id);
}

/* Sorts the findings and renumbers the verdicts' references to them. */
static bool sort_findings(struct dm_checker *checker, struct dm_verdict_row *rows, size_t n_rows,
                          struct dm_result *result)
{
    size_t n = checker->findings.n;
    struct ordered *order = DM_NEW_ARRAY(checker->run, n + 1, struct ordered);
    struct dm_finding *sorted = DM_NEW_ARRAY(checker->run, n + 1, struct dm_finding);
    size_t *place = DM_NEW_ARRAY(checker->run, n + 1, size_t);

    if (!order || !sorted || !place) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        order[i] = (struct ordered){ &checker->findings.items[i], i };
    }
    qsort(order, n, sizeof *order, compare_findings);
    for (size_t i = 0; i < n; i++) {
        sorted[i] = *order[i].finding;
        place[order[i].index] = i;
    }
    for (size_t i = 0; i < n_rows; i++) {
        size_t *indices = DM_NEW_ARRAY(checker->run, rows[i].n_findings + 1, size_t);

        if (!indices) {
            return false;
        }
        for (size_t j = 0; j < rows[i].n_findings; j++) {
            indices[j] = place[rows[i].findings[j]];
        }
        rows[i].findings = indices;
    }
    result->findings = sorted;
    result->n_findings = n;
    return true;
}

static bool has_transit(const struct dm_model *model)
{
    return model->n_attachments > 0;
}

/* Whether a site has a VPN with static routes, to which nothing is told. */
static bool has_static_vpn(const struct dm_model *model)
{
    for (uint32_t i = 0; i < model->n_vpn_connections; i++) {
        const struct dm_vpn_connection *connection = &model->vpn_connections[i];

        if (connection->is_static && dm_customer_gateway_get(model, connection->customer)->site.v) {
            return true;
        }
    }
    return false;
}

static bool has_core(const struct dm_model *model)
{
    return model->n_core_attachments > 0;
}

static bool has_copies(const struct dm_model *model)
{
    for (uint32_t i = 0; i < model->n_stores; i++) {
        if (model->stores[i].n_copies > 1) {
            return true;
        }
    }
    return false;
}

static bool has_balancers(const struct dm_model *model)
{
    return model->n_balancers > 0;
}

/* Describe output may lack attributes; what else makes load balancers states them all. */
static bool has_described_balancers(const struct dm_model *model)
{
    for (uint32_t i = 0; i < model->n_balancers; i++) {
        if (model->balancers[i].object.pointer) {
            return true;
        }
    }
    return false;
}

static bool has_filters(const struct dm_model *model)
{
    return model->n_acls > 0;
}

static bool has_pods_of_nodes(const struct dm_model *model)
{
    for (uint32_t i = 0; i < model->n_workloads; i++) {
        for (size_t j = 0; j < model->workloads[i].n_pods; j++) {
            if (model->workloads[i].pods[j].host_network) {
                return true;
            }
        }
    }
    return false;
}

static bool has_assumed_cluster(const struct dm_model *model)
{
    for (uint32_t i = 0; i < model->n_clusters; i++) {
        if (model->clusters[i].is_assumed) {
            return true;
        }
    }
    return false;
}

/* Calico enforces its own; AWS's network leaves that to an agent, which may be off. */
static bool has_policies_of_vpc(const struct dm_model *model)
{
    for (uint32_t i = 0; i < model->n_network_policies; i++) {
        if (dm_cluster_get(model, model->network_policies[i].cluster)->cni == DM_CNI_VPC) {
            return true;
        }
    }
    return false;
}

/* What verdicts of this version assume and no input says, where the model has what it is about. */
static const struct {
    struct dm_assumption assumption;
    bool (*applies)(const struct dm_model *model);
} assumptions[] = {
    { { "ASSUMPTION_ATTACHMENT_SUBNET_TABLE",
        "what arrives from a transit gateway is routed by the table of the attachment's subnet",
        "TGW-28" },
      has_transit },
    { { "ASSUMPTION_BALANCER_DEFAULTS",
        "attributes of load balancers and target groups that are not shown have AWS's defaults",
        "ELB-03" },
      has_described_balancers },
    { { "ASSUMPTION_CORE_AS_TRANSIT",
        "a core network is entered and left by zone, and its attachments' subnets filter and "
        "route, "
        "as with a transit gateway",
        "CWAN-14" },
      has_core },
    { { "ASSUMPTION_HOST_NETWORK",
        "policies are taken to hold for pods on their node's network as for others; plugins may "
        "not apply them there",
        "CAL-21" },
      has_pods_of_nodes },
    { { "ASSUMPTION_ONLY_CLUSTER",
        "manifests that name no cluster are of the only one that the network shows", "EKS-64" },
      has_assumed_cluster },
    { { "ASSUMPTION_POLICIES_ENFORCED",
        "policies of clusters whose pods have addresses of the VPC are enforced, by its CNI's "
        "agent or "
        "another",
        "EKS-65" },
      has_policies_of_vpc },
    { { "ASSUMPTION_REPLICATION_OFF_PATH",
        "managed replication travels the provider's own network, not the one that is judged here",
        "REP-01" },
      has_copies },
    { { "ASSUMPTION_SOURCE_PORTS",
        "hosts send from ports 32768 to 60999, NAT gateways from 1024 to 65535", "VPC-14" },
      has_filters },
    { { "ASSUMPTION_STATIC_VPN",
        "the router of a site with a static VPN has routes to what AWS would tell it by BGP",
        "VPN-06" },
      has_static_vpn },
    { { "ASSUMPTION_TARGET_HEALTH",
        "a target of a load balancer is as healthy as describe output says; where nothing says it, "
        "what health checks get through to is healthy",
        "ELB-08" },
      has_balancers },
};

static bool add_assumptions(struct dm_checker *checker, struct dm_result *result)
{
    DM_VEC(struct dm_assumption) list = { 0 };

    for (size_t i = 0; i < sizeof assumptions / sizeof *assumptions; i++) {
        if (assumptions[i].applies(checker->model)
            && !DM_VEC_PUSH(checker->run, &list, assumptions[i].assumption)) {
            return false;
        }
    }
    if (checker->n_pairs_left_out) {
        struct dm_assumption cut_short = { "ASSUMPTION_ANSWERS_COME_BACK",
                                           dm_sprintf(checker->run,
                                                      "answers come back between %zu pairs of "
                                                      "places that were too many to look at",
                                                      checker->n_pairs_left_out),
                                           NULL };

        if (!cut_short.text || !DM_VEC_PUSH(checker->run, &list, cut_short)) {
            return false;
        }
    }
    result->assumptions = list.items;
    result->n_assumptions = list.n;
    return true;
}

static int compare_rows(const void *a, const void *b, const struct dm_model *model)
{
    const struct dm_verdict_row *x = a;
    const struct dm_verdict_row *y = b;

    return dm_str_compare_natural(dm_requirement_get(model, x->requirement)->object.name,
                                  dm_requirement_get(model, y->requirement)->object.name);
}

/* Few rows: insertion, which needs no context in the comparison. */
static void sort_rows(const struct dm_model *model, struct dm_verdict_row *rows, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct dm_verdict_row row = rows[i];
        size_t j = i;

        while (j > 0 && compare_rows(&rows[j - 1], &row, model) > 0) {
            rows[j] = rows[j - 1];
            j--;
        }
        rows[j] = row;
    }
}

static void add_coverage(struct dm_result *result, const struct dm_alive *alive)
{
    struct dm_alive_counts counts = dm_alive_counts(alive);
    uint32_t kinds = 0;

    result->n_memo_hits = counts.memo_hits;
    result->n_memo_misses = counts.memo_misses;
    result->exhaustive = true;
    for (size_t i = 0; i < result->n_verdicts; i++) {
        const struct dm_verdict_row *row = &result->verdicts[i];

        kinds |= row->k ? row->kinds : 0;
        result->k = row->k > result->k ? row->k : result->k;
        result->n_evaluations += row->n_evaluations;
        result->n_brute_force_sets += row->n_sets * row->n_questions;
        result->exhaustive &= row->depth == row->k;
    }
    result->n_elements = dm_explore_count_elements(result->model, kinds);
    result->n_sets = dm_explore_count_sets(result->n_elements, result->k);
}

static enum dm_status run_all(struct dm_checker *checker, struct dm_result *result,
                              struct dm_err *err)
{
    const struct dm_model *model = checker->model;
    struct dm_verdict_row *rows =
        DM_NEW_ARRAY(checker->run, (size_t)model->n_requirements + 1, struct dm_verdict_row);
    size_t n = 0;
    enum dm_status status = DM_OK;

    if (!rows) {
        return DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; i < sizeof model_rules / sizeof *model_rules && status == DM_OK; i++) {
        const char *code = dm_rule_get(model_rules[i].rule)->code;

        if (model_rules[i].when_asked ? named(checker->options, code)
                                      : wanted(checker->options, code)) {
            status = model_rules[i].run(checker, err);
        }
    }
    for (uint32_t v = 1; v <= model->n_requirements && status == DM_OK; v++) {
        struct dm_requirement_id id = { v };

        if (wanted(checker->options, dm_requirement_get(model, id)->object.name)) {
            status = judge(checker, id, &rows[n++], err);
        }
    }
    if (status != DM_OK) {
        return status;
    }
    sort_rows(model, rows, n);
    if (!sort_findings(checker, rows, n, result)) {
        return DM_FAIL_NOMEM(err);
    }
    result->verdicts = rows;
    result->n_verdicts = n;
    return DM_OK;
}

static enum dm_status set_up(struct dm_checker *checker, struct dm_err *err)
{
    struct dm_plane *plane = dm_plane_new(checker->run, checker->model);

    checker->alive = dm_alive_new(checker->run, checker->model);
    checker->memo = dm_arena_new(dm_limit_value(DM_LIMIT_RUN_BYTES));
    checker->scratch = dm_arena_new(dm_limit_value(DM_LIMIT_RUN_BYTES));
    checker->brief = dm_arena_new(dm_limit_value(DM_LIMIT_RUN_BYTES));
    if (!plane || !checker->alive || !checker->memo || !checker->scratch || !checker->brief) {
        return DM_FAIL_NOMEM(err);
    }
    checker->walker = (struct dm_walker){ checker->memo, checker->model, plane, false };
    checker->crossing_walker = (struct dm_walker){ checker->brief, checker->model, plane, true };
    /* The first block stays, so that evaluations do not go to the system for memory. */
    if (!dm_arena_alloc(checker->brief, 1, 1) || !dm_arena_alloc(checker->memo, 1, 1)) {
        return DM_FAIL_NOMEM(err);
    }
    checker->brief_begin = dm_arena_save(checker->brief);
    checker->memo_begin = dm_arena_save(checker->memo);
    dm_alive_forget(checker->alive, checker->memo);
    return DM_OK;
}

enum dm_status dm_check(struct dm_arena *arena, const struct dm_model *model,
                        struct dm_facts *facts, const struct dm_check_options *options,
                        const struct dm_result **ret_result, struct dm_err *err)
{
    struct dm_checker checker = {
        .run = arena, .model = model, .facts = facts, .options = options
    };
    struct dm_result *result = DM_NEW(arena, struct dm_result);
    enum dm_status status = result ? set_up(&checker, err) : DM_FAIL_NOMEM(err);

    if (status == DM_OK) {
        result->model = model;
        result->facts = facts;
        result->as_of = options->as_of;
        status = run_all(&checker, result, err);
    }
    if (status == DM_OK && !add_assumptions(&checker, result)) {
        status = DM_FAIL_NOMEM(err);
    }
    if (status == DM_OK) {
        add_coverage(result, checker.alive);
        *ret_result = result;
    }
    dm_arena_free(checker.memo);
    dm_arena_free(checker.scratch);
    dm_arena_free(checker.brief);
    return status;
}

int dm_check_exit_code(const struct dm_result *result, enum dm_severity level)
{
    static const enum dm_severity by_level[] = { [DM_LEVEL_NOTE] = DM_SEV_NOTE,
                                                 [DM_LEVEL_WARN] = DM_SEV_WARNING,
                                                 [DM_LEVEL_ERROR] = DM_SEV_ERROR };
    bool open = false;

    for (size_t i = 0; i < result->n_findings; i++) {
        if (!result->findings[i].requirement.v && result->findings[i].severity >= level) {
            return 1;
        }
    }
    for (size_t i = 0; i < result->n_verdicts; i++) {
        const struct dm_verdict_row *row = &result->verdicts[i];
        const struct dm_requirement *requirement =
            dm_requirement_get(result->model, row->requirement);

        if (by_level[requirement->level] < level) {
            continue;
        }
        if (row->verdict == DM_VERDICT_VIOLATED) {
            return 1;
        }
        open |= row->verdict == DM_VERDICT_UNKNOWN || row->verdict == DM_VERDICT_NOT_REFUTED;
    }
    return open ? 3 : 0;
}
