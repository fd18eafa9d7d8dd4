/* place.c - where in a JSON text a pointer lies: the second scan behind lib/document
 * SPDX-License-Identifier: MIT
 */
#include "lib/place.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

const char *place_skip_string(const char *text)
{
    for (text++; *text && *text != '"'; text++)
        if (*text == '\\' && text[1])
            text++;
    return *text ? text + 1 : text;
}

static const char *skip_space(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

static const char *skip_value(const char *at)
{
    if (*at == '"')
        return place_skip_string(at);
    if (*at != '{' && *at != '[')
        return at + strcspn(at, ",]} \t\r\n");
    size_t depth = 0;
    while (*at) {
        if (*at == '"') {
            at = place_skip_string(at);
            continue;
        }
        if (*at == '{' || *at == '[')
            depth++;
        else if ((*at == '}' || *at == ']') && --depth == 0)
            return at + 1;
        at++;
    }
    return at;
}

static uint32_t read_hex(const char *at)
{
    char digits[5] = { 0 };
    for (size_t i = 0; i < 4 && at[i]; i++)
        digits[i] = at[i];
    return (uint32_t)strtoul(digits, NULL, 16);
}

static size_t encode(uint32_t character, char bytes[static 4])
{
    if (character < 0x80) {
        bytes[0] = (char)character;
        return 1;
    }
    size_t size = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    for (size_t i = size; i-- > 1; character >>= 6)
        bytes[i] = (char)(0x80 | (character & 0x3f));
    bytes[0] = (char)(lead[size] | character);
    return size;
}

/* The next decoded bytes of a JSON string's inside; returns where it goes on. */
static const char *next_bytes(const char *at, char bytes[static 4], size_t *size)
{
    *size = 1;
    bytes[0] = *at;
    if (*at != '\\' || !at[1])
        return at + 1;
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    const char *simple = strchr(from, at[1]);
    if (at[1] != 'u') {
        bytes[0] = simple ? to[simple - from] : at[1];
        return at + 2;
    }
    if (strlen(at) < 6)
        return at + strlen(at);
    uint32_t character = read_hex(at + 2);
    at += 6;
    if (character >= 0xd800 && character < 0xdc00 && at[0] == '\\' && at[1] == 'u' && strlen(at) >= 6) {
        character = 0x10000 + ((character - 0xd800) << 10) + (read_hex(at + 2) - 0xdc00);
        at += 6;
    }
    *size = encode(character, bytes);
    return at;
}

/* Whether the key string at `at` (at its quotation mark) is the pointer's token of that length. */
static bool key_is(const char *at, const char *token, size_t length)
{
    const char *end = token + length;
    at++;
    while (*at && *at != '"') {
        char bytes[4];
        size_t size;
        at = next_bytes(at, bytes, &size);
        for (size_t i = 0; i < size; i++) {
            if (token == end)
                return false;
            char expected = *token++;
            if (expected == '~' && token < end)
                expected = *token++ == '1' ? '/' : '~';
            if (bytes[i] != expected)
                return false;
        }
    }
    return token == end;
}

/* The value in the container at `at` that the token names, and its key; NULL when there is none. */
static const char *find_child(const char *at, const char *token, size_t length, const char **key)
{
    bool object = *at == '{';
    if (!object && *at != '[')
        return NULL;
    size_t wanted = object ? 0 : strtoul(token, NULL, 10);
    at = skip_space(at + 1);
    for (size_t index = 0; *at && *at != '}' && *at != ']'; index++) {
        bool found = !object && index == wanted;
        *key = at;
        if (object) {
            if (*at != '"')
                return NULL;
            found = key_is(at, token, length);
            at = skip_space(place_skip_string(at));
            if (*at == ':')
                at = skip_space(at + 1);
        }
        if (found)
            return at;
        at = skip_space(skip_value(at));
        if (*at == ',')
            at = skip_space(at + 1);
    }
    return NULL;
}

size_t place_find(const char *text, const char *pointer, bool at_key)
{
    const char *value = skip_space(text), *key = value;
    while (*pointer == '/') {
        size_t length = strcspn(pointer + 1, "/");
        const char *child_key = NULL, *child = find_child(value, pointer + 1, length, &child_key);
        if (!child)
            break;
        value = child;
        key = child_key;
        pointer += 1 + length;
    }
    return (size_t)((at_key && *pointer == '\0' ? key : value) - text);
}

void place_line(const char *text, size_t offset, int *line, int *column)
{
    *line = *column = 1;
    for (size_t i = 0; i < offset && text[i]; i++) {
        if (text[i] == '\n') {
            ++*line;
            *column = 1;
        } else if (((unsigned char)text[i] & 0xc0) != 0x80) {
            ++*column;
        }
    }
}

size_t place_distance(const char *a, const char *b)
{
    enum { LONGEST = 63 };
    size_t rows[3][LONGEST + 1], length_a = strlen(a), length_b = strlen(b);
    if (length_a > LONGEST || length_b > LONGEST)
        return SIZE_MAX;
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= length_b; j++)
        above[j] = j;
    memcpy(before, above, sizeof rows[0]);
    for (size_t i = 1; i <= length_a; i++) {
        row[0] = i;
        for (size_t j = 1; j <= length_b; j++) {
            size_t least = above[j - 1] + (a[i - 1] != b[j - 1]);
            if (above[j] + 1 < least)
                least = above[j] + 1;
            if (row[j - 1] + 1 < least)
                least = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < least)
                least = before[j - 2] + 1;
            row[j] = least;
        }
        size_t *spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return above[length_b];
}
