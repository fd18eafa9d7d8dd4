/* store_filing.c - rows of where customers' mails are to lie
 * SPDX-License-Identifier: MIT
 */
#include "ticket/store_filing.h"

#include <string.h>

#include "ticket/store_sql.h"

int store_filing_wish(struct store *store, int64_t mail, const char *account, const char *target, struct error *error)
{
    static const char sql[] = "INSERT INTO filing (mail, account, target, done) VALUES (?1, ?2, ?3, iif(?3 = 'INBOX', ?3, NULL)) "
                              "ON CONFLICT (mail, account) DO UPDATE SET target = excluded.target, done = NULL "
                              "WHERE target <> excluded.target"; /* also there and back between two visits */
    return store_sql_run(store, sql, error, "itt", mail, account, target);
}

int store_filing_get(struct store *store, int64_t mail, const char *account, struct arena *arena, struct filing_row *row,
                     struct error *error)
{
    static const char sql[] = "SELECT target, done, moving, filed FROM filing WHERE mail = ?1 AND account = ?2";
    sqlite3_stmt *statement = store_sql_bind(store, sql, error, "it", mail, account);
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step <= 0)
        return step;
    *row = (struct filing_row){
        .copy = { .mail = mail, .account = account },
        .target = store_sql_text(statement, 0, arena),
        .done = store_sql_text(statement, 1, arena),
        .moving = store_sql_text(statement, 2, arena),
        .filed = store_sql_text(statement, 3, arena),
    };
    sqlite3_reset(statement);
    return row->target ? 1 : error_set(error, ERROR_RETRY, "out of memory");
}

int store_filing_pending(struct store *store, const char *account, int limit, struct arena *arena, struct filing_row **rows,
                         size_t *count, struct error *error)
{
    static const char sql[] =
        "SELECT c.mail, c.folder, c.uid_validity, c.uid, c.ticket, f.target, f.done, f.moving, f.filed FROM filing f "
        "JOIN copy c ON c.mail = f.mail AND c.account = f.account WHERE f.account = ?1 AND (f.target IS NOT f.done OR "
        "f.moving IS NOT NULL) AND (c.uid > 0 OR f.moving IS NOT NULL) ORDER BY c.folder, c.uid LIMIT ?2";
    sqlite3_stmt *statement = store_sql_bind(store, sql, error, "ti", account, (int64_t)limit);
    *count = 0;
    *rows = arena_alloc(arena, ((size_t)limit + 1) * sizeof **rows);
    int step = !statement ? -1 : *rows ? 1 : error_set(error, ERROR_RETRY, "out of memory");
    while (step > 0 && (step = store_sql_step(store, statement, error)) > 0) {
        struct filing_row *row = &(*rows)[(*count)++];
        *row = (struct filing_row){
            .copy = { .mail = sqlite3_column_int64(statement, 0), .account = account,
                      .folder = store_sql_text(statement, 1, arena), .uid_validity = sqlite3_column_int64(statement, 2),
                      .uid = sqlite3_column_int64(statement, 3) },
            .target = store_sql_text(statement, 5, arena),
            .done = store_sql_text(statement, 6, arena),
            .moving = store_sql_text(statement, 7, arena),
            .filed = store_sql_text(statement, 8, arena),
        };
        strncpy(row->copy.ticket, (const char *)sqlite3_column_text(statement, 4), TICKET_ID_SIZE - 1);
    }
    return step < 0 ? -1 : 1;
}

int store_filing_waiting(struct store *store, struct arena *arena, const char ***accounts, struct error *error)
{
    static const char sql[] = "SELECT DISTINCT f.account FROM filing f JOIN copy c ON c.mail = f.mail AND c.account = f.account "
                              "WHERE (f.target IS NOT f.done OR f.moving IS NOT NULL) AND (c.uid > 0 OR f.moving IS NOT NULL)";
    return store_sql_words(store, store_sql_bind(store, sql, error, ""), arena, accounts, error);
}

int store_filing_begin(struct store *store, const struct filing_row *row, const char *folder, struct error *error)
{
    static const char sql[] = "UPDATE filing SET moving = ?3 WHERE mail = ?1 AND account = ?2";
    return store_sql_run(store, sql, error, "itt", row->copy.mail, row->copy.account, folder);
}

int store_filing_end(struct store *store, const struct filing_row *row, const struct copy_row *now, struct error *error)
{
    static const char sql[] = "UPDATE filing SET done = ?3, moving = ?4, filed = ?5 WHERE mail = ?1 AND account = ?2";
    static const char copy[] = "UPDATE copy SET folder = ?3, uid_validity = ?4, uid = ?5 WHERE mail = ?1 AND account = ?2 "
                               "AND folder = ?6 AND uid IN (?7, 0)"; /* 0: its going was seen before this was written */
    int result = store_sql_run(store, sql, error, "itttt", row->copy.mail, row->copy.account, row->done, row->moving, row->filed);
    if (result < 0 || !now)
        return result;
    return store_sql_run(store, copy, error, "ittiiti", row->copy.mail, row->copy.account, now->folder, now->uid_validity,
                         now->uid, row->copy.folder, row->copy.uid);
}
