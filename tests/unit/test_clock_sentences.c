/* test_clock_sentences.c - sentences of the clocks' definition that other tests do not quote, one row each
 * SPDX-License-Identifier: MIT
 *
 * Hours count from Monday, 2026-11-23 00:00 UTC; 3000 h is 2027-03-28, when summer time begins in Berlin.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/clock_script.h"

/* All urgencies with one plan target by a calendar of this zone and these hours. */
#define PLAN(plan, calendar) \
    "{'calendars':{'always':{'always':true},'office':" calendar "},'targets':{" \
    "'critical':{'calendar':'office','plan':'" plan "'},'high':{'calendar':'office','plan':'" plan "'}," \
    "'normal':{'calendar':'office','plan':'" plan "'},'low':{'calendar':'office','plan':'" plan "'}}}"
#define SUNDAYS(zone) "{'timezone':'" zone "','hours':{'sun':[['00:00','24:00']]}}"
#define WEEK "'mon':[['09:00','17:00']],'tue':[['09:00','17:00']],'wed':[['09:00','17:00']],'thu':[['09:00','17:00']]," \
             "'fri':[['09:00','17:00']]"

struct row {
    const char *sentence, *only, *changes, *now, *script, *expected;
};

static const struct row calendar_rows[] = {
    { "Berlin's day with 23 hours", "plan", PLAN("23h", SUNDAYS("Europe/Berlin")), "3022:00",
      "e1 2988:00 customer_mail low", "plan e1 low 2988:00-3022:00 running - used 82800 paused 0 why e1\n" },
    { "Berlin's day with 25 hours", "plan", PLAN("25h", SUNDAYS("Europe/Berlin")), "8231:00:01",
      "e1 8196:00 customer_mail low", "plan e1 low 8196:00-8231:00 missed - used 90000 paused 0 why e1\n" },
    { "New York's day with 23 hours", "plan", PLAN("23h", SUNDAYS("America/New_York")), "2692:00",
      "e1 2660:00 customer_mail low", "plan e1 low 2660:00-2692:00 running - used 82800 paused 0 why e1\n" },
    { "Lord Howe's day with 24.5 hours", "plan", PLAN("24h30m", SUNDAYS("Australia/Lord_Howe")), "3181:30",
      "e1 3150:00 customer_mail low", "plan e1 low 3150:00-3181:30 running - used 88200 paused 0 why e1\n" },
    { "holidays have none, adjusted working days have the hours of the weekday named", "plan",
      PLAN("2h", "{'timezone':'UTC','hours':{" WEEK "},'holidays':['2026-11-27'],'workdays':{'2026-11-28':'mon'}}"), "130:00",
      "e1 88:00 customer_mail low", "plan e1 low 88:00-130:00 running - used 7200 paused 0 why e1\n" },
    { "workdays win over holidays", "plan",
      PLAN("2h", "{'timezone':'UTC','hours':{" WEEK "},'holidays':['2026-11-27'],'workdays':{'2026-11-27':'mon'}}"), "106:00",
      "e1 88:00 customer_mail low", "plan e1 low 88:00-106:00 running - used 7200 paused 0 why e1\n" },
    { "a leap day is a working day like others", "plan", PLAN("9h", "{'timezone':'UTC','hours':{" WEEK "}}"), "11129:00",
      "e1 11104:00 customer_mail low", "plan e1 low 11104:00-11129:00 running - used 32400 paused 0 why e1\n" },
    { "due is the span's end, not the next one's beginning", "plan", PLAN("8h", "{'timezone':'UTC','hours':{" WEEK "}}"), "20:00",
      "e1 5:00 customer_mail low", "plan e1 low 5:00-17:00 missed - used 28800 paused 0 why e1\n" },
    { "with d = 0 it is start itself, also outside hours", "plan", PLAN("0m", "{'timezone':'UTC','hours':{" WEEK "}}"), "5:00",
      "e1 5:00 customer_mail low", "plan e1 low 5:00-5:00 running - used 0 paused 0 why e1\n" },
};

#define NO_PLAN_FOR_LOW \
    "{'targets':{'critical':{'calendar':'always','plan':'30m'},'high':{'calendar':'always','plan':'1h'}," \
    "'normal':{'calendar':'always','plan':'3h'},'low':{'calendar':'always','resolution':'24h'}}}"

static const struct row fold_rows[] = {
    { "a clock with no target is followed but not printed; a change that gives one lets it appear with its own start", "plan",
      NO_PLAN_FOR_LOW, "2:00", "e1 0:00 customer_mail low; e2 1:00 urgency normal rules",
      "plan e1 normal 0:00-3:00 running - used 7200 paused 0 why e1 e2\n" },
    { "a change by an agent that takes the target away hides it", "plan", NO_PLAN_FOR_LOW, "2:00",
      "e1 0:00 customer_mail normal; e2 1:00 urgency low agent", "" },
    { "… and shows it again with its own start", "plan", NO_PLAN_FOR_LOW, "2:00",
      "e1 0:00 customer_mail normal; e2 1:00 urgency low agent; e3 1:30 urgency high agent",
      "plan e1 high 0:00-1:00 missed - used 7200 paused 0 why e1 e2 e3\n" },
    { "rules never hide one", "plan",
      "{'targets':{'critical':{'calendar':'always'},'high':{'calendar':'always'},'normal':{'calendar':'always','plan':'3h'},"
      "'low':{'calendar':'always'}}}", "2:00", "e1 0:00 customer_mail normal; e2 1:00 urgency critical rules",
      "plan e1 critical 0:00-3:00 running - used 7200 paused 0 why e1 e2\n" },
    { "a hidden clock that is stopped stays hidden", "plan", NO_PLAN_FOR_LOW, "2:00",
      "e1 0:00 customer_mail low; e2 0:30 agent_reply offers; e3 1:00 urgency normal rules", "" },
    { "a pause lasts to the next customer_mail, also thanks_only; a further reply neither ends nor begins it", "resolution", NULL,
      "4:00", "e1 0:00 customer_mail normal; e2 1:00 agent_reply asks; e3 1:30 agent_reply offers; e4 3:00 customer_mail low thanks",
      "resolution e1 normal 0:00-10:00 running - used 7200 paused 7200 why e1 e2 e4\n" },
    { "stopped while paused, due is as if it resumed at the stop", "resolution", NULL, "9:00",
      "e1 0:00 customer_mail normal; e2 1:00 agent_reply asks; e3 3:00 resolve solved",
      "resolution e1 normal 0:00-10:00 met 3:00 used 3600 paused 7200 why e1 e2 e3\n" },
    { "while paused, due is as if it resumed now", "resolution", NULL, "5:00",
      "e1 0:00 customer_mail normal; e2 1:00 agent_reply asks",
      "resolution e1 normal 0:00-12:00 paused - used 3600 paused 14400 why e1 e2\n" },
    { "without the policy's pauses none begins, yet the ticket waits", "", "{'pause_resolution_while_waiting':false}", "5:00",
      "e1 0:00 customer_mail low; e2 1:00 agent_reply asks",
      "waiting low\nfirst_response e1 low 0:00-4:00 met 1:00 used 3600 paused 0 why e1 e2\n"
      "resolution e1 low 0:00-24:00 running - used 18000 paused 0 why e1\n" },
    { "urgency of a clock is the ticket's, in force at its stop", "first", NULL, "5:00",
      "e1 0:00 customer_mail normal; e2 0:10 urgency high agent; e3 0:20 agent_reply; e4 0:30 urgency low agent",
      "first_response e1 high 0:00-0:30 met 0:20 used 1200 paused 0 why e1 e2 e3\n" },
    { "ended without an answer is missed, with its stop, if the moment is later than due", "first", NULL, "5:00",
      "e1 0:00 customer_mail normal; e2 1:00:01 resolve solved",
      "first_response e1 normal 0:00-1:00 missed 1:00:01 used 3601 paused 0 why e1 e2\n" },
    { "… and cancelled exactly at due", "first", NULL, "5:00", "e1 0:00 customer_mail normal; e2 1:00 resolve solved",
      "first_response e1 normal 0:00-1:00 cancelled 1:00 used 3600 paused 0 why e1 e2\n" },
    { "a later promise does not cancel an earlier one of the same reply", "promise", NULL, "0:30",
      "e1 0:00 customer_mail low; e2 0:10 agent_reply promise=2:00 promise=1:00",
      "promise e2 low 0:10-2:00 running - used 1200 paused 0 why e2\n"
      "promise e2 low 0:10-1:00 running - used 1200 paused 0 why e2\n" },
    { "urgency changes are no reason of a promise", "promise", NULL, "0:30",
      "e1 0:00 customer_mail low; e2 0:10 agent_reply promise=2:00; e3 0:20 urgency high agent",
      "promise e2 high 0:10-2:00 running - used 1200 paused 0 why e2\n" },
    { "never first_response or plan again after reopening", "", NULL, "3:00",
      "e1 0:00 customer_mail high; e2 0:10 agent_reply offers; e3 0:20 resolve solved; e4 1:00 customer_mail low",
      "open high\nfirst_response e1 high 0:00-0:30 met 0:10 used 600 paused 0 why e1 e2\n"
      "plan e1 high 0:00-1:00 met 0:10 used 600 paused 0 why e1 e2\n"
      "resolution e1 high 0:00-4:10 met 0:20 used 600 paused 600 why e1 e2 e3\n"
      "next_response e4 high 1:00-1:40 missed - used 7200 paused 0 why e4\n"
      "resolution e4 high 1:00-5:00 running - used 7200 paused 0 why e4\n" },
    { "a bounce of an earlier reply counts after the end, too", "first", NULL, "5:00",
      "e1 0:00 customer_mail normal; e2 0:10 agent_reply; e3 2:00 merge_into; e4 3:00 bounce e2",
      "first_response e1 normal 0:00-1:00 missed 2:00 used 7200 paused 0 why e1 e3\n" },
    { "late news is put where it belongs", "", NULL, "5:00",
      "e3 1:00 resolve solved; e2 0:30 agent_reply offers; e1 0:00 customer_mail normal",
      "resolved normal\nfirst_response e1 normal 0:00-1:00 met 0:30 used 1800 paused 0 why e1 e2\n"
      "plan e1 normal 0:00-3:00 met 0:30 used 1800 paused 0 why e1 e2\n"
      "resolution e1 normal 0:00-8:30 met 1:00 used 1800 paused 1800 why e1 e2 e3\n" },
};

static void check(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        print_message("# %s\n", rows[i].sentence);
        assert_lines(rows[i].only, rows[i].changes, rows[i].now, rows[i].script, rows[i].expected);
    }
}

static void what_is_said_of_calendars_holds_for_clocks(void **state)
{
    (void)state;
    check(calendar_rows, sizeof calendar_rows / sizeof *calendar_rows);
}

static void what_is_said_of_events_and_clocks_holds(void **state)
{
    (void)state;
    check(fold_rows, sizeof fold_rows / sizeof *fold_rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_of_calendars_holds_for_clocks),
        cmocka_unit_test(what_is_said_of_events_and_clocks_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
