/* wordlist.h - tables of lower-case words looked for in text whatever its case
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_WORDLIST_H
#define LIB_WORDLIST_H

#include <stdbool.h>
#include <stddef.h>

struct wordlist {
    const char *const *words;
    size_t count; /* at most WORDLIST_MAXIMUM */
};
enum { WORDLIST_MAXIMUM = 256 };
#define WORDLIST(table) { table, sizeof table / sizeof *table }

/* The length of the longest word that the text begins or ends with, 0 without. */
size_t wordlist_begin(const struct wordlist *list, const char *text, size_t size);
size_t wordlist_end(const struct wordlist *list, const char *text, size_t size);

/* How many different words of the list stand in the text. Words of Latin letters count where a word
 * begins ("tel" does not stand in "hotel"), with `whole` only where it ends, too. One pass. */
size_t wordlist_count(const struct wordlist *list, const char *text, size_t size, bool whole);
bool wordlist_within(const struct wordlist *list, const char *text, size_t size, bool whole);

#endif
