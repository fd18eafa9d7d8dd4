/* urgency.h - the four levels (domain.md section 3)
 * SPDX-License-Identifier: MIT
 */
#ifndef RULES_URGENCY_H
#define RULES_URGENCY_H

enum urgency { URGENCY_LOW, URGENCY_NORMAL, URGENCY_HIGH, URGENCY_CRITICAL };
enum { URGENCY_COUNT = 4 };

/* "low" … "critical"; never NULL. */
const char *urgency_name(enum urgency urgency);
/* 1 and *urgency, or 0 for an unknown name. */
int urgency_parse(const char *name, enum urgency *urgency);

#endif
