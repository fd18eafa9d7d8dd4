/* test_encoded.c - encoded words, also broken ones
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
#include "lib/encoded.h"

static void expect(const char *value, const char *text)
{
    struct arena *arena = arena_new(65536);
    assert_string_equal(encoded_decode(arena, value, strlen(value)), text);
    arena_free(arena);
}

static void words_of_both_encodings_are_decoded(void **state)
{
    (void)state;
    expect("=?utf-8?B?5oqV6K+J?=", "投诉");
    expect("=?gb2312?b?zba5ww==?= 42", "投姑 42");
    expect("=?ISO-8859-1?Q?Fr=F6sche_und?= Hasen", "Frösche und Hasen");
    expect("=?utf-8*en?Q?caf=C3=A9?=", "café"); /* RFC 2231 section 5 */
    expect("plain", "plain");
    expect("", "");
}

static void space_between_words_goes_and_a_split_character_is_joined(void **state)
{
    (void)state;
    expect("=?utf-8?B?5oo=?=\r\n =?utf-8?B?lQ==?=", "投");
    expect("=?utf-8?B?5oqV6A==?= =?utf-8?B?r4k=?=", "投诉");
    expect("=?utf-8?Q?=E6=8A?=\r\n =?UTF-8?Q?=95?=", "投");
    expect("=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c");
    expect("=?utf-8?Q?a?==?utf-8?Q?b?=", "ab");
}

static void broken_words_are_read_as_far_as_they_can_be(void **state)
{
    (void)state;
    expect("=?utf-8?B?5oqV6K+J", "投诉"); /* no end */
    expect("=?utf-8?Q?two words?=", "two words"); /* a space inside */
    expect("\"=?utf-8?B?5oqV6K+J?=\"", "\"投诉\""); /* inside quotes */
    expect("=?utf-8?B?5oqV6K+J=?=", "投诉"); /* wrong padding */
    expect("=?utf-8?Q?a=?=", "a=");
    expect("=?utf-8?X?abc?=", "=?utf-8?X?abc?=");
    expect("=?", "=?");
    expect("=?utf-8", "=?utf-8");
}

static void raw_bytes_are_guessed(void **state)
{
    (void)state;
    expect("\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5", "我的订单");
    expect("\x1b$B<uCm\x1b(B 42", "受注 42");
    expect("投诉", "投诉");
}

static void the_result_is_one_line(void **state)
{
    (void)state;
    expect("=?utf-8?Q?a=0D=0ABcc:_evil=00=1B?=", "a Bcc: evil");
    expect("folded\r\n\tvalue", "folded value");
    expect("=?utf-8?B?4oCoYQ==?=", " a"); /* U+2028 */
}

static void ten_thousand_beginnings_of_words_take_no_time(void **state)
{
    (void)state;
    struct arena *arena = arena_new(8 << 20);
    size_t size = 250000;
    char *value = malloc(size);
    for (size_t i = 0; i < size; i++)
        value[i] = "=?a?Q?"[i % 6];
    assert_non_null(encoded_decode(arena, value, size));
    free(value);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_both_encodings_are_decoded),
        cmocka_unit_test(space_between_words_goes_and_a_split_character_is_joined),
        cmocka_unit_test(broken_words_are_read_as_far_as_they_can_be),
        cmocka_unit_test(raw_bytes_are_guessed),
        cmocka_unit_test(the_result_is_one_line),
        cmocka_unit_test(ten_thousand_beginnings_of_words_take_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
