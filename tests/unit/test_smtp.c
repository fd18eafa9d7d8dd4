/* test_smtp.c - a mail is sent, not sent, refused or in doubt; never two at once
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake_server.h"
#include "lib/smtp.h"

#define HELLO \
    { .op = FAKE_SEND, .text = "220 hello\r\n" }, { .op = FAKE_EXPECT, .text = "EHLO" }, \
    { .op = FAKE_SEND, .text = "250-me\r\n250-SIZE 1000000\r\n250-DSN\r\n250 AUTH PLAIN LOGIN\r\n" }
#define LOGIN \
    HELLO, { .op = FAKE_EXPECT, .text = "AUTH PLAIN AGFubmEAc2VjcmV0" }, { .op = FAKE_SEND, .text = "235 in\r\n" }
#define ENVELOPE \
    LOGIN, { .op = FAKE_EXPECT, .text = "MAIL FROM:<service@shop.example>" }, { .op = FAKE_SEND, .text = "250 ok\r\n" }, \
    { .op = FAKE_EXPECT, .text = "RCPT TO:<li@example.org>" }, { .op = FAKE_SEND, .text = "250 ok\r\n" }
#define DATA ENVELOPE, { .op = FAKE_EXPECT, .text = "DATA" }, { .op = FAKE_SEND, .text = "354 go\r\n" }
#define CONTENT DATA, { .op = FAKE_LITERAL, .count = 100000 }
#define STOP { .op = FAKE_SILENCE }, { .op = FAKE_END }

static const char mail[] = "Subject: x\r\n\r\n.hidden dot\r\nend\r\n";

static enum smtp_result send_at(int port, enum stream_tls tls, struct error *error)
{
    struct endpoint endpoint = { .host = "127.0.0.1", .port = port, .tls = tls, .user = "anna",
                                 .password = "secret", .timeout_s = 2, .cancel_fd = -1 };
    *error = (struct error){ 0 };
    return smtp_send(&endpoint, "service@shop.example", "li@example.org", mail, sizeof mail - 1, error);
}

static enum smtp_result send_to(const struct fake_step *script, enum stream_tls tls, struct error *error)
{
    struct fake_server server = fake_start(script, FAKE_WHOLE, NULL, NULL);
    enum smtp_result result = send_at(server.port, tls, error);
    fake_stop(&server);
    return result;
}

static void gives(const struct fake_step *script, enum smtp_result result, enum error_kind kind, const char *text)
{
    struct error error;
    enum smtp_result got = send_to(script, STREAM_TLS_NONE, &error);
    if (got != result || error.kind != kind || !strstr(error.text, text))
        fail_msg("%s, kind %d: %s", smtp_result_name(got), error.kind, error.text);
}

static void a_mail_that_the_server_takes_is_sent(void **state)
{
    (void)state;
    static const struct fake_step script[] = { CONTENT, { .op = FAKE_SEND, .text = "250 queued\r\n" }, STOP };
    gives(script, SMTP_SENT, ERROR_NONE, "");
}

static void dots_are_stuffed(void **state)
{
    (void)state;
    static const struct fake_step script[] = { DATA, { .op = FAKE_EXPECT, .text = "Subject: x" }, { .op = FAKE_EXPECT_ANY },
        { .op = FAKE_EXPECT, .text = "..hidden" }, { .op = FAKE_EXPECT, .text = "end" }, { .op = FAKE_EXPECT, .text = "." },
        { .op = FAKE_SEND, .text = "250 queued\r\n" }, STOP };
    gives(script, SMTP_SENT, ERROR_NONE, "");
}

static void a_no_for_now_is_not_sent_and_a_no_for_good_is_refused(void **state)
{
    (void)state;
    static const struct fake_step later[] = { CONTENT, { .op = FAKE_SEND, .text = "451 later\r\n" }, STOP };
    static const struct fake_step never[] = { CONTENT, { .op = FAKE_SEND, .text = "554-5.7.1 never\r\n554 spam\r\n" }, STOP };
    static const struct fake_step nobody[] = { LOGIN, { .op = FAKE_EXPECT, .text = "MAIL" }, { .op = FAKE_SEND, .text = "250 ok\r\n" },
        { .op = FAKE_EXPECT, .text = "RCPT" }, { .op = FAKE_SEND, .text = "550 nobody\r\n" }, STOP };
    static const struct fake_step password[] = { HELLO, { .op = FAKE_EXPECT, .text = "AUTH" },
        { .op = FAKE_SEND, .text = "535 wrong\r\n" }, STOP };
    static const struct fake_step busy[] = { { .op = FAKE_SEND, .text = "421 busy\r\n" }, { .op = FAKE_END } };
    static const struct fake_step closed[] = { { .op = FAKE_SEND, .text = "554 no service\r\n" }, { .op = FAKE_END } };
    gives(later, SMTP_NOT_SENT, ERROR_RETRY, "451");
    gives(never, SMTP_REFUSED, ERROR_INPUT, "spam");
    gives(nobody, SMTP_REFUSED, ERROR_INPUT, "550 nobody");
    gives(password, SMTP_NOT_SENT, ERROR_SETUP, "535 wrong");
    gives(busy, SMTP_NOT_SENT, ERROR_RETRY, "busy");
    gives(closed, SMTP_NOT_SENT, ERROR_RETRY, "greeting");
}

static void a_connection_lost_after_the_end_of_the_data_is_in_doubt(void **state)
{
    (void)state;
    static const struct fake_step lost[] = { CONTENT, { .op = FAKE_END } };
    static const struct fake_step odd[] = { CONTENT, { .op = FAKE_SEND, .text = "what?\r\n" }, STOP };
    gives(lost, SMTP_UNCLEAR, ERROR_RETRY, "end of data");
    gives(odd, SMTP_UNCLEAR, ERROR_INPUT, "not SMTP");
}

static void a_cut_at_every_byte_never_claims_more_than_is_known(void **state)
{
    (void)state;
    static const struct fake_step script[] = { CONTENT, { .op = FAKE_SEND, .text = "250 queued\r\n" }, STOP };
    long before = (long)strlen("220 hello\r\n" "250-me\r\n250-SIZE 1000000\r\n250-DSN\r\n250 AUTH PLAIN LOGIN\r\n"
                               "235 in\r\n" "250 ok\r\n" "250 ok\r\n" "354 go\r\n");
    struct error error;
    struct fake_server server = fake_start(script, FAKE_CUT_EACH, NULL, NULL);
    for (long cut = 0; cut < before + 12; cut++) {
        enum smtp_result result = send_at(server.port, STREAM_TLS_NONE, &error);
        if (cut < before)
            assert_int_equal(result, SMTP_NOT_SENT);
        else if (cut > before)
            assert_int_equal(result, SMTP_UNCLEAR);
        else /* closed as the data comes: our write may fail, or the wait for the answer */
            assert_in_set(result, ((LargestIntegralType[]){ SMTP_UNCLEAR, SMTP_NOT_SENT }), 2);
    }
    assert_int_equal(send_at(server.port, STREAM_TLS_NONE, &error), SMTP_SENT);
    fake_stop(&server);
}

static void text_behind_starttls_is_refused(void **state)
{
    (void)state;
    static const struct fake_step script[] = { { .op = FAKE_SEND, .text = "220 hello\r\n" }, { .op = FAKE_EXPECT, .text = "EHLO" },
        { .op = FAKE_SEND, .text = "250-me\r\n250 STARTTLS\r\n" }, { .op = FAKE_EXPECT, .text = "STARTTLS" },
        { .op = FAKE_SEND, .text = "220 go\r\n250-me\r\n250 AUTH PLAIN\r\n" }, STOP };
    struct error error;
    assert_int_equal(send_to(script, STREAM_TLS_STARTTLS, &error), SMTP_NOT_SENT);
    assert_int_equal(error.kind, ERROR_SETUP);
    assert_non_null(strstr(error.text, "tampering"));
}

static void an_address_cannot_become_a_command(void **state)
{
    (void)state;
    static const char *const bad[] = { "a@b\r\nRCPT TO:<x@y>", "a@b> <c@d", "a b@c", "a@b\n", "", "nobody", "\"a\"@b", "a@\xc3\xa9" };
    struct endpoint endpoint = { .host = "127.0.0.1", .port = 1, .cancel_fd = -1 };
    struct error error;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(smtp_send(&endpoint, "a@b.c", bad[i], "x", 1, &error), SMTP_REFUSED);
        if (*bad[i])
            assert_int_equal(smtp_send(&endpoint, bad[i], "a@b.c", "x", 1, &error), SMTP_REFUSED);
    }
}

static void endless_answers_are_refused(void **state)
{
    (void)state;
    static const struct fake_step lines[] = { { .op = FAKE_FLOOD, .text = "220-hello\r\n", .count = 1000000 }, STOP };
    static const struct fake_step line[] = { { .op = FAKE_FLOOD, .text = "220-hello", .count = 1000000 }, STOP };
    gives(lines, SMTP_NOT_SENT, ERROR_RETRY, "longer than any honest one");
    gives(line, SMTP_NOT_SENT, ERROR_RETRY, "longer than any honest one");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mail_that_the_server_takes_is_sent),
        cmocka_unit_test(dots_are_stuffed),
        cmocka_unit_test(a_no_for_now_is_not_sent_and_a_no_for_good_is_refused),
        cmocka_unit_test(a_connection_lost_after_the_end_of_the_data_is_in_doubt),
        cmocka_unit_test(a_cut_at_every_byte_never_claims_more_than_is_known),
        cmocka_unit_test(text_behind_starttls_is_refused),
        cmocka_unit_test(an_address_cannot_become_a_command),
        cmocka_unit_test(endless_answers_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
