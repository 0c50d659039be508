/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Volumes: which of them are in one zone, and tie pods to it [EBS-01].
 */
#include <string.h>

#include "model/front/k8s/schedule.h"

enum zonality { EVERYWHERE, IN_ONE_ZONE, NOT_KNOWN };

/* Block storage of AWS is of one zone; its file systems are not. */
static enum zonality of_provisioner(const char *name)
{
    static const char *const zonal[] = { "ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com",
                                         "kubernetes.io/aws-ebs" };
    static const char *const shared[] = { "efs.csi.aws.com", "s3.csi.aws.com" };

    for (size_t i = 0; name && i < sizeof zonal / sizeof *zonal; i++) {
        if (strcmp(name, zonal[i]) == 0) {
            return IN_ONE_ZONE;
        }
    }
    for (size_t i = 0; name && i < sizeof shared / sizeof *shared; i++) {
        if (strcmp(name, shared[i]) == 0) {
            return EVERYWHERE;
        }
    }
    return NOT_KNOWN;
}

static bool is_default(const struct dm_k8s_object *class)
{
    const struct dm_tree *notes = dm_k8s_get(class->metadata, "annotations");

    return dm_str_equal(
        dm_tree_text(dm_k8s_get(notes, "storageclass.kubernetes.io/is-default-class")), "true");
}

/* The class of that name; NULL names the default one. */
static enum zonality of_class(struct dm_k8s *k8s, const char *name)
{
    for (size_t i = 0; i < k8s->objects.n; i++) {
        const struct dm_k8s_object *object = &k8s->objects.items[i];

        if (object->kind == DM_K8S_STORAGE_CLASS
            && (name ? strcmp(object->name, name) == 0 : is_default(object))) {
            return of_provisioner(dm_k8s_text(k8s, object->root, "provisioner"));
        }
    }
    /* A cluster of EKS had this class from the start. */
    return dm_str_equal(name, "gp2") || dm_str_equal(name, "gp3") ? IN_ONE_ZONE : NOT_KNOWN;
}

static void narrow(struct dm_k8s *k8s, const struct dm_selector *more, struct dm_schedule *schedule)
{
    const struct dm_selector **parts = DM_NEW_ARRAY(k8s->arena, 2, const struct dm_selector *);
    struct dm_selector *both = DM_NEW(k8s->arena, struct dm_selector);

    if (!parts || !both) {
        k8s->failed = true;
        return;
    }
    parts[0] = schedule->nodes;
    parts[1] = more;
    *both = (struct dm_selector){ .kind = DM_SELECTOR_AND, .parts = parts, .n_parts = 2 };
    schedule->nodes = schedule->nodes ? both : more;
}

/* A volume that is there says itself which nodes reach it. */
static enum zonality of_volume(struct dm_k8s *k8s, const struct dm_k8s_object *volume,
                               struct dm_schedule *schedule)
{
    const struct dm_tree *affinity =
        dm_k8s_map(k8s, dm_k8s_map(k8s, volume->spec, "nodeAffinity"), "required");
    const struct dm_tree *csi = dm_k8s_map(k8s, volume->spec, "csi");
    const struct dm_selector *nodes =
        affinity ? dm_k8s_node_terms(k8s, volume, affinity, &schedule->unknown) : NULL;

    if (nodes) {
        narrow(k8s, nodes, schedule);
    }
    if (dm_k8s_get(volume->spec, "awsElasticBlockStore")) {
        return IN_ONE_ZONE;
    }
    if (csi) {
        return of_provisioner(dm_k8s_text(k8s, csi, "driver"));
    }
    return dm_k8s_get(volume->spec, "nfs") ? EVERYWHERE : nodes ? IN_ONE_ZONE : NOT_KNOWN;
}

static enum zonality of_claim_spec(struct dm_k8s *k8s, const struct dm_tree *spec,
                                   struct dm_schedule *schedule)
{
    const char *bound = dm_k8s_text(k8s, spec, "volumeName");
    const char *class = dm_k8s_text(k8s, spec, "storageClassName");
    const struct dm_k8s_object *volume =
        bound ? dm_k8s_find(k8s, "PersistentVolume", "", bound) : NULL;

    return volume ? of_volume(k8s, volume, schedule)
                  : of_class(k8s, class && *class ? class : NULL);
}

static void count(struct dm_k8s *k8s, const struct dm_k8s_object *object, struct dm_span span,
                  const char *what, enum zonality zonality, struct dm_schedule *schedule)
{
    schedule->zonal_volume = schedule->zonal_volume || zonality == IN_ONE_ZONE;
    if (zonality == NOT_KNOWN) {
        dm_k8s_unknown(k8s, span,
                       dm_k8s_text_of(k8s, "volume %s of %s %s", what, object->kind_text,
                                      dm_k8s_name(k8s, object)),
                       "whether it is in one zone is not known", &schedule->unknown);
    }
}

static void read_volume(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                        const struct dm_tree *map, struct dm_schedule *schedule)
{
    const struct dm_tree *claim = dm_k8s_map(k8s, map, "persistentVolumeClaim");
    const struct dm_tree *template =
        dm_k8s_map(k8s, dm_k8s_map(k8s, map, "ephemeral"), "volumeClaimTemplate");
    const char *name = dm_k8s_text(k8s, map, "name");

    name = name ? name : "without name";
    if (dm_k8s_get(map, "awsElasticBlockStore")) {
        schedule->zonal_volume = true;
    } else if (template) {
        count(k8s, object, map->span, name,
              of_claim_spec(k8s, dm_k8s_map(k8s, template, "spec"), schedule), schedule);
    } else if (claim) {
        const char *claim_name = dm_k8s_text(k8s, claim, "claimName");
        const struct dm_k8s_object *found =
            claim_name ? dm_k8s_find(k8s, "PersistentVolumeClaim", object->namespace, claim_name)
                       : NULL;

        count(k8s, object, map->span, name,
              found ? of_claim_spec(k8s, found->spec, schedule) : NOT_KNOWN, schedule);
    }
}

void dm_k8s_read_volumes(struct dm_k8s *k8s, const struct dm_k8s_object *object,
                         const struct dm_tree *spec, struct dm_schedule *schedule)
{
    const struct dm_tree *volumes = dm_k8s_list(k8s, spec, "volumes");
    const struct dm_tree *templates = object->kind == DM_K8S_WORKLOAD
                                          ? dm_k8s_list(k8s, object->spec, "volumeClaimTemplates")
                                          : NULL;

    for (size_t i = 0; volumes && i < volumes->n; i++) {
        read_volume(k8s, object, volumes->items[i], schedule);
    }
    for (size_t i = 0; templates && i < templates->n; i++) {
        const struct dm_tree *metadata = dm_k8s_map(k8s, templates->items[i], "metadata");
        const char *name = metadata ? dm_k8s_text(k8s, metadata, "name") : NULL;

        count(k8s, object, templates->items[i]->span, name ? name : "without name",
              of_claim_spec(k8s, dm_k8s_map(k8s, templates->items[i], "spec"), schedule), schedule);
    }
}
