/* store_copy.h - rows of where customers' mails lie in accounts, and which labels they bear there
 * SPDX-License-Identifier: MIT
 *
 * A part of the store, apart only for its size. What the rows mean: ticket/copy.h.
 */
#ifndef TICKET_STORE_COPY_H
#define TICKET_STORE_COPY_H

#include "ticket/store.h"

struct copy_row {
    int64_t mail;
    const char *account, *folder;
    int64_t uid_validity, uid;
    char ticket[TICKET_ID_SIZE];
    unsigned wanted, applied, borne, ours; /* bits of ticket/label.h; schema.sql says what each is */
    instant look;                   /* INSTANT_NONE: time alone changes nothing */
};
/* A mail has one in each account: where it was seen last. 1, 0 none, -1. */
int store_copy_get(struct store *store, int64_t mail, const char *account, struct arena *arena, struct copy_row *row,
                   struct error *error);
int store_copy_at(struct store *store, const char *account, const char *folder, int64_t uid_validity, int64_t uid,
                  struct arena *arena, struct copy_row *row, struct error *error);
int store_copy_put(struct store *store, const struct copy_row *row, struct error *error);
/* Writes applied, borne and ours, if the copy still lies there. */
int store_copy_applied(struct store *store, const struct copy_row *row, struct error *error);
/* What lay there lies there no more; its row remembers where it was, with uid 0. */
int store_copy_gone(struct store *store, const char *account, const char *folder, int64_t uid_validity, int64_t first,
                    int64_t last, struct error *error);
/* Of all copies of a ticket. */
int store_copy_wish(struct store *store, const char *ticket, unsigned wanted, instant look, struct error *error);
/* Copies whose labels are not as wanted, by folder and UID; those of a folder, the newest first; those of a ticket. */
int store_copy_pending(struct store *store, const char *account, int limit, struct arena *arena, struct copy_row **rows,
                       size_t *count, struct error *error);
int store_copy_of_folder(struct store *store, const char *account, const char *folder, int64_t uid_validity, int limit,
                         struct arena *arena, struct copy_row **rows, size_t *count, struct error *error);
int store_copy_of_ticket(struct store *store, const char *ticket, struct arena *arena, struct copy_row **rows,
                         size_t *count, struct error *error);
/* Accounts that have such copies; tickets with a look that is due. NULL-ended. */
int store_copy_waiting(struct store *store, struct arena *arena, const char ***accounts, struct error *error);
int store_copy_due(struct store *store, instant now, int limit, struct arena *arena, const char ***tickets,
                   struct error *error);
/* The newest event's number, and the tickets of the events after < id <= until (at most 2,000). */
int store_event_last(struct store *store, int64_t *id, struct error *error);
int store_event_tickets(struct store *store, int64_t after, int64_t until, struct arena *arena, const char ***tickets,
                        struct error *error);

#endif
