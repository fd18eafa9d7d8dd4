/* screen.c - text from mails on a terminal: safe, measured in columns, cut, coloured
 * SPDX-License-Identifier: MIT
 */
#include "ctl/screen.h"

#include <string.h>
#include <unicode/uchar.h>

#include "lib/escape.h"

/* More marks on one letter than any script uses are there to smear over the lines above. */
enum { MARKS_MAXIMUM = 4 };

int screen_character_width(int character)
{
    if (character < 0)
        return 0;
    switch (u_charType(character)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
    case U_CONTROL_CHAR:
        return 0;
    default:
        break;
    }
    if (character >= 0x1160 && character <= 0x11ff) /* Hangul vowels and finals join their syllable */
        return 0;
    int width = u_getIntPropertyValue(character, UCHAR_EAST_ASIAN_WIDTH);
    return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

struct piece {
    char text[ESCAPE_SIZE];
    int width, character;
};

/* The next character as it is shown; returns its bytes in the text, 0 at the end. */
static size_t next_piece(const char *text, struct piece *piece, int *marks)
{
    if (!*text)
        return 0;
    if (*text == '\n' || *text == '\r' || *text == '\t') {
        *piece = (struct piece){ .text = " ", .width = 1, .character = ' ' };
        *marks = 0;
        return 1;
    }
    int32_t character;
    size_t used = escape_decode(text, &character);
    escape_next(text, piece->text);
    piece->character = character;
    if (escape_is_unsafe(character)) {
        piece->width = (int)strlen(piece->text);
        *marks = 0;
        return used;
    }
    piece->width = screen_character_width(character);
    *marks = piece->width == 0 ? *marks + 1 : 0;
    if (*marks > MARKS_MAXIMUM)
        piece->text[0] = '\0';
    return used;
}

int screen_width(const char *text)
{
    struct piece piece;
    int width = 0, marks = 0;
    for (size_t used; (used = next_piece(text, &piece, &marks)) > 0; text += used)
        width += piece.width;
    return width;
}

void screen_put(struct buffer *out, const char *text)
{
    struct piece piece;
    int marks = 0;
    for (size_t used; (used = next_piece(text, &piece, &marks)) > 0; text += used)
        buffer_puts(out, piece.text);
}

int screen_cut(struct buffer *out, const char *text, int columns)
{
    struct piece piece;
    int width = 0, marks = 0;
    bool whole = screen_width(text) <= columns;
    for (size_t used; (used = next_piece(text, &piece, &marks)) > 0; text += used) {
        if (width + piece.width > columns - !whole)
            break;
        width += piece.width;
        buffer_puts(out, piece.text);
    }
    if (!whole && columns > 0) {
        buffer_puts(out, "\xe2\x80\xa6");
        width++;
    }
    return width;
}

void screen_spaces(struct buffer *out, int count)
{
    while (count-- > 0)
        buffer_putc(out, ' ');
}

void screen_column(struct buffer *out, const char *text, int columns)
{
    screen_spaces(out, columns - screen_cut(out, text, columns));
}

/* How far the next line reaches: bytes of the text, and where the line after it begins. */
static size_t line_length(const char *text, int columns, size_t *next)
{
    struct piece piece;
    int width = 0, marks = 0;
    size_t at = 0, cut = 0, used;
    *next = 0;
    while ((used = next_piece(text + at, &piece, &marks)) > 0) {
        if (piece.character == ' ') {
            cut = at;
            *next = at + used;
        }
        if (width + piece.width > columns && at > 0) {
            if (*next == 0)
                cut = *next = at;
            return cut;
        }
        width += piece.width;
        at += used;
        if (piece.width == 2)
            cut = *next = at;
    }
    *next = at;
    return at;
}

void screen_wrap(struct buffer *out, const char *text, int columns, int indent)
{
    int width = columns - indent > 10 ? columns - indent : 10;
    for (bool first = true; *text; first = false) {
        size_t next, length = line_length(text, width, &next);
        if (!first) {
            buffer_putc(out, '\n');
            screen_spaces(out, indent);
        }
        struct piece piece;
        int marks = 0;
        for (size_t at = 0, used; at < length && (used = next_piece(text + at, &piece, &marks)) > 0; at += used)
            buffer_puts(out, piece.text);
        text += next;
    }
}

const char *screen_begin(bool colour, enum style style)
{
    static const char *const sequences[] = {
        [STYLE_PLAIN] = "",          [STYLE_BOLD] = "\033[1m",     [STYLE_DIM] = "\033[2m",
        [STYLE_GOOD] = "\033[32m",   [STYLE_WARN] = "\033[33;1m",  [STYLE_BAD] = "\033[31;1m",
        [STYLE_CRITICAL] = "\033[97;41;1m",
    };
    return colour ? sequences[style] : "";
}

const char *screen_end(bool colour, enum style style)
{
    return colour && style != STYLE_PLAIN ? "\033[0m" : "";
}
