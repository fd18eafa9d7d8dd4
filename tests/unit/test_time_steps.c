/* test_time_steps.c - a system clock that is set backwards or forwards does no harm (misuse.md, "clock games")
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/intake_world.h"
#include "ticket/outbox.h"

#define CUSTOMER WORLD_CUSTOMER
#define ANNA "anna@shop.example"

static void a_complaint_taken_while_the_clock_was_ahead_is_not_lost_when_it_is_set_back(void **state)
{
    struct world *world = *state;
    world->now = T0 + 3 * HOUR; /* three hours ahead */
    const char *ticket = world_open_ticket(world, 1);
    world->now = T0;
    world_tick(world);
    assert_int_equal(world_ticket(world, ticket).state, TICKET_OPEN);
    assert_int_equal(clock_of(world, ticket, CLOCK_FIRST_RESPONSE)->state, CLOCK_RUNNING);
    /* an answer at the true time stops it */
    world->now = T0 + 5 * MINUTE;
    struct intake reply = world_see(world, by_submission(world, "anna"),
                                    reply_to_complaint(world, 1, ANNA, "wang@customer.example"));
    assert_int_equal(reply.role, INTAKE_REPLY);
    assert_int_equal(clock_of(world, ticket, CLOCK_FIRST_RESPONSE)->state, CLOCK_MET);
    assert_int_equal(desk_compare(world->store, world->site, ticket, world->now, world->arena, &world->error), 1);
    /* and an operator may act at once */
    assert_int_equal(world_act(world, "operator:x", ticket, EVENT_RESOLVE, json_pack("{s:s}", "outcome", "solved")), 1);
    assert_int_equal(world_ticket(world, ticket).state, TICKET_RESOLVED);
}

static void a_later_mail_never_becomes_the_first_one(void **state)
{
    struct world *world = *state;
    world->now = T0 + 3 * HOUR;
    struct intake first = world_see(world, by_milter(world, "service"),
                                    mail_text(world, CUSTOMER, "service@shop.example", "Help", "c1@customer.example", NULL,
                                              "Your kettle gave me an electric shock, it is broken."));
    assert_int_equal(first.urgency, URGENCY_CRITICAL);
    world->now = T0;
    world_see(world, by_milter(world, "service"),
              mail_text(world, CUSTOMER, "service@shop.example", "Re: Help", "c2@customer.example",
                        "In-Reply-To: <c1@customer.example>", "Any news?"));
    assert_int_equal(world_ticket(world, first.ticket).urgency, URGENCY_CRITICAL);
    assert_int_equal(world_ticket(world, first.ticket).opened, T0 + 3 * HOUR);
}

static void mail_taken_after_a_step_forward_counts_and_nothing_is_closed_by_it(void **state)
{
    struct world *world = *state;
    const char *waiting = world_open_ticket(world, 1);
    world->now += MINUTE;
    assert_int_equal(world_act(world, "operator:x", waiting, EVENT_AGENT_REPLY, json_pack("{s:b}", "asks_customer", 1)), 1);
    assert_int_equal(world_ticket(world, waiting).state, TICKET_WAITING);
    /* for a moment the clock is 30 days ahead: silence resolves, in that future */
    world->now = T0 + 30 * DAY;
    world_tick(world);
    world->now = T0 + HOUR;
    struct intake more = world_see(world, by_milter(world, "service"),
                                   mail_text(world, CUSTOMER, "service@shop.example", "Re: Kettle", "c9@customer.example",
                                             "In-Reply-To: <c1@customer.example>", "It is still broken."));
    assert_string_equal(more.ticket, waiting);
    assert_int_equal(world_ticket(world, waiting).state, TICKET_OPEN); /* what is still to come has not happened */
    const struct ticket_clock *next = clock_of(world, waiting, CLOCK_NEXT_RESPONSE);
    assert_non_null(next);
    assert_int_equal(next->state, CLOCK_RUNNING);
}

static void no_follow_up_goes_out_because_the_clock_ran_back_and_forth(void **state)
{
    struct world *world = *state;
    struct outbox_row *rows;
    size_t count;
    const char *ticket = world_open_ticket(world, 1);
    world->now += HOUR;
    assert_int_equal(world_act(world, "operator:x", ticket, EVENT_AGENT_REPLY, json_pack("{s:b}", "offers_plan", 1)), 1);
    assert_int_equal(world_act(world, "operator:x", ticket, EVENT_RESOLVE, json_pack("{s:s}", "outcome", "solved")), 1);
    for (int i = 0; i < 3; i++) {
        world->now = i % 2 ? T0 + 2 * HOUR : T0 - 5 * HOUR;
        world_tick(world);
    }
    assert_int_equal(store_outbox_list(world->store, ticket, -1, INSTANT_NONE, 100, world->arena, &rows, &count, &world->error), 1);
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(rows[i].state, OUTBOX_SCHEDULED);
}

static void a_first_start_with_a_clock_ahead_does_not_shut_out_all_mail(void **state)
{
    struct world *world = *state;
    const char *kept;
    assert_int_equal(store_setting_keep(world->store, "cut_over", "2038-01-19T00:00:00Z", world->arena, &kept, &world->error), 1);
    struct config *config = world->site->config;
    config->cut_over = INSTANT_NONE;
    world_open_ticket(world, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_new, world_end)
    const struct CMUnitTest tests[] = {
        TEST(a_complaint_taken_while_the_clock_was_ahead_is_not_lost_when_it_is_set_back),
        TEST(a_later_mail_never_becomes_the_first_one),
        TEST(mail_taken_after_a_step_forward_counts_and_nothing_is_closed_by_it),
        TEST(no_follow_up_goes_out_because_the_clock_ran_back_and_forth),
        TEST(a_first_start_with_a_clock_ahead_does_not_shut_out_all_mail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
