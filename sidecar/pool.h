/* pool.h - a few threads that do what blocks, for one loop that never does
 * SPDX-License-Identifier: MIT
 */
#ifndef SIDECAR_POOL_H
#define SIDECAR_POOL_H

#include "lib/error.h"

/* Lives in what it works for: queueing cannot fail. */
struct pool_item {
    struct pool_item *next;
    void (*task)(void *argument, int worker); /* worker: 0 .. workers - 1 */
    void *argument;
};

struct pool;
/* NULL with ERROR_RETRY. */
struct pool *pool_new(int workers, struct error *error);
/* Waits for the tasks that run; what is only queued is dropped. */
void pool_free(struct pool *pool);

/* The item belongs to the pool until pool_finished gives it back. */
void pool_submit(struct pool *pool, struct pool_item *item);
/* Readable when an item is finished. */
int pool_fd(const struct pool *pool);
/* The next finished item, in the order in which they finished; NULL: none. */
struct pool_item *pool_finished(struct pool *pool);

#endif
