/* escape.h - text from outside made harmless for a line of a log or a terminal
 * SPDX-License-Identifier: MIT
 *
 * Control bytes, C1 controls, invalid UTF-8, line separators and the invisible
 * characters that reorder or hide text are written as \xHH or \u{HHHH}.
 */
#ifndef LIB_ESCAPE_H
#define LIB_ESCAPE_H

#include <stddef.h>
#include <stdint.h>

enum { ESCAPE_SIZE = 12 }; /* room for one escaped character with its NUL */

/* Reads one character of UTF-8 at `text` (not at its NUL). Returns its bytes, 1 for an invalid
 * byte, and the code point, or -1 for an invalid byte. */
size_t escape_decode(const char *text, int32_t *character);

/* Whether a character could move the cursor, end the line, reorder or hide text. */
int escape_is_unsafe(int32_t character);

/* Writes the character at `text` into `piece`, as it is or escaped. Returns the bytes used. */
size_t escape_next(const char *text, char piece[static ESCAPE_SIZE]);

#endif
