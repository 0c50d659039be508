/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/reach/health.h"

#include "model/base/planted.h"
#include "solver/reach/relay.h"
#include "solver/reach/session_private.h"

uint16_t dm_health_port(const struct dm_target_group *group, const struct dm_target *target)
{
    return group->health_port ? group->health_port : target->port;
}

bool dm_health_query(const struct dm_model *model, struct dm_interface_id node,
                     struct dm_addr target, uint16_t port, struct dm_session_query *ret_query)
{
    const struct dm_interface *item = dm_interface_get(model, node);
    struct dm_session_query query = {
        .start = { .interface = node, .destination = target },
        .flow = { .protocol = DM_PROTO_TCP, .port_first = port, .port_last = port },
        .wide_ports = true,
    };

    for (size_t i = 0; i < item->n_addresses; i++) {
        if (item->addresses[i].address.family == target.family) {
            query.start.source = item->addresses[i].address;
            *ret_query = query;
            return true;
        }
    }
    return false;
}

/* How many ways there and back get through, and how many do not. */
struct tally {
    size_t n_passed;
    size_t n_failed;
    size_t n_open;
};

static void count(struct tally *tally, const struct dm_session *session)
{
    tally->n_passed += session->end == DM_SESSION_PASS;
    tally->n_failed += session->end == DM_SESSION_FAIL;
    tally->n_open += session->end == DM_SESSION_UNKNOWN;
}

/* What becomes of checks beyond a node of a cluster.  False where none of their answers is back at
 * the node. */
static bool count_onward(const struct dm_onward *onward, struct tally *tally)
{
    tally->n_failed += onward->answered == DM_SESSION_FAIL;
    tally->n_open += onward->some_unknown;
    return onward->some_back;
}

/* The ways back of what came there, perhaps 'in_doubt' whether it did. */
static bool count_replies(const struct dm_walker *walker, struct dm_alive *alive,
                          const struct dm_session_query *query, const struct dm_walk *request,
                          bool in_doubt, struct tally *tally)
{
    struct dm_walk_start start = dm_session_reply_start(request);
    const struct dm_walks *replies = dm_walk(walker, alive, &start);

    for (size_t i = 0; replies && i < replies->n; i++) {
        struct dm_session session =
            dm_session_judge_reply(walker, query, request, &replies->items[i]);

        if (in_doubt && session.end == DM_SESSION_PASS) {
            session.end = DM_SESSION_UNKNOWN;
        }
        count(tally, &session);
    }
    return replies != NULL;
}

static bool count_way(const struct dm_walker *walker, struct dm_alive *alive,
                      const struct dm_session_query *query, const struct dm_walk *request,
                      struct tally *tally)
{
    struct dm_session session = dm_session_judge_way(walker, query, request, NULL);
    bool in_doubt = session.end == DM_SESSION_UNKNOWN;

    if (session.end == DM_SESSION_FAIL || request->end == DM_WALK_UNKNOWN) {
        count(tally, &session);
        return true;
    }
    if (request->end == DM_WALK_BALANCER) {
        enum dm_interface_kind kind = dm_interface_get(walker->model, request->interface)->kind;
        struct dm_onward onward;

        if (kind == DM_INTERFACE_BALANCER || kind == DM_INTERFACE_ACCELERATOR) {
            tally->n_open++;
            return true;
        }
        if (!dm_relay_onward(walker, alive, query, request, NULL, &onward)) {
            return false;
        }
        if (!count_onward(&onward, tally)) {
            return true;
        }
        in_doubt |= !onward.some_answered;
    }
    return count_replies(walker, alive, query, request, in_doubt, tally);
}

static enum dm_health health_of(const struct tally *tally)
{
    if (tally->n_passed && tally->n_failed) {
        return DM_HEALTH_CHANGING;
    }
    if (tally->n_open) {
        return DM_HEALTH_OPEN;
    }
    return tally->n_passed ? DM_HEALTH_GOOD : DM_HEALTH_BAD;
}

static bool check(const struct dm_walker *walker, struct dm_alive *alive,
                  struct dm_interface_id node, struct dm_addr target, uint16_t port,
                  enum dm_health *ret_health)
{
    struct dm_session_query query;
    struct tally tally = { 0, 0, 0 };
    const struct dm_walks *requests;

    *ret_health = DM_HEALTH_OPEN;
    if (!dm_health_query(walker->model, node, target, port, &query)) {
        return true;
    }
    if (DM_PLANTED(HEALTH_ALWAYS_GOOD)) {
        *ret_health = DM_HEALTH_GOOD;
        return true;
    }
    requests = dm_walk(walker, alive, &query.start);
    for (size_t i = 0; requests && i < requests->n; i++) {
        if (!count_way(walker, alive, &query, &requests->items[i], &tally)) {
            return false;
        }
    }
    *ret_health = health_of(&tally);
    return requests != NULL;
}

bool dm_health_check(const struct dm_walker *walker, struct dm_alive *alive,
                     struct dm_interface_id node, struct dm_addr target, uint16_t port,
                     enum dm_health *ret_health)
{
    static const enum dm_health healths[] = { DM_HEALTH_GOOD, DM_HEALTH_BAD, DM_HEALTH_CHANGING,
                                              DM_HEALTH_OPEN };
    const uint64_t key[] = { (uint64_t)node.v << 32 | (uint64_t)port << 8 | target.family,
                             target.high, target.low };
    struct dm_memo_mark mark;
    const enum dm_health *known = dm_memo_begin(alive, DM_MEMO_HEALTH, key, sizeof key, &mark);
    enum dm_health health = DM_HEALTH_OPEN;
    bool fine = true;

    if (!known) {
        fine = check(walker, alive, node, target, port, &health);
        known = &healths[health];
        dm_memo_end(alive, mark, fine ? known : NULL);
    }
    *ret_health = *known;
    return fine;
}
