/* learned.c - what was learned from confirmed tickets: a linear model beside the rules
 * SPDX-License-Identifier: MIT
 */
#include "rules/learned.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A rule that hit counts like a handful of words; the words of a text share one unit of length. */
static const double rule_value = 0.3, odds_value = 0.3, odds_limit = 8;

size_t learned_values(const struct imprint *imprint, struct learned_value *values)
{
    size_t words = 0;
    while (words < imprint->count && imprint->pieces[words] < IMPRINT_WORDS)
        words++;
    double value = words ? 1 / sqrt((double)words) : 0;
    for (size_t i = 0; i < imprint->count; i++)
        values[i] = (struct learned_value){ imprint->pieces[i], i < words ? value : rule_value };
    double odds = fmin(fmax(imprint->complaint, -odds_limit), odds_limit);
    values[imprint->count] = (struct learned_value){ IMPRINT_PLACES, odds * odds_value };
    return imprint->count + 1;
}

void learned_share(double *odds, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += odds[i] = 1 / (1 + exp(-odds[i]));
    for (size_t i = 0; i < count && sum > 0; i++)
        odds[i] /= sum;
}

int learned_judge(const struct learned *learned, const struct imprint *imprint, struct arena *arena,
                  struct learned_say *say, struct error *error)
{
    double sums[LEARNED_COLUMNS_MAX] = { 0 };
    struct learned_value *values = arena_alloc(arena, (imprint->count + 1) * sizeof *values);
    if (!values)
        return error_set(error, ERROR_RETRY, "out of memory for the learned model");
    size_t count = learned_values(imprint, values);
    for (size_t i = 0; i < count; i++) {
        uint32_t row = learned->row[values[i].place];
        const int16_t *weights = learned->weights + (size_t)row * learned->columns;
        for (size_t c = 0; row && c < learned->columns; c++)
            sums[c] += weights[c] * values[i].value;
    }
    size_t column = 0;
    double *target[LEARNED_PARTS] = { &say->complaint, say->categories, say->urgency };
    for (int part = 0; part < LEARNED_PARTS; part++)
        for (size_t i = 0; i < learned->parts[part].class_count; i++, column++)
            target[part][i] = sums[column] * learned->scale[column] + learned->parts[part].bias[i];
    learned_share(say->categories, learned->parts[LEARNED_CATEGORY].class_count);
    learned_share(say->urgency, learned->parts[LEARNED_URGENCY].class_count);
    return 1;
}

double learned_join_complaint(double rules, double model, double trust)
{
    return rules + trust * (model - rules);
}

static bool is_above(const char *top, const char *category)
{
    size_t length = strlen(top);
    return strncmp(category, top, length) == 0 && (category[length] == '\0' || category[length] == '/');
}

double learned_share_of(const struct learned_part *part, const char *category, const double *probabilities)
{
    double share = 0;
    for (size_t c = 0; c < part->class_count; c++)
        share += is_above(part->names[c], category) ? probabilities[c] : 0;
    return share;
}

void learned_rank(const struct learned_part *part, double trust, const double *probabilities, const struct pack_set *set,
                  struct verdict *verdict)
{
    size_t ranked = verdict->category_count;
    for (size_t i = 0; i < ranked; i++)
        verdict->categories[i].score += trust * learned_share_of(part, verdict->categories[i].id, probabilities);
    for (size_t c = 0; c < part->class_count; c++) {
        int category = pack_category_index(set, part->names[c]);
        bool known = category < 0;
        for (size_t i = 0; i < ranked && !known; i++)
            known = is_above(part->names[c], verdict->categories[i].id);
        if (!known && verdict->category_count < PACK_MAX_CATEGORIES)
            verdict->categories[verdict->category_count++] = (struct ranked_category){
                set->categories[category], trust * learned_share_of(part, part->names[c], probabilities) };
    }
}

const char *learned_join_category(const struct learned_part *part, double trust, const struct imprint *imprint,
                                  const double *probabilities)
{
    const char *best = NULL;
    double most = 0;
    for (size_t i = 0; i < imprint->category_count; i++) {
        const char *id = imprint->categories[i].id;
        double score = imprint->categories[i].score + (probabilities ? trust * learned_share_of(part, id, probabilities) : 0);
        if (!best || score > most) {
            most = score;
            best = id;
        }
    }
    for (size_t c = 0; probabilities && c < part->class_count; c++)
        if (!best || trust * probabilities[c] > most) {
            most = trust * probabilities[c];
            best = part->names[c];
        }
    return best;
}

enum urgency learned_join_urgency(const struct learned_part *part, double trust, enum urgency rules,
                                  const double *probabilities, double *probability)
{
    size_t best = 0;
    enum urgency level;
    *probability = 0;
    for (size_t i = 1; i < part->class_count; i++)
        if (probabilities[i] > probabilities[best])
            best = i;
    if (part->class_count == 0 || urgency_parse(part->names[best], &level) == 0)
        return rules;
    *probability = probabilities[best];
    return rules == URGENCY_CRITICAL || probabilities[best] < trust ? rules : level;
}

struct learned *learned_new(uint32_t rows, size_t columns)
{
    struct learned *learned = calloc(1, sizeof *learned);
    if (!learned)
        return NULL;
    learned->rows = rows;
    learned->columns = columns;
    learned->row = calloc(LEARNED_PLACES, sizeof *learned->row);
    learned->weights = calloc(((size_t)rows + 1) * (columns ? columns : 1), sizeof *learned->weights);
    atomic_init(&learned->references, 1);
    if (learned->row && learned->weights)
        return learned;
    learned_unref(learned);
    return NULL;
}

struct learned *learned_ref(struct learned *learned)
{
    if (learned)
        atomic_fetch_add(&learned->references, 1);
    return learned;
}

void learned_unref(struct learned *learned)
{
    if (!learned || atomic_fetch_sub(&learned->references, 1) != 1)
        return;
    free(learned->row);
    free(learned->weights);
    free(learned);
}
