/* holidays_icalendar.c - the whole-day events of an iCalendar file (RFC 5545) as days
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/holidays_internal.h"
#include "lib/instant.h"

enum { LINE_SIZE = 4096, SUMMARY_SIZE = 512, DATES_MAX = 200, RANGE_MAX = 366, DEPTH_MAX = 20, STEPS_MAX = 4000000 };

struct event {
    bool has_start, timed, cancelled;
    enum holiday_kind said; /* by X-APPLE-SPECIAL-DAY; HOLIDAY_NONE: nothing */
    int64_t start, end, length; /* end: the day after the last one, INT64_MIN: not said; length 0: not said */
    size_t line;
    struct holiday_rule rule;
    int64_t added[DATES_MAX], left_out[DATES_MAX];
    size_t added_count, left_out_count;
    char summary[SUMMARY_SIZE];
};

struct file {
    struct holidays *holidays;
    const char *name, *at, *end;
    size_t number, first_number; /* of lines: of the last one read, of the logical line's first */
    char line[LINE_SIZE];        /* the logical line, cut where it is longer */
    bool cut;
    size_t events, steps; /* steps: days that were held against a rule */
    struct event event;
    struct error *error;
};

static int fault(const struct file *file, const char *what)
{
    return error_set(file->error, ERROR_INPUT, "%s:%zu: %s", file->name, file->first_number, what);
}

/* ---- Lines (section 3.1) ------------------------------------------------------------------------ */

/* The next logical line: a line that begins with a blank goes on with the one before. false at the end. */
static bool next_line(struct file *file)
{
    size_t size = 0;
    file->cut = false;
    if (file->at >= file->end)
        return false;
    file->first_number = file->number + 1;
    do {
        const char *feed = memchr(file->at, '\n', (size_t)(file->end - file->at));
        const char *stop = feed ? feed : file->end;
        size_t length = (size_t)(stop - file->at);
        if (length > 0 && file->at[length - 1] == '\r')
            length--;
        size_t blank = file->number + 1 != file->first_number && length > 0 ? 1 : 0, room = sizeof file->line - 1 - size;
        size_t take = length - blank < room ? length - blank : room;
        memcpy(file->line + size, file->at + blank, take);
        size += take;
        file->cut = file->cut || take < length - blank;
        file->number++;
        file->at = feed ? feed + 1 : file->end;
    } while (file->at < file->end && (*file->at == ' ' || *file->at == '\t'));
    for (size_t i = 0; i < size; i++)
        if (file->line[i] == '\0')
            file->line[i] = ' ';
    file->line[size] = '\0';
    return true;
}

/* NAME;PARAMETER="a:b";…:VALUE. The parts are ended by NULs in place; false: no such line. */
static bool cut_up(char *line, char **name, char **parameters, char **value)
{
    bool quoted = false;
    char *p = line;
    *name = line;
    *parameters = NULL;
    for (; *p && (quoted || *p != ':'); p++) {
        quoted = quoted != (*p == '"');
        if (*p == ';' && !quoted && !*parameters) {
            *p = '\0';
            *parameters = p + 1;
        }
    }
    if (!*p)
        return false;
    *p = '\0';
    *value = p + 1;
    if (!*parameters)
        *parameters = p;
    return true;
}

/* ---- Values -------------------------------------------------------------------------------------- */

static int read_dates(struct file *file, const char *value, int64_t *days, size_t *count)
{
    bool timed;
    for (const char *p = value; *p;) {
        int64_t day;
        if (*count == DATES_MAX || file->cut)
            return fault(file, "expected fewer dates in one event");
        if (!holidays_take_date(&p, &day, &timed) || (*p && *p != ','))
            return fault(file, "expected dates like 20261001,20261002");
        days[(*count)++] = day;
        p += *p == ',';
    }
    return 1;
}

/* P3D, P1W (section 3.3.6); a time of day in it makes no whole days. */
static bool read_length(const char *value, int64_t *length)
{
    int64_t number;
    const char *p = value + (*value == '+');
    if (*p++ != 'P' || !holidays_take_number(&p, 1000, &number))
        return false;
    *length = *p == 'W' ? number * 7 : number;
    return (*p == 'W' || *p == 'D') && p[1] == '\0';
}

static int read_rule(struct file *file, char *value)
{
    struct holiday_rule *rule = &file->event.rule;
    char *rest = NULL;
    if (rule->there || file->cut)
        return fault(file, "expected one RRULE in an event");
    *rule = (struct holiday_rule){ .there = true, .interval = 1, .until = INT64_MAX };
    bool yearly = false;
    for (char *part = strtok_r(value, ";", &rest); part; part = strtok_r(NULL, ";", &rest)) {
        char *equals = strchr(part, '=');
        if (!equals)
            return fault(file, "expected an RRULE like FREQ=YEARLY;BYMONTH=11;BYDAY=4TH");
        *equals = '\0';
        yearly = yearly || strcasecmp(part, "FREQ") == 0;
        if (!holidays_rule_part(rule, part, equals + 1))
            return fault(file, "expected an RRULE of FREQ=YEARLY with INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY or BYDAY: "
                               "write this event's days out as single ones");
    }
    return yearly ? 1 : fault(file, "expected an RRULE with FREQ=YEARLY");
}

/* ---- Days ---------------------------------------------------------------------------------------- */

static bool is_left_out(const struct event *event, int64_t day)
{
    for (size_t i = 0; i < event->left_out_count; i++)
        if (event->left_out[i] == day)
            return true;
    return false;
}

static void add_range(struct file *file, const struct event *event, int64_t day, int64_t length, enum holiday_kind kind)
{
    for (int64_t i = 0; i < length && !is_left_out(event, day); i++)
        holidays_add(file->holidays, day + i, kind);
}

static int add_event(struct file *file)
{
    struct event *event = &file->event;
    if (event->cancelled || event->timed)
        return 1;
    file->first_number = event->line;
    if (!event->has_start)
        return fault(file, "expected a DTSTART in this event");
    int64_t length = event->end != INT64_MIN ? event->end - event->start : event->length ? event->length : 1;
    if (event->end == event->start) /* the last day instead of the one after it: often written so */
        length = 1;
    if (length < 1 || length > RANGE_MAX)
        return fault(file, "expected an event of 1 to 366 days");
    enum holiday_kind kind = holidays_kind_of(file->holidays, event->summary);
    if (kind != HOLIDAY_NONE && event->said != HOLIDAY_NONE)
        kind = event->said;
    for (size_t i = 0; i < event->added_count; i++)
        add_range(file, event, event->added[i], length, kind);
    if (!event->rule.there) {
        add_range(file, event, event->start, length, kind);
        return 1;
    }
    int64_t last = holidays_last_day(file->holidays), found = 0;
    /* Without a number to count to, years before the first one that is wanted need no look. */
    int64_t from = event->rule.count || event->start > holidays_first_day(file->holidays) - RANGE_MAX
                       ? event->start : holidays_first_day(file->holidays) - RANGE_MAX;
    for (int64_t day = from; day <= last && day <= event->rule.until; day++) {
        if (++file->steps > STEPS_MAX)
            return fault(file, "expected rules that begin less long ago: this file would take too long");
        if (!holidays_rule_fits(&event->rule, event->start, day))
            continue;
        add_range(file, event, day, length, kind);
        if (event->rule.count && ++found == event->rule.count)
            break;
    }
    return 1;
}

/* ---- Events -------------------------------------------------------------------------------------- */

static int read_start(struct file *file, const char *value)
{
    struct event *event = &file->event;
    if (!holidays_take_date(&value, &event->start, &event->timed) || *value)
        return fault(file, "expected DTSTART to be a date that exists, like DTSTART;VALUE=DATE:20261001");
    event->has_start = true;
    return 1;
}

static int read_end(struct file *file, const char *value)
{
    bool timed;
    if (!holidays_take_date(&value, &file->event.end, &timed) || *value)
        return fault(file, "expected DTEND to be a date that exists, like DTEND;VALUE=DATE:20261008");
    return 1;
}

static int read_property(struct file *file, const char *name, char *value)
{
    struct event *event = &file->event;
    if (strcasecmp(name, "DTSTART") == 0)
        return read_start(file, value);
    if (strcasecmp(name, "DTEND") == 0)
        return read_end(file, value);
    if (strcasecmp(name, "DURATION") == 0)
        return read_length(value, &event->length) || event->timed ? 1 : fault(file, "expected DURATION in days or weeks, like P7D");
    if (strcasecmp(name, "RRULE") == 0)
        return read_rule(file, value);
    if (strcasecmp(name, "RDATE") == 0)
        return read_dates(file, value, event->added, &event->added_count);
    if (strcasecmp(name, "EXDATE") == 0)
        return read_dates(file, value, event->left_out, &event->left_out_count);
    if (strcasecmp(name, "RECURRENCE-ID") == 0 || strcasecmp(name, "EXRULE") == 0)
        return fault(file, "events that change single dates of others are not understood: write the days out as single events");
    if (strcasecmp(name, "STATUS") == 0)
        event->cancelled = strcasecmp(value, "CANCELLED") == 0;
    else if (strcasecmp(name, "SUMMARY") == 0)
        memccpy(event->summary, value, '\0', sizeof event->summary - 1);
    else if (strcasecmp(name, "X-APPLE-SPECIAL-DAY") == 0)
        event->said = strcasecmp(value, "ALTERNATE-WORKDAY") == 0 ? HOLIDAY_WORK
            : strcasecmp(value, "WORK-HOLIDAY") == 0 ? HOLIDAY_OFF : event->said;
    return 1;
}

/* Where in the nesting of components a line stands. */
struct nesting {
    int depth, event_depth; /* event_depth 0: in none */
    bool calendar;
};

static int read_line(struct file *file, struct nesting *nesting)
{
    char *name, *parameters, *value;
    if (!file->line[strspn(file->line, " \t")])
        return 1;
    if (!cut_up(file->line, &name, &parameters, &value))
        return fault(file, nesting->calendar ? "expected a line like NAME:VALUE" : "expected an iCalendar file that begins with "
                           "BEGIN:VCALENDAR, or holiday-cn's JSON");
    if (strcasecmp(name, "BEGIN") == 0) {
        nesting->calendar = nesting->calendar || strcasecmp(value, "VCALENDAR") == 0;
        if (!nesting->calendar || ++nesting->depth > DEPTH_MAX)
            return fault(file, "expected BEGIN:VCALENDAR, and components that are not nested so deep");
        if (strcasecmp(value, "VEVENT") == 0 && !nesting->event_depth) {
            if (++file->events > HOLIDAYS_EVENTS_MAX)
                return fault(file, "more events than a calendar of holidays has");
            file->event = (struct event){ .end = INT64_MIN, .line = file->first_number };
            nesting->event_depth = nesting->depth;
        }
        return 1;
    }
    if (!nesting->calendar)
        return fault(file, "expected an iCalendar file that begins with BEGIN:VCALENDAR, or holiday-cn's JSON");
    if (strcasecmp(name, "END") == 0) {
        bool ends = nesting->event_depth && nesting->depth-- == nesting->event_depth;
        if (!nesting->event_depth && --nesting->depth < 0)
            return fault(file, "expected a BEGIN before this END");
        if (!ends)
            return 1;
        nesting->event_depth = 0;
        return add_event(file);
    }
    /* An alarm within an event has properties of its own. */
    return nesting->event_depth && nesting->depth == nesting->event_depth ? read_property(file, name, value) : 1;
}

int holidays_read_icalendar(struct holidays *holidays, const char *name, const char *bytes, size_t size,
                            struct error *error)
{
    struct file *file = calloc(1, sizeof *file);
    struct nesting nesting = { 0 };
    int result = 1;
    if (!file)
        return error_set(error, ERROR_RETRY, "memory is out");
    file->holidays = holidays;
    file->name = name;
    file->at = bytes;
    file->end = bytes + size;
    file->error = error;
    while (result > 0 && next_line(file))
        result = read_line(file, &nesting);
    if (result > 0 && (!nesting.calendar || nesting.depth != 0))
        result = fault(file, nesting.calendar ? "expected END:VCALENDAR: the file is cut off"
                                              : "expected an iCalendar file that begins with BEGIN:VCALENDAR, or holiday-cn's JSON");
    free(file);
    return result;
}
