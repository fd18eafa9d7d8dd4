/* snapshot.h - what a struct rules holds; for the files of rules/ only
 * SPDX-License-Identifier: MIT
 */
#ifndef RULES_SNAPSHOT_H
#define RULES_SNAPSHOT_H

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
    struct learned *learned; /* NULL: nothing was learned */
};

#endif
