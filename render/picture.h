/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * picture - has a graph laid out and drawn, by another program, in limited time.
 *
 * The layout is Graphviz's, in the program demarc-draw (render/draw/main.c says
 * why it is apart).  It gets DOT over one pipe and gives the picture over
 * another; both are served at once, so neither side waits for the other.  It is
 * killed when its time is over: layouts of a few hundred kilobytes of DOT are
 * known that take hours.  Then a coarser way is tried, and a coarser one still:
 *
 *     dot as the graph asks
 *     dot with straight edges and fewer rounds (splines=line, nslimit=2)
 *     osage, which packs clusters and does not rank
 *
 * All three keep a node inside its cluster.  The time limit is for each try.
 */
#ifndef DM_RENDER_PICTURE_H
#define DM_RENDER_PICTURE_H

#include "model/base/arena.h"
#include "model/base/err.h"

/* The path of demarc-draw: beside the running program, else on PATH.  NULL where it is at neither
 * place, or memory is out. */
const char *dm_picture_program(struct dm_arena *arena);

/* Draws 'dot_text' with 'program'; 'format' is "svg", "png", "pdf" or "dot".  The picture is
 * '*ret_size' bytes and a zero byte, in 'arena'.
 *
 * DM_UNSUPPORTED: 'program' is NULL or cannot be started; DM_BACKEND: it failed, with what it said;
 * DM_LIMIT: no try ended in time, or the picture passes DM_LIMIT_PICTURE_BYTES. */
DM_NODISCARD enum dm_status dm_picture_layout_with(struct dm_arena *arena, const char *program,
                                                   const char *dot_text, const char *format,
                                                   int timeout_ms, const char **ret_bytes,
                                                   size_t *ret_size, struct dm_err *err);

/* The same, with dm_picture_program(). */
DM_NODISCARD enum dm_status dm_picture_layout(struct dm_arena *arena, const char *dot_text,
                                              const char *format, int timeout_ms,
                                              const char **ret_bytes, size_t *ret_size,
                                              struct dm_err *err);

#endif
