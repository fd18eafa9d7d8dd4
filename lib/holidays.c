/* holidays.c - days off and adjusted working days: the set, and holiday-cn's JSON
 * SPDX-License-Identifier: MIT
 */
#include "lib/holidays.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/document.h"
#include "lib/holidays_internal.h"
#include "lib/instant.h"

struct holidays {
    int64_t first_day, last_day;
    const char *const *workday_words, *const *skip_words;
    unsigned char *kinds; /* by day since first_day */
};

struct holidays *holidays_new(int64_t first_year, int64_t last_year, struct error *error)
{
    if (first_year < 1970 || last_year > 9999 || last_year < first_year || last_year - first_year >= HOLIDAYS_YEARS_MAX) {
        error_set(error, ERROR_INPUT, "expected years from 1970 to 9999 in order, at most %d", HOLIDAYS_YEARS_MAX);
        return NULL;
    }
    struct holidays *holidays = calloc(1, sizeof *holidays);
    if (holidays) {
        holidays->first_day = instant_days_from_date(first_year, 1, 1);
        holidays->last_day = instant_days_from_date(last_year, 12, 31);
        holidays->kinds = calloc((size_t)(holidays->last_day - holidays->first_day) + 1, 1);
    }
    if (holidays && holidays->kinds)
        return holidays;
    free(holidays);
    error_set(error, ERROR_RETRY, "memory is out");
    return NULL;
}

void holidays_free(struct holidays *holidays)
{
    if (!holidays)
        return;
    free(holidays->kinds);
    free(holidays);
}

void holidays_words(struct holidays *holidays, const char *const *workday_words, const char *const *skip_words)
{
    holidays->workday_words = workday_words;
    holidays->skip_words = skip_words;
}

void holidays_add(struct holidays *holidays, int64_t day, enum holiday_kind kind)
{
    if (day < holidays->first_day || day > holidays->last_day || kind == HOLIDAY_NONE)
        return;
    unsigned char *known = &holidays->kinds[day - holidays->first_day];
    if (*known != HOLIDAY_WORK)
        *known = (unsigned char)kind;
}

int64_t holidays_first_day(const struct holidays *holidays)
{
    return holidays->first_day;
}

int64_t holidays_last_day(const struct holidays *holidays)
{
    return holidays->last_day;
}

static bool has_word(const char *text, const char *const *words)
{
    for (; words && *words; words++)
        if (strstr(text, *words))
            return true;
    return false;
}

enum holiday_kind holidays_kind_of(const struct holidays *holidays, const char *summary)
{
    if (has_word(summary, holidays->skip_words))
        return HOLIDAY_NONE;
    return has_word(summary, holidays->workday_words) ? HOLIDAY_WORK : HOLIDAY_OFF;
}

void holidays_count(const struct holidays *holidays, int64_t year, size_t *off, size_t *work)
{
    int64_t first = year ? instant_days_from_date(year, 1, 1) : holidays->first_day;
    int64_t last = year ? instant_days_from_date(year, 12, 31) : holidays->last_day;
    *off = *work = 0;
    for (int64_t day = first > holidays->first_day ? first : holidays->first_day; day <= last && day <= holidays->last_day; day++) {
        *off += holidays->kinds[day - holidays->first_day] == HOLIDAY_OFF;
        *work += holidays->kinds[day - holidays->first_day] == HOLIDAY_WORK;
    }
}

json_t *holidays_to_json(const struct holidays *holidays, const char *like)
{
    json_t *off = json_array(), *work = json_object();
    for (int64_t day = holidays->first_day; day <= holidays->last_day; day++) {
        int64_t year;
        unsigned month, number;
        char text[INSTANT_TEXT];
        enum holiday_kind kind = (enum holiday_kind)holidays->kinds[day - holidays->first_day];
        if (kind == HOLIDAY_NONE)
            continue;
        instant_date_from_days(day, &year, &month, &number);
        snprintf(text, sizeof text, "%04d-%02u-%02u", (int)year, month, number);
        if (kind == HOLIDAY_OFF)
            json_array_append_new(off, json_string(text));
        else
            json_object_set_new(work, text, json_string(like));
    }
    return json_pack("{s:o, s:o}", "holidays", off, "workdays", work);
}

/* ---- holiday-cn ------------------------------------------------------------------------------- */

static int read_day(struct holidays *holidays, const struct document *document, const json_t *item, const char *pointer,
                    struct error *error)
{
    const char *date = json_string_value(json_object_get(item, "date")), *name = json_string_value(json_object_get(item, "name"));
    const json_t *is_off = json_object_get(item, "isOffDay");
    int64_t day;
    if (!json_is_object(item))
        return document_fault(document, pointer, error, "expected a day like {\"date\":\"2026-10-01\",\"isOffDay\":true}");
    if (!date || !instant_parse_date(date, &day))
        return document_fault(document, pointer, error, "expected \"date\" to be one that exists, like \"2026-10-01\"");
    if (!json_is_boolean(is_off))
        return document_fault(document, pointer, error, "expected \"isOffDay\" to be true or false");
    if (name && holidays_kind_of(holidays, name) == HOLIDAY_NONE)
        return 1;
    holidays_add(holidays, day, json_is_true(is_off) ? HOLIDAY_OFF : HOLIDAY_WORK);
    return 1;
}

static int read_json(struct holidays *holidays, const char *name, const char *bytes, size_t size, struct error *error)
{
    if (memchr(bytes, '\0', size))
        return error_set(error, ERROR_INPUT, "%s: expected a text file, not one with NUL bytes", name);
    struct document *document = document_from_text(name, bytes, error);
    if (!document)
        return -1;
    const json_t *root = document_root(document), *days = json_object_get(root, "days");
    int result = 1;
    if (!json_is_integer(json_object_get(root, "year")) || !json_is_array(days))
        result = document_fault(document, "", error, "expected holiday-cn's form: {\"year\":2026,\"days\":[…]}");
    else if (json_array_size(days) > HOLIDAYS_EVENTS_MAX)
        result = document_fault(document, "/days", error, "more than %d days", HOLIDAYS_EVENTS_MAX);
    for (size_t i = 0; result > 0 && i < json_array_size(days); i++) {
        char pointer[64];
        document_pointer_index(pointer, sizeof pointer, "/days", i);
        result = read_day(holidays, document, json_array_get(days, i), pointer, error);
    }
    document_free(document);
    return result;
}

int holidays_read(struct holidays *holidays, const char *name, const char *bytes, size_t size, struct error *error)
{
    static const char mark[] = "\xef\xbb\xbf"; /* Windows programs put one in front */
    if (size > HOLIDAYS_FILE_MAX)
        return error_set(error, ERROR_INPUT, "%s: larger than %d MiB", name, HOLIDAYS_FILE_MAX >> 20);
    if (size >= 3 && memcmp(bytes, mark, 3) == 0) {
        bytes += 3;
        size -= 3;
    }
    size_t blank = 0;
    while (blank < size && strchr(" \t\r\n", bytes[blank]) && bytes[blank])
        blank++;
    if (blank < size && bytes[blank] == '{')
        return read_json(holidays, name, bytes, size, error);
    return holidays_read_icalendar(holidays, name, bytes, size, error);
}
