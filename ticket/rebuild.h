/* rebuild.h - the cached columns of tickets held against their events, and written anew from them
 * SPDX-License-Identifier: MIT
 *
 * A ticket is the fold of its events; what its row says beside is a cache (schema.sql). What the row holds once
 * and for ever (mailbox, policy, requester) stands in the opening event as well.
 */
#ifndef TICKET_REBUILD_H
#define TICKET_REBUILD_H

#include "ticket/site.h"
#include "ticket/store.h"

/* What a ticket's row says otherwise than its events at `now`: "state is open, should be waiting; …", in the
 * arena. That a resolved ticket has become closed by time alone is no difference. 1 none, 2 *what says which,
 * 0 no such ticket, -1. */
int rebuild_compare(struct store *store, const struct site *site, const char *ticket, instant now, struct arena *arena,
                    const char **what, struct error *error);

struct rebuild {
    const struct site *site;
    instant now;
    bool write;           /* differences are written away: the store is open for writing */
    void (*each)(const char *ticket, const char *what, void *argument); /* for each that differs; NULL: only counted */
    void *argument;
    size_t looked, differed; /* results */
    int64_t missing;         /* look-ups that should lead to a row: what they miss is not found */
};
/* All tickets, one after the other; writes in small transactions, so that the daemons go on. Only where look-ups are
 * missing are all made anew first, in one transaction (some 20 s a million tickets). 1 or -1. */
int rebuild_all(struct store *store, struct rebuild *rebuild, struct error *error);

#endif
