/* command_reopen.c - redressctl reopen: the matter is not settled after all
 * SPDX-License-Identifier: MIT
 */
#include "ctl/workplace.h"

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = { { "note", required_argument, NULL, 'n' }, { NULL, 0, NULL, 0 } };
    const char *note = NULL;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1; note = optarg)
        if (option != 'n')
            return command_wrong_option(&command_reopen, argv);
    if (argc - optind != 1)
        return command_usage(&command_reopen, "one ticket id is expected");
    struct workplace place;
    int status = workplace_open(&place, context, argv[0], STORE_WRITE);
    if (status != 0)
        return status;
    struct desk_action action = {
        .ticket = argv[optind], .type = EVENT_REOPEN, .at = INSTANT_NONE, .evidence = "an operator's word",
        .fields = json_pack("{s:s*}", "note", note),
    };
    status = workplace_act(&place, &action);
    json_decref(action.fields);
    workplace_close(&place);
    return status;
}

const struct command command_reopen = {
    "reopen", "ID [--note TEXT]", "open a resolved ticket again and cancel its follow-ups", run,
};
