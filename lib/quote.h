/* quote.h - what was written now: without history, signature, footers
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_QUOTE_H
#define LIB_QUOTE_H

#include <stdbool.h>

#include "lib/arena.h"

struct quote_result {
    const char *text; /* what is left, blank lines at both ends removed */
    bool quoted;      /* history was left out */
    bool forwarded;   /* nothing but a forwarded mail: its text is what is left */
};

/* `text` is clean UTF-8 (charset_clean); its lines may begin with the marks of html.h. `subject`
 * tells a forward from a reply; NULL is fine. 1, or -1 when the arena is full. Linear in size. */
int quote_strip(struct arena *arena, const char *text, const char *subject, struct quote_result *result);

#endif
