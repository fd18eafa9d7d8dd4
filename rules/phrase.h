/* phrase.h - the pattern language of the packs, as regular expressions for libhs
 * SPDX-License-Identifier: MIT
 *
 * redress-rules(5), "Patterns". Every repetition is bounded, so no pattern
 * can be catastrophic; what would match nothing or everything is refused.
 */
#ifndef RULES_PHRASE_H
#define RULES_PHRASE_H

#include <stddef.h>

#include "lib/buffer.h"
#include "lib/error.h"

enum { PHRASE_EXPRESSION_MAX = 16384 };

/* Named word lists of a pack; `words` are in normal form already. */
struct word_class {
    const char *name;
    const char **words;
    size_t count;
};

/* Appends the expression of a pattern (in normal form) to *out; *width gets the bytes of its shortest
 * match. 1, or -1 with ERROR_INPUT whose text
 * says what is wrong and at which character. */
int phrase_compile(const char *pattern, const struct word_class *classes, size_t class_count,
                   struct buffer *out, size_t *width, struct error *error);

#endif
