/* command_participant.c - redressctl participant: who else may speak for the customer
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

#include "ctl/screen.h"
#include "ctl/workplace.h"
#include "ticket/config_keys.h"

static int add(struct workplace *place, const char *ticket, const char *address)
{
    if (!config_address_is_plausible(address))
        return command_usage(&command_participant, "'%s' is no mail address", address);
    struct desk_action action = {
        .ticket = ticket, .type = EVENT_PARTICIPANT, .at = INSTANT_NONE, .evidence = "an operator's word",
        .fields = json_pack("{s:s, s:s}", "address", address, "role", "participant"),
    };
    int status = workplace_act(place, &action);
    json_decref(action.fields);
    return status;
}

static int list(struct workplace *place, const char *text)
{
    char ticket[TICKET_ID_SIZE];
    struct error error = { 0 };
    struct ticket_row row;
    const char **addresses = NULL;
    int found = workplace_ticket_id(text, ticket) ? store_ticket_get(place->store, ticket, place->arena, &row, &error) : 0;
    if (found == 0)
        return workplace_no_ticket(place, text);
    if (found < 0 || store_participants(place->store, ticket, place->arena, &addresses, &error) < 0)
        return workplace_fail(place, &error);
    struct buffer out;
    buffer_init(&out, 1 << 20);
    json_t *all = json_array();
    for (size_t i = 0; addresses && addresses[i]; i++) {
        bool requester = row.requester && strcasecmp(addresses[i], row.requester) == 0;
        json_array_append_new(all, json_pack("{s:s, s:s}", "address", addresses[i], "role",
                                             requester ? "requester" : "participant"));
        screen_column(&out, addresses[i], 45);
        buffer_printf(&out, " %s\n", requester ? "requester" : "participant");
    }
    int status = place->context->json
                     ? workplace_print_json(json_pack("{s:s, s:o}", "ticket", row.id, "participants", json_incref(all)))
                     : workplace_print(&out);
    json_decref(all);
    buffer_release(&out);
    return status;
}

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = { { NULL, 0, NULL, 0 } };
    if (getopt_long(argc, argv, "", options, NULL) != -1)
        return command_wrong_option(&command_participant, argv);
    int count = argc - optind;
    bool adds = count == 3 && strcmp(argv[optind], "add") == 0;
    if (!adds && !(count == 2 && strcmp(argv[optind], "list") == 0))
        return command_usage(&command_participant, "list ID, or add ID ADDRESS, is expected");
    struct workplace place;
    int status = workplace_open(&place, context, argv[0], adds ? STORE_WRITE : STORE_READ);
    if (status != EX_OK)
        return status;
    status = adds ? add(&place, argv[optind + 1], argv[optind + 2]) : list(&place, argv[optind + 1]);
    workplace_close(&place);
    return status;
}

const struct command command_participant = {
    "participant", "list ID | add ID ADDRESS", "who may speak for the customer: list them, or add an address", run,
};
