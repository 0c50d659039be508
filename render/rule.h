/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rule - what 'demarc rule CODE' and 'demarc rules' print.
 *
 * The explanation is data/rules/CODE.md as it stands, which reads well as it is;
 * before it stand severity, version and summary, and after it the facts that it names, each with
 * its source and how sure it is.
 */
#ifndef DM_RENDER_RULE_H
#define DM_RENDER_RULE_H

#include "model/base/str.h"
#include "model/facts/facts.h"
#include "render/style.h"

enum dm_rule_format { DM_RULE_FORMAT_TEXT, DM_RULE_FORMAT_JSON, DM_RULE_FORMAT_MARKDOWN };

/* A rule by its code or name.  DM_USAGE: there is none, with the one that may have been meant.
 * DM_RULE_FORMAT_MARKDOWN is the explanation alone. */
DM_NODISCARD enum dm_status dm_render_rule(const char *code_or_name, struct dm_facts *facts,
                                           enum dm_rule_format format,
                                           const struct dm_render_options *options,
                                           struct dm_str *out, struct dm_err *err);

/* The catalogue, in order of codes, and after it the codes with which a packet stops.  JSON:
 * 'data/schema/rules-1.schema.json'. */
DM_NODISCARD enum dm_status dm_render_rules(enum dm_rule_format format,
                                            const struct dm_render_options *options,
                                            struct dm_str *out, struct dm_err *err);

#endif
