/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table as a page for people: a section for each mapping, then the scalars.
 */
#include "model/front/design/design.h"

#include <string.h>

#include "model/front/design/grammar_private.h"

/* In a cell of a table a bar ends the cell. */
static void add_cell(struct dm_str *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|') {
            dm_str_addc(out, '\\');
        }
        dm_str_addc(out, *text);
    }
}

/* "An entry of `vpcs`" of "an entry of `vpcs`" */
static void add_capital(struct dm_str *out, const char *text)
{
    dm_str_addc(out, (char)(*text >= 'a' && *text <= 'z' ? *text - 'a' + 'A' : *text));
    dm_str_add(out, text + 1);
}

static void add_value(struct dm_str *out, enum dm_type_id id);

static void add_either(struct dm_str *out, const struct dm_type *type)
{
    enum dm_type_id either[3] = { type->of, type->list, type->map };
    bool is_first = true;

    for (size_t i = 0; i < 3; i++) {
        if (either[i]) {
            dm_str_add(out, is_first ? "" : ", or ");
            add_value(out, either[i]);
            is_first = false;
        }
    }
}

/* What may stand at a place, with links to the sections of mappings. */
static void add_value(struct dm_str *out, enum dm_type_id id)
{
    const struct dm_type *type = dm_grammar_type(id);
    struct dm_str forms;

    if (dm_type_is_scalar(type)) {
        dm_str_init(&forms, out->arena);
        dm_grammar_forms(id, &forms);
        add_cell(out, forms.text);
        if (dm_type_may_fill_in(id)) {
            dm_str_add(out, " †");
        }
        return;
    }
    if (type->kind == DM_TYPE_KIND_LIST) {
        dm_str_add(out, "list of ");
        add_value(out, type->of);
    } else if (type->kind == DM_TYPE_KIND_MAP) {
        add_value(out, type->of);
        dm_str_add(out, " to ");
        add_value(out, type->map);
    } else if (type->kind == DM_TYPE_KIND_EITHER) {
        add_either(out, type);
    } else {
        dm_str_addf(out, "[%s](#%s)", type->noun, type->id);
    }
}

static void add_presence(struct dm_str *out, const struct dm_key *key)
{
    switch (key->presence) {
    case DM_PRESENCE_REQUIRED:
    case DM_PRESENCE_WHOLE_REQUIRED:
        dm_str_add(out, "required");
        return;
    case DM_PRESENCE_FIRST:
        dm_str_add(out, "required, first file only");
        return;
    case DM_PRESENCE_OPTIONAL:
    case DM_PRESENCE_WHOLE:
        break;
    }
    if (key->standard) {
        dm_str_addf(out, "`%s`", key->standard);
    }
}

static void add_names(struct dm_str *out, const char *names, const char *last)
{
    struct dm_alternative wanted[DM_GRAMMAR_MAX_ALTERNATIVES];
    size_t n = dm_grammar_split(names, wanted);

    for (size_t i = 0; i < n; i++) {
        dm_str_addf(out, "%s`%.*s`",
                    i == 0       ? ""
                    : i + 1 == n ? last
                                 : ", ",
                    (int)wanted[i].n, wanted[i].head);
    }
}

static void add_relations(struct dm_str *out, enum dm_type_id shape)
{
    size_t n;
    const struct dm_relation *relations = dm_grammar_relations(&n);

    for (size_t i = 0; i < n; i++) {
        if (relations[i].shape != shape) {
            continue;
        }
        switch (relations[i].kind) {
        case DM_RELATION_EXACTLY_ONE:
            dm_str_add(out, "\nExactly one of ");
            add_names(out, relations[i].keys, " and ");
            dm_str_add(out, " is given.\n");
            break;
        case DM_RELATION_AT_LEAST_ONE:
            dm_str_add(out, "\nAt least one of ");
            add_names(out, relations[i].keys, " and ");
            dm_str_add(out, " is given.\n");
            break;
        case DM_RELATION_NEEDS:
            dm_str_addf(out, "\n`%s` needs `%s` beside it.\n", relations[i].keys,
                        relations[i].other);
            break;
        }
    }
}

static void add_shape(struct dm_str *out, enum dm_type_id id)
{
    const struct dm_type *type = dm_grammar_type(id);
    size_t n;
    const struct dm_key *keys = dm_grammar_keys(id, &n);

    dm_str_addf(out, "\n## <a id=\"%s\"></a>", type->id);
    add_capital(out, type->noun);
    dm_str_add(out, "\n\n");
    add_capital(out, type->doc);
    dm_str_add(out, ".\n\n| Key | Value | Default | |\n|---|---|---|---|\n");
    for (size_t i = 0; i < n; i++) {
        dm_str_addf(out, "| `%s` | ", keys[i].key);
        add_value(out, keys[i].type);
        dm_str_add(out, " | ");
        add_presence(out, &keys[i]);
        dm_str_add(out, " | ");
        add_cell(out, keys[i].doc);
        dm_str_add(out, " |\n");
    }
    add_relations(out, id);
}

/* An override: the keys of another section, less some. */
static void add_part(struct dm_str *out, enum dm_type_id id)
{
    const struct dm_type *type = dm_grammar_type(id);
    size_t n;
    const struct dm_key *keys = dm_grammar_keys(type->of, &n);
    bool is_first = true;

    dm_str_addf(out, "\n## <a id=\"%s\"></a>", type->id);
    add_capital(out, type->noun);
    dm_str_add(out, "\n\n");
    add_capital(out, type->doc);
    dm_str_addf(out, ": all of [%s](#%s) but", dm_grammar_type(type->of)->noun,
                dm_grammar_type(type->of)->id);
    for (size_t i = 0; i < n; i++) {
        if (keys[i].presence == DM_PRESENCE_WHOLE
            || keys[i].presence == DM_PRESENCE_WHOLE_REQUIRED) {
            dm_str_addf(out, "%s `%s`", is_first ? "" : " and", keys[i].key);
            is_first = false;
        }
    }
    dm_str_add(out, "; none is required.\n");
}

/* Whether a row before this one says the same, as a name and its filled form do. */
static bool is_told(enum dm_type_id id)
{
    const struct dm_type *type = dm_grammar_type(id);

    for (enum dm_type_id other = DM_TYPE_none + 1; other < id; other++) {
        const struct dm_type *earlier = dm_grammar_type(other);

        if (earlier->meta && !strcmp(earlier->meta, type->meta)
            && !strcmp(earlier->doc, type->doc)) {
            return true;
        }
    }
    return false;
}

static void add_scalars(struct dm_str *out)
{
    dm_str_add(out, "\n## Words and values\n\n| Written | Is | |\n|---|---|---|\n");
    for (enum dm_type_id id = DM_TYPE_none + 1; id < DM_TYPE_COUNT; id++) {
        const struct dm_type *type = dm_grammar_type(id);

        if (!dm_type_is_scalar(type) || type->kind == DM_TYPE_KIND_TEMPLATE
            || type->kind == DM_TYPE_KIND_FORM || is_told(id)) {
            continue;
        }
        dm_str_add(out, "| `");
        add_cell(out, type->meta);
        dm_str_add(out, "` | ");
        add_cell(out, type->noun);
        dm_str_add(out, " | ");
        add_cell(out, type->doc);
        dm_str_add(out, " |\n");
    }
}

void dm_design_reference(struct dm_str *out)
{
    dm_str_add(out,
               "# The design language, version 1\n\n"
               "This page is made from the table that also drives the reader "
               "(model/front/design/grammar.def); a test keeps it so.\n\n"
               "A design is YAML (1.2, core schema) in a file `NAME.demarc.yaml`. Every key is "
               "known: one that is not in these tables is a fault. Names are keys of mappings, and "
               "order never matters.\n\n"
               "- Capitals such as `NAME` stand for a value; the last section says how each is "
               "written.\n"
               "- Where † stands, `${env}` and `${region}` are filled in with those of the copy.\n"
               "- Codes such as [VPC-01] are facts about AWS that a limit rests on.\n");
    for (enum dm_type_id id = DM_TYPE_none + 1; id < DM_TYPE_COUNT; id++) {
        const struct dm_type *type = dm_grammar_type(id);

        if (type->kind == DM_TYPE_KIND_SHAPE) {
            add_shape(out, id);
        } else if (type->kind == DM_TYPE_KIND_PART) {
            add_part(out, id);
        }
    }
    add_scalars(out);
}
