/* test_fold_view.c - what is asked of a folded ticket: order, warnings, next due time; memory that is out
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/clock_script.h"

static void clocks_stand_in_order_of_start_name_and_event(void **state)
{
    (void)state;
    assert_lines("", NULL, "0:10",
                 "e1 0:00 customer_mail normal\ne2 0:00 agent_reply promise=3:00 promise=2:00\n"
                 "e3 0:00 agent_reply promise=1:00\n"
                 "e4 0:00 customer_mail normal\ne5 0:00 agent_reply\ne6 0:00 customer_mail low",
                 "open normal\n"
                 "first_response e1 normal 0:00-1:00 met 0:00 used 0 paused 0 why e1 e2\n"
                 "next_response e4 normal 0:00-2:00 met 0:00 used 0 paused 0 why e4 e5\n"
                 "next_response e6 normal 0:00-2:00 running - used 600 paused 0 why e6\n"
                 "plan e1 normal 0:00-3:00 running - used 600 paused 0 why e1\n"
                 "resolution e1 normal 0:00-8:00 running - used 600 paused 0 why e1\n"
                 "promise e2 normal 0:00-3:00 met 0:00 used 0 paused 0 why e2 e3\n"
                 "promise e2 normal 0:00-2:00 met 0:00 used 0 paused 0 why e2 e3\n"
                 "promise e3 normal 0:00-1:00 met 0:00 used 0 paused 0 why e3 e5\n");
}

static void warnings_respect_the_clocks_own_calendar_and_its_pauses(void **state)
{
    (void)state;
    struct event events[SCRIPT_EVENTS];
    instant promises[SCRIPT_EVENTS][SCRIPT_PROMISES];
    char script[] = "e1 0:00 customer_mail normal\ne2 1:00 agent_reply asks promise=1:00:03\n"
                 "e3 5:00 customer_mail low\ne4 6:00 agent_reply asks";
    struct policy *policy = script_policy(NULL);
    struct arena *arena = arena_new(SCRIPT_ARENA);
    struct ticket_view view;
    size_t count = script_events(script, events, promises);
    assert_int_equal(ticket_fold(events, count, policy, script_time("7:00"), arena, &view, NULL), 1);
    const struct ticket_clock *first = &view.clocks[0], *resolution = &view.clocks[2], *promise = &view.clocks[3];
    assert_int_equal(first->kind, CLOCK_FIRST_RESPONSE);
    assert_int_equal(ticket_clock_warning(&view, first, 80), script_time("0:48"));
    assert_int_equal(ticket_clock_warning(&view, first, 100), first->due);
    assert_int_equal(ticket_clock_warning(&view, first, 33), script_time("0:19:48"));
    /* 480 minutes, paused from 1:00 to 5:00 and again from 6:00, now 7:00. */
    assert_int_equal(resolution->kind, CLOCK_RESOLUTION);
    assert_int_equal(ticket_clock_warning(&view, resolution, 10), script_time("0:48"));
    assert_int_equal(ticket_clock_warning(&view, resolution, 20), script_time("5:36"));
    assert_int_equal(ticket_clock_warning(&view, resolution, 25), script_time("7:00"));
    assert_int_equal(ticket_clock_warning(&view, resolution, 50), script_time("9:00"));
    assert_int_equal(ticket_clock_warning(&view, resolution, 100), resolution->due);
    /* Three seconds: half of it is rounded up. */
    assert_int_equal(promise->kind, CLOCK_PROMISE);
    assert_int_equal(ticket_clock_warning(&view, promise, 50), script_time("1:00:02"));
    assert_int_equal(ticket_clock_warning(&view, promise, 100), promise->due);
    arena_free(arena);
    policy_free(policy);
}

static void the_next_due_is_the_earliest_of_what_still_runs(void **state)
{
    (void)state;
    struct event events[SCRIPT_EVENTS];
    instant promises[SCRIPT_EVENTS][SCRIPT_PROMISES];
    char script[] = "e1 0:00 customer_mail normal\ne2 1:00 agent_reply asks\ne3 1:30 customer_mail normal";
    struct policy *policy = script_policy(NULL);
    struct arena *arena = arena_new(SCRIPT_ARENA);
    struct ticket_view view;
    size_t count = script_events(script, events, promises);
    assert_int_equal(ticket_fold(events, count, policy, script_time("0:30"), arena, &view, NULL), 1);
    assert_int_equal(ticket_next_due(&view), script_time("1:00"));
    assert_int_equal(ticket_response_clock(&view)->kind, CLOCK_FIRST_RESPONSE);
    assert_int_equal(ticket_fold(events, count, policy, script_time("1:10"), arena, &view, NULL), 1);
    assert_int_equal(ticket_next_due(&view), script_time("3:00")); /* plan; resolution is paused */
    assert_null(ticket_response_clock(&view));
    assert_int_equal(ticket_fold(events, count, policy, script_time("1:30"), arena, &view, NULL), 1);
    assert_int_equal(ticket_response_clock(&view)->kind, CLOCK_NEXT_RESPONSE);
    assert_int_equal(ticket_fold(events, 0, policy, script_time("1:30"), arena, &view, NULL), 1);
    assert_int_equal(ticket_next_due(&view), INSTANT_NONE);
    arena_free(arena);
    policy_free(policy);
}

static void a_fold_without_memory_says_so(void **state)
{
    (void)state;
    struct event events[SCRIPT_EVENTS];
    instant promises[SCRIPT_EVENTS][SCRIPT_PROMISES];
    char script[] = "e1 0:00 customer_mail normal\ne2 1:00 agent_reply asks promise=9:00\n"
                 "e3 1:30 customer_mail normal\ne4 2:00 bounce e2\n"
                    "e5 3:00 agent_reply asks promise=9:00\ne6 4:00 urgency high agent\n"
                    "e7 5:00 customer_mail low\ne8 6:00 resolve solved\n"
                    "e9 7:00 customer_mail low";
    struct policy *policy = script_policy(NULL);
    size_t count = script_events(script, events, promises);
    int failures = 0, successes = 0;
    for (size_t room = 0; room < 16384; room += 16) {
        struct arena *arena = arena_new(room);
        struct ticket_view view;
        struct error error = { 0 };
        if (ticket_fold(events, count, policy, script_time("9:00"), arena, &view, &error) == 1) {
            successes++;
        } else {
            assert_int_equal(error.kind, ERROR_RETRY);
            failures++;
        }
        arena_free(arena);
    }
    assert_true(failures > 50 && successes > 50);
    policy_free(policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clocks_stand_in_order_of_start_name_and_event),
        cmocka_unit_test(warnings_respect_the_clocks_own_calendar_and_its_pauses),
        cmocka_unit_test(the_next_due_is_the_earliest_of_what_still_runs),
        cmocka_unit_test(a_fold_without_memory_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
