/* keeping.c - customers and tickets as hold, release, erase and export name them
 * SPDX-License-Identifier: MIT
 */
#include "ctl/keeping.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "ctl/screen.h"
#include "ticket/config_keys.h"

struct holding {
    struct workplace *place;
    const char *subject, *reason;
    const char **tickets;
    size_t count;
};

/* Every ticket tells of it, in the chain that an audit proves. */
static int note(struct store *store, struct holding *holding, const char *ticket, struct error *error)
{
    struct workplace *place = holding->place;
    struct desk_action action = {
        .site = place->site, .ticket = ticket, .type = EVENT_HOLD, .at = place->context->now, .now = place->context->now,
        .actor = place->actor, .evidence = "an operator's word",
        .fields = holding->reason ? json_pack("{s:s, s:s}", "kind", "hold", "text", holding->reason)
                                  : json_pack("{s:s}", "kind", "release"),
    };
    int result = action.fields ? desk_act(store, &action, error) : error_set(error, ERROR_RETRY, "out of memory");
    json_decref(action.fields);
    return result;
}

static int hold(struct store *store, void *argument, struct error *error)
{
    struct holding *holding = argument;
    struct workplace *place = holding->place;
    struct hold_row row = { .subject = holding->subject, .reason = holding->reason, .actor = place->actor,
                            .at = place->context->now };
    int result = holding->reason ? store_hold_put(store, &row, error) : store_hold_remove(store, holding->subject, error);
    if (result == 0)
        return error_set(error, ERROR_ABSENT, "there is no hold on '%s'; redressctl hold lists them", holding->subject);
    /* What was passed over while it was held is looked at again. */
    if (result > 0 && !holding->reason)
        result = store_setting_put(store, "retention/mail", "0", error);
    for (size_t i = 0; result > 0 && i < holding->count; i++)
        if (note(store, holding, holding->tickets[i], error) < 0)
            result = -1;
    return result;
}

int keeping_hold(struct workplace *place, const char *subject, const char *reason)
{
    char ticket[TICKET_ID_SIZE];
    struct error error = { 0 };
    struct ticket_row row;
    struct holding holding = { .place = place, .subject = subject, .reason = reason };
    const char *one[] = { ticket, NULL };
    if (workplace_ticket_id(subject, ticket)) {
        int found = store_ticket_get(place->store, ticket, place->arena, &row, &error);
        if (found == 0)
            error_set(&error, ERROR_ABSENT, "there is no ticket '%s'", ticket);
        if (found <= 0)
            return workplace_fail(place, &error);
        holding.subject = ticket;
        holding.tickets = one;
        holding.count = 1;
    } else if (!config_address_is_plausible(subject)) {
        error_set(&error, ERROR_INPUT, "'%s' is neither a ticket nor a mail address", subject);
        return workplace_fail(place, &error);
    } else {
        if (store_customer_tickets(place->store, subject, place->arena, &holding.tickets, &error) < 0)
            return workplace_fail(place, &error);
        while (holding.tickets[holding.count])
            holding.count++;
    }
    if (store_transaction(place->store, hold, &holding, &error) < 0)
        return workplace_fail(place, &error);
    if (place->context->json)
        return workplace_print_json(json_pack("{s:s, s:b, s:I}", "subject", holding.subject, "held", reason != NULL, "tickets",
                                              (json_int_t)holding.count));
    printf("%s %s; it concerns %zu ticket%s\n", holding.subject, reason ? "is held: nothing of it will be erased"
           : "is held no more", holding.count, holding.count == 1 ? "" : "s");
    return EX_OK;
}

int keeping_find(struct workplace *place, const char *customer, struct erasure *erasure)
{
    struct error error = { 0 };
    struct buffer shown;
    *erasure = (struct erasure){ .site = place->site, .customer = customer, .actor = place->actor,
                                 .now = place->context->now, .arena = place->arena };
    if (!config_address_is_plausible(customer) || config_mailbox_by_address(place->site->config, customer)) {
        buffer_init(&shown, 4096);
        screen_cut(&shown, customer, 80);
        fprintf(stderr, "redressctl %s: '%s' is no customer's mail address\n", place->command, buffer_text(&shown));
        buffer_release(&shown);
        return EX_USAGE;
    }
    return erase_find(place->store, erasure, &error) < 0 ? workplace_fail(place, &error) : EX_OK;
}
