/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JSON to trees, on the events of yajl.
 *
 * At each event yajl tells how many bytes it has consumed: where the token
 * ends.  It begins after the last one, past white space and punctuation.
 *
 * yajl does not look at what its allocator returns.  It is therefore given
 * memory that was set aside before: what it can need follows from the longest
 * token of the text, which is found first.
 */
#include <string.h>
#include <yajl/yajl_parse.h>

#include "model/base/limits.h"
#include "model/base/str.h"
#include "model/load/load_private.h"

/* Besides two buffers that double until they hold the longest token: handle, lexer, states. */
enum { RESERVE_BYTES = 32 * 1024, RESERVE_PER_TOKEN_BYTE = 10, CHUNK_ALIGNMENT = 16 };

struct reserve {
    unsigned char *bytes;
    size_t size;
    size_t used;
};

struct reader {
    struct dm_builder builder;
    yajl_handle parser;
    const char *text;
    size_t size;
    size_t begin;    /* bytes of a byte order mark */
    size_t last_end; /* of the last token that gave an event */
    bool at_end;     /* all of the text was given to the parser */
};

/* Memory of yajl. */

static void *reserve_malloc(void *context, size_t size)
{
    struct reserve *reserve = context;
    size_t room = (size + CHUNK_ALIGNMENT - 1) / CHUNK_ALIGNMENT * CHUNK_ALIGNMENT;
    unsigned char *chunk = reserve->bytes + reserve->used;

    DM_ASSERT(room + CHUNK_ALIGNMENT <= reserve->size - reserve->used);
    memcpy(chunk, &size, sizeof size);
    reserve->used += CHUNK_ALIGNMENT + room;
    return chunk + CHUNK_ALIGNMENT;
}

static void *reserve_realloc(void *context, void *old, size_t size)
{
    void *chunk = reserve_malloc(context, size);
    size_t old_size;

    if (old) {
        memcpy(&old_size, (unsigned char *)old - CHUNK_ALIGNMENT, sizeof old_size);
        memcpy(chunk, old, old_size < size ? old_size : size);
    }
    return chunk;
}

static void reserve_free(void *context, void *chunk)
{
    (void)context;
    (void)chunk;
}

/* Tokens. */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_punctuation(char c)
{
    return c == ',' || c == ':' || c == '[' || c == ']' || c == '{' || c == '}';
}

/* Where the token that begins at 'at' ends; a string that is not closed ends with the text. */
static size_t token_end(const char *text, size_t size, size_t at)
{
    if (text[at] == '"') {
        for (at++; at < size && text[at] != '"'; at++) {
            at += text[at] == '\\' && at + 1 < size;
        }
        return at < size ? at + 1 : size;
    }
    if (is_punctuation(text[at])) {
        return at + 1;
    }
    while (at < size && !is_space(text[at]) && !is_punctuation(text[at]) && text[at] != '"') {
        at++;
    }
    return at;
}

/* Bytes of the longest token; reports one beyond the limit. */
static bool find_longest_token(struct reader *reader, size_t *ret_size)
{
    unsigned long long limit = dm_limit_value(DM_LIMIT_STRING_BYTES);
    size_t longest = 0;

    for (size_t at = reader->begin; at < reader->size;) {
        size_t end;

        if (is_space(reader->text[at])) {
            at++;
            continue;
        }
        end = token_end(reader->text, reader->size, at);
        if (end - at > limit) {
            (void)dm_builder_fault(&reader->builder, dm_builder_span(&reader->builder, at, end),
                                   "more than %llu %s", limit,
                                   dm_limit_text(DM_LIMIT_STRING_BYTES));
            return false;
        }
        longest = end - at > longest ? end - at : longest;
        at = end;
    }
    *ret_size = longest;
    return true;
}

/* The place of the token that yajl has just read. */
static struct dm_span token_span(struct reader *reader)
{
    size_t begin = reader->last_end;
    size_t end =
        reader->at_end ? reader->size : reader->begin + yajl_get_bytes_consumed(reader->parser);

    while (begin < end
           && (is_space(reader->text[begin]) || reader->text[begin] == ','
               || reader->text[begin] == ':')) {
        begin++;
    }
    reader->last_end = end;
    return dm_builder_span(&reader->builder, begin, end);
}

/* Escapes in strings. */

static int hex4(const char *text)
{
    int value = 0;

    for (int i = 0; i < 4; i++) {
        char c = text[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;

        value = value * 16 + digit;
    }
    return value;
}

/* The begin of half a surrogate pair in a string that yajl took, SIZE_MAX: none.  It would make
 * a question mark of it. */
static size_t find_half_pair(const char *text, size_t begin, size_t end)
{
    for (size_t i = begin; i + 1 < end; i++) {
        int value;

        if (text[i] != '\\') {
            continue;
        }
        if (text[i + 1] != 'u') {
            i++;
            continue;
        }
        value = hex4(text + i + 2);
        if (value >= 0xdc00 && value <= 0xdfff) {
            return i;
        }
        if (value >= 0xd800 && value <= 0xdbff) {
            int low =
                i + 12 < end && text[i + 6] == '\\' && text[i + 7] == 'u' ? hex4(text + i + 8) : 0;

            if (low < 0xdc00 || low > 0xdfff) {
                return i;
            }
            i += 6;
        }
        i += 5;
    }
    return SIZE_MAX;
}

static bool check_string(struct reader *reader, struct dm_span span, size_t length)
{
    size_t at;

    if (span.end_byte - span.begin_byte == length + 2) {
        return true; /* an escape is longer than what it stands for: there is none */
    }
    at = find_half_pair(reader->text, span.begin_byte, span.end_byte);
    if (at != SIZE_MAX) {
        (void)dm_builder_fault(&reader->builder, dm_builder_span(&reader->builder, at, at + 6),
                               "half a surrogate pair");
        return false;
    }
    return true;
}

/* Events. */

static int put_text(struct reader *reader, const char *text, size_t length,
                    enum dm_scalar_kind scalar)
{
    bool is_string = scalar == DM_SCALAR_STRING;
    struct dm_span span = token_span(reader);
    struct dm_tree *node;

    if (is_string && !check_string(reader, span, length)) {
        return 0;
    }
    node = dm_builder_text_node(&reader->builder, span, text, length, scalar, is_string);
    return node && dm_builder_put(&reader->builder, node);
}

static int on_null(void *context)
{
    struct reader *reader = context;
    struct dm_tree *node = dm_builder_node(&reader->builder, DM_TREE_NULL, token_span(reader));

    return node && dm_builder_put(&reader->builder, node);
}

static int on_boolean(void *context, int value)
{
    return put_text(context, value ? "true" : "false", value ? 4 : 5, DM_SCALAR_BOOL);
}

static int on_number(void *context, const char *text, size_t length)
{
    bool is_int = true;

    for (size_t i = 0; i < length; i++) {
        is_int = is_int && text[i] != '.' && text[i] != 'e' && text[i] != 'E';
    }
    return put_text(context, text, length, is_int ? DM_SCALAR_INT : DM_SCALAR_FLOAT);
}

static int on_string(void *context, const unsigned char *text, size_t length)
{
    return put_text(context, (const char *)text, length, DM_SCALAR_STRING);
}

static int on_map_key(void *context, const unsigned char *text, size_t length)
{
    struct reader *reader = context;
    struct dm_span span = token_span(reader);

    return check_string(reader, span, length)
           && dm_builder_key(&reader->builder, span, (const char *)text, length);
}

static int on_start_map(void *context)
{
    struct reader *reader = context;

    return dm_builder_open(&reader->builder, DM_TREE_MAP, token_span(reader)) != NULL;
}

static int on_start_array(void *context)
{
    struct reader *reader = context;

    return dm_builder_open(&reader->builder, DM_TREE_LIST, token_span(reader)) != NULL;
}

static int on_end(void *context)
{
    struct reader *reader = context;
    struct dm_span span = token_span(reader);

    return dm_builder_close(&reader->builder, span.end_byte);
}

/* Faults.  yajl's own texts have no place and say little: the text is looked at once more, from
 * the last token that was right. */

/* The first token that cannot stand where it stands, and the comma or colon before it. */
struct offender {
    size_t begin;
    size_t end;
    char before; /* 0: none */
};

static struct offender find_offender(const struct reader *reader)
{
    size_t consumed = reader->begin + yajl_get_bytes_consumed(reader->parser);
    struct offender found = { .begin = reader->last_end };

    for (;;) {
        while (found.begin < reader->size && is_space(reader->text[found.begin])) {
            found.begin++;
        }
        if (found.begin == reader->size) {
            found.end = reader->size;
            return found;
        }
        found.end = token_end(reader->text, reader->size, found.begin);
        if (!reader->at_end && found.end >= consumed) {
            return found;
        }
        if (reader->text[found.begin] != ',' && reader->text[found.begin] != ':') {
            return found;
        }
        found.before = reader->text[found.begin];
        found.begin = found.end;
    }
}

static const char *expected(struct reader *reader, char before)
{
    const struct dm_builder_frame *top = dm_builder_top(&reader->builder);
    bool is_empty = top && !dm_builder_n_children(&reader->builder);

    if (!top) {
        return reader->builder.root ? "the end of the file" : "a value";
    }
    if (top->node->kind == DM_TREE_LIST) {
        return is_empty ? "a value or `]`" : before ? "a value" : "`,` or `]`";
    }
    if (top->has_key) {
        return before ? "a value" : "`:`";
    }
    return is_empty ? "a key or `}`" : before ? "a key" : "`,` or `}`";
}

static void report_end(struct reader *reader, char before)
{
    struct dm_builder *builder = &reader->builder;
    const struct dm_builder_frame *top = dm_builder_top(builder);
    struct dm_diag *diag =
        dm_builder_fault(builder, dm_builder_span(builder, reader->size, reader->size),
                         "the file ends where %s is expected", expected(reader, before));

    if (top) {
        size_t begin = top->node->span.begin_byte;

        (void)dm_diag_label(builder->diags, diag, dm_builder_span(builder, begin, begin + 1),
                            "%s that begins here has no end",
                            top->node->kind == DM_TREE_MAP ? "the object" : "the list");
    }
}

/* What is wrong inside of the string from 'begin' to 'end'; false: nothing. */
static bool report_string(struct reader *reader, size_t begin, size_t end)
{
    struct dm_builder *builder = &reader->builder;
    const char *text = reader->text;
    struct dm_diag *diag;

    for (size_t i = begin + 1; i < end; i++) {
        size_t n_hex = 0;

        if ((unsigned char)text[i] < 0x20) {
            diag = dm_builder_fault(builder, dm_builder_span(builder, i, i + 1),
                                    "control character U+%04X in a string",
                                    (unsigned)(unsigned char)text[i]);
            (void)dm_diag_help(builder->diags, diag,
                               "a string ends on its own line; write "
                               "control characters as escapes");
            return true;
        }
        if (text[i] != '\\' || i + 1 == end) {
            continue;
        }
        i++;
        if (text[i] == 'u') {
            while (n_hex < 4 && i + 1 + n_hex < end && text[i + 1 + n_hex]
                   && strchr("0123456789abcdefABCDEF", text[i + 1 + n_hex])) {
                n_hex++;
            }
        }
        if ((unsigned char)text[i] < 0x20 || (unsigned char)text[i] >= 0x7f) {
            (void)dm_builder_fault(builder, dm_builder_span(builder, i - 1, i),
                                   "this backslash escapes nothing");
            return true;
        }
        if (text[i] == 'u' ? n_hex < 4 : !strchr("\"\\/bfnrt", text[i])) {
            (void)dm_builder_fault(builder, dm_builder_span(builder, i - 1, i + 1 + n_hex),
                                   "invalid escape `%.*s`", (int)(2 + n_hex), text + i - 1);
            return true;
        }
    }
    if (end - begin < 2 || text[end - 1] != '"') {
        (void)dm_builder_fault(builder, dm_builder_span(builder, begin, begin + 1),
                               "this string has no end");
        return true;
    }
    return false;
}

static void report_syntax(struct reader *reader)
{
    struct dm_builder *builder = &reader->builder;
    struct offender bad = find_offender(reader);
    int shown = bad.end - bad.begin > 40 ? 40 : (int)(bad.end - bad.begin);
    struct dm_diag *diag;

    if (bad.begin == reader->size) {
        report_end(reader, bad.before);
        return;
    }
    if (reader->text[bad.begin] == '"' && report_string(reader, bad.begin, bad.end)) {
        return;
    }
    while (shown && ((unsigned char)reader->text[bad.begin + (size_t)shown] & 0xc0u) == 0x80u) {
        shown--; /* not in the middle of a code point */
    }
    diag = dm_builder_fault(builder, dm_builder_span(builder, bad.begin, bad.end),
                            "expected %s, found `%.*s`", expected(reader, bad.before), shown,
                            reader->text + bad.begin);
    if (bad.before == ',' && (reader->text[bad.begin] == ']' || reader->text[bad.begin] == '}')) {
        (void)dm_diag_help(builder->diags, diag, "JSON has no comma after the last value");
    }
}

static void parse(struct reader *reader)
{
    yajl_status status =
        yajl_parse(reader->parser, (const unsigned char *)reader->text + reader->begin,
                   reader->size - reader->begin);

    if (status == yajl_status_ok) {
        reader->at_end = true;
        status = yajl_complete_parse(reader->parser);
    }
    if (status == yajl_status_error) {
        report_syntax(reader);
    }
}

static void read_text(struct reader *reader, const struct dm_source *source)
{
    static const yajl_callbacks callbacks = {
        .yajl_null = on_null,
        .yajl_boolean = on_boolean,
        .yajl_number = on_number,
        .yajl_string = on_string,
        .yajl_start_map = on_start_map,
        .yajl_map_key = on_map_key,
        .yajl_end_map = on_end,
        .yajl_start_array = on_start_array,
        .yajl_end_array = on_end,
    };
    struct reserve reserve = { 0 };
    yajl_alloc_funcs functions = {
        .malloc = reserve_malloc, .realloc = reserve_realloc, .free = reserve_free, .ctx = &reserve
    };
    size_t longest;

    if (!dm_builder_check_text(&reader->builder, source, "JSON", &reader->begin)
        || !find_longest_token(reader, &longest)) {
        return;
    }
    reader->last_end = reader->begin;
    reserve.size = RESERVE_BYTES + RESERVE_PER_TOKEN_BYTE * longest;
    reserve.bytes = dm_arena_alloc(reader->builder.scratch, reserve.size, 1);
    if (!reserve.bytes) {
        reader->builder.status = DM_NOMEM;
        return;
    }
    reader->parser = yajl_alloc(&callbacks, &functions, reader);
    (void)yajl_config(reader->parser, yajl_dont_validate_strings, 1);
    parse(reader);
    yajl_free(reader->parser);
}

enum dm_status dm_json_read(struct dm_arena *arena, const struct dm_sources *sources,
                            uint32_t source, struct dm_diags *diags, struct dm_tree **ret_tree,
                            struct dm_err *err)
{
    const struct dm_source *from = dm_sources_get(sources, source);
    struct reader reader = { .text = from->text, .size = from->size };
    enum dm_status status;

    if (!dm_builder_init(&reader.builder, arena, diags, source)) {
        return DM_FAIL_NOMEM(err);
    }
    reader.builder.with_pointer = true;
    read_text(&reader, from);
    status = dm_builder_finish(&reader.builder, ret_tree, err);
    dm_builder_release(&reader.builder);
    return status;
}
