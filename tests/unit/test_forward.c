/* test_forward.c - forwarded mails: with words of their own, and without
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/quote.h"

static void expect_as(const char *subject, const char *text, const char *wanted)
{
    struct arena *arena = arena_new(8 << 20);
    struct quote_result result;
    assert_int_equal(quote_strip(arena, text, subject, &result), 1);
    assert_string_equal(result.text, wanted);
    assert_true(result.quoted);
    arena_free(arena);
}

static const struct {
    const char *prefix, *headers;
} forwards[] = {
    { "Fwd",
      "---------- Forwarded message ---------\nFrom: Bo <bo@mail.example>\nDate: Mon, 2 Nov 2026 at 10:00\n"
      "Subject: kettle\nTo: Anna <anna@mail.example>\n\n\n" },
    { "转发",
      "---------- Forwarded message ---------\n发件人： Bo <bo@mail.example>\nDate: 2026年11月2日周一 10:00\n"
      "Subject: kettle\nTo: Anna <anna@mail.example>\n\n\n" },
    { "转发",
      "------------------ 原始邮件 ------------------\n发件人: \"Bo\"<bo@mail.example>;\n发送时间: 2026年11月2日(星期一) "
      "上午10:00\n收件人: \"Anna\"<anna@mail.example>;\n主题: kettle\n\n" },
    { "转发",
      "-------- 转发邮件信息 --------\n发件人：\"Bo\" <bo@mail.example>\n发送日期：2026-11-02 10:00:00\n"
      "收件人：anna@mail.example\n主题：kettle\n" },
    { "WG",
      "-----Ursprüngliche Nachricht-----\nVon: Bo <bo@mail.example>\nGesendet: Montag, 2. November 2026 "
      "10:00\nAn: Anna\nBetreff: kettle\n\n" },
    { "TR",
      "De : Bo <bo@mail.example>\nEnvoyé : lundi 2 novembre 2026 10:00\nÀ : Anna\nObjet : kettle\n\n" },
    { "RV",
      "De: Bo <bo@mail.example>\nEnviado: lunes, 2 de noviembre de 2026 10:00\nPara: Anna\nAsunto: kettle\n"
      "\n" },
    { "I",
      "Da: Bo <bo@mail.example>\nInviato: lunedì 2 novembre 2026 10:00\nA: Anna\nOggetto: kettle\n\n" },
    { "ENC",
      "De: Bo <bo@mail.example>\nEnviada em: segunda-feira, 2 de novembro de 2026 10:00\nPara: Anna\n"
      "Assunto: kettle\n\n" },
    { "VS",
      "Fra: Bo <bo@mail.example>\nSendt: 2. november 2026 10:00\nTil: Anna\nEmne: kettle\n\n" },
    { "VB",
      "Från: Bo <bo@mail.example>\nSkickat: den 2 november 2026 10:00\nTill: Anna\nÄmne: kettle\n\n" },
    { "FW",
      "________________________________\nFrom: Bo <bo@mail.example>\nSent: Monday, November 2, 2026 10:00 "
      "AM\nTo: Anna\nSubject: kettle\n\n" },
    { "Fw",
      "----- Forwarded Message -----\nFrom: Bo <bo@mail.example>\nTo: Anna <anna@mail.example>\nSent: "
      "Monday, November 2, 2026 at 10:00:00 AM GMT+8\nSubject: kettle\n\n" },
    { "Fwd",
      "Begin forwarded message:\n\nFrom: Bo <bo@mail.example>\nDate: 2 November 2026 at 10:00:00 CET\nTo: "
      "Anna\nSubject: kettle\n\n" },
    { "Fwd",
      "-------- Forwarded Message --------\nSubject: \tkettle\nDate: \tMon, 2 Nov 2026 10:00:00 +0800\n"
      "From: \tBo <bo@mail.example>\nTo: \tAnna\n\n\n" },
    { "转发",
      "开始转发的邮件：\n\n发件人: Bo <bo@mail.example>\n日期: 2026年11月2日 GMT+8 10:00:00\n收件人: Anna\n主题: kettle\n\n" },
    { "轉寄",
      "---------- 轉寄郵件 ---------\n寄件者：Bo <bo@mail.example>\n日期：2026年11月2日\n主旨：kettle\n收件者：Anna\n\n" },
    { "転送",
      "---------- Forwarded message ---------\nFrom: Bo <bo@mail.example>\nDate: 2026年11月2日(月) 10:00\n"
      "Subject: kettle\nTo: Anna\n\n" },
    { "Пересл",
      "-------- Пересылаемое сообщение--------\n02.11.2026, 10:00, \"Bo\" <bo@mail.example>:\n\n" },
};

static void a_forward_without_new_words_is_the_text_that_was_forwarded(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof forwards / sizeof *forwards; i++) {
        char subject[100], text[2000];
        snprintf(subject, sizeof subject, "%s: kettle", forwards[i].prefix);
        snprintf(text, sizeof text, "%sThe kettle that I bought leaks.\nI want my money back.\n", forwards[i].headers);
        expect_as(subject, text, "The kettle that I bought leaks.\nI want my money back.");
    }
}

static void words_above_a_forward_are_what_was_written_now(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof forwards / sizeof *forwards; i++) {
        char subject[100], text[2000];
        snprintf(subject, sizeof subject, "%s: kettle", forwards[i].prefix);
        snprintf(text, sizeof text, "Please handle this today.\n\n%sThe kettle leaks.\n", forwards[i].headers);
        expect_as(subject, text, "Please handle this today.");
    }
}

static void a_footer_or_a_closing_above_a_forward_are_no_words(void **state)
{
    (void)state;
    expect_as("Fwd: kettle", "Sent from my iPhone\n\nBegin forwarded message:\n\nFrom: Bo <bo@mail.example>\n"
              "Date: 2 November 2026\nTo: Anna\nSubject: kettle\n\n> The kettle leaks.\n> It is new.\n",
              "The kettle leaks.\nIt is new.");
    expect_as("FW: kettle", "\n\nBest regards,\nAnna Berg\nTel. 1234567\n\nFrom: Bo <bo@mail.example>\nSent: Monday\nTo: Anna\n"
              "Subject: kettle\n\nThe kettle leaks.\n", "The kettle leaks.");
}

static void of_a_chain_of_forwards_the_newest_mail_is_the_matter(void **state)
{
    (void)state;
    expect_as("Fwd: Fwd: kettle", "---------- Forwarded message ---------\nFrom: Bo <bo@mail.example>\nDate: Tue\nSubject: Fwd: kettle\n"
              "To: Anna\n\nIt leaks still.\n\n---------- Forwarded message ---------\nFrom: Carl <c@mail.example>\nDate: Mon\n"
              "Subject: kettle\nTo: Bo\n\nIt leaks.\n", "It leaks still.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_forward_without_new_words_is_the_text_that_was_forwarded),
        cmocka_unit_test(words_above_a_forward_are_what_was_written_now),
        cmocka_unit_test(a_footer_or_a_closing_above_a_forward_are_no_words),
        cmocka_unit_test(of_a_chain_of_forwards_the_newest_mail_is_the_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
