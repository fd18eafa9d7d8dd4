/* attribution_words.h - the words of attributions, header blocks and separators in all languages at hand
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_ATTRIBUTION_WORDS_H
#define LIB_ATTRIBUTION_WORDS_H

#include "lib/wordlist.h"

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

extern const struct wordlist attribution_words[];

#endif
