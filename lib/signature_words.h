/* signature_words.h - the words of signatures and footers
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_SIGNATURE_WORDS_H
#define LIB_SIGNATURE_WORDS_H

#include <stdbool.h>

#include "lib/lines.h"
#include "lib/wordlist.h"

enum signature_list {
    SIGNATURE_MOBILE,       /* "Sent from my iPhone" and its like: enough alone */
    SIGNATURE_SENT,         /* "sent from", "von meinem": only with a device */
    SIGNATURE_SENT_END,     /* … as the line's end: "gesendet", "送信" */
    SIGNATURE_DEVICE,
    SIGNATURE_LIST,         /* in a list footer */
    SIGNATURE_LIST_BEGIN,   /* at the beginning of a line of one */
    SIGNATURE_NOTICE,       /* in a confidentiality notice */
    SIGNATURE_NOTICE_TITLE, /* before one */
    SIGNATURE_SCANNER,
    SIGNATURE_CARD          /* "tel", "www.", "@": in a line of addresses */
};

extern const struct wordlist signature_words[];

/* Whether the line is a closing and nothing else: "Best regards,", "此致", "谢谢！". */
bool signature_is_closing(const struct line *line);

#endif
