/* store_lesson.c - what learning keeps: hashed pieces of the mails that opened tickets, and of imported texts
 * SPDX-License-Identifier: MIT
 */
#include "ticket/store_lesson.h"

#include <string.h>

#include "ticket/store_lookup.h"

int store_lesson_keep(struct store *store, const char *ticket, const uint8_t *imprint, size_t size, struct error *error)
{
    static const char sql[] = "INSERT OR IGNORE INTO lesson (ticket, imprint) VALUES (?1, ?2)";
    int64_t number;
    int found = store_lookup_ticket(store, ticket, &number, error);
    if (found <= 0)
        return found;
    return store_sql_run(store, sql, error, "ib", number, imprint, (int)size) < 0 ? -1 : store_sql_changes(store) > 0;
}

int store_lesson_import(struct store *store, const uint8_t key[static LESSON_KEY], const struct lesson_row *row,
                        struct error *error)
{
    static const char sql[] = "INSERT OR IGNORE INTO lesson (key, imprint, complaint, category, urgency) "
                              "VALUES (?1, ?2, ?3, ?4, ?5)";
    return store_sql_run(store, sql, error, "bbiti", key, LESSON_KEY, row->imprint, (int)row->imprint_size,
                         (int64_t)row->complaint, row->category, (int64_t)row->urgency) < 0
        ? -1 : store_sql_changes(store) > 0;
}

static void read_lesson(sqlite3_stmt *statement, struct lesson_row *row)
{
    const char *ticket = (const char *)sqlite3_column_text(statement, 0);
    *row = (struct lesson_row){
        .imprint = sqlite3_column_blob(statement, 1),
        .imprint_size = (size_t)sqlite3_column_bytes(statement, 1),
        .complaint = (int)sqlite3_column_int64(statement, 2),
        .category = (const char *)sqlite3_column_text(statement, 3),
        .urgency = (int)sqlite3_column_int64(statement, 4),
    };
    strncpy(row->ticket, ticket ? ticket : "", TICKET_ID_SIZE - 1);
}

int store_lesson_list(struct store *store, int limit,
                      int (*each)(const struct lesson_row *row, void *argument, struct error *error), void *argument,
                      struct error *error)
{
    static const char sql[] = "SELECT ticket.id, imprint, complaint, lesson.category, lesson.urgency FROM lesson LEFT JOIN "
                              "ticket ON ticket.number = lesson.ticket ORDER BY lesson.id DESC LIMIT ?1";
    sqlite3_stmt *statement = store_sql_bind(store, sql, error, "i", (int64_t)limit);
    struct lesson_row row;
    int step = statement ? 1 : -1;
    while (step > 0 && (step = store_sql_step(store, statement, error)) > 0) {
        read_lesson(statement, &row);
        int said = each(&row, argument, error);
        if (said == 1)
            continue;
        sqlite3_reset(statement);
        return said < 0 ? -1 : 1;
    }
    return step < 0 ? -1 : 1;
}

int store_lesson_forget(struct store *store, const char *ticket, struct error *error)
{
    int64_t number;
    if (store_lookup_ticket(store, ticket, &number, error) < 0)
        return -1;
    return store_sql_run(store, "DELETE FROM lesson WHERE ticket = ?1", error, "i", number);
}

int store_lesson_drop_imports(struct store *store, int *count, struct error *error)
{
    if (store_sql_run(store, "DELETE FROM lesson WHERE ticket IS NULL", error, "") < 0)
        return -1;
    *count = store_sql_changes(store);
    return 1;
}
