/* store_filing.h - rows of where customers' mails are to lie
 * SPDX-License-Identifier: MIT
 *
 * A part of the store, apart only for its size. What the rows mean: ticket/filing.h; schema.sql says what each column is.
 */
#ifndef TICKET_STORE_FILING_H
#define TICKET_STORE_FILING_H

#include "ticket/store_copy.h"

struct filing_row {
    struct copy_row copy; /* where it lies now */
    const char *target;
    const char *done, *moving, *filed; /* NULL: none */
};

/* Sets the wish of a copy; a new one is an open wish unless it is INBOX, where mails come in. 1 or -1. */
int store_filing_wish(struct store *store, int64_t mail, const char *account, const char *target, struct error *error);
/* 1, 0 none, -1. Without its copy. */
int store_filing_get(struct store *store, int64_t mail, const char *account, struct arena *arena, struct filing_row *row,
                     struct error *error);
/* Copies of an account with a wish that is open, or a move whose end is not known, by folder and UID. */
int store_filing_pending(struct store *store, const char *account, int limit, struct arena *arena, struct filing_row **rows,
                         size_t *count, struct error *error);
/* Accounts that have such copies, NULL-ended. */
int store_filing_waiting(struct store *store, struct arena *arena, const char ***accounts, struct error *error);
/* A move begins: durable before the server hears of it. 1 or -1. */
int store_filing_begin(struct store *store, const struct filing_row *row, const char *folder, struct error *error);
/* Writes done, moving and filed, and where the copy lies `now` (uid 0: that is not known; NULL: where it lay) unless
 * it was seen elsewhere meanwhile. 1 or -1. */
int store_filing_end(struct store *store, const struct filing_row *row, const struct copy_row *now, struct error *error);

#endif
