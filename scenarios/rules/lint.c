/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/rules/lint.h"

#include <string.h>

#include "model/base/str.h"

void dm_lint_init(struct dm_lint *lint, struct dm_checker *checker, enum dm_rule_id rule,
                  const char *const *facts)
{
    *lint = (struct dm_lint){ .checker = checker, .rule = rule, .facts = facts };
    dm_map_init(&lint->index, checker->run);
}

enum dm_status dm_lint_add(struct dm_lint *lint, const struct dm_lint_item *item,
                           struct dm_err *err)
{
    /* What has no place stands for itself: a key that nothing else has. */
    const uint64_t alone = lint->statements.n;
    const uint64_t key[] = { item->origin.source,
                             (uint64_t)item->origin.begin_byte << 32 | item->origin.end_byte,
                             item->origin.source ? 0 : alone + 1,
                             item->part ? dm_hash(DM_HASH_SEED, item->part, strlen(item->part))
                                        : 0 };
    bool added;
    uint64_t *index = dm_map_addn(&lint->index, key, sizeof key, &added);
    struct dm_lint_statement *statement;

    if (!index) {
        return DM_FAIL_NOMEM(err);
    }
    if (added) {
        *index = lint->statements.n;
        if (!DM_VEC_PUSH(lint->checker->run, &lint->statements,
                         (struct dm_lint_statement){ .fine = false })) {
            return DM_FAIL_NOMEM(err);
        }
    }
    statement = &lint->statements.items[*index];
    if (!item->message) {
        statement->fine = true;
        return DM_OK;
    }
    if (!statement->subjects.n
        || dm_str_compare_natural(item->subject, statement->first.subject) < 0) {
        statement->first = *item;
    }
    return DM_VEC_PUSH(lint->checker->run, &statement->subjects, item->subject)
               ? DM_OK
               : DM_FAIL_NOMEM(err);
}

/* What is said of all of them, after what was said of the first. */
static const char *message_of(struct dm_arena *arena, const struct dm_lint_statement *statement)
{
    const char *message = statement->first.message;
    size_t n = statement->subjects.n - 1;

    if (statement->n_more) {
        return dm_sprintf(arena, "%s; so does `%s`%s", message, statement->more.subject,
                          statement->n_more == 1
                              ? ""
                              : dm_sprintf(arena, ", and %zu more do", statement->n_more - 1));
    }
    return n == 0 ? message
                  : dm_sprintf(arena, "%s; so in %zu more %s of it", message, n,
                               n == 1 ? "copy" : "copies");
}

static enum dm_status add_finding(struct dm_lint *lint, const struct dm_lint_statement *statement,
                                  struct dm_err *err)
{
    struct dm_checker *checker = lint->checker;
    const struct dm_lint_item *item = &statement->first;
    bool has_cause = item->cause != NULL;
    struct dm_finding *finding;
    enum dm_status status = dm_finding_add(checker, NULL, lint->rule,
                                           has_cause ? &item->cause : statement->subjects.items,
                                           has_cause ? 1 : statement->subjects.n, &finding, err);

    if (status != DM_OK) {
        return status;
    }
    finding->message = message_of(checker->run, statement);
    finding->help = item->help;
    dm_finding_facts(finding, lint->facts);
    if (item->label) {
        dm_finding_label(checker, finding, item->origin, "%s", item->label);
    } else {
        dm_finding_label(checker, finding, item->origin, NULL);
    }
    for (size_t i = 0; i < item->n_places; i++) {
        dm_finding_label(checker, finding, item->places[i].span, "%s", item->places[i].text);
    }
    if (statement->n_more && !item->n_places) {
        dm_finding_label(checker, finding, statement->more.origin, "%s", "so does this");
    }
    return finding->message ? DM_OK : DM_FAIL_NOMEM(err);
}

/* Keeps of the statements of one cause the one whose subject comes first. */
static void join(struct dm_lint_statement *first, struct dm_lint_statement *other)
{
    if (dm_str_compare_natural(other->first.subject, first->first.subject) < 0) {
        struct dm_lint_item item = first->first;

        first->first = other->first;
        other->first = item;
    }
    if (!first->n_more || dm_str_compare_natural(other->first.subject, first->more.subject) < 0) {
        first->more = other->first;
    }
    first->n_more++;
    other->fine = true;
}

enum dm_status dm_lint_report(struct dm_lint *lint, struct dm_err *err)
{
    enum dm_status status = DM_OK;
    struct dm_map said;

    dm_map_init(&said, lint->checker->run);
    for (size_t i = 0; i < lint->statements.n; i++) {
        struct dm_lint_statement *statement = &lint->statements.items[i];
        const struct dm_lint_item *item = &statement->first;
        bool added = false;
        uint64_t *index;

        if (statement->fine || !statement->subjects.n) {
            statement->fine = true;
            continue;
        }
        index = dm_map_add(&said, item->cause ? item->cause : item->subject, &added);
        if (!index) {
            return DM_FAIL_NOMEM(err);
        }
        if (added) {
            *index = i;
        } else if (item->cause) {
            join(&lint->statements.items[*index], statement);
        } else {
            statement->fine = true; /* word for word what was said */
        }
    }
    for (size_t i = 0; status == DM_OK && i < lint->statements.n; i++) {
        if (!lint->statements.items[i].fine) {
            status = add_finding(lint, &lint->statements.items[i], err);
        }
    }
    return status;
}

/* ---- texts ---- */

const char *dm_lint_rule_text(struct dm_arena *arena, const struct dm_model *model,
                              const struct dm_group_rule *rule)
{
    char match[DM_ADDR_TEXT_SIZE];
    char prefix[DM_ADDR_TEXT_SIZE];
    const char *way = rule->egress ? "to" : "from";
    struct dm_ref peer = { DM_KIND_group, rule->peer };

    (void)dm_match_text(&rule->match, match);
    switch (rule->peer_kind) {
    case DM_PEER_PREFIX:
        return dm_sprintf(arena, "%s %s %s", match, way, dm_prefix_text(rule->prefix, prefix));
    case DM_PEER_LIST:
        peer.kind = DM_KIND_prefix_list;
        return dm_sprintf(arena, "%s %s list %s", match, way, dm_model_ref_name(model, peer));
    case DM_PEER_GROUP:
        return dm_sprintf(arena, "%s %s group %s", match, way, dm_model_ref_name(model, peer));
    case DM_PEER_UNKNOWN:
        break;
    }
    return dm_sprintf(arena, "%s %s something unknown", match, way);
}

const char *dm_lint_entry_text(struct dm_arena *arena, const struct dm_acl_entry *entry)
{
    char match[DM_ADDR_TEXT_SIZE];
    char prefix[DM_ADDR_TEXT_SIZE];

    return dm_sprintf(arena, "%s %s %s %s", entry->allow ? "allow" : "deny",
                      dm_match_text(&entry->match, match), entry->egress ? "to" : "from",
                      dm_prefix_text(entry->prefix, prefix));
}

const char *dm_lint_route_text(struct dm_arena *arena, const struct dm_model *model,
                               const struct dm_route *route)
{
    char prefix[DM_ADDR_TEXT_SIZE];

    return route->list.v ? dm_sprintf(arena, "route list %s",
                                      dm_prefix_list_get(model, route->list)->object.name)
                         : dm_sprintf(arena, "route %s", dm_prefix_text(route->prefix, prefix));
}

/* ---- covers ---- */

static bool has_all(struct dm_sets *sets, struct dm_set outer, struct dm_set inner)
{
    return dm_set_is_empty(dm_set_minus(sets, inner, outer));
}

/* Whether the others of 'by' have all of 'target'. */
static bool spare(struct dm_sets *sets, struct dm_set target, const struct dm_set *list,
                  const size_t *by, size_t n, size_t left_out)
{
    for (size_t i = 0; i < n && !dm_set_is_empty(target); i++) {
        if (i != left_out) {
            target = dm_set_minus(sets, target, list[by[i]]);
        }
    }
    return dm_set_is_empty(target);
}

bool dm_lint_cover_find(struct dm_arena *arena, struct dm_sets *sets, struct dm_set target,
                        const struct dm_set *list, const bool *usable, size_t n,
                        struct dm_lint_cover *ret_by)
{
    struct dm_set rest = target;
    DM_VEC(size_t) by = { 0 };
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        if (usable[i] && has_all(sets, list[i], target)) {
            bool fine = DM_VEC_PUSH(arena, &by, i);

            *ret_by = (struct dm_lint_cover){ by.items, by.n };
            return fine;
        }
    }
    for (size_t i = 0; i < n && !dm_set_is_empty(rest); i++) {
        struct dm_set less = usable[i] ? dm_set_minus(sets, rest, list[i]) : rest;

        if (!dm_set_is_equal(less, rest) && !DM_VEC_PUSH(arena, &by, i)) {
            return false;
        }
        rest = less;
    }
    for (size_t i = 0; i < by.n;) {
        if (spare(sets, target, list, by.items, by.n, i)) {
            memmove(&by.items[i], &by.items[i + 1], (by.n - i - 1) * sizeof *by.items);
            by.n--;
        } else {
            i++;
            kept = i;
        }
    }
    *ret_by = (struct dm_lint_cover){ by.items, kept };
    return true;
}

/* ---- scratch ---- */

enum dm_status dm_lint_scratch_begin(struct dm_lint_scratch *scratch, struct dm_checker *checker,
                                     struct dm_err *err)
{
    *scratch =
        (struct dm_lint_scratch){ .checker = checker, .mark = dm_arena_save(checker->scratch) };
    scratch->sets = dm_sets_new(checker->scratch);
    return scratch->sets ? DM_OK : DM_FAIL_NOMEM(err);
}

enum dm_status dm_lint_scratch_end(struct dm_lint_scratch *scratch, enum dm_status status,
                                   struct dm_err *err)
{
    bool failed = scratch->sets && dm_sets_failed(scratch->sets);

    dm_arena_restore(scratch->checker->scratch, scratch->mark);
    return status == DM_OK && failed ? DM_FAIL_NOMEM(err) : status;
}
