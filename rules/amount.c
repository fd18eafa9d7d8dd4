/* amount.c - how much each rule that hit says of the complaint
 * SPDX-License-Identifier: MIT
 */
#include "rules/amount.h"

#include <math.h>
#include <stdlib.h>

enum { SAYS_SO = 1, SAYS_NO = 2 };

/* An echo is not nothing: a word that two rules know is the surer sign. */
static const double ECHO = 0.3;

struct statement {
    const struct occurrence *occurrence;
    double strength;
};

static int compare_statements(const void *a, const void *b)
{
    const struct statement *x = a, *y = b;
    if (x->strength != y->strength)
        return x->strength > y->strength ? -1 : 1;
    return x->occurrence->from < y->occurrence->from ? -1 : x->occurrence->from > y->occurrence->from;
}

/* Whether words between the two places were spoken for on this side; they are from now on. */
static bool take_words(unsigned char *taken, const struct occurrence *occurrence, size_t size, unsigned char side)
{
    bool before = false;
    for (uint32_t at = occurrence->from; at < occurrence->to && at < size; at++) {
        before = before || taken[at] & side;
        taken[at] |= side;
    }
    return before;
}

int amount_measure(struct evaluation *e, struct error *error)
{
    const struct pack_set *set = &e->rules->set;
    struct statement *statements = arena_alloc(e->arena, (e->occurrence_count + 1) * sizeof *statements);
    unsigned char *taken = arena_alloc(e->arena, e->text.size + 1);
    size_t count = 0;
    if (!statements || !taken)
        return error_set(error, ERROR_RETRY, "out of memory for a verdict");
    for (size_t i = 0; i < e->occurrence_count; i++) {
        double weight = set->rules[e->occurrences[i].rule].complaint;
        if (weight != 0)
            statements[count++] = (struct statement){ &e->occurrences[i], fabs(weight) };
    }
    if (count)
        qsort(statements, count, sizeof *statements, compare_statements);
    for (size_t i = 0; i < count; i++) {
        const struct occurrence *occurrence = statements[i].occurrence;
        unsigned char side = set->rules[occurrence->rule].complaint > 0 ? SAYS_SO : SAYS_NO;
        bool echo = take_words(taken, occurrence, e->text.size, side);
        e->amounts[occurrence->rule] += echo ? ECHO : 1;
    }
    for (size_t i = 0; i < set->rule_count; i++) {
        const struct rule *rule = &set->rules[i];
        if (!rule->has_patterns || rule->complaint == 0)
            e->amounts[i] = e->counts[i];
        if (e->amounts[i] > rule->most)
            e->amounts[i] = rule->most;
    }
    return 1;
}
