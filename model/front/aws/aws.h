/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * aws - a network as the describe calls of AWS show it.
 *
 * Input is a folder or a file.  Any file whose top level holds keys of describe
 * output counts, whatever its name; several keys a file are fine.  Region and
 * account come from the folders (".../accounts/ACCOUNT/REGION/x.json", ".../REGION/x.json"), else
 * from what the objects themselves say (zones, ARNs, owner).
 *
 * Objects in a terminal state are passed over; several views of one object are merged, and views
 * that contradict each other in what matters to the network are a fault [AWS-01].  What is not
 * understood becomes a dm_unknown with file and JSON pointer, attached where a packet would meet
 * it; an id that points to nothing is one too.  Keys whose objects cannot carry or stop a packet
 * are known by name and passed over; others are named.
 *
 * Complexity: O(bytes).  Sources and objects live in the arena.
 */
#ifndef DM_MODEL_FRONT_AWS_AWS_H
#define DM_MODEL_FRONT_AWS_AWS_H

#include "model/facts/facts.h"
#include "model/model.h"

/* Adds what 'path' describes to 'builder'.  Faults of the input go to 'diags'. */
DM_NODISCARD enum dm_status dm_aws_load(struct dm_arena *arena, struct dm_sources *sources,
                                        const char *path, struct dm_facts *facts,
                                        struct dm_builder *builder, struct dm_diags *diags,
                                        struct dm_err *err);

/* The same of several files and folders: they show one network, and views of one object are merged
 * whichever of them it is in. */
DM_NODISCARD enum dm_status dm_aws_load_all(struct dm_arena *arena, struct dm_sources *sources,
                                            const char *const *paths, size_t n_paths,
                                            struct dm_facts *facts, struct dm_builder *builder,
                                            struct dm_diags *diags, struct dm_err *err);

#endif
