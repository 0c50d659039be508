/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Targets that health checks never get through to: from no node of their load balancer that sends
 * to them, with nothing failed [ELB-08].  They get no traffic while another target is healthy, and
 * where all of a group are so it fails open and says so to nobody [ELB-03].
 *
 * Of described load balancers, whose health is shown, those are looked at that are not healthy.
 *
 * What stops the checks is the cause: one finding for each, with the first target that it keeps
 * from being healthy; copies of one statement in a design are one.  Complexity: a session for each
 * target and node.
 */
#include "model/base/map.h"
#include "model/base/str.h"
#include "scenarios/checker.h"
#include "solver/reach/health.h"

struct deaf {
    const char *target;
    struct dm_ref at;
    struct dm_span origin; /* of what stops the checks */
    struct dm_span place;  /* of what makes it a target */
    const char *group;
    const char *message;
    struct dm_witness witness;
    size_t n_more;
};

struct search {
    struct dm_checker *checker;
    const struct dm_model *model;
    struct dm_map known; /* causes, to an index in 'items' */
    DM_VEC(struct deaf) items;
};

/* One balancer and one of its groups. */
struct use {
    struct dm_balancer_id balancer;
    const struct dm_target_group *group;
    bool cross_zone;
};

static const char *name_of_target(const struct search *search, const struct use *use,
                                  const struct dm_target *target)
{
    struct dm_vpc_id vpc =
        use->group->vpc.v ? use->group->vpc : dm_balancer_get(search->model, use->balancer)->vpc;
    struct dm_interface_id id = dm_model_interface_at(search->model, vpc, target->address);
    char buffer[DM_ADDR_TEXT_SIZE];

    if (!id.v) {
        size_t n = 0;
        const struct dm_interface_id *found =
            dm_model_interfaces_with(search->model, target->address, &n);

        id = n == 1 ? found[0] : id;
    }
    if (id.v && dm_interface_get(search->model, id)->host.v) {
        return dm_host_get(search->model, dm_interface_get(search->model, id)->host)->object.name;
    }
    return id.v ? dm_interface_get(search->model, id)->object.name
                : dm_sprintf(search->checker->run, "%s", dm_addr_text(target->address, buffer));
}

static enum dm_status describe(struct search *search, const struct use *use,
                               const struct dm_target *target, const struct dm_session_query *query,
                               const struct dm_session *session, struct deaf *deaf,
                               struct dm_err *err)
{
    static const struct dm_cut nothing = { NULL, 0 };
    struct dm_checker *checker = search->checker;
    const char *balancer = dm_balancer_get(search->model, use->balancer)->object.name;
    const char *name = name_of_target(search, use, target);

    if (!name) {
        return DM_FAIL_NOMEM(err);
    }
    *deaf = (struct deaf){ .target = name,
                           .at = session->at,
                           .origin = session->origin,
                           .place = target->origin,
                           .group = use->group->object.name };
    deaf->message =
        dm_sprintf(checker->run,
                   "`%s` is never healthy: checks of load balancer `%s` on tcp/%u are stopped%s by "
                   "`%s`, %s",
                   name, balancer, (unsigned)query->flow.port_first,
                   session->on_reply ? " on the way back" : "",
                   session->at.kind ? dm_model_ref_name(search->model, session->at) : "nothing",
                   dm_code_text(session->code));
    return deaf->message ? dm_witness_path(checker, balancer, name, query, session, &nothing,
                                           &deaf->witness, err)
                         : DM_FAIL_NOMEM(err);
}

/* The statement that is at fault, and the one that it is at fault for. */
static const char *cause_of(const struct search *search, const struct dm_target *target,
                            const struct dm_session *session)
{
    const struct dm_object *object =
        session->at.kind ? dm_model_object(search->model, session->at) : NULL;
    struct dm_span at = object ? object->origin : DM_SPAN_NONE;
    struct dm_arena *arena = search->checker->scratch;

    return at.source && target->origin.source
               ? dm_sprintf(arena, "%d %u %u %u %u", (int)session->code, at.source, at.begin_byte,
                            target->origin.source, target->origin.begin_byte)
               : dm_sprintf(arena, "%d %s", (int)session->code,
                            session->at.kind ? dm_model_ref_name(search->model, session->at) : "");
}

static enum dm_status note(struct search *search, const struct use *use,
                           const struct dm_target *target, const struct dm_session_query *query,
                           struct dm_err *err)
{
    struct dm_checker *checker = search->checker;
    struct dm_session session;
    const char *cause;
    bool added = false;
    uint64_t *index;
    struct deaf deaf;
    enum dm_status status = DM_OK;

    if (!dm_session_check(&checker->walker, checker->alive, query, &session)) {
        return DM_FAIL_NOMEM(err);
    }
    cause = cause_of(search, target, &session);
    index = cause ? dm_map_add(&search->known, cause, &added) : NULL;
    if (!index) {
        return DM_FAIL_NOMEM(err);
    }
    if (!added) {
        search->items.items[*index].n_more++;
        return DM_OK;
    }
    *index = search->items.n;
    status = describe(search, use, target, query, &session, &deaf, err);
    if (status == DM_OK && !DM_VEC_PUSH(checker->run, &search->items, deaf)) {
        status = DM_FAIL_NOMEM(err);
    }
    return status;
}

/* Whether no node that sends to the target gets a check through to it; '*ret_query': one's. */
static enum dm_status is_deaf(struct search *search, const struct use *use,
                              const struct dm_target *target, bool *ret_deaf,
                              struct dm_session_query *ret_query, struct dm_err *err)
{
    struct dm_checker *checker = search->checker;
    const struct dm_model *model = search->model;
    uint16_t port = dm_health_port(use->group, target);
    size_t n = 0;

    *ret_deaf = false;
    for (uint32_t v = 1; v <= model->n_interfaces; v++) {
        struct dm_interface_id node = { v };
        enum dm_health health = DM_HEALTH_OPEN;

        if (model->interfaces[v - 1].balancer.v != use->balancer.v
            || (!use->cross_zone && target->zone.v
                && dm_model_zone_of_interface(model, node).v != target->zone.v)) {
            continue;
        }
        if (!dm_health_check(&checker->walker, checker->alive, node, target->address, port,
                             &health)) {
            return DM_FAIL_NOMEM(err);
        }
        if (health != DM_HEALTH_BAD) {
            return DM_OK;
        }
        if (n++ == 0) {
            (void)dm_health_query(model, node, target->address, port, ret_query);
        }
    }
    *ret_deaf = n > 0;
    return DM_OK;
}

static enum dm_status look_at_group(struct search *search, const struct use *use,
                                    struct dm_err *err)
{
    enum dm_status status = DM_OK;

    for (size_t i = 0; status == DM_OK && i < use->group->n_targets; i++) {
        const struct dm_target *target = &use->group->targets[i];
        struct dm_session_query query;
        bool deaf = false;

        if (!target->unknown.v
            && (use->group->judges_health || (!target->is_healthy && !target->is_leaving))) {
            status = is_deaf(search, use, target, &deaf, &query, err);
        }
        if (status == DM_OK && deaf) {
            status = note(search, use, target, &query, err);
        }
    }
    return status;
}

static enum dm_status look_at_action(struct search *search, struct dm_balancer_id id,
                                     const struct dm_listener_action *action, struct dm_map *done,
                                     struct dm_err *err)
{
    const struct dm_balancer *balancer = dm_balancer_get(search->model, id);
    enum dm_status status = DM_OK;

    for (size_t i = 0; status == DM_OK && i < action->n_groups; i++) {
        const struct dm_target_group *group = dm_target_group_get(search->model, action->groups[i]);
        struct use use = { id, group,
                           group->cross_zone == DM_CROSS_ZONE_ON
                               || (group->cross_zone == DM_CROSS_ZONE_AS_BALANCER
                                   && balancer->cross_zone) };
        bool added = false;

        if (!dm_map_add(done, group->object.name, &added)) {
            status = DM_FAIL_NOMEM(err);
        } else if (added) {
            status = look_at_group(search, &use, err);
        }
    }
    return status;
}

static enum dm_status look_at_balancer(struct search *search, struct dm_balancer_id id,
                                       struct dm_err *err)
{
    const struct dm_balancer *balancer = dm_balancer_get(search->model, id);
    enum dm_status status = DM_OK;
    struct dm_map done;

    dm_map_init(&done, search->checker->scratch);
    for (size_t i = 0; status == DM_OK && i < balancer->n_listeners; i++) {
        const struct dm_listener *listener = &balancer->listeners[i];

        for (size_t j = 0; status == DM_OK && j < listener->n_rules; j++) {
            status = look_at_action(search, id, &listener->rules[j].action, &done, err);
        }
        if (status == DM_OK) {
            status = look_at_action(search, id, &listener->action, &done, err);
        }
    }
    return status;
}

static enum dm_status add_finding(struct search *search, const struct deaf *deaf,
                                  struct dm_err *err)
{
    static const char *const facts[] = { "ELB-08", "ELB-03", NULL };
    struct dm_checker *checker = search->checker;
    const char *subjects[] = { deaf->group, deaf->at.kind
                                                ? dm_model_ref_name(search->model, deaf->at)
                                                : "nothing" };
    struct dm_span origin = deaf->origin;
    struct dm_finding *finding;
    enum dm_status status =
        dm_finding_add(checker, NULL, DM_RULE_RCH013, subjects, 2, &finding, err);

    if (status != DM_OK) {
        return status;
    }
    finding->message =
        deaf->n_more ? dm_sprintf(checker->run, "%s; so it is with %zu more %s", deaf->message,
                                  deaf->n_more, deaf->n_more == 1 ? "target" : "targets")
                     : deaf->message;
    finding->help = "let the addresses of the load balancer's nodes in, on the port that health is "
                    "checked on";
    finding->witness = deaf->witness;
    dm_finding_facts(finding, facts);
    if (!origin.source && deaf->at.kind && dm_model_object(search->model, deaf->at)) {
        origin = dm_model_object(search->model, deaf->at)->origin;
    }
    dm_finding_label(checker, finding, deaf->place, "sends here");
    dm_finding_label(checker, finding, origin, "stops the checks");
    return finding->message ? DM_OK : DM_FAIL_NOMEM(err);
}

enum dm_status dm_rule_run_unhealthy_target(struct dm_checker *checker, struct dm_err *err)
{
    struct search search = { .checker = checker, .model = checker->model };
    struct dm_arena_mark mark = dm_arena_save(checker->scratch);
    enum dm_status status = DM_OK;

    dm_map_init(&search.known, checker->run);
    dm_alive_begin(checker->alive, NULL, 0);
    for (uint32_t v = 1; status == DM_OK && v <= checker->model->n_balancers; v++) {
        status = look_at_balancer(&search, (struct dm_balancer_id){ v }, err);
    }
    for (size_t i = 0; status == DM_OK && i < search.items.n; i++) {
        status = add_finding(&search, &search.items.items[i], err);
    }
    dm_arena_restore(checker->scratch, mark);
    return status;
}
