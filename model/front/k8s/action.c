/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Actions: what an ingress says in an annotation instead of a backend.
 */
#include <string.h>

#include "model/front/k8s/balancer.h"

struct targets {
    struct dm_kube_target *items;
    size_t n;
    size_t capacity;
};

static void strange(struct dm_k8s *k8s, const struct dm_k8s_object *object, const char *name,
                    struct dm_span span, const char *why, struct dm_unknown_id *slot)
{
    (void)dm_k8s_warn(k8s, span, "action `%s`: %s", name, why);
    dm_k8s_unknown(k8s, span,
                   dm_k8s_text_of(k8s, "action %s of Ingress %s", name, dm_k8s_name(k8s, object)),
                   why, slot);
}

/* A target group by service, or one that was made by hand, of which nothing is known. */
static void read_target(struct dm_k8s *k8s, const struct dm_k8s_object *object, const char *name,
                        const struct dm_tree *map, struct dm_span span, struct dm_unknown_id *slot,
                        struct targets *targets)
{
    const struct dm_tree *port = dm_k8s_get(map, "servicePort");
    const char *service = dm_tree_text(dm_k8s_get(map, "serviceName"));
    struct dm_kube_target target;

    if (!service || !port) {
        strange(k8s, object, name, span, "it sends to a target group of which no service is named",
                slot);
    } else if (dm_k8s_backend(k8s, object, service, port, span, slot, &target)) {
        (void)DM_K8S_PUSH(k8s, targets, target);
    }
}

static void read_forward(struct dm_k8s *k8s, const struct dm_k8s_object *object, const char *name,
                         const struct dm_tree *action, struct dm_span span,
                         struct dm_unknown_id *slot, struct dm_kube_rule *rule)
{
    const struct dm_tree *config = dm_k8s_get(action, "forwardConfig");
    const struct dm_tree *list = dm_k8s_get(config, "targetGroups");
    struct targets targets = { NULL, 0, 0 };

    if (list && list->kind == DM_TREE_LIST) {
        for (size_t i = 0; i < list->n; i++) {
            read_target(k8s, object, name, list->items[i], span, slot, &targets);
        }
    } else {
        read_target(k8s, object, name, action, span, slot, &targets);
    }
    rule->targets = targets.items;
    rule->n_targets = targets.n;
}

void dm_k8s_read_action(struct dm_k8s *k8s, const struct dm_k8s_object *object, const char *name,
                        struct dm_span span, struct dm_unknown_id *slot, struct dm_kube_rule *rule)
{
    const struct dm_tree *note =
        dm_k8s_annotation(object, DM_K8S_ALB, dm_k8s_text_of(k8s, "actions.%s", name));
    const struct dm_tree *action = note ? dm_k8s_annotation_json(k8s, note) : NULL;
    const char *type = dm_tree_text(dm_k8s_get(action, "type"));

    if (!note) {
        strange(k8s, object, name, span, "no annotation says what it does", slot);
    } else if (action && !type) {
        strange(k8s, object, name, note->span, "it has no type", slot);
    } else if (action && strcmp(type, "forward") == 0) {
        read_forward(k8s, object, name, action, note->span, slot, rule);
    } else if (action && strcmp(type, "redirect") == 0) {
        rule->kind = DM_KUBE_REDIRECT;
    } else if (action && strcmp(type, "fixed-response") == 0) {
        rule->kind = DM_KUBE_FIXED;
    } else if (action) {
        strange(k8s, object, name, note->span, "its type is not known", slot);
    }
}
