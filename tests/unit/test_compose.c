/* test_compose.c - mails that redress itself sends
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/compose.h"
#include "lib/message.h"
static struct letter sample(void)
{
    return (struct letter){
        .from_name = "售后服务", .from_addr = "care@shop.example", .to_name = "Li, Anna",
            .to_addr = "anna@mail.example",
        .reply_to = "care+t2abc@shop.example", .subject = "关于您的订单：一个很长很长的主题，用来检查编码字的折行是否正确无误",
        .text = "您好，\n\n问题解决了吗？\n", .message_id = "f1.abc@shop.example", .in_reply_to = "q1@mail.example",
        .references = "q0@mail.example q1@mail.example", .auto_submitted = "auto-generated",
        .list_unsubscribe = "mailto:care@shop.example?subject=stop", .date = 1764000000, .date_offset = 28800,
    };
}

static struct message *write_and_read(const struct letter *letter)
{
    struct buffer mail;
    struct error error;
    buffer_init(&mail, 1 << 20);
    assert_int_equal(compose_letter(letter, &mail, &error), 1);
    for (size_t i = 0, column = 0; i < mail.size; i++, column++) {
        assert_true((unsigned char)mail.bytes[i] < 0x80);
        if (mail.bytes[i] == '\n') {
            assert_true(i > 0 && mail.bytes[i - 1] == '\r');
            assert_true(column <= 80);
            column = 0;
        }
    }
    struct message *message = message_parse(mail.bytes, mail.size, NULL, &error);
    assert_non_null(message);
    buffer_release(&mail);
    return message;
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    struct letter letter = sample();
    struct message *message = write_and_read(&letter);
    assert_string_equal(message->subject, letter.subject);
    assert_string_equal(message->from.items[0].name, "售后服务");
    assert_string_equal(message->from.items[0].addr, letter.from_addr);
    assert_string_equal(message->to.items[0].name, "Li, Anna");
    assert_string_equal(message->reply_to.items[0].addr, letter.reply_to);
    assert_string_equal(message->message_id, letter.message_id);
    assert_string_equal(message->in_reply_to.items[0], "q1@mail.example");
    assert_int_equal(message->references.count, 2);
    assert_string_equal(message->full_text, letter.text);
    assert_string_equal(message_header(message, "Auto-Submitted", 0), "auto-generated");
    assert_string_equal(message_header(message, "List-Unsubscribe", 0),
                        "<mailto:care@shop.example?subject=stop>");
    assert_int_equal(message->header_count, 13);
    message_free(message);
}

static void names_and_subjects_cannot_add_a_header(void **state)
{
    (void)state;
    struct letter letter = sample();
    letter.subject = "order\r\nBcc: evil@example.com\r\n\r\nbody \xe2\x80\xa8 next";
    letter.to_name = "Anna\r\nX-Evil: 1\x1b[31m\"\\ <x@y>";
    struct message *message = write_and_read(&letter);
    assert_string_equal(message->subject, "order Bcc: evil@example.com body next");
    assert_null(message_header(message, "Bcc", 0));
    assert_null(message_header(message, "X-Evil", 0));
    assert_int_equal(message->header_count, 13);
    assert_string_equal(message->to.items[0].addr, "anna@mail.example");
    assert_int_equal(message->to.count, 1);
    message_free(message);
}

static void encoded_words_in_a_subject_stay_words(void **state)
{
    (void)state;
    struct letter letter = sample();
    letter.subject = "=?utf-8?Q?=0D=0ABcc:_x?=";
    struct message *message = write_and_read(&letter);
    assert_string_equal(message->subject, letter.subject);
    message_free(message);
}

static void unsafe_fields_are_refused_by_name(void **state)
{
    (void)state;
    struct error error;
    struct buffer mail;
    struct letter letter;
    buffer_init(&mail, 1 << 20);
    const struct {
        size_t field;
        const char *value, *named;
    } wrong[] = {
        { offsetof(struct letter, to_addr), "a@b\r\nBcc: c@d", "To" },
        { offsetof(struct letter, to_addr), NULL, "To" },
        { offsetof(struct letter, from_addr), "no address", "From" },
        { offsetof(struct letter, reply_to), "<a@b>", "Reply-To" },
        { offsetof(struct letter, message_id), "a b@c", "message id" },
        { offsetof(struct letter, in_reply_to), "a@b\r\n", "In-Reply-To" },
        { offsetof(struct letter, references), "none", "References" },
        { offsetof(struct letter, auto_submitted), "no\r\nX: y", "Auto-Submitted" },
        { offsetof(struct letter, list_unsubscribe), "https://x.example/>", "List-Unsubscribe" },
        { offsetof(struct letter, text), NULL, "text" },
        { offsetof(struct letter, subject), NULL, "subject" },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        letter = sample();
        memcpy((char *)&letter + wrong[i].field, &wrong[i].value, sizeof wrong[i].value);
        buffer_clear(&mail);
        assert_int_equal(compose_letter(&letter, &mail, &error), -1);
        assert_int_equal(error.kind, ERROR_INPUT);
        assert_non_null(strstr(error.text, wrong[i].named));
    }
    buffer_release(&mail);
}

static void only_plain_addresses_are_safe(void **state)
{
    (void)state;
    assert_true(compose_address_is_safe("anna.li+x@mail.example"));
    static const char *const unsafe[] = { "", "a", "@b", "a@", "a@b@c", "a b@c", "a@b>", "-f@b.c", "a@b.",
                                          "a@.b", "a\t@b", "\"a\"@b" };
    for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe; i++)
        assert_false(compose_address_is_safe(unsafe[i]));
    assert_false(compose_address_is_safe(NULL));
    char long_one[300];
    memset(long_one, 'a', sizeof long_one);
    long_one[10] = '@';
    long_one[299] = '\0';
    assert_false(compose_address_is_safe(long_one));
}

static void a_text_that_does_not_fit_is_told(void **state)
{
    (void)state;
    struct error error;
    struct buffer mail;
    struct letter letter = sample();
    buffer_init(&mail, 600);
    letter.text = "long ................................................................................................."
                  "......................................................................................................";
    assert_int_equal(compose_letter(&letter, &mail, &error), -1);
    buffer_release(&mail);
}

static void the_html_form_escapes_everything_and_makes_buttons_of_addresses(void **state)
{
    (void)state;
    struct buffer html;
    buffer_init(&html, 1 << 16);
    compose_html("Hello <b>Anna</b> & \"co\",\n\n\nfirst\nsecond\n\n5  mailto:a+s5-x@shop.example?subject=5\n"
                 "4  mailto:a\"><script>@shop.example\nsee  mailto:x@y.example for more\n", &html);
    const char *text = buffer_text(&html);
    assert_non_null(strstr(text, "<p>Hello &lt;b&gt;Anna&lt;/b&gt; &amp; &quot;co&quot;,</p>"));
    assert_non_null(strstr(text, "<p>first<br>\nsecond</p>"));
    assert_non_null(strstr(text, "<a href=\"mailto:a+s5-x@shop.example?subject=5\""));
    assert_non_null(strstr(text, ">5</a>\n<a href=\"mailto:a&quot;&gt;&lt;script&gt;@shop.example\""));
    assert_null(strstr(text, "<script>"));
    assert_non_null(strstr(text, "<br>\nsee  mailto:x@y.example for more</p>"));
    buffer_release(&html);
}

static void a_letter_with_an_html_form_holds_the_same_words_twice(void **state)
{
    (void)state;
    struct buffer mail;
    struct error error = { 0 };
    buffer_init(&mail, 1 << 20);
    struct letter letter = { .from_addr = "service@shop.example", .to_addr = "anna@customer.example", .subject = "Solved?",
                             .text = "Hello Anna,\n\n\n\nis it solved?\n", .message_id = "a.b@shop.example", .html = true,
                             .date = 1795485600 };
    assert_int_equal(compose_letter(&letter, &mail, &error), 1);
    struct message *message = message_parse(buffer_text(&mail), mail.size, NULL, &error);
    assert_non_null(message);
    assert_string_equal(message->full_text, "Hello Anna,\n\nis it solved?\n");
    assert_int_equal(message->attachment_count, 0);
    assert_non_null(strstr(buffer_text(&mail), "Content-Type: text/html; charset=UTF-8"));
    message_free(message);
    buffer_release(&mail);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(names_and_subjects_cannot_add_a_header),
        cmocka_unit_test(encoded_words_in_a_subject_stay_words),
        cmocka_unit_test(unsafe_fields_are_refused_by_name),
        cmocka_unit_test(only_plain_addresses_are_safe),
        cmocka_unit_test(a_text_that_does_not_fit_is_told),
        cmocka_unit_test(the_html_form_escapes_everything_and_makes_buttons_of_addresses),
        cmocka_unit_test(a_letter_with_an_html_form_holds_the_same_words_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
