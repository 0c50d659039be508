/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/dump_private.h"

static void add_party(struct dm_dump *dump, struct dm_party party)
{
    switch (party.kind) {
    case DM_PARTY_SERVICE:
        dm_str_addf(dump->out, "service %s",
                    dm_model_ref_name(dump->model, (struct dm_ref){ DM_KIND_service, party.v }));
        return;
    case DM_PARTY_STORE:
        dm_str_addf(dump->out, "store %s",
                    dm_model_ref_name(dump->model, (struct dm_ref){ DM_KIND_store, party.v }));
        return;
    case DM_PARTY_SITE:
        dm_str_addf(dump->out, "site %s",
                    dm_model_ref_name(dump->model, (struct dm_ref){ DM_KIND_site, party.v }));
        return;
    case DM_PARTY_BALANCER:
        dm_str_addf(dump->out, "load balancer %s",
                    dm_model_ref_name(dump->model, (struct dm_ref){ DM_KIND_balancer, party.v }));
        return;
    case DM_PARTY_ACCELERATOR:
        dm_str_addf(
            dump->out, "accelerator %s",
            dm_model_ref_name(dump->model, (struct dm_ref){ DM_KIND_accelerator, party.v }));
        return;
    case DM_PARTY_INTERNET:
        dm_str_add(dump->out, "internet");
        return;
    }
}

static void add_parties(struct dm_dump *dump, const struct dm_party *parties, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dm_str_add(dump->out, i ? ", " : "");
        add_party(dump, parties[i]);
    }
    dm_str_add(dump->out, n ? "" : "nothing");
}

static void dump_policy(struct dm_dump *dump, const struct dm_policy *policy)
{
    const char *verbs[DM_VERB_COUNT];
    size_t n_verbs = 0;

    for (int verb = 0; verb < DM_VERB_COUNT; verb++) {
        if (policy->verbs[verb]) {
            verbs[n_verbs++] = dm_verb_text((enum dm_verb)verb);
        }
    }
    dm_dump_ref(dump, "class", DM_KIND_data_class, policy->data_class.v);
    dm_dump_text(dump, "subject", policy->subject);
    dm_dump_texts(dump, "verbs", verbs, n_verbs);
    dm_dump_texts(dump, "allowed", policy->allowed, policy->n_allowed);
    dm_dump_text(dump, "tier", policy->tier);
    dm_dump_text(dump, "basis", policy->basis);
    dm_dump_text(dump, "valid until", policy->valid_until);
}

static void dump_service(struct dm_dump *dump, const struct dm_service *service)
{
    dm_dump_text(dump, "base", service->base);
    dm_dump_ref(dump, "environment", DM_KIND_environment, service->environment.v);
    dm_dump_ref(dump, "region", DM_KIND_region, service->region.v);
    dm_dump_ref(dump, "vpc", DM_KIND_vpc, service->vpc.v);
    dm_dump_match(dump, "port", &service->port);
    dm_dump_refs(dump, "hosts", DM_KIND_host, service->hosts, service->n_hosts);
    dm_dump_refs(dump, "classes", DM_KIND_data_class, service->classes, service->n_classes);
    dm_dump_flag(dump, "public", service->is_public);
    dm_dump_ref(dump, "cluster", DM_KIND_cluster, service->cluster.v);
    dm_dump_ref(dump, "kubernetes service", DM_KIND_kube_service, service->kube_service.v);
    for (size_t i = 0; i < service->n_calls; i++) {
        dm_str_add(dump->out, "    call of ");
        add_party(dump, service->calls[i].to);
        dm_dump_origin(dump, service->calls[i].origin, NULL);
    }
}

static void dump_store(struct dm_dump *dump, const struct dm_store *store)
{
    dm_dump_text(dump, "base", store->base);
    dm_dump_text(dump, "engine", dm_store_engine_text(store->engine));
    dm_dump_ref(dump, "environment", DM_KIND_environment, store->environment.v);
    dm_dump_match(dump, "port", &store->port);
    dm_dump_refs(dump, "classes", DM_KIND_data_class, store->classes, store->n_classes);
    dm_dump_texts(dump, "subjects", store->subjects, store->n_subjects);
    for (size_t i = 0; i < store->n_copies; i++) {
        const struct dm_store_copy *copy = &store->copies[i];

        dm_str_addf(dump->out, "    %s in %s", i ? "replica" : "primary",
                    dm_region_get(dump->model, copy->region)->object.name);
        dm_dump_origin(dump, copy->origin, NULL);
        dm_dump_refs(dump, "    hosts", DM_KIND_host, copy->hosts, copy->n_hosts);
    }
    for (size_t i = 0; i < store->n_failover; i++) {
        const struct dm_store_copy *copy = &store->copies[store->failover[i]];

        dm_dump_ref(dump, "fails over to", DM_KIND_region, copy->region.v);
    }
}

static void dump_survive(struct dm_dump *dump, const struct dm_survive *survive)
{
    bool first = true;

    if (!survive->kinds) {
        return;
    }
    if (survive->each) {
        dm_str_add(dump->out, "    survives each:");
    } else {
        dm_str_addf(dump->out, "    survives any %u of:", survive->k);
    }
    for (int kind = 0; kind < DM_ELEMENT_KIND_COUNT; kind++) {
        if (survive->kinds & 1u << kind) {
            dm_str_addf(dump->out, "%s %s", first ? "" : ",",
                        dm_element_kind_text((enum dm_element_kind)kind));
            first = false;
        }
    }
    dm_dump_origin(dump, survive->origin, NULL);
}

static void dump_questions(struct dm_dump *dump, const struct dm_requirement *requirement)
{
    char text[DM_ADDR_TEXT_SIZE];

    for (size_t i = 0; i < requirement->n_pairs; i++) {
        const struct dm_reach_pair *pair = &requirement->pairs[i];

        dm_str_add(dump->out, "    ");
        add_party(dump, pair->from);
        dm_str_add(dump->out, " reaches ");
        add_party(dump, pair->to);
        dm_str_addf(dump->out, " at %s", dm_match_text(&pair->port, text));
        dm_dump_origin(dump, pair->origin, NULL);
    }
    for (size_t i = 0; i < requirement->n_isolations; i++) {
        const struct dm_isolation *isolation = &requirement->isolations[i];

        dm_str_add(dump->out, "    from ");
        add_parties(dump, isolation->from, isolation->n_from);
        dm_str_add(dump->out, " nothing to ");
        add_parties(dump, isolation->to, isolation->n_to);
        dm_dump_origin(dump, isolation->origin, NULL);
    }
    for (size_t i = 0; i < requirement->n_allowed; i++) {
        const struct dm_exposure *exposure = &requirement->allowed[i];

        dm_str_add(dump->out, "    the internet may reach ");
        add_party(dump, exposure->to);
        dm_str_addf(dump->out, " at %s", dm_match_text(&exposure->port, text));
        dm_dump_origin(dump, exposure->origin, NULL);
    }
}

static void dump_requirement(struct dm_dump *dump, const struct dm_requirement *requirement)
{
    static const char *const kinds[] = { [DM_REQUIRE_REACH] = "reach",
                                         [DM_REQUIRE_ISOLATE] = "isolate",
                                         [DM_REQUIRE_EXPOSE] = "expose",
                                         [DM_REQUIRE_RESIDE] = "reside",
                                         [DM_REQUIRE_SCHEDULE] = "schedule" };

    dm_dump_text(dump, "kind", kinds[requirement->kind]);
    dm_dump_text(dump, "level", dm_level_text(requirement->level));
    dm_dump_text(dump, "from", requirement->from_text);
    dm_dump_text(dump, "to", requirement->to_text);
    dm_dump_text(dump, "note", requirement->note);
    dump_survive(dump, &requirement->survive);
    dump_questions(dump, requirement);
    dm_dump_refs(dump, "stores", DM_KIND_store, requirement->stores, requirement->n_stores);
    dm_dump_refs(dump, "classes", DM_KIND_data_class, requirement->classes, requirement->n_classes);
}

static void dump_unknown(struct dm_dump *dump, const struct dm_unknown *unknown)
{
    dm_dump_text(dump, "why", unknown->why);
}

static void dump_element(struct dm_dump *dump, const struct dm_element *element)
{
    dm_dump_refs(dump, "in", DM_KIND_element, element->containers, element->n_containers);
}

#define DUMP_ALL(kind, plural)                                                                     \
    for (uint32_t i = 0; i < model->n_##plural; i++) {                                             \
        dm_dump_head(dump, DM_KIND_##kind, &model->plural[i].object);                              \
        dump_##kind(dump, &model->plural[i]);                                                      \
    }

void dm_dump_estate(struct dm_dump *dump)
{
    const struct dm_model *model = dump->model;

    for (uint32_t i = 0; i < model->n_data_classes; i++) {
        dm_dump_head(dump, DM_KIND_data_class, &model->data_classes[i].object);
    }
    DUMP_ALL(policy, policies)
    DUMP_ALL(service, services)
    DUMP_ALL(store, stores)
    DUMP_ALL(requirement, requirements)
    DUMP_ALL(unknown, unknowns)
    DUMP_ALL(element, elements)
}
