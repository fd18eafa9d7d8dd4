/* test_counters.c - counters count, from any thread, under names of their own
 * SPDX-License-Identifier: MIT
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "milter/counters.h"

static struct counters shared;

static void *count_a_lot(void *argument)
{
    (void)argument;
    for (int i = 0; i < 100000; i++)
        counters_add(&shared, COUNTER_MAILS, 1);
    return NULL;
}

static void no_count_is_lost_between_threads(void **state)
{
    (void)state;
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count_a_lot, NULL), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(counters_get(&shared, COUNTER_MAILS), 400000);
    assert_int_equal(counters_get(&shared, COUNTER_LATE), 0);
}

static void every_counter_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < COUNTER_COUNT; i++) {
        assert_non_null(counter_name((enum counter)i));
        assert_string_not_equal(counter_name((enum counter)i), "unknown");
        for (int j = 0; j < i; j++)
            assert_string_not_equal(counter_name((enum counter)i), counter_name((enum counter)j));
    }
    assert_string_equal(counter_name(COUNTER_COUNT), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_count_is_lost_between_threads),
        cmocka_unit_test(every_counter_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
