/* store_writer.c - one thread that writes: jobs queued while a commit runs form the next batch
 * SPDX-License-Identifier: MIT
 *
 *   queued --batch taken--> running --committed--> done
 *      \                       \---undone / not committed--> failed
 *       `--no database now--> failed
 *
 * A job has two holders, the thread and the caller who waits; the last one releases it.
 */
#include "ticket/store_lookup.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { QUEUE_MAX = 10000, BATCH_MAX = 256, PAUSE_MS = 2, BACK_OFF_FIRST_MS = 100, BACK_OFF_LAST_MS = 5000 };
/* What is done when nobody waits: looked at after so many jobs, begun after so much rest, then bit by bit. */
enum { SETTLE_JOBS = 256, SETTLE_REST_MS = 200, SETTLE_PAUSE_MS = 20, SETTLE_ENTRIES = 128 };

enum job_state { JOB_QUEUED, JOB_DONE, JOB_FAILED };
struct job {
    struct job *next;
    store_job *run;
    void *argument;
    void (*done)(void *argument);
    enum job_state state;
    int holders;
    int result;
    struct error error;
    pthread_cond_t changed;
};

struct store_writer {
    pthread_mutex_t lock;
    pthread_cond_t wake, stopped;
    pthread_t thread;
    char *path;
    struct job *first, *last;
    size_t queued;
    bool stopping, ended;
    bool troubled;        /* the database cannot be used now; `trouble` says why */
    struct error trouble;
    struct store_writer_counters counters;
    const _Atomic int *expected; /* NULL: batches begin at once */
    int gather_ms;
    /* of the thread alone */
    struct store *store;
    int64_t data_version;
    int back_off_ms;
    size_t unsettled; /* jobs since the last look */
    int rest_ms;      /* then it settles some; 0: nothing to settle */
};

static struct timespec after_ms(int ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += ms / 1000;
    at.tv_nsec += (long)(ms % 1000) * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

/* Waits are by the monotonic clock: a step of the system clock must not stretch them. */
static int condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0)
        return -1;
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    int result = pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
    return result == 0 ? 0 : -1;
}

static void release(struct job *job)
{
    if (job->done)
        job->done(job->argument);
    pthread_cond_destroy(&job->changed);
    free(job);
}

/* The thread's half of a job; the lock is held, and the job may be gone afterwards. */
static void finish(struct store_writer *writer, struct job *job, enum job_state state, const struct error *error)
{
    job->state = state;
    if (error)
        job->error = *error;
    writer->counters.jobs++;
    if (state == JOB_FAILED)
        writer->counters.failed_jobs++;
    if (--job->holders > 0) {
        pthread_cond_signal(&job->changed);
        return;
    }
    pthread_mutex_unlock(&writer->lock);
    release(job);
    pthread_mutex_lock(&writer->lock);
}

static void finish_all(struct store_writer *writer, struct job *batch, const struct error *failure)
{
    pthread_mutex_lock(&writer->lock);
    while (batch) {
        struct job *job = batch;
        batch = batch->next;
        bool undone = job->result < 0;
        finish(writer, job, failure || undone ? JOB_FAILED : JOB_DONE, undone ? NULL : failure);
    }
    pthread_mutex_unlock(&writer->lock);
}

/* A savepoint for each job: one that fails undoes its own work only. SQLite then copies every page
 * before it changes it, so the first job goes without: the transaction has nothing else to lose.
 * Returns -1 when the whole transaction is lost (SQLite rolls back by itself when the disk is full). */
static int run_job(struct store *store, struct job *job, bool first, struct error *error)
{
    if (!first && store_sql_run(store, "SAVEPOINT job", error, "") < 0)
        return -1;
    job->result = job->run(store, job->argument, &job->error);
    if (sqlite3_get_autocommit(store->database)) {
        *error = job->error;
        return -1;
    }
    if (first) {
        if (job->result >= 0)
            return 1;
        store_rollback(store);
        return store_begin(store, error);
    }
    if (job->result < 0) {
        store_lookup_forget(store);
        if (store_sql_run(store, "ROLLBACK TO job", error, "") < 0)
            return -1;
    }
    return store_sql_run(store, "RELEASE job", error, "");
}

static int run_batch(struct store_writer *writer, struct job *batch, struct error *error)
{
    struct store *store = writer->store;
    if (store_begin(store, error) < 0)
        return -1;
    for (struct job *job = batch; job; job = job->next)
        if (run_job(store, job, job == batch, error) < 0) {
            store_rollback(store);
            return -1;
        }
    return store_commit(store, error);
}

static void set_trouble(struct store_writer *writer, const struct error *error)
{
    pthread_mutex_lock(&writer->lock);
    writer->troubled = error != NULL;
    if (error)
        writer->trouble = *error;
    pthread_mutex_unlock(&writer->lock);
}

/* Jobs that nobody waits for any more are not kept while there is no database: their mails are
 * tagged and will be found again, and their memory would grow without limit. */
static void fail_queued(struct store_writer *writer, const struct error *error)
{
    pthread_mutex_lock(&writer->lock);
    struct job *batch = writer->first;
    writer->first = writer->last = NULL;
    writer->queued = 0;
    pthread_mutex_unlock(&writer->lock);
    for (struct job *job = batch; job; job = job->next)
        job->result = 0;
    finish_all(writer, batch, error);
}

static void back_off(struct store_writer *writer, struct error *error)
{
    /* Whatever the reason, for the jobs it is one that passes: the thread goes on trying. */
    error->kind = ERROR_RETRY;
    set_trouble(writer, error);
    fail_queued(writer, error);
    store_close(writer->store);
    writer->store = NULL;
    writer->back_off_ms = writer->back_off_ms == 0 ? BACK_OFF_FIRST_MS
        : writer->back_off_ms * 2 < BACK_OFF_LAST_MS ? writer->back_off_ms * 2 : BACK_OFF_LAST_MS;
    struct timespec until = after_ms(writer->back_off_ms);
    pthread_mutex_lock(&writer->lock);
    while (!writer->stopping && pthread_cond_timedwait(&writer->wake, &writer->lock, &until) != ETIMEDOUT)
        ;
    pthread_mutex_unlock(&writer->lock);
}

/* Opening proves little (a full disk opens well): trouble ends with the first write that holds. */
static int probe(struct store_writer *writer, struct error *error)
{
    struct store *store = store_open(writer->path, STORE_WRITE, error);
    if (!store)
        return -1;
    writer->store = store;
    if (store_setting_put(store, "writer", "1", error) < 0)
        return -1;
    writer->data_version = 0;
    return 1;
}

/* Callers that are on their way cost less in this batch than in one of their own: half of what a
 * commit costs is the same for one ticket and for ten. The lock is held. */
static void gather(struct store_writer *writer)
{
    for (int slice = 0; slice < writer->gather_ms && !writer->stopping; slice++) {
        if (writer->queued >= BATCH_MAX || (int)writer->queued >= atomic_load(writer->expected))
            return;
        struct timespec until = after_ms(1);
        while (!writer->stopping && pthread_cond_timedwait(&writer->wake, &writer->lock, &until) != ETIMEDOUT &&
               (int)writer->queued < atomic_load(writer->expected))
            ;
    }
}

/* Waits for a job; the lock is held. False when it may use the time for something else. */
static bool wait_for_job(struct store_writer *writer)
{
    struct timespec until = after_ms(writer->rest_ms);
    while (!writer->first && !writer->stopping)
        if (writer->rest_ms == 0)
            pthread_cond_wait(&writer->wake, &writer->lock);
        else if (pthread_cond_timedwait(&writer->wake, &writer->lock, &until) == ETIMEDOUT)
            return writer->first || writer->stopping;
    return true;
}

/* Whatever keeps it from it will show in a job: nobody needs this one. */
static void settle(struct store_writer *writer)
{
    if (store_quicken(writer->store, NULL) > 0) {
        writer->rest_ms = 1;
        return;
    }
    int moved = store_settle(writer->store, SETTLE_ENTRIES, NULL);
    writer->rest_ms = moved > 0 ? SETTLE_PAUSE_MS : 0;
}

static void look_what_to_settle(struct store_writer *writer, size_t jobs)
{
    writer->unsettled += jobs;
    if (writer->rest_ms == 0 && writer->unsettled < SETTLE_JOBS)
        return;
    writer->unsettled = 0;
    /* Without a filter: never made, or another program has settled something since. */
    bool due = writer->rest_ms || !writer->store->filter || store_settle_due(writer->store, NULL) > 0;
    writer->rest_ms = due ? SETTLE_REST_MS : 0;
}

/* Takes what has queued up. NULL: stop, or nothing for a while. */
static struct job *take_batch(struct store_writer *writer, size_t *jobs)
{
    pthread_mutex_lock(&writer->lock);
    if (!wait_for_job(writer)) {
        pthread_mutex_unlock(&writer->lock);
        settle(writer);
        return NULL;
    }
    if (writer->first && writer->expected)
        gather(writer);
    struct job *batch = writer->first, *end = batch;
    size_t count = batch ? 1 : 0;
    while (end && end->next && count < BATCH_MAX) {
        end = end->next;
        count++;
    }
    if (end) {
        writer->first = end->next;
        if (!writer->first)
            writer->last = NULL;
        end->next = NULL;
    }
    writer->queued -= count;
    *jobs = count;
    pthread_mutex_unlock(&writer->lock);
    return batch;
}

/* Two programs that write without a pause starve each other: leave the lock free for a moment
 * when somebody else has written since our last batch. */
static void pause_for_others(struct store_writer *writer)
{
    struct store *store = writer->store;
    sqlite3_stmt *statement = store_sql_get(store, "PRAGMA data_version", NULL);
    if (!statement || store_sql_step(store, statement, NULL) != 1)
        return;
    int64_t version = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    bool others = writer->data_version != 0 && version != writer->data_version;
    writer->data_version = version;
    if (others)
        nanosleep(&(struct timespec){ 0, PAUSE_MS * 1000000L }, NULL);
}

static void *writer_main(void *argument)
{
    struct store_writer *writer = argument;
    for (;;) {
        struct error error = { ERROR_NONE, "" };
        pthread_mutex_lock(&writer->lock);
        bool stop = writer->stopping && (!writer->first || writer->troubled);
        pthread_mutex_unlock(&writer->lock);
        if (stop)
            break;
        if (!writer->store) {
            if (probe(writer, &error) < 0) {
                back_off(writer, &error);
                continue;
            }
            set_trouble(writer, NULL);
            writer->back_off_ms = 0;
            look_what_to_settle(writer, SETTLE_JOBS);
        }
        size_t jobs = 0;
        struct job *batch = take_batch(writer, &jobs);
        if (!batch)
            continue;
        int result = run_batch(writer, batch, &error);
        pthread_mutex_lock(&writer->lock);
        writer->counters.batches++;
        writer->counters.failed_batches += result < 0;
        pthread_mutex_unlock(&writer->lock);
        if (result < 0) {
            error.kind = ERROR_RETRY;
            set_trouble(writer, &error);
        }
        finish_all(writer, batch, result < 0 ? &error : NULL);
        if (result < 0)
            back_off(writer, &error);
        else {
            pause_for_others(writer);
            look_what_to_settle(writer, jobs);
        }
    }
    fail_queued(writer, &(struct error){ ERROR_RETRY, "the program is stopping" });
    store_close(writer->store);
    pthread_mutex_lock(&writer->lock);
    writer->store = NULL;
    writer->ended = true;
    pthread_cond_broadcast(&writer->stopped);
    pthread_mutex_unlock(&writer->lock);
    return NULL;
}

struct store_writer *store_writer_start(const char *path, struct error *error)
{
    struct store_writer *writer = calloc(1, sizeof *writer);
    if (!writer || !(writer->path = strdup(path)) || pthread_mutex_init(&writer->lock, NULL) != 0 ||
        condition_init(&writer->wake) < 0 || condition_init(&writer->stopped) < 0 ||
        pthread_create(&writer->thread, NULL, writer_main, writer) != 0) {
        error_set(error, ERROR_RETRY, "cannot start the writing thread: memory or threads are out");
        if (writer)
            free(writer->path);
        free(writer);
        return NULL;
    }
    return writer;
}

void store_writer_gather(struct store_writer *writer, const _Atomic int *expected, int wait_ms)
{
    pthread_mutex_lock(&writer->lock);
    writer->expected = expected;
    writer->gather_ms = wait_ms;
    pthread_mutex_unlock(&writer->lock);
}

void store_writer_stop(struct store_writer *writer, int drain_ms)
{
    if (!writer)
        return;
    struct timespec until = after_ms(drain_ms);
    pthread_mutex_lock(&writer->lock);
    writer->stopping = true;
    pthread_cond_broadcast(&writer->wake);
    while (!writer->ended)
        if (pthread_cond_timedwait(&writer->stopped, &writer->lock, &until) == ETIMEDOUT)
            break;
    struct job *rest = writer->first;
    writer->first = writer->last = NULL;
    pthread_mutex_unlock(&writer->lock);
    for (struct job *job = rest; job; job = job->next)
        job->result = 0;
    finish_all(writer, rest, &(struct error){ ERROR_RETRY, "the program is stopping" });
    /* The batch in hand ends within SQLite's busy timeout. */
    pthread_join(writer->thread, NULL);
    pthread_cond_destroy(&writer->wake);
    pthread_cond_destroy(&writer->stopped);
    pthread_mutex_destroy(&writer->lock);
    free(writer->path);
    free(writer);
}

int store_writer_trouble(struct store_writer *writer, struct error *error)
{
    pthread_mutex_lock(&writer->lock);
    bool troubled = writer->troubled;
    if (troubled && error)
        *error = writer->trouble;
    pthread_mutex_unlock(&writer->lock);
    return troubled ? -1 : 0;
}

void store_writer_count(struct store_writer *writer, struct store_writer_counters *counters)
{
    pthread_mutex_lock(&writer->lock);
    *counters = writer->counters;
    pthread_mutex_unlock(&writer->lock);
}

static struct job *job_new(store_job *run, void *argument, void (*done)(void *argument))
{
    struct job *job = calloc(1, sizeof *job);
    if (!job || condition_init(&job->changed) < 0) {
        free(job);
        return NULL;
    }
    job->run = run;
    job->argument = argument;
    job->done = done;
    job->holders = 2;
    return job;
}

/* 1 queued; 0 the queue is full; -1 no database or stopping. */
static int enqueue(struct store_writer *writer, struct job *job, struct error *error)
{
    if (writer->stopping)
        return error_set(error, ERROR_RETRY, "the program is stopping");
    if (writer->troubled) {
        if (error)
            *error = writer->trouble;
        return -1;
    }
    if (writer->queued >= QUEUE_MAX) {
        error_set(error, ERROR_RETRY, "%d jobs wait for the database", QUEUE_MAX);
        return 0;
    }
    if (writer->last)
        writer->last->next = job;
    else
        writer->first = job;
    writer->last = job;
    writer->queued++;
    /* The thread sleeps for want of a first job, or for the last of those that are on their way. */
    if (writer->queued == 1 || !writer->expected || (int)writer->queued >= atomic_load(writer->expected))
        pthread_cond_signal(&writer->wake);
    return 1;
}

int store_writer_run(struct store_writer *writer, store_job *run, void *argument, void (*done)(void *argument),
                     int wait_ms, struct error *error)
{
    struct timespec until = after_ms(wait_ms < 0 ? 0 : wait_ms);
    struct job *job = job_new(run, argument, done);
    if (!job) {
        if (done)
            done(argument);
        return error_set(error, ERROR_RETRY, "out of memory");
    }
    pthread_mutex_lock(&writer->lock);
    int result = enqueue(writer, job, error);
    if (result <= 0) {
        pthread_mutex_unlock(&writer->lock);
        release(job);
        return result;
    }
    bool late = false;
    while (job->state == JOB_QUEUED && !late)
        if (wait_ms < 0)
            pthread_cond_wait(&job->changed, &writer->lock);
        else
            late = pthread_cond_timedwait(&job->changed, &writer->lock, &until) == ETIMEDOUT;
    result = job->state == JOB_DONE ? 1 : job->state == JOB_FAILED ? -1 : 0;
    if (result < 0 && error)
        *error = job->error;
    if (result == 0)
        error_set(error, ERROR_RETRY, "the database did not answer within %d ms", wait_ms);
    bool last = --job->holders == 0;
    pthread_mutex_unlock(&writer->lock);
    if (last)
        release(job);
    return result;
}
