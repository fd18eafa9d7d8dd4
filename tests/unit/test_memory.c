/* test_memory.c - whoever needs a whole result can tell that memory ran out on the way to it
 * SPDX-License-Identifier: MIT
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/arena.h"
#include "lib/buffer.h"
#include "lib/memory.h"

/* Sanitizers end a program that asks for so much, unless they are told that it knows. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static void an_allocation_that_finds_no_memory_is_known_to_who_asks(void **state)
{
    (void)state;
    unsigned outer = memory_mark();
    assert_false(memory_ran_out(outer));
    assert_null(memory_alloc(SIZE_MAX / 2));
    assert_true(memory_ran_out(outer));
    unsigned inner = memory_mark();
    assert_false(memory_ran_out(inner));
    assert_true(memory_ran_out(outer));
}

static void a_limit_that_is_reached_is_no_lack_of_memory(void **state)
{
    (void)state;
    unsigned mark = memory_mark();
    struct arena *arena = arena_new(100);
    struct buffer buffer;
    buffer_init(&buffer, 10);
    assert_null(arena_alloc(arena, 1000));
    assert_int_equal(buffer_puts(&buffer, "more than ten bytes"), 0);
    assert_false(memory_ran_out(mark));
    arena_free(arena);
    arena = arena_new(SIZE_MAX);
    assert_null(arena_alloc(arena, SIZE_MAX / 2));
    assert_true(memory_ran_out(mark));
    arena_free(arena);
    buffer_release(&buffer);
}

static void *want(void *argument)
{
    (void)argument;
    memory_failed();
    return NULL;
}

static void another_threads_want_is_not_ours(void **state)
{
    (void)state;
    pthread_t thread;
    unsigned mark = memory_mark();
    assert_int_equal(pthread_create(&thread, NULL, want, NULL), 0);
    pthread_join(thread, NULL);
    assert_false(memory_ran_out(mark));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_allocation_that_finds_no_memory_is_known_to_who_asks),
        cmocka_unit_test(a_limit_that_is_reached_is_no_lack_of_memory),
        cmocka_unit_test(another_threads_want_is_not_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
