/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/plane/learned.h"

static enum dm_route_source source_of(const struct dm_model *model, struct dm_ref attachment)
{
    if (attachment.kind == DM_KIND_attachment) {
        enum dm_attachment_kind kind =
            dm_attachment_get(model, (struct dm_attachment_id){ attachment.v })->kind;

        return kind == DM_ATTACHMENT_DIRECT_CONNECT ? DM_SOURCE_DIRECT_CONNECT
               : kind == DM_ATTACHMENT_CONNECT      ? DM_SOURCE_CONNECT
                                                    : DM_SOURCE_VPN;
    }
    enum dm_core_attachment_kind kind =
        dm_core_attachment_get(model, (struct dm_core_attachment_id){ attachment.v })->kind;

    return kind == DM_CORE_ATTACHMENT_DIRECT_CONNECT ? DM_SOURCE_DIRECT_CONNECT
           : kind == DM_CORE_ATTACHMENT_CONNECT      ? DM_SOURCE_CONNECT
                                                     : DM_SOURCE_VPN;
}

const struct dm_learned *dm_learned_by(struct dm_arena *arena, const struct dm_model *model,
                                       struct dm_ref attachment, size_t *ret_n)
{
    static const uint8_t families[] = { DM_FAMILY_IPV4, DM_FAMILY_IPV6 };
    struct dm_learned *rows = DM_NEW_ARRAY(arena, 2, struct dm_learned);

    if (!rows) {
        return NULL;
    }
    for (size_t i = 0; i < 2; i++) {
        rows[i] = (struct dm_learned){ .prefix = { { 0, 0, families[i] }, 0 },
                                       .source = source_of(model, attachment),
                                       .why = "what an attachment learned is not in the input" };
    }
    *ret_n = 2;
    return rows;
}
