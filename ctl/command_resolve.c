/* command_resolve.c - redressctl resolve: the matter is settled, or declined, or no complaint at all
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "ctl/workplace.h"

/* A slip of the pen would send follow-ups to somebody who never complained. */
static const char *usual_word(const char *outcome)
{
    static const char *const none[] = { "no-complaint", "not-complaint", "not_complaint" };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (strcmp(outcome, none[i]) == 0)
            return "no_complaint";
    return outcome;
}

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = {
        { "outcome", required_argument, NULL, 'o' },
        { "note", required_argument, NULL, 'n' },
        { "at", required_argument, NULL, 'a' },
        { NULL, 0, NULL, 0 },
    };
    const char *outcome = "solved", *note = NULL;
    instant at = INSTANT_NONE;
    struct error error = { 0 };
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 'o')
            outcome = optarg;
        else if (option == 'n')
            note = optarg;
        else if (option != 'a')
            return command_wrong_option(&command_resolve, argv);
        else if (instant_parse_rfc3339(optarg, &at, &error) < 0)
            return command_usage(&command_resolve, "--at: %s", error.text);
    }
    if (argc - optind != 1)
        return command_usage(&command_resolve, "one ticket id is expected");
    if (strlen(outcome) > 40 || !*outcome || outcome[strspn(outcome, "abcdefghijklmnopqrstuvwxyz_-")])
        return command_usage(&command_resolve, "--outcome: a word of a-z, - and _ is expected, such as solved, refunded, declined");
    outcome = usual_word(outcome);
    if (strcmp(outcome, "declined") == 0 && !note)
        return command_usage(&command_resolve, "declining needs its reason and the channel that remains: --note TEXT");

    struct workplace place;
    int status = workplace_open(&place, context, argv[0], STORE_WRITE);
    if (status != 0)
        return status;
    struct desk_action action = {
        .ticket = argv[optind], .type = EVENT_RESOLVE, .at = at, .evidence = "an operator's word",
        .fields = json_pack("{s:s, s:s*}", "outcome", outcome, "note", note),
    };
    status = workplace_act(&place, &action);
    json_decref(action.fields);
    workplace_close(&place);
    return status;
}

const struct command command_resolve = {
    "resolve", "ID [--outcome WORD] [--note TEXT] [--at RFC3339]",
    "settle a ticket: stops its clocks and schedules the follow-ups", run,
};
