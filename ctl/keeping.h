/* keeping.h - customers and tickets as hold, release, erase and export name them
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_KEEPING_H
#define CTL_KEEPING_H

#include "ctl/workplace.h"
#include "ticket/erase.h"

/* Lays a hold on a ticket or a customer, or (reason NULL) ends it, with an event on each ticket that it
 * concerns; says what was done. The exit status. */
int keeping_hold(struct workplace *place, const char *subject, const char *reason);

/* What there is of a customer. EX_OK; EX_USAGE after a message when it is no address, EX_NOINPUT when nothing is
 * known of it. */
int keeping_find(struct workplace *place, const char *customer, struct erasure *erasure);

#endif
