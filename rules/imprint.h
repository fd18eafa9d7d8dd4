/* imprint.h - what a text leaves behind for learning: hashed pieces, never text
 * SPDX-License-Identifier: MIT
 *
 * Words, pairs of words and runs of characters (digits all alike) are hashed
 * into 2^18 places, so that neither words nor their order can be read from
 * them; beside them stands what the rules said. Pure; knows no store.
 */
#ifndef RULES_IMPRINT_H
#define RULES_IMPRINT_H

#include <stdint.h>

#include "rules/verdict.h"

struct evaluation;

enum {
    IMPRINT_WORDS = 1 << 18,                      /* places of pieces of text */
    IMPRINT_RULES = 1 << 12,                      /* behind them: places of rules that hit */
    IMPRINT_PLACES = IMPRINT_WORDS + IMPRINT_RULES,
    IMPRINT_PIECES_MAX = 6000,                    /* of one text */
    IMPRINT_BYTES_MAX = 64 * 1024,
    IMPRINT_CATEGORIES_MAX = 16
};

struct imprint {
    const uint32_t *pieces; /* ascending, each once, below IMPRINT_PLACES */
    size_t count;
    double complaint;       /* what the rules alone said: log odds of a complaint */
    double urgency;         /* the level that they gave */
    const struct ranked_category *categories; /* best first */
    size_t category_count;
};

/* The pieces of an evaluated text (its first 4 KB in normal form). 1, or -1 with ERROR_RETRY. */
int imprint_make(const struct evaluation *evaluation, struct imprint *imprint, struct error *error);

/* As bytes for the store, in the arena. 1, or -1 with ERROR_RETRY. */
int imprint_write(const struct imprint *imprint, struct arena *arena, const uint8_t **bytes, size_t *size,
                  struct error *error);
/* The same back; lists and names live in the arena. 1, or -1 with ERROR_INPUT (what is wrong) or ERROR_RETRY. */
int imprint_read(const uint8_t *bytes, size_t size, struct arena *arena, struct imprint *imprint, struct error *error);

#endif
