/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reach - every living endpoint of a caller reaches some living endpoint of the
 * callee, and the answer returns.
 *
 * It is decided for all packets of the port at once, as a set (solver/reach/symbolic.h): each must
 * be answered by some endpoint.  One that is not is the witness, and is followed alone.
 *
 * One question for each pair and each endpoint of the caller, of the internet one public address of
 * each atom (classes.h): dead, it does not apply; else the callee's endpoints are tried, first the
 * one in the caller's zone, as its trace is the shortest.
 *
 * Services ask each other by their first addresses.  Between a service and the internet each family
 * is asked for by itself, in which the service has an address that the internet knows.
 */
#include "model/base/str.h"
#include "scenarios/asked.h"
#include "scenarios/checker.h"
#include "scenarios/classes.h"

struct attempt {
    struct dm_judgement *judgement;
    const struct dm_reach_pair *pair;
    struct dm_interface_id source;       /* 0: the internet */
    struct dm_addr outside;              /* where in the internet: the caller, or who is called */
    struct dm_set scope;                 /* all flows that are to get through */
    const struct dm_interface_id *nodes; /* of the load balancer or accelerator that is called */
    size_t n_nodes;
    struct dm_flow_sets answered; /* of the last evaluation: by any endpoint */
    /* where a witness is wanted: what one packet of 'single' met, the worst of it */
    bool keep;
    struct dm_flow single;
    struct dm_session_query query;
    struct dm_session session;
    const char *target;
};

static struct dm_zone_id zone_of(const struct dm_model *model, struct dm_interface_id interface)
{
    return interface.v ? dm_model_zone_of_interface(model, interface) : (struct dm_zone_id){ 0 };
}

static struct dm_interface_id first_interface(const struct dm_model *model, struct dm_host_id host)
{
    return dm_host_get(model, host)->interfaces[0];
}

/* Follows a packet alone, to show what it meets. */
static bool follow(struct attempt *attempt, struct dm_alive *alive,
                   const struct dm_walk_start *start, struct dm_interface_id target,
                   const char *name)
{
    struct dm_session_query query = { .start = *start, .flow = attempt->single };
    struct dm_session session;

    if (!dm_session_check(&attempt->judgement->checker->walker, alive, &query, &session)) {
        return false;
    }
    dm_asked_arrived(attempt->judgement->checker->model, target, &session);
    if (!attempt->target
        || (attempt->session.end != DM_SESSION_FAIL && session.end == DM_SESSION_FAIL)) {
        attempt->query = query;
        attempt->session = session;
        attempt->target = name;
    }
    return true;
}

/* Says what is not understood, of one packet that meets it. */
static bool explain(struct attempt *attempt, struct dm_alive *alive,
                    const struct dm_walk_start *start, struct dm_set open)
{
    struct dm_checker *checker = attempt->judgement->checker;
    struct dm_session_query query = { .start = *start };
    struct dm_session session;
    struct dm_packet packet;

    if (attempt->judgement->undecided_why
        || !dm_set_witness(dm_symbolic_sets(checker->symbolic), open, &packet)) {
        return true;
    }
    query.flow = dm_symbolic_flow(&packet);
    if (!dm_session_check(&checker->walker, alive, &query, &session)) {
        return false;
    }
    attempt->judgement->undecided_why = session.why ? session.why : dm_code_text(session.code);
    return true;
}

/* The caller's first address of a family, or its first of all. */
static struct dm_addr source_of(const struct dm_model *model, struct dm_interface_id id,
                                enum dm_family family)
{
    const struct dm_interface *interface = dm_interface_get(model, id);

    for (size_t i = 0; i < interface->n_addresses; i++) {
        if (interface->addresses[i].address.family == family) {
            return interface->addresses[i].address;
        }
    }
    return interface->addresses[0].address;
}

/* Tries one address, with all that is in scope. */
static bool try_address(struct attempt *attempt, struct dm_alive *alive, struct dm_addr destination,
                        struct dm_interface_id target, const char *name)
{
    struct dm_checker *checker = attempt->judgement->checker;
    struct dm_sets *sets = dm_symbolic_sets(checker->symbolic);
    struct dm_walk_start start = { .interface = attempt->source, .destination = destination };
    struct dm_symbolic_session session;

    start.source = attempt->source.v
                       ? source_of(checker->model, attempt->source, destination.family)
                       : attempt->outside;
    if (attempt->keep) {
        return follow(attempt, alive, &start, target, name);
    }
    if (!dm_symbolic_session_of(checker->symbolic, &checker->walker, alive, &start, target,
                                attempt->scope, &session)) {
        return false;
    }
    attempt->answered.sure = dm_set_or(sets, attempt->answered.sure, session.answered.sure);
    attempt->answered.perhaps =
        dm_set_or(sets, attempt->answered.perhaps, session.answered.perhaps);
    return explain(attempt, alive, &start,
                   dm_set_minus(sets, session.answered.perhaps, session.answered.sure));
}

/* What is in scope and not answered: for sure, or even perhaps. */
static struct dm_set missing(const struct attempt *attempt, struct dm_set answered)
{
    return dm_set_minus(dm_symbolic_sets(attempt->judgement->checker->symbolic), attempt->scope,
                        answered);
}

/* The address of a family at which the internet knows an interface: for IPv6 its own. */
static struct dm_addr outside_address(const struct dm_model *model, struct dm_interface_id id,
                                      enum dm_family family)
{
    const struct dm_interface *interface = dm_interface_get(model, id);

    for (size_t i = 0; i < interface->n_addresses; i++) {
        const struct dm_interface_address *of = &interface->addresses[i];
        bool own = of->address.family == DM_FAMILY_IPV6 && dm_addr_is_public(of->address);
        struct dm_addr address = own ? of->address : of->public_address;

        if (address.family == family) {
            return address;
        }
    }
    return (struct dm_addr){ 0 };
}

/* The address at which the caller asks for an endpoint. */
static struct dm_addr address_of(const struct attempt *attempt, struct dm_interface_id interface)
{
    const struct dm_model *model = attempt->judgement->checker->model;

    return attempt->source.v
               ? dm_interface_get(model, interface)->addresses->address
               : outside_address(model, interface, (enum dm_family)attempt->outside.family);
}

static bool try_interface(struct attempt *attempt, struct dm_alive *alive,
                          struct dm_interface_id interface)
{
    struct dm_checker *checker = attempt->judgement->checker;
    struct dm_addr address = address_of(attempt, interface);

    if (!dm_walk_interface_alive(&checker->walker, alive, interface) || dm_addr_is_none(address)) {
        return true;
    }
    return try_address(attempt, alive, address, interface,
                       dm_interface_get(checker->model, interface)->object.name);
}

/* A store that is written somewhere, but not through this network: S3 so far. */
static bool lives_elsewhere(const struct dm_model *model, struct dm_alive *alive,
                            struct dm_party party)
{
    return party.kind == DM_PARTY_STORE
           && dm_store_writer(model, alive, dm_store_get(model, (struct dm_store_id){ party.v }))
                  >= 0;
}

/* Where a callee is asked for: its endpoints, or a load balancer's nodes. */
struct callee {
    struct dm_hosts hosts;
    const struct dm_interface_id *nodes; /* NULL: hosts */
    size_t n;
};

/* A pod asks for a service of its own cluster at the cluster address, whose packets go to any of
 * the service's pods. */
static void ask_inside(const struct attempt *attempt, struct callee *callee)
{
    const struct dm_model *model = attempt->judgement->checker->model;
    struct dm_party to = attempt->pair->to;
    const struct dm_service *service =
        to.kind == DM_PARTY_SERVICE ? dm_service_get(model, (struct dm_service_id){ to.v }) : NULL;
    const struct dm_kube_service *kube = service && service->kube_service.v
                                             ? dm_kube_service_get(model, service->kube_service)
                                             : NULL;

    if (kube && kube->interface.v && attempt->source.v
        && dm_interface_get(model, attempt->source)->kind == DM_INTERFACE_POD
        && dm_model_cluster_of_interface(model, attempt->source).v == service->cluster.v) {
        callee->nodes = &kube->interface;
        callee->n = 1;
    }
}

static struct dm_interface_id callee_at(const struct dm_model *model, const struct callee *callee,
                                        size_t i)
{
    return callee->nodes ? callee->nodes[i] : first_interface(model, callee->hosts.items[i]);
}

/* Tries where the callee is, in the caller's zone first, until all is answered. */
static bool try_callee(struct attempt *attempt, struct dm_alive *alive, const struct callee *callee)
{
    const struct dm_model *model = attempt->judgement->checker->model;
    struct dm_zone_id near = zone_of(model, attempt->source);

    for (unsigned pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < callee->n; i++) {
            struct dm_interface_id interface = callee_at(model, callee, i);
            struct dm_zone_id zone = zone_of(model, interface);

            if ((zone.v == near.v) != (pass == 0)) {
                continue;
            }
            if (!attempt->keep && dm_set_is_empty(missing(attempt, attempt->answered.sure))) {
                return true;
            }
            if (!try_interface(attempt, alive, interface)) {
                return false;
            }
        }
    }
    return true;
}

static enum dm_outcome evaluate(const void *context, struct dm_alive *alive)
{
    struct attempt *attempt = *(struct attempt *const *)context;
    struct dm_judgement *judgement = attempt->judgement;
    struct dm_checker *checker = judgement->checker;
    bool fine;

    attempt->answered = (struct dm_flow_sets){ DM_SET_EMPTY, DM_SET_EMPTY };
    if (attempt->source.v && !dm_walk_interface_alive(&checker->walker, alive, attempt->source)) {
        return DM_NOT_APPLICABLE;
    }
    if (attempt->pair->to.kind == DM_PARTY_INTERNET) {
        fine = try_address(attempt, alive, attempt->outside, (struct dm_interface_id){ 0 },
                           "internet");
    } else {
        struct callee callee = { dm_party_hosts(checker->model, alive, attempt->pair->to),
                                 attempt->nodes, attempt->n_nodes };

        ask_inside(attempt, &callee);
        callee.n = callee.nodes ? callee.n : callee.hosts.n;
        if (!callee.n && lives_elsewhere(checker->model, alive, attempt->pair->to)) {
            judgement->undecided_why = "the store has no endpoint in this network";
            return DM_UNDECIDED;
        }
        fine = try_callee(attempt, alive, &callee);
    }
    if (!fine) {
        judgement->out_of_memory = true;
        return DM_UNDECIDED;
    }
    if (dm_set_is_empty(missing(attempt, attempt->answered.sure))) {
        return DM_HOLDS;
    }
    return dm_set_is_empty(missing(attempt, attempt->answered.perhaps)) ? DM_UNDECIDED
                                                                        : DM_VIOLATED;
}

/* Evaluates once more in the smallest failure set and keeps what went wrong. */
static enum dm_status add_witness(struct attempt *attempt, const struct dm_cut *cut,
                                  struct dm_finding *finding, const char *from, struct dm_err *err)
{
    struct dm_checker *checker = attempt->judgement->checker;
    struct attempt *context = attempt;
    struct dm_packet packet;
    enum dm_status status;

    dm_alive_begin(checker->alive, cut->elements, cut->n);
    if (evaluate(&context, checker->alive) != DM_VIOLATED
        || !dm_set_witness(dm_symbolic_sets(checker->symbolic),
                           missing(attempt, attempt->answered.perhaps), &packet)) {
        return DM_FAIL_NOMEM(err);
    }
    attempt->single = dm_symbolic_flow(&packet);
    attempt->keep = true;
    attempt->target = NULL;
    dm_alive_begin(checker->alive, cut->elements, cut->n);
    (void)evaluate(&context, checker->alive);
    if (!attempt->target) {
        return DM_OK; /* no living endpoint: there is no packet to show */
    }
    status = dm_witness_path(checker, from, attempt->target, &attempt->query, &attempt->session,
                             cut, &finding->witness, err);
    if (status == DM_OK && cut->n) {
        struct dm_session_query query = attempt->query;
        struct dm_session session;
        struct dm_path reply;

        dm_alive_begin(checker->alive, NULL, 0);
        if (!dm_session_check(&checker->walker, checker->alive, &query, &session)) {
            return DM_FAIL_NOMEM(err);
        }
        if (session.end == DM_SESSION_PASS) {
            status = dm_path_describe(checker->run, checker->model, &query, &session,
                                      &finding->witness.normal, &reply, err);
        }
    }
    return status;
}

static enum dm_status add_finding(struct attempt *attempt, struct dm_topic *topic,
                                  struct dm_err *err)
{
    struct dm_judgement *judgement = attempt->judgement;
    struct dm_checker *checker = judgement->checker;
    const struct dm_model *model = checker->model;
    const struct dm_cut *cut = &topic->violated.items[0];
    const char *from = dm_party_name(model, attempt->pair->from);
    const char *to = dm_party_name(model, attempt->pair->to);
    char port[DM_ADDR_TEXT_SIZE];
    struct dm_finding *finding;
    enum dm_status status =
        dm_finding_add_way(checker, judgement, DM_RULE_RCH001, from, to, &finding, err);

    if (status != DM_OK) {
        return status;
    }
    status = add_witness(attempt, cut, finding, from, err);
    if (status != DM_OK) {
        return status;
    }
    finding->message =
        dm_sprintf(checker->run, "`%s` cannot reach `%s` on %s%s%s", from, to,
                   dm_match_text(&attempt->pair->port, port), cut->n ? " when this fails: " : "",
                   cut->n ? dm_cut_text(checker->run, model, cut) : "");
    if (!attempt->target) {
        finding->help = dm_sprintf(checker->run, "no endpoint of `%s` lives then", to);
    } else if (attempt->session.code == DM_CODE_POD_ADDRESS_NOT_ROUTED) {
        finding->help = "from outside of their cluster pods are reached at a load balancer alone, "
                        "with targets of type `instance`";
    } else if (attempt->session.origin.source) {
        dm_finding_label(checker, finding, attempt->session.origin, "%s",
                         dm_code_text(attempt->session.code));
    }
    dm_finding_label(checker, finding, attempt->pair->origin, "this call needs it");
    dm_finding_label(checker, finding, judgement->requirement->object.origin,
                     "required by this statement");
    finding->cuts = topic->violated.items;
    finding->n_cuts = topic->violated.n;
    finding->n_sets = topic->n_sets;
    return DM_OK;
}

/* Which endpoint of the caller sees the topic's first cut. */
static bool sees(struct attempt *attempt, const struct dm_cut *cut)
{
    struct attempt *context = attempt;

    dm_alive_begin(attempt->judgement->checker->alive, cut->elements, cut->n);
    return evaluate(&context, attempt->judgement->checker->alive) == DM_VIOLATED;
}

/* Places in the internet that some rule tells apart. */
struct outside {
    struct dm_addr *items;
    size_t n;
    struct dm_addr to[2]; /* where services call: of IPv4, and of IPv6 or none */
};

/* Who calls: an endpoint, by one family where that is to the internet, or a place there. */
struct caller {
    struct dm_interface_id interface;
    struct dm_addr outside;
};

struct callers {
    DM_VEC(struct caller) all;
};

static void set_caller(struct attempt *attempt, const struct callers *callers, size_t i)
{
    attempt->source = callers->all.items[i].interface;
    attempt->outside = callers->all.items[i].outside;
}

static bool in_some_vpc(const struct dm_model *model, struct dm_addr address)
{
    for (uint32_t i = 0; i < model->n_vpcs; i++) {
        for (size_t j = 0; j < model->vpcs[i].n_cidrs; j++) {
            if (dm_prefix_has(model->vpcs[i].cidrs[j], address)) {
                return true;
            }
        }
    }
    return false;
}

/* Nobody outside has an address of a VPC. */
static enum dm_status find_outside(struct dm_checker *checker, struct outside *outside,
                                   struct dm_err *err)
{
    struct dm_atoms atoms;
    const struct dm_addr *found;
    size_t n;

    if (!dm_atoms_init(checker->run, checker->model, &atoms)
        || !dm_atoms_public(checker->run, checker->model, &atoms, &found, &n)) {
        return DM_FAIL_NOMEM(err);
    }
    outside->items = DM_NEW_ARRAY(checker->run, n + 1, struct dm_addr);
    if (!outside->items) {
        return DM_FAIL_NOMEM(err);
    }
    outside->to[0] = dm_model_internet_address(checker->model);
    for (size_t i = 0; i < n; i++) {
        if (in_some_vpc(checker->model, found[i])) {
            continue;
        }
        outside->items[outside->n++] = found[i];
        if (found[i].family == DM_FAMILY_IPV6 && dm_addr_is_none(outside->to[1])) {
            outside->to[1] = found[i];
        }
    }
    return DM_OK;
}

/* Whether a host, by its first interface, or a node has an address of the family outside. */
static bool is_known_outside(const struct attempt *attempt, struct dm_hosts hosts,
                             enum dm_family family)
{
    const struct dm_model *model = attempt->judgement->checker->model;

    for (size_t i = 0; i < attempt->n_nodes; i++) {
        if (outside_address(model, attempt->nodes[i], family).family == family) {
            return true;
        }
    }
    for (size_t i = 0; i < hosts.n; i++) {
        if (outside_address(model, first_interface(model, hosts.items[i]), family).family
            == family) {
            return true;
        }
    }
    return false;
}

/* The same of the callee, of a store in any copy. */
static bool callee_is_known(const struct attempt *attempt, enum dm_family family)
{
    struct dm_checker *checker = attempt->judgement->checker;
    struct dm_party to = attempt->pair->to;
    struct dm_hosts hosts;

    if (to.kind == DM_PARTY_STORE) {
        const struct dm_store *store = dm_store_get(checker->model, (struct dm_store_id){ to.v });

        for (size_t i = 0; i < store->n_copies; i++) {
            hosts = (struct dm_hosts){ store->copies[i].hosts, store->copies[i].n_hosts };
            if (is_known_outside(attempt, hosts, family)) {
                return true;
            }
        }
        return false;
    }
    dm_alive_begin(checker->alive, NULL, 0);
    hosts = dm_party_hosts(checker->model, checker->alive, to);
    return is_known_outside(attempt, hosts, family);
}

/* Everybody outside by the families of which the callee has an address; without any, by IPv4. */
static bool find_outside_callers(const struct attempt *attempt, const struct outside *outside,
                                 struct callers *ret_callers)
{
    bool by_ipv6 = callee_is_known(attempt, DM_FAMILY_IPV6);
    bool by_ipv4 = !by_ipv6 || callee_is_known(attempt, DM_FAMILY_IPV4);

    for (size_t i = 0; i < outside->n; i++) {
        struct caller caller = { { 0 }, outside->items[i] };

        if ((caller.outside.family == DM_FAMILY_IPV4 ? by_ipv4 : by_ipv6)
            && !DM_VEC_PUSH(attempt->judgement->checker->run, &ret_callers->all, caller)) {
            return false;
        }
    }
    return true;
}

static bool has_public_ipv6(const struct dm_model *model, struct dm_interface_id interface)
{
    return outside_address(model, interface, DM_FAMILY_IPV6).family == DM_FAMILY_IPV6;
}

/* Each endpoint; to the internet by IPv4, unless it has IPv6 alone, and by IPv6 where it has that.
 */
static bool find_callers(const struct attempt *attempt, const struct outside *outside,
                         struct callers *ret_callers)
{
    struct dm_checker *checker = attempt->judgement->checker;
    const struct dm_model *model = checker->model;
    bool to_internet = attempt->pair->to.kind == DM_PARTY_INTERNET;
    struct dm_hosts hosts;

    dm_alive_begin(checker->alive, NULL, 0);
    hosts = dm_party_hosts(model, checker->alive, attempt->pair->from);
    for (size_t i = 0; i < hosts.n; i++) {
        struct caller caller = { first_interface(model, hosts.items[i]), outside->to[0] };
        bool by_ipv6 = to_internet && has_public_ipv6(model, caller.interface)
                       && !dm_addr_is_none(outside->to[1]);
        bool by_ipv4 =
            !by_ipv6 || source_of(model, caller.interface, DM_FAMILY_IPV4).family == DM_FAMILY_IPV4;

        if (by_ipv4 && !DM_VEC_PUSH(checker->run, &ret_callers->all, caller)) {
            return false;
        }
        caller.outside = outside->to[1];
        if (by_ipv6 && !DM_VEC_PUSH(checker->run, &ret_callers->all, caller)) {
            return false;
        }
    }
    return true;
}

/* All flows of a port; of ICMP without a type echo requests, which are what is answered. */
static struct dm_set scope_of(const struct dm_checker *checker, const struct dm_match *port)
{
    struct dm_flow flow = dm_flow_of_match(port);
    struct dm_match match = *port;
    bool is_ping = port->protocol == DM_PROTO_ICMP || port->protocol == DM_PROTO_ICMPV6;

    if (is_ping) {
        match.icmp_type = flow.icmp_type;
        match.icmp_code = flow.icmp_code;
    }
    return dm_set_match(dm_symbolic_sets(checker->symbolic), &match);
}

/* The nodes of a load balancer, or what has an accelerator's addresses; none of other parties. */
static enum dm_status find_nodes(struct dm_checker *checker, struct attempt *attempt,
                                 struct dm_err *err)
{
    const struct dm_model *model = checker->model;
    struct dm_party party = attempt->pair->to;
    DM_VEC(struct dm_interface_id) nodes = { 0 };

    if (party.kind != DM_PARTY_BALANCER && party.kind != DM_PARTY_ACCELERATOR) {
        return DM_OK;
    }
    for (uint32_t v = 1; v <= model->n_interfaces; v++) {
        struct dm_interface_id id = { v };
        const struct dm_interface *interface = dm_interface_get(model, id);

        if (party.v
                == (party.kind == DM_PARTY_BALANCER ? interface->balancer.v
                                                    : interface->accelerator.v)
            && !DM_VEC_PUSH(checker->run, &nodes, id)) {
            return DM_FAIL_NOMEM(err);
        }
    }
    attempt->nodes = nodes.items;
    attempt->n_nodes = nodes.n;
    return DM_OK;
}

static enum dm_status judge_pair(struct dm_judgement *judgement, const struct dm_reach_pair *pair,
                                 const struct outside *outside, struct dm_err *err)
{
    struct attempt attempt = { .judgement = judgement,
                               .pair = pair,
                               .scope = scope_of(judgement->checker, &pair->port) };
    struct attempt *context = &attempt;
    struct dm_question question = { evaluate, &context };
    struct dm_topic topic = { .n_sets = 0 };
    struct callers callers = { .all = { 0 } };
    enum dm_status found = find_nodes(judgement->checker, &attempt, err);

    if (found != DM_OK) {
        return found;
    }
    if (!(pair->from.kind == DM_PARTY_INTERNET ? find_outside_callers(&attempt, outside, &callers)
                                               : find_callers(&attempt, outside, &callers))) {
        return DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; i < callers.all.n; i++) {
        enum dm_status status;

        set_caller(&attempt, &callers, i);
        status = dm_checker_ask(judgement, &question, &topic, err);
        if (status != DM_OK) {
            return status;
        }
    }
    dm_topic_settle(&topic);
    if (!topic.violated.n) {
        return DM_OK;
    }
    for (size_t i = 0; i < callers.all.n; i++) {
        set_caller(&attempt, &callers, i);
        if (sees(&attempt, &topic.violated.items[0])) {
            break;
        }
    }
    return add_finding(&attempt, &topic, err);
}

enum dm_status dm_judge_reach(struct dm_judgement *judgement, struct dm_err *err)
{
    struct outside outside = { .n = 0 };
    enum dm_status status = find_outside(judgement->checker, &outside, err);

    if (status == DM_OK && !dm_checker_symbolic(judgement->checker)) {
        return DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; status == DM_OK && i < judgement->requirement->n_pairs; i++) {
        const struct dm_reach_pair *pair = &judgement->requirement->pairs[i];

        if (pair->port.protocol < 0) {
            judgement->row.n_leaves[DM_UNDECIDED]++;
            judgement->undecided_why = "no port is named for a call";
            continue;
        }
        status = judge_pair(judgement, pair, &outside, err);
    }
    return status;
}
