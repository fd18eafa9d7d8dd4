/* tnef.c - names of the files in a winmail.dat (MS-OXTNEF)
 * SPDX-License-Identifier: MIT
 */
#include "lib/tnef.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "lib/charset.h"

enum {
    SIGNATURE = 0x223e9f78,
    LEVEL_ATTACHMENT = 2,
    ATTACH_RENDER_DATA = 0x00069002, /* begins a file */
    ATTACH_TITLE = 0x00018010,
    ATTACH_DATA = 0x0006800f,
    ATTACH_PROPERTIES = 0x00069005,
    PROPERTY_LONG_NAME = 0x3707,
    TYPE_STRING8 = 0x1e,
    TYPE_UNICODE = 0x1f,
    PROPERTIES_MAXIMUM = 200
};

struct bytes {
    const unsigned char *at;
    size_t left;
};

static bool take(struct bytes *bytes, size_t count, const unsigned char **piece)
{
    if (bytes->left < count)
        return false;
    *piece = bytes->at;
    bytes->at += count;
    bytes->left -= count;
    return true;
}

static bool take_number(struct bytes *bytes, size_t size, uint32_t *number)
{
    const unsigned char *piece;
    if (!take(bytes, size, &piece))
        return false;
    *number = 0;
    for (size_t i = size; i > 0; i--)
        *number = *number << 8 | piece[i - 1];
    return true;
}

static const char *to_text(struct arena *arena, const char *label, const unsigned char *bytes, size_t size)
{
    struct buffer text;
    buffer_init(&text, size * 4 + 16);
    charset_decode(label, (const char *)bytes, size, &text);
    size_t length = strlen(buffer_text(&text));
    char *copy = charset_clean(arena, buffer_text(&text), length, length * CHARSET_GROWTH);
    buffer_release(&text);
    for (char *p = copy; p && *p; p++)
        if (*p == '\n' || *p == '\t')
            *p = ' ';
    return copy;
}

/* Bytes of a fixed-size MAPI value by its type (MS-OXCDATA 2.11.1), 0 for one of variable size. */
static size_t fixed_size(uint32_t type)
{
    switch (type) {
    case 0x02: case 0x03: case 0x04: case 0x0a: case 0x0b:
        return 4;
    case 0x05: case 0x06: case 0x07: case 0x14: case 0x40:
        return 8;
    case 0x48:
        return 16;
    default:
        return 0;
    }
}

static bool skip_name(struct bytes *bytes)
{
    const unsigned char *piece;
    uint32_t kind, length;
    if (!take(bytes, 16, &piece) || !take_number(bytes, 4, &kind) || !take_number(bytes, 4, &length))
        return false;
    return kind == 0 || take(bytes, ((size_t)length + 3) / 4 * 4, &piece);
}

/* The long file name among an attachment's MAPI properties, NULL without. */
static const char *long_name(struct arena *arena, struct bytes bytes)
{
    uint32_t count;
    if (!take_number(&bytes, 4, &count))
        return NULL;
    for (uint32_t i = 0; i < count && i < PROPERTIES_MAXIMUM; i++) {
        uint32_t type, id, values = 1, length;
        const unsigned char *piece;
        if (!take_number(&bytes, 2, &type) || !take_number(&bytes, 2, &id))
            return NULL;
        if (id >= 0x8000 && !skip_name(&bytes))
            return NULL;
        size_t fixed = fixed_size(type & 0xfff);
        if ((type & 0x1000 || !fixed) && !take_number(&bytes, 4, &values))
            return NULL;
        for (uint32_t v = 0; v < values; v++) {
            if (fixed) {
                if (!take(&bytes, fixed, &piece))
                    return NULL;
                continue;
            }
            if (!take_number(&bytes, 4, &length) || !take(&bytes, ((size_t)length + 3) / 4 * 4, &piece))
                return NULL;
            if (id == PROPERTY_LONG_NAME && (type == TYPE_STRING8 || type == TYPE_UNICODE))
                return to_text(arena, type == TYPE_UNICODE ? "UTF-16LE" : NULL, piece, length);
        }
    }
    return NULL;
}

size_t tnef_list(struct arena *arena, const void *data, size_t size, struct tnef_file *files, size_t maximum)
{
    struct bytes bytes = { data, size };
    uint32_t number, level, id, length;
    size_t count = 0;
    if (!take_number(&bytes, 4, &number) || number != SIGNATURE || !take_number(&bytes, 2, &number))
        return 0;
    while (take_number(&bytes, 1, &level) && take_number(&bytes, 4, &id) && take_number(&bytes, 4, &length)) {
        const unsigned char *value;
        if (!take(&bytes, length, &value))
            break;
        struct tnef_file *file = count ? &files[count - 1] : NULL;
        if (level == LEVEL_ATTACHMENT && id == ATTACH_RENDER_DATA) {
            if (count == maximum)
                break;
            files[count++] = (struct tnef_file){ "", 0 };
        } else if (level == LEVEL_ATTACHMENT && file && id == ATTACH_DATA) {
            file->bytes = length;
        } else if (level == LEVEL_ATTACHMENT && file && (id == ATTACH_TITLE || id == ATTACH_PROPERTIES)) {
            const char *name = id == ATTACH_TITLE ? *file->name ? NULL : to_text(arena, NULL, value, length)
                                                  : long_name(arena, (struct bytes){ value, length });
            if (name && *name)
                file->name = name;
        }
        if (!take_number(&bytes, 2, &number)) /* checksum */
            break;
    }
    return count;
}
