/* test_quantity.c - money, pieces and waiting times in words and digits
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/quantity.h"

static struct quantities measure(const char *text)
{
    struct quantities result;
    quantity_measure(text, strlen(text), NULL, &result);
    return result;
}

static void expect_money(const char *text, double wanted)
{
    if (fabs(measure(text).money - wanted) > 1e-6)
        fail_msg("%s: %f, not %f", text, measure(text).money, wanted);
}

static void expect_days(const char *text, double wanted)
{
    if (fabs(measure(text).days - wanted) > 1e-6)
        fail_msg("%s: %f, not %f", text, measure(text).days, wanted);
}

static void amounts_are_multiples_of_their_currencys_limit(void **state)
{
    (void)state;
    expect_money("i paid $1,200 for it", 1.2);
    expect_money("paid 500 dollars", 0.5);
    expect_money("花了5000元", 1);
    expect_money("花了一万二千元", 2.4);
    expect_money("损失3万元", 6);
    expect_money("hk$7800", 1);
    expect_money("€90 and £800", 1);
    expect_money("room 1200, floor 3", 0);
}

static void waiting_is_told_from_other_spans(void **state)
{
    (void)state;
    expect_days("waited for 3 days", 3);
    expect_days("two weeks ago", 14);
    expect_days("已经等了三天", 3);
    expect_days("第三天了还没到", 3);
    expect_days("within 3 days you may return it", 0);
}

static void pieces_are_counted(void **state)
{
    (void)state;
    assert_true(fabs(measure("20 items are broken").items - 20) < 1e-9);
    assert_true(fabs(measure("买了十五件都坏了").items - 15) < 1e-9);
}

static void hostile_numbers_cost_linear_time(void **state)
{
    (void)state;
    size_t size = 200000;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, '9', size);
    struct quantities result;
    quantity_measure(text, size, NULL, &result);
    assert_true(result.money == 0);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_multiples_of_their_currencys_limit),
        cmocka_unit_test(waiting_is_told_from_other_spans),
        cmocka_unit_test(pieces_are_counted),
        cmocka_unit_test(hostile_numbers_cost_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
