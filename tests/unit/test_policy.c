/* test_policy.c - a policy is read strictly, with its defaults
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ticket/policy.h"
#include "tests/unit/clock_script.h"

static void a_whole_policy_is_read(void **state)
{
    (void)state;
    struct policy *policy = script_policy(NULL);
    assert_string_equal(policy->version, "1");
    assert_true(policy->pause_resolution_while_waiting);
    assert_int_equal(policy->auto_close_after, 7 * 86400);
    assert_int_equal(policy->reopen_within, 30 * 86400);
    assert_int_equal(policy->warn_count, 3);
    assert_int_equal(policy->warn_at[1], 80);
    const struct policy_target *low = &policy->targets[URGENCY_LOW];
    assert_string_equal(low->calendar_name, "always");
    assert_int_equal(low->seconds[CLOCK_FIRST_RESPONSE], 4 * 3600);
    assert_int_equal(low->seconds[CLOCK_PLAN], TARGET_NONE);
    assert_int_equal(policy->targets[URGENCY_CRITICAL].seconds[CLOCK_RESOLUTION], 7200);
    assert_ptr_equal(policy_calendar(policy, "always"), low->calendar);
    assert_null(policy_calendar(policy, "night"));
    assert_null(policy_calendar(policy, NULL));
    policy_free(policy);
}

static void what_is_optional_may_be_missing_or_null(void **state)
{
    (void)state;
    struct policy *policy = script_policy("{'version':'absent','auto_close_after':null,'reopen_within':'absent','warn_at':'absent'}");
    assert_string_equal(policy->version, "");
    assert_int_equal(policy->auto_close_after, TARGET_NONE);
    assert_int_equal(policy->reopen_within, TARGET_NONE);
    assert_int_equal(policy->warn_count, 0);
    policy_free(policy);
    policy = script_policy("{'auto_close_after':'absent','reopen_within':null,'warn_at':[],'// why':'because',"
                           "'targets':{'critical':{'calendar':'always','plan':null},'high':{'calendar':'always'},"
                           "'normal':{'calendar':'always','plan':'0m'},'low':{'calendar':'office','// no':1}}}");
    assert_int_equal(policy->auto_close_after, TARGET_NONE);
    assert_int_equal(policy->targets[URGENCY_CRITICAL].seconds[CLOCK_PLAN], TARGET_NONE);
    assert_int_equal(policy->targets[URGENCY_NORMAL].seconds[CLOCK_PLAN], 0);
    policy_free(policy);
}

static void follow_ups_have_defaults_and_may_be_set(void **state)
{
    (void)state;
    struct policy *policy = script_policy(NULL);
    assert_int_equal(policy->check.after, 86400);
    assert_int_equal(policy->check.until, 2 * 86400);
    assert_int_equal(policy->care.after, 7 * 86400);
    assert_int_equal(policy->care.until, 14 * 86400);
    assert_ptr_equal(policy->follow_up_calendar, policy_calendar(policy, "office"));
    assert_string_equal(policy->never_categories[1], "legal");
    assert_null(policy->never_categories[2]);
    policy_free(policy);
    policy = script_policy("{'follow_up':{'check':{'after':'3h','until':'4h'},'calendar':'always','never_signals':[]}}");
    assert_int_equal(policy->check.after, 3 * 3600);
    assert_int_equal(policy->care.after, 7 * 86400);
    assert_true(calendar_is_always(policy->follow_up_calendar));
    assert_null(policy->never_signals[0]);
    assert_string_equal(policy->never_outcomes[0], "silence");
    policy_free(policy);
}

static void faults_are_told_with_their_pointer(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value, *pointer; /* value NULL: the key is taken away */
    } wrong[] = {
        { "version", "1", "/policy/version: " }, { "version", "null", "/policy/version: " },
        { "calendars", NULL, "/policy/calendars: " }, { "calendars", "[]", "/policy/calendars: " },
        { "calendars", "{}", "/policy/targets/critical/calendar: " },
        { "calendars", "{'a/b~c':7}", "/policy/calendars/a~1b~0c: " },
        { "targets", NULL, "/policy/targets: " }, { "targets", "null", "/policy/targets: " },
        { "targets", "{'critical':{'calendar':'always'},'high':{'calendar':'always'},'normal':{'calendar':'always'}}",
          "/policy/targets/low: " },
        { "targets", "{'critical':{'calendar':'always'},'high':{'calendar':'always'},'normal':{'calendar':'always'},'low':null}",
          "/policy/targets/low: " },
        { "targets", "{'urgent':{'calendar':'always'}}", "/policy/targets/urgent: " },
        { "targets", "{'critical':{'calendar':'night'}}", "/policy/targets/critical/calendar: " },
        { "targets", "{'critical':{}}", "/policy/targets/critical/calendar: " },
        { "targets", "{'critical':{'calendar':{'always':true}}}", "/policy/targets/critical/calendar: " },
        { "targets", "{'critical':{'calendar':'always','promise':'1h'}}", "/policy/targets/critical/promise: " },
        { "targets", "{'critical':{'calendar':'always','plan':'1h30'}}", "/policy/targets/critical/plan: " },
        { "targets", "{'critical':{'calendar':'always','plan':60}}", "/policy/targets/critical/plan: " },
        { "targets", "{'critical':{'calendar':'always','plan':'3661d'}}", "/policy/targets/critical/plan: " },
        { "targets", "{'critical':{'calendar':'always','plan':''}}", "/policy/targets/critical/plan: " },
        { "pause_resolution_while_waiting", NULL, "/policy/pause_resolution_while_waiting: " },
        { "pause_resolution_while_waiting", "null", "/policy/pause_resolution_while_waiting: " },
        { "pause_resolution_while_waiting", "'yes'", "/policy/pause_resolution_while_waiting: " },
        { "auto_close_after", "7", "/policy/auto_close_after: " }, { "auto_close_after", "'-1d'", "/policy/auto_close_after: " },
        { "reopen_within", "'1w'", "/policy/reopen_within: " }, { "reopen_within", "false", "/policy/reopen_within: " },
        { "warn_at", "80", "/policy/warn_at: " }, { "warn_at", "null", "/policy/warn_at: " },
        { "warn_at", "['80']", "/policy/warn_at/0: " }, { "warn_at", "[50,80.5]", "/policy/warn_at/1: " },
        { "warn_at", "[-1]", "/policy/warn_at/0: " }, { "holidays", "[]", "/policy/holidays: " },
        { "follow_up", "{'checks':{}}", "/policy/follow_up/checks: " },
        { "follow_up", "{'check':{'after':'2d','until':'1d'}}", "/policy/follow_up/check: " },
        { "follow_up", "{'calendar':'night'}", "/policy/follow_up/calendar: " },
        { "follow_up", "{'never_signals':[7]}", "/policy/follow_up/never_signals/0: " },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        json_t *json = script_json(script_policy_text);
        if (wrong[i].value) {
            char text[500];
            snprintf(text, sizeof text, "{'%s':%s}", wrong[i].key, wrong[i].value);
            json_t *change = script_json(text);
            json_object_update(json, change);
            json_decref(change);
        } else {
            json_object_del(json, wrong[i].key);
        }
        struct error error = { 0 };
        if (policy_from_json(json, "/policy", &error))
            fail_msg("accepted: %s %s", wrong[i].key, wrong[i].value ? wrong[i].value : "absent");
        assert_int_equal(error.kind, ERROR_INPUT);
        if (strncmp(error.text, wrong[i].pointer, strlen(wrong[i].pointer)) != 0 || !strstr(error.text, "expected"))
            fail_msg("%s %s: %s", wrong[i].key, wrong[i].value, error.text);
        json_decref(json);
    }
    struct error error = { 0 };
    assert_null(policy_from_json(NULL, "/policy", &error));
    assert_int_equal(error.kind, ERROR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_policy_is_read),
        cmocka_unit_test(what_is_optional_may_be_missing_or_null),
        cmocka_unit_test(follow_ups_have_defaults_and_may_be_set),
        cmocka_unit_test(faults_are_told_with_their_pointer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
