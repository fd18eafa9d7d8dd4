/* command_audit.c - redressctl audit: proves that no event was altered or removed
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "ctl/workplace.h"
#include "lib/seal.h"

enum { HEAD_TEXT = 100 };

/* "EVENT:BASE32", to be written down outside. */
static const char *head_text(const struct store_head *head, char text[static HEAD_TEXT])
{
    char chain[SEAL_SIZE * 2];
    base32_encode(head->chain, SEAL_SIZE, chain);
    snprintf(text, HEAD_TEXT, "%" PRId64 ":%s", head->event, chain);
    return text;
}

static bool parse_head(const char *text, struct store_head *head)
{
    char *end;
    size_t digits = strspn(text, "0123456789");
    head->event = digits > 0 && digits < 19 ? strtoll(text, &end, 10) : -1;
    return head->event >= 0 && text[digits] == ':' && base32_decode(text + digits + 1, head->chain, SEAL_SIZE) == SEAL_SIZE;
}

struct findings {
    bool json;
    json_t *faults;
};

static void tell(const char *text, void *argument)
{
    struct findings *findings = argument;
    if (findings->json)
        json_array_append_new(findings->faults, json_string(text));
    else
        printf("%s\n", text);
}

static int print_result(const struct workplace *place, const struct store_audit *audit, struct findings *findings)
{
    char head[HEAD_TEXT];
    head_text(&audit->head, head);
    if (place->context->json)
        return workplace_print_json(json_pack("{s:b, s:I, s:I, s:O, s:s}", "whole", audit->faults == 0, "events",
                                              (json_int_t)audit->events, "erased", (json_int_t)audit->erased, "faults",
                                              findings->faults, "head", head));
    if (audit->faults)
        printf("%" PRId64 " fault%s in %" PRId64 " events\n", audit->faults, audit->faults == 1 ? "" : "s", audit->events);
    else
        printf("whole: %" PRId64 " events%s, head %s\n", audit->events, audit->erased ? " (some erased by right)" : "", head);
    return EX_OK;
}

static int audit(struct workplace *place, bool only_head, const struct store_head *known)
{
    struct error error = { 0 };
    struct findings findings = { place->context->json, json_array() };
    struct store_audit result = { .fault = tell, .argument = &findings };
    char text[HEAD_TEXT];
    int status;
    if (only_head) {
        status = store_event_head(place->store, &result.head, &error) < 0 ? workplace_fail(place, &error) : EX_OK;
        if (status == EX_OK && place->context->json)
            status = workplace_print_json(json_pack("{s:s}", "head", head_text(&result.head, text)));
        else if (status == EX_OK)
            printf("%s\n", head_text(&result.head, text));
    } else if (store_event_audit(place->store, known, &result, &error) < 0) {
        status = workplace_fail(place, &error);
    } else {
        status = print_result(place, &result, &findings);
        if (status == EX_OK && result.faults > 0)
            status = EX_DATAERR;
    }
    json_decref(findings.faults);
    return status;
}

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = { { "head", no_argument, NULL, 'h' }, { "against", required_argument, NULL, 'a' },
                                             { NULL, 0, NULL, 0 } };
    struct store_head known = { 0 };
    bool only_head = false, against = false;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 'h')
            only_head = true;
        else if (option == 'a' && parse_head(optarg, &known))
            against = true;
        else if (option == 'a')
            return command_usage(&command_audit, "'%s' is no head: what audit --head printed is expected", optarg);
        else
            return command_wrong_option(&command_audit, argv);
    }
    if (argc != optind || (only_head && against))
        return command_usage(&command_audit, "--head, or --against HEAD, or nothing is expected");
    struct workplace place;
    int status = workplace_open(&place, context, argv[0], STORE_READ);
    if (status != EX_OK)
        return status;
    status = audit(&place, only_head, against ? &known : NULL);
    workplace_close(&place);
    return status;
}

const struct command command_audit = {
    "audit", "[--head] [--against HEAD]", "prove that no event was altered or removed, or print the chain's head", run,
};
