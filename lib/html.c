/* html.c - HTML as the text that its reader sees
 * SPDX-License-Identifier: MIT
 */
#include "lib/html.h"

#include <ctype.h>
#include <libxml/HTMLparser.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/buffer.h"
#include "lib/charset.h"
#include "lib/html_tables.h"
#include "lib/memory.h"

enum { OPEN_MAXIMUM = 256, TAGS_MAXIMUM = 60000, LIST_INDENT_MAXIMUM = 4 };

struct open_element {
    unsigned flags; /* those of its table entry and of its attributes */
    int counter;    /* of an ordered list; -1 in others */
};

struct writer {
    struct buffer full, marked;
    size_t maximum;
    size_t depth; /* may exceed OPEN_MAXIMUM: what lies deeper has no flags */
    struct open_element open[OPEN_MAXIMUM];
    int hidden, preformatted, quoted, cited, signature, frame, lists; /* how many open elements say so */
    int newlines;       /* at the end of what is written; 2 = a blank line */
    int wanted;         /* line ends before the next text */
    bool space;         /* one space before the next text */
    bool reply, rule;   /* marks for the next line */
    bool reply_seen, has_quote, cut;
    const char *bullet; /* before the next text */
    char number[16];
};

static void put(struct writer *writer, const char *text, size_t size)
{
    if (writer->full.size + size > writer->maximum) {
        writer->cut = true;
        return;
    }
    buffer_append(&writer->full, text, size);
    buffer_append(&writer->marked, text, size);
    writer->newlines = 0;
}

static void put_marks(struct writer *writer)
{
    if (writer->quoted)
        buffer_putc(&writer->marked, HTML_MARK_QUOTED);
    if (writer->cited)
        buffer_putc(&writer->marked, HTML_MARK_CITED);
    if (writer->signature)
        buffer_putc(&writer->marked, HTML_MARK_SIGNATURE);
    if (writer->frame)
        buffer_putc(&writer->marked, HTML_MARK_FRAME);
    if (writer->reply)
        buffer_putc(&writer->marked, HTML_MARK_REPLY);
    if (writer->rule)
        buffer_putc(&writer->marked, HTML_MARK_RULE);
    writer->has_quote |= writer->quoted || writer->reply;
    writer->reply = writer->rule = false;
}

/* Writes the line ends and marks that are due before text. */
static void begin_text(struct writer *writer)
{
    if (writer->full.size == 0)
        put_marks(writer);
    while (writer->full.size && writer->newlines < writer->wanted) {
        if (writer->full.size + 1 > writer->maximum)
            break;
        buffer_putc(&writer->full, '\n');
        buffer_putc(&writer->marked, '\n');
        if (++writer->newlines == writer->wanted || writer->quoted || writer->frame)
            put_marks(writer);
        writer->space = false;
    }
    writer->wanted = 0;
    if (writer->bullet) {
        put(writer, writer->bullet, strlen(writer->bullet));
        writer->bullet = NULL;
        writer->space = false;
    }
    if (writer->space && writer->full.size && !writer->newlines)
        put(writer, " ", 1);
    writer->space = false;
}

static void want_lines(struct writer *writer, int lines)
{
    if (writer->wanted < lines)
        writer->wanted = lines;
}

static void break_line(struct writer *writer)
{
    /* <br> at the end of a line ends it, a second one makes a blank line. */
    writer->wanted = writer->wanted < 1 && !writer->newlines ? 1 : writer->wanted < 3 ? writer->wanted + 1
        : 3;
    writer->space = false;
}

static void on_characters(void *context, const xmlChar *text, int length)
{
    struct writer *writer = context;
    if (writer->hidden || writer->cut)
        return;
    const char *p = (const char *)text;
    size_t size = (size_t)length, from = 0;
    for (size_t at = 0; at < size;) {
        size_t begin = at;
        uint32_t c = charset_next(p, size, &at);
        bool newline = c == '\n' || c == '\r';
        if (writer->preformatted && newline) {
            if (begin > from)
                begin_text(writer), put(writer, p + from, begin - from);
            if (c == '\n')
                break_line(writer);
            from = at;
        } else if (writer->preformatted && c != 0xa0) {
            continue;
        } else if (c == ' ' || c == '\t' || newline) {
            if (begin > from)
                begin_text(writer), put(writer, p + from, begin - from);
            writer->space = true;
            from = at;
        } else if (c == 0xa0 || html_is_invisible(c)) {
            if (begin > from)
                begin_text(writer), put(writer, p + from, begin - from);
            if (c == 0xa0)
                begin_text(writer), put(writer, " ", 1);
            from = at;
        }
    }
    if (size > from)
        begin_text(writer), put(writer, p + from, size - from);
}

static void begin_item(struct writer *writer)
{
    int *counter = NULL;
    for (size_t i = writer->depth < OPEN_MAXIMUM ? writer->depth : OPEN_MAXIMUM; i > 0 && !counter; i--)
        if (writer->open[i - 1].flags & HTML_LIST)
            counter = &writer->open[i - 1].counter;
    if (counter && *counter >= 0) {
        snprintf(writer->number, sizeof writer->number, "%d. ", ++*counter);
        writer->bullet = writer->number;
    } else {
        writer->bullet = "- ";
    }
}

static void count_flags(struct writer *writer, unsigned flags, int step)
{
    writer->hidden += flags & HTML_HIDDEN ? step : 0;
    writer->preformatted += flags & HTML_PREFORMATTED ? step : 0;
    writer->quoted += flags & HTML_QUOTED ? step : 0;
    writer->cited += flags & HTML_CITED ? step : 0;
    writer->signature += flags & HTML_SIGNATURE ? step : 0;
    writer->frame += flags & HTML_FRAME ? step : 0;
    writer->lists += flags & HTML_LIST ? step : 0;
}

static void on_start(void *context, const xmlChar *name, const xmlChar **attributes)
{
    struct writer *writer = context;
    unsigned flags = html_element_flags((const char *)name);
    if (attributes)
        flags |= html_attribute_flags((const char *)name, (const char *const *)attributes);
    if (flags & HTML_INDENT)
        flags &= ~(unsigned)HTML_CITED;
    if (flags & HTML_RULE) /* QQ Mail draws its line with a font size of nothing */
        flags &= ~(unsigned)HTML_HIDDEN;
    if (flags & HTML_CITED && flags & HTML_FRAME) /* <blockquote class="gmail_quote"> is no frame itself */
        flags = (flags & ~(unsigned)HTML_FRAME) | HTML_QUOTED;
    if (writer->depth < OPEN_MAXIMUM) {
        writer->open[writer->depth] = (struct open_element){ flags, strcmp((const char *)name, "ol") == 0 ? 0
            : -1 };
        count_flags(writer, flags, 1);
    }
    writer->depth++;
    if (writer->hidden)
        return;
    if (flags & HTML_BREAK)
        break_line(writer);
    if (flags & HTML_BLOCK)
        want_lines(writer, 1);
    if (flags & HTML_PARAGRAPH)
        want_lines(writer, 2);
    if (flags & HTML_CELL)
        writer->space = true;
    if (flags & HTML_ITEM)
        begin_item(writer);
    if (flags & HTML_RULE) {
        want_lines(writer, 1);
        writer->rule = true;
    }
    if (flags & HTML_REPLY) {
        want_lines(writer, 1);
        writer->reply = true;
    }
    if (flags & (HTML_QUOTED | HTML_CITED | HTML_SIGNATURE | HTML_FRAME))
        want_lines(writer, 1);
}

static void on_end(void *context, const xmlChar *name)
{
    struct writer *writer = context;
    (void)name;
    if (!writer->depth)
        return;
    if (--writer->depth >= OPEN_MAXIMUM)
        return;
    unsigned flags = writer->open[writer->depth].flags;
    bool hidden = writer->hidden > 0;
    count_flags(writer, flags, -1);
    if (hidden)
        return;
    if (flags & HTML_ITEM)
        writer->bullet = NULL;
    if (flags & (HTML_BLOCK | HTML_QUOTED | HTML_CITED | HTML_SIGNATURE | HTML_FRAME))
        want_lines(writer, 1);
    if (flags & HTML_PARAGRAPH)
        want_lines(writer, 2);
    if (flags & HTML_CELL)
        writer->space = true;
}

/* libxml2 lets "<![if …]>" through as text, and each tag costs it a walk up the open ones: such
 * marks are blanked, and of a page with tags without measure only the first are looked at. */
static size_t prepare(char *html, size_t size, bool *cut)
{
    size_t tags = 0;
    for (char *p = html; (p = memchr(p, '<', size - (size_t)(p - html))); p++) {
        if (++tags > TAGS_MAXIMUM) {
            *cut = true;
            return (size_t)(p - html);
        }
        if ((size_t)(p - html) + 3 < size && p[1] == '!' && p[2] == '[') {
            char *end = memchr(p, '>', size - (size_t)(p - html));
            size_t length = end ? (size_t)(end + 1 - p) : 0;
            bool ends_comment = length > 5 && end[-1] == '-' && end[-2] == '-';
            if (length && length < 200 && !ends_comment)
                memset(p, ' ', length);
        }
    }
    for (size_t i = 0; i < size; i++)
        if (html[i] == '\0')
            html[i] = ' ';
    return size;
}

static void ignore_error(void *context, const char *format, ...)
{
    (void)context, (void)format;
}

static int run_parser(struct writer *writer, const char *html, size_t size)
{
    htmlSAXHandler sax = { .startElement = on_start, .endElement = on_end, .characters = on_characters,
                           .cdataBlock = NULL, .ignorableWhitespace = on_characters,
                           .error = ignore_error, .warning = ignore_error, .fatalError = ignore_error };
    htmlParserCtxtPtr parser = htmlCreatePushParserCtxt(&sax, writer, "", 0, NULL, XML_CHAR_ENCODING_UTF8);
    if (!parser) {
        memory_failed();
        return -1;
    }
    htmlCtxtUseOptions(parser, HTML_PARSE_NONET | HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                   HTML_PARSE_IGNORE_ENC);
    htmlParseChunk(parser, html, (int)size, 1);
    if (parser->errNo == XML_ERR_NO_MEMORY)
        memory_failed();
    htmlFreeParserCtxt(parser);
    return 1;
}

int html_to_text(struct arena *arena, const char *html, size_t size, size_t maximum, struct html_text *result)
{
    *result = (struct html_text){ .full = "", .marked = "" };
    struct writer *writer = calloc(1, sizeof *writer);
    /* Text before the first tag would get a paragraph of its own. */
    static const char body[] = "<body>";
    size_t blank = 0, before = 0;
    while (blank < size && isspace((unsigned char)html[blank]))
        blank++;
    if (blank < size && html[blank] != '<')
        before = sizeof body - 1;
    char *copy = malloc(before + size + 1);
    int done = -1;
    if (writer && copy) {
        memcpy(copy, body, before);
        memcpy(copy + before, html, size);
        size += before;
        copy[size] = '\0';
        writer->maximum = maximum;
        buffer_init(&writer->full, maximum + 16);
        buffer_init(&writer->marked, maximum * 4 + 64);
        size = prepare(copy, size, &result->cut);
        done = run_parser(writer, copy, size);
        result->cut |= writer->cut;
        result->has_quote = writer->has_quote;
        result->full = arena_strndup(arena, buffer_text(&writer->full), writer->full.size);
        result->marked = arena_strndup(arena, buffer_text(&writer->marked), writer->marked.size);
        if (!result->full || !result->marked || writer->full.failed || writer->marked.failed)
            done = -1;
        buffer_release(&writer->full);
        buffer_release(&writer->marked);
    }
    if (!writer || !copy)
        memory_failed();
    free(writer);
    free(copy);
    return done;
}

int html_meta_charset(const char *html, size_t size, char *name, size_t room)
{
    enum { LOOK_AT = 4096 };
    if (size > LOOK_AT)
        size = LOOK_AT;
    for (size_t i = 0; i + 8 < size; i++) {
        if (strncasecmp(html + i, "charset=", 8) != 0)
            continue;
        size_t length = 0;
        for (size_t at = i + 8; at < size && length + 1 < room; at++) {
            if ((html[at] == '"' || html[at] == '\'') && !length)
                continue;
            if (!isalnum((unsigned char)html[at]) && !strchr("-_:.", html[at]))
                break;
            name[length++] = html[at];
        }
        name[length] = '\0';
        return length > 0;
    }
    return 0;
}
