/* test_intake.c - the life of a ticket as its mails are seen: opening, answers, chases, late news
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/intake_world.h"

#define CUSTOMER WORLD_CUSTOMER
#define ANNA "Anna Li <anna@shop.example>"

static const char *answer(struct world *world)
{
    return reply_to_complaint(world, 1, ANNA, "wang@customer.example");
}

/* Whether the evidence of the ticket's first event holds the words. */
static bool opened_because(struct world *world, const char *ticket, const char *words)
{
    struct event_row *rows;
    size_t count;
    assert_int_equal(store_event_list(world->store, ticket, world->arena, &rows, &count, &world->error), 1);
    assert_true(count > 0);
    bool found = rows[0].evidence && strstr(rows[0].evidence, words);
    store_event_rows_free(rows, count);
    return found;
}

/* A further mail of the customer in the thread. */
static const char *further(struct world *world, int n, const char *words)
{
    return mail_text(world, CUSTOMER, "service@shop.example", "Re: Kettle",
                     arena_printf(world->arena, "f%d@customer.example", n), "In-Reply-To: <c1@customer.example>", words);
}

static void a_complaint_opens_one_ticket_however_often_it_is_seen(void **state)
{
    struct world *world = *state;
    const char *mail = complaint(world, 1, CUSTOMER);
    struct intake first = world_see(world, by_milter(world, "service"), mail);
    assert_int_equal(first.role, INTAKE_CUSTOMER);
    assert_true(first.opened);
    assert_true(first.due > T0);
    world->now += 5;
    struct intake again = world_see(world, by_milter(world, "service"), mail);
    assert_true(again.duplicate);
    assert_string_equal(again.ticket, first.ticket);
    assert_true(again.due == first.due);
    again = world_see(world, in_folder(world, "service", "INBOX", T0), mail);
    assert_true(again.duplicate);
    assert_int_equal(count_events(world, first.ticket, EVENT_CUSTOMER_MAIL), 1);
}

static void a_ticket_is_expected_until_its_mail_lies_in_a_mailbox(void **state)
{
    struct world *world = *state;
    struct ticket_row row;
    const char *ticket = world_open_ticket(world, 1);
    assert_int_equal(store_ticket_get(world->store, ticket, world->arena, &row, &world->error), 1);
    assert_true(row.expected);
    world_see(world, in_folder(world, "service", "INBOX", T0 + 1), complaint(world, 1, CUSTOMER));
    assert_int_equal(store_ticket_get(world->store, ticket, world->arena, &row, &world->error), 1);
    assert_false(row.expected);
}

static void an_agents_submission_stops_the_clock_at_its_moment(void **state)
{
    struct world *world = *state;
    const char *ticket = world_open_ticket(world, 1), *reply = answer(world);
    world->now = T0 + 7 * MINUTE;
    struct intake sent = world_see(world, by_submission(world, "anna"), reply);
    assert_int_equal(sent.role, INTAKE_REPLY);
    assert_string_equal(sent.ticket, ticket);
    world->now += 2;
    assert_true(world_see(world, in_folder(world, "anna", "Sent", T0 + 7 * MINUTE + 1), reply).duplicate);
    assert_true(stopped_at(world, ticket) == T0 + 7 * MINUTE);
    assert_int_equal(count_events(world, ticket, EVENT_AGENT_REPLY), 1);
}

/* The lint that the n-th complaint's ticket keeps of an apology without anything. */
static size_t lint_of_apology(struct world *world, int n, const char *words)
{
    struct event_row *rows;
    size_t count, lint = 0;
    const char *id = arena_printf(world->arena, "c%d@customer.example", n);
    struct intake opened = world_see(world, by_milter(world, "service"),
                                     mail_text(world, WORLD_CUSTOMER, "service@shop.example", "Kettle", id, NULL, words));
    world->now += MINUTE;
    world_see(world, by_submission(world, "anna"),
              mail_text(world, ANNA, "wang@customer.example", "Re: Kettle", arena_printf(world->arena, "l%d@shop.example", n),
                        arena_printf(world->arena, "In-Reply-To: <%s>", id), "Dear Wang Fang, we are sorry. Anna"));
    assert_int_equal(store_event_list(world->store, opened.ticket, world->arena, &rows, &count, &world->error), 1);
    for (size_t i = 0; i < count; i++)
        lint += rows[i].type == EVENT_AGENT_REPLY ? json_array_size(json_object_get(rows[i].fields, "lint")) : 0;
    store_event_rows_free(rows, count);
    return lint;
}

static void an_apology_alone_is_disliked_but_not_on_a_safety_ticket(void **state)
{
    struct world *world = *state;
    assert_int_equal(lint_of_apology(world, 1, "The kettle is broken."), 1);
    assert_int_equal(lint_of_apology(world, 2, "The kettle gave me an electric shock."), 0);
}

static void a_reply_found_three_days_late_stops_the_clock_when_it_was_sent(void **state)
{
    struct world *world = *state;
    const char *ticket = world_open_ticket(world, 1);
    world->now = T0 + 3 * DAY;
    struct intake found = world_see(world, in_folder(world, "service", "Sent", T0 + 20 * MINUTE), answer(world));
    assert_int_equal(found.role, INTAKE_REPLY);
    assert_true(stopped_at(world, ticket) == T0 + 20 * MINUTE);
}

static void a_sent_copy_is_corrected_by_the_submission_that_is_seen_later(void **state)
{
    struct world *world = *state;
    const char *ticket = world_open_ticket(world, 1), *reply = answer(world);
    struct event_row *rows;
    size_t count;
    struct store_audit audit = { .fault = NULL };
    world->now = T0 + 30 * MINUTE;
    world_see(world, in_folder(world, "anna", "Sent", T0 + 10 * MINUTE), reply);
    assert_true(stopped_at(world, ticket) == T0 + 10 * MINUTE);
    struct sighting late = by_submission(world, "anna");
    late.at = T0 + 12 * MINUTE;
    assert_true(world_see(world, late, reply).duplicate);
    assert_true(stopped_at(world, ticket) == T0 + 12 * MINUTE);
    assert_int_equal(count_events(world, ticket, EVENT_AGENT_REPLY), 1);
    assert_int_equal(store_event_list(world->store, ticket, world->arena, &rows, &count, &world->error), 1);
    for (size_t i = 0; i < count; i++)
        assert_true(rows[i].confirmed);
    store_event_rows_free(rows, count);
    assert_int_equal(store_event_audit(world->store, NULL, &audit, &world->error), 1);
    /* and once more changes nothing */
    assert_true(world_see(world, late, reply).duplicate);
    assert_int_equal(count_events(world, ticket, EVENT_NOTE), 1);
}

/* The order in which news comes must not matter. */
static void a_reply_known_before_its_complaint_counts_all_the_same(void **state)
{
    struct world *world = *state;
    world->now = T0 + HOUR;
    struct intake reply = world_see(world, in_folder(world, "service", "Sent", T0 + 10 * MINUTE), answer(world));
    assert_int_equal(reply.role, INTAKE_OTHER);
    assert_null(reply.ticket);
    struct intake found = world_see(world, in_folder(world, "service", "INBOX", T0), complaint(world, 1, CUSTOMER));
    assert_true(found.opened);
    assert_true(stopped_at(world, found.ticket) == T0 + 10 * MINUTE);
    assert_int_equal(count_events(world, found.ticket, EVENT_AGENT_REPLY), 1);
    assert_int_equal(desk_compare(world->store, world->site, found.ticket, world->now, world->arena, &world->error), 1);
}

static void a_chase_known_before_its_complaint_joins_the_ticket(void **state)
{
    struct world *world = *state;
    world->now = T0 + HOUR;
    struct intake chase = world_see(world, in_folder(world, "service", "INBOX", T0 + 30 * MINUTE), further(world, 1, "Hello?"));
    if (chase.opened)
        fail_msg("'Hello?' is no complaint");
    struct intake found = world_see(world, in_folder(world, "service", "INBOX", T0), complaint(world, 1, CUSTOMER));
    assert_int_equal(count_events(world, found.ticket, EVENT_CUSTOMER_MAIL), 2);
}

static void mail_that_is_no_complaint_has_its_row_and_no_ticket(void **state)
{
    struct world *world = *state;
    struct mail_row row;
    const char *mail = mail_text(world, CUSTOMER, "service@shop.example", "Opening hours", "q1@customer.example", NULL,
                                 "Good morning, when do you open on Saturdays? Kind regards, Wang Fang");
    struct intake seen = world_see(world, by_milter(world, "service"), mail);
    assert_int_equal(seen.role, INTAKE_OTHER);
    assert_null(seen.ticket);
    assert_int_equal(store_mail_by_message_id(world->store, "q1@customer.example", "in", world->arena, &row, &world->error), 1);
    assert_non_null(row.verdict);
}

static void mail_older_than_the_cut_over_opens_nothing(void **state)
{
    struct world *world = *state;
    struct intake old = world_see(world, in_folder(world, "service", "INBOX", T0 - 30 * DAY), complaint(world, 1, CUSTOMER));
    assert_int_equal(old.role, INTAKE_OTHER);
    assert_false(old.opened);
}

static void an_agents_own_account_opens_no_ticket_and_keeps_no_words(void **state)
{
    struct world *world = *state;
    struct mail_row row;
    struct intake seen = world_see(world, in_folder(world, "anna", "INBOX", T0), complaint(world, 1, CUSTOMER));
    assert_int_equal(seen.role, INTAKE_OTHER);
    assert_int_equal(store_mail_by_message_id(world->store, "c1@customer.example", "in", world->arena, &row, &world->error), 1);
    assert_null(row.subject);
    assert_null(row.verdict);
    assert_null(strstr(row.facts, "kettle"));
    /* the same mail in the complaint mailbox opens one after all */
    assert_true(world_see(world, in_folder(world, "service", "INBOX", T0), complaint(world, 1, CUSTOMER)).opened);
}

static void a_customers_answer_to_an_agents_own_address_belongs_to_the_ticket(void **state)
{
    struct world *world = *state;
    const char *ticket = world_open_ticket(world, 1);
    world->now += HOUR;
    const char *mail = mail_text(world, CUSTOMER, "anna@shop.example", "Re: Kettle", "f9@customer.example",
                                 "In-Reply-To: <c1@customer.example>", "Here is the photo you asked for.");
    struct intake seen = world_see(world, in_folder(world, "anna", "INBOX", world->now), mail);
    assert_int_equal(seen.role, INTAKE_CUSTOMER);
    assert_string_equal(seen.ticket, ticket);
}

static void mail_to_two_complaint_addresses_is_one_ticket_in_two_queues(void **state)
{
    struct world *world = *state;
    const char **mailboxes, *mail = mail_text(world, CUSTOMER, "service@shop.example, billing@shop.example", "Kettle",
                                              "c1@customer.example", NULL, "My kettle is broken. I want my money back!");
    struct intake first = world_see(world, by_milter(world, "service"), mail);
    struct intake second = world_see(world, by_milter(world, "billing"), mail);
    assert_true(first.opened);
    assert_true(second.duplicate);
    assert_string_equal(first.ticket, second.ticket);
    assert_int_equal(store_ticket_mailboxes(world->store, first.ticket, world->arena, &mailboxes, &world->error), 1);
    assert_non_null(mailboxes[0]);
    assert_non_null(mailboxes[1]);
    /* an agent of either answers */
    world->now += MINUTE;
    struct intake reply = world_see(world, by_submission(world, "bo"),
                                    reply_to_complaint(world, 1, "bo@shop.example", "wang@customer.example"));
    assert_int_equal(reply.role, INTAKE_REPLY);
}

static void the_same_order_again_is_linked_never_merged(void **state)
{
    struct world *world = *state;
    const char *first = world_open_ticket(world, 1);
    world->now += HOUR;
    const char *mail = mail_text(world, CUSTOMER, "service@shop.example", "Still broken", "c2@customer.example", NULL,
                                 "My kettle is broken, order number A00001-77. I demand a refund!");
    struct intake second = world_see(world, by_milter(world, "service"), mail);
    assert_true(second.opened);
    assert_string_not_equal(second.ticket, first);
    assert_int_equal(count_events(world, second.ticket, EVENT_LINK), 1);
    assert_int_equal(count_events(world, first, EVENT_LINK), 1);
}

static void the_third_unanswered_chase_makes_the_ticket_critical(void **state)
{
    struct world *world = *state;
    struct ticket_row row;
    const char *ticket = world_open_ticket(world, 1);
    for (int i = 1; i <= 3; i++) {
        world->now += HOUR;
        world_see(world, by_milter(world, "service"),
                  further(world, i, arena_printf(world->arena, "Any news on my complaint? I am still waiting for your answer. (%d)", i)));
        assert_int_equal(store_ticket_get(world->store, ticket, world->arena, &row, &world->error), 1);
        if (i == 1)
            assert_true(row.urgency < URGENCY_CRITICAL);
    }
    assert_int_equal(row.urgency, URGENCY_CRITICAL);
}

static void thanks_on_a_resolved_ticket_do_not_reopen_it_and_a_complaint_does(void **state)
{
    struct world *world = *state;
    struct ticket_row row;
    const char *ticket = world_open_ticket(world, 1);
    world->now = T0 + 10 * MINUTE;
    world_see(world, by_submission(world, "anna"), answer(world));
    json_t *outcome = json_pack("{s:s}", "outcome", "solved");
    struct desk_action resolve = { .site = world->site, .ticket = ticket, .type = EVENT_RESOLVE, .at = T0 + HOUR,
                                   .now = T0 + HOUR, .actor = "anna", .fields = outcome };
    assert_int_equal(store_transaction(world->store, desk_act, &resolve, &world->error), 1);
    json_decref(outcome);
    world->now = T0 + 2 * HOUR;
    world_see(world, by_milter(world, "service"), further(world, 1, "Thank you very much!"));
    assert_int_equal(store_ticket_get(world->store, ticket, world->arena, &row, &world->error), 1);
    assert_int_equal(row.state, TICKET_RESOLVED);
    world->now = T0 + 3 * HOUR;
    world_see(world, by_milter(world, "service"), further(world, 2, "The new kettle is broken as well. I want my money back."));
    assert_int_equal(store_ticket_get(world->store, ticket, world->arena, &row, &world->error), 1);
    assert_int_equal(row.state, TICKET_OPEN);
}

static void mail_after_the_reopening_window_is_a_new_linked_ticket(void **state)
{
    struct world *world = *state;
    const char *ticket = world_open_ticket(world, 1);
    json_t *outcome = json_pack("{s:s}", "outcome", "solved");
    struct desk_action resolve = { .site = world->site, .ticket = ticket, .type = EVENT_RESOLVE, .at = T0 + HOUR,
                                   .now = T0 + HOUR, .actor = "anna", .fields = outcome };
    assert_int_equal(store_transaction(world->store, desk_act, &resolve, &world->error), 1);
    json_decref(outcome);
    world->now = T0 + 40 * DAY;
    struct intake later = world_see(world, by_milter(world, "service"), further(world, 1, "It is broken again, refund me!"));
    assert_true(later.opened);
    assert_string_not_equal(later.ticket, ticket);
    assert_int_equal(count_events(world, later.ticket, EVENT_LINK), 1);
    assert_int_equal(count_events(world, ticket, EVENT_CUSTOMER_MAIL), 1);
}

static void mail_to_a_merged_ticket_goes_to_its_target(void **state)
{
    struct world *world = *state;
    const char *first = world_open_ticket(world, 1);
    const char *second = world_see(world, by_milter(world, "service"), complaint(world, 2, CUSTOMER)).ticket;
    json_t *target = json_pack("{s:s}", "ticket", second);
    struct desk_action merge = { .site = world->site, .ticket = first, .type = EVENT_MERGE_INTO, .at = T0 + HOUR,
                                 .now = T0 + HOUR, .actor = "operator:root", .fields = target };
    assert_int_equal(store_transaction(world->store, desk_act, &merge, &world->error), 1);
    json_decref(target);
    world->now = T0 + 2 * HOUR;
    struct intake seen = world_see(world, by_milter(world, "service"), further(world, 1, "Where is my refund?"));
    assert_string_equal(seen.ticket, second);
    assert_int_equal(count_events(world, second, EVENT_CUSTOMER_MAIL), 2);
}

/* Nothing but the tag says where it belongs: no id, another subject. */
static const char *only_tagged(struct world *world, int n, const char *ticket)
{
    const char *mail = mail_text(world, CUSTOMER, "service@shop.example", "Where is it",
                                 arena_printf(world->arena, "o%d@customer.example", n), NULL, "Any news?");
    return tagged(world, mail, ticket, world->now);
}

static void mail_tagged_for_a_ticket_that_was_merged_meanwhile_goes_to_its_target(void **state)
{
    struct world *world = *state;
    const char *first = world_open_ticket(world, 1);
    const char *second = world_see(world, by_milter(world, "service"), complaint(world, 2, CUSTOMER)).ticket;
    assert_string_equal(world_see(world, in_folder(world, "service", "INBOX", world->now), only_tagged(world, 1, first)).ticket, first);
    json_t *target = json_pack("{s:s}", "ticket", second);
    struct desk_action merge = { .site = world->site, .ticket = first, .type = EVENT_MERGE_INTO, .at = T0 + HOUR,
                                 .now = T0 + HOUR, .actor = "operator:root", .fields = target };
    assert_int_equal(store_transaction(world->store, desk_act, &merge, &world->error), 1);
    json_decref(target);
    world->now = T0 + 2 * HOUR;
    struct intake seen = world_see(world, in_folder(world, "service", "INBOX", world->now), only_tagged(world, 2, first));
    assert_string_equal(seen.ticket, second);
    assert_false(seen.opened);
    assert_int_equal(count_events(world, second, EVENT_CUSTOMER_MAIL), 2);
    assert_int_equal(count_events(world, first, EVENT_CUSTOMER_MAIL), 2);
}

static int erase(struct store *store, void *event, struct error *error)
{
    return store_event_add(store, event, error);
}

static void mail_tagged_for_a_ticket_that_was_erased_meanwhile_opens_a_new_one(void **state)
{
    struct world *world = *state;
    struct ticket_view view;
    const char *ticket = world_open_ticket(world, 1);
    struct event_row event = { .at = T0 + HOUR, .recorded = T0 + HOUR, .type = EVENT_ERASE, .actor = "operator:root",
                               .fields = json_object(), .confirmed = true };
    memcpy(event.ticket, ticket, TICKET_ID_SIZE);
    assert_int_equal(store_transaction(world->store, erase, &event, &world->error), 1);
    json_decref(event.fields);
    world->now = T0 + 2 * HOUR;
    assert_int_equal(desk_refresh(world->store, world->site, ticket, world->now, world->arena, &view, &world->error), 1);
    struct intake seen = world_see(world, in_folder(world, "service", "INBOX", world->now), only_tagged(world, 1, ticket));
    assert_true(seen.opened);
    assert_string_not_equal(seen.ticket, ticket);
    assert_int_equal(count_events(world, ticket, EVENT_CUSTOMER_MAIL), 1);
}

/* The milter tagged it while the database was away: the mail bears its ticket. */
static void a_mail_tagged_while_the_store_was_away_gets_the_ticket_it_bears(void **state)
{
    struct world *world = *state;
    const char *plain = complaint(world, 1, CUSTOMER);
    struct message *message = message_parse(plain, strlen(plain), NULL, &world->error);
    struct intake intake = { .site = world->site, .message = message, .sighting = by_milter(world, "service"), .now = T0,
                             .arena = world->arena, .due = INSTANT_NONE };
    assert_int_equal(intake_prepare(&intake, &world->error), 1);
    intake_provisional(&intake);
    assert_non_null(intake.ticket);
    assert_true(intake.due > T0);
    message_free(message);
    world->now = T0 + HOUR;
    struct intake found = world_see(world, in_folder(world, "service", "INBOX", T0 + 20), tagged(world, plain, intake.ticket, T0));
    assert_true(found.opened);
    assert_string_equal(found.ticket, intake.ticket);
    const struct ticket_clock *clock = clock_of(world, found.ticket, CLOCK_FIRST_RESPONSE);
    assert_true(clock->start == T0);
}

static void a_provisional_id_leads_to_the_ticket_the_mail_belongs_to(void **state)
{
    struct world *world = *state;
    struct ticket_row row;
    const char *ticket = world_open_ticket(world, 1);
    const char *plain = further(world, 1, "It is still broken and leaks, I want my money back at once!");
    world->now = T0 + HOUR;
    assert_string_equal(world_see(world, in_folder(world, "service", "INBOX", T0 + 70),
                                  tagged(world, plain, "zzzzzzzz", T0 + 60)).ticket, ticket);
    assert_int_equal(store_ticket_get(world->store, "zzzzzzzz", world->arena, &row, &world->error), 1);
    assert_string_equal(row.id, ticket);
}

static void a_form_that_is_trusted_speaks_for_the_customer_it_names(void **state)
{
    struct world *world = *state;
    struct ticket_row row;
    const char *mail = mail_text(world, "form@www.shop.example", "service@shop.example", "Web form", "w1@www.shop.example",
                                 "Reply-To: wang@customer.example\r\nAuto-Submitted: auto-generated",
                                 "My kettle is broken and I want my money back!");
    struct intake seen = world_see(world, by_milter(world, "service"), mail);
    assert_true(seen.opened);
    assert_int_equal(store_ticket_get(world->store, seen.ticket, world->arena, &row, &world->error), 1);
    assert_string_equal(row.requester, "wang@customer.example");
    assert_true(opened_because(world, seen.ticket, "trusts the list or form"));
}

/* A complaint address behind a Google or Microsoft group. */
static void a_list_that_is_trusted_speaks_for_the_customer_it_names(void **state)
{
    struct world *world = *state;
    struct ticket_row row;
    const char *words = "My kettle is broken and I want my money back!";
    const char *strange = mail_text(world, CUSTOMER, "service@shop.example", "Kettle", "g0@customer.example",
                                    "List-Id: <other.shop.example>\r\nX-Original-From: liu@customer.example", words);
    assert_int_equal(world_see(world, by_milter(world, "service"), strange).role, INTAKE_AUTOMATIC);
    const char *mail = mail_text(world, "'Liu Na' via Help <help@shop.example>", "service@shop.example", "Kettle",
                                 "g1@customer.example",
                                 "List-Id: Help <HELP.shop.example>\r\nPrecedence: list\r\n"
                                 "X-Original-From: Liu Na <liu@customer.example>", words);
    struct intake seen = world_see(world, by_milter(world, "service"), mail);
    assert_true(seen.opened);
    assert_int_equal(store_ticket_get(world->store, seen.ticket, world->arena, &row, &world->error), 1);
    assert_string_equal(row.requester, "liu@customer.example");
    assert_true(opened_because(world, seen.ticket, "trusts the list or form"));
}

static void a_persons_mail_that_looks_automatic_opens_a_ticket_that_says_so(void **state)
{
    struct world *world = *state;
    const char *mail = mail_text(world, CUSTOMER, "service@shop.example", "FW: Kettle", "m1@customer.example",
                                 "Auto-Submitted: auto-generated\r\nX-MS-Exchange-Inbox-Rules-Loop: wang@customer.example",
                                 "My kettle is broken and I want my money back!");
    struct intake seen = world_see(world, by_milter(world, "service"), mail);
    assert_true(seen.opened);
    assert_true(opened_because(world, seen.ticket, "opens the ticket; Auto-Submitted is no sign of a machine here"));
}

static void shadow_mode_records_everything(void **state)
{
    struct world *world = *state;
    world->mode = "shadow";
    world_load_site(world);
    const char *ticket = world_open_ticket(world, 1);
    world->now += MINUTE;
    assert_int_equal(world_see(world, by_submission(world, "anna"), answer(world)).role, INTAKE_REPLY);
    assert_true(stopped_at(world, ticket) == T0 + MINUTE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_new, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_complaint_opens_one_ticket_however_often_it_is_seen),
        TEST(a_ticket_is_expected_until_its_mail_lies_in_a_mailbox),
        TEST(an_agents_submission_stops_the_clock_at_its_moment),
        TEST(an_apology_alone_is_disliked_but_not_on_a_safety_ticket),
        TEST(a_reply_found_three_days_late_stops_the_clock_when_it_was_sent),
        TEST(a_sent_copy_is_corrected_by_the_submission_that_is_seen_later),
        TEST(a_reply_known_before_its_complaint_counts_all_the_same),
        TEST(a_chase_known_before_its_complaint_joins_the_ticket),
        TEST(mail_that_is_no_complaint_has_its_row_and_no_ticket),
        TEST(mail_older_than_the_cut_over_opens_nothing),
        TEST(an_agents_own_account_opens_no_ticket_and_keeps_no_words),
        TEST(a_customers_answer_to_an_agents_own_address_belongs_to_the_ticket),
        TEST(mail_to_two_complaint_addresses_is_one_ticket_in_two_queues),
        TEST(the_same_order_again_is_linked_never_merged),
        TEST(the_third_unanswered_chase_makes_the_ticket_critical),
        TEST(thanks_on_a_resolved_ticket_do_not_reopen_it_and_a_complaint_does),
        TEST(mail_after_the_reopening_window_is_a_new_linked_ticket),
        TEST(mail_to_a_merged_ticket_goes_to_its_target),
        TEST(mail_tagged_for_a_ticket_that_was_merged_meanwhile_goes_to_its_target),
        TEST(mail_tagged_for_a_ticket_that_was_erased_meanwhile_opens_a_new_one),
        TEST(a_mail_tagged_while_the_store_was_away_gets_the_ticket_it_bears),
        TEST(a_provisional_id_leads_to_the_ticket_the_mail_belongs_to),
        TEST(a_form_that_is_trusted_speaks_for_the_customer_it_names),
        TEST(a_list_that_is_trusted_speaks_for_the_customer_it_names),
        TEST(a_persons_mail_that_looks_automatic_opens_a_ticket_that_says_so),
        TEST(shadow_mode_records_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
