/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What stands between senders and those who answer: endpoints, load balancers.
 */
#include "render/dump_private.h"

static void dump_endpoint_service(struct dm_dump *dump, const struct dm_endpoint_service *service)
{
    for (size_t i = 0; i < service->n_answers; i++) {
        dm_dump_match(dump, "answers", &service->answers[i]);
    }
    dm_dump_flag(dump, "may answer on other ports", !service->is_whole);
}

static void dump_vpc_endpoint(struct dm_dump *dump, const struct dm_vpc_endpoint *endpoint)
{
    dm_dump_text(dump, "kind", endpoint->is_gateway ? "gateway" : "interface");
    dm_dump_ref(dump, "vpc", DM_KIND_vpc, endpoint->vpc.v);
    dm_dump_ref(dump, "service", DM_KIND_endpoint_service, endpoint->service.v);
}

static void dump_target(struct dm_dump *dump, const struct dm_target_group *group,
                        const struct dm_target *target)
{
    char text[DM_ADDR_TEXT_SIZE];

    dm_str_add(dump->out, "    target: ");
    if (dm_addr_is_none(target->address)) {
        dm_str_addf(dump->out, "unknown %s",
                    dm_model_ref_name(dump->model, DM_REF(unknown, target->unknown)));
    } else {
        dm_str_addf(dump->out, "%s port %u", dm_addr_text(target->address, text),
                    (unsigned)target->port);
    }
    if (target->zone.v) {
        dm_str_addf(dump->out, " in %s", dm_zone_get(dump->model, target->zone)->object.name);
    }
    dm_str_addf(dump->out, ", %s",
                target->is_leaving     ? "leaving"
                : group->judges_health ? "healthy while checks get through"
                : target->is_healthy   ? "healthy"
                                       : "not healthy");
    dm_dump_origin(dump, target->origin, target->pointer);
}

static void dump_target_group(struct dm_dump *dump, const struct dm_target_group *group)
{
    static const char *const words[] = {
        [DM_CROSS_ZONE_AS_BALANCER] = NULL, [DM_CROSS_ZONE_ON] = "on", [DM_CROSS_ZONE_OFF] = "off"
    };

    dm_dump_ref(dump, "vpc", DM_KIND_vpc, group->vpc.v);
    dm_dump_flag(dump, "keeps the client's address", group->keeps_client);
    dm_dump_text(dump, "cross-zone", words[group->cross_zone]);
    if (group->health_port) {
        dm_str_addf(dump->out, "    health checked on: %u\n", (unsigned)group->health_port);
    }
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, group->unknown.v);
    for (size_t i = 0; i < group->n_targets; i++) {
        dump_target(dump, group, &group->targets[i]);
    }
}

static void dump_action(struct dm_dump *dump, const struct dm_listener_action *action)
{
    dm_dump_flag(dump, "answers itself", action->answers);
    dm_dump_refs(dump, "sends to", DM_KIND_target_group, action->groups, action->n_groups);
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, action->unknown.v);
}

static void dump_balancer(struct dm_dump *dump, const struct dm_balancer *balancer)
{
    char text[DM_ADDR_TEXT_SIZE];

    dm_dump_text(dump, "kind",
                 balancer->is_classic       ? "classic"
                 : balancer->is_application ? "application"
                                            : "network");
    dm_dump_ref(dump, "vpc", DM_KIND_vpc, balancer->vpc.v);
    dm_dump_ref(dump, "made of", DM_KIND_kube_balancer, balancer->made_of.v);
    dm_dump_text(dump, "dns name", balancer->dns_name);
    dm_dump_tags(dump, &balancer->tags);
    dm_dump_flag(dump, "cross-zone", balancer->cross_zone);
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, balancer->unknown.v);
    for (size_t i = 0; i < balancer->n_listeners; i++) {
        const struct dm_listener *listener = &balancer->listeners[i];

        dm_str_addf(dump->out, "    listener: %s", dm_match_text(&listener->match, text));
        dm_dump_origin(dump, listener->origin, listener->pointer);
        dm_dump_ref(dump, "unknown", DM_KIND_unknown, listener->unknown.v);
        for (size_t j = 0; j < listener->n_rules; j++) {
            const struct dm_listener_rule *rule = &listener->rules[j];

            dm_str_addf(dump->out, "    rule %zu%s\n", j + 1,
                        rule->asks_more ? ", for some requests" : "");
            dm_dump_prefixes(dump, "clients", rule->sources, rule->n_sources);
            dump_action(dump, &rule->action);
        }
        dump_action(dump, &listener->action);
    }
}

static void dump_endpoint(struct dm_dump *dump, const struct dm_accelerator_endpoint *endpoint)
{
    dm_dump_ref(dump, "endpoint", DM_KIND_balancer, endpoint->balancer.v);
    dm_dump_ref(dump, "endpoint", DM_KIND_interface, endpoint->interface.v);
    dm_str_addf(dump->out, "      weight %u, %s%s\n", (unsigned)endpoint->weight,
                endpoint->is_healthy ? "healthy" : "not healthy",
                endpoint->keeps_client ? ", keeps the client's address" : "");
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, endpoint->unknown.v);
}

static void dump_accelerator(struct dm_dump *dump, const struct dm_accelerator *accelerator)
{
    char text[DM_ADDR_TEXT_SIZE];

    dm_dump_ref(dump, "interface", DM_KIND_interface, accelerator->interface.v);
    dm_dump_flag(dump, "disabled", !accelerator->is_enabled);
    dm_dump_ref(dump, "unknown", DM_KIND_unknown, accelerator->unknown.v);
    for (size_t i = 0; i < accelerator->n_listeners; i++) {
        const struct dm_accelerator_listener *listener = &accelerator->listeners[i];

        dm_str_addf(dump->out, "    listener: %s", dm_match_text(&listener->match, text));
        dm_dump_origin(dump, listener->origin, listener->pointer);
        dm_dump_ref(dump, "unknown", DM_KIND_unknown, listener->unknown.v);
        for (size_t j = 0; j < listener->n_groups; j++) {
            const struct dm_accelerator_group *group = &listener->groups[j];

            dm_dump_ref(dump, "group in", DM_KIND_region, group->region.v);
            dm_dump_flag(dump, "dialed to zero", group->dial == 0);
            dm_dump_ref(dump, "unknown", DM_KIND_unknown, group->unknown.v);
            for (size_t k = 0; k < group->n_ports; k++) {
                dm_str_addf(dump->out, "    port %u to %u\n", (unsigned)group->ports[k].listener,
                            (unsigned)group->ports[k].endpoint);
            }
            for (size_t k = 0; k < group->n_endpoints; k++) {
                dump_endpoint(dump, &group->endpoints[k]);
            }
        }
    }
}

void dm_dump_served(struct dm_dump *dump)
{
    const struct dm_model *model = dump->model;

    for (uint32_t i = 0; i < model->n_endpoint_services; i++) {
        dm_dump_head(dump, DM_KIND_endpoint_service, &model->endpoint_services[i].object);
        dump_endpoint_service(dump, &model->endpoint_services[i]);
    }
    for (uint32_t i = 0; i < model->n_vpc_endpoints; i++) {
        dm_dump_head(dump, DM_KIND_vpc_endpoint, &model->vpc_endpoints[i].object);
        dump_vpc_endpoint(dump, &model->vpc_endpoints[i]);
    }
    for (uint32_t i = 0; i < model->n_idle_addresses; i++) {
        dm_dump_head(dump, DM_KIND_idle_address, &model->idle_addresses[i].object);
        dm_dump_ref(dump, "unknown", DM_KIND_unknown, model->idle_addresses[i].unknown.v);
    }
    for (uint32_t i = 0; i < model->n_target_groups; i++) {
        dm_dump_head(dump, DM_KIND_target_group, &model->target_groups[i].object);
        dump_target_group(dump, &model->target_groups[i]);
    }
    for (uint32_t i = 0; i < model->n_balancers; i++) {
        dm_dump_head(dump, DM_KIND_balancer, &model->balancers[i].object);
        dump_balancer(dump, &model->balancers[i]);
    }
    for (uint32_t i = 0; i < model->n_accelerators; i++) {
        dm_dump_head(dump, DM_KIND_accelerator, &model->accelerators[i].object);
        dump_accelerator(dump, &model->accelerators[i]);
    }
}
