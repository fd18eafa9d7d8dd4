/* guard.h - stands between a server's bytes and libetpan's parsers
 * SPDX-License-Identifier: MIT
 *
 * libetpan trusts servers: it allocates what a literal announces, reads lines
 * without end and recurses as deep as parentheses nest. The guard collects
 * whole lines, refuses what is over a limit and leaves out what we never ask
 * for. Pure: bytes in, bytes out; knows no sockets.
 */
#ifndef LIB_GUARD_H
#define LIB_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buffer.h"

enum guard_protocol { GUARD_IMAP, GUARD_SMTP };
enum { GUARD_LINE_MAX = 65536, GUARD_DEPTH_MAX = 16, GUARD_TEXT_SIZE = 200 };

struct guard {
    enum guard_protocol protocol;
    const char *fault;    /* why the server is refused, NULL while all is well */
    uint64_t budget;      /* bytes that the running command may still bring */
    uint64_t literal_max; /* largest literal that the running command may bring */
    bool observing;       /* IDLE: untagged lines are looked at and left out */
    bool arrived;         /* EXISTS or RECENT was said since guard_command */
    bool changed, went;   /* FETCH, or EXPUNGE or VANISHED, was said since */
    bool no_flags;        /* PERMANENTFLAGS () was said since, which libetpan does not understand */
    bool bye;             /* the server said BYE */
    char status;          /* of the last tagged line: 'O' OK, 'N' NO, 'B' BAD, 0 none yet */
    char text[GUARD_TEXT_SIZE]; /* what followed the last NO, BAD or BYE */
    struct buffer line, out;
    size_t out_read;
    uint64_t literal_left;
    bool within, dropping, quoted, plain; /* of the response that is being collected */
    int depth;
};

void guard_init(struct guard *guard, enum guard_protocol protocol);
void guard_release(struct guard *guard);

/* A command begins: its answer may have `budget` bytes and literals of `literal_max`. */
void guard_command(struct guard *guard, uint64_t budget, uint64_t literal_max);

/* Gives back what memory it can: the server may be silent for hours. */
void guard_rest(struct guard *guard);

/* Bytes from the server. 1, or -1 with guard->fault set (then for good). */
int guard_feed(struct guard *guard, const char *bytes, size_t size);

/* Takes at most `room` bytes that the parser may see; 0: feed more. */
size_t guard_take(struct guard *guard, char *bytes, size_t room);

/* Bytes that came and were not taken, finished lines or not (what must not be there at STARTTLS). */
size_t guard_held(const struct guard *guard);

#endif
