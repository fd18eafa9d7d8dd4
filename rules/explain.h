/* explain.h - where in a mail the hits stand that a verdict is made of
 * SPDX-License-Identifier: MIT
 *
 * For people: it costs many times what judging costs, because libhs tells
 * only where a hit ends. Pure.
 */
#ifndef RULES_EXPLAIN_H
#define RULES_EXPLAIN_H

#include "rules/verdict.h"

/* Words that a pattern found. */
struct mark {
    size_t from, to;     /* byte offsets in the explanation's text */
    const char *rule;    /* whose pattern it is */
    const char *counted; /* the rule that it counts for: the same, the one it flips to, or NULL for none */
    const char *scope;   /* what took it back ("negation"), or NULL; without both, another rule outdid it */
};

/* A hit without words of its own. */
struct cause {
    const char *rule;
    const char *text; /* "amount 1.62, at least 1", "when en:a and en:b" */
};

struct explanation {
    const char *text;     /* what was judged: subject, an empty line, the text; "" for automatic mail */
    size_t size;
    size_t cut, cut_at;   /* bytes of a very long text that were left out, and where */
    struct mark *marks;   /* by place; they may overlap */
    size_t mark_count;
    struct cause *causes; /* in the order of the rules */
    size_t cause_count;
};

/* Judges as verdict_judge does and tells where and why. Both live in the arena and the rules. 1, or -1 with
 * ERROR_RETRY. */
int explain_judge(const struct rules *rules, const struct message *message, const struct history *history,
                  struct arena *arena, struct verdict *verdict, struct explanation *explanation, struct error *error);

/* Adds 1 to counts[i] for every rule i (of rules_count) that has a hit in the mail. 1, or -1 with ERROR_RETRY. */
int explain_count(const struct rules *rules, const struct message *message, struct arena *arena, unsigned *counts,
                  struct error *error);

#endif
