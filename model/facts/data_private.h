/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * data_private - the table that the build writes (data/embed.cmake).
 *
 * Sorted by path, byte by byte; a row of NULLs ends it, so that it is an array
 * even where there is no file.
 */
#ifndef DM_MODEL_FACTS_DATA_PRIVATE_H
#define DM_MODEL_FACTS_DATA_PRIVATE_H

#include "model/facts/data.h"

extern const struct dm_data_file dm_data_files[];
extern const size_t dm_data_n_files;

#endif
