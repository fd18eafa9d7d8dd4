/* matrix.c - examples as LIBLINEAR wants them, and one linear model fitted to some of them
 * SPDX-License-Identifier: MIT
 */
#include "rules/matrix.h"

#include <linear.h>
#include <stdlib.h>

static const double cost = 4, precision = 0.05;

static int out_of_memory(struct error *error)
{
    return error_set(error, ERROR_RETRY, "out of memory for learning");
}

void matrix_release(struct matrix *m)
{
    free(m->rows);
    free(m->nodes);
    free(m->column);
    free(m->place);
    *m = (struct matrix){ 0 };
}

static size_t count_places(struct matrix *m, const struct imprint *(*imprint)(size_t i, const void *argument),
                           const void *argument)
{
    size_t total = 0;
    for (size_t i = 0; i < m->count; i++) {
        const struct imprint *text = imprint(i, argument);
        for (size_t k = 0; k < text->count; k++)
            m->column[text->pieces[k]]++;
        total += text->count + 3; /* the rules' odds, the bias, the end */
    }
    m->column[IMPRINT_PLACES] = 2;
    for (uint32_t place = 0; place < LEARNED_PLACES; place++) {
        m->column[place] = m->column[place] > 1 ? ++m->columns : 0;
        if (m->column[place])
            m->place[m->columns] = place;
    }
    return total;
}

int matrix_init(struct matrix *m, size_t count, const struct imprint *(*imprint)(size_t i, const void *argument),
                const void *argument, struct error *error)
{
    *m = (struct matrix){ .count = count };
    struct learned_value *values = calloc(IMPRINT_PIECES_MAX + 1, sizeof *values);
    m->rows = calloc(count + 1, sizeof *m->rows);
    m->column = calloc(LEARNED_PLACES, sizeof *m->column);
    m->place = calloc(LEARNED_PLACES + 1, sizeof *m->place);
    if (m->rows && m->column && m->place)
        m->nodes = calloc(count_places(m, imprint, argument) + 1, sizeof *m->nodes);
    struct feature_node *node = m->nodes;
    for (size_t i = 0; node && values && i < count; i++) {
        size_t known = learned_values(imprint(i, argument), values);
        m->rows[i] = node;
        for (size_t k = 0; k < known; k++)
            if (m->column[values[k].place])
                *node++ = (struct feature_node){ (int)m->column[values[k].place], values[k].value };
        *node++ = (struct feature_node){ (int)m->columns + 1, 1 };
        *node++ = (struct feature_node){ -1, 0 };
    }
    bool failed = !m->nodes || !values;
    free(values);
    return failed ? out_of_memory(error) : 1;
}

static void silent(const char *text)
{
    (void)text;
}

int matrix_fit(const struct matrix *m, const size_t *rows, const bool *yes, size_t count, double *weights,
               struct error *error)
{
    struct problem problem = { .l = (int)count, .n = (int)m->columns + 1, .bias = 1 };
    struct parameter parameter = { .solver_type = L2R_LR, .eps = precision, .C = cost };
    size_t positive = 0;
    for (uint32_t c = 0; c <= m->columns; c++)
        weights[c] = 0;
    for (size_t i = 0; i < count; i++)
        positive += yes[i];
    if (positive == 0 || positive == count)
        return 1;
    problem.x = calloc(count, sizeof *problem.x);
    problem.y = calloc(count, sizeof *problem.y);
    struct model *model = NULL;
    if (problem.x && problem.y) {
        for (size_t i = 0; i < count; i++) {
            problem.x[i] = m->rows[rows[i]];
            problem.y[i] = yes[i];
        }
        set_print_string_function(silent);
        model = train(&problem, &parameter);
    }
    if (model) {
        /* LIBLINEAR's first class is the first label that it met. */
        double sign = yes[0] ? 1 : -1;
        for (uint32_t c = 1; c <= m->columns; c++)
            weights[c] = sign * model->w[c - 1];
        weights[0] = sign * model->w[m->columns];
        free_and_destroy_model(&model);
    } else
        count = 0;
    free(problem.x);
    free(problem.y);
    return count ? 1 : out_of_memory(error);
}

double matrix_odds(const struct matrix *m, size_t row, const double *weights)
{
    double odds = weights[0];
    for (const struct feature_node *node = m->rows[row]; node->index > 0; node++)
        if (node->index <= (int)m->columns)
            odds += weights[node->index] * node->value;
    return odds;
}
