/* collector.h - a mail put together again from the pieces a milter is given
 * SPDX-License-Identifier: MIT
 *
 * Pure; knows nothing of libmilter. Headers come one by one and the body in
 * chunks; out come bytes that message_parse can read, up to the limits.
 */
#ifndef MILTER_COLLECTOR_H
#define MILTER_COLLECTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buffer.h"

enum { COLLECTOR_HEADER_BYTES = 256 * 1024 };

struct collector {
    struct buffer mail;
    size_t body_limit, body_size;
    bool in_body;
    bool cut;    /* something did not fit: a header or the rest of the body */
    bool failed; /* memory ran out: what is here is no usable mail */
};

/* An empty mail of which at most body_limit bytes of body are kept. */
void collector_init(struct collector *collector, size_t body_limit);
void collector_release(struct collector *collector);

/* One header field; `value` may be folded with LF or CRLF. Fields beyond the limit are left out. */
void collector_header(struct collector *collector, const char *name, const char *value);
/* The empty line; collector_body does it too if the caller was never told of it. */
void collector_end_of_headers(struct collector *collector);
/* A piece of the body. 1 when more is wanted, 0 when enough is there. */
int collector_body(struct collector *collector, const void *bytes, size_t size);

#endif
