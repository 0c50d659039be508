/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/rules/answers.h"

#include <stdlib.h>
#include <string.h>

#include "model/base/limits.h"
#include "model/base/str.h"
#include "scenarios/crossing.h"
#include "scenarios/roles.h"

/* A host of a class, one for each of the VPCs that have one. */
struct seat {
    uint32_t class;
    struct dm_vpc_id vpc;
    struct dm_interface_id interface;
    const char *name;
};

struct search {
    struct dm_checker *checker;
    const struct dm_model *model;
    DM_VEC(struct seat) seats; /* by class, then name */
    DM_VEC(struct seat) sites; /* hosts there: one for each range that rules tell apart */
    DM_VEC(size_t) classes;    /* where each begins in 'seats'; the last: where they end */
    DM_VEC(struct dm_lost) lost;
    struct dm_map known; /* causes */
    struct dm_set tcp;
    size_t n_pairs;
};

/* ---- places ---- */

static int compare_seats(const void *a, const void *b)
{
    const struct seat *x = a;
    const struct seat *y = b;

    if (x->class != y->class) {
        return x->class < y->class ? -1 : 1;
    }
    return dm_str_compare_natural(x->name, y->name);
}

static bool add_seat(struct search *search, struct dm_roles *roles, uint32_t v)
{
    const struct dm_interface *interface = &search->model->interfaces[v - 1];
    struct seat seat = { .interface = { v },
                         .name = dm_host_get(search->model, interface->host)->object.name };
    struct dm_seat place = { .interface = seat.interface };

    place.at.address = interface->addresses[0].address;
    place.at.public_address = interface->addresses[0].public_address;
    place.at.subnet = interface->subnet;
    seat.vpc = dm_model_vpc_of_interface(search->model, seat.interface);
    return dm_roles_class(roles, DM_KIND_interface, 0, &place, 1, &seat.class)
           && DM_VEC_PUSH(search->checker->scratch, &search->seats, seat);
}

static bool find_sites(struct search *search)
{
    for (uint32_t v = 1; v <= search->model->n_interfaces; v++) {
        const struct dm_interface *interface = &search->model->interfaces[v - 1];
        struct seat seat = { .interface = { v } };

        if (interface->kind != DM_INTERFACE_SITE || !interface->host.v) {
            continue;
        }
        seat.name = dm_host_get(search->model, interface->host)->object.name;
        if (!DM_VEC_PUSH(search->checker->scratch, &search->sites, seat)) {
            return false;
        }
    }
    return true;
}

/* One host of each class and VPC, the first by name. */
static bool find_places(struct search *search)
{
    struct dm_arena *scratch = search->checker->scratch;
    struct dm_roles *roles = dm_roles_new(scratch, search->model);
    size_t kept = 0;

    if (!roles) {
        return false;
    }
    for (uint32_t v = 1; v <= search->model->n_interfaces; v++) {
        const struct dm_interface *interface = &search->model->interfaces[v - 1];

        if (interface->kind == DM_INTERFACE_HOST && interface->host.v && interface->subnet.v
            && interface->n_addresses && dm_host_get(search->model, interface->host)->running
            && !add_seat(search, roles, v)) {
            return false;
        }
    }
    if (search->seats.n) {
        qsort(search->seats.items, search->seats.n, sizeof *search->seats.items, compare_seats);
    }
    for (size_t i = 0; i < search->seats.n; i++) {
        struct seat seat = search->seats.items[i];
        bool first = !kept || search->seats.items[kept - 1].class != seat.class;
        size_t from = search->classes.n ? search->classes.items[search->classes.n - 1] : 0;
        bool known = false;

        for (size_t j = from; !first && j < kept && kept - from <= 2; j++) {
            known |= search->seats.items[j].vpc.v == seat.vpc.v;
        }
        if (first && !DM_VEC_PUSH(scratch, &search->classes, kept)) {
            return false;
        }
        /* Two VPCs of a class are enough to ask within one and between two. */
        if (first || (!known && kept - from < 2)) {
            search->seats.items[kept++] = seat;
        }
    }
    search->seats.n = kept;
    return find_sites(search) && DM_VEC_PUSH(scratch, &search->classes, kept);
}

/* ---- causes ---- */

static enum dm_status describe(struct search *search, struct dm_lost *lost,
                               const struct dm_session_query *query,
                               const struct dm_session *session, struct dm_err *err)
{
    static const struct dm_cut nothing = { NULL, 0 };
    char port[DM_ADDR_TEXT_SIZE];

    lost->port = dm_sprintf(search->checker->run, "%s", dm_flow_text(&query->flow, port));
    return lost->port ? dm_witness_path(search->checker, lost->from, lost->to, query, session,
                                        &nothing, &lost->witness, err)
                      : DM_FAIL_NOMEM(err);
}

/* The statement that is at fault: copies of one in a design are one. */
static const char *cause_of(struct search *search, const struct dm_lost *lost)
{
    const struct dm_object *object = dm_model_object(search->model, lost->at);
    struct dm_span span = object ? object->origin : DM_SPAN_NONE;

    return span.source ? dm_sprintf(search->checker->scratch, "%d %u %u %u", (int)lost->code,
                                    span.source, span.begin_byte, span.end_byte)
                       : dm_sprintf(search->checker->scratch, "%d %s", (int)lost->code,
                                    dm_model_ref_name(search->model, lost->at));
}

static enum dm_status note(struct search *search, struct dm_lost lost,
                           const struct dm_session_query *query, const struct dm_session *session,
                           struct dm_err *err)
{
    const char *cause = cause_of(search, &lost);
    bool added = false;
    uint64_t *index = cause ? dm_map_add(&search->known, cause, &added) : NULL;
    enum dm_status status = DM_OK;

    if (!index) {
        return DM_FAIL_NOMEM(err);
    }
    if (!added) {
        search->lost.items[*index].n_pairs++;
        return DM_OK;
    }
    *index = search->lost.n;
    lost.n_pairs = 1;
    status = describe(search, &lost, query, session, err);
    if (status == DM_OK && !DM_VEC_PUSH(search->checker->run, &search->lost, lost)) {
        status = DM_FAIL_NOMEM(err);
    }
    return status;
}

/* Sends one packet of 'flows' alone, and notes all that stops its answer. */
static enum dm_status find_causes(struct search *search, const struct dm_walk_start *start,
                                  struct dm_set flows, const char *from, const char *to,
                                  struct dm_err *err)
{
    struct dm_checker *checker = search->checker;
    struct dm_session_query query = { .start = *start };
    struct dm_session session;
    struct dm_blockers blockers;
    struct dm_packet packet;
    enum dm_status status = DM_OK;

    if (!dm_set_witness(dm_symbolic_sets(checker->symbolic), flows, &packet)) {
        return DM_OK;
    }
    query.flow = dm_symbolic_flow(&packet);
    if (!dm_session_check(&checker->crossing_walker, checker->alive, &query, &session)) {
        return DM_FAIL_NOMEM(err);
    }
    if (session.end != DM_SESSION_FAIL || !session.on_reply) {
        return DM_OK;
    }
    if (!dm_session_blockers(checker->brief, search->model, &query, &session, &blockers)) {
        return DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; status == DM_OK && i < blockers.n; i++) {
        const struct dm_blocker *blocker = &blockers.items[i];

        if (blocker->on_reply) {
            status = note(search,
                          (struct dm_lost){ .code = blocker->code,
                                            .at = blocker->at,
                                            .rule = blocker->rule,
                                            .origin = blocker->origin,
                                            .from = from,
                                            .to = to },
                          &query, &session, err);
        }
    }
    if (blockers.n == 0) { /* it comes back, and to nobody who asked */
        status = note(search,
                      (struct dm_lost){ .code = session.code,
                                        .at = session.at,
                                        .origin = session.origin,
                                        .from = from,
                                        .to = to },
                      &query, &session, err);
    }
    return status;
}

/* ---- pairs ---- */

/* The TCP that is delivered on every way that AWS may choose; where a balancer has a say, what is
 * answered depends on the port, and it is what is not.  False when memory is out. */
static bool find_flows(struct search *search, const struct dm_walk_start *start,
                       struct dm_interface_id target, struct dm_set *ret_flows)
{
    struct dm_checker *checker = search->checker;
    struct dm_sets *sets = dm_symbolic_sets(checker->symbolic);
    const struct dm_walks *walks = dm_walk(&checker->crossing_walker, checker->alive, start);
    struct dm_symbolic_session session;
    struct dm_set flows = search->tcp;
    bool plain = true;

    for (size_t i = 0; walks && i < walks->n && !dm_set_is_empty(flows); i++) {
        const struct dm_walk *walk = &walks->items[i];

        plain &= walk->end == DM_WALK_DELIVERED || walk->end == DM_WALK_OUTSIDE
                 || walk->end == DM_WALK_DROPPED || walk->end == DM_WALK_UNKNOWN;
        flows = plain && !dm_walk_is_at(walk, target)
                    ? DM_SET_EMPTY
                    : dm_set_and(sets, flows, dm_symbolic_walk(checker->symbolic, walk).sure);
    }
    if (plain || !walks) {
        *ret_flows = flows;
        return walks != NULL;
    }
    if (!dm_symbolic_session(checker->symbolic, &checker->crossing_walker, checker->alive, start,
                             target, &session)) {
        return false;
    }
    *ret_flows = dm_set_minus(sets, dm_set_and(sets, session.delivered.sure, search->tcp),
                              session.answered.perhaps);
    return true;
}

/* No filter looks at source ports, so of plain TCP either all is answered or nothing: one packet
 * tells. */
static enum dm_status ask(struct search *search, const struct dm_walk_start *start,
                          struct dm_interface_id target, const char *from, const char *to,
                          struct dm_err *err)
{
    struct dm_checker *checker = search->checker;
    struct dm_set flows;

    if (start->source.family != start->destination.family
        || search->n_pairs >= dm_limit_value(DM_LIMIT_ANSWER_PAIRS)) {
        checker->n_pairs_left_out += start->source.family == start->destination.family;
        return DM_OK;
    }
    search->n_pairs++;
    dm_crossing_begin(checker);
    dm_alive_begin(checker->alive, NULL, 0);
    if (!find_flows(search, start, target, &flows)) {
        return DM_FAIL_NOMEM(err);
    }
    return dm_set_is_empty(flows) ? DM_OK : find_causes(search, start, flows, from, to, err);
}

/* Whether any rule of a's groups may mean b: where none does nothing is delivered, and walking is
 * what costs. */
static bool may_pass(const struct dm_model *model, const struct dm_interface *a,
                     const struct dm_interface *b, bool egress)
{
    if (a->kind == DM_INTERFACE_SITE) {
        return true; /* nothing filters there */
    }
    for (size_t i = 0; i < a->n_groups; i++) {
        const struct dm_group *group = dm_group_get(model, a->groups[i]);

        for (size_t j = 0; j < group->n_rules; j++) {
            const struct dm_group_rule *rule = &group->rules[j];
            bool may = rule->peer_kind != DM_PEER_GROUP && rule->peer_kind != DM_PEER_PREFIX;

            for (size_t k = 0; rule->peer_kind == DM_PEER_GROUP && k < b->n_groups; k++) {
                may |= b->groups[k].v == rule->peer;
            }
            may |= rule->peer_kind == DM_PEER_PREFIX
                   && dm_prefix_has(rule->prefix, b->addresses[0].address);
            if (may && rule->egress == egress) {
                return true;
            }
        }
    }
    return false;
}

static enum dm_status ask_between(struct search *search, const struct seat *from,
                                  const struct seat *to, struct dm_err *err)
{
    const struct dm_interface *a = dm_interface_get(search->model, from->interface);
    const struct dm_interface *b = dm_interface_get(search->model, to->interface);
    struct dm_walk_start start = { .interface = from->interface,
                                   .source = a->addresses[0].address,
                                   .destination = b->addresses[0].address };

    return from->interface.v == to->interface.v || !may_pass(search->model, a, b, true)
                   || !may_pass(search->model, b, a, false)
               ? DM_OK
               : ask(search, &start, to->interface, from->name, to->name, err);
}

static enum dm_status ask_outside(struct search *search, const struct seat *seat,
                                  struct dm_err *err)
{
    const struct dm_interface *interface = dm_interface_get(search->model, seat->interface);
    struct dm_walk_start in = { .source = dm_model_internet_address(search->model),
                                .destination = interface->addresses[0].public_address };
    struct dm_walk_start out = { .interface = seat->interface,
                                 .source = interface->addresses[0].address,
                                 .destination = in.source };
    enum dm_status status = DM_OK;

    if (!dm_addr_is_none(in.destination)) {
        status = ask(search, &in, seat->interface, "internet", seat->name, err);
    }
    return status == DM_OK
               ? ask(search, &out, (struct dm_interface_id){ 0 }, seat->name, "internet", err)
               : status;
}

/* Members of a class are alike to what is in no VPC of theirs. */
static enum dm_status ask_sites(struct search *search, const struct seat *seat, struct dm_err *err)
{
    enum dm_status status = DM_OK;

    for (size_t i = 0; status == DM_OK && i < search->sites.n; i++) {
        status = ask_between(search, seat, &search->sites.items[i], err);
        if (status == DM_OK) {
            status = ask_between(search, &search->sites.items[i], seat, err);
        }
    }
    return status;
}

/* Every class and the internet and sites; every pair of classes, within one VPC and between two. */
static enum dm_status ask_all(struct search *search, struct dm_err *err)
{
    size_t n = search->classes.n - 1;
    const size_t *begin = search->classes.items;
    const struct seat *seats = search->seats.items;
    enum dm_status status = DM_OK;

    for (size_t i = 0; status == DM_OK && i < n; i++) {
        status = ask_outside(search, &seats[begin[i]], err);
    }
    for (size_t i = 0; status == DM_OK && i < n; i++) {
        status = ask_sites(search, &seats[begin[i]], err);
    }
    for (size_t i = 0; status == DM_OK && i < n; i++) {
        for (size_t j = 0; status == DM_OK && j < n; j++) {
            const struct seat *from = &seats[begin[i]];
            const struct seat *within = NULL;
            const struct seat *between = NULL;

            for (size_t k = begin[j]; k < begin[j + 1]; k++) {
                *(seats[k].vpc.v == from->vpc.v ? &within : &between) = &seats[k];
            }
            if (within) {
                status = ask_between(search, from, within, err);
            }
            if (status == DM_OK && between) {
                status = ask_between(search, from, between, err);
            }
        }
    }
    return status;
}

enum dm_status dm_answers_find(struct dm_checker *checker, const struct dm_answers **ret_answers,
                               struct dm_err *err)
{
    struct search search = { .checker = checker, .model = checker->model };
    struct dm_arena_mark mark = dm_arena_save(checker->scratch);
    struct dm_answers *answers;
    enum dm_status status;

    if (checker->answers) {
        *ret_answers = checker->answers;
        return DM_OK;
    }
    if (!checker->symbolic) {
        checker->symbolic = dm_symbolic_new(checker->run, checker->model);
    }
    answers = DM_NEW(checker->run, struct dm_answers);
    if (!checker->symbolic || !answers) {
        return DM_FAIL_NOMEM(err);
    }
    search.tcp = dm_set_protocol(dm_symbolic_sets(checker->symbolic), DM_PROTO_TCP);
    dm_map_init(&search.known, checker->run);
    status = find_places(&search) ? ask_all(&search, err) : DM_FAIL_NOMEM(err);
    if (status == DM_OK && dm_symbolic_failed(checker->symbolic)) {
        status = DM_FAIL_NOMEM(err);
    }
    dm_arena_restore(checker->scratch, mark);
    if (status == DM_OK) {
        *answers = (struct dm_answers){ search.lost.items, search.lost.n };
        checker->answers = answers;
        *ret_answers = answers;
    }
    return status;
}

/* ---- findings ---- */

/* What is said of a way back that ends for this reason. */
struct reason {
    enum dm_code code; /* NONE: any other */
    const char *facts[4];
    const char *help;
};

static const struct reason *reason_of(enum dm_code code)
{
    static const char both_ways[] =
        "lead the answer back by the way of the request, or stop the request";
    static const char zone[] = "give the attachment a subnet in the zone of what answers";
    static const char route[] = "give the way back a route, or stop the request";
    static const struct reason reasons[] = {
        { DM_CODE_TGW_ATTACH_VPC_AZ_RESTRICTION, { "TGW-13", "TGW-30", NULL }, zone },
        { DM_CODE_NO_ROUTE_TO_DESTINATION, { "TGW-14", NULL }, route },
        { DM_CODE_NO_TRANSIT_ATTACHMENT, { "TGW-13", NULL }, route },
        { DM_CODE_TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION, { "TGW-08", NULL }, route },
        { DM_CODE_TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT, { "TGW-08", NULL }, route },
        { DM_CODE_TGW_RTB_BAD_STATE_ROUTE, { "TGW-12", NULL }, route },
        { DM_CODE_PCX_REQUIRES_ADDRESS_IN_VPC_CIDR, { "VPC-18", NULL }, both_ways },
        { DM_CODE_ENI_SG_RULES_MISMATCH, { "VPC-36", NULL }, both_ways },
        { DM_CODE_ENI_SOURCE_DEST_CHECK_RESTRICTION, { "VPC-36", NULL }, both_ways },
        { DM_CODE_FIREWALL_ASYMMETRY, { "NFW-02", NULL }, both_ways },
        { DM_CODE_FIREWALL_RULES_RESTRICTION, { "NFW-03", "NFW-05", NULL }, both_ways },
        { DM_CODE_NO_APPLIANCE, { "GWLB-02", NULL }, both_ways },
        { DM_CODE_EGRESS_NO_SESSION, { "EIGW-01", NULL }, both_ways },
        { DM_CODE_NO_CORE_ATTACHMENT, { "CWAN-14", NULL }, route },
        { DM_CODE_CORE_NO_SEGMENT, { "CWAN-11", NULL }, route },
        { DM_CODE_CORE_NO_ROUTE, { "CWAN-06", "CWAN-08", NULL }, route },
        { DM_CODE_CORE_BLACK_HOLE, { "CWAN-09", NULL }, route },
        { DM_CODE_CORE_NO_FUNCTION, { "CWAN-10", NULL }, route },
        { DM_CODE_FORWARDING_LOOP, { "TGW-04", NULL }, route },
        { DM_CODE_NONE, { "NAT-20", "IGW-01", "ELB-06", NULL }, both_ways },
    };
    size_t i = 0;

    while (reasons[i].code != DM_CODE_NONE && reasons[i].code != code) {
        i++;
    }
    return &reasons[i];
}

static enum dm_status add_finding(struct dm_checker *checker, enum dm_rule_id rule,
                                  const struct dm_lost *lost, bool of_acls, struct dm_err *err)
{
    static const char *const facts_of_acls[] = { "VPC-14", NULL };
    const struct reason *reason = reason_of(lost->code);
    const char *at = dm_model_ref_name(checker->model, lost->at);
    const char *subjects[] = {
        of_acls ? at : dm_sprintf(checker->run, "%s %s", dm_code_name(lost->code), at)
    };
    struct dm_span origin = lost->origin;
    struct dm_finding *finding;
    enum dm_status status = subjects[0]
                                ? dm_finding_add(checker, NULL, rule, subjects, 1, &finding, err)
                                : DM_FAIL_NOMEM(err);

    if (status != DM_OK) {
        return status;
    }
    finding->message =
        of_acls ? dm_sprintf(checker->run,
                             "network ACL `%s` stops answers: `%s` gets through to `%s` on %s and "
                             "hears nothing",
                             at, lost->from, lost->to, lost->port)
                : dm_sprintf(checker->run,
                             "answers are lost: `%s` gets through to `%s` on %s, but on the way "
                             "back %s (`%s`)",
                             lost->from, lost->to, lost->port, dm_code_text(lost->code), at);
    if (finding->message && lost->n_pairs > 1) {
        finding->message =
            dm_sprintf(checker->run, "%s; so with %zu more %s of places", finding->message,
                       lost->n_pairs - 1, lost->n_pairs == 2 ? "pair" : "pairs");
    }
    finding->help = of_acls ? "let the answers pass: to the ports from which requests are sent, "
                              "1024 to 65535"
                            : reason->help;
    finding->witness = lost->witness;
    dm_finding_facts(finding, of_acls ? facts_of_acls : reason->facts);
    if (!lost->origin.source && dm_model_object(checker->model, lost->at)) {
        origin = dm_model_object(checker->model, lost->at)->origin;
    }
    dm_finding_label(checker, finding, origin, "%s", of_acls ? "stops the answer" : "here");
    return finding->message ? DM_OK : DM_FAIL_NOMEM(err);
}

enum dm_status dm_answers_lint(struct dm_checker *checker, enum dm_rule_id rule, bool of_acls,
                               struct dm_err *err)
{
    const struct dm_answers *answers;
    enum dm_status status = dm_answers_find(checker, &answers, err);

    for (size_t i = 0; status == DM_OK && i < answers->n; i++) {
        const struct dm_lost *lost = &answers->items[i];

        if ((lost->code == DM_CODE_SUBNET_ACL_RESTRICTION) == of_acls) {
            status = add_finding(checker, rule, lost, of_acls, err);
        }
    }
    return status;
}
