/* test_stream.c - TLS is verified, waits end, a cancel descriptor is obeyed
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <libetpan/libetpan.h>

#include "fake_server.h"
#include "lib/stream.h"

static char directory[] = "/tmp/redress-stream-XXXXXX";
static char authority[64];
enum { DAY = 86400 };

static const struct fake_step tls_greeting[] = {
    { .op = FAKE_TLS }, { .op = FAKE_SEND, .text = "* OK hello\r\n" }, { .op = FAKE_SILENCE }, { .op = FAKE_END },
};
static const struct fake_step silence[] = { { .op = FAKE_SILENCE }, { .op = FAKE_END } };

static int make_certificates(void **state)
{
    (void)state;
    if (!mkdtemp(directory))
        return -1;
    fake_certificate(directory, "authority", NULL, -DAY, DAY, NULL);
    fake_certificate(directory, "good", "mail.example", -DAY, DAY, "authority");
    fake_certificate(directory, "expired", "mail.example", -9 * DAY, -DAY, "authority");
    fake_certificate(directory, "future", "mail.example", DAY, 9 * DAY, "authority");
    fake_certificate(directory, "alone", "mail.example", -DAY, DAY, NULL);
    snprintf(authority, sizeof authority, "%s/authority.pem", directory);
    return 0;
}

static int remove_certificates(void **state)
{
    (void)state;
    static const char *const names[] = { "authority", "good", "expired", "future", "alone" };
    char path[128];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s.pem", directory, names[i]);
        unlink(path);
        snprintf(path, sizeof path, "%s/%s.key", directory, names[i]);
        unlink(path);
    }
    return rmdir(directory);
}

static struct endpoint endpoint_of(const struct fake_server *server)
{
    return (struct endpoint){ .host = "127.0.0.1", .port = server->port, .tls_name = "mail.example",
                              .ca_file = authority, .timeout_s = 5, .cancel_fd = -1 };
}

static struct stream *open_tls(const char *certificate, const char *name, const char *ca_file, bool insecure,
                               struct error *error)
{
    char pem[128], key[128];
    snprintf(pem, sizeof pem, "%s/%s.pem", directory, certificate);
    snprintf(key, sizeof key, "%s/%s.key", directory, certificate);
    struct fake_server server = fake_start(tls_greeting, FAKE_WHOLE, pem, key);
    struct endpoint endpoint = endpoint_of(&server);
    endpoint.tls_name = name;
    endpoint.ca_file = ca_file;
    endpoint.insecure = insecure;
    *error = (struct error){ 0 };
    struct stream *stream = stream_open(&endpoint, GUARD_IMAP, error);
    if (stream) {
        MMAPString *line = mmap_string_new("");
        assert_string_equal(mailstream_read_line_remove_eol(stream_mailstream(stream), line), "* OK hello");
        mmap_string_free(line);
        assert_true(stream_is_encrypted(stream));
    }
    fake_stop(&server);
    return stream;
}

static void a_good_certificate_is_accepted(void **state)
{
    (void)state;
    struct error error;
    struct stream *stream = open_tls("good", "mail.example", authority, false, &error);
    assert_non_null(stream);
    stream_close(stream);
}

static void refused(const char *certificate, const char *name, const char *ca_file, const char *check, const char *mend)
{
    struct error error;
    assert_null(open_tls(certificate, name, ca_file, false, &error));
    assert_int_equal(error.kind, ERROR_SETUP);
    assert_non_null(strstr(error.text, check));
    assert_non_null(strstr(error.text, mend));
    struct stream *stream = open_tls(certificate, name, ca_file, true, &error);
    assert_non_null(stream);
    stream_close(stream);
}

static void a_wrong_expired_or_unknown_certificate_is_refused_unless_configured(void **state)
{
    (void)state;
    refused("good", "other.example", authority, "other.example", "\"tls_name\"");
    refused("expired", "mail.example", authority, "expired", "renew");
    refused("future", "mail.example", authority, "not yet valid", "\"ca\"");
    refused("alone", "mail.example", authority, "issuer is unknown", "\"ca\"");
    refused("good", "mail.example", NULL, "issuer is unknown", "\"ca\"");
}

static void a_ca_file_that_is_missing_is_named(void **state)
{
    (void)state;
    struct error error;
    assert_null(open_tls("good", "mail.example", "/nonexistent/ca.pem", false, &error));
    assert_int_equal(error.kind, ERROR_SETUP);
    assert_non_null(strstr(error.text, "/nonexistent/ca.pem"));
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void a_silent_server_costs_one_timeout(void **state)
{
    (void)state;
    struct fake_server server = fake_start(silence, FAKE_WHOLE, NULL, NULL);
    struct endpoint endpoint = endpoint_of(&server);
    struct error error = { 0 };
    endpoint.timeout_s = 1;
    double before = seconds();
    assert_null(stream_open(&endpoint, GUARD_IMAP, &error));
    assert_true(seconds() - before < 3);
    assert_int_equal(error.kind, ERROR_RETRY);
    assert_non_null(strstr(error.text, "did not answer within 1 s"));
    fake_stop(&server);
}

static void a_drop_by_drop_server_meets_the_limit_of_the_command(void **state)
{
    (void)state;
    static const struct fake_step drops[] = {
        { .op = FAKE_SEND, .text = "*" }, { .op = FAKE_PAUSE, .count = 700 }, { .op = FAKE_SEND, .text = " " },
        { .op = FAKE_PAUSE, .count = 700 }, { .op = FAKE_SEND, .text = "O" }, { .op = FAKE_SILENCE }, { .op = FAKE_END },
    };
    struct fake_server server = fake_start(drops, FAKE_WHOLE, NULL, NULL);
    struct endpoint endpoint = endpoint_of(&server);
    struct error error = { 0 };
    endpoint.tls = STREAM_TLS_NONE;
    struct stream *stream = stream_open(&endpoint, GUARD_IMAP, &error);
    assert_non_null(stream);
    stream_limit(stream, 1, 0);
    double before = seconds();
    MMAPString *line = mmap_string_new("");
    assert_null(mailstream_read_line(stream_mailstream(stream), line));
    assert_true(seconds() - before < 2);
    mmap_string_free(line);
    stream_close(stream);
    fake_stop(&server);
}

static void a_cancel_descriptor_ends_any_wait_at_once(void **state)
{
    (void)state;
    struct fake_server server = fake_start(silence, FAKE_WHOLE, NULL, NULL);
    struct endpoint endpoint = endpoint_of(&server);
    struct error error = { 0 };
    endpoint.timeout_s = 30;
    endpoint.cancel_fd = eventfd(1, EFD_CLOEXEC);
    double before = seconds();
    assert_null(stream_open(&endpoint, GUARD_IMAP, &error));
    assert_true(seconds() - before < 1);
    assert_int_equal(error.kind, ERROR_RETRY);
    close(endpoint.cancel_fd);
    fake_stop(&server);
}

static void a_port_where_nobody_listens_and_a_name_without_address_are_named(void **state)
{
    (void)state;
    struct endpoint endpoint = { .host = "127.0.0.1", .port = 1, .timeout_s = 2, .cancel_fd = -1 };
    struct error error = { 0 };
    assert_null(stream_open(&endpoint, GUARD_IMAP, &error));
    assert_non_null(strstr(error.text, "127.0.0.1 port 1: Connection refused"));
    endpoint.host = "no-such-host.invalid";
    assert_null(stream_open(&endpoint, GUARD_IMAP, &error));
    assert_int_equal(error.kind, ERROR_RETRY);
    assert_non_null(strstr(error.text, "no-such-host.invalid"));
}

static void plain_text_where_tls_is_expected_is_explained(void **state)
{
    (void)state;
    static const struct fake_step plain[] = {
        { .op = FAKE_SEND, .text = "* OK hello\r\n" }, { .op = FAKE_SILENCE }, { .op = FAKE_END },
    };
    struct fake_server server = fake_start(plain, FAKE_WHOLE, NULL, NULL);
    struct endpoint endpoint = endpoint_of(&server);
    struct error error = { 0 };
    assert_null(stream_open(&endpoint, GUARD_IMAP, &error));
    assert_non_null(strstr(error.text, "is this the right port"));
    fake_stop(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_certificate_is_accepted),
        cmocka_unit_test(a_wrong_expired_or_unknown_certificate_is_refused_unless_configured),
        cmocka_unit_test(a_ca_file_that_is_missing_is_named),
        cmocka_unit_test(a_silent_server_costs_one_timeout),
        cmocka_unit_test(a_drop_by_drop_server_meets_the_limit_of_the_command),
        cmocka_unit_test(a_cancel_descriptor_ends_any_wait_at_once),
        cmocka_unit_test(a_port_where_nobody_listens_and_a_name_without_address_are_named),
        cmocka_unit_test(plain_text_where_tls_is_expected_is_explained),
    };
    return cmocka_run_group_tests(tests, make_certificates, remove_certificates);
}
