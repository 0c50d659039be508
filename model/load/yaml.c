/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * YAML to trees, on the events of libyaml.
 *
 * What libyaml gives is wanting in four ways, and made good here: its marks
 * count characters (marks_private.h turns them into bytes), it lets a key stand
 * twice, it does not say what plain scalars are, and its faults of encoding have
 * no line.
 */
#include <string.h>
#include <yaml.h>

#include "model/base/limits.h"
#include "model/load/alias_private.h"
#include "model/load/marks_private.h"
#include "model/load/merge_private.h"

/* A container that has not ended: beside the builder's frame of it. */
struct opened {
    bool has_anchor;
    bool is_flow;
};

struct reader {
    struct dm_builder builder;
    const struct dm_source *source;
    struct dm_marks marks;
    struct dm_anchors anchors;
    DM_VEC(struct opened) opened;
    unsigned n_documents;
    bool takes_many;
    bool has_merge;                     /* in this document */
    struct dm_span long_text;           /* the last text in quotes that goes over lines */
    DM_VEC(struct dm_tree *) documents; /* where it takes many: those that have ended */
};

/* Positions. */

static size_t byte_of(const struct reader *reader, const yaml_mark_t *mark)
{
    return dm_marks_byte(&reader->marks, mark->index);
}

static struct dm_span event_span(const struct reader *reader, const yaml_event_t *event)
{
    return dm_builder_span(&reader->builder, byte_of(reader, &event->start_mark),
                           byte_of(reader, &event->end_mark));
}

/* Past white space and comments. */
static size_t skip_space(const struct dm_source *source, size_t at)
{
    while (at < source->size && strchr(" \t\r\n#", source->text[at])) {
        if (source->text[at] == '#') {
            while (at < source->size && source->text[at] != '\n') {
                at++;
            }
        } else {
            at++;
        }
    }
    return at;
}

/* The span of a node without its anchor and tag, 'n_properties' of them. */
static struct dm_span node_span(const struct reader *reader, const yaml_event_t *event,
                                int n_properties)
{
    const struct dm_source *source = reader->source;
    struct dm_span span = event_span(reader, event);
    size_t begin = span.begin_byte;

    for (; n_properties > 0; n_properties--) {
        while (begin < source->size && !strchr(" \t\r\n,]}", source->text[begin])) {
            begin++;
        }
        begin = skip_space(source, begin);
    }
    if (begin != span.begin_byte) {
        span.begin_byte = begin < span.end_byte ? (uint32_t)begin : span.end_byte;
    }
    return span;
}

/* Without the line ends that a block scalar's mark takes in. */
static struct dm_span scalar_span(const struct reader *reader, const yaml_event_t *event)
{
    int n_properties = (event->data.scalar.anchor != NULL) + (event->data.scalar.tag != NULL);
    struct dm_span span = node_span(reader, event, n_properties);
    const char *text = reader->source->text;

    while (span.end_byte > span.begin_byte && strchr(" \t\r\n", text[span.end_byte - 1])) {
        span.end_byte--;
    }
    return span;
}

/* Scalars, keys and aliases. */

static bool on_alias(struct reader *reader, const yaml_event_t *event)
{
    struct dm_builder *builder = &reader->builder;
    const char *name = (const char *)event->data.alias.anchor;
    struct dm_span span = event_span(reader, event);
    const struct dm_builder_frame *top = dm_builder_top(builder);
    struct dm_tree *copy;

    if (top && top->kind == DM_TREE_MAP && !top->has_key) {
        (void)dm_builder_fault(builder, span, "alias `*%s` as a key: keys are plain text", name);
        return false;
    }
    copy = dm_anchors_unfold(&reader->anchors, name, span);
    return copy && dm_builder_put(builder, copy);
}

static void warn_of_yaml11(struct reader *reader, struct dm_span span, const char *text,
                           size_t length)
{
    struct dm_tree node = { .kind = DM_TREE_SCALAR };
    enum dm_scalar_kind scalar = DM_SCALAR_STRING;
    const char *meaning = dm_yaml11_meaning(text, length);
    struct dm_diag *diag;

    if (!meaning) {
        return;
    }
    node.kind = (unsigned char)dm_core_schema(text, length, &scalar);
    node.scalar = (unsigned char)scalar;
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
    if (plain && !strcmp(text, "<<") && reader->takes_many) {
        reader->has_merge = true;
    } else if (plain && !strcmp(text, "<<")) {
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
    bool is_key = top && top->kind == DM_TREE_MAP && !top->has_key;
    bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    enum dm_scalar_kind scalar = DM_SCALAR_STRING;
    enum dm_tree_kind kind = DM_TREE_SCALAR;
    struct dm_tree *node;
    bool tagged;

    if (!check_tag(reader, event->data.scalar.tag, event_span(reader, event), YAML_STR_TAG,
                   &tagged)) {
        return false;
    }
    if (event->start_mark.line != event->end_mark.line
        && (event->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE
            || event->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE)) {
        reader->long_text = span;
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
        || !dm_anchors_add(&reader->anchors, (const char *)event->data.scalar.anchor, node)) {
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
    struct dm_span span = node_span(reader, event, (anchor != NULL) + (tag != NULL));
    const struct dm_builder_frame *top = dm_builder_top(builder);
    struct opened opened = { 0 };
    struct dm_tree *node;
    bool tagged;

    if (top && top->kind == DM_TREE_MAP && !top->has_key) {
        (void)dm_builder_fault(builder, span, "%s as a key: keys are plain text",
                               is_map ? "a mapping" : "a list");
        return false;
    }
    if (!check_tag(reader, tag, event_span(reader, event), is_map ? YAML_MAP_TAG : YAML_SEQ_TAG,
                   &tagged)) {
        return false;
    }
    node = dm_builder_open(builder, kind, span);
    if (!node || !dm_anchors_open(&reader->anchors, (const char *)anchor, node)) {
        return false;
    }
    opened.has_anchor = anchor != NULL;
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

    if (opened.has_anchor) {
        dm_anchors_close(&reader->anchors);
    }
    /* A block ends nowhere: libyaml gives the place of what comes after it. */
    return dm_builder_close(&reader->builder, opened.is_flow && end > begin ? end : 0);
}

static bool on_document(struct reader *reader, const yaml_event_t *event)
{
    struct dm_builder *builder = &reader->builder;
    struct dm_diag *diag;

    if (++reader->n_documents == 1 || reader->takes_many) {
        return true;
    }
    diag = dm_builder_fault(builder, event_span(reader, event), "a second document in one file");
    (void)dm_diag_help(builder->diags, diag, "give each document a file of its own");
    return false;
}

/* An anchor is known to the end of its document. */
static bool on_document_end(struct reader *reader)
{
    struct dm_builder *builder = &reader->builder;
    uint64_t bytes = reader->anchors.bytes;

    if (reader->takes_many) {
        if ((reader->has_merge && !dm_merge_keys(builder, reader->source, builder->root))
            || !DM_VEC_PUSH(builder->arena, &reader->documents, builder->root)) {
            builder->status = DM_NOMEM;
        }
        reader->has_merge = false;
        builder->root = NULL;
        builder->has_root = false;
        dm_anchors_init(&reader->anchors, builder);
        reader->anchors.bytes = bytes;
    }
    return true;
}

static bool on_stream_end(struct reader *reader)
{
    struct dm_builder *builder = &reader->builder;
    size_t begin = reader->marks.begin;

    if (!builder->root) {
        builder->root =
            dm_builder_node(builder, DM_TREE_NULL, dm_builder_span(builder, begin, begin));
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
    size_t at = reader->marks.begin + parser->problem_offset;

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

/* Whether what libyaml stumbled over stands in the line in which a text in quotes ends that began
 * lines before: mostly its own closing quote is missing, and it took what opens another one. */
static bool closes_a_long_text(const struct reader *reader, size_t at)
{
    const char *text = reader->source->text;
    size_t end = reader->long_text.end_byte;

    return end && end <= at && !memchr(text + end, '\n', at - end);
}

static bool is_indentation(const struct dm_source *source, size_t at)
{
    while (at > 0 && source->text[at - 1] == ' ') {
        at--;
    }
    return at == 0 || source->text[at - 1] == '\n';
}

/* Whether it is a line that begins in another column than the mapping that it would belong to. */
static bool is_out_of_column(const struct reader *reader, const yaml_parser_t *parser, size_t at)
{
    return parser->context && strstr(parser->context, "block mapping")
           && is_indentation(reader->source, at)
           && parser->context_mark.column != parser->problem_mark.column;
}

/* What is mostly meant by what libyaml says. */
static void help_with_syntax(struct reader *reader, const yaml_parser_t *parser, size_t at,
                             struct dm_diag *diag)
{
    struct dm_diags *diags = reader->builder.diags;
    const char *problem = parser->problem ? parser->problem : "";

    if (strstr(problem, "mapping values are not allowed")) {
        (void)dm_diag_help(diags, diag,
                           "a text with `: ` in it stands in quotes; keys of one mapping begin in "
                           "the same column");
    } else if (strstr(problem, "expected ',' or '}'")) {
        (void)dm_diag_help(diags, diag, "is a `}` or a `,` missing before this?");
    } else if (strstr(problem, "expected ',' or ']'")) {
        (void)dm_diag_help(diags, diag, "is a `]` or a `,` missing before this?");
    } else if (strstr(problem, "could not find expected ':'")) {
        (void)dm_diag_help(diags, diag, "after a key stand `:` and a space");
    } else if (strstr(problem, "cannot start any token")) {
        (void)dm_diag_help(diags, diag, "put a text that begins like this in quotes");
    } else if (is_out_of_column(reader, parser, at)) {
        (void)dm_diag_help(diags, diag, "keys of this mapping begin in column %zu, this in %zu",
                           (size_t)parser->context_mark.column + 1,
                           (size_t)parser->problem_mark.column + 1);
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
    if (closes_a_long_text(reader, at)) {
        diag =
            dm_builder_fault(builder, reader->long_text,
                             "a text in quotes ends lines below, and something follows it there");
        (void)dm_diag_label(builder->diags, diag,
                            dm_builder_span(builder, at, at < source->size ? at + 1 : at),
                            "this follows");
        (void)dm_diag_help(builder->diags, diag, "is its closing quote missing?");
        return;
    }
    diag = dm_builder_fault(
        builder, dm_builder_span(builder, at, at < source->size ? at + 1 : at), "%s",
        is_out_of_column(reader, parser, at) ? "a key in another column than those of its mapping"
        : parser->problem                    ? parser->problem
                                             : "not YAML");
    if (parser->context && parser->context_mark.index <= parser->problem_mark.index) {
        size_t begin = byte_of(reader, &parser->context_mark);

        (void)dm_diag_label(builder->diags, diag,
                            dm_builder_span(builder, begin, begin < at ? begin + 1 : begin), "%s",
                            parser->context);
    }
    help_with_syntax(reader, parser, at, diag);
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
    case YAML_DOCUMENT_END_EVENT:
        return on_document_end(reader);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
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
    enum dm_limit bound = reader->takes_many ? DM_LIMIT_MANIFEST_BYTES : DM_LIMIT_DESIGN_BYTES;
    unsigned long long limit = dm_limit_value(bound);
    yaml_parser_t parser;
    size_t size = source->size;
    size_t begin;

    if (source->size > limit) {
        (void)dm_builder_fault(builder, dm_builder_span(builder, 0, 0), "more than %llu %s", limit,
                               dm_limit_text(bound));
        return;
    }
    if (!dm_builder_check_text(builder, source->text, &size, 0, true, "YAML", &begin)) {
        return;
    }
    if (!dm_marks_init(&reader->marks, builder->scratch, source, begin)) {
        builder->status = DM_NOMEM;
        return;
    }
    if (!yaml_parser_initialize(&parser)) {
        builder->status = DM_NOMEM;
        return;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)source->text + begin,
                                 source->size - begin);
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
    dm_anchors_init(&reader.anchors, &reader.builder);
    read_text(&reader);
    status = dm_builder_finish(&reader.builder, ret_tree, err);
    dm_builder_release(&reader.builder);
    return status;
}

enum dm_status dm_yaml_read_all(struct dm_arena *arena, const struct dm_sources *sources,
                                uint32_t source, struct dm_diags *diags,
                                struct dm_tree *const **ret_trees, size_t *ret_n_trees,
                                struct dm_err *err)
{
    struct reader reader = { .source = dm_sources_get(sources, source), .takes_many = true };
    struct dm_tree *last = NULL;
    enum dm_status status;

    if (!dm_builder_init(&reader.builder, arena, diags, source)) {
        return DM_FAIL_NOMEM(err);
    }
    dm_anchors_init(&reader.anchors, &reader.builder);
    read_text(&reader);
    status = dm_builder_finish(&reader.builder, &last, err);
    dm_builder_release(&reader.builder);
    if (status == DM_OK) {
        *ret_trees = reader.documents.items;
        *ret_n_trees = last ? reader.documents.n : 0; /* where there was a fault there is no last */
    }
    return status;
}
