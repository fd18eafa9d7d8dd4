/* test_uuencode.c - files written into plain text
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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

static void several_parts_and_broken_ends_leave_the_words_between(void **state)
{
    (void)state;
    expect("one\n=ybegin part=1 line=128 size=6 name=a.bin\n=ypart begin=1 end=3\nabc\n=yend size=3 part=1\ntwo\n"
           "=ybegin part=2 line=128 size=6 name=a.bin\n=ypart begin=4 end=6\ndef\n=yend size=3 part=2\nthree\n",
           "one\ntwo\nthree\n", 2, "a.bin");
    expect("one\nbegin 644 a.txt\n#0V%T\n`\nend\ntwo\nbegin 600 b.txt\n#0V%T\n`\nend\nthree\n", "one\ntwo\nthree\n", 2, "a.txt");
    expect("one\nbegin 644 a.txt\n#0V%T\n#0V%T\n", "one\n", 1, "a.txt"); /* cut off */
    expect("one\nbegin 644 a.txt\n#0V%T\n", "one\nbegin 644 a.txt\n#0V%T\n", 0, NULL); /* too little to be sure */
}

static void a_huge_block_costs_its_bytes(void **state)
{
    (void)state;
    enum { LINES = 4000 };
    static const char *const forms[][3] = {
        { "begin 644 a.bin\n", "M0V%T0V%T0V%T0V%T0V%T0V%T0V%T0V%T0V%T0V%T0V%T0V%T0V%T0V%T0V%T\n", "`\nend\n" },
        { "=ybegin line=60 size=9 name=a.bin\n", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefgh\n", "=yend size=9\n" },
        { "begin 644 a.bin\n", "begin 644 a.bin\n", "" },
        { "=ybegin line=60 size=9 name=a.bin\n", "=ybegin line=60 size=9 name=a.bin\n", "" },
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct arena *arena = arena_new(4 << 20);
        char *text = malloc(LINES * 80), *end = stpcpy(text, "words\n");
        end = stpcpy(end, forms[i][0]);
        for (int line = 0; line < LINES; line++)
            end = stpcpy(end, forms[i][1]);
        stpcpy(end, forms[i][2]);
        struct uuencode_file list[20];
        size_t count;
        clock_t begin = clock();
        size_t left = uuencode_remove(arena, text, strlen(text), list, 20, &count);
        double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
        print_message("%d lines of '%.8s': %.0f ms, %zu files\n", LINES, forms[i][1], seconds * 1000, count);
        assert_memory_equal(text, "words\n", 6);
        assert_true(left >= 6 && count <= 20);
        if (i < 2)
            assert_int_equal(left, 6);
        assert_true(seconds < 0.5);
        free(text);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_uuencoded_file_is_listed_and_left_out),
        cmocka_unit_test(a_block_without_end_goes_up_to_the_next_words),
        cmocka_unit_test(sentences_are_no_files),
        cmocka_unit_test(yenc_is_left_out),
        cmocka_unit_test(several_parts_and_broken_ends_leave_the_words_between),
        cmocka_unit_test(a_huge_block_costs_its_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
