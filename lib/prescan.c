/* prescan.c - the bytes of a mail that may be given to the MIME parser
 * SPDX-License-Identifier: MIT
 */
#include "lib/prescan.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "lib/message.h"

enum { BOUNDARY_HASHES = 1024, BOUNDARY_LENGTH = 70, MIME_FIELDS = 2 };

struct scan {
    const struct message_limits *limits;
    size_t boundaries, messages, head_lines, head_bytes;
    bool in_head;
    bool seen[MIME_FIELDS]; /* in this head */
    /* One bit per hash of a declared boundary: a hit too many only counts a line too many. */
    unsigned char declared[BOUNDARY_HASHES / 8];
};

static unsigned hash(const char *text, size_t size)
{
    unsigned value = 2166136261u;
    for (size_t i = 0; i < size; i++)
        value = (value ^ (unsigned char)text[i]) * 16777619u;
    return value % BOUNDARY_HASHES;
}

/* Notes a boundary parameter on this line; folded ones stand on a line of their own, too. */
static void note_boundary(struct scan *scan, const char *line, size_t size)
{
    for (size_t i = 0; i + 9 < size; i++) {
        if ((line[i] != 'b' && line[i] != 'B') || strncasecmp(line + i, "boundary", 8) != 0)
            continue;
        size_t at = i + 8;
        while (at < size && (line[at] == '*' || line[at] == '0' || isspace((unsigned char)line[at])))
            at++;
        if (at >= size || line[at] != '=')
            continue;
        at++;
        while (at < size && (isspace((unsigned char)line[at]) || line[at] == '"'))
            at++;
        size_t begin = at;
        while (at < size && line[at] != '"' && line[at] != ';' && line[at] != '\r' &&
               at - begin < BOUNDARY_LENGTH)
            at++;
        while (at > begin && line[at - 1] == ' ')
            at--;
        unsigned bit = hash(line + begin, at - begin);
        scan->declared[bit / 8] |= (unsigned char)(1u << bit % 8);
        return;
    }
}

static bool is_declared(const struct scan *scan, const char *line, size_t size)
{
    while (size && isspace((unsigned char)line[size - 1]))
        size--;
    for (int closing = 0; closing < 2; closing++) {
        size_t length = size < BOUNDARY_LENGTH ? size : BOUNDARY_LENGTH;
        unsigned bit = hash(line, length);
        if (scan->declared[bit / 8] & 1u << bit % 8)
            return true;
        if (size < 2 || line[size - 1] != '-' || line[size - 2] != '-')
            return false;
        size -= 2;
    }
    return false;
}

/* NULL while the line is within the limits, else what it exceeds. */
static const char *look_at(struct scan *scan, const char *line, size_t size)
{
    if (size >= 2 && line[0] == '-' && line[1] == '-' && is_declared(scan, line + 2, size - 2)) {
        scan->in_head = true;
        memset(scan->seen, 0, sizeof scan->seen);
        if (++scan->boundaries > scan->limits->parts)
            return "more MIME parts than are read";
        return NULL;
    }
    if (!scan->in_head)
        return NULL;
    if (size == 0) {
        scan->in_head = false;
        return NULL;
    }
    scan->head_bytes += size;
    if (scan->head_bytes > scan->limits->header_bytes * 2)
        return "more bytes of headers than are read";
    if (line[0] != ' ' && line[0] != '\t' &&
        ++scan->head_lines > scan->limits->headers + scan->limits->parts * 8)
        return "more headers than are read";
    note_boundary(scan, line, size);
    return NULL;
}

/* A head that declares an enclosed message begins another head after its blank line. */
static bool declares_message(const char *line, size_t size)
{
    static const char name[] = "content-type:";
    size_t at = sizeof name - 1;
    if (size <= at || strncasecmp(line, name, at) != 0)
        return false;
    while (at < size && (line[at] == ' ' || line[at] == '\t'))
        at++;
    return (size - at >= 8 && strncasecmp(line + at, "message/", 8) == 0) ||
           (size - at >= 16 && strncasecmp(line + at, "multipart/digest", 16) == 0);
}

/* Whether the line begins a MIME field that this head has already. */
static bool is_double(struct scan *scan, const char *line, size_t size)
{
    static const char *const names[MIME_FIELDS] = { "content-type:", "content-transfer-encoding:" };
    for (size_t i = 0; i < MIME_FIELDS; i++) {
        size_t length = strlen(names[i]);
        if (size < length || strncasecmp(line, names[i], length) != 0)
            continue;
        bool again = scan->seen[i];
        scan->seen[i] = true;
        return again;
    }
    return false;
}

static bool is_parameter(const char *line, size_t size)
{
    size_t at = 0;
    while (at < size && (isalnum((unsigned char)line[at]) || line[at] == '-' || line[at] == '*'))
        at++;
    return at && at < size && line[at] == '=';
}

size_t prescan_field_name(const char *line, size_t size)
{
    size_t length = 0;
    while (length < size && line[length] > ' ' && line[length] != ':' && line[length] != 0x7f)
        length++;
    size_t colon = length;
    while (colon < size && (line[colon] == ' ' || line[colon] == '\t'))
        colon++;
    return length && colon < size && line[colon] == ':' ? length : 0;
}

/* Whether the line begins a field that mail has: "Note: it is new." begins none. */
static bool is_mail_field(const char *line, size_t size)
{
    static const char *const names[] = { /* one that ends in "-" begins many */
        "accept-", "arc-", "archived-", "authentication-", "auto-", "autocrypt", "bcc", "bounces-", "cc", "comments",
        "content-", "date", "deferred-", "delivered-", "disposition-", "dkim-", "domainkey-", "encrypted", "envelope-",
        "errors-", "expires", "face", "feedback-", "from", "importance", "in-reply-", "keywords", "lines", "list-",
        "mail-", "mailing-", "message-", "mime-", "newsgroups", "organization", "original-", "path", "precedence",
        "priority", "received", "received-", "references", "reply-", "resent-", "return-", "sender", "sensitivity",
        "status", "subject", "supersedes", "thread-", "to", "user-", "x-"
    };
    size_t length = prescan_field_name(line, size);
    for (size_t i = 0; length && i < sizeof names / sizeof *names; i++) {
        size_t name = strlen(names[i]);
        if ((length == name || (length > name && names[i][name - 1] == '-')) && strncasecmp(line, names[i], name) == 0)
            return true;
    }
    return false;
}

/* The next line of a head, NULL at the end. */
static const char *next_line(const char *line, const char *end, size_t *size)
{
    const char *newline = line < end ? memchr(line, '\n', (size_t)(end - line)) : NULL;
    if (!newline || newline + 1 >= end)
        return NULL;
    const char *next = newline + 1, *stop = memchr(next, '\n', (size_t)(end - next));
    *size = (size_t)((stop ? stop : end) - next);
    return next;
}

bool prescan_is_body(const char *line, size_t size, const char *end)
{
    bool mbox = size > 5 && memcmp(line, "From ", 5) == 0;
    if (size && line[size - 1] == '\r')
        size--;
    if (!size || strchr("-> \t", *line) || mbox || prescan_field_name(line, size) || is_parameter(line, size))
        return false;
    size_t length = 0;
    const char *next = next_line(line, end, &length);
    while (next && length && (*next == ' ' || *next == '\t')) /* folds of a broken line are broken, too */
        next = next_line(next, end, &length);
    return !next || !is_mail_field(next, length);
}

const char *prescan(const char *bytes, size_t size, const struct message_limits *limits, struct buffer *copy)
{
    struct scan scan = { .limits = limits, .in_head = true };
    const char *note = NULL;
    if (size > limits->bytes) {
        size = limits->bytes;
        note = "longer than the bytes that are looked at";
    }
    bool message_next = false, continued = false;
    for (size_t at = 0; at < size;) {
        const char *line = bytes + at, *end = memchr(line, '\n', size - at);
        size_t length = end ? (size_t)(end - line) : size - at, step = length + 1;
        if (end && length && line[length - 1] == '\r')
            length--;
        bool was_head = scan.in_head;
        const char *over = look_at(&scan, line, length);
        if (was_head && scan.in_head && declares_message(line, length)) {
            message_next = true;
            if (++scan.messages > limits->depth * 4)
                over = "more enclosed mails than are read";
        }
        if (was_head && !scan.in_head && message_next) {
            scan.in_head = true;
            message_next = false;
        }
        if (over)
            return over;
        if (was_head && scan.in_head && prescan_is_body(line, length, bytes + size)) {
            buffer_putc(copy, '\n');
            scan.in_head = message_next;
            message_next = false;
        }
        /* "Content-Type: multipart/mixed;" and "boundary=x" on the next line without a fold */
        if (was_head && continued && length && is_parameter(line, length))
            buffer_putc(copy, ' ');
        continued = scan.in_head && length && line[length - 1] == ';';
        if (!was_head || length == 0)
            memset(scan.seen, 0, sizeof scan.seen);
        else if (is_double(&scan, line, length))
            buffer_puts(copy, "X-");
        buffer_append(copy, line, length);
        if (end)
            buffer_putc(copy, '\n');
        at += step;
    }
    return note;
}
