/* pool.c - a few threads that do what blocks
 * SPDX-License-Identifier: MIT
 */
#include "sidecar/pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct queue {
    struct pool_item *first, **end;
};

struct worker {
    struct pool *pool;
    pthread_t thread;
    int number;
};

struct pool {
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    struct queue waiting, finished;
    bool stopping;
    int fd, count;
    struct worker workers[];
};

static void queue_put(struct queue *queue, struct pool_item *item)
{
    item->next = NULL;
    *queue->end = item;
    queue->end = &item->next;
}

static struct pool_item *queue_take(struct queue *queue)
{
    struct pool_item *item = queue->first;
    if (item && !(queue->first = item->next))
        queue->end = &queue->first;
    return item;
}

static void *work(void *worker_)
{
    struct worker *worker = worker_;
    struct pool *pool = worker->pool;
    pthread_mutex_lock(&pool->mutex);
    while (!pool->stopping) {
        struct pool_item *item = queue_take(&pool->waiting);
        if (!item) {
            pthread_cond_wait(&pool->wake, &pool->mutex);
            continue;
        }
        pthread_mutex_unlock(&pool->mutex);
        item->task(item->argument, worker->number);
        pthread_mutex_lock(&pool->mutex);
        queue_put(&pool->finished, item);
        const uint64_t one = 1;
        while (write(pool->fd, &one, sizeof one) < 0 && errno == EINTR)
            ;
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

struct pool *pool_new(int workers, struct error *error)
{
    struct pool *pool = calloc(1, sizeof *pool + (size_t)workers * sizeof *pool->workers);
    if (!pool || (pool->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0) {
        free(pool);
        error_set(error, ERROR_RETRY, "cannot make the workers: memory or descriptors are out");
        return NULL;
    }
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pool->waiting.end = &pool->waiting.first;
    pool->finished.end = &pool->finished.first;
    for (int i = 0; i < workers; i++) {
        pool->workers[i] = (struct worker){ .pool = pool, .number = i };
        int failure = pthread_create(&pool->workers[i].thread, NULL, work, &pool->workers[i]);
        if (failure) {
            error_set(error, ERROR_RETRY, "cannot make a thread: %s", strerror(failure));
            pool_free(pool);
            return NULL;
        }
        pool->count++;
    }
    return pool;
}

void pool_free(struct pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->mutex);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
    for (int i = 0; i < pool->count; i++)
        pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->mutex);
    close(pool->fd);
    free(pool);
}

void pool_submit(struct pool *pool, struct pool_item *item)
{
    pthread_mutex_lock(&pool->mutex);
    queue_put(&pool->waiting, item);
    pthread_cond_signal(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
}

int pool_fd(const struct pool *pool)
{
    return pool->fd;
}

struct pool_item *pool_finished(struct pool *pool)
{
    uint64_t count;
    pthread_mutex_lock(&pool->mutex);
    struct pool_item *item = queue_take(&pool->finished);
    if (!item) /* reset only when nothing is left, under the lock: no wake-up is lost */
        while (read(pool->fd, &count, sizeof count) < 0 && errno == EINTR)
            ;
    pthread_mutex_unlock(&pool->mutex);
    return item;
}
