/* compose_html.c - the words of a letter as simple HTML
 * SPDX-License-Identifier: MIT
 */
#include "lib/compose.h"

#include <string.h>

static void put_escaped(struct buffer *html, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        switch (text[i]) {
        case '&': buffer_puts(html, "&amp;"); break;
        case '<': buffer_puts(html, "&lt;"); break;
        case '>': buffer_puts(html, "&gt;"); break;
        case '"': buffer_puts(html, "&quot;"); break;
        case '\r': break;
        default: buffer_putc(html, text[i]);
        }
}

/* Where the address of a line "WORDS  mailto:ADDRESS" begins; NULL: another line. */
static const char *link_of(const char *line, size_t size)
{
    const char *at = memmem(line, size, "  mailto:", 9);
    return at && at > line && !memchr(at + 2, ' ', (size_t)(line + size - at - 2)) ? at + 2 : NULL;
}

static void put_link(struct buffer *html, const char *line, size_t size, const char *address)
{
    buffer_puts(html, "<a href=\"");
    put_escaped(html, address, (size_t)(line + size - address));
    buffer_puts(html, "\" style=\"display:inline-block;padding:.3em .8em;margin:.2em;border:1px solid #888;"
                      "border-radius:.3em;text-decoration:none\">");
    put_escaped(html, line, (size_t)(address - 2 - line));
    buffer_puts(html, "</a>");
}

void compose_html(const char *text, struct buffer *html)
{
    bool in_paragraph = false, after_link = false;
    buffer_puts(html, "<!DOCTYPE html>\n<html><head><meta charset=\"UTF-8\"></head><body>\n");
    for (const char *line = text; *line;) {
        size_t size = strcspn(line, "\n");
        const char *address = link_of(line, size);
        if (size > 0 && !(size == 1 && *line == '\r')) {
            buffer_puts(html, !in_paragraph ? "<p>" : address && after_link ? "\n" : "<br>\n");
            if (address)
                put_link(html, line, size, address);
            else
                put_escaped(html, line, size);
            in_paragraph = true;
            after_link = address != NULL;
        } else if (in_paragraph) {
            buffer_puts(html, "</p>\n");
            in_paragraph = false;
        }
        line += size + (line[size] == '\n');
    }
    buffer_puts(html, in_paragraph ? "</p>\n</body></html>\n" : "</body></html>\n");
}
