/* zone_rule.c - the POSIX TZ string at the end of a TZif file
 * SPDX-License-Identifier: MIT
 */
#include "lib/zone_rule.h"

#include "lib/instant.h"

enum { HOUR = 3600, MINUTE = 60, DAY = 86400 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take_char(const char **p, char expected)
{
    if (**p != expected)
        return false;
    (*p)++;
    return true;
}

static bool take_number(const char **p, int least, int most, int *value)
{
    if (!is_digit(**p))
        return false;
    int number = 0;
    for (; is_digit(**p); (*p)++) {
        number = number * 10 + (**p - '0');
        if (number > most)
            return false;
    }
    *value = number;
    return number >= least;
}

/* "CET" or "<+0330>". */
static bool take_name(const char **p)
{
    const char *start = *p;
    if (take_char(p, '<')) {
        while (**p && **p != '>')
            (*p)++;
        return take_char(p, '>') && *p - start >= 5;
    }
    while ((**p >= 'A' && **p <= 'Z') || (**p >= 'a' && **p <= 'z'))
        (*p)++;
    return *p - start >= 3;
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(const char **p, int most_hours, int *seconds)
{
    bool negative = **p == '-';
    int hours, minutes = 0, rest = 0;
    if (**p == '-' || **p == '+')
        (*p)++;
    if (!take_number(p, 0, most_hours, &hours))
        return false;
    if (take_char(p, ':')) {
        if (!take_number(p, 0, 59, &minutes))
            return false;
        if (take_char(p, ':') && !take_number(p, 0, 59, &rest))
            return false;
    }
    *seconds = (hours * HOUR + minutes * MINUTE + rest) * (negative ? -1 : 1);
    return true;
}

static bool take_day(const char **p, struct zone_day_rule *rule)
{
    if (!take_char(p, ','))
        return false;
    if (take_char(p, 'M')) {
        rule->kind = DAY_WEEKDAY;
        if (!take_number(p, 1, 12, &rule->month) || !take_char(p, '.') || !take_number(p, 1, 5, &rule->week) ||
            !take_char(p, '.') || !take_number(p, 0, 6, &rule->day))
            return false;
    } else if (take_char(p, 'J')) {
        rule->kind = DAY_JULIAN;
        if (!take_number(p, 1, 365, &rule->day))
            return false;
    } else {
        rule->kind = DAY_OF_YEAR;
        if (!take_number(p, 0, 365, &rule->day))
            return false;
    }
    rule->second = 2 * HOUR;
    return !take_char(p, '/') || take_time(p, 167, &rule->second);
}

int zone_rule_parse(const char *text, struct zone_rule *rule)
{
    const char *p = text;
    *rule = (struct zone_rule){ 0 };
    int west;
    if (!take_name(&p) || !take_time(&p, 24, &west))
        return 0;
    rule->standard = -west;
    if (!*p)
        return 1;
    rule->has_daylight = true;
    rule->daylight = rule->standard + HOUR;
    if (!take_name(&p))
        return 0;
    if (*p != ',') {
        if (!take_time(&p, 24, &west))
            return 0;
        rule->daylight = -west;
    }
    return take_day(&p, &rule->begin) && take_day(&p, &rule->end) && !*p;
}

int64_t zone_rule_second(const struct zone_day_rule *rule, int64_t year)
{
    int64_t days = instant_days_from_date(year, 1, 1);
    if (rule->kind == DAY_OF_YEAR) {
        days += rule->day;
    } else if (rule->kind == DAY_JULIAN) {
        /* February 29 has no number of its own. */
        days += rule->day - 1 + (rule->day >= 60 && instant_days_in_month(year, 2) == 29);
    } else {
        days = instant_days_from_date(year, (unsigned)rule->month, 1);
        int first_weekday = (int)(((days + 4) % 7 + 7) % 7);
        int day = (rule->day - first_weekday + 7) % 7 + (rule->week - 1) * 7;
        while (day >= (int)instant_days_in_month(year, (unsigned)rule->month))
            day -= 7;
        days += day;
    }
    return days * DAY + rule->second;
}
