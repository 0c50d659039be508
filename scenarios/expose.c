/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * expose - what the internet may reach: of all that has a public address, only
 * what is listed is delivered.
 *
 * One question for each interface with a public address; packets come from one
 * public address of each atom, so from everywhere that some rule tells apart.
 */
#include "model/base/str.h"
#include "scenarios/classes.h"
#include "scenarios/crossing.h"

struct target {
    struct dm_judgement *judgement;
    struct dm_interface_id interface;
    const struct dm_addr *outside; /* where packets come from */
    size_t n_outside;
    const struct dm_match *listed; /* the ports of all that is listed */
    struct dm_crossing crossing;   /* of the last evaluation */
};

static bool has_host(struct dm_hosts hosts, struct dm_host_id host)
{
    for (size_t i = 0; i < hosts.n; i++) {
        if (hosts.items[i].v == host.v) {
            return true;
        }
    }
    return false;
}

/* Whether the party, a store in any of its copies, has the host. */
static bool party_has(const struct dm_model *model, struct dm_party party, struct dm_host_id host)
{
    if (party.kind == DM_PARTY_SERVICE) {
        const struct dm_service *service = dm_service_get(model, (struct dm_service_id){ party.v });

        return has_host((struct dm_hosts){ service->hosts, service->n_hosts }, host);
    }
    if (party.kind == DM_PARTY_STORE) {
        const struct dm_store *store = dm_store_get(model, (struct dm_store_id){ party.v });

        for (size_t i = 0; i < store->n_copies; i++) {
            if (has_host((struct dm_hosts){ store->copies[i].hosts, store->copies[i].n_hosts },
                         host)) {
                return true;
            }
        }
    }
    return false;
}

/* Whether an entry that is listed is the one which was asked.  What it lets through to a store is
 * not listed thereby: who exposes data says so. */
static bool is_entry(const struct target *target, struct dm_party party, struct dm_host_id host)
{
    const struct dm_model *model = target->judgement->checker->model;
    const struct dm_interface *asked = dm_interface_get(model, target->interface);

    if (party.kind == DM_PARTY_BALANCER      ? asked->balancer.v != party.v
        : party.kind == DM_PARTY_ACCELERATOR ? asked->accelerator.v != party.v
                                             : true) {
        return false;
    }
    for (uint32_t v = 1; host.v && v <= model->n_stores; v++) {
        if (party_has(model, (struct dm_party){ DM_PARTY_STORE, v }, host)) {
            return false;
        }
    }
    return true;
}

/* Flows count that are not listed for the host where they arrive: the target, or whom a load
 * balancer sends them to. */
static bool is_unlisted(const void *context, struct dm_interface_id at, const struct dm_flow *flow)
{
    const struct target *target = context;
    const struct dm_requirement *requirement = target->judgement->requirement;
    const struct dm_model *model = target->judgement->checker->model;
    struct dm_host_id host = { at.v ? dm_interface_get(model, at)->host.v : 0 };
    struct dm_packet packet = { .protocol = flow->protocol,
                                .destination_port = flow->port_first,
                                .icmp_type = flow->icmp_type,
                                .icmp_code = flow->icmp_code };

    for (size_t i = 0; i < requirement->n_allowed; i++) {
        const struct dm_exposure *allowed = &requirement->allowed[i];

        if (dm_match_has(&allowed->port, &packet)
            && ((host.v && party_has(model, allowed->to, host))
                || is_entry(target, allowed->to, host))) {
            return false;
        }
    }
    return true;
}

/* The address at which the internet knows an interface: for IPv6 its own. */
static struct dm_addr outside_address(const struct dm_interface_address *address)
{
    bool own = address->address.family == DM_FAMILY_IPV6 && dm_addr_is_public(address->address);

    return own ? address->address : address->public_address;
}

static enum dm_outcome evaluate(const void *context, struct dm_alive *alive)
{
    struct target *target = *(struct target *const *)context;
    struct dm_checker *checker = target->judgement->checker;
    const struct dm_interface *interface = dm_interface_get(checker->model, target->interface);
    struct dm_crossing_test test = { is_unlisted, target, target->listed,
                                     target->judgement->requirement->n_allowed };

    dm_crossing_begin(checker);
    target->crossing = (struct dm_crossing){ .outcome = DM_HOLDS };
    for (size_t i = 0; i < interface->n_addresses * target->n_outside; i++) {
        struct dm_addr destination = outside_address(&interface->addresses[i / target->n_outside]);
        struct dm_walk_start start = { .source = target->outside[i % target->n_outside],
                                       .destination = destination };
        struct dm_crossing crossing;

        if (dm_addr_is_none(destination) || start.source.family != destination.family) {
            continue;
        }
        if (!dm_crossing_find(checker, alive, &start, target->interface, &test, &crossing)) {
            target->judgement->out_of_memory = true;
            return DM_UNDECIDED;
        }
        if (crossing.outcome > target->crossing.outcome) {
            target->crossing = crossing;
        }
        if (crossing.outcome == DM_VIOLATED) {
            return DM_VIOLATED;
        }
    }
    if (target->crossing.outcome == DM_UNDECIDED && !target->judgement->undecided_why) {
        target->judgement->undecided_why = target->crossing.why;
    }
    return target->crossing.outcome;
}

static enum dm_status add_finding(struct target *target, struct dm_topic *topic, struct dm_err *err)
{
    static const char *const facts[] = { "IGW-01", "VPC-12", NULL };
    struct dm_judgement *judgement = target->judgement;
    struct dm_checker *checker = judgement->checker;
    const struct dm_cut *cut = &topic->violated.items[0];
    const struct dm_object *object = &dm_interface_get(checker->model, target->interface)->object;
    const char *subjects[] = { object->name };
    char flow[DM_ADDR_TEXT_SIZE];
    char address[DM_ADDR_TEXT_SIZE];
    struct target *context = target;
    struct dm_finding *finding;
    enum dm_status status =
        dm_finding_add(checker, judgement, DM_RULE_SEC002, subjects, 1, &finding, err);

    if (status != DM_OK) {
        return status;
    }
    dm_alive_begin(checker->alive, cut->elements, cut->n);
    (void)evaluate(&context, checker->alive);
    DM_ASSERT(target->crossing.outcome == DM_VIOLATED);
    status = dm_crossing_witness(checker, "internet", object->name, &target->crossing, cut,
                                 &finding->witness, err);
    if (status != DM_OK) {
        return status;
    }
    finding->message =
        dm_sprintf(checker->run, "the internet reaches `%s` on %s, at %s, which is not listed",
                   object->name, dm_flow_text(&target->crossing.query.flow, flow),
                   dm_addr_text(target->crossing.query.start.destination, address));
    dm_finding_facts(finding, facts);
    for (size_t i = 0; i < finding->witness.request.n_hops; i++) {
        if (finding->witness.request.hops[i].kind == DM_HOP_GROUPS_IN) {
            dm_finding_label(checker, finding, finding->witness.request.hops[i].origin,
                             "this rule lets it in");
        }
    }
    dm_finding_label(checker, finding, object->origin, "this has a public address");
    dm_finding_label(checker, finding, judgement->requirement->object.origin,
                     "required by this statement");
    finding->cuts = topic->violated.items;
    finding->n_cuts = topic->violated.n;
    finding->n_sets = topic->n_sets;
    return DM_OK;
}

/* NULL when memory is out. */
static const struct dm_match *list_ports(struct dm_judgement *judgement)
{
    const struct dm_requirement *requirement = judgement->requirement;
    struct dm_match *ports =
        DM_NEW_ARRAY(judgement->checker->run, requirement->n_allowed + 1, struct dm_match);

    for (size_t i = 0; ports && i < requirement->n_allowed; i++) {
        ports[i] = requirement->allowed[i].port;
    }
    return ports;
}

static bool has_public(const struct dm_interface *interface)
{
    for (size_t i = 0; i < interface->n_addresses; i++) {
        if (!dm_addr_is_none(outside_address(&interface->addresses[i]))) {
            return true;
        }
    }
    return false;
}

enum dm_status dm_judge_expose(struct dm_judgement *judgement, struct dm_err *err)
{
    struct dm_checker *checker = judgement->checker;
    struct target target = { .judgement = judgement, .listed = list_ports(judgement) };
    struct target *context = &target;
    struct dm_question question = { evaluate, &context };
    struct dm_atoms atoms;

    if (!target.listed || !dm_atoms_init(checker->run, checker->model, &atoms)
        || !dm_atoms_public(checker->run, checker->model, &atoms, &target.outside,
                            &target.n_outside)) {
        return DM_FAIL_NOMEM(err);
    }
    for (uint32_t v = 1; v <= checker->model->n_interfaces; v++) {
        struct dm_topic topic = { .n_sets = 0 };
        enum dm_status status;

        target.interface = (struct dm_interface_id){ v };
        if (!has_public(dm_interface_get(checker->model, target.interface))) {
            continue;
        }
        status = dm_checker_ask(judgement, &question, &topic, err);
        dm_topic_settle(&topic);
        if (status == DM_OK && topic.violated.n) {
            status = add_finding(&target, &topic, err);
        }
        if (status != DM_OK) {
            return status;
        }
    }
    if (!judgement->row.n_questions) {
        judgement->row.n_leaves[DM_HOLDS]++; /* nothing has a public address */
    }
    return DM_OK;
}
