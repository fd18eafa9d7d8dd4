/* service.h - what all sessions share: the site, the store's writer, counters
 * SPDX-License-Identifier: MIT
 *
 * Thread-safe. Knows nothing of libmilter.
 *
 *   serving --SIGTERM--> draining --no mail in flight, or 10 s--> stopped
 *
 * A store that does not answer must not make mails wait one behind the other:
 * after a wait that reached its cap, the next ones wait only shortly until some
 * commit has come within the cap again, waited for or not.
 */
#ifndef MILTER_SERVICE_H
#define MILTER_SERVICE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/error.h"
#include "lib/instant.h"
#include "milter/counters.h"
#include "ticket/site.h"
#include "ticket/store.h"

enum {
    SERVICE_SHORT_WAIT_MS = 20,
    SERVICE_GATHER_MS = 4, /* what a mail may wait for others to share its commit */
    SERVICE_HELD_MAX = 64 * 1024 * 1024 /* bytes of mails that a stalled store may hold in memory */
};

struct service {
    struct counters counters;
    struct store_writer *writer;
    instant started;
    pthread_mutex_t mutex; /* guards site */
    struct site *site;
    _Atomic int in_flight; /* mails between DATA and their end */
    _Atomic int expected;  /* those of them that the store has not answered yet */
    _Atomic bool draining;
    _Atomic bool store_is_late;
    _Atomic size_t held;
};

/* Takes over the caller's reference to the site and starts the store's writer. 1 or -1. */
int service_start(struct service *service, struct site *site, instant now, struct error *error);
/* Ends the writer, which has drain_ms to finish what is queued, and releases the site. */
void service_stop(struct service *service, int drain_ms);

/* The site now in force, a reference for the caller: a mail keeps the one it began with. */
struct site *service_site(struct service *service);
/* Takes over the caller's reference; mails in flight finish with the old one. */
void service_replace_site(struct service *service, struct site *site);

/* store_writer_run with the capped wait: 1 durable, 0 not in time, -1 failed. */
int service_record(struct service *service, int wait_ms, store_job *job, void *argument, void (*done)(void *argument),
                   struct error *error);

/* Milliseconds of a clock that is never set. */
int64_t service_monotonic_ms(void);

/* Hands the counters to the health table, without waiting. 1, or -1 when that is not possible. */
int service_report_health(struct service *service, instant now, struct error *error);

#endif
