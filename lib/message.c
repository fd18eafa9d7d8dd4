/* message.c - reads a mail
 * SPDX-License-Identifier: MIT
 */
#include "lib/message.h"

#include <ctype.h>
#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/body.h"
#include "lib/buffer.h"
#include "lib/charset.h"
#include "lib/encoded.h"
#include "lib/language.h"
#include "lib/memory.h"
#include "lib/prescan.h"
#include "lib/quote.h"

const struct message_limits message_default_limits = {
    .bytes = 512 * 1024, .headers = 1000, .header_bytes = 256 * 1024, .parts = 500, .depth = 20,
    .text = 256 * 1024,  .addresses = 1000, .ids = 200, .attachments = 200,
};

enum { NOTES_MAXIMUM = 16, ARENA_MAXIMUM = 48 * 1024 * 1024, KEY_TEXT_BYTES = 1024, THREAD_ROOT_BYTES = 22 };

static void note(struct message *message, const char *text)
{
    for (size_t i = 0; i < message->note_count; i++)
        if (strcmp(message->notes[i], text) == 0)
            return;
    if (!message->notes)
        message->notes = arena_alloc(message->arena, NOTES_MAXIMUM * sizeof *message->notes);
    if (message->notes && message->note_count < NOTES_MAXIMUM)
        message->notes[message->note_count++] = text;
}

static void cut(struct message *message, const char *text)
{
    message->partial = true;
    note(message, text);
}

/* The bytes of the header block with the line that begins it: no mark of UTF-8, no mbox line, no blank lines
 * before a field. */
static const char *skip_junk(const char *bytes, size_t *size)
{
    const char *at = bytes, *end = bytes + *size;
    if (*size > 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
        at += 3;
    for (;;) {
        const char *next = memchr(at, '\n', (size_t)(end - at));
        if (!next)
            return bytes;
        size_t length = (size_t)(next - at);
        const char *word = *at == '>' ? at + 1 : at; /* ">From ": an mbox line quoted once too often */
        bool mbox = length > 6 && memcmp(word, "From ", 5) == 0 && !prescan_field_name(at, length);
        size_t blank = 0;
        while (blank < length && (at[blank] == ' ' || at[blank] == '\t' || at[blank] == '\r'))
            blank++;
        if (!mbox && blank < length) {
            if (!prescan_field_name(at, length))
                return bytes; /* the blank line ended an empty header block */
            *size = (size_t)(end - at);
            return at;
        }
        at = next + 1;
    }
}

/* Unfolds and repairs a value for people and programs that take it as it is. */
static const char *clean_value(struct arena *arena, const char *raw, size_t size)
{
    struct buffer flat;
    buffer_init(&flat, size * 3 + 1);
    for (size_t at = 0; at < size;) {
        size_t begin = at;
        uint32_t c = charset_next(raw, size, &at);
        if (c == '\r' || c == '\n')
            continue;
        if (c < 0x20 || c == 0x7f)
            buffer_putc(&flat, ' ');
        else if (c == CHARSET_REPLACEMENT)
            buffer_puts(&flat, "\xef\xbf\xbd");
        else
            buffer_append(&flat, raw + begin, at - begin);
    }
    size_t length = flat.size, skip = strspn(buffer_text(&flat), " ");
    while (length > skip && flat.bytes[length - 1] == ' ')
        length--;
    const char *value = arena_strndup(arena, buffer_text(&flat) + skip, length - skip);
    buffer_release(&flat);
    return value;
}

/* Adds one field; lines that are none are passed over. 1, or -1 when the arena is full. */
static int add_header(struct message *message, const char *line, size_t size)
{
    size_t length = prescan_field_name(line, size);
    if (!length)
        return 1;
    const char *value = (const char *)memchr(line, ':', size) + 1;
    size_t left = size - (size_t)(value - line);
    while (left && (value[left - 1] == '\n' || value[left - 1] == '\r'))
        left--;
    struct header *header = &message->headers[message->header_count];
    char *raw = arena_strndup(message->arena, value, left);
    for (size_t i = 0; raw && i < left; i++)
        if (raw[i] == '\0')
            raw[i] = ' ';
    header->raw = raw;
    header->name = arena_strndup(message->arena, line, length);
    header->value = raw ? clean_value(message->arena, raw, left) : NULL;
    if (!header->raw || !header->name || !header->value)
        return -1;
    message->header_count++;
    return 1;
}

static size_t count_headers(const char *bytes, size_t size, size_t maximum)
{
    size_t count = 0;
    for (const char *p = bytes; p < bytes + size && count < maximum; count++) {
        const char *end = memchr(p, '\n', size - (size_t)(p - bytes));
        if (!end || end == p || (end == p + 1 && *p == '\r'))
            break;
        p = end + 1;
    }
    return count + 1;
}

static int read_headers(struct message *message, const char *bytes, size_t size,
                        const struct message_limits *limits)
{
    size_t room = count_headers(bytes, size, limits->headers), at = 0, used = 0;
    message->headers = arena_alloc(message->arena, room * sizeof *message->headers);
    if (!message->headers)
        return -1;
    while (at < size) {
        size_t end = at, first = 0;
        do { /* the line and its folds */
            const char *newline = memchr(bytes + end, '\n', size - end);
            if (!first)
                first = (newline ? (size_t)(newline - bytes) : size) - at;
            end = newline ? (size_t)(newline + 1 - bytes) : size;
        } while (end < size && (bytes[end] == ' ' || bytes[end] == '\t'));
        if (bytes[at] == '\n' || (bytes[at] == '\r' && at + 1 < size && bytes[at + 1] == '\n'))
            break;
        if (prescan_is_body(bytes + at, first, bytes + size))
            break;
        if (end - at > limits->header_bytes - used) { /* the fields behind a bloated one still count */
            cut(message, "more bytes of headers than are read");
            at = end;
            continue;
        }
        used += end - at;
        if (message->header_count == limits->headers || message->header_count == room) {
            cut(message, "more headers than are read");
            break;
        }
        if (add_header(message, bytes + at, end - at) < 0)
            return -1;
        at = end;
    }
    return 1;
}

static const struct header *find(const struct message *message, const char *name, size_t index)
{
    for (size_t i = 0; i < message->header_count; i++)
        if (strcasecmp(message->headers[i].name, name) == 0 && index-- == 0)
            return &message->headers[i];
    return NULL;
}

/* The first field of the name that says something: an empty one may stand before a good one. */
static const struct header *find_filled(const struct message *message, const char *name)
{
    const struct header *header = find(message, name, 0);
    for (size_t next = 1; header && !*header->value; next++)
        header = find(message, name, next);
    return header;
}

const char *message_header(const struct message *message, const char *name, size_t index)
{
    const struct header *header = find(message, name, index);
    return header ? header->value : NULL;
}

static char *decoded_header(struct message *message, const char *name)
{
    const struct header *header = find_filled(message, name);
    char *text = header ? encoded_decode(message->arena, header->raw, strlen(header->raw)) : NULL;
    if (!text)
        return NULL;
    text += strspn(text, " ");
    size_t length = strlen(text);
    while (length && text[length - 1] == ' ')
        text[--length] = '\0';
    return text;
}

/* "Doe, Jane <jane@example.com>" without its quotes is one writer, not two. */
static int join_name(struct arena *arena, struct address_list *list)
{
    if (list->count < 2 || strchr(list->items[0].addr, '@') || *list->items[0].name ||
        !strchr(list->items[1].addr, '@') || !*list->items[1].name)
        return 1;
    list->items[1].name = arena_printf(arena, "%s, %s", list->items[0].addr, list->items[1].name);
    list->items++;
    list->count--;
    return list->items[0].name ? 1 : -1;
}

static int read_addresses(struct message *message, const struct message_limits *limits)
{
    enum { WRITERS = 3 }; /* the first of them say who wrote it */
    const struct {
        const char *name;
        struct address_list *list;
    } fields[] = {
        { "From", &message->from }, { "Sender", &message->sender }, { "Reply-To", &message->reply_to },
        { "To", &message->to },     { "Cc", &message->cc },         { "Bcc", &message->bcc },
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const struct header *header = find_filled(message, fields[i].name);
        int done = header ? address_parse(message->arena, header->raw, limits->addresses, fields[i].list) : 1;
        if (done < 0)
            return -1;
        if (done == 0)
            cut(message, "more addresses in a field than are read");
        if (i < WRITERS && join_name(message->arena, fields[i].list) < 0)
            return -1;
    }
    if (find(message, "From", 1))
        note(message, "more than one From header: the first counts");
    return 1;
}

/* The first 22 bytes of a Thread-Index name the conversation (MS-OXOMSG 2.2.1.3). */
static void read_thread(struct message *message)
{
    const char *index = message_header(message, "Thread-Index", 0);
    size_t length = index ? strlen(index) : 0;
    message->thread_topic = decoded_header(message, "Thread-Topic");
    enum { LEAST = 29, LOOK_AT = 200 }; /* every answer adds five bytes behind them */
    if (length < LEAST)
        return;
    if (length > LOOK_AT)
        length = LOOK_AT;
    char bytes[LOOK_AT], hex[THREAD_ROOT_BYTES * 2 + 1];
    if (encoded_base64(index, length, bytes) < THREAD_ROOT_BYTES)
        return;
    for (size_t i = 0; i < THREAD_ROOT_BYTES; i++) {
        static const char digits[] = "0123456789abcdef";
        hex[i * 2] = digits[(unsigned char)bytes[i] >> 4];
        hex[i * 2 + 1] = digits[(unsigned char)bytes[i] & 15];
    }
    message->thread_root = arena_strndup(message->arena, hex, THREAD_ROOT_BYTES * 2);
}

static int read_ids(struct message *message, const struct message_limits *limits)
{
    struct id_list own;
    const struct header *id = find(message, "Message-ID", 0);
    if (id_parse(message->arena, id ? id->value : NULL, 2, &own) < 0)
        return -1;
    if (own.count)
        message->message_id = own.items[0];
    else
        note(message, id ? "the Message-ID cannot be a key" : "there is no Message-ID");
    const char *reply = message_header(message, "In-Reply-To", 0);
    const char *references = message_header(message, "References", 0);
    return id_parse(message->arena, reply, limits->ids, &message->in_reply_to) < 0 ||
                   id_parse(message->arena, references, limits->ids, &message->references) < 0
               ? -1
               : 1;
}

static int read_fields(struct message *message, const struct message_limits *limits)
{
    message->subject = decoded_header(message, "Subject");
    if (!message->subject)
        message->subject = "";
    message->date = INSTANT_NONE;
    message->date_text = message_header(message, "Date", 0);
    if (message->date_text && !instant_parse_rfc5322(message->date_text, &message->date))
        message->date = INSTANT_NONE;
    read_thread(message);
    return read_addresses(message, limits) < 0 || read_ids(message, limits) < 0 ? -1 : 1;
}

static int read_bodies(struct message *message, const struct mime_body_list *bodies,
                       const struct message_limits *limits)
{
    struct buffer full, marked;
    buffer_init(&full, limits->text + 64);
    buffer_init(&marked, limits->text * 5);
    struct quote_result result;
    bool over = false;
    int done = body_join(message->arena, bodies, limits->text, &full, &marked, &over);
    if (over)
        cut(message, "more text than is read");
    if (done > 0) {
        message->full_text = charset_clean(message->arena, buffer_text(&full), full.size, limits->text);
        done = message->full_text ? quote_strip(message->arena, buffer_text(&marked), message->subject,
                                                &result) : -1;
    }
    if (done > 0) {
        message->text = charset_clean(message->arena, result.text, strlen(result.text), limits->text);
        message->quoted = result.quoted;
    }
    buffer_release(&full);
    buffer_release(&marked);
    return done > 0 && message->text ? 1 : -1;
}

static int read_body(struct message *message, const char *bytes, size_t size,
                     const struct message_limits *limits,
                     struct error *error)
{
    struct mime_content content;
    if (mime_read(message->arena, bytes, size, limits, &content, error) < 0)
        return -1;
    if (content.partial)
        cut(message, content.note);
    message->attachments = content.attachments;
    message->attachment_count = content.attachment_count;
    if (read_bodies(message, &content.bodies, limits) < 0)
        return -1;
    if (!*message->text && !message->quoted && content.enclosed.count) {
        /* Nothing but an enclosed mail: its words are the matter. */
        const char *full = message->full_text;
        if (read_bodies(message, &content.enclosed, limits) < 0)
            return -1;
        message->full_text = full;
        message->quoted = true;
    }
    message->language = language_detect(message->text, strlen(message->text));
    message->kind = kind_detect(message, &content, &message->kind_reason, &message->kind_doubt);
    if (message->kind_doubt)
        note(message, message->kind_doubt);
    if (message->kind == KIND_BOUNCE || message->kind == KIND_REPORT)
        return report_read(message->arena, &content, message, &message->report);
    return 1;
}

/* A mail saved by an old Macintosh program ends its lines in CR alone; NULL for any other mail. */
static char *mend_line_ends(const char *bytes, size_t size)
{
    if (memchr(bytes, '\n', size) || !memchr(bytes, '\r', size))
        return NULL;
    char *copy = malloc(size);
    if (copy)
        memcpy(copy, bytes, size);
    else
        memory_failed();
    for (char *p = copy; p && (p = memchr(p, '\r', size - (size_t)(p - copy)));)
        *p = '\n';
    return copy;
}

struct message *message_parse(const void *bytes, size_t size, const struct message_limits *limits,
                              struct error *error)
{
    if (!limits)
        limits = &message_default_limits;
    unsigned mark = memory_mark();
    char *mended = mend_line_ends(bytes, size);
    struct arena *arena = arena_new(ARENA_MAXIMUM);
    struct message *message = arena ? arena_alloc(arena, sizeof *message) : NULL;
    if (message) {
        message->arena = arena;
        message->full_text = message->text = "";
        message->language = "und";
        const char *begin = skip_junk(mended ? mended : bytes, &size);
        bool done = read_headers(message, begin, size, limits) > 0 && read_fields(message, limits) > 0 &&
                    read_body(message, begin, size, limits, error) > 0;
        if (!done || memory_ran_out(mark)) /* with a piece missing it would be another mail than the next reader's */
            message = NULL;
    }
    free(mended);
    if (message)
        return message;
    error_set(error, ERROR_RETRY, "cannot read a mail of %zu bytes: memory is out", size);
    arena_free(arena);
    return NULL;
}

void message_free(struct message *message)
{
    if (message)
        arena_free(message->arena);
}

static void add_field(gnutls_hash_hd_t hash, const char *text)
{
    gnutls_hash(hash, text ? text : "", text ? strlen(text) : 0);
    gnutls_hash(hash, "", 1); /* the NUL keeps fields apart */
}

void message_key(const struct message *message, uint8_t key[static MAIL_KEY_SIZE])
{
    uint8_t digest[32] = { 0 };
    char text[KEY_TEXT_BYTES + 1];
    size_t length = 0;
    for (const char *p = message->full_text; *p && length < KEY_TEXT_BYTES; p++)
        if (!isspace((unsigned char)*p))
            text[length++] = *p;
    text[length] = '\0';
    gnutls_hash_hd_t hash;
    if (gnutls_hash_init(&hash, GNUTLS_DIG_SHA256) != 0) {
        memory_failed();
    } else {
        add_field(hash, message->message_id);
        add_field(hash, message->from.count ? message->from.items[0].addr : NULL);
        add_field(hash, text);
        if (!message->message_id) {
            add_field(hash, message->date_text);
            add_field(hash, message->subject);
        }
        gnutls_hash_deinit(hash, digest);
    }
    memcpy(key, digest, MAIL_KEY_SIZE);
}
