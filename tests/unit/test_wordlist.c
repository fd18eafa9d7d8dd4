/* test_wordlist.c - words are found whatever the case of the text, and each shortcut finds what a look at every word finds
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/charset.h"
#include "lib/wordlist.h"

/* Capitals with another lead byte than their small letters are among them: Ⱥ, О, Β. */
static const char *const words[] = { "re", "reply", "from:", "-", "é", "от", "отправлено", "ⱥ", "ӏ", "β", "发件人", "发", "回复", "から",
                                     "보낸", "ｆｒｏｍ" };
static const struct wordlist list = WORDLIST(words);

static size_t longest_at(const char *text, size_t size)
{
    size_t longest = 0;
    for (size_t i = 0; i < list.count; i++) {
        size_t length = charset_match(text, size, words[i]);
        longest = length > longest ? length : longest;
    }
    return longest;
}

static void the_longest_word_at_the_beginning_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length;
    } cases[] = {
        { "REPLY to", 5 }, { "Reply", 5 }, { "re", 2 }, { "r", 0 }, { "", 0 }, { "FROM: x", 5 }, { "- x", 1 }, { "É", 2 },
        { "ОТПРАВЛЕНО", 20 }, { "От кого", 4 }, { "Ⱥ", 2 }, { "Ӏ", 2 }, { "Β", 2 }, { "发件人：", 9 }, { "发送", 3 },
        { "回信", 0 }, { "からの", 6 }, { "보낸 사람", 6 },
        { "ＦＲＯＭ", 12 }, { "x re", 0 }, { "\xd0", 0 }, { "\xe5\x8f", 0 }, { "\xff", 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size = strlen(cases[i].text);
        assert_int_equal(wordlist_begin(&list, cases[i].text, size), cases[i].length);
        for (size_t cut = 0; cut <= size; cut++) /* also of what is cut off in the midst of a character */
            assert_int_equal(wordlist_begin(&list, cases[i].text, cut), longest_at(cases[i].text, cut));
    }
}

static void the_longest_word_at_the_end_is_found(void **state)
{
    (void)state;
    assert_int_equal(wordlist_end(&list, "we REPLY", 8), 5);
    assert_int_equal(wordlist_end(&list, "我 发件人", 13), 9);
    assert_int_equal(wordlist_end(&list, "nobody", 6), 0);
    assert_int_equal(wordlist_end(&list, "", 0), 0);
}

static void words_within_are_counted_once_and_where_words_begin(void **state)
{
    (void)state;
    static const char text[] = "Here: reply, REPLY; 请发件人回复. ОТПРАВЛЕНО";
    assert_int_equal(wordlist_count(&list, text, sizeof text - 1, false), 7); /* re reply 发件人 发 回复 от отправлено */
    assert_int_equal(wordlist_count(&list, text, sizeof text - 1, true), 6);  /* "re" ends in no word here */
    assert_false(wordlist_within(&list, "here, there", 11, false));
    assert_true(wordlist_within(&list, "there, re", 9, true));
    assert_false(wordlist_within(&list, "", 0, false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_word_at_the_beginning_is_found),
        cmocka_unit_test(the_longest_word_at_the_end_is_found),
        cmocka_unit_test(words_within_are_counted_once_and_where_words_begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
