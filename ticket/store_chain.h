/* store_chain.h - the chain over all events: what stands in it and how it goes on
 * SPDX-License-Identifier: MIT
 *
 * For ticket/store*.c only.
 */
#ifndef TICKET_STORE_CHAIN_H
#define TICKET_STORE_CHAIN_H

#include "lib/seal.h"
#include "ticket/store_sql.h"

enum { STORE_SALT_SIZE = 16, STORE_PRIVATE_SIZE = 20 };

struct chain_record {
    const char *ticket; /* its id */
    instant at, recorded;
    const char *type, *fields, *actor;
    int64_t mail;           /* 0: none */
    bool confirmed;
    const uint8_t *private; /* STORE_PRIVATE_SIZE bytes, NULL: nothing personal */
};

/* `chain`, that of the event before, becomes this one's. 1, or 0 when memory is out. */
int store_chain_next(const struct chain_record *record, uint8_t chain[static SEAL_SIZE]);

/* What the chain says of the personal part of an event (either may be NULL). 1, or 0 when memory is out. */
int store_chain_private(const uint8_t salt[static STORE_SALT_SIZE], const char *fields, const char *evidence,
                        uint8_t private[static STORE_PRIVATE_SIZE]);

/* Both as SQL functions of a connection, for migrations. An SQLite code. */
int store_chain_functions(sqlite3 *database);

#endif
