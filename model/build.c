/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From the builder's arrays to a model: entries of ACLs in their order, an
 * element for each object that can fail on its own, the index, the check.
 *
 * Elements stand in order of their kind, then of the objects they belong to.
 * What contains an element follows from where its object is: a transit
 * gateway's attachment has its region only, since the gateway itself is asked
 * for on its own wherever a packet crosses it; so it is with a core network's edge.
 */
#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "model/model_private.h"

static int compare_entries(const void *left, const void *right)
{
    const struct dm_acl_entry *a = left;
    const struct dm_acl_entry *b = right;

    if (a->egress != b->egress) {
        return a->egress ? 1 : -1;
    }
    return (a->number > b->number) - (a->number < b->number);
}

static bool sort_acl(struct dm_arena *arena, struct dm_acl *acl)
{
    struct dm_acl_entry *entries = NULL;

    if (acl->n_entries == 0) {
        return true;
    }
    entries = DM_NEW_ARRAY(arena, acl->n_entries, struct dm_acl_entry);
    if (!entries) {
        return false;
    }
    memcpy(entries, acl->entries, acl->n_entries * sizeof entries[0]);
    qsort(entries, acl->n_entries, sizeof entries[0], compare_entries);
    acl->entries = entries;
    return true;
}

void dm_contain(struct dm_containers *containers, struct dm_element_id element)
{
    for (size_t i = 0; i < containers->n; i++) {
        if (containers->items[i].v == element.v) {
            return;
        }
    }
    DM_ASSERT(containers->n < sizeof containers->items / sizeof containers->items[0]);
    containers->items[containers->n++] = element;
}

static void contain_region(const struct dm_builder *builder, struct dm_containers *containers,
                           struct dm_region_id region)
{
    dm_contain(containers, builder->regions.items[region.v - 1].element);
}

static void contain_vpc(const struct dm_builder *builder, struct dm_containers *containers,
                        struct dm_vpc_id vpc)
{
    contain_region(builder, containers, builder->vpcs.items[vpc.v - 1].region);
}

static void contain_gateway(const struct dm_builder *builder, struct dm_containers *containers,
                            struct dm_transit_gateway_id gateway)
{
    contain_region(builder, containers, builder->transit_gateways.items[gateway.v - 1].region);
}

struct dm_element_id dm_builder_element(struct dm_builder *builder, enum dm_element_kind kind,
                                        const struct dm_object *object,
                                        const struct dm_containers *containers)
{
    struct dm_element element = { .object = *object, .kind = kind };
    struct dm_element_id *items = NULL;

    element.object.name =
        dm_sprintf(builder->arena, "%s:%s", dm_element_kind_text(kind), object->name);
    if (containers->n > 0) {
        items = DM_NEW_ARRAY(builder->arena, containers->n, struct dm_element_id);
        if (items) {
            memcpy(items, containers->items, containers->n * sizeof items[0]);
        }
    }
    if (!element.object.name || (containers->n > 0 && !items)) {
        builder->failed = true;
        return (struct dm_element_id){ 0 };
    }
    element.containers = items;
    element.n_containers = containers->n;
    return dm_builder_add_element(builder, &element);
}

static void make_places(struct dm_builder *builder)
{
    for (size_t i = 0; i < builder->regions.n; i++) {
        struct dm_region *region = &builder->regions.items[i];
        struct dm_containers none = { { { 0 } }, 0 };

        region->element = dm_builder_element(builder, DM_ELEMENT_REGION, &region->object, &none);
    }
    for (size_t i = 0; i < builder->zones.n; i++) {
        struct dm_zone *zone = &builder->zones.items[i];
        struct dm_containers in = { { { 0 } }, 0 };

        contain_region(builder, &in, zone->region);
        zone->element = dm_builder_element(builder, DM_ELEMENT_ZONE, &zone->object, &in);
    }
}

static void make_edges(struct dm_builder *builder)
{
    for (size_t i = 0; i < builder->core_edges.n; i++) {
        struct dm_core_edge *edge = &builder->core_edges.items[i];
        struct dm_containers in = { { { 0 } }, 0 };

        contain_region(builder, &in, edge->region);
        edge->element = dm_builder_element(builder, DM_ELEMENT_CORE_EDGE, &edge->object, &in);
    }
}

/* Those of Connect attachments, which fail with what carries them, or all others. */
static void make_core_attachments(struct dm_builder *builder, bool is_connect)
{
    for (size_t i = 0; i < builder->core_attachments.n; i++) {
        struct dm_core_attachment *attachment = &builder->core_attachments.items[i];
        struct dm_containers in = { { { 0 } }, 0 };

        if ((attachment->kind == DM_CORE_ATTACHMENT_CONNECT) != is_connect) {
            continue;
        }
        if (attachment->kind == DM_CORE_ATTACHMENT_VPC) {
            contain_vpc(builder, &in, attachment->vpc);
        } else if (attachment->n_edges <= 1 && attachment->edge.v) {
            contain_region(builder, &in, builder->core_edges.items[attachment->edge.v - 1].region);
        }
        if (attachment->transport.v) {
            dm_contain(&in, builder->core_attachments.items[attachment->transport.v - 1].element);
        }
        if (attachment->kind != DM_CORE_ATTACHMENT_TABLE) {
            attachment->element =
                dm_builder_element(builder, DM_ELEMENT_ATTACHMENT, &attachment->object, &in);
        }
    }
}

/* A peering with a core network, its side at the transit gateway, and what is attached over it,
 * fail together. */
static void make_core_peerings(struct dm_builder *builder)
{
    for (size_t i = 0; i < builder->core_peerings.n; i++) {
        struct dm_core_peering *peering = &builder->core_peerings.items[i];
        struct dm_containers in = { { { 0 } }, 0 };

        contain_gateway(builder, &in, peering->gateway);
        peering->element =
            dm_builder_element(builder, DM_ELEMENT_CORE_PEERING, &peering->object, &in);
        builder->attachments.items[peering->attachment.v - 1].element = peering->element;
    }
    for (size_t i = 0; i < builder->core_attachments.n; i++) {
        struct dm_core_attachment *attachment = &builder->core_attachments.items[i];

        if (attachment->kind == DM_CORE_ATTACHMENT_TABLE) {
            attachment->element = builder->core_peerings.items[attachment->peering.v - 1].element;
        }
    }
}

/* Those of Connect attachments, which fail with what carries them, or all others but peerings. */
static void make_attachments(struct dm_builder *builder, bool is_connect)
{
    for (size_t i = 0; i < builder->attachments.n; i++) {
        struct dm_attachment *attachment = &builder->attachments.items[i];
        struct dm_containers in = { { { 0 } }, 0 };

        if (attachment->kind == DM_ATTACHMENT_PEERING || attachment->kind == DM_ATTACHMENT_CORE
            || attachment->kind == DM_ATTACHMENT_UNKNOWN
            || (attachment->kind == DM_ATTACHMENT_CONNECT) != is_connect) {
            continue;
        }
        contain_gateway(builder, &in, attachment->gateway);
        if (attachment->transport.v
            && builder->attachments.items[attachment->transport.v - 1].element.v) {
            dm_contain(&in, builder->attachments.items[attachment->transport.v - 1].element);
        }
        attachment->element =
            dm_builder_element(builder, DM_ELEMENT_ATTACHMENT, &attachment->object, &in);
    }
}

static void make_transit(struct dm_builder *builder)
{
    for (size_t i = 0; i < builder->transit_gateways.n; i++) {
        struct dm_transit_gateway *gateway = &builder->transit_gateways.items[i];
        struct dm_containers in = { { { 0 } }, 0 };

        contain_region(builder, &in, gateway->region);
        gateway->element =
            dm_builder_element(builder, DM_ELEMENT_TRANSIT_GATEWAY, &gateway->object, &in);
    }
    make_edges(builder);
    make_attachments(builder, false);
    make_attachments(builder, true);
}

/* The element of both sides, made at the first of them that is met. */
static void make_transit_peering(struct dm_builder *builder, struct dm_attachment *attachment)
{
    struct dm_attachment *peer =
        attachment->peer.v ? &builder->attachments.items[attachment->peer.v - 1] : NULL;
    const struct dm_object *object = &attachment->object;
    struct dm_containers in = { { { 0 } }, 0 };

    if (attachment->element.v) {
        return;
    }
    contain_gateway(builder, &in, attachment->gateway);
    if (peer) {
        contain_gateway(builder, &in, peer->gateway);
        object = strcmp(peer->object.name, object->name) < 0 ? &peer->object : object;
    }
    attachment->element = dm_builder_element(builder, DM_ELEMENT_PEERING, object, &in);
    if (peer) {
        peer->element = attachment->element;
    }
}

static void make_peerings(struct dm_builder *builder)
{
    for (size_t i = 0; i < builder->peerings.n; i++) {
        struct dm_peering *peering = &builder->peerings.items[i];
        struct dm_containers in = { { { 0 } }, 0 };

        contain_vpc(builder, &in, peering->requester);
        contain_vpc(builder, &in, peering->accepter);
        peering->element = dm_builder_element(builder, DM_ELEMENT_PEERING, &peering->object, &in);
    }
    for (size_t i = 0; i < builder->attachments.n; i++) {
        if (builder->attachments.items[i].kind == DM_ATTACHMENT_PEERING) {
            make_transit_peering(builder, &builder->attachments.items[i]);
        }
    }
}

static void make_gateways(struct dm_builder *builder)
{
    for (size_t i = 0; i < builder->nat_gateways.n; i++) {
        struct dm_nat_gateway *nat = &builder->nat_gateways.items[i];
        struct dm_containers in = { { { 0 } }, 0 };

        if (nat->is_regional) {
            contain_vpc(builder, &in, nat->vpc);
        } else {
            const struct dm_subnet *subnet = &builder->subnets.items[nat->subnet.v - 1];
            const struct dm_zone *zone = &builder->zones.items[subnet->zone.v - 1];

            contain_region(builder, &in, zone->region);
            dm_contain(&in, zone->element);
        }
        nat->element = dm_builder_element(builder, DM_ELEMENT_NAT_GATEWAY, &nat->object, &in);
    }
    for (size_t i = 0; i < builder->internet_gateways.n; i++) {
        struct dm_internet_gateway *gateway = &builder->internet_gateways.items[i];
        struct dm_containers in = { { { 0 } }, 0 };

        contain_region(builder, &in, gateway->region);
        gateway->element =
            dm_builder_element(builder, DM_ELEMENT_INTERNET_GATEWAY, &gateway->object, &in);
    }
}

/* They are all over the world: in no region [GA-01]. */
static void make_accelerators(struct dm_builder *builder)
{
    for (size_t i = 0; i < builder->accelerators.n; i++) {
        struct dm_accelerator *accelerator = &builder->accelerators.items[i];
        struct dm_containers none = { 0 };

        accelerator->element =
            dm_builder_element(builder, DM_ELEMENT_ACCELERATOR, &accelerator->object, &none);
    }
}

/* In a zone, as what stands in one of its subnets is. */
static void contain_subnet(const struct dm_builder *builder, struct dm_containers *containers,
                           struct dm_subnet_id id)
{
    const struct dm_subnet *subnet = &builder->subnets.items[id.v - 1];
    const struct dm_zone *zone = &builder->zones.items[subnet->zone.v - 1];

    contain_region(builder, containers, zone->region);
    dm_contain(containers, zone->element);
}

static void make_inspection(struct dm_builder *builder)
{
    for (size_t i = 0; i < builder->gwlb_endpoints.n; i++) {
        struct dm_gwlb_endpoint *endpoint = &builder->gwlb_endpoints.items[i];
        struct dm_containers in = { { { 0 } }, 0 };

        contain_subnet(builder, &in, endpoint->subnet);
        endpoint->element =
            dm_builder_element(builder, DM_ELEMENT_GWLB_ENDPOINT, &endpoint->object, &in);
    }
    for (size_t i = 0; i < builder->hosts.n; i++) {
        struct dm_host *host = &builder->hosts.items[i];
        struct dm_containers in = { { { 0 } }, 0 };

        if (host->forwards && host->n_interfaces) {
            contain_subnet(builder, &in,
                           builder->interfaces.items[host->interfaces[0].v - 1].subnet);
            host->element = dm_builder_element(builder, DM_ELEMENT_APPLIANCE, &host->object, &in);
        }
    }
}

enum dm_status dm_model_make_elements(struct dm_builder *builder, struct dm_err *err)
{
    DM_ASSERT(builder->elements.n == 0);
    make_places(builder);
    make_transit(builder);
    make_core_attachments(builder, false);
    make_core_attachments(builder, true);
    make_peerings(builder);
    make_core_peerings(builder);
    make_gateways(builder);
    dm_model_make_site_elements(builder);
    make_accelerators(builder);
    make_inspection(builder);
    return builder->failed ? DM_FAIL_NOMEM(err) : DM_OK;
}

static void take_arrays(const struct dm_builder *builder, struct dm_model *model)
{
#define DM_KIND_TAKE(kind, plural, text)                                                           \
    model->plural = builder->plural.items;                                                         \
    model->n_##plural = (uint32_t)builder->plural.n;
    DM_KIND_LIST(DM_KIND_TAKE)
#undef DM_KIND_TAKE
}

enum dm_status dm_model_build(struct dm_builder *builder, struct dm_diags *diags,
                              const struct dm_model **ret_model, struct dm_err *err)
{
    struct dm_model *model = DM_NEW(builder->arena, struct dm_model);
    struct dm_model_index *index = NULL;
    size_t n_errors = diags->n_errors;
    enum dm_status status = DM_OK;

    if (!model || builder->failed) {
        return DM_FAIL_NOMEM(err);
    }
    model->arena = builder->arena;
    model->sources = builder->sources;
    model->name = builder->name;
    model->name_origin = builder->name_origin;
    for (size_t i = 0; i < builder->acls.n; i++) {
        if (!sort_acl(builder->arena, &builder->acls.items[i])) {
            return DM_FAIL_NOMEM(err);
        }
    }
    take_arrays(builder, model);
    dm_model_check_handles(model, diags);
    if (diags->n_errors > n_errors) {
        *ret_model = NULL;
        return DM_OK;
    }
    status = dm_model_settle_core(builder, err);
    if (status == DM_OK) {
        status = dm_model_settle_sites(builder, model, err);
    }
    if (status == DM_OK) {
        status = dm_model_join_clusters(builder, diags, err);
    }
    if (status == DM_OK && diags->n_errors > n_errors) {
        *ret_model = NULL;
        return DM_OK;
    }
    if (status == DM_OK) {
        status = dm_model_settle_clusters(builder, err);
    }
    if (status == DM_OK) {
        status = dm_model_settle_balancers(builder, diags, err);
    }
    if (status == DM_OK) {
        status = dm_model_make_elements(builder, err);
    }
    if (status != DM_OK) {
        return status;
    }
    take_arrays(builder, model);
    status = dm_model_make_index(model, builder->names, &index, err);
    if (status != DM_OK) {
        return status;
    }
    model->index = index;
    status = dm_model_check(model, diags, err);
    if (status != DM_OK) {
        return status;
    }
    *ret_model = diags->n_errors > n_errors ? NULL : model;
    return DM_OK;
}
