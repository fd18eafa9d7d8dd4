/* moment.c - limits of time as people write them
 * SPDX-License-Identifier: MIT
 *
 * A limit is made of parts that may stand in any order: a duration ("within 3
 * working days"), a day ("next Friday"), a time of day ("by noon"). Each part
 * has a reader; moment_find joins neighbouring parts.
 */
#include "rules/moment.h"

#include <string.h>

#include "rules/quantity.h"

enum { DAY_SECONDS = 86400, NOON = 12 * 3600, CLOSE = 18 * 3600, LAST = DAY_SECONDS - 1, FIRST_THING = 9 * 3600 };

struct parts {
    const struct moment_context *context;
    int64_t today; /* local days */
    int second_now;
    bool has_duration, has_day, has_time, first_thing, explicit_day, weak;
    int64_t seconds;     /* of a duration in minutes and hours */
    int64_t day;         /* local */
    int second;          /* of the day */
    int half;            /* 1: morning was said, 2: afternoon or evening */
};

struct word_value {
    const char *word;
    int value;
};

static bool at_word(const char *text, size_t size, size_t at, const char *word)
{
    size_t length = strlen(word);
    if (at + length > size || memcmp(text + at, word, length))
        return false;
    bool latin = word[0] >= 'a' && word[0] <= 'z', letter_end = word[length - 1] >= 'a' && word[length - 1] <= 'z';
    if (latin && at > 0 && ((text[at - 1] >= 'a' && text[at - 1] <= 'z') || text[at - 1] == '-'))
        return false;
    return !letter_end || at + length == size || text[at + length] < 'a' || text[at + length] > 'z';
}

static size_t longest(const char *text, size_t size, size_t at, const struct word_value *words, size_t count, int *value)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++)
        if (strlen(words[i].word) > length && at_word(text, size, at, words[i].word)) {
            length = strlen(words[i].word);
            *value = words[i].value;
        }
    return length;
}
#define LONGEST(text, size, at, table, value) longest(text, size, at, table, sizeof table / sizeof *table, value)

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

static int64_t add_workdays(const struct parts *p, int64_t count)
{
    int64_t day = p->today;
    for (int guard = 0; count > 0 && guard < 3660; guard++)
        if (is_workday(p->context, ++day))
            count--;
    return day;
}

static int64_t add_months(int64_t day, int64_t months)
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

enum unit { UNIT_MINUTE = 1, UNIT_HOUR, UNIT_DAY, UNIT_WORKDAY, UNIT_WEEK, UNIT_MONTH, UNIT_QUARTER_HOUR };

static const struct word_value units[] = {
    { "minutes", UNIT_MINUTE }, { "minute", UNIT_MINUTE }, { "mins", UNIT_MINUTE }, { "min", UNIT_MINUTE },
    { "hours", UNIT_HOUR }, { "hour", UNIT_HOUR }, { "hrs", UNIT_HOUR }, { "hr", UNIT_HOUR }, { "h", UNIT_HOUR },
    { "days", UNIT_DAY }, { "day", UNIT_DAY }, { "calendar days", UNIT_DAY }, { "calendar day", UNIT_DAY },
    { "working days", UNIT_WORKDAY }, { "working day", UNIT_WORKDAY }, { "business days", UNIT_WORKDAY },
    { "business day", UNIT_WORKDAY }, { "weeks", UNIT_WEEK }, { "week", UNIT_WEEK }, { "months", UNIT_MONTH },
    { "month", UNIT_MONTH }, { "分钟", UNIT_MINUTE }, { "小时", UNIT_HOUR }, { "个小时", UNIT_HOUR },
    { "钟头", UNIT_HOUR }, { "个钟头", UNIT_HOUR }, { "个钟", UNIT_HOUR }, { "天", UNIT_DAY }, { "日", UNIT_DAY },
    { "个自然日", UNIT_DAY }, { "自然日", UNIT_DAY }, { "个工作日", UNIT_WORKDAY }, { "工作日", UNIT_WORKDAY },
    { "个工作天", UNIT_WORKDAY }, { "周", UNIT_WEEK }, { "个星期", UNIT_WEEK }, { "星期", UNIT_WEEK },
    { "个礼拜", UNIT_WEEK }, { "个月", UNIT_MONTH }, { "刻钟", UNIT_QUARTER_HOUR },
};

static void set_duration(struct parts *p, double number, int unit)
{
    int64_t count = (int64_t)number;
    p->has_duration = true;
    switch (unit) {
    case UNIT_MINUTE: p->seconds = (int64_t)(number * 60); return;
    case UNIT_QUARTER_HOUR: p->seconds = (int64_t)(number * 900); return;
    case UNIT_HOUR: p->seconds = (int64_t)(number * 3600); return;
    case UNIT_DAY: p->day = p->today + count; break;
    case UNIT_WORKDAY: p->day = add_workdays(p, count); break;
    case UNIT_WEEK: p->day = p->today + 7 * count; break;
    default: p->day = add_months(p->today, count); break;
    }
    p->has_day = true;
    p->seconds = -1;
}

static size_t skip_space(const char *text, size_t size, size_t at)
{
    return at < size && text[at] == ' ' ? at + 1 : at;
}

/* "2", "2-3", "two to three", "half an", "半", "a"; a range gives its end. */
static size_t read_count(const char *text, size_t size, size_t at, double *number)
{
    static const struct word_value joints[] = { { "-", 0 }, { "~", 0 }, { " to ", 0 }, { " or ", 0 }, { " - ", 0 },
                                                { "至", 0 }, { "到", 0 }, { "或", 0 } };
    static const struct word_value ones[] = { { "an", 1 }, { "a", 1 }, { "the", 1 }, { "one", 1 } };
    int one = 0;
    if (at_word(text, size, at, "half an")) {
        *number = 0.5;
        return at + 7;
    }
    if (at + 3 <= size && memcmp(text + at, "半", 3) == 0) {
        *number = 0.5;
        return at + 3;
    }
    size_t end = at;
    if (quantity_number(text, size, &end, number)) {
        for (size_t i = 0; i < sizeof joints / sizeof *joints; i++) {
            size_t length = strlen(joints[i].word), next = end + length;
            double second;
            if (next < size && !memcmp(text + end, joints[i].word, length) &&
                quantity_number(text, size, &next, &second) && second >= *number) {
                *number = second;
                return next;
            }
        }
        return end;
    }
    size_t length = LONGEST(text, size, at, ones, &one);
    *number = one;
    return length ? at + length : at;
}

/* What makes a duration a limit: "within", "in" before it, or 内 behind it. */
static size_t read_duration(const char *text, size_t size, size_t at, struct parts *p)
{
    static const struct word_value before[] = {
        { "within", 1 }, { "in", 1 }, { "in the next", 1 }, { "within the next", 1 }, { "over the next", 1 },
        { "in under", 1 }, { "in less than", 1 }, { "no later than", 1 }, { "in about", 1 }, { "within about", 1 },
        { "in at most", 1 }, { "within a maximum of", 1 }, { "inside", 1 }, { "during the next", 1 }, { "in no more than", 1 },
        { "最多", 1 }, { "最迟", 1 }, { "最晚", 1 }, { "不超过", 1 }, { "未来", 2 }, { "在", 2 }, { "大约", 2 }, { "大概", 2 },
    };
    static const struct word_value after[] = { { "内", 1 }, { "之内", 1 }, { "以内", 1 }, { "左右", 1 }, { "后", 1 },
                                               { "之后", 1 }, { "的时间内", 1 }, { "时间内", 1 }, { "左右内", 1 } };
    static const struct word_value fillers[] = { { "the next", 0 }, { "about", 0 }, { "at most", 0 }, { "approximately", 0 } };
    int kind = 0, unit = 0, behind = 0, filler;
    size_t start = at, length = LONGEST(text, size, at, before, &kind);
    at = skip_space(text, size, at + length);
    if (length && (length = LONGEST(text, size, at, fillers, &filler)) > 0)
        at = skip_space(text, size, at + length);
    double number;
    size_t end = read_count(text, size, at, &number);
    if (end == at)
        return start;
    end = skip_space(text, size, end);
    if (end < size && text[end] == '-')
        end++;
    if (end + 3 <= size && memcmp(text + end, "个半", 6) == 0)
        number += 0.5, end += 6;
    length = LONGEST(text, size, end, units, &unit);
    if (length == 0 || number > 3660)
        return start;
    end += length;
    length = LONGEST(text, size, end, after, &behind);
    end += length;
    if (kind != 1 && !behind)
        return start;
    set_duration(p, number, unit);
    return end;
}

static const struct word_value weekdays[] = {
    { "monday", 0 }, { "tuesday", 1 }, { "wednesday", 2 }, { "thursday", 3 }, { "friday", 4 }, { "saturday", 5 },
    { "sunday", 6 }, { "mon", 0 }, { "tue", 1 }, { "tues", 1 }, { "wed", 2 }, { "thu", 3 }, { "thur", 3 },
    { "thurs", 3 }, { "fri", 4 },
    { "周一", 0 }, { "周二", 1 }, { "周三", 2 }, { "周四", 3 }, { "周五", 4 }, { "周六", 5 }, { "周日", 6 }, { "周天", 6 },
    { "周末", 6 }, { "星期一", 0 }, { "星期二", 1 }, { "星期三", 2 }, { "星期四", 3 }, { "星期五", 4 }, { "星期六", 5 },
    { "星期日", 6 }, { "星期天", 6 }, { "礼拜一", 0 }, { "礼拜二", 1 }, { "礼拜三", 2 }, { "礼拜四", 3 }, { "礼拜五", 4 },
    { "礼拜六", 5 }, { "礼拜天", 6 },
};

static size_t read_weekday(const char *text, size_t size, size_t at, struct parts *p)
{
    static const struct word_value which[] = { { "next", 2 }, { "this coming", 0 }, { "coming", 0 }, { "this", 0 },
                                               { "下下", 3 }, { "下个", 2 }, { "下", 2 }, { "本", 1 }, { "这个", 1 }, { "这", 1 } };
    int weekday = 0, week = 0;
    size_t length = LONGEST(text, size, at, which, &week), next = skip_space(text, size, at + length);
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

enum { DAY_MONTH_END = 100, DAY_WEEK_FRIDAY, DAY_WEEK_SUNDAY, DAY_NEXT_WEEK_FRIDAY, DAY_NEXT_WEEK_SUNDAY, DAY_NEXT_WORKDAY };

static size_t read_named_day(const char *text, size_t size, size_t at, struct parts *p)
{
    static const struct word_value names[] = {
        { "today", 0 }, { "tonight", 0 }, { "tomorrow", 1 }, { "day after tomorrow", 2 }, { "the day after tomorrow", 2 },
        { "this morning", 0 }, { "this afternoon", 0 }, { "this evening", 0 },
        { "the end of the week", DAY_WEEK_FRIDAY }, { "end of the week", DAY_WEEK_FRIDAY }, { "end of week", DAY_WEEK_FRIDAY },
        { "the end of this week", DAY_WEEK_FRIDAY }, { "end of this week", DAY_WEEK_FRIDAY }, { "this week", DAY_WEEK_FRIDAY },
        { "the end of next week", DAY_NEXT_WEEK_FRIDAY }, { "end of next week", DAY_NEXT_WEEK_FRIDAY },
        { "next week", DAY_NEXT_WEEK_FRIDAY }, { "the weekend", DAY_WEEK_SUNDAY },
        { "the end of the month", DAY_MONTH_END }, { "end of the month", DAY_MONTH_END }, { "end of month", DAY_MONTH_END },
        { "the end of this month", DAY_MONTH_END }, { "this month", DAY_MONTH_END },
        { "next working day", DAY_NEXT_WORKDAY }, { "next business day", DAY_NEXT_WORKDAY },
        { "the next working day", DAY_NEXT_WORKDAY }, { "the next business day", DAY_NEXT_WORKDAY },
        { "今天", 0 }, { "今日", 0 }, { "今晚", 0 }, { "今早", 0 }, { "当天", 0 }, { "今夜", 0 }, { "本日", 0 }, { "今", 0 },
        { "明天", 1 }, { "明日", 1 }, { "明早", 1 }, { "明晚", 1 }, { "次日", 1 }, { "后天", 2 }, { "大后天", 3 },
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
    int64_t month_end = add_months(p->today, 1), year;
    unsigned month, date;
    instant_date_from_days(month_end, &year, &month, &date);
    switch (value) {
    case DAY_MONTH_END: p->day = instant_days_from_date(year, month, 1) - 1; break;
    case DAY_WEEK_FRIDAY: p->day = monday + 4 < p->today ? p->today : monday + 4; break;
    case DAY_WEEK_SUNDAY: p->day = monday + 6; break;
    case DAY_NEXT_WEEK_FRIDAY: p->day = monday + 11; break;
    case DAY_NEXT_WEEK_SUNDAY: p->day = monday + 13; break;
    case DAY_NEXT_WORKDAY: p->day = add_workdays(p, 1); break;
    default: p->day = p->today + value; break;
    }
    p->has_day = p->explicit_day = true;
    /* "tonight", 明早: the name of the day holds its half too. */
    static const char *const evenings[] = { "tonight", "this evening", "今晚", "明晚", "今夜" };
    static const char *const mornings[] = { "this morning", "今早", "明早" };
    for (size_t i = 0; i < 5; i++)
        if (at_word(text, size, at, evenings[i]))
            p->has_time = true, p->second = LAST, p->half = 2;
    for (size_t i = 0; i < 3; i++)
        if (at_word(text, size, at, mornings[i]))
            p->has_time = true, p->second = NOON, p->half = 1;
    if (at_word(text, size, at, "this afternoon"))
        p->has_time = true, p->second = CLOSE, p->half = 2;
    return at + length;
}

static const struct word_value months[] = {
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

static bool set_date(struct parts *p, int month, int date, int year)
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
static size_t read_date(const char *text, size_t size, size_t at, struct parts *p)
{
    int month = 0, date = 0, number = 0, year = 0;
    if (at > 0 && text[at - 1] >= '0' && text[at - 1] <= '9')
        return at;
    size_t length = LONGEST(text, size, at, months, &month);
    if (length) {
        size_t next = skip_space(text, size, at + length), end = read_ordinal(text, size, next, &date);
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
    size_t next = skip_space(text, size, end);
    if (at_word(text, size, next, "of"))
        next = skip_space(text, size, next + 2);
    length = LONGEST(text, size, next, months, &month);
    if (length && set_date(p, month, number, 0))
        return next + length;
    bool ordinal = end - at > 2 && text[end - 1] >= 'a';
    return ordinal && set_date(p, -1, number, 0) ? end : at;
}

static const struct word_value halves[] = {
    { "noon", NOON }, { "midday", NOON }, { "lunchtime", NOON }, { "morning", NOON }, { "afternoon", CLOSE },
    { "evening", LAST }, { "midnight", LAST }, { "night", LAST }, { "close of business", CLOSE }, { "close of play", CLOSE },
    { "end of business", CLOSE }, { "cob", CLOSE }, { "eod", CLOSE }, { "end of the day", CLOSE }, { "end of day", CLOSE },
    { "the end of the day", CLOSE }, { "the close of business", CLOSE }, { "end of the working day", CLOSE },
    { "the end of the working day", CLOSE }, { "end of the business day", CLOSE }, { "the end of the business day", CLOSE },
    { "中午", NOON }, { "上午", NOON }, { "早上", NOON }, { "午前", NOON }, { "下午", CLOSE }, { "下班前", CLOSE },
    { "下班之前", CLOSE }, { "下班", CLOSE }, { "晚上", LAST }, { "晚间", LAST }, { "傍晚", CLOSE }, { "夜里", LAST },
};

/* An hour: "5pm", "17:30", "5 o'clock", "3点半", "18时". */
static size_t read_hour(const char *text, size_t size, size_t at, struct parts *p)
{
    double number;
    size_t end = at;
    if ((at > 0 && (text[at - 1] == ':' || (text[at - 1] >= '0' && text[at - 1] <= '9'))) ||
        !quantity_number(text, size, &end, &number) || number > 24 || number < 0)
        return at;
    int hour = (int)number, minute = 0;
    bool marked = false;
    if (number > hour && at + 4 <= size) /* "6.30pm" */
        minute = (int)((number - hour) * 100 + 0.5);
    if (end + 3 <= size && text[end] == ':' && text[end + 1] >= '0' && text[end + 1] <= '5') {
        minute = (text[end + 1] - '0') * 10 + (text[end + 2] - '0');
        end += 3;
        marked = true;
    }
    size_t next = skip_space(text, size, end);
    static const struct word_value suffixes[] = { { "am", 1 }, { "a.m.", 1 }, { "a.m", 1 }, { "pm", 2 }, { "p.m.", 2 },
                                                  { "p.m", 2 }, { "o'clock", 3 }, { "点半", 4 }, { "点", 3 }, { "时", 3 },
                                                  { "点钟", 3 }, { "点整", 3 } };
    int suffix = 0;
    size_t length = 0;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t n = strlen(suffixes[i].word);
        bool fits = next + n <= size && !memcmp(text + next, suffixes[i].word, n) &&
                    (next + n == size || text[next + n] < 'a' || text[next + n] > 'z');
        if (fits && n > length)
            length = n, suffix = suffixes[i].value;
    }
    if (!length && !marked)
        return at;
    end = length ? next + length : end;
    if (suffix == 4)
        minute = 30;
    double minutes;
    size_t more = end;
    if (suffix == 3 && quantity_number(text, size, &more, &minutes) && more + 3 <= size && minutes < 60 &&
        memcmp(text + more, "分", 3) == 0) {
        minute = (int)minutes;
        end = more + 3;
    }
    if ((suffix == 2 || p->half == 2) && hour < 12)
        hour += 12;
    else if (suffix == 1 && hour == 12)
        hour = 0;
    else if (suffix == 3 && !p->half && hour >= 1 && hour <= 6 && !marked)
        hour += 12;
    p->has_time = true;
    p->second = hour >= 24 ? LAST : hour * 3600 + minute * 60;
    return end;
}

static size_t read_time(const char *text, size_t size, size_t at, struct parts *p)
{
    int second = 0;
    if (at_word(text, size, at, "first thing")) {
        p->first_thing = true;
        return at + 11;
    }
    size_t length = LONGEST(text, size, at, halves, &second);
    if (length) {
        p->half = second == NOON ? 1 : 2;
        if (!p->has_time || second != NOON)
            p->second = p->has_time && p->second < NOON && p->half == 2 ? p->second + NOON : p->has_time ? p->second : second;
        p->has_time = true;
        size_t hour = skip_space(text, size, at + length), end = read_hour(text, size, hour, p);
        return end > hour ? end : at + length;
    }
    return read_hour(text, size, at, p);
}

static size_t read_part(const char *text, size_t size, size_t at, struct parts *p)
{
    size_t end = at;
    if (!p->has_duration && !p->has_day)
        end = read_duration(text, size, at, p);
    if (end == at && !p->has_day)
        end = read_weekday(text, size, at, p);
    if (end == at && !p->has_day)
        end = read_named_day(text, size, at, p);
    if (end == at && !p->has_day)
        end = read_date(text, size, at, p);
    if (end == at && (!p->has_duration || p->has_day) && (!p->has_time || !p->first_thing))
        end = read_time(text, size, at, p);
    return end;
}

/* Words that may stand between two parts of one limit. */
static size_t skip_joint(const char *text, size_t size, size_t at)
{
    static const struct word_value joints[] = { { "at", 0 }, { "by", 0 }, { "on", 0 }, { "before", 0 }, { "in the", 0 },
                                                { "of", 0 }, { "the", 0 }, { "latest", 0 }, { "around", 0 }, { "about", 0 }, { "的", 0 },
                                                { "前", 0 }, { "之前", 0 }, { "以前", 0 }, { ",", 0 }, { "(", 0 } };
    int unused;
    for (int i = 0; i < 3; i++) {
        at = skip_space(text, size, at);
        at += LONGEST(text, size, at, joints, &unused);
    }
    return skip_space(text, size, at);
}

static instant due_of(const struct parts *p)
{
    if (p->has_duration && !p->has_day)
        return p->context->at + p->seconds;
    int64_t day = p->has_day ? p->day : p->today;
    int second = p->has_time ? p->second : LAST;
    if (p->first_thing) {
        second = FIRST_THING;
        if (!p->has_day)
            day = add_workdays(p, 1);
    } else if (!p->has_day && second <= p->second_now)
        day++; /* "by 9am", said at noon, is tomorrow's */
    instant due;
    const struct zone *zone = p->context->zone;
    if (!zone)
        return day * DAY_SECONDS + second;
    for (int guard = 0; guard < 3 && !zone_instant(zone, day, second, &due); guard++)
        day++;
    return due;
}

int moment_find(const char *text, size_t size, size_t from, const struct moment_context *context,
                struct moment *moment)
{
    int64_t local = context->at + (context->zone ? zone_offset(context->zone, context->at) : 0);
    int64_t today = local / DAY_SECONDS - (local % DAY_SECONDS < 0);
    for (size_t at = from; at < size; at++) {
        if (((unsigned char)text[at] & 0xc0) == 0x80)
            continue;
        struct parts parts = { .context = context, .today = today, .second_now = (int)(local - today * DAY_SECONDS) };
        size_t end = read_part(text, size, at, &parts);
        if (end == at)
            continue;
        for (int more = 0; more < 3; more++) {
            size_t next = skip_joint(text, size, end), reached = read_part(text, size, next, &parts);
            if (reached == next)
                break;
            end = reached;
        }
        *moment = (struct moment){ .from = at, .to = end, .due = due_of(&parts),
                                   .weak = !parts.has_duration && !parts.explicit_day };
        return 1;
    }
    return 0;
}
