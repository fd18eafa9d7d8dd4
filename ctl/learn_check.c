/* learn_check.c - how well a labelled file can be learned: cross-validated, nothing is stored
 * SPDX-License-Identifier: MIT
 */
#include "ctl/learn.h"

#include <stdlib.h>
#include <string.h>

#include "lib/array.h"

enum { ROW_ARENA = 64 << 20 };

struct gathering {
    const struct rules *rules;
    struct arena *arena;
    struct example *examples;
    size_t count, room;
};

static int grow(struct gathering *g, struct error *error)
{
    struct example *examples = array_room(g->examples, g->count, &g->room, sizeof *examples);
    if (!examples)
        return error_set(error, ERROR_RETRY, "out of memory");
    g->examples = examples;
    return 1;
}

static int gather(const struct labelled *row, void *gathering, struct error *error)
{
    struct gathering *g = gathering;
    const uint8_t *bytes;
    size_t size;
    if (g->count == LEARNER_EXAMPLES_MAX)
        return error_set(error, ERROR_INPUT, "more than %d rows: check a part of them", LEARNER_EXAMPLES_MAX);
    struct arena *scratch = arena_new(ROW_ARENA);
    struct example example = { .complaint = row->complaint, .urgency = row->urgency };
    int result = scratch ? grow(g, error) : error_set(error, ERROR_RETRY, "out of memory");
    if (result > 0)
        result = learn_imprint(g->rules, row, scratch, &bytes, &size, error);
    if (result > 0)
        result = imprint_read(bytes, size, g->arena, &example.imprint, error);
    if (result > 0 && row->category && !(example.category = arena_strdup(g->arena, row->category)))
        result = error_set(error, ERROR_RETRY, "out of memory");
    arena_free(scratch);
    if (result > 0)
        g->examples[g->count++] = example;
    return result;
}

static int judge(const struct learned *learned, const struct example *example, int with, struct learn_figures *figures,
                 struct error *error)
{
    struct learner_outcome outcome;
    struct arena *arena = arena_new(1 << 20);
    int result = arena ? learner_apply(learned, &example->imprint, arena, &outcome, error)
                       : error_set(error, ERROR_RETRY, "out of memory");
    if (result > 0) {
        figures->hits[with] += example->complaint == 1 && outcome.complaint;
        figures->false_alarms[with] += example->complaint == 0 && outcome.complaint;
        figures->category_right[with] += example->category && learner_category_fits(outcome.category, example->category);
        figures->urgency_right[with] += example->urgency >= 0 && (int)outcome.urgency == example->urgency;
    }
    arena_free(arena);
    return result;
}

static int check_fold(const struct gathering *g, size_t fold, struct learn_figures *figures, struct error *error)
{
    struct example *others = calloc(g->count + 1, sizeof *others);
    size_t count = 0;
    if (!others)
        return error_set(error, ERROR_RETRY, "out of memory");
    for (size_t i = 0; i < g->count; i++)
        if (i % LEARNER_FOLDS != fold)
            others[count++] = g->examples[i];
    struct learned *learned = learner_train(others, count, 0, error);
    int result = learned ? 1 : -1;
    for (size_t i = fold; i < g->count && result > 0; i += LEARNER_FOLDS) {
        const struct example *example = &g->examples[i];
        figures->rows++;
        figures->complaints += example->complaint == 1;
        figures->categories += example->category != NULL;
        figures->urgencies += example->urgency >= 0;
        result = judge(NULL, example, 0, figures, error) < 0 || judge(learned, example, 1, figures, error) < 0 ? -1 : 1;
    }
    learned_unref(learned);
    free(others);
    return result;
}

int learn_check(const struct rules *rules, const char *path, struct learn_figures *figures, struct error *error)
{
    struct gathering g = { .rules = rules, .arena = arena_new((size_t)2 << 30) };
    *figures = (struct learn_figures){ 0 };
    int result = g.arena ? labelled_read(path, rules, gather, &g, error) : error_set(error, ERROR_RETRY, "out of memory");
    for (size_t fold = 0; fold < LEARNER_FOLDS && result > 0; fold++)
        result = check_fold(&g, fold, figures, error);
    free(g.examples);
    arena_free(g.arena);
    return result;
}
