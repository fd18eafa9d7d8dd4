/* test_fold_ends.c - resolve, reopen, merge, bounces and promises, sentence by sentence of clocks.md
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/clock_script.h"

static void resolve_stops_resolution_and_promises_and_never_meets_a_response_clock(void **state)
{
    (void)state;
    assert_lines("", NULL, "20:00", "e1 0:00 customer_mail normal\ne2 0:30 resolve solved",
                 "resolved normal alert\n"
                 "first_response e1 normal 0:00-1:00 cancelled 0:30 used 1800 paused 0 why e1 e2\n"
                 "plan e1 normal 0:00-3:00 cancelled 0:30 used 1800 paused 0 why e1 e2\n"
                 "resolution e1 normal 0:00-8:00 met 0:30 used 1800 paused 0 why e1 e2\n");
    assert_lines("", NULL, "20:00", "e1 0:00 customer_mail normal\ne2 9:00 resolve solved",
                 "resolved normal alert\n"
                 "first_response e1 normal 0:00-1:00 missed 9:00 used 32400 paused 0 why e1 e2\n"
                 "plan e1 normal 0:00-3:00 missed 9:00 used 32400 paused 0 why e1 e2\n"
                 "resolution e1 normal 0:00-8:00 missed 9:00 used 32400 paused 0 why e1 e2\n");
    /* The moment of due itself is not later than due. */
    assert_lines("first", NULL, "20:00", "e1 0:00 customer_mail normal\ne2 1:00 resolve solved",
                 "first_response e1 normal 0:00-1:00 cancelled 1:00 used 3600 paused 0 why e1 e2\n");
    assert_lines("", NULL, "20:00",
                 "e1 0:00 customer_mail normal\ne2 0:30 agent_reply promise=2:00 promise=0:40\n"
                 "e3 0:45 customer_mail normal\n"
                 "e4 0:50 resolve solved",
                 "resolved normal\n"
                 "first_response e1 normal 0:00-1:00 met 0:30 used 1800 paused 0 why e1 e2\n"
                 "plan e1 normal 0:00-3:00 met 0:50 used 3000 paused 0 why e1 e4\n"
                 "resolution e1 normal 0:00-8:00 met 0:50 used 3000 paused 0 why e1 e4\n"
                 "promise e2 normal 0:30-2:00 met 0:50 used 1200 paused 0 why e2 e4\n"
                 "promise e2 normal 0:30-0:40 missed 0:50 used 1200 paused 0 why e2 e4\n"
                 "next_response e3 normal 0:45-2:45 cancelled 0:50 used 300 paused 0 why e3 e4\n");
}

static void a_plan_is_met_at_resolve_only_if_a_reply_counted_since_the_first_opening(void **state)
{
    (void)state;
    assert_lines("plan", NULL, "20:00", "e1 0:00 customer_mail normal\ne2 0:30 agent_reply\n"
                 "e3 1:00 bounce e2\ne4 2:00 resolve solved",
                 "plan e1 normal 0:00-3:00 cancelled 2:00 used 7200 paused 0 why e1 e4\n");
    assert_lines("plan", NULL, "20:00", "e1 0:00 customer_mail normal\ne2 0:30 agent_reply\n"
                 "e4 4:00 resolve solved",
                 "plan e1 normal 0:00-3:00 missed 4:00 used 14400 paused 0 why e1 e4\n");
    /* A plan has no second life. */
    assert_lines("plan", NULL, "20:00", "e1 0:00 customer_mail normal\ne2 0:30 resolve solved\n"
                 "e3 1:00 reopen\n"
                 "e4 2:00 agent_reply offers\ne5 3:00 resolve solved",
                 "plan e1 normal 0:00-3:00 cancelled 0:30 used 1800 paused 0 why e1 e2\n");
}

static void on_a_resolved_ticket_resolve_only_stops_the_promises_made_since(void **state)
{
    (void)state;
    assert_lines("", NULL, "20:00",
                 "e1 0:00 customer_mail low\ne2 0:10 agent_reply\ne3 0:20 resolve solved\n"
                 "e4 0:30 agent_reply asks offers promise=2:00\n"
                 "e5 1:00 resolve again",
                 "resolved low\n"
                 "first_response e1 low 0:00-4:00 met 0:10 used 600 paused 0 why e1 e2\n"
                 "resolution e1 low 0:00-24:00 met 0:20 used 1200 paused 0 why e1 e3\n"
                 "promise e4 low 0:30-2:00 met 1:00 used 1800 paused 0 why e4 e5\n");
    /* The first resolve stays the one that counts for closing and reopening. */
    assert_lines("ticket", "{'auto_close_after':'2h'}", "2:20",
                 "e1 0:00 customer_mail low\ne3 0:20 resolve spam\ne5 1:00 resolve solved", "closed low\n");
    assert_lines("ticket", "{'reopen_within':'1h'}", "2:20",
                 "e1 0:00 customer_mail low\ne3 0:20 resolve spam\ne5 1:00 resolve solved\n"
                 "e6 1:30 customer_mail low",
                 "resolved low\n");
}

static void reopen_gives_a_resolved_ticket_a_new_resolution_clock_and_nothing_else(void **state)
{
    (void)state;
    assert_lines("", NULL, "2:00", "e1 0:00 customer_mail low\ne2 0:10 reopen\ne3 0:20 resolve spam\n"
                 "e4 1:00 reopen\ne5 1:10 reopen",
                 "open low\n"
                 "first_response e1 low 0:00-4:00 cancelled 0:20 used 1200 paused 0 why e1 e3\n"
                 "resolution e1 low 0:00-24:00 met 0:20 used 1200 paused 0 why e1 e3\n"
                 "resolution e4 low 1:00-25:00 running - used 3600 paused 0 why e4\n");
    /* It knows no limit of time. */
    assert_lines("ticket", "{'reopen_within':'1h','auto_close_after':'1h'}", "99:00",
                 "e1 0:00 customer_mail low\ne3 0:20 resolve spam\ne4 90:00 reopen", "open low\n");
    /* The next mail then starts next_response. */
    assert_lines("next", NULL, "3:00", "e1 0:00 customer_mail low\ne3 0:20 resolve spam\ne4 1:00 reopen\n"
                 "e5 2:00 customer_mail low",
                 "next_response e5 low 2:00-8:00 running - used 3600 paused 0 why e5\n");
}

static void a_mail_reopens_within_the_window_unless_it_only_says_thanks(void **state)
{
    (void)state;
    static const char *const hour = "{'reopen_within':'1h','auto_close_after':'30m'}";
    assert_lines("", hour, "2:00", "e1 0:00 customer_mail low\ne2 0:20 resolve spam\n"
                 "e3 1:20 customer_mail critical",
                 "open low\n"
                 "first_response e1 low 0:00-4:00 cancelled 0:20 used 1200 paused 0 why e1 e2\n"
                 "resolution e1 low 0:00-24:00 met 0:20 used 1200 paused 0 why e1 e2\n"
                 "next_response e3 low 1:20-7:20 running - used 2400 paused 0 why e3\n"
                 "resolution e3 low 1:20-25:20 running - used 2400 paused 0 why e3\n");
    assert_lines("ticket", hour, "2:00", "e1 0:00 customer_mail low\ne2 0:20 resolve spam\n"
                 "e3 1:20:01 customer_mail low", "closed low\n");
    assert_lines("next", hour, "2:00", "e1 0:00 customer_mail low\ne2 0:20 resolve spam\n"
                 "e3 1:20:01 customer_mail low", "");
    assert_lines("ticket", hour, "0:40", "e1 0:00 customer_mail low\ne2 0:20 resolve spam\n"
                 "e3 0:30 customer_mail low thanks",
                 "resolved low\n");
    assert_lines("ticket", "{'reopen_within':null}", "9999:00", "e1 0:00 customer_mail low\n"
                 "e2 0:20 resolve spam\ne3 9998:00 customer_mail low",
                 "open low\n");
    assert_lines("ticket", "{'reopen_within':'absent'}", "9999:00", "e1 0:00 customer_mail low\n"
                 "e2 0:20 resolve spam\ne3 9998:00 customer_mail low",
                 "open low\n");
}

static void a_resolved_ticket_closes_after_its_time_at_now(void **state)
{
    (void)state;
    static const char *const script = "e1 0:00 customer_mail low\ne2 0:20 resolve spam";
    assert_lines("ticket", "{'auto_close_after':'1h'}", "1:19:59", script, "resolved low\n");
    assert_lines("ticket", "{'auto_close_after':'1h'}", "1:20", script, "closed low\n");
    assert_lines("ticket", "{'auto_close_after':'0m'}", "0:20", script, "closed low\n");
    assert_lines("ticket", "{'auto_close_after':null}", "99999:00", script, "resolved low\n");
    assert_lines("ticket", "{'auto_close_after':'absent'}", "99999:00", script, "resolved low\n");
}

static void merging_or_erasing_ends_the_running_clocks_and_the_ticket(void **state)
{
    (void)state;
    assert_lines("", NULL, "9:00",
                 "e1 0:00 customer_mail normal\ne2 0:10 agent_reply asks promise=1:00 promise=5:00\n"
                 "e3 3:00:01 merge_into\n"
                 "e4 4:00 customer_mail critical\ne5 4:10 agent_reply promise=9:00\n"
                 "e6 4:20 urgency critical agent\ne7 5:00 reopen\ne8 6:00 erase",
                 "closed normal\n"
                 "first_response e1 normal 0:00-1:00 met 0:10 used 600 paused 0 why e1 e2\n"
                 "plan e1 normal 0:00-3:00 missed 3:00:01 used 10801 paused 0 why e1 e3\n"
                 "resolution e1 normal 0:00-10:50:01 cancelled 3:00:01 used 600 paused 10201 why e1 e2 e3\n"
                 "promise e2 normal 0:10-1:00 missed 3:00:01 used 10201 paused 0 why e2 e3\n"
                 "promise e2 normal 0:10-5:00 cancelled 3:00:01 used 10201 paused 0 why e2 e3\n");
    assert_lines("ticket", NULL, "9:00", "e1 0:00 customer_mail normal\ne2 1:00 resolve solved\n"
                 "e3 2:00 erase", "closed normal\n");
}

static void a_bounce_leaves_the_reply_out_whatever_the_order_of_their_times(void **state)
{
    (void)state;
    static const char *const expected =
        "open low\n"
        "first_response e1 low 0:00-4:00 running - used 7200 paused 0 why e1\n"
        "resolution e1 low 0:00-24:00 running - used 7200 paused 0 why e1\n";
    assert_lines("", NULL, "2:00", "e1 0:00 customer_mail low\ne2 0:10 agent_reply offers asks\n"
                 "e3 1:00 bounce e2", expected);
    assert_lines("", NULL, "2:00", "e1 0:00 customer_mail low\ne2 1:00 agent_reply offers asks\n"
                 "e3 0:10 bounce e2", expected);
    assert_lines("", NULL, "2:00", "e3 0:10 bounce e2\ne2 0:10 agent_reply asks\n"
                 "e1 0:00 customer_mail low", expected);
    /* The next reply then is the answer; a mail after the bounced one starts nothing. */
    assert_lines("", NULL, "2:00",
                 "e1 0:00 customer_mail low\ne2 0:10 agent_reply asks\ne3 1:00 bounce e2\n"
                 "e4 0:30 customer_mail low\ne5 0:40 agent_reply",
                 "open low\n"
                 "first_response e1 low 0:00-4:00 met 0:40 used 2400 paused 0 why e1 e5\n"
                 "resolution e1 low 0:00-24:00 running - used 7200 paused 0 why e1\n");
    /* Bounces of what is no reply do nothing. */
    assert_lines("", NULL, "2:00", "e1 0:00 customer_mail low\ne2 0:10 auto_ack\ne3 1:00 bounce e2\n"
                 "e4 0:20 internal_mail\ne5 1:30 bounce e4",
                 expected);
}

static void promises_of_a_bounced_reply_stay_visible_as_withdrawn(void **state)
{
    (void)state;
    assert_lines("promise", NULL, "9:00",
                 "e1 0:00 customer_mail low\ne2 0:10 agent_reply promise=0:30 promise=5:00\n"
                 "e3 0:20 agent_reply\ne4 1:00 bounce e2\ne5 2:00 bounce e2",
                 "promise e2 low 0:10-0:30 withdrawn 1:00 used 3000 paused 0 why e2 e4\n"
                 "promise e2 low 0:10-5:00 withdrawn 1:00 used 3000 paused 0 why e2 e4\n");
    /* Stopped at the reply itself when the bounce's time is earlier; why in fold order. */
    assert_lines("promise", NULL, "9:00",
                 "e1 0:00 customer_mail low\ne2 1:10 agent_reply promise=5:00\ne3 0:20 bounce e2\n"
                 "e4 0:40 urgency high agent\ne5 2:00 urgency critical agent",
                 "promise e2 high 1:10-5:00 withdrawn 1:10 used 0 paused 0 why e3 e2\n");
    /* The ticket's urgency in force at its stop. */
    assert_lines("promise", NULL, "9:00",
                 "e1 0:00 customer_mail low\ne2 0:10 agent_reply promise=5:00\n"
                 "e3 0:20 urgency high agent\ne4 1:00 bounce e2\ne5 2:00 urgency critical agent",
                 "promise e2 high 0:10-5:00 withdrawn 1:00 used 3000 paused 0 why e2 e4\n");
    /* A reply that is left out does not stop the promise of an earlier one. */
    assert_lines("promise", NULL, "3:00",
                 "e1 0:00 customer_mail low\ne2 0:10 agent_reply promise=1:00\n"
                 "e3 0:20 agent_reply promise=2:00\ne4 0:30 bounce e3",
                 "promise e2 low 0:10-1:00 missed - used 10200 paused 0 why e2\n"
                 "promise e3 low 0:20-2:00 withdrawn 0:30 used 600 paused 0 why e3 e4\n");
}

static void a_bounce_withdraws_an_earlier_reply_also_after_the_end(void **state)
{
    (void)state;
    assert_lines("", NULL, "9:00",
                 "e1 0:00 customer_mail low\ne2 0:10 agent_reply promise=5:00\ne3 0:20 erase\n"
                 "e4 1:00 bounce e2\n"
                 "e5 1:10 agent_reply promise=5:00\ne6 1:20 bounce e5",
                 "closed low\n"
                 "first_response e1 low 0:00-4:00 cancelled 0:20 used 1200 paused 0 why e1 e3\n"
                 "resolution e1 low 0:00-24:00 cancelled 0:20 used 1200 paused 0 why e1 e3\n"
                 "promise e2 low 0:10-5:00 withdrawn 1:00 used 3000 paused 0 why e2 e4\n");
}

static void a_promise_runs_to_its_due_until_the_next_reply_or_resolve(void **state)
{
    (void)state;
    assert_lines("promise", NULL, "3:00",
                 "e1 0:00 customer_mail low\ne2 0:10 agent_reply promise=1:00\n"
                 "e3 1:00 agent_reply promise=2:00\ne4 1:30 customer_mail low\n"
                 "e5 2:00:01 agent_reply promise=9:00",
                 "promise e2 low 0:10-1:00 met 1:00 used 3000 paused 0 why e2 e3\n"
                 "promise e3 low 1:00-2:00 missed 2:00:01 used 3601 paused 0 why e3 e5\n"
                 "promise e5 low 2:00:01-9:00 running - used 3599 paused 0 why e5\n");
    /* Also one made on a resolved ticket; a due before the reply is missed at once. */
    assert_lines("promise", NULL, "3:00",
                 "e1 0:00 customer_mail low\ne2 0:10 resolve spam\ne3 1:00 agent_reply promise=2:00\n"
                 "e4 1:30 agent_reply promise=1:00",
                 "promise e3 low 1:00-2:00 met 1:30 used 1800 paused 0 why e3 e4\n"
                 "promise e4 low 1:30-1:00 missed - used 5400 paused 0 why e4\n");
}

static void the_ticket_waits_from_a_question_or_offer_to_the_next_mail_or_end(void **state)
{
    (void)state;
    assert_lines("ticket", NULL, "3:00", "e1 0:00 customer_mail low\ne2 0:10 agent_reply", "open low\n");
    assert_lines("ticket", NULL, "3:00", "e1 0:00 customer_mail low\ne2 0:10 agent_reply asks\n"
                 "e3 0:20 agent_reply", "waiting low\n");
    assert_lines("ticket", NULL, "3:00", "e1 0:00 customer_mail low\ne2 0:10 agent_reply offers\n"
                 "e3 0:20 customer_mail low thanks", "open low\n");
    assert_lines("ticket", NULL, "3:00", "e1 0:00 customer_mail low\ne2 0:10 agent_reply offers\n"
                 "e3 0:20 resolve solved", "resolved low\n");
    assert_lines("ticket", NULL, "3:00", "e1 0:00 customer_mail low\ne2 0:10 agent_reply asks\n"
                 "e3 0:20 merge_into", "closed low\n");
    assert_lines("ticket", NULL, "3:00", "e1 0:00 customer_mail low\ne2 0:10 agent_reply asks\n"
                 "e3 0:20 bounce e2", "open low\n");
    /* On a resolved ticket a reply changes no state; after reopen the ticket is open. */
    assert_lines("ticket", NULL, "3:00", "e1 0:00 customer_mail low\ne2 0:10 resolve spam\n"
                 "e3 0:20 agent_reply asks", "resolved low\n");
    assert_lines("ticket", NULL, "3:00", "e1 0:00 customer_mail low\ne2 0:10 agent_reply asks\n"
                 "e3 0:20 resolve solved\ne4 0:30 reopen", "open low\n");
}

static void a_resolve_without_an_answer_raises_an_alert(void **state)
{
    (void)state;
    static const char *const silent[] = { "spam", "duplicate", "no_complaint", "silence" };
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++) {
        char script[200];
        snprintf(script, sizeof script, "e1 0:00 customer_mail low\ne2 0:10 resolve %s", silent[i]);
        assert_lines("ticket", NULL, "3:00", script, "resolved low\n");
    }
    assert_lines("ticket", NULL, "3:00", "e1 0:00 customer_mail low\n"
                 "e2 0:10 resolve solved", "resolved low alert\n");
    assert_lines("ticket", NULL, "3:00", "e1 0:00 customer_mail low\ne2 0:05 agent_reply\n"
                 "e3 0:10 resolve solved", "resolved low\n");
    assert_lines("ticket", NULL, "3:00", "e1 0:00 customer_mail low\ne2 0:10 resolve solved\n"
                 "e3 0:20 agent_reply", "resolved low alert\n");
    /* The bounce of the only reply, whatever the outcome. */
    assert_lines("ticket", NULL, "3:00", "e1 0:00 customer_mail low\ne2 0:05 agent_reply\n"
                 "e3 0:10 resolve silence\ne4 0:20 bounce e2",
                 "resolved low alert\n");
    assert_lines("ticket", NULL, "3:00", "e1 0:00 customer_mail low\ne2 0:05 agent_reply\n"
                 "e3 0:06 agent_reply\ne4 0:10 resolve silence\ne5 0:20 bounce e2",
                 "resolved low\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resolve_stops_resolution_and_promises_and_never_meets_a_response_clock),
        cmocka_unit_test(a_plan_is_met_at_resolve_only_if_a_reply_counted_since_the_first_opening),
        cmocka_unit_test(on_a_resolved_ticket_resolve_only_stops_the_promises_made_since),
        cmocka_unit_test(reopen_gives_a_resolved_ticket_a_new_resolution_clock_and_nothing_else),
        cmocka_unit_test(a_mail_reopens_within_the_window_unless_it_only_says_thanks),
        cmocka_unit_test(a_resolved_ticket_closes_after_its_time_at_now),
        cmocka_unit_test(merging_or_erasing_ends_the_running_clocks_and_the_ticket),
        cmocka_unit_test(a_bounce_leaves_the_reply_out_whatever_the_order_of_their_times),
        cmocka_unit_test(promises_of_a_bounced_reply_stay_visible_as_withdrawn),
        cmocka_unit_test(a_bounce_withdraws_an_earlier_reply_also_after_the_end),
        cmocka_unit_test(a_promise_runs_to_its_due_until_the_next_reply_or_resolve),
        cmocka_unit_test(the_ticket_waits_from_a_question_or_offer_to_the_next_mail_or_end),
        cmocka_unit_test(a_resolve_without_an_answer_raises_an_alert),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
