/* lines.c - a text as lines, with what is known of each
 * SPDX-License-Identifier: MIT
 */
#include "lib/lines.h"

#include <string.h>

#include "lib/charset.h"
#include "lib/html.h"

/* Bytes of the space character at p (of at most `size` bytes), 0 when it is none. */
static size_t space_at(const char *p, size_t size)
{
    if (!size)
        return 0;
    if (*p == ' ' || *p == '\t')
        return 1;
    if (size >= 2 && memcmp(p, "\xc2\xa0", 2) == 0)
        return 2;
    if (size < 3 || (*p != '\xe3' && *p != '\xe2'))
        return 0;
    unsigned char last = (unsigned char)p[2];
    bool wide = memcmp(p, "\xe3\x80\x80", 3) == 0;
    /* zero width, and the marks of right-to-left text that Gmail puts around an attribution */
    bool unseen = memcmp(p, "\xe2\x80", 2) == 0 && ((last >= 0x8b && last <= 0x8f) || (last >= 0xaa && last <= 0xae));
    return wide || unseen ? 3 : 0;
}

static void trim(const char **text, size_t *size)
{
    for (size_t step; (step = space_at(*text, *size)); *size -= step)
        *text += step;
    for (;;) {
        if (*size >= 1 && space_at(*text + *size - 1, 1))
            *size -= 1;
        else if (*size >= 2 && space_at(*text + *size - 2, 2) == 2)
            *size -= 2;
        else if (*size >= 3 && space_at(*text + *size - 3, 3) == 3)
            *size -= 3;
        else
            return;
    }
}

static unsigned take_marks(const char **text, size_t *size)
{
    unsigned marks = 0;
    for (; *size; (*text)++, (*size)--) {
        if (**text == HTML_MARK_QUOTED)
            marks |= LINE_QUOTED;
        else if (**text == HTML_MARK_CITED)
            marks |= LINE_CITED;
        else if (**text == HTML_MARK_SIGNATURE)
            marks |= LINE_SIGNATURE;
        else if (**text == HTML_MARK_REPLY)
            marks |= LINE_REPLY;
        else if (**text == HTML_MARK_RULE)
            marks |= LINE_RULE;
        else if (**text == HTML_MARK_FRAME)
            marks |= LINE_FRAME;
        else
            break;
    }
    return marks;
}

static void read_line(struct line *line, const char *text, size_t size)
{
    line->marks = take_marks(&text, &size);
    line->whole = text;
    line->whole_size = size;
    trim(&text, &size);
    line->depth = 0;
    while (size && *text == '>') {
        line->depth++;
        text++, size--;
        for (size_t step; (step = space_at(text, size)); size -= step)
            text += step;
    }
    line->text = text;
    line->size = size;
}

int lines_split(struct arena *arena, const char *text, struct lines *lines)
{
    size_t count = 1;
    for (const char *p = text; (p = strchr(p, '\n')); p++)
        count++;
    *lines = (struct lines){ arena_alloc(arena, count * sizeof *lines->items), 0 };
    if (!lines->items)
        return -1;
    for (const char *p = text;;) {
        size_t size = strcspn(p, "\n");
        read_line(&lines->items[lines->count++], p, size);
        if (!p[size])
            return 1;
        p += size + 1;
    }
}

bool line_begins(const struct line *line, const char *text)
{
    return charset_match(line->text, line->size, text) > 0;
}

bool line_ends(const struct line *line, const char *text)
{
    size_t size = strlen(text);
    return line->size >= size && charset_match(line->text + line->size - size, size, text) == size;
}

bool line_contains(const struct line *line, const char *text)
{
    for (size_t i = 0; i < line->size; i++)
        if (((unsigned char)line->text[i] & 0xc0) != 0x80 && charset_match(line->text + i, line->size - i,
            text))
            return true;
    return false;
}

bool line_equals(const struct line *line, const char *text)
{
    return line->size && charset_match(line->text, line->size, text) == line->size;
}

bool line_is_blank(const struct line *line)
{
    return !line->size && !line->depth;
}

size_t lines_next(const struct lines *lines, size_t at)
{
    while (at < lines->count && line_is_blank(&lines->items[at]))
        at++;
    return at;
}

bool line_take_colon(struct line *line)
{
    bool found = false;
    for (;;) {
        char last = line->size ? line->text[line->size - 1] : '\0';
        if (last == ':')
            line->size--, found = true;
        else if (line->size >= 3 && memcmp(line->text + line->size - 3, "：", 3) == 0)
            line->size -= 3, found = true;
        else if (last == ' ' || last == '*' || last == '>' || last == '<' || last == '\t')
            line->size--;
        else if (line->size >= 2 && memcmp(line->text + line->size - 2, "\xc2\xa0", 2) == 0)
            line->size -= 2;
        else
            return found;
    }
}

static bool is_frame(char c)
{
    return c && strchr("-_=*#~+", c);
}

size_t line_take_frame(struct line *line)
{
    size_t dashes = 0;
    const size_t entity = 6; /* some clients leave "&nbsp;" in plain text */
    for (; line->size; line->text++, line->size--) {
        if (line->size >= 3 && (memcmp(line->text, "—", 3) == 0 || memcmp(line->text, "–", 3) == 0))
            dashes++, line->text += 2, line->size -= 2;
        else if (line->size >= entity && memcmp(line->text, "&nbsp;", entity) == 0)
            line->text += entity - 1, line->size -= entity - 1;
        else if (is_frame(*line->text))
            dashes++;
        else if (*line->text != ' ')
            break;
    }
    for (; line->size; line->size--) {
        char last = line->text[line->size - 1];
        if (line->size >= 3 && (memcmp(line->text + line->size - 3, "—", 3) == 0 ||
                                memcmp(line->text + line->size - 3, "–", 3) == 0))
            dashes++, line->size -= 2;
        else if (line->size >= entity && memcmp(line->text + line->size - entity, "&nbsp;", entity) == 0)
            line->size -= entity - 1;
        else if (is_frame(last))
            dashes++;
        else if (last != ' ')
            break;
    }
    return dashes;
}

bool line_is_frame(const struct line *line, size_t least)
{
    struct line inner = *line;
    return line_take_frame(&inner) >= least && !inner.size;
}
