/* store_sql.c - statements: prepared once, bound, stepped, reset
 * SPDX-License-Identifier: MIT
 */
#include "ticket/store_sql.h"

#include <stdarg.h>
#include <stdint.h>
#include <string.h>

/* What an administrator can do about a result code. */
static const struct {
    int code;
    enum error_kind kind;
    const char *advice;
} reactions[] = {
    { SQLITE_BUSY, ERROR_RETRY, "another program holds the database" },
    { SQLITE_LOCKED, ERROR_RETRY, "another program holds the database" },
    { SQLITE_NOMEM, ERROR_RETRY, "out of memory" },
    { SQLITE_FULL, ERROR_RETRY, "the disk is full: free space on its file system" },
    { SQLITE_IOERR, ERROR_RETRY, "reading or writing failed: is the disk full, or damaged?" },
    { SQLITE_INTERRUPT, ERROR_RETRY, "interrupted" },
    { SQLITE_PROTOCOL, ERROR_RETRY, "locking failed: the database must lie on a local file system" },
    { SQLITE_READONLY, ERROR_SETUP, "the database cannot be written: look at the owner and mode of it and its directory" },
    { SQLITE_CANTOPEN, ERROR_SETUP, "the database cannot be opened: look at the owner and mode of it and its directory" },
    { SQLITE_PERM, ERROR_SETUP, "permission denied" },
    { SQLITE_AUTH, ERROR_SETUP, "permission denied" },
    { SQLITE_CORRUPT, ERROR_SETUP, "the database is damaged: stop the daemons, keep a copy, restore a backup or "
                                   "rebuild from the mailboxes" },
    { SQLITE_NOTADB, ERROR_SETUP, "\"database\" names a file that is no database" },
};

int store_sql_fail_code(sqlite3 *database, int code, const char *path, struct error *error)
{
    const char *said = database ? sqlite3_errmsg(database) : sqlite3_errstr(code);
    for (size_t i = 0; i < sizeof reactions / sizeof *reactions; i++)
        if (reactions[i].code == (code & 0xff))
            return error_set(error, reactions[i].kind, "database '%s': %s (%s)", path ? path : "", said,
                             reactions[i].advice);
    return error_set(error, ERROR_BUG, "database '%s': %s", path ? path : "", said);
}

int store_sql_fail(struct store *store, struct error *error)
{
    return store_sql_fail_code(store->database, sqlite3_extended_errcode(store->database),
                               sqlite3_db_filename(store->database, "main"), error);
}

sqlite3_stmt *store_sql_get(struct store *store, const char *sql, struct error *error)
{
    size_t start = ((uintptr_t)sql >> 4) % STORE_STATEMENTS;
    for (size_t i = 0; i < STORE_STATEMENTS; i++) {
        size_t slot = (start + i) % STORE_STATEMENTS;
        sqlite3_stmt *statement = store->prepared[slot].statement;
        if (statement && store->prepared[slot].sql == sql) {
            sqlite3_reset(statement);
            sqlite3_clear_bindings(statement);
            return statement;
        }
        if (statement)
            continue;
        if (sqlite3_prepare_v3(store->database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) {
            store_sql_fail(store, error);
            return NULL;
        }
        store->prepared[slot].sql = sql;
        store->prepared[slot].statement = statement;
        return statement;
    }
    error_set(error, ERROR_BUG, "more than %d statements", STORE_STATEMENTS);
    return NULL;
}

static int bind_all(sqlite3_stmt *statement, const char *format, va_list arguments)
{
    int code = SQLITE_OK;
    for (int i = 1; *format && code == SQLITE_OK; format++, i++) {
        int64_t number;
        const void *bytes;
        switch (*format) {
        case 't':
            code = sqlite3_bind_text(statement, i, va_arg(arguments, const char *), -1, SQLITE_STATIC);
            break;
        case 'b':
            bytes = va_arg(arguments, const void *);
            code = sqlite3_bind_blob(statement, i, bytes, va_arg(arguments, int), SQLITE_STATIC);
            break;
        default:
            number = va_arg(arguments, int64_t);
            if ((*format == 'm' && number == INSTANT_NONE) || (*format == 'n' && number == 0))
                code = sqlite3_bind_null(statement, i);
            else
                code = sqlite3_bind_int64(statement, i, number);
        }
    }
    return code;
}

sqlite3_stmt *store_sql_bind(struct store *store, const char *sql, struct error *error, const char *format, ...)
{
    sqlite3_stmt *statement = store_sql_get(store, sql, error);
    if (!statement)
        return NULL;
    va_list arguments;
    va_start(arguments, format);
    int code = bind_all(statement, format, arguments);
    va_end(arguments);
    if (code == SQLITE_OK)
        return statement;
    store_sql_fail(store, error);
    return NULL;
}

int store_sql_step(struct store *store, sqlite3_stmt *statement, struct error *error)
{
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        return 1;
    /* The reset repeats the code; the text of the error is taken before it. */
    int result = code == SQLITE_DONE ? 0 : store_sql_fail(store, error);
    sqlite3_reset(statement);
    return result;
}

int store_sql_run(struct store *store, const char *sql, struct error *error, const char *format, ...)
{
    sqlite3_stmt *statement = store_sql_get(store, sql, error);
    if (!statement)
        return -1;
    va_list arguments;
    va_start(arguments, format);
    int code = bind_all(statement, format, arguments);
    va_end(arguments);
    if (code != SQLITE_OK)
        return store_sql_fail(store, error);
    int result;
    while ((result = store_sql_step(store, statement, error)) > 0)
        ;
    /* What was bound may be freed now. */
    sqlite3_clear_bindings(statement);
    return result < 0 ? -1 : 1;
}

int store_sql_changes(struct store *store)
{
    return sqlite3_changes(store->database);
}

const char *store_sql_text(sqlite3_stmt *statement, int column, struct arena *arena)
{
    return arena_strdup(arena, (const char *)sqlite3_column_text(statement, column));
}

instant store_sql_moment(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_type(statement, column) == SQLITE_NULL ? INSTANT_NONE
                                                                 : sqlite3_column_int64(statement, column);
}

int store_sql_words(struct store *store, sqlite3_stmt *statement, struct arena *arena, const char ***words,
                    struct error *error)
{
    enum { WORDS_MAX = 2000 };
    size_t count = 0, room = 0;
    const char **list = NULL;
    int step = statement ? 1 : -1;
    while (step > 0 && (step = store_sql_step(store, statement, error)) > 0 && count < WORDS_MAX) {
        if (count + 1 >= room) {
            const char **wider = arena_alloc(arena, (room = room ? room * 2 : 8) * sizeof *list);
            if (!wider) {
                sqlite3_reset(statement);
                return error_set(error, ERROR_RETRY, "out of memory");
            }
            if (count)
                memcpy(wider, list, count * sizeof *list);
            list = wider;
        }
        list[count++] = store_sql_text(statement, 0, arena);
    }
    if (step > 0)
        sqlite3_reset(statement);
    if (step >= 0 && !list && !(list = arena_alloc(arena, sizeof *list)))
        return error_set(error, ERROR_RETRY, "out of memory");
    *words = list;
    return step < 0 ? -1 : 1;
}
