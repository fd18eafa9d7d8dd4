/* counters.c - what the milter has done since its start
 * SPDX-License-Identifier: MIT
 */
#include "milter/counters.h"

#include <stdatomic.h>

static const char *const names[COUNTER_COUNT] = {
    [COUNTER_MAILS] = "mails",
    [COUNTER_NOT_OURS] = "not_ours",
    [COUNTER_INBOUND] = "inbound",
    [COUNTER_SUBMITTED] = "submitted",
    [COUNTER_TICKETS] = "tickets",
    [COUNTER_KNOWN] = "known",
    [COUNTER_LATE] = "late",
    [COUNTER_STORE_FAILED] = "store_failed",
    [COUNTER_UNREAD] = "unread",
    [COUNTER_UNTAGGED] = "untagged",
    [COUNTER_CUT] = "cut",
    [COUNTER_FORGED] = "forged",
    [COUNTER_FORGED_LEFT] = "forged_left",
    [COUNTER_DRAINED] = "drained",
    [COUNTER_ABORTED] = "aborted",
    [COUNTER_RELOADS] = "reloads",
    [COUNTER_RELOADS_REFUSED] = "reloads_refused",
};

const char *counter_name(enum counter counter)
{
    return (unsigned)counter < COUNTER_COUNT ? names[counter] : "unknown";
}

void counters_add(struct counters *counters, enum counter counter, int64_t number)
{
    atomic_fetch_add_explicit(&counters->values[counter], number, memory_order_relaxed);
}

int64_t counters_get(const struct counters *counters, enum counter counter)
{
    return atomic_load_explicit(&counters->values[counter], memory_order_relaxed);
}
