/* test_verdict.c - verdicts add up exactly, know history and kinds, and cost little
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <jansson.h>

#include "rules/verdict.h"
#include "tests/unit/shipped_packs.h"
#include "tests/unit/verdict_sums.h"

static void judge(const struct message *message, const struct history *history, struct arena **arena,
                  struct verdict *verdict)
{
    struct error error;
    *arena = arena_new(32 * 1024 * 1024);
    assert_non_null(*arena);
    assert_int_equal(verdict_judge(shipped, message, history, *arena, verdict, &error), 1);
}

static bool has_signal(const struct verdict *verdict, const char *id)
{
    for (size_t i = 0; i < verdict->signal_count; i++)
        if (strcmp(verdict->signals[i], id) == 0)
            return true;
    return false;
}

static void traditional_script_is_read_by_the_same_pack(void **state)
{
    struct arena *arena;
    struct verdict verdict;
    (void)state;
    struct message message = packs_mail("退款", "退款一直沒到賬，客服不回覆，沒人理我。", "zh");
    judge(&message, NULL, &arena, &verdict);
    assert_true(verdict.complaint);
    assert_int_equal(verdict.urgency, URGENCY_HIGH);
    arena_free(arena);
}

static char *as_json(const struct verdict *verdict)
{
    json_t *json = verdict_to_json(verdict);
    char *text = json_dumps(json, JSON_SORT_KEYS);
    json_decref(json);
    assert_non_null(text);
    return text;
}

static void what_is_learnt_of_the_customer_later_weighs_as_if_it_had_been_known(void **state)
{
    static const struct history histories[] = {
        { .unanswered = 2, .open_ticket = true }, { .complaints_90_days = 4, .vip = true }, { .same_order = true }, { 0 },
    };
    static const char *const texts[][3] = {
        { "Again", "I am still waiting for an answer about order 4711-2234. The lamp is broken!!", "en" },
        { "退款", "退款一直没到账，客服不回复，第三次写信了，没人理我。", "zh" },
        { "Hours", "When do you open on Sunday?", "en" },
    };
    (void)state;
    for (size_t t = 0; t < 3; t++) {
        struct message message = packs_mail(texts[t][0], texts[t][1], texts[t][2]);
        struct arena *arena, *other;
        struct verdict verdict, known, whole;
        judge(&message, NULL, &arena, &verdict);
        char *before = as_json(&verdict);
        for (size_t h = 0; h < sizeof histories / sizeof *histories; h++) {
            struct error error;
            assert_int_equal(verdict_know(&verdict, &message, &histories[h], &known, &error), 1);
            judge(&message, &histories[h], &other, &whole);
            char *a = as_json(&known), *b = as_json(&whole), *now = as_json(&verdict);
            assert_string_equal(a, b);
            assert_string_equal(before, now);
            free(a);
            free(b);
            free(now);
            arena_free(other);
        }
        free(before);
        arena_free(arena);
    }
}

static void the_third_unanswered_mail_is_critical(void **state)
{
    struct arena *arena;
    struct verdict verdict;
    struct history history = { .unanswered = 2, .open_ticket = true };
    (void)state;
    struct message message = packs_mail("Re: lamp", "Is there any news about my lamp?", "en");
    judge(&message, &history, &arena, &verdict);
    assert_int_equal(verdict.urgency, URGENCY_CRITICAL);
    assert_true(has_signal(&verdict, "history"));
    expect_sums(&verdict);
    arena_free(arena);
}

static void automatic_mail_is_never_a_complaint(void **state)
{
    struct arena *arena;
    struct verdict verdict;
    (void)state;
    struct message message = packs_mail("Undelivered", "The worst service ever! My order never arrived!!!", "en");
    message.kind = KIND_BOUNCE;
    judge(&message, NULL, &arena, &verdict);
    assert_false(verdict.complaint);
    assert_int_equal(verdict.urgency, URGENCY_LOW);
    arena_free(arena);
}

static void only_thanks_is_told_apart(void **state)
{
    struct arena *arena;
    struct verdict verdict;
    (void)state;
    struct message thanks = packs_mail("Re: lamp", "It works again, thank you very much!", "en");
    judge(&thanks, NULL, &arena, &verdict);
    assert_true(verdict.thanks_only);
    arena_free(arena);
    struct message more = packs_mail("Re: lamp", "Thank you, but it is still broken. Could you send a new one?", "en");
    judge(&more, NULL, &arena, &verdict);
    assert_false(verdict.thanks_only);
    arena_free(arena);
}

static void order_numbers_and_evidence_are_found(void **state)
{
    struct arena *arena;
    struct verdict verdict;
    struct attachment photo = { .name = "p.jpg", .type = "image/jpeg", .bytes = 1000 };
    (void)state;
    struct message message = packs_mail("订单号 JD20261124001", "Order no. A-4821-9931 arrived broken.", "en");
    message.attachments = &photo;
    message.attachment_count = 1;
    judge(&message, NULL, &arena, &verdict);
    assert_int_equal(verdict.order_count, 2);
    assert_string_equal(verdict.orders[0], "JD20261124001");
    assert_string_equal(verdict.orders[1], "A-4821-9931");
    assert_int_equal(verdict.evidence_count, 1);
    arena_free(arena);
}

/* 256 KB of what every pattern begins with. */
static void a_hostile_text_costs_little(void **state)
{
    struct arena *arena;
    struct verdict verdict;
    (void)state;
    size_t size = 256 * 1024;
    char *text = malloc(size + 1);
    assert_non_null(text);
    for (size_t i = 0; i < size; i++)
        text[i] = "still not my order never "[i % 25];
    text[size] = '\0';
    struct message message = packs_mail("", text, "en");
    clock_t begin = clock();
    judge(&message, NULL, &arena, &verdict);
    double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    printf("# hostile text: %.3f s\n", seconds);
    assert_true(seconds < 2);
    expect_sums(&verdict);
    arena_free(arena);
    free(text);
}

static void an_empty_mail_is_judged_too(void **state)
{
    struct arena *arena;
    struct verdict verdict;
    (void)state;
    struct message message = packs_mail("", "", "und");
    judge(&message, NULL, &arena, &verdict);
    assert_false(verdict.complaint);
    json_t *json = verdict_to_json(&verdict);
    assert_true(json_is_null(json_object_get(json, "category")));
    assert_true(json_is_array(json_object_get(json, "categories")));
    json_decref(json);
    arena_free(arena);
}

static void expect_same_json(const struct verdict *verdict)
{
    struct buffer text;
    json_error_t fault;
    buffer_init(&text, 1 << 20);
    verdict_write(verdict, &text);
    assert_false(text.failed);
    json_t *written = json_loads(buffer_text(&text), JSON_REJECT_DUPLICATES, &fault), *tree = verdict_to_json(verdict);
    assert_non_null(written);
    assert_true(json_equal(written, tree));
    json_decref(written);
    json_decref(tree);
    buffer_release(&text);
}

static void the_written_text_says_what_the_tree_says(void **state)
{
    static const double numbers[] = { 0, -0.0000004, 0.1, 1, -1, 12.5, -0.000001, 0.123456, 99.999999, -1234.56, 1e9 };
    static const char *words[] = { "plain", "with \"quotes\"", "back\\slash", "line\nend\x01", "\xe8\xae\xa2", "" };
    struct arena *arena;
    struct verdict verdict;
    (void)state;
    struct message message = packs_mail("Third request!", "I want my money back now. My order A12345678 never came, and "
                                          "you have ignored me for three weeks. I will go to the ombudsman.", "en");
    judge(&message, NULL, &arena, &verdict);
    expect_same_json(&verdict);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        verdict.hits[0].weight = verdict.score = numbers[i];
        expect_same_json(&verdict);
    }
    verdict.orders = words;
    verdict.order_count = sizeof words / sizeof *words;
    expect_same_json(&verdict);
    expect_same_json(&(struct verdict){ .urgency = URGENCY_LOW });
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traditional_script_is_read_by_the_same_pack),
        cmocka_unit_test(what_is_learnt_of_the_customer_later_weighs_as_if_it_had_been_known),
        cmocka_unit_test(the_third_unanswered_mail_is_critical),
        cmocka_unit_test(automatic_mail_is_never_a_complaint),
        cmocka_unit_test(only_thanks_is_told_apart),
        cmocka_unit_test(order_numbers_and_evidence_are_found),
        cmocka_unit_test(a_hostile_text_costs_little),
        cmocka_unit_test(an_empty_mail_is_judged_too),
        cmocka_unit_test(the_written_text_says_what_the_tree_says),
    };
    return cmocka_run_group_tests(tests, shipped_load, shipped_unload);
}
