/* arena.h - memory that is freed all at once, with a maximum
 * SPDX-License-Identifier: MIT
 *
 * One arena per message (or per command): everything read from a mail lives in
 * it and goes with it. Not thread-safe; one owner at a time.
 */
#ifndef LIB_ARENA_H
#define LIB_ARENA_H

#include <stddef.h>

struct arena;

/* A new arena that will never hold more than `maximum` bytes. NULL when memory is out. */
struct arena *arena_new(size_t maximum);
void arena_free(struct arena *arena); /* NULL is fine */

/* `size` zeroed bytes aligned for any type, or NULL when memory or the maximum is out. */
void *arena_alloc(struct arena *arena, size_t size);

/* Copies; the result ends in NUL. NULL when memory or the maximum is out, or text is NULL. */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t length);
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Bytes handed out so far. */
size_t arena_used(const struct arena *arena);

#endif
