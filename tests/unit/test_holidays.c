/* test_holidays.c - public holiday files: read exactly, or refused with the line
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "lib/buffer.h"
#include "lib/calendar.h"
#include "lib/holidays.h"

static const char *const work_words[] = { "（班）", "补班", NULL };
static const char *const skip_words[] = { "Observance", NULL };

/* What a file gives for these years, as "2026-01-01 2026-01-02; 2026-01-04"; the caller frees. */
static char *days_of(const char *text, int first, int last)
{
    struct error error = { 0 };
    struct holidays *holidays = holidays_new(first, last, &error);
    assert_non_null(holidays);
    holidays_words(holidays, work_words, skip_words);
    if (holidays_read(holidays, "file", text, strlen(text), &error) < 0)
        fail_msg("%s", error.text);
    json_t *json = holidays_to_json(holidays, "fri");
    struct buffer out;
    buffer_init(&out, 1 << 20);
    size_t i;
    json_t *value;
    const char *key;
    json_array_foreach(json_object_get(json, "holidays"), i, value)
        buffer_printf(&out, "%s%s", i ? " " : "", json_string_value(value));
    buffer_puts(&out, ";");
    json_object_foreach(json_object_get(json, "workdays"), key, value) {
        assert_string_equal(json_string_value(value), "fri");
        buffer_printf(&out, " %s", key);
    }
    char *result = strdup(buffer_text(&out));
    buffer_release(&out);
    json_decref(json);
    holidays_free(holidays);
    return result;
}

static void assert_days(const char *text, int first, int last, const char *expected)
{
    char *days = days_of(text, first, last);
    assert_string_equal(days, expected);
    free(days);
}

static void assert_refused(const char *text, const char *expected)
{
    struct error error = { 0 };
    struct holidays *holidays = holidays_new(2020, 2030, &error);
    assert_int_equal(holidays_read(holidays, "file", text, strlen(text), &error), -1);
    assert_int_equal(error.kind, ERROR_INPUT);
    if (strncmp(error.text, "file:", 5) != 0 || !strstr(error.text, expected))
        fail_msg("told: %s\n  not: %s", error.text, expected);
    holidays_free(holidays);
}

#define ICS(events) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n" events "END:VCALENDAR\r\n"
#define EVENT(lines) "BEGIN:VEVENT\r\nUID:1\r\n" lines "END:VEVENT\r\n"
#define DATE(name, date) name ";VALUE=DATE:" date "\r\n"

static void holiday_cn_gives_days_off_and_adjusted_working_days(void **state)
{
    (void)state;
    assert_days("{\"$schema\":\"s\",\"$id\":\"i\",\"year\":2026,\"papers\":[\"p\"],\"days\":["
                "{\"name\":\"元旦\",\"date\":\"2026-01-01\",\"isOffDay\":true},"
                "{\"name\":\"元旦\",\"date\":\"2026-01-04\",\"isOffDay\":false},"
                "{\"name\":\"国庆节\",\"date\":\"2026-10-01\",\"isOffDay\":true},"
                "{\"name\":\"春节\",\"date\":\"2025-12-31\",\"isOffDay\":true}]}",
                2025, 2026, "2025-12-31 2026-01-01 2026-10-01; 2026-01-04");
    assert_days("\xef\xbb\xbf{\"year\":2026,\"days\":[]}", 2026, 2026, ";"); /* a byte order mark */
}

static void faults_of_json_are_told_with_place(void **state)
{
    (void)state;
    assert_refused("{\"days\":[]}", "holiday-cn's form");
    assert_refused("{\"year\":\"2026\",\"days\":[]}", "holiday-cn's form");
    assert_refused("{\"year\":2026,\"days\":{}}", "holiday-cn's form");
    assert_refused("{\"year\":2026,\n\"days\":[{\"date\":\"2026-02-29\",\"isOffDay\":true}]}", "file:2:");
    assert_refused("{\"year\":2026,\"days\":[{\"date\":\"2026-02-29\",\"isOffDay\":true}]}", "/days/0: expected \"date\"");
    assert_refused("{\"year\":2026,\"days\":[{\"date\":\"2026-02-28\",\"isOffDay\":1}]}", "isOffDay");
    assert_refused("{\"year\":2026,\"days\":[7]}", "/days/0");
    assert_refused("{\"year\":2026,\"days\":[}", "file:1:");
    assert_refused("", "BEGIN:VCALENDAR");
    assert_refused("hello\n", "BEGIN:VCALENDAR");
    assert_refused("<html>\n", "BEGIN:VCALENDAR");
}

static void events_are_ranges_whose_end_does_not_belong_to_them(void **state)
{
    (void)state;
    assert_days(ICS(EVENT(DATE("DTSTART", "20261001") DATE("DTEND", "20261004") "SUMMARY:国庆节\r\n")
                    EVENT(DATE("DTSTART", "20261225") "SUMMARY:Christmas\r\n")
                    EVENT(DATE("DTSTART", "20261230") "DURATION:P1W\r\n")
                    EVENT(DATE("DTSTART", "20260501") DATE("DTEND", "20260501"))),
                2026, 2026, "2026-05-01 2026-10-01 2026-10-02 2026-10-03 2026-12-25 2026-12-30 2026-12-31;");
    /* folded lines, lower case, LF alone, another component, an alarm with a date of its own */
    assert_days("begin:vcalendar\nbegin:vtimezone\ndtstart:19700101T000000\nend:vtimezone\nBEGIN:VEVENT\nDTSTART;\n VALUE=DA\n TE:202610\n"
                " 01\nBEGIN:VALARM\nDTSTART;VALUE=DATE:20260101\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n", 2026, 2026, "2026-10-01;");
    assert_days(ICS(EVENT("DTSTART;X=\"a:b;c\";VALUE=DATE:20261001\r\n")), 2026, 2026, "2026-10-01;");
    assert_days(ICS(EVENT("DTSTART:20261001T090000Z\r\nDTEND:20261001T100000Z\r\n")
                    EVENT(DATE("DTSTART", "20261002") "STATUS:CANCELLED\r\n")
                    EVENT(DATE("DTSTART", "20261003") "SUMMARY:Day of cats (Observance)\r\n")), 2026, 2026, ";");
}

static void working_days_are_known_by_their_summary_or_by_apples_word(void **state)
{
    (void)state;
    assert_days(ICS(EVENT(DATE("DTSTART", "20261010") "SUMMARY:国庆节（班）\r\n")
                    EVENT(DATE("DTSTART", "20260104") "SUMMARY:元旦 补班\r\n")
                    EVENT(DATE("DTSTART", "20260214") "X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY\r\n")
                    EVENT(DATE("DTSTART", "20260217") "X-APPLE-SPECIAL-DAY:WORK-HOLIDAY\r\nSUMMARY:补班\r\n")),
                2026, 2026, "2026-02-17; 2026-01-04 2026-02-14 2026-10-10");
    /* a day that is both works, whatever the order of the files */
    assert_days(ICS(EVENT(DATE("DTSTART", "20261010") "SUMMARY:（班）\r\n") EVENT(DATE("DTSTART", "20261010"))), 2026, 2026,
                "; 2026-10-10");
}

static void yearly_rules_give_the_days_that_calendars_of_the_world_use(void **state)
{
    (void)state;
    /* a fixed date; every other year; a number of years; until a date */
    assert_days(ICS(EVENT(DATE("DTSTART", "20200501") "RRULE:FREQ=YEARLY\r\n")), 2026, 2027, "2026-05-01 2027-05-01;");
    assert_days(ICS(EVENT(DATE("DTSTART", "20200501") "RRULE:FREQ=YEARLY;INTERVAL=2\r\n")), 2026, 2028, "2026-05-01 2028-05-01;");
    assert_days(ICS(EVENT(DATE("DTSTART", "20250501") "RRULE:FREQ=YEARLY;COUNT=2\r\n")), 2024, 2030, "2025-05-01 2026-05-01;");
    assert_days(ICS(EVENT(DATE("DTSTART", "20250501") "RRULE:FREQ=YEARLY;UNTIL=20270430\r\n")), 2024, 2030, "2025-05-01 2026-05-01;");
    /* Thanksgiving, Memorial Day, Day of Prayer and Repentance, election day, Mother's Day and its eve */
    assert_days(ICS(EVENT(DATE("DTSTART", "20201126") "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH\r\n")), 2026, 2027, "2026-11-26 2027-11-25;");
    assert_days(ICS(EVENT(DATE("DTSTART", "20200525") "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO\r\n")), 2026, 2027, "2026-05-25 2027-05-31;");
    assert_days(ICS(EVENT(DATE("DTSTART", "20201118") "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=WE;BYMONTHDAY=16,17,18,19,20,21,22\r\n")),
                2026, 2027, "2026-11-18 2027-11-17;");
    assert_days(ICS(EVENT(DATE("DTSTART", "20200510") DATE("DTEND", "20200512") "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=5\r\n")), 2026, 2026,
                "2026-05-10 2026-05-11;");
    /* the last day of a month, the first Monday of the year, several months */
    assert_days(ICS(EVENT(DATE("DTSTART", "20200131") "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1\r\n")), 2027, 2028,
                "2027-02-28 2028-02-29;");
    assert_days(ICS(EVENT(DATE("DTSTART", "20200106") "RRULE:FREQ=YEARLY;BYDAY=1MO\r\n")), 2026, 2026, "2026-01-05;");
    assert_days(ICS(EVENT(DATE("DTSTART", "20200415") "RRULE:FREQ=YEARLY;BYMONTH=4,10\r\n")), 2026, 2026, "2026-04-15 2026-10-15;");
    /* a leap day is there in leap years only */
    assert_days(ICS(EVENT(DATE("DTSTART", "20240229") "RRULE:FREQ=YEARLY\r\n")), 2024, 2029, "2024-02-29 2028-02-29;");
    /* nothing before its own beginning; single dates more or less */
    assert_days(ICS(EVENT(DATE("DTSTART", "20270501") "RRULE:FREQ=YEARLY\r\n")), 2026, 2027, "2027-05-01;");
    assert_days(ICS(EVENT(DATE("DTSTART", "20200501") "RRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20260501,20270501\r\n"
                          "RDATE;VALUE=DATE:20260502\r\n")), 2026, 2028, "2026-05-02 2028-05-01;");
    assert_days(ICS(EVENT(DATE("DTSTART", "19000501") "RRULE:FREQ=YEARLY;COUNT=1000\r\n")), 2026, 2026, "2026-05-01;");
}

static void what_is_not_understood_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *lines, *expected;
    } cases[] = {
        { DATE("DTSTART", "20260101") "RRULE:FREQ=WEEKLY\r\n", "file:7: expected an RRULE of FREQ=YEARLY" },
        { DATE("DTSTART", "20260101") "RRULE:FREQ=YEARLY;BYSETPOS=1\r\n", "file:7:" },
        { DATE("DTSTART", "20260101") "RRULE:FREQ=YEARLY;BYEASTER=1\r\n", "file:7:" },
        { DATE("DTSTART", "20260101") "RRULE:BYMONTH=1\r\n", "FREQ=YEARLY" },
        { DATE("DTSTART", "20260101") "RRULE:FREQ=YEARLY;BYMONTH=13\r\n", "file:7:" },
        { DATE("DTSTART", "20260101") "RRULE:FREQ=YEARLY;BYMONTH=-1\r\n", "file:7:" },
        { DATE("DTSTART", "20260101") "RRULE:FREQ=YEARLY;BYDAY=XX\r\n", "file:7:" },
        { DATE("DTSTART", "20260101") "RRULE:FREQ=YEARLY;BYDAY=0MO\r\n", "file:7:" },
        { DATE("DTSTART", "20260101") "RRULE:FREQ=YEARLY;INTERVAL=0\r\n", "file:7:" },
        { DATE("DTSTART", "20260101") "RRULE:FREQ=YEARLY;COUNT=99999999999999999999\r\n", "file:7:" },
        { DATE("DTSTART", "20260101") "RRULE:FREQ\r\n", "file:7:" },
        { DATE("DTSTART", "20260101") "RRULE:FREQ=YEARLY\r\nRRULE:FREQ=YEARLY\r\n", "one RRULE" },
        { DATE("DTSTART", "20260101") "RECURRENCE-ID;VALUE=DATE:20260101\r\n", "file:7:" },
        { DATE("DTSTART", "20260230"), "file:6: expected DTSTART" },
        { DATE("DTSTART", "2026011"), "file:6:" },
        { DATE("DTSTART", "20260101") DATE("DTEND", "20251231"), "file:4: expected an event of 1 to 366 days" },
        { DATE("DTSTART", "20260101") DATE("DTEND", "20280101"), "1 to 366 days" },
        { DATE("DTSTART", "20260101") "DURATION:PT1H\r\n", "DURATION" },
        { DATE("DTSTART", "20260101") "EXDATE;VALUE=DATE:2026\r\n", "dates like" },
        { "SUMMARY:no date\r\n", "file:4: expected a DTSTART" },
        { "nonsense\r\n", "file:6: expected a line like NAME:VALUE" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2000];
        snprintf(text, sizeof text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\n%sEND:VEVENT\r\n"
                 "END:VCALENDAR\r\n",
                 cases[i].lines);
        assert_refused(text, cases[i].expected);
    }
    assert_refused("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260101\r\n", "the file is cut off");
    assert_refused("BEGIN:VEVENT\r\nEND:VEVENT\r\n", "BEGIN:VCALENDAR");
    assert_refused("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\nEND:VCALENDAR\r\n", "BEGIN before");
}

/* A file made to take long: as many events as are taken, each yearly since 1600. */
static void the_worst_file_takes_bounded_time(void **state)
{
    (void)state;
    struct error error = { 0 };
    struct buffer text;
    buffer_init(&text, HOLIDAYS_FILE_MAX);
    buffer_puts(&text, "BEGIN:VCALENDAR\n");
    for (int i = 0; i < 2000; i++)
        buffer_puts(&text, "BEGIN:VEVENT\nDTSTART;VALUE=DATE:16000101\nDTEND;VALUE=DATE:16010101\n"
                           "RRULE:FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYDAY=MO,TU;COUNT=10000\nEND:VEVENT\n");
    buffer_puts(&text, "END:VCALENDAR\n");
    struct holidays *holidays = holidays_new(2026, 2026, &error);
    clock_t begun = clock();
    assert_int_equal(holidays_read(holidays, "file", buffer_text(&text), text.size, &error), -1);
    assert_true(clock() - begun < 2 * CLOCKS_PER_SEC);
    buffer_clear(&text);
    for (int i = 0; i < 100000; i++)
        buffer_puts(&text, "BEGIN:X\n");
    assert_int_equal(holidays_read(holidays, "file", buffer_text(&text), text.size, &error), -1);
    buffer_release(&text);
    holidays_free(holidays);
}

static void years_are_bounded(void **state)
{
    (void)state;
    struct error error = { 0 };
    assert_null(holidays_new(1969, 2026, &error));
    assert_null(holidays_new(2027, 2026, &error));
    assert_null(holidays_new(2000, 2100, &error));
    assert_null(holidays_new(2026, 10000, &error));
}

static struct calendar *office(const char *holidays)
{
    struct error error = { 0 };
    char text[400];
    snprintf(text, sizeof text, "{\"timezone\":\"Asia/Shanghai\",\"hours\":{\"mon\":[[\"09:00\",\"17:00\"]]},\"holidays\":[%s]}", holidays);
    json_t *json = json_loads(text, 0, NULL);
    struct calendar *calendar = calendar_from_json(json, "", &error);
    json_decref(json);
    return calendar;
}

static void a_missing_year_is_known_in_time(void **state)
{
    (void)state;
    static const struct {
        const char *holidays, *now;
        int year;
    } cases[] = {
        { "\"2026-10-01\"", "2026-10-31T15:59:59Z", 0 },
        { "\"2026-10-01\"", "2026-10-31T16:00:00Z", 2027 }, /* November in Shanghai */
        { "\"2026-10-01\"", "2026-12-31T00:00:00Z", 2027 },
        { "\"2026-10-01\"", "2027-03-01T00:00:00Z", 2027 },
        { "\"2026-10-01\",\"2027-01-01\"", "2026-12-31T00:00:00Z", 0 },
        { "\"2027-01-01\"", "2026-12-31T00:00:00Z", 0 },
        { "", "2026-12-31T00:00:00Z", 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        instant now;
        struct calendar *calendar = office(cases[i].holidays);
        assert_int_equal(instant_parse_rfc3339(cases[i].now, &now, NULL), 1);
        if (calendar_missing_year(calendar, now) != cases[i].year)
            fail_msg("%s at %s: %d", cases[i].holidays, cases[i].now, (int)calendar_missing_year(calendar, now));
        calendar_free(calendar);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holiday_cn_gives_days_off_and_adjusted_working_days),
        cmocka_unit_test(faults_of_json_are_told_with_place),
        cmocka_unit_test(events_are_ranges_whose_end_does_not_belong_to_them),
        cmocka_unit_test(working_days_are_known_by_their_summary_or_by_apples_word),
        cmocka_unit_test(yearly_rules_give_the_days_that_calendars_of_the_world_use),
        cmocka_unit_test(what_is_not_understood_is_refused_with_its_line),
        cmocka_unit_test(the_worst_file_takes_bounded_time),
        cmocka_unit_test(years_are_bounded),
        cmocka_unit_test(a_missing_year_is_known_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
