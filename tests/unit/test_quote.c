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

static void a_forward_without_words_gives_the_forwarded_text(void **state)
{
    (void)state;
    static const char forwarded[] = "---------- Forwarded message ---------\nFrom: Anna <a@mail.example>\n"
                                    "Date: Mon, 2 Nov 2026\n"
                                    "Subject: order\nTo: <b@mail.example>\n\nMy parcel is lost.\nAnna\n";
    expect_as("Fwd: order", forwarded, "My parcel is lost.\nAnna");
    expect_as("转发: 订单", "发件人: A <a@b.c>\n发送时间: 2026年\n收件人: B\n主题: 订单\n\n包裹丢了。\n", "包裹丢了。");
    char text[1000];
    snprintf(text, sizeof text, "Can you answer her?\n\n%s", forwarded);
    expect_as("Fwd: order", text, "Can you answer her?");
}

static void words_that_only_point_at_the_forwarded_mail_are_no_matter_of_their_own(void **state)
{
    (void)state;
    static const char *const pointing[] = { "See below.", "FYI", "fyi:", "Zur Info!", "请看下面。", "见下文：" };
    char text[1000], wanted[200];
    for (size_t i = 0; i < sizeof pointing / sizeof *pointing; i++) {
        snprintf(text, sizeof text, "%s\n\n-------- Forwarded Message --------\nFrom: Anna <a@mail.example>\n"
                 "Date: Mon, 2 Nov 2026\nSubject: order\nTo: <b@mail.example>\n\nMy parcel is lost.\n", pointing[i]);
        snprintf(wanted, sizeof wanted, "%s\n\nMy parcel is lost.", pointing[i]);
        expect_as("Fwd: order", text, wanted);
    }
    expect_as("Re: order", "See below.\n\nOn Mon, 2 Nov 2026 Shop <care@shop.example> wrote:\n> Which order?\n", "See below.");
}

static void an_address_on_lines_of_its_own_belongs_to_the_attribution(void **state)
{
    (void)state;
    expect_as("Re: order", "It is broken.\n\nOn Thu, 5 Nov 2026 at 11:16 Anna Berg\n\n<\nmailto:Anna Berg <anna@mail.example>\n"
                           "> wrote:\n\n\nold words\n",
              "It is broken.");
    expect_as("order", "On Thu, 5 Nov 2026 at 11:16 nothing came.\n\n<\n\nmy words\n",
              "On Thu, 5 Nov 2026 at 11:16 nothing came.\n\n<\n\nmy words");
}

static void a_link_wrapped_out_of_the_quoted_lines_is_quoted(void **state)
{
    (void)state;
    expect_as("Re: order", "Yes.\n\nOn Thu, 5 Nov 2026 at 11:16, Shop <care@shop.example> wrote:\n\n> Follow it here\n"
                           " (https://shop.example/42) >\n> and tell us.\n",
              "Yes.");
    expect_as("Re: order", "On Thu, 5 Nov 2026 at 11:16, Shop <care@shop.example> wrote:\n\n> Where did you see it?\n"
                           "https://shop.example/42\n> And when?\nToday.\n",
              "https://shop.example/42\n\nToday.");
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
    expect_as("x", "发自我的iPhone\n\n水壶坏了。\n", "水壶坏了。");
    expect_as("x", "It is broken.\n\n由网易邮箱大师定制\n", "It is broken.");
    expect_as("x", "It is broken.\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n"
              "________________________________\n", "It is broken.");
}

static void words_below_a_phones_footer_are_its_owners_but_in_a_long_answer(void **state)
{
    (void)state;
    expect_as("kettle", "It is broken.\n\nSent from my iPhone\n\nP.S. The order is 4711.\n", "It is broken.\n\nP.S. The order is 4711.");
    expect_as("回复：订单", "水壶坏了。\n\n发自我的iPhone\n\n订单号4711。\n", "水壶坏了。\n\n订单号4711。");
    char text[1000];
    snprintf(text, sizeof text, "It is broken.\n\nSent from my phone\n\n%0300d\n", 0);
    expect_as("Re: kettle", text, "It is broken.");
    struct arena *arena = arena_new(1 << 20);
    struct quote_result result;
    assert_int_equal(quote_strip(arena, text, "kettle", &result), 1);
    assert_true(strlen(result.text) > 300); /* a first mail has no history to be put there */
    arena_free(arena);
}

static void a_notice_between_the_words_and_the_history_goes(void **state)
{
    (void)state;
    expect_as("回复：订单", "水壶漏水，要求退货。\n\n声明：本邮件含有保密信息，仅限于收件人所用。禁止任何人未经发件人许可使用本邮件中的信息。\n\n"
              "------------------ 原始邮件 ------------------\n发件人: \"店\"<care@shop.example>;\n发送时间: 2026年11月2日\n"
              "主题: 订单\n\n旧\n", "水壶漏水，要求退货。");
}

static void groupwise_marks_only_its_attribution(void **state)
{
    (void)state;
    expect_as("Re: order", "Still broken.\n\n>>> Shop <care@shop.example> 02.11.2026 10:00 >>>\nWe are sorry.\n\nShop\n",
              "Still broken.");
    expect_as("Re: order", "Answers:\n>>> a deep quote of bo@mail.example at 10:00\n> quoted\nNumber 42.\n", "Answers:\n\nNumber 42.");
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
        cmocka_unit_test(answers_between_quotes_are_kept),
        cmocka_unit_test(marks_of_html_remove_history),
        cmocka_unit_test(a_forward_without_words_gives_the_forwarded_text),
        cmocka_unit_test(words_that_only_point_at_the_forwarded_mail_are_no_matter_of_their_own),
        cmocka_unit_test(an_address_on_lines_of_its_own_belongs_to_the_attribution),
        cmocka_unit_test(a_link_wrapped_out_of_the_quoted_lines_is_quoted),
        cmocka_unit_test(the_armour_of_a_signed_text_goes),
        cmocka_unit_test(an_empty_reply_has_no_words),
        cmocka_unit_test(history_begins_within_a_line),
        cmocka_unit_test(footers_of_phones_end_what_was_written),
        cmocka_unit_test(words_below_a_phones_footer_are_its_owners_but_in_a_long_answer),
        cmocka_unit_test(a_notice_between_the_words_and_the_history_goes),
        cmocka_unit_test(groupwise_marks_only_its_attribution),
        cmocka_unit_test(long_worst_cases_are_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
