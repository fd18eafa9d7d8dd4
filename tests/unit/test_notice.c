/* test_notice.c - warnings: the right people, in time, once for ever, not too many
 * SPDX-License-Identifier: MIT
 *
 * T0 is Tuesday, 10:00 in Shanghai. Targets of a normal ticket: first response 2 h of office time (9-12, 13:30-18).
 */
#include "tests/unit/intake_world.h"
#include "ticket/notice.h"
#include "ticket/outbox.h"

#define CUSTOMER WORLD_CUSTOMER

static void act(struct world *world, const char *ticket, enum event_type type, json_t *fields)
{
    if (world_act(world, type == EVENT_AGENT_REPLY ? "anna" : "operator:x", ticket, type, fields) != 1)
        fail_msg("%s", world->error.text);
}

static void tick_at(struct world *world, instant now)
{
    struct desk_tick tick = { .site = world->site, .now = world->now = now };
    if (store_transaction(world->store, desk_tick, &tick, &world->error) != 1)
        fail_msg("%s", world->error.text);
}

/* What a ticket's people were told, as "MARK>PERSON MARK>PERSON", in the order of the marks. */
static const char *told(struct world *world, const char *ticket)
{
    struct notice_row *rows;
    size_t count;
    const char *text = "";
    assert_int_equal(store_notice_list(world->store, 0, ticket, world->arena, &rows, &count, &world->error), 1);
    for (size_t i = 0; i < count; i++)
        text = arena_printf(world->arena, "%s%s%s>%s", text, i ? " " : "", rows[i].mark, rows[i].person);
    return text;
}

static size_t rows_of(struct world *world, const char *kind, struct outbox_row *last)
{
    struct outbox_row *rows;
    size_t count, found = 0;
    assert_int_equal(store_outbox_list(world->store, NULL, -1, INSTANT_NONE, 1000, world->arena, &rows, &count,
                                       &world->error), 1);
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].kind, kind) == 0) {
            found++;
            if (last)
                *last = rows[i];
        }
    return found;
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

/* Sends what is due; the mails one after another, each followed by its address and words in plain. */
static const char *sent(struct world *world)
{
    const char *all = "";
    struct claim claim = { .world = world };
    int found;
    while ((found = store_transaction(world->store, claim_job, &claim, &world->error)) > 0) {
        struct buffer mail;
        buffer_init(&mail, 1 << 20);
        if (outbox_write(world->store, world->site, &claim.row, world->now, &mail, &world->error) < 0)
            fail_msg("%s", world->error.text);
        struct message *message = message_parse(mail.bytes, mail.size, NULL, &world->error);
        assert_int_equal(message->to.count, 1);
        all = arena_printf(world->arena, "%s%s\nTo: %s <%s>\n%s\n", all, buffer_text(&mail), message->to.items[0].name,
                           message->to.items[0].addr, message->full_text);
        message_free(message);
        buffer_release(&mail);
        assert_int_equal(outbox_settle(world->store, world->site, &claim.row, OUTBOX_SENT, "250 ok", world->now,
                                       &world->error), 1);
    }
    if (found < 0)
        fail_msg("%s", world->error.text);
    return all;
}

static size_t count_of(const char *text, const char *word)
{
    size_t count = 0;
    for (const char *p = text; (p = strstr(p, word)); p += strlen(word))
        count++;
    return count;
}

static void each_share_is_told_once_to_the_agents_and_from_100_on_to_the_supervisor(void **state)
{
    struct world *world = *state;
    const char *ticket = world_open_ticket(world, 1);
    tick_at(world, T0 + 59 * MINUTE);
    assert_string_equal(told(world, ticket), "");
    tick_at(world, T0 + 60 * MINUTE); /* carl has left at that very minute */
    assert_string_equal(told(world, ticket), "first_response/50>anna");
    const char *mail = sent(world);
    assert_non_null(strstr(mail, "To: Anna Li <anna@shop.example>"));
    assert_non_null(strstr(mail, arena_printf(world->arena, "Subject: first-response 50 %s due 2026-11-24 12:00", ticket)));
    assert_non_null(strstr(mail, "Wang Fang: Kettle"));
    assert_non_null(strstr(mail, "Auto-Submitted: auto-generated"));
    assert_non_null(strstr(mail, "Message-ID: <warning."));
    for (int i = 0; i < 3; i++)
        tick_at(world, T0 + 95 * MINUTE);
    assert_string_equal(told(world, ticket), "first_response/50>anna");
    tick_at(world, T0 + 96 * MINUTE);
    tick_at(world, T0 + 120 * MINUTE);
    assert_string_equal(told(world, ticket), "first_response/50>anna first_response/80>anna first_response/100>anna "
                        "first_response/100>lin");
    assert_int_equal(rows_of(world, "warning", NULL), 4);
}

static void folding_anew_tells_nothing_a_second_time(void **state)
{
    struct world *world = *state;
    const char *ticket = world_open_ticket(world, 1);
    tick_at(world, T0 + 100 * MINUTE);
    assert_string_equal(told(world, ticket), "first_response/80>anna");
    /* an answer, and its withdrawal: the clock runs again, over the same marks */
    struct intake reply = world_see(world, by_submission(world, "anna"),
                                    reply_to_complaint(world, 1, "anna@shop.example", "wang@customer.example"));
    assert_int_equal(reply.role, INTAKE_REPLY);
    act(world, ticket, EVENT_URGENCY, json_pack("{s:s}", "urgency", "low"));
    act(world, ticket, EVENT_URGENCY, json_pack("{s:s}", "urgency", "normal"));
    const char *before = told(world, ticket);
    tick_at(world, T0 + 110 * MINUTE);
    assert_string_equal(told(world, ticket), before);
    /* low has 8 h: nothing is passed; back at normal the marks stand where they stood */
    const char *again = world_open_ticket(world, 2);
    tick_at(world, T0 + 110 * MINUTE + 96 * MINUTE + 90 * MINUTE);
    size_t rows = rows_of(world, "warning", NULL);
    act(world, again, EVENT_URGENCY, json_pack("{s:s}", "urgency", "low"));
    tick_at(world, world->now + MINUTE);
    act(world, again, EVENT_URGENCY, json_pack("{s:s}", "urgency", "normal"));
    tick_at(world, world->now + MINUTE);
    assert_int_equal(rows_of(world, "warning", NULL), rows);
    assert_int_equal(count_of(told(world, again), "first_response/80>anna"), 1);
}

static void of_marks_that_passed_meanwhile_only_the_last_is_told(void **state)
{
    struct world *world = *state;
    const char *ticket = world_open_ticket(world, 1);
    tick_at(world, T0 + 25 * HOUR);
    /* the first answer is 24 h overdue, the plan (8 h of office time) just past due */
    assert_string_equal(told(world, ticket), "first_response/24h>anna first_response/24h>lin plan/100>anna plan/100>lin");
    tick_at(world, T0 + 25 * HOUR);
    assert_int_equal(rows_of(world, "warning", NULL), 4);
    /* a mark that was passed over is not told later */
    tick_at(world, T0 + 26 * HOUR);
    assert_null(strstr(told(world, ticket), "first_response/100"));
}

static void half_a_day_and_a_day_without_an_answer_are_told_to_both_in_their_hours(void **state)
{
    struct world *world = *state;
    const char *ticket = world_open_ticket(world, 1);
    for (instant now = T0; now <= T0 + 12 * HOUR; now += 10 * MINUTE)
        tick_at(world, now);
    assert_int_equal(count_of(told(world, ticket), "first_response/12h>anna"), 1);
    assert_int_equal(count_of(told(world, ticket), "first_response/12h>lin"), 1);
    sent(world); /* what came by day has gone; it is 22:00, and nobody is at work */
    assert_int_equal(count_of(sent(world), "silence 12"), 0);
    tick_at(world, T0 + 23 * HOUR); /* 9 o'clock, Wednesday */
    assert_int_equal(count_of(sent(world), "Subject: silence 12"), 2);
    tick_at(world, T0 + 24 * HOUR);
    assert_int_equal(count_of(sent(world), "Subject: silence 24"), 2);
}

static void a_critical_ticket_is_told_at_once_by_night_too(void **state)
{
    struct world *world = *state;
    world->now = T0 + 16 * HOUR; /* 2 o'clock at night */
    struct intake intake = world_see(world, by_milter(world, "service"),
                                     mail_text(world, CUSTOMER, "service@shop.example", "Help", "x@customer.example", NULL,
                                               "Your kettle gave me an electric shock, it is broken."));
    assert_int_equal(intake.urgency, URGENCY_CRITICAL);
    tick_at(world, world->now);
    assert_int_equal(count_of(told(world, intake.ticket), "critical/"), 2);
    const char *mails = sent(world);
    assert_int_equal(count_of(mails, "Subject: critical 0"), 2);
    assert_non_null(strstr(mails, "lin@shop.example"));
    tick_at(world, world->now + 10 * MINUTE);
    assert_int_equal(count_of(sent(world), "Subject: first-response 100"), 2);
}

static void the_third_chase_without_an_answer_raises_to_critical_and_is_told(void **state)
{
    struct world *world = *state;
    const char *ticket = world_open_ticket(world, 1);
    for (int i = 0; i < 3; i++) {
        world->now += HOUR;
        world_see(world, by_milter(world, "service"),
                  mail_text(world, CUSTOMER, "service@shop.example", "Re: Kettle",
                            arena_printf(world->arena, "chase%d@customer.example", i),
                            "In-Reply-To: <c1@customer.example>", "I am still waiting for your answer"));
        tick_at(world, world->now);
        assert_int_equal(count_of(told(world, ticket), "critical/"), i < 2 ? 0 : 2);
    }
}

static void an_answer_in_between_makes_a_warning_needless(void **state)
{
    struct world *world = *state;
    const char *ticket = world_open_ticket(world, 1);
    struct outbox_row row;
    tick_at(world, T0 + 100 * MINUTE);
    act(world, ticket, EVENT_AGENT_REPLY, json_pack("{s:b}", "asks_customer", 1));
    assert_string_equal(sent(world), "");
    assert_int_equal(rows_of(world, "warning", &row), 1);
    assert_int_equal(row.state, OUTBOX_CANCELLED);
    assert_string_equal(row.reason, "what it warns of is over");
    /* no event of it burdens the ticket */
    assert_int_equal(count_events(world, ticket, EVENT_FOLLOW_UP), 0);
}

static void of_warnings_that_wait_for_the_morning_only_the_last_goes(void **state)
{
    struct world *world = *state;
    world->now = T0 + 7 * HOUR + 55 * MINUTE; /* 17:55 */
    const char *ticket = world_open_ticket(world, 1);
    act(world, ticket, EVENT_URGENCY, json_pack("{s:s}", "urgency", "high")); /* 30 minutes on the clock of all hours */
    for (instant now = world->now; now <= T0 + 21 * HOUR; now += 5 * MINUTE)
        tick_at(world, now);
    assert_int_equal(count_of(told(world, ticket), "first_response/50>anna"), 1);
    assert_int_equal(count_of(told(world, ticket), "first_response/100>anna"), 1);
    tick_at(world, T0 + 23 * HOUR);
    const char *mails = sent(world);
    assert_int_equal(count_of(mails, "Subject: first-response"), 0); /* 12 hours of silence tell more */
    assert_int_equal(count_of(mails, "Subject: silence 12"), 2);
}

static void what_exceeds_a_days_number_is_gathered_into_one_mail(void **state)
{
    struct world *world = *state;
    struct outbox_row row;
    world->extra = ",\"warnings\":{\"per_day\":2,\"supervisor_from\":100}";
    world_load_site(world);
    for (int i = 0; i < 6; i++)
        world_open_ticket(world, i);
    tick_at(world, T0 + 60 * MINUTE);
    assert_int_equal(rows_of(world, "warning", NULL), 2);
    assert_int_equal(rows_of(world, "digest", &row), 1);
    assert_int_equal(row.due, T0 + 8 * HOUR); /* 18:00, when anna goes home */
    assert_int_equal(count_of(sent(world), "Subject: first-response 50"), 2);
    tick_at(world, T0 + 96 * MINUTE);
    assert_int_equal(rows_of(world, "warning", NULL), 2);
    assert_int_equal(rows_of(world, "digest", NULL), 1);
    const char *answered = world_open_ticket(world, 7);
    tick_at(world, T0 + 7 * HOUR);
    act(world, answered, EVENT_AGENT_REPLY, json_pack("{s:b}", "offers_plan", 1));
    sent(world);
    tick_at(world, T0 + 8 * HOUR);
    const char *mail = sent(world);
    assert_int_equal(count_of(mail, "To: Anna Li"), 1);
    assert_non_null(strstr(mail, "Subject: 12 more\r\n"));
    assert_int_equal(count_of(mail, "- first-response 100"), 6 + 4); /* anna's and lin's */
    assert_int_equal(count_of(mail, "- first-response"), 6 + 4); /* and not what it was earlier in the day */
    assert_int_equal(count_of(mail, "- plan 80"), 6);
    assert_null(strstr(mail, "- plan 50"));
    assert_null(strstr(mail, arena_printf(world->arena, " %s ", answered))); /* answered: not in it any more */
    /* the next day begins anew */
    tick_at(world, T0 + 24 * HOUR);
    assert_true(rows_of(world, "warning", NULL) > 2);
}

static void a_critical_one_beyond_the_number_waits_an_hour_at_most(void **state)
{
    struct world *world = *state;
    struct outbox_row row;
    world->extra = ",\"warnings\":{\"per_day\":0}";
    world_load_site(world);
    world_open_ticket(world, 1);
    tick_at(world, T0 + HOUR);
    assert_int_equal(rows_of(world, "digest", &row), 1);
    instant evening = row.due;
    world_see(world, by_milter(world, "service"),
              mail_text(world, "Li <li@customer.example>", "service@shop.example", "Help", "x@customer.example", NULL,
                        "Your kettle gave me an electric shock, it is broken."));
    tick_at(world, world->now);
    assert_int_equal(rows_of(world, "digest", NULL), 2); /* anna's and lin's */
    tick_at(world, world->now + HOUR);
    assert_true(world->now < evening);
    const char *mails = sent(world);
    assert_int_equal(count_of(mails, "\nTo: Anna Li <"), 1);
    assert_int_equal(count_of(mails, "- critical 0"), 2);
}

static void a_reply_that_bounced_is_told_to_who_wrote_it(void **state)
{
    struct world *world = *state;
    const char *ticket = world_open_ticket(world, 1);
    world->now = T0 + HOUR / 2;
    world_see(world, by_submission(world, "anna"), reply_to_complaint(world, 1, "anna@shop.example", "wang@customer.example"));
    world->now += MINUTE;
    struct sighting report = by_milter(world, NULL);
    report.client = "127.0.0.1";
    struct intake bounce = world_see(world, report,
        "From: MAILER-DAEMON@mail.shop.example\r\nTo: anna@shop.example\r\nSubject: Undelivered\r\n"
        "Message-ID: <b1@mail.shop.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mail.shop.example\r\n\r\nFinal-Recipient: rfc822; wang@customer.example\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: anna@shop.example\r\n"
        "To: wang@customer.example\r\nMessage-ID: <r1@shop.example>\r\n\r\nx\r\n--b--\r\n");
    assert_int_equal(bounce.role, INTAKE_BOUNCE);
    tick_at(world, world->now);
    assert_int_equal(count_of(told(world, ticket), "bounced/"), 1);
    assert_non_null(strstr(told(world, ticket), ">anna"));
}

static void a_resolve_without_an_answer_is_told_to_the_supervisor(void **state)
{
    struct world *world = *state;
    const char *ticket = world_open_ticket(world, 1);
    world->now += MINUTE;
    act(world, ticket, EVENT_RESOLVE, json_pack("{s:s}", "outcome", "solved"));
    tick_at(world, world->now);
    assert_int_equal(count_of(told(world, ticket), ">lin"), 1);
    assert_int_equal(count_of(told(world, ticket), "unanswered/"), 1);
    assert_int_equal(count_of(sent(world), "Subject: unanswered"), 1);
}

static void a_promise_is_warned_of_before_it_is_due(void **state)
{
    struct world *world = *state;
    const char *ticket = world_open_ticket(world, 1);
    char due[INSTANT_TEXT];
    instant_format_rfc3339(T0 + 2 * HOUR, due);
    act(world, ticket, EVENT_AGENT_REPLY, json_pack("{s:[{s:s}]}", "promises", "due", due));
    tick_at(world, T0 + 100 * MINUTE);
    assert_int_equal(count_of(told(world, ticket), "promise/"), 1);
    assert_int_equal(count_of(told(world, ticket), ".0/80>anna"), 1);
    assert_int_equal(count_of(sent(world), "Subject: promise 80"), 1);
}

static void any_mail_address_will_do_also_several(void **state)
{
    struct world *world = *state;
    world->supervisor = ",\"notices\":[\"lin@shop.example\",\"13900000000@sms.example\"],\"hours\":\"always\"";
    world_load_site(world);
    world_open_ticket(world, 1);
    tick_at(world, T0 + 120 * MINUTE);
    const char *mails = sent(world);
    assert_int_equal(count_of(mails, "To: Lin <13900000000@sms.example>"), 1);
    assert_int_equal(count_of(mails, "To: Lin <lin@shop.example>"), 1);
}

static void in_shadow_mode_or_with_sending_off_marks_pass_and_nobody_is_told(void **unused)
{
    (void)unused;
    for (int i = 0; i < 2; i++) {
        void *state = NULL;
        assert_int_equal(world_new(&state), 0);
        struct world *world = state;
        world->mode = i ? "shadow" : NULL;
        world->send = i ? NULL : "false";
        world_load_site(world);
        const char *ticket = world_open_ticket(world, 1);
        tick_at(world, T0 + 2 * HOUR);
        assert_int_equal(rows_of(world, "warning", NULL) + rows_of(world, "digest", NULL), 0);
        world->mode = world->send = NULL;
        world_load_site(world);
        tick_at(world, T0 + 2 * HOUR + MINUTE); /* and going live is no flood */
        assert_string_equal(told(world, ticket), "");
        world_end(&state);
    }
}

/* A day in small steps, with answers, chases and changes of urgency at random: nobody hears anything twice. */
static void nobody_is_told_anything_twice_whatever_happens(void **state)
{
    struct world *world = *state;
    unsigned seed = 7;
    const char *tickets[4];
    world->extra = ",\"warnings\":{\"per_day\":6}";
    world_load_site(world);
    for (int i = 0; i < 4; i++)
        tickets[i] = world_open_ticket(world, i);
    for (int step = 0; step < 120; step++) {
        const char *ticket = tickets[step % 4];
        static const char *const levels[] = { "low", "normal", "high", "critical" };
        seed = seed * 1103515245 + 12345;
        tick_at(world, world->now + (instant)(seed >> 16) % 1800);
        struct desk_action action = { .site = world->site, .ticket = ticket, .at = world->now, .now = world->now, .actor = "anna" };
        action.type = (seed >> 20) % 3 == 0 ? EVENT_AGENT_REPLY : EVENT_URGENCY;
        action.fields = action.type == EVENT_URGENCY ? json_pack("{s:s}", "urgency", levels[(seed >> 24) % 4])
                                                     : json_pack("{s:b}", "asks_customer", (int)(seed >> 24) % 2);
        store_transaction(world->store, desk_act, &action, &world->error);
        json_decref(action.fields);
        if (step % 7 == 0)
            sent(world);
        assert_int_equal(desk_compare(world->store, world->site, ticket, world->now, world->arena, &world->error), 1);
    }
    size_t all = 0;
    for (int i = 0; i < 4; i++) {
        struct notice_row *rows;
        size_t count;
        assert_int_equal(store_notice_list(world->store, 0, tickets[i], world->arena, &rows, &count, &world->error), 1);
        for (size_t k = 0; k < count; k++)
            for (size_t j = 0; j < k; j++)
                assert_false(strcmp(rows[k].mark, rows[j].mark) == 0 && strcmp(rows[k].person, rows[j].person) == 0);
        all += count;
    }
    assert_true(all > 20);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_new, world_end)
    const struct CMUnitTest tests[] = {
        TEST(each_share_is_told_once_to_the_agents_and_from_100_on_to_the_supervisor),
        TEST(folding_anew_tells_nothing_a_second_time),
        TEST(of_marks_that_passed_meanwhile_only_the_last_is_told),
        TEST(half_a_day_and_a_day_without_an_answer_are_told_to_both_in_their_hours),
        TEST(a_critical_ticket_is_told_at_once_by_night_too),
        TEST(the_third_chase_without_an_answer_raises_to_critical_and_is_told),
        TEST(an_answer_in_between_makes_a_warning_needless),
        TEST(of_warnings_that_wait_for_the_morning_only_the_last_goes),
        TEST(what_exceeds_a_days_number_is_gathered_into_one_mail),
        TEST(a_critical_one_beyond_the_number_waits_an_hour_at_most),
        TEST(a_reply_that_bounced_is_told_to_who_wrote_it),
        TEST(a_resolve_without_an_answer_is_told_to_the_supervisor),
        TEST(a_promise_is_warned_of_before_it_is_due),
        TEST(any_mail_address_will_do_also_several),
        cmocka_unit_test(in_shadow_mode_or_with_sending_off_marks_pass_and_nobody_is_told),
        TEST(nobody_is_told_anything_twice_whatever_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
