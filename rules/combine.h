/* combine.h - occurrences of patterns and features become counts of rules and sums of weights
 * SPDX-License-Identifier: MIT
 *
 * For the files of rules/ only.
 */
#ifndef RULES_COMBINE_H
#define RULES_COMBINE_H

#include "rules/feature.h"
#include "rules/snapshot.h"
#include "rules/verdict.h"

/* One occurrence that counts for a rule, byte offsets in the normal text. */
struct occurrence {
    int rule;
    uint32_t from, to;
};

/* What became of one match of a pattern. */
struct trace {
    uint32_t pattern;
    int rule;    /* that it counts for; RULE_NONE: none, a scope took it back */
    int scope;   /* that took it back, or -1 */
    uint32_t to; /* where it ends in the normal text */
};

struct evaluation {
    const struct rules *rules;
    struct arena *arena;
    struct normal_text text;
    size_t subject_end; /* offset behind the subject */
    struct features features;
    struct occurrence *occurrences; /* in order of rule, then place; overlapping ones of a rule united */
    size_t occurrence_count;
    int *counts;     /* per rule */
    double *amounts; /* per rule: its occurrences, those that repeat what stronger words said by a part */
    uint32_t *place; /* per rule: where its first occurrence begins */
    int main_pack;   /* whose bias counts */
    bool keep;       /* what learning keeps of the text is wanted */
    size_t cut;      /* bytes of a very long text that are not judged, between its first and last part */
    const char *raw; /* what is judged: subject, "\n\n", text */
    size_t raw_size, cut_at; /* cut_at: where in raw the bytes are missing */
    struct trace *trace;     /* of combine_trace; NULL otherwise */
    size_t trace_count;
};

/* Scans subject and text and counts. `history` may be NULL. 1, or -1 with ERROR_RETRY. */
int combine_evaluate(struct rules *rules, const struct message *message, const struct history *history,
                     struct arena *arena, struct evaluation *evaluation, struct error *error);

/* The same with a trace of every match, and the origin of each byte of the normal text. */
int combine_trace(struct rules *rules, const struct message *message, const struct history *history,
                  struct arena *arena, struct evaluation *evaluation, struct error *error);

/* Counts again with what is known of the customer now; the text is not scanned again. 1, or -1 with ERROR_RETRY. */
int combine_know(struct evaluation *evaluation, const struct history *history, struct error *error);

/* Whether a rule with this role hit. */
bool combine_role(const struct evaluation *evaluation, const char *role);
/* Whether a rule with the role has an occurrence that begins in [from, to). */
bool combine_role_within(const struct evaluation *evaluation, const char *role, size_t from, size_t to);

#endif
