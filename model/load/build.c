/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/load/load_private.h"

#include <stdarg.h>
#include <string.h>

#include "model/base/limits.h"
#include "model/base/str.h"

bool dm_builder_init(struct dm_builder *builder, struct dm_arena *arena, struct dm_diags *diags,
                     uint32_t source)
{
    struct dm_arena *scratch = dm_arena_new((size_t)dm_limit_value(DM_LIMIT_MODEL_BYTES));

    if (!scratch) {
        return false;
    }
    *builder =
        (struct dm_builder){ .arena = arena, .scratch = scratch, .diags = diags, .source = source };
    dm_map_init(&builder->key_ids, scratch);
    return true;
}

void dm_builder_release(struct dm_builder *builder)
{
    dm_arena_free(builder->scratch);
    builder->scratch = NULL;
}

enum dm_status dm_builder_finish(const struct dm_builder *builder, struct dm_tree **ret_tree,
                                 struct dm_err *err)
{
    if (builder->status == DM_NOMEM) {
        return DM_FAIL_NOMEM(err);
    }
    *ret_tree = builder->n_faults ? NULL : builder->root;
    return DM_OK;
}

struct dm_span dm_builder_span(const struct dm_builder *builder, size_t begin, size_t end)
{
    struct dm_span span = { .source = builder->source,
                            .begin_byte = (uint32_t)begin,
                            .end_byte = (uint32_t)end };

    return span;
}

static bool no_memory(struct dm_builder *builder)
{
    builder->status = DM_NOMEM;
    return false;
}

/* One part of a JSON pointer (RFC 6901). */
static void add_token(struct dm_str *str, const char *text, size_t length)
{
    dm_str_addc(str, '/');
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '~' || text[i] == '/') {
            dm_str_add(str, text[i] == '~' ? "~0" : "~1");
        } else {
            dm_str_addc(str, text[i]);
        }
    }
}

/* Where in the input the reader is: the value that is being read or comes next. */
static const char *pointer(const struct dm_builder *builder)
{
    struct dm_str str;

    dm_str_init(&str, builder->diags->arena);
    for (size_t i = 0; i < builder->frames.n; i++) {
        const struct dm_builder_frame *frame = &builder->frames.items[i];

        if (frame->kind == DM_TREE_LIST) {
            dm_str_addf(&str, "/%zu", frame->n);
        } else if (frame->has_key) {
            const struct dm_builder_key *key = &builder->keys.items[frame->key];

            add_token(&str, key->text, key->length);
        }
    }
    return str.failed ? NULL : str.text;
}

static struct dm_diag *add_diag(struct dm_builder *builder, enum dm_severity severity,
                                struct dm_span span, const char *message)
{
    size_t n = builder->diags->n_items + builder->diags->n_dropped;
    struct dm_diag *diag;

    if (!message) {
        (void)no_memory(builder);
        return NULL;
    }
    diag = dm_diags_add(builder->diags, severity, span, "%s", message);
    if (!diag && n == builder->diags->n_items + builder->diags->n_dropped) {
        (void)no_memory(builder);
    }
    if (diag && builder->with_pointer) {
        diag->pointer = pointer(builder);
        if (!diag->pointer) {
            (void)no_memory(builder);
        }
    }
    return diag;
}

struct dm_diag *dm_builder_fault(struct dm_builder *builder, struct dm_span span, const char *fmt,
                                 ...)
{
    const char *message;
    va_list ap;

    va_start(ap, fmt);
    message = dm_vsprintf(builder->scratch, fmt, ap);
    va_end(ap);
    builder->n_faults++;
    return add_diag(builder, DM_SEV_ERROR, span, message);
}

struct dm_diag *dm_builder_warning(struct dm_builder *builder, struct dm_span span, const char *fmt,
                                   ...)
{
    const char *message;
    va_list ap;

    va_start(ap, fmt);
    message = dm_vsprintf(builder->scratch, fmt, ap);
    va_end(ap);
    return add_diag(builder, DM_SEV_WARNING, span, message);
}

struct dm_builder_frame *dm_builder_top(struct dm_builder *builder)
{
    return builder->frames.n ? &builder->frames.items[builder->frames.n - 1] : NULL;
}

size_t dm_builder_n_children(const struct dm_builder *builder)
{
    DM_ASSERT(builder->frames.n);
    return builder->frames.items[builder->frames.n - 1].n;
}

struct dm_tree *dm_builder_node(struct dm_builder *builder, enum dm_tree_kind kind,
                                struct dm_span span)
{
    struct dm_tree *node = DM_NEW(builder->arena, struct dm_tree);

    if (!node) {
        (void)no_memory(builder);
        return NULL;
    }
    node->kind = (unsigned char)kind;
    node->span = span;
    builder->n_nodes++;
    return node;
}

/* Reports a zero byte in 'text': strings of C could not hold what comes after it. */
static bool check_no_zero(struct dm_builder *builder, struct dm_span span, const char *text,
                          size_t length)
{
    if (memchr(text, '\0', length)) {
        (void)dm_builder_fault(builder, span, "a zero byte in a string");
        return false;
    }
    return true;
}

struct dm_tree *dm_builder_text_node(struct dm_builder *builder, struct dm_span span,
                                     const char *text, size_t length, enum dm_scalar_kind scalar,
                                     bool quoted)
{
    struct dm_tree *node;

    if (!check_no_zero(builder, span, text, length)) {
        return NULL;
    }
    node = dm_builder_node(builder, DM_TREE_SCALAR, span);
    if (!node) {
        return NULL;
    }
    node->scalar = (unsigned char)scalar;
    node->quoted = quoted;
    node->length = length;
    node->text = dm_arena_strndup(builder->arena, text, length);
    if (!node->text) {
        (void)no_memory(builder);
        return NULL;
    }
    return node;
}

/* What is wanted of the value that comes next. */
static enum dm_tree_care next_care(struct dm_builder *builder)
{
    const struct dm_builder_frame *top = dm_builder_top(builder);

    if (!top) {
        return builder->silent ? DM_TREE_DROP : DM_TREE_KEEP;
    }
    return top->is_silent ? DM_TREE_DROP : top->care;
}

bool dm_builder_scalar(struct dm_builder *builder, enum dm_tree_kind kind, struct dm_span span,
                       const char *text, size_t length, enum dm_scalar_kind scalar, bool quoted)
{
    enum dm_tree_care care = next_care(builder);
    struct dm_tree *node = NULL;

    if (care == DM_TREE_DROP) {
        return (!text || check_no_zero(builder, span, text, length))
               && dm_builder_put(builder, NULL);
    }
    if (kind == DM_TREE_NULL) {
        node = dm_builder_node(builder, kind, span);
    } else {
        bool is_cut = care == DM_TREE_CUT;

        if (is_cut && !check_no_zero(builder, span, text, length)) {
            return false;
        }
        node = dm_builder_text_node(builder, span, is_cut ? "" : text, is_cut ? 0 : length, scalar,
                                    quoted);
        if (node) {
            node->is_cut = is_cut;
        }
    }
    return node && dm_builder_put(builder, node);
}

bool dm_builder_put(struct dm_builder *builder, struct dm_tree *node)
{
    struct dm_builder_frame *top = dm_builder_top(builder);
    struct dm_builder_child child = { .value = node };

    if (!top) {
        DM_ASSERT(!builder->has_root);
        builder->root = node;
        builder->has_root = true;
        return true;
    }
    top->n++;
    if (top->kind == DM_TREE_MAP) {
        DM_ASSERT(top->has_key);
        child.key = top->key;
        child.key_span = top->key_span;
        top->has_key = false;
    }
    if (top->is_silent && top->kind == DM_TREE_LIST) {
        return true;
    }
    if (builder->children.n == dm_limit_value(DM_LIMIT_OBJECTS)) {
        (void)dm_builder_fault(builder, node ? node->span : child.key_span,
                               "more than %llu values in one container",
                               dm_limit_value(DM_LIMIT_OBJECTS));
        return false;
    }
    return DM_VEC_PUSH(builder->scratch, &builder->children, child) || no_memory(builder);
}

/* The interned key's index; false when memory is out. */
static bool intern(struct dm_builder *builder, const char *text, size_t length, size_t *ret_key)
{
    bool added;
    uint64_t *place = dm_map_addn(&builder->key_ids, text, length, &added);
    struct dm_builder_key key = { .length = length };

    if (!place) {
        return no_memory(builder);
    }
    if (added) {
        key.text = dm_arena_strndup(builder->arena, text, length);
        if (!key.text || !DM_VEC_PUSH(builder->scratch, &builder->keys, key)) {
            return no_memory(builder);
        }
        *place = builder->keys.n;
    }
    *ret_key = (size_t)*place - 1;
    return true;
}

static enum dm_tree_care care_of(struct dm_builder *builder, size_t index)
{
    const struct dm_tree_choice *choice = builder->choice;
    struct dm_builder_key *key = &builder->keys.items[index];

    if (builder->frames.n == 1) {
        return choice->of(choice->context, 1, key->text);
    }
    if (!key->is_judged) {
        key->care = choice->of(choice->context, 2, key->text);
        key->is_judged = true;
    }
    return key->care;
}

bool dm_builder_key(struct dm_builder *builder, struct dm_span span, const char *text,
                    size_t length)
{
    struct dm_builder_frame *top = dm_builder_top(builder);

    DM_ASSERT(top && top->kind == DM_TREE_MAP && !top->has_key);
    if (!check_no_zero(builder, span, text, length) || !intern(builder, text, length, &top->key)) {
        return false;
    }
    if (builder->choice && !top->is_silent && !top->is_whole) {
        top->care = care_of(builder, top->key);
    }
    top->key_span = span;
    top->has_key = true;
    return true;
}

bool dm_builder_begin(struct dm_builder *builder, enum dm_tree_kind kind, struct dm_span span)
{
    unsigned long long limit = dm_limit_value(DM_LIMIT_TREE_DEPTH);
    const struct dm_builder_frame *top = dm_builder_top(builder);
    enum dm_tree_care care = next_care(builder);
    struct dm_builder_frame frame = { .kind = kind,
                                      .span = span,
                                      .is_silent = care == DM_TREE_DROP || care == DM_TREE_CUT,
                                      .is_whole = care == DM_TREE_WHOLE || (top && top->is_whole),
                                      .first_child = builder->children.n };

    if (builder->frames.n >= limit) {
        (void)dm_builder_fault(builder, span, "nested deeper than %llu levels", limit);
        return false;
    }
    frame.node = care == DM_TREE_DROP ? NULL : dm_builder_node(builder, kind, span);
    if (frame.node) {
        frame.node->is_cut = care == DM_TREE_CUT;
    }
    return ((frame.node || care == DM_TREE_DROP)
            && DM_VEC_PUSH(builder->scratch, &builder->frames, frame))
           || no_memory(builder);
}

struct dm_tree *dm_builder_open(struct dm_builder *builder, enum dm_tree_kind kind,
                                struct dm_span span)
{
    DM_ASSERT(!builder->choice && !builder->silent);
    return dm_builder_begin(builder, kind, span) ? dm_builder_top(builder)->node : NULL;
}

/* Reports keys that stand twice among the children from 'first' on; false to stop. */
static bool check_keys(struct dm_builder *builder, size_t first)
{
    struct dm_builder_frame *top = dm_builder_top(builder);
    size_t map = ++builder->n_maps;

    for (size_t i = first; i < builder->children.n; i++) {
        const struct dm_builder_child *child = &builder->children.items[i];
        struct dm_builder_key *key = &builder->keys.items[child->key];
        struct dm_diag *diag;

        if (key->seen_in != map) {
            key->seen_in = map;
            key->seen_span = child->key_span;
            continue;
        }
        top->key = child->key;
        top->has_key = true; /* for the pointer */
        diag = dm_builder_fault(builder, child->key_span, "duplicate key `%s`", key->text);
        (void)dm_diag_label(builder->diags, diag, key->seen_span, "it stands here already");
        if (builder->status != DM_OK || dm_diags_full(builder->diags)) {
            return false;
        }
    }
    return true;
}

static bool close_map(struct dm_builder *builder, struct dm_tree *node, size_t first)
{
    size_t n_children = node->n;
    struct dm_tree_pair *pairs;

    if (!check_keys(builder, first)) {
        return false;
    }
    node->n = 0;
    for (size_t i = 0; i < n_children; i++) {
        node->n += builder->children.items[first + i].value != NULL;
    }
    pairs = DM_NEW_ARRAY(builder->arena, node->n ? node->n : 1, struct dm_tree_pair);
    if (!pairs) {
        return no_memory(builder);
    }
    for (size_t i = 0, n = 0; i < n_children; i++) {
        const struct dm_builder_child *child = &builder->children.items[first + i];
        const struct dm_builder_key *key = &builder->keys.items[child->key];

        if (!child->value) {
            continue;
        }
        pairs[n++] = (struct dm_tree_pair){ .key = key->text,
                                            .key_length = key->length,
                                            .key_span = child->key_span,
                                            .value = child->value };
    }
    node->pairs = pairs;
    return true;
}

static bool close_list(struct dm_builder *builder, struct dm_tree *node, size_t first)
{
    struct dm_tree **items = DM_NEW_ARRAY(builder->arena, node->n, struct dm_tree *);

    if (!items) {
        return no_memory(builder);
    }
    for (size_t i = 0; i < node->n; i++) {
        items[i] = builder->children.items[first + i].value;
    }
    node->items = items;
    return true;
}

bool dm_builder_close(struct dm_builder *builder, size_t end_byte)
{
    struct dm_builder_frame *top = dm_builder_top(builder);
    struct dm_tree *node = top->node;
    size_t first = top->first_child;

    if (!node || top->is_silent) {
        if (top->kind == DM_TREE_MAP && !check_keys(builder, first)) {
            return false;
        }
        if (node) {
            node->span.end_byte = (uint32_t)end_byte;
            node->is_cut = top->n > 0;
        }
        builder->children.n = first;
        builder->frames.n--;
        return dm_builder_put(builder, node);
    }
    node->n = builder->children.n - first;
    if (node->n
        && !(node->kind == DM_TREE_MAP ? close_map(builder, node, first)
                                       : close_list(builder, node, first))) {
        return false;
    }
    if (end_byte) {
        node->span.end_byte = (uint32_t)end_byte;
    } else if (node->n) {
        uint32_t last_end = builder->children.items[builder->children.n - 1].value->span.end_byte;

        if (last_end > node->span.end_byte) {
            node->span.end_byte = last_end;
        }
    }
    builder->children.n = first;
    builder->frames.n--;
    return dm_builder_put(builder, node);
}

bool dm_builder_check_text(struct dm_builder *builder, const char *text, size_t *size, size_t begin,
                           bool is_last, const char *language, size_t *ret_begin)
{
    bool is_first = begin == 0;
    const char *zero;
    struct dm_diag *diag;
    size_t invalid;

    if (is_first && *size >= 2 && (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2))) {
        diag = dm_builder_fault(builder, dm_builder_span(builder, 0, 2),
                                "this file is UTF-16, not UTF-8");
        (void)dm_diag_help(builder->diags, diag, "save it as UTF-8");
        return false;
    }
    zero = *size ? memchr(text, '\0', *size) : NULL;
    if (zero) {
        size_t at = begin + (size_t)(zero - text);

        (void)dm_builder_fault(builder, dm_builder_span(builder, at, at + 1),
                               "a zero byte: this is no %s text", language);
        return false;
    }
    invalid = dm_utf8_invalid_at(text, *size);
    if (invalid != SIZE_MAX && !is_last && invalid + 4 > *size) {
        *size = invalid; /* the code point goes on in the next piece */
    } else if (invalid != SIZE_MAX) {
        size_t at = begin + invalid;

        diag = dm_builder_fault(builder, dm_builder_span(builder, at, at + 1),
                                "byte 0x%02X is not valid UTF-8",
                                (unsigned)(unsigned char)text[invalid]);
        (void)dm_diag_help(builder->diags, diag, "save the file as UTF-8");
        return false;
    }
    if (is_first) {
        *ret_begin = *size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;
    }
    return true;
}
