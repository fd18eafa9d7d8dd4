/* fold.c - a ticket is the fold of its events: which event does what to which clock
 * SPDX-License-Identifier: MIT
 *
 * The life of a ticket; any state may end in `closed` by merge_into or erase,
 * and `resolved` is shown as closed once it has lasted auto_close_after:
 *
 *             reply that asks or offers
 *      open  ----------------------------->  waiting
 *       ^  ^------------------------------     |
 *       |            customer_mail             |
 *       | reopen, customer_mail in time        |
 *       +------------------  resolved  <-------+   resolve (from open, too)
 */
#include "ticket/fold.h"

#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "ticket/fold_clock.h"

struct fold {
    const struct policy *policy;
    struct arena *arena;
    const struct event **events; /* that have happened, in fold order */
    size_t count;
    size_t *bounced_at;  /* by position of a reply: its first bounce; SIZE_MAX: none */
    size_t *withdraws;   /* by position of a bounce: the reply whose first bounce it is */
    size_t *first_clock; /* by position of a withdrawn reply: its first promise */
    struct fold_clock *clocks;
    size_t clock_count, clock_room;
    size_t running[CLOCK_TARGET_COUNT];  /* index of the clock of a kind that runs; SIZE_MAX: none */
    size_t promises_from, promises_to;   /* the promises that run */
    enum ticket_state state;
    enum urgency urgency;
    instant opened, resolved;
    const char *outcome;
    const struct event *resolved_by, *critical_by; /* NULL: is not */
    bool answered, withdrew_reply, resolved_unanswered, ended;
};

enum { NO_MEMORY = 0, DONE = 1 };

static const size_t nothing = SIZE_MAX;

/* ---- Clocks --------------------------------------------------------------------- */

static struct fold_clock *new_clock(struct fold *fold, enum clock_kind kind, size_t position)
{
    struct fold_clock *clocks = array_room_in(fold->arena, fold->clocks, fold->clock_count, &fold->clock_room, sizeof *clocks);
    if (!clocks)
        return NULL;
    fold->clocks = clocks;
    struct fold_clock *clock = &fold->clocks[fold->clock_count++];
    *clock = (struct fold_clock){ .kind = kind, .started_by = fold->events[position], .position = position,
                                  .target = TARGET_NONE, .stopped = INSTANT_NONE };
    return clock;
}

static int start_clock(struct fold *fold, enum clock_kind kind, size_t position)
{
    struct fold_clock *clock = new_clock(fold, kind, position);
    if (!clock)
        return NO_MEMORY;
    clock->calendar = fold->policy->targets[fold->urgency].calendar;
    clock->target = fold->policy->targets[fold->urgency].seconds[kind];
    fold->running[kind] = fold->clock_count - 1;
    return fold_clock_explain(clock, clock->started_by, fold->arena);
}

static struct fold_clock *running_clock(struct fold *fold, enum clock_kind kind)
{
    return fold->running[kind] == nothing ? NULL : &fold->clocks[fold->running[kind]];
}

static int end_clock(struct fold *fold, struct fold_clock *clock, const struct event *event, enum fold_end end)
{
    clock->end = end;
    clock->stopped = event->at;
    clock->stop_urgency = fold->urgency;
    if (clock->calendar)
        clock->calendar = policy_calendar_at(fold->policy, clock->calendar, event->at);
    return fold_clock_explain(clock, event, fold->arena);
}

static int end_kind(struct fold *fold, enum clock_kind kind, const struct event *event, enum fold_end end)
{
    struct fold_clock *clock = running_clock(fold, kind);
    fold->running[kind] = nothing;
    return clock ? end_clock(fold, clock, event, end) : DONE;
}

static int end_promises(struct fold *fold, const struct event *event, enum fold_end end)
{
    for (; fold->promises_from < fold->promises_to; fold->promises_from++)
        if (!end_clock(fold, &fold->clocks[fold->promises_from], event, end))
            return NO_MEMORY;
    return DONE;
}

static int start_promises(struct fold *fold, size_t position)
{
    const struct event *reply = fold->events[position];
    fold->promises_from = fold->clock_count;
    for (size_t i = 0; i < reply->promise_count; i++) {
        struct fold_clock *clock = new_clock(fold, CLOCK_PROMISE, position);
        if (!clock)
            return NO_MEMORY;
        clock->promised = reply->promises[i];
        clock->promise_index = i;
        if (!fold_clock_explain(clock, reply, fold->arena))
            return NO_MEMORY;
    }
    fold->promises_to = fold->clock_count;
    return DONE;
}

/* ---- Withdrawn replies -------------------------------------------------------------- */

/* The reply and its first bounce end its promises at the later of the two. */
static int end_withdrawn(struct fold *fold, size_t reply, size_t at)
{
    size_t bounce = fold->bounced_at[reply];
    size_t first = reply < bounce ? reply : bounce, second = reply < bounce ? bounce : reply;
    for (size_t i = 0; i < fold->events[reply]->promise_count; i++) {
        struct fold_clock *clock = &fold->clocks[fold->first_clock[reply] + i];
        clock->end = END_WITHDRAWN;
        clock->stopped = fold->events[at]->at;
        clock->stop_urgency = fold->urgency;
        clock->why_count = 0;
        if (!fold_clock_explain(clock, fold->events[first], fold->arena) ||
            !fold_clock_explain(clock, fold->events[second], fold->arena))
            return NO_MEMORY;
    }
    return DONE;
}

static int on_withdrawn_reply(struct fold *fold, size_t position)
{
    size_t from = fold->promises_from, to = fold->promises_to;
    fold->withdrew_reply = true;
    fold->first_clock[position] = fold->clock_count;
    if (!start_promises(fold, position))
        return NO_MEMORY;
    fold->promises_from = from;
    fold->promises_to = to;
    return fold->bounced_at[position] < position ? end_withdrawn(fold, position, position) : DONE;
}

/* ---- Events ------------------------------------------------------------------------- */

static int reopen(struct fold *fold, size_t position)
{
    fold->state = TICKET_OPEN;
    fold->resolved = INSTANT_NONE;
    fold->outcome = NULL;
    fold->resolved_by = NULL;
    fold->resolved_unanswered = false;
    return start_clock(fold, CLOCK_RESOLUTION, position);
}

static void set_urgency(struct fold *fold, const struct event *event)
{
    fold->urgency = event->urgency;
    fold->critical_by = event->urgency == URGENCY_CRITICAL ? event : NULL;
}

static int on_first_mail(struct fold *fold, size_t position)
{
    fold->state = TICKET_OPEN;
    set_urgency(fold, fold->events[position]);
    fold->opened = fold->events[position]->at;
    return start_clock(fold, CLOCK_FIRST_RESPONSE, position) && start_clock(fold, CLOCK_PLAN, position) &&
           start_clock(fold, CLOCK_RESOLUTION, position);
}

static int on_customer_mail(struct fold *fold, size_t position)
{
    const struct event *mail = fold->events[position];
    if (fold->state == TICKET_RESOLVED) {
        int64_t within = fold->policy->reopen_within;
        if (mail->thanks_only || (within != TARGET_NONE && mail->at - fold->resolved > within))
            return DONE;
        return reopen(fold, position) && start_clock(fold, CLOCK_NEXT_RESPONSE, position);
    }
    fold->state = TICKET_OPEN;
    struct fold_clock *resolution = running_clock(fold, CLOCK_RESOLUTION);
    if (resolution && resolution->paused && !fold_clock_resume(resolution, mail, fold->arena))
        return NO_MEMORY;
    if (mail->thanks_only || running_clock(fold, CLOCK_FIRST_RESPONSE) || running_clock(fold, CLOCK_NEXT_RESPONSE))
        return DONE;
    return start_clock(fold, CLOCK_NEXT_RESPONSE, position);
}

static int on_reply(struct fold *fold, size_t position)
{
    const struct event *reply = fold->events[position];
    fold->answered = true;
    if (!end_promises(fold, reply, END_STOPPED) || !end_kind(fold, CLOCK_FIRST_RESPONSE, reply, END_STOPPED) ||
        !end_kind(fold, CLOCK_NEXT_RESPONSE, reply, END_STOPPED))
        return NO_MEMORY;
    if (reply->offers_plan && !end_kind(fold, CLOCK_PLAN, reply, END_STOPPED))
        return NO_MEMORY;
    if (fold->state != TICKET_RESOLVED && (reply->offers_plan || reply->asks_customer)) {
        fold->state = TICKET_WAITING;
        struct fold_clock *resolution = running_clock(fold, CLOCK_RESOLUTION);
        if (fold->policy->pause_resolution_while_waiting && resolution && !resolution->paused &&
            !fold_clock_pause(resolution, reply, fold->arena))
            return NO_MEMORY;
    }
    return start_promises(fold, position);
}

/* Rules may not make a clock later, nor hide it. */
static bool takes_target(struct fold_clock *clock, const struct policy_target *target, const struct event *event)
{
    int64_t seconds = target->seconds[clock->kind];
    if (event->by == URGENCY_BY_AGENT || clock->target == TARGET_NONE)
        return true;
    return seconds != TARGET_NONE && fold_clock_due(clock, target->calendar, seconds, event->at) <=
                                         fold_clock_due(clock, clock->calendar, clock->target, event->at);
}

static int on_urgency(struct fold *fold, const struct event *event)
{
    if (event->urgency == fold->urgency || (event->by == URGENCY_BY_RULES && event->urgency < fold->urgency))
        return DONE;
    set_urgency(fold, event);
    const struct policy_target *target = &fold->policy->targets[event->urgency];
    for (int kind = 0; kind < CLOCK_TARGET_COUNT; kind++) {
        struct fold_clock *clock = running_clock(fold, (enum clock_kind)kind);
        if (!clock)
            continue;
        if (takes_target(clock, target, event)) {
            clock->calendar = target->calendar;
            clock->target = target->seconds[kind];
        }
        if (!fold_clock_explain(clock, event, fold->arena))
            return NO_MEMORY;
    }
    return DONE;
}

static int on_resolve(struct fold *fold, const struct event *event)
{
    if (!end_promises(fold, event, END_STOPPED))
        return NO_MEMORY;
    if (fold->state == TICKET_RESOLVED)
        return DONE;
    fold->state = TICKET_RESOLVED;
    fold->resolved = event->at;
    fold->outcome = event->outcome;
    fold->resolved_by = event;
    fold->resolved_unanswered = !fold->answered;
    return end_kind(fold, CLOCK_FIRST_RESPONSE, event, END_UNANSWERED) &&
           end_kind(fold, CLOCK_NEXT_RESPONSE, event, END_UNANSWERED) &&
           end_kind(fold, CLOCK_PLAN, event, fold->answered ? END_STOPPED : END_UNANSWERED) &&
           end_kind(fold, CLOCK_RESOLUTION, event, END_STOPPED);
}

static int on_end(struct fold *fold, const struct event *event)
{
    fold->ended = true;
    for (int kind = 0; kind < CLOCK_TARGET_COUNT; kind++)
        if (!end_kind(fold, (enum clock_kind)kind, event, END_UNANSWERED))
            return NO_MEMORY;
    return end_promises(fold, event, END_UNANSWERED);
}

static int on_event(struct fold *fold, size_t position)
{
    const struct event *event = fold->events[position];
    switch (event->type) {
    case EVENT_CUSTOMER_MAIL:
        return fold->state == TICKET_NONE ? on_first_mail(fold, position) : on_customer_mail(fold, position);
    case EVENT_AGENT_REPLY:
        return fold->bounced_at[position] == nothing ? on_reply(fold, position) : on_withdrawn_reply(fold, position);
    case EVENT_URGENCY:
        return on_urgency(fold, event);
    case EVENT_RESOLVE:
        return on_resolve(fold, event);
    case EVENT_REOPEN:
        return fold->state == TICKET_RESOLVED ? reopen(fold, position) : DONE;
    case EVENT_MERGE_INTO:
    case EVENT_ERASE:
        return on_end(fold, event);
    default:
        return DONE; /* a bounce acts through the reply that it names */
    }
}

/* ---- Order --------------------------------------------------------------------------- */

static int compare_moments(const void *left, const void *right)
{
    const struct event *a = *(const struct event *const *)left, *b = *(const struct event *const *)right;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return a->arrival < b->arrival ? -1 : a->arrival > b->arrival;
}

struct named_reply {
    const char *id;
    size_t position;
};

static int compare_ids(const void *left, const void *right)
{
    const struct named_reply *a = left, *b = right;
    return strcmp(a->id, b->id);
}

/* Finds each reply's first bounce. Nothing before the first mail has an effect, a bounce neither. */
static int find_bounces(struct fold *fold, size_t opening)
{
    struct named_reply *replies = arena_alloc(fold->arena, fold->count * sizeof *replies);
    fold->bounced_at = arena_alloc(fold->arena, fold->count * sizeof *fold->bounced_at);
    fold->withdraws = arena_alloc(fold->arena, fold->count * sizeof *fold->withdraws);
    fold->first_clock = arena_alloc(fold->arena, fold->count * sizeof *fold->first_clock);
    if (!replies || !fold->bounced_at || !fold->withdraws || !fold->first_clock)
        return NO_MEMORY;
    size_t reply_count = 0;
    for (size_t i = opening; i < fold->count; i++) {
        fold->bounced_at[i] = fold->withdraws[i] = fold->first_clock[i] = nothing;
        if (fold->events[i]->type == EVENT_AGENT_REPLY)
            replies[reply_count++] = (struct named_reply){ fold->events[i]->id, i };
    }
    qsort(replies, reply_count, sizeof *replies, compare_ids);
    for (size_t i = opening; i < fold->count; i++) {
        if (fold->events[i]->type != EVENT_BOUNCE || !reply_count)
            continue;
        struct named_reply wanted = { .id = fold->events[i]->of };
        const struct named_reply *found = bsearch(&wanted, replies, reply_count, sizeof *replies, compare_ids);
        if (!found || fold->bounced_at[found->position] != nothing)
            continue;
        fold->bounced_at[found->position] = i;
        fold->withdraws[i] = found->position;
    }
    return DONE;
}

static int walk(struct fold *fold, size_t opening)
{
    for (size_t i = opening; i < fold->count; i++) {
        if (!fold->ended && !on_event(fold, i))
            return NO_MEMORY;
        /* A bounce withdraws also after the end. */
        size_t reply = fold->withdraws[i];
        if (reply != nothing && reply < i && fold->first_clock[reply] != nothing && !end_withdrawn(fold, reply, i))
            return NO_MEMORY;
    }
    return DONE;
}

static int compare_clocks(const void *left, const void *right)
{
    const struct fold_clock *a = left, *b = right;
    if (a->started_by->at != b->started_by->at)
        return a->started_by->at < b->started_by->at ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->position != b->position)
        return a->position < b->position ? -1 : 1;
    return a->promise_index < b->promise_index ? -1 : a->promise_index > b->promise_index;
}

static bool outcome_needs_reply(const char *outcome)
{
    static const char *const silent[] = { "spam", "duplicate", "no_complaint", "silence" };
    for (size_t i = 0; outcome && i < sizeof silent / sizeof *silent; i++)
        if (strcmp(outcome, silent[i]) == 0)
            return false;
    return true;
}

static int show(struct fold *fold, instant now, struct ticket_view *view)
{
    bool resolved = fold->state == TICKET_RESOLVED;
    int64_t close_after = fold->policy->auto_close_after;
    view->state = fold->state;
    if (fold->ended || (resolved && close_after != TARGET_NONE && now - fold->resolved >= close_after))
        view->state = TICKET_CLOSED;
    view->urgency = fold->urgency;
    view->opened = fold->opened;
    view->resolved = fold->resolved;
    view->outcome = fold->outcome;
    view->answered = fold->answered;
    view->alert = resolved && !fold->ended && ((fold->resolved_unanswered && outcome_needs_reply(fold->outcome)) ||
                                               (fold->withdrew_reply && !fold->answered));
    view->resolve_event = fold->resolved_by ? fold->resolved_by->id : NULL;
    view->critical_event = fold->critical_by ? fold->critical_by->id : NULL;
    view->critical_since = fold->critical_by ? fold->critical_by->at : INSTANT_NONE;
    view->clocks = arena_alloc(fold->arena, fold->clock_count * sizeof *view->clocks);
    if (!view->clocks)
        return NO_MEMORY;
    qsort(fold->clocks, fold->clock_count, sizeof *fold->clocks, compare_clocks);
    for (size_t i = 0; i < fold->clock_count; i++)
        if (fold->clocks[i].kind == CLOCK_PROMISE || fold->clocks[i].target != TARGET_NONE)
            fold_clock_view(&fold->clocks[i], fold->urgency, now, &view->clocks[view->clock_count++]);
    return DONE;
}

int ticket_fold(const struct event *events, size_t count, const struct policy *policy, instant now,
                struct arena *arena, struct ticket_view *view, struct error *error)
{
    *view = (struct ticket_view){ .state = TICKET_NONE, .opened = INSTANT_NONE, .resolved = INSTANT_NONE, .now = now,
                                   .critical_since = INSTANT_NONE, .policy = policy };
    struct fold fold = { .policy = policy, .arena = arena, .state = TICKET_NONE, .resolved = INSTANT_NONE };
    for (int kind = 0; kind < CLOCK_TARGET_COUNT; kind++)
        fold.running[kind] = nothing;
    fold.events = arena_alloc(arena, count * sizeof *fold.events);
    if (!fold.events)
        goto memory_out;
    for (size_t i = 0; i < count; i++)
        if (events[i].at <= now && event_affects_clocks(events[i].type))
            fold.events[fold.count++] = &events[i];
    qsort(fold.events, fold.count, sizeof *fold.events, compare_moments);
    size_t opening = 0;
    while (opening < fold.count && fold.events[opening]->type != EVENT_CUSTOMER_MAIL)
        opening++;
    if (opening == fold.count)
        return 1;
    if (find_bounces(&fold, opening) && walk(&fold, opening) && show(&fold, now, view))
        return 1;
memory_out:
    return error_set(error, ERROR_RETRY, "memory is out");
}
