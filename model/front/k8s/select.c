/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Labels and selectors: those of Kubernetes, and the language of Calico.
 */
#include <stdlib.h>
#include <string.h>

#include "model/front/k8s/k8s_private.h"

static int compare_labels(const void *a, const void *b)
{
    const struct dm_kube_label *left = a;
    const struct dm_kube_label *right = b;

    return strcmp(left->key, right->key);
}

struct dm_kube_labels dm_k8s_labels(struct dm_k8s *k8s, const struct dm_tree *map)
{
    size_t n = map ? map->n : 0;
    struct dm_kube_label *items = n ? DM_NEW_ARRAY(k8s->arena, n, struct dm_kube_label) : NULL;
    struct dm_kube_labels labels = { .items = items };

    k8s->failed = k8s->failed || (n && !items);
    for (size_t i = 0; items && i < n; i++) {
        const char *value = dm_k8s_text(k8s, map, map->pairs[i].key);

        items[labels.n++] = (struct dm_kube_label){ map->pairs[i].key, value ? value : "" };
    }
    if (labels.n > 1) {
        qsort(items, labels.n, sizeof *items, compare_labels);
    }
    return labels;
}

struct dm_kube_labels dm_k8s_label_set(struct dm_k8s *k8s, struct dm_kube_labels given,
                                       const char *key, const char *value)
{
    struct dm_kube_label *items = DM_NEW_ARRAY(k8s->arena, given.n + 1, struct dm_kube_label);
    size_t n = 0;
    size_t i = 0;

    k8s->failed = k8s->failed || !items;
    if (!items) {
        return given;
    }
    while (i < given.n && strcmp(given.items[i].key, key) < 0) {
        items[n++] = given.items[i++];
    }
    items[n++] = (struct dm_kube_label){ key, value };
    i += i < given.n && strcmp(given.items[i].key, key) == 0;
    while (i < given.n) {
        items[n++] = given.items[i++];
    }
    return (struct dm_kube_labels){ items, n };
}

/* ---- making ---- */

static const struct dm_selector *make(struct dm_k8s *k8s, struct dm_selector selector)
{
    struct dm_selector *made = DM_NEW(k8s->arena, struct dm_selector);

    if (made) {
        *made = selector;
    }
    k8s->failed = k8s->failed || !made;
    return made;
}

static const struct dm_selector *make_values(struct dm_k8s *k8s, enum dm_selector_kind kind,
                                             const char *key, const char *const *values, size_t n)
{
    return make(k8s,
                (struct dm_selector){ .kind = kind, .key = key, .values = values, .n_values = n });
}

/* Without parts: all; of one part: itself. */
static const struct dm_selector *join(struct dm_k8s *k8s, enum dm_selector_kind kind,
                                      const struct dm_selector *const *parts, size_t n)
{
    if (n == 1) {
        return parts[0];
    }
    return make(k8s, n ? (struct dm_selector){ .kind = kind, .parts = parts, .n_parts = n }
                       : (struct dm_selector){ .kind = DM_SELECTOR_ALL });
}

static const struct dm_selector *negate(struct dm_k8s *k8s, const struct dm_selector *part)
{
    const struct dm_selector **parts = DM_NEW_ARRAY(k8s->arena, 1, const struct dm_selector *);

    if (!part || !parts) {
        k8s->failed = k8s->failed || !parts;
        return NULL;
    }
    parts[0] = part;
    return make(k8s, (struct dm_selector){ .kind = DM_SELECTOR_NOT, .parts = parts, .n_parts = 1 });
}

/* ---- parts that are all to be met ---- */

struct parts {
    const struct dm_selector **items;
    size_t n;
    size_t capacity;
};

/* The only label that a part looks at; NULL where it is joined of others. */
static const char *only_key(const struct dm_selector *part)
{
    return part->kind == DM_SELECTOR_NOT ? only_key(part->parts[0]) : part->key;
}

static bool all_match(const struct parts *parts, const char *key, const char *value)
{
    const struct dm_kube_label label = { key, value };
    const struct dm_kube_labels labels = { &label, value ? 1 : 0 };

    for (size_t i = 0; i < parts->n; i++) {
        const char *other = only_key(parts->items[i]);

        if (other && strcmp(other, key) == 0 && !dm_selector_matches(parts->items[i], &labels)) {
            return false;
        }
    }
    return true;
}

/* Whether a value that 'part' names, or none at all, meets all that is said of its label. */
static bool can_match(const struct parts *parts, const struct dm_selector *part)
{
    for (size_t i = 0; i < part->n_values; i++) {
        if (all_match(parts, part->key, part->values[i])) {
            return true;
        }
    }
    return false;
}

/* What no labels can meet: parts that leave none of the values that one of them names, or that want
 * a label and want it not. */
static void refuse_contradiction(struct dm_k8s *k8s, const struct parts *parts, struct dm_span span)
{
    for (size_t i = 0; i < parts->n; i++) {
        const struct dm_selector *part = parts->items[i];
        bool is_met = true;

        if (part->kind == DM_SELECTOR_IN) {
            is_met = can_match(parts, part);
        }
        for (size_t j = 0; j < parts->n && part->kind == DM_SELECTOR_HAS; j++) {
            const struct dm_selector *other = parts->items[j];

            is_met = is_met
                     && !(other->kind == DM_SELECTOR_NOT && other->parts[0]->kind == DM_SELECTOR_HAS
                          && strcmp(other->parts[0]->key, part->key) == 0);
        }
        if (!is_met) {
            (void)dm_k8s_fault(k8s, span, "no label `%s` meets all of this selector", part->key);
            return;
        }
    }
}

/* ---- Kubernetes ---- */

static void add_part(struct dm_k8s *k8s, struct parts *parts, const struct dm_selector *part)
{
    if (part) {
        (void)DM_K8S_PUSH(k8s, parts, part);
    }
}

static void add_equalities(struct dm_k8s *k8s, const struct dm_tree *map, struct parts *parts)
{
    for (size_t i = 0; map && i < map->n; i++) {
        const char **values = DM_NEW_ARRAY(k8s->arena, 1, const char *);

        k8s->failed = k8s->failed || !values;
        if (values && (values[0] = dm_k8s_text(k8s, map, map->pairs[i].key)) != NULL
            && dm_k8s_check_key(k8s, map->pairs[i].key, map->pairs[i].key_span)
            && dm_k8s_check_value(k8s, values[0], map->pairs[i].value->span)) {
            add_part(k8s, parts, make_values(k8s, DM_SELECTOR_IN, map->pairs[i].key, values, 1));
        }
    }
}

const struct dm_selector *dm_k8s_equality_selector(struct dm_k8s *k8s, const struct dm_tree *map)
{
    struct parts parts = { 0 };

    add_equalities(k8s, map, &parts);
    return join(k8s, DM_SELECTOR_AND, parts.items, parts.n);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *const *values_of(struct dm_k8s *k8s, const struct dm_tree *list, size_t *ret_n)
{
    const char **values = DM_NEW_ARRAY(k8s->arena, list->n + 1, const char *);

    *ret_n = 0;
    k8s->failed = k8s->failed || !values;
    for (size_t i = 0; values && i < list->n; i++) {
        const struct dm_tree *item = list->items[i];

        if (item->kind != DM_TREE_SCALAR || item->scalar != DM_SCALAR_STRING) {
            (void)dm_k8s_fault(k8s, item->span, "expected a string, found %s",
                               dm_tree_kind_text(item));
        } else if (dm_k8s_check_value(k8s, item->text, item->span)) {
            values[(*ret_n)++] = item->text;
        }
    }
    if (*ret_n > 1) {
        qsort(values, *ret_n, sizeof *values, compare_texts);
    }
    return values;
}

const struct dm_selector *dm_k8s_values_selector(struct dm_k8s *k8s, const char *key,
                                                 const struct dm_tree *list)
{
    size_t n = 0;
    const char *const *values = values_of(k8s, list, &n);

    return make_values(k8s, DM_SELECTOR_IN, key, values, n);
}

/* An entry of matchExpressions. */
static const struct dm_selector *expression(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                                            const struct dm_tree *map, struct dm_unknown_id *slot)
{
    const struct dm_tree *list;
    const char *operator;
    const char *key;
    size_t n = 0;
    const char *const *values = NULL;
    bool takes_values;

    if (!dm_k8s_keys(k8s, object, map, "key|operator|values", slot)) {
        return NULL;
    }
    key = dm_k8s_text(k8s, map, "key");
    operator= dm_k8s_text(k8s, map, "operator");
    list = dm_k8s_list(k8s, map, "values");
    if (!key || !operator) {
        (void)dm_k8s_fault(k8s, map->span, "`%s` is missing", key ? "operator" : "key");
        return NULL;
    }
    takes_values = strcmp(operator, "In") == 0 || strcmp(operator, "NotIn") == 0;
    if (!dm_k8s_check_key(k8s, key, dm_k8s_get(map, "key")->span)) {
        return NULL;
    }
    if (list) {
        values = values_of(k8s, list, &n);
    }
    if (!takes_values && strcmp(operator, "Exists") != 0 && strcmp(operator, "DoesNotExist") != 0) {
        dm_diag_help(
            k8s->diags,
            dm_k8s_fault(k8s, dm_k8s_get(map, "operator")->span, "unknown operator `%s`", operator),
            "In, NotIn, Exists and DoesNotExist are known");
        return NULL;
    }
    if (takes_values != (list && list->n > 0)) {
        (void)dm_k8s_fault(k8s, map->span, "operator `%s` takes %s", operator,
                           takes_values ? "values" : "no values");
        return NULL;
    }
    if (takes_values) {
        const struct dm_selector *in = make_values(k8s, DM_SELECTOR_IN, key, values, n);

        return operator[0] == 'I' ? in : negate(k8s, in);
    }
    return operator[0] == 'E' ? make_values(k8s, DM_SELECTOR_HAS, key, NULL, 0)
                              : negate(k8s, make_values(k8s, DM_SELECTOR_HAS, key, NULL, 0));
}

const struct dm_selector *dm_k8s_label_selector(struct dm_k8s *k8s,
                                                const struct dm_k8s_object *object,
                                                const struct dm_tree *map,
                                                struct dm_unknown_id *slot)
{
    const struct dm_tree *expressions;
    struct parts parts = { 0 };

    if (!map || !dm_k8s_keys(k8s, object, map, "matchLabels|matchExpressions", slot)) {
        return join(k8s, DM_SELECTOR_AND, NULL, 0);
    }
    add_equalities(k8s, dm_k8s_map(k8s, map, "matchLabels"), &parts);
    expressions = dm_k8s_list(k8s, map, "matchExpressions");
    for (size_t i = 0; expressions && i < expressions->n; i++) {
        add_part(k8s, &parts, expression(k8s, object, expressions->items[i], slot));
    }
    refuse_contradiction(k8s, &parts, map->span);
    return join(k8s, DM_SELECTOR_AND, parts.items, parts.n);
}

/* ---- Calico ---- */

/* A selector as it is read: 'at' is the next character. */
struct parser {
    struct dm_k8s *k8s;
    const struct dm_tree *node;
    const char *at;
    unsigned depth;
    bool faulty;
};

enum { MAX_DEPTH = 32 };

static const struct dm_selector *either(struct parser *parser);

static void skip(struct parser *parser)
{
    parser->at += strspn(parser->at, " \t\n");
}

static const struct dm_selector *fault(struct parser *parser, const char *expected)
{
    if (!parser->faulty) {
        (void)dm_k8s_fault(parser->k8s, parser->node->span, "expected %s at `%.20s` of a selector",
                           expected, *parser->at ? parser->at : "its end");
    }
    parser->faulty = true;
    return NULL;
}

/* Takes 'word' if it is next; a word of letters must end there. */
static bool take(struct parser *parser, const char *word)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "-_./";
    size_t length = strlen(word);

    skip(parser);
    if (strncmp(parser->at, word, length) != 0
        || (strchr(letters, word[length - 1]) && parser->at[length]
            && strchr(letters, parser->at[length]))) {
        return false;
    }
    parser->at += length;
    return true;
}

/* Two words, with or without space between them. */
static bool take_two(struct parser *parser, const char *first, const char *second)
{
    const char *begin;

    skip(parser);
    begin = parser->at;
    if (strncmp(begin, first, strlen(first)) == 0) {
        parser->at += strlen(first);
        if (take(parser, second)) {
            return true;
        }
        parser->at = begin;
    }
    return false;
}

/* "all()" */
static bool take_call(struct parser *parser, const char *word)
{
    const char *begin = parser->at;

    if (take(parser, word) && take(parser, "(") && take(parser, ")")) {
        return true;
    }
    parser->at = begin;
    return false;
}

static const char *key_of(struct parser *parser)
{
    size_t length;
    char *key;

    skip(parser);
    length = strspn(parser->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_./");
    if (length == 0) {
        (void)fault(parser, "a label's key");
        return NULL;
    }
    key = dm_arena_strndup(parser->k8s->arena, parser->at, length);
    parser->k8s->failed = parser->k8s->failed || !key;
    parser->at += length;
    return key;
}

static const char *quoted(struct parser *parser)
{
    const char *end;
    char *text;
    char quote;

    skip(parser);
    quote = *parser->at;
    end = quote == '\'' || quote == '"' ? strchr(parser->at + 1, quote) : NULL;
    if (!end) {
        (void)fault(parser, "a value in quotes");
        return NULL;
    }
    text = dm_arena_strndup(parser->k8s->arena, parser->at + 1, (size_t)(end - parser->at) - 1);
    parser->k8s->failed = parser->k8s->failed || !text;
    parser->at = end + 1;
    return text;
}

/* "{'a', 'b'}" */
static const struct dm_selector *braces(struct parser *parser, const char *key)
{
    DM_VEC(const char *) values = { 0 };

    if (!take(parser, "{")) {
        return fault(parser, "`{`");
    }
    while (!take(parser, "}")) {
        const char *value;

        if (values.n && !take(parser, ",")) {
            return fault(parser, "`,` or `}`");
        }
        value = quoted(parser);
        if (!value || !DM_K8S_PUSH(parser->k8s, &values, value)) {
            return NULL;
        }
    }
    if (values.n > 1) {
        qsort(values.items, values.n, sizeof *values.items, compare_texts);
    }
    return make_values(parser->k8s, DM_SELECTOR_IN, key, values.items, values.n);
}

static const struct dm_selector *one_value(struct parser *parser, enum dm_selector_kind kind,
                                           const char *key)
{
    const char **values = DM_NEW_ARRAY(parser->k8s->arena, 1, const char *);
    const char *value = quoted(parser);

    parser->k8s->failed = parser->k8s->failed || !values;
    if (!values || !value) {
        return NULL;
    }
    values[0] = value;
    return make_values(parser->k8s, kind, key, values, 1);
}

static const struct dm_selector *comparison(struct parser *parser)
{
    const char *key = key_of(parser);

    if (!key) {
        return NULL;
    }
    if (take(parser, "==")) {
        return one_value(parser, DM_SELECTOR_IN, key);
    }
    if (take(parser, "!=")) {
        return negate(parser->k8s, one_value(parser, DM_SELECTOR_IN, key));
    }
    if (take(parser, "in")) {
        return braces(parser, key);
    }
    if (take_two(parser, "not", "in")) {
        return negate(parser->k8s, braces(parser, key));
    }
    if (take(parser, "contains")) {
        return one_value(parser, DM_SELECTOR_CONTAINS, key);
    }
    if (take_two(parser, "starts", "with")) {
        return one_value(parser, DM_SELECTOR_STARTS_WITH, key);
    }
    if (take_two(parser, "ends", "with")) {
        return one_value(parser, DM_SELECTOR_ENDS_WITH, key);
    }
    return fault(parser, "an operator");
}

static const struct dm_selector *factor(struct parser *parser)
{
    const struct dm_selector *inner;

    if (parser->depth == MAX_DEPTH) {
        return fault(parser, "less nesting");
    }
    if (take(parser, "!")) {
        parser->depth++;
        inner = factor(parser);
        parser->depth--;
        return negate(parser->k8s, inner);
    }
    if (take(parser, "(")) {
        parser->depth++;
        inner = either(parser);
        parser->depth--;
        return inner && !take(parser, ")") ? fault(parser, "`)`") : inner;
    }
    if (take_call(parser, "all")) {
        return join(parser->k8s, DM_SELECTOR_AND, NULL, 0);
    }
    if (take_two(parser, "has", "(")) {
        const char *key = key_of(parser);

        return key && take(parser, ")") ? make_values(parser->k8s, DM_SELECTOR_HAS, key, NULL, 0)
                                        : fault(parser, "`(KEY)`");
    }
    return comparison(parser);
}

static const struct dm_selector *series(struct parser *parser, const char *between,
                                        enum dm_selector_kind kind,
                                        const struct dm_selector *(*next)(struct parser *))
{
    struct parts parts = { 0 };

    do {
        const struct dm_selector *part = next(parser);

        if (!part) {
            return NULL;
        }
        add_part(parser->k8s, &parts, part);
    } while (take(parser, between));
    if (kind == DM_SELECTOR_AND) {
        refuse_contradiction(parser->k8s, &parts, parser->node->span);
    }
    return join(parser->k8s, kind, parts.items, parts.n);
}

static const struct dm_selector *both(struct parser *parser)
{
    return series(parser, "&&", DM_SELECTOR_AND, factor);
}

static const struct dm_selector *either(struct parser *parser)
{
    return series(parser, "||", DM_SELECTOR_OR, both);
}

const struct dm_selector *dm_k8s_calico_selector(struct dm_k8s *k8s, const struct dm_tree *node)
{
    const char *text = dm_tree_text(node);
    struct parser parser = { .k8s = k8s, .node = node, .at = text ? text : "" };
    const struct dm_selector *selector;

    if (node->kind != DM_TREE_SCALAR || node->scalar != DM_SCALAR_STRING) {
        (void)dm_k8s_fault(k8s, node->span, "expected a selector, found %s",
                           dm_tree_kind_text(node));
        return NULL;
    }
    skip(&parser);
    if (!*parser.at) {
        return join(k8s, DM_SELECTOR_AND, NULL, 0);
    }
    selector = either(&parser);
    skip(&parser);
    return selector && *parser.at ? fault(&parser, "`&&`, `||` or the end") : selector;
}
