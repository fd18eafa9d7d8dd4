/* buffer.h - bytes that grow up to a maximum
 * SPDX-License-Identifier: MIT
 *
 * `bytes[size]` is always a NUL, so the content can be used as a string.
 * Once an append did not fit (maximum or memory), `failed` stays set and later
 * appends do nothing: check it once at the end.
 */
#ifndef LIB_BUFFER_H
#define LIB_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct buffer {
    char *bytes; /* never NULL after a successful append; NULL in an empty buffer */
    size_t size, room, maximum;
    bool failed;
};

/* An empty buffer that will not grow beyond `maximum` bytes. */
void buffer_init(struct buffer *buffer, size_t maximum);
void buffer_release(struct buffer *buffer);
void buffer_clear(struct buffer *buffer); /* keeps the memory; unsets failed */

/* 1, or 0 when it does not fit (nothing is appended then). */
int buffer_append(struct buffer *buffer, const void *bytes, size_t size);
int buffer_puts(struct buffer *buffer, const char *text);
int buffer_putc(struct buffer *buffer, char byte);
int buffer_printf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The content as a string: never NULL. Borrowed until the next change. */
const char *buffer_text(const struct buffer *buffer);

#endif
