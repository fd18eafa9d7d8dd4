/* store_event.c - events: added, chained, read back in fold order
 * SPDX-License-Identifier: MIT
 */
#include "ticket/store_chain.h"

#include <stdlib.h>
#include <string.h>

#include "ticket/store_lookup.h"

/* Members that say something of a person go to event_private; these are about the matter. */
static const char *const chained_members[] = {
    "urgency", "thanks_only", "offers_plan", "asks_customer", "of", "outcome", "by", "category", "signals", "complaint",
    "chase", "moment", "kind", "state", "ticket", "agent", "mailbox", "policy", "purpose", "role", "reason_id",
    "satisfied", "score", "about", "stop",
    "product", "batch", "carrier", NULL
};

static bool is_chained(const char *name)
{
    for (size_t i = 0; chained_members[i]; i++)
        if (strcmp(chained_members[i], name) == 0)
            return true;
    return false;
}

/* Due times are chained, the words that promised them are not. */
static json_t *dues_alone(const json_t *promises)
{
    json_t *list = json_array();
    size_t i;
    json_t *promise;
    json_array_foreach(promises, i, promise)
        json_array_append_new(list, json_pack("{s:O*}", "due", json_object_get(promise, "due")));
    return list;
}

static int split_fields(const json_t *fields, json_t **chained, json_t **private)
{
    *chained = json_object();
    *private = json_object();
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)fields, name, value) {
        if (strcmp(name, "promises") == 0)
            json_object_set_new(*chained, name, dues_alone(value));
        if (json_object_set(is_chained(name) ? *chained : *private, name, value) < 0)
            return -1;
    }
    return *chained && *private ? 1 : -1;
}

static json_t *join_fields(const char *chained, const char *private)
{
    json_t *fields = json_loads(chained ? chained : "{}", 0, NULL);
    json_t *rest = private ? json_loads(private, 0, NULL) : NULL;
    const char *name;
    json_t *value;
    json_object_foreach(rest, name, value) {
        json_t *known = json_object_get(fields, name);
        if (!known) {
            json_object_set(fields, name, value);
            continue;
        }
        /* promises: what is chained holds, the rest is added to it */
        size_t i;
        json_t *item;
        json_array_foreach(known, i, item)
            json_object_update_missing(item, json_array_get(value, i));
    }
    json_decref(rest);
    return fields;
}

/* What is written of an event, beside the row itself. */
struct written {
    json_t *chained, *private;
    char *fields, *personal; /* their texts; personal NULL: nothing */
    uint8_t salt[STORE_SALT_SIZE], digest[STORE_PRIVATE_SIZE];
    bool has_private;
    struct store_head head;  /* of the chain: before, then after it */
};

static int memory_out(struct error *error)
{
    return error_set(error, ERROR_RETRY, "out of memory");
}

static int write_down(const struct event_row *row, struct written *written, struct error *error)
{
    if (split_fields(row->fields, &written->chained, &written->private) < 0 ||
        !(written->fields = json_dumps(written->chained, JSON_COMPACT | JSON_SORT_KEYS)))
        return memory_out(error);
    if (json_object_size(written->private) > 0 &&
        !(written->personal = json_dumps(written->private, JSON_COMPACT | JSON_SORT_KEYS)))
        return memory_out(error);
    written->has_private = written->personal || row->evidence;
    if (written->has_private && (!seal_random(written->salt, sizeof written->salt) ||
                                 !store_chain_private(written->salt, written->personal, row->evidence, written->digest)))
        return memory_out(error);
    struct chain_record record = { .ticket = row->ticket, .at = row->at, .recorded = row->recorded,
                                   .type = event_type_name(row->type), .fields = written->fields, .actor = row->actor,
                                   .mail = row->mail, .confirmed = row->confirmed,
                                   .private = written->has_private ? written->digest : NULL };
    return store_chain_next(&record, written->head.chain) ? 1 : memory_out(error);
}

static int insert_event(struct store *store, struct event_row *row, const struct written *written, struct error *error)
{
    static const char sql[] = "INSERT INTO event (ticket, at, recorded, type, fields, actor, mail, confirmed, private, chain) "
                              "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    static const char private_sql[] = "INSERT INTO event_private (event, salt, fields, evidence) VALUES (?1, ?2, ?3, ?4)";
    int64_t number;
    if (store_lookup_ticket(store, row->ticket, &number, error) < 0 ||
        store_sql_run(store, sql, error, "niitttnibb", number, row->at, row->recorded, event_type_name(row->type),
                      written->fields, row->actor, row->mail, (int64_t)row->confirmed,
                      written->has_private ? written->digest : NULL, STORE_PRIVATE_SIZE, written->head.chain, SEAL_SIZE) < 0)
        return -1;
    row->id = sqlite3_last_insert_rowid(store->database);
    return !written->has_private ? 1
        : store_sql_run(store, private_sql, error, "ibtt", row->id, written->salt, STORE_SALT_SIZE, written->personal,
                        row->evidence);
}

int store_event_add(struct store *store, struct event_row *row, struct error *error)
{
    struct written written = { .has_private = false };
    int result = store_event_head(store, &written.head, error);
    if (result > 0)
        result = write_down(row, &written, error);
    if (result > 0)
        result = insert_event(store, row, &written, error);
    store->events_added += result > 0;
    free(written.fields);
    free(written.personal);
    json_decref(written.chained);
    json_decref(written.private);
    return result;
}

int64_t store_event_added(const struct store *store)
{
    return store->events_added;
}

static int read_event(sqlite3_stmt *statement, struct arena *arena, struct event_row *row)
{
    *row = (struct event_row){ .id = sqlite3_column_int64(statement, 0) };
    const char *ticket = (const char *)sqlite3_column_text(statement, 1);
    strncpy(row->ticket, ticket ? ticket : "", TICKET_ID_SIZE - 1);
    row->at = sqlite3_column_int64(statement, 2);
    row->recorded = sqlite3_column_int64(statement, 3);
    row->actor = store_sql_text(statement, 6, arena);
    row->mail = sqlite3_column_int64(statement, 7);
    row->confirmed = sqlite3_column_int64(statement, 8) != 0;
    row->evidence = store_sql_text(statement, 10, arena);
    row->fields = join_fields((const char *)sqlite3_column_text(statement, 5),
                              (const char *)sqlite3_column_text(statement, 9));
    const char *type = (const char *)sqlite3_column_text(statement, 4);
    return row->actor && row->fields && type && event_type_parse(type, &row->type);
}

static int compare_events(const void *a, const void *b)
{
    const struct event_row *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* Events are never changed: a better known moment is a later record that is applied here. */
static void apply_moments(struct event_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(json_object_get(rows[i].fields, "moment"));
        instant at;
        if (!text || rows[i].type != EVENT_NOTE || rows[i].mail == 0 || strcmp(rows[i].actor, "redress") != 0 ||
            instant_parse_rfc3339(text, &at, NULL) < 0)
            continue;
        for (size_t k = 0; k < count; k++)
            if (rows[k].mail == rows[i].mail && k != i && rows[k].id < rows[i].id && rows[k].type != EVENT_NOTE) {
                rows[k].at = at;
                rows[k].confirmed = true;
            }
    }
}

int store_event_list(struct store *store, const char *ticket, struct arena *arena, struct event_row **rows,
                     size_t *count, struct error *error)
{
    static const char sql[] = "SELECT e.id, ?2, e.at, e.recorded, e.type, e.fields, e.actor, e.mail, e.confirmed, p.fields, "
                              "p.evidence FROM event e LEFT JOIN event_private p ON p.event = e.id WHERE e.ticket = ?1 ORDER BY e.id";
    size_t room = 0;
    struct event_row *list = NULL;
    *count = 0;
    *rows = NULL;
    int64_t number;
    if (store_lookup_ticket(store, ticket, &number, error) < 0)
        return -1;
    sqlite3_stmt *statement = store_sql_bind(store, sql, error, "it", number, ticket);
    int step = statement ? 1 : -1;
    while (step > 0 && (step = store_sql_step(store, statement, error)) > 0) {
        if (*count == room) {
            struct event_row *wider = arena_alloc(arena, (room = room ? room * 2 : 8) * sizeof *list);
            if (wider && *count)
                memcpy(wider, list, *count * sizeof *list);
            if (!wider)
                break;
            list = wider;
        }
        if (!read_event(statement, arena, &list[(*count)++]))
            break;
    }
    if (step != 0) {
        if (step > 0) {
            sqlite3_reset(statement);
            error_set(error, ERROR_RETRY, "out of memory, or ticket %s has an event of an unknown type", ticket);
        }
        store_event_rows_free(list, *count);
        *count = 0;
        return -1;
    }
    apply_moments(list, *count);
    if (*count > 1)
        qsort(list, *count, sizeof *list, compare_events);
    *rows = list;
    return 1;
}

void store_event_rows_free(struct event_row *rows, size_t count)
{
    for (size_t i = 0; rows && i < count; i++) {
        json_decref(rows[i].fields);
        rows[i].fields = NULL;
    }
}

int store_event_of_mail(struct store *store, int64_t mail, enum event_type type, int64_t *id, struct error *error)
{
    sqlite3_stmt *statement = store_sql_bind(store, "SELECT id FROM event WHERE mail = ?1 AND type = ?2 ORDER BY id",
                                             error, "it", mail, event_type_name(type));
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step <= 0)
        return step;
    *id = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return 1;
}
