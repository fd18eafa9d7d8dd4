/* moment.h - limits of time as people write them: "by noon tomorrow", 3个工作日内
 * SPDX-License-Identifier: MIT
 *
 * Chinese and English, in normal form; definitions.md, "Agents' replies",
 * says when each is due. Pure: `at` is an argument.
 */
#ifndef RULES_MOMENT_H
#define RULES_MOMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/calendar.h"
#include "lib/instant.h"

/* When and where the words were written. */
struct moment_context {
    instant at;
    const struct calendar *calendar; /* NULL or always: Monday to Friday */
    const struct zone *zone;         /* NULL: UTC */
};

struct moment {
    size_t from, to; /* byte offsets of the words */
    instant due;
    bool weak; /* a bare time or day that may as well be told as a fact */
};

/* The first limit of time at or after `from` in text[0..size). 1, or 0 when there is none. */
int moment_find(const char *text, size_t size, size_t from, const struct moment_context *context,
                struct moment *moment);

#endif
