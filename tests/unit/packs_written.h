/* packs_written.h - rule packs written in a test, loaded, and texts judged by them
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_UNIT_PACKS_WRITTEN_H
#define TESTS_UNIT_PACKS_WRITTEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "rules/explain.h"
#include "rules/rules.h"

enum { PACKS_WRITTEN_MAX = 4 };

/* Loads packs from their texts, in this order. */
static inline struct rules *packs_load(const char *const *texts, size_t count, struct error *error)
{
    char paths[PACKS_WRITTEN_MAX][40];
    const char *names[PACKS_WRITTEN_MAX];
    assert_true(count <= PACKS_WRITTEN_MAX);
    for (size_t i = 0; i < count; i++) {
        snprintf(paths[i], sizeof paths[i], "/tmp/redress-pack-XXXXXX");
        int fd = mkstemp(paths[i]);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, texts[i], strlen(texts[i])), (ssize_t)strlen(texts[i]));
        close(fd);
        names[i] = paths[i];
    }
    *error = (struct error){ 0 };
    struct rules *rules = rules_load(names, count, NULL, error);
    for (size_t i = 0; i < count; i++)
        unlink(paths[i]);
    return rules;
}

/* The shipped packs, as a program that runs from its build tree finds them. */
static inline struct rules *packs_shipped(struct error *error)
{
    char zh[4096], en[4096];
    const char *packs[] = { zh, en };
    snprintf(zh, sizeof zh, "%s/rules/packs/zh.json", getenv("top_srcdir"));
    snprintf(en, sizeof en, "%s/rules/packs/en.json", getenv("top_srcdir"));
    return rules_load(packs, 2, NULL, error);
}

static inline struct message packs_mail(const char *subject, const char *text, const char *language)
{
    return (struct message){ .subject = subject, .text = text, .full_text = text, .language = language,
                             .kind = KIND_HUMAN };
}

/* What a rule adds to one figure of a verdict, 0 when it has no hit. */
static inline double packs_weight(const struct verdict *verdict, const char *rule, enum hit_target target)
{
    double sum = 0;
    for (size_t i = 0; i < verdict->hit_count; i++)
        if (strcmp(verdict->hits[i].id, rule) == 0 && verdict->hits[i].target == target)
            sum += verdict->hits[i].weight;
    return sum;
}

#endif
