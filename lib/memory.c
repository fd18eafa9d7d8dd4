/* memory.c - whether memory ran out on the way to a result
 * SPDX-License-Identifier: MIT
 */
#include "lib/memory.h"

#include <stdlib.h>

static _Thread_local unsigned failures;

void memory_failed(void)
{
    failures++;
}

void *memory_alloc(size_t size)
{
    void *memory = malloc(size);
    if (!memory && size)
        failures++;
    return memory;
}

unsigned memory_mark(void)
{
    return failures;
}

bool memory_ran_out(unsigned mark)
{
    return failures != mark;
}
