/* visit.h - what a worker does for a watch: connect, read, go back into IDLE
 * SPDX-License-Identifier: MIT
 */
#ifndef SIDECAR_VISIT_H
#define SIDECAR_VISIT_H

#include "sidecar/watch.h"

/* The pool's task; `watch` is a struct watch that is busy. Sets outcome, and error on WATCH_FAILED;
 * a failed visit leaves no connection. */
void visit_run(void *watch, int worker);

#endif
