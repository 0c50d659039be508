/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/checker.h"

/* A copy lives while its region does and, where it has endpoints, one of their zones. */
static bool copy_alive(const struct dm_model *model, struct dm_alive *alive,
                       const struct dm_store_copy *copy)
{
    if (!copy->n_hosts) {
        return dm_alive(alive, dm_region_get(model, copy->region)->element);
    }
    for (size_t i = 0; i < copy->n_hosts; i++) {
        const struct dm_host *host = dm_host_get(model, copy->hosts[i]);
        struct dm_zone_id zone = dm_model_zone_of_interface(model, host->interfaces[0]);

        if (dm_alive(alive, dm_zone_get(model, zone)->element)) {
            return true;
        }
    }
    return false;
}

int dm_store_writer(const struct dm_model *model, struct dm_alive *alive,
                    const struct dm_store *store)
{
    if (store->n_copies && copy_alive(model, alive, &store->copies[0])) {
        return 0;
    }
    for (size_t i = 0; i < store->n_failover; i++) {
        if (copy_alive(model, alive, &store->copies[store->failover[i]])) {
            return (int)store->failover[i];
        }
    }
    return -1;
}

struct dm_hosts dm_party_hosts(const struct dm_model *model, struct dm_alive *alive,
                               struct dm_party party)
{
    struct dm_hosts hosts = { NULL, 0 };

    if (party.kind == DM_PARTY_SERVICE) {
        const struct dm_service *service = dm_service_get(model, (struct dm_service_id){ party.v });

        hosts = (struct dm_hosts){ service->hosts, service->n_hosts };
    } else if (party.kind == DM_PARTY_STORE) {
        const struct dm_store *store = dm_store_get(model, (struct dm_store_id){ party.v });
        int writer = dm_store_writer(model, alive, store);

        if (writer >= 0) {
            hosts = (struct dm_hosts){ store->copies[writer].hosts, store->copies[writer].n_hosts };
        }
    } else if (party.kind == DM_PARTY_SITE) {
        const struct dm_site *site = dm_site_get(model, (struct dm_site_id){ party.v });

        hosts = (struct dm_hosts){ site->hosts, site->n_hosts };
    }
    return hosts;
}

const char *dm_party_name(const struct dm_model *model, struct dm_party party)
{
    switch (party.kind) {
    case DM_PARTY_SERVICE:
        return dm_service_get(model, (struct dm_service_id){ party.v })->object.name;
    case DM_PARTY_STORE:
        return dm_store_get(model, (struct dm_store_id){ party.v })->object.name;
    case DM_PARTY_SITE:
        return dm_site_get(model, (struct dm_site_id){ party.v })->object.name;
    case DM_PARTY_BALANCER:
        return dm_balancer_get(model, (struct dm_balancer_id){ party.v })->object.name;
    case DM_PARTY_ACCELERATOR:
        return dm_accelerator_get(model, (struct dm_accelerator_id){ party.v })->object.name;
    case DM_PARTY_INTERNET:
        break;
    }
    return "internet";
}

struct dm_flow dm_flow_of_match(const struct dm_match *match)
{
    struct dm_flow flow = { .protocol = (uint8_t)match->protocol,
                            .port_first = match->port_first,
                            .port_last = match->port_last };

    DM_ASSERT(match->protocol >= 0);
    if (flow.protocol == DM_PROTO_ICMP || flow.protocol == DM_PROTO_ICMPV6) {
        int echo = flow.protocol == DM_PROTO_ICMP ? 8 : 128;

        flow.port_first = 0;
        flow.port_last = 0;
        flow.icmp_type = (uint8_t)(match->icmp_type < 0 ? echo : match->icmp_type);
        flow.icmp_code = (uint8_t)(match->icmp_code < 0 ? 0 : match->icmp_code);
    }
    return flow;
}
