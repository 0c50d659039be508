/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clusters of EKS as `aws eks describe-cluster` shows them, and which instances are their nodes.
 *
 * A cluster brings its VPC, its range of cluster addresses and who reaches its endpoint; what runs
 * in it, manifests say.  Its nodes are told by their tags [EKS-64].
 */
#include "model/front/aws/aws_private.h"

#include <string.h>

enum { VXLAN_PORT = 4789 };

void dm_aws_read_cluster(struct dm_aws *aws, const struct dm_aws_file *file,
                         const struct dm_aws_node *item)
{
    (void)file;
    if (dm_aws_text(aws, item, "name")) {
        DM_AWS_PUSH(aws, &aws->clusters, *item);
    }
}

static void read_sources(struct dm_aws *aws, const struct dm_aws_node *config,
                         struct dm_cluster *cluster)
{
    struct dm_aws_node list = dm_aws_list(aws, config, "publicAccessCidrs");
    size_t n = list.tree ? list.tree->n : 0;
    struct dm_prefix *sources = DM_NEW_ARRAY(aws->arena, n + 1, struct dm_prefix);
    if (!sources) {
        aws->failed = true;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const char *text = dm_tree_text(list.tree->items[i]);
        if (text && dm_prefix_parse(text, &sources[cluster->n_public_sources]) == DM_ADDR_OK) {
            cluster->n_public_sources++;
        }
    }
    cluster->public_sources = sources;
}

static void add_cluster(struct dm_aws *aws, const struct dm_aws_node *item)
{
    const char *name = dm_aws_text(aws, item, "name");
    const char *vpc = dm_aws_peek(item, "resourcesVpcConfig/vpcId");
    const struct dm_aws_thing *found = vpc ? dm_aws_find(aws, DM_AWS_VPC, vpc) : NULL;
    struct dm_aws_node config = dm_aws_map(aws, item, "resourcesVpcConfig");
    struct dm_aws_node network = dm_aws_map(aws, item, "kubernetesNetworkConfig");
    struct dm_cluster cluster = { .object = { .name = name, .origin = item->tree->span },
                                  .vpc = { found ? found->handle : 0 },
                                  .is_described = true,
                                  .vxlan_port = VXLAN_PORT };
    if (dm_builder_find(aws->builder, DM_KIND_cluster, name).v || !cluster.vpc.v) {
        return;
    }
    cluster.endpoint_private = dm_aws_flag(aws, &config, "endpointPrivateAccess", false);
    cluster.endpoint_public = dm_aws_flag(aws, &config, "endpointPublicAccess", true);
    read_sources(aws, &config, &cluster);
    if (network.tree) {
        (void)dm_aws_prefix(aws, &network, "serviceIpv4Cidr", &cluster.service_range);
    }
    aws->failed = !dm_builder_add_cluster(aws->builder, &cluster).v || aws->failed;
}

void dm_aws_add_clusters(struct dm_aws *aws)
{
    for (size_t i = 0; i < aws->clusters.n && !aws->failed; i++) {
        add_cluster(aws, &aws->clusters.items[i]);
    }
}

void dm_aws_note_cluster(struct dm_aws *aws, const struct dm_aws_thing *thing, struct dm_host *host)
{
    static const char prefix[] = "kubernetes.io/cluster/";
    struct dm_tags tags = dm_aws_tags(aws, thing);
    for (size_t i = 0; i < tags.n; i++) {
        if (dm_str_starts(tags.items[i].key, prefix)) {
            host->cluster_name = tags.items[i].key + strlen(prefix);
        }
    }
    host->node_group = dm_tags_value(&tags, "eks:nodegroup-name");
    for (const struct dm_aws_view *view = thing->views; view; view = view->next) {
        const char *platform = dm_aws_peek(&view->node, "Platform");
        const char *architecture = dm_aws_peek(&view->node, "Architecture");

        host->platform = host->platform ? host->platform : platform;
        host->architecture = host->architecture ? host->architecture : architecture;
    }
}
