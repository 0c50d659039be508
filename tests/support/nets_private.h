/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * nets_private - what the files that read a network's text share: the parser,
 * the words of a line, and a reader for each kind of line.
 *
 * A reader takes its words in order and sets 'bad' where one is not what it
 * should be; the line then fails as a whole.
 */
#ifndef DM_TESTS_SUPPORT_NETS_PRIVATE_H
#define DM_TESTS_SUPPORT_NETS_PRIVATE_H

#include "model/base/str.h"
#include "tests/support/nets.h"

enum { DM_NETS_MAX_WORDS = 12 };

/* Rows are kept with the handle of their owner until all objects are there. */
struct dm_nets_route_row {
    uint32_t owner;
    struct dm_route route;
};
struct dm_nets_transit_row {
    uint32_t owner;
    struct dm_transit_route route;
};
struct dm_nets_propagation_row {
    uint32_t owner;
    struct dm_propagation propagation;
};
struct dm_nets_share_row {
    uint32_t owner;
    struct dm_core_share share;
};
struct dm_nets_insertion_row {
    uint32_t owner;
    struct dm_core_insertion insertion;
};
struct dm_nets_association_row {
    uint32_t owner;
    struct dm_core_rule rule;
};
struct dm_nets_routing_row {
    uint32_t owner;
    struct dm_core_routing_policy policy;
};
struct dm_nets_label_row {
    uint32_t owner;
    struct dm_core_label_rule rule;
};
struct dm_nets_core_route_row {
    uint32_t owner;
    struct dm_core_route route;
};
struct dm_nets_entry_row {
    uint32_t owner;
    struct dm_acl_entry entry;
};
struct dm_nets_rule_row {
    uint32_t owner;
    struct dm_group_rule rule;
};
struct dm_nets_frule_row {
    uint32_t owner;
    struct dm_firewall_rule rule;
};
struct dm_nets_interface_row {
    uint32_t owner;
    struct dm_interface_id interface;
};
struct dm_nets_call_row {
    uint32_t owner;
    struct dm_call call;
};
struct dm_nets_copy_row {
    uint32_t owner;
    struct dm_store_copy copy;
};

struct dm_nets_target_row {
    uint32_t owner;
    struct dm_target target;
};
struct dm_nets_listener_row {
    uint32_t owner;
    struct dm_listener listener;
};

struct dm_nets_krule_row {
    uint32_t owner;
    bool is_ingress;
    struct dm_policy_rule rule;
};

struct dm_nets_parser {
    struct dm_arena *arena;
    struct dm_builder *builder;
    struct dm_err *err;
    const char *words[DM_NETS_MAX_WORDS]; /* of the line, the first is the kind */
    size_t n_words;
    size_t n_taken;
    bool bad;                /* the line */
    struct dm_object object; /* origin: the line */
    DM_VEC(struct dm_nets_route_row) routes;
    DM_VEC(struct dm_nets_transit_row) transit_routes;
    DM_VEC(struct dm_nets_propagation_row) propagations;
    DM_VEC(struct dm_nets_share_row) shares;
    DM_VEC(struct dm_nets_insertion_row) insertions;
    DM_VEC(struct dm_nets_association_row) associations;
    DM_VEC(struct dm_nets_routing_row) routing;
    DM_VEC(struct dm_nets_label_row) labels;
    DM_VEC(struct dm_nets_core_route_row) core_routes;
    DM_VEC(struct dm_nets_entry_row) entries;
    DM_VEC(struct dm_nets_rule_row) rules;
    DM_VEC(struct dm_nets_frule_row) frules;
    DM_VEC(struct dm_nets_interface_row) interfaces;
    DM_VEC(struct dm_nets_call_row) calls;
    DM_VEC(struct dm_nets_copy_row) copies;
    DM_VEC(struct dm_nets_target_row) targets;
    DM_VEC(struct dm_nets_listener_row) listeners;
    DM_VEC(struct dm_nets_krule_row) ingress;
    DM_VEC(struct dm_nets_krule_row) egress;
};

const char *dm_nets_word(struct dm_nets_parser *parser);
bool dm_nets_flag(struct dm_nets_parser *parser, const char *name);
const char *dm_nets_option(struct dm_nets_parser *parser, const char *name);
uint16_t dm_nets_mtu(struct dm_nets_parser *parser); /* of "mtu=1500"; 0: none */
uint32_t dm_nets_find(struct dm_nets_parser *parser, enum dm_kind kind, const char *name);
uint32_t dm_nets_object_word(struct dm_nets_parser *parser, enum dm_kind kind, bool may_lack);
const char *const *dm_nets_parts(struct dm_nets_parser *parser, const char *text, size_t *ret_n);
struct dm_prefix dm_nets_prefix_of(struct dm_nets_parser *parser, const char *text);
struct dm_addr dm_nets_address_of(struct dm_nets_parser *parser, const char *text);
struct dm_match dm_nets_match_word(struct dm_nets_parser *parser);
const struct dm_prefix *dm_nets_prefixes_word(struct dm_nets_parser *parser, size_t *ret_n);
void *dm_nets_objects_of(struct dm_nets_parser *parser, enum dm_kind kind, const char *text,
                         size_t *ret_n);
void dm_nets_set_addresses(struct dm_nets_parser *parser, struct dm_interface *interface,
                           const char *text);
const char *dm_nets_suffixed(struct dm_nets_parser *parser, const char *name, const char *suffix);
void dm_nets_push_route(struct dm_nets_parser *parser, uint32_t table,
                        const struct dm_route *route);
void dm_nets_push_entry(struct dm_nets_parser *parser, uint32_t acl,
                        const struct dm_acl_entry *entry);
void dm_nets_push_rule(struct dm_nets_parser *parser, uint32_t group,
                       const struct dm_group_rule *rule);

#define OBJECT(parser, kind)                                                                       \
    ((struct dm_##kind##_id){ dm_nets_object_word((parser), DM_KIND_##kind, false) })
#define OBJECT_OR_NONE(parser, kind)                                                               \
    ((struct dm_##kind##_id){ dm_nets_object_word((parser), DM_KIND_##kind, true) })

void dm_nets_read_region(struct dm_nets_parser *parser);
void dm_nets_read_zone(struct dm_nets_parser *parser);
void dm_nets_read_environment(struct dm_nets_parser *parser);
void dm_nets_read_vpc(struct dm_nets_parser *parser);
void dm_nets_read_table(struct dm_nets_parser *parser);
void dm_nets_read_acl(struct dm_nets_parser *parser);
void dm_nets_read_group(struct dm_nets_parser *parser);
void dm_nets_read_answers(struct dm_nets_parser *parser);
void dm_nets_read_list(struct dm_nets_parser *parser);
void dm_nets_read_endpoint(struct dm_nets_parser *parser);
void dm_nets_read_idle(struct dm_nets_parser *parser);
void dm_nets_read_subnet(struct dm_nets_parser *parser);
void dm_nets_read_igw(struct dm_nets_parser *parser);
void dm_nets_read_unknown_igw(struct dm_nets_parser *parser);
void dm_nets_read_nat(struct dm_nets_parser *parser);
void dm_nets_read_peering(struct dm_nets_parser *parser);
void dm_nets_read_unknown(struct dm_nets_parser *parser);
void dm_nets_read_tgw(struct dm_nets_parser *parser);
void dm_nets_read_ttable(struct dm_nets_parser *parser);
void dm_nets_read_attach(struct dm_nets_parser *parser);
void dm_nets_read_unknown_attach(struct dm_nets_parser *parser);
void dm_nets_read_tpeer(struct dm_nets_parser *parser);
void dm_nets_read_core(struct dm_nets_parser *parser);
void dm_nets_read_cedge(struct dm_nets_parser *parser);
void dm_nets_read_segment(struct dm_nets_parser *parser);
void dm_nets_read_function(struct dm_nets_parser *parser);
void dm_nets_read_cattach(struct dm_nets_parser *parser);
void dm_nets_read_cpeer(struct dm_nets_parser *parser);
void dm_nets_read_ctable(struct dm_nets_parser *parser);

/* The number that stands as "asn=N"; 0: none. */
uint32_t dm_nets_asn(struct dm_nets_parser *parser);
void dm_nets_read_share(struct dm_nets_parser *parser);
void dm_nets_read_via(struct dm_nets_parser *parser);
void dm_nets_read_to(struct dm_nets_parser *parser);
void dm_nets_read_associate(struct dm_nets_parser *parser);
void dm_nets_read_croute(struct dm_nets_parser *parser);
void dm_nets_read_rpolicy(struct dm_nets_parser *parser);
void dm_nets_read_label(struct dm_nets_parser *parser);
void dm_nets_read_site(struct dm_nets_parser *parser);
void dm_nets_read_vgw(struct dm_nets_parser *parser);
void dm_nets_read_dxgw(struct dm_nets_parser *parser);
void dm_nets_read_vif(struct dm_nets_parser *parser);
void dm_nets_read_allow(struct dm_nets_parser *parser);
void dm_nets_read_regional_nat(struct dm_nets_parser *parser);
void dm_nets_read_host(struct dm_nets_parser *parser);
void dm_nets_read_nic(struct dm_nets_parser *parser);
void dm_nets_read_other_interface(struct dm_nets_parser *parser);
void dm_nets_read_balancer(struct dm_nets_parser *parser);
void dm_nets_read_node(struct dm_nets_parser *parser);
void dm_nets_read_targets(struct dm_nets_parser *parser);
void dm_nets_read_accelerator(struct dm_nets_parser *parser);
void dm_nets_read_target(struct dm_nets_parser *parser);
void dm_nets_read_listen(struct dm_nets_parser *parser);
void dm_nets_read_fgroup(struct dm_nets_parser *parser);
void dm_nets_read_frule(struct dm_nets_parser *parser);
void dm_nets_read_fpolicy(struct dm_nets_parser *parser);
void dm_nets_read_firewall(struct dm_nets_parser *parser);
void dm_nets_read_fendpoint(struct dm_nets_parser *parser);
void dm_nets_read_fleet(struct dm_nets_parser *parser);
void dm_nets_read_class(struct dm_nets_parser *parser);
void dm_nets_read_service(struct dm_nets_parser *parser);
void dm_nets_read_store(struct dm_nets_parser *parser);
void dm_nets_read_failover(struct dm_nets_parser *parser);
void dm_nets_read_policy(struct dm_nets_parser *parser);
void dm_nets_read_reach(struct dm_nets_parser *parser);
void dm_nets_read_isolate(struct dm_nets_parser *parser);
void dm_nets_read_expose(struct dm_nets_parser *parser);
void dm_nets_read_reside(struct dm_nets_parser *parser);
void dm_nets_read_route(struct dm_nets_parser *parser);
void dm_nets_read_edge(struct dm_nets_parser *parser);
void dm_nets_read_troute(struct dm_nets_parser *parser);
void dm_nets_read_propagate(struct dm_nets_parser *parser);
void dm_nets_read_rule(struct dm_nets_parser *parser);
void dm_nets_read_permit(struct dm_nets_parser *parser);
void dm_nets_read_cluster(struct dm_nets_parser *parser);
void dm_nets_read_pool(struct dm_nets_parser *parser);
void dm_nets_read_worker(struct dm_nets_parser *parser);
void dm_nets_read_ns(struct dm_nets_parser *parser);
void dm_nets_read_pods(struct dm_nets_parser *parser);
void dm_nets_read_kservice(struct dm_nets_parser *parser);
struct dm_tags dm_nets_tags(struct dm_nets_parser *parser); /* of "tags=KEY:VALUE,..." */
void dm_nets_read_kbalancer(struct dm_nets_parser *parser);
void dm_nets_read_klisten(struct dm_nets_parser *parser);
void dm_nets_read_kpolicy(struct dm_nets_parser *parser);
void dm_nets_read_krule(struct dm_nets_parser *parser);
void dm_nets_read_call(struct dm_nets_parser *parser);
void dm_nets_read_copy(struct dm_nets_parser *parser);

#endif
