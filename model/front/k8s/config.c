/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Secrets and config maps: which of their keys say something in clear text that is a credential.  A
 * value of a config map may be a file of its own, with a name and a text on each line.
 */
#include "model/secret.h"

#include <string.h>

#include "model/front/k8s/upkeep.h"

struct keys {
    const char **items;
    size_t n;
    size_t capacity;
};

/* All values of a Secret count, whatever their names. */
static void secret_values(struct dm_k8s *k8s, const struct dm_tree *map, struct keys *keys)
{
    for (size_t i = 0; map && i < map->n; i++) {
        const struct dm_tree *value = map->pairs[i].value;

        if (value->length) {
            (void)DM_K8S_PUSH(k8s, keys, map->pairs[i].key);
        }
    }
}

/* ---- config maps ---- */

/* One line of a file: "name = text" or "name: text". */
static bool is_credential(const char *line, size_t length, size_t *ret_name)
{
    size_t name = strcspn(line, "=:\n");
    const char *text = line + name + 1;

    if (name >= length || strchr("#;", *line)) {
        return false;
    }
    *ret_name = name;
    return (dm_secret_is_name(line, name)
            && dm_secret_text_kind(text, length - name - 1) == DM_SECRET_LITERAL)
           || dm_secret_in_address(text, length - name - 1);
}

static void file_value(struct dm_k8s *k8s, const char *key, const struct dm_tree *value,
                       struct keys *keys)
{
    bool any = false;

    for (const char *line = value->text; *line;) {
        size_t length = strcspn(line, "\n");
        size_t blank = strspn(line, " \t\"'-");
        size_t name = 0;

        if (blank < length && is_credential(line + blank, length - blank, &name)) {
            while (name && strchr("\"' \t", line[blank + name - 1])) {
                name--;
            }
            (void)DM_K8S_PUSH(k8s, keys,
                              dm_k8s_text_of(k8s, "%s: %.*s", key, (int)name, line + blank));
            any = true;
        }
        line += length + (line[length] == '\n');
    }
    if (any) {
        dm_k8s_hide(k8s, value->span);
    }
}

static void map_values(struct dm_k8s *k8s, const struct dm_tree *map, struct keys *keys)
{
    for (size_t i = 0; map && i < map->n; i++) {
        const struct dm_tree_pair *pair = &map->pairs[i];
        const char *text = dm_tree_text(pair->value);

        if (!text) {
            continue;
        }
        if (dm_secret_is_private_key(text)) {
            (void)DM_K8S_PUSH(k8s, keys, pair->key);
        } else if (memchr(text, '\n', pair->value->length)) {
            file_value(k8s, pair->key, pair->value, keys);
        } else if ((dm_secret_is_name(pair->key, pair->key_length)
                    && dm_secret_text_kind(text, pair->value->length) == DM_SECRET_LITERAL)
                   || dm_secret_in_address(text, pair->value->length)) {
            (void)DM_K8S_PUSH(k8s, keys, pair->key);
        }
    }
}

void dm_k8s_read_config(struct dm_k8s *k8s, const struct dm_k8s_object *object)
{
    bool is_secret = strcmp(object->kind_text, "Secret") == 0;
    struct keys keys = { NULL, 0, 0 };
    struct dm_config_object config = {
        .object = { .name =
                        dm_k8s_text_of(k8s, "%s[%s]", dm_k8s_name(k8s, object), object->kind_text),
                    .origin = object->origin },
        .namespace = dm_k8s_namespace(k8s, object->namespace),
        .short_name = object->name,
        .is_secret = is_secret,
    };

    if (is_secret) {
        secret_values(k8s, dm_k8s_map(k8s, object->root, "stringData"), &keys);
        secret_values(k8s, dm_k8s_map(k8s, object->root, "data"), &keys);
    } else {
        map_values(k8s, dm_k8s_map(k8s, object->root, "data"), &keys);
    }
    config.keys = keys.items;
    config.n_keys = keys.n;
    k8s->failed = k8s->failed || !dm_builder_add_config_object(k8s->builder, &config).v;
}
