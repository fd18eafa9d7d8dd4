/* test_id.c - message identifiers
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

#include "lib/arena.h"
#include "lib/id.h"

static void expect(const char *field, const char *wanted)
{
    struct arena *arena = arena_new(1 << 20);
    struct id_list list;
    assert_int_equal(id_parse(arena, field, 4, &list), 1);
    char text[1000] = "";
    for (size_t i = 0; i < list.count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s|", list.items[i]);
    assert_string_equal(text, wanted);
    arena_free(arena);
}

static void ids_are_read_in_all_forms(void **state)
{
    (void)state;
    expect("<a@b> <c@d>", "a@b|c@d|");
    expect("<a@b>,<c@d>\r\n\t<e@f>", "a@b|c@d|e@f|");
    expect("<a\r\n b@c>", "ab@c|"); /* folded inside */
    expect("a@b c@d", "a@b|c@d|"); /* no brackets */
    expect("<a@b><c@d", "a@b|c@d|");
    expect("Your message of Monday <a@b>", "a@b|");
    expect("<a@b> <a@b>", "a@b|");
    expect(NULL, "");
    expect("", "");
    expect("<>", "");
}

static void the_first_and_the_newest_are_kept(void **state)
{
    (void)state;
    expect("<1@x> <2@x> <3@x> <4@x> <5@x> <6@x>", "1@x|4@x|5@x|6@x|");
}

static void only_plausible_ids_are_keys(void **state)
{
    (void)state;
    assert_true(id_is_key("a@b"));
    assert_false(id_is_key(NULL));
    assert_false(id_is_key(""));
    assert_false(id_is_key("@"));
    assert_false(id_is_key("a@"));
    assert_false(id_is_key("@b"));
    assert_false(id_is_key("no-at-sign"));
    assert_false(id_is_key("a b@c"));
    assert_false(id_is_key("a<b@c"));
    assert_false(id_is_key("a\nb@c"));
    char long_id[1200];
    memset(long_id, 'x', sizeof long_id);
    long_id[500] = '@';
    long_id[998] = '\0';
    assert_true(id_is_key(long_id));
    long_id[998] = 'x';
    long_id[999] = '\0';
    assert_false(id_is_key(long_id));
}

static void a_hundred_thousand_ids_are_bounded(void **state)
{
    (void)state;
    struct arena *arena = arena_new(8 << 20);
    char *field = malloc(1000001);
    for (int i = 0; i < 100000; i++)
        snprintf(field + i * 10, 11, "<%5u@xy>", (unsigned)i % 100000);
    struct id_list list;
    assert_int_equal(id_parse(arena, field, 200, &list), 1);
    assert_int_equal(list.count, 200);
    assert_string_equal(list.items[0], "0@xy");
    assert_string_equal(list.items[199], "99999@xy");
    free(field);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_read_in_all_forms),
        cmocka_unit_test(the_first_and_the_newest_are_kept),
        cmocka_unit_test(only_plausible_ids_are_keys),
        cmocka_unit_test(a_hundred_thousand_ids_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
