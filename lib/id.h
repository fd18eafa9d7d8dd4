/* id.h - message identifiers: Message-ID, In-Reply-To, References
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_ID_H
#define LIB_ID_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/arena.h"

struct id_list {
    const char **items; /* without < >; well formed, 3 to 998 bytes, no spaces */
    size_t count;
};

/* Ids of a References or In-Reply-To value, also folded inside an id, separated by commas or
 * without brackets; malformed ones are left out, each id is listed once. Of more than `maximum` the first and
 * the newest are kept. 1, or -1 when the arena is full. */
int id_parse(struct arena *arena, const char *text, size_t maximum, struct id_list *list);

/* Whether text can be used as a key: well formed (something@something, no spaces, no brackets, no
 * control bytes), of plausible length, not empty. */
bool id_is_key(const char *id);

#endif
