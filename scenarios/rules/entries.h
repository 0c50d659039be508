/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * entries - which entries of a network ACL are in vain.
 *
 * An ACL is a list: the first entry that matches decides, and what none matches is denied
 * [VPC-14]. An entry is in vain when taking it out changes nothing for any packet. It is SHADOWED
 * when entries before it take all of its packets and treat some of them otherwise: what it says
 * never comes true. It is REDUNDANT when its packets are treated as it says without it: by entries
 * before it, by those after it, or, of what it denies, because nothing after it would let them in.
 *
 * Entries are judged from the last to the first. Each that is found in vain can be taken out by
 * itself, and all of them at once: an entry that is not missed only because another one in vain
 * goes as well (the allow of a port before its deny, before an allow of all) is not found. One that
 * denies everything is left alone: it repeats what AWS does at the end of each ACL, describe output
 * shows it, and people write it down.
 *
 * Packets are sets of all their fields (solver/packet/set.h), so the union of several entries
 * counts, not only one by one.  Complexity: O(entries) set operations, each of O(entries) at
 * worst, and as much again to name what covers an entry in vain.
 */
#ifndef DM_SCENARIOS_RULES_ENTRIES_H
#define DM_SCENARIOS_RULES_ENTRIES_H

#include "scenarios/rules/lint.h"

enum dm_entry_kind { DM_ENTRY_COUNTS, DM_ENTRY_SHADOWED, DM_ENTRY_REDUNDANT };

struct dm_entry_verdict {
    enum dm_entry_kind kind;
    /* which entries (indices in the ACL) treat its packets; none: the end of the ACL does */
    struct dm_lint_cover by;
};

/* One verdict for each entry of the ACL.  All is in 'arena', sets in 'sets'.  False: memory is
 * out. */
bool dm_entries_judge(struct dm_arena *arena, struct dm_sets *sets, const struct dm_acl *acl,
                      const struct dm_entry_verdict **ret_verdicts);

/* Hands every entry of every ACL in, as faulty where it is of 'kind', and reports. */
DM_NODISCARD enum dm_status dm_entries_lint(struct dm_checker *checker, enum dm_rule_id rule,
                                            enum dm_entry_kind kind, struct dm_err *err);

#endif
