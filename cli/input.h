/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * input - from the INPUT words of a command to one model.
 *
 * A word without prefix is a design: a file, "-", or a folder that holds exactly one *.demarc.yaml.
 * "aws:PATH" is describe output, "k8s:PATH" and "k8s@CLUSTER:PATH" are manifests, which stand on
 * what the others show: they are read last.  Prefixes of other formats that the contracts name are
 * known and refused, rather than taken for the name of a file.  Several inputs are one network: all
 * fill one builder, designs before the others, so that the order of the words does not matter.
 *
 * Faults, warnings and notes of the input are shown on standard error, sorted by place.  With a
 * fault there is no model, and the command ends with exit status 2.
 *
 * Ownership: all in the model's arena of the command.
 */
#ifndef DM_CLI_INPUT_H
#define DM_CLI_INPUT_H

#include "cli/command.h"
#include "model/facts/facts.h"
#include "model/model.h"

struct dm_input {
    struct dm_sources *sources;
    struct dm_facts *facts;
    const struct dm_model *model;
    const char *design; /* the one design that was read; NULL: none, several, or standard input */
};

DM_NODISCARD enum dm_status dm_input_load(struct dm_cli *cli, const char *const *words,
                                          size_t n_words, struct dm_input *ret_input,
                                          struct dm_err *err);

#endif
