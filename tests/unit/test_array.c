/* test_array.c - arrays grow with what they hold, and never beyond what memory can be
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/array.h"

static void items_stay_while_their_array_grows(void **state)
{
    enum { MANY = 1000 };
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    int *items = NULL, *others = NULL;
    size_t room = 0, other_room = 0;
    for (int i = 0; i < MANY; i++) {
        assert_non_null(items = array_room(items, (size_t)i, &room, sizeof *items));
        assert_non_null(others = array_room_in(arena, others, (size_t)i, &other_room, sizeof *others));
        assert_true(room > (size_t)i && other_room == room);
        items[i] = others[i] = i;
    }
    assert_true(room < 2 * MANY + 8);
    for (int i = 0; i < MANY; i++)
        assert_true(items[i] == i && others[i] == i);
    free(items);
    arena_free(arena);
}

static void an_array_that_cannot_grow_stays_as_it_is(void **state)
{
    (void)state;
    struct arena *arena = arena_new(100);
    char items[1];
    size_t room = SIZE_MAX / 2 + 1;
    assert_null(array_room(items, room, &room, 1));
    assert_null(array_room_in(arena, items, room, &room, 1));
    room = SIZE_MAX / 32;
    assert_null(array_room(items, room, &room, 64));
    assert_int_equal(room, SIZE_MAX / 32);
    room = 64;
    assert_null(array_room_in(arena, items, room, &room, 1));
    assert_int_equal(room, 64);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_stay_while_their_array_grows),
        cmocka_unit_test(an_array_that_cannot_grow_stays_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
