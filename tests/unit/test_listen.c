/* test_listen.c - a socket that cannot be opened is explained before libmilter is asked
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/listen.h"
#include "tests/unit/own_folder.h"

static char directory[OWN_FOLDER];
static char path[100], name[110];

static int make_directory(void **state)
{
    (void)state;
    if (own_folder_make(directory, "test_listen") < 0)
        return -1;
    snprintf(path, sizeof path, "%s/milter.sock", directory);
    snprintf(name, sizeof name, "unix:%s", path);
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    return own_folder_remove(directory, (const char *const[]){ "milter.sock", NULL });
}

static int bind_at(const char *place)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    memcpy(address.sun_path, place, strlen(place) + 1);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(descriptor >= 0);
    assert_int_equal(bind(descriptor, (struct sockaddr *)&address, sizeof address), 0);
    return descriptor;
}

static int bind_socket(void)
{
    return bind_at(path);
}

/* As a milter does. The descriptor, or -1 when another one has the place. */
static int open_as_a_milter(mode_t mode, struct listen_mark *mark, struct error *error)
{
    struct listen_opening opening;
    if (listen_begin(name, time(NULL), &opening, error) <= 0)
        return -1;
    int descriptor = bind_at(opening.name + strlen("unix:"));
    assert_int_equal(chmod(opening.name + strlen("unix:"), mode), 0);
    assert_int_equal(listen(descriptor, 10), 0);
    if (listen_end(&opening, true, mark, error) > 0)
        return descriptor;
    close(descriptor);
    return -1;
}

static void a_free_path_in_a_good_directory_will_do(void **state)
{
    (void)state;
    struct error error = { 0 };
    assert_int_equal(listen_prepare(name, &error), 1);
}

static void a_missing_directory_is_answered_with_the_command_that_makes_it(void **state)
{
    (void)state;
    struct error error = { 0 };
    assert_int_equal(listen_prepare("unix:/tmp/redress-none/milter.sock", &error), -1);
    assert_int_equal(error.kind, ERROR_SETUP);
    assert_non_null(strstr(error.text, "install -d -o redress -g postfix -m 2750 '/tmp/redress-none'"));
}

static void a_stale_socket_is_no_fault(void **state)
{
    (void)state;
    struct error error = { 0 };
    close(bind_socket());
    assert_int_equal(listen_prepare(name, &error), 1);
    unlink(path);
}

static void a_milter_that_answers_keeps_its_socket(void **state)
{
    (void)state;
    struct error error = { 0 };
    int descriptor = bind_socket();
    assert_int_equal(listen(descriptor, 1), 0);
    assert_int_equal(listen_prepare(name, &error), 0);
    assert_non_null(strstr(error.text, "another milter answers there"));
    close(descriptor);
    unlink(path);
}

static void a_file_that_is_no_socket_is_never_removed(void **state)
{
    (void)state;
    struct error error = { 0 };
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
    assert_int_equal(listen_prepare(name, &error), -1);
    assert_non_null(strstr(error.text, "no socket"));
    assert_int_equal(unlink(path), 0);
}

static void a_directory_that_everybody_can_write_is_refused_with_the_chmod(void **state)
{
    (void)state;
    static const mode_t open_modes[] = { 0777, 01777, 02757 };
    char fix[120];
    snprintf(fix, sizeof fix, "chmod 2750 '%s'", directory);
    for (size_t i = 0; i < sizeof open_modes / sizeof *open_modes; i++) {
        struct error error = { 0 };
        assert_int_equal(chmod(directory, open_modes[i]), 0);
        assert_int_equal(listen_prepare(name, &error), -1);
        assert_int_equal(error.kind, ERROR_SETUP);
        assert_non_null(strstr(error.text, "everybody may write"));
        assert_non_null(strstr(error.text, fix));
    }
    struct error error = { 0 };
    assert_int_equal(chmod(directory, 02750), 0);
    assert_int_equal(listen_prepare(name, &error), 1);
}

static void a_socket_for_everybody_is_refused_with_the_fix(void **state)
{
    (void)state;
    struct error error = { 0 };
    int descriptor = bind_socket();
    assert_int_equal(listen(descriptor, 1), 0);
    assert_int_equal(chmod(path, 0662), 0);
    assert_int_equal(listen_prepare(name, &error), -1);
    assert_non_null(strstr(error.text, "everybody may connect"));
    assert_non_null(strstr(error.text, "mode 0662"));
    assert_non_null(strstr(error.text, "restart redress-milter"));
    close(descriptor);
    unlink(path);
    struct listen_mark mark;
    assert_int_equal(open_as_a_milter(0662, &mark, &error), -1);
    assert_int_equal(error.kind, ERROR_SETUP);
    assert_non_null(strstr(error.text, "setfacl -k '"));
    assert_int_equal(access(path, F_OK), -1);
    struct listen_opening opening;
    assert_int_equal(listen_begin("inet:8890@127.0.0.1", 0, &opening, &error), 1);
    assert_string_equal(opening.name, "inet:8890@127.0.0.1");
    assert_int_equal(listen_end(&opening, true, &mark, &error), 1);
}

static void a_place_below_a_file_is_no_directory(void **state)
{
    (void)state;
    char below[130];
    struct error error = { 0 };
    fclose(fopen(path, "w"));
    snprintf(below, sizeof below, "%s/milter.sock", name);
    assert_int_equal(listen_prepare(below, &error), -1);
    assert_non_null(strstr(error.text, "is no directory"));
    unlink(path);
}

static void what_is_no_socket_name_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = { "", "unix:", "unix:relative/path", "inet:0@127.0.0.1", "inet:70000@127.0.0.1",
                                         "inet:8890", "inet:x@127.0.0.1", "inet:8890@", "tcp:1@localhost" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct error error = { 0 };
        assert_int_equal(listen_prepare(wrong[i], &error), -1);
        assert_int_equal(error.kind, ERROR_SETUP);
    }
    char longer[300] = "unix:/";
    memset(longer + 6, 'x', 200);
    struct error error = { 0 };
    assert_int_equal(listen_prepare(longer, &error), -1);
}

/* A socket that listens at a port of its own on `host`; -1 when the machine has no such address. */
static int bind_port(const char *word, int family, const char *host, char *text, size_t size)
{
    struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST }, *address = NULL;
    struct sockaddr_storage bound;
    socklen_t length = sizeof bound;
    char port[16];
    if (getaddrinfo(host, "0", &hints, &address) != 0)
        return -1;
    int descriptor = socket(family, SOCK_STREAM, 0);
    bool ours = descriptor >= 0 && bind(descriptor, address->ai_addr, address->ai_addrlen) == 0 && listen(descriptor, 1) == 0;
    freeaddrinfo(address);
    if (!ours) {
        close(descriptor);
        return -1;
    }
    assert_int_equal(getsockname(descriptor, (struct sockaddr *)&bound, &length), 0);
    assert_int_equal(getnameinfo((struct sockaddr *)&bound, length, NULL, 0, port, sizeof port, NI_NUMERICSERV), 0);
    snprintf(text, size, "%s:%s@%s", word, port, host);
    return descriptor;
}

static void a_port_is_tried(void **state)
{
    (void)state;
    static const struct {
        const char *word, *host;
        int family;
    } kinds[] = { { "inet", "127.0.0.1", AF_INET }, { "inet6", "::1", AF_INET6 } };
    for (size_t i = 0; i < 2; i++) {
        struct error error = { 0 };
        char text[64];
        int descriptor = bind_port(kinds[i].word, kinds[i].family, kinds[i].host, text, sizeof text);
        if (i > 0 && descriptor < 0)
            continue; /* a machine without IPv6 */
        assert_true(descriptor >= 0);
        assert_int_equal(listen_prepare(text, &error), 0);
        assert_non_null(strstr(error.text, "another program has that port"));
        close(descriptor);
        assert_int_equal(listen_prepare(text, &error), 1);
    }
    struct error error = { 0 };
    assert_int_equal(listen_prepare("inet:8890@192.0.2.1", &error), -1);
    assert_non_null(strstr(error.text, "this machine has no address 192.0.2.1"));
}

static void a_closed_socket_takes_no_more_connections(void **state)
{
    (void)state;
    struct error error = { 0 };
    struct listen_mark mark;
    int descriptor = open_as_a_milter(0660, &mark, &error);
    assert_true(descriptor >= 0);
    assert_int_equal(listen_prepare(name, &error), 0);
    listen_close(name, &mark);
    assert_int_equal(access(path, F_OK), -1);
    close(descriptor);
}

/* One that is being stopped finishes its mails; the next one may have started by then. */
static void the_next_milter_keeps_its_socket_when_the_one_before_ends(void **state)
{
    (void)state;
    struct error error = { 0 };
    struct listen_mark first, second;
    int before = open_as_a_milter(0660, &first, &error);
    listen_close(name, &first);
    int after = open_as_a_milter(0660, &second, &error);
    assert_true(before >= 0 && after >= 0);
    listen_close(name, &first);
    assert_int_equal(listen_prepare(name, &error), 0);
    close(before);
    close(after);
    listen_close(name, &second);
}

/* Under the name that a milter opens before its socket has its place. */
static int bind_beside(long number, time_t age, bool listening)
{
    char place[120];
    snprintf(place, sizeof place, "%s/.%ld", directory, number);
    int descriptor = bind_at(place);
    assert_true(!listening || listen(descriptor, 1) == 0);
    struct timespec times[2] = { { .tv_sec = time(NULL) - age }, { .tv_sec = time(NULL) - age } };
    assert_int_equal(utimensat(AT_FDCWD, place, times, AT_SYMLINK_NOFOLLOW), 0);
    return descriptor;
}

static bool is_there(const char *file)
{
    char place[120];
    struct stat status;
    snprintf(place, sizeof place, "%s/%s", directory, file);
    return lstat(place, &status) == 0;
}

static void what_a_killed_milter_left_beside_its_place_is_removed(void **state)
{
    (void)state;
    struct error error = { 0 };
    struct listen_mark mark;
    char file[120];
    close(bind_beside(11, 3600, false));
    int answers = bind_beside(12, 3600, true), opening = bind_beside(13, 1, false);
    snprintf(file, sizeof file, "%s/.14", directory);
    FILE *plain = fopen(file, "w");
    assert_non_null(plain);
    fclose(plain);
    assert_int_equal(utimensat(AT_FDCWD, file, (struct timespec[2]){ { 0, 0 }, { 0, 0 } }, 0), 0);
    int descriptor = open_as_a_milter(0660, &mark, &error);
    assert_true(descriptor >= 0);
    assert_false(is_there(".11"));
    assert_true(is_there(".12") && is_there(".13") && is_there(".14") && is_there("milter.sock"));
    close(descriptor);
    close(answers);
    close(opening);
    listen_close(name, &mark);
    for (int number = 12; number <= 14; number++) {
        snprintf(file, sizeof file, "%s/.%d", directory, number);
        unlink(file);
    }
}

static pthread_barrier_t start;

static void *start_a_milter(void *descriptor)
{
    struct error error = { 0 };
    struct listen_mark mark;
    pthread_barrier_wait(&start);
    *(int *)descriptor = open_as_a_milter(0660, &mark, &error);
    return NULL;
}

static void of_milters_that_start_at_once_one_has_the_socket_and_the_others_are_told(void **state)
{
    enum { MILTERS = 3, ROUNDS = 20 };
    (void)state;
    pthread_barrier_init(&start, NULL, MILTERS);
    for (int round = 0; round < ROUNDS; round++) {
        pthread_t threads[MILTERS];
        int descriptors[MILTERS], opened = 0;
        struct error error = { 0 };
        close(bind_socket()); /* of one that was killed */
        for (int i = 0; i < MILTERS; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, start_a_milter, &descriptors[i]), 0);
        for (int i = 0; i < MILTERS; i++)
            pthread_join(threads[i], NULL);
        assert_int_equal(listen_prepare(name, &error), 0);
        for (int i = 0; i < MILTERS; i++)
            if (descriptors[i] >= 0) {
                opened++;
                close(descriptors[i]);
            }
        assert_int_equal(opened, 1);
        unlink(path);
    }
    pthread_barrier_destroy(&start);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_free_path_in_a_good_directory_will_do),
        cmocka_unit_test(a_missing_directory_is_answered_with_the_command_that_makes_it),
        cmocka_unit_test(a_stale_socket_is_no_fault),
        cmocka_unit_test(a_milter_that_answers_keeps_its_socket),
        cmocka_unit_test(a_file_that_is_no_socket_is_never_removed),
        cmocka_unit_test(a_directory_that_everybody_can_write_is_refused_with_the_chmod),
        cmocka_unit_test(a_socket_for_everybody_is_refused_with_the_fix),
        cmocka_unit_test(a_place_below_a_file_is_no_directory),
        cmocka_unit_test(what_is_no_socket_name_is_refused),
        cmocka_unit_test(a_port_is_tried),
        cmocka_unit_test(a_closed_socket_takes_no_more_connections),
        cmocka_unit_test(the_next_milter_keeps_its_socket_when_the_one_before_ends),
        cmocka_unit_test(what_a_killed_milter_left_beside_its_place_is_removed),
        cmocka_unit_test(of_milters_that_start_at_once_one_has_the_socket_and_the_others_are_told),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
