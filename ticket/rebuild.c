/* rebuild.c - the cached columns of tickets held against their events, and written anew from them
 * SPDX-License-Identifier: MIT
 */
#include "ticket/rebuild.h"

#include <string.h>
#include <strings.h>

#include "lib/buffer.h"
#include "ticket/desk.h"
#include "ticket/store_erase.h"

enum { ARENA_MAX = 64 << 20, TEXT_MAX = 4000, AT_ONCE = 100 };

static void differ(struct buffer *what, const char *name, const char *is, const char *should)
{
    if (strcmp(is ? is : "", should ? should : "") == 0)
        return;
    buffer_printf(what, "%s%s is %s, should be %s", what->size > 0 ? "; " : "", name, is && is[0] ? is : "nothing",
                  should && should[0] ? should : "nothing");
}

static void differ_at(struct buffer *what, const char *name, instant is, instant should)
{
    char a[INSTANT_TEXT], b[INSTANT_TEXT];
    if (is != should)
        differ(what, name, is == INSTANT_NONE ? "" : instant_format_rfc3339(is, a),
               should == INSTANT_NONE ? "" : instant_format_rfc3339(should, b));
}

/* Those that follow from the fold. */
static void compare_columns(const struct ticket_row *is, const struct ticket_row *should, struct buffer *what)
{
    bool by_time = is->state == TICKET_RESOLVED && should->state == TICKET_CLOSED;
    if (!by_time)
        differ(what, "state", ticket_state_name(is->state), ticket_state_name(should->state));
    differ(what, "urgency", urgency_name(is->urgency), urgency_name(should->urgency));
    differ(what, "category", is->category, should->category);
    differ(what, "orders", is->orders, should->orders);
    differ(what, "signals", is->signals, should->signals);
    differ(what, "assigned", is->assigned, should->assigned);
    differ(what, "next_clock", is->next_clock, should->next_clock);
    differ(what, "outcome", is->outcome, should->outcome);
    differ_at(what, "opened", is->opened, should->opened);
    differ_at(what, "changed", is->changed, should->changed);
    differ_at(what, "next_due", is->next_due, should->next_due);
    differ_at(what, "resolved", is->resolved, should->resolved);
    differ(what, "alert", is->alert ? "set" : "", should->alert ? "set" : "");
}

/* Those that the opening event proves. An erased ticket's requester is gone, and so are the event's words. */
static void compare_opening(const struct ticket_row *is, const struct event_row *events, size_t count, struct buffer *what)
{
    for (size_t i = 0; i < count; i++) {
        const char *mailbox = json_string_value(json_object_get(events[i].fields, "mailbox"));
        const char *policy = json_string_value(json_object_get(events[i].fields, "policy"));
        const char *requester = json_string_value(json_object_get(events[i].fields, "requester"));
        if (events[i].type != EVENT_CUSTOMER_MAIL || !policy)
            continue;
        differ(what, "mailbox", is->mailbox, mailbox);
        differ(what, "policy", is->policy_version, policy);
        if (requester && strcasecmp(requester, is->requester) != 0)
            differ(what, "requester", is->requester, requester);
        return;
    }
}

int rebuild_compare(struct store *store, const struct site *site, const char *ticket, instant now, struct arena *arena,
                    const char **what, struct error *error)
{
    struct ticket_row is, should;
    struct ticket_view view;
    struct event_row *events;
    size_t count;
    struct buffer text;
    int found = desk_view(store, site, ticket, now, arena, &is, &view, &events, &count, error);
    if (found <= 0)
        return found;
    should = is;
    buffer_init(&text, TEXT_MAX);
    int result = desk_columns(&view, events, count, now, arena, &should, error);
    if (result > 0) {
        compare_columns(&is, &should, &text);
        compare_opening(&is, events, count, &text);
        if (text.size > 0 || text.failed) {
            *what = arena_strdup(arena, buffer_text(&text));
            result = *what ? 2 : error_set(error, ERROR_RETRY, "out of memory");
        }
    }
    store_event_rows_free(events, count);
    buffer_release(&text);
    return result;
}

struct step {
    struct rebuild *rebuild;
    int64_t number; /* of the last ticket looked at */
    bool ended;
};

static int look(struct store *store, struct step *step, const char *ticket, struct arena *arena, struct error *error)
{
    struct rebuild *rebuild = step->rebuild;
    struct ticket_view view;
    const char *what = NULL;
    int same = rebuild_compare(store, rebuild->site, ticket, rebuild->now, arena, &what, error);
    if (same < 0)
        return error_prefix(error, "ticket %s", ticket);
    rebuild->looked += same > 0;
    if (same != 2)
        return 1;
    rebuild->differed++;
    if (rebuild->each)
        rebuild->each(ticket, what, rebuild->argument);
    return !rebuild->write ? 1 : desk_refresh(store, rebuild->site, ticket, rebuild->now, arena, &view, error) < 0 ? -1 : 1;
}

static int some(struct store *store, void *argument, struct error *error)
{
    struct step *step = argument;
    char ticket[TICKET_ID_SIZE];
    int found = 1;
    for (int i = 0; i < AT_ONCE; i++) {
        struct arena *arena = arena_new(ARENA_MAX);
        found = store_ticket_next(store, &step->number, ticket, error);
        int result = !arena ? error_set(error, ERROR_RETRY, "out of memory")
            : found > 0 ? look(store, step, ticket, arena, error) : found;
        arena_free(arena);
        if (result < 0)
            return -1;
        if (found == 0)
            break;
    }
    step->ended = found == 0;
    return 1;
}

static int reindex(struct store *store, void *argument, struct error *error)
{
    (void)argument;
    return store_reindex(store, error);
}

int rebuild_all(struct store *store, struct rebuild *rebuild, struct error *error)
{
    struct step step = { .rebuild = rebuild };
    rebuild->looked = rebuild->differed = 0;
    if (store_lookup_missing(store, &rebuild->missing, error) < 0 ||
        (rebuild->missing && rebuild->write && store_transaction(store, reindex, NULL, error) < 0))
        return -1;
    while (!step.ended)
        if ((rebuild->write ? store_transaction(store, some, &step, error) : some(store, &step, error)) < 0)
            return -1;
    return 1;
}
