/* example.h - runs the examples that a pack brings with its rules
 * SPDX-License-Identifier: MIT
 *
 * redress-rules(5), "examples". The files are read once more: a loaded rule
 * set does not keep them.
 */
#ifndef RULES_EXAMPLE_H
#define RULES_EXAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "rules/rules.h"

struct example {
    const char *rule; /* its id */
    const char *text; /* what is judged, its subject if it has no text */
    bool hit;         /* the rule must find it; else it must not */
    bool right;
    const char *fault; /* "FILE:LINE:COLUMN: POINTER: rule ID: …" when it is not right, else NULL */
};

/* The rules whose ids are alike up to the first dot. */
struct example_family {
    const char *name; /* "en:log" */
    size_t rules, hits, misses;
};
enum { EXAMPLES_WANTED = 2 }; /* of each kind in each family */

struct example_report {
    size_t run, wrong;
    struct example_family *families; /* in order of name */
    size_t family_count;
};

/* Runs all examples; `each` (or NULL) is told of every one, its strings borrowed for the call. Reports into the
 * arena. 1, or -1 with ERROR_INPUT (a malformed example, with its place), ERROR_ABSENT or ERROR_RETRY. */
int example_run(const struct rules *rules, struct arena *arena,
                void (*each)(const struct example *example, void *argument), void *argument,
                struct example_report *report, struct error *error);

#endif
