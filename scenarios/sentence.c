/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "model/base/str.h"
#include "scenarios/checker.h"

/* "zone, nat-gateway or transit-gateway" */
static void add_kinds(struct dm_str *out, uint32_t kinds)
{
    unsigned left = 0;

    for (unsigned i = 0; i < DM_ELEMENT_KIND_COUNT; i++) {
        left += kinds >> i & 1;
    }
    for (unsigned i = 0; i < DM_ELEMENT_KIND_COUNT; i++) {
        if (kinds >> i & 1) {
            dm_str_add(out, dm_element_kind_text((enum dm_element_kind)i));
            left--;
            dm_str_add(out, left > 1 ? ", " : left == 1 ? " or " : "");
        }
    }
}

static void add_failures(struct dm_str *out, const struct dm_survive *survive)
{
    if (!survive->k || !survive->kinds) {
        return;
    }
    if (survive->each || survive->k == 1) {
        dm_str_add(out, ", also when any one ");
        add_kinds(out, survive->kinds);
        dm_str_add(out, " fails");
        return;
    }
    dm_str_addf(out, ", also when any %u of these fail: ", survive->k);
    add_kinds(out, survive->kinds);
}

static void add_reach(struct dm_str *out, const struct dm_requirement *requirement)
{
    if (!requirement->to_text) {
        bool of_all = !requirement->from_text || !strcmp(requirement->from_text, "all");

        dm_str_addf(out, "every call of %s gets through and is answered",
                    of_all ? "every service" : requirement->from_text);
        return;
    }
    dm_str_addf(out, "%s reaches %s and is answered", requirement->from_text, requirement->to_text);
}

static void add_isolate(struct dm_str *out, const struct dm_requirement *requirement)
{
    dm_str_add(out, "no packet is delivered");
    for (size_t i = 0; i < requirement->n_isolations; i++) {
        dm_str_addf(out, "%s from %s to %s", i ? "," : "", requirement->isolations[i].from_text,
                    requirement->isolations[i].to_text);
    }
}

static void add_expose(struct dm_str *out, const struct dm_model *model,
                       const struct dm_requirement *requirement)
{
    const char *last = NULL;
    char port[DM_ADDR_TEXT_SIZE];

    dm_str_add(out, "the internet reaches");
    dm_str_add(out, requirement->n_allowed ? "" : " nothing");
    for (size_t i = 0; i < requirement->n_allowed; i++) {
        const struct dm_exposure *allowed = &requirement->allowed[i];
        const char *base =
            allowed->to.kind == DM_PARTY_SERVICE
                ? dm_service_get(model, (struct dm_service_id){ allowed->to.v })->base
                : dm_party_name(model, allowed->to);

        if (!dm_str_equal(base, last)) {
            dm_str_addf(out, "%s %s on %s", i ? "," : " only", base,
                        dm_match_text(&allowed->port, port));
        }
        last = base;
    }
}

static void add_reside(struct dm_str *out, const struct dm_model *model,
                       const struct dm_requirement *requirement)
{
    dm_str_add(out, "data of ");
    dm_str_add(out, requirement->n_classes == 1 ? "class" : "the classes");
    for (size_t i = 0; i < requirement->n_classes; i++) {
        dm_str_addf(out, "%s %s", i ? "," : "",
                    dm_data_class_get(model, requirement->classes[i])->object.name);
    }
    dm_str_add(out, " is stored and processed only where its policy allows it");
}

static void add_schedule(struct dm_str *out, const struct dm_model *model,
                         const struct dm_requirement *requirement)
{
    dm_str_add(out, "every pod of");
    for (size_t i = 0; i < requirement->n_clusters; i++) {
        dm_str_addf(out, "%s %s", i ? "," : "",
                    dm_cluster_get(model, requirement->clusters[i])->object.name);
    }
    dm_str_add(out, requirement->most_pods ? ", as many as autoscalers may ask for, finds a node"
                                           : " finds a node");
    dm_str_add(out, requirement->grown ? ", once node groups have grown" : "");
}

const char *dm_requirement_sentence(struct dm_arena *arena, const struct dm_model *model,
                                    const struct dm_requirement *requirement,
                                    const struct dm_survive *survive)
{
    struct dm_str text;

    dm_str_init(&text, arena);
    switch (requirement->kind) {
    case DM_REQUIRE_REACH:
        add_reach(&text, requirement);
        break;
    case DM_REQUIRE_ISOLATE:
        add_isolate(&text, requirement);
        break;
    case DM_REQUIRE_EXPOSE:
        add_expose(&text, model, requirement);
        break;
    case DM_REQUIRE_RESIDE:
        add_reside(&text, model, requirement);
        break;
    case DM_REQUIRE_SCHEDULE:
        add_schedule(&text, model, requirement);
        break;
    }
    add_failures(&text, survive);
    return text.text;
}
