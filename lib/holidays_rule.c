/* holidays_rule.c - dates of iCalendar, and the days of a year that an RRULE names (RFC 5545 section 3.3.10)
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "lib/holidays_internal.h"
#include "lib/instant.h"

bool holidays_take_number(const char **text, int64_t most, int64_t *number)
{
    const char *p = *text;
    int64_t value = 0;
    while (isdigit((unsigned char)*p) && value <= most)
        value = value * 10 + (*p++ - '0');
    bool good = p > *text && value <= most;
    *text = p;
    *number = value;
    return good;
}

bool holidays_take_date(const char **text, int64_t *day, bool *timed)
{
    const char *p = *text;
    char date[11] = "";
    *timed = false;
    for (int i = 0; i < 8; i++)
        if (!isdigit((unsigned char)p[i]))
            return false;
    memcpy(date, p, 4);
    date[4] = date[7] = '-';
    memcpy(date + 5, p + 4, 2);
    memcpy(date + 8, p + 6, 2);
    p += 8;
    if (*p == 'T') {
        *timed = true;
        for (p++; isdigit((unsigned char)*p) || *p == 'Z';)
            p++;
    }
    *text = p;
    return instant_parse_date(date, day);
}

static int weekday_of(const char *text)
{
    static const char *const names[] = { "MO", "TU", "WE", "TH", "FR", "SA", "SU" };
    for (int i = 0; i < 7; i++)
        if (strncasecmp(text, names[i], 2) == 0)
            return i;
    return -1;
}

/* -1SU, 4TH, MO: one list item; moves on behind it. */
static bool take_weekday(const char **text, int *nth, int *weekday)
{
    const char *p = *text;
    int64_t number = 0;
    bool negative = *p == '-';
    p += *p == '-' || *p == '+';
    if (isdigit((unsigned char)*p) && (!holidays_take_number(&p, 53, &number) || number == 0))
        return false;
    *nth = negative ? -(int)number : (int)number;
    *weekday = weekday_of(p);
    *text = p + 2;
    return *weekday >= 0 && !(negative && number == 0);
}

static bool take_signed(const char **text, int most, int *number)
{
    int64_t value;
    bool negative = **text == '-';
    *text += negative || **text == '+';
    if (!holidays_take_number(text, most, &value) || value == 0)
        return false;
    *number = negative ? -(int)value : (int)value;
    return true;
}

static bool read_list(const char *value, int most, int *numbers, size_t *count)
{
    for (const char *p = value; *p; p += *p == ',')
        if (*count == HOLIDAY_LIST_MAX || !take_signed(&p, most, &numbers[(*count)++]) || (*p && *p != ','))
            return false;
    return *count > 0;
}

static bool read_weekdays(struct holiday_rule *rule, const char *value)
{
    for (const char *p = value; *p; p += *p == ',', rule->weekday_count++)
        if (rule->weekday_count == HOLIDAY_LIST_MAX ||
            !take_weekday(&p, &rule->weekdays[rule->weekday_count].nth, &rule->weekdays[rule->weekday_count].weekday) ||
            (*p && *p != ','))
            return false;
    return rule->weekday_count > 0;
}

bool holidays_rule_part(struct holiday_rule *rule, const char *name, const char *value)
{
    bool timed;
    const char *p = value;
    if (strcasecmp(name, "FREQ") == 0)
        return strcasecmp(value, "YEARLY") == 0;
    if (strcasecmp(name, "INTERVAL") == 0)
        return holidays_take_number(&p, 1000, &rule->interval) && !*p && rule->interval > 0;
    if (strcasecmp(name, "COUNT") == 0)
        return holidays_take_number(&p, 10000, &rule->count) && !*p && rule->count > 0;
    if (strcasecmp(name, "UNTIL") == 0)
        return holidays_take_date(&p, &rule->until, &timed) && !*p;
    if (strcasecmp(name, "BYMONTH") == 0) {
        if (!read_list(value, 12, rule->months, &rule->month_count))
            return false;
        for (size_t i = 0; i < rule->month_count; i++)
            if (rule->months[i] < 0)
                return false;
        return true;
    }
    if (strcasecmp(name, "BYMONTHDAY") == 0)
        return read_list(value, 31, rule->days, &rule->day_count);
    if (strcasecmp(name, "BYDAY") == 0)
        return read_weekdays(rule, value);
    return strcasecmp(name, "WKST") == 0; /* says nothing about a year's days */
}

static int month_length(int64_t year, unsigned month)
{
    return (int)instant_days_in_month(year, month);
}

static bool weekday_fits(const struct holiday_rule *rule, int64_t day, int64_t year, unsigned month, unsigned number)
{
    int weekday = (int)(((day + 3) % 7 + 7) % 7);
    bool in_month = rule->month_count > 0;
    int place = in_month ? (int)number - 1 : (int)(day - instant_days_from_date(year, 1, 1));
    int length = in_month ? month_length(year, month) : (int)(instant_days_from_date(year + 1, 1, 1) - instant_days_from_date(year, 1, 1));
    for (size_t i = 0; i < rule->weekday_count; i++) {
        int nth = rule->weekdays[i].nth;
        if (rule->weekdays[i].weekday == weekday &&
            (nth == 0 || nth == place / 7 + 1 || nth == -((length - 1 - place) / 7 + 1)))
            return true;
    }
    return rule->weekday_count == 0;
}

bool holidays_rule_fits(const struct holiday_rule *rule, int64_t start, int64_t day)
{
    int64_t year, start_year;
    unsigned month, number, start_month, start_number;
    instant_date_from_days(day, &year, &month, &number);
    instant_date_from_days(start, &start_year, &start_month, &start_number);
    if ((year - start_year) % rule->interval != 0)
        return false;
    bool month_fits = rule->month_count == 0, day_fits = rule->day_count == 0;
    for (size_t i = 0; i < rule->month_count; i++)
        month_fits = month_fits || rule->months[i] == (int)month;
    for (size_t i = 0; i < rule->day_count; i++)
        day_fits = day_fits || rule->days[i] == (int)number || rule->days[i] == (int)number - month_length(year, month) - 1;
    /* What the rule leaves open is taken from the start. */
    if (rule->weekday_count == 0 && rule->day_count == 0)
        day_fits = number == start_number && (rule->month_count > 0 || month == start_month);
    return month_fits && day_fits && weekday_fits(rule, day, year, month, number);
}
