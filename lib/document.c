/* document.c - strict JSON files: errors name file, line, column and JSON pointer
 * SPDX-License-Identifier: MIT
 */
#include "lib/document.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buffer.h"
#include "lib/place.h"

enum { DEPTH_MAXIMUM = 64 };

struct document {
    char *name, *text;
    json_t *root;
};

static int fault_at(const char *name, const char *text, size_t offset, struct error *error, const char *what)
{
    int line, column;
    place_line(text, offset, &line, &column);
    return error_set(error, ERROR_INPUT, "%s:%d:%d: %s", name, line, column, what);
}

/* Jansson recurses once a level: the limit is looked at before it sees the text. */
static int check_depth(const char *name, const char *text, struct error *error)
{
    int depth = 0;
    for (const char *at = text; *at;) {
        if (*at == '"') {
            at = place_skip_string(at);
            continue;
        }
        if ((*at == '{' || *at == '[') && ++depth > DEPTH_MAXIMUM) {
            char what[64];
            snprintf(what, sizeof what, "nested more than %d levels deep", DEPTH_MAXIMUM);
            return fault_at(name, text, (size_t)(at - text), error, what);
        }
        if (*at == '}' || *at == ']')
            depth--;
        at++;
    }
    return 1;
}

static const char *trim_near(char *text)
{
    /* Jansson quotes what it saw; a long string would hide the rest of the message. */
    char *near = strstr(text, " near '");
    if (near && strlen(near) > 60)
        *near = '\0';
    return text;
}

/* Jansson's position is behind the token that it quotes; an editor should land at its beginning. */
static size_t token_begin(const char *text, size_t offset, const char *message)
{
    const char *token = strstr(message, " near '");
    size_t length = token ? strlen(token + 7) : 0;
    if (length < 2 || length - 1 > offset || strncmp(text + offset - (length - 1), token + 7, length - 1) != 0)
        return offset;
    return offset - (length - 1);
}

/* What people do who write JSON by hand; "" when it is none of that. */
static const char *advice(const char *text, size_t offset, const char *message)
{
    size_t before = offset;
    while (before > 0 && strchr(" \t\r\n", text[before - 1]))
        before--;
    char last = before > 0 ? text[before - 1] : '\0', here = text[offset];
    if (!text[strspn(text, " \t\r\n")])
        return " (the file is empty)";
    if (strstr(message, "UTF-8") || strstr(message, "unable to decode"))
        return " (save the file as UTF-8)";
    if (last == ',' && (here == '}' || here == ']'))
        return " (no comma stands before it)";
    if (here == '/' || here == '#')
        return " (JSON knows no comments: write \"//\": \"text\")";
    if (here == '\'')
        return " (texts stand in double quotes)";
    if (here == '"' && last && !strchr("{[,:", last))
        return " (is a comma missing before it?)";
    return "";
}

static int syntax_fault(const char *name, const char *text, json_error_t *fault, struct error *error)
{
    char what[JSON_ERROR_TEXT_LENGTH + 120];
    size_t offset = fault->position > 0 ? (size_t)fault->position : 0, length = strlen(text);
    offset = token_begin(text, offset > length ? length : offset, fault->text);
    if (json_error_code(fault) == json_error_duplicate_key)
        snprintf(what, sizeof what, "%s: each key may stand once in an object (also a comment: use \"// a\", \"// b\")",
                 trim_near(fault->text));
    else
        snprintf(what, sizeof what, "no valid JSON: %s%s", trim_near(fault->text), advice(text, offset, fault->text));
    return fault_at(name, text, offset, error, what);
}

struct document *document_from_text(const char *name, const char *text, struct error *error)
{
    if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3;
    if (check_depth(name, text, error) < 0)
        return NULL;

    json_error_t fault;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &fault);
    if (!root) {
        syntax_fault(name, text, &fault, error);
        return NULL;
    }
    struct document *document = calloc(1, sizeof *document);
    if (document) {
        document->root = root;
        document->name = strdup(name);
        document->text = strdup(text);
        if (document->name && document->text)
            return document;
        document_free(document);
    } else {
        json_decref(root);
    }
    error_set(error, ERROR_RETRY, "%s: out of memory", name);
    return NULL;
}

static int read_all(FILE *file, const char *name, size_t maximum, struct buffer *content, struct error *error)
{
    char block[8192];
    size_t count;
    while ((count = fread(block, 1, sizeof block, file)) > 0) {
        if (memchr(block, '\0', count))
            return error_set(error, ERROR_INPUT, "%s: no valid JSON: it has a NUL byte (save the file as UTF-8)", name);
        if (!buffer_append(content, block, count)) {
            if (content->size + count > maximum)
                return error_set(error, ERROR_INPUT, "%s: larger than the limit of %zu bytes", name, maximum);
            return error_set(error, ERROR_RETRY, "%s: out of memory", name);
        }
    }
    if (ferror(file))
        return error_set(error, ERROR_ABSENT, "cannot read '%s': %s", name, strerror(errno));
    return 1;
}

struct document *document_load(const char *path, size_t maximum, struct error *error)
{
    int is_stdin = strcmp(path, "-") == 0;
    const char *name = is_stdin ? "standard input" : path;
    FILE *file = is_stdin ? stdin : fopen(path, "re");
    if (!file) {
        error_set(error, ERROR_ABSENT, "cannot open '%s': %s", path, strerror(errno));
        return NULL;
    }
    struct buffer content;
    buffer_init(&content, maximum);
    struct document *document = NULL;
    if (read_all(file, name, maximum, &content, error) > 0)
        document = document_from_text(name, buffer_text(&content), error);
    buffer_release(&content);
    if (!is_stdin)
        fclose(file);
    return document;
}

void document_free(struct document *document)
{
    if (!document)
        return;
    json_decref(document->root);
    free(document->name);
    free(document->text);
    free(document);
}

json_t *document_root(const struct document *document)
{
    return document->root;
}

const char *document_name(const struct document *document)
{
    return document->name;
}

__attribute__((format(printf, 5, 0)))
static int fault_list(const struct document *document, const char *pointer, bool at_key, struct error *error,
                      const char *format, va_list arguments)
{
    char what[384];
    vsnprintf(what, sizeof what, format, arguments);
    int line, column;
    place_line(document->text, place_find(document->text, pointer, at_key), &line, &column);
    return error_set(error, ERROR_INPUT, "%s:%d:%d: %s%s%s", document->name, line, column, pointer,
                     *pointer ? ": " : "", what);
}

int document_fault(const struct document *document, const char *pointer, struct error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fault_list(document, pointer, false, error, format, arguments);
    va_end(arguments);
    return -1;
}

int document_place(const struct document *document, struct error *error)
{
    if (!error)
        return -1;
    char pointer[sizeof error->text];
    const char *end = strstr(error->text, ": ");
    size_t length = end && (*error->text == '/' || end == error->text) ? (size_t)(end - error->text) : 0;
    memcpy(pointer, error->text, length);
    pointer[length] = '\0';
    if (end == error->text)
        memmove(error->text, error->text + 2, strlen(error->text + 2) + 1);
    int line, column;
    place_line(document->text, place_find(document->text, pointer, false), &line, &column);
    return error_prefix(error, "%s:%d:%d", document->name, line, column);
}

static int key_fault(const struct document *document, const char *pointer, struct error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static int key_fault(const struct document *document, const char *pointer, struct error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fault_list(document, pointer, true, error, format, arguments);
    va_end(arguments);
    return -1;
}

static const char *const type_names[] = {
    [FIELD_STRING] = "a string",   [FIELD_INTEGER] = "a whole number", [FIELD_NUMBER] = "a number",
    [FIELD_BOOL] = "true or false", [FIELD_OBJECT] = "an object {…}",   [FIELD_ARRAY] = "a list […]",
    [FIELD_ANY] = "a value",
};

static bool has_type(const json_t *value, const struct field *field)
{
    if (json_is_null(value))
        return field->nullable || field->type == FIELD_ANY;
    switch (field->type) {
    case FIELD_STRING: return json_is_string(value);
    case FIELD_INTEGER: return json_is_integer(value);
    case FIELD_NUMBER: return json_is_number(value);
    case FIELD_BOOL: return json_is_boolean(value);
    case FIELD_OBJECT: return json_is_object(value);
    case FIELD_ARRAY: return json_is_array(value);
    case FIELD_ANY: return true;
    }
    return false;
}

static const struct field *find_field(const struct field *fields, const char *name)
{
    for (; fields->name; fields++)
        if (strcmp(fields->name, name) == 0)
            return fields;
    return NULL;
}

static int unknown_key(const struct document *document, const char *pointer, const char *key,
                       const struct field *fields, struct error *error)
{
    const char *nearest = NULL;
    size_t best = 3;
    for (const struct field *field = fields; field->name; field++) {
        size_t distance = place_distance(key, field->name);
        if (distance < best && distance < strlen(field->name)) {
            best = distance;
            nearest = field->name;
        }
    }
    char at[512];
    document_pointer(at, sizeof at, pointer, key);
    if (nearest)
        return key_fault(document, at, error, "unknown key; did you mean \"%s\"?", nearest);
    return key_fault(document, at, error, "unknown key (a comment's key begins with //)");
}

int document_check(const struct document *document, const json_t *object, const char *pointer,
                   const struct field *fields, struct error *error)
{
    if (!json_is_object(object))
        return document_fault(document, pointer, error, "expected an object {…}");
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value) {
        if (strncmp(key, "//", 2) == 0)
            continue;
        const struct field *field = find_field(fields, key);
        if (!field)
            return unknown_key(document, pointer, key, fields, error);
        if (!has_type(value, field)) {
            char at[512];
            document_pointer(at, sizeof at, pointer, key);
            return document_fault(document, at, error, "expected %s%s", type_names[field->type],
                                  field->nullable ? " or null" : "");
        }
    }
    for (const struct field *field = fields; field->name; field++)
        if (field->required && !json_object_get(object, field->name))
            return document_fault(document, pointer, error, "the key \"%s\" is missing", field->name);
    return 1;
}

static void put(char *text, size_t size, size_t *length, char byte)
{
    if (*length + 1 < size)
        text[(*length)++] = byte;
}

char *document_pointer(char *text, size_t size, const char *pointer, const char *key)
{
    size_t length = 0;
    if (size == 0)
        return text;
    for (; *pointer && length + 1 < size; pointer++)
        text[length++] = *pointer;
    put(text, size, &length, '/');
    for (; *key; key++) {
        if (*key == '~' || *key == '/') {
            put(text, size, &length, '~');
            put(text, size, &length, *key == '~' ? '0' : '1');
        } else {
            put(text, size, &length, *key);
        }
    }
    text[length] = '\0';
    return text;
}

char *document_pointer_index(char *text, size_t size, const char *pointer, size_t index)
{
    char number[24];
    snprintf(number, sizeof number, "%zu", index);
    return document_pointer(text, size, pointer, number);
}
