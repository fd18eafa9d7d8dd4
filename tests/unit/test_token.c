/* test_token.c - logins by an OAuth 2 token that stands in a file and is renewed there
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_server.h"
#include "lib/imap.h"
#include "lib/smtp.h"

#define GREETING { .op = FAKE_SEND, .text = "* OK hello\r\n" }
#define HELLO \
    { .op = FAKE_SEND, .text = "220 hello\r\n" }, { .op = FAKE_EXPECT, .text = "EHLO" }, \
    { .op = FAKE_SEND, .text = "250-me\r\n250 AUTH XOAUTH2\r\n" }
#define STOP { .op = FAKE_SILENCE }, { .op = FAKE_END }

static const char *token_file(const char *token)
{
    static char path[64];
    if (!path[0]) {
        snprintf(path, sizeof path, "/tmp/test_token.XXXXXX");
        close(mkstemp(path));
    }
    FILE *file = fopen(path, "w");
    fprintf(file, "%s\n", token);
    fclose(file);
    return path;
}

#define TOKEN_CAPABILITIES \
    { .op = FAKE_EXPECT, .text = "CAPABILITY" }, \
    { .op = FAKE_SEND, .text = "* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR\r\n%t OK done\r\n" }

static void a_token_is_read_anew_at_each_login(void **state)
{
    (void)state;
    /* user=anna, auth=Bearer old: refused with "+" first; then the file holds another one */
    static const struct fake_step old[] = { GREETING, TOKEN_CAPABILITIES,
        { .op = FAKE_EXPECT, .text = "AUTHENTICATE XOAUTH2 dXNlcj1hbm5hAWF1dGg9QmVhcmVyIG9sZAEB" },
        { .op = FAKE_SEND, .text = "+ eyJzdGF0dXMiOiI0MDAifQ==\r\n" }, { .op = FAKE_EXPECT_ANY },
        { .op = FAKE_SEND, .text = "2 NO [AUTHENTICATIONFAILED] expired\r\n" }, STOP };
    static const struct fake_step new[] = { GREETING, TOKEN_CAPABILITIES,
        { .op = FAKE_EXPECT, .text = "AUTHENTICATE XOAUTH2 dXNlcj1hbm5hAWF1dGg9QmVhcmVyIG5ldwEB" },
        { .op = FAKE_SEND, .text = "* OK a word\r\n%t OK in\r\n" }, TOKEN_CAPABILITIES, STOP };
    struct error error = { 0 };
    struct fake_server server = fake_start(old, FAKE_WHOLE, NULL, NULL);
    struct endpoint endpoint = { .host = "127.0.0.1", .port = server.port, .tls = STREAM_TLS_NONE, .user = "anna",
                                 .token_file = token_file("old"), .timeout_s = 3, .cancel_fd = -1 };
    assert_null(imap_open(&endpoint, &error));
    if (error.kind != ERROR_RETRY || !strstr(error.text, "expired"))
        fail_msg("kind %d: %s", error.kind, error.text);
    fake_stop(&server);
    server = fake_start(new, FAKE_WHOLE, NULL, NULL);
    endpoint.port = server.port;
    token_file("new");
    struct imap *imap = imap_open(&endpoint, &error);
    if (!imap)
        fail_msg("%s", error.text);
    imap_close(imap, false);
    fake_stop(&server);
    token_file("two words");
    server = fake_start(new, FAKE_WHOLE, NULL, NULL);
    endpoint.port = server.port;
    assert_null(imap_open(&endpoint, &error));
    assert_int_equal(error.kind, ERROR_SETUP);
    fake_stop(&server);
    unlink(endpoint.token_file);
}

static void a_token_that_is_not_taken_passes_by_itself(void **state)
{
    (void)state;
    static const struct fake_step taken[] = { HELLO, { .op = FAKE_EXPECT, .text = "AUTH XOAUTH2 dXNlcj1hbm5hAWF1dGg9QmVhcmVyIG5ldwEB" },
        { .op = FAKE_SEND, .text = "235 in\r\n" }, STOP };
    static const struct fake_step expired[] = { HELLO, { .op = FAKE_EXPECT, .text = "AUTH XOAUTH2" },
        { .op = FAKE_SEND, .text = "334 eyJzdGF0dXMiOiI0MDAifQ==\r\n" }, { .op = FAKE_EXPECT_ANY },
        { .op = FAKE_SEND, .text = "535 expired\r\n" }, STOP };
    char path[] = "/tmp/test_smtp_token.XXXXXX";
    struct error error = { 0 };
    FILE *file = fdopen(mkstemp(path), "w");
    fputs("new\n", file);
    fclose(file);
    struct fake_server server = fake_start(taken, FAKE_WHOLE, NULL, NULL);
    struct endpoint endpoint = { .host = "127.0.0.1", .port = server.port, .tls = STREAM_TLS_NONE, .user = "anna",
                                 .token_file = path, .timeout_s = 3, .cancel_fd = -1 };
    if (smtp_probe(&endpoint, &error) != 1)
        fail_msg("%s", error.text);
    fake_stop(&server);
    server = fake_start(expired, FAKE_WHOLE, NULL, NULL);
    endpoint.port = server.port;
    assert_int_equal(smtp_probe(&endpoint, &error), -1);
    assert_int_equal(error.kind, ERROR_RETRY);
    assert_non_null(strstr(error.text, "535 expired"));
    fake_stop(&server);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_is_read_anew_at_each_login),
        cmocka_unit_test(a_token_that_is_not_taken_passes_by_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
