/* learn.h - labelled texts as examples: for importing them, and for checking how well they could be learned
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_LEARN_H
#define CTL_LEARN_H

#include "ctl/labelled.h"
#include "ctl/workplace.h"
#include "rules/learner.h"

/* What a labelled text leaves behind, as bytes in the arena (an exported row has them already). 1, or -1. */
int learn_imprint(const struct rules *rules, const struct labelled *row, struct arena *arena, const uint8_t **bytes,
                  size_t *size, struct error *error);

/* Stores the rows of a file, some hundred in one transaction. 1 and how many were new and known, or -1. */
int learn_import(struct workplace *place, const char *path, size_t *fresh, size_t *known, struct error *error);

/* One line per example that the store holds, on stdout: JSON with labels and imprint. 1 or -1. */
int learn_export(struct workplace *place, struct error *error);

/* How often a verdict is right: by the rules alone [0], and with what was learned from the other rows [1]. */
struct learn_figures {
    size_t rows, complaints, categories, urgencies;
    size_t hits[2], false_alarms[2];      /* complaints found, and seen where there was none */
    size_t category_right[2], urgency_right[2];
};
/* Cross-validates a labelled file in LEARNER_FOLDS parts; stores nothing. 1 or -1. */
int learn_check(const struct rules *rules, const char *path, struct learn_figures *figures, struct error *error);

#endif
