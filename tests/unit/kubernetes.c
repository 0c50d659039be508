/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clusters written as objects of Kubernetes and read back: of what was written the same follows as
 * of what was read.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "model/base/file.h"
#include "model/base/str.h"
#include "model/front/k8s/k8s.h"
#include "render/artifacts/kubernetes.h"
#include "render/pairs.h"
#include "scenarios/workloads.h"
#include "tests/support/dmtest.h"

#define CASES "../shared/cases/netpol/tests"

static const char shop[] = "tests/golden/cases/cli_k8s/shop.yaml";
static const char policies[] = "tests/golden/cases/cli_k8s/policies.yaml";

static const struct dm_model *load(struct dm_arena *arena, const char *path)
{
    struct dm_err err = DM_ERR_INIT;
    struct dm_sources *sources = dm_sources_new(arena, &err);
    struct dm_builder *builder = dm_builder_new(arena, sources, &err);
    const struct dm_model *model = NULL;
    struct dm_diags diags;

    dm_diags_init(&diags, arena);
    assert_int_equal(dm_k8s_load(arena, sources, path, builder, &diags, &err), DM_OK);
    for (size_t i = 0; i < diags.n_items && diags.n_errors; i++) {
        print_error("%s: %s\n", path, diags.items[i].message);
    }
    assert_int_equal(diags.n_errors, 0);
    assert_int_equal(dm_model_build(builder, &diags, &model, &err), DM_OK);
    assert_non_null(model);
    return model;
}

/* Who can connect to whom, also of pods that are not in the input. */
static const char *rows(struct dm_arena *arena, const struct dm_model *model)
{
    struct dm_pairs_options options = { .by = DM_PAIRS_BY_WORKLOAD };
    struct dm_err err = DM_ERR_INIT;
    struct dm_pairs pairs;
    struct dm_str out;

    dm_str_init(&out, arena);
    for (int i = 0; i < 2; i++) {
        options.exposure = i > 0;
        assert_int_equal(dm_workloads_find(arena, model, &options, &pairs, &err), DM_OK);
        dm_render_pairs(&pairs, &out);
    }
    assert_false(out.failed);
    return out.text;
}

/* The files in a folder of their own, which 'ret_folder' names. */
static void write_files(struct dm_arena *arena, const struct dm_layout *layout, char *ret_folder)
{
    assert_non_null(mkdtemp(ret_folder));
    for (size_t i = 0; i < layout->n; i++) {
        const char *path = dm_path_join(arena, ret_folder, layout->items[i].path);

        assert_int_equal(dm_file_make_folder(dm_path_folder(arena, path), NULL), DM_OK);
        assert_int_equal(dm_file_write(path, layout->items[i].text, layout->items[i].size, NULL),
                         DM_OK);
    }
}

/* False: it was refused. */
static bool goes_round(const char *path)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_err err = DM_ERR_INIT;
    struct dm_layout layout = { 0 };
    char folder[] = "/tmp/demarc-kubernetes-XXXXXX";
    const struct dm_model *model = load(arena, path);
    bool written =
        dm_kubernetes_make(arena, model, (struct dm_cluster_id){ 1 }, &layout, &err) == DM_OK;

    if (written) {
        write_files(arena, &layout, folder);
        assert_string_equal(rows(arena, load(arena, folder)), rows(arena, model));
        assert_int_equal(dm_file_remove_tree(folder, NULL), DM_OK);
    } else {
        print_message("%s\n", err.text);
        assert_int_equal(err.status, DM_UNSUPPORTED);
    }
    dm_arena_free(arena);
    return written;
}

static void of_what_was_written_the_same_follows(void **state)
{
    struct dm_arena *arena = dm_arena_new(0);
    struct dm_err err = DM_ERR_INIT;
    const char *const *names = NULL;
    size_t n_refused = 0;
    size_t n = 0;

    (void)state;
    assert_true(goes_round(shop));
    assert_false(goes_round(policies)); /* an order of it has a fraction */
    if (dm_file_is_folder(CASES)) {
        assert_int_equal(dm_file_list(arena, CASES, &names, &n, &err), DM_OK);
    } else {
        print_message("skipped: " CASES " is not there\n");
    }
    for (size_t i = 0; i < n; i++) {
        n_refused += !goes_round(dm_path_join(arena, CASES, names[i]));
    }
    print_message("%zu of %zu folders refused\n", n_refused, n);
    assert_true(n_refused * 4 <= n);
    dm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_what_was_written_the_same_follows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
