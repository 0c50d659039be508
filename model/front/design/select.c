/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Selectors: `portfolio.prod & region:eu-west-1` and their like, to parties.
 */
#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "model/front/design/lower_private.h"

enum { MAX_LABELS = 3 };

/* "NAME.ENV.REGION", as far as it is written. */
struct dotted {
    const char *base;
    const struct dm_lower_env *env;
    const struct dm_lower_region *region;
};

static bool entry_exists(struct dm_lower *lower, const char *key, const char *name)
{
    return dm_lower_entry(lower, dm_tree_find(lower->root, key), name) != NULL;
}

static void unknown_party(struct dm_lower *lower, struct dm_span span, const char *name)
{
    static const char *const keys[] = { "services", "stores", "sites", "load_balancers",
                                        "accelerators" };
    DM_VEC(const char *) names = { 0 };

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        size_t n = 0;
        const struct dm_tree_pair *const *pairs =
            dm_lower_sorted(lower, dm_tree_find(lower->root, keys[i]), &n);

        for (size_t j = 0; j < n; j++) {
            (void)DM_LOWER_PUSH(lower, &names, pairs[j]->key);
        }
    }
    dm_lower_unknown(lower, span, "service or store", name, names.items, names.n);
}

bool dm_lower_party_kind(struct dm_lower *lower, struct dm_span span, const char *text,
                         enum dm_party_kind *ret_kind, const char **ret_base)
{
    bool of_service = dm_str_starts(text, "service:");
    bool of_store = dm_str_starts(text, "store:");
    const char *base = of_service || of_store ? strchr(text, ':') + 1 : text;
    bool service = !of_store && entry_exists(lower, "services", base);
    bool store = !of_service && entry_exists(lower, "stores", base);

    if (service && store) {
        dm_lower_help(lower, dm_lower_fault(lower, span, "`%s` is a service and a store", base),
                      "write `service:%s` or `store:%s`", base, base);
        return false;
    }
    if (!service && !store) {
        unknown_party(lower, span, base);
        return false;
    }
    *ret_kind = service ? DM_PARTY_SERVICE : DM_PARTY_STORE;
    *ret_base = base;
    return true;
}

static bool dotted(struct dm_lower *lower, struct dm_span span, const char *text,
                   struct dotted *ret)
{
    const char *labels[MAX_LABELS];
    size_t n = dm_lower_labels(lower, text, labels, MAX_LABELS);
    struct dotted result = { .base = labels[0] };

    for (size_t i = 1; i < n; i++) {
        const struct dm_lower_env *env =
            i < MAX_LABELS ? dm_lower_env_find(lower, labels[i]) : NULL;
        const struct dm_lower_region *region =
            i < MAX_LABELS ? dm_lower_region_find(lower, labels[i]) : NULL;

        if ((!env && !region) || (env && result.env) || (region && result.region)) {
            dm_lower_help(lower,
                          dm_lower_fault(lower, span, "`%s` names no environment and region", text),
                          "as in `NAME`, `NAME.prod` or `NAME.prod.eu-west-1`");
            return false;
        }
        result.env = env ? env : result.env;
        result.region = env ? result.region : region;
    }
    *ret = result;
    return true;
}

static bool stands_in(const struct dm_lower_party *party, const struct dm_lower_region *region)
{
    for (size_t i = 0; i < party->regions.n; i++) {
        if (party->regions.items[i] == region) {
            return true;
        }
    }
    return false;
}

static bool in_vpc(const struct dm_lower_party *party, const struct dotted *wanted)
{
    for (size_t i = 0; i < party->vpcs.n; i++) {
        const struct dm_lower_vpc *vpc = party->vpcs.items[i];

        if (strcmp(dm_lower_role(vpc), wanted->base) == 0
            && (!wanted->env || vpc->copy->env == wanted->env)
            && (!wanted->region || vpc->copy->region == wanted->region)) {
            return true;
        }
    }
    return false;
}

static bool is_named(const struct dm_lower_party *party, enum dm_party_kind kind,
                     const struct dotted *wanted)
{
    return party->party.kind == kind && strcmp(party->copy->entry->key, wanted->base) == 0
           && (!wanted->env || party->copy->env == wanted->env)
           && (!wanted->region
               || (party->copy->region ? party->copy->region == wanted->region
                                       : stands_in(party, wanted->region)));
}

/* One term, looked up once and then asked of every party. */
struct term {
    enum { TERM_ALL, TERM_INTERNET, TERM_ENV, TERM_REGION, TERM_VPC, TERM_SITE, TERM_NAME } kind;
    struct dotted wanted;
    enum dm_party_kind party;
};

static bool term_env(struct dm_lower *lower, struct dm_span span, const char *name,
                     struct term *term)
{
    DM_VEC(const char *) names = { 0 };

    term->kind = TERM_ENV;
    term->wanted.env = dm_lower_env_find(lower, name);
    for (size_t i = 0; !term->wanted.env && i < lower->envs.n; i++) {
        (void)DM_LOWER_PUSH(lower, &names, lower->envs.items[i].name);
    }
    if (!term->wanted.env) {
        dm_lower_unknown(lower, span, "environment", name, names.items, names.n);
    }
    return term->wanted.env != NULL;
}

/* `site:` or the name of a site that is of nothing else. */
static bool is_site(struct dm_lower *lower, const char *text)
{
    return dm_str_starts(text, "site:")
           || (entry_exists(lower, "sites", text) && !entry_exists(lower, "services", text)
               && !entry_exists(lower, "stores", text));
}

/* `load-balancer:` or `accelerator:`, or a name that is only of one. */
static bool is_entry(struct dm_lower *lower, const char *text, enum dm_party_kind *ret_kind,
                     const char **ret_plain)
{
    static const char *const others[] = { "services", "stores", "sites" };
    const char *base = text;
    bool of_balancer;
    bool of_accelerator;

    if (dm_str_starts(text, "load-balancer:") || dm_str_starts(text, "accelerator:")) {
        *ret_kind = text[0] == 'l' ? DM_PARTY_BALANCER : DM_PARTY_ACCELERATOR;
        *ret_plain = strchr(text, ':') + 1;
        return true;
    }
    base = dm_arena_strndup(lower->arena, text, strcspn(text, "."));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (!base || entry_exists(lower, others[i], base)) {
            return false;
        }
    }
    of_balancer = entry_exists(lower, "load_balancers", base);
    of_accelerator = entry_exists(lower, "accelerators", base);
    *ret_kind = of_balancer ? DM_PARTY_BALANCER : DM_PARTY_ACCELERATOR;
    *ret_plain = text;
    return of_balancer != of_accelerator;
}

static bool term_entry(struct dm_lower *lower, struct dm_span span, const char *text,
                       struct term *term)
{
    bool of_balancer = term->party == DM_PARTY_BALANCER;
    const char *key = of_balancer ? "load_balancers" : "accelerators";

    term->kind = TERM_NAME;
    if (!dotted(lower, span, text, &term->wanted)) {
        return false;
    }
    if (!entry_exists(lower, key, term->wanted.base)) {
        dm_lower_unknown_key(lower, span, of_balancer ? "load balancer" : "accelerator",
                             term->wanted.base, dm_tree_find(lower->root, key));
        return false;
    }
    return true;
}

static bool term_of(struct dm_lower *lower, struct dm_span span, const char *text,
                    struct term *term)
{
    const struct dm_tree *vpcs = dm_tree_find(lower->root, "vpcs");
    const char *base = NULL;
    const char *plain = text;

    if (strcmp(text, "all") == 0 || strcmp(text, "internet") == 0) {
        term->kind = text[0] == 'a' ? TERM_ALL : TERM_INTERNET;
        return true;
    }
    if (dm_str_starts(text, "env:")) {
        return term_env(lower, span, text + strlen("env:"), term);
    }
    if (dm_str_starts(text, "region:")) {
        const char *name = text + strlen("region:");

        term->kind = TERM_REGION;
        term->wanted.region = dm_lower_region_find(lower, name);
        if (!term->wanted.region) {
            dm_lower_unknown_region(lower, span, name);
        }
        return term->wanted.region != NULL;
    }
    if (dm_str_starts(text, "vpc:")) {
        term->kind = TERM_VPC;
        if (!dotted(lower, span, text + strlen("vpc:"), &term->wanted)) {
            return false;
        }
        if (!dm_lower_entry(lower, vpcs, term->wanted.base)) {
            dm_lower_unknown_key(lower, span, "VPC", term->wanted.base, vpcs);
            return false;
        }
        return true;
    }
    if (is_site(lower, text)) {
        term->kind = TERM_SITE;
        term->wanted.base = dm_str_starts(text, "site:") ? text + strlen("site:") : text;
        if (!entry_exists(lower, "sites", term->wanted.base)) {
            dm_lower_unknown_key(lower, span, "site", term->wanted.base,
                                 dm_tree_find(lower->root, "sites"));
            return false;
        }
        return true;
    }
    if (is_entry(lower, text, &term->party, &plain)) {
        return term_entry(lower, span, plain, term);
    }
    term->kind = TERM_NAME;
    if (dm_str_starts(text, "service:") || dm_str_starts(text, "store:")) {
        plain = strchr(text, ':') + 1;
    }
    if (!dotted(lower, span, plain, &term->wanted)) {
        return false;
    }
    return dm_lower_party_kind(
        lower, span, dm_lower_name(lower, "%.*s%s", (int)(plain - text), text, term->wanted.base),
        &term->party, &base);
}

static bool term_has(const struct term *term, const struct dm_lower_party *party)
{
    switch (term->kind) {
    case TERM_ALL: /* services and stores: what the design runs */
        return party && party->party.kind != DM_PARTY_SITE && !dm_lower_is_entry(party);
    case TERM_INTERNET:
        return party == NULL;
    case TERM_ENV:
        return party && party->copy->env == term->wanted.env;
    case TERM_REGION:
        return party && stands_in(party, term->wanted.region);
    case TERM_VPC:
        return party && in_vpc(party, &term->wanted);
    case TERM_SITE:
        return party && party->party.kind == DM_PARTY_SITE
               && strcmp(party->copy->entry->key, term->wanted.base) == 0;
    case TERM_NAME:
        return party && is_named(party, term->party, &term->wanted);
    }
    return false;
}

/* Load balancers and accelerators are meant where they are named, not with all of a place. */
static bool is_meant(const struct term *terms, size_t n, const struct dm_lower_party *party)
{
    for (size_t i = 0; i < n; i++) {
        if (terms[i].kind == TERM_NAME && terms[i].party == party->party.kind) {
            return true;
        }
    }
    return false;
}

/* The first 'n_before' are of other selectors of the list. */
static void add_once(struct dm_lower *lower, const struct dm_lower_party *party, size_t n_before,
                     struct dm_lower_selection *selection)
{
    for (size_t i = 0; i < n_before; i++) {
        if (selection->items[i] == party) {
            return;
        }
    }
    (void)DM_LOWER_PUSH(lower, selection, party);
}

/* Parties with a fault are of no VPC or region, so that nothing is selected may be due to it. */
static bool any_faulty(const struct dm_lower *lower)
{
    for (size_t i = 0; i < lower->parties.n; i++) {
        if (lower->parties.items[i].party.v == 0) {
            return true;
        }
    }
    return false;
}

enum { MAX_TERMS = 16 };

static void select_text(struct dm_lower *lower, struct dm_span span, const char *text,
                        struct dm_lower_selection *selection)
{
    struct term terms[MAX_TERMS];
    size_t n = 0;
    size_t n_before = selection->n;
    bool found = false;
    const char *at = text;

    for (;;) {
        const char *next = strstr(at, " & ");
        const char *word = next ? dm_lower_name(lower, "%.*s", (int)(next - at), at) : at;

        if (n == MAX_TERMS) {
            (void)dm_lower_fault(lower, span, "a selector has at most %d terms", MAX_TERMS);
            return;
        }
        terms[n] = (struct term){ 0 };
        if (!term_of(lower, span, word, &terms[n])) {
            return;
        }
        n++;
        if (!next) {
            break;
        }
        at = next + strlen(" & ");
    }
    for (size_t i = 0; i <= lower->parties.n; i++) {
        const struct dm_lower_party *party = i < lower->parties.n ? &lower->parties.items[i] : NULL;
        bool has = !dm_lower_is_entry(party) || is_meant(terms, n, party);

        for (size_t j = 0; j < n; j++) {
            has = has && term_has(&terms[j], party);
        }
        if (has) {
            add_once(lower, party, n_before, selection);
            found = true;
        }
    }
    if (!found && !any_faulty(lower)) {
        (void)dm_lower_fault(lower, span, "`%s` selects nothing", text);
    }
}

int dm_lower_party_compare(const struct dm_lower_party *a, const struct dm_lower_party *b)
{
    if (!a || !b) {
        return a ? -1 : b != NULL;
    }
    if (a->party.kind != b->party.kind) {
        return a->party.kind < b->party.kind ? -1 : 1;
    }
    return strcmp(a->copy->name, b->copy->name);
}

static int by_party(const void *a, const void *b)
{
    const struct dm_lower_party *const *left = a;
    const struct dm_lower_party *const *right = b;

    return dm_lower_party_compare(*left, *right);
}

void dm_lower_select(struct dm_lower *lower, const struct dm_tree *node,
                     struct dm_lower_selection *selection)
{
    for (size_t i = 0; i < dm_lower_n_items(node); i++) {
        const struct dm_tree *item = dm_lower_item(node, i);
        const char *text = dm_lower_text(lower, item);

        if (text) {
            select_text(lower, item->span, text, selection);
        }
    }
    if (selection->n > 1) {
        qsort(selection->items, selection->n, sizeof *selection->items, by_party);
    }
}

const char *dm_lower_select_text(struct dm_lower *lower, const struct dm_tree *node)
{
    struct dm_str str;

    if (!node) {
        return NULL;
    }
    dm_str_init(&str, lower->arena);
    for (size_t i = 0; i < dm_lower_n_items(node); i++) {
        const char *text = dm_tree_text(dm_lower_item(node, i));

        dm_str_add(&str, i > 0 ? ", " : "");
        dm_str_add(&str, text ? text : "");
    }
    lower->oom = lower->oom || str.failed;
    return str.text;
}
