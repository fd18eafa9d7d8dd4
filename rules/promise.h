/* promise.h - promises with a limit of time in an agent's reply
 * SPDX-License-Identifier: MIT
 *
 * For rules/reply.c. Roles of the packs say what commits ("commit") and what
 * makes a time no promise ("no-promise"); moment.h reads the limits.
 */
#ifndef RULES_PROMISE_H
#define RULES_PROMISE_H

#include "rules/combine.h"
#include "rules/moment.h"
#include "rules/reply.h"

/* Fills promises and promise_count. 1, or -1 with ERROR_RETRY. */
int promise_find(const struct evaluation *evaluation, const struct moment_context *context,
                 struct reply_reading *reading, struct error *error);

/* The end of the sentence (or clause, when `clause`) that begins at `from`. */
size_t promise_sentence_end(const char *text, size_t size, size_t from, bool clause);

#endif
