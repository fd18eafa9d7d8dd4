/* command_classify.c - redressctl classify: what the rules say of a mail
 * SPDX-License-Identifier: MIT
 */
#include "ctl/command.h"

#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "ctl/mails.h"
#include "rules/locate.h"
#include "rules/verdict.h"

enum { ARENA_MAX = 32 * 1024 * 1024 };

static json_t *describe(void *context, const struct message *message, struct error *error)
{
    struct verdict verdict;
    struct arena *arena = arena_new(ARENA_MAX);
    json_t *object = NULL;
    if (!arena)
        error_set(error, ERROR_RETRY, "out of memory");
    else if (verdict_judge(context, message, NULL, arena, &verdict, error) == 1) {
        object = json_pack("{s:s,s:s,s:s,s:s}", "kind", message_kind_name(message->kind), "lang", message->language,
                           "subject", message->subject, "text", message->text);
        json_t *rest = verdict_to_json(&verdict);
        if (!object || !rest || json_object_update(object, rest) < 0 ||
            json_object_set_new(object, "fields", verdict_fields_to_json(&verdict)) < 0)
            error_set(error, ERROR_RETRY, "out of memory");
        if (object && verdict.partial)
            json_object_set_new(object, "partial", json_true());
        json_decref(rest);
    }
    arena_free(arena);
    return object;
}

static const char *string_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "-";
}

static void print_list(const char *label, const json_t *list)
{
    size_t i;
    json_t *item;
    if (json_array_size(list) == 0)
        return;
    printf("  %-10s", label);
    json_array_foreach((json_t *)list, i, item)
        printf(" %s", json_string_value(item));
    putchar('\n');
}

static void print_fields(const json_t *fields)
{
    const json_t *amount = json_object_get(fields, "amount");
    const char *name;
    json_t *list;
    json_object_foreach((json_t *)fields, name, list)
        if (json_is_array(list))
            print_list(name, list);
    if (amount)
        printf("  %-10s %.2f %s\n", "amount", json_number_value(json_object_get(amount, "value")), string_of(amount, "currency"));
}

/* Urgency by colour, so that a list of files shows at a glance what burns. */
static const char *colour_of(const char *urgency)
{
    return strcmp(urgency, "critical") == 0 ? "\033[1;31m" : strcmp(urgency, "high") == 0 ? "\033[33m" : "";
}

static void print(void *context, const char *file, const json_t *object, bool colour)
{
    const json_t *rules = json_object_get(object, "rules");
    const char *urgency = string_of(object, "urgency");
    bool complaint = json_is_true(json_object_get(object, "complaint"));
    size_t i;
    json_t *hit;
    (void)context;
    printf("%s\n  %-10s %s\n", file, "subject", string_of(object, "subject"));
    printf("  %-10s %s (%.0f %%)%s%s\n", "verdict", complaint ? "complaint" : "no complaint",
           100 * json_number_value(json_object_get(object, "score")), complaint ? ", " : "",
           complaint ? string_of(object, "category") : "");
    printf("  %-10s %s%s%s\n", "urgency", colour ? colour_of(urgency) : "", urgency, colour ? "\033[0m" : "");
    printf("  %-10s %s, %s\n", "read as", string_of(object, "kind"), string_of(object, "lang"));
    if (json_is_true(json_object_get(object, "partial")))
        printf("  %-10s %s\n", "judged", "a part of the mail only: it is too long or could not be read as a whole");
    print_list("signals", json_object_get(object, "signals"));
    print_list("orders", json_object_get(object, "order"));
    print_list("evidence", json_object_get(object, "evidence"));
    print_fields(json_object_get(object, "fields"));
    json_array_foreach((json_t *)rules, i, hit)
        printf("  %-10s %+7.3f  %s  %s\n", i ? "" : "because", json_number_value(json_object_get(hit, "weight")),
               string_of(hit, "for"), string_of(hit, "id"));
    putchar('\n');
}

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = { { "packs", required_argument, NULL, 'p' }, { NULL, 0, NULL, 0 } };
    const char *directory = NULL;
    char cache[PATH_MAX];
    struct error error = { 0 };
    struct pack_files packs;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option != 'p')
            return command_wrong_option(&command_classify, argv);
        directory = optarg;
    }
    if (optind >= argc)
        return command_usage(&command_classify, "name at least one file, or - for standard input");
    struct rules *rules = NULL;
    if (locate_packs(directory, &packs, &error) == 1) {
        rules = rules_load((const char *const *)packs.paths, packs.count, locate_cache(cache, sizeof cache), &error);
        locate_release(&packs);
    }
    if (!rules) {
        fprintf(stderr, "redressctl classify: %s\n", error.text);
        return error_exit_status(&error);
    }
    struct mail_handler handler = { describe, print, rules };
    int status = mails_handle(argv[0], argv + optind, argc - optind, context->json, context->colour, &handler);
    rules_unref(rules);
    return status;
}

const struct command command_classify = { "classify", "[--packs DIR] FILE ... | -",
                                          "say whether mails are complaints, which, how urgent, and why", run };
