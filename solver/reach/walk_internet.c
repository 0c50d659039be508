/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Steps of a walk outside: into a VPC by its gateway, to a service of AWS, or to anyone.
 */
#include "solver/reach/walk_private.h"

/* The service that has the destination among its addresses, or 0. */
static struct dm_endpoint_service_id service_at(const struct machine *m)
{
    for (uint32_t i = 0; i < m->model->n_prefix_lists; i++) {
        const struct dm_prefix_list *list = &m->model->prefix_lists[i];

        for (size_t j = 0; list->service.v && j < list->n_prefixes; j++) {
            if (dm_prefix_has(list->prefixes[j], m->destination)) {
                return list->service;
            }
        }
    }
    return (struct dm_endpoint_service_id){ 0 };
}

/* A list of AWS's whose addresses are not known, or 0. */
static struct dm_prefix_list_id open_list(const struct machine *m)
{
    for (uint32_t i = 0; i < m->model->n_prefix_lists; i++) {
        if (m->model->prefix_lists[i].is_aws && m->model->prefix_lists[i].unknown.v) {
            return (struct dm_prefix_list_id){ i + 1 };
        }
    }
    return (struct dm_prefix_list_id){ 0 };
}

static const struct dm_idle_address *model_idle(const struct machine *m, struct dm_ref ref)
{
    return dm_idle_address_get(m->model, (struct dm_idle_address_id){ ref.v });
}

/* To something that is not of this network. */
static enum step to_outside(struct machine *m)
{
    char text[DM_ADDR_TEXT_SIZE];
    struct dm_ref idle =
        dm_model_find(m->model, DM_KIND_idle_address, dm_addr_text(m->destination, text));
    struct dm_endpoint_service_id service;
    struct dm_prefix_list_id open = open_list(m);

    if (!dm_addr_is_public(m->destination)) {
        return drop(m, DM_CODE_NO_PATH, DM_REF_NONE);
    }
    if (idle.v && model_idle(m, idle)->unknown.v) {
        return unknown(m, idle, model_idle(m, idle)->unknown,
                       "what has this public address is not in the input");
    }
    if (idle.v) {
        return drop(m, DM_CODE_NO_HOST_AT_ADDRESS, idle);
    }
    add_hop(m, DM_HOP_INTERNET, DM_REF_NONE);
    service = service_at(m);
    if (service.v && !m->start->is_reply) {
        add_hop(m, DM_HOP_SERVICE, DM_REF(endpoint_service, service));
    } else if (open.v && !m->start->is_reply) {
        return unknown(m, DM_REF(prefix_list, open), dm_prefix_list_get(m->model, open)->unknown,
                       "whether a service of AWS has this address is not known");
    }
    return end_outside(m);
}

/* Whether lines lead to places that nobody declared: whose addresses are there is not shown. */
static bool has_lines_to_nobody(const struct dm_model *model)
{
    bool has = model->n_vpn_connections || model->n_vpn_gateways || model->n_dx_gateways;

    for (uint32_t i = 0; i < model->n_attachments && !has; i++) {
        enum dm_attachment_kind kind = model->attachments[i].kind;

        has = kind != DM_ATTACHMENT_VPC && kind != DM_ATTACHMENT_PEERING
              && kind != DM_ATTACHMENT_CORE;
    }
    for (uint32_t i = 0; i < model->n_core_attachments && !has; i++) {
        enum dm_core_attachment_kind kind = model->core_attachments[i].kind;

        has = kind != DM_CORE_ATTACHMENT_VPC && kind != DM_CORE_ATTACHMENT_TABLE;
    }
    return has && model->n_sites == 0;
}

/* A sender whose address is neither public nor anybody's here: no computer on the internet has it,
 * but one behind a line may. */
static bool may_be_behind_a_line(const struct machine *m)
{
    return m->n_hops == 1 && !m->start->interface.v && !m->start->sender && !m->start->is_reply
           && !dm_addr_is_public(m->source) && has_lines_to_nobody(m->model);
}

enum step dm_walk_internet(struct machine *m)
{
    const struct dm_guest *guest = m->start->receiver;
    struct dm_addr private_address = m->destination;
    struct dm_interface_id interface = { 0 };

    if (may_be_behind_a_line(m)) {
        return unknown(m, DM_REF_NONE, (struct dm_unknown_id){ 0 },
                       "the sender may be behind a VPN or Direct Connect, whose far end is not in "
                       "the input");
    }
    if (guest && dm_addr_equal(guest->public_address, m->destination)) {
        return dm_walk_into_vpc(m, dm_subnet_get(m->model, guest->subnet)->vpc, guest->address);
    }
    if (m->destination.family == DM_FAMILY_IPV6) {
        size_t n;
        const struct dm_interface_id *found =
            dm_model_interfaces_with(m->model, m->destination, &n);

        interface = n ? found[0] : interface;
    } else {
        interface = dm_model_interface_at_public(m->model, m->destination, &private_address);
    }
    if (!interface.v && dm_model_regional_nat_at(m->model, m->destination).v) {
        return dm_walk_from_regional_nat(m, dm_model_regional_nat_at(m->model, m->destination));
    }
    if (interface.v && dm_interface_get(m->model, interface)->kind == DM_INTERFACE_ACCELERATOR) {
        return dm_walk_to_accelerator(m, interface);
    }
    if (interface.v) {
        return dm_walk_into_vpc(m, dm_model_vpc_of_interface(m->model, interface), private_address);
    }
    return to_outside(m);
}
