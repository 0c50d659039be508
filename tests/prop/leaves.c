/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A leaf of describe output that is taken out, or of another type, or stands there twice.
 *
 * For every leaf of a network of all common kinds and every packet asked: either the input is
 * refused, or the answer is that of the whole network or unknown.  Exceptions are listed: fields
 * that AWS leaves out where nothing is there, so that their absence says so.
 *
 * And the whole text, cut at each byte: refused, with a place.
 */
#include "tests/support/dmtest.h"

#include <string.h>

#include "model/base/str.h"
#include "model/front/aws/aws.h"
#include "model/load/tree.h"
#include "solver/reach/session.h"

#define PATH "tests/support/aws/leaves/eu-west-1/all.json"
#define AS "eu-west-1/all.json"

static const struct {
    const char *from;
    const char *to;
    uint16_t port;
} packets[] = {
    { "i-web", "i-db", 5432 },       { "i-web", "i-db", 22 },    { "internet", "54.0.0.10", 443 },
    { "internet", "54.0.0.10", 22 }, { "i-db", "8.8.8.8", 443 }, { "i-web", "i-far", 80 },
    { "i-far", "i-web", 80 },        { "i-db", "i-peer", 443 },  { "i-peer", "i-db", 443 },
};

enum { N_PACKETS = sizeof packets / sizeof *packets };

/* Keys that AWS leaves out, or whose default it documents, and what their absence means. */
static const char *const may_lack[] = {
    "Association",       /* of an address: it has no public one; of an attachment: no table */
    "PublicIp",          /* the same */
    "Associations",      /* of a route table: it serves nothing */
    "SubnetId",          /* of such an association: that of the main table, or of a gateway */
    "Main",              /* only the main one says so */
    "SourceDestCheck",   /* it is checked by default */
    "Reservations",      /* lists of whole objects: what is not in the input is not there */
    "Instances",         /* the same */
    "NetworkInterfaces", /* the same */
};

struct answers {
    bool refused;
    enum dm_session_end ends[N_PACKETS];
    bool missing[N_PACKETS]; /* an end of the packet is not in the network */
};

static bool find_end(const struct dm_model *model, const char *name,
                     struct dm_endpoint *ret_endpoint)
{
    const char *why = "";

    return dm_endpoint_find(model, name, ret_endpoint, &why);
}

static void ask(struct dm_arena *arena, const struct dm_model *model, struct answers *answers)
{
    struct dm_walker walker = { .arena = arena,
                                .model = model,
                                .plane = dm_plane_new(arena, model) };
    struct dm_alive *alive = dm_alive_new(arena, model);

    dm_alive_begin(alive, NULL, 0);
    for (size_t i = 0; i < N_PACKETS; i++) {
        struct dm_endpoint from = { { 0 }, { 0, 0, 0 } };
        struct dm_endpoint to = { { 0 }, { 0, 0, 0 } };
        struct dm_session session;
        struct dm_session_query query = { .flow = { .protocol = DM_PROTO_TCP,
                                                    .port_first = packets[i].port,
                                                    .port_last = packets[i].port } };

        answers->missing[i] =
            !find_end(model, packets[i].from, &from) || !find_end(model, packets[i].to, &to);
        if (!answers->missing[i]) {
            query.start = dm_endpoint_start(model, &from, &to);
            assert_true(dm_session_check(&walker, alive, &query, &session));
            answers->ends[i] = session.end;
        }
    }
}

static struct answers answers_of(const char *text, size_t size)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_sources *sources = dm_sources_new(arena, NULL);
    struct dm_builder *builder = dm_builder_new(arena, sources, NULL);
    const struct dm_model *model = NULL;
    struct answers answers = { .refused = true };
    struct dm_diags diags;
    uint32_t source = 0;

    dm_diags_init(&diags, arena);
    assert_int_equal(dm_sources_add(sources, AS, text, size, &source, NULL), DM_OK);
    enum dm_status status =
        dm_aws_load(arena, sources, AS, dm_facts_new(arena), builder, &diags, NULL);
    assert_true(status == DM_OK || status == DM_INVALID);
    for (size_t i = 0; i < diags.n_items; i++) {
        assert_non_null(diags.items[i].pointer);
        assert_true(diags.items[i].labels[0].span.end_byte <= size);
    }
    if (status == DM_OK && diags.n_errors == 0) {
        assert_int_equal(dm_model_build(builder, &diags, &model, NULL), DM_OK);
    }
    if (model) {
        answers.refused = false;
        ask(arena, model, &answers);
    }
    dm_arena_free(arena);
    return answers;
}

struct leaf {
    const char *key; /* of it, or of the list it is an item of */
    size_t begin;    /* of what is taken out: its key, or itself in a list */
    size_t value;
    size_t end;
    bool has_key;
};

struct leaves {
    struct leaf *items;
    size_t n;
    size_t capacity;
};

static void find_leaves(struct dm_arena *arena, const struct dm_tree *tree, const char *key,
                        struct leaves *leaves)
{
    for (size_t i = 0; tree->kind == DM_TREE_MAP && i < tree->n; i++) {
        const struct dm_tree_pair *pair = &tree->pairs[i];
        struct leaf leaf = { pair->key, pair->key_span.begin_byte, pair->value->span.begin_byte,
                             pair->value->span.end_byte, true };

        assert_true(DM_VEC_PUSH(arena, leaves, leaf));
        find_leaves(arena, pair->value, pair->key, leaves);
    }
    for (size_t i = 0; tree->kind == DM_TREE_LIST && i < tree->n; i++) {
        find_leaves(arena, tree->items[i], key, leaves);
    }
}

/* 'text' without bytes 'begin' to 'end' and one comma beside them; 'by' stands there instead. */
static char *without(struct dm_arena *arena, const char *text, size_t size, size_t begin,
                     size_t end, const char *by, size_t *ret_size)
{
    char *result = dm_arena_alloc(arena, size + strlen(by) + 1, 1);
    size_t after = end;
    size_t before = begin;

    if (!*by) {
        while (strchr(" \n", text[after])) {
            after++;
        }
        if (text[after] == ',') {
            after++;
        } else {
            after = end;
            while (before > 0 && strchr(" \n", text[before - 1])) {
                before--;
            }
            before -= before > 0 && text[before - 1] == ',';
        }
    }
    memcpy(result, text, before);
    memcpy(result + before, by, strlen(by));
    memcpy(result + before + strlen(by), text + after, size - after);
    *ret_size = before + strlen(by) + size - after;
    return result;
}

static bool may_be_missing(const char *key)
{
    for (size_t i = 0; i < sizeof may_lack / sizeof *may_lack; i++) {
        if (dm_str_equal(may_lack[i], key)) {
            return true;
        }
    }
    return false;
}

static size_t compare(const struct answers *whole, const struct answers *got, const char *what,
                      const struct leaf *leaf)
{
    size_t n_wrong = 0;

    for (size_t i = 0; i < N_PACKETS && !got->refused; i++) {
        if (!got->missing[i] && got->ends[i] != whole->ends[i]
            && got->ends[i] != DM_SESSION_UNKNOWN) {
            print_error("`%s` %s at byte %zu: %s to %s on %u is another answer, %d\n", leaf->key,
                        what, leaf->begin, packets[i].from, packets[i].to, packets[i].port,
                        (int)got->ends[i]);
            n_wrong++;
        }
    }
    return n_wrong;
}

struct base {
    struct dm_arena *arena;
    const struct dm_source *source;
    struct leaves leaves;
    struct answers whole;
};

static struct base base_of_file(void)
{
    struct base base = { .arena = dm_arena_new(0) };
    struct dm_sources *sources = dm_sources_new(base.arena, NULL);
    struct dm_tree *tree = NULL;
    struct dm_diags diags;
    uint32_t source = 0;

    dm_diags_init(&diags, base.arena);
    assert_int_equal(dm_sources_read(sources, PATH, &source, NULL), DM_OK);
    assert_int_equal(dm_json_read(base.arena, sources, source, &diags, &tree, NULL), DM_OK);
    assert_non_null(tree);
    base.source = dm_sources_get(sources, source);
    find_leaves(base.arena, tree, "", &base.leaves);
    base.whole = answers_of(base.source->text, base.source->size);
    return base;
}

/* A number is of the right type there: protocols are written as words or as numbers. */
static bool takes_number(const struct base *base, const struct leaf *leaf)
{
    return strchr("-0123456789", base->source->text[leaf->value]) || strstr(leaf->key, "Protocol");
}

static void the_network_decides_every_packet(void **state)
{
    static const enum dm_session_end want[N_PACKETS] = {
        DM_SESSION_PASS, DM_SESSION_FAIL, DM_SESSION_PASS, DM_SESSION_FAIL, DM_SESSION_PASS,
        DM_SESSION_PASS, DM_SESSION_FAIL, DM_SESSION_PASS, DM_SESSION_FAIL,
    };
    struct base base = base_of_file();

    (void)state;
    assert_false(base.whole.refused);
    for (size_t i = 0; i < N_PACKETS; i++) {
        assert_false(base.whole.missing[i]);
        if (base.whole.ends[i] != want[i]) {
            fail_msg("%s to %s on %u: %d", packets[i].from, packets[i].to, packets[i].port,
                     (int)base.whole.ends[i]);
        }
    }
    dm_arena_free(base.arena);
}

static void a_leaf_that_is_gone_or_spoilt_gives_no_other_answer(void **state)
{
    static const char *const others[] = { "7", "{}", "[]", "true", "\"?\"" };
    struct base base = base_of_file();
    size_t n_refused = 0;
    size_t n_wrong = 0;
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < base.leaves.n; i++) {
        const struct leaf *leaf = &base.leaves.items[i];
        struct dm_arena *arena = dm_arena_new(0);
        size_t size = 0;
        char *text =
            without(arena, base.source->text, base.source->size, leaf->begin, leaf->end, "", &size);
        struct answers got = answers_of(text, size);

        if (!may_be_missing(leaf->key)) {
            n_wrong += compare(&base.whole, &got, "taken out", leaf);
        }
        n_refused += got.refused;
        n++;
        for (size_t j = 0; j < sizeof others / sizeof *others; j++) {
            bool same_type = others[j][0] == base.source->text[leaf->value]
                             || (j == 0 && takes_number(&base, leaf));

            text = without(arena, base.source->text, base.source->size, leaf->value, leaf->end,
                           others[j], &size);
            got = answers_of(text, size);
            if (!same_type && !may_be_missing(leaf->key)) {
                n_wrong += compare(&base.whole, &got, others[j], leaf);
            }
            n_refused += got.refused;
            n++;
        }
        const char *twice = dm_sprintf(
            arena, "%.*s, %.*s", (int)(leaf->end - leaf->begin), base.source->text + leaf->begin,
            (int)(leaf->end - leaf->begin), base.source->text + leaf->begin);
        text = without(arena, base.source->text, base.source->size, leaf->begin, leaf->end, twice,
                       &size);
        assert_true(answers_of(text, size).refused);
        dm_arena_free(arena);
    }
    print_message("%zu leaves, %zu networks, %zu refused\n", base.leaves.n, n, n_refused);
    assert_int_equal(n_wrong, 0);
    dm_arena_free(base.arena);
}

static void a_text_cut_at_any_byte_is_refused(void **state)
{
    struct base base = base_of_file();
    size_t end = base.source->size;

    (void)state;
    while (end > 0 && base.source->text[end - 1] != '}') {
        end--;
    }
    for (size_t size = 0; size < end; size++) {
        assert_true(answers_of(base.source->text, size).refused);
    }
    dm_arena_free(base.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_network_decides_every_packet),
        cmocka_unit_test(a_leaf_that_is_gone_or_spoilt_gives_no_other_answer),
        cmocka_unit_test(a_text_cut_at_any_byte_is_refused),
    };

    return cmocka_run_group_tests_name("leaves", tests, NULL, NULL);
}
