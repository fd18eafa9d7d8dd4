/* test_imap.c - an IMAP session with servers as they are, and as they must not be
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "fake_server.h"
#include "lib/imap.h"

#define GREETING { .op = FAKE_SEND, .text = "* OK hello\r\n" }
#define CAPABILITIES \
    { .op = FAKE_EXPECT, .text = "CAPABILITY" }, \
    { .op = FAKE_SEND, .text = "* CAPABILITY IMAP4rev1 IDLE ID AUTH=PLAIN SASL-IR UIDPLUS\r\n%t OK done\r\n" }
#define LOGIN \
    GREETING, CAPABILITIES, \
    { .op = FAKE_EXPECT, .text = "AUTHENTICATE PLAIN AGFubmEAc2VjcmV0" }, { .op = FAKE_SEND, .text = "%t OK in\r\n" }, \
    { .op = FAKE_EXPECT, .text = "ID (\"name\" \"redress\"" }, { .op = FAKE_SEND, .text = "* ID NIL\r\n%t OK hello\r\n" }, \
    CAPABILITIES
#define SELECT \
    { .op = FAKE_EXPECT, .text = "EXAMINE Sent" }, \
    { .op = FAKE_SEND, .text = "* FLAGS (\\Seen)\r\n* 3 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 77] ok\r\n" \
                               "* OK [UIDNEXT 12] ok\r\n* OK [PERMANENTFLAGS (\\Seen \\*)] ok\r\n%t OK [READ-ONLY] done\r\n" }
#define STOP { .op = FAKE_SILENCE }, { .op = FAKE_END }

static struct endpoint endpoint_of(const struct fake_server *server)
{
    return (struct endpoint){ .host = "127.0.0.1", .port = server->port, .tls = STREAM_TLS_NONE, .user = "anna",
                              .password = "secret", .timeout_s = 3, .cancel_fd = -1 };
}

static void works(int done, const struct error *error)
{
    if (done != 1)
        fail_msg("%d: %s", done, error->text);
}

static struct imap *log_in(const struct fake_step *script, struct fake_server *server)
{
    struct error error = { 0 };
    *server = fake_start(script, FAKE_WHOLE, NULL, NULL);
    struct endpoint endpoint = endpoint_of(server);
    struct imap *imap = imap_open(&endpoint, &error);
    if (!imap)
        fail_msg("%s", error.text);
    return imap;
}

static void login_fails(const struct fake_step *script, enum stream_tls tls, enum error_kind kind, const char *text)
{
    struct error error = { 0 };
    struct fake_server server = fake_start(script, FAKE_WHOLE, NULL, NULL);
    struct endpoint endpoint = endpoint_of(&server);
    endpoint.tls = tls;
    assert_null(imap_open(&endpoint, &error));
    if (error.kind != kind || !strstr(error.text, text))
        fail_msg("kind %d: %s", error.kind, error.text);
    fake_stop(&server);
}

static void a_login_says_who_we_are_and_learns_what_the_server_can(void **state)
{
    (void)state;
    static const struct fake_step script[] = { LOGIN, STOP };
    struct fake_server server;
    struct imap *imap = log_in(script, &server);
    assert_true(imap_has(imap, "idle"));
    assert_true(imap_has(imap, "AUTH=plain"));
    assert_false(imap_has(imap, "CONDSTORE"));
    imap_close(imap, false);
    fake_stop(&server);
}

static void a_login_that_is_refused_says_so(void **state)
{
    (void)state;
    static const struct fake_step wrong[] = { GREETING, CAPABILITIES, { .op = FAKE_EXPECT_ANY },
        { .op = FAKE_SEND, .text = "%t NO [AUTHENTICATIONFAILED] go away\r\n" }, STOP };
    static const struct fake_step away[] = { GREETING, CAPABILITIES, { .op = FAKE_EXPECT_ANY },
        { .op = FAKE_SEND, .text = "%t NO [UNAVAILABLE] later\r\n" }, STOP };
    static const struct fake_step bye[] = { { .op = FAKE_SEND, .text = "* BYE too many\r\n" }, { .op = FAKE_END } };
    login_fails(wrong, STREAM_TLS_NONE, ERROR_SETUP, "refuses the login of 'anna': [AUTHENTICATIONFAILED] go away");
    login_fails(away, STREAM_TLS_NONE, ERROR_RETRY, "[UNAVAILABLE] later");
    login_fails(bye, STREAM_TLS_NONE, ERROR_RETRY, "too many");
}

static void text_behind_starttls_is_refused(void **state)
{
    (void)state;
    static const struct fake_step smuggled[] = { GREETING, { .op = FAKE_EXPECT, .text = "STARTTLS" },
        { .op = FAKE_SEND, .text = "%t OK begin\r\n* CAPABILITY IMAP4rev1 EVIL\r\n" }, STOP };
    static const struct fake_step half[] = { GREETING, { .op = FAKE_EXPECT, .text = "STARTTLS" },
        { .op = FAKE_SEND, .text = "%t OK begin\r\n* " }, STOP };
    static const struct fake_step preauth[] = { { .op = FAKE_SEND, .text = "* PREAUTH hello\r\n" }, STOP };
    static const struct fake_step none[] = { GREETING, { .op = FAKE_EXPECT, .text = "STARTTLS" },
        { .op = FAKE_SEND, .text = "%t NO never\r\n" }, STOP };
    login_fails(smuggled, STREAM_TLS_STARTTLS, ERROR_SETUP, "tampering");
    login_fails(half, STREAM_TLS_STARTTLS, ERROR_SETUP, "tampering");
    login_fails(preauth, STREAM_TLS_STARTTLS, ERROR_SETUP, "tampering");
    login_fails(none, STREAM_TLS_STARTTLS, ERROR_SETUP, "does not offer STARTTLS");
}

static void folders_are_listed_with_their_uses_and_true_names(void **state)
{
    (void)state;
    static const struct fake_step script[] = { LOGIN, { .op = FAKE_EXPECT, .text = "LIST" },
        { .op = FAKE_SEND, .text = "* LIST (\\HasNoChildren) \"/\" INBOX\r\n* LIST (\\HasNoChildren \\Sent) \"/\" \"&XfJT0ZAB-\"\r\n"
                                   "* LIST (\\Noselect \\HasChildren) \".\" \"a&-b\"\r\n* LIST (\\Drafts) NIL {3}\r\n\xe8\x8d\xdf\r\n"
                                   "* LIST () \"/\" {8}\r\nx\r\nA BOO\r\n%t OK done\r\n" }, STOP };
    struct fake_server server;
    struct error error = { 0 };
    struct imap *imap = log_in(script, &server);
    struct arena *arena = arena_new(1 << 20);
    struct imap_folder *folders;
    size_t count;
    assert_int_equal(imap_list(imap, arena, &folders, &count, &error), 1);
    assert_int_equal(count, 4); /* the one with a line end in its name is left out */
    assert_int_equal(folders[0].use, IMAP_USE_INBOX);
    assert_string_equal(folders[1].name, "已发送");
    assert_int_equal(folders[1].use, IMAP_USE_SENT);
    assert_string_equal(folders[2].name, "a&b");
    assert_false(folders[2].selectable);
    assert_int_equal(folders[2].delimiter, '.');
    assert_int_equal(folders[3].use, IMAP_USE_DRAFTS);
    assert_string_equal(folders[3].raw, folders[3].name);
    arena_free(arena);
    imap_close(imap, false);
    fake_stop(&server);
}

static void names_go_to_modified_utf7_and_back(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        { "INBOX", "INBOX" }, { "已发送", "&XfJT0ZAB-" }, { "Entwürfe", "Entw&APw-rfe" }, { "R&D", "R&-D" },
        { "&", "&-" }, { "~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-" }, { "😀", "&2D3eAA-" },
        { "Gesendet. 送信済み", "Gesendet. &kAFP4W4IMH8-" },
    };
    static const char *const broken[] = { "&", "&XfJ", "&*-", "&X-", "&2D0-", "&3gA-", "a&AAB-", "INBOX&AAA-" };
    struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_string_equal(imap_name_encode(arena, pairs[i][0]), pairs[i][1]);
        assert_string_equal(imap_name_decode(arena, pairs[i][1]), pairs[i][0]);
    }
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_null(imap_name_decode(arena, broken[i]));
    assert_null(imap_name_encode(arena, "\xff"));
    assert_null(imap_name_encode(arena, "\xed\xa0\x80"));
    arena_free(arena);
}

struct taken {
    uint32_t uids[8];
    size_t count, bytes;
};

static int take(uint32_t uid, const void *bytes, size_t size, void *taken_)
{
    struct taken *taken = taken_;
    (void)bytes;
    taken->uids[taken->count++] = uid;
    taken->bytes += size;
    return 1;
}

static void what_is_in_a_folder_is_read_with_dates_flags_and_bytes(void **state)
{
    (void)state;
    static const struct fake_step script[] = { LOGIN, SELECT,
        { .op = FAKE_EXPECT, .text = "UID FETCH 10:* (UID INTERNALDATE FLAGS RFC822.SIZE)" },
        { .op = FAKE_SEND, .text =
              "* 3 FETCH (UID 11 INTERNALDATE \"22-Nov-2026 10:00:00 +0800\" FLAGS (\\Seen $x) RFC822.SIZE 9)\r\n"
              "* 2 FETCH (FLAGS (\\Draft) UID 10 RFC822.SIZE 5 INTERNALDATE \" 1-Jan-2026 00:00:00 -0530\")\r\n"
              "* 1 FETCH (UID 4 INTERNALDATE \"22-Nov-2026 10:00:00 +0800\" FLAGS () RFC822.SIZE 9)\r\n"
              "* 1 FETCH (FLAGS (\\Seen) UID 10)\r\n%t OK done\r\n" },
        { .op = FAKE_EXPECT, .text = "UID FETCH 10,11 (UID BODY.PEEK[]<0.1000>)" },
        { .op = FAKE_SEND, .text = "* 2 FETCH (UID 10 BODY[]<0> {5}\r\nabcde)\r\n* 3 FETCH (BODY[]<0> {0}\r\n UID 11)\r\n"
                                   "* 1 FETCH (UID 4 BODY[]<0> \"x\")\r\n%t OK done\r\n" }, STOP };
    struct fake_server server;
    struct error error = { 0 };
    struct imap *imap = log_in(script, &server);
    struct arena *arena = arena_new(1 << 20);
    struct imap_selected selected;
    struct imap_item *items;
    struct taken taken = { { 0 }, 0, 0 };
    size_t count;
    works(imap_select(imap, "Sent", false, &selected, &error), &error);
    assert_int_equal(selected.uid_validity, 77);
    assert_int_equal(selected.uid_next, 12);
    assert_int_equal(selected.exists, 3);
    assert_true(selected.keywords);
    assert_int_equal(imap_fetch_items(imap, 10, UINT32_MAX, arena, &items, &count, &error), 1);
    assert_int_equal(count, 2);
    assert_int_equal(items[0].uid, 10);
    assert_true(items[0].draft);
    assert_int_equal(items[0].date, 1767225600 + 19800);
    assert_int_equal(items[1].uid, 11);
    assert_true(items[1].seen);
    assert_int_equal(items[1].date, 1795312800);
    uint32_t uids[] = { 10, 11 };
    assert_int_equal(imap_fetch_mails(imap, uids, 2, 1000, take, &taken, &error), 1);
    assert_int_equal(taken.count, 2);
    assert_int_equal(taken.bytes, 5);
    arena_free(arena);
    imap_close(imap, false);
    fake_stop(&server);
}

static int fetch_fails(const struct fake_step *script, const char *text, enum error_kind kind)
{
    struct fake_server server;
    struct error error = { 0 };
    struct imap *imap = log_in(script, &server);
    struct arena *arena = arena_new(1 << 20);
    struct imap_selected selected;
    struct imap_item *items;
    size_t count;
    works(imap_select(imap, "Sent", false, &selected, &error), &error);
    assert_int_equal(imap_fetch_items(imap, 1, UINT32_MAX, arena, &items, &count, &error), -1);
    if (!strstr(error.text, text) || error.kind != kind)
        fail_msg("kind %d: %s", error.kind, error.text);
    arena_free(arena);
    imap_close(imap, true);
    fake_stop(&server);
    return 1;
}

static void a_server_that_does_not_say_uidnext_is_asked_for_its_last_mail(void **state)
{
    (void)state;
    static const struct fake_step script[] = { LOGIN, { .op = FAKE_EXPECT, .text = "EXAMINE" },
        { .op = FAKE_SEND, .text = "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n%t OK done\r\n" },
        { .op = FAKE_EXPECT, .text = "FETCH * (UID)" }, { .op = FAKE_SEND, .text = "* 3 FETCH (UID 41)\r\n%t OK done\r\n" }, STOP };
    struct fake_server server;
    struct error error = { 0 };
    struct imap_selected selected;
    struct imap *imap = log_in(script, &server);
    works(imap_select(imap, "Sent", false, &selected, &error), &error);
    assert_int_equal(selected.uid_next, 42);
    imap_close(imap, false);
    fake_stop(&server);
}

static void a_no_after_some_mails_is_no_complete_answer(void **state)
{
    (void)state;
    static const struct fake_step script[] = { LOGIN, SELECT, { .op = FAKE_EXPECT, .text = "UID FETCH" },
        { .op = FAKE_SEND, .text = "* 1 FETCH (UID 4 INTERNALDATE \"22-Nov-2026 10:00:00 +0800\" FLAGS () RFC822.SIZE 9)\r\n"
                                   "%t NO the disk is slow\r\n" }, STOP };
    fetch_fails(script, "the disk is slow", ERROR_RETRY);
}

static void a_no_alone_is_an_error_that_can_be_survived(void **state)
{
    (void)state;
    static const struct fake_step fetch[] = { LOGIN, SELECT, { .op = FAKE_EXPECT, .text = "UID FETCH" },
        { .op = FAKE_SEND, .text = "%t NO not today\r\n" }, STOP };
    static const struct fake_step list[] = { LOGIN, { .op = FAKE_EXPECT, .text = "LIST" },
        { .op = FAKE_SEND, .text = "* LIST () \"/\" a\r\n%t NO not today\r\n" }, STOP };
    fetch_fails(fetch, "not today", ERROR_RETRY);
    struct fake_server server;
    struct error error = { 0 };
    struct imap *imap = log_in(list, &server);
    struct arena *arena = arena_new(1 << 20);
    struct imap_folder *folders;
    size_t count;
    assert_int_equal(imap_list(imap, arena, &folders, &count, &error), -1);
    assert_non_null(strstr(error.text, "not today"));
    arena_free(arena);
    imap_close(imap, false);
    fake_stop(&server);
}

static void rogue_answers_end_the_session_and_cost_little_memory(void **state)
{
    (void)state;
    static const struct fake_step literal[] = { LOGIN, SELECT, { .op = FAKE_EXPECT, .text = "UID FETCH" },
        { .op = FAKE_SEND, .text = "* 1 FETCH (UID 1 BODY[] {4294967295}\r\n" },
        { .op = FAKE_FLOOD, .text = "0123456789abcdef0123456789abcdef", .count = 1000000 }, STOP };
    static const struct fake_step lines[] = { LOGIN, SELECT, { .op = FAKE_EXPECT, .text = "UID FETCH" },
        { .op = FAKE_FLOOD, .text = "* 1 FETCH (FLAGS (\\Seen))\r\n", .count = 10000000 }, STOP };
    static const struct fake_step line[] = { LOGIN, SELECT, { .op = FAKE_EXPECT, .text = "UID FETCH" },
        { .op = FAKE_FLOOD, .text = "* OK 0123456789abcdef", .count = 10000000 }, STOP };
    static const struct fake_step garbage[] = { LOGIN, SELECT, { .op = FAKE_EXPECT, .text = "UID FETCH" },
        { .op = FAKE_SEND, .text = "* 1 FETCH (UID INTERNALDATE ((\r\n%t OK\r\n" }, STOP };
    fetch_fails(literal, "literal", ERROR_INPUT);
    fetch_fails(lines, "longer than any honest one", ERROR_INPUT);
    fetch_fails(line, "line without end", ERROR_INPUT);
    fetch_fails(garbage, "cannot be understood", ERROR_INPUT);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
#ifndef __SANITIZE_ADDRESS__
    assert_in_range(usage.ru_maxrss, 1, 400 * 1024);
#endif
}

static void idle_sees_mail_that_comes_before_the_plus_and_after(void **state)
{
    (void)state;
    static const struct fake_step script[] = { LOGIN, SELECT, { .op = FAKE_EXPECT, .text = "IDLE" },
        { .op = FAKE_SEND, .text = "* 4 EXISTS\r\n* 1 RECENT\r\n+ idling\r\n" }, { .op = FAKE_EXPECT, .text = "DONE" },
        { .op = FAKE_SEND, .text = "3 OK done\r\n" },
        { .op = FAKE_EXPECT, .text = "IDLE" }, { .op = FAKE_SEND, .text = "+ idling\r\n* OK still here\r\n" },
        { .op = FAKE_PAUSE, .count = 200 }, { .op = FAKE_SEND, .text = "* 5 EXI" }, { .op = FAKE_PAUSE, .count = 200 },
        { .op = FAKE_SEND, .text = "STS\r\n" }, { .op = FAKE_PAUSE, .count = 200 }, { .op = FAKE_SEND, .text = "* BYE\r\n" },
        { .op = FAKE_END } };
    struct fake_server server;
    struct error error = { 0 };
    struct imap_selected selected;
    struct imap *imap = log_in(script, &server);
    works(imap_select(imap, "Sent", false, &selected, &error), &error);
    assert_int_equal(imap_idle_start(imap, &error), 1);
    assert_int_equal(imap_idle_look(imap, &error), 1);
    /* the fake cannot know the tag of an untagged DONE: what it sends is not ours */
    assert_int_equal(imap_idle_stop(imap, &error), -1);
    imap_close(imap, false);

    fake_stop(&server);
    static const struct fake_step later[] = { LOGIN, SELECT,
        { .op = FAKE_EXPECT, .text = "IDLE" }, { .op = FAKE_SEND, .text = "+ idling\r\n* OK still here\r\n" },
        { .op = FAKE_PAUSE, .count = 200 }, { .op = FAKE_SEND, .text = "* 5 EXI" }, { .op = FAKE_PAUSE, .count = 200 },
        { .op = FAKE_SEND, .text = "STS\r\n" }, { .op = FAKE_PAUSE, .count = 300 }, { .op = FAKE_SEND, .text = "* BYE soon\r\n" },
        { .op = FAKE_END } };
    imap = log_in(later, &server);
    works(imap_select(imap, "Sent", false, &selected, &error), &error);
    assert_int_equal(imap_idle_start(imap, &error), 1);
    int looked = 0;
    for (int i = 0; i < 50 && looked == 0; i++) {
        poll(&(struct pollfd){ .fd = imap_fd(imap), .events = POLLIN }, 1, 100);
        looked = imap_idle_look(imap, &error);
    }
    assert_int_equal(looked, 1);
    for (int i = 0; i < 50 && looked > 0; i++) {
        poll(NULL, 0, 50);
        looked = imap_idle_look(imap, &error);
    }
    assert_int_equal(looked, -1);
    assert_non_null(strstr(error.text, "soon"));
    imap_close(imap, false);
    fake_stop(&server);
}

static void an_append_says_what_became_of_it(void **state)
{
    (void)state;
    static const struct fake_step good[] = { LOGIN,
        { .op = FAKE_EXPECT, .text = "APPEND Sent (\\Seen) \"22-Nov-2026 02:00:00 +0000\" {5}" },
        { .op = FAKE_SEND, .text = "+ go\r\n" }, { .op = FAKE_LITERAL, .count = 5 },
        { .op = FAKE_SEND, .text = "5 OK [APPENDUID 77 42] done\r\n" }, STOP };
    static const struct fake_step no[] = { LOGIN, { .op = FAKE_EXPECT, .text = "APPEND" },
        { .op = FAKE_SEND, .text = "%t NO [TRYCREATE] no such folder\r\n" }, STOP };
    static const struct fake_step early[] = { LOGIN, { .op = FAKE_EXPECT, .text = "APPEND" }, { .op = FAKE_END } };
    static const struct fake_step late[] = { LOGIN, { .op = FAKE_EXPECT, .text = "APPEND" },
        { .op = FAKE_SEND, .text = "+ go\r\n" }, { .op = FAKE_LITERAL, .count = 200 }, { .op = FAKE_END } };
    static const char *const flags[] = { "\\Seen", NULL };
    const struct {
        const struct fake_step *script;
        enum imap_append result;
        size_t size;
    } cases[] = {
        { good, IMAP_APPENDED, 5 }, { no, IMAP_REFUSED, 5 }, { early, IMAP_NOT_APPENDED, 200 }, { late, IMAP_UNCLEAR, 200 },
    };
    static char mail[201] = "abc\r\n";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fake_server server;
        struct error error = { 0 };
        int64_t uid = -1;
        struct imap *imap = log_in(cases[i].script, &server);
        if (cases[i].size == 200) {
            memset(mail, 'x', 198);
            memcpy(mail + 198, "\r\n", 3);
        }
        assert_int_equal(imap_append(imap, "Sent", mail, cases[i].size, flags, 1795312800, &uid, &error), cases[i].result);
        assert_int_equal(uid, cases[i].result == IMAP_APPENDED ? 42 : 0);
        imap_close(imap, false);
        fake_stop(&server);
    }
}

static void a_folder_name_cannot_become_a_command(void **state)
{
    (void)state;
    static const struct fake_step script[] = { LOGIN, STOP };
    struct fake_server server;
    struct error error = { 0 };
    struct imap_selected selected;
    struct imap *imap = log_in(script, &server);
    assert_int_equal(imap_select(imap, "x\r\n9 DELETE y", true, &selected, &error), -1);
    assert_int_equal(imap_append(imap, "x\r\n9 DELETE y", "a", 1, NULL, INSTANT_NONE, NULL, &error), IMAP_REFUSED);
    imap_close(imap, false);
    fake_stop(&server);
}

static void a_cut_at_every_byte_is_an_error_and_nothing_else(void **state)
{
    (void)state;
    static const struct fake_step script[] = { LOGIN, SELECT, { .op = FAKE_EXPECT, .text = "UID FETCH 1:*" },
        { .op = FAKE_SEND, .text = "* 1 FETCH (UID 4 INTERNALDATE \"22-Nov-2026 10:00:00 +0800\" FLAGS (\\Seen) "
                                   "RFC822.SIZE 9)\r\n%t OK done\r\n" },
        { .op = FAKE_EXPECT, .text = "UID FETCH 4" },
        { .op = FAKE_SEND, .text = "* 1 FETCH (UID 4 BODY[]<0> {9}\r\nSubject: )\r\n%t OK done\r\n" }, STOP };
    long whole = -1;
    struct fake_server server = fake_start(script, FAKE_CUT_EACH, NULL, NULL);
    for (long cut = 0; whole < 0 && cut < 2000; cut++) {
        struct endpoint endpoint = endpoint_of(&server);
        struct error error = { 0 };
        struct arena *arena = arena_new(1 << 20);
        struct imap_selected selected;
        struct imap_item *items;
        struct taken taken = { { 0 }, 0, 0 };
        size_t count;
        uint32_t uid = 4;
        struct imap *imap = imap_open(&endpoint, &error);
        if (imap && imap_select(imap, "Sent", false, &selected, &error) > 0 &&
            imap_fetch_items(imap, 1, UINT32_MAX, arena, &items, &count, &error) > 0) {
            assert_int_equal(count, 1);
            if (imap_fetch_mails(imap, &uid, 1, 1000, take, &taken, &error) > 0) {
                assert_int_equal(taken.count, 1);
                whole = cut;
            }
        }
        if (whole < 0) {
            assert_int_equal(error.kind, ERROR_RETRY);
            assert_true(error.text[0] != '\0');
        }
        imap_close(imap, false);
        arena_free(arena);
    }
    fake_stop(&server);
    assert_in_range(whole, 400, 2000);
}

static void a_sent_copy_is_found_by_its_message_id(void **state)
{
    (void)state;
    static const struct fake_step script[] = { LOGIN, SELECT,
        { .op = FAKE_EXPECT, .text = "FETCH 2:* (UID BODY.PEEK[HEADER.FIELDS (" },
        { .op = FAKE_SEND, .text = "* 2 FETCH (UID 9 BODY[HEADER.FIELDS (\"Message-ID\")] {24}\r\nMessage-ID: <a@b.c>\r\n\r\n )\r\n"
                                   "* 3 FETCH (UID 11 BODY[HEADER.FIELDS (Message-ID)] {24}\r\nMessage-ID: <x@b.c>\r\n\r\n )\r\n"
                                   "%t OK done\r\n" }, STOP };
    struct fake_server server;
    struct error error = { 0 };
    struct imap_selected selected;
    uint32_t uid;
    struct imap *imap = log_in(script, &server);
    works(imap_select(imap, "Sent", false, &selected, &error), &error);
    int found = imap_find_message_id(imap, "a@b.c", 2, &uid, &error);
    if (found < 0)
        fail_msg("%s", error.text);
    assert_int_equal(found, 1);
    assert_int_equal(uid, 9);
    imap_close(imap, false);
    fake_stop(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_login_says_who_we_are_and_learns_what_the_server_can),
        cmocka_unit_test(a_login_that_is_refused_says_so),
        cmocka_unit_test(text_behind_starttls_is_refused),
        cmocka_unit_test(folders_are_listed_with_their_uses_and_true_names),
        cmocka_unit_test(names_go_to_modified_utf7_and_back),
        cmocka_unit_test(what_is_in_a_folder_is_read_with_dates_flags_and_bytes),
        cmocka_unit_test(a_server_that_does_not_say_uidnext_is_asked_for_its_last_mail),
        cmocka_unit_test(a_no_after_some_mails_is_no_complete_answer),
        cmocka_unit_test(a_no_alone_is_an_error_that_can_be_survived),
        cmocka_unit_test(rogue_answers_end_the_session_and_cost_little_memory),
        cmocka_unit_test(idle_sees_mail_that_comes_before_the_plus_and_after),
        cmocka_unit_test(an_append_says_what_became_of_it),
        cmocka_unit_test(a_folder_name_cannot_become_a_command),
        cmocka_unit_test(a_cut_at_every_byte_is_an_error_and_nothing_else),
        cmocka_unit_test(a_sent_copy_is_found_by_its_message_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
