/* intake_instruct.h - a mail of an agent to redress itself: "resolved", "hold until Friday", 转给anna
 * SPDX-License-Identifier: MIT
 *
 * For ticket/intake*.c only. Who speaks is proved as for an answer (proof.h): by the login at submission, or by
 * the Sent folder in which it lies; never by From. Nothing of such a mail reaches a customer: one that goes to a
 * customer, too, is no command.
 */
#ifndef TICKET_INTAKE_INSTRUCT_H
#define TICKET_INTAKE_INSTRUCT_H

#include "ticket/intake_run.h"

/* Obeys up to five lines and answers the agent. 1 it was for redress; 0 it is something else; -1. */
int intake_instruct(struct intake_run *run);

/* An agent has answered a ticket that another one has claimed: is told so. 1 or -1. */
int intake_instruct_tell_second(struct intake_run *run);

#endif
