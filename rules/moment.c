/* moment.c - limits of time as people write them
 * SPDX-License-Identifier: MIT
 *
 * A limit is made of parts that may stand in any order: a duration ("within 3
 * working days"), a day ("next Friday"), a time of day ("by noon"). Each part
 * has a reader; moment_find joins neighbouring parts.
 */
#include "rules/moment.h"

#include <string.h>

#include "rules/dayname.h"
#include "rules/quantity.h"

enum { DAY_SECONDS = 86400, NOON = 12 * 3600, CLOSE = 18 * 3600, LAST = DAY_SECONDS - 1, FIRST_THING = 9 * 3600 };

enum unit { UNIT_MINUTE = 1, UNIT_HOUR, UNIT_DAY, UNIT_WORKDAY, UNIT_WEEK, UNIT_MONTH, UNIT_QUARTER_HOUR };

static const struct dayname_word units[] = {
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

static void set_duration(struct dayname_parts *p, double number, int unit)
{
    int64_t count = (int64_t)number;
    p->has_duration = true;
    switch (unit) {
    case UNIT_MINUTE: p->seconds = (int64_t)(number * 60); return;
    case UNIT_QUARTER_HOUR: p->seconds = (int64_t)(number * 900); return;
    case UNIT_HOUR: p->seconds = (int64_t)(number * 3600); return;
    case UNIT_DAY: p->day = p->today + count; break;
    case UNIT_WORKDAY: p->day = dayname_add_workdays(p, count); break;
    case UNIT_WEEK: p->day = p->today + 7 * count; break;
    default: p->day = dayname_add_months(p->today, count); break;
    }
    p->has_day = true;
    p->seconds = -1;
}

/* "2", "2-3", "two to three", "half an", "半", "a"; a range gives its end. */
static size_t read_count(const char *text, size_t size, size_t at, double *number)
{
    static const struct dayname_word joints[] = { { "-", 0 }, { "~", 0 }, { " to ", 0 }, { " or ", 0 }, { " - ", 0 },
                                                { "至", 0 }, { "到", 0 }, { "或", 0 } };
    static const struct dayname_word ones[] = { { "an", 1 }, { "a", 1 }, { "the", 1 }, { "one", 1 } };
    int one = 0;
    if (dayname_at_word(text, size, at, "half an")) {
        *number = 0.5;
        return at + 7;
    }
    if (dayname_at_word(text, size, at, "half hour") || dayname_at_word(text, size, at, "half-hour") ||
        dayname_at_word(text, size, at, "half day")) {
        *number = 0.5;
        return at + 5;
    }
    if (dayname_at_word(text, size, at, "a quarter of an") || dayname_at_word(text, size, at, "quarter of an")) {
        *number = 0.25;
        return at + (text[at] == 'a' ? 15 : 13);
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
static size_t read_duration(const char *text, size_t size, size_t at, struct dayname_parts *p)
{
    static const struct dayname_word before[] = {
        { "within", 1 }, { "in", 1 }, { "in the next", 1 }, { "within the next", 1 }, { "over the next", 1 },
        { "in under", 1 }, { "in less than", 1 }, { "no later than", 1 }, { "in about", 1 }, { "within about", 1 },
        { "in at most", 1 }, { "within a maximum of", 1 }, { "inside", 1 }, { "during the next", 1 }, { "in no more than", 1 },
        { "最多", 1 }, { "最迟", 1 }, { "最晚", 1 }, { "不超过", 1 }, { "未来", 2 }, { "在", 2 }, { "大约", 2 }, { "大概", 2 },
    };
    static const struct dayname_word after[] = { { "内", 1 }, { "之内", 1 }, { "以内", 1 }, { "左右", 1 }, { "后", 1 },
                                               { "之后", 1 }, { "的时间内", 1 }, { "时间内", 1 }, { "左右内", 1 } };
    static const struct dayname_word fillers[] = { { "the next", 0 }, { "about", 0 }, { "at most", 0 }, { "approximately", 0 } };
    int kind = 0, unit = 0, behind = 0, filler;
    size_t start = at, length = LONGEST(text, size, at, before, &kind);
    at = dayname_skip_space(text, size, at + length);
    if (length && (length = LONGEST(text, size, at, fillers, &filler)) > 0)
        at = dayname_skip_space(text, size, at + length);
    double number;
    size_t end = read_count(text, size, at, &number);
    if (end == at)
        return start;
    end = dayname_skip_space(text, size, end);
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

static const struct dayname_word halves[] = {
    { "noon", NOON }, { "midday", NOON }, { "lunchtime", NOON }, { "morning", NOON }, { "afternoon", CLOSE },
    { "evening", LAST }, { "midnight", LAST }, { "night", LAST }, { "close of business", CLOSE }, { "close of play", CLOSE },
    { "end of business", CLOSE }, { "cob", CLOSE }, { "eod", CLOSE }, { "end of the day", CLOSE }, { "end of day", CLOSE },
    { "the end of the day", CLOSE }, { "the close of business", CLOSE }, { "end of the working day", CLOSE },
    { "the end of the working day", CLOSE }, { "end of the business day", CLOSE }, { "the end of the business day", CLOSE },
    { "中午", NOON }, { "上午", NOON }, { "早上", NOON }, { "午前", NOON }, { "下午", CLOSE }, { "下班前", CLOSE },
    { "下班之前", CLOSE }, { "下班", CLOSE }, { "晚上", LAST }, { "晚间", LAST }, { "傍晚", CLOSE }, { "夜里", LAST },
};

/* An hour: "5pm", "17:30", "5 o'clock", "3点半", "18时". */
static size_t read_hour(const char *text, size_t size, size_t at, struct dayname_parts *p)
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
    size_t next = dayname_skip_space(text, size, end);
    static const struct dayname_word suffixes[] = { { "am", 1 }, { "a.m.", 1 }, { "a.m", 1 }, { "pm", 2 }, { "p.m.", 2 },
                                                  { "p.m", 2 }, { "o'clock", 3 }, { "点半", 4 }, { "点", 3 }, { "时", 3 },
                                                  { "点钟", 3 }, { "点整", 3 } };
    int suffix = 0;
    size_t length = 0;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t n = strlen(suffixes[i].word);
        bool fits = next + n <= size && !memcmp(text + next, suffixes[i].word, n) &&
                    (next + n == size || text[next + n] < 'a' || text[next + n] > 'z');
        /* 第一时间 is no hour */
        fits = fits && !(next + n + 3 <= size && !memcmp(text + next + n, "间", 3) && text[next + n - 1] == "时"[2]);
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

/* The word between two hours of a span; the end of the span is what counts. */
static size_t skip_span_joint(const char *text, size_t size, size_t at)
{
    static const struct dayname_word joints[] = { { "and", 0 }, { "to", 0 }, { "till", 0 }, { "until", 0 }, { "-", 0 },
                                                { "~", 0 }, { "到", 0 }, { "至", 0 } };
    int unused;
    size_t from = dayname_skip_space(text, size, at), length = LONGEST(text, size, from, joints, &unused);
    return length ? dayname_skip_space(text, size, from + length) : at;
}

/* "between 9 and 12", "from 2 to 4 pm", "8-10am": only the words around make hours of bare numbers. */
static size_t read_span(const char *text, size_t size, size_t at, struct dayname_parts *p)
{
    double first, last;
    bool said = dayname_at_word(text, size, at, "between") || dayname_at_word(text, size, at, "from");
    size_t begin = said ? dayname_skip_space(text, size, at + (text[at] == 'b' ? 7 : 4)) : at, end = begin;
    if (!quantity_number(text, size, &end, &first) || first > 24)
        return at;
    size_t second = skip_span_joint(text, size, end), marked = read_hour(text, size, second, p);
    if (second == end || marked > second)
        return marked > second ? marked : at;
    end = second;
    if (!said || !quantity_number(text, size, &end, &last) || last > 24 || last < 1 || last != (int)last ||
        (end < size && text[end] != ' ' && text[end] != '.' && text[end] != ',' && text[end] != '\n'))
        return at;
    size_t behind = dayname_skip_space(text, size, end);
    if (behind > end && !dayname_at_word(text, size, behind, "in") && !dayname_at_word(text, size, behind, "on") &&
        !dayname_at_word(text, size, behind, "tomorrow") && !dayname_at_word(text, size, behind, "today"))
        return at;
    p->has_time = true;
    p->second = ((int)last <= 6 || (last < first && last < 12) ? (int)last + 12 : (int)last) * 3600;
    return end;
}

/* An hour, or the end of a span of hours. */
static size_t read_hours(const char *text, size_t size, size_t at, struct dayname_parts *p)
{
    size_t end = read_hour(text, size, at, p);
    if (end == at)
        return read_span(text, size, at, p);
    size_t next = skip_span_joint(text, size, end);
    if (next == end)
        return end;
    struct dayname_parts whole = *p;
    size_t reached = read_hour(text, size, next, &whole);
    if (reached == next)
        return end;
    *p = whole;
    return reached;
}

static size_t read_time(const char *text, size_t size, size_t at, struct dayname_parts *p)
{
    int second = 0;
    if (dayname_at_word(text, size, at, "first thing")) {
        p->first_thing = true;
        return at + 11;
    }
    size_t length = LONGEST(text, size, at, halves, &second);
    if (length) {
        p->half = second == NOON ? 1 : 2;
        if (!p->has_time || second != NOON)
            p->second = p->has_time && p->second < NOON && p->half == 2 ? p->second + NOON : p->has_time ? p->second : second;
        p->has_time = true;
        size_t hour = dayname_skip_space(text, size, at + length), end = read_hours(text, size, hour, p);
        return end > hour ? end : at + length;
    }
    return read_hours(text, size, at, p);
}

static size_t read_part(const char *text, size_t size, size_t at, struct dayname_parts *p)
{
    size_t end = at;
    if (!p->has_duration && !p->has_day)
        end = read_duration(text, size, at, p);
    if (end == at && !p->has_day)
        end = dayname_weekday(text, size, at, p);
    if (end == at && !p->has_day)
        end = dayname_named(text, size, at, p);
    if (end == at && !p->has_day)
        end = dayname_date(text, size, at, p);
    if (end == at && (!p->has_duration || p->has_day) && (!p->has_time || !p->first_thing))
        end = read_time(text, size, at, p);
    return end;
}

/* Words that may stand between two parts of one limit. */
static size_t skip_joint(const char *text, size_t size, size_t at)
{
    static const struct dayname_word joints[] = { { "at", 0 }, { "by", 0 }, { "on", 0 }, { "before", 0 }, { "in the", 0 },
                                                { "of", 0 }, { "the", 0 }, { "latest", 0 }, { "around", 0 }, { "about", 0 }, { "的", 0 },
                                                { "前", 0 }, { "之前", 0 }, { "以前", 0 }, { ",", 0 }, { "(", 0 } };
    int unused;
    for (int i = 0; i < 3; i++) {
        at = dayname_skip_space(text, size, at);
        at += LONGEST(text, size, at, joints, &unused);
    }
    return dayname_skip_space(text, size, at);
}

static instant due_of(const struct dayname_parts *p)
{
    if (p->has_duration && !p->has_day)
        return p->context->at + p->seconds;
    int64_t day = p->has_day ? p->day : p->today;
    int second = p->has_time ? p->second : LAST;
    if (p->first_thing) {
        second = FIRST_THING;
        if (!p->has_day)
            day = dayname_add_workdays(p, 1);
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
        struct dayname_parts parts = { .context = context, .today = today, .second_now = (int)(local - today * DAY_SECONDS) };
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
