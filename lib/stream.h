/* stream.h - a TCP connection with verified TLS, as a driver for libetpan
 * SPDX-License-Identifier: MIT
 *
 * GnuTLS and poll(2): certificates and host names are always verified (unless
 * the configuration says otherwise, loudly), every wait has a limit, a cancel
 * descriptor ends any wait at once, no SIGPIPE, no fd limit of 1024. One
 * stream belongs to one thread at a time; different streams are independent.
 */
#ifndef LIB_STREAM_H
#define LIB_STREAM_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/error.h"
#include "lib/guard.h"

enum stream_tls {
    STREAM_TLS_IMPLICIT, /* RFC 8314: TLS from the first byte */
    STREAM_TLS_STARTTLS, /* refuses anything buffered before the handshake */
    STREAM_TLS_NONE      /* only for loopback; the configuration check warns */
};

/* Where and as whom to log in. Borrowed by the functions below for the call. */
struct endpoint {
    const char *host;
    int port;
    enum stream_tls tls;
    const char *tls_name;  /* the name the certificate must bear; NULL: host */
    const char *ca_file;   /* PEM; NULL: the system's */
    bool insecure;         /* accept any certificate; main warns at every start */
    const char *user;
    const char *master_user; /* NULL: none; SASL PLAIN authorises as user, authenticates as this */
    const char *password;
    const char *token_file;  /* instead of a password: an OAuth 2 access token (XOAUTH2), read anew at each login */
    int timeout_s;         /* limit of each wait for the server; 0 means 30 */
    int cancel_fd;         /* readable = give up; -1: none */
};

struct stream;
struct _mailstream;

/* Connects (and, for implicit TLS, shakes hands); every address of the host is tried. NULL with
 * ERROR_RETRY (network) or ERROR_SETUP (certificate refused: says which name, which check and the
 * setting that mends it). */
struct stream *stream_open(const struct endpoint *endpoint, enum guard_protocol protocol, struct error *error);
void stream_close(struct stream *stream); /* NULL is fine; without a word to the server */

/* Shakes hands on an open connection. -1 with ERROR_SETUP as above, or when anything that came
 * before the handshake has not been read: text smuggled in behind STARTTLS (CVE-2011-0411). */
int stream_start_tls(struct stream *stream, const struct endpoint *endpoint, struct error *error);
bool stream_is_encrypted(const struct stream *stream);

/* The same connection for libetpan; made at the first call, freed with the stream: never give it
 * to mailstream_close. */
struct _mailstream *stream_mailstream(struct stream *stream);
struct guard *stream_guard(struct stream *stream);

/* All waits until the next call of this together take at most `seconds` (0: no such limit); a
 * single wait takes at most the endpoint's timeout, or `wait_s` if that is not 0. */
void stream_limit(struct stream *stream, int seconds, int wait_s);

/* Reads what has come without waiting and shows it to the guard. 1 something came, 0 nothing, -1
 * the connection is gone. */
int stream_look(struct stream *stream);
/* Whether something came that nobody has read, at any layer. */
bool stream_has_input(const struct stream *stream);

int stream_fd(const struct stream *stream);
/* Why the last read or write failed, with ERROR_RETRY or ERROR_INPUT (the server misbehaves);
 * ERROR_NONE when none did. */
const struct error *stream_fault(const struct stream *stream);
/* Bytes of ours that were handed to the connection so far. */
int64_t stream_written(const struct stream *stream);
/* Whether a write failed: then the server cannot have what was being written whole. */
bool stream_write_failed(const struct stream *stream);

#endif
