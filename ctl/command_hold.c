/* command_hold.c - redressctl hold: what must be kept, whatever was asked or configured
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "ctl/keeping.h"
#include "ctl/portray.h"
#include "ctl/when.h"

static int list(struct workplace *place)
{
    struct hold_row *rows;
    size_t count;
    struct error error = { 0 };
    struct buffer out;
    if (store_hold_list(place->store, place->arena, &rows, &count, &error) < 0)
        return workplace_fail(place, &error);
    if (place->context->json) {
        json_t *all = json_array();
        for (size_t i = 0; i < count; i++)
            json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:o}", "subject", rows[i].subject, "reason", rows[i].reason,
                                                 "actor", rows[i].actor, "at", portray_json_instant(rows[i].at)));
        return workplace_print_json(json_pack("{s:o}", "holds", all));
    }
    buffer_init(&out, 8 << 20);
    for (size_t i = 0; i < count; i++) {
        char away[WHEN_TEXT];
        screen_column(&out, rows[i].subject, 40);
        buffer_printf(&out, " %-14s ", when_away(rows[i].at, place->context->now, away));
        screen_put(&out, rows[i].reason);
        buffer_putc(&out, '\n');
    }
    if (count == 0)
        buffer_puts(&out, "nothing is held\n");
    int status = workplace_print(&out);
    buffer_release(&out);
    return status;
}

static int run(const struct command_context *context, int argc, char **argv)
{
    const char *reason;
    int status = command_reason(&command_hold, argc, argv, &reason);
    if (status != EX_OK)
        return status;
    if (argc - optind > 1)
        return command_usage(&command_hold, "one customer's address or one ticket is expected");
    if (argc == optind && reason)
        return command_usage(&command_hold, "a customer's address or a ticket is expected");
    if (argc > optind && (!reason || !reason[0]))
        return command_usage(&command_hold, "why it must be kept is missing: --reason TEXT");
    struct workplace place;
    status = workplace_open(&place, context, argv[0], argc > optind ? STORE_WRITE : STORE_READ);
    if (status != EX_OK)
        return status;
    status = argc > optind ? keeping_hold(&place, argv[optind], reason) : list(&place);
    workplace_close(&place);
    return status;
}

const struct command command_hold = {
    "hold", "[ID | ADDRESS --reason TEXT]", "keep a ticket, or all of a customer, whatever is asked; or list what is held", run,
};
