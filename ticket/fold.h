/* fold.h - a ticket is the fold of its events: state, urgency and clocks
 * SPDX-License-Identifier: MIT
 *
 * Pure: events, policy and now in, ticket and clocks out, exactly as clocks.md
 * says. Used by simulate, by the daemons and by every report.
 *
 * Decided where clocks.md leaves it open:
 * - a bounce before the first customer_mail has no effect, as nothing there has;
 * - on a resolved ticket a reply stops the promises made since, as "the next reply
 *   that counts" does; that it "changes nothing else" is about the ticket;
 * - a clock that ended as `cancelled` has its `stopped` set, like one that is `missed`;
 * - a ticket that is closed by time alone is still a resolved one: mail and `reopen` reopen it;
 * - due times after 9999 are shown as its last second;
 * - a merged or erased ticket raises no alert.
 */
#ifndef TICKET_FOLD_H
#define TICKET_FOLD_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/arena.h"
#include "ticket/event.h"
#include "ticket/policy.h"

enum clock_state { CLOCK_WITHDRAWN, CLOCK_CANCELLED, CLOCK_MET, CLOCK_MISSED, CLOCK_PAUSED, CLOCK_RUNNING };
const char *clock_state_name(enum clock_state state);

enum ticket_state { TICKET_NONE, TICKET_OPEN, TICKET_WAITING, TICKET_RESOLVED, TICKET_CLOSED };
/* "open" …; "none" for TICKET_NONE. */
const char *ticket_state_name(enum ticket_state state);
int ticket_state_parse(const char *name, enum ticket_state *state);

/* While the customer was waited for; `end` is INSTANT_NONE for a pause that has not ended. */
struct clock_pause {
    instant begin, end;
};
struct ticket_clock {
    enum clock_kind kind;
    const char *for_event; /* id of the event that started it */
    enum urgency urgency;
    instant start, due;
    enum clock_state state;
    instant stopped; /* INSTANT_NONE while not stopped */
    int64_t used_s, paused_s;
    const char **why; /* event ids in fold order */
    size_t why_count;
    const struct calendar *calendar; /* that it runs by; NULL for a promise */
    int64_t target;                  /* seconds; TARGET_NONE for a promise */
    const struct clock_pause *pauses;
    size_t pause_count;
};
struct ticket_view {
    instant now;
    enum ticket_state state; /* TICKET_NONE: no customer_mail at or before now */
    enum urgency urgency;
    instant opened, resolved; /* resolved: of the resolve in force, else INSTANT_NONE */
    const char *outcome;      /* of that resolve, else NULL */
    bool answered;            /* a reply counts since the opening */
    bool alert;               /* resolved without a counting reply, or the only reply bounced */
    const char *resolve_event; /* id of the resolve in force, else NULL */
    const char *critical_event; /* id of what made the ticket critical, NULL when it is not */
    instant critical_since;    /* its moment, else INSTANT_NONE */
    const struct policy *policy; /* that it was folded by; borrowed */
    struct ticket_clock *clocks; /* in clocks.md's output order */
    size_t clock_count;
};

/* Folds events (any order; they are not changed) at `now`. Everything lives in the arena. 1, or -1
 * with ERROR_RETRY when memory is out. */
int ticket_fold(const struct event *events, size_t count, const struct policy *policy, instant now,
                struct arena *arena, struct ticket_view *view, struct error *error);

/* The response clock that runs (first_response or next_response), NULL when none does. */
const struct ticket_clock *ticket_response_clock(const struct ticket_view *view);
/* The earliest due of all clocks that are not stopped and not paused; INSTANT_NONE: none. */
instant ticket_next_due(const struct ticket_view *view);
/* When `percent` of a clock's target are used up (clocks.md, "Warnings"), with its own calendar and
 * pauses; a clock that is paused is taken to resume now, or at its stop. For a promise the same
 * share of due - start. */
instant ticket_clock_warning(const struct ticket_view *view, const struct ticket_clock *clock, int percent);

/* The moment by which `target` working seconds have passed since start, without the pauses (in
 * order; one that has not ended ends at `moment`). A pause that begins exactly then moves it. */
instant clock_due(const struct calendar *calendar, int64_t target, instant start, const struct clock_pause *pauses,
                  size_t pause_count, instant moment);

/* {"ticket":{"state","urgency"}|null,"clocks":[…]} (clocks.md, "simulate"); new reference. */
json_t *ticket_view_to_json(const struct ticket_view *view);

#endif
