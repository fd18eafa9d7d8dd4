/* handling.h - one mail at its end: read, judged, recorded, and what it is tagged with
 * SPDX-License-Identifier: MIT
 *
 * Knows nothing of libmilter. Nothing here refuses a mail: what fails is said,
 * and the mail passes with the best tag that can be had.
 */
#ifndef MILTER_HANDLING_H
#define MILTER_HANDLING_H

#include <stdbool.h>

#include "lib/error.h"
#include "milter/collector.h"
#include "milter/service.h"
#include "ticket/intake.h"
#include "ticket/tag.h"

/* What the mail server said of a mail. Strings are borrowed for handling_new. */
struct envelope {
    const char *queue_id, *client, *login; /* NULL when not known */
    const char *from;                      /* "" for the null sender */
    const char *const *to;                 /* NULL-ended */
    const char *mailbox;                   /* id of the complaint mailbox it is for, NULL: none */
    bool outgoing;                         /* submitted by an agent, or by redress's own login */
};

struct handling;

/* Reads and judges a mail; `now` is the moment at which it was taken. Takes a reference to the site.
 * NULL when memory is out or the mail cannot be judged (ERROR_RETRY): it passes unread. */
struct handling *handling_new(struct service *service, struct site *site, const struct collector *collector,
                              const struct envelope *envelope, instant now, struct error *error);
void handling_unref(struct handling *handling);

/* Records it, waiting as long as the configuration allows. 1 durable, 0 not in time, -1 failed with
 * the store's error. Once. */
int handling_record(struct handling *handling, struct error *error);

/* What is known of it after handling_record: as recorded, else provisional. Borrowed. */
const struct intake *handling_result(const struct handling *handling);
bool handling_is_recorded(const struct handling *handling);

/* The headers to add, borrowed; their number, 0 for outgoing mail, -1 when memory is out. */
int handling_headers(struct handling *handling, struct tag_header headers[static TAG_HEADERS_MAX]);

#endif
