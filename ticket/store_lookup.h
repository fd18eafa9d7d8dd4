/* store_lookup.h - rows found by what comes in no order: Message-IDs, ticket ids, addresses
 * SPDX-License-Identifier: MIT
 *
 * For ticket/store*.c only.
 *
 * An index over random keys costs a page of its own for every row once it is larger than the memory, so none of
 * SQLite's own is used for them. Instead a 64-bit hash of each stands in `lookup_recent`, small enough to stay in
 * memory, and is moved to `lookup` by store_settle when nobody waits. A hash proves nothing: who reads by it
 * compares the row. The parts of a hash, from the highest bit (a range of hashes is a range of what they mean):
 *
 *   mail       kind:2  Message-ID:38  twin:1  key:23      (without a Message-ID: 38 more bits of the key)
 *   sent       kind:2  Message-ID:62                      only mails that went out
 *   ticket     kind:2  id:62
 *   requester  kind:2  address:36  opened:26              in steps of 512 s; in any case
 */
#ifndef TICKET_STORE_LOOKUP_H
#define TICKET_STORE_LOOKUP_H

#include "ticket/store_sql.h"

/* Tables of one column `row`: of one hash, and of all between two. What is new comes first. */
#define LOOKUP_AT(hash) \
    "(SELECT row FROM lookup_recent WHERE hash = " hash " UNION ALL SELECT row FROM lookup WHERE hash = " hash ")"
#define LOOKUP_BETWEEN(first, last) LOOKUP_PARTLY(first, last, "1")
/* `settled`: 0 leaves out the large index. */
#define LOOKUP_PARTLY(first, last, settled) \
    "(SELECT row FROM lookup_recent WHERE hash BETWEEN " first " AND " last \
    " UNION ALL SELECT row FROM lookup WHERE " settled " AND hash BETWEEN " first " AND " last ")"

/* A requester's tickets opened at `since` or later, and perhaps others: the row says which. */
#define TICKETS_OF_REQUESTER(address, since, settled) \
    LOOKUP_PARTLY("hash_requester(" address ", " since ")", "hash_requester(" address ", 9223372036854775807)", settled)
/* Likewise the mail first seen with a Message-ID, all with it, and the one with it and that key. */
#define MAIL_FIRST(id, settled) \
    LOOKUP_PARTLY("hash_mail(" id ", 0, NULL)", "hash_mail(" id ", 0, NULL) + 8388607", settled)
#define MAILS_WITH(id) LOOKUP_BETWEEN("hash_mail(" id ", 0, NULL)", "hash_mail(" id ", 1, NULL) + 8388607")
#define MAIL_ITSELF(id, key) \
    "(SELECT row FROM lookup_recent WHERE hash = hash_mail(" id ", 0, " key ") UNION ALL " \
    "SELECT row FROM lookup_recent WHERE hash = hash_mail(" id ", 1, " key ") UNION ALL " \
    "SELECT row FROM lookup WHERE hash = hash_mail(" id ", 0, " key ") UNION ALL " \
    "SELECT row FROM lookup WHERE hash = hash_mail(" id ", 1, " key "))"

/* The number of a ticket, its id in lower case: 1, 0 there is none (*number 0), -1. */
int store_lookup_ticket(struct store *store, const char *id, int64_t *number, struct error *error);
/* 0: neither this mail nor another one with its Message-ID is there; 1: perhaps, so ask further; -1. */
int store_lookup_any_mail(struct store *store, const char *message_id, const uint8_t key[static MAIL_KEY_SIZE],
                          struct error *error);
/* Likewise of all tickets of a requester. */
int store_lookup_any_ticket(struct store *store, const char *requester, struct error *error);
/* Whether the large index may hold anything of them: 1, or 0. */
int64_t store_lookup_settled_mail(struct store *store, const char *message_id);
int64_t store_lookup_settled_ticket(struct store *store, const char *requester);
/* A new mail asks for the same more than once, so the last answers are kept within a transaction. They end with it. */
void store_lookup_forget(struct store *store);

/* hash_mail(message_id, twin, key), hash_sent(message_id), hash_ticket(id), hash_requester(address, opened) as SQL
 * functions of a connection. An SQLite code. */
int store_lookup_functions(sqlite3 *database);

/* What a row is found by from now on, or no more. 1, or -1. */
int store_lookup_add_mail(struct store *store, const struct mail_row *mail, bool twin, struct error *error);
int store_lookup_add_sent(struct store *store, const struct mail_row *mail, struct error *error); /* if it went out */
int store_lookup_add_ticket(struct store *store, const struct ticket_row *ticket, int64_t number, struct error *error);
int store_lookup_drop_mail(struct store *store, int64_t mail, struct error *error);
/* The requester's address, before and after it or the time of opening changes. */
int store_lookup_drop_requester(struct store *store, int64_t number, struct error *error);
int store_lookup_add_requester(struct store *store, int64_t number, struct error *error);

#endif
