/* command_split.c - redressctl split: mails that are another matter get a ticket of their own
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <sysexits.h>

#include "ctl/workplace.h"
#include "ticket/split.h"

static int print(struct workplace *place, const struct split *split)
{
    struct ticket_row row, new;
    struct ticket_view view, new_view;
    int status = workplace_stand(place, split->ticket, &row, &view);
    if (status == EX_OK)
        status = workplace_stand(place, split->new_ticket, &new, &new_view);
    if (status != EX_OK)
        return status;
    if (place->context->json) {
        json_t *object = workplace_stand_json(&row, &view);
        json_object_set_new(object, "event", json_integer(split->event));
        json_object_set_new(object, "mails", json_integer((json_int_t)split->taken));
        json_object_set_new(object, "new", workplace_stand_json(&new, &new_view));
        return workplace_print_json(object);
    }
    printf("%s: opened with %zu mail%s of %s; the ticket is ", new.id, split->taken, split->taken == 1 ? "" : "s", row.id);
    workplace_print_stand(place, &new, &new_view);
    printf("%s: ", row.id);
    workplace_print_stand(place, &row, &view);
    return EX_OK;
}

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = { { NULL, 0, NULL, 0 } };
    char ticket[TICKET_ID_SIZE];
    if (getopt_long(argc, argv, "", options, NULL) != -1)
        return command_wrong_option(&command_split, argv);
    int count = argc - optind - 1;
    if (count < 1 || count > SPLIT_MAILS_MAX)
        return command_usage(&command_split, "a ticket id and up to %d mails are expected (events such as e12, or Message-IDs)",
                             SPLIT_MAILS_MAX);
    struct workplace place;
    struct ticket_row row;
    struct ticket_view view;
    struct error error = { 0 };
    int status = workplace_open(&place, context, argv[0], STORE_WRITE);
    if (status != EX_OK)
        return status;
    status = workplace_stand(&place, argv[optind], &row, &view); /* says so when there is none */
    struct split split = { .site = place.site, .ticket = ticket, .mails = (const char *const *)argv + optind + 1,
                           .count = (size_t)count, .actor = place.actor, .now = context->now };
    if (status == EX_OK) {
        workplace_ticket_id(argv[optind], ticket);
        status = store_transaction(place.store, split_off, &split, &error) < 0 ? workplace_fail(&place, &error)
                                                                               : print(&place, &split);
    }
    workplace_close(&place);
    return status;
}

const struct command command_split = {
    "split", "ID MAIL...", "mails that are another matter get a ticket of their own", run,
};
