/* holidays.h - days off and adjusted working days out of public calendars
 * SPDX-License-Identifier: MIT
 *
 * Reads two forms, told apart by their first character:
 * - holiday-cn's JSON: {"year":2026,"days":[{"name":"…","date":"2026-10-01","isOffDay":true}, …]}; a day that
 *   is none off is an adjusted working day. Other keys are not looked at.
 * - iCalendar (RFC 5545): each whole-day VEVENT (DTSTART with a date; DTEND or DURATION; RRULE with
 *   FREQ=YEARLY and INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY, BYDAY; RDATE, EXDATE) is days off, and an
 *   adjusted working day if it says so (X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY) or its summary has one of
 *   the words given. Events with a time of day and cancelled ones are passed over. What cannot be
 *   understood (another FREQ, BYSETPOS, RECURRENCE-ID …) is an error: half a calendar is worse than none.
 * Bounded: 4 MiB a file, 20,000 events, a range of at most 366 days, 100 years; at most 4 million days are held
 * against rules.
 */
#ifndef LIB_HOLIDAYS_H
#define LIB_HOLIDAYS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/error.h"

enum { HOLIDAYS_FILE_MAX = 4 << 20, HOLIDAYS_YEARS_MAX = 100, HOLIDAYS_EVENTS_MAX = 20000 };

struct holidays;

/* Only days of these years are kept. NULL with ERROR_RETRY (memory) or ERROR_INPUT (years outside 1970 to 9999,
 * or more than HOLIDAYS_YEARS_MAX). */
struct holidays *holidays_new(int64_t first_year, int64_t last_year, struct error *error);
void holidays_free(struct holidays *holidays);

/* Words in summaries that make an event an adjusted working day, or have it passed over (observances that are
 * working days like any other). Each list ends in NULL, is borrowed, and may be NULL. */
void holidays_words(struct holidays *holidays, const char *const *workday_words, const char *const *skip_words);

/* Adds a file's days; `name` is for messages. 1, or -1 with ERROR_INPUT: "NAME:LINE: what was expected". */
int holidays_read(struct holidays *holidays, const char *name, const char *bytes, size_t size, struct error *error);

/* How many days off and adjusted working days there are; of a year, or (0) of all. */
void holidays_count(const struct holidays *holidays, int64_t year, size_t *off, size_t *work);

/* {"holidays":[…],"workdays":{"2026-10-10":LIKE, …}} as calendar.h reads it; of a day that is both the working
 * day counts. New reference, NULL when memory is out. */
json_t *holidays_to_json(const struct holidays *holidays, const char *like);

#endif
