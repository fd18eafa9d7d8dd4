/* html.h - HTML as the text that its reader sees
 * SPDX-License-Identifier: MIT
 *
 * libxml2's push parser; no tree, no network, no scripts. Blocks, lists and
 * tables in reading order; hidden text, styles and preheaders left out.
 */
#ifndef LIB_HTML_H
#define LIB_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/arena.h"

/* Marks that begin a line of html_text.marked (several may); mail text never holds them. */
#define HTML_MARK_QUOTED '\x01'    /* the line lies in a client's container for quoted history */
#define HTML_MARK_CITED '\x02'     /* it lies in a plain <blockquote> */
#define HTML_MARK_SIGNATURE '\x03' /* it lies in a client's signature container */
#define HTML_MARK_REPLY '\x04'     /* it begins the header block of a quoted mail (divRplyFwdMsg, …) */
#define HTML_MARK_RULE '\x05'      /* a line across the page precedes it */
#define HTML_MARK_FRAME '\x06'     /* it lies in a container for attribution and blockquote (Gmail) */

struct html_text {
    const char *full;   /* without marks */
    const char *marked; /* the same lines, each with its marks in front */
    bool has_quote;     /* a QUOTED or REPLY mark is there */
    bool cut;           /* more than `maximum` bytes of text, or nesting without measure */
};

/* `html` is UTF-8 (charset already converted); at most `maximum` bytes of text come out. 1, or -1
 * when memory or the arena is out. Linear in size. */
int html_to_text(struct arena *arena, const char *html, size_t size, size_t maximum,
                 struct html_text *result);

/* The charset that a <meta> within the first bytes names, copied into `name`; 0 without. */
int html_meta_charset(const char *html, size_t size, char *name, size_t room);

#endif
