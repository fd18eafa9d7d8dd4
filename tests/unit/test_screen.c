/* test_screen.c - what came by mail is shown, but never obeyed, by a terminal
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/screen.h"

static struct buffer out;

static int begin(void **state)
{
    (void)state;
    buffer_init(&out, 65536);
    return 0;
}

static int end(void **state)
{
    (void)state;
    buffer_release(&out);
    return 0;
}

static void chinese_and_emoji_take_two_columns_and_marks_none(void **state)
{
    (void)state;
    assert_int_equal(screen_width("abc"), 3);
    assert_int_equal(screen_width("\xe4\xb8\xad\xe6\x96\x87"), 4);         /* 中文 */
    assert_int_equal(screen_width("\xef\xbc\x81"), 2);                     /* fullwidth ! */
    assert_int_equal(screen_width("\xf0\x9f\x98\xa1"), 2);                 /* an angry face */
    assert_int_equal(screen_width("e\xcc\x81"), 1);                        /* e and a combining accent */
    assert_int_equal(screen_width("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab"), 2); /* decomposed Hangul */
}

static void control_bytes_and_hidden_characters_are_escaped(void **state)
{
    (void)state;
    screen_put(&out, "a\x1b[2Jb\x07\xc2\x9b\xe2\x80\xaexe\xe2\x80\x8bx\xff");
    assert_string_equal(buffer_text(&out), "a\\x1b[2Jb\\x07\\u{9b}\\u{202e}xe\\u{200b}x\\xff");
    buffer_clear(&out);
    screen_put(&out, "one\r\ntwo\tthree");
    assert_string_equal(buffer_text(&out), "one  two three");
}

static void a_pile_of_marks_is_cut_down(void **state)
{
    (void)state;
    char text[401] = "a";
    for (size_t i = 1; i + 1 < sizeof text; i += 2)
        memcpy(text + i, "\xcc\x81", 2);
    text[399] = '\0';
    screen_put(&out, text);
    assert_int_equal(out.size, 1 + 4 * 2);
}

static void a_column_is_cut_with_an_ellipsis_and_filled(void **state)
{
    (void)state;
    screen_column(&out, "short", 8);
    assert_string_equal(buffer_text(&out), "short   ");
    buffer_clear(&out);
    screen_column(&out, "exactly8", 8);
    assert_string_equal(buffer_text(&out), "exactly8");
    buffer_clear(&out);
    screen_column(&out, "\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87", 6);
    assert_string_equal(buffer_text(&out), "\xe4\xb8\xad\xe6\x96\x87\xe2\x80\xa6 "); /* two characters, an ellipsis, a space */
    buffer_clear(&out);
    screen_column(&out, "abc", 0);
    assert_string_equal(buffer_text(&out), "");
}

static void no_wrapped_line_is_wider_than_asked(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "one two three four five six seven",
        "averyveryveryverylongwordwithoutanyspaceatall indeed",
        "\xe5\x85\x85\xe7\x94\xb5\xe5\x99\xa8\xe5\x86\x92\xe7\x83\x9f\xe4\xba\x86\xef\xbc\x8c\xe5\xad\xa9\xe5\xad\x90",
        "a  b",
        "",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (int columns = 14; columns < 40; columns++) {
            buffer_clear(&out);
            screen_wrap(&out, texts[i], columns, 4);
            char copy[1000];
            snprintf(copy, sizeof copy, "    %s", buffer_text(&out));
            size_t letters = 0, wanted = 0;
            for (char *line = copy, *next; line; line = next) {
                next = strchr(line, '\n');
                if (next)
                    *next++ = '\0';
                assert_in_range(screen_width(line), 0, columns);
                assert_memory_equal(line, "    ", 4);
                for (const char *at = line; *at; at++)
                    letters += *at != ' ';
            }
            for (const char *at = texts[i]; *at; at++)
                wanted += *at != ' ';
            assert_int_equal(letters, wanted);
        }
}

static void styles_are_empty_without_colour(void **state)
{
    (void)state;
    assert_string_equal(screen_begin(false, STYLE_BAD), "");
    assert_string_equal(screen_end(false, STYLE_BAD), "");
    assert_string_equal(screen_end(true, STYLE_BAD), "\033[0m");
    assert_string_equal(screen_end(true, STYLE_PLAIN), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(chinese_and_emoji_take_two_columns_and_marks_none, begin, end),
        cmocka_unit_test_setup_teardown(control_bytes_and_hidden_characters_are_escaped, begin, end),
        cmocka_unit_test_setup_teardown(a_pile_of_marks_is_cut_down, begin, end),
        cmocka_unit_test_setup_teardown(a_column_is_cut_with_an_ellipsis_and_filled, begin, end),
        cmocka_unit_test_setup_teardown(no_wrapped_line_is_wider_than_asked, begin, end),
        cmocka_unit_test_setup_teardown(styles_are_empty_without_colour, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
