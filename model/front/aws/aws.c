/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/front/aws/aws_private.h"

#include <string.h>

#include "model/base/file.h"
#include "model/base/limits.h"

struct family {
    void (*refer)(struct dm_aws *, struct dm_aws_thing *);
    uint32_t (*declare)(struct dm_aws *, const struct dm_aws_thing *);
    void (*define)(struct dm_aws *, struct dm_aws_thing *);
};

#define DECLARE(kind)                                                                              \
    static uint32_t declare_##kind(struct dm_aws *aws, const struct dm_aws_thing *thing)           \
    {                                                                                              \
        struct dm_##kind item = { .object = dm_aws_object(aws, thing) };                           \
        return dm_builder_add_##kind(aws->builder, &item).v;                                       \
    }
DECLARE(vpc)
DECLARE(subnet)
DECLARE(route_table)
DECLARE(acl)
DECLARE(group)
DECLARE(prefix_list)
DECLARE(host)
DECLARE(interface)
DECLARE(internet_gateway)
DECLARE(nat_gateway)
DECLARE(customer_gateway)
DECLARE(vpn_gateway)
DECLARE(vpn_connection)
DECLARE(vpc_endpoint)
DECLARE(target_group)
DECLARE(balancer)
DECLARE(accelerator)
DECLARE(firewall_rules)
DECLARE(firewall_policy)
DECLARE(firewall)
DECLARE(gwlb_endpoint)
DECLARE(peering)
DECLARE(transit_gateway)
DECLARE(transit_table)
DECLARE(attachment)
DECLARE(core_network)
DECLARE(core_peering)
DECLARE(core_attachment)
DECLARE(dx_connection)
DECLARE(dx_gateway)
DECLARE(dx_association)
DECLARE(virtual_interface)
#undef DECLARE

static const struct family families[DM_AWS_FAMILY_COUNT] = {
    [DM_AWS_VPC] = { NULL, declare_vpc, dm_aws_define_vpc },
    [DM_AWS_SUBNET] = { dm_aws_refer_subnet, declare_subnet, dm_aws_define_subnet },
    [DM_AWS_ROUTE_TABLE] = { dm_aws_refer_route_table, declare_route_table,
                             dm_aws_define_route_table },
    [DM_AWS_ACL] = { dm_aws_refer_acl, declare_acl, dm_aws_define_acl },
    [DM_AWS_GROUP] = { dm_aws_refer_in_vpc, declare_group, dm_aws_define_group },
    [DM_AWS_PREFIX_LIST] = { dm_aws_refer_prefix_list, declare_prefix_list,
                             dm_aws_define_prefix_list },
    [DM_AWS_INSTANCE] = { NULL, declare_host, dm_aws_define_instance },
    [DM_AWS_INTERFACE] = { dm_aws_refer_interface, declare_interface, dm_aws_define_interface },
    [DM_AWS_MANAGED] = { dm_aws_refer_managed, declare_host, dm_aws_define_managed },
    [DM_AWS_INTERNET_GATEWAY] = { dm_aws_refer_internet_gateway, declare_internet_gateway,
                                  dm_aws_define_internet_gateway },
    [DM_AWS_EGRESS_GATEWAY] = { dm_aws_refer_egress_gateway, declare_internet_gateway,
                                dm_aws_define_egress_gateway },
    [DM_AWS_NAT_GATEWAY] = { dm_aws_refer_nat_gateway, declare_nat_gateway,
                             dm_aws_define_nat_gateway },
    [DM_AWS_CUSTOMER_GATEWAY] = { NULL, declare_customer_gateway, dm_aws_define_customer_gateway },
    [DM_AWS_VPN_GATEWAY] = { dm_aws_refer_vpn_gateway, declare_vpn_gateway,
                             dm_aws_define_vpn_gateway },
    [DM_AWS_VPN_CONNECTION] = { dm_aws_refer_vpn_connection, declare_vpn_connection,
                                dm_aws_define_vpn_connection },
    [DM_AWS_ENDPOINT] = { dm_aws_refer_endpoint, declare_vpc_endpoint, dm_aws_define_endpoint },
    [DM_AWS_TARGET_GROUP] = { dm_aws_refer_target_group, declare_target_group,
                              dm_aws_define_target_group },
    [DM_AWS_BALANCER] = { dm_aws_refer_balancer, declare_balancer, dm_aws_define_balancer },
    [DM_AWS_CLASSIC] = { dm_aws_refer_classic, declare_balancer, dm_aws_define_classic },
    [DM_AWS_ACCELERATOR] = { NULL, declare_accelerator, dm_aws_define_accelerator },
    [DM_AWS_ACCELERATOR_LISTENER] = { dm_aws_refer_accelerator_listener, NULL, NULL },
    [DM_AWS_ENDPOINT_GROUP] = { dm_aws_refer_endpoint_group, NULL, NULL },
    [DM_AWS_LISTENER] = { dm_aws_refer_listener, NULL, NULL },
    [DM_AWS_FIREWALL_RULES] = { NULL, declare_firewall_rules, dm_aws_define_firewall_rules },
    [DM_AWS_FIREWALL_POLICY] = { NULL, declare_firewall_policy, dm_aws_define_firewall_policy },
    [DM_AWS_FIREWALL] = { dm_aws_refer_firewall, declare_firewall, dm_aws_define_firewall },
    [DM_AWS_GWLB_ENDPOINT] = { dm_aws_refer_gwlb_endpoint, declare_gwlb_endpoint,
                               dm_aws_define_gwlb_endpoint },
    [DM_AWS_PEERING] = { dm_aws_refer_peering, declare_peering, dm_aws_define_peering },
    [DM_AWS_TRANSIT_GATEWAY] = { NULL, declare_transit_gateway, dm_aws_define_transit_gateway },
    [DM_AWS_TRANSIT_TABLE] = { dm_aws_refer_transit_table, declare_transit_table,
                               dm_aws_define_transit_table },
    [DM_AWS_ATTACHMENT] = { dm_aws_refer_attachment, declare_attachment, dm_aws_define_attachment },
    [DM_AWS_CORE_NETWORK] = { NULL, declare_core_network, dm_aws_define_core_network },
    [DM_AWS_CORE_PEERING] = { dm_aws_refer_core_peering, declare_core_peering,
                              dm_aws_define_core_peering },
    [DM_AWS_CORE_ATTACHMENT] = { dm_aws_refer_core_attachment, declare_core_attachment,
                                 dm_aws_define_core_attachment },
    [DM_AWS_DX_CONNECTION] = { dm_aws_refer_dx_connection, declare_dx_connection,
                               dm_aws_define_dx_connection },
    [DM_AWS_DX_GATEWAY] = { dm_aws_refer_dx_gateway, declare_dx_gateway, dm_aws_define_dx_gateway },
    [DM_AWS_DX_ASSOCIATION] = { dm_aws_refer_dx_association, declare_dx_association,
                                dm_aws_define_dx_association },
    [DM_AWS_DX_INTERFACE] = { dm_aws_refer_dx_interface, declare_virtual_interface,
                              dm_aws_define_dx_interface },
    [DM_AWS_ADDRESS] = { dm_aws_refer_address, NULL, NULL },
};

static bool is_region(struct dm_aws *aws, const char *text, size_t length)
{
    char name[32];
    if (length == 0 || length >= sizeof name) {
        return false;
    }
    memcpy(name, text, length);
    name[length] = '\0';
    return dm_facts_region(aws->facts, name) != NULL;
}

static bool is_account(const char *text, size_t length)
{
    return length == 12 && strspn(text, "0123456789") >= 12;
}

/* The folders nearest to the file say which region and account it is of. */
static void read_folders(struct dm_aws *aws, struct dm_aws_file *file)
{
    for (const char *at = file->path; *at;) {
        size_t length = strcspn(at, "/");
        if (at[length] == '/') {
            if (is_region(aws, at, length)) {
                file->region = dm_arena_strndup(aws->arena, at, length);
            } else if (is_account(at, length)) {
                file->account = dm_arena_strndup(aws->arena, at, length);
            }
        }
        at += length + (at[length] == '/');
    }
    dm_aws_learn_region(aws, file->region);
}

/* A file whose name does not say so is JSON where its first letter opens an object. */
static bool is_json(const struct dm_source *source)
{
    if (dm_str_ends(source->path, ".json")) {
        return true;
    }
    return !source->text || source->text[strspn(source->text, " \t\r\n")] == '{';
}

/* Some keep output compressed: that it is left out is said. */
static bool is_compressed(const struct dm_source *source)
{
    static const char *const begins[] = { "\x1f\x8b", "PK\x03\x04", "BZh", "\xfd\x37zXZ",
                                          "\x28\xb5\x2f\xfd" };
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
        if (source->text && dm_str_starts(source->text, begins[i])) {
            return true;
        }
    }
    return false;
}

static enum dm_status read_file(struct dm_aws *aws, const char *path, struct dm_err *err)
{
    struct dm_aws_file *file = DM_NEW(aws->arena, struct dm_aws_file);
    struct dm_aws_node *root = DM_NEW(aws->arena, struct dm_aws_node);
    if (!file || !root) {
        return DM_FAIL_NOMEM(err);
    }
    file->path = path;
    static const struct dm_tree_choice choice = { dm_aws_care, NULL };
    enum dm_status status = dm_sources_open(aws->sources, path, &file->source, err);
    if (status == DM_OK && is_compressed(dm_sources_get(aws->sources, file->source))) {
        return DM_FAIL(err, DM_INVALID, "%s: this file is compressed; unpack it", path);
    }
    if (status != DM_OK || !is_json(dm_sources_get(aws->sources, file->source))) {
        return status;
    }
    struct dm_tree *tree = NULL;
    status =
        dm_json_read_parts(aws->arena, aws->sources, file->source, &choice, aws->diags, &tree, err);
    if (status != DM_OK || !tree) {
        return status;
    }
    root->tree = tree;
    bool known = false;
    if (tree->kind == DM_TREE_MAP) {
        read_folders(aws, file);
        dm_aws_read_keys(aws, file, root, &known);
    }
    if (!known) {
        dm_aws_unknown(aws, root, dm_sprintf(aws->arena, "file %s", path),
                       "it holds no key of describe output that is understood");
    }
    return DM_OK;
}

/* Links may lead to a folder more than once, and from a folder to itself. */
static bool is_new_folder(struct dm_aws *aws, const char *path)
{
    struct dm_file_state state;
    bool added = true;
    if (dm_file_folder_state(path, &state)) {
        uint64_t key[2] = { state.device, state.number };
        aws->failed = !dm_map_addn(&aws->folders, key, sizeof key, &added) || aws->failed;
        aws->seen_again = aws->seen_again || !added;
    }
    return added;
}

static enum dm_status read_path(struct dm_aws *aws, const char *path, size_t depth,
                                struct dm_err *err)
{
    if (!dm_file_is_folder(path)) {
        return read_file(aws, path, err);
    }
    if (depth >= dm_limit_value(DM_LIMIT_TREE_DEPTH)) {
        return DM_FAIL(err, DM_LIMIT, "`%s`: more folders inside each other than %s allows", path,
                       dm_limit_text(DM_LIMIT_TREE_DEPTH));
    }
    if (!is_new_folder(aws, path)) {
        return DM_OK;
    }
    const char *const *names = NULL;
    size_t n_names = 0;
    enum dm_status status = dm_file_list(aws->arena, path, &names, &n_names, err);
    for (size_t i = 0; status == DM_OK && i < n_names; i++) {
        if (names[i][0] != '.') {
            const char *inner = dm_path_join(aws->arena, path, names[i]);
            if (!inner) {
                return DM_FAIL_NOMEM(err);
            }
            if (!dm_file_is_stream(inner)) {
                status = read_path(aws, inner, depth + 1, err);
            }
        }
    }
    return status;
}

/* Parts of a core network that are being changed are there, with doubt: all that they touch would
 * be doubtful otherwise. */
static bool is_kept(const struct dm_aws_thing *thing)
{
    bool of_core = thing->family == DM_AWS_CORE_NETWORK || thing->family == DM_AWS_CORE_ATTACHMENT;
    return thing->life == DM_AWS_LIVE || (thing->life == DM_AWS_UNDECIDED && of_core);
}

static bool is_declared(const struct dm_aws_thing *thing)
{
    return is_kept(thing) && families[thing->family].declare;
}

/* From what was collected to objects of the model; see aws_private.h.  What an object refers to
 * stands before it in the order of families, so going backwards meets every stand-in. */
static void build(struct dm_aws *aws)
{
    dm_aws_place_loose(aws);
    dm_aws_sort(aws);
    dm_aws_settle(aws);
    dm_aws_name_odd(aws);
    for (size_t family = DM_AWS_FAMILY_COUNT; family-- > 0;) {
        for (size_t i = 0; families[family].refer && i < aws->families[family].items.n; i++) {
            struct dm_aws_thing *thing = aws->families[family].items.items[i];
            if (is_kept(thing)) {
                families[family].refer(aws, thing);
            }
        }
    }
    dm_aws_sort(aws);
    for (size_t family = 0; family < DM_AWS_FAMILY_COUNT; family++) {
        for (size_t i = 0; i < aws->families[family].items.n; i++) {
            struct dm_aws_thing *thing = aws->families[family].items.items[i];
            if (is_declared(thing)) {
                thing->handle = families[family].declare(aws, thing);
                aws->failed = aws->failed || thing->handle == 0;
            }
        }
    }
    for (size_t family = 0; family < DM_AWS_FAMILY_COUNT && !aws->failed; family++) {
        for (size_t i = 0; i < aws->families[family].items.n; i++) {
            struct dm_aws_thing *thing = aws->families[family].items.items[i];
            if (thing->handle != 0) {
                families[family].define(aws, thing);
            }
        }
    }
    if (!aws->failed) {
        dm_aws_add_idle_addresses(aws);
        dm_aws_add_clusters(aws);
    }
}

enum dm_status dm_aws_load_all(struct dm_arena *arena, struct dm_sources *sources,
                               const char *const *paths, size_t n_paths, struct dm_facts *facts,
                               struct dm_builder *builder, struct dm_diags *diags,
                               struct dm_err *err)
{
    struct dm_aws *aws = DM_NEW(arena, struct dm_aws);
    if (!aws) {
        return DM_FAIL_NOMEM(err);
    }
    aws->arena = arena;
    aws->sources = sources;
    aws->facts = facts;
    aws->builder = builder;
    aws->diags = diags;
    for (size_t i = 0; i < DM_AWS_FAMILY_COUNT; i++) {
        dm_map_init(&aws->families[i].by_id, arena);
    }
    dm_map_init(&aws->endpoints, arena);
    dm_map_init(&aws->doubts, arena);
    dm_map_init(&aws->folders, arena);
    dm_map_init(&aws->balancers, arena);
    dm_map_init(&aws->zones.id_of_name, arena);
    dm_map_init(&aws->zones.name_of_id, arena);

    size_t n_errors = diags->n_errors;
    for (size_t i = 0; i < n_paths; i++) {
        size_t n_understood = aws->n_understood;
        enum dm_status status = read_path(aws, paths[i], 0, err);
        if (status != DM_OK) {
            return status;
        }
        if (aws->n_understood == n_understood && !aws->seen_again && diags->n_errors == n_errors) {
            return DM_FAIL(err, DM_INVALID, "`%s` holds no output of AWS's describe calls",
                           paths[i]);
        }
    }
    if (diags->n_errors == n_errors) {
        build(aws);
    }
    return aws->failed ? DM_FAIL_NOMEM(err) : DM_OK;
}

enum dm_status dm_aws_load(struct dm_arena *arena, struct dm_sources *sources, const char *path,
                           struct dm_facts *facts, struct dm_builder *builder,
                           struct dm_diags *diags, struct dm_err *err)
{
    return dm_aws_load_all(arena, sources, &path, 1, facts, builder, diags, err);
}
