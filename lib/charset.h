/* charset.h - bytes in any charset become UTF-8
 * SPDX-License-Identifier: MIT
 *
 * Labels are hints: gb2312 and gbk are read as GB18030, iso-8859-1 as
 * windows-1252 (as all mail programs do), and where the bytes contradict the
 * label the bytes win. Knows nothing of headers and MIME.
 */
#ifndef LIB_CHARSET_H
#define LIB_CHARSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/buffer.h"

/* Appends the bytes as UTF-8; what cannot be read becomes U+FFFD. `label` NULL, empty or unknown:
 * the charset is guessed from the bytes. Returns the name of the charset that was used (static or
 * the label), NULL when memory or the buffer's maximum is out. */
const char *charset_decode(const char *label, const char *bytes, size_t size, struct buffer *text);

/* What a label means: the name for an ICU converter; NULL for a label that says nothing about bytes above 127. */
const char *charset_meaning(const char *label);

bool charset_is_utf8(const char *bytes, size_t size);
bool charset_is_ascii(const char *bytes, size_t size);
/* How many bytes of ASCII the text begins with. */
size_t charset_ascii_length(const char *bytes, size_t size);

enum { CHARSET_REPLACEMENT = 0xfffd }; /* stands for what cannot be read */

/* charset_next's own, for any bytes. */
uint32_t charset_next_any(const char *text, size_t size, size_t *at);

/* The character that begins at *at (< size), *at moved behind it; CHARSET_REPLACEMENT for a broken one. What nearly all
 * text is made of, ASCII and whole sequences of three bytes, needs no call. */
static inline uint32_t charset_next(const char *text, size_t size, size_t *at)
{
    const unsigned char *p = (const unsigned char *)text + *at;
    if (p[0] < 0x80)
        return (*at)++, p[0];
    /* E0 may be overlong, ED a surrogate */
    if (p[0] > 0xe0 && p[0] <= 0xef && p[0] != 0xed && size - *at >= 3 && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80) {
        *at += 3;
        return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3fu);
    }
    return charset_next_any(text, size, at);
}

/* Writes a character as UTF-8 (at most 4 bytes); returns how many. */
size_t charset_put(uint32_t character, char bytes[static 4]);

/* How many bytes at the beginning of the text equal `word` (lower case) whatever the case of the
 * text's letters; 0 when they do not, or for an empty word. */
size_t charset_match(const char *text, size_t size, const char *word);

enum { CHARSET_GROWTH = 3 }; /* bytes that normal form C makes of one, at most */

/* A copy of UTF-8 text in normal form C, without control bytes other than tab and newline, line
 * ends made \n, at most `maximum` bytes (cut between characters). NULL when the arena is full. */
char *charset_clean(struct arena *arena, const char *text, size_t size, size_t maximum);

#endif
