/* dayname.h - days as people name them: weekdays, "the end of the week", dates
 * SPDX-License-Identifier: MIT
 *
 * Part of reading limits of time (moment.h); Chinese and English in normal
 * form. Each reader returns where it stopped: `at` itself when there is none.
 */
#ifndef RULES_DAYNAME_H
#define RULES_DAYNAME_H

#include "rules/moment.h"

/* What has been read of one limit so far. */
struct dayname_parts {
    const struct moment_context *context;
    int64_t today; /* local days */
    int second_now;
    bool has_duration, has_day, has_time, first_thing, explicit_day, weak;
    int64_t seconds;     /* of a duration in minutes and hours */
    int64_t day;         /* local */
    int second;          /* of the day */
    int half;            /* 1: morning was said, 2: afternoon or evening */
};

struct dayname_word {
    const char *word;
    int value;
};

size_t dayname_weekday(const char *text, size_t size, size_t at, struct dayname_parts *parts);
size_t dayname_named(const char *text, size_t size, size_t at, struct dayname_parts *parts);
size_t dayname_date(const char *text, size_t size, size_t at, struct dayname_parts *parts);

/* Days after today: the count-th working day by the calendar, or months later (clamped to the month's end). */
int64_t dayname_add_workdays(const struct dayname_parts *parts, int64_t count);
int64_t dayname_add_months(int64_t day, int64_t months);

/* Whether the word stands at a place, as a whole word where it is Latin. */
bool dayname_at_word(const char *text, size_t size, size_t at, const char *word);
/* The bytes of the longest word of a table at a place, and its value; 0 for none. */
size_t dayname_longest(const char *text, size_t size, size_t at, const struct dayname_word *words, size_t count,
                       int *value);
#define LONGEST(text, size, at, table, value) dayname_longest(text, size, at, table, sizeof table / sizeof *table, value)
size_t dayname_skip_space(const char *text, size_t size, size_t at);

#endif
