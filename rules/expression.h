/* expression.h - the expressions that phrase.h makes, as trees
 * SPDX-License-Identifier: MIT
 *
 * Equal parts of all expressions are one node: a word list that fifty patterns
 * use is there once. A node says what bytes it matches; where it may begin is
 * for others (anchor.h, confirm.h). Knows no libhs.
 */
#ifndef RULES_EXPRESSION_H
#define RULES_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/error.h"

enum node_kind {
    NODE_WORDS,    /* one of some literals, the empty one may be among them */
    NODE_SET,      /* `least` to `most` bytes of a set */
    NODE_CHAIN,    /* its items one after the other */
    NODE_CHOICE,   /* one of its items */
    NODE_REPEAT,   /* its only item, `least` to `most` times */
    NODE_BOUNDARY, /* between a letter, digit or _ and something else (PCRE's \b) */
    NODE_BEGIN,    /* of the text */
    NODE_END       /* of the text, or before the line end that ends it (PCRE's $) */
};
/* Repetitions without a limit have this one: no word is longer. */
enum { EXPRESSION_RUN_MAX = 255 };

struct node {
    uint32_t first, count;  /* in expressions.items: ids of words or nodes */
    uint16_t least, most;
    uint8_t kind;
    uint8_t set;
};
struct word {
    uint32_t at;     /* in expressions.bytes */
    uint16_t size;
    uint16_t uses;   /* in how many places of the expressions it stands (65,535 at most) */
};
struct byte_set {
    uint64_t bits[4];
};
struct expressions {
    struct node *nodes;
    struct word *words;
    uint32_t *items;
    struct byte_set *sets;
    char *bytes;
    uint32_t *roots; /* node of each expression */
    size_t node_count, word_count, item_count, set_count, byte_count, root_count;
    size_t node_room, word_room, item_room, set_room, byte_room;
};

/* Reads expressions of phrase.h: of regular expressions this is literals, sets, groups, "|", "?", "*", "{m,n}", \b, ^
 * and $. 1, or -1 with ERROR_INPUT and *bad = the index of one with anything else, or ERROR_RETRY; release either way. */
int expressions_read(struct expressions *expressions, const char *const *texts, size_t count, size_t *bad,
                     struct error *error);
void expressions_release(struct expressions *expressions);

static inline bool byte_set_has(const struct byte_set *set, unsigned char byte)
{
    return set->bits[byte >> 6] >> (byte & 63) & 1;
}

#endif
