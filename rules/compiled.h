/* compiled.h - the compiled patterns of a rule set: out of a file, or made and put there
 * SPDX-License-Identifier: MIT
 *
 * For the files of rules/ only. rules_save is here, too.
 */
#ifndef RULES_COMPILED_H
#define RULES_COMPILED_H

#include "rules/cache.h"
#include "rules/snapshot.h"

enum { COMPILED_PLACES = 3 };

/* Where compiled patterns may lie: the caller's file, $REDRESS_CACHE (tests, many desks), the machine's. */
struct compiled_places {
    const char *paths[COMPILED_PLACES];
    struct cache first; /* what was found first: reading costs milliseconds, so it is done once */
    size_t first_at;
};

/* Looks for a file. `path` may be NULL. Release when the rules are loaded. */
void compiled_look(const char *path, struct compiled_places *places);
void compiled_release(struct compiled_places *places);

/* Gives rules their matcher once the packs are read: from the first file that fits, else it compiles and
 * writes the caller's file; who comes meanwhile waits. 1, or -1 with ERROR_INPUT (the rule and its place that libhs
 * refuses) or ERROR_RETRY. */
int compiled_make(struct rules *rules, const struct compiled_places *places, struct error *error);

#endif
