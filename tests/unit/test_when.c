/* test_when.c - times as an operator reads them
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ctl/when.h"

static void spans_are_cut_off_never_rounded_up(void **state)
{
    (void)state;
    char text[WHEN_TEXT];
    assert_string_equal(when_span(-5, text), "0 s");
    assert_string_equal(when_span(59, text), "59 s");
    assert_string_equal(when_span(60, text), "1 min");
    assert_string_equal(when_span(3599, text), "59 min");
    assert_string_equal(when_span(3600, text), "1 h");
    assert_string_equal(when_span(3600 + 299, text), "1 h 04 min");
    assert_string_equal(when_span(86399, text), "23 h 59 min");
    assert_string_equal(when_span(86400, text), "1 d");
    assert_string_equal(when_span(86400 + 7200, text), "1 d 2 h");
    assert_string_equal(when_span(INT64_C(86400) * 400, text), "400 d");
}

static void due_says_late_now_or_how_long(void **state)
{
    (void)state;
    char text[WHEN_TEXT];
    assert_string_equal(when_due(1000, 1000, text), "due now");
    assert_string_equal(when_due(1000 + 720, 1000, text), "due in 12 min");
    assert_string_equal(when_due(1000, 1000 + 3 * 3600, text), "3 h late");
    assert_string_equal(when_away(1000, 1060, text), "1 min ago");
    assert_string_equal(when_away(1060, 1000, text), "in 1 min");
}

static void times_are_shown_in_the_offices_zone(void **state)
{
    (void)state;
    struct error error;
    struct zone *zone = zone_load("Asia/Shanghai", &error);
    assert_non_null(zone);
    char text[WHEN_TEXT];
    instant at = INT64_C(1795316400); /* 2026-11-22T03:00:00Z */
    assert_string_equal(when_full(zone, at, text), "2026-11-22 11:00:00");
    assert_string_equal(when_full(NULL, at, text), "2026-11-22 03:00:00");
    assert_string_equal(when_short(zone, at, at + 60, text), "11:00");
    assert_string_equal(when_short(zone, at, at + 86400, text), "11-22 11:00");
    assert_string_equal(when_short(zone, at, at + 86400 * 60, text), "2026-11-22 11:00");
    assert_string_equal(when_offset(zone, at, text), "+08:00");
    assert_string_equal(when_offset(NULL, at, text), "UTC");
    assert_string_equal(when_full(zone, INSTANT_MAX, text), "10000-01-01 07:59:59");
    assert_string_equal(when_full(zone, INSTANT_NONE, text), "1970-01-01 08:00:00");
    zone_free(zone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_are_cut_off_never_rounded_up),
        cmocka_unit_test(due_says_late_now_or_how_long),
        cmocka_unit_test(times_are_shown_in_the_offices_zone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
