/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/rules/follow.h"

#include <string.h>

#include "solver/plane/core.h"

enum space { IN_VPC, IN_TRANSIT, IN_CORE, N_SPACES };

struct dm_follower {
    const struct dm_model *model;
    const struct dm_plane *plane;
    struct dm_alive *alive;
    struct dm_addr address;
    struct dm_position path[DM_FOLLOW_MAX];
    size_t n_path;
    struct dm_followed *followed;
    uint32_t *seen[N_SPACES]; /* by kind and handle less one: the last address that was here */
    uint32_t *first;          /* by core attachment less one: the first that is where it is */
    uint32_t now;
};

static enum space space_of(enum dm_kind kind)
{
    return kind == DM_KIND_transit_table     ? IN_TRANSIT
           : kind == DM_KIND_core_attachment ? IN_CORE
                                             : IN_VPC;
}

static bool are_together(const struct dm_core_attachment *a, const struct dm_core_attachment *b)
{
    return a->network.v == b->network.v && a->edge.v == b->edge.v && a->segment.v == b->segment.v
           && a->function.v == b->function.v && !a->unknown.v && !b->unknown.v;
}

static void find_first(struct dm_follower *follower)
{
    const struct dm_model *model = follower->model;

    for (uint32_t i = 0; i < model->n_core_attachments; i++) {
        follower->first[i] = i + 1;
        for (uint32_t j = 0; j < i && follower->first[i] == i + 1; j++) {
            if (are_together(&model->core_attachments[i], &model->core_attachments[j])) {
                follower->first[i] = j + 1;
            }
        }
    }
}

struct dm_follower *dm_follower_new(struct dm_arena *arena, const struct dm_checker *checker)
{
    const struct dm_model *model = checker->model;
    struct dm_follower *follower = DM_NEW(arena, struct dm_follower);

    if (!follower) {
        return NULL;
    }
    follower->model = model;
    follower->plane = checker->walker.plane;
    follower->alive = checker->alive;
    follower->seen[IN_VPC] = DM_NEW_ARRAY(arena, (size_t)model->n_route_tables + 1, uint32_t);
    follower->seen[IN_TRANSIT] = DM_NEW_ARRAY(arena, (size_t)model->n_transit_tables + 1, uint32_t);
    follower->seen[IN_CORE] = DM_NEW_ARRAY(arena, (size_t)model->n_core_attachments + 1, uint32_t);
    follower->first = DM_NEW_ARRAY(arena, (size_t)model->n_core_attachments + 1, uint32_t);
    if (!follower->seen[IN_VPC] || !follower->seen[IN_TRANSIT] || !follower->seen[IN_CORE]
        || !follower->first) {
        return NULL;
    }
    find_first(follower);
    return follower;
}

/* Whether the position is new; one that is on the path closes a loop. */
static bool enter(struct dm_follower *follower, struct dm_ref at)
{
    struct dm_followed *followed = follower->followed;
    uint32_t *seen = &follower->seen[space_of(at.kind)][at.v - 1];

    if (*seen != follower->now && follower->n_path < DM_FOLLOW_MAX) {
        *seen = follower->now;
        follower->path[follower->n_path++] = (struct dm_position){ .at = at };
        return true;
    }
    for (size_t i = 0; i < follower->n_path && !followed->loops; i++) {
        if (follower->path[i].at.kind == at.kind && follower->path[i].at.v == at.v) {
            followed->loops = true;
            followed->n_loop = follower->n_path - i;
            memcpy(followed->loop, &follower->path[i], followed->n_loop * sizeof *followed->loop);
        }
    }
    return false;
}

static void from_transit(struct dm_follower *follower, struct dm_transit_table_id table);
static void from_core(struct dm_follower *follower, struct dm_core_attachment_id ingress);
static void from_table(struct dm_follower *follower, struct dm_route_table_id id);

static void from_subnet(struct dm_follower *follower, struct dm_subnet_id subnet)
{
    from_table(follower, dm_subnet_get(follower->model, subnet)->table);
}

static void to_transit_gateway(struct dm_follower *follower, struct dm_vpc_id vpc,
                               struct dm_transit_gateway_id gateway)
{
    const struct dm_model *model = follower->model;
    struct dm_attachment_id in = dm_model_attachment_of(model, vpc, gateway);

    if (in.v) {
        from_transit(follower, dm_attachment_get(model, in)->table);
        return;
    }
    for (uint32_t i = 0; i < model->n_attachments; i++) {
        follower->followed->somewhere |= model->attachments[i].gateway.v == gateway.v
                                         && model->attachments[i].kind == DM_ATTACHMENT_UNKNOWN;
    }
}

static bool in_far_vpc(const struct dm_follower *follower, struct dm_vpc_id vpc,
                       struct dm_peering_id id)
{
    const struct dm_peering *peering = dm_peering_get(follower->model, id);
    struct dm_vpc_id far = peering->requester.v == vpc.v ? peering->accepter : peering->requester;
    const struct dm_vpc *item = dm_vpc_get(follower->model, far);

    for (size_t i = 0; i < item->n_cidrs; i++) {
        if (dm_prefix_has(item->cidrs[i], follower->address)) {
            return true;
        }
    }
    return false;
}

static void to_nat_gateway(struct dm_follower *follower, struct dm_nat_gateway_id id)
{
    const struct dm_nat_gateway *nat = dm_nat_gateway_get(follower->model, id);

    if (nat->subnet.v) {
        from_subnet(follower, nat->subnet);
    } else {
        follower->followed->somewhere = true;
    }
}

/* On from a host that forwards; one that checks addresses drops what is not for it. */
static void to_interface(struct dm_follower *follower, struct dm_interface_id id)
{
    const struct dm_interface *interface = dm_interface_get(follower->model, id);
    const struct dm_host *host =
        interface->host.v ? dm_host_get(follower->model, interface->host) : NULL;
    bool its_own = false;

    for (size_t i = 0; i < interface->n_addresses; i++) {
        its_own |= dm_addr_equal(interface->addresses[i].address, follower->address);
    }
    if (its_own || (!interface->source_dest_check && (!host || !host->forwards))) {
        follower->followed->somewhere = true;
    } else if (!interface->source_dest_check && host->running) {
        from_subnet(follower, interface->subnet);
    }
}

/* Whether an appliance runs that gets what came to the balancer in 'zone' [GWLB-02]. */
static bool has_appliance(const struct dm_model *model, const struct dm_gateway_balancer *balancer,
                          struct dm_zone_id zone)
{
    for (size_t i = 0; i < balancer->n_appliances; i++) {
        const struct dm_host *host = dm_host_get(model, balancer->appliances[i]);

        if (host->running && host->n_interfaces
            && (balancer->cross_zone
                || dm_model_zone_of_interface(model, host->interfaces[0]).v == zone.v)) {
            return true;
        }
    }
    return false;
}

/* On from what inspects, whatever it drops; nowhere where nothing is left that inspects. */
static void to_endpoint(struct dm_follower *follower, struct dm_gwlb_endpoint_id id)
{
    const struct dm_model *model = follower->model;
    const struct dm_gwlb_endpoint *endpoint = dm_gwlb_endpoint_get(model, id);
    const struct dm_firewall *firewall =
        endpoint->firewall.v ? dm_firewall_get(model, endpoint->firewall) : NULL;
    const struct dm_gateway_balancer *balancer =
        endpoint->balancer.v ? dm_gateway_balancer_get(model, endpoint->balancer) : NULL;
    bool is_known = !endpoint->unknown.v;

    if (firewall) {
        is_known = is_known && !firewall->unknown.v
                   && !dm_firewall_policy_get(model, firewall->policy)->unknown.v;
    } else {
        is_known = is_known && balancer && !balancer->unknown.v;
        if (is_known
            && !has_appliance(model, balancer, dm_subnet_get(model, endpoint->subnet)->zone)) {
            return;
        }
        is_known = is_known && balancer->is_transparent;
    }
    if (is_known) {
        from_subnet(follower, endpoint->subnet);
    } else {
        follower->followed->somewhere = true;
    }
}

static void to_core_network(struct dm_follower *follower, struct dm_vpc_id vpc,
                            struct dm_core_network_id network)
{
    struct dm_core_attachment_id in = dm_model_core_attachment_of(follower->model, vpc, network);

    if (in.v) {
        from_core(follower, in);
    }
}

/* What its target does with what takes the route. */
static void by_route(struct dm_follower *follower, struct dm_vpc_id vpc,
                     const struct dm_route *route)
{
    switch (route->target_kind) {
    case DM_TARGET_NONE:
        break;
    case DM_TARGET_TRANSIT_GATEWAY:
        to_transit_gateway(follower, vpc, (struct dm_transit_gateway_id){ route->target });
        break;
    case DM_TARGET_CORE_NETWORK:
        to_core_network(follower, vpc, (struct dm_core_network_id){ route->target });
        break;
    case DM_TARGET_PEERING:
        follower->followed->somewhere |=
            in_far_vpc(follower, vpc, (struct dm_peering_id){ route->target });
        break;
    case DM_TARGET_NAT_GATEWAY:
        to_nat_gateway(follower, (struct dm_nat_gateway_id){ route->target });
        break;
    case DM_TARGET_INTERFACE:
        to_interface(follower, (struct dm_interface_id){ route->target });
        break;
    case DM_TARGET_GWLB_ENDPOINT:
        to_endpoint(follower, (struct dm_gwlb_endpoint_id){ route->target });
        break;
    case DM_TARGET_LOCAL:
    case DM_TARGET_INTERNET_GATEWAY:
    case DM_TARGET_VPN_GATEWAY:
    case DM_TARGET_VPC_ENDPOINT:
    case DM_TARGET_UNKNOWN:
        follower->followed->somewhere = true;
        break;
    }
}

static void from_table(struct dm_follower *follower, struct dm_route_table_id id)
{
    struct dm_route_choice choice = dm_lookup_route(follower->model, id, follower->address);

    if (choice.unknown.v || choice.tie) {
        follower->followed->somewhere = true;
        return;
    }
    if (choice.route && enter(follower, DM_REF(route_table, id))) {
        follower->path[follower->n_path - 1].origin = choice.route->origin;
        by_route(follower, dm_route_table_get(follower->model, id)->vpc, choice.route);
        follower->n_path--;
    }
}

/* Over the peering with an edge, into the segment that the table is attached to [CWAN-16]. */
static void to_segment(struct dm_follower *follower, struct dm_transit_table_id table,
                       struct dm_core_peering_id peering)
{
    const struct dm_model *model = follower->model;

    for (uint32_t i = 0; i < model->n_core_attachments; i++) {
        const struct dm_core_attachment *item = &model->core_attachments[i];

        if (item->kind == DM_CORE_ATTACHMENT_TABLE && item->table.v == table.v
            && item->peering.v == peering.v) {
            from_core(follower, (struct dm_core_attachment_id){ i + 1 });
            return;
        }
    }
}

static void from_attachment(struct dm_follower *follower, struct dm_transit_table_id table,
                            const struct dm_attachment *attachment)
{
    if (attachment->kind == DM_ATTACHMENT_VPC) {
        follower->followed->somewhere |= attachment->unknown.v != 0;
        for (size_t i = 0; i < attachment->n_subnets; i++) {
            from_subnet(follower, attachment->subnets[i]);
        }
    } else if (attachment->kind == DM_ATTACHMENT_CORE && attachment->core_peering.v) {
        to_segment(follower, table, attachment->core_peering);
    } else if (attachment->kind == DM_ATTACHMENT_PEERING && attachment->peer.v) {
        from_transit(follower, dm_attachment_get(follower->model, attachment->peer)->table);
    } else {
        follower->followed->somewhere = true;
    }
}

static void from_transit(struct dm_follower *follower, struct dm_transit_table_id table)
{
    struct dm_transit_choice choices[DM_PLANE_MAX_CHOICES];
    size_t n;

    if (!table.v || !enter(follower, DM_REF(transit_table, table))) {
        return;
    }
    n = dm_lookup_transit(follower->plane, follower->alive, table, follower->address, choices);
    for (size_t i = 0; i < n; i++) {
        follower->path[follower->n_path - 1].origin = choices[i].origin;
        if (choices[i].kind == DM_TRANSIT_UNKNOWN) {
            follower->followed->somewhere = true;
        } else if (choices[i].kind == DM_TRANSIT_TO) {
            from_attachment(follower, table,
                            dm_attachment_get(follower->model, choices[i].attachment));
        }
    }
    follower->n_path--;
}

/* ---- core networks ---- */

static void from_core_attachment(struct dm_follower *follower, struct dm_core_attachment_id id)
{
    const struct dm_core_attachment *out = dm_core_attachment_get(follower->model, id);

    if (out->kind == DM_CORE_ATTACHMENT_TABLE) {
        from_transit(follower, out->table);
    } else if (out->kind == DM_CORE_ATTACHMENT_VPC) {
        for (size_t i = 0; i < out->n_subnets; i++) {
            from_subnet(follower, out->subnets[i]);
        }
    } else {
        follower->followed->somewhere = true;
    }
}

static void by_choice(struct dm_follower *follower, struct dm_core_attachment_id ingress,
                      const struct dm_core_choice *choice)
{
    struct dm_core_exits exits;

    if (choice->kind == DM_TRANSIT_UNKNOWN) {
        follower->followed->somewhere = true;
    } else if (choice->kind == DM_TRANSIT_TO) {
        dm_core_exits_find(follower->model, follower->alive, ingress, choice, &exits);
        follower->followed->somewhere |= exits.why != NULL;
        for (size_t i = 0; !exits.why && i < exits.n; i++) {
            from_core_attachment(follower, exits.items[i]);
        }
    }
}

static void from_core(struct dm_follower *follower, struct dm_core_attachment_id ingress)
{
    const struct dm_core_attachment *in = dm_core_attachment_get(follower->model, ingress);
    struct dm_core_attachment_id first = { follower->first[ingress.v - 1] };
    struct dm_core_choice choices[DM_PLANE_MAX_CHOICES];
    size_t n;

    if (in->unknown.v) {
        follower->followed->somewhere = true;
        return;
    }
    if ((!in->segment.v && !in->function.v) || !enter(follower, DM_REF(core_attachment, first))) {
        return;
    }
    n = dm_lookup_ingress(follower->plane, follower->alive, first, follower->address, choices);
    for (size_t i = 0; i < n; i++) {
        follower->path[follower->n_path - 1].origin = choices[i].origin;
        by_choice(follower, first, &choices[i]);
    }
    follower->n_path--;
}

bool dm_follow_is_first(const struct dm_follower *follower, struct dm_core_attachment_id ingress)
{
    return follower->first[ingress.v - 1] == ingress.v;
}

struct dm_ref dm_position_ref(const struct dm_model *model, const struct dm_position *position)
{
    struct dm_core_attachment_id id = { position->at.v };
    const struct dm_core_attachment *item;

    if (position->at.kind != DM_KIND_core_attachment) {
        return position->at;
    }
    item = dm_core_attachment_get(model, id);
    return item->function.v ? DM_REF(core_function, item->function)
                            : DM_REF(core_segment, item->segment);
}

/* ---- beginnings ---- */

static void begin(struct dm_follower *follower, struct dm_addr address,
                  struct dm_followed *ret_followed)
{
    ret_followed->somewhere = false;
    ret_followed->loops = false;
    ret_followed->n_loop = 0;
    follower->address = address;
    follower->followed = ret_followed;
    follower->n_path = 0;
    follower->now++;
    dm_alive_begin(follower->alive, NULL, 0);
}

void dm_follow_transit(struct dm_follower *follower, struct dm_transit_table_id table,
                       struct dm_addr address, struct dm_followed *ret_followed)
{
    begin(follower, address, ret_followed);
    from_transit(follower, table);
}

void dm_follow_core(struct dm_follower *follower, struct dm_core_attachment_id ingress,
                    struct dm_addr address, struct dm_followed *ret_followed)
{
    begin(follower, address, ret_followed);
    from_core(follower, ingress);
}

void dm_follow_table(struct dm_follower *follower, struct dm_route_table_id table,
                     struct dm_addr address, struct dm_followed *ret_followed)
{
    begin(follower, address, ret_followed);
    from_table(follower, table);
}
