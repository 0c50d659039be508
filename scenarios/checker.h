/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * checker - what the kinds of requirement share while a network is judged.
 *
 * A kind of requirement turns itself into atomic questions and hands each to
 * 'dm_checker_ask', which explores it and adds what came out to the verdict. Questions whose
 * faults belong together share a 'dm_topic': its cuts are the minimal ones over all of them,
 * and it becomes one finding.
 *
 * 'run' lives until the result is no longer needed; 'memo' holds walks, and is given back between
 * questions when it has grown; 'scratch' is given back after each question; 'brief' within one
 * evaluation.
 */
#ifndef DM_SCENARIOS_CHECKER_H
#define DM_SCENARIOS_CHECKER_H

#include "scenarios/check.h"
#include "solver/reach/symbolic.h"

struct dm_answers;

/* A way that an evaluation met, to a target or a node, and what may pass there that the sender's
 * own filters let pass (solver/reach/symbolic.h). */
struct dm_crossing_way {
    const struct dm_walk *walk;
    struct dm_set beyond;
};

struct dm_checker {
    struct dm_arena *run;
    struct dm_arena *memo;
    struct dm_arena *scratch;
    struct dm_arena *brief;
    const struct dm_model *model;
    struct dm_facts *facts;
    const struct dm_check_options *options;
    struct dm_walker walker;
    struct dm_walker crossing_walker; /* without memo, in 'brief' */
    struct dm_arena_mark brief_begin;
    struct dm_arena_mark memo_begin;
    DM_VEC(struct dm_crossing_way) ways; /* of the evaluation, where anything may pass */
    struct dm_alive *alive;
    struct dm_symbolic *symbolic;     /* NULL: no question needed it yet */
    const struct dm_answers *answers; /* of the rules about them; NULL: not looked for yet */
    size_t n_pairs_left_out;          /* of which they were not asked: there were too many */
    DM_VEC(struct dm_finding) findings;
};

/* Made where a question first needs it.  NULL when memory is out. */
struct dm_symbolic *dm_checker_symbolic(struct dm_checker *checker);

/* What one finding will be about: the minimal sets of several questions. */
struct dm_topic {
    DM_VEC(struct dm_cut) violated;
    DM_VEC(struct dm_cut) undecided;
    uint64_t n_sets;
};

/* The requirement that is being judged. */
struct dm_judgement {
    struct dm_checker *checker;
    const struct dm_requirement *requirement;
    struct dm_requirement_id id;
    struct dm_verdict_row row;
    DM_VEC(size_t) findings; /* indices in the checker's */
    bool cut_short;
    bool out_of_memory;        /* in an evaluation; looked at after each question */
    const char *undecided_why; /* of the first undecided evaluation met; NULL */
};

/* Explores one question under the requirement's failures.  What is minimal goes to 'topic'. */
DM_NODISCARD enum dm_status dm_checker_ask(struct dm_judgement *judgement,
                                           const struct dm_question *question,
                                           struct dm_topic *topic, struct dm_err *err);

/* Keeps only minimal sets in a topic's lists, sorted. */
void dm_topic_settle(struct dm_topic *topic);

/* Starts a finding of 'rule' about 'subjects' (sorted here).  It is in the checker's list when
 * '*ret_finding' (borrowed until the next one) is given; 'judgement' may be NULL. */
DM_NODISCARD enum dm_status dm_finding_add(struct dm_checker *checker,
                                           struct dm_judgement *judgement, enum dm_rule_id rule,
                                           const char *const *subjects, size_t n_subjects,
                                           struct dm_finding **ret_finding, struct dm_err *err);

/* The same about something that goes one way: the other way is another finding. */
DM_NODISCARD enum dm_status dm_finding_add_way(struct dm_checker *checker,
                                               struct dm_judgement *judgement, enum dm_rule_id rule,
                                               const char *from, const char *to,
                                               struct dm_finding **ret_finding, struct dm_err *err);

/* Adds a label; the text is formatted into the run's arena, NULL 'fmt': none. */
void dm_finding_label(struct dm_checker *checker, struct dm_finding *finding, struct dm_span span,
                      const char *fmt, ...) DM_PRINTF(4, 5);

/* Sets the ids of the facts; a list ended by NULL, of static storage. */
void dm_finding_facts(struct dm_finding *finding, const char *const *facts);

/* "zone:eu-west-1a and zone:eu-west-1b"; "nothing" for the empty set. */
const char *dm_cut_text(struct dm_arena *arena, const struct dm_model *model,
                        const struct dm_cut *cut);

/* Fills a witness of kind PATH from a session that was checked with 'failed' failed. */
DM_NODISCARD enum dm_status dm_witness_path(struct dm_checker *checker, const char *from,
                                            const char *to, const struct dm_session_query *query,
                                            const struct dm_session *session,
                                            const struct dm_cut *failed,
                                            struct dm_witness *ret_witness, struct dm_err *err);

/* The copy in which a store is written: the primary while it lives, else the first living one of
 * its failover; -1 where none lives. */
int dm_store_writer(const struct dm_model *model, struct dm_alive *alive,
                    const struct dm_store *store);

/* The hosts of a party as a target or a source: a store's are those of its writer. */
struct dm_hosts {
    const struct dm_host_id *items;
    size_t n;
};
struct dm_hosts dm_party_hosts(const struct dm_model *model, struct dm_alive *alive,
                               struct dm_party party);
const char *dm_party_name(const struct dm_model *model, struct dm_party party);

/* What is sent to try a port: all its ports, an echo request where no type is named.  The match
 * must name a protocol. */
struct dm_flow dm_flow_of_match(const struct dm_match *match);

/* The kinds of requirement; each adds its findings to 'judgement'. */
DM_NODISCARD enum dm_status dm_judge_reach(struct dm_judgement *judgement, struct dm_err *err);
DM_NODISCARD enum dm_status dm_judge_isolate(struct dm_judgement *judgement, struct dm_err *err);
DM_NODISCARD enum dm_status dm_judge_expose(struct dm_judgement *judgement, struct dm_err *err);
DM_NODISCARD enum dm_status dm_judge_reside(struct dm_judgement *judgement, struct dm_err *err);
DM_NODISCARD enum dm_status dm_judge_schedule(struct dm_judgement *judgement, struct dm_err *err);

/* What is required, as a sentence without a full stop. */
const char *dm_requirement_sentence(struct dm_arena *arena, const struct dm_model *model,
                                    const struct dm_requirement *requirement,
                                    const struct dm_survive *survive);

/* Rules that look at the network alone: X(code, name), in order of their codes. */
#define DM_MODEL_RULES(X)                                                                          \
    X(ADR001, overlapping_networks)                                                                \
    X(ADR002, nobodys_addresses)                                                                   \
    X(CAP002, short_of_addresses)                                                                  \
    X(CAP003, no_room_at_most)                                                                     \
    X(CAP004, large_limits)                                                                        \
    X(CLU001, control_plane_zones)                                                                 \
    X(CLU002, pod_range_taken)                                                                     \
    X(CLU003, nodes_apart)                                                                         \
    X(CLU004, control_plane_apart)                                                                 \
    X(CLU005, webhook_in_overlay)                                                                  \
    X(CLU006, open_node_ports)                                                                     \
    X(CLU010, probe_of_no_port)                                                                    \
    X(CLU011, undeclared_probe_port)                                                               \
    X(CLU012, readiness_elsewhere)                                                                 \
    X(CLU013, missing_account)                                                                     \
    X(CLU014, account_without_role)                                                                \
    X(CLU015, malformed_role)                                                                      \
    X(CLU016, autoscaler_of_nothing)                                                               \
    X(CLU017, autoscalers_at_odds)                                                                 \
    X(CLU018, autoscaler_without_base)                                                             \
    X(CLU019, unnamed_pods)                                                                        \
    X(RCH002, propagation_over_peering)                                                            \
    X(RCH003, shadowed_route)                                                                      \
    X(RCH004, redundant_route)                                                                     \
    X(RCH005, black_hole)                                                                          \
    X(RCH006, duplicate_paths)                                                                     \
    X(RCH007, forwarding_loop)                                                                     \
    X(RCH008, answers_astray)                                                                      \
    X(RCH009, route_to_nowhere)                                                                    \
    X(RCH010, equal_numbers)                                                                       \
    X(RCH011, large_packets_lost)                                                                  \
    X(RCH012, pod_packets_too_large)                                                               \
    X(RCH013, unhealthy_target)                                                                    \
    X(RCH020, targets_in_overlay)                                                                  \
    X(RCH021, refused_targets)                                                                     \
    X(RCH022, health_elsewhere)                                                                    \
    X(RCH023, refused_balancer)                                                                    \
    X(REF001, unused)                                                                              \
    X(REF002, empty_reference)                                                                     \
    X(REF003, unmatched_reference)                                                                 \
    X(REF004, selects_nothing)                                                                     \
    X(REF005, idle_toleration)                                                                     \
    X(RES001, too_many_secondaries)                                                                \
    X(RES002, unspread_pods)                                                                       \
    X(RES003, scaled_volumes)                                                                      \
    X(RES004, blocked_evictions)                                                                   \
    X(SEC003, shadowed_entry)                                                                      \
    X(SEC004, redundant_entry)                                                                     \
    X(SEC005, redundant_group_rule)                                                                \
    X(SEC006, answers_stopped)                                                                     \
    X(SEC007, split_subnet)                                                                        \
    X(SEC009, clear_text_secret)                                                                   \
    X(SEC010, secret_in_input)

/* Those that look only when they are asked for by their whole code. */
#define DM_ASKED_RULES(X) X(SEC008, reference_in_subnet)

#define DM_MODEL_RULE_RUN(code, name)                                                              \
    DM_NODISCARD enum dm_status dm_rule_run_##name(struct dm_checker *checker, struct dm_err *err);
DM_MODEL_RULES(DM_MODEL_RULE_RUN)
DM_ASKED_RULES(DM_MODEL_RULE_RUN)
#undef DM_MODEL_RULE_RUN

#endif
