/* mime.c - the parts of a mail: bodies to read, attachments to list, reports
 * SPDX-License-Identifier: MIT
 */
#include "lib/mime.h"

#include <gmime/gmime.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>

#include "lib/charset.h"
#include "lib/encoded.h"
#include "lib/flowed.h"
#include "lib/html.h"
#include "lib/message.h"
#include "lib/part.h"
#include "lib/prescan.h"
#include "lib/tnef.h"
#include "lib/uuencode.h"

enum { BODIES_MAXIMUM = 64, REPORT_BYTES = 64 * 1024, UNPARTED_BYTES = 64 * 1024 };

/* Where text goes: of the mail, of the alternative being read, of an enclosed mail. */
struct place {
    struct mime_body_list *bodies;
    struct mime_body *alternative; /* inside multipart/alternative: one body gets both forms */
    size_t depth;
    bool enclosed;
};

static void initialise(void)
{
    g_mime_init();
}

static void cut(struct mime_content *content, const char *note)
{
    content->partial = true;
    if (!content->note)
        content->note = note;
}

static int add_attachment(struct mime_content *content, const char *name, const char *type, size_t bytes)
{
    if (content->attachment_count == content->limits->attachments)
        return cut(content, "more attachments than are listed"), 1;
    if (!content->attachments)
        content->attachments =
            arena_alloc(content->arena, content->limits->attachments * sizeof *content->attachments);
    if (!content->attachments)
        return -1;
    struct attachment *item = &content->attachments[content->attachment_count++];
    item->name = arena_strdup(content->arena, name);
    item->type = arena_strdup(content->arena, type);
    item->bytes = bytes;
    return item->name && item->type ? 1 : -1;
}

/* A winmail.dat stands for the files in it; one that lists none is a file itself. */
static int add_tnef(struct mime_content *content, GMimeObject *object, const struct part *part)
{
    size_t most = content->limits->attachments + 1; /* one more, so that it is told */
    struct tnef_file *files = arena_alloc(content->arena, most * sizeof *files);
    if (!files)
        return -1;
    GMimeStream *stream;
    GByteArray *bytes = part_decode(object, &stream);
    size_t count = bytes ? tnef_list(content->arena, bytes->data, bytes->len, files, most) : 0;
    int result = 1;
    if (!count)
        result = add_attachment(content, part->name, part->type.value, bytes ? bytes->len : 0);
    for (size_t i = 0; i < count && result > 0; i++)
        result = add_attachment(content, part_base_name(files[i].name), "application/octet-stream", files[i].bytes);
    if (stream)
        g_object_unref(stream);
    return result;
}

static struct mime_body *add_body(struct mime_content *content, struct mime_body_list *list)
{
    if (!list->items) {
        list->room = BODIES_MAXIMUM;
        list->items = arena_alloc(content->arena, list->room * sizeof *list->items);
    }
    if (!list->items)
        return NULL;
    if (list->count == list->room) {
        cut(content, "more pieces of text than are read");
        return NULL;
    }
    return &list->items[list->count++];
}

/* Decoded bytes in their charset -> UTF-8 in the arena, within what is left of the text limit. */
static char *to_text(struct mime_content *content, const struct part *part, const GByteArray *bytes,
                     bool html,
                     size_t *size)
{
    const char *label = parameter_get(&part->type, "charset");
    const char *data = (const char *)bytes->data;
    size_t count = bytes->len;
    char meta[64];
    if ((!label || !*label) && html && html_meta_charset(data, count, meta, sizeof meta))
        label = meta;
    /* HTML may be markup for the most part: its text is limited later, by html_to_text. */
    size_t left = html ? content->limits->bytes * 2 : content->limits->text - content->text_bytes;
    struct buffer text;
    buffer_init(&text, count * 4 + 64);
    char *copy = NULL;
    if (charset_decode(label, data, count, &text)) {
        if (text.size > left) {
            cut(content, "more text than is read");
            text.size = left;
        }
        copy = arena_strndup(content->arena, buffer_text(&text), text.size);
        *size = text.size;
        if (!html)
            content->text_bytes += text.size;
    }
    buffer_release(&text);
    return copy;
}

/* Files written into the text are files, not words. */
static int take_files(struct mime_content *content, char *text, size_t *size)
{
    if (!memmem(text, *size, "begin ", 6)) /* of both forms */
        return 1;
    size_t count, most = content->limits->attachments + 1; /* one more, so that it is told */
    struct uuencode_file *files = arena_alloc(content->arena, most * sizeof *files);
    if (!files)
        return -1;
    *size = uuencode_remove(content->arena, text, *size, files, most, &count);
    for (size_t i = 0; i < count; i++) {
        const char *name = encoded_decode(content->arena, files[i].name, strlen(files[i].name));
        if (!name || add_attachment(content, part_base_name(name), "application/octet-stream", files[i].bytes) < 0)
            return -1;
    }
    return 1;
}

/* A page of HTML that is called plain. */
static bool is_html_page(const GByteArray *bytes)
{
    static const char *const beginnings[] = { "<html>", "<html ", "<!doctype html" };
    const char *text = (const char *)bytes->data;
    size_t size = bytes->len, at = 0;
    while (at < size && strchr(" \t\r\n", text[at]))
        at++;
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
        size_t length = strlen(beginnings[i]);
        if (size - at > length && strncasecmp(text + at, beginnings[i], length) == 0)
            return true;
    }
    return false;
}

static int read_text(struct mime_content *content, GMimeObject *object, const struct part *part,
                     struct place *place)
{
    GMimeStream *stream;
    GByteArray *bytes = part_decode_words(object, &stream);
    bool html = strcmp(part->type.value, "text/html") == 0 || (!place->alternative && bytes && is_html_page(bytes));
    struct mime_body *body = place->alternative;
    const struct mime_body *first = NULL;
    if (body && ((html && body->html) || (!html && body->plain))) {
        first = body; /* Apple Mail cuts the HTML of an alternative into pieces, with files between them */
        body = NULL;
    }
    int result = 1;
    if (bytes && bytes->len && !body)
        body = add_body(content, place->bodies);
    if (bytes && bytes->len && body) {
        size_t size = 0;
        body->first = first;
        char *text = to_text(content, part, bytes, html, &size);
        const char *format = parameter_get(&part->type, "format"), *delsp = parameter_get(&part->type,
            "delsp");
        if (text && !html && format && strcasecmp(format, "flowed") == 0)
            size = flowed_join(text, size, delsp && strcasecmp(delsp, "yes") == 0);
        if (text && !html)
            result = take_files(content, text, &size);
        if (html)
            body->html = text, body->html_size = size;
        else
            body->plain = text, body->plain_size = size;
        result = text ? result : -1;
    }
    if (stream)
        g_object_unref(stream);
    return result;
}

/* The content of a report's part as text. */
static const char *report_text(struct mime_content *content, GMimeObject *object)
{
    GMimeStream *stream;
    GByteArray *bytes = part_decode(object, &stream);
    char *text = NULL;
    if (bytes)
        text = charset_clean(content->arena, (const char *)bytes->data, bytes->len, REPORT_BYTES);
    if (stream)
        g_object_unref(stream);
    return text;
}

/* Whether the part is one of a report's; of an enclosed mail it says nothing about this one: a customer may
 * send on the bounce that he got. */
static bool is_report_part(struct mime_content *content, GMimeObject *object, const struct part *part, bool enclosed)
{
    static const char *const delivery[] = { "message/delivery-status", "message/global-delivery-status" };
    const char *type = part->type.value;
    const char **slot = NULL;
    if (strcmp(type, delivery[0]) == 0 || strcmp(type, delivery[1]) == 0)
        slot = &content->delivery_status;
    else if (strcmp(type, "message/disposition-notification") == 0 ||
             strcmp(type, "message/global-disposition-notification") == 0)
        slot = &content->disposition;
    else if (strcmp(type, "message/feedback-report") == 0)
        slot = &content->feedback;
    else if (strcmp(type, "text/rfc822-headers") == 0 || strcmp(type, "message/global-headers") == 0)
        slot = &content->original;
    else if (strcmp(type, "text/vnd.google.email-reaction+json") == 0)
        slot = &content->reaction;
    if (slot && !*slot && !enclosed)
        *slot = report_text(content, object);
    return slot != NULL;
}

/* A mail that is nothing but text of a kind that nobody knows is plain (RFC 2046, section 4.1.4). */
static bool is_text(const char *type, bool whole)
{
    static const char *const files[] = { "calendar", "x-vcalendar", "vcard", "x-vcard", "directory", "csv", "css",
                                         "xml", "javascript", "rtf" };
    if (strcmp(type, "text/plain") == 0 || strcmp(type, "text/html") == 0)
        return true;
    bool other = whole && strncmp(type, "text/", 5) == 0;
    for (size_t i = 0; other && i < sizeof files / sizeof *files; i++)
        other = strcmp(type + 5, files[i]) != 0;
    return other;
}

static int read_part(struct mime_content *content, GMimeObject *object, struct place *place)
{
    struct part part;
    if (!part_read(content->arena, object, &part))
        return -1;
    bool reported = is_report_part(content, object, &part, place->enclosed);
    bool text = is_text(part.type.value, place->depth == 0 && !*part.name && !reported);
    bool wanted = place->alternative || !*part.name || !place->bodies->count;
    bool whole = place->depth == 0 && !*part.name; /* there is nothing that it could be attached to */
    if (text && (!part.attached || whole) && wanted) {
        int done = read_text(content, object, &part, place);
        if (done <= 0 || place->alternative || (!*part.name && !part.attached))
            return done; /* a named file that is shown as text is a file, too */
    }
    if (reported && !part.attached)
        return 1;
    if (strcmp(part.type.value, "application/ms-tnef") == 0 || strcasecmp(part.name, "winmail.dat") == 0)
        return add_tnef(content, object, &part);
    return add_attachment(content, part.name, part.type.value, part_decoded_size(object));
}

static int read_object(struct mime_content *content, GMimeObject *object, struct place *place);

/* What the limits let pass, parsed. NULL without any. */
static GMimeMessage *construct(struct mime_content *content, const char *bytes, size_t size)
{
    struct buffer copy;
    buffer_init(&copy, size * 2 + 16);
    const char *note = prescan(bytes, size, content->limits, &copy);
    if (note)
        cut(content, note);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(buffer_text(&copy), copy.size);
    buffer_release(&copy);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    g_object_unref(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    g_object_unref(parser);
    return message;
}

/* The boundary that parts have which their multipart does not name: a line of "--" and something, and then
 * the head of a part; or what it names without the blanks and quotes. Bytes behind the "--", 0 without. */
static size_t find_boundary(const char *text, const char *named, const char **boundary)
{
    enum { BOUNDARY_LENGTH = 70 };
    named += strspn(named, "' ");
    size_t length = strcspn(named, "' ");
    for (const char *line = text, *next; line; line = next) {
        next = strchr(line, '\n');
        next = next ? next + 1 : NULL;
        size_t size = strcspn(line, "\r\n\"\\");
        if (!next || size < 3 || size > BOUNDARY_LENGTH + 2 || line[0] != '-' || line[1] != '-' ||
            (line[size] != '\r' && line[size] != '\n'))
            continue;
        *boundary = line + 2;
        if (strncasecmp(next, "Content-", 8) == 0 || (size - 2 == length && memcmp(line + 2, named, length) == 0))
            return size - 2;
    }
    return 0;
}

/* A multipart whose boundary stands nowhere, or that has none: what is there are somebody's words. */
static int read_unparted(struct mime_content *content, GMimeMultipart *multipart,
                         const struct parameter_list *type, struct place *place)
{
    const char *text = g_mime_multipart_get_prologue(multipart), *named = parameter_get(type, "boundary"), *boundary;
    size_t size = text ? strlen(text) : 0, length = text ? find_boundary(text, named ? named : "", &boundary) : 0;
    struct buffer mended;
    if (!size)
        return 1;
    if (length) {
        buffer_init(&mended, size + 256);
        buffer_printf(&mended, "Content-Type: %s; boundary=\"%.*s\"\n\n%s", type->value, (int)length, boundary, text);
        GMimeMessage *message = construct(content, buffer_text(&mended), mended.size);
        buffer_release(&mended);
        int result = message ? read_object(content, g_mime_message_get_mime_part(message), place) : 1;
        cut(content, "a multipart with another boundary than it names: the one that stands there counts");
        if (message)
            g_object_unref(message);
        return result;
    }
    struct mime_body *body = add_body(content, place->bodies);
    if (!body)
        return 1;
    cut(content, "a multipart without parts: its text is read as it stands");
    if (size > UNPARTED_BYTES)
        size = UNPARTED_BYTES;
    buffer_init(&mended, size * 4 + 64);
    if (charset_decode(NULL, text, size, &mended)) {
        body->plain = arena_strndup(content->arena, buffer_text(&mended), mended.size);
        body->plain_size = mended.size;
    }
    buffer_release(&mended);
    return body->plain ? 1 : -1;
}

static int read_multipart(struct mime_content *content, GMimeMultipart *multipart, struct place *place)
{
    struct parameter_list type;
    if (!part_field(content->arena, (GMimeObject *)multipart, "Content-Type", &type))
        return -1;
    struct place inner = *place;
    inner.depth++;
    if (strcmp(type.value, "multipart/alternative") == 0 && !place->alternative) {
        inner.alternative = add_body(content, place->bodies);
        if (!inner.alternative)
            return content->partial ? 1 : -1;
    }
    if (strcmp(type.value, "multipart/report") == 0 && !content->report_type && !place->enclosed) {
        content->report_type = parameter_get(&type, "report-type");
        if (!content->report_type)
            content->report_type = "";
    }
    int count = g_mime_multipart_get_count(multipart), result = 1;
    if (count == 0 && place->depth == 0)
        result = read_unparted(content, multipart, &type, &inner);
    for (int i = 0; i < count && result > 0; i++)
        result = read_object(content, g_mime_multipart_get_part(multipart, i), &inner);
    return result;
}

/* The header block of an enclosed mail, for reports that return it whole. */
static const char *header_text(struct mime_content *content, GMimeMessage *message)
{
    char *text = g_mime_object_get_headers((GMimeObject *)message, NULL);
    char *copy = text ? charset_clean(content->arena, text, strlen(text), REPORT_BYTES) : NULL;
    g_free(text);
    return copy;
}

static int read_enclosed(struct mime_content *content, GMimeObject *object, struct place *place)
{
    struct part part;
    if (!part_read(content->arena, object, &part))
        return -1;
    GMimeMessage *message = g_mime_message_part_get_message((GMimeMessagePart *)object);
    if (message && !content->original)
        content->original = header_text(content, message);
    if (add_attachment(content, part.name, part.type.value, part_decoded_size(object)) < 0)
        return -1;
    if (!message)
        return 1;
    struct mime_body_list ignored = { NULL, 0, 0 };
    struct place inner = { content->enclosed.count ? &ignored : &content->enclosed, NULL, place->depth + 1,
                           true };
    GMimeObject *root = g_mime_message_get_mime_part(message);
    return root ? read_object(content, root, &inner) : 1;
}

static int read_object(struct mime_content *content, GMimeObject *object, struct place *place)
{
    if (!object)
        return 1;
    if (++content->part_count > content->limits->parts + 1) /* the whole is one, too */
        return cut(content, "more MIME parts than are read"), 1;
    if (place->depth > content->limits->depth)
        return cut(content, "MIME parts nested deeper than are read"), 1;
    if (GMIME_IS_MULTIPART(object))
        return read_multipart(content, (GMimeMultipart *)object, place);
    if (GMIME_IS_MESSAGE_PART(object))
        return read_enclosed(content, object, place);
    return read_part(content, object, place);
}

int mime_read(struct arena *arena, const char *bytes, size_t size, const struct message_limits *limits,
              struct mime_content *content, struct error *error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, initialise);
    *content = (struct mime_content){ .arena = arena, .limits = limits, .root_type = "text/plain" };
    GMimeMessage *message = construct(content, bytes, size);
    int result = 1;
    GMimeObject *root = message ? g_mime_message_get_mime_part(message) : NULL;
    if (root) {
        struct parameter_list type;
        struct place place = { &content->bodies, NULL, 0, false };
        result = part_field(arena, root, "Content-Type", &type) ? read_object(content, root, &place) : -1;
        if (result > 0 && strchr(type.value, '/'))
            content->root_type = type.value;
    }
    if (message)
        g_object_unref(message);
    return result > 0 ? 1 : error_set(error, ERROR_RETRY, "cannot read a mail: memory is out");
}
