/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ask - one session of a network, as 'path' and 'probe' ask for it.
 *
 * An asker holds what walking needs, made once: its memo serves all questions
 * of a run.  Sessions live in the run's arena.
 */
#ifndef DM_CLI_ASK_H
#define DM_CLI_ASK_H

#include "cli/command.h"
#include "solver/fail/explore.h"
#include "solver/reach/session.h"

struct dm_asker {
    struct dm_walker walker;
    struct dm_alive *alive;
};

DM_NODISCARD enum dm_status dm_asker_init(struct dm_asker *asker, struct dm_arena *arena,
                                          const struct dm_model *model, struct dm_err *err);

/* "tcp/443", "udp/53", "sctp/7000" (one port) and "icmp", an echo request.  False where it is none
 * of these. */
bool dm_ask_app(const char *text, struct dm_flow *ret_flow);

/* The session of 'query' with these elements failed. */
DM_NODISCARD enum dm_status dm_ask(const struct dm_asker *asker, const struct dm_cut *failed,
                                   const struct dm_session_query *query,
                                   struct dm_session *ret_session, struct dm_err *err);

#endif
