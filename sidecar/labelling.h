/* labelling.h - the labels of customers' mails: what agents did to them, and what is to be done to them
 * SPDX-License-Identifier: MIT
 *
 * ticket/copy.h says what each mail should bear. Only differences are stored; a
 * flag that is not ours is never taken away.
 */
#ifndef SIDECAR_LABELLING_H
#define SIDECAR_LABELLING_H

#include "sidecar/reconcile.h"
#include "sidecar/watch.h"

/* Reads what changed of the flags in the folder that is open, since the MODSEQ that was known (0: none, or the
 * server has no CONDSTORE: those of the newest copies are read), and obeys. A folder without copies costs
 * nothing. 1; 0 somebody else is at the account's labels, look again later; -1. */
int labelling_look(const struct look *look, const struct imap_selected *selected, int64_t since, struct error *error);

/* A worker's visit: connects, sets and takes away what is wanted in all folders of the account, then files mails
 * (moving.h). 1; 0 somebody else
 * is at its labels, try again; -1. */
int labelling_visit(struct watch *watch, int worker, struct error *error);

/* Brings the wishes up to date; for a worker. Names the accounts that have work to `each`. */
void labelling_plan(struct sidecar *sidecar, int worker, void (*each)(const char *account, void *argument), void *argument);

#endif
