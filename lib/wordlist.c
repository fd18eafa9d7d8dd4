/* wordlist.c - tables of lower-case words looked for in text whatever its case
 * SPDX-License-Identifier: MIT
 */
#include "lib/wordlist.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "lib/charset.h"

enum { BUCKETS = 128 + 64, NONE = 0xffff };

/* The words by what a text must begin with where one of them stands: an ASCII letter of either case; the
 * second byte, for Chinese, Japanese and Korean; any other byte that is not ASCII (`wide`: the other case
 * of a letter may have another lead byte). */
struct by_begin {
    uint16_t first[BUCKETS], wide;
    uint16_t next[WORDLIST_MAXIMUM];
};

static bool is_east_asian(unsigned char byte)
{
    return byte >= 0xe3 && byte < 0xef;
}

static void sort_by_begin(const struct wordlist *list, struct by_begin *words)
{
    memset(words->first, 0xff, sizeof words->first);
    words->wide = NONE;
    for (size_t i = 0; i < list->count && i < WORDLIST_MAXIMUM; i++) {
        unsigned char byte = (unsigned char)list->words[i][0];
        uint16_t *head = byte < 0x80           ? &words->first[byte]
                         : is_east_asian(byte) ? &words->first[128 + (list->words[i][1] & 0x3f)]
                                               : &words->wide;
        words->next[i] = *head;
        *head = (uint16_t)i;
    }
}

/* Whether a text that begins with this byte may begin with a word. */
static bool byte_fits(unsigned char byte, const char *word)
{
    unsigned char first = (unsigned char)word[0];
    if (first < 0x80 || byte < 0x80)
        return tolower(byte) == first;
    return byte == first || !is_east_asian(first); /* the other case of a letter may have another lead byte */
}

size_t wordlist_begin(const struct wordlist *list, const char *text, size_t size)
{
    size_t longest = 0;
    for (size_t i = 0; size && i < list->count; i++) {
        if (!byte_fits((unsigned char)*text, list->words[i]))
            continue;
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
    if (is_east_asian(first)) /* no case */
        return size >= 3 && memcmp(text, word, 3) == 0;
    return first >= 0x80 || second == 0 || second >= 0x80 ||
           (size >= 2 && tolower((unsigned char)text[1]) == second);
}

/* How many words of a bucket stand at `at` that were not found before. */
static size_t try_bucket(const struct wordlist *list, const struct by_begin *words, uint16_t bucket,
                         const char *text, size_t size, size_t at, bool whole, bool *found)
{
    size_t count = 0;
    for (uint16_t i = bucket; i != NONE; i = words->next[i]) {
        if (found[i] || !may_begin(text + at, size - at, list->words[i]))
            continue;
        size_t length = charset_match(text + at, size - at, list->words[i]);
        if (length && (!whole || ends_word(text, size, at + length)))
            found[i] = true, count++;
    }
    return count;
}

static size_t search(const struct wordlist *list, const char *text, size_t size, bool whole, size_t enough)
{
    struct by_begin words;
    bool found[WORDLIST_MAXIMUM] = { false };
    size_t count = 0;
    sort_by_begin(list, &words);
    for (size_t at = 0; at < size && count < enough; at++) {
        unsigned char byte = (unsigned char)text[at];
        if (byte < 0x80) {
            uint16_t bucket = words.first[tolower(byte)];
            if (bucket != NONE && !(at && is_latin(text[at - 1]) && is_latin(text[at])))
                count += try_bucket(list, &words, bucket, text, size, at, whole, found);
        } else if (byte >= 0xc0) {
            if (is_east_asian(byte) && at + 1 < size) {
                uint16_t bucket = words.first[128 + (text[at + 1] & 0x3f)];
                count += try_bucket(list, &words, bucket, text, size, at, whole, found);
            }
            count += try_bucket(list, &words, words.wide, text, size, at, whole, found);
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
