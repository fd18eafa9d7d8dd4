/* test_turn.c - programs at one folder, one after the other; files that stay
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
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
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/durable.h"
#include "lib/folder.h"
#include "lib/turn.h"
#include "tests/unit/own_folder.h"

static char directory[OWN_FOLDER], path[80];

static int make_directory(void **state)
{
    (void)state;
    if (own_folder_make(directory, "test_turn") < 0)
        return -1;
    snprintf(path, sizeof path, "%s/file", directory);
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    return own_folder_remove(directory, (const char *const[]){ "file", NULL });
}

static _Atomic int inside, met;

static void *take_turns(void *unused)
{
    for (int i = 0; i < 10; i++) {
        int turn = turn_begin(path);
        if (turn < 0 || atomic_fetch_add(&inside, 1) > 0)
            atomic_store(&met, 1);
        usleep(200);
        atomic_fetch_sub(&inside, 1);
        turn_end(turn);
    }
    return unused;
}

static void nobody_meets_another_one_in_a_turn(void **state)
{
    enum { PROGRAMS = 4 };
    pthread_t threads[PROGRAMS];
    (void)state;
    for (int i = 0; i < PROGRAMS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_turns, NULL), 0);
    for (int i = 0; i < PROGRAMS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(met, 0);
}

static void a_program_that_dies_ends_its_turn(void **state)
{
    (void)state;
    int ready[2], status;
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        if (turn_begin(path) >= 0 && write(ready[1], "x", 1) == 1)
            pause();
        _exit(1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(kill(child, SIGKILL), 0);
    int turn = turn_begin(path);
    assert_true(turn >= 0);
    turn_end(turn);
    assert_int_equal(waitpid(child, &status, 0), child);
    close(ready[0]);
    close(ready[1]);
}

static void without_a_folder_there_is_no_turn(void **state)
{
    (void)state;
    assert_int_equal(turn_begin("/nonexistent/file"), -1);
    turn_end(-1);
}

static void a_file_is_made_durable_and_one_that_is_not_there_is_told(void **state)
{
    (void)state;
    assert_int_equal(durable_file(path), 0);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(durable_name(path), 1);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(durable_file(path), 1);
    assert_int_equal(durable_name("/nonexistent/file"), 0);
}

static void a_file_lies_in_the_folder_before_its_last_slash(void **state)
{
    (void)state;
    static const char *const cases[][2] = { { "/a/b", "/a" }, { "/a/b/c", "/a/b" }, { "/b", "/" }, { "b", "." }, { "a/b", "a" } };
    char folder[PATH_MAX], long_path[PATH_MAX + 8];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(folder_of(cases[i][0], folder), 1);
        assert_string_equal(folder, cases[i][1]);
    }
    memset(long_path, 'a', sizeof long_path);
    memcpy(long_path + PATH_MAX, "/b", 3);
    assert_int_equal(folder_of(long_path, folder), 0);
    assert_int_equal(errno, ENAMETOOLONG);
}

static void what_is_kept_is_kept_by_one_and_says_by_whom(void **state)
{
    (void)state;
    int mine, theirs;
    long other = 0;
    assert_int_equal(turn_keep(path, &mine, &other), 1);
    assert_int_equal(turn_keep(path, &theirs, &other), 0);
    assert_int_equal(other, getpid());
    assert_int_equal(theirs, -1);
    turn_end(mine);
    assert_int_equal(turn_keep(path, &theirs, &other), 1);
    turn_end(theirs);
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(turn_keep("/nonexistent/file", &mine, &other), -1);
    assert_int_equal(errno, ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_meets_another_one_in_a_turn),
        cmocka_unit_test(a_program_that_dies_ends_its_turn),
        cmocka_unit_test(without_a_folder_there_is_no_turn),
        cmocka_unit_test(a_file_is_made_durable_and_one_that_is_not_there_is_told),
        cmocka_unit_test(a_file_lies_in_the_folder_before_its_last_slash),
        cmocka_unit_test(what_is_kept_is_kept_by_one_and_says_by_whom),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
