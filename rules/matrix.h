/* matrix.h - examples as LIBLINEAR wants them, and one linear model fitted to some of them
 * SPDX-License-Identifier: MIT
 *
 * For rules/learner.c; the one place that knows LIBLINEAR.
 */
#ifndef RULES_MATRIX_H
#define RULES_MATRIX_H

#include "lib/error.h"
#include "rules/learned.h"

struct feature_node;

/* A column stands for a place that at least two texts have: what is one customer's alone is not learned. */
struct matrix {
    size_t count;
    struct feature_node **rows, *nodes;
    uint32_t *column, *place; /* column of each place (0: none), place of each column (from 1) */
    uint32_t columns;
};

/* `imprint(i, argument)` gives the texts. 1, or -1 with ERROR_RETRY; release in both cases. */
int matrix_init(struct matrix *matrix, size_t count, const struct imprint *(*imprint)(size_t i, const void *argument),
                const void *argument, struct error *error);
void matrix_release(struct matrix *matrix);

/* Fits log odds of "yes" to `count` rows; weights[0] becomes the bias, weights[c] that of column c.
 * Where all rows are yes or all are no, the weights are 0. 1, or -1 with ERROR_RETRY. */
int matrix_fit(const struct matrix *matrix, const size_t *rows, const bool *yes, size_t count, double *weights,
               struct error *error);
/* Log odds of a row. */
double matrix_odds(const struct matrix *matrix, size_t row, const double *weights);

#endif
