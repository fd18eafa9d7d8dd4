/* feature.h - what a mail shows that is no word
 * SPDX-License-Identifier: MIT
 *
 * Runs of ! and ?, shouted words, amounts of money, waiting times, order
 * numbers, attachments, and what is known of the customer. Pure.
 */
#ifndef RULES_FEATURE_H
#define RULES_FEATURE_H

#include <stddef.h>

#include "lib/arena.h"
#include "lib/message.h"
#include "rules/normal.h"

struct history;

enum feature {
    FEATURE_NONE,
    FEATURE_MARK_RUN,     /* longest run of ! and ? */
    FEATURE_EXCLAMATIONS, /* ! in all */
    FEATURE_QUESTIONS,    /* ? in all */
    FEATURE_SHOUTED,      /* words in capitals where the rest is not */
    FEATURE_CAPITALS,     /* share of capitals among Latin letters */
    FEATURE_LENGTH,       /* ideographs + Latin words */
    FEATURE_LINKS,        /* http, www */
    FEATURE_MENTIONS,     /* @name */
    FEATURE_AMOUNT,       /* the largest amount, 1 = the limit of its currency */
    FEATURE_ITEMS,        /* the largest number of pieces */
    FEATURE_WAIT,         /* the longest wait named, in days */
    FEATURE_ORDERS,       /* order numbers */
    FEATURE_EVIDENCE,     /* attachments that can prove something */
    FEATURE_EARLIER,      /* complaints of the customer within 90 days */
    FEATURE_UNANSWERED,   /* mails of the customer without an answer, this one not counted */
    FEATURE_VIP,
    FEATURE_OPEN,         /* the mail belongs to an open ticket */
    FEATURE_SAME_ORDER,   /* another open ticket of the customer names the same order */
    FEATURE_CHINESE,      /* share of ideographs among letters */
    FEATURE_EMPTY,        /* no words at all */
    FEATURE_COUNT
};

/* The feature of a name ("exclamations", …), FEATURE_NONE for none. */
enum feature feature_from_name(const char *name);
const char *feature_name(enum feature feature); /* "" for FEATURE_NONE */

struct features {
    double value[FEATURE_COUNT];
    const char **orders;
    size_t order_count;
    const char **tracking; /* those of the numbers that follow a word for tracking */
    size_t tracking_count;
    double amount;        /* the largest by its currency's limit */
    const char *currency; /* "" without one */
    const char **evidence;
    size_t evidence_count;
};

/* Measures a mail: `raw` is subject, "\n\n", text; `normal` its normal form; `limits` as in quantity.h.
 * 1, or -1 with ERROR_RETRY. */
int feature_measure(const struct message *message, const char *raw, const struct normal_text *normal,
                    const struct history *history, const double *limits, struct arena *arena,
                    struct features *features, struct error *error);
/* Sets the features that come from the history, and no others. */
void feature_know(struct features *features, const struct history *history);

#endif
