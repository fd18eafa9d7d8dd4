/* test_simulate.c - simulate's input is checked whole, its faults are told in one line
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "ticket/simulate.h"
#include "tests/unit/clock_script.h"

#define MAIL "{'id':'e1','at':'2026-11-23T00:00:00Z','type':'customer_mail','urgency':'normal'}"

static char *double_quotes(const char *text)
{
    char *copy = strdup(text);
    for (char *p = copy; *p; p++)
        if (*p == '\'')
            *p = '"';
    return copy;
}

/* A whole input with these events ("now" is a day after the mail). The caller frees. */
static char *input_with(const char *events)
{
    size_t size = strlen(script_policy_text) + strlen(events) + 100;
    char *text = malloc(size);
    snprintf(text, size, "{'policy':%s,\n'now':'2026-11-24T00:00:00Z',\n'events':[%s]}", script_policy_text, events);
    char *quoted = double_quotes(text);
    free(text);
    return quoted;
}

static json_t *simulate_text(const char *text, struct error *error)
{
    struct document *document = document_from_text("scenario.json", text, error);
    if (!document)
        return NULL;
    json_t *result = simulate_document(document, error);
    document_free(document);
    return result;
}

static void assert_refused(const char *text, const char *expected)
{
    struct error error = { 0 };
    char *quoted = double_quotes(text);
    json_t *result = simulate_text(quoted, &error);
    if (result)
        fail_msg("accepted: %s", text);
    assert_int_equal(error.kind, ERROR_INPUT);
    if (strncmp(error.text, "scenario.json:", 14) != 0 || !strstr(error.text, expected) || strchr(error.text, '\n'))
        fail_msg("%s\n  told: %s\n  not: %s", text, error.text, expected);
    free(quoted);
}

static void assert_events_refused(const char *events, const char *expected)
{
    char *text = input_with(events);
    assert_refused(text, expected);
    free(text);
}

static void assert_events_accepted(const char *events, const char *expected)
{
    struct error error = { 0 };
    char *text = input_with(events), *wanted = double_quotes(expected);
    json_t *result = simulate_text(text, &error);
    if (!result)
        fail_msg("%s", error.text);
    char *got = json_dumps(result, JSON_COMPACT);
    assert_string_equal(got, wanted);
    free(got);
    free(wanted);
    free(text);
    json_decref(result);
}

static void the_output_is_what_clocks_md_says(void **state)
{
    (void)state;
    assert_events_accepted("", "{'ticket':null,'clocks':[]}");
    assert_events_accepted(
        "{'id':'e2','at':'2026-11-23T01:00:00.9+01:00','type':'agent_reply','promises':[{'due':'2026-11-23T05:00:00Z'}]},"
        MAIL,
        "{'ticket':{'state':'open','urgency':'normal'},'clocks':["
        "{'clock':'first_response','for':'e1','urgency':'normal','start':'2026-11-23T00:00:00Z','due':'2026-11-23T01:00:00Z',"
        "'state':'missed','stopped':null,'used_s':86400,'paused_s':0,'why':['e1']},"
        "{'clock':'plan','for':'e1','urgency':'normal','start':'2026-11-23T00:00:00Z','due':'2026-11-23T03:00:00Z',"
        "'state':'missed','stopped':null,'used_s':86400,'paused_s':0,'why':['e1']},"
        "{'clock':'resolution','for':'e1','urgency':'normal','start':'2026-11-23T00:00:00Z','due':'2026-11-23T08:00:00Z',"
        "'state':'missed','stopped':null,'used_s':86400,'paused_s':0,'why':['e1']}]}");
    assert_events_accepted(
        "{'id':'投诉','at':'2026-11-23T23:50:00Z','type':'customer_mail','urgency':'low','x':[null,{'y':1e3}],'of':7},"
        "{'id':'回复','at':'2026-11-23T23:55:00Z','type':'resolve','outcome':'spam'}",
        "{'ticket':{'state':'resolved','urgency':'low'},'clocks':["
        "{'clock':'first_response','for':'投诉','urgency':'low','start':'2026-11-23T23:50:00Z','due':'2026-11-24T03:50:00Z',"
        "'state':'cancelled','stopped':'2026-11-23T23:55:00Z','used_s':300,'paused_s':0,'why':['投诉','回复']},"
        "{'clock':'resolution','for':'投诉','urgency':'low','start':'2026-11-23T23:50:00Z','due':'2026-11-24T23:50:00Z',"
        "'state':'met','stopped':'2026-11-23T23:55:00Z','used_s':300,'paused_s':0,'why':['投诉','回复']}]}");
}

static void the_top_level_has_exactly_three_keys(void **state)
{
    (void)state;
    assert_refused("", "scenario.json:1:1");
    assert_refused("[]", "object");
    assert_refused("{}", "policy");
    assert_refused("{'policy':{},'now':'2026-11-24T00:00:00Z'}", "events");
    assert_refused("{'policy':{},'events':[]}", "now");
    assert_refused("{'policy':[],'now':'2026-11-24T00:00:00Z','events':[]}", "/policy");
    assert_refused("{'policy':{},'now':5,'events':[]}", "/now");
    assert_refused("{'policy':{},'now':'2026-11-24T00:00:00Z','events':{}}", "/events");
    assert_refused("{'policy':{},'now':'2026-11-24T00:00:00Z','events':[],'extra':1}", "/extra");
    assert_refused("{'policy':{},'now':'2026-11-24T00:00:00Z','events':null}", "/events");
    char *text = input_with(MAIL);
    char *now = strstr(text, "2026-11-24T");
    memcpy(now, "1969-11-24T", 11);
    assert_refused(text, "/now: expected");
    free(text);
}

static void what_is_no_json_is_told_with_its_line(void **state)
{
    (void)state;
    assert_refused("{'policy':\n{'a':1,}\n}", "scenario.json:2:");
    assert_refused("{'policy':NaN}", "scenario.json:1:");
    assert_refused("{'now':'a','now':'b'}", "duplicate");
    assert_refused("{'policy':{}} x", "scenario.json:1:");
    assert_refused("{'policy':{'calendars':{'a':{'always':true},'a':{'always':true}}}}", "duplicate");
    assert_refused("{'policy':'\xff'}", "scenario.json:1:");
    char deep[20001];
    memset(deep, '[', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    assert_refused(deep, "deep");
}

static void each_event_is_checked_used_or_not(void **state)
{
    (void)state;
    assert_events_refused("7", "/events/0: expected");
    assert_events_refused("null", "/events/0: expected");
    assert_events_refused("{'at':'2026-11-23T00:00:00Z','type':'note'}", "/events/0/id: expected");
    assert_events_refused("{'id':1,'at':'2026-11-23T00:00:00Z','type':'note'}", "/events/0/id: expected");
    assert_events_refused("{'id':'e1','type':'note'}", "/events/0/at: expected");
    assert_events_refused("{'id':'e1','at':1795392000,'type':'note'}", "/events/0/at: expected");
    assert_events_refused("{'id':'e1','at':'2026-11-23','type':'note'}", "/events/0/at: expected");
    assert_events_refused("{'id':'e1','at':'2026-11-23T00:00:00Z'}", "/events/0/type: expected");
    assert_events_refused("{'id':'e1','at':'2026-11-23T00:00:00Z','type':'phone'}", "/events/0/type: expected");
    assert_events_refused("{'id':'e1','at':'2026-11-23T00:00:00Z','type':'assign'}", "/events/0/type: expected");
    assert_events_refused("{'id':'e1','at':'2026-11-23T00:00:00Z','type':null}", "/events/0/type: expected");
    assert_events_refused(MAIL ",{'id':'e2','at':'9998-11-23T00:00:00Z','type':'urgency','urgency':'low','by':'me'}",
                          "/events/1/by: expected");
    assert_events_refused(MAIL ",\n{'id':'e2','at':'1970-01-01T00:00:00Z',\n'type':'resolve','outcome':null}", "scenario.json:5:");
    assert_events_refused(MAIL ",{'id':'e1','at':'2026-11-23T00:00:00Z','type':'note'}", "/events/1/id: expected");
    assert_events_refused(MAIL ",{'id':'e2','id':'e3','at':'2026-11-23T00:00:00Z','type':'note'}", "duplicate");
}

static void a_bounce_names_a_mail_of_ours_in_the_file(void **state)
{
    (void)state;
    static const char *const bounce = MAIL ",{'id':'b','at':'2026-11-23T00:00:00Z','type':'bounce','of':'%s'},"
        "{'id':'r','at':'2026-11-25T00:00:00Z','type':'agent_reply'},{'id':'a','at':'2026-11-23T00:00:00Z','type':'auto_ack'},"
        "{'id':'i','at':'2026-11-23T00:00:00Z','type':'internal_mail'},{'id':'n','at':'2026-11-23T00:00:00Z','type':'note'}";
    static const struct {
        const char *of;
        bool right;
    } cases[] = { { "r", true }, { "a", true }, { "i", true }, { "n", false },
                  { "b", false }, { "e1", false }, { "x", false }, { "", false } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char events[800];
        snprintf(events, sizeof events, bounce, cases[i].of);
        struct error error = { 0 };
        char *text = input_with(events);
        json_t *result = simulate_text(text, &error);
        if (!result != !cases[i].right)
            fail_msg("of %s: %s", cases[i].of, result ? "accepted" : error.text);
        if (!result)
            assert_non_null(strstr(error.text, "/events/1/of: expected"));
        json_decref(result);
        free(text);
    }
}

static void faults_of_the_policy_have_their_line(void **state)
{
    (void)state;
    char *text = input_with(MAIL);
    char *plan = strstr(text, "\"plan\":\"30m\"");
    memcpy(plan, "\"plan\":\"30x\"", 12);
    assert_refused(text, "scenario.json:1:");
    assert_refused(text, "/policy/targets/critical/plan: expected");
    free(text);
    assert_refused("{'policy':\n{'calendars':\n{'a: b':\n{'always':7}},'targets':{}},'now':'2026-11-24T00:00:00Z','events':[]}",
                   "scenario.json:4:");
}

static void a_missing_file_is_told_as_missing(void **state)
{
    (void)state;
    struct error error = { 0 };
    assert_null(simulate_file("/nonexistent/scenario.json", &error));
    assert_int_equal(error.kind, ERROR_ABSENT);
    assert_null(simulate_file("/", &error));
    assert_int_equal(error.kind, ERROR_ABSENT);
}

/* Events of these kinds in turn, a second apart, in a disorder. */
static json_t *simulate_many(const char *const *types, int type_count, int count)
{
    struct buffer text;
    buffer_init(&text, 64 << 20);
    char *policy = double_quotes(script_policy_text);
    buffer_printf(&text, "{\"policy\":%s,\"now\":\"2026-12-24T00:00:00Z\",\"events\":[", policy);
    for (int i = 0; i < count; i++) {
        char at[INSTANT_TEXT];
        int64_t place = (i * INT64_C(7919)) % count;
        instant_format_rfc3339(SCRIPT_BASE + place, at);
        buffer_printf(&text, "%s{\"id\":\"e%d\",\"at\":\"%s\",\"type\":\"%s}", i ? "," : "", (int)place, at,
                      types[place % type_count]);
    }
    buffer_puts(&text, "]}");
    assert_false(text.failed);
    struct error error = { 0 };
    json_t *result = simulate_text(buffer_text(&text), &error);
    if (!result)
        fail_msg("%s", error.text);
    buffer_release(&text);
    free(policy);
    return result;
}

static void a_hundred_thousand_events_do_not_take_long(void **state)
{
    (void)state;
    enum { EVENTS = 100000 };
    clock_t begun = clock(); /* of this process, however busy the machine is */
    static const char *const many_clocks[] = { "customer_mail\",\"urgency\":\"low\"", "agent_reply\"", "bounce\",\"of\":\"e1\"",
                                               "resolve\",\"outcome\":\"solved\"", "reopen\"" };
    json_t *result = simulate_many(many_clocks, 5, EVENTS);
    assert_true(json_array_size(json_object_get(result, "clocks")) > EVENTS / 10);
    json_decref(result);
    /* One clock with as many pauses as changes of urgency. */
    static const char *const many_pauses[] = { "customer_mail\",\"urgency\":\"low\"", "agent_reply\",\"asks_customer\":true",
                                               "urgency\",\"urgency\":\"low\",\"by\":\"agent\"",
                                               "urgency\",\"urgency\":\"high\",\"by\":\"rules\"" };
    result = simulate_many(many_pauses, 4, EVENTS);
    assert_int_equal(json_array_size(json_object_get(result, "clocks")), EVENTS / 4 + 2);
    json_decref(result);
    assert_true(clock() - begun < 30 * CLOCKS_PER_SEC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_output_is_what_clocks_md_says),
        cmocka_unit_test(the_top_level_has_exactly_three_keys),
        cmocka_unit_test(what_is_no_json_is_told_with_its_line),
        cmocka_unit_test(each_event_is_checked_used_or_not),
        cmocka_unit_test(a_bounce_names_a_mail_of_ours_in_the_file),
        cmocka_unit_test(faults_of_the_policy_have_their_line),
        cmocka_unit_test(a_missing_file_is_told_as_missing),
        cmocka_unit_test(a_hundred_thousand_events_do_not_take_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
