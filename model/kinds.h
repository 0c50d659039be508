/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * kinds - what a model is made of: one handle type a kind of object.
 *
 * A handle counts from 1 within its kind; 0 is none, so that zeroed memory
 * refers to nothing.  Handles of different kinds cannot be mixed.  'dm_ref' is
 * any handle with its kind, for paths, findings and messages.
 */
#ifndef DM_MODEL_KINDS_H
#define DM_MODEL_KINDS_H

#include <stdint.h>

/* Order is that of 'demarc dump model'. */
#define DM_KIND_LIST(X)                                                                           \
    X(region, "region")                                                                           \
    X(zone, "zone")                                                                               \
    X(environment, "environment")                                                                 \
    X(vpc, "vpc")                                                                                 \
    X(subnet, "subnet")                                                                           \
    X(route_table, "route-table")                                                                 \
    X(acl, "network-acl")                                                                         \
    X(group, "security-group")                                                                    \
    X(prefix_list, "prefix-list")                                                                 \
    X(host, "host")                                                                               \
    X(interface, "network-interface")                                                             \
    X(internet_gateway, "internet-gateway")                                                       \
    X(nat_gateway, "nat-gateway")                                                                 \
    X(peering, "vpc-peering")                                                                     \
    X(transit_gateway, "transit-gateway")                                                         \
    X(transit_table, "transit-gateway-route-table")                                               \
    X(attachment, "transit-gateway-attachment")                                                   \
    X(data_class, "data-class")                                                                   \
    X(policy, "residency-rule")                                                                   \
    X(service, "service")                                                                         \
    X(store, "store")                                                                             \
    X(requirement, "requirement")                                                                 \
    X(unknown, "unknown")                                                                         \
    X(element, "element")

#define DM_KIND_ID(name, text)                                                                    \
    struct dm_##name##_id {                                                                       \
        uint32_t v;                                                                               \
    };
DM_KIND_LIST(DM_KIND_ID)
#undef DM_KIND_ID

enum dm_kind {
    DM_KIND_none,
#define DM_KIND_ENUM(name, text) DM_KIND_##name,
    DM_KIND_LIST(DM_KIND_ENUM)
#undef DM_KIND_ENUM
        DM_KIND_COUNT
};

struct dm_ref {
    enum dm_kind kind;
    uint32_t v;
};

#define DM_REF(kind_name, id) ((struct dm_ref){ DM_KIND_##kind_name, (id).v })
#define DM_REF_NONE ((struct dm_ref){ DM_KIND_none, 0 })

const char *dm_kind_text(enum dm_kind kind);

#endif
