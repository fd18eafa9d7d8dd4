/* test_subject.c - a subject without what replies put before it
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "lib/arena.h"
#include "lib/subject.h"

static void expect(const char *subject, const char *base)
{
    struct arena *arena = arena_new(65536);
    assert_string_equal(subject_base(arena, subject), base);
    arena_free(arena);
}

static void prefixes_of_all_languages_are_taken_off(void **state)
{
    (void)state;
    expect("Re: late", "late");
    expect("RE: Fwd: Re[2]: late", "late");
    expect("回复：转发: 我的订单", "我的订单");
    expect("答复: 我的订单", "我的订单");
    expect("AW: WG: spät", "spät");
    expect("TR : retard", "retard");
    expect("Re^3: late", "late");
    expect("Ответ: поздно", "поздно");
    expect("回覆：　訂單", "訂單");
}

static void every_languages_prefix_is_taken_off_stacked_and_numbered(void **state)
{
    (void)state;
    static const char *const prefixes[] = {
        "Re:", "RE:", "re :", "回复：", "回复:", "回覆：", "答复:", "答覆：", "转发：", "轉寄：", "轉發:", "返信:", "転送:", "회신:", "전달:", "답장:", "AW:",
        "Antw:", "Antwort:",
        "WG:", "SV:", "VS:", "RIF:", "R:", "I:", "RES:", "ENC:", "RV:", "TR:", "Réf :", "Rép :", "Odp:", "PD:", "Doorst:",
        "Vl:", "Ynt:", "İlt:", "YNT:", "Отв:", "Ответ:", "Fwd:", "FW:", "Trả lời:", "Chuyển tiếp:", "ตอบ:", "ส่งต่อ:", "Vá:", "Továbbítás:",
        "Απ:", "BLS:", "Re[2]:", "RE[12] :", "Re(3):", "Re^4:", "Re*2:", "【转发】", "[回复]", "AW[2]:", "回复[3]：", "答复(2)：",
    };
    enum { COUNT = sizeof prefixes / sizeof *prefixes };
    for (size_t i = 0; i < COUNT; i++) {
        char subject[400];
        snprintf(subject, sizeof subject, "%s late parcel", prefixes[i]);
        expect(subject, "late parcel");
        snprintf(subject, sizeof subject, "%s %s%s 包裹 42", prefixes[i], prefixes[(i * 7 + 3) % COUNT], prefixes[(i + 11) % COUNT]);
        expect(subject, "包裹 42");
    }
}

static void a_thousand_stacked_prefixes_cost_no_more_than_their_bytes(void **state)
{
    (void)state;
    enum { TIMES = 20000 };
    char *subject = malloc(TIMES * 8 + 8), *end = subject;
    for (int i = 0; i < TIMES; i++)
        end = stpcpy(end, i % 2 ? "Re[9]: " : "AW: ");
    stpcpy(end, "late");
    struct arena *arena = arena_new(1 << 20);
    clock_t begin = clock();
    assert_string_equal(subject_base(arena, subject), "late");
    double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    print_message("%d prefixes: %.0f ms\n", TIMES, seconds * 1000);
    assert_true(seconds < 0.5);
    arena_free(arena);
    free(subject);
}

static void what_only_looks_like_a_prefix_stays(void **state)
{
    (void)state;
    expect("Return of my order", "Return of my order");
    expect("order: late", "order: late");
    expect("[TR] invoice", "[TR] invoice");
    expect("【转发】", "");
    expect("【转发有奖】活动", "【转发有奖】活动");
    expect("", "");
    expect(NULL, "");
}

static void our_tag_goes_and_spaces_are_folded(void **state)
{
    (void)state;
    expect("Re: [#abcd2345] my  order\t is late ", "my order is late");
    expect("my order [#abcd2345]", "my order");
    expect("my order [#12345678]", "my order [#12345678]"); /* 1, 8 and 9 are no base 32 */
}

static void forwards_and_replies_are_told_apart(void **state)
{
    (void)state;
    assert_true(subject_is_forward("Fwd: x"));
    assert_true(subject_is_forward("转发：x"));
    assert_true(subject_is_forward("WG: x"));
    assert_true(subject_is_forward("【转发】x"));
    assert_true(subject_is_reply("[回复] x"));
    assert_false(subject_is_forward("Re: Fwd: x"));
    assert_true(subject_is_reply("Re: Fwd: x"));
    assert_true(subject_is_reply("回复: x"));
    assert_false(subject_is_reply("x"));
    assert_false(subject_is_reply(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prefixes_of_all_languages_are_taken_off),
        cmocka_unit_test(every_languages_prefix_is_taken_off_stacked_and_numbered),
        cmocka_unit_test(a_thousand_stacked_prefixes_cost_no_more_than_their_bytes),
        cmocka_unit_test(what_only_looks_like_a_prefix_stays),
        cmocka_unit_test(our_tag_goes_and_spaces_are_folded),
        cmocka_unit_test(forwards_and_replies_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
