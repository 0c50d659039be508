/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines of a network's text that say what is required of it.
 */
#include <string.h>

#include "tests/support/nets_private.h"

/* "service:w", "store:q" or "internet". */
static struct dm_party party_of(struct dm_nets_parser *parser, const char *text)
{
    struct dm_party party = { DM_PARTY_INTERNET, 0 };

    if (dm_str_starts(text, "service:")) {
        party.kind = DM_PARTY_SERVICE;
        party.v = dm_nets_find(parser, DM_KIND_service, text + strlen("service:"));
    } else if (dm_str_starts(text, "store:")) {
        party.kind = DM_PARTY_STORE;
        party.v = dm_nets_find(parser, DM_KIND_store, text + strlen("store:"));
    } else {
        parser->bad = parser->bad || !dm_str_equal(text, "internet");
    }
    return party;
}

static const struct dm_party *parties_word(struct dm_nets_parser *parser, const char **ret_text,
                                           size_t *ret_n)
{
    const char *text = dm_nets_word(parser);
    const char *const *texts = dm_nets_parts(parser, text, ret_n);
    struct dm_party *parties = DM_NEW_ARRAY(parser->arena, *ret_n + 1, struct dm_party);

    for (size_t i = 0; i < *ret_n && parties; i++) {
        parties[i] = party_of(parser, texts[i]);
    }
    *ret_text = text;
    return parties;
}

static uint32_t kind_bit(struct dm_nets_parser *parser, const char *text)
{
    for (unsigned i = 0; i < DM_ELEMENT_KIND_COUNT; i++) {
        if (dm_str_equal(dm_element_kind_text((enum dm_element_kind)i), text)) {
            return 1u << i;
        }
    }
    parser->bad = true;
    return 0;
}

/* "survive=zone,peering/2" or "survive=each:zone", where it stands. */
static struct dm_survive survive_option(struct dm_nets_parser *parser)
{
    const char *text = dm_nets_option(parser, "survive");
    struct dm_survive survive = { .k = 0 };
    const char *slash = text ? strchr(text, '/') : NULL;
    const char *const *kinds;
    uint64_t k = 1;
    size_t n;

    if (!text) {
        return survive;
    }
    survive.each = dm_str_starts(text, "each:");
    text += survive.each ? strlen("each:") : 0;
    parser->bad = parser->bad || (slash != NULL) == survive.each;
    parser->bad = (slash && !dm_str_to_u64(slash + 1, strlen(slash + 1), 8, &k)) || parser->bad;
    kinds = dm_nets_parts(
        parser,
        dm_arena_strndup(parser->arena, text, slash ? (size_t)(slash - text) : strlen(text)), &n);
    for (size_t i = 0; i < n; i++) {
        survive.kinds |= kind_bit(parser, kinds[i]);
    }
    survive.k = (unsigned)k;
    survive.origin = parser->object.origin;
    return survive;
}

static void finish(struct dm_nets_parser *parser, struct dm_requirement *requirement)
{
    const char *level;

    requirement->object = parser->object;
    requirement->survive = survive_option(parser);
    level = dm_nets_option(parser, "level");
    requirement->level = dm_str_equal(level, "note")   ? DM_LEVEL_NOTE
                         : dm_str_equal(level, "warn") ? DM_LEVEL_WARN
                                                       : DM_LEVEL_ERROR;
    dm_builder_add_requirement(parser->builder, requirement);
}

void dm_nets_read_reach(struct dm_nets_parser *parser)
{
    struct dm_requirement requirement = { .kind = DM_REQUIRE_REACH };
    struct dm_reach_pair *pair = DM_NEW_ARRAY(parser->arena, 1, struct dm_reach_pair);

    requirement.from_text = dm_nets_word(parser);
    requirement.to_text = dm_nets_word(parser);
    pair->from = party_of(parser, requirement.from_text);
    pair->to = party_of(parser, requirement.to_text);
    pair->port = dm_nets_match_word(parser);
    pair->origin = parser->object.origin;
    requirement.pairs = pair;
    requirement.n_pairs = 1;
    finish(parser, &requirement);
}

void dm_nets_read_isolate(struct dm_nets_parser *parser)
{
    struct dm_requirement requirement = { .kind = DM_REQUIRE_ISOLATE, .n_isolations = 1 };
    struct dm_isolation *isolation = DM_NEW_ARRAY(parser->arena, 1, struct dm_isolation);

    isolation->from = parties_word(parser, &isolation->from_text, &isolation->n_from);
    isolation->to = parties_word(parser, &isolation->to_text, &isolation->n_to);
    isolation->origin = parser->object.origin;
    requirement.isolations = isolation;
    finish(parser, &requirement);
}

/* "service:w=tcp/443,store:q=tcp/5432" */
void dm_nets_read_expose(struct dm_nets_parser *parser)
{
    struct dm_requirement requirement = { .kind = DM_REQUIRE_EXPOSE };
    const char *const *texts = dm_nets_parts(parser, dm_nets_word(parser), &requirement.n_allowed);
    struct dm_exposure *allowed =
        DM_NEW_ARRAY(parser->arena, requirement.n_allowed + 1, struct dm_exposure);

    for (size_t i = 0; i < requirement.n_allowed && allowed; i++) {
        size_t length = strcspn(texts[i], "=");

        allowed[i].to = party_of(parser, dm_arena_strndup(parser->arena, texts[i], length));
        allowed[i].origin = parser->object.origin;
        parser->bad = parser->bad || !texts[i][length]
                      || !dm_match_parse(texts[i] + length + 1, &allowed[i].port);
    }
    requirement.allowed = allowed;
    finish(parser, &requirement);
}

void dm_nets_read_reside(struct dm_nets_parser *parser)
{
    struct dm_requirement requirement = { .kind = DM_REQUIRE_RESIDE };

    requirement.stores =
        dm_nets_objects_of(parser, DM_KIND_store, dm_nets_word(parser), &requirement.n_stores);
    requirement.classes = dm_nets_objects_of(parser, DM_KIND_data_class, dm_nets_word(parser),
                                             &requirement.n_classes);
    finish(parser, &requirement);
}

void dm_nets_read_policy(struct dm_nets_parser *parser)
{
    struct dm_policy policy = { .object = parser->object,
                                .tier = "POL",
                                .basis = "a test says so",
                                .allowed_origin = parser->object.origin };
    const char *subject;
    const char *const *verbs;
    size_t n;

    policy.data_class = OBJECT(parser, data_class);
    subject = dm_nets_word(parser);
    policy.subject = dm_str_equal(subject, "*") ? NULL : subject;
    verbs = dm_nets_parts(parser, dm_nets_word(parser), &n);
    for (size_t i = 0; i < n; i++) {
        bool known = false;

        for (int verb = 0; verb < DM_VERB_COUNT; verb++) {
            bool same = dm_str_equal(dm_verb_text((enum dm_verb)verb), verbs[i]);

            policy.verbs[verb] |= same;
            known |= same;
        }
        parser->bad = parser->bad || !known;
    }
    policy.allowed = dm_nets_parts(parser, dm_nets_word(parser), &policy.n_allowed);
    policy.valid_until = dm_nets_option(parser, "until");
    dm_builder_add_policy(parser->builder, &policy);
}
