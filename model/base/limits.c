/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/limits.h"

#include "model/base/err.h"

struct limit_info {
    unsigned long long value;
    const char *text;
};

static const struct limit_info infos[] = {
#define DM_LIMIT_INFO(name, number, what) [DM_LIMIT_##name] = { .value = (number), .text = (what) },
    DM_LIMIT_LIST(DM_LIMIT_INFO)
#undef DM_LIMIT_INFO
};

unsigned long long dm_limit_value(enum dm_limit limit)
{
    DM_ASSERT((size_t)limit < sizeof infos / sizeof infos[0]);
    return infos[limit].value;
}

const char *dm_limit_text(enum dm_limit limit)
{
    DM_ASSERT((size_t)limit < sizeof infos / sizeof infos[0]);
    return infos[limit].text;
}
