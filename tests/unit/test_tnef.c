/* test_tnef.c - names of the files in a winmail.dat
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
#include "lib/tnef.h"
struct writer {
    unsigned char bytes[1000];
    size_t size;
};

static void put(struct writer *writer, size_t width, uint32_t number)
{
    for (size_t i = 0; i < width; i++)
        writer->bytes[writer->size++] = (unsigned char)(number >> 8 * i);
}

static void put_attribute(struct writer *writer, uint32_t id, const void *value, size_t size)
{
    put(writer, 1, 2);
    put(writer, 4, id);
    put(writer, 4, (uint32_t)size);
    memcpy(writer->bytes + writer->size, value, size);
    writer->size += size;
    put(writer, 2, 0);
}

static struct writer sample(void)
{
    struct writer writer = { .size = 0 }, properties = { .size = 0 };
    put(&writer, 4, 0x223e9f78);
    put(&writer, 2, 1);
    put_attribute(&writer, 0x00069002, "", 0);
    put_attribute(&writer, 0x00018010, "SHORT~1.PDF", 12);
    put_attribute(&writer, 0x0006800f, "data", 4);
    put(&properties, 4, 2);
    put(&properties, 2, 0x03); /* PT_LONG, then PR_ATTACH_LONG_FILENAME in UTF-16 */
    put(&properties, 2, 0x3705);
    put(&properties, 4, 1);
    put(&properties, 2, 0x1f);
    put(&properties, 2, 0x3707);
    put(&properties, 4, 1);
    put(&properties, 4, 8);
    put(&properties, 2, 0x6295); /* 投诉. and a NUL */
    put(&properties, 2, 0x8bc9);
    put(&properties, 2, '.');
    put(&properties, 2, 0);
    put_attribute(&writer, 0x00069005, properties.bytes, properties.size);
    put_attribute(&writer, 0x00069002, "", 0);
    put_attribute(&writer, 0x00018010, "b.txt", 6);
    return writer;
}

static void files_are_listed_by_their_long_names(void **state)
{
    (void)state;
    struct arena *arena = arena_new(65536);
    struct writer writer = sample();
    struct tnef_file files[8];
    assert_int_equal(tnef_list(arena, writer.bytes, writer.size, files, 8), 2);
    assert_string_equal(files[0].name, "投诉.");
    assert_int_equal(files[0].bytes, 4);
    assert_string_equal(files[1].name, "b.txt");
    assert_int_equal(tnef_list(arena, writer.bytes, writer.size, files, 1), 1);
    arena_free(arena);
}

static void a_file_cut_anywhere_does_no_harm(void **state)
{
    (void)state;
    struct writer writer = sample();
    for (size_t size = 0; size < writer.size; size++) {
        struct arena *arena = arena_new(65536);
        unsigned char *copy = malloc(size + 1);
        memcpy(copy, writer.bytes, size);
        struct tnef_file files[8];
        assert_true(tnef_list(arena, copy, size, files, 8) <= 2);
        free(copy);
        arena_free(arena);
    }
}

static void other_bytes_are_no_tnef(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    struct tnef_file files[1];
    assert_int_equal(tnef_list(arena, "PK\3\4 and more bytes", 19, files, 1), 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_listed_by_their_long_names),
        cmocka_unit_test(a_file_cut_anywhere_does_no_harm),
        cmocka_unit_test(other_bytes_are_no_tnef),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
