/* intake_history.h - what the store knows of a customer, for the rules, and what follows from it
 * SPDX-License-Identifier: MIT
 *
 * rules/ is pure: the caller fills its `struct history`. For intake's own files.
 */
#ifndef TICKET_INTAKE_HISTORY_H
#define TICKET_INTAKE_HISTORY_H

#include "rules/verdict.h"
#include "ticket/intake_run.h"

/* For a mail that opens a ticket: earlier complaints within 90 days, the VIP list, an open ticket about the
 * same order. 1, or -1 with the run's error. */
int intake_history_know(struct intake_run *run, struct history *history);

/* Has the mail judged once more with what is known, when anything is; *before is the urgency by its words
 * alone. 1, or -1 with the run's error. */
int intake_history_judge(struct intake_run *run, const struct history *history, enum urgency *before);

/* When the history made it more urgent: an urgency event that says so. `fields` of the customer_mail event keep
 * the urgency of the words. Call before (with fields) and after the event. */
bool intake_history_raises(const struct intake_run *run, enum urgency before);
int intake_history_record(struct intake_run *run, const struct history *history, enum urgency before);

#endif
