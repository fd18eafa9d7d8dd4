/* test_calendar_properties.c - what holds for every calendar and its next version, shown on 10,000 random times each
 * SPDX-License-Identifier: MIT
 *
 * With --full on 10,000 random calendars (half a minute: each knows all changes of clocks to the year 9999).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/calendar.h"
#include "lib/zone.h"
#include "tests/unit/draw.h"
#include "tests/unit/random_calendar.h"

enum { CALENDARS = 700, CALENDARS_FULL = 10000, CASES = 15, DAY = 86400 };
static int calendars = CALENDARS;

static struct calendar *load(const json_t *json)
{
    struct error error = { 0 };
    struct calendar *calendar = calendar_from_json(json, "", &error);
    if (!calendar) {
        char *text = json_dumps(json, 0);
        fail_msg("%s: %s", error.text, text);
    }
    return calendar;
}

static void fail_with(const json_t *json, instant start, int64_t seconds, instant due, int64_t between)
{
    char *text = json_dumps(json, 0);
    fail_msg("%lld + %lld s = %lld, but between are %lld s: %s", (long long)start, (long long)seconds, (long long)due,
             (long long)between, text);
}

/* between(a, add(a, d)) = d, at no earlier second so much; and what lies between adds up. Whether it went over a change
 * of clocks, a holiday or an adjusted day. */
static bool holds(const struct calendar *calendar, const json_t *json, instant start, int64_t seconds)
{
    instant due = calendar_add(calendar, start, seconds);
    int64_t between = calendar_between(calendar, start, due);
    if (between != seconds || (seconds == 0 && due != start))
        fail_with(json, start, seconds, due, between);
    if (seconds > 0 && calendar_between(calendar, start, due - 1) != seconds - 1)
        fail_with(json, start, seconds, due - 1, seconds);
    instant middle = start + (due > start ? (instant)draw((unsigned)(due - start)) : 0);
    if (calendar_between(calendar, start, middle) + calendar_between(calendar, middle, due) != seconds)
        fail_with(json, start, seconds, middle, calendar_between(calendar, start, middle));
    instant open = calendar_next_open(calendar, start);
    if (open < start || calendar_between(calendar, start, open) != 0 || calendar_between(calendar, open, open + 1) != 1)
        fail_with(json, start, 0, open, calendar_between(calendar, start, open));
    return zone_offset(calendar_zone(calendar), start) != zone_offset(calendar_zone(calendar), due);
}

static void adding_and_counting_are_each_others_inverse_in_every_calendar_and_its_next_version(void **state)
{
    (void)state;
    size_t over_changes = 0, differ = 0;
    for (int i = 0; i < calendars; i++) {
        /* 2011 to 2038: dates that zones skip, leap days, the last year of 32 bits */
        instant middle = INT64_C(1293840000) + (instant)draw(10000) * DAY;
        json_t *json = random_calendar(draw, middle), *next = random_next_version(draw, json, middle);
        struct calendar *calendar = load(json), *newer = load(next);
        for (int k = 0; k < CASES; k++) {
            instant start = middle + ((instant)draw(2 * RANDOM_CALENDAR_DAYS) - RANDOM_CALENDAR_DAYS) * DAY + draw(DAY);
            int64_t seconds = draw(20) == 0 ? 0 : draw(2) ? draw(DAY) : draw(40 * DAY);
            over_changes += holds(calendar, json, start, seconds);
            holds(newer, next, start, seconds);
            differ += calendar_add(calendar, start, seconds) != calendar_add(newer, start, seconds);
        }
        calendar_free(calendar);
        calendar_free(newer);
        json_decref(json);
        json_decref(next);
    }
    assert_true(calendars * CASES >= 10000);
    assert_true(over_changes > 1000);
    assert_true(differ > 2500);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--full") == 0)
        calendars = CALENDARS_FULL;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adding_and_counting_are_each_others_inverse_in_every_calendar_and_its_next_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
