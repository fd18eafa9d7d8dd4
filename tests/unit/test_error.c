/* test_error.c - errors are one line, whatever they quote
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sysexits.h>

#include <cmocka.h>

#include "lib/error.h"

static void an_error_is_one_line_whatever_it_quotes(void **state)
{
    (void)state;
    struct error error;
    assert_int_equal(error_set(&error, ERROR_INPUT, "cannot read '%s'", "a\r\nqueue_id=FORGED\x7f"), -1);
    assert_string_equal(error.text, "cannot read 'a  queue_id=FORGED '");
}

static void a_long_error_is_cut_between_characters(void **state)
{
    (void)state;
    char text[2000];
    memset(text, 0, sizeof text);
    for (size_t i = 0; i + 3 < sizeof text; i += 3)
        memcpy(text + i, "\xe4\xb8\xad", 3);
    struct error error;
    error_set(&error, ERROR_INPUT, "x%s", text);
    assert_int_equal(strlen(error.text), 511 - (511 - 1) % 3);
}

static void context_is_put_before_and_the_kind_stays(void **state)
{
    (void)state;
    struct error error;
    error_set(&error, ERROR_RETRY, "database is locked");
    error_prefix(&error, "intake %d", 7);
    assert_string_equal(error.text, "intake 7: database is locked");
    assert_int_equal(error_exit_status(&error), EX_TEMPFAIL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_is_one_line_whatever_it_quotes),
        cmocka_unit_test(a_long_error_is_cut_between_characters),
        cmocka_unit_test(context_is_put_before_and_the_kind_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
