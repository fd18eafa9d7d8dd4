/* learner.c - trains what was learned, and checks it against examples held back
 * SPDX-License-Identifier: MIT
 */
#include "rules/learner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rules/matrix.h"

enum { TRUSTS = 5 };

/* How far a part may be trusted; the least is taken among equals. */
static const double trusts[LEARNED_PARTS][TRUSTS] = {
    [LEARNED_COMPLAINT] = { 0.25, 0.5, 0.75, 0.9, 1 },
    [LEARNED_CATEGORY] = { 1, 2, 4, 8, 16 },
    [LEARNED_URGENCY] = { 0.9, 0.8, 0.7, 0.6, 0.5 },
};

/* The examples that one part learns from. */
struct lesson {
    const struct matrix *matrix;
    const struct example *examples;
    struct learned_part *learned;
    enum learned_part_id part;
    size_t *row;     /* index of each example */
    int *label;      /* its class */
    size_t count;
    size_t *chosen;  /* scratch: rows and answers of one training */
    bool *yes;
    double *odds;    /* count x class_count, each by a model that did not see the example */
    double *weights; /* class_count x (columns + 1), of all examples */
};

static int out_of_memory(struct error *error)
{
    return error_set(error, ERROR_RETRY, "out of memory for learning");
}

/* ---- Classes and examples --------------------------------------------------------------------- */

static const char *label_of(const struct example *example, enum learned_part_id part)
{
    switch (part) {
    case LEARNED_COMPLAINT: return example->complaint < 0 ? NULL : example->complaint ? "complaint" : "none";
    case LEARNED_CATEGORY: return example->complaint == 0 ? NULL : example->category;
    default: return example->urgency < 0 ? NULL : urgency_name((enum urgency)example->urgency);
    }
}

static size_t find_name(char (*names)[LEARNED_NAME], size_t count, const char *name)
{
    size_t i = 0;
    while (i < count && strcmp(names[i], name) != 0)
        i++;
    return i;
}

/* Classes with too few examples are left out, and the examples with them. */
static void find_classes(struct lesson *l, size_t count)
{
    char all[LEARNED_CLASSES_MAX][LEARNED_NAME] = { { 0 } };
    size_t sizes[LEARNED_CLASSES_MAX] = { 0 }, classes = 0;
    for (size_t i = 0; i < count; i++) {
        const char *name = label_of(&l->examples[i], l->part);
        if (!name || strlen(name) >= LEARNED_NAME)
            continue;
        size_t at = find_name(all, classes, name);
        if (at == classes && classes < LEARNED_CLASSES_MAX)
            memcpy(all[classes++], name, strlen(name) + 1);
        if (at < classes)
            sizes[at]++;
    }
    for (size_t i = 0; i < classes; i++)
        if (sizes[i] >= LEARNER_CLASS_LEAST)
            memcpy(l->learned->names[l->learned->class_count++], all[i], LEARNED_NAME);
}

static void collect(struct lesson *l, size_t count)
{
    find_classes(l, count);
    for (size_t i = 0; i < count; i++) {
        const char *name = label_of(&l->examples[i], l->part);
        size_t at = name ? find_name(l->learned->names, l->learned->class_count, name) : l->learned->class_count;
        if (at == l->learned->class_count)
            continue;
        l->row[l->count] = i;
        l->label[l->count++] = (int)at;
    }
    /* One model tells two answers apart. */
    if (l->part == LEARNED_COMPLAINT && l->learned->class_count == 2) {
        bool first_is_none = strcmp(l->learned->names[0], "none") == 0;
        for (size_t i = 0; i < l->count; i++)
            l->label[i] = (l->label[i] == 0) != first_is_none;
        memcpy(l->learned->names[0], "complaint", sizeof "complaint");
    }
}

static bool is_teachable(const struct lesson *l)
{
    return l->count >= LEARNER_LEAST && l->learned->class_count >= 2;
}

/* ---- Training ------------------------------------------------------------------------------------ */

/* With `fold` below LEARNER_FOLDS the examples of that fold are held back. */
static int fit_class(struct lesson *l, size_t class, size_t fold, double *weights, struct error *error)
{
    size_t count = 0;
    int wanted = l->part == LEARNED_COMPLAINT ? 1 : (int)class;
    for (size_t i = 0; i < l->count; i++)
        if (i % LEARNER_FOLDS != fold) {
            l->chosen[count] = l->row[i];
            l->yes[count++] = l->label[i] == wanted;
        }
    return matrix_fit(l->matrix, l->chosen, l->yes, count, weights, error);
}

static int fit_all(struct lesson *l, struct error *error)
{
    size_t classes = l->learned->class_count;
    for (size_t c = 0; c < classes; c++) {
        double *weights = l->weights + c * (l->matrix->columns + 1);
        for (size_t fold = 0; fold < LEARNER_FOLDS; fold++) {
            if (fit_class(l, c, fold, weights, error) < 0)
                return -1;
            for (size_t i = fold; i < l->count; i += LEARNER_FOLDS)
                l->odds[i * classes + c] = matrix_odds(l->matrix, l->row[i], weights);
        }
        if (fit_class(l, c, LEARNER_FOLDS, weights, error) < 0)
            return -1;
        l->learned->bias[c] = weights[0];
    }
    if (l->part != LEARNED_COMPLAINT)
        for (size_t i = 0; i < l->count; i++)
            learned_share(l->odds + i * classes, classes);
    return 1;
}

/* ---- The check ------------------------------------------------------------------------------------ */

bool learner_category_fits(const char *said, const char *expected)
{
    size_t length = strlen(expected);
    return said && strncmp(said, expected, length) == 0 && (said[length] == '\0' || said[length] == '/');
}

/* Whether the rules, with the model at that trust (0: without it), say what is expected of an example. */
static bool is_right(const struct lesson *l, size_t i, double trust)
{
    const struct learned_part *part = l->learned;
    const struct example *example = &l->examples[l->row[i]];
    const double *odds = l->odds + i * part->class_count;
    double probability;
    enum urgency rules = (enum urgency)lround(fmin(fmax(example->imprint.urgency, 0), URGENCY_CRITICAL));
    const char *category;
    switch (l->part) {
    case LEARNED_COMPLAINT:
        return (learned_join_complaint(example->imprint.complaint, odds[0], trust) >= 0) == (example->complaint == 1);
    case LEARNED_CATEGORY:
        category = learned_join_category(part, trust, &example->imprint, trust > 0 ? odds : NULL);
        return learner_category_fits(category ? category : "other", example->category);
    default:
        return learned_join_urgency(part, trust > 0 ? trust : 2, rules, odds, &probability) == (enum urgency)example->urgency;
    }
}

/* The trust that was right most often, a fold left out (LEARNER_FOLDS: none). */
static size_t best_trust(size_t right[LEARNER_FOLDS][TRUSTS], size_t left_out)
{
    size_t best = 0, most = 0;
    for (size_t t = 0; t < TRUSTS; t++) {
        size_t sum = 0;
        for (size_t fold = 0; fold < LEARNER_FOLDS; fold++)
            sum += fold == left_out ? 0 : right[fold][t];
        if (sum > most) {
            most = sum;
            best = t;
        }
    }
    return best;
}

/* Each fold is judged with the trust that the others chose, so that the figures are honest. */
static void check(struct lesson *l)
{
    size_t right[LEARNER_FOLDS][TRUSTS] = { 0 };
    struct learned_part *part = l->learned;
    double won = 0, lost = 0;
    for (size_t i = 0; i < l->count; i++)
        for (size_t t = 0; t < TRUSTS; t++)
            right[i % LEARNER_FOLDS][t] += is_right(l, i, trusts[l->part][t]);
    for (size_t i = 0; i < l->count; i++) {
        bool rules = is_right(l, i, 0), both = is_right(l, i, trusts[l->part][best_trust(right, i % LEARNER_FOLDS)]);
        part->rules_right += rules;
        part->both_right += both;
        won += both && !rules;
        lost += rules && !both;
    }
    part->checked = (uint32_t)l->count;
    part->trust = trusts[l->part][best_trust(right, LEARNER_FOLDS)];
    part->used = won - lost > sqrt(won + lost);
}

/* ---- The whole ------------------------------------------------------------------------------------ */

static void release(struct lesson *l)
{
    free(l->row);
    free(l->label);
    free(l->chosen);
    free(l->yes);
    free(l->odds);
    free(l->weights);
}

static int teach(struct lesson *l, const struct matrix *matrix, const struct example *examples, size_t count,
                 enum learned_part_id part, struct learned_part *learned, struct error *error)
{
    *l = (struct lesson){ .matrix = matrix, .examples = examples, .part = part, .learned = learned };
    l->row = calloc(count + 1, sizeof *l->row);
    l->label = calloc(count + 1, sizeof *l->label);
    l->chosen = calloc(count + 1, sizeof *l->chosen);
    l->yes = calloc(count + 1, sizeof *l->yes);
    if (!l->row || !l->label || !l->chosen || !l->yes)
        return out_of_memory(error);
    collect(l, count);
    bool teachable = is_teachable(l);
    learned->examples = (uint32_t)l->count;
    learned->class_count = !teachable ? 0 : part == LEARNED_COMPLAINT ? 1 : learned->class_count;
    if (!teachable)
        return 1;
    l->odds = calloc(l->count * learned->class_count, sizeof *l->odds);
    l->weights = calloc(learned->class_count * ((size_t)matrix->columns + 1), sizeof *l->weights);
    if (!l->odds || !l->weights)
        return out_of_memory(error);
    if (fit_all(l, error) < 0)
        return -1;
    check(l);
    return 1;
}

/* Sixteen bits a weight: a model is read into every program, and no decision hangs on the fifth digit. */
static void store_column(struct learned *learned, const struct matrix *matrix, size_t column, const double *weights)
{
    double most = 1e-9;
    for (uint32_t c = 1; c <= matrix->columns; c++)
        most = fmax(most, fabs(weights[c]));
    learned->scale[column] = most / INT16_MAX;
    for (uint32_t c = 1; c <= matrix->columns; c++)
        learned->weights[(size_t)c * learned->columns + column] = (int16_t)lround(weights[c] / learned->scale[column]);
}

static struct learned *assemble(const struct matrix *matrix, const struct lesson *lessons, const struct learned_part *parts,
                                instant now)
{
    size_t columns = 0, column = 0;
    for (int p = 0; p < LEARNED_PARTS; p++)
        columns += parts[p].class_count;
    struct learned *learned = learned_new(matrix->columns, columns);
    if (!learned)
        return NULL;
    learned->made = now;
    memcpy(learned->parts, parts, sizeof learned->parts);
    for (uint32_t place = 0; place < LEARNED_PLACES; place++)
        learned->row[place] = matrix->column[place];
    for (int p = 0; p < LEARNED_PARTS; p++)
        for (size_t c = 0; c < parts[p].class_count; c++, column++)
            store_column(learned, matrix, column, lessons[p].weights + c * ((size_t)matrix->columns + 1));
    return learned;
}

static const struct imprint *imprint_of(size_t i, const void *argument)
{
    return &((const struct example *)argument)[i].imprint;
}

struct learned *learner_train(const struct example *examples, size_t count, instant now, struct error *error)
{
    struct matrix matrix = { 0 };
    struct lesson lessons[LEARNED_PARTS] = { 0 };
    struct learned_part *parts = calloc(LEARNED_PARTS, sizeof *parts);
    struct learned *learned = NULL;
    count = count < LEARNER_EXAMPLES_MAX ? count : LEARNER_EXAMPLES_MAX;
    if (!parts) {
        out_of_memory(error);
        return NULL;
    }
    bool taught = false, failed = matrix_init(&matrix, count, imprint_of, examples, error) < 0;
    for (int p = 0; p < LEARNED_PARTS && !failed; p++) {
        failed = teach(&lessons[p], &matrix, examples, count, (enum learned_part_id)p, &parts[p], error) < 0;
        taught = taught || parts[p].class_count > 0;
    }
    if (!failed && !taught)
        error_set(error, ERROR_INPUT, "%zu examples teach nothing yet: at least %d are needed, and %d of each of "
                  "two kinds", count, LEARNER_LEAST, LEARNER_CLASS_LEAST);
    else if (!failed && !(learned = assemble(&matrix, lessons, parts, now)))
        out_of_memory(error);
    for (int p = 0; p < LEARNED_PARTS; p++)
        release(&lessons[p]);
    matrix_release(&matrix);
    free(parts);
    return learned;
}

int learner_apply(const struct learned *learned, const struct imprint *imprint, struct arena *arena,
                  struct learner_outcome *outcome, struct error *error)
{
    struct learned_say say = { 0 };
    double complaint = imprint->complaint, probability;
    const struct learned_part *parts = learned ? learned->parts : NULL;
    outcome->urgency = (enum urgency)lround(fmin(fmax(imprint->urgency, 0), URGENCY_CRITICAL));
    if (learned && learned_judge(learned, imprint, arena, &say, error) < 0)
        return -1;
    if (parts && parts[LEARNED_COMPLAINT].used)
        complaint = learned_join_complaint(complaint, say.complaint, parts[LEARNED_COMPLAINT].trust);
    bool with_category = parts && parts[LEARNED_CATEGORY].used;
    outcome->category = learned_join_category(with_category ? &parts[LEARNED_CATEGORY] : NULL,
                                              with_category ? parts[LEARNED_CATEGORY].trust : 0, imprint,
                                              with_category ? say.categories : NULL);
    if (parts && parts[LEARNED_URGENCY].used)
        outcome->urgency = learned_join_urgency(&parts[LEARNED_URGENCY], parts[LEARNED_URGENCY].trust, outcome->urgency,
                                                say.urgency, &probability);
    outcome->complaint = complaint >= 0;
    return 1;
}
