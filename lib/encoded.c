/* encoded.c - encoded words (RFC 2047), also broken ones
 * SPDX-License-Identifier: MIT
 */
#include "lib/encoded.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/charset.h"
#include "lib/memory.h"

enum { CHARSET_LENGTH = 64 };

static int base64_digit(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' ? 63 : -1;
}

size_t encoded_base64(const char *text, size_t size, char *bytes)
{
    unsigned value = 0, bits = 0;
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        int digit = base64_digit((unsigned char)text[i]);
        if (text[i] == '=') { /* padding in the middle: the encoder began anew */
            value = bits = 0;
            continue;
        }
        if (digit < 0)
            continue;
        value = value << 6 | (unsigned)digit;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes[count++] = (char)(value >> bits & 0xff);
        }
    }
    return count;
}

static int hex_digit(unsigned char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F'
        ? c - 'A' + 10 : -1;
}

static size_t decode_q(const char *text, size_t size, char *bytes)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '=' && i + 2 < size && hex_digit((unsigned char)text[i + 1]) >= 0 &&
            hex_digit((unsigned char)text[i + 2]) >= 0) {
            bytes[count++] = (char)(hex_digit((unsigned char)text[i + 1]) << 4 | hex_digit((unsigned char)text[i + 2]));
            i += 2;
        } else if (text[i] == '=' && i + 2 == size && hex_digit((unsigned char)text[i + 1]) >= 0) {
            break; /* cut off inside a byte */
        } else if (text[i] != '\r' && text[i] != '\n') {
            bytes[count++] = text[i] == '_' ? ' ' : text[i];
        }
    }
    return count;
}

struct word {
    char charset[CHARSET_LENGTH];
    char encoding;
    const char *payload;
    size_t payload_size, size; /* size: of all of it */
};

/* Whether an encoded word begins here. A Q payload may hold spaces and line folds (broken, but
 * common), a word at the end of the value may lack its "?=". */
static bool read_word(const char *text, size_t size, struct word *word)
{
    if (size < 6 || text[0] != '=' || text[1] != '?')
        return false;
    size_t at = 2, begin = at;
    while (at < size && text[at] != '?' && at - begin < CHARSET_LENGTH && text[at] > ' ')
        at++;
    if (at >= size || text[at] != '?' || at == begin || at - begin >= CHARSET_LENGTH || at + 2 >= size)
        return false;
    memcpy(word->charset, text + begin, at - begin);
    word->charset[at - begin] = '\0';
    word->charset[strcspn(word->charset, "*")] = '\0'; /* RFC 2231 section 5: a language may follow */
    word->encoding = (char)toupper((unsigned char)text[at + 1]);
    if ((word->encoding != 'B' && word->encoding != 'Q') || text[at + 2] != '?')
        return false;
    word->payload = text + at + 3;
    for (at += 3; at + 1 < size; at++) {
        if (text[at] == '?' && text[at + 1] == '=') {
            word->payload_size = (size_t)(text + at - word->payload);
            word->size = at + 2;
            return true;
        }
        if (text[at] == '=' && text[at + 1] == '?' && !(at + 2 < size && text[at + 2] == '='))
            break;
    }
    bool whole = at + 1 >= size;
    word->payload_size = (size_t)(text + (whole ? size : at) - word->payload);
    while (whole && word->payload_size && word->payload[word->payload_size - 1] == '?')
        word->payload_size--;
    word->size = (size_t)(word->payload - text) + (whole ? (size_t)(text + size - word->payload)
                                                   : word->payload_size);
    return whole || word->payload_size > 0;
}

struct decoder {
    struct buffer text;    /* UTF-8 so far */
    struct buffer pending; /* bytes of words in one charset, not yet converted */
    char charset[CHARSET_LENGTH];
};

static void flush(struct decoder *decoder)
{
    if (decoder->pending.size)
        charset_decode(decoder->charset, decoder->pending.bytes, decoder->pending.size, &decoder->text);
    buffer_clear(&decoder->pending);
}

static void add_word(struct decoder *decoder, const struct word *word)
{
    if (decoder->pending.size && strcasecmp(decoder->charset, word->charset) != 0)
        flush(decoder);
    memcpy(decoder->charset, word->charset, sizeof word->charset);
    char *bytes = malloc(word->payload_size + 1);
    if (!bytes) {
        memory_failed();
        decoder->text.failed = true;
        return;
    }
    size_t count = word->encoding == 'B' ? encoded_base64(word->payload, word->payload_size, bytes)
                                         : decode_q(word->payload, word->payload_size, bytes);
    buffer_append(&decoder->pending, bytes, count);
    free(bytes);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Raw text up to the next "=?": its folds become what they were before folding. */
static void add_raw(struct decoder *decoder, const char *text, size_t size)
{
    struct buffer raw;
    buffer_init(&raw, size + 1);
    for (size_t i = 0; i < size; i++)
        if (text[i] != '\r' && text[i] != '\n')
            buffer_putc(&raw, text[i]);
    if (raw.size && !charset_decode(NULL, raw.bytes, raw.size, &decoder->text))
        decoder->text.failed = true;
    buffer_release(&raw);
}

char *encoded_decode(struct arena *arena, const char *value, size_t size)
{
    struct decoder decoder;
    buffer_init(&decoder.text, size * 4 + 64);
    buffer_init(&decoder.pending, size + 1);
    bool after_word = false;
    for (size_t at = 0; at < size;) {
        struct word word;
        size_t gap = at;
        while (after_word && gap < size && is_blank(value[gap]))
            gap++;
        if (read_word(value + gap, size - gap, &word)) {
            add_word(&decoder, &word);
            at = gap + word.size;
            after_word = true;
            continue;
        }
        flush(&decoder);
        size_t end = at + 1;
        while (end < size && !(value[end] == '=' && end + 1 < size && value[end + 1] == '?'))
            end++;
        add_raw(&decoder, value + at, end - at);
        after_word = false;
        at = end;
    }
    flush(&decoder);
    char *result = NULL;
    if (!decoder.text.failed && !decoder.pending.failed)
        result = charset_clean(arena, buffer_text(&decoder.text), decoder.text.size, decoder.text.size * CHARSET_GROWTH);
    for (char *p = result; p && *p; p++)
        if (*p == '\n' || *p == '\t')
            *p = ' ';
    buffer_release(&decoder.text);
    buffer_release(&decoder.pending);
    return result;
}
