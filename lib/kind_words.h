/* kind_words.h - the words and headers by which machines are known
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_KIND_WORDS_H
#define LIB_KIND_WORDS_H

#include "lib/wordlist.h"

enum kind_list {
    KIND_BOUNCE_SUBJECT,
    KIND_BOUNCE_TEXT,
    KIND_BOUNCE_SENDER, /* in the From header: enough alone */
    KIND_SYSTEM_SENDER, /* in the From header: with a bounce's subject, text or structure */
    KIND_AUTOMATIC_SUBJECT, /* as the subject's beginning */
    KIND_AUTOMATIC_TEXT,    /* as the beginning of one of the first lines */
    KIND_RECEIPT_SUBJECT,   /* as the subject's beginning: "Read:" */
    KIND_RECEIPT_TEXT,
    KIND_UNSUBSCRIBE,
    KIND_NEWSLETTER,
    KIND_RECEIVING,     /* why one gets it, in a newsletter's last lines */
    KIND_PUBLISHING,    /* where else it can be seen, and whose it is */
    KIND_SENDER_HEADER, /* header names: of those who send for others, persons' mail, too */
    KIND_SENDER_ID,     /* as a Message-ID's beginning */
    KIND_BULK_SENDER, /* in the sender's or the return address */
    KIND_BULK_MAILER, /* in X-Mailer */
    KIND_REACTION_TEXT,
    KIND_REACTION_VERB, /* before the words reacted to, in quotation marks */
    KIND_FEEDBACK_SUBJECT,
    KIND_AUTOMATIC_HEADER, /* header names: their presence is enough */
    KIND_LIST_HEADER,
    KIND_BULK_HEADER
};
extern const struct wordlist kind_words[];

#endif
