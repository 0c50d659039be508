/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct status_info {
    const char *text;
    int exit_code;
};

static const struct status_info infos[] = {
#define DM_STATUS_INFO(name, code, what) [DM_##name] = { .text = (what), .exit_code = (code) },
    DM_STATUS_LIST(DM_STATUS_INFO)
#undef DM_STATUS_INFO
};

const char *dm_status_text(enum dm_status status)
{
    DM_ASSERT((size_t)status < sizeof infos / sizeof infos[0]);
    return infos[status].text;
}

int dm_status_exit_code(enum dm_status status)
{
    DM_ASSERT((size_t)status < sizeof infos / sizeof infos[0]);
    return infos[status].exit_code;
}

enum dm_status dm_err_set(struct dm_err *err, enum dm_status status, const char *file, int line,
                          const char *fmt, ...)
{
    va_list ap;

    if (!err || err->status != DM_OK) {
        return status;
    }
    err->status = status;
    err->file = file;
    err->line = line;
    va_start(ap, fmt);
    (void)vsnprintf(err->text, sizeof err->text, fmt, ap);
    va_end(ap);
    return status;
}

void dm_err_context(struct dm_err *err, const char *fmt, ...)
{
    char context[DM_ERR_TEXT_SIZE];
    size_t context_size;
    size_t text_size;
    size_t room;
    va_list ap;

    if (!err || err->status == DM_OK) {
        return;
    }
    va_start(ap, fmt);
    (void)vsnprintf(context, sizeof context, fmt, ap);
    va_end(ap);
    /* The cause matters most: the context is cut to a half, then the text to what is left. */
    context_size = strlen(context);
    if (context_size > sizeof err->text / 2) {
        context_size = sizeof err->text / 2;
    }
    text_size = strlen(err->text);
    room = sizeof err->text - context_size - 3;
    if (text_size > room) {
        text_size = room;
    }
    memmove(err->text + context_size + 2, err->text, text_size);
    memcpy(err->text, context, context_size);
    memcpy(err->text + context_size, ": ", 2);
    err->text[context_size + 2 + text_size] = '\0';
}

void dm_assert_fail(const char *file, int line, const char *what)
{
    char text[256];

    (void)snprintf(text, sizeof text, "%s:%d: a bug of demarc: this does not hold: %s\n", file,
                   line, what);
    (void)fputs(text, stderr);
    abort();
}
