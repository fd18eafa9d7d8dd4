/* test_attribution.c - how the mail programs of many languages begin quoted history, and what only looks so
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/html.h"
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
    snprintf(text, sizeof text, "The kettle is still broken.\nWhere is my refund?\n\n%s", history);
    expect_as("Re: order", text, "The kettle is still broken.\nWhere is my refund?");
}

/* Gmail, Apple Mail, Thunderbird, Yahoo, NetEase, QQ Mail, Foxmail, Lark, DingTalk, exmail, phones, Notes,
 * GroupWise, helpdesks, web mailers; in the languages that they speak. */
static const char *const attributions[] = {
    "Shop Care <care@shop.example> 于2026年11月2日周一 10:00写道：",
    "Shop Care <care@shop.example> 於 2026年11月2日 週一 上午10:00寫道：",
    "2026年11月2日(月) 10:00 Shop Care <care@shop.example>:",
    "2026년 11월 2일 (월) 오전 10:00, Shop Care <care@shop.example>님이 작성:",
    "Am Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Shop Care <\ncare@shop.example>:",
    "Le lun. 2 nov. 2026 à 10:00, Shop Care <care@shop.example> a écrit :",
    "El lun, 2 nov 2026 a las 10:00, Shop Care (<care@shop.example>) escribió:",
    "Il giorno lun 2 nov 2026 alle ore 10:00 Shop Care <care@shop.example>\nha scritto:",
    "Em seg., 2 de nov. de 2026 às 10:00, Shop Care <care@shop.example>\nescreveu:",
    "Op ma 2 nov 2026 om 10:00 schreef Shop Care <care@shop.example>:",
    "pon., 2 lis 2026 o 10:00 Shop Care <care@shop.example> napisał(a):",
    "Den mån 2 nov. 2026 kl 10:00 skrev Shop Care <care@shop.example>:",
    "Den man. 2. nov. 2026 kl. 10.00 skrev Shop Care <care@shop.example>:",
    "man. 2. nov. 2026 kl. 10:00 skrev Shop Care <care@shop.example>:",
    "ma 2.11.2026 klo 10.00 Shop Care (care@shop.example) kirjoitti:",
    "po 2. 11. 2026 v 10:00 odesílatel Shop Care <care@shop.example> napsal:",
    "пн, 2 нояб. 2026 г. в 10:00, Shop Care <care@shop.example>:",
    "Shop Care <care@shop.example>, 2 Kas 2026 Pzt, 10:00 tarihinde şunu yazdı:",
    "Vào Th 2, 2 thg 11, 2026 vào lúc 10:00 Shop Care <care@shop.example> đã viết:",
    "ในวันที่ จ. 2 พ.ย. 2026 เวลา 10:00 Shop Care <care@shop.example> เขียนว่า:",
    "пн, 2 лист. 2026 р. о 10:00 Shop Care <care@shop.example> пише:",
    "Shop Care <care@shop.example> ezt írta (időpont: 2026. nov. 2., H, 10:00):",
    "Στις Δευ 2 Νοε 2026 στις 10:00 π.μ., ο/η Shop Care <care@shop.example> έγραψε:",
    "lun., 2 nov. 2026 la 10:00, Shop Care <care@shop.example> a scris:",
    "Pada tanggal Sen, 2 Nov 2026 pukul 10.00 Shop Care <care@shop.example> menulis:",
    "في الاثنين، 2 نوفمبر 2026 في 10:00 ص تمت كتابة ما يلي بواسطة Shop Care <care@shop.example>:",
    "‫בתאריך יום ב׳, 2 בנוב׳ 2026 ב-10:00 מאת ‪Shop Care‬‏ <‪care@shop.example‬‏>:‬",
    "On 2 Nov 2026, at 10:00, Shop Care <care@shop.example> wrote:",
    "On Nov 2, 2026, at 10:00 AM, Shop Care <care@shop.example> wrote:",
    "在 2026年11月2日，10:00，Shop Care <care@shop.example> 写道：",
    "2026年11月2日 上午10:00，Shop Care <care@shop.example> 写道：",
    "Shop Care <care@shop.example> 於 2026年11月2日 上午10:00 寫道：",
    "Am 02.11.2026 um 10:00 schrieb Shop Care <care@shop.example>:",
    "Le 2 nov. 2026 à 10:00, Shop Care <care@shop.example> a écrit :",
    "2026/11/02 10:00、Shop Care <care@shop.example>のメール:",
    "2026. 11. 2. 오전 10:00, Shop Care <care@shop.example> 작성:",
    "2 нояб. 2026 г., в 10:00, Shop Care <care@shop.example> написал(а):",
    "Shop Care <care@shop.example> şunları yazdı (2 Kas 2026 10:00):",
    "No dia 02/11/2026, às 10:00, Shop Care <care@shop.example> escreveu:",
    "El 2 nov 2026, a las 10:00, Shop Care <care@shop.example> escribió:",
    "Il giorno 2 nov 2026, alle ore 10:00, Shop Care <care@shop.example> ha scritto:",
    "Op 2 nov. 2026, om 10:00 heeft Shop Care <care@shop.example> het volgende geschreven:",
    "Wiadomość napisana przez Shop Care <care@shop.example> w dniu 2 lis 2026, o godz. 10:00:",
    "2 nov. 2026 kl. 10:00 skrev Shop Care <care@shop.example>:",
    "Den 2. nov. 2026 kl. 10.00 skrev Shop Care <care@shop.example>:",
    "Shop Care <care@shop.example> kirjoitti 2.11.2026 kello 10.00:",
    "2. 11. 2026 v 10:00, Shop Care <care@shop.example>:",
    "Vào 10:00, 2 thg 11, 2026, Shop Care <care@shop.example> đã viết:",
    "เมื่อ 2 พ.ย. 2569 เวลา 10:00 Shop Care <care@shop.example> เขียน:",
    "On 11/2/26 10:00, Shop Care wrote:",
    "Am 02.11.26 um 10:00 schrieb Shop Care:",
    "Le 02/11/2026 à 10:00, Shop Care a écrit :",
    "El 2/11/26 a las 10:00, Shop Care escribió:",
    "Il 02/11/26 10:00, Shop Care ha scritto:",
    "在 2026/11/2 10:00, Shop Care 写道:",
    "Shop Care 於 2026/11/2 上午10:00 寫道:",
    "On 2026/11/02 10:00, Shop Care wrote:",
    "02.11.2026 10:00, Shop Care пишет:",
    "W dniu 02.11.2026 o 10:00, Shop Care pisze:",
    "Dne 02. 11. 26 v 10:00 Shop Care napsal(a):",
    "Den 2026-11-02 kl. 10:00, skrev Shop Care:",
    "Op 02-11-2026 om 10:00 schreef Shop Care:",
    "Shop Care kirjoitti 2.11.2026 klo 10.00:",
    "Den 02-11-2026 kl. 10:00 skrev Shop Care:",
    "2.11.2026 10:00 tarihinde Shop Care yazdı:",
    "Em 02/11/2026 10:00, Shop Care escreveu:",
    "26. 11. 2. 10:00에 Shop Care 이(가) 쓴 글:",
    "Vào lúc 10:00 ngày 02/11/2026, Shop Care đã viết:",
    "Den 02.11.2026 10:00, skrev Shop Care:",
    "2026. 11. 02. 10:00 keltezéssel, Shop Care írta:",
    "On Monday, November 2, 2026 at 10:00:00 AM GMT+8, Shop Care <care@shop.example> wrote:",
    "Am Montag, 2. November 2026 um 10:00:00 MEZ hat Shop Care <care@shop.example> Folgendes geschrieben:",
    "Le lundi 2 novembre 2026 à 10:00:00 UTC+1, Shop Care <care@shop.example> a écrit :",
    "El lunes, 2 de noviembre de 2026, 10:00:00 CET, Shop Care <care@shop.example> escribió:",
    "Il lunedì 2 novembre 2026 alle ore 10:00:00 CET, Shop Care <care@shop.example> ha scritto:",
    "Shop Care <care@shop.example> 在 2026年11月2日星期一 上午10:00:00 [GMT+8] 寫道：",
    "在 2026-11-02 10:00:00，\"Shop Care\" <care@shop.example> 写道：",
    "At 2026-11-02 10:00:00, \"Shop Care\" <care@shop.example> wrote:",
    "在2026年11月02日 10:00，Shop Care<care@shop.example> 写道：",
    "在2026年11月2日 10:00，Shop Care <care@shop.example> 写道：",
    "---- On 11/02/2026 10:00，Shop Care<care@shop.example> wrote ----",
    "----- 原始邮件 -----\n发件人：Shop Care <care@shop.example>\n收件人：<anna@sina.example>\n主题：order\n"
    "日期：2026年11月02日 10点00分",
    "在 2026-11-02 10:00:00 \"Shop Care\" <care@shop.example> 写道：",
    "在 2026年11月2日 10:00，Shop Care <care@shop.example> 写道：",
    "在 Shop Care <care@shop.example>，2026年11月2日 上午10:00写道：",
    "Shop Care<care@shop.example> 在 2026年11月2日 周一 10:00 写道：",
    "On Mon, Nov 2, 2026, 10:00 AM, Shop Care<care@shop.example> wrote:",
    "发件人：Shop Care<care@shop.example>\n时间：2026年11月2日 (周一) 10:00\n主题：order\n收件人：\"anna\"<anna@mail.example>",
    "------------------------------------------------------------------\n发件人：Shop Care "
    "<care@shop.example>\n日　期：2026年11月02日 10:00:00\n收件人：anna <anna@mail.example>\n主　题：order",
    "------------------ 原始邮件 ------------------\n发件人: \"Shop Care\"<care@shop.example>; \n发送时间: "
    "2026年11月2日(星期一) 上午10:00\n收件人: \"anna\"<anna@mail.example>; \n主题: Re: order",
    "------------------ Original ------------------\nFrom:  \"Shop Care\"<care@shop.example>;\nDate:  Mon, "
    "Nov 2, 2026 10:00 AM\nTo:  \"anna\"<anna@mail.example>; \nSubject:  Re: order",
    "---原始邮件---\n发件人: \"Shop Care\"<care@shop.example>\n发送时间: 2026年11月2日(周一) 上午10:00\n收件人: "
    "\"anna\"<anna@qq.example>;\n主题: Re: order",
    "------------------&nbsp;原始邮件&nbsp;------------------\n发件人:&nbsp;\"Shop Care\"<care@shop.example>;",
    "发件人： Shop Care\n发送时间： 2026-11-02 10:00\n收件人： anna\n抄送： bo\n主题： Re: order",
    "From: Shop Care\nDate: 2026-11-02 10:00\nTo: anna\nSubject: Re: order",
    "------------------------------------------------------------------\n发件人：Shop Care "
    "<care@shop.example>\n发送时间：2026年11月2日(星期一) 10:00\n收件人：anna <anna@mail.example>\n主　题：Re: order",
    "\n\n\nFrom:\tShop Care <care@shop.example>\nTo:\tAnna Berg/FIRM@FIRM\nDate:\t02/11/2026 10:00\n"
    "Subject:\tRe: order",
    "\"Shop Care\" <care@shop.example> \n02.11.2026 10:00\n\nTo\n\"Anna\" <anna@mail.example>\ncc\n\n"
    "Subject\nRe: order",
    "Von:        \"Shop Care\" <care@shop.example> \nAn:        \"Anna\" <anna@mail.example>, \nDatum:     "
    "   02.11.2026 10:00 \nBetreff:        Re: order",
    ">>> Shop Care <care@shop.example> 02.11.2026 10:00 >>>",
    ">>> On 11/2/2026 at 10:00 AM, in message <1@x>, Shop Care <care@shop.example>\nwrote:",
    "##- Please type your reply above this line -##",
    "##- 请在此行上方回复 -##",
    "##- Bitte geben Sie Ihre Antwort über dieser Zeile ein. -##",
    "On Mon, 2 Nov at 10:00 AM , Shop Care <care@shop.example> wrote:",
    "--\nShop Care\n\n##- Please type your reply above this line -##",
    "---- On Mon, 02 Nov 2026 10:00:00 +0800 Shop Care <care@shop.example> wrote ---",
    "-------- Original message --------\nFrom: Shop Care <care@shop.example> \nDate: 02/11/2026  10:00  "
    "(GMT+08:00) \nTo: anna@mail.example \nSubject: Re: order ",
    "-------- 原始邮件 --------\n发件人： Shop Care <care@shop.example>\n日期： 2026/11/2  10:00  (GMT+08:00)\n收件人： "
    "anna@mail.example\n主题： Re: order",
    "-------- Ursprüngliche Nachricht --------\nVon: Shop Care <care@shop.example> \nDatum: 02.11.26  "
    "10:00  (GMT+01:00) \nAn: anna@mail.example \nBetreff: Re: order",
    "-------- Original Message --------\nFrom: Shop Care <care@shop.example>\nSent: 2 November 2026 "
    "10:00:00 GMT+08:00\nTo: anna@mail.example\nSubject: Re: order",
    "-------- Original Message --------\nOn Monday, 11/02/26 at 10:00 Shop Care <care@shop.example> wrote:",
    "On Monday, November 2nd, 2026 at 10:00 AM, Shop Care <care@shop.example> wrote:",
    "Gesendet: Montag, 02. November 2026 um 10:00 Uhr\nVon: \"Shop Care\" <care@shop.example>\nAn: "
    "anna@mail.example\nBetreff: Re: order",
    "Понедельник, 2 ноября 2026, 10:00 +03:00 от Shop Care <care@shop.example>:",
    "02.11.2026, 10:00, \"Shop Care\" <care@shop.example>:",
    "Get Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: Shop Care "
    "<care@shop.example>\nSent: Monday, November 2, 2026 10:00:00 AM\nTo: Anna <anna@mail.example>\n"
    "Subject: Re: order",
    "获取 Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\n发件人: Shop Care "
    "<care@shop.example>\n发送时间: 2026年11月2日 10:00:00\n收件人: Anna\n主题: Re: order",
    "下载 Outlook for Android\n\n发件人: Shop Care <care@shop.example>\n日期: 星期一, 2026年11月2日 10:00\n收件人: Anna\n"
    "主题: Re: order",
    "From: Shop Care <care@shop.example>\nDate: Monday, 2 November 2026 at 10:00\nTo: Anna "
    "<anna@mail.example>\nSubject: Re: order",
    "Sent from Mail for Windows\n\nFrom: Shop Care\nSent: Monday, 2 November 2026 10:00\nTo: Anna\n"
    "Subject: Re: order",
    "从 Windows 版邮件发送\n\n发件人: Shop Care\n发送时间: 2026年11月2日 10:00\n收件人: Anna\n主题: Re: order",
    "-----Original Message-----\nFrom: \"Shop Care\"<care@shop.example>\nTo: <anna@naver.example>;\nCc:\n"
    "Sent: 2026-11-02 (월) 10:00:00 (GMT+09:00)\nSubject: Re: order",
    "--------- 원본 메일 ---------\n보낸이 : Shop Care <care@shop.example>\n받는이 : <anna@daum.example>\n날짜 : "
    "2026.11.02 10:00\n제목 : Re: order",
    "----Messaggio originale----\nDa: care@shop.example\nData: 02/11/2026 10.00\nA: <anna@libero.example>\n"
    "Ogg: Re: order",
    "W dniu 2026-11-02 10:00:00 użytkownik Shop Care <care@shop.example> napisał:",
    "---------- Původní e-mail ----------\nOd: Shop Care <care@shop.example>\nKomu: anna@seznam.example\n"
    "Datum: 2. 11. 2026 10:00:00\nPředmět: Re: order",
    "On Mon, 2026-11-02 at 10:00 +0800, Shop Care wrote:",
    "On Mon, Nov 02, 2026 at 10:00:00AM +0800, Shop Care wrote:",
    "On Mon, 2 Nov 2026, Shop Care wrote:",
    "On Mon, 2 Nov 2026 10:00:00 +0800\nShop Care <care@shop.example> wrote:",
    "On Monday, 2 November 2026 10:00:00 CST Shop Care wrote:",
    "Am Montag, 2. November 2026, 10:00:00 CET schrieb Shop Care:",
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

static void attributions_of_all_languages_begin_history(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof attributions / sizeof *attributions; i++) {
        char history[2000];
        snprintf(history, sizeof history, "%s\n> We are sorry.\n> Shop\n", attributions[i]);
        expect_cut(history);
        snprintf(history, sizeof history, "%s\n\nWe are sorry.\nShop\n", attributions[i]);
        expect_cut(history);
    }
}

/* What Outlook calls sender, date, recipient and subject. */
static const struct {
    const char *language, *from, *date, *to, *subject;
} labels[] = {
    { "en", "From", "Sent", "To", "Subject" },
    { "de", "Von", "Gesendet", "An", "Betreff" },
    { "fr", "De", "Envoyé", "À", "Objet" },
    { "es", "De", "Enviado", "Para", "Asunto" },
    { "it", "Da", "Inviato", "A", "Oggetto" },
    { "pt", "De", "Enviado", "Para", "Assunto" },
    { "ptbr", "De", "Enviada em", "Para", "Assunto" },
    { "nl", "Van", "Verzonden", "Aan", "Onderwerp" },
    { "pl", "Od", "Wysłane", "Do", "Temat" },
    { "sv", "Från", "Skickat", "Till", "Ämne" },
    { "da", "Fra", "Sendt", "Til", "Emne" },
    { "no", "Fra", "Sendt", "Til", "Emne" },
    { "fi", "Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe" },
    { "cs", "Od", "Odesláno", "Komu", "Předmět" },
    { "ru", "От", "Отправлено", "Кому", "Тема" },
    { "tr", "Kimden", "Gönderildi", "Kime", "Konu" },
    { "vi", "Từ", "Đã gửi", "Đến", "Chủ đề" },
    { "th", "จาก", "ส่งเมื่อ", "ถึง", "เรื่อง" },
    { "ja", "差出人", "送信日時", "宛先", "件名" },
    { "ko", "보낸 사람", "보낸 날짜", "받는 사람", "제목" },
    { "zhs", "发件人", "发送时间", "收件人", "主题" },
    { "zht", "寄件者", "寄件日期", "收件者", "主旨" },
    { "zht2", "寄件者", "已傳送", "收件者", "主旨" },
    { "hu", "Feladó", "Elküldve", "Címzett", "Tárgy" },
    { "uk", "Від", "Надіслано", "Кому", "Тема" },
    { "el", "Από", "Στάλθηκε", "Προς", "Θέμα" },
    { "ro", "De la", "Trimis", "Către", "Subiect" },
    { "zhs_wide", "发件人", "日期", "收件人", "主题" },
    { "id", "Dari", "Dikirim", "Kepada", "Subjek" },
    { "ca", "De", "Enviat", "Per a", "Assumpte" },
    { "bg", "От", "Изпратено", "До", "Относно" },
    { "hr", "Šalje", "Poslano", "Prima", "Predmet" },
};

static void blocks_of_header_fields_begin_history_in_every_language(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        char history[2000];
        snprintf(history, sizeof history, "%s: Shop <care@shop.example>\n%s: Monday, 2 November 2026 10:00\n%s: Anna Berg\n"
                 "%s: RE: order 4711\n\nWe are sorry.\n", labels[i].from, labels[i].date, labels[i].to, labels[i].subject);
        print_message("# %s\n", labels[i].language);
        expect_cut(history);
    }
}

static void the_same_blocks_are_known_in_outlooks_html(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        char html[2000];
        snprintf(html, sizeof html, "<div class=WordSection1><p class=MsoNormal>It leaks.</p><p class=MsoNormal>&nbsp;</p><div>"
                 "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>%s:</b> "
                 "Shop &lt;care@shop.example&gt; <br><b>%s:</b> Monday, 2 November 2026 10:00<br><b>%s:</b> Anna<br><b>%s:</b> "
                 "RE: order</p></div></div><p class=MsoNormal>We are sorry.</p></div>", labels[i].from, labels[i].date,
                 labels[i].to, labels[i].subject);
        struct arena *arena = arena_new(8 << 20);
        struct html_text text;
        assert_int_equal(html_to_text(arena, html, strlen(html), 10000, &text), 1);
        expect_as("Re: order", text.marked, "It leaks.");
        arena_free(arena);
    }
}

static const char *const histories[] = {
    "-----Ursprüngliche Nachricht-----\nVon: Shop Care <care@shop.example>\nGesendet: Monday, 2 "
    "November 2026 10:00\nAn: Anna Berg <anna@mail.example>\nBetreff: RE: order 4711\n\nWe are sorry "
    "for this.\nShop Care\n",
    "-----Message d'origine-----\nDe: Shop Care <care@shop.example>\nEnvoyé: Monday, 2 November 2026 "
    "10:00\nÀ: Anna Berg <anna@mail.example>\nObjet: RE: order 4711\n\nWe are sorry for this.\nShop "
    "Care\n",
    "-----Mensaje original-----\nDe: Shop Care <care@shop.example>\nEnviado: Monday, 2 November 2026 "
    "10:00\nPara: Anna Berg <anna@mail.example>\nAsunto: RE: order 4711\n\nWe are sorry for this.\n"
    "Shop Care\n",
    "-----Messaggio originale-----\nDa: Shop Care <care@shop.example>\nInviato: Monday, 2 November "
    "2026 10:00\nA: Anna Berg <anna@mail.example>\nOggetto: RE: order 4711\n\nWe are sorry for this.\n"
    "Shop Care\n",
    "-----Mensagem original-----\nDe: Shop Care <care@shop.example>\nEnviado: Monday, 2 November 2026 "
    "10:00\nPara: Anna Berg <anna@mail.example>\nAssunto: RE: order 4711\n\nWe are sorry for this.\n"
    "Shop Care\n",
    "-----Oorspronkelijk bericht-----\nVan: Shop Care <care@shop.example>\nVerzonden: Monday, 2 "
    "November 2026 10:00\nAan: Anna Berg <anna@mail.example>\nOnderwerp: RE: order 4711\n\nWe are "
    "sorry for this.\nShop Care\n",
    "-----Wiadomość oryginalna-----\nOd: Shop Care <care@shop.example>\nWysłane: Monday, 2 November "
    "2026 10:00\nDo: Anna Berg <anna@mail.example>\nTemat: RE: order 4711\n\nWe are sorry for this.\n"
    "Shop Care\n",
    "-----Ursprungligt meddelande-----\nFrån: Shop Care <care@shop.example>\nSkickat: Monday, 2 "
    "November 2026 10:00\nTill: Anna Berg <anna@mail.example>\nÄmne: RE: order 4711\n\nWe are sorry "
    "for this.\nShop Care\n",
    "-----Oprindelig meddelelse-----\nFra: Shop Care <care@shop.example>\nSendt: Monday, 2 November "
    "2026 10:00\nTil: Anna Berg <anna@mail.example>\nEmne: RE: order 4711\n\nWe are sorry for this.\n"
    "Shop Care\n",
    "-----Opprinnelig melding-----\nFra: Shop Care <care@shop.example>\nSendt: Monday, 2 November 2026 "
    "10:00\nTil: Anna Berg <anna@mail.example>\nEmne: RE: order 4711\n\nWe are sorry for this.\nShop "
    "Care\n",
    "-----Alkuperäinen viesti-----\nLähettäjä: Shop Care <care@shop.example>\nLähetetty: Monday, 2 "
    "November 2026 10:00\nVastaanottaja: Anna Berg <anna@mail.example>\nAihe: RE: order 4711\n\nWe are "
    "sorry for this.\nShop Care\n",
    "-----Původní zpráva-----\nOd: Shop Care <care@shop.example>\nOdesláno: Monday, 2 November 2026 "
    "10:00\nKomu: Anna Berg <anna@mail.example>\nPředmět: RE: order 4711\n\nWe are sorry for this.\n"
    "Shop Care\n",
    "-----Исходное сообщение-----\nОт: Shop Care <care@shop.example>\nОтправлено: Monday, 2 November "
    "2026 10:00\nКому: Anna Berg <anna@mail.example>\nТема: RE: order 4711\n\nWe are sorry for this.\n"
    "Shop Care\n",
    "-----Özgün İleti-----\nKimden: Shop Care <care@shop.example>\nGönderildi: Monday, 2 November 2026 "
    "10:00\nKime: Anna Berg <anna@mail.example>\nKonu: RE: order 4711\n\nWe are sorry for this.\nShop "
    "Care\n",
    "-----元のメッセージ-----\n差出人: Shop Care <care@shop.example>\n送信日時: Monday, 2 November 2026 10:00\n宛先: "
    "Anna Berg <anna@mail.example>\n件名: RE: order 4711\n\nWe are sorry for this.\nShop Care\n",
    "-----원본 메시지-----\n보낸 사람: Shop Care <care@shop.example>\n보낸 날짜: Monday, 2 November 2026 10:00\n받는 "
    "사람: Anna Berg <anna@mail.example>\n제목: RE: order 4711\n\nWe are sorry for this.\nShop Care\n",
    "-----邮件原件-----\n发件人: Shop Care <care@shop.example>\n发送时间: Monday, 2 November 2026 10:00\n收件人: "
    "Anna Berg <anna@mail.example>\n主题: RE: order 4711\n\nWe are sorry for this.\nShop Care\n",
    "-----原始郵件-----\n寄件者: Shop Care <care@shop.example>\n寄件日期: Monday, 2 November 2026 10:00\n收件者: "
    "Anna Berg <anna@mail.example>\n主旨: RE: order 4711\n\nWe are sorry for this.\nShop Care\n",
    "-----Original Message-----\nFrom: Shop\nSent: Monday\nTo: Anna\nSubject: order\n\nold",
    "________________________________\nFrom: Shop <care@shop.example>\nSent: Monday, 2 November 2026 "
    "10:00\nTo: Anna\nSubject: order\n\nold",
    "------------------ 原始邮件 ------------------\n发件人: \"Shop\" <care@shop.example>;\n发送时间: "
    "2026年11月2日(星期一) 上午10:00\n主题: order\n\nold",
    "------------------&nbsp;Original&nbsp;------------------\n\nFrom: \"Shop\"\nDate: Mon, Nov 2, "
    "2026\nTo: \"Anna\"\nSubject: order\n\nold",
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

static void separators_begin_history(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof histories / sizeof *histories; i++)
        expect_cut(histories[i]);
}

static const char *const texts[] = {
    "我在11月2日给你们写信，你们回复说：已发货。\n但是到今天都没收到。",
    "发件人写错了地址，快递员说：退回。\n请补发。",
    "From: the very first day it leaked.\nTo: be clear, I want a refund.",
    "You wrote on Monday: \"It is on its way.\"\nIt is not.",
    "On 2 Nov 2026 at 10:00 I called your hotline and was told:\nwait for two days. Nothing came.",
    "收件人：张三\n电话：13800000000\n地址：北京市朝阳区\n麻烦改成这个地址。",
    "时间：2026年11月2日\n订单号：4711\n问题：水壶漏水\n要求：退款",
    "Date: 2 November 2026\nOrder: 4711\nProblem: it leaks\nDemand: refund",
    "主题：投诉\n内容：水壶漏水",
    "Order 4711 - Subject: kettle\nIt leaks.",
    "Thanks for nothing!\nThe kettle leaks and nobody answers.",
    "谢谢你们的耐心？我等了三周！\n马上退款。",
    "Your email said: -- no refund --\nWhy?",
    "1. kettle leaks\n2. lid broken\n-- both unusable",
    "Regards to your boss, who promised me:\na refund by Friday.",
    "发自内心地说，这是最差的服务。\n退款！",
    "来自客服的回复太敷衍了。\n我要投诉。",
    "Sent from your warehouse on Monday, the parcel never came.\nWhere is it?",
    "On Mon, 2 Nov 2026 your driver wrote:\n\"nobody home\"\nI was at home all day.",
    "客服小王写道：\n“三天内退款”\n已经十天了。",
    "The agent wrote at 10:00 on 2 November 2026:\nwe refund you\nand nothing came.",
    "On Monday I wrote to you about order 42.\nNothing happened.",
    "The date: 2026-11-02\nThe order came broken.",
    "To: be honest, I am angry.\nDate: unknown",
    "Your colleague wrote that it was sent.\nIt was not.",
    "我在2026年11月2日写信给你们。\n到现在没有回复。",
    "收件人：张三\n电话：13800000000\n请改地址。",
    "-----\nThe list:\nfirst, second",
};

static void sentences_that_look_like_history_stay(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect_as("order", texts[i], texts[i]);
}

static void a_sentence_about_a_letter_does_not_end_a_complaint(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "I bought a kettle.\nOn Mon, 2 Nov 2026 your driver wrote:\n\"nobody home\"\nI was at home.",
        "我买了一个水壶。\n在2026年11月2日你们写道：\n“三天内退款”\n到今天没有退。",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect_as("order", texts[i], texts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributions_of_all_languages_begin_history),
        cmocka_unit_test(blocks_of_header_fields_begin_history_in_every_language),
        cmocka_unit_test(the_same_blocks_are_known_in_outlooks_html),
        cmocka_unit_test(separators_begin_history),
        cmocka_unit_test(sentences_that_look_like_history_stay),
        cmocka_unit_test(a_sentence_about_a_letter_does_not_end_a_complaint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
