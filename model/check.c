/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Verifies the invariants of a model: names and elements here, handles,
 * addresses and gateways in the files beside it.
 */
#include <string.h>

#include "model/model_private.h"

static void check_name(const struct dm_model *model, struct dm_diags *diags, enum dm_kind kind,
                       const struct dm_object *object, uint32_t handle)
{
    struct dm_ref first = dm_model_find(model, kind, object->name);
    struct dm_diag *diag = NULL;

    if (first.v == handle) {
        return;
    }
    diag = dm_diags_add(diags, DM_SEV_ERROR, object->origin, "there are two of %s `%s`",
                        dm_kind_text(kind), object->name);
    if (first.v) {
        dm_diag_label(diags, diag, dm_model_object(model, first)->origin, "the first is here");
    }
}

void dm_model_check_names(const struct dm_model *model, struct dm_diags *diags)
{
#define DM_KIND_NAMES(kind, plural, text)                                                          \
    for (uint32_t i = 0; i < model->n_##plural; i++) {                                             \
        check_name(model, diags, DM_KIND_##kind, &model->plural[i].object, i + 1);                 \
    }
    DM_KIND_LIST(DM_KIND_NAMES)
#undef DM_KIND_NAMES
}

static bool is_contained(const struct dm_element *element, size_t n_first, uint32_t container)
{
    for (size_t i = 0; i < n_first; i++) {
        if (element->containers[i].v == container) {
            return true;
        }
    }
    return false;
}

/* What contains a container stands before it in the same list.  So an element that is not its
 * own container lies on no cycle. */
static void check_containers(const struct dm_model *model, struct dm_diags *diags, uint32_t handle)
{
    const struct dm_element *element = &model->elements[handle - 1];

    for (size_t i = 0; i < element->n_containers; i++) {
        uint32_t v = element->containers[i].v;
        const struct dm_element *container = NULL;

        if (v < 1 || v > model->n_elements || v == handle || is_contained(element, i, v)) {
            dm_diags_add(diags, DM_SEV_ERROR, element->object.origin,
                         "element `%s` has a container that is none", element->object.name);
            return;
        }
        container = &model->elements[v - 1];
        for (size_t j = 0; j < container->n_containers; j++) {
            if (!is_contained(element, i, container->containers[j].v)) {
                dm_diags_add(diags, DM_SEV_ERROR, element->object.origin,
                             "element `%s` lies in `%s` but not in what contains that",
                             element->object.name, container->object.name);
                return;
            }
        }
    }
}

static void check_element_of(const struct dm_model *model, struct dm_diags *diags,
                             const struct dm_object *object, struct dm_element_id element,
                             enum dm_element_kind kind)
{
    if (element.v < 1 || element.v > model->n_elements
        || model->elements[element.v - 1].kind != kind) {
        dm_diags_add(diags, DM_SEV_ERROR, object->origin, "`%s` has no element of kind %s",
                     object->name, dm_element_kind_text(kind));
    }
}

#define CHECK_ELEMENTS(plural, kind)                                                               \
    for (uint32_t i = 0; i < model->n_##plural; i++) {                                             \
        check_element_of(model, diags, &model->plural[i].object, model->plural[i].element, kind);  \
    }

void dm_model_check_elements(const struct dm_model *model, struct dm_diags *diags)
{
    for (uint32_t i = 0; i < model->n_elements; i++) {
        check_containers(model, diags, i + 1);
        if (i > 0 && model->elements[i].kind < model->elements[i - 1].kind) {
            dm_diags_add(diags, DM_SEV_ERROR, model->elements[i].object.origin,
                         "element `%s` is not in order of kind", model->elements[i].object.name);
        }
    }
    CHECK_ELEMENTS(regions, DM_ELEMENT_REGION)
    CHECK_ELEMENTS(zones, DM_ELEMENT_ZONE)
    CHECK_ELEMENTS(transit_gateways, DM_ELEMENT_TRANSIT_GATEWAY)
    CHECK_ELEMENTS(core_edges, DM_ELEMENT_CORE_EDGE)
    CHECK_ELEMENTS(core_peerings, DM_ELEMENT_CORE_PEERING)
    for (uint32_t i = 0; i < model->n_core_attachments; i++) {
        const struct dm_core_attachment *attachment = &model->core_attachments[i];

        check_element_of(model, diags, &attachment->object, attachment->element,
                         attachment->kind == DM_CORE_ATTACHMENT_TABLE ? DM_ELEMENT_CORE_PEERING
                                                                      : DM_ELEMENT_ATTACHMENT);
    }
    CHECK_ELEMENTS(peerings, DM_ELEMENT_PEERING)
    CHECK_ELEMENTS(nat_gateways, DM_ELEMENT_NAT_GATEWAY)
    CHECK_ELEMENTS(internet_gateways, DM_ELEMENT_INTERNET_GATEWAY)
    CHECK_ELEMENTS(sites, DM_ELEMENT_SITE)
    CHECK_ELEMENTS(dx_locations, DM_ELEMENT_DX_LOCATION)
    CHECK_ELEMENTS(dx_connections, DM_ELEMENT_DX_CONNECTION)
    CHECK_ELEMENTS(vpn_gateways, DM_ELEMENT_VPN_GATEWAY)
    CHECK_ELEMENTS(vpn_connections, DM_ELEMENT_VPN_CONNECTION)
    CHECK_ELEMENTS(accelerators, DM_ELEMENT_ACCELERATOR)
    CHECK_ELEMENTS(gwlb_endpoints, DM_ELEMENT_GWLB_ENDPOINT)
    for (uint32_t i = 0; i < model->n_attachments; i++) {
        const struct dm_attachment *attachment = &model->attachments[i];

        if (attachment->kind != DM_ATTACHMENT_UNKNOWN) {
            check_element_of(model, diags, &attachment->object, attachment->element,
                             attachment->kind == DM_ATTACHMENT_PEERING ? DM_ELEMENT_PEERING
                             : attachment->kind == DM_ATTACHMENT_CORE  ? DM_ELEMENT_CORE_PEERING
                                                                       : DM_ELEMENT_ATTACHMENT);
        }
    }
}

enum dm_status dm_model_check(const struct dm_model *model, struct dm_diags *diags,
                              struct dm_err *err)
{
    size_t n_errors = diags->n_errors;

    if (!model->index) {
        return DM_FAIL(err, DM_INVALID, "the model was not built");
    }
    dm_model_check_handles(model, diags);
    if (diags->n_errors > n_errors) {
        return DM_OK;
    }
    dm_model_check_names(model, diags);
    dm_model_check_network(model, diags);
    dm_model_check_transit(model, diags);
    dm_model_check_core(model, diags);
    dm_model_check_clusters(model, diags);
    dm_model_check_sites(model, diags);
    dm_model_check_inspection(model, diags);
    dm_model_check_elements(model, diags);
    return DM_OK;
}
