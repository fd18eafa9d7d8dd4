/* screen.h - text from mails on a terminal: safe, measured in columns, cut, coloured
 * SPDX-License-Identifier: MIT
 *
 * Nothing that came by mail reaches the terminal raw: control bytes and
 * characters that reorder or hide text are escaped (lib/escape.h), line ends
 * become spaces. Chinese characters and emoji count as two columns.
 */
#ifndef CTL_SCREEN_H
#define CTL_SCREEN_H

#include <stdbool.h>

#include "lib/buffer.h"

/* Columns of a code point: 0, 1 or 2. */
int screen_character_width(int character);
/* Columns of a text as screen_put would show it. */
int screen_width(const char *text);

/* Appends the text, made safe, on one line. */
void screen_put(struct buffer *out, const char *text);
/* The same, cut with an ellipsis to at most `columns`. Returns the columns used. */
int screen_cut(struct buffer *out, const char *text, int columns);
/* The same, filled up with spaces to exactly `columns`. */
void screen_column(struct buffer *out, const char *text, int columns);
/* The same over several lines, each but the first begun with `indent` spaces, broken at spaces or
 * between wide characters. The first line begins at column `indent` already. */
void screen_wrap(struct buffer *out, const char *text, int columns, int indent);
void screen_spaces(struct buffer *out, int count);

enum style { STYLE_PLAIN, STYLE_BOLD, STYLE_DIM, STYLE_GOOD, STYLE_WARN, STYLE_BAD, STYLE_CRITICAL };
/* The sequences that begin and end a style; "" without colour. */
const char *screen_begin(bool colour, enum style style);
const char *screen_end(bool colour, enum style style);

#endif
