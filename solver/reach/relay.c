/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sessions through load balancers.  A node that keeps the client's address rewrites
 * the destination alone; else it opens a session of its own, from its own address and
 * from ports 1024 to 65535 [ELB-06, VPC-14].  What a Service's address stands for is chosen on the
 * sender's own node, so that leg begins at the sender.
 *
 * What decided is shown as one walk there and one back, joined from the legs' walks.
 */
#include "solver/reach/relay.h"

#include <string.h>

#include "model/base/planted.h"
#include "solver/reach/balance.h"
#include "solver/reach/session_private.h"

enum { MAX_LEGS = 6 };

struct leg {
    struct dm_session_query query;
    struct dm_interface_id node; /* its answer goes there whomever it is to; 0: by routes */
    struct dm_interface_id via;  /* at which it was sent on: a node of a balancer, a Service, ... */
    struct dm_ref by;            /* the balancer, accelerator or Service; none of the first leg */
    const struct dm_walk *request;
    const struct dm_walk *reply;
};

struct relay {
    const struct dm_walker *walker;
    struct dm_alive *alive;
    struct leg legs[MAX_LEGS];
    size_t n;
    const struct dm_session *doubt;   /* a filter so far may have stopped it; NULL: none */
    const struct dm_session *perhaps; /* it may be that nothing is sent that way; NULL: it is */
    size_t n_before;                  /* ... legs before that, which are there either way */
    struct dm_session worst;
    bool has_worst;
    bool out_of_memory;
    /* onward: the first leg passes both ways and nothing is joined but for 'listener' */
    struct dm_onward *onward;
    const struct dm_relay_listener *listener;
};

/* ---- what decided, as one walk ---- */

/* Where it is told of what sent the leg on, on the way there or back. */
static struct dm_hop hop_between(const struct dm_model *model, const struct leg *sent, bool back,
                                 const struct dm_walk *walk)
{
    struct dm_hop hop = { .at = sent->by,
                          .source = walk->n_hops ? walk->hops[0].source : walk->source,
                          .destination =
                              walk->n_hops ? walk->hops[0].destination : walk->destination };

    switch (dm_interface_get(model, sent->via)->kind) {
    case DM_INTERFACE_ACCELERATOR:
        hop.kind = back ? DM_HOP_ACCELERATOR_BACK : DM_HOP_ACCELERATOR;
        break;
    case DM_INTERFACE_KUBE_SERVICE:
        hop.kind = back ? DM_HOP_KUBE_SERVICE_BACK : DM_HOP_KUBE_SERVICE;
        break;
    case DM_INTERFACE_HOST:
        hop.kind = back ? DM_HOP_NODE_PORT_BACK : DM_HOP_NODE_PORT;
        break;
    case DM_INTERFACE_NAT:
    case DM_INTERFACE_TRANSIT:
    case DM_INTERFACE_ENDPOINT:
    case DM_INTERFACE_BALANCER:
    case DM_INTERFACE_SITE:
    case DM_INTERFACE_POD:
    case DM_INTERFACE_UNKNOWN:
        hop.kind = back ? DM_HOP_BALANCER_BACK : DM_HOP_BALANCER;
        break;
    }
    return hop;
}

/* One walk of the legs' walks there, or of those of their answers from the last leg to leg 'last'.
 */
static struct dm_walk *join(struct relay *relay, bool back, size_t last)
{
    struct dm_arena *arena = relay->walker->arena;
    size_t n_legs = relay->n - last;
    struct dm_walk *joined = DM_NEW(arena, struct dm_walk);
    struct dm_leg *legs = DM_NEW_ARRAY(arena, n_legs, struct dm_leg);
    struct dm_session_query *queries = DM_NEW_ARRAY(arena, n_legs, struct dm_session_query);
    struct dm_hop *hops;
    size_t n = n_legs;

    for (size_t i = last; i < relay->n; i++) {
        n += back ? relay->legs[i].reply->n_hops : relay->legs[i].request->n_hops;
    }
    hops = DM_NEW_ARRAY(arena, n, struct dm_hop);
    if (!joined || !legs || !queries || !hops) {
        relay->out_of_memory = true;
        return NULL;
    }
    n = 0;
    for (size_t i = 0; i < n_legs; i++) {
        const struct leg *leg = &relay->legs[back ? relay->n - 1 - i : i];
        const struct dm_walk *walk = back ? leg->reply : leg->request;

        if (i > 0) {
            const struct leg *sent = back ? &relay->legs[relay->n - i] : leg;

            hops[n++] = hop_between(relay->walker->model, sent, back, walk);
        }
        queries[i] = leg->query;
        legs[i] = (struct dm_leg){ n, &queries[i], leg->request, back ? walk : NULL };
        memcpy(&hops[n], walk->hops, walk->n_hops * sizeof *hops);
        n += walk->n_hops;
        *joined = *walk;
    }
    joined->hops = hops;
    joined->n_hops = n;
    joined->legs = legs;
    joined->n_legs = n_legs;
    return joined;
}

static enum dm_session_end worse(enum dm_session_end a, enum dm_session_end b)
{
    if (a == DM_SESSION_FAIL || b == DM_SESSION_FAIL) {
        return DM_SESSION_FAIL;
    }
    return a == DM_SESSION_UNKNOWN ? a : b;
}

/* What passes but for a filter that may stop it is as unknown as that; so is what fails, at leg
 * 'at', where perhaps nothing is sent. */
static const struct dm_session *in_doubt(const struct relay *relay,
                                         const struct dm_session *session, size_t at)
{
    if (relay->perhaps && session->end == DM_SESSION_FAIL && at >= relay->n_before) {
        return relay->perhaps;
    }
    return relay->doubt && session->end == DM_SESSION_PASS ? relay->doubt : session;
}

/* Tells of an end of the ways there. */
static void tell(struct relay *relay, const struct dm_session *heard)
{
    const struct leg *last = &relay->legs[relay->n - 1];
    const struct dm_session *session = in_doubt(relay, heard, relay->n);
    struct dm_relay_end end = { session->end, last->request->interface, NULL, session->why };

    relay->onward->delivered = worse(relay->onward->delivered, session->end);
    if (!relay->listener) {
        return;
    }
    end.request = session->end == DM_SESSION_PASS ? join(relay, false, 0) : NULL;
    if (!relay->out_of_memory) {
        relay->listener->arrive(relay->listener->context, &end);
    }
}

/* Notes only how it ends; answers of the legs from 'last' on are in. */
static void note_onward(struct relay *relay, const struct dm_session *session, size_t last)
{
    if (last == relay->n && session->end != DM_SESSION_PASS) {
        tell(relay, session);
    }
    relay->onward->answered = worse(relay->onward->answered, session->end);
    relay->onward->some_answered |= session->end == DM_SESSION_PASS && !relay->perhaps;
    relay->onward->some_back |= last == 0;
    relay->onward->some_unknown |= session->end == DM_SESSION_UNKNOWN;
}

/* Keeps 'session' if it is the worst so far.  Answers of the legs from 'last' on are in. */
static void note(struct relay *relay, const struct dm_session *heard, size_t last)
{
    const struct dm_session *session = in_doubt(relay, heard, last);
    struct dm_session told = *session;
    struct dm_walk *request;
    struct dm_walk *reply = NULL;

    if (relay->onward) {
        note_onward(relay, session, last);
        return;
    }
    if (relay->has_worst
        && (relay->worst.end == DM_SESSION_FAIL || session->end == DM_SESSION_PASS
            || session->end == relay->worst.end)) {
        return;
    }
    request = join(relay, false, 0);
    reply = last < relay->n && request ? join(relay, true, last) : NULL;
    if (!request || relay->out_of_memory) {
        return;
    }
    if (request->end == DM_WALK_BALANCER && session->end != DM_SESSION_PASS && !reply) {
        request->end = session->end == DM_SESSION_FAIL ? DM_WALK_DROPPED : DM_WALK_UNKNOWN;
        request->code = session->code;
        request->at = session->at;
        request->unknown = session->unknown;
        request->why = session->why;
    }
    told.request = request;
    told.reply = reply;
    relay->worst = told;
    relay->has_worst = true;
}

/* ---- there and back ---- */

/* Whether nothing follows: else a filter may have stopped it, and what follows may be sure to. */
static bool is_over(const struct dm_session *session, const struct dm_walk *walk)
{
    return session->end == DM_SESSION_FAIL || walk->end == DM_WALK_UNKNOWN;
}

/* The answers of the first 'left' legs are still to come. */
static void come_back(struct relay *relay, size_t left)
{
    struct leg *leg = &relay->legs[left ? left - 1 : 0];
    struct dm_session session = { .end = DM_SESSION_PASS };
    struct dm_walk_start start;
    const struct dm_walks *replies;

    if (left == (relay->onward ? 1 : 0)) {
        note(relay, &session, 0);
        return;
    }
    start = dm_session_reply_start(leg->request);
    start.node = leg->node;
    replies = dm_walk(relay->walker, relay->alive, &start);
    relay->out_of_memory |= !replies;
    for (size_t i = 0; replies && i < replies->n && !relay->out_of_memory; i++) {
        leg->reply = &replies->items[i];
        session =
            dm_session_judge_reply(relay->walker, &leg->query, leg->request, &replies->items[i]);
        if (is_over(&session, leg->reply)) {
            note(relay, &session, left - 1);
        } else {
            const struct dm_session *before = relay->doubt;

            relay->doubt = before || session.end == DM_SESSION_PASS ? before : &session;
            come_back(relay, left - 1);
            relay->doubt = before;
        }
    }
}

/* What becomes of answers of the first legs, 'left' of them, is asked where it is not known whether
 * there are any: one that is sure not to come back settles it. */
static void come_back_in_doubt(struct relay *relay, const struct dm_session *doubt, size_t left)
{
    const struct dm_session *before = relay->doubt;
    size_t n = relay->n;

    relay->n = left;
    relay->doubt = before ? before : doubt;
    if (left) {
        come_back(relay, left);
    }
    relay->doubt = before;
    relay->n = n;
}

/* The balancer at which the last leg ended does not send on. */
static void note_end(struct relay *relay, const struct dm_balance *balance, enum dm_code code)
{
    struct dm_session session = {
        .end = DM_SESSION_FAIL, .code = code, .at = balance->at, .origin = balance->origin
    };

    if (balance->kind == DM_BALANCE_UNKNOWN) {
        session.end = DM_SESSION_UNKNOWN;
        session.code = DM_CODE_NOT_UNDERSTOOD;
        session.unknown = balance->unknown;
        session.why = balance->why;
    }
    note(relay, &session, relay->n);
    if (session.end == DM_SESSION_UNKNOWN) {
        come_back_in_doubt(relay, &session, relay->n);
    }
}

static void send_to_all(struct relay *relay, const struct dm_balance *balance);

/* The last leg ended at what answers. */
static void answer(struct relay *relay)
{
    struct dm_session session = { .end = DM_SESSION_PASS };

    if (relay->onward) {
        tell(relay, &session);
    }
    come_back(relay, relay->n);
}

/* What follows once the last leg's way there is known to let pass what comes. */
static void follow(struct relay *relay)
{
    const struct leg *leg = &relay->legs[relay->n - 1];
    struct dm_balance balance;

    if (leg->request->end != DM_WALK_BALANCER) {
        answer(relay);
        return;
    }
    if (!dm_balance(relay->walker, relay->alive, leg->request->interface, leg->request->source,
                    &leg->query.flow, relay->listener && relay->listener->on_failure_too,
                    &balance)) {
        relay->out_of_memory = true;
    } else if (balance.kind == DM_BALANCE_ANSWERS) {
        answer(relay);
    } else if (balance.kind != DM_BALANCE_FORWARDS) {
        note_end(relay, &balance, balance.code);
    } else {
        send_to_all(relay, &balance); /* first: of what passes people see the longest way */
        if (balance.may_answer) {
            answer(relay);
        }
    }
}

static void arrive(struct relay *relay)
{
    const struct leg *leg = &relay->legs[relay->n - 1];
    const struct dm_session *before = relay->doubt;
    struct dm_session session = { .end = DM_SESSION_PASS };

    if (!relay->onward || relay->n > 1) {
        session = dm_session_judge_way(relay->walker, &leg->query, leg->request, NULL);
    }
    if (is_over(&session, leg->request)) {
        note(relay, &session, relay->n);
        if (session.end == DM_SESSION_UNKNOWN) {
            come_back_in_doubt(relay, &session, relay->n - 1);
        }
        return;
    }
    relay->doubt = before || session.end == DM_SESSION_PASS ? before : &session;
    follow(relay);
    relay->doubt = before;
}

/* The session from the node to a target: in the client's name or in the node's own; or from the
 * sender itself, whose node chose the target. */
static struct leg next_leg(const struct relay *relay, const struct dm_balance *balance,
                           const struct dm_balance_choice *choice)
{
    const struct leg *last = &relay->legs[relay->n - 1];
    const struct dm_walk *came = last->request;
    const struct dm_interface *node = dm_interface_get(relay->walker->model, came->interface);
    bool is_accelerator = node->kind == DM_INTERFACE_ACCELERATOR;
    struct dm_addr own = is_accelerator ? dm_model_internet_address(relay->walker->model)
                                        : node->addresses[0].address;
    struct leg leg = { .query = last->query, .via = came->interface, .by = balance->at };

    leg.query.start = (struct dm_walk_start){
        .interface = choice->by_sender ? last->query.start.interface : came->interface,
        .source = choice->keeps_client ? came->source : own,
        .destination = choice->address,
        .entry = choice->entry,
    };
    if (node->kind == DM_INTERFACE_HOST) {
        leg.query.start.stays = choice->keeps_client;
        leg.query.start.client = choice->keeps_client ? leg.query.start.client : came->source;
    }
    if (!DM_PLANTED(PORT_NOT_TRANSLATED)) {
        leg.query.flow.port_first = choice->port;
        leg.query.flow.port_last = choice->port;
    }
    leg.query.wide_ports = !choice->keeps_client || last->query.wide_ports || came->n_sessions > 0;
    if ((choice->keeps_client || is_accelerator) && !choice->by_sender) {
        leg.node = came->interface;
    }
    return leg;
}

static void send_on(struct relay *relay, const struct dm_balance *balance,
                    const struct dm_balance_choice *choice)
{
    struct dm_balance unknown = { .kind = DM_BALANCE_UNKNOWN,
                                  .at = balance->at,
                                  .why = "more load balancers in a row than are followed" };
    struct leg leg = next_leg(relay, balance, choice);
    const struct dm_walks *walks;

    if (relay->n == MAX_LEGS) {
        note_end(relay, &unknown, DM_CODE_NOT_UNDERSTOOD);
        return;
    }
    if (leg.query.start.source.family != leg.query.start.destination.family) {
        unknown.why = "what a load balancer does between IPv4 and IPv6 is not followed";
        note_end(relay, &unknown, DM_CODE_NOT_UNDERSTOOD);
        return;
    }
    if (dm_addr_equal(leg.query.start.source, leg.query.start.destination)
        && dm_interface_get(relay->walker->model, leg.via)->kind == DM_INTERFACE_BALANCER) {
        note_end(relay, balance, DM_CODE_BALANCER_HAIRPIN); /* [ELB-23] */
        return;
    }
    walks = dm_walk(relay->walker, relay->alive, &leg.query.start);
    relay->out_of_memory |= !walks;
    relay->legs[relay->n++] = leg;
    for (size_t i = 0; walks && i < walks->n && !relay->out_of_memory; i++) {
        relay->legs[relay->n - 1].request = &walks->items[i];
        arrive(relay);
    }
    relay->n--;
}

/* To each target that may be chosen, and to each of which it is not known whether it may. */
static void send_to_all(struct relay *relay, const struct dm_balance *balance)
{
    const struct dm_session *before = relay->perhaps;
    struct dm_session perhaps = { .end = DM_SESSION_UNKNOWN,
                                  .code = DM_CODE_NOT_UNDERSTOOD,
                                  .at = balance->at,
                                  .origin = balance->origin,
                                  .unknown = balance->unknown,
                                  .why = balance->why };

    if (balance->may_be_unknown) {
        note(relay, &perhaps, relay->n);
        come_back_in_doubt(relay, &perhaps, relay->n);
    }
    perhaps.why = "whether health checks get through to one of the targets is not known";
    for (size_t i = 0; i < balance->n_choices && !relay->out_of_memory; i++) {
        if (!before && balance->choices[i].is_perhaps) {
            relay->perhaps = &perhaps;
            relay->n_before = relay->n;
        }
        send_on(relay, balance, &balance->choices[i]);
        relay->perhaps = before;
    }
}

bool dm_session_relay(const struct dm_walker *walker, struct dm_alive *alive,
                      const struct dm_session_query *query, const struct dm_walk *request,
                      struct dm_session *ret_session)
{
    struct relay relay = { .walker = walker, .alive = alive, .n = 1 };

    relay.legs[0] = (struct leg){ .query = *query, .request = request };
    arrive(&relay);
    if (!relay.out_of_memory) {
        *ret_session = relay.worst;
    }
    return !relay.out_of_memory;
}

bool dm_relay_onward(const struct dm_walker *walker, struct dm_alive *alive,
                     const struct dm_session_query *query, const struct dm_walk *request,
                     const struct dm_relay_listener *listener, struct dm_onward *ret_onward)
{
    struct dm_onward onward = { DM_SESSION_PASS, DM_SESSION_PASS, false, false, false };
    struct relay relay = {
        .walker = walker, .alive = alive, .n = 1, .onward = &onward, .listener = listener
    };

    DM_ASSERT(request->end == DM_WALK_BALANCER);
    relay.legs[0] = (struct leg){ .query = *query, .request = request };
    arrive(&relay);
    if (!relay.out_of_memory) {
        *ret_onward = onward;
    }
    return !relay.out_of_memory;
}
