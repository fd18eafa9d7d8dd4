/* test_normal.c - texts and patterns meet in one normal form
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "rules/normal.h"
#include "rules/phrase.h"

static struct normal *normal;

static int make(void **state)
{
    (void)state;
    normal = normal_new(NULL, NULL);
    return normal ? 0 : -1;
}

static int drop(void **state)
{
    (void)state;
    normal_free(normal);
    return 0;
}

static void expect(const char *text, const char *wanted)
{
    struct arena *arena = arena_new(1024 * 1024);
    struct normal_text result;
    assert_int_equal(normal_make(normal, text, strlen(text), false, arena, &result, NULL), 1);
    assert_string_equal(result.text, wanted);
    arena_free(arena);
}

static void case_width_and_script_are_one(void **state)
{
    (void)state;
    expect("REFUND", "refund");
    expect("ＡＢＣ１２３！", "abc123!");
    expect("退款還沒到賬", "退款还没到账");
    expect("don\xe2\x80\x99t", "don't");
    expect("STRA\xc3\x9f" "E", "strasse");
}

static void hidden_characters_vanish(void **state)
{
    (void)state;
    expect("re\xe2\x80\x8b" "fund", "refund");
    expect("re\xc2\xad" "fund", "refund");
}

static void spaces_are_single_and_chinese_has_none(void **state)
{
    (void)state;
    expect("a  b\tc", "a b c");
    expect("退 款 没 到", "退款没到");
    expect("质量差 服务差", "质量差,服务差");
    expect("one\nline", "one line");
    expect("one\n\ntwo", "one\ntwo");
    expect("第一行\n第二行", "第一行\n第二行");
}

static void letters_repeated_for_emphasis_count_once(void **state)
{
    (void)state;
    expect("worsttttt", "worst");
    expect("soooo good", "soo good");
    expect("www.example", "www.example");
    expect("BBB and ACCC, not Bbbb nor nottt", "bbb and accc, not b nor not");
}

static void latin_words_in_disguise_are_undone(void **state)
{
    (void)state;
    expect("r\xd0\xb5" "fund", "refund");                             /* Cyrillic ie */
    expect("\xd0\xa1" "omplaint, \xce\xb1" "wful", "complaint, awful"); /* Cyrillic Es, Greek alpha */
    expect("c0mplaint and terrib1e", "complaint and terrible");
    expect("b2b, mp3, a10c, x1y0z1, 10 o1d", "b2b, mp3, a10c, x1y0z1, 10 o1d");
    expect("order a0b1c2d3", "order a0b1c2d3");
    expect("\xd1\x80\xd0\xb5\xd1\x81", "\xd1\x80\xd0\xb5\xd1\x81");     /* a Cyrillic word stays one */
    expect("\xce\xb1\xce\xb2" "c", "\xce\xb1\xce\xb2" "c");             /* beta looks like no Latin letter */
}

/* 256 KB of what makes each step work hardest. */
static void hostile_texts_take_linear_time(void **state)
{
    static const char *const pieces[] = {
        "x\xd0\xb5y0z1k", "a\xcc\x81\xcc\x81\xcc\x81", "\xe2\x80\x8b", "zzz", "#aB", "\xe9\x80\x80 ", "\xef\xbc\xa1\xd0\xb5",
        "\xef\xb7\xba", /* one character that becomes eighteen */
    };
    (void)state;
    for (size_t k = 0; k < sizeof pieces / sizeof *pieces; k++) {
        double seconds[2];
        for (int turn = 0; turn < 2; turn++) {
            struct arena *arena = arena_new(256 * 1024 * 1024);
            size_t size = turn ? 256 * 1024 : 64 * 1024, length = strlen(pieces[k]);
            char *text = arena_alloc(arena, size + 1);
            struct normal_text result;
            for (size_t i = 0; i < size; i++)
                text[i] = pieces[k][i % length];
            clock_t begin = clock();
            assert_int_equal(normal_make(normal, text, size, true, arena, &result, NULL), 1);
            seconds[turn] = (double)(clock() - begin) / CLOCKS_PER_SEC;
            for (size_t i = 0; i <= result.size; i++)
                assert_true(result.origin[i] <= size && (i == 0 || result.origin[i] >= result.origin[i - 1]));
            arena_free(arena);
        }
        if (seconds[1] > 12 * seconds[0] + 0.05 || seconds[1] > 2)
            fail_msg("piece %zu: %.3f s for 64 KB, %.3f s for 256 KB", k, seconds[0], seconds[1]);
    }
}

static void bad_bytes_do_no_harm(void **state)
{
    (void)state;
    expect("a\xff" "b", "a\xef\xbf\xbd" "b");
}

static void places_lead_back_to_the_original(void **state)
{
    struct arena *arena = arena_new(1024 * 1024);
    struct normal_text result;
    const char *text = "ＡＢ  退款";
    (void)state;
    assert_int_equal(normal_make(normal, text, strlen(text), true, arena, &result, NULL), 1);
    const char *found = strstr(result.text, "退");
    assert_non_null(found);
    assert_int_equal(result.origin[found - result.text], strstr(text, "退") - text);
    arena_free(arena);
}

static void expect_expression(const char *pattern, const char *wanted)
{
    struct buffer out;
    struct error error = { 0 };
    size_t width;
    buffer_init(&out, 10000);
    if (phrase_compile(pattern, NULL, 0, &out, &width, &error) < 0)
        fail_msg("%s", error.text);
    assert_string_equal(buffer_text(&out), wanted);
    buffer_release(&out);
}

static void patterns_become_bounded_expressions(void **state)
{
    (void)state;
    expect_expression("late", "\\b(?:late)\\b");
    expect_expression("(not|never) good", "\\b(?:(?:not|never) good)\\b");
    expect_expression("refund*", "\\b(?:refund[a-z0-9']*)\\b");
    expect_expression("a+b", "\\b(?:a\\+b)\\b");
    expect_expression("apologi[sz]e", "\\b(?:apologi[sz]e)\\b");
    expect_expression("没..4到", "(?:没[^.!?;\\n\\xe3]{0,12}到)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_width_and_script_are_one),
        cmocka_unit_test(hidden_characters_vanish),
        cmocka_unit_test(spaces_are_single_and_chinese_has_none),
        cmocka_unit_test(letters_repeated_for_emphasis_count_once),
        cmocka_unit_test(latin_words_in_disguise_are_undone),
        cmocka_unit_test(hostile_texts_take_linear_time),
        cmocka_unit_test(bad_bytes_do_no_harm),
        cmocka_unit_test(places_lead_back_to_the_original),
        cmocka_unit_test(patterns_become_bounded_expressions),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
