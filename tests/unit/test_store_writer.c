/* test_store_writer.c - the writing thread: durable when it says so, never stuck, whatever happens to the database
 * SPDX-License-Identifier: MIT
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "tests/unit/own_folder.h"
#include "ticket/store.h"

static char folder[OWN_FOLDER], path[128];

static int new_folder(void **state)
{
    (void)state;
    if (own_folder_make(folder, "test_store_writer") < 0)
        return -1;
    snprintf(path, sizeof path, "%s/redress.db", folder);
    return 0;
}

static int end_folder(void **state)
{
    (void)state;
    return own_folder_remove(folder, own_database);
}

static int64_t milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void pause_ms(int ms)
{
    nanosleep(&(struct timespec){ ms / 1000, (long)(ms % 1000) * 1000000 }, NULL);
}

/* A job that writes a setting of its number, or fails. */
struct note {
    int number;
    bool fails;
    int sleep_ms;
    atomic_int *released;
};

static int write_note(struct store *store, void *argument, struct error *error)
{
    struct note *note = argument;
    char name[32];
    snprintf(name, sizeof name, "note/%d", note->number);
    if (note->sleep_ms)
        pause_ms(note->sleep_ms);
    if (store_setting_put(store, name, "x", error) < 0)
        return -1;
    return note->fails ? error_set(error, ERROR_INPUT, "note %d is bad", note->number) : 1;
}

static void release_note(void *argument)
{
    struct note *note = argument;
    if (note->released)
        atomic_fetch_add(note->released, 1);
    free(note);
}

static struct note *new_note(int number, bool fails, atomic_int *released)
{
    struct note *note = calloc(1, sizeof *note);
    *note = (struct note){ .number = number, .fails = fails, .released = released };
    return note;
}

/* How many notes another connection sees. */
static int notes_on_disk(void)
{
    sqlite3 *database;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    sqlite3_busy_timeout(database, 5000);
    assert_int_equal(sqlite3_prepare_v2(database, "SELECT count(*) FROM setting WHERE name LIKE 'note/%'", -1, &statement,
                                        NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int count = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return count;
}

static void a_job_that_is_done_is_seen_by_everybody(void **state)
{
    (void)state;
    struct error error;
    atomic_int released = 0;
    struct store_writer *writer = store_writer_start(path, &error);
    assert_int_equal(store_writer_run(writer, write_note, new_note(1, false, &released), release_note, -1, &error), 1);
    assert_int_equal(notes_on_disk(), 1);
    assert_int_equal(released, 1);
    store_writer_stop(writer, 1000);
}

static void a_job_that_fails_undoes_its_own_work_only(void **state)
{
    (void)state;
    struct error error;
    struct store_writer *writer = store_writer_start(path, &error);
    assert_int_equal(store_writer_run(writer, write_note, new_note(1, false, NULL), release_note, -1, &error), 1);
    assert_int_equal(store_writer_run(writer, write_note, new_note(2, true, NULL), release_note, -1, &error), -1);
    assert_int_equal(error.kind, ERROR_INPUT);
    assert_string_equal(error.text, "note 2 is bad");
    assert_int_equal(store_writer_run(writer, write_note, new_note(3, false, NULL), release_note, -1, &error), 1);
    assert_int_equal(notes_on_disk(), 2);
    store_writer_stop(writer, 1000);
}

struct crowd {
    struct store_writer *writer;
    int first, count, failed, wait_ms;
    atomic_int *released;
};

static void *run_crowd(void *argument)
{
    struct crowd *crowd = argument;
    struct error error;
    for (int i = 0; i < crowd->count; i++)
        crowd->failed += store_writer_run(crowd->writer, write_note,
                                          new_note(crowd->first + i, (crowd->first + i) % 10 == 0, crowd->released),
                                          release_note, crowd->wait_ms, &error) < 0;
    return NULL;
}

static void many_threads_share_commits_and_each_job_is_released_once(void **state)
{
    enum { THREADS = 16, EACH = 50 };
    (void)state;
    struct error error;
    struct crowd crowds[THREADS];
    pthread_t threads[THREADS];
    atomic_int released = 0;
    int failed = 0;
    struct store_writer_counters counters;
    struct store_writer *writer = store_writer_start(path, &error);
    for (int i = 0; i < THREADS; i++) {
        crowds[i] = (struct crowd){ writer, i * EACH, EACH, 0, -1, &released };
        assert_int_equal(pthread_create(&threads[i], NULL, run_crowd, &crowds[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        failed += crowds[i].failed;
    }
    store_writer_count(writer, &counters);
    store_writer_stop(writer, 1000);
    assert_int_equal(failed, THREADS * EACH / 10);
    assert_int_equal(notes_on_disk(), THREADS * EACH * 9 / 10);
    assert_int_equal(released, THREADS * EACH);
    assert_true(counters.batches < counters.jobs);
}

static void a_wait_is_capped_and_the_late_job_still_owns_its_argument(void **state)
{
    (void)state;
    struct error error;
    atomic_int released = 0;
    struct store_writer *writer = store_writer_start(path, &error);
    struct note *slow = new_note(1, false, &released);
    slow->sleep_ms = 400;
    int64_t start = milliseconds();
    assert_int_equal(store_writer_run(writer, write_note, slow, release_note, 100, &error), 0);
    assert_true(milliseconds() - start < 350);
    assert_int_equal(released, 0);
    store_writer_stop(writer, 2000);
    assert_int_equal(released, 1);
    assert_int_equal(notes_on_disk(), 1);
}

static void a_full_queue_is_refused_at_once(void **state)
{
    enum { MANY = 10005 };
    (void)state;
    struct error error;
    atomic_int released = 0;
    int refused = 0;
    struct store_writer *writer = store_writer_start(path, &error);
    assert_int_equal(store_writer_run(writer, write_note, new_note(0, false, &released), release_note, -1, &error), 1);
    struct note *slow = new_note(1, false, &released);
    slow->sleep_ms = 700;
    assert_int_equal(store_writer_run(writer, write_note, slow, release_note, 20, &error), 0);
    int64_t start = milliseconds();
    for (int i = 0; i < MANY; i++)
        if (store_writer_run(writer, write_note, new_note(i + 2, false, &released), release_note, 0, &error) == 0)
            refused += strstr(error.text, "wait for the database") != NULL;
    if (milliseconds() - start < 600)
        assert_int_equal(refused, MANY - 10000);
    store_writer_stop(writer, 20000);
    assert_int_equal(released, MANY + 2);
}

/* Tries until a job is durable, for at most ten seconds. */
static int run_until_done(struct store_writer *writer, int number)
{
    struct error error;
    for (int i = 0; i < 100; i++) {
        if (store_writer_run(writer, write_note, new_note(number, false, NULL), release_note, 1000, &error) == 1)
            return 1;
        pause_ms(100);
    }
    return 0;
}

static void a_missing_directory_fails_jobs_until_it_is_there(void **state)
{
    (void)state;
    struct error error;
    char inner[100], database[140];
    snprintf(inner, sizeof inner, "%s/inner", folder);
    snprintf(database, sizeof database, "%s/redress.db", inner);
    struct store_writer *writer = store_writer_start(database, &error);
    assert_int_equal(store_writer_run(writer, write_note, new_note(1, false, NULL), release_note, 1000, &error), -1);
    assert_int_equal(error.kind, ERROR_RETRY);
    assert_non_null(strstr(error.text, "install -d"));
    assert_int_equal(store_writer_trouble(writer, &error), -1);
    assert_int_equal(mkdir(inner, 0700), 0);
    assert_true(run_until_done(writer, 1));
    assert_int_equal(store_writer_trouble(writer, &error), 0);
    store_writer_stop(writer, 1000);
    unlink(database);
    assert_int_equal(rmdir(inner), 0);
}

/* Waits of a job are capped even while SQLite itself waits for somebody else's lock. */
static void a_locked_database_holds_nobody_up_and_heals(void **state)
{
    (void)state;
    struct error error;
    sqlite3 *other;
    struct store_writer *writer = store_writer_start(path, &error);
    assert_true(run_until_done(writer, 1));
    assert_int_equal(sqlite3_open_v2(path, &other, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    int64_t start = milliseconds();
    assert_int_equal(store_writer_run(writer, write_note, new_note(2, false, NULL), release_note, 300, &error), 0);
    assert_true(milliseconds() - start < 1500);
    assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(other);
    assert_true(run_until_done(writer, 3));
    store_writer_stop(writer, 6000);
    assert_int_equal(notes_on_disk(), 3);
}

static void a_damaged_database_fails_jobs_with_its_reason(void **state)
{
    (void)state;
    struct error error;
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 5000; i++)
        fputs("this is no database ", file);
    fclose(file);
    struct store_writer *writer = store_writer_start(path, &error);
    assert_int_equal(store_writer_run(writer, write_note, new_note(1, false, NULL), release_note, 2000, &error), -1);
    assert_int_equal(error.kind, ERROR_RETRY);
    assert_non_null(strstr(error.text, "names a file that is no database"));
    store_writer_stop(writer, 1000);
}

/* A limit on file sizes is what a full disk looks like to SQLite. */
static void a_full_disk_fails_jobs_and_loses_nothing_that_was_done(void **state)
{
    (void)state;
    struct error error;
    struct rlimit before, full;
    struct stat status;
    char wal[160];
    signal(SIGXFSZ, SIG_IGN);
    struct store_writer *writer = store_writer_start(path, &error);
    for (int i = 0; i < 20; i++)
        assert_true(run_until_done(writer, i));
    snprintf(wal, sizeof wal, "%s-wal", path);
    assert_int_equal(stat(wal, &status), 0);
    getrlimit(RLIMIT_FSIZE, &before);
    full = before;
    full.rlim_cur = (rlim_t)status.st_size;
    setrlimit(RLIMIT_FSIZE, &full);
    int failed = 0;
    for (int i = 100; i < 110; i++)
        failed += store_writer_run(writer, write_note, new_note(i, false, NULL), release_note, 500, &error) < 0;
    setrlimit(RLIMIT_FSIZE, &before);
    assert_true(failed > 0);
    assert_int_equal(error.kind, ERROR_RETRY);
    int durable = 20 + 10 - failed;
    assert_int_equal(notes_on_disk(), durable);
    assert_true(run_until_done(writer, 200));
    assert_int_equal(notes_on_disk(), durable + 1);
    store_writer_stop(writer, 1000);
    signal(SIGXFSZ, SIG_DFL);
}

static void stopping_finishes_what_is_queued(void **state)
{
    (void)state;
    struct error error;
    atomic_int released = 0;
    struct store_writer *writer = store_writer_start(path, &error);
    for (int i = 0; i < 200; i++)
        store_writer_run(writer, write_note, new_note(i, false, &released), release_note, 0, &error);
    store_writer_stop(writer, 5000);
    assert_int_equal(released, 200);
    assert_int_equal(notes_on_disk(), 200);
}

/* Two programs that write at once: milter and sidecar. */
static void two_writers_do_not_starve_each_other(void **state)
{
    enum { EACH = 150 };
    (void)state;
    struct error error;
    struct store_writer *one = store_writer_start(path, &error), *two = store_writer_start(path, &error);
    struct crowd crowds[2] = { { one, 1, EACH, 0, 5000, NULL }, { two, 100001, EACH, 0, 5000, NULL } };
    pthread_t threads[2];
    int64_t start = milliseconds();
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_crowd, &crowds[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert_true(milliseconds() - start < 20000);
    store_writer_stop(one, 1000);
    store_writer_stop(two, 1000);
    assert_int_equal(crowds[0].failed, EACH / 10);
    assert_int_equal(crowds[1].failed, EACH / 10);
    assert_int_equal(notes_on_disk(), 2 * EACH - 2 * (EACH / 10));
}

struct hammer {
    struct store_writer *writer;
    atomic_bool stop;
};

static void *run_hammer(void *argument)
{
    struct hammer *hammer = argument;
    struct error error;
    for (int i = 0; !atomic_load(&hammer->stop); i++)
        store_writer_run(hammer->writer, write_note, new_note(i % 1000, false, NULL), release_note, -1, &error);
    return NULL;
}

/* The milter under load, and somebody at the command line. */
static void beside_one_that_commits_without_a_pause_nobody_waits_long(void **state)
{
    enum { CALLERS = 4, TIMES = 40 };
    (void)state;
    struct error error;
    struct hammer hammer = { .writer = store_writer_start(path, &error) };
    pthread_t threads[CALLERS];
    int64_t longest = 0, sum = 0;
    assert_true(run_until_done(hammer.writer, 0));
    struct store *store = store_open(path, STORE_WRITE, &error);
    assert_non_null(store);
    for (int i = 0; i < CALLERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_hammer, &hammer), 0);
    for (int i = 0; i < TIMES; i++) {
        struct note note = { .number = 100000 + i };
        int64_t begun = milliseconds();
        assert_int_equal(store_transaction(store, write_note, &note, &error), 1);
        int64_t took = milliseconds() - begun;
        longest = took > longest ? took : longest;
        sum += took;
        pause_ms(5);
    }
    atomic_store(&hammer.stop, true);
    for (int i = 0; i < CALLERS; i++)
        pthread_join(threads[i], NULL);
    print_message("# waited %lld ms at most, %lld on average\n", (long long)longest, (long long)(sum / TIMES));
    assert_true(longest < 1000);
    store_close(store);
    store_writer_stop(hammer.writer, 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, new_folder, end_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_job_that_is_done_is_seen_by_everybody),
        TEST(a_job_that_fails_undoes_its_own_work_only),
        TEST(many_threads_share_commits_and_each_job_is_released_once),
        TEST(a_wait_is_capped_and_the_late_job_still_owns_its_argument),
        TEST(a_full_queue_is_refused_at_once),
        TEST(a_missing_directory_fails_jobs_until_it_is_there),
        TEST(a_locked_database_holds_nobody_up_and_heals),
        TEST(a_damaged_database_fails_jobs_with_its_reason),
        TEST(a_full_disk_fails_jobs_and_loses_nothing_that_was_done),
        TEST(stopping_finishes_what_is_queued),
        TEST(two_writers_do_not_starve_each_other),
        TEST(beside_one_that_commits_without_a_pause_nobody_waits_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
