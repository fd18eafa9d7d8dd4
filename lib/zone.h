/* zone.h - IANA time zones: offsets, local times, the moments at which they change
 * SPDX-License-Identifier: MIT
 *
 * Reads the system's compiled tzdata (TZif, RFC 8536) itself, so that it uses
 * neither TZ nor the C library's state. A zone is never changed after loading
 * and may be used by many threads. Exact for 1970 to 9999.
 */
#ifndef LIB_ZONE_H
#define LIB_ZONE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/error.h"
#include "lib/instant.h"

struct zone;

/* An IANA zone by its name, from $TZDIR or /usr/share/zoneinfo. NULL with ERROR_INPUT for an
 * unknown name (also those that are no zones: localtime, posixrules, right/…, posix/…),
 * ERROR_SETUP when tzdata is not installed or a file of it is damaged. */
struct zone *zone_load(const char *name, struct error *error);
/* The same from the bytes of a TZif file; `name` is for messages. */
struct zone *zone_from_bytes(const char *name, const unsigned char *bytes, size_t size, struct error *error);
void zone_free(struct zone *zone);

/* Whether it may be looked up: letters, digits, `_`, `+`, `-`, single slashes; no dots, so no
 * path leads out of the zone directory. */
bool zone_name_is_valid(const char *name);

/* Seconds east of UTC in force at an instant. */
int zone_offset(const struct zone *zone, instant at);

/* The instant of a local date and time (second_of_day 0 to 86400; 86400 is the day's end). A time
 * that does not exist moves forward by the gap, one that exists twice means the first. 0 when the
 * zone skips the whole date, else 1. */
int zone_instant(const struct zone *zone, int64_t local_days, int second_of_day, instant *at);

/* The changes of offset, in order of time. */
struct zone_change {
    instant at;
    int before, after; /* seconds east of UTC */
};
size_t zone_change_count(const struct zone *zone);
struct zone_change zone_change_get(const struct zone *zone, size_t index);
/* The index of the first change later than `at`. */
size_t zone_change_after(const struct zone *zone, instant at);

#endif
