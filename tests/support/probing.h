/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * probing - one packet sent through a small network, and what should come of it.
 *
 * A test names the network's text (nets.h), sender, receiver and port as a person
 * would on the command line, what failed beforehand, and the end in words:
 *
 *     "PASS"                               the answer came back
 *     "UNKNOWN"                            a way there or back is not understood
 *     "SUBNET_ACL_RESTRICTION a"           the request was stopped so, there
 *     "reply NO_ROUTE_TO_DESTINATION t"    the answer was
 *
 * where the last word is the name of the object that decided and may be left out.
 */
#ifndef DM_TESTS_SUPPORT_PROBING_H
#define DM_TESTS_SUPPORT_PROBING_H

#include "solver/reach/session.h"

/* All that a session needs, in one arena that 'dm_probing_end' gives back. */
struct dm_probing {
    struct dm_arena *arena;
    const struct dm_model *model;
    struct dm_walker walker;
    struct dm_alive *alive;
};

void dm_probing_begin(struct dm_probing *probing, const char *net);
void dm_probing_end(struct dm_probing *probing);

/* The session of 'port' ("tcp/443") while the elements named in 'failed' ("zone:ra,peering:p", or
 * NULL) have failed. */
struct dm_session dm_probing_ask(struct dm_probing *probing, const char *from, const char *to,
                                 const char *port, const char *failed,
                                 struct dm_session_query *ret_query);

/* How a session ended, in the words above; in the probing's arena. */
const char *dm_probing_text(const struct dm_probing *probing, const struct dm_session *session);

/* Fails the running test where the session does not end as 'expected' says. */
void dm_probe(const char *net, const char *from, const char *to, const char *port,
              const char *expected);
void dm_probe_failed(const char *net, const char *failed, const char *from, const char *to,
                     const char *port, const char *expected);

#endif
