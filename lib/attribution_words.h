/* attribution_words.h - the words of attributions, header blocks and separators in all languages at hand
 * SPDX-License-Identifier: MIT
 *
 * Comparisons ignore the case of letters.
 */
#ifndef LIB_ATTRIBUTION_WORDS_H
#define LIB_ATTRIBUTION_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum words_list {
    WORDS_FROM, /* labels of header fields as clients show them: WORDS_FROM to WORDS_OTHER */
    WORDS_DATE,
    WORDS_TO,
    WORDS_COPY,
    WORDS_SUBJECT,
    WORDS_OTHER,
    WORDS_WROTE,   /* "wrote", "写道", … */
    WORDS_INTRO,   /* "On ", "Am ", … */
    WORDS_WEEKDAY, /* abbreviations */
    WORDS_REPLY,   /* "Original Message", "原始邮件", … */
    WORDS_FORWARD, /* "Forwarded message", … */
    WORDS_ABOVE    /* "reply above this line", … */
};

bool words_equal(enum words_list list, const char *text, size_t size);
/* The length of the longest word that the text begins or ends with, 0 without. */
size_t words_begin(enum words_list list, const char *text, size_t size);
size_t words_end(enum words_list list, const char *text, size_t size);
/* Whether a whole word of the text is in the list. */
bool words_within(enum words_list list, const char *text, size_t size);

#endif
