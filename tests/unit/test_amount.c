/* test_amount.c - what several rules find in the same words is evidence once
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/packs_written.h"
#include "tests/unit/verdict_sums.h"

static struct rules *rules;

static const char pack[] =
    "{\"language\":\"en\",\"version\":\"1\",\"bias\":-1,\"rules\":["
    "{\"id\":\"n.strong\",\"match\":[\"awful service\"],\"complaint\":2,\"most\":2},"
    "{\"id\":\"n.weak\",\"match\":[\"service\",\"room\"],\"complaint\":1,\"most\":3},"
    "{\"id\":\"p.praise\",\"match\":[\"service\"],\"complaint\":-1},"
    "{\"id\":\"t.topic\",\"match\":[\"service\"],\"category\":{\"service/attitude\":1}},"
    "{\"id\":\"f.long\",\"feature\":\"length\",\"least\":1,\"complaint\":0.5}]}";

static int load(void **state)
{
    const char *texts[] = { pack };
    struct error error;
    (void)state;
    rules = packs_load(texts, 1, &error);
    return rules ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    rules_unref(rules);
    return 0;
}

static void expect_weight(const char *rule, const char *text, double expected)
{
    struct message message = packs_mail("", text, "en");
    struct arena *arena = arena_new(8 * 1024 * 1024);
    struct verdict verdict;
    struct error error;
    assert_non_null(arena);
    assert_int_equal(verdict_judge(rules, &message, NULL, arena, &verdict, &error), 1);
    expect_sums(&verdict);
    double weight = packs_weight(&verdict, rule, HIT_COMPLAINT);
    arena_free(arena);
    if (fabs(weight - expected) > 1e-6)
        fail_msg("%s adds %.3f to \"%s\", not %.3f", rule, weight, text, expected);
}

static void a_rule_alone_counts_in_full(void **state)
{
    (void)state;
    expect_weight("en:n.weak", "the room", 1);
    expect_weight("en:n.strong", "awful service", 2);
}

static void the_weaker_of_two_rules_for_the_same_words_is_an_echo(void **state)
{
    (void)state;
    expect_weight("en:n.weak", "awful service", 0.3);
    expect_weight("en:n.weak", "awful service. the room", 1.3);
}

static void other_words_count_in_full_up_to_most(void **state)
{
    (void)state;
    expect_weight("en:n.weak", "room. room. room. room. room", 3);
    expect_weight("en:n.strong", "awful service. awful service. awful service", 4);
}

static void the_same_words_may_argue_for_and_against(void **state)
{
    (void)state;
    expect_weight("en:p.praise", "awful service", -1);
}

static void features_count_in_full(void **state)
{
    (void)state;
    expect_weight("en:f.long", "awful service", 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_alone_counts_in_full),
        cmocka_unit_test(the_weaker_of_two_rules_for_the_same_words_is_an_echo),
        cmocka_unit_test(other_words_count_in_full_up_to_most),
        cmocka_unit_test(the_same_words_may_argue_for_and_against),
        cmocka_unit_test(features_count_in_full),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
