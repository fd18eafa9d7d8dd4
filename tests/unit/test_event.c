/* test_event.c - the registry of events, and their fields from and to JSON
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/arena.h"
#include "ticket/event.h"
#include "tests/unit/clock_script.h"

static void every_type_has_a_name_that_leads_back_to_it(void **state)
{
    (void)state;
    for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
        enum event_type type = EVENT_TYPE_COUNT;
        assert_non_null(event_type_name((enum event_type)i));
        assert_int_equal(event_type_parse(event_type_name((enum event_type)i), &type), 1);
        assert_int_equal(type, i);
    }
    enum event_type type;
    assert_int_equal(event_type_parse("Customer_mail", &type), 0);
    assert_int_equal(event_type_parse("", &type), 0);
    assert_int_equal(event_type_parse(NULL, &type), 0);
}

static void the_types_of_clocks_md_are_those_that_simulate_accepts(void **state)
{
    (void)state;
    static const char *const accepted[] = { "customer_mail", "agent_reply", "bounce", "auto_ack", "internal_mail", "draft",
                                            "note", "urgency", "resolve", "reopen", "merge_into", "erase" };
    size_t count = 0;
    for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
        if (!event_in_simulate((enum event_type)i)) {
            assert_false(event_affects_clocks((enum event_type)i));
            continue;
        }
        assert_string_equal(event_type_name((enum event_type)i), accepted[count]);
        count++;
    }
    assert_int_equal(count, sizeof accepted / sizeof *accepted);
    assert_false(event_affects_clocks(EVENT_NOTE));
    assert_false(event_affects_clocks(EVENT_AUTO_ACK));
    assert_true(event_affects_clocks(EVENT_ERASE));
}

static int read_fields(enum event_type type, const char *text, struct arena *arena, struct event *event, struct error *error)
{
    json_t *json = script_json(text);
    *event = (struct event){ .type = type };
    int result = event_fields_from_json(json, "/events/3", arena, event, error);
    json_decref(json);
    return result;
}

static void fields_are_read_and_written_back_the_same(void **state)
{
    (void)state;
    static const struct {
        enum event_type type;
        const char *text, *back;
    } cases[] = {
        { EVENT_CUSTOMER_MAIL, "{'urgency':'critical','thanks_only':true,'offers_plan':7}",
          "{\"urgency\":\"critical\",\"thanks_only\":true}" },
        { EVENT_CUSTOMER_MAIL, "{'urgency':'low','thanks_only':false}", "{\"urgency\":\"low\"}" },
        { EVENT_AGENT_REPLY, "{'offers_plan':true,'asks_customer':true,'promises':[{'due':'2026-11-22T10:00:00+08:00','x':1}]}",
          "{\"offers_plan\":true,\"asks_customer\":true,\"promises\":[{\"due\":\"2026-11-22T02:00:00Z\"}]}" },
        { EVENT_AGENT_REPLY, "{'promises':[],'urgency':'bogus'}", "{}" },
        { EVENT_BOUNCE, "{'of':'e2'}", "{\"of\":\"e2\"}" },
        { EVENT_URGENCY, "{'urgency':'high','by':'agent'}", "{\"urgency\":\"high\",\"by\":\"agent\"}" },
        { EVENT_URGENCY, "{'urgency':'normal','by':'rules'}", "{\"urgency\":\"normal\",\"by\":\"rules\"}" },
        { EVENT_RESOLVE, "{'outcome':'solved'}", "{\"outcome\":\"solved\"}" },
        { EVENT_NOTE, "{'urgency':7,'of':null}", "{}" },
        { EVENT_ERASE, "{}", "{}" },
    };
    struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct event event;
        struct error error = { 0 };
        if (read_fields(cases[i].type, cases[i].text, arena, &event, &error) != 1)
            fail_msg("%s: %s", cases[i].text, error.text);
        json_t *json = event_fields_to_json(&event);
        char *back = json_dumps(json, JSON_COMPACT);
        assert_string_equal(back, cases[i].back);
        free(back);
        json_decref(json);
    }
    arena_free(arena);
}

static void wrong_fields_are_told_with_their_pointer(void **state)
{
    (void)state;
    static const struct {
        enum event_type type;
        const char *text, *pointer;
    } wrong[] = {
        { EVENT_CUSTOMER_MAIL, "{}", "/events/3/urgency: " },
        { EVENT_CUSTOMER_MAIL, "{'urgency':null}", "/events/3/urgency: " },
        { EVENT_CUSTOMER_MAIL, "{'urgency':'High'}", "/events/3/urgency: " },
        { EVENT_CUSTOMER_MAIL, "{'urgency':2}", "/events/3/urgency: " },
        { EVENT_CUSTOMER_MAIL, "{'urgency':'low','thanks_only':1}", "/events/3/thanks_only: " },
        { EVENT_CUSTOMER_MAIL, "{'urgency':'low','thanks_only':null}", "/events/3/thanks_only: " },
        { EVENT_AGENT_REPLY, "{'offers_plan':'true'}", "/events/3/offers_plan: " },
        { EVENT_AGENT_REPLY, "{'asks_customer':0}", "/events/3/asks_customer: " },
        { EVENT_AGENT_REPLY, "{'promises':{}}", "/events/3/promises: " },
        { EVENT_AGENT_REPLY, "{'promises':null}", "/events/3/promises: " },
        { EVENT_AGENT_REPLY, "{'promises':['2026-11-22T10:00:00Z']}", "/events/3/promises/0: " },
        { EVENT_AGENT_REPLY, "{'promises':[{'due':'2026-11-22T10:00:00Z'},{}]}", "/events/3/promises/1/due: " },
        { EVENT_AGENT_REPLY, "{'promises':[{'due':1795312800}]}", "/events/3/promises/0/due: " },
        { EVENT_AGENT_REPLY, "{'promises':[{'due':'tomorrow'}]}", "/events/3/promises/0/due: " },
        { EVENT_AGENT_REPLY, "{'promises':[{'due':'1969-12-31T00:00:00Z'}]}", "/events/3/promises/0/due: " },
        { EVENT_BOUNCE, "{}", "/events/3/of: " },
        { EVENT_BOUNCE, "{'of':3}", "/events/3/of: " },
        { EVENT_URGENCY, "{'urgency':'low'}", "/events/3/by: " },
        { EVENT_URGENCY, "{'urgency':'low','by':'customer'}", "/events/3/by: " },
        { EVENT_URGENCY, "{'by':'agent'}", "/events/3/urgency: " },
        { EVENT_RESOLVE, "{}", "/events/3/outcome: " },
        { EVENT_RESOLVE, "{'outcome':false}", "/events/3/outcome: " },
    };
    struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct event event;
        struct error error = { 0 };
        if (read_fields(wrong[i].type, wrong[i].text, arena, &event, &error) != -1)
            fail_msg("accepted: %s", wrong[i].text);
        assert_int_equal(error.kind, ERROR_INPUT);
        if (strncmp(error.text, wrong[i].pointer, strlen(wrong[i].pointer)) != 0 || !strstr(error.text, "expected"))
            fail_msg("%s: %s", wrong[i].text, error.text);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_has_a_name_that_leads_back_to_it),
        cmocka_unit_test(the_types_of_clocks_md_are_those_that_simulate_accepts),
        cmocka_unit_test(fields_are_read_and_written_back_the_same),
        cmocka_unit_test(wrong_fields_are_told_with_their_pointer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
