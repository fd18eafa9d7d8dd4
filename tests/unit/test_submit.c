/* test_submit.c - a mail of ours goes out once, whatever the servers do and whoever dies
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include <time.h>

#include "tests/unit/intake_world.h"

#include "fake_server.h"
#include "sidecar/submit.h"
#include "ticket/outbox.h"

#define IMAP_LOGIN \
    { .op = FAKE_SEND, .text = "* OK hello\r\n" }, { .op = FAKE_EXPECT, .text = "CAPABILITY" }, \
    { .op = FAKE_SEND, .text = "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n%t OK done\r\n" }, \
    { .op = FAKE_EXPECT, .text = "AUTHENTICATE" }, { .op = FAKE_SEND, .text = "%t OK in\r\n" }, \
    { .op = FAKE_EXPECT, .text = "CAPABILITY" }, { .op = FAKE_SEND, .text = "* CAPABILITY IMAP4rev1\r\n%t OK done\r\n" }, \
    { .op = FAKE_EXPECT, .text = "LIST" }, \
    { .op = FAKE_SEND, .text = "* LIST (\\Sent) \"/\" Sent\r\n* LIST (\\Drafts) \"/\" Drafts\r\n%t OK done\r\n" }
#define OPEN(folder) \
    { .op = FAKE_EXPECT, .text = "SELECT " folder }, \
    { .op = FAKE_SEND, .text = "* 0 EXISTS\r\n* OK [UIDVALIDITY 5] ok\r\n* OK [UIDNEXT 1] ok\r\n%t OK done\r\n" }
#define GOODBYE { .op = FAKE_EXPECT, .text = "LOGOUT" }, { .op = FAKE_SEND, .text = "* BYE\r\n%t OK bye\r\n" }, { .op = FAKE_END }
#define ENVELOPE \
    { .op = FAKE_SEND, .text = "220 hello\r\n" }, { .op = FAKE_EXPECT, .text = "EHLO" }, { .op = FAKE_SEND, .text = "250 me\r\n" }, \
    { .op = FAKE_EXPECT, .text = "MAIL FROM:<>" }, { .op = FAKE_SEND, .text = "250 ok\r\n" }, \
    { .op = FAKE_EXPECT, .text = "RCPT TO:<wang@customer.example>" }, { .op = FAKE_SEND, .text = "250 ok\r\n" }, \
    { .op = FAKE_EXPECT, .text = "DATA" }, { .op = FAKE_SEND, .text = "354 go\r\n" }, { .op = FAKE_LITERAL, .count = 100000 }, \
    { .op = FAKE_NOTE }

static const struct fake_step takes[] = { ENVELOPE, { .op = FAKE_SEND, .text = "250 queued\r\n" }, { .op = FAKE_END } };
static const struct fake_step dies[] = { ENVELOPE, { .op = FAKE_END } };
static const struct fake_step refuses[] = { ENVELOPE, { .op = FAKE_SEND, .text = "554 spam\r\n" }, { .op = FAKE_END } };
static const struct fake_step sent[] = { IMAP_LOGIN, OPEN("Sent"), { .op = FAKE_EXPECT, .text = "APPEND Sent (\\Seen)" },
    { .op = FAKE_APPEND }, { .op = FAKE_NOTE }, { .op = FAKE_SEND, .text = "%t OK done\r\n" }, GOODBYE };

struct desk {
    struct world *world;
    struct store_writer *writer;
    struct sidecar sidecar;
    struct submit *submit;
    const char *ticket;
};

static void use_port(const struct endpoint *endpoint, int port)
{
    struct endpoint *writable = (struct endpoint *)(uintptr_t)endpoint;
    writable->port = port;
    writable->timeout_s = 2;
}

static int desk_begin(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    if (!desk || world_new((void **)&desk->world) != 0)
        return -1;
    struct world *world = desk->world;
    world->acknowledge = "true";
    world_load_site(world);
    world->site->config->cut_over = 1;
    world->now = (instant)time(NULL);
    desk->ticket = world_see(world, by_milter(world, "service"), complaint(world, 1, "Wang Fang <wang@customer.example>")).ticket;
    desk->writer = store_writer_start(world->database, &world->error);
    if (sidecar_init(&desk->sidecar, world->site, desk->writer, &world->error) < 0)
        return -1;
    desk->submit = submit_new(&desk->sidecar, &world->error);
    *fake_notes() = 0;
    *state = desk;
    return desk->ticket && desk->submit ? 0 : -1;
}

static int desk_end(void **state)
{
    struct desk *desk = *state;
    store_writer_stop(desk->writer, 5000);
    submit_free(desk->submit);
    sidecar_release(&desk->sidecar);
    int result = world_end((void **)&desk->world);
    free(desk);
    return result;
}

static struct outbox_row row_of(struct desk *desk)
{
    struct outbox_row *rows;
    size_t count;
    assert_int_equal(store_outbox_list(desk->world->store, desk->ticket, -1, INSTANT_NONE, 10, desk->world->arena, &rows,
                                       &count, &desk->world->error), 1);
    assert_int_equal(count, 1);
    return rows[0];
}

static void sent_was_looked(struct desk *desk)
{
    submit_sent_was_looked(desk->submit, "service");
    submit_sent_was_looked(desk->submit, "billing");
}

/* One turn against two servers; NULL: nobody answers there. */
static void turn(struct desk *desk, const struct fake_step *smtp, const struct fake_step *imap)
{
    struct fake_server smtp_server = { 0 }, imap_server = { 0 };
    if (smtp)
        smtp_server = fake_start(smtp, FAKE_WHOLE, NULL, NULL);
    if (imap)
        imap_server = fake_start(imap, FAKE_WHOLE, NULL, NULL);
    const struct config *config = desk->world->site->config;
    use_port(&config_mailbox_by_id(config, "service")->smtp, smtp ? smtp_server.port : 9);
    use_port(&config_account_by_id(config, "service")->imap, imap ? imap_server.port : 9);
    submit_run(desk->submit, 0);
    if (smtp)
        fake_stop(&smtp_server);
    if (imap)
        fake_stop(&imap_server);
}

static void nothing_goes_before_sent_was_looked_at(void **state)
{
    struct desk *desk = *state;
    turn(desk, takes, sent);
    assert_int_equal(row_of(desk).state, OUTBOX_SCHEDULED);
    assert_int_equal(*fake_notes(), 0);
}

static void a_mail_is_sent_once_with_its_copy_in_sent(void **state)
{
    struct desk *desk = *state;
    sent_was_looked(desk);
    turn(desk, takes, sent);
    assert_int_equal(row_of(desk).state, OUTBOX_SENT);
    assert_null(row_of(desk).reason);
    assert_int_equal(*fake_notes(), 2);
    turn(desk, takes, sent);
    assert_int_equal(*fake_notes(), 2);
}

static void a_doubt_is_shown_and_not_sent_again(void **state)
{
    struct desk *desk = *state;
    sent_was_looked(desk);
    turn(desk, dies, sent);
    assert_int_equal(row_of(desk).state, OUTBOX_DOUBT);
    turn(desk, takes, sent);
    assert_int_equal(row_of(desk).state, OUTBOX_DOUBT);
    assert_int_equal(*fake_notes(), 1);
}

static void what_is_refused_for_good_fails(void **state)
{
    struct desk *desk = *state;
    sent_was_looked(desk);
    turn(desk, refuses, sent);
    assert_int_equal(row_of(desk).state, OUTBOX_FAILED);
    assert_non_null(strstr(row_of(desk).reason, "554"));
}

static void a_server_that_is_away_costs_one_attempt_however_long_it_is_away(void **state)
{
    struct desk *desk = *state;
    sent_was_looked(desk);
    for (int i = 0; i < 4; i++)
        turn(desk, NULL, NULL);
    assert_int_equal(row_of(desk).state, OUTBOX_SCHEDULED);
    assert_int_equal(row_of(desk).attempts, 1);
}

static int claim_job(struct store *store, void *desk_, struct error *error)
{
    struct desk *desk = desk_;
    struct outbox_row row;
    return outbox_claim(store, desk->world->site, (instant)time(NULL), desk->world->arena, &row, error);
}

/* As a process leaves it that dies between claim and send, or between send and settle. */
static void claim_and_die(struct desk *desk)
{
    assert_int_equal(store_transaction(desk->world->store, claim_job, desk, &desk->world->error), 1);
    assert_int_equal(row_of(desk).state, OUTBOX_CLAIMED);
}

static void what_a_dead_process_had_claimed_is_in_doubt_and_not_sent(void **state)
{
    struct desk *desk = *state;
    claim_and_die(desk);
    sent_was_looked(desk);
    turn(desk, takes, sent);
    assert_int_equal(row_of(desk).state, OUTBOX_DOUBT);
    assert_int_equal(*fake_notes(), 0);
}

static void what_a_dead_process_had_sent_is_known_by_its_copy(void **state)
{
    struct desk *desk = *state;
    claim_and_die(desk);
    const char *copy = mail_text(desk->world, "service@shop.example", "wang@customer.example", "We have your message",
                                 row_of(desk).message_id, "Auto-Submitted: auto-replied", "Hello");
    world_see(desk->world, in_folder(desk->world, "service", "Sent", desk->world->now), copy);
    sent_was_looked(desk);
    turn(desk, takes, sent);
    assert_int_equal(row_of(desk).state, OUTBOX_SENT);
    assert_int_equal(*fake_notes(), 0);
}

/* A backup from before the mail went out: the row waits again, and its copy lies in Sent. */
static void a_copy_in_sent_keeps_a_restored_row_from_going_out_again(void **state)
{
    struct desk *desk = *state;
    static const struct fake_step none[] = { { .op = FAKE_NOTE }, { .op = FAKE_END } };
    const char *copy = mail_text(desk->world, "service@shop.example", "wang@customer.example", "We have your message",
                                 row_of(desk).message_id, "Auto-Submitted: auto-replied", "Hello");
    world_see(desk->world, in_folder(desk->world, "service", "Sent", desk->world->now), copy);
    sent_was_looked(desk);
    turn(desk, none, none);
    assert_int_equal(row_of(desk).state, OUTBOX_SENT);
    assert_int_equal(*fake_notes(), 0);
}

static void the_one_switch_and_shadow_mode_stop_all(void **state)
{
    struct desk *desk = *state;
    sent_was_looked(desk);
    desk->world->site->config->send = false;
    turn(desk, takes, sent);
    desk->world->site->config->send = true;
    desk->world->site->config->mode = MODE_SHADOW;
    turn(desk, takes, sent);
    assert_int_equal(row_of(desk).state, OUTBOX_SCHEDULED);
    assert_int_equal(*fake_notes(), 0);
}

#define DESK_TEST(name) cmocka_unit_test_setup_teardown(name, desk_begin, desk_end)
int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(nothing_goes_before_sent_was_looked_at),
        DESK_TEST(a_mail_is_sent_once_with_its_copy_in_sent),
        DESK_TEST(a_doubt_is_shown_and_not_sent_again),
        DESK_TEST(what_is_refused_for_good_fails),
        DESK_TEST(a_server_that_is_away_costs_one_attempt_however_long_it_is_away),
        DESK_TEST(what_a_dead_process_had_claimed_is_in_doubt_and_not_sent),
        DESK_TEST(what_a_dead_process_had_sent_is_known_by_its_copy),
        DESK_TEST(a_copy_in_sent_keeps_a_restored_row_from_going_out_again),
        DESK_TEST(the_one_switch_and_shadow_mode_stop_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
