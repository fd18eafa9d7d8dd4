/* counters.h - what the milter has done since its start
 * SPDX-License-Identifier: MIT
 *
 * Thread-safe, without locks. Knows names and numbers, not where they are shown.
 */
#ifndef MILTER_COUNTERS_H
#define MILTER_COUNTERS_H

#include <stdint.h>

enum counter {
    COUNTER_MAILS,          /* mails that reached DATA */
    COUNTER_NOT_OURS,       /* … of which were for no complaint address and by no agent */
    COUNTER_INBOUND,        /* read: to a complaint address */
    COUNTER_SUBMITTED,      /* read: submitted by an agent, or sent by redress itself */
    COUNTER_TICKETS,        /* tickets opened */
    COUNTER_KNOWN,          /* seen before */
    COUNTER_LATE,           /* the store did not answer in time: passed with a provisional tag */
    COUNTER_STORE_FAILED,   /* the store said no: passed with a provisional tag */
    COUNTER_UNREAD,         /* could not be read at all (memory): passed untagged */
    COUNTER_UNTAGGED,       /* the mail server refused a header */
    COUNTER_CUT,            /* looked at only in part, a limit was met */
    COUNTER_FORGED,         /* reserved headers removed */
    COUNTER_FORGED_LEFT,    /* mails with more reserved headers than are removed */
    COUNTER_DRAINED,        /* passed unread because a stop was under way */
    COUNTER_ABORTED,        /* given up by the client before the end */
    COUNTER_RELOADS,
    COUNTER_RELOADS_REFUSED,
    COUNTER_COUNT
};

struct counters {
    _Atomic int64_t values[COUNTER_COUNT];
};

/* "mails", "not_ours", …; never NULL. */
const char *counter_name(enum counter counter);
void counters_add(struct counters *counters, enum counter counter, int64_t number);
int64_t counters_get(const struct counters *counters, enum counter counter);

#endif
