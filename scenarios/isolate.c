/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * isolate - no packet of any kind from an endpoint of one side is delivered to
 * one of the other, neither straight nor by a load balancer that sends it on.
 *
 * One question for each pair of places (sides.h), about all pairs of endpoint classes there, and
 * for packets that go straight; one for each place and each node of a balancer, or accelerator,
 * that may send to the other side at all (solver/reach/served.h).  A question that asked for both
 * would read what both read, and failures of the one would be tried with those of the other, in
 * vain: something crosses if it does by one of the ways.  One finding for each pair of sides.
 */
#include "model/base/str.h"
#include "scenarios/crossing.h"
#include "scenarios/sides.h"
#include "solver/reach/served.h"

struct outside {
    const struct dm_addr *addresses;
    size_t n;
};

/* A node of a load balancer or a cluster, an accelerator or a Service, and whom it may send to. */
struct node {
    struct dm_interface_id interface;
    struct dm_served served;
};

/* What one question asks: of two places, or of a place and, by a node, the whole other side. */
struct asked {
    struct dm_judgement *judgement;
    struct outside outside;
    const struct dm_side_place *from;
    const struct dm_side_place *to;
    struct dm_interface_id node; /* none: what goes straight */
    const bool *to_hosts;        /* with a node: by handle */
    struct dm_host_id sole;      /* the only one of them that the node may send to; or none */
    /* of the last evaluation */
    struct dm_crossing crossing;
    struct dm_host_id sender;
    struct dm_host_id receiver;
};

/* The 'i'-th address that packets of 'from' come from; false where there is none. */
static bool source_at(const struct asked *asked, struct dm_interface_id from, size_t i,
                      struct dm_addr *ret_address)
{
    const struct dm_interface *interface;

    if (!from.v) {
        *ret_address = i < asked->outside.n ? asked->outside.addresses[i] : (struct dm_addr){ 0 };
        return i < asked->outside.n;
    }
    interface = dm_interface_get(asked->judgement->checker->model, from);
    *ret_address =
        i < interface->n_addresses ? interface->addresses[i].address : (struct dm_addr){ 0 };
    return i < interface->n_addresses;
}

/* The 'i'-th address at which 'to' can be asked, private and public ones; some are none. */
static bool destination_at(const struct asked *asked, struct dm_interface_id to, size_t i,
                           struct dm_addr *ret_address)
{
    const struct dm_interface *interface;

    if (!to.v) {
        return source_at(asked, to, i, ret_address);
    }
    interface = dm_interface_get(asked->judgement->checker->model, to);
    if (i / 2 >= interface->n_addresses) {
        return false;
    }
    *ret_address =
        i % 2 ? interface->addresses[i / 2].public_address : interface->addresses[i / 2].address;
    return true;
}

/* From one interface to one other, or by a node where that is asked; false when memory is out. */
static bool try_addresses(struct asked *asked, struct dm_alive *alive, struct dm_interface_id from,
                          struct dm_interface_id to, const struct dm_crossing_test *test)
{
    struct dm_walk_start start = { .interface = from };

    for (size_t i = 0; source_at(asked, from, i, &start.source); i++) {
        for (size_t j = 0; destination_at(asked, to, j, &start.destination); j++) {
            struct dm_crossing crossing;

            if (start.source.family != start.destination.family) {
                continue;
            }
            if (!dm_crossing_find(asked->judgement->checker, alive, &start, to, test, &crossing)) {
                return false;
            }
            crossing.arrives |= asked->crossing.arrives;
            if (crossing.outcome > asked->crossing.outcome) {
                asked->crossing = crossing;
            }
            asked->crossing.arrives = crossing.arrives;
            if (crossing.outcome == DM_VIOLATED) {
                return true;
            }
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

/* From all interfaces of 'from' that live to all of 'to'; false when memory is out. */
static bool try_interfaces(struct asked *asked, struct dm_alive *alive, struct dm_host_id from,
                           struct interfaces to, const struct dm_crossing_test *test,
                           bool *ret_lives)
{
    struct dm_checker *checker = asked->judgement->checker;
    struct interfaces by = interfaces_of(checker->model, from);

    for (size_t i = 0; i < by.n; i++) {
        if (by.items[i].v && !dm_walk_interface_alive(&checker->walker, alive, by.items[i])) {
            continue;
        }
        *ret_lives = true;
        for (size_t j = 0; j < to.n && asked->crossing.outcome != DM_VIOLATED; j++) {
            if (!try_addresses(asked, alive, by.items[i], to.items[j], test)) {
                return false;
            }
        }
    }
    return true;
}

/* Two hosts that stand for two classes; false where these have but one between them, which may
 * always speak to itself. */
static bool choose_pair(struct asked *asked, const struct dm_side_class *from,
                        const struct dm_side_class *to)
{
    asked->sender = from->host;
    asked->receiver = to->host;
    if (from->host.v != to->host.v) {
        return true;
    }
    if (to->other.v) {
        asked->receiver = to->other;
    } else {
        asked->sender = from->other;
    }
    return asked->sender.v != asked->receiver.v && asked->sender.v;
}

static enum dm_outcome finish(struct asked *asked, bool fine, bool lives)
{
    if (!fine) {
        asked->judgement->out_of_memory = true;
        return DM_UNDECIDED;
    }
    if (asked->crossing.outcome == DM_UNDECIDED && !asked->judgement->undecided_why) {
        asked->judgement->undecided_why = asked->crossing.why;
    }
    return lives ? asked->crossing.outcome : DM_NOT_APPLICABLE;
}

/* Whether it came to the receiver: a node of a cluster may have sent it on. */
static bool is_at_receiver(const void *context, struct dm_interface_id at,
                           const struct dm_flow *flow)
{
    const struct asked *asked = context;

    (void)flow;
    return at.v
           && dm_interface_get(asked->judgement->checker->model, at)->host.v == asked->receiver.v;
}

static bool is_node(const struct dm_model *model, struct dm_host_id host)
{
    struct interfaces interfaces = interfaces_of(model, host);

    for (size_t i = 0; host.v && i < interfaces.n; i++) {
        const struct dm_interface *interface = dm_interface_get(model, interfaces.items[i]);

        if (interface->kind == DM_INTERFACE_HOST && interface->node.v) {
            return true;
        }
    }
    return false;
}

/* Once nothing comes of one place to the other, it does not of any classes there. */
static enum dm_outcome go_straight(const void *context, struct dm_alive *alive)
{
    struct asked *asked = *(struct asked *const *)context;
    const struct dm_model *model = asked->judgement->checker->model;
    struct dm_crossing_test test = { is_at_receiver, asked, NULL, 0 };
    size_t n = asked->from->n * asked->to->n;
    bool arrives = true;
    bool lives = false;
    bool fine = true;

    dm_crossing_begin(asked->judgement->checker);
    asked->crossing = (struct dm_crossing){ .outcome = DM_HOLDS };
    for (size_t i = 0; i < n && fine && arrives && asked->crossing.outcome != DM_VIOLATED; i++) {
        if (choose_pair(asked, &asked->from->classes[i / asked->to->n],
                        &asked->to->classes[i % asked->to->n])) {
            fine =
                try_interfaces(asked, alive, asked->sender, interfaces_of(model, asked->receiver),
                               is_node(model, asked->receiver) ? &test : NULL, &lives);
            arrives = asked->crossing.arrives;
        }
    }
    return finish(asked, fine, lives);
}

/* A host that stands for a class and may send to another than itself by the node; none: there is no
 * such host. */
static struct dm_host_id choose_sender(const struct asked *asked, const struct dm_side_class *from)
{
    return from->host.v && from->host.v == asked->sole.v ? from->other : from->host;
}

/* Whether it came to a host of the other side that is not the sender. */
static bool is_received(const void *context, struct dm_interface_id at, const struct dm_flow *flow)
{
    const struct asked *asked = context;
    struct dm_host_id host = { 0 };

    (void)flow;
    if (at.v) {
        host = dm_interface_get(asked->judgement->checker->model, at)->host;
    }
    return host.v && host.v != asked->sender.v && asked->to_hosts[host.v];
}

/* Whether any of a class may get further than its own filters; the first of the place always may.
 * Pods of a node have nothing else that tells them apart. */
static bool may_leave(struct asked *asked, const struct dm_host_id *first, size_t n_ways)
{
    struct dm_checker *checker = asked->judgement->checker;
    struct interfaces own = interfaces_of(checker->model, asked->sender);

    return !first->v || dm_crossing_may(checker, n_ways, own.items[0]);
}

static enum dm_outcome go_by_node(const void *context, struct dm_alive *alive)
{
    struct asked *asked = *(struct asked *const *)context;
    const struct dm_model *model = asked->judgement->checker->model;
    struct dm_crossing_test test = { is_received, asked, NULL, 0 };
    struct interfaces node = { &asked->node, 1 };
    struct dm_host_id first = { 0 };
    size_t n_ways = 0;
    bool arrives = true;
    bool lives = false;
    bool fine = true;

    dm_crossing_begin(asked->judgement->checker);
    asked->crossing = (struct dm_crossing){ .outcome = DM_HOLDS };
    for (size_t i = 0; i < asked->from->n && fine && arrives; i++) {
        const struct dm_side_class *class = &asked->from->classes[i];

        asked->sender = choose_sender(asked, class);
        if ((class->host.v && !asked->sender.v) || !may_leave(asked, &first, n_ways)) {
            continue;
        }
        fine = try_interfaces(asked, alive, asked->sender, node, &test, &lives);
        n_ways = first.v ? n_ways : asked->judgement->checker->ways.n;
        first = first.v ? first : asked->sender;
        if (asked->crossing.outcome == DM_VIOLATED) {
            asked->receiver = dm_interface_get(model, asked->crossing.walk->interface)->host;
            break;
        }
        arrives = asked->crossing.arrives;
    }
    return finish(asked, fine, lives);
}

static const char *host_name(const struct dm_model *model, struct dm_host_id host)
{
    return host.v ? dm_host_get(model, host)->object.name : "internet";
}

static enum dm_status add_finding(struct asked *asked, const struct dm_isolation *isolation,
                                  struct dm_topic *topic, struct dm_err *err)
{
    struct dm_judgement *judgement = asked->judgement;
    struct dm_checker *checker = judgement->checker;
    const struct dm_cut *cut = &topic->violated.items[0];
    const char *from = host_name(checker->model, asked->sender);
    const char *to = host_name(checker->model, asked->receiver);
    char flow[DM_ADDR_TEXT_SIZE];
    struct dm_finding *finding;
    enum dm_status status =
        dm_finding_add_way(checker, judgement, DM_RULE_SEC001, isolation->from_text,
                           isolation->to_text, &finding, err);

    if (status != DM_OK) {
        return status;
    }
    DM_ASSERT(asked->crossing.outcome == DM_VIOLATED);
    status = dm_crossing_witness(checker, from, to, &asked->crossing, cut, &finding->witness, err);
    if (status != DM_OK) {
        return status;
    }
    finding->message =
        dm_sprintf(checker->run, "`%s` can send %s to `%s`, from %s to %s%s%s", from,
                   dm_flow_text(&asked->crossing.query.flow, flow), to, isolation->from_text,
                   isolation->to_text, cut->n ? ", when this fails: " : "",
                   cut->n ? dm_cut_text(checker->run, checker->model, cut) : "");
    for (size_t i = 0; i < asked->crossing.walk->n_hops; i++) {
        const struct dm_hop *hop = &asked->crossing.walk->hops[i];

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

/* Whether two hosts can be told apart that speak from one place to the other. */
static bool is_pair(const struct dm_side_place *from, const struct dm_side_place *to)
{
    struct asked ignored = { 0 };

    return from->n > 1 || to->n > 1 || choose_pair(&ignored, from->classes, to->classes);
}

struct sides {
    const struct dm_isolation *isolation;
    struct dm_side from;
    struct dm_side to;
    const struct node **nodes; /* that may send to 'to' */
    struct dm_host_id *soles;  /* for each of them the only host there that it may send to; or 0 */
    size_t n_nodes;
};

static size_t count_questions(const struct sides *sides)
{
    return sides->from.n * (sides->to.n + sides->n_nodes);
}

/* A Service's cluster address means something to the pods and nodes of its cluster alone. */
static bool may_ask(const struct dm_model *model, const struct dm_side_place *from,
                    struct dm_interface_id node)
{
    struct dm_host_id sender = from->classes->host;

    return dm_interface_get(model, node)->kind != DM_INTERFACE_KUBE_SERVICE
           || (sender.v
               && dm_model_cluster_of_interface(model, dm_host_get(model, sender)->interfaces[0]).v
                      == dm_model_cluster_of_interface(model, node).v);
}

/* The 'i'-th question of two sides; false where there is nothing to ask. */
static bool put_question(struct asked *asked, const struct sides *sides, size_t i,
                         struct dm_question *question)
{
    size_t by = i % (sides->to.n + sides->n_nodes);

    asked->from = &sides->from.places[i / (sides->to.n + sides->n_nodes)];
    asked->to = NULL;
    asked->node = (struct dm_interface_id){ 0 };
    if (by < sides->to.n) {
        asked->to = &sides->to.places[by];
        question->evaluate = go_straight;
        return is_pair(asked->from, asked->to);
    }
    asked->node = sides->nodes[by - sides->to.n]->interface;
    asked->to_hosts = sides->to.has_host;
    asked->sole = sides->soles[by - sides->to.n];
    question->evaluate = go_by_node;
    return may_ask(asked->judgement->checker->model, asked->from, asked->node)
           && (asked->from->n > 1 || !asked->from->classes->host.v
               || choose_sender(asked, asked->from->classes).v);
}

static enum dm_status judge_sides(struct asked *asked, const struct sides *sides,
                                  struct dm_err *err)
{
    struct dm_judgement *judgement = asked->judgement;
    struct dm_checker *checker = judgement->checker;
    struct dm_question question = { .context = &asked };
    struct dm_topic topic = { .n_sets = 0 };
    size_t n = count_questions(sides);

    for (size_t i = 0; i < n; i++) {
        enum dm_status status = DM_OK;

        if (put_question(asked, sides, i, &question)) {
            status = dm_checker_ask(judgement, &question, &topic, err);
        }
        if (status != DM_OK) {
            return status;
        }
    }
    if (!topic.violated.n) {
        return DM_OK;
    }
    dm_topic_settle(&topic);
    for (size_t i = 0; i < n; i++) {
        dm_alive_begin(checker->alive, topic.violated.items[0].elements, topic.violated.items[0].n);
        if (put_question(asked, sides, i, &question)
            && question.evaluate(question.context, checker->alive) == DM_VIOLATED) {
            break;
        }
    }
    return add_finding(asked, sides->isolation, &topic, err);
}

struct nodes {
    DM_VEC(struct node) all;
};

static bool sends_on(const struct dm_interface *interface)
{
    return interface->kind == DM_INTERFACE_BALANCER || interface->kind == DM_INTERFACE_ACCELERATOR
           || interface->kind == DM_INTERFACE_KUBE_SERVICE
           || (interface->kind == DM_INTERFACE_HOST && interface->node.v);
}

/* What sends on: nodes of load balancers and of clusters, accelerators, Services; false when memory
 * is out. */
static bool find_nodes(struct dm_checker *checker, struct nodes *nodes)
{
    for (uint32_t v = 1; v <= checker->model->n_interfaces; v++) {
        struct node node = { .interface = { v } };

        if (sends_on(&checker->model->interfaces[v - 1])
            && (!dm_served_find(checker->run, checker->scratch, checker->model, node.interface,
                                &node.served)
                || !DM_VEC_PUSH(checker->run, &nodes->all, node))) {
            return false;
        }
    }
    return true;
}

static bool find_sides(struct dm_checker *checker, const struct dm_atoms *atoms,
                       const struct dm_atoms *place_atoms, const struct nodes *nodes,
                       struct sides *sides)
{
    const struct dm_isolation *isolation = sides->isolation;

    sides->nodes = DM_NEW_ARRAY(checker->run, nodes->all.n + 1, const struct node *);
    sides->soles = DM_NEW_ARRAY(checker->run, nodes->all.n + 1, struct dm_host_id);
    if (!sides->nodes || !sides->soles
        || !dm_side_find(checker->run, checker->model, atoms, place_atoms, isolation->from,
                         isolation->n_from, &sides->from)
        || !dm_side_find(checker->run, checker->model, atoms, place_atoms, isolation->to,
                         isolation->n_to, &sides->to)) {
        return false;
    }
    for (size_t i = 0; i < nodes->all.n; i++) {
        if (dm_served_any(&nodes->all.items[i].served, checker->model, sides->to.has_host,
                          &sides->soles[sides->n_nodes])) {
            sides->nodes[sides->n_nodes++] = &nodes->all.items[i];
        }
    }
    return true;
}

enum dm_status dm_judge_isolate(struct dm_judgement *judgement, struct dm_err *err)
{
    struct dm_checker *checker = judgement->checker;
    struct asked asked = { .judgement = judgement };
    struct nodes nodes = { .all = { 0 } };
    struct dm_atoms atoms;
    struct dm_atoms place_atoms;
    enum dm_status status = DM_OK;

    if (!dm_atoms_init(checker->run, checker->model, &atoms)
        || !dm_atoms_init_places(checker->run, checker->model, &place_atoms)
        || !find_nodes(checker, &nodes)
        || !dm_atoms_public(checker->run, checker->model, &atoms, &asked.outside.addresses,
                            &asked.outside.n)) {
        return DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; status == DM_OK && i < judgement->requirement->n_isolations; i++) {
        struct sides sides = { .isolation = &judgement->requirement->isolations[i] };

        if (!find_sides(checker, &atoms, &place_atoms, &nodes, &sides)) {
            return DM_FAIL_NOMEM(err);
        }
        status = judge_sides(&asked, &sides, err);
    }
    return status;
}
