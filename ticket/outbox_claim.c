/* outbox_claim.c - what is due: checked once more, claimed, and its outcome recorded
 * SPDX-License-Identifier: MIT
 */
#include "ticket/outbox.h"

#include <string.h>

#include "ticket/desk.h"
#include "ticket/notice.h"
#include "ticket/outbox_rules.h"

enum { LOOK_AT = 50, ATTEMPTS_MAX = 5, RETRY_FIRST_S = 60, RETRY_LAST_S = 3600 };

static bool has_ended_otherwise(const struct event_row *events, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (events[i].type == EVENT_ERASE || events[i].type == EVENT_MERGE_INTO)
            return true;
    return false;
}

/* Why a follow-up must not go any more, NULL when it may. */
static const char *follow_up_objection(const struct site *site, const struct outbox_row *row,
                                       const struct ticket_row *ticket, const struct ticket_view *view,
                                       const struct event_row *events, size_t count)
{
    if (has_ended_otherwise(events, count))
        return "the ticket has ended otherwise";
    /* Late news counts, too: a mail that was found after the resolve, however old. */
    for (size_t i = 0; i < count; i++)
        if (events[i].type == EVENT_CUSTOMER_MAIL && view->resolved != INSTANT_NONE &&
            (events[i].at > view->resolved || events[i].recorded > row->created))
            return "the customer has written since";
    if (view->state != TICKET_RESOLVED && view->state != TICKET_CLOSED)
        return "the ticket is not resolved any more";
    return outbox_rules_denied(site->policy, ticket, view->outcome);
}

/* 1 may go, 0 not (reason in *why), 2 not before *later, -1. */
static int may_go(struct store *store, const struct site *site, struct outbox_row *row, instant now,
                  struct arena *arena, const char **why, instant *later, struct error *error)
{
    if (notice_is(row)) {
        if (now > row->until)
            return *why = "it would come too late", 0;
        return notice_may_go(store, site, row, now, arena, why, later, error);
    }
    struct ticket_row ticket;
    struct ticket_view view;
    struct event_row *events;
    size_t count;
    bool follow_up = outbox_rules_is_follow_up(row->kind);
    enum sending_mode mode = outbox_rules_mode(config_mailbox_by_id(site->config, row->mailbox), row->kind);
    *why = now > row->until ? "it would come too late" : mode == SENDING_OFF ? "it was switched off" : NULL;
    if (*why)
        return 0;
    int stopped = follow_up ? outbox_is_stopped(store, site, row->to_addr, error) : 0;
    if (stopped != 0)
        return *why = "the customer wants no such mail", stopped < 0 ? -1 : 0;
    int found = desk_view(store, site, row->ticket, now, arena, &ticket, &view, &events, &count, error);
    if (found <= 0)
        return *why = "its ticket is gone", found;
    if (follow_up)
        *why = follow_up_objection(site, row, &ticket, &view, events, count);
    else if (has_ended_otherwise(events, count))
        *why = "the ticket has ended otherwise";
    else if (strcmp(row->kind, "acknowledge") == 0 && (view.answered || view.state != TICKET_OPEN))
        *why = "an answer has gone already";
    store_event_rows_free(events, count);
    /* A site that has gone over to drafts since means the rows that wait, too. */
    if (mode == SENDING_DRAFT)
        row->mode = "draft";
    return *why == NULL;
}

static int cancel(struct store *store, const struct site *site, const struct outbox_row *row, const char *why,
                  instant now, struct arena *arena, struct error *error)
{
    struct ticket_view view;
    if (store_outbox_move(store, row->id, OUTBOX_SCHEDULED, OUTBOX_CANCELLED, why, now, error) < 0 ||
        outbox_rules_tell(store, row, OUTBOX_CANCELLED, why, now, error) < 0)
        return -1;
    return notice_is(row) ? 1 : desk_refresh(store, site, row->ticket, now, arena, &view, error);
}

int outbox_claim(struct store *store, const struct site *site, instant now, struct arena *arena,
                 struct outbox_row *row, struct error *error)
{
    struct outbox_row *rows;
    size_t count;
    if (site->config->mode == MODE_SHADOW || !site->config->send)
        return 0;
    if (store_outbox_list(store, NULL, OUTBOX_SCHEDULED, now + 1, LOOK_AT, arena, &rows, &count, error) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        const char *why = NULL;
        const struct calendar *calendar = site->policy->follow_up_calendar;
        instant open = now;
        int may = may_go(store, site, &rows[i], now, arena, &why, &open, error);
        if (may < 0 || (may == 0 && cancel(store, site, &rows[i], why, now, arena, error) < 0))
            return -1;
        if (may == 0)
            continue;
        /* Due by day, but it is night by now: it waits, and those behind it go. */
        if (calendar && outbox_rules_is_follow_up(rows[i].kind))
            open = calendar_next_open(calendar, now);
        if (open > now) {
            if (store_outbox_defer(store, rows[i].id, open, error) < 0)
                return -1;
            continue;
        }
        int moved = store_outbox_move(store, rows[i].id, OUTBOX_SCHEDULED, OUTBOX_CLAIMED, NULL, now, error);
        if (moved < 0)
            return -1;
        if (moved == 0)
            continue;
        *row = rows[i];
        row->state = OUTBOX_CLAIMED;
        row->attempts++;
        return 1;
    }
    return 0;
}

/* Surely nothing left us: again later, but not for ever. */
static int put_back(struct store *store, const struct outbox_row *row, const char *reason, instant now,
                    struct error *error)
{
    int64_t pause = RETRY_FIRST_S;
    for (int i = 1; i < row->attempts && pause < RETRY_LAST_S; i++)
        pause *= 2;
    int moved = store_outbox_move(store, row->id, OUTBOX_CLAIMED, OUTBOX_SCHEDULED, reason, now, error);
    return moved <= 0 ? moved : store_outbox_defer(store, row->id, now + pause, error);
}

int outbox_settle(struct store *store, const struct site *site, const struct outbox_row *row, enum outbox_state state,
                  const char *reason, instant now, struct error *error)
{
    struct ticket_view view;
    if (state == OUTBOX_SCHEDULED && row->attempts >= ATTEMPTS_MAX)
        state = OUTBOX_FAILED;
    if (state == OUTBOX_SCHEDULED)
        return put_back(store, row, reason, now, error);
    int moved = store_outbox_move(store, row->id, OUTBOX_CLAIMED, state, reason, now, error);
    if (moved <= 0)
        return moved;
    struct arena *arena = arena_new(32 << 20);
    int result = !arena ? error_set(error, ERROR_RETRY, "out of memory")
                        : outbox_rules_tell(store, row, state, reason, now, error);
    if (result > 0 && !notice_is(row))
        result = desk_refresh(store, site, row->ticket, now, arena, &view, error);
    arena_free(arena);
    return result;
}

int outbox_seen(struct store *store, const struct site *site, const char *message_id, instant now, struct error *error)
{
    static const char reason[] = "its copy was seen";
    struct arena *arena = arena_new(32 << 20);
    struct outbox_row row;
    struct ticket_view view;
    if (!arena)
        return error_set(error, ERROR_RETRY, "out of memory");
    int result = store_outbox_by_message_id(store, message_id, arena, &row, error);
    if (result > 0)
        result = row.state == OUTBOX_CLAIMED || row.state == OUTBOX_DOUBT || row.state == OUTBOX_DRAFTED
            ? store_outbox_move(store, row.id, row.state, OUTBOX_SENT, reason, now, error) : 0;
    if (result > 0)
        result = outbox_rules_tell(store, &row, OUTBOX_SENT, reason, now, error);
    if (result > 0 && !notice_is(&row))
        result = desk_refresh(store, site, row.ticket, now, arena, &view, error);
    arena_free(arena);
    return result;
}

int outbox_recover(struct store *store, const struct site *site, instant now, struct error *error)
{
    static const char reason[] = "the program stopped while it was sent, and no copy was seen";
    struct arena *arena = arena_new(8 << 20);
    struct outbox_row *rows;
    size_t count;
    instant at;
    int result = -1;
    if (!arena)
        return error_set(error, ERROR_RETRY, "out of memory");
    if (store_outbox_list(store, NULL, OUTBOX_CLAIMED, INSTANT_NONE, 1000, arena, &rows, &count, error) < 0)
        goto out;
    for (size_t i = 0; i < count; i++) {
        int seen = store_sighting_of_sent(store, rows[i].message_id, &at, error);
        if (seen < 0 || outbox_settle(store, site, &rows[i], seen ? OUTBOX_SENT : OUTBOX_DOUBT,
                                      seen ? "its copy was seen" : reason, now, error) < 0)
            goto out;
    }
    result = 1;
out:
    arena_free(arena);
    return result;
}
