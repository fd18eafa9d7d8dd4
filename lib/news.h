/* news.h - what signals and threads tell a program's loop, as letters in a pipe
 * SPDX-License-Identifier: MIT
 *
 * One pipe a process.
 */
#ifndef LIB_NEWS_H
#define LIB_NEWS_H

#include "lib/error.h"

enum news { NEWS_STOP = 's', NEWS_RELOAD = 'r', NEWS_ENDED = 'e' };

/* Opens the pipe and takes SIGHUP and SIGUSR1 as NEWS_RELOAD: before the first load, as a reload that is asked for
 * meanwhile would else end the program. 1, or -1 with ERROR_RETRY. */
int news_open(struct error *error);
/* From here on SIGTERM and SIGINT are NEWS_STOP, and SIGPIPE is ignored. */
void news_catch_stops(void);
/* To be read a letter at a time; never blocks. */
int news_descriptor(void);
/* From any thread, or a signal handler. */
void news_tell(enum news what);

#endif
