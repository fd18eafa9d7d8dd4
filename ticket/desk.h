/* desk.h - what an operator does to a ticket, and the fold written back
 * SPDX-License-Identifier: MIT
 *
 * Each function adds an event, folds the ticket, rewrites its cached columns
 * and schedules or cancels its outbox rows, all in the caller's transaction.
 */
#ifndef TICKET_DESK_H
#define TICKET_DESK_H

#include "ticket/site.h"
#include "ticket/store.h"

struct desk_action {
    const struct site *site;
    const char *ticket;
    enum event_type type;  /* resolve, reopen, urgency, category, note, agent_reply (by telephone), participant, assign … */
    instant at;            /* when it happened; not later than now */
    instant now;
    const char *actor;     /* "operator:NAME" or an agent's id */
    const char *evidence;
    json_t *fields;        /* of the event; borrowed */
    /* result */
    int64_t event;
};
/* Store job; `argument` is a struct desk_action. 1; 0 no such ticket; -1 ERROR_INPUT when the
 * action does not fit the ticket (e.g. reopen of an open one). Fields it wants: resolve {"outcome"},
 * urgency {"urgency"}, category {"category"}, note {"text"}, participant {"address"}, assign
 * {"agent"} (null: nobody's any more), merge_into (ticket/merge.h) and link {"ticket"}, agent_reply as in simulate. */
int desk_act(struct store *store, void *argument, struct error *error);

/* Folds a ticket at `now`: view and its events live in the arena. 1, 0 no such ticket, -1. Mails that we have have
 * happened: where a system clock ahead of the present one gave them their moment, view->now is the last of these.
 * Release the events' fields with store_event_rows_free. */
int desk_view(struct store *store, const struct site *site, const char *ticket, instant now, struct arena *arena,
              struct ticket_row *row, struct ticket_view *view, struct event_row **events, size_t *event_count,
              struct error *error);

/* Rewrites the cached columns from the fold; part of every job that adds an event. 1, 0 no such
 * ticket, -1. */
int desk_refresh(struct store *store, const struct site *site, const char *ticket, instant now, struct arena *arena,
                 struct ticket_view *view, struct error *error);
/* The same, and the row as it is now. */
int desk_refresh_row(struct store *store, const struct site *site, const char *ticket, instant now, struct arena *arena,
                     struct ticket_row *row, struct ticket_view *view, struct error *error);
/* The cached columns that follow from a view and its events. 1 or -1. */
int desk_columns(const struct ticket_view *view, const struct event_row *events, size_t count, instant now,
                 struct arena *arena, struct ticket_row *row, struct error *error);
/* Whether the cached columns are the fold: 1 yes, 2 no, 0 no such ticket, -1. */
int desk_compare(struct store *store, const struct site *site, const char *ticket, instant now, struct arena *arena,
                 struct error *error);

/* Store job for a daemon's timer; `argument` is a struct desk_tick: tickets resolved long enough
 * become closed in the cached columns, those silent for a mailbox's silence_s while waiting are
 * resolved with outcome "silence"; warnings whose marks are passed are planned (notice.h). */
struct desk_tick {
    const struct site *site;
    instant now;
    int limit;     /* tickets a call; 0: 100, and NOTICE_AT_ONCE to be warned of */
    size_t count;  /* result: tickets that changed */
    size_t warned; /* result: tickets of which somebody was warned; as many as `limit`: there may be more */
};
int desk_tick(struct store *store, void *argument, struct error *error);

/* Whether a bounce among the events takes back the reply with that number. */
bool desk_is_withdrawn(const struct event_row *events, size_t count, int64_t reply);

/* Whether a word stands in a list separated by spaces (ticket_row's signals, orders, thread_ids). */
bool desk_has_word(const char *words, const char *word);

#endif
