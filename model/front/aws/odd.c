/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fields of objects that are not understood (fields.c), and what is changing while it was shown.
 *
 * Each is named with its place.  What is doubtful of a row of a table or a rule of a group makes
 * that row unknown, where it is read.  What is doubtful of an object is put where packets meet it,
 * by those who define it: routes to it lead to an unknown, an interface is of one, a subnet's
 * filters are not known.
 */
#include "model/front/aws/aws_private.h"

static bool find_below(struct dm_aws *aws, const struct dm_aws_node *node, unsigned depth,
                       struct dm_aws_node *ret_place)
{
    if (node->tree->is_cut) {
        *ret_place = dm_aws_keep(aws, node);
        return true;
    }
    for (size_t i = 0; i < node->tree->n && depth > 0; i++) {
        struct dm_aws_node item = { NULL, node, NULL, i };
        if (node->tree->kind == DM_TREE_MAP) {
            item.tree = node->tree->pairs[i].value;
            item.key = node->tree->pairs[i].key;
        } else {
            item.tree = node->tree->items[i];
        }
        if (find_below(aws, &item, depth - 1, ret_place)) {
            return true;
        }
    }
    return false;
}

bool dm_aws_find_odd(struct dm_aws *aws, const struct dm_aws_node *node,
                     struct dm_aws_node *ret_place)
{
    return node->tree && find_below(aws, node, UINT8_MAX, ret_place);
}

/* Lists of rows, each of which is looked at where it is read. */
static bool holds_rows(const char *key)
{
    static const char *const keys[] = { "Routes", "IpPermissions", "IpPermissionsEgress",
                                        "NetworkInterfaces" };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (dm_str_equal(keys[i], key)) {
            return true;
        }
    }
    return false;
}

static void name_of_view(struct dm_aws *aws, struct dm_aws_thing *thing,
                         const struct dm_aws_node *node)
{
    for (size_t i = 0; i < node->tree->n && node->tree->kind == DM_TREE_MAP; i++) {
        const struct dm_tree_pair *pair = &node->tree->pairs[i];
        struct dm_aws_node field = { pair->value, node, pair->key, 0 };
        struct dm_aws_node place;
        if (!node->parent && !dm_aws_is_beside(pair->key)) {
            continue; /* a file's other objects are no part of what it says beside them */
        }
        if (!holds_rows(pair->key) && dm_aws_find_odd(aws, &field, &place)) {
            dm_aws_doubt(aws, thing, &place, "its field `%s` is not understood", place.key);
            return;
        }
    }
}

void dm_aws_name_odd(struct dm_aws *aws)
{
    for (size_t family = 0; family < DM_AWS_FAMILY_COUNT; family++) {
        for (size_t i = 0; i < aws->families[family].items.n; i++) {
            struct dm_aws_thing *thing = aws->families[family].items.items[i];
            for (const struct dm_aws_view *view = thing->views;
                 view && thing->life == DM_AWS_LIVE && !thing->odd.v; view = view->next) {
                name_of_view(aws, thing, &view->node);
            }
        }
    }
}
