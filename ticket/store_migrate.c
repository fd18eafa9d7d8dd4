/* store_migrate.c - from an empty file or an older schema to the present one
 * SPDX-License-Identifier: MIT
 */
#include "ticket/store_migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/durable.h"
#include "ticket/store_chain.h"
#include "ticket/store_lookup.h"

static int read_pragma(sqlite3 *database, const char *sql, int64_t *value, const char *path, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);
    if (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        *value = sqlite3_column_int64(statement, 0);
        code = SQLITE_OK;
    }
    int result = code == SQLITE_OK ? 1 : store_sql_fail_code(database, code, path, error);
    sqlite3_finalize(statement);
    return result;
}

static int run(sqlite3 *database, const char *sql, const char *path, struct error *error)
{
    int code = sqlite3_exec(database, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? 1 : store_sql_fail_code(database, code, path, error);
}

/* What the database is; the caller holds a transaction, for between two of these statements another program may fill
 * an empty one. */
static int look(sqlite3 *database, const char *path, int count, int64_t *version, struct error *error)
{
    int64_t application = 0, tables = 0;
    if (read_pragma(database, "PRAGMA application_id", &application, path, error) < 0 ||
        read_pragma(database, "PRAGMA user_version", version, path, error) < 0 ||
        read_pragma(database, "SELECT count(*) FROM sqlite_master", &tables, path, error) < 0)
        return -1;
    if (application == 0 && *version == 0 && tables == 0)
        return 0;
    if (application != STORE_APPLICATION_ID)
        return error_set(error, ERROR_SETUP, "'%s' is a database of another program: name another file in "
                         "\"database\"", path);
    if (*version > count)
        return error_set(error, ERROR_SETUP, "database '%s' has schema %lld, this program knows up to %d: install the "
                         "newer redress, or restore the backup made before it", path, (long long)*version, count);
    return 1;
}

static int look_at_once(sqlite3 *database, const char *path, int count, int64_t *version, struct error *error)
{
    if (run(database, "BEGIN", path, error) < 0)
        return -1;
    int result = look(database, path, count, version, error);
    sqlite3_exec(database, "COMMIT", NULL, NULL, NULL);
    return result;
}

int store_migrate_older(sqlite3 *database, const char *path, int count, struct error *error)
{
    int64_t version = 0;
    int result = look_at_once(database, path, count, &version, error);
    return result > 0 && version < count ? (int)version : result < 0 ? -1 : 0;
}

int store_migrate_look(sqlite3 *database, const char *path, int count, int need_present, struct error *error)
{
    int64_t version = 0;
    int result = look_at_once(database, path, count, &version, error);
    if (result < 0 || !need_present)
        return result;
    if (result == 0)
        return error_set(error, ERROR_RETRY, "database '%s' is empty: the daemons fill it at their first start", path);
    if (version < count)
        return error_set(error, ERROR_RETRY, "database '%s' has the older schema %lld: the daemons migrate it at "
                         "their next start", path, (long long)version);
    return 1;
}

/* A connection that writes cannot copy at the same time: another one reads, and sees what was there before. */
static int copy_to(const char *path, const char *copy, struct error *error)
{
    sqlite3 *reader = NULL;
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_open_v2(path, &reader, SQLITE_OPEN_READWRITE, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_busy_timeout(reader, 5000);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(reader, "VACUUM INTO ?1", -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_bind_text(statement, 1, copy, -1, SQLITE_STATIC);
    if (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_DONE)
        code = SQLITE_OK;
    int result = code == SQLITE_OK ? 1 : store_sql_fail_code(reader, code, path, error);
    sqlite3_finalize(statement);
    sqlite3_close(reader);
    return result;
}

/* A copy that is whole, made before anything is changed and while nobody else can write. An existing one of that
 * version stays. */
static int backup(const char *path, int64_t version, struct error *error)
{
    char copy[4096], half[4096 + 8];
    snprintf(copy, sizeof copy, "%s.v%lld.backup", path, (long long)version);
    if (access(copy, F_OK) == 0)
        return 1;
    snprintf(half, sizeof half, "%s.part", copy);
    unlink(half);
    int fd = open(half, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd < 0)
        return error_set(error, ERROR_SETUP, "cannot create '%s' for the backup before migrating: %s", half,
                         strerror(errno));
    close(fd);
    int result = copy_to(path, half, error);
    /* What comes next cannot be taken back without it. */
    if (result > 0 && (!durable_file(half) || rename(half, copy) != 0 || !durable_name(copy)))
        result = error_set(error, ERROR_SETUP, "cannot keep '%s': %s", copy, strerror(errno));
    if (result < 0)
        unlink(half);
    return result < 0 ? error_prefix(error, "backup before migrating") : 1;
}

static int run_steps(sqlite3 *database, const char *path, int64_t version, const char *const *steps, int count,
                     struct error *error)
{
    char pragmas[128];
    for (int64_t i = version; i < (version == 0 ? 1 : count); i++)
        if (run(database, steps[i], path, error) < 0)
            return error_prefix(error, "migrating to schema %lld", (long long)i + 1);
    snprintf(pragmas, sizeof pragmas, "PRAGMA application_id = %d; PRAGMA user_version = %d", STORE_APPLICATION_ID,
             count);
    return run(database, pragmas, path, error);
}

static int check_references(sqlite3 *database, const char *path, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(database, "PRAGMA foreign_key_check", -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    int result = code == SQLITE_DONE ? 1
        : code != SQLITE_ROW ? store_sql_fail_code(database, code, path, error)
        : error_set(error, ERROR_SETUP, "database '%s': a row of table %s refers to one that is not there; restore a backup or "
                    "rebuild from the mailboxes", path, (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return result;
}

/* The lock is held. */
static int migrate_alone(sqlite3 *database, const char *path, const char *const *steps, int count, struct error *error)
{
    int64_t version = 0;
    int result = look(database, path, count, &version, error);
    /* Another program may have migrated while we waited for the lock. */
    if (result < 0 || (result > 0 && version == count))
        return result;
    if (result > 0 && backup(path, version, error) < 0)
        return -1;
    result = run_steps(database, path, version, steps, count, error);
    return result < 0 ? -1 : check_references(database, path, error);
}

int store_migrate(sqlite3 *database, const char *path, const char *const *steps, int count, struct error *error)
{
    int64_t version = 0;
    int result = look_at_once(database, path, count, &version, error);
    if (result < 0 || (result > 0 && version == count))
        return result;
    int code = store_chain_functions(database);
    if (code == SQLITE_OK)
        code = store_lookup_functions(database);
    if (code != SQLITE_OK)
        return store_sql_fail_code(database, code, path, error);
    /* A table that others refer to is made anew by dropping it: that they fit again is looked at in the end. */
    /* What is sorted for an index may be larger than the memory. */
    if (run(database, "PRAGMA temp_store = FILE; PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE", path, error) < 0)
        return -1;
    result = migrate_alone(database, path, steps, count, error);
    if (result >= 0)
        result = run(database, "COMMIT", path, error);
    if (result < 0)
        sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_exec(database, "PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON", NULL, NULL, NULL);
    return result;
}
