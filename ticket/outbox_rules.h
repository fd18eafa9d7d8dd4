/* outbox_rules.h - who may get an automatic mail, and when: shared by scheduling and claiming
 * SPDX-License-Identifier: MIT
 *
 * For ticket/outbox*.c only.
 */
#ifndef TICKET_OUTBOX_RULES_H
#define TICKET_OUTBOX_RULES_H

#include "ticket/fold.h"
#include "ticket/site.h"
#include "ticket/store.h"

/* Why no follow-up goes for a matter like this, NULL when it may (policy's lists, and outcomes that
 * are no solution). Borrowed. */
const char *outbox_rules_denied(const struct policy *policy, const struct ticket_row *ticket, const char *outcome);

/* Whether a kind is a follow-up: it goes by day only, and not once the customer has written. */
bool outbox_rules_is_follow_up(const char *kind);

/* What the mailbox says of a kind now. */
enum sending_mode outbox_rules_mode(const struct config_mailbox *mailbox, const char *kind);

/* Adds the event that tells a row's fate. Its ticket is folded anew by the caller. 1 or -1. */
int outbox_rules_tell(struct store *store, const struct outbox_row *row, enum outbox_state state, const char *reason,
                      instant now, struct error *error);

#endif
