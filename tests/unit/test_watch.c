/* test_watch.c - the state machine of a watch: each step of its table, and its pauses
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sidecar/watch.h"

static const struct config_account account = { .id = "service", .poll_s = 300 };

static struct watch a_watch(enum watch_role role)
{
    return (struct watch){ .account = &account, .role = role, .random = 7 };
}

static void a_folder_goes_to_idle_reads_and_idles_again(void **state)
{
    (void)state;
    struct watch watch = a_watch(WATCH_SENT);
    assert_true(watch_step(&watch, WATCH_DUE, 0));
    assert_int_equal(watch.state, WATCH_BUSY);
    assert_true(watch_step(&watch, WATCH_WENT_IDLE, 1000));
    assert_int_equal(watch.state, WATCH_IDLING);
    assert_int_equal(watch.next_ms, 1000 + 240 * 1000); /* not 300: a firewall may forget it */
    assert_true(watch_step(&watch, WATCH_INPUT, 2000));
    assert_int_equal(watch.state, WATCH_BUSY);
    assert_true(watch_step(&watch, WATCH_WENT_IDLE, 3000));
    assert_true(watch_step(&watch, WATCH_STOP, 4000));
    assert_int_equal(watch.state, WATCH_CLOSED);
}

static void a_server_without_idle_is_polled_and_a_round_rests(void **state)
{
    (void)state;
    struct watch watch = a_watch(WATCH_INBOX), round = a_watch(WATCH_ROUND);
    watch_step(&watch, WATCH_DUE, 0);
    assert_true(watch_step(&watch, WATCH_WENT_POLLING, 0));
    assert_false(watch_step(&watch, WATCH_INPUT, 0));
    assert_true(watch_step(&watch, WATCH_DUE, 0));
    watch_step(&round, WATCH_DUE, 0);
    assert_true(watch_step(&round, WATCH_ROUND_DONE, 0));
    assert_int_equal(round.state, WATCH_RESTING);
    assert_int_equal(round.next_ms, 300 * 1000);
}

static void what_cannot_happen_changes_nothing(void **state)
{
    (void)state;
    static const char possible[WATCH_STATE_COUNT][WATCH_EVENT_COUNT + 1] = {
        /* due input idle polling done failed stop */
        [WATCH_RESTING] = "b.....c", [WATCH_BUSY] = "..iprrc", [WATCH_IDLING] = "bb...rc", [WATCH_POLLING] = "b....rc",
        [WATCH_CLOSED] = "......c",
    };
    static const char letters[] = "rbipc.";
    for (int from = 0; from < WATCH_STATE_COUNT; from++)
        for (int event = 0; event < WATCH_EVENT_COUNT; event++) {
            enum watch_state next = watch_next((enum watch_state)from, (enum watch_event)event);
            assert_int_equal(letters[next], possible[from][event]);
            struct watch watch = a_watch(WATCH_INBOX), before;
            watch.state = (enum watch_state)from;
            before = watch;
            if (!watch_step(&watch, (enum watch_event)event, 5))
                assert_memory_equal(&watch, &before, sizeof watch);
        }
}

static void pauses_double_up_to_a_limit_and_differ_by_chance(void **state)
{
    (void)state;
    struct watch watch = a_watch(WATCH_INBOX);
    int64_t sum = 0;
    int last = 0;
    for (int i = 0; i < 20; i++) {
        watch.state = WATCH_BUSY;
        watch.error.kind = ERROR_RETRY;
        watch_step(&watch, WATCH_FAILED, 0);
        assert_in_range(watch.backoff_ms, 375, 75 * 1000);
        assert_int_equal(watch.next_ms, watch.backoff_ms);
        if (i == 0)
            assert_in_range(watch.backoff_ms, 375, 625);
        else if (i < 6)
            assert_in_range(watch.backoff_ms, last * 3 / 2, last * 5 / 2 + 1); /* from the first time on */
        last = watch.backoff_ms;
        sum += last;
    }
    assert_in_range(last, 30 * 1000, 75 * 1000);
    assert_int_equal(watch.errors, 20);
    unsigned one = 1, two = 99;
    assert_int_not_equal(watch_backoff_ms(8000, ERROR_RETRY, &one), watch_backoff_ms(8000, ERROR_RETRY, &two));
    assert_in_range(watch_backoff_ms(0, ERROR_SETUP, &one), 11 * 1000, 19 * 1000);
    for (int i = 0, pause = 0; i < 30; i++)
        assert_in_range(pause = watch_backoff_ms(pause, ERROR_SETUP, &one), 11 * 1000, 1125 * 1000);
    watch.state = WATCH_BUSY;
    watch_step(&watch, WATCH_WENT_IDLE, 0);
    assert_int_equal(watch.backoff_ms, 0);
    assert_int_equal(watch.error.kind, ERROR_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_goes_to_idle_reads_and_idles_again),
        cmocka_unit_test(a_server_without_idle_is_polled_and_a_round_rests),
        cmocka_unit_test(what_cannot_happen_changes_nothing),
        cmocka_unit_test(pauses_double_up_to_a_limit_and_differ_by_chance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
