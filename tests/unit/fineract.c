/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The reference design: that both forms of it load, that they are what their README says, told from
 * the model alone, and that the program says the same of them.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "model/front/design/design.h"
#include "scenarios/asked.h"
#include "scenarios/check.h"
#include "tests/support/dmtest.h"

struct form {
    struct dm_arena *arena;
    struct dm_facts *facts;
    const struct dm_model *model;
    struct dm_walker walker;
    struct dm_alive *alive;
};

static void print_faults(const struct dm_sources *sources, const struct dm_diags *diags)
{
    for (size_t i = 0; i < diags->n_items; i++) {
        const struct dm_diag *diag = &diags->items[i];
        struct dm_place place = dm_sources_place(sources, diag->labels[0].span);

        print_error("%s:%u:%u: %s%s%s\n", place.path, place.line, place.column, diag->message,
                    diag->help ? ": " : "", diag->help ? diag->help : "");
    }
}

static struct form load(const char *file)
{
    struct form form = { .arena = dm_arena_new(0) };
    struct dm_sources *sources = dm_sources_new(form.arena, NULL);
    struct dm_facts *facts = dm_facts_new(form.arena);
    struct dm_builder *builder = dm_builder_new(form.arena, sources, NULL);
    struct dm_err err = { 0 };
    struct dm_diags diags;

    assert_non_null(builder);
    dm_diags_init(&diags, form.arena);
    enum dm_status status = dm_design_load(form.arena, sources, file, facts, builder, &diags, &err);
    if (status == DM_OK && diags.n_errors == 0) {
        status = dm_model_build(builder, &diags, &form.model, &err);
    }
    print_faults(sources, &diags);
    if (status != DM_OK) {
        print_error("%s\n", err.text);
    }
    assert_int_equal(status, DM_OK);
    assert_int_equal(diags.n_items, 0);
    assert_non_null(form.model);
    form.facts = facts;
    form.walker = (struct dm_walker){ .arena = form.arena,
                                      .model = form.model,
                                      .plane = dm_plane_new(form.arena, form.model) };
    form.alive = dm_alive_new(form.arena, form.model);
    assert_non_null(form.walker.plane);
    assert_non_null(form.alive);
    return form;
}

static struct form as_written(void)
{
    return load("data/designs/fineract-emea/as-written/fineract-emea.demarc.yaml");
}

static struct form repaired(void)
{
    return load("data/designs/fineract-emea/repaired/fineract-emea.demarc.yaml");
}

/* ---- counts ---- */

static void check_size(const struct dm_model *model)
{
    unsigned n_services = 0;

    assert_int_equal(model->n_regions, 4);
    assert_int_equal(model->n_zones, 12);
    assert_int_equal(model->n_environments, 3);
    assert_int_equal(model->n_vpcs, 4 * 2 + 1 + 4); /* stage and prod, dev, shared */
    assert_int_equal(model->n_transit_gateways, 4);
    assert_int_equal(model->n_nat_gateways, 13 * 3);
    for (uint32_t i = 0; i < model->n_services; i++) {
        n_services += strstr(model->services[i].object.name, ".prod.eu-west-2") != NULL;
    }
    assert_int_equal(n_services, 20);
    assert_int_equal(model->n_services, 20 * 9 + 3 * 4);
}

static void both_forms_load_with_the_same_network(void **state)
{
    struct form first = as_written();
    struct form second = repaired();

    (void)state;
    check_size(first.model);
    check_size(second.model);
    assert_int_equal(first.model->n_subnets, second.model->n_subnets);
    assert_int_equal(first.model->n_attachments, second.model->n_attachments);
    assert_int_equal(first.model->n_policies, second.model->n_policies);
    assert_int_equal(first.model->n_requirements + 2, second.model->n_requirements); /* cells */
    dm_arena_free(first.arena);
    dm_arena_free(second.arena);
}

/* ---- findings 1 and 2 ---- */

static unsigned n_peering_propagations(const struct dm_model *model)
{
    unsigned n = 0;

    for (uint32_t i = 0; i < model->n_transit_tables; i++) {
        const struct dm_transit_table *table = &model->transit_tables[i];

        for (size_t j = 0; j < table->n_propagations; j++) {
            n += dm_attachment_get(model, table->propagations[j].attachment)->kind
                 == DM_ATTACHMENT_PEERING;
        }
    }
    return n;
}

static size_t most_copies(const struct dm_model *model, enum dm_store_engine engine)
{
    size_t most = 0;

    for (uint32_t i = 0; i < model->n_stores; i++) {
        if (model->stores[i].engine == engine && model->stores[i].n_copies > most) {
            most = model->stores[i].n_copies;
        }
    }
    return most;
}

static void only_the_written_form_asks_aws_for_what_it_does_not_have(void **state)
{
    struct form first = as_written();
    struct form second = repaired();

    (void)state;
    assert_true(n_peering_propagations(first.model) > 0);
    assert_int_equal(n_peering_propagations(second.model), 0);
    assert_int_equal(most_copies(first.model, DM_ENGINE_REDIS_GLOBAL_DATASTORE), 4);
    assert_int_equal(most_copies(second.model, DM_ENGINE_REDIS_GLOBAL_DATASTORE), 2);
    dm_arena_free(first.arena);
    dm_arena_free(second.arena);
}

/* ---- findings 7 and b ---- */

static const struct dm_policy *decides(const struct dm_model *model,
                                       struct dm_data_class_id data_class, const char *subject,
                                       enum dm_verb verb)
{
    const struct dm_policy *found = NULL;

    for (uint32_t i = 0; i < model->n_policies; i++) {
        const struct dm_policy *policy = &model->policies[i];

        if (policy->data_class.v != data_class.v || !policy->verbs[verb]) {
            continue;
        }
        if (policy->subject && strcmp(policy->subject, subject) == 0) {
            return policy;
        }
        if (!policy->subject) {
            found = policy;
        }
    }
    return found;
}

static bool allows(const struct dm_policy *policy, const char *place)
{
    for (size_t i = 0; i < policy->n_allowed; i++) {
        if (strcmp(policy->allowed[i], place) == 0) {
            return true;
        }
    }
    return false;
}

/* Copies, and writers among them, in places that the policy does not allow; by subject. */
struct placement {
    unsigned stored;
    unsigned written;
};

static void place(const struct dm_model *model, const struct dm_store *store,
                  struct dm_data_class_id data_class, const char *subject,
                  struct placement *placement)
{
    const struct dm_policy *policies[DM_VERB_COUNT] = {
        decides(model, data_class, subject, DM_VERB_STORE),
        decides(model, data_class, subject, DM_VERB_PROCESS)
    };

    assert_non_null(policies[DM_VERB_STORE]);
    assert_non_null(policies[DM_VERB_PROCESS]);
    for (size_t i = 0; i < store->n_copies; i++) {
        const char *where = dm_region_get(model, store->copies[i].region)->jurisdiction;

        placement->stored += !allows(policies[DM_VERB_STORE], where);
        placement->written += i == 0 && !allows(policies[DM_VERB_PROCESS], where);
    }
    for (size_t i = 0; i < store->n_failover; i++) {
        const struct dm_store_copy *copy = &store->copies[store->failover[i]];
        const char *where = dm_region_get(model, copy->region)->jurisdiction;

        placement->written += !allows(policies[DM_VERB_PROCESS], where);
    }
}

static struct placement placement_of(const struct dm_model *model, const char *subject)
{
    struct placement placement = { 0 };

    for (uint32_t i = 0; i < model->n_stores; i++) {
        const struct dm_store *store = &model->stores[i];

        for (size_t j = 0; j < store->n_subjects; j++) {
            for (size_t k = 0; k < store->n_classes && !strcmp(store->subjects[j], subject); k++) {
                place(model, store, store->classes[k], subject, &placement);
            }
        }
    }
    return placement;
}

static void the_written_form_puts_german_french_and_british_data_where_it_may_not_be(void **state)
{
    static const char *const subjects[] = { "DE", "FR", "GB" };
    struct form form = as_written();

    (void)state;
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        struct placement placement = placement_of(form.model, subjects[i]);

        assert_true(placement.stored > 0);
        assert_true(placement.written > 0);
    }
    assert_int_equal(placement_of(form.model, "IE").stored, 0);
    assert_int_equal(placement_of(form.model, "IE").written, 0);
    dm_arena_free(form.arena);
}

static void the_repaired_form_has_every_copy_and_every_writer_where_it_may_be(void **state)
{
    static const char *const subjects[] = { "DE", "FR", "GB", "IE" };
    struct form form = repaired();

    (void)state;
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        struct placement placement = placement_of(form.model, subjects[i]);

        assert_int_equal(placement.stored, 0);
        assert_int_equal(placement.written, 0);
    }
    dm_arena_free(form.arena);
}

/* ---- calls ---- */

static bool passes(const struct form *form, struct dm_interface_id from, struct dm_interface_id to,
                   struct dm_match port)
{
    const struct dm_interface *source = dm_interface_get(form->model, from);
    const struct dm_interface *target = dm_interface_get(form->model, to);
    struct dm_session_query query = { .start = { .interface = from,
                                                 .source = source->addresses[0].address,
                                                 .destination = target->addresses[0].address },
                                      .flow = { .protocol = (uint8_t)port.protocol,
                                                .port_first = port.port_first,
                                                .port_last = port.port_first } };
    struct dm_session session;

    dm_alive_begin(form->alive, NULL, 0);
    assert_true(dm_session_check(&form->walker, form->alive, &query, &session));
    return session.end == DM_SESSION_PASS;
}

static bool reaches_one(const struct form *form, struct dm_interface_id from,
                        const struct dm_host_id *hosts, size_t n_hosts, struct dm_match port)
{
    for (size_t i = 0; i < n_hosts; i++) {
        if (passes(form, from, dm_host_get(form->model, hosts[i])->interfaces[0], port)) {
            return true;
        }
    }
    return false;
}

static bool call_passes(const struct form *form, struct dm_interface_id from,
                        const struct dm_call *call)
{
    if (call->to.kind == DM_PARTY_SERVICE) {
        const struct dm_service *to = &form->model->services[call->to.v - 1];
        struct dm_interface_id at;

        dm_alive_begin(form->alive, NULL, 0);
        at = dm_asked_at(form->model, form->alive, to, from, &to->port);
        if (at.v) {
            return passes(form, from, at, to->port);
        }
        return reaches_one(form, from, to->hosts, to->n_hosts, to->port);
    }
    const struct dm_store *store = &form->model->stores[call->to.v - 1];

    /* The writer, wherever it stands: a copy that can only be read is not enough. */
    return reaches_one(form, from, store->copies[0].hosts, store->copies[0].n_hosts, store->port);
}

static unsigned check_calls(const struct form *form)
{
    unsigned n_far = 0;

    for (uint32_t i = 0; i < form->model->n_services; i++) {
        const struct dm_service *service = &form->model->services[i];

        for (size_t j = 0; j < service->n_calls; j++) {
            const struct dm_call *call = &service->calls[j];

            for (size_t k = 0; k < service->n_hosts; k++) {
                struct dm_interface_id from =
                    dm_host_get(form->model, service->hosts[k])->interfaces[0];

                if (!call_passes(form, from, call)) {
                    fail_msg("%s: call %zu does not pass", service->object.name, j);
                }
            }
            n_far += call->to.kind == DM_PARTY_SERVICE
                     && form->model->services[call->to.v - 1].region.v != service->region.v;
        }
    }
    return n_far;
}

static void every_call_passes_and_the_provisioner_crosses_the_mesh(void **state)
{
    struct form first = as_written();
    struct form second = repaired();

    (void)state;
    assert_int_equal(check_calls(&first), 2 * 4 * 3);
    assert_int_equal(check_calls(&second), 2 * 4 * 3);
    dm_arena_free(first.arena);
    dm_arena_free(second.arena);
}

/* ---- what the program says; all but isolation and exposure, which take seconds ---- */

static const struct dm_result *check(const struct form *form)
{
    static const char *const only[] = { "ADR",        "CAP",           "CLU01",
                                        "RCH",        "REF",           "RES",
                                        "SEC009",     "R-REACH-ALL",   "R-FRONT-FIMS",
                                        "R-PARTNERS", "R-REACH-BOOKS", "R-RESIDE" };
    struct dm_check_options options = { .as_of = "2026-11-22",
                                        .only = only,
                                        .n_only = sizeof only / sizeof only[0] };
    const struct dm_result *result = NULL;

    assert_int_equal(dm_check(form->arena, form->model, form->facts, &options, &result, NULL),
                     DM_OK);
    return result;
}

static unsigned n_findings(const struct dm_result *result, enum dm_rule_id rule)
{
    unsigned n = 0;

    for (size_t i = 0; i < result->n_findings; i++) {
        n += result->findings[i].rule == rule;
    }
    return n;
}

static void the_written_form_yields_the_findings_that_its_readme_lists(void **state)
{
    struct form form = as_written();
    const struct dm_result *result = check(&form);

    (void)state;
    assert_int_equal(dm_check_exit_code(result, DM_SEV_ERROR), 1);
    /* The books of London, Paris and Frankfurt; one front end in four regions of two environments,
     * whose load balancer sends to pods of an overlay. */
    assert_int_equal(n_findings(result, DM_RULE_RCH001), 3 + 8);
    assert_int_equal(n_findings(result, DM_RULE_RCH002), 2); /* stage, prod */
    assert_int_equal(n_findings(result, DM_RULE_RCH006), 2); /* stage, prod */
    assert_int_equal(n_findings(result, DM_RULE_RCH008),
                     1); /* to the shared VPC of another region */
    assert_int_equal(n_findings(result, DM_RULE_RCH013), 3); /* one for each front end */
    assert_int_equal(n_findings(result, DM_RULE_RCH020), 3);
    assert_int_equal(n_findings(result, DM_RULE_REF003), 4); /* one for each region's group */
    assert_int_equal(n_findings(result, DM_RULE_RES001), 1);
    /* Finding c: database and cache of development, each with two autoscalers. */
    assert_int_equal(n_findings(result, DM_RULE_CLU017), 2);
    assert_int_equal(n_findings(result, DM_RULE_RES003), 2);
    assert_int_equal(n_findings(result, DM_RULE_CAP003), 1);
    assert_int_equal(n_findings(result, DM_RULE_SOV001), 11);
    assert_int_equal(n_findings(result, DM_RULE_SOV002), 12);
    assert_int_equal(result->n_findings, 3 + 8 + 2 + 2 + 1 + 3 + 3 + 4 + 1 + 2 + 2 + 1 + 11 + 12);
    dm_arena_free(form.arena);
}

/* Finding a, and finding e: nodes of eight clusters in three zones, which take clients past the
 * load balancer. */
static void only_the_written_form_shows_its_stores_and_its_nodes_to_the_internet(void **state)
{
    static const char *const only[] = { "R-EXPOSE" };
    struct dm_check_options options = { .as_of = "2026-11-22", .only = only, .n_only = 1 };
    struct form forms[] = { as_written(), repaired() };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const struct dm_result *result = NULL;

        assert_int_equal(forms[i].model->n_accelerators, i == 0);
        assert_int_equal(
            dm_check(forms[i].arena, forms[i].model, forms[i].facts, &options, &result, NULL),
            DM_OK);
        assert_int_equal(n_findings(result, DM_RULE_SEC002), i == 0 ? 1 + 8 * 3 : 0);
        dm_arena_free(forms[i].arena);
    }
}

/* Else its headline would hold a place against what another entry allows. */
static void a_finding_of_residency_is_about_one_entry_of_the_policy(void **state)
{
    struct form form = as_written();
    const struct dm_result *result = check(&form);
    unsigned n_forbidden = 0;

    (void)state;
    for (size_t i = 0; i < result->n_findings; i++) {
        const struct dm_finding *finding = &result->findings[i];

        if (finding->rule != DM_RULE_SOV001 && finding->rule != DM_RULE_SOV002) {
            continue;
        }
        assert_int_equal(finding->n_subjects, 4);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(finding->id, result->findings[j].id);
        }
        if (strcmp(finding->tier, "LAW-FORBID") == 0) {
            assert_string_equal(finding->message, "data of `core.prod` about DE is stored in GB, "
                                                  "and policy `books-de-kept` allows DE, FR, IE");
            n_forbidden++;
        }
    }
    assert_int_equal(n_forbidden, 1);
    dm_arena_free(form.arena);
}

static void the_repaired_form_holds(void **state)
{
    struct form form = repaired();
    const struct dm_result *result = check(&form);

    (void)state;
    assert_int_equal(result->n_findings, 0);
    assert_int_equal(result->n_verdicts, 5);
    for (size_t i = 0; i < result->n_verdicts; i++) {
        assert_int_equal(result->verdicts[i].verdict, DM_VERDICT_HOLDS);
    }
    dm_arena_free(form.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_forms_load_with_the_same_network),
        cmocka_unit_test(only_the_written_form_asks_aws_for_what_it_does_not_have),
        cmocka_unit_test(the_written_form_puts_german_french_and_british_data_where_it_may_not_be),
        cmocka_unit_test(the_repaired_form_has_every_copy_and_every_writer_where_it_may_be),
        cmocka_unit_test(every_call_passes_and_the_provisioner_crosses_the_mesh),
        cmocka_unit_test(the_written_form_yields_the_findings_that_its_readme_lists),
        cmocka_unit_test(only_the_written_form_shows_its_stores_and_its_nodes_to_the_internet),
        cmocka_unit_test(a_finding_of_residency_is_about_one_entry_of_the_policy),
        cmocka_unit_test(the_repaired_form_holds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
