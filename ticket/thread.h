/* thread.h - to which ticket a mail belongs, and how surely
 * SPDX-License-Identifier: MIT
 *
 * Reads the store, writes nothing. Who may do what with the ticket is decided elsewhere.
 */
#ifndef TICKET_THREAD_H
#define TICKET_THREAD_H

#include "ticket/facts.h"
#include "ticket/store.h"

/* In order of strength. */
enum thread_strength {
    THREAD_NONE,
    THREAD_SUBJECT, /* an answer with the same subject, or our subject tag, and a known participant */
    THREAD_LISTED,  /* it lists an id that a mail of the ticket lists: anybody may have read that id elsewhere */
    THREAD_OWN,     /* it lists the id of a mail of the ticket */
    THREAD_TOKEN    /* it bears a token that we signed */
};

struct thread {
    char ticket[TICKET_ID_SIZE];
    enum thread_strength strength;
    const char *how; /* in words, for the evidence */
    bool erased;     /* nothing was found, but it surely belonged to a ticket that was erased */
};

/* `people`: whose tickets a subject may find: the sender of inbound mail, the recipients of a reply;
 * ended by NULL. A merged ticket leads to its target, an erased one to none. 1, 0 none, -1. */
int thread_find(struct store *store, const struct facts *facts, const char *const *people, struct arena *arena,
                struct thread *thread, struct error *error);

/* The mail shall belong to `ticket`, as far as that still takes mail: a merged one leads to its target, an erased one
 * to none (thread->erased, if the strength is sure). 1 taken, 0 not, the thread is otherwise as it was, -1. */
int thread_take(struct store *store, struct thread *thread, const char *ticket, enum thread_strength strength, const char *how,
                struct arena *arena, struct error *error);

/* Makes the ids that a mail lists lead to the ticket, as far as free, and its Thread-Index surely; the id that
 * it bears does so by itself (store_ticket_by_reference). */
int thread_index(struct store *store, const struct facts *facts, const char *ticket, struct error *error);

#endif
