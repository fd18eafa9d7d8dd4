/* sidecar.c - what all parts of the sidecar share
 * SPDX-License-Identifier: MIT
 */
#include "sidecar/sidecar.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "ticket/erase.h"

int sidecar_init(struct sidecar *sidecar, struct site *site, struct store_writer *writer, struct error *error)
{
    size_t accounts = 0;
    while (site->config->accounts[accounts].id)
        accounts++;
    memset(sidecar, 0, sizeof *sidecar);
    sidecar->labelling = calloc(accounts + 1, sizeof *sidecar->labelling);
    if (!sidecar->labelling)
        return error_set(error, ERROR_RETRY, "out of memory");
    sidecar->cut_over = site->config->cut_over;
    sidecar->writer = writer;
    sidecar->cancel_watching = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    sidecar->cancel_sending = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (sidecar->cancel_watching < 0 || sidecar->cancel_sending < 0 || pthread_mutex_init(&sidecar->mutex, NULL) != 0) {
        error_set(error, ERROR_RETRY, "cannot make an eventfd: %s", strerror(errno));
        if (sidecar->cancel_watching >= 0)
            close(sidecar->cancel_watching);
        if (sidecar->cancel_sending >= 0)
            close(sidecar->cancel_sending);
        free(sidecar->labelling);
        return -1;
    }
    sidecar->site = site_ref(site);
    return 1;
}

void sidecar_release(struct sidecar *sidecar)
{
    for (int i = 0; i < SIDECAR_WORKERS_MAX; i++)
        store_close(sidecar->readers[i]);
    close(sidecar->cancel_watching);
    close(sidecar->cancel_sending);
    pthread_mutex_destroy(&sidecar->mutex);
    free(sidecar->labelling);
    site_unref(sidecar->site);
}

instant sidecar_now(void)
{
    return (instant)time(NULL);
}

int64_t sidecar_monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void raise_flag(int fd)
{
    const uint64_t one = 1;
    while (write(fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

void sidecar_stop_watching(struct sidecar *sidecar)
{
    atomic_store(&sidecar->stopping, true);
    raise_flag(sidecar->cancel_watching);
}

void sidecar_stop_sending(struct sidecar *sidecar)
{
    raise_flag(sidecar->cancel_sending);
}

bool sidecar_labelling_begin(struct sidecar *sidecar, const struct config_account *account)
{
    return !atomic_exchange(&sidecar->labelling[account - sidecar->site->config->accounts], true);
}

void sidecar_labelling_end(struct sidecar *sidecar, const struct config_account *account)
{
    atomic_store(&sidecar->labelling[account - sidecar->site->config->accounts], false);
}

struct store *sidecar_reader(struct sidecar *sidecar, int worker, struct error *error)
{
    if (!sidecar->readers[worker])
        sidecar->readers[worker] = store_open(sidecar->site->config->database, STORE_READ, error);
    return sidecar->readers[worker];
}

int sidecar_record(struct sidecar *sidecar, store_job *job, void *argument, void (*done)(void *argument),
                   struct error *error)
{
    *error = (struct error){ 0 };
    int result = store_writer_run(sidecar->writer, job, argument, done, SIDECAR_STORE_WAIT_MS, error);
    return result == 0 ? -1 : result;
}

struct cut_over_job {
    instant now, at;
    _Atomic int references;
};

static void cut_over_unref(void *job_)
{
    struct cut_over_job *job = job_;
    if (atomic_fetch_sub(&job->references, 1) == 1)
        free(job);
}

static int keep_cut_over(struct store *store, void *job_, struct error *error)
{
    struct cut_over_job *job = job_;
    char text[INSTANT_TEXT];
    const char *kept;
    struct arena *arena = arena_new(4096);
    int result = arena ? store_setting_keep(store, "cut_over", instant_format_rfc3339(job->now, text), arena, &kept, error)
                       : error_set(error, ERROR_RETRY, "out of memory");
    if (result > 0)
        result = instant_parse_rfc3339(kept, &job->at, error);
    arena_free(arena);
    return result;
}

static void drop_site(void *site)
{
    site_unref(site);
}

int sidecar_cut_over(struct sidecar *sidecar, instant *at, struct error *error)
{
    int result = 1;
    pthread_mutex_lock(&sidecar->mutex);
    if (!sidecar->remembered)
        result = sidecar_record(sidecar, erase_remember, site_ref(sidecar->site), drop_site, error);
    sidecar->remembered = result > 0;
    if (result > 0 && sidecar->cut_over == INSTANT_NONE) {
        struct cut_over_job *job = calloc(1, sizeof *job);
        if (job) {
            job->now = sidecar_now();
            atomic_init(&job->references, 2);
            result = sidecar_record(sidecar, keep_cut_over, job, cut_over_unref, error);
            if (result > 0) /* kept by a clock that was ahead: never later than now */
                sidecar->cut_over = job->at < job->now ? job->at : job->now;
            cut_over_unref(job);
        } else {
            result = error_set(error, ERROR_RETRY, "out of memory");
        }
    }
    *at = sidecar->cut_over;
    pthread_mutex_unlock(&sidecar->mutex);
    return result > 0 ? 1 : -1;
}
