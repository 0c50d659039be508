/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/input.h"

#include <string.h>

#include "cli/output.h"
#include "model/front/aws/aws.h"
#include "model/front/cloudwan/cloudwan.h"
#include "model/front/design/design.h"
#include "model/front/k8s/k8s.h"
#include "render/diag.h"

struct loading {
    struct dm_arena *arena;
    struct dm_sources *sources;
    struct dm_facts *facts;
    struct dm_builder *builder;
    struct dm_diags diags;
    const char *design; /* the last one read */
    const char *const *words;
    size_t n_words;
    bool has_aws;
};

static const char aws_prefix[] = "aws:";
static const char cloudwan_prefix[] = "cloudwan:";

static enum dm_status load_design(struct loading *loading, const char *path, struct dm_err *err)
{
    enum dm_status status = dm_design_locate(loading->arena, path, &loading->design, err);

    return status != DM_OK ? status
                           : dm_design_load(loading->arena, loading->sources, loading->design,
                                            loading->facts, loading->builder, &loading->diags, err);
}

/* All of them at once, when the first is met: they show one network, an object of which may be in
 * several. */
static enum dm_status load_aws(struct loading *loading, const char *word, struct dm_err *err)
{
    const char **paths = DM_NEW_ARRAY(loading->arena, loading->n_words, const char *);
    size_t n = 0;

    (void)word;
    if (loading->has_aws) {
        return DM_OK;
    }
    if (!paths) {
        return DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; i < loading->n_words; i++) {
        if (dm_str_starts(loading->words[i], aws_prefix)) {
            paths[n++] = loading->words[i] + strlen(aws_prefix);
        }
        if (n && !*paths[n - 1]) {
            return DM_FAIL(err, DM_USAGE, "`%s` lacks the file or folder", loading->words[i]);
        }
    }
    loading->has_aws = true;
    return dm_aws_load_all(loading->arena, loading->sources, paths, n, loading->facts,
                           loading->builder, &loading->diags, err);
}

static enum dm_status load_cloudwan(struct loading *loading, const char *word, struct dm_err *err)
{
    return dm_cloudwan_load(loading->arena, loading->sources, word + strlen(cloudwan_prefix),
                            loading->facts, loading->builder, &loading->diags, err);
}

/* ---- manifests ---- */

/* "k8s:PATH" is of the only cluster, which needs no name, "k8s@NAME:PATH" of that one. */
static const char k8s_prefix[] = "k8s:";
static const char k8s_named_prefix[] = "k8s@";

/* The length of the name of a word's cluster; 0: it has none. */
static size_t name_length(const char *word)
{
    return dm_str_starts(word, k8s_named_prefix) ? strcspn(word + strlen(k8s_named_prefix), ":")
                                                 : 0;
}

/* Whether both are of one cluster. */
static bool is_of_cluster(const char *word, const char *other)
{
    size_t length = strlen(k8s_prefix) + name_length(other);

    return strncmp(word, other, length) == 0 && name_length(word) == name_length(other);
}

/* What stands behind the prefix; NULL where nothing does. */
static const char *path_of(const char *word)
{
    const char *colon = strchr(word, ':');

    return colon && colon[1] ? colon + 1 : NULL;
}

/* All of one cluster at once, when the first is met: an object of one may name one of another. */
static enum dm_status load_k8s(struct loading *loading, const char *word, struct dm_err *err)
{
    const char **paths = DM_NEW_ARRAY(loading->arena, loading->n_words, const char *);
    size_t length = name_length(word);
    const char *name =
        length ? dm_arena_strndup(loading->arena, word + strlen(k8s_named_prefix), length) : NULL;
    size_t n = 0;

    if (!paths || (length && !name)) {
        return DM_FAIL_NOMEM(err);
    }
    for (size_t i = 0; i < loading->n_words; i++) {
        const char *other = loading->words[i];

        if (!is_of_cluster(other, word)) {
            continue;
        }
        if (n == 0 && other != word) {
            return DM_OK; /* it was loaded with that one */
        }
        paths[n++] = path_of(other);
        if (!paths[n - 1] || (dm_str_starts(other, k8s_named_prefix) && !name_length(other))) {
            return DM_FAIL(err, DM_USAGE, "`%s` lacks the %s", other,
                           paths[n - 1] ? "name of the cluster" : "file or folder");
        }
    }
    return dm_k8s_load_all(loading->arena, loading->sources, name, paths, n, loading->builder,
                           &loading->diags, err);
}

/* Every prefix of the contracts; without function: a later version reads it. */
static const struct {
    const char *prefix;
    enum dm_status (*load)(struct loading *loading, const char *word, struct dm_err *err);
} formats[] = {
    { aws_prefix, load_aws },       { "tfplan:", NULL },
    { "terraform:", NULL },         { k8s_prefix, load_k8s },
    { k8s_named_prefix, load_k8s }, { cloudwan_prefix, load_cloudwan },
};

enum { N_FORMATS = sizeof formats / sizeof *formats };

/* The place of the word's prefix among the formats; their number where it has none: a design. */
static size_t format_of(const char *word)
{
    size_t i = 0;

    while (i < N_FORMATS && !dm_str_starts(word, formats[i].prefix)) {
        i++;
    }
    return i;
}

static enum dm_status load_word(struct loading *loading, const char *word, struct dm_err *err)
{
    size_t format = format_of(word);

    if (!*word) {
        return DM_FAIL(err, DM_USAGE, "an INPUT is empty");
    }
    if (format == N_FORMATS) {
        return load_design(loading, word, err);
    }
    if (!formats[format].load) {
        return DM_FAIL(err, DM_UNSUPPORTED, "`%s`: `%s` inputs are not read by this version", word,
                       formats[format].prefix);
    }
    return word[strlen(formats[format].prefix)]
               ? formats[format].load(loading, word, err)
               : DM_FAIL(err, DM_USAGE, "`%s` lacks the file or folder", word);
}

/* Designs say what there is, and other inputs find it there; manifests of a cluster find the
 * cluster that either shows. */
static int pass_of(const char *word)
{
    size_t format = format_of(word);

    return format == N_FORMATS ? 0 : formats[format].load == load_k8s ? 2 : 1;
}

/* In that order, so that the order of the words does not matter. */
static enum dm_status load_words(struct loading *loading, const char *const *words, size_t n_words,
                                 struct dm_err *err)
{
    enum dm_status status = DM_OK;

    for (int pass = 0; pass < 3; pass++) {
        for (size_t i = 0; status == DM_OK && i < n_words; i++) {
            if (pass_of(words[i]) == pass) {
                status = load_word(loading, words[i], err);
            }
        }
    }
    return status;
}

static void show_diags(struct dm_cli *cli, struct loading *loading)
{
    struct dm_str text;

    dm_diags_sort(&loading->diags);
    if (cli->quiet && loading->diags.n_errors == 0) {
        return;
    }
    dm_str_init(&text, cli->run);
    dm_render_diags(&loading->diags, loading->sources, &cli->stderr_options, &text);
    dm_output_say(&text);
}

/* "a, b and so on" of clusters that stand on the network; NULL: none does. */
static const char *names_of_clusters(struct dm_arena *arena, const struct dm_model *model)
{
    const char *text = NULL;

    for (uint32_t i = 0; i < model->n_clusters; i++) {
        if (model->clusters[i].vpc.v) {
            text = dm_sprintf(arena, "%s%s`%s`", text ? text : "", text ? ", " : "",
                              model->clusters[i].object.name);
        }
    }
    return text;
}

/* Clusters of manifests beside a network that stand on none of its nodes: nobody should take what
 * is said of the network for what is true of their pods.  A design has all its clusters, so one
 * that has another name is a fault. */
static void name_apart(struct loading *loading, const struct dm_model *model)
{
    const char *names = names_of_clusters(loading->arena, model);

    for (uint32_t i = 0; model->n_vpcs && i < model->n_clusters; i++) {
        const struct dm_cluster *cluster = &model->clusters[i];
        bool is_named = strcmp(cluster->object.name, "cluster") != 0;
        struct dm_diag *diag;

        if (cluster->vpc.v) {
            continue;
        }
        if (is_named && loading->design && !loading->has_aws) {
            diag = dm_diags_add(&loading->diags, DM_SEV_ERROR, DM_SPAN_NONE,
                                "k8s@%s: the design has no cluster of this name",
                                cluster->object.name);
            dm_diag_help(&loading->diags, diag, "its clusters are %s", names ? names : "none");
            continue;
        }
        diag = dm_diags_add(&loading->diags, DM_SEV_WARNING, DM_SPAN_NONE,
                            "%s: which hosts of the network are its nodes is not known, so its "
                            "pods are not joined with it",
                            cluster->object.name);
        if (names) {
            dm_diag_help(&loading->diags, diag,
                         "`k8s@NAME:` puts manifests on a cluster that is there: %s", names);
        } else {
            dm_diag_help(&loading->diags, diag,
                         "Node objects with spec.providerID (`kubectl get nodes -o yaml`) tell; "
                         "`demarc reach --by workload` says what its policies do");
        }
    }
}

static enum dm_status init(struct loading *loading, struct dm_arena *arena, struct dm_err *err)
{
    loading->arena = arena;
    loading->sources = dm_sources_new(arena, err);
    loading->facts = loading->sources ? dm_facts_new(arena) : NULL;
    loading->builder = loading->facts ? dm_builder_new(arena, loading->sources, err) : NULL;
    dm_diags_init(&loading->diags, arena);
    return loading->builder ? DM_OK : DM_FAIL_NOMEM(err);
}

enum dm_status dm_input_load(struct dm_cli *cli, const char *const *words, size_t n_words,
                             struct dm_input *ret_input, struct dm_err *err)
{
    struct loading loading = { .design = NULL };
    const struct dm_model *model = NULL;
    enum dm_status status = init(&loading, cli->model, err);

    if (status == DM_OK) {
        /* A design brings its own name. */
        dm_builder_name(loading.builder, words[0], DM_SPAN_NONE);
        loading.words = words;
        loading.n_words = n_words;
        status = load_words(&loading, words, n_words, err);
    }
    if (status == DM_OK && loading.diags.n_errors == 0) {
        status = dm_model_build(loading.builder, &loading.diags, &model, err);
    }
    if (status == DM_OK && model) {
        name_apart(&loading, model);
    }
    if (loading.sources) {
        show_diags(cli, &loading);
    }
    if (status == DM_OK && loading.diags.n_errors) {
        cli->reported = true;
        status = DM_FAIL(err, DM_INVALID, "the input has faults");
    }
    if (status == DM_OK) {
        bool is_one = n_words == 1 && loading.design && strcmp(loading.design, "-") != 0;

        *ret_input = (struct dm_input){ loading.sources, loading.facts, model,
                                        is_one ? loading.design : NULL };
    }
    return status;
}
