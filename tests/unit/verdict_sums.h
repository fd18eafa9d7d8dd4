/* verdict_sums.h - the hits that a verdict lists add up to its figures, exactly
 * SPDX-License-Identifier: MIT
 *
 * For unit tests; after <cmocka.h>.
 */
#ifndef TESTS_VERDICT_SUMS_H
#define TESTS_VERDICT_SUMS_H

#include <math.h>

#include "rules/verdict.h"

static inline void expect_sums(const struct verdict *verdict)
{
    double sums[3] = { 0 };
    for (size_t i = 0; i < verdict->hit_count; i++)
        sums[verdict->hits[i].target] += verdict->hits[i].weight;
    assert_true(fabs(1 / (1 + exp(-sums[HIT_COMPLAINT])) - verdict->score) < 1e-9);
    assert_true(fabs(sums[HIT_URGENCY] - (double)verdict->urgency) < 1e-9);
    if (verdict->category_count)
        assert_true(fabs(sums[HIT_CATEGORY] - verdict->categories[0].score) < 1e-9);
    assert_true(verdict->complaint == (verdict->category != NULL));
}

#endif
