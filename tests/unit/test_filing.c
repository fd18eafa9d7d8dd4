/* test_filing.c - mails go where the state of their ticket wants them, and what redress moves is no agent's word
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/intake_world.h"

#include "ticket/copy.h"
#include "ticket/filing.h"

#define WANG "Wang <wang@customer.example>"
#define FILING ",\"filing\":{\"waiting\":\"Complaints/Waiting\",\"resolved\":\"Complaints/Resolved/{category}\"}"

static int filing_begin(void **state)
{
    if (world_new(state) != 0)
        return -1;
    struct world *world = *state;
    world->service = FILING;
    world_load_site(world);
    return 0;
}

static int put_copy(struct store *store, void *intake, struct error *error)
{
    return copy_seen(store, intake, false, error);
}

static struct intake lies_in(struct world *world, const char *folder, const char *text)
{
    struct intake seen = world_see(world, in_folder(world, "service", folder, world->now), text);
    if (store_transaction(world->store, put_copy, &seen, &world->error) != 1)
        fail_msg("%s", world->error.text);
    return seen;
}

/* The wishes that are open. */
static size_t pending(struct world *world, struct filing_row **rows)
{
    size_t count;
    world_plan_copies(world);
    assert_int_equal(store_filing_pending(world->store, "service", 10, world->arena, rows, &count, &world->error), 1);
    return count;
}

static const char *state_of(struct world *world, const char *ticket)
{
    struct ticket_row row;
    assert_int_equal(store_ticket_get(world->store, ticket, world->arena, &row, &world->error), 1);
    return ticket_state_name(row.state);
}

struct act {
    struct site *site;
    const char *ticket;
    enum event_type type;
    instant now;
};

static int act_job(struct store *store, void *act_, struct error *error)
{
    struct act *act = act_;
    json_t *fields = act->type == EVENT_RESOLVE ? json_pack("{s:s}", "outcome", "solved") : json_object();
    struct desk_action action = { .site = act->site, .ticket = act->ticket, .type = act->type, .at = act->now, .now = act->now,
                                  .actor = "anna", .evidence = "told", .fields = fields };
    int done = desk_act(store, &action, error);
    json_decref(fields);
    return done;
}

static void act(struct world *world, const char *ticket, enum event_type type)
{
    struct act what = { world->site, ticket, type, world->now };
    world->now += MINUTE;
    what.now = world->now;
    if (store_transaction(world->store, act_job, &what, &world->error) != 1)
        fail_msg("%s", world->error.text);
}

/* As a visit that moves it: begun, and with `end` finished. */
static void moves(struct world *world, const struct filing_row *row, const char *to, bool end)
{
    struct filing_row done = *row;
    struct copy_row now = row->copy;
    assert_int_equal(store_filing_begin(world->store, row, to, &world->error), 1);
    if (!end)
        return;
    done.done = row->target;
    done.filed = strcmp(to, "INBOX") == 0 ? NULL : to;
    now.folder = to;
    now.uid = 900;
    assert_int_equal(store_filing_end(world->store, &done, &now, &world->error), 1);
}

static void a_resolved_ticket_wants_its_mail_filed_and_a_reopened_one_wants_it_back(void **state)
{
    struct world *world = *state;
    struct filing_row *rows;
    struct intake seen = lies_in(world, "INBOX", complaint(world, 1, WANG));
    assert_int_equal(pending(world, &rows), 0);
    act(world, seen.ticket, EVENT_RESOLVE);
    assert_int_equal(pending(world, &rows), 1);
    assert_string_equal(rows[0].target, "Complaints/Resolved/quality/defect");
    assert_true(filing_may_move(&rows[0], rows[0].copy.folder));
    moves(world, &rows[0], "Complaints/Resolved/quality/defect", true);
    assert_int_equal(pending(world, &rows), 0);
    act(world, seen.ticket, EVENT_REOPEN);
    assert_int_equal(pending(world, &rows), 1);
    assert_string_equal(rows[0].target, "INBOX");
    assert_string_equal(rows[0].copy.folder, "Complaints/Resolved/quality/defect");
    assert_true(filing_may_move(&rows[0], rows[0].copy.folder));
}

static void what_redress_moves_is_no_command_even_when_the_state_has_changed_since(void **state)
{
    struct world *world = *state;
    struct filing_row *rows;
    const char *text = complaint(world, 1, WANG);
    struct intake seen = lies_in(world, "INBOX", text);
    act(world, seen.ticket, EVENT_RESOLVE);
    assert_int_equal(pending(world, &rows), 1);
    moves(world, &rows[0], "Complaints/Resolved", false); /* … and dies before it could write down the end */
    act(world, seen.ticket, EVENT_REOPEN);
    world->now += MINUTE;
    lies_in(world, "Complaints/Resolved", text); /* found there by a round */
    assert_string_equal(state_of(world, seen.ticket), "open");
    assert_int_equal(count_events(world, seen.ticket, EVENT_RESOLVE), 1);
    assert_int_equal(pending(world, &rows), 1); /* the visit finds out what became of it */
    assert_string_equal(rows[0].moving, "Complaints/Resolved");
    assert_string_equal(rows[0].copy.folder, "INBOX");
}

static void an_agents_own_move_is_heard_and_not_undone(void **state)
{
    struct world *world = *state;
    struct filing_row *rows;
    const char *text = complaint(world, 1, WANG);
    struct intake seen = lies_in(world, "INBOX", text);
    act(world, seen.ticket, EVENT_RESOLVE);
    assert_int_equal(pending(world, &rows), 1);
    moves(world, &rows[0], "Complaints/Resolved", true);
    world->now += MINUTE;
    lies_in(world, "INBOX", text); /* an agent takes it back: that reopens */
    assert_string_equal(state_of(world, seen.ticket), "open");
    world->now += MINUTE;
    lies_in(world, "Tom's own", text);
    act(world, seen.ticket, EVENT_RESOLVE);
    assert_int_equal(pending(world, &rows), 1);
    assert_false(filing_may_move(&rows[0], rows[0].copy.folder));
}

static void a_mail_that_was_seen_elsewhere_meanwhile_keeps_that_place(void **state)
{
    struct world *world = *state;
    struct filing_row *rows;
    const char *text = complaint(world, 1, WANG);
    struct intake seen = lies_in(world, "INBOX", text);
    act(world, seen.ticket, EVENT_RESOLVE);
    assert_int_equal(pending(world, &rows), 1);
    struct filing_row before = rows[0];
    lies_in(world, "Elsewhere", text);
    moves(world, &before, "Complaints/Resolved", true);
    struct copy_row row;
    assert_int_equal(store_copy_get(world->store, seen.mail, "service", world->arena, &row, &world->error), 1);
    assert_string_equal(row.folder, "Elsewhere");
}

static void without_the_setting_nothing_is_planned(void **state)
{
    struct world *world = *state;
    struct filing_row *rows;
    world->service = NULL;
    world_load_site(world);
    struct intake seen = lies_in(world, "INBOX", complaint(world, 1, WANG));
    act(world, seen.ticket, EVENT_RESOLVE);
    assert_int_equal(pending(world, &rows), 0);
    assert_null(filing_of_account(world->site->config, "service"));
    world->service = FILING;
    world->mode = "shadow";
    world_load_site(world);
    assert_null(filing_of_account(world->site->config, "service"));
    world->mode = "live";
    world_load_site(world);
    assert_non_null(filing_of_account(world->site->config, "service"));
    assert_null(filing_of_account(world->site->config, "anna"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, filing_begin, world_end)
    const struct CMUnitTest tests[] = {
        TEST(a_resolved_ticket_wants_its_mail_filed_and_a_reopened_one_wants_it_back),
        TEST(what_redress_moves_is_no_command_even_when_the_state_has_changed_since),
        TEST(an_agents_own_move_is_heard_and_not_undone),
        TEST(a_mail_that_was_seen_elsewhere_meanwhile_keeps_that_place),
        TEST(without_the_setting_nothing_is_planned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
