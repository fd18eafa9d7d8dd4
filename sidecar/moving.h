/* moving.h - lays customers' mails where the state of their tickets wants them
 * SPDX-License-Identifier: MIT
 *
 * ticket/filing.h says where. The wish is written down before the server hears
 * of it; a mail is removed from where it lay only when the server has named its
 * copy, or, after a crash in between, when the same bytes lie there.
 */
#ifndef SIDECAR_MOVING_H
#define SIDECAR_MOVING_H

#include "sidecar/watch.h"

/* A worker's visit, over the connection that watch->imap has, by the one who is at the account's labels: carries out
 * open wishes, and finishes moves whose end is not known. 1 or -1. */
int moving_visit(struct watch *watch, int worker, struct error *error);

#endif
