/* store_sql.h - how the store's files talk to SQLite: prepared once, bound, reset
 * SPDX-License-Identifier: MIT
 *
 * For ticket/store*.c only.
 */
#ifndef TICKET_STORE_SQL_H
#define TICKET_STORE_SQL_H

#include <sqlite3.h>

#include "ticket/store.h"

/* SQL texts are string literals: their address names the prepared statement. */
enum { STORE_STATEMENTS = 256 };

struct store {
    sqlite3 *database;
    enum store_open mode;
    struct {
        const char *sql;
        sqlite3_stmt *statement;
    } prepared[STORE_STATEMENTS];
    int64_t events_added;
    int64_t locked_since; /* ms, monotonic: another program has the lock that this one waits for */
    int64_t settled; /* up to which hash, in this round (store_settle) */
    struct store_known {
        char ticket[TICKET_ID_SIZE];
        int64_t number;      /* of that ticket; 0: there is none */
        int64_t mail;        /* no mail has its hash, nor another one that bears its Message-ID */
        int64_t requester;   /* nor a ticket this one */
        bool has_ticket, has_mail, has_requester;
        bool filter_holds;   /* store_filter.h */
    } known; /* what was asked for last (store_lookup_…), until the transaction ends */
    struct store_filter *filter; /* NULL: none */
    void *cache; /* what a user of the store keeps with it, e.g. parsed policies */
    void (*cache_free)(void *cache);
};

/* The prepared statement, reset and without bindings; NULL and an error when it cannot be prepared. */
sqlite3_stmt *store_sql_get(struct store *store, const char *sql, struct error *error);

/* Binds and prepares at once. Format letters: t text (NULL allowed), i int64_t, n int64_t with 0 as
 * NULL, m instant with INSTANT_NONE as NULL, b blob (const void *, int). NULL on failure. */
sqlite3_stmt *store_sql_bind(struct store *store, const char *sql, struct error *error, const char *format, ...);

/* 1 a row is there, 0 no more (the statement is reset), -1 failed (reset, too). */
int store_sql_step(struct store *store, sqlite3_stmt *statement, struct error *error);
/* Binds and runs to the end. 1, or -1. */
int store_sql_run(struct store *store, const char *sql, struct error *error, const char *format, ...);
/* Rows changed by the last run. */
int store_sql_changes(struct store *store);

/* Column values. Text is copied into the arena; NULL stays NULL. */
const char *store_sql_text(sqlite3_stmt *statement, int column, struct arena *arena);
instant store_sql_moment(sqlite3_stmt *statement, int column);

/* The first column of every row as a NULL-ended list in the arena (at most 2,000). 1, or -1. */
int store_sql_words(struct store *store, sqlite3_stmt *statement, struct arena *arena, const char ***words,
                    struct error *error);

/* The error of the last call in words for an administrator. Returns -1. */
int store_sql_fail(struct store *store, struct error *error);
int store_sql_fail_code(sqlite3 *database, int code, const char *path, struct error *error);

#endif
