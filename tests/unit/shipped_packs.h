/* shipped_packs.h - the shipped packs, loaded once for all tests of a program
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_UNIT_SHIPPED_PACKS_H
#define TESTS_UNIT_SHIPPED_PACKS_H

#include "tests/unit/packs_written.h"

static struct rules *shipped;

static inline int shipped_load(void **state)
{
    struct error error = { 0 };
    (void)state;
    shipped = packs_shipped(&error);
    if (!shipped)
        fprintf(stderr, "# %s\n", error.text);
    return shipped ? 0 : -1;
}

static inline int shipped_unload(void **state)
{
    (void)state;
    rules_unref(shipped);
    return 0;
}

#endif
