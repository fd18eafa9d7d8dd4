/* error.h - what went wrong, said once, by the reaction it asks for
 * SPDX-License-Identifier: MIT
 *
 * Knows nothing of mail. Functions below main return 1 (done), 0 (not there,
 * not yet) or -1 (failed, the error says why); only the top loop logs.
 */
#ifndef LIB_ERROR_H
#define LIB_ERROR_H

enum error_kind {
    ERROR_NONE,   /* nothing is wrong */
    ERROR_RETRY,  /* passes by itself: busy, timed out, connection lost */
    ERROR_INPUT,  /* the bytes given are wrong; trying again will not help */
    ERROR_ABSENT, /* a file that was named is not there or cannot be read */
    ERROR_SETUP,  /* an administrator must mend something; the text says what */
    ERROR_BUG     /* we are wrong */
};

/* Owned by the caller; no allocation. `text` is one line, lower case, no full
 * stop, valid UTF-8 with control bytes escaped, cut at 511 bytes. */
struct error {
    enum error_kind kind;
    char text[512];
};

/* Fills *error (may be NULL) and returns -1, so that `return error_set(…)` works. */
int error_set(struct error *error, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "prefix: " before the text (for context on the way up). Returns -1. */
int error_prefix(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* sysexits(3) status for the kind: 0, 75, 65, 66, 78, 70. */
int error_exit_status(const struct error *error);

#endif
