/* command_rebuild.c - redressctl rebuild: what is kept of tickets beside their events, checked or made anew
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <sysexits.h>

#include "ctl/workplace.h"
#include "ticket/rebuild.h"

struct findings {
    bool json;
    json_t *list;
};

static void tell(const char *ticket, const char *what, void *argument)
{
    struct findings *findings = argument;
    if (findings->json)
        json_array_append_new(findings->list, json_pack("{s:s, s:s}", "ticket", ticket, "what", what));
    else
        printf("%s  %s\n", ticket, what);
}

static int columns(struct workplace *place, bool check)
{
    struct error error = { 0 };
    struct findings findings = { place->context->json, json_array() };
    struct rebuild rebuild = { .site = place->site, .now = place->context->now, .write = !check, .each = tell,
                               .argument = &findings };
    int status = rebuild_all(place->store, &rebuild, &error) < 0 ? workplace_fail(place, &error) : EX_OK;
    if (status == EX_OK && place->context->json)
        status = workplace_print_json(json_pack("{s:I, s:I, s:b, s:O}", "tickets", (json_int_t)rebuild.looked, "differed",
                                                (json_int_t)rebuild.differed, "rewritten", !check, "differences",
                                                findings.list));
    else if (status == EX_OK)
        printf("%zu of %zu tickets %s\n", rebuild.differed, rebuild.looked,
               rebuild.differed == 0 ? "differ from their events"
               : check ? "differ from their events: redressctl rebuild writes them anew"
                       : "differed from their events, and were written anew");
    if (status == EX_OK && check && rebuild.differed > 0)
        status = EX_DATAERR;
    json_decref(findings.list);
    return status;
}

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = { { "check", no_argument, NULL, 'c' }, { NULL, 0, NULL, 0 } };
    bool check = false;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option != 'c')
            return command_usage(&command_rebuild, "unknown option");
        check = true;
    }
    if (argc != optind)
        return command_usage(&command_rebuild, "no argument is expected");
    struct workplace place;
    int status = workplace_open(&place, context, argv[0], check ? STORE_READ : STORE_WRITE);
    if (status != EX_OK)
        return status;
    status = columns(&place, check);
    workplace_close(&place);
    return status;
}

const struct command command_rebuild = {
    "rebuild", "[--check]", "write what is kept of tickets anew from their events; --check: only compare", run,
};
