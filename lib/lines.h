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
    LINE_RULE = 1 << 4
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

/* Comparisons without case (ASCII). */
bool line_begins(const struct line *line, const char *text);
bool line_ends(const struct line *line, const char *text);
bool line_contains(const struct line *line, const char *text);
bool line_equals(const struct line *line, const char *text);

/* The next line that is not blank from `at` on, lines->count when there is none. */
size_t lines_next(const struct lines *lines, size_t at);

#endif
