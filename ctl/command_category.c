/* command_category.c - redressctl category: corrects what the rules took a complaint for
 * SPDX-License-Identifier: MIT
 */
#include "ctl/workplace.h"

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = { { NULL, 0, NULL, 0 } };
    if (getopt_long(argc, argv, "", options, NULL) != -1)
        return command_wrong_option(&command_category, argv);
    if (argc - optind != 2)
        return command_usage(&command_category, "a ticket id and a category are expected");
    struct workplace place;
    int status = workplace_open_with_rules(&place, context, argv[0], STORE_WRITE);
    if (status != 0)
        return status;
    struct desk_action action = {
        .ticket = argv[optind], .type = EVENT_CATEGORY, .at = INSTANT_NONE, .evidence = "an operator's word",
        .fields = json_pack("{s:s}", "category", argv[optind + 1]),
    };
    if (rules_category_exists(place.site->rules, argv[optind + 1]))
        status = workplace_act(&place, &action);
    else
        status = command_usage(&command_category, "there is no category '%s' (such as logistics/late, quality/damaged, other)",
                               argv[optind + 1]);
    json_decref(action.fields);
    workplace_close(&place);
    return status;
}

const struct command command_category = {
    "category", "ID CATEGORY", "correct a ticket's category, such as logistics/late", run,
};
