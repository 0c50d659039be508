/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/path.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "render/cuts.h"
#include "render/table.h"

enum { INDENT = 2 };

const char *dm_path_flow_text(const struct dm_flow *flow, char buffer[DM_ADDR_TEXT_SIZE])
{
    struct dm_match match = { .protocol = flow->protocol,
                              .port_first = flow->port_first,
                              .port_last = flow->port_last,
                              .icmp_type = flow->icmp_type,
                              .icmp_code = flow->icmp_code };

    if (flow->protocol == DM_PROTO_SCTP) {
        (void)snprintf(buffer, DM_ADDR_TEXT_SIZE, "sctp/%u", flow->port_first);
        return buffer;
    }
    return dm_match_text(&match, buffer);
}

/* "route: app.private.a"; of what ended a way that is not complete, its kind and name. */
static const char *hop_text(struct dm_arena *arena, const struct dm_model *model,
                            const struct dm_path_hop *hop)
{
    bool ends = hop->kind == DM_HOP_DELIVER && hop->blocked != DM_CODE_NONE;

    if (ends || hop->at.kind == DM_KIND_none) {
        return hop->name;
    }
    return dm_sprintf(arena, "%s: %s", dm_hop_kind_text(hop->kind),
                      dm_model_ref_name(model, hop->at));
}

static void add_change(struct dm_str *text, const char *what, struct dm_addr before,
                       struct dm_addr after)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    if (!dm_addr_equal(before, after)) {
        dm_str_addf(text, "%s%s becomes %s", text->length ? "; " : "", what,
                    dm_addr_text(after, buffer));
    }
}

/* What decided, what became of the header, and where that stands. */
static const char *decided_text(struct dm_arena *arena, const struct dm_model *model,
                                const struct dm_path *path, size_t i, bool whole)
{
    const struct dm_path_hop *hop = &path->hops[i];
    char buffer[DM_ADDR_TEXT_SIZE];
    struct dm_str text;

    dm_str_init(&text, arena);
    /* Of what ends a way this may be what its code means, which is said below the line. */
    if (hop->decided_by && !dm_str_equal(hop->decided_by, dm_code_text(hop->blocked))) {
        dm_str_add(&text, hop->decided_by);
    }
    if (i == 0 && !dm_addr_is_none(hop->source) && !dm_addr_is_none(hop->destination)) {
        dm_str_addf(&text, "%s%s", text.length ? "; " : "", dm_addr_text(hop->source, buffer));
        dm_str_addf(&text, " to %s", dm_addr_text(hop->destination, buffer));
    } else if (i > 0) {
        add_change(&text, "source", path->hops[i - 1].source, hop->source);
        add_change(&text, "destination", path->hops[i - 1].destination, hop->destination);
    }
    if (hop->origin.source) {
        struct dm_place place = dm_sources_place(model->sources, hop->origin);
        const char *file = whole ? NULL : strrchr(place.path, '/');

        dm_str_addf(&text, "%s(%s:%" PRIu32 ")", text.length ? " " : "",
                    file ? file + 1 : place.path, place.line);
    }
    return text.length && !text.failed ? text.text : NULL;
}

void dm_path_add_table(struct dm_str *out, const struct dm_model *model, const struct dm_path *path,
                       const struct dm_render_options *options, size_t indent, bool on_line,
                       bool whole_places)
{
    struct dm_table table;

    dm_table_init(&table, out->arena, 4);
    dm_table_add(&table, &(struct dm_table_row){ .cells = { "#", "hop", "decided by", "where" },
                                                 .tints = { DM_TINT_STRONG, DM_TINT_STRONG,
                                                            DM_TINT_STRONG, DM_TINT_STRONG } });
    for (size_t i = 0; i < path->n_hops; i++) {
        const struct dm_path_hop *hop = &path->hops[i];
        bool blocks = hop->blocked != DM_CODE_NONE;
        struct dm_table_row row = {
            .cells = { dm_sprintf(out->arena, "%zu", i + 1), hop_text(out->arena, model, hop),
                       decided_text(out->arena, model, path, i, whole_places), hop->jurisdiction }
        };

        if (blocks) {
            row.cells[0] = dm_sprintf(out->arena, "%zu x", i + 1);
            row.tints[0] = DM_TINT_ERROR;
            row.note = dm_sprintf(out->arena, "%s: %s", dm_code_name(hop->blocked),
                                  dm_code_text(hop->blocked));
            row.note_tint = DM_TINT_ERROR;
        }
        dm_table_add(&table, &row);
    }
    dm_table_write(&table, options, indent, on_line, out);
}

static bool is_on_line(enum dm_hop_kind kind)
{
    return !dm_hop_is_filter(kind) && kind != DM_HOP_ROUTE && kind != DM_HOP_TRANSIT_ROUTE
           && kind != DM_HOP_CORE_ROUTE;
}

void dm_path_add_line(struct dm_str *out, const struct dm_model *model, const struct dm_path *path)
{
    struct dm_ref last = DM_REF_NONE;
    bool any = false;

    for (size_t i = 0; i < path->n_hops; i++) {
        const struct dm_path_hop *hop = &path->hops[i];

        if (!is_on_line(hop->kind) || (any && hop->at.kind == last.kind && hop->at.v == last.v)) {
            continue;
        }
        dm_str_add(out, any ? " > " : "");
        dm_style_add(out, dm_model_ref_name(model, hop->at));
        last = hop->at;
        any = true;
    }
}

/* Where it stopped, and why. */
static void add_stop(const struct dm_path_report *report, const struct dm_session *session,
                     struct dm_str *out)
{
    dm_str_addf(out, ": %s on the way %s, %s", dm_code_name(session->code),
                session->on_reply ? "back" : "there", dm_code_text(session->code));
    if (session->at.kind != DM_KIND_none) {
        dm_str_addf(out, " (%s %s)", dm_kind_text(session->at.kind),
                    dm_model_ref_name(report->model, session->at));
    }
    if (session->dead.v) {
        dm_str_addf(out, "; %s is down", dm_element_get(report->model, session->dead)->object.name);
    }
}

static void add_unknown(const struct dm_path_report *report, const struct dm_session *session,
                        struct dm_str *out)
{
    dm_str_addf(out, ": %s", session->why ? session->why : dm_code_text(DM_CODE_NOT_UNDERSTOOD));
    if (session->unknown.v) {
        const struct dm_unknown *unknown = dm_unknown_get(report->model, session->unknown);

        dm_str_addf(out, " (%s: %s)", unknown->object.name, unknown->why);
    }
}

/* "reached", "NOT REACHED", "unknown", with what stopped it. */
static void add_answer(const struct dm_path_report *report, const struct dm_path_way *way,
                       const struct dm_render_options *options, struct dm_str *out)
{
    const char *word = "unknown";
    enum dm_tint tint = DM_TINT_WARNING;
    struct dm_str rest;

    dm_str_init(&rest, out->arena);
    switch (way->session->end) {
    case DM_SESSION_PASS:
        word = "reached";
        tint = DM_TINT_GOOD;
        dm_str_add(&rest, ": the request arrives and its answer comes back");
        break;
    case DM_SESSION_FAIL:
        word = "NOT REACHED";
        tint = DM_TINT_ERROR;
        add_stop(report, way->session, &rest);
        break;
    case DM_SESSION_UNKNOWN:
        add_unknown(report, way->session, &rest);
        break;
    }
    out->failed = out->failed || rest.failed;
    dm_style_tinted(out, options, tint, word);
    dm_style_wrap(out, options, rest.text, strlen(word), 2);
}

static void add_way(const struct dm_path_report *report, const struct dm_path_way *way,
                    const struct dm_render_options *options, struct dm_str *out)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    dm_style_begin(out, options, DM_TINT_STRONG);
    dm_style_add(out, way->from);
    dm_str_add(out, " -> ");
    dm_style_add(out, way->to);
    dm_str_addf(out, "  %s", dm_path_flow_text(&way->query->flow, buffer));
    dm_style_end(out, options, DM_TINT_STRONG);
    dm_str_add(out, "  ");
    dm_cuts_add_with(out, report->model, &report->failed);
    dm_str_add(out, "\n\nrequest:\n");
    dm_path_add_table(out, report->model, &way->request, options, INDENT, false, true);
    if (way->reply.n_hops) {
        dm_str_add(out, "\nanswer:\n");
        dm_path_add_table(out, report->model, &way->reply, options, INDENT, false, true);
    }
    dm_path_add_sizes(out, report->model, way, options);
    dm_str_addc(out, '\n');
    add_answer(report, way, options, out);
}

void dm_render_path(const struct dm_path_report *report, const struct dm_render_options *options,
                    struct dm_str *out)
{
    for (size_t i = 0; i < report->n_ways; i++) {
        dm_str_add(out, i ? "\n" : "");
        add_way(report, &report->ways[i], options, out);
    }
}
