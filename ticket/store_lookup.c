/* store_lookup.c - hashes that lead to rows: made, added, dropped, and moved to the large index in idle time
 * SPDX-License-Identifier: MIT
 */
#include "ticket/store_lookup.h"

#include <string.h>

#include "ticket/store_filter.h"

enum { SENT = 1, TICKET = 2, REQUESTER = 3 }; /* a mail is 0 */
enum { KEY_BITS = 23, MAIL_BITS = 38, OPENED_BITS = 26, OPENED_STEP = 9, ADDRESS_MAX = 1000 };

/* ---- Hashes --------------------------------------------------------------------------------------- */

static uint64_t rotate(uint64_t value, int bits)
{
    return value << bits | value >> (64 - bits);
}

static void sip_round(uint64_t v[static 4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

/* SipHash-2-4 under a key that is no secret: nobody finds many texts of one hash without as many trials, and the
 * few that he does find cost a row each. */
static uint64_t hash_bytes(const unsigned char *bytes, size_t size)
{
    uint64_t v[4] = { 0x736f6d6570736575, 0x646f72616e646f6d, 0x6c7967656e657261, 0x7465646279746573 };
    uint64_t word = 0, last = (uint64_t)size << 56;
    size_t i = 0;
    for (; i + 8 <= size; i += 8) {
        word = 0;
        for (int k = 7; k >= 0; k--)
            word = word << 8 | bytes[i + (size_t)k];
        v[3] ^= word;
        sip_round(v);
        sip_round(v);
        v[0] ^= word;
    }
    for (int k = 0; i + (size_t)k < size; k++)
        last |= (uint64_t)bytes[i + (size_t)k] << (8 * k);
    v[3] ^= last;
    sip_round(v);
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for (int k = 0; k < 4; k++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* The upper bits of a hash, under its kind. */
static uint64_t under_kind(uint64_t kind, uint64_t hash, int bits)
{
    return kind << 62 | (hash >> (64 - bits)) << (62 - bits);
}

static uint64_t number_of(const unsigned char *bytes)
{
    uint64_t number = 0;
    for (int i = 0; i < 8; i++)
        number = number << 8 | bytes[i];
    return number;
}

/* One of id and key may be NULL: without the key it is the first of the id. */
static int64_t hash_mail(const unsigned char *id, size_t size, bool twin, const unsigned char *key)
{
    uint64_t hash = under_kind(0, id ? hash_bytes(id, size) : number_of(key + 8), MAIL_BITS);
    return (int64_t)(hash | (uint64_t)twin << KEY_BITS | (key ? number_of(key) >> (64 - KEY_BITS) : 0));
}

static int64_t hash_requester(const unsigned char *address, size_t size, int64_t opened)
{
    unsigned char lower[ADDRESS_MAX];
    const int64_t latest = ((int64_t)1 << OPENED_BITS) - 1;
    /* Of an address that is none the beginning is enough. */
    size = size > sizeof lower ? sizeof lower : size;
    for (size_t i = 0; i < size; i++)
        lower[i] = address[i] >= 'A' && address[i] <= 'Z' ? (unsigned char)(address[i] - 'A' + 'a') : address[i];
    opened = opened < 0 ? 0 : opened >> OPENED_STEP > latest ? latest : opened >> OPENED_STEP;
    return (int64_t)(under_kind(REQUESTER, hash_bytes(lower, size), 62 - OPENED_BITS) | (uint64_t)opened);
}

static void sql_mail(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    const unsigned char *id = sqlite3_value_text(values[0]);
    const unsigned char *key = sqlite3_value_blob(values[2]);
    if (sqlite3_value_bytes(values[2]) != MAIL_KEY_SIZE)
        key = NULL;
    if (id || key)
        sqlite3_result_int64(context, hash_mail(id, (size_t)sqlite3_value_bytes(values[0]),
                                                sqlite3_value_int(values[1]) != 0, key));
}

static int64_t hash_whole(uint64_t kind, const unsigned char *text, size_t size)
{
    return (int64_t)under_kind(kind, hash_bytes(text, size), 62);
}

static void hash_text(sqlite3_context *context, uint64_t kind, sqlite3_value *value)
{
    const unsigned char *text = sqlite3_value_text(value);
    if (text)
        sqlite3_result_int64(context, hash_whole(kind, text, (size_t)sqlite3_value_bytes(value)));
}

static void sql_sent(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    hash_text(context, SENT, values[0]);
}

static void sql_ticket(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    hash_text(context, TICKET, values[0]);
}

static void sql_requester(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    const unsigned char *text = sqlite3_value_text(values[0]);
    if (text)
        sqlite3_result_int64(context, hash_requester(text, (size_t)sqlite3_value_bytes(values[0]),
                                                     sqlite3_value_int64(values[1])));
}

int store_lookup_functions(sqlite3 *database)
{
    static const struct {
        const char *name;
        int arguments;
        void (*function)(sqlite3_context *context, int count, sqlite3_value **values);
    } functions[] = { { "hash_mail", 3, sql_mail }, { "hash_sent", 1, sql_sent }, { "hash_ticket", 1, sql_ticket },
                      { "hash_requester", 2, sql_requester } };
    int code = SQLITE_OK;
    for (size_t i = 0; i < sizeof functions / sizeof *functions && code == SQLITE_OK; i++)
        code = sqlite3_create_function_v2(database, functions[i].name, functions[i].arguments, SQLITE_UTF8 |
                                          SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL, functions[i].function, NULL,
                                          NULL, NULL);
    return code;
}

/* ---- Finding ------------------------------------------------------------------------------------------ */

/* What is not there may come by another program, unless we hold the lock. */
static bool holds_lock(const struct store *store)
{
    return sqlite3_txn_state(store->database, NULL) == SQLITE_TXN_WRITE;
}

int store_lookup_ticket(struct store *store, const char *id, int64_t *number, struct error *error)
{
    static const char sql[] = "SELECT number FROM " LOOKUP_PARTLY("?2", "?2", "?3") " CROSS JOIN ticket ON number = row "
                              "WHERE id = ?1";
    struct store_known *known = &store->known;
    *number = 0;
    if (strlen(id) != TICKET_ID_SIZE - 1)
        return 0;
    if (known->has_ticket && strcmp(known->ticket, id) == 0) {
        *number = known->number;
        return *number != 0;
    }
    int64_t hash = hash_whole(TICKET, (const unsigned char *)id, TICKET_ID_SIZE - 1);
    sqlite3_stmt *statement = store_sql_bind(store, sql, error, "tii", id, hash, (int64_t)!store_filter_excludes(store, hash));
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step < 0)
        return -1;
    if (step > 0)
        *number = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    memcpy(known->ticket, id, TICKET_ID_SIZE);
    known->number = *number;
    known->has_ticket = step > 0 || holds_lock(store);
    return step;
}

/* Whether there is an entry between two hashes. */
static int any_between(struct store *store, int64_t first, int64_t last, struct error *error)
{
    static const char sql[] = "SELECT 1 FROM " LOOKUP_PARTLY("?1", "?2", "?3");
    sqlite3_stmt *statement = store_sql_bind(store, sql, error, "iii", first, last,
                                             (int64_t)!store_filter_excludes(store, first));
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step > 0)
        sqlite3_reset(statement);
    return step;
}

int store_lookup_any_mail(struct store *store, const char *message_id, const uint8_t key[static MAIL_KEY_SIZE],
                          struct error *error)
{
    struct store_known *known = &store->known;
    const unsigned char *id = (const unsigned char *)message_id;
    size_t size = id ? strlen(message_id) : 0;
    int64_t itself = hash_mail(id, size, false, key);
    if (known->has_mail && known->mail == itself)
        return 0;
    int64_t first = id ? hash_mail(id, size, false, NULL) : itself;
    int any = any_between(store, first, id ? first + ((int64_t)2 << KEY_BITS) - 1 : itself, error);
    known->mail = itself;
    known->has_mail = any == 0 && holds_lock(store);
    return any;
}

int store_lookup_any_ticket(struct store *store, const char *requester, struct error *error)
{
    struct store_known *known = &store->known;
    const unsigned char *address = (const unsigned char *)requester;
    int64_t first = hash_requester(address, strlen(requester), 0);
    if (known->has_requester && known->requester == first)
        return 0;
    int any = any_between(store, first, first + ((int64_t)1 << OPENED_BITS) - 1, error);
    known->requester = first;
    known->has_requester = any == 0 && holds_lock(store);
    return any;
}

int64_t store_lookup_settled_mail(struct store *store, const char *message_id)
{
    return !store_filter_excludes(store, hash_mail((const unsigned char *)message_id, strlen(message_id), false, NULL));
}

int64_t store_lookup_settled_ticket(struct store *store, const char *requester)
{
    return !store_filter_excludes(store, hash_requester((const unsigned char *)requester, strlen(requester), 0));
}

void store_lookup_forget(struct store *store)
{
    store->known = (struct store_known){ .number = 0 };
}

/* ---- Adding and dropping ----------------------------------------------------------------------------- */

int store_lookup_add_mail(struct store *store, const struct mail_row *mail, bool twin, struct error *error)
{
    static const char sql[] = "INSERT INTO lookup_recent (hash, row) VALUES (hash_mail(?1, ?2, ?3), ?4)";
    store->known.has_mail = false;
    return store_sql_run(store, sql, error, "tibi", mail->message_id, (int64_t)twin, mail->key, MAIL_KEY_SIZE, mail->id);
}

int store_lookup_add_sent(struct store *store, const struct mail_row *mail, struct error *error)
{
    static const char sql[] = "INSERT OR IGNORE INTO lookup_recent (hash, row) SELECT hash_sent(?1), ?2 WHERE NOT EXISTS "
                              "(SELECT 1 FROM lookup WHERE hash = hash_sent(?1) AND row = ?2)";
    if (!mail->message_id || strcmp(mail->direction, "out") != 0)
        return 1;
    return store_sql_run(store, sql, error, "ti", mail->message_id, mail->id);
}

int store_lookup_add_ticket(struct store *store, const struct ticket_row *ticket, int64_t number, struct error *error)
{
    static const char id[] = "INSERT INTO lookup_recent (hash, row) VALUES (hash_ticket(?1), ?2)";
    static const char requester[] = "INSERT INTO lookup_recent (hash, row) VALUES (hash_requester(?1, ?2), ?3)";
    store_lookup_forget(store);
    if (store_sql_run(store, id, error, "ti", ticket->id, number) < 0)
        return -1;
    return !ticket->requester[0] ? 1
        : store_sql_run(store, requester, error, "tii", ticket->requester, ticket->opened, number);
}

int store_lookup_add_requester(struct store *store, int64_t number, struct error *error)
{
    static const char sql[] = "INSERT INTO lookup_recent (hash, row) SELECT hash_requester(requester, opened), number FROM "
                              "ticket WHERE number = ?1 AND requester <> ''";
    store_lookup_forget(store);
    return store_sql_run(store, sql, error, "i", number);
}

#define DROP_MAIL(table) \
    "DELETE FROM " table " WHERE row = ?1 AND hash IN (SELECT hash_mail(message_id, twin, key) FROM mail WHERE id = ?1 " \
    "UNION ALL SELECT hash_sent(message_id) FROM mail WHERE id = ?1)"
#define DROP_REQUESTER(table) \
    "DELETE FROM " table " WHERE row = ?1 AND hash = (SELECT hash_requester(requester, opened) FROM ticket WHERE number = ?1)"

static int drop(struct store *store, const char *from_recent, const char *from_all, int64_t row, struct error *error)
{
    return store_sql_run(store, from_recent, error, "i", row) < 0 ? -1 : store_sql_run(store, from_all, error, "i", row);
}

int store_lookup_drop_mail(struct store *store, int64_t mail, struct error *error)
{
    static const char recent[] = DROP_MAIL("lookup_recent"), all[] = DROP_MAIL("lookup");
    return drop(store, recent, all, mail, error);
}

int store_lookup_drop_requester(struct store *store, int64_t number, struct error *error)
{
    static const char recent[] = DROP_REQUESTER("lookup_recent"), all[] = DROP_REQUESTER("lookup");
    return drop(store, recent, all, number, error);
}

/* ---- Moving ------------------------------------------------------------------------------------------ */

struct entry {
    int64_t hash, row;
};

/* The next ones in the order of their hashes, which are the order of pages in the large index; round and round. */
static int next_entries(struct store *store, struct entry *entries, int most, struct error *error)
{
    static const char sql[] = "SELECT hash, row FROM lookup_recent WHERE hash >= ?1 ORDER BY hash, row LIMIT ?2";
    int count = 0;
    for (int turn = 0; turn < 2 && count == 0; turn++) {
        sqlite3_stmt *statement = store_sql_bind(store, sql, error, "ii", store->settled, (int64_t)most);
        int step = statement ? 1 : -1;
        while (step > 0 && (step = store_sql_step(store, statement, error)) > 0)
            entries[count++] = (struct entry){ sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1) };
        if (step < 0)
            return -1;
        store->settled = count > 0 ? entries[count - 1].hash : INT64_MIN;
    }
    return count;
}

static int is_settled(struct store *store, const struct entry *entry, struct error *error)
{
    sqlite3_stmt *statement = store_sql_bind(store, "SELECT 1 FROM lookup WHERE hash = ?1 AND row = ?2", error, "ii",
                                             entry->hash, entry->row);
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step > 0)
        sqlite3_reset(statement);
    return step;
}

/* Reads the pages that will change while nobody has to wait for it. */
static int warm(struct store *store, const struct entry *entries, int count, struct error *error)
{
    if (store_sql_run(store, "BEGIN", error, "") < 0)
        return -1;
    int result = 0;
    for (int i = 0; i < count && result >= 0; i++)
        result = is_settled(store, &entries[i], error);
    store_rollback(store);
    return result;
}

static int move(struct store *store, const struct entry *entry, struct error *error)
{
    if (store_sql_run(store, "DELETE FROM lookup_recent WHERE hash = ?1 AND row = ?2", error, "ii", entry->hash,
                      entry->row) < 0)
        return -1;
    store_filter_add(store, entry->hash);
    /* Another program was faster, or it was erased. */
    return store_sql_changes(store) == 0 ? 1
        : store_sql_run(store, "INSERT OR IGNORE INTO lookup (hash, row) VALUES (?1, ?2)", error, "ii", entry->hash,
                        entry->row);
}

int store_settle(struct store *store, int most, struct error *error)
{
    struct entry entries[STORE_SETTLE_MAX];
    int count = next_entries(store, entries, most < STORE_SETTLE_MAX ? most : STORE_SETTLE_MAX, error);
    if (count <= 0)
        return count;
    if (warm(store, entries, count, error) < 0 || store_begin(store, error) < 0)
        return -1;
    for (int i = 0; i < count; i++)
        if (move(store, &entries[i], error) < 0) {
            store_rollback(store);
            return -1;
        }
    int64_t times;
    if (store_filter_count(store, &times, error) < 0) {
        store_rollback(store);
        return -1;
    }
    if (store_commit(store, error) < 0)
        return -1;
    store_filter_counted(store, times);
    return count;
}

int store_settle_due(struct store *store, struct error *error)
{
    sqlite3_stmt *statement = store_sql_bind(store, "SELECT count(*) > ?1 FROM (SELECT 1 FROM lookup_recent LIMIT ?1 + 1)",
                                             error, "i", (int64_t)STORE_SETTLE_FROM);
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step < 0)
        return -1;
    int due = step > 0 && sqlite3_column_int(statement, 0);
    sqlite3_reset(statement);
    return due;
}

int store_reindex(struct store *store, struct error *error)
{
    /* In the order of the hashes, each kind by itself: the index is written from its left end to its right one. */
    static const char *const sql[] = {
        "DELETE FROM lookup_recent", "DELETE FROM lookup",
        "INSERT INTO lookup SELECT hash_ticket(id), number FROM ticket ORDER BY 1, 2",
        "INSERT INTO lookup SELECT hash_requester(requester, opened), number FROM ticket WHERE requester <> '' ORDER BY 1, 2",
        "INSERT INTO lookup SELECT hash_mail(message_id, twin, key), id FROM mail ORDER BY 1, 2",
        "INSERT INTO lookup SELECT hash_sent(message_id), id FROM mail WHERE direction = 'out' AND message_id NOTNULL ORDER BY 1, 2",
    };
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++)
        if (store_sql_run(store, sql[i], error, "") < 0)
            return -1;
    int64_t times;
    store_filter_free(store);
    return store_filter_count(store, &times, error);
}

#define MISSING(hash, row) \
    "NOT EXISTS (SELECT 1 FROM lookup WHERE hash = " hash " AND row = " row " UNION ALL SELECT 1 FROM lookup_recent WHERE hash = " \
    hash " AND row = " row ")"

int store_lookup_missing(struct store *store, int64_t *count, struct error *error)
{
    static const char *const sql[] = {
        "SELECT count(*) FROM ticket WHERE " MISSING("hash_ticket(id)", "number"),
        "SELECT count(*) FROM ticket WHERE requester <> '' AND " MISSING("hash_requester(requester, opened)", "number"),
        "SELECT count(*) FROM mail WHERE " MISSING("hash_mail(message_id, twin, key)", "id"),
        "SELECT count(*) FROM mail WHERE direction = 'out' AND message_id NOTNULL AND " MISSING("hash_sent(message_id)", "id"),
    };
    *count = 0;
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++) {
        sqlite3_stmt *statement = store_sql_get(store, sql[i], error);
        if (!statement || store_sql_step(store, statement, error) <= 0)
            return -1;
        *count += sqlite3_column_int64(statement, 0);
        sqlite3_reset(statement);
    }
    return 1;
}
