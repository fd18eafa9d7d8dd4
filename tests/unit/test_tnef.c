/* test_tnef.c - names of the files in a winmail.dat
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

#include <cmocka.h>

#include "lib/arena.h"
#include "lib/charset.h"
#include "lib/tnef.h"
#include "tests/unit/winmail.h"

enum { FILES = 8 };

/* The names of the files, each followed by its size. */
static void expect_files(const struct winmail *winmail, const char *wanted)
{
    struct arena *arena = arena_new(1 << 20);
    struct tnef_file files[FILES];
    char text[500] = "";
    size_t count = tnef_list(arena, winmail->bytes, winmail->size, files, FILES);
    for (size_t i = 0; i < count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s:%zu|", files[i].name, files[i].bytes);
    assert_string_equal(text, wanted);
    arena_free(arena);
}

/* Ends a winmail.dat with one file, whose properties these are. */
static void put_properties(struct winmail *winmail, const struct winmail *properties)
{
    winmail_begin(winmail);
    winmail_attribute(winmail, 2, WINMAIL_RENDER_DATA, "", 0);
    winmail_attribute(winmail, 2, WINMAIL_TITLE, "SHORT~1.PDF", 12);
    winmail_attribute(winmail, 2, WINMAIL_PROPERTIES, properties->bytes, properties->size);
}

static void expect_name(const struct winmail *properties, const char *name)
{
    struct winmail winmail = { .size = 0 };
    char wanted[200];
    put_properties(&winmail, properties);
    snprintf(wanted, sizeof wanted, "%s:0|", name);
    expect_files(&winmail, wanted);
}

/* Everything that stands before a long name in the mails of real Outlooks. */
static void put_properties_of_all_kinds(struct winmail *properties)
{
    winmail_number(properties, 4, 8);
    winmail_number(properties, 2, 0x03); /* PT_LONG */
    winmail_number(properties, 2, 0x3705);
    winmail_number(properties, 4, 1);
    winmail_number(properties, 2, 0x40); /* PT_SYSTIME */
    winmail_number(properties, 2, 0x3007);
    winmail_number(properties, 8, 1);
    winmail_number(properties, 2, 0x48); /* PT_CLSID */
    winmail_number(properties, 2, 0x3710);
    winmail_number(properties, 8, 1);
    winmail_number(properties, 8, 2);
    winmail_number(properties, 2, 0x1003); /* several of PT_LONG */
    winmail_number(properties, 2, 0x3711);
    winmail_number(properties, 4, 3);
    for (int i = 0; i < 3; i++)
        winmail_number(properties, 4, (uint64_t)i);
    winmail_property(properties, 0x102, 0x370a, "binary", 6);
    winmail_number(properties, 2, 0x1e); /* a property with a name of its own, as text: 16 bytes of GUID, 1, length */
    winmail_number(properties, 2, 0x8001);
    winmail_number(properties, 8, 1);
    winmail_number(properties, 8, 2);
    winmail_number(properties, 4, 1);
    winmail_number(properties, 4, 5);
    winmail_bytes(properties, "a\0b\0c\0\0\0", 8);
    winmail_number(properties, 4, 1);
    winmail_number(properties, 4, 2);
    winmail_bytes(properties, "x\0\0\0", 4);
    winmail_number(properties, 2, 0x03); /* one with a number for its name */
    winmail_number(properties, 2, 0x8002);
    winmail_number(properties, 8, 1);
    winmail_number(properties, 8, 2);
    winmail_number(properties, 4, 0);
    winmail_number(properties, 4, 7);
    winmail_number(properties, 4, 1);
    winmail_long_name(properties, "投诉 的照片.jpg");
}

static struct winmail sample(void)
{
    struct winmail winmail = { .size = 0 }, properties = { .size = 0 };
    winmail_begin(&winmail);
    winmail_attribute(&winmail, 1, 0x00089006, "\0\0\1\0", 4); /* the version: of the mail, not of a file */
    winmail_attribute(&winmail, 1, WINMAIL_TITLE, "no file", 8);
    winmail_attribute(&winmail, 2, WINMAIL_RENDER_DATA, "", 0);
    winmail_attribute(&winmail, 2, WINMAIL_TITLE, "SHORT~1.PDF", 12);
    winmail_attribute(&winmail, 2, WINMAIL_DATA, "data", 4);
    put_properties_of_all_kinds(&properties);
    winmail_attribute(&winmail, 2, WINMAIL_PROPERTIES, properties.bytes, properties.size);
    winmail_attachment(&winmail, "b.txt", NULL, 0);
    winmail_attachment(&winmail, "C~1.TXT", "c.txt", 5);
    return winmail;
}

static void files_are_listed_by_their_long_names(void **state)
{
    (void)state;
    struct winmail winmail = sample();
    expect_files(&winmail, "投诉 的照片.jpg:4|b.txt:0|c.txt:5|");
    struct arena *arena = arena_new(65536);
    struct tnef_file files[1];
    assert_int_equal(tnef_list(arena, winmail.bytes, winmail.size, files, 1), 1);
    assert_string_equal(files[0].name, "投诉 的照片.jpg");
    arena_free(arena);
}

static void names_come_in_utf_16_in_the_senders_charset_or_not_at_all(void **state)
{
    (void)state;
    struct winmail properties = { .size = 0 };
    winmail_number(&properties, 4, 1);
    winmail_property(&properties, 0x1e, 0x3707, "\xcd\xb6\xcb\xdf.pdf", 9);
    expect_name(&properties, "投诉.pdf");
    properties.size = 0;
    winmail_number(&properties, 4, 1);
    winmail_property(&properties, 0x1f, 0x3707, "a\0\n\0b\0", 6); /* no NUL at the end, a line end within */
    struct winmail winmail = { .size = 0 };
    put_properties(&winmail, &properties);
    struct arena *arena = arena_new(65536);
    struct tnef_file files[1];
    assert_int_equal(tnef_list(arena, winmail.bytes, winmail.size, files, 1), 1);
    assert_null(strpbrk(files[0].name, "\r\n"));
    arena_free(arena);
    /* an empty long name, one of another type, none: the short one stays */
    properties.size = 0;
    winmail_number(&properties, 4, 2);
    winmail_property(&properties, 0x102, 0x3707, "binary", 6);
    winmail_property(&properties, 0x1f, 0x3707, "\0\0", 2);
    expect_name(&properties, "SHORT~1.PDF");
    properties.size = 0;
    winmail_number(&properties, 4, 0);
    expect_name(&properties, "SHORT~1.PDF");
    winmail = (struct winmail){ .size = 0 };
    winmail_begin(&winmail);
    winmail_attachment(&winmail, NULL, NULL, 3);
    expect_files(&winmail, ":3|");
    /* a title before any file belongs to none */
    winmail = (struct winmail){ .size = 0 };
    winmail_begin(&winmail);
    winmail_attribute(&winmail, 2, WINMAIL_TITLE, "a.txt", 6);
    winmail_attribute(&winmail, 2, WINMAIL_DATA, "data", 4);
    expect_files(&winmail, "");
}

static void a_file_cut_anywhere_keeps_what_stood_before(void **state)
{
    (void)state;
    struct winmail winmail = sample();
    size_t most = 0;
    for (size_t size = 0; size <= winmail.size; size++) {
        struct arena *arena = arena_new(65536);
        unsigned char *copy = malloc(size + 1); /* of its own, so that reading on behind it is seen */
        assert_non_null(copy);
        memcpy(copy, winmail.bytes, size);
        struct tnef_file files[FILES];
        size_t count = tnef_list(arena, copy, size, files, FILES);
        assert_true(count >= most && count <= 3);
        most = count;
        for (size_t i = 0; i + 1 < count; i++) /* whole ones are not harmed by a cut behind them */
            assert_string_equal(files[i].name, i ? "b.txt" : "投诉 的照片.jpg");
        free(copy);
        arena_free(arena);
    }
    assert_int_equal(most, 3);
}

/* Each four bytes in turn say that what follows is huge: nothing is read behind the end, and no name is invented. */
static void lengths_that_lie_do_no_harm(void **state)
{
    (void)state;
    static const uint32_t lies[] = { 0xffffffff, 0x80000000, 0x7fffffff, 0xfffffffc, 0x10000, 0 };
    struct winmail winmail = sample();
    for (size_t lie = 0; lie < sizeof lies / sizeof *lies; lie++)
        for (size_t at = 6; at + 4 <= winmail.size; at++) {
            struct arena *arena = arena_new(1 << 20);
            unsigned char *copy = malloc(winmail.size);
            assert_non_null(copy);
            memcpy(copy, winmail.bytes, winmail.size);
            memcpy(copy + at, &lies[lie], 4);
            struct tnef_file files[FILES];
            size_t count = tnef_list(arena, copy, winmail.size, files, FILES);
            assert_true(count <= FILES);
            for (size_t i = 0; i < count; i++) {
                assert_true(files[i].bytes <= winmail.size);
                assert_true(charset_is_utf8(files[i].name, strlen(files[i].name)));
            }
            free(copy);
            arena_free(arena);
        }
}

static void other_bytes_are_no_tnef(void **state)
{
    (void)state;
    struct winmail winmail = { .size = 0 };
    winmail_bytes(&winmail, "PK\3\4 and more bytes", 19);
    expect_files(&winmail, "");
}

/* A million values of no bytes, and properties without end: bounded by what is there. */
static void counts_that_lie_cost_nothing(void **state)
{
    (void)state;
    struct winmail properties = { .size = 0 };
    winmail_number(&properties, 4, 0xffffffff);
    winmail_number(&properties, 2, 0x101e); /* several texts, 4,294,967,295 of them */
    winmail_number(&properties, 2, 0x3001);
    winmail_number(&properties, 4, 0xffffffff);
    while (properties.size < 32000)
        winmail_number(&properties, 4, 0); /* each of them empty */
    clock_t begin = clock();
    expect_name(&properties, "SHORT~1.PDF");
    properties.size = 0;
    winmail_number(&properties, 4, 0xffffffff);
    for (int i = 0; i < 2000; i++) { /* more than are read; the long name stands behind them */
        winmail_number(&properties, 2, 0x03);
        winmail_number(&properties, 2, 0x3705);
        winmail_number(&properties, 4, 1);
    }
    winmail_long_name(&properties, "late.pdf");
    expect_name(&properties, "SHORT~1.PDF");
    assert_true((double)(clock() - begin) / CLOCKS_PER_SEC < 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_listed_by_their_long_names),
        cmocka_unit_test(names_come_in_utf_16_in_the_senders_charset_or_not_at_all),
        cmocka_unit_test(a_file_cut_anywhere_keeps_what_stood_before),
        cmocka_unit_test(lengths_that_lie_do_no_harm),
        cmocka_unit_test(other_bytes_are_no_tnef),
        cmocka_unit_test(counts_that_lie_cost_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
