/* zone_internal.h - how a zone is kept; for zone.c and zone_file.c only
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_ZONE_INTERNAL_H
#define LIB_ZONE_INTERNAL_H

#include "lib/zone.h"

/* RFC 8536 section 3.2: offsets lie between -25 h and 26 h. */
enum { ZONE_OFFSET_LEAST = -89999, ZONE_OFFSET_MOST = 93599 };

struct zone {
    int first_offset; /* before the first change */
    struct zone_change *changes;
    size_t count, room;
};

/* Appends a change, times ascending; one that changes nothing is left out. 0 when memory is out. */
int zone_add_change(struct zone *zone, instant at, int after);

#endif
