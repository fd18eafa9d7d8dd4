/* test_log.c - a log line is one line, whatever its values hold
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/log.h"

static int old_stderr, log_pipe[2];

static int catch_stderr(void **state)
{
    (void)state;
    old_stderr = dup(STDERR_FILENO);
    struct error error;
    return old_stderr < 0 || pipe(log_pipe) < 0 || dup2(log_pipe[1], STDERR_FILENO) < 0 ||
           log_open("redress-test", "stderr", LOG_LEVEL_INFO, &error) < 0;
}

static int give_stderr_back(void **state)
{
    (void)state;
    dup2(old_stderr, STDERR_FILENO);
    close(old_stderr);
    close(log_pipe[0]);
    close(log_pipe[1]);
    return 0;
}

/* Reads what was logged since; the end mark makes an empty log readable too. */
static const char *logged(void)
{
    static char text[8192];
    assert_int_equal(write(STDERR_FILENO, "$", 1), 1);
    ssize_t size = read(log_pipe[0], text, sizeof text - 1);
    assert_true(size > 0);
    text[size] = '\0';
    assert_int_equal(text[size - 1], '$');
    text[size - 1] = '\0';
    return text;
}

static void queue_id_and_ticket_come_first_and_null_is_left_out(void **state)
{
    (void)state;
    log_event(LOG_LEVEL_INFO, "tagged", "urgency", "high", "none", NULL, "ticket", "k3m9x2qp", "queue_id", "4X1", NULL);
    assert_string_equal(logged(), "redress-test: info: tagged ticket=k3m9x2qp queue_id=4X1 urgency=high\n");
}

static void control_bytes_cannot_forge_a_line(void **state)
{
    (void)state;
    log_event(LOG_LEVEL_WARNING, "odd", "from", "a\r\nredress: tagged", "text", "\x1b[2J\xc2\x9b\xe2\x80\xa8\xe2\x80\xae\xff", NULL);
    assert_string_equal(logged(), "redress-test: warning: odd from=\"a\\x0d\\x0aredress: tagged\" "
                                  "text=\\x1b[2J\\u{9b}\\u{2028}\\u{202e}\\xff\n");
}

static void values_with_spaces_or_quotes_are_quoted(void **state)
{
    (void)state;
    log_event(LOG_LEVEL_ERROR, "x", "a", "b c", "d", "\"\\", "e", "", "f", "k=v", "g", "\xe4\xb8\xad", NULL);
    assert_string_equal(logged(), "redress-test: error: x a=\"b c\" d=\"\\\"\\\\\" e=\"\" f=\"k=v\" g=\xe4\xb8\xad\n");
}

static void too_much_detail_is_left_out(void **state)
{
    (void)state;
    log_event(LOG_LEVEL_DEBUG, "noise", NULL);
    assert_string_equal(logged(), "");
}

static void long_values_and_lines_are_cut_between_characters(void **state)
{
    (void)state;
    char value[3001];
    for (size_t i = 0; i < 3000; i += 3)
        memcpy(value + i, "\xe4\xb8\xad", 3);
    value[3000] = '\0';
    log_event(LOG_LEVEL_INFO, "long", "a", value, NULL);
    assert_int_equal(strlen(logged()), strlen("redress-test: info: long a=\n") + 510);

    memset(value, '\x01', 600);
    value[600] = '\0';
    log_event(LOG_LEVEL_INFO, "wide", "a", value, "b", value, "c", "fits", NULL);
    assert_true(strlen(logged()) <= 2049);
}

static void an_unknown_target_is_refused(void **state)
{
    (void)state;
    struct error error;
    assert_int_equal(log_open("x", "file", LOG_LEVEL_INFO, &error), -1);
    assert_int_equal(error.kind, ERROR_SETUP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(queue_id_and_ticket_come_first_and_null_is_left_out, catch_stderr, give_stderr_back),
        cmocka_unit_test_setup_teardown(control_bytes_cannot_forge_a_line, catch_stderr, give_stderr_back),
        cmocka_unit_test_setup_teardown(values_with_spaces_or_quotes_are_quoted, catch_stderr, give_stderr_back),
        cmocka_unit_test_setup_teardown(too_much_detail_is_left_out, catch_stderr, give_stderr_back),
        cmocka_unit_test_setup_teardown(long_values_and_lines_are_cut_between_characters, catch_stderr, give_stderr_back),
        cmocka_unit_test(an_unknown_target_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
