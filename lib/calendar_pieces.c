/* calendar_pieces.c - the spans of days as they lie in real time
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "lib/calendar_internal.h"

int64_t calendar_floor_day(int64_t seconds)
{
    return (seconds - ((seconds % DAY) + DAY) % DAY) / DAY;
}

int calendar_natural_weekday(int64_t day)
{
    return (int)(((day + 3) % 7 + 7) % 7);
}

const struct day_hours *calendar_hours(const struct calendar *calendar, int64_t day)
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
    int weekday = calendar_natural_weekday(day);
    if (low < calendar->special_count && calendar->special[low].day == day)
        weekday = calendar->special[low].weekday;
    return weekday == DAY_OFF ? &off : &calendar->hours[weekday];
}

/* Appends the day's spans as they lie in real time; empty ones are left out. */
static size_t add_pieces(const struct calendar *calendar, int64_t day, struct piece *pieces, size_t count)
{
    const struct day_hours *hours = calendar_hours(calendar, day);
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

size_t calendar_unite(const struct calendar *calendar, int64_t first, int64_t last, struct piece *pieces)
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

int64_t pieces_before(const struct piece *pieces, size_t count, instant until)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count && pieces[i].begin < until; i++)
        sum += (pieces[i].end < until ? pieces[i].end : until) - pieces[i].begin;
    return sum;
}
