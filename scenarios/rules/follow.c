/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/rules/follow.h"

#include <string.h>

#include "solver/plane/lookup.h"

struct dm_follower {
    const struct dm_model *model;
    const struct dm_plane *plane;
    struct dm_alive *alive;
    struct dm_addr address;
    struct dm_position path[DM_FOLLOW_MAX];
    size_t n_path;
    struct dm_followed *followed;
    uint32_t *seen[2]; /* by kind and handle less one: the last address that was here */
    uint32_t now;
};

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
    follower->seen[0] = DM_NEW_ARRAY(arena, (size_t)model->n_route_tables + 1, uint32_t);
    follower->seen[1] = DM_NEW_ARRAY(arena, (size_t)model->n_transit_tables + 1, uint32_t);
    return follower->seen[0] && follower->seen[1] ? follower : NULL;
}

/* Whether the position is new; one that is on the path closes a loop. */
static bool enter(struct dm_follower *follower, struct dm_ref at)
{
    struct dm_followed *followed = follower->followed;
    uint32_t *seen = &follower->seen[at.kind == DM_KIND_transit_table][at.v - 1];

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

static void from_table(struct dm_follower *follower, struct dm_route_table_id id)
{
    const struct dm_route_table *table = dm_route_table_get(follower->model, id);
    struct dm_route_choice choice = dm_lookup_route(follower->model, id, follower->address);
    const struct dm_route *route = choice.route;
    struct dm_nat_gateway_id nat;

    if (choice.unknown.v || choice.tie) {
        follower->followed->somewhere = true;
        return;
    }
    if (!route || route->target_kind == DM_TARGET_NONE
        || !enter(follower, DM_REF(route_table, id))) {
        return;
    }
    follower->path[follower->n_path - 1].origin = route->origin;
    if (route->target_kind == DM_TARGET_TRANSIT_GATEWAY) {
        to_transit_gateway(follower, table->vpc, (struct dm_transit_gateway_id){ route->target });
    } else if (route->target_kind == DM_TARGET_PEERING) {
        follower->followed->somewhere |=
            in_far_vpc(follower, table->vpc, (struct dm_peering_id){ route->target });
    } else if (route->target_kind == DM_TARGET_NAT_GATEWAY) {
        nat.v = route->target;
        if (dm_nat_gateway_get(follower->model, nat)->subnet.v) {
            from_table(follower, dm_subnet_get(follower->model,
                                               dm_nat_gateway_get(follower->model, nat)->subnet)
                                     ->table);
        } else {
            follower->followed->somewhere = true;
        }
    } else {
        follower->followed->somewhere = true;
    }
    follower->n_path--;
}

static void from_attachment(struct dm_follower *follower, const struct dm_attachment *attachment)
{
    if (attachment->kind == DM_ATTACHMENT_VPC) {
        follower->followed->somewhere |= attachment->unknown.v != 0;
        for (size_t i = 0; i < attachment->n_subnets; i++) {
            from_table(follower, dm_subnet_get(follower->model, attachment->subnets[i])->table);
        }
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
            from_attachment(follower, dm_attachment_get(follower->model, choices[i].attachment));
        }
    }
    follower->n_path--;
}

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

void dm_follow_table(struct dm_follower *follower, struct dm_route_table_id table,
                     struct dm_addr address, struct dm_followed *ret_followed)
{
    begin(follower, address, ret_followed);
    from_table(follower, table);
}
