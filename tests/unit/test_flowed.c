/* test_flowed.c - format=flowed text
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

#include "lib/flowed.h"

static void expect(const char *text, bool delete_spaces, const char *wanted)
{
    char copy[1000];
    snprintf(copy, sizeof copy, "%s", text);
    size_t size = flowed_join(copy, strlen(copy), delete_spaces);
    copy[size] = '\0';
    assert_string_equal(copy, wanted);
}

static void flowed_lines_are_joined(void **state)
{
    (void)state;
    expect("one \ntwo \nthree\nfour\n", false, "one two three\nfour\n");
    expect("one \r\ntwo\r\n", false, "one two\n");
    expect("一 \n二\n", true, "一二\n"); /* DelSp=yes: as Chinese needs it */
}

static void quotes_are_joined_within_their_depth_only(void **state)
{
    (void)state;
    expect("> old \n> words\nnew\n", false, "> old words\nnew\n");
    expect("> old \n>> older\n", false, "> old \n>> older\n");
    expect("answer \n> old\n", false, "answer \n> old\n");
}

static void stuffed_spaces_go_and_the_signature_stands_alone(void **state)
{
    (void)state;
    expect(" From me\n", false, "From me\n");
    expect("text \n-- \nme \nhere\n", false, "text \n-- \nme here\n");
    expect("", false, "");
    expect(" ", false, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flowed_lines_are_joined),
        cmocka_unit_test(quotes_are_joined_within_their_depth_only),
        cmocka_unit_test(stuffed_spaces_go_and_the_signature_stands_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
