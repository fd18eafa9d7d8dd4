/* vitals.h - what the sidecar tells of itself in the health table
 * SPDX-License-Identifier: MIT
 *
 * One row "ACCOUNT/ROLE" for each watch, a JSON object: state, last_look, newest, mails, visits,
 * errors, passed_over, error (the last failure while it lasts), and of labels kept (which way, once that
 * is known); and one row "program" with the counters.
 */
#ifndef SIDECAR_VITALS_H
#define SIDECAR_VITALS_H

#include "sidecar/watch.h"

/* Queues the rows of those watches that have changed, or of all, without waiting. By the loop: a
 * watch that is busy keeps its old row. */
void vitals_tell(struct sidecar *sidecar, struct watch *watches, size_t count, bool all);

#endif
