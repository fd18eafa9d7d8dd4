/* test_store_migrate.c - from older schemas to the present one, whole or not at all
 * SPDX-License-Identifier: MIT
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "tests/unit/store_place.h"
#include "ticket/store.h"
#include "ticket/store_migrate.h"

static int64_t version_of(const char *path)
{
    sqlite3 *database;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database, "PRAGMA user_version", -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t version = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return version;
}

/* The steps of a time to come: the machinery must work before it is needed. */
static void a_migration_backs_up_first_and_is_whole_or_not_at_all(void **state)
{
    struct place *place = *state;
    sqlite3 *database;
    char copy[128];
    enum { NEXT = STORE_SCHEMA_VERSION + 1 };
    const char *good[NEXT], *bad[NEXT];
    memcpy(good, store_migrations, sizeof store_migrations);
    memcpy(bad, store_migrations, sizeof store_migrations);
    good[NEXT - 1] = "ALTER TABLE setting ADD COLUMN note TEXT";
    bad[NEXT - 1] = "ALTER TABLE setting ADD COLUMN note TEXT; INSERT INTO nowhere VALUES (1)";
    assert_int_equal(store_setting_put(place->store, "x", "1", &place->error), 1);
    snprintf(copy, sizeof copy, "%s.v%d.backup", place->path, STORE_SCHEMA_VERSION);
    assert_int_equal(sqlite3_open(place->path, &database), SQLITE_OK);
    assert_int_equal(store_migrate(database, place->path, bad, NEXT, &place->error), -1);
    char name[16];
    snprintf(name, sizeof name, "schema %d", NEXT);
    assert_non_null(strstr(place->error.text, name));
    assert_int_equal(version_of(place->path), STORE_SCHEMA_VERSION);
    assert_int_equal(access(copy, F_OK), 0);
    assert_int_equal(sqlite3_exec(database, "SELECT note FROM setting", NULL, NULL, NULL), SQLITE_ERROR);
    assert_int_equal(store_migrate(database, place->path, good, NEXT, &place->error), 1);
    assert_int_equal(version_of(place->path), NEXT);
    assert_int_equal(version_of(copy), STORE_SCHEMA_VERSION);
    assert_int_equal(sqlite3_exec(database, "SELECT note FROM setting", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(store_migrate(database, place->path, good, NEXT, &place->error), 1);
    sqlite3_close(database);
    /* and this program does not touch what a newer one has made */
    assert_null(store_open(place->path, STORE_WRITE, &place->error));
    assert_int_equal(place->error.kind, ERROR_SETUP);
    assert_non_null(strstr(place->error.text, "newer"));
    assert_null(store_open(place->path, STORE_READ, &place->error));
}

/* All that makes up a database's schema, in an order of its own; ALTER TABLE sets its spaces in its own way. */
static char *schema_of(const char *path)
{
    sqlite3 *database;
    sqlite3_stmt *statement;
    char *all = NULL;
    assert_int_equal(sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database, "SELECT group_concat(line, char(10)) FROM (SELECT type || ' ' || name || "
                                        "' ' || replace(replace(replace(ifnull(sql, ''), '\"', ''), ' ', ''), char(10), '') "
                                        "AS line FROM sqlite_master ORDER BY type, name)",
                                        -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    all = strdup((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return all;
}

static void make_database(const char *path, int version)
{
    char name[256], *error = NULL;
    sqlite3 *database;
    const char *top = getenv("top_srcdir");
    snprintf(name, sizeof name, "%s/tests/schema/version_%d.sql", top ? top : ".", version);
    FILE *file = fopen(name, "r");
    assert_non_null(file);
    char *sql = calloc(1, 1 << 20);
    assert_non_null(sql);
    assert_true(fread(sql, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    if (sqlite3_exec(database, sql, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s: %s", name, error);
    sqlite3_close(database);
    free(sql);
}

static void every_older_schema_becomes_the_present_one_with_its_rows(void **state)
{
    struct place *place = *state;
    char *present = schema_of(place->path), copy[128];
    snprintf(copy, sizeof copy, "%s.copy", place->path);
    for (int version = 1; version < STORE_SCHEMA_VERSION; version++) {
        struct ticket_row ticket;
        struct outbox_row row;
        char kept[160];
        make_database(copy, version);
        assert_int_equal(version_of(copy), version);
        assert_int_equal(store_older(copy), version);
        struct store *store = store_open(copy, STORE_WRITE, &place->error);
        if (!store)
            fail_msg("%s", place->error.text);
        assert_int_equal(store_older(copy), 0);
        char *reached = schema_of(copy);
        assert_string_equal(reached, present);
        free(reached);
        assert_int_equal(version_of(copy), STORE_SCHEMA_VERSION);
        assert_int_equal(store_ticket_get(store, "abcdefgh", place->arena, &ticket, &place->error), 1);
        assert_string_equal(ticket.requester, "anna@example.org");
        assert_int_equal(store_outbox_get(store, 7, place->arena, &row, &place->error), 1);
        assert_int_equal(row.state, OUTBOX_DOUBT);
        assert_string_equal(row.reason, "no answer");
        if (version == 2) { /* the oldest came into force first */
            struct policy_row *policies;
            size_t count;
            assert_int_equal(store_policy_list(store, place->arena, &policies, &count, &place->error), 1);
            assert_int_equal(count, 2);
            assert_string_equal(policies[0].version, "2026-11");
        }
        struct store_audit audit = { .fault = NULL };
        assert_int_equal(store_event_audit(store, NULL, &audit, &place->error), version < 4 ? 0 : 1);
        assert_int_equal(audit.events, version < 4 ? 0 : 3);
        store_close(store);
        snprintf(kept, sizeof kept, "%s.v%d.backup", copy, version);
        assert_int_equal(version_of(kept), version);
        unlink(kept);
        unlink(copy);
    }
    free(present);
}

static void a_database_of_another_program_is_left_alone(void **state)
{
    struct place *place = *state;
    char copy[128];
    sqlite3 *database;
    snprintf(copy, sizeof copy, "%s.copy", place->path);
    assert_int_equal(sqlite3_open(copy, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, "CREATE TABLE theirs (x)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
    assert_null(store_open(copy, STORE_WRITE, &place->error));
    assert_int_equal(store_older(copy), 0);
    assert_int_equal(store_older("/nonexistent/redress.db"), 0);
    assert_int_equal(place->error.kind, ERROR_SETUP);
    assert_non_null(strstr(place->error.text, "another program"));
    assert_int_equal(version_of(copy), 0);
}

/* Milter and sidecar start in the same second, on a new machine or after an upgrade. */
struct opening {
    pthread_barrier_t *start;
    const char *path;
    struct store *store;
    struct error error;
};

static void *run_opening(void *argument)
{
    struct opening *opening = argument;
    pthread_barrier_wait(opening->start);
    opening->store = store_open(opening->path, STORE_WRITE, &opening->error);
    return NULL;
}

static void open_all_at_once(const char *path)
{
    enum { PROGRAMS = 4 };
    pthread_barrier_t start;
    pthread_t threads[PROGRAMS];
    struct opening openings[PROGRAMS];
    pthread_barrier_init(&start, NULL, PROGRAMS);
    for (int i = 0; i < PROGRAMS; i++) {
        openings[i] = (struct opening){ .start = &start, .path = path };
        assert_int_equal(pthread_create(&threads[i], NULL, run_opening, &openings[i]), 0);
    }
    for (int i = 0; i < PROGRAMS; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&start);
    for (int i = 0; i < PROGRAMS; i++) {
        if (!openings[i].store)
            fail_msg("%s", openings[i].error.text);
        store_close(openings[i].store);
    }
}

static void programs_that_start_at_once_all_open_a_new_database(void **state)
{
    struct place *place = *state;
    char path[128];
    for (int round = 0; round < 30; round++) {
        snprintf(path, sizeof path, "%s/new-%d.db", place->directory, round);
        open_all_at_once(path);
        assert_int_equal(version_of(path), STORE_SCHEMA_VERSION);
    }
}

static void programs_that_start_at_once_migrate_once_and_keep_one_backup(void **state)
{
    struct place *place = *state;
    char path[128], kept[160];
    for (int round = 0; round < 8; round++) {
        snprintf(path, sizeof path, "%s/old-%d.db", place->directory, round);
        make_database(path, 2);
        open_all_at_once(path);
        assert_int_equal(version_of(path), STORE_SCHEMA_VERSION);
        snprintf(kept, sizeof kept, "%s.v2.backup", path);
        assert_int_equal(version_of(kept), 2);
        snprintf(kept, sizeof kept, "%s.v2.backup.part", path);
        assert_int_equal(access(kept, F_OK), -1);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, new_place, end_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_migration_backs_up_first_and_is_whole_or_not_at_all),
        TEST(every_older_schema_becomes_the_present_one_with_its_rows),
        TEST(a_database_of_another_program_is_left_alone),
        TEST(programs_that_start_at_once_all_open_a_new_database),
        TEST(programs_that_start_at_once_migrate_once_and_keep_one_backup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
