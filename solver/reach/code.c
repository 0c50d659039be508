/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/reach/code.h"

static const struct {
    const char *name;
    const char *text;
    bool is_aws;
} codes[] = {
#define DM_CODE_ROW(name, is_aws, text) { #name, text, is_aws },
    DM_CODE_LIST(DM_CODE_ROW)
#undef DM_CODE_ROW
};

const char *dm_code_name(enum dm_code code)
{
    return codes[code].name;
}

const char *dm_code_text(enum dm_code code)
{
    return codes[code].text;
}

bool dm_code_is_aws(enum dm_code code)
{
    return codes[code].is_aws;
}
