/* fold_clock.c - one clock while events are folded: its stretches, its due time, its end
 * SPDX-License-Identifier: MIT
 */
#include "ticket/fold_clock.h"

#include "lib/array.h"

int fold_clock_explain(struct fold_clock *clock, const struct event *event, struct arena *arena)
{
    if (clock->why_count && clock->why[clock->why_count - 1] == event->id)
        return 1;
    const char **why = array_room_in(arena, clock->why, clock->why_count, &clock->why_room, sizeof *why);
    if (!why)
        return 0;
    clock->why = why;
    clock->why[clock->why_count++] = event->id;
    return 1;
}

int fold_clock_pause(struct fold_clock *clock, const struct event *reply, struct arena *arena)
{
    struct clock_pause *pauses = array_room_in(arena, clock->pauses, clock->pause_count, &clock->pause_room, sizeof *pauses);
    if (!pauses)
        return 0;
    clock->pauses = pauses;
    clock->pauses[clock->pause_count++] = (struct clock_pause){ reply->at, INSTANT_NONE };
    clock->paused = true;
    return fold_clock_explain(clock, reply, arena);
}

int fold_clock_resume(struct fold_clock *clock, const struct event *mail, struct arena *arena)
{
    clock->pauses[clock->pause_count - 1].end = mail->at;
    clock->paused = false;
    return fold_clock_explain(clock, mail, arena);
}

instant clock_due(const struct calendar *calendar, int64_t target, instant start, const struct clock_pause *pauses,
                  size_t pause_count, instant moment)
{
    int64_t remaining = target;
    for (size_t i = 0; i < pause_count; i++) {
        instant due = calendar_add(calendar, start, remaining);
        if (due < pauses[i].begin)
            return due;
        remaining -= calendar_between(calendar, start, pauses[i].begin);
        start = pauses[i].end == INSTANT_NONE ? moment : pauses[i].end;
    }
    return calendar_add(calendar, start, remaining);
}

static struct due_memo *find_memo(struct fold_clock *clock, const struct calendar *calendar, int64_t target)
{
    for (size_t i = 0; i < clock->memo_count && i < URGENCY_COUNT; i++)
        if (clock->memos[i].calendar == calendar && clock->memos[i].target == target)
            return &clock->memos[i];
    struct due_memo *memo = &clock->memos[clock->memo_count++ % URGENCY_COUNT];
    *memo = (struct due_memo){ calendar, target, 0, clock->started_by->at, target, INSTANT_NONE };
    return memo;
}

instant fold_clock_due(struct fold_clock *clock, const struct calendar *calendar, int64_t target, instant moment)
{
    if (clock->kind == CLOCK_PROMISE)
        return clock->promised;
    if (target == TARGET_NONE)
        return INSTANT_NONE;
    struct due_memo *memo = find_memo(clock, calendar, target);
    for (; memo->found == INSTANT_NONE && memo->passed < clock->pause_count; memo->passed++) {
        const struct clock_pause *pause = &clock->pauses[memo->passed];
        if (pause->end == INSTANT_NONE)
            break;
        instant due = calendar_add(calendar, memo->start, memo->remaining);
        if (due < pause->begin)
            memo->found = due;
        memo->remaining -= calendar_between(calendar, memo->start, pause->begin);
        memo->start = pause->end;
    }
    if (memo->found != INSTANT_NONE)
        return memo->found;
    return clock_due(calendar, memo->remaining, memo->start, clock->pauses ? clock->pauses + memo->passed : NULL,
                     clock->pause_count - memo->passed, moment);
}

static enum clock_state state_of(const struct fold_clock *clock, instant due, instant now)
{
    bool late = (clock->end == END_NONE ? now : clock->stopped) > due;
    switch (clock->end) {
    case END_WITHDRAWN: return CLOCK_WITHDRAWN;
    case END_UNANSWERED: return late ? CLOCK_MISSED : CLOCK_CANCELLED;
    case END_STOPPED: return late ? CLOCK_MISSED : CLOCK_MET;
    case END_NONE: break;
    }
    return late ? CLOCK_MISSED : clock->paused ? CLOCK_PAUSED : CLOCK_RUNNING;
}

/* Working seconds without the pauses, and the seconds paused, from start to `until`. */
static void measure(const struct fold_clock *clock, instant until, int64_t *used, int64_t *paused)
{
    instant start = clock->started_by->at;
    *used = *paused = 0;
    if (clock->kind == CLOCK_PROMISE) {
        *used = until - start;
        return;
    }
    for (size_t i = 0; i < clock->pause_count; i++) {
        const struct clock_pause *pause = &clock->pauses[i];
        instant end = pause->end == INSTANT_NONE ? until : pause->end;
        *used += calendar_between(clock->calendar, start, pause->begin);
        *paused += end - pause->begin;
        start = end;
    }
    *used += calendar_between(clock->calendar, start, until);
}

void fold_clock_view(struct fold_clock *clock, enum urgency urgency, instant now, struct ticket_clock *view)
{
    instant until = clock->end == END_NONE ? now : clock->stopped;
    *view = (struct ticket_clock){
        .kind = clock->kind,
        .for_event = clock->started_by->id,
        .urgency = clock->end == END_NONE ? urgency : clock->stop_urgency,
        .start = clock->started_by->at,
        .due = fold_clock_due(clock, clock->calendar, clock->target, until),
        .stopped = clock->end == END_NONE ? INSTANT_NONE : clock->stopped,
        .why = clock->why,
        .why_count = clock->why_count,
        .calendar = clock->kind == CLOCK_PROMISE ? NULL : clock->calendar,
        .target = clock->kind == CLOCK_PROMISE ? TARGET_NONE : clock->target,
        .pauses = clock->pauses,
        .pause_count = clock->pause_count,
    };
    view->state = state_of(clock, view->due, now);
    measure(clock, until, &view->used_s, &view->paused_s);
}
