/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/lowered.h"

#include <string.h>

#include "tests/support/dmtest.h"

static void shuffle(struct dm_arena *arena, struct dm_tree *tree, struct dm_rng *rng)
{
    struct dm_tree_pair *pairs;

    for (size_t i = 0; tree->kind == DM_TREE_LIST && i < tree->n; i++) {
        shuffle(arena, tree->items[i], rng);
    }
    if (tree->kind != DM_TREE_MAP || tree->n == 0) {
        return;
    }
    pairs = DM_NEW_ARRAY(arena, tree->n, struct dm_tree_pair);
    assert_non_null(pairs);
    for (size_t i = 0; i < tree->n; i++) {
        size_t at = dm_rng_below(rng, i + 1);

        pairs[i] = pairs[at];
        pairs[at] = tree->pairs[i];
        shuffle(arena, tree->pairs[i].value, rng);
    }
    tree->pairs = pairs;
}

static struct lowered lower_all(const char *text, const char *lock, struct dm_rng *rng)
{
    struct lowered lowered = { .arena = dm_arena_new(0) };
    struct dm_err err = DM_ERR_INIT;
    struct dm_tree *root = NULL;
    struct dm_tree *lock_root = NULL;
    struct dm_builder *builder;
    uint32_t source = 0;

    assert_non_null(lowered.arena);
    lowered.sources = dm_sources_new(lowered.arena, &err);
    dm_diags_init(&lowered.diags, lowered.arena);
    assert_int_equal(
        dm_sources_add(lowered.sources, "t.demarc.yaml", text, strlen(text), &source, &err), DM_OK);
    assert_int_equal(
        dm_yaml_read(lowered.arena, lowered.sources, source, &lowered.diags, &root, &err), DM_OK);
    if (lock) {
        assert_int_equal(
            dm_sources_add(lowered.sources, "demarc.lock", lock, strlen(lock), &source, &err),
            DM_OK);
        assert_int_equal(
            dm_yaml_read(lowered.arena, lowered.sources, source, &lowered.diags, &lock_root, &err),
            DM_OK);
    }
    assert_non_null(root);
    if (rng) {
        shuffle(lowered.arena, root, rng);
    }
    builder = dm_builder_new(lowered.arena, lowered.sources, &err);
    assert_non_null(builder);
    assert_int_equal(dm_design_lower(lowered.arena, root, lock_root, dm_facts_new(lowered.arena),
                                     builder, &lowered.diags, &err),
                     DM_OK);
    if (lowered.diags.n_errors == 0) {
        assert_int_equal(dm_model_build(builder, &lowered.diags, &lowered.model, &err), DM_OK);
    }
    if (lowered.model) {
        assert_int_equal(dm_model_check(lowered.model, &lowered.diags, &err), DM_OK);
    }
    dm_diags_sort(&lowered.diags);
    return lowered;
}

struct lowered lowered_new(const char *text, const char *lock)
{
    return lower_all(text, lock, NULL);
}

struct lowered lowered_new_shuffled(const char *text, struct dm_rng *rng)
{
    return lower_all(text, NULL, rng);
}

void lowered_free(struct lowered *lowered)
{
    dm_arena_free(lowered->arena);
    *lowered = (struct lowered){ .arena = NULL };
}

const char *lowered_at(const struct lowered *lowered, struct dm_span span)
{
    const struct dm_source *source;
    const char *text;

    assert_int_not_equal(span.source, 0);
    source = dm_sources_get(lowered->sources, span.source);
    assert_true(span.begin_byte <= span.end_byte && span.end_byte <= source->size);
    text = dm_arena_strndup(lowered->arena, source->text + span.begin_byte,
                            span.end_byte - span.begin_byte);
    assert_non_null(text);
    return text;
}

/* ---- the text of a model ---- */

static void network_text(const struct dm_model *model, struct dm_str *out)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    for (uint32_t i = 0; i < model->n_vpcs; i++) {
        dm_str_addf(out, "vpc %s %s\n", model->vpcs[i].object.name,
                    dm_prefix_text(model->vpcs[i].cidrs[0], buffer));
    }
    for (uint32_t i = 0; i < model->n_subnets; i++) {
        const struct dm_subnet *subnet = &model->subnets[i];

        dm_str_addf(out, "subnet %s %s %s\n", subnet->object.name,
                    dm_prefix_text(subnet->cidrs[0], buffer),
                    dm_acl_get(model, subnet->acl)->object.name);
    }
    for (uint32_t i = 0; i < model->n_route_tables; i++) {
        const struct dm_route_table *table = &model->route_tables[i];

        for (size_t j = 0; j < table->n_routes; j++) {
            dm_str_addf(out, "route %s %s %d %u\n", table->object.name,
                        dm_prefix_text(table->routes[j].prefix, buffer),
                        (int)table->routes[j].target_kind, (unsigned)table->routes[j].target);
        }
    }
    for (uint32_t i = 0; i < model->n_interfaces; i++) {
        const struct dm_interface *item = &model->interfaces[i];
        char other[DM_ADDR_TEXT_SIZE];

        dm_str_addf(out, "interface %s %s %s\n", item->object.name,
                    dm_addr_text(item->addresses[0].address, buffer),
                    dm_addr_text(item->addresses[0].public_address, other));
    }
}

static void filter_text(const struct dm_model *model, struct dm_str *out)
{
    char buffer[DM_ADDR_TEXT_SIZE];
    char other[DM_ADDR_TEXT_SIZE];

    for (uint32_t i = 0; i < model->n_groups; i++) {
        const struct dm_group *group = &model->groups[i];

        for (size_t j = 0; j < group->n_rules; j++) {
            const struct dm_group_rule *rule = &group->rules[j];

            dm_str_addf(out, "group %s %d %d %s %s %u\n", group->object.name, rule->egress,
                        (int)rule->peer_kind, dm_match_text(&rule->match, buffer),
                        dm_prefix_text(rule->prefix, other), (unsigned)rule->peer);
        }
    }
    for (uint32_t i = 0; i < model->n_acls; i++) {
        const struct dm_acl *acl = &model->acls[i];

        for (size_t j = 0; j < acl->n_entries; j++) {
            const struct dm_acl_entry *entry = &acl->entries[j];

            dm_str_addf(out, "acl %s %u %d %d %s %s\n", acl->object.name, (unsigned)entry->number,
                        entry->egress, entry->allow, dm_match_text(&entry->match, buffer),
                        dm_prefix_text(entry->prefix, other));
        }
    }
}

static void transit_text(const struct dm_model *model, struct dm_str *out)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    for (uint32_t i = 0; i < model->n_attachments; i++) {
        const struct dm_attachment *item = &model->attachments[i];

        dm_str_addf(out, "attachment %s %u %u %zu\n", item->object.name, (unsigned)item->table.v,
                    (unsigned)item->peer.v, item->n_subnets);
    }
    for (uint32_t i = 0; i < model->n_transit_tables; i++) {
        const struct dm_transit_table *table = &model->transit_tables[i];

        for (size_t j = 0; j < table->n_routes; j++) {
            dm_str_addf(out, "static %s %s %u\n", table->object.name,
                        dm_prefix_text(table->routes[j].prefix, buffer),
                        (unsigned)table->routes[j].attachment.v);
        }
        for (size_t j = 0; j < table->n_propagations; j++) {
            dm_str_addf(out, "propagation %s %u\n", table->object.name,
                        (unsigned)table->propagations[j].attachment.v);
        }
    }
    for (uint32_t i = 0; i < model->n_elements; i++) {
        dm_str_addf(out, "element %s\n", model->elements[i].object.name);
    }
}

static void estate_text(const struct dm_model *model, struct dm_str *out)
{
    for (uint32_t i = 0; i < model->n_policies; i++) {
        const struct dm_policy *policy = &model->policies[i];

        dm_str_addf(out, "policy %s %s", policy->object.name, policy->tier);
        for (size_t j = 0; j < policy->n_allowed; j++) {
            dm_str_addf(out, " %s", policy->allowed[j]);
        }
        dm_str_addc(out, '\n');
    }
    for (uint32_t i = 0; i < model->n_services; i++) {
        const struct dm_service *service = &model->services[i];

        dm_str_addf(out, "service %s %zu", service->object.name, service->n_hosts);
        for (size_t j = 0; j < service->n_calls; j++) {
            dm_str_addf(out, " %d:%u", (int)service->calls[j].to.kind,
                        (unsigned)service->calls[j].to.v);
        }
        dm_str_addc(out, '\n');
    }
    for (uint32_t i = 0; i < model->n_stores; i++) {
        const struct dm_store *store = &model->stores[i];

        dm_str_addf(out, "store %s", store->object.name);
        for (size_t j = 0; j < store->n_copies; j++) {
            dm_str_addf(out, " %u:%zu", (unsigned)store->copies[j].region.v,
                        store->copies[j].n_hosts);
        }
        dm_str_addf(out, " failover %zu\n", store->n_failover);
    }
}

static void requirement_text(const struct dm_model *model, struct dm_str *out)
{
    for (uint32_t i = 0; i < model->n_requirements; i++) {
        const struct dm_requirement *item = &model->requirements[i];

        dm_str_addf(out, "requirement %s %d %d %u %u %d", item->object.name, (int)item->kind,
                    (int)item->level, (unsigned)item->survive.kinds, item->survive.k,
                    item->survive.each);
        for (size_t j = 0; j < item->n_pairs; j++) {
            dm_str_addf(out, " %d:%u>%d:%u", (int)item->pairs[j].from.kind,
                        (unsigned)item->pairs[j].from.v, (int)item->pairs[j].to.kind,
                        (unsigned)item->pairs[j].to.v);
        }
        for (size_t j = 0; j < item->n_isolations; j++) {
            dm_str_addf(out, " %zu|%zu", item->isolations[j].n_from, item->isolations[j].n_to);
        }
        for (size_t j = 0; j < item->n_stores; j++) {
            dm_str_addf(out, " %u", (unsigned)item->stores[j].v);
        }
        dm_str_addf(out, " %zu\n", item->n_allowed);
    }
}

const char *lowered_text(const struct lowered *lowered)
{
    struct dm_str out;

    assert_non_null(lowered->model);
    dm_str_init(&out, lowered->arena);
    network_text(lowered->model, &out);
    filter_text(lowered->model, &out);
    transit_text(lowered->model, &out);
    estate_text(lowered->model, &out);
    requirement_text(lowered->model, &out);
    assert_false(out.failed);
    return out.text;
}
