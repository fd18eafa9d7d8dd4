/* reply.h - how an agent's reply reads: plan, question, promises, lint
 * SPDX-License-Identifier: MIT
 *
 * definitions.md, "Agents' replies". Pure.
 */
#ifndef RULES_REPLY_H
#define RULES_REPLY_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/arena.h"
#include "lib/calendar.h"
#include "lib/message.h"
#include "rules/rules.h"

struct promise {
    instant due;
    const char *phrase; /* the words that made it, in the arena */
};
struct reply_reading {
    struct promise *promises;
    size_t promise_count;
    bool offers_plan, asks_customer;
    const char **lint; /* ids: no-time, absolute-promise, sorry-but, … */
    size_t lint_count;
};

/* Reads a reply sent at `at`. `calendar` gives working days and its zone; `zone` the local time
 * where the calendar is always or NULL (NULL: UTC). 1, or -1 with ERROR_RETRY. */
int reply_read(const struct rules *rules, const struct message *message, instant at,
               const struct calendar *calendar, const struct zone *zone, struct arena *arena,
               struct reply_reading *reading, struct error *error);

/* Whether tickets of a category (NULL: none is known) are exempt from a lint id: those of safety and legal matters from what
 * is said of apologies and plans; they go to a named person (definitions.md, "Agents' replies"). */
bool reply_is_exempt(const char *category, const char *lint);
/* Takes the lint from which the category is exempt out of a reading. */
void reply_exempt(struct reply_reading *reading, const char *category);

/* {"promises":[{"due","phrase"}],"offers_plan","asks_customer","lint"}; new reference. */
json_t *reply_to_json(const struct reply_reading *reading);

#endif
