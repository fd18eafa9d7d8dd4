/* calendar_prepare.c - finds the days that differ from their weekday
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "lib/array.h"
#include "lib/calendar_internal.h"

/* What day `day` adds to the union of all days before it. */
static int64_t real_seconds(const struct calendar *calendar, int64_t day, struct piece *pieces)
{
    size_t before = calendar_unite(calendar, day - REACH, day - 1, pieces);
    int64_t sum = -pieces_before(pieces, before, INT64_MAX);
    size_t with = calendar_unite(calendar, day - REACH, day, pieces);
    return sum + pieces_before(pieces, with, INT64_MAX);
}

/* Whether any span of a day or the two before it reaches into [low, high] of local time. */
static bool has_span_in(const struct calendar *calendar, int64_t day, int64_t low, int64_t high)
{
    for (int64_t i = day - REACH; i <= day; i++) {
        const struct day_hours *hours = calendar_hours(calendar, i);
        for (size_t j = 0; j < hours->count; j++)
            if (i * DAY + hours->spans[j].begin <= high && i * DAY + hours->spans[j].end >= low)
                return true;
    }
    return false;
}

struct odd_list {
    struct odd_day *days;
    size_t count, room;
};

/* `difference` is the day's own for now. */
static int add_odd(struct odd_list *list, int64_t day, int64_t difference)
{
    struct odd_day *days = array_room(list->days, list->count, &list->room, sizeof *days);
    if (!days)
        return 0;
    list->days = days;
    list->days[list->count++] = (struct odd_day){ day, difference };
    return 1;
}

static int check_day(const struct calendar *calendar, int64_t day, struct piece *pieces, struct odd_list *list)
{
    int64_t difference = real_seconds(calendar, day, pieces) - calendar->hours[calendar_natural_weekday(day)].seconds;
    return difference == 0 || add_odd(list, day, difference);
}

static int compare_odd(const void *left, const void *right)
{
    const struct odd_day *a = left, *b = right;
    return a->day < b->day ? -1 : a->day > b->day;
}

/* Most changes are like others: the same weekday, the same time of day, the same offsets. What a day
 * has then is worked out once, or loading a calendar to the year 9999 would take long. */
struct likeness {
    int weekday;
    int64_t low, high; /* of the change, from the day's midnight */
    bool forward;
};
struct known_days {
    struct {
        struct likeness likeness;
        int64_t difference;
    } days[32];
    size_t count;
};

/* Whether nothing but this change and the weekdays says what the day has. */
static bool is_alike(const struct calendar *calendar, size_t change, int64_t day)
{
    const int64_t far = (4 * REACH + 4) * DAY;
    instant at = zone_change_get(calendar->zone, change).at;
    if (change > 0 && zone_change_get(calendar->zone, change - 1).at > at - far)
        return false;
    if (change + 1 < zone_change_count(calendar->zone) && zone_change_get(calendar->zone, change + 1).at < at + far)
        return false;
    for (int64_t i = day - REACH; i <= day; i++)
        if (calendar_hours(calendar, i) != &calendar->hours[calendar_natural_weekday(i)])
            return false;
    return true;
}

static int check_changed_day(const struct calendar *calendar, size_t change, const struct likeness *likeness, int64_t day,
                             struct piece *pieces, struct known_days *known, struct odd_list *list)
{
    if (!is_alike(calendar, change, day))
        return check_day(calendar, day, pieces, list);
    for (size_t i = 0; i < known->count; i++) {
        const struct likeness *other = &known->days[i].likeness;
        if (other->weekday == likeness->weekday && other->low == likeness->low && other->high == likeness->high &&
            other->forward == likeness->forward)
            return known->days[i].difference == 0 || add_odd(list, day, known->days[i].difference);
    }
    size_t count = list->count;
    if (!check_day(calendar, day, pieces, list))
        return 0;
    if (known->count < sizeof known->days / sizeof *known->days) {
        known->days[known->count].likeness = *likeness;
        known->days[known->count++].difference = list->count > count ? list->days[count].difference : 0;
    }
    return 1;
}

static int find_odd_days(struct calendar *calendar, struct piece *pieces, struct odd_list *list)
{
    struct known_days known = { .count = 0 };
    for (size_t i = 0; i < calendar->special_count; i++)
        if (calendar->special[i].day >= CALENDAR_FIRST_DAY + REACH && !check_day(calendar, calendar->special[i].day, pieces, list))
            return 0;
    for (size_t i = 0; i < zone_change_count(calendar->zone); i++) {
        struct zone_change change = zone_change_get(calendar->zone, i);
        bool forward = change.after > change.before;
        int64_t low = change.at + (forward ? change.before : change.after);
        int64_t high = change.at + (forward ? change.after : change.before);
        for (int64_t day = calendar_floor_day(low) - 1; day <= calendar_floor_day(high) + REACH; day++) {
            if (day < CALENDAR_FIRST_DAY + REACH || day >= CALENDAR_LAST_DAY || !has_span_in(calendar, day, low, high))
                continue;
            struct likeness likeness = { calendar_natural_weekday(day), low - day * DAY, high - day * DAY, forward };
            if (!check_changed_day(calendar, i, &likeness, day, pieces, &known, list))
                return 0;
        }
    }
    return 1;
}

int calendar_prepare(struct calendar *calendar)
{
    for (int i = 0; i < 7; i++) {
        struct day_hours *hours = &calendar->hours[i];
        for (size_t j = 0; j < hours->count; j++)
            hours->seconds += hours->spans[j].end - hours->spans[j].begin;
        calendar->week_seconds += hours->seconds;
    }
    struct odd_list list = { 0 };
    struct piece *pieces = malloc((REACH + 1) * SPANS_MOST * sizeof *pieces);
    int done = pieces && find_odd_days(calendar, pieces, &list);
    free(pieces);
    if (!done) {
        free(list.days);
        return 0;
    }
    /* A day may have been found for several reasons. */
    size_t kept = 0;
    int64_t sum = 0;
    if (list.count)
        qsort(list.days, list.count, sizeof *list.days, compare_odd);
    for (size_t i = 0; i < list.count; i++)
        if (!kept || list.days[kept - 1].day != list.days[i].day) {
            sum += list.days[i].difference;
            list.days[kept++] = (struct odd_day){ list.days[i].day, sum };
        }
    calendar->odd = list.days;
    calendar->odd_count = kept;
    return 1;
}
