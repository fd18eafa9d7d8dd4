/* merge.h - two tickets that are one matter: which may be joined, and what the target takes over
 * SPDX-License-Identifier: MIT
 *
 * Merging ends the source's clocks (clocks.md, merge_into) and cannot be taken back; its mails keep their events, so
 * that split (ticket/split.h) can open a ticket of them again. Nobody who waits is forgotten by it, and no answer
 * to one customer stops the clock of another: what would do that is refused, with what to do instead.
 */
#ifndef TICKET_MERGE_H
#define TICKET_MERGE_H

#include "ticket/site.h"
#include "ticket/store.h"

struct merge {
    struct store *store;
    const struct site *site;
    const struct ticket_row *source; /* that has not ended, and its view before the merge */
    const struct ticket_view *view;
    const char *into; /* the target's id */
    const char *actor;
    instant at, now;
    struct arena *arena;
};
/* `into` is another ticket. 1; -1 with ERROR_INPUT: one that was merged or erased, another customer's, one of two that
 * must be kept, one that is resolved while the source is not, or one whose customer waits less long. */
int merge_check(const struct merge *merge, struct error *error);
/* The target tells where it comes from, takes over people, queues and a higher urgency. 1 or -1. */
int merge_join(const struct merge *merge, struct error *error);

#endif
