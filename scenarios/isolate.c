/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * isolate - no packet of any kind from an endpoint of one side is delivered to
 * one of the other, neither straight nor by a load balancer that sends it on.
 *
 * One question for each pair of endpoint classes (classes.h); one finding for each pair of sides.
 */
#include "model/base/str.h"
#include "scenarios/classes.h"
#include "scenarios/crossing.h"

/* Of a host's handle 0 stands for the internet: everything outside, as one public address of each
 * atom. */
struct side {
    const struct dm_host_id *hosts; /* one of each class */
    size_t n;
    struct dm_hosts all;
};

struct outside {
    const struct dm_addr *addresses;
    size_t n;
};

struct pair {
    struct dm_judgement *judgement;
    struct dm_host_id from;
    struct dm_host_id to;
    struct outside outside;
    const struct dm_interface_id *nodes; /* of load balancers */
    size_t n_nodes;
    struct dm_crossing crossing; /* of the last evaluation */
};

/* The 'i'-th address that packets of 'from' come from; false where there is none. */
static bool source_at(const struct pair *pair, struct dm_interface_id from, size_t i,
                      struct dm_addr *ret_address)
{
    const struct dm_interface *interface;

    if (!from.v) {
        *ret_address = i < pair->outside.n ? pair->outside.addresses[i] : (struct dm_addr){ 0 };
        return i < pair->outside.n;
    }
    interface = dm_interface_get(pair->judgement->checker->model, from);
    *ret_address =
        i < interface->n_addresses ? interface->addresses[i].address : (struct dm_addr){ 0 };
    return i < interface->n_addresses;
}

/* The 'i'-th address at which 'to' can be asked, private and public ones; some are none. */
static bool destination_at(const struct pair *pair, struct dm_interface_id to, size_t i,
                           struct dm_addr *ret_address)
{
    const struct dm_interface *interface;

    if (!to.v) {
        return source_at(pair, to, i, ret_address);
    }
    interface = dm_interface_get(pair->judgement->checker->model, to);
    if (i / 2 >= interface->n_addresses) {
        return false;
    }
    *ret_address =
        i % 2 ? interface->addresses[i / 2].public_address : interface->addresses[i / 2].address;
    return true;
}

/* From one interface to one other, by all addresses of 'by': its own, or a balancer's; false when
 * memory is out. */
static bool try_addresses(struct pair *pair, struct dm_alive *alive, struct dm_interface_id from,
                          struct dm_interface_id to, struct dm_interface_id by)
{
    struct dm_walk_start start = { .interface = from };

    for (size_t i = 0; source_at(pair, from, i, &start.source); i++) {
        for (size_t j = 0; destination_at(pair, by, j, &start.destination); j++) {
            struct dm_crossing crossing;

            if (start.source.family != start.destination.family) {
                continue;
            }
            if (!dm_crossing_find(pair->judgement->checker, alive, &start, to, NULL, &crossing)) {
                return false;
            }
            if (crossing.outcome > pair->crossing.outcome) {
                pair->crossing = crossing;
            }
            if (crossing.outcome == DM_VIOLATED) {
                return true;
            }
        }
    }
    return true;
}

/* The same, and by all balancers that may send on to it. */
static bool try_ways(struct pair *pair, struct dm_alive *alive, struct dm_interface_id from,
                     struct dm_interface_id to)
{
    if (!try_addresses(pair, alive, from, to, to)) {
        return false;
    }
    for (size_t i = 0; i < pair->n_nodes && pair->crossing.outcome != DM_VIOLATED; i++) {
        if (to.v && !try_addresses(pair, alive, from, to, pair->nodes[i])) {
            return false;
        }
    }
    return true;
}

struct interfaces {
    const struct dm_interface_id *items;
    size_t n;
};

static struct interfaces interfaces_of(const struct dm_model *model, struct dm_host_id host)
{
    static const struct dm_interface_id internet = { 0 };
    const struct dm_host *item = host.v ? dm_host_get(model, host) : NULL;

    return item ? (struct interfaces){ item->interfaces, item->n_interfaces }
                : (struct interfaces){ &internet, 1 };
}

static enum dm_outcome evaluate(const void *context, struct dm_alive *alive)
{
    struct pair *pair = *(struct pair *const *)context;
    struct dm_checker *checker = pair->judgement->checker;
    struct interfaces from = interfaces_of(checker->model, pair->from);
    struct interfaces to = interfaces_of(checker->model, pair->to);
    bool lives = false;

    dm_crossing_begin(checker);
    pair->crossing = (struct dm_crossing){ .outcome = DM_HOLDS };
    for (size_t i = 0; i < from.n; i++) {
        if (from.items[i].v && !dm_walk_interface_alive(&checker->walker, alive, from.items[i])) {
            continue;
        }
        lives = true;
        for (size_t j = 0; j < to.n; j++) {
            if (!try_ways(pair, alive, from.items[i], to.items[j])) {
                pair->judgement->out_of_memory = true;
                return DM_UNDECIDED;
            }
            if (pair->crossing.outcome == DM_VIOLATED) {
                return DM_VIOLATED;
            }
        }
    }
    if (pair->crossing.outcome == DM_UNDECIDED && !pair->judgement->undecided_why) {
        pair->judgement->undecided_why = pair->crossing.why;
    }
    return lives ? pair->crossing.outcome : DM_NOT_APPLICABLE;
}

/* All hosts of the parties, a store's in every copy, one of each class. */
static bool side_of(struct dm_checker *checker, const struct dm_atoms *atoms,
                    const struct dm_party *parties, size_t n_parties, struct side *ret_side)
{
    const struct dm_model *model = checker->model;
    DM_VEC(struct dm_host_id) hosts = { 0 };
    DM_VEC(struct dm_host_id) kept = { 0 };
    bool internet = false;

    for (size_t i = 0; i < n_parties; i++) {
        internet |= parties[i].kind == DM_PARTY_INTERNET;
        if (parties[i].kind == DM_PARTY_SERVICE) {
            const struct dm_service *service =
                dm_service_get(model, (struct dm_service_id){ parties[i].v });

            for (size_t j = 0; j < service->n_hosts; j++) {
                if (!DM_VEC_PUSH(checker->run, &hosts, service->hosts[j])) {
                    return false;
                }
            }
        } else if (parties[i].kind == DM_PARTY_SITE) {
            const struct dm_site *site = dm_site_get(model, (struct dm_site_id){ parties[i].v });

            for (size_t j = 0; j < site->n_hosts; j++) {
                if (!DM_VEC_PUSH(checker->run, &hosts, site->hosts[j])) {
                    return false;
                }
            }
        } else if (parties[i].kind == DM_PARTY_STORE) {
            const struct dm_store *store =
                dm_store_get(model, (struct dm_store_id){ parties[i].v });

            for (size_t j = 0; j < store->n_copies; j++) {
                for (size_t k = 0; k < store->copies[j].n_hosts; k++) {
                    if (!DM_VEC_PUSH(checker->run, &hosts, store->copies[j].hosts[k])) {
                        return false;
                    }
                }
            }
        }
    }
    ret_side->all = (struct dm_hosts){ hosts.items, hosts.n };
    if (!dm_classes_of_hosts(checker->run, model, atoms, hosts.items, hosts.n, &ret_side->hosts,
                             &ret_side->n)) {
        return false;
    }
    for (size_t i = 0; internet && i < ret_side->n; i++) {
        if (!DM_VEC_PUSH(checker->run, &kept, ret_side->hosts[i])) {
            return false;
        }
    }
    if (internet) {
        if (!DM_VEC_PUSH(checker->run, &kept, (struct dm_host_id){ 0 })) {
            return false;
        }
        ret_side->hosts = kept.items;
        ret_side->n = kept.n;
    }
    return true;
}

static const char *host_name(const struct dm_model *model, struct dm_host_id host)
{
    return host.v ? dm_host_get(model, host)->object.name : "internet";
}

static enum dm_status add_finding(struct pair *pair, const struct dm_isolation *isolation,
                                  struct dm_topic *topic, struct dm_err *err)
{
    struct dm_judgement *judgement = pair->judgement;
    struct dm_checker *checker = judgement->checker;
    const struct dm_cut *cut = &topic->violated.items[0];
    const char *from = host_name(checker->model, pair->from);
    const char *to = host_name(checker->model, pair->to);
    char flow[DM_ADDR_TEXT_SIZE];
    struct dm_finding *finding;
    enum dm_status status =
        dm_finding_add_way(checker, judgement, DM_RULE_SEC001, isolation->from_text,
                           isolation->to_text, &finding, err);

    if (status != DM_OK) {
        return status;
    }
    DM_ASSERT(pair->crossing.outcome == DM_VIOLATED);
    status = dm_crossing_witness(checker, from, to, &pair->crossing, cut, &finding->witness, err);
    if (status != DM_OK) {
        return status;
    }
    finding->message =
        dm_sprintf(checker->run, "`%s` can send %s to `%s`, from %s to %s%s%s", from,
                   dm_flow_text(&pair->crossing.query.flow, flow), to, isolation->from_text,
                   isolation->to_text, cut->n ? ", when this fails: " : "",
                   cut->n ? dm_cut_text(checker->run, checker->model, cut) : "");
    for (size_t i = 0; i < pair->crossing.walk->n_hops; i++) {
        const struct dm_hop *hop = &pair->crossing.walk->hops[i];

        if (hop->kind == DM_HOP_TRANSIT_ROUTE || hop->kind == DM_HOP_CORE_ROUTE
            || (hop->kind == DM_HOP_ROUTE && hop->route->target_kind != DM_TARGET_LOCAL)) {
            dm_finding_label(checker, finding, finding->witness.request.hops[i].origin,
                             "this route takes it there");
        }
    }
    finding->n_labels =
        finding->n_labels < DM_DIAG_MAX_LABELS ? finding->n_labels : DM_DIAG_MAX_LABELS - 1;
    dm_finding_label(checker, finding, isolation->origin, "required by this statement");
    finding->cuts = topic->violated.items;
    finding->n_cuts = topic->violated.n;
    finding->n_sets = topic->n_sets;
    return DM_OK;
}

/* Another host of the class of 'host' among 'hosts', or none. */
static struct dm_host_id another(const struct dm_model *model, const struct dm_atoms *atoms,
                                 struct dm_hosts hosts, struct dm_host_id host)
{
    for (size_t i = 0; i < hosts.n; i++) {
        if (hosts.items[i].v != host.v && dm_classes_same(model, atoms, hosts.items[i], host)) {
            return hosts.items[i];
        }
    }
    return (struct dm_host_id){ 0 };
}

/* Two hosts that stand for the 'i'th pair of classes; false where these have but one between them,
 * which may always speak to itself. */
static bool choose_pair(struct pair *pair, const struct dm_atoms *atoms, const struct side *from,
                        const struct side *to, size_t i)
{
    const struct dm_model *model = pair->judgement->checker->model;
    struct dm_host_id other;

    pair->from = from->hosts[i / to->n];
    pair->to = to->hosts[i % to->n];
    if (pair->from.v != pair->to.v) {
        return true;
    }
    if (!pair->from.v) {
        return false;
    }
    other = another(model, atoms, to->all, pair->to);
    if (other.v) {
        pair->to = other;
        return true;
    }
    other = another(model, atoms, from->all, pair->from);
    if (other.v) {
        pair->from = other;
        return true;
    }
    return false;
}

static enum dm_status judge_sides(struct dm_judgement *judgement, const struct dm_atoms *atoms,
                                  const struct pair *asked, const struct dm_isolation *isolation,
                                  struct dm_err *err)
{
    struct dm_checker *checker = judgement->checker;
    struct pair pair = *asked;
    struct pair *context = &pair;
    struct dm_question question = { evaluate, &context };
    struct dm_topic topic = { .n_sets = 0 };
    struct side from;
    struct side to;

    if (!side_of(checker, atoms, isolation->from, isolation->n_from, &from)
        || !side_of(checker, atoms, isolation->to, isolation->n_to, &to)) {
        return DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; i < from.n * to.n; i++) {
        enum dm_status status;

        if (!choose_pair(&pair, atoms, &from, &to, i)) {
            continue;
        }
        status = dm_checker_ask(judgement, &question, &topic, err);
        if (status != DM_OK) {
            return status;
        }
    }
    if (!topic.violated.n) {
        return DM_OK;
    }
    dm_topic_settle(&topic);
    for (size_t i = 0; i < from.n * to.n; i++) {
        dm_alive_begin(checker->alive, topic.violated.items[0].elements, topic.violated.items[0].n);
        if (choose_pair(&pair, atoms, &from, &to, i)
            && evaluate(&context, checker->alive) == DM_VIOLATED) {
            break;
        }
    }
    return add_finding(&pair, isolation, &topic, err);
}

/* Nodes of load balancers and accelerators; false when memory is out. */
static bool find_nodes(struct pair *pair)
{
    struct dm_checker *checker = pair->judgement->checker;
    DM_VEC(struct dm_interface_id) nodes = { 0 };

    for (uint32_t v = 1; v <= checker->model->n_interfaces; v++) {
        enum dm_interface_kind kind = checker->model->interfaces[v - 1].kind;

        if ((kind == DM_INTERFACE_BALANCER || kind == DM_INTERFACE_ACCELERATOR)
            && !DM_VEC_PUSH(checker->run, &nodes, (struct dm_interface_id){ v })) {
            return false;
        }
    }
    pair->nodes = nodes.items;
    pair->n_nodes = nodes.n;
    return true;
}

enum dm_status dm_judge_isolate(struct dm_judgement *judgement, struct dm_err *err)
{
    struct dm_checker *checker = judgement->checker;
    struct pair pair = { .judgement = judgement };
    struct dm_atoms atoms;
    enum dm_status status = DM_OK;

    if (!dm_atoms_init(checker->run, checker->model, &atoms) || !find_nodes(&pair)
        || !dm_atoms_public(checker->run, checker->model, &atoms, &pair.outside.addresses,
                            &pair.outside.n)) {
        return DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; status == DM_OK && i < judgement->requirement->n_isolations; i++) {
        status = judge_sides(judgement, &atoms, &pair, &judgement->requirement->isolations[i], err);
    }
    return status;
}
