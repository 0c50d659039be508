/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clusters: the control plane of EKS beside its VPC, node groups in a root that comes later.
 *
 * AWS takes nodes for broken that are not ready soon, and they are not before Calico gives them a
 * network; so the manifests of the cluster are applied between the two.  Add-ons of AWS that are a
 * network of their own are left out.  Nodes are started from a template with the groups of the
 * design and nothing of the group that AWS makes for a cluster, which the control plane keeps.
 * Which type of instance has the processors and memory of the design is a variable: the model knows
 * what pods need, not what AWS sells.
 */
#include <string.h>

#include "model/base/str.h"
#include "render/artifacts/terraform_private.h"

enum { ROLE_BYTES = 50, NAME_BYTES = 63 };

/* ---- roles ---- */

static void role(struct dm_tf *tf, uint32_t root, struct dm_ref of, const char *word,
                 const char *service, const char *const *policies, size_t n)
{
    const struct dm_object *object = dm_model_object(tf->model, of);
    json_t *body = dm_tf_row(tf, root, DM_TF_CLUSTERS, "aws_iam_role", of, word, object->origin);
    const char *name = dm_sprintf(tf->arena, "%s-%s", dm_tf_short(tf, of, ROLE_BYTES), word);
    const char *partition = root < tf->roots.n
                                ? dm_region_get(tf->model, tf->roots.items[root].region)->partition
                                : NULL;
    const char *policy = dm_sprintf(
        tf->arena,
        "{\"Statement\":[{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\",\"Principal\":"
        "{\"Service\":\"%s\"}}],\"Version\":\"2012-10-17\"}",
        service);

    if (!name || !policy) {
        dm_tf_nomem(tf);
        return;
    }
    dm_tf_text(tf, body, "name", name);
    dm_tf_text(tf, body, "assume_role_policy", policy);
    for (size_t i = 0; i < n; i++) {
        const char *rest = dm_sprintf(tf->arena, "%s %s", word, policies[i]);
        const char *arn = dm_sprintf(tf->arena, "arn:%s:iam::aws:policy/%s",
                                     partition ? partition : "aws", policies[i]);

        body = dm_tf_row(tf, root, DM_TF_CLUSTERS, "aws_iam_role_policy_attachment", of, rest,
                         object->origin);
        dm_tf_refer_row(tf, body, "role", "aws_iam_role", of, word, "name");
        dm_tf_text(tf, body, "policy_arn", arn ? arn : "");
    }
}

/* Adds the policies of a role to what has to be made before. */
static void depend_on_role(struct dm_tf *tf, json_t *body, struct dm_ref of, const char *word,
                           const char *const *policies, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dm_tf_depend_row(tf, body, "aws_iam_role_policy_attachment", of,
                         dm_sprintf(tf->arena, "%s %s", word, policies[i]));
    }
}

/* ---- control planes ---- */

/* Subnets and groups of the interfaces of hosts, each once. */
static void seats(struct dm_tf *tf, uint32_t root, json_t *body, const struct dm_cluster *object)
{
    for (size_t i = 0; i < object->n_control_plane; i++) {
        const struct dm_host *host = dm_host_get(tf->model, object->control_plane[i]);
        const struct dm_interface *at = dm_interface_get(tf->model, host->interfaces[0]);

        dm_tf_push_once(tf, body, "subnet_ids", dm_tf_id(tf, root, DM_REF(subnet, at->subnet)));
        for (size_t j = 0; j < at->n_groups; j++) {
            dm_tf_push_once(tf, body, "security_group_ids",
                            dm_tf_id(tf, root, DM_REF(group, at->groups[j])));
        }
    }
}

static void endpoints(struct dm_tf *tf, json_t *body, const struct dm_cluster *object)
{
    char buffer[DM_ADDR_TEXT_SIZE];

    dm_tf_flag(tf, body, "endpoint_private_access", object->endpoint_private);
    dm_tf_flag(tf, body, "endpoint_public_access", object->endpoint_public);
    for (size_t i = 0; object->endpoint_public && i < object->n_public_sources; i++) {
        dm_tf_push(tf, body, "public_access_cidrs",
                   json_string(dm_prefix_text(object->public_sources[i], buffer)));
    }
}

/* By which accounts of pods take roles of IAM. */
static void identity(struct dm_tf *tf, uint32_t root, struct dm_cluster_id id)
{
    const struct dm_cluster *object = dm_cluster_get(tf->model, id);
    json_t *body = dm_tf_row(tf, root, DM_TF_CLUSTERS, "aws_iam_openid_connect_provider",
                             DM_REF(cluster, id), "identity", object->object.origin);

    dm_tf_refer_to(tf, body, "url", DM_REF(cluster, id), "identity[0].oidc[0].issuer");
    dm_tf_push(tf, body, "client_id_list", json_string("sts.amazonaws.com"));
}

static void cluster(struct dm_tf *tf, struct dm_cluster_id id)
{
    static const char *const policies[] = { "AmazonEKSClusterPolicy" };
    const struct dm_cluster *object = dm_cluster_get(tf->model, id);
    struct dm_ref ref = DM_REF(cluster, id);
    uint32_t root = dm_tf_root_of_vpc(tf, object->vpc);
    json_t *body;
    json_t *block;

    if (object->unknown.v || object->n_control_plane == 0) {
        dm_tf_refuse(tf, object->object.origin, "cluster `%s`: %s", object->object.name,
                     object->unknown.v ? "not all of it is understood"
                                       : "where its control plane is is not known");
        return;
    }
    role(tf, root, ref, "control-plane", "eks.amazonaws.com", policies, 1);
    body = dm_tf_object(tf, root, DM_TF_CLUSTERS, "aws_eks_cluster", ref);
    dm_tf_text(tf, body, "name", dm_tf_short(tf, ref, NAME_BYTES));
    dm_tf_refer_row(tf, body, "role_arn", "aws_iam_role", ref, "control-plane", "arn");
    dm_tf_flag(tf, body, "bootstrap_self_managed_addons", false);
    block = dm_tf_block(tf, body, "vpc_config");
    if (block) {
        seats(tf, root, block, object);
        endpoints(tf, block, object);
    }
    if (object->service_range.addr.family != DM_FAMILY_NONE) {
        dm_tf_prefix(tf, dm_tf_block(tf, body, "kubernetes_network_config"), "service_ipv4_cidr",
                     object->service_range);
    }
    block = dm_tf_block(tf, body, "access_config");
    dm_tf_text(tf, block, "authentication_mode", "API");
    dm_tf_flag(tf, block, "bootstrap_cluster_creator_admin_permissions", true);
    depend_on_role(tf, body, ref, "control-plane", policies, 1);
    identity(tf, root, id);
}

/* What runs beside Calico: the cluster's addresses, and its names.  Names need pods, so nodes. */
static void addons(struct dm_tf *tf, struct dm_cluster_id id)
{
    static const char *const names[] = { "kube-proxy", "coredns" };
    const struct dm_cluster *object = dm_cluster_get(tf->model, id);
    uint32_t root = dm_tf_root_of_nodes(tf, object->vpc);

    for (size_t i = 0; i < 2; i++) {
        json_t *body = dm_tf_row(tf, root, DM_TF_CLUSTERS, "aws_eks_addon", DM_REF(cluster, id),
                                 names[i], object->object.origin);

        dm_tf_text(tf, body, "addon_name", names[i]);
        dm_tf_refer(tf, root, body, "cluster_name", DM_REF(cluster, id));
        for (uint32_t j = 1; i > 0 && j <= tf->model->n_node_groups; j++) {
            if (tf->model->node_groups[j - 1].cluster.v == id.v) {
                dm_tf_depend(tf, body, (struct dm_ref){ DM_KIND_node_group, j });
            }
        }
    }
}

/* ---- node groups ---- */

static const struct dm_interface *interface_of(const struct dm_tf *tf, const struct dm_node *node)
{
    return node->interface.v ? dm_interface_get(tf->model, node->interface) : NULL;
}

/* The first node of a group; NULL: it has none. */
static const struct dm_node *node_of(const struct dm_tf *tf, struct dm_node_group_id id)
{
    for (uint32_t i = 0; i < tf->model->n_nodes; i++) {
        if (tf->model->nodes[i].group.v == id.v && interface_of(tf, &tf->model->nodes[i])) {
            return &tf->model->nodes[i];
        }
    }
    return NULL;
}

/* Bytes as text of MIME. */
static const char *base64(struct dm_tf *tf, const char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t n = strlen(text);
    struct dm_str out;

    dm_str_init(&out, tf->arena);
    for (size_t i = 0; i < n; i += 3) {
        unsigned bits = (unsigned)(unsigned char)text[i] << 16;

        bits |= i + 1 < n ? (unsigned)(unsigned char)text[i + 1] << 8 : 0;
        bits |= i + 2 < n ? (unsigned)(unsigned char)text[i + 2] : 0;
        dm_str_addc(&out, digits[bits >> 18]);
        dm_str_addc(&out, digits[bits >> 12 & 63]);
        dm_str_addc(&out, i + 1 < n ? digits[bits >> 6 & 63] : '=');
        dm_str_addc(&out, i + 2 < n ? digits[bits & 63] : '=');
    }
    if (out.failed) {
        dm_tf_nomem(tf);
    }
    return out.text;
}

/* How many pods a node takes: Calico's addresses are not those of the node's interfaces, by which
 * AWS counts [CAL-06]. */
static void user_data(struct dm_tf *tf, json_t *body, const struct dm_node_group *object)
{
    const char *text = dm_sprintf(tf->arena,
                                  "MIME-Version: 1.0\n"
                                  "Content-Type: multipart/mixed; boundary=\"part\"\n"
                                  "\n"
                                  "--part\n"
                                  "Content-Type: application/node.eks.aws\n"
                                  "\n"
                                  "apiVersion: node.eks.aws/v1alpha1\n"
                                  "kind: NodeConfig\n"
                                  "spec:\n"
                                  "  kubelet:\n"
                                  "    config:\n"
                                  "      maxPods: %u\n"
                                  "\n"
                                  "--part--\n",
                                  (unsigned)object->max_pods);

    if (object->max_pods && text) {
        dm_tf_text(tf, body, "user_data", base64(tf, text));
    }
}

static void instance_type(struct dm_tf *tf, uint32_t root, json_t *body, struct dm_node_group_id id)
{
    const struct dm_node_group *object = dm_node_group_get(tf->model, id);
    const struct dm_resources *has = &object->allocatable;
    const char *name =
        dm_sprintf(tf->arena, "instance_type_%s", dm_tf_ident_of(tf, DM_REF(node_group, id)));
    struct dm_str about;
    json_t *variable;

    dm_str_init(&about, tf->arena);
    dm_str_addf(&about, "type of the instances of node group %s", object->object.name);
    if (has->cpu_milli >= 0) {
        dm_str_addf(&about, ", of which pods can have %lld.%lld processors",
                    (long long)has->cpu_milli / 1000, (long long)has->cpu_milli % 1000 / 100);
    }
    if (has->memory >= 0) {
        dm_str_addf(&about, "%s %lld MiB of memory", has->cpu_milli >= 0 ? " and" : ", with",
                    (long long)(has->memory >> 20));
    }
    if (!name || about.failed) {
        dm_tf_nomem(tf);
        return;
    }
    if (body) {
        variable = dm_tf_child(
            tf, dm_tf_child(tf, tf->roots.items[root].parts[DM_TF_VARIABLES], "variable"), name);
        dm_tf_text(tf, variable, "type", "string");
        dm_tf_text(tf, variable, "description", about.text);
        dm_tf_set(tf, body, "instance_type", json_sprintf("${var.%s}", name));
    }
}

static void template(struct dm_tf *tf, uint32_t root, struct dm_node_group_id id,
                     const struct dm_interface *interface)
{
    const struct dm_node_group *object = dm_node_group_get(tf->model, id);
    json_t *body =
        dm_tf_second(tf, root, DM_TF_CLUSTERS, "aws_launch_template", DM_REF(node_group, id));
    json_t *block = dm_tf_block(tf, body, "network_interfaces");

    dm_tf_text(tf, body, "name", dm_tf_short(tf, DM_REF(node_group, id), NAME_BYTES));
    instance_type(tf, root, body, id);
    user_data(tf, body, object);
    dm_tf_number(tf, block, "device_index", 0);
    dm_tf_text(tf, block, "associate_public_ip_address", object->is_public ? "true" : "false");
    for (size_t i = 0; block && i < interface->n_groups; i++) {
        dm_tf_push(tf, block, "security_groups",
                   json_string(dm_tf_id(tf, root, DM_REF(group, interface->groups[i]))));
    }
    block = dm_tf_block(tf, body, "metadata_options");
    dm_tf_text(tf, block, "http_endpoint", "enabled");
    dm_tf_text(tf, block, "http_tokens", "required");
    dm_tf_number(tf, block, "http_put_response_hop_limit", 1);
}

static void labels_and_taints(struct dm_tf *tf, json_t *body, const struct dm_node_group *object)
{
    static const char *const effects[] = { [DM_TAINT_NO_SCHEDULE] = "NO_SCHEDULE",
                                           [DM_TAINT_PREFER_NO_SCHEDULE] = "PREFER_NO_SCHEDULE",
                                           [DM_TAINT_NO_EXECUTE] = "NO_EXECUTE" };

    for (size_t i = 0; i < object->labels.n; i++) {
        const struct dm_kube_label *label = &object->labels.items[i];

        if (!dm_str_starts(label->key, "eks.amazonaws.com/")) { /* AWS's own */
            dm_tf_text(tf, dm_tf_child(tf, body, "labels"), label->key, label->value);
        }
    }
    for (size_t i = 0; i < object->n_taints; i++) {
        json_t *block = dm_tf_block(tf, body, "taint");

        dm_tf_text(tf, block, "key", object->taints[i].key);
        if (object->taints[i].value[0]) {
            dm_tf_text(tf, block, "value", object->taints[i].value);
        }
        dm_tf_text(tf, block, "effect", effects[object->taints[i].effect]);
    }
}

/* What pods ask nodes by: AWS gives nodes the label that is the name of their group. */
static const char *group_name(const struct dm_node_group *object)
{
    for (size_t i = 0; i < object->labels.n; i++) {
        if (strcmp(object->labels.items[i].key, "eks.amazonaws.com/nodegroup") == 0) {
            return object->labels.items[i].value;
        }
    }
    return object->object.name;
}

/* A node that sends what has the address of a pod is let to by Calico, which asks AWS for it. */
static void forwarding(struct dm_tf *tf, uint32_t root, struct dm_node_group_id id)
{
    struct dm_ref ref = DM_REF(node_group, id);
    json_t *body = dm_tf_row(tf, root, DM_TF_CLUSTERS, "aws_iam_role_policy", ref, "forwarding",
                             dm_node_group_get(tf->model, id)->object.origin);

    dm_tf_text(tf, body, "name", "forwarding");
    dm_tf_refer_row(tf, body, "role", "aws_iam_role", ref, "nodes", "name");
    dm_tf_text(tf, body, "policy",
               "{\"Statement\":[{\"Action\":[\"ec2:DescribeInstances\","
               "\"ec2:ModifyNetworkInterfaceAttribute\"],\"Effect\":\"Allow\",\"Resource\":\"*\"}],"
               "\"Version\":\"2012-10-17\"}");
}

static void node_group(struct dm_tf *tf, struct dm_node_group_id id)
{
    static const char *const policies[] = { "AmazonEC2ContainerRegistryPullOnly",
                                            "AmazonEKSWorkerNodePolicy" };
    const struct dm_node_group *object = dm_node_group_get(tf->model, id);
    const struct dm_cluster *in = dm_cluster_get(tf->model, object->cluster);
    const struct dm_node *first = node_of(tf, id);
    struct dm_ref ref = DM_REF(node_group, id);
    uint32_t root = dm_tf_root_of_nodes(tf, in->vpc);
    json_t *body;
    json_t *block;

    if (!first) {
        dm_tf_refuse(tf, object->object.origin, "node group `%s` has no nodes in this network",
                     object->object.name);
        return;
    }
    role(tf, root, ref, "nodes", "ec2.amazonaws.com", policies, 2);
    if (!interface_of(tf, first)->source_dest_check) {
        forwarding(tf, root, id);
    }
    template(tf, root, id, interface_of(tf, first));
    body = dm_tf_object(tf, root, DM_TF_CLUSTERS, "aws_eks_node_group", ref);
    dm_tf_refer(tf, root, body, "cluster_name", DM_REF(cluster, object->cluster));
    dm_tf_text(tf, body, "node_group_name", group_name(object));
    dm_tf_refer_row(tf, body, "node_role_arn", "aws_iam_role", ref, "nodes", "arn");
    dm_tf_text(tf, body, "ami_type", "AL2023_x86_64_STANDARD");
    for (uint32_t i = 0; body && i < tf->model->n_nodes; i++) {
        const struct dm_node *node = &tf->model->nodes[i];

        if (node->group.v == id.v && interface_of(tf, node)) {
            dm_tf_push_once(tf, body, "subnet_ids",
                            dm_tf_id(tf, root, DM_REF(subnet, interface_of(tf, node)->subnet)));
        }
    }
    block = dm_tf_block(tf, body, "scaling_config");
    dm_tf_number(tf, block, "min_size", object->min_size);
    dm_tf_number(tf, block, "desired_size", object->size);
    dm_tf_number(tf, block, "max_size", object->max_size);
    block = dm_tf_block(tf, body, "launch_template");
    dm_tf_refer_second(tf, block, "id", "aws_launch_template", ref);
    if (block) {
        dm_tf_set(
            tf, block, "version",
            json_sprintf("${aws_launch_template.%s.latest_version}", dm_tf_ident_of(tf, ref)));
    }
    labels_and_taints(tf, body, object);
    depend_on_role(tf, body, ref, "nodes", policies, 2);
}

/* ---- nodes behind load balancers ---- */

struct dm_node_id dm_tf_node_at(const struct dm_tf *tf, struct dm_addr address)
{
    for (uint32_t i = 1; i <= tf->model->n_nodes; i++) {
        const struct dm_interface *interface = interface_of(tf, &tf->model->nodes[i - 1]);

        if (interface && interface->n_addresses
            && dm_addr_equal(interface->addresses[0].address, address)) {
            return (struct dm_node_id){ i };
        }
    }
    return (struct dm_node_id){ 0 };
}

/* A group of targets has all nodes of each group of nodes that is in it: AWS keeps it so. */
static void attachments(struct dm_tf *tf, struct dm_target_group_id id)
{
    const struct dm_target_group *object = dm_target_group_get(tf->model, id);

    for (size_t i = 0; i < object->n_targets; i++) {
        struct dm_node_id at = dm_tf_node_at(tf, object->targets[i].address);
        const struct dm_node *node = at.v ? dm_node_get(tf->model, at) : NULL;
        struct dm_ref group;
        uint32_t root;
        json_t *body;

        if (!node || !node->group.v) {
            continue;
        }
        group = DM_REF(node_group, node->group);
        root = dm_tf_root_of_nodes(tf, dm_cluster_get(tf->model, node->cluster)->vpc);
        body = dm_tf_row(tf, root, DM_TF_CLUSTERS, "aws_autoscaling_attachment",
                         DM_REF(target_group, id), dm_tf_ident_of(tf, group),
                         object->targets[i].origin);
        dm_tf_refer_to(tf, body, "autoscaling_group_name", group,
                       "resources[0].autoscaling_groups[0].name");
        if (body) {
            dm_tf_set(tf, body, "lb_target_group_arn",
                      json_string(dm_tf_arn(tf, root, DM_REF(target_group, id))));
        }
    }
}

void dm_tf_clusters(struct dm_tf *tf)
{
    for (uint32_t i = 1; i <= tf->model->n_clusters; i++) {
        if (tf->model->clusters[i - 1].vpc.v) {
            cluster(tf, (struct dm_cluster_id){ i });
            addons(tf, (struct dm_cluster_id){ i });
        }
    }
    for (uint32_t i = 1; i <= tf->model->n_node_groups; i++) {
        node_group(tf, (struct dm_node_group_id){ i });
    }
    for (uint32_t i = 1; i <= tf->model->n_target_groups; i++) {
        attachments(tf, (struct dm_target_group_id){ i });
    }
}
