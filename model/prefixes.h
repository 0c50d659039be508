/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * prefixes - every prefix that a model names.
 *
 * Rules tell two addresses apart only where one of these prefixes has one of them and not the
 * other.  So who wants to speak of all addresses asks for these, cuts the line of addresses at
 * their ends, and looks at one address between two cuts.
 *
 * Complexity: O(P), each as often as it is named.
 */
#ifndef DM_MODEL_PREFIXES_H
#define DM_MODEL_PREFIXES_H

#include "model/model.h"

/* Calls 'visit' for each; the model's arrays are all that is looked at. */
void dm_model_prefixes(const struct dm_model *model,
                       void (*visit)(void *context, struct dm_prefix prefix), void *context);

#endif
