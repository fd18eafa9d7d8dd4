/* test_fold.c - what starts, stops and pauses clocks, and urgency, sentence by sentence of clocks.md
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/clock_script.h"

static void the_first_mail_opens_the_ticket_and_starts_three_clocks(void **state)
{
    (void)state;
    assert_lines("", NULL, "0:30", "e1 0:00 customer_mail normal",
                 "open normal\n"
                 "first_response e1 normal 0:00-1:00 running - used 1800 paused 0 why e1\n"
                 "plan e1 normal 0:00-3:00 running - used 1800 paused 0 why e1\n"
                 "resolution e1 normal 0:00-8:00 running - used 1800 paused 0 why e1\n");
    /* Also one that only says thanks. */
    assert_lines("first", NULL, "0:00", "e1 0:00 customer_mail high thanks",
                 "first_response e1 high 0:00-0:30 running - used 0 paused 0 why e1\n");
}

static void nothing_before_the_first_mail_has_any_effect(void **state)
{
    (void)state;
    assert_lines("", NULL, "9:00", "", "none\n");
    assert_lines("", NULL, "9:00", "e1 1:00 agent_reply promise=2:00\ne2 2:00 resolve solved\n"
                 "e3 3:00 erase", "none\n");
    assert_lines("", NULL, "0:59", "e1 1:00 customer_mail low", "none\n");
    assert_lines("", NULL, "1:00",
                 "e0 0:10 erase\ne2 0:20 urgency critical agent\ne3 0:30 agent_reply promise=2:00\n"
                 "e1 1:00 customer_mail low",
                 "open low\n"
                 "first_response e1 low 1:00-5:00 running - used 0 paused 0 why e1\n"
                 "resolution e1 low 1:00-25:00 running - used 0 paused 0 why e1\n");
    /* Not even a bounce there. */
    assert_lines("first", NULL, "4:00", "e3 0:10 bounce e2\ne1 1:00 customer_mail low\ne2 1:30 agent_reply",
                 "first_response e1 low 1:00-5:00 met 1:30 used 1800 paused 0 why e1 e2\n");
}

static void events_later_than_now_have_not_happened(void **state)
{
    (void)state;
    assert_lines("first", NULL, "0:30", "e1 0:00 customer_mail normal\ne2 0:31 agent_reply",
                 "first_response e1 normal 0:00-1:00 running - used 1800 paused 0 why e1\n");
    assert_lines("first", NULL, "0:31", "e1 0:00 customer_mail normal\ne2 0:31 agent_reply",
                 "first_response e1 normal 0:00-1:00 met 0:31 used 1860 paused 0 why e1 e2\n");
    assert_lines("first", NULL, "0:40", "e1 0:00 customer_mail normal\ne2 0:31 agent_reply\n"
                 "e3 0:41 bounce e2",
                 "first_response e1 normal 0:00-1:00 met 0:31 used 1860 paused 0 why e1 e2\n");
}

static void events_are_folded_in_order_of_moment_then_arrival(void **state)
{
    (void)state;
    assert_lines("first", NULL, "5:00", "e2 0:31 agent_reply\ne1 0:00 customer_mail normal",
                 "first_response e1 normal 0:00-1:00 met 0:31 used 1860 paused 0 why e1 e2\n");
    /* At the same moment the one that arrived first comes first: this reply was before the mail. */
    assert_lines("first", NULL, "5:00", "e2 0:00 agent_reply\ne1 0:00 customer_mail normal",
                 "first_response e1 normal 0:00-1:00 missed - used 18000 paused 0 why e1\n");
    assert_lines("first", NULL, "5:00", "e1 0:00 customer_mail normal\ne2 0:00 agent_reply",
                 "first_response e1 normal 0:00-1:00 met 0:00 used 0 paused 0 why e1 e2\n");
}

static void a_reply_stops_the_response_clock_met_at_or_before_due_else_missed(void **state)
{
    (void)state;
    assert_lines("first", NULL, "5:00", "e1 0:00 customer_mail normal\ne2 1:00 agent_reply",
                 "first_response e1 normal 0:00-1:00 met 1:00 used 3600 paused 0 why e1 e2\n");
    assert_lines("first", NULL, "5:00", "e1 0:00 customer_mail normal\ne2 1:00:01 agent_reply\n"
                 "e3 2:00 agent_reply",
                 "first_response e1 normal 0:00-1:00 missed 1:00:01 used 3601 paused 0 why e1 e2\n");
    assert_lines("first", NULL, "1:00", "e1 0:00 customer_mail normal",
                 "first_response e1 normal 0:00-1:00 running - used 3600 paused 0 why e1\n");
    assert_lines("first", NULL, "1:00:01", "e1 0:00 customer_mail normal",
                 "first_response e1 normal 0:00-1:00 missed - used 3601 paused 0 why e1\n");
}

static void what_is_no_answer_stops_nothing(void **state)
{
    (void)state;
    assert_lines("", NULL, "0:30",
                 "e1 0:00 customer_mail normal\ne2 0:01 auto_ack\ne3 0:02 internal_mail\ne4 0:03 draft\n"
                 "e5 0:04 note",
                 "open normal\n"
                 "first_response e1 normal 0:00-1:00 running - used 1800 paused 0 why e1\n"
                 "plan e1 normal 0:00-3:00 running - used 1800 paused 0 why e1\n"
                 "resolution e1 normal 0:00-8:00 running - used 1800 paused 0 why e1\n");
}

static void a_later_mail_starts_next_response_only_if_no_response_clock_runs(void **state)
{
    (void)state;
    assert_lines("next", NULL, "9:00", "e1 0:00 customer_mail normal\ne2 0:10 customer_mail normal\n"
                 "e3 5:00 customer_mail low",
                 "");
    assert_lines("next", NULL, "9:00",
                 "e1 0:00 customer_mail normal\ne2 0:10 agent_reply\ne3 1:00 customer_mail low\n"
                 "e4 8:00 customer_mail low\n"
                 "e5 8:30 agent_reply\ne6 8:45 customer_mail low",
                 "next_response e3 normal 1:00-3:00 missed 8:30 used 27000 paused 0 why e3 e5\n"
                 "next_response e6 normal 8:45-10:45 running - used 900 paused 0 why e6\n");
    assert_lines("next", NULL, "9:00", "e1 0:00 customer_mail normal\ne2 0:10 agent_reply\n"
                 "e3 1:00 customer_mail low thanks",
                 "");
    /* Its urgency does nothing by itself. */
    assert_lines("ticket", NULL, "9:00", "e1 0:00 customer_mail normal\n"
                 "e2 0:10 customer_mail critical", "open normal\n");
}

static void a_reply_answers_all_mails_before_it(void **state)
{
    (void)state;
    assert_lines("", NULL, "0:30", "e1 0:00 customer_mail low\ne2 0:10 customer_mail low\n"
                 "e3 0:20 agent_reply",
                 "open low\n"
                 "first_response e1 low 0:00-4:00 met 0:20 used 1200 paused 0 why e1 e3\n"
                 "resolution e1 low 0:00-24:00 running - used 1800 paused 0 why e1\n");
}

static void a_reply_with_a_plan_stops_plan_for_good(void **state)
{
    (void)state;
    assert_lines("plan", NULL, "9:00", "e1 0:00 customer_mail normal\ne2 0:10 agent_reply asks\n"
                 "e3 0:20 agent_reply offers\n"
                 "e4 0:30 customer_mail normal\ne5 0:40 agent_reply offers",
                 "plan e1 normal 0:00-3:00 met 0:20 used 1200 paused 0 why e1 e3\n");
}

static void asking_or_offering_pauses_resolution_until_the_next_mail(void **state)
{
    (void)state;
    assert_lines("resolution", NULL, "3:00", "e1 0:00 customer_mail normal\ne2 1:00 agent_reply asks",
                 "resolution e1 normal 0:00-10:00 paused - used 3600 paused 7200 why e1 e2\n");
    assert_lines("resolution", NULL, "3:00", "e1 0:00 customer_mail normal\ne2 1:00 agent_reply offers\n"
                 "e3 2:00 customer_mail low",
                 "resolution e1 normal 0:00-9:00 running - used 7200 paused 3600 why e1 e2 e3\n");
    /* Also a mail that only says thanks ends it; a further reply neither ends nor begins it. */
    assert_lines("resolution", NULL, "4:00",
                 "e1 0:00 customer_mail normal\ne2 1:00 agent_reply offers\ne3 2:00 agent_reply\n"
                 "e4 2:30 agent_reply asks\n"
                 "e5 3:00 customer_mail low thanks",
                 "resolution e1 normal 0:00-10:00 running - used 7200 paused 7200 why e1 e2 e5\n");
    assert_lines("", "{'pause_resolution_while_waiting':false}", "3:00",
                 "e1 0:00 customer_mail low\ne2 1:00 agent_reply asks",
                 "waiting low\n"
                 "first_response e1 low 0:00-4:00 met 1:00 used 3600 paused 0 why e1 e2\n"
                 "resolution e1 low 0:00-24:00 running - used 10800 paused 0 why e1\n");
}

static void a_pause_exactly_at_due_moves_it_and_one_after_due_moves_nothing(void **state)
{
    (void)state;
    assert_lines("resolution", NULL, "11:00", "e1 0:00 customer_mail normal\ne2 8:00 agent_reply asks\n"
                 "e3 10:00 customer_mail low",
                 "resolution e1 normal 0:00-10:00 missed - used 32400 paused 7200 why e1 e2 e3\n");
    assert_lines("resolution", NULL, "9:00", "e1 0:00 customer_mail normal\ne2 8:00 agent_reply asks",
                 "resolution e1 normal 0:00-9:00 paused - used 28800 paused 3600 why e1 e2\n");
    assert_lines("resolution", NULL, "9:00", "e1 0:00 customer_mail normal\ne2 8:00:01 agent_reply asks",
                 "resolution e1 normal 0:00-8:00 missed - used 28801 paused 3599 why e1 e2\n");
    /* Stopped while paused: as if it resumed at the stop. */
    assert_lines("resolution", NULL, "9:00", "e1 0:00 customer_mail normal\ne2 1:00 agent_reply asks\n"
                 "e3 5:00 resolve solved",
                 "resolution e1 normal 0:00-12:00 met 5:00 used 3600 paused 14400 why e1 e2 e3\n");
}

static void due_goes_through_the_stretches_of_working_time_between_pauses(void **state)
{
    (void)state;
    static const char *const office =
        "{'targets':{'critical':{'calendar':'office'},'high':{'calendar':'office'},'low':{'calendar':'office'},"
        "'normal':{'calendar':'office','resolution':'8h'}}}";
    /* Monday 16:00 to 17:00, a pause overnight that costs two working hours, then seven hours. */
    assert_lines("resolution", office, "40:00",
                 "e1 16:00 customer_mail normal\ne2 17:00 agent_reply asks\ne3 35:00 customer_mail normal",
                 "resolution e1 normal 16:00-58:00 running - used 21600 paused 64800 why e1 e2 e3\n");
    /* Due is the end of a span (Monday 17:00); a pause from there moves it to where it ends, also at night. */
    assert_lines("resolution", office, "40:00",
                 "e1 9:00 customer_mail normal\ne2 17:00 agent_reply asks\ne3 20:00 customer_mail normal",
                 "resolution e1 normal 9:00-20:00 missed - used 54000 paused 10800 why e1 e2 e3\n");
}

static void rules_raise_only_and_never_make_a_clock_later(void **state)
{
    (void)state;
    assert_lines("", NULL, "0:20", "e1 0:00 customer_mail normal\ne2 0:10 urgency high rules\n"
                 "e3 0:15 urgency low rules",
                 "open high\n"
                 "first_response e1 high 0:00-0:30 running - used 1200 paused 0 why e1 e2\n"
                 "plan e1 high 0:00-1:00 running - used 1200 paused 0 why e1 e2\n"
                 "resolution e1 high 0:00-4:00 running - used 1200 paused 0 why e1 e2\n");
    static const char *const later =
        "{'targets':{'critical':{'calendar':'always'},"
        "'high':{'calendar':'office','first_response':'2h','plan':'30m','resolution':'10h'},"
        "'normal':{'calendar':'always','first_response':'2h','plan':'10h','resolution':'8h'},'low':{'calendar':'always'}}}";
    /* From 8:00 on an office calendar two hours end at 11:00, later than 10:00: kept. Plan gets earlier. */
    assert_lines("", later, "9:10", "e1 8:00 customer_mail normal\ne2 8:30 urgency high rules",
                 "open high\n"
                 "first_response e1 high 8:00-10:00 running - used 4200 paused 0 why e1 e2\n"
                 "plan e1 high 8:00-9:30 running - used 600 paused 0 why e1 e2\n"
                 "resolution e1 high 8:00-16:00 running - used 4200 paused 0 why e1 e2\n");
    /* Equal due: it takes the new calendar. */
    assert_lines("first", later, "9:10", "e1 9:00 customer_mail normal\ne2 9:05 urgency high rules",
                 "first_response e1 high 9:00-11:00 running - used 600 paused 0 why e1 e2\n");
    /* Rules never hide a clock. */
    assert_lines("", later, "9:10", "e1 9:00 customer_mail normal\ne2 9:05 urgency critical rules",
                 "open critical\n"
                 "first_response e1 critical 9:00-11:00 running - used 600 paused 0 why e1 e2\n"
                 "plan e1 critical 9:00-19:00 running - used 600 paused 0 why e1 e2\n"
                 "resolution e1 critical 9:00-17:00 running - used 600 paused 0 why e1 e2\n");
}

static void rules_compare_a_paused_clock_as_if_it_resumed_at_that_moment(void **state)
{
    (void)state;
    /* One hour used; resumed at 2:00 the old due is 9:00 and the new one 5:00. */
    assert_lines("resolution", NULL, "3:00", "e1 0:00 customer_mail normal\ne2 1:00 agent_reply asks\n"
                 "e3 2:00 urgency high rules",
                 "resolution e1 high 0:00-6:00 paused - used 3600 paused 7200 why e1 e2 e3\n");
    static const char *const office =
        "{'targets':{'critical':{'calendar':'office','resolution':'2h'},'high':{'calendar':'always'},"
        "'normal':{'calendar':'always','resolution':'4h'},'low':{'calendar':'always'}}}";
    /* 8:00 to 10:00: two hours of always are used, one of office. Resumed at 17:00 the old due is 19:00,
     * the new one Tuesday 10:00: kept. Resumed at 12:00 it is 14:00 against 13:00: taken. */
    assert_lines("resolution", office, "18:00",
                 "e1 8:00 customer_mail normal\ne2 10:00 agent_reply asks\ne3 17:00 urgency critical rules",
                 "resolution e1 critical 8:00-20:00 paused - used 7200 paused 28800 why e1 e2 e3\n");
    assert_lines("resolution", office, "14:00",
                 "e1 8:00 customer_mail normal\ne2 10:00 agent_reply asks\ne3 12:00 urgency critical rules",
                 "resolution e1 critical 8:00-15:00 paused - used 3600 paused 14400 why e1 e2 e3\n");
}

static void an_agent_sets_the_urgency_and_each_running_clock_follows_from_its_own_start(void **state)
{
    (void)state;
    assert_lines("", NULL, "2:00", "e1 0:00 customer_mail high\ne2 0:10 agent_reply\n"
                 "e3 0:20 urgency low agent",
                 "open low\n"
                 "first_response e1 high 0:00-0:30 met 0:10 used 600 paused 0 why e1 e2\n"
                 "resolution e1 low 0:00-24:00 running - used 7200 paused 0 why e1 e3\n");
    /* A due that has passed may lie ahead again. */
    assert_lines("first", NULL, "2:00", "e1 0:00 customer_mail high\ne2 1:00 urgency low agent",
                 "first_response e1 low 0:00-4:00 running - used 7200 paused 0 why e1 e2\n");
    /* It takes a target away and gives one, with the clock's own start. */
    assert_lines("plan", NULL, "2:00", "e1 0:00 customer_mail normal\ne2 1:00 urgency low agent", "");
    assert_lines("plan", NULL, "2:00", "e1 0:00 customer_mail low\ne2 1:00 urgency normal agent",
                 "plan e1 normal 0:00-3:00 running - used 7200 paused 0 why e1 e2\n");
    assert_lines("plan", NULL, "2:00", "e1 0:00 customer_mail low\ne2 1:00 urgency normal rules",
                 "plan e1 normal 0:00-3:00 running - used 7200 paused 0 why e1 e2\n");
    /* Hidden clocks are followed: stopped while hidden, it stays hidden. */
    assert_lines("plan", NULL, "2:00", "e1 0:00 customer_mail low\ne2 0:30 agent_reply offers\n"
                 "e3 1:00 urgency normal agent", "");
}

static void an_urgency_equal_to_the_tickets_has_no_effect_by_whomever(void **state)
{
    (void)state;
    assert_lines("first", NULL, "0:20", "e1 0:00 customer_mail normal\ne2 0:10 urgency normal agent\n"
                 "e3 0:11 urgency normal rules",
                 "first_response e1 normal 0:00-1:00 running - used 1200 paused 0 why e1\n");
    /* Kept by a rules raise before, the clock does not take it later by an equal word of an agent. */
    static const char *const later =
        "{'targets':{'critical':{'calendar':'always'},'high':{'calendar':'always','first_response':'2h'},"
        "'normal':{'calendar':'always','first_response':'1h'},'low':{'calendar':'always'}}}";
    assert_lines("first", later, "0:20", "e1 0:00 customer_mail normal\ne2 0:10 urgency high rules\n"
                 "e3 0:11 urgency high agent",
                 "first_response e1 high 0:00-1:00 running - used 1200 paused 0 why e1 e2\n");
}

static void an_urgency_change_does_not_touch_a_stopped_clock(void **state)
{
    (void)state;
    assert_lines("first", NULL, "2:00", "e1 0:00 customer_mail low\ne2 0:10 agent_reply\n"
                 "e3 0:20 urgency critical agent",
                 "first_response e1 low 0:00-4:00 met 0:10 used 600 paused 0 why e1 e2\n");
    /* Also on a resolved ticket: only the ticket's own changes. */
    assert_lines("", NULL, "2:00", "e1 0:00 customer_mail low\ne2 0:10 resolve spam\n"
                 "e3 0:20 urgency critical rules",
                 "resolved critical\n"
                 "first_response e1 low 0:00-4:00 cancelled 0:10 used 600 paused 0 why e1 e2\n"
                 "resolution e1 low 0:00-24:00 met 0:10 used 600 paused 0 why e1 e2\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_mail_opens_the_ticket_and_starts_three_clocks),
        cmocka_unit_test(nothing_before_the_first_mail_has_any_effect),
        cmocka_unit_test(events_later_than_now_have_not_happened),
        cmocka_unit_test(events_are_folded_in_order_of_moment_then_arrival),
        cmocka_unit_test(a_reply_stops_the_response_clock_met_at_or_before_due_else_missed),
        cmocka_unit_test(what_is_no_answer_stops_nothing),
        cmocka_unit_test(a_later_mail_starts_next_response_only_if_no_response_clock_runs),
        cmocka_unit_test(a_reply_answers_all_mails_before_it),
        cmocka_unit_test(a_reply_with_a_plan_stops_plan_for_good),
        cmocka_unit_test(asking_or_offering_pauses_resolution_until_the_next_mail),
        cmocka_unit_test(a_pause_exactly_at_due_moves_it_and_one_after_due_moves_nothing),
        cmocka_unit_test(due_goes_through_the_stretches_of_working_time_between_pauses),
        cmocka_unit_test(rules_raise_only_and_never_make_a_clock_later),
        cmocka_unit_test(rules_compare_a_paused_clock_as_if_it_resumed_at_that_moment),
        cmocka_unit_test(an_agent_sets_the_urgency_and_each_running_clock_follows_from_its_own_start),
        cmocka_unit_test(an_urgency_equal_to_the_tickets_has_no_effect_by_whomever),
        cmocka_unit_test(an_urgency_change_does_not_touch_a_stopped_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
