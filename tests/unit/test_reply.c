/* test_reply.c - promises, plans, questions and lint of agents' replies
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "rules/reply.h"

static struct rules *rules;
static struct zone *shanghai;

static int load(void **state)
{
    char zh[4096], en[4096];
    const char *packs[] = { zh, en };
    struct error error;
    (void)state;
    snprintf(zh, sizeof zh, "%s/rules/packs/zh.json", getenv("top_srcdir"));
    snprintf(en, sizeof en, "%s/rules/packs/en.json", getenv("top_srcdir"));
    rules = rules_load(packs, 2, NULL, &error);
    shanghai = zone_load("Asia/Shanghai", &error);
    return rules && shanghai ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    rules_unref(rules);
    zone_free(shanghai);
    return 0;
}

static instant moment(const char *text)
{
    instant at;
    assert_int_equal(instant_parse_rfc3339(text, &at, NULL), 1);
    return at;
}

static struct arena *read_reply(const char *text, struct reply_reading *reading)
{
    struct error error;
    struct message message = { .subject = "", .text = text, .full_text = text, .language = "en", .kind = KIND_HUMAN };
    struct arena *arena = arena_new(16 * 1024 * 1024);
    assert_non_null(arena);
    assert_int_equal(reply_read(rules, &message, moment("2026-11-24T10:00:00+08:00"), NULL, shanghai, arena, reading,
                                &error), 1);
    return arena;
}

static void expect_promises(const char *language)
{
    char path[4096], line[8192];
    int right = 0, missed = 0, extra = 0, lines = 0;
    snprintf(path, sizeof path, "%s/tests/corpus/promises_%s.jsonl", getenv("top_srcdir"), language);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        struct reply_reading reading;
        json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL), *due;
        size_t i;
        int found = 0;
        assert_non_null(object);
        struct arena *arena = read_reply(json_string_value(json_object_get(object, "text")), &reading);
        json_array_foreach(json_object_get(object, "due"), i, due) {
            bool hit = false;
            for (size_t k = 0; k < reading.promise_count; k++)
                hit = hit || reading.promises[k].due == moment(json_string_value(due));
            found += hit;
            missed += !hit;
        }
        right += found;
        extra += (int)reading.promise_count - found;
        lines++;
        arena_free(arena);
        json_decref(object);
    }
    fclose(file);
    double precision = (double)right / (right + extra), recall = (double)right / (right + missed);
    printf("# %s promises: precision %.3f (floor 0.95), recall %.3f (floor 0.92) over %d sentences\n", language, precision,
           recall, lines);
    assert_true(lines >= 60);
    assert_true(precision >= 0.95 && recall >= 0.92);
}

static void english_promises_have_their_due_time(void **state)
{
    (void)state;
    expect_promises("en");
}

static void chinese_promises_have_their_due_time(void **state)
{
    (void)state;
    expect_promises("zh");
}

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
        struct arena *arena = read_reply(all[i].text, &reading);
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

static void a_limit_said_twice_is_one_promise_the_stricter(void **state)
{
    struct reply_reading reading;
    (void)state;
    struct arena *arena = read_reply("We will refund you within 3 working days, by Thursday at the latest.", &reading);
    assert_int_equal(reading.promise_count, 1);
    assert_int_equal(reading.promises[0].due, moment("2026-11-26T23:59:59+08:00"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(english_promises_have_their_due_time),
        cmocka_unit_test(chinese_promises_have_their_due_time),
        cmocka_unit_test(plans_and_questions_are_told_apart),
        cmocka_unit_test(poor_replies_are_pointed_out),
        cmocka_unit_test(a_limit_said_twice_is_one_promise_the_stricter),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
