/* calendar.c - working time: hours, holidays, adjusted working days
 * SPDX-License-Identifier: MIT
 */
#include "lib/calendar.h"

#include <stdlib.h>
#include <string.h>

#include "lib/calendar_internal.h"

enum { DAY = 86400 };

/* Days whose spans may touch a moment of local day d: [d - REACH, d + REACH]. A change of offset
 * moves times by at most one day, and what it moves may overlap the next two. */
enum { REACH = 2 };

struct piece {
    instant begin, end;
};

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

static int64_t floor_day(int64_t seconds)
{
    return (seconds - ((seconds % DAY) + DAY) % DAY) / DAY;
}

static int natural_weekday(int64_t day)
{
    return (int)(((day + 3) % 7 + 7) % 7);
}

static const struct day_hours *hours_of(const struct calendar *calendar, int64_t day)
{
    static const struct day_hours off;
    size_t low = 0, high = calendar->special_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (calendar->special[middle].day < day)
            low = middle + 1;
        else
            high = middle;
    }
    int weekday = natural_weekday(day);
    if (low < calendar->special_count && calendar->special[low].day == day)
        weekday = calendar->special[low].weekday;
    return weekday == DAY_OFF ? &off : &calendar->hours[weekday];
}

/* Appends the day's spans as they lie in real time; empty ones are left out. */
static size_t add_pieces(const struct calendar *calendar, int64_t day, struct piece *pieces, size_t count)
{
    const struct day_hours *hours = hours_of(calendar, day);
    for (size_t i = 0; i < hours->count; i++) {
        struct piece piece;
        if (!zone_instant(calendar->zone, day, hours->spans[i].begin, &piece.begin) ||
            !zone_instant(calendar->zone, day, hours->spans[i].end, &piece.end))
            break;
        if (piece.begin < piece.end)
            pieces[count++] = piece;
    }
    return count;
}

static int compare_pieces(const void *left, const void *right)
{
    const struct piece *a = left, *b = right;
    return a->begin < b->begin ? -1 : a->begin > b->begin;
}

/* The union of the spans of days [first, last], in order of time; seconds covered twice stand
 * once. Room for all of them is the caller's. */
static size_t unite(const struct calendar *calendar, int64_t first, int64_t last, struct piece *pieces)
{
    size_t count = 0, kept = 0;
    for (int64_t day = first; day <= last; day++)
        count = add_pieces(calendar, day, pieces, count);
    qsort(pieces, count, sizeof *pieces, compare_pieces);
    for (size_t i = 0; i < count; i++) {
        if (kept && pieces[i].begin <= pieces[kept - 1].end) {
            if (pieces[i].end > pieces[kept - 1].end)
                pieces[kept - 1].end = pieces[i].end;
        } else {
            pieces[kept++] = pieces[i];
        }
    }
    return kept;
}

static int64_t seconds_before(const struct piece *pieces, size_t count, instant until)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count && pieces[i].begin < until; i++)
        sum += (pieces[i].end < until ? pieces[i].end : until) - pieces[i].begin;
    return sum;
}

/* What day `day` adds to the union of all days before it. */
static int64_t real_seconds(const struct calendar *calendar, int64_t day, struct piece *pieces)
{
    size_t before = unite(calendar, day - REACH, day - 1, pieces);
    int64_t sum = -seconds_before(pieces, before, INT64_MAX);
    size_t with = unite(calendar, day - REACH, day, pieces);
    return sum + seconds_before(pieces, with, INT64_MAX);
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
    size_t earlier = unite(calendar, day - 2 * REACH, day - REACH - 1, near->pieces);
    near->before = seconds_before_day(calendar, day - REACH) - seconds_before(near->pieces, earlier, INT64_MAX);
    near->count = unite(calendar, day - 2 * REACH, day + REACH, near->pieces);
}

static int64_t elapsed_near_change(const struct calendar *calendar, int64_t day, instant at)
{
    struct neighbourhood near;
    lay_out(calendar, day, &near);
    return near.before + seconds_before(near.pieces, near.count, at);
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
    int64_t day = floor_day(at + offset);
    if (!is_steady(calendar->zone, day))
        return elapsed_near_change(calendar, day, at);
    const struct day_hours *hours = hours_of(calendar, day);
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
    const struct day_hours *hours = hours_of(calendar, day);
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

/* ---- Preparing -------------------------------------------------------------- */

/* Whether any span of a day or the two before it reaches into [low, high] of local time. */
static bool has_span_in(const struct calendar *calendar, int64_t day, int64_t low, int64_t high)
{
    for (int64_t i = day - REACH; i <= day; i++) {
        const struct day_hours *hours = hours_of(calendar, i);
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
    if (list->count == list->room) {
        size_t room = list->room ? list->room * 2 : 64;
        struct odd_day *grown = realloc(list->days, room * sizeof *grown);
        if (!grown)
            return 0;
        list->days = grown;
        list->room = room;
    }
    list->days[list->count++] = (struct odd_day){ day, difference };
    return 1;
}

static int check_day(const struct calendar *calendar, int64_t day, struct piece *pieces, struct odd_list *list)
{
    if (day < CALENDAR_FIRST_DAY + REACH || day >= CALENDAR_LAST_DAY)
        return 1;
    int64_t difference = real_seconds(calendar, day, pieces) - calendar->hours[natural_weekday(day)].seconds;
    return difference == 0 || add_odd(list, day, difference);
}

static int compare_odd(const void *left, const void *right)
{
    const struct odd_day *a = left, *b = right;
    return a->day < b->day ? -1 : a->day > b->day;
}

static int find_odd_days(struct calendar *calendar, struct piece *pieces, struct odd_list *list)
{
    for (size_t i = 0; i < calendar->special_count; i++)
        if (!check_day(calendar, calendar->special[i].day, pieces, list))
            return 0;
    for (size_t i = 0; i < zone_change_count(calendar->zone); i++) {
        struct zone_change change = zone_change_get(calendar->zone, i);
        int64_t low = change.at + (change.before < change.after ? change.before : change.after);
        int64_t high = change.at + (change.before < change.after ? change.after : change.before);
        for (int64_t day = floor_day(low) - 1; day <= floor_day(high) + REACH; day++)
            if (has_span_in(calendar, day, low, high) && !check_day(calendar, day, pieces, list))
                return 0;
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
