/* store.c - opening and closing the database, single transactions, checks
 * SPDX-License-Identifier: MIT
 */
#include "ticket/store_sql.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/durable.h"
#include "ticket/store_filter.h"
#include "ticket/store_lookup.h"
#include "ticket/store_migrate.h"

enum { BUSY_TIMEOUT_MS = 5000, LOCK_LOOK_NS = 1000000 };

static bool is_directory(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int opening_fault(const char *path, enum store_open mode, int reason, struct error *error)
{
    char directory[4096];
    const char *verb = mode == STORE_READ ? "read" : "write";
    if (strlen(path) >= sizeof directory)
        return error_set(error, ERROR_SETUP, "the database's path is too long");
    memcpy(directory, path, strlen(path) + 1);
    char *parent = dirname(directory);
    if (is_directory(path))
        return error_set(error, ERROR_SETUP, "database '%s' is a directory: name a file in \"database\"", path);
    if (reason == ENOENT && access(parent, F_OK) != 0)
        return error_set(error, mode == STORE_READ ? ERROR_ABSENT : ERROR_SETUP, "database '%s': the directory is not there; "
                         "make it: install -d -o redress -g redress -m 0750 '%s'", path, parent);
    if (reason == ENOENT && mode == STORE_READ)
        return error_set(error, ERROR_ABSENT, "cannot read database '%s': %s (the daemons create it at their first start)", path,
                         strerror(reason));
    if (reason == EACCES || reason == EPERM)
        return error_set(error, ERROR_SETUP, "cannot %s database '%s': %s (user id %ld): look at the owner and mode of it and its "
                         "directory", verb, path, strerror(reason), (long)geteuid());
    return error_set(error, reason == ENOSPC || reason == EMFILE || reason == ENFILE ? ERROR_RETRY : ERROR_SETUP,
                     "cannot %s database '%s': %s", verb, path, strerror(reason));
}

/* SQLite would create the file by the umask alone, and the journals take its mode.
 * Made only where there is none, and else not touched: to close any descriptor of a file takes away all locks that
 * this process has on it, those of its other connections too. Another program would then take itself for the last
 * one and remove the journal under us. */
static int create_file(const char *path, struct error *error)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd < 0 && errno == EEXIST && faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) == 0)
        return is_directory(path) ? opening_fault(path, STORE_WRITE, EISDIR, error) : 1;
    /* A link to where there is no file yet. */
    if (fd < 0 && errno == ENOENT)
        fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0)
        return opening_fault(path, STORE_WRITE, errno, error);
    close(fd);
    return 1;
}

/* Waits for another program's lock. SQLite's own handler soon looks only every 100 ms, and beside a program that
 * commits without a pause finds the short gaps between its transactions hardly ever: mails waited for seconds. */
static int wait_for_lock(void *store_, int count)
{
    struct store *store = store_;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t now_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    if (count == 0)
        store->locked_since = now_ms;
    if (now_ms - store->locked_since >= BUSY_TIMEOUT_MS)
        return 0;
    /* Never in step with the other one. */
    nanosleep(&(struct timespec){ .tv_nsec = LOCK_LOOK_NS / 2 + now.tv_nsec % LOCK_LOOK_NS }, NULL);
    return 1;
}

/* What was found within the transaction may not be there any more. */
static void undone(void *argument)
{
    store_lookup_forget(argument);
}

/* What was not there may come now. */
static int committed(void *argument)
{
    store_lookup_forget(argument);
    return 0;
}

/* Two programs that open a new database at once hold each a read lock that the other's change of the journal waits
 * for: SQLite then answers "busy" without asking the busy handler. */
static int set_journal(struct store *store)
{
    for (int count = 0;; count++) {
        int code = sqlite3_exec(store->database, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
        if ((code & 0xff) != SQLITE_BUSY || !wait_for_lock(store, count))
            return code;
    }
}

static int configure(struct store *store, const char *path, struct error *error)
{
    /* FULL: what was reported durable survives a power cut, which costs one fsync a batch. */
    static const char settings[] = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; "
                                   "PRAGMA cache_size = -6144; PRAGMA journal_size_limit = 16777216; PRAGMA wal_autocheckpoint = 4000; "
                                   "PRAGMA trusted_schema = OFF;";
    sqlite3_extended_result_codes(store->database, 1);
    sqlite3_busy_handler(store->database, wait_for_lock, store);
    int code = sqlite3_exec(store->database, settings, NULL, NULL, NULL);
    if (code == SQLITE_OK && store->mode == STORE_WRITE)
        code = set_journal(store);
    if (code == SQLITE_OK)
        code = store_lookup_functions(store->database);
    sqlite3_rollback_hook(store->database, undone, store);
    sqlite3_commit_hook(store->database, committed, store);
    return code == SQLITE_OK ? 1 : store_sql_fail_code(store->database, code, path, error);
}

/* Nobody asks how much memory SQLite uses, and counting it takes a lock at every allocation. */
static void prepare_library(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

struct store *store_open(const char *path, enum store_open mode, struct error *error)
{
    static pthread_once_t prepared = PTHREAD_ONCE_INIT;
    pthread_once(&prepared, prepare_library);
    struct store *store = calloc(1, sizeof *store);
    if (!store) {
        error_set(error, ERROR_RETRY, "out of memory");
        return NULL;
    }
    store->mode = mode;
    store->settled = INT64_MIN;
    if (mode == STORE_READ && (access(path, R_OK) != 0 || is_directory(path))) {
        opening_fault(path, mode, errno, error);
        goto failed;
    }
    if (mode == STORE_WRITE && create_file(path, error) < 0)
        goto failed;
    int flags = (mode == STORE_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX |
                SQLITE_OPEN_PRIVATECACHE;
    int code = sqlite3_open_v2(path, &store->database, flags, NULL);
    if (code != SQLITE_OK) {
        store_sql_fail_code(store->database, code, path, error);
        goto failed;
    }
    if (configure(store, path, error) < 0)
        goto failed;
    if (mode == STORE_WRITE ? store_migrate(store->database, path, store_migrations, STORE_SCHEMA_VERSION, error) < 0
                            : store_migrate_look(store->database, path, STORE_SCHEMA_VERSION, 1, error) < 0)
        goto failed;
    return store;
failed:
    store_close(store);
    return NULL;
}

int store_older(const char *path)
{
    sqlite3 *database = NULL;
    struct error error;
    int result = 0;
    if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_PRIVATECACHE, NULL) == SQLITE_OK)
        result = store_migrate_older(database, path, STORE_SCHEMA_VERSION, &error);
    sqlite3_close(database);
    return result > 0 ? result : 0;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    if (store->cache_free)
        store->cache_free(store->cache);
    store_filter_free(store);
    for (size_t i = 0; i < STORE_STATEMENTS; i++)
        sqlite3_finalize(store->prepared[i].statement);
    sqlite3_close(store->database);
    free(store);
}

void *store_cache(struct store *store)
{
    return store->cache;
}

void store_cache_set(struct store *store, void *cache, void (*release)(void *cache))
{
    store->cache = cache;
    store->cache_free = release;
}

int store_check(struct store *store, struct error *error)
{
    const char *path = sqlite3_db_filename(store->database, "main");
    sqlite3_stmt *statement = store_sql_get(store, "PRAGMA quick_check(1)", error);
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step < 0)
        return -1;
    const char *said = step > 0 ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    int result = said && strcmp(said, "ok") == 0 ? 1
        : error_set(error, ERROR_SETUP, "database '%s' is damaged (%s): stop the daemons, keep a copy, restore a "
                    "backup or rebuild from the mailboxes", path, said ? said : "no answer");
    sqlite3_reset(statement);
    return result;
}

int store_begin(struct store *store, struct error *error)
{
    return store_sql_run(store, "BEGIN IMMEDIATE", error, "");
}

int store_commit(struct store *store, struct error *error)
{
    if (store_sql_run(store, "COMMIT", error, "") > 0)
        return 1;
    store_rollback(store);
    return -1;
}

void store_rollback(struct store *store)
{
    if (!sqlite3_get_autocommit(store->database))
        store_sql_run(store, "ROLLBACK", NULL, "");
}

int store_transaction(struct store *store, store_job *job, void *argument, struct error *error)
{
    if (store_begin(store, error) < 0)
        return -1;
    int result = job(store, argument, error);
    if (result < 0) {
        store_rollback(store);
        return -1;
    }
    return store_commit(store, error) < 0 ? -1 : result;
}

int store_backup(struct store *store, const char *path, struct error *error)
{
    /* SQLite writes into an empty file, which keeps the mode that it is made with. */
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd < 0)
        return error_set(error, ERROR_SETUP, "cannot create the backup '%s': %s", path, strerror(errno));
    close(fd);
    int result = store_sql_run(store, "VACUUM INTO ?1", error, "t", path);
    /* SQLite leaves that to us. */
    if (result >= 0 && !durable_file(path))
        result = error_set(error, ERROR_RETRY, "cannot write the backup '%s': %s", path, strerror(errno));
    if (result < 0)
        unlink(path);
    return result;
}
