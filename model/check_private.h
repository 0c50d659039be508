/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check_private - what the files that check handles share: an object that is looked at, and
 * whether what it refers to is there.
 */
#ifndef DM_MODEL_CHECK_PRIVATE_H
#define DM_MODEL_CHECK_PRIVATE_H

#include "model/model_private.h"

struct dm_checked {
    const struct dm_model *model;
    struct dm_diags *diags;
    enum dm_kind kind; /* of the object that is looked at */
    const struct dm_object *object;
};

/* A handle that may be none, and one that must not be; a fault at the object where it is not so. */
void dm_check_may(const struct dm_checked *checker, enum dm_kind kind, uint32_t v);
void dm_check_need(const struct dm_checked *checker, enum dm_kind kind, uint32_t v);

#define DM_CHECK_MAY(checked, kind_name, id) dm_check_may((checked), DM_KIND_##kind_name, (id).v)
#define DM_CHECK_NEED(checked, kind_name, id) dm_check_need((checked), DM_KIND_##kind_name, (id).v)

/* The object of index 'i' of a kind, to be looked at. */
#define DM_CHECKED(model_, diags_, kind_name, plural, i)                                           \
    (&(struct dm_checked){ (model_), (diags_), DM_KIND_##kind_name, &(model_)->plural[i].object })

#endif
