/* test_language.c - the language of a text
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/language.h"

static void expect(const char *text, const char *code)
{
    assert_string_equal(language_detect(text, strlen(text)), code);
}

static void languages_are_told_by_script_and_words(void **state)
{
    (void)state;
    expect("我的订单 #12345 还没有到，请尽快处理", "zh");
    expect("訂單還沒有到", "zh");
    expect("注文した商品がまだ届いていません", "ja");
    expect("주문한 상품이 아직 도착하지 않았습니다", "ko");
    expect("My order has not arrived and nobody answers", "en");
    expect("Ich habe meine Bestellung noch nicht erhalten", "de");
    expect("Je n'ai pas reçu ma commande et je suis en colère", "fr");
    expect("No he recibido mi pedido y nadie me responde", "es");
    expect("Я не получил свой заказ", "ru");
    expect("Я ще не отримав замовлення, його немає, і їх теж", "uk");
    expect("Tôi vẫn chưa nhận được đơn hàng của mình", "vi");
    expect("ฉันยังไม่ได้รับสินค้า", "th");
    expect("لم أستلم طلبي", "ar");
}

static void a_few_chinese_characters_outweigh_latin_names(void **state)
{
    (void)state;
    expect("iPhone 15 Pro 屏幕坏了，要求退款", "zh");
}

static void too_little_says_nothing(void **state)
{
    (void)state;
    expect("", "und");
    expect("12345", "und");
    expect("xyzzy", "und");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(languages_are_told_by_script_and_words),
        cmocka_unit_test(a_few_chinese_characters_outweigh_latin_names),
        cmocka_unit_test(too_little_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
