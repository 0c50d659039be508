/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/rules/entries.h"

#include <inttypes.h>

#include "model/base/planted.h"
#include "model/base/str.h"

/* The entries of one direction, in order. */
struct direction {
    struct dm_arena *arena;
    struct dm_sets *sets;
    const struct dm_acl *acl;
    size_t first;
    size_t n;
    struct dm_set *packets; /* that match each entry */
    struct dm_set *before;  /* that match any before it */
    struct dm_set *allowed; /* of those, what is let through */
    bool *before_it;        /* usable for a cover: those before the entry in question */
    bool *kept;             /* not in vain, among those after it */
    struct dm_set after;    /* what these let through by themselves */
    struct dm_set after_it; /* what all entries after it do, those in vain too */
};

static struct dm_set packets_of(struct dm_sets *sets, const struct dm_acl_entry *entry)
{
    enum dm_field field = entry->egress ? DM_FIELD_DESTINATION : DM_FIELD_SOURCE;

    return dm_set_and(sets, dm_set_prefix(sets, field, entry->prefix),
                      dm_set_match(sets, &entry->match));
}

/* What AWS has at the end of each ACL, written down once more. */
static bool denies_everything(const struct dm_acl_entry *entry)
{
    return !entry->allow && entry->match.protocol == -1 && entry->prefix.length == 0;
}

static bool begin(struct direction *direction)
{
    struct dm_sets *sets = direction->sets;
    size_t n = direction->n;

    direction->packets = DM_NEW_ARRAY(direction->arena, n + 1, struct dm_set);
    direction->before = DM_NEW_ARRAY(direction->arena, n + 1, struct dm_set);
    direction->allowed = DM_NEW_ARRAY(direction->arena, n + 1, struct dm_set);
    direction->before_it = DM_NEW_ARRAY(direction->arena, n + 1, bool);
    direction->kept = DM_NEW_ARRAY(direction->arena, n + 1, bool);
    if (!direction->packets || !direction->before || !direction->allowed || !direction->before_it
        || !direction->kept) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        const struct dm_acl_entry *entry = &direction->acl->entries[direction->first + i];
        struct dm_set reach;

        direction->packets[i] = packets_of(sets, entry);
        reach = dm_set_minus(sets, direction->packets[i], direction->before[i]);
        direction->before[i + 1] = dm_set_or(sets, direction->before[i], reach);
        direction->allowed[i + 1] =
            entry->allow ? dm_set_or(sets, direction->allowed[i], reach) : direction->allowed[i];
        direction->before_it[i] = true;
    }
    return true;
}

/* Names the entries that treat what reaches entry 'i', or its packets, in its place. */
static bool name_cover(const struct direction *direction, size_t i, const bool *usable, size_t n,
                       struct dm_set target, struct dm_lint_cover *ret_by)
{
    struct dm_lint_cover by;
    size_t *items;

    if (!dm_lint_cover_find(direction->arena, direction->sets, target, direction->packets, usable,
                            n, &by)) {
        return false;
    }
    items = DM_NEW_ARRAY(direction->arena, by.n + 1, size_t);
    for (size_t k = 0; items && k < by.n; k++) {
        items[k] = direction->first + by.items[k];
        DM_ASSERT(by.items[k] != i);
    }
    *ret_by = (struct dm_lint_cover){ items, by.n };
    return items != NULL;
}

/* What is let through when an entry stands before those that let 'after' through. */
static struct dm_set precede(const struct direction *direction, size_t i, struct dm_set after)
{
    struct dm_set packets = direction->packets[i];

    return direction->acl->entries[direction->first + i].allow
               ? dm_set_or(direction->sets, after, packets)
               : dm_set_minus(direction->sets, after, packets);
}

/* The entry counts, for those before it too. */
static bool keep(struct direction *direction, size_t i)
{
    direction->kept[i] = true;
    direction->after = precede(direction, i, direction->after);
    return true;
}

/* Whether what an entry decides is treated as it says by those that let 'after' through. */
static bool is_as_said(const struct direction *direction, size_t i, struct dm_set reach,
                       struct dm_set after)
{
    struct dm_set let = dm_set_and(direction->sets, after, reach);

    return direction->acl->entries[direction->first + i].allow ? dm_set_is_equal(let, reach)
                                                               : dm_set_is_empty(let);
}

static bool judge(struct direction *direction, size_t i, struct dm_entry_verdict *verdict)
{
    const struct dm_acl_entry *entry = &direction->acl->entries[direction->first + i];
    struct dm_sets *sets = direction->sets;
    struct dm_set packets = direction->packets[i];
    struct dm_set reach = dm_set_minus(sets, packets, direction->before[i]);
    struct dm_set after_it = direction->after_it;

    direction->after_it = precede(direction, i, after_it);
    direction->before_it[i] = false;
    if (denies_everything(entry)) {
        return keep(direction, i);
    }
    if (DM_PLANTED(ENTRIES_ONE_BY_ONE) && dm_set_is_empty(reach)) {
        bool one = false;

        for (size_t j = 0; j < i; j++) {
            one |= dm_set_is_empty(dm_set_minus(sets, packets, direction->packets[j]));
        }
        reach = one ? reach : packets;
    }
    if (dm_set_is_empty(reach)) {
        struct dm_set let = dm_set_and(sets, packets, direction->allowed[i]);
        bool as_it_says = entry->allow ? dm_set_is_equal(let, packets) : dm_set_is_empty(let);

        verdict->kind = as_it_says ? DM_ENTRY_REDUNDANT : DM_ENTRY_SHADOWED;
        return name_cover(direction, i, direction->before_it, i, packets, &verdict->by);
    }
    if (!is_as_said(direction, i, reach, direction->after)
        || !is_as_said(direction, i, reach, after_it)) {
        return keep(direction, i);
    }
    verdict->kind = DM_ENTRY_REDUNDANT;
    if (entry->allow) {
        return name_cover(direction, i, direction->kept, direction->n, reach, &verdict->by);
    }
    return true;
}

bool dm_entries_judge(struct dm_arena *arena, struct dm_sets *sets, const struct dm_acl *acl,
                      const struct dm_entry_verdict **ret_verdicts)
{
    struct dm_entry_verdict *verdicts =
        DM_NEW_ARRAY(arena, acl->n_entries + 1, struct dm_entry_verdict);
    size_t n_in = 0;

    if (!verdicts) {
        return false;
    }
    while (n_in < acl->n_entries && !acl->entries[n_in].egress) {
        n_in++;
    }
    for (int way = 0; way < 2; way++) {
        struct direction direction = { .arena = arena,
                                       .sets = sets,
                                       .acl = acl,
                                       .first = way ? n_in : 0,
                                       .n = way ? acl->n_entries - n_in : n_in };

        if (!begin(&direction)) {
            return false;
        }
        for (size_t i = direction.n; i-- > 0;) {
            if (!judge(&direction, i, &verdicts[direction.first + i])) {
                return false;
            }
        }
    }
    *ret_verdicts = verdicts;
    return true;
}

/* ---- findings ---- */

/* "rule 100", "rules 100 and 110", "rules 100, 110, 120 and 2 more" */
static const char *cover_text(struct dm_arena *arena, const struct dm_acl *acl,
                              const struct dm_lint_cover *by)
{
    enum { NAMED = 3 };
    struct dm_str text;

    dm_str_init(&text, arena);
    dm_str_add(&text, by->n == 1 ? "rule" : "rules");
    for (size_t i = 0; i < by->n && i < NAMED; i++) {
        bool last = i + 1 == by->n;

        dm_str_addf(&text, "%s %" PRIu32,
                    i == 0 ? ""
                    : last ? " and"
                           : ",",
                    acl->entries[by->items[i]].number);
    }
    if (by->n > NAMED) {
        dm_str_addf(&text, " and %zu more", by->n - NAMED);
    }
    return text.failed ? NULL : text.text;
}

static const char *message_of(struct dm_arena *arena, const struct dm_acl *acl,
                              const struct dm_acl_entry *entry,
                              const struct dm_entry_verdict *verdict)
{
    const char *what = dm_sprintf(arena, "rule %" PRIu32 " of `%s` (%s)", entry->number,
                                  acl->object.name, dm_lint_entry_text(arena, entry));
    const char *by = cover_text(arena, acl, &verdict->by);

    if (!what || !by) {
        return NULL;
    }
    if (verdict->kind == DM_ENTRY_SHADOWED) {
        return dm_sprintf(arena, "%s never applies: %s of the ACL %s all its packets first", what,
                          by, verdict->by.n == 1 ? "takes" : "take");
    }
    if (!verdict->by.n) {
        return dm_sprintf(arena, "%s changes nothing: no later rule lets its packets pass", what);
    }
    return dm_sprintf(arena, "%s changes nothing: %s of the ACL %s the same without it", what, by,
                      verdict->by.n == 1 ? "does" : "do");
}

static bool fill(struct dm_checker *checker, const struct dm_acl *acl, size_t index,
                 const struct dm_entry_verdict *verdict, struct dm_lint_item *item)
{
    const struct dm_acl_entry *entry = &acl->entries[index];
    bool shadowed = verdict->kind == DM_ENTRY_SHADOWED;

    item->message = message_of(checker->run, acl, entry, verdict);
    item->label = shadowed ? "no packet gets here" : "changes nothing";
    item->help = shadowed ? "give it a lower number, or take it out" : "take it out";
    for (size_t i = 0; i < verdict->by.n && item->n_places < DM_DIAG_MAX_LABELS - 1; i++) {
        const struct dm_acl_entry *other = &acl->entries[verdict->by.items[i]];

        item->places[item->n_places++] =
            (struct dm_lint_place){ other->origin, dm_lint_entry_text(checker->run, other) };
    }
    return item->message != NULL;
}

static enum dm_status lint_acl(struct dm_lint *lint, const struct dm_acl *acl,
                               enum dm_entry_kind kind, struct dm_err *err)
{
    struct dm_checker *checker = lint->checker;
    const struct dm_entry_verdict *verdicts = NULL;
    struct dm_lint_scratch scratch;
    enum dm_status status = dm_lint_scratch_begin(&scratch, checker, err);

    if (status == DM_OK && !dm_entries_judge(checker->scratch, scratch.sets, acl, &verdicts)) {
        status = DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; status == DM_OK && i < acl->n_entries; i++) {
        const struct dm_acl_entry *entry = &acl->entries[i];
        struct dm_lint_item item = { .origin = entry->origin };

        item.subject = dm_sprintf(checker->run, "%s %s %" PRIu32, acl->object.name,
                                  entry->egress ? "egress" : "ingress", entry->number);
        if (!item.subject
            || (verdicts[i].kind == kind && !fill(checker, acl, i, &verdicts[i], &item))) {
            status = DM_FAIL_NOMEM(err);
        } else {
            status = dm_lint_add(lint, &item, err);
        }
    }
    return dm_lint_scratch_end(&scratch, status, err);
}

enum dm_status dm_entries_lint(struct dm_checker *checker, enum dm_rule_id rule,
                               enum dm_entry_kind kind, struct dm_err *err)
{
    static const char *const facts[] = { "VPC-14", NULL };
    struct dm_lint lint;

    dm_lint_init(&lint, checker, rule, facts);
    for (uint32_t i = 0; i < checker->model->n_acls; i++) {
        enum dm_status status = lint_acl(&lint, &checker->model->acls[i], kind, err);

        if (status != DM_OK) {
            return status;
        }
    }
    return dm_lint_report(&lint, err);
}
