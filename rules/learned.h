/* learned.h - what was learned from confirmed tickets: a linear model beside the rules
 * SPDX-License-Identifier: MIT
 *
 * Three parts: complaint or not, category, urgency. Each is used only when it
 * was better than the rules alone on tickets held back from its training
 * (learner.h), and says so in the verdict's hits. Immutable; thread-safe.
 */
#ifndef RULES_LEARNED_H
#define RULES_LEARNED_H

#include <stdatomic.h>
#include <stdbool.h>

#include "lib/buffer.h"
#include "lib/instant.h"
#include "rules/imprint.h"
#include "rules/pack.h"
#include "rules/urgency.h"

enum learned_part_id { LEARNED_COMPLAINT, LEARNED_CATEGORY, LEARNED_URGENCY, LEARNED_PARTS };
enum {
    LEARNED_NAME = 48,
    LEARNED_CLASSES_MAX = PACK_MAX_CATEGORIES,
    LEARNED_COLUMNS_MAX = LEARNED_CLASSES_MAX + URGENCY_COUNT + 1,
    LEARNED_PLACES = IMPRINT_PLACES + 1, /* the last: the rules' own log odds of a complaint */
    LEARNED_BYTES_MAX = 40 * 1024 * 1024
};

struct learned_part {
    bool used;
    double trust;           /* complaint: 0..1; category: weight of a probability; urgency: the least probability */
    uint32_t examples;      /* it was trained on */
    uint32_t checked, rules_right, both_right; /* on examples held back: the rules alone, and with this part */
    size_t class_count;     /* complaint: 1 */
    char names[LEARNED_CLASSES_MAX][LEARNED_NAME]; /* of its classes */
    double bias[LEARNED_CLASSES_MAX];
};
struct learned {
    atomic_int references;
    instant made;
    struct learned_part parts[LEARNED_PARTS];
    size_t columns;         /* classes of all parts */
    uint32_t rows;          /* places that have weights */
    double scale[LEARNED_COLUMNS_MAX];
    uint32_t *row;          /* of each place, 0: none; LEARNED_PLACES of them */
    int16_t *weights;       /* (rows + 1) x columns, as multiples of the columns' scales */
};

/* What a place weighs in a text; `values` has room for imprint->count + 1. Returns how many. */
struct learned_value {
    uint32_t place;
    double value;
};
size_t learned_values(const struct imprint *imprint, struct learned_value *values);

/* What the model says of a text. */
struct learned_say {
    double complaint;       /* log odds */
    double categories[LEARNED_CLASSES_MAX], urgency[LEARNED_CLASSES_MAX]; /* probabilities, by class */
};
/* 1, or -1 with ERROR_RETRY. */
int learned_judge(const struct learned *learned, const struct imprint *imprint, struct arena *arena,
                  struct learned_say *say, struct error *error);

/* How rules and model join; the same for verdicts and for the check of a model. */
double learned_join_complaint(double rules, double model, double trust);
/* The best category: of the rules' ranked ones and the model's classes, whose probabilities (NULL: none) weigh
 * `trust` each; a class of a top level weighs for each of its categories that the rules named. NULL: none. */
const char *learned_join_category(const struct learned_part *part, double trust, const struct imprint *imprint,
                                  const double *probabilities);
/* The same for a verdict: adds the model's part to its categories, and those that only the model names. */
void learned_rank(const struct learned_part *part, double trust, const double *probabilities, const struct pack_set *set,
                  struct verdict *verdict);
/* The probability of a category: of its class and of that of its top level. */
double learned_share_of(const struct learned_part *part, const char *category, const double *probabilities);
/* The level; `*probability` gets that of the model's choice. An alarm of the rules stands whatever was learned. */
enum urgency learned_join_urgency(const struct learned_part *part, double trust, enum urgency rules,
                                  const double *probabilities, double *probability);
/* Log odds of each class into probabilities that add up to 1. */
void learned_share(double *odds, size_t count);

/* Room for a model, with one reference. NULL when memory is out. */
struct learned *learned_new(uint32_t rows, size_t columns);
struct learned *learned_ref(struct learned *learned); /* NULL is fine for both */
void learned_unref(struct learned *learned);

/* Bytes of a file: a form of its own, with a checksum. 1, or -1 with ERROR_RETRY. */
int learned_write(const struct learned *learned, struct buffer *out, struct error *error);
/* From bytes; everything is checked. NULL with ERROR_INPUT or ERROR_RETRY. */
struct learned *learned_read(const void *bytes, size_t size, struct error *error);
/* From a file: NULL with ERROR_ABSENT when there is none, ERROR_INPUT when it is broken (it is named). */
struct learned *learned_load(const char *path, struct error *error);

#endif
