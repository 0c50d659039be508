/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/reach/session_private.h"

#include "model/base/planted.h"
#include "model/base/str.h"
#include "model/base/vec.h"
#include "solver/reach/relay.h"

/* Source ports that AWS or a host may choose [VPC-14]. */
enum {
    HOST_PORT_FIRST = 32768,
    HOST_PORT_LAST = 60999,
    NAT_PORT_FIRST = 1024,
    NAT_PORT_LAST = 65535
};

bool dm_session_is_answer(const struct dm_session_query *query, const struct dm_walk *reply)
{
    return dm_walk_is_at(reply, query->start.interface)
           && dm_addr_equal(reply->source, query->start.destination)
           && dm_addr_equal(reply->destination, query->start.source);
}

/* The flow of the answer as hop 'hop' of 'reply' sees it; neither walk is joined of several. */
static struct dm_flow reply_flow(const struct dm_session_query *query,
                                 const struct dm_walk *request, const struct dm_walk *reply,
                                 size_t hop)
{
    struct dm_flow flow = query->flow;
    size_t open = request->n_sessions;

    flow.source_first = query->flow.port_first;
    flow.source_last = query->flow.port_last;

    for (size_t i = 0; i < hop && i < reply->n_hops; i++) {
        open -= reply->hops[i].kind == DM_HOP_NAT_BACK || reply->hops[i].kind == DM_HOP_NODE_BACK;
    }
    flow.port_first = open || query->wide_ports ? NAT_PORT_FIRST : HOST_PORT_FIRST;
    flow.port_last = open || query->wide_ports ? NAT_PORT_LAST : HOST_PORT_LAST;
    if (flow.protocol == DM_PROTO_ICMP && flow.icmp_type == 8) {
        flow.icmp_type = 0;
    } else if (flow.protocol == DM_PROTO_ICMPV6 && flow.icmp_type == 128) {
        flow.icmp_type = 129;
    }
    return flow;
}

struct dm_flow dm_session_flow(const struct dm_session_query *query, const struct dm_walk *request,
                               const struct dm_walk *reply, size_t hop)
{
    const struct dm_walk *walk = reply ? reply : request;
    const struct dm_leg *leg = NULL;

    for (size_t i = 0; i < walk->n_legs && walk->legs[i].first_hop <= hop; i++) {
        leg = &walk->legs[i];
    }
    if (leg && leg->reply) {
        return reply_flow(leg->query, leg->request, leg->reply, hop - leg->first_hop);
    }
    if (leg) {
        return leg->query->flow;
    }
    return reply ? reply_flow(query, request, reply, hop) : query->flow;
}

static const char *why_unknown(const struct dm_hop *hop, const struct dm_decision *decision)
{
    if (hop->is_lenient) {
        return "whether network ACLs stop what an accelerator brings is not documented";
    }
    if (hop->seen_sources) {
        return "which source the policies of this pod see is not known, and they do not say the "
               "same of all";
    }
    if (hop->partner_carries && !decision->unknown.v) {
        return "whether a reference to a group matches what a pod behind a member sends or gets "
               "with its own address is not known";
    }
    return "a rule of this filter is not understood";
}

struct dm_session dm_session_judge_way(const struct dm_walker *walker,
                                       const struct dm_session_query *query,
                                       const struct dm_walk *request, const struct dm_walk *reply)
{
    const struct dm_walk *walk = reply ? reply : request;
    struct dm_session session = {
        .end = DM_SESSION_PASS, .request = request, .reply = reply, .on_reply = reply != NULL
    };

    for (size_t i = 0; i < walk->n_hops; i++) {
        struct dm_flow flow = dm_session_flow(query, request, reply, i);
        struct dm_decision decision;

        if (!dm_hop_is_filter(walk->hops[i].kind)) {
            continue;
        }
        decision = dm_filter_decide(walker->model, &walk->hops[i], &flow);
        if (decision.verdict == DM_FILTER_DENY) {
            session.end = DM_SESSION_FAIL;
            session.code = decision.code;
            session.at = decision.by;
            session.origin = decision.origin;
            return session;
        }
        if (decision.verdict == DM_FILTER_UNKNOWN && session.end == DM_SESSION_PASS) {
            session.end = DM_SESSION_UNKNOWN;
            session.code = DM_CODE_NOT_UNDERSTOOD;
            session.at = decision.by;
            session.origin = decision.origin;
            session.unknown = decision.unknown;
            session.why = why_unknown(&walk->hops[i], &decision);
        }
    }
    if (walk->end == DM_WALK_DROPPED) {
        session.end = DM_SESSION_FAIL;
    } else if (walk->end == DM_WALK_UNKNOWN && session.end == DM_SESSION_PASS) {
        session.end = DM_SESSION_UNKNOWN;
    } else {
        return session;
    }
    session.code = walk->code;
    session.at = walk->at;
    session.dead = walk->dead;
    session.unknown = walk->unknown;
    session.why = walk->why;
    return session;
}

struct dm_session dm_session_judge_reply(const struct dm_walker *walker,
                                         const struct dm_session_query *query,
                                         const struct dm_walk *request, const struct dm_walk *reply)
{
    struct dm_session session = dm_session_judge_way(walker, query, request, reply);

    if (session.end != DM_SESSION_FAIL && reply->end != DM_WALK_UNKNOWN
        && !dm_session_is_answer(query, reply)) {
        session.end = DM_SESSION_FAIL;
        session.code = DM_CODE_REPLY_NOT_OF_SESSION;
        session.at = reply->n_hops ? reply->hops[reply->n_hops - 1].at : DM_REF_NONE;
    }
    return session;
}

void dm_session_keep_worse(struct dm_session *worst, const struct dm_session *session)
{
    if (worst->end != DM_SESSION_FAIL
        && (session->end == DM_SESSION_FAIL
            || (session->end == DM_SESSION_UNKNOWN && worst->end == DM_SESSION_PASS))) {
        *worst = *session;
    }
}

struct dm_walk_start dm_session_reply_start(const struct dm_walk *request)
{
    struct dm_walk_start start = { .interface = request->interface,
                                   .source = request->destination,
                                   .destination = request->source,
                                   .n_sessions = request->n_sessions,
                                   .passages = request->passages,
                                   .n_passages = request->n_passages,
                                   .endpoint = request->endpoint,
                                   .egress = request->egress,
                                   .is_reply = true };

    for (size_t i = 0; i < request->n_sessions; i++) {
        start.sessions[i] = request->sessions[i];
    }
    return start;
}

static bool judge_replies(const struct dm_walker *walker, struct dm_alive *alive,
                          const struct dm_session_query *query, const struct dm_walk *request,
                          struct dm_session *worst)
{
    struct dm_walk_start start = dm_session_reply_start(request);
    const struct dm_walks *replies = dm_walk(walker, alive, &start);

    if (!replies) {
        return false;
    }
    for (size_t i = 0; i < replies->n; i++) {
        struct dm_session session =
            dm_session_judge_reply(walker, query, request, &replies->items[i]);

        if (i == 0 && worst->end == DM_SESSION_PASS) {
            *worst = session;
        }
        dm_session_keep_worse(worst, &session);
    }
    return true;
}

/* What becomes of a request that no filter on its way stops for sure. */
static bool follow(const struct dm_walker *walker, struct dm_alive *alive,
                   const struct dm_session_query *query, const struct dm_walk *request,
                   struct dm_session *session)
{
    if (session->end == DM_SESSION_FAIL || request->end == DM_WALK_UNKNOWN) {
        return true;
    }
    if (request->end == DM_WALK_BALANCER) {
        return dm_session_relay(walker, alive, query, request, session);
    }
    return DM_PLANTED(REPLY_NOT_FORWARDED) || judge_replies(walker, alive, query, request, session);
}

bool dm_session_check(const struct dm_walker *walker, struct dm_alive *alive,
                      const struct dm_session_query *query, struct dm_session *ret_session)
{
    const struct dm_walks *requests = dm_walk(walker, alive, &query->start);
    struct dm_session worst = { .end = DM_SESSION_PASS };

    if (!requests) {
        return false;
    }
    for (size_t i = 0; i < requests->n; i++) {
        const struct dm_walk *request = &requests->items[i];
        struct dm_session session = dm_session_judge_way(walker, query, request, NULL);

        if (!follow(walker, alive, query, request, &session)) {
            return false;
        }
        if (i == 0) {
            worst = session;
        }
        dm_session_keep_worse(&worst, &session);
    }
    *ret_session = worst;
    return true;
}

/* ---- all that stops a session ---- */

static bool add_blockers(struct dm_arena *arena, const struct dm_model *model,
                         const struct dm_session_query *query, const struct dm_walk *request,
                         const struct dm_walk *reply, struct dm_blockers *blockers,
                         size_t *capacity)
{
    const struct dm_walk *walk = reply ? reply : request;

    for (size_t i = 0; i <= walk->n_hops; i++) {
        struct dm_blocker blocker = { .on_reply = reply != NULL, .hop = i };

        if (i == walk->n_hops) {
            if (walk->end != DM_WALK_DROPPED && walk->end != DM_WALK_UNKNOWN) {
                continue;
            }
            blocker.code = walk->code;
            blocker.at = walk->at;
        } else {
            struct dm_flow flow = dm_session_flow(query, request, reply, i);
            struct dm_decision decision;

            if (!dm_hop_is_filter(walk->hops[i].kind)) {
                continue;
            }
            decision = dm_filter_decide(model, &walk->hops[i], &flow);
            if (decision.verdict == DM_FILTER_ALLOW) {
                continue;
            }
            blocker.code =
                decision.verdict == DM_FILTER_DENY ? decision.code : DM_CODE_NOT_UNDERSTOOD;
            blocker.at = decision.by;
            blocker.rule = decision.rule;
            blocker.origin = decision.origin;
        }
        if (!dm_vec_reserve(arena, (void **)&blockers->items, capacity, blockers->n + 1,
                            sizeof blocker)) {
            return false;
        }
        blockers->items[blockers->n++] = blocker;
    }
    return true;
}

bool dm_session_blockers(struct dm_arena *arena, const struct dm_model *model,
                         const struct dm_session_query *query, const struct dm_session *session,
                         struct dm_blockers *ret_blockers)
{
    struct dm_blockers blockers = { NULL, 0 };
    size_t capacity = 0;

    if (!add_blockers(arena, model, query, session->request, NULL, &blockers, &capacity)) {
        return false;
    }
    if ((!blockers.n || (session->end == DM_SESSION_FAIL && session->on_reply)) && session->reply
        && !add_blockers(arena, model, query, session->request, session->reply, &blockers,
                         &capacity)) {
        return false;
    }
    if (!blockers.n && session->end != DM_SESSION_PASS) {
        /* The answer came back, but not to whom or not from where it should. */
        if (!dm_vec_reserve(arena, (void **)&blockers.items, &capacity, 1,
                            sizeof *blockers.items)) {
            return false;
        }
        blockers.items[blockers.n++] =
            (struct dm_blocker){ .on_reply = session->on_reply,
                                 .hop = session->reply ? session->reply->n_hops : 0,
                                 .code = session->code,
                                 .at = session->at };
    }
    *ret_blockers = blockers;
    return true;
}

/* ---- by address ---- */

static bool endpoint_of_interface(const struct dm_model *model, struct dm_interface_id id,
                                  struct dm_endpoint *ret_endpoint)
{
    const struct dm_interface *interface = dm_interface_get(model, id);

    if (!interface->n_addresses) {
        return false;
    }
    *ret_endpoint = (struct dm_endpoint){ id, interface->addresses[0].address };
    return true;
}

static bool endpoint_of_host(const struct dm_model *model, struct dm_host_id id,
                             struct dm_endpoint *ret_endpoint)
{
    const struct dm_host *host = dm_host_get(model, id);

    return host->n_interfaces && endpoint_of_interface(model, host->interfaces[0], ret_endpoint);
}

static bool endpoint_of_address(const struct dm_model *model, struct dm_addr address,
                                struct dm_endpoint *ret_endpoint, const char **ret_why)
{
    struct dm_addr private_address;
    struct dm_interface_id interface =
        dm_model_interface_at_public(model, address, &private_address);
    size_t n;
    const struct dm_interface_id *found = dm_model_interfaces_with(model, address, &n);

    /* An interface of a node has the addresses of its pods too: they are the pods'. */
    for (size_t i = 0; n == 2 && i < n; i++) {
        if (dm_interface_get(model, found[i])->carrier.v == found[1 - i].v) {
            found = &found[i];
            n = 1;
        }
    }
    if (n > 1) {
        *ret_why = "several interfaces have this address";
        return false;
    }
    if (!n && !interface.v) {
        struct dm_site_id site = dm_model_site_at(model, address);

        interface = site.v ? dm_model_site_interface(model, site, address) : interface;
    }
    *ret_endpoint = (struct dm_endpoint){ n ? found[0] : interface, address };
    return true;
}

/* The first node of a load balancer, or an accelerator: where names of theirs lead, to the public
 * address where there is one. */
static bool endpoint_of_front(const struct dm_model *model, struct dm_ref front,
                              struct dm_endpoint *ret_endpoint)
{
    for (uint32_t v = 1; v <= model->n_interfaces; v++) {
        const struct dm_interface *item = &model->interfaces[v - 1];
        uint32_t of = front.kind == DM_KIND_balancer ? item->balancer.v : item->accelerator.v;

        if (of == front.v && item->n_addresses) {
            const struct dm_interface_address *at = &item->addresses[0];

            *ret_endpoint = (struct dm_endpoint){
                { v }, dm_addr_is_none(at->public_address) ? at->address : at->public_address
            };
            return true;
        }
    }
    return false;
}

/* The first pod of the workload, or what the Service sends to first. */
static bool endpoint_of_pods(const struct dm_model *model, const char *text,
                             struct dm_endpoint *ret_endpoint, const char **ret_why)
{
    struct dm_workload_id workload = { 0 };
    struct dm_kube_service_id service = { 0 };
    enum dm_name_count named = dm_model_find_workload(model, text, &workload);

    if (named == DM_NAMED_SEVERAL) {
        *ret_why = "several workloads have this name; add the kind or the cluster, as in "
                   "`CLUSTER:shop/web[Deployment]`";
        return false;
    }
    for (uint32_t v = 1; workload.v && v <= model->n_interfaces; v++) {
        if (dm_interface_get(model, (struct dm_interface_id){ v })->workload.v == workload.v) {
            return endpoint_of_interface(model, (struct dm_interface_id){ v }, ret_endpoint);
        }
    }
    named = dm_model_find_kube_service(model, text, &service);
    if (named == DM_NAMED_ONE && dm_kube_service_get(model, service)->n_backends) {
        return endpoint_of_interface(model, dm_kube_service_get(model, service)->backends[0],
                                     ret_endpoint);
    }
    if (workload.v || named == DM_NAMED_ONE) {
        *ret_why = "none of its pods is known to be on a node of the network";
    } else if (named == DM_NAMED_SEVERAL) {
        *ret_why = "several Services have this name; add the cluster, as in `CLUSTER:shop/web`";
    }
    return false;
}

bool dm_endpoint_find(const struct dm_model *model, const char *text,
                      struct dm_endpoint *ret_endpoint, const char **ret_why)
{
    struct dm_addr address;
    struct dm_ref ref;

    if (dm_addr_parse(text, &address) == DM_ADDR_OK) {
        return endpoint_of_address(model, address, ret_endpoint, ret_why);
    }
    *ret_why = "nothing has this name";
    if (dm_str_equal(text, "internet")) {
        *ret_endpoint = (struct dm_endpoint){ { 0 }, dm_model_internet_address(model) };
        return true;
    }
    ref = dm_model_find(model, DM_KIND_interface, text);
    if (ref.v) {
        return endpoint_of_interface(model, (struct dm_interface_id){ ref.v }, ret_endpoint);
    }
    ref = dm_model_find(model, DM_KIND_host, text);
    if (ref.v) {
        return endpoint_of_host(model, (struct dm_host_id){ ref.v }, ret_endpoint);
    }
    ref = dm_model_find(model, DM_KIND_service, text);
    if (ref.v) {
        const struct dm_service *service = dm_service_get(model, (struct dm_service_id){ ref.v });

        return service->n_hosts && endpoint_of_host(model, service->hosts[0], ret_endpoint);
    }
    ref = dm_model_find(model, DM_KIND_balancer, text);
    ref = ref.v ? ref : dm_model_find(model, DM_KIND_accelerator, text);
    if (ref.v) {
        return endpoint_of_front(model, ref, ret_endpoint);
    }
    ref = dm_model_find(model, DM_KIND_store, text);
    if (ref.v) {
        const struct dm_store *store = dm_store_get(model, (struct dm_store_id){ ref.v });

        return store->n_copies && store->copies[0].n_hosts
               && endpoint_of_host(model, store->copies[0].hosts[0], ret_endpoint);
    }
    return endpoint_of_pods(model, text, ret_endpoint, ret_why);
}

/* The address that a packet of 'from' leaves its interface with: the private one behind a public.
 */
static struct dm_addr source_address(const struct dm_model *model, const struct dm_endpoint *from)
{
    struct dm_addr private_address;

    if (from->interface.v
        && dm_model_interface_at_public(model, from->address, &private_address).v
               == from->interface.v) {
        return private_address;
    }
    return from->address;
}

void dm_endpoint_outside(const struct dm_model *model, const char *text,
                         const struct dm_endpoint *from, struct dm_endpoint *to)
{
    struct dm_addr address;
    const struct dm_interface *interface;

    if (from->interface.v || !to->interface.v || dm_addr_parse(text, &address) == DM_ADDR_OK) {
        return;
    }
    interface = dm_interface_get(model, to->interface);
    for (size_t i = 0; i < interface->n_addresses; i++) {
        const struct dm_interface_address *of = &interface->addresses[i];

        if (dm_addr_equal(of->address, to->address) && !dm_addr_is_none(of->public_address)
            && of->public_address.family == from->address.family) {
            to->address = of->public_address;
            return;
        }
    }
}

struct dm_walk_start dm_endpoint_start(const struct dm_model *model, const struct dm_endpoint *from,
                                       const struct dm_endpoint *to)
{
    return (struct dm_walk_start){ .interface = from->interface,
                                   .source = source_address(model, from),
                                   .destination = to->address };
}
