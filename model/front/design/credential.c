/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/front/design/credential.h"

#include <string.h>

#include "model/secret.h"

bool dm_credential_is_reference(const char *text, size_t *ret_length)
{
    static const char small[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    static const char name[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";
    static const char key[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._";
    size_t length = strspn(text, name);

    *ret_length = length;
    return length && strspn(text, small) > 0 && text[length] == '/' && text[length + 1]
           && strspn(text + length + 1, key) == strlen(text + length + 1);
}

/* All texts below that are no references. */
static bool hide_all(struct dm_sources *sources, const struct dm_tree *tree)
{
    size_t length;
    bool done = true;

    if (tree->kind == DM_TREE_SCALAR) {
        return dm_credential_is_reference(tree->text, &length)
               || dm_sources_hide(sources, tree->span);
    }
    for (size_t i = 0; (tree->kind == DM_TREE_LIST || tree->kind == DM_TREE_MAP) && i < tree->n;
         i++) {
        done = hide_all(sources, tree->kind == DM_TREE_LIST ? tree->items[i] : tree->pairs[i].value)
               && done;
    }
    return done;
}

bool dm_credential_hide(struct dm_sources *sources, const struct dm_tree *tree)
{
    bool done = true;

    for (size_t i = 0; tree->kind == DM_TREE_MAP && i < tree->n; i++) {
        const struct dm_tree_pair *pair = &tree->pairs[i];
        bool is_one = strcmp(pair->key, "credentials") == 0
                      || (pair->value->kind == DM_TREE_SCALAR && strcmp(pair->key, "pass") != 0
                          && dm_secret_is_name(pair->key, pair->key_length));

        done = (is_one ? hide_all(sources, pair->value) : dm_credential_hide(sources, pair->value))
               && done;
    }
    return done;
}
