/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * balancer - what ingresses and services become in the hands of the AWS load balancer controller.
 *
 * Ingresses whose class the controller serves are gathered by group; when all are read each group
 * is one application load balancer, and each service that asks for one a network load balancer.
 * Annotations are text of any kind: 'dm_k8s_annotation_*' read them, and say where they are no
 * good.  One that the controller does not know is named and makes its balancer unknown: versions
 * differ.
 */
#ifndef DM_MODEL_FRONT_K8S_BALANCER_H
#define DM_MODEL_FRONT_K8S_BALANCER_H

#include "model/front/k8s/k8s_private.h"

/* ---- annotation.c ---- */

#define DM_K8S_ALB "alb.ingress.kubernetes.io/"
#define DM_K8S_NLB "service.beta.kubernetes.io/aws-load-balancer-"

/* The annotation 'prefix' with 'name'; NULL: it is not there. */
const struct dm_tree *dm_k8s_annotation(const struct dm_k8s_object *object, const char *prefix,
                                        const char *name);
const char *dm_k8s_annotation_text(struct dm_k8s *k8s, const struct dm_tree *node);

/* Parts between commas, without blanks around them. */
struct dm_k8s_words {
    const char **items;
    size_t n;
    size_t capacity;
};
struct dm_k8s_words dm_k8s_annotation_words(struct dm_k8s *k8s, const struct dm_tree *node);

/* The value of "KEY=VALUE,..."; NULL: it is not there. */
const char *dm_k8s_annotation_value(struct dm_k8s *k8s, const struct dm_tree *node,
                                    const char *key);

/* What it holds as JSON; NULL and a fault where it is none. */
const struct dm_tree *dm_k8s_annotation_json(struct dm_k8s *k8s, const struct dm_tree *node);

/* Names annotations with 'prefix' that are not among 'known' (apart by '|'; those that end in a
 * point are the begin of one), and makes '*slot' unknown. */
void dm_k8s_annotation_check(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                             const char *prefix, const char *known, struct dm_unknown_id *slot);

/* ---- ingress.c ---- */

/* The place of a service and of a port of it: by number or name.  False, and an unknown at '*slot',
 * where there is none. */
bool dm_k8s_backend(struct dm_k8s *k8s, const struct dm_k8s_object *object, const char *service,
                    const struct dm_tree *port, struct dm_span span, struct dm_unknown_id *slot,
                    struct dm_kube_target *ret_target);

/* ---- action.c ---- */

/* What the annotation "actions.NAME" makes of a rule. */
void dm_k8s_read_action(struct dm_k8s *k8s, const struct dm_k8s_object *object, const char *name,
                        struct dm_span span, struct dm_unknown_id *slot, struct dm_kube_rule *rule);

/* ---- alb.c ---- */

/* Whether the AWS load balancer controller serves ingresses of a class with this 'controller'. */
bool dm_k8s_is_alb(const char *controller);

/* Puts an ingress into its group, made where it is not there. */
void dm_k8s_gather(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                   const struct dm_k8s_object *params, const struct dm_k8s_rules *rules);

/* Parts that both kinds share.  True: "internet-facing", "ip". */
bool dm_k8s_read_scheme(struct dm_k8s *k8s, const struct dm_tree *node);
bool dm_k8s_read_target_type(struct dm_k8s *k8s, const struct dm_tree *node);
void dm_k8s_read_health_port(struct dm_k8s *k8s, const struct dm_tree *node,
                             const struct dm_kube_service *service, struct dm_kube_target *target);
/* True: it has addresses of IPv6 too. */
bool dm_k8s_read_dual_stack(struct dm_k8s *k8s, const struct dm_tree *node);
/* Whether its targets are made to let it in; 'n_groups' of the user's own. */
bool dm_k8s_read_manages(struct dm_k8s *k8s, const struct dm_tree *node, size_t n_groups);
/* NULL: the input shows none. */
const char *dm_k8s_read_dns_name(struct dm_k8s *k8s, const struct dm_k8s_object *object);
enum dm_cross_zone dm_k8s_read_cross_zone(struct dm_k8s *k8s, const struct dm_tree *attributes);
/* NULL: all nodes. */
const struct dm_selector *dm_k8s_read_target_nodes(struct dm_k8s *k8s, const struct dm_tree *node);
void dm_k8s_read_inbound(struct dm_k8s *k8s, struct dm_k8s_words words, struct dm_span span,
                         struct dm_kube_balancer *balancer);

#endif
