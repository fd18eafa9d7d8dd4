/* draw.h - numbers by lot, the same ones each time (xorshift64)
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_UNIT_DRAW_H
#define TESTS_UNIT_DRAW_H

#include <stdint.h>

/* Set by the test; not 0. */
static uint64_t seed = 20261125;

/* From 0 to below `below`. */
static inline uint64_t draw_wide(uint64_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % below;
}

static inline unsigned draw(unsigned below)
{
    return (unsigned)(draw_wide(UINT64_MAX) >> 11) % below;
}

#endif
