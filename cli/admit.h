/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * admit - what 'path' asks where the input is a cluster alone: places are workloads and addresses
 * outside, and policies are all that decides.
 */
#ifndef DM_CLI_ADMIT_H
#define DM_CLI_ADMIT_H

#include "cli/command.h"
#include "render/path.h"

/* From the first word to the second, and where 'n_ways' is 2 the other way round. */
DM_NODISCARD enum dm_status dm_admit_ways(struct dm_cli *cli, const struct dm_model *model,
                                          const char *const words[2], struct dm_path_way *ways,
                                          size_t n_ways, struct dm_err *err);

#endif
