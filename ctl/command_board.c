/* command_board.c - redressctl board: the queue by urgency and due time
 * SPDX-License-Identifier: MIT
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "ctl/board.h"
#include "ctl/portray.h"
#include "ctl/health.h"
#include "ctl/when.h"
#include "ctl/workplace.h"

enum { TICKETS_MAXIMUM = 500, WATCH_SECONDS = 5 };

static volatile sig_atomic_t interrupted;

static void on_signal(int signal)
{
    (void)signal;
    interrupted = 1;
}

struct gathering {
    struct workplace *place;
    struct ticket_row *rows;
    size_t count;
};

static int keep_row(const struct ticket_row *row, void *argument)
{
    struct gathering *gathering = argument;
    gathering->rows[gathering->count++] = *row;
    return gathering->count < TICKETS_MAXIMUM;
}

/* The words that an agent promised something with, as the reply was read. */
static const char *promise_words(const struct ticket_view *view, const struct event_row *events, size_t count,
                                 struct arena *arena)
{
    size_t promises, i;
    const struct ticket_clock *next = board_next_promise(view, &promises);
    const struct event_row *reply = next ? portray_find_event(events, count, next->for_event) : NULL;
    json_t *item;
    json_array_foreach(reply ? json_object_get(reply->fields, "promises") : NULL, i, item) {
        instant due;
        const char *text = json_string_value(json_object_get(item, "due")), *phrase = json_string_value(json_object_get(item, "phrase"));
        if (text && phrase && instant_parse_rfc3339(text, &due, NULL) > 0 && due == next->due)
            return arena_strdup(arena, phrase);
    }
    return NULL;
}

/* The rows' state is a cache of the last event; the board folds each ticket at this very moment. */
static int view_all(struct workplace *place, instant now, struct gathering *gathering, struct board_item *items,
                    struct error *error)
{
    for (size_t i = 0; i < gathering->count; i++) {
        struct ticket_view *view = arena_alloc(place->arena, sizeof *view);
        struct event_row *events = NULL;
        size_t event_count = 0;
        if (!view)
            return error_set(error, ERROR_RETRY, "out of memory");
        int found = desk_view(place->store, place->site, gathering->rows[i].id, now, place->arena, &gathering->rows[i], view,
                              &events, &event_count, error);
        if (found < 0)
            return -1;
        items[i] = (struct board_item){ .row = &gathering->rows[i], .view = view,
                                        .promise = found > 0 ? promise_words(view, events, event_count, place->arena) : NULL };
        store_event_rows_free(events, event_count);
    }
    return 1;
}

static int gather(struct workplace *place, const char *mailbox, instant now, struct board *board, struct error *error)
{
    struct ticket_filter filter = { .mailbox = mailbox, .state = -2, .urgency = -1, .due_before = INSTANT_NONE,
                                    .limit = TICKETS_MAXIMUM };
    struct gathering gathering = { .place = place };
    gathering.rows = arena_alloc(place->arena, TICKETS_MAXIMUM * sizeof *gathering.rows);
    struct board_item *items = arena_alloc(place->arena, TICKETS_MAXIMUM * sizeof *items);
    if (!gathering.rows || !items)
        return error_set(error, ERROR_RETRY, "out of memory");
    if (store_ticket_list(place->store, &filter, place->arena, keep_row, &gathering, error) < 0 ||
        view_all(place, now, &gathering, items, error) < 0)
        return -1;
    board->items = items;
    board->count = gathering.count;
    return health_alarms(place->store, place->arena, now, &board->alarms, error);
}

static int show(struct workplace *place, const char *mailbox, instant now, bool watch)
{
    const struct command_context *context = place->context;
    struct error error = { 0 };
    char title[200] = "complaints";
    const struct config_mailbox *one = mailbox ? config_mailbox_by_id(place->site->config, mailbox) : place->site->config->mailboxes;
    if (one && one->id && (mailbox || !one[1].id))
        snprintf(title, sizeof title, "complaints: %.150s", one->name);
    struct board board = { .title = title, .zone = place->zone, .now = now,
                           .colour = context->colour, .columns = context->columns, .rows = watch ? context->rows : 0 };
    if (gather(place, mailbox, now, &board, &error) < 0)
        return workplace_fail(place, &error);
    if (context->json)
        return workplace_print_json(board_to_json(&board));
    struct buffer out;
    buffer_init(&out, 16 << 20);
    if (watch && context->rows > 0)
        buffer_puts(&out, "\033[H\033[2J");
    board_draw(&board, &out);
    int status = workplace_print(&out);
    buffer_release(&out);
    return status;
}

/* Each look has an arena of its own, so that a board left on for weeks does not grow. */
static int watch_board(struct workplace *place, const char *mailbox, int seconds)
{
    struct sigaction action = { .sa_handler = on_signal };
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    int status = EX_OK;
    bool terminal = place->context->rows > 0 && !place->context->json;
    if (terminal)
        fputs("\033[?25l", stdout);
    while (!interrupted && status == EX_OK) {
        status = show(place, mailbox, place->context->clock(), true);
        fflush(stdout);
        size_t maximum = 256 << 20;
        arena_free(place->arena);
        place->arena = arena_new(maximum);
        if (!place->arena)
            status = EX_OSERR;
        struct timespec pause = { .tv_sec = seconds };
        if (!interrupted && status == EX_OK)
            nanosleep(&pause, NULL);
    }
    if (terminal)
        fputs("\033[?25h\n", stdout);
    return status;
}

static long parse_seconds(const char *text)
{
    char *end;
    long seconds = strtol(text, &end, 10);
    return *end ? 0 : seconds;
}

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = {
        { "mailbox", required_argument, NULL, 'm' },
        { "watch", no_argument, NULL, 'w' },
        { "every", required_argument, NULL, 'e' },
        { NULL, 0, NULL, 0 },
    };
    const char *mailbox = NULL;
    bool watch = false;
    long seconds = WATCH_SECONDS;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 'm')
            mailbox = optarg;
        else if (option == 'w')
            watch = true;
        else if (option == 'e')
            seconds = parse_seconds(optarg);
        else
            return command_wrong_option(&command_board, argv);
    }
    if (argc != optind)
        return command_usage(&command_board, "'%s' is not expected", argv[optind]);
    if (seconds < 1 || seconds > 3600)
        return command_usage(&command_board, "--every: seconds from 1 to 3600 are expected");
    struct workplace place;
    int status = workplace_open(&place, context, argv[0], STORE_READ);
    if (status != EX_OK)
        return status;
    if (mailbox && !config_mailbox_by_id(place.site->config, mailbox))
        status = command_usage(&command_board, "there is no mailbox '%s' in %s", mailbox, context->config_path);
    else
        status = watch ? watch_board(&place, mailbox, (int)seconds) : show(&place, mailbox, context->now, false);
    workplace_close(&place);
    return status;
}

const struct command command_board = {
    "board", "[--mailbox ID] [--watch] [--every SECONDS]", "the queue by urgency and due time, on one screen", run,
};
