/* service.c - what all sessions share: the site, the store's writer, counters
 * SPDX-License-Identifier: MIT
 */
#include "milter/service.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int service_start(struct service *service, struct site *site, instant now, struct error *error)
{
    *service = (struct service){ .site = site, .started = now };
    if (pthread_mutex_init(&service->mutex, NULL) != 0) {
        site_unref(site);
        return error_set(error, ERROR_RETRY, "cannot make a mutex: out of memory");
    }
    service->writer = store_writer_start(site->config->database, error);
    if (service->writer) {
        store_writer_gather(service->writer, &service->expected, SERVICE_GATHER_MS);
        return 1;
    }
    pthread_mutex_destroy(&service->mutex);
    site_unref(site);
    return -1;
}

void service_stop(struct service *service, int drain_ms)
{
    store_writer_stop(service->writer, drain_ms);
    site_unref(service->site);
    pthread_mutex_destroy(&service->mutex);
}

struct site *service_site(struct service *service)
{
    pthread_mutex_lock(&service->mutex);
    struct site *site = site_ref(service->site);
    pthread_mutex_unlock(&service->mutex);
    return site;
}

void service_replace_site(struct service *service, struct site *site)
{
    pthread_mutex_lock(&service->mutex);
    struct site *old = service->site;
    service->site = site;
    pthread_mutex_unlock(&service->mutex);
    site_unref(old);
}

int64_t service_monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A job with what tells, at its end, whether the store answered in time. */
struct recording {
    struct service *service;
    store_job *job;
    void *argument;
    void (*done)(void *argument);
    int64_t queued, cap;
    bool ran;
};

static int run_recording(struct store *store, void *argument, struct error *error)
{
    struct recording *recording = argument;
    recording->ran = true;
    return recording->job(store, recording->argument, error);
}

static void end_recording(void *argument)
{
    struct recording *recording = argument;
    if (recording->ran && service_monotonic_ms() - recording->queued <= recording->cap)
        atomic_store(&recording->service->store_is_late, false);
    recording->done(recording->argument);
    free(recording);
}

int service_record(struct service *service, int wait_ms, store_job *job, void *argument, void (*done)(void *argument),
                   struct error *error)
{
    bool late = atomic_load(&service->store_is_late);
    if (late && atomic_load(&service->held) > SERVICE_HELD_MAX) {
        done(argument);
        return 0;
    }
    struct recording *recording = malloc(sizeof *recording);
    if (!recording) {
        done(argument);
        return error_set(error, ERROR_RETRY, "out of memory");
    }
    *recording = (struct recording){ service, job, argument, done, service_monotonic_ms(), wait_ms, false };
    int wait = late && wait_ms > SERVICE_SHORT_WAIT_MS ? SERVICE_SHORT_WAIT_MS : wait_ms;
    int result = store_writer_run(service->writer, run_recording, recording, end_recording, wait, error);
    if (result == 0 && !late)
        atomic_store(&service->store_is_late, true);
    return result;
}

struct health_report {
    int64_t values[COUNTER_COUNT];
    struct store_writer_counters store;
    instant started, now;
    int in_flight;
};

static int put_number(struct store *store, const char *name, int64_t number, instant at, struct error *error)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, number);
    return store_health_put(store, "milter", name, text, at, error);
}

static int put_health(struct store *store, void *argument, struct error *error)
{
    const struct health_report *report = argument;
    char started[INSTANT_TEXT];
    instant_format_rfc3339(report->started, started);
    if (store_health_put(store, "milter", "started", started, report->now, error) < 0 ||
        put_number(store, "pid", getpid(), report->now, error) < 0 ||
        put_number(store, "in_flight", report->in_flight, report->now, error) < 0 ||
        put_number(store, "store_jobs", report->store.jobs, report->now, error) < 0 ||
        put_number(store, "store_commits", report->store.batches, report->now, error) < 0)
        return -1;
    for (int i = 0; i < COUNTER_COUNT; i++)
        if (put_number(store, counter_name((enum counter)i), report->values[i], report->now, error) < 0)
            return -1;
    return 1;
}

int service_report_health(struct service *service, instant now, struct error *error)
{
    struct health_report *report = calloc(1, sizeof *report);
    if (!report)
        return error_set(error, ERROR_RETRY, "out of memory");
    for (int i = 0; i < COUNTER_COUNT; i++)
        report->values[i] = counters_get(&service->counters, (enum counter)i);
    store_writer_count(service->writer, &report->store);
    report->started = service->started;
    report->now = now;
    report->in_flight = atomic_load(&service->in_flight);
    return store_writer_run(service->writer, put_health, report, free, 0, error) < 0 ? -1 : 1;
}
