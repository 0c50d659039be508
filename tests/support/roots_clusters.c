/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lines of a network, told from its model: control planes of clusters, and their nodes.
 */
#include <string.h>

#include "model/base/str.h"
#include "tests/support/dmtest.h"
#include "tests/support/roots.h"

static struct roots_lines new_lines(const struct roots_lines *lines)
{
    return (struct roots_lines){ .arena = lines->arena };
}

static const char *list(struct roots_lines *items)
{
    return items->items.n ? dm_sprintf(items->arena, "[\n%s]", roots_join(items, true)) : "-";
}

static const char *block(struct roots_lines *items)
{
    return dm_sprintf(items->arena, "[\n (\n%s)\n]", roots_join(items, false));
}

/* "core-prod-eu-west-1-nodes": names of these designs are short. */
static const char *role_name(const struct roots_lines *lines, const char *name, const char *word)
{
    char *text = dm_sprintf(lines->arena, "%s-%s", name, word);

    assert_true(strlen(name) <= 50);
    for (char *c = text; *c; c++) {
        *c = (char)(*c == '.' ? '-' : *c);
    }
    return text;
}

static const char *role(struct roots_lines *lines, const char *name, const char *word,
                        const char *service)
{
    const char *full = role_name(lines, name, word);

    roots_line(lines,
               "role %s {\"Statement\":[{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\","
               "\"Principal\":{\"Service\":\"%s.amazonaws.com\"}}],\"Version\":\"2012-10-17\"}",
               full, service);
    return full;
}

static const char *region_of(const struct dm_model *model, const struct dm_cluster *at)
{
    return dm_region_get(model, dm_vpc_get(model, at->vpc)->region)->object.name;
}

static void cluster(struct roots_lines *lines, const struct dm_model *model,
                    const struct dm_cluster *at)
{
    const char *name = at->object.name;
    const char *full = role(lines, name, "control-plane", "eks");
    struct roots_lines subnets = new_lines(lines);
    struct roots_lines groups = new_lines(lines);
    struct roots_lines sources = new_lines(lines);
    struct roots_lines config = new_lines(lines);
    char buffer[DM_ADDR_TEXT_SIZE];

    roots_line(lines, "may %s arn:aws:iam::aws:policy/AmazonEKSClusterPolicy", full);
    for (size_t i = 0; i < at->n_control_plane; i++) {
        const struct dm_host *host = dm_host_get(model, at->control_plane[i]);
        const struct dm_interface *interface = dm_interface_get(model, host->interfaces[0]);

        roots_line(&subnets, " %s", dm_subnet_get(model, interface->subnet)->object.name);
        for (size_t j = 0; j < interface->n_groups; j++) {
            roots_line(&groups, " %s", dm_group_get(model, interface->groups[j])->object.name);
        }
    }
    for (size_t i = 0; at->endpoint_public && i < at->n_public_sources; i++) {
        roots_line(&sources, " %s", dm_prefix_text(at->public_sources[i], buffer));
    }
    roots_line(&config, " endpoint_private_access=%d", at->endpoint_private);
    roots_line(&config, " endpoint_public_access=%d", at->endpoint_public);
    roots_line(&config, " subnet_ids=%s", list(&subnets));
    if (groups.items.n) {
        roots_line(&config, " security_group_ids=%s", list(&groups));
    }
    if (sources.items.n) {
        roots_line(&config, " public_access_cidrs=%s", list(&sources));
    }
    roots_line(lines,
               "cluster %s %s %s 0 %s [\n (\n service_ipv4_cidr=%s\n)\n] [\n (\n "
               "authentication_mode=API\n bootstrap_cluster_creator_admin_permissions=1\n)\n]",
               name, region_of(model, at), full, block(&config),
               dm_prefix_text(at->service_range, buffer));
    roots_line(lines, "identity %s [\n sts.amazonaws.com\n]", name);
    roots_line(lines, "addon %s %s kube-proxy", region_of(model, at), name);
    roots_line(lines, "addon %s %s coredns", region_of(model, at), name);
}

static const char *labels(const struct roots_lines *lines, const struct dm_node_group *at,
                          const char **ret_name)
{
    struct roots_lines all = new_lines(lines);

    for (size_t i = 0; i < at->labels.n; i++) {
        if (strcmp(at->labels.items[i].key, "eks.amazonaws.com/nodegroup") == 0) {
            *ret_name = at->labels.items[i].value;
        } else {
            roots_line(&all, " %s=%s", at->labels.items[i].key, at->labels.items[i].value);
        }
    }
    return all.items.n ? dm_sprintf(lines->arena, "(\n%s)", roots_join(&all, false)) : "-";
}

static const char *taints(const struct roots_lines *lines, const struct dm_node_group *at)
{
    static const char *const words[] = { "NO_SCHEDULE", "PREFER_NO_SCHEDULE", "NO_EXECUTE" };
    struct roots_lines all = new_lines(lines);

    for (size_t i = 0; i < at->n_taints; i++) {
        struct roots_lines one = new_lines(lines);

        roots_line(&one, " key=%s", at->taints[i].key);
        roots_line(&one, " effect=%s", words[at->taints[i].effect]);
        if (at->taints[i].value[0]) {
            roots_line(&one, " value=%s", at->taints[i].value);
        }
        roots_line(&all, " (\n%s)", roots_join(&one, false));
    }
    return list(&all);
}

static void node_group(struct roots_lines *lines, const struct dm_model *model, uint32_t v)
{
    const struct dm_node_group *at = &model->node_groups[v - 1];
    const struct dm_cluster *in = dm_cluster_get(model, at->cluster);
    const char *name = at->object.name;
    const char *full = role(lines, name, "nodes", "ec2");
    const struct dm_interface *first = NULL;
    struct roots_lines subnets = new_lines(lines);
    struct roots_lines groups = new_lines(lines);
    struct roots_lines template = new_lines(lines);
    struct roots_lines sizes = new_lines(lines);
    const char *own = NULL;
    const char *with = labels(lines, at, &own);

    roots_line(lines, "may %s arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly", full);
    roots_line(lines, "may %s arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy", full);
    for (uint32_t i = 0; i < model->n_nodes; i++) {
        const struct dm_interface *interface = dm_interface_get(model, model->nodes[i].interface);

        if (model->nodes[i].group.v == v) {
            first = first ? first : interface;
            roots_line(&subnets, " %s", dm_subnet_get(model, interface->subnet)->object.name);
        }
    }
    assert_non_null(first);
    for (size_t i = 0; i < first->n_groups; i++) {
        roots_line(&groups, " %s", dm_group_get(model, first->groups[i])->object.name);
    }
    if (!first->source_dest_check) {
        roots_line(lines,
                   "may %s {\"Statement\":[{\"Action\":[\"ec2:DescribeInstances\","
                   "\"ec2:ModifyNetworkInterfaceAttribute\"],\"Effect\":\"Allow\",\"Resource\":"
                   "\"*\"}],\"Version\":\"2012-10-17\"}",
                   full);
    }
    roots_line(&template, " device_index=0");
    roots_line(&template, " associate_public_ip_address=%s", at->is_public ? "true" : "false");
    if (groups.items.n) {
        roots_line(&template, " security_groups=%s", list(&groups));
    }
    roots_line(lines, "template %s %s %s", name, region_of(model, in), block(&template));
    roots_line(&sizes, " min_size=%u", (unsigned)at->min_size);
    roots_line(&sizes, " desired_size=%u", (unsigned)at->size);
    roots_line(&sizes, " max_size=%u", (unsigned)at->max_size);
    roots_line(lines, "nodes %s %s %s %s %s %s %s [\n (\n id=%s\n version=%s\n)\n] %s %s", name,
               region_of(model, in), in->object.name, own, full, list(&subnets), block(&sizes),
               name, name, with, taints(lines, at));
}

/* Each group of nodes that targets are of, once. */
static void behind(struct roots_lines *lines, const struct dm_model *model,
                   const struct dm_target_group *at)
{
    for (uint32_t group = 1; group <= model->n_node_groups; group++) {
        bool has = false;

        for (uint32_t i = 0; i < model->n_nodes; i++) {
            const struct dm_node *node = &model->nodes[i];
            const struct dm_interface *interface = dm_interface_get(model, node->interface);

            for (size_t j = 0; node->group.v == group && j < at->n_targets; j++) {
                has = has || dm_addr_equal(interface->addresses[0].address, at->targets[j].address);
            }
        }
        if (has) {
            roots_line(lines, "behind %s %s", at->object.name,
                       model->node_groups[group - 1].object.name);
        }
    }
}

void roots_clusters_of_model(struct roots_lines *lines, const struct dm_model *model)
{
    for (uint32_t i = 0; i < model->n_clusters; i++) {
        if (model->clusters[i].vpc.v) {
            cluster(lines, model, &model->clusters[i]);
        }
    }
    for (uint32_t i = 1; i <= model->n_node_groups; i++) {
        node_group(lines, model, i);
    }
    for (uint32_t i = 0; i < model->n_target_groups; i++) {
        behind(lines, model, &model->target_groups[i]);
    }
}
