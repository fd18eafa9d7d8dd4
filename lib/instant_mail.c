/* instant_mail.c - reads the Date header as mail really carries it
 * SPDX-License-Identifier: MIT
 */
#include "lib/instant.h"

#include <stdbool.h>
#include <string.h>

enum { COMMENT_DEPTH = 20, DATE_BYTES = 1000 };

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

/* White space and comments (RFC 5322 CFWS); an unclosed comment runs to the end. */
static const char *skip_blank(const char *p)
{
    int depth = 0;
    for (; *p; p++) {
        if (*p == '(' && depth < COMMENT_DEPTH)
            depth++;
        else if (*p == ')' && depth > 0)
            depth--;
        else if (depth > 0 && *p == '\\' && p[1])
            p++;
        else if (depth == 0 && !is_space(*p))
            break;
    }
    return p;
}

/* 1 to `most` digits, with blanks before and after; moves *p. Returns how many, 0 for none. */
static int take_number(const char **p, int most, int *value)
{
    const char *q = skip_blank(*p);
    int count = 0, number = 0;
    for (; count < most && is_digit(q[count]); count++)
        number = number * 10 + (q[count] - '0');
    if (count == 0 || is_digit(q[count]))
        return 0;
    *p = skip_blank(q + count);
    *value = number;
    return count;
}

/* The index of the three-letter name at *p (longer words are fine: "September"), or -1. */
static int take_name(const char **p, const char *const *names, int count)
{
    for (int i = 0; i < count; i++) {
        const char *q = *p;
        int length = 0;
        while (length < 3 && lower(q[length]) == names[i][length])
            length++;
        if (length < 3)
            continue;
        while (is_letter(q[length]))
            length++;
        *p = skip_blank(q + length);
        return i;
    }
    return -1;
}

/* `+0800`, `+08:00`, `GMT`, `EST`, a military letter; nothing counts as UTC. */
static bool take_zone(const char **p, int *offset)
{
    static const struct {
        const char *name;
        int hours;
    } zones[] = { { "est", -5 }, { "edt", -4 }, { "cst", -6 }, { "cdt", -5 },
                  { "mst", -7 }, { "mdt", -6 }, { "pst", -8 }, { "pdt", -7 } };
    *offset = 0;
    const char *q = *p;
    if (*q == '+' || *q == '-') {
        int digits[4], count = 0;
        const char *r = q + 1;
        for (; count < 4 && (is_digit(*r) || (count == 2 && *r == ':')); r++)
            if (*r != ':')
                digits[count++] = *r - '0';
        if (count != 4 || is_digit(*r))
            return false;
        int hours = digits[0] * 10 + digits[1], minutes = digits[2] * 10 + digits[3];
        if (hours > 23 || minutes > 59)
            return false;
        *offset = (hours * 3600 + minutes * 60) * (*q == '-' ? -1 : 1);
        *p = skip_blank(r);
        return true;
    }
    int length = 0;
    while (is_letter(q[length]))
        length++;
    for (size_t i = 0; length == 3 && i < sizeof zones / sizeof *zones; i++)
        if (lower(q[0]) == zones[i].name[0] && lower(q[1]) == zones[i].name[1] && lower(q[2]) == zones[i].name[2])
            *offset = zones[i].hours * 3600;
    /* RFC 5322 section 4.3: other names, military letters too, count as -0000. */
    *p = skip_blank(q + length);
    return true;
}

int instant_parse_rfc5322(const char *text, instant *at)
{
    static const char *const weekdays[] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat" };
    static const char *const months[] = { "jan", "feb", "mar", "apr", "may", "jun",
                                          "jul", "aug", "sep", "oct", "nov", "dec" };
    if (!text || strlen(text) > DATE_BYTES)
        return 0;
    const char *p = skip_blank(text);
    if (take_name(&p, weekdays, 7) >= 0 && *p == ',')
        p = skip_blank(p + 1);
    int day, year, hour, minute, second = 0, offset;
    if (!take_number(&p, 2, &day))
        return 0;
    if (*p == '-')
        p = skip_blank(p + 1);
    int month = take_name(&p, months, 12);
    if (month < 0)
        return 0;
    if (*p == '-')
        p = skip_blank(p + 1);
    int year_digits = take_number(&p, 4, &year);
    if (year_digits < 2)
        return 0;
    /* RFC 5322 section 4.3: two digits are 1950 to 2049, three are years since 1900. */
    if (year_digits == 2)
        year += year < 50 ? 2000 : 1900;
    else if (year_digits == 3)
        year += 1900;
    if (!take_number(&p, 2, &hour) || *p++ != ':' || !take_number(&p, 2, &minute))
        return 0;
    if (*p == ':') {
        p++;
        if (!take_number(&p, 2, &second))
            return 0;
    }
    if (!take_zone(&p, &offset) || *p)
        return 0;
    if (day < 1 || (unsigned)day > instant_days_in_month(year, (unsigned)month + 1) || hour > 23 ||
        minute > 59 || second > 60)
        return 0;
    instant value = instant_days_from_date(year, (unsigned)month + 1, (unsigned)day) * 86400 +
                    hour * 3600 + minute * 60 + second - offset;
    if (value < 0 || value > INSTANT_MAX)
        return 0;
    *at = value;
    return 1;
}
