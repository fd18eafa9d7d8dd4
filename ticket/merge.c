/* merge.c - two tickets that are one matter: which may be joined, and what the target takes over
 * SPDX-License-Identifier: MIT
 */
#include "ticket/merge.h"

#include <string.h>

#include "lib/address.h"
#include "ticket/desk.h"
#include "ticket/store_erase.h"

/* The target, and how it stands. */
struct target {
    struct ticket_row row;
    struct ticket_view view;
};

static bool stands_among(const char *address, const char *const *addresses)
{
    for (size_t i = 0; address && addresses[i]; i++)
        if (address_equal(address, addresses[i]))
            return true;
    return false;
}

/* Whoever may speak for a ticket's customer is answered in his stead: one of the two must speak for the other. */
static int check_customer(const struct merge *merge, const struct target *target, struct error *error)
{
    const char **ours, **theirs;
    const char *requester = merge->source->requester;
    if (store_participants(merge->store, merge->source->id, merge->arena, &ours, error) < 0 ||
        store_participants(merge->store, target->row.id, merge->arena, &theirs, error) < 0)
        return -1;
    if (stands_among(ours[0], theirs) || stands_among(theirs[0], ours))
        return 1;
    bool known = requester && requester[0];
    return error_set(error, ERROR_INPUT, "tickets %s and %s are not of the same customer: an answer to one would stop the clock of "
                     "the other. If they are: redressctl participant add %s %s", merge->source->id, target->row.id,
                     known ? target->row.id : merge->source->id, known ? requester : theirs[0] ? theirs[0] : "ADDRESS");
}

static int is_held(const struct merge *merge, const struct ticket_row *row, struct hold_row *hold, struct error *error)
{
    int found = store_hold_get(merge->store, row->id, merge->arena, hold, error);
    return found == 0 && row->requester && row->requester[0]
        ? store_hold_get(merge->store, row->requester, merge->arena, hold, error) : found;
}

/* What must be kept is kept whole, and nothing hides from a hold in a ticket that is not held. */
static int check_holds(const struct merge *merge, const struct target *target, struct error *error)
{
    struct hold_row hold;
    int source = is_held(merge, merge->source, &hold, error);
    int into = source < 0 ? -1 : is_held(merge, &target->row, &hold, error);
    if (into < 0)
        return -1;
    if (source == into)
        return 1;
    const struct ticket_row *held = source ? merge->source : &target->row, *free = source ? &target->row : merge->source;
    return error_set(error, ERROR_INPUT, "ticket %s is under a legal hold and %s is not: redressctl hold %s --reason TEXT first",
                     held->id, free->id, free->id);
}

/* The source's clocks end: what runs there must go on in the target, and no later. */
static int check_waiting(const struct merge *merge, const struct target *target, struct error *error)
{
    const char *source = merge->source->id, *into = target->row.id;
    bool over = merge->view->state == TICKET_RESOLVED || merge->view->state == TICKET_CLOSED;
    if (!over && (target->view.state == TICKET_RESOLVED || target->view.state == TICKET_CLOSED))
        return error_set(error, ERROR_INPUT, "ticket %s is resolved and %s is not: redressctl reopen %s first, or the other way round: "
                         "redressctl merge %s %s", into, source, into, into, source);
    const struct ticket_clock *runs = ticket_response_clock(merge->view), *goes_on = ticket_response_clock(&target->view);
    if (runs && (!goes_on || goes_on->due > runs->due))
        return error_set(error, ERROR_INPUT, "the customer waits for an answer in ticket %s, %s in %s, and merging would end that "
                         "clock: the other way round: redressctl merge %s %s", source, goes_on ? "due earlier than" : "and for none", into,
                         into, source);
    return 1;
}

static int find_target(const struct merge *merge, struct target *target, struct error *error)
{
    struct event_row *events = NULL;
    size_t count;
    const char *ended = NULL;
    int found = desk_view(merge->store, merge->site, merge->into, merge->now, merge->arena, &target->row, &target->view, &events,
                          &count, error);
    if (found <= 0)
        return found < 0 ? -1 : error_set(error, ERROR_INPUT, "no ticket '%s'", merge->into);
    for (size_t i = 0; i < count; i++) {
        const char *other = json_string_value(json_object_get(events[i].fields, "ticket"));
        if (events[i].type == EVENT_MERGE_INTO)
            ended = arena_printf(merge->arena, "was merged into %s: merge into that one", other ? other : "another one");
        if (events[i].type == EVENT_ERASE)
            ended = "was erased";
    }
    store_event_rows_free(events, count);
    return ended ? error_set(error, ERROR_INPUT, "ticket %s %s", target->row.id, ended) : 1;
}

int merge_check(const struct merge *merge, struct error *error)
{
    struct target target;
    if (find_target(merge, &target, error) < 0)
        return -1;
    return check_customer(merge, &target, error) < 0 || check_holds(merge, &target, error) < 0 ||
           check_waiting(merge, &target, error) < 0 ? -1 : 1;
}

static int add_event(const struct merge *merge, const char *ticket, enum event_type type, json_t *fields, const char *evidence,
                     struct error *error)
{
    struct event_row event = { .at = merge->at, .recorded = merge->now, .type = type, .actor = merge->actor, .evidence = evidence,
                               .fields = fields, .confirmed = true };
    memcpy(event.ticket, ticket, TICKET_ID_SIZE);
    int added = fields ? store_event_add(merge->store, &event, error) : error_set(error, ERROR_RETRY, "out of memory");
    json_decref(fields);
    return added;
}

static int take_over(const struct merge *merge, const char *into, struct error *error)
{
    const char **people, **mailboxes;
    if (store_participants(merge->store, merge->source->id, merge->arena, &people, error) < 0 ||
        store_ticket_mailboxes(merge->store, merge->source->id, merge->arena, &mailboxes, error) < 0)
        return -1;
    for (size_t i = 0; people[i]; i++)
        if (store_participant_add(merge->store, into, people[i], error) < 0)
            return -1;
    for (size_t i = 0; mailboxes[i]; i++)
        if (store_ticket_mailbox_add(merge->store, into, mailboxes[i], error) < 0)
            return -1;
    return 1;
}

int merge_join(const struct merge *merge, struct error *error)
{
    struct target target;
    struct ticket_view view;
    if (find_target(merge, &target, error) < 0 || take_over(merge, target.row.id, error) < 0 ||
        add_event(merge, target.row.id, EVENT_LINK, json_pack("{s:s}", "ticket", merge->source->id), "merged into this ticket",
                  error) < 0)
        return -1;
    /* As the rules do: no clock becomes later by it. */
    bool higher = merge->view->urgency > target.view.urgency && target.view.state != TICKET_RESOLVED;
    if (higher && add_event(merge, target.row.id, EVENT_URGENCY,
                            json_pack("{s:s, s:s}", "urgency", urgency_name(merge->view->urgency), "by", "rules"),
                            "the urgency of the ticket that was merged into this one", error) < 0)
        return -1;
    return desk_refresh(merge->store, merge->site, target.row.id, merge->now, merge->arena, &view, error);
}
