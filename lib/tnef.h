/* tnef.h - names of the files in a winmail.dat (MS-OXTNEF)
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_TNEF_H
#define LIB_TNEF_H

#include <stddef.h>

#include "lib/arena.h"

struct tnef_file {
    const char *name; /* UTF-8, one line, maybe a path; "" when there is none */
    size_t bytes;
};

/* Lists at most `maximum` files; never unpacks one. Returns how many, 0 for bytes that are no TNEF
 * or lie about their lengths. */
size_t tnef_list(struct arena *arena, const void *bytes, size_t size, struct tnef_file *files,
                 size_t maximum);

#endif
