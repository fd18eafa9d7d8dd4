/* listen.h - whether the milter's socket can be opened, said in a way that helps
 * SPDX-License-Identifier: MIT
 *
 * libmilter says too little, and only to the mail log; so its socket is looked
 * at before it is asked. Knows nothing of libmilter.
 */
#ifndef LIB_LISTEN_H
#define LIB_LISTEN_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/error.h"
#include "lib/instant.h"

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

/* Opening, by one milter at a time: listen_begin looks as listen_prepare does and names the socket to be opened, a
 * Unix one beside its place, where nobody looks for it; listen_end puts it into its place. So two milters that start
 * at once do not take it away from each other, and one that ends (libmilter removes what lies at the path that it
 * opened, whosesoever it is) leaves the next one's alone. What a milter that was killed in between has left beside it is
 * removed when it is a minute old at `now` and nobody answers there. */
struct listen_opening {
    char name[LISTEN_TEXT]; /* for libmilter */
    const char *socket;
    int turn;
};
/* Which socket it is, so that no other one is removed. */
struct listen_mark {
    uint64_t device, inode;
};
/* As listen_prepare; only after 1 listen_end is due. */
int listen_begin(const char *socket, instant now, struct listen_opening *opening, struct error *error);
/* `opened`: whether it could be. A Unix socket that everybody may connect to, whatever umask said, is ERROR_SETUP
 * and removed. 1, or -1, without an error when it was not opened. */
int listen_end(struct listen_opening *opening, bool opened, struct listen_mark *mark, struct error *error);

/* Makes later connections fail at once: removes the path of a Unix socket, if that is still the marked one. */
void listen_close(const char *socket, const struct listen_mark *mark);

#endif
