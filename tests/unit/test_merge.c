/* test_merge.c - two tickets that are one matter, and one ticket that is two: nobody who waits is forgotten
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/intake_world.h"

#include "ticket/erase.h"
#include "ticket/split.h"
#include "ticket/store_copy.h"

#define WANG WORLD_CUSTOMER
#define LI "Li Na <li@customer.example>"

static const char *open_ticket(struct world *world, int n, const char *from)
{
    struct intake intake = world_see(world, by_milter(world, "service"), complaint(world, n, from));
    assert_true(intake.opened);
    return intake.ticket;
}

static int act(struct world *world, const char *ticket, enum event_type type, const char *name, const char *value)
{
    return world_act(world, "operator:test", ticket, type, json_pack("{s:s}", name, value));
}

static int merge(struct world *world, const char *ticket, const char *into)
{
    return act(world, ticket, EVENT_MERGE_INTO, "ticket", into);
}

static void refuses(struct world *world, const char *ticket, const char *into, const char *says)
{
    int result = merge(world, ticket, into);
    if (result != -1 || world->error.kind != ERROR_INPUT || !strstr(world->error.text, says))
        fail_msg("%d, '%s' instead of '%s'", result, world->error.text, says);
}

static int split(struct world *world, const char *ticket, const char *first, const char *second, struct split *split)
{
    static const char *mails[2];
    mails[0] = first;
    mails[1] = second;
    *split = (struct split){ .site = world->site, .ticket = ticket, .mails = mails, .count = second ? 2 : 1,
                             .actor = "operator:test", .now = world->now };
    return store_transaction(world->store, split_off, split, &world->error);
}

static const char *event_of(struct world *world, const char *ticket, enum event_type type, size_t nth)
{
    struct event_row *rows;
    size_t count;
    const char *name = NULL;
    assert_int_equal(store_event_list(world->store, ticket, world->arena, &rows, &count, &world->error), 1);
    for (size_t i = 0; i < count && !name; i++)
        if (rows[i].type == type && nth-- == 0)
            name = arena_printf(world->arena, "e%lld", (long long)rows[i].id);
    store_event_rows_free(rows, count);
    assert_non_null(name);
    return name;
}

/* The cache of each is its fold, and the chain over all events is whole. */
static void assert_whole(struct world *world, const char *one, const char *other)
{
    struct store_audit audit = { .fault = NULL };
    assert_int_equal(desk_compare(world->store, world->site, one, world->now, world->arena, &world->error), 1);
    assert_int_equal(desk_compare(world->store, world->site, other, world->now, world->arena, &world->error), 1);
    assert_int_equal(store_event_audit(world->store, NULL, &audit, &world->error), 1);
}

static struct intake answer_to(struct world *world, const char *to, const char *id, int n)
{
    const char *mail = mail_text(world, "anna@shop.example", to, "Re: Kettle", arena_printf(world->arena, "x%d@shop.example", n),
                                 arena_printf(world->arena, "In-Reply-To: <%s>", id), "We refund you the full price today.");
    return world_see(world, by_submission(world, "anna"), mail);
}

/* A further mail in the first complaint's thread. */
static struct intake further(struct world *world, const char *from, const char *id, const char *words)
{
    return world_see(world, by_milter(world, "service"),
                     mail_text(world, from, "service@shop.example", "Re: Kettle", id, "In-Reply-To: <c1@customer.example>", words));
}

/* ---- Merging ----------------------------------------------------------------------------------------- */

static void merging_ends_the_sources_clocks_and_leaves_the_targets_alone(void **state)
{
    struct world *world = *state;
    static const enum clock_kind kinds[] = { CLOCK_FIRST_RESPONSE, CLOCK_PLAN, CLOCK_RESOLUTION };
    const char *target = open_ticket(world, 1, WANG);
    world->now += MINUTE;
    const char *source = open_ticket(world, 2, WANG);
    instant due = clock_of(world, target, CLOCK_FIRST_RESPONSE)->due;
    world->now += MINUTE;
    assert_int_equal(merge(world, source, target), 1);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(clock_of(world, source, kinds[i])->state, CLOCK_CANCELLED);
        assert_int_equal(clock_of(world, source, kinds[i])->stopped, world->now);
        assert_int_equal(clock_of(world, target, kinds[i])->state, CLOCK_RUNNING);
    }
    assert_int_equal(clock_of(world, target, CLOCK_FIRST_RESPONSE)->due, due);
    assert_int_equal(world_ticket(world, source).state, TICKET_CLOSED);
    assert_int_equal(world_ticket(world, source).next_due, INSTANT_NONE);
    assert_int_equal(count_events(world, target, EVENT_LINK), 1);
    /* an answer to a mail of the source is one to the target now */
    world->now += MINUTE;
    struct intake answer = answer_to(world, "wang@customer.example", "c2@customer.example", 1);
    assert_int_equal(answer.role, INTAKE_REPLY);
    assert_string_equal(answer.ticket, target);
    assert_int_equal(stopped_at(world, target), world->now);
    assert_whole(world, source, target);
}

static void a_clock_past_due_is_missed_by_a_merge_not_cancelled(void **state)
{
    struct world *world = *state;
    const char *target = open_ticket(world, 1, WANG), *source = open_ticket(world, 2, WANG);
    world->now += 60 * DAY;
    assert_int_equal(merge(world, source, target), 1);
    assert_int_equal(clock_of(world, source, CLOCK_FIRST_RESPONSE)->state, CLOCK_MISSED);
    assert_int_equal(clock_of(world, source, CLOCK_FIRST_RESPONSE)->stopped, world->now);
}

static void the_ticket_whose_customer_waits_longer_stays(void **state)
{
    struct world *world = *state;
    const char *old = open_ticket(world, 1, WANG);
    world->now += HOUR;
    const char *new = open_ticket(world, 2, WANG);
    refuses(world, old, new, arena_printf(world->arena, "redressctl merge %s %s", new, old));
    assert_int_equal(clock_of(world, old, CLOCK_FIRST_RESPONSE)->state, CLOCK_RUNNING);
    /* one that waits for no answer takes none over that is owed */
    answer_to(world, "wang@customer.example", "c1@customer.example", 1);
    refuses(world, new, old, arena_printf(world->arena, "redressctl merge %s %s", old, new));
    assert_int_equal(merge(world, old, new), 1);
    assert_int_equal(clock_of(world, new, CLOCK_FIRST_RESPONSE)->state, CLOCK_RUNNING);
    assert_whole(world, old, new);
}

static void an_open_ticket_does_not_vanish_in_a_resolved_one(void **state)
{
    struct world *world = *state;
    const char *done = open_ticket(world, 1, WANG), *open = open_ticket(world, 2, WANG);
    answer_to(world, "wang@customer.example", "c1@customer.example", 1);
    answer_to(world, "wang@customer.example", "c2@customer.example", 2); /* so that no answer is owed */
    assert_int_equal(act(world, done, EVENT_RESOLVE, "outcome", "solved"), 1);
    refuses(world, open, done, "is resolved");
    assert_int_equal(merge(world, done, open), 1);
}

static void tickets_of_different_customers_are_merged_only_when_one_speaks_for_the_other(void **state)
{
    struct world *world = *state;
    const char *target = open_ticket(world, 1, WANG), *source = open_ticket(world, 2, LI);
    refuses(world, source, target, arena_printf(world->arena, "participant add %s li@customer.example", target));
    refuses(world, target, source, "would stop the clock of the other");
    /* an answer to one does nothing for the other */
    world->now += MINUTE;
    answer_to(world, "wang@customer.example", "c1@customer.example", 1);
    assert_int_equal(stopped_at(world, source), INSTANT_NONE);
    const char *third = open_ticket(world, 3, WANG);
    refuses(world, source, third, "not of the same customer");
    assert_int_equal(act(world, third, EVENT_PARTICIPANT, "address", "LI@customer.example"), 1);
    refuses(world, source, third, "the other way round");
    assert_int_equal(merge(world, third, source), 1);
    /* both speak for the customer now */
    world->now += MINUTE;
    struct intake more = world_see(world, by_milter(world, "service"),
                                   mail_text(world, WANG, "service@shop.example", "Re: Kettle", "m1@customer.example",
                                             "In-Reply-To: <c3@customer.example>", "I am still waiting."));
    assert_string_equal(more.ticket, source);
    assert_int_equal(more.role, INTAKE_CUSTOMER);
    assert_whole(world, source, third);
}

static void a_sender_without_an_address_is_nobodys_customer_by_itself(void **state)
{
    struct world *world = *state;
    const char *target = open_ticket(world, 1, WANG);
    const char *nobody = world_see(world, by_milter(world, "service"), complaint(world, 2, NULL)).ticket;
    refuses(world, nobody, target, arena_printf(world->arena, "participant add %s wang@customer.example", nobody));
    assert_int_equal(act(world, nobody, EVENT_PARTICIPANT, "address", "wang@customer.example"), 1);
    assert_int_equal(merge(world, nobody, target), 1);
}

static void nothing_is_merged_into_a_ticket_that_has_ended_and_none_round_in_a_circle(void **state)
{
    struct world *world = *state;
    const char *a = open_ticket(world, 1, WANG), *b = open_ticket(world, 2, WANG), *c = open_ticket(world, 3, WANG);
    refuses(world, a, a, "itself");
    refuses(world, a, "zzzzzzzz", "no ticket");
    assert_int_equal(merge(world, a, b), 1);
    refuses(world, a, c, "merged");
    refuses(world, b, a, arena_printf(world->arena, "was merged into %s", b));
    refuses(world, c, a, "merge into that one");
    assert_int_equal(merge(world, b, c), 1);
    refuses(world, c, a, "was merged");
    /* mail finds its way through both */
    world->now += MINUTE;
    assert_string_equal(further(world, WANG, "m1@customer.example", "I am still waiting.").ticket, c);
    struct erasure erasure = { .site = world->site, .customer = "li@customer.example", .actor = "operator:test",
                               .now = world->now, .arena = world->arena };
    const char *erased = open_ticket(world, 4, LI), *other = open_ticket(world, 5, WANG);
    assert_int_equal(act(world, other, EVENT_PARTICIPANT, "address", "li@customer.example"), 1);
    assert_int_equal(erase_find(world->store, &erasure, &world->error), 1);
    assert_int_equal(store_transaction(world->store, erase_customer, &erasure, &world->error), 1);
    refuses(world, other, erased, "was erased");
    unlink(world_path(world, "redress.db.forgotten"));
}

static void a_hold_covers_both_or_none(void **state)
{
    struct world *world = *state;
    const char *a = open_ticket(world, 1, WANG), *b = open_ticket(world, 2, WANG);
    struct hold_row hold = { .subject = a, .reason = "court case 7", .actor = "operator:test", .at = world->now };
    assert_int_equal(store_hold_put(world->store, &hold, &world->error), 1);
    refuses(world, a, b, arena_printf(world->arena, "redressctl hold %s", b));
    refuses(world, b, a, arena_printf(world->arena, "redressctl hold %s", b));
    hold.subject = "wang@customer.example";
    assert_int_equal(store_hold_put(world->store, &hold, &world->error), 1);
    assert_int_equal(merge(world, b, a), 1);
}

static void the_target_becomes_as_urgent_and_stands_in_both_queues(void **state)
{
    struct world *world = *state;
    const char **queues;
    const char *target = open_ticket(world, 1, WANG);
    instant due = clock_of(world, target, CLOCK_FIRST_RESPONSE)->due;
    struct sighting billing = by_milter(world, "billing");
    struct intake source = world_see(world, billing, mail_text(world, WANG, "billing@shop.example", "Kettle", "c9@customer.example", NULL,
                                                              "The kettle gave me an electric shock!"));
    assert_int_equal(world_ticket(world, source.ticket).urgency, URGENCY_CRITICAL);
    /* its customer waits less long, however urgent: the older one is due later */
    refuses(world, source.ticket, target, "the other way round");
    assert_int_equal(act(world, target, EVENT_URGENCY, "urgency", "critical"), 1);
    assert_int_equal(act(world, target, EVENT_URGENCY, "urgency", "normal"), 1);
    assert_int_equal(clock_of(world, target, CLOCK_FIRST_RESPONSE)->due, due);
    assert_int_equal(merge(world, target, source.ticket), 1);
    assert_int_equal(world_ticket(world, source.ticket).urgency, URGENCY_CRITICAL);
    assert_int_equal(store_ticket_mailboxes(world->store, source.ticket, world->arena, &queues, &world->error), 1);
    assert_string_equal(queues[0], "billing");
    assert_string_equal(queues[1], "service");
    /* an answered one that is more urgent raises the other */
    answer_to(world, "wang@customer.example", "c9@customer.example", 1);
    const char *low = open_ticket(world, 3, WANG), *high = open_ticket(world, 4, WANG);
    assert_int_equal(act(world, high, EVENT_URGENCY, "urgency", "high"), 1);
    answer_to(world, "wang@customer.example", "c4@customer.example", 2);
    due = clock_of(world, low, CLOCK_FIRST_RESPONSE)->due;
    assert_int_equal(merge(world, high, low), 1);
    assert_int_equal(world_ticket(world, low).urgency, URGENCY_HIGH);
    assert_true(clock_of(world, low, CLOCK_FIRST_RESPONSE)->due <= due);
    assert_whole(world, high, low);
}

/* ---- Splitting --------------------------------------------------------------------------------------- */

static void a_mail_split_off_has_clocks_of_its_own_since_it_came(void **state)
{
    struct world *world = *state;
    struct split done;
    const char *old = open_ticket(world, 1, WANG);
    world->now += MINUTE;
    answer_to(world, "wang@customer.example", "c1@customer.example", 1);
    world->now += MINUTE;
    instant came = world->now;
    assert_string_equal(further(world, WANG, "m1@customer.example", "My toaster is broken, too!").ticket, old);
    instant owed = clock_of(world, old, CLOCK_NEXT_RESPONSE)->due;
    world->now += HOUR;
    assert_int_equal(split(world, old, "<m1@customer.example>", NULL, &done), 1);
    assert_string_not_equal(done.new_ticket, old);
    const struct ticket_clock *clock = clock_of(world, done.new_ticket, CLOCK_FIRST_RESPONSE);
    assert_int_equal(clock->start, came);
    assert_int_equal(clock->state, CLOCK_RUNNING);
    assert_string_equal(world_ticket(world, done.new_ticket).requester, "wang@customer.example");
    assert_string_equal(world_ticket(world, done.new_ticket).category, "quality/defect");
    /* the old one's clocks stay as they were */
    assert_int_equal(clock_of(world, old, CLOCK_NEXT_RESPONSE)->due, owed);
    assert_int_equal(clock_of(world, old, CLOCK_NEXT_RESPONSE)->state, CLOCK_RUNNING);
    assert_whole(world, old, done.new_ticket);
    /* an answer to it is the new ticket's, and only there */
    struct intake answer = answer_to(world, "wang@customer.example", "m1@customer.example", 2);
    assert_string_equal(answer.ticket, done.new_ticket);
    assert_int_equal(stopped_at(world, done.new_ticket), world->now);
    assert_int_equal(clock_of(world, old, CLOCK_NEXT_RESPONSE)->state, CLOCK_RUNNING);
    /* seen again it is where it belongs, and nothing doubles */
    struct intake again = world_see(world, in_folder(world, "service", "INBOX", came),
                                    mail_text(world, WANG, "service@shop.example", "Re: Kettle", "m1@customer.example",
                                              "In-Reply-To: <c1@customer.example>", "My toaster is broken, too!"));
    assert_string_equal(again.ticket, done.new_ticket);
    assert_true(again.duplicate);
    assert_int_equal(count_events(world, done.new_ticket, EVENT_CUSTOMER_MAIL), 1);
    assert_int_equal(count_events(world, old, EVENT_CUSTOMER_MAIL), 2);
    assert_whole(world, old, done.new_ticket);
}

static void an_answer_in_the_old_ticket_stops_nothing_in_the_new_one(void **state)
{
    struct world *world = *state;
    struct split done;
    const char *old = open_ticket(world, 1, WANG);
    world->now += MINUTE;
    further(world, WANG, "m1@customer.example", "My toaster is broken, too!");
    further(world, WANG, "m2@customer.example", "That toaster gave me an electric shock!");
    /* by events, in any order: the second of them is the more urgent */
    assert_int_equal(split(world, old, event_of(world, old, EVENT_CUSTOMER_MAIL, 2), event_of(world, old, EVENT_CUSTOMER_MAIL, 1),
                           &done), 1);
    assert_int_equal(done.taken, 2);
    assert_int_equal(world_ticket(world, done.new_ticket).urgency, URGENCY_CRITICAL);
    world->now += MINUTE;
    answer_to(world, "wang@customer.example", "c1@customer.example", 1);
    assert_int_equal(stopped_at(world, old), world->now);
    assert_int_equal(stopped_at(world, done.new_ticket), INSTANT_NONE);
    assert_whole(world, old, done.new_ticket);
}

static void a_strangers_mail_becomes_his_own_complaint(void **state)
{
    struct world *world = *state;
    struct split done;
    struct copy_row copy;
    struct mail_row mail;
    const char *old = open_ticket(world, 1, WANG);
    world->now += MINUTE;
    struct intake stranger = further(world, LI, "m1@customer.example", "My kettle is broken as well, I want my money back!");
    assert_int_equal(stranger.role, INTAKE_THIRD_PARTY);
    world_see(world, in_folder(world, "service", "INBOX", world->now),
              mail_text(world, LI, "service@shop.example", "Re: Kettle", "m1@customer.example", "In-Reply-To: <c1@customer.example>",
                        "My kettle is broken as well, I want my money back!"));
    assert_int_equal(split(world, old, "m1@customer.example", NULL, &done), 1);
    assert_string_equal(world_ticket(world, done.new_ticket).requester, "li@customer.example");
    assert_string_equal(world_ticket(world, done.new_ticket).category, "quality/defect");
    assert_int_equal(store_participant_is(world->store, done.new_ticket, "wang@customer.example", &world->error), 0);
    /* where it lies it will bear the labels of its ticket */
    assert_int_equal(store_mail_by_message_id(world->store, "m1@customer.example", NULL, world->arena, &mail, &world->error), 1);
    assert_int_equal(store_copy_get(world->store, mail.id, "service", world->arena, &copy, &world->error), 1);
    assert_string_equal(copy.ticket, done.new_ticket);
    /* each is answered for himself */
    world->now += MINUTE;
    answer_to(world, "wang@customer.example", "c1@customer.example", 1);
    assert_int_equal(stopped_at(world, done.new_ticket), INSTANT_NONE);
    answer_to(world, "li@customer.example", "m1@customer.example", 2);
    assert_int_equal(stopped_at(world, done.new_ticket), world->now);
    assert_whole(world, old, done.new_ticket);
    /* and forgotten for himself */
    struct erasure erasure = { .site = world->site, .customer = "wang@customer.example", .actor = "operator:test",
                               .now = world->now, .arena = world->arena };
    assert_int_equal(erase_find(world->store, &erasure, &world->error), 1);
    assert_int_equal(store_transaction(world->store, erase_customer, &erasure, &world->error), 1);
    assert_int_equal(store_mail_by_message_id(world->store, "m1@customer.example", NULL, world->arena, &mail, &world->error), 1);
    assert_string_equal(mail.ticket, done.new_ticket);
    unlink(world_path(world, "redress.db.forgotten"));
}

static void what_cannot_be_split_off_says_why(void **state)
{
    struct world *world = *state;
    struct split done;
    const char *old = open_ticket(world, 1, WANG);
    world->now += MINUTE;
    answer_to(world, "wang@customer.example", "c1@customer.example", 1);
    further(world, WANG, "m1@customer.example", "My toaster is broken, too!");
    further(world, LI, "m2@customer.example", "My kettle is broken as well!");
    const struct {
        const char *first, *second, *says;
    } cases[] = {
        { "nothing@like.this", NULL, "names each by its event" },
        { "e99999", NULL, "has no mail" },
        { "", NULL, "has no mail" },
        { "c1@customer.example", NULL, "opened it" },
        { "x1@shop.example", NULL, "what was answered stays" },
        { "m1@customer.example", "m2@customer.example", "different customers" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (split(world, old, cases[i].first, cases[i].second, &done) != -1 || world->error.kind != ERROR_INPUT ||
            !strstr(world->error.text, cases[i].says))
            fail_msg("'%s' instead of '%s'", world->error.text, cases[i].says);
    assert_int_equal(count_events(world, old, EVENT_SPLIT), 0);
    assert_int_equal(split(world, "zzzzzzzz", "m1@customer.example", NULL, &done), 0);
    assert_int_equal(split(world, old, "m1@customer.example", "<m1@customer.example>", &done), 1); /* named twice: one */
    assert_int_equal(done.taken, 1);
    assert_int_equal(split(world, old, "m1@customer.example", NULL, &done), -1);
    assert_non_null(strstr(world->error.text, "already"));
}

static void a_wrong_merge_is_mended_by_a_split(void **state)
{
    struct world *world = *state;
    struct split done;
    const char *target = open_ticket(world, 1, WANG), *source = open_ticket(world, 2, WANG);
    world->now += HOUR;
    assert_int_equal(merge(world, source, target), 1);
    world->now += HOUR;
    assert_int_equal(split(world, source, "c2@customer.example", NULL, &done), 1);
    assert_int_equal(clock_of(world, done.new_ticket, CLOCK_FIRST_RESPONSE)->start, T0);
    world->now += MINUTE;
    assert_string_equal(answer_to(world, "wang@customer.example", "c2@customer.example", 1).ticket, done.new_ticket);
    assert_int_equal(stopped_at(world, target), INSTANT_NONE);
    assert_whole(world, source, done.new_ticket);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_new, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(merging_ends_the_sources_clocks_and_leaves_the_targets_alone),
        TEST(a_clock_past_due_is_missed_by_a_merge_not_cancelled),
        TEST(the_ticket_whose_customer_waits_longer_stays),
        TEST(an_open_ticket_does_not_vanish_in_a_resolved_one),
        TEST(tickets_of_different_customers_are_merged_only_when_one_speaks_for_the_other),
        TEST(a_sender_without_an_address_is_nobodys_customer_by_itself),
        TEST(nothing_is_merged_into_a_ticket_that_has_ended_and_none_round_in_a_circle),
        TEST(a_hold_covers_both_or_none),
        TEST(the_target_becomes_as_urgent_and_stands_in_both_queues),
        TEST(a_mail_split_off_has_clocks_of_its_own_since_it_came),
        TEST(an_answer_in_the_old_ticket_stops_nothing_in_the_new_one),
        TEST(a_strangers_mail_becomes_his_own_complaint),
        TEST(what_cannot_be_split_off_says_why),
        TEST(a_wrong_merge_is_mended_by_a_split),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
