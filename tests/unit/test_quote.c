/* test_quote.c - what was written now
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
#include "lib/quote.h"
#include "tests/unit/reading_mail.h"
static void expect_as(const char *subject, const char *text, const char *wanted)
{
    struct arena *arena = arena_new(8 << 20);
    struct quote_result result;
    assert_int_equal(quote_strip(arena, text, subject, &result), 1);
    assert_string_equal(result.text, wanted);
    arena_free(arena);
}

/* The new words come back, whatever history stands behind them. */
static void expect_cut(const char *history)
{
    char text[4000];
    snprintf(text, sizeof text, "The parcel is still missing.\nPlease help.\n\n%s", history);
    expect_as("Re: order", text, "The parcel is still missing.\nPlease help.");
}

static void attributions_of_all_languages_begin_history(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "On Mon, 2 Nov 2026 at 10:00, Shop <care@shop.example> wrote:",
        "On 2 Nov 2026, at 10:00, Shop <care@shop.example>\nwrote:",
        "在 2026/11/2 10:00, Shop 写道:",
        "Shop <care@shop.example> 于2026年11月2日周一 10:00写道：",
        "2026年11月2日 上午10:00，Shop <care@shop.example> 写道：",
        "At 2026-11-02 10:00:00, \"Shop\" <care@shop.example> wrote:",
        "於 2026年11月2日 週一 上午10:00寫道：",
        "2026年11月2日(月) 10:00 Shop <care@shop.example>:",
        "2026년 11월 2일 (월) 오전 10:00, Shop <care@shop.example>님이 작성:",
        "Am Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Shop <care@shop.example>:",
        "Le lun. 2 nov. 2026 à 10:00, Shop <care@shop.example> a écrit :",
        "El lun, 2 nov 2026 a las 10:00, Shop (<care@shop.example>) escribió:",
        "Il giorno lun 2 nov 2026 alle ore 10:00 Shop <care@shop.example> ha scritto:",
        "Em seg., 2 de nov. de 2026 às 10:00, Shop <care@shop.example> escreveu:",
        "Op ma 2 nov. 2026 om 10:00 schreef Shop <care@shop.example>:",
        "pon., 2 lis 2026 o 10:00 Shop <care@shop.example> napisał(a):",
        "Den mån 2 nov. 2026 kl 10:00 skrev Shop <care@shop.example>:",
        "man. 2. nov. 2026 kl. 10.00 skrev Shop <care@shop.example>:",
        "ma 2. marrask. 2026 klo 10.00 Shop (care@shop.example) kirjoitti:",
        "po 2. 11. 2026 v 10:00 odesílatel Shop <care@shop.example> napsal:",
        "пн, 2 нояб. 2026 г. в 10:00, Shop <care@shop.example>:",
        "Shop <care@shop.example>, 2 Kas 2026 Pzt, 10:00 tarihinde şunu yazdı:",
        "Vào Th 2, 2 thg 11, 2026 vào lúc 10:00 Shop <care@shop.example> đã viết:",
        "ในวันที่ จ. 2 พ.ย. 2026 เวลา 10:00 Shop <care@shop.example> เขียนว่า:",
        "2026-11-02 10:00 GMT+08:00 Shop <care@shop.example>:",
        "---- On Mon, 02 Nov 2026 10:00:00 +0800 Shop <care@shop.example> wrote ----",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char history[1000];
        snprintf(history, sizeof history, "%s\n> We looked into it.\n> The shop\n", lines[i]);
        expect_cut(history);
        snprintf(history, sizeof history, "%s\n\nWe looked into it.\nThe shop\n", lines[i]);
        expect_cut(history);
    }
}

static void separators_and_header_blocks_begin_history(void **state)
{
    (void)state;
    static const char *const histories[] = {
        "-----Original Message-----\nFrom: Shop\nSent: Monday\nTo: Anna\nSubject: order\n\nold",
        "________________________________\nFrom: Shop <care@shop.example>\nSent: Monday, 2 November 2026 "
        "10:00\nTo: Anna\nSubject: order\n\nold",
        "------------------ 原始邮件 ------------------\n发件人: \"Shop\" <care@shop.example>;\n发送时间: "
        "2026年11月2日(星期一) 上午10:00\n主题: order\n\nold",
        "------------------&nbsp;Original&nbsp;------------------\n\nFrom: \"Shop\"\nDate: Mon, Nov 2, 2026\n"
        "To: \"Anna\"\nSubject: order\n\nold",
        "发件人: Shop <care@shop.example>\n发送时间: 2026年11月2日 10:00\n收件人: Anna\n主题: order\n\nold",
        "发件人： Shop\n发送时间： 2026-11-02 10:00\n收件人： anna@mail.example\n主　　题： order\n\nold",
        "---- 回复的原邮件 ----\n| 发件人 | Shop<care@shop.example> |\n| 日期 | 2026年11月02日 10:00 |\n| 收件人 | "
        "anna@mail.example |\n| 主题 | order |\n\nold",
        "------------------------------------------------------------------\n发件人：Shop <care@shop.example>\n"
        "发送时间：2026年11月2日(星期一) 10:00\n收件人：Anna\n主　题：order\n\nold",
        "寄件者: Shop\n寄件日期: 2026年11月2日\n收件者: Anna\n主旨: order\n\nold",
        "*Von:* Shop\n*Gesendet:* Montag\n*An:* Anna\n*Betreff:* order\n\nold",
        "De : Shop\nEnvoyé : lundi\nÀ : Anna\nObjet : order\n\nold",
        "От: Shop\nОтправлено: 2 ноября\nКому: Anna\nТема: order\n\nold",
        "差出人: Shop\n送信日時: 2026年11月2日\n宛先: Anna\n件名: order\n\nold",
        "##- Please type your reply above this line -##\n\nold",
        "-------- 原始邮件 --------\n主题：order\n发件人：Shop\n收件人：Anna\n\nold",
    };
    for (size_t i = 0; i < sizeof histories / sizeof *histories; i++)
        expect_cut(histories[i]);
}

static void answers_between_quotes_are_kept(void **state)
{
    (void)state;
    expect_as("Re: order", "On Mon, 2 Nov 2026, Shop <care@shop.example> wrote:\n> Which order?\nNumber 42.\n"
              "> When?\nLast week.\n",
              "Number 42.\n\nLast week.");
    expect_as("Re: order", "\x06On Mon, 2 Nov 2026 Shop <a@b.c> wrote:\n\x01\x02\x06Which?\n\x06Number 42.\n"
              "\x01\x02\x06When?",
              "Number 42.");
}

static void marks_of_html_remove_history(void **state)
{
    (void)state;
    expect_as("Re: x", "new\n\x01" "old\nnew again", "new\n\nnew again");
    expect_as("Re: x", "new\n\x04" "From nobody\nold", "new");
    expect_as("x", "\x02" "all of it\n\x02lies in a blockquote", "all of it\nlies in a blockquote");
}

static void sentences_that_look_like_history_stay(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "On Monday I wrote to you about order 42.\nNothing happened.",
        "The date: 2026-11-02\nThe order came broken.",
        "To: be honest, I am angry.\nDate: unknown",
        "Your colleague wrote that it was sent.\nIt was not.",
        "我在2026年11月2日写信给你们。\n到现在没有回复。",
        "收件人：张三\n电话：13800000000\n请改地址。",
        "-----\nThe list:\nfirst, second",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect_as("order", texts[i], texts[i]);
}

static void a_forward_without_words_gives_the_forwarded_text(void **state)
{
    (void)state;
    static const char forwarded[] = "---------- Forwarded message ---------\nFrom: Anna <a@mail.example>\n"
                                    "Date: Mon, 2 Nov 2026\n"
                                    "Subject: order\nTo: <b@mail.example>\n\nMy parcel is lost.\nAnna\n";
    expect_as("Fwd: order", forwarded, "My parcel is lost.\nAnna");
    expect_as("转发: 订单", "发件人: A <a@b.c>\n发送时间: 2026年\n收件人: B\n主题: 订单\n\n包裹丢了。\n", "包裹丢了。");
    char text[1000];
    snprintf(text, sizeof text, "See below.\n\n%s", forwarded);
    expect_as("Fwd: order", text, "See below.");
}

static void the_armour_of_a_signed_text_goes(void **state)
{
    (void)state;
    expect_as("x", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nIt is broken.\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n"
                   "-----END PGP SIGNATURE-----\n",
              "It is broken.");
}

static void an_empty_reply_has_no_words(void **state)
{
    (void)state;
    expect_as("Re: order", "发件人: A <a@b.c>\n发送时间: 2026年\n收件人: B\n主题: 订单\n\n我们道歉。\n", "");
    expect_as("Re: order", "> old\n> older\n", "");
    expect_as("", "", "");
}

static void history_begins_within_a_line(void **state)
{
    (void)state;
    expect_as("Re: x", "thanks On Wed, Apr 4, 2012 at 3:59 PM, bob@shop.example wrote:\n> Hi\n", "thanks");
}

static void footers_of_phones_end_what_was_written(void **state)
{
    (void)state;
    expect_as("x", "It is broken.\n\n发自我的iPhone\n", "It is broken.");
    expect_as("x", "It is broken.\n\nSent from my iPhone\n\nold words that the phone put here\n",
              "It is broken.");
    expect_as("x", "It is broken.\n\n由网易邮箱大师定制\n", "It is broken.");
    expect_as("x", "It is broken.\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n"
              "________________________________\n", "It is broken.");
}

static void long_worst_cases_are_linear(void **state)
{
    (void)state;
    static const char *const pieces[] = { "> a\n", "On a wrote\n", "From: x\n", "a@b 12:30 :\n", "-- \n",
                                          "-----\n", "x ", "\n", "——", "Thanks,\nA\n" };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct arena *arena = arena_new(48 << 20);
        size_t length = strlen(pieces[i]), size = 0, most = 256 * 1024;
        char *text = malloc(most + 1);
        for (; size + length <= most; size += length)
            memcpy(text + size, pieces[i], length);
        text[size] = '\0';
        struct quote_result result;
        clock_t begin = clock();
        assert_int_equal(quote_strip(arena, text, "Re: x", &result), 1);
        double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
        print_message("256 KB of '%.10s': %.0f ms\n", pieces[i], seconds * 1000);
        assert_true(seconds < READING_PATIENCE);
        free(text);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributions_of_all_languages_begin_history),
        cmocka_unit_test(separators_and_header_blocks_begin_history),
        cmocka_unit_test(answers_between_quotes_are_kept),
        cmocka_unit_test(marks_of_html_remove_history),
        cmocka_unit_test(sentences_that_look_like_history_stay),
        cmocka_unit_test(a_forward_without_words_gives_the_forwarded_text),
        cmocka_unit_test(the_armour_of_a_signed_text_goes),
        cmocka_unit_test(an_empty_reply_has_no_words),
        cmocka_unit_test(history_begins_within_a_line),
        cmocka_unit_test(footers_of_phones_end_what_was_written),
        cmocka_unit_test(long_worst_cases_are_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
