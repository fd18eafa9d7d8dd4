/* store_erase.c - what the database holds of a customer, and how it is forgotten
 * SPDX-License-Identifier: MIT
 */
#include "ticket/store_erase.h"

#include <string.h>

#include "ticket/store_lesson.h"
#include "ticket/store_lookup.h"

enum { MAILS_FIRST = 64, HOLDS_MAX = 10000 };

/* ---- Finding ------------------------------------------------------------------------------------ */

int store_customer_tickets(struct store *store, const char *address, struct arena *arena, const char ***tickets,
                           struct error *error)
{
    static const char sql[] = "SELECT id FROM " TICKETS_OF_REQUESTER("?1", "0", "1") " CROSS JOIN ticket ON number = row WHERE "
                              "requester = ?1 ORDER BY number";
    return store_sql_words(store, store_sql_bind(store, sql, error, "t", address), arena, tickets, error);
}

/* The numbers in the first column of a bound statement. */
static int numbers(struct store *store, sqlite3_stmt *statement, struct arena *arena, int64_t **list, size_t *count,
                   struct error *error)
{
    size_t room = 0;
    *list = NULL;
    *count = 0;
    int step = statement ? 1 : -1;
    while (step > 0 && (step = store_sql_step(store, statement, error)) > 0) {
        if (*count == room) {
            int64_t *wider = arena_alloc(arena, (room = room ? room * 2 : MAILS_FIRST) * sizeof *wider);
            if (!wider) {
                sqlite3_reset(statement);
                return error_set(error, ERROR_RETRY, "out of memory");
            }
            if (*count)
                memcpy(wider, *list, *count * sizeof *wider);
            *list = wider;
        }
        (*list)[(*count)++] = sqlite3_column_int64(statement, 0);
    }
    return step < 0 ? -1 : 1;
}

int store_ticket_mails(struct store *store, const char *ticket, struct arena *arena, int64_t **mails, size_t *count,
                       struct error *error)
{
    static const char sql[] = "SELECT DISTINCT mail FROM event WHERE ticket = ?1 AND mail IS NOT NULL";
    int64_t number;
    if (store_lookup_ticket(store, ticket, &number, error) < 0)
        return -1;
    return numbers(store, store_sql_bind(store, sql, error, "i", number), arena, mails, count, error);
}

int store_customer_mails(struct store *store, const char *address, struct arena *arena, int64_t **mails, size_t *count,
                         struct error *error)
{
    static const char sql[] = "SELECT id FROM mail WHERE from_addr = ?1 UNION SELECT mail FROM recipient WHERE address = ?1";
    return numbers(store, store_sql_bind(store, sql, error, "t", address), arena, mails, count, error);
}

int store_customer_mails_since(struct store *store, const char *address, int64_t after, instant until, struct arena *arena,
                               int64_t **mails, size_t *count, struct error *error)
{
    static const char sql[] = "SELECT id FROM mail WHERE id > ?2 AND at <= ?3 AND (from_addr = ?1 OR EXISTS (SELECT 1 FROM "
                              "recipient WHERE mail = id AND address = ?1))";
    return numbers(store, store_sql_bind(store, sql, error, "tii", address, after, until), arena, mails, count, error);
}

int store_mail_newest(struct store *store, int64_t *mail, struct error *error)
{
    sqlite3_stmt *statement = store_sql_get(store, "SELECT ifnull(max(id), 0) FROM mail", error);
    if (!statement || store_sql_step(store, statement, error) <= 0)
        return -1;
    *mail = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return 1;
}

/* ---- Erasing ------------------------------------------------------------------------------------ */

int store_erase_begin(struct store *store, struct error *error)
{
    return store_sql_run(store, "PRAGMA secure_delete = ON", error, "");
}

int store_erase_end(struct store *store, struct error *error)
{
    return store_sql_run(store, "PRAGMA wal_checkpoint(TRUNCATE)", error, "");
}

int store_erase_mail(struct store *store, int64_t mail, const uint8_t hash[static FORGOTTEN_SIZE], struct error *error)
{
    static const char *const sql[] = {
        "DELETE FROM sighting WHERE mail = ?1", "DELETE FROM recipient WHERE mail = ?1", "DELETE FROM waiting WHERE mail = ?1",
        "DELETE FROM bounced WHERE mail = ?1", "DELETE FROM copy WHERE mail = ?1",
        "DELETE FROM filing WHERE mail = ?1",
    };
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++)
        if (store_sql_run(store, sql[i], error, "i", mail) < 0)
            return -1;
    struct mail_row bare = { .id = mail };
    memcpy(bare.key, hash, FORGOTTEN_SIZE);
    if (store_lookup_drop_mail(store, mail, error) < 0 ||
        store_sql_run(store, "UPDATE mail SET key = ?2, message_id = NULL, twin = 0, from_addr = NULL, from_name = NULL, "
                      "subject = NULL, verdict = NULL, facts = NULL WHERE id = ?1", error, "ib", mail, hash, FORGOTTEN_SIZE) < 0)
        return -1;
    return store_lookup_add_mail(store, &bare, false, error);
}

int store_erase_ticket(struct store *store, const char *ticket, const char *reason, instant now, struct error *error)
{
    static const char outbox[] = "UPDATE outbox SET to_addr = '', to_name = '', details = NULL, reason = iif(state = "
                                 "'scheduled', ?2, reason), changed = iif(state = 'scheduled', ?3, changed), state = "
                                 "iif(state = 'scheduled', 'cancelled', state) WHERE ticket = ?1";
    static const char *const by_number[] = {
        "DELETE FROM event_private WHERE event IN (SELECT id FROM event WHERE ticket = ?1)",
        "UPDATE ticket SET requester = '', requester_name = '', subject = '', orders = '', thread_ids = '' WHERE number = ?1",
    };
    int64_t number;
    if (store_lookup_ticket(store, ticket, &number, error) < 0 || store_lookup_drop_requester(store, number, error) < 0)
        return -1;
    for (size_t i = 0; i < sizeof by_number / sizeof *by_number; i++)
        if (store_sql_run(store, by_number[i], error, "i", number) < 0)
            return -1;
    if (store_sql_run(store, "DELETE FROM participant WHERE ticket = ?1", error, "t", ticket) < 0 ||
        store_sql_run(store, "DELETE FROM reference WHERE ticket = ?1", error, "t", ticket) < 0)
        return -1;
    if (store_lesson_forget(store, ticket, error) < 0)
        return -1;
    return store_sql_run(store, outbox, error, "tti", ticket, reason, now);
}

/* ---- What is not to come back --------------------------------------------------------------------- */

int store_forget(struct store *store, const uint8_t hash[static FORGOTTEN_SIZE], instant until, struct error *error)
{
    static const char sql[] = "INSERT INTO forgotten (hash, until) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET until = "
                              "max(until, excluded.until)";
    return store_sql_run(store, sql, error, "bm", hash, FORGOTTEN_SIZE, until);
}

static int exists(struct store *store, sqlite3_stmt *statement, struct error *error)
{
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step > 0)
        sqlite3_reset(statement);
    return step;
}

int store_is_forgotten(struct store *store, const uint8_t hash[static FORGOTTEN_SIZE], instant at, struct error *error)
{
    static const char sql[] = "SELECT 1 FROM forgotten WHERE hash = ?1 AND (until IS NULL OR ?2 < until)";
    return exists(store, store_sql_bind(store, sql, error, "bi", hash, FORGOTTEN_SIZE, at), error);
}

int store_forgotten_any(struct store *store, struct error *error)
{
    return exists(store, store_sql_get(store, "SELECT 1 FROM forgotten LIMIT 1", error), error);
}

/* ---- Holds ----------------------------------------------------------------------------------------- */

int store_hold_put(struct store *store, const struct hold_row *row, struct error *error)
{
    static const char sql[] = "INSERT INTO hold (subject, reason, actor, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET "
                              "reason = excluded.reason, actor = excluded.actor, at = excluded.at";
    return store_sql_run(store, sql, error, "ttti", row->subject, row->reason, row->actor, row->at);
}

int store_hold_remove(struct store *store, const char *subject, struct error *error)
{
    if (store_sql_run(store, "DELETE FROM hold WHERE subject = ?1", error, "t", subject) < 0)
        return -1;
    return store_sql_changes(store) > 0;
}

static int read_hold(sqlite3_stmt *statement, struct arena *arena, struct hold_row *row)
{
    *row = (struct hold_row){ .subject = store_sql_text(statement, 0, arena), .reason = store_sql_text(statement, 1, arena),
                              .actor = store_sql_text(statement, 2, arena), .at = sqlite3_column_int64(statement, 3) };
    return row->subject && row->reason && row->actor;
}

int store_hold_get(struct store *store, const char *subject, struct arena *arena, struct hold_row *row, struct error *error)
{
    sqlite3_stmt *statement = store_sql_bind(store, "SELECT subject, reason, actor, at FROM hold WHERE subject = ?1", error,
                                             "t", subject);
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step <= 0)
        return step;
    int read = read_hold(statement, arena, row);
    sqlite3_reset(statement);
    return read ? 1 : error_set(error, ERROR_RETRY, "out of memory");
}

int store_hold_list(struct store *store, struct arena *arena, struct hold_row **rows, size_t *count, struct error *error)
{
    sqlite3_stmt *statement = store_sql_bind(store, "SELECT subject, reason, actor, at FROM hold ORDER BY at, subject LIMIT ?1",
                                             error, "i", (int64_t)HOLDS_MAX);
    *count = 0;
    *rows = arena_alloc(arena, HOLDS_MAX * sizeof **rows);
    if (!*rows)
        return error_set(error, ERROR_RETRY, "out of memory");
    int step = statement ? 1 : -1;
    while (step > 0 && (step = store_sql_step(store, statement, error)) > 0)
        if (!read_hold(statement, arena, &(*rows)[(*count)++])) {
            sqlite3_reset(statement);
            return error_set(error, ERROR_RETRY, "out of memory");
        }
    return step < 0 ? -1 : 1;
}

/* ---- What is old, and one ticket after the other ----------------------------------------------------- */

int store_tickets_old(struct store *store, instant before, int limit, struct arena *arena, const char ***tickets,
                      struct error *error)
{
    static const char sql[] = "SELECT id FROM ticket WHERE state = 'closed' AND requester <> '' AND changed < ?1 AND NOT EXISTS "
                              "(SELECT 1 FROM hold WHERE subject IN (ticket.id, ticket.requester)) ORDER BY changed LIMIT ?2";
    return store_sql_words(store, store_sql_bind(store, sql, error, "ii", before, (int64_t)limit), arena, tickets, error);
}

int store_mails_old(struct store *store, instant before, int limit, int64_t *last, struct arena *arena, int64_t **mails,
                    size_t *count, struct error *error)
{
    static const char sql[] = "SELECT id, at < ?2, ticket IS NULL AND from_addr IS NOT NULL AND NOT EXISTS (SELECT 1 FROM hold "
                              "WHERE subject = from_addr) FROM mail WHERE id > ?1 ORDER BY id LIMIT ?3";
    *count = 0;
    *mails = arena_alloc(arena, (size_t)limit * sizeof **mails);
    if (!*mails)
        return error_set(error, ERROR_RETRY, "out of memory");
    sqlite3_stmt *statement = store_sql_bind(store, sql, error, "iii", *last, before, (int64_t)limit);
    int step = statement ? 1 : -1;
    while (step > 0 && (step = store_sql_step(store, statement, error)) > 0) {
        if (!sqlite3_column_int(statement, 1)) {
            sqlite3_reset(statement);
            break;
        }
        *last = sqlite3_column_int64(statement, 0);
        if (sqlite3_column_int(statement, 2))
            (*mails)[(*count)++] = *last;
    }
    return step < 0 ? -1 : 1;
}

int store_ticket_next(struct store *store, int64_t *number, char ticket[static TICKET_ID_SIZE], struct error *error)
{
    sqlite3_stmt *statement = store_sql_bind(store, "SELECT number, id FROM ticket WHERE number > ?1 ORDER BY number LIMIT 1",
                                             error, "i", *number);
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step <= 0)
        return step;
    *number = sqlite3_column_int64(statement, 0);
    const char *id = (const char *)sqlite3_column_text(statement, 1);
    strncpy(ticket, id ? id : "", TICKET_ID_SIZE - 1);
    ticket[TICKET_ID_SIZE - 1] = '\0';
    sqlite3_reset(statement);
    return 1;
}
