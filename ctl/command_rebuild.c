/* command_rebuild.c - redressctl rebuild: what is kept of tickets beside their events, checked or made anew
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <sysexits.h>

#include "ctl/workplace.h"
#include "ticket/rebuild.h"
#include "ticket/restore.h"

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
        status = workplace_print_json(json_pack("{s:I, s:I, s:I, s:b, s:O}", "missing", (json_int_t)rebuild.missing, "tickets",
                                                (json_int_t)rebuild.looked, "differed", (json_int_t)rebuild.differed,
                                                "rewritten", !check, "differences", findings.list));
    else if (status == EX_OK) {
        if (rebuild.missing > 0)
            printf("%" PRId64 " look-ups %s\n", rebuild.missing,
                   check ? "are missing, so that tickets and mails are not found: redressctl rebuild makes them anew"
                         : "were missing: all were made anew");
        printf("%zu of %zu tickets %s\n", rebuild.differed, rebuild.looked,
               rebuild.differed == 0 ? "differ from their events"
               : check ? "differ from their events: redressctl rebuild writes them anew"
                       : "differed from their events, and were written anew");
    }
    if (status == EX_OK && check && (rebuild.differed > 0 || rebuild.missing > 0))
        status = EX_DATAERR;
    json_decref(findings.list);
    return status;
}

static void passed_over(const char *text, void *argument)
{
    struct findings *findings = argument;
    json_array_append_new(findings->list, json_string(text));
    fprintf(stderr, "redressctl rebuild: %s\n", text);
}

static void progress(int64_t done, int64_t all, void *argument)
{
    struct findings *findings = argument;
    if (!findings->json)
        fprintf(stderr, "redressctl rebuild: %" PRId64 " of %" PRId64 " mails\n", done, all);
}

static int print_restored(const struct restore *restore, const struct findings *findings)
{
    if (findings->json)
        return workplace_print_json(json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:O}", "mails", (json_int_t)restore->mails,
                                              "tickets", (json_int_t)restore->opened, "named", (json_int_t)restore->named, "replies",
                                              (json_int_t)restore->replies, "bounces", (json_int_t)restore->bounces, "resolved",
                                              (json_int_t)restore->resolved, "forgotten", (json_int_t)restore->forgotten,
                                              "left_out", (json_int_t)restore->left_out, "passed_over", findings->list));
    printf("%" PRId64 " mails read: %" PRId64 " tickets restored (%" PRId64 " under the id in their tag), %" PRId64
           " replies, %" PRId64 " bounces\n", restore->mails, restore->opened, restore->named, restore->replies, restore->bounces);
    if (restore->resolved > 0)
        printf("%" PRId64 " were resolved: our follow-up lies in Sent\n", restore->resolved);
    if (restore->forgotten > 0)
        printf("%" PRId64 " mails of erased customers were left where they are\n", restore->forgotten);
    if (restore->left_out > 0)
        printf("%" PRId64 " mails could not be recorded\n", restore->left_out);
    printf("not in the mail, and not restored: other resolves, notes, corrections of category and urgency, participants, "
           "assignments, merges, splits, holds; nothing was sent\n");
    return EX_OK;
}

static int from_mail(struct workplace *place)
{
    struct error error = { 0 };
    struct findings findings = { place->context->json, json_array() };
    struct restore restore = { .site = place->site, .clock = place->context->clock, .tell = passed_over, .progress = progress,
                               .argument = &findings };
    int status = restore_from_mail(place->store, &restore, &error) < 0 ? workplace_fail(place, &error)
                                                                      : print_restored(&restore, &findings);
    json_decref(findings.list);
    return status;
}

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = { { "check", no_argument, NULL, 'c' }, { "from-mail", no_argument, NULL, 'm' },
                                             { NULL, 0, NULL, 0 } };
    bool check = false, mail = false;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == '?')
            return command_wrong_option(&command_rebuild, argv);
        check = check || option == 'c';
        mail = mail || option == 'm';
    }
    if (argc != optind || (check && mail))
        return command_usage(&command_rebuild, "--check, or --from-mail, or nothing is expected");
    struct workplace place;
    int status = mail ? workplace_open_new(&place, context, argv[0])
                      : workplace_open(&place, context, argv[0], check ? STORE_READ : STORE_WRITE);
    if (status != EX_OK)
        return status;
    status = mail ? from_mail(&place) : columns(&place, check);
    workplace_close(&place);
    return status;
}

const struct command command_rebuild = {
    "rebuild", "[--check] [--from-mail]", "make what is kept of tickets anew from their events, or tickets from the mailboxes", run,
};
