/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/describe.h"

#include <stdarg.h>

static void begin_value(struct dm_describe *describe, const char *key)
{
    if (!describe->is_first) {
        fputc(',', describe->file);
    }
    fprintf(describe->file, "\n%*s", (int)(4 * describe->depth), "");
    if (key) {
        fprintf(describe->file, "\"%s\": ", key);
    }
    describe->is_first = false;
}

void dm_describe_open(struct dm_describe *describe, const char *key, char bracket)
{
    begin_value(describe, key);
    fputc(bracket, describe->file);
    describe->depth++;
    describe->is_first = true;
}

void dm_describe_close(struct dm_describe *describe, char bracket)
{
    describe->depth--;
    if (!describe->is_first) {
        fprintf(describe->file, "\n%*s", (int)(4 * describe->depth), "");
    }
    fputc(bracket, describe->file);
    describe->is_first = false;
}

void dm_describe_text(struct dm_describe *describe, const char *key, const char *format, ...)
{
    va_list arguments;

    begin_value(describe, key);
    fputc('"', describe->file);
    va_start(arguments, format);
    (void)vfprintf(describe->file, format, arguments);
    va_end(arguments);
    fputc('"', describe->file);
}

void dm_describe_number(struct dm_describe *describe, const char *key, long long value)
{
    begin_value(describe, key);
    fprintf(describe->file, "%lld", value);
}

void dm_describe_flag(struct dm_describe *describe, const char *key, bool value)
{
    begin_value(describe, key);
    fputs(value ? "true" : "false", describe->file);
}

struct dm_describe dm_describe_begin(FILE *file, const char *key)
{
    struct dm_describe describe = { .file = file, .depth = 1, .is_first = true };

    fputc('{', file);
    dm_describe_open(&describe, key, '[');
    return describe;
}

bool dm_describe_end(struct dm_describe *describe)
{
    bool fine;

    dm_describe_close(describe, ']');
    fputs("\n}\n", describe->file);
    fine = !ferror(describe->file);
    return fclose(describe->file) == 0 && fine;
}
