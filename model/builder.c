/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/model_private.h"

struct dm_builder *dm_builder_new(struct dm_arena *arena, const struct dm_sources *sources,
                                  struct dm_err *err)
{
    struct dm_builder *builder = DM_NEW(arena, struct dm_builder);

    if (!builder) {
        (void)DM_FAIL_NOMEM(err);
        return NULL;
    }
    builder->arena = arena;
    builder->sources = sources;
    builder->name = "";
    for (int kind = 0; kind < DM_KIND_COUNT; kind++) {
        dm_map_init(&builder->names[kind], arena);
    }
    return builder;
}

void dm_builder_name(struct dm_builder *builder, const char *name, struct dm_span origin)
{
    builder->name = name;
    builder->name_origin = origin;
}

/* The first of two objects with one name keeps it; the check finds the second. */
static bool remember_name(struct dm_builder *builder, enum dm_kind kind,
                          const struct dm_object *object, size_t handle)
{
    bool added = false;
    uint64_t *value = dm_map_add(&builder->names[kind], object->name, &added);

    if (value && added) {
        *value = handle;
    }
    return value != NULL;
}

#define DM_KIND_ADD_BODY(kind, plural, text)                                                       \
    struct dm_##kind##_id dm_builder_add_##kind(struct dm_builder *builder,                        \
                                                const struct dm_##kind *item)                      \
    {                                                                                              \
        DM_ASSERT(item->object.name);                                                              \
        if (!DM_VEC_PUSH(builder->arena, &builder->plural, *item)                                  \
            || !remember_name(builder, DM_KIND_##kind, &item->object, builder->plural.n)) {        \
            builder->failed = true;                                                                \
            return (struct dm_##kind##_id){ 0 };                                                   \
        }                                                                                          \
        return (struct dm_##kind##_id){ (uint32_t)builder->plural.n };                             \
    }
DM_KIND_LIST(DM_KIND_ADD_BODY)
#undef DM_KIND_ADD_BODY

#define DM_KIND_EDIT_BODY(kind, plural, text)                                                      \
    struct dm_##kind *dm_builder_edit_##kind(struct dm_builder *builder, struct dm_##kind##_id id) \
    {                                                                                              \
        DM_ASSERT(id.v >= 1 && id.v <= builder->plural.n);                                         \
        return &builder->plural.items[id.v - 1];                                                   \
    }
DM_KIND_LIST(DM_KIND_EDIT_BODY)
#undef DM_KIND_EDIT_BODY

struct dm_ref dm_builder_find(const struct dm_builder *builder, enum dm_kind kind, const char *name)
{
    const uint64_t *value = dm_map_find(&builder->names[kind], name);

    return (struct dm_ref){ kind, value ? (uint32_t)*value : 0 };
}

struct dm_cluster_id dm_builder_described_cluster(const struct dm_builder *builder)
{
    struct dm_cluster_id found = { 0 };
    size_t n = 0;

    for (uint32_t i = 0; i < builder->clusters.n; i++) {
        if (builder->clusters.items[i].is_described) {
            found.v = i + 1;
            n++;
        }
    }
    return n == 1 ? found : (struct dm_cluster_id){ 0 };
}
