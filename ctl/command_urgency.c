/* command_urgency.c - redressctl urgency: an operator knows better than the rules
 * SPDX-License-Identifier: MIT
 */
#include "ctl/workplace.h"

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = { { NULL, 0, NULL, 0 } };
    enum urgency urgency;
    if (getopt_long(argc, argv, "", options, NULL) != -1)
        return command_wrong_option(&command_urgency, argv);
    if (argc - optind != 2)
        return command_usage(&command_urgency, "a ticket id and a level are expected");
    if (urgency_parse(argv[optind + 1], &urgency) == 0)
        return command_usage(&command_urgency, "the level is low, normal, high or critical, not '%s'", argv[optind + 1]);
    struct workplace place;
    int status = workplace_open(&place, context, argv[0], STORE_WRITE);
    if (status != 0)
        return status;
    struct desk_action action = {
        .ticket = argv[optind], .type = EVENT_URGENCY, .at = INSTANT_NONE, .evidence = "an operator's word",
        .fields = json_pack("{s:s, s:s}", "urgency", urgency_name(urgency), "by", "agent"),
    };
    status = workplace_act(&place, &action);
    json_decref(action.fields);
    workplace_close(&place);
    return status;
}

const struct command command_urgency = {
    "urgency", "ID LEVEL", "set a ticket's urgency: low, normal, high or critical", run,
};
