/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * limits - every ceiling of the program, in one table.
 *
 * A limit that input reaches is an error that names it; one that is reached
 * while a requirement is judged makes that requirement unknown.  Nothing else
 * in the program holds a ceiling of its own.
 */
#ifndef DM_MODEL_BASE_LIMITS_H
#define DM_MODEL_BASE_LIMITS_H

/*        name              value                       unit and what it bounds */
#define DM_LIMIT_LIST(X)                                                                           \
    X(INPUT_BYTES, 536870912, "bytes of one input file")                                           \
    X(HELD_BYTES, 33554432, "bytes of files of describe output that are held in memory")           \
    X(DESIGN_BYTES, 16777216, "bytes of one file of a design")                                     \
    X(MANIFEST_BYTES, 67108864, "bytes of one file of manifests")                                  \
    X(MODEL_BYTES, 4294967296, "bytes of the model and its sources")                               \
    X(RUN_BYTES, 4294967296, "bytes of one command's results and memo")                            \
    X(MEMO_BYTES, 33554432, "bytes of walks that are kept from one question to the next")          \
    X(TREE_DEPTH, 64, "levels of nesting in YAML or JSON")                                         \
    X(TREE_NODES, 4000000, "nodes of one YAML file, aliases unfolded")                             \
    X(ALIAS_BYTES, 16777216, "bytes that the aliases of one YAML file unfold to")                  \
    X(STRING_BYTES, 4194304, "bytes of one string or number in JSON")                              \
    X(INCLUDES, 256, "files that a design includes")                                               \
    X(DIAGNOSTICS, 20, "faults named in one run")                                                  \
    X(OBJECTS, 4000000, "objects of one kind in a model")                                          \
    X(MATRIX_COPIES, 100000, "copies that one matrix unfolds to")                                  \
    X(HOPS, 64, "hops of one packet, one way")                                                     \
    X(CHOICES, 64, "ways on which one packet can go where AWS chooses")                            \
    X(LOOP_STEPS, 10000000, "steps of the search for loops among routers")                         \
    X(EVALUATIONS, 20000000, "evaluations of one requirement")                                     \
    X(PAIRS, 16777216, "pairs of places that are listed one by one")                               \
    X(FAILURES, 8, "failed elements in one failure set")                                           \
    X(ANSWER_PAIRS, 40000, "pairs of places of which it is asked whether answers are lost")        \
    X(PACK_BINS, 20000, "nodes, or pods, of one cluster that are placed one by one")               \
    X(PICTURE_BYTES, 268435456, "bytes of one picture")

enum dm_limit {
#define DM_LIMIT_ENUM(name, value, text) DM_LIMIT_##name,
    DM_LIMIT_LIST(DM_LIMIT_ENUM)
#undef DM_LIMIT_ENUM
};

/* The value of a limit, and what it bounds, for messages. */
unsigned long long dm_limit_value(enum dm_limit limit);
const char *dm_limit_text(enum dm_limit limit);

#endif
