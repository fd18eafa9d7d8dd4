/* fake_server.h - a scripted IMAP or SMTP server, forked inside a test
 * SPDX-License-Identifier: MIT
 *
 * For the faults that real servers do not show. Listens on a free loopback
 * port; every connection, one after the other, plays the script from its
 * beginning.
 */
#ifndef TESTS_FAKE_SERVER_H
#define TESTS_FAKE_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum fake_op {
    FAKE_END,       /* of the script: closes */
    FAKE_SEND,      /* text; "%t" is the tag of the line read last */
    FAKE_FLOOD,     /* text again and again until the peer closes or `count` times */
    FAKE_EXPECT,    /* reads a line, which must hold text (case ignored); another one ends the script */
    FAKE_EXPECT_ANY,/* the same, without a look at it */
    FAKE_LITERAL,   /* reads until a line is "." or `count` bytes came */
    FAKE_APPEND,    /* "+ go", and the literal that the last line announced */
    FAKE_NOTE,      /* counts: *fake_notes() */
    FAKE_TLS,       /* shakes hands as the server */
    FAKE_SILENCE,   /* says nothing until the peer closes */
    FAKE_PAUSE      /* count milliseconds */
};
struct fake_step {
    enum fake_op op;
    const char *text;
    size_t count;
};
struct fake_server {
    int port;
    pid_t child;
};

/* `cut_after` >= 0: every connection is closed after that many bytes sent; FAKE_CUT_EACH: the
 * first after 0, the second after 1, and so on. Certificate and key are
 * files, for FAKE_TLS (NULL: none). */
enum { FAKE_WHOLE = -1, FAKE_CUT_EACH = -2 };
struct fake_server fake_start(const struct fake_step *script, long cut_after, const char *certificate, const char *key);
void fake_stop(struct fake_server *server);
/* How often FAKE_NOTE was passed, by all servers of this test program. */
int *fake_notes(void);

/* Writes DIRECTORY/NAME.pem and NAME.key: a certificate for `host`, valid from now + begin_s to
 * now + end_s, signed by DIRECTORY/SIGNER.pem or by itself (signer NULL). */
void fake_certificate(const char *directory, const char *name, const char *host, long begin_s, long end_s,
                      const char *signer);

#endif
