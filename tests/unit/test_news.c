/* test_news.c - signals and threads as letters in a pipe
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/news.h"

static char next(void)
{
    char letter;
    ssize_t size = read(news_descriptor(), &letter, 1);
    if (size < 0)
        assert_int_equal(errno, EAGAIN);
    return size == 1 ? letter : 0;
}

static void each_signal_is_a_letter_and_nothing_is_lost(void **state)
{
    (void)state;
    struct error error;
    assert_int_equal(news_open(&error), 1);
    assert_int_equal(next(), 0);
    raise(SIGHUP);
    raise(SIGUSR1);
    news_catch_stops();
    raise(SIGTERM);
    raise(SIGINT);
    raise(SIGPIPE);
    news_tell(NEWS_ENDED);
    static const char expected[] = { NEWS_RELOAD, NEWS_RELOAD, NEWS_STOP, NEWS_STOP, NEWS_ENDED, 0 };
    for (size_t i = 0; i < sizeof expected; i++)
        assert_int_equal(next(), expected[i]);
}

static void a_full_pipe_holds_nobody_up_and_errno_is_kept(void **state)
{
    (void)state;
    errno = ENOENT;
    for (int i = 0; i < 100000; i++)
        news_tell(NEWS_RELOAD);
    assert_int_equal(errno, ENOENT);
    while (next())
        ;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_signal_is_a_letter_and_nothing_is_lost),
        cmocka_unit_test(a_full_pipe_holds_nobody_up_and_errno_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
