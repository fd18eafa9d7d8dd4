/* html_tables.h - what HTML elements and their attributes mean for a reader
 * SPDX-License-Identifier: MIT
 *
 * The tables behind html.c: elements, and the classes and ids by which mail
 * clients mark history and signatures.
 */
#ifndef LIB_HTML_TABLES_H
#define LIB_HTML_TABLES_H

#include <stdbool.h>
#include <stdint.h>

enum html_flag {
    HTML_BLOCK = 1 << 0,     /* begins and ends a line */
    HTML_PARAGRAPH = 1 << 1, /* with a blank line */
    HTML_BREAK = 1 << 2,
    HTML_CELL = 1 << 3, /* apart from its neighbours by a space */
    HTML_LIST = 1 << 4,
    HTML_ITEM = 1 << 5,
    HTML_HIDDEN = 1 << 6,
    HTML_PREFORMATTED = 1 << 7,
    HTML_RULE = 1 << 8,
    HTML_CITED = 1 << 9,      /* <blockquote> */
    HTML_QUOTED = 1 << 10,    /* a client's container for history */
    HTML_SIGNATURE = 1 << 11, /* a client's container for the signature */
    HTML_REPLY = 1 << 12,     /* from here on all is history */
    HTML_FRAME = 1 << 13,     /* a container for attribution and blockquote */
    HTML_INDENT = 1 << 14     /* a blockquote that only indents */
};

unsigned html_element_flags(const char *name);
/* `attributes`: name, value, …, NULL; values may be NULL. */
unsigned html_attribute_flags(const char *name, const char *const *attributes);
/* Characters that nobody sees: zero width, soft hyphen, … (as in preheaders' padding). */
bool html_is_invisible(uint32_t character);

#endif
