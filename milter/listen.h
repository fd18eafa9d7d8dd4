/* listen.h - whether the milter's socket can be opened, said in a way that helps
 * SPDX-License-Identifier: MIT
 *
 * libmilter says too little, and only to the mail log; so its socket is looked
 * at before it is asked. Knows nothing of libmilter.
 */
#ifndef MILTER_LISTEN_H
#define MILTER_LISTEN_H

#include "lib/error.h"

/* Looks at "unix:/path" ("local:" likewise) or "inet:port@host" (inet6 likewise): well formed,
 * directory there and writable, address and port ours to take. A stale socket is no fault. 1; 0 when
 * a program has it already (a check may go on, a start may not); -1. Both with ERROR_SETUP and what mends it. */
int listen_prepare(const char *socket, struct error *error);

/* Makes later connections fail at once: removes the path of a Unix socket. */
void listen_close(const char *socket);

#endif
