/* intake_open.h - customer mail: opens a ticket, or goes on with one
 * SPDX-License-Identifier: MIT
 *
 * For ticket/intake*.c only.
 */
#ifndef TICKET_INTAKE_OPEN_H
#define TICKET_INTAKE_OPEN_H

#include "ticket/intake_run.h"

/* The moment before which no mail becomes a ticket: configured, or that of the first start. */
int intake_open_cut_over(struct intake_run *run, instant *cut_over);

/* Whether a resolved ticket takes this mail no more (policy's reopen_within): a new one is linked. */
bool intake_open_is_too_late(const struct intake_run *run, const struct ticket_row *ticket);

/* A new ticket; `follows` names the one it continues, NULL. 1 or -1. */
int intake_open(struct intake_run *run, const char *follows);

/* A further mail of the customer on the thread's ticket. 1 or -1. */
int intake_continue(struct intake_run *run, const struct thread *thread);

#endif
