/* fold_view.c - what is asked of a folded ticket: names, next due time, warnings, JSON
 * SPDX-License-Identifier: MIT
 */
#include "ticket/fold.h"

#include <string.h>

static const char *const clock_states[] = {
    [CLOCK_WITHDRAWN] = "withdrawn", [CLOCK_CANCELLED] = "cancelled", [CLOCK_MET] = "met",
    [CLOCK_MISSED] = "missed",       [CLOCK_PAUSED] = "paused",       [CLOCK_RUNNING] = "running",
};

static const char *const ticket_states[] = {
    [TICKET_NONE] = "none",         [TICKET_OPEN] = "open",     [TICKET_WAITING] = "waiting",
    [TICKET_RESOLVED] = "resolved", [TICKET_CLOSED] = "closed",
};

const char *clock_state_name(enum clock_state state)
{
    return clock_states[state];
}

const char *ticket_state_name(enum ticket_state state)
{
    return ticket_states[state];
}

int ticket_state_parse(const char *name, enum ticket_state *state)
{
    for (size_t i = 0; name && i < sizeof ticket_states / sizeof *ticket_states; i++)
        if (strcmp(name, ticket_states[i]) == 0) {
            *state = (enum ticket_state)i;
            return 1;
        }
    return 0;
}

const struct ticket_clock *ticket_response_clock(const struct ticket_view *view)
{
    for (size_t i = 0; i < view->clock_count; i++) {
        const struct ticket_clock *clock = &view->clocks[i];
        bool responds = clock->kind == CLOCK_FIRST_RESPONSE || clock->kind == CLOCK_NEXT_RESPONSE;
        if (responds && clock->stopped == INSTANT_NONE)
            return clock;
    }
    return NULL;
}

instant ticket_next_due(const struct ticket_view *view)
{
    instant next = INSTANT_NONE;
    for (size_t i = 0; i < view->clock_count; i++) {
        const struct ticket_clock *clock = &view->clocks[i];
        if (clock->stopped != INSTANT_NONE || clock->state == CLOCK_PAUSED)
            continue;
        if (next == INSTANT_NONE || clock->due < next)
            next = clock->due;
    }
    return next;
}

/* Rounded up; both are far from the limits: at most 8,030 years and 10,000 %. */
static int64_t share(int64_t seconds, int percent)
{
    return seconds <= 0 ? seconds : (seconds * percent + 99) / 100;
}

instant ticket_clock_warning(const struct ticket_view *view, const struct ticket_clock *clock, int percent)
{
    if (clock->kind == CLOCK_PROMISE)
        return clock->start + share(clock->due - clock->start, percent);
    instant moment = clock->stopped == INSTANT_NONE ? view->now : clock->stopped;
    return clock_due(clock->calendar, share(clock->target, percent), clock->start, clock->pauses,
                     clock->pause_count, moment);
}

static json_t *text_of(instant at)
{
    char text[INSTANT_TEXT];
    return at == INSTANT_NONE ? json_null() : json_string(instant_format_rfc3339(at, text));
}

static json_t *why_to_json(const struct ticket_clock *clock)
{
    json_t *why = json_array();
    for (size_t i = 0; why && i < clock->why_count; i++)
        if (json_array_append_new(why, json_string(clock->why[i])) != 0) {
            json_decref(why);
            return NULL;
        }
    return why;
}

static json_t *clock_to_json(const struct ticket_clock *clock)
{
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:o, s:I, s:I, s:o}",
                     "clock", clock_kind_name(clock->kind), "for", clock->for_event,
                     "urgency", urgency_name(clock->urgency), "start", text_of(clock->start),
                     "due", text_of(clock->due), "state", clock_state_name(clock->state),
                     "stopped", text_of(clock->stopped), "used_s", (json_int_t)clock->used_s,
                     "paused_s", (json_int_t)clock->paused_s, "why", why_to_json(clock));
}

json_t *ticket_view_to_json(const struct ticket_view *view)
{
    json_t *clocks = json_array();
    for (size_t i = 0; clocks && i < view->clock_count; i++)
        if (json_array_append_new(clocks, clock_to_json(&view->clocks[i])) != 0) {
            json_decref(clocks);
            return NULL;
        }
    if (view->state == TICKET_NONE)
        return json_pack("{s:n, s:o}", "ticket", "clocks", clocks);
    return json_pack("{s:{s:s, s:s}, s:o}", "ticket", "state", ticket_state_name(view->state),
                     "urgency", urgency_name(view->urgency), "clocks", clocks);
}
