/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/date.h"

#include <string.h>
#include <time.h>

#include "model/base/str.h"

enum { YEAR_AT = 0, MONTH_AT = 5, DAY_AT = 8, DATE_LENGTH = 10 };

static unsigned days_of(uint64_t year, uint64_t month)
{
    static const unsigned days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && is_leap);
}

static bool is_date(const char *text)
{
    uint64_t year = 0;
    uint64_t month = 0;
    uint64_t day = 0;

    return strlen(text) == DATE_LENGTH && text[MONTH_AT - 1] == '-' && text[DAY_AT - 1] == '-'
           && dm_str_to_u64(text + YEAR_AT, MONTH_AT - 1, UINT64_MAX, &year)
           && dm_str_to_u64(text + MONTH_AT, DAY_AT - MONTH_AT - 1, 12, &month) && month >= 1
           && dm_str_to_u64(text + DAY_AT, DATE_LENGTH - DAY_AT, days_of(year, month), &day)
           && day >= 1;
}

enum dm_status dm_date_of(struct dm_cli *cli, const char *given, const char **ret_date,
                          struct dm_err *err)
{
    struct timespec now;
    struct tm day;
    char *text;

    if (given) {
        if (!is_date(given)) {
            return DM_FAIL(err, DM_USAGE, "`--as-of` is a day as 2026-11-22, not `%s`", given);
        }
        *ret_date = given;
        return DM_OK;
    }
    if (clock_gettime(CLOCK_REALTIME, &now) != 0 || !gmtime_r(&now.tv_sec, &day)) {
        return DM_FAIL(err, DM_IO, "the clock cannot be read; give the day with `--as-of`");
    }
    text = dm_sprintf(cli->run, "%04d-%02d-%02d", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
    if (!text) {
        return DM_FAIL_NOMEM(err);
    }
    *ret_date = text;
    return DM_OK;
}
