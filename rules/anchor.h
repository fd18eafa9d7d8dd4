/* anchor.h - which words of an expression are searched for, and what must stand around them
 * SPDX-License-Identifier: MIT
 *
 * Every match of an expression holds one of its anchors. Where an anchor is
 * found, the parts to its left are tried backwards and those to its right
 * forwards (confirm.h): what ends on the right is what the expression matches.
 */
#ifndef RULES_ANCHOR_H
#define RULES_ANCHOR_H

#include "rules/expression.h"

/* An anchor's surroundings; many words may share one. */
struct anchor {
    uint32_t pattern;     /* index of the expression */
    uint32_t left, right; /* in anchors.parts: nodes, the nearest first */
    uint16_t left_count, right_count;
};
struct anchors {
    struct anchor *items;
    uint32_t *parts;
    uint32_t *first; /* per word: where its anchors begin in `of_word`, and one more */
    uint32_t *of_word;
    size_t count, part_count, room, part_room;
};

/* Chooses the rarest words that every match must hold. 1, or -1 with ERROR_INPUT and *bad = the index of an expression
 * with matches that hold no word at all, or ERROR_RETRY; release either way. */
int anchors_choose(struct anchors *anchors, const struct expressions *expressions, size_t *bad, struct error *error);
void anchors_release(struct anchors *anchors);

#endif
