/* program.h - patterns as the matcher runs them
 * SPDX-License-Identifier: MIT
 *
 * Small and in one piece: the words to look for, and for each the steps to its
 * left and right that must lead somewhere (anchor.h). Immutable.
 */
#ifndef RULES_PROGRAM_H
#define RULES_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "lib/error.h"
#include "rules/expression.h"

/* A node of an expression, for one direction. */
struct step {
    uint64_t keys;         /* NODE_WORDS: a bit for each key (program_key_bit) */
    uint32_t first, count; /* in program.choices (NODE_WORDS) or program.items, in the order in which they are tried */
    uint16_t least, most;
    uint8_t kind, set;
    uint8_t key_size;      /* bytes of a key: as many as the shortest word has, 3 at most */
    bool empty;            /* NODE_WORDS: the empty word is one of them */
};
/* A word of a step; those of a step are in order of their keys. */
struct choice {
    uint32_t key; /* its first bytes in the step's direction */
    uint32_t at;  /* in program.bytes */
    uint32_t size;
};
/* A word that is looked for. */
struct anchor_word {
    uint32_t at, size;
    uint32_t first, end; /* in program.of_word */
};
struct surroundings {
    uint32_t pattern;     /* index of the expression */
    uint32_t left, right; /* in program.parts: steps, the nearest first */
    uint16_t left_count, right_count;
};
struct program {
    struct step *steps;
    uint32_t *items;
    struct choice *choices;
    struct byte_set *sets;
    char *bytes;
    struct surroundings *anchors;
    uint32_t *parts;
    struct anchor_word *words;
    uint32_t *of_word; /* indices of anchors */
    size_t step_count, item_count, choice_count, byte_count, anchor_count, part_count, word_count;
    size_t step_room, item_room, choice_room, byte_room;
};

/* From expressions of phrase.h. 1, or -1 with ERROR_INPUT and *bad = the index of the expression that cannot be searched
 * for, or ERROR_RETRY; release either way. */
int program_make(struct program *program, const char *const *expressions, size_t count, size_t *bad, struct error *error);
void program_release(struct program *program);

static inline uint64_t program_key_bit(uint32_t key)
{
    return UINT64_C(1) << ((key * UINT32_C(0x9e3779b1)) >> 26);
}

/* The key of what stands behind (or before) a place. */
static inline uint32_t program_key(const char *at, unsigned size, bool forward)
{
    uint32_t key = 0;
    for (unsigned i = 0; i < size; i++)
        key = key << 8 | (unsigned char)(forward ? at[i] : at[-1 - (ptrdiff_t)i]);
    return key;
}

#endif
