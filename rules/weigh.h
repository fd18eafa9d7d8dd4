/* weigh.h - counts of rules become scores, category, urgency and the hits that explain them
 * SPDX-License-Identifier: MIT
 *
 * For the files of rules/ only.
 */
#ifndef RULES_WEIGH_H
#define RULES_WEIGH_H

#include "rules/combine.h"

/* Fills a verdict from an evaluation; its imprint too where it is kept. 1, or -1 with ERROR_RETRY. */
int weigh_verdict(const struct evaluation *evaluation, const struct message *message, struct verdict *verdict,
                  struct error *error);

#endif
