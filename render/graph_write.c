/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a graph is written with: ids, nodes, edges, clusters.
 */
#include "render/graph_private.h"

#include <string.h>

enum { MAX_ID_ATTEMPTS = 1 << 20 };

/* Formatted text; where memory is out the graph is marked as failed and the text is empty. */
const char *dm_graph_text(struct dm_drawing *drawing, const char *fmt, ...)
{
    va_list ap;
    const char *text;

    va_start(ap, fmt);
    text = dm_vsprintf(drawing->out->arena, fmt, ap);
    va_end(ap);
    drawing->out->failed = drawing->out->failed || !text;
    return text ? text : "";
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* "vpc_app_prod_eu_west_1": unique, with a number after it where two names become one id. */
const char *dm_graph_id(struct dm_drawing *drawing, const char *kind, const char *name)
{
    char *id = dm_sprintf(drawing->out->arena, "%s_%s", kind, name);

    for (char *at = id; at && *at; at++) {
        *at = is_plain(*at) ? *at : '_';
    }
    for (int i = 2; id && i < MAX_ID_ATTEMPTS; i++) {
        const char *text = i == 2 ? id : dm_graph_text(drawing, "%s_%d", id, i - 1);
        bool added = false;

        if (!text || !dm_map_add(&drawing->taken, text, &added)) {
            break;
        }
        if (added) {
            return text;
        }
    }
    drawing->out->failed = true;
    return "";
}

/* A string of DOT.  Line ends become "\n"; a backslash would begin an escape, an ampersand an
 * entity. */
static void add_quoted(struct dm_str *out, const char *text)
{
    dm_str_addc(out, '"');
    for (; *text; text++) {
        switch (*text) {
        case '\n':
            dm_str_add(out, "\\n");
            break;
        case '"':
            dm_str_add(out, "\\\"");
            break;
        case '\\':
            dm_str_add(out, "\\\\");
            break;
        case '&':
            dm_str_add(out, "&amp;");
            break;
        default:
            dm_str_addc(out, *text);
        }
    }
    dm_str_addc(out, '"');
}

/* Ends with the tooltip and label that were put together; both are empty afterwards. */
void dm_graph_texts(struct dm_drawing *drawing, bool has_label)
{
    if (has_label) {
        dm_str_add(drawing->out, ", label=");
        add_quoted(drawing->out, drawing->label.text);
    }
    dm_str_add(drawing->out, ", tooltip=");
    add_quoted(drawing->out, drawing->tooltip.length ? drawing->tooltip.text : drawing->label.text);
    dm_str_clear(&drawing->label);
    dm_str_clear(&drawing->tooltip);
}

/* A node of a region; 'region' is NULL for what is in none. */
void dm_graph_node(struct dm_drawing *drawing, const char *indent, const char *id, const char *kind,
                   const char *region, const char *attributes)
{
    dm_str_addf(drawing->out, "%s%s [id=\"%s\", class=\"%s%s%s\"%s%s", indent, id, id, kind,
                region ? " in_" : "", region ? region : "", *attributes ? ", " : "", attributes);
    dm_graph_texts(drawing, true);
    dm_str_add(drawing->out, "];\n");
}

/* An edge; its id is made of those of its ends. */
void dm_graph_edge(struct dm_drawing *drawing, const char *from, const char *to, const char *kind,
                   const char *attributes)
{
    const char *id = dm_graph_id(drawing, kind, dm_graph_text(drawing, "%s__%s", from, to));

    dm_str_addf(drawing->out, "  %s -> %s [id=\"%s\", class=\"%s\", %s", from, to, id, kind,
                attributes);
    dm_graph_texts(drawing, false);
    dm_str_add(drawing->out, "];\n");
}

/* What people call it, with its name below where that says more. */
void dm_graph_name(struct dm_str *out, const struct dm_object *object)
{
    if (object->label && !dm_str_equal(object->label, object->name)) {
        dm_style_add(out, object->label);
        dm_str_addc(out, '\n');
    }
    dm_style_add(out, object->name);
}

/* 'classes' is what it is, and where it belongs. */
void dm_graph_cluster(struct dm_drawing *drawing, const char *indent, const char *id,
                      const char *classes, const char *attributes)
{
    dm_str_addf(drawing->out,
                "%ssubgraph cluster_%s {\n%s  graph [id=\"%s\", class=\"%s\", "
                "labeljust=l, %s",
                indent, id, indent, id, classes, attributes);
    dm_graph_texts(drawing, true);
    dm_str_add(drawing->out, "];\n");
}
