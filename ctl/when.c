/* when.c - times as an operator reads them: local, and how far away
 * SPDX-License-Identifier: MIT
 */
#include "ctl/when.h"

#include <inttypes.h>
#include <stdio.h>

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

const struct zone *when_zone(const struct policy *policy)
{
    static const enum urgency order[] = { URGENCY_NORMAL, URGENCY_LOW, URGENCY_HIGH, URGENCY_CRITICAL };
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        const struct calendar *calendar = policy->targets[order[i]].calendar;
        if (calendar && !calendar_is_always(calendar))
            return calendar_zone(calendar);
    }
    return policy->follow_up_calendar ? calendar_zone(policy->follow_up_calendar) : NULL;
}

struct local_time {
    int64_t year;
    unsigned month, day;
    int second; /* of the day */
};

static struct local_time local_time(const struct zone *zone, instant at)
{
    if (at < 0)
        at = 0;
    if (at > INSTANT_MAX)
        at = INSTANT_MAX;
    int64_t seconds = at + (zone ? zone_offset(zone, at) : 0);
    int64_t days = seconds / DAY - (seconds % DAY < 0);
    struct local_time local = { .second = (int)(seconds - days * DAY) };
    instant_date_from_days(days, &local.year, &local.month, &local.day);
    return local;
}

char *when_short(const struct zone *zone, instant at, instant now, char text[static WHEN_TEXT])
{
    struct local_time then = local_time(zone, at), today = local_time(zone, now);
    int hour = then.second / HOUR, minute = then.second % HOUR / MINUTE;
    if (then.year != today.year)
        snprintf(text, WHEN_TEXT, "%04" PRId64 "-%02u-%02u %02d:%02d", then.year, then.month, then.day, hour, minute);
    else if (then.month != today.month || then.day != today.day)
        snprintf(text, WHEN_TEXT, "%02u-%02u %02d:%02d", then.month, then.day, hour, minute);
    else
        snprintf(text, WHEN_TEXT, "%02d:%02d", hour, minute);
    return text;
}

char *when_full(const struct zone *zone, instant at, char text[static WHEN_TEXT])
{
    struct local_time then = local_time(zone, at);
    snprintf(text, WHEN_TEXT, "%04" PRId64 "-%02u-%02u %02d:%02d:%02d", then.year, then.month, then.day,
             then.second / HOUR, then.second % HOUR / MINUTE, then.second % MINUTE);
    return text;
}

char *when_offset(const struct zone *zone, instant at, char text[static WHEN_TEXT])
{
    int offset = zone ? zone_offset(zone, at) : 0, size = offset < 0 ? -offset : offset;
    if (offset == 0)
        snprintf(text, WHEN_TEXT, "UTC");
    else
        snprintf(text, WHEN_TEXT, "%c%02d:%02d", offset < 0 ? '-' : '+', size / HOUR, size % HOUR / MINUTE);
    return text;
}

char *when_span(int64_t seconds, char text[static WHEN_TEXT])
{
    if (seconds < 0)
        seconds = 0;
    if (seconds < MINUTE)
        snprintf(text, WHEN_TEXT, "%" PRId64 " s", seconds);
    else if (seconds < HOUR)
        snprintf(text, WHEN_TEXT, "%" PRId64 " min", seconds / MINUTE);
    else if (seconds < DAY && seconds % HOUR / MINUTE == 0)
        snprintf(text, WHEN_TEXT, "%" PRId64 " h", seconds / HOUR);
    else if (seconds < DAY)
        snprintf(text, WHEN_TEXT, "%" PRId64 " h %02" PRId64 " min", seconds / HOUR, seconds % HOUR / MINUTE);
    else if (seconds < 10 * DAY && seconds % DAY / HOUR > 0)
        snprintf(text, WHEN_TEXT, "%" PRId64 " d %" PRId64 " h", seconds / DAY, seconds % DAY / HOUR);
    else
        snprintf(text, WHEN_TEXT, "%" PRId64 " d", seconds / DAY);
    return text;
}

char *when_due(instant due, instant now, char text[static WHEN_TEXT])
{
    char span[WHEN_TEXT];
    if (due < now)
        snprintf(text, WHEN_TEXT, "%.32s late", when_span(now - due, span));
    else if (due == now)
        snprintf(text, WHEN_TEXT, "due now");
    else
        snprintf(text, WHEN_TEXT, "due in %.32s", when_span(due - now, span));
    return text;
}

char *when_away(instant at, instant now, char text[static WHEN_TEXT])
{
    char span[WHEN_TEXT];
    if (at < now)
        snprintf(text, WHEN_TEXT, "%.32s ago", when_span(now - at, span));
    else if (at == now)
        snprintf(text, WHEN_TEXT, "now");
    else
        snprintf(text, WHEN_TEXT, "in %.32s", when_span(at - now, span));
    return text;
}
