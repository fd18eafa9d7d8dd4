/* fold_clock.h - one clock while events are folded: its stretches, its due time, its end
 * SPDX-License-Identifier: MIT
 *
 * Used by the fold only. Says nothing about which event does what.
 */
#ifndef TICKET_FOLD_CLOCK_H
#define TICKET_FOLD_CLOCK_H

#include "ticket/fold.h"

/* How a clock came to its end. */
enum fold_end { END_NONE, END_STOPPED, END_UNANSWERED, END_WITHDRAWN };

/* How far the due time by one calendar and target is worked out: pauses that have ended never
 * change, so a history with many pauses and urgency changes costs no more than their sum. */
struct due_memo {
    const struct calendar *calendar;
    int64_t target;
    size_t passed;     /* pauses */
    instant start;     /* of the stretch behind them */
    int64_t remaining; /* of the target */
    instant found;     /* due before one of them; INSTANT_NONE: not yet */
};

struct fold_clock {
    enum clock_kind kind;
    const struct event *started_by;
    size_t position;      /* of that event in the fold */
    size_t promise_index; /* among the promises of one reply */
    const struct calendar *calendar;
    int64_t target; /* TARGET_NONE: followed, but not shown; not used for promises */
    instant promised;
    enum fold_end end;
    instant stopped;
    enum urgency stop_urgency;
    struct clock_pause *pauses; /* the last one is open while `paused` */
    size_t pause_count, pause_room;
    bool paused;
    struct due_memo memos[URGENCY_COUNT];
    size_t memo_count;
    const char **why;
    size_t why_count, why_room;
};

/* Adds an event to `why`, unless it is the one added last. 1, or 0 when memory is out. */
int fold_clock_explain(struct fold_clock *clock, const struct event *event, struct arena *arena);

/* 1, or 0 when memory is out. Neither looks whether the clock is paused already. */
int fold_clock_pause(struct fold_clock *clock, const struct event *reply, struct arena *arena);
int fold_clock_resume(struct fold_clock *clock, const struct event *mail, struct arena *arena);

/* The moment by which `target` is used up; a clock that is paused is taken to resume at `moment`.
 * INSTANT_NONE without a target. */
instant fold_clock_due(struct fold_clock *clock, const struct calendar *calendar, int64_t target,
                       instant moment);

/* What people see of it at `now`. */
void fold_clock_view(struct fold_clock *clock, enum urgency urgency, instant now, struct ticket_clock *view);

#endif
