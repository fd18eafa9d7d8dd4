/* bounce_words.h - delivery reports that are written for people only: who failed, and whether for good
 * SPDX-License-Identifier: MIT
 *
 * qmail, Exim, sendmail, old Exchange, Domino and the web mailers of China write no RFC 3464 part.
 */
#ifndef LIB_BOUNCE_WORDS_H
#define LIB_BOUNCE_WORDS_H

#include "lib/arena.h"
#include "lib/report.h"

/* Adds the recipients that the text names, up to the copy of the mail that it returns, to `report`
 * (room for REPORT_RECIPIENTS_MAXIMUM). `failed`: the value of X-Failed-Recipients, NULL without.
 * A 4xx code, or without any code the words of a delay, mean "not for good". Looks at the first 200
 * lines; linear in them. */
void bounce_words_read(struct arena *arena, const char *subject, const char *text, const char *failed,
                       struct report *report);

#endif
