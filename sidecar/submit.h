/* submit.h - sends or lays as drafts what is due in the outbox, each once
 * SPDX-License-Identifier: MIT
 *
 * claim (durable) -> send -> copy into Sent -> settle (durable). Nothing goes
 * out before each account's Sent was looked through once since the start: what
 * a dead process, or one before a restored backup, has sent is found there.
 */
#ifndef SIDECAR_SUBMIT_H
#define SIDECAR_SUBMIT_H

#include "sidecar/sidecar.h"

struct submit;
/* NULL with ERROR_RETRY. */
struct submit *submit_new(struct sidecar *sidecar, struct error *error);
void submit_free(struct submit *submit);

/* An account's Sent was looked through. Any thread. */
void submit_sent_was_looked(struct submit *submit, const char *account);

/* One turn, for a worker: `submit` is a struct submit. Logs what it does. */
void submit_run(void *submit, int worker);

#endif
