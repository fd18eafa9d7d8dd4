/* collector.c - a mail put together again from the pieces a milter is given
 * SPDX-License-Identifier: MIT
 */
#include "milter/collector.h"

#include <string.h>

/* The empty line between headers and body. */
enum { SEPARATOR = 2 };

void collector_init(struct collector *collector, size_t body_limit)
{
    *collector = (struct collector){ .body_limit = body_limit };
    buffer_init(&collector->mail, COLLECTOR_HEADER_BYTES + SEPARATOR + body_limit);
}

void collector_release(struct collector *collector)
{
    buffer_release(&collector->mail);
    collector_init(collector, collector->body_limit);
}

void collector_header(struct collector *collector, const char *name, const char *value)
{
    struct buffer *mail = &collector->mail;
    size_t name_size = strlen(name), value_size = strlen(value);
    if (collector->in_body || collector->failed)
        return;
    /* Compared one by one: their sum could wrap. */
    size_t room = COLLECTOR_HEADER_BYTES - mail->size;
    if (name_size > room || value_size > room || name_size + value_size + 4 > room) {
        collector->cut = true;
        return;
    }
    if (!buffer_append(mail, name, name_size) || !buffer_append(mail, ": ", 2) ||
        !buffer_append(mail, value, value_size) || !buffer_append(mail, "\r\n", 2))
        collector->failed = true;
}

void collector_end_of_headers(struct collector *collector)
{
    if (collector->in_body)
        return;
    collector->in_body = true;
    if (!buffer_append(&collector->mail, "\r\n", SEPARATOR))
        collector->failed = true;
}

int collector_body(struct collector *collector, const void *bytes, size_t size)
{
    collector_end_of_headers(collector);
    if (collector->failed)
        return 0;
    size_t room = collector->body_limit - collector->body_size;
    size_t kept = size < room ? size : room;
    if (!buffer_append(&collector->mail, bytes, kept)) {
        collector->failed = true;
        return 0;
    }
    collector->body_size += kept;
    if (kept < size)
        collector->cut = true;
    return collector->body_size < collector->body_limit;
}
