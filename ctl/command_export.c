/* command_export.c - redressctl export: all that is kept of a customer
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "ctl/keeping.h"
#include "ctl/portray.h"

static json_t *words(const char *const *list)
{
    json_t *array = json_array();
    for (; list && *list; list++)
        json_array_append_new(array, json_string(*list));
    return array;
}

static json_t *sightings_json(const struct sighting *list, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_pack("{s:s, s:o, s:s?, s:s?, s:s?, s:s?, s:s?}", "source",
                                               sighting_source_name(list[i].source), "at", portray_json_instant(list[i].at),
                                               "client", list[i].client, "envelope_from", list[i].envelope_from, "login",
                                               list[i].login, "account", list[i].account, "folder", list[i].folder));
    return array;
}

static int add_mail(struct workplace *place, int64_t id, json_t *mails, struct error *error)
{
    struct mail_row row;
    struct sighting *sightings;
    const char **recipients;
    size_t count;
    int found = store_mail_by_id(place->store, id, place->arena, &row, error);
    if (found <= 0)
        return found;
    if (store_mail_recipients(place->store, id, place->arena, &recipients, error) < 0 ||
        store_sighting_list(place->store, id, place->arena, &sightings, &count, error) < 0)
        return -1;
    json_t *verdict = row.verdict ? json_loads(row.verdict, 0, NULL) : NULL;
    json_array_append_new(mails, json_pack("{s:I, s:o, s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:o, s:o, s:o?}", "id",
                                           (json_int_t)id, "at", portray_json_instant(row.at), "direction", row.direction, "kind",
                                           row.kind, "message_id", row.message_id, "from", row.from_addr, "from_name",
                                           row.from_name, "subject", row.subject, "language", row.language, "ticket", row.ticket,
                                           "recipients", words((const char *const *)recipients), "seen",
                                           sightings_json(sightings, count), "verdict", verdict));
    return 1;
}

static int add_ticket(struct workplace *place, const char *id, json_t *tickets, struct error *error)
{
    struct ticket_row row;
    struct event_row *events;
    struct outbox_row *outbox;
    size_t count, sent;
    const char **people;
    if (store_ticket_get(place->store, id, place->arena, &row, error) <= 0 ||
        store_participants(place->store, id, place->arena, &people, error) < 0 ||
        store_outbox_list(place->store, id, -1, INSTANT_NONE, 1000, place->arena, &outbox, &sent, error) < 0 ||
        store_event_list(place->store, id, place->arena, &events, &count, error) < 0)
        return -1;
    json_t *ticket = portray_ticket_json(&row), *happened = json_array(), *ours = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(happened, portray_event_json(&events[i]));
    for (size_t i = 0; i < sent; i++)
        json_array_append_new(ours, portray_outbox_json(&outbox[i]));
    json_object_set_new(ticket, "participants", words((const char *const *)people));
    json_object_set_new(ticket, "events", happened);
    json_object_set_new(ticket, "outbox", ours);
    json_array_append_new(tickets, ticket);
    store_event_rows_free(events, count);
    return 1;
}

static int export(struct workplace *place, const char *customer)
{
    struct erasure found;
    struct error error = { 0 };
    int status = keeping_find(place, customer, &found), result = 1;
    if (status != EX_OK)
        return status;
    json_t *tickets = json_array(), *mails = json_array(), *seen = json_object();
    for (size_t i = 0; result >= 0 && i < found.mail_count; i++) {
        char name[24];
        snprintf(name, sizeof name, "%" PRId64, found.mails[i]);
        json_object_set_new(seen, name, json_true());
        result = add_mail(place, found.mails[i], mails, &error);
    }
    for (size_t i = 0; result >= 0 && i < found.ticket_count; i++) {
        int64_t *further;
        size_t count;
        result = add_ticket(place, found.tickets[i], tickets, &error);
        if (result >= 0)
            result = store_ticket_mails(place->store, found.tickets[i], place->arena, &further, &count, &error);
        for (size_t k = 0; result >= 0 && k < count; k++) {
            char name[24];
            snprintf(name, sizeof name, "%" PRId64, further[k]);
            if (!json_object_get(seen, name))
                result = add_mail(place, further[k], mails, &error);
            json_object_set_new(seen, name, json_true());
        }
    }
    json_decref(seen);
    if (result >= 0)
        return workplace_print_json(json_pack("{s:s, s:o, s:o, s:o}", "customer", customer, "exported",
                                              portray_json_instant(place->context->now), "tickets", tickets, "mails", mails));
    json_decref(tickets);
    json_decref(mails);
    return workplace_fail(place, &error);
}

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = { { NULL, 0, NULL, 0 } };
    if (getopt_long(argc, argv, "", options, NULL) != -1)
        return command_wrong_option(&command_export, argv);
    if (argc - optind != 1)
        return command_usage(&command_export, "one customer's address is expected");
    struct workplace place;
    int status = workplace_open(&place, context, argv[0], STORE_READ);
    if (status != EX_OK)
        return status;
    status = export(&place, argv[optind]);
    workplace_close(&place);
    return status;
}

const struct command command_export = {
    "export", "ADDRESS", "all that is kept of a customer, as one JSON object", run,
};
