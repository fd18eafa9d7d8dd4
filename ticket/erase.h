/* erase.h - a customer's right to be forgotten, what stands against it, and the end of keeping
 * SPDX-License-Identifier: MIT
 *
 * Erasing ends the customer's tickets with an `erase` event, removes what is personal and keeps what is not
 * (times, urgencies, categories: reports stay true), so the chain over all events stays whole. The mails
 * themselves lie in the mailboxes and are the administrator's to remove; that they are found there again, by
 * reconciliation or rebuild, is suppressed by keyed hashes: of each mail's key for ever, of the address for all
 * mail before the erasure. Mail that comes later opens a new ticket. The hashes stand in the database and in the
 * file "DATABASE.forgotten" beside it, which outlives it.
 */
#ifndef TICKET_ERASE_H
#define TICKET_ERASE_H

#include "ticket/site.h"
#include "ticket/store_erase.h"

struct erasure {
    const struct site *site;
    const char *customer; /* an address */
    const char *actor;    /* "operator:NAME" */
    const char *reason;   /* one line, kept with the event; NULL */
    instant now;
    struct arena *arena;
    /* found by erase_find, and what came meanwhile by erase_customer */
    int64_t newest; /* mail when it was looked */
    const char **tickets;
    int64_t *mails;
    size_t ticket_count, mail_count;
};
/* Looks for all that is the customer's; reads every mail, so not in a transaction. 1 or -1. */
int erase_find(struct store *store, struct erasure *erasure, struct error *error);
/* What forbids it: 1 and the hold, 0 nothing, -1. */
int erase_is_held(struct store *store, const struct erasure *erasure, struct hold_row *hold, struct error *error);
/* A store_job of redressctl (it writes the file); `argument` is a struct erasure after erase_find; what was recorded
 * since, and came before its moment, goes too. 1, or -1; ERROR_INPUT when a hold forbids it. */
int erase_customer(struct store *store, void *argument, struct error *error);

/* Whether a mail must not be taken in again: its key, or one of `addresses` (ended by NULL) for mail of that
 * moment, was forgotten. 1, 0, -1. */
int erase_covers(struct store *store, const struct site *site, const uint8_t key[static MAIL_KEY_SIZE], instant at,
                 const char *const *addresses, struct error *error);

/* A store job: what the file says is forgotten, for a database that is new. `argument` is a const struct site. 1 or -1;
 * a file that is not there is fine. */
int erase_remember(struct store *store, void *argument, struct error *error);

/* The end of keeping, as the configuration says: a store job for a daemon's timer. Erases tickets that have been
 * closed for longer than retention.tickets, and what is kept of other mail older than retention.mails. */
struct retention {
    const struct site *site;
    instant now;
    int limit; /* tickets, and 20 times as many mails, a call */
    /* results */
    size_t tickets, mails;
    bool more; /* it is worth calling again at once */
};
int erase_old(struct store *store, void *argument, struct error *error);

#endif
