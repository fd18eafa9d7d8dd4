/* snapshot.h - what a struct rules holds; for the files of rules/ only
 * SPDX-License-Identifier: MIT
 */
#ifndef RULES_SNAPSHOT_H
#define RULES_SNAPSHOT_H

#include <pthread.h>
#include <stdatomic.h>

#include "rules/learned.h"
#include "rules/matcher.h"
#include "rules/normal.h"
#include "rules/pack.h"
#include "rules/rules.h"

struct rules {
    atomic_int references;
    struct arena *arena;
    struct normal *normal;
    struct matcher *matcher;
    struct pack_set set;
    pthread_mutex_t mutex;   /* guards learned, which may change while mails are judged */
    struct learned *learned; /* NULL: nothing was learned */
};

#endif
