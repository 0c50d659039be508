/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/pairs.h"

#include <string.h>

#include "render/json_private.h"
#include "render/style.h"

static const struct {
    const char *sign; /* of text and CSV */
    const char *word; /* of JSON */
} marks[DM_PAIR_MARK_COUNT] = {
    [DM_PAIR_PLAIN] = { "", "connected" },
    [DM_PAIR_UNANSWERED] = { "*", "unanswered" },
    [DM_PAIR_UNKNOWN] = { "?", "unknown" },
};

/* "class 3, 2 places: a, b" */
static void add_class(struct dm_str *out, const struct dm_pair_class *class)
{
    dm_str_addf(out, "%s, %zu place%s: ", class->name, class->n_members,
                class->n_members == 1 ? "" : "s");
    for (size_t i = 0; i < class->n_members; i++) {
        dm_str_add(out, i ? ", " : "");
        dm_style_add(out, class->members[i]);
    }
    dm_str_addc(out, '\n');
}

void dm_render_pairs(const struct dm_pairs *pairs, struct dm_str *out)
{
    for (size_t i = 0; i < pairs->n_listed; i++) {
        add_class(out, &pairs->classes[i]);
    }
    for (size_t i = 0; i < pairs->n_rows; i++) {
        const struct dm_pair_row *row = &pairs->rows[i];
        const char *sign = marks[row->mark].sign;

        dm_style_add(out, row->from);
        dm_str_add(out, " => ");
        dm_style_add(out, row->to);
        dm_str_add(out, " : ");
        dm_str_add(out, row->flows);
        dm_str_add(out, *sign ? " " : "");
        dm_str_add(out, sign);
        dm_str_addc(out, '\n');
    }
}

/* A field as RFC 4180 has it: in quotes where it must be. */
static void add_field(struct dm_str *out, const char *text, char end)
{
    bool quoted = strpbrk(text, ",\"\r\n") != NULL;

    if (quoted) {
        dm_str_addc(out, '"');
    }
    for (; *text; text++) {
        if (*text == '"') {
            dm_str_addc(out, '"');
        }
        dm_str_addc(out, *text);
    }
    if (quoted) {
        dm_str_addc(out, '"');
    }
    dm_str_addc(out, end);
}

void dm_render_pairs_csv(const struct dm_pairs *pairs, struct dm_str *out)
{
    dm_str_add(out, "source,destination,connections,mark\n");
    for (size_t i = 0; i < pairs->n_listed; i++) {
        for (size_t j = 0; j < pairs->classes[i].n_members; j++) {
            add_field(out, pairs->classes[i].name, ',');
            add_field(out, pairs->classes[i].members[j], ',');
            dm_str_add(out, ",member\n");
        }
    }
    for (size_t i = 0; i < pairs->n_rows; i++) {
        add_field(out, pairs->rows[i].from, ',');
        add_field(out, pairs->rows[i].to, ',');
        add_field(out, pairs->rows[i].flows, ',');
        add_field(out, marks[pairs->rows[i].mark].sign, '\n');
    }
}

static json_t *classes_json(struct dm_json *json, const struct dm_pairs *pairs)
{
    json_t *classes = json_array();

    for (size_t i = 0; i < pairs->n_listed; i++) {
        json_t *object = json_object();
        json_t *members = json_array();

        for (size_t j = 0; j < pairs->classes[i].n_members; j++) {
            dm_json_push(json, members, dm_json_text(json, pairs->classes[i].members[j]));
        }
        dm_json_put(json, object, "name", dm_json_text(json, pairs->classes[i].name));
        dm_json_put(json, object, "members", members);
        dm_json_push(json, classes, object);
    }
    return classes;
}

enum dm_status dm_render_pairs_json(const struct dm_model *model, const struct dm_pairs *pairs,
                                    struct dm_str *out, struct dm_err *err)
{
    struct dm_json json = { .arena = out->arena, .model = model };
    json_t *root = json_object();
    json_t *rows = json_array();

    for (size_t i = 0; i < pairs->n_rows; i++) {
        const struct dm_pair_row *row = &pairs->rows[i];
        json_t *object = json_object();

        dm_json_put(&json, object, "from", dm_json_text(&json, row->from));
        dm_json_put(&json, object, "to", dm_json_text(&json, row->to));
        dm_json_put(&json, object, "connections", dm_json_text(&json, row->flows));
        dm_json_put(&json, object, "verdict", json_string(marks[row->mark].word));
        dm_json_push(&json, rows, object);
    }
    dm_json_put(&json, root, "demarc_reach", json_integer(1));
    dm_json_put(&json, root, "tool", dm_json_tool(&json));
    dm_json_put(&json, root, "name", dm_json_text(&json, model->name));
    dm_json_put(&json, root, "places", dm_json_count(pairs->n_places));
    dm_json_put(&json, root, "sessions", dm_json_count(pairs->n_sessions));
    if (pairs->n_listed) {
        dm_json_put(&json, root, "classes", classes_json(&json, pairs));
    }
    dm_json_put(&json, root, "pairs", rows);
    return dm_json_finish(&json, root, out, err);
}
