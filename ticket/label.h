/* label.h - what the mails of a ticket bear in the mailbox: keywords, and \Flagged
 * SPDX-License-Identifier: MIT
 *
 * The queue as it is seen in the mail client. Pure: a ticket's view in, labels
 * out. A label shows a state and never makes one: what an agent's own setting of
 * a keyword asks for is decided by ticket/copy.h.
 */
#ifndef TICKET_LABEL_H
#define TICKET_LABEL_H

#include "ticket/fold.h"
#include "ticket/policy.h"
#include "ticket/store.h"

/* At most ten keywords: Maildir keeps 26 a folder, and agents have their own. */
enum label {
    LABEL_CRITICAL, LABEL_HIGH, LABEL_DUE_SOON, LABEL_OVERDUE, LABEL_WAITING, LABEL_ANSWERED, LABEL_RESOLVED,
    LABEL_NOT_COMPLAINT, LABEL_MINE, LABEL_HOLD,
    LABEL_FLAGGED, /* \Flagged: somebody is needed now */
    LABEL_COUNT
};
#define LABEL_BIT(label) (1u << (label))

/* "redress-critical" …, "\\Flagged" at last; ended by NULL: bit i of a set is names[i]. Lower case, since
 * Thunderbird keeps its tags so. */
extern const char *const label_names[LABEL_COUNT + 1];

struct label_wish {
    unsigned labels;  /* LABEL_BITs */
    instant look;    /* when time alone may change them; INSTANT_NONE: never */
};

/* What the customer's mails of a ticket should bear at view->now. Due soon: the last warning of the
 * policy below 100 % has passed (75 % without one). Nothing for a ticket that was merged or erased. */
void label_of_ticket(const struct ticket_row *row, const struct ticket_view *view, const struct event_row *events,
                    size_t count, const struct policy *policy, struct label_wish *wish);

/* Until when a ticket is on hold: INSTANT_NONE when it is not. */
instant label_hold_until(const struct event_row *events, size_t count, instant now);

#endif
