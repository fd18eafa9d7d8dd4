/* restore.h - tickets out of the mailboxes: when the database is gone, or older than the mail
 * SPDX-License-Identifier: MIT
 *
 * Mail is the truth: the tags of delivered mail name ticket, category, urgency and moment under a MAC; what
 * agents wrote lies in Sent folders, reports of failure in INBOXes. All of it is read in the order of its dates and
 * taken in as the sidecar would have; what is known already gains a sighting and nothing else. Nothing is sent,
 * and no acknowledgement is scheduled. What lives in the database only (resolves, notes, corrections,
 * participants, assignments, holds) is not in the mail; that a ticket had been resolved shows where our own
 * follow-up lies in Sent, and is written down so.
 */
#ifndef TICKET_RESTORE_H
#define TICKET_RESTORE_H

#include "ticket/site.h"
#include "ticket/store.h"

struct restore {
    const struct site *site; /* with its rules */
    instant (*clock)(void);
    void (*tell)(const char *text, void *argument);                          /* of mails and folders passed over */
    void (*progress)(int64_t done, int64_t all, void *argument);             /* now and then; NULL */
    void *argument;
    /* results */
    int64_t mails, opened, named, replies, bounces, resolved, forgotten, left_out;
};
/* `store` is open for writing. May be run again, and beside the daemons. 1 or -1 (what was read so far is kept). */
int restore_from_mail(struct store *store, struct restore *restore, struct error *error);

#endif
