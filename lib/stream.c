/* stream.c - a TCP connection with verified TLS, as a driver for libetpan
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include "lib/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <libetpan/mailstream.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lib/stream_tls.h"

enum { DEFAULT_TIMEOUT_S = 30, READ_SIZE = 16384 };
/* The guard has read far ahead already; a thousand connections have two of these each. */
enum { LIBETPAN_BUFFER = 512 };

struct stream {
    int fd, cancel_fd;
    int64_t timeout_ms, wait_ms; /* of one wait: the endpoint's, the command's */
    int64_t deadline_ms;         /* monotonic; 0: none */
    struct stream_session *tls;  /* NULL: not encrypted */
    struct guard guard;
    mailstream *mailstream;
    struct error fault;
    int64_t written;
    bool write_failed;
};

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int wait_limit(const struct stream *stream)
{
    int64_t limit = stream->wait_ms ? stream->wait_ms : stream->timeout_ms;
    if (stream->deadline_ms) {
        int64_t left = stream->deadline_ms - monotonic_ms();
        if (left < limit)
            limit = left > 0 ? left : 0;
    }
    return (int)limit;
}

/* 1 ready, -1 with the fault said. */
static int wait_for(struct stream *stream, short events)
{
    int limit = wait_limit(stream);
    int64_t end = monotonic_ms() + limit;
    for (;;) {
        struct pollfd fds[2] = { { .fd = stream->fd, .events = events }, { .fd = stream->cancel_fd, .events = POLLIN } };
        int64_t left = end - monotonic_ms();
        int ready = poll(fds, 2, left > 0 ? (int)left : 0);
        if (ready < 0 && errno != EINTR)
            return error_set(&stream->fault, ERROR_RETRY, "poll: %s", strerror(errno));
        if (ready > 0 && fds[1].revents)
            return error_set(&stream->fault, ERROR_RETRY, "stopped by redress itself");
        if (ready > 0)
            return 1;
        if (ready == 0)
            return error_set(&stream->fault, ERROR_RETRY, "the server did not answer within %d s", (limit + 999) / 1000);
    }
}

/* For GnuTLS: sockets never block, the waiting is done in one place. */
static ssize_t socket_push(void *stream_, const void *bytes, size_t size)
{
    struct stream *stream = stream_;
    return send(stream->fd, bytes, size, MSG_NOSIGNAL);
}

static ssize_t socket_pull(void *stream_, void *bytes, size_t size)
{
    struct stream *stream = stream_;
    return recv(stream->fd, bytes, size, 0);
}

static ssize_t read_some(struct stream *stream, void *bytes, size_t size, bool wait)
{
    for (;;) {
        ssize_t got = stream->tls ? stream_session_read(stream->tls, bytes, size, &stream->fault)
                                  : recv(stream->fd, bytes, size, 0);
        if (got > 0)
            return got;
        if (got == 0)
            return error_set(&stream->fault, ERROR_RETRY, "the server closed the connection");
        if (stream->tls && errno != EAGAIN)
            return -1;
        if (errno != EAGAIN && errno != EINTR)
            return error_set(&stream->fault, ERROR_RETRY, "connection lost: %s", strerror(errno));
        if (!wait)
            return 0;
        if (wait_for(stream, POLLIN) < 0)
            return -1;
    }
}

static ssize_t write_some(struct stream *stream, const void *bytes, size_t size)
{
    for (;;) {
        ssize_t put = stream->tls ? stream_session_write(stream->tls, bytes, size, &stream->fault)
                                  : send(stream->fd, bytes, size, MSG_NOSIGNAL);
        if (put > 0)
            return put;
        if (stream->tls && errno != EAGAIN)
            return -1;
        if (errno != EAGAIN && errno != EINTR)
            return error_set(&stream->fault, ERROR_RETRY, "connection lost: %s", strerror(errno));
        if (wait_for(stream, POLLOUT) < 0)
            return -1;
    }
}

/* ---- libetpan's side ----------------------------------------------------- */

/* A mailstream driver must never return 0: libetpan loops on 0 written bytes, and takes 0 read
 * bytes for an empty line. */
static ssize_t low_read(mailstream_low *low, void *bytes, size_t size)
{
    struct stream *stream = low->data;
    for (;;) {
        size_t taken = guard_take(&stream->guard, bytes, size);
        if (taken > 0)
            return (ssize_t)taken;
        char fresh[READ_SIZE];
        ssize_t got = read_some(stream, fresh, sizeof fresh, true);
        if (got <= 0)
            return -1;
        if (guard_feed(&stream->guard, fresh, (size_t)got) < 0)
            return error_set(&stream->fault, ERROR_INPUT, "%s", stream->guard.fault);
    }
}

static ssize_t low_write(mailstream_low *low, const void *bytes, size_t size)
{
    struct stream *stream = low->data;
    if (stream->write_failed)
        return -1;
    ssize_t put = write_some(stream, bytes, size);
    if (put < 0)
        stream->write_failed = true;
    else
        stream->written += put;
    return put;
}

static int low_close(mailstream_low *low)
{
    (void)low; /* the stream closes itself: libetpan closes at odd moments */
    return 0;
}

static int low_get_fd(mailstream_low *low)
{
    struct stream *stream = low->data;
    return stream->fd;
}

static void low_free(mailstream_low *low)
{
    struct stream *stream = low->data;
    stream->mailstream = NULL;
    free(low);
}

static mailstream_low_driver driver = {
    .mailstream_read = low_read,
    .mailstream_write = low_write,
    .mailstream_close = low_close,
    .mailstream_get_fd = low_get_fd,
    .mailstream_free = low_free,
};

struct _mailstream *stream_mailstream(struct stream *stream)
{
    if (stream->mailstream)
        return stream->mailstream;
    mailstream_low *low = mailstream_low_new(stream, &driver);
    if (!low)
        return NULL;
    stream->mailstream = mailstream_new(low, LIBETPAN_BUFFER);
    if (!stream->mailstream)
        free(low);
    return stream->mailstream;
}

/* ---- opening ---------------------------------------------------------------- */

static int connect_to(struct stream *stream, const struct addrinfo *address)
{
    stream->fd = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address->ai_protocol);
    if (stream->fd < 0)
        return error_set(&stream->fault, ERROR_RETRY, "socket: %s", strerror(errno));
    int failure = 0;
    if (connect(stream->fd, address->ai_addr, address->ai_addrlen) < 0) {
        if (errno != EINPROGRESS)
            failure = errno;
        else if (wait_for(stream, POLLOUT) < 0)
            goto failed;
        socklen_t size = sizeof failure;
        if (!failure && getsockopt(stream->fd, SOL_SOCKET, SO_ERROR, &failure, &size) < 0)
            failure = errno;
    }
    if (failure) {
        error_set(&stream->fault, ERROR_RETRY, "%s", strerror(failure));
        goto failed;
    }
    int on = 1; /* a command and its answer must not wait for Nagle; a dead peer must be noticed */
    (void)setsockopt(stream->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)setsockopt(stream->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    return 1;
failed:
    close(stream->fd);
    stream->fd = -1;
    return -1;
}

static int connect_any(struct stream *stream, const struct endpoint *endpoint, struct error *error)
{
    struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
    struct addrinfo *addresses = NULL;
    char port[12];
    snprintf(port, sizeof port, "%d", endpoint->port);
    int failure = getaddrinfo(endpoint->host, port, &hints, &addresses);
    if (failure) /* AI_ADDRCONFIG leaves nothing on a host that has loopback only */
        hints.ai_flags = 0, failure = getaddrinfo(endpoint->host, port, &hints, &addresses);
    if (failure)
        return error_set(error, ERROR_RETRY, "cannot find the address of '%s': %s", endpoint->host, gai_strerror(failure));
    error_set(&stream->fault, ERROR_RETRY, "no address");
    for (const struct addrinfo *address = addresses; address && stream->fd < 0; address = address->ai_next)
        (void)connect_to(stream, address);
    freeaddrinfo(addresses);
    if (stream->fd >= 0) {
        stream->fault.kind = ERROR_NONE;
        return 1;
    }
    return error_set(error, ERROR_RETRY, "cannot connect to %s port %d: %s", endpoint->host, endpoint->port, stream->fault.text);
}

int stream_start_tls(struct stream *stream, const struct endpoint *endpoint, struct error *error)
{
    if (stream->tls)
        return error_set(error, ERROR_BUG, "TLS began already");
    if (guard_held(&stream->guard) > 0 || (stream->mailstream && stream->mailstream->read_buffer_len > 0))
        return error_set(error, ERROR_SETUP,
                         "%s port %d sent text behind its answer to STARTTLS: somebody may be tampering with the "
                         "connection; nothing was sent; use \"tls\": \"implicit\" if the server offers it",
                         endpoint->host, endpoint->port);
    struct stream_session *session = stream_session_new(endpoint, stream, socket_push, socket_pull, error);
    if (!session)
        return -1;
    int done;
    while ((done = stream_session_handshake(session, endpoint, error)) == 0)
        if (wait_for(stream, stream_session_wants_write(session) ? POLLOUT : POLLIN) < 0) {
            *error = stream->fault;
            done = error_prefix(error, "TLS with %s port %d", endpoint->host, endpoint->port);
            break;
        }
    if (done < 0) {
        stream_session_free(session, false);
        return -1;
    }
    stream->tls = session;
    return 1;
}

struct stream *stream_open(const struct endpoint *endpoint, enum guard_protocol protocol, struct error *error)
{
    struct stream *stream = calloc(1, sizeof *stream);
    if (!stream) {
        error_set(error, ERROR_RETRY, "out of memory");
        return NULL;
    }
    guard_init(&stream->guard, protocol);
    stream->fd = -1;
    stream->cancel_fd = endpoint->cancel_fd;
    stream->timeout_ms = 1000 * (int64_t)(endpoint->timeout_s > 0 ? endpoint->timeout_s : DEFAULT_TIMEOUT_S);
    if (connect_any(stream, endpoint, error) < 0 ||
        (endpoint->tls == STREAM_TLS_IMPLICIT && stream_start_tls(stream, endpoint, error) < 0)) {
        stream_close(stream);
        return NULL;
    }
    return stream;
}

void stream_close(struct stream *stream)
{
    if (!stream)
        return;
    if (stream->mailstream)
        mailstream_close(stream->mailstream);
    stream_session_free(stream->tls, stream->fault.kind == ERROR_NONE);
    if (stream->fd >= 0)
        close(stream->fd);
    guard_release(&stream->guard);
    free(stream);
}

/* ---- small questions --------------------------------------------------------- */

void stream_limit(struct stream *stream, int seconds, int wait_s)
{
    stream->deadline_ms = seconds > 0 ? monotonic_ms() + 1000 * (int64_t)seconds : 0;
    stream->wait_ms = 1000 * (int64_t)wait_s;
}

int stream_look(struct stream *stream)
{
    char fresh[READ_SIZE];
    ssize_t got = read_some(stream, fresh, sizeof fresh, false);
    if (got <= 0)
        return (int)got;
    if (guard_feed(&stream->guard, fresh, (size_t)got) < 0)
        return error_set(&stream->fault, ERROR_INPUT, "%s", stream->guard.fault);
    return 1;
}

bool stream_has_input(const struct stream *stream)
{
    return guard_held(&stream->guard) > 0 || (stream->mailstream && stream->mailstream->read_buffer_len > 0) ||
           (stream->tls && stream_session_pending(stream->tls));
}

bool stream_is_encrypted(const struct stream *stream)
{
    return stream->tls != NULL;
}

struct guard *stream_guard(struct stream *stream)
{
    return &stream->guard;
}

int stream_fd(const struct stream *stream)
{
    return stream->fd;
}

const struct error *stream_fault(const struct stream *stream)
{
    return &stream->fault;
}

bool stream_write_failed(const struct stream *stream)
{
    return stream->write_failed;
}

int64_t stream_written(const struct stream *stream)
{
    return stream->written;
}
