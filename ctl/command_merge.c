/* command_merge.c - redressctl merge: two tickets are one matter
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "ctl/portray.h"
#include "ctl/when.h"
#include "ctl/workplace.h"

/* Whether the merge ended that clock. */
static bool ended(const struct ticket_clock *clock, int64_t event)
{
    char number[24];
    snprintf(number, sizeof number, "%" PRId64, event);
    return clock->stopped != INSTANT_NONE && clock->why_count > 0 && strcmp(clock->why[clock->why_count - 1], number) == 0;
}

static int print_json(const struct ticket_row *row, const struct ticket_view *view, const struct ticket_row *into,
                      const struct ticket_view *into_view, int64_t event)
{
    json_t *object = workplace_stand_json(row, view), *clocks = json_array();
    for (size_t i = 0; i < view->clock_count; i++)
        if (ended(&view->clocks[i], event))
            json_array_append_new(clocks, json_pack("{s:s, s:s, s:o}", "clock", clock_kind_name(view->clocks[i].kind), "state",
                                                    clock_state_name(view->clocks[i].state), "due",
                                                    portray_json_instant(view->clocks[i].due)));
    json_object_set_new(object, "event", json_integer(event));
    json_object_set_new(object, "ended", clocks);
    json_object_set_new(object, "into", workplace_stand_json(into, into_view));
    return workplace_print_json(object);
}

static int print(struct workplace *place, const char *source, const char *target, int64_t event)
{
    struct ticket_row row, into;
    struct ticket_view view, into_view;
    int status = workplace_stand(place, source, &row, &view);
    if (status == EX_OK)
        status = workplace_stand(place, target, &into, &into_view);
    if (status != EX_OK)
        return status;
    if (place->context->json)
        return print_json(&row, &view, &into, &into_view, event);
    printf("%s: merged into %s, where its mail goes from now on\n", row.id, into.id);
    for (size_t i = 0; i < view.clock_count; i++) {
        const struct ticket_clock *clock = &view.clocks[i];
        char due[WHEN_TEXT];
        if (ended(clock, event))
            printf("%s: its %s, due %s, has ended%s\n", row.id, portray_words(place->arena, clock_kind_name(clock->kind)),
                   when_short(place->zone, clock->due, place->context->now, due),
                   clock->kind == CLOCK_PROMISE ? ": what was promised is still to be kept" : "");
    }
    printf("%s: ", into.id);
    workplace_print_stand(place, &into, &into_view);
    return EX_OK;
}

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = { { NULL, 0, NULL, 0 } };
    char into[TICKET_ID_SIZE];
    if (getopt_long(argc, argv, "", options, NULL) != -1)
        return command_wrong_option(&command_merge, argv);
    if (argc - optind != 2)
        return command_usage(&command_merge, "two ticket ids are expected");
    if (!workplace_ticket_id(argv[optind + 1], into))
        return command_usage(&command_merge, "'%s' is no ticket id", argv[optind + 1]);
    struct workplace place;
    int status = workplace_open(&place, context, argv[0], STORE_WRITE);
    if (status != EX_OK)
        return status;
    struct desk_action action = {
        .ticket = argv[optind], .type = EVENT_MERGE_INTO, .at = INSTANT_NONE, .evidence = "an operator's word",
        .fields = json_pack("{s:s}", "ticket", into),
    };
    struct ticket_row target;
    struct error error = { 0 };
    int found = store_ticket_get(place.store, into, place.arena, &target, &error);
    status = found > 0 ? workplace_record(&place, &action)
             : found == 0 ? workplace_no_ticket(&place, into) : workplace_fail(&place, &error);
    if (status == EX_OK)
        status = print(&place, action.ticket, into, action.event);
    json_decref(action.fields);
    workplace_close(&place);
    return status;
}

const struct command command_merge = {
    "merge", "ID INTO", "two tickets are one matter: ID ends, its mail goes to INTO", run,
};
