/* reader.c - typed values out of a strict JSON document, with the first fault kept
 * SPDX-License-Identifier: MIT
 */
#include "lib/reader.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/escape.h"

enum { POINTER_SIZE = 512 };

bool reader_check(struct reader *reader, const json_t *object, const char *pointer, const struct field *fields)
{
    if (!reader->failed && document_check(reader->document, object, pointer, fields, reader->error) < 0)
        reader->failed = true;
    return !reader->failed;
}

void reader_fault(struct reader *reader, const char *pointer, const char *key, const char *format, ...)
{
    if (reader->failed)
        return;
    reader->failed = true;
    char at[POINTER_SIZE], text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (key)
        pointer = document_pointer(at, sizeof at, pointer, key);
    document_fault(reader->document, pointer, reader->error, "%s", text);
}

void reader_fail(struct reader *reader, const char *pointer, const char *key, const struct error *cause)
{
    if (reader->failed)
        return;
    reader_fault(reader, pointer, key, "%s", cause->text);
    if (reader->error)
        reader->error->kind = cause->kind;
}

void reader_out_of_memory(struct reader *reader)
{
    if (reader->failed)
        return;
    reader->failed = true;
    error_set(reader->error, ERROR_RETRY, "%s: too large, or out of memory", document_name(reader->document));
}

static const json_t *get(const struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = reader->failed ? NULL : json_object_get(object, key);
    return json_is_null(value) ? NULL : value;
}

static const char *string_fault(const char *text)
{
    if (!*text)
        return "must not be empty";
    if (strlen(text) > 4096)
        return "is longer than 4096 bytes";
    for (size_t i = 0; text[i];) {
        int32_t character;
        i += escape_decode(text + i, &character);
        if (escape_is_unsafe(character))
            return "has a control or invisible character";
    }
    return NULL;
}

const char *reader_string(struct reader *reader, const json_t *object, const char *pointer, const char *key,
                          const char *fallback)
{
    const json_t *value = get(reader, object, key);
    if (!value)
        return fallback;
    const char *text = json_string_value(value), *fault = string_fault(text);
    if (fault)
        reader_fault(reader, pointer, key, "%s", fault);
    return text;
}

static const char *list_item(struct reader *reader, const json_t *list, const char *pointer, size_t index)
{
    char at[POINTER_SIZE];
    document_pointer_index(at, sizeof at, pointer, index);
    const json_t *item = json_array_get(list, index);
    if (!json_is_string(item)) {
        reader_fault(reader, at, NULL, "expected a string");
        return NULL;
    }
    const char *text = json_string_value(item), *fault = string_fault(text);
    if (fault)
        reader_fault(reader, at, NULL, "%s", fault);
    for (size_t i = 0; i < index; i++)
        if (strcmp(text, json_string_value(json_array_get(list, i))) == 0)
            reader_fault(reader, at, NULL, "\"%s\" stands in the list twice", text);
    return text;
}

const char *const *reader_strings(struct reader *reader, const json_t *object, const char *pointer, const char *key)
{
    static const char *const none[] = { NULL };
    const json_t *list = get(reader, object, key);
    if (!list)
        return none;
    char at[POINTER_SIZE];
    document_pointer(at, sizeof at, pointer, key);
    size_t count = json_array_size(list);
    if (count > 1000)
        reader_fault(reader, at, NULL, "has more than 1000 items");
    const char **items = reader->failed ? NULL : arena_alloc(reader->arena, (count + 1) * sizeof *items);
    if (!items) {
        reader_out_of_memory(reader);
        return none;
    }
    for (size_t i = 0; i < count && !reader->failed; i++)
        items[i] = list_item(reader, list, at, i);
    return reader->failed ? none : items;
}

int64_t reader_integer(struct reader *reader, const json_t *object, const char *pointer, const char *key,
                       int64_t fallback, int64_t least, int64_t most)
{
    const json_t *value = get(reader, object, key);
    if (!value)
        return fallback;
    int64_t number = json_integer_value(value);
    if (number < least || number > most)
        reader_fault(reader, pointer, key, "expected a number from %" PRId64 " to %" PRId64, least, most);
    return number;
}

bool reader_bool(struct reader *reader, const json_t *object, const char *key, bool fallback)
{
    const json_t *value = get(reader, object, key);
    return value ? json_is_true(value) : fallback;
}

int reader_choice(struct reader *reader, const json_t *object, const char *pointer, const char *key, int fallback,
                  const char *const *names)
{
    const char *text = reader_string(reader, object, pointer, key, NULL);
    if (!text)
        return fallback;
    char known[200] = "";
    for (int i = 0; names[i]; i++) {
        if (strcmp(text, names[i]) == 0)
            return i;
        size_t length = strlen(known);
        snprintf(known + length, sizeof known - length, "%s\"%s\"", i ? " or " : "", names[i]);
    }
    reader_fault(reader, pointer, key, "expected %s", known);
    return fallback;
}

int64_t reader_milliseconds(struct reader *reader, const json_t *object, const char *pointer, const char *key,
                            int64_t fallback, int64_t least, int64_t most)
{
    const char *text = reader_string(reader, object, pointer, key, NULL);
    if (!text || reader->failed)
        return fallback;
    size_t digits = strspn(text, "0123456789");
    int64_t value = 0;
    struct error cause;
    if (digits > 0 && digits < 10 && strcmp(text + digits, "ms") == 0) {
        value = strtoll(text, NULL, 10);
    } else {
        if (duration_parse(text, &value, &cause) < 0) {
            reader_fault(reader, pointer, key, "%s", cause.text);
            return fallback;
        }
        value *= 1000;
    }
    if (value < least || value > most)
        reader_fault(reader, pointer, key, "\"%s\" is outside the limits of %" PRId64 " ms to %" PRId64 " ms", text, least,
                     most);
    return value;
}

int64_t reader_seconds(struct reader *reader, const json_t *object, const char *pointer, const char *key,
                       int64_t fallback, int64_t least, int64_t most)
{
    const char *text = reader_string(reader, object, pointer, key, NULL);
    if (!text || reader->failed)
        return fallback;
    int64_t value;
    struct error cause;
    if (duration_parse(text, &value, &cause) < 0) {
        reader_fault(reader, pointer, key, "%s", cause.text);
        return fallback;
    }
    if (value < least || value > most) {
        char low[INSTANT_TEXT], high[INSTANT_TEXT];
        reader_fault(reader, pointer, key, "\"%s\" is outside the limits of %s to %s", text, duration_format(least, low),
                     duration_format(most, high));
    }
    return value;
}

instant reader_instant(struct reader *reader, const json_t *object, const char *pointer, const char *key, instant fallback)
{
    const char *text = reader_string(reader, object, pointer, key, NULL);
    if (!text || reader->failed)
        return fallback;
    instant at;
    struct error cause;
    if (instant_parse_rfc3339(text, &at, &cause) < 0) {
        reader_fault(reader, pointer, key, "%s", cause.text);
        return fallback;
    }
    return at;
}

const char *reader_resolve(struct reader *reader, const char *path)
{
    if (!path || reader->failed)
        return path;
    const char *name = document_name(reader->document), *slash = strrchr(name, '/');
    const char *resolved = *path == '/' || !slash
                               ? path
                               : arena_printf(reader->arena, "%.*s/%s", (int)(slash - name), name, path);
    if (!resolved)
        reader_out_of_memory(reader);
    return resolved;
}

const char *reader_path(struct reader *reader, const json_t *object, const char *pointer, const char *key)
{
    return reader_resolve(reader, reader_string(reader, object, pointer, key, NULL));
}
