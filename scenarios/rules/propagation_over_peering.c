/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A peering of transit gateways carries static routes only [TGW-01]: what a
 * design asks to propagate over it never appears.  One finding for each statement
 * that asks.
 */
#include "model/base/str.h"
#include "scenarios/checker.h"

struct asked {
    struct dm_span origin;
    DM_VEC(const char *) tables;
};

static bool same_span(struct dm_span a, struct dm_span b)
{
    return a.source == b.source && a.begin_byte == b.begin_byte && a.end_byte == b.end_byte;
}

static enum dm_status add_finding(struct dm_checker *checker, const struct asked *asked,
                                  struct dm_err *err)
{
    static const char *const facts[] = { "TGW-01", NULL };
    struct dm_finding *finding;
    enum dm_status status = dm_finding_add(checker, NULL, DM_RULE_RCH002, asked->tables.items,
                                           asked->tables.n, &finding, err);

    if (status != DM_OK) {
        return status;
    }
    finding->message = dm_sprintf(checker->run,
                                  "routes are to propagate over a transit gateway peering into "
                                  "`%s`%s",
                                  finding->subjects[0], asked->tables.n > 1 ? " and others" : "");
    finding->help = "leave it out and write static routes, in the tables of both sides";
    dm_finding_facts(finding, facts);
    dm_finding_label(checker, finding, asked->origin, "peerings carry static routes only");
    return finding->message ? DM_OK : DM_FAIL_NOMEM(err);
}

static struct asked *find_asked(struct asked *list, size_t n, struct dm_span origin)
{
    for (size_t i = 0; i < n; i++) {
        if (origin.source && same_span(list[i].origin, origin)) {
            return &list[i];
        }
    }
    return NULL;
}

enum dm_status dm_rule_run_propagation_over_peering(struct dm_checker *checker, struct dm_err *err)
{
    const struct dm_model *model = checker->model;
    DM_VEC(struct asked) list = { 0 };
    enum dm_status status = DM_OK;

    for (uint32_t i = 0; i < model->n_transit_tables; i++) {
        const struct dm_transit_table *table = &model->transit_tables[i];

        for (size_t j = 0; j < table->n_propagations; j++) {
            const struct dm_propagation *propagation = &table->propagations[j];
            struct asked *asked = find_asked(list.items, list.n, propagation->origin);
            size_t n = asked ? asked->tables.n : 0;

            if (dm_attachment_get(model, propagation->attachment)->kind != DM_ATTACHMENT_PEERING
                || (n && dm_str_equal(asked->tables.items[n - 1], table->object.name))) {
                continue;
            }
            if (!asked) {
                if (!DM_VEC_PUSH(checker->run, &list,
                                 (struct asked){ .origin = propagation->origin })) {
                    return DM_FAIL_NOMEM(err);
                }
                asked = &list.items[list.n - 1];
            }
            if (!DM_VEC_PUSH(checker->run, &asked->tables, table->object.name)) {
                return DM_FAIL_NOMEM(err);
            }
        }
    }
    for (size_t i = 0; status == DM_OK && i < list.n; i++) {
        status = add_finding(checker, &list.items[i], err);
    }
    return status;
}
