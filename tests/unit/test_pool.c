/* test_pool.c - every task runs once, and its end is told once
 * SPDX-License-Identifier: MIT
 */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sidecar/pool.h"

enum { TASKS = 2000, WORKERS = 4 };

static _Atomic int runs[TASKS];
static _Atomic int wrong_worker, together, most;

static void count_run(void *run, int worker)
{
    int now = atomic_fetch_add(&together, 1) + 1, seen = atomic_load(&most);
    while (now > seen && !atomic_compare_exchange_weak(&most, &seen, now))
        ;
    if (worker < 0 || worker >= WORKERS)
        atomic_store(&wrong_worker, 1);
    atomic_fetch_add((_Atomic int *)run, 1);
    atomic_fetch_sub(&together, 1);
}

static void every_task_runs_once_and_its_end_is_told_once(void **state)
{
    (void)state;
    static struct pool_item items[TASKS];
    struct error error;
    struct pool *pool = pool_new(WORKERS, &error);
    assert_non_null(pool);
    for (int i = 0; i < TASKS; i++) {
        items[i] = (struct pool_item){ .task = count_run, .argument = (void *)&runs[i] };
        pool_submit(pool, &items[i]);
    }
    int told = 0;
    while (told < TASKS) {
        struct pollfd fd = { .fd = pool_fd(pool), .events = POLLIN };
        assert_int_equal(poll(&fd, 1, 5000), 1);
        for (struct pool_item *item; (item = pool_finished(pool)); told++)
            assert_ptr_equal(item->task, count_run);
    }
    assert_null(pool_finished(pool));
    assert_int_equal(poll(&(struct pollfd){ .fd = pool_fd(pool), .events = POLLIN }, 1, 0), 0);
    for (int i = 0; i < TASKS; i++)
        assert_int_equal(atomic_load(&runs[i]), 1);
    assert_int_equal(atomic_load(&wrong_worker), 0);
    assert_in_range(atomic_load(&most), 1, WORKERS);
    pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_runs_once_and_its_end_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
