/* learner.h - trains what was learned, and checks it against examples held back
 * SPDX-License-Identifier: MIT
 *
 * L2-regularised logistic regression (LIBLINEAR), one model a class. Pure.
 */
#ifndef RULES_LEARNER_H
#define RULES_LEARNER_H

#include "rules/learned.h"

enum { LEARNER_EXAMPLES_MAX = 20000, LEARNER_FOLDS = 5 };
/* Fewer examples, or fewer of a class, teach nothing that could be checked. */
enum { LEARNER_LEAST = 40, LEARNER_CLASS_LEAST = 6 };

struct example {
    struct imprint imprint;
    int complaint;        /* 1, 0; -1: not known */
    const char *category; /* an id, maybe of a top level; NULL: not known */
    int urgency;          /* enum urgency; -1: not known */
};

/* Trains all parts that have enough examples. A part is `used` when with it more held-back examples
 * (five folds) came out right than by the rules alone, and more than chance explains. CPU seconds to
 * minutes for tens of thousands. NULL with ERROR_INPUT when nothing can be learned from so few, or
 * ERROR_RETRY. */
struct learned *learner_train(const struct example *examples, size_t count, instant now, struct error *error);

/* Whether the category said is the expected one; a top level is expected by its name alone. */
bool learner_category_fits(const char *said, const char *expected);

/* What a verdict would be with the model: for checks of whole sets. */
struct learner_outcome {
    bool complaint;
    const char *category; /* as if it were a complaint; NULL: none */
    enum urgency urgency;
};
/* `learned` NULL: by the rules alone. 1 or -1. */
int learner_apply(const struct learned *learned, const struct imprint *imprint, struct arena *arena,
                  struct learner_outcome *outcome, struct error *error);

#endif
