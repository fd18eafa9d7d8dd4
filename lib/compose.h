/* compose.h - writes a mail that redress itself sends
 * SPDX-License-Identifier: MIT
 *
 * Plain text, UTF-8, with an HTML form of the same words beside it if wanted; headers always one logical line each: names and subjects
 * are stripped of control bytes and encoded (RFC 2047), addresses validated
 * (no CR, LF, NUL, space, <>), so nothing from outside can add a header.
 */
#ifndef LIB_COMPOSE_H
#define LIB_COMPOSE_H

#include <stdbool.h>

#include "lib/buffer.h"
#include "lib/error.h"
#include "lib/instant.h"

struct letter {
    const char *from_name, *from_addr;
    const char *to_name, *to_addr;
    const char *reply_to;   /* NULL: none */
    const char *subject;    /* UTF-8 */
    const char *text;       /* UTF-8, \n line ends; of several empty lines one is left */
    bool html;              /* multipart/alternative: the text, and compose_html of it */
    const char *message_id; /* without < > */
    const char *in_reply_to; /* NULL: none */
    const char *references; /* ids separated by spaces, without < >; NULL: none */
    const char *auto_submitted; /* RFC 3834 section 5: "auto-replied", "auto-generated"; NULL: none */
    const char *list_unsubscribe; /* a mailto: URI, NULL: none */
    instant date;
    int date_offset; /* seconds east of UTC for the Date header */
};
/* Appends the mail with CRLF line ends. 1, or -1 with ERROR_INPUT naming the field. */
int compose_letter(const struct letter *letter, struct buffer *mail, struct error *error);

/* The words as simple HTML: paragraphs, line breaks, everything escaped. A line "WORDS  mailto:ADDRESS…"
 * becomes a link that shows WORDS; such lines stand beside each other. */
void compose_html(const char *text, struct buffer *html);

/* Whether an address may stand in a header and an SMTP command. */
bool compose_address_is_safe(const char *addr);

#endif
