/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Load balancers and accelerators: not written, so that nothing is left out silently.
 */
#include "render/artifacts/terraform_private.h"

void dm_tf_served(struct dm_tf *tf)
{
    for (uint32_t i = 0; i < tf->model->n_balancers; i++) {
        const struct dm_object *object = &tf->model->balancers[i].object;

        dm_tf_refuse(tf, object->origin, "load balancer `%s`: not generated yet", object->name);
    }
    for (uint32_t i = 0; i < tf->model->n_accelerators; i++) {
        const struct dm_object *object = &tf->model->accelerators[i].object;

        dm_tf_refuse(tf, object->origin, "accelerator `%s`: not generated yet", object->name);
    }
}
