/* memory.h - whether memory ran out on the way to a result
 * SPDX-License-Identifier: MIT
 *
 * Much of what reads a mail goes on without a piece that it could not get: a header, a charset, a part. A mail that was
 * read so is another one than the next reader sees, with another key, so whoever needs the whole asks here at the end.
 */
#ifndef LIB_MEMORY_H
#define LIB_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Something on this thread got no memory. Called by arena, buffer, array and everybody in lib who calls malloc. */
void memory_failed(void);
/* malloc that says so; for libraries that take an allocator (Jansson). */
void *memory_alloc(size_t size);
/* Whether that happened on this thread since the mark that memory_mark returned. Marks may be nested. */
unsigned memory_mark(void);
bool memory_ran_out(unsigned mark);

#endif
