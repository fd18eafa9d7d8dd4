/* test_instant.c - moments and durations are read strictly and written one way
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/instant.h"

static void assert_time(const char *text, const char *expected)
{
    struct error error = { 0 };
    instant at;
    char written[INSTANT_TEXT];
    if (instant_parse_rfc3339(text, &at, &error) != 1)
        fail_msg("'%s' was refused: %s", text, error.text);
    assert_string_equal(instant_format_rfc3339(at, written), expected);
}

static void rfc_3339_times_become_utc(void **state)
{
    (void)state;
    assert_time("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z");
    assert_time("2026-11-22T10:00:00+08:00", "2026-11-22T02:00:00Z");
    assert_time("2026-11-22T00:30:00-03:30", "2026-11-22T04:00:00Z");
    assert_time("2024-02-29T23:59:59-00:00", "2024-02-29T23:59:59Z");
    assert_time("2000-02-29T12:00:00+00:00", "2000-02-29T12:00:00Z");
    assert_time("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z");
    assert_time("1969-12-31T23:30:00-01:00", "1970-01-01T00:30:00Z");
}

static void a_fraction_is_cut_off(void **state)
{
    (void)state;
    assert_time("2026-11-22T10:00:00.999999999999999999999Z", "2026-11-22T10:00:00Z");
    assert_time("2026-11-22T10:00:00.0+08:00", "2026-11-22T02:00:00Z");
}

static void what_is_no_rfc_3339_time_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "", "2026-11-22", "2026-11-22T10:00:00", "2026-11-22 10:00:00Z", "2026-11-22t10:00:00Z",
        "2026-11-22T10:00:00z", "2026-11-22T10:00Z", "2026-11-22T10:00:00.Z", "2026-11-22T10:00:00,5Z",
        "2026-11-22T10:00:00+0800", "2026-11-22T10:00:00+08", "2026-11-22T10:00:00+24:00",
        "2026-11-22T10:00:00+08:60", "2026-11-22T24:00:00Z", "2026-11-22T10:60:00Z", "2026-11-22T10:00:60Z",
        "2026-02-29T10:00:00Z", "2100-02-29T10:00:00Z", "2026-13-01T10:00:00Z", "2026-00-01T10:00:00Z",
        "2026-01-00T10:00:00Z", "2026-04-31T10:00:00Z", "2026-11-22T10:00:00Z ", " 2026-11-22T10:00:00Z",
        "02026-11-22T10:00:00Z", "+2026-11-22T10:00:00Z", "26-11-22T10:00:00Z", "2026-1-2T10:00:00Z",
        "2026-11-22T10:00:00ZZ", "2026-11-22T10:00:00+-8:00", "now", "20261122T100000Z",
        "1969-12-31T23:59:59Z", "1969-12-31T23:59:59.9Z", "1970-01-01T00:00:00+00:01", "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59-00:01", "10000-01-01T00:00:00Z",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error error = { 0 };
        instant at;
        if (instant_parse_rfc3339(wrong[i], &at, &error) != -1)
            fail_msg("'%s' was accepted", wrong[i]);
        assert_int_equal(error.kind, ERROR_INPUT);
        assert_non_null(strstr(error.text, "expected"));
    }
}

static void every_date_is_found_again_from_its_day(void **state)
{
    (void)state;
    int64_t expected = instant_days_from_date(-1, 1, 1);
    for (int64_t year = -1; year <= 10001; year++)
        for (unsigned month = 1; month <= 12; month++)
            for (unsigned day = 1; day <= instant_days_in_month(year, month); day++, expected++) {
                int64_t back_year;
                unsigned back_month, back_day;
                instant_date_from_days(expected, &back_year, &back_month, &back_day);
                if (instant_days_from_date(year, month, day) != expected || back_year != year ||
                    back_month != month || back_day != day)
                    fail_msg("%lld-%u-%u", (long long)year, month, day);
            }
    assert_int_equal(instant_days_from_date(1970, 1, 1), 0);
    assert_int_equal(instant_days_from_date(2000, 3, 1), 11017);
}

static void durations_have_units_in_order_each_once(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
    } right[] = {
        { "90s", 90 }, { "10m", 600 }, { "1h30m", 5400 }, { "2d", 172800 }, { "0m", 0 }, { "0s", 0 },
        { "1d2h3m4s", 93784 }, { "1d4s", 86404 }, { "3660d", INT64_C(316224000) }, { "007m", 420 },
        { "316224000s", INT64_C(316224000) }, { "3659d24h", INT64_C(316224000) }, { "25h", 90000 },
    };
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        int64_t seconds = -1;
        assert_int_equal(duration_parse(right[i].text, &seconds, NULL), 1);
        assert_int_equal(seconds, right[i].seconds);
        char text[INSTANT_TEXT];
        assert_int_equal(duration_parse(duration_format(seconds, text), &seconds, NULL), 1);
        assert_int_equal(seconds, right[i].seconds);
    }
}

static void what_is_no_duration_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "", "5", "m", "5 m", " 5m", "5m ", "-5m", "+5m", "1.5h", "5M", "5min", "30m1h", "1h1h", "1m1d", "1w",
        "1h30", "3661d", "3660d1s", "316224001s", "99999999999999999999999999s", "18446744073709551616s",
        "4294967296d", "1h 30m", "PT1H", "5\xd9\xa3m",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error error = { 0 };
        int64_t seconds;
        if (duration_parse(wrong[i], &seconds, &error) != -1)
            fail_msg("'%s' was accepted", wrong[i]);
        assert_int_equal(error.kind, ERROR_INPUT);
    }
}

static void durations_are_written_in_hours_minutes_seconds(void **state)
{
    (void)state;
    char text[INSTANT_TEXT];
    assert_string_equal(duration_format(0, text), "0m");
    assert_string_equal(duration_format(90, text), "1m30s");
    assert_string_equal(duration_format(5400, text), "1h30m");
    assert_string_equal(duration_format(172800, text), "48h");
    assert_string_equal(duration_format(INT64_MAX, text), "2562047788015215h30m7s");
}

static void mail_dates_are_written_at_their_offset(void **state)
{
    (void)state;
    char text[INSTANT_TEXT];
    assert_string_equal(instant_format_rfc5322(INT64_C(1795312800), 28800, text), "Sun, 22 Nov 2026 10:00:00 +0800");
    assert_string_equal(instant_format_rfc5322(0, -12600, text), "Wed, 31 Dec 1969 20:30:00 -0330");
    assert_string_equal(instant_format_rfc5322(INSTANT_MAX, 0, text), "Fri, 31 Dec 9999 23:59:59 +0000");
}

static void dates_of_mails_are_read_also_in_obsolete_forms(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } right[] = {
        { "Sun, 22 Nov 2026 10:00:00 +0800", "2026-11-22T02:00:00Z" },
        { "22 Nov 2026 10:00 +0800", "2026-11-22T02:00:00Z" },
        { "Sun, 22 Nov 2026 10:00:00 +0800 (CST (China))", "2026-11-22T02:00:00Z" },
        { "Sun,22 Nov 2026 10:00:00 GMT", "2026-11-22T10:00:00Z" },
        { "Sun (Sonntag) , 2 Nov 26 10:00:00 EST", "2026-11-02T15:00:00Z" },
        { "Tue, 1 Jul 99 10:00:00 Z", "1999-07-01T10:00:00Z" },
        { "Tue, 1 Jul 103 10 : 00 : 00 A", "2003-07-01T10:00:00Z" },
        { "\r\n\tTUE, 1 july 2003\r\n 10:00:00 -00:30", "2003-07-01T10:30:00Z" },
        { "1-Jul-2003 10:00:00 +0000", "2003-07-01T10:00:00Z" },
        { "1 Jul 2003 10:00:60 +0000", "2003-07-01T10:01:00Z" },
        { "1 Jul 2003 10:00:00", "2003-07-01T10:00:00Z" },
    };
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        instant at;
        char text[INSTANT_TEXT];
        if (!instant_parse_rfc5322(right[i].text, &at))
            fail_msg("'%s' was refused", right[i].text);
        assert_string_equal(instant_format_rfc3339(at, text), right[i].expected);
    }
    static const char *const wrong[] = { "", "yesterday", "30 Feb 2026 10:00:00 +0000", "1 Jul 2003",
                                         "1 Jul 2003 25:00:00 +0000", "1 Jul 2003 10:00:00 +9900",
                                         "1 Jul 2003 10:00:00 +080", "1 Jul 1969 10:00:00 +0000",
                                         "1 Jul 2003 10:00:00 +0000 x y", "(((((((((((" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        instant at;
        if (instant_parse_rfc5322(wrong[i], &at))
            fail_msg("'%s' was accepted", wrong[i]);
    }
    assert_int_equal(instant_parse_rfc5322(NULL, &(instant){ 0 }), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc_3339_times_become_utc),
        cmocka_unit_test(a_fraction_is_cut_off),
        cmocka_unit_test(what_is_no_rfc_3339_time_is_refused),
        cmocka_unit_test(every_date_is_found_again_from_its_day),
        cmocka_unit_test(durations_have_units_in_order_each_once),
        cmocka_unit_test(what_is_no_duration_is_refused),
        cmocka_unit_test(durations_are_written_in_hours_minutes_seconds),
        cmocka_unit_test(mail_dates_are_written_at_their_offset),
        cmocka_unit_test(dates_of_mails_are_read_also_in_obsolete_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
