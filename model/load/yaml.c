/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * YAML to trees, on the events of libyaml.
 *
 * What libyaml gives is wanting in four ways, and made good here: its marks
 * count characters (a table of every 256th character's byte turns them into
 * bytes), it lets a key stand twice, it does not say what plain scalars are,
 * and its faults of encoding have no line.
 */
#include <string.h>
#include <yaml.h>

#include "model/base/limits.h"
#include "model/base/str.h"
#include "model/load/load_private.h"

enum { MARK_STEP = 256 };

struct anchor {
    struct dm_tree *node;
    struct dm_span span;
    bool is_open; /* its container has not ended */
    bool is_measured;
    unsigned depth;
    uint64_t n_nodes;
    uint64_t bytes;
};

/* A container that has not ended: beside the builder's frame of it. */
struct opened {
    size_t anchor; /* index plus one, 0: none */
    bool is_flow;
};

struct reader {
    struct dm_builder builder;
    const struct dm_source *source;
    size_t begin;               /* bytes of a byte order mark */
    const uint32_t *mark_bytes; /* byte of each MARK_STEP-th character; NULL: one byte each */
    size_t n_marks;
    struct dm_map anchor_ids; /* name to index plus one */
    DM_VEC(struct anchor) anchors;
    DM_VEC(struct opened) opened;
    uint64_t alias_bytes;
    unsigned n_documents;
};

/* Positions. */

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xc0u) == 0x80u;
}

static bool index_marks(struct reader *reader)
{
    const char *text = reader->source->text;
    size_t size = reader->source->size;
    size_t n_characters = 0;
    uint32_t *marks;

    for (size_t i = reader->begin; i < size; i++) {
        n_characters += !is_continuation(text[i]);
    }
    if (n_characters == size - reader->begin) {
        return true;
    }
    reader->n_marks = n_characters / MARK_STEP + 1;
    marks = DM_NEW_ARRAY(reader->builder.scratch, reader->n_marks, uint32_t);
    if (!marks) {
        reader->builder.status = DM_NOMEM;
        return false;
    }
    n_characters = 0;
    for (size_t i = reader->begin; i < size; i++) {
        if (!is_continuation(text[i])) {
            if (n_characters % MARK_STEP == 0) {
                marks[n_characters / MARK_STEP] = (uint32_t)i;
            }
            n_characters++;
        }
    }
    if (n_characters % MARK_STEP == 0) {
        marks[n_characters / MARK_STEP] = (uint32_t)size;
    }
    reader->mark_bytes = marks;
    return true;
}

static size_t byte_of(const struct reader *reader, const yaml_mark_t *mark)
{
    const char *text = reader->source->text;
    size_t size = reader->source->size;
    size_t byte = reader->begin + mark->index;

    if (reader->mark_bytes) {
        size_t step = mark->index / MARK_STEP;

        if (step >= reader->n_marks) {
            return size;
        }
        byte = reader->mark_bytes[step];
        for (size_t left = mark->index % MARK_STEP; left && byte < size; left--) {
            do {
                byte++;
            } while (byte < size && is_continuation(text[byte]));
        }
    }
    return byte < size ? byte : size;
}

static struct dm_span span_between(const struct reader *reader, const yaml_mark_t *begin,
                                   const yaml_mark_t *end)
{
    return dm_builder_span(&reader->builder, byte_of(reader, begin), byte_of(reader, end));
}

static struct dm_span event_span(const struct reader *reader, const yaml_event_t *event)
{
    return span_between(reader, &event->start_mark, &event->end_mark);
}

/* Without the line ends that a block scalar's mark takes in. */
static struct dm_span scalar_span(const struct reader *reader, const yaml_event_t *event)
{
    struct dm_span span = event_span(reader, event);
    const char *text = reader->source->text;

    while (span.end_byte > span.begin_byte && strchr(" \t\r\n", text[span.end_byte - 1])) {
        span.end_byte--;
    }
    return span;
}

/* Anchors and aliases. */

static bool add_anchor(struct reader *reader, const yaml_char_t *name, struct dm_tree *node,
                       struct dm_span span, bool is_open)
{
    struct anchor anchor = { .node = node, .span = span, .is_open = is_open };
    uint64_t *place;

    if (!name) {
        return true;
    }
    place = dm_map_add(&reader->anchor_ids, (const char *)name, NULL);
    if (!place || !DM_VEC_PUSH(reader->builder.scratch, &reader->anchors, anchor)) {
        reader->builder.status = DM_NOMEM;
        return false;
    }
    *place = reader->anchors.n; /* an anchor that is set again takes the place of the last */
    return true;
}

/* Depth, nodes and bytes of what an alias of 'node' would add. */
static void measure(const struct dm_tree *node, unsigned depth, struct anchor *ret_size)
{
    ret_size->n_nodes++;
    ret_size->bytes += sizeof *node + node->length;
    if (node->kind == DM_TREE_LIST || node->kind == DM_TREE_MAP) {
        depth++;
        ret_size->bytes +=
            node->n * (node->kind == DM_TREE_MAP ? sizeof *node->pairs : sizeof *node->items);
    }
    ret_size->depth = depth > ret_size->depth ? depth : ret_size->depth;
    for (size_t i = 0; i < node->n; i++) {
        measure(node->kind == DM_TREE_MAP ? node->pairs[i].value : node->items[i], depth, ret_size);
    }
}

/* Texts are shared between copies: they do not change. */
static struct dm_tree *copy_tree(struct dm_builder *builder, const struct dm_tree *from)
{
    struct dm_tree *to = dm_builder_node(builder, from->kind, from->span);
    struct dm_tree_pair *pairs = NULL;
    struct dm_tree **items = NULL;

    if (!to) {
        return NULL;
    }
    *to = *from;
    if (!from->n) {
        return to;
    }
    if (from->kind == DM_TREE_MAP) {
        pairs = DM_NEW_ARRAY(builder->arena, from->n, struct dm_tree_pair);
        to->pairs = pairs;
    } else {
        items = DM_NEW_ARRAY(builder->arena, from->n, struct dm_tree *);
        to->items = items;
    }
    if (!pairs && !items) {
        builder->status = DM_NOMEM;
        return NULL;
    }
    for (size_t i = 0; i < from->n; i++) {
        struct dm_tree *copy = copy_tree(builder, pairs ? from->pairs[i].value : from->items[i]);

        if (!copy) {
            return NULL;
        }
        if (pairs) {
            pairs[i] = from->pairs[i];
            pairs[i].value = copy;
        } else {
            items[i] = copy;
        }
    }
    return to;
}

/* Whether one more copy of the anchor stays within the limits; reports it where it does not. */
static bool fits(struct reader *reader, const struct anchor *anchor, const char *name,
                 struct dm_span span)
{
    struct dm_builder *builder = &reader->builder;
    enum dm_limit limit;
    struct dm_diag *diag;

    if (builder->n_nodes + anchor->n_nodes > dm_limit_value(DM_LIMIT_TREE_NODES)) {
        limit = DM_LIMIT_TREE_NODES;
    } else if (reader->alias_bytes + anchor->bytes > dm_limit_value(DM_LIMIT_ALIAS_BYTES)) {
        limit = DM_LIMIT_ALIAS_BYTES;
    } else if (builder->frames.n + anchor->depth > dm_limit_value(DM_LIMIT_TREE_DEPTH)) {
        limit = DM_LIMIT_TREE_DEPTH;
    } else {
        return true;
    }
    diag = dm_builder_fault(builder, span, "alias `*%s`: more than %llu %s", name,
                            dm_limit_value(limit), dm_limit_text(limit));
    (void)dm_diag_label(builder->diags, diag, anchor->span, "its anchor");
    return false;
}

static bool on_alias(struct reader *reader, const yaml_event_t *event)
{
    struct dm_builder *builder = &reader->builder;
    const char *name = (const char *)event->data.alias.anchor;
    struct dm_span span = event_span(reader, event);
    const uint64_t *place = dm_map_find(&reader->anchor_ids, name);
    const struct dm_builder_frame *top = dm_builder_top(builder);
    struct anchor *anchor;
    struct dm_diag *diag;
    struct dm_tree *copy;

    if (top && top->node->kind == DM_TREE_MAP && !top->has_key) {
        (void)dm_builder_fault(builder, span, "alias `*%s` as a key: keys are plain text", name);
        return false;
    }
    if (!place) {
        (void)dm_builder_fault(builder, span, "alias `*%s` has no anchor before it", name);
        copy = dm_builder_node(builder, DM_TREE_NULL, span);
        return copy && dm_builder_put(builder, copy);
    }
    anchor = &reader->anchors.items[*place - 1];
    if (anchor->is_open) {
        diag = dm_builder_fault(builder, span, "alias `*%s` inside of its own anchor", name);
        (void)dm_diag_label(builder->diags, diag, anchor->span, "the anchor");
        return false;
    }
    if (!anchor->is_measured) {
        measure(anchor->node, 0, anchor);
        anchor->is_measured = true;
    }
    if (!fits(reader, anchor, name, span)) {
        return false;
    }
    reader->alias_bytes += anchor->bytes;
    copy = copy_tree(builder, anchor->node);
    return copy && dm_builder_put(builder, copy);
}

/* Scalars and keys. */

static void warn_of_yaml11(struct reader *reader, struct dm_span span, const char *text,
                           size_t length)
{
    struct dm_tree node = { .kind = DM_TREE_SCALAR };
    const char *meaning = dm_yaml11_meaning(text, length);
    struct dm_diag *diag;

    if (!meaning) {
        return;
    }
    node.kind = dm_core_schema(text, length, &node.scalar);
    diag = dm_builder_warning(&reader->builder, span, "`%s` is %s here, but %s in YAML 1.1", text,
                              dm_tree_kind_text(&node), meaning);
    (void)dm_diag_help(reader->builder.diags, diag,
                       "other programs may read this file by YAML 1.1: put it in quotes, or write "
                       "it in another way");
}

/* Whether the tag makes a scalar a string ('!', '!!str'); reports those that mean more. */
static bool check_tag(struct reader *reader, const yaml_char_t *tag, struct dm_span span,
                      const char *allowed, bool *ret_given)
{
    const char *text = (const char *)tag;
    struct dm_diag *diag;

    *ret_given = false;
    if (!text) {
        return true;
    }
    if (!strcmp(text, "!") || !strcmp(text, allowed)) {
        *ret_given = true;
        return true;
    }
    diag = dm_builder_fault(&reader->builder, span, "tag `%s` is not supported", text);
    (void)dm_diag_help(reader->builder.diags, diag,
                       "values are what they look like; quotes make a string");
    return reader->builder.status == DM_OK;
}

static bool on_key(struct reader *reader, const yaml_event_t *event, struct dm_span span)
{
    struct dm_builder *builder = &reader->builder;
    const char *text = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    struct dm_diag *diag;

    if (plain && length == 0) {
        (void)dm_builder_fault(builder, span, "a mapping's key is missing");
        return false;
    }
    if (plain && !strcmp(text, "<<")) {
        diag = dm_builder_fault(builder, span, "merge key `<<` is no part of YAML 1.2");
        (void)dm_diag_help(builder->diags, diag,
                           "write the keys out, or let an alias stand for a whole value");
    } else if (plain) {
        warn_of_yaml11(reader, span, text, length);
    }
    return builder->status == DM_OK && dm_builder_key(builder, span, text, length);
}

static bool on_scalar(struct reader *reader, const yaml_event_t *event)
{
    struct dm_builder *builder = &reader->builder;
    const char *text = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    struct dm_span span = scalar_span(reader, event);
    const struct dm_builder_frame *top = dm_builder_top(builder);
    bool is_key = top && top->node->kind == DM_TREE_MAP && !top->has_key;
    bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    enum dm_scalar_kind scalar = DM_SCALAR_STRING;
    enum dm_tree_kind kind = DM_TREE_SCALAR;
    struct dm_tree *node;
    bool tagged;

    if (!check_tag(reader, event->data.scalar.tag, span, YAML_STR_TAG, &tagged)) {
        return false;
    }
    plain = plain && !tagged;
    if (is_key && !event->data.scalar.anchor) {
        return on_key(reader, event, span);
    }
    if (plain) {
        kind = dm_core_schema(text, length, &scalar);
        if (!is_key) {
            warn_of_yaml11(reader, span, text, length);
        }
    }
    node = kind == DM_TREE_NULL ? dm_builder_node(builder, kind, span)
                                : dm_builder_text_node(builder, span, text, length, scalar, !plain);
    if (!node || builder->status != DM_OK
        || !add_anchor(reader, event->data.scalar.anchor, node, span, false)) {
        return false;
    }
    return is_key ? on_key(reader, event, span) : dm_builder_put(builder, node);
}

/* Containers and documents. */

static bool on_open(struct reader *reader, const yaml_event_t *event, enum dm_tree_kind kind)
{
    bool is_map = kind == DM_TREE_MAP;
    const yaml_char_t *anchor =
        is_map ? event->data.mapping_start.anchor : event->data.sequence_start.anchor;
    const yaml_char_t *tag =
        is_map ? event->data.mapping_start.tag : event->data.sequence_start.tag;
    struct dm_builder *builder = &reader->builder;
    struct dm_span span = event_span(reader, event);
    const struct dm_builder_frame *top = dm_builder_top(builder);
    struct opened opened = { 0 };
    struct dm_tree *node;
    bool tagged;

    if (top && top->node->kind == DM_TREE_MAP && !top->has_key) {
        (void)dm_builder_fault(builder, span, "%s as a key: keys are plain text",
                               is_map ? "a mapping" : "a list");
        return false;
    }
    if (!check_tag(reader, tag, span, is_map ? YAML_MAP_TAG : YAML_SEQ_TAG, &tagged)) {
        return false;
    }
    node = dm_builder_open(builder, kind, span);
    if (!node || !add_anchor(reader, anchor, node, span, true)) {
        return false;
    }
    opened.anchor = anchor ? reader->anchors.n : 0;
    opened.is_flow = is_map ? event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
                            : event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
    if (!DM_VEC_PUSH(builder->scratch, &reader->opened, opened)) {
        builder->status = DM_NOMEM;
        return false;
    }
    return true;
}

static bool on_close(struct reader *reader, const yaml_event_t *event)
{
    struct opened opened = reader->opened.items[--reader->opened.n];
    size_t begin = byte_of(reader, &event->start_mark);
    size_t end = byte_of(reader, &event->end_mark);

    if (opened.anchor) {
        reader->anchors.items[opened.anchor - 1].is_open = false;
    }
    /* A block ends nowhere: libyaml gives the place of what comes after it. */
    return dm_builder_close(&reader->builder, opened.is_flow && end > begin ? end : 0);
}

static bool on_document(struct reader *reader, const yaml_event_t *event)
{
    struct dm_builder *builder = &reader->builder;
    struct dm_diag *diag;

    if (++reader->n_documents == 1) {
        return true;
    }
    diag = dm_builder_fault(builder, event_span(reader, event), "a second document in one file");
    (void)dm_diag_help(builder->diags, diag, "give each document a file of its own");
    return false;
}

static bool on_stream_end(struct reader *reader)
{
    struct dm_builder *builder = &reader->builder;

    if (!builder->root) {
        builder->root = dm_builder_node(builder, DM_TREE_NULL,
                                        dm_builder_span(builder, reader->begin, reader->begin));
    }
    return false;
}

/* Faults of libyaml. */

/* The first tab in the indentation of the line that 'byte' is in; SIZE_MAX: none. */
static size_t tab_before(const struct dm_source *source, size_t byte)
{
    size_t line = byte;

    while (line > 0 && source->text[line - 1] != '\n') {
        line--;
    }
    while (line < source->size && source->text[line] == ' ') {
        line++;
    }
    return line < source->size && source->text[line] == '\t' ? line : SIZE_MAX;
}

static void report_encoding(struct reader *reader, const yaml_parser_t *parser)
{
    struct dm_builder *builder = &reader->builder;
    size_t at = reader->begin + parser->problem_offset;

    at = at < reader->source->size ? at : reader->source->size;
    if (parser->problem_value >= 0) {
        (void)dm_builder_fault(builder, dm_builder_span(builder, at, at + 1),
                               "character U+%04X is not allowed in YAML",
                               (unsigned)parser->problem_value);
    } else {
        (void)dm_builder_fault(builder, dm_builder_span(builder, at, at + 1), "%s",
                               parser->problem);
    }
}

static void report_syntax(struct reader *reader, const yaml_parser_t *parser)
{
    struct dm_builder *builder = &reader->builder;
    const struct dm_source *source = reader->source;
    size_t at = byte_of(reader, &parser->problem_mark);
    size_t tab = tab_before(source, at);
    struct dm_diag *diag;

    if (tab != SIZE_MAX) {
        diag = dm_builder_fault(builder, dm_builder_span(builder, tab, tab + 1),
                                "a tab in the indentation");
        (void)dm_diag_help(builder->diags, diag, "YAML is indented with spaces only");
        return;
    }
    diag = dm_builder_fault(builder, dm_builder_span(builder, at, at < source->size ? at + 1 : at),
                            "%s", parser->problem ? parser->problem : "not YAML");
    if (parser->context && parser->context_mark.index <= parser->problem_mark.index) {
        size_t begin = byte_of(reader, &parser->context_mark);

        (void)dm_diag_label(builder->diags, diag,
                            dm_builder_span(builder, begin, begin < at ? begin + 1 : begin), "%s",
                            parser->context);
    }
}

static void report_library(struct reader *reader, const yaml_parser_t *parser)
{
    if (parser->error == YAML_MEMORY_ERROR) {
        reader->builder.status = DM_NOMEM;
    } else if (parser->error == YAML_READER_ERROR) {
        report_encoding(reader, parser);
    } else {
        report_syntax(reader, parser);
    }
}

static bool check_nodes(struct reader *reader, const yaml_event_t *event)
{
    unsigned long long limit = dm_limit_value(DM_LIMIT_TREE_NODES);

    if (reader->builder.n_nodes <= limit) {
        return true;
    }
    (void)dm_builder_fault(&reader->builder, event_span(reader, event), "more than %llu %s", limit,
                           dm_limit_text(DM_LIMIT_TREE_NODES));
    return false;
}

static bool on_event(struct reader *reader, const yaml_event_t *event)
{
    if (!check_nodes(reader, event)) {
        return false;
    }
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return on_document(reader, event);
    case YAML_ALIAS_EVENT:
        return on_alias(reader, event);
    case YAML_SCALAR_EVENT:
        return on_scalar(reader, event);
    case YAML_SEQUENCE_START_EVENT:
        return on_open(reader, event, DM_TREE_LIST);
    case YAML_MAPPING_START_EVENT:
        return on_open(reader, event, DM_TREE_MAP);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return on_close(reader, event);
    case YAML_STREAM_END_EVENT:
        return on_stream_end(reader);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        break;
    }
    return true;
}

static void read_events(struct reader *reader, yaml_parser_t *parser)
{
    bool more = true;

    while (more) {
        yaml_event_t event;

        if (!yaml_parser_parse(parser, &event)) {
            report_library(reader, parser);
            return;
        }
        more = on_event(reader, &event) && reader->builder.status == DM_OK
               && !dm_diags_full(reader->builder.diags);
        yaml_event_delete(&event);
    }
}

static void read_text(struct reader *reader)
{
    struct dm_builder *builder = &reader->builder;
    const struct dm_source *source = reader->source;
    unsigned long long limit = dm_limit_value(DM_LIMIT_DESIGN_BYTES);
    yaml_parser_t parser;

    if (source->size > limit) {
        (void)dm_builder_fault(builder, dm_builder_span(builder, 0, 0), "more than %llu %s", limit,
                               dm_limit_text(DM_LIMIT_DESIGN_BYTES));
        return;
    }
    if (!dm_builder_check_text(builder, source, "YAML", &reader->begin) || !index_marks(reader)) {
        return;
    }
    if (!yaml_parser_initialize(&parser)) {
        builder->status = DM_NOMEM;
        return;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)source->text + reader->begin,
                                 source->size - reader->begin);
    read_events(reader, &parser);
    yaml_parser_delete(&parser);
}

enum dm_status dm_yaml_read(struct dm_arena *arena, const struct dm_sources *sources,
                            uint32_t source, struct dm_diags *diags, struct dm_tree **ret_tree,
                            struct dm_err *err)
{
    struct reader reader = { .source = dm_sources_get(sources, source) };
    enum dm_status status;

    if (!dm_builder_init(&reader.builder, arena, diags, source)) {
        return DM_FAIL_NOMEM(err);
    }
    dm_map_init(&reader.anchor_ids, reader.builder.scratch);
    read_text(&reader);
    status = dm_builder_finish(&reader.builder, ret_tree, err);
    dm_builder_release(&reader.builder);
    return status;
}
