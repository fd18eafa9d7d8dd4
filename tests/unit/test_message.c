/* test_message.c - mails read: identity, keys, and the worst that can come
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/buffer.h"
#include "tests/unit/reading_mail.h"

enum { WORST_MILLISECONDS = 500 }; /* on a busy machine; the figures are printed */

static void headers_are_found_without_case_and_unfolded(void **state)
{
    (void)state;
    struct message *message = read_mail("X-One: a\r\n\tb\r\nx-one:  second \r\nBroken line\r\nSubject : "
                                        "spaced\r\nX-Raw: \xff\xfe\r\n\r\nbody");
    assert_string_equal(message_header(message, "X-One", 0), "a b");
    assert_string_equal(message_header(message, "X-One", 1), "second");
    assert_null(message_header(message, "X-One", 2));
    assert_string_equal(message->subject, "spaced");
    assert_string_equal(message_header(message, "X-Raw", 0), "\xef\xbf\xbd\xef\xbf\xbd");
    message_free(message);
}

static void an_empty_mail_is_a_message(void **state)
{
    (void)state;
    struct message *message = read_bytes("", 0);
    assert_string_equal(message->subject, "");
    assert_string_equal(message->text, "");
    assert_string_equal(message->language, "und");
    assert_int_equal(message->kind, KIND_HUMAN);
    assert_null(message->message_id);
    assert_true(message->date == INSTANT_NONE);
    message_free(message);
}

static void doubtful_ids_and_senders_are_no_keys(void **state)
{
    (void)state;
    static const char *const headers[] = { "Message-ID: <>", "Message-ID:", "Message-ID: no id at all",
                                           "Message-ID: <a b c>", "X: y" };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        char mail[200];
        snprintf(mail, sizeof mail, "%s\nSubject: x\n\nbody", headers[i]);
        struct message *message = read_mail(mail);
        assert_null(message->message_id);
        message_free(message);
    }
    char *mail = malloc(4000);
    memset(mail, 'x', 4000);
    memcpy(mail, "Message-ID: <a@", 15);
    memcpy(mail + 3900, ">\n\nbody", 7);
    struct message *message = read_bytes(mail, 3907);
    assert_null(message->message_id);
    message_free(message);
    free(mail);
    message = read_mail("From: \nFrom: anna@mail.example\nFrom: eve@mail.example\n\nx");
    assert_string_equal(message->from.items[0].addr, "anna@mail.example");
    assert_true(has_note(message, "more than one From"));
    message_free(message);
    message = read_mail("From: \n\nx");
    assert_int_equal(message->from.count, 0);
    message_free(message);
}

static void a_head_is_read_as_its_writer_meant_it(void **state)
{
    (void)state;
    /* a name with a comma and no quotes is one writer; a mark of UTF-8, a space before the colon, an empty Subject first */
    struct message *message = read_mail("\xef\xbb\xbf" "From : Doe, Jane <jane@mail.example>\nSubject:\nSubject: It leaks\n"
                                        "Reply-To: Doe, J. <j@mail.example>, bo@mail.example\nTo: root, Bo <bo@mail.example>\n\nx");
    assert_int_equal(message->from.count, 1);
    assert_string_equal(message->from.items[0].addr, "jane@mail.example");
    assert_string_equal(message->from.items[0].name, "Doe, Jane");
    assert_string_equal(message->reply_to.items[0].name, "Doe, J.");
    assert_string_equal(message->reply_to.items[1].addr, "bo@mail.example");
    assert_int_equal(message->to.count, 2); /* whom a program on the server writes to is a recipient */
    assert_string_equal(message->subject, "It leaks");
    assert_string_equal(message->full_text, "x");
    message_free(message);
    /* two writers are two */
    message = read_mail("From: anna@mail.example, Bo <bo@mail.example>\n\nx");
    assert_int_equal(message->from.count, 2);
    assert_string_equal(message->from.items[0].addr, "anna@mail.example");
    message_free(message);
    message = read_mail("From: root\n\nx");
    assert_string_equal(message->from.items[0].addr, "root");
    message_free(message);
}

static void threads_are_named_by_ids_index_and_topic(void **state)
{
    (void)state;
    struct message *message = read_mail("In-Reply-To: Your mail <a@b>\nReferences: <x@y>\n <a@b>\n"
                                        "Thread-Index: AQHW7O2SJAZxCkqG10awu/NtCY1I/AAAAAAA\n"
                                        "Thread-Topic: =?utf-8?B?5oqV6K+J?=\nDate: Mon, 2 Nov 2026 10:00:00 "
                                        "+0800\n\nx");
    assert_string_equal(message->in_reply_to.items[0], "a@b");
    assert_int_equal(message->references.count, 2);
    assert_string_equal(message->thread_root, "0101d6eced922406710a4a86d746b0bbf36d098d48fc");
    assert_string_equal(message->thread_topic, "投诉");
    assert_int_equal(message->date, 1793584800);
    message_free(message);
}

static void expect_root(const char *index, const char *root)
{
    size_t size = strlen(index) + 100;
    char *mail = malloc(size);
    snprintf(mail, size, "Thread-Index: %s\n\nx", index);
    struct message *message = read_mail(mail);
    if (root)
        assert_string_equal(message->thread_root, root);
    else
        assert_null(message->thread_root);
    message_free(message);
    free(mail);
}

/* MS-OXOMSG 2.2.1.3: 22 bytes name the conversation, every answer adds 5. */
static void a_thread_index_names_its_conversation_however_long_the_thread(void **state)
{
    (void)state;
    static const char root[] = "0101d6eced922406710a4a86d746b0bbf36d098d48fc";
    expect_root("AQHW7O2SJAZxCkqG10awu/NtCY1I/A==", root);
    expect_root("AQHW7O2SJAZxCkqG10awu/NtCY1I/IAAAAEAgAABAA==", root);
    expect_root("AQHW7O2SJAZxCkqG\n 10awu/NtCY1I/IAAAAEA", root);
    char *thread = malloc(5001);
    memset(thread, 'A', 5000);
    thread[5000] = '\0';
    memcpy(thread, "AQHW7O2SJAZxCkqG10awu/NtCY1I/I", 30); /* 740 answers */
    expect_root(thread, root);
    free(thread);
    expect_root("", NULL);
    expect_root("AQHW7O2SJAZxCkqG10awu", NULL);
    expect_root("????????????????????????????????????????", NULL);
}

static void the_key_is_the_same_whoever_saw_the_mail(void **state)
{
    (void)state;
    uint8_t a[MAIL_KEY_SIZE], b[MAIL_KEY_SIZE];
    struct message *one = read_mail("From: anna@mail.example\nMessage-ID: <1@x>\nSubject: a\n\nIt is "
                                    "broken.\n");
    struct message *two = read_mail("Received: by another\r\nFrom: Anna <anna@MAIL.example>\r\nMessage-ID: "
                                    "<1@x>\r\nTo: b@c\r\nSubject: changed\r\n"
                                    "Content-Transfer-Encoding: base64\r\n\r\nSXQgaXMgIGJyb2tlbi4=\r\n");
    message_key(one, a);
    message_key(two, b);
    assert_memory_equal(a, b, sizeof a);
    message_free(two);
    two = read_mail("From: anna@mail.example\nMessage-ID: <1@x>\n\nIt is another matter.\n");
    message_key(two, b);
    assert_memory_not_equal(a, b, sizeof a);
    message_free(two);
    message_free(one);
    one = read_mail("From: a@b\nDate: Mon, 2 Nov 2026 10:00:00 +0800\nSubject: x\n\nbody");
    two = read_mail("From: a@b\nDate: Mon, 2 Nov 2026 10:00:01 +0800\nSubject: x\n\nbody");
    message_key(one, a);
    message_key(two, b);
    assert_memory_not_equal(a, b, sizeof a); /* without a Message-ID the Date counts */
    message_free(one);
    message_free(two);
}

/* Kilobytes of this process that were resident at most since the last call with `reset`; 0 where the
 * system does not say. */
static long peak_memory(bool reset)
{
    char line[200];
    long peak = 0;
    FILE *file = reset ? fopen("/proc/self/clear_refs", "w") : NULL;
    if (file) {
        fputs("5", file);
        fclose(file);
    }
    file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmHWM:", 6) == 0)
            peak = strtol(line + 6, NULL, 10);
    if (file)
        fclose(file);
    return peak;
}

/* Builds a mail of `count` copies of a piece between a head and a tail, reads it, prints the cost. */
static void read_worst(const char *what, const char *head, const char *piece, size_t count, const char *tail)
{
    size_t length = strlen(piece), size = strlen(head);
    char *mail = malloc(size + length * count + strlen(tail) + 1);
    memcpy(mail, head, size);
    for (size_t i = 0; i < count; i++, size += length)
        memcpy(mail + size, piece, length);
    memcpy(mail + size, tail, strlen(tail) + 1);
    size += strlen(tail);
    malloc_trim(0);
    long before = peak_memory(true);
    struct message *message = read_bytes(mail, size);
    long grown = peak_memory(false) - before;
    size_t memory = arena_used(message->arena);
    message_free(message);
    double cost = reading_cost(mail, size);
    print_message("%s: %zu bytes, %.1f ms, %zu KiB kept, %ld KiB at most\n", what, size, cost, memory / 1024, grown);
    assert_true(cost < WORST_MILLISECONDS * READING_PATIENCE);
    assert_true(memory < 16u << 20);
    assert_true(READING_PATIENCE > 1 || grown < 64 * 1024);
    free(mail);
}

static void floods_of_headers_and_addresses_are_bounded(void **state)
{
    (void)state;
    read_worst("500,000 headers", "", "X: y\n", 500000, "\nbody");
    read_worst("100,000 addresses", "To: ", "a@b.example, ", 100000, "\n\nbody");
    read_worst("10,000 parameters", "Content-Type: text/plain", "; a=\"b\"", 10000, "\n\nbody");
    read_worst("one folded header", "X: ", "y\n ", 500000, "\n\nbody");
    read_worst("a subject of words", "Subject: ", "=?utf-8?Q?a?= ", 100000, "\n\nbody");
    read_worst("100,000 references", "References: ", "<a@b> ", 100000, "\n\nbody");
}

static void floods_of_parts_are_bounded(void **state)
{
    (void)state;
    static const char mixed[] = "Content-Type: multipart/mixed; boundary=b\n\n";
    read_worst("500,000 empty parts", mixed, "--b\n", 500000, "");
    read_worst("500,000 parts with a blank line", mixed, "--b\n\n", 500000, "");
    read_worst("10,000 nested parts", "", "Content-Type: multipart/mixed; boundary=b\n\n--b\n", 10000, "\nx");
    read_worst("10,000 nested mails", "", "Content-Type: message/rfc822\n\n", 10000, "x");
    static const char nested[] = "Content-Type: message/rfc822\n\n";
    char around[20 * (sizeof nested - 1) + 1] = "";
    for (size_t i = 0; i < 20; i++) /* each is measured with all that is within */
        memcpy(around + i * (sizeof nested - 1), nested, sizeof nested);
    read_worst("20 nested mails around half a megabyte", around, "words and words again\n", 24000, "x");
    read_worst("a part of 100 MB", "Content-Transfer-Encoding: base64\n\n",
               "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", 2000000, "");
    read_worst("base64 of nothing but faults", "Content-Transfer-Encoding: base64\n\n", "!=*A", 130000, "");
    read_worst("lying boundaries", mixed, "--bb\n--\n--b-\n", 100000, "--b--");
    read_worst("text that never ends its line", "\n", "word ", 100000, "");
    read_worst("HTML of nothing but tags", "Content-Type: text/html\n\n", "<b>", 170000, "");
}

static void a_mail_cut_anywhere_is_still_read(void **state)
{
    (void)state;
    static const char mail[] = "From: =?utf-8?B?5byg5LiJ?= <z@q.com>\r\nSubject: =?gb2312?Q?=CD=B6?=\r\n"
                               "Message-ID: <1@q.com>\r\n"
                               "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: "
                               "multipart/alternative; boundary=c\r\n\r\n"
                               "--c\r\nContent-Type: text/plain; charset=gbk\r\nContent-Transfer-Encoding: "
                               "base64\r\n\r\nztK1xLapte3Du7W9\r\n"
                               "--c\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
                               "<p>x<blockquote>y</blockquote>\r\n--c--\r\n"
                               "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nbody\r\n"
                               "--b--\r\n";
    for (size_t size = 0; size < sizeof mail; size++) {
        char *copy = malloc(size + 1); /* so that a sanitizer sees one byte too many */
        memcpy(copy, mail, size);
        struct message *message = read_bytes(copy, size);
        uint8_t key[MAIL_KEY_SIZE];
        message_key(message, key);
        message_free(message);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_found_without_case_and_unfolded),
        cmocka_unit_test(an_empty_mail_is_a_message),
        cmocka_unit_test(doubtful_ids_and_senders_are_no_keys),
        cmocka_unit_test(a_head_is_read_as_its_writer_meant_it),
        cmocka_unit_test(threads_are_named_by_ids_index_and_topic),
        cmocka_unit_test(a_thread_index_names_its_conversation_however_long_the_thread),
        cmocka_unit_test(the_key_is_the_same_whoever_saw_the_mail),
        cmocka_unit_test(floods_of_headers_and_addresses_are_bounded),
        cmocka_unit_test(floods_of_parts_are_bounded),
        cmocka_unit_test(a_mail_cut_anywhere_is_still_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
