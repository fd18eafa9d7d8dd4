/* copy_plan.c - what the copies of customers' mails should bear, brought up to date
 * SPDX-License-Identifier: MIT
 */
#include "ticket/copy.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "ticket/desk.h"
#include "ticket/desk_policy.h"
#include "ticket/filing.h"

enum { AT_ONCE = 100, EVENTS_AT_ONCE = 500, ARENA_MAX = 64 << 20 };

static const char cursor_name[] = "labelled_event"; /* the last event whose ticket's copies were planned */

static int read_cursor(struct store *store, struct arena *arena, int64_t *cursor, struct error *error)
{
    const char *text;
    int found = store_setting_get(store, cursor_name, arena, &text, error);
    *cursor = found > 0 ? strtoll(text, NULL, 10) : 0;
    return found < 0 ? -1 : 1;
}

int copy_plan_ticket(struct store *store, const struct site *site, const char *ticket, instant now, struct error *error)
{
    struct arena *arena = arena_new(ARENA_MAX);
    struct ticket_row row;
    struct ticket_view view;
    struct event_row *events = NULL;
    struct label_wish wish = { .look = INSTANT_NONE };
    struct copy_row *copies;
    size_t count = 0, lying = 0;
    int found = arena ? store_copy_of_ticket(store, ticket, arena, &copies, &lying, error)
                      : error_set(error, ERROR_RETRY, "out of memory");
    if (found < 0 || lying == 0) {
        arena_free(arena);
        return found;
    }
    found = desk_view(store, site, ticket, now, arena, &row, &view, &events, &count, error);
    if (found > 0)
        label_of_ticket(&row, &view, events, count, desk_policy(store, site, row.policy_version), &wish);
    /* another program's clock may be a moment ahead of what `now` was when this began */
    for (size_t i = 0; i < count; i++)
        if (events[i].at > now && (wish.look == INSTANT_NONE || events[i].at < wish.look))
            wish.look = events[i].at;
    int result = found < 0 ? -1 : store_copy_wish(store, ticket, wish.labels, wish.look, error);
    bool ended = view.state == TICKET_CLOSED && wish.labels == 0; /* merged or erased */
    if (found > 0 && result > 0 && !ended)
        result = filing_plan(store, site, &row, &view, copies, lying, arena, error);
    store_event_rows_free(events, count);
    arena_free(arena);
    return result;
}

static int plan_all(struct store *store, const struct copy_plan *plan, const char *const *tickets, struct error *error)
{
    for (size_t i = 0; tickets[i]; i++)
        if (copy_plan_ticket(store, plan->site, tickets[i], plan->now, error) < 0)
            return -1;
    return 1;
}

int copy_plan(struct store *store, void *argument, struct error *error)
{
    struct copy_plan *plan = argument;
    struct arena *arena = arena_new(ARENA_MAX);
    const char **tickets;
    int64_t cursor = 0, last = 0;
    char text[24];
    size_t due = 0;
    int result = arena ? read_cursor(store, arena, &cursor, error) : error_set(error, ERROR_RETRY, "out of memory");
    if (result > 0)
        result = store_event_last(store, &last, error);
    int64_t until = last - cursor > EVENTS_AT_ONCE ? cursor + EVENTS_AT_ONCE : last;
    if (result > 0 && until > cursor) {
        snprintf(text, sizeof text, "%" PRId64, until);
        if (store_event_tickets(store, cursor, until, arena, &tickets, error) < 0 ||
            plan_all(store, plan, tickets, error) < 0 || store_setting_put(store, cursor_name, text, error) < 0)
            result = -1;
    }
    if (result > 0 && (store_copy_due(store, plan->now, AT_ONCE, arena, &tickets, error) < 0 ||
                       plan_all(store, plan, tickets, error) < 0))
        result = -1;
    for (; result > 0 && tickets[due]; due++)
        ;
    plan->more = until < last || due == AT_ONCE;
    arena_free(arena);
    return result;
}

int copy_plan_is_due(struct store *store, instant now, struct error *error)
{
    struct arena *arena = arena_new(64 * 1024);
    const char **tickets;
    int64_t cursor, last;
    int result = !arena || read_cursor(store, arena, &cursor, error) < 0 || store_event_last(store, &last, error) < 0 ||
                         store_copy_due(store, now, 1, arena, &tickets, error) < 0 ? -1 : cursor < last || tickets[0] != NULL;
    arena_free(arena);
    return result;
}
