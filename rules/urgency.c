/* urgency.c - the four levels (domain.md section 3)
 * SPDX-License-Identifier: MIT
 */
#include "rules/urgency.h"

#include <string.h>

static const char *const names[URGENCY_COUNT] = { "low", "normal", "high", "critical" };

const char *urgency_name(enum urgency urgency)
{
    return names[urgency];
}

int urgency_parse(const char *name, enum urgency *urgency)
{
    for (int i = 0; name && i < URGENCY_COUNT; i++)
        if (strcmp(name, names[i]) == 0) {
            *urgency = (enum urgency)i;
            return 1;
        }
    return 0;
}
