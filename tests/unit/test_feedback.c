/* test_feedback.c - what customers say of the solution, in their words
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

#include "rules/locate.h"
#include "rules/verdict.h"

static struct rules *rules;

static int load(void **state)
{
    (void)state;
    struct error error = { 0 };
    char paths[2][512];
    const char *top = getenv("top_srcdir") ? getenv("top_srcdir") : ".", *packs[] = { paths[0], paths[1] };
    snprintf(paths[0], sizeof paths[0], "%s/rules/packs/zh.json", top);
    snprintf(paths[1], sizeof paths[1], "%s/rules/packs/en.json", top);
    rules = rules_load(packs, 2, NULL, &error);
    if (!rules)
        fprintf(stderr, "%s\n", error.text);
    return rules ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    rules_unref(rules);
    return 0;
}

static struct feedback read_answer(const char *subject, const char *text)
{
    struct error error = { 0 };
    struct arena *arena = arena_new(16 << 20);
    struct verdict verdict;
    char *mail = arena_printf(arena, "From: <wang@customer.example>\r\nTo: <service@shop.example>\r\nSubject: %s\r\n"
                              "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                              "Content-Transfer-Encoding: 8bit\r\n\r\n%s\r\n", subject, text);
    struct message *message = message_parse(mail, strlen(mail), NULL, &error);
    assert_non_null(message);
    assert_int_equal(verdict_judge(rules, message, NULL, arena, &verdict, &error), 1);
    struct feedback feedback = verdict.feedback;
    message_free(message);
    arena_free(arena);
    return feedback;
}

static void answers_say_whether_the_customer_is_satisfied(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int says; /* 1 satisfied, -1 not, 0 neither */
    } answers[] = {
        { "Yes", 1 }, { "yes, it works now. Thank you!", 1 }, { "All good, thanks.", 1 }, { "Everything is fine.", 1 },
        { "I am very satisfied with how you handled this.", 1 }, { "The problem is solved.", 1 }, { "Perfect!", 1 },
        { "No", -1 }, { "No, it still leaks.", -1 }, { "Not really.", -1 }, { "Not yet.", -1 },
        { "I am not satisfied.", -1 }, { "It is not solved at all.", -1 }, { "It isn't working.", -1 },
        { "Same problem again.", -1 }, { "I'm disappointed.", -1 }, { "It still doesn't work", -1 },
        { "It broke again after two days.", -1 }, { "Nothing has changed.", -1 },
        { "Yes, the pump works, but the lid is still broken.", -1 },
        { "Which matter do you mean?", 0 }, { "Who is this?", 0 }, { "Please call me.", 0 },
        { "已经解决了，谢谢！", 1 }, { "是的", 1 }, { "很满意，谢谢你们。", 1 }, { "都好", 1 }, { "問題已經解決了", 1 },
        { "没问题了", 1 }, { "一切正常", 1 },
        { "没有", -1 }, { "还是没有解决", -1 }, { "不满意！", -1 }, { "不太滿意", -1 }, { "又坏了", -1 }, { "没修好", -1 },
        { "退款仍未收到", -1 }, { "同样的问题又出现了", -1 }, { "很失望", -1 },
        { "你们是哪里？", 0 }, { "请打电话给我", 0 },
    };
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct feedback feedback = read_answer("Re: Is everything really solved? (ticket abcdefgh)", answers[i].text);
        int says = feedback.satisfied ? 1 : feedback.unsatisfied ? -1 : 0;
        if (says != answers[i].says)
            fail_msg("'%s': %d instead of %d", answers[i].text, says, answers[i].says);
    }
}

static void a_score_is_read_only_where_it_is_one(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int score;
    } scores[] = {
        { "4", 4 }, { "5.", 5 }, { "4/5", 4 }, { "1 / 5", 1 }, { "3 of 5", 3 }, { "2 out of 5, sorry", 2 }, { "5 stars!", 5 },
        { "Score: 2", 2 }, { "I give it 4 points", 4 }, { "Thanks, all well.\n5", 5 }, { "4分", 4 }, { "四分", 4 },
        { "给你们打五星", 5 }, { "评分：3", 3 }, { "５", 5 }, { "评分 2，谢谢", 2 }, { "**5**", 0 },
        { "", 0 }, { "45", 0 }, { "4.5", 0 }, { "It took 3 weeks", 0 }, { "五分钟就好了", 0 }, { "一分钱一分货", 0 },
        { "order 2-33 came", 0 }, { "6", 0 }, { "0", 0 }, { "10/5", 0 }, { "4 stars or 2 stars", 0 }, { "2026-11-5", 0 },
        { "1 star. It took them 5 days", 1 },
    };
    char long_text[1000];
    for (size_t i = 0; i < sizeof scores / sizeof *scores; i++)
        if (feedback_score(scores[i].text) != scores[i].score)
            fail_msg("'%s': %d instead of %d", scores[i].text, feedback_score(scores[i].text), scores[i].score);
    memset(long_text, 'a', sizeof long_text);
    memcpy(long_text, "5\n", 2);
    long_text[sizeof long_text - 1] = '\0';
    assert_int_equal(feedback_score(long_text), 0);
    assert_int_equal(feedback_score(NULL), 0);
}

static void wishes_to_stop_and_questions_about_the_state_are_short(void **state)
{
    (void)state;
    assert_true(read_answer("Re: x", "Stop").stop);
    assert_true(read_answer("Re: x", "please stop sending me these mails").stop);
    assert_true(read_answer("Re: x", "不用了").stop);
    assert_true(read_answer("Re: x", "退订").stop);
    assert_true(read_answer("Re: x", "請不要再給我發郵件").stop);
    assert_false(read_answer("Re: x", "The machine does not stop when I open the door").stop);
    assert_false(read_answer("Re: x", "Please stop charging my card").stop);
    assert_true(read_answer("Re: Kettle", "Where does my matter stand?").state);
    assert_true(read_answer("Re: Kettle", "Status").state);
    assert_true(read_answer("status", "").state);
    assert_true(read_answer("Re: 水壶", "查询进度").state);
    assert_true(read_answer("Re: 水壶", "请问我的投诉处理到哪一步了？").state);
    assert_false(read_answer("Re: Where your matter stands (ticket abcdefgh)", "Thank you").state);
    assert_false(read_answer("Re: x", "The status light is red and the state of the box was awful").state);
    struct feedback feedback = read_answer("Re: x", "All good, 5 stars! Could you send me the invoice?");
    assert_true(feedback.satisfied && feedback.requests);
    assert_int_equal(feedback.score, 5);
}

static void it_comes_back_from_json_as_it_was(void **state)
{
    (void)state;
    struct feedback all = { .satisfied = true, .stop = true, .state = true, .requests = true, .score = 3 }, none = { 0 };
    json_t *json = feedback_to_json(&all);
    struct feedback back = feedback_from_json(json);
    json_decref(json);
    assert_true(back.satisfied && !back.unsatisfied && back.stop && back.state && back.requests);
    assert_int_equal(back.score, 3);
    assert_null(feedback_to_json(&none));
    assert_int_equal(feedback_from_json(NULL).score, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_say_whether_the_customer_is_satisfied),
        cmocka_unit_test(a_score_is_read_only_where_it_is_one),
        cmocka_unit_test(wishes_to_stop_and_questions_about_the_state_are_short),
        cmocka_unit_test(it_comes_back_from_json_as_it_was),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
