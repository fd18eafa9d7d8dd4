/* intake_feedback.h - a customer's answer to a follow-up, and what it leads to
 * SPDX-License-Identifier: MIT
 *
 *   not satisfied, or a score of 1 or 2     the ticket reopens, as high
 *   satisfied, or a score of 3 to 5         recorded; it does not reopen a ticket, nor resolve an open one
 *   wants no more such mail                 none is sent to that address, on any ticket
 *   asks where the matter stands            an answer from our records, where the mailbox gives one
 *
 * From can be forged: what a customer says is good proposes, and never resolves (misuse.md row 29).
 */
#ifndef TICKET_INTAKE_FEEDBACK_H
#define TICKET_INTAKE_FEEDBACK_H

#include "rules/feedback.h"
#include "ticket/intake_run.h"

struct intake_feedback {
    struct feedback said;
    bool asked;        /* the mail answers a follow-up of ours, or bears a signed score */
    bool dissatisfied;
    const char *about; /* "check", "care"; NULL: nothing that we asked */
};

/* Reads run->facts, whose verdict is final, with the ticket's events; decides whether run->facts.inbound
 * is "thanks_only". 1, or -1 with ERROR_RETRY. */
int intake_feedback_weigh(struct intake_run *run, const struct event_row *events, size_t count,
                          struct intake_feedback *feedback);
/* Records it, after the mail's own event. 1 or -1. */
int intake_feedback_record(struct intake_run *run, const struct ticket_row *ticket,
                           const struct intake_feedback *feedback);

#endif
