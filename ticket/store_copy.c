/* store_copy.c - where customers' mails lie in accounts, and which labels they bear there
 * SPDX-License-Identifier: MIT
 */
#include "ticket/store_copy.h"

#include <string.h>

#include "ticket/store_sql.h"

#define COPY_COLUMNS "mail, account, folder, uid_validity, uid, ticket, wanted, applied, borne, ours, look"

static void read_copy(sqlite3_stmt *statement, struct arena *arena, struct copy_row *row)
{
    *row = (struct copy_row){
        .mail = sqlite3_column_int64(statement, 0),
        .account = store_sql_text(statement, 1, arena),
        .folder = store_sql_text(statement, 2, arena),
        .uid_validity = sqlite3_column_int64(statement, 3),
        .uid = sqlite3_column_int64(statement, 4),
        .wanted = (unsigned)sqlite3_column_int64(statement, 6),
        .applied = (unsigned)sqlite3_column_int64(statement, 7),
        .borne = (unsigned)sqlite3_column_int64(statement, 8),
        .ours = (unsigned)sqlite3_column_int64(statement, 9),
        .look = store_sql_moment(statement, 10),
    };
    const char *ticket = (const char *)sqlite3_column_text(statement, 5);
    strncpy(row->ticket, ticket ? ticket : "", TICKET_ID_SIZE - 1);
}

static int read_one(struct store *store, sqlite3_stmt *statement, struct arena *arena, struct copy_row *row,
                    struct error *error)
{
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step <= 0)
        return step;
    read_copy(statement, arena, row);
    sqlite3_reset(statement);
    return row->account && row->folder ? 1 : error_set(error, ERROR_RETRY, "out of memory");
}

static int read_all(struct store *store, sqlite3_stmt *statement, int limit, struct arena *arena, struct copy_row **rows,
                    size_t *count, struct error *error)
{
    *count = 0;
    *rows = arena_alloc(arena, ((size_t)limit + 1) * sizeof **rows);
    int step = !statement ? -1 : *rows ? 1 : error_set(error, ERROR_RETRY, "out of memory");
    while (step > 0 && (step = store_sql_step(store, statement, error)) > 0)
        read_copy(statement, arena, &(*rows)[(*count)++]);
    return step < 0 ? -1 : 1;
}

int store_copy_get(struct store *store, int64_t mail, const char *account, struct arena *arena, struct copy_row *row,
                   struct error *error)
{
    static const char sql[] = "SELECT " COPY_COLUMNS " FROM copy WHERE mail = ?1 AND account = ?2";
    return read_one(store, store_sql_bind(store, sql, error, "it", mail, account), arena, row, error);
}

int store_copy_at(struct store *store, const char *account, const char *folder, int64_t uid_validity, int64_t uid,
                  struct arena *arena, struct copy_row *row, struct error *error)
{
    static const char sql[] = "SELECT " COPY_COLUMNS " FROM copy WHERE account = ?1 AND folder = ?2 AND uid = ?4 "
                              "AND uid_validity = ?3";
    return read_one(store, store_sql_bind(store, sql, error, "ttii", account, folder, uid_validity, uid), arena, row,
                    error);
}

int store_copy_put(struct store *store, const struct copy_row *row, struct error *error)
{
    static const char sql[] = "INSERT OR REPLACE INTO copy (" COPY_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
                              "?9, ?10, ?11)";
    return store_sql_run(store, sql, error, "ittiitiiiim", row->mail, row->account, row->folder, row->uid_validity,
                         row->uid, row->ticket, (int64_t)row->wanted, (int64_t)row->applied,
                         (int64_t)row->borne, (int64_t)row->ours, row->look);
}

int store_copy_applied(struct store *store, const struct copy_row *row, struct error *error)
{
    static const char sql[] = "UPDATE copy SET applied = ?6, borne = ?7, ours = ?8 WHERE mail = ?1 AND account = ?2 AND folder = ?3 "
                              "AND uid_validity = ?4 AND uid = ?5";
    return store_sql_run(store, sql, error, "ittiiiii", row->mail, row->account, row->folder, row->uid_validity,
                         row->uid, (int64_t)row->applied, (int64_t)row->borne, (int64_t)row->ours);
}

int store_copy_gone(struct store *store, const char *account, const char *folder, int64_t uid_validity, int64_t first,
                      int64_t last, struct error *error)
{
    static const char sql[] = "UPDATE copy SET uid = 0, applied = wanted WHERE account = ?1 AND folder = ?2 AND uid "
                              "BETWEEN ?4 AND ?5 AND uid_validity = ?3";
    return store_sql_run(store, sql, error, "ttiii", account, folder, uid_validity, first, last);
}

int store_copy_wish(struct store *store, const char *ticket, unsigned wanted, instant look, struct error *error)
{
    static const char sql[] = "UPDATE copy SET wanted = ?2, look = ?3 WHERE ticket = ?1";
    return store_sql_run(store, sql, error, "tim", ticket, (int64_t)wanted, look);
}

int store_copy_pending(struct store *store, const char *account, int limit, struct arena *arena, struct copy_row **rows,
                       size_t *count, struct error *error)
{
    static const char sql[] = "SELECT " COPY_COLUMNS " FROM copy WHERE account = ?1 AND wanted <> applied AND uid > 0 "
                              "ORDER BY folder, uid LIMIT ?2";
    return read_all(store, store_sql_bind(store, sql, error, "ti", account, (int64_t)limit), limit, arena, rows, count,
                    error);
}

int store_copy_of_folder(struct store *store, const char *account, const char *folder, int64_t uid_validity, int limit,
                         struct arena *arena, struct copy_row **rows, size_t *count, struct error *error)
{
    static const char sql[] = "SELECT " COPY_COLUMNS " FROM copy WHERE account = ?1 AND folder = ?2 AND uid_validity = ?3 AND uid > 0 "
                              "ORDER BY uid DESC LIMIT ?4";
    return read_all(store, store_sql_bind(store, sql, error, "ttii", account, folder, uid_validity, (int64_t)limit), limit,
                    arena, rows, count, error);
}

int store_copy_of_ticket(struct store *store, const char *ticket, struct arena *arena, struct copy_row **rows,
                         size_t *count, struct error *error)
{
    enum { COPIES_MAX = 500 };
    static const char sql[] = "SELECT " COPY_COLUMNS " FROM copy WHERE ticket = ?1 ORDER BY mail LIMIT ?2";
    return read_all(store, store_sql_bind(store, sql, error, "ti", ticket, (int64_t)COPIES_MAX), COPIES_MAX, arena, rows,
                    count, error);
}

int store_copy_waiting(struct store *store, struct arena *arena, const char ***accounts, struct error *error)
{
    static const char sql[] = "SELECT DISTINCT account FROM copy WHERE wanted <> applied AND uid > 0";
    return store_sql_words(store, store_sql_bind(store, sql, error, ""), arena, accounts, error);
}

int store_copy_due(struct store *store, instant now, int limit, struct arena *arena, const char ***tickets,
                   struct error *error)
{
    static const char sql[] = "SELECT DISTINCT ticket FROM copy WHERE look <= ?1 LIMIT ?2";
    return store_sql_words(store, store_sql_bind(store, sql, error, "mi", now, (int64_t)limit), arena, tickets, error);
}

int store_event_last(struct store *store, int64_t *id, struct error *error)
{
    sqlite3_stmt *statement = store_sql_bind(store, "SELECT ifnull(max(id), 0) FROM event", error, "");
    int step = statement ? store_sql_step(store, statement, error) : -1;
    *id = step > 0 ? sqlite3_column_int64(statement, 0) : 0;
    if (step > 0)
        sqlite3_reset(statement);
    return step < 0 ? -1 : 1;
}

int store_event_tickets(struct store *store, int64_t after, int64_t until, struct arena *arena, const char ***tickets,
                        struct error *error)
{
    static const char sql[] = "SELECT DISTINCT t.id FROM event e JOIN ticket t ON t.number = e.ticket WHERE e.id > ?1 "
                              "AND e.id <= ?2";
    return store_sql_words(store, store_sql_bind(store, sql, error, "ii", after, until), arena, tickets, error);
}
