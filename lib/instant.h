/* instant.h - moments, durations and their written forms
 * SPDX-License-Identifier: MIT
 *
 * An instant is UTC in whole seconds since 1970 (clocks.md, "Time"). Nothing
 * here reads the clock: `now` is always an argument.
 */
#ifndef LIB_INSTANT_H
#define LIB_INSTANT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/error.h"

typedef int64_t instant;

#define INSTANT_NONE INT64_MIN           /* "no such moment" */
#define INSTANT_MAX INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

enum { INSTANT_TEXT = 40 }; /* room for every form below with its NUL */

/* Days since 1970-01-01 of a proleptic Gregorian date, and back. No range check. */
int64_t instant_days_from_date(int64_t year, unsigned month, unsigned day);
void instant_date_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day);

/* 28 to 31, or 0 for a month that is none. */
unsigned instant_days_in_month(int64_t year, unsigned month);

/* `2026-10-01`, four-digit year, a date that exists. 1 and days since 1970, or 0. */
int instant_parse_date(const char *text, int64_t *days);

/* RFC 3339 with `T` and an offset or `Z`; a fraction is cut off; a second of 60 is refused.
 * 1970 to 9999, measured in UTC. `t`, `z` and a space are refused. Returns 1, or -1 with ERROR_INPUT saying what was expected. */
int instant_parse_rfc3339(const char *text, instant *at, struct error *error);

/* Writes `2026-11-22T02:00:00Z`; at outside 1970..9999 is clamped. Returns text. */
char *instant_format_rfc3339(instant at, char text[static INSTANT_TEXT]);

/* RFC 5322 section 3.3: `Sun, 22 Nov 2026 10:00:00 +0800`, at a fixed offset in seconds. */
char *instant_format_rfc5322(instant at, int offset, char text[static INSTANT_TEXT]);

/* A Date header, also its obsolete forms (RFC 5322 section 4.3). 1, or 0 when it is none. */
int instant_parse_rfc5322(const char *text, instant *at);

/* `1h30m`: units d h m s in this order, each at most once, at most 3660d (clocks.md, "Policy").
 * Returns 1 and seconds, or -1 with ERROR_INPUT. */
int duration_parse(const char *text, int64_t *seconds, struct error *error);
/* A text that duration_parse reads back, in h m s without the units that are 0: `1h30m`, `48h`, `0m`;
 * also for durations beyond 3660d. Returns text. */
char *duration_format(int64_t seconds, char text[static INSTANT_TEXT]);

#endif
