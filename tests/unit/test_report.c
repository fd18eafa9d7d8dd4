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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recipients_and_the_original_id_are_read),
        cmocka_unit_test(a_report_without_a_form_is_read_by_its_words),
        cmocka_unit_test(failed_recipients_of_exim_are_read),
        cmocka_unit_test(a_read_report_names_its_mail),
        cmocka_unit_test(a_report_of_nothing_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
