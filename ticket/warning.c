/* warning.c - the marks of a ticket: moments at which somebody should be told
 * SPDX-License-Identifier: MIT
 */
#include "ticket/warning.h"

#include <inttypes.h>
#include <string.h>

#include "ticket/desk.h"

enum { HOUR = 3600, MARKS_BYTES = 64 * 1024 };

static const int silent_hours[] = { 12, 24 };
enum { SILENT_HOURS = sizeof silent_hours / sizeof *silent_hours };

struct list {
    const struct ticket_view *view;
    struct arena *arena;
    struct warning *items;
    size_t count, room;
};

static int add(struct list *list, struct warning warning)
{
    if (!warning.mark || list->count == list->room)
        return 0;
    list->items[list->count++] = warning;
    return 1;
}

/* "first_response", "next_response/17", "promise/17.0": there is one first_response and one plan a ticket, whichever
 * mail turns out to have been the first; a resolution clock that is not the first belongs to a reopening. */
static const char *name_of(const struct list *list, size_t index)
{
    const struct ticket_clock *clock = &list->view->clocks[index];
    const char *kind = clock_kind_name(clock->kind);
    size_t before = 0;
    switch (clock->kind) {
    case CLOCK_FIRST_RESPONSE:
    case CLOCK_PLAN:
        return kind;
    case CLOCK_RESOLUTION:
        return clock->start == list->view->opened ? kind : arena_printf(list->arena, "%s/%s", kind, clock->for_event);
    case CLOCK_NEXT_RESPONSE:
        return arena_printf(list->arena, "%s/%s", kind, clock->for_event);
    case CLOCK_PROMISE:
        for (size_t i = 0; i < index; i++)
            before += list->view->clocks[i].kind == CLOCK_PROMISE &&
                      strcmp(list->view->clocks[i].for_event, clock->for_event) == 0;
        return arena_printf(list->arena, "%s/%s.%zu", kind, clock->for_event, before);
    }
    return NULL;
}

static bool is_paused(const struct ticket_clock *clock)
{
    return clock->pause_count > 0 && clock->pauses[clock->pause_count - 1].end == INSTANT_NONE;
}

static int add_clock(struct list *list, size_t index)
{
    const struct ticket_clock *clock = &list->view->clocks[index];
    const struct policy *policy = list->view->policy;
    if (clock->stopped != INSTANT_NONE || is_paused(clock))
        return 1;
    const char *name = name_of(list, index);
    for (int i = 0; name && i < policy->warn_count; i++)
        if (!add(list, (struct warning){ .kind = WARNING_SHARE, .clock = clock, .number = policy->warn_at[i],
                                         .mark = arena_printf(list->arena, "%s/%d", name, policy->warn_at[i]),
                                         .at = ticket_clock_warning(list->view, clock, policy->warn_at[i]) }))
            return 0;
    bool responds = clock->kind == CLOCK_FIRST_RESPONSE || clock->kind == CLOCK_NEXT_RESPONSE;
    for (int i = 0; name && responds && i < SILENT_HOURS; i++)
        if (!add(list, (struct warning){ .kind = WARNING_SILENCE, .clock = clock, .number = silent_hours[i],
                                         .mark = arena_printf(list->arena, "%s/%dh", name, silent_hours[i]),
                                         .at = clock->start + (instant)silent_hours[i] * HOUR }))
            return 0;
    return name != NULL;
}

static const struct event_row *event_by_id(const struct event_row *events, size_t count, const char *id)
{
    char text[24];
    for (size_t i = 0; id && i < count; i++) {
        snprintf(text, sizeof text, "%" PRId64, events[i].id);
        if (strcmp(text, id) == 0)
            return &events[i];
    }
    return NULL;
}

/* Only the first report on a reply withdraws it. */
static int add_bounces(struct list *list, const struct event_row *events, size_t count)
{
    for (size_t i = 0; i < count && events[i].at <= list->view->now; i++) {
        if (events[i].type != EVENT_BOUNCE)
            continue;
        const char *of = json_string_value(json_object_get(events[i].fields, "of"));
        const struct event_row *reply = event_by_id(events, count, of);
        bool first = true;
        for (size_t k = 0; k < i && first; k++) {
            const char *other = json_string_value(json_object_get(events[k].fields, "of"));
            first = events[k].type != EVENT_BOUNCE || !other || !of || strcmp(other, of) != 0;
        }
        if (!first || !reply || reply->type != EVENT_AGENT_REPLY)
            continue;
        const char *id = arena_printf(list->arena, "%" PRId64, events[i].id);
        if (!id || !add(list, (struct warning){ .kind = WARNING_BOUNCED, .event = id, .at = events[i].at, .actor = reply->actor,
                                                .mark = arena_printf(list->arena, "bounced/%s", id) }))
            return 0;
    }
    return 1;
}

static int add_others(struct list *list, const struct event_row *events, size_t count)
{
    const struct ticket_view *view = list->view;
    bool goes_on = view->state == TICKET_OPEN || view->state == TICKET_WAITING;
    if (goes_on && view->critical_event &&
        !add(list, (struct warning){ .kind = WARNING_CRITICAL, .event = view->critical_event, .at = view->critical_since,
                                     .mark = arena_printf(list->arena, "critical/%s", view->critical_event) }))
        return 0;
    if (view->alert && view->resolve_event &&
        !add(list, (struct warning){ .kind = WARNING_UNANSWERED, .event = view->resolve_event, .at = view->resolved,
                                     .mark = arena_printf(list->arena, "unanswered/%s", view->resolve_event) }))
        return 0;
    return add_bounces(list, events, count);
}

int warning_list(const struct ticket_view *view, const struct event_row *events, size_t event_count,
                 struct arena *arena, struct warning **warnings, size_t *count, struct error *error)
{
    struct list list = { .view = view, .arena = arena };
    size_t bounces = 0, running = 0;
    for (size_t i = 0; i < event_count; i++)
        bounces += events[i].type == EVENT_BOUNCE;
    for (size_t i = 0; i < view->clock_count; i++)
        running += view->clocks[i].stopped == INSTANT_NONE;
    list.room = running * ((size_t)view->policy->warn_count + SILENT_HOURS) + bounces + 2;
    list.items = arena_alloc(arena, list.room * sizeof *list.items);
    int done = list.items != NULL;
    for (size_t i = 0; done && view->state != TICKET_NONE && i < view->clock_count; i++)
        done = add_clock(&list, i);
    if (done && view->state != TICKET_NONE)
        done = add_others(&list, events, event_count);
    *warnings = list.items;
    *count = list.count;
    return done ? 1 : error_set(error, ERROR_RETRY, "out of memory");
}

instant warning_next(const struct warning *warnings, size_t count, const char *marks)
{
    instant next = INSTANT_NONE;
    for (size_t i = 0; i < count; i++)
        if ((next == INSTANT_NONE || warnings[i].at < next) && !desk_has_word(marks, warnings[i].mark))
            next = warnings[i].at;
    return next;
}

const char *warning_add_mark(const char *marks, const char *mark, struct arena *arena)
{
    marks = marks ? marks : "";
    if (desk_has_word(marks, mark))
        return marks;
    while (strlen(marks) + strlen(mark) + 1 > MARKS_BYTES && *marks)
        marks += strcspn(marks, " ") + strspn(marks + strcspn(marks, " "), " ");
    return arena_printf(arena, "%s%s%s", marks, *marks ? " " : "", mark);
}

/* Of marks passed at the same moment the one that stands later is the graver. */
static bool is_later(const struct warning *a, const struct warning *b)
{
    return a->at != b->at ? a->at > b->at : a > b;
}

void warning_choose(const struct warning *warnings, size_t count, const char *marks, instant now, bool *passed,
                    bool *tell)
{
    for (size_t i = 0; i < count; i++)
        passed[i] = tell[i] = warnings[i].at <= now && !desk_has_word(marks, warnings[i].mark);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count && tell[i] && warnings[i].clock; k++)
            if (k != i && passed[k] && warnings[k].clock == warnings[i].clock && is_later(&warnings[k], &warnings[i]))
                tell[i] = false;
}

bool warning_same_clock(const char *mark, const char *other)
{
    const char *end = strrchr(mark, '/'), *other_end = strrchr(other, '/');
    if (strcmp(mark, other) == 0)
        return true;
    bool of_clock = end && strncmp(mark, "critical/", 9) != 0 && strncmp(mark, "bounced/", 8) != 0 &&
                    strncmp(mark, "unanswered/", 11) != 0;
    return of_clock && other_end && end - mark == other_end - other && strncmp(mark, other, (size_t)(end - mark)) == 0;
}
