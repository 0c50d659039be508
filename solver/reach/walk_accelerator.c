/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Steps of a walk to an accelerator, from it to its endpoints, and back.
 */
#include "solver/reach/walk_private.h"

enum step dm_walk_to_accelerator(struct machine *m, struct dm_interface_id interface)
{
    struct dm_accelerator_id id = dm_interface_get(m->model, interface)->accelerator;
    const struct dm_accelerator *accelerator = dm_accelerator_get(m->model, id);

    if (!dm_alive(m->alive, accelerator->element)) {
        return drop_dead(m, DM_CODE_ELEMENT_FAILED, DM_REF(accelerator, id), accelerator->element);
    }
    m->walk.end = DM_WALK_BALANCER;
    m->walk.interface = interface;
    m->walk.why = "what an accelerator sends on depends on more than addresses";
    return STEP_DONE;
}

/* Whether Block Public Access lets it into the subnet [VPC-32]; else the walk has ended. */
static bool is_let_in(struct machine *m, struct dm_subnet_id id)
{
    const struct dm_subnet *subnet = dm_subnet_get(m->model, id);

    if (subnet->public_access == DM_ACCESS_UNKNOWN) {
        (void)unknown(m, DM_REF(subnet, id), subnet->access_unknown,
                      "what Block Public Access leaves to this subnet is not known");
    } else if (subnet->public_access != DM_ACCESS_OPEN) {
        (void)drop(m, DM_CODE_VPC_BLOCK_PUBLIC_ACCESS_ENABLED, DM_REF(subnet, id));
    }
    return subnet->public_access == DM_ACCESS_OPEN;
}

/* The VPC needs an internet gateway, and nothing else [GA-07]. */
static enum step to_endpoint(struct machine *m)
{
    struct dm_subnet_id subnet = dm_interface_get(m->model, m->start->entry)->subnet;
    const struct dm_vpc *vpc;

    m->vpc = dm_subnet_get(m->model, subnet)->vpc;
    vpc = dm_vpc_get(m->model, m->vpc);
    if (!vpc->internet_gateway.v && vpc->gateway_unknown.v) {
        return unknown(m, DM_REF(vpc, m->vpc), vpc->gateway_unknown,
                       "whether this VPC has an internet gateway is not known");
    }
    if (!vpc->internet_gateway.v) {
        return drop(m, DM_CODE_ACCELERATOR_NO_GATEWAY, DM_REF(vpc, m->vpc));
    }
    if (!is_let_in(m, subnet)) {
        return STEP_DONE;
    }
    m->subnet = subnet;
    m->scope = DM_SCOPE_INTERNET;
    add_hop(m, DM_HOP_ACL_IN, DM_REF(subnet, subnet))->is_lenient = true;
    return dm_walk_enter_interface(m, m->start->entry);
}

enum step dm_walk_from_accelerator(struct machine *m)
{
    if (m->start->entry.v) {
        return to_endpoint(m);
    }
    if (!m->start->is_reply) {
        return drop(m, DM_CODE_NO_PATH, DM_REF(interface, m->start->interface));
    }
    m->scope = DM_SCOPE_INTERNET;
    add_hop(m, DM_HOP_INTERNET, DM_REF_NONE);
    return STEP_INTERNET;
}

enum step dm_walk_back_to_accelerator(struct machine *m)
{
    add_hop(m, DM_HOP_ACL_OUT, DM_REF(subnet, m->subnet))->is_lenient = true;
    m->walk.end = DM_WALK_BALANCER;
    m->walk.interface = m->start->node;
    m->walk.why = "what an accelerator sends on depends on more than addresses";
    return STEP_DONE;
}
