/* corpus_lines.h - the texts of tests/corpus, line by line, and how well they were read
 * SPDX-License-Identifier: MIT
 *
 * For unit tests; after <cmocka.h>.
 */
#ifndef TESTS_UNIT_CORPUS_LINES_H
#define TESTS_UNIT_CORPUS_LINES_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Shows each object of tests/corpus/KIND_LANGUAGE.jsonl (KIND "": LANGUAGE.jsonl). */
static inline void corpus_read(const char *kind, const char *language,
                               void (*each)(const json_t *object, const char *language, void *context), void *context)
{
    enum { LINE_SIZE = 16384 };
    char path[4096], line[LINE_SIZE];
    snprintf(path, sizeof path, "%s/tests/corpus/%s%s%s.jsonl", getenv("top_srcdir"), kind, kind[0] ? "_" : "", language);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
        if (!object)
            fail_msg("%s: a line that is no JSON: %.80s", path, line);
        each(object, language, context);
        json_decref(object);
    }
    fclose(file);
}

/* Whether a list of strings holds one. */
static inline bool corpus_holds(const json_t *list, const char *text)
{
    size_t i;
    json_t *item;
    json_array_foreach((json_t *)list, i, item)
        if (text && strcmp(json_string_value(item), text) == 0)
            return true;
    return false;
}

struct corpus_tally {
    int texts, without; /* without: of those texts in which nothing is to be found */
    int right, missed, extra;
};

static inline void corpus_expect_found(const char *language, const char *what, const struct corpus_tally *tally)
{
    double precision = (double)tally->right / (tally->right + tally->extra);
    double recall = (double)tally->right / (tally->right + tally->missed);
    printf("# %s %s: precision %.3f (floor 0.95), recall %.3f (floor 0.92) over %d texts, %d of them without any\n", language, what,
           precision, recall, tally->texts, tally->without);
    assert_true(precision >= 0.95 && recall >= 0.92);
}

#endif
