/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/nets_private.h"

#include <string.h>

const char *dm_nets_word(struct dm_nets_parser *parser)
{
    if (parser->n_taken >= parser->n_words) {
        parser->bad = true;
        return "";
    }
    return parser->words[parser->n_taken++];
}

/* Takes the word "name" where it is the next one. */
bool dm_nets_flag(struct dm_nets_parser *parser, const char *name)
{
    if (parser->n_taken < parser->n_words && dm_str_equal(parser->words[parser->n_taken], name)) {
        parser->n_taken++;
        return true;
    }
    return false;
}

/* The value of the word "name=value" where it is the next one, else NULL. */
const char *dm_nets_option(struct dm_nets_parser *parser, const char *name)
{
    size_t length = strlen(name);

    if (parser->n_taken < parser->n_words) {
        const char *next = parser->words[parser->n_taken];

        if (dm_str_starts(next, name) && next[length] == '=') {
            parser->n_taken++;
            return next + length + 1;
        }
    }
    return NULL;
}

uint32_t dm_nets_find(struct dm_nets_parser *parser, enum dm_kind kind, const char *name)
{
    struct dm_ref ref = dm_builder_find(parser->builder, kind, name);

    parser->bad = parser->bad || ref.v == 0;
    return ref.v;
}

/* Handle of the object that the next word names; "-" is none where 'may_lack'. */
uint32_t dm_nets_object_word(struct dm_nets_parser *parser, enum dm_kind kind, bool may_lack)
{
    const char *name = dm_nets_word(parser);

    return may_lack && dm_str_equal(name, "-") ? 0 : dm_nets_find(parser, kind, name);
}

/* Splits "a,b"; '*ret_n' parts, each its own text.  "-" and NULL have none. */
const char *const *dm_nets_parts(struct dm_nets_parser *parser, const char *text, size_t *ret_n)
{
    DM_VEC(const char *) list = { 0 };

    *ret_n = 0;
    if (!text || dm_str_equal(text, "-")) {
        return NULL;
    }
    for (const char *at = text;;) {
        size_t length = strcspn(at, ",");

        if (!DM_VEC_PUSH(parser->arena, &list, dm_arena_strndup(parser->arena, at, length))) {
            parser->bad = true;
            return NULL;
        }
        if (!at[length]) {
            break;
        }
        at += length + 1;
    }
    *ret_n = list.n;
    return list.items;
}

struct dm_prefix dm_nets_prefix_of(struct dm_nets_parser *parser, const char *text)
{
    struct dm_prefix prefix = { { 0, 0, DM_FAMILY_NONE }, 0 };

    parser->bad = dm_prefix_parse(text, &prefix) != DM_ADDR_OK || parser->bad;
    return prefix;
}

struct dm_addr dm_nets_address_of(struct dm_nets_parser *parser, const char *text)
{
    struct dm_addr address = { 0, 0, DM_FAMILY_NONE };

    parser->bad = dm_addr_parse(text, &address) != DM_ADDR_OK || parser->bad;
    return address;
}

struct dm_match dm_nets_match_word(struct dm_nets_parser *parser)
{
    struct dm_match match = DM_MATCH_ALL;

    parser->bad = !dm_match_parse(dm_nets_word(parser), &match) || parser->bad;
    return match;
}

const struct dm_prefix *dm_nets_prefixes_word(struct dm_nets_parser *parser, size_t *ret_n)
{
    const char *const *texts = dm_nets_parts(parser, dm_nets_word(parser), ret_n);
    struct dm_prefix *prefixes = DM_NEW_ARRAY(parser->arena, *ret_n + 1, struct dm_prefix);

    for (size_t i = 0; i < *ret_n && prefixes; i++) {
        prefixes[i] = dm_nets_prefix_of(parser, texts[i]);
    }
    return prefixes;
}

/* Handles of all objects of a kind that "a,b" names, as an array of uint32_t: each handle type is
 * one such number. */
void *dm_nets_objects_of(struct dm_nets_parser *parser, enum dm_kind kind, const char *text,
                         size_t *ret_n)
{
    const char *const *names = dm_nets_parts(parser, text, ret_n);
    uint32_t *handles = DM_NEW_ARRAY(parser->arena, *ret_n + 1, uint32_t);

    for (size_t i = 0; i < *ret_n && handles; i++) {
        handles[i] = dm_nets_find(parser, kind, names[i]);
    }
    return handles;
}

const char *dm_nets_suffixed(struct dm_nets_parser *parser, const char *name, const char *suffix)
{
    return dm_sprintf(parser->arena, "%s.%s", name, suffix);
}

void dm_nets_push_route(struct dm_nets_parser *parser, uint32_t table, const struct dm_route *route)
{
    if (!DM_VEC_PUSH(parser->arena, &parser->routes, (struct dm_nets_route_row){ table, *route })) {
        parser->bad = true;
    }
}

void dm_nets_push_entry(struct dm_nets_parser *parser, uint32_t acl,
                        const struct dm_acl_entry *entry)
{
    if (!DM_VEC_PUSH(parser->arena, &parser->entries, (struct dm_nets_entry_row){ acl, *entry })) {
        parser->bad = true;
    }
}

void dm_nets_push_rule(struct dm_nets_parser *parser, uint32_t group,
                       const struct dm_group_rule *rule)
{
    if (!DM_VEC_PUSH(parser->arena, &parser->rules, (struct dm_nets_rule_row){ group, *rule })) {
        parser->bad = true;
    }
}
