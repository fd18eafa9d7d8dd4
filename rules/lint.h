/* lint.h - what a reader may dislike in an agent's reply
 * SPDX-License-Identifier: MIT
 *
 * definitions.md, "Agents' replies", and domain.md section 5: blame-shift,
 * sorry-but, empty-apology, take-it-or-leave-it, insult, no-time,
 * absolute-promise, personal-data, one-choice. For rules/reply.c.
 */
#ifndef RULES_LINT_H
#define RULES_LINT_H

#include "rules/combine.h"
#include "rules/moment.h"
#include "rules/reply.h"

/* Fills lint, once promises, plan and question are known. 1, or -1 with ERROR_RETRY. */
int lint_find(const struct evaluation *evaluation, const struct moment_context *context,
              struct reply_reading *reading, struct error *error);

#endif
