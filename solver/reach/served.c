/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/reach/served.h"

/* Interfaces that are sent to; nodes among them are still to be followed from 'next' on. */
struct search {
    struct dm_arena *arena;
    const struct dm_model *model;
    bool *has;
    DM_VEC(struct dm_interface_id) found;
    bool anyone;
    bool out_of_memory;
};

static void add(struct search *search, struct dm_interface_id interface)
{
    if (!interface.v || search->has[interface.v]) {
        return;
    }
    search->has[interface.v] = true;
    search->anyone |= dm_interface_get(search->model, interface)->kind == DM_INTERFACE_UNKNOWN;
    search->out_of_memory |= !DM_VEC_PUSH(search->arena, &search->found, interface);
}

static void add_target(struct search *search, const struct dm_target *target)
{
    struct dm_addr ignored;
    struct dm_interface_id public_one;
    const struct dm_interface_id *interfaces;
    size_t n;

    if (target->unknown.v || dm_addr_is_none(target->address)) {
        search->anyone = true;
        return;
    }
    public_one = dm_model_interface_at_public(search->model, target->address, &ignored);
    interfaces = dm_model_interfaces_with(search->model, target->address, &n);
    search->anyone |= !n && !public_one.v;
    add(search, public_one);
    for (size_t i = 0; i < n; i++) {
        add(search, interfaces[i]);
    }
}

static void add_action(struct search *search, const struct dm_listener_action *action)
{
    search->anyone |= action->unknown.v != 0;
    for (size_t i = 0; i < action->n_groups; i++) {
        const struct dm_target_group *group = dm_target_group_get(search->model, action->groups[i]);

        search->anyone |= group->unknown.v != 0;
        for (size_t j = 0; j < group->n_targets; j++) {
            add_target(search, &group->targets[j]);
        }
    }
}

static void follow_balancer(struct search *search, const struct dm_balancer *balancer)
{
    search->anyone |= balancer->unknown.v != 0;
    for (size_t i = 0; i < balancer->n_listeners; i++) {
        const struct dm_listener *listener = &balancer->listeners[i];

        search->anyone |= listener->unknown.v != 0;
        add_action(search, &listener->action);
        for (size_t j = 0; j < listener->n_rules; j++) {
            add_action(search, &listener->rules[j].action);
        }
    }
}

static void add_endpoint(struct search *search, const struct dm_accelerator_endpoint *endpoint)
{
    search->anyone |= endpoint->unknown.v != 0;
    add(search, endpoint->interface);
    for (uint32_t v = 1; endpoint->balancer.v && v <= search->model->n_interfaces; v++) {
        struct dm_interface_id id = { v };

        if (dm_interface_get(search->model, id)->balancer.v == endpoint->balancer.v) {
            add(search, id);
        }
    }
}

static void follow_accelerator(struct search *search, const struct dm_accelerator *accelerator)
{
    search->anyone |= accelerator->unknown.v != 0;
    for (size_t i = 0; i < accelerator->n_listeners; i++) {
        const struct dm_accelerator_listener *listener = &accelerator->listeners[i];

        search->anyone |= listener->unknown.v != 0;
        for (size_t j = 0; j < listener->n_groups; j++) {
            search->anyone |= listener->groups[j].unknown.v != 0;
            for (size_t k = 0; k < listener->groups[j].n_endpoints; k++) {
                add_endpoint(search, &listener->groups[j].endpoints[k]);
            }
        }
    }
}

static void follow_service(struct search *search, const struct dm_kube_service *service)
{
    search->anyone |= service->n_endpoints != 0 || service->unknown.v;
    for (size_t i = 0; i < service->n_backends; i++) {
        add(search, service->backends[i]);
    }
}

static void follow_cluster(struct search *search, struct dm_cluster_id cluster)
{
    for (uint32_t v = 1; v <= search->model->n_kube_services; v++) {
        const struct dm_kube_service *service =
            dm_kube_service_get(search->model, (struct dm_kube_service_id){ v });

        if (dm_namespace_get(search->model, service->namespace)->cluster.v == cluster.v) {
            follow_service(search, service);
        }
    }
}

/* Pods whose addresses are the interface's. */
static void follow_carrier(struct search *search, struct dm_interface_id carrier)
{
    for (uint32_t v = 1; v <= search->model->n_interfaces; v++) {
        struct dm_interface_id id = { v };

        if (dm_interface_get(search->model, id)->carrier.v == carrier.v) {
            add(search, id);
        }
    }
}

static void follow(struct search *search, struct dm_interface_id node)
{
    const struct dm_interface *interface = dm_interface_get(search->model, node);

    if (interface->balancer.v) {
        follow_balancer(search, dm_balancer_get(search->model, interface->balancer));
    } else if (interface->accelerator.v) {
        follow_accelerator(search, dm_accelerator_get(search->model, interface->accelerator));
    } else if (interface->kube_service.v) {
        follow_service(search, dm_kube_service_get(search->model, interface->kube_service));
    } else if (interface->kind == DM_INTERFACE_HOST && interface->node.v) {
        follow_cluster(search, dm_node_get(search->model, interface->node)->cluster);
        follow_carrier(search, node);
    }
}

bool dm_served_find(struct dm_arena *arena, struct dm_arena *scratch, const struct dm_model *model,
                    struct dm_interface_id node, struct dm_served *ret_served)
{
    struct dm_arena_mark mark = dm_arena_save(scratch);
    struct search search = { .arena = arena, .model = model };

    search.has = DM_NEW_ARRAY(scratch, (size_t)model->n_interfaces + 1, bool);
    if (search.has) {
        follow(&search, node);
    }
    for (size_t next = 0; search.has && next < search.found.n && !search.out_of_memory; next++) {
        follow(&search, search.found.items[next]);
    }
    if (search.has) {
        *ret_served = (struct dm_served){ search.found.items, search.found.n, search.anyone };
    }
    dm_arena_restore(scratch, mark);
    return search.has && !search.out_of_memory;
}

/* Counts the host if it is one of those; no more than two are told apart. */
static void count_host(const bool *hosts, struct dm_host_id host, struct dm_host_id *sole,
                       size_t *n)
{
    if (host.v && hosts[host.v] && (*n == 0 || host.v != sole->v)) {
        *sole = host;
        (*n)++;
    }
}

bool dm_served_any(const struct dm_served *served, const struct dm_model *model, const bool *hosts,
                   struct dm_host_id *ret_sole)
{
    struct dm_host_id sole = { 0 };
    size_t n = 0;

    for (size_t i = 0; i < served->n && n < 2; i++) {
        count_host(hosts, dm_interface_get(model, served->interfaces[i])->host, &sole, &n);
    }
    for (uint32_t v = 1; v <= model->n_hosts && served->anyone && n < 2; v++) {
        count_host(hosts, (struct dm_host_id){ v }, &sole, &n);
    }
    for (uint32_t v = 1; v <= model->n_sites && n < 2; v++) {
        const struct dm_site *site = dm_site_get(model, (struct dm_site_id){ v });

        for (size_t i = 0; i < site->n_hosts; i++) {
            count_host(hosts, site->hosts[i], &sole, &n);
        }
    }
    *ret_sole = n == 1 ? sole : (struct dm_host_id){ 0 };
    return n > 0;
}
