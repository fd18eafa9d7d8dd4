/* store_bounce.c - failed recipients of delivery reports
 * SPDX-License-Identifier: MIT
 */
#include "ticket/store_sql.h"

#include <stdlib.h>

enum { BOUNCED_MAX = 1000 };

int store_bounced_add(struct store *store, const struct bounced_row *row, struct error *error)
{
    static const char sql[] = "INSERT INTO bounced (original_id, mail, address, at, trusted) VALUES (?1, ?2, ?3, ?4, "
                              "?5) ON CONFLICT DO UPDATE SET trusted = max(trusted, excluded.trusted)";
    return store_sql_run(store, sql, error, "titii", row->original_id, row->mail, row->address, row->at,
                         (int64_t)row->trusted);
}

int store_bounced_list(struct store *store, const char *original_id, struct arena *arena, struct bounced_row **rows,
                       size_t *count, struct error *error)
{
    static const char sql[] = "SELECT original_id, mail, address, at, trusted FROM bounced WHERE original_id = ?1 "
                              "ORDER BY at, mail LIMIT 1000";
    *count = 0;
    *rows = NULL;
    sqlite3_stmt *statement = store_sql_bind(store, sql, error, "t", original_id);
    int step = statement ? 1 : -1;
    while (step > 0 && (step = store_sql_step(store, statement, error)) > 0) {
        if (!*rows && !(*rows = arena_alloc(arena, BOUNCED_MAX * sizeof **rows))) {
            sqlite3_reset(statement);
            return error_set(error, ERROR_RETRY, "out of memory");
        }
        struct bounced_row *row = &(*rows)[(*count)++];
        row->original_id = store_sql_text(statement, 0, arena);
        row->mail = sqlite3_column_int64(statement, 1);
        row->address = store_sql_text(statement, 2, arena);
        row->at = sqlite3_column_int64(statement, 3);
        row->trusted = sqlite3_column_int64(statement, 4) != 0;
    }
    return step < 0 ? -1 : 1;
}
