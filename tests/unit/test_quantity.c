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

static void chinese_amounts_in_words_are_read(void **state)
{
    static const struct {
        const char *text;
        double yuan;
    } amounts[] = {
        { "三千五百元", 3500 }, { "花了两万块", 20000 }, { "1.5万元", 15000 }, { "五百多块", 500 }, { "三千来块钱", 3000 },
        { "5000余元", 5000 }, { "一万五块", 15000 }, { "三千五元", 3500 }, { "两百五块", 250 }, { "三千零五元", 3005 },
        { "十几万元", 140000 }, { "十二万三千元", 123000 }, { "2万3元", 23000 }, { "1万2千元", 12000 }, { "3千5百块", 3500 },
        { "2w元", 20000 }, { "1.2w块", 12000 }, { "壹万贰仟元整", 12000 }, { "三亿元", 3e8 }, { "花了八千", 8000 },
        { "被骗三万多", 30000 }, { "人民币两千", 2000 }, { "花了八千字", 0 }, { "行驶两万公里", 0 }, { "花了三百", 0 },
        { "二十块", 20 }, { "一百零五块", 105 }, { "上万元", 10000 }, { "60w灯泡", 0 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
        expect_money(amounts[i].text, amounts[i].yuan / 5000);
}

static void a_packs_limit_counts_for_amounts_in_words_too(void **state)
{
    struct quantities result;
    double limits[QUANTITY_CURRENCIES] = { 0 };
    (void)state;
    limits[quantity_currency("CNY")] = 1000;
    quantity_measure("三千五百元", strlen("三千五百元"), limits, &result);
    assert_true(fabs(result.money - 3.5) < 1e-9);
    assert_true(fabs(result.amount - 3500) < 1e-9);
    assert_string_equal(result.currency, "CNY");
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
        cmocka_unit_test(chinese_amounts_in_words_are_read),
        cmocka_unit_test(a_packs_limit_counts_for_amounts_in_words_too),
        cmocka_unit_test(waiting_is_told_from_other_spans),
        cmocka_unit_test(pieces_are_counted),
        cmocka_unit_test(hostile_numbers_cost_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
