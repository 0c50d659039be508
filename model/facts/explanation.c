/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/facts/explanation.h"

#include <stdbool.h>
#include <string.h>

#include "model/base/str.h"
#include "model/facts/data.h"

static const char *const headings[DM_N_EXPLANATION_PARTS] = {
    [DM_EXPLANATION_MEANING] = "What it means",
    [DM_EXPLANATION_REASON] = "Why it matters",
    [DM_EXPLANATION_EXAMPLE] = "Example",
    [DM_EXPLANATION_REPAIRED] = "Repaired",
    [DM_EXPLANATION_LIMITS] = "Limits of the analysis",
    [DM_EXPLANATION_FACTS] = "Facts",
};

/* Where the reader is.  'line' is not ended by a zero byte. */
struct reader {
    struct dm_arena *arena;
    const char *path;
    struct dm_err *err;
    const char *next; /* first byte after the line; NULL: the line is the last */
    const char *line;
    size_t length;
    unsigned number;
    bool in_fence;
};

static void first_line(struct reader *reader, const char *text)
{
    size_t length = strcspn(text, "\n");

    reader->line = text;
    reader->length = length;
    reader->next = text[length] == '\n' ? text + length + 1 : NULL;
    reader->number++;
}

/* False at the end of the text. */
static bool next_line(struct reader *reader)
{
    if (reader->next == NULL || reader->next[0] == '\0') {
        return false;
    }
    first_line(reader, reader->next);
    return true;
}

static bool line_starts(const struct reader *reader, const char *start)
{
    size_t length = strlen(start);
    return reader->length >= length && memcmp(reader->line, start, length) == 0;
}

static bool line_is(const struct reader *reader, const char *text)
{
    return reader->length == strlen(text) && line_starts(reader, text);
}

static enum dm_status fault(const struct reader *reader, const char *what, const char *name)
{
    return DM_FAIL(reader->err, DM_INVALID, "%s:%u: %s `%s`", reader->path, reader->number, what,
                   name);
}

/* From 'begin' to 'end' without blank lines around; NULL when memory is out. */
static char *copy(const struct reader *reader, const char *begin, const char *end)
{
    while (begin < end && *begin == '\n') {
        begin++;
    }
    while (end > begin && end[-1] == '\n') {
        end--;
    }
    return dm_arena_strndup(reader->arena, begin, (size_t)(end - begin));
}

/* Reads a section from the line after its heading up to the next heading, which becomes the
 * reader's line, or to the end ('*ret_more' false).  '*ret_design' is what its yaml fence holds. */
static enum dm_status read_section(struct reader *reader, const char *name, const char **ret_text,
                                   const char **ret_design, bool *ret_more)
{
    const char *begin = reader->next == NULL ? reader->line + reader->length : reader->next;
    const char *end = begin;
    const char *design = NULL;
    bool in_design = false;
    bool more = false;

    while ((more = next_line(reader))) {
        if (!reader->in_fence && line_starts(reader, "## ")) {
            break;
        }
        end = reader->line + reader->length;
        if (!line_starts(reader, "```")) {
            continue;
        }
        if (in_design) {
            *ret_design = dm_arena_strndup(reader->arena, design, (size_t)(reader->line - design));
            if (*ret_design == NULL) {
                return DM_FAIL_NOMEM(reader->err);
            }
        }
        in_design = !reader->in_fence && line_is(reader, "```yaml");
        if (in_design && *ret_design != NULL) {
            return fault(reader, "a second design in", name);
        }
        design = in_design ? reader->next : NULL;
        reader->in_fence = !reader->in_fence;
    }
    if (reader->in_fence) {
        return fault(reader, "a fence is not closed in", name);
    }
    *ret_text = copy(reader, begin, end);
    if (*ret_text == NULL) {
        return DM_FAIL_NOMEM(reader->err);
    }
    *ret_more = more;
    return (*ret_text)[0] == '\0' ? fault(reader, "nothing stands in", name) : DM_OK;
}

/* The title and whatever blank lines stand between it and the first heading. */
static enum dm_status read_title(struct reader *reader, const char **ret_title, bool *ret_more)
{
    if (!line_starts(reader, "# ")) {
        return fault(reader, "the first line is not the title", "# ...");
    }
    *ret_title = dm_arena_strndup(reader->arena, reader->line + 2, reader->length - 2);
    if (*ret_title == NULL) {
        return DM_FAIL_NOMEM(reader->err);
    }
    while ((*ret_more = next_line(reader)) && !line_starts(reader, "## ")) {
        if (reader->length > 0) {
            return fault(reader, "text stands before the heading", headings[0]);
        }
    }
    return DM_OK;
}

static bool is_heading(const struct reader *reader, size_t part)
{
    return line_starts(reader, "## ") && reader->length == strlen(headings[part]) + 3
           && memcmp(reader->line + 3, headings[part], reader->length - 3) == 0;
}

enum dm_status dm_explanation_read(struct dm_arena *arena, const char *path, const char *text,
                                   struct dm_explanation *ret_explanation, struct dm_err *err)
{
    struct reader reader = { .arena = arena, .path = path, .err = err };
    struct dm_explanation explanation = { .title = NULL };
    bool more = false;

    first_line(&reader, text);
    enum dm_status status = read_title(&reader, &explanation.title, &more);
    for (size_t i = 0; status == DM_OK && i < DM_N_EXPLANATION_PARTS; i++) {
        const char *design = NULL;
        bool wants_design = i == DM_EXPLANATION_EXAMPLE || i == DM_EXPLANATION_REPAIRED;

        if (!more && i == DM_EXPLANATION_FACTS) {
            break;
        }
        if (!more || !is_heading(&reader, i)) {
            return fault(&reader, "here belongs the heading", headings[i]);
        }
        status = read_section(&reader, headings[i], &explanation.parts[i], &design, &more);
        if (status == DM_OK && wants_design && design == NULL) {
            return fault(&reader, "no block fenced as yaml in", headings[i]);
        }
        if (i == DM_EXPLANATION_EXAMPLE) {
            explanation.example = design;
        } else if (i == DM_EXPLANATION_REPAIRED) {
            explanation.repaired = design;
        }
    }
    if (status == DM_OK && more) {
        return fault(&reader, "a heading follows", headings[DM_EXPLANATION_FACTS]);
    }
    if (status == DM_OK) {
        *ret_explanation = explanation;
    }
    return status;
}

enum dm_status dm_explanation_find(struct dm_arena *arena, const char *code,
                                   struct dm_explanation *ret_explanation, struct dm_err *err)
{
    char *path = dm_sprintf(arena, "rules/%s.md", code);
    if (path == NULL) {
        return DM_FAIL_NOMEM(err);
    }
    const struct dm_data_file *file = dm_data_find(path);
    if (file == NULL) {
        return DM_FAIL(err, DM_INVALID, "there is no rule `%s`", code);
    }
    return dm_explanation_read(arena, path, file->text, ret_explanation, err);
}

const char *dm_explanation_heading(enum dm_explanation_part part)
{
    DM_ASSERT(part < DM_N_EXPLANATION_PARTS);
    return headings[part];
}
