/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/cuts.h"

#include "render/style.h"

enum { NO_CUT = 0 };

static bool lies_in(const struct dm_model *model, struct dm_element_id element,
                    struct dm_element_id container)
{
    const struct dm_element *inner = dm_element_get(model, element);

    for (size_t i = 0; i < inner->n_containers; i++) {
        if (inner->containers[i].v == container.v) {
            return true;
        }
    }
    return false;
}

/* Index plus one of the outermost cut of one element that all elements of 'cut' lie in. */
static size_t outer_of(const struct dm_model *model, const size_t *alone, const struct dm_cut *cut)
{
    const struct dm_element *first;

    if (cut->n == 0) {
        return NO_CUT;
    }
    first = dm_element_get(model, cut->elements[0]);
    for (size_t i = 0; i < first->n_containers; i++) {
        struct dm_element_id container = first->containers[i];
        size_t j = 1;

        if (alone[container.v] == NO_CUT) {
            continue;
        }
        while (j < cut->n && lies_in(model, cut->elements[j], container)) {
            j++;
        }
        if (j == cut->n) {
            return alone[container.v];
        }
    }
    return NO_CUT;
}

const struct dm_fold *dm_cuts_fold(struct dm_arena *arena, const struct dm_model *model,
                                   const struct dm_cut *cuts, size_t n_cuts, size_t *ret_n)
{
    struct dm_fold *folds = DM_NEW_ARRAY(arena, n_cuts + 1, struct dm_fold);
    size_t *alone = DM_NEW_ARRAY(arena, (size_t)model->n_elements + 1, size_t);
    size_t n = 0;

    if (!folds || !alone) {
        return NULL;
    }
    for (size_t i = 0; i < n_cuts; i++) {
        folds[i].cut = &cuts[i];
        if (cuts[i].n == 1) {
            alone[cuts[i].elements[0].v] = i + 1;
        }
    }
    for (size_t i = 0; i < n_cuts; i++) {
        size_t outer = outer_of(model, alone, &cuts[i]);

        if (outer != NO_CUT) {
            struct dm_fold *fold = &folds[outer - 1];

            fold->n_inside++;
            fold->inside = fold->inside ? fold->inside : &cuts[i];
            folds[i].cut = NULL;
        }
    }
    for (size_t i = 0; i < n_cuts; i++) {
        if (folds[i].cut) {
            folds[n++] = folds[i];
        }
    }
    *ret_n = n;
    return folds;
}

void dm_cuts_add(struct dm_str *out, const struct dm_model *model, const struct dm_cut *cut)
{
    dm_str_addc(out, '{');
    for (size_t i = 0; i < cut->n; i++) {
        dm_str_add(out, i ? ", " : "");
        dm_style_add(out, dm_element_get(model, cut->elements[i])->object.name);
    }
    dm_str_addc(out, '}');
}

void dm_cuts_add_with(struct dm_str *out, const struct dm_model *model, const struct dm_cut *cut)
{
    dm_str_add(out, cut->n ? "with " : "with nothing failed");
    for (size_t i = 0; i < cut->n; i++) {
        dm_str_add(out, i == 0 ? "" : i + 1 == cut->n ? " and " : ", ");
        dm_style_add(out, dm_element_get(model, cut->elements[i])->object.name);
    }
    dm_str_add(out, cut->n ? " down" : "");
}
