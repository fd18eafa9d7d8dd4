/* board.c - the queue on one screen: what is due next, and what is late
 * SPDX-License-Identifier: MIT
 */
#include "ctl/board.h"

#include <stdio.h>
#include <string.h>

#include "ctl/when.h"
#include "ctl/portray.h"

enum { WARN_PERCENT = 80, LINES_AROUND = 6 };

int board_hours_without_answer(const struct ticket_view *view, instant now)
{
    const struct ticket_clock *clock = ticket_response_clock(view);
    int64_t waited = clock ? now - clock->start : 0;
    return waited >= 24 * 3600 ? 24 : waited >= 12 * 3600 ? 12 : 0;
}

/* The clock that falls due first among those that are not over. */
static const struct ticket_clock *next_clock(const struct ticket_view *view)
{
    const struct ticket_clock *next = NULL;
    for (size_t i = 0; i < view->clock_count; i++) {
        const struct ticket_clock *clock = &view->clocks[i];
        bool goes_on = clock->state == CLOCK_RUNNING || (clock->state == CLOCK_MISSED && clock->stopped == INSTANT_NONE);
        if (goes_on && (!next || clock->due < next->due))
            next = clock;
    }
    return next;
}

static bool is_late(const struct board *board, const struct board_item *item)
{
    const struct ticket_clock *clock = next_clock(item->view);
    return clock && clock->due < board->now;
}

static enum style due_style(const struct board *board, const struct board_item *item, const struct ticket_clock *clock)
{
    if (clock->due < board->now)
        return STYLE_BAD;
    if (ticket_clock_warning(item->view, clock, WARN_PERCENT) <= board->now)
        return STYLE_WARN;
    return STYLE_PLAIN;
}

struct counts {
    size_t urgency[URGENCY_COUNT], late, waiting;
};

static struct counts count_items(const struct board *board)
{
    struct counts counts = { .late = 0 };
    for (size_t i = 0; i < board->count; i++) {
        const struct board_item *item = &board->items[i];
        counts.urgency[item->view->urgency]++;
        counts.late += is_late(board, item);
        counts.waiting += item->view->state == TICKET_WAITING;
    }
    return counts;
}

static void put_styled(const struct board *board, struct buffer *out, enum style style, const char *text, int columns)
{
    buffer_puts(out, screen_begin(board->colour, style));
    screen_column(out, text, columns);
    buffer_puts(out, screen_end(board->colour, style));
}

static void draw_head(const struct board *board, struct buffer *out)
{
    char when[WHEN_TEXT], zone[WHEN_TEXT], right[WHEN_TEXT * 2], text[200];
    snprintf(right, sizeof right, "%.16s %s", when_full(board->zone, board->now, when),
             when_offset(board->zone, board->now, zone));
    put_styled(board, out, STYLE_BOLD, board->title, board->columns - (int)strlen(right) - 1);
    buffer_printf(out, " %s\n", right);

    struct counts counts = count_items(board);
    const char *separator = ": ";
    buffer_printf(out, "%zu open", board->count);
    for (int urgency = URGENCY_CRITICAL; urgency >= URGENCY_LOW; urgency--)
        if (counts.urgency[urgency] > 0) {
            buffer_printf(out, "%s%zu %s", separator, counts.urgency[urgency], urgency_name((enum urgency)urgency));
            separator = ", ";
        }
    if (counts.late > 0) {
        snprintf(text, sizeof text, "%zu late", counts.late);
        buffer_puts(out, "; ");
        put_styled(board, out, STYLE_BAD, text, (int)strlen(text));
    }
    if (counts.waiting > 0)
        buffer_printf(out, "; %zu waiting", counts.waiting);
    buffer_puts(out, "\n");
    for (const char *const *alarm = board->alarms; alarm && *alarm; alarm++) {
        put_styled(board, out, STYLE_BAD, *alarm, screen_width(*alarm) < board->columns ? screen_width(*alarm) : board->columns);
        buffer_putc(out, '\n');
    }
    buffer_putc(out, '\n');
}

/* critical  k3m9x2qp  3 h 05 min late     first response   safety/injury */
static void draw_first_line(const struct board *board, const struct board_item *item, struct buffer *out)
{
    const struct ticket_clock *clock = next_clock(item->view);
    char text[WHEN_TEXT] = "";
    const char *kind = item->view->state == TICKET_WAITING ? "for the customer" : "";
    char words[40] = "";
    put_styled(board, out, portray_urgency_style(item->view->urgency), urgency_name(item->view->urgency), 8);
    buffer_printf(out, "  %-8s  ", item->row->id);
    if (clock) {
        snprintf(words, sizeof words, "%s", clock_kind_name(clock->kind));
        for (char *at = words; *at; at++)
            if (*at == '_')
                *at = ' ';
        kind = words;
        put_styled(board, out, due_style(board, item, clock), when_due(clock->due, board->now, text), 18);
    } else {
        put_styled(board, out, STYLE_DIM, item->view->state == TICKET_WAITING ? "waiting" : "nothing due", 18);
    }
    buffer_putc(out, ' ');
    screen_column(out, kind, 16);
    buffer_putc(out, ' ');
    screen_cut(out, item->row->category ? item->row->category : "other", board->columns - 56);
    buffer_putc(out, '\n');
}

static void draw_second_line(const struct board *board, const struct board_item *item, struct buffer *out)
{
    const struct ticket_row *row = item->row;
    int hours = board_hours_without_answer(item->view, board->now), room = board->columns - 10;
    const char *mark = hours == 24 ? "no answer for 24 h" : hours == 12 ? "no answer for 12 h" : "";
    const char *who = row->requester_name && *row->requester_name ? row->requester_name : row->requester;
    room -= *mark ? (int)strlen(mark) + 2 : 0;
    screen_spaces(out, 10);
    int used = screen_cut(out, who ? who : "", 24);
    buffer_puts(out, ": ");
    int left = room - used - 2;
    if (*mark) {
        screen_column(out, row->subject && *row->subject ? row->subject : "(no subject)", left);
        buffer_puts(out, "  ");
        put_styled(board, out, hours == 24 ? STYLE_CRITICAL : STYLE_BAD, mark, (int)strlen(mark));
    } else {
        screen_cut(out, row->subject && *row->subject ? row->subject : "(no subject)", left);
    }
    buffer_putc(out, '\n');
}

const struct ticket_clock *board_next_promise(const struct ticket_view *view, size_t *count)
{
    const struct ticket_clock *next = NULL;
    *count = 0;
    for (size_t i = 0; i < view->clock_count; i++) {
        const struct ticket_clock *clock = &view->clocks[i];
        if (clock->kind != CLOCK_PROMISE || clock->stopped != INSTANT_NONE)
            continue;
        ++*count;
        if (!next || clock->due < next->due)
            next = clock;
    }
    return next;
}

/*           promised by 18:00 (2 h left), and 1 more: a courier collects it */
static void draw_promise(const struct board *board, const struct board_item *item, struct buffer *out)
{
    char when[WHEN_TEXT], left[WHEN_TEXT], text[WHEN_TEXT * 3];
    size_t count;
    const struct ticket_clock *next = board_next_promise(item->view, &count);
    if (!next)
        return;
    int used = snprintf(text, sizeof text, "promised by %s (%s)", when_short(board->zone, next->due, board->now, when),
                        when_due(next->due, board->now, left));
    if (count > 1 && used > 0 && (size_t)used < sizeof text)
        snprintf(text + used, sizeof text - (size_t)used, ", and %zu more", count - 1);
    screen_spaces(out, 10);
    put_styled(board, out, next->due < board->now ? STYLE_BAD : STYLE_PLAIN, text, screen_width(text));
    if (item->promise && board->columns > 20 + screen_width(text)) {
        buffer_puts(out, ": ");
        screen_cut(out, item->promise, board->columns - 12 - screen_width(text));
    }
    buffer_putc(out, '\n');
}

static size_t how_many_fit(const struct board *board, size_t lines)
{
    size_t shown = 0, used = 0, count;
    for (; shown < board->count; shown++) {
        used += board_next_promise(board->items[shown].view, &count) ? 3 : 2;
        if (used > lines)
            break;
    }
    return shown;
}

void board_draw(const struct board *board, struct buffer *out)
{
    draw_head(board, out);
    size_t shown = board->count;
    if (board->rows > LINES_AROUND)
        shown = how_many_fit(board, (size_t)(board->rows - LINES_AROUND));
    for (size_t i = 0; i < shown; i++) {
        draw_first_line(board, &board->items[i], out);
        draw_second_line(board, &board->items[i], out);
        draw_promise(board, &board->items[i], out);
    }
    if (board->count == 0)
        buffer_puts(out, "no open complaint\n");
    if (shown < board->count)
        buffer_printf(out, "and %zu more: redressctl list\n", board->count - shown);
}

static json_t *item_to_json(const struct board *board, const struct board_item *item)
{
    const struct ticket_clock *clock = next_clock(item->view);
    json_t *object = portray_ticket_json(item->row), *view = ticket_view_to_json(item->view);
    json_object_set_new(object, "clock", clock ? json_string(clock_kind_name(clock->kind)) : json_null());
    json_object_set_new(object, "due", portray_json_instant(clock ? clock->due : INSTANT_NONE));
    json_object_set_new(object, "due_in_s", clock ? json_integer(clock->due - board->now) : json_null());
    json_object_set_new(object, "late", json_boolean(is_late(board, item)));
    json_object_set_new(object, "hours_without_answer", json_integer(board_hours_without_answer(item->view, board->now)));
    json_object_set(object, "clocks", json_object_get(view, "clocks"));
    size_t promises;
    const struct ticket_clock *promise = board_next_promise(item->view, &promises);
    json_object_set_new(object, "promised_by", portray_json_instant(promise ? promise->due : INSTANT_NONE));
    json_object_set_new(object, "promise", item->promise ? json_string(item->promise) : json_null());
    json_decref(view);
    return object;
}

json_t *board_to_json(const struct board *board)
{
    struct counts counts = count_items(board);
    json_t *alarms = json_array(), *tickets = json_array();
    for (const char *const *alarm = board->alarms; alarm && *alarm; alarm++)
        json_array_append_new(alarms, json_string(*alarm));
    for (size_t i = 0; i < board->count; i++)
        json_array_append_new(tickets, item_to_json(board, &board->items[i]));
    return json_pack("{s:o, s:{s:I, s:I, s:I, s:I, s:I, s:I, s:I}, s:o, s:o}", "now", portray_json_instant(board->now),
                     "counts", "open", (json_int_t)board->count, "critical", (json_int_t)counts.urgency[URGENCY_CRITICAL],
                     "high", (json_int_t)counts.urgency[URGENCY_HIGH], "normal", (json_int_t)counts.urgency[URGENCY_NORMAL],
                     "low", (json_int_t)counts.urgency[URGENCY_LOW], "late", (json_int_t)counts.late, "waiting",
                     (json_int_t)counts.waiting, "alarms", alarms, "tickets", tickets);
}
