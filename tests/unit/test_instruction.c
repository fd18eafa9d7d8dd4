/* test_instruction.c - what agents write is read, and what is no command is not taken for one
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/intake_world.h"

#include "ticket/instruction.h"

static struct instruction read_words(struct world *world, const char *line)
{
    return instruction_of_words(world->site, line, world->now, world->arena);
}

static void words_are_read_in_english_and_chinese(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *line;
        enum instruction_kind kind;
    } cases[] = {
        { "resolved", INSTRUCTION_RESOLVED }, { "  Resolved.", INSTRUCTION_RESOLVED }, { "DONE!", INSTRUCTION_RESOLVED },
        { "已解决", INSTRUCTION_RESOLVED }, { "已解决。", INSTRUCTION_RESOLVED }, { "已解決", INSTRUCTION_RESOLVED },
        { "Not a complaint", INSTRUCTION_NO_COMPLAINT }, { "不是投诉", INSTRUCTION_NO_COMPLAINT },
        { "plan", INSTRUCTION_PLAN }, { "方案", INSTRUCTION_PLAN }, { "urgent", INSTRUCTION_URGENCY }, { "紧急", INSTRUCTION_URGENCY },
        { "not urgent", INSTRUCTION_LESS_URGENT }, { "mine", INSTRUCTION_MINE }, { "我来", INSTRUCTION_MINE },
        { "assign anna", INSTRUCTION_ASSIGN }, { "assign to Anna Li", INSTRUCTION_ASSIGN }, { "转给anna", INSTRUCTION_ASSIGN },
        { "转给 Anna", INSTRUCTION_ASSIGN }, { "hold", INSTRUCTION_HOLD }, { "hold until Friday", INSTRUCTION_HOLD },
        { "暂停到周五", INSTRUCTION_HOLD }, { "go on", INSTRUCTION_GO_ON }, { "release", INSTRUCTION_RELEASE },
        { "category logistics/late", INSTRUCTION_CATEGORY }, { "help", INSTRUCTION_HELP }, { "帮助", INSTRUCTION_HELP },
        { "", INSTRUCTION_UNKNOWN }, { "Dear redress, please resolve it", INSTRUCTION_UNKNOWN },
        { "planned for Monday", INSTRUCTION_UNKNOWN }, { "resolved? not at all", INSTRUCTION_UNKNOWN },
        { "assign nobody", INSTRUCTION_UNKNOWN }, { "assign", INSTRUCTION_UNKNOWN }, { "hold the line", INSTRUCTION_UNKNOWN },
        { "holder", INSTRUCTION_UNKNOWN }, { "category nonsense", INSTRUCTION_UNKNOWN }, { "方案还没有", INSTRUCTION_UNKNOWN },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct instruction read = read_words(world, cases[i].line);
        if (read.kind != cases[i].kind)
            fail_msg("\"%s\": %d", cases[i].line, read.kind);
    }
    assert_string_equal(read_words(world, "assign ANNA").agent, "anna");
    assert_int_equal(read_words(world, "critical").urgency, URGENCY_CRITICAL);
    assert_true(read_words(world, "take over").insists);
    assert_false(read_words(world, "mine").insists);
}

static void a_hold_ends_with_the_day_that_is_named(void **state)
{
    struct world *world = *state;
    char text[INSTANT_TEXT];
    instant english = read_words(world, "hold until Friday").until, chinese = read_words(world, "暂停到周五").until;
    assert_int_equal(english, chinese);
    assert_true(english > world->now + 2 * DAY && english < world->now + 4 * DAY);
    assert_string_equal(instant_format_rfc3339(english, text), "2026-11-27T15:59:59Z");
    assert_int_equal(read_words(world, "hold").until, INSTANT_MAX);
}

/* What an agent tells a ticket. */
static enum instruction_result tell(struct world *world, const char *ticket, const char *agent, const char *line)
{
    struct store *store = world->store;
    struct obedience what = { .site = world->site, .ticket = ticket, .instruction = read_words(world, line), .how = "test",
                              .agent = config_agent_by_id(world->site->config, agent), .now = world->now, .arena = world->arena };
    if (instruction_obey(store, &what, &world->error) != 1)
        fail_msg("%s", world->error.text);
    return what.result;
}

static void a_plan_counts_only_after_an_answer_and_stops_no_response_clock(void **state)
{
    struct world *world = *state;
    struct intake seen = world_see(world, by_milter(world, "service"), complaint(world, 1, "Wang <wang@customer.example>"));
    assert_int_equal(tell(world, seen.ticket, "anna", "plan"), INSTRUCTION_UNANSWERED);
    assert_int_equal(stopped_at(world, seen.ticket), INSTANT_NONE);
    world->now += MINUTE;
    world_see(world, by_submission(world, "anna"),
              mail_text(world, "anna@shop.example", "wang@customer.example", "Re: Kettle", "l1@shop.example",
                        "In-Reply-To: <c1@customer.example>", "Dear Wang, we are looking into it. Anna"));
    instant answered = stopped_at(world, seen.ticket);
    world->now += MINUTE;
    assert_int_equal(tell(world, seen.ticket, "anna", "plan"), INSTRUCTION_DONE);
    assert_int_equal(stopped_at(world, seen.ticket), answered);
    assert_int_equal(clock_of(world, seen.ticket, CLOCK_PLAN)->state, CLOCK_MET);
}

static void who_does_not_answer_for_the_mailbox_is_refused(void **state)
{
    struct world *world = *state;
    struct intake seen = world_see(world, by_milter(world, "service"), complaint(world, 1, "Wang <wang@customer.example>"));
    assert_int_equal(tell(world, seen.ticket, "bo", "resolved"), INSTRUCTION_FORBIDDEN);
    world->now = T0 + DAY;
    assert_int_equal(tell(world, seen.ticket, "carl", "resolved"), INSTRUCTION_FORBIDDEN); /* has left */
    assert_int_equal(tell(world, seen.ticket, "anna", "resolved"), INSTRUCTION_DONE);
    assert_int_equal(tell(world, seen.ticket, "anna", "resolved"), INSTRUCTION_ALREADY);
    assert_int_equal(tell(world, seen.ticket, "anna", "reopen"), INSTRUCTION_DONE);
}

static void the_first_who_claims_has_it_until_another_insists(void **state)
{
    struct world *world = *state;
    struct intake seen = world_see(world, by_milter(world, "service"), complaint(world, 1, "Wang <wang@customer.example>"));
    assert_int_equal(tell(world, seen.ticket, "anna", "mine"), INSTRUCTION_DONE);
    assert_int_equal(tell(world, seen.ticket, "carl", "mine"), INSTRUCTION_TAKEN);
    assert_int_equal(tell(world, seen.ticket, "carl", "take over"), INSTRUCTION_DONE);
    assert_int_equal(tell(world, seen.ticket, "anna", "release"), INSTRUCTION_DONE);
    assert_int_equal(tell(world, seen.ticket, "anna", "release"), INSTRUCTION_ALREADY);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_new, world_end)
    const struct CMUnitTest tests[] = {
        TEST(words_are_read_in_english_and_chinese),
        TEST(a_hold_ends_with_the_day_that_is_named),
        TEST(a_plan_counts_only_after_an_answer_and_stops_no_response_clock),
        TEST(who_does_not_answer_for_the_mailbox_is_refused),
        TEST(the_first_who_claims_has_it_until_another_insists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
