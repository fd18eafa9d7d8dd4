/* store_erase.h - what the database holds of a customer, and how it is forgotten
 * SPDX-License-Identifier: MIT
 *
 * Rows that others refer to stay, without what is personal in them: a ticket keeps its times,
 * urgencies and category, a mail its kind, direction and moment. Knows no reasons: ticket/erase.h does.
 */
#ifndef TICKET_STORE_ERASE_H
#define TICKET_STORE_ERASE_H

#include "ticket/store.h"

enum { FORGOTTEN_SIZE = 16 };

/* All tickets of a requester, whatever their state, the oldest first; ended by NULL. 1 or -1. */
int store_customer_tickets(struct store *store, const char *address, struct arena *arena, const char ***tickets,
                           struct error *error);
/* The mails of a ticket (by its events), or those from or to an address (reads every mail: not in a
 * transaction that others wait for). 1 or -1. */
int store_ticket_mails(struct store *store, const char *ticket, struct arena *arena, int64_t **mails, size_t *count,
                       struct error *error);
int store_customer_mails(struct store *store, const char *address, struct arena *arena, int64_t **mails, size_t *count,
                         struct error *error);
/* The same of what was recorded after mail `after` and came no later than `until`; quick, so fit for a transaction. */
int store_customer_mails_since(struct store *store, const char *address, int64_t after, instant until, struct arena *arena,
                               int64_t **mails, size_t *count, struct error *error);
/* The mail that was recorded last, 0 without any. 1 or -1. */
int store_mail_newest(struct store *store, int64_t *mail, struct error *error);

/* From here on this connection overwrites what it removes. 1 or -1. */
int store_erase_begin(struct store *store, struct error *error);
/* Moves what was written into the database and empties the journal, as far as readers let it. 1 or -1. */
int store_erase_end(struct store *store, struct error *error);
/* Removes what is personal of a mail: its ids, people, words, sightings; its key becomes `hash`. 1 or -1. */
int store_erase_mail(struct store *store, int64_t mail, const uint8_t hash[static FORGOTTEN_SIZE], struct error *error);
/* The same of a ticket, its events and its rows of the outbox; what is scheduled is cancelled. 1 or -1. */
int store_erase_ticket(struct store *store, const char *ticket, const char *reason, instant now, struct error *error);

/* Mail under this hash is not to come back: before `until` (INSTANT_NONE: never). The later one holds. */
int store_forget(struct store *store, const uint8_t hash[static FORGOTTEN_SIZE], instant until, struct error *error);
/* Whether a mail of that moment is covered by it: 1, 0, -1. */
int store_is_forgotten(struct store *store, const uint8_t hash[static FORGOTTEN_SIZE], instant at, struct error *error);
/* Whether anything is: 1, 0, -1. */
int store_forgotten_any(struct store *store, struct error *error);

/* What must be kept: a ticket's id or a customer's address. */
struct hold_row {
    const char *subject, *reason, *actor;
    instant at;
};
int store_hold_put(struct store *store, const struct hold_row *row, struct error *error);
/* 1 released, 0 there was none, -1. */
int store_hold_remove(struct store *store, const char *subject, struct error *error);
/* 1 and *row, 0 none, -1. */
int store_hold_get(struct store *store, const char *subject, struct arena *arena, struct hold_row *row, struct error *error);
int store_hold_list(struct store *store, struct arena *arena, struct hold_row **rows, size_t *count, struct error *error);

/* For a retention: closed tickets that are not erased nor held and did not change since, the oldest first. 1 or -1. */
int store_tickets_old(struct store *store, instant before, int limit, struct arena *arena, const char ***tickets,
                      struct error *error);
/* Mails of no ticket that were seen before, after row *last, in the order in which they became known, up to the
 * first newer one; *last moves on. 1 or -1. */
int store_mails_old(struct store *store, instant before, int limit, int64_t *last, struct arena *arena, int64_t **mails,
                    size_t *count, struct error *error);

/* The ticket after `*number` in the order of their opening: 1 and its number and id, 0 none, -1. */
int store_ticket_next(struct store *store, int64_t *number, char ticket[static TICKET_ID_SIZE], struct error *error);

#endif
