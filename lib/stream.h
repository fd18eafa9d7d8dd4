/* stream.h - a TCP connection with verified TLS, as a driver for libetpan
 * SPDX-License-Identifier: MIT
 *
 * GnuTLS and poll(2): certificates and host names are always verified (unless
 * the configuration says otherwise, loudly), every wait has a limit, a cancel
 * descriptor ends any wait at once, no SIGPIPE, no fd limit of 1024.
 */
#ifndef LIB_STREAM_H
#define LIB_STREAM_H

#include <stdbool.h>

#include "lib/error.h"

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
    int timeout_s;         /* limit of each wait for the server; 0 means 30 */
    int cancel_fd;         /* readable = give up; -1: none */
};

struct stream;
/* Connects (and, for implicit TLS, shakes hands). NULL with ERROR_RETRY (network) or ERROR_SETUP
 * (certificate refused: says which name, which check and the setting that mends it). */
struct stream *stream_open(const struct endpoint *endpoint, struct error *error);
void stream_close(struct stream *stream);

#endif
