/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * nets - small networks for tests, as text, and random ones by the thousand.
 *
 * A network is a few lines of text, each an object or a row of one; the text is
 * what a test reads, what a failing seed prints and what is shrunk, a line at a
 * time, to the smallest that still fails.  It goes through the builder like any
 * front end's input, and every object's origin is its line.
 *
 *     region r1 [jurisdiction=DE]        zone r1a r1
 *     environment prod                   vpc v r1 10.0.0.0/16[,...] [environment=prod]
 *     table t v                          acl a v            group g v [TAGS]
 *     answers x tcp/443 [more]           list l 10.0.0.0/8[,...] [aws] [service=x]
 *     endpoint e v x                     idle 198.18.0.7
 *     subnet s v r1a 10.0.1.0/24 [table=t] [acl=a] [TAGS], "tags=KEY:VALUE,..."
 *     igw i v                            nat n s 10.0.1.5 [198.18.0.5]
 *     peering p v w                      unknown u          igw? v u
 *     tgw g1 r1 [refs] [asn=64512]       ttable m g1
 *     attach x g1 v m|- s[,...] [appliance] [norefs] [noipv6]
 *     tpeer y1 g1 m1|- y2 g2 m2|-        attach? z g1 m|- u
 *     core c [refs] [unknown=u]          cedge c.r1 c r1 [asn=64600]
 *     segment c.s c [edges=c.r1,...] [isolate] [allow=c.t,...|-] [deny=c.t,...] [unknown=u]
 *     function c.f c
 *     cattach x c v c.s|c.f|- s[,...] [tags=k:v,...] [label=l] [appliance]
 *         [norefs] [noipv6]
 *     cpeer p c.r1 g1                    ctable x p m c.s|- [tags=k:v,...] [label=l]
 *     site s 172.16.0.0/16[,...]         dxgw d            vif x s d|k 172.16.0.0/16[,...]
 *     vgw k v r1 [learn=t,...]           allow a d k 10.0.0.0/16[,...]
 *     rnat n v 198.18.0.5[@r1a][,...]
 *     host h s 10.0.1.10[=198.18.0.9][,...] [groups=g,...] [nocheck] [stopped] [forwards]
 *         [mtu=1500]
 *     nic h s 10.0.1.11 [groups=...] [nocheck]
 *     fgroup g [stateful]
 *     fpolicy p pass|drop|forward [stateless=g,...] [stateful=g,~g,...]
 *         [strict=pass|established|drop] [continues] [home=10.0.0.0/8] [unknown=u]
 *     firewall f v p                     fleet b v h,...|- [cross] [transparent]
 *     fendpoint e s firewall:f|fleet:b|u
 *     transit e s 10.0.1.6               interface? e s 10.0.1.7 u
 *     balancer b v net|app [cross] [dns=NAME] [TAGS]
 *     node b.0 s 10.0.1.8[=198.18.0.8] balancer=b [groups=g,...]
 *     targets t v [keep] [cross|nocross] [checked=PORT]  (0: the targets' own)
 *     accelerator a 198.51.100.7 tcp/443 100/b/128[/sick],...  (dial, balancer and weight: a group
 *         each; clients' addresses are kept)
 *
 *     route t 0.0.0.0/0|list:l
 * local|igw:i|nat:n|peering:p|tgw:g1|core:c|vgw:k|eni:e|endpoint:e|none| gwlb:e|unknown:u
 * [propagated] edge i t troute m 10.1.0.0/16 x|none|unknown:u propagate m x share c c.s *|c.t[,...]
 * [unknown=u] via c c.s *|c.t[,...] c.f [dual] [use=c.r1:c.r1,c.r2] to c c.s c.f associate c 100
 * any|tag:k|tag:k=v|region=r1|account=a c.s|c.f|tag:k croute c.s 10.0.0.0/8 x[,...]|none|unknown:u
 *     rpolicy c name drop|allow|unknown:u within|equals 10.0.0.0/8
 *     label c l name
 *     target t 10.0.1.10 8080 [zone=r1a] [sick] [leaving]
 *     listen b tcp/80 t,...|-            (-: it answers itself)
 *     rule a in|out 100 allow|deny tcp/443 10.0.0.0/8
 *     permit g in|out tcp/443 10.0.0.0/8|group:h|list:l|unknown:u
 *
 *     cluster c v 172.20.0.0/16 [wireguard] [mtu=8951]
 *     pool p c 192.168.0.0/16 none|vxlan|cross|ipip|ipip-cross [nat] [disabled]
 *     worker n c s 10.0.1.4 [groups=g,...] [nocheck] [twins] [endpoint] [mtu=1500]
 *         [labels=KEY:VALUE,...]
 *     ns a c                             pods w a app:x,...|- n=192.168.0.4,...|- [port=web:80]
 *                                            [hostnet]
 *     kservice k a app:x 80:8080|web[:30080] [udp] [ip=172.20.0.10] [local]
 *                                            [inner]
 *     kbalancer b c net|app [facing] [cross] [subnets=s,...] [groups=g,...] [managed]
 *         [inbound=10.0.0.0/8] [stack=NAME] [dns=NAME] [unknown=u]
 *     klisten b tcp/80 k|k:ip|- [first] [some] [keep] [asks] [checked=PORT]
 *     kpolicy y c a|- app:x|all in|out|in,out [order=10]
 *     krule y in|out allow|deny|pass tcp/80|all any|10.0.0.0/8|app:x|all|*app:x
 *
 *     class c                            store q rds tcp/5432 c,... DE,... [environment=prod]
 *     service w tcp/443 h,... [classes=c,...] [environment=prod] [public]
 *     frule g 10 pass|drop|forward|alert|either tcp,udp|any FROM TO [from=80,90-99] [to=443] [both]
 *         [partial=u], FROM and TO any|home|external|10.0.0.0/8,!10.1.0.0/16
 *     call w service:w2|store:q          copy q r1 h,...|-        failover q 1,2
 *
 *     policy p c DE|* store,process DE,FR,...|- [until=2027-12-31]
 *     reach R service:w|internet service:x|store:q|internet tcp/443 [SURVIVE]
 *     isolate R service:w,... store:q,... [SURVIVE]
 *     expose R service:w=tcp/443,...|- [SURVIVE]
 *     reside R q,... c,...|- [SURVIVE]
 *
 * where SURVIVE is "survive=zone,peering/2" or "survive=each:zone", then "level=warn|note".
 *
 * Objects stand before what names them; rows anywhere.  A VPC brings a main
 * table 'v.main', an ACL 'v.acl' and a group 'v.open' that allow all, which is
 * what subnets and interfaces without words of their own get.  Each table has
 * the local routes of its VPC.  The first interface of host h is 'h.0', the
 * next 'h.1'; that of NAT gateway n is 'n.eni'.  The side of peering p at its transit gateway is
 * attachment 'p.tgw'.  Worker n of a cluster has interface 'n.0', the pod of w on it is host 'w@n'
 * with interface 'w@n.0', Service k with an address has 'k.ip'.  A rule's app:x are pods of the
 * policy's namespace, or for all of them; *app:x of all namespaces.
 */
#ifndef DM_TESTS_SUPPORT_NETS_H
#define DM_TESTS_SUPPORT_NETS_H

#include "model/model.h"

/* Fails with DM_INVALID, and what is wrong with which line, where the text is no network. */
DM_NODISCARD enum dm_status dm_nets_parse(struct dm_arena *arena, const char *text,
                                          const struct dm_model **ret_model, struct dm_err *err);

/* The same with what 'more' (may be NULL) adds before it is built. */
DM_NODISCARD enum dm_status dm_nets_parse_more(
    struct dm_arena *arena, const char *text,
    enum dm_status (*more)(void *context, struct dm_arena *arena, struct dm_sources *sources,
                           struct dm_builder *builder, struct dm_err *err),
    void *context, const struct dm_model **ret_model, struct dm_err *err);

/* The same as dm_nets_parse; a text that is no network fails the test that runs. */
const struct dm_model *dm_nets_make(struct dm_arena *arena, const char *text);

/* The text that the model was made of. */
const char *dm_nets_describe(const struct dm_model *model);

/* A stream of numbers; the same for the same seed everywhere. */
struct dm_random {
    uint64_t state;
};

uint64_t dm_random_next(struct dm_random *random);
unsigned dm_random_below(struct dm_random *random, unsigned limit);       /* limit 0 gives 0 */
bool dm_random_chance(struct dm_random *random, unsigned n, unsigned of); /* n times in 'of' */

/* What a random network may have.  Zero of a maximum means 1. */
struct dm_net_options {
    unsigned max_regions;
    unsigned max_zones; /* in each region */
    unsigned max_vpcs;
    unsigned max_hosts;
    bool with_tgw;      /* transit gateways, peered where there are two */
    bool with_core;     /* a core network */
    bool with_peering;  /* of VPCs */
    bool with_internet; /* internet gateways and public addresses */
    bool with_nat;
    bool with_filters;     /* ACLs and groups that do not allow all */
    bool with_lists;       /* prefix lists in routes and groups */
    bool with_middleboxes; /* routes to interfaces of hosts */
    bool with_endpoints;   /* gateway endpoints, where there are lists */
    bool with_unknowns;
};

/* All but unknowns. */
#define DM_NET_ALL                                                                                 \
    ((struct dm_net_options){ .max_regions = 3,                                                    \
                              .max_zones = 3,                                                      \
                              .max_vpcs = 4,                                                       \
                              .max_hosts = 6,                                                      \
                              .with_tgw = true,                                                    \
                              .with_core = true,                                                   \
                              .with_peering = true,                                                \
                              .with_internet = true,                                               \
                              .with_nat = true,                                                    \
                              .with_filters = true,                                                \
                              .with_lists = true,                                                  \
                              .with_middleboxes = true,                                            \
                              .with_endpoints = true })

/* The text of a network that dm_nets_parse takes.  NULL when memory is out. */
const char *dm_nets_random(struct dm_arena *arena, uint64_t seed,
                           const struct dm_net_options *options);

/* DM_SEED of the environment, to replay one seed: false where it is not set. */
bool dm_nets_replay_seed(uint64_t *ret_seed);

/* The smallest text, by leaving out lines, of which 'fails' still says true; 'text' itself does. */
const char *dm_nets_shrink(struct dm_arena *arena, const char *text,
                           bool (*fails)(const struct dm_model *model, void *context),
                           void *context);

/* Adds a prefix and the end of its line, of a few that overlap. */
void dm_nets_add_prefix(struct dm_str *text, struct dm_random *random);

/* Adds up to three balancers with targets and listeners to the text of a network that 'model' was
 * made of, the later ones perhaps in front of the earlier ones. */
void dm_nets_add_balancers(struct dm_str *text, struct dm_random *random,
                           const struct dm_model *model);

#endif
