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

static void stubs_of_many_tongues_point_at_the_html(void **state)
{
    (void)state;
    static const char *const stubs[] = {
        "This message contains HTML. Please view it in an HTML-capable client.",
        "Your email client cannot read this email.\nTo view it online, please go here:\nhttp://x.example/v?1\n",
        "您的邮件客户端不支持HTML格式，请用浏览器查看。", "[cid:image001.png]", "[image: photo.jpg]\n", "&nbsp;", "\xc2\xa0\n",
        "Ihr E-Mail-Programm unterstützt leider kein HTML.", "This is a multi-part message in MIME format.",
        "如果您无法查看此邮件，请点击这里", "이 메일은 HTML 형식입니다. HTML을 지원하는 메일을 사용하세요.",
        "このメールはHTML形式です。HTML対応のメールソフトでご覧ください。",
    };
    for (size_t i = 0; i < sizeof stubs / sizeof *stubs; i++) {
        char mail[2000];
        snprintf(mail, sizeof mail, "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n"
                 "%s\n--b\nContent-Type: text/html\n\n<p>The kettle leaks.</p>\n--b--\n", stubs[i]);
        expect_text(mail, "The kettle leaks.");
    }
}

static void alternatives_may_hold_pictures_and_pieces(void **state)
{
    (void)state;
    static const char related[] =
        "Content-Type: multipart/alternative; boundary=a\n\n--a\n\nplain words\n--a\nContent-Type: multipart/related; boundary=r\n\n"
        "--r\nContent-Type: text/html\n\n<p>html</p>\n--r\nContent-Type: image/png; name=i.png\nContent-ID: <i>\n\nx\n--r--\n--a--\n";
    static const char apple[] =
        "Content-Type: multipart/alternative; boundary=a\n\n--a\n\n%s\n--a\nContent-Type: multipart/mixed; boundary=m\n\n"
        "--m\nContent-Type: text/html\n\n<p>one</p>\n--m\nContent-Type: application/pdf; name=b.pdf\n\nx\n"
        "--m\nContent-Type: text/html\n\n<p>two</p>\n--m--\n--a--\n";
    char mail[1000];
    expect_text(related, "plain words");
    expect_files(related, "i.png:image/png:1|");
    snprintf(mail, sizeof mail, apple, "all the words");
    expect_text(mail, "all the words");
    expect_files(mail, "b.pdf:application/pdf:1|");
    snprintf(mail, sizeof mail, apple, "");
    expect_text(mail, "one\ntwo");
}

static void words_are_never_lost_in_a_broken_frame(void **state)
{
    (void)state;
    /* a boundary that nobody declared, or that stands nowhere */
    struct message *message = read_mail("Content-Type: multipart/mixed\n\nThe kettle leaks.\n");
    assert_string_equal(message->text, "The kettle leaks.");
    assert_true(message->partial);
    assert_true(has_note(message, "a multipart without parts"));
    message_free(message);
    expect_text("Content-Type: multipart/mixed; boundary=z\n\nThe kettle leaks.\n", "The kettle leaks.\n");
    /* no blank line between head and words */
    expect_text("Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/plain\nThe kettle leaks.\nIt is new.\n--m--\n",
                "The kettle leaks.\nIt is new.");
    expect_text("Subject: x\nThe kettle leaks.\nIt is new.\n", "The kettle leaks.\nIt is new.\n");
    /* one broken line among fields is none */
    expect_text("Subject: x\nbroken line\nContent-Type: text/html\n\n<b>words</b>\n", "words");
}

static void charsets_that_lie_or_are_missing_are_mended(void **state)
{
    (void)state;
    expect_text("Content-Type: text/plain; charset=iso-8859-1\n\n"
                "\xcb\xae\xba\xf8\xc2\xa9\xcb\xae\xa3\xac\xc7\xeb\xcd\xcb\xbf\xee", "水壶漏水，请退款");
    expect_text("\n\xcb\xae\xba\xf8\xc2\xa9\xcb\xae\xa3\xac\xc7\xeb\xcd\xcb\xbf\xee", "水壶漏水，请退款");
    expect_text("Content-Type: text/html; charset=gb2312\n\n<meta charset=utf-8><p>水壶漏水</p>", "水壶漏水");
    expect_text("Content-Type: text/html\n\n"
                "<meta http-equiv=Content-Type content=\"text/html; charset=gb2312\"><p>\xcb\xae\xba\xf8</p>", "水壶");
    expect_text("Content-Type: text/plain; format=flowed; delsp=yes; charset=utf-8\n\n水壶 \n漏水，请 \n退款。\n", "水壶漏水，请退款。\n");
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
    expect_files(mail, ":message/rfc822:126|a.png:image/png:1|");
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
    expect_files("Subject: x\n\nbegin 644 a/b\x1b c\t=?utf-8?B?5oqV?=.jpg\n#0V%T\n`\nend\n", "b c 投.jpg:application/octet-stream:3|");
    struct message_limits limits = message_default_limits;
    struct error error;
    char many[2000] = "Subject: x\n\n";
    for (int i = 0; i < 30; i++)
        snprintf(many + strlen(many), sizeof many - strlen(many), "begin 644 cat.jpg\n#0V%%T\n`\nend\n");
    limits.attachments = 25;
    struct message *message = message_parse(many, strlen(many), &limits, &error);
    assert_int_equal(message->attachment_count, 25);
    assert_true(has_note(message, "more attachments than are listed"));
    assert_string_equal(message->full_text, "");
    message_free(message);
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
        cmocka_unit_test(stubs_of_many_tongues_point_at_the_html),
        cmocka_unit_test(alternatives_may_hold_pictures_and_pieces),
        cmocka_unit_test(words_are_never_lost_in_a_broken_frame),
        cmocka_unit_test(charsets_that_lie_or_are_missing_are_mended),
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
