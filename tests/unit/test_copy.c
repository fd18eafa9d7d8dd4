/* test_copy.c - what agents do to customers' mails in their mailboxes is obeyed, once, and only from those who may
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/intake_world.h"

#include "ticket/copy.h"

#define BIT(name) LABEL_BIT(LABEL_##name)

struct seeing {
    const struct intake *intake;
    bool anew;
};

static int put_copy(struct store *store, void *seeing_, struct error *error)
{
    const struct seeing *seeing = seeing_;
    return copy_seen(store, seeing->intake, seeing->anew, error);
}

static struct intake lies_in(struct world *world, const char *account, const char *folder, const char *text, bool anew)
{
    struct intake seen = world_see(world, in_folder(world, account, folder, world->now), text);
    struct seeing seeing = { &seen, anew };
    if (store_transaction(world->store, put_copy, &seeing, &world->error) != 1)
        fail_msg("%s", world->error.text);
    return seen;
}

static void plan(struct world *world)
{
    world_plan_copies(world);
    assert_int_equal(copy_plan_is_due(world->store, world->now, &world->error), 0);
}

static struct copy_row row_of(struct world *world, const char *account, int64_t mail)
{
    struct copy_row row;
    assert_int_equal(store_copy_get(world->store, mail, account, world->arena, &row, &world->error), 1);
    return row;
}

/* As a visit that carries out all that is wanted. */
static void label(struct world *world, const char *account, int64_t mail)
{
    struct copy_row row = row_of(world, account, mail);
    row.applied = row.wanted;
    row.ours |= row.wanted;
    row.borne = row.wanted;
    assert_int_equal(store_copy_applied(world->store, &row, &world->error), 1);
}

struct looking {
    struct copy_look look;
};

static int look_job(struct store *store, void *looking, struct error *error)
{
    return copy_looked(store, &((struct looking *)looking)->look, error);
}

static struct copy_look look(struct world *world, const char *account, const char *folder, const struct copy_flags *flags,
                             size_t count)
{
    struct looking looking = { .look = { .site = world->site, .folder = folder, .uid_validity = 1, .flags = flags,
                                         .count = count, .now = world->now,
                                         .account = config_account_by_id(world->site->config, account) } };
    if (store_transaction(world->store, look_job, &looking, &world->error) != 1)
        fail_msg("%s", world->error.text);
    return looking.look;
}

static void bears(struct world *world, const char *account, const struct copy_row *row, unsigned labels)
{
    struct copy_flags flags = { (uint32_t)row->uid, labels };
    look(world, account, row->folder, &flags, 1);
}

static const char *state_of(struct world *world, const char *ticket)
{
    struct ticket_row row;
    assert_int_equal(store_ticket_get(world->store, ticket, world->arena, &row, &world->error), 1);
    return arena_printf(world->arena, "%s %s %s %s", ticket_state_name(row.state), urgency_name(row.urgency), row.category,
                        row.assigned ? row.assigned : "-");
}

#define WANG "Wang <wang@customer.example>"

/* A complaint that an agent finds in her own account, too. */
static struct intake lies_in_annas_inbox(struct world *world)
{
    world_see(world, by_milter(world, "service"), complaint(world, 1, WANG));
    return lies_in(world, "anna", "INBOX", complaint(world, 1, WANG), false);
}

static void moving_a_mail_resolves_and_moving_it_back_reopens(void **state)
{
    struct world *world = *state;
    const char *text = complaint(world, 1, WANG);
    struct intake seen = lies_in(world, "service", "INBOX", text, false);
    const char *before = state_of(world, seen.ticket);
    world->now += MINUTE;
    lies_in(world, "service", "Complaints/Resolved", text, false);
    assert_memory_equal(state_of(world, seen.ticket), "resolved", 8);
    lies_in(world, "service", "Complaints/Resolved", text, false); /* another UID there: no second word */
    assert_int_equal(count_events(world, seen.ticket, EVENT_RESOLVE), 1);
    world->now += MINUTE;
    lies_in(world, "service", "INBOX", text, false);
    assert_string_equal(state_of(world, seen.ticket), before);
    lies_in(world, "service", "Archive", text, false);
    lies_in(world, "service", "Complaints/logistics/late", text, false);
    assert_string_equal(state_of(world, seen.ticket), "open normal logistics/late -");
    lies_in(world, "service", "Complaints/Not a complaint", text, false);
    lies_in(world, "service", "Archive", text, false); /* putting it away takes nothing back */
    assert_memory_equal(state_of(world, seen.ticket), "resolved", 8);
}

static void a_folder_that_is_read_anew_tells_nothing(void **state)
{
    struct world *world = *state;
    const char *text = complaint(world, 1, WANG);
    struct intake seen = lies_in(world, "service", "INBOX", text, false);
    lies_in(world, "service", "Complaints/Resolved", text, true);
    assert_int_equal(count_events(world, seen.ticket, EVENT_RESOLVE), 0);
}

static void a_filter_may_lay_new_mail_by_category(void **state)
{
    struct world *world = *state;
    struct intake seen = lies_in(world, "service", "Complaints/logistics", complaint(world, 1, WANG), false);
    assert_int_equal(count_events(world, seen.ticket, EVENT_CATEGORY), 0);
}

static void keywords_are_obeyed_and_their_going_takes_it_back(void **state)
{
    struct world *world = *state;
    struct intake seen = lies_in_annas_inbox(world);
    plan(world);
    label(world, "anna", seen.mail);
    struct copy_row row = row_of(world, "anna", seen.mail);
    bears(world, "anna", &row, BIT(HIGH) | BIT(MINE));
    assert_string_equal(state_of(world, seen.ticket), "open high quality/defect anna");
    bears(world, "anna", &row, BIT(HIGH) | BIT(MINE)); /* looked at again: nothing new */
    assert_int_equal(count_events(world, seen.ticket, EVENT_URGENCY), 1);
    bears(world, "anna", &row, 0);
    assert_string_equal(state_of(world, seen.ticket), "open normal quality/defect -");
    world->now += MINUTE;
    bears(world, "anna", &row, BIT(RESOLVED));
    plan(world);
    assert_int_equal(row_of(world, "anna", seen.mail).wanted, BIT(RESOLVED));
    label(world, "anna", seen.mail);
    bears(world, "anna", &row, 0);
    assert_memory_equal(state_of(world, seen.ticket), "open", 4);
}

static void no_keyword_stops_a_response_clock(void **state)
{
    struct world *world = *state;
    struct intake seen = lies_in_annas_inbox(world);
    plan(world);
    label(world, "anna", seen.mail);
    struct copy_row row = row_of(world, "anna", seen.mail);
    bears(world, "anna", &row, BIT(ANSWERED) | BIT(WAITING));
    assert_int_equal(stopped_at(world, seen.ticket), INSTANT_NONE);
    assert_int_equal(count_events(world, seen.ticket, EVENT_AGENT_REPLY), 0);
}

static void who_does_not_answer_for_the_mailbox_is_contradicted(void **state)
{
    struct world *world = *state;
    struct intake seen = lies_in(world, "billing", "INBOX", complaint(world, 1, WANG), false);
    if (!seen.ticket)
        fail_msg("no ticket");
    plan(world);
    label(world, "billing", seen.mail);
    struct copy_row row = row_of(world, "billing", seen.mail);
    bears(world, "billing", &row, row.borne | BIT(RESOLVED));
    assert_memory_equal(state_of(world, seen.ticket), "open", 4);
    row = row_of(world, "billing", seen.mail);
    assert_true((row.applied & ~row.wanted & row.ours & row.borne) & BIT(RESOLVED)); /* it will be taken away */
}

static void many_keywords_that_go_at_once_are_a_fault(void **state)
{
    enum { MANY = COPY_LOSSES_MAX + 2 };
    struct world *world = *state;
    struct copy_flags flags[MANY];
    const char *tickets[MANY];
    for (int i = 0; i < MANY; i++) {
        struct intake seen = lies_in(world, "service", "INBOX",
                                     complaint(world, i + 1, arena_printf(world->arena, "C%d <c%d@customer.example>", i, i)), false);
        tickets[i] = seen.ticket;
        lies_in(world, "service", "Complaints/Resolved",
                complaint(world, i + 1, arena_printf(world->arena, "C%d <c%d@customer.example>", i, i)), false);
        plan(world);
        label(world, "service", seen.mail);
        flags[i] = (struct copy_flags){ (uint32_t)row_of(world, "service", seen.mail).uid, 0 };
    }
    struct copy_look looked = look(world, "service", "Complaints/Resolved", flags, MANY);
    assert_int_equal(looked.distrusted, MANY);
    for (int i = 0; i < MANY; i++)
        assert_memory_equal(state_of(world, tickets[i]), "resolved", 8);
    struct copy_row *pending;
    size_t count;
    assert_int_equal(store_copy_pending(world->store, "service", 100, world->arena, &pending, &count, &world->error), 1);
    assert_int_equal(count, MANY); /* they are set again */
}

static void in_shadow_mode_nothing_is_obeyed(void **state)
{
    struct world *world = *state;
    world->mode = "shadow";
    world_load_site(world);
    const char *text = complaint(world, 1, WANG);
    struct intake seen = lies_in(world, "service", "INBOX", text, false);
    lies_in(world, "service", "Complaints/Resolved", text, false);
    assert_int_equal(count_events(world, seen.ticket, EVENT_RESOLVE), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_new, world_end)
    const struct CMUnitTest tests[] = {
        TEST(moving_a_mail_resolves_and_moving_it_back_reopens),
        TEST(a_folder_that_is_read_anew_tells_nothing),
        TEST(a_filter_may_lay_new_mail_by_category),
        TEST(keywords_are_obeyed_and_their_going_takes_it_back),
        TEST(no_keyword_stops_a_response_clock),
        TEST(who_does_not_answer_for_the_mailbox_is_contradicted),
        TEST(many_keywords_that_go_at_once_are_a_fault),
        TEST(in_shadow_mode_nothing_is_obeyed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
