/* test_service.c - many sessions share a commit, one does not wait, a stalled store holds nobody
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "milter/service.h"
#include "tests/unit/own_folder.h"

static char directory[OWN_FOLDER], database[100];
static _Atomic int released;

static int make_directory(void **state)
{
    (void)state;
    if (own_folder_make(directory, "test_service") < 0)
        return -1;
    snprintf(database, sizeof database, "%s/redress.db", directory);
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    return own_folder_remove(directory, own_database);
}

static void start(struct service *service)
{
    *service = (struct service){ 0 };
    struct error error = { 0 };
    assert_int_equal(pthread_mutex_init(&service->mutex, NULL), 0);
    service->writer = store_writer_start(database, &error);
    assert_non_null(service->writer);
    store_writer_gather(service->writer, &service->expected, SERVICE_GATHER_MS);
}

static void end(struct service *service)
{
    store_writer_stop(service->writer, 2000);
    pthread_mutex_destroy(&service->mutex);
}

static void sleep_ms(int milliseconds)
{
    nanosleep(&(struct timespec){ .tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L }, NULL);
}

static void release(void *argument)
{
    (void)argument;
    atomic_fetch_add(&released, 1);
}

static int put_setting(struct store *store, void *argument, struct error *error)
{
    (void)argument;
    return store_setting_put(store, "test", "1", error);
}

static int sleep_long(struct store *store, void *argument, struct error *error)
{
    (void)store;
    (void)error;
    sleep_ms(*(int *)argument);
    return 1;
}

static int refuse(struct store *store, void *argument, struct error *error)
{
    (void)store;
    (void)argument;
    return error_set(error, ERROR_INPUT, "not this one");
}

static void a_recorded_job_is_durable_and_released_once(void **state)
{
    (void)state;
    struct service service;
    struct error error = { 0 };
    start(&service);
    released = 0;
    assert_int_equal(service_record(&service, 2000, put_setting, NULL, release, &error), 1);
    end(&service);
    assert_int_equal(released, 1);
}

static void a_job_that_fails_says_why_and_does_not_make_the_store_late(void **state)
{
    (void)state;
    struct service service;
    struct error error = { 0 };
    start(&service);
    released = 0;
    assert_int_equal(service_record(&service, 2000, refuse, NULL, release, &error), -1);
    assert_string_equal(error.text, "not this one");
    assert_false(service.store_is_late);
    end(&service);
    assert_int_equal(released, 1);
}

static void after_one_wait_to_the_cap_the_next_is_short_and_a_commit_in_time_ends_it(void **state)
{
    (void)state;
    struct service service;
    struct error error = { 0 };
    start(&service);
    assert_int_equal(service_record(&service, 2000, put_setting, NULL, release, &error), 1);
    int long_ms = 600;
    assert_int_equal(service_record(&service, 300, sleep_long, &long_ms, release, &error), 0);
    assert_true(service.store_is_late);
    int64_t began = service_monotonic_ms();
    assert_int_equal(service_record(&service, 1500, put_setting, NULL, release, &error), 0);
    assert_true(service_monotonic_ms() - began < 200);
    /* Nobody waits for it any more, but it came within the cap of 1,500 ms. */
    for (int i = 0; i < 200 && service.store_is_late; i++)
        sleep_ms(10);
    assert_false(service.store_is_late);
    assert_int_equal(service_record(&service, 2000, put_setting, NULL, release, &error), 1);
    end(&service);
}

static void a_stalled_store_does_not_fill_the_memory(void **state)
{
    (void)state;
    struct service service;
    struct error error = { 0 };
    start(&service);
    released = 0;
    service.store_is_late = true;
    service.held = SERVICE_HELD_MAX + (size_t)1;
    assert_int_equal(service_record(&service, 2000, put_setting, NULL, release, &error), 0);
    assert_int_equal(released, 1);
    service.held = 0;
    end(&service);
}

struct caller {
    struct service *service;
    int result;
};

static void *record_some(void *argument)
{
    struct caller *caller = argument;
    for (int i = 0; i < 50; i++) {
        struct error error = { 0 };
        atomic_fetch_add(&caller->service->expected, 1);
        caller->result += service_record(caller->service, 5000, put_setting, NULL, release, &error);
        atomic_fetch_sub(&caller->service->expected, 1);
    }
    return NULL;
}

static void sessions_at_the_same_time_share_commits(void **state)
{
    (void)state;
    struct service service;
    struct store_writer_counters before, after;
    start(&service);
    store_writer_count(service.writer, &before);
    pthread_t threads[8];
    struct caller callers[8];
    for (int i = 0; i < 8; i++) {
        callers[i] = (struct caller){ &service, 0 };
        assert_int_equal(pthread_create(&threads[i], NULL, record_some, &callers[i]), 0);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(callers[i].result, 50);
    }
    store_writer_count(service.writer, &after);
    assert_int_equal(after.jobs - before.jobs, 400);
    assert_true(after.batches - before.batches <= 200);
    end(&service);
}

static void health_is_reported_without_waiting(void **state)
{
    (void)state;
    struct service service;
    struct error error = { 0 };
    start(&service);
    assert_int_equal(service_report_health(&service, 1000, &error), 1);
    /* The next job's commit comes after it. */
    assert_int_equal(service_record(&service, 2000, put_setting, NULL, release, &error), 1);
    struct store_writer_counters counters;
    store_writer_count(service.writer, &counters);
    assert_int_equal(counters.failed_jobs, 0);
    assert_true(counters.jobs >= 2);
    end(&service);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recorded_job_is_durable_and_released_once),
        cmocka_unit_test(a_job_that_fails_says_why_and_does_not_make_the_store_late),
        cmocka_unit_test(after_one_wait_to_the_cap_the_next_is_short_and_a_commit_in_time_ends_it),
        cmocka_unit_test(a_stalled_store_does_not_fill_the_memory),
        cmocka_unit_test(sessions_at_the_same_time_share_commits),
        cmocka_unit_test(health_is_reported_without_waiting),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
