/* escape.c - text from outside made harmless for a line of a log or a terminal
 * SPDX-License-Identifier: MIT
 */
#include "lib/escape.h"

#include <stdio.h>
#include <string.h>

size_t escape_decode(const char *text, int32_t *character)
{
    const unsigned char *byte = (const unsigned char *)text;
    size_t size = byte[0] < 0x80 ? 1 : byte[0] >= 0xf0 ? 4 : byte[0] >= 0xe0 ? 3 : byte[0] >= 0xc2 ? 2 : 0;
    *character = -1;
    if (size == 0 || byte[0] > 0xf4)
        return 1;
    if (size == 1) {
        *character = byte[0];
        return 1;
    }
    int32_t value = byte[0] & (0xff >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if ((byte[i] & 0xc0) != 0x80)
            return 1;
        value = value << 6 | (byte[i] & 0x3f);
    }
    static const int32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (value < smallest[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 1;
    *character = value;
    return size;
}

int escape_is_unsafe(int32_t character)
{
    static const struct {
        int32_t first, last;
    } unsafe[] = {
        { -1, 0x1f },         { 0x7f, 0x9f },       { 0xad, 0xad },       { 0x61c, 0x61c },
        { 0x180e, 0x180e },   { 0x200b, 0x200f },   { 0x2028, 0x202e },   { 0x2060, 0x206f },
        { 0xfeff, 0xfeff },   { 0xfff9, 0xfffb },   { 0xe0000, 0xe0fff },
    };
    for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe; i++)
        if (character >= unsafe[i].first && character <= unsafe[i].last)
            return 1;
    return 0;
}

size_t escape_next(const char *text, char piece[static ESCAPE_SIZE])
{
    int32_t character;
    size_t size = escape_decode(text, &character);
    if (character < 0x80 && escape_is_unsafe(character))
        snprintf(piece, ESCAPE_SIZE, "\\x%02x", (unsigned char)*text);
    else if (escape_is_unsafe(character))
        snprintf(piece, ESCAPE_SIZE, "\\u{%x}", (unsigned)character);
    else {
        memcpy(piece, text, size);
        piece[size] = '\0';
    }
    return size;
}
