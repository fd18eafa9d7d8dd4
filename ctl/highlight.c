/* highlight.c - a text cut into pieces, each with the mark that matters most there
 * SPDX-License-Identifier: MIT
 */
#include "ctl/highlight.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char *string_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static size_t size_of(const json_t *object, const char *key)
{
    return (size_t)json_integer_value(json_object_get(object, key));
}

double highlight_weight(const json_t *object, const char *rule, const char *target)
{
    double sum = 0;
    size_t i;
    json_t *hit;
    json_array_foreach(json_object_get(object, "rules"), i, hit)
        if (strcmp(string_of(hit, "id"), rule) == 0 && strcmp(string_of(hit, "for"), target) == 0)
            sum += json_number_value(json_object_get(hit, "weight"));
    return sum;
}

static enum highlight_kind kind_of(const json_t *object, const json_t *mark)
{
    const char *rule = json_string_value(json_object_get(mark, "counts_for"));
    if (!rule)
        return HIGHLIGHT_TAKEN_BACK;
    double weight = highlight_weight(object, rule, "complaint");
    return weight > 0 ? HIGHLIGHT_FOR : weight < 0 ? HIGHLIGHT_AGAINST : HIGHLIGHT_OTHER;
}

/* Which of two marks at one place is shown. */
static double importance(const json_t *object, const json_t *mark)
{
    const char *rule = json_string_value(json_object_get(mark, "counts_for"));
    if (!rule)
        return 0;
    return 0.01 + fabs(highlight_weight(object, rule, "complaint")) +
           fabs(highlight_weight(object, rule, "urgency")) + fabs(highlight_weight(object, rule, "category")) / 10;
}

struct painter {
    const json_t *marks;
    double *importance;
    int *shown; /* per byte: index of the mark, -1 */
};

static void paint(struct painter *painter, size_t size)
{
    for (size_t i = 0; i < json_array_size(painter->marks); i++) {
        const json_t *mark = json_array_get(painter->marks, i);
        for (size_t at = size_of(mark, "from"); at < size_of(mark, "to") && at < size; at++) {
            int other = painter->shown[at];
            if (other < 0 || painter->importance[i] > painter->importance[other])
                painter->shown[at] = (int)i;
        }
    }
}

/* The last piece of each mark that is seen of it. */
static void mark_ends(struct highlight *pieces, size_t count, double *seen, size_t marks)
{
    for (size_t i = 0; i < marks; i++)
        seen[i] = 0;
    for (size_t i = count; i-- > 0;) {
        if (pieces[i].mark < 0 || seen[pieces[i].mark] > 0)
            continue;
        pieces[i].ends = true;
        seen[pieces[i].mark] = 1;
    }
}

struct highlight *highlight_split(const json_t *object)
{
    const json_t *marks = json_object_get(object, "marks");
    size_t size = json_string_length(json_object_get(object, "text")), count = json_array_size(marks), pieces = 0;
    struct painter painter = { marks, calloc(count + 1, sizeof *painter.importance), malloc((size + 1) * sizeof *painter.shown) };
    struct highlight *all = calloc(size + 1, sizeof *all);
    if (!painter.importance || !painter.shown || !all) {
        free(all);
        all = NULL;
        goto out;
    }
    for (size_t i = 0; i < size; i++)
        painter.shown[i] = -1;
    for (size_t i = 0; i < count; i++)
        painter.importance[i] = importance(object, json_array_get(marks, i));
    paint(&painter, size);
    for (size_t at = 0; at < size;) {
        struct highlight *piece = &all[pieces++];
        *piece = (struct highlight){ .from = at, .mark = painter.shown[at] };
        while (at < size && painter.shown[at] == piece->mark)
            at++;
        piece->to = at;
        if (piece->mark >= 0) {
            const json_t *mark = json_array_get(marks, (size_t)piece->mark);
            piece->kind = kind_of(object, mark);
        }
    }
    mark_ends(all, pieces, painter.importance, count);
out:
    free(painter.importance);
    free(painter.shown);
    return all;
}

int highlight_number(const json_t *object, int mark)
{
    const json_t *marks = json_object_get(object, "marks");
    int number = 1;
    for (int i = 0; i <= mark; i++) {
        const char *rule = string_of(json_array_get(marks, (size_t)i), "rule");
        int first = 0;
        while (strcmp(string_of(json_array_get(marks, (size_t)first), "rule"), rule) != 0)
            first++;
        if (strcmp(rule, string_of(json_array_get(marks, (size_t)mark), "rule")) == 0)
            return number;
        number += first == i;
    }
    return number;
}
