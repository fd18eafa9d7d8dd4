/* lines.h - a text as lines, with what is known of each
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_LINES_H
#define LIB_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/arena.h"

enum line_mark {
    LINE_QUOTED = 1 << 0, /* marks of html.h */
    LINE_CITED = 1 << 1,
    LINE_SIGNATURE = 1 << 2,
    LINE_REPLY = 1 << 3,
    LINE_RULE = 1 << 4,
    LINE_FRAME = 1 << 5
};

struct line {
    const char *text; /* without marks and spaces at both ends; not ended by a NUL */
    size_t size;      /* 0: a blank line */
    const char *whole; /* with its spaces in front */
    size_t whole_size;
    unsigned marks;
    unsigned depth; /* of ">" before it; text is behind them */
    bool dropped;   /* will not be part of what was written now */
};

struct lines {
    struct line *items;
    size_t count;
};

/* NULL marks stay in the text; lines borrow from it. 1, or -1 when the arena is full. */
int lines_split(struct arena *arena, const char *text, struct lines *lines);

/* Comparisons without case; `text` is lower case. */
bool line_begins(const struct line *line, const char *text);
bool line_ends(const struct line *line, const char *text);
bool line_contains(const struct line *line, const char *text);
bool line_equals(const struct line *line, const char *text);

bool line_is_blank(const struct line *line); /* a lone ">" is not */

/* Takes a colon with spaces, stars and angle brackets off the end; whether there was a colon. */
bool line_take_colon(struct line *line);
/* Takes dashes (also _ = * # ~ and long ones) and spaces off both ends; how many dashes. */
size_t line_take_frame(struct line *line);
/* Whether the line is nothing but at least that many dashes. */
bool line_is_frame(const struct line *line, size_t least);

/* The next line that is not blank from `at` on, lines->count when there is none. */
size_t lines_next(const struct lines *lines, size_t at);

#endif
