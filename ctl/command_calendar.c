/* command_calendar.c - redressctl calendar: public holiday files into the policy's form
 * SPDX-License-Identifier: MIT
 */
#include "ctl/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/buffer.h"
#include "lib/calendar.h"
#include "lib/document.h"
#include "lib/holidays.h"
#include "lib/retell.h"

enum { WORDS_MAX = 20, BASE_MAX = 4 << 20, YEARS_BEFORE = 1, YEARS_AFTER = 2 };

struct settings {
    int64_t first, last; /* years */
    const char *like, *into;
    const char *workday[WORDS_MAX + 1], *skip[WORDS_MAX + 1];
};

/* How Chinese calendars mark a week-end day on which people work. */
static const char *const usual_words[] = { "补班", "（班）", "(班)", "上班", "调班", NULL };

static int fail(const struct error *error)
{
    fprintf(stderr, "redressctl calendar: %s\n", error->text);
    return error_exit_status(error);
}

/* "2026" or "2026-2027". */
static bool parse_years(const char *text, struct settings *settings)
{
    char *end;
    settings->first = settings->last = strtol(text, &end, 10);
    if (*end == '-')
        settings->last = strtol(end + 1, &end, 10);
    return !*end && settings->first >= 1970 && settings->last >= settings->first && settings->last <= 9999 &&
           settings->last - settings->first < HOLIDAYS_YEARS_MAX;
}

static bool is_weekday(const char *text)
{
    static const char *const names[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
    for (int i = 0; i < 7; i++)
        if (strcmp(text, names[i]) == 0)
            return true;
    return false;
}

static bool add_word(const char **words, const char *word)
{
    size_t count = 0;
    while (words[count])
        count++;
    if (count == WORDS_MAX)
        return false;
    words[count] = word;
    return true;
}

static int read_file(const char *path, struct holidays *holidays, struct error *error)
{
    char part[65536];
    bool standard = strcmp(path, "-") == 0;
    const char *name = standard ? "standard input" : path;
    FILE *file = standard ? stdin : fopen(path, "re");
    struct buffer bytes;
    int result = -1;
    if (!file)
        return error_set(error, ERROR_ABSENT, "cannot open '%s': %s", path, strerror(errno));
    buffer_init(&bytes, HOLIDAYS_FILE_MAX + 1);
    for (size_t size; !bytes.failed && (size = fread(part, 1, sizeof part, file)) > 0;)
        buffer_append(&bytes, part, size);
    if (ferror(file))
        error_set(error, ERROR_ABSENT, "cannot read '%s': %s", path, strerror(errno));
    else if (bytes.failed)
        error_set(error, ERROR_INPUT, "%s: larger than %d MiB", name, HOLIDAYS_FILE_MAX >> 20);
    else
        result = holidays_read(holidays, name, buffer_text(&bytes), bytes.size, error);
    buffer_release(&bytes);
    if (!standard)
        fclose(file);
    return result;
}

static bool in_years(const char *date, const struct settings *settings)
{
    long year = strtol(date, NULL, 10);
    return year >= settings->first && year <= settings->last;
}

/* The calendar as it was, with the years' days replaced. Takes `days` over. */
static json_t *lay_into(const json_t *base, json_t *days, const struct settings *settings)
{
    json_t *calendar = json_deep_copy(base), *holidays = json_array(), *workdays = json_object(), *value;
    const char *key;
    size_t i;
    json_array_foreach(json_object_get(base, "holidays"), i, value)
        if (!in_years(json_string_value(value), settings))
            json_array_append(holidays, value);
    json_array_extend(holidays, json_object_get(days, "holidays"));
    json_object_foreach(json_object_get(base, "workdays"), key, value)
        if (!in_years(key, settings))
            json_object_set(workdays, key, value);
    json_object_update(workdays, json_object_get(days, "workdays"));
    json_object_set_new(calendar, "holidays", holidays);
    json_object_set_new(calendar, "workdays", workdays);
    json_decref(days);
    return calendar;
}

/* A calendar that can be used, also with the new days. */
static json_t *into_calendar(json_t *days, const struct settings *settings, struct error *error)
{
    struct document *document = document_load(settings->into, BASE_MAX, error);
    struct calendar *calendar = document ? calendar_from_json(document_root(document), "", error) : NULL;
    json_t *result = NULL;
    if (document && !calendar)
        retell(document, error);
    else if (calendar && calendar_is_always(calendar))
        error_set(error, ERROR_INPUT, "%s: a calendar of all hours has no holidays", settings->into);
    else if (calendar)
        result = lay_into(document_root(document), json_incref(days), settings);
    calendar_free(calendar);
    document_free(document);
    json_decref(days);
    return result;
}

static int print(const struct command_context *context, const struct holidays *holidays, const struct settings *settings)
{
    struct error error = { 0 };
    json_t *days = holidays_to_json(holidays, settings->like);
    if (days && settings->into)
        days = into_calendar(days, settings, &error);
    else if (!days)
        error_set(&error, ERROR_RETRY, "memory is out");
    if (!days)
        return fail(&error);
    for (int64_t year = settings->first; year <= settings->last; year++) {
        size_t off, work;
        holidays_count(holidays, year, &off, &work);
        if (off + work > 0)
            fprintf(stderr, "%lld: %zu day%s off, %zu adjusted working day%s\n", (long long)year, off, off == 1 ? "" : "s", work,
                    work == 1 ? "" : "s");
    }
    int failed = json_dumpf(days, stdout, context->json ? JSON_COMPACT : JSON_INDENT(2)) != 0 || putchar('\n') == EOF ||
                 fflush(stdout) != 0;
    json_decref(days);
    return failed ? EX_IOERR : EX_OK;
}

static int convert(const struct command_context *context, const struct settings *settings, char **paths, int count)
{
    struct error error = { 0 };
    struct holidays *holidays = holidays_new(settings->first, settings->last, &error);
    size_t off = 0, work = 0;
    if (!holidays)
        return fail(&error);
    holidays_words(holidays, settings->workday[0] ? settings->workday : usual_words, settings->skip);
    int status = EX_OK;
    for (int i = 0; i < count && status == EX_OK; i++)
        if (read_file(paths[i], holidays, &error) < 0)
            status = fail(&error);
    if (status == EX_OK) {
        holidays_count(holidays, 0, &off, &work);
        if (off + work == 0) {
            error_set(&error, ERROR_INPUT, "%s: no whole day of the years %lld to %lld (see --years)", paths[0],
                      (long long)settings->first, (long long)settings->last);
            status = fail(&error);
        }
    }
    if (status == EX_OK)
        status = print(context, holidays, settings);
    holidays_free(holidays);
    return status;
}

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = {
        { "years", required_argument, NULL, 'y' }, { "like", required_argument, NULL, 'l' },
        { "into", required_argument, NULL, 'i' },  { "workday", required_argument, NULL, 'w' },
        { "skip", required_argument, NULL, 's' },  { NULL, 0, NULL, 0 },
    };
    struct settings settings = { .like = "mon" };
    int64_t year;
    unsigned month, day;
    instant_date_from_days(context->now / 86400, &year, &month, &day);
    settings.first = year - YEARS_BEFORE;
    settings.last = year + YEARS_AFTER;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 'y' && !parse_years(optarg, &settings))
            return command_usage(&command_calendar, "--years: expected a year or two, such as 2026-2027, not '%s'", optarg);
        if (option == 'l' && !is_weekday(optarg))
            return command_usage(&command_calendar, "--like: expected mon, tue, wed, thu, fri, sat or sun, not '%s'", optarg);
        if ((option == 'w' && !add_word(settings.workday, optarg)) || (option == 's' && !add_word(settings.skip, optarg)))
            return command_usage(&command_calendar, "more than %d words", WORDS_MAX);
        if (option == '?')
            return command_wrong_option(&command_calendar, argv);
        settings.like = option == 'l' ? optarg : settings.like;
        settings.into = option == 'i' ? optarg : settings.into;
    }
    if (optind == argc)
        return command_usage(&command_calendar, "a file of holidays is expected");
    return convert(context, &settings, argv + optind, argc - optind);
}

const struct command command_calendar = {
    "calendar", "[--years FIRST-LAST] [--like WEEKDAY] [--workday WORD] [--skip WORD] [--into FILE] FILE ... | -",
    "holidays and adjusted working days of holiday-cn or iCalendar files in the policy's form", run,
};
