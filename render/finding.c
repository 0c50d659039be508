/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "render/cuts.h"
#include "render/diag.h"
#include "render/path.h"
#include "render/snippet.h"
#include "render/text.h"
#include "scenarios/crossing.h"

/* Columns of "   = normal: ", which all evidence is aligned to. */
enum { KEY_COLUMNS = 9, SENTENCE_BYTES = 200 };

/* What is needed to write one finding. */
struct context {
    const struct dm_result *result;
    const struct dm_finding *finding;
    const struct dm_render_options *options;
    struct dm_str *out;
    size_t gutter;
};

static size_t indent(const struct context *c)
{
    return c->gutter + sizeof " = " - 1 + KEY_COLUMNS;
}

static void add_key(const struct context *c, const char *key)
{
    dm_style_spaces(c->out, c->gutter);
    dm_style_tinted(c->out, c->options, DM_TINT_PLACE, " = ");
    dm_str_addf(c->out, "%s:", key);
    dm_style_spaces(c->out, KEY_COLUMNS - 1 - strlen(key));
}

/* A line of evidence.  'text' is NULL where memory is out; it may have been escaped already, for
 * what is escaped holds nothing more to escape. */
static void add_evidence(const struct context *c, const char *key, const char *text)
{
    if (!text) {
        c->out->failed = true;
        return;
    }
    add_key(c, key);
    dm_style_wrap(c->out, c->options, text, indent(c), indent(c));
}

/* Who is asked to hold over everything has a long list to say so: its begin is enough. */
static const char *shortened(struct dm_arena *arena, const char *sentence)
{
    size_t n = SENTENCE_BYTES;

    if (strlen(sentence) <= n) {
        return sentence;
    }
    while (n > 0 && sentence[n] != ' ') {
        n--;
    }
    return dm_sprintf(arena, "%.*s ...", (int)n, sentence);
}

static void add_required(const struct context *c)
{
    struct dm_arena *arena = c->out->arena;

    for (size_t i = 0; i < c->result->n_verdicts; i++) {
        const struct dm_verdict_row *row = &c->result->verdicts[i];

        if (row->requirement.v == c->finding->requirement.v && row->requirement.v) {
            const char *name = dm_requirement_get(c->result->model, row->requirement)->object.name;
            const char *sentence = shortened(arena, row->sentence);

            add_evidence(c, "asked", sentence ? dm_sprintf(arena, "%s: %s", name, sentence) : NULL);
        }
    }
}

static const char *packet_text(struct dm_arena *arena, const struct dm_packet *packet)
{
    char source[DM_ADDR_TEXT_SIZE];
    char destination[DM_ADDR_TEXT_SIZE];
    char flow[DM_ADDR_TEXT_SIZE];

    (void)dm_flow_text(&(struct dm_flow){ .protocol = packet->protocol,
                                          .port_first = packet->destination_port,
                                          .port_last = packet->destination_port,
                                          .icmp_type = packet->icmp_type,
                                          .icmp_code = packet->icmp_code },
                       flow);
    return dm_sprintf(arena, "%s, from %s to %s", flow, dm_addr_text(packet->source, source),
                      dm_addr_text(packet->destination, destination));
}

static void add_path(const struct context *c, const char *key, const struct dm_path *path)
{
    const struct dm_model *model = c->result->model;

    if (!path->n_hops) {
        return;
    }
    add_key(c, key);
    dm_cuts_add_with(c->out, model, &c->finding->witness.failed);
    dm_str_addc(c->out, '\n');
    dm_path_add_table(c->out, model, path, c->options, indent(c), false, false);
}

/* Whether a hop of the path that is shown says what stopped the packet. */
static bool shows_stop(const struct dm_witness *witness)
{
    const struct dm_path *path = witness->request.arrives ? &witness->reply : &witness->request;

    for (size_t i = 0; i < path->n_hops; i++) {
        if (path->hops[i].blocked != DM_CODE_NONE) {
            return true;
        }
    }
    return false;
}

static void add_packet_witness(const struct context *c)
{
    const struct dm_witness *witness = &c->finding->witness;
    struct dm_arena *arena = c->out->arena;
    bool stopped = witness->code != DM_CODE_NONE;

    add_evidence(c, "packet",
                 dm_sprintf(arena, "%s to %s: %s", witness->from, witness->to,
                            packet_text(arena, &witness->packet)));
    /* The way back is evidence where it is what failed. */
    if (witness->request.arrives && stopped) {
        add_path(c, "answer", &witness->reply);
    } else {
        add_path(c, "path", &witness->request);
    }
    if (stopped && !shows_stop(witness)) {
        add_evidence(c, "stopped",
                     dm_sprintf(arena, "%s: %s%s%s", dm_code_name(witness->code),
                                dm_code_text(witness->code), witness->where ? ", at " : "",
                                witness->where ? witness->where : ""));
    }
    if (witness->normal.n_hops) {
        struct dm_str line;

        dm_str_init(&line, arena);
        dm_path_add_line(&line, c->result->model, &witness->normal);
        add_evidence(c, "normal", line.text);
    }
}

static void add_placement_witness(const struct context *c)
{
    const struct dm_witness *witness = &c->finding->witness;
    const struct dm_model *model = c->result->model;
    struct dm_arena *arena = c->out->arena;
    const struct dm_store *store = dm_store_get(model, witness->store);
    const char *region = dm_region_get(model, store->copies[witness->copy].region)->object.name;
    struct dm_str with;

    dm_str_init(&with, arena);
    dm_cuts_add_with(&with, model, &witness->failed);
    add_evidence(c, "data",
                 dm_sprintf(arena, "%s%s%s in store %s, %s in %s (%s), %s",
                            witness->data_class ? witness->data_class : "all data",
                            witness->subject ? " of " : "",
                            witness->subject ? witness->subject : "", store->object.name,
                            dm_verb_text(witness->verb), region,
                            witness->place ? witness->place : "country not known", with.text));
    if (witness->policy) {
        add_evidence(
            c, "policy",
            dm_sprintf(arena, "%s%s%s%s allows %s%s%s", witness->policy,
                       c->finding->tier ? " (" : "", c->finding->tier ? c->finding->tier : "",
                       c->finding->tier ? ")" : "", witness->allowed ? witness->allowed : "nothing",
                       witness->basis ? "; basis: " : "", witness->basis ? witness->basis : ""));
    } else {
        add_evidence(c, "policy", "no rule decides this, and what is undecided is not allowed");
    }
}

static void add_cuts(const struct context *c)
{
    const struct dm_finding *finding = c->finding;
    const struct dm_model *model = c->result->model;
    size_t limit = c->options->limit_per_rule ? 2 * c->options->limit_per_rule : SIZE_MAX;
    size_t n = 0;
    const struct dm_fold *folds =
        dm_cuts_fold(c->out->arena, model, finding->cuts, finding->n_cuts, &n);

    if (!folds) {
        c->out->failed = true;
        return;
    }
    for (size_t i = 0; i < n && i < limit; i++) {
        struct dm_str text;

        dm_str_init(&text, c->out->arena);
        if (folds[i].cut->n == 0) {
            dm_str_add(&text, "nothing has to fail");
        } else {
            dm_cuts_add(&text, model, folds[i].cut);
        }
        if (folds[i].n_inside) {
            dm_str_add(&text, ", and ");
            dm_style_counted(&text, folds[i].n_inside, "set");
            dm_str_add(&text, " inside it, the first ");
            dm_cuts_add(&text, model, folds[i].inside);
        }
        add_evidence(c, i ? "or" : "cut", text.text);
    }
    if (n > limit) {
        add_evidence(
            c, "or",
            dm_sprintf(c->out->arena, "%zu more sets (--all, or --format json)", n - limit));
    }
    if (n && finding->cuts[0].n && finding->n_sets > 1) {
        struct dm_str text;

        dm_str_init(&text, c->out->arena);
        dm_str_addf(&text, "%zu minimal of ", finding->n_cuts);
        dm_style_counted(&text, finding->n_sets, "set");
        dm_str_add(&text, " judged");
        add_evidence(c, "sets", text.text);
    }
}

/* Ids and how sure each is; what is in doubt is said in full. */
static void add_facts(const struct context *c)
{
    struct dm_str line;

    if (!c->finding->n_facts) {
        return;
    }
    dm_str_init(&line, c->out->arena);
    for (size_t i = 0; i < c->finding->n_facts; i++) {
        const struct dm_fact *fact = dm_facts_find(c->result->facts, c->finding->facts[i]);

        dm_str_addf(&line, "%s%s (%s)", i ? ", " : "", c->finding->facts[i],
                    dm_confidence_text(fact ? fact->confidence : DM_CONFIDENCE_UNVERIFIED));
    }
    add_evidence(c, "facts", line.text);
    for (size_t i = 0; i < c->finding->n_facts; i++) {
        const struct dm_fact *fact = dm_facts_find(c->result->facts, c->finding->facts[i]);

        if (fact && fact->confidence < DM_CONFIDENCE_MEDIUM) {
            add_evidence(c, "doubt", dm_sprintf(c->out->arena, "%s: %s", fact->id, fact->text));
        }
    }
}

void dm_render_finding(const struct dm_result *result, const struct dm_finding *finding,
                       const struct dm_render_options *options, struct dm_str *out)
{
    const struct dm_sources *sources = result->model->sources;
    const char *code = dm_rule_get(finding->rule)->code;
    struct context c = { result, finding, options, out,
                         dm_snippet_gutter(sources, finding->labels, finding->n_labels) };

    dm_render_headline(finding->severity, code, finding->message, options, out);
    if (dm_snippet_add(out, sources, finding->labels, finding->n_labels,
                       dm_style_severity(finding->severity), options)) {
        dm_style_spaces(out, c.gutter);
        dm_style_tinted(out, options, DM_TINT_PLACE, " |");
        dm_str_addc(out, '\n');
    }
    add_required(&c);
    switch (finding->witness.kind) {
    case DM_WITNESS_PATH:
        add_packet_witness(&c);
        break;
    case DM_WITNESS_PLACEMENT:
        add_placement_witness(&c);
        break;
    case DM_WITNESS_NONE:
        break;
    }
    add_cuts(&c);
    add_facts(&c);
    if (finding->help) {
        dm_style_tinted(out, options, DM_TINT_NOTE, "help");
        dm_str_add(out, ": ");
        dm_style_wrap(out, options, finding->help, sizeof "help: " - 1, sizeof "help: " - 1);
    }
    dm_style_spaces(out, c.gutter + 3);
    dm_str_addf(out, "finding %s   explain: demarc rule %s\n", finding->id, code);
}
