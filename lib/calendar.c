/* calendar.c - working time: hours, holidays, adjusted working days
 * SPDX-License-Identifier: MIT
 */
#include "lib/calendar.h"

#include <stdlib.h>

#include "lib/calendar_internal.h"

void calendar_free(struct calendar *calendar)
{
    if (!calendar)
        return;
    zone_free(calendar->zone);
    for (int i = 0; i < 7; i++)
        free(calendar->hours[i].spans);
    free(calendar->special);
    free(calendar->odd);
    free(calendar);
}

bool calendar_is_always(const struct calendar *calendar)
{
    return calendar->always;
}

const struct zone *calendar_zone(const struct calendar *calendar)
{
    return calendar->zone;
}

/* Working seconds of all days before `day`. */
static int64_t seconds_before_day(const struct calendar *calendar, int64_t day)
{
    int64_t days = day - CALENDAR_FIRST_DAY;
    int64_t sum = days / 7 * calendar->week_seconds;
    for (int i = 0; i < days % 7; i++)
        sum += calendar->hours[i].seconds;
    size_t low = 0, high = calendar->odd_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (calendar->odd[middle].day < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? sum + calendar->odd[low - 1].difference : sum;
}

/* Whether one offset holds far enough around a local day that its spans lie as they are written. */
static bool is_steady(const struct zone *zone, int64_t day)
{
    size_t next = zone_change_after(zone, (day - 2 * REACH - 2) * DAY);
    return next == zone_change_count(zone) || zone_change_get(zone, next).at > (day + 2 * REACH + 2) * DAY;
}

/* ---- Moments ------------------------------------------------------------------ */

static instant clamp(instant at, instant least, instant most)
{
    return at < least ? least : at > most ? most : at;
}

/* The slow way near a change of offset: all spans of the neighbouring days, laid out in real time.
 * *before gets the working time before the first of them. */
struct neighbourhood {
    struct piece pieces[(4 * REACH + 1) * SPANS_MOST];
    size_t count;
    int64_t before;
};

static void lay_out(const struct calendar *calendar, int64_t day, struct neighbourhood *near)
{
    size_t earlier = calendar_unite(calendar, day - 2 * REACH, day - REACH - 1, near->pieces);
    near->before = seconds_before_day(calendar, day - REACH) - pieces_before(near->pieces, earlier, INT64_MAX);
    near->count = calendar_unite(calendar, day - 2 * REACH, day + REACH, near->pieces);
}

static int64_t elapsed_near_change(const struct calendar *calendar, int64_t day, instant at)
{
    struct neighbourhood near;
    lay_out(calendar, day, &near);
    return near.before + pieces_before(near.pieces, near.count, at);
}

static instant find_near_change(const struct calendar *calendar, int64_t day, int64_t sum)
{
    struct neighbourhood near;
    lay_out(calendar, day, &near);
    int64_t rest = sum - near.before;
    for (size_t i = 0; i < near.count; i++) {
        int64_t length = near.pieces[i].end - near.pieces[i].begin;
        if (rest <= length)
            return near.pieces[i].begin + rest;
        rest -= length;
    }
    return INSTANT_MAX;
}

/* Working seconds between the calendar's first day and `at`. */
static int64_t elapsed(const struct calendar *calendar, instant at)
{
    int offset = zone_offset(calendar->zone, at);
    int64_t day = calendar_floor_day(at + offset);
    if (!is_steady(calendar->zone, day))
        return elapsed_near_change(calendar, day, at);
    const struct day_hours *hours = calendar_hours(calendar, day);
    int64_t second = at + offset - day * DAY, sum = seconds_before_day(calendar, day);
    for (size_t i = 0; i < hours->count && hours->spans[i].begin < second; i++)
        sum += clamp(second, 0, hours->spans[i].end) - hours->spans[i].begin;
    return sum;
}

/* The earliest moment by which `sum` working seconds have passed since the calendar's first day. */
static instant find(const struct calendar *calendar, int64_t sum)
{
    int64_t low = CALENDAR_FIRST_DAY, high = CALENDAR_LAST_DAY; /* the day during which it is reached */
    if (seconds_before_day(calendar, CALENDAR_LAST_DAY) < sum)
        return INSTANT_MAX;
    while (low + 1 < high) {
        int64_t middle = low + (high - low) / 2;
        if (seconds_before_day(calendar, middle) >= sum)
            high = middle;
        else
            low = middle;
    }
    int64_t day = low;
    if (!is_steady(calendar->zone, day))
        return find_near_change(calendar, day, sum);
    const struct day_hours *hours = calendar_hours(calendar, day);
    int64_t rest = sum - seconds_before_day(calendar, day);
    instant midnight = day * DAY - zone_offset(calendar->zone, day * DAY);
    for (size_t i = 0; i < hours->count; i++) {
        int64_t length = hours->spans[i].end - hours->spans[i].begin;
        if (rest <= length)
            return midnight + hours->spans[i].begin + rest;
        rest -= length;
    }
    return INSTANT_MAX;
}

instant calendar_add(const struct calendar *calendar, instant start, int64_t seconds)
{
    if (seconds <= 0)
        return start;
    start = clamp(start, 0, INSTANT_MAX);
    if (calendar->always)
        return seconds > INSTANT_MAX - start ? INSTANT_MAX : start + seconds;
    int64_t before = elapsed(calendar, start);
    if (seconds > INT64_MAX - before)
        return INSTANT_MAX;
    return clamp(find(calendar, before + seconds), 0, INSTANT_MAX);
}

int64_t calendar_between(const struct calendar *calendar, instant a, instant b)
{
    a = clamp(a, 0, INSTANT_MAX);
    b = clamp(b, 0, INSTANT_MAX);
    if (b <= a)
        return 0;
    return calendar->always ? b - a : elapsed(calendar, b) - elapsed(calendar, a);
}

instant calendar_next_open(const struct calendar *calendar, instant at)
{
    if (calendar->always)
        return at;
    instant end_of_first_second = calendar_add(calendar, at, 1);
    return end_of_first_second == INSTANT_MAX ? INSTANT_MAX : end_of_first_second - 1;
}

bool calendar_is_workday(const struct calendar *calendar, int64_t local_days)
{
    if (calendar->always)
        return true;
    if (local_days < CALENDAR_FIRST_DAY + REACH || local_days >= CALENDAR_LAST_DAY)
        return false;
    return seconds_before_day(calendar, local_days + 1) > seconds_before_day(calendar, local_days);
}

static bool has_special_day(const struct calendar *calendar, int64_t first, int64_t last)
{
    for (size_t i = 0; i < calendar->special_count; i++)
        if (calendar->special[i].day >= first && calendar->special[i].day <= last)
            return true;
    return false;
}

int64_t calendar_missing_year(const struct calendar *calendar, instant now)
{
    int64_t year;
    unsigned month, day;
    if (calendar->always || calendar->special_count == 0)
        return 0;
    instant_date_from_days(calendar_floor_day(now + zone_offset(calendar->zone, now)), &year, &month, &day);
    int64_t begin = instant_days_from_date(year, 1, 1), next = instant_days_from_date(year + 1, 1, 1);
    if (!has_special_day(calendar, begin, next - 1))
        return has_special_day(calendar, INT64_MIN, begin - 1) && !has_special_day(calendar, next, INT64_MAX) ? year : 0;
    return month >= 11 && !has_special_day(calendar, next, INT64_MAX) ? year + 1 : 0;
}
