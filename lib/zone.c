/* zone.c - IANA time zones: offsets, local times, the moments at which they change
 * SPDX-License-Identifier: MIT
 */
#include "lib/zone.h"

#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/zone_internal.h"

enum { DAY = 86400 };

void zone_free(struct zone *zone)
{
    if (!zone)
        return;
    free(zone->changes);
    free(zone);
}

int zone_add_change(struct zone *zone, instant at, int after)
{
    int before = zone->count ? zone->changes[zone->count - 1].after : zone->first_offset;
    /* Two rules may name one moment (daylight time all the year): the later one holds. */
    if (zone->count && zone->changes[zone->count - 1].at >= at) {
        zone->changes[zone->count - 1].after = after;
        if (zone->changes[zone->count - 1].before == after)
            zone->count--;
        return 1;
    }
    if (before == after)
        return 1;
    struct zone_change *changes = array_room(zone->changes, zone->count, &zone->room, sizeof *changes);
    if (!changes)
        return 0;
    zone->changes = changes;
    zone->changes[zone->count++] = (struct zone_change){ at, before, after };
    return 1;
}

size_t zone_change_count(const struct zone *zone)
{
    return zone->count;
}

struct zone_change zone_change_get(const struct zone *zone, size_t index)
{
    return zone->changes[index];
}

size_t zone_change_after(const struct zone *zone, instant at)
{
    size_t low = 0, high = zone->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (zone->changes[middle].at > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static int offset_of_stretch(const struct zone *zone, size_t index)
{
    return index == 0 ? zone->first_offset : zone->changes[index - 1].after;
}

int zone_offset(const struct zone *zone, instant at)
{
    return offset_of_stretch(zone, zone_change_after(zone, at));
}

static bool skips_date(const struct zone *zone, int64_t local_days)
{
    int64_t midnight = local_days * DAY;
    for (size_t i = zone_change_after(zone, midnight - 2 * DAY);
         i < zone->count && zone->changes[i].at < midnight + 2 * DAY; i++) {
        const struct zone_change *change = &zone->changes[i];
        if (change->at + change->before <= midnight && change->at + change->after >= midnight + DAY)
            return true;
    }
    return false;
}

int zone_instant(const struct zone *zone, int64_t local_days, int second_of_day, instant *at)
{
    if (skips_date(zone, local_days))
        return 0;
    int64_t local = local_days * DAY + second_of_day;
    /* Stretches of one offset in order of time: the first that has not ended at that local time
     * either contains it, or begins after it, and then it lies in the gap between the two. */
    size_t i = zone_change_after(zone, local - ZONE_OFFSET_MOST);
    while (i < zone->count && local - offset_of_stretch(zone, i) >= zone->changes[i].at)
        i++;
    if (i > 0 && local - offset_of_stretch(zone, i) < zone->changes[i - 1].at)
        i--;
    *at = local - offset_of_stretch(zone, i);
    return 1;
}
