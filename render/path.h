/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * path - the way of a packet, hop by hop, and the answer of 'demarc path'.
 *
 *     #    hop                            decided by                              where
 *     1    send: portfolio.prod.a         10.0.1.4 to 10.16.2.9                   IE
 *     2    route: app.private.a           10.0.0.0/8 to main (shop.demarc.yaml:11)  IE
 *     3 x  network ACL, in: app.data.a    data: no rule allows it (shop.demarc.yaml:31)  GB
 *          SUBNET_ACL_RESTRICTION: the network ACL does not allow it
 *
 * Each line names what decided and where that stands in the input; "x" marks every hop that stops
 * the packet, not the first alone, with the code below it.  Where a hop changes the header, it
 * says to what.  The last column is the country.  Of a session that passes it also says how large
 * packets may be, what bounds them, and whether who sends larger ones is told.
 */
#ifndef DM_RENDER_PATH_H
#define DM_RENDER_PATH_H

#include "render/style.h"
#include "scenarios/result.h"
#include "solver/reach/mtu.h"

/* One session of the report: as asked for, as judged, and described (dm_path_describe). */
struct dm_path_way {
    const char *from; /* as asked for */
    const char *to;
    const struct dm_session_query *query;
    const struct dm_session *session;
    struct dm_path request;
    struct dm_path reply;            /* n_hops 0: the request did not arrive */
    struct dm_mtu_way request_sizes; /* no legs: it is not known, as the session does not pass */
    struct dm_mtu_way reply_sizes;
};

struct dm_path_report {
    const struct dm_model *model;
    struct dm_cut failed;
    const struct dm_path_way *ways; /* two with '--both' */
    size_t n_ways;
};

/* The table of one path, its lines after the first indented by 'indent'; see table.h for
 * 'on_line'.  'whole_places': folders of files are named too. */
void dm_path_add_table(struct dm_str *out, const struct dm_model *model, const struct dm_path *path,
                       const struct dm_render_options *options, size_t indent, bool on_line,
                       bool whole_places);

/* "a > b > c": where it goes through, without filters and tables. */
void dm_path_add_line(struct dm_str *out, const struct dm_model *model, const struct dm_path *path);

/* How large packets may be each way: one line a leg, and one for each hop that takes less than all
 * before it. */
void dm_path_add_sizes(struct dm_str *out, const struct dm_model *model,
                       const struct dm_path_way *way, const struct dm_render_options *options);

void dm_render_path(const struct dm_path_report *report, const struct dm_render_options *options,
                    struct dm_str *out);

/* "tcp/443", "icmp/8": what a flow is, into 'buffer', which is returned. */
const char *dm_path_flow_text(const struct dm_flow *flow, char buffer[DM_ADDR_TEXT_SIZE]);

/* 'data/schema/path-1.schema.json'. */
DM_NODISCARD enum dm_status dm_render_path_json(const struct dm_path_report *report,
                                                struct dm_str *out, struct dm_err *err);

#endif
