/* mime.c - the parts of a mail: bodies to read, attachments to list, reports
 * SPDX-License-Identifier: MIT
 */
#include "lib/mime.h"

#include <gmime/gmime.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>

#include "lib/charset.h"
#include "lib/flowed.h"
#include "lib/html.h"
#include "lib/message.h"
#include "lib/parameter.h"
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

/* A leaf's headers. */
struct leaf {
    struct parameter_list type, disposition;
    const char *name;
    bool attached;
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

static int read_field(struct mime_content *content, GMimeObject *object, const char *name,
                      struct parameter_list *list)
{
    GMimeHeaderList *headers = g_mime_object_get_header_list(object);
    GMimeHeader *header = headers ? g_mime_header_list_get_header(headers, name) : NULL;
    const char *raw = header ? g_mime_header_get_raw_value(header) : NULL;
    return parameter_parse(content->arena, raw ? raw : "", raw ? strlen(raw) : 0, list);
}

/* File names may hold a path; the last part is the name. */
static const char *base_name(const char *name)
{
    if (!name)
        return "";
    const char *slash = strrchr(name, '/'), *backslash = strrchr(name, '\\');
    const char *last = slash > backslash ? slash : backslash;
    return last && last[1] ? last + 1 : name;
}

static int read_leaf(struct mime_content *content, GMimeObject *object, struct leaf *leaf)
{
    if (!read_field(content, object, "Content-Type", &leaf->type) ||
        !read_field(content, object, "Content-Disposition", &leaf->disposition))
        return 0;
    const char *name = parameter_get(&leaf->disposition, "filename");
    if (!name || !*name)
        name = parameter_get(&leaf->type, "name");
    leaf->name = base_name(name);
    leaf->attached = strncmp(leaf->disposition.value, "attachment", 10) == 0;
    if (!strchr(leaf->type.value, '/'))
        leaf->type.value = "text/plain";
    return 1;
}

/* The decoded content, NULL without or when memory is out. The caller unrefs the stream. */
static GByteArray *decode(GMimeObject *object, GMimeStream **stream)
{
    *stream = NULL;
    if (!GMIME_IS_PART(object))
        return NULL;
    GMimeDataWrapper *wrapper = g_mime_part_get_content((GMimePart *)object);
    if (!wrapper)
        return NULL;
    *stream = g_mime_stream_mem_new();
    g_mime_data_wrapper_write_to_stream(wrapper, *stream);
    return g_mime_stream_mem_get_byte_array((GMimeStreamMem *)*stream);
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
static int add_tnef(struct mime_content *content, GMimeObject *object, const struct leaf *leaf)
{
    enum { FILES_MAXIMUM = 50 };
    struct tnef_file files[FILES_MAXIMUM];
    GMimeStream *stream;
    GByteArray *bytes = decode(object, &stream);
    size_t count = bytes ? tnef_list(content->arena, bytes->data, bytes->len, files, FILES_MAXIMUM) : 0;
    int result = 1;
    if (!count)
        result = add_attachment(content, leaf->name, leaf->type.value, bytes ? bytes->len : 0);
    for (size_t i = 0; i < count && result > 0; i++)
        result = add_attachment(content, files[i].name, "application/octet-stream", files[i].bytes);
    if (stream)
        g_object_unref(stream);
    return result;
}

static size_t decoded_size(GMimeObject *object)
{
    GMimeStream *stream = g_mime_stream_null_new();
    GMimeDataWrapper *wrapper = GMIME_IS_PART(object) ? g_mime_part_get_content((GMimePart *)object) : NULL;
    ssize_t size = wrapper ? g_mime_data_wrapper_write_to_stream(wrapper, stream) : 0;
    size_t written = size < 0 ? 0 : ((GMimeStreamNull *)stream)->written;
    g_object_unref(stream);
    return written;
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
static char *to_text(struct mime_content *content, const struct leaf *leaf, const GByteArray *bytes,
                     bool html,
                     size_t *size)
{
    const char *label = parameter_get(&leaf->type, "charset");
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
    enum { FILES_MAXIMUM = 20 };
    struct uuencode_file files[FILES_MAXIMUM];
    size_t count;
    if (!memmem(text, *size, "begin ", 6)) /* of both forms */
        return 1;
    *size = uuencode_remove(content->arena, text, *size, files, FILES_MAXIMUM, &count);
    for (size_t i = 0; i < count; i++)
        if (add_attachment(content, base_name(files[i].name), "application/octet-stream", files[i].bytes) < 0)
            return -1;
    return 1;
}

static int read_text(struct mime_content *content, GMimeObject *object, const struct leaf *leaf,
                     struct place *place)
{
    bool html = strcmp(leaf->type.value, "text/html") == 0;
    GMimeStream *stream;
    GByteArray *bytes = decode(object, &stream);
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
        char *text = to_text(content, leaf, bytes, html, &size);
        const char *format = parameter_get(&leaf->type, "format"), *delsp = parameter_get(&leaf->type,
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
    GByteArray *bytes = decode(object, &stream);
    char *text = NULL;
    if (bytes)
        text = charset_clean(content->arena, (const char *)bytes->data, bytes->len, REPORT_BYTES);
    if (stream)
        g_object_unref(stream);
    return text;
}

/* Whether the part is one of a report's; of an enclosed mail it says nothing about this one: a customer may
 * send on the bounce that he got. */
static bool is_report_part(struct mime_content *content, GMimeObject *object, const struct leaf *leaf, bool enclosed)
{
    static const char *const delivery[] = { "message/delivery-status", "message/global-delivery-status" };
    const char *type = leaf->type.value;
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

static int read_part(struct mime_content *content, GMimeObject *object, struct place *place)
{
    struct leaf leaf;
    if (!read_leaf(content, object, &leaf))
        return -1;
    bool reported = is_report_part(content, object, &leaf, place->enclosed);
    bool text = strcmp(leaf.type.value, "text/plain") == 0 || strcmp(leaf.type.value, "text/html") == 0 ||
                strcmp(leaf.type.value, "text") == 0;
    bool wanted = place->alternative || !*leaf.name || !place->bodies->count;
    if (text && !leaf.attached && wanted) {
        int done = read_text(content, object, &leaf, place);
        if (done <= 0 || place->alternative || !*leaf.name)
            return done; /* a named file that is shown as text is a file, too */
    }
    if (reported && !leaf.attached)
        return 1;
    if (strcmp(leaf.type.value, "application/ms-tnef") == 0 || strcasecmp(leaf.name, "winmail.dat") == 0)
        return add_tnef(content, object, &leaf);
    return add_attachment(content, leaf.name, leaf.type.value, decoded_size(object));
}

static int read_object(struct mime_content *content, GMimeObject *object, struct place *place);

/* A multipart whose boundary stands nowhere, or that has none: what is there are somebody's words. */
static int read_unparted(struct mime_content *content, GMimeMultipart *multipart, struct place *place)
{
    const char *text = g_mime_multipart_get_prologue(multipart);
    struct mime_body *body = text && *text ? add_body(content, place->bodies) : NULL;
    struct buffer utf8;
    size_t size = text ? strlen(text) : 0;
    if (!body)
        return 1;
    cut(content, "a multipart without parts: its text is read as it stands");
    if (size > UNPARTED_BYTES)
        size = UNPARTED_BYTES;
    buffer_init(&utf8, size * 4 + 64);
    if (charset_decode(NULL, text, size, &utf8)) {
        body->plain = arena_strndup(content->arena, buffer_text(&utf8), utf8.size);
        body->plain_size = utf8.size;
    }
    buffer_release(&utf8);
    return body->plain ? 1 : -1;
}

static int read_multipart(struct mime_content *content, GMimeMultipart *multipart, struct place *place)
{
    struct parameter_list type;
    if (!read_field(content, (GMimeObject *)multipart, "Content-Type", &type))
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
        result = read_unparted(content, multipart, place);
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
    struct leaf leaf;
    if (!read_leaf(content, object, &leaf))
        return -1;
    GMimeMessage *message = g_mime_message_part_get_message((GMimeMessagePart *)object);
    if (message && !content->original)
        content->original = header_text(content, message);
    if (add_attachment(content, leaf.name, leaf.type.value, 0) < 0)
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
    struct buffer copy;
    buffer_init(&copy, size * 2 + 16);
    const char *note = prescan(bytes, size, limits, &copy);
    if (note)
        cut(content, note);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(buffer_text(&copy), copy.size);
    buffer_release(&copy);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    g_object_unref(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    g_object_unref(parser);
    int result = 1;
    GMimeObject *root = message ? g_mime_message_get_mime_part(message) : NULL;
    if (root) {
        struct parameter_list type;
        struct place place = { &content->bodies, NULL, 0, false };
        result = read_field(content, root, "Content-Type", &type) ? read_object(content, root, &place) : -1;
        if (result > 0 && strchr(type.value, '/'))
            content->root_type = type.value;
    }
    if (message)
        g_object_unref(message);
    return result > 0 ? 1 : error_set(error, ERROR_RETRY, "cannot read a mail: memory is out");
}
