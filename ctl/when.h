/* when.h - times as an operator reads them: local, and how far away
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_WHEN_H
#define CTL_WHEN_H

#include "lib/calendar.h"
#include "lib/instant.h"
#include "ticket/policy.h"

enum { WHEN_TEXT = 48 };

/* The zone that the policy's office keeps; NULL (UTC) when all its calendars are always. Borrowed. */
const struct zone *when_zone(const struct policy *policy);

/* "10:05" today, "11-22 10:05" this year, else "2025-11-22 10:05", in the zone. Returns text. */
char *when_short(const struct zone *zone, instant at, instant now, char text[static WHEN_TEXT]);
/* "2026-11-22 10:05:09" in the zone. */
char *when_full(const struct zone *zone, instant at, char text[static WHEN_TEXT]);
/* "+08:00", or "UTC". */
char *when_offset(const struct zone *zone, instant at, char text[static WHEN_TEXT]);

/* "45 s", "12 min", "3 h 05 min", "2 d 4 h": cut off, never rounded up. */
char *when_span(int64_t seconds, char text[static WHEN_TEXT]);
/* "due in 12 min", "due now", "3 h 05 min late". */
char *when_due(instant due, instant now, char text[static WHEN_TEXT]);
/* "12 min ago", "in 3 h 05 min", "now". */
char *when_away(instant at, instant now, char text[static WHEN_TEXT]);

#endif
