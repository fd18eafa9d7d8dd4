/* normal.h - one normal form for texts and patterns
 * SPDX-License-Identifier: MIT
 *
 * NFKC case folding (which also drops zero-width characters and makes
 * full-width ones narrow), traditional to simplified Chinese, plain
 * apostrophes and quotes, single spaces, no spaces inside Chinese, letters
 * that are repeated for emphasis once, Latin words in disguise (a Cyrillic or
 * Greek letter, 0 for o, 1 for l) undone. Immutable after loading.
 */
#ifndef RULES_NORMAL_H
#define RULES_NORMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/error.h"

struct normal;

/* U+4E00 to U+9FFF: what each ideograph is in simplified script. */
enum { NORMAL_FIRST = 0x4E00, NORMAL_TABLE = 0x5200 };

/* `table` holds NORMAL_TABLE entries (of a cache), or is NULL: built from ICU's transliterator,
 * which takes 40 ms. NULL with ERROR_SETUP when ICU lacks its data, ERROR_RETRY. */
struct normal *normal_new(const uint16_t *table, struct error *error);
void normal_free(struct normal *normal);
const uint16_t *normal_table(const struct normal *normal);

struct normal_text {
    char *text; /* NUL-terminated UTF-8; sentences of Chinese and paragraphs end in \n */
    size_t size;
    uint32_t *origin; /* for each byte of text (and its end) the byte offset in the original */
};

/* Normal form of UTF-8 text (bad bytes become U+FFFD); linear. `origin` is made only when asked
 * for. 1, or -1 with ERROR_RETRY when the arena is full. */
int normal_make(const struct normal *normal, const char *text, size_t size, bool want_origin,
                struct arena *arena, struct normal_text *result, struct error *error);

/* The form of a pattern: characters only; spaces and repetitions stay as they are written. */
int normal_pattern(const struct normal *normal, const char *text, struct arena *arena, char **result,
                   struct error *error);

bool normal_is_ideograph(uint32_t character);

#endif
