/* amount.h - how much each rule that hit says of the complaint
 * SPDX-License-Identifier: MIT
 *
 * Several rules often find the same words: those are evidence once. For the
 * files of rules/ only.
 */
#ifndef RULES_AMOUNT_H
#define RULES_AMOUNT_H

#include "rules/combine.h"

/* Fills evaluation->amounts from occurrences and counts: an occurrence counts 1, or 0.3 where a rule of
 * the same sign with more weight found some of its words already; features and conditions count 1; never
 * more than the rule's `most`. Linear in the text and in what was found, but for sorting.
 * 1, or -1 with ERROR_RETRY. */
int amount_measure(struct evaluation *evaluation, struct error *error);

#endif
