/* stream_tls.h - the GnuTLS half of a stream
 * SPDX-License-Identifier: MIT
 *
 * For lib/stream.c only. Never waits: EAGAIN says that the caller must.
 */
#ifndef LIB_STREAM_TLS_H
#define LIB_STREAM_TLS_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/error.h"

struct endpoint;
struct stream_session;

typedef ssize_t stream_push(void *context, const void *bytes, size_t size);
typedef ssize_t stream_pull(void *context, void *bytes, size_t size);

/* A client session over push and pull. NULL with ERROR_SETUP (the CA file) or ERROR_RETRY. */
struct stream_session *stream_session_new(const struct endpoint *endpoint, void *context, stream_push *push,
                                          stream_pull *pull, struct error *error);
/* `polite`: says good-bye first, without waiting. NULL is fine. */
void stream_session_free(struct stream_session *session, bool polite);

/* 1 done and the certificate verified, 0 wait and call again, -1. */
int stream_session_handshake(struct stream_session *session, const struct endpoint *endpoint, struct error *error);
bool stream_session_wants_write(const struct stream_session *session);

/* As recv and send: -1 with errno EAGAIN, or with another errno and the fault filled. */
ssize_t stream_session_read(struct stream_session *session, void *bytes, size_t size, struct error *fault);
ssize_t stream_session_write(struct stream_session *session, const void *bytes, size_t size, struct error *fault);
bool stream_session_pending(const struct stream_session *session);

#endif
