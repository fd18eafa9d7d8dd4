/* wordlist.c - tables of lower-case words looked for in text whatever its case
 * SPDX-License-Identifier: MIT
 */
#include "lib/wordlist.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "lib/charset.h"

/* The bytes that a text may begin with when a word of the list stands there. */
struct first_bytes {
    uint64_t bits[4];
};

static void add(struct first_bytes *first, unsigned char byte)
{
    first->bits[byte / 64] |= UINT64_C(1) << byte % 64;
}

static bool has(const struct first_bytes *first, unsigned char byte)
{
    return first->bits[byte / 64] >> byte % 64 & 1;
}

static struct first_bytes read_first_bytes(const struct wordlist *list)
{
    struct first_bytes first = { { 0 } };
    bool wide = false;
    for (size_t i = 0; i < list->count; i++) {
        unsigned char byte = (unsigned char)*list->words[i];
        add(&first, byte);
        if (byte < 0x80)
            add(&first, (unsigned char)toupper(byte));
        wide |= byte >= 0xc0 && byte < 0xe0; /* the other case of a letter may have another lead byte */
    }
    for (unsigned byte = 0xc2; wide && byte < 0xe0; byte++)
        add(&first, (unsigned char)byte);
    return first;
}

size_t wordlist_begin(const struct wordlist *list, const char *text, size_t size)
{
    size_t longest = 0;
    for (size_t i = 0; i < list->count; i++) {
        size_t length = charset_match(text, size, list->words[i]);
        if (length > longest)
            longest = length;
    }
    return longest;
}

size_t wordlist_end(const struct wordlist *list, const char *text, size_t size)
{
    size_t longest = 0;
    for (size_t i = 0; i < list->count; i++) {
        size_t length = strlen(list->words[i]);
        if (length > longest && length <= size && charset_match(text + size - length, length,
            list->words[i]) == length)
            longest = length;
    }
    return longest;
}

static bool is_latin(char c)
{
    return (unsigned char)c < 0x80 && isalpha((unsigned char)c);
}

static bool ends_word(const char *text, size_t size, size_t at)
{
    return at >= size || !is_latin(text[at]);
}

/* Most words that begin with the right byte differ in the next ones; only these are looked at here. */
static bool may_begin(const char *text, size_t size, const char *word)
{
    unsigned char first = (unsigned char)word[0], second = (unsigned char)word[1];
    if (first >= 0xe3 && first < 0xef) /* Chinese, Japanese, Korean: no case */
        return size >= 3 && memcmp(text, word, 3) == 0;
    if (first >= 0x80)
        return true;
    return tolower((unsigned char)text[0]) == first &&
           (second == 0 || second >= 0x80 || (size >= 2 && tolower((unsigned char)text[1]) == second));
}

static size_t search(const struct wordlist *list, const char *text, size_t size, bool whole, size_t enough)
{
    struct first_bytes first = read_first_bytes(list);
    bool found[WORDLIST_MAXIMUM] = { false };
    size_t count = 0;
    for (size_t at = 0; at < size && count < enough; at++) {
        if (!has(&first, (unsigned char)text[at]))
            continue;
        bool inside = at && is_latin(text[at - 1]) && is_latin(text[at]);
        for (size_t i = 0; !inside && i < list->count && i < WORDLIST_MAXIMUM; i++) {
            if (found[i] || !may_begin(text + at, size - at, list->words[i]))
                continue;
            size_t length = charset_match(text + at, size - at, list->words[i]);
            if (length && (!whole || ends_word(text, size, at + length)))
                found[i] = true, count++;
        }
    }
    return count;
}

size_t wordlist_count(const struct wordlist *list, const char *text, size_t size, bool whole)
{
    return search(list, text, size, whole, SIZE_MAX);
}

bool wordlist_within(const struct wordlist *list, const char *text, size_t size, bool whole)
{
    return search(list, text, size, whole, 1) > 0;
}
