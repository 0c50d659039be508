/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * grammar_private - the rows of grammar.def as data.
 *
 * A type is what may stand at a place of a design: a scalar of a kind, a list, a
 * mapping with free keys, a mapping with known ones.  Types refer to each other
 * by id, so that the table can be written in any order; it has no cycle, so
 * walks over it end.  Everything here is constant.
 */
#ifndef DM_MODEL_FRONT_DESIGN_GRAMMAR_PRIVATE_H
#define DM_MODEL_FRONT_DESIGN_GRAMMAR_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/base/str.h"

enum dm_type_id {
    DM_TYPE_none,
#define DM_TYPE_ENUM(id) DM_TYPE_##id,
#define DM_TEXT(id, ...) DM_TYPE_ENUM(id)
#define DM_QUANTITY(id, ...) DM_TYPE_ENUM(id)
#define DM_TRUTH(id, ...) DM_TYPE_ENUM(id)
#define DM_NUMBER(id, ...) DM_TYPE_ENUM(id)
#define DM_WORD(id, ...) DM_TYPE_ENUM(id)
#define DM_TEMPLATE(id, ...) DM_TYPE_ENUM(id)
#define DM_PATH(id, ...) DM_TYPE_ENUM(id)
#define DM_FORM(id, ...) DM_TYPE_ENUM(id)
#define DM_TERMS(id, ...) DM_TYPE_ENUM(id)
#define DM_PREFIX(id, ...) DM_TYPE_ENUM(id)
#define DM_DATE(id, ...) DM_TYPE_ENUM(id)
#define DM_MATCH(id, ...) DM_TYPE_ENUM(id)
#define DM_PORT(id, ...) DM_TYPE_ENUM(id)
#define DM_LIST(id, ...) DM_TYPE_ENUM(id)
#define DM_MAP(id, ...) DM_TYPE_ENUM(id)
#define DM_EITHER(id, ...) DM_TYPE_ENUM(id)
#define DM_SHAPE(id, ...) DM_TYPE_ENUM(id)
#define DM_PART(id, ...) DM_TYPE_ENUM(id)
#include "model/front/design/grammar.def"
#undef DM_TYPE_ENUM
    DM_TYPE_COUNT
};

enum dm_type_kind {
    DM_TYPE_KIND_TEXT,
    DM_TYPE_KIND_TRUTH,
    DM_TYPE_KIND_NUMBER,
    DM_TYPE_KIND_WORD,
    DM_TYPE_KIND_TEMPLATE,
    DM_TYPE_KIND_PATH,
    DM_TYPE_KIND_FORM,
    DM_TYPE_KIND_TERMS,
    DM_TYPE_KIND_PREFIX,
    DM_TYPE_KIND_DATE,
    DM_TYPE_KIND_MATCH,
    DM_TYPE_KIND_PORT,
    DM_TYPE_KIND_LIST,
    DM_TYPE_KIND_MAP,
    DM_TYPE_KIND_EITHER,
    DM_TYPE_KIND_SHAPE,
    DM_TYPE_KIND_PART
};

struct dm_type {
    enum dm_type_kind kind;
    const char *id;
    const char *meta; /* scalars: "NAME" */
    const char *noun; /* scalars: "a name"; shapes: where it stands, "an entry of `vpcs`" */
    const char *doc;
    const char *first; /* word: set of first letters; form: the forms; terms: the joiner */
    const char *rest;  /* word: set of further letters */
    bool or_number;    /* text: also a number that is not in quotes */
    int64_t min;       /* number, word, path, prefix, list */
    int64_t max;
    int64_t min2; /* number: second range, where max2 is not 0 */
    int64_t max2;
    enum dm_type_id of;   /* template, path, terms, list, part; map: key; either: scalar */
    enum dm_type_id list; /* either */
    enum dm_type_id map;  /* either; map: value */
};

enum dm_presence {
    DM_PRESENCE_OPTIONAL,
    DM_PRESENCE_REQUIRED,
    DM_PRESENCE_WHOLE,
    DM_PRESENCE_WHOLE_REQUIRED,
    DM_PRESENCE_FIRST
};

struct dm_key {
    enum dm_type_id shape;
    const char *key;
    enum dm_type_id type;
    enum dm_presence presence;
    const char *standard; /* value that an absent key has; NULL: none, or told in 'doc' */
    const char *doc;
};

enum dm_relation_kind { DM_RELATION_EXACTLY_ONE, DM_RELATION_AT_LEAST_ONE, DM_RELATION_NEEDS };

/* What holds between keys of one mapping. */
struct dm_relation {
    enum dm_relation_kind kind;
    enum dm_type_id shape;
    const char *keys;  /* apart by '|'; NEEDS: the key */
    const char *other; /* NEEDS: what it needs */
};

enum { DM_GRAMMAR_MAX_ALTERNATIVES = 32 };

/* One form of a DM_FORM, or one key of a relation: 'n' letters, then a value of type 'tail'. */
struct dm_alternative {
    const char *head;
    size_t n;
    enum dm_type_id tail; /* none: the form ends there */
};

const struct dm_type *dm_grammar_type(enum dm_type_id id);

/* DM_TYPE_none where no type is called so. */
enum dm_type_id dm_grammar_type_find(const char *name, size_t length);

/* The keys of a shape, in order of the table. */
const struct dm_key *dm_grammar_keys(enum dm_type_id shape, size_t *ret_n);
const struct dm_key *dm_grammar_all_keys(size_t *ret_n);
const struct dm_relation *dm_grammar_relations(size_t *ret_n);

/* Splits text at '|'; at most DM_GRAMMAR_MAX_ALTERNATIVES, which a test asserts of the table. */
size_t dm_grammar_split(const char *text, struct dm_alternative *ret_alternatives);

bool dm_type_is_scalar(const struct dm_type *type);

/* Whether no alternative of a form has a tail: then it is a choice between words. */
bool dm_type_is_choice(const struct dm_type *type);

/* Whether some text of a scalar type may hold ${env} and ${region}. */
bool dm_type_may_fill_in(enum dm_type_id id);

/* Appends the extended regular expression, without anchors, that a text of the type fits; for text,
 * truth values and numbers nothing.  What it cannot say (that 300 is no part of an address, how
 * long a name may be) is left to the reader: all that the reader takes fits it. */
void dm_grammar_pattern(enum dm_type_id id, struct dm_str *out);

/* Appends how a scalar type is written, for people: "`internet`, `pool:NAME` or `PREFIX`". */
void dm_grammar_forms(enum dm_type_id id, struct dm_str *out);

/* Whether 'c' is in a set such as "a-z0-9-". */
bool dm_grammar_in_set(const char *set, char c);

#endif
