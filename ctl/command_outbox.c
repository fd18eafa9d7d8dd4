/* command_outbox.c - redressctl outbox: mail that redress will send, and what is in doubt
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "ctl/when.h"
#include "ctl/portray.h"
#include "ctl/workplace.h"
#include "ticket/outbox.h"

enum { ROWS_MAXIMUM = 100000 };

/* What an operator may do, and from which states (outbox.h's diagram, done by hand). */
static const struct decision {
    const char *word;
    enum outbox_state to;
    unsigned from; /* a bit for each state */
    const char *what;
} decisions[] = {
    { "cancel", OUTBOX_CANCELLED, 1u << OUTBOX_SCHEDULED | 1u << OUTBOX_DOUBT | 1u << OUTBOX_FAILED, "scheduled, doubt or failed" },
    { "retry", OUTBOX_SCHEDULED, 1u << OUTBOX_DOUBT | 1u << OUTBOX_FAILED, "doubt or failed" },
    { "sent", OUTBOX_SENT, 1u << OUTBOX_DOUBT, "doubt" },
};

struct change {
    struct workplace *place;
    const struct decision *decision;
    int64_t id;
    struct outbox_row row;
};

/* The row is read again in the transaction: the sidecar may have claimed it meanwhile. */
static int decide(struct store *store, void *argument, struct error *error)
{
    struct change *change = argument;
    const struct decision *decision = change->decision;
    struct workplace *place = change->place;
    int found = store_outbox_get(store, change->id, place->arena, &change->row, error);
    if (found <= 0)
        return found < 0 ? -1 : error_set(error, ERROR_ABSENT, "there is no outbox row %" PRId64, change->id);
    const struct outbox_row *row = &change->row;
    if (!(decision->from & 1u << row->state))
        return error_set(error, ERROR_INPUT, "row %" PRId64 " is %s; %s is for rows that are %s", row->id,
                         outbox_state_name(row->state), decision->word, decision->what);
    const char *reason = arena_printf(place->arena, "%s by %s", decision->word, place->actor);
    int moved = store_outbox_move(store, row->id, row->state, decision->to, reason, place->context->now, error);
    if (moved <= 0)
        return moved < 0 ? -1 : error_set(error, ERROR_RETRY, "row %" PRId64 " has just changed: look again", row->id);
    struct event_row event = { .at = place->context->now, .recorded = place->context->now, .type = EVENT_FOLLOW_UP,
                               .actor = place->actor, .evidence = "an operator's word", .confirmed = true };
    memcpy(event.ticket, row->ticket, sizeof event.ticket);
    event.fields = json_pack("{s:s, s:s, s:I}", "kind", row->kind, "state", outbox_state_name(decision->to), "outbox",
                             (json_int_t)row->id);
    int added = store_event_add(store, &event, error);
    json_decref(event.fields);
    struct ticket_view view;
    return added < 0 ? -1
                     : desk_refresh(store, place->site, row->ticket, place->context->now, place->arena, &view, error) < 0 ? -1 : 1;
}

static int change_row(struct workplace *place, const char *word, const char *number)
{
    struct change change = { .place = place };
    char *end;
    change.id = strtoll(number, &end, 10);
    for (size_t i = 0; i < sizeof decisions / sizeof *decisions; i++)
        if (strcmp(decisions[i].word, word) == 0)
            change.decision = &decisions[i];
    if (!change.decision || *end || change.id <= 0)
        return command_usage(&command_outbox, "cancel, retry or sent, and the number of a row, are expected");
    struct error error = { 0 };
    if (store_transaction(place->store, decide, &change, &error) < 0)
        return workplace_fail(place, &error);
    change.row.state = change.decision->to;
    if (place->context->json)
        return workplace_print_json(portray_outbox_json(&change.row));
    printf("row %" PRId64 " (%s for ticket %s) is %s now\n", change.row.id, change.row.kind, change.row.ticket,
           outbox_state_name(change.row.state));
    return EX_OK;
}

static void put_row(struct workplace *place, const struct outbox_row *row, struct buffer *out)
{
    const struct command_context *context = place->context;
    char due[WHEN_TEXT];
    enum style style = row->state == OUTBOX_DOUBT || row->state == OUTBOX_FAILED ? STYLE_BAD
                       : row->state == OUTBOX_SCHEDULED || row->state == OUTBOX_CLAIMED ? STYLE_PLAIN
                                                                                         : STYLE_DIM;
    buffer_printf(out, "%6" PRId64 " %-8s %-11s %s%-9s%s %-5s ", row->id, row->ticket, row->kind,
                  screen_begin(context->colour, style), outbox_state_name(row->state), screen_end(context->colour, style),
                  row->mode ? row->mode : "");
    screen_column(out, when_short(place->zone, row->due, context->now, due), 12);
    buffer_putc(out, ' ');
    int left = context->columns - 58;
    if (row->reason && *row->reason)
        screen_cut(out, row->reason, left);
    else
        screen_cut(out, row->to_addr ? row->to_addr : "", left);
    buffer_putc(out, '\n');
}

static int list_rows(struct workplace *place, const char *ticket, int state, bool all)
{
    struct outbox_row *rows;
    size_t count, shown = 0;
    struct error error = { 0 };
    struct ticket_row row;
    int found = ticket ? store_ticket_get(place->store, ticket, place->arena, &row, &error) : 1;
    if (found <= 0)
        return found < 0 ? workplace_fail(place, &error) : workplace_no_ticket(place, ticket);
    if (store_outbox_list(place->store, ticket, state, INSTANT_NONE, ROWS_MAXIMUM, place->arena, &rows, &count, &error) < 0)
        return workplace_fail(place, &error);
    struct buffer out;
    buffer_init(&out, 64 << 20);
    int status = EX_OK;
    for (size_t i = 0; i < count && status == EX_OK; i++) {
        bool over = rows[i].state == OUTBOX_SENT || rows[i].state == OUTBOX_DRAFTED || rows[i].state == OUTBOX_CANCELLED;
        if (over && !all && state < 0 && !ticket)
            continue;
        if (place->context->json) {
            status = workplace_print_json(portray_outbox_json(&rows[i]));
            continue;
        }
        if (shown++ == 0)
            buffer_printf(&out, "%6s %-8s %-11s %-9s %-5s %-12s %s\n", "ROW", "TICKET", "KIND", "STATE", "MODE", "DUE", "TO, OR WHY");
        put_row(place, &rows[i], &out);
    }
    if (status == EX_OK && shown == 0 && !place->context->json)
        fputs("nothing waits in the outbox (--all shows what is over too)\n", stderr);
    if (status == EX_OK)
        status = workplace_print(&out);
    buffer_release(&out);
    return status;
}

static int parse_state(const char *name)
{
    for (int state = OUTBOX_SCHEDULED; state <= OUTBOX_DOUBT; state++)
        if (strcmp(outbox_state_name((enum outbox_state)state), name) == 0)
            return state;
    return -1;
}

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = {
        { "all", no_argument, NULL, 'a' },
        { "ticket", required_argument, NULL, 't' },
        { "state", required_argument, NULL, 's' },
        { NULL, 0, NULL, 0 },
    };
    const char *ticket = NULL;
    int state = -1;
    bool all = false;
    char id[TICKET_ID_SIZE];
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 'a')
            all = true;
        else if (option == 't' && workplace_ticket_id(optarg, id))
            ticket = id;
        else if (option == 't')
            return command_usage(&command_outbox, "--ticket: a ticket's id, such as k3m7x2qp, is expected, not '%s'", optarg);
        else if (option == 's' && parse_state(optarg) >= 0)
            state = parse_state(optarg);
        else if (option == 's')
            return command_usage(&command_outbox, "--state: scheduled, claimed, sent, drafted, cancelled, failed or doubt is "
                                                  "expected, not '%s'", optarg);
        else
            return command_wrong_option(&command_outbox, argv);
    }
    int count = argc - optind;
    if (count != 0 && count != 2)
        return command_usage(&command_outbox, "nothing, or one of cancel, retry, sent and a row's number, is expected");
    struct workplace place;
    int status = workplace_open(&place, context, argv[0], count == 2 ? STORE_WRITE : STORE_READ);
    if (status != EX_OK)
        return status;
    status = count == 2 ? change_row(&place, argv[optind], argv[optind + 1]) : list_rows(&place, ticket, state, all);
    workplace_close(&place);
    return status;
}

const struct command command_outbox = {
    "outbox", "[--all] [--ticket ID] [--state STATE] [cancel ROW | retry ROW | sent ROW]",
    "mail that redress itself sends: list it, cancel a row, decide one in doubt", run,
};
