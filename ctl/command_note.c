/* command_note.c - redressctl note: a remark that stays with the ticket
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <sysexits.h>

#include "ctl/workplace.h"

enum { NOTE_MAXIMUM = 8192 };

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = { { NULL, 0, NULL, 0 } };
    if (getopt_long(argc, argv, "", options, NULL) != -1)
        return command_usage(&command_note, "no options are taken; a text that begins with - goes behind --");
    if (argc - optind != 2)
        return command_usage(&command_note, "a ticket id and a text (in quotation marks) are expected");
    const char *text = argv[optind + 1];
    if (!*text || strlen(text) > NOTE_MAXIMUM)
        return command_usage(&command_note, "the text has 1 to %d bytes", NOTE_MAXIMUM);
    struct workplace place;
    int status = workplace_open(&place, context, argv[0], STORE_WRITE);
    if (status != 0)
        return status;
    struct desk_action action = {
        .ticket = argv[optind], .type = EVENT_NOTE, .at = INSTANT_NONE, .fields = json_pack("{s:s}", "text", text),
    };
    status = action.fields ? workplace_act(&place, &action) : EX_OSERR;
    json_decref(action.fields);
    workplace_close(&place);
    return status;
}

const struct command command_note = { "note", "ID TEXT", "add a note to a ticket", run };
