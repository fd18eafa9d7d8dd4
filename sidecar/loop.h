/* loop.h - the one thread that waits for everything and does nothing that blocks
 * SPDX-License-Identifier: MIT
 */
#ifndef SIDECAR_LOOP_H
#define SIDECAR_LOOP_H

#include "ticket/site.h"
#include "ticket/store.h"

enum loop_end { LOOP_STOPPED, LOOP_RELOAD };

/* Watches all accounts of the site and sends what is due, until a letter (lib/news.h) comes from
 * news_fd. A reload loads `config_path` first and ends only with a good one, in *next (the caller's
 * reference). All work has ended when it returns: within 10 s, a mail that is being sent included.
 * -1: it could not begin. */
int loop_run(struct site *site, struct store_writer *writer, const char *config_path, int news_fd, struct site **next,
             struct error *error);

#endif
