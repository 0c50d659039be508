/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * snippet - lines of the input with marks under what is meant.
 *
 *       --> shop.demarc.yaml:12:15
 *        |
 *     12 |     subnets: {web: 24, apt: 22}
 *        |                        ^^^ no key of this name
 *       ::: shop.demarc.yaml:3:1
 *        |
 *      3 | vpcs:
 *        | ~~~~ in this mapping
 *
 * The first label is marked with carets, further ones with tildes.  Tabs are kept, in the
 * line and in what stands under it, so that both line up whatever a tab is worth.  Labels on
 * one line share it.  Of a line that is too long for the page only a piece around what is meant is
 * shown, between
 * "..."; a line of many megabytes, as minified JSON has, costs no more than another
 * but for finding its column.  Of a span over several lines the first is shown.
 */
#ifndef DM_RENDER_SNIPPET_H
#define DM_RENDER_SNIPPET_H

#include "render/style.h"

/* Labels without a place are passed over.  False where none has a place: nothing is written. */
bool dm_snippet_add(struct dm_str *out, const struct dm_sources *sources,
                    const struct dm_label *labels, unsigned n_labels, enum dm_tint tint,
                    const struct dm_render_options *options);

/* Columns of the line numbers: what further lines below the snippet are indented by. */
size_t dm_snippet_gutter(const struct dm_sources *sources, const struct dm_label *labels,
                         unsigned n_labels);

#endif
