/* address.h - mail addresses of a header field (RFC 5322 section 3.4), also broken ones
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_ADDRESS_H
#define LIB_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/arena.h"

struct address {
    const char *name; /* decoded display name, control bytes removed; "" when there is none */
    const char *addr; /* local part as written + "@" + lower-case domain (A-labels kept),
        or a local name alone */
};
struct address_list {
    struct address *items;
    size_t count;
};

/* Addresses of a header field's value (raw or unfolded; encoded words not yet decoded); used for
 * configured addresses too. Names without an address are left out, groups are flattened,
 * at most `maximum` are read. 1, 0 when there were more, -1 when the arena is full. */
int address_parse(struct arena *arena, const char *text, size_t maximum, struct address_list *list);

/* Compares as mail systems do: domain without case, local part without case, too (no site that
 * takes complaints tells Anna from anna). */
bool address_equal(const char *a, const char *b);

/* Splits "user+detail@domain" at the first delimiter: copies the base address and the detail.
 * 1, or 0 when there is no detail (or the arena is full). */
int address_detail(struct arena *arena, const char *addr, char delimiter, char **base, char **detail);

/* What stands behind the last "@", borrowed; the whole text where there is none. */
const char *address_domain(const char *addr);

#endif
