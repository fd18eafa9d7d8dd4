/* test_reply.c - plans, questions and lint of agents' replies
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/unit/replies_written.h"

static bool has_lint(const struct reply_reading *reading, const char *id)
{
    for (size_t i = 0; i < reading->lint_count; i++)
        if (strcmp(reading->lint[i], id) == 0)
            return true;
    return false;
}

struct expectation {
    const char *text, *lint; /* an id that must be there; "!id": must not; NULL: nothing is asked */
    int plan, asks;          /* 1 yes, 0 no, -1 either */
};

static void expect_all(const struct expectation *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct reply_reading reading;
        struct arena *arena = replies_read(all[i].text, "en", &reading);
        bool forbidden = all[i].lint && all[i].lint[0] == '!';
        if (all[i].lint && has_lint(&reading, all[i].lint + forbidden) == forbidden)
            fail_msg("lint %s: %s", all[i].lint, all[i].text);
        if ((all[i].plan >= 0 && reading.offers_plan != (all[i].plan == 1)) ||
            (all[i].asks >= 0 && reading.asks_customer != (all[i].asks == 1)))
            fail_msg("plan %d asks %d: %s", reading.offers_plan, reading.asks_customer, all[i].text);
        arena_free(arena);
    }
}

static void plans_and_questions_are_told_apart(void **state)
{
    static const struct expectation all[] = {
        { "We will refund you in full.", NULL, 1, 0 },
        { "You can choose between a replacement and a refund.", NULL, 1, -1 },
        { "We are looking into it.", NULL, 0, 0 },
        { "Could you please send us a photo of the damage?", NULL, 0, 1 },
        { "Let us know if there is anything else.", NULL, 0, 0 },
        { "我们将为您全额退款。", NULL, 1, 0 },
        { "请您提供一下订单号和照片。", NULL, 0, 1 },
        { "我们正在核实情况。", NULL, 0, 0 },
    };
    (void)state;
    expect_all(all, sizeof all / sizeof *all);
}

static void poor_replies_are_pointed_out(void **state)
{
    static const struct expectation all[] = {
        { "This is not our fault.", "blame-shift", -1, -1 },
        { "We are sorry, but our policy does not allow that.", "sorry-but", -1, -1 },
        { "We are sorry for the trouble.", "empty-apology", 0, 0 },
        { "That is our final offer. Take it or leave it.", "take-it-or-leave-it", -1, -1 },
        { "We will look into it as soon as possible.", "no-time", 0, 0 },
        { "We will call you by Friday.", "!no-time", -1, -1 },
        { "It will definitely be fixed.", "absolute-promise", -1, -1 },
        { "It will definitely be fixed by Friday.", "!absolute-promise", -1, -1 },
        { "Your card 4111 1111 1111 1111 was charged.", "personal-data", -1, -1 },
        { "Your order 4111 1111 1111 1112 was sent.", "!personal-data", -1, -1 },
        { "这不是我们的责任。", "blame-shift", -1, -1 },
        { "非常抱歉，但是按规定不能退款。", "sorry-but", -1, -1 },
        { "我们会尽快处理。", "no-time", 0, 0 },
        { "肯定给您处理好。", "absolute-promise", -1, -1 },
        { "您的身份证号11010519491231002X已登记。", "personal-data", -1, -1 },
    };
    (void)state;
    expect_all(all, sizeof all / sizeof *all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plans_and_questions_are_told_apart),
        cmocka_unit_test(poor_replies_are_pointed_out),
    };
    return cmocka_run_group_tests(tests, replies_load, replies_unload);
}
