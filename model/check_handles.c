/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every handle that an object holds is one of the model, and is there where it
 * must be.  All other checks, the elements and the index rely on it.
 */
#include "model/check_private.h"

static uint32_t count_of(const struct dm_model *model, enum dm_kind kind)
{
    switch (kind) {
    case DM_KIND_none:
    case DM_KIND_COUNT:
        return 0;
#define DM_KIND_N(name, plural, text)                                                              \
    case DM_KIND_##name:                                                                           \
        return model->n_##plural;
        DM_KIND_LIST(DM_KIND_N)
#undef DM_KIND_N
    }
    return 0;
}

void dm_check_may(const struct dm_checked *checker, enum dm_kind kind, uint32_t v)
{
    if (v > count_of(checker->model, kind)) {
        dm_diags_add(checker->diags, DM_SEV_ERROR, checker->object->origin,
                     "%s `%s` refers to a %s that does not exist", dm_kind_text(checker->kind),
                     checker->object->name, dm_kind_text(kind));
    }
}

void dm_check_need(const struct dm_checked *checker, enum dm_kind kind, uint32_t v)
{
    if (v == 0) {
        dm_diags_add(checker->diags, DM_SEV_ERROR, checker->object->origin, "%s `%s` has no %s",
                     dm_kind_text(checker->kind), checker->object->name, dm_kind_text(kind));
    }
    dm_check_may(checker, kind, v);
}

/* Looks at all objects of a kind with 'look'. */
#define EACH(model, diags, kind_name, plural, look)                                                \
    for (uint32_t i = 0; i < (model)->n_##plural; i++) {                                           \
        struct dm_checked checker = { (model), (diags), DM_KIND_##kind_name,                       \
                                      &(model)->plural[i].object };                                \
        look(&checker, &(model)->plural[i]);                                                       \
    }

static void look_zone(const struct dm_checked *checker, const struct dm_zone *zone)
{
    DM_CHECK_NEED(checker, region, zone->region);
}

static void look_vpc(const struct dm_checked *checker, const struct dm_vpc *vpc)
{
    DM_CHECK_NEED(checker, region, vpc->region);
    DM_CHECK_MAY(checker, environment, vpc->environment);
    DM_CHECK_MAY(checker, route_table, vpc->main_table);
    DM_CHECK_MAY(checker, internet_gateway, vpc->internet_gateway);
    DM_CHECK_MAY(checker, unknown, vpc->gateway_unknown);
}

static void look_subnet(const struct dm_checked *checker, const struct dm_subnet *subnet)
{
    DM_CHECK_NEED(checker, vpc, subnet->vpc);
    DM_CHECK_NEED(checker, zone, subnet->zone);
    DM_CHECK_NEED(checker, route_table, subnet->table);
    DM_CHECK_MAY(checker, acl, subnet->acl);
    DM_CHECK_MAY(checker, unknown, subnet->unknown);
    if (subnet->acl.v == 0) {
        DM_CHECK_NEED(checker, unknown, subnet->unknown);
    }
}

static void look_target(const struct dm_checked *checker, const struct dm_route *route)
{
    switch (route->target_kind) {
    case DM_TARGET_LOCAL:
    case DM_TARGET_NONE:
        return;
    case DM_TARGET_INTERNET_GATEWAY:
        dm_check_need(checker, DM_KIND_internet_gateway, route->target);
        return;
    case DM_TARGET_NAT_GATEWAY:
        dm_check_need(checker, DM_KIND_nat_gateway, route->target);
        return;
    case DM_TARGET_PEERING:
        dm_check_need(checker, DM_KIND_peering, route->target);
        return;
    case DM_TARGET_TRANSIT_GATEWAY:
        dm_check_need(checker, DM_KIND_transit_gateway, route->target);
        return;
    case DM_TARGET_CORE_NETWORK:
        dm_check_need(checker, DM_KIND_core_network, route->target);
        return;
    case DM_TARGET_VPN_GATEWAY:
        dm_check_need(checker, DM_KIND_vpn_gateway, route->target);
        return;
    case DM_TARGET_INTERFACE:
        dm_check_need(checker, DM_KIND_interface, route->target);
        return;
    case DM_TARGET_VPC_ENDPOINT:
        dm_check_need(checker, DM_KIND_vpc_endpoint, route->target);
        return;
    case DM_TARGET_GWLB_ENDPOINT:
        dm_check_need(checker, DM_KIND_gwlb_endpoint, route->target);
        return;
    case DM_TARGET_UNKNOWN:
        dm_check_need(checker, DM_KIND_unknown, route->target);
        return;
    }
}

static void look_route_table(const struct dm_checked *checker, const struct dm_route_table *table)
{
    DM_CHECK_NEED(checker, vpc, table->vpc);
    DM_CHECK_MAY(checker, internet_gateway, table->edge);
    DM_CHECK_MAY(checker, vpn_gateway, table->learns);
    for (size_t j = 0; j < table->n_routes; j++) {
        DM_CHECK_MAY(checker, prefix_list, table->routes[j].list);
        look_target(checker, &table->routes[j]);
    }
}

static void look_acl(const struct dm_checked *checker, const struct dm_acl *acl)
{
    DM_CHECK_NEED(checker, vpc, acl->vpc);
}

static void look_group(const struct dm_checked *checker, const struct dm_group *group)
{
    DM_CHECK_NEED(checker, vpc, group->vpc);
    for (size_t j = 0; j < group->n_rules; j++) {
        const struct dm_group_rule *rule = &group->rules[j];

        switch (rule->peer_kind) {
        case DM_PEER_PREFIX:
            break;
        case DM_PEER_GROUP:
            dm_check_need(checker, DM_KIND_group, rule->peer);
            break;
        case DM_PEER_LIST:
            dm_check_need(checker, DM_KIND_prefix_list, rule->peer);
            break;
        case DM_PEER_UNKNOWN:
            dm_check_need(checker, DM_KIND_unknown, rule->peer);
            break;
        }
    }
}

static void look_prefix_list(const struct dm_checked *checker, const struct dm_prefix_list *list)
{
    DM_CHECK_MAY(checker, unknown, list->unknown);
    DM_CHECK_MAY(checker, endpoint_service, list->service);
}

static void look_target_group(const struct dm_checked *checker, const struct dm_target_group *group)
{
    DM_CHECK_MAY(checker, vpc, group->vpc);
    DM_CHECK_MAY(checker, unknown, group->unknown);
    for (size_t j = 0; j < group->n_targets; j++) {
        DM_CHECK_MAY(checker, zone, group->targets[j].zone);
        DM_CHECK_MAY(checker, unknown, group->targets[j].unknown);
        if (dm_addr_is_none(group->targets[j].address)) {
            DM_CHECK_NEED(checker, unknown, group->targets[j].unknown);
        }
    }
}

static void look_action(const struct dm_checked *checker, const struct dm_listener_action *action)
{
    DM_CHECK_MAY(checker, unknown, action->unknown);
    for (size_t i = 0; i < action->n_groups; i++) {
        DM_CHECK_NEED(checker, target_group, action->groups[i]);
    }
}

static void look_balancer(const struct dm_checked *checker, const struct dm_balancer *balancer)
{
    DM_CHECK_NEED(checker, vpc, balancer->vpc);
    DM_CHECK_MAY(checker, unknown, balancer->unknown);
    for (size_t j = 0; j < balancer->n_listeners; j++) {
        const struct dm_listener *listener = &balancer->listeners[j];

        DM_CHECK_MAY(checker, unknown, listener->unknown);
        look_action(checker, &listener->action);
        for (size_t k = 0; k < listener->n_rules; k++) {
            look_action(checker, &listener->rules[k].action);
        }
    }
}

static void look_accelerated(const struct dm_checked *checker,
                             const struct dm_accelerator_group *group)
{
    DM_CHECK_NEED(checker, region, group->region);
    DM_CHECK_MAY(checker, unknown, group->unknown);
    for (size_t i = 0; i < group->n_endpoints; i++) {
        const struct dm_accelerator_endpoint *endpoint = &group->endpoints[i];

        DM_CHECK_MAY(checker, balancer, endpoint->balancer);
        DM_CHECK_MAY(checker, interface, endpoint->interface);
        DM_CHECK_MAY(checker, unknown, endpoint->unknown);
        if (!endpoint->balancer.v && !endpoint->interface.v) {
            DM_CHECK_NEED(checker, unknown, endpoint->unknown);
        }
    }
}

static void look_accelerator(const struct dm_checked *checker,
                             const struct dm_accelerator *accelerator)
{
    DM_CHECK_NEED(checker, interface, accelerator->interface);
    DM_CHECK_MAY(checker, unknown, accelerator->unknown);
    for (size_t i = 0; i < accelerator->n_listeners; i++) {
        const struct dm_accelerator_listener *listener = &accelerator->listeners[i];

        DM_CHECK_MAY(checker, unknown, listener->unknown);
        for (size_t j = 0; j < listener->n_groups; j++) {
            look_accelerated(checker, &listener->groups[j]);
        }
    }
}

static void look_idle_address(const struct dm_checked *checker, const struct dm_idle_address *idle)
{
    DM_CHECK_MAY(checker, unknown, idle->unknown);
}

static void look_vpc_endpoint(const struct dm_checked *checker,
                              const struct dm_vpc_endpoint *endpoint)
{
    DM_CHECK_NEED(checker, vpc, endpoint->vpc);
    DM_CHECK_NEED(checker, endpoint_service, endpoint->service);
}

static void look_host(const struct dm_checked *checker, const struct dm_host *host)
{
    for (size_t j = 0; j < host->n_interfaces; j++) {
        DM_CHECK_NEED(checker, interface, host->interfaces[j]);
    }
}

static void look_interface(const struct dm_checked *checker, const struct dm_interface *interface)
{
    if (interface->kind == DM_INTERFACE_SITE) {
        DM_CHECK_NEED(checker, site, interface->site);
    } else if (interface->kind == DM_INTERFACE_ACCELERATOR) {
        DM_CHECK_NEED(checker, accelerator, interface->accelerator);
    } else if (interface->kind == DM_INTERFACE_POD) {
        DM_CHECK_NEED(checker, node, interface->node);
        DM_CHECK_NEED(checker, workload, interface->workload);
    } else if (interface->kind == DM_INTERFACE_KUBE_SERVICE) {
        DM_CHECK_NEED(checker, kube_service, interface->kube_service);
    } else {
        DM_CHECK_NEED(checker, subnet, interface->subnet);
    }
    DM_CHECK_MAY(checker, host, interface->host);
    DM_CHECK_MAY(checker, node, interface->node);
    DM_CHECK_MAY(checker, endpoint_service, interface->service);
    DM_CHECK_MAY(checker, unknown, interface->unknown);
    for (size_t j = 0; j < interface->n_groups; j++) {
        DM_CHECK_NEED(checker, group, interface->groups[j]);
    }
    if (interface->kind == DM_INTERFACE_ENDPOINT) {
        DM_CHECK_NEED(checker, vpc_endpoint, interface->endpoint);
    }
    if (interface->kind == DM_INTERFACE_BALANCER) {
        DM_CHECK_NEED(checker, balancer, interface->balancer);
    }
    if (interface->kind == DM_INTERFACE_UNKNOWN) {
        DM_CHECK_NEED(checker, unknown, interface->unknown);
    }
}

static void look_internet_gateway(const struct dm_checked *checker,
                                  const struct dm_internet_gateway *gateway)
{
    DM_CHECK_NEED(checker, region, gateway->region);
    DM_CHECK_MAY(checker, vpc, gateway->vpc);
    DM_CHECK_MAY(checker, route_table, gateway->edge_table);
}

static void look_nat_gateway(const struct dm_checked *checker, const struct dm_nat_gateway *nat)
{
    if (!nat->is_regional) {
        DM_CHECK_NEED(checker, subnet, nat->subnet);
        DM_CHECK_NEED(checker, interface, nat->interface);
        return;
    }
    DM_CHECK_NEED(checker, vpc, nat->vpc);
    DM_CHECK_MAY(checker, route_table, nat->table);
    for (size_t i = 0; i < nat->n_addresses; i++) {
        DM_CHECK_MAY(checker, zone, nat->addresses[i].zone);
    }
}

static void look_peering(const struct dm_checked *checker, const struct dm_peering *peering)
{
    DM_CHECK_NEED(checker, vpc, peering->requester);
    DM_CHECK_NEED(checker, vpc, peering->accepter);
}

static void look_transit_gateway(const struct dm_checked *checker,
                                 const struct dm_transit_gateway *gateway)
{
    DM_CHECK_NEED(checker, region, gateway->region);
    DM_CHECK_MAY(checker, transit_table, gateway->default_association);
    DM_CHECK_MAY(checker, transit_table, gateway->default_propagation);
}

static void look_transit_table(const struct dm_checked *checker,
                               const struct dm_transit_table *table)
{
    DM_CHECK_NEED(checker, transit_gateway, table->gateway);
    DM_CHECK_MAY(checker, unknown, table->unknown);
    for (size_t j = 0; j < table->n_routes; j++) {
        DM_CHECK_MAY(checker, attachment, table->routes[j].attachment);
        DM_CHECK_MAY(checker, unknown, table->routes[j].unknown);
    }
    for (size_t j = 0; j < table->n_propagations; j++) {
        DM_CHECK_NEED(checker, attachment, table->propagations[j].attachment);
    }
}

/* That two sides of a peering name each other is seen here, since their element is shared. */
static void look_attachment(const struct dm_checked *checker,
                            const struct dm_attachment *attachment)
{
    const struct dm_model *model = checker->model;

    DM_CHECK_NEED(checker, transit_gateway, attachment->gateway);
    DM_CHECK_MAY(checker, transit_table, attachment->table);
    DM_CHECK_MAY(checker, unknown, attachment->unknown);
    DM_CHECK_MAY(checker, attachment, attachment->peer);
    DM_CHECK_MAY(checker, attachment, attachment->transport);
    for (size_t j = 0; j < attachment->n_subnets; j++) {
        DM_CHECK_NEED(checker, subnet, attachment->subnets[j]);
    }
    if (attachment->kind == DM_ATTACHMENT_VPC) {
        DM_CHECK_NEED(checker, vpc, attachment->vpc);
    }
    if (attachment->kind == DM_ATTACHMENT_CORE) {
        DM_CHECK_NEED(checker, core_peering, attachment->core_peering);
    }
    if (attachment->kind == DM_ATTACHMENT_UNKNOWN) {
        DM_CHECK_NEED(checker, unknown, attachment->unknown);
    }
    if (attachment->peer.v >= 1 && attachment->peer.v <= model->n_attachments) {
        const struct dm_attachment *peer = &model->attachments[attachment->peer.v - 1];

        if (attachment->kind != DM_ATTACHMENT_PEERING || peer->kind != DM_ATTACHMENT_PEERING
            || peer == attachment
            || peer->peer.v != (uint32_t)(attachment - model->attachments) + 1) {
            dm_diags_add(checker->diags, DM_SEV_ERROR, attachment->object.origin,
                         "transit-gateway-attachment `%s` and `%s` are not the two sides of one "
                         "peering",
                         attachment->object.name, peer->object.name);
        }
    }
}

static void look_party(const struct dm_checked *checker, struct dm_party party)
{
    if (party.kind == DM_PARTY_SERVICE) {
        dm_check_need(checker, DM_KIND_service, party.v);
    } else if (party.kind == DM_PARTY_STORE) {
        dm_check_need(checker, DM_KIND_store, party.v);
    } else if (party.kind == DM_PARTY_SITE) {
        dm_check_need(checker, DM_KIND_site, party.v);
    } else if (party.kind == DM_PARTY_BALANCER) {
        dm_check_need(checker, DM_KIND_balancer, party.v);
    } else if (party.kind == DM_PARTY_ACCELERATOR) {
        dm_check_need(checker, DM_KIND_accelerator, party.v);
    }
}

static void look_classes(const struct dm_checked *checker, const struct dm_data_class_id *classes,
                         size_t n)
{
    for (size_t j = 0; j < n; j++) {
        DM_CHECK_NEED(checker, data_class, classes[j]);
    }
}

static void look_hosts(const struct dm_checked *checker, const struct dm_host_id *hosts, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        DM_CHECK_NEED(checker, host, hosts[j]);
    }
}

static void look_policy(const struct dm_checked *checker, const struct dm_policy *policy)
{
    DM_CHECK_NEED(checker, data_class, policy->data_class);
}

static void look_service(const struct dm_checked *checker, const struct dm_service *service)
{
    DM_CHECK_MAY(checker, environment, service->environment);
    DM_CHECK_NEED(checker, region, service->region);
    DM_CHECK_NEED(checker, vpc, service->vpc);
    DM_CHECK_MAY(checker, cluster, service->cluster);
    DM_CHECK_MAY(checker, kube_service, service->kube_service);
    look_hosts(checker, service->hosts, service->n_hosts);
    look_classes(checker, service->classes, service->n_classes);
    for (size_t j = 0; j < service->n_calls; j++) {
        look_party(checker, service->calls[j].to);
    }
}

static void look_store(const struct dm_checked *checker, const struct dm_store *store)
{
    DM_CHECK_MAY(checker, environment, store->environment);
    look_classes(checker, store->classes, store->n_classes);
    for (size_t j = 0; j < store->n_copies; j++) {
        DM_CHECK_NEED(checker, region, store->copies[j].region);
        look_hosts(checker, store->copies[j].hosts, store->copies[j].n_hosts);
    }
    if (store->n_copies == 0) {
        dm_diags_add(checker->diags, DM_SEV_ERROR, store->object.origin,
                     "store `%s` has no primary copy", store->object.name);
    }
    for (size_t j = 0; j < store->n_failover; j++) {
        if (store->failover[j] >= store->n_copies) {
            dm_diags_add(checker->diags, DM_SEV_ERROR, store->object.origin,
                         "store `%s` fails over to a copy that it does not have",
                         store->object.name);
        }
    }
}

static void look_requirement(const struct dm_checked *checker,
                             const struct dm_requirement *requirement)
{
    for (size_t j = 0; j < requirement->n_pairs; j++) {
        look_party(checker, requirement->pairs[j].from);
        look_party(checker, requirement->pairs[j].to);
    }
    for (size_t j = 0; j < requirement->n_isolations; j++) {
        const struct dm_isolation *isolation = &requirement->isolations[j];

        for (size_t k = 0; k < isolation->n_from; k++) {
            look_party(checker, isolation->from[k]);
        }
        for (size_t k = 0; k < isolation->n_to; k++) {
            look_party(checker, isolation->to[k]);
        }
    }
    for (size_t j = 0; j < requirement->n_allowed; j++) {
        look_party(checker, requirement->allowed[j].to);
    }
    for (size_t j = 0; j < requirement->n_stores; j++) {
        DM_CHECK_NEED(checker, store, requirement->stores[j]);
    }
    look_classes(checker, requirement->classes, requirement->n_classes);
}

void dm_model_check_handles(const struct dm_model *model, struct dm_diags *diags)
{
    EACH(model, diags, zone, zones, look_zone)
    EACH(model, diags, vpc, vpcs, look_vpc)
    EACH(model, diags, subnet, subnets, look_subnet)
    EACH(model, diags, route_table, route_tables, look_route_table)
    EACH(model, diags, acl, acls, look_acl)
    EACH(model, diags, group, groups, look_group)
    EACH(model, diags, prefix_list, prefix_lists, look_prefix_list)
    EACH(model, diags, host, hosts, look_host)
    EACH(model, diags, interface, interfaces, look_interface)
    EACH(model, diags, internet_gateway, internet_gateways, look_internet_gateway)
    EACH(model, diags, nat_gateway, nat_gateways, look_nat_gateway)
    EACH(model, diags, vpc_endpoint, vpc_endpoints, look_vpc_endpoint)
    EACH(model, diags, idle_address, idle_addresses, look_idle_address)
    EACH(model, diags, target_group, target_groups, look_target_group)
    EACH(model, diags, balancer, balancers, look_balancer)
    EACH(model, diags, accelerator, accelerators, look_accelerator)
    EACH(model, diags, peering, peerings, look_peering)
    EACH(model, diags, transit_gateway, transit_gateways, look_transit_gateway)
    EACH(model, diags, transit_table, transit_tables, look_transit_table)
    EACH(model, diags, attachment, attachments, look_attachment)
    EACH(model, diags, policy, policies, look_policy)
    EACH(model, diags, service, services, look_service)
    EACH(model, diags, store, stores, look_store)
    EACH(model, diags, requirement, requirements, look_requirement)
    dm_model_check_core_handles(model, diags);
    dm_model_check_cluster_handles(model, diags);
    dm_model_check_site_handles(model, diags);
    dm_model_check_inspection_handles(model, diags);
}
