/* desk_tick.c - what time alone brings about: tickets closed after their resolve, resolved by silence
 * SPDX-License-Identifier: MIT
 */
#include "ticket/desk.h"

#include <string.h>

#include "ticket/desk_policy.h"
#include "ticket/notice.h"

enum { AT_ONCE = 100, ARENA_MAX = 64 << 20 };

static int close_old(struct store *store, struct desk_tick *tick, struct arena *arena, struct error *error)
{
    const struct policy *policy = tick->site->policy;
    struct ticket_row *rows;
    size_t count;
    if (policy->auto_close_after == TARGET_NONE)
        return 1;
    /* A ticket with another policy version may close later: the fold says so, and it is looked at again. */
    if (store_tickets_at_rest(store, tick->now - policy->auto_close_after + 1, INSTANT_NONE,
                              tick->limit > 0 ? tick->limit : AT_ONCE, arena, &rows, &count, error) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct ticket_view view;
        if (desk_refresh(store, tick->site, rows[i].id, tick->now, arena, &view, error) < 0)
            return -1;
        tick->count += view.state == TICKET_CLOSED;
    }
    return 1;
}

/* The shortest silence that any mailbox takes for an answer; 0: none does. */
static int64_t shortest_silence(const struct config *config)
{
    int64_t shortest = 0;
    for (const struct config_mailbox *mailbox = config->mailboxes; mailbox->id; mailbox++)
        if (mailbox->silence_s > 0 && (shortest == 0 || mailbox->silence_s < shortest))
            shortest = mailbox->silence_s;
    return shortest;
}

/* Silence is counted from the last mail either way; a note in between does not break it. */
static instant last_mail(const struct event_row *events, size_t count)
{
    instant at = INSTANT_NONE;
    for (size_t i = 0; i < count; i++)
        if (events[i].type == EVENT_CUSTOMER_MAIL || events[i].type == EVENT_AGENT_REPLY)
            at = events[i].at;
    return at;
}

static int resolve_if_silent(struct store *store, struct desk_tick *tick, const char *ticket, struct arena *arena,
                             struct error *error)
{
    struct ticket_row row;
    struct ticket_view view;
    struct event_row *events;
    size_t count;
    int found = desk_view(store, tick->site, ticket, tick->now, arena, &row, &view, &events, &count, error);
    if (found <= 0)
        return found;
    instant since = last_mail(events, count);
    store_event_rows_free(events, count);
    const struct config_mailbox *mailbox = config_mailbox_by_id(tick->site->config, row.mailbox);
    if (view.state != TICKET_WAITING || !mailbox || mailbox->silence_s <= 0 || since == INSTANT_NONE ||
        since + mailbox->silence_s > tick->now)
        return 0;
    struct desk_action action = { .site = tick->site, .ticket = ticket, .type = EVENT_RESOLVE,
                                  .at = since + mailbox->silence_s, .now = tick->now, .actor = "redress",
                                  .evidence = "the customer did not write for as long as the mailbox waits",
                                  .fields = json_pack("{s:s}", "outcome", "silence") };
    int result = action.fields ? desk_act(store, &action, error) : error_set(error, ERROR_RETRY, "out of memory");
    json_decref(action.fields);
    return result;
}

static int end_silence(struct store *store, struct desk_tick *tick, struct arena *arena, struct error *error)
{
    struct ticket_row *rows;
    size_t count;
    int64_t silence = shortest_silence(tick->site->config);
    if (silence == 0)
        return 1;
    if (store_tickets_at_rest(store, INSTANT_NONE, tick->now - silence + 1, tick->limit > 0 ? tick->limit : AT_ONCE,
                              arena, &rows, &count, error) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        int resolved = resolve_if_silent(store, tick, rows[i].id, arena, error);
        if (resolved < 0)
            return -1;
        tick->count += resolved > 0;
    }
    return 1;
}

int desk_tick(struct store *store, void *argument, struct error *error)
{
    struct desk_tick *tick = argument;
    struct arena *arena = arena_new(ARENA_MAX);
    tick->count = tick->warned = 0;
    int result = !arena ? error_set(error, ERROR_RETRY, "out of memory")
        : !desk_policy_version(store, tick->site, tick->now, error) ? -1 : close_old(store, tick, arena, error);
    if (result > 0)
        result = end_silence(store, tick, arena, error);
    if (result > 0)
        result = notice_plan(store, tick->site, tick->now, tick->limit, &tick->warned, error);
    arena_free(arena);
    return result;
}
