/* listen.h - whether the milter's socket can be opened, said in a way that helps
 * SPDX-License-Identifier: MIT
 *
 * libmilter says too little, and only to the mail log; so its socket is looked
 * at before it is asked. Knows nothing of libmilter.
 */
#ifndef LIB_LISTEN_H
#define LIB_LISTEN_H

#include <stdbool.h>

#include "lib/error.h"

enum { LISTEN_TEXT = 240 };

/* What there is at the path of a Unix socket, and when it is at fault what is wrong and what mends it. */
struct listen_look {
    bool there, answered; /* something lies there; a program accepts connections (or has no room for one more) */
    int reason;           /* errno of what failed: writing into the directory, or connecting */
    char text[LISTEN_TEXT], fix[LISTEN_TEXT];
};
/* At fault: no absolute path or too long, a directory that is missing, that we cannot write or everybody can, a file
 * that is no socket, one that is answered and open to everybody. 1, or -1 with text and fix. */
int listen_look(const char *path, struct listen_look *look);

/* Looks at "unix:/path" ("local:" likewise; as listen_look) or "inet:port@host" (inet6 likewise): well formed,
 * address and port ours to take. A stale socket is no fault. 1; 0 when a program has it already (a check may go
 * on, a start may not); -1. Both with ERROR_SETUP and what mends it. */
int listen_prepare(const char *socket, struct error *error);

/* After it was opened: a Unix socket that everybody may connect to, whatever umask said, is ERROR_SETUP. 1 or -1. */
int listen_verify(const char *socket, struct error *error);

/* Makes later connections fail at once: removes the path of a Unix socket. */
void listen_close(const char *socket);

#endif
