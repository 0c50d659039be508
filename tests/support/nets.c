/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/nets_private.h"

#include <string.h>

#include "tests/support/dmtest.h"

static const struct {
    const char *name;
    void (*read)(struct dm_nets_parser *parser);
    bool is_row; /* read once all objects are there */
} kinds[] = {
    { "region", dm_nets_read_region, false },
    { "zone", dm_nets_read_zone, false },
    { "environment", dm_nets_read_environment, false },
    { "vpc", dm_nets_read_vpc, false },
    { "table", dm_nets_read_table, false },
    { "acl", dm_nets_read_acl, false },
    { "group", dm_nets_read_group, false },
    { "answers", dm_nets_read_answers, false },
    { "list", dm_nets_read_list, false },
    { "endpoint", dm_nets_read_endpoint, false },
    { "idle", dm_nets_read_idle, false },
    { "subnet", dm_nets_read_subnet, false },
    { "igw", dm_nets_read_igw, false },
    { "igw?", dm_nets_read_unknown_igw, true },
    { "nat", dm_nets_read_nat, false },
    { "peering", dm_nets_read_peering, false },
    { "unknown", dm_nets_read_unknown, false },
    { "tgw", dm_nets_read_tgw, false },
    { "ttable", dm_nets_read_ttable, false },
    { "attach", dm_nets_read_attach, false },
    { "attach?", dm_nets_read_unknown_attach, false },
    { "tpeer", dm_nets_read_tpeer, false },
    { "core", dm_nets_read_core, false },
    { "cedge", dm_nets_read_cedge, false },
    { "segment", dm_nets_read_segment, false },
    { "function", dm_nets_read_function, false },
    { "cattach", dm_nets_read_cattach, false },
    { "cpeer", dm_nets_read_cpeer, false },
    { "ctable", dm_nets_read_ctable, false },
    { "site", dm_nets_read_site, false },
    { "vgw", dm_nets_read_vgw, false },
    { "dxgw", dm_nets_read_dxgw, false },
    { "vif", dm_nets_read_vif, false },
    { "allow", dm_nets_read_allow, false },
    { "rnat", dm_nets_read_regional_nat, false },
    { "host", dm_nets_read_host, false },
    { "nic", dm_nets_read_nic, false },
    { "transit", dm_nets_read_other_interface, false },
    { "interface?", dm_nets_read_other_interface, false },
    { "balancer", dm_nets_read_balancer, false },
    { "node", dm_nets_read_node, false },
    { "targets", dm_nets_read_targets, false },
    { "accelerator", dm_nets_read_accelerator, false },
    { "fgroup", dm_nets_read_fgroup, false },
    { "frule", dm_nets_read_frule, true },
    { "fpolicy", dm_nets_read_fpolicy, false },
    { "firewall", dm_nets_read_firewall, false },
    { "fendpoint", dm_nets_read_fendpoint, false },
    { "fleet", dm_nets_read_fleet, false },
    { "cluster", dm_nets_read_cluster, false },
    { "pool", dm_nets_read_pool, false },
    { "worker", dm_nets_read_worker, false },
    { "ns", dm_nets_read_ns, false },
    { "pods", dm_nets_read_pods, false },
    { "kservice", dm_nets_read_kservice, false },
    { "kbalancer", dm_nets_read_kbalancer, false },
    { "klisten", dm_nets_read_klisten, true },
    { "kpolicy", dm_nets_read_kpolicy, false },
    { "krule", dm_nets_read_krule, true },
    { "class", dm_nets_read_class, false },
    { "service", dm_nets_read_service, false },
    { "store", dm_nets_read_store, false },
    { "policy", dm_nets_read_policy, false },
    { "reach", dm_nets_read_reach, false },
    { "isolate", dm_nets_read_isolate, false },
    { "expose", dm_nets_read_expose, false },
    { "reside", dm_nets_read_reside, false },
    { "route", dm_nets_read_route, true },
    { "edge", dm_nets_read_edge, true },
    { "troute", dm_nets_read_troute, true },
    { "propagate", dm_nets_read_propagate, true },
    { "share", dm_nets_read_share, true },
    { "via", dm_nets_read_via, true },
    { "to", dm_nets_read_to, true },
    { "associate", dm_nets_read_associate, true },
    { "target", dm_nets_read_target, true },
    { "listen", dm_nets_read_listen, true },
    { "croute", dm_nets_read_croute, true },
    { "rpolicy", dm_nets_read_rpolicy, true },
    { "label", dm_nets_read_label, true },
    { "rule", dm_nets_read_rule, true },
    { "permit", dm_nets_read_permit, true },
    { "call", dm_nets_read_call, true },
    { "copy", dm_nets_read_copy, true },
    { "failover", dm_nets_read_failover, true },
};

static void name_object(struct dm_nets_parser *parser)
{
    parser->object.name = dm_nets_word(parser);
}

static void split_words(struct dm_nets_parser *parser, const char *line, size_t length)
{
    char *copy = dm_arena_strndup(parser->arena, line, length);

    parser->n_words = 0;
    parser->n_taken = 0;
    while (copy && *copy) {
        size_t blanks = strspn(copy, " ");
        size_t letters = strcspn(copy + blanks, " ");

        if (letters == 0) {
            break;
        }
        if (parser->n_words == DM_NETS_MAX_WORDS) {
            parser->bad = true;
            break;
        }
        parser->words[parser->n_words++] = copy + blanks;
        copy += blanks + letters;
        if (*copy) {
            *copy++ = '\0';
        }
    }
}

static void read_line(struct dm_nets_parser *parser, bool rows)
{
    const char *name = dm_nets_word(parser);

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (dm_str_equal(kinds[i].name, name)) {
            if (kinds[i].is_row == rows) {
                name_object(parser);
                kinds[i].read(parser);
                parser->bad = parser->bad || parser->n_taken != parser->n_words;
            }
            return;
        }
    }
    parser->bad = true;
}

static enum dm_status read_lines(struct dm_nets_parser *parser, uint32_t source, const char *text,
                                 bool rows)
{
    for (const char *at = text; *at;) {
        size_t length = strcspn(at, "\n");

        split_words(parser, at, length);
        parser->object.origin = (struct dm_span){ source, (uint32_t)(at - text),
                                                  (uint32_t)((size_t)(at - text) + length) };
        if (parser->n_words > 0) {
            read_line(parser, rows);
        }
        if (parser->bad) {
            return DM_FAIL(parser->err, DM_INVALID, "no network because of `%.*s`",
                           (int)(length < 300 ? length : 300), at);
        }
        at += at[length] ? length + 1 : length;
    }
    return DM_OK;
}

/* Gives each owner the array of its rows, in the order of the text. */
#define GIVE_ROWS(parser, kind, rows, part, type, array)                                           \
    for (size_t first = 0; first < (parser)->rows.n; first++) {                                    \
        struct dm_##kind *owner = dm_builder_edit_##kind(                                          \
            (parser)->builder, (struct dm_##kind##_id){ (parser)->rows.items[first].owner });      \
        type *items = NULL;                                                                        \
        size_t n = 0;                                                                              \
        if (owner->array) {                                                                        \
            continue;                                                                              \
        }                                                                                          \
        for (size_t i = first; i < (parser)->rows.n; i++) {                                        \
            n += (parser)->rows.items[i].owner == (parser)->rows.items[first].owner;               \
        }                                                                                          \
        items = DM_NEW_ARRAY((parser)->arena, n, type);                                            \
        for (size_t i = first; i < (parser)->rows.n && items; i++) {                               \
            if ((parser)->rows.items[i].owner == (parser)->rows.items[first].owner) {              \
                items[owner->n_##array++] = (parser)->rows.items[i].part;                          \
            }                                                                                      \
        }                                                                                          \
        owner->array = items;                                                                      \
    }

static void give_rows(struct dm_nets_parser *parser)
{
    GIVE_ROWS(parser, firewall_rules, frules, rule, struct dm_firewall_rule, rules)
    GIVE_ROWS(parser, route_table, routes, route, struct dm_route, routes)
    GIVE_ROWS(parser, transit_table, transit_routes, route, struct dm_transit_route, routes)
    GIVE_ROWS(parser, transit_table, propagations, propagation, struct dm_propagation, propagations)
    GIVE_ROWS(parser, core_network, shares, share, struct dm_core_share, shares)
    GIVE_ROWS(parser, core_network, insertions, insertion, struct dm_core_insertion, insertions)
    GIVE_ROWS(parser, core_network, associations, rule, struct dm_core_rule, rules)
    GIVE_ROWS(parser, core_network, routing, policy, struct dm_core_routing_policy,
              routing_policies)
    GIVE_ROWS(parser, core_network, labels, rule, struct dm_core_label_rule, label_rules)
    GIVE_ROWS(parser, core_segment, core_routes, route, struct dm_core_route, routes)
    GIVE_ROWS(parser, acl, entries, entry, struct dm_acl_entry, entries)
    GIVE_ROWS(parser, group, rules, rule, struct dm_group_rule, rules)
    GIVE_ROWS(parser, host, interfaces, interface, struct dm_interface_id, interfaces)
    GIVE_ROWS(parser, target_group, targets, target, struct dm_target, targets)
    GIVE_ROWS(parser, balancer, listeners, listener, struct dm_listener, listeners)
    GIVE_ROWS(parser, network_policy, ingress, rule, struct dm_policy_rule, ingress)
    GIVE_ROWS(parser, network_policy, egress, rule, struct dm_policy_rule, egress)
    GIVE_ROWS(parser, service, calls, call, struct dm_call, calls)
    GIVE_ROWS(parser, store, copies, copy, struct dm_store_copy, copies)
}

/* Builds and checks, twice: as every user does, and as a test of what the build made. */
static enum dm_status finish(struct dm_nets_parser *parser, const struct dm_model **ret_model)
{
    struct dm_diags diags;
    const struct dm_model *model = NULL;
    enum dm_status status = DM_OK;

    dm_diags_init(&diags, parser->arena);
    status = dm_model_build(parser->builder, &diags, &model, parser->err);
    if (status == DM_OK && model) {
        status = dm_model_check(model, &diags, parser->err);
    }
    if (status != DM_OK) {
        return status;
    }
    if (!model || diags.n_errors > 0) {
        return DM_FAIL(parser->err, DM_INVALID, "no network: %s",
                       diags.n_items ? diags.items[0].message : "it has a fault");
    }
    *ret_model = model;
    return DM_OK;
}

enum dm_status dm_nets_parse(struct dm_arena *arena, const char *text,
                             const struct dm_model **ret_model, struct dm_err *err)
{
    return dm_nets_parse_more(arena, text, NULL, NULL, ret_model, err);
}

enum dm_status dm_nets_parse_more(
    struct dm_arena *arena, const char *text,
    enum dm_status (*more)(void *context, struct dm_arena *arena, struct dm_sources *sources,
                           struct dm_builder *builder, struct dm_err *err),
    void *context, const struct dm_model **ret_model, struct dm_err *err)
{
    struct dm_nets_parser parser = { .arena = arena, .err = err };
    struct dm_sources *sources = dm_sources_new(arena, err);
    uint32_t source = 0;
    enum dm_status status = DM_NOMEM;

    if (sources) {
        status = dm_sources_add(sources, "net", text, strlen(text), &source, err);
    }
    if (status != DM_OK) {
        return status;
    }
    parser.builder = dm_builder_new(arena, sources, err);
    if (!parser.builder) {
        return DM_NOMEM;
    }
    dm_builder_name(parser.builder, "net", (struct dm_span){ source, 0, 0 });
    status = read_lines(&parser, source, text, false);
    if (status == DM_OK) {
        status = read_lines(&parser, source, text, true);
    }
    if (status != DM_OK) {
        return status;
    }
    give_rows(&parser);
    if (more) {
        status = more(context, arena, sources, parser.builder, err);
    }
    return status == DM_OK ? finish(&parser, ret_model) : status;
}

const struct dm_model *dm_nets_make(struct dm_arena *arena, const char *text)
{
    const struct dm_model *model = NULL;
    struct dm_err err = DM_ERR_INIT;

    if (dm_nets_parse(arena, text, &model, &err) != DM_OK) {
        fail_msg("%s", err.text);
    }
    return model;
}

const char *dm_nets_describe(const struct dm_model *model)
{
    return dm_sources_get(model->sources, model->name_origin.source)->text;
}
