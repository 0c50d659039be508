/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/front/design/check_private.h"

#include <string.h>

#include "model/base/map.h"

enum { MAX_KEYS = 64, MAX_HOMES = 3, MAX_LISTED_KEYS = 12 };

static const char *out_of_memory(struct dm_check *check)
{
    check->is_out_of_memory = true;
    return "";
}

const char *dm_spot_text(struct dm_check *check, const struct dm_spot *spot)
{
    const char *name = dm_shown(check, spot->name, strlen(spot->name));
    char *text = NULL;

    if (!*spot->name) {
        return "a design";
    }
    switch (spot->role) {
    case DM_SPOT_VALUE:
        text = dm_sprintf(check->arena, "`%s`", name);
        break;
    case DM_SPOT_ITEM:
        text = dm_sprintf(check->arena, "an item of `%s`", name);
        break;
    case DM_SPOT_KEY:
        text = dm_sprintf(check->arena, "a key of `%s`", name);
        break;
    }
    return text ? text : out_of_memory(check);
}

/* ---- scalars ---- */

/* "an integer", "a list or a mapping", ...: what a type wants to see. */
static const char *wanted_text(struct dm_check *check, enum dm_type_id id)
{
    const struct dm_type *type = dm_grammar_type(id);
    enum dm_type_id either[3] = { type->of, type->list, type->map };
    const char *text = NULL;

    switch (type->kind) {
    case DM_TYPE_KIND_NUMBER:
        return "an integer";
    case DM_TYPE_KIND_LIST:
        return "a list";
    case DM_TYPE_KIND_MAP:
    case DM_TYPE_KIND_SHAPE:
    case DM_TYPE_KIND_PART:
        return "a mapping";
    case DM_TYPE_KIND_EITHER:
        for (size_t i = 0; i < 3; i++) {
            const char *one = either[i] ? wanted_text(check, either[i]) : NULL;

            if (one) {
                text = text ? dm_sprintf(check->arena, "%s or %s", text, one) : one;
            }
            if (one && !text) {
                return out_of_memory(check);
            }
        }
        return text;
    case DM_TYPE_KIND_TEXT:
    case DM_TYPE_KIND_TRUTH:
    case DM_TYPE_KIND_WORD:
    case DM_TYPE_KIND_TEMPLATE:
    case DM_TYPE_KIND_PATH:
    case DM_TYPE_KIND_FORM:
    case DM_TYPE_KIND_TERMS:
    case DM_TYPE_KIND_PREFIX:
    case DM_TYPE_KIND_DATE:
    case DM_TYPE_KIND_MATCH:
    case DM_TYPE_KIND_PORT:
        break;
    }
    return type->noun;
}

static bool is_string(const struct dm_tree *node)
{
    return node->kind == DM_TREE_SCALAR && node->scalar == DM_SCALAR_STRING;
}

static bool is_number(const struct dm_tree *node)
{
    return node->kind == DM_TREE_SCALAR
           && (node->scalar == DM_SCALAR_INT || node->scalar == DM_SCALAR_FLOAT);
}

/* What `yes`, `off` and the like mean; NULL: the text is none of them. */
static const char *truth_meant(const char *text)
{
    static const char *const words[] = { "yes", "no",  "Yes",     "No",       "YES", "NO",
                                         "on",  "off", "On",      "Off",      "ON",  "OFF",
                                         "y",   "n",   "enabled", "disabled", "1",   "0" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!strcmp(words[i], text)) {
            return i % 2 ? "false" : "true";
        }
    }
    return NULL;
}

/* One where a list must stand, a list where one must, or a list where names are keys. */
static void help_with_form(struct dm_check *check, const struct dm_type *type,
                           const struct dm_tree *node, struct dm_diag *diag)
{
    bool is_either = type->kind == DM_TYPE_KIND_EITHER && type->list;
    enum dm_type_id of = is_either ? dm_grammar_type(type->list)->of : type->of;
    const struct dm_type *item = of ? dm_grammar_type(of) : NULL;
    const struct dm_tree *first = node->kind == DM_TREE_LIST && node->n ? node->items[0] : NULL;

    if (item && (is_either || type->kind == DM_TYPE_KIND_LIST) && node->kind == DM_TREE_SCALAR) {
        if (dm_type_is_scalar(item) && dm_scalar_fits(of, node->text, node->length)) {
            (void)dm_diag_help(check->diags, diag, "write `[%s]`",
                               dm_shown(check, node->text, node->length));
        } else if (dm_type_is_scalar(item)) {
            (void)dm_diag_help(check->diags, diag, "list them between `[` and `]`; each is %s, %s",
                               item->noun, item->doc);
        }
    } else if (type->kind == DM_TYPE_KIND_MAP && first) {
        (void)dm_diag_help(check->diags, diag, "names are keys here: write `%s: ...` for each",
                           first->kind == DM_TREE_SCALAR
                                   && dm_scalar_fits(type->of, first->text, first->length)
                               ? dm_shown(check, first->text, first->length)
                               : "NAME");
    } else if (dm_type_is_scalar(type) && first && first->kind == DM_TREE_SCALAR) {
        (void)dm_diag_help(check->diags, diag,
                           node->n == 1 ? "one stands here alone: write `%s`"
                                        : "only one can stand here, such as `%s`",
                           dm_shown(check, first->text, first->length));
    }
}

static void wrong_kind(struct dm_check *check, enum dm_type_id id, const struct dm_tree *node,
                       const struct dm_spot *spot)
{
    const struct dm_type *type = dm_grammar_type(id);
    const char *what = dm_spot_text(check, spot);
    const char *wanted = wanted_text(check, id);
    struct dm_diag *diag;

    if (type->kind == DM_TYPE_KIND_TRUTH) {
        dm_diags_drop_warning(check->diags, node->span); /* the fault says more */
    }
    if (is_string(node) && id != DM_TYPE_credentials
        && id != DM_TYPE_credential) { /* which nobody is to see */
        diag = dm_diags_add(check->diags, DM_SEV_ERROR, node->span, "%s must be %s, found `%s`",
                            what, wanted, dm_shown(check, node->text, node->length));
        if (node->quoted
            && (type->kind == DM_TYPE_KIND_NUMBER || type->kind == DM_TYPE_KIND_TRUTH)) {
            (void)dm_diag_help(check->diags, diag, "what stands in quotes is text");
        } else if (type->kind == DM_TYPE_KIND_TRUTH && truth_meant(node->text)) {
            (void)dm_diag_help(check->diags, diag, "write `%s`", truth_meant(node->text));
        } else {
            help_with_form(check, type, node, diag);
        }
        return;
    }
    diag = dm_diags_add(check->diags, DM_SEV_ERROR, node->span, "%s must be %s, found %s", what,
                        wanted, dm_tree_kind_text(node));
    if (id != DM_TYPE_credentials && id != DM_TYPE_credential) {
        help_with_form(check, type, node, diag);
    }
    if (node->kind != DM_TREE_SCALAR) {
        if (node->kind == DM_TREE_NULL && !strcmp(wanted, "a mapping") && *spot->name) {
            (void)dm_diag_help(check->diags, diag, "write `{}` where it is empty");
        }
    } else if (type->kind == DM_TYPE_KIND_MATCH || type->kind == DM_TYPE_KIND_PORT) {
        (void)dm_diag_help(check->diags, diag, "a port needs its protocol: write `tcp/%s`",
                           dm_shown(check, node->text, node->length));
    } else if (dm_type_is_scalar(type) && dm_scalar_fits(id, node->text, node->length)) {
        (void)dm_diag_help(check->diags, diag, "write it in quotes");
    }
}

static void check_number(struct dm_check *check, enum dm_type_id id, const struct dm_tree *node,
                         const struct dm_spot *spot)
{
    const struct dm_type *type = dm_grammar_type(id);
    struct dm_str range;
    int64_t value;

    if (node->kind != DM_TREE_SCALAR || node->scalar != DM_SCALAR_INT) {
        wrong_kind(check, id, node, spot);
        return;
    }
    if (dm_tree_int(node, &value)
        && ((value >= type->min && value <= type->max)
            || (type->max2 && value >= type->min2 && value <= type->max2))) {
        return;
    }
    dm_str_init(&range, check->arena);
    if (type->min == type->max) {
        dm_str_addf(&range, "%lld", (long long)type->min);
    } else {
        dm_str_addf(&range, "from %lld to %lld", (long long)type->min, (long long)type->max);
    }
    if (type->max2) {
        dm_str_addf(&range, " or from %lld to %lld", (long long)type->min2, (long long)type->max2);
    }
    (void)dm_diags_add(check->diags, DM_SEV_ERROR, node->span, "%s must be %s, %s, found `%s`",
                       dm_spot_text(check, spot), type->noun, range.text,
                       dm_shown(check, node->text, node->length));
}

static void check_scalar(struct dm_check *check, enum dm_type_id id, const struct dm_tree *node,
                         const struct dm_spot *spot)
{
    const struct dm_type *type = dm_grammar_type(id);
    bool truth;

    if (type->kind == DM_TYPE_KIND_NUMBER) {
        check_number(check, id, node, spot);
    } else if (type->kind == DM_TYPE_KIND_TRUTH) {
        if (!dm_tree_bool(node, &truth)) {
            wrong_kind(check, id, node, spot);
        }
    } else if (!is_string(node) && !(type->or_number && is_number(node))) {
        wrong_kind(check, id, node, spot);
    } else if (!dm_scalar_fits(id, node->text, node->length)) {
        dm_scalar_explain(check, id, node->text, node->length, spot, node->span);
    }
}

/* ---- lists and free mappings ---- */

static void check_twice(struct dm_check *check, const struct dm_tree *list,
                        const struct dm_spot *spot)
{
    struct dm_map seen;

    dm_map_init(&seen, check->arena);
    for (size_t i = 0; i < list->n; i++) {
        const struct dm_tree *item = list->items[i];
        bool is_new = true;
        uint64_t *first;
        struct dm_diag *diag;

        if (item->kind != DM_TREE_SCALAR) {
            continue;
        }
        first = dm_map_addn(&seen, item->text, item->length, &is_new);
        if (!first) {
            (void)out_of_memory(check);
            return;
        }
        if (is_new) {
            *first = i;
            continue;
        }
        diag = dm_diags_add(check->diags, DM_SEV_ERROR, item->span, "`%s` lists `%s` twice",
                            dm_shown(check, spot->name, strlen(spot->name)),
                            dm_shown(check, item->text, item->length));
        (void)dm_diag_label(check->diags, diag, list->items[*first]->span, "first listed here");
    }
}

static void check_list(struct dm_check *check, enum dm_type_id id, const struct dm_tree *node,
                       const struct dm_spot *spot)
{
    const struct dm_type *type = dm_grammar_type(id);
    bool was_partial = check->is_partial;

    if (node->kind != DM_TREE_LIST) {
        wrong_kind(check, id, node, spot);
        return;
    }
    if (node->n < (size_t)type->min || (type->max && node->n > (size_t)type->max)) {
        (void)dm_diags_add(check->diags, DM_SEV_ERROR, node->span,
                           "`%s` must have %s %lld item%s, found %zu",
                           dm_shown(check, spot->name, strlen(spot->name)),
                           type->min == type->max ? "exactly" : "at least", (long long)type->min,
                           type->min == 1 ? "" : "s", node->n);
    }
    check->is_partial = false; /* a list is replaced whole */
    for (size_t i = 0; i < node->n; i++) {
        struct dm_spot item = { .name = spot->name,
                                .role = DM_SPOT_ITEM,
                                .span = node->items[i]->span };

        dm_check_node(check, type->of, node->items[i], &item);
    }
    check->is_partial = was_partial;
    if (node->n > 1) {
        check_twice(check, node, spot);
    }
}

static void check_map(struct dm_check *check, enum dm_type_id id, const struct dm_tree *node,
                      const struct dm_spot *spot)
{
    const struct dm_type *type = dm_grammar_type(id);

    if (node->kind != DM_TREE_MAP) {
        wrong_kind(check, id, node, spot);
        return;
    }
    for (size_t i = 0; i < node->n; i++) {
        const struct dm_tree_pair *pair = &node->pairs[i];
        struct dm_spot key = { .name = spot->name, .role = DM_SPOT_KEY, .span = pair->key_span };
        struct dm_spot value = { .name = pair->key, .span = pair->key_span };

        if (!dm_scalar_fits(type->of, pair->key, pair->key_length)) {
            dm_scalar_explain(check, type->of, pair->key, pair->key_length, &key, pair->key_span);
        }
        dm_check_node(check, type->map, pair->value, &value);
    }
}

/* ---- mappings with known keys ---- */

/* A mapping under check: its shape's rows, and which of them were found or meant. */
struct shape_check {
    struct dm_check *check;
    const struct dm_type *type;
    enum dm_type_id shape;
    bool is_part;
    const struct dm_key *keys;
    size_t n_keys;
    const struct dm_tree *node;
    const struct dm_spot *spot;
    uint64_t seen; /* bit a row: given, or meant by a key that is misspelt */
};

static bool may_stand(const struct shape_check *shape, const struct dm_key *key)
{
    switch (key->presence) {
    case DM_PRESENCE_WHOLE:
    case DM_PRESENCE_WHOLE_REQUIRED:
        return !shape->is_part;
    case DM_PRESENCE_FIRST:
        return shape->check->is_first_file;
    case DM_PRESENCE_OPTIONAL:
    case DM_PRESENCE_REQUIRED:
        break;
    }
    return true;
}

static bool must_stand(const struct shape_check *shape, const struct dm_key *key)
{
    switch (key->presence) {
    case DM_PRESENCE_REQUIRED:
    case DM_PRESENCE_WHOLE_REQUIRED:
        return !shape->check->is_partial;
    case DM_PRESENCE_FIRST:
        return shape->check->is_first_file;
    case DM_PRESENCE_OPTIONAL:
    case DM_PRESENCE_WHOLE:
        break;
    }
    return false;
}

/* Where a key that does not belong here would belong; NULL where nowhere. */
static const char *homes_of(struct dm_check *check, const char *key)
{
    enum dm_type_id homes[MAX_HOMES];
    size_t n_homes = 0;
    struct dm_str text;
    size_t n;
    const struct dm_key *all = dm_grammar_all_keys(&n);

    for (size_t i = 0; i < n && n_homes < MAX_HOMES; i++) {
        if (!strcmp(all[i].key, key)) {
            homes[n_homes++] = all[i].shape;
        }
    }
    if (!n_homes) {
        return NULL;
    }
    dm_str_init(&text, check->arena);
    for (size_t i = 0; i < n_homes; i++) {
        dm_str_addf(&text, "%s%s",
                    i == 0             ? ""
                    : i + 1 == n_homes ? " or "
                                       : ", ",
                    dm_grammar_type(homes[i])->noun);
    }
    return text.text;
}

static void help_with_key(struct shape_check *shape, const struct dm_tree_pair *pair,
                          struct dm_diag *diag)
{
    struct dm_check *check = shape->check;
    const char *words[MAX_KEYS] = { NULL };
    size_t indices[MAX_KEYS];
    size_t n = 0;
    const char *near;
    const char *homes;
    struct dm_str list;

    for (size_t i = 0; i < shape->n_keys; i++) {
        if (may_stand(shape, &shape->keys[i])) {
            indices[n] = i;
            words[n++] = shape->keys[i].key;
        }
    }
    for (size_t i = 0; i < n; i++) {
        const char *rest = pair->key + strlen(words[i]);

        if (dm_str_starts(pair->key, words[i]) && *rest == ':') {
            shape->seen |= UINT32_C(1) << indices[i];
            (void)dm_diag_help(check->diags, diag, "a space stands after `:`: write `%s: %s`",
                               words[i], dm_shown(check, rest + 1, strlen(rest + 1)));
            return;
        }
    }
    near = dm_str_nearest(pair->key, words, n);
    for (size_t i = 0; near && i < n; i++) {
        if (words[i] == near) {
            shape->seen |= UINT64_C(1) << indices[i];
            (void)dm_diag_help(check->diags, diag, "did you mean `%s`?", near);
            return;
        }
    }
    homes = homes_of(check, pair->key);
    if (homes) {
        (void)dm_diag_help(check->diags, diag, "`%s` belongs in %s", pair->key, homes);
        return;
    }
    dm_str_init(&list, check->arena);
    for (size_t i = 0; i < n && i < MAX_LISTED_KEYS; i++) {
        dm_str_addf(&list, "%s`%s`", i ? ", " : "", words[i]);
    }
    (void)dm_diag_help(check->diags, diag, "keys here are %s%s", list.text,
                       n > MAX_LISTED_KEYS ? ", ..." : "");
}

static void unknown_key(struct shape_check *shape, const struct dm_tree_pair *pair)
{
    struct dm_check *check = shape->check;
    struct dm_diag *diag =
        dm_diags_add(check->diags, DM_SEV_ERROR, pair->key_span, "%s has no key `%s`",
                     shape->type->noun, dm_shown(check, pair->key, pair->key_length));

    help_with_key(shape, pair, diag);
}

static void check_pair(struct shape_check *shape, const struct dm_tree_pair *pair)
{
    struct dm_spot value = { .name = pair->key, .span = pair->key_span };
    const struct dm_key *key = NULL;
    struct dm_diag *diag;

    for (size_t i = 0; i < shape->n_keys && !key; i++) {
        if (!strcmp(shape->keys[i].key, pair->key)) {
            key = &shape->keys[i];
            shape->seen |= UINT64_C(1) << i;
        }
    }
    if (!key) {
        unknown_key(shape, pair);
    } else if (may_stand(shape, key)) {
        dm_check_node(shape->check, key->type, pair->value, &value);
    } else if (shape->is_part) {
        (void)dm_diags_add(shape->check->diags, DM_SEV_ERROR, pair->key_span,
                           "`%s` cannot be overridden", key->key);
    } else {
        diag = dm_diags_add(shape->check->diags, DM_SEV_ERROR, pair->key_span,
                            "`%s` stands in a file that is included", key->key);
        (void)dm_diag_help(shape->check->diags, diag, "only the first file of a design has it");
    }
}

static void check_required(const struct shape_check *shape)
{
    struct dm_check *check = shape->check;

    for (size_t i = 0; i < shape->n_keys; i++) {
        const struct dm_key *key = &shape->keys[i];
        struct dm_diag *diag;

        if (must_stand(shape, key) && !(shape->seen & (UINT64_C(1) << i))) {
            diag = dm_diags_add(check->diags, DM_SEV_ERROR, shape->spot->span, "%s lacks `%s`",
                                dm_spot_text(check, shape->spot), key->key);
            (void)dm_diag_help(check->diags, diag, "`%s`: %s", key->key, key->doc);
        }
    }
}

/* The 'skip'th of the keys in a relation that the mapping has, or NULL. */
static const struct dm_tree_pair *given_of(const struct shape_check *shape, const char *names,
                                           size_t skip)
{
    struct dm_alternative wanted[DM_GRAMMAR_MAX_ALTERNATIVES];
    size_t n = dm_grammar_split(names, wanted);

    for (size_t i = 0; i < shape->node->n; i++) {
        const struct dm_tree_pair *pair = &shape->node->pairs[i];

        for (size_t j = 0; j < n; j++) {
            if (pair->key_length == wanted[j].n && !memcmp(pair->key, wanted[j].head, wanted[j].n)
                && skip-- == 0) {
                return pair;
            }
        }
    }
    return NULL;
}

static void lacks_all(const struct shape_check *shape, const char *names)
{
    struct dm_check *check = shape->check;
    struct dm_alternative wanted[DM_GRAMMAR_MAX_ALTERNATIVES];
    size_t n = dm_grammar_split(names, wanted);
    struct dm_str list;

    dm_str_init(&list, check->arena);
    for (size_t i = 0; i < n; i++) {
        dm_str_addf(&list, "%s`%.*s`",
                    i == 0       ? ""
                    : i + 1 == n ? " or "
                                 : ", ",
                    (int)wanted[i].n, wanted[i].head);
    }
    (void)dm_diags_add(check->diags, DM_SEV_ERROR, shape->spot->span, "%s lacks %s",
                       dm_spot_text(check, shape->spot), list.text);
}

static const char *doc_of(const struct shape_check *shape, const char *name)
{
    for (size_t i = 0; i < shape->n_keys; i++) {
        if (!strcmp(shape->keys[i].key, name)) {
            return shape->keys[i].doc;
        }
    }
    return "";
}

/* The key that is given instead of 'name', where a mapping has exactly one of some; or NULL. */
static const struct dm_tree_pair *given_instead(const struct shape_check *shape, const char *name)
{
    size_t n;
    const struct dm_relation *relations = dm_grammar_relations(&n);

    for (size_t i = 0; i < n; i++) {
        struct dm_alternative keys[DM_GRAMMAR_MAX_ALTERNATIVES];
        size_t n_keys =
            relations[i].shape == shape->shape && relations[i].kind == DM_RELATION_EXACTLY_ONE
                ? dm_grammar_split(relations[i].keys, keys)
                : 0;

        for (size_t j = 0; j < n_keys; j++) {
            if (keys[j].n == strlen(name) && !memcmp(keys[j].head, name, keys[j].n)) {
                return given_of(shape, relations[i].keys, 0);
            }
        }
    }
    return NULL;
}

/* 'first' needs 'name' beside it, which is not there. */
static void lacks_company(const struct shape_check *shape, const struct dm_tree_pair *first,
                          const char *name)
{
    struct dm_diags *diags = shape->check->diags;
    const struct dm_tree_pair *instead = given_instead(shape, name);
    struct dm_diag *diag;

    if (instead) {
        diag = dm_diags_add(diags, DM_SEV_ERROR, first->key_span, "`%s` cannot stand beside `%s`",
                            first->key, instead->key);
        (void)dm_diag_label(diags, diag, instead->key_span, "given here");
        (void)dm_diag_help(diags, diag, "`%s` goes with `%s`: %s", first->key, name,
                           doc_of(shape, first->key));
        return;
    }
    diag = dm_diags_add(diags, DM_SEV_ERROR, first->key_span, "`%s` needs `%s` beside it",
                        first->key, name);
    (void)dm_diag_help(diags, diag, "`%s`: %s", name, doc_of(shape, name));
}

/* Whether one relation holds; says what is wrong where it does not. */
static bool check_relation(const struct shape_check *shape, const struct dm_relation *relation)
{
    struct dm_diags *diags = shape->check->diags;
    const struct dm_tree_pair *first = given_of(shape, relation->keys, 0);
    const struct dm_tree_pair *second = given_of(shape, relation->keys, 1);
    struct dm_diag *diag;

    switch (relation->kind) {
    case DM_RELATION_EXACTLY_ONE:
        if (first && second) {
            diag = dm_diags_add(diags, DM_SEV_ERROR, second->key_span,
                                "`%s` cannot stand beside `%s`", second->key, first->key);
            (void)dm_diag_label(diags, diag, first->key_span, "given here");
            return false;
        }
        if (!first) {
            lacks_all(shape, relation->keys);
        }
        return first != NULL;
    case DM_RELATION_AT_LEAST_ONE:
        if (!first) {
            lacks_all(shape, relation->keys);
        }
        return first != NULL;
    case DM_RELATION_NEEDS:
        if (first && !given_of(shape, relation->other, 0)) {
            lacks_company(shape, first, relation->other);
            return false;
        }
        break;
    }
    return true;
}

static void check_relations(const struct shape_check *shape)
{
    size_t n;
    const struct dm_relation *relations = dm_grammar_relations(&n);

    for (size_t i = 0; i < n; i++) {
        if (relations[i].shape == shape->shape && !check_relation(shape, &relations[i])) {
            return; /* the others mostly follow from the first */
        }
    }
}

static void check_shape(struct dm_check *check, enum dm_type_id id, const struct dm_tree *node,
                        const struct dm_spot *spot)
{
    const struct dm_type *type = dm_grammar_type(id);
    bool is_part = type->kind == DM_TYPE_KIND_PART;
    enum dm_type_id shape_id = is_part ? type->of : id;
    struct shape_check shape = { .check = check,
                                 .type = type,
                                 .shape = shape_id,
                                 .is_part = is_part,
                                 .node = node,
                                 .spot = spot };
    size_t n_errors = check->diags->n_errors;
    bool was_partial = check->is_partial;

    if (node->kind != DM_TREE_MAP) {
        wrong_kind(check, id, node, spot);
        return;
    }
    shape.keys = dm_grammar_keys(shape_id, &shape.n_keys);
    DM_ASSERT(shape.n_keys <= MAX_KEYS);
    check->is_partial = was_partial || is_part;
    for (size_t i = 0; i < node->n; i++) {
        check_pair(&shape, &node->pairs[i]);
    }
    check_required(&shape);
    /* An unknown key may be one of those that a relation speaks of. */
    if (!check->is_partial && check->diags->n_errors == n_errors) {
        check_relations(&shape);
    }
    check->is_partial = was_partial;
}

/* ---- all ---- */

static void check_either(struct dm_check *check, enum dm_type_id id, const struct dm_tree *node,
                         const struct dm_spot *spot)
{
    const struct dm_type *type = dm_grammar_type(id);
    enum dm_type_id chosen = DM_TYPE_none;

    switch (node->kind) {
    case DM_TREE_NULL:
        break;
    case DM_TREE_SCALAR:
        chosen = type->of;
        break;
    case DM_TREE_LIST:
        chosen = type->list;
        break;
    case DM_TREE_MAP:
        chosen = type->map;
        break;
    }
    if (chosen && type->list && node->kind == DM_TREE_SCALAR
        && dm_type_is_choice(dm_grammar_type(chosen))
        && !(is_string(node) && dm_scalar_fits(chosen, node->text, node->length))) {
        wrong_kind(check, id, node, spot); /* a list of one may be meant */
    } else if (chosen) {
        dm_check_node(check, chosen, node, spot);
    } else {
        wrong_kind(check, id, node, spot);
    }
}

void dm_check_node(struct dm_check *check, enum dm_type_id id, const struct dm_tree *node,
                   const struct dm_spot *spot)
{
    const struct dm_type *type = dm_grammar_type(id);

    if (dm_type_is_scalar(type)) {
        check_scalar(check, id, node, spot);
        return;
    }
    if (type->kind == DM_TYPE_KIND_LIST) {
        check_list(check, id, node, spot);
    } else if (type->kind == DM_TYPE_KIND_MAP) {
        check_map(check, id, node, spot);
    } else if (type->kind == DM_TYPE_KIND_EITHER) {
        check_either(check, id, node, spot);
    } else {
        check_shape(check, id, node, spot);
    }
}
