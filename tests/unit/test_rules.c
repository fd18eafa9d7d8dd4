/* test_rules.c - packs are read strictly, compiled once, and explain their faults
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
#include <unistd.h>

#include <cmocka.h>

#include "lib/buffer.h"
#include "rules/rules.h"
#include "tests/unit/shipped_packs.h"

/* Loads a pack from text; its error text lands in *error. */
static struct rules *load_text(const char *text, struct error *error)
{
    return packs_load(&text, 1, error);
}

static void expect_refusal(const char *rule, const char *part)
{
    char text[8192];
    struct error error;
    snprintf(text, sizeof text, "{\"language\":\"en\",\"version\":\"1\",\n\"rules\":[\n%s\n]}", rule);
    struct rules *rules = load_text(text, &error);
    assert_null(rules);
    assert_int_equal(error.kind, ERROR_INPUT);
    if (!strstr(error.text, part))
        fail_msg("\"%s\" does not say \"%s\"", error.text, part);
}

static void the_shipped_packs_load(void **state)
{
    (void)state;
    assert_true(rules_count(shipped) > 20);
    assert_true(rules_category_exists(shipped, "logistics/late"));
    assert_true(rules_category_exists(shipped, "other"));
    assert_false(rules_category_exists(shipped, "logistics/early"));
    assert_false(rules_category_exists(shipped, NULL));
}

static void a_missing_pack_is_absent(void **state)
{
    (void)state;
    const char *packs[] = { "/nonexistent/zh.json" };
    struct error error;
    assert_null(rules_load(packs, 1, NULL, &error));
    assert_int_equal(error.kind, ERROR_ABSENT);
}

static void a_fault_names_line_and_rule(void **state)
{
    (void)state;
    expect_refusal("{\"id\":\"a\",\"match\":[\"good (bad\"],\"complaint\":1}", "en:a");
    expect_refusal("{\"id\":\"a\",\"match\":[\"good (bad\"],\"complaint\":1}", ":3:");
    expect_refusal("{\"id\":\"a\",\"match\":[\"good\"],\"complain\":1}", "complain");
    expect_refusal("{\"id\":\"a\",\"match\":[\"good\"],\"category\":{\"logistics/early\":1}}", "logistics/early");
    expect_refusal("{\"id\":\"a\",\"match\":[\"good\"],\"signals\":[\"angry\"]}", "angry");
    expect_refusal("{\"id\":\"a\",\"match\":[\"good\"]},{\"id\":\"a\",\"match\":[\"bad\"]}", "twice");
    expect_refusal("{\"id\":\"A b\",\"match\":[\"good\"]}", "a-z");
    expect_refusal("{\"id\":\"a\",\"feature\":\"moon\"}", "moon");
    expect_refusal("{\"id\":\"a\"}", "exactly one");
    expect_refusal("{\"id\":\"a\",\"match\":[\"good\"]},{\"id\":\"b\",\"when\":{\"all\":[\"c\"]}}", "named c");
}

static void patterns_that_find_all_or_nothing_are_refused(void **state)
{
    (void)state;
    expect_refusal("{\"id\":\"a\",\"match\":[\"\"]}", "empty");
    expect_refusal("{\"id\":\"a\",\"match\":[\"*\"]}", "almost anything");
    expect_refusal("{\"id\":\"a\",\"match\":[\"(good)?\"]}", "almost anything");
    expect_refusal("{\"id\":\"a\",\"match\":[\"not ..500 good\"]}", "more than 20");
    expect_refusal("{\"id\":\"a\",\"match\":[\"{nobody}\"]}", "word list");
    expect_refusal("{\"id\":\"a\",\"match\":[\"((((((((((good))))))))))\"]}", "nested");
    expect_refusal("{\"id\":\"a\",\"match\":[\"good  bad\"]}", "single spaces");
    expect_refusal("{\"id\":\"a\",\"match\":[\"sooo good\"]}", "counts once");
    expect_refusal("{\"id\":\"a\",\"match\":[\"退 款\"]}", "no space between ideographs");
    expect_refusal("{\"id\":\"a\",\"match\":[\"one\\ntwo\"]}", "control characters");
}

/* Nesting multiplies: what would take libhs seconds and megabytes is refused before, with the rule and its line. */
static void a_catastrophic_pattern_is_refused_at_once(void **state)
{
    (void)state;
    clock_t begin = clock();
    expect_refusal("{\"id\":\"a\",\"match\":[\"good\", \"((((x ..20 y)* (z ..20 w)*)* (z ..20 w)*)* (q ..9 r)*)* bad\"]}", "too large");
    expect_refusal("{\"id\":\"a\",\"match\":[\"good\", \"((((x ..20 y)* (z ..20 w)*)* (z ..20 w)*)* (q ..9 r)*)* bad\"]}", "rule en:a");
    expect_refusal("{\"id\":\"a\",\"match\":[\"good\", \"((((x ..20 y)* (z ..20 w)*)* (z ..20 w)*)* (q ..9 r)*)* bad\"]}", ":3:");
    assert_true((double)(clock() - begin) / CLOCKS_PER_SEC < 2);
}

static void templates_hold_only_known_places(void **state)
{
    (void)state;
    struct error error;
    assert_null(load_text("{\"language\":\"en\",\"version\":\"1\",\"rules\":[{\"id\":\"a\",\"match\":[\"good\"]}],"
                          "\"templates\":{\"check\":{\"subject\":\"x\",\"text\":\"{{text}}\"}}}", &error));
    assert_non_null(strstr(error.text, "{{text"));
}

static void a_template_falls_back_to_english(void **state)
{
    (void)state;
    const char *subject, *text, *english;
    assert_int_equal(rules_template(shipped, "check", "en", &english, &text), 1);
    assert_int_equal(rules_template(shipped, "check", "xx", &subject, &text), 1);
    assert_string_equal(subject, english);
    assert_int_equal(rules_template(shipped, "check", "zh", &subject, &text), 1);
    assert_string_not_equal(subject, english);
    assert_int_equal(rules_template(shipped, "nothing", "zh", &subject, &text), 0);
}

static void values_fill_a_template_and_stay_one_line(void **state)
{
    (void)state;
    const char *values[] = { "customer", "A\r\nBcc: b", "ticket", NULL, NULL };
    struct buffer out;
    struct error error;
    buffer_init(&out, 1000);
    assert_int_equal(rules_expand("Hi {{customer|there}} {{ticket|none}} {{order}}.", values, &out, &error), 1);
    assert_string_equal(buffer_text(&out), "Hi A  Bcc: b none .");
    buffer_release(&out);
}

static void a_later_pack_replaces_a_rule(void **state)
{
    (void)state;
    char first[] = "/tmp/redress-pack-XXXXXX", second[] = "/tmp/redress-pack-XXXXXX";
    const char *texts[] = {
        "{\"language\":\"en\",\"version\":\"1\",\"rules\":[{\"id\":\"a\",\"match\":[\"good\"]}]}",
        "{\"language\":\"en\",\"version\":\"2\",\"rules\":[{\"id\":\"a\",\"match\":[\"better\"]},{\"id\":\"b\",\"match\":[\"best\"]}]}",
    };
    const char *packs[] = { first, second };
    char *paths[] = { first, second };
    struct error error;
    for (int i = 0; i < 2; i++) {
        int fd = mkstemp(paths[i]);
        assert_int_equal(write(fd, texts[i], strlen(texts[i])), (ssize_t)strlen(texts[i]));
        close(fd);
    }
    struct rules *rules = rules_load(packs, 2, NULL, &error);
    assert_non_null(rules);
    assert_int_equal(rules_count(rules), 2);
    rules_unref(rules);
    unlink(first);
    unlink(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_packs_load),
        cmocka_unit_test(a_missing_pack_is_absent),
        cmocka_unit_test(a_fault_names_line_and_rule),
        cmocka_unit_test(patterns_that_find_all_or_nothing_are_refused),
        cmocka_unit_test(a_catastrophic_pattern_is_refused_at_once),
        cmocka_unit_test(templates_hold_only_known_places),
        cmocka_unit_test(a_template_falls_back_to_english),
        cmocka_unit_test(values_fill_a_template_and_stay_one_line),
        cmocka_unit_test(a_later_pack_replaces_a_rule),
    };
    return cmocka_run_group_tests(tests, shipped_load, shipped_unload);
}
