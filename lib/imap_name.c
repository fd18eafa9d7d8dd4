/* imap_name.c - mailbox names: modified UTF-7 and back (RFC 3501 section 5.1.3)
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "lib/imap.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/* One character of strict UTF-8 (RFC 3629); 0 when it is none. */
static size_t utf8_read(const unsigned char *text, uint32_t *code)
{
    if (text[0] < 0x80)
        return *code = text[0], 1;
    size_t length = text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : 2;
    if (text[0] < 0xc2 || text[0] > 0xf4)
        return 0;
    *code = text[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        *code = *code << 6 | (text[i] & 0x3f);
    }
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (*code < least[length] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000))
        return 0;
    return length;
}

static size_t utf8_write(uint32_t code, char *text)
{
    if (code < 0x80)
        return text[0] = (char)code, 1;
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    for (size_t i = length; i-- > 1; code >>= 6)
        text[i] = (char)(0x80 | (code & 0x3f));
    text[0] = (char)(lead[length] | code);
    return length;
}

struct bits {
    uint32_t value;
    int count;
};

static char *put_unit(char *out, struct bits *bits, uint32_t unit)
{
    bits->value = bits->value << 16 | unit;
    for (bits->count += 16; bits->count >= 6; bits->count -= 6)
        *out++ = alphabet[bits->value >> (bits->count - 6) & 0x3f];
    bits->value &= (1u << bits->count) - 1;
    return out;
}

static char *end_shift(char *out, struct bits *bits)
{
    if (bits->count > 0)
        *out++ = alphabet[bits->value << (6 - bits->count) & 0x3f];
    *bits = (struct bits){ 0, 0 };
    *out++ = '-';
    return out;
}

char *imap_name_encode(struct arena *arena, const char *name)
{
    /* The worst: every second byte a control character, 5 bytes each. */
    char *raw = arena_alloc(arena, strlen(name) * 5 + 8), *out = raw;
    struct bits bits = { 0, 0 };
    bool shifted = false;
    if (!raw)
        return NULL;
    for (const unsigned char *at = (const unsigned char *)name; *at;) {
        uint32_t code;
        size_t length = utf8_read(at, &code);
        if (length == 0)
            return NULL;
        at += length;
        bool direct = code >= 0x20 && code < 0x7f;
        if (direct && shifted)
            out = end_shift(out, &bits), shifted = false;
        if (direct) {
            *out++ = (char)code;
            if (code == '&')
                *out++ = '-';
            continue;
        }
        if (!shifted)
            *out++ = '&', shifted = true;
        if (code >= 0x10000) {
            out = put_unit(out, &bits, 0xd800 + ((code - 0x10000) >> 10));
            code = 0xdc00 + ((code - 0x10000) & 0x3ff);
        }
        out = put_unit(out, &bits, code);
    }
    if (shifted)
        out = end_shift(out, &bits);
    *out = '\0';
    return raw;
}

/* What stands between & and -; NULL when it is not well formed. */
static char *decode_shift(const char *from, size_t size, char *out)
{
    struct bits bits = { 0, 0 };
    uint32_t high = 0;
    for (size_t i = 0; i < size; i++) {
        const char *digit = memchr(alphabet, from[i], 64);
        if (!digit)
            return NULL;
        bits.value = bits.value << 6 | (uint32_t)(digit - alphabet);
        bits.count += 6;
        if (bits.count < 16)
            continue;
        bits.count -= 16;
        uint32_t unit = bits.value >> bits.count & 0xffff;
        bits.value &= (1u << bits.count) - 1;
        if (unit == 0 || (high && (unit < 0xdc00 || unit >= 0xe000)))
            return NULL; /* a NUL would make one folder's name another's */
        if (unit >= 0xd800 && unit < 0xdc00) {
            high = unit;
            continue;
        }
        if (!high && unit >= 0xdc00 && unit < 0xe000)
            return NULL;
        out += utf8_write(high ? 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00) : unit, out);
        high = 0;
    }
    return high || bits.count >= 6 || bits.value ? NULL : out;
}

char *imap_name_decode(struct arena *arena, const char *raw)
{
    char *name = arena_alloc(arena, strlen(raw) * 2 + 1), *out = name;
    if (!name)
        return NULL;
    for (const char *at = raw; *at; at++) {
        if ((unsigned char)*at >= 0x80)
            return NULL;
        if (*at != '&') {
            *out++ = *at;
            continue;
        }
        const char *end = strchr(at, '-');
        if (!end)
            return NULL;
        if (end == at + 1)
            *out++ = '&';
        else if (!(out = decode_shift(at + 1, (size_t)(end - at - 1), out)))
            return NULL;
        at = end;
    }
    *out = '\0';
    return name;
}
