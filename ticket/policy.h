/* policy.h - targets per urgency, calendars, pause rules (clocks.md, "Policy")
 * SPDX-License-Identifier: MIT
 *
 * A loaded policy is never changed and may be used by many threads.
 *
 * Decided where clocks.md is silent: keys that begin with "//" are comments
 * (the same text stands in redress.json); `version` may not be null, `warn_at`
 * neither; percentages are whole numbers and may be over 100.
 */
#ifndef TICKET_POLICY_H
#define TICKET_POLICY_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/calendar.h"
#include "lib/error.h"
#include "rules/urgency.h"

/* In the order in which clocks.md lists them. */
enum clock_kind { CLOCK_FIRST_RESPONSE, CLOCK_NEXT_RESPONSE, CLOCK_PLAN, CLOCK_RESOLUTION, CLOCK_PROMISE };
enum { CLOCK_KIND_COUNT = 5, CLOCK_TARGET_COUNT = 4 };
const char *clock_kind_name(enum clock_kind kind);

#define TARGET_NONE INT64_C(-1)

struct policy_target {
    const struct calendar *calendar;
    const char *calendar_name;
    int64_t seconds[CLOCK_TARGET_COUNT]; /* by clock_kind; TARGET_NONE: no such clock */
};

/* When follow-ups go out after `resolve`: between after and until (elapsed), at an open moment of
 * the calendar. Optional policy key "follow_up":
 *   {"check":{"after":"1d","until":"2d"},"care":{"after":"7d","until":"14d"},"calendar":"office",
 *    "never_categories":["safety","legal"],"never_signals":["extortion"],"never_outcomes":["silence","declined"]}
 * with these as defaults (calendar: the first that is not always, else any time). */
struct follow_up_window {
    int64_t after, until;
};

struct policy {
    const char *version; /* "" when the policy names none */
    struct policy_target targets[URGENCY_COUNT];
    bool pause_resolution_while_waiting;
    int64_t auto_close_after; /* seconds, TARGET_NONE: never */
    int64_t reopen_within;    /* seconds, TARGET_NONE: no limit */
    const int *warn_at; /* percent, whole numbers from 0 to 10000, in the order given */
    int warn_count;
    struct follow_up_window check, care;
    const struct calendar *follow_up_calendar; /* NULL: any time */
    const char *const *never_categories; /* each list ends in NULL */
    const char *const *never_signals;
    const char *const *never_outcomes;
    struct policy_parts *parts; /* owns calendars and strings */
};

/* From its JSON; `pointer` is where it stands in its file ("" or "/policy"). NULL with ERROR_INPUT
 * whose text begins with the JSON pointer of the fault (see retell.h), or zone_load's ERROR_SETUP. */
struct policy *policy_from_json(const json_t *value, const char *pointer, struct error *error);
void policy_free(struct policy *policy);

/* Earlier calendars of the same name: what was in force from `known` on, until the next version. Added
 * in ascending order; the policy takes the calendar over, also when it fails. 1, or -1 (memory). */
int policy_add_calendar_version(struct policy *policy, const char *name, instant known, struct calendar *calendar,
                                struct error *error);
/* The version of one of the policy's own calendars that was in force at a moment (clocks.md, "Policy": a
 * stopped clock keeps it); the oldest before its time, the calendar itself without versions. */
const struct calendar *policy_calendar_at(const struct policy *policy, const struct calendar *calendar, instant at);

/* A calendar by name, NULL when there is none. Borrowed. */
const struct calendar *policy_calendar(const struct policy *policy, const char *name);
/* One after another, in the order of the file; NULL behind the last. *name is borrowed. */
const struct calendar *policy_calendar_get(const struct policy *policy, size_t index, const char **name);

#endif
