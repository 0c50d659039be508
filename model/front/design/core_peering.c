/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Peerings of transit gateways with core networks, and the tables that are attached to segments.
 *
 * The edge is that of the gateway's region.  Of a network that a policy document describes it is
 * found when the model is built.
 */
#include <string.h>

#include "model/base/str.h"
#include "model/front/design/lower_private.h"

struct peering {
    const struct dm_lower_core_network *network;
    const struct dm_lower_gateway *gateway;
    struct dm_core_peering_id id;
    struct dm_core_edge_id edge;
};

static void attach_table(struct dm_lower *lower, const struct peering *peering,
                         const struct dm_tree_pair *pair)
{
    const struct dm_tree *label = dm_tree_find(pair->value, "label");
    struct dm_core_attachment object = {
        .object = { .name = dm_lower_name(lower, "%s.%s.%s", peering->network->pair->key,
                                          peering->gateway->copy->name, pair->key),
                    .origin = pair->key_span },
        .kind = DM_CORE_ATTACHMENT_TABLE,
        .network = peering->network->id,
        .edge = peering->edge,
        .peering = peering->id,
        .label = label ? dm_lower_text(lower, label) : NULL,
    };

    for (size_t i = 0; i < peering->gateway->tables.n; i++) {
        if (strcmp(peering->gateway->tables.items[i].name, pair->key) == 0) {
            object.table = peering->gateway->tables.items[i].id;
        }
    }
    if (!object.table.v) {
        dm_lower_help(lower,
                      dm_lower_fault(lower, pair->key_span,
                                     "transit gateway `%s` has no table `%s`",
                                     peering->gateway->copy->entry->key, pair->key),
                      "its key `tables` names what it has");
        return;
    }
    dm_lower_core_tags(lower, dm_tree_find(pair->value, "tags"), &object);
    if (dm_lower_core_segment(lower, peering->network, pair, &object)) {
        (void)DM_LOWER_ADD(lower, core_attachment, &object);
    }
}

static void peer(struct dm_lower *lower, const struct dm_lower_core_network *network,
                 const struct dm_lower_gateway *gateway, const struct dm_tree_pair *core)
{
    const char *region = gateway->copy->region->name;
    struct peering peering = { .network = network, .gateway = gateway };
    struct dm_core_peering object = {
        .object = { .name = dm_lower_name(lower, "%s.%s", network->pair->key, gateway->copy->name),
                    .origin = core->key_span },
        .network = network->id,
        .gateway = gateway->id,
    };
    struct dm_attachment side = {
        .object = { .name =
                        dm_lower_name(lower, "%s.to.%s", gateway->copy->name, network->pair->key),
                    .origin = core->key_span },
        .kind = DM_ATTACHMENT_CORE,
        .gateway = gateway->id,
    };
    size_t n = 0;
    const struct dm_tree_pair *const *tables =
        dm_lower_sorted(lower, dm_tree_find(core->value, "tables"), &n);

    object.edge.v = dm_builder_find(lower->builder, DM_KIND_core_edge,
                                    dm_lower_name(lower, "%s.%s", network->pair->key, region))
                        .v;
    if (network->is_given && !object.edge.v) {
        (void)dm_lower_fault(lower, core->key_span, "core network `%s` has no edge in `%s`",
                             network->pair->key, region);
        return;
    }
    object.attachment = DM_LOWER_ADD(lower, attachment, &side);
    peering.id = DM_LOWER_ADD(lower, core_peering, &object);
    peering.edge = object.edge;
    if (lower->oom) {
        return;
    }
    dm_builder_edit_attachment(lower->builder, object.attachment)->core_peering = peering.id;
    for (size_t i = 0; i < n; i++) {
        attach_table(lower, &peering, tables[i]);
    }
}

void dm_lower_core_peerings(struct dm_lower *lower, const struct dm_lower_core_network *networks,
                            size_t n)
{
    const struct dm_tree *entries = dm_tree_find(lower->root, "core_networks");

    for (size_t i = 0; i < lower->gateways.n && !lower->oom; i++) {
        const struct dm_lower_gateway *gateway = &lower->gateways.items[i];
        const struct dm_tree_pair *core = dm_tree_find_pair(gateway->copy->tree, "core");
        const struct dm_tree *to =
            core ? dm_lower_need(lower, core->value, "to", core->key_span) : NULL;
        const char *name = to ? dm_lower_text(lower, to) : NULL;

        bool is_first = i == 0 || gateway[-1].copy->entry != gateway->copy->entry;

        if (name && is_first && !dm_tree_find(entries, name)) {
            dm_lower_unknown_key(lower, to->span, "core network", name, entries);
        }
        for (size_t j = 0; name && j < n; j++) {
            if (strcmp(networks[j].pair->key, name) == 0) {
                peer(lower, &networks[j], gateway, core);
            }
        }
    }
}
