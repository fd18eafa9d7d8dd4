/* sidecar.h - what all parts of the sidecar share: site, writer, readers, the word to stop
 * SPDX-License-Identifier: MIT
 *
 * One for each configuration in force: a reload ends the old one's work and
 * begins anew; the writer lives on. Thread-safe unless said otherwise.
 */
#ifndef SIDECAR_SIDECAR_H
#define SIDECAR_SIDECAR_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "ticket/site.h"
#include "ticket/store.h"

enum { SIDECAR_WORKERS_MAX = 16, SIDECAR_STORE_WAIT_MS = 30 * 1000 };

struct sidecar {
    struct site *site;
    struct store_writer *writer; /* main's */
    int cancel_watching;         /* eventfds: readable = give up */
    int cancel_sending;
    _Atomic bool stopping;
    _Atomic int64_t mails, tickets, replies, sent; /* since the start */
    pthread_mutex_t mutex;       /* guards the two that follow */
    instant cut_over;            /* INSTANT_NONE: not asked for yet */
    bool remembered;             /* what is not to come back is known to the database */
    _Atomic bool *labelling;     /* by account: somebody reads or sets its labels */
    struct store *readers[SIDECAR_WORKERS_MAX]; /* a worker's own connection, opened at need */
};

/* Takes a reference of its own to the site. 1 or -1. */
int sidecar_init(struct sidecar *sidecar, struct site *site, struct store_writer *writer, struct error *error);
/* No worker may run any more. */
void sidecar_release(struct sidecar *sidecar);

/* The wall clock and one that is never set: the sidecar's loops are the only ones who ask. */
instant sidecar_now(void);
int64_t sidecar_monotonic_ms(void);

/* Ends every wait for an IMAP server, or for an SMTP server too. */
void sidecar_stop_watching(struct sidecar *sidecar);
void sidecar_stop_sending(struct sidecar *sidecar);

/* Labels of one account are read and set by one at a time: what was read before another one's change must not
 * be taken for an agent's doing. False: try again later. */
bool sidecar_labelling_begin(struct sidecar *sidecar, const struct config_account *account);
void sidecar_labelling_end(struct sidecar *sidecar, const struct config_account *account);

/* The worker's reading connection; NULL with the error. */
struct store *sidecar_reader(struct sidecar *sidecar, int worker, struct error *error);

/* Runs a job and waits until it is durable. 1, 0 nothing done (the job's own 0), -1; after a wait that was too
 * long -1, too, and the job may still run: `argument` is then released by `done` alone. */
int sidecar_record(struct sidecar *sidecar, store_job *job, void *argument, void (*done)(void *argument),
                   struct error *error);

/* The moment before which mail is not read: configured, else the first start, kept in the database. Before the
 * first answer a new database learns what was forgotten (ticket/erase.h). 1 or -1. */
int sidecar_cut_over(struct sidecar *sidecar, instant *at, struct error *error);

#endif
