/* filing.h - in which folder the state of a ticket wants its customer's mails
 * SPDX-License-Identifier: MIT
 *
 * Only where the mailbox's "filing" says so. The plan says where each copy
 * (ticket/copy.h) should lie; whoever talks IMAP carries it out, once for each
 * wish: what an agent moves afterwards stays where he put it. Only what lies in
 * INBOX, or where redress itself has put it, is ever moved.
 */
#ifndef TICKET_FILING_H
#define TICKET_FILING_H

#include "ticket/fold.h"
#include "ticket/intake.h"
#include "ticket/store_filing.h"

/* Whether mails of an account are filed at all (configuration, shadow mode): a mailbox that says so, else NULL. */
const struct config_mailbox *filing_of_account(const struct config *config, const char *account);

/* The folder for the state of a ticket, "/" between its parts whatever the server's delimiter; "INBOX" where the
 * configuration says none. NULL: nothing is to be moved (the ticket was merged or erased, or memory is out). */
const char *filing_target(const struct config_mailbox *mailbox, const struct ticket_view *view, const char *category,
                          struct arena *arena);

/* (Part of) a store job: the wishes of all copies of a ticket. 1 or -1. */
int filing_plan(struct store *store, const struct site *site, const struct ticket_row *ticket,
                const struct ticket_view *view, const struct copy_row *copies, size_t count, struct arena *arena,
                struct error *error);

/* Whether a copy was seen where redress itself was about to lay it: then no agent moved it, and the one who carries
 * out the wish brings its row up to date. 1, 0, -1. */
int filing_is_ours(struct store *store, const struct config *config, const struct copy_row *row, const char *folder,
                   struct arena *arena, struct error *error);

/* Whether a copy may be moved: it lies in INBOX, or where redress has put it. */
bool filing_may_move(const struct filing_row *filing, const char *folder);

#endif
