/* flowed.c - format=flowed text (RFC 3676)
 * SPDX-License-Identifier: MIT
 */
#include "lib/flowed.h"

#include <string.h>

struct line {
    const char *text; /* behind quote marks and stuffing */
    size_t size, depth, marks; /* marks: bytes of ">" before the text */
    bool flows;
};

static void read_line(const char *begin, size_t size, struct line *line)
{
    if (size && begin[size - 1] == '\r')
        size--;
    size_t depth = 0;
    while (depth < size && begin[depth] == '>')
        depth++;
    *line = (struct line){ begin + depth, size - depth, depth, depth, false };
    if (line->size && *line->text == ' ') { /* space-stuffed (section 4.4) */
        line->text++;
        line->size--;
    }
    bool signature = line->size == 3 && memcmp(line->text, "-- ", 3) == 0;
    line->flows = line->size && line->text[line->size - 1] == ' ' && !signature;
}

size_t flowed_join(char *text, size_t size, bool delete_spaces)
{
    size_t out = 0, depth = 0;
    bool joining = false;
    for (size_t at = 0; at < size;) {
        const char *begin = text + at, *end = memchr(begin, '\n', size - at);
        size_t length = end ? (size_t)(end - begin) : size - at;
        struct line line;
        read_line(begin, length, &line);
        bool signature = line.size == 3 && memcmp(line.text, "-- ", 3) == 0;
        bool join = joining && line.depth == depth && !signature;
        if (!join) {
            if (joining && out)
                text[out++] = '\n';
            for (size_t i = 0; i < line.depth; i++)
                text[out + i] = '>';
            out += line.depth;
            /* What was stuffed keeps its space behind quote marks: "> text" stays readable. */
            if (line.depth && line.text > begin + line.depth)
                text[out++] = ' ';
        }
        memmove(text + out, line.text, line.size);
        out += line.size;
        if (line.flows && delete_spaces)
            out--;
        depth = line.depth;
        joining = line.flows;
        if (!joining && end)
            text[out++] = '\n';
        at += length + 1;
    }
    return out;
}
