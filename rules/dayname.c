/* dayname.c - days as people name them: weekdays, "the end of the week", dates
 * SPDX-License-Identifier: MIT
 */
#include "rules/dayname.h"

#include <string.h>

enum { NOON = 12 * 3600, CLOSE = 18 * 3600, LAST = 86400 - 1 };

bool dayname_at_word(const char *text, size_t size, size_t at, const char *word)
{
    size_t length = strlen(word);
    if (at + length > size || memcmp(text + at, word, length))
        return false;
    bool latin = word[0] >= 'a' && word[0] <= 'z', letter_end = word[length - 1] >= 'a' && word[length - 1] <= 'z';
    if (latin && at > 0 && ((text[at - 1] >= 'a' && text[at - 1] <= 'z') || text[at - 1] == '-'))
        return false;
    return !letter_end || at + length == size || text[at + length] < 'a' || text[at + length] > 'z';
}

size_t dayname_longest(const char *text, size_t size, size_t at, const struct dayname_word *words, size_t count, int *value)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++)
        if (strlen(words[i].word) > length && dayname_at_word(text, size, at, words[i].word)) {
            length = strlen(words[i].word);
            *value = words[i].value;
        }
    return length;
}

/* Monday 0 … Sunday 6; 1970-01-01 was a Thursday. */
static int weekday_of(int64_t day)
{
    return (int)((day % 7 + 7 + 3) % 7);
}

static bool is_workday(const struct moment_context *context, int64_t day)
{
    if (context->calendar && !calendar_is_always(context->calendar))
        return calendar_is_workday(context->calendar, day);
    return weekday_of(day) < 5;
}

int64_t dayname_add_workdays(const struct dayname_parts *p, int64_t count)
{
    int64_t day = p->today;
    for (int guard = 0; count > 0 && guard < 3660; guard++)
        if (is_workday(p->context, ++day))
            count--;
    return day;
}

int64_t dayname_add_months(int64_t day, int64_t months)
{
    int64_t year;
    unsigned month, date;
    instant_date_from_days(day, &year, &month, &date);
    int64_t total = year * 12 + (int64_t)month - 1 + months;
    static const unsigned lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    unsigned last = lengths[total % 12];
    if (total % 12 == 1 && (total / 12 % 4 == 0 && (total / 12 % 100 != 0 || total / 12 % 400 == 0)))
        last = 29;
    return instant_days_from_date(total / 12, (unsigned)(total % 12) + 1, date < last ? date : last);
}

size_t dayname_skip_space(const char *text, size_t size, size_t at)
{
    return at < size && text[at] == ' ' ? at + 1 : at;
}

static const struct dayname_word weekdays[] = {
    { "monday", 0 }, { "tuesday", 1 }, { "wednesday", 2 }, { "thursday", 3 }, { "friday", 4 }, { "saturday", 5 },
    { "sunday", 6 }, { "mon", 0 }, { "tue", 1 }, { "tues", 1 }, { "wed", 2 }, { "thu", 3 }, { "thur", 3 },
    { "thurs", 3 }, { "fri", 4 },
    { "周一", 0 }, { "周二", 1 }, { "周三", 2 }, { "周四", 3 }, { "周五", 4 }, { "周六", 5 }, { "周日", 6 }, { "周天", 6 },
    { "周末", 6 }, { "星期一", 0 }, { "星期二", 1 }, { "星期三", 2 }, { "星期四", 3 }, { "星期五", 4 }, { "星期六", 5 },
    { "星期日", 6 }, { "星期天", 6 }, { "礼拜一", 0 }, { "礼拜二", 1 }, { "礼拜三", 2 }, { "礼拜四", 3 }, { "礼拜五", 4 },
    { "礼拜六", 5 }, { "礼拜天", 6 },
};

size_t dayname_weekday(const char *text, size_t size, size_t at, struct dayname_parts *p)
{
    static const struct dayname_word which[] = { { "next", 2 }, { "this coming", 0 }, { "coming", 0 }, { "this", 0 },
                                               { "下下", 3 }, { "下个", 2 }, { "下", 2 }, { "本", 1 }, { "这个", 1 }, { "这", 1 } };
    int weekday = 0, week = 0;
    size_t length = LONGEST(text, size, at, which, &week), next = dayname_skip_space(text, size, at + length);
    size_t name = LONGEST(text, size, next, weekdays, &weekday);
    if (!name)
        return at;
    int64_t monday = p->today - weekday_of(p->today);
    if (week == 0)
        p->day = p->today + (weekday - weekday_of(p->today) + 7) % 7;
    else
        p->day = monday + 7 * (week - 1) + weekday;
    p->has_day = p->explicit_day = true;
    return next + name;
}

/* An hour that was named stays: "by 3 o'clock this afternoon". */
static void set_half(struct dayname_parts *p, int second, int half)
{
    if (!p->has_time)
        p->second = second;
    else if (half == 2 && p->second < NOON)
        p->second += NOON;
    p->has_time = true;
    p->half = half;
}

enum { DAY_MONTH_END = 100, DAY_WEEK_FRIDAY, DAY_WEEK_SUNDAY, DAY_NEXT_WEEK_FRIDAY, DAY_NEXT_WEEK_SUNDAY, DAY_NEXT_WORKDAY };

size_t dayname_named(const char *text, size_t size, size_t at, struct dayname_parts *p)
{
    static const struct dayname_word names[] = {
        { "today", 0 }, { "tonight", 0 }, { "tomorrow", 1 }, { "day after tomorrow", 2 }, { "the day after tomorrow", 2 },
        { "this morning", 0 }, { "this afternoon", 0 }, { "this evening", 0 },
        { "the end of the week", DAY_WEEK_FRIDAY }, { "end of the week", DAY_WEEK_FRIDAY }, { "end of week", DAY_WEEK_FRIDAY },
        { "the end of this week", DAY_WEEK_FRIDAY }, { "end of this week", DAY_WEEK_FRIDAY }, { "this week", DAY_WEEK_FRIDAY },
        { "the end of next week", DAY_NEXT_WEEK_FRIDAY }, { "end of next week", DAY_NEXT_WEEK_FRIDAY },
        { "next week", DAY_NEXT_WEEK_FRIDAY }, { "the weekend", DAY_WEEK_SUNDAY }, { "the week is out", DAY_WEEK_FRIDAY },
        { "the end of the month", DAY_MONTH_END }, { "end of the month", DAY_MONTH_END }, { "end of month", DAY_MONTH_END },
        { "the end of this month", DAY_MONTH_END }, { "this month", DAY_MONTH_END },
        { "next working day", DAY_NEXT_WORKDAY }, { "next business day", DAY_NEXT_WORKDAY },
        { "the next working day", DAY_NEXT_WORKDAY }, { "the next business day", DAY_NEXT_WORKDAY },
        { "今天", 0 }, { "今日", 0 }, { "今晚", 0 }, { "今早", 0 }, { "当天", 0 }, { "今夜", 0 }, { "本日", 0 }, { "今", 0 },
        { "明天", 1 }, { "明日", 1 }, { "听日", 1 }, { "听晚", 1 }, { "听朝", 1 }, { "后日", 2 },
        { "明早", 1 }, { "明晚", 1 }, { "次日", 1 }, { "后天", 2 }, { "大后天", 3 },
        { "本周内", DAY_WEEK_SUNDAY }, { "这周内", DAY_WEEK_SUNDAY }, { "本周", DAY_WEEK_SUNDAY }, { "这周", DAY_WEEK_SUNDAY },
        { "本周末", DAY_WEEK_SUNDAY }, { "这个星期内", DAY_WEEK_SUNDAY }, { "本星期内", DAY_WEEK_SUNDAY },
        { "下周内", DAY_NEXT_WEEK_SUNDAY }, { "下周", DAY_NEXT_WEEK_SUNDAY }, { "下周末", DAY_NEXT_WEEK_SUNDAY },
        { "月底", DAY_MONTH_END }, { "本月底", DAY_MONTH_END }, { "月末", DAY_MONTH_END }, { "本月内", DAY_MONTH_END },
        { "这个月内", DAY_MONTH_END }, { "这个月底", DAY_MONTH_END }, { "下一个工作日", DAY_NEXT_WORKDAY }, { "下个工作日", DAY_NEXT_WORKDAY },
    };
    int value = 0;
    size_t length = LONGEST(text, size, at, names, &value);
    int64_t monday = p->today - weekday_of(p->today);
    /* 今 alone is a day only before a half of it: 今下午. */
    if (!length || (length == 3 && strncmp(text + at + 3, "上午", 6) && strncmp(text + at + 3, "下午", 6)))
        return at;
    int64_t month_end = dayname_add_months(p->today, 1), year;
    unsigned month, date;
    instant_date_from_days(month_end, &year, &month, &date);
    switch (value) {
    case DAY_MONTH_END: p->day = instant_days_from_date(year, month, 1) - 1; break;
    case DAY_WEEK_FRIDAY: p->day = monday + 4 < p->today ? p->today : monday + 4; break;
    case DAY_WEEK_SUNDAY: p->day = monday + 6; break;
    case DAY_NEXT_WEEK_FRIDAY: p->day = monday + 11; break;
    case DAY_NEXT_WEEK_SUNDAY: p->day = monday + 13; break;
    case DAY_NEXT_WORKDAY: p->day = dayname_add_workdays(p, 1); break;
    default: p->day = p->today + value; break;
    }
    p->has_day = p->explicit_day = true;
    /* "tonight", 明早: the name of the day holds its half too. */
    static const char *const evenings[] = { "tonight", "this evening", "今晚", "明晚", "今夜", "听晚" };
    static const char *const mornings[] = { "this morning", "今早", "明早", "听朝" };
    for (size_t i = 0; i < 6; i++)
        if (dayname_at_word(text, size, at, evenings[i]))
            set_half(p, LAST, 2);
    for (size_t i = 0; i < 4; i++)
        if (dayname_at_word(text, size, at, mornings[i]))
            set_half(p, NOON, 1);
    if (dayname_at_word(text, size, at, "this afternoon"))
        set_half(p, CLOSE, 2);
    return at + length;
}

static const struct dayname_word months[] = {
    { "january", 1 }, { "february", 2 }, { "march", 3 }, { "april", 4 }, { "may", 5 }, { "june", 6 }, { "july", 7 },
    { "august", 8 }, { "september", 9 }, { "october", 10 }, { "november", 11 }, { "december", 12 }, { "jan", 1 },
    { "feb", 2 }, { "mar", 3 }, { "apr", 4 }, { "jun", 6 }, { "jul", 7 }, { "aug", 8 }, { "sep", 9 }, { "sept", 9 },
    { "oct", 10 }, { "nov", 11 }, { "dec", 12 },
};

static size_t read_ordinal(const char *text, size_t size, size_t at, int *number)
{
    size_t i = at;
    int n = 0;
    while (i < size && i < at + 4 && text[i] >= '0' && text[i] <= '9')
        n = n * 10 + (text[i++] - '0');
    if (i == at || i > at + 2)
        return at;
    static const char *const endings[] = { "st", "nd", "rd", "th" };
    for (size_t k = 0; k < 4; k++)
        if (i + 2 <= size && memcmp(text + i, endings[k], 2) == 0)
            *number = n, n = -1;
    if (n < 0)
        return i + 2;
    *number = n;
    return i;
}

static bool set_date(struct dayname_parts *p, int month, int date, int year)
{
    int64_t this_year;
    unsigned this_month, this_date;
    instant_date_from_days(p->today, &this_year, &this_month, &this_date);
    if (month < 0)
        month = (int)this_month + (date < (int)this_date ? 1 : 0);
    int64_t chosen = year > 0 ? year : this_year;
    if (month == 13)
        month = 1, chosen++;
    if (month < 1 || month > 12 || date < 1 || date > 31)
        return false;
    int64_t day = instant_days_from_date(chosen, (unsigned)month, (unsigned)date);
    if (year <= 0 && day < p->today - 60)
        day = instant_days_from_date(chosen + 1, (unsigned)month, (unsigned)date);
    p->day = day;
    p->has_day = p->explicit_day = true;
    return true;
}

/* "25 november", "november 25th", "2026-11-25", "11月25日", "25号". */
size_t dayname_date(const char *text, size_t size, size_t at, struct dayname_parts *p)
{
    int month = 0, date = 0, number = 0, year = 0;
    if (at > 0 && text[at - 1] >= '0' && text[at - 1] <= '9')
        return at;
    size_t length = LONGEST(text, size, at, months, &month);
    if (length) {
        size_t next = dayname_skip_space(text, size, at + length), end = read_ordinal(text, size, next, &date);
        return end > next && set_date(p, month, date, 0) ? end : at;
    }
    if (at + 10 <= size && (text[at + 4] == '-' || text[at + 4] == '/') && text[at + 7] == text[at + 4]) {
        size_t y = read_ordinal(text, size, at + 5, &month), d = read_ordinal(text, size, at + 8, &date);
        for (size_t i = at; i < at + 4; i++)
            year = text[i] >= '0' && text[i] <= '9' ? year * 10 + (text[i] - '0') : -100000;
        if (y > at + 5 && d > at + 8 && year > 1970 && set_date(p, month, date, year))
            return d;
    }
    size_t end = read_ordinal(text, size, at, &number);
    if (end == at)
        return at;
    if (end + 3 <= size && memcmp(text + end, "月", 3) == 0) {
        size_t next = read_ordinal(text, size, end + 3, &date);
        if (next > end + 3 && set_date(p, number, date, 0)) {
            bool unit = next + 3 <= size && (!memcmp(text + next, "日", 3) || !memcmp(text + next, "号", 3));
            return unit ? next + 3 : next;
        }
        return at;
    }
    if (end + 3 <= size && !memcmp(text + end, "号", 3))
        return set_date(p, -1, number, 0) ? end + 3 : at;
    size_t next = dayname_skip_space(text, size, end);
    if (dayname_at_word(text, size, next, "of"))
        next = dayname_skip_space(text, size, next + 2);
    length = LONGEST(text, size, next, months, &month);
    if (length && set_date(p, month, number, 0))
        return next + length;
    bool ordinal = end - at > 2 && text[end - 1] >= 'a';
    return ordinal && set_date(p, -1, number, 0) ? end : at;
}
