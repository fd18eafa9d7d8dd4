/* store_outbox.c - rows of mail that redress sends
 * SPDX-License-Identifier: MIT
 */
#include "ticket/store_sql.h"

#include <string.h>

static const char *const state_names[] = { "scheduled", "claimed", "sent", "drafted", "cancelled", "failed", "doubt" };

const char *outbox_state_name(enum outbox_state state)
{
    return state_names[state];
}

#define OUTBOX_COLUMNS \
    "id, ticket, mailbox, kind, purpose, message_id, to_addr, to_name, language, mode, due, until, state, changed, " \
    "attempts, reason, created, details"

static void read_outbox(sqlite3_stmt *statement, struct arena *arena, struct outbox_row *row)
{
    *row = (struct outbox_row){ .id = sqlite3_column_int64(statement, 0) };
    const char *ticket = (const char *)sqlite3_column_text(statement, 1);
    strncpy(row->ticket, ticket ? ticket : "", TICKET_ID_SIZE - 1);
    const char **texts[] = { &row->mailbox, &row->kind, &row->purpose, &row->message_id, &row->to_addr, &row->to_name,
                             &row->language, &row->mode };
    for (int i = 0; i < 8; i++)
        *texts[i] = store_sql_text(statement, 2 + i, arena);
    row->due = sqlite3_column_int64(statement, 10);
    row->until = sqlite3_column_int64(statement, 11);
    const char *state = (const char *)sqlite3_column_text(statement, 12);
    for (int i = 0; state && i <= OUTBOX_DOUBT; i++)
        if (strcmp(state, state_names[i]) == 0)
            row->state = (enum outbox_state)i;
    row->changed = sqlite3_column_int64(statement, 13);
    row->attempts = (int)sqlite3_column_int64(statement, 14);
    row->reason = store_sql_text(statement, 15, arena);
    row->created = sqlite3_column_int64(statement, 16);
    row->details = store_sql_text(statement, 17, arena);
}

int store_outbox_add(struct store *store, struct outbox_row *row, struct error *error)
{
    static const char sql[] = "INSERT INTO outbox (ticket, mailbox, kind, purpose, message_id, to_addr, to_name, "
                              "language, mode, due, until, state, created, changed, attempts, reason, details) VALUES (?1, ?2, "
                              "?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13, ?14, ?15, ?16) "
                              "ON CONFLICT (purpose) DO NOTHING";
    if (store_sql_run(store, sql, error, "ttttttttti" "itiitt", row->ticket[0] ? row->ticket : NULL, row->mailbox, row->kind, row->purpose,
                      row->message_id, row->to_addr, row->to_name ? row->to_name : "", row->language, row->mode,
                      row->due, row->until, outbox_state_name(row->state), row->changed, (int64_t)row->attempts,
                      row->reason, row->details) < 0)
        return -1;
    if (store_sql_changes(store) == 0)
        return 0;
    row->id = sqlite3_last_insert_rowid(store->database);
    row->created = row->changed;
    return 1;
}

int store_outbox_move(struct store *store, int64_t id, enum outbox_state from, enum outbox_state to,
                      const char *reason, instant now, struct error *error)
{
    static const char sql[] = "UPDATE outbox SET state = ?3, reason = ?4, changed = ?5, attempts = attempts + "
                              "(?3 = 'claimed') WHERE id = ?1 AND state = ?2";
    if (store_sql_run(store, sql, error, "ittti", id, outbox_state_name(from), outbox_state_name(to), reason, now) < 0)
        return -1;
    return store_sql_changes(store) > 0;
}

int store_outbox_defer(struct store *store, int64_t id, instant due, struct error *error)
{
    return store_sql_run(store, "UPDATE outbox SET due = ?2 WHERE id = ?1 AND state = 'scheduled'", error, "ii", id, due);
}

int store_outbox_hasten(struct store *store, int64_t id, instant due, struct error *error)
{
    return store_sql_run(store, "UPDATE outbox SET due = ?2 WHERE id = ?1 AND state = 'scheduled' AND due > ?2", error, "ii",
                         id, due);
}

static int one_outbox(struct store *store, sqlite3_stmt *statement, struct arena *arena, struct outbox_row *row,
                      struct error *error)
{
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step <= 0)
        return step;
    read_outbox(statement, arena, row);
    sqlite3_reset(statement);
    return row->mode ? 1 : error_set(error, ERROR_RETRY, "out of memory");
}

int store_outbox_get(struct store *store, int64_t id, struct arena *arena, struct outbox_row *row, struct error *error)
{
    return one_outbox(store, store_sql_bind(store, "SELECT " OUTBOX_COLUMNS " FROM outbox WHERE id = ?1", error, "i",
                                            id), arena, row, error);
}

int store_outbox_by_message_id(struct store *store, const char *message_id, struct arena *arena, struct outbox_row *row,
                               struct error *error)
{
    static const char sql[] = "SELECT " OUTBOX_COLUMNS " FROM outbox WHERE message_id = ?1";
    return one_outbox(store, store_sql_bind(store, sql, error, "t", message_id), arena, row, error);
}

int store_outbox_list(struct store *store, const char *ticket, int state, instant due_before, int limit,
                      struct arena *arena, struct outbox_row **rows, size_t *count, struct error *error)
{
    /* The daemon's question has its own text, so that it uses the index of what is scheduled. */
    static const char due[] = "SELECT " OUTBOX_COLUMNS " FROM outbox WHERE state = 'scheduled' AND due < ?1 "
                              "ORDER BY due, id LIMIT ?2";
    static const char any[] = "SELECT " OUTBOX_COLUMNS " FROM outbox WHERE (?1 IS NULL OR ticket = lower(?1)) AND "
                              "(?2 IS NULL OR state = ?2) AND (?3 IS NULL OR due < ?3) ORDER BY due, id LIMIT ?4";
    int64_t most = limit > 0 ? limit : 100;
    *count = 0;
    *rows = arena_alloc(arena, (size_t)most * sizeof **rows);
    if (!*rows)
        return error_set(error, ERROR_RETRY, "out of memory");
    sqlite3_stmt *statement = !ticket && state == OUTBOX_SCHEDULED && due_before != INSTANT_NONE
        ? store_sql_bind(store, due, error, "ii", due_before, most)
        : store_sql_bind(store, any, error, "ttmi", ticket,
                         state >= 0 ? outbox_state_name((enum outbox_state)state) : NULL, due_before, most);
    int step = statement ? 1 : -1;
    while (step > 0 && (step = store_sql_step(store, statement, error)) > 0) {
        read_outbox(statement, arena, &(*rows)[(*count)++]);
        if (!(*rows)[*count - 1].mode) {
            sqlite3_reset(statement);
            return error_set(error, ERROR_RETRY, "out of memory");
        }
    }
    return step < 0 ? -1 : 1;
}

int store_outbox_count(struct store *store, const char *kind, const char *to_addr, instant since, int *count,
                       struct error *error)
{
    static const char sql[] = "SELECT count(*) FROM outbox WHERE kind = ?1 AND created >= ?3 AND state IN ('scheduled', "
                              "'claimed', 'sent', 'doubt') AND (?2 IS NULL OR to_addr = ?2)";
    sqlite3_stmt *statement = store_sql_bind(store, sql, error, "tti", kind, to_addr, since);
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step < 0)
        return -1;
    *count = step > 0 ? (int)sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return 1;
}

int store_notice_add(struct store *store, const struct notice_row *row, struct error *error)
{
    static const char sql[] = "INSERT OR IGNORE INTO notice (ticket, mark, person, at, outbox) VALUES (?1, ?2, ?3, ?4, ?5)";
    return store_sql_run(store, sql, error, "tttii", row->ticket, row->mark, row->person, row->at, row->outbox);
}

int store_notice_list(struct store *store, int64_t outbox, const char *ticket, struct arena *arena, struct notice_row **rows,
                      size_t *count, struct error *error)
{
    enum { NOTICES_MAX = 1000 };
    static const char by_row[] = "SELECT ticket, mark, person, at, outbox FROM notice WHERE outbox = ?1 ORDER BY at, ticket, "
                                 "mark LIMIT ?2";
    static const char by_ticket[] = "SELECT ticket, mark, person, at, outbox FROM notice WHERE ticket = ?1 ORDER BY at, mark, "
                                    "person LIMIT ?2";
    *count = 0;
    *rows = NULL;
    sqlite3_stmt *statement = outbox ? store_sql_bind(store, by_row, error, "ii", outbox, (int64_t)NOTICES_MAX)
                                     : store_sql_bind(store, by_ticket, error, "ti", ticket, (int64_t)NOTICES_MAX);
    int step = statement ? 1 : -1;
    while (step > 0 && (step = store_sql_step(store, statement, error)) > 0) {
        if (!*rows && !(*rows = arena_alloc(arena, NOTICES_MAX * sizeof **rows)))
            break;
        struct notice_row *row = &(*rows)[*count];
        const char *id = (const char *)sqlite3_column_text(statement, 0);
        strncpy(row->ticket, id ? id : "", TICKET_ID_SIZE - 1);
        row->mark = store_sql_text(statement, 1, arena);
        row->person = store_sql_text(statement, 2, arena);
        row->at = sqlite3_column_int64(statement, 3);
        row->outbox = sqlite3_column_int64(statement, 4);
        if (!row->mark || !row->person)
            break;
        ++*count;
    }
    if (step > 0) {
        sqlite3_reset(statement);
        return error_set(error, ERROR_RETRY, "out of memory");
    }
    return step < 0 ? -1 : 1;
}
