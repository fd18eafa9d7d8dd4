/* command_reply.c - redressctl reply: how an agent's reply reads
 * SPDX-License-Identifier: MIT
 */
#include "ctl/command.h"

#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <sysexits.h>
#include <time.h>

#include "ctl/mails.h"
#include "lib/document.h"
#include "rules/locate.h"
#include "rules/reply.h"

enum { ARENA_MAX = 32 * 1024 * 1024, CALENDAR_MAX = 1024 * 1024 };

struct reader {
    struct rules *rules;
    struct calendar *calendar; /* NULL: Monday to Friday */
    struct zone *zone;         /* NULL: the calendar's, or UTC */
    instant at;
    const char *category; /* of the ticket, NULL: not known */
};
struct settings {
    const char *packs, *at, *zone, *calendar, *category;
};

static json_t *describe(void *context, const struct message *message, struct error *error)
{
    struct reader *reader = context;
    struct reply_reading reading;
    struct arena *arena = arena_new(ARENA_MAX);
    json_t *object = NULL;
    if (!arena)
        error_set(error, ERROR_RETRY, "out of memory");
    else if (reply_read(reader->rules, message, reader->at, reader->calendar, reader->zone, arena, &reading, error) == 1) {
        reply_exempt(&reading, reader->category);
        if (!(object = reply_to_json(&reading)))
            error_set(error, ERROR_RETRY, "out of memory");
    }
    arena_free(arena);
    return object;
}

static void print(void *context, const char *file, const json_t *object, bool colour)
{
    const json_t *promises = json_object_get(object, "promises"), *lint = json_object_get(object, "lint");
    size_t i;
    json_t *item;
    (void)context, (void)colour;
    printf("%s\n", file);
    json_array_foreach((json_t *)promises, i, item)
        printf("  promise    %s  \"%s\"\n", json_string_value(json_object_get(item, "due")),
               json_string_value(json_object_get(item, "phrase")));
    printf("  plan       %s\n", json_is_true(json_object_get(object, "offers_plan")) ? "offers a solution" : "none offered");
    printf("  question   %s\n",
           json_is_true(json_object_get(object, "asks_customer")) ? "asks the customer something" : "asks nothing");
    json_array_foreach((json_t *)lint, i, item)
        printf("  lint       %s\n", json_string_value(item));
    putchar('\n');
}

static int load_calendar(const char *path, struct reader *reader, struct error *error)
{
    struct document *document = document_load(path, CALENDAR_MAX, error);
    if (!document)
        return -1;
    reader->calendar = calendar_from_json(document_root(document), "", error);
    document_free(document);
    return reader->calendar ? 1 : error_prefix(error, "%s", path);
}

static int prepare(const struct settings *settings, struct reader *reader, struct error *error)
{
    char cache[PATH_MAX];
    struct pack_files packs;
    reader->at = (instant)time(NULL);
    if (settings->at && instant_parse_rfc3339(settings->at, &reader->at, error) < 0)
        return error_prefix(error, "--at");
    if (settings->calendar && load_calendar(settings->calendar, reader, error) < 0)
        return -1;
    if (settings->zone && !(reader->zone = zone_load(settings->zone, error)))
        return -1;
    if (locate_packs(settings->packs, &packs, error) < 0)
        return -1;
    reader->rules = rules_load((const char *const *)packs.paths, packs.count, locate_cache(cache, sizeof cache), error);
    locate_release(&packs);
    if (!reader->rules)
        return -1;
    if (settings->category && !(reader->category = rules_category_find(reader->rules, settings->category)))
        return error_set(error, ERROR_INPUT, "--category %s: there is no such category", settings->category);
    return 1;
}

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = {
        { "packs", required_argument, NULL, 'p' },    { "at", required_argument, NULL, 'a' },
        { "timezone", required_argument, NULL, 'z' }, { "calendar", required_argument, NULL, 'c' },
        { "category", required_argument, NULL, 'g' },
        { NULL, 0, NULL, 0 },
    };
    struct settings settings = { 0 };
    struct reader reader = { 0 };
    struct error error = { 0 };
    int option, status;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
        switch (option) {
        case 'p': settings.packs = optarg; break;
        case 'a': settings.at = optarg; break;
        case 'z': settings.zone = optarg; break;
        case 'c': settings.calendar = optarg; break;
        case 'g': settings.category = optarg; break;
        default: return command_wrong_option(&command_reply, argv);
        }
    if (optind >= argc)
        return command_usage(&command_reply, "name at least one file, or - for standard input");
    if (prepare(&settings, &reader, &error) == 1) {
        struct mail_handler handler = { describe, print, &reader };
        status = mails_handle(argv[0], argv + optind, argc - optind, context->json, context->colour, &handler);
    } else {
        fprintf(stderr, "redressctl reply: %s\n", error.text);
        status = error_exit_status(&error);
    }
    rules_unref(reader.rules);
    calendar_free(reader.calendar);
    zone_free(reader.zone);
    return status;
}

const struct command command_reply = { "reply",
                                       "[--at RFC3339] [--timezone ZONE] [--calendar FILE] [--category ID] [--packs DIR] FILE ... | -",
                                       "show promises, plan, question and lint of an agent's reply", run };
