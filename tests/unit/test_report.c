/* test_report.c - what delivery and read reports say
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

static struct message *report_mail(const char *type, const char *status, const char *original)
{
    static char mail[8000];
    snprintf(mail, sizeof mail,
             "From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail Returned to Sender\n"
             "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nIt failed.\n"
             "--b\nContent-Type: %s\n\n%s\n--b\nContent-Type: message/rfc822\n\n%s\n--b--\n",
             type, status, original);
    return read_mail(mail);
}

static void recipients_and_the_original_id_are_read(void **state)
{
    (void)state;
    struct message *message = report_mail("message/delivery-status",
                                          "Reporting-MTA: dns; mx.example\n\nOriginal-Recipient: "
                                          "rfc822;anna@mail.example\n"
                                          "Final-Recipient: rfc822; anna@inner.example\nAction: failed\n"
                                          "Status: 5.1.1 (unknown)\n"
                                          "Diagnostic-Code: smtp; 550\n no such user\n\n"
                                          "Final-Recipient: rfc822; bob@mail.example\nAction: delayed\n"
                                          "Status: 4.4.1\n",
                                          "From: care@shop.example\nMessage-ID:\n <r1@shop.example>\n"
                                          "Subject: x\n\nbody");
    const struct report *report = &message->report;
    assert_int_equal(message->kind, KIND_BOUNCE);
    assert_string_equal(report->original_id, "r1@shop.example");
    assert_string_equal(report->reporting_mta, "dns; mx.example");
    assert_int_equal(report->count, 2);
    assert_string_equal(report->recipients[0].addr, "anna@mail.example");
    assert_string_equal(report->recipients[0].final, "anna@inner.example");
    assert_string_equal(report->recipients[0].status, "5.1.1");
    assert_true(report->recipients[0].failed);
    assert_string_equal(report->recipients[1].addr, "bob@mail.example");
    assert_false(report->recipients[1].failed);
    message_free(message);
}

static void a_report_without_a_form_is_read_by_its_words(void **state)
{
    (void)state;
    struct message *message = read_mail("From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\nHi. This "
                                        "is the program.\n\n"
                                        "<anna@mail.example>:\nRemote host said: 550 5.1.1 no such user\n\n"
                                        "--- Below this line is a copy of the message.\n\nReturn-Path: "
                                        "<care@shop.example>\n"
                                        "To: anna@mail.example\nMessage-ID: <r2@shop.example>\n\nbody\n");
    assert_int_equal(message->report.count, 1);
    assert_string_equal(message->report.recipients[0].addr, "anna@mail.example");
    assert_string_equal(message->report.recipients[0].status, "5.1.1");
    assert_true(message->report.recipients[0].failed);
    assert_string_equal(message->report.original_id, "r2@shop.example");
    message_free(message);
}

static void failed_recipients_of_exim_are_read(void **state)
{
    (void)state;
    struct message *message = read_mail("From: x@mx.example\nX-Failed-Recipients: a@b.c, d@e.f\n\nIt failed "
                                        "for good.\n");
    assert_int_equal(message->report.count, 2);
    assert_string_equal(message->report.recipients[1].addr, "d@e.f");
    message_free(message);
}

static void a_read_report_names_its_mail(void **state)
{
    (void)state;
    struct message *message = read_mail("From: a@b.c\nContent-Type: multipart/report; "
                                        "report-type=disposition-notification; boundary=b\n\n"
                                        "--b\n\nread\n--b\nContent-Type: message/disposition-notification\n\n"
                                        "Final-Recipient: rfc822;a@b.c\nOriginal-Message-ID: "
                                        "<o@shop.example>\n"
                                        "Disposition: manual-action/MDN-sent-manually; displayed\n--b--\n");
    assert_int_equal(message->kind, KIND_REPORT);
    assert_string_equal(message->report.original_id, "o@shop.example");
    message_free(message);
}

static void a_report_of_nothing_is_empty(void **state)
{
    (void)state;
    struct message *message = report_mail("message/delivery-status", "", "");
    assert_int_equal(message->report.count, 0);
    assert_null(message->report.original_id);
    message_free(message);
}

/* Delivery reports as the servers write them that know no RFC 3464: who failed, for good or not yet, and
 * which mail it was. */
static const struct {
    const char *server, *headers, *text, *addr, *status, *id;
    bool failed;
} bounces[] = {
    { "Exim",
      "From: Mail Delivery System <Mailer-Daemon@mx.example>\nSubject: Mail delivery failed: returning message to sender\n"
      "X-Failed-Recipients: anna@mail.example",
      "This message was created automatically by mail delivery software.\n\n"
      "A message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. "
      "The following address(es) failed:\n\n  anna@mail.example\n    host mx.mail.example [192.0.2.1]\n"
      "    SMTP error from remote mail server after RCPT TO:<anna@mail.example>:\n    550 5.2.1 Mailbox disabled\n\n"
      "------ This is a copy of the message, including all the headers. ------\n\nReturn-path: <care@shop.example>\n"
      "To: anna@mail.example\nMessage-ID: <r@shop.example>\n\nbody\n",
      "anna@mail.example", "5.2.1", "r@shop.example", true },
    { "Exim, waiting",
      "From: Mail Delivery System <Mailer-Daemon@mx.example>\nSubject: Warning: message 1rAbCd-00 delayed 24 hours",
      "This message was created automatically by mail delivery software.\nA message that you sent has not yet been "
      "delivered to one or more of its\nrecipients after more than 24 hours on the queue on mx.example.\n\n"
      "The message identifier is:     1rAbCd-00\nThe address to which the message has not yet been delivered is:\n\n"
      "  anna@mail.example\n    Delay reason: Connection timed out\n\nNo action is required on your part.\n",
      "anna@mail.example", "", NULL, false },
    { "sendmail",
      "From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>\nSubject: Returned mail: see transcript for details",
      "The original message was received at Mon, 2 Nov 2026 10:00:00 +0800\nfrom localhost [127.0.0.1]\n\n"
      "   ----- The following addresses had permanent fatal errors -----\n<anna@mail.example>\n"
      "    (reason: 550 5.1.1 <anna@mail.example>... User unknown)\n\n   ----- Transcript of session follows -----\n"
      "... while talking to mx.mail.example.:\n>>> DATA\n<<< 550 5.1.1 <anna@mail.example>... User unknown\n",
      "anna@mail.example", "5.1.1", NULL, true },
    { "Postfix, the part for people alone",
      "From: MAILER-DAEMON@mx.example (Mail Delivery System)\nSubject: Undelivered Mail Returned to Sender",
      "This is the mail system at host mx.example.\n\nI'm sorry to have to inform you that your message could not\n"
      "be delivered to one or more recipients. It's attached below.\n\n                   The mail system\n\n"
      "<anna@mail.example>: host mx.mail.example[192.0.2.1] said: 452 4.2.2 Mailbox\n    full (in reply to RCPT TO command)\n",
      "anna@mail.example", "4.2.2", NULL, false },
    { "Gmail, before it wrote reports",
      "From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>\nSubject: Delivery Status Notification (Failure)",
      "Delivery to the following recipient failed permanently:\n\n     anna@mail.example\n\n"
      "Technical details of permanent failure:\nGoogle tried to deliver your message, but it was rejected by the server\n"
      "for the recipient domain. The error that the other server returned was:\n550 #5.1.0 Address rejected.\n\n"
      "----- Original message -----\n\nMIME-Version: 1.0\nMessage-ID: <r@shop.example>\nSubject: order\n",
      "anna@mail.example", "5.1.0", "r@shop.example", true },
    { "Exchange of old",
      "From: System Administrator <postmaster@firm.example>\nSubject: Undeliverable: order\nIn-Reply-To: <r@shop.example>",
      "Your message did not reach some or all of the intended recipients.\n\n      Subject:\torder\n"
      "      Sent:\t2/11/2026 10:00\n\nThe following recipient(s) could not be reached:\n\n"
      "      anna@mail.example on 2/11/2026 10:01\n            The e-mail account does not exist at the organization\n"
      "            <mx.mail.example #5.1.1>\n",
      "anna@mail.example", "5.1.1", "r@shop.example", true },
    { "Exchange of today, without its part for programs",
      "From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@firm.example>\n"
      "Return-Path: <>\nSubject: Undeliverable: order",
      "Delivery has failed to these recipients or groups:\n\nanna@mail.example<mailto:anna@mail.example>\n"
      "The email address you entered couldn't be found.\n\nDiagnostic information for administrators:\n\n"
      "Generating server: x.firm.example\n\nanna@mail.example\nRemote Server returned '550 5.1.10 RESOLVER.ADR.NotFound'\n\n"
      "Original message headers:\n\nReceived: from x\nMessage-ID: <r@shop.example>\n",
      "anna@mail.example", "5.1.10", "r@shop.example", true },
    { "Domino",
      "From: postmaster@firm.example\nReturn-Path: <>\nSubject: DELIVERY FAILURE: User anna not listed in Domino Directory",
      "Your message\n\n  Subject: order\n\nwas not delivered to:\n\n  anna@mail.example\n\nbecause:\n\n"
      "  User anna (anna@mail.example) not listed in Domino Directory\n",
      "anna@mail.example", "", NULL, true },
    { "Yahoo",
      "From: MAILER-DAEMON@yahoo.example\nSubject: Failure Notice",
      "Sorry, we were unable to deliver your message to the following address.\n\n<anna@mail.example>:\n"
      "554: delivery error: dd This user doesn't have an account\n\n--- Below this line is a copy of the message.\n\n"
      "Message-ID: <r@shop.example>\n",
      "anna@mail.example", "", "r@shop.example", true },
    { "QQ Mail",
      "From: PostMaster@qq.example\nSubject: =?utf-8?B?57O757uf6YCA5L+h?=",
      "抱歉，您的邮件被退回来了……\n\n原邮件信息：\n时  间 2026-11-02 10:00:00\n主  题 订单\n收件人 anna@qq.example\n\n"
      "退信原因：\n收件人邮件地址（anna@qq.example）不存在，邮件无法送达。\nhost mx3.qq.example said: 550 Mailbox not found\n",
      "anna@qq.example", "", NULL, true },
    { "NetEase",
      "From: postmaster@163.example\nSubject: 系统退信/Systems bounce",
      "您的邮件未能成功投递！\n\n原邮件信息\n主题：订单\n收件人：anna@163.example\n\n退信原因\n"
      "收件人的邮箱空间已满，系统将继续尝试投递。\nSMTP error, RCPT TO: 452 4.2.2 Quota exceeded\n",
      "anna@163.example", "4.2.2", NULL, false },
    { "Aliyun",
      "From: postmaster@service.aliyun.example\nSubject: 退信通知",
      "很抱歉，您发送的邮件被退回\n无法发送到 anna@aliyun.example\n退信原因：用户不存在\n",
      "anna@aliyun.example", "", NULL, true },
    { "a server that waits, in Chinese",
      "From: postmaster@corp.example\nSubject: 投递状态通知（延迟）",
      "您的邮件暂时未能送达以下收件人：\n\nanna@mail.example\n\n系统仍在尝试投递，您无需重新发送。\n",
      "anna@mail.example", "", NULL, false },
};

static void delivery_reports_for_people_name_who_failed_and_whether_for_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bounces / sizeof *bounces; i++) {
        char mail[8000];
        snprintf(mail, sizeof mail, "Content-Type: text/plain; charset=utf-8\n%s\n\n%s", bounces[i].headers, bounces[i].text);
        struct message *message = read_mail(mail);
        print_message("# %s\n", bounces[i].server);
        assert_string_equal(message_kind_name(message->kind), "bounce");
        assert_int_equal(message->report.count, 1);
        assert_string_equal(message->report.recipients[0].addr, bounces[i].addr);
        assert_string_equal(message->report.recipients[0].status, bounces[i].status);
        assert_int_equal(message->report.recipients[0].failed, bounces[i].failed);
        if (bounces[i].id)
            assert_string_equal(message->report.original_id, bounces[i].id);
        else
            assert_null(message->report.original_id);
        message_free(message);
    }
}

static void each_recipient_has_the_reason_that_stands_behind_him(void **state)
{
    (void)state;
    struct message *message = read_mail("From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\n"
                                        "<anna@mail.example>:\n550 5.1.1 no such user\n\n"
                                        "<bob@mail.example>:\n451 4.7.1 greylisted\n\n<carl@mail.example>:\nno reason\n\n"
                                        "Received: from x\nTo: <dora@mail.example>\n");
    assert_int_equal(message->report.count, 3);
    assert_true(message->report.recipients[0].failed);
    assert_string_equal(message->report.recipients[1].status, "4.7.1");
    assert_false(message->report.recipients[1].failed);
    assert_string_equal(message->report.recipients[2].addr, "carl@mail.example");
    message_free(message);
}

static void a_receipt_without_a_form_fails_nobody(void **state)
{
    (void)state;
    struct message *message = read_mail("From: anna@mail.example\nSubject: Read: order\nIn-Reply-To: <r@shop.example>\n\n"
                                        "Your message to anna@mail.example was read on Monday.\n");
    assert_string_equal(message_kind_name(message->kind), "report");
    assert_int_equal(message->report.count, 0);
    assert_string_equal(message->report.original_id, "r@shop.example");
    message_free(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recipients_and_the_original_id_are_read),
        cmocka_unit_test(a_report_without_a_form_is_read_by_its_words),
        cmocka_unit_test(failed_recipients_of_exim_are_read),
        cmocka_unit_test(a_read_report_names_its_mail),
        cmocka_unit_test(a_report_of_nothing_is_empty),
        cmocka_unit_test(delivery_reports_for_people_name_who_failed_and_whether_for_good),
        cmocka_unit_test(each_recipient_has_the_reason_that_stands_behind_him),
        cmocka_unit_test(a_receipt_without_a_form_fails_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
