/* calendar_internal.h - how a calendar is kept; for calendar*.c only
 * SPDX-License-Identifier: MIT
 *
 * A day is local days since 1970. Most days are plain: as many working seconds
 * as their weekday's hours. Days that differ (holidays, adjusted working days,
 * changes of the zone's offset) are listed with the running sum of their
 * differences, so the working time before any day takes one binary search.
 */
#ifndef LIB_CALENDAR_INTERNAL_H
#define LIB_CALENDAR_INTERNAL_H

#include "lib/calendar.h"

enum { CALENDAR_FIRST_DAY = -10, CALENDAR_LAST_DAY = 2932900 }; /* a Monday before 1970; after 9999 */
enum { DAY = 86400, DAY_OFF = -1, SPANS_MOST = 24 * 60 };

/* Days whose spans may touch a moment of local day d: [d - REACH, d + REACH]. A change of offset
 * moves times by at most one day, and what it moves may overlap the next two. */
enum { REACH = 2 };

struct span {
    int begin, end; /* seconds of the local day, 0 to 86400 */
};
struct day_hours {
    struct span *spans;
    size_t count;
    int64_t seconds;
};
struct special_day {
    int64_t day;
    int weekday; /* whose hours hold, 0 Monday; or DAY_OFF */
};
struct odd_day {
    int64_t day;
    int64_t difference; /* sum over this and all earlier odd days of (real - plain) seconds */
};
struct calendar {
    bool always;
    struct zone *zone;
    struct day_hours hours[7]; /* 0 Monday */
    int64_t week_seconds;
    struct special_day *special; /* ascending, each day once */
    size_t special_count;
    struct odd_day *odd; /* ascending */
    size_t odd_count;
};

/* One stretch of working time. */
struct piece {
    instant begin, end;
};

/* The local day of a local second, its weekday (0 Monday) and the hours that hold on it. */
int64_t calendar_floor_day(int64_t seconds);
int calendar_natural_weekday(int64_t day);
const struct day_hours *calendar_hours(const struct calendar *calendar, int64_t day);

/* The union of the spans of days [first, last] as they lie in real time, in order; seconds covered
 * twice stand once, empty spans are left out. Room for SPANS_MOST pieces a day is the caller's. */
size_t calendar_unite(const struct calendar *calendar, int64_t first, int64_t last, struct piece *pieces);
/* Their seconds before `until`. */
int64_t pieces_before(const struct piece *pieces, size_t count, instant until);

/* Fills the sums and `odd` from the rest. 1, or 0 when memory is out. */
int calendar_prepare(struct calendar *calendar);

#endif
