/* outbox.h - mail that redress itself sends: scheduled, checked, claimed, sent once
 * SPDX-License-Identifier: MIT
 *
 *   scheduled --claim--> claimed --sent--> sent
 *       |                   |  \--laid---> drafted --seen in Sent--> sent
 *       |                   |---refused--> failed
 *       |                   |---unclear--> doubt      (the Sent copy decides, else it is shown)
 *       |                   `---not sent-> scheduled  (surely nothing left us)
 *       `--customer writes, reopened, late, switched off--> cancelled
 *
 * A mail exists once per purpose; its Message-ID follows from the purpose.
 * Nothing that a customer wrote stands in it but a name and an order number of
 * plain form.
 */
#ifndef TICKET_OUTBOX_H
#define TICKET_OUTBOX_H

#include "lib/buffer.h"
#include "ticket/site.h"
#include "ticket/store.h"

/* Schedules check and care after the resolve event, within the policy's windows and hours, if the
 * mailbox sends or drafts them and no deny-list of the policy forbids. A window without an open
 * moment gives the first open one after it. 1 or -1. */
int outbox_schedule_follow_ups(struct store *store, const struct site *site, const struct ticket_row *ticket,
                               int64_t resolve_event, instant resolved, const char *outcome, instant now,
                               struct error *error);
/* The acknowledgement of an opening mail, if configured and permitted (RFC 3834; caps).
 * `envelope_from` is NULL when not known, "" for the null sender. 1, 0 not permitted (reason in
 * *why, borrowed), -1. */
int outbox_schedule_acknowledgement(struct store *store, const struct site *site, const struct ticket_row *ticket,
                                    const struct message *message, const char *envelope_from, instant now,
                                    const char **why, struct error *error);
/* The state of the ticket to a customer who asked for it in a mail (its row's number makes the purpose), if the
 * mailbox tells it and the rules of acknowledgements permit an automatic answer; at most a few a day and
 * ticket. 1 (scheduled or not), -1. */
int outbox_schedule_state(struct store *store, const struct site *site, const struct ticket_row *ticket, int64_t mail,
                          const struct message *message, const char *envelope_from, instant now, struct error *error);
/* Why a mail must not be answered automatically (RFC 3834 section 2, DMARC), NULL when it may. */
const char *outbox_never_answer(const struct site *site, const struct message *message, const char *envelope_from);

/* Cancels what is scheduled for a ticket, with an event each: the caller folds the ticket anew
 * (desk_refresh). `kind` NULL: its follow-ups. 1 or -1. */
int outbox_cancel(struct store *store, const char *ticket, const char *kind, const char *reason, instant now,
                  struct error *error);

/* A customer wants no more follow-ups, on any ticket. Kept under a keyed hash of the address. */
int outbox_stop(struct store *store, const struct site *site, const char *address, struct error *error);
int outbox_is_stopped(struct store *store, const struct site *site, const char *address, struct error *error);

/* Claims the next row that is due: checks once more that it may go (ticket still resolved, nothing
 * from the customer since, switches, window), cancels what may not. 1 with *row, 0 none, -1.
 * A store job's body: everything in one transaction. */
int outbox_claim(struct store *store, const struct site *site, instant now, struct arena *arena,
                 struct outbox_row *row, struct error *error);
/* The mail itself, bytes with CRLF. 1 or -1 (ERROR_INPUT: cannot be written, row should fail). */
int outbox_write(struct store *store, const struct site *site, const struct outbox_row *row, instant now,
                 struct buffer *mail, struct error *error);
/* Records the outcome of a claimed row, with an event on its ticket. OUTBOX_SCHEDULED (surely not
 * sent) is tried again later, after the fifth attempt it fails. 1, 0 not claimed, -1. */
int outbox_settle(struct store *store, const struct site *site, const struct outbox_row *row, enum outbox_state state,
                  const char *reason, instant now, struct error *error);
/* A copy of our mail was seen to leave or lies in Sent: claimed, drafted and doubtful rows are sent.
 * 1 changed, 0 nothing to change, -1. */
int outbox_seen(struct store *store, const struct site *site, const char *message_id, instant now, struct error *error);
/* After a start: rows still claimed by a dead process. Those whose Message-ID was seen (submission
 * sighting or Sent copy) become sent; the others become doubt. Run it after the first look at
 * Sent. 1 or -1. */
int outbox_recover(struct store *store, const struct site *site, instant now, struct error *error);

#endif
