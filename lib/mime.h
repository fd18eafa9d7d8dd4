/* mime.h - the parts of a mail: bodies to read, attachments to list, reports
 * SPDX-License-Identifier: MIT
 *
 * GMime behind limits: what GMime would build for a mail made of nothing but
 * boundaries is counted before it sees the bytes.
 */
#ifndef LIB_MIME_H
#define LIB_MIME_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/arena.h"
#include "lib/error.h"

struct message_limits;

struct attachment {
    const char *name; /* decoded file name, "" when there is none */
    const char *type; /* "image/jpeg", lower case */
    size_t bytes;     /* decoded size as far as looked at */
};

/* One piece of body: either form may be NULL, not both. UTF-8, not yet cleaned. */
struct mime_body {
    const struct mime_body *first; /* it goes on with the same form of that one, NULL for most */
    const char *plain;
    size_t plain_size;
    const char *html;
    size_t html_size;
};
struct mime_body_list {
    struct mime_body *items;
    size_t count, room;
};

struct mime_content {
    struct arena *arena;
    const struct message_limits *limits;
    struct mime_body_list bodies;   /* of the mail itself */
    struct mime_body_list enclosed; /* of the first message/rfc822 in it */
    struct attachment *attachments;
    size_t attachment_count;
    const char *report_type;     /* "delivery-status", …: report-type of a multipart/report, or NULL */
    const char *delivery_status; /* decoded content of that part, NULL without */
    const char *disposition;     /* of message/disposition-notification */
    const char *feedback;        /* of message/feedback-report */
    const char *original;        /* header block of the returned mail, NULL without */
    const char *reaction;        /* content of a text/vnd.google.email-reaction+json part */
    const char *root_type;       /* content type of the whole, lower case */
    size_t text_bytes, part_count;
    bool partial;                /* a limit cut something off */
    const char *note;            /* which, NULL without */
};

/* Reads the parts of `size` bytes. 1, or -1 with ERROR_RETRY when memory is out. */
int mime_read(struct arena *arena, const char *bytes, size_t size, const struct message_limits *limits,
              struct mime_content *content, struct error *error);

#endif
