/* test_reconcile.c - what lies in a folder is recorded once, whatever the server does
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include "tests/unit/intake_world.h"

#include "fake_server.h"
#include "sidecar/reconcile.h"

#define LOGIN \
    { .op = FAKE_SEND, .text = "* OK hello\r\n" }, { .op = FAKE_EXPECT, .text = "CAPABILITY" }, \
    { .op = FAKE_SEND, .text = "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n%t OK done\r\n" }, \
    { .op = FAKE_EXPECT, .text = "AUTHENTICATE" }, { .op = FAKE_SEND, .text = "%t OK in\r\n" }, \
    { .op = FAKE_EXPECT, .text = "CAPABILITY" }, \
    { .op = FAKE_SEND, .text = "* CAPABILITY IMAP4rev1\r\n%t OK done\r\n" }
#define SELECT(validity, next) \
    { .op = FAKE_EXPECT, .text = "EXAMINE" }, \
    { .op = FAKE_SEND, .text = "* 9 EXISTS\r\n* OK [UIDVALIDITY " validity "] ok\r\n* OK [UIDNEXT " next "] ok\r\n%t OK done\r\n" }
#define DATE "INTERNALDATE \"22-Nov-2020 10:00:00 +0800\""
#define ITEMS(range, lines) \
    { .op = FAKE_EXPECT, .text = "UID FETCH " range " (UID INTERNALDATE FLAGS RFC822.SIZE)" }, \
    { .op = FAKE_SEND, .text = lines "%t OK done\r\n" }
#define STOP { .op = FAKE_SILENCE }, { .op = FAKE_END }

#define COMPLAINT "{243}\r\n" \
    "From: Wang <wang@customer.example>\r\nTo: service@shop.example\r\nSubject: Kettle\r\nDate: Tue, 24 Nov 2020 10:00:00 +0800\r\n" \
    "Message-ID: <c1@customer.example>\r\n\r\nThe kettle I bought from you is broken and leaks. I want my money back now.\r\n123456789\r\n"
#define REPLY "{190}\r\n" \
    "From: Anna <anna@shop.example>\r\nTo: wang@customer.example\r\nSubject: Re: Kettle\r\nMessage-ID: <r1@shop.example>\r\n" \
    "In-Reply-To: <c1@customer.example>\r\n\r\nWe are sorry. We refund you today. Anna\r\n"

struct desk {
    struct world *world;
    struct store_writer *writer;
    struct sidecar sidecar;
    struct stuck stuck;
};

static int desk_begin(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    if (!desk || world_new((void **)&desk->world) != 0)
        return -1;
    desk->world->site->config->cut_over = 1;
    desk->writer = store_writer_start(desk->world->database, &desk->world->error);
    *state = desk;
    return sidecar_init(&desk->sidecar, desk->world->site, desk->writer, &desk->world->error) > 0 ? 0 : -1;
}

static int desk_end(void **state)
{
    struct desk *desk = *state;
    store_writer_stop(desk->writer, 5000);
    sidecar_release(&desk->sidecar);
    int result = world_end((void **)&desk->world);
    free(desk->stuck.folder);
    free(desk);
    return result;
}

/* One look at a folder over a new connection. */
static int look_at(struct desk *desk, int port, const char *account, const char *folder, bool sent, struct error *error)
{
    struct endpoint endpoint = { .host = "127.0.0.1", .port = port, .tls = STREAM_TLS_NONE, .user = "u", .password = "p",
                                 .timeout_s = 3, .cancel_fd = -1 };
    struct imap_selected selected;
    struct look look = { .sidecar = &desk->sidecar, .folder = folder, .sent = sent, .stuck = &desk->stuck,
                         .account = config_account_by_id(desk->world->site->config, account) };
    *error = (struct error){ 0 };
    look.imap = imap_open(&endpoint, error);
    int result = look.imap ? imap_select(look.imap, folder, false, &selected, error) : -1;
    if (result > 0)
        result = reconcile(&look, &selected, error);
    imap_close(look.imap, false);
    return result;
}

static void looks(struct desk *desk, const struct fake_step *script, const char *account, const char *folder, bool sent)
{
    struct error error;
    struct fake_server server = fake_start(script, FAKE_WHOLE, NULL, NULL);
    if (look_at(desk, server.port, account, folder, sent, &error) != 1)
        fail_msg("%s", error.text);
    fake_stop(&server);
}

static const char *ticket_of(struct desk *desk, const char *message_id)
{
    struct mail_row row;
    int found = store_mail_by_message_id(desk->world->store, message_id, NULL, desk->world->arena, &row, &desk->world->error);
    return found > 0 ? row.ticket : NULL;
}

static int64_t watermark(struct desk *desk, const char *account, const char *folder)
{
    struct folder_row row;
    int found = store_folder_get(desk->world->store, account, folder, desk->world->arena, &row, &desk->world->error);
    return found > 0 ? row.uid_next : found;
}

static const struct fake_step inbox[] = { LOGIN, SELECT("5", "3"),
    ITEMS("1:2", "* 1 FETCH (UID 1 " DATE " FLAGS (\\Seen) RFC822.SIZE 248)\r\n"
          "* 2 FETCH (UID 2 " DATE " FLAGS (\\Draft) RFC822.SIZE 9)\r\n"),
    { .op = FAKE_EXPECT, .text = "UID FETCH 1 (UID BODY.PEEK[]<0.524288>)" },
    { .op = FAKE_SEND, .text = "* 1 FETCH (UID 1 BODY[]<0> " COMPLAINT ")\r\n%t OK done\r\n" }, STOP };
static const struct fake_step sent[] = { LOGIN, SELECT("6", "2"),
    ITEMS("1", "* 1 FETCH (UID 1 " DATE " FLAGS (\\Seen) RFC822.SIZE 191)\r\n"),
    { .op = FAKE_EXPECT, .text = "UID FETCH 1 (UID BODY.PEEK" },
    { .op = FAKE_SEND, .text = "* 1 FETCH (UID 1 BODY[]<0> " REPLY ")\r\n%t OK done\r\n" }, STOP };

static void a_complaint_gets_its_ticket_and_a_reply_in_sent_stops_the_clock(void **state)
{
    struct desk *desk = *state;
    looks(desk, inbox, "service", "INBOX", false);
    const char *ticket = ticket_of(desk, "c1@customer.example");
    assert_non_null(ticket);
    assert_int_equal(watermark(desk, "service", "INBOX"), 3);
    looks(desk, sent, "anna", "Sent", true);
    assert_int_equal(count_events(desk->world, ticket, EVENT_AGENT_REPLY), 1);
    static const struct fake_step nothing[] = { LOGIN, SELECT("5", "3"), STOP };
    looks(desk, nothing, "service", "INBOX", false); /* nothing new: nothing is fetched */
}

static void a_changed_uidvalidity_is_read_anew_and_doubles_nothing(void **state)
{
    struct desk *desk = *state;
    static const struct fake_step again[] = { LOGIN, SELECT("7", "12"),
        ITEMS("1:11", "* 1 FETCH (UID 11 " DATE " FLAGS () RFC822.SIZE 248)\r\n"),
        { .op = FAKE_EXPECT, .text = "UID FETCH 11 (UID BODY.PEEK" },
        { .op = FAKE_SEND, .text = "* 1 FETCH (UID 11 BODY[]<0> " COMPLAINT ")\r\n%t OK done\r\n" }, STOP };
    looks(desk, inbox, "service", "INBOX", false);
    const char *ticket = ticket_of(desk, "c1@customer.example");
    assert_non_null(ticket);
    looks(desk, again, "service", "INBOX", false);
    looks(desk, inbox, "service", "INBOX", false); /* and back again */
    assert_int_equal(count_events(desk->world, ticket, EVENT_CUSTOMER_MAIL), 1);
    assert_int_equal(watermark(desk, "service", "INBOX"), 3);
}

static void mail_from_before_the_cut_over_is_not_fetched_at_first_but_what_comes_later_is(void **state)
{
    struct desk *desk = *state;
    desk->world->site->config->cut_over = desk->sidecar.cut_over = 1700000000;
    static const struct fake_step first[] = { LOGIN, SELECT("5", "2"),
        ITEMS("1", "* 1 FETCH (UID 1 " DATE " FLAGS () RFC822.SIZE 248)\r\n"), STOP };
    static const struct fake_step later[] = { LOGIN, SELECT("5", "3"),
        ITEMS("2", "* 2 FETCH (UID 2 " DATE " FLAGS () RFC822.SIZE 248)\r\n"),
        { .op = FAKE_EXPECT, .text = "UID FETCH 2 (UID BODY.PEEK" },
        { .op = FAKE_SEND, .text = "* 2 FETCH (UID 2 BODY[]<0> " COMPLAINT ")\r\n%t OK done\r\n" }, STOP };
    looks(desk, first, "service", "INBOX", false);
    assert_int_equal(watermark(desk, "service", "INBOX"), 2);
    looks(desk, later, "service", "INBOX", false);
    struct mail_row row;
    assert_int_equal(store_mail_by_message_id(desk->world->store, "c1@customer.example", NULL, desk->world->arena, &row,
                                              &desk->world->error), 1);
}

static void a_mail_that_the_server_keeps_back_is_not_passed_over(void **state)
{
    struct desk *desk = *state;
    struct error error;
    static const struct fake_step refused[] = { LOGIN, SELECT("5", "3"),
        ITEMS("1:2", "* 1 FETCH (UID 1 " DATE " FLAGS () RFC822.SIZE 248)\r\n"),
        { .op = FAKE_EXPECT, .text = "UID FETCH 1" }, { .op = FAKE_SEND, .text = "%t NO the disk is slow\r\n" }, STOP };
    struct fake_server server = fake_start(refused, FAKE_WHOLE, NULL, NULL);
    assert_int_equal(look_at(desk, server.port, "service", "INBOX", false, &error), -1);
    fake_stop(&server);
    assert_int_equal(watermark(desk, "service", "INBOX"), 0);
    looks(desk, inbox, "service", "INBOX", false);
    assert_non_null(ticket_of(desk, "c1@customer.example"));
}

/* A damaged mail: the server dies of it whenever it is asked for. */
static void a_mail_that_its_server_cannot_give_does_not_hide_the_next(void **state)
{
    struct desk *desk = *state;
    struct error error;
    static const struct fake_step together[] = { LOGIN, SELECT("5", "3"),
        ITEMS("1:2", "* 1 FETCH (UID 1 " DATE " FLAGS () RFC822.SIZE 9)\r\n* 2 FETCH (UID 2 " DATE " FLAGS () RFC822.SIZE 248)\r\n"),
        { .op = FAKE_EXPECT, .text = "UID FETCH 1,2 (" }, { .op = FAKE_SEND, .text = "* BYE internal error\r\n" }, { .op = FAKE_END } };
    static const struct fake_step single[] = { LOGIN, SELECT("5", "3"),
        ITEMS("1:2", "* 1 FETCH (UID 1 " DATE " FLAGS () RFC822.SIZE 9)\r\n* 2 FETCH (UID 2 " DATE " FLAGS () RFC822.SIZE 248)\r\n"),
        { .op = FAKE_EXPECT, .text = "UID FETCH 1 (" }, { .op = FAKE_SEND, .text = "* BYE internal error\r\n" }, { .op = FAKE_END } };
    static const struct fake_step without[] = { LOGIN, SELECT("5", "3"),
        ITEMS("1:2", "* 1 FETCH (UID 1 " DATE " FLAGS () RFC822.SIZE 9)\r\n* 2 FETCH (UID 2 " DATE " FLAGS () RFC822.SIZE 248)\r\n"),
        { .op = FAKE_EXPECT, .text = "UID FETCH 2 (" },
        { .op = FAKE_SEND, .text = "* 2 FETCH (UID 2 BODY[]<0> " COMPLAINT ")\r\n%t OK done\r\n" }, STOP };
    for (int i = 0; i < 1 + STUCK_TRIES; i++) {
        struct fake_server server = fake_start(i == 0 ? together : single, FAKE_WHOLE, NULL, NULL);
        assert_int_equal(look_at(desk, server.port, "service", "INBOX", false, &error), -1);
        assert_non_null(strstr(error.text, "internal error"));
        fake_stop(&server);
    }
    looks(desk, without, "service", "INBOX", false);
    assert_non_null(ticket_of(desk, "c1@customer.example"));
    assert_int_equal(desk->stuck.passed_over, 1);
    assert_false(desk->stuck.careful);
    assert_int_equal(watermark(desk, "service", "INBOX"), 3);
}

static void a_cut_at_every_byte_ends_with_each_event_once(void **state)
{
    struct desk *desk = *state;
    struct error error;
    int cuts = 0, result;
    struct fake_server server = fake_start(inbox, FAKE_CUT_EACH, NULL, NULL);
    while ((result = look_at(desk, server.port, "service", "INBOX", false, &error)) < 0 && cuts < 3000) {
        assert_int_equal(error.kind, ERROR_RETRY);
        assert_null(ticket_of(desk, "c1@customer.example"));
        cuts++;
    }
    fake_stop(&server);
    assert_int_equal(result, 1);
    assert_in_range(cuts, 500, 2000);
    const char *ticket = ticket_of(desk, "c1@customer.example");
    assert_non_null(ticket);
    assert_int_equal(count_events(desk->world, ticket, EVENT_CUSTOMER_MAIL), 1);
}

#define DESK_TEST(name) cmocka_unit_test_setup_teardown(name, desk_begin, desk_end)
int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_complaint_gets_its_ticket_and_a_reply_in_sent_stops_the_clock),
        DESK_TEST(a_changed_uidvalidity_is_read_anew_and_doubles_nothing),
        DESK_TEST(mail_from_before_the_cut_over_is_not_fetched_at_first_but_what_comes_later_is),
        DESK_TEST(a_mail_that_the_server_keeps_back_is_not_passed_over),
        DESK_TEST(a_mail_that_its_server_cannot_give_does_not_hide_the_next),
        DESK_TEST(a_cut_at_every_byte_ends_with_each_event_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
