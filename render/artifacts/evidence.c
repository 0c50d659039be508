/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/artifacts/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "model/base/str.h"
#include "render/artifacts/artifacts_private.h"
#include "render/digest.h"

enum { EVIDENCE_VERSION = 1 };

static const char readme[] =
    "# Deployment artifacts\n"
    "\n"
    "Written by `demarc build`, from a design whose requirements were checked first. Change the\n"
    "design, not these files: the next build replaces them. `evidence.json` says what they were\n"
    "made from, what was proved, and what is not among them.\n"
    "\n"
    "Each folder with `*.tf.json` below `terraform/` is a root of Terraform of its own. They are\n"
    "applied in this order, and destroyed in the opposite one:\n"
    "\n"
    "1. `terraform/shared/REGION`: transit gateways, and VPCs that belong to no environment\n"
    "2. the environments, `terraform/ENV/REGION`\n"
    "3. for clusters, the operator of Calico and `kubernetes/CLUSTER`, by `kubectl apply -f`, "
    "then\n"
    "   their nodes, `terraform/ENV.nodes/REGION`: nodes are not ready before Calico is there. "
    "Types\n"
    "   of instances are variables\n"
    "4. `terraform/global`, where there is one: peerings, and what goes over them; accelerators\n"
    "\n"
    "A root reads what it refers to in another from its state: `remote.tf.json`. The back end of\n"
    "all is `local`, with the state beside the files; a shared back end is not generated yet.\n"
    "Targets of load balancers are registered by the addresses that the design gave them, so what "
    "is\n"
    "started has to have these. Interfaces of appliances, and of others that routes lead to, are "
    "made\n"
    "here, for whoever starts the instances to attach.\n"
    "\n"
    "A build keeps the files here that are not its own, such as that state.\n"
    "\n"
    "Resources are named after the objects of the design. The tag `demarc:origin`, or a comment\n"
    "(`//`) where AWS has no tags, says file and line.\n";

static void put(bool *failed, json_t *object, const char *key, json_t *owned_value)
{
    if (json_object_set_new(object, key, owned_value) != 0) {
        *failed = true;
    }
}

static void push(bool *failed, json_t *array, json_t *owned_value)
{
    if (json_array_append_new(array, owned_value) != 0) {
        *failed = true;
    }
}

/* Counts above 63 bits are null, as in every result. */
static json_t *count(uint64_t n)
{
    return n > INT64_MAX ? json_null() : json_integer((json_int_t)n);
}

static json_t *digest_object(const char *path, const char *digest)
{
    return json_pack("{s:s, s:s}", "path", path, "sha256", digest);
}

static json_t *file_object(const char *path, const char *text, size_t size)
{
    char digest[DM_DIGEST_SIZE];

    return digest_object(path, dm_digest_sha256(text, size, digest));
}

/* ---- parts ---- */

static json_t *tool(struct dm_arena *arena, bool *failed)
{
    char digest[DM_DIGEST_SIZE];

    if (!dm_digest_facts(arena, digest)) {
        *failed = true;
        return json_null();
    }
    return json_pack("{s:s, s:s+}", "version", DM_VERSION, "facts", "sha256:", digest);
}

static json_t *inputs(struct dm_arena *arena, const struct dm_sources *sources, bool *failed)
{
    const char *base = dm_artifacts_base(arena, sources);
    uint32_t n = sources ? dm_sources_count(sources) : 0;
    struct dm_layout sorted = { 0 };
    json_t *array = json_array();

    for (uint32_t i = 1; base && i <= n; i++) {
        const struct dm_source *source = dm_sources_get(sources, i);
        const char *path = dm_artifacts_relative(arena, base, source->path);

        if (strcmp(path ? path : "", "demarc.lock") == 0) {
            continue;
        }
        char *digest = DM_NEW_ARRAY(arena, DM_DIGEST_SIZE, char);

        /* Not what is in it is listed here, but the digest of that. */
        if (!path || !digest || !dm_digest_source(source, digest)
            || !dm_layout_add(arena, &sorted, path, digest, strlen(digest))) {
            *failed = true;
        }
    }
    dm_layout_sort(&sorted);
    for (size_t i = 0; i < sorted.n; i++) {
        push(failed, array, digest_object(sorted.items[i].path, sorted.items[i].text));
    }
    *failed = *failed || !base;
    return array;
}

static json_t *bound(const struct dm_verdict_row *row, bool each, bool *failed)
{
    json_t *object = json_object();
    json_t *kinds = json_array();

    for (int kind = 0; kind < DM_ELEMENT_KIND_COUNT; kind++) {
        if (row->kinds & 1U << kind) {
            push(failed, kinds, json_string(dm_element_kind_text((enum dm_element_kind)kind)));
        }
    }
    put(failed, object, "kinds", kinds);
    put(failed, object, "k", json_integer(row->k));
    put(failed, object, "each", json_boolean(each));
    put(failed, object, "depth", json_integer(row->depth));
    put(failed, object, "elements", count(row->n_elements));
    put(failed, object, "questions", count(row->n_questions));
    put(failed, object, "sets", count(row->n_sets));
    return object;
}

static const char *level_text(enum dm_level level)
{
    static const char *const texts[] = {
        [DM_LEVEL_NOTE] = "note", [DM_LEVEL_WARN] = "warn", [DM_LEVEL_ERROR] = "error"
    };

    return texts[level];
}

static json_t *verdicts(const struct dm_result *result, bool *failed)
{
    json_t *array = json_array();

    for (size_t i = 0; i < result->n_verdicts; i++) {
        const struct dm_verdict_row *row = &result->verdicts[i];
        const struct dm_requirement *requirement =
            dm_requirement_get(result->model, row->requirement);
        json_t *object = json_object();

        put(failed, object, "requirement", json_string(requirement->object.name));
        put(failed, object, "level", json_string(level_text(requirement->level)));
        put(failed, object, "verdict", json_string(dm_verdict_text(row->verdict)));
        put(failed, object, "bound", bound(row, requirement->survive.each, failed));
        push(failed, array, object);
    }
    return array;
}

static json_t *files(const struct dm_layout *layout, bool *failed)
{
    json_t *array = json_array();

    for (size_t i = 0; i < layout->n; i++) {
        const struct dm_layout_file *file = &layout->items[i];

        push(failed, array, file_object(file->path, file->text, file->size));
    }
    return array;
}

static void leave_out(json_t *array, const char *what, uint32_t n, const char *why, bool *failed)
{
    if (n) {
        push(failed, array,
             json_pack("{s:s, s:I, s:s}", "what", what, "count", (json_int_t)n, "why", why));
    }
}

static json_t *not_generated(const struct dm_model *model, bool *failed)
{
    json_t *array = json_array();

    leave_out(array, "services", model->n_services, "what runs is no part of the network", failed);
    leave_out(array, "stores", model->n_stores, "what keeps data is no part of the network",
              failed);
    leave_out(
        array, "endpoints of services and stores", model->n_hosts,
        "hosts are no part of the network; their groups are, and the interfaces that routes or "
        "gateway load balancers lead to",
        failed);
    leave_out(array, "endpoints of services of AWS", model->n_vpc_endpoints,
              "these are not generated", failed);
    leave_out(array, "images of what runs in clusters", model->n_workloads,
              "each has the name of its workload, for others to replace", failed);
    leave_out(array, "groups that AWS makes for clusters", model->n_clusters,
              "interfaces of the control plane have these besides the design's", failed);
    leave_out(array, "static addresses of accelerators", model->n_accelerators, "AWS chooses them",
              failed);
    leave_out(array, "residency rules", model->n_policies, "no resource enforces where data may be",
              failed);
    for (uint32_t i = 0; i < model->n_unknowns; i++) {
        leave_out(array, model->unknowns[i].object.name, 1, model->unknowns[i].why, failed);
    }
    return array;
}

enum dm_status dm_evidence_add(struct dm_arena *arena, const struct dm_result *result,
                               struct dm_layout *layout, struct dm_err *err)
{
    json_t *root = json_object();
    bool failed = !dm_layout_add(arena, layout, "README.md", readme, sizeof readme - 1);

    dm_layout_sort(layout);
    put(&failed, root, DM_LAYOUT_KEY, json_integer(EVIDENCE_VERSION));
    put(&failed, root, "tool", tool(arena, &failed));
    put(&failed, root, "as_of", result->as_of ? json_string(result->as_of) : json_null());
    put(&failed, root, "inputs", inputs(arena, result->model->sources, &failed));
    put(&failed, root, "verdicts", verdicts(result, &failed));
    put(&failed, root, "files", files(layout, &failed));
    put(&failed, root, "not_generated", not_generated(result->model, &failed));
    failed = failed || !dm_artifacts_add_json(arena, layout, DM_LAYOUT_EVIDENCE, root);
    json_decref(root);
    dm_layout_sort(layout);
    return failed ? DM_FAIL_NOMEM(err) : DM_OK;
}
