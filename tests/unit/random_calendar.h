/* random_calendar.h - calendars as no one would write them: zones, breaks, holidays and adjusted working days by lot
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_UNIT_RANDOM_CALENDAR_H
#define TESTS_UNIT_RANDOM_CALENDAR_H

#include <jansson.h>
#include <stdio.h>

#include "lib/instant.h"

enum { RANDOM_CALENDAR_DAYS = 400 }; /* around its middle, in which its dates lie */

static const char *const random_zones[] = { "Europe/Berlin",       "America/New_York", "Australia/Lord_Howe",
                                            "Asia/Shanghai",       "Pacific/Apia",     "America/St_Johns",
                                            "Antarctica/Troll",    "Asia/Beirut",      "UTC" };
enum { RANDOM_ZONES = sizeof random_zones / sizeof *random_zones };

static inline json_t *random_spans(unsigned (*draw)(unsigned below))
{
    json_t *spans = json_array();
    unsigned minute = draw(40) * 15, count = 1 + draw(3);
    for (unsigned i = 0; i < count && minute < 1440; i++) {
        unsigned end = minute + (1 + draw(24)) * 15;
        char from[16], to[16];
        end = end < 1440 ? end : 1440;
        snprintf(from, sizeof from, "%02u:%02u", minute / 60, minute % 60);
        snprintf(to, sizeof to, "%02u:%02u", end / 60, end % 60);
        json_array_append_new(spans, json_pack("[s, s]", from, to));
        minute = end + draw(3) * 30; /* they may touch */
    }
    return spans;
}

static inline json_t *random_date(unsigned (*draw)(unsigned below), instant middle)
{
    char text[INSTANT_TEXT];
    instant_format_rfc3339(middle + ((instant)draw(2 * RANDOM_CALENDAR_DAYS) - RANDOM_CALENDAR_DAYS) * 86400, text);
    return json_stringn(text, 10);
}

/* Holidays and adjusted working days lie around `middle`. New reference. */
static inline json_t *random_calendar(unsigned (*draw)(unsigned below), instant middle)
{
    static const char *const names[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
    json_t *hours = json_object(), *holidays = json_array(), *workdays = json_object();
    unsigned at_least = draw(7);
    for (unsigned i = 0; i < 7; i++)
        if (i == at_least || draw(4) > 0)
            json_object_set_new(hours, names[i], random_spans(draw));
    for (unsigned i = draw(40); i > 0; i--)
        json_array_append_new(holidays, random_date(draw, middle));
    for (unsigned i = draw(12); i > 0; i--) {
        json_t *date = random_date(draw, middle);
        json_object_set_new(workdays, json_string_value(date), json_string(names[draw(7)]));
        json_decref(date);
    }
    return json_pack("{s:s, s:o, s:o, s:o}", "timezone", random_zones[draw(RANDOM_ZONES)], "hours", hours, "holidays", holidays,
                     "workdays", workdays);
}

/* What it became: a day more or less, other hours on one weekday, or all anew. New reference. */
static inline json_t *random_next_version(unsigned (*draw)(unsigned below), const json_t *calendar, instant middle)
{
    if (draw(3) == 0)
        return random_calendar(draw, middle);
    json_t *next = json_deep_copy(calendar);
    json_array_append_new(json_object_get(next, "holidays"), random_date(draw, middle));
    if (draw(2))
        json_object_set_new(json_object_get(next, "hours"), "wed", random_spans(draw));
    if (draw(2))
        json_object_clear(json_object_get(next, "workdays"));
    return next;
}

#endif
