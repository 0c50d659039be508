/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/rules/clusters.h"

struct found {
    uint32_t cluster; /* index */
    struct dm_cluster_fault fault;
};

struct all_found {
    struct found *items;
    size_t n;
    size_t capacity;
};

static bool is_same(struct dm_span a, struct dm_span b)
{
    return a.source == b.source && a.begin_byte == b.begin_byte && a.end_byte == b.end_byte;
}

static enum dm_status add_finding(struct dm_checker *checker, enum dm_rule_id rule,
                                  const char *const *facts, const struct all_found *all,
                                  size_t first, struct dm_err *err)
{
    static const struct dm_cut nothing = { NULL, 0 };
    const struct dm_cluster_fault *fault = &all->items[first].fault;
    DM_VEC(const char *) subjects = { 0 };
    struct dm_finding *finding;
    enum dm_status status;

    for (size_t i = first; i < all->n; i++) {
        if (is_same(all->items[i].fault.span, fault->span)
            && !DM_VEC_PUSH(checker->run, &subjects,
                            checker->model->clusters[all->items[i].cluster].object.name)) {
            return DM_FAIL_NOMEM(err);
        }
    }
    status = dm_finding_add(checker, NULL, rule, subjects.items, subjects.n, &finding, err);
    if (status != DM_OK) {
        return status;
    }
    finding->message = fault->message;
    finding->help = fault->help;
    dm_finding_facts(finding, facts);
    dm_finding_label(checker, finding, fault->span, "%s", fault->label);
    if (fault->has_packet) {
        status = dm_witness_path(checker, fault->from, fault->to, &fault->query, &fault->session,
                                 &nothing, &finding->witness, err);
    }
    return status;
}

enum dm_status dm_clusters_lint(struct dm_checker *checker, enum dm_rule_id rule,
                                const char *const *facts, dm_cluster_look *look, struct dm_err *err)
{
    const struct dm_model *model = checker->model;
    struct all_found all = { 0 };
    enum dm_status status = DM_OK;

    for (uint32_t i = 0; i < model->n_clusters; i++) {
        struct found found = { .cluster = i };

        if (!model->clusters[i].vpc.v) {
            continue;
        }
        if (!look(checker, (struct dm_cluster_id){ i + 1 }, &found.fault)
            || (found.fault.message && !DM_VEC_PUSH(checker->run, &all, found))) {
            return DM_FAIL_NOMEM(err);
        }
    }
    for (size_t i = 0; status == DM_OK && i < all.n; i++) {
        bool is_said = false;

        for (size_t j = 0; j < i; j++) {
            is_said = is_said || is_same(all.items[j].fault.span, all.items[i].fault.span);
        }
        if (!is_said) {
            status = add_finding(checker, rule, facts, &all, i, err);
        }
    }
    return status;
}

bool dm_clusters_ask(struct dm_checker *checker, struct dm_interface_id from,
                     struct dm_addr destination, uint8_t protocol, uint16_t port,
                     struct dm_cluster_fault *fault)
{
    const struct dm_model *model = checker->model;
    struct dm_match match = { protocol, port, port, -1, -1 };

    fault->query = (struct dm_session_query){ .flow = dm_flow_of_match(&match) };
    fault->query.start.interface = from;
    fault->query.start.destination = destination;
    fault->query.start.source = from.v ? dm_interface_get(model, from)->addresses[0].address
                                       : dm_model_internet_address(model);
    dm_alive_begin(checker->alive, NULL, 0);
    return dm_session_check(&checker->walker, checker->alive, &fault->query, &fault->session);
}
