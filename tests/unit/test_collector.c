/* test_collector.c - a mail is put together again, up to its limits
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "milter/collector.h"

static void a_mail_is_put_together_as_it_was(void **state)
{
    (void)state;
    struct collector collector;
    collector_init(&collector, 100);
    collector_header(&collector, "Subject", "a\n b");
    collector_header(&collector, "From", "a@b.example");
    collector_end_of_headers(&collector);
    assert_int_equal(collector_body(&collector, "one\r\n", 5), 1);
    assert_int_equal(collector_body(&collector, "two\r\n", 5), 1);
    assert_string_equal(buffer_text(&collector.mail), "Subject: a\n b\r\nFrom: a@b.example\r\n\r\none\r\ntwo\r\n");
    assert_false(collector.cut);
    assert_false(collector.failed);
    collector_release(&collector);
}

static void a_body_ends_at_the_limit_and_says_that_enough_is_there(void **state)
{
    (void)state;
    struct collector collector;
    collector_init(&collector, 8);
    assert_int_equal(collector_body(&collector, "12345", 5), 1);
    assert_int_equal(collector_body(&collector, "6789", 4), 0);
    assert_string_equal(buffer_text(&collector.mail), "\r\n12345678");
    assert_true(collector.cut);
    assert_int_equal(collector_body(&collector, "more", 4), 0);
    assert_int_equal(collector.body_size, 8);
    assert_false(collector.failed);
    collector_release(&collector);
}

static void a_body_of_exactly_the_limit_is_not_cut(void **state)
{
    (void)state;
    struct collector collector;
    collector_init(&collector, 4);
    assert_int_equal(collector_body(&collector, "1234", 4), 0);
    assert_false(collector.cut);
    collector_release(&collector);
}

static void half_a_million_headers_cost_no_more_than_the_limit(void **state)
{
    (void)state;
    struct collector collector;
    collector_init(&collector, 1000);
    for (int i = 0; i < 500000; i++)
        collector_header(&collector, "X-Filler", "x");
    assert_true(collector.cut);
    assert_true(collector.mail.size <= COLLECTOR_HEADER_BYTES);
    assert_int_equal(collector_body(&collector, "text", 4), 1);
    assert_int_equal(memcmp(collector.mail.bytes + collector.mail.size - 8, "\r\n\r\ntext", 8), 0);
    assert_false(collector.failed);
    collector_release(&collector);
}

static void one_giant_header_is_left_out_and_later_ones_are_kept(void **state)
{
    (void)state;
    struct collector collector;
    collector_init(&collector, 1000);
    char *giant = malloc(COLLECTOR_HEADER_BYTES + 1);
    assert_non_null(giant);
    memset(giant, 'x', COLLECTOR_HEADER_BYTES);
    giant[COLLECTOR_HEADER_BYTES] = '\0';
    collector_header(&collector, "X-Giant", giant);
    collector_header(&collector, "Subject", "kept");
    assert_true(collector.cut);
    assert_string_equal(buffer_text(&collector.mail), "Subject: kept\r\n");
    free(giant);
    collector_release(&collector);
}

static void a_released_collector_can_take_the_next_mail(void **state)
{
    (void)state;
    struct collector collector;
    collector_init(&collector, 4);
    collector_body(&collector, "123456", 6);
    collector_release(&collector);
    collector_header(&collector, "A", "b");
    assert_string_equal(buffer_text(&collector.mail), "A: b\r\n");
    assert_false(collector.cut);
    collector_release(&collector);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mail_is_put_together_as_it_was),
        cmocka_unit_test(a_body_ends_at_the_limit_and_says_that_enough_is_there),
        cmocka_unit_test(a_body_of_exactly_the_limit_is_not_cut),
        cmocka_unit_test(half_a_million_headers_cost_no_more_than_the_limit),
        cmocka_unit_test(one_giant_header_is_left_out_and_later_ones_are_kept),
        cmocka_unit_test(a_released_collector_can_take_the_next_mail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
