/* store_mail.c - mails, their sightings, recipients and ids
 * SPDX-License-Identifier: MIT
 */
#include "ticket/store_lookup.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { WAITING_MAX = 100, RECIPIENTS_MAX = 2000 };

const char *sighting_source_name(enum sighting_source source)
{
    static const char *const names[] = { "milter", "submission", "sent", "folder", "outbox" };
    return names[source];
}

static enum sighting_source source_parse(const char *name)
{
    for (int i = SIGHT_MILTER; name && i < SIGHT_OUTBOX; i++)
        if (strcmp(name, sighting_source_name((enum sighting_source)i)) == 0)
            return (enum sighting_source)i;
    return SIGHT_OUTBOX;
}

#define MAIL_COLUMNS \
    "id, key, message_id, from_addr, from_name, subject, kind, language, direction, mailbox, at, confirmed, " \
    "ticket, verdict, facts"

static void read_mail(sqlite3_stmt *statement, struct arena *arena, struct mail_row *row)
{
    row->id = sqlite3_column_int64(statement, 0);
    const void *key = sqlite3_column_blob(statement, 1);
    if (key && sqlite3_column_bytes(statement, 1) == MAIL_KEY_SIZE)
        memcpy(row->key, key, MAIL_KEY_SIZE);
    const char **texts[] = { &row->message_id, &row->from_addr, &row->from_name, &row->subject, &row->kind,
                             &row->language, &row->direction, &row->mailbox };
    for (int i = 0; i < 8; i++)
        *texts[i] = store_sql_text(statement, 2 + i, arena);
    row->at = sqlite3_column_int64(statement, 10);
    row->confirmed = sqlite3_column_int64(statement, 11) != 0;
    row->ticket = store_sql_text(statement, 12, arena);
    row->verdict = store_sql_text(statement, 13, arena);
    row->facts = store_sql_text(statement, 14, arena);
}

/* The first row of a bound statement. */
static int one_mail(struct store *store, sqlite3_stmt *statement, struct arena *arena, struct mail_row *row,
                    struct error *error)
{
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step <= 0)
        return step;
    *row = (struct mail_row){ 0 };
    read_mail(statement, arena, row);
    sqlite3_reset(statement);
    return row->kind ? 1 : error_set(error, ERROR_RETRY, "out of memory");
}

int store_mail_by_key(struct store *store, const char *message_id, const uint8_t key[static MAIL_KEY_SIZE],
                      struct arena *arena, struct mail_row *row, struct error *error)
{
    static const char sql[] = "SELECT " MAIL_COLUMNS " FROM " MAIL_ITSELF("?1", "?2") " CROSS JOIN mail ON mail.id = row "
                              "WHERE message_id IS ?1 AND key = ?2";
    int any = store_lookup_any_mail(store, message_id, key, error);
    return any <= 0 ? any
        : one_mail(store, store_sql_bind(store, sql, error, "tb", message_id, key, MAIL_KEY_SIZE), arena, row, error);
}

int store_mail_by_id(struct store *store, int64_t id, struct arena *arena, struct mail_row *row, struct error *error)
{
    return one_mail(store, store_sql_bind(store, "SELECT " MAIL_COLUMNS " FROM mail WHERE id = ?1", error, "i", id),
                    arena, row, error);
}

int store_mail_by_message_id(struct store *store, const char *message_id, const char *direction, struct arena *arena,
                             struct mail_row *row, struct error *error)
{
    static const char any[] = "SELECT " MAIL_COLUMNS " FROM " MAILS_WITH("?1") " CROSS JOIN mail ON mail.id = row WHERE "
                              "message_id = ?1 AND (?2 IS NULL OR direction = ?2) ORDER BY id LIMIT 1";
    /* A text of its own, so that however many bear the id of one that left, it is found at once. */
    static const char out[] = "SELECT " MAIL_COLUMNS " FROM " LOOKUP_AT("hash_sent(?1)") " CROSS JOIN mail ON mail.id = row "
                              "WHERE message_id = ?1 AND direction = 'out' ORDER BY id LIMIT 1";
    bool left = direction && strcmp(direction, "out") == 0;
    return one_mail(store, store_sql_bind(store, left ? out : any, error, left ? "t" : "tt", message_id, direction), arena,
                    row, error);
}

/* 1 when another mail bears its Message-ID already, 0, -1; also -1 when that mail is this one. */
static int is_twin(struct store *store, const struct mail_row *row, struct error *error)
{
    static const char sql[] = "SELECT key = ?2 FROM " MAIL_FIRST("?1", "?3") " CROSS JOIN mail ON mail.id = row WHERE message_id = ?1 "
                              "AND twin = 0";
    int any = row->message_id ? store_lookup_any_mail(store, row->message_id, row->key, error) : 0;
    if (any <= 0)
        return any;
    sqlite3_stmt *statement = store_sql_bind(store, sql, error, "tbi", row->message_id, row->key, MAIL_KEY_SIZE,
                                             store_lookup_settled_mail(store, row->message_id));
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step <= 0)
        return step;
    bool same = sqlite3_column_int(statement, 0) != 0;
    sqlite3_reset(statement);
    return same ? error_set(error, ERROR_BUG, "the mail is in the database already") : 1;
}

int store_mail_insert(struct store *store, struct mail_row *row, struct error *error)
{
    static const char sql[] = "INSERT INTO mail (key, message_id, from_addr, from_name, subject, kind, language, "
                              "direction, mailbox, at, confirmed, ticket, verdict, facts, twin) VALUES "
                              "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
    int twin = is_twin(store, row, error);
    if (twin < 0 || store_sql_run(store, sql, error, "bttttttttiittti", row->key, MAIL_KEY_SIZE, row->message_id,
                                  row->from_addr, row->from_name, row->subject, row->kind, row->language, row->direction,
                                  row->mailbox, row->at, (int64_t)row->confirmed, row->ticket, row->verdict, row->facts,
                                  (int64_t)twin) < 0)
        return -1;
    row->id = sqlite3_last_insert_rowid(store->database);
    return store_lookup_add_mail(store, row, twin, error) < 0 ? -1 : store_lookup_add_sent(store, row, error);
}

int store_mail_update(struct store *store, const struct mail_row *row, struct error *error)
{
    static const char sql[] = "UPDATE mail SET from_name = ?2, subject = ?3, kind = ?4, language = ?5, direction = ?6, "
                              "mailbox = ?7, at = ?8, confirmed = ?9, ticket = ?10, verdict = ?11, facts = ?12 "
                              "WHERE id = ?1";
    if (store_sql_run(store, sql, error, "ittttttiittt", row->id, row->from_name, row->subject, row->kind,
                      row->language, row->direction, row->mailbox, row->at, (int64_t)row->confirmed, row->ticket,
                      row->verdict, row->facts) < 0)
        return -1;
    return store_lookup_add_sent(store, row, error);
}

/* What makes a sighting the same one when it is reported again. */
static char *sighting_place(const struct sighting *sighting, struct arena *arena)
{
    if (sighting->source == SIGHT_SENT || sighting->source == SIGHT_FOLDER)
        return arena_printf(arena, "%s/%s/%" PRId64 "/%" PRId64, sighting->account ? sighting->account : "",
                            sighting->folder ? sighting->folder : "", sighting->uid_validity, sighting->uid);
    return arena_printf(arena, "%s/%s", sighting->queue_id ? sighting->queue_id : "",
                        sighting->mailbox ? sighting->mailbox : "");
}

int store_sighting_add(struct store *store, int64_t mail, const struct sighting *sighting, struct error *error)
{
    static const char sql[] = "INSERT OR IGNORE INTO sighting (mail, source, place, at, first_seen, queue_id, mailbox, "
                              "login, client, envelope_from, account, folder, uid_validity, uid, seen) VALUES "
                              "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
    struct arena *arena = arena_new(64 * 1024);
    char *place = arena ? sighting_place(sighting, arena) : NULL;
    int result = place ? 1 : error_set(error, ERROR_RETRY, "out of memory");
    if (result > 0)
        result = store_sql_run(store, sql, error, "ittimttttttt" "iii", mail, sighting_source_name(sighting->source),
                               place, sighting->at, sighting->first_seen, sighting->queue_id, sighting->mailbox,
                               sighting->login, sighting->client, sighting->envelope_from, sighting->account,
                               sighting->folder, sighting->uid_validity, sighting->uid, (int64_t)sighting->seen_flag);
    arena_free(arena);
    return result < 0 ? -1 : store_sql_changes(store) > 0;
}

int store_sighting_list(struct store *store, int64_t mail, struct arena *arena, struct sighting **sightings,
                        size_t *count, struct error *error)
{
    enum { SIGHTINGS_MAX = 200 };
    static const char sql[] = "SELECT source, at, first_seen, queue_id, mailbox, login, client, envelope_from, account, "
                              "folder, uid_validity, uid, seen FROM sighting WHERE mail = ?1 ORDER BY id LIMIT 200";
    *count = 0;
    *sightings = arena_alloc(arena, SIGHTINGS_MAX * sizeof **sightings);
    if (!*sightings)
        return error_set(error, ERROR_RETRY, "out of memory");
    sqlite3_stmt *statement = store_sql_bind(store, sql, error, "i", mail);
    int step = statement ? 1 : -1;
    while (step > 0 && (step = store_sql_step(store, statement, error)) > 0) {
        struct sighting *item = &(*sightings)[(*count)++];
        *item = (struct sighting){
            .source = source_parse((const char *)sqlite3_column_text(statement, 0)),
            .at = sqlite3_column_int64(statement, 1),
            .first_seen = store_sql_moment(statement, 2),
            .not_before = INSTANT_NONE,
            .queue_id = store_sql_text(statement, 3, arena),
            .mailbox = store_sql_text(statement, 4, arena),
            .login = store_sql_text(statement, 5, arena),
            .client = store_sql_text(statement, 6, arena),
            .envelope_from = store_sql_text(statement, 7, arena),
            .account = store_sql_text(statement, 8, arena),
            .folder = store_sql_text(statement, 9, arena),
            .uid_validity = sqlite3_column_int64(statement, 10),
            .uid = sqlite3_column_int64(statement, 11),
            .seen_flag = sqlite3_column_int64(statement, 12) != 0,
        };
    }
    return step < 0 ? -1 : 1;
}

int store_sighting_of_sent(struct store *store, const char *message_id, instant *at, struct error *error)
{
    static const char sql[] = "SELECT min(s.at) FROM " MAILS_WITH("?1") " CROSS JOIN mail m ON m.id = row CROSS JOIN "
                              "sighting s ON s.mail = m.id WHERE m.message_id = ?1 AND s.source IN ('submission', 'sent')";
    sqlite3_stmt *statement = store_sql_bind(store, sql, error, "t", message_id);
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step < 0)
        return -1;
    *at = step > 0 ? store_sql_moment(statement, 0) : INSTANT_NONE;
    sqlite3_reset(statement);
    return *at != INSTANT_NONE;
}

int store_mail_recipients_add(struct store *store, int64_t mail, const char *const *addresses, struct error *error)
{
    for (size_t i = 0; addresses && addresses[i] && i < RECIPIENTS_MAX; i++)
        if (store_sql_run(store, "INSERT OR IGNORE INTO recipient (mail, address) VALUES (?1, ?2)", error, "it", mail,
                          addresses[i]) < 0)
            return -1;
    return 1;
}

/* 1 when the bound statement gives a row, 0, -1. */
static int exists(struct store *store, sqlite3_stmt *statement, struct error *error)
{
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step > 0)
        sqlite3_reset(statement);
    return step;
}

int store_mail_has_recipient(struct store *store, int64_t mail, const char *address, struct error *error)
{
    return exists(store, store_sql_bind(store, "SELECT 1 FROM recipient WHERE mail = ?1 AND address = ?2", error, "it",
                                        mail, address), error);
}

int store_mail_recipients(struct store *store, int64_t mail, struct arena *arena, const char ***addresses,
                          struct error *error)
{
    return store_sql_words(store, store_sql_bind(store, "SELECT address FROM recipient WHERE mail = ?1 LIMIT 2000",
                                                 error, "i", mail), arena, addresses, error);
}

int store_reference_add(struct store *store, const char *id, const char *ticket, bool own, struct error *error)
{
    static const char sql[] = "INSERT INTO reference (id, ticket, own) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE "
                              "SET ticket = excluded.ticket, own = 1 WHERE own = 0 AND excluded.own = 1";
    return store_sql_run(store, sql, error, "tti", id, ticket, (int64_t)own);
}

int store_ticket_by_reference(struct store *store, const char *id, char ticket[static TICKET_ID_SIZE], bool *own,
                              struct error *error)
{
    /* The first mail that bore the id owns it: who repeats it later does not get its answers. */
    static const char sql[] = "SELECT ticket, 1 FROM " MAIL_FIRST("?1", "?2") " CROSS JOIN mail ON mail.id = row WHERE "
                              "message_id = ?1 AND twin = 0 AND ticket IS NOT NULL UNION ALL "
                              "SELECT ticket, own FROM reference WHERE id = ?1 LIMIT 1";
    sqlite3_stmt *statement = store_sql_bind(store, sql, error, "ti", id,
                                             store_lookup_settled_mail(store, id));
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step <= 0)
        return step;
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    strncpy(ticket, text ? text : "", TICKET_ID_SIZE - 1);
    ticket[TICKET_ID_SIZE - 1] = '\0';
    if (own)
        *own = sqlite3_column_int64(statement, 1) != 0;
    sqlite3_reset(statement);
    return 1;
}

int store_waiting_add(struct store *store, const char *id, int64_t mail, struct error *error)
{
    static const char sql[] = "INSERT OR IGNORE INTO waiting (id, mail) SELECT ?1, ?2 WHERE "
                              "(SELECT count(*) FROM waiting WHERE id = ?1) < 100";
    return store_sql_run(store, sql, error, "ti", id, mail);
}

int store_waiting_take(struct store *store, const char *id, struct arena *arena, int64_t **mails, size_t *count,
                       struct error *error)
{
    *count = 0;
    *mails = NULL;
    sqlite3_stmt *statement =
        store_sql_bind(store, "SELECT mail FROM waiting WHERE id = ?1 ORDER BY mail LIMIT 100", error, "t", id);
    int step = statement ? 1 : -1;
    while (step > 0 && (step = store_sql_step(store, statement, error)) > 0) {
        if (!*mails && !(*mails = arena_alloc(arena, WAITING_MAX * sizeof **mails))) {
            sqlite3_reset(statement);
            return error_set(error, ERROR_RETRY, "out of memory");
        }
        (*mails)[(*count)++] = sqlite3_column_int64(statement, 0);
    }
    if (step < 0)
        return -1;
    return *count == 0 ? 1 : store_sql_run(store, "DELETE FROM waiting WHERE id = ?1", error, "t", id);
}
