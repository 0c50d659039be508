/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * manifests - a model of the text of manifests, for tests.
 *
 * What is loaded lives in an arena of its own, which the test frees.
 */
#ifndef DM_TESTS_SUPPORT_MANIFESTS_H
#define DM_TESTS_SUPPORT_MANIFESTS_H

#include "tests/support/dmtest.h"

#include <string.h>

#include "model/front/k8s/k8s.h"

struct dm_manifests {
    struct dm_arena *arena;
    struct dm_sources *sources;
    struct dm_diags diags;
    const struct dm_model *model; /* NULL: faults */
};

/* Adds the manifests that 'context' is the text of to a builder that has their network; a fault of
 * theirs is the error. */
static inline enum dm_status dm_manifests_add(void *context, struct dm_arena *arena,
                                              struct dm_sources *sources,
                                              struct dm_builder *builder, struct dm_err *err)
{
    const char *text = context;
    struct dm_diags diags;
    uint32_t source = 0;
    enum dm_status status = dm_sources_add(sources, "k.yaml", text, strlen(text), &source, err);

    dm_diags_init(&diags, arena);
    if (status == DM_OK) {
        status = dm_k8s_load(arena, sources, "k.yaml", builder, &diags, err);
    }
    return status == DM_OK && diags.n_errors
               ? DM_FAIL(err, DM_INVALID, "%s", diags.items[0].message)
               : status;
}

static inline struct dm_manifests dm_manifests_load(const char *text)
{
    struct dm_manifests loaded = { .arena = dm_arena_new(0) };
    struct dm_err err = DM_ERR_INIT;
    struct dm_builder *builder;
    uint32_t source = 0;

    loaded.sources = dm_sources_new(loaded.arena, &err);
    builder = dm_builder_new(loaded.arena, loaded.sources, &err);
    dm_diags_init(&loaded.diags, loaded.arena);
    assert_int_equal(dm_sources_add(loaded.sources, "k.yaml", text, strlen(text), &source, &err),
                     DM_OK);
    assert_int_equal(
        dm_k8s_load(loaded.arena, loaded.sources, "k.yaml", builder, &loaded.diags, &err), DM_OK);
    if (loaded.diags.n_errors == 0) {
        assert_int_equal(dm_model_build(builder, &loaded.diags, &loaded.model, &err), DM_OK);
        assert_non_null(loaded.model);
        assert_int_equal(dm_model_check(loaded.model, &loaded.diags, &err), DM_OK);
        assert_int_equal(loaded.diags.n_errors, 0);
    }
    return loaded;
}

/* Loads without fault. */
static inline struct dm_manifests dm_manifests_fine(const char *text)
{
    struct dm_manifests loaded = dm_manifests_load(text);

    if (!loaded.model) {
        fail_msg("%s\n%s", loaded.diags.n_items ? loaded.diags.items[0].message : "", text);
    }
    return loaded;
}

/* A diagnostic is 'message', of that weight, at 'line'. */
static inline void dm_manifests_expect(const char *text, enum dm_severity severity, uint32_t line,
                                       const char *message)
{
    struct dm_manifests loaded = dm_manifests_load(text);
    bool found = false;

    for (size_t i = 0; i < loaded.diags.n_items; i++) {
        const struct dm_diag *diag = &loaded.diags.items[i];

        found = found
                || (strcmp(diag->message, message) == 0 && diag->severity == severity
                    && dm_sources_place(loaded.sources, diag->labels[0].span).line == line);
    }
    if (!found) {
        fail_msg("`%s` is not said at line %u, but `%s`", message, line,
                 loaded.diags.n_items ? loaded.diags.items[0].message : "nothing");
    }
    dm_arena_free(loaded.arena);
}

static inline bool dm_manifests_has_unknown(const struct dm_manifests *loaded, const char *name)
{
    return dm_model_find(loaded->model, DM_KIND_unknown, name).v != 0;
}

#endif
