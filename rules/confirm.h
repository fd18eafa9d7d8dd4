/* confirm.h - what an expression matches around a place where one of its words stands
 * SPDX-License-Identifier: MIT
 *
 * Sets of places, not one place after the other: an expression costs its size
 * times the reach of its gaps at most, whatever the text says.
 */
#ifndef RULES_CONFIRM_H
#define RULES_CONFIRM_H

#include "rules/program.h"

/* All places of a text from `from` to `to`. */
struct span {
    uint32_t from, to;
};
/* Memory of one thread, used again and again. */
struct confirm {
    const struct program *program;
    const char *text;
    size_t size;
    struct span *spans; /* a stack of lists */
    size_t count, room;
    bool failed;        /* memory is out: what was returned means nothing */
};

/* Where the pattern of an anchor ends when its word stands at [from, to): the spans, in order, without overlaps; *count
 * may be 0. Valid until the next call. */
const struct span *confirm_ends(struct confirm *confirm, const struct surroundings *anchor, uint32_t from, uint32_t to,
                                size_t *count);
void confirm_release(struct confirm *confirm);

#endif
