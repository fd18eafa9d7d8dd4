/* health.h - what the programs said of themselves last, and whether that is bad news
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_HEALTH_H
#define CTL_HEALTH_H

#include "ticket/store.h"

enum { HEALTH_STALE_S = 300 };

struct health_row {
    const char *program, *name, *value;
    instant at;
};
/* All rows in the arena. 1 or -1. */
int health_read(struct store *store, struct arena *arena, struct health_row **rows, size_t *count, struct error *error);

/* Lines for people, ended by NULL, in the arena: a program that was not seen for five minutes. 1 or -1. */
int health_alarms(struct store *store, struct arena *arena, instant now, const char *const **alarms, struct error *error);

#endif
