/* test_kind.c - what sort of sender wrote a mail
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/reading_mail.h"

static void expect(const char *headers, const char *body, const char *kind)
{
    char mail[8000];
    snprintf(mail, sizeof mail, "Message-ID: <1@x.example>\nTo: care@shop.example\n%s\n\n%s", headers, body);
    struct message *message = read_mail(mail);
    assert_string_equal(message_kind_name(message->kind), kind);
    assert_true(message->kind_reason && *message->kind_reason);
    message_free(message);
}

static void auto_submitted_follows_rfc_3834(void **state)
{
    (void)state;
    expect("From: a@b.c\nAuto-Submitted: no", "x", "human");
    expect("From: a@b.c\nAuto-Submitted: No", "x", "human");
    expect("From: a@b.c\nAuto-Submitted: no (a person)", "x", "human");
    expect("From: a@b.c\nAuto-Submitted: auto-replied; owner=x", "x", "autoreply");
    expect("From: a@b.c\nAuto-Submitted: auto-notified", "x", "autoreply");
    expect("From: a@b.c\nAuto-Submitted: AUTO-generated", "x", "autoreply");
}

static void vendors_marks_and_subjects_of_holiday_replies_count(void **state)
{
    (void)state;
    expect("From: a@b.c\nX-QQ-AUTO-REPLY: 1", "x", "autoreply");
    expect("From: a@b.c\nX-Autoreply: yes", "x", "autoreply");
    expect("From: a@b.c\nPrecedence: auto_reply", "x", "autoreply");
    expect("From: a@qq.com\nSubject: 自动回复: 订单", "我在休假", "autoreply");
    expect("From: a@b.c\nSubject: Automatic reply: order", "away", "autoreply");
    expect("From: a@b.c\nSubject: Automatische Antwort: Bestellung", "weg", "autoreply");
    expect("From: a@b.c\nX-Auto-Response-Suppress: All", "x", "human"); /* asks for silence, says nothing of its writer */
}

static void a_person_whose_mail_a_rule_passed_on_is_human(void **state)
{
    (void)state;
    expect("From: a@b.c\nAuto-Submitted: auto-generated\nX-MS-Exchange-Inbox-Rules-Loop: a@b.c", "broken",
           "human");
}

static void a_doubtful_header_of_a_person_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *headers, *note;
    } mails[] = {
        { "Auto-Submitted: auto-generated\nX-MS-Exchange-Inbox-Rules-Loop: a@b.c\nX-Auto-Response-Suppress: DR, OOF, AutoReply",
          "X-MS-Exchange-Inbox-Rules-Loop" },
        { "Auto-Submitted: auto-forwarded\nX-MS-Exchange-ForwardingLoop: a@b.c;1", "X-MS-Exchange-ForwardingLoop" },
        { "Auto-Submitted: auto-generated\nResent-From: <a@b.c>", "Resent-From" },
        { "X-Auto-Response-Suppress: All", "X-Auto-Response-Suppress" },
    };
    for (size_t i = 0; i < sizeof mails / sizeof *mails; i++) {
        char mail[1000];
        snprintf(mail, sizeof mail, "From: a@b.c\nSubject: broken\n%s\n\nMy order is broken.\n", mails[i].headers);
        struct message *message = read_mail(mail);
        assert_string_equal(message_kind_name(message->kind), "human");
        assert_non_null(message->kind_doubt);
        assert_non_null(strstr(message->kind_doubt, mails[i].note));
        assert_true(has_note(message, message->kind_doubt));
        message_free(message);
    }
    /* Exchange's own holiday reply went through the same agent */
    expect("From: a@b.c\nSubject: away\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n"
           "X-MS-Exchange-Inbox-Rules-Loop: a@b.c", "I am away.", "autoreply");
    expect("From: a@b.c\nReturn-Path: <>\nAuto-Submitted: auto-generated\nX-MS-Exchange-Inbox-Rules-Loop: a@b.c",
           "I am away.", "autoreply");
}

static void a_persons_subject_may_begin_like_a_programs(void **state)
{
    (void)state;
    expect("From: a@b.c\nSubject: On vacation and my parcel lies in the rain", "Where were you?", "human");
    expect("From: a@b.c\nSubject: Annual leave ruined by your airline", "I want my money back.", "human");
    expect("From: a@b.c\nSubject: 自动回复太敷衍，我要投诉", "没有人管", "human");
    expect("From: a@b.c\nSubject: Out of office hours nobody answers", "Since Friday.", "human");
    expect("From: a@b.c\nSubject: Out of office", "Back on Monday.", "autoreply");
    expect("From: a@b.c\nSubject: 【自动回复】您的来信", "已收到", "autoreply");
    expect("From: a@b.c\nSubject: Out of office until Monday\nIn-Reply-To: <r@shop.example>", "Back on Monday.",
           "autoreply");
}

static void holiday_replies_without_any_header_are_known_by_their_words(void **state)
{
    (void)state;
    expect("From: a@qq.com\nSubject: Re: order",
           "这是来自QQ邮箱的假期自动回复邮件。\n\n您好，我最近正在休假中，无法亲自回复您的邮件。", "autoreply");
    expect("From: a@b.c\nSubject: RE: order", "您好：\n\n此邮件为自动回复，来信已收到。", "autoreply");
    expect("From: a@b.c\nSubject: Re: order", "Hello,\n\nThis is an automated reply. We got your mail.", "autoreply");
    expect("From: a@b.c\nSubject: Re: order", "Guten Tag,\ndies ist eine automatische Antwort.", "autoreply");
    expect("From: a@b.c\nSubject: nobody answers",
           "I wrote three times and all that I get is:\n\nhello\n\nThis is an automated reply.", "human");
}

static void headers_of_programs_that_say_no_are_none(void **state)
{
    (void)state;
    expect("From: a@b.c\nX-Autoreply: no", "x", "human");
    expect("From: a@b.c\nX-Autogenerated: Forward", "x", "human");
    expect("From: a@b.c\nX-Autogenerated: Reply", "x", "autoreply");
}

static void a_bounce_that_a_customer_sends_on_is_his_matter(void **state)
{
    (void)state;
    expect("From: anna@mail.example\nSubject: your address bounces\nContent-Type: multipart/mixed; boundary=o",
           "--o\n\nI cannot reach you, see below.\n--o\nContent-Type: message/rfc822\n\n"
           "From: MAILER-DAEMON@mail.example\nSubject: Undelivered\n"
           "Content-Type: multipart/report; report-type=delivery-status; boundary=i\n\n--i\n\nfailed\n"
           "--i\nContent-Type: message/delivery-status\n\nReporting-MTA: dns;x\n\nFinal-Recipient: rfc822;care@shop.example\n"
           "Action: failed\n--i--\n\n--o--\n", "human");
}

static void taps_on_a_message_are_reactions(void **state)
{
    (void)state;
    expect("From: a@b.c\nSubject: Re: order", "Liked “Your parcel is on its way”", "reaction");
    expect("From: a@b.c\nSubject: Re: order", "Laughed at \"we are sorry\"", "reaction");
    expect("From: a@b.c\nSubject: Re: order", "赞了“您的包裹已发出”", "reaction");
    expect("From: a@b.c\nSubject: Re: order", "Gefällt „Ihr Paket ist unterwegs“", "reaction");
    expect("From: a@b.c\nSubject: Re: order", "👍 Anna reacted via Gmail\n\nOn Mon, 2 Nov 2026 at 10:00, Shop "
           "<care@shop.example> wrote:\n\n> sorry\n", "reaction");
    expect("From: a@b.c\nSubject: Re: order", "Anna reacted to your message:\n\n________________________________\n"
           "From: Shop\nSent: Monday\nTo: Anna\nSubject: order\n\nsorry\n", "reaction");
    expect("From: a@b.c\nSubject: Re: order", "Liked “fast delivery” in your advertisement, and got nothing!", "human");
    expect("From: a@b.c\nSubject: Re: order", "👍", "human");
}

static void receipts_without_a_form_are_reports(void **state)
{
    (void)state;
    expect("From: a@163.com\nSubject: 已读：订单", "您发送给 a@163.com 的邮件已于 2026-11-02 10:00 被阅读。", "report");
    expect("From: a@b.c\nSubject: Gelesen: Bestellung", "Ihre Nachricht wurde am 2. November gelesen.", "report");
    expect("From: a@b.c\nSubject: 已读不回，我要投诉", "客服看了邮件不回复，三天了！", "human");
    expect("From: a@b.c\nSubject: Read: my order", "Please read this: nothing has come.", "human");
}

static void lists_and_newsletters_are_told_from_people(void **state)
{
    (void)state;
    expect("From: a@b.c\nList-Id: <x.y.z>", "x", "list");
    expect("From: a@b.c\nX-Mailing-List: x", "x", "list");
    expect("From: a@b.c\nList-Unsubscribe: <mailto:x@y.z>", "x", "bulk");
    expect("From: a@b.c\nList-Id: <x>\nList-Unsubscribe: <https://x>\nList-Unsubscribe-Post: "
           "List-Unsubscribe=One-Click", "x", "bulk");
    expect("From: a@b.c\nPrecedence: bulk", "x", "bulk");
    expect("From: News <newsletter@shop.example>",
           "Special offers!\nYou are receiving this because you subscribed.\nTo unsubscribe, click here.",
               "bulk");
    expect("From: a@b.c\nFeedback-ID: 1:user:proton", "x", "human");
}

#define OFFERS "Ten new lamps have come in, and the chairs that you liked are back at last. Have a look at what our designers " \
    "have made of the season: light woods, warm colours, and cloth that lasts. Until Sunday we send everything without " \
    "costs, and who orders two lamps gets the third for nothing.\n\nFor the kitchen we found a family of glass makers who " \
    "still blow every cup by mouth, and for the balcony a folding table that takes the rain and the sun of many years " \
    "without any care at all.\n\n"

static void a_newsletter_without_any_header_is_known_by_its_last_lines(void **state)
{
    (void)state;
    expect("From: Lamps <anna@lamps.example>\nSubject: Ten new lamps",
           "View this email in your browser\n\n" OFFERS "You are receiving this email because you bought a lamp.\n"
           "Unsubscribe: https://lamps.example/u/42\n", "bulk");
    expect("From: Lampen <anna@lampen.example>\nSubject: Neue Lampen",
           OFFERS "Sie erhalten diese E-Mail, weil Sie eine Lampe gekauft haben.\nNewsletter abbestellen\nImpressum\n", "bulk");
    expect("From: 灯具 <anna@lamps.example>\nSubject: 新款上市", OFFERS "您收到此邮件是因为您曾在本店购物。\n退订\n版权所有\n", "bulk");
}

static void a_person_who_shows_a_newsletter_is_human(void **state)
{
    (void)state;
    static const char footer[] = "You are receiving this email because you bought a lamp.\nUnsubscribe: https://lamps.example/u/42\n"
                                 "All rights reserved\n";
    char body[4000];
    snprintf(body, sizeof body, "I asked you three times to unsubscribe me, and look at this:\n\n" OFFERS "%s", footer);
    expect("From: anna@mail.example\nSubject: your mails", body, "human");
    snprintf(body, sizeof body, "Stop this!\n\n-----Original Message-----\nFrom: Lamps <news@lamps.example>\n"
             "Sent: Monday\nTo: Anna\nSubject: Lamps\n\n" OFFERS "%s", footer);
    expect("From: anna@mail.example\nSubject: your mails", body, "human");
    snprintf(body, sizeof body, OFFERS "%s", footer);
    expect("From: anna@mail.example\nSubject: Fwd: Ten new lamps", body, "human");
    expect("From: anna@mail.example\nFeedback-ID: 1:a:b\nSubject: lamps",
           "Please unsubscribe me from the newsletter, the lamp was broken.", "human"); /* Amazon WorkMail writes one, too */
}

static void a_complaint_about_a_newsletter_is_human(void **state)
{
    (void)state;
    expect("From: anna@mail.example", "I cannot unsubscribe from your newsletter, stop this subscription!",
           "human");
    expect("From: info@firm.example\nIn-Reply-To: <n@x.y>",
           "Please unsubscribe us from the newsletter, as we asked before.", "human");
}

static void bounces_without_a_form_are_known(void **state)
{
    (void)state;
    expect("From: MAILER-DAEMON@x.example", "x", "bounce");
    expect("From: postmaster@x.example\nSubject: Undeliverable: order", "x", "bounce");
    expect("From: x@y.z\nReturn-Path: <>\nSubject: 退信通知", "x", "bounce");
    expect("From: a@b.c\nX-Failed-Recipients: d@e.f", "x", "bounce");
    expect("From: a@b.c\nSubject: Your parcel was returned to sender", "Why was my parcel returned?",
           "human");
}

static void reports_and_reactions_have_their_kinds(void **state)
{
    (void)state;
    static const char parts[] = "--b\n\nread\n--b\nContent-Type: %s\n\n%s\n--b--\n";
    char body[1000];
    snprintf(body, sizeof body, parts, "message/disposition-notification",
             "Final-Recipient: rfc822;a@b.c\nOriginal-Message-ID: <o@x.y>");
    expect("From: a@b.c\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b",
           body, "report");
    snprintf(body, sizeof body, parts, "message/feedback-report", "Feedback-Type: abuse");
    expect("From: a@b.c\nContent-Type: multipart/report; report-type=feedback-report; boundary=b", body,
           "report");
    snprintf(body, sizeof body, parts, "message/delivery-status",
             "Reporting-MTA: dns;x\n\nFinal-Recipient: rfc822;a@b.c\nAction: failed");
    expect("From: a@b.c\nContent-Type: multipart/report; report-type=delivery-status; boundary=b", body,
           "bounce");
    snprintf(body, sizeof body, parts, "text/vnd.google.email-reaction+json",
             "{\"emoji\":\"👍\",\"version\":1}");
    expect("From: a@b.c\nContent-Type: multipart/alternative; boundary=b", body, "reaction");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(auto_submitted_follows_rfc_3834),
        cmocka_unit_test(vendors_marks_and_subjects_of_holiday_replies_count),
        cmocka_unit_test(a_person_whose_mail_a_rule_passed_on_is_human),
        cmocka_unit_test(a_doubtful_header_of_a_person_is_told),
        cmocka_unit_test(a_persons_subject_may_begin_like_a_programs),
        cmocka_unit_test(holiday_replies_without_any_header_are_known_by_their_words),
        cmocka_unit_test(headers_of_programs_that_say_no_are_none),
        cmocka_unit_test(a_bounce_that_a_customer_sends_on_is_his_matter),
        cmocka_unit_test(taps_on_a_message_are_reactions),
        cmocka_unit_test(receipts_without_a_form_are_reports),
        cmocka_unit_test(lists_and_newsletters_are_told_from_people),
        cmocka_unit_test(a_newsletter_without_any_header_is_known_by_its_last_lines),
        cmocka_unit_test(a_person_who_shows_a_newsletter_is_human),
        cmocka_unit_test(a_complaint_about_a_newsletter_is_human),
        cmocka_unit_test(bounces_without_a_form_are_known),
        cmocka_unit_test(reports_and_reactions_have_their_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
