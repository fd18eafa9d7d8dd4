/* address.c - mail addresses of a header field (RFC 5322 section 3.4), also broken ones
 * SPDX-License-Identifier: MIT
 */
#include "lib/address.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "lib/buffer.h"
#include "lib/charset.h"
#include "lib/encoded.h"

enum { WORD_LENGTH = 500, ADDRESS_LENGTH = 998, COMMENT_DEPTH = 8 };

/* What was read of one mailbox: the words before the angle brackets, what stood in them, a comment. */
struct mailbox {
    struct buffer phrase, angle, comment;
    bool has_angle, has_at; /* has_at: an @ stands in the phrase or in the brackets */
};

struct reader {
    const char *text;
    size_t size, at;
    bool quote_open, comment_open; /* one without an end was met: none of the later ones has one */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void read_comment(struct reader *reader, struct mailbox *mailbox)
{
    int depth = 0;
    size_t before = mailbox->comment.size, begin = reader->at;
    if (reader->comment_open) {
        reader->at++;
        return;
    }
    for (; reader->at < reader->size; reader->at++) {
        char c = reader->text[reader->at];
        if (c == '\\' && reader->at + 1 < reader->size) {
            buffer_putc(&mailbox->comment, reader->text[++reader->at]);
            continue;
        }
        if (c == '(' && depth < COMMENT_DEPTH && depth++ == 0)
            continue;
        if (c == ')' && --depth == 0) {
            reader->at++;
            return;
        }
        buffer_putc(&mailbox->comment, c);
    }
    reader->comment_open = true; /* it never ended: a stray bracket */
    reader->at = begin + 1;
    mailbox->comment.size = before;
    if (mailbox->comment.bytes)
        mailbox->comment.bytes[before] = '\0';
}

/* A quoted string; the reader stands behind it then, or behind the mark where there is no end. */
static void read_quoted(struct reader *reader, struct buffer *into, bool keep_quotes)
{
    size_t begin = ++reader->at, end = begin;
    while (!reader->quote_open && end < reader->size && reader->text[end] != '"')
        end += reader->text[end] == '\\' && end + 1 < reader->size ? 2 : 1;
    if (reader->quote_open || end >= reader->size) {
        reader->quote_open = true; /* no end: the quote is taken for nothing */
        return;
    }
    if (keep_quotes)
        buffer_putc(into, '"');
    for (size_t i = begin; i < end; i++) {
        if (reader->text[i] == '\\' && i + 1 < end && !keep_quotes)
            i++;
        buffer_putc(into, reader->text[i]);
    }
    if (keep_quotes)
        buffer_putc(into, '"');
    reader->at = end + 1;
}

static void read_angle(struct reader *reader, struct mailbox *mailbox)
{
    const char *rest = reader->text + reader->at + 1;
    size_t left = reader->size - reader->at - 1;
    if (mailbox->has_angle && mailbox->angle.size) { /* "<a@b> <c@d>": the first one counts */
        const char *close = memchr(rest, '>', left < ADDRESS_LENGTH ? left : ADDRESS_LENGTH);
        reader->at = close ? (size_t)(close - reader->text) + 1 : reader->at + 1;
        return;
    }
    mailbox->has_angle = true;
    mailbox->has_at = false;
    for (reader->at++; reader->at < reader->size; reader->at++) {
        char c = reader->text[reader->at];
        if (c == '>') {
            reader->at++;
            return;
        }
        if (c == '<') { /* "Name <Name <a@b>>": the inner one counts */
            buffer_puts(&mailbox->phrase, buffer_text(&mailbox->angle));
            buffer_clear(&mailbox->angle);
            continue;
        }
        if (c == '"') {
            read_quoted(reader, &mailbox->angle, true);
            reader->at--;
            continue;
        }
        if (c == ',' && mailbox->has_at && mailbox->angle.size && mailbox->angle.bytes[0] != '@')
            return; /* no closing bracket */
        if (c == '(') {
            read_comment(reader, mailbox);
            reader->at--;
            continue;
        }
        mailbox->has_at |= c == '@';
        if (!is_blank(c))
            buffer_putc(&mailbox->angle, c);
    }
}

/* The length of an encoded word ("=?utf-8?Q?Doe,_J?="), whose commas and colons mean nothing; 0 for none. */
static size_t word_length(const struct reader *reader)
{
    const char *p = reader->text + reader->at;
    size_t left = reader->size - reader->at, marks = 0;
    if (left < 8 || p[1] != '?')
        return 0;
    for (size_t i = 2; i + 1 < left && i < WORD_LENGTH && !is_blank(p[i]) && p[i] != '<' &&
         p[i] != '>'; i++) {
        if (p[i] != '?')
            continue;
        if (marks == 2 && p[i + 1] == '=')
            return i + 2;
        if (++marks > 2)
            return 0;
    }
    return 0;
}

/* Reads up to a comma, semicolon or the end. A colon before any bracket ends a group's name. */
static void read_mailbox(struct reader *reader, struct mailbox *mailbox)
{
    while (reader->at < reader->size) {
        char c = reader->text[reader->at];
        if (c == ',' || c == ';') {
            reader->at++;
            return;
        }
        if (c == ':' && !mailbox->has_angle && !mailbox->has_at) {
            reader->at++;
            buffer_clear(&mailbox->phrase);
            continue;
        }
        size_t word = c == '=' ? word_length(reader) : 0;
        if (word) {
            buffer_append(&mailbox->phrase, reader->text + reader->at, word);
            reader->at += word;
        } else if (c == '(') {
            read_comment(reader, mailbox);
        } else if (c == '"') {
            size_t begin = reader->at;
            read_quoted(reader, &mailbox->phrase, false);
            /* "quoted local"@domain keeps its quotes */
            if (reader->at < reader->size && reader->text[reader->at] == '@' && !mailbox->has_angle) {
                buffer_clear(&mailbox->phrase);
                buffer_append(&mailbox->phrase, reader->text + begin, reader->at - begin);
            }
        } else if (c == '<') {
            read_angle(reader, mailbox);
        } else {
            buffer_putc(&mailbox->phrase, is_blank(c) ? ' ' : c);
            mailbox->has_at |= c == '@';
            reader->at++;
        }
    }
}

/* Cuts a candidate to something@something: no route, no trailing dots, quotes or brackets, domain
 * in lower case. NULL when it is none. */
static char *tidy_address(struct arena *arena, const char *text, size_t size)
{
    while (size && (is_blank(*text) || strchr("<'\"`[(", *text)))
        if (*text == '"' && size > 1 && memchr(text + 1, '"', size - 1))
            break;
        else
            text++, size--;
    if (size && *text == '@') { /* a source route: @a,@b:user@c */
        const char *colon = memchr(text, ':', size);
        if (!colon)
            return NULL;
        size -= (size_t)(colon + 1 - text);
        text = colon + 1;
    }
    if (size > 7 && strncasecmp(text, "mailto:", 7) == 0)
        text += 7, size -= 7;
    while (size && (is_blank(text[size - 1]) || strchr(">'\"`.,;)", text[size - 1])))
        size--;
    const char *at = NULL;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '@')
            at = text + i;
        else if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f || text[i] == '<' || text[i] == '>')
            return NULL;
    }
    if (!at || at == text || at + 1 == text + size || size > ADDRESS_LENGTH)
        return NULL;
    for (const char *p = at; p < text + size; p++)
        if (*p == ' ')
            return NULL;
    /* 8-bit bytes are UTF-8 (RFC 6532) or no address that anybody could answer to */
    if (!charset_is_utf8(text, size))
        return NULL;
    char *addr = arena_strndup(arena, text, size);
    for (char *p = addr ? addr + (at - text) : NULL; p && *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    return addr;
}

static char *tidy_name(struct arena *arena, const struct buffer *raw)
{
    char *name = encoded_decode(arena, buffer_text(raw), raw->size);
    if (!name)
        return NULL;
    while (is_blank(*name))
        name++;
    size_t length = strlen(name);
    while (length && is_blank(name[length - 1]))
        name[--length] = '\0';
    if (length >= 2 && (*name == '"' || *name == '\'') && name[length - 1] == *name) {
        name[length - 1] = '\0';
        name++;
    }
    return name;
}

/* The word with an @ in a phrase without brackets ("Anna anna@example.com"), taken out of it. */
static char *address_in_phrase(struct arena *arena, struct buffer *phrase)
{
    const char *text = buffer_text(phrase);
    const char *at = phrase->size ? memchr(text, '@', phrase->size) : NULL;
    if (!at)
        return NULL;
    if (*text == '"') {
        char *whole = tidy_address(arena, text, phrase->size);
        if (whole) {
            buffer_clear(phrase);
            return whole;
        }
    }
    size_t begin = (size_t)(at - text), end = begin;
    if (begin && text[begin - 1] == ' ' && end + 1 < phrase->size && text[end + 1] == ' ')
        return NULL; /* "Anna @ home" */
    while (begin && text[begin - 1] != ' ' && text[begin - 1] != '<')
        begin--;
    while (end < phrase->size && text[end] != ' ' && text[end] != '>')
        end++;
    char *addr = tidy_address(arena, text + begin, end - begin);
    if (addr) {
        struct buffer rest;
        buffer_init(&rest, phrase->size);
        buffer_append(&rest, text, begin);
        buffer_append(&rest, text + end, phrase->size - end);
        buffer_clear(phrase);
        buffer_append(phrase, buffer_text(&rest), rest.size);
        buffer_release(&rest);
    }
    return addr;
}

/* All of a mailbox inside an encoded word, brackets included, is broken but known. */
static char *address_in_encoded_phrase(struct arena *arena, struct buffer *phrase)
{
    if (phrase->size < 8 || !strstr(buffer_text(phrase), "=?"))
        return NULL;
    char *decoded = encoded_decode(arena, buffer_text(phrase), phrase->size);
    if (!decoded || !strchr(decoded, '@'))
        return NULL;
    struct buffer text;
    buffer_init(&text, strlen(decoded) + 1);
    for (const char *p = decoded; *p; p++)
        buffer_putc(&text, *p == '<' || *p == '>' || *p == '"' ? ' ' : *p);
    char *addr = address_in_phrase(arena, &text);
    if (addr) {
        buffer_clear(phrase);
        buffer_append(phrase, buffer_text(&text), text.size);
    }
    buffer_release(&text);
    return addr;
}

/* "root", "Anna <anna>": a local name alone, as programs on a server write it. */
static char *local_name(struct arena *arena, struct mailbox *mailbox)
{
    struct buffer *from = mailbox->angle.size ? &mailbox->angle : &mailbox->phrase;
    const char *text = buffer_text(from);
    text += strspn(text, " ");
    size_t size = strcspn(text, " ");
    if (!size || size > 64 || text[size + strspn(text + size, " ")])
        return NULL;
    for (size_t i = 0; i < size; i++)
        if (!isalnum((unsigned char)text[i]) && !strchr("._-+", text[i]))
            return NULL;
    char *addr = arena_strndup(arena, text, size);
    if (from == &mailbox->phrase)
        buffer_clear(from);
    return addr;
}

static int add_mailbox(struct arena *arena, struct mailbox *mailbox, struct address *address)
{
    char *addr = mailbox->angle.size ? tidy_address(arena, mailbox->angle.bytes, mailbox->angle.size) : NULL;
    if (!addr)
        addr = address_in_phrase(arena, &mailbox->phrase);
    if (!addr)
        addr = address_in_encoded_phrase(arena, &mailbox->phrase);
    if (!addr)
        addr = local_name(arena, mailbox);
    if (!addr)
        return 0;
    char *name = tidy_name(arena, &mailbox->phrase);
    if (name && !*name && mailbox->comment.size)
        name = tidy_name(arena, &mailbox->comment);
    if (!name)
        return -1;
    *address = (struct address){ .name = name, .addr = addr };
    return 1;
}

int address_parse(struct arena *arena, const char *text, size_t maximum, struct address_list *list)
{
    size_t size = strlen(text);
    *list = (struct address_list){ NULL, 0 };
    size_t most = 1;
    for (size_t i = 0; i < size; i++)
        most += text[i] == '@' || text[i] == '?' || text[i] == ',';
    if (most > maximum)
        most = maximum;
    list->items = arena_alloc(arena, (most + 1) * sizeof *list->items);
    struct mailbox mailbox = { .has_angle = false };
    buffer_init(&mailbox.phrase, size * 2 + 16);
    buffer_init(&mailbox.angle, size + 1);
    buffer_init(&mailbox.comment, size + 1);
    struct reader reader = { text, size, 0, false, false };
    int result = list->items ? 1 : -1;
    while (result > 0 && reader.at < size) {
        buffer_clear(&mailbox.phrase);
        buffer_clear(&mailbox.angle);
        buffer_clear(&mailbox.comment);
        mailbox.has_angle = mailbox.has_at = false;
        read_mailbox(&reader, &mailbox);
        struct address address;
        int added = add_mailbox(arena, &mailbox, &address);
        if (added < 0)
            result = -1;
        else if (added && list->count == most)
            result = 0;
        else if (added)
            list->items[list->count++] = address;
    }
    buffer_release(&mailbox.phrase);
    buffer_release(&mailbox.angle);
    buffer_release(&mailbox.comment);
    return result;
}

bool address_equal(const char *a, const char *b)
{
    return a && b && strcasecmp(a, b) == 0;
}

int address_detail(struct arena *arena, const char *addr, char delimiter, char **base, char **detail)
{
    const char *at = addr ? strrchr(addr, '@') : NULL;
    const char *split = at ? memchr(addr, delimiter, (size_t)(at - addr)) : NULL;
    if (!split || split == addr || split + 1 == at)
        return 0;
    *base = arena_printf(arena, "%.*s%s", (int)(split - addr), addr, at);
    *detail = arena_strndup(arena, split + 1, (size_t)(at - split - 1));
    return *base && *detail;
}

const char *address_domain(const char *addr)
{
    const char *at = strrchr(addr, '@');
    return at ? at + 1 : addr;
}
