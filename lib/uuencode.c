/* uuencode.c - files written into plain text: uuencode and yEnc
 * SPDX-License-Identifier: MIT
 */
#include "lib/uuencode.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { LINE_DATA_MAXIMUM = 61 }; /* encoded characters of a full line and its count */

struct span {
    const char *text;
    size_t size; /* without line end */
    size_t next; /* offset of the line behind */
};

static struct span line_at(const char *text, size_t size, size_t at)
{
    const char *end = memchr(text + at, '\n', size - at);
    struct span line = { text + at, end ? (size_t)(end - text) - at : size - at, end
                         ? (size_t)(end - text) + 1 : size };
    if (line.size && line.text[line.size - 1] == '\r')
        line.size--;
    return line;
}

static bool starts(const struct span *line, const char *word)
{
    size_t length = strlen(word);
    return line->size >= length && memcmp(line->text, word, length) == 0;
}

/* "begin 644 name" and at least one line of data behind it. */
static size_t begin_name(const struct span *line)
{
    if (!starts(line, "begin ") || line->size < 11)
        return 0;
    size_t at = 6;
    while (at < line->size && isdigit((unsigned char)line->text[at]))
        at++;
    return at >= 9 && at <= 10 && at + 1 < line->size && line->text[at] == ' ' ? at + 1 : 0;
}

/* Bytes that a line of uuencode decodes to; -1 for a line that is none. Trailing spaces may be lost. */
static int data_bytes(const struct span *line)
{
    if (!line->size || line->size > LINE_DATA_MAXIMUM + 2)
        return -1;
    int bytes = (line->text[0] - ' ') & 63;
    size_t needed = ((size_t)bytes + 2) / 3 * 4 + 1;
    if (line->text[0] < ' ' || line->text[0] > '`' || line->size > needed + 2 || (bytes && line->size < 2))
        return -1;
    for (size_t i = 0; i < line->size; i++)
        if (line->text[i] < ' ' || line->text[i] > '`')
            return -1;
    return bytes;
}

/* Where a uuencoded block that begins at `at` ends; 0 when it is none. */
static size_t block_end(const char *text, size_t size, size_t at, size_t *bytes)
{
    struct span line = line_at(text, size, at);
    size_t lines = 0;
    *bytes = 0;
    for (size_t next = line.next; next < size; next = line.next) {
        line = line_at(text, size, next);
        if (line.size >= 3 && starts(&line, "end") && line.size <= 4)
            return lines ? line.next : 0;
        int more = data_bytes(&line);
        if (more < 0)
            return lines >= 2 ? next : 0;
        *bytes += (size_t)more;
        lines++;
    }
    return lines >= 2 ? size : 0;
}

/* A yEnc block: "=ybegin … name=…" up to "=yend". */
static size_t yenc_end(const char *text, size_t size, size_t at, size_t *name)
{
    struct span line = line_at(text, size, at);
    *name = 0;
    if (!starts(&line, "=ybegin "))
        return 0;
    for (size_t i = 0; i + 6 < line.size; i++)
        if (memcmp(line.text + i, " name=", 6) == 0)
            *name = i + 6;
    if (!*name)
        return 0;
    for (size_t next = line.next; next < size;) {
        struct span data = line_at(text, size, next);
        next = data.next;
        if (starts(&data, "=yend"))
            return next;
    }
    return size;
}

size_t uuencode_remove(struct arena *arena, char *text, size_t size, struct uuencode_file *files,
                       size_t maximum,
                       size_t *count)
{
    size_t out = 0;
    *count = 0;
    for (size_t at = 0; at < size;) {
        struct span line = line_at(text, size, at);
        size_t bytes = 0, name = begin_name(&line), end = name ? block_end(text, size, at, &bytes) : 0;
        if (!end)
            end = yenc_end(text, size, at, &name);
        if (!end) {
            memmove(text + out, text + at, line.next - at);
            out += line.next - at;
            at = line.next;
            continue;
        }
        if (*count < maximum) {
            files[*count].name = arena_strndup(arena, line.text + name, line.size - name);
            files[*count].bytes = bytes;
            *count += files[*count].name != NULL;
        }
        at = end;
    }
    return out;
}
