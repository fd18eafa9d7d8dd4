/* command_list.c - redressctl list: tickets as a table
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "ctl/when.h"
#include "ctl/portray.h"
#include "ctl/workplace.h"

struct listing {
    struct workplace *place;
    struct buffer out;
    int count, status;
};

static int parse_options(int argc, char **argv, const struct command_context *context, struct ticket_filter *filter)
{
    static const struct option options[] = {
        { "all", no_argument, NULL, 'a' },           { "mailbox", required_argument, NULL, 'm' },
        { "state", required_argument, NULL, 's' },   { "urgency", required_argument, NULL, 'u' },
        { "category", required_argument, NULL, 'c' }, { "customer", required_argument, NULL, 'f' },
        { "text", required_argument, NULL, 't' },    { "late", no_argument, NULL, 'l' },
        { "limit", required_argument, NULL, 'n' },   { NULL, 0, NULL, 0 },
    };
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        enum ticket_state state;
        enum urgency urgency;
        char *end;
        switch (option) {
        case 'a': filter->state = -1; break;
        case 'm': filter->mailbox = optarg; break;
        case 'c': filter->category = optarg; break;
        case 'f': filter->requester = optarg; break;
        case 't': filter->text = optarg; break;
        case 'l': filter->due_before = context->now; break;
        case 's':
            if (ticket_state_parse(optarg, &state) <= 0 || state == TICKET_NONE)
                return command_usage(&command_list, "--state: open, waiting, resolved or closed is expected, not '%s'", optarg);
            filter->state = (int)state;
            break;
        case 'u':
            if (urgency_parse(optarg, &urgency) == 0)
                return command_usage(&command_list, "--urgency: low, normal, high or critical is expected, not '%s'", optarg);
            filter->urgency = (int)urgency;
            break;
        case 'n':
            filter->limit = (int)strtol(optarg, &end, 10);
            if (*end || filter->limit < 1 || filter->limit > 100000)
                return command_usage(&command_list, "--limit: a number from 1 to 100000 is expected, not '%s'", optarg);
            break;
        default: return command_wrong_option(&command_list, argv);
        }
    }
    return argc == optind ? EX_OK : command_usage(&command_list, "'%s' is not expected", argv[optind]);
}

static void put_heading(struct listing *listing)
{
    bool colour = listing->place->context->colour;
    buffer_printf(&listing->out, "%s%-8s %-8s %-8s %-18s %-18s %s%s\n", screen_begin(colour, STYLE_DIM), "TICKET", "URGENCY",
                  "STATE", "DUE", "CATEGORY", "SUBJECT", screen_end(colour, STYLE_DIM));
}

static void put_row(struct listing *listing, const struct ticket_row *row)
{
    const struct command_context *context = listing->place->context;
    struct buffer *out = &listing->out;
    char due[WHEN_TEXT] = "-";
    bool late = row->next_due != INSTANT_NONE && row->next_due < context->now;
    enum style urgency = portray_urgency_style(row->urgency), style = late ? STYLE_BAD : STYLE_PLAIN;
    if (row->next_due != INSTANT_NONE)
        when_due(row->next_due, context->now, due);
    buffer_printf(out, "%-8s %s%-8s%s %-8s %s", row->id, screen_begin(context->colour, urgency), urgency_name(row->urgency),
                  screen_end(context->colour, urgency), ticket_state_name(row->state), screen_begin(context->colour, style));
    screen_column(out, due, 18);
    buffer_printf(out, "%s ", screen_end(context->colour, style));
    screen_column(out, row->category ? row->category : "other", 18);
    buffer_putc(out, ' ');
    screen_cut(out, row->subject && *row->subject ? row->subject : "(no subject)", context->columns - 65);
    buffer_putc(out, '\n');
}

static int each(const struct ticket_row *row, void *argument)
{
    struct listing *listing = argument;
    if (listing->place->context->json)
        listing->status = workplace_print_json(portray_ticket_json(row));
    else if (listing->count == 0)
        put_heading(listing), put_row(listing, row);
    else
        put_row(listing, row);
    listing->count++;
    return listing->status == EX_OK;
}

/* A mailbox may have been given up, and still have tickets: only an empty list shows a slip of the pen. */
static void tell_nothing(const struct workplace *place, const struct ticket_filter *filter)
{
    if (filter->mailbox && !config_mailbox_by_id(place->site->config, filter->mailbox))
        fprintf(stderr, "redressctl list: no ticket, and no mailbox '%s' in %s\n", filter->mailbox, place->context->config_path);
    else if (!place->context->json)
        fputs(filter->state == -1 ? "no ticket\n" : "no such ticket is open (--all shows the resolved ones too)\n", stderr);
}

static int run(const struct command_context *context, int argc, char **argv)
{
    struct ticket_filter filter = { .state = -2, .urgency = -1, .due_before = INSTANT_NONE };
    int status = parse_options(argc, argv, context, &filter);
    struct workplace place;
    if (status == EX_OK)
        status = workplace_open(&place, context, argv[0], STORE_READ);
    if (status != EX_OK)
        return status;
    struct listing listing = { .place = &place, .status = EX_OK };
    struct error error = { 0 };
    buffer_init(&listing.out, 64 << 20);
    if (store_ticket_list(place.store, &filter, place.arena, each, &listing, &error) < 0)
        listing.status = workplace_fail(&place, &error);
    else if (listing.status == EX_OK)
        listing.status = workplace_print(&listing.out);
    if (listing.status == EX_OK && listing.count == 0)
        tell_nothing(&place, &filter);
    buffer_release(&listing.out);
    workplace_close(&place);
    return listing.status;
}

const struct command command_list = {
    "list",
    "[--all] [--state STATE] [--urgency LEVEL] [--category ID] [--mailbox ID] [--customer ADDRESS] [--text TEXT] "
    "[--late] [--limit NUMBER]",
    "tickets as a table, most urgent and soonest due first", run,
};
