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
        cmocka_unit_test(lists_and_newsletters_are_told_from_people),
        cmocka_unit_test(a_complaint_about_a_newsletter_is_human),
        cmocka_unit_test(bounces_without_a_form_are_known),
        cmocka_unit_test(reports_and_reactions_have_their_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
