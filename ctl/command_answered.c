/* command_answered.c - redressctl answered: the customer was answered by telephone, or otherwise unseen
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "ctl/workplace.h"

struct answer {
    instant at;
    instant promised; /* the earliest due time */
    bool plan, asks;
    const char *by, *how;
    json_t *promises;
};

static int read_options(int argc, char **argv, struct answer *answer)
{
    static const struct option options[] = {
        { "at", required_argument, NULL, 'a' },   { "by", required_argument, NULL, 'b' },
        { "how", required_argument, NULL, 'h' },  { "plan", no_argument, NULL, 'p' },
        { "asks", no_argument, NULL, 'q' },       { "promise", required_argument, NULL, 'r' },
        { NULL, 0, NULL, 0 },
    };
    struct error error = { 0 };
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        instant due;
        char text[INSTANT_TEXT];
        switch (option) {
        case 'a':
            if (instant_parse_rfc3339(optarg, &answer->at, &error) < 0)
                return command_usage(&command_answered, "--at: %s", error.text);
            break;
        case 'r':
            if (instant_parse_rfc3339(optarg, &due, &error) < 0)
                return command_usage(&command_answered, "--promise: %s", error.text);
            if (answer->promised == INSTANT_NONE || due < answer->promised)
                answer->promised = due;
            json_array_append_new(answer->promises, json_pack("{s:s}", "due", instant_format_rfc3339(due, text)));
            break;
        case 'b': answer->by = optarg; break;
        case 'h': answer->how = optarg; break;
        case 'p': answer->plan = true; break;
        case 'q': answer->asks = true; break;
        default: return command_wrong_option(&command_answered, argv);
        }
    }
    if (argc - optind != 1)
        return command_usage(&command_answered, "one ticket id is expected");
    return EX_OK;
}

static int act(struct workplace *place, const char *ticket, const struct answer *answer)
{
    const struct config_agent *agent = config_agent_by_id(place->site->config, answer->by);
    if (answer->by && !agent)
        return command_usage(&command_answered, "--by: there is no agent '%s' in the configuration", answer->by);
    if (answer->promised != INSTANT_NONE && answer->promised <= (answer->at != INSTANT_NONE ? answer->at : place->context->now))
        return command_usage(&command_answered, "--promise: what was promised lies behind the answer (--at, or now)");
    struct desk_action action = {
        .ticket = ticket,
        .type = EVENT_AGENT_REPLY,
        .at = answer->at,
        .evidence = arena_printf(place->arena, "%s's word: answered by %s%s%s", place->actor + strlen("operator:"), answer->how,
                                 agent ? ", by " : "", agent ? agent->name : ""),
        .fields = json_pack("{s:b, s:b, s:O}", "offers_plan", answer->plan, "asks_customer", answer->asks, "promises",
                            answer->promises),
    };
    if (agent)
        json_object_set_new(action.fields, "agent", json_string(agent->id));
    int status = workplace_act(place, &action);
    json_decref(action.fields);
    return status;
}

static int run(const struct command_context *context, int argc, char **argv)
{
    struct answer answer = { .at = INSTANT_NONE, .promised = INSTANT_NONE, .how = "telephone", .promises = json_array() };
    struct workplace place;
    int status = read_options(argc, argv, &answer);
    if (status == EX_OK)
        status = workplace_open(&place, context, argv[0], STORE_WRITE);
    if (status == EX_OK) {
        status = act(&place, argv[optind], &answer);
        workplace_close(&place);
    }
    json_decref(answer.promises);
    return status;
}

const struct command command_answered = {
    "answered", "ID [--at RFC3339] [--by AGENT] [--how TEXT] [--plan] [--asks] [--promise RFC3339]",
    "the customer was answered by telephone: stops the response clock on your word", run,
};
