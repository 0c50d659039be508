/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * adversary - lists of rules that are made to cost sets of headers dearly.
 *
 * Rules are as those of ACLs: the first that matches decides. Each kind aims at one way to grow:
 *
 *   all fields    every rule narrows every field, at random
 *   nested        prefixes and port ranges one inside the other, as deep as fields are long
 *   duplicates    few rules, again and again, allowed here and denied there
 *   translations  all fields; and after that some headers get another source, rule by rule
 */
#ifndef DM_TESTS_SUPPORT_ADVERSARY_H
#define DM_TESTS_SUPPORT_ADVERSARY_H

#include "model/address.h"

enum dm_adversary {
    DM_ADVERSARY_ALL_FIELDS,
    DM_ADVERSARY_NESTED,
    DM_ADVERSARY_DUPLICATES,
    DM_ADVERSARY_TRANSLATIONS,
    DM_ADVERSARY_COUNT
};

struct dm_adversary_rule {
    bool allow;
    struct dm_match match; /* TCP or UDP, one range of ports */
    struct dm_prefix source;
    struct dm_prefix destination;
    struct dm_prefix translated; /* translations: what its headers get as source */
};

const char *dm_adversary_text(enum dm_adversary kind);

/* Fills 'n' rules; the same for the same seed. */
void dm_adversary_rules(enum dm_adversary kind, uint64_t seed, struct dm_adversary_rule *rules,
                        size_t n);

#endif
