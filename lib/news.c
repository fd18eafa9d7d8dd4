/* news.c - what signals and threads tell a program's loop, as letters in a pipe
 * SPDX-License-Identifier: MIT
 */
#include "lib/news.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static int ends[2];

void news_tell(enum news what)
{
    int saved = errno;
    char letter = (char)what;
    while (write(ends[1], &letter, 1) < 0 && errno == EINTR)
        ;
    errno = saved;
}

static void on_signal(int number)
{
    news_tell(number == SIGHUP || number == SIGUSR1 ? NEWS_RELOAD : NEWS_STOP);
}

/* Not blocked while its handler runs: a second one would then go to another thread, and libmilter has one that waits
 * for these very signals. */
static void catch(int number, void (*handler)(int))
{
    struct sigaction action = { .sa_handler = handler, .sa_flags = SA_NODEFER | SA_RESTART };
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

int news_open(struct error *error)
{
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return error_set(error, ERROR_RETRY, "cannot make a pipe: %s", strerror(errno));
    catch(SIGHUP, on_signal);
    catch(SIGUSR1, on_signal);
    return 1;
}

void news_catch_stops(void)
{
    catch(SIGTERM, on_signal);
    catch(SIGINT, on_signal);
    catch(SIGPIPE, SIG_IGN);
}

int news_descriptor(void)
{
    return ends[0];
}
