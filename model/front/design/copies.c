/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Matrices: `for` says which copies an entry has, `override` what differs in
 * some of them, `${env}` and `${region}` what follows from the place.
 *
 * Overrides apply from the least specific (one label) to the most; those of equal
 * specificity are merged first, and what two of them give differently is a
 * fault.  Mappings merge key by key; everything else is replaced whole.
 */
#include <stdlib.h>
#include <string.h>

#include "model/base/limits.h"
#include "model/base/str.h"
#include "model/front/design/lower_private.h"

enum { MAX_LABELS = 2 };

struct override {
    const struct dm_tree_pair *pair;
    const struct dm_lower_env *env;       /* NULL: any */
    const struct dm_lower_region *region; /* NULL: any */
    unsigned n_labels;
    bool matched;
};

struct overrides {
    struct override *items; /* by number of labels, then key */
    size_t n;
    size_t capacity;
};

/* One axis of a matrix. */
struct axis {
    DM_VEC(const struct dm_lower_env *) envs;
    DM_VEC(const struct dm_lower_region *) regions;
    bool given;
    bool all;
};

/* ---- trees ---- */

static const struct dm_tree *map_of(struct dm_lower *lower, const struct dm_tree *like,
                                    const struct dm_tree_pair *pairs, size_t n)
{
    struct dm_tree *tree = DM_NEW(lower->arena, struct dm_tree);

    if (!tree) {
        lower->oom = true;
        return like;
    }
    *tree = *like;
    tree->kind = DM_TREE_MAP;
    tree->text = NULL;
    tree->pairs = pairs;
    tree->n = n;
    return tree;
}

/* A shallow copy that a pair can hold: pairs point to trees that could be written. */
static struct dm_tree *held(struct dm_lower *lower, const struct dm_tree *tree)
{
    struct dm_tree *copy = DM_NEW(lower->arena, struct dm_tree);

    if (copy) {
        *copy = *tree;
    } else {
        lower->oom = true;
    }
    return copy;
}

static const struct dm_tree *merge(struct dm_lower *lower, const struct dm_tree *base,
                                   const struct dm_tree *over)
{
    DM_VEC(struct dm_tree_pair) pairs = { 0 };

    if (!base || base->kind != DM_TREE_MAP || over->kind != DM_TREE_MAP) {
        return over;
    }
    for (size_t i = 0; i < base->n; i++) {
        struct dm_tree_pair pair = base->pairs[i];
        const struct dm_tree_pair *better = dm_tree_find_pair(over, pair.key);

        if (better) {
            pair.key_span = better->key_span;
            pair.value = held(lower, merge(lower, pair.value, better->value));
        }
        if (pair.value) {
            (void)DM_LOWER_PUSH(lower, &pairs, pair);
        }
    }
    for (size_t i = 0; i < over->n; i++) {
        if (!dm_tree_find(base, over->pairs[i].key)) {
            (void)DM_LOWER_PUSH(lower, &pairs, over->pairs[i]);
        }
    }
    return map_of(lower, base, pairs.items, pairs.n);
}

static bool same(const struct dm_tree *a, const struct dm_tree *b)
{
    if (a->kind != b->kind || a->n != b->n) {
        return false;
    }
    if (a->kind == DM_TREE_SCALAR) {
        return dm_str_equal(a->text, b->text);
    }
    for (size_t i = 0; i < a->n; i++) {
        const struct dm_tree *left = a->kind == DM_TREE_LIST ? a->items[i] : a->pairs[i].value;
        const struct dm_tree *right =
            a->kind == DM_TREE_LIST ? b->items[i] : dm_tree_find(b, a->pairs[i].key);

        if (!right || !same(left, right)) {
            return false;
        }
    }
    return true;
}

/* What 'a' and 'b', two overrides for the same copy, give differently. */
static void conflicts(struct dm_lower *lower, const struct dm_tree *a, const struct dm_tree *b,
                      const char *copy)
{
    if (a->kind != DM_TREE_MAP || b->kind != DM_TREE_MAP) {
        return;
    }
    for (size_t i = 0; i < a->n; i++) {
        const struct dm_tree_pair *left = &a->pairs[i];
        const struct dm_tree_pair *right = dm_tree_find_pair(b, left->key);

        if (!right || same(left->value, right->value)) {
            continue;
        }
        if (left->value->kind == DM_TREE_MAP && right->value->kind == DM_TREE_MAP) {
            conflicts(lower, left->value, right->value, copy);
            continue;
        }
        struct dm_diag *diag =
            dm_lower_fault(lower, right->key_span,
                           "two overrides, equally specific, give `%s` of `%s`", left->key, copy);
        dm_diag_label(lower->diags, diag, left->key_span, "the other one");
        dm_lower_help(lower, diag, "an override that names environment and region wins over both");
    }
}

/* ---- interpolation ---- */

/* Text with the words replaced, or 'text' itself where it has none. */
static const char *replaced(struct dm_lower *lower, const char *text, struct dm_span span,
                            const struct dm_lower_copy *copy)
{
    struct dm_str str;

    if (!strstr(text, "${")) {
        return text;
    }
    dm_str_init(&str, lower->arena);
    while (*text) {
        const char *dollar = strstr(text, "${");

        if (!dollar) {
            dm_str_add(&str, text);
            break;
        }
        dm_str_addn(&str, text, (size_t)(dollar - text));
        if (dm_str_starts(dollar, "${env}") && copy->env) {
            dm_str_add(&str, copy->env->name);
            text = dollar + strlen("${env}");
        } else if (dm_str_starts(dollar, "${region}") && copy->region) {
            dm_str_add(&str, copy->region->name);
            text = dollar + strlen("${region}");
        } else if (dm_str_starts(dollar, "${env}") || dm_str_starts(dollar, "${region}")) {
            (void)dm_lower_fault(lower, span, "`%s` has no %s to put here", copy->name,
                                 dollar[2] == 'e' ? "environment" : "region");
            break;
        } else {
            dm_lower_help(lower, dm_lower_fault(lower, span, "unknown `%s`", dollar),
                          "`${env}` and `${region}` are replaced, nothing else is");
            break;
        }
    }
    lower->oom = lower->oom || str.failed;
    return str.text;
}

static const struct dm_tree *interpolate_map(struct dm_lower *lower, const struct dm_tree *tree,
                                             const struct dm_lower_copy *copy);

const struct dm_tree *dm_lower_interpolate(struct dm_lower *lower, const struct dm_tree *tree,
                                           const struct dm_lower_copy *copy)
{
    DM_VEC(struct dm_tree *) items = { 0 };
    struct dm_tree *changed;
    bool any = false;

    if (tree->kind == DM_TREE_MAP) {
        return interpolate_map(lower, tree, copy);
    }
    if (tree->kind == DM_TREE_LIST) {
        for (size_t i = 0; i < tree->n; i++) {
            const struct dm_tree *item = dm_lower_interpolate(lower, tree->items[i], copy);

            any = any || item != tree->items[i];
            (void)DM_LOWER_PUSH(lower, &items,
                                item == tree->items[i] ? tree->items[i] : held(lower, item));
        }
    }
    if (tree->kind == DM_TREE_SCALAR && strstr(tree->text, "${")) {
        any = true;
    }
    changed = any ? held(lower, tree) : NULL;
    if (!changed || lower->oom) {
        return tree;
    }
    if (tree->kind == DM_TREE_LIST) {
        changed->items = items.items;
    } else {
        changed->text = replaced(lower, tree->text, tree->span, copy);
        changed->length = strlen(changed->text);
    }
    return changed;
}

static const struct dm_tree *interpolate_map(struct dm_lower *lower, const struct dm_tree *tree,
                                             const struct dm_lower_copy *copy)
{
    DM_VEC(struct dm_tree_pair) pairs = { 0 };
    struct dm_map keys;
    bool any = false;

    dm_map_init(&keys, lower->arena);
    for (size_t i = 0; i < tree->n; i++) {
        struct dm_tree_pair pair = tree->pairs[i];
        const struct dm_tree *value = dm_lower_interpolate(lower, pair.value, copy);
        bool added = true;

        pair.key = replaced(lower, pair.key, pair.key_span, copy);
        pair.key_length = strlen(pair.key);
        if (value != pair.value) {
            pair.value = held(lower, value);
        }
        any = any || pair.value != tree->pairs[i].value || pair.key != tree->pairs[i].key;
        if (any && !dm_map_add(&keys, pair.key, &added)) {
            lower->oom = true;
        }
        if (!added) {
            (void)dm_lower_fault(lower, pair.key_span, "`%s` is there already", pair.key);
        } else if (pair.value) {
            (void)DM_LOWER_PUSH(lower, &pairs, pair);
        }
    }
    return any ? map_of(lower, tree, pairs.items, pairs.n) : tree;
}

/* ---- axes ---- */

static void add_region(struct dm_lower *lower, struct axis *axis, const struct dm_tree *item)
{
    const struct dm_lower_region *region = dm_lower_region_need(lower, item);

    for (size_t i = 0; region && i < axis->regions.n; i++) {
        if (axis->regions.items[i] == region) {
            (void)dm_lower_fault(lower, item->span, "region `%s` is listed twice", region->name);
            return;
        }
    }
    if (region) {
        (void)DM_LOWER_PUSH(lower, &axis->regions, region);
    }
}

static void add_env(struct dm_lower *lower, struct axis *axis, const struct dm_tree *item)
{
    const char *name = dm_lower_text(lower, item);
    const struct dm_lower_env *env = name ? dm_lower_env_find(lower, name) : NULL;
    DM_VEC(const char *) names = { 0 };

    for (size_t i = 0; env && i < axis->envs.n; i++) {
        if (axis->envs.items[i] == env) {
            (void)dm_lower_fault(lower, item->span, "environment `%s` is listed twice", name);
            return;
        }
    }
    if (env) {
        (void)DM_LOWER_PUSH(lower, &axis->envs, env);
    } else if (name) {
        for (size_t i = 0; i < lower->envs.n; i++) {
            (void)DM_LOWER_PUSH(lower, &names, lower->envs.items[i].name);
        }
        dm_lower_unknown(lower, item->span, "environment", name, names.items, names.n);
    }
}

static struct axis axis_of(struct dm_lower *lower, const struct dm_tree *node, bool is_region)
{
    struct axis axis = { .given = node && node->kind != DM_TREE_NULL };
    const char *text = node ? dm_tree_text(node) : NULL;

    axis.all = text && strcmp(text, "all") == 0;
    if (axis.all && is_region) {
        for (size_t i = 0; i < lower->regions.n; i++) {
            (void)DM_LOWER_PUSH(lower, &axis.regions, &lower->regions.items[i]);
        }
    } else if (axis.all) {
        for (size_t i = 0; i < lower->envs.n; i++) {
            (void)DM_LOWER_PUSH(lower, &axis.envs, &lower->envs.items[i]);
        }
    }
    for (size_t i = 0; !axis.all && i < dm_lower_n_items(node); i++) {
        if (is_region) {
            add_region(lower, &axis, dm_lower_item(node, i));
        } else {
            add_env(lower, &axis, dm_lower_item(node, i));
        }
    }
    if (node && axis.all && axis.regions.n + axis.envs.n == 0) {
        (void)dm_lower_fault(lower, node->span, "the design has no %s",
                             is_region ? "regions" : "environments");
    }
    return axis;
}

/* ---- copies ---- */

static bool label_set(struct dm_lower *lower, struct override *override, const char *label)
{
    const struct dm_lower_env *env = dm_lower_env_find(lower, label);
    const struct dm_lower_region *region = dm_lower_region_find(lower, label);

    if ((env && override->env) || (region && override->region) || (!env && !region)) {
        return false;
    }
    override->env = env ? env : override->env;
    override->region = env ? override->region : region;
    return true;
}

static int by_specificity(const void *a, const void *b)
{
    const struct override *left = a;
    const struct override *right = b;

    if (left->n_labels != right->n_labels) {
        return left->n_labels < right->n_labels ? -1 : 1;
    }
    return strcmp(left->pair->key, right->pair->key);
}

static struct overrides overrides_of(struct dm_lower *lower, const struct dm_tree *entry)
{
    struct overrides overrides = { 0 };
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(entry, "override"), &n);

    for (size_t i = 0; i < n; i++) {
        struct override override = { .pair = pairs[i] };
        const char *labels[MAX_LABELS];
        size_t n_labels = dm_lower_labels(lower, pairs[i]->key, labels, MAX_LABELS);
        bool good = n_labels <= MAX_LABELS;

        override.n_labels = (unsigned)n_labels;
        for (size_t j = 0; good && j < n_labels; j++) {
            good = label_set(lower, &override, labels[j]);
        }
        if (!good) {
            dm_lower_help(lower,
                          dm_lower_fault(lower, pairs[i]->key_span,
                                         "`%s` names no environment and region", pairs[i]->key),
                          "as in `prod`, `eu-west-1` or `prod.eu-west-1`");
        } else if (pairs[i]->value->kind == DM_TREE_MAP) {
            (void)DM_LOWER_PUSH(lower, &overrides, override);
        }
    }
    if (overrides.n > 1) {
        qsort(overrides.items, overrides.n, sizeof *overrides.items, by_specificity);
    }
    return overrides;
}

/* An entry without what makes it a matrix. */
static const struct dm_tree *plain(struct dm_lower *lower, const struct dm_tree *entry)
{
    DM_VEC(struct dm_tree_pair) pairs = { 0 };

    for (size_t i = 0; entry->kind == DM_TREE_MAP && i < entry->n; i++) {
        if (strcmp(entry->pairs[i].key, "for") != 0
            && strcmp(entry->pairs[i].key, "override") != 0) {
            (void)DM_LOWER_PUSH(lower, &pairs, entry->pairs[i]);
        }
    }
    return map_of(lower, entry, pairs.items, pairs.n);
}

static const struct dm_tree *overridden(struct dm_lower *lower, const struct dm_tree *base,
                                        struct overrides *overrides,
                                        const struct dm_lower_copy *copy)
{
    const struct dm_tree *level = NULL;
    const struct dm_tree *tree = base;

    for (size_t i = 0; i < overrides->n; i++) {
        struct override *override = &overrides->items[i];
        bool matches = (!override->env || override->env == copy->env)
                       && (!override->region || override->region == copy->region);

        if (matches) {
            override->matched = true;
            if (level) {
                conflicts(lower, level, override->pair->value, copy->name);
            }
            level = level ? merge(lower, level, override->pair->value) : override->pair->value;
        }
        if (level
            && (i + 1 == overrides->n || overrides->items[i + 1].n_labels != override->n_labels)) {
            tree = merge(lower, tree, level);
            level = NULL;
        }
    }
    return tree;
}

static void add_copy(struct dm_lower *lower, struct dm_lower_copy copy, const struct dm_tree *base,
                     struct overrides *overrides, struct dm_lower_copies *copies)
{
    copy.name = dm_lower_name(lower, "%s%s%s%s%s", copy.entry->key, copy.env ? "." : "",
                              copy.env ? copy.env->name : "", copy.region ? "." : "",
                              copy.region ? copy.region->name : "");
    copy.tree = dm_lower_interpolate(lower, overridden(lower, base, overrides, &copy), &copy);
    (void)DM_LOWER_PUSH(lower, copies, copy);
}

/* The copies of one `for`: {region: ..., env: ...}. */
static void unfold_for(struct dm_lower *lower, const struct dm_tree_pair *entry,
                       const struct dm_tree *cells, const struct dm_tree *base,
                       struct overrides *overrides, bool needs_region,
                       struct dm_lower_copies *copies)
{
    struct axis envs = axis_of(lower, dm_tree_find(cells, "env"), false);
    struct axis regions = axis_of(lower, dm_tree_find(cells, "region"), true);
    size_t n_envs = envs.given ? envs.envs.n : 1;
    size_t n_regions = regions.given ? regions.regions.n : 1;

    if (needs_region && !regions.given) {
        dm_lower_help(lower,
                      dm_lower_fault(lower, cells ? cells->span : entry->key_span,
                                     "`%s` does not say in which regions it is", entry->key),
                      "as in `for: {region: all}`");
        return;
    }
    if (n_envs * n_regions > dm_limit_value(DM_LIMIT_MATRIX_COPIES)) {
        (void)dm_lower_fault(lower, entry->key_span, "more than %llu %s",
                             dm_limit_value(DM_LIMIT_MATRIX_COPIES),
                             dm_limit_text(DM_LIMIT_MATRIX_COPIES));
        return;
    }
    for (size_t i = 0; i < n_envs; i++) {
        for (size_t j = 0; j < n_regions; j++) {
            add_copy(
                lower,
                (struct dm_lower_copy){ .entry = entry,
                                        .env = envs.given ? envs.envs.items[i] : NULL,
                                        .region = regions.given ? regions.regions.items[j] : NULL,
                                        .by_all = envs.all || regions.all },
                base, overrides, copies);
        }
    }
}

static void unfold_entry(struct dm_lower *lower, const struct dm_tree_pair *entry,
                         bool needs_region, struct dm_lower_copies *copies)
{
    const struct dm_tree *cells = dm_tree_find(entry->value, "for");
    const struct dm_tree *base = plain(lower, entry->value);
    struct overrides overrides = overrides_of(lower, entry->value);
    size_t n = dm_lower_n_items(cells);

    if (n == 0) {
        unfold_for(lower, entry, NULL, base, &overrides, needs_region, copies);
    }
    for (size_t i = 0; i < n; i++) {
        unfold_for(lower, entry, dm_lower_item(cells, i), base, &overrides, needs_region, copies);
    }
    for (size_t i = 0; i < overrides.n; i++) {
        if (!overrides.items[i].matched) {
            (void)dm_lower_fault(lower, overrides.items[i].pair->key_span,
                                 "`%s` is none of the copies of `%s`", overrides.items[i].pair->key,
                                 entry->key);
        }
    }
}

static int by_name(const void *a, const void *b)
{
    const struct dm_lower_copy *left = a;
    const struct dm_lower_copy *right = b;

    return strcmp(left->name, right->name);
}

void dm_lower_unfold(struct dm_lower *lower, const char *key, bool needs_region,
                     struct dm_lower_copies *copies)
{
    size_t n = 0;
    const struct dm_tree_pair *const *entries =
        dm_lower_sorted(lower, dm_tree_find(lower->root, key), &n);

    for (size_t i = 0; i < n; i++) {
        unfold_entry(lower, entries[i], needs_region, copies);
    }
    if (copies->n > 1) {
        qsort(copies->items, copies->n, sizeof *copies->items, by_name);
    }
    for (size_t i = 0; i + 1 < copies->n; i++) {
        if (strcmp(copies->items[i].name, copies->items[i + 1].name) == 0) {
            (void)dm_lower_fault(lower, copies->items[i].entry->key_span, "`%s` is made twice",
                                 copies->items[i].name);
        }
    }
}
