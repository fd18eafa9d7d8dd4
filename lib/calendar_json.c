/* calendar_json.c - reads a calendar from its JSON
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/calendar_internal.h"
#include "lib/document.h"

enum { POINTER_SIZE = 400 };

static const char *const weekdays[7] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

static bool is_comment(const char *key)
{
    return strncmp(key, "//", 2) == 0;
}

static int weekday_parse(const char *name)
{
    for (int i = 0; name && i < 7; i++)
        if (strcmp(name, weekdays[i]) == 0)
            return i;
    return -1;
}

static int memory_out(struct error *error)
{
    return error_set(error, ERROR_RETRY, "memory is out");
}

/* "09:00" in seconds, -1 for anything else. */
static int parse_time(const json_t *value, bool is_end)
{
    const char *text = json_string_value(value);
    if (!text || strlen(text) != 5 || text[2] != ':')
        return -1;
    for (int i = 0; i < 5; i++)
        if (i != 2 && (text[i] < '0' || text[i] > '9'))
            return -1;
    int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
    if (hour == 24 && minute == 0 && is_end)
        return 86400;
    return hour > 23 || minute > 59 ? -1 : hour * 3600 + minute * 60;
}

static int read_span(const json_t *value, const char *pointer, const struct span *previous, struct span *span,
                     struct error *error)
{
    if (!json_is_array(value) || json_array_size(value) != 2)
        return error_set(error, ERROR_INPUT, "%s: expected a span like [\"09:00\",\"12:00\"]", pointer);
    span->begin = parse_time(json_array_get(value, 0), false);
    if (span->begin < 0)
        return error_set(error, ERROR_INPUT, "%s/0: expected a time from \"00:00\" to \"23:59\"", pointer);
    span->end = parse_time(json_array_get(value, 1), true);
    if (span->end < 0)
        return error_set(error, ERROR_INPUT, "%s/1: expected a time from \"00:01\" to \"24:00\"", pointer);
    if (span->end <= span->begin)
        return error_set(error, ERROR_INPUT, "%s: expected an end after the beginning (a span may not cross midnight)",
                         pointer);
    if (previous && span->begin < previous->end)
        return error_set(error, ERROR_INPUT, "%s: expected spans in order that do not overlap", pointer);
    return 1;
}

static int read_spans(struct day_hours *hours, const json_t *list, const char *pointer, struct error *error)
{
    if (!json_is_array(list))
        return error_set(error, ERROR_INPUT, "%s: expected a list like [[\"09:00\",\"12:00\"]]", pointer);
    size_t count = json_array_size(list);
    /* More spans than minutes overlap; the first that does is told, so no more are kept. */
    size_t room = count < SPANS_MOST ? count : SPANS_MOST;
    hours->spans = calloc(room ? room : 1, sizeof *hours->spans);
    if (!hours->spans)
        return memory_out(error);
    for (size_t i = 0; i < count; i++) {
        char at[POINTER_SIZE];
        struct span span, *previous = i ? &hours->spans[i - 1] : NULL;
        document_pointer_index(at, sizeof at, pointer, i);
        if (read_span(json_array_get(list, i), at, previous, &span, error) < 0)
            return -1;
        hours->spans[i] = span;
        hours->count = i + 1;
    }
    return 1;
}

static int read_hours(struct calendar *calendar, const json_t *object, const char *pointer, struct error *error)
{
    if (!json_is_object(object))
        return error_set(error, ERROR_INPUT, "%s: expected an object like {\"mon\":[[\"09:00\",\"12:00\"]]}", pointer);
    const char *key;
    json_t *value;
    bool any = false;
    json_object_foreach((json_t *)object, key, value) {
        if (is_comment(key))
            continue;
        char at[POINTER_SIZE];
        document_pointer(at, sizeof at, pointer, key);
        int weekday = weekday_parse(key);
        if (weekday < 0)
            return error_set(error, ERROR_INPUT, "%s: unknown key, expected mon, tue, wed, thu, fri, sat or sun", at);
        if (read_spans(&calendar->hours[weekday], value, at, error) < 0)
            return -1;
        any |= calendar->hours[weekday].count > 0;
    }
    if (!any)
        return error_set(error, ERROR_INPUT, "%s: expected at least one weekday with a span", pointer);
    return 1;
}

/* Adds a day's rule; what stands earlier in the list for the same day gives way (see sort_days). */
static void add_day(struct calendar *calendar, int64_t day, int weekday)
{
    if (day > CALENDAR_FIRST_DAY && day < CALENDAR_LAST_DAY)
        calendar->special[calendar->special_count++] = (struct special_day){ day, weekday };
}

static int read_holidays(struct calendar *calendar, const json_t *list, const char *pointer, struct error *error)
{
    if (list && !json_is_array(list))
        return error_set(error, ERROR_INPUT, "%s: expected a list of dates like [\"2026-10-01\"]", pointer);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        int64_t day;
        if (!text || !instant_parse_date(text, &day))
            return error_set(error, ERROR_INPUT, "%s/%zu: expected a date that exists, like \"2026-10-01\"", pointer, i);
        add_day(calendar, day, DAY_OFF);
    }
    return 1;
}

static int read_workdays(struct calendar *calendar, const json_t *object, const char *pointer, struct error *error)
{
    if (object && !json_is_object(object))
        return error_set(error, ERROR_INPUT, "%s: expected an object like {\"2026-10-10\":\"mon\"}", pointer);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value) {
        if (is_comment(key))
            continue;
        char at[POINTER_SIZE];
        document_pointer(at, sizeof at, pointer, key);
        int64_t day;
        if (!instant_parse_date(key, &day))
            return error_set(error, ERROR_INPUT, "%s: expected a date that exists, like \"2026-10-10\", as key", at);
        int weekday = weekday_parse(json_string_value(value));
        if (weekday < 0)
            return error_set(error, ERROR_INPUT, "%s: expected \"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\" or \"sun\"", at);
        add_day(calendar, day, weekday);
    }
    return 1;
}

/* By day; an adjusted working day behind a holiday, so that it wins. */
static int compare_days(const void *left, const void *right)
{
    const struct special_day *a = left, *b = right;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    return (a->weekday != DAY_OFF) - (b->weekday != DAY_OFF);
}

static void sort_days(struct calendar *calendar)
{
    size_t kept = 0;
    if (calendar->special_count)
        qsort(calendar->special, calendar->special_count, sizeof *calendar->special, compare_days);
    for (size_t i = 0; i < calendar->special_count; i++) {
        if (kept && calendar->special[kept - 1].day == calendar->special[i].day)
            kept--;
        calendar->special[kept++] = calendar->special[i];
    }
    calendar->special_count = kept;
}

static int read_office(struct calendar *calendar, const json_t *object, const char *pointer, struct error *error)
{
    char at[POINTER_SIZE];
    const json_t *zone = json_object_get(object, "timezone"), *holidays = json_object_get(object, "holidays"),
                 *workdays = json_object_get(object, "workdays");
    document_pointer(at, sizeof at, pointer, "timezone");
    if (!json_is_string(zone))
        return error_set(error, ERROR_INPUT, "%s: expected the name of an IANA time zone like \"Asia/Shanghai\"", at);
    calendar->zone = zone_load(json_string_value(zone), error);
    if (!calendar->zone)
        return error_prefix(error, "%s", at);
    document_pointer(at, sizeof at, pointer, "hours");
    if (read_hours(calendar, json_object_get(object, "hours"), at, error) < 0)
        return -1;
    size_t room = json_array_size(holidays) + json_object_size(workdays);
    calendar->special = calloc(room ? room : 1, sizeof *calendar->special);
    if (!calendar->special)
        return memory_out(error);
    document_pointer(at, sizeof at, pointer, "holidays");
    if (read_holidays(calendar, holidays, at, error) < 0)
        return -1;
    document_pointer(at, sizeof at, pointer, "workdays");
    if (read_workdays(calendar, workdays, at, error) < 0)
        return -1;
    sort_days(calendar);
    return calendar_prepare(calendar) ? 1 : memory_out(error);
}

static int read_calendar(struct calendar *calendar, const json_t *value, const char *pointer, struct error *error)
{
    static const char *const keys[] = { "timezone", "hours", "holidays", "workdays", NULL };
    if (!json_is_object(value))
        return error_set(error, ERROR_INPUT, "%s: expected a calendar: {\"timezone\",\"hours\",…} or {\"always\":true}",
                         pointer);
    const json_t *always = json_object_get(value, "always");
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)value, key, member) {
        if (is_comment(key))
            continue;
        char at[POINTER_SIZE];
        document_pointer(at, sizeof at, pointer, key);
        if (always && strcmp(key, "always") != 0)
            return error_set(error, ERROR_INPUT, "%s: expected nothing beside \"always\"", at);
        size_t i = 0;
        while (!always && keys[i] && strcmp(keys[i], key) != 0)
            i++;
        if (!always && !keys[i])
            return error_set(error, ERROR_INPUT, "%s: unknown key, expected timezone, hours, holidays or workdays", at);
    }
    if (!always)
        return read_office(calendar, value, pointer, error);
    calendar->always = true;
    if (!json_is_true(always))
        return error_set(error, ERROR_INPUT, "%s/always: expected true", pointer);
    return 1;
}

struct calendar *calendar_from_json(const json_t *value, const char *pointer, struct error *error)
{
    struct calendar *calendar = calloc(1, sizeof *calendar);
    if (!calendar) {
        memory_out(error);
        return NULL;
    }
    if (read_calendar(calendar, value, pointer, error) < 0) {
        calendar_free(calendar);
        return NULL;
    }
    return calendar;
}
