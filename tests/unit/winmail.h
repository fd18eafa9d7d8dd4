/* winmail.h - a winmail.dat as Outlook writes it (MS-OXTNEF), built by a test
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_UNIT_WINMAIL_H
#define TESTS_UNIT_WINMAIL_H

#include <glib.h>
#include <stdint.h>
#include <string.h>

enum {
    WINMAIL_RENDER_DATA = 0x00069002,
    WINMAIL_TITLE = 0x00018010,
    WINMAIL_DATA = 0x0006800f,
    WINMAIL_PROPERTIES = 0x00069005
};

struct winmail {
    unsigned char bytes[64 * 1024];
    size_t size;
};

static inline void winmail_number(struct winmail *file, size_t width, uint64_t number)
{
    for (size_t i = 0; i < width; i++)
        file->bytes[file->size++] = (unsigned char)(number >> 8 * i);
}

static inline void winmail_bytes(struct winmail *file, const void *bytes, size_t size)
{
    if (size)
        memcpy(file->bytes + file->size, bytes, size);
    file->size += size;
}

static inline void winmail_begin(struct winmail *file)
{
    winmail_number(file, 4, 0x223e9f78);
    winmail_number(file, 2, 1);
}

/* An attribute of level 1 (of the mail) or 2 (of a file). */
static inline void winmail_attribute(struct winmail *file, unsigned level, uint32_t id, const void *value, size_t size)
{
    winmail_number(file, 1, level);
    winmail_number(file, 4, id);
    winmail_number(file, 4, size);
    winmail_bytes(file, value, size);
    winmail_number(file, 2, 0); /* checksum: nobody looks at it */
}

/* A MAPI property with one value of variable size, padded to four bytes. */
static inline void winmail_property(struct winmail *file, unsigned type, unsigned id, const void *value, size_t size)
{
    static const unsigned char zero[4];
    winmail_number(file, 2, type);
    winmail_number(file, 2, id);
    winmail_number(file, 4, 1);
    winmail_number(file, 4, size);
    winmail_bytes(file, value, size);
    winmail_bytes(file, zero, (4 - size % 4) % 4);
}

/* PR_ATTACH_LONG_FILENAME in UTF-16. */
static inline void winmail_long_name(struct winmail *file, const char *name)
{
    glong count = 0;
    gunichar2 *wide = g_utf8_to_utf16(name, -1, NULL, &count, NULL);
    winmail_property(file, 0x1f, 0x3707, wide, ((size_t)count + 1) * 2);
    g_free(wide);
}

/* A file of so many bytes; either name may be NULL. */
static inline void winmail_attachment(struct winmail *file, const char *title, const char *name, size_t bytes)
{
    static const unsigned char data[64];
    winmail_attribute(file, 2, WINMAIL_RENDER_DATA, "", 0);
    if (title)
        winmail_attribute(file, 2, WINMAIL_TITLE, title, strlen(title) + 1);
    winmail_attribute(file, 2, WINMAIL_DATA, data, bytes);
    if (name) {
        static struct winmail properties;
        properties.size = 0;
        winmail_number(&properties, 4, 1);
        winmail_long_name(&properties, name);
        winmail_attribute(file, 2, WINMAIL_PROPERTIES, properties.bytes, properties.size);
    }
}

#endif
