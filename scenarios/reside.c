/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reside - where data is stored and where it is written, against what the policy of its
 * class allows.
 *
 * Every copy of a store holds all of it, whoever it is about [AUR-06]; a copy is where it is
 * in every state.  The writer moves when the primary's copy fails and the
 * store says where it then goes, so where data is processed depends on failures.  A class and a
 * subject are allowed somewhere when every rule that is about both allows it; where none
 * is, or it has expired, that is undecided.
 */
#include <string.h>

#include "model/base/str.h"
#include "scenarios/checker.h"

struct claim {
    struct dm_judgement *judgement;
    struct dm_store_id store;
    struct dm_data_class_id data_class;
    const char *subject;
    enum dm_verb verb;
    size_t copy;                  /* STORE: which; PROCESS: of the last evaluation */
    const struct dm_policy *rule; /* that is asked; NULL: none in force decides */
};

static bool names(const char *const *list, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++) {
        if (dm_str_equal(list[i], word)) {
            return true;
        }
    }
    return false;
}

static bool applies(const struct dm_policy *policy, const struct claim *claim, bool specific)
{
    return policy->data_class.v == claim->data_class.v && policy->verbs[claim->verb]
           && (specific ? dm_str_equal(policy->subject, claim->subject) : !policy->subject);
}

static bool in_force(const struct dm_policy *policy, const char *as_of)
{
    return !policy->valid_until || strcmp(as_of, policy->valid_until) <= 0;
}

/* What the claim's rule says of a place. */
static enum dm_outcome decide(const struct claim *claim, const char *place)
{
    if (!claim->rule || !place) {
        return DM_UNDECIDED;
    }
    return names(claim->rule->allowed, claim->rule->n_allowed, place) ? DM_HOLDS : DM_VIOLATED;
}

static const char *place_of(const struct dm_model *model, const struct dm_store_copy *copy)
{
    return dm_region_get(model, copy->region)->jurisdiction;
}

static enum dm_outcome evaluate(const void *context, struct dm_alive *alive)
{
    struct claim *claim = *(struct claim *const *)context;
    const struct dm_model *model = claim->judgement->checker->model;
    const struct dm_store *store = dm_store_get(model, claim->store);

    if (claim->verb == DM_VERB_PROCESS) {
        int writer = dm_store_writer(model, alive, store);

        if (writer < 0) {
            return DM_NOT_APPLICABLE;
        }
        claim->copy = (size_t)writer;
    }
    return decide(claim, place_of(model, &store->copies[claim->copy]));
}

/* ---- findings: one for each store, subject, verb and entry of the policy ---- */

struct group {
    struct dm_topic topic;
    struct dm_str classes; /* of data that are concerned, "customer_pii, ledger" */
    struct dm_str places;  /* "GB, FR" */
    struct claim first;    /* the first claim that is broken, or undecided */
    size_t first_size;     /* elements of the smallest set in which it was seen */
    bool undecided;        /* of undecided claims, whatever the entry */
};

struct groups {
    DM_VEC(struct group) items;
};

static void add_word(struct dm_str *list, const char *word)
{
    size_t n = strlen(word);

    for (const char *at = list->text; *at;) {
        size_t length = strcspn(at, ",");

        if (length == n && strncmp(at, word, n) == 0) {
            return;
        }
        at += length + (at[length] ? 2 : 0);
    }
    dm_str_add(list, list->length ? ", " : "");
    dm_str_add(list, word);
}

static const char *join(struct dm_arena *arena, const char *const *items, size_t n)
{
    struct dm_str text;

    dm_str_init(&text, arena);
    for (size_t i = 0; i < n; i++) {
        dm_str_add(&text, i ? ", " : "");
        dm_str_add(&text, items[i]);
    }
    return text.text;
}

/* What people wrote: one entry makes a rule for each of its classes, subjects and verbs. */
static const char *entry_of(const struct dm_policy *policy)
{
    return policy->object.label ? policy->object.label : policy->object.name;
}

/* The group that a broken or undecided claim belongs to; NULL when memory is out. */
static struct group *group_of(struct groups *groups, const struct claim *claim, bool undecided)
{
    struct dm_arena *arena = claim->judgement->checker->run;
    struct group group = { .first = *claim, .first_size = SIZE_MAX, .undecided = undecided };

    for (size_t i = 0; i < groups->items.n; i++) {
        struct group *item = &groups->items.items[i];

        if (item->undecided == undecided
            && (undecided || dm_str_equal(entry_of(item->first.rule), entry_of(claim->rule)))) {
            return item;
        }
    }
    dm_str_init(&group.classes, arena);
    dm_str_init(&group.places, arena);
    return DM_VEC_PUSH(arena, &groups->items, group) ? &groups->items.items[groups->items.n - 1]
                                                     : NULL;
}

static void fill_witness(struct dm_checker *checker, const struct group *group,
                         struct dm_finding *finding)
{
    const struct claim *claim = &group->first;
    const struct dm_model *model = checker->model;
    const struct dm_store *store = dm_store_get(model, claim->store);
    struct dm_witness *witness = &finding->witness;

    *witness =
        (struct dm_witness){ .kind = DM_WITNESS_PLACEMENT,
                             .store = claim->store,
                             .copy = claim->copy,
                             .verb = claim->verb,
                             .data_class = dm_data_class_get(model, claim->data_class)->object.name,
                             .subject = claim->subject,
                             .place = place_of(model, &store->copies[claim->copy]) };
    if (finding->n_cuts) {
        witness->failed = finding->cuts[0];
    }
    if (claim->rule) {
        witness->policy = claim->rule->object.name;
        witness->basis = claim->rule->basis;
        witness->allowed = join(checker->run, claim->rule->allowed, claim->rule->n_allowed);
        finding->tier = claim->rule->tier;
    }
}

static const char *message_of(struct dm_checker *checker, const struct group *group)
{
    const struct claim *claim = &group->first;
    const struct dm_store *store = dm_store_get(checker->model, claim->store);
    const char *base = store->object.name;
    const char *verb = claim->verb == DM_VERB_STORE ? "stored" : "processed";
    const struct dm_cut *cut = &group->topic.violated.items[0];

    if (group->undecided) {
        return dm_sprintf(checker->run,
                          "no rule in force decides where data of `%s` about %s may be %s (%s)",
                          base, claim->subject, verb, group->classes.text);
    }
    return dm_sprintf(
        checker->run, "data of `%s` about %s is %s in %s, and policy `%s` allows %s%s%s", base,
        claim->subject, verb, group->places.text, entry_of(claim->rule),
        claim->rule->n_allowed ? join(checker->run, claim->rule->allowed, claim->rule->n_allowed)
                               : "no place",
        cut->n ? ", when this fails: " : "",
        cut->n ? dm_cut_text(checker->run, checker->model, cut) : "");
}

static void add_labels(struct dm_checker *checker, const struct group *group,
                       struct dm_finding *finding)
{
    const struct claim *claim = &group->first;
    const struct dm_model *model = checker->model;
    const struct dm_store *store = dm_store_get(model, claim->store);
    const struct dm_store_copy *copy = &store->copies[claim->copy];
    const char *region = dm_region_get(model, copy->region)->object.name;
    const char *place = place_of(model, copy);

    dm_finding_label(checker, finding, copy->origin, "%s, in %s", region, place ? place : "?");
    dm_finding_label(checker, finding, store->subjects_origin, "it is about %s", claim->subject);
    if (claim->rule) {
        dm_finding_label(checker, finding, claim->rule->allowed_origin, "allowed by `%s`",
                         claim->rule->object.name);
    } else {
        dm_finding_label(checker, finding, store->classes_origin, "of these classes: %s",
                         group->classes.text);
    }
    dm_finding_label(checker, finding,
                     finding->requirement.v
                         ? dm_requirement_get(model, finding->requirement)->object.origin
                         : DM_SPAN_NONE,
                     "required by this statement");
}

static enum dm_status add_finding(struct dm_judgement *judgement, struct group *group,
                                  struct dm_err *err)
{
    static const char *const stored_facts[] = { "AUR-06", "REP-01", "RES-01", NULL };
    static const char *const processed_facts[] = { "AUR-03", "RES-01", NULL };
    struct dm_checker *checker = judgement->checker;
    const struct claim *claim = &group->first;
    const char *subjects[] = { dm_store_get(checker->model, claim->store)->object.name,
                               claim->subject, dm_verb_text(claim->verb),
                               group->undecided ? NULL : entry_of(claim->rule) };
    size_t n_subjects = group->undecided ? 3 : 4;
    enum dm_rule_id rule = group->undecided               ? DM_RULE_SOV003
                           : claim->verb == DM_VERB_STORE ? DM_RULE_SOV001
                                                          : DM_RULE_SOV002;
    struct dm_finding *finding;
    enum dm_status status =
        dm_finding_add(checker, judgement, rule, subjects, n_subjects, &finding, err);

    if (status != DM_OK) {
        return status;
    }
    dm_topic_settle(&group->topic);
    finding->cuts = group->undecided ? group->topic.undecided.items : group->topic.violated.items;
    finding->n_cuts = group->undecided ? group->topic.undecided.n : group->topic.violated.n;
    finding->n_sets = group->topic.n_sets;
    finding->message = message_of(checker, group);
    if (!group->undecided) {
        dm_finding_facts(finding, claim->verb == DM_VERB_STORE ? stored_facts : processed_facts);
        finding->help = dm_sprintf(checker->run, "classes concerned: %s", group->classes.text);
    }
    fill_witness(checker, group, finding);
    add_labels(checker, group, finding);
    return finding->message ? DM_OK : DM_FAIL_NOMEM(err);
}

/* Evaluates a claim once more in the smallest set that breaks it, to know copy and rule. */
static void look_again(struct claim *claim, const struct dm_cut *cut)
{
    struct claim *context = claim;

    dm_alive_begin(claim->judgement->checker->alive, cut->elements, cut->n);
    (void)evaluate(&context, claim->judgement->checker->alive);
}

/* Puts one set in which the claim is broken, or undecided, to its group. */
static bool add_set(struct groups *groups, struct claim *claim, struct dm_cut cut, bool undecided)
{
    struct dm_checker *checker = claim->judgement->checker;
    const struct dm_store *store = dm_store_get(checker->model, claim->store);
    struct group *group;
    const char *place;

    look_again(claim, &cut);
    group = group_of(groups, claim, undecided);
    if (!group
        || !(undecided ? DM_VEC_PUSH(checker->run, &group->topic.undecided, cut)
                       : DM_VEC_PUSH(checker->run, &group->topic.violated, cut))) {
        return false;
    }
    place = place_of(checker->model, &store->copies[claim->copy]);
    add_word(&group->places, place ? place : "?");
    add_word(&group->classes, dm_data_class_get(checker->model, claim->data_class)->object.name);
    if (cut.n < group->first_size) {
        group->first = *claim;
        group->first_size = cut.n;
    }
    return true;
}

static enum dm_status ask(struct claim *claim, struct groups *groups, uint64_t *n_sets,
                          struct dm_err *err)
{
    struct claim *context = claim;
    struct dm_question question = { evaluate, &context };
    struct dm_topic topic = { .n_sets = 0 };
    enum dm_status status = dm_checker_ask(claim->judgement, &question, &topic, err);
    bool room = true;

    *n_sets += topic.n_sets;
    for (size_t i = 0; status == DM_OK && room && i < topic.violated.n; i++) {
        room = add_set(groups, claim, topic.violated.items[i], false);
    }
    for (size_t i = 0; status == DM_OK && room && i < topic.undecided.n; i++) {
        room = add_set(groups, claim, topic.undecided.items[i], true);
    }
    return room ? status : DM_FAIL_NOMEM(err);
}

/* Asks each rule in force that is about the claim: a place must please all of them. */
static enum dm_status ask_rules(struct claim *claim, struct groups *groups, uint64_t *n_sets,
                                struct dm_err *err)
{
    const struct dm_checker *checker = claim->judgement->checker;
    const struct dm_model *model = checker->model;
    enum dm_status status = DM_OK;
    bool specific = false;
    bool asked = false;

    for (uint32_t i = 0; i < model->n_policies; i++) {
        specific |= applies(&model->policies[i], claim, true);
    }
    for (uint32_t i = 0; status == DM_OK && i < model->n_policies; i++) {
        const struct dm_policy *policy = &model->policies[i];

        if (applies(policy, claim, specific) && in_force(policy, checker->options->as_of)) {
            claim->rule = policy;
            asked = true;
            status = ask(claim, groups, n_sets, err);
        }
    }
    if (asked || status != DM_OK) {
        return status;
    }
    claim->rule = NULL;
    return ask(claim, groups, n_sets, err);
}

static bool wanted(const struct dm_requirement *requirement, struct dm_data_class_id data_class)
{
    for (size_t i = 0; i < requirement->n_classes; i++) {
        if (requirement->classes[i].v == data_class.v) {
            return true;
        }
    }
    return requirement->n_classes == 0;
}

/* All classes of one store about one subject, under one verb. */
static enum dm_status judge_subject(struct dm_judgement *judgement, struct dm_store_id id,
                                    const char *subject, enum dm_verb verb, struct dm_err *err)
{
    struct dm_checker *checker = judgement->checker;
    const struct dm_store *store = dm_store_get(checker->model, id);
    struct groups groups = { { 0 } };
    uint64_t n_sets = 0;
    enum dm_status status = DM_OK;

    for (size_t i = 0; i < store->n_classes; i++) {
        size_t n = verb == DM_VERB_STORE ? store->n_copies : 1;

        for (size_t j = 0; status == DM_OK && j < n; j++) {
            struct claim claim = { .judgement = judgement,
                                   .store = id,
                                   .data_class = store->classes[i],
                                   .subject = subject,
                                   .verb = verb,
                                   .copy = j };

            if (wanted(judgement->requirement, claim.data_class)) {
                status = ask_rules(&claim, &groups, &n_sets, err);
            }
        }
    }
    for (size_t i = 0; status == DM_OK && i < groups.items.n; i++) {
        struct group *group = &groups.items.items[i];

        group->topic.n_sets = n_sets;
        if (group->undecided) {
            judgement->undecided_why = "no rule of the policy that is in force decides it";
        }
        status = add_finding(judgement, group, err);
    }
    return status;
}

enum dm_status dm_judge_reside(struct dm_judgement *judgement, struct dm_err *err)
{
    const struct dm_requirement *requirement = judgement->requirement;
    enum dm_status status = DM_OK;

    for (size_t i = 0; i < requirement->n_stores; i++) {
        const struct dm_store *store =
            dm_store_get(judgement->checker->model, requirement->stores[i]);

        for (size_t j = 0; j < store->n_subjects; j++) {
            for (int verb = 0; status == DM_OK && verb < DM_VERB_COUNT; verb++) {
                status = judge_subject(judgement, requirement->stores[i], store->subjects[j],
                                       (enum dm_verb)verb, err);
            }
        }
    }
    return status;
}
