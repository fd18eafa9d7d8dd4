/* test_outbox.c - mail of our own: once, in time, to those who may get it, with nobody else's words
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/intake_world.h"
#include "ticket/outbox.h"

#define CUSTOMER WORLD_CUSTOMER

static void act(struct world *world, const char *ticket, enum event_type type, json_t *fields)
{
    if (world_act(world, "anna", ticket, type, fields) != 1)
        fail_msg("%s", world->error.text);
}

static const char *resolved_ticket(struct world *world, const char *outcome)
{
    const char *ticket = world_open_ticket(world, 1);
    world->now = T0 + HOUR;
    act(world, ticket, EVENT_AGENT_REPLY, json_pack("{s:b}", "offers_plan", 1));
    act(world, ticket, EVENT_RESOLVE, json_pack("{s:s}", "outcome", outcome));
    return ticket;
}

static size_t rows_in(struct world *world, const char *ticket, int state)
{
    struct outbox_row *rows;
    size_t count;
    assert_int_equal(store_outbox_list(world->store, ticket, state, INSTANT_NONE, 100, world->arena, &rows, &count,
                                       &world->error), 1);
    return count;
}

static struct outbox_row only_row(struct world *world, const char *ticket, const char *kind)
{
    struct outbox_row *rows;
    size_t count, found = SIZE_MAX;
    assert_int_equal(store_outbox_list(world->store, ticket, -1, INSTANT_NONE, 100, world->arena, &rows, &count,
                                       &world->error), 1);
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].kind, kind) == 0)
            found = i;
    assert_true(found != SIZE_MAX);
    return rows[found];
}

struct claim {
    struct world *world;
    struct outbox_row row;
};

static int claim_job(struct store *store, void *argument, struct error *error)
{
    struct claim *claim = argument;
    return outbox_claim(store, claim->world->site, claim->world->now, claim->world->arena, &claim->row, error);
}

static int claim(struct world *world, struct outbox_row *row)
{
    struct claim argument = { .world = world };
    int result = store_transaction(world->store, claim_job, &argument, &world->error);
    if (result < 0)
        fail_msg("%s", world->error.text);
    *row = argument.row;
    return result;
}

/* All that a reader sees of a mail, decoded. */
static const char *legible(struct world *world, const char *mail)
{
    struct message *message = message_parse(mail, strlen(mail), NULL, &world->error);
    assert_non_null(message);
    const char *text = arena_printf(world->arena, "%s\n%s\n%s\n%s\n%s", mail, message->subject,
                                    message->to.count ? message->to.items[0].name : "",
                                    message->from.count ? message->from.items[0].name : "", message->full_text);
    message_free(message);
    return text;
}

static const char *written(struct world *world, const struct outbox_row *row)
{
    struct buffer mail;
    buffer_init(&mail, 1 << 20);
    if (outbox_write(world->store, world->site, row, world->now, &mail, &world->error) < 0)
        fail_msg("%s", world->error.text);
    const char *text = arena_strdup(world->arena, buffer_text(&mail));
    buffer_release(&mail);
    return text;
}

static void a_solved_ticket_gets_a_check_and_a_care_mail_in_their_windows(void **state)
{
    struct world *world = *state;
    struct outbox_row row;
    const char *ticket = resolved_ticket(world, "solved");
    assert_int_equal(rows_in(world, ticket, OUTBOX_SCHEDULED), 2);
    struct outbox_row check = only_row(world, ticket, "check");
    assert_true(check.due >= T0 + HOUR + DAY && check.due <= T0 + HOUR + 2 * DAY);
    assert_int_equal(claim(world, &row), 0);
    world->now = check.due;
    assert_int_equal(claim(world, &row), 1);
    assert_string_equal(row.kind, "check");
    const char *mail = written(world, &row);
    assert_non_null(strstr(mail, "Message-ID: <check."));
    assert_non_null(strstr(mail, "In-Reply-To: <c1@customer.example>"));
    assert_non_null(strstr(mail, "Auto-Submitted: auto-generated"));
    assert_non_null(strstr(legible(world, mail), "Hello Wang Fang,"));
    assert_non_null(strstr(mail, "Reply-To: "));
    assert_non_null(strstr(mail, "service+r-"));
    assert_int_equal(outbox_settle(world->store, world->site, &row, OUTBOX_SENT, "250 ok", world->now, &world->error), 1);
    assert_int_equal(outbox_settle(world->store, world->site, &row, OUTBOX_SENT, "250 ok", world->now, &world->error), 0);
    assert_int_equal(claim(world, &row), 0);
    assert_int_equal(count_events(world, ticket, EVENT_FOLLOW_UP), 1);
}

static void a_follow_up_goes_neither_at_night_nor_at_the_week_end(void **state)
{
    struct world *world = *state;
    struct outbox_row row;
    world->now = T0 + 3 * DAY + 7 * HOUR; /* Friday, 17:00 in Shanghai */
    struct intake intake = world_see(world, by_milter(world, "service"), complaint(world, 1, CUSTOMER));
    act(world, intake.ticket, EVENT_AGENT_REPLY, json_object());
    act(world, intake.ticket, EVENT_RESOLVE, json_pack("{s:s}", "outcome", "solved"));
    struct outbox_row check = only_row(world, intake.ticket, "check");
    assert_true(check.due == T0 + 6 * DAY - HOUR); /* Monday, 09:00 */
    assert_true(check.until > check.due);
    /* and if the program was away until the night it waits for the morning */
    world->now = T0 + 6 * DAY + 12 * HOUR; /* Monday, 22:00 */
    assert_int_equal(claim(world, &row), 0);
    assert_true(only_row(world, intake.ticket, "check").due == T0 + 7 * DAY - HOUR);
}

/* Row 25 of the misuse list, and what the policy forbids. */
static void what_happens_in_between_cancels_a_follow_up(void **unused)
{
    static const char *const ways[] = { "mail", "thanks", "reopen", "merge", "late mail", "stop", "off", "too late", "category" };
    (void)unused;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        void *state = NULL;
        struct outbox_row row;
        assert_int_equal(world_new(&state), 0);
        struct world *world = state;
        const char *ticket = resolved_ticket(world, "solved");
        struct outbox_row check = only_row(world, ticket, "check");
        world->now += HOUR;
        bool thanks = strcmp(ways[i], "thanks") == 0;
        if (strcmp(ways[i], "mail") == 0 || thanks || strcmp(ways[i], "stop") == 0)
            world_see(world, by_milter(world, "service"),
                      mail_text(world, CUSTOMER, "service@shop.example", strcmp(ways[i], "stop") == 0 ? "STOP" : "Re: Kettle",
                                "m1@customer.example", "In-Reply-To: <c1@customer.example>",
                                thanks ? "Thank you!" : "I am still waiting."));
        if (strcmp(ways[i], "late mail") == 0) { /* older than the resolve, found after it */
            world_see(world, in_folder(world, "service", "INBOX", T0 + 30 * MINUTE),
                      mail_text(world, CUSTOMER, "service@shop.example", "Re: Kettle", "m2@customer.example",
                                "In-Reply-To: <c1@customer.example>", "I am still waiting."));
        }
        if (strcmp(ways[i], "reopen") == 0)
            act(world, ticket, EVENT_REOPEN, json_object());
        if (strcmp(ways[i], "merge") == 0)
            act(world, ticket, EVENT_MERGE_INTO, json_pack("{s:s}", "ticket", world_open_ticket(world, 2)));
        if (strcmp(ways[i], "category") == 0)
            act(world, ticket, EVENT_CATEGORY, json_pack("{s:s}", "category", "safety/injury"));
        if (strcmp(ways[i], "off") == 0) {
            world->check = "off";
            world_load_site(world);
        }
        world->now = strcmp(ways[i], "too late") == 0 ? check.until + 1 : check.due;
        if (claim(world, &row) != 0 || only_row(world, ticket, "check").state != OUTBOX_CANCELLED)
            fail_msg("%s: the follow-up is not cancelled", ways[i]);
        if (desk_compare(world->store, world->site, ticket, world->now, world->arena, &world->error) != 1)
            fail_msg("%s: the cached columns are not the fold", ways[i]);
        world_end(&state);
    }
}

static void some_matters_get_no_follow_up_at_all(void **unused)
{
    static const struct {
        const char *words, *outcome;
    } cases[] = {
        { "The kettle gave me an electric shock, it is broken.", "solved" },
        { "It is broken. Pay me or a bad review follows.", "solved" },
        { "It is broken.", "declined" },
        { "It is broken.", "spam" },
        { "It is broken.", "duplicate" },
    };
    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        void *state = NULL;
        assert_int_equal(world_new(&state), 0);
        struct world *world = state;
        struct intake intake = world_see(world, by_milter(world, "service"),
                                         mail_text(world, CUSTOMER, "service@shop.example", "Kettle", "c1@customer.example", NULL,
                                                   cases[i].words));
        assert_true(intake.opened);
        act(world, intake.ticket, EVENT_AGENT_REPLY, json_object());
        act(world, intake.ticket, EVENT_RESOLVE, json_pack("{s:s}", "outcome", cases[i].outcome));
        if (rows_in(world, intake.ticket, -1) != 0)
            fail_msg("'%s', %s: a follow-up is scheduled", cases[i].words, cases[i].outcome);
        world_end(&state);
    }
}

static void a_customer_who_said_stop_gets_none_on_later_tickets(void **state)
{
    struct world *world = *state;
    assert_int_equal(outbox_stop(world->store, world->site, "Wang@Customer.example", &world->error), 1);
    const char *ticket = resolved_ticket(world, "solved");
    assert_int_equal(rows_in(world, ticket, -1), 0);
}

static void shadow_mode_schedules_and_the_switch_sends_nothing(void **state)
{
    struct world *world = *state;
    struct outbox_row row;
    world->send = "false";
    world_load_site(world);
    const char *ticket = resolved_ticket(world, "solved");
    struct outbox_row check = only_row(world, ticket, "check");
    world->now = check.due;
    assert_int_equal(claim(world, &row), 0);
    assert_int_equal(only_row(world, ticket, "check").state, OUTBOX_SCHEDULED);
    world->send = "true";
    world->mode = "shadow";
    world_load_site(world);
    assert_int_equal(claim(world, &row), 0);
    struct intake second = world_see(world, by_milter(world, "service"), complaint(world, 2, "li@other.example"));
    act(world, second.ticket, EVENT_RESOLVE, json_pack("{s:s}", "outcome", "solved"));
    assert_int_equal(rows_in(world, second.ticket, -1), 0);
}

/* Twelve Chinese characters: a sentence, no name. */
#define LONG_WIDE_NAME \
    "\xe6\x81\xad\xe5\x96\x9c\xe6\x82\xa8\xe4\xb8\xad\xe5\xa5\x96\xe8\xaf\xb7" \
    "\xe8\x81\x94\xe7\xb3\xbb\xe5\xae\xa2\xe6\x9c\x8d\xe9\xa2\x86\xe5\x8f\x96"

/* Row 4: the ticket trick. */
static void no_word_of_a_customer_is_sent_on(void **state)
{
    struct world *world = *state;
    static const char *const names[] = {
        "Click https://evil.example now", "Your code is 123456", "pay\xe2\x80\xae", "<b>bold</b>", "a@b.example",
        "You have won a very large prize today", LONG_WIDE_NAME, "\xef\xbc\x91\xef\xbc\x92\xef\xbc\x93",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct ticket_row ticket = { .mailbox = "service", .requester = "victim@other.example", .requester_name = names[i],
                                     .subject = "SECRET-SUBJECT verify 123456", .language = "en", .policy_version = "2026-11",
                                     .category = "other", .orders = "https://evil.example A1\xe2\x80\xae X", .signals = "",
                                     .thread_ids = "", .state = TICKET_OPEN, .opened = T0, .changed = T0,
                                     .next_due = INSTANT_NONE, .resolved = INSTANT_NONE };
        snprintf(ticket.id, sizeof ticket.id, "aaaaaaa%c", (char)('a' + i));
        assert_int_equal(store_ticket_insert(world->store, &ticket, &world->error), 1);
        static const char *const kinds[] = { "acknowledge", "check", "care" };
        for (int k = 0; k < 3; k++) {
            struct outbox_row row = { .mailbox = "service", .kind = kinds[k], .message_id = "x@shop.example",
                                      .to_addr = "victim@other.example", .to_name = names[i], .language = "en", .mode = "send" };
            memcpy(row.ticket, ticket.id, TICKET_ID_SIZE);
            const char *mail = legible(world, written(world, &row));
            static const char *const forbidden[] = { "SECRET", "123456", "evil.example", "won a", "<b>", "\xe6\x81\xad", "\xef\xbc" };
            for (size_t f = 0; f < sizeof forbidden / sizeof *forbidden; f++)
                if (strstr(mail, forbidden[f]))
                    fail_msg("'%s' of name %zu is in the mail: %s", forbidden[f], i, mail);
        }
    }
}

static void plain_names_and_orders_are_used(void **state)
{
    struct world *world = *state;
    static const char *const names[] = { "Wang Fang", "\xe7\x8e\x8b\xe8\x8a\xb3", "Jean-Luc O'Neill", "Ren\xc3\xa9" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct ticket_row ticket = { .mailbox = "service", .requester = "w@other.example", .requester_name = names[i],
                                     .subject = "x", .language = "en", .policy_version = "2026-11", .category = "other",
                                     .orders = "A00001-77", .signals = "", .thread_ids = "", .state = TICKET_OPEN,
                                     .opened = T0, .changed = T0, .next_due = INSTANT_NONE, .resolved = INSTANT_NONE };
        snprintf(ticket.id, sizeof ticket.id, "aaaaaaa%c", (char)('a' + i));
        assert_int_equal(store_ticket_insert(world->store, &ticket, &world->error), 1);
        struct outbox_row row = { .mailbox = "service", .kind = "check", .message_id = "x@shop.example",
                                  .to_addr = "w@other.example", .to_name = names[i], .language = "en", .mode = "draft" };
        memcpy(row.ticket, ticket.id, TICKET_ID_SIZE);
        const char *mail = written(world, &row);
        struct message *message = message_parse(mail, strlen(mail), NULL, &world->error);
        assert_non_null(strstr(message->full_text, names[i]));
        assert_non_null(strstr(message->full_text, "A00001-77"));
        assert_null(message_header(message, "Auto-Submitted", 0)); /* a person will send the draft */
        message_free(message);
    }
}

/* Acknowledgements: rows 7, 8, 9. */
static void an_acknowledgement_goes_once_and_only_to_people(void **unused)
{
    static const struct {
        const char *what, *from, *headers, *envelope;
        bool goes;
    } cases[] = {
        { "a person", CUSTOMER, NULL, "wang@customer.example", true },
        { "Auto-Submitted: no", CUSTOMER, "Auto-Submitted: no", "wang@customer.example", true },
        { "Auto-Submitted: No (comment)", CUSTOMER, "Auto-Submitted: No (comment)", "wang@customer.example", true },
        { "the null sender", CUSTOMER, NULL, "", false },
        { "the null sender in brackets", CUSTOMER, NULL, "<>", false },
        { "auto-generated", CUSTOMER, "Auto-Submitted: auto-generated", "wang@customer.example", false },
        { "auto-notified", CUSTOMER, "auto-submitted: auto-notified; owner=x", "wang@customer.example", false },
        { "bulk", CUSTOMER, "Precedence: bulk", "wang@customer.example", false },
        { "a list", CUSTOMER, "List-Id: <x.example>", "wang@customer.example", false },
        { "Outlook's wish", CUSTOMER, "X-Auto-Response-Suppress: DR, AutoReply", "wang@customer.example", false },
        { "noreply", "noreply@customer.example", NULL, "noreply@customer.example", false },
        { "DMARC fails at our server", CUSTOMER, "Authentication-Results: mail.shop.example; spf=pass; dmarc=fail (p=none)",
          "wang@customer.example", false },
        { "DMARC said by a stranger", CUSTOMER, "Authentication-Results: evil.example; dmarc=fail", "wang@customer.example", true },
        { "an envelope that is a robot", CUSTOMER, NULL, "bounces+1@lists.example", false },
    };
    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        void *state = NULL;
        assert_int_equal(world_new(&state), 0);
        struct world *world = state;
        world->acknowledge = "true";
        world_load_site(world);
        const char *mail = mail_text(world, cases[i].from, "service@shop.example", "Kettle", "c1@customer.example",
                                     cases[i].headers, "It is broken.");
        struct sighting sighting = by_milter(world, "service");
        sighting.envelope_from = cases[i].envelope;
        world_see(world, sighting, mail);
        world_see(world, by_milter(world, "service"), mail);
        size_t rows = rows_in(world, NULL, -1);
        if (rows != (cases[i].goes ? 1 : 0))
            fail_msg("%s: %zu acknowledgements", cases[i].what, rows);
        if (rows) {
            struct outbox_row row;
            assert_int_equal(claim(world, &row), 1);
            const char *text = legible(world, written(world, &row));
            assert_non_null(strstr(text, "we have it"));
            assert_non_null(strstr(text, "Auto-Submitted: auto-replied"));
            assert_null(strstr(text, "broken"));
        }
        world_end(&state);
    }
}

static void a_flood_under_one_name_gets_three_acknowledgements_a_day(void **state)
{
    struct world *world = *state;
    world->acknowledge = "true";
    world_load_site(world);
    for (int i = 0; i < 40; i++) {
        struct sighting sighting = by_milter(world, "service");
        sighting.envelope_from = "wang@customer.example";
        world_see(world, sighting, complaint(world, i, CUSTOMER));
    }
    assert_int_equal(rows_in(world, NULL, -1), 3);
    world->now += DAY + 1;
    struct sighting sighting = by_milter(world, "service");
    sighting.envelope_from = "wang@customer.example";
    world_see(world, sighting, complaint(world, 99, CUSTOMER));
    assert_int_equal(rows_in(world, NULL, -1), 4);
}

static void the_hourly_cap_holds_for_all_senders_together(void **state)
{
    struct world *world = *state;
    world->acknowledge = "true";
    world->extra = ",\"acknowledgements\":{\"per_sender_day\":3,\"per_hour\":5}";
    world_load_site(world);
    for (int i = 0; i < 12; i++) {
        struct sighting sighting = by_milter(world, "service");
        sighting.envelope_from = "x@customer.example";
        world_see(world, sighting, complaint(world, i, arena_printf(world->arena, "c%d@customer.example", i)));
    }
    assert_int_equal(rows_in(world, NULL, -1), 5);
}

static void an_agents_answer_makes_the_acknowledgement_needless(void **state)
{
    struct world *world = *state;
    struct outbox_row row;
    world->acknowledge = "true";
    world_load_site(world);
    struct sighting sighting = by_milter(world, "service");
    sighting.envelope_from = "wang@customer.example";
    const char *ticket = world_see(world, sighting, complaint(world, 1, CUSTOMER)).ticket;
    world_see(world, by_submission(world, "anna"), reply_to_complaint(world, 1, "anna@shop.example", "wang@customer.example"));
    assert_int_equal(claim(world, &row), 0);
    assert_int_equal(only_row(world, ticket, "acknowledge").state, OUTBOX_CANCELLED);
}

/* The process dies between claim and send: the copy in Sent decides. */
static void a_claim_of_a_dead_process_is_decided_by_the_copy(void **state)
{
    struct world *world = *state;
    struct outbox_row row;
    const char *ticket = resolved_ticket(world, "solved");
    world->now = only_row(world, ticket, "check").due;
    assert_int_equal(claim(world, &row), 1);
    const char *mail = written(world, &row);
    assert_int_equal(outbox_recover(world->store, world->site, world->now, &world->error), 1);
    assert_int_equal(only_row(world, ticket, "check").state, OUTBOX_DOUBT);
    /* the same mail would be written again, byte by byte but for its date: same id */
    assert_non_null(strstr(mail, row.message_id));
    struct intake seen = world_see(world, in_folder(world, "service", "Sent", world->now), mail);
    assert_int_equal(seen.role, INTAKE_OURS);
    assert_int_equal(only_row(world, ticket, "check").state, OUTBOX_SENT);
    assert_int_equal(count_events(world, ticket, EVENT_AGENT_REPLY), 1); /* the telephone one */
    assert_int_equal(claim(world, &row), 0);
}

static void a_copy_that_was_seen_before_the_restart_counts_as_sent(void **state)
{
    struct world *world = *state;
    struct outbox_row row;
    const char *ticket = resolved_ticket(world, "solved");
    world->now = only_row(world, ticket, "check").due;
    assert_int_equal(claim(world, &row), 1);
    const char *mail = written(world, &row);
    struct sighting sighting = by_submission(world, NULL);
    sighting.source = SIGHT_OUTBOX;
    world_see(world, sighting, mail);
    assert_int_equal(only_row(world, ticket, "check").state, OUTBOX_SENT);
    assert_int_equal(outbox_recover(world->store, world->site, world->now, &world->error), 1);
    assert_int_equal(only_row(world, ticket, "check").state, OUTBOX_SENT);
}

static void what_surely_did_not_leave_is_tried_again_five_times(void **state)
{
    struct world *world = *state;
    struct outbox_row row;
    const char *ticket = resolved_ticket(world, "solved");
    world->now = only_row(world, ticket, "check").due;
    int tries = 0;
    for (int i = 0; i < 200 && only_row(world, ticket, "check").state == OUTBOX_SCHEDULED; i++) {
        if (claim(world, &row) == 1) {
            assert_int_equal(++tries, row.attempts);
            assert_int_equal(outbox_settle(world->store, world->site, &row, OUTBOX_SCHEDULED, "connection refused", world->now,
                                           &world->error), 1);
            assert_true(only_row(world, ticket, "check").state == OUTBOX_FAILED || claim(world, &row) == 0);
        }
        world->now += MINUTE;
    }
    assert_int_equal(tries, 5);
    assert_int_equal(only_row(world, ticket, "check").state, OUTBOX_FAILED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_new, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_solved_ticket_gets_a_check_and_a_care_mail_in_their_windows),
        TEST(a_follow_up_goes_neither_at_night_nor_at_the_week_end),
        cmocka_unit_test(what_happens_in_between_cancels_a_follow_up),
        cmocka_unit_test(some_matters_get_no_follow_up_at_all),
        TEST(a_customer_who_said_stop_gets_none_on_later_tickets),
        TEST(shadow_mode_schedules_and_the_switch_sends_nothing),
        TEST(no_word_of_a_customer_is_sent_on),
        TEST(plain_names_and_orders_are_used),
        cmocka_unit_test(an_acknowledgement_goes_once_and_only_to_people),
        TEST(a_flood_under_one_name_gets_three_acknowledgements_a_day),
        TEST(the_hourly_cap_holds_for_all_senders_together),
        TEST(an_agents_answer_makes_the_acknowledgement_needless),
        TEST(a_claim_of_a_dead_process_is_decided_by_the_copy),
        TEST(a_copy_that_was_seen_before_the_restart_counts_as_sent),
        TEST(what_surely_did_not_leave_is_tried_again_five_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
