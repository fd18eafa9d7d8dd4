/* test_store_together.c - several programs at one database, which come and go
 * SPDX-License-Identifier: MIT
 *
 * Locks are a process's, so the other programs are processes: this one, called with what to do.
 */
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/store_place.h"
#include "ticket/store.h"

extern char **environ;

static pid_t begin(const char *what, const char *path)
{
    char *words[] = { (char *)"test_store_together", (char *)what, (char *)path, NULL };
    pid_t child;
    assert_int_equal(posix_spawn(&child, "/proc/self/exe", NULL, NULL, words, environ), 0);
    return child;
}

static int end(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ---- What the other programs do ---------------------------------------------------------------------- */

static int tell(const struct error *error)
{
    fprintf(stderr, "# %s\n", error->text);
    return 1;
}

/* A command that looks: 3 when what was committed last is not there. */
static int look(const char *path)
{
    struct error error = { 0 };
    struct arena *arena = arena_new(1 << 20);
    const char *value = NULL;
    struct store *store = store_open(path, STORE_WRITE, &error);
    int found = store ? store_setting_get(store, "last", arena, &value, &error) : -1;
    int result = found < 0 ? tell(&error) : found > 0 && strcmp(value, "there") == 0 ? 0 : 3;
    store_close(store);
    arena_free(arena);
    return result;
}

static int play(const char *what, const char *path)
{
    return strcmp(what, "look") == 0 ? look(path) : 2;
}

/* ---- Tests --------------------------------------------------------------------------------------------- */

/* The sidecar reads with some connections and opens the one that writes anew after a trouble. */
static void a_command_that_ends_leaves_the_journal_to_a_program_with_several_connections(void **state)
{
    struct place *place = *state;
    struct store *reader = store_open(place->path, STORE_READ, &place->error);
    assert_non_null(reader);
    store_close(place->store);
    place->store = store_open(place->path, STORE_WRITE, &place->error);
    assert_non_null(place->store);
    assert_int_equal(store_setting_put(place->store, "last", "before", &place->error), 1);
    assert_int_equal(end(begin("look", place->path)), 3);
    assert_int_equal(store_setting_put(place->store, "last", "there", &place->error), 1);
    assert_int_equal(end(begin("look", place->path)), 0);
    store_close(reader);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, new_place, end_place)

int main(int argc, char **argv)
{
    if (argc == 3)
        return play(argv[1], argv[2]);
    const struct CMUnitTest tests[] = {
        TEST(a_command_that_ends_leaves_the_journal_to_a_program_with_several_connections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
