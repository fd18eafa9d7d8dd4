/* calendar.h - working time: hours, holidays, adjusted working days, zones
 * SPDX-License-Identifier: MIT
 *
 * The arithmetic of clocks.md, "Calendar". Knows nothing of tickets. A loaded
 * calendar is never changed and may be used by many threads.
 */
#ifndef LIB_CALENDAR_H
#define LIB_CALENDAR_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/error.h"
#include "lib/instant.h"

struct calendar;
struct zone;

/* An IANA zone by its name, read from the system's tzdata (/usr/share/zoneinfo, or $TZDIR).
 * NULL with ERROR_INPUT for an unknown name, ERROR_SETUP when tzdata is not installed. */
struct zone *zone_load(const char *name, struct error *error);
void zone_free(struct zone *zone);

/* Seconds east of UTC in force at an instant. */
int zone_offset(const struct zone *zone, instant at);

/* The instant of a local date and time. A time that does not exist moves forward by the gap,
 * one that exists twice means the first. 0 when the zone skips the whole date, else 1. */
int zone_instant(const struct zone *zone, int64_t local_days, int second_of_day, instant *at);

/* A calendar from its JSON (clocks.md, "Calendar"); `pointer` is where it stands in its file, for
 * messages (e.g. "/calendars/office"). NULL with ERROR_INPUT, whose text begins with the JSON
 * pointer of the fault. The caller owns the result. */
struct calendar *calendar_from_json(const json_t *value, const char *pointer, struct error *error);
void calendar_free(struct calendar *calendar);

bool calendar_is_always(const struct calendar *calendar);
/* The calendar's zone; NULL for an always calendar. Borrowed. */
const struct zone *calendar_zone(const struct calendar *calendar);
/* Whether a local day (days since 1970) has working time. */
bool calendar_is_workday(const struct calendar *calendar, int64_t local_days);

/* The earliest instant by which `seconds` of working time have passed since start; start itself
 * for 0. Ends at a span's end, never at the next one's beginning. Clamped to INSTANT_MAX. */
instant calendar_add(const struct calendar *calendar, instant start, int64_t seconds);
/* Working seconds in [a, b); 0 if b <= a. Both cost O(days) at most, O(1) for always. */
int64_t calendar_between(const struct calendar *calendar, instant a, instant b);
/* `at` if it lies in working time, else the beginning of the next span. */
instant calendar_next_open(const struct calendar *calendar, instant at);

#endif
