/* test_label.c - what a ticket's mails bear, and what folder names ask for
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/intake_world.h"

#include "ticket/instruction.h"
#include "ticket/label.h"

#define BIT(name) LABEL_BIT(LABEL_##name)

/* The labels of a ticket as it stands now. */
static struct label_wish wish_of(struct world *world, const char *ticket)
{
    struct ticket_row row;
    struct ticket_view view;
    struct event_row *events;
    struct label_wish wish;
    size_t count;
    assert_int_equal(desk_view(world->store, world->site, ticket, world->now, world->arena, &row, &view, &events, &count,
                               &world->error), 1);
    label_of_ticket(&row, &view, events, count, world->site->policy, &wish);
    store_event_rows_free(events, count);
    return wish;
}

static void act(struct world *world, const char *ticket, enum event_type type, const char *name, const char *value)
{
    if (world_act(world, "anna", ticket, type, name ? json_pack("{s:s}", name, value) : json_object()) != 1)
        fail_msg("%s", world->error.text);
}

static void time_alone_makes_a_ticket_due_soon_and_overdue(void **state)
{
    struct world *world = *state;
    struct intake seen = world_see(world, by_milter(world, "service"), complaint(world, 1, "Wang <wang@customer.example>"));
    assert_non_null(seen.ticket);
    struct label_wish wish = wish_of(world, seen.ticket);
    const struct ticket_clock *clock = clock_of(world, seen.ticket, CLOCK_FIRST_RESPONSE);
    assert_int_equal(wish.labels & (BIT(DUE_SOON) | BIT(OVERDUE) | BIT(ANSWERED) | BIT(WAITING)), 0);
    assert_true(wish.look > world->now && wish.look < clock->due);
    world->now = wish.look;
    wish = wish_of(world, seen.ticket);
    assert_int_equal(wish.labels & (BIT(DUE_SOON) | BIT(OVERDUE) | BIT(FLAGGED)), BIT(DUE_SOON) | BIT(FLAGGED));
    assert_true(wish.look <= clock->due);
    world->now = clock->due;
    wish = wish_of(world, seen.ticket);
    assert_int_equal(wish.labels & (BIT(DUE_SOON) | BIT(OVERDUE) | BIT(FLAGGED)), BIT(OVERDUE) | BIT(FLAGGED));
}

static void an_answer_a_resolve_and_a_reopening_show(void **state)
{
    struct world *world = *state;
    struct intake seen = world_see(world, by_milter(world, "service"), complaint(world, 1, "Wang <wang@customer.example>"));
    world->now += MINUTE;
    world_see(world, by_submission(world, "anna"),
              mail_text(world, "anna@shop.example", "wang@customer.example", "Re: Kettle", "l1@shop.example",
                        "In-Reply-To: <c1@customer.example>", "Dear Wang, we are looking into it. Anna"));
    assert_int_equal(wish_of(world, seen.ticket).labels & (BIT(ANSWERED) | BIT(WAITING)), BIT(ANSWERED));
    world->now += MINUTE;
    world_see(world, by_submission(world, "anna"), reply_to_complaint(world, 1, "anna@shop.example", "wang@customer.example"));
    assert_int_equal(wish_of(world, seen.ticket).labels & (BIT(ANSWERED) | BIT(WAITING)), BIT(WAITING));
    world->now += MINUTE;
    act(world, seen.ticket, EVENT_RESOLVE, "outcome", "solved");
    assert_int_equal(wish_of(world, seen.ticket).labels, BIT(RESOLVED));
    assert_int_equal(wish_of(world, seen.ticket).look, INSTANT_NONE);
    act(world, seen.ticket, EVENT_REOPEN, NULL, NULL);
    assert_int_equal(wish_of(world, seen.ticket).labels & (BIT(RESOLVED) | BIT(NOT_COMPLAINT)), 0);
    act(world, seen.ticket, EVENT_RESOLVE, "outcome", "no_complaint");
    assert_int_equal(wish_of(world, seen.ticket).labels, BIT(NOT_COMPLAINT));
}

static void a_claim_and_a_hold_show_until_they_end(void **state)
{
    struct world *world = *state;
    struct intake seen = world_see(world, by_milter(world, "service"), complaint(world, 1, "Wang <wang@customer.example>"));
    char until[INSTANT_TEXT];
    act(world, seen.ticket, EVENT_ASSIGN, "agent", "anna");
    instant_format_rfc3339(world->now + 30 * MINUTE, until);
    act(world, seen.ticket, EVENT_HOLD, "until", until);
    struct label_wish wish = wish_of(world, seen.ticket);
    assert_int_equal(wish.labels & (BIT(MINE) | BIT(HOLD)), BIT(MINE) | BIT(HOLD));
    assert_true(wish.look <= world->now + 30 * MINUTE);
    world->now += 30 * MINUTE;
    assert_int_equal(wish_of(world, seen.ticket).labels & (BIT(MINE) | BIT(HOLD)), BIT(MINE));
}

static void what_was_merged_bears_nothing(void **state)
{
    struct world *world = *state;
    struct intake first = world_see(world, by_milter(world, "service"), complaint(world, 1, "Wang <wang@customer.example>"));
    struct intake second = world_see(world, by_milter(world, "service"), complaint(world, 2, "Wang <wang@customer.example>"));
    act(world, first.ticket, EVENT_MERGE_INTO, "ticket", second.ticket);
    assert_int_equal(wish_of(world, first.ticket).labels, 0);
}

static void there_are_at_most_ten_keywords_and_all_are_plain(void **state)
{
    (void)state;
    assert_string_equal(label_names[LABEL_FLAGGED], "\\Flagged");
    assert_true(LABEL_FLAGGED <= 10);
    for (int i = 0; i < LABEL_FLAGGED; i++)
        assert_int_equal(strspn(label_names[i], "abcdefghijklmnopqrstuvwxyz-"), strlen(label_names[i]));
}

static void folders_are_read_in_many_languages_and_with_any_delimiter(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *folder, *root;
        enum instruction_kind kind;
        const char *category;
    } cases[] = {
        { "Complaints/Resolved", NULL, INSTRUCTION_RESOLVED, NULL },
        { "INBOX.Complaints.Not a complaint", NULL, INSTRUCTION_NO_COMPLAINT, NULL },
        { "投诉/已解决", NULL, INSTRUCTION_RESOLVED, NULL },
        { "客诉/不是投诉", NULL, INSTRUCTION_NO_COMPLAINT, NULL },
        { "shared/service/Complaints/resolved", NULL, INSTRUCTION_RESOLVED, NULL },
        { "Complaints/Urgent", NULL, INSTRUCTION_URGENCY, NULL },
        { "Complaints/logistics", NULL, INSTRUCTION_CATEGORY, "logistics" },
        { "Complaints.logistics.late", NULL, INSTRUCTION_CATEGORY, "logistics/late" },
        { "Desk/Resolved", "Desk", INSTRUCTION_RESOLVED, NULL },
        { "Complaints/Resolved", "Desk", INSTRUCTION_NONE, NULL },
        { "Complaints", NULL, INSTRUCTION_NONE, NULL },
        { "Complaints/", NULL, INSTRUCTION_NONE, NULL },
        { "Complaints/Lunch", NULL, INSTRUCTION_NONE, NULL },
        { "Resolved", NULL, INSTRUCTION_NONE, NULL },
        { "Archive/Complaints2/Resolved", NULL, INSTRUCTION_NONE, NULL },
        { "", NULL, INSTRUCTION_NONE, NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct instruction found = instruction_of_folder(world->site->rules, cases[i].folder, cases[i].root);
        if (found.kind != cases[i].kind || (cases[i].category && strcmp(found.category, cases[i].category) != 0))
            fail_msg("%s: %d %s", cases[i].folder, found.kind, found.category ? found.category : "");
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_new, world_end)
    const struct CMUnitTest tests[] = {
        TEST(time_alone_makes_a_ticket_due_soon_and_overdue),
        TEST(an_answer_a_resolve_and_a_reopening_show),
        TEST(a_claim_and_a_hold_show_until_they_end),
        TEST(what_was_merged_bears_nothing),
        cmocka_unit_test(there_are_at_most_ten_keywords_and_all_are_plain),
        TEST(folders_are_read_in_many_languages_and_with_any_delimiter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
