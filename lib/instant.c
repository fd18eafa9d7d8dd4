/* instant.c - moments, durations and their written forms
 * SPDX-License-Identifier: MIT
 */
#include "lib/instant.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { DAY = 86400, HOUR = 3600, MINUTE = 60 };

int64_t instant_days_from_date(int64_t year, unsigned month, unsigned day)
{
    /* Years that begin in March put the leap day last, so every month has a fixed place. */
    int64_t shifted = month <= 2 ? year - 1 : year;
    int64_t era = (shifted >= 0 ? shifted : shifted - 399) / 400;
    int64_t year_of_era = shifted - era * 400;
    int64_t day_of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + (int64_t)day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void instant_date_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    *day = (unsigned)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    *month = (unsigned)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

unsigned instant_days_in_month(int64_t year, unsigned month)
{
    static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (month < 1 || month > 12)
        return 0;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Exactly `count` digits; moves *p behind them. */
static bool take_digits(const char **p, int count, int *value)
{
    int number = 0;
    for (int i = 0; i < count; i++) {
        if (!is_digit((*p)[i]))
            return false;
        number = number * 10 + ((*p)[i] - '0');
    }
    *p += count;
    *value = number;
    return true;
}

static bool take_char(const char **p, char expected)
{
    if (**p != expected)
        return false;
    (*p)++;
    return true;
}

int instant_parse_date(const char *text, int64_t *days)
{
    const char *p = text;
    int year, month, day;
    if (!take_digits(&p, 4, &year) || !take_char(&p, '-') || !take_digits(&p, 2, &month) ||
        !take_char(&p, '-') || !take_digits(&p, 2, &day) || *p || day < 1 ||
        (unsigned)day > instant_days_in_month(year, (unsigned)month))
        return 0;
    *days = instant_days_from_date(year, (unsigned)month, (unsigned)day);
    return 1;
}

/* `Z` or `+08:00`; moves *p behind it. */
static bool take_offset(const char **p, int *offset)
{
    *offset = 0;
    if (take_char(p, 'Z'))
        return true;
    bool west = **p == '-';
    int hours, minutes;
    if (!take_char(p, '+') && !take_char(p, '-'))
        return false;
    if (!take_digits(p, 2, &hours) || !take_char(p, ':') || !take_digits(p, 2, &minutes) ||
        hours > 23 || minutes > 59)
        return false;
    *offset = (hours * HOUR + minutes * MINUTE) * (west ? -1 : 1);
    return true;
}

static bool take_fraction(const char **p)
{
    if (!take_char(p, '.'))
        return true;
    if (!is_digit(**p))
        return false;
    while (is_digit(**p))
        (*p)++;
    return true;
}

int instant_parse_rfc3339(const char *text, instant *at, struct error *error)
{
    const char *p = text;
    int year, month, day, hour, minute, second, offset;
    bool written_right = take_digits(&p, 4, &year) && take_char(&p, '-') && take_digits(&p, 2, &month) &&
                         take_char(&p, '-') && take_digits(&p, 2, &day) && take_char(&p, 'T') &&
                         take_digits(&p, 2, &hour) && take_char(&p, ':') && take_digits(&p, 2, &minute) &&
                         take_char(&p, ':') && take_digits(&p, 2, &second) && take_fraction(&p) &&
                         take_offset(&p, &offset) && !*p;
    if (!written_right)
        return error_set(error, ERROR_INPUT,
                         "expected an RFC 3339 time like 2026-11-22T10:00:00+08:00, not '%.60s'", text);
    if (day < 1 || (unsigned)day > instant_days_in_month(year, (unsigned)month) || hour > 23 || minute > 59 ||
        second > 59)
        return error_set(error, ERROR_INPUT, "expected a time that exists, not '%.60s'", text);
    instant value = instant_days_from_date(year, (unsigned)month, (unsigned)day) * DAY +
                    hour * HOUR + minute * MINUTE + second - offset;
    if (value < 0 || value > INSTANT_MAX)
        return error_set(error, ERROR_INPUT, "expected a time from 1970 to 9999 (UTC), not '%.60s'", text);
    *at = value;
    return 1;
}

struct broken_down {
    int64_t days, year;
    unsigned month, day;
    int hour, minute, second;
};

static struct broken_down break_down(instant at, int offset)
{
    if (at < 0)
        at = 0;
    if (at > INSTANT_MAX)
        at = INSTANT_MAX;
    int64_t local = at + offset;
    int64_t second = local % DAY;
    if (second < 0)
        second += DAY;
    struct broken_down parts = { .days = (local - second) / DAY };
    instant_date_from_days(parts.days, &parts.year, &parts.month, &parts.day);
    parts.hour = (int)(second / HOUR);
    parts.minute = (int)(second % HOUR / MINUTE);
    parts.second = (int)(second % MINUTE);
    return parts;
}

char *instant_format_rfc3339(instant at, char text[static INSTANT_TEXT])
{
    struct broken_down parts = break_down(at, 0);
    snprintf(text, INSTANT_TEXT, "%04d-%02u-%02uT%02d:%02d:%02dZ", (int)parts.year, parts.month % 100,
             parts.day % 100, parts.hour, parts.minute, parts.second);
    return text;
}

static const char *const weekday_names[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
static const char *const month_names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

char *instant_format_rfc5322(instant at, int offset, char text[static INSTANT_TEXT])
{
    /* The zone has whole minutes only: an odd offset (local mean time) is cut, and the time with it. */
    offset = offset / MINUTE * MINUTE;
    struct broken_down parts = break_down(at, offset);
    int64_t weekday = ((parts.days + 4) % 7 + 7) % 7;
    int minutes = (offset < 0 ? -offset : offset) / MINUTE;
    snprintf(text, INSTANT_TEXT, "%s, %02u %s %04d %02d:%02d:%02d %c%02d%02d", weekday_names[weekday],
             parts.day % 100, month_names[parts.month - 1], (int)parts.year, parts.hour, parts.minute,
             parts.second, offset < 0 ? '-' : '+', minutes / 60 % 100, minutes % 60);
    return text;
}

int duration_parse(const char *text, int64_t *seconds, struct error *error)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = { { 'd', DAY }, { 'h', HOUR }, { 'm', MINUTE }, { 's', 1 } };
    const int64_t most = INT64_C(3660) * DAY;
    size_t next_unit = 0;
    int64_t total = 0;
    const char *p = text;
    do {
        if (!is_digit(*p))
            goto wrong;
        int64_t number = 0;
        for (; is_digit(*p); p++)
            if (number <= most)
                number = number * 10 + (*p - '0');
        while (next_unit < 4 && units[next_unit].unit != *p)
            next_unit++;
        if (next_unit == 4)
            goto wrong;
        if (number > most || number * units[next_unit].seconds > most - total)
            return error_set(error, ERROR_INPUT, "expected a duration of at most 3660d, not '%.60s'", text);
        total += number * units[next_unit++].seconds;
        p++;
    } while (*p);
    *seconds = total;
    return 1;
wrong:
    return error_set(error, ERROR_INPUT,
                     "expected a duration like 90s, 10m, 1h30m or 2d (units d h m s in this order, "
                     "each at most once), not '%.60s'", text);
}

char *duration_format(int64_t seconds, char text[static INSTANT_TEXT])
{
    if (seconds <= 0) {
        snprintf(text, INSTANT_TEXT, "0m");
        return text;
    }
    char hours[24] = "", minutes[8] = "", rest[8] = "";
    if (seconds >= HOUR)
        snprintf(hours, sizeof hours, "%lldh", (long long)(seconds / HOUR));
    if (seconds % HOUR >= MINUTE)
        snprintf(minutes, sizeof minutes, "%dm", (int)(seconds % HOUR / MINUTE));
    if (seconds % MINUTE)
        snprintf(rest, sizeof rest, "%ds", (int)(seconds % MINUTE));
    snprintf(text, INSTANT_TEXT, "%.19s%.4s%.4s", hours, minutes, rest);
    return text;
}
