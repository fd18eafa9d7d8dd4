/* store_folder.c - folders read so far, settings, policies kept, and what programs say of themselves
 * SPDX-License-Identifier: MIT
 */
#include "ticket/store_sql.h"

#include <string.h>

int store_folder_get(struct store *store, const char *account, const char *name, struct arena *arena,
                     struct folder_row *row, struct error *error)
{
    static const char sql[] = "SELECT account, name, uid_validity, uid_next, mod_sequence, looked FROM folder WHERE "
                              "account = ?1 AND name = ?2";
    sqlite3_stmt *statement = store_sql_bind(store, sql, error, "tt", account, name);
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step <= 0)
        return step;
    *row = (struct folder_row){
        .account = store_sql_text(statement, 0, arena),
        .name = store_sql_text(statement, 1, arena),
        .uid_validity = sqlite3_column_int64(statement, 2),
        .uid_next = sqlite3_column_int64(statement, 3),
        .mod_sequence = sqlite3_column_int64(statement, 4),
        .looked = store_sql_moment(statement, 5),
    };
    sqlite3_reset(statement);
    return row->account && row->name ? 1 : error_set(error, ERROR_RETRY, "out of memory");
}

int store_folder_put(struct store *store, const struct folder_row *row, struct error *error)
{
    static const char sql[] = "INSERT INTO folder (account, name, uid_validity, uid_next, mod_sequence, looked) VALUES "
                              "(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET uid_validity = excluded.uid_validity, "
                              "uid_next = excluded.uid_next, mod_sequence = excluded.mod_sequence, looked = "
                              "excluded.looked";
    return store_sql_run(store, sql, error, "ttiiim", row->account, row->name, row->uid_validity, row->uid_next,
                         row->mod_sequence, row->looked);
}

/* One text of a bound statement. */
static int one_text(struct store *store, sqlite3_stmt *statement, struct arena *arena, const char **text,
                    struct error *error)
{
    *text = NULL;
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step <= 0)
        return step;
    *text = store_sql_text(statement, 0, arena);
    sqlite3_reset(statement);
    return *text ? 1 : error_set(error, ERROR_RETRY, "out of memory");
}

int store_policy_keep(struct store *store, const char *version, const char *json, instant now, struct error *error)
{
    static const char in_force[] = "INSERT INTO policy_in_force (known, version) SELECT ?2, ?1 WHERE ?1 IS NOT "
                                   "(SELECT version FROM policy_in_force ORDER BY id DESC LIMIT 1)";
    if (store_sql_run(store, "INSERT OR IGNORE INTO policy (version, json, known) VALUES (?1, ?2, ?3)", error, "tti",
                      version, json, now) < 0)
        return -1;
    return store_sql_run(store, in_force, error, "ti", version, now);
}

int store_policy_get(struct store *store, const char *version, struct arena *arena, const char **json,
                     struct error *error)
{
    return one_text(store, store_sql_bind(store, "SELECT json FROM policy WHERE version = ?1", error, "t", version),
                    arena, json, error);
}

int store_policy_list(struct store *store, struct arena *arena, struct policy_row **rows, size_t *count,
                      struct error *error)
{
    enum { POLICIES_MAX = 10000 };
    static const char sql[] = "SELECT version, json, f.known FROM policy_in_force f JOIN policy USING (version) "
                              "ORDER BY f.known, f.id LIMIT ?1";
    sqlite3_stmt *statement = store_sql_bind(store, sql, error, "i", (int64_t)POLICIES_MAX);
    size_t room = 0;
    int more = 0;
    *rows = NULL;
    *count = 0;
    while (statement && (more = store_sql_step(store, statement, error)) == 1) {
        if (*count == room) {
            room = room ? room * 2 : 8;
            struct policy_row *grown = arena_alloc(arena, room * sizeof *grown);
            if (!grown) {
                sqlite3_reset(statement);
                return error_set(error, ERROR_RETRY, "out of memory");
            }
            if (*count)
                memcpy(grown, *rows, *count * sizeof *grown);
            *rows = grown;
        }
        struct policy_row *row = &(*rows)[(*count)++];
        row->version = store_sql_text(statement, 0, arena);
        row->json = store_sql_text(statement, 1, arena);
        row->known = sqlite3_column_int64(statement, 2);
    }
    return statement && more == 0 ? 1 : -1;
}

int store_setting_get(struct store *store, const char *name, struct arena *arena, const char **value,
                      struct error *error)
{
    return one_text(store, store_sql_bind(store, "SELECT value FROM setting WHERE name = ?1", error, "t", name), arena,
                    value, error);
}

int store_setting_put(struct store *store, const char *name, const char *value, struct error *error)
{
    return store_sql_run(store, "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = "
                         "excluded.value", error, "tt", name, value);
}

int store_setting_keep(struct store *store, const char *name, const char *value, struct arena *arena,
                       const char **kept, struct error *error)
{
    int found = store_setting_get(store, name, arena, kept, error);
    if (found != 0)
        return found;
    if (store_sql_run(store, "INSERT OR IGNORE INTO setting (name, value) VALUES (?1, ?2)", error, "tt", name,
                      value) < 0)
        return -1;
    return store_setting_get(store, name, arena, kept, error);
}

int store_health_put(struct store *store, const char *program, const char *name, const char *value, instant at,
                     struct error *error)
{
    return store_sql_run(store, "INSERT INTO health (program, name, value, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO "
                         "UPDATE SET value = excluded.value, at = excluded.at", error, "ttti", program, name, value,
                         at);
}

int store_health_list(struct store *store, struct arena *arena,
                      int (*each)(const char *program, const char *name, const char *value, instant at,
                                  void *argument), void *argument, struct error *error)
{
    sqlite3_stmt *statement =
        store_sql_bind(store, "SELECT program, name, value, at FROM health ORDER BY program, name", error, "");
    int step = statement ? 1 : -1;
    while (step > 0 && (step = store_sql_step(store, statement, error)) > 0) {
        const char *program = store_sql_text(statement, 0, arena), *name = store_sql_text(statement, 1, arena),
                   *value = store_sql_text(statement, 2, arena);
        if (!program || !name || !value) {
            sqlite3_reset(statement);
            return error_set(error, ERROR_RETRY, "out of memory");
        }
        if (!each(program, name, value, sqlite3_column_int64(statement, 3), argument))
            break;
    }
    if (step > 0)
        sqlite3_reset(statement);
    return step < 0 ? -1 : 1;
}
