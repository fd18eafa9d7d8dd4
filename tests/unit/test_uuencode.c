/* test_uuencode.c - files written into plain text
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
#include "lib/uuencode.h"

static void expect(const char *text, const char *wanted, size_t files, const char *name)
{
    struct arena *arena = arena_new(65536);
    struct uuencode_file list[4];
    size_t count, length = strlen(text);
    char *copy = malloc(length + 1);
    memcpy(copy, text, length + 1);
    copy[uuencode_remove(arena, copy, length, list, 4, &count)] = '\0';
    assert_string_equal(copy, wanted);
    assert_int_equal(count, files);
    if (files)
        assert_string_equal(list[0].name, name);
    free(copy);
    arena_free(arena);
}

static void a_uuencoded_file_is_listed_and_left_out(void **state)
{
    (void)state;
    expect("before\nbegin 644 photo 1.jpg\n#0V%T\n`\nend\nafter\n", "before\nafter\n", 1, "photo 1.jpg");
    expect("begin 644 a.txt\r\n#0V%T\r\n#0V%T\r\n`\r\nend\r\n", "", 1, "a.txt");
}

static void a_block_without_end_goes_up_to_the_next_words(void **state)
{
    (void)state;
    expect("begin 644 a.txt\n#0V%T\n#0V%T\nThese are words again.\n", "These are words again.\n", 1, "a.txt");
}

static void sentences_are_no_files(void **state)
{
    (void)state;
    expect("begin with the oldest order\nplease\n", "begin with the oldest order\nplease\n", 0, NULL);
    expect("begin 644 reasons why\nit is late\n", "begin 644 reasons why\nit is late\n", 0, NULL);
}

static void yenc_is_left_out(void **state)
{
    (void)state;
    expect("x\n=ybegin line=128 size=3 name=b.bin\n\x8b\x8c\x8d\n=yend size=3\ny\n", "x\ny\n", 1, "b.bin");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_uuencoded_file_is_listed_and_left_out),
        cmocka_unit_test(a_block_without_end_goes_up_to_the_next_words),
        cmocka_unit_test(sentences_are_no_files),
        cmocka_unit_test(yenc_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
