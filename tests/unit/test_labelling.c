/* test_labelling.c - a visit sets the labels that a server permits, and says which way the mails are kept in step
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include "tests/unit/intake_world.h"

#include "fake_server.h"
#include "sidecar/labelling.h"
#include "ticket/copy.h"

#define WANG "Wang <wang@customer.example>"
#define SHOCK "I got an electric shock from the kettle, it is broken."
#define VISIT(flags) \
    { .op = FAKE_SEND, .text = "* OK hello\r\n" }, { .op = FAKE_EXPECT, .text = "CAPABILITY" }, \
    { .op = FAKE_SEND, .text = "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n%t OK done\r\n" }, \
    { .op = FAKE_EXPECT, .text = "AUTHENTICATE" }, { .op = FAKE_SEND, .text = "%t OK in\r\n" }, \
    { .op = FAKE_EXPECT, .text = "CAPABILITY" }, \
    { .op = FAKE_SEND, .text = "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n%t OK done\r\n" }, \
    { .op = FAKE_EXPECT, .text = "SELECT INBOX" }, \
    { .op = FAKE_SEND, .text = "* 1 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 12] ok\r\n* OK [PERMANENTFLAGS (" flags \
                               ")] ok\r\n%t OK [READ-WRITE] done\r\n" }, \
    { .op = FAKE_EXPECT, .text = "UID FETCH 1 (UID FLAGS)" }, \
    { .op = FAKE_SEND, .text = "* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n%t OK done\r\n" }
#define SET(flags) \
    { .op = FAKE_EXPECT, .text = "UID STORE 1 +FLAGS.SILENT (" flags ")" }, { .op = FAKE_NOTE }, \
    { .op = FAKE_SEND, .text = "%t OK done\r\n" }
#define END \
    { .op = FAKE_EXPECT, .text = "LOGOUT" }, { .op = FAKE_NOTE }, { .op = FAKE_SEND, .text = "* BYE well\r\n%t OK done\r\n" }, \
    { .op = FAKE_END }

static int put_copy(struct store *store, void *intake, struct error *error)
{
    return copy_seen(store, intake, false, error);
}

/* A critical mail in the shared INBOX, with its wish. */
static struct intake lies_in_inbox(struct world *world)
{
    const char *text = mail_text(world, WANG, "service@shop.example", "Shock", "shock@customer.example", NULL, SHOCK);
    struct intake seen = world_see(world, in_folder(world, "service", "INBOX", world->now), text);
    struct copy_plan plan = { .site = world->site, .now = world->now };
    seen.sighting.uid_validity = 1;
    seen.sighting.uid = 1;
    if (store_transaction(world->store, put_copy, &seen, &world->error) != 1 ||
        store_transaction(world->store, copy_plan, &plan, &world->error) != 1)
        fail_msg("%s", world->error.text);
    return seen;
}

/* Visits the account, and tells the way in words. How many notes of the script were passed. */
static int visit(struct world *world, const struct fake_step *script, const char **way)
{
    struct error error = { 0 };
    struct sidecar sidecar;
    struct fake_server server = fake_start(script, FAKE_WHOLE, NULL, NULL);
    struct config_account *account = (struct config_account *)config_account_by_id(world->site->config, "service");
    account->imap.port = server.port;
    struct store_writer *writer = store_writer_start(world->database, &error);
    int before = *fake_notes();
    if (!writer || sidecar_init(&sidecar, world->site, writer, &error) < 0)
        fail_msg("%s", error.text);
    struct watch watch = { .sidecar = &sidecar, .account = account, .role = WATCH_LABELS, .state = WATCH_BUSY };
    if (labelling_visit(&watch, 0, &error) != 1)
        fail_msg("%s", error.text);
    assert_true(watch.labelled);
    *way = copy_way(world->site->config, account, watch.permitted, world->arena);
    store_writer_stop(writer, 5000);
    sidecar_release(&sidecar);
    fake_stop(&server);
    return *fake_notes() - before;
}

static void bears(struct world *world, const struct intake *seen, unsigned labels)
{
    struct copy_row row;
    assert_int_equal(store_copy_get(world->store, seen->mail, "service", world->arena, &row, &world->error), 1);
    assert_int_equal(row.borne, labels);
    assert_int_equal(row.applied, row.wanted);
}

static void a_server_that_permits_keywords_gets_them(void **state)
{
    struct world *world = *state;
    static const struct fake_step script[] = { VISIT("\\Seen \\Flagged \\*"), SET("redress-critical \\Flagged"), END };
    struct intake seen = lies_in_inbox(world);
    const char *way;
    assert_int_equal(visit(world, script, &way), 2);
    assert_string_equal(way, "keywords and \\Flagged");
    bears(world, &seen, LABEL_BIT(LABEL_CRITICAL) | LABEL_BIT(LABEL_FLAGGED));
}

static void a_server_that_permits_none_gets_the_flag_alone(void **state)
{
    struct world *world = *state;
    static const struct fake_step script[] = { VISIT("\\Seen \\Answered \\Flagged \\Deleted \\Draft"), SET("\\Flagged"), END };
    world->service = ",\"filing\":{\"resolved\":\"Done\"}";
    world_load_site(world);
    struct intake seen = lies_in_inbox(world);
    const char *way;
    assert_int_equal(visit(world, script, &way), 2);
    assert_string_equal(way, "\\Flagged alone: the server permits no keywords; folders");
    bears(world, &seen, LABEL_BIT(LABEL_FLAGGED));
}

static void a_server_that_permits_nothing_is_sent_nothing(void **state)
{
    struct world *world = *state;
    static const struct fake_step script[] = { VISIT(""), END };
    struct intake seen = lies_in_inbox(world);
    const char *way;
    assert_int_equal(visit(world, script, &way), 1);
    assert_string_equal(way, "no labels: the server permits no keywords");
    bears(world, &seen, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_new, world_end)
    const struct CMUnitTest tests[] = {
        TEST(a_server_that_permits_keywords_gets_them),
        TEST(a_server_that_permits_none_gets_the_flag_alone),
        TEST(a_server_that_permits_nothing_is_sent_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
