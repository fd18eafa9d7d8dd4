/* board.h - the queue on one screen: what is due next, and what is late
 * SPDX-License-Identifier: MIT
 *
 * Only the layout: the command reads the tickets. Pure.
 */
#ifndef CTL_BOARD_H
#define CTL_BOARD_H

#include <jansson.h>

#include "lib/buffer.h"
#include "lib/calendar.h"
#include "ticket/store.h"

struct board_item {
    const struct ticket_row *row;
    const struct ticket_view *view;
    const char *promise; /* the words of the promise that falls due next, NULL: none, or no words */
};
struct board {
    const char *title;
    const struct zone *zone;
    const struct board_item *items;
    size_t count;
    const char *const *alarms; /* lines about the programs' health, ended by NULL; NULL: none */
    instant now;
    bool colour;
    int columns, rows; /* rows 0: as many as there are */
};

/* Hours without any answer that are marks of their own (domain.md section 1): 0, 12 or 24. */
int board_hours_without_answer(const struct ticket_view *view, instant now);

/* The promise that was neither kept nor given up and falls due first, NULL: none; *count of all such. */
const struct ticket_clock *board_next_promise(const struct ticket_view *view, size_t *count);

void board_draw(const struct board *board, struct buffer *out);
/* The same as data; new reference. */
json_t *board_to_json(const struct board *board);

#endif
