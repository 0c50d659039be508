/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/front/design/grammar_private.h"

#include <string.h>

static const struct dm_type types[DM_TYPE_COUNT] = {
#define SCALAR(name, kind_name, meta_text, noun_text, doc_text)                                    \
    .kind = DM_TYPE_KIND_##kind_name, .id = #name, .meta = (meta_text), .noun = (noun_text),       \
    .doc = (doc_text)
#define DM_TEXT(name, meta, noun, doc) [DM_TYPE_##name] = { SCALAR(name, TEXT, meta, noun, doc) },
#define DM_QUANTITY(name, meta, noun, doc)                                                         \
    [DM_TYPE_##name] = { SCALAR(name, TEXT, meta, noun, doc), .or_number = true },
#define DM_TRUTH(name, meta, noun, doc) [DM_TYPE_##name] = { SCALAR(name, TRUTH, meta, noun, doc) },
#define DM_NUMBER(name, meta, noun, low, high, low2, high2, doc)                                   \
    [DM_TYPE_##name] = { SCALAR(name, NUMBER, meta, noun, doc), .min = (low), .max = (high),       \
                         .min2 = (low2), .max2 = (high2) },
#define DM_WORD(name, meta, noun, first_set, rest_set, low, high, doc)                             \
    [DM_TYPE_##name] = { SCALAR(name, WORD, meta, noun, doc), .first = (first_set),                \
                         .rest = (rest_set), .min = (low), .max = (high) },
#define DM_TEMPLATE(name, word, noun, doc)                                                         \
    [DM_TYPE_##name] = { SCALAR(name, TEMPLATE, NULL, noun, doc), .of = DM_TYPE_##word },
#define DM_PATH(name, meta, noun, part, low, high, doc)                                            \
    [DM_TYPE_##name] = { SCALAR(name, PATH, meta, noun, doc), .of = DM_TYPE_##part, .min = (low),  \
                         .max = (high) },
#define DM_FORM(name, meta, noun, forms, doc)                                                      \
    [DM_TYPE_##name] = { SCALAR(name, FORM, meta, noun, doc), .first = (forms) },
#define DM_TERMS(name, meta, noun, term, glue, doc)                                                \
    [DM_TYPE_##                                                                                    \
        name] = { SCALAR(name, TERMS, meta, noun, doc), .of = DM_TYPE_##term, .first = (glue) },
#define DM_PREFIX(name, meta, noun, low, high, doc)                                                \
    [DM_TYPE_##name] = { SCALAR(name, PREFIX, meta, noun, doc), .min = (low), .max = (high) },
#define DM_DATE(name, meta, noun, doc) [DM_TYPE_##name] = { SCALAR(name, DATE, meta, noun, doc) },
#define DM_MATCH(name, meta, noun, doc) [DM_TYPE_##name] = { SCALAR(name, MATCH, meta, noun, doc) },
#define DM_PORT(name, meta, noun, doc) [DM_TYPE_##name] = { SCALAR(name, PORT, meta, noun, doc) },
#define DM_LIST(name, item, low, high, doc)                                                        \
    [DM_TYPE_##name] = { SCALAR(name, LIST, NULL, NULL, doc), .of = DM_TYPE_##item, .min = (low),  \
                         .max = (high) },
#define DM_MAP(name, key, value, doc)                                                              \
    [DM_TYPE_##name] = { SCALAR(name, MAP, NULL, NULL, doc), .of = DM_TYPE_##key,                  \
                         .map = DM_TYPE_##value },
#define DM_EITHER(name, scalar, list_type, map_type, doc)                                          \
    [DM_TYPE_##name] = { SCALAR(name, EITHER, NULL, NULL, doc), .of = DM_TYPE_##scalar,            \
                         .list = DM_TYPE_##list_type, .map = DM_TYPE_##map_type },
#define DM_SHAPE(name, where, doc) [DM_TYPE_##name] = { SCALAR(name, SHAPE, NULL, where, doc) },
#define DM_PART(name, shape, where, doc)                                                           \
    [DM_TYPE_##name] = { SCALAR(name, PART, NULL, where, doc), .of = DM_TYPE_##shape },
#include "model/front/design/grammar.def"
#undef SCALAR
};

static const struct dm_key keys[] = {
#define DM_KEY(shape_name, key_text, type_name, presence_name, standard_text, doc_text)            \
    { .shape = DM_TYPE_##shape_name,                                                               \
      .key = (key_text),                                                                           \
      .type = DM_TYPE_##type_name,                                                                 \
      .presence = DM_PRESENCE_##presence_name,                                                     \
      .standard = (standard_text),                                                                 \
      .doc = (doc_text) },
#include "model/front/design/grammar.def"
};

static const struct dm_relation relations[] = {
#define DM_EXACTLY_ONE(shape_name, keys_text)                                                      \
    { .kind = DM_RELATION_EXACTLY_ONE, .shape = DM_TYPE_##shape_name, .keys = (keys_text) },
#define DM_AT_LEAST_ONE(shape_name, keys_text)                                                     \
    { .kind = DM_RELATION_AT_LEAST_ONE, .shape = DM_TYPE_##shape_name, .keys = (keys_text) },
#define DM_NEEDS(shape_name, key_text, other_text)                                                 \
    { .kind = DM_RELATION_NEEDS,                                                                   \
      .shape = DM_TYPE_##shape_name,                                                               \
      .keys = (key_text),                                                                          \
      .other = (other_text) },
#include "model/front/design/grammar.def"
};

enum {
    N_KEYS = sizeof keys / sizeof keys[0],
    N_RELATIONS = sizeof relations / sizeof relations[0]
};

const struct dm_type *dm_grammar_type(enum dm_type_id id)
{
    DM_ASSERT(id > DM_TYPE_none && id < DM_TYPE_COUNT);
    return &types[id];
}

enum dm_type_id dm_grammar_type_find(const char *name, size_t length)
{
    for (enum dm_type_id id = DM_TYPE_none + 1; id < DM_TYPE_COUNT; id++) {
        if (strlen(types[id].id) == length && !memcmp(types[id].id, name, length)) {
            return id;
        }
    }
    return DM_TYPE_none;
}

const struct dm_key *dm_grammar_all_keys(size_t *ret_n)
{
    *ret_n = N_KEYS;
    return keys;
}

const struct dm_key *dm_grammar_keys(enum dm_type_id shape, size_t *ret_n)
{
    size_t first = 0;
    size_t n = 0;

    while (first < N_KEYS && keys[first].shape != shape) {
        first++;
    }
    while (first + n < N_KEYS && keys[first + n].shape == shape) {
        n++;
    }
    *ret_n = n;
    return n ? keys + first : NULL;
}

const struct dm_relation *dm_grammar_relations(size_t *ret_n)
{
    *ret_n = N_RELATIONS;
    return relations;
}

size_t dm_grammar_split(const char *text, struct dm_alternative *ret_alternatives)
{
    size_t n = 0;

    for (;;) {
        size_t length = strcspn(text, "|");
        size_t head = strcspn(text, "{|");
        struct dm_alternative *alternative = &ret_alternatives[n++];

        DM_ASSERT(n <= DM_GRAMMAR_MAX_ALTERNATIVES);
        *alternative = (struct dm_alternative){ .head = text, .n = head };
        if (head < length) {
            DM_ASSERT(length - head > 2 && text[length - 1] == '}');
            alternative->tail = dm_grammar_type_find(text + head + 1, length - head - 2);
            DM_ASSERT(alternative->tail != DM_TYPE_none);
        }
        text += length;
        if (!*text) {
            return n;
        }
        text++;
    }
}

bool dm_type_is_scalar(const struct dm_type *type)
{
    return type->kind < DM_TYPE_KIND_LIST;
}

bool dm_type_is_choice(const struct dm_type *type)
{
    return type->kind == DM_TYPE_KIND_FORM && !strchr(type->first, '{');
}

bool dm_type_may_fill_in(enum dm_type_id id)
{
    struct dm_alternative alternatives[DM_GRAMMAR_MAX_ALTERNATIVES];
    const struct dm_type *type = dm_grammar_type(id);
    bool may = type->kind == DM_TYPE_KIND_TEMPLATE;
    size_t n;

    if (type->kind == DM_TYPE_KIND_PATH) {
        return dm_type_may_fill_in(type->of);
    }
    if (type->kind == DM_TYPE_KIND_FORM) {
        n = dm_grammar_split(type->first, alternatives);
        for (size_t i = 0; i < n; i++) {
            may = may || (alternatives[i].tail && dm_type_may_fill_in(alternatives[i].tail));
        }
    }
    return may;
}

bool dm_grammar_in_set(const char *set, char c)
{
    for (; *set; set++) {
        if (set[1] == '-' && set[2]) {
            if (c >= set[0] && c <= set[2]) {
                return true;
            }
            set += 2;
        } else if (c == *set) {
            return true;
        }
    }
    return false;
}

static void add_escaped(struct dm_str *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (strchr("\\^$.|?*+()[]{}", text[i])) {
            dm_str_addc(out, '\\');
        }
        dm_str_addc(out, text[i]);
    }
}

static void add_repeated(struct dm_str *out, int64_t min, int64_t max)
{
    if (min == max) {
        dm_str_addf(out, "{%lld}", (long long)min);
    } else {
        dm_str_addf(out, "{%lld,%lld}", (long long)min, (long long)max);
    }
}

static void word_pattern(const struct dm_type *type, struct dm_str *out)
{
    dm_str_addf(out, "[%s]", type->first);
    if (type->min < type->max) {
        dm_str_addf(out, "[%s]*", type->rest);
    } else if (type->max > 1) {
        dm_str_addf(out, "[%s]", type->rest);
        add_repeated(out, type->min - 1, type->max - 1);
    }
}

static void form_pattern(const struct dm_type *type, struct dm_str *out)
{
    struct dm_alternative alternatives[DM_GRAMMAR_MAX_ALTERNATIVES];
    size_t n = dm_grammar_split(type->first, alternatives);

    dm_str_addc(out, '(');
    for (size_t i = 0; i < n; i++) {
        if (i) {
            dm_str_addc(out, '|');
        }
        add_escaped(out, alternatives[i].head, alternatives[i].n);
        if (alternatives[i].tail) {
            dm_grammar_pattern(alternatives[i].tail, out);
        }
    }
    dm_str_addc(out, ')');
}

static void path_pattern(const struct dm_type *type, struct dm_str *out)
{
    dm_grammar_pattern(type->of, out);
    dm_str_add(out, "(\\.");
    dm_grammar_pattern(type->of, out);
    dm_str_addc(out, ')');
    add_repeated(out, type->min - 1, type->max - 1);
}

static void terms_pattern(const struct dm_type *type, struct dm_str *out)
{
    dm_grammar_pattern(type->of, out);
    dm_str_addc(out, '(');
    add_escaped(out, type->first, strlen(type->first));
    dm_grammar_pattern(type->of, out);
    dm_str_add(out, ")*");
}

void dm_grammar_pattern(enum dm_type_id id, struct dm_str *out)
{
    const struct dm_type *type = dm_grammar_type(id);

    switch (type->kind) {
    case DM_TYPE_KIND_WORD:
        word_pattern(type, out);
        break;
    case DM_TYPE_KIND_TEMPLATE:
        dm_str_addf(out, "([%s]|\\$\\{(env|region)\\})+", dm_grammar_type(type->of)->rest);
        break;
    case DM_TYPE_KIND_PATH:
        path_pattern(type, out);
        break;
    case DM_TYPE_KIND_FORM:
        form_pattern(type, out);
        break;
    case DM_TYPE_KIND_TERMS:
        terms_pattern(type, out);
        break;
    case DM_TYPE_KIND_PREFIX:
        dm_str_add(out, type->max > 32 ? "(([0-9]{1,3}\\.){3}[0-9]{1,3}/[0-9]{1,2}"
                                         "|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*/[0-9]{1,3})"
                                       : "([0-9]{1,3}\\.){3}[0-9]{1,3}/[0-9]{1,2}");
        break;
    case DM_TYPE_KIND_DATE:
        dm_str_add(out, "[0-9]{4}-[0-9]{2}-[0-9]{2}");
        break;
    case DM_TYPE_KIND_MATCH:
        dm_str_add(out, "(all|icmp(/[0-9]{1,3})?|(tcp|udp)/[0-9]{1,5}(-[0-9]{1,5})?"
                        "|proto/[0-9]{1,3})");
        break;
    case DM_TYPE_KIND_PORT:
        dm_str_add(out, "(tcp|udp)/[0-9]{1,5}");
        break;
    case DM_TYPE_KIND_TEXT:
    case DM_TYPE_KIND_TRUTH:
    case DM_TYPE_KIND_NUMBER:
    case DM_TYPE_KIND_LIST:
    case DM_TYPE_KIND_MAP:
    case DM_TYPE_KIND_EITHER:
    case DM_TYPE_KIND_SHAPE:
    case DM_TYPE_KIND_PART:
        break;
    }
}

static const char *meta_of(enum dm_type_id id)
{
    const struct dm_type *type = dm_grammar_type(id);

    return type->meta || !type->of ? type->meta : meta_of(type->of);
}

void dm_grammar_forms(enum dm_type_id id, struct dm_str *out)
{
    const struct dm_type *type = dm_grammar_type(id);
    struct dm_alternative alternatives[DM_GRAMMAR_MAX_ALTERNATIVES];
    size_t n;

    if (type->kind != DM_TYPE_KIND_FORM) {
        dm_str_addf(out, "`%s`", meta_of(id));
        return;
    }
    n = dm_grammar_split(type->first, alternatives);
    for (size_t i = 0; i < n; i++) {
        dm_str_add(out, i == 0 ? "" : i + 1 == n ? " or " : ", ");
        dm_str_addf(out, "`%.*s%s`", (int)alternatives[i].n, alternatives[i].head,
                    alternatives[i].tail ? meta_of(alternatives[i].tail) : "");
    }
}
