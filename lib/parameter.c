/* parameter.c - Content-Type, Content-Disposition and their parameters (RFC 2231)
 * SPDX-License-Identifier: MIT
 */
#include "lib/parameter.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/charset.h"
#include "lib/encoded.h"

enum { NAME_LENGTH = 64, SECTION_MAXIMUM = 999 };

/* One `name*section*=value` as it stands in the field. */
struct piece {
    char name[NAME_LENGTH];
    int section;   /* -1 without */
    bool extended; /* percent-encoded; the first section begins with charset'language' */
    const char *value;
    size_t size;
    bool used;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_blanks(const char *text, size_t size, size_t *at)
{
    while (*at < size && is_blank(text[*at]))
        (*at)++;
}

/* RFC 822 comments, not nested: nobody nests them here, and a file name may hold one bracket. */
static void skip_gap(const char *text, size_t size, size_t *at)
{
    skip_blanks(text, size, at);
    while (*at < size && text[*at] == '(') {
        const char *end = memchr(text + *at, ')', size - *at);
        if (!end)
            return;
        *at = (size_t)(end - text) + 1;
        skip_blanks(text, size, at);
    }
}

static void read_name(const char *text, size_t size, size_t *at, struct piece *piece)
{
    size_t length = 0;
    while (*at < size && text[*at] != '=' && text[*at] != ';' && text[*at] != '*' && !is_blank(text[*at])) {
        if (length + 1 < NAME_LENGTH)
            piece->name[length++] = (char)tolower((unsigned char)text[*at]);
        (*at)++;
    }
    piece->name[length] = '\0';
    piece->section = -1;
    piece->extended = false;
    while (*at < size && text[*at] == '*') {
        (*at)++;
        if (*at < size && isdigit((unsigned char)text[*at])) {
            piece->section = 0;
            for (; *at < size && isdigit((unsigned char)text[*at]); (*at)++)
                if (piece->section <= SECTION_MAXIMUM)
                    piece->section = piece->section * 10 + (text[*at] - '0');
        } else {
            piece->extended = true;
        }
    }
    skip_blanks(text, size, at);
}

/* A quoted value without its quotes; backslashes are kept for `unquote`. */
static void read_quoted(const char *text, size_t size, size_t *at, struct piece *piece)
{
    size_t begin = ++*at;
    while (*at < size && text[*at] != '"')
        *at += text[*at] == '\\' && *at + 1 < size ? 2 : 1;
    if (*at > size)
        *at = size;
    piece->value = text + begin;
    piece->size = *at - begin;
    if (*at < size)
        (*at)++;
}

/* An unquoted value ends at the semicolon: file names with spaces are common, comments are not. */
static void read_token(const char *text, size_t size, size_t *at, struct piece *piece)
{
    size_t begin = *at, end;
    while (*at < size && text[*at] != ';') {
        if (text[*at] == '\n') {
            /* A forgotten semicolon before a fold: "name=a.pdf\r\n filename=..." */
            size_t next = *at;
            skip_blanks(text, size, &next);
            size_t word = next;
            while (word < size && (isalnum((unsigned char)text[word]) || text[word] == '-' ||
                                   text[word] == '*'))
                word++;
            if (word > next && word < size && text[word] == '=' && word + 1 < size && text[word + 1] != '?')
                break;
            *at = word > *at ? word : *at + 1;
            continue;
        }
        (*at)++;
    }
    end = *at;
    while (end > begin && is_blank(text[end - 1]))
        end--;
    piece->value = text + begin;
    piece->size = end - begin;
}

static size_t read_pieces(const char *text, size_t size, size_t at, struct piece *pieces)
{
    size_t count = 0;
    while (at < size && count < PARAMETER_MAXIMUM) {
        while (at < size && (text[at] == ';' || text[at] == ',' || is_blank(text[at])))
            at++;
        skip_gap(text, size, &at);
        struct piece *piece = &pieces[count];
        size_t begin = at;
        read_name(text, size, &at, piece);
        if (at < size && text[at] == '=') {
            at++;
            skip_gap(text, size, &at);
            if (at < size && text[at] == '"')
                read_quoted(text, size, &at, piece);
            else
                read_token(text, size, &at, piece);
            piece->used = false;
            if (*piece->name)
                count++;
        } else {
            while (at < size && text[at] != ';')
                at++;
        }
        if (at == begin)
            at++;
    }
    return count;
}

/* Appends a piece's bytes: backslashes and folds removed, percent signs decoded where they mean it. */
static void append_piece(struct buffer *bytes, const char *value, size_t size, bool percent)
{
    for (size_t i = 0; i < size; i++) {
        if (value[i] == '\r' || value[i] == '\n')
            continue;
        if (value[i] == '\\' && i + 1 < size && (value[i + 1] == '"' || value[i + 1] == '\\')) {
            buffer_putc(bytes, value[++i]);
        } else if (percent && value[i] == '%' && i + 2 < size && isxdigit((unsigned char)value[i + 1]) &&
                   isxdigit((unsigned char)value[i + 2])) {
            char hex[3] = { value[i + 1], value[i + 2], '\0' };
            buffer_putc(bytes, (char)strtol(hex, NULL, 16));
            i += 2;
        } else {
            buffer_putc(bytes, value[i]);
        }
    }
}

/* Takes charset'language' off the front of an extended value. */
static void take_charset(struct piece *piece, char charset[static NAME_LENGTH])
{
    const char *first = memchr(piece->value, '\'', piece->size);
    const char *second = first ? memchr(first + 1, '\'', piece->size - (size_t)(first + 1 - piece->value))
        : NULL;
    if (!second || (size_t)(first - piece->value) >= NAME_LENGTH)
        return;
    memcpy(charset, piece->value, (size_t)(first - piece->value));
    charset[first - piece->value] = '\0';
    piece->size -= (size_t)(second + 1 - piece->value);
    piece->value = second + 1;
}

static struct piece *find_section(struct piece *pieces, size_t count, const char *name, int section)
{
    for (size_t i = 0; i < count; i++)
        if (!pieces[i].used && pieces[i].section == section && strcmp(pieces[i].name, name) == 0)
            return &pieces[i];
    return NULL;
}

/* All sections of a parameter, joined as bytes and then decoded: a cut inside a character is mended. */
static char *join(struct arena *arena, struct piece *pieces, size_t count, struct piece *first)
{
    char charset[NAME_LENGTH] = "";
    struct buffer bytes, text;
    size_t room = 0;
    for (size_t i = 0; i < count; i++)
        room += pieces[i].size;
    buffer_init(&bytes, room + 1);
    buffer_init(&text, room * 4 + 16);
    bool extended = first->extended;
    if (extended)
        take_charset(first, charset);
    append_piece(&bytes, first->value, first->size, first->extended);
    for (int section = first->section + 1; first->section >= 0; section++) {
        struct piece *next = find_section(pieces, count, first->name, section);
        if (!next)
            break;
        next->used = true;
        append_piece(&bytes, next->value, next->size, next->extended);
    }
    char *value;
    if (*charset) {
        charset_decode(charset, buffer_text(&bytes), bytes.size, &text);
        value = charset_clean(arena, buffer_text(&text), text.size, text.size * CHARSET_GROWTH);
    } else {
        value = encoded_decode(arena, buffer_text(&bytes), bytes.size);
    }
    for (char *p = value; p && *p; p++)
        if (*p == '\n')
            *p = ' ';
    buffer_release(&bytes);
    buffer_release(&text);
    return value;
}

/* Whether a parameter begins here whose semicolon was forgotten: "text/plain charset=utf-8". */
static bool is_parameter(const char *text, size_t size, size_t at)
{
    size_t begin = at;
    while (at < size && (isalnum((unsigned char)text[at]) || text[at] == '-' || text[at] == '*'))
        at++;
    return at > begin && at < size && text[at] == '=';
}

static char *read_value(struct arena *arena, const char *text, size_t size, size_t *at)
{
    size_t begin = *at;
    bool filled = false, blank = false;
    while (*at < size && text[*at] != ';' && text[*at] != ',' && !(filled && blank && is_parameter(text, size, *at))) {
        blank = is_blank(text[*at]);
        filled |= !blank;
        (*at)++;
    }
    char *value = arena_alloc(arena, *at - begin + 1);
    size_t length = 0;
    for (size_t i = begin; value && i < *at && text[i] != '('; i++)
        if ((unsigned char)text[i] > ' ' && (unsigned char)text[i] < 0x7f && text[i] != '"')
            value[length++] = (char)tolower((unsigned char)text[i]);
    return value;
}

int parameter_parse(struct arena *arena, const char *value, size_t size, struct parameter_list *list)
{
    *list = (struct parameter_list){ .value = "" };
    size_t at = 0;
    char *before = read_value(arena, value, size, &at);
    struct piece pieces[PARAMETER_MAXIMUM];
    if (!before)
        return 0;
    list->value = before;
    size_t count = read_pieces(value, size, at, pieces);
    list->items = arena_alloc(arena, (count + 1) * sizeof *list->items);
    if (!list->items)
        return 0;
    for (size_t i = 0; i < count; i++) {
        struct piece *first = pieces[i].used ? NULL : &pieces[i];
        if (first && first->section > 0) /* sections may come in any order */
            first = find_section(pieces, count, first->name, 0);
        if (!first)
            continue;
        first->used = true;
        struct parameter *item = &list->items[list->count];
        item->name = arena_strdup(arena, first->name);
        item->value = join(arena, pieces, count, first);
        if (!item->name || !item->value)
            return 0;
        list->count++;
    }
    return 1;
}

const char *parameter_get(const struct parameter_list *list, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].name, name) == 0 && (!value || !*value))
            value = list->items[i].value;
    return value;
}
