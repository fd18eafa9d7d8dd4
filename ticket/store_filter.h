/* store_filter.h - which hashes do not stand in the large index, without reading it
 * SPDX-License-Identifier: MIT
 *
 * For ticket/store*.c only.
 *
 * What a new mail asks for is not there, nearly always; to see that, it would read a page for each question, from the
 * disk where the index is larger than the memory. So a connection that records mail keeps a Bloom filter of `lookup`
 * (8 bits an entry, at most 16 MB). It says "not there" only within a transaction that holds the lock, and only
 * when nobody else has added to the index since: the setting "settled" counts who did.
 */
#ifndef TICKET_STORE_FILTER_H
#define TICKET_STORE_FILTER_H

#include "ticket/store_sql.h"

/* No entry of `lookup` has this hash; of mails and requesters, one for the same Message-ID or address. */
bool store_filter_excludes(struct store *store, int64_t hash);
/* An entry goes into `lookup`. */
void store_filter_add(struct store *store, int64_t hash);
/* Within the transaction that adds to it, and when that was committed. 1, or -1. */
int store_filter_count(struct store *store, int64_t *count, struct error *error);
void store_filter_counted(struct store *store, int64_t count);
void store_filter_free(struct store *store);

#endif
