/* test_intake_feedback.c - customers' answers to follow-ups: what reopens, what is recorded, what is answered
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/intake_world.h"
#include "ticket/outbox.h"
#include "ticket/tag.h"

#define CUSTOMER "Wang Fang <wang@customer.example>"

static void act(struct world *world, const char *ticket, enum event_type type, json_t *fields)
{
    if (world_act(world, "anna", ticket, type, fields) != 1)
        fail_msg("%s", world->error.text);
}

static int claim_job(struct store *store, void *argument, struct error *error)
{
    void **both = argument;
    struct world *world = both[0];
    return outbox_claim(store, world->site, world->now, world->arena, both[1], error);
}

static bool claim(struct world *world, struct outbox_row *row)
{
    void *both[] = { world, row };
    int result = store_transaction(world->store, claim_job, both, &world->error);
    assert_true(result >= 0);
    return result > 0;
}

/* What a reader sees of a mail of ours. */
static const char *words_of(struct world *world, const struct outbox_row *row)
{
    struct buffer mail;
    buffer_init(&mail, 1 << 20);
    if (outbox_write(world->store, world->site, row, world->now, &mail, &world->error) < 0)
        fail_msg("%s", world->error.text);
    struct message *message = message_parse(buffer_text(&mail), mail.size, NULL, &world->error);
    assert_non_null(message);
    const char *text = arena_strdup(world->arena, message->full_text);
    message_free(message);
    buffer_release(&mail);
    return text;
}

struct follow_up {
    const char *ticket, *id, *words; /* of the check that went out */
};

/* A ticket that was answered and resolved, and whose check mail has gone. */
static struct follow_up checked(struct world *world)
{
    struct outbox_row row;
    struct follow_up result = { .ticket = world_see(world, by_milter(world, "service"), complaint(world, 1, CUSTOMER)).ticket };
    world->now = T0 + HOUR;
    act(world, result.ticket, EVENT_AGENT_REPLY, json_pack("{s:b}", "offers_plan", 1));
    act(world, result.ticket, EVENT_RESOLVE, json_pack("{s:s}", "outcome", "solved"));
    world->now = T0 + 2 * DAY - HOUR;
    assert_true(claim(world, &row));
    assert_string_equal(row.kind, "check");
    result.id = arena_strdup(world->arena, row.message_id);
    result.words = words_of(world, &row);
    assert_int_equal(outbox_settle(world->store, world->site, &row, OUTBOX_SENT, "250 ok", world->now, &world->error), 1);
    world->now += HOUR;
    return result;
}

/* The fields of the ticket's only feedback event, NULL: there is none. */
static json_t *feedback_of(struct world *world, const char *ticket)
{
    struct event_row *rows;
    size_t count;
    json_t *fields = NULL;
    assert_int_equal(store_event_list(world->store, ticket, world->arena, &rows, &count, &world->error), 1);
    for (size_t i = 0; i < count; i++)
        if (rows[i].type == EVENT_FEEDBACK) {
            assert_null(fields);
            fields = json_incref(rows[i].fields);
        }
    store_event_rows_free(rows, count);
    return fields;
}

static struct intake answer(struct world *world, const char *to, const char *in_reply_to, const char *from, const char *subject,
                            const char *words)
{
    const char *headers = in_reply_to ? arena_printf(world->arena, "In-Reply-To: <%s>", in_reply_to) : NULL;
    const char *id = arena_printf(world->arena, "a%lld@customer.example", (long long)world->uid);
    struct sighting sighting = by_milter(world, "service");
    const char *envelope[] = { to, NULL };
    sighting.envelope_to = envelope;
    return world_see(world, sighting, mail_text(world, from, to, subject, id, headers, words));
}

static void what_the_customer_answers_decides_whether_the_ticket_reopens(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        int score;           /* of the signed address that it goes to; 0: a plain reply */
        bool reopens, high;
        int satisfied;       /* as recorded: 1, 0, -1 not said */
        int recorded_score;
    } answers[] = {
        { "All good, many thanks.", 0, false, false, 1, 0 },
        { "5", 0, false, false, 1, 5 },
        { "3", 0, false, false, 1, 3 },
        { "", 4, false, false, 1, 4 },
        { "2", 0, true, true, 0, 2 },
        { "", 1, true, true, 0, 1 },
        { "It still leaks.", 0, true, true, 0, 0 },
        { "5 stars for you, but it still leaks.", 0, true, true, 0, 5 },
        { "The new one is broken, too.", 0, true, true, 0, 0 },
        { "All good. Could you send me the invoice?", 0, true, false, 1, 0 },
        { "Whose mail is this?", 0, true, false, -1, 0 },
        { "stop", 0, false, false, -1, 0 },
    };
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        void *fresh = NULL;
        assert_int_equal(world_new(&fresh), 0);
        struct world *world = fresh;
        struct follow_up check = checked(world);
        const char *to = answers[i].score
            ? tag_score_address(world->site->keys, check.ticket, answers[i].score, "service@shop.example", world->arena)
            : tag_reply_address(world->site->keys, check.ticket, "service@shop.example", world->arena);
        struct intake intake = answer(world, to, answers[i].score ? NULL : check.id, CUSTOMER, "Re: Is it solved?",
                                      answers[i].words);
        assert_int_equal(intake.role, INTAKE_CUSTOMER);
        struct ticket_row row = world_ticket(world, check.ticket);
        if ((row.state == TICKET_OPEN) != answers[i].reopens || (row.urgency == URGENCY_HIGH) != answers[i].high)
            fail_msg("'%s': state %d, urgency %d", answers[i].words, row.state, row.urgency);
        json_t *fields = feedback_of(world, check.ticket), *satisfied = json_object_get(fields, "satisfied");
        int says = !satisfied ? -1 : json_is_true(satisfied);
        if (says != answers[i].satisfied || json_integer_value(json_object_get(fields, "score")) != answers[i].recorded_score)
            fail_msg("'%s': recorded as satisfied %d, score %d", answers[i].words, says,
                     (int)json_integer_value(json_object_get(fields, "score")));
        json_decref(fields);
        world_end(&fresh);
    }
}

static void the_check_mail_has_an_address_for_each_score_that_nobody_else_can_make(void **state)
{
    struct world *world = *state;
    struct follow_up check = checked(world);
    const char *ticket;
    for (int score = SCORE_MIN; score <= SCORE_MAX; score++) {
        char *address = tag_score_address(world->site->keys, check.ticket, score, "service@shop.example", world->arena);
        assert_non_null(strstr(check.words, address));
        assert_int_equal(tag_address_score(world->site->keys, address, world->arena, &ticket), score);
        assert_string_equal(ticket, check.ticket);
        /* another score with this one's token, another ticket's, a shortened one */
        char *forged = arena_strdup(world->arena, address);
        forged[strlen("service+s")] = (char)('1' + score % 5);
        assert_int_equal(tag_address_score(world->site->keys, forged, world->arena, &ticket), SCORE_NONE);
        forged = arena_strdup(world->arena, address);
        char *letter = forged + strlen("service+s5-");
        *letter = *letter == 'a' ? 'b' : 'a';
        assert_int_equal(tag_address_score(world->site->keys, forged, world->arena, &ticket), SCORE_NONE);
        assert_null(ticket);
    }
    assert_int_equal(tag_address_score(world->site->keys, "service+s9-x@shop.example", world->arena, &ticket), SCORE_NONE);
    assert_null(tag_score_address(world->site->keys, check.ticket, 6, "service@shop.example", world->arena));
}

static void a_score_of_somebody_else_changes_nothing(void **state)
{
    struct world *world = *state;
    struct follow_up check = checked(world);
    char *address = tag_score_address(world->site->keys, check.ticket, 1, "service@shop.example", world->arena);
    struct intake intake = answer(world, address, NULL, "eve@elsewhere.example", "1", "");
    assert_int_equal(intake.role, INTAKE_THIRD_PARTY);
    assert_int_equal(world_ticket(world, check.ticket).state, TICKET_RESOLVED);
    assert_null(feedback_of(world, check.ticket));
}

static void it_is_solved_proposes_and_never_resolves(void **state)
{
    struct world *world = *state;
    const char *ticket = world_see(world, by_milter(world, "service"), complaint(world, 1, CUSTOMER)).ticket;
    world->now += HOUR;
    answer(world, "service@shop.example", "c1@customer.example", CUSTOMER, "Re: Kettle", "All good now, thank you");
    struct ticket_row row = world_ticket(world, ticket);
    assert_int_equal(row.state, TICKET_OPEN);
    assert_int_equal(clock_of(world, ticket, CLOCK_RESOLUTION)->stopped, INSTANT_NONE);
    json_t *fields = feedback_of(world, ticket);
    assert_true(json_is_true(json_object_get(fields, "satisfied")));
    json_decref(fields);
}

static void who_says_stop_gets_no_more_follow_ups_on_any_ticket(void **state)
{
    struct world *world = *state;
    struct follow_up check = checked(world);
    struct outbox_row row;
    answer(world, "service@shop.example", check.id, CUSTOMER, "Re: Is it solved?", "stop");
    assert_int_equal(outbox_is_stopped(world->store, world->site, "WANG@customer.example", &world->error), 1);
    world->now += 10 * DAY;
    assert_false(claim(world, &row));
    /* the same word in a mail about something else is none */
    struct intake other = world_see(world, by_milter(world, "service"), complaint(world, 2, "li@customer.example"));
    world->now += HOUR;
    answer(world, "service@shop.example", "c2@customer.example", "li@customer.example", "Re: Kettle", "It does not stop leaking");
    assert_int_equal(outbox_is_stopped(world->store, world->site, "li@customer.example", &world->error), 0);
    assert_true(other.opened);
}

static void an_answer_without_our_id_is_known_by_what_we_asked_last(void **state)
{
    struct world *world = *state;
    struct follow_up check = checked(world);
    char *to = tag_reply_address(world->site->keys, check.ticket, "service@shop.example", world->arena);
    answer(world, to, NULL, CUSTOMER, "Re: Is it solved?", "4");
    json_t *fields = feedback_of(world, check.ticket);
    assert_int_equal(json_integer_value(json_object_get(fields, "score")), 4);
    assert_string_equal(json_string_value(json_object_get(fields, "about")), "check");
    json_decref(fields);
}

static void who_asks_where_it_stands_is_told_from_our_records_alone(void **state)
{
    struct world *world = *state;
    struct outbox_row row;
    world->tell_state = "true";
    world_load_site(world);
    const char *ticket = world_see(world, by_milter(world, "service"), complaint(world, 1, CUSTOMER)).ticket;
    world->now += HOUR;
    answer(world, "service@shop.example", "c1@customer.example", CUSTOMER, "Re: Kettle", "status");
    assert_true(claim(world, &row));
    assert_string_equal(row.kind, "state");
    assert_string_equal(words_of(world, &row), "open since 2026-11-24 10:00, no answer, no promise\n");
    assert_int_equal(outbox_settle(world->store, world->site, &row, OUTBOX_SENT, "250", world->now, &world->error), 1);
    /* it is no answer, and the question is one that waits for a person */
    assert_int_equal(stopped_at(world, ticket), INSTANT_NONE);
    act(world, ticket, EVENT_AGENT_REPLY, json_pack("{s:b,s:[{s:s}]}", "offers_plan", 1, "promises", "due",
                                                    "2026-11-25T10:00:00Z"));
    world->now += HOUR;
    answer(world, "service@shop.example", "c1@customer.example", CUSTOMER, "status", "");
    assert_true(claim(world, &row));
    assert_string_equal(words_of(world, &row), "open since 2026-11-24 10:00, 2026-11-24 11:00, 2026-11-25 18:00\n");
}

static void nobody_is_told_more_often_than_the_caps_say_nor_where_it_is_off(void **state)
{
    struct world *world = *state;
    struct outbox_row row;
    int told = 0;
    for (int on = 0; on < 2; on++) {
        world->tell_state = on ? "true" : "false";
        world_load_site(world);
        world_see(world, by_milter(world, "service"), complaint(world, 1 + on, CUSTOMER));
        for (int i = 0; i < 10; i++) {
            world->now += MINUTE;
            answer(world, "service@shop.example", on ? "c2@customer.example" : "c1@customer.example", CUSTOMER, "Re: Kettle",
                   "status");
        }
        for (told = 0; claim(world, &row); told++)
            assert_int_equal(outbox_settle(world->store, world->site, &row, OUTBOX_SENT, "250", world->now, &world->error), 1);
        assert_int_equal(told, on ? 3 : 0);
    }
    /* a robot that asks is not answered at all */
    world->now += 2 * DAY;
    struct sighting sighting = by_milter(world, "service");
    sighting.envelope_from = "";
    world_see(world, sighting, mail_text(world, CUSTOMER, "service@shop.example", "Re: Kettle", "robot@customer.example",
                                         "In-Reply-To: <c2@customer.example>", "status"));
    assert_false(claim(world, &row));
}

static void the_html_form_says_the_same_words(void **state)
{
    struct world *world = *state;
    struct outbox_row row;
    struct buffer mail;
    world->html = "true";
    world_load_site(world);
    const char *ticket = world_see(world, by_milter(world, "service"), complaint(world, 1, CUSTOMER)).ticket;
    act(world, ticket, EVENT_AGENT_REPLY, json_pack("{s:b}", "offers_plan", 1));
    act(world, ticket, EVENT_RESOLVE, json_pack("{s:s}", "outcome", "solved"));
    world->now = T0 + 2 * DAY - HOUR;
    assert_true(claim(world, &row));
    buffer_init(&mail, 1 << 20);
    assert_int_equal(outbox_write(world->store, world->site, &row, world->now, &mail, &world->error), 1);
    assert_non_null(strstr(buffer_text(&mail), "Content-Type: multipart/alternative"));
    struct message *message = message_parse(buffer_text(&mail), mail.size, NULL, &world->error);
    assert_non_null(strstr(message->full_text, "Hello Wang Fang,"));
    assert_int_equal(message->attachment_count, 0);
    message_free(message);
    buffer_release(&mail);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_new, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_customer_answers_decides_whether_the_ticket_reopens),
        TEST(the_check_mail_has_an_address_for_each_score_that_nobody_else_can_make),
        TEST(a_score_of_somebody_else_changes_nothing),
        TEST(it_is_solved_proposes_and_never_resolves),
        TEST(who_says_stop_gets_no_more_follow_ups_on_any_ticket),
        TEST(an_answer_without_our_id_is_known_by_what_we_asked_last),
        TEST(who_asks_where_it_stands_is_told_from_our_records_alone),
        TEST(nobody_is_told_more_often_than_the_caps_say_nor_where_it_is_off),
        TEST(the_html_form_says_the_same_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
