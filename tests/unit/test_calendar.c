/* test_calendar.c - working time is exact over changes of clocks, holidays and years
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "lib/arena.h"
#include "lib/calendar.h"
#include "tests/unit/clock_script.h"
#include "tests/unit/draw.h"

/* The same hours on all seven days. */
static struct calendar *daily(const char *zone, const char *spans)
{
    char text[2000];
    snprintf(text, sizeof text, "{'timezone':'%s','hours':{'mon':%s,'tue':%s,'wed':%s,'thu':%s,'fri':%s,'sat':%s,'sun':%s}}",
             zone, spans, spans, spans, spans, spans, spans, spans);
    json_t *json = script_json(text);
    struct error error = { 0 };
    struct calendar *calendar = calendar_from_json(json, "", &error);
    if (!calendar)
        fail_msg("%s", error.text);
    json_decref(json);
    return calendar;
}

static struct calendar *make(const char *text)
{
    json_t *json = script_json(text);
    struct error error = { 0 };
    struct calendar *calendar = calendar_from_json(json, "", &error);
    if (!calendar)
        fail_msg("%s", error.text);
    json_decref(json);
    return calendar;
}

static instant at(const char *text)
{
    instant moment = 0;
    assert_int_equal(instant_parse_rfc3339(text, &moment, NULL), 1);
    return moment;
}

static void assert_add(const struct calendar *calendar, const char *start, int64_t seconds, const char *expected)
{
    char text[INSTANT_TEXT];
    instant_format_rfc3339(calendar_add(calendar, at(start), seconds), text);
    if (strcmp(text, expected) != 0)
        fail_msg("%s + %lld: %s instead of %s", start, (long long)seconds, text, expected);
}

static void assert_between(const struct calendar *calendar, const char *a, const char *b, int64_t expected)
{
    assert_int_equal(calendar_between(calendar, at(a), at(b)), expected);
}

static const char *const office =
    "{'timezone':'Asia/Shanghai','hours':{'mon':[['09:00','12:00'],['13:30','18:00']],'tue':[['09:00','12:00'],['13:30','18:00']],"
    "'wed':[['09:00','12:00'],['13:30','18:00']],'thu':[['09:00','12:00'],['13:30','18:00']],'fri':[['09:00','12:00']],'sat':[]},"
    "'holidays':['2026-10-01','2026-10-02','2026-10-10'],'workdays':{'2026-10-10':'mon','2026-10-11':'fri','2026-10-12':'sun'}}";

static void adding_ends_at_a_spans_end_never_at_the_next_ones_beginning(void **state)
{
    (void)state;
    struct calendar *calendar = make(office);
    /* Monday, 2026-11-23; 09:00 in Shanghai is 01:00 UTC. */
    assert_add(calendar, "2026-11-23T01:00:00Z", 3 * 3600, "2026-11-23T04:00:00Z");
    assert_add(calendar, "2026-11-23T01:00:00Z", 3 * 3600 + 1, "2026-11-23T05:30:01Z");
    assert_add(calendar, "2026-11-23T01:00:00Z", 7 * 3600 + 1800, "2026-11-23T10:00:00Z");
    assert_add(calendar, "2026-11-23T04:30:00Z", 1, "2026-11-23T05:30:01Z");
    assert_add(calendar, "2026-11-20T04:00:00Z", 1, "2026-11-23T01:00:01Z"); /* over the weekend */
    calendar_free(calendar);
}

static void adding_nothing_gives_the_start_itself(void **state)
{
    (void)state;
    struct calendar *calendar = make(office);
    assert_add(calendar, "2026-11-22T03:04:05Z", 0, "2026-11-22T03:04:05Z");
    calendar_free(calendar);
}

static void between_counts_working_seconds_from_a_up_to_b(void **state)
{
    (void)state;
    struct calendar *calendar = make(office);
    assert_between(calendar, "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", 7 * 3600 + 1800);
    assert_between(calendar, "2026-11-23T03:59:59Z", "2026-11-23T05:30:01Z", 2);
    assert_between(calendar, "2026-11-23T04:00:00Z", "2026-11-23T05:30:00Z", 0);
    assert_between(calendar, "2026-11-23T03:00:00Z", "2026-11-23T03:00:00Z", 0);
    assert_between(calendar, "2026-11-23T03:00:00Z", "2026-11-23T02:00:00Z", 0);
    calendar_free(calendar);
}

static void holidays_have_no_working_time_and_adjusted_working_days_win(void **state)
{
    (void)state;
    struct calendar *calendar = make(office);
    assert_between(calendar, "2026-09-30T16:00:00Z", "2026-10-02T16:00:00Z", 0);
    /* A Saturday that is both: a Monday's hours. A Sunday with a Friday's, a Monday with a Sunday's: none. */
    assert_between(calendar, "2026-10-09T16:00:00Z", "2026-10-10T16:00:00Z", 7 * 3600 + 1800);
    assert_between(calendar, "2026-10-10T16:00:00Z", "2026-10-11T16:00:00Z", 3 * 3600);
    assert_between(calendar, "2026-10-11T16:00:00Z", "2026-10-12T16:00:00Z", 0);
    int64_t day;
    instant_parse_date("2026-10-10", &day);
    assert_true(calendar_is_workday(calendar, day));
    assert_false(calendar_is_workday(calendar, day + 2));
    assert_true(calendar_is_workday(calendar, day + 3));
    assert_false(calendar_is_workday(calendar, day + 7));
    calendar_free(calendar);
}

static void a_leap_day_is_a_day(void **state)
{
    (void)state;
    struct calendar *calendar = daily("UTC", "[['09:00','10:00']]");
    assert_add(calendar, "2028-02-28T00:00:00Z", 2 * 3600, "2028-02-29T10:00:00Z");
    assert_between(calendar, "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z", 29 * 3600);
    assert_between(calendar, "2100-02-01T00:00:00Z", "2100-03-01T00:00:00Z", 28 * 3600);
    assert_between(calendar, "2000-02-01T00:00:00Z", "2000-03-01T00:00:00Z", 29 * 3600);
    calendar_free(calendar);
}

static void spans_may_touch_and_end_at_24_00(void **state)
{
    (void)state;
    struct calendar *calendar = daily("UTC", "[['00:00','08:00'],['08:00','24:00']]");
    assert_between(calendar, "2026-11-23T07:00:00Z", "2026-11-25T09:00:00Z", 50 * 3600);
    assert_add(calendar, "2026-11-23T23:00:00Z", 3600, "2026-11-24T00:00:00Z");
    assert_add(calendar, "2026-11-23T23:00:00Z", 3601, "2026-11-24T00:00:01Z");
    calendar_free(calendar);
}

static void a_day_has_23_or_25_hours_where_clocks_are_changed(void **state)
{
    (void)state;
    struct calendar *berlin = daily("Europe/Berlin", "[['00:00','24:00']]");
    assert_between(berlin, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 23 * 3600);
    assert_between(berlin, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25 * 3600);
    assert_add(berlin, "2026-03-28T23:00:00Z", 23 * 3600, "2026-03-29T22:00:00Z");
    calendar_free(berlin);
    struct calendar *lord_howe = daily("Australia/Lord_Howe", "[['01:00','03:00']]");
    assert_between(lord_howe, "2026-10-03T12:00:00Z", "2026-10-04T12:00:00Z", 5400);
    assert_between(lord_howe, "2026-04-04T12:00:00Z", "2026-04-05T12:00:00Z", 9000);
    calendar_free(lord_howe);
    struct calendar *new_york = daily("America/New_York", "[['01:30','02:30']]");
    assert_between(new_york, "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z", 3600);     /* 01:30 to 03:30 is an hour */
    assert_between(new_york, "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z", 2 * 3600); /* from the first 01:30 */
    calendar_free(new_york);
}

static void a_span_that_ends_before_it_begins_that_day_is_empty(void **state)
{
    (void)state;
    /* 02:15 moves to 03:15, after 03:00. */
    struct calendar *empty = daily("Europe/Berlin", "[['02:15','03:00']]");
    assert_between(empty, "2026-03-29T00:00:00Z", "2026-03-29T22:00:00Z", 0);
    assert_add(empty, "2026-03-29T00:00:00Z", 60, "2026-03-30T00:16:00Z");
    calendar_free(empty);
    /* What touches such a span is not lengthened by it. */
    struct calendar *touching = daily("Europe/Berlin", "[['02:15','03:00'],['03:00','04:00']]");
    assert_between(touching, "2026-03-29T00:00:00Z", "2026-03-29T22:00:00Z", 3600);
    calendar_free(touching);
}

static void seconds_covered_twice_count_once(void **state)
{
    (void)state;
    /* 02:00-02:30 moves to 03:00-03:30, which stands there already. */
    struct calendar *calendar = daily("Europe/Berlin", "[['02:00','02:30'],['03:00','03:45']]");
    assert_between(calendar, "2026-03-29T00:00:00Z", "2026-03-29T22:00:00Z", 2700);
    assert_add(calendar, "2026-03-28T23:00:00Z", 2700, "2026-03-29T01:45:00Z");
    assert_add(calendar, "2026-03-28T23:00:00Z", 2701, "2026-03-30T00:00:01Z");
    calendar_free(calendar);
    /* Over midnight: in Scoresbysund 2024-03-31 00:00 became 01:00 (a day before that rule also changed zone). */
    struct calendar *beirut = daily("Asia/Beirut", "[['00:00','00:30'],['01:00','01:30'],['23:00','24:00']]");
    assert_between(beirut, "2026-03-28T20:00:00Z", "2026-03-29T00:00:00Z", 3600 + 1800);
    calendar_free(beirut);
}

static void a_date_that_a_zone_skips_has_no_working_time(void **state)
{
    (void)state;
    struct calendar *apia = daily("Pacific/Apia", "[['00:00','24:00']]");
    assert_between(apia, "2011-12-29T10:00:00Z", "2011-12-31T10:00:00Z", 48 * 3600);
    int64_t day;
    instant_parse_date("2011-12-30", &day);
    assert_true(calendar_is_workday(apia, day - 1));
    assert_false(calendar_is_workday(apia, day));
    assert_true(calendar_is_workday(apia, day + 1));
    calendar_free(apia);
    apia = daily("Pacific/Apia", "[['09:00','17:00']]");
    assert_add(apia, "2011-12-29T19:00:00Z", 8 * 3600 + 60, "2011-12-30T19:01:00Z");
    assert_between(apia, "2011-12-01T10:00:00Z", "2011-12-31T10:00:00Z", 30 * 8 * 3600);
    calendar_free(apia);
}

static void always_is_every_second(void **state)
{
    (void)state;
    struct calendar *calendar = make("{'always':true}");
    assert_true(calendar_is_always(calendar));
    assert_null(calendar_zone(calendar));
    assert_add(calendar, "2026-11-22T00:00:00Z", 86400 * 366, "2027-11-23T00:00:00Z");
    assert_between(calendar, "2026-11-22T00:00:00Z", "2026-11-22T00:00:07Z", 7);
    assert_int_equal(calendar_next_open(calendar, 5), 5);
    calendar_free(calendar);
}

static void the_next_open_moment_is_now_or_the_next_spans_beginning(void **state)
{
    (void)state;
    struct calendar *calendar = make(office);
    assert_int_equal(calendar_next_open(calendar, at("2026-11-23T03:59:59Z")), at("2026-11-23T03:59:59Z"));
    assert_int_equal(calendar_next_open(calendar, at("2026-11-23T04:00:00Z")), at("2026-11-23T05:30:00Z"));
    assert_int_equal(calendar_next_open(calendar, at("2026-11-20T04:00:00Z")), at("2026-11-23T01:00:00Z"));
    calendar_free(calendar);
}

static double seconds_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void huge_durations_are_exact_and_do_not_take_long(void **state)
{
    (void)state;
    double begun = seconds_now();
    struct calendar *calendar = daily("Europe/Berlin", "[['09:00','17:00']]");
    /* 3,660 days of 24 hours are 10,980 days of eight. */
    assert_add(calendar, "2026-01-01T00:00:00Z", INT64_C(3660) * 86400, "2056-01-23T16:00:00Z");
    calendar_free(calendar);
    /* A minute a week: 5.27 million weeks lie beyond the year 9999. */
    calendar = make("{'timezone':'America/New_York','hours':{'sun':[['02:00','02:01']]}}");
    for (int i = 0; i < 1000; i++)
        assert_add(calendar, "1970-01-01T00:00:00Z", INT64_C(3660) * 86400, "9999-12-31T23:59:59Z");
    int64_t all = calendar_between(calendar, 0, INSTANT_MAX);
    assert_int_equal(all, (INSTANT_MAX / (7 * 86400) + (INSTANT_MAX % (7 * 86400) >= 3 * 86400 + 5 * 3600)) * 60);
    calendar_free(calendar);
    /* The hours in which clocks are changed, every day, in the smallest pieces there are. */
    char spans[1440 * 20] = "[";
    for (int i = 0; i < 1440; i++) {
        size_t used = strlen(spans);
        snprintf(spans + used, sizeof spans - used, "%s['%02d:%02d','%02d:%02d']", i ? "," : "", i / 60, i % 60, (i + 1) / 60,
                 (i + 1) % 60);
    }
    strncat(spans, "]", 2);
    char *text = malloc(sizeof spans + 200);
    snprintf(text, sizeof spans + 200, "{'timezone':'Europe/Berlin','hours':{'sun':%s}}", spans);
    calendar = make(text);
    assert_between(calendar, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 23 * 3600);
    assert_between(calendar, "2026-03-29T22:00:00Z", "2026-04-05T22:00:00Z", 24 * 3600);
    calendar_free(calendar);
    free(text);
    assert_true(seconds_now() - begun < 10);
}

static void adding_and_counting_are_each_others_inverse_on_10_000_random_cases(void **state)
{
    (void)state;
    static const char *const zones[] = { "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                                         "Pacific/Apia", "Asia/Beirut", "America/St_Johns", "Antarctica/Troll", "UTC" };
    static const char *const spans[] = { "[['09:00','12:00'],['13:30','18:00']]", "[['00:00','24:00']]",
                                         "[['01:30','02:15'],['02:15','02:45'],['03:00','03:20']]",
                                         "[['00:00','00:30'],['23:30','24:00']]" };
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        for (size_t j = 0; j < sizeof spans / sizeof *spans; j++) {
            struct calendar *calendar = daily(zones[i], spans[j]);
            for (int k = 0; k < 300; k++) {
                instant start = (instant)draw_wide(UINT64_C(4102444800)), end = start + (instant)draw_wide(UINT64_C(400) * 86400);
                int64_t seconds = (int64_t)draw_wide(k % 2 ? 100000 : 100000000);
                instant due = calendar_add(calendar, start, seconds);
                assert_int_equal(calendar_between(calendar, start, due), seconds);
                /* The earliest: one second before there is less. */
                if (seconds)
                    assert_int_equal(calendar_between(calendar, start, due - 1), seconds - 1);
                instant middle = start + (instant)draw_wide((uint64_t)(end - start) + 1);
                assert_int_equal(calendar_between(calendar, start, end),
                                 calendar_between(calendar, start, middle) + calendar_between(calendar, middle, end));
            }
            calendar_free(calendar);
        }
}

static void faults_are_told_with_their_pointer(void **state)
{
    (void)state;
    static const struct {
        const char *text, *pointer;
    } wrong[] = {
        { "[]", "/c: " }, { "'office'", "/c: " }, { "null", "/c: " }, { "{}", "/c/timezone: " },
        { "{'always':false}", "/c/always: " }, { "{'always':1}", "/c/always: " },
        { "{'always':true,'timezone':'UTC'}", "/c/timezone: " },
        { "{'timezone':'UTC','hours':{'mon':[['09:00','10:00']]},'x':1}", "/c/x: " },
        { "{'timezone':7,'hours':{'mon':[['09:00','10:00']]}}", "/c/timezone: " },
        { "{'timezone':'Mars/Base','hours':{'mon':[['09:00','10:00']]}}", "/c/timezone: " },
        { "{'timezone':'UTC'}", "/c/hours: " }, { "{'timezone':'UTC','hours':[]}", "/c/hours: " },
        { "{'timezone':'UTC','hours':{}}", "/c/hours: " }, { "{'timezone':'UTC','hours':{'mon':[]}}", "/c/hours: " },
        { "{'timezone':'UTC','hours':{'Mon':[['09:00','10:00']]}}", "/c/hours/Mon: " },
        { "{'timezone':'UTC','hours':{'mon':null}}", "/c/hours/mon: " },
        { "{'timezone':'UTC','hours':{'mon':['09:00','10:00']}}", "/c/hours/mon/0: " },
        { "{'timezone':'UTC','hours':{'mon':[['09:00']]}}", "/c/hours/mon/0: " },
        { "{'timezone':'UTC','hours':{'mon':[['09:00','10:00','11:00']]}}", "/c/hours/mon/0: " },
        { "{'timezone':'UTC','hours':{'mon':[['9:00','10:00']]}}", "/c/hours/mon/0/0: " },
        { "{'timezone':'UTC','hours':{'mon':[['09:00','10:60']]}}", "/c/hours/mon/0/1: " },
        { "{'timezone':'UTC','hours':{'mon':[['09:00','24:01']]}}", "/c/hours/mon/0/1: " },
        { "{'timezone':'UTC','hours':{'mon':[['24:00','24:00']]}}", "/c/hours/mon/0/0: " },
        { "{'timezone':'UTC','hours':{'mon':[['09:00',17]]}}", "/c/hours/mon/0/1: " },
        { "{'timezone':'UTC','hours':{'mon':[['09:00:00','10:00']]}}", "/c/hours/mon/0/0: " },
        { "{'timezone':'UTC','hours':{'mon':[['10:00','10:00']]}}", "/c/hours/mon/0: " },
        { "{'timezone':'UTC','hours':{'mon':[['22:00','06:00']]}}", "/c/hours/mon/0: " },
        { "{'timezone':'UTC','hours':{'mon':[['09:00','12:00'],['11:59','13:00']]}}", "/c/hours/mon/1: " },
        { "{'timezone':'UTC','hours':{'mon':[['13:00','14:00'],['09:00','12:00']]}}", "/c/hours/mon/1: " },
        { "{'timezone':'UTC','hours':{'mon':[['09:00','10:00']]},'holidays':{}}", "/c/holidays: " },
        { "{'timezone':'UTC','hours':{'mon':[['09:00','10:00']]},'holidays':null}", "/c/holidays: " },
        { "{'timezone':'UTC','hours':{'mon':[['09:00','10:00']]},'holidays':['2026-02-29']}", "/c/holidays/0: " },
        { "{'timezone':'UTC','hours':{'mon':[['09:00','10:00']]},'holidays':['2026-2-2']}", "/c/holidays/0: " },
        { "{'timezone':'UTC','hours':{'mon':[['09:00','10:00']]},'holidays':[20260101]}", "/c/holidays/0: " },
        { "{'timezone':'UTC','hours':{'mon':[['09:00','10:00']]},'workdays':[]}", "/c/workdays: " },
        { "{'timezone':'UTC','hours':{'mon':[['09:00','10:00']]},'workdays':{'2026-13-01':'mon'}}", "/c/workdays/2026-13-01: " },
        { "{'timezone':'UTC','hours':{'mon':[['09:00','10:00']]},'workdays':{'2026-10-10':'monday'}}", "/c/workdays/2026-10-10: " },
        { "{'timezone':'UTC','hours':{'mon':[['09:00','10:00']]},'workdays':{'2026-10-10':null}}", "/c/workdays/2026-10-10: " },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error error = { 0 };
        char text[500];
        snprintf(text, sizeof text, "{'c':%s}", wrong[i].text);
        json_t *json = script_json(text);
        if (calendar_from_json(json_object_get(json, "c"), "/c", &error))
            fail_msg("accepted: %s", wrong[i].text);
        assert_int_equal(error.kind, ERROR_INPUT);
        if (strncmp(error.text, wrong[i].pointer, strlen(wrong[i].pointer)) != 0 || !strstr(error.text, "expected"))
            fail_msg("%s: %s", wrong[i].text, error.text);
        json_decref(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adding_ends_at_a_spans_end_never_at_the_next_ones_beginning),
        cmocka_unit_test(adding_nothing_gives_the_start_itself),
        cmocka_unit_test(between_counts_working_seconds_from_a_up_to_b),
        cmocka_unit_test(holidays_have_no_working_time_and_adjusted_working_days_win),
        cmocka_unit_test(a_leap_day_is_a_day),
        cmocka_unit_test(spans_may_touch_and_end_at_24_00),
        cmocka_unit_test(a_day_has_23_or_25_hours_where_clocks_are_changed),
        cmocka_unit_test(a_span_that_ends_before_it_begins_that_day_is_empty),
        cmocka_unit_test(seconds_covered_twice_count_once),
        cmocka_unit_test(a_date_that_a_zone_skips_has_no_working_time),
        cmocka_unit_test(always_is_every_second),
        cmocka_unit_test(the_next_open_moment_is_now_or_the_next_spans_beginning),
        cmocka_unit_test(huge_durations_are_exact_and_do_not_take_long),
        cmocka_unit_test(adding_and_counting_are_each_others_inverse_on_10_000_random_cases),
        cmocka_unit_test(faults_are_told_with_their_pointer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
