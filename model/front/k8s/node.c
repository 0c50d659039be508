/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Values of a manifest: what type they have, and what is wrong with them.
 */
#include <stdarg.h>
#include <string.h>

#include "model/front/k8s/k8s_private.h"

enum { MAX_WORDS = 128 };

const char *dm_k8s_text_of(struct dm_k8s *k8s, const char *fmt, ...)
{
    const char *text;
    va_list ap;

    va_start(ap, fmt);
    text = dm_vsprintf(k8s->arena, fmt, ap);
    va_end(ap);
    k8s->failed = k8s->failed || !text;
    return text ? text : "";
}

static struct dm_diag *say(struct dm_k8s *k8s, enum dm_severity severity, struct dm_span span,
                           const char *fmt, va_list ap) DM_PRINTF(4, 0);

static struct dm_diag *say(struct dm_k8s *k8s, enum dm_severity severity, struct dm_span span,
                           const char *fmt, va_list ap)
{
    const char *text = dm_vsprintf(k8s->arena, fmt, ap);

    k8s->failed = k8s->failed || !text;
    return text ? dm_diags_add(k8s->diags, severity, span, "%s", text) : NULL;
}

struct dm_diag *dm_k8s_fault(struct dm_k8s *k8s, struct dm_span span, const char *fmt, ...)
{
    struct dm_diag *diag;
    va_list ap;

    va_start(ap, fmt);
    diag = say(k8s, DM_SEV_ERROR, span, fmt, ap);
    va_end(ap);
    return diag;
}

struct dm_diag *dm_k8s_warn(struct dm_k8s *k8s, struct dm_span span, const char *fmt, ...)
{
    struct dm_diag *diag;
    va_list ap;

    va_start(ap, fmt);
    diag = say(k8s, DM_SEV_WARNING, span, fmt, ap);
    va_end(ap);
    return diag;
}

struct dm_diag *dm_k8s_note(struct dm_k8s *k8s, struct dm_span span, const char *fmt, ...)
{
    struct dm_diag *diag;
    va_list ap;

    va_start(ap, fmt);
    diag = say(k8s, DM_SEV_NOTE, span, fmt, ap);
    va_end(ap);
    return diag;
}

void dm_k8s_unknown(struct dm_k8s *k8s, struct dm_span span, const char *name, const char *why,
                    struct dm_unknown_id *slot)
{
    struct dm_unknown unknown = { .object = { .name = name, .origin = span }, .why = why };
    struct dm_ref known = dm_builder_find(k8s->builder, DM_KIND_unknown, name);

    if (!known.v) {
        known.v = dm_builder_add_unknown(k8s->builder, &unknown).v;
    }
    k8s->failed = k8s->failed || known.v == 0;
    if (slot && !slot->v) {
        slot->v = known.v;
    }
}

const struct dm_tree *dm_k8s_get(const struct dm_tree *map, const char *key)
{
    const struct dm_tree *value = map ? dm_tree_find(map, key) : NULL;

    return value && value->kind != DM_TREE_NULL ? value : NULL;
}

static const struct dm_tree *get_kind(struct dm_k8s *k8s, const struct dm_tree *map,
                                      const char *key, enum dm_tree_kind kind, const char *what)
{
    const struct dm_tree *value = dm_k8s_get(map, key);

    if (value && value->kind != kind) {
        (void)dm_k8s_fault(k8s, value->span, "expected %s, found %s", what,
                           dm_tree_kind_text(value));
        return NULL;
    }
    return value;
}

const struct dm_tree *dm_k8s_map(struct dm_k8s *k8s, const struct dm_tree *map, const char *key)
{
    return get_kind(k8s, map, key, DM_TREE_MAP, "a mapping");
}

const struct dm_tree *dm_k8s_list(struct dm_k8s *k8s, const struct dm_tree *map, const char *key)
{
    return get_kind(k8s, map, key, DM_TREE_LIST, "a list");
}

const char *dm_k8s_text(struct dm_k8s *k8s, const struct dm_tree *map, const char *key)
{
    const struct dm_tree *value = dm_k8s_get(map, key);

    if (value && (value->kind != DM_TREE_SCALAR || value->scalar != DM_SCALAR_STRING)) {
        (void)dm_k8s_fault(k8s, value->span, "expected a string, found %s",
                           dm_tree_kind_text(value));
        return NULL;
    }
    return value ? value->text : NULL;
}

bool dm_k8s_bool(struct dm_k8s *k8s, const struct dm_tree *map, const char *key)
{
    const struct dm_tree *value = dm_k8s_get(map, key);
    bool result = false;

    if (value && !dm_tree_bool(value, &result)) {
        (void)dm_k8s_fault(k8s, value->span, "expected `true` or `false`, found %s",
                           dm_tree_kind_text(value));
    }
    return result;
}

int64_t dm_k8s_number(struct dm_k8s *k8s, const struct dm_tree *map, const char *key, int64_t min,
                      int64_t max, int64_t absent)
{
    const struct dm_tree *value = dm_k8s_get(map, key);
    int64_t number = absent;

    if (value && (!dm_tree_int(value, &number) || number < min || number > max)) {
        (void)dm_k8s_fault(k8s, value->span, "`%s` must be a number from %lld to %lld", key,
                           (long long)min, (long long)max);
        return absent;
    }
    return number;
}

/* ---- keys ---- */

/* Splits "a|b|c"; the number of parts. */
static size_t split(struct dm_k8s *k8s, const char *words, const char **parts)
{
    size_t n = 0;

    for (const char *at = words;;) {
        size_t length = strcspn(at, "|");

        DM_ASSERT(n < MAX_WORDS);
        parts[n] = dm_arena_strndup(k8s->arena, at, length);
        if (!parts[n]) {
            k8s->failed = true;
            return n;
        }
        n++;
        if (!at[length]) {
            return n;
        }
        at += length + 1;
    }
}

static bool is_among(const char *word, const char *words)
{
    size_t length = strlen(word);

    for (const char *at = words; at; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, word, length) == 0 && (at[length] == '|' || !at[length])) {
            return true;
        }
    }
    return false;
}

static void strange_key(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                        const struct dm_tree_pair *pair, const char *known,
                        struct dm_unknown_id *slot)
{
    const char *words[MAX_WORDS];
    size_t n = split(k8s, known, words);
    const char *near = dm_str_nearest(pair->key, words, n);

    if (near) {
        dm_diag_help(k8s->diags,
                     slot ? dm_k8s_fault(k8s, pair->key_span, "unknown key `%s`", pair->key)
                          : dm_k8s_warn(k8s, pair->key_span, "unknown key `%s`", pair->key),
                     "did you mean `%s`?", near);
    } else {
        if (slot) {
            (void)dm_k8s_warn(k8s, pair->key_span, "key `%s` is not understood", pair->key);
        }
        dm_k8s_unknown(k8s, pair->key_span,
                       dm_k8s_text_of(k8s, "%s of %s %s", pair->key, object->kind_text,
                                      dm_k8s_name(k8s, object)),
                       "this key is not understood", slot);
    }
}

bool dm_k8s_keys(struct dm_k8s *k8s, const struct dm_k8s_object *object, const struct dm_tree *map,
                 const char *known, struct dm_unknown_id *slot)
{
    if (map->kind != DM_TREE_MAP) {
        (void)dm_k8s_fault(k8s, map->span, "expected a mapping, found %s", dm_tree_kind_text(map));
        return false;
    }
    for (size_t i = 0; i < map->n; i++) {
        if (!is_among(map->pairs[i].key, known)) {
            strange_key(k8s, object, &map->pairs[i], known, slot);
        }
    }
    return true;
}

/* ---- values of networks ---- */

uint8_t dm_k8s_protocol(struct dm_k8s *k8s, const struct dm_tree *map, const char *key,
                        uint8_t absent)
{
    static const struct {
        const char *word;
        uint8_t protocol;
    } protocols[] = { { "TCP", DM_PROTO_TCP }, { "UDP", DM_PROTO_UDP }, { "SCTP", DM_PROTO_SCTP } };
    const char *text = dm_k8s_text(k8s, map, key);

    if (!text) {
        return absent;
    }
    for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++) {
        if (strcmp(text, protocols[i].word) == 0) {
            return protocols[i].protocol;
        }
    }
    dm_diag_help(k8s->diags,
                 dm_k8s_fault(k8s, dm_k8s_get(map, key)->span, "unknown protocol `%s`", text),
                 "TCP, UDP and SCTP are known here");
    return absent;
}

bool dm_k8s_prefix(struct dm_k8s *k8s, const struct dm_tree *node, struct dm_prefix *ret_prefix)
{
    const char *text = dm_tree_text(node);
    struct dm_prefix prefix = { 0 };
    enum dm_addr_fault fault = text ? dm_prefix_parse(text, &prefix) : DM_ADDR_NOT_AN_ADDRESS;

    /* Bits past the length are legal here, and have no meaning; who wrote them meant something. */
    if (fault != DM_ADDR_OK && fault != DM_ADDR_HOST_BITS) {
        (void)dm_k8s_fault(k8s, node->span, "`%s` %s", text ? text : dm_tree_kind_text(node),
                           dm_addr_fault_text(fault));
        return false;
    }
    if (fault == DM_ADDR_HOST_BITS) {
        char buffer[DM_ADDR_TEXT_SIZE];

        dm_diag_help(k8s->diags,
                     dm_k8s_warn(k8s, node->span,
                                 "`%s` has bits past its length, which are not "
                                 "looked at",
                                 text),
                     "it means `%s`", dm_prefix_text(prefix, buffer));
    }
    *ret_prefix = prefix;
    return true;
}
