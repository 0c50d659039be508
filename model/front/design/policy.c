/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Classes of data, and the policy's rules: one for each class, subject and verb
 * that an entry names, "NAME.CLASS.SUBJECT.VERB", under the entry's label.
 */
#include <string.h>

#include "model/front/design/lower_private.h"

void dm_lower_classes(struct dm_lower *lower, const struct dm_tree *list,
                      const struct dm_data_class_id **ret_classes, size_t *ret_n)
{
    const struct dm_tree *entries = dm_tree_find(lower->root, "data_classes");
    DM_VEC(struct dm_data_class_id) ids = { 0 };

    for (size_t i = 0; i < dm_lower_n_items(list); i++) {
        const struct dm_tree *item = dm_lower_item(list, i);
        const char *name = dm_lower_text(lower, item);
        struct dm_data_class_id id = { 0 };
        bool twice = false;

        if (name) {
            id.v = dm_builder_find(lower->builder, DM_KIND_data_class, name).v;
        }
        for (size_t j = 0; j < ids.n; j++) {
            twice = twice || (id.v && ids.items[j].v == id.v);
        }
        if (twice) {
            (void)dm_lower_fault(lower, item->span, "class `%s` is listed twice", name);
        } else if (id.v) {
            (void)DM_LOWER_PUSH(lower, &ids, id);
        } else if (name) {
            dm_lower_unknown_key(lower, item->span, "class of data", name, entries);
        }
    }
    *ret_classes = ids.items;
    *ret_n = ids.n;
}

void dm_lower_all_classes(struct dm_lower *lower, const struct dm_data_class_id **ret_classes,
                          size_t *ret_n)
{
    DM_VEC(struct dm_data_class_id) ids = { 0 };
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(lower->root, "data_classes"), &n);

    for (size_t i = 0; i < n; i++) {
        struct dm_ref ref = dm_builder_find(lower->builder, DM_KIND_data_class, pairs[i]->key);

        (void)DM_LOWER_PUSH(lower, &ids, (struct dm_data_class_id){ ref.v });
    }
    *ret_classes = ids.items;
    *ret_n = ids.n;
}

static void data_classes(struct dm_lower *lower)
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(lower->root, "data_classes"), &n);

    for (size_t i = 0; i < n; i++) {
        struct dm_data_class object = { .object = { .name = pairs[i]->key,
                                                    .origin = pairs[i]->key_span } };

        (void)DM_LOWER_ADD(lower, data_class, &object);
    }
}

/* What all the rules of one entry have in common. */
struct rule_entry {
    const struct dm_tree_pair *pair;
    const struct dm_data_class_id *classes;
    size_t n_classes;
    struct dm_lower_codes subjects; /* a NULL item: any */
    const char *tier;
    const char *basis;
    const char *until;
};

static void rules_of_verb(struct dm_lower *lower, const struct rule_entry *entry, enum dm_verb verb)
{
    const struct dm_tree *list = dm_tree_find(entry->pair->value, dm_verb_text(verb));
    struct dm_lower_codes allowed = { 0 };

    if (!list) {
        return;
    }
    dm_lower_codes(lower, list, &allowed);
    for (size_t i = 0; i < entry->n_classes; i++) {
        for (size_t j = 0; j < entry->subjects.n && !lower->oom; j++) {
            const char *subject = entry->subjects.items[j];
            const struct dm_data_class *data_class =
                dm_builder_edit_data_class(lower->builder, entry->classes[i]);
            struct dm_policy object = {
                .object = { .name = dm_lower_name(lower, "%s.%s.%s.%s", entry->pair->key,
                                                  data_class->object.name,
                                                  subject ? subject : "any", dm_verb_text(verb)),
                            .label = entry->pair->key,
                            .origin = entry->pair->key_span },
                .data_class = entry->classes[i],
                .subject = subject,
                .allowed = allowed.items,
                .n_allowed = allowed.n,
                .tier = entry->tier,
                .basis = entry->basis,
                .valid_until = entry->until,
                .allowed_origin = list->span,
            };

            object.verbs[verb] = true;
            (void)DM_LOWER_ADD(lower, policy, &object);
        }
    }
}

static const char *word(struct dm_lower *lower, const struct dm_tree *map, const char *key)
{
    const struct dm_tree *node = dm_tree_find(map, key);

    return node ? dm_lower_text(lower, node) : NULL;
}

static void policy(struct dm_lower *lower, const struct dm_tree_pair *pair)
{
    const struct dm_tree *classes = dm_lower_need(lower, pair->value, "class", pair->key_span);
    const struct dm_tree *subject = dm_lower_need(lower, pair->value, "subject", pair->key_span);
    const char *class_word = classes ? dm_tree_text(classes) : NULL;
    const char *subject_word = subject ? dm_tree_text(subject) : NULL;
    struct rule_entry entry = { .pair = pair,
                                .tier = word(lower, pair->value, "tier"),
                                .basis = word(lower, pair->value, "basis"),
                                .until = word(lower, pair->value, "until") };

    if (class_word && strcmp(class_word, "all") == 0) {
        dm_lower_all_classes(lower, &entry.classes, &entry.n_classes);
    } else if (classes) {
        dm_lower_classes(lower, classes, &entry.classes, &entry.n_classes);
    }
    if (subject_word && strcmp(subject_word, "any") == 0) {
        (void)DM_LOWER_PUSH(lower, &entry.subjects, NULL);
    } else if (subject) {
        dm_lower_codes(lower, subject, &entry.subjects);
    }
    if (!dm_tree_find(pair->value, "store") && !dm_tree_find(pair->value, "process")) {
        dm_lower_help(
            lower, dm_lower_fault(lower, pair->key_span, "policy `%s` decides nothing", pair->key),
            "`store` and `process` say where that may happen");
    }
    for (int verb = 0; verb < DM_VERB_COUNT; verb++) {
        rules_of_verb(lower, &entry, (enum dm_verb)verb);
    }
}

void dm_lower_data(struct dm_lower *lower)
{
    size_t n = 0;
    const struct dm_tree_pair *const *pairs =
        dm_lower_sorted(lower, dm_tree_find(lower->root, "policies"), &n);

    data_classes(lower);
    for (size_t i = 0; i < n && !lower->oom; i++) {
        policy(lower, pairs[i]);
    }
}
