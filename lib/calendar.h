/* calendar.h - working time: hours, holidays, adjusted working days
 * SPDX-License-Identifier: MIT
 *
 * The arithmetic of clocks.md, "Calendar". Knows nothing of tickets. A loaded
 * calendar is never changed and may be used by many threads.
 *
 * Decided where clocks.md is silent: `timezone` and `hours` are required,
 * `holidays` and `workdays` optional; a weekday that is missing or [] is off;
 * keys that begin with "//" are comments; a holiday may stand twice.
 */
#ifndef LIB_CALENDAR_H
#define LIB_CALENDAR_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/error.h"
#include "lib/instant.h"
#include "lib/zone.h"

struct calendar;

/* A calendar from its JSON (clocks.md, "Calendar"); `pointer` is where it stands in its file, for
 * messages (e.g. "/calendars/office"). NULL with ERROR_INPUT, whose text begins with the JSON
 * pointer of the fault (document_retell adds file and line), or zone_load's ERROR_SETUP. The caller
 * owns the result. */
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
/* Working seconds in [a, b); 0 if b <= a. Both are exact from 1970 to 9999 and cost
 * O(log days) and the spans of a few days. */
int64_t calendar_between(const struct calendar *calendar, instant a, instant b);
/* `at` if it lies in working time, else the beginning of the next span. */
instant calendar_next_open(const struct calendar *calendar, instant at);

/* The year whose holidays are missing at `now`: this one, when only earlier ones have any; from November on
 * the coming one. 0: none is missing, or the calendar has no holidays at all. */
int64_t calendar_missing_year(const struct calendar *calendar, instant now);

#endif
