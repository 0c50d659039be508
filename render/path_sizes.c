/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "render/path.h"

enum { COLUMN = 9 };

static void add_line(struct dm_str *out, const struct dm_render_options *options, const char *word,
                     const struct dm_str *text)
{
    char padded[COLUMN + 1] = "         ";
    size_t n = strlen(word);

    memcpy(padded + 2, word, n < COLUMN - 2 ? n : COLUMN - 2);
    out->failed = out->failed || text->failed;
    dm_str_add(out, padded);
    dm_style_wrap(out, options, text->text, COLUMN, COLUMN);
}

static void add_band(struct dm_str *out, const struct dm_model *model,
                     const struct dm_render_options *options, const struct dm_walk *walk,
                     const struct dm_mtu_band *band)
{
    const struct dm_hop *hop = &walk->hops[band->hop];
    struct dm_str text;

    dm_str_init(&text, out->arena);
    dm_str_addf(&text, "larger than %" PRIu32 ": dropped at %s: %s", band->bytes,
                dm_hop_kind_text(hop->kind), dm_model_ref_name(model, hop->at));
    if (band->fact) {
        dm_str_addf(&text, " [%s]", band->fact);
    }
    if (band->fate == DM_MTU_ANSWERED) {
        dm_str_add(&text, ", which tells the sender");
    } else if (band->fate == DM_MTU_SILENT) {
        dm_str_add(&text, ", in silence");
    }
    if (band->by.v) {
        dm_str_addf(&text, ": its answer is stopped by %s %s", dm_kind_text(band->by.kind),
                    dm_model_ref_name(model, band->by));
    } else if (band->why) {
        dm_str_addf(&text, "; %s", band->why);
    }
    add_line(out, options, "", &text);
}

static void add_leg(struct dm_str *out, const struct dm_model *model,
                    const struct dm_render_options *options, const struct dm_walk *walk,
                    const struct dm_mtu_leg *leg, const char *word)
{
    struct dm_str text;

    dm_str_init(&text, out->arena);
    dm_str_addf(&text, "up to %" PRIu32 " bytes pass", leg->bytes);
    if (leg->first_hop) {
        dm_str_addf(&text, " from hop %zu on", leg->first_hop + 1);
    }
    if (leg->doubt) {
        dm_str_addf(&text, ", or fewer: %s", leg->doubt);
    }
    dm_str_addf(&text, "; %s sends up to %" PRIu32 "%s, of TCP %" PRIu32,
                dm_model_ref_name(model, walk->hops[leg->first_hop].at), leg->sent,
                !leg->assumed               ? ""
                : leg->sent == DM_MTU_JUMBO ? ", as is assumed [VPC-40]"
                                            : ", as is assumed",
                leg->tcp);
    add_line(out, options, word, &text);
    for (size_t i = 0; i < leg->n_bands; i++) {
        add_band(out, model, options, walk, &leg->bands[i]);
    }
}

static void add_way(struct dm_str *out, const struct dm_model *model,
                    const struct dm_render_options *options, const struct dm_walk *walk,
                    const struct dm_mtu_way *sizes, const char *word)
{
    for (size_t i = 0; i < sizes->n_legs; i++) {
        add_leg(out, model, options, walk, &sizes->legs[i], i == 0 ? word : "");
    }
}

void dm_path_add_sizes(struct dm_str *out, const struct dm_model *model,
                       const struct dm_path_way *way, const struct dm_render_options *options)
{
    if (!way->request_sizes.n_legs) {
        return;
    }
    dm_str_add(out, "\npacket sizes:\n");
    add_way(out, model, options, way->session->request, &way->request_sizes, "there");
    add_way(out, model, options, way->session->reply, &way->reply_sizes, "back");
}
