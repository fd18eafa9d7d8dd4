/* test_subject.c - a subject without what replies put before it
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/arena.h"
#include "lib/subject.h"

static void expect(const char *subject, const char *base)
{
    struct arena *arena = arena_new(65536);
    assert_string_equal(subject_base(arena, subject), base);
    arena_free(arena);
}

static void prefixes_of_all_languages_are_taken_off(void **state)
{
    (void)state;
    expect("Re: late", "late");
    expect("RE: Fwd: Re[2]: late", "late");
    expect("回复：转发: 我的订单", "我的订单");
    expect("答复: 我的订单", "我的订单");
    expect("AW: WG: spät", "spät");
    expect("TR : retard", "retard");
    expect("Re^3: late", "late");
    expect("Ответ: поздно", "поздно");
    expect("回覆：　訂單", "訂單");
}

static void what_only_looks_like_a_prefix_stays(void **state)
{
    (void)state;
    expect("Return of my order", "Return of my order");
    expect("order: late", "order: late");
    expect("", "");
    expect(NULL, "");
}

static void our_tag_goes_and_spaces_are_folded(void **state)
{
    (void)state;
    expect("Re: [#abcd2345] my  order\t is late ", "my order is late");
    expect("my order [#abcd2345]", "my order");
    expect("my order [#12345678]", "my order [#12345678]"); /* 1, 8 and 9 are no base 32 */
}

static void forwards_and_replies_are_told_apart(void **state)
{
    (void)state;
    assert_true(subject_is_forward("Fwd: x"));
    assert_true(subject_is_forward("转发：x"));
    assert_true(subject_is_forward("WG: x"));
    assert_false(subject_is_forward("Re: Fwd: x"));
    assert_true(subject_is_reply("Re: Fwd: x"));
    assert_true(subject_is_reply("回复: x"));
    assert_false(subject_is_reply("x"));
    assert_false(subject_is_reply(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prefixes_of_all_languages_are_taken_off),
        cmocka_unit_test(what_only_looks_like_a_prefix_stays),
        cmocka_unit_test(our_tag_goes_and_spaces_are_folded),
        cmocka_unit_test(forwards_and_replies_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
