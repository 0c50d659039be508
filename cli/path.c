/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * path - the way of one packet and of its answer.
 *
 * Where a name stands for several endpoints, as a service's in its zones, the first one
 * that lives is taken: of a store that is where it is written.  A service on a cluster is asked for
 * where the sender would (scenarios/asked.h).
 */
#include "render/path.h"

#include <string.h>

#include "cli/admit.h"
#include "cli/ask.h"
#include "cli/choice.h"
#include "cli/input.h"
#include "cli/output.h"
#include "model/base/limits.h"
#include "scenarios/admission.h"
#include "scenarios/asked.h"
#include "scenarios/check.h"
#include "scenarios/checker.h"

const struct dm_option dm_path_options[] = {
    { "port", 0, "APP", "tcp/PORT, udp/PORT, sctp/PORT or icmp (default: what DST listens on)" },
    { "both", 0, NULL, "ask the other way round too" },
    { "fail", 0, "NAME,...", "with these elements failed; `demarc dump elements` lists them" },
    { "format", 0, "FMT", "text (default) or json" },
    { NULL, 0, NULL, NULL },
};

enum { MAX_WAYS = 2 };

/* What is asked, and what is known by the time it is. */
struct asking {
    struct dm_cli *cli;
    const struct dm_model *model;
    struct dm_asker asker;
    struct dm_cut failed;
};

/* One side: a word, and what it stands for. */
struct side {
    const char *word;
    struct dm_endpoint endpoint;
    bool is_party; /* a service or a store */
    struct dm_party party;
    struct dm_workload_id workload; /* of a cluster; none */
    struct dm_kube_service_id kube; /* of a cluster, by the same name; none */
    bool lives;
};

/* ---- names ---- */

static enum dm_status fail_element(struct asking *asking, const char *word, struct dm_err *err)
{
    const struct dm_model *model = asking->model;
    DM_VEC(const char *) names = { 0 };

    for (uint32_t i = 0; i < model->n_elements; i++) {
        const char *name = model->elements[i].object.name;
        const char *colon = strchr(name, ':');

        if (!DM_VEC_PUSH(asking->cli->run, &names, name)
            || !DM_VEC_PUSH(asking->cli->run, &names, colon ? colon + 1 : name)) {
            return DM_FAIL_NOMEM(err);
        }
    }
    for (size_t i = 1; i < names.n; i += 2) {
        if (strcmp(names.items[i], word) == 0) {
            return DM_FAIL(err, DM_USAGE, "several elements have the name `%s`; add the kind: `%s`",
                           word, names.items[i - 1]);
        }
    }
    return dm_choice_unknown("element", word, names.items, names.n, err);
}

static enum dm_status read_failed(struct asking *asking, struct dm_err *err)
{
    const char *const *words = NULL;
    size_t n = 0;
    size_t n_failed = 0;
    struct dm_element_id *elements;
    enum dm_status status =
        dm_args_list(asking->cli->run, &asking->cli->args, "fail", &words, &n, err);

    if (status != DM_OK) {
        return status;
    }
    elements = DM_NEW_ARRAY(asking->cli->run, n ? n : 1, struct dm_element_id);
    if (!elements) {
        return DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; i < n; i++) {
        struct dm_element_id element = dm_model_find_element(asking->model, words[i]);
        size_t at = 0;

        if (!element.v) {
            return fail_element(asking, words[i], err);
        }
        while (at < n_failed && elements[at].v != element.v) {
            at++;
        }
        elements[at] = element;
        n_failed += at == n_failed;
    }
    if (n_failed > dm_limit_value(DM_LIMIT_FAILURES)) {
        return DM_FAIL(err, DM_LIMIT, "more than %llu %s", dm_limit_value(DM_LIMIT_FAILURES),
                       dm_limit_text(DM_LIMIT_FAILURES));
    }
    asking->failed = (struct dm_cut){ elements, n_failed };
    return DM_OK;
}

static enum dm_status fail_side(struct asking *asking, const char *word, const char *why,
                                struct dm_err *err)
{
    const struct dm_model *model = asking->model;
    DM_VEC(const char *) names = { 0 };
    bool fine = true;

    for (uint32_t i = 0; fine && i < model->n_services; i++) {
        fine = DM_VEC_PUSH(asking->cli->run, &names, model->services[i].object.name);
    }
    for (uint32_t i = 0; fine && i < model->n_stores; i++) {
        fine = DM_VEC_PUSH(asking->cli->run, &names, model->stores[i].object.name);
    }
    for (uint32_t i = 0; fine && i < model->n_balancers; i++) {
        fine = DM_VEC_PUSH(asking->cli->run, &names, model->balancers[i].object.name);
    }
    for (uint32_t i = 0; fine && i < model->n_hosts; i++) {
        fine = DM_VEC_PUSH(asking->cli->run, &names, model->hosts[i].object.name);
    }
    for (uint32_t i = 0; fine && i < model->n_interfaces; i++) {
        fine = DM_VEC_PUSH(asking->cli->run, &names, model->interfaces[i].object.name);
    }
    if (!fine) {
        return DM_FAIL_NOMEM(err);
    }
    return dm_choice_unnamed(word, why, names.items, names.n, err);
}

static bool lives(struct asking *asking, struct dm_interface_id interface)
{
    return !interface.v
           || dm_walk_interface_alive(&asking->asker.walker, asking->asker.alive, interface);
}

/* The first living endpoint of a party, where one lives. */
static void choose_endpoint(struct asking *asking, struct side *side)
{
    struct dm_hosts hosts = dm_party_hosts(asking->model, asking->asker.alive, side->party);

    for (size_t i = 0; i < hosts.n; i++) {
        const struct dm_host *host = dm_host_get(asking->model, hosts.items[i]);

        if (host->n_interfaces && lives(asking, host->interfaces[0])) {
            const struct dm_interface *interface =
                dm_interface_get(asking->model, host->interfaces[0]);

            if (interface->n_addresses) {
                side->endpoint =
                    (struct dm_endpoint){ host->interfaces[0], interface->addresses[0].address };
                side->lives = true;
                return;
            }
        }
    }
}

/* The first living pod of a workload. */
static void choose_pod(struct asking *asking, struct side *side)
{
    const struct dm_model *model = asking->model;

    for (uint32_t v = 1; v <= model->n_interfaces && side->workload.v; v++) {
        struct dm_interface_id id = { v };
        const struct dm_interface *interface = dm_interface_get(model, id);

        if (interface->kind == DM_INTERFACE_POD && interface->workload.v == side->workload.v
            && lives(asking, id)) {
            side->endpoint = (struct dm_endpoint){ id, interface->addresses[0].address };
            side->lives = true;
            return;
        }
    }
}

static bool is_other_name(const struct dm_model *model, const char *word)
{
    return dm_model_find(model, DM_KIND_host, word).v
           || dm_model_find(model, DM_KIND_interface, word).v;
}

static enum dm_status find_side(struct asking *asking, const char *word, struct side *side,
                                struct dm_err *err)
{
    struct dm_ref service = dm_model_find(asking->model, DM_KIND_service, word);
    struct dm_ref store = dm_model_find(asking->model, DM_KIND_store, word);
    const char *why = "it has no endpoint in the network";

    *side = (struct side){ .word = word };
    if (!dm_endpoint_find(asking->model, word, &side->endpoint, &why)) {
        return fail_side(asking, word, why, err);
    }
    dm_alive_begin(asking->asker.alive, asking->failed.elements, asking->failed.n);
    side->lives = lives(asking, side->endpoint.interface);
    if (!service.v && !store.v && !is_other_name(asking->model, word)) {
        if (dm_model_find_kube_service(asking->model, word, &side->kube) != DM_NAMED_ONE) {
            side->kube.v = 0;
        }
        (void)dm_model_find_workload(asking->model, word, &side->workload);
        choose_pod(asking, side);
    }
    if (service.v || store.v) {
        side->is_party = true;
        side->party = service.v ? (struct dm_party){ DM_PARTY_SERVICE, service.v }
                                : (struct dm_party){ DM_PARTY_STORE, store.v };
        side->lives = false;
        choose_endpoint(asking, side);
    }
    return DM_OK;
}

/* ---- the question ---- */

/* The only listener of the load balancer whose node this is; NULL: there are others, or none. */
static const struct dm_match *only_listener(const struct dm_model *model,
                                            struct dm_interface_id interface)
{
    const struct dm_interface *node = interface.v ? dm_interface_get(model, interface) : NULL;
    const struct dm_balancer *balancer =
        node && node->balancer.v ? dm_balancer_get(model, node->balancer) : NULL;

    return balancer && balancer->n_listeners == 1 && balancer->listeners[0].match.protocol >= 0
               ? &balancer->listeners[0].match
               : NULL;
}

static enum dm_status choose_flow(struct asking *asking, const struct side *to,
                                  struct dm_flow *ret_flow, struct dm_err *err)
{
    const char *port = dm_args_value(&asking->cli->args, "port");
    const struct dm_match *own = only_listener(asking->model, to->endpoint.interface);

    if (port) {
        return dm_ask_app(port, ret_flow)
                   ? DM_OK
                   : DM_FAIL(err, DM_USAGE,
                             "`--port` is tcp/PORT, udp/PORT, sctp/PORT or icmp, not `%s`", port);
    }
    if (to->kube.v && dm_kube_service_get(asking->model, to->kube)->n_ports == 1) {
        const struct dm_kube_service_port *only =
            dm_kube_service_get(asking->model, to->kube)->ports;

        *ret_flow = (struct dm_flow){ .protocol = only->protocol,
                                      .port_first = only->port,
                                      .port_last = only->port };
        return DM_OK;
    }
    if (!to->is_party && !own) {
        return DM_FAIL(err, DM_USAGE,
                       "`%s` does not have one port of its own; add `--port tcp/443`", to->word);
    }
    if (to->is_party) {
        own = to->party.kind == DM_PARTY_SERVICE ? &asking->model->services[to->party.v - 1].port
                                                 : &asking->model->stores[to->party.v - 1].port;
    }
    *ret_flow = dm_flow_of_match(own);
    ret_flow->port_last = ret_flow->port_first;
    return DM_OK;
}

static bool has_port(const struct dm_kube_service *service, const struct dm_flow *flow)
{
    for (size_t i = 0; i < service->n_ports; i++) {
        if (service->ports[i].protocol == flow->protocol
            && service->ports[i].port == flow->port_first) {
            return true;
        }
    }
    return false;
}

/* Where 'from' asks for a Service: at its cluster address on a port that it has, from elsewhere at
 * a load balancer; 0: at its pods. */
static struct dm_interface_id find_front(struct asking *asking, const struct side *from,
                                         const struct side *to, const struct dm_flow *flow,
                                         const struct dm_match *port)
{
    const struct dm_kube_service *service = dm_kube_service_get(asking->model, to->kube);
    struct dm_cluster_id cluster = dm_namespace_get(asking->model, service->namespace)->cluster;
    struct dm_interface_id caller = from->endpoint.interface;

    if (caller.v && dm_model_cluster_of_interface(asking->model, caller).v == cluster.v
        && !has_port(service, flow)) {
        return (struct dm_interface_id){ 0 };
    }
    return dm_asked_at_kube(asking->model, asking->asker.alive, to->kube, caller, port);
}

/* Where 'from' asks for 'to': the endpoint itself, or what stands before it. */
static struct dm_endpoint find_target(struct asking *asking, const struct side *from,
                                      const struct side *to, const struct dm_flow *flow)
{
    struct dm_match port = { flow->protocol, flow->port_first, flow->port_first, -1, -1 };
    struct dm_endpoint target = to->endpoint;
    struct dm_interface_id at = { 0 };

    if (to->is_party && to->party.kind == DM_PARTY_SERVICE) {
        const struct dm_service *service =
            dm_service_get(asking->model, (struct dm_service_id){ to->party.v });

        at = dm_asked_at(asking->model, asking->asker.alive, service, from->endpoint.interface,
                         &port);
    }
    if (to->kube.v) {
        at = find_front(asking, from, to, flow, &port);
    }
    if (at.v) {
        const struct dm_interface_address *address = dm_interface_get(asking->model, at)->addresses;
        bool from_outside =
            !from->endpoint.interface.v && !dm_addr_is_none(address->public_address);

        target =
            (struct dm_endpoint){ at, from_outside ? address->public_address : address->address };
    }
    if (!at.v) {
        dm_endpoint_outside(asking->model, to->word, &from->endpoint, &target);
    }
    return target;
}

static enum dm_status ask_way(struct asking *asking, const struct side *from, const struct side *to,
                              struct dm_path_way *way, struct dm_err *err)
{
    struct dm_session_query *query = DM_NEW(asking->cli->run, struct dm_session_query);
    struct dm_session *session = DM_NEW(asking->cli->run, struct dm_session);
    struct dm_endpoint target;
    enum dm_status status;

    if (!query || !session) {
        return DM_FAIL_NOMEM(err);
    }
    if (!from->lives) {
        return DM_FAIL(err, DM_INVALID,
                       "no endpoint of `%s` is alive to send with these elements failed",
                       from->word);
    }
    status = choose_flow(asking, to, &query->flow, err);
    if (status != DM_OK) {
        return status;
    }
    dm_alive_begin(asking->asker.alive, asking->failed.elements, asking->failed.n);
    target = find_target(asking, from, to, &query->flow);
    query->start = dm_endpoint_start(asking->model, &from->endpoint, &target);
    status = dm_ask(&asking->asker, &asking->failed, query, session, err);
    if (status != DM_OK) {
        return status;
    }
    dm_asked_arrived(asking->model, target.interface, session);
    *way = (struct dm_path_way){
        .from = from->word, .to = to->word, .query = query, .session = session
    };
    if (session->end == DM_SESSION_PASS
        && !dm_mtu_find(asking->cli->run, asking->model, query, session, &way->request_sizes,
                        &way->reply_sizes)) {
        return DM_FAIL_NOMEM(err);
    }
    status = dm_path_describe(asking->cli->run, asking->model, query, session, &way->request,
                              &way->reply, err);
    if (session->code == DM_CODE_POD_ADDRESS_NOT_ROUTED) { /* who got it was not asked */
        way->request.arrives = false;
        way->reply = (struct dm_path){ 0 };
    }
    return status;
}

/* The worst of all ways: one that fails, then one that is unknown. */
static int exit_of(const struct dm_path_way *ways, size_t n)
{
    int result = DM_EXIT_FINE;

    for (size_t i = 0; i < n; i++) {
        if (ways[i].session->end == DM_SESSION_FAIL) {
            return DM_EXIT_NO;
        }
        if (ways[i].session->end == DM_SESSION_UNKNOWN) {
            result = DM_EXIT_UNKNOWN;
        }
    }
    return result;
}

static enum dm_status ask_ways(struct asking *asking, const char *from_word, const char *to_word,
                               struct dm_path_way *ways, size_t n_ways, struct dm_err *err)
{
    struct side from;
    struct side to;
    enum dm_status status = find_side(asking, from_word, &from, err);

    if (status == DM_OK) {
        status = find_side(asking, to_word, &to, err);
    }
    for (size_t i = 0; i < n_ways && status == DM_OK; i++) {
        status = i == 0 ? ask_way(asking, &from, &to, &ways[i], err)
                        : ask_way(asking, &to, &from, &ways[i], err);
    }
    return status;
}

/* The port is an option: one that stands last as a word would be taken for DST. */
static enum dm_status look_for_port(const struct dm_cli *cli, struct dm_err *err)
{
    const char *last = cli->args.operands.items[cli->args.operands.n - 1];
    struct dm_flow flow;

    return strchr(last, '/') && dm_ask_app(last, &flow)
               ? DM_FAIL(err, DM_USAGE, "`%s` is no endpoint; say `--port %s`", last, last)
               : DM_OK;
}

enum dm_status dm_run_path(struct dm_cli *cli, int *ret_exit, struct dm_err *err)
{
    static const char *const words[] = { "text", "json", NULL };
    size_t n_inputs = cli->args.operands.n - 2;
    struct asking asking = { .cli = cli };
    struct dm_path_way ways[MAX_WAYS];
    size_t n_ways = dm_args_has(&cli->args, "both") ? 2 : 1;
    size_t format = 0;
    struct dm_input input = { .model = NULL };
    struct dm_str out;
    enum dm_status status = dm_choice_of(&cli->args, "format", words, &format, err);

    dm_str_init(&out, cli->run);
    if (status == DM_OK) {
        status = look_for_port(cli, err);
    }
    if (status == DM_OK) {
        status = dm_input_load(cli, cli->args.operands.items, n_inputs, &input, err);
    }
    if (status == DM_OK) {
        asking.model = input.model;
        status = dm_asker_init(&asking.asker, cli->run, input.model, err);
    }
    if (status == DM_OK) {
        status = read_failed(&asking, err);
    }
    if (status == DM_OK && dm_admission_applies(input.model)) {
        status =
            dm_admit_ways(cli, input.model, &cli->args.operands.items[n_inputs], ways, n_ways, err);
    } else if (status == DM_OK) {
        status = ask_ways(&asking, cli->args.operands.items[n_inputs],
                          cli->args.operands.items[n_inputs + 1], ways, n_ways, err);
    }
    if (status == DM_OK) {
        struct dm_path_report report = { input.model, asking.failed, ways, n_ways };

        *ret_exit = exit_of(ways, n_ways);
        if (format == 0) {
            dm_render_path(&report, &cli->options, &out);
        } else {
            status = dm_render_path_json(&report, &out, err);
        }
    }
    return status == DM_OK ? dm_output_write("-", &out, err) : status;
}
