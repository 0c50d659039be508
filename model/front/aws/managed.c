/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Managed databases, caches and mount targets, joined with their network interfaces [MGD-01].
 *
 * A mount target names its interface; a cache's is told by its description; a database's is the one
 * in its subnets and zone, under its groups, that no other database fits [MGD-02].  Where that does
 * not single one out, the database is named as unknown and the interfaces stay what they are.
 *
 * What is joined is a host with the service's name, which answers on the service's port alone.
 */
#include "model/front/aws/aws_private.h"

#include <string.h>

static void collect(struct dm_aws *aws, const char *word, const char *key,
                    const struct dm_aws_file *file, const struct dm_aws_node *item)
{
    size_t n_errors = aws->diags->n_errors;
    const char *id = dm_aws_text(aws, item, key);
    const char *name = id ? dm_sprintf(aws->arena, "%s %s", word, id) : NULL;
    if (name) {
        dm_aws_collect(aws, DM_AWS_MANAGED, name, NULL, file, item, NULL);
    } else if (aws->diags->n_errors == n_errors) {
        struct dm_aws_node field = dm_aws_at(item, key);
        dm_aws_fault(aws, &field, "`%s` is missing", key);
    }
}

void dm_aws_collect_db_instance(struct dm_aws *aws, const struct dm_aws_file *file,
                                const struct dm_aws_node *item)
{
    collect(aws, "db-instance", "DBInstanceIdentifier", file, item);
}

void dm_aws_collect_cache_cluster(struct dm_aws *aws, const struct dm_aws_file *file,
                                  const struct dm_aws_node *item)
{
    collect(aws, "cache-cluster", "CacheClusterId", file, item);
}

/* What it says of its members is a view of each. */
void dm_aws_collect_replication_group(struct dm_aws *aws, const struct dm_aws_file *file,
                                      const struct dm_aws_node *item)
{
    struct dm_aws_node list = dm_aws_list(aws, item, "MemberClusters");
    for (size_t i = 0; list.tree && i < list.tree->n; i++) {
        const char *id = dm_tree_text(list.tree->items[i]);
        const char *name = id ? dm_sprintf(aws->arena, "cache-cluster %s", id) : NULL;
        if (name) {
            dm_aws_collect(aws, DM_AWS_MANAGED, name, NULL, file, item, NULL);
        }
    }
}

void dm_aws_collect_mount_target(struct dm_aws *aws, const struct dm_aws_file *file,
                                 const struct dm_aws_node *item)
{
    collect(aws, "mount-target", "MountTargetId", file, item);
}

static bool is(const struct dm_aws_thing *thing, const char *word)
{
    return dm_str_starts(thing->id, word);
}

/* ---- which interface ---- */

static const char *description_of(const struct dm_aws_thing *interface)
{
    const char *text = dm_aws_peek(dm_aws_with(interface, "Description"), "Description");
    return text ? text : "";
}

/* "ElastiCache shop-001": with the id of the node, and nothing that makes it a longer one. */
static bool is_of_cache(const struct dm_aws_thing *interface, const char *id)
{
    const char *text = description_of(interface);
    size_t start = strlen("ElastiCache ");
    if (!dm_str_starts(text, "ElastiCache") || strlen(text) < start
        || !dm_str_starts(text + start, id)) {
        return false;
    }
    return strchr("abcdefghijklmnopqrstuvwxyz0123456789-", text[start + strlen(id)]) == NULL
           || text[start + strlen(id)] == '\0';
}

static bool has_text(const struct dm_aws_node *list, const char *key, const char *text)
{
    for (size_t i = 0; list->tree && i < list->tree->n; i++) {
        struct dm_aws_node item = dm_aws_item(list, i);
        if (dm_str_equal(dm_aws_peek(&item, key), text)) {
            return true;
        }
    }
    return false;
}

/* Both have the same groups. */
static bool has_groups(struct dm_aws *aws, const struct dm_aws_thing *interface,
                       const struct dm_aws_thing *database)
{
    struct dm_aws_node own = dm_aws_list(aws, dm_aws_with(interface, "Groups"), "Groups");
    struct dm_aws_node list =
        dm_aws_list(aws, dm_aws_with(database, "VpcSecurityGroups"), "VpcSecurityGroups");
    size_t n_own = own.tree ? own.tree->n : 0;
    size_t n = list.tree ? list.tree->n : 0;
    for (size_t i = 0; i < n_own; i++) {
        struct dm_aws_node item = dm_aws_item(&own, i);
        if (!has_text(&list, "VpcSecurityGroupId", dm_aws_peek(&item, "GroupId"))) {
            return false;
        }
    }
    return n_own == n;
}

static bool is_of_database(struct dm_aws *aws, const struct dm_aws_thing *interface,
                           const struct dm_aws_thing *database)
{
    struct dm_aws_node group =
        dm_aws_map(aws, dm_aws_with(database, "DBSubnetGroup"), "DBSubnetGroup");
    struct dm_aws_node subnets = dm_aws_list(aws, &group, "Subnets");
    const char *subnet = dm_aws_peek(dm_aws_with(interface, "SubnetId"), "SubnetId");
    const char *zone = dm_aws_peek(dm_aws_with(interface, "AvailabilityZone"), "AvailabilityZone");
    const char *of = dm_aws_peek(dm_aws_with(database, "AvailabilityZone"), "AvailabilityZone");
    const struct dm_aws_thing *place = subnet ? dm_aws_find(aws, DM_AWS_SUBNET, subnet) : NULL;
    if (!zone && place) {
        zone = dm_aws_peek(dm_aws_with(place, "AvailabilityZone"), "AvailabilityZone");
    }
    return dm_str_equal(description_of(interface), "RDSNetworkInterface")
           && has_text(&subnets, "SubnetIdentifier", subnet)
           && (!zone || !of || dm_str_equal(zone, of)) && has_groups(aws, interface, database);
}

static bool fits(struct dm_aws *aws, const struct dm_aws_thing *interface,
                 const struct dm_aws_thing *managed)
{
    const char *id = strchr(managed->id, ' ') + 1;
    if (is(managed, "mount-target ")) {
        const char *own =
            dm_aws_peek(dm_aws_with(managed, "NetworkInterfaceId"), "NetworkInterfaceId");
        return dm_str_equal(own, interface->id);
    }
    if (is(managed, "cache-cluster ")) {
        return is_of_cache(interface, id);
    }
    return is_of_database(aws, interface, managed);
}

/* Whether another database fits the interface too. */
static bool is_contested(struct dm_aws *aws, const struct dm_aws_thing *interface,
                         const struct dm_aws_thing *managed)
{
    const struct dm_aws_index *all = &aws->families[DM_AWS_MANAGED];
    for (size_t i = 0; i < all->items.n; i++) {
        if (all->items.items[i] != managed && fits(aws, interface, all->items.items[i])) {
            return true;
        }
    }
    return false;
}

void dm_aws_refer_managed(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    const struct dm_aws_index *interfaces = &aws->families[DM_AWS_INTERFACE];
    struct dm_aws_thing *found = NULL;
    size_t n = 0;
    for (size_t i = 0; i < interfaces->items.n; i++) {
        if (fits(aws, interfaces->items.items[i], thing)) {
            found = interfaces->items.items[i];
            n++;
        }
    }
    if (n == 1 && !found->part_of && !is_contested(aws, found, thing)) {
        found->part_of = thing;
        thing->first = found;
        return;
    }
    thing->life = DM_AWS_UNDECIDED;
    thing->unknown =
        dm_aws_unknown(aws, &thing->views->node, dm_sprintf(aws->arena, "%s", thing->id), "%s",
                       n ? "which network interface is its own cannot be told"
                         : "its network interface is not in the input");
}

/* ---- what answers ---- */

/* The port at a path of any view, or 0. */
static uint16_t port_at(const struct dm_aws_node *node, const char *path)
{
    struct dm_aws_node steps[4];
    struct dm_aws_node found = dm_aws_walk(node, path, steps);
    int64_t port = 0;
    return found.tree && dm_tree_int(found.tree, &port) && port > 0 && port <= 65535
               ? (uint16_t)port
               : 0;
}

static uint16_t port_of(struct dm_aws *aws, const struct dm_aws_thing *thing)
{
    static const char *const paths[] = { "Endpoint/Port", "ConfigurationEndpoint/Port",
                                         "DbInstancePort" };
    static const char *const lists[] = { "CacheNodes", "NodeGroups" };
    uint16_t port = is(thing, "mount-target ") ? 2049 : 0;
    for (const struct dm_aws_view *view = thing->views; view && !port; view = view->next) {
        for (size_t i = 0; i < sizeof paths / sizeof *paths && !port; i++) {
            port = port_at(&view->node, paths[i]);
        }
        for (size_t i = 0; i < sizeof lists / sizeof *lists && !port; i++) {
            struct dm_aws_node list = dm_aws_list(aws, &view->node, lists[i]);
            struct dm_aws_node first =
                list.tree && list.tree->n ? dm_aws_item(&list, 0) : (struct dm_aws_node){ 0 };
            port = port_at(&first, "Endpoint/Port");
            port = port ? port : port_at(&first, "PrimaryEndpoint/Port");
        }
    }
    return port;
}

static struct dm_endpoint_service_id add_service(struct dm_aws *aws,
                                                 const struct dm_aws_thing *thing)
{
    struct dm_endpoint_service service = { .object = dm_aws_object(aws, thing) };
    struct dm_match *answers = DM_NEW(aws->arena, struct dm_match);
    uint16_t port = port_of(aws, thing);
    if (!answers) {
        aws->failed = true;
        return (struct dm_endpoint_service_id){ 0 };
    }
    if (port) {
        *answers = (struct dm_match){ DM_PROTO_TCP, port, port, -1, -1 };
        service.answers = answers;
        service.n_answers = 1;
        service.is_whole = true;
    }
    struct dm_endpoint_service_id id = dm_builder_add_endpoint_service(aws->builder, &service);
    aws->failed = aws->failed || id.v == 0;
    return id;
}

void dm_aws_define_managed(struct dm_aws *aws, struct dm_aws_thing *thing)
{
    struct dm_interface_id *ids = DM_NEW(aws->arena, struct dm_interface_id);
    const char *state = dm_aws_peek(dm_aws_with(thing, "DBInstanceStatus"), "DBInstanceStatus");
    if (!ids) {
        aws->failed = true;
        return;
    }
    ids->v = thing->first->handle;
    struct dm_endpoint_service_id service = add_service(aws, thing);
    struct dm_host *host = dm_builder_edit_host(aws->builder, (struct dm_host_id){ thing->handle });
    host->interfaces = ids;
    host->n_interfaces = 1;
    host->running = !dm_str_equal(state, "stopped") && !dm_str_equal(state, "stopping");
    dm_builder_edit_interface(aws->builder, *ids)->service = service;
}
