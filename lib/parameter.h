/* parameter.h - Content-Type, Content-Disposition and their parameters (RFC 2231)
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_PARAMETER_H
#define LIB_PARAMETER_H

#include <stddef.h>

#include "lib/arena.h"

struct parameter {
    const char *name;  /* lower case, without * */
    const char *value; /* decoded, one line */
};
struct parameter_list {
    const char *value; /* what stands before the first semicolon, lower case, no spaces: "text/plain" */
    struct parameter *items;
    size_t count;
};
enum { PARAMETER_MAXIMUM = 64 }; /* pieces read from one field; the rest is left out */

/* Reads a field's value (folds still in or not): continuations and charsets of RFC 2231, encoded
 * words where they must not be, missing quotes, raw 8-bit bytes. 1, or 0 when the arena is full. */
int parameter_parse(struct arena *arena, const char *value, size_t size, struct parameter_list *list);
/* NULL when there is none. */
const char *parameter_get(const struct parameter_list *list, const char *name);

#endif
