/* kind.h - what sort of sender wrote a mail: headers first, then structure, then words
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_KIND_H
#define LIB_KIND_H

/* What sort of sender wrote it (RFCs 3834, 3464, 8098, 5965, 2369, 2919, 8058). */
enum message_kind {
    KIND_HUMAN,
    KIND_AUTOREPLY, /* acknowledgement, vacation, auto-generated notice */
    KIND_BOUNCE,    /* delivery status, RFC 3464 or its look-alikes */
    KIND_LIST,      /* mailing list */
    KIND_BULK,      /* newsletter, advertising, one-click unsubscribe */
    KIND_REPORT,    /* MDN (RFC 8098), feedback report (RFC 5965) */
    KIND_REACTION   /* an emoji reaction */
};
/* "human", "autoreply", … ; never NULL. */
const char *message_kind_name(enum message_kind kind);

struct message;
struct mime_content;

/* Decides by message's headers, subject, sender and text. *reason: which header or sign said so;
 * *doubt: of a mail that is a person's, the header that looks automatic and why it does not count,
 * else NULL (both live in the message's arena or for ever). */
enum message_kind kind_detect(const struct message *message, const struct mime_content *content,
                              const char **reason, const char **doubt);

#endif
