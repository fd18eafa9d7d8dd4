/* highlight.h - a text cut into pieces, each with the mark that matters most there
 * SPDX-License-Identifier: MIT
 *
 * Works on the JSON that rulebook_explain makes of a mail.
 */
#ifndef CTL_HIGHLIGHT_H
#define CTL_HIGHLIGHT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum highlight_kind { HIGHLIGHT_PLAIN, HIGHLIGHT_FOR, HIGHLIGHT_AGAINST, HIGHLIGHT_OTHER, HIGHLIGHT_TAKEN_BACK };

struct highlight {
    size_t from, to;          /* bytes of "text" */
    int mark;                 /* index in "marks", -1: none */
    enum highlight_kind kind; /* whether it speaks for a complaint, against, only of category or urgency */
    bool ends;                /* the last piece that is seen of its mark */
};

/* The pieces of object's "text" in order, without a gap, by its "marks" and "rules". An array ended by an empty
 * piece, for free(); NULL when memory is out. Where marks overlap, the heaviest shows. */
struct highlight *highlight_split(const json_t *object);

/* What a rule adds to a figure ("complaint", "category", "urgency") of the object's verdict. */
double highlight_weight(const json_t *object, const char *rule, const char *target);

/* The number by which legends name the rule of a mark: 1, 2, … by first appearance. */
int highlight_number(const json_t *object, int mark);

#endif
