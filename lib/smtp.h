/* smtp.h - submits one mail, and says honestly what became of it
 * SPDX-License-Identifier: MIT
 *
 * Over libetpan and our own stream. Blocks (within the endpoint's timeout; ten
 * minutes for the answer to the end of the data, RFC 5321 section 4.5.3.2.6).
 */
#ifndef LIB_SMTP_H
#define LIB_SMTP_H

#include <stddef.h>

#include "lib/error.h"
#include "lib/stream.h"

enum smtp_result {
    SMTP_SENT,     /* the server took it (250 to the end of the data) */
    SMTP_NOT_SENT, /* surely not: try again (network, 4xx), or mend the setup */
    SMTP_REFUSED,  /* for good: 5xx to sender, recipient or content */
    SMTP_UNCLEAR   /* the connection was lost when the server may have had all of it */
};
const char *smtp_result_name(enum smtp_result result);

/* Sends to one recipient. `from` "" is the null sender. `mail` has CRLF line ends; dots are stuffed
 * here. Addresses that could end a command (CR, LF, spaces, <>, control bytes, more than 254
 * bytes) are SMTP_REFUSED without a connection. The error says what the server said. */
enum smtp_result smtp_send(const struct endpoint *endpoint, const char *from, const char *to, const void *mail,
                           size_t size, struct error *error);
/* Connects, encrypts and logs in, sends nothing (for `redressctl check`). 1 or -1. */
int smtp_probe(const struct endpoint *endpoint, struct error *error);

#endif
