/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "model/front/design/design.h"

static int by_name(const void *a, const void *b)
{
    const struct dm_vpc *const *left = a;
    const struct dm_vpc *const *right = b;

    return strcmp((*left)->object.name, (*right)->object.name);
}

void dm_design_lock(const struct dm_model *model, struct dm_str *out)
{
    const struct dm_vpc **vpcs = DM_NEW_ARRAY(out->arena, model->n_vpcs + 1, const struct dm_vpc *);
    char buffer[DM_ADDR_TEXT_SIZE];

    if (!vpcs) {
        out->failed = true;
        return;
    }
    for (uint32_t i = 0; i < model->n_vpcs; i++) {
        vpcs[i] = &model->vpcs[i];
    }
    qsort(vpcs, model->n_vpcs, sizeof *vpcs, by_name);
    dm_str_add(out, "# The CIDR of each VPC, so that what is allocated stays as it is when the "
                    "design grows.\n"
                    "# Written by the tool.  Subnets and endpoints follow from it.\n"
                    "demarc_lock: 1\n"
                    "vpcs:\n");
    for (uint32_t i = 0; i < model->n_vpcs; i++) {
        dm_str_addf(out, "  %s: %s\n", vpcs[i]->object.name,
                    dm_prefix_text(vpcs[i]->cidrs[0], buffer));
    }
}
