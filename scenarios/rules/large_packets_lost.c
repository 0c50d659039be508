/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Calls whose larger packets are dropped on the way, there or back, while their sender is not told
 * (solver/reach/mtu.h): what is small gets through, so it looks like a service that hangs now and
 * then.  Looked at are calls of services and what requirements of reach name, each endpoint of the
 * caller with one of the callee, with nothing failed.
 *
 * TCP is told by both ends and by gateways how large its packets may be, and begins with that; all
 * else begins with what its system takes.  Where it is not known whether the sender is told, there
 * is no finding.
 *
 * One finding for each place that drops, or each network ACL that stops the word about it, however
 * many calls meet it.  O(C) sessions for C endpoints that call.
 */
#include "scenarios/rules/lint.h"
#include "solver/reach/mtu.h"

struct call {
    struct dm_party from;
    struct dm_party to;
    const struct dm_match *port;
    struct dm_span origin;
};

struct search {
    struct dm_checker *checker;
    struct dm_lint lint;
};

static const char *message_of(const struct search *search, const struct call *call,
                              const struct dm_walk *walk, const struct dm_mtu_band *band,
                              bool is_reply)
{
    const struct dm_model *model = search->checker->model;
    const struct dm_hop *hop = &walk->hops[band->hop];
    const char *from = dm_party_name(model, is_reply ? call->to : call->from);
    const char *to = dm_party_name(model, is_reply ? call->from : call->to);

    if (band->by.v) {
        return dm_sprintf(search->checker->run,
                          "`%s` is not told that `%s` drops its packets of more than %u bytes to "
                          "`%s`: network ACL `%s` stops the answer",
                          from, dm_model_ref_name(model, hop->at), (unsigned)band->bytes, to,
                          dm_model_ref_name(model, band->by));
    }
    return dm_sprintf(search->checker->run,
                      "packets of `%s` to `%s` are dropped in silence at %s `%s` where they have "
                      "more than %u bytes",
                      from, to, dm_kind_text(hop->at.kind), dm_model_ref_name(model, hop->at),
                      (unsigned)band->bytes);
}

/* The first band of a way in which the sender of a leg goes on in vain. */
static enum dm_status look_at_way(struct search *search, const struct call *call,
                                  const struct dm_walk *walk, const struct dm_mtu_way *way,
                                  bool is_reply, struct dm_err *err)
{
    const struct dm_model *model = search->checker->model;
    bool is_tcp = call->port->protocol == DM_PROTO_TCP;

    for (size_t i = 0; i < way->n_legs; i++) {
        const struct dm_mtu_leg *leg = &way->legs[i];
        const struct dm_mtu_band *band = dm_mtu_stuck(leg, is_tcp ? leg->tcp : leg->sent);
        struct dm_lint_item item = { .help = NULL };
        enum dm_status status;
        struct dm_ref at;

        if (!band || band->fate != DM_MTU_SILENT || (is_tcp && band->tcp_is_open)) {
            continue;
        }
        at = band->by.v ? band->by : walk->hops[band->hop].at;
        item.origin = dm_model_object(model, at)->origin;
        item.subject = dm_model_ref_name(model, at);
        item.message = message_of(search, call, walk, band, is_reply);
        item.label = band->by.v ? "nothing here allows ICMP type 3 code 4" : "dropped here";
        item.help = band->by.v ? "allow ICMP type 3 code 4 (IPv6: ICMPv6 type 2) in and out, or "
                                 "give hosts an MTU that passes"
                               : "give hosts that send by it an MTU that passes";
        item.places[0] = (struct dm_lint_place){ call->origin, "this call meets it" };
        item.n_places = call->origin.source != 0;
        if (!item.message) {
            return DM_FAIL_NOMEM(err);
        }
        status = dm_lint_add(&search->lint, &item, err);
        if (status != DM_OK) {
            return status;
        }
    }
    return DM_OK;
}

static enum dm_status look_at_pair(struct search *search, const struct call *call,
                                   struct dm_interface_id from, struct dm_interface_id to,
                                   struct dm_err *err)
{
    struct dm_checker *checker = search->checker;
    const struct dm_interface *source = dm_interface_get(checker->model, from);
    const struct dm_interface *target = dm_interface_get(checker->model, to);
    struct dm_session_query query = { .flow = dm_flow_of_match(call->port) };
    struct dm_session session;
    struct dm_mtu_way request;
    struct dm_mtu_way reply;
    enum dm_status status;

    if (!source->n_addresses || !target->n_addresses) {
        return DM_OK;
    }
    query.start = (struct dm_walk_start){ .interface = from,
                                          .source = source->addresses[0].address,
                                          .destination = target->addresses[0].address };
    query.flow.port_last = query.flow.port_first;
    if (!dm_session_check(&checker->walker, checker->alive, &query, &session)) {
        return DM_FAIL_NOMEM(err);
    }
    if (session.end != DM_SESSION_PASS) {
        return DM_OK;
    }
    if (!dm_mtu_find(checker->run, checker->model, &query, &session, &request, &reply)) {
        return DM_FAIL_NOMEM(err);
    }
    status = look_at_way(search, call, session.request, &request, false, err);
    if (status == DM_OK) {
        status = look_at_way(search, call, session.reply, &reply, true, err);
    }
    return status;
}

static enum dm_status look(struct search *search, const struct call *call, struct dm_err *err)
{
    const struct dm_model *model = search->checker->model;
    struct dm_hosts from = dm_party_hosts(model, search->checker->alive, call->from);
    struct dm_hosts to = dm_party_hosts(model, search->checker->alive, call->to);
    enum dm_status status = DM_OK;

    if (call->port->protocol < 0) {
        return DM_OK;
    }
    for (size_t i = 0; status == DM_OK && to.n && i < from.n; i++) {
        const struct dm_host *source = dm_host_get(model, from.items[i]);
        const struct dm_host *target = dm_host_get(model, to.items[i % to.n]);

        if (source->n_interfaces && target->n_interfaces) {
            status = look_at_pair(search, call, source->interfaces[0], target->interfaces[0], err);
        }
    }
    return status;
}

static const struct dm_match *port_of(const struct dm_model *model, struct dm_party party)
{
    return party.kind == DM_PARTY_STORE
               ? &dm_store_get(model, (struct dm_store_id){ party.v })->port
               : &dm_service_get(model, (struct dm_service_id){ party.v })->port;
}

static enum dm_status look_at_calls(struct search *search, uint32_t v, struct dm_err *err)
{
    const struct dm_model *model = search->checker->model;
    const struct dm_service *service = &model->services[v - 1];
    enum dm_status status = DM_OK;

    for (size_t i = 0; status == DM_OK && i < service->n_calls; i++) {
        struct call call = { .from = { DM_PARTY_SERVICE, v },
                             .to = service->calls[i].to,
                             .origin = service->calls[i].origin };

        if (call.to.kind == DM_PARTY_SERVICE || call.to.kind == DM_PARTY_STORE) {
            call.port = port_of(model, call.to);
            status = look(search, &call, err);
        }
    }
    return status;
}

enum dm_status dm_rule_run_large_packets_lost(struct dm_checker *checker, struct dm_err *err)
{
    static const char *const facts[] = { "VPC-13", "VPC-41", "VPC-14", NULL };
    const struct dm_model *model = checker->model;
    struct search search = { .checker = checker };
    enum dm_status status = DM_OK;

    dm_lint_init(&search.lint, checker, DM_RULE_RCH011, facts);
    dm_alive_begin(checker->alive, NULL, 0);
    for (uint32_t v = 1; status == DM_OK && v <= model->n_services; v++) {
        status = look_at_calls(&search, v, err);
    }
    for (uint32_t i = 0; status == DM_OK && i < model->n_requirements; i++) {
        const struct dm_requirement *requirement = &model->requirements[i];

        for (size_t j = 0; status == DM_OK && j < requirement->n_pairs; j++) {
            const struct dm_reach_pair *pair = &requirement->pairs[j];
            struct call call = { pair->from, pair->to, &pair->port, pair->origin };

            status = look(&search, &call, err);
        }
    }
    return status == DM_OK ? dm_lint_report(&search.lint, err) : status;
}
