/* test_mime.c - bodies, attachments and broken structures
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
static void expect_text(const char *mail, const char *text)
{
    struct message *message = read_mail(mail);
    assert_string_equal(message->full_text, text);
    message_free(message);
}

static void expect_files(const char *mail, const char *wanted)
{
    struct message *message = read_mail(mail);
    char text[1000] = "";
    for (size_t i = 0; i < message->attachment_count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s:%s:%zu|", message->attachments[i].name,
                 message->attachments[i].type, message->attachments[i].bytes);
    assert_string_equal(text, wanted);
    message_free(message);
}

static void transfer_encodings_and_charsets_are_undone(void **state)
{
    (void)state;
    expect_text("Content-Type: text/plain; charset=gb2312\nContent-Transfer-Encoding: base64\n\n"
                "ztK1xLapte3Du7W9\n", "我的订淀没到");
    expect_text("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
                "=E6=8A=95=E8=AF=\n=89\n", "投诉\n");
    expect_text("Content-Type: text/plain; charset=iso-8859-1\n\ncaf\xe9\n", "café\n");
    expect_text("\nraw \xe6\x8a\x95\xe8\xaf\x89\n", "raw 投诉\n");
}

static void the_plain_alternative_is_read_unless_it_is_a_stub(void **state)
{
    (void)state;
    static const char parts[] = "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n%s\n--b\n"
                                "Content-Type: text/html\n\n<p>from HTML</p>\n--b--\n";
    char mail[1000];
    snprintf(mail, sizeof mail, parts, "from plain");
    expect_text(mail, "from plain");
    snprintf(mail, sizeof mail, parts, "");
    expect_text(mail, "from HTML");
    snprintf(mail, sizeof mail, parts, "Your mail client does not support HTML.");
    expect_text(mail, "from HTML");
}

static void pieces_of_text_are_read_in_order(void **state)
{
    (void)state;
    expect_text("Content-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n\none\n--b\nContent-Type: "
                "image/png; name=a.png\n\nx\n"
                "--b\nContent-Type: text/html\n\n<b>two</b>\n--b--\nepilogue\n",
                "one\ntwo");
}

static void files_are_listed_with_their_decoded_names(void **state)
{
    (void)state;
    expect_files("Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n"
                 "--b\nContent-Type: image/JPEG\nContent-Disposition: attachment; "
                 "filename*=utf-8''%E7%85%A7%E7%89%87.jpg\n"
                 "Content-Transfer-Encoding: base64\n\nAAECAw==\n"
                 "--b\nContent-Type: application/pdf; name=\"=?utf-8?B?5oqV6K+JLnBkZg==?=\"\n\nx\n"
                 "--b\nContent-Type: application/x; name=\"C:\\\\dir\\\\b.zip\"\n\n\n--b--\n",
                 "照片.jpg:image/jpeg:4|投诉.pdf:application/pdf:1|b.zip:application/x:0|");
}

static void a_text_file_shown_inline_is_text_and_file(void **state)
{
    (void)state;
    static const char mail[] = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; "
                               "name=a.txt\n\nwords\n--b--\n";
    expect_text(mail, "words");
    expect_files(mail, "a.txt:text/plain:5|");
}

static void an_enclosed_mail_gives_its_files_and_where_nothing_else_is_its_words(void **state)
{
    (void)state;
    static const char mail[] = "Subject: Fwd: order\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n\n"
                               "--b\nContent-Type: message/rfc822\n\n"
                               "Subject: order\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nIt is "
                               "broken.\n"
                               "--c\nContent-Type: image/png; name=a.png\n\nx\n--c--\n--b--\n";
    expect_files(mail, ":message/rfc822:0|a.png:image/png:1|");
    struct message *message = read_mail(mail);
    assert_string_equal(message->text, "It is broken.");
    assert_true(message->quoted);
    message_free(message);
}

static void broken_structures_are_read_as_far_as_they_go(void **state)
{
    (void)state;
    /* mixed line ends */
    expect_text("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nZWg=\n--b--\r\n", "ZWg=");
    /* of two fields the first counts */
    expect_text("Content-Type: multipart/mixed; boundary=b\nContent-Type: text/plain\n\n--b\n\none\n--b--\n",
                "one");
    /* a parameter on a line that is no fold */
    expect_text("Content-Type: multipart/mixed;\nboundary=b\n\n--b\n\none\n--b--\n", "one");
    /* no closing boundary */
    expect_text("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n", "one\n");
    /* base64 cut anywhere */
    expect_text("Content-Transfer-Encoding: base64\n\naGVsbG8gd29ybG\n", "hello wor");
    /* blank lines and an mbox line first, lines ended by CR alone */
    expect_text("  \nFrom anna Mon Nov  2 10:00:00 2026\nSubject: x\n\nbody\n", "body\n");
    expect_text("Subject: x\r\rbody\r", "body\n");
}

static void files_inside_plain_text_are_no_words(void **state)
{
    (void)state;
    static const char mail[] = "Subject: x\n\nsee file\nbegin 644 cat.jpg\n#0V%T\n`\nend\nthanks\n";
    expect_text(mail, "see file\nthanks\n");
    expect_files(mail, "cat.jpg:application/octet-stream:3|");
}

static void limits_cut_and_are_told(void **state)
{
    (void)state;
    struct message_limits limits = message_default_limits;
    struct error error;
    static const char mail[] = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b\n\n"
                               "three\n--b--\n";
    limits.parts = 2;
    struct message *message = message_parse(mail, sizeof mail - 1, &limits, &error);
    assert_true(message->partial);
    assert_true(has_note(message, "more MIME parts"));
    assert_string_equal(message->full_text, "one\ntwo\n");
    message_free(message);
    limits = message_default_limits;
    limits.text = 5;
    message = message_parse("\n0123456789\n", 12, &limits, &error);
    assert_true(message->partial);
    assert_string_equal(message->full_text, "01234");
    message_free(message);
    limits = message_default_limits;
    limits.bytes = 40;
    message = message_parse(mail, sizeof mail - 1, &limits, &error);
    assert_true(has_note(message, "longer than"));
    message_free(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transfer_encodings_and_charsets_are_undone),
        cmocka_unit_test(the_plain_alternative_is_read_unless_it_is_a_stub),
        cmocka_unit_test(pieces_of_text_are_read_in_order),
        cmocka_unit_test(files_are_listed_with_their_decoded_names),
        cmocka_unit_test(a_text_file_shown_inline_is_text_and_file),
        cmocka_unit_test(an_enclosed_mail_gives_its_files_and_where_nothing_else_is_its_words),
        cmocka_unit_test(broken_structures_are_read_as_far_as_they_go),
        cmocka_unit_test(files_inside_plain_text_are_no_words),
        cmocka_unit_test(limits_cut_and_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
