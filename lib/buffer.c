/* buffer.c - bytes that grow up to a maximum
 * SPDX-License-Identifier: MIT
 */
#include "lib/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/memory.h"

void buffer_init(struct buffer *buffer, size_t maximum)
{
    *buffer = (struct buffer){ .maximum = maximum };
}

void buffer_release(struct buffer *buffer)
{
    free(buffer->bytes);
    buffer_init(buffer, buffer->maximum);
}

void buffer_clear(struct buffer *buffer)
{
    buffer->size = 0;
    buffer->failed = false;
    if (buffer->bytes)
        buffer->bytes[0] = '\0';
}

static int make_room(struct buffer *buffer, size_t more)
{
    if (buffer->failed)
        return 0;
    if (more > buffer->maximum || buffer->size > buffer->maximum - more)
        return buffer->failed = true, 0;
    size_t need = buffer->size + more + 1;
    if (need <= buffer->room)
        return 1;
    size_t room = buffer->room ? buffer->room : 64;
    while (room < need)
        room = room > SIZE_MAX / 2 ? need : room * 2;
    char *bytes = realloc(buffer->bytes, room);
    if (!bytes) {
        memory_failed();
        return buffer->failed = true, 0;
    }
    buffer->bytes = bytes;
    buffer->room = room;
    return 1;
}

int buffer_append(struct buffer *buffer, const void *bytes, size_t size)
{
    if (!make_room(buffer, size))
        return 0;
    if (size)
        memcpy(buffer->bytes + buffer->size, bytes, size);
    buffer->size += size;
    buffer->bytes[buffer->size] = '\0';
    return 1;
}

int buffer_puts(struct buffer *buffer, const char *text)
{
    return buffer_append(buffer, text, strlen(text));
}

int buffer_putc(struct buffer *buffer, char byte)
{
    return buffer_append(buffer, &byte, 1);
}

int buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    int done = 0;
    if (length >= 0 && make_room(buffer, (size_t)length)) {
        vsnprintf(buffer->bytes + buffer->size, (size_t)length + 1, format, again);
        buffer->size += (size_t)length;
        done = 1;
    }
    va_end(again);
    return done;
}

const char *buffer_text(const struct buffer *buffer)
{
    return buffer->bytes ? buffer->bytes : "";
}
