/* test_part.c - parts whose heads, names, encodings and boundaries are not what they should be
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

#include "lib/buffer.h"
#include "tests/unit/reading_mail.h"
#include "tests/unit/winmail.h"

static void expect_text(const char *mail, const char *text)
{
    struct message *message = read_mail(mail);
    assert_string_equal(message->full_text, text);
    message_free(message);
}

/* The names of a mail's files, each followed by "|". */
static void expect_names(const char *mail, size_t size, const char *wanted)
{
    struct message *message = read_bytes(mail, size);
    char names[2000] = "";
    for (size_t i = 0; i < message->attachment_count; i++)
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s|", message->attachments[i].name);
    assert_string_equal(names, wanted);
    message_free(message);
}

/* A file with these header lines beside words that must be read whatever they say. */
static void expect_file(const char *head, const char *wanted)
{
    char mail[2000], list[300];
    int size = snprintf(mail, sizeof mail, "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nwords\n--b\n"
                        "Content-Transfer-Encoding: base64\n%s\n\naGVsbG8=\n--b--\n", head);
    snprintf(list, sizeof list, "%s|", wanted);
    expect_names(mail, (size_t)size, list);
    expect_text(mail, "words");
}

static void names_are_read_in_every_form_that_mail_gives_them(void **state)
{
    (void)state;
    static const char *const files[][2] = {
        /* RFC 2231 goes before RFC 2047, the disposition before the type */
        { "Content-Type: application/pdf; name=\"=?utf-8?B?5oqV6K+J?=\"\nContent-Disposition: attachment; "
          "filename*=utf-8''%E6%8A%95.pdf; filename=\"plain.pdf\"", "投.pdf" },
        { "Content-Type: application/pdf; name=one.pdf\nContent-Disposition: attachment; filename=two.pdf", "two.pdf" },
        { "Content-Type: application/pdf; name=one.pdf\nContent-Disposition: attachment; filename=\"\"", "one.pdf" },
        /* encoded words without quotes, folded, and cut into sections */
        { "Content-Type: application/pdf\nContent-Disposition: attachment; filename==?utf-8?B?5oqV6K+JLnBkZg==?=", "投诉.pdf" },
        { "Content-Type: application/pdf; name=\"=?utf-8?B?5oqV?=\n =?utf-8?B?6K+JLnBkZg==?=\"", "投诉.pdf" },
        { "Content-Type: application/pdf\nContent-Disposition: attachment; filename*0=\"=?utf-8?B?5oqV\"; "
          "filename*1=\"6K+JLnBkZg==?=\"", "投诉.pdf" },
        /* RFC 2231 with no charset, no quotes, in quotes, in any order, with a hole */
        { "Content-Type: application/pdf\nContent-Disposition: attachment; filename*=''%E6%8A%95.pdf", "投.pdf" },
        { "Content-Type: application/pdf\nContent-Disposition: attachment; filename*=%E6%8A%95.pdf", "投.pdf" },
        { "Content-Type: application/pdf\nContent-Disposition: attachment; filename*=\"utf-8''%E6%8A%95.pdf\"", "投.pdf" },
        { "Content-Type: application/pdf\nContent-Disposition: attachment; filename*1=\"b.pdf\"; filename*0=a", "ab.pdf" },
        { "Content-Type: application/pdf\nContent-Disposition: attachment; filename*0=a; filename*2=\"c.pdf\"", "a" },
        /* paths are not part of a name, nor are control bytes; a lone quote does no harm */
        { "Content-Type: application/pdf; name=\"C:\\Users\\anna\\a.pdf\"", "a.pdf" },
        { "Content-Type: application/pdf; name=\"../../etc/passwd\"", "passwd" },
        { "Content-Type: application/pdf; name=\"a\tb\a.pdf\"", "a b.pdf" },
        { "Content-Type: application/pdf\nContent-Disposition: attachment; filename=\"abc.pdf", "abc.pdf" },
        { "Content-Type: application/pdf\nContent-Disposition: attachment; filename=my file (1).pdf", "my file (1).pdf" },
        /* a forgotten semicolon, a comma instead */
        { "Content-Type: application/pdf\nContent-Disposition: attachment filename=abc.pdf", "abc.pdf" },
        { "Content-Type: application/pdf, name=abc.pdf", "abc.pdf" },
        /* raw bytes: UTF-8 and GB18030 */
        { "Content-Type: application/pdf; name=\"投诉.pdf\"", "投诉.pdf" },
        { "Content-Type: application/pdf; name=\"\xcd\xb6\xcb\xdf.pdf\"", "投诉.pdf" },
        /* nobody named it: none is invented */
        { "Content-Type: application/pdf", "" },
        { "Content-Type: application/pdf\nContent-Disposition: attachment; filename*1=b.pdf", "" },
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        expect_file(files[i][0], files[i][1]);
}

static void types_that_are_written_wrongly_lose_no_words(void **state)
{
    (void)state;
    static const char *const heads[] = {
        "Content-Type: text", "Content-Type:", "Content-Type: foo bar baz", "Content-Type: plain",
        "Content-Type: text/plain charset=utf-8", "Content-Type: text/plain, charset=utf-8",
        "Content-Type: text/plain: charset=utf-8", "Content-Type: \"text/plain\"; charset=utf-8",
        "Content-Type: text/plain; charset='utf-8'", "Content-Type: text/plain; charset=3Dutf-8",
        "Content-Type: text/plain/x", "Content-Type: text/enriched", "Content-Type: text/markdown",
        "Content-Type: text/plain\nContent-Disposition: attachment", "Content-Type: TEXT/PLAIN; CHARSET=UTF-8",
    };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        char mail[300];
        snprintf(mail, sizeof mail, "%s\n\nDer Kessel läuft aus.\n", heads[i]);
        expect_text(mail, "Der Kessel läuft aus.\n");
    }
    /* files of a text kind are files, even alone */
    static const char calendar[] = "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\n";
    expect_names(calendar, sizeof calendar - 1, "|");
    expect_text(calendar, "");
    /* a file that is nothing but an attachment stays one */
    expect_text("Content-Type: text/plain; name=log.txt\nContent-Disposition: attachment\n\nlog\n", "");
}

static void a_page_of_html_is_read_as_one_whatever_it_is_called(void **state)
{
    (void)state;
    static const char *const heads[] = { "Subject: x", "Content-Type: text/plain", "Content-Type: html" };
    static const char *const pages[] = { "<html><head><style>p{}</style></head><body><p>It <b>leaks</b></p></body></html>\n",
                                         "\n <!DOCTYPE html>\n<html lang=en><body>It leaks</body></html>\n" };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        for (size_t page = 0; page < sizeof pages / sizeof *pages; page++) {
            char mail[400];
            snprintf(mail, sizeof mail, "%s\n\n%s", heads[i], pages[page]);
            expect_text(mail, "It leaks");
        }
    /* words about HTML are words; of an alternative both forms are what they say they are */
    expect_text("Subject: x\n\n<html5> is a strange word\n", "<html5> is a strange word\n");
    expect_text("Subject: x\n\nI see <html> on the page.\n", "I see <html> on the page.\n");
    expect_text("Content-Type: multipart/alternative; boundary=b\n\n--b\n\n<html> is all I see\n--b\nContent-Type: text/html\n\n"
                "<p>&lt;html&gt; is all I see</p>\n--b--\n", "<html> is all I see");
}

static void transfer_encodings_are_known_by_all_their_names(void **state)
{
    (void)state;
    static const char *const base64[] = { "base64", "BASE64", "base64;", "\"base64\"", "base64 (MIME)", " base-64", "base64, 8bit" };
    static const char *const quoted[] = { "quoted-printable", "Quoted-Printable;", "'quoted-printable'", "quotedprintable" };
    static const char *const none[] = { "7bit", "8bit", "binary", "7-bit", "plain", "", "utf-8", "base" };
    char mail[300];
    for (size_t i = 0; i < sizeof base64 / sizeof *base64; i++) {
        snprintf(mail, sizeof mail, "Content-Transfer-Encoding: %s\n\n5rC05aO25ryP5rC0\n", base64[i]);
        expect_text(mail, "水壶漏水");
    }
    for (size_t i = 0; i < sizeof quoted / sizeof *quoted; i++) {
        snprintf(mail, sizeof mail, "Content-Transfer-Encoding: %s\n\nl=C3=A4uft=\n aus =3D leer\n", quoted[i]);
        expect_text(mail, "läuft aus = leer\n");
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        snprintf(mail, sizeof mail, "Content-Transfer-Encoding: %s\n\nit =3D leaks\n", none[i]);
        expect_text(mail, "it =3D leaks\n");
    }
    expect_text("Content-Transfer-Encoding: uuencode\n\nbegin 644 a.txt\n$:&5L;```\n`\nend\n", "hell");
}

static void a_footer_in_plain_below_base64_comes_as_it_stands(void **state)
{
    (void)state;
    static const char head[] = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n";
    static const char *const footers[] = { "_______________________________________________\nlist mailing list\n",
                                           "--\nlist mailing list\n", "****\nThis mail was checked.\n" };
    char mail[400], text[300];
    for (size_t i = 0; i < sizeof footers / sizeof *footers; i++) {
        snprintf(mail, sizeof mail, "%s5rC05aO2\n5ryP5rC0\n\n%s", head, footers[i]);
        snprintf(text, sizeof text, "水壶漏水\n%s", footers[i]);
        expect_text(mail, text);
    }
    /* what is broken otherwise is read as ever */
    snprintf(mail, sizeof mail, "%s5rC05aO2 5ryP5rC0==\n-\n", head);
    expect_text(mail, "水壶漏水");
    snprintf(mail, sizeof mail, "%s----\n5rC05aO2\n", head);
    struct message *message = read_mail(mail);
    assert_null(strstr(message->full_text, "----"));
    message_free(message);
}

static void parts_are_found_by_the_boundary_that_stands_there(void **state)
{
    (void)state;
    static const char parts[] = "This is a multi-part message in MIME format.\n\n--real\nContent-Type: text/plain; charset=utf-8\n"
                                "Content-Transfer-Encoding: base64\n\n5rC05aO2\n--real\nContent-Type: image/png; name=a.png\n\nx\n"
                                "--real--\n";
    static const char *const types[] = { "multipart/mixed", "multipart/mixed; boundary=other", "multipart/mixed; boundary=\"\"",
                                         "multipart/mixed; boundary=\"real \"", "multipart/mixed; boundary='real'" };
    char mail[600];
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        snprintf(mail, sizeof mail, "Subject: x\nContent-Type: %s\n\n%s", types[i], parts);
        expect_text(mail, "水壶");
        expect_names(mail, strlen(mail), "a.png|");
        struct message *message = read_mail(mail);
        assert_true(message->partial);
        assert_true(has_note(message, "another boundary than it names"));
        message_free(message);
    }
    /* one of its own name, without the head of a part behind it */
    expect_text("Content-Type: multipart/mixed; boundary=\"b  \"\n\n--b\n\nwords\n--b--\n", "words");
    /* an alternative stays one */
    expect_text("Content-Type: multipart/alternative; boundary=z\n\n--b\nContent-Type: text/plain\n\nplain\n--b\n"
                "Content-Type: text/html\n\n<p>html</p>\n--b--\n", "plain");
    /* a rule in somebody's words is no boundary */
    expect_text("Content-Type: multipart/mixed\n\nIt leaks.\n--\nAnna\n", "It leaks.\n--\nAnna\n");
    expect_text("Content-Type: multipart/mixed\n\nIt leaks.\n--\"--\nContent-X: y\n", "It leaks.\n--\"--\nContent-X: y\n");
}

static void a_flood_of_parts_with_another_boundary_is_bounded(void **state)
{
    (void)state;
    enum { PARTS = 40000 };
    struct buffer mail;
    buffer_init(&mail, 1 << 20);
    buffer_puts(&mail, "Content-Type: multipart/mixed; boundary=z\n\n");
    for (int i = 0; i < PARTS; i++)
        buffer_puts(&mail, "--a\nContent-\n");
    struct message *message = read_bytes(buffer_text(&mail), mail.size);
    assert_true(message->partial);
    assert_true(has_note(message, "more MIME parts than are read"));
    message_free(message);
    double cost = reading_cost(buffer_text(&mail), mail.size);
    print_message("# figure: %d parts with another boundary: %.1f ms\n", PARTS, cost);
    assert_true(cost < 500 * READING_PATIENCE);
    buffer_release(&mail);
}

static void heads_end_where_words_begin(void **state)
{
    (void)state;
    /* in parts, too, and with no field at all */
    expect_text("Content-Type: multipart/mixed; boundary=b\n\n--b\nIt leaks.\nIt is new.\n--b--\n", "It leaks.\nIt is new.");
    expect_text("It leaks.\nIt is new.\n", "It leaks.\nIt is new.\n");
    /* words that look like a field, or are indented, are words */
    expect_text("Subject: x\nIt leaks.\nNote: it is new.\n\nAnna\n", "It leaks.\nNote: it is new.\n\nAnna\n");
    expect_text("Subject: x\nIt leaks:\n  at the bottom\n\nAnna\n", "It leaks:\n  at the bottom\n\nAnna\n");
    /* what stands in words is no field of the mail */
    struct message *message = read_mail("From: anna@mail.example\nSubject: x\nHello,\nthis came back:\nAuto-Submitted: auto-replied\n"
                                        "From: eve@mail.example\n\nWhy?\n");
    assert_int_equal(message->from.count, 1);
    assert_string_equal(message->from.items[0].addr, "anna@mail.example");
    assert_null(message_header(message, "Auto-Submitted", 0));
    assert_int_equal(message->kind, KIND_HUMAN);
    assert_non_null(strstr(message->text, "Why?"));
    message_free(message);
}

static void a_line_among_fields_that_is_none_ends_no_head(void **state)
{
    (void)state;
    static const char *const lines[] = { "a broken line", "broken Delivered-To: z", "broken\n and folded", "\x01\x02", ">From anna" };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char mail[300];
        snprintf(mail, sizeof mail, "Received: by a.example\r\n%s\r\nFrom: anna@mail.example\r\nSubject: It leaks\r\n\r\nwords\r\n",
                 lines[i]);
        struct message *message = read_mail(mail);
        assert_string_equal(message->subject, "It leaks");
        assert_int_equal(message->from.count, 1);
        assert_string_equal(message->full_text, "words\n");
        message_free(message);
    }
}

/* A mail with a winmail.dat in base64, as Exchange sends it. */
static struct buffer winmail_letter(const struct winmail *file, const char *type)
{
    struct buffer mail;
    gchar *coded = g_base64_encode(file->bytes, file->size);
    buffer_init(&mail, 1 << 20);
    buffer_printf(&mail, "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee the files.\n--b\nContent-Type: %s\n"
                  "Content-Transfer-Encoding: base64\n\n%s\n--b--\n", type, coded);
    g_free(coded);
    return mail;
}

static void the_files_in_a_winmail_dat_are_the_mails_files(void **state)
{
    (void)state;
    struct winmail file = { .size = 0 };
    winmail_begin(&file);
    winmail_attachment(&file, "SHORT~1.PDF", "投诉.pdf", 4);
    winmail_attachment(&file, "b.txt", NULL, 0);
    winmail_attachment(&file, NULL, "C:\\my files\\c.xlsx", 9);
    static const char *const types[] = { "application/ms-tnef; name=winmail.dat", "application/ms-tnef",
                                         "application/octet-stream; name=\"WINMAIL.DAT\"" };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct buffer mail = winmail_letter(&file, types[i]);
        expect_names(buffer_text(&mail), mail.size, "投诉.pdf|b.txt|c.xlsx|");
        struct message *message = read_bytes(buffer_text(&mail), mail.size);
        assert_string_equal(message->text, "See the files.");
        assert_int_equal(message->attachments[0].bytes, 4);
        assert_int_equal(message->attachments[2].bytes, 9);
        message_free(message);
        buffer_release(&mail);
    }
}

static void a_winmail_dat_without_files_is_a_file_itself(void **state)
{
    (void)state;
    struct winmail file = { .size = 0 };
    winmail_begin(&file);
    struct buffer mail = winmail_letter(&file, "application/ms-tnef; name=winmail.dat");
    expect_names(buffer_text(&mail), mail.size, "winmail.dat|");
    buffer_release(&mail);
    file.bytes[0] = 'P'; /* no winmail.dat at all */
    mail = winmail_letter(&file, "application/octet-stream; name=winmail.dat");
    expect_names(buffer_text(&mail), mail.size, "winmail.dat|");
    buffer_release(&mail);
    expect_names("Content-Type: application/ms-tnef; name=winmail.dat\n\n", 53, "winmail.dat|");
}

static void more_files_in_a_winmail_dat_than_are_listed_are_told(void **state)
{
    (void)state;
    enum { FILES = 250, LISTED = 200 };
    struct winmail file = { .size = 0 };
    winmail_begin(&file);
    for (int i = 0; i < FILES; i++)
        winmail_attachment(&file, "a.txt", NULL, 1);
    struct buffer mail = winmail_letter(&file, "application/ms-tnef");
    struct message *message = read_bytes(buffer_text(&mail), mail.size);
    assert_int_equal(message->attachment_count, LISTED); /* the limit of any mail */
    assert_true(message->partial);
    assert_true(has_note(message, "more attachments than are listed"));
    message_free(message);
    struct message_limits limits = message_default_limits;
    limits.attachments = 3;
    struct error error;
    message = message_parse(buffer_text(&mail), mail.size, &limits, &error);
    assert_int_equal(message->attachment_count, 3);
    assert_true(has_note(message, "more attachments than are listed"));
    message_free(message);
    buffer_release(&mail);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_read_in_every_form_that_mail_gives_them),
        cmocka_unit_test(types_that_are_written_wrongly_lose_no_words),
        cmocka_unit_test(a_page_of_html_is_read_as_one_whatever_it_is_called),
        cmocka_unit_test(transfer_encodings_are_known_by_all_their_names),
        cmocka_unit_test(a_footer_in_plain_below_base64_comes_as_it_stands),
        cmocka_unit_test(parts_are_found_by_the_boundary_that_stands_there),
        cmocka_unit_test(a_flood_of_parts_with_another_boundary_is_bounded),
        cmocka_unit_test(heads_end_where_words_begin),
        cmocka_unit_test(a_line_among_fields_that_is_none_ends_no_head),
        cmocka_unit_test(the_files_in_a_winmail_dat_are_the_mails_files),
        cmocka_unit_test(a_winmail_dat_without_files_is_a_file_itself),
        cmocka_unit_test(more_files_in_a_winmail_dat_than_are_listed_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
