/* split.h - mails that are another matter get a ticket of their own
 * SPDX-License-Identifier: MIT
 *
 * The new ticket begins with those mails, each at its own moment: its clocks run since then. The old one keeps its
 * events and clocks as they were (clocks.md: split has no effect): an answer that it still owes is owed until it is
 * given. From then on the mails' ids lead to the new ticket.
 */
#ifndef TICKET_SPLIT_H
#define TICKET_SPLIT_H

#include "ticket/site.h"
#include "ticket/store.h"

enum { SPLIT_MAILS_MAX = 100 };

struct split {
    const struct site *site;
    const char *ticket;       /* a merged one will do: so a wrong merge is mended */
    const char *const *mails; /* each the Message-ID (with or without <>) of a mail that came in, or its event, "e12" */
    size_t count;
    const char *actor;        /* "operator:NAME" */
    instant now;
    /* results */
    char new_ticket[TICKET_ID_SIZE];
    int64_t event; /* of the old ticket */
    size_t taken;
};
/* A store_job; `argument` is a struct split. 1; 0 no such ticket; -1 with ERROR_INPUT: a mail that the ticket has not, an
 * agent's (answers count where they were given), the one that opened it, one that was split off already, or
 * mails of different customers. */
int split_off(struct store *store, void *argument, struct error *error);

#endif
