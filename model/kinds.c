/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/kinds.h"

#include "model/base/err.h"

static const char *const kind_texts[DM_KIND_COUNT] = { [DM_KIND_none] = "internet",
#define DM_KIND_TEXT(name, plural, text) [DM_KIND_##name] = (text),
                                                       DM_KIND_LIST(DM_KIND_TEXT)
#undef DM_KIND_TEXT
};

const char *dm_kind_text(enum dm_kind kind)
{
    DM_ASSERT((unsigned)kind < DM_KIND_COUNT);
    return kind_texts[kind];
}
