/* guard.c - stands between a server's bytes and libetpan's parsers
 * SPDX-License-Identifier: MIT
 */
#include "lib/guard.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { OUT_MAX = 80 * 1024 * 1024 };

void guard_init(struct guard *guard, enum guard_protocol protocol)
{
    memset(guard, 0, sizeof *guard);
    guard->protocol = protocol;
    buffer_init(&guard->line, GUARD_LINE_MAX + 1);
    buffer_init(&guard->out, OUT_MAX);
    guard_command(guard, 65536, 4096);
}

void guard_release(struct guard *guard)
{
    buffer_release(&guard->line);
    buffer_release(&guard->out);
}

void guard_command(struct guard *guard, uint64_t budget, uint64_t literal_max)
{
    guard->budget = budget;
    guard->literal_max = literal_max;
    guard->status = 0;
    guard->arrived = guard->changed = guard->went = guard->no_flags = false;
}

/* An IDLE connection lives for hours: a large answer's memory must not stay with it. */
static void empty(struct buffer *buffer)
{
    if (buffer->room > 4096)
        buffer_release(buffer);
    else
        buffer_clear(buffer);
}

void guard_rest(struct guard *guard)
{
    if (guard->line.size == 0)
        buffer_release(&guard->line);
    if (guard->out.size == guard->out_read) {
        buffer_release(&guard->out);
        guard->out_read = 0;
    }
}

size_t guard_held(const struct guard *guard)
{
    return guard->line.size + guard->out.size - guard->out_read;
}

size_t guard_take(struct guard *guard, char *bytes, size_t room)
{
    size_t size = guard->out.size - guard->out_read;
    if (size > room)
        size = room;
    if (size > 0)
        memcpy(bytes, guard->out.bytes + guard->out_read, size);
    guard->out_read += size;
    if (guard->out_read == guard->out.size) {
        empty(&guard->out);
        guard->out_read = 0;
    }
    return size;
}

static int refuse(struct guard *guard, const char *fault)
{
    guard->fault = fault;
    return -1;
}

static int release(struct guard *guard, const char *bytes, size_t size)
{
    if (guard->dropping)
        return 1;
    if (!buffer_append(&guard->out, bytes, size))
        return refuse(guard, "the server sent more than there is room for");
    return 1;
}

static bool word_is(const char *text, const char *word)
{
    size_t length = strlen(word);
    return strncasecmp(text, word, length) == 0 && !isalnum((unsigned char)text[length]);
}

static void keep_text(struct guard *guard, const char *text)
{
    size_t length = strcspn(text, "\r\n");
    if (length >= sizeof guard->text)
        length = sizeof guard->text - 1;
    memcpy(guard->text, text, length);
    guard->text[length] = '\0';
}

/* "* 12 EXISTS": what is said of a message or of their number. */
static void look_at_number(struct guard *guard, const char *line)
{
    const char *word = line + 2 + strspn(line + 2, "0123456789");
    word += strspn(word, " ");
    guard->plain = false;
    if (word_is(word, "EXISTS") || word_is(word, "RECENT"))
        guard->arrived = true;
    else if (word_is(word, "FETCH"))
        guard->changed = true;
    else if (word_is(word, "EXPUNGE"))
        guard->went = true;
    else
        guard->dropping = true;
}

/* Lines of other kinds are never asked for; libetpan's parsers for some of them (STATUS, ACL,
 * ANNOTATION) have had faults that a server could use. */
static void look_at_untagged(struct guard *guard, const char *line)
{
    static const char *const kinds[] = { "CAPABILITY", "FLAGS", "LIST", "VANISHED" };
    const char *word = line + 2;
    if (isdigit((unsigned char)*word)) {
        look_at_number(guard, line);
    } else if (word_is(word, "BYE")) {
        guard->bye = true;
        keep_text(guard, word + 3 + strspn(word + 3, " "));
        guard->dropping = true; /* libetpan leaks a greeting that is a farewell */
    } else if (strncasecmp(word, "OK [PERMANENTFLAGS ()]", 22) == 0) {
        guard->no_flags = true;
    } else if (!word_is(word, "OK") && !word_is(word, "NO") && !word_is(word, "BAD") && !word_is(word, "PREAUTH")) {
        guard->plain = false;
        guard->dropping = true;
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            if (word_is(word, kinds[i]))
                guard->dropping = false;
        guard->went = guard->went || word_is(word, "VANISHED");
    }
    if (guard->observing)
        guard->dropping = true;
}

static void look_at_tagged(struct guard *guard, const char *line)
{
    const char *word = line + strcspn(line, " ");
    word += strspn(word, " ");
    guard->status = word_is(word, "OK") ? 'O' : word_is(word, "NO") ? 'N' : 'B';
    const char *rest = word + strcspn(word, " \r\n");
    if (guard->status != 'O')
        keep_text(guard, rest + strspn(rest, " "));
}

/* Follows quotes and parentheses; finds "{N}". Returns -1 over a limit. */
static int scan_structure(struct guard *guard, const char *line, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        char byte = line[i];
        if (guard->quoted) {
            if (byte == '\\' && i + 1 < size)
                i++;
            else if (byte == '"' || byte == '\n')
                guard->quoted = false;
        } else if (byte == '"') {
            guard->quoted = true;
        } else if (byte == '(') {
            if (++guard->depth > GUARD_DEPTH_MAX)
                return refuse(guard, "the server nests parentheses too deep");
        } else if (byte == ')') {
            guard->depth--;
        } else if (byte == '{') {
            uint64_t number = 0;
            size_t digit = i + 1;
            /* libetpan takes "{-N}" as a literal of no length. */
            for (; digit < size && isdigit((unsigned char)line[digit]); digit++)
                if (number <= UINT32_MAX)
                    number = number * 10 + (uint64_t)(line[digit] - '0');
            if (digit == i + 1 || digit >= size || (line[digit] != '}' && line[digit] != '+'))
                continue;
            if (number > guard->literal_max)
                return refuse(guard, "the server announced a literal that is larger than was asked for");
            size_t close = digit + (line[digit] == '+');
            if (close + 1 < size && (line[close + 1] == '\r' || line[close + 1] == '\n'))
                guard->literal_left = number;
        }
    }
    return 1;
}

static int finish_imap_line(struct guard *guard)
{
    const char *line = guard->line.bytes;
    size_t size = guard->line.size;
    if (!guard->within) {
        guard->dropping = guard->quoted = false;
        guard->plain = true;
        guard->depth = 0;
        if (strncmp(line, "* ", 2) == 0)
            look_at_untagged(guard, line);
        else if (*line != '+')
            look_at_tagged(guard, line);
    }
    guard->literal_left = 0;
    bool literal_follows = false;
    if (!guard->plain) {
        size_t tail = size > 2 && line[size - 2] == '\r' ? size - 2 : size - 1;
        if (scan_structure(guard, line, size) < 0)
            return -1;
        literal_follows = tail > 0 && line[tail - 1] == '}' && !guard->quoted;
    }
    /* An empty literal still continues the response with the next line. */
    guard->within = literal_follows;
    if (!literal_follows)
        guard->literal_left = 0;
    return release(guard, line, size);
}

static int finish_smtp_line(struct guard *guard)
{
    const char *line = guard->line.bytes;
    for (int i = 0; i < 3; i++)
        if (!isdigit((unsigned char)line[i]))
            return refuse(guard, "the server's answer is not SMTP");
    return release(guard, line, guard->line.size);
}

int guard_feed(struct guard *guard, const char *bytes, size_t size)
{
    if (guard->fault)
        return -1;
    if (size > guard->budget && !guard->observing)
        return refuse(guard, "the server's answer is longer than any honest one");
    guard->budget -= size > guard->budget ? guard->budget : size;
    while (size > 0) {
        if (guard->literal_left > 0) {
            size_t part = size < guard->literal_left ? size : (size_t)guard->literal_left;
            if (release(guard, bytes, part) < 0)
                return -1;
            guard->literal_left -= part;
            bytes += part;
            size -= part;
            continue;
        }
        const char *end = memchr(bytes, '\n', size);
        size_t part = end ? (size_t)(end - bytes) + 1 : size;
        if (memchr(bytes, '\0', part))
            return refuse(guard, "the server sent a NUL byte where text belongs");
        if (!buffer_append(&guard->line, bytes, part))
            return refuse(guard, "the server sent a line without end");
        bytes += part;
        size -= part;
        if (!end)
            continue;
        int done = guard->protocol == GUARD_IMAP ? finish_imap_line(guard) : finish_smtp_line(guard);
        if (done < 0)
            return -1;
        empty(&guard->line);
    }
    return 1;
}
