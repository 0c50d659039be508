/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JSON to trees, on the events of yajl.
 *
 * The text is gone over twice, a piece at a time: once for its form (UTF-8, zero bytes, the longest
 * token, whether brackets close), once by yajl.  A text that is held is one piece.  Of any other a
 * window is held, from the last token that was understood on.
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

enum { PIECE_BYTES = 256 * 1024 };

struct reserve {
    unsigned char *bytes;
    size_t size;
    size_t used;
};

struct reader {
    struct dm_builder builder;
    yajl_handle parser;
    const struct dm_source *source;
    size_t size;
    size_t begin;    /* bytes of a byte order mark */
    size_t last_end; /* of the last token that gave an event, and of what was passed over since */
    char passed;     /* the last comma or colon of that, 0: none */
    bool at_end;     /* all of the text was given to the parser */
    size_t fed;      /* byte at which what the parser was given last begins */
    /* What is held: bytes 'window_begin' to 'window_end'. */
    const char *window;
    char *buffer; /* of 'capacity' bytes; NULL: the text is held whole */
    size_t capacity;
    size_t window_begin;
    size_t window_end;
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

static char at(const struct reader *reader, size_t byte)
{
    return reader->window[byte - reader->window_begin];
}

/* Where the token that begins at 'from' ends; a string that is not closed ends with the text. */
static size_t token_end(const struct reader *reader, size_t from)
{
    size_t end = reader->window_end;
    size_t i = from;

    if (at(reader, i) == '"') {
        for (i++; i < end && at(reader, i) != '"'; i++) {
            i += at(reader, i) == '\\' && i + 1 < end;
        }
        return i < end ? i + 1 : end;
    }
    if (is_punctuation(at(reader, i))) {
        return i + 1;
    }
    while (i < end && !is_space(at(reader, i)) && !is_punctuation(at(reader, i))
           && at(reader, i) != '"') {
        i++;
    }
    return i;
}

static bool cannot_read(struct reader *reader)
{
    if (reader->builder.status == DM_OK) {
        reader->builder.status = DM_IO;
    }
    return false;
}

/* White space, commas and colons after the last token, which the parser has taken, are part of no
 * token. */
static void pass_over(struct reader *reader)
{
    for (; reader->last_end < reader->window_end; reader->last_end++) {
        char c = at(reader, reader->last_end);

        if (c == ',' || c == ':') {
            reader->passed = c;
        } else if (!is_space(c)) {
            return;
        }
    }
}

/* Moves the window to begin after the last token, and reads up to 'limit' bytes that follow it;
 * false where they cannot be read. */
static bool slide(struct reader *reader, size_t limit)
{
    size_t keep;
    size_t more;

    if (!reader->buffer) {
        return true;
    }
    keep = reader->window_end - reader->last_end;
    memmove(reader->buffer, reader->buffer + (reader->last_end - reader->window_begin), keep);
    reader->window_begin = reader->last_end;
    more = reader->capacity - keep;
    more = more < limit ? more : limit;
    more = more < reader->size - reader->window_end ? more : reader->size - reader->window_end;
    if (!dm_source_copy(reader->source, reader->window_end, reader->buffer + keep, more)) {
        return cannot_read(reader);
    }
    reader->window_end += more;
    return true;
}

/* The place of the token that yajl has just read. */
static struct dm_span token_span(struct reader *reader)
{
    size_t begin = reader->last_end;
    size_t end =
        reader->at_end ? reader->size : reader->fed + yajl_get_bytes_consumed(reader->parser);

    while (
        begin < end
        && (is_space(at(reader, begin)) || at(reader, begin) == ',' || at(reader, begin) == ':')) {
        begin++;
    }
    reader->last_end = end;
    reader->passed = 0;
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
    size_t half;

    if (span.end_byte - span.begin_byte == length + 2) {
        return true; /* an escape is longer than what it stands for: there is none */
    }
    half = find_half_pair(reader->window, span.begin_byte - reader->window_begin,
                          span.end_byte - reader->window_begin);
    if (half != SIZE_MAX) {
        half += reader->window_begin;
        (void)dm_builder_fault(&reader->builder, dm_builder_span(&reader->builder, half, half + 6),
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

    return (!is_string || check_string(reader, span, length))
           && dm_builder_scalar(&reader->builder, DM_TREE_SCALAR, span, text, length, scalar,
                                is_string);
}

static int on_null(void *context)
{
    struct reader *reader = context;

    return dm_builder_scalar(&reader->builder, DM_TREE_NULL, token_span(reader), NULL, 0,
                             DM_SCALAR_STRING, false);
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

    return dm_builder_begin(&reader->builder, DM_TREE_MAP, token_span(reader));
}

static int on_start_array(void *context)
{
    struct reader *reader = context;

    return dm_builder_begin(&reader->builder, DM_TREE_LIST, token_span(reader));
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
    size_t consumed = reader->fed + yajl_get_bytes_consumed(reader->parser);
    struct offender found = { .begin = reader->last_end, .before = reader->passed };

    for (;;) {
        while (found.begin < reader->window_end && is_space(at(reader, found.begin))) {
            found.begin++;
        }
        if (found.begin == reader->size) {
            found.end = reader->size;
            return found;
        }
        found.end = token_end(reader, found.begin);
        if (!reader->at_end && found.end >= consumed) {
            return found;
        }
        if (at(reader, found.begin) != ',' && at(reader, found.begin) != ':') {
            return found;
        }
        found.before = at(reader, found.begin);
        found.begin = found.end;
    }
}

static const char *expected(struct reader *reader, char before)
{
    const struct dm_builder_frame *top = dm_builder_top(&reader->builder);
    bool is_empty = top && !dm_builder_n_children(&reader->builder);

    if (!top) {
        return reader->builder.has_root ? "the end of the file" : "a value";
    }
    if (top->kind == DM_TREE_LIST) {
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
        size_t begin = top->span.begin_byte;

        (void)dm_diag_label(builder->diags, diag, dm_builder_span(builder, begin, begin + 1),
                            "%s that begins here has no end",
                            top->kind == DM_TREE_MAP ? "the object" : "the list");
    }
}

/* From 'begin' to 'end' of a window that begins at 'shift'. */
static struct dm_span string_span(const struct dm_builder *builder, size_t shift, size_t begin,
                                  size_t end)
{
    return dm_builder_span(builder, shift + begin, shift + end);
}

/* What is wrong inside of the string from 'begin' to 'end'; false: nothing. */
static bool report_string(struct reader *reader, size_t begin, size_t end)
{
    struct dm_builder *builder = &reader->builder;
    const char *text = reader->window;
    size_t shift = reader->window_begin;
    struct dm_diag *diag;

    begin -= shift;
    end -= shift;
    for (size_t i = begin + 1; i < end; i++) {
        size_t n_hex = 0;

        if ((unsigned char)text[i] < 0x20) {
            diag = dm_builder_fault(builder, string_span(builder, shift, i, i + 1),
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
            (void)dm_builder_fault(builder, string_span(builder, shift, i - 1, i),
                                   "this backslash escapes nothing");
            return true;
        }
        if (text[i] == 'u' ? n_hex < 4 : !strchr("\"\\/bfnrt", text[i])) {
            (void)dm_builder_fault(builder, string_span(builder, shift, i - 1, i + 1 + n_hex),
                                   "invalid escape `%.*s`", (int)(2 + n_hex), text + i - 1);
            return true;
        }
    }
    if (end - begin < 2 || text[end - 1] != '"') {
        (void)dm_builder_fault(builder, string_span(builder, shift, begin, begin + 1),
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
    const char *text = reader->window + (bad.begin - reader->window_begin);
    struct dm_diag *diag;

    if (bad.begin == reader->size) {
        report_end(reader, bad.before);
        return;
    }
    if (text[0] == '"' && report_string(reader, bad.begin, bad.end)) {
        return;
    }
    while (shown && (size_t)shown < bad.end - bad.begin
           && ((unsigned char)text[shown] & 0xc0u) == 0x80u) {
        shown--; /* not in the middle of a code point */
    }
    diag = dm_builder_fault(builder, dm_builder_span(builder, bad.begin, bad.end),
                            "expected %s, found `%.*s`", expected(reader, bad.before), shown, text);
    if (bad.before == ',' && (text[0] == ']' || text[0] == '}')) {
        (void)dm_diag_help(builder->diags, diag, "JSON has no comma after the last value");
    }
}

static void parse(struct reader *reader)
{
    yajl_status status = yajl_status_ok;

    while (status == yajl_status_ok && reader->fed < reader->size) {
        size_t end = reader->window_end;

        status =
            yajl_parse(reader->parser,
                       (const unsigned char *)reader->window + (reader->fed - reader->window_begin),
                       end - reader->fed);
        if (status == yajl_status_ok) {
            reader->fed = end;
            pass_over(reader);
            if (!slide(reader, PIECE_BYTES)) {
                return;
            }
        }
    }
    if (status == yajl_status_ok) {
        reader->at_end = true;
        status = yajl_complete_parse(reader->parser);
    }
    /* The window then holds the whole of the token that is wrong: that begins in the last piece. */
    /* A text that ends without a value and without a fault of yajl's: it says nothing. */
    if (reader->builder.status == DM_OK && !reader->builder.root && !reader->builder.n_faults) {
        status = yajl_status_error;
    }
    if (status == yajl_status_error && slide(reader, reader->capacity)) {
        report_syntax(reader);
    }
}

/* What the first pass finds. */
struct form {
    size_t longest;     /* token */
    size_t token_begin; /* of the token that it is in */
    size_t too_long;    /* begin of the first token that is, SIZE_MAX: none */
    size_t too_long_end;
    int64_t n_open;
    bool in_string;
    bool in_word;
    bool escaped;
};

static void end_token(struct form *form, size_t end, unsigned long long limit)
{
    size_t size = end - form->token_begin;

    form->in_word = false;
    form->in_string = false;
    form->longest = size > form->longest ? size : form->longest;
    if (size > limit && form->too_long == SIZE_MAX) {
        form->too_long = form->token_begin;
        form->too_long_end = end;
    }
}

/* Tokens of 'size' bytes that begin at byte 'begin'. */
static void scan(struct form *form, const char *bytes, size_t begin, size_t size,
                 unsigned long long limit)
{
    for (size_t i = 0; i < size; i++) {
        char c = bytes[i];

        if (form->in_string) {
            if (form->escaped) {
                form->escaped = false;
            } else if (c == '\\') {
                form->escaped = true;
            } else if (c == '"') {
                end_token(form, begin + i + 1, limit);
            }
            continue;
        }
        if (form->in_word && (is_space(c) || is_punctuation(c) || c == '"')) {
            end_token(form, begin + i, limit);
        }
        if (c == '"') {
            form->in_string = true;
            form->token_begin = begin + i;
        } else if (is_punctuation(c)) {
            form->n_open += (c == '[' || c == '{') - (c == ']' || c == '}');
        } else if (!form->in_word && !is_space(c)) {
            form->in_word = true;
            form->token_begin = begin + i;
        }
    }
}

/* Looks at the whole text before yajl sees it; false where it is no JSON text at all. */
static bool check_form(struct reader *reader, size_t *ret_longest)
{
    unsigned long long limit = dm_limit_value(DM_LIMIT_STRING_BYTES);
    struct form form = { .longest = 1, .too_long = SIZE_MAX };
    struct dm_builder *builder = &reader->builder;
    const char *piece = reader->source->text;

    for (size_t begin = 0, size; begin == 0 || begin < reader->size; begin += size) {
        bool is_last;

        size = reader->size - begin;
        if (!reader->source->text) {
            size = size < PIECE_BYTES ? size : PIECE_BYTES;
            if (!dm_source_copy(reader->source, begin, reader->buffer, size)) {
                return cannot_read(reader);
            }
            piece = reader->buffer;
        }
        is_last = begin + size == reader->size;
        if (!dm_builder_check_text(builder, piece, &size, begin, is_last, "JSON", &reader->begin)) {
            return false;
        }
        scan(&form, piece + (begin ? 0 : reader->begin), begin ? begin : reader->begin,
             size - (begin ? 0 : reader->begin), limit);
        if (size == 0) {
            break;
        }
    }
    builder->silent = form.n_open != 0 || form.in_string;
    if (form.in_word || form.in_string) {
        end_token(&form, reader->size, limit);
    }
    if (form.too_long != SIZE_MAX) {
        (void)dm_builder_fault(builder, dm_builder_span(builder, form.too_long, form.too_long_end),
                               "more than %llu %s", limit, dm_limit_text(DM_LIMIT_STRING_BYTES));
        return false;
    }
    *ret_longest = form.longest;
    return true;
}

/* The window: the text itself, or a buffer that holds a token that has begun, a piece, and a token
 * that begins in it. */
static bool open_window(struct reader *reader, size_t longest)
{
    if (reader->source->text) {
        reader->window = reader->source->text;
        reader->window_end = reader->size;
        return true;
    }
    reader->capacity = 2 * longest + PIECE_BYTES;
    reader->buffer = dm_arena_alloc(reader->builder.scratch, reader->capacity, 1);
    if (!reader->buffer) {
        reader->builder.status = DM_NOMEM;
        return false;
    }
    reader->window = reader->buffer;
    reader->window_begin = reader->begin;
    reader->window_end = reader->begin;
    return slide(reader, PIECE_BYTES);
}

static void read_text(struct reader *reader)
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

    if (!reader->source->text) {
        reader->buffer = dm_arena_alloc(reader->builder.scratch, PIECE_BYTES, 1);
        if (!reader->buffer) {
            reader->builder.status = DM_NOMEM;
            return;
        }
    }
    if (!check_form(reader, &longest)) {
        return;
    }
    reader->last_end = reader->begin;
    reader->fed = reader->begin;
    reserve.size = RESERVE_BYTES + RESERVE_PER_TOKEN_BYTE * longest;
    reserve.bytes = dm_arena_alloc(reader->builder.scratch, reserve.size, 1);
    if (!reserve.bytes) {
        reader->builder.status = DM_NOMEM;
        return;
    }
    if (!open_window(reader, longest)) {
        return;
    }
    reader->parser = yajl_alloc(&callbacks, &functions, reader);
    (void)yajl_config(reader->parser, yajl_dont_validate_strings, 1);
    parse(reader);
    yajl_free(reader->parser);
}

enum dm_status dm_json_read_parts(struct dm_arena *arena, const struct dm_sources *sources,
                                  uint32_t source, const struct dm_tree_choice *choice,
                                  struct dm_diags *diags, struct dm_tree **ret_tree,
                                  struct dm_err *err)
{
    const struct dm_source *from = dm_sources_get(sources, source);
    struct reader reader = { .source = from, .size = from->size };
    enum dm_status status;

    if (!dm_builder_init(&reader.builder, arena, diags, source)) {
        return DM_FAIL_NOMEM(err);
    }
    reader.builder.with_pointer = true;
    reader.builder.choice = choice;
    read_text(&reader);
    if (reader.builder.status == DM_IO) {
        status = DM_FAIL(err, DM_IO, "%s: cannot read, or it changes while it is read", from->path);
    } else {
        status = dm_builder_finish(&reader.builder, ret_tree, err);
    }
    dm_builder_release(&reader.builder);
    return status;
}

enum dm_status dm_json_read(struct dm_arena *arena, const struct dm_sources *sources,
                            uint32_t source, struct dm_diags *diags, struct dm_tree **ret_tree,
                            struct dm_err *err)
{
    return dm_json_read_parts(arena, sources, source, NULL, diags, ret_tree, err);
}
