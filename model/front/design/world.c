/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Jurisdictions, environments, pools, and regions with their zones.
 */
#include <string.h>

#include "model/base/str.h"
#include "model/front/design/lower_private.h"

/* ISO 3166-1, the codes of two letters that are assigned.  So `UK`, which is not, is found. */
static const char country_codes[] =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ "
    "EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW "
    "GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY "
    "KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV "
    "MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY "
    "QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG "
    "TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM "
    "ZW";

enum { MAX_SET_DEPTH = 16 };

/* Private use, which an AWS transit gateway takes. */
enum { ASN_FIRST = 64512, ASN_LAST = 65534 };
static const int64_t asn_32_first = 4200000000;
static const int64_t asn_32_last = 4294967294;

static bool is_country(const char *text)
{
    for (const char *at = country_codes; strlen(text) == 2 && *at; at += at[2] ? 3 : 2) {
        if (at[0] == text[0] && at[1] == text[1]) {
            return true;
        }
    }
    return false;
}

static void add_code(struct dm_lower *lower, struct dm_lower_codes *codes, const char *code)
{
    for (size_t i = 0; i < codes->n; i++) {
        if (strcmp(codes->items[i], code) == 0) {
            return;
        }
    }
    (void)DM_LOWER_PUSH(lower, codes, code);
}

/* 'depth' bounds sets that hold each other: the walk of the sets themselves has named the loop. */
static void expand(struct dm_lower *lower, const struct dm_tree *list, struct dm_lower_codes *codes,
                   unsigned depth)
{
    const struct dm_tree *sets = dm_tree_find(lower->root, "jurisdictions");

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        const struct dm_tree *item = dm_lower_item(list, i);
        const char *text = dm_lower_text(lower, item);
        const struct dm_tree *set = text ? dm_tree_find(sets, text) : NULL;

        if (!text) {
            continue;
        }
        if (set && depth == MAX_SET_DEPTH) {
            (void)dm_lower_fault(lower, item->span, "jurisdiction `%s` holds itself", text);
        } else if (set) {
            expand(lower, set, codes, depth + 1);
        } else if (is_country(text)) {
            add_code(lower, codes, text);
        } else {
            dm_lower_unknown_key(lower, item->span, "country code or jurisdiction", text, sets);
        }
    }
}

void dm_lower_codes(struct dm_lower *lower, const struct dm_tree *list,
                    struct dm_lower_codes *codes)
{
    expand(lower, list, codes, 0);
}

static void jurisdictions(struct dm_lower *lower)
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(lower->root, "jurisdictions"), &n);

    for (size_t i = 0; i < n; i++) {
        struct dm_lower_codes codes = { 0 };

        if (is_country(pairs[i]->key)) {
            (void)dm_lower_fault(lower, pairs[i]->key_span,
                                 "jurisdiction `%s` bears the code of a country", pairs[i]->key);
        }
        expand(lower, pairs[i]->value, &codes, 0);
    }
}

static void environments(struct dm_lower *lower)
{
    const struct dm_tree *list = dm_tree_find(lower->root, "environments");

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        const struct dm_tree *item = dm_lower_item(list, i);
        const char *name = dm_lower_text(lower, item);
        struct dm_environment environment = { .object = { .name = name, .origin = item->span } };

        if (!name) {
            continue;
        }
        if (dm_lower_env_find(lower, name)) {
            (void)dm_lower_fault(lower, item->span, "environment `%s` is listed twice", name);
            continue;
        }
        (void)DM_LOWER_PUSH(
            lower, &lower->envs,
            (struct dm_lower_env){ .name = name,
                                   .id = DM_LOWER_ADD(lower, environment, &environment) });
    }
}

const struct dm_lower_env *dm_lower_env_find(const struct dm_lower *lower, const char *name)
{
    for (size_t i = 0; i < lower->envs.n; i++) {
        if (strcmp(lower->envs.items[i].name, name) == 0) {
            return &lower->envs.items[i];
        }
    }
    return NULL;
}

static void pools(struct dm_lower *lower)
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(lower->root, "pools"), &n);

    for (size_t i = 0; i < n; i++) {
        struct dm_lower_pool pool = { .name = pairs[i]->key };
        const struct dm_tree *cidr =
            dm_lower_need(lower, pairs[i]->value, "cidr", pairs[i]->key_span);

        if (strcmp(pool.name, "region") == 0) {
            (void)dm_lower_fault(lower, pairs[i]->key_span,
                                 "a pool cannot be called `region`: it is the word for a "
                                 "region's own CIDR");
        }
        if (cidr) {
            (void)dm_lower_prefix(lower, cidr, &pool.cidr);
        }
        (void)DM_LOWER_PUSH(lower, &lower->pools, pool);
    }
}

bool dm_lower_pool(struct dm_lower *lower, struct dm_span span, const char *name,
                   const struct dm_lower_region *region, struct dm_prefix *ret)
{
    struct dm_prefix cidr = { 0 };
    bool found = false;

    if (strcmp(name, "region") == 0) {
        cidr = region ? region->cidr : cidr;
        found = true;
        if (dm_addr_is_none(cidr.addr)) {
            (void)dm_lower_fault(lower, span, "region `%s` has no `cidr`",
                                 region ? region->name : "");
        }
    }
    for (size_t i = 0; i < lower->pools.n; i++) {
        if (!found && strcmp(lower->pools.items[i].name, name) == 0) {
            cidr = lower->pools.items[i].cidr;
            found = true;
        }
    }
    if (!found) {
        dm_lower_unknown_key(lower, span, "pool", name, dm_tree_find(lower->root, "pools"));
    }
    if (dm_addr_is_none(cidr.addr)) {
        return false;
    }
    *ret = cidr;
    return true;
}

static const char *partition(struct dm_lower *lower)
{
    const struct dm_tree *node = dm_tree_find(lower->root, "partition");
    const char *name = node ? dm_lower_text(lower, node) : NULL;
    DM_VEC(const char *) names = { 0 };
    size_t n = 0;
    const struct dm_region_fact *facts = dm_facts_regions(lower->facts, &n);

    if (!name) {
        return "aws";
    }
    for (size_t i = 0; i < n; i++) {
        if (strcmp(facts[i].partition, name) == 0) {
            return name;
        }
        (void)DM_LOWER_PUSH(lower, &names, facts[i].partition);
    }
    dm_lower_unknown(lower, node->span, "partition", name, names.items, names.n);
    return NULL;
}

static void zones(struct dm_lower *lower, const struct dm_tree_pair *pair,
                  struct dm_lower_region *region)
{
    const struct dm_tree *list = dm_lower_need(lower, pair->value, "zones", pair->key_span);
    const struct dm_tree *by_letter[26] = { 0 };
    size_t known = region->fact ? region->fact->n_zones : 0;

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        const struct dm_tree *item = dm_lower_item(list, i);
        const char *text = dm_lower_text(lower, item);

        if (!text) {
            continue;
        }
        if (strlen(text) != 1 || text[0] < 'a' || text[0] > 'z') {
            (void)dm_lower_fault(lower, item->span, "`%s` is no zone: zones are letters, as `a`",
                                 text);
        } else if (by_letter[text[0] - 'a']) {
            (void)dm_lower_fault(lower, item->span, "zone `%s` is listed twice", text);
        } else {
            by_letter[text[0] - 'a'] = item;
        }
        if (known && i == known) {
            (void)dm_lower_fault(lower, item->span, "region `%s` has %zu zones", region->name,
                                 known);
        }
    }
    for (size_t i = 0; i < 26; i++) {
        const char letter = (char)('a' + i);
        struct dm_zone zone = { .region = region->id };

        if (by_letter[i]) {
            zone.object.name = dm_lower_name(lower, "%s%c", region->name, letter);
            zone.object.origin = by_letter[i]->span;
            (void)DM_LOWER_PUSH(
                lower, &region->zones,
                (struct dm_lower_zone){ .letter = letter, .id = DM_LOWER_ADD(lower, zone, &zone) });
        }
    }
}

static void asn(struct dm_lower *lower, const struct dm_tree *tree, struct dm_lower_region *region)
{
    const struct dm_tree *node = dm_tree_find(tree, "asn");
    int64_t value = 0;

    if (!node || !dm_lower_int(lower, node, 1, UINT32_MAX, "`asn`", &value)) {
        return;
    }
    if ((value < ASN_FIRST || value > ASN_LAST) && (value < asn_32_first || value > asn_32_last)) {
        (void)dm_lower_fault(lower, node->span,
                             "`asn` must be 64512 to 65534 or 4200000000 to 4294967294, found "
                             "%lld",
                             (long long)value);
    }
    region->asn = (uint32_t)value;
}

static void region_add(struct dm_lower *lower, const struct dm_tree_pair *pair,
                       const char *partition_name)
{
    struct dm_lower_region region = { .name = pair->key,
                                      .fact = dm_facts_region(lower->facts, pair->key) };
    struct dm_region object = { .object = { .name = pair->key, .origin = pair->key_span } };
    const struct dm_tree *cidr = dm_tree_find(pair->value, "cidr");

    if (!region.fact) {
        DM_VEC(const char *) names = { 0 };
        size_t n = 0;
        const struct dm_region_fact *facts = dm_facts_regions(lower->facts, &n);

        for (size_t i = 0; i < n; i++) {
            (void)DM_LOWER_PUSH(lower, &names, facts[i].code);
        }
        dm_lower_unknown(lower, pair->key_span, "region", pair->key, names.items, names.n);
    } else {
        object.jurisdiction = region.fact->jurisdiction;
        object.partition = region.fact->partition;
        if (partition_name && strcmp(region.fact->partition, partition_name) != 0) {
            dm_lower_help(lower,
                          dm_lower_fault(lower, pair->key_span,
                                         "region `%s` is of partition `%s`, the design of `%s`",
                                         pair->key, region.fact->partition, partition_name),
                          "nothing native crosses partitions [PART-02]: a design is of one");
        }
    }
    if (dm_lower_env_find(lower, pair->key)) {
        (void)dm_lower_fault(lower, pair->key_span, "`%s` is an environment too", pair->key);
    }
    region.id = DM_LOWER_ADD(lower, region, &object);
    if (cidr) {
        (void)dm_lower_prefix(lower, cidr, &region.cidr);
    }
    asn(lower, pair->value, &region);
    zones(lower, pair, &region);
    (void)DM_LOWER_PUSH(lower, &lower->regions, region);
}

const struct dm_lower_region *dm_lower_region_find(const struct dm_lower *lower, const char *name)
{
    for (size_t i = 0; i < lower->regions.n; i++) {
        if (strcmp(lower->regions.items[i].name, name) == 0) {
            return &lower->regions.items[i];
        }
    }
    return NULL;
}

/* Whether it is one that `regions` misspells: that has been said, and not this use of it is wrong.
 */
static bool is_misspelt_there(const struct dm_lower *lower, const char *name)
{
    for (size_t i = 0; i < lower->regions.n; i++) {
        if (!lower->regions.items[i].fact
            && dm_str_nearest(name, &lower->regions.items[i].name, 1)) {
            return true;
        }
    }
    return false;
}

void dm_lower_unknown_region(struct dm_lower *lower, struct dm_span span, const char *name)
{
    if (!is_misspelt_there(lower, name)) {
        dm_lower_unknown_key(lower, span, "region", name, dm_tree_find(lower->root, "regions"));
    }
}

const struct dm_lower_region *dm_lower_region_need(struct dm_lower *lower,
                                                   const struct dm_tree *node)
{
    const char *name = dm_lower_text(lower, node);
    const struct dm_lower_region *region = name ? dm_lower_region_find(lower, name) : NULL;

    if (name && !region) {
        dm_lower_unknown_region(lower, node->span, name);
    }
    return region;
}

void dm_lower_world(struct dm_lower *lower)
{
    const struct dm_tree *name = dm_tree_find(lower->root, "name");
    const char *text = name ? dm_lower_text(lower, name) : NULL;
    const char *partition_name = partition(lower);
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(lower->root, "regions"), &n);

    if (text) {
        dm_builder_name(lower->builder, text, name->span);
    }
    jurisdictions(lower);
    environments(lower);
    pools(lower);
    for (size_t i = 0; i < n; i++) {
        region_add(lower, pairs[i], partition_name);
    }
}
