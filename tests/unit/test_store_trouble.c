/* test_store_trouble.c - a disk that is full, a database that may not be written: told, counted, nothing lost
 * SPDX-License-Identifier: MIT
 *
 * A limit on the size of files stands for the full disk: the kernel refuses the write in the same place.
 */
#include "intake_world.h"

#include <signal.h>
#include <sys/resource.h>

#define CUSTOMER "Wang Fang <wang@customer.example>"

static void limit_files(rlim_t size)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size == RLIM_INFINITY ? limit.rlim_max : size;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* 1 recorded, -1 with world->error. */
static int record(struct world *world, struct store_writer *writer, int n)
{
    const char *text = complaint(world, n, CUSTOMER);
    struct message *message = message_parse(text, strlen(text), NULL, &world->error);
    struct intake intake = { .site = world->site, .message = message, .sighting = by_milter(world, "service"), .now = world->now,
                             .arena = world->arena, .due = INSTANT_NONE };
    assert_int_equal(intake_prepare(&intake, &world->error), 1);
    int result = store_writer_run(writer, intake_record, &intake, NULL, 5000, &world->error);
    message_free(message);
    return result;
}

static void a_full_disk_fails_the_job_with_its_reason_and_heals_by_itself(void **state)
{
    struct world *world = *state;
    struct store_writer_counters counters;
    struct ticket_row row;
    struct store_audit audit = { .fault = NULL };
    signal(SIGXFSZ, SIG_IGN);
    struct store_writer *writer = store_writer_start(world->database, &world->error);
    assert_non_null(writer);
    assert_int_equal(record(world, writer, 1), 1);
    limit_files(4096);
    assert_int_equal(record(world, writer, 2), -1);
    assert_int_equal(world->error.kind, ERROR_RETRY);
    assert_non_null(strstr(world->error.text, "redress.db"));
    assert_non_null(strstr(world->error.text, "disk"));
    assert_int_equal(store_writer_trouble(writer, &world->error), -1);
    store_writer_count(writer, &counters);
    assert_int_equal(counters.failed_jobs, 1);
    assert_int_equal(counters.failed_batches, 1);
    limit_files(RLIM_INFINITY);
    int healed = -1;
    for (int i = 0; i < 100 && healed < 0; i++) {
        usleep(50 * 1000);
        healed = store_writer_trouble(writer, &world->error);
    }
    assert_int_equal(healed, 0);
    /* the mail that had passed is found again, once */
    assert_int_equal(record(world, writer, 2), 1);
    assert_int_equal(record(world, writer, 2), 1);
    store_writer_stop(writer, 1000);
    assert_int_equal(store_check(world->store, &world->error), 1);
    assert_int_equal(store_event_audit(world->store, NULL, &audit, &world->error), 1);
    assert_int_equal(audit.events >= 2, 1);
    assert_int_equal(store_ticket_by_requester(world->store, "wang@customer.example", NULL, world->arena, &row, &world->error), 1);
}

static void a_database_that_may_not_be_written_says_what_to_look_at(void **state)
{
    struct world *world = *state;
    store_close(world->store);
    world->store = NULL;
    /* For root too: SQLite refuses what its journal mode in the file does not know (bytes 18 and 19 of the header). */
    FILE *file = fopen(world->database, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, 18, SEEK_SET), 0);
    assert_int_equal(fputc(9, file), 9);
    assert_int_equal(fclose(file), 0);
    struct store_writer *writer = store_writer_start(world->database, &world->error);
    assert_non_null(writer);
    int result = record(world, writer, 1);
    assert_true(result < 0);
    assert_int_equal(world->error.kind, ERROR_RETRY);
    assert_non_null(strstr(world->error.text, "owner and mode"));
    store_writer_stop(writer, 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_new, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_full_disk_fails_the_job_with_its_reason_and_heals_by_itself),
        TEST(a_database_that_may_not_be_written_says_what_to_look_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
