/* charset.c - bytes in any charset become UTF-8
 * SPDX-License-Identifier: MIT
 */
#include "lib/charset.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "lib/charset_guess.h"
#include "lib/memory.h"

uint32_t charset_next_any(const char *text, size_t size, size_t *at)
{
    const unsigned char *p = (const unsigned char *)text + *at;
    size_t left = size - *at, need;
    uint32_t value, least;
    if (p[0] < 0x80)
        return (*at)++, p[0];
    if (p[0] >= 0xc2 && p[0] <= 0xdf)
        need = 2, value = p[0] & 0x1fu, least = 0x80;
    else if ((p[0] & 0xf0) == 0xe0)
        need = 3, value = p[0] & 0x0fu, least = 0x800;
    else if (p[0] >= 0xf0 && p[0] <= 0xf4)
        need = 4, value = p[0] & 0x07u, least = 0x10000;
    else
        return (*at)++, CHARSET_REPLACEMENT;
    for (size_t i = 1; i < need; i++) {
        if (i >= left || (p[i] & 0xc0) != 0x80)
            return *at += i, CHARSET_REPLACEMENT;
        value = value << 6 | (p[i] & 0x3fu);
    }
    *at += need;
    return value < least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff) ? CHARSET_REPLACEMENT : value;
}

size_t charset_put(uint32_t character, char bytes[static 4])
{
    if (character < 0x80)
        return bytes[0] = (char)character, 1;
    if (character < 0x800) {
        bytes[0] = (char)(0xc0 | character >> 6);
        bytes[1] = (char)(0x80 | (character & 0x3f));
        return 2;
    }
    if (character < 0x10000) {
        bytes[0] = (char)(0xe0 | character >> 12);
        bytes[1] = (char)(0x80 | (character >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (character & 0x3f));
        return 3;
    }
    bytes[0] = (char)(0xf0 | character >> 18);
    bytes[1] = (char)(0x80 | (character >> 12 & 0x3f));
    bytes[2] = (char)(0x80 | (character >> 6 & 0x3f));
    bytes[3] = (char)(0x80 | (character & 0x3f));
    return 4;
}

size_t charset_match(const char *text, size_t size, const char *word)
{
    size_t at = 0;
    for (size_t i = 0; word[i];) {
        unsigned char w = (unsigned char)word[i];
        if (at >= size)
            return 0;
        unsigned char t = (unsigned char)text[at];
        if (w < 0x80 || t < 0x80) {
            if ((t >= 'A' && t <= 'Z' ? t + ('a' - 'A') : t) != w)
                return 0;
            at++, i++;
            continue;
        }
        /* the NUL ends the word's last character in time */
        uint32_t wanted = charset_next(word, i + 4, &i), found = charset_next(text, size, &at);
        if (found != wanted && (uint32_t)u_tolower((UChar32)found) != wanted)
            return 0;
    }
    return at;
}

/* Eight bytes at a time: most of all mail is ASCII. */
size_t charset_ascii_length(const char *bytes, size_t size)
{
    const uint64_t high = UINT64_C(0x8080808080808080);
    size_t at = 0;
    for (uint64_t eight; size - at >= sizeof eight; at += sizeof eight) {
        memcpy(&eight, bytes + at, sizeof eight);
        if (eight & high)
            break;
    }
    while (at < size && (unsigned char)bytes[at] < 0x80)
        at++;
    return at;
}

bool charset_is_utf8(const char *bytes, size_t size)
{
    for (size_t at = 0; at < size;) {
        if ((unsigned char)bytes[at] < 0x80) {
            at += charset_ascii_length(bytes + at, size - at);
            continue;
        }
        size_t begin = at;
        if (charset_next(bytes, size, &at) == CHARSET_REPLACEMENT &&
            !(at - begin == 3 && memcmp(bytes + begin, "\xef\xbf\xbd", 3) == 0))
            return false;
    }
    return true;
}

bool charset_is_ascii(const char *bytes, size_t size)
{
    return charset_ascii_length(bytes, size) == size;
}

static int append_utf8(const char *bytes, size_t size, struct buffer *text)
{
    size_t from = 0;
    for (size_t at = 0; at < size;) {
        if ((unsigned char)bytes[at] < 0x80) {
            at += charset_ascii_length(bytes + at, size - at);
            continue;
        }
        size_t begin = at;
        if (charset_next(bytes, size, &at) != CHARSET_REPLACEMENT)
            continue;
        buffer_append(text, bytes + from, begin - from);
        buffer_append(text, "\xef\xbf\xbd", 3);
        from = at;
    }
    return buffer_append(text, bytes + from, size - from);
}

static int append_utf16(const UChar *units, int32_t count, struct buffer *text)
{
    for (int32_t i = 0; i < count && !text->failed;) {
        UChar32 character;
        U16_NEXT(units, i, count, character);
        if (U_IS_SURROGATE(character))
            character = CHARSET_REPLACEMENT;
        char bytes[4];
        buffer_append(text, bytes, charset_put((uint32_t)character, bytes));
    }
    return !text->failed;
}

/* By an ICU converter: 1, 0 when it does not know the name, -1 without memory. `bad` counts
 * what it could not read. */
static int convert(const char *name, const char *bytes, size_t size, struct buffer *text, size_t *bad)
{
    UErrorCode status = U_ZERO_ERROR;
    UConverter *converter = ucnv_open(name, &status);
    if (status == U_MEMORY_ALLOCATION_ERROR)
        memory_failed();
    if (U_FAILURE(status))
        return status == U_MEMORY_ALLOCATION_ERROR ? -1 : 0;
    int32_t room = (int32_t)size * 2 + 16, count = 0, result = -1;
    UChar *units = malloc((size_t)room * sizeof *units);
    if (units) {
        count = ucnv_toUChars(converter, units, room, bytes, (int32_t)size, &status);
        if (U_SUCCESS(status)) {
            for (int32_t i = 0; i < count; i++)
                *bad += units[i] == CHARSET_REPLACEMENT;
            result = append_utf16(units, count, text) ? 1 : -1;
        } else {
            result = 0;
        }
    }
    if (!units || status == U_MEMORY_ALLOCATION_ERROR)
        memory_failed();
    free(units);
    ucnv_close(converter);
    return (int)result;
}

static bool strip_mark(const char **bytes, size_t *size, const char *mark, size_t length)
{
    if (*size < length || memcmp(*bytes, mark, length) != 0)
        return false;
    *bytes += length;
    *size -= length;
    return true;
}

const char *charset_decode(const char *label, const char *bytes, size_t size, struct buffer *text)
{
    if (size > INT32_MAX / 4)
        size = INT32_MAX / 4;
    const char *name = label ? charset_meaning(label) : NULL;
    if (strip_mark(&bytes, &size, "\xef\xbb\xbf", 3))
        name = "UTF-8";
    bool wide = name && (strncasecmp(name, "utf-16", 6) == 0 || strncasecmp(name, "utf-32", 6) == 0);
    bool shifting = name && (strncasecmp(name, "iso-2022", 8) == 0 || strcasecmp(name, "HZ-GB-2312") == 0 ||
                             strncasecmp(name, "utf-7", 5) == 0);
    if (!wide && !shifting)
        name = charset_correct(name, bytes, size);
    shifting |= strncasecmp(name, "iso-2022", 8) == 0 || strcasecmp(name, "HZ-GB-2312") == 0;
    if (strcasecmp(name, "UTF-8") == 0 || (!wide && !shifting && charset_is_ascii(bytes, size)))
        return append_utf8(bytes, size, text) ? name : NULL;

    size_t before = text->size, bad = 0;
    int done = convert(name, bytes, size, text, &bad);
    const char *guess = NULL;
    if (!done || (bad > 1 && bad * 20 > (text->size - before) / 3))
        guess = charset_guess(bytes, size);
    if (done >= 0 && guess && strcasecmp(guess, name) != 0) {
        size_t guess_bad = 0, after = text->size;
        struct buffer other;
        buffer_init(&other, text->maximum);
        int guessed = strcmp(guess, "UTF-8") == 0 ? append_utf8(bytes, size, &other)
                                                  : convert(guess, bytes, size, &other, &guess_bad);
        if (guessed > 0 && (!done || guess_bad < bad)) {
            text->size = before;
            done = buffer_append(text, buffer_text(&other), other.size) ? 1 : -1;
            name = guess;
        } else {
            text->size = after;
        }
        buffer_release(&other);
    }
    if (done == 0)
        done = append_utf8(bytes, size, text) ? 1 : -1;
    return done > 0 ? name : NULL;
}

/* Whether normal form C may change something: nearly all mail has no such character. */
static bool may_compose(uint32_t c)
{
    return !(c < 0x300 || (c >= 0x400 && c < 0x483) || (c >= 0x2000 && c < 0x2126) || (c >= 0x212c &&
        c < 0x2329) ||
             (c >= 0x232b && c < 0x2adc) || (c >= 0x2e80 && c < 0x302a) || (c >= 0x3030 && c < 0x3099) ||
             (c >= 0x309b && c < 0xa66f) || (c >= 0xac00 && c < 0xd7a4) || (c >= 0xfe30 && c < 0x10000) ||
             (c >= 0x1f000 && c < 0x2f800));
}

static int normalize(struct buffer *text)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
    if (U_FAILURE(status))
        return 0;
    int32_t room = (int32_t)text->size + 1, length = 0;
    UChar *units = malloc((size_t)room * sizeof *units), *normal = malloc((size_t)room * 3 * sizeof *normal);
    int done = 0;
    if (units && normal) {
        u_strFromUTF8WithSub(units, room, &length, text->bytes, (int32_t)text->size, CHARSET_REPLACEMENT, NULL,
                             &status);
        length = unorm2_normalize(nfc, units, length, normal, room * 3, &status);
        if (U_SUCCESS(status)) {
            buffer_clear(text);
            done = append_utf16(normal, length, text);
        }
    }
    if (!units || !normal || status == U_MEMORY_ALLOCATION_ERROR)
        memory_failed();
    free(units);
    free(normal);
    return done;
}

/* Bytes of ASCII, no control byte among them; eight at a time, where each is in range when neither it less 20h nor it
 * plus 1 has the highest bit set. */
static size_t printable_length(const char *text, size_t size)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    size_t length = 0;
    for (uint64_t eight; size - length >= sizeof eight; length += sizeof eight) {
        memcpy(&eight, text + length, sizeof eight);
        if (((eight - each * 0x20) | (eight + each) | eight) & each * 0x80)
            break;
    }
    while (length < size && text[length] >= 0x20 && text[length] < 0x7f)
        length++;
    return length;
}

/* Whole characters from U+4000 to U+9FFF: ideographs, nothing that is a control or that normal form C changes. */
static size_t ideographs_length(const char *text, size_t size)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t length = 0;
    while (size - length >= 3 && p[length] >= 0xe4 && p[length] <= 0xe9 && (p[length + 1] & 0xc0) == 0x80 &&
           (p[length + 2] & 0xc0) == 0x80)
        length += 3;
    return length;
}

/* What `text` begins with that stays as it is. */
static size_t plain_length(const char *text, size_t size)
{
    size_t length = printable_length(text, size);
    return length ? length : ideographs_length(text, size);
}

char *charset_clean(struct arena *arena, const char *text, size_t size, size_t maximum)
{
    if (!size) /* an empty part has no bytes to point at */
        return arena_strndup(arena, "", 0);
    struct buffer clean;
    buffer_init(&clean, maximum > SIZE_MAX / 4 ? maximum : maximum * CHARSET_GROWTH + 16);
    bool compose = false;
    size_t kept = 0; /* from here on nothing was left out or replaced: it is copied in one piece */
    size_t at = 0;
    while (at < size && clean.size + (at - kept) < maximum) {
        size_t room = maximum - clean.size - (at - kept);
        size_t plain = plain_length(text + at, size - at < room ? size - at : room);
        at += plain;
        if (plain)
            continue;
        size_t begin = at;
        uint32_t character = charset_next(text, size, &at);
        bool control = character < 0x20 || (character >= 0x7f && character <= 0x9f) || character == 0xfeff ||
                       character == 0x2028 || character == 0x2029;
        if (character == '\n' || character == '\t')
            continue;
        if (!control && character != CHARSET_REPLACEMENT) {
            if (at - kept > maximum - clean.size) {
                at = begin;
                break;
            }
            compose |= may_compose(character);
            continue;
        }
        buffer_append(&clean, text + kept, begin - kept);
        if (character == CHARSET_REPLACEMENT) {
            if (clean.size + (at - begin) > maximum) {
                kept = at = begin;
                break;
            }
            buffer_append(&clean, "\xef\xbf\xbd", 3);
        } else if (character == '\r') {
            at += at < size && text[at] == '\n';
            buffer_putc(&clean, '\n');
        } else if (character == '\v' || character == '\f' || character == 0x2028 || character == 0x2029 ||
                   character == 0x85) {
            buffer_putc(&clean, '\n');
        }
        kept = at;
    }
    buffer_append(&clean, text + kept, at - kept);
    if (compose && !clean.failed)
        normalize(&clean);
    size_t length = clean.size < maximum ? clean.size : maximum; /* the normal form may be the longer one */
    while (length < clean.size && length && ((unsigned char)clean.bytes[length] & 0xc0) == 0x80)
        length--;
    char *copy = clean.failed ? NULL : arena_strndup(arena, buffer_text(&clean), length);
    buffer_release(&clean);
    return copy;
}
