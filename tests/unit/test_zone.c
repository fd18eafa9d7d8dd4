/* test_zone.c - zones are read from the system's tzdata, local times follow clocks.md
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/zone.h"
#include "lib/zone_rule.h"

static struct zone *load(const char *name)
{
    struct error error = { 0 };
    struct zone *zone = zone_load(name, &error);
    if (!zone)
        fail_msg("%s: %s", name, error.text);
    return zone;
}

/* "2026-03-29 02:30" in a zone, as UTC; "skipped" for a date that the zone skips. */
static void assert_local(const char *name, const char *date, const char *time, const char *expected)
{
    struct zone *zone = load(name);
    int64_t days;
    instant at;
    char text[INSTANT_TEXT] = "skipped";
    assert_int_equal(instant_parse_date(date, &days), 1);
    int second = (int)strtol(time, NULL, 10) * 3600 + (int)strtol(time + 3, NULL, 10) * 60;
    if (zone_instant(zone, days, second, &at))
        instant_format_rfc3339(at, text);
    if (strcmp(text, expected) != 0)
        fail_msg("%s %s %s: %s instead of %s", name, date, time, text, expected);
    zone_free(zone);
}

static void a_local_time_is_resolved_by_the_rules_at_that_date(void **state)
{
    (void)state;
    assert_local("Asia/Shanghai", "2026-11-22", "10:00", "2026-11-22T02:00:00Z");
    assert_local("Asia/Shanghai", "1988-07-01", "10:00", "1988-07-01T01:00:00Z"); /* summer time of 1986 to 1991 */
    assert_local("Europe/Berlin", "2026-01-15", "09:00", "2026-01-15T08:00:00Z");
    assert_local("Europe/Berlin", "2026-07-15", "09:00", "2026-07-15T07:00:00Z");
    assert_local("America/New_York", "2026-01-15", "09:00", "2026-01-15T14:00:00Z");
    assert_local("America/New_York", "2026-07-15", "24:00", "2026-07-16T04:00:00Z");
    assert_local("Australia/Lord_Howe", "2026-01-15", "09:00", "2026-01-14T22:00:00Z");
    assert_local("Australia/Lord_Howe", "2026-07-15", "09:00", "2026-07-14T22:30:00Z");
    assert_local("Asia/Kathmandu", "2026-07-15", "09:00", "2026-07-15T03:15:00Z");
    assert_local("UTC", "1970-01-01", "00:00", "1970-01-01T00:00:00Z");
}

static void the_rules_at_the_end_of_the_file_hold_to_the_year_9999(void **state)
{
    (void)state;
    assert_local("Europe/Berlin", "2038-07-15", "09:00", "2038-07-15T07:00:00Z");
    assert_local("Europe/Berlin", "9999-07-15", "09:00", "9999-07-15T07:00:00Z");
    assert_local("Europe/Berlin", "9999-12-15", "09:00", "9999-12-15T08:00:00Z");
    assert_local("America/New_York", "2500-03-14", "03:00", "2500-03-14T07:00:00Z");
    assert_local("Australia/Lord_Howe", "2100-01-15", "09:00", "2100-01-14T22:00:00Z");
    assert_local("Europe/Dublin", "2100-07-15", "09:00", "2100-07-15T08:00:00Z"); /* negative daylight time */
    assert_local("America/Nuuk", "2100-07-15", "09:00", "2100-07-15T10:00:00Z");  /* a rule on the day before */
}

static void a_time_that_does_not_exist_moves_forward_by_the_gap(void **state)
{
    (void)state;
    assert_local("Europe/Berlin", "2026-03-29", "01:59", "2026-03-29T00:59:00Z");
    assert_local("Europe/Berlin", "2026-03-29", "02:00", "2026-03-29T01:00:00Z");
    assert_local("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:30:00Z"); /* shown as 03:30 */
    assert_local("Europe/Berlin", "2026-03-29", "03:00", "2026-03-29T01:00:00Z");
    assert_local("America/New_York", "2026-03-08", "02:15", "2026-03-08T07:15:00Z");
    assert_local("Australia/Lord_Howe", "2026-10-04", "02:10", "2026-10-03T15:40:00Z"); /* half an hour: 02:40 */
    assert_local("America/Sao_Paulo", "2018-11-04", "00:00", "2018-11-04T03:00:00Z");  /* no midnight that day */
    assert_local("America/Sao_Paulo", "2018-11-03", "24:00", "2018-11-04T03:00:00Z");
}

static void a_time_that_exists_twice_means_the_first(void **state)
{
    (void)state;
    assert_local("Europe/Berlin", "2026-10-25", "02:00", "2026-10-25T00:00:00Z");
    assert_local("Europe/Berlin", "2026-10-25", "02:59", "2026-10-25T00:59:00Z");
    assert_local("Europe/Berlin", "2026-10-25", "03:00", "2026-10-25T02:00:00Z");
    assert_local("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30:00Z");
    assert_local("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00Z");
    assert_local("Australia/Lord_Howe", "2026-04-05", "02:00", "2026-04-04T15:30:00Z");
    assert_local("America/St_Johns", "2006-10-28", "23:30", "2006-10-29T02:00:00Z"); /* back at 00:01 */
    assert_local("America/St_Johns", "2006-10-28", "24:00", "2006-10-29T02:30:00Z");
}

static void a_date_that_a_zone_skips_is_told(void **state)
{
    (void)state;
    assert_local("Pacific/Apia", "2011-12-29", "24:00", "2011-12-30T10:00:00Z");
    assert_local("Pacific/Apia", "2011-12-30", "00:00", "skipped");
    assert_local("Pacific/Apia", "2011-12-30", "12:00", "skipped");
    assert_local("Pacific/Apia", "2011-12-30", "24:00", "skipped");
    assert_local("Pacific/Apia", "2011-12-31", "00:00", "2011-12-30T10:00:00Z");
    assert_local("Pacific/Kwajalein", "1993-08-21", "12:00", "skipped");
    assert_local("Pacific/Kiritimati", "1994-12-31", "12:00", "skipped");
}

static void names_that_are_no_zones_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "", "/", "Asia/Peking1", "asia/shanghai", "Asia", "Asia/", "/Asia/Shanghai", "Asia//Shanghai",
        "../zoneinfo/Asia/Shanghai", "Asia/../UTC", "./UTC", "Asia/./Shanghai", "/etc/passwd", "localtime",
        "posixrules", "right/UTC", "posix/UTC", "zone.tab", "tzdata.zi", "leapseconds", "UTC ", " UTC", "UTC\n",
        "+08:00", "UTC+8", "-1", "CST-8", "Asia\\Shanghai", "\xe4\xb8\xad", "NULL", "Europe/Berlin\x01",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error error = { 0 };
        if (zone_load(wrong[i], &error))
            fail_msg("'%s' was accepted", wrong[i]);
        assert_int_equal(error.kind, ERROR_INPUT);
        assert_non_null(strstr(error.text, "IANA"));
    }
    char longer[5000];
    memset(longer, 'A', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    struct error error = { 0 };
    assert_null(zone_load(longer, &error));
    assert_int_equal(error.kind, ERROR_INPUT);
}

static void names_that_are_zones_are_accepted(void **state)
{
    (void)state;
    static const char *const right[] = { "UTC", "Etc/GMT+8", "America/Port-au-Prince", "America/Argentina/Buenos_Aires",
                                         "Asia/Ho_Chi_Minh", "Africa/El_Aaiun" };
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        zone_free(load(right[i]));
}

static void missing_tzdata_is_the_administrators_matter(void **state)
{
    (void)state;
    struct error error = { 0 };
    setenv("TZDIR", "/nonexistent/zoneinfo", 1);
    assert_null(zone_load("UTC", &error));
    unsetenv("TZDIR");
    assert_int_equal(error.kind, ERROR_SETUP);
    assert_non_null(strstr(error.text, "tzdata"));
}

/* A TZif file of version 2: a first part that must be skipped, two changes, a rule. */
static size_t make_file(unsigned char *bytes, const char *rule, int leaps)
{
    static const unsigned char first[] = { 'T', 'Z', 'i', 'f', '2', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                           0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1,
                                           0, 0, 0, 0, 0, 0, 0 };
    unsigned char second[] = { 'T', 'Z', 'i', 'f', '2', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                               0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 4,
                               0, 0, 0, 0, 0, 0, 0x27, 0x10, 0, 0, 0, 0, 0, 0, 0x4e, 0x20, /* 10000, 20000 */
                               1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0e, 0x10, 1, 0, 'A', 'B', 'C', 0 };
    second[31] = (unsigned char)leaps;
    memcpy(bytes, first, sizeof first);
    size_t size = sizeof first;
    memcpy(bytes + size, second, sizeof second);
    size += sizeof second;
    for (int i = 0; i < leaps * 12; i++)
        bytes[size++] = 0;
    return size + (size_t)snprintf((char *)bytes + size, 100, "\n%s\n", rule);
}

static void a_file_made_by_hand_is_read(void **state)
{
    (void)state;
    unsigned char bytes[400];
    size_t size = make_file(bytes, "ABC0", 0);
    struct error error = { 0 };
    struct zone *zone = zone_from_bytes("made", bytes, size, &error);
    if (!zone)
        fail_msg("%s", error.text);
    assert_int_equal(zone_change_count(zone), 2);
    assert_int_equal(zone_offset(zone, 9999), 0);
    assert_int_equal(zone_offset(zone, 10000), 3600);
    assert_int_equal(zone_offset(zone, 19999), 3600);
    assert_int_equal(zone_offset(zone, 20000), 0);
    zone_free(zone);
}

static void damaged_files_are_refused_wherever_they_are_cut(void **state)
{
    (void)state;
    unsigned char bytes[400];
    struct error error = { 0 };
    size_t size = make_file(bytes, "ABC0", 0);
    for (size_t cut = 0; cut < size; cut++) {
        /* In memory of its own, so that a sanitizer sees a read beyond it. */
        unsigned char *copy = malloc(cut + 1);
        memcpy(copy, bytes, cut);
        if (zone_from_bytes("cut", copy, cut, &error))
            fail_msg("accepted although cut at %zu of %zu", cut, size);
        assert_int_equal(error.kind, ERROR_SETUP);
        free(copy);
    }
    size = make_file(bytes, "ABC0", 1);
    assert_null(zone_from_bytes("leap", bytes, size, &error));
    assert_int_equal(error.kind, ERROR_INPUT);
    static const char *const wrong[] = { "ABC", "AB0", "ABC0DEF", "ABC0DEF,M3.5.0", "ABC0DEF,M13.5.0,M10.5.0",
                                         "ABC25", "ABC0DEF,M3.6.0,M10.5.0", "ABC0DEF,J0,J300", "ABC0DEF,366,1",
                                         "<+>0", "ABC0DEF,M3.5.0/168,M10.5.0", "ABC0 ", "99999999999999" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        size = make_file(bytes, wrong[i], 0);
        struct zone *zone = zone_from_bytes("rule", bytes, size, &error);
        if (zone)
            fail_msg("rule '%s' was accepted", wrong[i]);
    }
    for (size_t i = 0; i < 44; i++) {
        size = make_file(bytes, "ABC0", 0);
        bytes[51 + i] ^= 0xff; /* the second header */
        zone_free(zone_from_bytes("spoiled", bytes, size, &error));
    }
}

static void rules_name_their_days(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int year;
        const char *begin;
        int second;
    } rules[] = {
        { "CET-1CEST,M3.5.0,M10.5.0/3", 2026, "2026-03-29", 7200 },
        { "EST5EDT,M3.2.0,M11.1.0", 2026, "2026-03-08", 7200 },
        { "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 2026, "2026-10-04", 7200 },
        { "ABC0DEF,J60,J300", 2024, "2024-03-01", 7200 },
        { "ABC0DEF,J59,J300", 2024, "2024-02-28", 7200 },
        { "ABC0DEF,59,300", 2024, "2024-02-29", 7200 },
        { "ABC0DEF,M2.5.4/-2:30,M10.5.0", 2024, "2024-02-29", -9000 },
        { "ABC0DEF,M2.5.4/167,M10.5.0", 2026, "2026-02-26", 167 * 3600 },
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        struct zone_rule rule;
        int64_t days;
        assert_int_equal(zone_rule_parse(rules[i].text, &rule), 1);
        assert_true(rule.has_daylight);
        assert_int_equal(instant_parse_date(rules[i].begin, &days), 1);
        assert_int_equal(zone_rule_second(&rule.begin, rules[i].year), days * 86400 + rules[i].second);
    }
    struct zone_rule rule;
    assert_int_equal(zone_rule_parse("IST-1GMT0,M10.5.0,M3.5.0/1", &rule), 1);
    assert_int_equal(rule.standard, 3600);
    assert_int_equal(rule.daylight, 0);
}

static void daylight_time_all_the_year_is_one_offset(void **state)
{
    (void)state;
    unsigned char bytes[400];
    size_t size = make_file(bytes, "ABC3DEF2,0/0,J365/25", 0);
    struct error error = { 0 };
    struct zone *zone = zone_from_bytes("all year", bytes, size, &error);
    if (!zone)
        fail_msg("%s", error.text);
    for (int64_t at = INT64_C(1000000000); at < INT64_C(1100000000); at += 86400 / 2)
        assert_int_equal(zone_offset(zone, at), -7200);
    zone_free(zone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_local_time_is_resolved_by_the_rules_at_that_date),
        cmocka_unit_test(the_rules_at_the_end_of_the_file_hold_to_the_year_9999),
        cmocka_unit_test(a_time_that_does_not_exist_moves_forward_by_the_gap),
        cmocka_unit_test(a_time_that_exists_twice_means_the_first),
        cmocka_unit_test(a_date_that_a_zone_skips_is_told),
        cmocka_unit_test(names_that_are_no_zones_are_refused),
        cmocka_unit_test(names_that_are_zones_are_accepted),
        cmocka_unit_test(missing_tzdata_is_the_administrators_matter),
        cmocka_unit_test(a_file_made_by_hand_is_read),
        cmocka_unit_test(damaged_files_are_refused_wherever_they_are_cut),
        cmocka_unit_test(rules_name_their_days),
        cmocka_unit_test(daylight_time_all_the_year_is_one_offset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
