/* part.c - one part of a mail: its headers, its name, its decoded content
 * SPDX-License-Identifier: MIT
 */
#include "lib/part.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

int part_field(struct arena *arena, GMimeObject *object, const char *name, struct parameter_list *list)
{
    GMimeHeaderList *headers = g_mime_object_get_header_list(object);
    GMimeHeader *header = headers ? g_mime_header_list_get_header(headers, name) : NULL;
    const char *raw = header ? g_mime_header_get_raw_value(header) : NULL;
    return parameter_parse(arena, raw ? raw : "", raw ? strlen(raw) : 0, list);
}

const char *part_base_name(const char *name)
{
    if (!name)
        return "";
    const char *slash = strrchr(name, '/'), *backslash = strrchr(name, '\\');
    const char *last = slash > backslash ? slash : backslash;
    return last && last[1] ? last + 1 : name;
}

int part_read(struct arena *arena, GMimeObject *object, struct part *part)
{
    if (!part_field(arena, object, "Content-Type", &part->type) ||
        !part_field(arena, object, "Content-Disposition", &part->disposition))
        return 0;
    const char *name = parameter_get(&part->disposition, "filename");
    if (!name || !*name)
        name = parameter_get(&part->type, "name");
    part->name = part_base_name(name);
    part->attached = strncmp(part->disposition.value, "attachment", 10) == 0;
    if (!strchr(part->type.value, '/'))
        part->type.value = strcmp(part->type.value, "html") == 0 ? "text/html" : "text/plain";
    return 1;
}

/* The transfer encoding by the word that the field names, whatever stands around it. */
static GMimeContentEncoding read_encoding(const char *value)
{
    static const struct {
        const char *name;
        GMimeContentEncoding encoding;
    } known[] = {
        { "base64", GMIME_CONTENT_ENCODING_BASE64 },
        { "base-64", GMIME_CONTENT_ENCODING_BASE64 },
        { "quoted-printable", GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE },
        { "quotedprintable", GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE },
        { "x-uuencode", GMIME_CONTENT_ENCODING_UUENCODE },
        { "uuencode", GMIME_CONTENT_ENCODING_UUENCODE },
        { "x-uue", GMIME_CONTENT_ENCODING_UUENCODE },
        { "uue", GMIME_CONTENT_ENCODING_UUENCODE },
    };
    while (*value && !isalnum((unsigned char)*value))
        value++;
    size_t length = 0;
    while (isalnum((unsigned char)value[length]) || value[length] == '-')
        length++;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strlen(known[i].name) == length && strncasecmp(value, known[i].name, length) == 0)
            return known[i].encoding;
    return GMIME_CONTENT_ENCODING_DEFAULT;
}

static GMimeDataWrapper *content_of(GMimeObject *object)
{
    GMimeDataWrapper *content = GMIME_IS_PART(object) ? g_mime_part_get_content((GMimePart *)object) : NULL;
    const char *value = content ? g_mime_object_get_header(object, "Content-Transfer-Encoding") : NULL;
    GMimeContentEncoding encoding = value ? read_encoding(value) : GMIME_CONTENT_ENCODING_DEFAULT;
    if (encoding != GMIME_CONTENT_ENCODING_DEFAULT)
        g_mime_data_wrapper_set_encoding(content, encoding);
    return content;
}

GByteArray *part_decode(GMimeObject *object, GMimeStream **stream)
{
    GMimeDataWrapper *content = content_of(object);
    *stream = NULL;
    if (!content)
        return NULL;
    *stream = g_mime_stream_mem_new();
    g_mime_data_wrapper_write_to_stream(content, *stream);
    return g_mime_stream_mem_get_byte_array((GMimeStreamMem *)*stream);
}

/* Where a line of base64 is followed by one that begins like a footer ("--", "____", "****"), `size` without. */
static size_t find_footer(const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        const char *newline = memchr(text + at, '\n', size - at);
        size_t end = newline ? (size_t)(newline - text) + 1 : size;
        bool footer = at && end - at > 2 && strchr("-_*~#", text[at]) && text[at] == text[at + 1];
        if (footer)
            return at;
        at = end;
    }
    return size;
}

GByteArray *part_decode_words(GMimeObject *object, GMimeStream **stream)
{
    GMimeDataWrapper *content = content_of(object);
    if (!content || g_mime_data_wrapper_get_encoding(content) != GMIME_CONTENT_ENCODING_BASE64)
        return part_decode(object, stream);
    GMimeStream *raw = g_mime_stream_mem_new();
    GMimeStream *coded = g_mime_data_wrapper_get_stream(content);
    g_mime_stream_reset(coded);
    g_mime_stream_write_to_stream(coded, raw);
    g_mime_stream_reset(coded);
    GByteArray *bytes = g_mime_stream_mem_get_byte_array((GMimeStreamMem *)raw);
    size_t footer = find_footer((const char *)bytes->data, bytes->len);
    if (footer == bytes->len) {
        g_object_unref(raw);
        return part_decode(object, stream);
    }
    *stream = g_mime_stream_mem_new();
    GMimeStream *filtered = g_mime_stream_filter_new(*stream);
    GMimeFilter *filter = g_mime_filter_basic_new(GMIME_CONTENT_ENCODING_BASE64, FALSE);
    g_mime_stream_filter_add((GMimeStreamFilter *)filtered, filter);
    g_mime_stream_write(filtered, (const char *)bytes->data, footer);
    g_mime_stream_flush(filtered);
    g_object_unref(filter);
    g_object_unref(filtered);
    g_mime_stream_write(*stream, "\n", 1);
    g_mime_stream_write(*stream, (const char *)bytes->data + footer, bytes->len - footer);
    g_object_unref(raw);
    return g_mime_stream_mem_get_byte_array((GMimeStreamMem *)*stream);
}

size_t part_decoded_size(GMimeObject *object)
{
    GMimeStream *stream = g_mime_stream_null_new();
    GMimeDataWrapper *content = content_of(object);
    GMimeMessage *message = GMIME_IS_MESSAGE_PART(object) ? g_mime_message_part_get_message((GMimeMessagePart *)object) : NULL;
    ssize_t size = content ? g_mime_data_wrapper_write_to_stream(content, stream)
        : message          ? g_mime_object_write_to_stream((GMimeObject *)message, NULL, stream)
                           : 0;
    size_t written = size < 0 ? 0 : ((GMimeStreamNull *)stream)->written;
    g_object_unref(stream);
    return written;
}
