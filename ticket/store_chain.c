/* store_chain.c - the chain over all events: made with each one, proved by an audit
 * SPDX-License-Identifier: MIT
 *
 *   chain(n) = SHA-256(chain(n - 1), record(n)), chain(0) = 32 zero bytes
 *   record   = TICKET at recorded type LENGTH:actor mail confirmed [private] fields
 *   private  = first 20 bytes of SHA-256(salt, personal fields NUL evidence)
 *
 * One chain for all tickets: a ticket that is removed as a whole leaves a gap in it. Every row is
 * judged by what the row before says its chain is, so that one altered row is named, not all after it.
 */
#include "ticket/store_chain.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buffer.h"

enum { RECORD_MAX = 1 << 20 };

int store_chain_next(const struct chain_record *record, uint8_t chain[static SEAL_SIZE])
{
    struct buffer text;
    char private[STORE_PRIVATE_SIZE * 2];
    uint8_t next[SEAL_SIZE];
    buffer_init(&text, RECORD_MAX);
    if (record->private)
        base32_encode(record->private, STORE_PRIVATE_SIZE, private);
    buffer_printf(&text, "%s %" PRId64 " %" PRId64 " %s %zu:%s %" PRId64 " %d %s %s", record->ticket, record->at,
                  record->recorded, record->type, strlen(record->actor), record->actor, record->mail,
                  record->confirmed, record->private ? private : "-", record->fields);
    int made = !text.failed && seal_digest(chain, SEAL_SIZE, buffer_text(&text), text.size, next);
    if (made)
        memcpy(chain, next, SEAL_SIZE);
    buffer_release(&text);
    return made;
}

int store_chain_private(const uint8_t salt[static STORE_SALT_SIZE], const char *fields, const char *evidence,
                        uint8_t private[static STORE_PRIVATE_SIZE])
{
    struct buffer text;
    uint8_t digest[SEAL_SIZE];
    buffer_init(&text, RECORD_MAX);
    buffer_puts(&text, fields ? fields : "");
    buffer_putc(&text, '\0');
    buffer_puts(&text, evidence ? evidence : "");
    int made = !text.failed && seal_digest(salt, STORE_SALT_SIZE, buffer_text(&text), text.size, digest);
    if (made)
        memcpy(private, digest, STORE_PRIVATE_SIZE);
    buffer_release(&text);
    return made;
}

int store_event_head(struct store *store, struct store_head *head, struct error *error)
{
    static const char sql[] = "SELECT id, chain FROM event ORDER BY id DESC LIMIT 1";
    *head = (struct store_head){ 0 };
    sqlite3_stmt *statement = store_sql_get(store, sql, error);
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step <= 0)
        return step < 0 ? -1 : 1;
    head->event = sqlite3_column_int64(statement, 0);
    if (sqlite3_column_bytes(statement, 1) == SEAL_SIZE)
        memcpy(head->chain, sqlite3_column_blob(statement, 1), SEAL_SIZE);
    sqlite3_reset(statement);
    return 1;
}

struct audit {
    struct store_audit *result;
    uint8_t chain[SEAL_SIZE]; /* of the row before, as it says itself */
    int64_t last;             /* its id */
    bool sure;                /* that row is there */
};

static void tell(const struct audit *audit, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void tell(const struct audit *audit, const char *format, ...)
{
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    audit->result->faults++;
    if (audit->result->fault)
        audit->result->fault(text, audit->result->argument);
}

/* Columns of the statement below. */
enum { ID, NUMBER, TICKET, AT, RECORDED, TYPE, FIELDS, ACTOR, MAIL, CONFIRMED, PRIVATE, CHAIN, SALT, PERSONAL, EVIDENCE,
       ERASED };
static const char audit_sql[] =
    "SELECT e.id, e.ticket, t.id, e.at, e.recorded, e.type, e.fields, e.actor, e.mail, e.confirmed, e.private, e.chain, "
    "p.salt, p.fields, p.evidence, p.event IS NULL AND e.private IS NOT NULL AND EXISTS (SELECT 1 FROM event x WHERE "
    "x.ticket = e.ticket AND x.type = 'erase') "
    "FROM event e LEFT JOIN ticket t ON t.number = e.ticket LEFT JOIN event_private p ON p.event = e.id ORDER BY e.id";

static const char *text_of(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? text : "";
}

static void check_gap(struct audit *audit, int64_t id)
{
    if (id == audit->last + 2)
        tell(audit, "event %" PRId64 " is missing", audit->last + 1);
    else if (id != audit->last + 1)
        tell(audit, "events %" PRId64 " to %" PRId64 " are missing", audit->last + 1, id - 1);
}

/* What is erased is gone by right only with its ticket. */
static void check_private(struct audit *audit, sqlite3_stmt *statement)
{
    uint8_t private[STORE_PRIVATE_SIZE];
    const void *kept = sqlite3_column_blob(statement, PRIVATE), *salt = sqlite3_column_blob(statement, SALT);
    int64_t id = sqlite3_column_int64(statement, ID);
    if (!kept && !salt)
        return;
    if (!salt) {
        if (!sqlite3_column_int(statement, ERASED))
            tell(audit, "event %" PRId64 " of ticket %s (%s): its personal fields were removed, though the ticket was not "
                 "erased", id, text_of(statement, TICKET), text_of(statement, TYPE));
        else
            audit->result->erased++;
        return;
    }
    if (!kept || sqlite3_column_bytes(statement, SALT) != STORE_SALT_SIZE ||
        !store_chain_private(salt, (const char *)sqlite3_column_text(statement, PERSONAL),
                             (const char *)sqlite3_column_text(statement, EVIDENCE), private) ||
        memcmp(private, kept, STORE_PRIVATE_SIZE) != 0)
        tell(audit, "event %" PRId64 " of ticket %s (%s): its personal fields were altered", id, text_of(statement, TICKET),
             text_of(statement, TYPE));
}

static void check_row(struct audit *audit, sqlite3_stmt *statement)
{
    int64_t id = sqlite3_column_int64(statement, ID);
    const void *kept = sqlite3_column_blob(statement, CHAIN);
    struct chain_record record = {
        .ticket = text_of(statement, TICKET), .at = sqlite3_column_int64(statement, AT),
        .recorded = sqlite3_column_int64(statement, RECORDED), .type = text_of(statement, TYPE),
        .fields = text_of(statement, FIELDS), .actor = text_of(statement, ACTOR),
        .mail = sqlite3_column_int64(statement, MAIL), .confirmed = sqlite3_column_int(statement, CONFIRMED) != 0,
        .private = sqlite3_column_bytes(statement, PRIVATE) == STORE_PRIVATE_SIZE ? sqlite3_column_blob(statement, PRIVATE)
                                                                                   : NULL,
    };
    check_gap(audit, id);
    bool follows = id == audit->last + 1;
    if (sqlite3_column_type(statement, TICKET) == SQLITE_NULL)
        tell(audit, "ticket number %" PRId64 " is missing: event %" PRId64 " (%s) was one of its own",
             (int64_t)sqlite3_column_int64(statement, NUMBER), id, record.type);
    else if (follows && (!store_chain_next(&record, audit->chain) || !kept || memcmp(kept, audit->chain, SEAL_SIZE) != 0))
        tell(audit, "event %" PRId64 " of ticket %s (%s) was altered, or does not follow the one before it", id, record.ticket,
             record.type);
    else
        check_private(audit, statement);
    /* The next row is judged by what this one says of itself. */
    if (kept)
        memcpy(audit->chain, kept, SEAL_SIZE);
    audit->last = id;
    audit->result->events++;
}

/* The head that was written down outside: everything up to it must still be what it was. */
static int check_known(struct audit *audit, struct store *store, const struct store_head *known, struct error *error)
{
    if (!known || known->event <= 0)
        return 1;
    sqlite3_stmt *statement = store_sql_bind(store, "SELECT chain FROM event WHERE id = ?1", error, "i", known->event);
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step < 0)
        return -1;
    if (step == 0) {
        tell(audit, "event %" PRId64 ", whose head was written down, is missing", known->event);
        return 1;
    }
    if (sqlite3_column_bytes(statement, 0) != SEAL_SIZE ||
        memcmp(sqlite3_column_blob(statement, 0), known->chain, SEAL_SIZE) != 0)
        tell(audit, "event %" PRId64 " is not the one whose head was written down: it or an earlier one was altered, and the "
             "chain was made anew after it", known->event);
    sqlite3_reset(statement);
    return 1;
}

/* SQLite counts the events that were ever added beside the table. */
static int check_tail(struct audit *audit, struct store *store, struct error *error)
{
    sqlite3_stmt *statement = store_sql_get(store, "SELECT seq FROM sqlite_sequence WHERE name = 'event'", error);
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step < 0)
        return -1;
    int64_t added = step > 0 ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    if (added > audit->last)
        tell(audit, added == audit->last + 1 ? "event %" PRId64 " is missing: the newest ones were removed"
                                             : "events %" PRId64 " and later are missing: the newest ones were removed",
             audit->last + 1);
    return 1;
}

static int check_tickets(struct audit *audit, struct store *store, struct error *error)
{
    static const char sql[] = "SELECT id FROM ticket WHERE NOT EXISTS (SELECT 1 FROM event WHERE event.ticket = ticket.number) "
                              "LIMIT 100";
    sqlite3_stmt *statement = store_sql_get(store, sql, error);
    int step = statement ? 1 : -1;
    while (step > 0 && (step = store_sql_step(store, statement, error)) > 0)
        tell(audit, "ticket %s has no events: they were removed", text_of(statement, 0));
    return step;
}

int store_event_audit(struct store *store, const struct store_head *known, struct store_audit *result, struct error *error)
{
    struct audit audit = { .result = result };
    result->events = result->faults = result->erased = 0;
    /* All in one view of the database, whatever is added meanwhile. */
    if (store_sql_run(store, "BEGIN", error, "") < 0)
        return -1;
    sqlite3_stmt *statement = store_sql_get(store, audit_sql, error);
    int step = statement ? 1 : -1;
    while (step > 0 && (step = store_sql_step(store, statement, error)) > 0)
        check_row(&audit, statement);
    if (step >= 0)
        step = check_tail(&audit, store, error) < 0 || check_tickets(&audit, store, error) < 0 ||
               check_known(&audit, store, known, error) < 0 || store_event_head(store, &result->head, error) < 0 ? -1 : 0;
    store_sql_run(store, "ROLLBACK", NULL, "");
    return step < 0 ? -1 : result->faults == 0;
}

/* ---- The same in SQL, for the step from a schema whose chains were of another form ---- */

static const char *value_text(sqlite3_value *value)
{
    return (const char *)sqlite3_value_text(value);
}

/* chain_private(salt, fields, evidence) */
static void sql_private(sqlite3_context *context, int count, sqlite3_value **values)
{
    uint8_t private[STORE_PRIVATE_SIZE];
    (void)count;
    if (sqlite3_value_bytes(values[0]) == STORE_SALT_SIZE &&
        store_chain_private(sqlite3_value_blob(values[0]), value_text(values[1]), value_text(values[2]), private))
        sqlite3_result_blob(context, private, sizeof private, SQLITE_TRANSIENT);
    else
        sqlite3_result_error_nomem(context);
}

/* chain_next(ticket, at, recorded, type, fields, actor, mail, confirmed, private): called for every event in
 * order, it remembers the chain so far. */
static void sql_next(sqlite3_context *context, int count, sqlite3_value **values)
{
    uint8_t *chain = sqlite3_user_data(context);
    (void)count;
    struct chain_record record = {
        .ticket = value_text(values[0]), .at = sqlite3_value_int64(values[1]), .recorded = sqlite3_value_int64(values[2]),
        .type = value_text(values[3]), .fields = value_text(values[4]), .actor = value_text(values[5]),
        .mail = sqlite3_value_int64(values[6]), .confirmed = sqlite3_value_int(values[7]) != 0,
        .private = sqlite3_value_blob(values[8]),
    };
    if (record.ticket && record.type && record.fields && record.actor && store_chain_next(&record, chain))
        sqlite3_result_blob(context, chain, SEAL_SIZE, SQLITE_TRANSIENT);
    else
        sqlite3_result_error(context, "an event without a ticket, or out of memory", -1);
}

int store_chain_functions(sqlite3 *database)
{
    uint8_t *chain = calloc(1, SEAL_SIZE);
    if (!chain)
        return SQLITE_NOMEM;
    int code = sqlite3_create_function_v2(database, "chain_next", 9, SQLITE_UTF8 | SQLITE_DIRECTONLY, chain, sql_next, NULL,
                                          NULL, free);
    return code != SQLITE_OK ? code
        : sqlite3_create_function_v2(database, "chain_private", 3, SQLITE_UTF8 | SQLITE_DIRECTONLY, NULL, sql_private, NULL,
                                     NULL, NULL);
}
