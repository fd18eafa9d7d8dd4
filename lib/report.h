/* report.h - what a delivery or read report says (RFC 3464, RFC 8098, RFC 5965, and look-alikes)
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_REPORT_H
#define LIB_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/arena.h"

struct message;
struct mime_content;

/* One failed recipient of a delivery report (RFC 3464 section 2.3). */
struct bounced_recipient {
    const char *addr;   /* Original-Recipient's address if given, else Final-Recipient's */
    const char *final;  /* Final-Recipient's address */
    const char *status; /* "5.1.1" or "" */
    bool failed;        /* Action: failed (for good); false: delayed, relayed, delivered */
};
struct report {
    const char *original_id; /* Message-ID of the mail reported on, NULL when not said */
    const char *reporting_mta;
    struct bounced_recipient *recipients;
    size_t count;
};

enum { REPORT_RECIPIENTS_MAXIMUM = 100 };

/* Reads the machine part where there is one, else (of a bounce) what the words say. Without a quoted
 * Message-ID the report's own In-Reply-To names the mail. Needs the message's kind, headers and full
 * text. 1, or -1 when the arena is full. */
int report_read(struct arena *arena, const struct mime_content *content, const struct message *message,
                struct report *report);

#endif
